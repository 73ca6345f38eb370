/* SPDX-License-Identifier: GPL-3.0-or-later */

/* step = micro-batches x (matrices + attention + memory + traffic not hidden) x (1 + bubble)
 *        + traffic of the step not hidden + optimizer
 *
 * What is reached of the peaks in the best, usual and worst case.  The figures are rounded from these benchmarks of
 * single kernels, written down when the MFU of published training runs was known but before any was computed here:
 *
 *   matrices   the best product found reaches 0.87 on an A100, 0.80 on an H100, 0.78 on a B200, 0.51 on an MI300X
 *              (stas00/ml-engineering, compute/accelerator/README.md, "Maximum Achievable Matmul FLOPS comparison
 *              table"); the shapes of a model reach less than the best
 *   attention  FlashAttention-2 0.73 forward on an A100 (arXiv:2307.08691, abstract) and 0.35 on an H100,
 * FlashAttention-3 0.75 there (arXiv:2407.08608, abstract); within a step on an H200 0.53 (stas00/ml-engineering,
 *              insights/when-to-upgrade-gpus/README.md, "Step decomposition": 447 TFLOP/s, counted 3 for 3.5 forwards)
 *   memory     streaming kernels reach nine tenths of the bandwidth, short ones less
 *   links      PLIM_LINK_SHARE; a detour over the host, or a network that others use, half
 *   texts      written by the roofline of serving (plim-serving-speed.c), each to its full length
 *   overlap    frameworks hide traffic of weights and gradients behind computing (arXiv:2304.11277, section 3.3.1), at
 *              worst half of it; tensor parallelism waits for its traffic, at best for half (asynchronous, torchtitan)
 */

#include "plim-step-time.h"

#include "plim-checked.h"
#include "plim-objective.h"
#include "plim-roofline.h"
#include "plim-serving-speed.h"
#include "plim-step-traffic.h"
#include "plim-step-work.h"

#include <math.h>

/* Of host memory for one GPU: two thirds of a quarter of a socket with eight channels DDR5-4800, 307 GB/s.  With the
 * share of memory below 0.47 to 0.61 of it is reached; CPU-Adam moves 30 bytes of each of 10 billion parameters in 2.57
 * s (arXiv:2101.06840, table 4), 0.46 of what the two Xeon 8168 of a DGX-2 can, with twelve channels DDR4-2666. */
#define HOST_BYTES_PER_S 50e9

/* Of a step; much more could not be counted in microseconds. */
#define MOST_SECONDS 1e8

typedef struct
{
  double matrices;
  double attention;
  double memory;
  double link;
  double overlap; /* of data, context and pipeline traffic with computing */
  double tensor_overlap;
} Reached;

static const Reached reached[PLIM_N_CASES] = {
  [PLIM_CASE_BEST] = { 0.80, 0.70, 0.92, 0.9, 1, 0.5 },
  [PLIM_CASE_USUAL] = { 0.65, 0.50, 0.85, PLIM_LINK_SHARE, 0.9, 0 },
  [PLIM_CASE_WORST] = { 0.50, 0.35, 0.70, 0.5, 0.5, 0 },
};

/* Seconds a layer takes at least, forward and backward, as its kernels are launched one by one: 48.8 ms eager and 12.6
 * ms compiled for 16 layers on a B200, with one forward more than without recompute (stas00/ml-engineering,
 * training/performance/README.md, torch.compile, batch 1 x 512 tokens). */
#define EAGER_LAYER_S    (48.8e-3 / 16)
#define COMPILED_LAYER_S (12.6e-3 / 16)

double
plim_step_bubble (const PlimInputs *inputs)
{
  double stages = (double) MAX (inputs->pipeline_parallel_count, 1);
  double batches = (double) inputs->accumulation_count;
  double weights = inputs->task == PLIM_TASK_TRAINING ? 1 : 0;
  double whole = 2 + weights;

  switch (inputs->pipeline_schedule)
    {
    case PLIM_SCHEDULE_INTERLEAVED:
      return (stages - 1) / (batches * (double) inputs->virtual_stages_count);

    case PLIM_SCHEDULE_ZERO_BUBBLE:
      return (stages - 1) * (whole - 2 * weights) / (batches * whole);

    case PLIM_SCHEDULE_DUALPIPE:
      return MAX (stages / 2 - 1, 0) * (whole + 1 + weights - 3 * weights) / (batches * whole);

    case PLIM_SCHEDULE_1F1B:
    case PLIM_SCHEDULE_GPIPE:
    case PLIM_N_SCHEDULES:
    default:
      return (stages - 1) / batches;
    }
}

/* What of @traffic_s remains beside @work_s of computing. */
static double
exposed (double traffic_s,
         double work_s,
         double overlap)
{
  return traffic_s - overlap * MIN (traffic_s, work_s);
}

/* DualPipe is made to compute one micro-batch while the tokens of another are on their way to their experts
 * (arXiv:2412.19437, section 3.2.1). */
static double
batch_exposed (const PlimInputs      *inputs,
               const PlimStepTraffic *traffic,
               double                 work_s,
               const Reached         *r)
{
  const double *s = traffic->batch_seconds;
  gboolean      is_dual = inputs->pipeline_schedule == PLIM_SCHEDULE_DUALPIPE && inputs->pipeline_parallel_count > 1;
  double        shared_s = s[PLIM_TRAFFIC_DATA] + s[PLIM_TRAFFIC_CONTEXT] + s[PLIM_TRAFFIC_PIPELINE];
  double        hidden_s = shared_s + (is_dual ? s[PLIM_TRAFFIC_EXPERT] : 0);
  double        open_s = s[PLIM_TRAFFIC_TENSOR] + (is_dual ? 0 : s[PLIM_TRAFFIC_EXPERT]);

  return exposed (hidden_s / r->link, work_s, r->overlap) + exposed (open_s / r->link, work_s, r->tensor_overlap);
}

static double
optimizer_seconds (const PlimInputs   *inputs,
                   const PlimStepWork *work,
                   const Reached      *r)
{
  double moved_bytes = 4 * work->step_parameters_count; /* 16-bit gradients to the host, and weights back */

  if (inputs->offload_optimizer == PLIM_OFFLOAD_NONE)
    return plim_roofline_seconds (work->step_bytes, r->memory * (double) inputs->gpu.bandwidth_bytes_per_s);

  return plim_roofline_seconds (work->step_bytes, r->memory * HOST_BYTES_PER_S) +
         plim_roofline_seconds (moved_bytes, r->link * plim_roofline_pcie_bytes_per_s (inputs));
}

/* Launches wait for the host only when the GPU has less to do. */
static double
launch_seconds (const PlimInputs   *inputs,
                const PlimStepWork *work,
                double              busy_s)
{
  double layer_s = inputs->compile == PLIM_SWITCH_ON ? COMPILED_LAYER_S : EAGER_LAYER_S;

  return MAX (work->layers_count * layer_s - busy_s, 0);
}

/* A forward pass of a model like the trained one over a micro-batch. */
static double
forward_seconds (const PlimInputs   *inputs,
                 const PlimStepWork *work,
                 const Reached      *r)
{
  return plim_roofline_seconds (work->forward_flops, r->matrices * work->matrix_flops_per_s) +
         plim_roofline_seconds (work->forward_attention_flops, r->attention * work->attention_flops_per_s) +
         plim_roofline_seconds (work->forward_moved_bytes, r->memory * (double) inputs->gpu.bandwidth_bytes_per_s);
}

/* What generates the texts of @inputs: the policy itself, in 16 bits or as it is trained, vLLM on each GPU, or on one
 * GPU of its own for all (trl/scripts/vllm_serve.py: one by default); with NeMo RL on as many as split the policy's
 * matrices. */
static void
init_generation (PlimInputs               *generation,
                 const PlimInputs         *inputs,
                 const PlimTrainingLayout *layout)
{
  gboolean is_policy = inputs->objective != PLIM_OBJECTIVE_GRPO || inputs->engine == PLIM_ENGINE_POLICY;
  gboolean is_server = !is_policy && inputs->engine == PLIM_ENGINE_SERVER;

  *generation = *inputs;
  generation->task = PLIM_TASK_INFERENCE;
  generation->runtime = is_policy ? PLIM_RUNTIME_TRANSFORMERS : PLIM_RUNTIME_VLLM;
  if (!is_policy)
    generation->precision = PLIM_PRECISION_BF16;
  generation->kv_precision = PLIM_PRECISION_BF16;
  generation->batch_count =
    is_policy ? plim_objective_rollout_count (inputs) : plim_objective_engine_sequences_count (inputs);
  if (is_server)
    generation->batch_count = plim_multiply (plim_objective_generated_count (inputs), layout->data_count);
  generation->tensor_parallel_count = plim_objective_engine_gpus_count (inputs);
  generation->gpus_count = generation->tensor_parallel_count;
  generation->pipeline_parallel_count = generation->context_parallel_count = 1;
  generation->output_tokens = plim_objective_completion_tokens (inputs);
  generation->prompt_tokens = MAX (inputs->context_tokens - generation->output_tokens, 1);
  generation->utilization = 0;
}

/* Seconds of an optimizer step's share of what was generated once, in every case. */
static void
add_generation (PlimStepTime             *times,
                const PlimInputs         *inputs,
                const PlimTrainingLayout *layout)
{
  const PlimObjectiveInfo *info = plim_objective_of (inputs);
  double                   rounds = ceil ((double) plim_objective_generated_count (inputs) /
                                          MAX ((double) plim_objective_rollout_count (inputs), 1));
  double                   seconds[PLIM_N_CASES];
  PlimInputs               generation;

  if (!info->generates)
    return;

  init_generation (&generation, inputs, layout);
  if (!plim_serving_speed_generation (&generation, seconds))
    return;

  for (guint i = 0; i < PLIM_N_CASES; i++)
    {
      times[i].generation_seconds = rounds * seconds[i] / (double) MAX (info->epochs_count, 1);
      times[i].seconds += times[i].generation_seconds;
    }
}

/* Products wait for the weights when a micro-batch is small. */
static double
matrices_seconds (const PlimStepWork *work,
                  const Reached      *r,
                  double              bandwidth)
{
  return MAX (plim_roofline_seconds (work->matrix_flops, r->matrices * work->matrix_flops_per_s) +
                plim_roofline_seconds (work->head_flops, r->matrices * work->head_flops_per_s),
              plim_roofline_seconds (work->weight_bytes, bandwidth));
}

static void
fill_case (PlimStepTime          *time,
           const PlimInputs      *inputs,
           const PlimStepWork    *work,
           const PlimStepTraffic *traffic,
           const Reached         *r)
{
  const PlimObjectiveInfo *objective = plim_objective_of (inputs);
  double                   batches = (double) inputs->accumulation_count;
  double                   models = objective->has_value_model ? 2 : 1; /* a value model trains like the policy */
  double                   bandwidth = r->memory * (double) inputs->gpu.bandwidth_bytes_per_s;
  double                   attention_rate = r->attention * work->attention_flops_per_s;
  double                   matrices_s = models * matrices_seconds (work, r, bandwidth);
  double                   attention_s = models * plim_roofline_seconds (work->attention_flops, attention_rate);
  double                   moved_bytes = work->moved_bytes + work->dequantized_bytes;
  double                   memory_s = models * plim_roofline_seconds (moved_bytes, bandwidth);
  double                   work_s;
  double                   exposed_s;

  work_s = matrices_s + attention_s + memory_s;
  time->launch_seconds = batches * launch_seconds (inputs, work, work_s);
  work_s += time->launch_seconds / batches;
  exposed_s = batch_exposed (inputs, traffic, work_s, r);

  time->matrices_seconds = batches * matrices_s;
  time->attention_seconds = batches * attention_s;
  time->memory_seconds = batches * memory_s;
  for (guint i = 0; i < PLIM_N_TRAFFICS; i++)
    time->traffic_seconds[i] = (batches * traffic->batch_seconds[i] + traffic->step_seconds[i]) / r->link;
  time->bubble_seconds = batches * (work_s + exposed_s) * plim_step_bubble (inputs);
  time->exposed_seconds =
    batches * exposed_s + exposed (traffic->step_seconds[PLIM_TRAFFIC_DATA] / r->link, work_s, r->overlap);
  time->optimizer_seconds = models * optimizer_seconds (inputs, work, r);
  time->scoring_seconds = batches * (double) plim_objective_scoring_count (inputs) *
                          forward_seconds (inputs, work, r) / (double) MAX (objective->epochs_count, 1);
  time->generation_seconds = 0;

  /* Backward sends at least as much as forward. */
  time->forward_seconds =
    batches * (forward_seconds (inputs, work, r) + exposed_s / 2) * (1 + plim_step_bubble (inputs));
  time->seconds = batches * work_s + time->exposed_seconds + time->bubble_seconds + time->optimizer_seconds +
                  time->scoring_seconds;
}

gboolean
plim_step_time_predict (const PlimInputs   *inputs,
                        const PlimEstimate *estimate,
                        PlimStepTime       *times)
{
  PlimTrainingLayout layout;
  PlimStepWork       work;
  PlimStepTraffic    traffic;

  if (!plim_model_has_shape (&inputs->model) || inputs->gpu.bandwidth_bytes_per_s == 0 ||
      plim_training_layout_init (&layout, inputs) != NULL)
    return FALSE;

  plim_step_work_init (&work, inputs, estimate, &layout);
  if (work.head_flops_per_s <= 0)
    return FALSE;

  plim_step_traffic_init (&traffic, inputs, estimate, &layout);
  for (guint i = 0; i < PLIM_N_CASES; i++)
    fill_case (&times[i], inputs, &work, &traffic, &reached[i]);
  add_generation (times, inputs, &layout);

  return times[PLIM_CASE_WORST].seconds < MOST_SECONDS;
}
