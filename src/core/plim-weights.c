/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which numbers a format applies to, and what they take. */

#include "plim-component.h"

#include "plim-checked.h"

#include <glib/gi18n.h>

#define PLAIN_BYTES  2
#define VECTOR_BYTES 4

/* Matrices that GGUF types apply to: those of the blocks, the token table and the head. */
static gint64
gguf_matrices_count (const PlimInputs     *inputs,
                     const PlimParameters *parameters)
{
  gint64 tables_count = plim_multiply (inputs->model.vocab_size, inputs->model.hidden_size);

  if (!plim_model_has_shape (&inputs->model))
    return parameters->total_count;
  if (inputs->model.has_head && !inputs->model.has_tied_head)
    tables_count = plim_multiply (tables_count, 2);

  return MIN (plim_add (parameters->quantizable_count, tables_count), parameters->total_count);
}

/* Inputs of all matrices, or outputs, whichever the format keeps something for. */
static gint64
count_sides (const PlimModel         *model,
             const PlimPrecisionInfo *info)
{
  gint64 sides_count = 0;

  if (info->input_bytes == 0 && info->output_bytes == 0)
    return 0;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      PlimLayerSides sides = plim_parameters_count_sides (model, i);
      gint64         layer_count = info->input_bytes > 0 ? plim_add (sides.inputs_count, sides.expert_inputs_count)
                                                         : plim_add (sides.outputs_count, sides.expert_outputs_count);

      sides_count = plim_add (sides_count, plim_multiply (model->kinds[i].layers_count, layer_count));
    }

  return sides_count;
}

PlimWeights
plim_weights_stored (const PlimInputs     *inputs,
                     const PlimParameters *parameters)
{
  const PlimPrecisionInfo *info = plim_precision_info (inputs->precision);
  PlimWeights              weights = { inputs->precision, parameters->total_count, 0, PLAIN_BYTES };

  if (info->family == PLIM_PRECISION_FAMILY_GGUF)
    {
      weights.quantized_count = gguf_matrices_count (inputs, parameters);
      weights.plain_bytes = VECTOR_BYTES;
    }
  else if (info->family != PLIM_PRECISION_FAMILY_FLOAT || info->block_bytes == 1)
    {
      weights.quantized_count = parameters->quantizable_count;
      weights.sides_count = count_sides (&inputs->model, info);
      weights.side_bytes = MAX (info->input_bytes, info->output_bytes);
    }
  weights.plain_count = plim_subtract (parameters->total_count, weights.quantized_count);

  return weights;
}

void
plim_weights_adapt_head (PlimWeights     *weights,
                         const PlimModel *model,
                         gboolean         unties,
                         gboolean         quantizes)
{
  const PlimPrecisionInfo *info = plim_precision_info (weights->precision);
  gint64                   table_count = plim_multiply (model->vocab_size, model->hidden_size);

  if (!plim_model_has_shape (model) || !model->has_head)
    return;

  if (unties && model->has_tied_head)
    {
      gint64 *count = info->family == PLIM_PRECISION_FAMILY_FLOAT && info->block_bytes > 1 ? &weights->quantized_count
                                                                                           : &weights->plain_count;

      *count = plim_add (*count, table_count);
    }
  if (!quantizes || weights->plain_count < table_count)
    return;

  weights->quantized_count = plim_add (weights->quantized_count, table_count);
  weights->plain_count = plim_subtract (weights->plain_count, table_count);
  if (weights->side_bytes > 0)
    weights->sides_count =
      plim_add (weights->sides_count, info->input_bytes > 0 ? model->hidden_size : model->vocab_size);
}

gint64
plim_weights_bytes (const PlimWeights *weights,
                    gint64             gpus_count)
{
  gint64 bytes = plim_add (plim_precision_bytes (weights->precision, weights->quantized_count),
                           plim_multiply (weights->plain_count, weights->plain_bytes));

  bytes = plim_add (bytes, plim_multiply (weights->sides_count, weights->side_bytes));

  return plim_divide_up (bytes, gpus_count);
}

/* "{0} × {1}" for one format, more for blocks, a plain rest, what a matrix has for each side, and several GPUs. */
static const char *
choose_formula (const PlimPrecisionInfo *info,
                const PlimWeights       *weights,
                gboolean                 is_shared)
{
  static const char *const formulas[2][3][2] = {
    { { "{0} × {1}", "ceil({0} × {1} ÷ {2})" },
      { "{0} × {1} + {2} × {3}", "ceil(({0} × {1} + {2} × {3}) ÷ {4})" },
      { "{0} × {1} + {2} × {3} + {4} × {5}", "ceil(({0} × {1} + {2} × {3} + {4} × {5}) ÷ {6})" } },
    { { "ceil({0} ÷ {1}) × {2}", "ceil(ceil({0} ÷ {1}) × {2} ÷ {3})" },
      { "ceil({0} ÷ {1}) × {2} + {3} × {4}", "ceil((ceil({0} ÷ {1}) × {2} + {3} × {4}) ÷ {5})" },
      { "ceil({0} ÷ {1}) × {2} + {3} × {4} + {5} × {6}",
        "ceil((ceil({0} ÷ {1}) × {2} + {3} × {4} + {5} × {6}) ÷ {7})" } },
  };
  guint parts = weights->sides_count > 0 ? 2 : weights->plain_count > 0;

  return formulas[info->block_elements > 1][parts][is_shared];
}

PlimTerm *
plim_weights_add (PlimEstimate      *estimate,
                  const PlimWeights *weights,
                  PlimTermId         id,
                  guint              moments,
                  gint64             gpus_count)
{
  const PlimPrecisionInfo *info = plim_precision_info (weights->precision);
  gboolean                 has_sides = weights->sides_count > 0;
  gboolean                 has_plain = weights->plain_count > 0 || has_sides;
  const PlimTermSpec       spec = {
          .id = id,
          .moments = moments,
          .bytes = plim_weights_bytes (weights, gpus_count),
          .formula = choose_formula (info, weights, gpus_count > 1),
          .source = info->source,
          .note = has_plain ? N_ ("Embedding, output head, norms and biases stay in a plain format.") : NULL,
          .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS),
  };
  PlimTerm        *term = plim_component_add (estimate, &spec);
  PlimExplanation *explanation = &term->explanation;

  plim_explanation_add (explanation, has_plain ? N_ ("parameters in linear layers") : N_ ("parameters"),
                        weights->quantized_count, 1);
  if (info->block_elements > 1)
    {
      plim_explanation_add (explanation, N_ ("numbers in a block"), info->block_elements, 1);
      plim_explanation_add (explanation, N_ ("bytes of a block"), info->block_bytes, 1);
    }
  else
    {
      plim_explanation_add (explanation, N_ ("bytes per parameter"), info->block_bytes, 1);
    }
  if (has_plain)
    {
      plim_explanation_add (explanation, N_ ("other parameters"), weights->plain_count, 1);
      plim_explanation_add (explanation, N_ ("bytes per other parameter"), weights->plain_bytes, 1);
    }
  if (has_sides)
    {
      plim_explanation_add (explanation, info->input_bytes > 0 ? N_ ("inputs of matrices") : N_ ("outputs of matrices"),
                            weights->sides_count, 1);
      plim_explanation_add (explanation, info->input_bytes > 0 ? N_ ("bytes per input") : N_ ("bytes per output"),
                            weights->side_bytes, 1);
    }
  if (gpus_count > 1)
    plim_explanation_add (explanation, N_ ("GPUs"), gpus_count, 1);

  return term;
}
