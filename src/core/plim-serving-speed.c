/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Serving speed: how long it takes what plim-serving-work.c counts.  The stages of a pipeline follow one
 * another, so that a step takes as long as all of them together. */

#include "plim-serving-speed.h"

#include "plim-rule.h"
#include "plim-runtime.h"
#include "plim-serving-work.h"

#include <glib/gi18n.h>
#include <math.h>

#define ROOFLINE "Roofline, doi:10.1145/1498765.1498785; AIConfigurator, systems/h100_sxm.yaml"

#define MILLION 1e6
#define BILLION 1e9

/* One direction of PCI Express 4.0 with 16 lanes, through which weights come from the host in prefill. */
#define PCIE_BYTES_PER_S 31.5e9

#define SPEED_FIELDS                                                                                                \
  (PLIM_FIELD_BIT (PLIM_FIELD_MODEL) | PLIM_FIELD_BIT (PLIM_FIELD_GPU) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) |         \
   PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) | PLIM_FIELD_BIT (PLIM_FIELD_PROMPT) |   \
   PLIM_FIELD_BIT (PLIM_FIELD_OUTPUT) | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) |                                     \
   PLIM_FIELD_BIT (PLIM_FIELD_KV_PRECISION) | PLIM_FIELD_BIT (PLIM_FIELD_RUNTIME) |                                 \
   PLIM_FIELD_BIT (PLIM_FIELD_COMPILE) | PLIM_FIELD_BIT (PLIM_FIELD_TENSOR_PARALLEL) |                              \
   PLIM_FIELD_BIT (PLIM_FIELD_PIPELINE_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_HOST_BANDWIDTH) |                     \
   PLIM_FIELD_BIT (PLIM_FIELD_UTILIZATION) | PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS) |                              \
   PLIM_FIELD_BIT (PLIM_FIELD_V_PRECISION) | PLIM_FIELD_BIT (PLIM_FIELD_MLA) | PLIM_FIELD_BIT (PLIM_FIELD_UBATCH) | \
   PLIM_FIELD_BIT (PLIM_FIELD_PREFIX_SHARE) | PLIM_FIELD_BIT (PLIM_FIELD_EXPERT_PARALLEL) |                         \
   PLIM_FIELD_BIT (PLIM_FIELD_GPU_LAYERS) | PLIM_FIELD_BIT (PLIM_FIELD_HOST_EXPERT_LAYERS) |                        \
   PLIM_FIELD_BIT (PLIM_FIELD_DRAFT_MODEL) | PLIM_FIELD_BIT (PLIM_FIELD_DRAFT_TOKENS) |                             \
   PLIM_FIELD_BIT (PLIM_FIELD_DRAFT_ACCEPTANCE) | PLIM_FIELD_BIT (PLIM_FIELD_NETWORK))

typedef enum
{
  CASE_LOW,
  CASE_LIKELY,
  CASE_HIGH,
  N_CASES
} Case;

/* Share of the memory's bandwidth, time to start a kernel, time the host takes for a layer where it starts each kernel
 * by itself, and whether messages take time to start.  A layer by itself: 1.23 ms (PyTorch, “Accelerating Generative AI
 * with PyTorch II”: Llama 7B, 25.5 tokens/s), 0.89 ms (foundation-model-stack pull request 69: Llama 13B, 35.71 ms a
 * token). */
static const struct
{
  double   bandwidth_share;
  double   kernel_seconds;
  double   host_layer_seconds;
  gboolean has_latency;
} cases[N_CASES] = {
  [CASE_LOW] = { 0.55, 3e-6, 1.25e-3, TRUE },
  [CASE_LIKELY] = { 0.8, 3e-6, 1e-3, TRUE },
  [CASE_HIGH] = { 1, 0, 0.75e-3, FALSE },
};

/* A draft model and what its guesses are worth; without one, a step writes one token. */
typedef struct
{
  double          guesses_count;   /* at once */
  PlimServingWork work;            /* to guess one token for every sequence */
  double          tokens[N_CASES]; /* that a sequence is expected to gain by one check */
} Draft;

/* How often a guess is accepted where that is not given: least, median and most of 12 measurements (arXiv:2211.17192,
 * table 2). */
static const double usual_acceptance[N_CASES] = { [CASE_LOW] = 0.53, [CASE_LIKELY] = 0.7, [CASE_HIGH] = 0.82 };

/* --- how long it takes ------------------------------------------------------------------------------ */

/* What a runtime multiplies with, and the share of its rate that long prompts have reached. */
typedef struct
{
  double flops_per_s;
  double shares[N_CASES];
} Multiplier;

/* 0.56 to 0.70 of an A100 with 16-bit weights (LMDeploy, docs/en/benchmark/a100_fp16.md, first token after 2,048); 0.24
 * of an RTX 4090 and 0.26 of a P40 with block formats, which llama.cpp multiplies as 8-bit integers (llama.cpp pull
 * requests 7676 and 4766, pp512). */
#define FLOAT_SHARES   { [CASE_LOW] = 0.35, [CASE_LIKELY] = 0.6, [CASE_HIGH] = 0.75 }
#define INTEGER_SHARES { [CASE_LOW] = 0.15, [CASE_LIKELY] = 0.25, [CASE_HIGH] = 0.4 }

static Multiplier
usual_multiplier (const PlimInputs *inputs)
{
  PlimPrecision precision = inputs->precision;
  const double *rates = inputs->gpu.peak_flops_per_s;
  gboolean      is_blocks = plim_precision_info (precision)->family == PLIM_PRECISION_FAMILY_GGUF;
  gboolean      is_fp8 = precision == PLIM_PRECISION_FP8 || precision == PLIM_PRECISION_FP8_E5M2;
  Multiplier    multiplier = { plim_rule_peak_flops_per_s (inputs, precision == PLIM_PRECISION_F32), FLOAT_SHARES };

  if (inputs->peak_tflops > 0)
    return multiplier;
  if (is_blocks && rates[PLIM_RATE_INT8] > 0)
    return (Multiplier) { rates[PLIM_RATE_INT8], INTEGER_SHARES };
  if (is_fp8 && rates[PLIM_RATE_FP8] > 0)
    multiplier.flops_per_s = rates[PLIM_RATE_FP8];
  if (multiplier.flops_per_s <= 0)
    multiplier.flops_per_s = rates[PLIM_RATE_FP32];

  return multiplier;
}

/* With the share of the rate that is given, if one is. */
static Multiplier
multiplier_of (const PlimInputs *inputs)
{
  Multiplier multiplier = usual_multiplier (inputs);

  for (guint i = 0; i < N_CASES && inputs->utilization > 0; i++)
    multiplier.shares[i] = inputs->utilization;

  return multiplier;
}

/* In whole microseconds, as the explanation writes them. */
static double
message_seconds (const PlimServingWork *work,
                 Case                   which)
{
  return ceil ((work->sent_seconds + (cases[which].has_latency ? work->messages_seconds : 0)) * MILLION) / MILLION;
}

static double
work_seconds (const PlimInputs      *inputs,
              const PlimServingWork *work,
              double                 host_bytes_per_s,
              Case                   which)
{
  double     bandwidth = (double) inputs->gpu.bandwidth_bytes_per_s * cases[which].bandwidth_share;
  Multiplier multiplier = multiplier_of (inputs);
  double     rate = multiplier.flops_per_s * multiplier.shares[which];
  double     compute_seconds = rate > 0 ? work->flops / rate : 0;

  double gpu_seconds = MAX (work->bytes / bandwidth, compute_seconds) +
                       work->kernels_count * cases[which].kernel_seconds + message_seconds (work, which) +
                       work->host_bytes / (host_bytes_per_s * cases[which].bandwidth_share);

  return MAX (gpu_seconds, work->host_layers_count * cases[which].host_layer_seconds);
}

/* A band of rates from times. */
static PlimBand
rates_of (double       count,
          const double seconds[N_CASES])
{
  return (PlimBand) { count / seconds[CASE_LOW], count / seconds[CASE_LIKELY], count / seconds[CASE_HIGH] };
}

static double
round_to (double value,
          double parts)
{
  return round (value * parts) / parts;
}

/* A step that checks guesses and the guesses before it, in whole nanoseconds, for each token that a sequence gains. */
static double
token_seconds (const PlimInputs      *inputs,
               const PlimServingWork *work,
               const Draft           *draft,
               Case                   which)
{
  double host_bytes_per_s = inputs->host_bandwidth_gb_per_s * 1e9;
  double seconds = work_seconds (inputs, work, host_bytes_per_s, which);

  if (draft->guesses_count == 0)
    return seconds;

  return (draft->guesses_count * round_to (work_seconds (inputs, &draft->work, host_bytes_per_s, which), BILLION) +
          round_to (seconds, BILLION)) /
         draft->tokens[which];
}

/* --- explanation ------------------------------------------------------------------------------------ */

/* How long the host takes to start the kernels, where that is longer than the GPU's work: TRUE with the factors added.
 */
static gboolean
explain_host (const PlimServingWork *work,
              double                 seconds,
              PlimExplanation       *explanation)
{
  if (work->host_layers_count * cases[CASE_LIKELY].host_layer_seconds < seconds * (1 - 1e-9))
    return FALSE;

  explanation->source = "PyTorch, “Accelerating Generative AI with PyTorch II”; foundation-model-stack pull request 69";
  explanation->note = N_ ("The host starts kernels more slowly than the GPU runs them; compiled it would not.");
  plim_explanation_add (explanation, N_ ("layers"), llround (work->host_layers_count), 1);
  plim_explanation_add (explanation, N_ ("seconds of the host for a layer"),
                        llround (cases[CASE_LIKELY].host_layer_seconds * MILLION), (gint64) MILLION);

  return TRUE;
}

/* The factors of work_seconds(): bytes, bandwidth, share, kernels, seconds, communication, then FLOPs, peak, share
 * where the rate is known, then the host's bytes and bandwidth where it has some. */
static void
explain_work (const PlimInputs      *inputs,
              const PlimServingWork *work,
              double                 host_bytes_per_s,
              PlimExplanation       *explanation)
{
  Multiplier multiplier = multiplier_of (inputs);

  explanation->source = ROOFLINE;
  plim_explanation_add (explanation, N_ ("bytes read"), llround (work->bytes), 1);
  plim_explanation_add (explanation, N_ ("bytes a second"), inputs->gpu.bandwidth_bytes_per_s, 1);
  plim_explanation_add (explanation, N_ ("share of the bandwidth"),
                        llround (cases[CASE_LIKELY].bandwidth_share * 100), 100);
  plim_explanation_add (explanation, N_ ("kernels"), llround (work->kernels_count), 1);
  plim_explanation_add (explanation, N_ ("seconds to start one"), llround (cases[CASE_LIKELY].kernel_seconds * MILLION),
                        (gint64) MILLION);
  plim_explanation_add (explanation, N_ ("seconds of communication"),
                        llround (message_seconds (work, CASE_LIKELY) * MILLION), (gint64) MILLION);
  if (multiplier.flops_per_s > 0)
    {
      plim_explanation_add (explanation, N_ ("FLOPs"), llround (work->flops), 1);
      plim_explanation_add (explanation, N_ ("peak FLOP/s of a GPU"), llround (multiplier.flops_per_s), 1);
      plim_explanation_add (explanation, N_ ("share of the peak rate"),
                            llround (multiplier.shares[CASE_LIKELY] * MILLION), (gint64) MILLION);
    }
  if (work->host_bytes > 0)
    {
      plim_explanation_add (explanation, N_ ("bytes on the host"), llround (work->host_bytes), 1);
      plim_explanation_add (explanation, N_ ("bytes a second of the host"), llround (host_bytes_per_s), 1);
    }
}

/* @written_tokens a second of all replicas, by steps of @work. */
static void
explain_step (const PlimInputs      *inputs,
              double                 written_tokens,
              const PlimServingWork *work,
              PlimExplanation       *explanation)
{
  static const char *const formulas[2][2] = {
    { "{0} ÷ ({1} ÷ ({2} × {3}) + {4} × {5} + {6})",
      "{0} ÷ ({1} ÷ ({2} × {3}) + {4} × {5} + {6} + {7} ÷ ({8} × {3}))" },
    { "{0} ÷ (max({1} ÷ ({2} × {3}), {7} ÷ ({8} × {9})) + {4} × {5} + {6})",
      "{0} ÷ (max({1} ÷ ({2} × {3}), {7} ÷ ({8} × {9})) + {4} × {5} + {6} + {10} ÷ ({11} × {3}))" },
  };
  double host_bytes_per_s = inputs->host_bandwidth_gb_per_s * 1e9;

  explanation->depends = SPEED_FIELDS;
  plim_explanation_add (explanation, N_ ("sequences"), llround (written_tokens * MILLION), (gint64) MILLION);
  explanation->formula = "{0} ÷ ({1} × {2})";
  if (explain_host (work, work_seconds (inputs, work, host_bytes_per_s, CASE_LIKELY), explanation))
    return;

  explanation->formula = formulas[multiplier_of (inputs).flops_per_s > 0][work->host_bytes > 0];
  explain_work (inputs, work, host_bytes_per_s, explanation);
}

static void
add_nanoseconds (PlimExplanation *explanation,
                 const char      *name,
                 double           seconds)
{
  plim_explanation_add (explanation, name, llround (seconds * BILLION), (gint64) BILLION);
}

static void
explain_guesses (const PlimInputs      *inputs,
                 double                 sequences_count,
                 const PlimServingWork *work,
                 const Draft           *draft,
                 PlimExplanation       *explanation)
{
  double host_bytes_per_s = inputs->host_bandwidth_gb_per_s * 1e9;

  explanation->depends = SPEED_FIELDS;
  explanation->source = "Speculative decoding, arXiv:2211.17192, equation 1 and table 2";
  explanation->formula = "{0} × {1} ÷ ({2} × {3} + {4})";
  explanation->note = inputs->draft_acceptance > 0
                        ? N_ ("A check brings (1 − a^(g + 1)) ÷ (1 − a) tokens when each of g guesses is accepted with "
                              "the given probability a.")
                        : N_ ("A check brings (1 − a^(g + 1)) ÷ (1 − a) tokens when each of g guesses is accepted with "
                              "probability a. It is not given; 0.7 is taken, the median of published measurements, "
                              "and 0.53 to 0.82 for the range.");
  plim_explanation_add (explanation, N_ ("sequences"), llround (sequences_count * MILLION), (gint64) MILLION);
  plim_explanation_add (explanation, N_ ("tokens a check brings"), llround (draft->tokens[CASE_LIKELY] * BILLION),
                        (gint64) BILLION);
  plim_explanation_add (explanation, N_ ("guesses"), llround (draft->guesses_count), 1);
  add_nanoseconds (explanation, N_ ("seconds of a guess"),
                   work_seconds (inputs, &draft->work, host_bytes_per_s, CASE_LIKELY));
  add_nanoseconds (explanation, N_ ("seconds of a check"), work_seconds (inputs, work, host_bytes_per_s, CASE_LIKELY));
}

static void
explain_written (const PlimInputs      *inputs,
                 double                 sequences_count,
                 const PlimServingWork *work,
                 const Draft           *draft,
                 PlimExplanation       *explanation)
{
  if (draft->guesses_count > 0)
    {
      explain_guesses (inputs, sequences_count, work, draft, explanation);
      return;
    }

  explain_step (inputs, sequences_count, work, explanation);
  if (inputs->draft_model_id[0] != '\0')
    explanation->note = N_ ("Guesses of the draft model count when Draft Tokens are given.");
}

static void
explain_first_token (const PlimInputs      *inputs,
                     const PlimServingWork *work,
                     double                 seconds,
                     PlimTime              *time)
{
  PlimExplanation *explanation = &time->first_token_explanation;

  explanation->depends = SPEED_FIELDS;
  explanation->formula = "{0} × {1}";
  if (explain_host (work, seconds, explanation))
    return;

  explanation->formula = work->host_bytes > 0
                           ? "max({0} ÷ ({1} × {2}), {6} ÷ ({7} × {8})) + {3} × {4} + {5} + {9} ÷ ({10} × {2})"
                           : "max({0} ÷ ({1} × {2}), {6} ÷ ({7} × {8})) + {3} × {4} + {5}";
  explain_work (inputs, work, PCIE_BYTES_PER_S, explanation);
}

/* --- all of it -------------------------------------------------------------------------------------- */

/* The speed of @sequences_count sequences of all replicas, whose steps are @work. */
static void
fill_decode (const PlimInputs      *inputs,
             double                 sequences_count,
             const PlimServingWork *work,
             const Draft           *draft,
             PlimTime              *time)
{
  double seconds[N_CASES];

  for (guint i = 0; i < N_CASES; i++)
    seconds[i] = token_seconds (inputs, work, draft, i);
  time->decode_tokens_per_s = rates_of (sequences_count, seconds);
  time->sequence_tokens_per_s = rates_of (1, seconds);
  explain_written (inputs, sequences_count, work, draft, &time->explanation);
  time->is_known = TRUE;
}

static void
fill_prefill (const PlimServer *server,
              PlimTime         *time)
{
  const PlimInputs *inputs = server->inputs;
  PlimServingWork   work = plim_serving_work_prefill (server);
  double            copies = (double) (server->layout->pipeline_count * server->layout->replicas_count);
  double            seconds[N_CASES] = { 0 };

  for (guint i = 0; i < N_CASES; i++)
    seconds[i] = work_seconds (inputs, &work, PCIE_BYTES_PER_S, i);
  time->prefill_tokens_per_s = rates_of (copies * plim_serving_computed_tokens (inputs), seconds);
  time->first_token_seconds = (PlimBand) { seconds[CASE_HIGH], seconds[CASE_LIKELY], seconds[CASE_LOW] };
  explain_first_token (inputs, &work, seconds[CASE_LIKELY], time);
  if (inputs->output_tokens > 0 && time->sequence_tokens_per_s.likely > 0)
    time->request_seconds =
      time->first_token_seconds.likely + (double) (inputs->output_tokens - 1) / time->sequence_tokens_per_s.likely;
}

/* An encoder reads texts and writes no tokens. */
static void
fill_encode (const PlimServer *server,
             PlimTime         *time)
{
  if (multiplier_of (server->inputs).flops_per_s <= 0)
    return;

  fill_prefill (server, time);
  time->is_known = TRUE;
}

/* Requests that never stop coming: for every token written, so many of prompts are computed in the same step as keep as
 * many sequences writing (Sarathi-Serve, arXiv:2403.02310, sections 4.1 and 4.2), as far as a step has room. */
static void
fill_loaded (const PlimServer *server,
             const Draft      *draft,
             PlimTime         *time)
{
  const PlimInputs *inputs = server->inputs;
  double            replicas = (double) server->layout->replicas_count;
  double            prompts = plim_serving_computed_tokens (inputs) / (double) inputs->output_tokens;
  PlimServingStep   step = { .sequence_tokens = 1 + draft->guesses_count };
  double            room_tokens = (double) plim_runtime_ubatch_tokens (inputs);
  double            gained = draft->tokens[CASE_LIKELY];
  double            seconds[N_CASES];
  PlimServingWork   work;

  step.sequences_count =
    MIN ((double) server->sequences_count, room_tokens / (step.sequence_tokens + gained * prompts));
  step.sequences_count = round_to (step.sequences_count, MILLION);
  step.prompt_tokens = step.sequences_count * gained * prompts;
  work = plim_serving_work_step (server, &step);
  for (guint i = 0; i < N_CASES; i++)
    seconds[i] = token_seconds (inputs, &work, draft, i);
  time->loaded_tokens_per_s = rates_of (replicas * step.sequences_count, seconds);
  time->loaded_token_seconds = (PlimBand) { seconds[CASE_HIGH], seconds[CASE_LIKELY], seconds[CASE_LOW] };
  explain_written (inputs, replicas * step.sequences_count, &work, draft, &time->loaded_explanation);
}

/* Without guesses when there is no draft model of known shape, or it is not said how many. */
static void
init_draft (Draft            *draft,
            const PlimServer *server)
{
  PlimInputs       inputs;
  PlimServingStep  step = { (double) server->sequences_count, 1, 0 };
  PlimWeightLayout weights;
  PlimServer       drafter;

  *draft = (Draft) { .tokens = { 1, 1, 1 } };
  if (server->inputs->draft_tokens_count == 0 || !plim_model_has_shape (&server->inputs->draft_model))
    return;

  inputs = *server->inputs;
  inputs.model = inputs.draft_model;
  plim_weight_layout_init (&weights, &inputs);
  plim_server_init (&drafter, &inputs, server->layout, &weights, NULL, 0);
  draft->guesses_count = (double) inputs.draft_tokens_count;
  draft->work = plim_serving_work_step (&drafter, &step);
  for (guint i = 0; i < N_CASES; i++)
    {
      double accepted = inputs.draft_acceptance > 0 ? inputs.draft_acceptance : usual_acceptance[i];
      double gained = accepted < 1 ? (1 - pow (accepted, draft->guesses_count + 1)) / (1 - accepted)
                                   : draft->guesses_count + 1;

      draft->tokens[i] = round_to (gained, BILLION);
    }
}

/* Only the number of parameters is known: all of them are read, in even shares. */
static PlimServingWork
unshaped_work (const PlimInputs   *inputs,
               const PlimEstimate *estimate)
{
  PlimServingWork work = { 0 };

  for (guint i = 0; i < estimate->n_terms; i++)
    work.bytes += (double) estimate->terms[i].bytes_at[PLIM_MOMENT_DECODE];
  work.flops = 2 * (double) inputs->batch_count * (double) estimate->parameters.matrix_count /
               (double) inputs->gpus_count;

  return work;
}

static void
fill_unshaped (const PlimInputs *inputs,
               PlimEstimate     *estimate)
{
  PlimServingWork work = unshaped_work (inputs, estimate);
  Draft           draft = { .tokens = { 1, 1, 1 } };

  fill_decode (inputs, (double) inputs->batch_count, &work, &draft, &estimate->time);
}

void
plim_serving_speed_estimate (const PlimInputs       *inputs,
                             const PlimLayout       *layout,
                             const PlimWeightLayout *weights,
                             const PlimStage        *stages,
                             guint                   n_stages,
                             PlimEstimate           *estimate)
{
  PlimTime       *time = &estimate->time;
  PlimServer      server;
  Draft           draft;
  PlimServingStep step = { 0 };
  PlimServingWork work;

  time->missing_fields |= inputs->gpu.bandwidth_bytes_per_s == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_GPU) : 0;
  if (time->missing_fields != 0)
    return;

  if (layout == NULL)
    {
      fill_unshaped (inputs, estimate);
      return;
    }

  plim_server_init (&server, inputs, layout, weights, stages, n_stages);
  if (!plim_model_has_stack (&inputs->model, FALSE))
    {
      fill_encode (&server, time);
      return;
    }

  init_draft (&draft, &server);
  step.sequences_count = (double) server.sequences_count;
  step.sequence_tokens = 1 + draft.guesses_count;
  work = plim_serving_work_step (&server, &step);
  fill_decode (inputs, (double) (server.sequences_count * layout->replicas_count), &work, &draft, time);
  if (multiplier_of (inputs).flops_per_s <= 0)
    return;

  fill_prefill (&server, time);
  if (inputs->output_tokens > 0 && plim_runtime_profile (inputs)->batches_continuously)
    fill_loaded (&server, &draft, time);
}

gboolean
plim_serving_speed_generation (const PlimInputs *inputs,
                               double            seconds[PLIM_N_CASES])
{
  static const Case cases_of[PLIM_N_CASES] = {
    [PLIM_CASE_BEST] = CASE_HIGH,
    [PLIM_CASE_USUAL] = CASE_LIKELY,
    [PLIM_CASE_WORST] = CASE_LOW,
  };
  const PlimLayout layout = { MAX (inputs->tensor_parallel_count, 1), 1, 1, 1 };
  double           sequences = (double) inputs->batch_count;
  PlimServingStep  prompts = { .prompt_tokens = sequences * (double) plim_inputs_prompt_tokens (inputs) };
  PlimServingStep  writes = { .sequences_count = sequences, .sequence_tokens = 1 };
  PlimWeightLayout weights;
  PlimServer       server;
  PlimServingWork  prefill;
  PlimServingWork  decode;

  if (inputs->gpu.bandwidth_bytes_per_s == 0 || multiplier_of (inputs).flops_per_s <= 0)
    return FALSE;

  plim_weight_layout_init (&weights, inputs);
  plim_server_init (&server, inputs, &layout, &weights, NULL, 0);
  prefill = plim_serving_work_step (&server, &prompts);
  decode = plim_serving_work_step (&server, &writes);
  for (guint i = 0; i < PLIM_N_CASES; i++)
    seconds[i] = work_seconds (inputs, &prefill, PCIE_BYTES_PER_S, cases_of[i]) +
                 (double) inputs->output_tokens * work_seconds (inputs, &decode, PCIE_BYTES_PER_S, cases_of[i]);

  return TRUE;
}
