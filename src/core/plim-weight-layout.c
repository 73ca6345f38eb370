/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each part is stored by itself, in whole blocks. */

#include "plim-weight-layout.h"

#include "plim-checked.h"

#include <string.h>

/* How a precision stores the parts of a model. */
typedef struct
{
  PlimPrecision precision;       /* of matrices in layers */
  PlimPrecision table_precision; /* of token table and head */
  gint64        vector_bytes;    /* of each number of a vector */
} Storage;

static Storage
find_storage (PlimPrecision precision)
{
  const PlimPrecisionInfo *info = plim_precision_info (precision);

  if (info->family == PLIM_PRECISION_FAMILY_GGUF)
    return (Storage) { precision, precision, 4 };
  if (info->family == PLIM_PRECISION_FAMILY_FLOAT && precision != PLIM_PRECISION_FP8)
    return (Storage) { precision, precision, info->block_bytes };

  return (Storage) { precision, PLIM_PRECISION_BF16, 2 };
}

/* @matrix_count numbers in blocks of @precision, and the rest of @total_count as vectors. */
static gint64
store (const Storage *storage,
       PlimPrecision  precision,
       gint64         matrix_count,
       gint64         total_count)
{
  matrix_count = MIN (matrix_count, total_count);

  return plim_add (plim_precision_bytes (precision, matrix_count),
                   plim_multiply (plim_subtract (total_count, matrix_count), storage->vector_bytes));
}

static PlimLayerWeights
store_layer (const Storage        *storage,
             const PlimLayerCount *count)
{
  PlimLayerWeights layer;

  layer.expert_bytes = store (storage, storage->precision, count->expert_matrix_count,
                              plim_add (count->expert_matrix_count, count->expert_vector_count));
  layer.bytes = plim_add (layer.expert_bytes, store (storage, storage->precision, count->matrix_count,
                                                     plim_add (count->matrix_count, count->vector_count)));

  return layer;
}

void
plim_weight_layout_init (PlimWeightLayout *layout,
                         const PlimInputs *inputs)
{
  const PlimModel *model = &inputs->model;
  Storage          storage = find_storage (inputs->precision);
  gint64           table_count = plim_multiply (model->vocab_size, model->hidden_size);
  gint64           rest_count;
  PlimParameters   parameters;

  memset (layout, 0, sizeof *layout);
  plim_parameters_count (model, &parameters);
  rest_count = parameters.total_count;
  for (guint i = 0; i < model->n_kinds; i++)
    {
      PlimLayerCount count = plim_parameters_count_layer (model, i);
      gint64         layer_count = plim_add (plim_add (count.matrix_count, count.vector_count),
                                             plim_add (count.expert_matrix_count, count.expert_vector_count));

      layout->kinds[i] = store_layer (&storage, &count);
      rest_count = plim_subtract (rest_count, plim_multiply (model->kinds[i].layers_count, layer_count));
    }

  layout->embedding_bytes =
    store (&storage, storage.table_precision, table_count, parameters.by_class_count[PLIM_TENSOR_EMBEDDING]);
  layout->head_bytes =
    store (&storage, storage.table_precision, table_count, parameters.by_class_count[PLIM_TENSOR_HEAD]);
  rest_count = plim_subtract (rest_count, parameters.by_class_count[PLIM_TENSOR_EMBEDDING]);
  rest_count = plim_subtract (rest_count, parameters.by_class_count[PLIM_TENSOR_HEAD]);
  layout->other_bytes = plim_multiply (rest_count, storage.vector_bytes);
}

PlimLayerWeights
plim_weight_layout_layers (const PlimWeightLayout *layout,
                           const PlimModel        *model,
                           guint                   first_layer,
                           guint                   end_layer)
{
  PlimLayerWeights sum = { 0, 0 };

  for (guint i = first_layer; i < MIN (end_layer, model->n_layers); i++)
    {
      const PlimLayerWeights *layer = &layout->kinds[model->pattern[i]];

      sum.bytes = plim_add (sum.bytes, layer->bytes);
      sum.expert_bytes = plim_add (sum.expert_bytes, layer->expert_bytes);
    }

  return sum;
}

gint64
plim_weight_layout_total (const PlimWeightLayout *layout,
                          const PlimModel        *model)
{
  PlimLayerWeights layers = plim_weight_layout_layers (layout, model, 0, model->n_layers);

  return plim_add (plim_add (layers.bytes, layout->embedding_bytes),
                   plim_add (layout->head_bytes, layout->other_bytes));
}
