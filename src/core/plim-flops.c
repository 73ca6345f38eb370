/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts of floating-point operations, from the matrices of the model and the tokens that attend to each other. */

#include "plim-flops.h"

#include "plim-adapters.h"
#include "plim-checked.h"
#include "plim-objective.h"
#include "plim-recompute.h"
#include "plim-trained.h"

/* With @is_masked causal attention is half of all; with @is_trained of layers that a gradient goes through alone. */
static gint64
count_products (const PlimInputs *inputs,
                gboolean          is_masked,
                gboolean          is_trained)
{
  gint64 products = 0;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[i];
      const PlimAttention *a = &kind->attention;
      gint64               layers_count = is_trained ? plim_trained_layers_count (inputs, i) : kind->layers_count;
      gint64               attended = plim_divide_up (inputs->context_tokens, is_masked && !kind->is_encoder ? 2 : 1);

      attended = plim_attention_seen_tokens (a, attended);
      products = plim_add (products, plim_multiply (plim_multiply (layers_count, attended),
                                                    plim_multiply (a->heads_count, a->head_dim + a->v_head_dim)));
    }

  return products;
}

gint64
plim_flops_attention_products (const PlimInputs *inputs)
{
  return count_products (inputs, TRUE, FALSE);
}

/* What backward computes again: whole layers, every second product of a layer, or parts of it. */
static void
count_again (PlimFlops        *flops,
             const PlimInputs *inputs)
{
  gint64 layers = plim_add (plim_subtract (flops->input_gradients, flops->head), flops->adapters / 3);
  gint64 all_count = MAX (inputs->model.n_layers, 1);
  gint64 again_count = plim_inputs_recomputed_layers (inputs, all_count);

  if (inputs->recompute == PLIM_RECOMPUTE_FULL)
    {
      flops->again_matrices = plim_multiply (layers, again_count) / all_count;
      flops->again_attention = plim_multiply (flops->trained_attention, again_count) / all_count;
    }
  else if (inputs->recompute == PLIM_RECOMPUTE_MATMULS)
    {
      flops->again_matrices = layers / 2;
    }
  if ((plim_recompute_parts (inputs) & PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_CORE_ATTENTION)) != 0)
    flops->again_attention = flops->trained_attention;
  for (guint i = 0; i < inputs->model.n_kinds; i++)
    flops->again_matrices =
      plim_add (flops->again_matrices,
                plim_multiply (2 * plim_trained_layers_count (inputs, i),
                               plim_recompute_matrix_count (inputs, &inputs->model.kinds[i])));
}

PlimFlops
plim_flops_training (const PlimInputs   *inputs,
                     const PlimEstimate *estimate)
{
  const PlimModel      *model = &inputs->model;
  const PlimParameters *p = &estimate->parameters;
  PlimFlops             flops = { 0 };

  flops.matrices = plim_multiply (2, p->matrix_count);
  flops.input_gradients = plim_multiply (2, plim_trained_backward_matrix_count (inputs, p));
  flops.weight_gradients = plim_multiply (2, plim_trained_weight_matrix_count (inputs, p));
  if (model->has_head && !plim_objective_of (inputs)->scores_texts)
    flops.head = MIN (plim_multiply (2, plim_multiply (model->vocab_size, model->hidden_size)), flops.matrices);
  if (inputs->task != PLIM_TASK_TRAINING)
    flops.adapters = plim_multiply (6, plim_subtract (estimate->trained_count, plim_adapter_idle_count (inputs)));
  flops.attention = plim_multiply (2, count_products (inputs, TRUE, FALSE));
  flops.trained_attention = plim_multiply (2, count_products (inputs, TRUE, TRUE));
  flops.unmasked_attention = plim_multiply (2, count_products (inputs, FALSE, FALSE));
  flops.unmasked_trained = plim_multiply (2, count_products (inputs, FALSE, TRUE));
  count_again (&flops, inputs);

  return flops;
}

/* Of matrices and adapters, without attention. */
static gint64
count_matrices (const PlimFlops *flops)
{
  return plim_add (plim_add (flops->matrices, flops->input_gradients),
                   plim_add (flops->weight_gradients, flops->adapters));
}

gint64
plim_flops_model (const PlimFlops *flops)
{
  return plim_add (count_matrices (flops), plim_add (flops->attention, plim_multiply (2, flops->trained_attention)));
}

gint64
plim_flops_hardware (const PlimFlops *flops)
{
  return plim_add (plim_flops_model (flops), plim_add (flops->again_matrices, flops->again_attention));
}

gint64
plim_flops_unmasked (const PlimFlops *flops)
{
  return plim_add (count_matrices (flops),
                   plim_add (flops->unmasked_attention, plim_multiply (2, flops->unmasked_trained)));
}

gint64
plim_flops_forward (const PlimFlops *flops)
{
  return plim_add (plim_add (flops->matrices, flops->adapters / 3), flops->attention);
}
