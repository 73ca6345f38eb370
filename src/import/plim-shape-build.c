/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a laid out shape to the model: each distinct layer becomes a kind.  What a family has beside the usual parts
 * (Gemma 3n's and 4's embeddings for each layer, AltUp, LAuReL; transformers, modeling_gemma3n.py) is counted as values
 * of the layer or the model that fit no other class. */

#include "config.h"

#include "plim-shape.h"

#include "plim-checked.h"

#include <glib/gi18n.h>
#include <string.h>

static void
build_attention (const PlimShape      *shape,
                 const PlimShapeLayer *layer,
                 PlimAttention        *a)
{
  gboolean has_qkv_bias = plim_shape_has (shape, PLIM_TRAIT_QKV_BIAS);

  a->kind = plim_shape_has (shape, PLIM_TRAIT_MLA) ? PLIM_ATTENTION_MLA : PLIM_ATTENTION_STANDARD;
  a->heads_count = layer->heads_count;
  a->kv_heads_count = layer->kv_heads_count;
  a->head_dim = layer->head_dim;
  a->v_head_dim = layer->v_head_dim;
  a->window_tokens = layer->window_tokens;
  a->is_chunked = layer->window_tokens > 0 && shape->family->windows == PLIM_WINDOWS_CHUNKS;
  a->q_bias = has_qkv_bias;
  a->k_bias = has_qkv_bias && !plim_shape_has (shape, PLIM_TRAIT_K_BIAS_ABSENT);
  a->v_bias = has_qkv_bias;
  a->o_bias = plim_shape_has (shape, PLIM_TRAIT_O_BIAS);
  a->has_output_gate = plim_shape_has (shape, PLIM_TRAIT_OUTPUT_GATE);
  a->has_sinks = plim_shape_has (shape, PLIM_TRAIT_SINKS) ||
                 (layer->is_windowed && plim_shape_has (shape, PLIM_TRAIT_WINDOW_SINKS));
  a->has_shared_cache = shape->family->has_shared_cache;
  a->has_fused_qkv = shape->family->has_fused_qkv;
  a->values_are_keys =
    a->has_shared_cache || (!layer->is_windowed && plim_shape_has (shape, PLIM_TRAIT_VALUES_ARE_KEYS));
  a->shares_kv = layer->shares_kv != 0;
  a->has_cross_attention = shape->family->stack == PLIM_STACK_ENCODER_DECODER && !layer->is_encoder;
  a->image_tokens_count = layer->reads_images != 0 ? shape->image_tokens_count : 0;
  a->qk_norm = plim_shape_has (shape, PLIM_TRAIT_QK_NORM) || layer->reads_images != 0 ? shape->family->qk_norm
                                                                                      : PLIM_QK_NORM_NONE;
  if (a->has_shared_cache)
    {
      a->q_lora_rank = plim_shape_get (shape, PLIM_CONFIG_Q_LORA, 0);
      a->o_lora_rank = plim_shape_get (shape, PLIM_CONFIG_O_LORA, 0);
      a->o_groups_count = plim_shape_get (shape, PLIM_CONFIG_O_GROUPS, a->o_lora_rank > 0 ? 1 : 0);
      a->compress_tokens = layer->compress_tokens;
      a->index_heads_count = layer->has_indexer ? plim_shape_get (shape, PLIM_CONFIG_INDEX_HEADS, 0) : 0;
      a->index_head_dim = layer->has_indexer ? plim_shape_get (shape, PLIM_CONFIG_INDEX_DIM, 0) : 0;
    }
  if (a->kind == PLIM_ATTENTION_MLA)
    {
      a->q_lora_rank = plim_shape_get (shape, PLIM_CONFIG_Q_LORA, 0);
      a->kv_lora_rank = shape->values[PLIM_CONFIG_KV_LORA];
      a->rope_head_dim = shape->values[PLIM_CONFIG_QK_ROPE];
      a->index_heads_count = layer->follows_indexer ? 0 : plim_shape_get (shape, PLIM_CONFIG_INDEX_HEADS, 0);
      a->index_head_dim = a->index_heads_count > 0 ? plim_shape_get (shape, PLIM_CONFIG_INDEX_DIM, 0) : 0;
    }
}

static void
build_mamba (const PlimShape *shape,
             PlimRecurrent   *r)
{
  const gint64 *v = shape->values;

  r->inner_size = v[PLIM_CONFIG_SSM_INNER];
  r->state_size = v[PLIM_CONFIG_SSM_STATE];
  r->dt_rank = r->kind == PLIM_RECURRENT_MAMBA1 ? v[PLIM_CONFIG_SSM_DT_RANK] : 0;
  r->heads_count = r->kind == PLIM_RECURRENT_MAMBA2 ? v[PLIM_CONFIG_SSM_HEADS] : 0;
  r->groups_count = r->kind == PLIM_RECURRENT_MAMBA2 ? plim_shape_get (shape, PLIM_CONFIG_SSM_GROUPS, 1) : 0;
  r->has_inner_norms = plim_shape_has (shape, PLIM_TRAIT_INNER_NORMS);
  r->has_gate_norm = plim_shape_has (shape, PLIM_TRAIT_GATE_NORM);
}

static void
build_rwkv (const PlimShape      *shape,
            const PlimShapeLayer *layer,
            PlimRecurrent        *r)
{
  r->inner_size = shape->values[PLIM_CONFIG_SSM_INNER];
  /* RWKV-4 keeps a numerator, a denominator and their exponent for each channel, later ones a square for each head. */
  r->state_size = r->kind == PLIM_RECURRENT_RWKV4 ? 3 : shape->values[PLIM_CONFIG_WKV_HEAD];
  r->heads_count = r->kind == PLIM_RECURRENT_RWKV4 ? 0 : MAX (r->inner_size / r->state_size, 1);
  if (r->kind == PLIM_RECURRENT_RWKV4 || r->kind == PLIM_RECURRENT_RWKV5)
    return;

  r->decay_rank = plim_shape_get (shape, PLIM_CONFIG_DECAY_RANK, 0);
  r->shift_rank = plim_shape_get (shape, PLIM_CONFIG_SHIFT_RANK, 0);
  r->gate_rank = plim_shape_get (shape, PLIM_CONFIG_GATE_RANK, 0);
  r->rate_rank = plim_shape_get (shape, PLIM_CONFIG_RATE_RANK, 0);
  r->value_rank = layer->has_value_residual ? plim_shape_get (shape, PLIM_CONFIG_VALUE_RANK, 0) : 0;
}

static void
build_mixer (const PlimShape      *shape,
             const PlimShapeLayer *layer,
             PlimRecurrent        *r)
{
  const gint64 *v = shape->values;

  r->kind = shape->family->recurrent;
  r->conv_kernel = plim_shape_get (shape, PLIM_CONFIG_SSM_CONV, 0);
  if (r->kind == PLIM_RECURRENT_GATED_DELTA_NET)
    {
      r->inner_size = v[PLIM_CONFIG_VALUE_HEADS] * v[PLIM_CONFIG_VALUE_DIM];
      r->state_size = v[PLIM_CONFIG_KEY_DIM];
      r->groups_count = v[PLIM_CONFIG_KEY_HEADS];
      r->heads_count = v[PLIM_CONFIG_VALUE_HEADS];
    }
  else if (r->kind == PLIM_RECURRENT_LIGHTNING)
    {
      r->inner_size = v[PLIM_CONFIG_HEADS] * v[PLIM_CONFIG_HEAD_DIM];
      r->state_size = v[PLIM_CONFIG_HEAD_DIM];
      r->heads_count = v[PLIM_CONFIG_HEADS];
    }
  else if (r->kind == PLIM_RECURRENT_KIMI_DELTA)
    {
      r->inner_size = v[PLIM_CONFIG_DELTA_HEADS] * v[PLIM_CONFIG_DELTA_HEAD_DIM];
      r->state_size = v[PLIM_CONFIG_DELTA_HEAD_DIM];
      r->heads_count = v[PLIM_CONFIG_DELTA_HEADS];
      r->decay_rank = v[PLIM_CONFIG_DELTA_HEAD_DIM];
      r->gate_rank = plim_shape_has (shape, PLIM_TRAIT_FULL_GATE) ? 0 : r->decay_rank;
    }
  else if (r->kind == PLIM_RECURRENT_SHORT_CONVOLUTION || r->kind == PLIM_RECURRENT_RG_LRU)
    {
      r->inner_size = v[PLIM_CONFIG_SSM_INNER];
      r->state_size = r->kind == PLIM_RECURRENT_RG_LRU ? 1 : 0;
      r->heads_count = r->kind == PLIM_RECURRENT_RG_LRU ? v[PLIM_CONFIG_HEADS] : 0;
    }
  else if (r->kind >= PLIM_RECURRENT_RWKV4)
    build_rwkv (shape, layer, r);
  else
    build_mamba (shape, r);
}

static void
build_experts (const PlimShape      *shape,
               const PlimShapeLayer *layer,
               PlimExperts          *e)
{
  const gint64 *v = shape->values;

  e->experts_count = v[PLIM_CONFIG_EXPERTS];
  e->active_count = v[PLIM_CONFIG_ACTIVE];
  e->width = v[PLIM_CONFIG_EXPERT_WIDTH];
  e->shared_width = v[PLIM_CONFIG_SHARED_WIDTH];
  e->latent_size = plim_shape_get (shape, PLIM_CONFIG_LATENT, 0);
  e->is_gated = plim_shape_has (shape, PLIM_TRAIT_GATED);
  e->has_bias = plim_shape_has (shape, PLIM_TRAIT_EXPERT_BIAS);
  e->has_router_bias = plim_shape_has (shape, PLIM_TRAIT_ROUTER_BIAS) && !layer->is_hashed;
  e->has_shared_gate = e->shared_width > 0 && plim_shape_has (shape, PLIM_TRAIT_SHARED_GATE);
}

/* Norms over the hidden size in a layer. */
static gint64
count_norms (const PlimShape      *shape,
             const PlimShapeLayer *layer)
{
  const PlimFamily *family = shape->family;
  gint64            count = family->norms_count;

  if (plim_shape_has (shape, PLIM_TRAIT_PARALLEL) && family->parallel_norms_count > 0)
    count = family->parallel_norms_count;
  if (plim_shape_has (shape, PLIM_TRAIT_FALCON_NEW))
    count = plim_shape_get (shape, PLIM_CONFIG_LAYER_NORMS, 2);
  if (family->stack == PLIM_STACK_ENCODER_DECODER && !layer->is_encoder)
    count++;

  return count;
}

/* Gemma 3n and 4: gate and projection of the layer's own embedding. */
static gint64
count_layer_joins (const PlimShape *shape)
{
  return plim_multiply (2 * shape->values[PLIM_CONFIG_HIDDEN], plim_shape_get (shape, PLIM_CONFIG_LAYER_EMBEDDING, 0));
}

/* Gemma 3n and 4: the norm of the layer's own embedding; AltUp and LAuReL of Gemma 3n.  DeepSeek
 * V4: hyper-connections around attention and experts, each a matrix from all streams to weights that take them in, put
 * them out and mix them, with a base and three scales (transformers, modeling_deepseek_v4.py).  Kimi K3: a norm and a
 * row of weights before attention and before the experts, and a norm in the experts' width (Megatron-Bridge,
 * models/kimi/kimi_k3_layers.py). */
static gint64
count_layer_others (const PlimShape      *shape,
                    const PlimShapeLayer *layer)
{
  gint64 hidden = shape->values[PLIM_CONFIG_HIDDEN];
  gint64 own = plim_shape_get (shape, PLIM_CONFIG_LAYER_EMBEDDING, 0);
  gint64 altup = plim_shape_get (shape, PLIM_CONFIG_ALTUP, 0);
  gint64 laurel = plim_shape_get (shape, PLIM_CONFIG_LAUREL, 0);
  gint64 streams = plim_shape_get (shape, PLIM_CONFIG_HYPER, 0);
  gint64 mixes = streams * (streams + 2);
  gint64 count = shape->family->layer_scalars_count + (shape->family->has_wide_norm ? layer->ffn_width : 0);

  if (streams > 0)
    count = plim_add (count, 2 * plim_add (plim_multiply (mixes * streams, hidden), mixes + 3));
  if (plim_shape_get (shape, PLIM_CONFIG_RESIDUAL_BLOCK, 0) > 0)
    count = plim_add (count, 4 * hidden);
  if (layer->has_experts && shape->family->has_latent_norm)
    count = plim_add (count, plim_shape_get (shape, PLIM_CONFIG_LATENT, 0));
  if (layer->has_experts)
    count += shape->family->expert_norms_count * hidden +
             (shape->family->has_expert_scales ? shape->values[PLIM_CONFIG_EXPERTS] : 0);
  if (own > 0)
    count = plim_add (count, hidden);
  if (altup > 0)
    count = plim_add (count, hidden * (altup + 2) + altup * altup * (altup + 1));
  if (laurel > 0)
    count = plim_add (count, plim_multiply (hidden, 2 * laurel + 1));
  /* MllamaCrossAttentionDecoderLayer: a gate of attention, one of feed-forward. */
  if (layer->reads_images != 0)
    count = plim_add (count, 2);

  return count;
}

static void
build_kind (const PlimShape      *shape,
            const PlimShapeLayer *layer,
            PlimLayerKind        *kind)
{
  kind->is_encoder = layer->is_encoder != 0;
  kind->norms_count = count_norms (shape, layer);
  kind->joins_count = count_layer_joins (shape);
  kind->other_count = count_layer_others (shape, layer);
  kind->mlp.is_gated = plim_shape_has (shape, PLIM_TRAIT_GATED);
  kind->experts.is_gated = kind->mlp.is_gated;
  if (layer->has_attention)
    build_attention (shape, layer, &kind->attention);
  if (layer->has_mixer)
    build_mixer (shape, layer, &kind->recurrent);
  if (layer->has_experts)
    build_experts (shape, layer, &kind->experts);
  else if (layer->has_mlp && shape->family->mixers == PLIM_MIXERS_LIST && !shape->family->is_one_block &&
           shape->values[PLIM_CONFIG_EXPERTS] == 0 && shape->values[PLIM_CONFIG_SHARED_WIDTH] > 0)
    {
      kind->mlp.width = shape->values[PLIM_CONFIG_SHARED_WIDTH];
      return;
    }
  if (layer->has_mlp)
    {
      kind->mlp.width = layer->has_experts && plim_shape_has (shape, PLIM_TRAIT_SQUARE_DENSE)
                          ? shape->values[PLIM_CONFIG_HIDDEN]
                          : layer->ffn_width;
      kind->mlp.has_bias = plim_shape_has (shape, PLIM_TRAIT_MLP_BIAS);
    }
}

static gboolean
build_kinds (const PlimShape *shape,
             const char      *name,
             PlimModel       *model,
             GError         **error)
{
  const PlimShapeLayer *samples[PLIM_MODEL_MAX_KINDS];
  guint                 n_kinds = 0;

  for (guint i = 0; i < shape->n_layers; i++)
    {
      guint kind = 0;

      while (kind < n_kinds && memcmp (samples[kind], &shape->layers[i], sizeof *samples[kind]) != 0)
        kind++;
      if (kind == PLIM_MODEL_MAX_KINDS)
        return plim_import_fail (error, PLIM_IMPORT_ERROR_UNSUPPORTED, name, NULL,
                                 _ ("the model has more than %d kinds of layer"), PLIM_MODEL_MAX_KINDS);
      if (kind == n_kinds)
        {
          samples[kind] = &shape->layers[i];
          build_kind (shape, samples[kind], &model->kinds[kind]);
          n_kinds++;
        }
      model->kinds[kind].layers_count++;
      model->pattern[i] = (guint8) kind;
    }
  model->n_kinds = n_kinds;
  model->n_layers = shape->n_layers;

  return TRUE;
}

static gint64
count_positions (const PlimShape *shape)
{
  const PlimFamily *family = shape->family;
  gint64            rows = plim_shape_get (shape, PLIM_CONFIG_CONTEXT, 0) + family->positions_extra;
  gint64            source = plim_shape_get (shape, PLIM_CONFIG_SOURCE_POSITIONS, rows);

  if (!family->has_positions)
    return 0;

  return family->stack == PLIM_STACK_ENCODER_DECODER ? rows + source : rows;
}

/* The tables of the layers' own embeddings. */
static gint64
count_layer_tables (const PlimShape *shape)
{
  gint64 own = plim_shape_get (shape, PLIM_CONFIG_LAYER_EMBEDDING, 0);
  gint64 vocab = plim_shape_get (shape, PLIM_CONFIG_LAYER_VOCAB, shape->values[PLIM_CONFIG_VOCAB]);

  return plim_multiply (plim_multiply (own, shape->n_layers), vocab);
}

/* Projection and norm of those embeddings, and AltUp's projections; what makes one of several streams, or of earlier
 * blocks, after the last layer. */
static gint64
count_model_others (const PlimShape *shape)
{
  gint64 hidden = shape->values[PLIM_CONFIG_HIDDEN];
  gint64 own = plim_shape_get (shape, PLIM_CONFIG_LAYER_EMBEDDING, 0);
  gint64 altup = plim_shape_get (shape, PLIM_CONFIG_ALTUP, 0);
  gint64 streams = plim_shape_get (shape, PLIM_CONFIG_HYPER, 0);
  gint64 count = 0;

  if (streams > 0)
    count = plim_add (plim_multiply (streams * streams, hidden), streams + 1);
  if (plim_shape_get (shape, PLIM_CONFIG_RESIDUAL_BLOCK, 0) > 0)
    count = plim_add (count, 2 * hidden);
  if (own > 0)
    count = plim_add (plim_multiply (plim_multiply (own, shape->n_layers), hidden), own);
  if (altup > 1)
    count = plim_add (count, plim_multiply (2 * (altup - 1), hidden * hidden));

  return plim_add (count, plim_multiply (shape->family->embedding_extra, hidden));
}

gboolean
plim_shape_build (const PlimShape *shape,
                  const char      *name,
                  PlimModel       *model,
                  GError         **error)
{
  const PlimFamily *family = shape->family;
  const gint64     *v = shape->values;
  gint64            embedding = plim_shape_get (shape, PLIM_CONFIG_EMBEDDING, v[PLIM_CONFIG_HIDDEN]);

  memset (model, 0, sizeof *model);
  model->hidden_size = v[PLIM_CONFIG_HIDDEN];
  model->embedding_size = embedding != model->hidden_size ? embedding : 0;
  model->vocab_size = v[PLIM_CONFIG_VOCAB];
  model->max_context_tokens = plim_shape_get (shape, PLIM_CONFIG_CONTEXT, 0);
  model->learned_positions_count = count_positions (shape);
  model->token_types_count =
    family->stack == PLIM_STACK_ENCODER ? plim_shape_get (shape, PLIM_CONFIG_TOKEN_TYPES, 0) : 0;
  model->mel_bins_count = plim_shape_get (shape, PLIM_CONFIG_MEL_BINS, 0);
  model->relative_buckets_count = plim_shape_get (shape, PLIM_CONFIG_BUCKETS, 0);
  model->norm = family->norm;
  model->final_norms_count = family->final_norms_count;
  if (plim_family_has_word (family->types, "opt") && !plim_shape_has (shape, PLIM_TRAIT_PRE_NORM))
    model->final_norms_count = 0;
  model->embedding_norms_count = family->embedding_norms_count;
  model->next_token_layers_count =
    MIN (plim_shape_get (shape, PLIM_CONFIG_NEXT_TOKEN_LAYERS, 0), PLIM_MODEL_MAX_LAYERS);
  model->has_next_token_tables = model->next_token_layers_count > 0 && family->has_next_token_tables;
  model->has_tied_head = plim_shape_has (shape, PLIM_TRAIT_TIED);
  model->has_head = !plim_shape_has (shape, PLIM_TRAIT_NO_HEAD);
  model->has_head_bias = plim_shape_has (shape, PLIM_TRAIT_HEAD_BIAS);
  model->has_pooler = plim_shape_has (shape, PLIM_TRAIT_POOLER);
  model->has_parallel_blocks = plim_shape_has (shape, PLIM_TRAIT_PARALLEL);
  if (!build_kinds (shape, name, model, error))
    return FALSE;
  model->layer_tables_count = count_layer_tables (shape);
  model->other_count = count_model_others (shape);

  return TRUE;
}
