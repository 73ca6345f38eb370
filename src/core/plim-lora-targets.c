/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which matrices of a layer carry low-rank adapters. */

#include "plim-checked.h"
#include "plim-matrices-private.h"
#include "plim-parameters.h"

static void
add_standard_attention (PlimMatrices        *list,
                        const PlimAttention *a,
                        gint64               hidden_size,
                        PlimLoraTargets      targets)
{
  gint64 copies = a->has_cross_attention ? 2 : 1;
  gint64 q_width = plim_multiply (a->heads_count, a->has_output_gate ? 2 * a->head_dim : a->head_dim);

  if (a->q_lora_rank > 0 && targets != PLIM_LORA_QUERY_VALUE)
    plim_matrices_add (list, PLIM_MATRIX_OTHER, hidden_size, a->q_lora_rank, copies);
  plim_matrices_add (list, PLIM_MATRIX_QUERY, a->q_lora_rank > 0 ? a->q_lora_rank : hidden_size, q_width, copies);
  if (!a->values_are_keys)
    plim_matrices_add (list, PLIM_MATRIX_VALUE, hidden_size, plim_multiply (a->kv_heads_count, a->v_head_dim), copies);
  if (targets == PLIM_LORA_QUERY_VALUE)
    return;

  plim_matrices_add (list, PLIM_MATRIX_KEY, hidden_size, plim_multiply (a->kv_heads_count, a->head_dim), copies);
  plim_matrices_add (list, PLIM_MATRIX_OUTPUT,
                     a->o_lora_rank > 0 ? plim_multiply (a->o_groups_count, a->o_lora_rank)
                                        : plim_multiply (a->heads_count, a->v_head_dim),
                     hidden_size, copies);
}

/* Multi-head latent attention: what makes queries and values, then the rest. */
static void
add_latent_attention (PlimMatrices        *list,
                      const PlimAttention *a,
                      gint64               hidden_size,
                      PlimLoraTargets      targets)
{
  gint64 q_width = plim_multiply (a->heads_count, a->head_dim);
  gint64 up_width = plim_multiply (a->heads_count, a->head_dim - a->rope_head_dim + a->v_head_dim);

  if (a->q_lora_rank > 0)
    {
      plim_matrices_add (list, PLIM_MATRIX_OTHER, hidden_size, a->q_lora_rank, 1);
      plim_matrices_add (list, PLIM_MATRIX_QUERY, a->q_lora_rank, q_width, 1);
    }
  else
    {
      plim_matrices_add (list, PLIM_MATRIX_QUERY, hidden_size, q_width, 1);
    }
  plim_matrices_add (list, PLIM_MATRIX_VALUE, a->kv_lora_rank, up_width, 1);
  if (targets == PLIM_LORA_QUERY_VALUE)
    return;

  plim_matrices_add (list, PLIM_MATRIX_OTHER, hidden_size, a->kv_lora_rank + a->rope_head_dim, 1);
  plim_matrices_add (list, PLIM_MATRIX_OUTPUT, plim_multiply (a->heads_count, a->v_head_dim), hidden_size, 1);
}

/* The input and output projections of a recurrent mixer. */
static void
add_recurrent (PlimMatrices        *list,
               const PlimRecurrent *r,
               gint64               hidden_size)
{
  gint64 out_count = plim_multiply (r->inner_size, hidden_size);
  gint64 in_width;

  if (r->kind == PLIM_RECURRENT_NONE)
    return;

  in_width = plim_subtract (plim_parameters_recurrent_matrix_count (r, hidden_size), out_count) / hidden_size;
  if (r->kind == PLIM_RECURRENT_MAMBA1)
    in_width = 2 * r->inner_size;
  plim_matrices_add (list, PLIM_MATRIX_QKV, hidden_size, in_width, 1);
  plim_matrices_add (list, PLIM_MATRIX_OUTPUT, r->inner_size, hidden_size, 1);
}

static void
add_feed_forward (PlimMatrices *list,
                  gint64        hidden_size,
                  gint64        width,
                  gboolean      is_gated)
{
  if (is_gated)
    plim_matrices_add (list, PLIM_MATRIX_GATE, hidden_size, width, 1);
  plim_matrices_add (list, PLIM_MATRIX_UP, hidden_size, width, 1);
  plim_matrices_add (list, PLIM_MATRIX_DOWN, width, hidden_size, 1);
}

/* Each routed expert has adapters of its own, and the router has one (PEFT, tuners/tuners_utils.py, "all-linear", over
 * modeling_mixtral.py of Transformers 4). */
static void
add_experts (PlimMatrices      *list,
             gint64             hidden_size,
             const PlimExperts *e)
{
  gint64 outer_size = e->latent_size > 0 ? e->latent_size : hidden_size;

  plim_matrices_add (list, PLIM_MATRIX_ROUTER, hidden_size, e->experts_count, 1);
  if (e->is_gated)
    plim_matrices_add (list, PLIM_MATRIX_EXPERT_GATE, outer_size, e->width, e->experts_count);
  plim_matrices_add (list, PLIM_MATRIX_EXPERT_UP, outer_size, e->width, e->experts_count);
  plim_matrices_add (list, PLIM_MATRIX_EXPERT_DOWN, e->width, outer_size, e->experts_count);
}

gboolean
plim_lora_has_feed_forward (PlimLoraTargets targets)
{
  return targets == PLIM_LORA_ALL_LINEAR || targets == PLIM_LORA_EXPERTS;
}

gint64
plim_matrix_active_copies (const PlimMatrix    *matrix,
                           const PlimLayerKind *kind)
{
  return matrix->role >= PLIM_MATRIX_EXPERT_GATE ? kind->experts.active_count : matrix->copies_count;
}

guint
plim_parameters_list_targets (const PlimModel     *model,
                              const PlimLayerKind *kind,
                              PlimLoraTargets      targets,
                              PlimMatrix          *matrices)
{
  PlimMatrices list = { matrices, 0 };

  if (kind->attention.kind == PLIM_ATTENTION_STANDARD)
    add_standard_attention (&list, &kind->attention, model->hidden_size, targets);
  else if (kind->attention.kind == PLIM_ATTENTION_MLA)
    add_latent_attention (&list, &kind->attention, model->hidden_size, targets);
  if (!plim_lora_has_feed_forward (targets))
    return list.n_matrices;

  add_recurrent (&list, &kind->recurrent, model->hidden_size);
  add_feed_forward (&list, model->hidden_size, kind->mlp.width, kind->mlp.is_gated);
  add_feed_forward (&list, model->hidden_size, kind->experts.shared_width, kind->experts.is_gated);
  if (targets == PLIM_LORA_EXPERTS && kind->experts.experts_count > 0)
    add_experts (&list, model->hidden_size, &kind->experts);

  return list.n_matrices;
}

gint64
plim_parameters_lora_count (const PlimModel *model,
                            gint64           rank,
                            PlimLoraTargets  targets)
{
  gint64 widths = 0;

  for (guint k = 0; k < model->n_kinds; k++)
    {
      const PlimLayerKind *kind = &model->kinds[k];
      PlimMatrix           matrices[PLIM_LAYER_MAX_MATRICES];
      guint                n_matrices = plim_parameters_list_targets (model, kind, targets, matrices);

      for (guint i = 0; i < n_matrices; i++)
        widths = plim_add (widths, plim_multiply (plim_multiply (kind->layers_count, matrices[i].copies_count),
                                                  plim_add (matrices[i].in_size, matrices[i].out_size)));
    }

  return plim_multiply (rank, widths);
}
