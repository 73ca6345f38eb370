/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moments of training beside the step: loading and saving, against figures worked out by hand. */

#include "evaluate.h"

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

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/moments/quantized", test_quantized);
  g_test_add_func ("/moments/peak", test_peak);
  g_test_add_func ("/moments/sharded", test_sharded);
  g_test_add_func ("/moments/save", test_save);

  return g_test_run ();
}
