/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moments of training beside the step: loading and saving, against figures worked out by hand. */

#include "evaluate.h"
#include "plim-component.h"

/* Llama 2 7B: h = 4096, f = 11008, V = 32000, no tied head. */
#define HIDDEN      G_GINT64_CONSTANT (4096)
#define FFN         G_GINT64_CONSTANT (11008)
#define VOCAB       G_GINT64_CONSTANT (32000)
#define LAYER_COUNT (4 * HIDDEN * HIDDEN + 3 * HIDDEN * FFN + 2 * HIDDEN)

static void
set_up (PlimInputs *inputs,
        PlimTask    task)
{
  plim_inputs_init (inputs);
  plim_model_init_decoder (&inputs->model, HIDDEN, 32, 32, 0, 0, FFN, VOCAB, TRUE);
  plim_inputs_set_task (inputs, task);
}

/* The term of kind @id, whose explanation gives the most it takes; NULL when there is none. */
static const PlimTerm *
find_term (const PlimEstimate *estimate,
           PlimTermId          id)
{
  for (guint i = 0; i < estimate->n_terms; i++)
    {
      const PlimTerm *term = &estimate->terms[i];
      gint64          most_bytes = 0;

      if (term->id != id)
        continue;
      for (guint m = 0; m < PLIM_N_MOMENTS; m++)
        most_bytes = MAX (most_bytes, term->bytes_at[m]);
      g_assert_cmpint (evaluate_bytes (&term->explanation), ==, most_bytes);
      return term;
    }

  return NULL;
}

static gint64
bytes_at (const PlimEstimate *estimate,
          PlimTermId          id,
          PlimMoment          moment)
{
  const PlimTerm *term = find_term (estimate, id);

  return term != NULL ? term->bytes_at[moment] : 0;
}

/* --- quantized bases -------------------------------------------------------------------------------------- */

/* What is there beside the weights while the largest matrix is quantized, and while it is put together for a
 * checkpoint. torchao before May 2024: the matrix, its quotient by the scales, and 16 differences and amounts of 2
 * bytes for each number; since then those of 2^20 numbers, and an index of one byte for each.  bitsandbytes: the
 * matrix.  LitGPT quantizes the head, which is larger. */
static const struct
{
  PlimFramework framework;
  gint64        load_bytes;
  gint64        save_bytes;
} quantized[] = {
  { PLIM_FRAMEWORK_TORCHTUNE_2024, HIDDEN *FFN * (2 + 2 + 16 * 2 + 16 * 2), HIDDEN *FFN * 14 },
  { PLIM_FRAMEWORK_TORCHTUNE, HIDDEN *FFN * (2 + 2 + 1) + (1 << 20) * (16 * 2 + 16 * 2), HIDDEN *FFN * 14 },
  { PLIM_FRAMEWORK_TRANSFORMERS, HIDDEN *FFN * 2, 0 },
  { PLIM_FRAMEWORK_LITGPT, HIDDEN *VOCAB * 2, 0 },
};

static void
test_quantized (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (quantized); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      set_up (&inputs, PLIM_TASK_QLORA);
      inputs.framework = quantized[i].framework;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_LOADING, PLIM_MOMENT_LOAD), ==, quantized[i].load_bytes);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_LOADING, PLIM_MOMENT_STEP), ==, 0);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_SAVING, PLIM_MOMENT_SAVE), ==, quantized[i].save_bytes);
    }
}

/* Gradients of one micro-batch a step are there from backward on, in Megatron-LM always. */
static void
test_gradients (void)
{
  for (guint i = 0; i < 2; i++)
    {
      gboolean     is_megatron = i == 1;
      gint64       bytes = 2 * (32 * LAYER_COUNT + 2 * VOCAB * HIDDEN + HIDDEN);
      PlimInputs   inputs;
      PlimEstimate estimate;

      set_up (&inputs, PLIM_TASK_TRAINING);
      inputs.framework = is_megatron ? PLIM_FRAMEWORK_MEGATRON : PLIM_FRAMEWORK_TRANSFORMERS;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_GRADIENTS, PLIM_MOMENT_STEP), ==, bytes);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_GRADIENTS, PLIM_MOMENT_LOAD), ==, is_megatron ? bytes : 0);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_GRADIENTS, PLIM_MOMENT_LOSS), ==, is_megatron ? bytes : 0);
    }
}

/* torchao widens the 8-bit states of one parameter at a time, the token table's at most, to twice 32 bits; bitsandbytes
 * does not. */
static void
test_widened_states (void)
{
  const struct
  {
    PlimFramework framework;
    PlimOptimizer optimizer;
    gint64        bytes;
  } cases[] = {
    { PLIM_FRAMEWORK_TORCHTUNE, PLIM_OPTIMIZER_ADAMW_8BIT, 8 * VOCAB * HIDDEN },
    { PLIM_FRAMEWORK_TORCHTUNE, PLIM_OPTIMIZER_ADAMW_4BIT, 8 * VOCAB * HIDDEN },
    { PLIM_FRAMEWORK_TORCHTUNE, PLIM_OPTIMIZER_ADAMW_8BIT_PAGED, 0 },
    { PLIM_FRAMEWORK_TRANSFORMERS, PLIM_OPTIMIZER_ADAMW_8BIT, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      set_up (&inputs, PLIM_TASK_TRAINING);
      inputs.framework = cases[i].framework;
      inputs.optimizer = cases[i].optimizer;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_STEP_BUFFER, PLIM_MOMENT_STEP), ==, cases[i].bytes);
      inputs.optimizer_in_backward = PLIM_SWITCH_ON;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_STEP_BUFFER, PLIM_MOMENT_BACKWARD), ==, cases[i].bytes);
    }
}

/* A QLoRA run with few tokens is fullest at load when the quantizer works on whole matrices (torchtune's tutorial says
 * that of its run), and in the step since. */
static void
test_peak (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  set_up (&inputs, PLIM_TASK_QLORA);
  inputs.context_tokens = 256;
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  inputs.framework = PLIM_FRAMEWORK_TORCHTUNE_2024;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.roles[0].peak_moment, ==, PLIM_MOMENT_LOAD);

  inputs.framework = PLIM_FRAMEWORK_TORCHTUNE;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.roles[0].peak_moment, !=, PLIM_MOMENT_LOAD);
}

/* --- shards ------------------------------------------------------------------------------------------------ */

/* Full training on 8 GPUs: the largest matrix is a table; FSDP's full state has both tables and a layer. */
static const struct
{
  PlimFramework framework;
  PlimRecipe    recipe;
  PlimSharding  sharding;
  gint64        bytes;
} sharded[] = {
  { PLIM_FRAMEWORK_TRANSFORMERS, PLIM_RECIPE_MIXED, PLIM_SHARDING_FULL, HIDDEN *VOCAB * 2 },
  { PLIM_FRAMEWORK_TRANSFORMERS, PLIM_RECIPE_FSDP2, PLIM_SHARDING_FULL, HIDDEN *VOCAB * 4 },
  { PLIM_FRAMEWORK_TRANSFORMERS, PLIM_RECIPE_MIXED, PLIM_SHARDING_GRADIENTS, 0 },
  { PLIM_FRAMEWORK_DEEPSPEED, PLIM_RECIPE_MIXED, PLIM_SHARDING_FULL, HIDDEN *VOCAB * 2 },
  { PLIM_FRAMEWORK_LITGPT, PLIM_RECIPE_PURE, PLIM_SHARDING_FULL, (2 * HIDDEN * VOCAB + LAYER_COUNT + 128) * 2 },
  { PLIM_FRAMEWORK_TORCHTITAN, PLIM_RECIPE_FSDP2, PLIM_SHARDING_FULL, 0 },
  { PLIM_FRAMEWORK_MEGATRON, PLIM_RECIPE_MEGATRON, PLIM_SHARDING_FULL, 0 },
};

static void
test_sharded (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sharded); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      set_up (&inputs, PLIM_TASK_TRAINING);
      inputs.gpus_count = 8;
      inputs.framework = sharded[i].framework;
      inputs.recipe = sharded[i].recipe;
      inputs.sharding = sharded[i].sharding;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_LOADING, PLIM_MOMENT_LOAD), ==, sharded[i].bytes);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_SAVING, PLIM_MOMENT_SAVE), ==, sharded[i].bytes);
    }
}

/* What stands together while FSDP2 computes on 8 GPUs, in 16 bits: three layers and the tables (torchtitan); all layers
 * where gradients alone are shared, or in the last of two stages, which has half the layers, the final norm and the
 * head.  Between steps the shards alone. */
static void
test_gathered (void)
{
  static const struct
  {
    PlimSharding sharding;
    gint64       stages;
    gint64       layers;
    gint64       tables;
    gint64       norm; /* the final one, a layer's part of it */
  } cases[] = { { PLIM_SHARDING_FULL, 1, 3, 2, HIDDEN / 32 },
                { PLIM_SHARDING_GRADIENTS, 1, 32, 2, HIDDEN / 32 },
                { PLIM_SHARDING_FULL, 2, 16, 1, HIDDEN / 16 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;
      gint64       bytes = 0;

      set_up (&inputs, PLIM_TASK_TRAINING);
      inputs.gpus_count = 8;
      inputs.framework = PLIM_FRAMEWORK_TORCHTITAN;
      inputs.recipe = PLIM_RECIPE_FSDP2;
      inputs.sharding = cases[i].sharding;
      inputs.pipeline_parallel_count = cases[i].stages;
      plim_estimate (&inputs, &estimate);
      for (guint t = 0; t < estimate.n_terms; t++)
        if (estimate.terms[t].id == PLIM_TERM_GATHERED_WEIGHTS)
          bytes = MAX (bytes, estimate.terms[t].bytes_at[PLIM_MOMENT_FORWARD]);
      g_assert_cmpint (bytes, ==,
                       2 * (cases[i].layers * (LAYER_COUNT + cases[i].norm) + cases[i].tables * HIDDEN * VOCAB));
    }
}

/* Copies of the matrices of 32 layers, 4 h^2 + 3 h f each.  Autocast keeps 16-bit ones, of the head too.  FP8: by rows
 * and by columns, one byte each, without the head; cached by Megatron-LM, kept by others for backward unless layers
 * are replayed; none where weights are 8-bit themselves, are shards, or torchao's linears cast them (TransformerEngine
 * d0067d0, pytorch/module/linear.py; torchao 36027d8, float8/float8_linear.py).  Halved by tensor parallelism. */
static void
test_cast_weights (void)
{
  const gint64 matrices = 32 * (4 * HIDDEN * HIDDEN + 3 * HIDDEN * FFN);
  const struct
  {
    PlimFramework framework;
    PlimRecipe    recipe;
    PlimPrecision precision;
    PlimRecompute recompute;
    PlimSharding  sharding;
    gint64        tensor;
    gint64        loss_bytes;
    gint64        step_bytes;
  } cases[] = {
#define ROW(framework, recipe, precision, recompute, sharding, ...)                                           \
  { PLIM_FRAMEWORK_##framework, PLIM_RECIPE_##recipe, PLIM_PRECISION_##precision, PLIM_RECOMPUTE_##recompute, \
    PLIM_SHARDING_##sharding, __VA_ARGS__ }
    ROW (TRANSFORMERS, AUTOCAST, BF16, NONE, NONE, 1, 2 * (matrices + HIDDEN * VOCAB), 0),
    ROW (TRANSFORMERS, AUTOCAST, BF16, NONE, NONE, 2, matrices + HIDDEN * VOCAB, 0),
    ROW (MEGATRON, FP8, BF16, NONE, OPTIMIZER, 1, 2 * matrices, 2 * matrices),
    ROW (MEGATRON, FP8, BF16, FULL, OPTIMIZER, 2, matrices, matrices),
    ROW (MEGATRON, FP8, FP8, NONE, OPTIMIZER, 1, 0, 0),
    ROW (MEGATRON, FP8, BF16, NONE, FULL, 1, 0, 0),
    ROW (TRANSFORMERS, FP8, BF16, NONE, NONE, 1, 2 * matrices, 0),
    ROW (TRANSFORMERS, FP8, BF16, FULL, NONE, 1, 0, 0),
    ROW (TORCHTITAN, FP8, BF16, NONE, NONE, 1, 0, 0),
#undef ROW
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      set_up (&inputs, PLIM_TASK_TRAINING);
      inputs.gpus_count = 8;
      inputs.framework = cases[i].framework;
      inputs.recipe = cases[i].recipe;
      inputs.precision = cases[i].precision;
      inputs.recompute = cases[i].recompute;
      inputs.sharding = cases[i].sharding;
      inputs.tensor_parallel_count = cases[i].tensor;
      plim_estimate (&inputs, &estimate);
      g_assert_null (estimate.not_covered);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_CAST_WEIGHTS, PLIM_MOMENT_LOSS), ==, cases[i].loss_bytes);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_CAST_WEIGHTS, PLIM_MOMENT_STEP), ==, cases[i].step_bytes);
    }
}

/* A checkpoint is written between steps: weights, masters and states, no gradients and no activations. */
static void
test_save (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;
  gint64       count;

  set_up (&inputs, PLIM_TASK_TRAINING);
  plim_estimate (&inputs, &estimate);
  count = estimate.parameters.total_count;
  g_assert_cmpint (estimate.roles[0].moment_bytes[PLIM_MOMENT_SAVE], ==, count * (2 + 4 + 8));
  g_assert_cmpint (estimate.roles[0].moment_bytes[PLIM_MOMENT_STEP], ==, count * (2 + 4 + 8 + 2));

  inputs.task = PLIM_TASK_INFERENCE;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.roles[0].moment_bytes[PLIM_MOMENT_SAVE], ==, 0);
}

/* --- evaluation -------------------------------------------------------------------------------------------- */

/* 1,024 tokens a sequence.  A layer at work holds 2 h + 3 f values of 16 bits a token; the loss 10 bytes of each score
 * (logits, their 32-bit copy and its log-softmax), in LitGPT and transformers before 4.45 12; a key and a value of all
 * heads and layers 2 x 32 x h x 2 bytes. */
#define CONTEXT     G_GINT64_CONSTANT (1024)
#define LAYER_BYTES (2 * (2 * HIDDEN + 3 * FFN))
#define KV_BYTES    (2 * 32 * HIDDEN * 2)
#define LOGITS      (CONTEXT * VOCAB * 2)
#define COUNT       (2 * HIDDEN * VOCAB + 32 * LAYER_COUNT + HIDDEN)

static const struct
{
  PlimEvaluation      evaluation;
  PlimFramework       framework;
  PlimRecipe          recipe;
  PlimAttentionKernel attention;
  gint64              gpus_count;
  gint64              batch_count;
  gint64              accumulation_count;
  gint64              work_bytes;
  gint64              kept_bytes;
  gint64              cache_bytes;
  gint64              whole_bytes;
} evaluations[] = {
  { PLIM_EVALUATION_IN_PLACE, PLIM_FRAMEWORK_TRANSFORMERS, PLIM_RECIPE_MIXED, PLIM_ATTENTION_KERNEL_FLASH, 1, 4, 0,
    4 * CONTEXT *VOCAB * 10, 0, 0, 0 },
  /* none given: as the micro-batch of two */
  { PLIM_EVALUATION_IN_PLACE, PLIM_FRAMEWORK_TRANSFORMERS, PLIM_RECIPE_MIXED, PLIM_ATTENTION_KERNEL_FLASH, 1, 0, 0,
    2 * CONTEXT *VOCAB * 10, 0, 0, 0 },
  /* scores of 32 heads over the sequence: 16 bits before the softmax, 32 and 16 after it */
  { PLIM_EVALUATION_IN_PLACE, PLIM_FRAMEWORK_TRANSFORMERS, PLIM_RECIPE_MIXED, PLIM_ATTENTION_KERNEL_EAGER, 1, 4, 0,
    4 * CONTEXT *(LAYER_BYTES + 32 * CONTEXT * 8), 0, 0, 0 },
  /* three batches kept: the pass of the third beside two is more than all of them twice, of eight it is less */
  { PLIM_EVALUATION_IN_PLACE, PLIM_FRAMEWORK_TRANSFORMERS, PLIM_RECIPE_MIXED, PLIM_ATTENTION_KERNEL_FLASH, 1, 1, 3,
    CONTEXT *VOCAB * 10, 2 * LOGITS, 0, 0 },
  { PLIM_EVALUATION_IN_PLACE, PLIM_FRAMEWORK_TRANSFORMERS, PLIM_RECIPE_MIXED, PLIM_ATTENTION_KERNEL_FLASH, 1, 1, 8,
    0, 2 * 8 * LOGITS, 0, 0 },
  /* in 32 bits under autocast, and of all 8 GPUs */
  { PLIM_EVALUATION_IN_PLACE, PLIM_FRAMEWORK_TRANSFORMERS, PLIM_RECIPE_AUTOCAST, PLIM_ATTENTION_KERNEL_FLASH, 8, 1, 8,
    0, 8 * 2 * 8 * 2 * LOGITS, 0, 0 },
  { PLIM_EVALUATION_IN_PLACE, PLIM_FRAMEWORK_TORCHTUNE, PLIM_RECIPE_MIXED, PLIM_ATTENTION_KERNEL_FLASH, 1, 1, 8,
    CONTEXT *VOCAB * 8, 0, 0, 0 },
  { PLIM_EVALUATION_GENERATE, PLIM_FRAMEWORK_TRANSFORMERS, PLIM_RECIPE_MIXED, PLIM_ATTENTION_KERNEL_FLASH, 1, 4, 0,
    4 * (CONTEXT * LAYER_BYTES + VOCAB * 6), 0, 4 * (CONTEXT + 100) * KV_BYTES, 0 },
  /* one example, whose prompt has all its scores, beside which the loss of four sequences is more */
  { PLIM_EVALUATION_GENERATE, PLIM_FRAMEWORK_LITGPT, PLIM_RECIPE_MIXED, PLIM_ATTENTION_KERNEL_FLASH, 1, 1, 0,
    CONTEXT *VOCAB * 6 + VOCAB * 6, 0, CONTEXT *KV_BYTES, 0 },
  { PLIM_EVALUATION_GENERATE, PLIM_FRAMEWORK_LITGPT, PLIM_RECIPE_MIXED, PLIM_ATTENTION_KERNEL_FLASH, 1, 4, 0,
    4 * CONTEXT *VOCAB * 12, 0, 0, 0 },
  { PLIM_EVALUATION_GENERATE, PLIM_FRAMEWORK_TRANSFORMERS_2024, PLIM_RECIPE_MIXED, PLIM_ATTENTION_KERNEL_FLASH, 8, 1, 0,
    CONTEXT *VOCAB * 6 + VOCAB * 6, 0, (CONTEXT + 100) * KV_BYTES, COUNT * 2 },
};

static void
test_evaluations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (evaluations); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;
      gint64       gathered_bytes;

      set_up (&inputs, PLIM_TASK_TRAINING);
      inputs.batch_count = 2;
      inputs.context_tokens = CONTEXT;
      inputs.evaluation = evaluations[i].evaluation;
      inputs.framework = evaluations[i].framework;
      inputs.recipe = evaluations[i].recipe;
      inputs.attention = evaluations[i].attention;
      inputs.gpus_count = evaluations[i].gpus_count;
      inputs.evaluation_batch_count = evaluations[i].batch_count;
      inputs.evaluation_accumulation_count = evaluations[i].accumulation_count;
      plim_estimate (&inputs, &estimate);

      g_assert_null (estimate.not_covered);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_EVALUATION_WORK, PLIM_MOMENT_EVALUATION), ==,
                       evaluations[i].work_bytes);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_EVALUATION_LOGITS, PLIM_MOMENT_EVALUATION), ==,
                       evaluations[i].kept_bytes);
      g_assert_cmpint (bytes_at (&estimate, PLIM_TERM_KV_CACHE, PLIM_MOMENT_EVALUATION), ==,
                       evaluations[i].cache_bytes);
      gathered_bytes = held_bytes (&estimate, PLIM_TERM_GATHERED_WEIGHTS, PLIM_MOMENT_EVALUATION);
      if (evaluations[i].whole_bytes > 0)
        g_assert_cmpint (gathered_bytes, ==, evaluations[i].whole_bytes);
      else
        g_assert_cmpint (gathered_bytes, ==, held_bytes (&estimate, PLIM_TERM_GATHERED_WEIGHTS, PLIM_MOMENT_FORWARD));
      g_assert_cmpint (held_bytes (&estimate, PLIM_TERM_GRADIENTS, PLIM_MOMENT_EVALUATION), ==, 0);
    }
}

/* --- the last micro-batch ----------------------------------------------------------------------------------- */

/* Scores while LitGPT trains adapters with sequences of 1024 tokens, whose head computes 128 at once.  Of the last
 * micro-batch they stay in 32 bits, with inputs of 2 x (3h + f) bytes of each quantized layer.  The pass ends with all
 * scores in 16 and 32 bits, or, quantized, is fullest while the head is put together in 4 bytes for each number for the
 * last chunk.  Backward through it has scores in 32 bits and gradients in 16; else the loss' figure counts.  In 2023
 * the longest sequence came first. */
#define SCORES (1024 * VOCAB)
#define INPUTS (1024 * 32 * 2 * (3 * HIDDEN + FFN))

static const struct
{
  PlimFramework framework;
  PlimTask      task;
  gint64        batch_count;
  gint64        forward_bytes;
  gint64        step_bytes;
  gint64        backward_bytes;
} held[] = {
  { PLIM_FRAMEWORK_LITGPT, PLIM_TASK_LORA, 2, 2 * SCORES * (4 + 6), 2 * SCORES * 4, 0 },
  { PLIM_FRAMEWORK_LITGPT_2024, PLIM_TASK_QLORA, 2, 2 * (SCORES * 4 + INPUTS) + 2 * (1024 - 128) * VOCAB * 2,
    2 * (SCORES * 4 + INPUTS), 2 * SCORES * 6 },
  { PLIM_FRAMEWORK_LITGPT_2024, PLIM_TASK_QLORA, 8, 8 * (SCORES * 4 + INPUTS) + 8 * SCORES * 6 - HIDDEN *VOCAB * 4,
    8 * (SCORES * 4 + INPUTS), 8 * SCORES * 6 },
  { PLIM_FRAMEWORK_LITGPT, PLIM_TASK_QLORA, 2, 2 * SCORES * 4 + 2 * (1024 - 128) * VOCAB * 2, 2 * SCORES * 4,
    2 * SCORES * 6 },
  { PLIM_FRAMEWORK_LITGPT_2023, PLIM_TASK_QLORA, 2, 2 * SCORES * 2, 0, 2 * SCORES * 6 },
};

static void
test_held (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      set_up (&inputs, held[i].task);
      inputs.framework = held[i].framework;
      inputs.batch_count = held[i].batch_count;
      inputs.context_tokens = 1024;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (held_bytes (&estimate, PLIM_TERM_LOGITS, PLIM_MOMENT_FORWARD), ==, held[i].forward_bytes);
      g_assert_cmpint (held_bytes (&estimate, PLIM_TERM_LOGITS, PLIM_MOMENT_STEP), ==, held[i].step_bytes);
      g_assert_cmpint (held_bytes (&estimate, PLIM_TERM_LOGITS, PLIM_MOMENT_BACKWARD), ==, held[i].backward_bytes);
    }
}

/* What cannot be evaluated so, and which inputs belong to which kind. */
static void
test_kinds (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  set_up (&inputs, PLIM_TASK_TRAINING);
  g_assert_false (plim_inputs_uses_field (&inputs, PLIM_FIELD_EVALUATION_BATCH));
  inputs.evaluation = PLIM_EVALUATION_IN_PLACE;
  g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_EVALUATION_BATCH));
  g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_EVALUATION_ACCUMULATION));
  g_assert_false (plim_inputs_uses_field (&inputs, PLIM_FIELD_EVALUATION_TOKENS));
  inputs.evaluation = PLIM_EVALUATION_GENERATE;
  g_assert_false (plim_inputs_uses_field (&inputs, PLIM_FIELD_EVALUATION_ACCUMULATION));
  g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_EVALUATION_TOKENS));

  g_assert_null (plim_training_refusal (&inputs));
  inputs.framework = PLIM_FRAMEWORK_MEGATRON;
  g_assert_nonnull (plim_training_refusal (&inputs));

  inputs.method = PLIM_METHOD_BYTES_TIMES_MULTIPLIER;
  plim_estimate (&inputs, &estimate);
  g_assert_nonnull (estimate.not_covered);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/moments/widened-states", test_widened_states);
  g_test_add_func ("/moments/gradients", test_gradients);
  g_test_add_func ("/moments/quantized", test_quantized);
  g_test_add_func ("/moments/peak", test_peak);
  g_test_add_func ("/moments/sharded", test_sharded);
  g_test_add_func ("/moments/gathered", test_gathered);
  g_test_add_func ("/moments/cast-weights", test_cast_weights);
  g_test_add_func ("/moments/save", test_save);
  g_test_add_func ("/moments/evaluations", test_evaluations);
  g_test_add_func ("/moments/held", test_held);
  g_test_add_func ("/moments/kinds", test_kinds);

  return g_test_run ();
}
