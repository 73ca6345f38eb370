/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preference and reinforcement learning against figures worked out by hand from TRL's code. */

#include "opened.h"
#include "plim-component.h"
#include "plim-objective.h"

/* Llama 3 8B: parameters, its head, vocabulary, bytes of a token's keys and values in BF16. */
#define TOTAL   G_GINT64_CONSTANT (8030261248)
#define HEAD    G_GINT64_CONSTANT (525336576)
#define VOCAB   G_GINT64_CONSTANT (128256)
#define CACHE   G_GINT64_CONSTANT (131072)
#define SCORING (TOTAL - HEAD + 4096)

static void
set_up (PlimInputs   *inputs,
        PlimTask      task,
        PlimObjective objective)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  describe_job (catalog, inputs, "llama-3-8b", "h200", task);
  inputs->objective = objective;
  inputs->context_tokens = 1000;
  g_assert_true (plim_catalog_resolve (catalog, inputs, NULL));
}

/* Bytes that the terms @id of the only GPU hold at @moment. */
static gint64
held (const PlimInputs *inputs,
      PlimTermId        id,
      PlimMoment        moment)
{
  PlimEstimate estimate;

  plim_estimate (inputs, &estimate);
  g_assert_null (estimate.not_covered);

  return held_bytes (&estimate, id, moment);
}

/* Pairs: twice the sequences.  Scores in 16 bits with a reference: the policy's 2, its log-probabilities 2, the
 * reference's 2, for both, and 2 of the row: 14 for every token of a sequence; without 2 x 4.  In 32 bits under
 * autocast: 2 x (4 + 4) and 8. */
static void
test_dpo (void)
{
  PlimInputs inputs;
  gint64     pair_bytes;

  set_up (&inputs, PLIM_TASK_TRAINING, PLIM_OBJECTIVE_DPO);
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==, 1000 * VOCAB * 14);
  g_assert_cmpint (held (&inputs, PLIM_TERM_REFERENCE_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * TOTAL);
  pair_bytes = held (&inputs, PLIM_TERM_ACTIVATIONS, PLIM_MOMENT_LOSS);
  inputs.objective = PLIM_OBJECTIVE_LANGUAGE_MODELLING;
  inputs.batch_count = 2;
  g_assert_cmpint (held (&inputs, PLIM_TERM_ACTIVATIONS, PLIM_MOMENT_LOSS), ==, pair_bytes);

  set_up (&inputs, PLIM_TASK_TRAINING, PLIM_OBJECTIVE_DPO);
  inputs.reference = PLIM_REFERENCE_NONE;
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==, 1000 * VOCAB * 8);
  g_assert_cmpint (held (&inputs, PLIM_TERM_REFERENCE_WEIGHTS, PLIM_MOMENT_STEP), ==, 0);
  inputs.recipe = PLIM_RECIPE_AUTOCAST;
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==, 1000 * VOCAB * 24);

  /* An adapter is switched off for the reference: its scores, but no model. */
  set_up (&inputs, PLIM_TASK_LORA, PLIM_OBJECTIVE_DPO);
  inputs.batch_count = 4;
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==, 1000 * VOCAB * 80);
  g_assert_cmpint (held (&inputs, PLIM_TERM_REFERENCE_WEIGHTS, PLIM_MOMENT_STEP), ==, 0);
}

/* The reference is shared as weights are: TRL's prepare_deepspeed() and prepare_fsdp(). */
static void
test_sharing (void)
{
  PlimInputs inputs;

  set_up (&inputs, PLIM_TASK_TRAINING, PLIM_OBJECTIVE_DPO);
  inputs.gpus_count = 8;
  g_assert_cmpint (held (&inputs, PLIM_TERM_REFERENCE_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * TOTAL / 8);
  inputs.sharding = PLIM_SHARDING_GRADIENTS;
  g_assert_cmpint (held (&inputs, PLIM_TERM_REFERENCE_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * TOTAL);

  /* PPO moves reference and reward model to every GPU unless DeepSpeed shares them. */
  set_up (&inputs, PLIM_TASK_TRAINING, PLIM_OBJECTIVE_PPO);
  inputs.gpus_count = 8;
  g_assert_cmpint (held (&inputs, PLIM_TERM_REFERENCE_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * TOTAL);
  g_assert_cmpint (held (&inputs, PLIM_TERM_REWARD_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * SCORING);
  g_assert_cmpint (held (&inputs, PLIM_TERM_VALUE_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * SCORING / 8);
  inputs.framework = PLIM_FRAMEWORK_DEEPSPEED;
  g_assert_cmpint (held (&inputs, PLIM_TERM_REWARD_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * SCORING / 8);
  g_assert_cmpint (held (&inputs, PLIM_TERM_GATHERED_WEIGHTS, PLIM_MOMENT_ROLLOUT), >=, 2 * (TOTAL + SCORING));
}

/* One score for a text: no vocabulary anywhere. */
static void
test_reward (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  set_up (&inputs, PLIM_TASK_TRAINING, PLIM_OBJECTIVE_REWARD);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.parameters.total_count, ==, SCORING);
  g_assert_cmpint (estimate.trained_count, ==, SCORING);
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==, 0);
  g_assert_cmpint (held (&inputs, PLIM_TERM_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * SCORING);
}

/* Two sequences, three micro-batches.  The value model has 2 + 4 + 8 bytes of state for each parameter and keeps 32
 * layers whatever the policy recomputes.  Scores in 16 bits: 6 for each of 2,000 tokens, 4 for each of 106 generated
 * ones.  Generation keeps 6 x 53 x 128,256 x 4 bytes of scores twice and the cache of six texts. */
static void
test_ppo (void)
{
  PlimInputs inputs;
  PlimInputs plain;
  gint64     layer_bytes;

  set_up (&inputs, PLIM_TASK_TRAINING, PLIM_OBJECTIVE_PPO);
  inputs.batch_count = 2;
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  g_assert_cmpint (held (&inputs, PLIM_TERM_VALUE_STATE, PLIM_MOMENT_STEP), ==, 14 * SCORING);
  g_assert_cmpint (held (&inputs, PLIM_TERM_VALUE_STATE, PLIM_MOMENT_LOSS), ==, 12 * SCORING);
  inputs.accumulation_count = 3;
  g_assert_cmpint (held (&inputs, PLIM_TERM_VALUE_STATE, PLIM_MOMENT_LOSS), ==, 14 * SCORING);

  plain = inputs;
  plain.recompute = PLIM_RECOMPUTE_NONE;
  layer_bytes = plim_activations_layer_bytes (&plain, &plain.model.kinds[0]);
  g_assert_cmpint (held (&inputs, PLIM_TERM_ACTIVATIONS, PLIM_MOMENT_LOSS), ==,
                   2000 * (32 * 2 * 4096 + 8 * 4096));
  g_assert_cmpint (held (&inputs, PLIM_TERM_VALUE_ACTIVATIONS, PLIM_MOMENT_LOSS), ==,
                   2000 * (32 * layer_bytes + 8 * 4096));
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==, VOCAB * (6 * 2000 + 4 * 106));
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_ROLLOUT), ==, VOCAB * 6 * 53 * 4 * 2);
  g_assert_cmpint (held (&inputs, PLIM_TERM_KV_CACHE, PLIM_MOMENT_ROLLOUT), ==, CACHE * 6 * 1000);

  /* The value model trains in full beside an adapter, and the reference is the policy without it. */
  set_up (&inputs, PLIM_TASK_LORA, PLIM_OBJECTIVE_PPO);
  g_assert_cmpint (held (&inputs, PLIM_TERM_VALUE_STATE, PLIM_MOMENT_STEP), ==, 14 * SCORING);
  g_assert_cmpint (held (&inputs, PLIM_TERM_REFERENCE_WEIGHTS, PLIM_MOMENT_STEP), ==, 0);
}

/* Scores of 512 generated tokens and one before them, 8 bytes each of two sequences.  vLLM fills 0.3 of the GPU at
 * every moment, asleep while texts are generated alone. */
static void
test_grpo (void)
{
  PlimInputs inputs;
  gint64     engine_bytes;

  set_up (&inputs, PLIM_TASK_TRAINING, PLIM_OBJECTIVE_GRPO);
  inputs.batch_count = 2;
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==, VOCAB * 513 * 2 * 8);
  g_assert_cmpint (held (&inputs, PLIM_TERM_REFERENCE_WEIGHTS, PLIM_MOMENT_STEP), ==, 0);
  g_assert_cmpint (held (&inputs, PLIM_TERM_KV_CACHE, PLIM_MOMENT_ROLLOUT), ==, CACHE * 2 * 1000);
  g_assert_cmpint (held (&inputs, PLIM_TERM_KV_CACHE, PLIM_MOMENT_FORWARD), ==, 0);
  inputs.reference = PLIM_REFERENCE_KEPT;
  g_assert_cmpint (held (&inputs, PLIM_TERM_REFERENCE_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * TOTAL);
  inputs.completion_tokens = 99;
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==, VOCAB * 100 * 2 * 8);

  engine_bytes = (gint64) (0.3 * (double) inputs.gpu.reported_bytes);
  inputs.engine = PLIM_ENGINE_VLLM;
  g_assert_cmpint (held (&inputs, PLIM_TERM_ENGINE, PLIM_MOMENT_BACKWARD), ==, engine_bytes);
  g_assert_cmpint (held (&inputs, PLIM_TERM_KV_CACHE, PLIM_MOMENT_ROLLOUT), ==, 0);
  inputs.engine = PLIM_ENGINE_VLLM_SLEEPING;
  g_assert_cmpint (held (&inputs, PLIM_TERM_ENGINE, PLIM_MOMENT_BACKWARD), ==, 0);
  g_assert_cmpint (held (&inputs, PLIM_TERM_ENGINE, PLIM_MOMENT_ROLLOUT), ==, engine_bytes);
  inputs.engine = PLIM_ENGINE_SERVER;
  g_assert_cmpint (held (&inputs, PLIM_TERM_ENGINE, PLIM_MOMENT_ROLLOUT), ==, 0);
}

/* NeMo RL on 8 GPUs, 4 that split matrices and two stages: the last one has a quarter of the vocabulary's scores for 2
 * x 1,000 tokens in 16 and 32 bits, and 3 x 4 bytes of each in the loss.  Policy and vLLM take turns: its weights and
 * the texts of 3 x 2 / 2 stages on 4 GPUs. */
static void
test_split (void)
{
  PlimInputs inputs;

  set_up (&inputs, PLIM_TASK_TRAINING, PLIM_OBJECTIVE_DPO);
  inputs.framework = PLIM_FRAMEWORK_MEGATRON;
  inputs.gpus_count = 8;
  inputs.tensor_parallel_count = 4;
  inputs.pipeline_parallel_count = 2;
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==, 2000 * (VOCAB / 4) * 12);
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_FORWARD), ==, 2000 * (VOCAB / 4) * 6);
  g_assert_cmpint (held (&inputs, PLIM_TERM_REFERENCE_WEIGHTS, PLIM_MOMENT_STEP), ==, 0);

  inputs.objective = PLIM_OBJECTIVE_GRPO;
  g_assert_nonnull (plim_objective_refusal (&inputs));
  inputs.engine = PLIM_ENGINE_VLLM_SLEEPING;
  inputs.batch_count = 3;
  inputs.accumulation_count = 2;
  g_assert_cmpint (held (&inputs, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==, 3000 * (VOCAB / 4) * 12);
  g_assert_cmpint (held (&inputs, PLIM_TERM_ENGINE, PLIM_MOMENT_ROLLOUT), ==,
                   2 * plim_objective_engine_bytes (&inputs));
  g_assert_cmpint (held (&inputs, PLIM_TERM_ENGINE, PLIM_MOMENT_LOSS), ==, 0);
  g_assert_cmpint (held (&inputs, PLIM_TERM_WEIGHTS, PLIM_MOMENT_ROLLOUT), ==, 0);
  g_assert_cmpint (held (&inputs, PLIM_TERM_OPTIMIZER_STATES, PLIM_MOMENT_ROLLOUT), ==, 0);
  inputs.gpu.reported_bytes = 0;
  g_assert_cmpint (held (&inputs, PLIM_TERM_ENGINE, PLIM_MOMENT_ROLLOUT), ==,
                   2 * ((2 * TOTAL + 3 * 1000 * CACHE) / 4));

  inputs.objective = PLIM_OBJECTIVE_ORPO;
  g_assert_nonnull (plim_objective_refusal (&inputs));
  inputs.objective = PLIM_OBJECTIVE_DPO;
  inputs.framework = PLIM_FRAMEWORK_TRANSFORMERS;
  g_assert_nonnull (plim_objective_refusal (&inputs));
}

static void
test_refusals (void)
{
  PlimInputs inputs;

  set_up (&inputs, PLIM_TASK_TRAINING, PLIM_OBJECTIVE_GRPO);
  g_assert_null (plim_objective_refusal (&inputs));
  inputs.engine = PLIM_ENGINE_VLLM;
  inputs.engine_share = 0.1;
  g_assert_nonnull (plim_objective_refusal (&inputs));

  set_up (&inputs, PLIM_TASK_TRAINING, PLIM_OBJECTIVE_DPO);
  inputs.framework = PLIM_FRAMEWORK_TORCHTITAN;
  g_assert_nonnull (plim_objective_refusal (&inputs));
  inputs.framework = PLIM_FRAMEWORK_TRANSFORMERS;
  inputs.loss = PLIM_LOSS_FUSED;
  g_assert_nonnull (plim_objective_refusal (&inputs));
  inputs.loss = PLIM_LOSS_PLAIN;
  inputs.tensor_parallel_count = 2;
  g_assert_nonnull (plim_objective_refusal (&inputs));
  inputs.task = PLIM_TASK_INFERENCE;
  g_assert_null (plim_objective_refusal (&inputs));
}

static void
test_fields (void)
{
  static const struct
  {
    PlimTask      task;
    PlimObjective objective;
    PlimEngine    engine;
    gboolean      has_reference;
    gboolean      has_engine;
    gboolean      has_share;
    gboolean      has_completion;
  } cases[] = {
    { PLIM_TASK_TRAINING, PLIM_OBJECTIVE_LANGUAGE_MODELLING, PLIM_ENGINE_VLLM, FALSE, FALSE, FALSE, FALSE },
    { PLIM_TASK_TRAINING, PLIM_OBJECTIVE_DPO, PLIM_ENGINE_VLLM, TRUE, FALSE, FALSE, FALSE },
    { PLIM_TASK_LORA, PLIM_OBJECTIVE_DPO, PLIM_ENGINE_POLICY, FALSE, FALSE, FALSE, FALSE },
    { PLIM_TASK_TRAINING, PLIM_OBJECTIVE_PPO, PLIM_ENGINE_POLICY, FALSE, FALSE, FALSE, TRUE },
    { PLIM_TASK_TRAINING, PLIM_OBJECTIVE_GRPO, PLIM_ENGINE_POLICY, TRUE, TRUE, FALSE, TRUE },
    { PLIM_TASK_QLORA, PLIM_OBJECTIVE_GRPO, PLIM_ENGINE_VLLM, FALSE, TRUE, TRUE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs inputs;

      plim_inputs_init (&inputs);
      inputs.task = cases[i].task;
      inputs.objective = cases[i].objective;
      inputs.engine = cases[i].engine;
      g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_OBJECTIVE));
      g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_REFERENCE) == cases[i].has_reference);
      g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_ENGINE) == cases[i].has_engine);
      g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_ENGINE_SHARE) == cases[i].has_share);
      g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_COMPLETION) == cases[i].has_completion);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/objective/dpo", test_dpo);
  g_test_add_func ("/objective/sharing", test_sharing);
  g_test_add_func ("/objective/reward", test_reward);
  g_test_add_func ("/objective/ppo", test_ppo);
  g_test_add_func ("/objective/grpo", test_grpo);
  g_test_add_func ("/objective/split", test_split);
  g_test_add_func ("/objective/refusals", test_refusals);
  g_test_add_func ("/objective/fields", test_fields);

  return g_test_run ();
}
