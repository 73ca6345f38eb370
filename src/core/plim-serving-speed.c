/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Serving speed: what a step reads, computes and sends, and how long that takes.  The stages of a pipeline follow one
 * another, so that a step takes as long as all of them together. */

#include "plim-serving-speed.h"

#include "plim-checked.h"
#include "plim-kv-cache.h"
#include "plim-roofline.h"
#include "plim-rule.h"
#include "plim-runtime.h"

#include <glib/gi18n.h>
#include <math.h>

#define ROOFLINE "Roofline, doi:10.1145/1498765.1498785; AIConfigurator, systems/h100_sxm.yaml"

/* Values of the residual stream that GPUs send to one another have 16 bits. */
#define SENT_BYTES 2

/* Kernels of a layer besides its matrices: two norms, rotation, attention or scan, activation; and of a step besides
 * its layers: embedding, final norm, head. */
#define LAYER_KERNELS 5
#define STEP_KERNELS  3

#define MILLION 1e6

/* One direction of PCI Express 4.0 with 16 lanes, through which weights come from the host in prefill. */
#define PCIE_BYTES_PER_S 31.5e9

#define SPEED_FIELDS                                                                                              \
  (PLIM_FIELD_BIT (PLIM_FIELD_MODEL) | PLIM_FIELD_BIT (PLIM_FIELD_GPU) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) |       \
   PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) | PLIM_FIELD_BIT (PLIM_FIELD_PROMPT) | \
   PLIM_FIELD_BIT (PLIM_FIELD_OUTPUT) | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) |                                   \
   PLIM_FIELD_BIT (PLIM_FIELD_KV_PRECISION) | PLIM_FIELD_BIT (PLIM_FIELD_RUNTIME) |                               \
   PLIM_FIELD_BIT (PLIM_FIELD_COMPILE) | PLIM_FIELD_BIT (PLIM_FIELD_TENSOR_PARALLEL) |                            \
   PLIM_FIELD_BIT (PLIM_FIELD_PIPELINE_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_HOST_BANDWIDTH) |                   \
   PLIM_FIELD_BIT (PLIM_FIELD_UTILIZATION) | PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS) |                            \
   PLIM_FIELD_BIT (PLIM_FIELD_V_PRECISION) | PLIM_FIELD_BIT (PLIM_FIELD_MLA) |                                    \
   PLIM_FIELD_BIT (PLIM_FIELD_UBATCH) | PLIM_FIELD_BIT (PLIM_FIELD_PREFIX_SHARE) |                                \
   PLIM_FIELD_BIT (PLIM_FIELD_EXPERT_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_GPU_LAYERS) |                         \
   PLIM_FIELD_BIT (PLIM_FIELD_HOST_EXPERT_LAYERS))

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

/* What a step is asked of one GPU of each stage, all stages together. */
typedef struct
{
  double bytes;           /* read from the GPU's memory */
  double flops;
  double kernels_count;
  double host_layers_count; /* whose kernels the host starts one by one */
  double sent_seconds;     /* of messages on their way */
  double messages_seconds; /* to start them */
  double host_bytes;      /* read from the host's memory, or copied from it in prefill */
} Work;

typedef struct
{
  const PlimInputs       *inputs;
  const PlimLayout       *layout;
  const PlimWeightLayout *weights;
  const PlimEstimate     *estimate;
  gint64                  sequences_count; /* of one replica */
  gint64                  gpu_layers_count[PLIM_MODEL_MAX_KINDS]; /* on GPUs, by kind */
  guint                   first_layer;     /* layers before it are on the host */
  guint                   first_expert_layer;
  gboolean                has_head;        /* on a GPU */
} Server;

/* --- what is read ----------------------------------------------------------------------------------- */

/* Share of the routed experts that @tokens_count tokens are expected to choose, each at random. */
static double
chosen_share (const PlimModel *model,
              double           tokens_count)
{
  double all = 0;
  double chosen = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimExperts *experts = &model->kinds[i].experts;
      double             count;

      if (experts->experts_count == 0)
        continue;

      count = (double) plim_multiply (model->kinds[i].layers_count,
                                      plim_parameters_count_layer (model, i).expert_matrix_count);
      all += count;
      chosen +=
        count * (1 - pow (1 - (double) experts->active_count / (double) experts->experts_count, tokens_count));
    }

  return all > 0 ? chosen / all : 1;
}

/* Bytes of weights that @tokens_count tokens need, on GPUs and on the host. */
static void
read_weights (const Server *server,
              double        tokens_count,
              Work         *work)
{
  const PlimModel  *model = &server->inputs->model;
  const PlimLayout *layout = server->layout;
  PlimLayerWeights  all = plim_weight_layout_layers (server->weights, model, server->first_layer, model->n_layers);
  PlimLayerWeights  away = plim_weight_layout_layers (server->weights, model, 0, server->first_layer);
  PlimLayerWeights  lent = plim_weight_layout_layers (server->weights, model, server->first_layer,
                                                      MAX (server->first_layer, server->first_expert_layer));
  double            share = chosen_share (model, tokens_count);
  double            head =
    (double) (model->has_tied_head ? server->weights->embedding_bytes : server->weights->head_bytes);
  double tensor_count = (double) layout->tensor_count;
  double expert_shares = (double) (layout->expert_count > 1 ? layout->expert_count : layout->tensor_count);

  work->bytes += ((double) (all.bytes - all.expert_bytes) + (server->has_head ? head : 0)) / tensor_count +
                 share * (double) (all.expert_bytes - lent.expert_bytes) / expert_shares;
  work->host_bytes += (double) (away.bytes - away.expert_bytes) + (server->has_head ? 0 : head) +
                      share * (double) (away.expert_bytes + lent.expert_bytes);
}

/* Caches of the sequences as they are read, states read and written. */
static void
read_caches (const Server *server,
             gint64        tokens_count,
             Work         *work)
{
  const PlimInputs *inputs = server->inputs;
  const PlimModel  *model = &inputs->model;
  double            sequences = (double) server->sequences_count;
  gint64            host_layers_count[PLIM_MODEL_MAX_KINDS] = { 0 };

  for (guint i = 0; i < model->n_kinds; i++)
    host_layers_count[i] = model->kinds[i].layers_count - server->gpu_layers_count[i];
  work->bytes += sequences * (double) plim_kv_cache_read_bytes (inputs, model, server->gpu_layers_count, tokens_count,
                                                                server->layout->tensor_count);
  work->host_bytes +=
    sequences * (double) plim_kv_cache_read_bytes (inputs, model, host_layers_count, tokens_count, 1);
}

/* --- what is computed and sent ---------------------------------------------------------------------- */

/* Multiply-adds of scores and values for one token that sees @attended_tokens, all layers.  A latent that is not
 * expanded is as wide as itself in every head (arXiv:2405.04434, section 2.1.2). */
static double
attention_products (const Server *server,
                    double        attended_tokens)
{
  const PlimInputs *inputs = server->inputs;
  PlimMla           mla = inputs->mla == PLIM_MLA_BY_RUNTIME ? plim_runtime_profile (inputs)->mla : inputs->mla;
  double            products = 0;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[i];
      const PlimAttention *a = &kind->attention;
      gboolean             is_latent = a->kind == PLIM_ATTENTION_MLA && mla != PLIM_MLA_EXPANDED;
      gint64               width = is_latent ? 2 * a->kv_lora_rank + a->rope_head_dim : a->head_dim + a->v_head_dim;
      double               seen = attended_tokens;

      if (a->window_tokens > 0)
        seen = MIN (seen, (double) a->window_tokens);
      products += (double) kind->layers_count * seen * (double) a->heads_count * (double) width;
    }

  return products;
}

/* Layers that the host works through kernel by kernel. */
static double
count_host_layers (const PlimInputs *inputs)
{
  gboolean is_eager = plim_runtime_profile (inputs)->is_eager && inputs->compile == PLIM_SWITCH_OFF;

  return is_eager ? (double) inputs->model.n_layers : 0;
}

static double
count_kernels (const PlimModel *model)
{
  PlimMatrix matrices[PLIM_LAYER_MAX_MATRICES];
  double     count = STEP_KERNELS;

  for (guint i = 0; i < model->n_kinds; i++)
    count += (double) model->kinds[i].layers_count *
             (LAYER_KERNELS + plim_parameters_list_matrices (model, i, matrices));

  return count;
}

/* @count messages, each @start_seconds before it is on its way and @seconds in all. */
static void
add_messages (Work  *work,
              double count,
              double start_seconds,
              double seconds)
{
  work->messages_seconds += count * start_seconds;
  work->sent_seconds += count * (seconds - start_seconds);
}

/* Two all-reduces a layer where GPUs share it (Megatron-LM, arXiv:1909.08053, section 3), and a message from each stage
 * to the next. */
static void
send (const Server *server,
      double        tokens_count,
      Work         *work)
{
  const PlimInputs *inputs = server->inputs;
  const PlimLayout *layout = server->layout;
  double            bytes = tokens_count * SENT_BYTES * (double) inputs->model.hidden_size;
  PlimGroup         sharers = plim_roofline_group (inputs, layout->tensor_count, 1);
  PlimGroup         stages = plim_roofline_group (inputs, layout->pipeline_count, layout->tensor_count);

  if (layout->tensor_count > 1)
    add_messages (work, 2 * (double) inputs->model.n_layers, plim_roofline_all_reduce_seconds (&sharers, 0),
                  plim_roofline_all_reduce_seconds (&sharers, bytes));
  add_messages (work, (double) (layout->pipeline_count - 1), plim_roofline_send_seconds (&stages, 0),
                plim_roofline_send_seconds (&stages, bytes));
}

static Work
decode_work (const Server *server)
{
  const PlimInputs *inputs = server->inputs;
  gint64            prompt_tokens = plim_inputs_prompt_tokens (inputs);
  gint64            cached_tokens =
    inputs->output_tokens > 0 ? prompt_tokens + inputs->output_tokens / 2 : inputs->context_tokens;
  double sequences = (double) server->sequences_count;
  Work   work = {
      .kernels_count = count_kernels (&inputs->model),
      .host_layers_count = count_host_layers (inputs),
  };

  read_weights (server, sequences, &work);
  read_caches (server, cached_tokens, &work);
  work.flops = 2 * sequences *
               ((double) server->estimate->parameters.matrix_count +
                attention_products (server, (double) cached_tokens)) /
               (double) server->layout->tensor_count;
  send (server, sequences, &work);

  return work;
}

/* Tokens of a prompt that are computed: what the runtime has of it already is not. */
static double
computed_tokens (const PlimInputs *inputs)
{
  double prompt_tokens = (double) plim_inputs_prompt_tokens (inputs);

  if (plim_runtime_profile (inputs)->shares_prefixes)
    prompt_tokens -= floor (inputs->prefix_share * prompt_tokens);

  return MAX (prompt_tokens, 1);
}

/* One prompt, in as many chunks as the runtime makes of it. */
static Work
prefill_work (const Server *server)
{
  const PlimInputs *inputs = server->inputs;
  const PlimModel  *model = &inputs->model;
  double            tokens = computed_tokens (inputs);
  double            ubatch_tokens = MIN ((double) plim_runtime_ubatch_tokens (inputs), tokens);
  double            chunks = ceil (tokens / ubatch_tokens);
  double            seen = (double) plim_inputs_prompt_tokens (inputs) - tokens / 2;
  double            head_count = (double) plim_multiply (model->vocab_size, model->hidden_size);
  double            layer_count = (double) server->estimate->parameters.matrix_count - head_count;
  Work              work = {
                 .kernels_count = chunks * count_kernels (model),
                 .host_layers_count = chunks * count_host_layers (inputs),
  };

  read_weights (server, ubatch_tokens, &work);
  work.bytes *= chunks;
  work.host_bytes *= chunks;
  work.flops = 2 * (tokens * (MAX (layer_count, 0) + attention_products (server, seen)) + head_count) /
               (double) server->layout->tensor_count;
  send (server, ubatch_tokens, &work);
  work.sent_seconds *= chunks;
  work.messages_seconds *= chunks;

  return work;
}

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
message_seconds (const Work *work,
                 Case        which)
{
  return ceil ((work->sent_seconds + (cases[which].has_latency ? work->messages_seconds : 0)) * MILLION) / MILLION;
}

static double
work_seconds (const PlimInputs *inputs,
              const Work       *work,
              double            host_bytes_per_s,
              Case              which)
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

/* --- explanation ------------------------------------------------------------------------------------ */

/* How long the host takes to start the kernels, where that is longer than the GPU's work: TRUE with the factors added.
 */
static gboolean
explain_host (const Work      *work,
              double           seconds,
              PlimExplanation *explanation)
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
explain_work (const PlimInputs *inputs,
              const Work       *work,
              double            host_bytes_per_s,
              PlimExplanation  *explanation)
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

static void
explain_decode (const Server *server,
                const Work   *work,
                double        seconds,
                PlimTime     *time)
{
  static const char *const formulas[2][2] = {
    { "{0} ÷ ({1} ÷ ({2} × {3}) + {4} × {5} + {6})",
      "{0} ÷ ({1} ÷ ({2} × {3}) + {4} × {5} + {6} + {7} ÷ ({8} × {3}))" },
    { "{0} ÷ (max({1} ÷ ({2} × {3}), {7} ÷ ({8} × {9})) + {4} × {5} + {6})",
      "{0} ÷ (max({1} ÷ ({2} × {3}), {7} ÷ ({8} × {9})) + {4} × {5} + {6} + {10} ÷ ({11} × {3}))" },
  };
  const PlimInputs *inputs = server->inputs;
  PlimExplanation  *explanation = &time->explanation;
  gint64            replicas_count = server->layout != NULL ? server->layout->replicas_count : 1;

  explanation->depends = SPEED_FIELDS;
  plim_explanation_add (explanation, N_ ("sequences"), server->sequences_count * replicas_count, 1);
  explanation->formula = "{0} ÷ ({1} × {2})";
  if (explain_host (work, seconds, explanation))
    return;

  explanation->formula = formulas[multiplier_of (inputs).flops_per_s > 0][work->host_bytes > 0];
  explanation->note = inputs->draft_model_id[0] != '\0' ? N_ ("Guesses of the draft model are not counted.") : NULL;
  explain_work (inputs, work, inputs->host_bandwidth_gb_per_s * 1e9, explanation);
}

static void
explain_first_token (const PlimInputs *inputs,
                     const Work       *work,
                     double            seconds,
                     PlimTime         *time)
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

static void
fill_decode (const Server *server,
             const Work   *work,
             PlimTime     *time)
{
  const PlimInputs *inputs = server->inputs;
  gint64            replicas_count = server->layout != NULL ? server->layout->replicas_count : 1;
  double            sequences = (double) (server->sequences_count * replicas_count);
  double            seconds[N_CASES] = { 0 };

  for (guint i = 0; i < N_CASES; i++)
    seconds[i] = work_seconds (inputs, work, inputs->host_bandwidth_gb_per_s * 1e9, i);
  time->decode_tokens_per_s = rates_of (sequences, seconds);
  time->sequence_tokens_per_s = rates_of (1, seconds);
  explain_decode (server, work, seconds[CASE_LIKELY], time);
  time->is_known = TRUE;
}

static void
fill_prefill (const Server *server,
              PlimTime     *time)
{
  const PlimInputs *inputs = server->inputs;
  Work              work = prefill_work (server);
  double            copies = (double) (server->layout->pipeline_count * server->layout->replicas_count);
  double            seconds[N_CASES] = { 0 };

  for (guint i = 0; i < N_CASES; i++)
    seconds[i] = work_seconds (inputs, &work, PCIE_BYTES_PER_S, i);
  time->prefill_tokens_per_s = rates_of (copies * computed_tokens (inputs), seconds);
  time->first_token_seconds = (PlimBand) { seconds[CASE_HIGH], seconds[CASE_LIKELY], seconds[CASE_LOW] };
  explain_first_token (inputs, &work, seconds[CASE_LIKELY], time);
  if (inputs->output_tokens > 0)
    time->request_seconds =
      time->first_token_seconds.likely + (double) (inputs->output_tokens - 1) / time->sequence_tokens_per_s.likely;
}

static void
place_layers (Server          *server,
              const PlimStage *stages,
              guint            n_stages)
{
  const PlimLayout *layout = server->layout;

  server->first_layer = server->inputs->model.n_layers;
  for (guint i = 0; i < n_stages; i++)
    {
      gint64 positions = stages[i].gpus_count / (layout->tensor_count * layout->replicas_count);

      for (guint k = 0; k < server->inputs->model.n_kinds; k++)
        server->gpu_layers_count[k] = MIN (server->gpu_layers_count[k] + MAX (positions, 1) * stages[i].layers_count[k],
                                           server->inputs->model.kinds[k].layers_count);
      server->first_layer = MIN (server->first_layer, stages[i].first_layer);
      server->first_expert_layer = MAX (server->first_expert_layer, stages[i].first_expert_layer);
      server->has_head |= stages[i].has_head;
    }
}

/* Only the number of parameters is known: all of them are read, in even shares. */
static Work
unshaped_work (const PlimInputs   *inputs,
               const PlimEstimate *estimate)
{
  Work work = { 0 };

  for (guint i = 0; i < estimate->n_terms; i++)
    work.bytes += (double) estimate->terms[i].bytes_at[PLIM_MOMENT_DECODE];
  work.flops = 2 * (double) inputs->batch_count * (double) estimate->parameters.matrix_count /
               (double) inputs->gpus_count;

  return work;
}

void
plim_serving_speed_estimate (const PlimInputs       *inputs,
                             const PlimLayout       *layout,
                             const PlimWeightLayout *weights,
                             const PlimStage        *stages,
                             guint                   n_stages,
                             PlimEstimate           *estimate)
{
  Server    server = { .inputs = inputs, .layout = layout, .weights = weights, .estimate = estimate };
  PlimTime *time = &estimate->time;
  Work      work;

  time->missing_fields |= inputs->gpu.bandwidth_bytes_per_s == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_GPU) : 0;
  if (time->missing_fields != 0)
    return;

  if (layout == NULL)
    {
      server.sequences_count = inputs->batch_count;
      work = unshaped_work (inputs, estimate);
      fill_decode (&server, &work, time);
      return;
    }

  server.sequences_count = plim_layout_sequences (layout, inputs);
  place_layers (&server, stages, n_stages);
  work = decode_work (&server);
  fill_decode (&server, &work, time);
  if (multiplier_of (inputs).flops_per_s > 0)
    fill_prefill (&server, time);
}
