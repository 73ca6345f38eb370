/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sums over the kinds of layer; see plim-kv-cache.h for the formulas. */

#include "plim-kv-cache.h"

#include "plim-checked.h"
#include "plim-mixer.h"
#include "plim-runtime.h"

#include <string.h>

#define STATE_BYTES 4

/* DeepSeek's FP8 layout of latent attention: 512 values of 8 bits, 4 scales of 32 bits and 64 rotary values of 16 bits
 * (vLLM, fp8_ds_mla).  Its indexer keeps 8-bit keys and a 32-bit scale for each 128. */
#define FP8_LATENT_BYTES   656
#define INDEX_BLOCK_TOKENS 128
#define INDEX_SCALE_BYTES  4

/* Values kept per token by one layer on one GPU. */
static gint64
layer_values (const PlimAttention *a,
              gint64               gpus_count)
{
  gint64 kv_heads = plim_divide_up (a->kv_heads_count, gpus_count);

  if (a->kind == PLIM_ATTENTION_MLA)
    return plim_add (a->kv_lora_rank, a->rope_head_dim) + a->index_head_dim;

  return plim_multiply (kv_heads, plim_add (a->head_dim, a->has_shared_cache ? 0 : a->v_head_dim));
}

/* Bytes of one entry that a layer keeps for compress_tokens beyond its window: the vector, and the indexer's key; 0 =
 * none (transformers, modeling_deepseek_v4.py, DeepseekV4HCACache and DeepseekV4CSACache). */
static gint64
entry_bytes (const PlimAttention *a,
             PlimPrecision        precision)
{
  return a->compress_tokens > 0 ? plim_precision_bytes (precision, plim_add (a->head_dim, a->index_head_dim)) : 0;
}

static gboolean
keeps_cache (const PlimLayerKind *kind)
{
  return kind->attention.kind != PLIM_ATTENTION_NONE && !kind->is_encoder && !kind->attention.shares_kv;
}

PlimKvLine
plim_kv_cache_line (const PlimModel *model,
                    PlimPrecision    precision,
                    gint64           tokens_count,
                    gint64           gpus_count)
{
  PlimKvLine line = { 0, 0 };

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimLayerKind *kind = &model->kinds[i];
      const PlimAttention *a = &kind->attention;
      gint64               token_bytes;

      if (!keeps_cache (kind))
        continue;

      token_bytes = plim_multiply (kind->layers_count, plim_precision_bytes (precision, layer_values (a, gpus_count)));
      if (a->image_tokens_count > 0)
        line.fixed_bytes = plim_add (line.fixed_bytes, plim_multiply (token_bytes, a->image_tokens_count));
      else if (a->window_tokens > 0 && a->window_tokens < tokens_count)
        line.fixed_bytes = plim_add (line.fixed_bytes, plim_multiply (token_bytes, a->window_tokens));
      else
        line.growing_bytes = plim_add (line.growing_bytes, token_bytes);
      if (a->compress_tokens > 0)
        line.growing_bytes =
          plim_add (line.growing_bytes, plim_divide_up (plim_multiply (kind->layers_count, entry_bytes (a, precision)),
                                                        a->compress_tokens));
      /* Keys and values of the encoder's output are kept once for the cross-attention, as long as its context. */
      if (a->has_cross_attention && model->mel_bins_count > 0)
        line.fixed_bytes =
          plim_add (line.fixed_bytes, plim_multiply (token_bytes, plim_model_encoder_tokens (model, tokens_count)));
      else if (a->has_cross_attention)
        line.growing_bytes = plim_add (line.growing_bytes, token_bytes);
    }

  return line;
}

gint64
plim_kv_cache_bytes (const PlimModel *model,
                     PlimPrecision    precision,
                     gint64           tokens_count,
                     gint64           gpus_count)
{
  PlimKvLine line = plim_kv_cache_line (model, precision, tokens_count, gpus_count);

  return plim_add (plim_multiply (line.growing_bytes, tokens_count), line.fixed_bytes);
}

/* --- as a runtime keeps them ------------------------------------------------------------------------ */

/* What is to be kept, and how. */
typedef struct
{
  const PlimInputs         *inputs;
  const PlimRuntimeProfile *profile;
  PlimMla                   mla;
  gint64                    gpus_count;
  gint64                    sequences_count;
  gint64                    page_bytes;   /* of the largest layer's token; 0 = pages have no common size */
} Keeper;

/* Bytes of a latent layer's token. */
static gint64
latent_bytes (const Keeper        *keeper,
              const PlimAttention *a)
{
  PlimPrecision keys = keeper->inputs->kv_precision;
  gboolean      has_index = a->index_head_dim > 0 && keeper->profile->shares_prefixes;
  gint64        bytes = plim_precision_bytes (keys, plim_add (a->kv_lora_rank, a->rope_head_dim));

  if (has_index && keys == PLIM_PRECISION_FP8)
    bytes = FP8_LATENT_BYTES;
  if (has_index)
    bytes =
      plim_add (bytes, a->index_head_dim + plim_divide_up (a->index_head_dim, INDEX_BLOCK_TOKENS) * INDEX_SCALE_BYTES);
  else
    bytes = plim_add (bytes, plim_precision_bytes (keys, a->index_head_dim));
  if (keeper->mla == PLIM_MLA_TWICE)
    bytes = plim_add (bytes, plim_precision_bytes (plim_inputs_value_precision (keeper->inputs), a->kv_lora_rank));

  return bytes;
}

/* Bytes of one token in a layer, keys and values each in whole blocks. */
static gint64
token_bytes (const Keeper        *keeper,
             const PlimAttention *a)
{
  gint64        kv_heads = plim_divide_up (a->kv_heads_count, keeper->gpus_count);
  PlimPrecision values = plim_inputs_value_precision (keeper->inputs);

  if (a->kind == PLIM_ATTENTION_MLA)
    {
      if (keeper->mla != PLIM_MLA_EXPANDED)
        return latent_bytes (keeper, a);
      kv_heads = plim_divide_up (a->heads_count, keeper->gpus_count);
    }

  return plim_add (plim_precision_bytes (keeper->inputs->kv_precision, plim_multiply (kv_heads, a->head_dim)),
                   plim_precision_bytes (values, a->has_shared_cache ? 0 : plim_multiply (kv_heads, a->v_head_dim)));
}

/* Pages of one size: those of small layers hold more tokens, or are filled up where that does not come out even (vLLM,
 * v1/core/kv_cache_utils.py, unify_kv_cache_spec_page_size). */
static gint64
padded_bytes (const Keeper *keeper,
              gint64        bytes)
{
  return keeper->page_bytes == 0 || keeper->page_bytes % bytes == 0 ? bytes : keeper->page_bytes;
}

/* Cells of the whole context, all sequences. */
static gint64
count_cells (const Keeper *keeper)
{
  const PlimInputs *inputs = keeper->inputs;
  gint64            block_tokens = keeper->profile->cache_block_tokens;
  gint64            shared_tokens = 0;

  if (inputs->unified_cache == PLIM_SWITCH_ON)
    return plim_round_up (plim_multiply (keeper->sequences_count, inputs->context_tokens), block_tokens);
  if (keeper->profile->shares_prefixes)
    shared_tokens = (gint64) (inputs->prefix_share * (double) plim_inputs_prompt_tokens (inputs));
  shared_tokens -= shared_tokens % block_tokens;

  return plim_add (shared_tokens, plim_multiply (keeper->sequences_count,
                                                 plim_round_up (inputs->context_tokens - shared_tokens, block_tokens)));
}

/* Cells of a layer with a window, all sequences. */
static gint64
count_window_cells (const Keeper        *keeper,
                    const PlimAttention *a)
{
  const PlimInputs *inputs = keeper->inputs;
  gint64            block_tokens = keeper->profile->cache_block_tokens;
  gint64            chunk_tokens = plim_runtime_ubatch_tokens (inputs);
  gint64            whole = count_cells (keeper);
  gint64            kept;

  if (keeper->profile->window_rule == PLIM_WINDOW_EXACT)
    kept = plim_round_up (a->window_tokens, block_tokens);
  else if (keeper->profile->window_rule == PLIM_WINDOW_AND_CHUNK && inputs->unified_cache == PLIM_SWITCH_ON)
    return MIN (whole,
                plim_round_up (plim_add (plim_multiply (keeper->sequences_count, a->window_tokens), chunk_tokens),
                               block_tokens));
  else if (keeper->profile->window_rule == PLIM_WINDOW_AND_CHUNK)
    kept = plim_round_up (plim_add (a->window_tokens, chunk_tokens), block_tokens);
  else
    kept = plim_add (block_tokens, plim_round_up (MIN (plim_add (a->window_tokens - !a->is_chunked, chunk_tokens),
                                                       inputs->context_tokens),
                                                  block_tokens));

  return MIN (whole, plim_multiply (keeper->sequences_count, kept));
}

/* Cells of an encoder's output; sounds have nothing to share. */
static gint64
count_encoder_cells (const Keeper    *keeper,
                     const PlimModel *model)
{
  gint64 tokens_count = plim_model_encoder_tokens (model, keeper->inputs->context_tokens);

  return model->mel_bins_count > 0 ? plim_multiply (keeper->sequences_count, tokens_count) : count_cells (keeper);
}

/* Cells of a layer that reads an image, one for each sequence. */
static gint64
count_image_cells (const Keeper        *keeper,
                   const PlimAttention *a)
{
  return plim_multiply (keeper->sequences_count,
                        plim_round_up (a->image_tokens_count, keeper->profile->cache_block_tokens));
}

static void
keeper_init (Keeper           *keeper,
             const PlimInputs *inputs,
             const PlimModel  *model,
             gint64            sequences_count,
             gint64            gpus_count)
{
  *keeper = (Keeper) {
    .inputs = inputs,
    .profile = plim_runtime_profile (inputs),
    .gpus_count = gpus_count,
    .sequences_count = sequences_count,
  };
  keeper->mla = inputs->mla == PLIM_MLA_BY_RUNTIME ? keeper->profile->mla : inputs->mla;
  for (guint i = 0; keeper->profile->pads_pages && i < model->n_kinds; i++)
    if (keeps_cache (&model->kinds[i]))
      keeper->page_bytes = MAX (keeper->page_bytes, token_bytes (keeper, &model->kinds[i].attention));
}

void
plim_kv_cache_init (PlimKvCache      *cache,
                    const PlimInputs *inputs,
                    const PlimModel  *model,
                    const gint64     *layers_count,
                    gint64            sequences_count,
                    gint64            gpus_count)
{
  Keeper keeper;

  memset (cache, 0, sizeof *cache);
  keeper_init (&keeper, inputs, model, sequences_count, gpus_count);
  cache->whole.cells_count = count_cells (&keeper);
  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimAttention *a = &model->kinds[i].attention;
      gint64               bytes;
      gint64               cells_count = cache->whole.cells_count;

      if (!keeps_cache (&model->kinds[i]) || layers_count[i] == 0)
        continue;

      bytes = plim_multiply (layers_count[i], padded_bytes (&keeper, token_bytes (&keeper, a)));
      if (a->image_tokens_count > 0)
        {
          cache->other_bytes = plim_add (cache->other_bytes, plim_multiply (count_image_cells (&keeper, a), bytes));
          continue;
        }
      if (a->window_tokens > 0 && inputs->full_windows == PLIM_SWITCH_OFF)
        cells_count = count_window_cells (&keeper, a);
      if (cells_count == cache->whole.cells_count)
        cache->whole.bytes_per_cell = plim_add (cache->whole.bytes_per_cell, bytes);
      else if (cache->window.bytes_per_cell == 0 || cache->window.cells_count == cells_count)
        cache->window = (PlimCells) { cells_count, plim_add (cache->window.bytes_per_cell, bytes) };
      else
        cache->other_bytes = plim_add (cache->other_bytes, plim_multiply (cells_count, bytes));
      if (a->has_cross_attention)
        cache->other_bytes = plim_add (cache->other_bytes, plim_multiply (count_encoder_cells (&keeper, model), bytes));
      if (a->compress_tokens > 0)
        cache->other_bytes =
          plim_add (cache->other_bytes,
                    plim_multiply (plim_multiply (layers_count[i], entry_bytes (a, inputs->kv_precision)),
                                   plim_divide_up (cache->whole.cells_count, a->compress_tokens)));
    }

  cache->total_bytes = plim_add (plim_multiply (cache->whole.cells_count, cache->whole.bytes_per_cell),
                                 plim_multiply (cache->window.cells_count, cache->window.bytes_per_cell));
  cache->total_bytes = plim_add (cache->total_bytes, cache->other_bytes);
}

gint64
plim_kv_cache_token_bytes (const PlimInputs *inputs,
                           const PlimModel  *model)
{
  gint64 bytes = 0;
  Keeper keeper;

  keeper_init (&keeper, inputs, model, 1, 1);
  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimAttention *a = &model->kinds[i].attention;
      gboolean             is_full = a->window_tokens > 0 && a->window_tokens < inputs->context_tokens;

      if (keeps_cache (&model->kinds[i]) && a->image_tokens_count == 0 &&
          (!is_full || inputs->full_windows == PLIM_SWITCH_ON))
        bytes = plim_add (bytes, plim_multiply (model->kinds[i].layers_count,
                                                padded_bytes (&keeper, token_bytes (&keeper, a))));
      if (a->compress_tokens > 0)
        bytes = plim_add (bytes, plim_divide_up (plim_multiply (model->kinds[i].layers_count,
                                                                entry_bytes (a, inputs->kv_precision)),
                                                 a->compress_tokens));
    }

  return bytes;
}

/* --- copies in 16 bits ------------------------------------------------------------------------------ */

static gboolean
is_quantized (PlimPrecision precision)
{
  return plim_precision_info (precision)->family == PLIM_PRECISION_FAMILY_GGUF;
}

gint64
plim_kv_cache_copy_bytes (const PlimInputs *inputs,
                          const PlimModel  *model,
                          const gint64     *layers_count,
                          gint64            sequences_count,
                          gint64            gpus_count)
{
  gboolean   has_keys = is_quantized (inputs->kv_precision);
  gboolean   has_values = is_quantized (plim_inputs_value_precision (inputs));
  gint64     most_bytes = 0;
  PlimInputs wide;

  if (!has_keys && !has_values)
    return 0;

  wide = *inputs;
  wide.v_precision = 1 + PLIM_PRECISION_F16;
  for (guint i = 0; i < model->n_kinds; i++)
    {
      gint64      one[PLIM_MODEL_MAX_KINDS] = { 0 };
      PlimKvCache both, twice;
      gint64      keys_bytes;

      if (layers_count[i] == 0)
        continue;

      one[i] = 1;
      wide.kv_precision = PLIM_PRECISION_F16;
      plim_kv_cache_init (&both, &wide, model, one, sequences_count, gpus_count);
      wide.kv_precision = PLIM_PRECISION_F32;
      plim_kv_cache_init (&twice, &wide, model, one, sequences_count, gpus_count);
      keys_bytes = plim_subtract (twice.total_bytes, both.total_bytes);
      most_bytes = MAX (most_bytes, plim_add (has_keys ? keys_bytes : 0,
                                              has_values ? plim_subtract (both.total_bytes, keys_bytes) : 0));
    }

  return most_bytes;
}

/* --- recurrent states ------------------------------------------------------------------------------- */

/* Bytes of one layer's state, with so many for each value of the last inputs and of the state. */
static gint64
state_bytes (const PlimModel *model,
             guint            kind,
             gint64           input_bytes,
             gint64           value_bytes)
{
  PlimMixerSize size = plim_mixer_measure (&model->kinds[kind].recurrent, model->hidden_size);

  return plim_add (plim_multiply (input_bytes, size.inputs_count), plim_multiply (value_bytes, size.state_count));
}

gint64
plim_recurrent_state_bytes (const PlimModel *model)
{
  gint64 bytes = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    bytes = plim_add (bytes, plim_multiply (model->kinds[i].layers_count,
                                            state_bytes (model, i, STATE_BYTES, STATE_BYTES)));

  return bytes;
}

gint64
plim_recurrent_cache_bytes (const PlimInputs *inputs,
                            const PlimModel  *model,
                            const gint64     *layers_count,
                            gint64            gpus_count)
{
  const PlimRuntimeProfile *profile = plim_runtime_profile (inputs);
  gint64                    bytes = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    bytes = plim_add (bytes, plim_multiply (layers_count[i],
                                            state_bytes (model, i, profile->conv_state_bytes, profile->state_bytes)));

  return plim_multiply (plim_divide_up (bytes, gpus_count), profile->state_slots_count + inputs->draft_tokens_count);
}

/* --- reading ------------------------------------------------------------------------------------------ */

gint64
plim_kv_cache_read_bytes (const PlimInputs *inputs,
                          const PlimModel  *model,
                          const gint64     *layers_count,
                          gint64            tokens_count,
                          gint64            gpus_count)
{
  const PlimRuntimeProfile *profile = plim_runtime_profile (inputs);
  gint64                    cache_bytes = 0;
  gint64                    state_bytes_sum = 0;
  Keeper                    keeper;

  keeper_init (&keeper, inputs, model, 1, gpus_count);
  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimAttention *a = &model->kinds[i].attention;
      gint64               seen = a->window_tokens > 0 ? MIN (a->window_tokens, tokens_count) : tokens_count;

      if (a->image_tokens_count > 0)
        seen = a->image_tokens_count;
      if (keeps_cache (&model->kinds[i]) || a->shares_kv)
        cache_bytes = plim_add (cache_bytes, plim_multiply (layers_count[i],
                                                            plim_multiply (seen, token_bytes (&keeper, a))));
      if (a->compress_tokens > 0)
        cache_bytes =
          plim_add (cache_bytes, plim_multiply (plim_multiply (layers_count[i], tokens_count / a->compress_tokens),
                                                entry_bytes (a, inputs->kv_precision)));
      state_bytes_sum = plim_add (state_bytes_sum,
                                  plim_multiply (layers_count[i], state_bytes (model, i, profile->conv_state_bytes,
                                                                               profile->state_bytes)));
    }

  return plim_add (cache_bytes, plim_multiply (2, plim_divide_up (state_bytes_sum, gpus_count)));
}
