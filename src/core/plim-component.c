/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The engine's own method: what it covers, what it must know, and the terms of the task. */

#include "plim-component.h"

#include "plim-method.h"
#include "plim-recipe.h"
#include "plim-runtime.h"
#include "plim-training-host.h"
#include "plim-training-time.h"

#include <glib/gi18n.h>

PlimTerm *
plim_component_add (PlimEstimate       *estimate,
                    const PlimTermSpec *spec)
{
  PlimTerm *term = plim_estimate_add_term (estimate, spec->id);

  for (guint m = 0; m < PLIM_N_MOMENTS; m++)
    if (spec->moments & PLIM_MOMENT_BIT (m))
      term->bytes_at[m] = spec->bytes;

  term->explanation.formula = spec->formula;
  term->explanation.source = spec->source;
  term->explanation.note = spec->note;
  term->explanation.depends = spec->depends;

  return term;
}

gboolean
plim_component_runs_on_gpu (const PlimInputs *inputs)
{
  if (inputs->task == PLIM_TASK_INFERENCE)
    return plim_runtime_gpu_refusal (inputs) == NULL;

  return plim_recipe_refusal (inputs) == NULL;
}

/* Why the engine has no answer; NULL when it has one. */
static const char *
find_not_covered (const PlimInputs *inputs)
{
  PlimPrecisionFamily family = plim_precision_info (inputs->precision)->family;

  if (inputs->task == PLIM_TASK_INFERENCE)
    return plim_inference_refusal (inputs);
  if (inputs->task == PLIM_TASK_TRAINING &&
      (family != PLIM_PRECISION_FAMILY_FLOAT ||
       (plim_precision_info (inputs->precision)->block_bytes == 1 && inputs->recipe != PLIM_RECIPE_FP8)))
    return N_ ("Full training needs weights in FP32, BF16 or FP16; the recipe for FP8 takes FP8 too");
  if (inputs->task == PLIM_TASK_LORA && family == PLIM_PRECISION_FAMILY_GGUF)
    return N_ ("LoRA does not train over a GGUF base");
  if (inputs->task == PLIM_TASK_QLORA && family == PLIM_PRECISION_FAMILY_GGUF)
    return N_ ("QLoRA does not train over a GGUF base");
  if (family == PLIM_PRECISION_FAMILY_EXL)
    return N_ ("Nothing trains over EXL weights");
  if (inputs->task == PLIM_TASK_QLORA && family == PLIM_PRECISION_FAMILY_FLOAT)
    return N_ ("QLoRA needs a quantized base, such as 4-bit NF4");

  return plim_training_refusal (inputs);
}

/* Inputs without which the estimate would leave parts out. */
static PlimFieldSet
find_missing (const PlimInputs   *inputs,
              const PlimEstimate *estimate)
{
  PlimFieldSet missing = 0;

  if (estimate->parameters.total_count == 0)
    return PLIM_FIELD_BIT (PLIM_FIELD_MODEL);
  if (plim_model_has_shape (&inputs->model))
    return inputs->model.vocab_size == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_VOCAB) : 0;

  missing |= inputs->hidden_size == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_HIDDEN_SIZE) : 0;
  missing |= inputs->layers_count == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_LAYERS) : 0;
  missing |= inputs->heads_count == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_HEADS) : 0;

  return missing;
}

void
plim_component_estimate (const PlimInputs *inputs,
                         PlimEstimate     *estimate)
{
  estimate->not_covered = find_not_covered (inputs);
  estimate->missing_fields = find_missing (inputs, estimate);
  if (estimate->not_covered != NULL || estimate->parameters.total_count == 0)
    return;

  if (inputs->task == PLIM_TASK_INFERENCE)
    {
      plim_inference_add_terms (inputs, estimate);
      return;
    }
  plim_training_add_terms (inputs, estimate);
  plim_training_host_estimate (inputs, estimate);
  if (!estimate->is_memory_only)
    plim_training_time_estimate (inputs, estimate);
}
