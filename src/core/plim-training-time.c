/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Seconds = tokens x FLOPs per token / (peak x GPUs x utilization) where the utilization is given, and else tokens /
 * tokens of a step x predicted seconds of a step. */

#include "plim-training-time.h"

#include "plim-checked.h"
#include "plim-flops.h"
#include "plim-objective.h"
#include "plim-recipe.h"
#include "plim-recompute.h"
#include "plim-rule.h"
#include "plim-run-breaks.h"
#include "plim-step-time.h"
#include "plim-training.h"

#include <glib/gi18n.h>
#include <math.h>

#define PALM             "PaLM, arXiv:2204.02311, appendix B"
#define ROOFLINE         "Roofline, Williams, Waterman and Patterson 2009, doi:10.1145/1498765.1498785"
#define SECONDS_PER_HOUR 3600.0
#define DEADLINE_ROUNDS  32
#define MOST_GPUS        1e9
#define MICROSECONDS     G_GINT64_CONSTANT (1000000)
#define MOST_SECONDS     9e12

#define FIELDS                                                                                              \
  (PLIM_FIELD_BIT (PLIM_FIELD_MODEL) | PLIM_FIELD_BIT (PLIM_FIELD_TOKENS) |                                 \
   PLIM_FIELD_BIT (PLIM_FIELD_DATASET_TOKENS) | PLIM_FIELD_BIT (PLIM_FIELD_EPOCHS) |                        \
   PLIM_FIELD_BIT (PLIM_FIELD_STEPS) | PLIM_FIELD_BIT (PLIM_FIELD_GPU) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) | \
   PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS) | PLIM_FIELD_BIT (PLIM_FIELD_UTILIZATION) |                      \
   PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) | PLIM_FIELD_BIT (PLIM_FIELD_PACKING) |                              \
   PLIM_FIELD_BIT (PLIM_FIELD_SAMPLE_TOKENS))
#define BREAK_FIELDS                                                                              \
  (PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION_INTERVAL) | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION_SET) | \
   PLIM_FIELD_BIT (PLIM_FIELD_CHECKPOINT_INTERVAL) | PLIM_FIELD_BIT (PLIM_FIELD_STORAGE_BANDWIDTH))

gint64
plim_training_time_chinchilla_tokens (gint64 parameters_count)
{
  return plim_multiply (20, parameters_count);
}

/* Of the model FLOPs of training, those of the forward pass. */
static double
forward_share (const PlimFlops *flops)
{
  return (double) plim_flops_forward (flops) / (double) plim_flops_model (flops);
}

/* Tokens of one optimizer step: replicas compute on samples of their own. */
static gint64
count_step_tokens (const PlimInputs *inputs)
{
  gint64 replica_tokens =
    plim_multiply (plim_multiply (plim_objective_sequences_count (inputs), plim_inputs_sample_tokens (inputs)),
                   inputs->accumulation_count);
  PlimTrainingLayout layout;

  plim_training_layout_init (&layout, inputs);

  return plim_multiply (replica_tokens, layout.data_count);
}

gint64
plim_training_time_tokens (const PlimInputs *inputs)
{
  gint64 tokens_count = plim_inputs_training_tokens (inputs);

  return tokens_count > 0 ? tokens_count : plim_multiply (inputs->steps_count, count_step_tokens (inputs));
}

/* Seconds of the whole run with @gpus_count GPUs, which train more replicas as fast as these, or as fast as predicted
 * for so many. */
static double
run_seconds (const PlimInputs   *inputs,
             const PlimEstimate *estimate,
             const PlimFlops    *flops,
             double              gpus_count,
             double              gpu_seconds)
{
  PlimInputs   other = *inputs;
  double       tokens = (double) plim_training_time_tokens (inputs);
  double       seconds = gpu_seconds / gpus_count;
  gint64       step_tokens;
  double       forward_seconds;
  gint64       steps_count;
  PlimStepTime steps[PLIM_N_CASES];

  other.gpus_count = (gint64) gpus_count;
  step_tokens = count_step_tokens (&other);
  steps_count = (gint64) ceil (tokens / (double) step_tokens);
  forward_seconds = seconds * (double) step_tokens / tokens * forward_share (flops);
  if (estimate->time.is_predicted && plim_step_time_predict (&other, estimate, steps))
    {
      seconds = tokens / (double) step_tokens * steps[PLIM_CASE_USUAL].seconds;
      forward_seconds = steps[PLIM_CASE_USUAL].forward_seconds;
    }

  return seconds + plim_run_breaks_evaluation_seconds (inputs, steps_count, step_tokens, forward_seconds) +
         plim_run_breaks_checkpoint_seconds (inputs, estimate, steps_count);
}

/* GPUs that end the run in time, where its steps take @gpu_seconds on all of these together.  Traffic may slow more of
 * them down, so that a few rounds are needed. */
static gint64
count_deadline_gpus (const PlimInputs   *inputs,
                     const PlimEstimate *estimate,
                     const PlimFlops    *flops,
                     double              gpu_seconds)
{
  double             deadline_s = inputs->deadline_hours * SECONDS_PER_HOUR;
  double             gpus = gpu_seconds / deadline_s;
  PlimTrainingLayout layout;
  double             whole;

  plim_training_layout_init (&layout, inputs);
  whole = (double) (layout.tensor_count * layout.pipeline_count * layout.context_count);
  for (guint round = 0; round < DEADLINE_ROUNDS; round++)
    {
      double seconds;

      gpus = ceil (gpus / whole) * whole;
      if (gpus >= MOST_GPUS)
        return PLIM_OVERFLOW;

      seconds = run_seconds (inputs, estimate, flops, gpus, gpu_seconds);
      if (seconds <= deadline_s * (1 + 1e-9))
        return (gint64) gpus;

      gpus = MAX (gpus * seconds / deadline_s, gpus + whole);
    }

  return PLIM_OVERFLOW;
}

static void
explain_given (PlimExplanation  *explanation,
               const PlimInputs *inputs,
               gint64            tokens_count,
               gint64            token_flops,
               double            peak_flops_per_s,
               gboolean          has_breaks)
{
  explanation->formula = has_breaks ? "{0} × {1} ÷ ({2} × {3} × {4} × {5}) + {6} + {7}"
                                    : "{0} × {1} ÷ ({2} × {3} × {4} × {5})";
  plim_explanation_add (explanation,
                        plim_inputs_sample_tokens (inputs) < inputs->context_tokens
                          ? N_ ("training tokens and padding")
                          : N_ ("training tokens"),
                        tokens_count, 1);
  plim_explanation_add (explanation, N_ ("FLOPs per token"), token_flops, 1);
  plim_rule_add_peak (explanation, peak_flops_per_s);
  plim_explanation_add (explanation, N_ ("GPUs"), inputs->gpus_count, 1);
  explanation->factors[explanation->n_factors++] =
    plim_rule_fraction (N_ ("utilization"), plim_inputs_utilization (inputs));
  explanation->source = PALM;
  if (inputs->utilization <= 0)
    explanation->note = N_ ("The utilization is not given, and to predict it takes a model with known layers and a GPU "
                            "with known bandwidth: 0.4 of the peak rate is taken.");
  explanation->depends = FIELDS | BREAK_FIELDS;
}

static void
add_seconds (PlimExplanation *explanation,
             const char      *name,
             double           seconds)
{
  plim_explanation_add (explanation, name, llround (MIN (seconds, MOST_SECONDS) * (double) MICROSECONDS),
                        MICROSECONDS);
}

/* Of a step, of one whose texts are scored, and of one that generates them; without breaks of the run and with. */
static const char *const predicted_formulas[3][2] = {
  { "{0} ÷ {1} × ({2} + {3} + {4} + {5} + {6} + {7} + {8})",
    "{0} ÷ {1} × ({2} + {3} + {4} + {5} + {6} + {7} + {8}) + {9} + {10}" },
  { "{0} ÷ {1} × ({2} + {3} + {4} + {5} + {6} + {7} + {8} + {9})",
    "{0} ÷ {1} × ({2} + {3} + {4} + {5} + {6} + {7} + {8} + {9}) + {10} + {11}" },
  { "{0} ÷ {1} × ({2} + {3} + {4} + {5} + {6} + {7} + {8} + {9} + {10})",
    "{0} ÷ {1} × ({2} + {3} + {4} + {5} + {6} + {7} + {8} + {9} + {10}) + {11} + {12}" },
};

/* The step's parts are rounded to microseconds, so that they add up to it. */
static double
explain_predicted (PlimExplanation    *explanation,
                   const PlimStepTime *step,
                   gint64              tokens_count,
                   gint64              step_tokens,
                   gboolean            is_fp8,
                   gboolean            has_breaks)
{
  gboolean is_scored = step->scoring_seconds > 0;
  gboolean is_generated = step->generation_seconds > 0;
  double   seconds = 0;

  explanation->formula = predicted_formulas[is_generated ? 2 : is_scored ? 1
                                                                         : 0][has_breaks];
  plim_explanation_add (explanation, N_ ("training tokens"), tokens_count, 1);
  plim_explanation_add (explanation, N_ ("tokens of a step"), step_tokens, 1);
  add_seconds (explanation, N_ ("seconds of matrix products"), step->matrices_seconds);
  add_seconds (explanation, N_ ("of attention"), step->attention_seconds);
  add_seconds (explanation, N_ ("of norms, activations and loss"), step->memory_seconds);
  add_seconds (explanation, N_ ("waiting for launches"), step->launch_seconds);
  add_seconds (explanation, N_ ("of traffic not hidden"), step->exposed_seconds);
  add_seconds (explanation, N_ ("waiting for other stages"), step->bubble_seconds);
  add_seconds (explanation, N_ ("of the optimizer"), step->optimizer_seconds);
  if (is_scored || is_generated)
    add_seconds (explanation, N_ ("of reference, reward and value model"), step->scoring_seconds);
  if (is_generated)
    add_seconds (explanation, N_ ("of generation"), step->generation_seconds);
  explanation->source = ROOFLINE;
  explanation->note = is_fp8
                        ? N_ ("Predicted from counts of work and traffic, the rates of GPU, links and network, and "
                              "the share of them that benchmarks reach. FP8 is counted against the 16-bit peak, as "
                              "runs are published, and may pass 100 %.")
                        : N_ ("Predicted from counts of work and traffic, the rates of GPU, links and network, and "
                              "the share of them that benchmarks reach. The utilization of a run of yours would be "
                              "exact.");
  explanation->depends = FIELDS | PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_TOKEN_FIELDS | PLIM_ADAPTER_FIELDS |
                         PLIM_STATE_FIELDS | PLIM_GRADIENT_FIELDS | PLIM_RECOMPUTE_PART_FIELDS | BREAK_FIELDS |
                         PLIM_FIELD_BIT (PLIM_FIELD_PROJECTION_RANK) | PLIM_FIELD_BIT (PLIM_FIELD_NETWORK) |
                         PLIM_FIELD_BIT (PLIM_FIELD_RECOMPUTE) | PLIM_FIELD_BIT (PLIM_FIELD_RECOMPUTE_INTERVAL) |
                         PLIM_FIELD_BIT (PLIM_FIELD_COMPILE) | PLIM_FIELD_BIT (PLIM_FIELD_REFERENCE) |
                         PLIM_FIELD_BIT (PLIM_FIELD_ENGINE) | PLIM_FIELD_BIT (PLIM_FIELD_COMPLETION) |
                         PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION) | PLIM_FIELD_BIT (PLIM_FIELD_LOSS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_FUSED_KERNELS) | PLIM_FIELD_BIT (PLIM_FIELD_REDUCE_FORMAT) |
                         PLIM_FIELD_BIT (PLIM_FIELD_SEQUENCE_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_PIPELINE_SCHEDULE) |
                         PLIM_FIELD_BIT (PLIM_FIELD_VIRTUAL_STAGES);

  for (guint i = 2; i < explanation->n_factors; i++)
    seconds += (double) explanation->factors[i].numerator;

  return seconds / (double) MICROSECONDS;
}

/* Tokens that are computed, those of the padding too. */
static gint64
count_computed_tokens (const PlimInputs *inputs,
                       gint64            tokens_count)
{
  gint64 sample_tokens = plim_inputs_sample_tokens (inputs);
  double computed = (double) tokens_count * (double) inputs->context_tokens / (double) sample_tokens;

  if (sample_tokens == inputs->context_tokens)
    return tokens_count;

  return computed < (double) PLIM_OVERFLOW ? (gint64) ceil (computed) : PLIM_OVERFLOW;
}

/* Speed and utilizations, which are those of any step, from the @seconds that @tokens take. */
static void
set_rates (const PlimInputs *inputs,
           PlimEstimate     *estimate,
           const PlimFlops  *flops,
           double            peak_flops_per_s,
           gint64            tokens_count,
           double            seconds)
{
  PlimTime *time = &estimate->time;
  double    share = (double) count_computed_tokens (inputs, tokens_count) / seconds /
                 (peak_flops_per_s * (double) inputs->gpus_count);

  time->tokens_per_s = (double) tokens_count / seconds;
  time->hfu = share * (double) plim_flops_hardware (flops);
  time->mfu.likely = share * (double) plim_flops_model (flops);
  if (time->is_predicted)
    {
      time->mfu.low = time->mfu.likely * time->steps[PLIM_CASE_USUAL].seconds / time->steps[PLIM_CASE_WORST].seconds;
      time->mfu.high = time->mfu.likely * time->steps[PLIM_CASE_USUAL].seconds / time->steps[PLIM_CASE_BEST].seconds;
    }
}

/* Evaluations and checkpoints of the run whose steps take @step_seconds, as far as they are asked for. */
static void
set_breaks (const PlimInputs *inputs,
            PlimEstimate     *estimate,
            const PlimFlops  *flops,
            double            step_seconds)
{
  PlimTime *time = &estimate->time;
  gint64    step_tokens = count_step_tokens (inputs);
  gint64    steps_count = plim_divide_up (plim_training_time_tokens (inputs), step_tokens);
  double    seconds[PLIM_N_CASES];

  for (guint i = 0; i < PLIM_N_CASES; i++)
    seconds[i] = plim_run_breaks_evaluation_seconds (inputs, steps_count, step_tokens,
                                                     time->is_predicted ? time->steps[i].forward_seconds
                                                                        : step_seconds * forward_share (flops));
  time->evaluation_seconds = seconds[PLIM_CASE_USUAL];
  time->checkpoint_seconds = plim_run_breaks_checkpoint_seconds (inputs, estimate, steps_count);
  if (inputs->checkpoint_interval_steps > 0)
    time->checkpoint_bytes = plim_run_breaks_checkpoint_bytes (inputs, estimate);
  if (time->is_predicted)
    {
      time->run_seconds.low += seconds[PLIM_CASE_BEST] + time->checkpoint_seconds;
      time->run_seconds.high += seconds[PLIM_CASE_WORST] + time->checkpoint_seconds;
    }
  add_seconds (&time->explanation, N_ ("seconds of all evaluations"), time->evaluation_seconds);
  add_seconds (&time->explanation, N_ ("of writing all checkpoints"), time->checkpoint_seconds);
}

/* Of the whole run, whose length is known and whose steps take @seconds. */
static void
set_run (const PlimInputs *inputs,
         PlimEstimate     *estimate,
         const PlimFlops  *flops,
         gint64            tokens_count,
         double            seconds)
{
  PlimTime *time = &estimate->time;
  gint64    step_tokens = count_step_tokens (inputs);
  double    steps = (double) tokens_count / (double) step_tokens;
  double    computed_tokens = (double) count_computed_tokens (inputs, tokens_count);

  if (time->is_predicted)
    time->run_seconds = (PlimBand) { .low = steps * time->steps[PLIM_CASE_BEST].seconds,
                                     .high = steps * time->steps[PLIM_CASE_WORST].seconds };
  if (plim_run_breaks_are_asked (inputs))
    set_breaks (inputs, estimate, flops, seconds / steps);
  plim_rule_set_time (inputs, estimate, seconds + time->evaluation_seconds + time->checkpoint_seconds,
                      computed_tokens * (double) plim_flops_model (flops));
  time->hardware_flops = computed_tokens * (double) plim_flops_hardware (flops);
  time->unmasked_flops = computed_tokens * (double) plim_flops_unmasked (flops);
  if (time->is_predicted)
    time->run_seconds.likely = time->seconds;
  if (plim_model_has_shape (&inputs->model))
    time->steps_count = plim_divide_up (tokens_count, step_tokens);
  if (inputs->deadline_hours > 0)
    time->deadline_gpus_count = count_deadline_gpus (inputs, estimate, flops, seconds * (double) inputs->gpus_count);
}

void
plim_training_time_estimate (const PlimInputs *inputs,
                             PlimEstimate     *estimate)
{
  PlimTime *time = &estimate->time;
  double    peak_flops_per_s = plim_rule_peak_flops_per_s (inputs, plim_recipe_multiplies_32_bit (inputs));
  PlimFlops flops = plim_flops_training (inputs, estimate);
  gint64    token_flops = plim_flops_model (&flops);
  gint64    step_tokens = count_step_tokens (inputs);
  gint64    run_tokens = plim_training_time_tokens (inputs);
  gint64    tokens_count = run_tokens > 0 ? run_tokens : step_tokens; /* of one step, when the run is not given */
  double    steps = (double) tokens_count / (double) step_tokens;
  gint64    computed_count = count_computed_tokens (inputs, tokens_count);
  gboolean  has_breaks = run_tokens > 0 && plim_run_breaks_are_asked (inputs);
  double    seconds;

  time->missing_fields |= run_tokens == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_TOKENS) : 0;
  time->missing_fields |= peak_flops_per_s <= 0 ? PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS) : 0;
  if (peak_flops_per_s <= 0 || token_flops == PLIM_OVERFLOW)
    return;

  time->is_predicted = inputs->utilization <= 0 && plim_step_time_predict (inputs, estimate, time->steps);
  if (time->is_predicted)
    {
      seconds = steps * explain_predicted (&time->explanation, &time->steps[PLIM_CASE_USUAL], tokens_count, step_tokens,
                                           plim_recipe_products (inputs->recipe) != NULL, has_breaks);
    }
  else
    {
      seconds = (double) computed_count * (double) token_flops /
                (peak_flops_per_s * (double) inputs->gpus_count * plim_inputs_utilization (inputs));
      explain_given (&time->explanation, inputs, computed_count, token_flops, peak_flops_per_s, has_breaks);
    }

  set_rates (inputs, estimate, &flops, peak_flops_per_s, tokens_count, seconds);
  if (plim_model_has_shape (&inputs->model))
    time->step_seconds = seconds / steps;
  if (run_tokens > 0)
    set_run (inputs, estimate, &flops, tokens_count, seconds);
}
