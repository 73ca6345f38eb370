/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parameter counts from shapes.
 *
 * A layer is the sum of its parts; each part counts its matrices (what a token is multiplied with, what quantization
 * applies to) and its vectors (biases, norms, per-head scalars) apart.  The shapes are those of the models' published
 * implementations in Hugging Face transformers (src/transformers/models/NAME/modeling_NAME.py). */

#include "plim-parameters.h"

#include "plim-checked.h"
#include "plim-mixer.h"

#include <string.h>

/* Matrices and vectors of one part of one layer. */
typedef struct
{
  gint64 matrix_count;
  gint64 vector_count;
} Count;

static gint64
multiply3 (gint64 a,
           gint64 b,
           gint64 c)
{
  return plim_multiply (plim_multiply (a, b), c);
}

/* Values of one norm over @width. */
static gint64
norm_count (PlimNorm norm,
            gint64   width)
{
  static const gint64 vectors[] = {
    [PLIM_NORM_RMS] = 1,
    [PLIM_NORM_LAYER] = 2,
    [PLIM_NORM_LAYER_NO_BIAS] = 1,
    [PLIM_NORM_LAYER_NO_PARAM] = 0,
  };

  return plim_multiply (vectors[norm], width);
}

static gint64
qk_norm_count (const PlimAttention *a)
{
  if (a->qk_norm == PLIM_QK_NORM_NONE)
    return 0;
  if (a->qk_norm == PLIM_QK_NORM_PER_HEAD_DIM)
    return 2 * a->head_dim;

  return plim_multiply (plim_add (a->heads_count, a->kv_heads_count), a->head_dim);
}

/* What makes an entry for every compress_tokens: value and weight by projection, a position table and a norm; with an
 * indexer the windows overlap, so that both have two halves, and the indexer has the same for its keys (transformers,
 * modeling_deepseek_v4.py, DeepseekV4HCACompressor, DeepseekV4CSACompressor and DeepseekV4Indexer). */
static Count
count_compressor (const PlimAttention *a,
                  gint64               hidden_size)
{
  gint64 halves = a->index_heads_count > 0 ? 2 : 1;
  gint64 width = halves * plim_add (a->head_dim, a->index_head_dim);
  gint64 index_width = plim_multiply (a->index_heads_count, a->index_head_dim);
  Count  count = { 0 };

  if (a->compress_tokens == 0)
    return count;

  count.matrix_count = plim_multiply (hidden_size, plim_add (2 * width, a->index_heads_count));
  count.matrix_count = plim_add (count.matrix_count, plim_multiply (a->q_lora_rank, index_width));
  count.vector_count = plim_add (plim_multiply (a->compress_tokens, width), a->head_dim + a->index_head_dim);

  return count;
}

/* A matrix from @in_size to @out_size, or two with @rank between them. */
static gint64
count_through (gint64 in_size,
               gint64 rank,
               gint64 out_size)
{
  return rank > 0 ? plim_multiply (rank, plim_add (in_size, out_size)) : plim_multiply (in_size, out_size);
}

static Count
count_standard_attention (const PlimAttention *a,
                          gint64               hidden_size)
{
  gint64 q_width = multiply3 (a->heads_count, a->head_dim, a->has_output_gate ? 2 : 1);
  gint64 k_width = plim_multiply (a->kv_heads_count, a->head_dim);
  gint64 v_width = a->values_are_keys ? 0 : plim_multiply (a->kv_heads_count, a->v_head_dim);
  gint64 o_width = plim_multiply (a->heads_count, a->v_head_dim);
  gint64 copies = a->has_cross_attention ? 2 : 1;
  Count  compressor = count_compressor (a, hidden_size);
  Count  count = { 0 };

  count.matrix_count = plim_add (count_through (hidden_size, a->q_lora_rank, q_width),
                                 plim_multiply (hidden_size, plim_add (k_width, v_width)));
  count.matrix_count = plim_add (count.matrix_count,
                                 a->o_lora_rank > 0
                                   ? plim_multiply (a->o_lora_rank,
                                                    plim_add (o_width, plim_multiply (a->o_groups_count, hidden_size)))
                                   : plim_multiply (o_width, hidden_size));
  count.vector_count =
    (a->q_bias ? q_width : 0) + (a->k_bias ? k_width : 0) + (a->v_bias ? v_width : 0) + (a->o_bias ? hidden_size : 0);
  count.matrix_count = plim_multiply (count.matrix_count, copies);
  count.vector_count = plim_multiply (count.vector_count, copies);
  count.matrix_count = plim_add (count.matrix_count, compressor.matrix_count);
  count.vector_count = plim_add (count.vector_count, compressor.vector_count);
  count.vector_count += qk_norm_count (a) + (a->has_sinks ? a->heads_count : 0);
  count.vector_count += a->q_lora_rank + (a->has_shared_cache ? a->head_dim : 0);

  return count;
}

/* MLA: DeepSeek-V2, arXiv:2405.04434, section 2.1; the indexer of DeepSeek-V3.2 beside it. */
static Count
count_latent_attention (const PlimAttention *a,
                        gint64               hidden_size)
{
  gint64 q_width = plim_multiply (a->heads_count, a->head_dim);
  gint64 nope_width = a->head_dim - a->rope_head_dim;
  gint64 up_width = plim_multiply (a->heads_count, plim_add (nope_width, a->v_head_dim));
  gint64 gate_width = a->has_output_gate ? plim_multiply (a->heads_count, a->v_head_dim) : 0;
  Count  count = { 0 };

  count.matrix_count =
    plim_add (count_through (hidden_size, a->q_lora_rank, q_width),
              plim_multiply (hidden_size, plim_add (gate_width, a->kv_lora_rank + a->rope_head_dim)));
  count.vector_count += a->q_lora_rank;
  count.matrix_count = plim_add (count.matrix_count, plim_multiply (a->kv_lora_rank, up_width));
  count.matrix_count = plim_add (count.matrix_count, multiply3 (a->heads_count, a->v_head_dim, hidden_size));
  count.vector_count += a->kv_lora_rank;

  if (a->index_heads_count > 0)
    {
      gint64 index_width = plim_multiply (a->index_heads_count, a->index_head_dim);

      count.matrix_count = plim_add (count.matrix_count, plim_multiply (a->q_lora_rank, index_width));
      count.matrix_count =
        plim_add (count.matrix_count, plim_multiply (hidden_size, a->index_head_dim + a->index_heads_count));
      count.vector_count += 2 * a->index_head_dim;
    }

  return count;
}

static Count
count_attention (const PlimAttention *a,
                 gint64               hidden_size)
{
  Count count = { 0 };

  if (a->kind == PLIM_ATTENTION_STANDARD)
    count = count_standard_attention (a, hidden_size);
  else if (a->kind == PLIM_ATTENTION_MLA)
    count = count_latent_attention (a, hidden_size);
  count.vector_count = plim_add (count.vector_count, a->relative_positions_count);

  return count;
}

static Count
count_recurrent (const PlimRecurrent *r,
                 gint64               hidden_size)
{
  PlimMixerSize size = plim_mixer_measure (r, hidden_size);

  return (Count) { size.matrix_count, size.vector_count };
}

/* A feed-forward block between @outer_size and @width. */
static Count
count_feed_forward (gint64   outer_size,
                    gint64   width,
                    gboolean is_gated,
                    gboolean has_bias)
{
  Count count = { 0 };

  count.matrix_count = multiply3 (is_gated ? 3 : 2, outer_size, width);
  if (has_bias)
    count.vector_count = plim_add (plim_multiply (is_gated ? 2 : 1, width), outer_size);

  return count;
}

/* Routed experts; @used_count of them: all for the total, the active ones for a token. */
static Count
count_experts (const PlimExperts *e,
               gint64             hidden_size,
               gint64             used_count)
{
  gint64 outer_size = e->latent_size > 0 ? e->latent_size : hidden_size;
  Count  expert = count_feed_forward (outer_size, e->width, e->is_gated, e->has_bias);
  Count  count = { 0 };

  if (e->experts_count == 0)
    return count;

  count.matrix_count =
    plim_add (plim_multiply (expert.matrix_count, used_count), plim_multiply (hidden_size, e->experts_count));
  count.vector_count = plim_multiply (expert.vector_count, used_count);
  if (e->latent_size > 0)
    count.matrix_count = plim_add (count.matrix_count, multiply3 (2, hidden_size, e->latent_size));
  if (e->has_router_bias)
    count.vector_count = plim_add (count.vector_count, e->experts_count);

  return count;
}

static Count
count_dense (const PlimLayerKind *kind,
             gint64               hidden_size)
{
  Count mlp =
    count_feed_forward (hidden_size, kind->mlp.width, kind->mlp.is_gated, kind->mlp.has_bias && kind->mlp.width > 0);
  Count shared = count_feed_forward (hidden_size, kind->experts.shared_width, kind->experts.is_gated, FALSE);
  Count count = { plim_add (mlp.matrix_count, shared.matrix_count), mlp.vector_count };

  if (kind->experts.has_shared_gate)
    count.matrix_count = plim_add (count.matrix_count, hidden_size);
  count.matrix_count = plim_add (count.matrix_count, kind->joins_count);

  return count;
}

static void
add (gint64 *sum,
     gint64  each,
     gint64  times)
{
  *sum = plim_add (*sum, plim_multiply (each, times));
}

static void
add_part (PlimParameters *parameters,
          PlimParameterClass class,
          Count  count,
          gint64 layers_count)
{
  add (&parameters->by_class_count[class], plim_add (count.matrix_count, count.vector_count), layers_count);
  add (&parameters->quantizable_count, count.matrix_count, layers_count);
}

static void
count_layers (const PlimModel     *model,
              const PlimLayerKind *kind,
              PlimParameters      *parameters)
{
  gint64 layers_count = kind->layers_count;
  gint64 hidden_size = model->hidden_size;
  Count  attention = count_attention (&kind->attention, hidden_size);
  Count  recurrent = count_recurrent (&kind->recurrent, hidden_size);
  Count  dense = count_dense (kind, hidden_size);
  Count  experts = count_experts (&kind->experts, hidden_size, kind->experts.experts_count);
  Count  active = count_experts (&kind->experts, hidden_size, kind->experts.active_count);
  gint64 inactive_count = (experts.matrix_count - active.matrix_count) + (experts.vector_count - active.vector_count);

  add_part (parameters, PLIM_TENSOR_ATTENTION, attention, layers_count);
  add_part (parameters, PLIM_TENSOR_RECURRENT, recurrent, layers_count);
  add_part (parameters, PLIM_TENSOR_MLP, dense, layers_count);
  add_part (parameters, PLIM_TENSOR_EXPERTS, experts, layers_count);
  add (&parameters->by_class_count[PLIM_TENSOR_NORM],
       plim_multiply (kind->norms_count, norm_count (model->norm, hidden_size)), layers_count);
  add (&parameters->by_class_count[PLIM_TENSOR_NORM], kind->other_count, layers_count);

  add (&parameters->matrix_count, attention.matrix_count, layers_count);
  add (&parameters->matrix_count, recurrent.matrix_count, layers_count);
  add (&parameters->matrix_count, dense.matrix_count, layers_count);
  add (&parameters->matrix_count, active.matrix_count, layers_count);
  /* Kept as what a token does not use; turned into the active count once the total is known. */
  add (&parameters->active_count, inactive_count, layers_count);
}

/* Tables, input convolutions (Whisper: kernel 3, mel bins to hidden, hidden to hidden) and embedding norms. */
static gint64
count_embedding (const PlimModel *model)
{
  gint64 hidden_size = model->hidden_size;
  gint64 width = model->embedding_size > 0 ? model->embedding_size : hidden_size;
  gint64 count = plim_add (plim_multiply (model->vocab_size, width), model->layer_tables_count);

  add (&count, hidden_size, plim_add (model->learned_positions_count, model->token_types_count));
  add (&count, norm_count (model->norm, hidden_size), model->embedding_norms_count);
  if (model->embedding_size > 0)
    add (&count, 2 * model->embedding_size, hidden_size);
  if (model->mel_bins_count > 0)
    add (&count, 3 * (model->mel_bins_count + hidden_size) + 2, hidden_size);

  return count;
}

/* The output matrix a token is multiplied with, tied or not. */
static gint64
count_head_matrix (const PlimModel *model)
{
  gint64 width = model->embedding_size > 0 ? model->embedding_size : model->hidden_size;

  return model->has_head ? plim_multiply (model->vocab_size, width) : 0;
}

static gint64
count_head (const PlimModel *model)
{
  gint64 count = model->has_tied_head ? 0 : count_head_matrix (model);

  if (model->has_head_bias)
    count = plim_add (count, model->vocab_size);
  if (model->has_pooler)
    add (&count, model->hidden_size + 1, model->hidden_size);

  return count;
}

/* T5: one table of buckets x heads for each stack. */
static gint64
count_relative_buckets (const PlimModel *model)
{
  gint64 count = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    add (&count, model->relative_buckets_count, model->kinds[i].attention.heads_count);

  return count;
}

void
plim_parameters_count (const PlimModel *model,
                       PlimParameters  *parameters)
{
  memset (parameters, 0, sizeof *parameters);
  if (!plim_model_has_shape (model))
    {
      parameters->total_count = model->declared_parameters_count;
      parameters->active_count = model->declared_parameters_count;
      parameters->matrix_count = model->declared_parameters_count;
      parameters->quantizable_count = model->declared_parameters_count;
      return;
    }

  for (guint i = 0; i < model->n_kinds; i++)
    count_layers (model, &model->kinds[i], parameters);

  parameters->by_class_count[PLIM_TENSOR_EMBEDDING] = count_embedding (model);
  parameters->by_class_count[PLIM_TENSOR_HEAD] = count_head (model);
  add (&parameters->by_class_count[PLIM_TENSOR_ATTENTION], count_relative_buckets (model), 1);
  add (&parameters->by_class_count[PLIM_TENSOR_NORM], norm_count (model->norm, model->hidden_size),
       model->final_norms_count);
  add (&parameters->by_class_count[PLIM_TENSOR_NORM], model->other_count, 1);
  add (&parameters->matrix_count, count_head_matrix (model), 1);

  for (guint i = 0; i < PLIM_N_TENSORS; i++)
    add (&parameters->total_count, parameters->by_class_count[i], 1);
  parameters->active_count = plim_subtract (parameters->total_count, parameters->active_count);
}

PlimLayerCount
plim_parameters_count_layer (const PlimModel *model,
                             guint            kind)
{
  const PlimLayerKind *k = &model->kinds[kind];
  Count                attention = count_attention (&k->attention, model->hidden_size);
  Count                recurrent = count_recurrent (&k->recurrent, model->hidden_size);
  Count                dense = count_dense (k, model->hidden_size);
  Count                router = count_experts (&k->experts, model->hidden_size, 0);
  Count                experts = count_experts (&k->experts, model->hidden_size, k->experts.experts_count);
  gint64               norms = plim_multiply (k->norms_count, norm_count (model->norm, model->hidden_size));
  PlimLayerCount       count = { 0 };

  count.matrix_count = plim_add (plim_add (attention.matrix_count, recurrent.matrix_count),
                                 plim_add (dense.matrix_count, router.matrix_count));
  count.vector_count = plim_add (plim_add (attention.vector_count, recurrent.vector_count),
                                 plim_add (dense.vector_count, router.vector_count));
  count.vector_count = plim_add (count.vector_count, plim_add (norms, k->other_count));
  count.expert_matrix_count = plim_subtract (experts.matrix_count, router.matrix_count);
  count.expert_vector_count = plim_subtract (experts.vector_count, router.vector_count);

  return count;
}

gint64
plim_parameters_recurrent_matrix_count (const PlimRecurrent *recurrent,
                                        gint64               hidden_size)
{
  return count_recurrent (recurrent, hidden_size).matrix_count;
}
