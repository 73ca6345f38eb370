/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The five published rules against what their sources print.  Every expected number is written from the source or is
 * plain arithmetic on its formula; GB is 10^9 bytes. */

#include "evaluate.h"
#include "plim-method.h"
#include "plim-solver.h"

#include <math.h>
#include <string.h>

#define GB 1e9

typedef struct
{
  const char    *source;      /* where the number stands */
  PlimTask       task;
  PlimEvaluation evaluation;
  PlimPrecision  precision;
  double         billions;    /* parameters */
  double         gb;          /* expected; 0 = not covered */
} Row;

static void
init (PlimInputs *inputs,
      PlimMethod  method,
      PlimTask    task,
      double      billions)
{
  plim_inputs_init (inputs);
  inputs->method = method;
  inputs->task = task;
  inputs->parameters_count = (gint64) llround (billions * 1e9);
  inputs->model.declared_parameters_count = inputs->parameters_count;
}

/* Every number equals what its explanation works out to, and the terms make up the peak. */
static void
check_explained (const PlimEstimate *estimate)
{
  gint64 sum_bytes = 0;

  for (guint i = 0; i < estimate->n_terms; i++)
    {
      const PlimTerm *term = &estimate->terms[i];

      g_assert_cmpint (evaluate_bytes (&term->explanation), ==, term->bytes);
      g_assert_nonnull (term->explanation.source);
      g_assert_cmpuint (term->explanation.depends, !=, 0);
      sum_bytes += term->bytes;
    }
  g_assert_cmpint (sum_bytes, ==, estimate->peak_bytes);

  if (estimate->time.is_known)
    g_assert_cmpfloat_with_epsilon (evaluate_number (&estimate->time.explanation), estimate->time.seconds,
                                    1e-9 * estimate->time.seconds);
}

static gint64
term_bytes (const PlimEstimate *estimate,
            PlimTermId          id)
{
  for (guint i = 0; i < estimate->n_terms; i++)
    if (estimate->terms[i].id == id)
      return estimate->terms[i].bytes;

  return 0;
}

static void
check_rows (PlimMethod method,
            const Row *rows,
            guint      n_rows)
{
  for (guint i = 0; i < n_rows; i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      g_test_message ("%s", rows[i].source);
      init (&inputs, method, rows[i].task, rows[i].billions);
      inputs.evaluation = rows[i].evaluation;
      inputs.precision = rows[i].precision;
      plim_estimate (&inputs, &estimate);

      if (rows[i].gb == 0)
        {
          g_assert_nonnull (estimate.not_covered);
          g_assert_cmpint (estimate.peak_bytes, ==, 0);
          g_assert_cmpint (estimate.verdict, ==, PLIM_VERDICT_UNKNOWN);
          continue;
        }

      g_assert_null (estimate.not_covered);
      g_assert_cmpint (estimate.peak_bytes, ==, llround (rows[i].gb * GB));
      check_explained (&estimate);
    }
}

#define INFERENCE PLIM_TASK_INFERENCE
#define TRAINING  PLIM_TASK_TRAINING
#define LORA      PLIM_TASK_LORA
#define QLORA     PLIM_TASK_QLORA
#define NONE      PLIM_EVALUATION_NONE
#define EVAL_F16  PLIM_EVALUATION_F16
#define EVAL_INT8 PLIM_EVALUATION_INT8
#define F32       PLIM_PRECISION_F32
#define F16       PLIM_PRECISION_F16
#define BF16      PLIM_PRECISION_BF16
#define FP8       PLIM_PRECISION_FP8
#define INT8      PLIM_PRECISION_INT8
#define INT4      PLIM_PRECISION_INT4
#define NF4       PLIM_PRECISION_NF4

/* --- bytes times multiplier ----------------------------------------------------------------------- */

static void
test_multiplier_memory (void)
{
  static const Row rows[] = {
    { "inference 4x", INFERENCE, NONE, F32, 1, 4 },
    { "inference 2x", INFERENCE, NONE, F16, 1, 2 },
    { "inference 2x, bfloat16", INFERENCE, NONE, BF16, 1, 2 },
    { "inference x", INFERENCE, NONE, INT8, 1, 1 },
    { "inference 0.5x", INFERENCE, NONE, INT4, 1, 0.5 },
    { "inference takes no evaluation copy", INFERENCE, EVAL_F16, F16, 1, 2 },
    { "inference, block format", INFERENCE, NONE, PLIM_PRECISION_Q5_K, 1, 0 },
    { "training 12x", TRAINING, NONE, F32, 1, 12 },
    { "training 6x", TRAINING, NONE, F16, 1, 6 },
    { "training int8: –", TRAINING, NONE, INT8, 1, 0 },
    { "training int4: –", TRAINING, NONE, INT4, 1, 0 },
    { "training + evaluation 14x", TRAINING, EVAL_F16, F32, 1, 14 },
    { "training + evaluation 13x", TRAINING, EVAL_INT8, F32, 1, 13 },
    { "training + evaluation 8x", TRAINING, EVAL_F16, F16, 1, 8 },
    { "training + evaluation 7x", TRAINING, EVAL_INT8, F16, 1, 7 },
    { "LoRA 4.1x", LORA, NONE, F32, 1, 4.1 },
    { "LoRA 2.1x", LORA, NONE, F16, 1, 2.1 },
    { "LoRA int8: –", LORA, NONE, INT8, 1, 0 },
    { "LoRA int4: –", LORA, NONE, INT4, 1, 0 },
    { "LoRA + evaluation 6.1x", LORA, EVAL_F16, F32, 1, 6.1 },
    { "LoRA + evaluation 5.1x", LORA, EVAL_INT8, F32, 1, 5.1 },
    { "LoRA + evaluation 4.1x", LORA, EVAL_F16, F16, 1, 4.1 },
    { "LoRA + evaluation 3.1x", LORA, EVAL_INT8, F16, 1, 3.1 },
    { "QLoRA f32: –", QLORA, NONE, F32, 1, 0 },
    { "QLoRA f16: –", QLORA, NONE, F16, 1, 0 },
    { "QLoRA 1.1x", QLORA, NONE, INT8, 1, 1.1 },
    { "QLoRA 0.6x", QLORA, NONE, INT4, 1, 0.6 },
    { "QLoRA 0.6x, NF4", QLORA, NONE, NF4, 1, 0.6 },
    { "QLoRA + evaluation 3.1x", QLORA, EVAL_F16, INT8, 1, 3.1 },
    { "QLoRA + evaluation 2.1x", QLORA, EVAL_INT8, INT8, 1, 2.1 },
    { "QLoRA + evaluation 2.6x", QLORA, EVAL_F16, INT4, 1, 2.6 },
    { "QLoRA + evaluation 1.6x", QLORA, EVAL_INT8, INT4, 1, 1.6 },
  };

  check_rows (PLIM_METHOD_BYTES_TIMES_MULTIPLIER, rows, G_N_ELEMENTS (rows));
}

/* 7e9 parameters, 300e9 tokens, 312e12 FLOP/s, 8 GPUs, 0.8: 6,310,096 s = 73.03 days */
static void
test_multiplier_time (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init (&inputs, PLIM_METHOD_BYTES_TIMES_MULTIPLIER, TRAINING, 7);
  inputs.tokens_count = 300000000000;
  inputs.peak_tflops = 312;
  inputs.gpus_count = 8;
  inputs.utilization = 0.8;
  plim_estimate (&inputs, &estimate);

  g_assert_true (estimate.time.is_known);
  g_assert_cmpfloat_with_epsilon (estimate.time.seconds, 6310096, 0.5);
  g_assert_cmpfloat_with_epsilon (estimate.time.seconds / 86400, 73.03, 0.005);
  g_assert_cmpfloat_with_epsilon (estimate.time.gpu_days, 8 * 73.03, 0.05);
  g_assert_nonnull (strstr (estimate.time.explanation.note, "6310 seconds ≈ 1.75 hours"));
  check_explained (&estimate);

  inputs.tokens_count = 0;
  plim_estimate (&inputs, &estimate);
  g_assert_false (estimate.time.is_known);
  g_assert_true (estimate.time.missing_fields == PLIM_FIELD_BIT (PLIM_FIELD_TOKENS));
}

/* --- serving overhead ----------------------------------------------------------------------------- */

static void
test_serving_memory (void)
{
  static const Row rows[] = {
    { "70e9 at 16 bits: 168 GB", INFERENCE, NONE, F16, 70, 168 },
    { "70e9 at 8 bits: 84 GB", INFERENCE, NONE, INT8, 70, 84 },
    { "70e9 FP8: 84 GB, printed 21 GB", INFERENCE, NONE, FP8, 70, 84 },
    { "70e9 at 4 bits: 42 GB", INFERENCE, NONE, INT4, 70, 42 },
    { "70e9 at 32 bits, by the formula", INFERENCE, NONE, F32, 70, 336 },
    { "block format", INFERENCE, NONE, PLIM_PRECISION_Q4_K, 70, 0 },
    { "13e9 float AdamW with 20 %: 436.8 GB, printed 437", TRAINING, NONE, F32, 13, 436.8 },
    { "training in 8 bits", TRAINING, NONE, INT8, 13, 0 },
    { "QLoRA in 16 bits", QLORA, NONE, F16, 13, 0 },
    /* 2·13 + 0.02·13·(4·2 + 2 + 2·2) = 26 + 3.64, with 20 % 35.568 */
    { "LoRA: base plus a small model", LORA, NONE, F16, 13, 35.568 },
    /* 13 + 3.64 = 16.64, with 20 % 19.968 */
    { "QLoRA over 8 bits", QLORA, NONE, INT8, 13, 19.968 },
  };

  check_rows (PLIM_METHOD_SERVING_OVERHEAD, rows, G_N_ELEMENTS (rows));
}

static void
test_serving_parts (void)
{
  static const Row weights[] = {
    { "13B at Q8 without the overhead", INFERENCE, NONE, INT8, 13, 13 },
    { "1B float", INFERENCE, NONE, F32, 1, 4 },
    { "1B bf16", INFERENCE, NONE, BF16, 1, 2 },
    { "1B int8", INFERENCE, NONE, INT8, 1, 1 },
    { "1B int4", INFERENCE, NONE, INT4, 1, 0.5 },
    { "7B bf16 storage", INFERENCE, NONE, BF16, 7, 14 },
  };
  PlimInputs   inputs;
  PlimEstimate estimate;

  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    {
      g_test_message ("%s", weights[i].source);
      init (&inputs, PLIM_METHOD_SERVING_OVERHEAD, INFERENCE, weights[i].billions);
      inputs.precision = weights[i].precision;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_WEIGHTS), ==, llround (weights[i].gb * GB));
    }

  /* 7B float training at 4·S = 112 GB */
  init (&inputs, PLIM_METHOD_SERVING_OVERHEAD, TRAINING, 7);
  inputs.precision = F32;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_RULE_TOTAL), ==, 112000000000);

  /* 13B: 208 + 52 + 104 = 364 GB; the note says what is counted twice */
  init (&inputs, PLIM_METHOD_SERVING_OVERHEAD, TRAINING, 13);
  inputs.precision = F32;
  inputs.safety_margin = 0;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_RULE_TOTAL), ==, 208000000000);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_GRADIENTS), ==, 52000000000);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_OPTIMIZER_STATES), ==, 104000000000);
  g_assert_cmpint (estimate.peak_bytes, ==, 364000000000);
  g_assert_nonnull (strstr (estimate.terms[0].explanation.note, "twice"));

  /* SGD: P · bytes */
  inputs.optimizer = PLIM_OPTIMIZER_SGD;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_OPTIMIZER_STATES), ==, 52000000000);

  /* 50 MB · 32 = 1600 MB */
  inputs.sample_bytes = 50000000;
  inputs.batch_count = 32;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_BATCH), ==, 1600000000);
  check_explained (&estimate);

  inputs.optimizer = PLIM_OPTIMIZER_ADAMW_8BIT;
  plim_estimate (&inputs, &estimate);
  g_assert_nonnull (estimate.not_covered);
}

/* --- textbook transformer ------------------------------------------------------------------------- */

static void
init_textbook (PlimInputs *inputs)
{
  init (inputs, PLIM_METHOD_TEXTBOOK_TRANSFORMER, TRAINING, 0);
  inputs->hidden_size = 1024;
  inputs->layers_count = 12;
  inputs->heads_count = 16;
  inputs->vocab_size = 32000;
  plim_model_init_decoder (&inputs->model, 1024, 12, 16, 0, 0, 4096, 32000, TRUE);
  inputs->batch_count = 4;
  inputs->context_tokens = 256;
  inputs->tokens_count = 515000000;
  inputs->peak_tflops = 35.6;
  inputs->gpus_count = 4;
  inputs->utilization = 0.5;
}

static void
test_textbook (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init_textbook (&inputs);
  plim_estimate (&inputs, &estimate);

  g_assert_cmpint (estimate.trained_count, ==, 266888192);
  g_assert_cmpint (estimate.peak_bytes, ==, 5617631232);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_WEIGHTS), ==, 4 * 266888192LL);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_GRADIENTS), ==, 4 * 266888192LL);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_OPTIMIZER_STATES), ==, 8 * 266888192LL);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_LOGITS), ==, 4LL * 4 * 256 * 32000);
  g_assert_cmpfloat_with_epsilon (estimate.time.seconds, 10460.76, 0.005);
  /* The source's rounded constant for a token gives 10,461.997 s = 2.906 h */
  g_assert_cmpfloat_with_epsilon (estimate.time.seconds / 3600, 2.906, 0.0005);
  g_assert_nonnull (strstr (estimate.time.explanation.note, "10,461.997"));
  check_explained (&estimate);

  /* One GPU takes four times as long and holds the same. */
  inputs.gpus_count = 1;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.peak_bytes, ==, 5617631232);
  g_assert_cmpfloat_with_epsilon (estimate.time.seconds, 4 * 10460.7623349, 0.001);
}

/* M = 24·1024³, c 256, d 1024, L 12, v 32000, h 16: 63 */
static void
test_textbook_batch (void)
{
  PlimInputs inputs;
  PlimLimits limits;

  init_textbook (&inputs);
  inputs.gpus_count = 1;
  inputs.gpu_memory_bytes = 24LL * 1024 * 1024 * 1024;
  inputs.gpu.reported_bytes = inputs.gpu_memory_bytes;
  plim_solve_limits (&inputs, &limits);

  g_assert_cmpint (limits.largest_batch_count, ==, 63);
}

static void
test_textbook_gaps (void)
{
  static const PlimTask tasks[] = { INFERENCE, LORA, QLORA };
  PlimInputs            inputs;
  PlimEstimate          estimate;

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      init_textbook (&inputs);
      inputs.task = tasks[i];
      plim_estimate (&inputs, &estimate);
      g_assert_nonnull (estimate.not_covered);
      g_assert_cmpint (estimate.peak_bytes, ==, 0);
    }

  /* A size alone has no shape to count from. */
  init (&inputs, PLIM_METHOD_TEXTBOOK_TRANSFORMER, TRAINING, 7);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.peak_bytes, ==, 0);
  g_assert_true ((estimate.missing_fields & PLIM_FIELD_BIT (PLIM_FIELD_HIDDEN_SIZE)) != 0);
}

/* --- 24 bytes per parameter ----------------------------------------------------------------------- */

static void
test_24_bytes_memory (void)
{
  static const Row rows[] = {
    { "24 B per parameter", TRAINING, NONE, F32, 1, 24 },
    { "inference 4 B per parameter", INFERENCE, NONE, F32, 1, 4 },
    { "16-bit halves the weights, inference", INFERENCE, NONE, F16, 1, 2 },
    { "16-bit halves the weights, training", TRAINING, NONE, F16, 1, 22 },
    { "LoRA, GPT-3: 700 GB and 350 MB", LORA, NONE, F32, 175, 700.35 },
    { "QLoRA", QLORA, NONE, NF4, 1, 0 },
    { "8 bits", INFERENCE, NONE, INT8, 1, 0 },
  };
  PlimInputs   inputs;
  PlimEstimate estimate;

  check_rows (PLIM_METHOD_24_BYTES_PER_PARAMETER, rows, G_N_ELEMENTS (rows));

  /* weights 4, states 8, gradients 4, activations 8 */
  init (&inputs, PLIM_METHOD_24_BYTES_PER_PARAMETER, TRAINING, 1);
  inputs.precision = F32;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_WEIGHTS), ==, 4000000000);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_OPTIMIZER_STATES), ==, 8000000000);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_GRADIENTS), ==, 4000000000);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_ACTIVATIONS), ==, 8000000000);

  /* 17,500,000 trained parameters · 20 B = 350 MB */
  init (&inputs, PLIM_METHOD_24_BYTES_PER_PARAMETER, LORA, 175);
  inputs.precision = F32;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.trained_count, ==, 17500000);
  g_assert_cmpint (term_bytes (&estimate, PLIM_TERM_ADAPTER_STATE), ==, 350000000);
  g_assert_nonnull (strstr (estimate.terms[0].explanation.note, "8 bytes per parameter"));
}

/* GPUs of 32 GB: the table of the source */
static void
test_24_bytes_gpus (void)
{
  static const struct
  {
    const char *model;
    double      billions;
    gint64      inference_count;
    gint64      training_count;
  } rows[] = {
    { "GPT-2", 1.5, 1, 2 },
    { "GPT-3", 175, 22, 132 },
    { "PaLM", 540, 68, 405 },
    { "LLaMA", 65, 9, 49 },
    { "BloombergGPT", 50, 7, 38 },
  };
  const PlimGpu v100 = { .id = "v100", .name = "V100", .marketed_gb = 32, .reported_bytes = 32000000000 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PlimInputs inputs;

      g_test_message ("%s", rows[i].model);
      init (&inputs, PLIM_METHOD_24_BYTES_PER_PARAMETER, INFERENCE, rows[i].billions);
      inputs.precision = F32;
      inputs.gpu = v100;
      g_assert_cmpint (plim_solve_gpus (&inputs, &v100), ==, rows[i].inference_count);

      inputs.task = TRAINING;
      g_assert_cmpint (plim_solve_gpus (&inputs, &v100), ==, rows[i].training_count);
    }
}

/* 1 petaFLOP/s-day = 8 V100 (125 TFLOP/s) for a day */
static void
test_24_bytes_time (void)
{
  static const struct
  {
    const char *source;
    PlimTask    task;
    double      billions;
    double      petaflop_s_days;   /* what 6·P·tokens is made to come to */
    gint64      gpus_count;
    double      days;
    double      gpu_days;
  } rows[] = {
    { "T5-3B: 100 PF-days, 800 GPU-days, 100 GPUs for 8 days", TRAINING, 3, 100, 100, 8, 800 },
    { "GPT-3: 3,700 PF-days, 29,600 GPU-days, 987 GPUs for 30 days", TRAINING, 175, 3700, 987, 30, 29600 },
    { "GPT-3 with LoRA: 22.5 days", LORA, 175, 3700, 987, 22.5, 22200 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      g_test_message ("%s", rows[i].source);
      init (&inputs, PLIM_METHOD_24_BYTES_PER_PARAMETER, rows[i].task, rows[i].billions);
      inputs.precision = F32;
      inputs.gpu.peak_flops_per_s[PLIM_RATE_F16] = 125e12;
      inputs.gpus_count = rows[i].gpus_count;
      inputs.tokens_count = llround (rows[i].petaflop_s_days * 1e15 * 86400 / (6 * rows[i].billions * 1e9));
      plim_estimate (&inputs, &estimate);

      g_assert_true (estimate.time.is_known);
      g_assert_cmpfloat_with_epsilon (estimate.time.seconds / 86400, rows[i].days, 0.02);
      g_assert_cmpfloat_with_epsilon (estimate.time.gpu_days, rows[i].gpu_days, 0.01);
      check_explained (&estimate);
    }
}

/* --- module table --------------------------------------------------------------------------------- */

static void
test_modules_memory (void)
{
  static const Row rows[] = {
    { "inference ×4", INFERENCE, NONE, F32, 1, 4 },
    { "inference ×2", INFERENCE, NONE, F16, 1, 2 },
    { "inference ×1", INFERENCE, NONE, INT8, 1, 1 },
    { "inference ÷2", INFERENCE, NONE, INT4, 1, 0.5 },
    { "full 12 GB", TRAINING, NONE, F16, 1, 12 },
    { "LoRA 2.24 GB", LORA, NONE, F16, 1, 2.24 },
    { "QLoRA 1.24 GB", QLORA, NONE, INT8, 1, 1.24 },
    { "QLoRA over 4 bits: half a GB less", QLORA, NONE, NF4, 1, 0.74 },
    { "13B FP32 ≈ 206 GB", TRAINING, NONE, F32, 13, 206 },
    { "13B INT8 ≈ 38 GB", TRAINING, NONE, INT8, 13, 38 },
    { "training in 4 bits", TRAINING, NONE, INT4, 13, 0 },
    { "LoRA over 8 bits", LORA, NONE, INT8, 1, 0 },
    { "QLoRA over 16 bits", QLORA, NONE, F16, 1, 0 },
    { "block format", INFERENCE, NONE, PLIM_PRECISION_Q6_K, 1, 0 },
  };

  check_rows (PLIM_METHOD_MODULE_TABLE, rows, G_N_ELEMENTS (rows));
}

static void
test_modules_parts (void)
{
  static const struct
  {
    const char   *source;
    PlimTask      task;
    PlimPrecision precision;
    double        billions;
    PlimTermId    term;
    double        gb;
  } rows[] = {
    { "full, weights", TRAINING, F16, 1, PLIM_TERM_WEIGHTS, 2 },
    { "full, gradients", TRAINING, F16, 1, PLIM_TERM_GRADIENTS, 2 },
    { "full, states", TRAINING, F16, 1, PLIM_TERM_OPTIMIZER_STATES, 8 },
    { "LoRA, weights", LORA, F16, 1, PLIM_TERM_FROZEN_WEIGHTS, 2 },
    { "LoRA, gradients", LORA, F16, 1, PLIM_TERM_GRADIENTS, 0.04 },
    { "LoRA, states", LORA, F16, 1, PLIM_TERM_OPTIMIZER_STATES, 0.16 },
    { "LoRA, adapters", LORA, F16, 1, PLIM_TERM_ADAPTERS, 0.04 },
    { "QLoRA, weights", QLORA, INT8, 1, PLIM_TERM_FROZEN_WEIGHTS, 1 },
    { "QLoRA, gradients", QLORA, INT8, 1, PLIM_TERM_GRADIENTS, 0.04 },
    { "QLoRA, states", QLORA, INT8, 1, PLIM_TERM_OPTIMIZER_STATES, 0.16 },
    { "QLoRA, adapters", QLORA, INT8, 1, PLIM_TERM_ADAPTERS, 0.04 },
    { "13B FP32, weights", TRAINING, F32, 13, PLIM_TERM_WEIGHTS, 52 },
    { "13B FP32, Adam", TRAINING, F32, 13, PLIM_TERM_OPTIMIZER_STATES, 104 },
    { "13B FP32, activations from 50", TRAINING, F32, 13, PLIM_TERM_ACTIVATIONS, 50 },
    { "13B FP16, weights", TRAINING, F16, 13, PLIM_TERM_WEIGHTS, 26 },
    { "13B INT8, weights", TRAINING, INT8, 13, PLIM_TERM_WEIGHTS, 13 },
    { "13B INT8, activations from 25", TRAINING, INT8, 13, PLIM_TERM_ACTIVATIONS, 25 },
    { "BERT, weights 440 MB", TRAINING, F32, 0.11, PLIM_TERM_WEIGHTS, 0.44 },
    { "BERT, Adam 880 MB", TRAINING, F32, 0.11, PLIM_TERM_OPTIMIZER_STATES, 0.88 },
  };
  PlimInputs   inputs;
  PlimEstimate estimate;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].source);
      init (&inputs, PLIM_METHOD_MODULE_TABLE, rows[i].task, rows[i].billions);
      inputs.precision = rows[i].precision;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (term_bytes (&estimate, rows[i].term), ==, llround (rows[i].gb * GB));
    }

  init (&inputs, PLIM_METHOD_MODULE_TABLE, TRAINING, 13);
  plim_estimate (&inputs, &estimate);
  g_assert_nonnull (strstr (estimate.terms[0].explanation.note, "≈ 103"));
  for (guint i = 0; i < estimate.n_terms; i++)
    if (estimate.terms[i].id == PLIM_TERM_OPTIMIZER_STATES)
      g_assert_nonnull (strstr (estimate.terms[i].explanation.note, "SGD"));
}

/* 32 · 3.3e12 / 2.5e14 = 0.42 s a batch; 1e6 batches = 420,000 s ≈ 117 h; 117/168 = 0.7: one GPU */
static void
test_modules_time (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init (&inputs, PLIM_METHOD_MODULE_TABLE, TRAINING, 0.11);
  inputs.sequence_flops = 3.3e12;
  inputs.batch_count = 32;
  inputs.steps_count = 1000000;
  inputs.peak_tflops = 312.5;
  inputs.utilization = 0.8;
  inputs.deadline_hours = 168;
  plim_estimate (&inputs, &estimate);

  g_assert_cmpfloat_with_epsilon (estimate.time.step_seconds, 0.42, 0.005);
  g_assert_cmpfloat_with_epsilon (estimate.time.seconds, 422400, 0.5);
  g_assert_cmpfloat_with_epsilon (estimate.time.seconds / 3600, 117, 0.5);
  g_assert_cmpint (estimate.time.deadline_gpus_count, ==, 1);
  g_assert_nonnull (strstr (estimate.time.explanation.note, "ten times"));
  check_explained (&estimate);

  inputs.deadline_hours = 24;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.time.deadline_gpus_count, ==, 5);

  inputs.steps_count = 0;
  plim_estimate (&inputs, &estimate);
  g_assert_false (estimate.time.is_known);
  g_assert_true (estimate.time.missing_fields == PLIM_FIELD_BIT (PLIM_FIELD_STEPS));
}

/* --- all of them ---------------------------------------------------------------------------------- */

/* The job of all GPUs is shared out: n GPUs hold floor (part / n) of each part. */
static void
test_shared (void)
{
  static const PlimMethod methods[] = {
    PLIM_METHOD_BYTES_TIMES_MULTIPLIER,
    PLIM_METHOD_SERVING_OVERHEAD,
    PLIM_METHOD_24_BYTES_PER_PARAMETER,
    PLIM_METHOD_MODULE_TABLE,
  };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      PlimInputs   inputs;
      PlimEstimate one;
      PlimEstimate seven;

      init (&inputs, methods[i], TRAINING, 7);
      plim_estimate (&inputs, &one);
      inputs.gpus_count = 7;
      plim_estimate (&inputs, &seven);

      g_assert_cmpint (seven.peak_bytes, <=, one.peak_bytes / 7 + 1);
      g_assert_cmpint (seven.peak_bytes, >, one.peak_bytes / 7 - seven.n_terms);
      check_explained (&seven);
    }
}

/* 168 GB are two 80 GB cards of 85,899,345,920 bytes, and three of 80e9: the source says two. */
static void
test_serving_gpus (void)
{
  PlimGpu    a100 = { .id = "a100", .name = "A100", .marketed_gb = 80, .reported_bytes = 85899345920 };
  PlimInputs inputs;

  init (&inputs, PLIM_METHOD_SERVING_OVERHEAD, INFERENCE, 70);
  inputs.precision = F16;
  inputs.gpu = a100;
  g_assert_cmpint (plim_solve_gpus (&inputs, &a100), ==, 2);

  a100.reported_bytes = 80000000000;
  inputs.gpu = a100;
  g_assert_cmpint (plim_solve_gpus (&inputs, &a100), ==, 3);
}

/* Too large to count is said, not wrapped. */
static void
test_overflow (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init_textbook (&inputs);
  inputs.batch_count = 1 << 24;
  inputs.context_tokens = 1 << 30;
  plim_estimate (&inputs, &estimate);

  g_assert_true (estimate.is_overflow);
  g_assert_cmpint (estimate.verdict, !=, PLIM_VERDICT_FITS);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/bytes-times-multiplier/memory", test_multiplier_memory);
  g_test_add_func ("/rules/bytes-times-multiplier/time", test_multiplier_time);
  g_test_add_func ("/rules/serving-overhead/memory", test_serving_memory);
  g_test_add_func ("/rules/serving-overhead/parts", test_serving_parts);
  g_test_add_func ("/rules/serving-overhead/gpus", test_serving_gpus);
  g_test_add_func ("/rules/textbook-transformer/example", test_textbook);
  g_test_add_func ("/rules/textbook-transformer/batch", test_textbook_batch);
  g_test_add_func ("/rules/textbook-transformer/gaps", test_textbook_gaps);
  g_test_add_func ("/rules/24-bytes/memory", test_24_bytes_memory);
  g_test_add_func ("/rules/24-bytes/gpus", test_24_bytes_gpus);
  g_test_add_func ("/rules/24-bytes/time", test_24_bytes_time);
  g_test_add_func ("/rules/module-table/memory", test_modules_memory);
  g_test_add_func ("/rules/module-table/parts", test_modules_parts);
  g_test_add_func ("/rules/module-table/time", test_modules_time);
  g_test_add_func ("/rules/shared", test_shared);
  g_test_add_func ("/rules/overflow", test_overflow);

  return g_test_run ();
}
