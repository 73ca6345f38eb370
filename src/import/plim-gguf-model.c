/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Metadata to numbers, numbers to what llama.cpp makes of them, tensor names to traits and parts of layers.  Lists have
 * an entry for each block; none of their lengths is trusted. */

#include "config.h"

#include "plim-gguf-model.h"

#include "plim-gguf-fields.h"
#include "plim-shape.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

typedef struct
{
  const PlimGgufSource *source;
  const char           *name;
  const char           *architecture;
  PlimShape            *shape;
} Reader;

static char *
key_of (const Reader *reader,
        const char   *key)
{
  return g_strconcat (reader->architecture, ".", key, NULL);
}

static guint
read_list (const Reader *reader,
           const char   *key,
           gint64       *entries,
           guint         most_entries)
{
  return reader->source->get_integers (reader->source->file, key, entries, most_entries);
}

static gboolean
refuse_number (const Reader *reader,
               const char   *key,
               gint64        number,
               gint64        minimum,
               gint64        maximum,
               GError      **error)
{
  return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, reader->name, key,
                           _ ("%" PRId64 " is not from %" PRId64 " to %" PRId64), number,
                           minimum, maximum);
}

/* The number of @key, or the first of its list that is not 0: architectures mark layers without attention or MLP so. */
static gboolean
read_key (Reader            *reader,
          const PlimGgufKey *row,
          GError           **error)
{
  const PlimConfigFieldInfo *info = plim_config_field_get_info (row->field);
  g_autofree char           *key = key_of (reader, row->key);
  gint64                     list[PLIM_MODEL_MAX_LAYERS];
  guint                      n_entries = read_list (reader, key, list, G_N_ELEMENTS (list));
  gboolean                   has_heads = reader->shape->family->mixers != PLIM_MIXERS_RECURRENT;
  gboolean                   is_essential = row->field <= (has_heads ? PLIM_CONFIG_HEADS : PLIM_CONFIG_LAYERS);

  for (guint i = 0; i < n_entries; i++)
    {
      if (list[i] == 0 && (!is_essential || n_entries > 1))
        continue;
      if (list[i] < info->minimum || list[i] > info->maximum)
        return refuse_number (reader, key, list[i], info->minimum, info->maximum, error);
      reader->shape->values[row->field] = list[i];
      return TRUE;
    }

  return TRUE;
}

static gboolean
check_essentials (Reader  *reader,
                  GError **error)
{
  gsize               n_keys;
  const PlimGgufKey  *keys = plim_gguf_get_keys (&n_keys);
  g_autoptr (GString) missing = g_string_new (NULL);

  for (gsize i = 0; i < n_keys; i++)
    {
      PlimConfigField field = keys[i].field;
      gboolean        is_needed =
        field == PLIM_CONFIG_HIDDEN || field == PLIM_CONFIG_LAYERS || field == PLIM_CONFIG_VOCAB;

      if (field == PLIM_CONFIG_HEADS)
        is_needed = reader->shape->family->mixers != PLIM_MIXERS_RECURRENT;
      if (field == PLIM_CONFIG_KV_LORA || field == PLIM_CONFIG_QK_ROPE)
        is_needed = plim_shape_has (reader->shape, PLIM_TRAIT_MLA);
      if (is_needed && reader->shape->values[field] == PLIM_SHAPE_ABSENT)
        g_string_append_printf (missing, missing->len > 0 ? ", “%s.%s”" : "“%s.%s”", reader->architecture, keys[i].key);
    }

  return missing->len == 0 || plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, reader->name, NULL,
                                                _ ("these keys are missing: %s"), missing->str);
}

/* Multi-head latent attention: the widths of heads are apart from those of the cache (deepseek2). */
static gboolean
adapt_latent (Reader  *reader,
              GError **error)
{
  gint64 *v = reader->shape->values;
  gint64  width = v[PLIM_CONFIG_HEAD_DIM];

  if (!plim_shape_has (reader->shape, PLIM_TRAIT_MLA))
    return TRUE;
  if (width <= v[PLIM_CONFIG_QK_ROPE] || width > plim_config_field_get_info (PLIM_CONFIG_HEAD_DIM)->maximum)
    {
      g_autofree char *key = key_of (reader, "attention.key_length_mla");

      return refuse_number (reader, key, width, v[PLIM_CONFIG_QK_ROPE] + 1,
                            plim_config_field_get_info (PLIM_CONFIG_HEAD_DIM)->maximum, error);
    }
  v[PLIM_CONFIG_QK_NOPE] = width - v[PLIM_CONFIG_QK_ROPE];

  return TRUE;
}

/* llama.cpp has one set of "ssm" keys for all mixers. */
static void
adapt_mixers (Reader *reader)
{
  gint64           *v = reader->shape->values;
  PlimRecurrentKind kind = reader->shape->family->recurrent;
  gint64            heads = v[PLIM_CONFIG_SSM_DT_RANK];

  if (kind == PLIM_RECURRENT_MAMBA2)
    v[PLIM_CONFIG_SSM_HEADS] = heads;
  if (kind == PLIM_RECURRENT_KIMI_DELTA)
    v[PLIM_CONFIG_DELTA_HEADS] = v[PLIM_CONFIG_HEADS];
  if (kind != PLIM_RECURRENT_GATED_DELTA_NET || heads <= 0)
    return;

  v[PLIM_CONFIG_KEY_HEADS] = v[PLIM_CONFIG_SSM_GROUPS];
  v[PLIM_CONFIG_KEY_DIM] = v[PLIM_CONFIG_SSM_STATE];
  v[PLIM_CONFIG_VALUE_HEADS] = heads;
  if (v[PLIM_CONFIG_SSM_INNER] >= heads)
    v[PLIM_CONFIG_VALUE_DIM] = v[PLIM_CONFIG_SSM_INNER] / heads;
}

/* What the same key means to different architectures. */
static void
adapt_others (Reader *reader)
{
  PlimShape *shape = reader->shape;
  gint64    *v = shape->values;

  /* The width is given as it is used. */
  shape->traits &= ~(guint32) PLIM_TRAIT_ADJUSTED_FFN;
  /* Blocks of next tokens are counted among the blocks. */
  if (v[PLIM_CONFIG_NEXT_TOKEN_LAYERS] > 0 && v[PLIM_CONFIG_NEXT_TOKEN_LAYERS] < v[PLIM_CONFIG_LAYERS])
    v[PLIM_CONFIG_LAYERS] -= v[PLIM_CONFIG_NEXT_TOKEN_LAYERS];
  if (v[PLIM_CONFIG_WINDOW_HEAD_DIM] != PLIM_SHAPE_ABSENT && v[PLIM_CONFIG_HEAD_DIM] != PLIM_SHAPE_ABSENT)
    v[PLIM_CONFIG_GLOBAL_HEAD_DIM] = v[PLIM_CONFIG_HEAD_DIM];
  if (shape->family->expert_layers == PLIM_EXPERTS_RANGE && v[PLIM_CONFIG_FIRST_DENSE] != PLIM_SHAPE_ABSENT)
    v[PLIM_CONFIG_EXPERT_START] = v[PLIM_CONFIG_FIRST_DENSE];
  if (v[PLIM_CONFIG_KV_HEADS] != PLIM_SHAPE_ABSENT)
    {
      if (plim_shape_has (shape, PLIM_TRAIT_MULTI_QUERY) && plim_shape_has (shape, PLIM_TRAIT_PARALLEL) &&
          v[PLIM_CONFIG_KV_HEADS] > 1)
        shape->traits |= PLIM_TRAIT_FALCON_NEW;
      shape->traits &= ~(guint32) PLIM_TRAIT_MULTI_QUERY;
    }
  /* Gemma 4 has a dense block beside the experts. */
  if (v[PLIM_CONFIG_EXPERTS] > 0 && shape->family->has_expert_scales)
    shape->traits |= PLIM_TRAIT_DENSE_BESIDE;
}

/* The vocabulary's size is that of the token list. */
static void
read_tokens (const Reader *reader,
             gint64       *vocab)
{
  guint64 n_tokens = reader->source->count_entries (reader->source->file, "tokenizer.ggml.tokens");

  if (n_tokens > 0 && n_tokens <= (guint64) plim_config_field_get_info (PLIM_CONFIG_VOCAB)->maximum)
    *vocab = (gint64) n_tokens;
}

static gboolean
read_numbers (Reader  *reader,
              GError **error)
{
  gsize              n_keys;
  const PlimGgufKey *keys = plim_gguf_get_keys (&n_keys);
  gint64            *vocab = &reader->shape->values[PLIM_CONFIG_VOCAB];

  for (gsize i = 0; i < n_keys; i++)
    if (!read_key (reader, &keys[i], error))
      return FALSE;
  if (*vocab == PLIM_SHAPE_ABSENT)
    read_tokens (reader, vocab);
  if (!check_essentials (reader, error) || !adapt_latent (reader, error))
    return FALSE;

  adapt_mixers (reader);
  adapt_others (reader);

  return TRUE;
}

/* TRUE when a tensor of block @block, or of the model where @block is negative, has one of @names. */
static gboolean
has_tensor (const Reader *reader,
            gint          block,
            const char   *names)
{
  g_auto (GStrv) list = g_strsplit (names, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      g_autofree char *tensor =
        block < 0 ? g_strdup (list[i]) : g_strdup_printf ("blk.%d.%s", block, list[i]);

      if (reader->source->has_tensor (reader->source->file, tensor))
        return TRUE;
    }

  return FALSE;
}

/* TRUE when one of the blocks has it. */
static gboolean
has_block_tensor (const Reader *reader,
                  const char   *names)
{
  for (gint64 i = 0; i < reader->shape->values[PLIM_CONFIG_LAYERS]; i++)
    if (has_tensor (reader, (gint) i, names))
      return TRUE;

  return FALSE;
}

/* The file's own tensors say what its architecture leaves open. */
static void
read_traits (Reader *reader)
{
  static const char *const   tensors = "attn_norm.weight post_attention_norm.weight ffn_norm.weight ffn_up.weight";
  gsize                      n_traits;
  const PlimGgufTensorTrait *rows = plim_gguf_get_tensor_traits (&n_traits);
  PlimShape                 *shape = reader->shape;
  gboolean                   has_blocks = has_block_tensor (reader, tensors);

  for (gsize i = 0; has_blocks && i < n_traits; i++)
    {
      gboolean is_there =
        rows[i].is_of_block ? has_block_tensor (reader, rows[i].names) : has_tensor (reader, -1, rows[i].names);

      shape->traits = is_there ? shape->traits | rows[i].trait : shape->traits & ~rows[i].trait;
    }
  /* StableLM 2 12B: one norm for both blocks. */
  if (has_blocks && shape->family->parallel_norms_count > 0)
    shape->traits = has_block_tensor (reader, "ffn_norm.weight") ? shape->traits & ~(guint32) PLIM_TRAIT_PARALLEL
                                                                 : shape->traits | PLIM_TRAIT_PARALLEL;
  /* T5: newer ones have gated blocks. */
  if (has_tensor (reader, -1, "dec.blk.0.ffn_gate.weight"))
    shape->traits |= PLIM_TRAIT_GATED;
  if (!plim_shape_has (shape, PLIM_TRAIT_NO_HEAD))
    shape->traits = has_tensor (reader, -1, "output.weight") ? shape->traits & ~(guint32) PLIM_TRAIT_TIED
                                                             : shape->traits | PLIM_TRAIT_TIED;
}

/* Blocks that have a gate are those with experts. */
static void
read_expert_layers (Reader *reader)
{
  PlimShape *shape = reader->shape;

  if (shape->family->is_one_block || !has_block_tensor (reader, "ffn_gate_inp.weight"))
    return;

  for (guint i = 0; i < shape->n_layers; i++)
    {
      PlimShapeLayer *layer = &shape->layers[i];

      layer->has_experts =
        shape->values[PLIM_CONFIG_EXPERTS] > 0 && has_tensor (reader, (gint) i, "ffn_gate_inp.weight");
      layer->has_mlp = !layer->has_experts || plim_shape_has (shape, PLIM_TRAIT_DENSE_BESIDE);
    }
}

/* No KV heads: a recurrent layer.  One-block stacks (Nemotron-H) have an MLP or experts where a feed-forward width is.
 */
static void
read_mixer_layers (Reader *reader)
{
  PlimShape       *shape = reader->shape;
  g_autofree char *kv_key = key_of (reader, "attention.head_count_kv");
  g_autofree char *ffn_key = key_of (reader, "feed_forward_length");
  gint64           kv_heads[PLIM_MODEL_MAX_LAYERS];
  gint64           widths[PLIM_MODEL_MAX_LAYERS];
  guint            n_kv = read_list (reader, kv_key, kv_heads, G_N_ELEMENTS (kv_heads));
  guint            n_widths = read_list (reader, ffn_key, widths, G_N_ELEMENTS (widths));
  gboolean         is_mixed = shape->family->mixers == PLIM_MIXERS_LIST || shape->family->mixers == PLIM_MIXERS_PERIOD;

  for (guint i = 0; is_mixed && i < shape->n_layers && n_kv > 1 && i < n_kv; i++)
    {
      PlimShapeLayer *layer = &shape->layers[i];
      gboolean        has_block = shape->family->is_one_block && n_widths > 1 && i < n_widths && widths[i] > 0;

      layer->has_attention = kv_heads[i] > 0;
      layer->has_mixer = !layer->has_attention && !has_block;
      if (has_block)
        {
          layer->has_experts = shape->values[PLIM_CONFIG_EXPERTS] > 0;
          layer->has_mlp = !layer->has_experts;
        }
    }
}

/* Qwen 3.5 and later: true where a layer is recurrent. */
static void
read_recurrent_layers (Reader *reader)
{
  PlimShape       *shape = reader->shape;
  g_autofree char *key = key_of (reader, "attention.recurrent_layers");
  gint64           list[PLIM_MODEL_MAX_LAYERS];
  guint            n_entries = read_list (reader, key, list, G_N_ELEMENTS (list));

  for (guint i = 0; shape->family->recurrent != PLIM_RECURRENT_NONE && i < shape->n_layers && i < n_entries; i++)
    {
      shape->layers[i].has_mixer = list[i] != 0;
      shape->layers[i].has_attention = list[i] == 0;
    }
}

/* A number: every n-th layer sees the whole context; a list: true where a layer has a window. */
static void
read_window_layers (Reader *reader)
{
  g_autofree char *key = key_of (reader, "attention.sliding_window_pattern");
  gint64           pattern[PLIM_MODEL_MAX_LAYERS];
  guint            n_entries = read_list (reader, key, pattern, G_N_ELEMENTS (pattern));

  for (guint i = 0; i < reader->shape->n_layers && n_entries > 0; i++)
    {
      PlimShapeLayer *layer = &reader->shape->layers[i];

      if (n_entries == 1 && pattern[0] > 1)
        layer->is_windowed = (i + 1) % (guint64) pattern[0] != 0;
      else if (i < n_entries && n_entries > 1)
        layer->is_windowed = pattern[i] != 0;
    }
}

static gboolean
read_layer_numbers (Reader  *reader,
                    GError **error)
{
  static const struct
  {
    const char *key;
    gsize       offset;
  } rows[] = {
    { "feed_forward_length", offsetof (PlimShapeLayer, ffn_width) },
    { "attention.head_count", offsetof (PlimShapeLayer, heads_count) },
    { "attention.head_count_kv", offsetof (PlimShapeLayer, kv_heads_count) },
  };

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      g_autofree char *key = key_of (reader, rows[r].key);
      gint64           list[PLIM_MODEL_MAX_LAYERS];
      guint            n_entries = read_list (reader, key, list, G_N_ELEMENTS (list));

      for (guint i = 0; i < reader->shape->n_layers && n_entries > 1 && i < n_entries; i++)
        {
          PlimShapeLayer *layer = &reader->shape->layers[i];
          gboolean        is_used = r == 0 ? layer->has_mlp : layer->has_attention;

          if (!is_used || list[i] == 0 || plim_shape_has (reader->shape, PLIM_TRAIT_MLA))
            continue;
          if (list[i] < 1 || list[i] > 1 << 24)
            return refuse_number (reader, key, list[i], 1, 1 << 24, error);
          *(gint64 *) ((guint8 *) layer + rows[r].offset) = list[i];
          if (r == 2 && list[i] > layer->heads_count)
            return refuse_number (reader, key, list[i], 1, layer->heads_count, error);
        }
    }

  return TRUE;
}

/* Gemma 4: layers without a value projection take the keys for values. */
static void
read_shared_values (Reader *reader)
{
  PlimShape *shape = reader->shape;

  for (guint i = 0; shape->family->layer_scalars_count > 0 && i < shape->n_layers; i++)
    if (has_tensor (reader, (gint) i, "attn_k.weight") && !has_tensor (reader, (gint) i, "attn_v.weight"))
      shape->traits |= PLIM_TRAIT_VALUES_ARE_KEYS;
}

static gboolean
read_model (Reader        *reader,
            PlimGgufModel *model,
            GError       **error)
{
  PlimShape *shape = reader->shape;

  if (!read_numbers (reader, error) || !plim_shape_complete (shape, reader->name, error))
    return FALSE;
  if (model->has_tensors)
    read_traits (reader);
  plim_shape_lay_out (shape);
  read_shared_values (reader);
  read_expert_layers (reader);
  read_mixer_layers (reader);
  read_recurrent_layers (reader);
  read_window_layers (reader);
  plim_shape_size_layers (shape);
  if (!read_layer_numbers (reader, error) || !plim_shape_build (shape, reader->name, &model->model, error))
    return FALSE;

  model->next_token_layers_count = plim_shape_get (shape, PLIM_CONFIG_NEXT_TOKEN_LAYERS, 0);
  model->shared_kv_layers_count = plim_shape_get (shape, PLIM_CONFIG_SHARED_KV_LAYERS, 0);

  return TRUE;
}

/* Valid UTF-8, cut between characters. */
static void
copy_name (PlimModel  *model,
           const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, (gssize) strnlen (name, 4 * sizeof model->name));
  const char      *end;

  g_strlcpy (model->name, valid, sizeof model->name);
  if (!g_utf8_validate (model->name, -1, &end))
    model->name[end - model->name] = '\0';
}

/* Files that stand beside a model's own, as llama.cpp's converters mark them (gguf-py/gguf/constants.py, GGUFType);
 * older projectors are told by their architecture alone. */
static gboolean
check_kind (const PlimGgufSource *source,
            const char           *name,
            GError              **error)
{
  static const struct
  {
    const char *key;
    const char *value;
    const char *refusal;
  } kinds[] = {
    { "general.type", "mmproj", N_ ("this is the encoder beside a model; open the model’s own file") },
    { "general.type", "imatrix", N_ ("this is an importance matrix; open the model’s own file") },
    { "general.architecture", "clip", N_ ("this is the encoder beside a model; open the model’s own file") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (source->get_string (source->file, kinds[i].key), kinds[i].value) == 0)
      return plim_import_fail (error, PLIM_IMPORT_ERROR_UNSUPPORTED, name, kinds[i].key, "%s", _ (kinds[i].refusal));

  return TRUE;
}

gboolean
plim_gguf_model_read (const PlimGgufSource *source,
                      const char           *name,
                      PlimGgufModel        *model,
                      GError              **error)
{
  const char           *architecture = source->get_string (source->file, "general.architecture");
  const char           *title = source->get_string (source->file, "general.name");
  const PlimFamily     *family;
  g_autofree PlimShape *shape = NULL;
  Reader                reader = { source, name, architecture, NULL };

  memset (model, 0, sizeof *model);
  if (architecture == NULL || *architecture == '\0' || strlen (architecture) >= sizeof model->architecture ||
      !g_str_is_ascii (architecture))
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, name, "general.architecture",
                             _ ("the file does not name its architecture"));

  if (!check_kind (source, name, error))
    return FALSE;

  g_strlcpy (model->architecture, architecture, sizeof model->architecture);
  family = plim_gguf_find_family (architecture);
  if (family != NULL && family->refusal != NULL)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_UNSUPPORTED, name, architecture, "%s", _ (family->refusal));

  model->is_known = family != NULL;
  model->has_tensors = source->has_tensor (source->file, "token_embd.weight");
  shape = plim_shape_new (family != NULL ? family : plim_family_fallback ());
  reader.shape = shape;
  if (!read_model (&reader, model, error))
    return FALSE;

  copy_name (&model->model, title != NULL && *title != '\0' ? title : architecture);
  return TRUE;
}
