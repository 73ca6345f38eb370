/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "GPU Memory / Time Consumption": bytes per parameter, times three for training, plus 0.1 bytes for adapters, plus
 * a copy of the model for evaluation.
 *
 *   inference  b·P          full training  3·b·P (32 and 16 bits)          LoRA  b·P + 0.1·P (32 and 16 bits)
 *   QLoRA      b·P + 0.1·P (8 and 4 bits)          evaluation  + 2·P (FP16) or + P (INT8)
 *   time       6·P·tokens / (peak · GPUs · utilization) */

#include "plim-rule.h"

#include <glib/gi18n.h>

#define SOURCE      "“GPU Memory / Time Consumption”, notes: table of bytes per parameter"
#define TIME_SOURCE "“GPU Memory / Time Consumption”, notes: training time"

/* Precisions a task is given for, as a set of their bits per weight: 32, 16, 8 and 4 do not share a binary digit. */
static const gint64 covered_bits[PLIM_N_TASKS] = {
  [PLIM_TASK_INFERENCE] = 32 | 16 | 8 | 4,
  [PLIM_TASK_TRAINING] = 32 | 16,
  [PLIM_TASK_LORA] = 32 | 16,
  [PLIM_TASK_QLORA] = 8 | 4,
};

static const char *const not_covered[PLIM_N_TASKS] = {
  [PLIM_TASK_INFERENCE] = N_ ("Does not cover this weight precision"),
  [PLIM_TASK_TRAINING] = N_ ("Covers full training in 32 and 16 bits only"),
  [PLIM_TASK_LORA] = N_ ("Covers LoRA over 32-bit and 16-bit weights only"),
  [PLIM_TASK_QLORA] = N_ ("Covers QLoRA over 8-bit and 4-bit weights only"),
};

static void
add_weights (const PlimInputs *inputs,
             PlimEstimate     *estimate,
             gint64            bits)
{
  static const PlimTermId ids[PLIM_N_TASKS] = {
    [PLIM_TASK_INFERENCE] = PLIM_TERM_WEIGHTS,
    [PLIM_TASK_TRAINING] = PLIM_TERM_RULE_TOTAL,
    [PLIM_TASK_LORA] = PLIM_TERM_FROZEN_WEIGHTS,
    [PLIM_TASK_QLORA] = PLIM_TERM_FROZEN_WEIGHTS,
  };
  PlimRuleTerm term = { .id = ids[inputs->task], .n_factors = 2, .source = SOURCE };

  term.factors[0] = plim_rule_parameters (estimate);
  term.factors[1] = plim_rule_bytes_per_parameter (bits);
  term.depends = PLIM_RULE_DEPENDS_PARAMETERS | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION);

  if (inputs->task == PLIM_TASK_TRAINING)
    {
      term.factors[term.n_factors++] = (PlimFactor) { N_ ("multiplier of full training"), 3, 1 };
      term.note = N_ ("The source gives one multiplier for weights, gradients and optimizer states together; "
                      "activations are not counted.");
    }

  plim_rule_add_term (inputs, estimate, &term);
}

static void
add_adapters (const PlimInputs *inputs,
              PlimEstimate     *estimate)
{
  PlimRuleTerm term = { .id = PLIM_TERM_ADAPTERS, .n_factors = 2, .source = SOURCE };

  term.factors[0] = plim_rule_parameters (estimate);
  term.factors[1] = (PlimFactor) { N_ ("bytes for adapters per parameter"), 1, 10 };
  term.depends = PLIM_RULE_DEPENDS_PARAMETERS;
  term.note = N_ ("0.1 GB per billion parameters, whatever the rank of the adapters.");

  plim_rule_add_term (inputs, estimate, &term);
}

static gboolean
evaluates_copy (const PlimInputs *inputs)
{
  return inputs->evaluation == PLIM_EVALUATION_F16 || inputs->evaluation == PLIM_EVALUATION_INT8;
}

static void
add_evaluation (const PlimInputs *inputs,
                PlimEstimate     *estimate)
{
  PlimRuleTerm term = { .id = PLIM_TERM_EVALUATION_COPY, .n_factors = 2, .source = SOURCE };

  term.factors[0] = plim_rule_parameters (estimate);
  term.factors[1] = plim_rule_bytes_per_parameter (inputs->evaluation == PLIM_EVALUATION_F16 ? 16 : 8);
  term.depends = PLIM_RULE_DEPENDS_PARAMETERS | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION);

  plim_rule_add_term (inputs, estimate, &term);
}

/* T = tokens · 6 · P / (peak · GPUs · utilization) */
static void
add_time (const PlimInputs *inputs,
          PlimEstimate     *estimate)
{
  PlimExplanation *explanation = &estimate->time.explanation;
  gint64           tokens_count = plim_inputs_training_tokens (inputs);
  double           peak = plim_rule_peak_flops_per_s (inputs, inputs->precision == PLIM_PRECISION_F32);
  double           flops = 6.0 * (double) estimate->parameters.total_count * (double) tokens_count;

  if (tokens_count == 0)
    estimate->time.missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_TOKENS);
  if (peak <= 0)
    estimate->time.missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS);
  if (estimate->time.missing_fields != 0)
    return;

  explanation->formula = "{0} × {1} × {2} ÷ ({3} × {4} × {5} × {6})";
  explanation->source = TIME_SOURCE;
  explanation->note = N_ ("The source’s example, 7 billion parameters and 300 billion tokens on 8 A100 at 80 %, "
                          "prints “6310 seconds ≈ 1.75 hours”, a slip of 1,000: its formula gives 6,310,096 seconds, "
                          "73 days.");
  explanation->depends = PLIM_RULE_DEPENDS_PARAMETERS | PLIM_FIELD_BIT (PLIM_FIELD_TOKENS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_GPU) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_UTILIZATION);
  plim_explanation_add (explanation, N_ ("FLOPs per parameter and token"), 6, 1);
  plim_explanation_add (explanation, N_ ("parameters"), estimate->parameters.total_count, 1);
  plim_explanation_add (explanation, N_ ("training tokens"), tokens_count, 1);
  plim_rule_add_peak (explanation, peak);
  plim_explanation_add (explanation, N_ ("GPUs"), inputs->gpus_count, 1);
  explanation->factors[explanation->n_factors++] =
    plim_rule_fraction (N_ ("utilization"), plim_inputs_utilization (inputs));

  plim_rule_set_time (inputs, estimate, flops / (peak * (double) inputs->gpus_count * plim_inputs_utilization (inputs)),
                      flops);
}

void
plim_rule_bytes_times_multiplier_estimate (const PlimInputs *inputs,
                                           PlimEstimate     *estimate)
{
  gint64 bits = plim_rule_bits (inputs->precision);

  if (!plim_rule_has_parameters (estimate))
    return;

  if ((covered_bits[inputs->task] & bits) == 0)
    {
      estimate->not_covered = not_covered[inputs->task];
      return;
    }

  if (inputs->task != PLIM_TASK_INFERENCE && inputs->evaluation != PLIM_EVALUATION_NONE && !evaluates_copy (inputs))
    {
      estimate->not_covered = N_ ("Covers the evaluation of a copy alone");
      return;
    }

  add_weights (inputs, estimate, bits);
  if (inputs->task == PLIM_TASK_LORA || inputs->task == PLIM_TASK_QLORA)
    add_adapters (inputs, estimate);
  if (inputs->task != PLIM_TASK_INFERENCE && evaluates_copy (inputs))
    add_evaluation (inputs, estimate);

  if (inputs->task == PLIM_TASK_TRAINING)
    estimate->trained_count = estimate->parameters.total_count;
  if (inputs->task != PLIM_TASK_INFERENCE)
    add_time (inputs, estimate);
}
