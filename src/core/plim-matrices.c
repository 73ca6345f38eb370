/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The matrices of a layer one by one.  Where a part has several of the same use and row, they are one entry. */

#include "plim-parameters.h"

#include "plim-checked.h"

typedef struct
{
  PlimMatrix *matrices;
  guint       n_matrices;
} List;

static void
add (List          *list,
     PlimMatrixRole role,
     gint64         row_size,
     gint64         columns_count)
{
  if (row_size > 0 && columns_count > 0)
    list->matrices[list->n_matrices++] = (PlimMatrix) { role, row_size, plim_multiply (row_size, columns_count) };
}

static void
add_standard_attention (List                *list,
                        const PlimAttention *a,
                        gint64               hidden_size)
{
  gint64 copies = a->has_cross_attention ? 2 : 1;
  gint64 q_width = plim_multiply (a->heads_count, a->has_output_gate ? 2 * a->head_dim : a->head_dim);

  add (list, PLIM_MATRIX_QUERY, hidden_size, plim_multiply (copies, q_width));
  add (list, PLIM_MATRIX_KEY, hidden_size, plim_multiply (copies, plim_multiply (a->kv_heads_count, a->head_dim)));
  if (!a->values_are_keys)
    add (list, PLIM_MATRIX_VALUE, hidden_size,
         plim_multiply (copies, plim_multiply (a->kv_heads_count, a->v_head_dim)));
  add (list, PLIM_MATRIX_OUTPUT, plim_multiply (a->heads_count, a->v_head_dim), plim_multiply (copies, hidden_size));
}

/* Multi-head latent attention: down to the latents, up from them, and the indexer. */
static void
add_latent_attention (List                *list,
                      const PlimAttention *a,
                      gint64               hidden_size)
{
  gint64 q_width = plim_multiply (a->heads_count, a->head_dim);
  gint64 up_width = plim_multiply (a->heads_count, a->head_dim - a->rope_head_dim + a->v_head_dim);

  if (a->q_lora_rank > 0)
    {
      add (list, PLIM_MATRIX_OTHER, hidden_size, a->q_lora_rank);
      add (list, PLIM_MATRIX_OTHER, a->q_lora_rank, q_width);
    }
  else
    {
      add (list, PLIM_MATRIX_QUERY, hidden_size, q_width);
    }
  add (list, PLIM_MATRIX_OTHER, hidden_size, a->kv_lora_rank + a->rope_head_dim);
  add (list, PLIM_MATRIX_OTHER, a->kv_lora_rank, up_width);
  add (list, PLIM_MATRIX_OUTPUT, plim_multiply (a->heads_count, a->v_head_dim), hidden_size);
  if (a->index_heads_count > 0)
    {
      add (list, PLIM_MATRIX_OTHER, a->q_lora_rank, plim_multiply (a->index_heads_count, a->index_head_dim));
      add (list, PLIM_MATRIX_OTHER, hidden_size, a->index_head_dim + a->index_heads_count);
    }
}

static void
add_feed_forward (List          *list,
                  PlimMatrixRole first_role,
                  gint64         outer_size,
                  gint64         width,
                  gint64         copies,
                  gboolean       is_gated)
{
  gint64 columns_count = plim_multiply (width, copies);

  if (is_gated)
    add (list, first_role, outer_size, columns_count);
  add (list, first_role + 1, outer_size, columns_count);
  add (list, first_role + 2, width, plim_multiply (outer_size, copies));
}

static void
add_experts (List              *list,
             const PlimExperts *e,
             gint64             hidden_size)
{
  gint64 outer_size = e->latent_size > 0 ? e->latent_size : hidden_size;

  add_feed_forward (list, PLIM_MATRIX_GATE, hidden_size, e->shared_width, 1, e->is_gated);
  if (e->has_shared_gate)
    add (list, PLIM_MATRIX_ROUTER, hidden_size, 1);
  if (e->experts_count == 0)
    return;

  add (list, PLIM_MATRIX_ROUTER, hidden_size, e->experts_count);
  if (e->latent_size > 0)
    add (list, PLIM_MATRIX_OTHER, hidden_size, 2 * e->latent_size);
  add_feed_forward (list, PLIM_MATRIX_EXPERT_GATE, outer_size, e->width, e->experts_count, e->is_gated);
}

guint
plim_parameters_list_matrices (const PlimModel *model,
                               guint            kind,
                               PlimMatrix      *matrices)
{
  const PlimLayerKind *k = &model->kinds[kind];
  List                 list = { matrices, 0 };
  PlimLayerCount       count = plim_parameters_count_layer (model, kind);
  gint64               rest_count;

  if (k->attention.kind == PLIM_ATTENTION_STANDARD)
    add_standard_attention (&list, &k->attention, model->hidden_size);
  else if (k->attention.kind == PLIM_ATTENTION_MLA)
    add_latent_attention (&list, &k->attention, model->hidden_size);
  add_feed_forward (&list, PLIM_MATRIX_GATE, model->hidden_size, k->mlp.width, 1, k->mlp.is_gated);
  add_experts (&list, &k->experts, model->hidden_size);

  if (k->recurrent.kind == PLIM_RECURRENT_GATED_DELTA_NET)
    add (&list, PLIM_MATRIX_QKV, model->hidden_size,
         plim_add (2 * plim_multiply (k->recurrent.groups_count, k->recurrent.state_size), k->recurrent.inner_size));

  /* What is left is the recurrent mixer's: into it and out of it. */
  rest_count = plim_add (count.matrix_count, count.expert_matrix_count);
  for (guint i = 0; i < list.n_matrices; i++)
    rest_count = plim_subtract (rest_count, matrices[i].count);
  if (rest_count > 0)
    matrices[list.n_matrices++] = (PlimMatrix) { PLIM_MATRIX_OTHER, model->hidden_size, rest_count };

  return list.n_matrices;
}
