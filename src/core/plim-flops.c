/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts of floating-point operations, from the matrices of the model and the tokens that attend to each other. */

#include "plim-flops.h"

#include "plim-checked.h"

gint64
plim_flops_attention_products (const PlimInputs *inputs)
{
  gint64 products = 0;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[i];
      const PlimAttention *a = &kind->attention;
      gint64               attended = plim_divide_up (inputs->context_tokens, kind->is_encoder ? 1 : 2);

      if (a->window_tokens > 0)
        attended = MIN (attended, a->window_tokens);
      products = plim_add (products, plim_multiply (plim_multiply (kind->layers_count, attended),
                                                    plim_multiply (a->heads_count, a->head_dim + a->v_head_dim)));
    }

  return products;
}

gint64
plim_flops_training_per_token (const PlimInputs   *inputs,
                               const PlimEstimate *estimate)
{
  gboolean is_full = inputs->task == PLIM_TASK_TRAINING;
  gint64   flops = plim_multiply (is_full ? 6 : 4, estimate->parameters.matrix_count);

  if (!is_full)
    flops = plim_add (flops, plim_multiply (6, estimate->trained_count));

  return plim_add (flops, plim_multiply (6, plim_flops_attention_products (inputs)));
}
