/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "Language Model Training Resource Expectation" (2025-01-15): bytes per parameter, module by module.
 *
 *   inference        4, 2, 1 and 0.5 bytes per parameter for FP32, FP16, INT8 and INT4
 *   full, FP16       weights 2, gradients 2, optimizer states 8
 *   full, FP32/INT8  weights 4 or 1, Adam 8 or none, activations as for the source's 13 billion parameters (50
 * and 25 GB, the low
 *                    end), no gradients
 *   LoRA             weights 2; of each trained parameter gradients 2, states 8, adapter weights 2
 *   QLoRA            the same over an INT8 base (1) or, from the inference table, an INT4 one (0.5)
 *   time             FLOPs per sequence · batch / (peak · efficiency) · steps; GPUs for a deadline = hours /
 * deadline hours */

#include "plim-rule.h"

#include <glib/gi18n.h>
#include <math.h>

#define SOURCE           "“Language Model Training Resource Expectation”, 2025-01-15: memory by module"
#define SOURCE_PRECISION "“Language Model Training Resource Expectation”, 2025-01-15: 13 billion by precision"
#define SOURCE_TIME      "“Language Model Training Resource Expectation”, 2025-01-15: time from steps"

#define SECONDS_PER_HOUR 3600.0
#define MOST_GPUS        1e15

#define STATES_NOTE \
  N_ ("The source labels this row “SGD”; 8 bytes per trained parameter are Adam’s two 32-bit states.")
#define TOTAL_NOTE                                                                                                \
  N_ ("Activations are a constant in the source and not counted. For 13 billion parameters in FP16 it elsewhere " \
      "adds 26 + 52 + 25 to 40 ≈ 103 GB, with Adam’s states in 16 bits and no gradients.")
#define BY_PRECISION_NOTE                                                                                            \
  N_ ("For 13 billion parameters the source adds 52 + 104 + 50 to 80 ≈ 206 GB in FP32 and 13 + 25 to 40 ≈ 38 to 53 " \
      "GB in INT8, without gradients; for BERT, 110 million parameters, 440 + 880 MB and 10 to 15 GB with "          \
      "activations. The activations are the low end for 13 billion parameters, in proportion.")

static gboolean
is_adapter_task (const PlimInputs *inputs)
{
  return inputs->task == PLIM_TASK_LORA || inputs->task == PLIM_TASK_QLORA;
}

static void
add_product (const PlimInputs *inputs,
             PlimEstimate     *estimate,
             PlimTermId        id,
             PlimFactor        bytes,
             const char       *source,
             const char       *note)
{
  PlimRuleTerm term = {
    .id = id,
    .n_factors = 2,
    .source = source,
    .note = note,
    .depends = PLIM_RULE_DEPENDS_PARAMETERS | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION),
  };

  term.factors[0] = plim_rule_parameters (estimate);
  term.factors[1] = bytes;
  plim_rule_add_term (inputs, estimate, &term);
}

/* Of each trained parameter. */
static void
add_share (const PlimInputs *inputs,
           PlimEstimate     *estimate,
           PlimTermId        id,
           PlimFactor        bytes,
           const char       *note)
{
  PlimRuleTerm term = {
    .id = id,
    .n_factors = 3,
    .source = SOURCE,
    .note = note,
    .depends = PLIM_RULE_DEPENDS_PARAMETERS | PLIM_FIELD_BIT (PLIM_FIELD_ADAPTER_SHARE),
  };

  term.factors[0] = plim_rule_parameters (estimate);
  term.factors[1] = plim_rule_fraction (N_ ("share that is trained"), inputs->adapter_share);
  term.factors[2] = bytes;
  plim_rule_add_term (inputs, estimate, &term);
}

static void
add_adapters (const PlimInputs *inputs,
              PlimEstimate     *estimate,
              gint64            bits)
{
  add_product (inputs, estimate, PLIM_TERM_FROZEN_WEIGHTS, plim_rule_bytes_per_parameter (bits), SOURCE,
               inputs->task == PLIM_TASK_QLORA ? N_ ("The source’s QLoRA has an INT8 base; for 4 bits its inference "
                                                     "table gives half of that.")
                                               : NULL);
  add_share (inputs, estimate, PLIM_TERM_ADAPTERS,
             (PlimFactor) { N_ ("bytes of adapter weights per parameter"), 2, 1 }, NULL);
  add_share (inputs, estimate, PLIM_TERM_OPTIMIZER_STATES,
             (PlimFactor) { N_ ("bytes of Adam states per parameter"), 8, 1 }, STATES_NOTE);
  add_share (inputs, estimate, PLIM_TERM_GRADIENTS,
             (PlimFactor) { N_ ("bytes of gradient per parameter"), 2, 1 }, NULL);

  estimate->trained_count = plim_rule_share_count (estimate, plim_rule_fraction ("", inputs->adapter_share));
}

static void
add_training (const PlimInputs *inputs,
              PlimEstimate     *estimate,
              gint64            bits)
{
  gint64      activations_gb = bits == 32 ? 50 : 25;
  const char *source = bits == 16 ? SOURCE : SOURCE_PRECISION;

  add_product (inputs, estimate, PLIM_TERM_WEIGHTS, plim_rule_bytes_per_parameter (bits), source,
               bits == 16 ? TOTAL_NOTE : BY_PRECISION_NOTE);
  if (bits >= 16)
    add_product (inputs, estimate, PLIM_TERM_OPTIMIZER_STATES,
                 (PlimFactor) { N_ ("bytes of Adam states per parameter"), 8, 1 }, source,
                 bits == 16 ? STATES_NOTE : NULL);
  if (bits == 16)
    add_product (inputs, estimate, PLIM_TERM_GRADIENTS,
                 (PlimFactor) { N_ ("bytes of gradient per parameter"), 2, 1 }, source, NULL);
  else
    add_product (inputs, estimate, PLIM_TERM_ACTIVATIONS,
                 (PlimFactor) { N_ ("bytes of activations per parameter"), activations_gb, 13 }, source,
                 BY_PRECISION_NOTE);

  estimate->trained_count = estimate->parameters.total_count;
}

static void
explain_time (PlimExplanation  *explanation,
              const PlimInputs *inputs,
              double            peak)
{
  explanation->formula = "{0} × {1} × {2} × {3} ÷ ({4} × {5} × {6} × {7})";
  explanation->source = SOURCE_TIME;
  explanation->note = N_ ("The source’s 3.3 × 10¹² FLOPs for a sequence of 512 tokens through 110 million parameters "
                          "are about ten times 6 × parameters × tokens = 3.4 × 10¹¹. With them a batch of 32 takes "
                          "0.42 seconds at 250 TFLOP/s and a million batches 117 hours; 117 ÷ 168 hours is 0.7, so "
                          "one GPU meets a week.");
  explanation->depends = PLIM_FIELD_BIT (PLIM_FIELD_SEQUENCE_FLOPS) | PLIM_FIELD_BIT (PLIM_FIELD_BATCH) |
                         PLIM_FIELD_BIT (PLIM_FIELD_STEPS) | PLIM_FIELD_BIT (PLIM_FIELD_GPU) |
                         PLIM_FIELD_BIT (PLIM_FIELD_GPUS) | PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_UTILIZATION);
  plim_explanation_add (explanation, N_ ("TFLOP per sequence"), llround (inputs->sequence_flops / 1e6), 1000000);
  plim_explanation_add (explanation, N_ ("FLOP in a TFLOP"), G_GINT64_CONSTANT (1000000000000), 1);
  plim_explanation_add (explanation, N_ ("sequences"), inputs->batch_count, 1);
  plim_explanation_add (explanation, N_ ("steps"), inputs->steps_count, 1);
  plim_rule_add_peak (explanation, peak);
  plim_explanation_add (explanation, N_ ("GPUs"), inputs->gpus_count, 1);
  explanation->factors[explanation->n_factors++] =
    plim_rule_fraction (N_ ("utilization"), plim_inputs_utilization (inputs));
}

static void
add_time (const PlimInputs *inputs,
          PlimEstimate     *estimate)
{
  PlimTime *time = &estimate->time;
  double    hours;
  double    peak = plim_rule_peak_flops_per_s (inputs, inputs->precision == PLIM_PRECISION_F32);
  double    step_flops = inputs->sequence_flops * (double) inputs->batch_count;
  double    gpus_count = (double) inputs->gpus_count;

  if (inputs->sequence_flops <= 0)
    time->missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_SEQUENCE_FLOPS);
  if (inputs->steps_count == 0)
    time->missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_STEPS);
  if (peak <= 0)
    time->missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS);
  if (time->missing_fields != 0)
    return;

  explain_time (&time->explanation, inputs, peak);
  time->step_seconds = step_flops / (peak * gpus_count * plim_inputs_utilization (inputs));
  time->steps_count = inputs->steps_count;
  plim_rule_set_time (inputs, estimate, time->step_seconds * (double) inputs->steps_count,
                      step_flops * (double) inputs->steps_count);

  hours = time->seconds * gpus_count / SECONDS_PER_HOUR;
  if (inputs->deadline_hours > 0)
    time->deadline_gpus_count = (gint64) ceil (fmin (hours / inputs->deadline_hours, MOST_GPUS));
}

static const char *
find_gap (const PlimInputs *inputs,
          gint64            bits)
{
  if (bits == 0)
    return N_ ("Does not cover this weight precision");
  if (inputs->task == PLIM_TASK_TRAINING && bits == 4)
    return N_ ("Does not cover full training in 4 bits");
  if (inputs->task == PLIM_TASK_LORA && bits != 16)
    return N_ ("Covers LoRA over 16-bit weights only");
  if (inputs->task == PLIM_TASK_QLORA && bits > 8)
    return N_ ("Covers QLoRA over 8-bit and 4-bit weights only");

  return NULL;
}

void
plim_rule_module_table_estimate (const PlimInputs *inputs,
                                 PlimEstimate     *estimate)
{
  gint64 bits = plim_rule_bits (inputs->precision);

  if (!plim_rule_has_parameters (estimate))
    return;

  estimate->not_covered = find_gap (inputs, bits);
  if (estimate->not_covered != NULL)
    return;

  if (inputs->task == PLIM_TASK_INFERENCE)
    {
      add_product (inputs, estimate, PLIM_TERM_WEIGHTS, plim_rule_bytes_per_parameter (bits), SOURCE, NULL);
      return;
    }

  if (is_adapter_task (inputs))
    add_adapters (inputs, estimate, bits);
  else
    add_training (inputs, estimate, bits);
  add_time (inputs, estimate);
}
