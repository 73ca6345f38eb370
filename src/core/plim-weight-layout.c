/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each part is stored by itself, in whole blocks. */

#include "plim-weight-layout.h"

#include "plim-checked.h"
#include "plim-gguf-mix.h"
#include "plim-runtime.h"

#include <string.h>

/* ExLlamaV2 and V3 quantize the head in 6 bits unless told otherwise (convert.py, --head_bits).  V2's 6 bits are 8 for
 * 15 % of the inputs and 6 for the others, with a scale of 4 bits for 128 of them (qparams.py, qparams_headoptions):
 * 1.2 + 5.1 + 0.03125 bits, 1,013 bytes for 1,280 weights. */
#define EXL_HEAD_BLOCK_ELEMENTS 1280
#define EXL_HEAD_BLOCK_BYTES    1013

/* How a precision stores the parts of a model. */
typedef struct
{
  PlimPrecision precision;       /* of matrices in layers, */
  PlimPrecision dense_precision; /* but for those of routed experts */
  PlimPrecision table_precision; /* of token table and head */
  gint64        vector_bytes;    /* of each number of a vector */
} Storage;

static gboolean
has_experts (const PlimModel *model)
{
  for (guint i = 0; i < model->n_kinds; i++)
    if (model->kinds[i].experts.experts_count > 0)
      return TRUE;

  return FALSE;
}

/* MXFP4 leaves attention and router in 16 bits where there are experts to quantize (openai/gpt-oss-120b, config.json,
 * modules_to_not_convert). */
static Storage
find_storage (PlimPrecision    precision,
              const PlimModel *model)
{
  const PlimPrecisionInfo *info = plim_precision_info (precision);
  gboolean                 is_experts_alone = precision == PLIM_PRECISION_MXFP4 && has_experts (model);

  if (info->family == PLIM_PRECISION_FAMILY_FLOAT && info->block_bytes > 1)
    return (Storage) { precision, precision, precision, info->block_bytes };

  return (Storage) { precision, is_experts_alone ? PLIM_PRECISION_BF16 : precision, PLIM_PRECISION_BF16, 2 };
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

/* What the format keeps for each input and output of matrices. */
static gint64
store_sides (PlimPrecision precision,
             gint64        inputs_count,
             gint64        outputs_count)
{
  const PlimPrecisionInfo *info = plim_precision_info (precision);

  return plim_add (plim_multiply (inputs_count, info->input_bytes), plim_multiply (outputs_count, info->output_bytes));
}

static PlimLayerWeights
store_layer (const Storage   *storage,
             const PlimModel *model,
             guint            kind)
{
  PlimLayerCount   count = plim_parameters_count_layer (model, kind);
  PlimLayerSides   sides = plim_parameters_count_sides (model, kind);
  PlimLayerWeights layer;

  layer.expert_bytes = store (storage, storage->precision, count.expert_matrix_count,
                              plim_add (count.expert_matrix_count, count.expert_vector_count));
  layer.expert_bytes = plim_add (layer.expert_bytes, store_sides (storage->precision, sides.expert_inputs_count,
                                                                  sides.expert_outputs_count));
  layer.bytes = plim_add (layer.expert_bytes, store (storage, storage->dense_precision, count.matrix_count,
                                                     plim_add (count.matrix_count, count.vector_count)));
  layer.bytes =
    plim_add (layer.bytes, store_sides (storage->dense_precision, sides.inputs_count, sides.outputs_count));

  return layer;
}

/* The head, @total_count numbers with its bias: as the tables, but for EXL and runtimes that quantize it. */
static gint64
store_head (const Storage    *storage,
            const PlimInputs *inputs,
            gint64            total_count)
{
  const PlimRuntimeProfile *profile = plim_runtime_profile (inputs);
  gint64                    matrix_count = plim_multiply (inputs->model.vocab_size, inputs->model.hidden_size);
  gint64                    vector_count;

  if (profile->unties_head && inputs->model.has_tied_head && inputs->model.has_head)
    total_count = plim_add (total_count, matrix_count);
  vector_count = plim_subtract (total_count, MIN (matrix_count, total_count));
  if (profile->quantizes_head && total_count > vector_count)
    return plim_add (store (storage, storage->precision, matrix_count, total_count),
                     store_sides (storage->precision, inputs->model.hidden_size, inputs->model.vocab_size));
  if (plim_precision_info (storage->precision)->family != PLIM_PRECISION_FAMILY_EXL || total_count == vector_count)
    return store (storage, storage->table_precision, matrix_count, total_count);

  return plim_add (plim_multiply (plim_divide_up (matrix_count, EXL_HEAD_BLOCK_ELEMENTS), EXL_HEAD_BLOCK_BYTES),
                   plim_multiply (vector_count, storage->vector_bytes));
}

/* --- GGUF ------------------------------------------------------------------------------------------- */

#define GGUF_VECTOR_BYTES 4

/* One layer, each matrix in the type that the mix gives it. */
/* What llama.cpp's file calls @matrix of a layer with @attention. */
static PlimMatrixRole
stored_role (const PlimMatrix    *matrix,
             const PlimAttention *attention)
{
  gboolean is_part =
    matrix->role == PLIM_MATRIX_QUERY || matrix->role == PLIM_MATRIX_KEY || matrix->role == PLIM_MATRIX_VALUE;

  return is_part && attention->has_fused_qkv ? PLIM_MATRIX_QKV : matrix->role;
}

static PlimLayerWeights
mix_layer (const PlimGgufMix *mix,
           const PlimModel   *model,
           guint              kind,
           gint64             layer,
           gint64             value_layer)
{
  PlimLayerCount   count = plim_parameters_count_layer (model, kind);
  PlimLayerWeights weights = { 0, plim_multiply (count.expert_vector_count, GGUF_VECTOR_BYTES) };
  PlimMatrix       matrices[PLIM_LAYER_MAX_MATRICES];
  guint            n_matrices = plim_parameters_list_matrices (model, kind, matrices);

  weights.bytes = plim_add (plim_multiply (count.vector_count, GGUF_VECTOR_BYTES), weights.expert_bytes);
  for (guint i = 0; i < n_matrices; i++)
    {
      PlimMatrixRole role = stored_role (&matrices[i], &model->kinds[kind].attention);
      PlimPrecision  precision = plim_gguf_mix_matrix (mix, role, matrices[i].in_size, layer, value_layer);
      gint64         bytes = plim_precision_bytes (precision, plim_matrix_count (&matrices[i]));

      weights.bytes = plim_add (weights.bytes, bytes);
      if (matrices[i].role >= PLIM_MATRIX_EXPERT_GATE)
        weights.expert_bytes = plim_add (weights.expert_bytes, bytes);
    }

  return weights;
}

static gboolean
has_value (const PlimAttention *a)
{
  return a->kind == PLIM_ATTENTION_STANDARD && !a->values_are_keys;
}

static void
mix_layers (PlimWeightLayout  *layout,
            const PlimGgufMix *mix,
            const PlimModel   *model)
{
  gint64 value_layer = 0;

  layout->differs_by_layer = plim_gguf_mix_differs_by_layer (mix->precision);
  for (guint i = 0; i < model->n_kinds; i++)
    layout->kinds[i] = mix_layer (mix, model, i, 0, 0);
  for (guint i = 0; layout->differs_by_layer && i < model->n_layers; i++)
    {
      layout->layers[i] = mix_layer (mix, model, model->pattern[i], i, value_layer);
      value_layer += has_value (&model->kinds[model->pattern[i]].attention) ? 1 : 0;
    }
}

/* A table of @table_count numbers in @precision, the rest of the class as vectors. */
static gint64
mix_table (PlimPrecision precision,
           gint64        table_count,
           gint64        total_count)
{
  const Storage storage = { precision, precision, precision, GGUF_VECTOR_BYTES };

  return store (&storage, precision, table_count, total_count);
}

/* --- all formats ------------------------------------------------------------------------------------ */

/* Numbers that are in no layer, table or head. */
static gint64
count_rest (const PlimModel      *model,
            const PlimParameters *parameters)
{
  gint64 rest_count = parameters->total_count;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      PlimLayerCount count = plim_parameters_count_layer (model, i);
      gint64         layer_count = plim_add (plim_add (count.matrix_count, count.vector_count),
                                             plim_add (count.expert_matrix_count, count.expert_vector_count));

      rest_count = plim_subtract (rest_count, plim_multiply (model->kinds[i].layers_count, layer_count));
    }
  rest_count = plim_subtract (rest_count, parameters->by_class_count[PLIM_TENSOR_EMBEDDING]);

  return plim_subtract (rest_count, parameters->by_class_count[PLIM_TENSOR_HEAD]);
}

static void
init_gguf (PlimWeightLayout     *layout,
           const PlimInputs     *inputs,
           const PlimParameters *parameters)
{
  const PlimModel *model = &inputs->model;
  gint64           width = model->embedding_size > 0 ? model->embedding_size : model->hidden_size;
  gint64           table_count = plim_multiply (model->vocab_size, width);
  gint64           own_count = plim_subtract (parameters->by_class_count[PLIM_TENSOR_EMBEDDING],
                                              model->layer_tables_count);
  PlimGgufMix      mix;

  plim_gguf_mix_init (&mix, model, inputs->precision);
  mix_layers (layout, &mix, model);
  layout->embedding_bytes = mix_table (plim_gguf_mix_table (&mix, width), table_count, own_count);
  layout->layer_table_bytes = plim_precision_bytes (plim_gguf_mix_matrix (&mix, PLIM_MATRIX_OTHER, 0, 0, 0),
                                                    model->layer_tables_count);
  layout->head_bytes =
    mix_table (plim_gguf_mix_head (&mix, width), table_count, parameters->by_class_count[PLIM_TENSOR_HEAD]);
  layout->other_bytes = plim_multiply (count_rest (model, parameters), GGUF_VECTOR_BYTES);
}

/* A model from a file has what the file has.  Encoders and next-token layers are not served with it. */
static void
init_stored (PlimWeightLayout        *layout,
             const PlimStoredWeights *stored)
{
  layout->differs_by_layer = TRUE;
  layout->embedding_bytes = stored->embedding_bytes;
  layout->layer_table_bytes = stored->layer_table_bytes;
  layout->head_bytes = stored->head_bytes;
  layout->other_bytes = stored->other_bytes;
  for (guint i = 0; i < PLIM_MODEL_MAX_LAYERS; i++)
    layout->layers[i] = (PlimLayerWeights) { stored->layer_bytes[i], stored->expert_bytes[i] };
}

gboolean
plim_weight_layout_is_stored (const PlimInputs *inputs)
{
  return inputs->stored.is_known && inputs->stored.precision == inputs->precision;
}

void
plim_weight_layout_init (PlimWeightLayout *layout,
                         const PlimInputs *inputs)
{
  const PlimModel *model = &inputs->model;
  Storage          storage = find_storage (inputs->precision, model);
  gint64           table_count = plim_multiply (model->vocab_size, model->hidden_size);
  PlimParameters   parameters;

  memset (layout, 0, offsetof (PlimWeightLayout, layers));
  plim_parameters_count (model, &parameters);
  if (plim_weight_layout_is_stored (inputs))
    {
      init_stored (layout, &inputs->stored);
      return;
    }
  if (plim_precision_info (inputs->precision)->family == PLIM_PRECISION_FAMILY_GGUF &&
      plim_runtime_of (inputs) == PLIM_RUNTIME_LLAMA_CPP)
    {
      init_gguf (layout, inputs, &parameters);
      return;
    }

  for (guint i = 0; i < model->n_kinds; i++)
    layout->kinds[i] = store_layer (&storage, model, i);
  layout->embedding_bytes = store (
    &storage, storage.table_precision, table_count,
    plim_subtract (parameters.by_class_count[PLIM_TENSOR_EMBEDDING], model->layer_tables_count));
  layout->layer_table_bytes = plim_precision_bytes (storage.table_precision, model->layer_tables_count);
  layout->head_bytes = store_head (&storage, inputs, parameters.by_class_count[PLIM_TENSOR_HEAD]);
  layout->other_bytes = plim_multiply (count_rest (model, &parameters), storage.vector_bytes);
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
      const PlimLayerWeights *layer =
        layout->differs_by_layer ? &layout->layers[i] : &layout->kinds[model->pattern[i]];

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

  return plim_add (plim_add (layers.bytes, plim_add (layout->embedding_bytes, layout->layer_table_bytes)),
                   plim_add (layout->head_bytes, layout->other_bytes));
}
