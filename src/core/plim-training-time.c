/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Seconds = tokens x FLOPs per token / (peak x GPUs x utilization). */

#include "plim-training-time.h"

#include "plim-checked.h"
#include "plim-flops.h"
#include "plim-rule.h"
#include "plim-training-layout.h"

#include <glib/gi18n.h>

#define PALM "PaLM, arXiv:2204.02311, appendix B"

gint64
plim_training_time_chinchilla_tokens (gint64 parameters_count)
{
  return plim_multiply (20, parameters_count);
}

/* Tokens of one optimizer step: replicas compute on samples of their own. */
static gint64
count_step_tokens (const PlimInputs *inputs)
{
  gint64             replica_tokens = plim_multiply (plim_multiply (inputs->batch_count, inputs->context_tokens),
                                                     inputs->accumulation_count);
  PlimTrainingLayout layout;

  plim_training_layout_init (&layout, inputs);

  return plim_multiply (replica_tokens, layout.data_count);
}

void
plim_training_time_estimate (const PlimInputs *inputs,
                             PlimEstimate     *estimate)
{
  PlimTime        *time = &estimate->time;
  PlimExplanation *explanation = &time->explanation;
  double           peak_flops_per_s = plim_rule_peak_flops_per_s (inputs, inputs->precision == PLIM_PRECISION_F32);
  gint64           token_flops = plim_flops_training_per_token (inputs, estimate);
  double           tokens = (double) plim_inputs_training_tokens (inputs);
  double           total_flops = tokens * (double) token_flops;
  gint64           step_tokens = count_step_tokens (inputs);
  double           seconds;

  time->missing_fields |= plim_inputs_training_tokens (inputs) == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_TOKENS) : 0;
  time->missing_fields |= peak_flops_per_s <= 0 ? PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS) : 0;
  if (time->missing_fields != 0 || token_flops == PLIM_OVERFLOW)
    return;

  seconds = total_flops / (peak_flops_per_s * (double) inputs->gpus_count * plim_inputs_utilization (inputs));
  plim_rule_set_time (inputs, estimate, seconds, total_flops);
  if (plim_model_has_shape (&inputs->model))
    {
      time->steps_count = plim_divide_up (plim_inputs_training_tokens (inputs), step_tokens);
      time->step_seconds = seconds * (double) step_tokens / tokens;
    }

  explanation->formula = "{0} × {1} ÷ ({2} × {3} × {4} × {5})";
  plim_explanation_add (explanation, N_ ("training tokens"), plim_inputs_training_tokens (inputs), 1);
  plim_explanation_add (explanation, N_ ("FLOPs per token"), token_flops, 1);
  plim_rule_add_peak (explanation, peak_flops_per_s);
  plim_explanation_add (explanation, N_ ("GPUs"), inputs->gpus_count, 1);
  explanation->factors[explanation->n_factors++] =
    plim_rule_fraction (N_ ("utilization"), plim_inputs_utilization (inputs));
  explanation->source = PALM;
  explanation->depends = PLIM_FIELD_BIT (PLIM_FIELD_MODEL) | PLIM_FIELD_BIT (PLIM_FIELD_TOKENS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_GPU) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_UTILIZATION) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT);
}
