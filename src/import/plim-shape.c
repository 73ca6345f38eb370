/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers that follow from others, and the layers that follow from a family's rules.  Sources: see plim-family.c. */

#include "config.h"

#include "plim-shape.h"

#include "plim-checked.h"

#include <glib/gi18n.h>
#include <inttypes.h>

PlimShape *
plim_shape_new (const PlimFamily *family)
{
  PlimShape *shape = g_new0 (PlimShape, 1);

  shape->family = family;
  shape->traits = family->traits;
  for (guint i = 0; i < PLIM_N_CONFIG_FIELDS; i++)
    shape->values[i] = PLIM_SHAPE_ABSENT;

  return shape;
}

gint64
plim_shape_get (const PlimShape *shape,
                PlimConfigField  field,
                gint64           otherwise)
{
  return shape->values[field] == PLIM_SHAPE_ABSENT ? otherwise : shape->values[field];
}

gboolean
plim_shape_has (const PlimShape *shape,
                PlimTraits       trait)
{
  return (shape->traits & trait) != 0;
}

static gboolean
is_given (const PlimShape *shape,
          PlimConfigField  field)
{
  return shape->values[field] != PLIM_SHAPE_ABSENT;
}

static void
fill (PlimShape      *shape,
      PlimConfigField field,
      gint64          value)
{
  if (!is_given (shape, field))
    shape->values[field] = value;
}

/* Encoder-decoders give each stack its own names; the decoder is what other models have alone. */
static void
complete_stacks (PlimShape *shape)
{
  static const PlimConfigField stacks[][3] = {
    { PLIM_CONFIG_LAYERS, PLIM_CONFIG_DECODER_LAYERS, PLIM_CONFIG_ENCODER_LAYERS },
    { PLIM_CONFIG_HEADS, PLIM_CONFIG_DECODER_HEADS, PLIM_CONFIG_ENCODER_HEADS },
    { PLIM_CONFIG_FFN, PLIM_CONFIG_DECODER_FFN, PLIM_CONFIG_ENCODER_FFN },
  };

  if (shape->family->stack != PLIM_STACK_ENCODER_DECODER)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (stacks); i++)
    {
      gint64 own = shape->values[stacks[i][0]];
      gint64 decoder = shape->values[stacks[i][1]];
      gint64 encoder = shape->values[stacks[i][2]];

      encoder = encoder != PLIM_SHAPE_ABSENT ? encoder : own;
      shape->values[stacks[i][2]] = encoder;
      shape->values[stacks[i][0]] = decoder != PLIM_SHAPE_ABSENT ? decoder : encoder;
    }
}

/* Fields without which nothing can be said, each named when it is missing. */
static gboolean
check_essentials (const PlimShape *shape,
                  const char      *name,
                  GError         **error)
{
  static const PlimConfigField essentials[] = { PLIM_CONFIG_HIDDEN, PLIM_CONFIG_LAYERS, PLIM_CONFIG_VOCAB,
                                                PLIM_CONFIG_HEADS, PLIM_CONFIG_KV_LORA, PLIM_CONFIG_QK_NOPE,
                                                PLIM_CONFIG_QK_ROPE, PLIM_CONFIG_KEY_HEADS, PLIM_CONFIG_KEY_DIM,
                                                PLIM_CONFIG_VALUE_HEADS, PLIM_CONFIG_VALUE_DIM,
                                                PLIM_CONFIG_DELTA_HEADS, PLIM_CONFIG_DELTA_HEAD_DIM,
                                                PLIM_CONFIG_DECAY_RANK, PLIM_CONFIG_RATE_RANK,
                                                PLIM_CONFIG_VALUE_RANK };
  g_autoptr (GString)          missing = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (essentials); i++)
    {
      g_autofree char *field = plim_config_field_dup_name (essentials[i]);
      gboolean         is_needed = i < 3;

      if (essentials[i] == PLIM_CONFIG_HEADS)
        is_needed = shape->family->mixers != PLIM_MIXERS_RECURRENT;
      else if (essentials[i] >= PLIM_CONFIG_KEY_HEADS && essentials[i] <= PLIM_CONFIG_VALUE_DIM)
        is_needed = shape->family->recurrent == PLIM_RECURRENT_GATED_DELTA_NET;
      else if (essentials[i] == PLIM_CONFIG_DELTA_HEADS || essentials[i] == PLIM_CONFIG_DELTA_HEAD_DIM)
        is_needed = shape->family->recurrent == PLIM_RECURRENT_KIMI_DELTA;
      else if (essentials[i] >= PLIM_CONFIG_DECAY_RANK)
        is_needed = shape->family->recurrent == PLIM_RECURRENT_RWKV7;
      else if (i > 3)
        is_needed = plim_shape_has (shape, PLIM_TRAIT_MLA);
      if (is_needed && !is_given (shape, essentials[i]))
        g_string_append_printf (missing, missing->len > 0 ? ", “%s”" : "“%s”", field);
    }

  if (missing->len > 0)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, name, NULL,
                             /* Translators: a list of names of members in a file. */
                             _ ("these fields are missing: %s"), missing->str);

  return TRUE;
}

static gboolean
complete_heads (PlimShape  *shape,
                const char *name,
                GError    **error)
{
  gint64 *v = shape->values;
  gint64  heads = v[PLIM_CONFIG_HEADS];

  if (shape->family->mixers == PLIM_MIXERS_RECURRENT)
    return TRUE;

  if (plim_shape_has (shape, PLIM_TRAIT_MLA))
    {
      v[PLIM_CONFIG_HEAD_DIM] = v[PLIM_CONFIG_QK_NOPE] + v[PLIM_CONFIG_QK_ROPE];
      v[PLIM_CONFIG_KV_HEADS] = heads;
      fill (shape, PLIM_CONFIG_V_HEAD_DIM, v[PLIM_CONFIG_QK_NOPE]);
    }
  if (!is_given (shape, PLIM_CONFIG_HEAD_DIM))
    {
      if (v[PLIM_CONFIG_HIDDEN] % heads != 0)
        return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, name, "“num_attention_heads”",
                                 _ ("%" PRId64 " heads do not divide the hidden size %" PRId64
                                    ", and no width of a head is given"),
                                 heads, v[PLIM_CONFIG_HIDDEN]);
      v[PLIM_CONFIG_HEAD_DIM] = v[PLIM_CONFIG_HIDDEN] / heads;
    }
  if (plim_shape_has (shape, PLIM_TRAIT_MULTI_QUERY) && !plim_shape_has (shape, PLIM_TRAIT_FALCON_NEW))
    v[PLIM_CONFIG_KV_HEADS] = 1;
  shape->is_assumed[PLIM_CONFIG_KV_HEADS] = !is_given (shape, PLIM_CONFIG_KV_HEADS);
  fill (shape, PLIM_CONFIG_KV_HEADS, heads);
  fill (shape, PLIM_CONFIG_V_HEAD_DIM, v[PLIM_CONFIG_HEAD_DIM]);

  return TRUE;
}

static gboolean
check_heads (const char *name,
             gint64      heads,
             gint64      kv_heads,
             GError    **error)
{
  if (kv_heads > heads || heads % kv_heads != 0)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, name, "“num_key_value_heads”",
                             _ ("%" PRId64 " KV heads do not divide %" PRId64 " heads"), kv_heads,
                             heads);

  return TRUE;
}

/* Mixers as wide as the hidden state where the file does not say otherwise, and what RWKV 5 and 6 fix by their code:
 * channel mixing of 3.5 times the width in steps of 32 (modeling_rwkv5.py), and low ranks that double with it
 * (RWKV-LM, RWKV-v5/src/model.py, D_MIX_LORA and D_DECAY_LORA). */
static void
complete_recurrence (PlimShape *shape)
{
  PlimRecurrentKind kind = shape->family->recurrent;
  gint64            hidden = shape->values[PLIM_CONFIG_HIDDEN];
  gint64            ranks = hidden >= 4096 ? 2 : 1;

  if (kind < PLIM_RECURRENT_SHORT_CONVOLUTION)
    return;

  fill (shape, PLIM_CONFIG_SSM_INNER, hidden);
  if (kind == PLIM_RECURRENT_RWKV5 || kind == PLIM_RECURRENT_RWKV6)
    fill (shape, PLIM_CONFIG_FFN, MAX (hidden * 7 / 2 / 32, 1) * 32);
  if (kind == PLIM_RECURRENT_RWKV6)
    {
      fill (shape, PLIM_CONFIG_SHIFT_RANK, 32 * ranks);
      fill (shape, PLIM_CONFIG_DECAY_RANK, 64 * ranks);
    }
}

static void
complete_feed_forward (PlimShape *shape)
{
  gint64 *v = shape->values;

  if (!is_given (shape, PLIM_CONFIG_FFN))
    {
      gint64 width = is_given (shape, PLIM_CONFIG_EXPERT_WIDTH) ? v[PLIM_CONFIG_EXPERT_WIDTH]
                                                                : v[PLIM_CONFIG_HIDDEN] *
                                                                    plim_shape_get (shape, PLIM_CONFIG_FFN_RATIO, 4);

      /* Ungated blocks of four times the width are what such architectures have by their code. */
      shape->is_assumed[PLIM_CONFIG_FFN] = plim_shape_has (shape, PLIM_TRAIT_GATED);
      v[PLIM_CONFIG_FFN] = width;
    }
  else if (plim_shape_has (shape, PLIM_TRAIT_HALVED_FFN))
    v[PLIM_CONFIG_FFN] /= 2;
  else if (plim_shape_has (shape, PLIM_TRAIT_ADJUSTED_FFN))
    v[PLIM_CONFIG_FFN] =
      plim_round_up (v[PLIM_CONFIG_FFN_FACTOR] * (2 * v[PLIM_CONFIG_FFN] / 3), v[PLIM_CONFIG_FFN_MULTIPLE]);

  if (shape->family->stack == PLIM_STACK_ENCODER_DECODER)
    fill (shape, PLIM_CONFIG_ENCODER_FFN, v[PLIM_CONFIG_FFN]);
  fill (shape, PLIM_CONFIG_EXPERT_WIDTH, v[PLIM_CONFIG_FFN]);
  fill (shape, PLIM_CONFIG_DENSE_FFN, v[PLIM_CONFIG_FFN]);
  fill (shape, PLIM_CONFIG_EXPERTS, 0);
  fill (shape, PLIM_CONFIG_ACTIVE, MIN (v[PLIM_CONFIG_EXPERTS], 2));

  if (shape->family->shared == PLIM_SHARED_BY_COUNT)
    fill (shape, PLIM_CONFIG_SHARED_WIDTH,
          plim_shape_get (shape, PLIM_CONFIG_SHARED_EXPERTS, 0) * v[PLIM_CONFIG_EXPERT_WIDTH]);
  else if (shape->family->shared == PLIM_SHARED_ONE)
    fill (shape, PLIM_CONFIG_SHARED_WIDTH, v[PLIM_CONFIG_EXPERT_WIDTH]);
  fill (shape, PLIM_CONFIG_SHARED_WIDTH, 0);
}

/* @has_width: the file gives the mixers' width as the feed-forward width, as configurations of pure Mamba do. */
static gboolean
complete_mixer (PlimShape  *shape,
                const char *name,
                gboolean    has_width,
                GError    **error)
{
  gint64 *v = shape->values;

  if (shape->family->recurrent != PLIM_RECURRENT_MAMBA1 && shape->family->recurrent != PLIM_RECURRENT_MAMBA2)
    return TRUE;

  if (!is_given (shape, PLIM_CONFIG_SSM_STATE))
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, name, NULL, _ ("these fields are missing: %s"),
                             "“ssm_state_size”");
  if (is_given (shape, PLIM_CONFIG_SSM_HEADS) && is_given (shape, PLIM_CONFIG_SSM_HEAD_DIM))
    fill (shape, PLIM_CONFIG_SSM_INNER, v[PLIM_CONFIG_SSM_HEADS] * v[PLIM_CONFIG_SSM_HEAD_DIM]);
  if (shape->family->mixers == PLIM_MIXERS_RECURRENT && shape->family->recurrent == PLIM_RECURRENT_MAMBA1 &&
      has_width)
    fill (shape, PLIM_CONFIG_SSM_INNER, v[PLIM_CONFIG_FFN]);
  fill (shape, PLIM_CONFIG_SSM_INNER, v[PLIM_CONFIG_HIDDEN] * plim_shape_get (shape, PLIM_CONFIG_SSM_EXPAND, 2));
  fill (shape, PLIM_CONFIG_SSM_DT_RANK, v[PLIM_CONFIG_HIDDEN] / 16 + (v[PLIM_CONFIG_HIDDEN] % 16 != 0));
  if (shape->family->recurrent == PLIM_RECURRENT_MAMBA2)
    fill (shape, PLIM_CONFIG_SSM_HEADS,
          MAX (v[PLIM_CONFIG_SSM_INNER] / plim_shape_get (shape, PLIM_CONFIG_SSM_HEAD_DIM, 64), 1));

  return TRUE;
}

gboolean
plim_shape_complete (PlimShape  *shape,
                     const char *name,
                     GError    **error)
{
  gint64  *v = shape->values;
  gboolean has_width = is_given (shape, PLIM_CONFIG_FFN);
  gint64   layers_count;

  for (guint i = 0; i < PLIM_FAMILY_MAX_DEFAULTS && shape->family->defaults[i].value > 0; i++)
    fill (shape, shape->family->defaults[i].field, shape->family->defaults[i].value);
  complete_stacks (shape);
  if (!check_essentials (shape, name, error) || !complete_heads (shape, name, error))
    return FALSE;
  if (shape->family->mixers != PLIM_MIXERS_RECURRENT &&
      !check_heads (name, v[PLIM_CONFIG_HEADS], v[PLIM_CONFIG_KV_HEADS], error))
    return FALSE;

  complete_recurrence (shape);
  complete_feed_forward (shape);
  if (v[PLIM_CONFIG_ACTIVE] > v[PLIM_CONFIG_EXPERTS])
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, name, "“num_experts_per_tok”",
                             _ ("a token uses %" PRId64 " of only %" PRId64 " experts"),
                             v[PLIM_CONFIG_ACTIVE], v[PLIM_CONFIG_EXPERTS]);
  layers_count = v[PLIM_CONFIG_LAYERS];
  if (shape->family->stack == PLIM_STACK_ENCODER_DECODER)
    layers_count += MAX (v[PLIM_CONFIG_ENCODER_LAYERS], 0);
  if (layers_count > PLIM_MODEL_MAX_LAYERS)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, name, "“num_hidden_layers”",
                             _ ("more than %d layers"), PLIM_MODEL_MAX_LAYERS);

  return complete_mixer (shape, name, has_width, error);
}

/* TRUE when the layer at @depth is attention, by the family's rule. */
static gboolean
is_attention (const PlimShape *shape,
              gint64           depth)
{
  gint64 period = plim_shape_get (shape, PLIM_CONFIG_ATTENTION_PERIOD, 1);

  switch (shape->family->mixers)
    {
    case PLIM_MIXERS_RECURRENT:
      return FALSE;
    case PLIM_MIXERS_INTERVAL:
      return (depth + 1) % period == 0;
    case PLIM_MIXERS_PERIOD:
      return depth % period == plim_shape_get (shape, PLIM_CONFIG_ATTENTION_OFFSET, 0);
    case PLIM_MIXERS_ATTENTION:
    case PLIM_MIXERS_BOTH:
    case PLIM_MIXERS_LIST:
    default:
      return TRUE;
    }
}

static gboolean
is_windowed (const PlimShape *shape,
             gint64           depth)
{
  gint64 period = plim_shape_get (shape, PLIM_CONFIG_WINDOW_PERIOD, 1);

  if (!plim_shape_has (shape, PLIM_TRAIT_WINDOW))
    return FALSE;

  switch (shape->family->windows)
    {
    case PLIM_WINDOWS_ALL:
      return TRUE;
    case PLIM_WINDOWS_FROM_START:
      return depth >= plim_shape_get (shape, PLIM_CONFIG_WINDOW_START, 0);
    case PLIM_WINDOWS_PERIOD:
    case PLIM_WINDOWS_CHUNKS:
      return (depth + 1) % period != 0;
    case PLIM_WINDOWS_AFTER_FULL:
      return depth % period != 0;
    case PLIM_WINDOWS_ODD:
      return depth % 2 == 1;
    case PLIM_WINDOWS_NONE:
    default:
      return FALSE;
    }
}

static gboolean
has_experts (const PlimShape *shape,
             gint64           depth)
{
  gint64 period = plim_shape_get (shape, PLIM_CONFIG_EXPERT_PERIOD, 1);
  gint64 first = plim_shape_get (shape, PLIM_CONFIG_FIRST_DENSE, 0);
  gint64 end = plim_shape_get (shape, PLIM_CONFIG_EXPERT_END, PLIM_MODEL_MAX_LAYERS);

  if (shape->values[PLIM_CONFIG_EXPERTS] == 0)
    return FALSE;

  switch (shape->family->expert_layers)
    {
    case PLIM_EXPERTS_AFTER_DENSE:
      return depth >= first && depth % period == 0;
    case PLIM_EXPERTS_STEP:
      return (depth + 1) % period == 0;
    case PLIM_EXPERTS_PERIOD:
      return depth % period == plim_shape_get (shape, PLIM_CONFIG_EXPERT_OFFSET, 0);
    case PLIM_EXPERTS_RANGE:
      return depth >= plim_shape_get (shape, PLIM_CONFIG_EXPERT_START, 0) && depth <= end && (depth + 1) % period == 0;
    case PLIM_EXPERTS_ALL:
    default:
      return TRUE;
    }
}

static void
lay_out_layer (const PlimShape *shape,
               gint64           depth,
               PlimShapeLayer  *layer)
{
  const PlimFamily *family = shape->family;
  gint64            shared = plim_shape_get (shape, PLIM_CONFIG_SHARED_KV_LAYERS, 0);

  layer->has_attention = is_attention (shape, depth);
  layer->has_mixer = family->mixers == PLIM_MIXERS_BOTH || !layer->has_attention;
  layer->is_windowed = is_windowed (shape, depth);
  layer->has_experts = !family->is_one_block && has_experts (shape, depth);
  layer->has_mlp = !family->is_one_block && (!layer->has_experts || plim_shape_has (shape, PLIM_TRAIT_DENSE_BESIDE));
  layer->shares_kv = shared > 0 && depth >= shape->values[PLIM_CONFIG_LAYERS] - shared;
  layer->is_encoder = family->stack == PLIM_STACK_ENCODER;
  layer->is_hashed = layer->has_experts && depth < plim_shape_get (shape, PLIM_CONFIG_HASH_LAYERS, 0);
  layer->has_value_residual = family->recurrent == PLIM_RECURRENT_RWKV7 && depth > 0;
}

void
plim_shape_lay_out (PlimShape *shape)
{
  gint64 n_encoder = shape->family->stack == PLIM_STACK_ENCODER_DECODER ? shape->values[PLIM_CONFIG_ENCODER_LAYERS] : 0;
  gint64 n_layers = shape->values[PLIM_CONFIG_LAYERS];

  for (gint64 i = 0; i < n_encoder + n_layers; i++)
    {
      lay_out_layer (shape, i < n_encoder ? i : i - n_encoder, &shape->layers[i]);
      if (i < n_encoder)
        shape->layers[i].is_encoder = TRUE;
    }
  shape->n_layers = (guint) (n_encoder + n_layers);
}

/* Heads of layers with a window, and of those that see the whole context, may differ from the usual. */
static void
size_attention (const PlimShape *shape,
                PlimShapeLayer  *layer)
{
  const gint64 *v = shape->values;
  gint64        window = shape->family->windows == PLIM_WINDOWS_CHUNKS ? plim_shape_get (shape, PLIM_CONFIG_CHUNK, 0)
                                                                       : plim_shape_get (shape, PLIM_CONFIG_WINDOW, 0);

  layer->window_tokens = layer->is_windowed ? window : 0;
  layer->heads_count = v[PLIM_CONFIG_HEADS];
  layer->kv_heads_count = v[PLIM_CONFIG_KV_HEADS];
  layer->head_dim = v[PLIM_CONFIG_HEAD_DIM];
  layer->v_head_dim = v[PLIM_CONFIG_V_HEAD_DIM];
  if (layer->is_windowed)
    {
      layer->heads_count = plim_shape_get (shape, PLIM_CONFIG_WINDOW_HEADS, layer->heads_count);
      layer->kv_heads_count = plim_shape_get (shape, PLIM_CONFIG_WINDOW_KV_HEADS, layer->kv_heads_count);
      layer->head_dim = plim_shape_get (shape, PLIM_CONFIG_WINDOW_HEAD_DIM, layer->head_dim);
      layer->v_head_dim = plim_shape_get (shape, PLIM_CONFIG_WINDOW_V_HEAD_DIM, layer->v_head_dim);
    }
  else
    {
      gint64 width = plim_shape_get (shape, PLIM_CONFIG_GLOBAL_HEAD_DIM, 0);

      layer->kv_heads_count = plim_shape_get (shape, PLIM_CONFIG_GLOBAL_KV_HEADS, layer->kv_heads_count);
      layer->head_dim = width > 0 ? width : layer->head_dim;
      layer->v_head_dim = width > 0 ? width : layer->v_head_dim;
    }
  if (layer->is_encoder && shape->family->stack == PLIM_STACK_ENCODER_DECODER)
    {
      layer->heads_count = v[PLIM_CONFIG_ENCODER_HEADS];
      layer->kv_heads_count = layer->heads_count;
    }
}

void
plim_shape_size_layers (PlimShape *shape)
{
  const gint64 *v = shape->values;

  for (guint i = 0; i < shape->n_layers; i++)
    {
      PlimShapeLayer *layer = &shape->layers[i];

      if (layer->has_attention)
        size_attention (shape, layer);
      else
        layer->is_windowed = FALSE;
      if (layer->window_tokens == 0)
        layer->is_windowed = FALSE;
      if (layer->has_mlp)
        layer->ffn_width = v[PLIM_CONFIG_EXPERTS] > 0 ? v[PLIM_CONFIG_DENSE_FFN] : v[PLIM_CONFIG_FFN];
      if (layer->has_mlp && layer->is_encoder && shape->family->stack == PLIM_STACK_ENCODER_DECODER)
        layer->ffn_width = v[PLIM_CONFIG_ENCODER_FFN];
      if (layer->shares_kv && plim_shape_has (shape, PLIM_TRAIT_WIDE_SHARED))
        layer->ffn_width *= 2;
    }
}
