/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts of floating-point operations, from the matrices of the model and the tokens that attend to each other. */

#include "plim-flops.h"

#include "plim-checked.h"
#include "plim-trained.h"

/* With @is_trained of layers that a gradient goes through alone. */
static gint64
count_products (const PlimInputs *inputs,
                gboolean          is_trained)
{
  gint64 products = 0;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[i];
      const PlimAttention *a = &kind->attention;
      gint64               layers_count = is_trained ? plim_trained_layers_count (inputs, i) : kind->layers_count;
      gint64               attended = plim_divide_up (inputs->context_tokens, kind->is_encoder ? 1 : 2);

      if (a->window_tokens > 0)
        attended = MIN (attended, a->window_tokens);
      products = plim_add (products, plim_multiply (plim_multiply (layers_count, attended),
                                                    plim_multiply (a->heads_count, a->head_dim + a->v_head_dim)));
    }

  return products;
}

gint64
plim_flops_attention_products (const PlimInputs *inputs)
{
  return count_products (inputs, FALSE);
}

gint64
plim_flops_training_per_token (const PlimInputs   *inputs,
                               const PlimEstimate *estimate)
{
  const PlimParameters *p = &estimate->parameters;
  gint64                flops = plim_add (p->matrix_count, plim_trained_backward_matrix_count (inputs, p));
  gint64                trained_products = count_products (inputs, TRUE);
  gint64                products = plim_add (count_products (inputs, FALSE), plim_multiply (2, trained_products));

  flops = plim_add (flops, plim_trained_weight_matrix_count (inputs, p));
  if (inputs->task != PLIM_TASK_TRAINING)
    flops = plim_add (flops, plim_multiply (3, estimate->trained_count));

  return plim_multiply (2, plim_add (flops, products));
}
