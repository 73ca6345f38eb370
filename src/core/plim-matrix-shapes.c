/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shapes as in the publishers' modelling code, the same that plim-parameters.c counts. */

#include "plim-matrix-shapes.h"

#include "plim-checked.h"

typedef struct
{
  PlimMatrixShape *matrices;
  guint            n_matrices;
} List;

static void
add (List  *list,
     gint64 rows_count,
     gint64 columns_count,
     gint64 count)
{
  if (rows_count > 0 && columns_count > 0 && count > 0 && list->n_matrices < PLIM_MATRIX_SHAPES_MAX)
    list->matrices[list->n_matrices++] = (PlimMatrixShape) { rows_count, columns_count, count };
}

static void
add_attention (List                *list,
               const PlimAttention *a,
               gint64               hidden_size)
{
  gint64 copies_count = a->has_cross_attention ? 2 : 1;
  gint64 query_width = plim_multiply (a->heads_count, a->head_dim);
  gint64 output_width = plim_multiply (a->heads_count, a->v_head_dim);

  if (a->kind == PLIM_ATTENTION_NONE)
    return;

  add (list, output_width, hidden_size, copies_count);
  if (a->kind == PLIM_ATTENTION_MLA)
    {
      gint64 up_width = plim_multiply (a->heads_count, a->head_dim - a->rope_head_dim + a->v_head_dim);

      add (list, hidden_size, a->q_lora_rank, 1);
      add (list, a->q_lora_rank > 0 ? a->q_lora_rank : hidden_size, query_width, 1);
      add (list, hidden_size, a->kv_lora_rank + a->rope_head_dim, 1);
      add (list, a->kv_lora_rank, up_width, 1);
      add (list, a->q_lora_rank, plim_multiply (a->index_heads_count, a->index_head_dim), 1);
      return;
    }

  add (list, hidden_size, a->has_output_gate ? 2 * query_width : query_width, copies_count);
  add (list, hidden_size, plim_multiply (a->kv_heads_count, a->head_dim), copies_count);
  if (!a->values_are_keys)
    add (list, hidden_size, plim_multiply (a->kv_heads_count, a->v_head_dim), copies_count);
}

static void
add_recurrent (List                *list,
               const PlimRecurrent *r,
               gint64               hidden_size)
{
  gint64 groups_width = 2 * plim_multiply (r->groups_count, r->state_size);

  if (r->kind == PLIM_RECURRENT_NONE)
    return;

  add (list, r->inner_size, hidden_size, 1);
  if (r->kind == PLIM_RECURRENT_MAMBA1)
    {
      add (list, hidden_size, 2 * r->inner_size, 1);
      add (list, r->inner_size, r->dt_rank + 2 * r->state_size, 1);
      add (list, r->dt_rank, r->inner_size, 1);
      return;
    }

  add (list, hidden_size, 2 * r->inner_size + groups_width, 1);
}

guint
plim_matrix_shapes_of_layer (PlimMatrixShape     *matrices,
                             const PlimLayerKind *kind,
                             gint64               hidden_size)
{
  const PlimExperts *e = &kind->experts;
  gint64             outer_size = e->latent_size > 0 ? e->latent_size : hidden_size;
  gint64             inputs_count = e->is_gated ? 2 : 1;
  List               list = { matrices, 0 };

  add_attention (&list, &kind->attention, hidden_size);
  add_recurrent (&list, &kind->recurrent, hidden_size);
  add (&list, hidden_size, kind->mlp.width, kind->mlp.is_gated ? 2 : 1);
  add (&list, kind->mlp.width, hidden_size, 1);
  add (&list, hidden_size, e->experts_count, 1);
  add (&list, outer_size, e->width, plim_multiply (e->experts_count, inputs_count));
  add (&list, e->width, outer_size, e->experts_count);
  add (&list, hidden_size, e->shared_width, inputs_count);
  add (&list, e->shared_width, hidden_size, 1);

  return list.n_matrices;
}
