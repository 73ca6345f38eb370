/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts of trained and frozen layers. */

#include "plim-trained.h"

#include "plim-adapters.h"
#include "plim-checked.h"
#include "plim-optimizer.h"

#include <glib/gi18n.h>

gboolean
plim_trained_is_partial (const PlimInputs *inputs)
{
  return inputs->task == PLIM_TASK_TRAINING && inputs->trained_layers_count > 0;
}

gint64
plim_trained_first_layer (const PlimInputs *inputs)
{
  return plim_trained_is_partial (inputs) ? MAX (inputs->model.n_layers - inputs->trained_layers_count, 0)
                                          : plim_adapter_skipped_layers (inputs);
}

gint64
plim_trained_layers_count (const PlimInputs *inputs,
                           guint             kind)
{
  const PlimModel *model = &inputs->model;
  gint64           first = plim_trained_first_layer (inputs);
  gint64           count = 0;

  if (first == 0)
    return model->kinds[kind].layers_count;

  for (gint64 l = first; l < model->n_layers; l++)
    if (model->pattern[l] == kind)
      count++;

  return count;
}

static gint64
count_frozen_layers (const PlimInputs *inputs,
                     guint             kind)
{
  return plim_subtract (inputs->model.kinds[kind].layers_count, plim_trained_layers_count (inputs, kind));
}

PlimFrozenCount
plim_trained_count_frozen (const PlimInputs     *inputs,
                           const PlimParameters *parameters)
{
  const PlimModel *model = &inputs->model;
  PlimFrozenCount  frozen = { 0, 0 };

  if (!plim_trained_is_partial (inputs))
    return frozen;

  frozen.dense_count = parameters->by_class_count[PLIM_TENSOR_EMBEDDING];
  for (guint k = 0; k < model->n_kinds; k++)
    {
      PlimLayerCount layer = plim_parameters_count_layer (model, k);
      gint64         layers_count = count_frozen_layers (inputs, k);

      frozen.dense_count = plim_add (frozen.dense_count,
                                     plim_multiply (layers_count, plim_add (layer.matrix_count, layer.vector_count)));
      frozen.expert_count =
        plim_add (frozen.expert_count,
                  plim_multiply (layers_count, plim_add (layer.expert_matrix_count, layer.expert_vector_count)));
    }

  return frozen;
}

/* Of the layers that are frozen. */
static gint64
count_frozen_matrices (const PlimInputs *inputs)
{
  const PlimModel *model = &inputs->model;
  gint64           count = 0;

  if (plim_trained_first_layer (inputs) == 0)
    return 0;

  for (guint k = 0; k < model->n_kinds; k++)
    {
      const PlimExperts *e = &model->kinds[k].experts;
      PlimLayerCount     layer = plim_parameters_count_layer (model, k);
      gint64             layers_count = count_frozen_layers (inputs, k);
      gint64             experts_count =
        plim_multiply (layer.expert_matrix_count / MAX (e->experts_count, 1), e->active_count);

      count = plim_add (count, plim_multiply (layers_count, plim_add (layer.matrix_count, experts_count)));
    }

  return count;
}

gint64
plim_trained_backward_matrix_count (const PlimInputs     *inputs,
                                    const PlimParameters *parameters)
{
  return plim_subtract (parameters->matrix_count, count_frozen_matrices (inputs));
}

gint64
plim_trained_weight_matrix_count (const PlimInputs     *inputs,
                                  const PlimParameters *parameters)
{
  const PlimModel *model = &inputs->model;
  gint64           count;

  if (inputs->task != PLIM_TASK_TRAINING)
    return 0;

  count = plim_trained_backward_matrix_count (inputs, parameters);
  if (plim_trained_is_partial (inputs) && model->has_tied_head && model->has_head)
    return plim_subtract (count, plim_multiply (model->vocab_size, model->embedding_size > 0 ? model->embedding_size
                                                                                             : model->hidden_size));

  return count;
}

const char *
plim_trained_refusal (const PlimInputs *inputs)
{
  if (!plim_trained_is_partial (inputs))
    return NULL;
  if (!plim_model_has_shape (&inputs->model))
    return N_ ("To train some layers alone, choose a model whose layers are known");
  if (inputs->trained_layers_count > inputs->model.n_layers)
    return N_ ("The model does not have so many layers: train fewer, or 0 for all");
  if (inputs->pipeline_parallel_count > 1 && plim_optimizer_needs_shapes (inputs->optimizer))
    return N_ ("In a pipeline with frozen layers choose an optimizer that treats all parameters alike, such as AdamW");

  return NULL;
}
