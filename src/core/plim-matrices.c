/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The matrices of a layer one by one.  Where a part has several of the same use and row, they are one entry. */

#include "plim-parameters.h"

#include "plim-checked.h"
#include "plim-matrices-private.h"
#include "plim-mixer.h"

gint64
plim_matrix_count (const PlimMatrix *matrix)
{
  return plim_multiply (plim_multiply (matrix->in_size, matrix->out_size), matrix->copies_count);
}

/* The query, at once or through a low rank. */
static void
add_query (PlimMatrices        *list,
           const PlimAttention *a,
           gint64               hidden_size,
           gint64               width,
           gint64               copies_count)
{
  if (a->q_lora_rank == 0)
    plim_matrices_add (list, PLIM_MATRIX_QUERY, hidden_size, width, copies_count);
  plim_matrices_add (list, PLIM_MATRIX_OTHER, a->q_lora_rank > 0 ? hidden_size : 0, a->q_lora_rank, copies_count);
  plim_matrices_add (list, PLIM_MATRIX_OTHER, a->q_lora_rank, width, copies_count);
}

/* The output, at once or each group of heads through a low rank. */
static void
add_output (PlimMatrices        *list,
            const PlimAttention *a,
            gint64               hidden_size,
            gint64               copies_count)
{
  gint64 width = plim_multiply (a->heads_count, a->v_head_dim);
  gint64 middle = plim_multiply (a->o_groups_count, a->o_lora_rank);

  if (middle > 0)
    plim_matrices_add (list, PLIM_MATRIX_OTHER, width / a->o_groups_count, middle, copies_count);
  plim_matrices_add (list, PLIM_MATRIX_OUTPUT, middle > 0 ? middle : width, hidden_size, copies_count);
}

static void
add_standard_attention (PlimMatrices        *list,
                        const PlimAttention *a,
                        gint64               hidden_size)
{
  gint64 copies = a->has_cross_attention ? 2 : 1;
  gint64 q_width = plim_multiply (a->heads_count, a->has_output_gate ? 2 * a->head_dim : a->head_dim);

  add_query (list, a, hidden_size, q_width, copies);
  plim_matrices_add (list, PLIM_MATRIX_KEY, hidden_size, plim_multiply (a->kv_heads_count, a->head_dim), copies);
  if (!a->values_are_keys)
    plim_matrices_add (list, PLIM_MATRIX_VALUE, hidden_size, plim_multiply (a->kv_heads_count, a->v_head_dim), copies);
  add_output (list, a, hidden_size, copies);
  if (a->index_heads_count > 0)
    plim_matrices_add (list, PLIM_MATRIX_OTHER, a->q_lora_rank, plim_multiply (a->index_heads_count, a->index_head_dim),
                       1);
}

/* Multi-head latent attention: down to the latents, up from them, and the indexer. */
static void
add_latent_attention (PlimMatrices        *list,
                      const PlimAttention *a,
                      gint64               hidden_size)
{
  gint64 q_width = plim_multiply (a->heads_count, a->head_dim);
  gint64 up_width = plim_multiply (a->heads_count, a->head_dim - a->rope_head_dim + a->v_head_dim);

  add_query (list, a, hidden_size, q_width, 1);
  if (a->has_output_gate)
    plim_matrices_add (list, PLIM_MATRIX_OTHER, hidden_size, plim_multiply (a->heads_count, a->v_head_dim), 1);
  plim_matrices_add (list, PLIM_MATRIX_OTHER, hidden_size, a->kv_lora_rank + a->rope_head_dim, 1);
  plim_matrices_add (list, PLIM_MATRIX_OTHER, a->kv_lora_rank, up_width, 1);
  plim_matrices_add (list, PLIM_MATRIX_OUTPUT, plim_multiply (a->heads_count, a->v_head_dim), hidden_size, 1);
  if (a->index_heads_count > 0)
    {
      plim_matrices_add (list, PLIM_MATRIX_OTHER, a->q_lora_rank,
                         plim_multiply (a->index_heads_count, a->index_head_dim), 1);
      plim_matrices_add (list, PLIM_MATRIX_OTHER, hidden_size, a->index_head_dim + a->index_heads_count, 1);
    }
}

static void
add_feed_forward (PlimMatrices  *list,
                  PlimMatrixRole first_role,
                  gint64         outer_size,
                  gint64         width,
                  gint64         copies_count,
                  gboolean       is_gated)
{
  if (is_gated)
    plim_matrices_add (list, first_role, outer_size, width, copies_count);
  plim_matrices_add (list, first_role + 1, outer_size, width, copies_count);
  plim_matrices_add (list, first_role + 2, width, outer_size, copies_count);
}

static void
add_experts (PlimMatrices      *list,
             const PlimExperts *e,
             gint64             hidden_size)
{
  gint64 outer_size = e->latent_size > 0 ? e->latent_size : hidden_size;

  add_feed_forward (list, PLIM_MATRIX_GATE, hidden_size, e->shared_width, 1, e->is_gated);
  if (e->has_shared_gate)
    plim_matrices_add (list, PLIM_MATRIX_ROUTER, hidden_size, 1, 1);
  if (e->experts_count == 0)
    return;

  plim_matrices_add (list, PLIM_MATRIX_ROUTER, hidden_size, e->experts_count, 1);
  if (e->latent_size > 0)
    plim_matrices_add (list, PLIM_MATRIX_OTHER, hidden_size, e->latent_size, 2);
  add_feed_forward (list, PLIM_MATRIX_EXPERT_GATE, outer_size, e->width, e->experts_count, e->is_gated);
}

guint
plim_parameters_list_matrices (const PlimModel *model,
                               guint            kind,
                               PlimMatrix      *matrices)
{
  const PlimLayerKind *k = &model->kinds[kind];
  PlimMatrices         list = { matrices, 0 };
  PlimLayerCount       count = plim_parameters_count_layer (model, kind);
  gint64               rest_count;

  if (k->attention.kind == PLIM_ATTENTION_STANDARD)
    add_standard_attention (&list, &k->attention, model->hidden_size);
  else if (k->attention.kind == PLIM_ATTENTION_MLA)
    add_latent_attention (&list, &k->attention, model->hidden_size);
  add_feed_forward (&list, PLIM_MATRIX_GATE, model->hidden_size, k->mlp.width, 1, k->mlp.is_gated);
  add_experts (&list, &k->experts, model->hidden_size);

  list.n_matrices +=
    plim_mixer_list_matrices (&k->recurrent, model->hidden_size, list.matrices + list.n_matrices);

  /* What is left of a mixer takes the hidden state. */
  rest_count = plim_add (count.matrix_count, count.expert_matrix_count);
  for (guint i = 0; i < list.n_matrices; i++)
    rest_count = plim_subtract (rest_count, plim_matrix_count (&matrices[i]));
  plim_matrices_add (&list, PLIM_MATRIX_OTHER, model->hidden_size, rest_count / model->hidden_size, 1);

  return list.n_matrices;
}

PlimLayerSides
plim_parameters_count_sides (const PlimModel *model,
                             guint            kind)
{
  PlimLayerSides sides = { 0 };
  PlimMatrix     matrices[PLIM_LAYER_MAX_MATRICES];
  guint          n_matrices = plim_parameters_list_matrices (model, kind, matrices);

  for (guint i = 0; i < n_matrices; i++)
    {
      gboolean is_expert = matrices[i].role >= PLIM_MATRIX_EXPERT_GATE;
      gint64  *inputs_count = is_expert ? &sides.expert_inputs_count : &sides.inputs_count;
      gint64  *outputs_count = is_expert ? &sides.expert_outputs_count : &sides.outputs_count;

      *inputs_count = plim_add (*inputs_count, plim_multiply (matrices[i].copies_count, matrices[i].in_size));
      *outputs_count = plim_add (*outputs_count, plim_multiply (matrices[i].copies_count, matrices[i].out_size));
    }

  return sides;
}
