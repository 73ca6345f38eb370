/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "Back-of-the-envelope calculation for GPU requirements of LLMs" (2024-06-20).
 *
 *   inference  weights 4·P (2·P in 16 bits)
 *   training   weights 4·P (2·P), AdamW states 8·P, gradients 4·P, activations and temporary memory 8·P
 *   LoRA       the weights, plus 20 bytes (all but weights) for each of P / 10,000 trained parameters
 *   time       1 petaFLOP/s-day = 1e15 · 86,400 FLOP = 8 V100 for a day, so GPUs run at their peak rate; 6·P·tokens
 *              FLOPs; LoRA takes 25 % less
 *   GPUs       ceil (memory / memory of a GPU) */

#include "plim-rule.h"

#include <glib/gi18n.h>

#define SOURCE      "“Back-of-the-envelope calculation for GPU requirements of LLMs”, 2024-06-20: 24 bytes each"
#define SOURCE_LORA "“Back-of-the-envelope calculation for GPU requirements of LLMs”, 2024-06-20: LoRA"
#define SOURCE_TIME "“Back-of-the-envelope calculation for GPU requirements of LLMs”, 2024-06-20: petaFLOP/s-days"

static const PlimFactor lora_share = { N_ ("share that LoRA trains"), 1, 10000 };

static void
add_weights (const PlimInputs *inputs,
             PlimEstimate     *estimate,
             gint64            bits)
{
  PlimRuleTerm term = {
    .id = inputs->task == PLIM_TASK_LORA ? PLIM_TERM_FROZEN_WEIGHTS : PLIM_TERM_WEIGHTS,
    .n_factors = 2,
    .source = SOURCE,
    .depends = PLIM_RULE_DEPENDS_PARAMETERS | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION),
  };

  term.factors[0] = plim_rule_parameters (estimate);
  term.factors[1] = plim_rule_bytes_per_parameter (bits);
  if (inputs->task == PLIM_TASK_LORA)
    term.note = N_ ("As a rule of thumb for other models the source doubles the weights for LoRA: 8 bytes per "
                    "parameter in 32 bits. Shown is its worked example, inference plus 20 bytes for each trained "
                    "parameter.");
  plim_rule_add_term (inputs, estimate, &term);
}

static void
add_per_parameter (const PlimInputs *inputs,
                   PlimEstimate     *estimate,
                   PlimTermId        id,
                   PlimFactor        bytes,
                   const char       *note)
{
  PlimRuleTerm term = {
    .id = id,
    .n_factors = 2,
    .source = SOURCE,
    .note = note,
    .depends = PLIM_RULE_DEPENDS_PARAMETERS,
  };

  term.factors[0] = plim_rule_parameters (estimate);
  term.factors[1] = bytes;
  plim_rule_add_term (inputs, estimate, &term);
}

static void
add_adapters (const PlimInputs *inputs,
              PlimEstimate     *estimate)
{
  PlimRuleTerm term = {
    .id = PLIM_TERM_ADAPTER_STATE,
    .n_factors = 3,
    .source = SOURCE_LORA,
    .note = N_ ("The source trains one parameter in 10,000 of GPT-3: 17.5 million, 350 MB. It counts one GPU more for "
                "them where full training needs 110 more; added to the weights first, they fit the GPUs of inference."),
    .depends = PLIM_RULE_DEPENDS_PARAMETERS,
  };

  term.factors[0] = plim_rule_parameters (estimate);
  term.factors[1] = lora_share;
  term.factors[2] = (PlimFactor) { N_ ("bytes of gradient, states and activations"), 20, 1 };
  plim_rule_add_term (inputs, estimate, &term);
}

static void
add_time (const PlimInputs *inputs,
          PlimEstimate     *estimate)
{
  PlimExplanation *explanation = &estimate->time.explanation;
  gint64           tokens_count = plim_inputs_training_tokens (inputs);
  double           peak = plim_rule_peak_flops_per_s (inputs, FALSE);
  double           flops = 6.0 * (double) estimate->parameters.total_count * (double) tokens_count;
  gboolean         is_lora = inputs->task == PLIM_TASK_LORA;

  if (tokens_count == 0)
    estimate->time.missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_TOKENS);
  if (peak <= 0)
    estimate->time.missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS);
  if (estimate->time.missing_fields != 0)
    return;

  explanation->formula = is_lora ? "{0} × {1} × {2} × {6} ÷ ({3} × {4} × {5})"
                                 : "{0} × {1} × {2} ÷ ({3} × {4} × {5})";
  explanation->source = SOURCE_TIME;
  explanation->note = N_ ("The source takes 8 V100 of 125 TFLOP/s for one petaFLOP/s: GPUs at their peak rate, so the "
                          "utilization does not enter. Its examples: T5-3B, 100 petaFLOP/s-days, 800 GPU-days; GPT-3, "
                          "3,700 petaFLOP/s-days, 29,600 GPU-days, 987 GPUs for 30 days and 22.5 days with LoRA. "
                          "Chinchilla’s 20 tokens per parameter would be 3.5 trillion for GPT-3; it saw about 300 "
                          "billion.");
  explanation->depends = PLIM_RULE_DEPENDS_PARAMETERS | PLIM_FIELD_BIT (PLIM_FIELD_TOKENS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_GPU) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS);
  plim_explanation_add (explanation, N_ ("FLOPs per parameter and token"), 6, 1);
  plim_explanation_add (explanation, N_ ("parameters"), estimate->parameters.total_count, 1);
  plim_explanation_add (explanation, N_ ("training tokens"), tokens_count, 1);
  plim_rule_add_peak (explanation, peak);
  plim_explanation_add (explanation, N_ ("GPUs"), inputs->gpus_count, 1);
  if (is_lora)
    plim_explanation_add (explanation, N_ ("share of the time with LoRA"), 75, 100);

  flops *= is_lora ? 0.75 : 1;
  plim_rule_set_time (inputs, estimate, flops / (peak * (double) inputs->gpus_count), flops);
}

void
plim_rule_24_bytes_estimate (const PlimInputs *inputs,
                             PlimEstimate     *estimate)
{
  gint64 bits = plim_rule_bits (inputs->precision);

  if (!plim_rule_has_parameters (estimate))
    return;

  if (inputs->task == PLIM_TASK_QLORA)
    estimate->not_covered = N_ ("Does not cover QLoRA");
  else if (bits < 16)
    estimate->not_covered = N_ ("Covers 32-bit and 16-bit weights only");
  if (estimate->not_covered != NULL)
    return;

  add_weights (inputs, estimate, bits);

  if (inputs->task == PLIM_TASK_TRAINING)
    {
      add_per_parameter (inputs, estimate, PLIM_TERM_OPTIMIZER_STATES,
                         (PlimFactor) { N_ ("bytes of AdamW states per parameter"), 8, 1 }, NULL);
      add_per_parameter (inputs, estimate, PLIM_TERM_GRADIENTS,
                         (PlimFactor) { N_ ("bytes of gradient per parameter"), 4, 1 }, NULL);
      add_per_parameter (inputs, estimate, PLIM_TERM_ACTIVATIONS,
                         (PlimFactor) { N_ ("bytes of activations per parameter"), 8, 1 },
                         N_ ("Activations and temporary memory, at the high end: independent of batch and context."));
      estimate->trained_count = estimate->parameters.total_count;
    }
  else if (inputs->task == PLIM_TASK_LORA)
    {
      add_adapters (inputs, estimate);
      estimate->trained_count = plim_rule_share_count (estimate, lora_share);
    }

  if (inputs->task != PLIM_TASK_INFERENCE)
    add_time (inputs, estimate);
}
