/* SPDX-License-Identifier: GPL-3.0-or-later */

/* FLOPs, work, traffic and time of training: published formulas, figures by hand, and what must hold of any
 * prediction. */

#include "evaluate.h"
#include "plim-checked.h"
#include "plim-flops.h"
#include "plim-roofline.h"
#include "plim-step-time.h"
#include "plim-step-traffic.h"
#include "plim-step-work.h"
#include "plim-training-time.h"

#define RELATIVE  1e-9
#define BILLION   1000000000.0
#define DAY_S     86400.0
#define NVLINK_S  (6.8e-6 + 14 * 0.6e-6) /* an all-reduce of nothing over eight GPUs (test-roofline.c) */
#define LATENCY_S (6.6e-6 + 7 * 0.6e-6)

#define assert_close(a, b) g_assert_cmpfloat_with_epsilon ((a), (b), RELATIVE *(b))

/* --- FLOPs ---------------------------------------------------------------------------------------------------- */

/* The models of Korthikanti et al., arXiv:2205.05198, table 3: heads, hidden size, layers. */
static const struct
{
  gint64 heads_count;
  gint64 h;
  gint64 layers_count;
} gpts[] = { { 64, 6144, 48 }, { 96, 12288, 96 }, { 128, 20480, 105 }, { 160, 25600, 128 } };

static gint64
model_flops (const PlimInputs   *inputs,
             const PlimEstimate *estimate)
{
  PlimFlops flops = plim_flops_training (inputs, estimate);

  return plim_flops_model (&flops);
}

static gint64
hardware_flops (const PlimInputs   *inputs,
                const PlimEstimate *estimate)
{
  PlimFlops flops = plim_flops_training (inputs, estimate);

  return plim_flops_hardware (&flops);
}

static void
fill_gpt (PlimInputs *inputs,
          gint64      heads_count,
          gint64      hidden_size,
          gint64      layers_count)
{
  plim_inputs_init (inputs);
  inputs->task = PLIM_TASK_TRAINING;
  inputs->context_tokens = 2048;
  plim_model_init_decoder (&inputs->model, hidden_size, layers_count, heads_count, 0, 0, 4 * hidden_size, 51200, FALSE);
}

/* Appendix A: model FLOPs of a token are 72 L h^2 (1 + s / 6h + V / 12hL); Narayanan et al., arXiv:2104.04473, section
 * 5.1: with everything computed again 96 L h^2 (1 + s / 6h + V / 16Lh).  Neither takes the mask into account. */
static void
test_published_formulas (void)
{
  gint64 s = 2048;
  gint64 vocab_size = 51200;

  for (guint i = 0; i < G_N_ELEMENTS (gpts); i++)
    {
      gint64       h = gpts[i].h;
      gint64       layers = gpts[i].layers_count;
      PlimInputs   inputs;
      PlimEstimate estimate;
      PlimFlops    flops;

      fill_gpt (&inputs, gpts[i].heads_count, h, layers);
      inputs.recompute = PLIM_RECOMPUTE_FULL;
      plim_estimate (&inputs, &estimate);
      flops = plim_flops_training (&inputs, &estimate);
      g_assert_cmpint (plim_flops_unmasked (&flops), ==,
                       72 * layers * h * h + 12 * layers * s * h + 6 * vocab_size * h);
      g_assert_cmpint (plim_flops_unmasked (&flops) + flops.again_matrices +
                         flops.unmasked_attention,
                       ==, 96 * layers * h * h + 16 * layers * s * h + 6 * vocab_size * h);

      /* A causal mask leaves half of the scores. */
      g_assert_cmpint (model_flops (&inputs, &estimate), ==,
                       72 * layers * h * h + 6 * layers * s * h + 6 * vocab_size * h);
      g_assert_cmpint (hardware_flops (&inputs, &estimate), ==,
                       96 * layers * h * h + 8 * layers * s * h + 6 * vocab_size * h);
    }
}

/* What else is computed again: attention alone, and every second product of the layers. */
static void
test_recompute (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;
  gint64       model;

  fill_gpt (&inputs, 96, 12288, 96);
  plim_estimate (&inputs, &estimate);
  model = model_flops (&inputs, &estimate);
  g_assert_cmpint (hardware_flops (&inputs, &estimate), ==, model);
  inputs.recompute = PLIM_RECOMPUTE_ATTENTION;
  g_assert_cmpint (hardware_flops (&inputs, &estimate), ==,
                   model + 2 * G_GINT64_CONSTANT (96) * 2048 * 12288);
  inputs.recompute = PLIM_RECOMPUTE_MATMULS;
  g_assert_cmpint (hardware_flops (&inputs, &estimate), ==,
                   model + 12 * G_GINT64_CONSTANT (96) * 12288 * 12288);
}

/* Frozen matrices have no gradients of their weights; a window ends what a token attends to. */
static void
test_lora_and_window (void)
{
  gint64       layer_count = 2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336;
  gint64       matrix_count = 32 * layer_count + G_GINT64_CONSTANT (128256) * 4096;
  gint64       adapter_count = G_GINT64_CONSTANT (32) * 16 * (4 * 4096 + 2 * (4096 + 1024) + 3 * (4096 + 14336));
  PlimInputs   inputs;
  PlimEstimate estimate;

  plim_inputs_init (&inputs);
  inputs.task = PLIM_TASK_LORA;
  inputs.context_tokens = 8192;
  plim_model_init_decoder (&inputs.model, 4096, 32, 32, 8, 128, 14336, 128256, TRUE);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.trained_count, ==, adapter_count);
  g_assert_cmpint (model_flops (&inputs, &estimate), ==,
                   4 * matrix_count + 6 * adapter_count + G_GINT64_CONSTANT (6) * 32 * 4096 * 4096 * 2);

  inputs.model.kinds[0].attention.window_tokens = 1024;
  g_assert_cmpint (model_flops (&inputs, &estimate), ==,
                   4 * matrix_count + 6 * adapter_count + G_GINT64_CONSTANT (6) * 32 * 1024 * 4096 * 2);
}

/* --- work and traffic ------------------------------------------------------------------------------------------- */

/* Llama 3 8B on DGX H100: 989 TFLOP/s in 16 bits, 3.35 TB/s, NVLink of 450 GB/s one way. */
static void
fill_llama (PlimInputs *inputs)
{
  plim_inputs_init (inputs);
  inputs->task = PLIM_TASK_TRAINING;
  inputs->framework = PLIM_FRAMEWORK_TORCHTITAN;
  inputs->context_tokens = 8192;
  plim_model_init_decoder (&inputs->model, 4096, 32, 32, 8, 128, 14336, 128256, TRUE);
  inputs->gpu.year = 2022;
  inputs->gpu.gpus_per_node = 8;
  inputs->gpu.power_w = 700;
  inputs->gpu.reported_bytes = G_GINT64_CONSTANT (80000000000);
  inputs->gpu.link_bytes_per_s = G_GINT64_CONSTANT (900000000000);
  inputs->gpu.bandwidth_bytes_per_s = G_GINT64_CONSTANT (3350000000000);
  inputs->gpu.peak_flops_per_s[PLIM_RATE_BF16] = 989e12;
  inputs->gpu.peak_flops_per_s[PLIM_RATE_FP8] = 1979e12;
}

static void
init_step (const PlimInputs   *inputs,
           PlimEstimate       *estimate,
           PlimTrainingLayout *layout)
{
  plim_estimate (inputs, estimate);
  g_assert_null (plim_training_layout_init (layout, inputs));
}

/* Virtual tokens before every sequence are computed like its own: 100 of them beside 300 are a third more. */
static void
test_virtual_tokens (void)
{
  PlimInputs         inputs;
  PlimEstimate       estimate;
  PlimTrainingLayout layout;
  PlimStepWork       plain;
  PlimStepWork       longer;

  fill_llama (&inputs);
  inputs.task = PLIM_TASK_LORA;
  inputs.framework = PLIM_FRAMEWORK_TRANSFORMERS;
  inputs.context_tokens = 300;
  inputs.adapter = PLIM_ADAPTER_PROMPT;
  inputs.virtual_tokens = 0;
  init_step (&inputs, &estimate, &layout);
  plim_step_work_init (&plain, &inputs, &estimate, &layout);
  inputs.virtual_tokens = 100;
  plim_step_work_init (&longer, &inputs, &estimate, &layout);
  assert_close (longer.tokens_count, 400);
  assert_close (longer.matrix_flops / plain.matrix_flops, 400 / 300.0);
}

static void
test_work (void)
{
  double             tokens = 8192;
  double             layer_count = 2.0 * 4096 * 4096 + 2.0 * 4096 * 1024 + 3.0 * 4096 * 14336;
  double             head_count = 128256.0 * 4096;
  double             plain_bytes;
  PlimInputs         inputs;
  PlimEstimate       estimate;
  PlimTrainingLayout layout;
  PlimStepWork       work;

  fill_llama (&inputs);
  init_step (&inputs, &estimate, &layout);
  plim_step_work_init (&work, &inputs, &estimate, &layout);
  assert_close (work.matrix_flops, 6 * 32 * layer_count * tokens);
  assert_close (work.head_flops, 6 * head_count * tokens);
  /* FlashAttention-2 reaches 0.73 of an A100 and 0.35 of an H100; other frameworks have kernels made for it. */
  assert_close (work.attention_flops_per_s, 989e12 * 0.35 / 0.73);
  inputs.framework = PLIM_FRAMEWORK_MEGATRON;
  plim_step_work_init (&work, &inputs, &estimate, &layout);
  assert_close (work.attention_flops_per_s, 989e12);
  inputs.framework = PLIM_FRAMEWORK_TORCHTITAN;
  inputs.gpu.peak_flops_per_s[PLIM_RATE_FP8] = 0;
  plim_step_work_init (&work, &inputs, &estimate, &layout);
  assert_close (work.attention_flops_per_s, 989e12);
  inputs.gpu.peak_flops_per_s[PLIM_RATE_FP8] = 1979e12;
  plim_step_work_init (&work, &inputs, &estimate, &layout);
  /* 4096 tokens are attended on average; scores and values are 32 heads of 128 each; forward and 2.5 of it back. */
  assert_close (work.attention_flops, 3.5 * 2 * 4096 * 32 * 256 * 32 * tokens);
  /* Two norms of 2 and two residuals of 3 numbers; rotation of 10 besides the kernel's read, value and output, and
   * gate, up, product and the activated gate twice; forward and twice back, in two bytes; and 12 bytes a score twice.
   */
  assert_close (work.moved_bytes, tokens * (32 * 3 * 2.0 * (10 * 4096 + 11 * 5120 + 5120 + 5 * 14336) + 128256.0 * 24));
  assert_close (work.matrix_flops_per_s, 989e12);
  /* Weights, master weights and two states in 2 + 4 + 8 bytes, read and written, and gradients of 2. */
  assert_close (work.step_bytes, 30 * (double) estimate.parameters.total_count);

  inputs.recipe = PLIM_RECIPE_FP8;
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  plim_step_work_init (&work, &inputs, &estimate, &layout);
  assert_close (work.matrix_flops, 8 * 32 * layer_count * tokens);
  assert_close (work.attention_flops, 4.5 * 2 * 4096 * 32 * 256 * 32 * tokens);
  assert_close (work.matrix_flops_per_s, 1979e12);
  assert_close (work.head_flops_per_s, 989e12);
  /* As above with four passes for three, and casts to FP8: inputs (six of 4,096 and one of 14,336 numbers) forward and
   * again, gradients of outputs (4,096, twice 1,024, 4,096, twice 14,336, 4,096), each 6 bytes; 8 a weight. */
  assert_close (work.moved_bytes,
                tokens * (32 * 4 * 2.0 * (10 * 4096 + 11 * 5120 + 5120 + 5 * 14336) + 128256.0 * 24) +
                  tokens * 32 * 6.0 * (2 * (6 * 4096 + 14336) + 3 * 4096 + 2 * 1024 + 2 * 14336) +
                  8 * (double) estimate.parameters.total_count);
  /* Fused with what writes the numbers they are read once. */
  inputs.compile = PLIM_SWITCH_ON;
  inputs.recipe = PLIM_RECIPE_FSDP2;
  plim_step_work_init (&work, &inputs, &estimate, &layout);
  plain_bytes = work.moved_bytes;
  inputs.recipe = PLIM_RECIPE_FP8;
  plim_step_work_init (&work, &inputs, &estimate, &layout);
  assert_close (work.moved_bytes - plain_bytes,
                tokens * 32 * 4.0 * (2 * (6 * 4096 + 14336) + 3 * 4096 + 2 * 1024 + 2 * 14336) +
                  8 * (double) estimate.parameters.total_count);
}

/* Layers in units of 218 million parameters: the last of eight stages has 4 and the head of 525 million; of five stages
 * the first have 7, the last 6 and the head, which a vocabulary of 32,000 makes the smaller of both. */
static void
test_slowest_stage (void)
{
  double             tokens = 8192;
  double             layer_count = 2.0 * 4096 * 4096 + 2.0 * 4096 * 1024 + 3.0 * 4096 * 14336;
  PlimInputs         inputs;
  PlimEstimate       estimate;
  PlimTrainingLayout layout;
  PlimStepWork       work;

  fill_llama (&inputs);
  inputs.gpus_count = 8;
  inputs.pipeline_parallel_count = 8;
  init_step (&inputs, &estimate, &layout);
  plim_step_work_init (&work, &inputs, &estimate, &layout);
  assert_close (work.matrix_flops, 6 * 4 * layer_count * tokens);
  assert_close (work.head_flops, 6 * 128256.0 * 4096 * tokens);
  g_assert_cmpfloat (work.layers_count, ==, 4);

  inputs.gpus_count = 5;
  inputs.pipeline_parallel_count = 5;
  inputs.model.vocab_size = 32000;
  init_step (&inputs, &estimate, &layout);
  plim_step_work_init (&work, &inputs, &estimate, &layout);
  assert_close (work.matrix_flops, 6 * 7 * layer_count * tokens);
  g_assert_cmpfloat (work.head_flops, ==, 0);
  g_assert_cmpfloat (work.layers_count, ==, 7);
}

static void
test_traffic (void)
{
  double             hidden_bytes = 8192.0 * 4096 * 2;
  double             count;
  PlimInputs         inputs;
  PlimEstimate       estimate;
  PlimTrainingLayout layout;
  PlimStepTraffic    traffic;

  /* Alone, a GPU sends nothing. */
  fill_llama (&inputs);
  init_step (&inputs, &estimate, &layout);
  plim_step_traffic_init (&traffic, &inputs, &estimate, &layout);
  for (guint i = 0; i < PLIM_N_TRAFFICS; i++)
    g_assert_cmpfloat (traffic.batch_seconds[i] + traffic.step_seconds[i], ==, 0);

  /* FSDP: all weights gathered twice and their gradients scattered, 2 bytes each, seven eighths on every link. */
  inputs.gpus_count = 8;
  init_step (&inputs, &estimate, &layout);
  count = (double) estimate.parameters.total_count;
  plim_step_traffic_init (&traffic, &inputs, &estimate, &layout);
  assert_close (traffic.batch_seconds[PLIM_TRAFFIC_DATA], 3 * (LATENCY_S + 2 * count * 7 / 8 / 450e9));

  /* DDP: one all-reduce a step. */
  inputs.sharding = PLIM_SHARDING_NONE;
  plim_step_traffic_init (&traffic, &inputs, &estimate, &layout);
  g_assert_cmpfloat (traffic.batch_seconds[PLIM_TRAFFIC_DATA], ==, 0);
  assert_close (traffic.step_seconds[PLIM_TRAFFIC_DATA], NVLINK_S + 2 * 2 * count * 7 / 8 / 450e9);

  /* Tensor parallel: four all-reduces a layer, six when forward is repeated. */
  inputs.tensor_parallel_count = 8;
  init_step (&inputs, &estimate, &layout);
  plim_step_traffic_init (&traffic, &inputs, &estimate, &layout);
  assert_close (traffic.batch_seconds[PLIM_TRAFFIC_TENSOR], 32 * 4 * (NVLINK_S + 2 * hidden_bytes * 7 / 8 / 450e9));
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  plim_step_traffic_init (&traffic, &inputs, &estimate, &layout);
  assert_close (traffic.batch_seconds[PLIM_TRAFFIC_TENSOR], 32 * 6 * (NVLINK_S + 2 * hidden_bytes * 7 / 8 / 450e9));

  /* A pipeline over two nodes: the hidden states there and their gradients back through one port of 50 GB/s. */
  inputs.recompute = PLIM_RECOMPUTE_NONE;
  inputs.gpus_count = 16;
  inputs.pipeline_parallel_count = 2;
  init_step (&inputs, &estimate, &layout);
  plim_step_traffic_init (&traffic, &inputs, &estimate, &layout);
  assert_close (traffic.batch_seconds[PLIM_TRAFFIC_PIPELINE], 2 * (6.6e-6 + hidden_bytes / 8 / 50e9));
}

/* Eight experts on eight GPUs, two for a token: two copies of 4,096 numbers go to them and back, forward and backward,
 * or one to each of the 8 x (1 - (7/8)^2) GPUs that have any, seven of eight to others.  To gather and sum them takes 2
 * x (2 + 1) x 4,096 numbers besides the activation of 2 x 512, of five. */
static void
test_experts (void)
{
  PlimInputs         inputs;
  PlimEstimate       estimate;
  PlimTrainingLayout layout;
  PlimStepTraffic    traffic;
  PlimStepWork       plain;
  PlimStepWork       work;

  fill_llama (&inputs);
  inputs.gpus_count = 8;
  inputs.sharding = PLIM_SHARDING_OPTIMIZER;
  init_step (&inputs, &estimate, &layout);
  plim_step_work_init (&plain, &inputs, &estimate, &layout);
  inputs.model.kinds[0].experts = (PlimExperts) { .experts_count = 8, .active_count = 2, .width = 512 };
  inputs.expert_parallel_count = 8;
  init_step (&inputs, &estimate, &layout);
  plim_step_work_init (&work, &inputs, &estimate, &layout);
  assert_close (work.moved_bytes - plain.moved_bytes, 8192.0 * 32 * 3 * 2 * (6 * 4096 + 5 * 2 * 512));
  plim_step_traffic_init (&traffic, &inputs, &estimate, &layout);
  assert_close (traffic.batch_seconds[PLIM_TRAFFIC_EXPERT],
                32 * 4 * (6.6e-6 + 7 * 0.6e-6 + 2 * 8192.0 * 4096 * 2 * 7 / 8 / 450e9));
  inputs.framework = PLIM_FRAMEWORK_MEGATRON;
  init_step (&inputs, &estimate, &layout);
  plim_step_traffic_init (&traffic, &inputs, &estimate, &layout);
  assert_close (traffic.batch_seconds[PLIM_TRAFFIC_EXPERT],
                32 * 4 * (6.6e-6 + 7 * 0.6e-6 + 1.875 * 8192 * 4096 * 2 * 7 / 8 / 450e9));
}

/* --- time ------------------------------------------------------------------------------------------------------- */

/* Stages and micro-batches, and the share of time that stages wait, from the table of each schedule's paper, in units
 * of a forward pass: F = 1, B = 2 with W = 1, both at once 3; m (F + B) = 3 m. */
static const struct
{
  PlimSchedule schedule;
  gint64       parts;
  double       waiting; /* of eight stages and 64 micro-batches */
} bubbles[] = {
  { PLIM_SCHEDULE_1F1B, 1, 7 * 3 },
  { PLIM_SCHEDULE_GPIPE, 1, 7 * 3 },
  { PLIM_SCHEDULE_INTERLEAVED, 4, 7 * 3 / 4.0 },
  { PLIM_SCHEDULE_ZERO_BUBBLE, 1, 7 * (1 + 2 - 2 * 1) },
  { PLIM_SCHEDULE_DUALPIPE, 1, (4 - 1) * (3 + 2 - 3 * 1) },
};

static void
test_bubbles (void)
{
  PlimInputs inputs;

  fill_llama (&inputs);
  g_assert_cmpfloat (plim_step_bubble (&inputs), ==, 0);
  inputs.pipeline_parallel_count = 8;
  inputs.accumulation_count = 64;
  for (guint i = 0; i < G_N_ELEMENTS (bubbles); i++)
    {
      inputs.pipeline_schedule = bubbles[i].schedule;
      inputs.virtual_stages_count = bubbles[i].parts;
      assert_close (plim_step_bubble (&inputs), bubbles[i].waiting / (64 * 3));
    }

  /* Without gradients of weights there is nothing to fill the bubble with. */
  inputs.task = PLIM_TASK_LORA;
  inputs.pipeline_schedule = PLIM_SCHEDULE_ZERO_BUBBLE;
  assert_close (plim_step_bubble (&inputs), 7 / 64.0);
}

/* Tokens on their way to their experts: DualPipe computes meanwhile, of which nine tenths count as usual. */
static void
test_dualpipe (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;
  double       exposed_s[2];
  double       expert_s;

  fill_llama (&inputs);
  inputs.model.kinds[0].experts.experts_count = 8;
  inputs.model.kinds[0].experts.active_count = 2;
  inputs.model.kinds[0].experts.width = 512;
  inputs.gpus_count = 16;
  inputs.pipeline_parallel_count = 2;
  inputs.expert_parallel_count = 8;
  inputs.accumulation_count = 8;
  inputs.sharding = PLIM_SHARDING_OPTIMIZER;
  for (guint i = 0; i < 2; i++)
    {
      inputs.pipeline_schedule = i == 0 ? PLIM_SCHEDULE_1F1B : PLIM_SCHEDULE_DUALPIPE;
      plim_estimate (&inputs, &estimate);
      exposed_s[i] = estimate.time.steps[PLIM_CASE_USUAL].exposed_seconds;
      expert_s = estimate.time.steps[PLIM_CASE_USUAL].traffic_seconds[PLIM_TRAFFIC_EXPERT];
    }
  g_assert_cmpfloat (expert_s, >, 0);
  assert_close (exposed_s[0] - exposed_s[1], 0.9 * expert_s);
}

static double
sum_of_parts (const PlimStepTime *step)
{
  return step->matrices_seconds + step->attention_seconds + step->memory_seconds + step->launch_seconds +
         step->exposed_seconds + step->bubble_seconds + step->optimizer_seconds + step->scoring_seconds +
         step->generation_seconds;
}

static void
test_prediction (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;
  PlimTime     alone;
  PlimTime    *time = &estimate.time;

  fill_llama (&inputs);
  inputs.tokens_count = (gint64) BILLION;
  plim_estimate (&inputs, &estimate);
  g_assert_true (time->is_known && time->is_predicted);
  alone = *time;

  /* A step is as fast whatever the length of the run. */
  inputs.tokens_count = 0;
  plim_estimate (&inputs, &estimate);
  g_assert_false (time->is_known);
  g_assert_cmpfloat (time->seconds, ==, 0);
  assert_close (time->step_seconds, alone.step_seconds);
  assert_close (time->tokens_per_s, alone.tokens_per_s);
  assert_close (time->tokens_per_s, 8192 / time->step_seconds);
  assert_close (time->mfu.high, alone.mfu.high);
  inputs.tokens_count = (gint64) BILLION;
  plim_estimate (&inputs, &estimate);
  for (guint i = 0; i < PLIM_N_CASES; i++)
    g_assert_cmpfloat_with_epsilon (sum_of_parts (&time->steps[i]), time->steps[i].seconds, 1e-8);
  g_assert_cmpfloat (time->run_seconds.low, <, time->seconds);
  g_assert_cmpfloat (time->seconds, <, time->run_seconds.high);
  g_assert_cmpfloat (time->mfu.low, <, time->mfu.likely);
  g_assert_cmpfloat (time->mfu.likely, <, time->mfu.high);
  g_assert_cmpfloat (time->mfu.high, <, 1);
  assert_close (evaluate_number (&time->explanation), time->seconds);
  assert_close (time->mfu.likely, time->total_flops / (989e12 * time->seconds));
  assert_close (time->energy_kwh, time->seconds / 3600 * 0.7);

  /* Slow networks show, fast links hardly. */
  inputs.gpus_count = 16;
  inputs.network_gbps = 10;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpfloat (time->mfu.likely, <, alone.mfu.likely / 2);
  inputs.network_gbps = 0;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpfloat (time->mfu.likely, >, alone.mfu.likely * 0.9);
  g_assert_cmpfloat (time->mfu.likely, <=, alone.mfu.likely * 1.1); /* each steps a sixteenth of the parameters */

  /* Recompute costs time and model FLOPs stay: less MFU, and HFU above it. */
  inputs.gpus_count = 1;
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpfloat (time->mfu.likely, <, alone.mfu.likely * 0.85);
  g_assert_cmpfloat (time->hfu, >, time->mfu.likely * 1.2);
  g_assert_cmpfloat (time->total_flops, ==, alone.total_flops);
}

/* A billion tokens in steps of 8,192 are 122,071 steps: 122 evaluations of a million tokens, each a third of the time
 * to train on them, and twelve checkpoints of 2 bytes of weight, 4 of master weight and 8 of states a parameter, 112
 * GB, at 2 GB/s.  Adapters are alone in theirs: a weight in 32 bits and two states. */
static void
test_breaks (void)
{
  const double parameters = 8030261248.0;
  PlimInputs   inputs;
  PlimEstimate estimate;
  PlimTime     alone;
  PlimTime    *time = &estimate.time;

  fill_llama (&inputs);
  inputs.tokens_count = (gint64) BILLION;
  for (guint i = 0; i < 2; i++)
    {
      gboolean is_predicted = i == 1;

      inputs.utilization = is_predicted ? 0 : 0.4;
      inputs.evaluation_interval_steps = inputs.checkpoint_interval_steps = 0;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpfloat (time->evaluation_seconds, ==, 0);
      g_assert_cmpint (time->checkpoint_bytes, ==, 0);
      alone = *time;

      inputs.evaluation_interval_steps = 1000;
      inputs.evaluation_set_tokens = 1000000;
      inputs.checkpoint_interval_steps = 10000;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (time->checkpoint_bytes, ==, (gint64) (14 * parameters));
      g_assert_cmpfloat (time->checkpoint_seconds, ==, 0);
      if (is_predicted)
        assert_close (time->evaluation_seconds, 122 * 1e6 / 8192 * time->steps[PLIM_CASE_USUAL].forward_seconds);
      else
        assert_close (time->evaluation_seconds, 0.122 / 3 * alone.seconds);

      inputs.storage_bandwidth_gb_per_s = 2;
      plim_estimate (&inputs, &estimate);
      assert_close (time->checkpoint_seconds, 12 * 14 * parameters / 2e9);
      assert_close (time->seconds, alone.seconds + time->evaluation_seconds + time->checkpoint_seconds);
      g_assert_cmpfloat_with_epsilon (evaluate_number (&time->explanation), time->seconds, 1e-5);
      assert_close (time->gpu_days, time->seconds / 86400);
      assert_close (time->mfu.likely, alone.mfu.likely);
      inputs.storage_bandwidth_gb_per_s = 0;
    }
  g_assert_cmpfloat (time->steps[PLIM_CASE_USUAL].forward_seconds, >, time->step_seconds / 5);
  g_assert_cmpfloat (time->steps[PLIM_CASE_USUAL].forward_seconds, <, time->step_seconds / 2);

  plim_inputs_set_task (&inputs, PLIM_TASK_LORA);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (time->checkpoint_bytes, ==, (4 + 8) * estimate.trained_count);
}

/* More GPUs are asked for where breaks take the time of the deadline: steps that take nearly all of it on one GPU alone
 * do not with an evaluation. */
static void
test_breaks_deadline (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  fill_llama (&inputs);
  inputs.tokens_count = (gint64) BILLION;
  inputs.utilization = 0.4;
  plim_estimate (&inputs, &estimate);
  inputs.deadline_hours = 1.001 * estimate.time.seconds / 3600;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.time.deadline_gpus_count, ==, 1);
  inputs.evaluation_interval_steps = 1000;
  inputs.evaluation_set_tokens = 1000000;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.time.deadline_gpus_count, ==, 2);
}

/* Narayanan et al., arXiv:2104.04473, section 5.1: GPT-3 on 300 billion tokens and 1,024 A100 that reach 140 TFLOP/s
 * with everything computed again takes 34 days, one trillion parameters on 450 billion tokens and 3,072 A100 at 163
 * TFLOP/s 84 days. */
/* DPO: pairs, so twice the sequences, and a forward pass of the reference, one of the three that training takes but for
 * attention, which is 1 of 3.5.  PPO: value and policy train alike; generation, once in four steps, and the passes of
 * reference, reward and value model take a quarter of theirs.  Transformers write a token in 32 layers of a
 * millisecond.
 */
static void
test_objectives (void)
{
  PlimInputs          inputs;
  PlimEstimate        estimate;
  const PlimStepTime *step = &estimate.time.steps[PLIM_CASE_USUAL];
  PlimStepTime        plain;
  double              forward_seconds;

  fill_llama (&inputs);
  inputs.framework = PLIM_FRAMEWORK_TRANSFORMERS;
  plim_estimate (&inputs, &estimate);
  plain = *step;
  forward_seconds = (plain.matrices_seconds + plain.memory_seconds) / 3 + plain.attention_seconds / 3.5;
  g_assert_cmpfloat (plain.scoring_seconds, ==, 0);
  g_assert_cmpfloat (plain.generation_seconds, ==, 0);

  inputs.objective = PLIM_OBJECTIVE_DPO;
  plim_estimate (&inputs, &estimate);
  assert_close (step->matrices_seconds, 2 * plain.matrices_seconds);
  assert_close (step->scoring_seconds, 2 * forward_seconds);
  g_assert_cmpfloat_with_epsilon (sum_of_parts (step), step->seconds, 1e-8);
  assert_close (evaluate_number (&estimate.time.explanation), estimate.time.step_seconds);
  inputs.reference = PLIM_REFERENCE_NONE;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpfloat (step->scoring_seconds, ==, 0);
  inputs.reference = PLIM_REFERENCE_BY_OBJECTIVE;

  inputs.objective = PLIM_OBJECTIVE_PPO;
  inputs.completion_tokens = 100;
  plim_estimate (&inputs, &estimate);
  assert_close (step->matrices_seconds, 2 * plain.matrices_seconds);
  assert_close (step->optimizer_seconds, 2 * plain.optimizer_seconds);
  assert_close (step->scoring_seconds, 3 * forward_seconds / 4);
  /* The prompt of 8,092 tokens, computed in more than the host's 32 ms. */
  g_assert_cmpfloat (step->generation_seconds, >, 101 * 0.032 / 4);
  g_assert_cmpfloat (step->generation_seconds, <, 1.15 * 101 * 0.032 / 4);
  assert_close (evaluate_number (&estimate.time.explanation), estimate.time.step_seconds);

  /* GRPO generates for every step; vLLM does not wait for the host, and its probabilities are computed once more. */
  inputs.objective = PLIM_OBJECTIVE_GRPO;
  plim_estimate (&inputs, &estimate);
  assert_close (step->matrices_seconds, plain.matrices_seconds);
  g_assert_cmpfloat (step->scoring_seconds, ==, 0);
  g_assert_cmpfloat (step->generation_seconds, >, 101 * 0.032);
  inputs.engine = PLIM_ENGINE_VLLM;
  plim_estimate (&inputs, &estimate);
  assert_close (step->scoring_seconds, forward_seconds);
  g_assert_cmpfloat (step->generation_seconds, <, 101 * 0.016);
}

static void
test_published_times (void)
{
  static const struct
  {
    guint  gpt;
    gint64 gpus_count;
    double tokens;
    double flops_per_s;
    double days;
  } rows[] = { { 1, 1024, 300 * BILLION, 140e12, 34 }, { 3, 3072, 450 * BILLION, 163e12, 84 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;
      PlimFlops    flops;
      double       hardware;

      fill_gpt (&inputs, gpts[rows[i].gpt].heads_count, gpts[rows[i].gpt].h, gpts[rows[i].gpt].layers_count);
      inputs.recompute = PLIM_RECOMPUTE_FULL;
      inputs.peak_tflops = 312;
      inputs.gpus_count = rows[i].gpus_count;
      inputs.tokens_count = (gint64) rows[i].tokens;
      plim_estimate (&inputs, &estimate);
      flops = plim_flops_training (&inputs, &estimate);
      hardware = (double) (plim_flops_unmasked (&flops) + flops.again_matrices +
                           flops.unmasked_attention);
      inputs.utilization =
        rows[i].flops_per_s / 312e12 * (double) model_flops (&inputs, &estimate) / hardware;
      plim_estimate (&inputs, &estimate);
      g_assert_false (estimate.time.is_predicted);
      assert_close (estimate.time.mfu.likely, inputs.utilization);
      g_assert_cmpfloat_with_epsilon (estimate.time.seconds / DAY_S, rows[i].days, 0.03 * rows[i].days);
    }
}

/* Tokens from the data set or the steps, and GPUs for a deadline. */
static void
test_inputs (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  fill_llama (&inputs);
  inputs.gpus_count = 8;
  plim_estimate (&inputs, &estimate);
  g_assert_true (estimate.time.missing_fields == PLIM_FIELD_BIT (PLIM_FIELD_TOKENS));

  inputs.accumulation_count = 4;
  inputs.steps_count = 100;
  g_assert_cmpint (plim_training_time_tokens (&inputs), ==, 100 * 4 * 8 * 8192);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.time.steps_count, ==, 100);
  inputs.dataset_tokens_count = 1000000;
  inputs.epochs_count = 3;
  g_assert_cmpint (plim_training_time_tokens (&inputs), ==, 3000000);

  /* 9.9 times too slow: 79.2 of 80 GPUs; 9.1 times: 72.8, in whole replicas of four 76. */
  inputs.utilization = 0.4;
  plim_estimate (&inputs, &estimate);
  inputs.deadline_hours = estimate.time.seconds / 3600 / 9.9;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.time.deadline_gpus_count, ==, 80);
  inputs.tensor_parallel_count = 4;
  inputs.deadline_hours = estimate.time.seconds / 3600 / 9.1;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.time.deadline_gpus_count, ==, 76);

  /* Over a slow network more GPUs bring less than their share: as many as a run with them shows to be enough, and one
   * fewer not.  Where every message takes longer than the deadline, no count does. */
  inputs.utilization = 0;
  inputs.tensor_parallel_count = 0;
  inputs.dataset_tokens_count = 0;
  inputs.tokens_count = (gint64) BILLION;
  inputs.network_gbps = 50;
  plim_estimate (&inputs, &estimate);
  inputs.deadline_hours = estimate.time.seconds / 3600 / 3;
  plim_estimate (&inputs, &estimate);
  inputs.gpus_count = estimate.time.deadline_gpus_count;
  g_assert_cmpint (inputs.gpus_count, >, 3 * 8);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpfloat (estimate.time.seconds, <=, inputs.deadline_hours * 3600);
  inputs.gpus_count--;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpfloat (estimate.time.seconds, >, inputs.deadline_hours * 3600);
  inputs.deadline_hours = 1e-9;
  plim_estimate (&inputs, &estimate);
  g_assert_true (estimate.time.deadline_gpus_count == PLIM_OVERFLOW);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/training-time/experts", test_experts);
  g_test_add_func ("/training-time/breaks", test_breaks);
  g_test_add_func ("/training-time/breaks-deadline", test_breaks_deadline);
  g_test_add_func ("/training-time/published-formulas", test_published_formulas);
  g_test_add_func ("/training-time/recompute", test_recompute);
  g_test_add_func ("/training-time/lora-and-window", test_lora_and_window);
  g_test_add_func ("/training-time/work", test_work);
  g_test_add_func ("/training-time/virtual-tokens", test_virtual_tokens);
  g_test_add_func ("/training-time/slowest-stage", test_slowest_stage);
  g_test_add_func ("/training-time/traffic", test_traffic);
  g_test_add_func ("/training-time/dualpipe", test_dualpipe);
  g_test_add_func ("/training-time/bubbles", test_bubbles);
  g_test_add_func ("/training-time/prediction", test_prediction);
  g_test_add_func ("/training-time/objectives", test_objectives);
  g_test_add_func ("/training-time/published-times", test_published_times);
  g_test_add_func ("/training-time/inputs", test_inputs);

  return g_test_run ();
}
