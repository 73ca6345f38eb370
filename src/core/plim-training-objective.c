/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What preference and reinforcement learning hold beside the trained model: see plim-objective.h. */

#include "plim-checked.h"
#include "plim-kv-cache.h"
#include "plim-objective.h"
#include "plim-training.h"

#include <glib/gi18n.h>

#define BIT       PLIM_MOMENT_BIT
#define COMPUTING (BIT (PLIM_MOMENT_FORWARD) | BIT (PLIM_MOMENT_LOSS) | BIT (PLIM_MOMENT_BACKWARD))
#define LATER                                                                                \
  (BIT (PLIM_MOMENT_ROLLOUT) | COMPUTING | BIT (PLIM_MOMENT_STEP) | BIT (PLIM_MOMENT_SAVE) | \
   BIT (PLIM_MOMENT_EVALUATION))
#define ALWAYS (BIT (PLIM_MOMENT_LOAD) | LATER)

#define DEPENDS                                                                                       \
  (PLIM_TRAINING_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_OBJECTIVE) | PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | \
   PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) | PLIM_FIELD_BIT (PLIM_FIELD_COMPLETION))

/* Bytes that PPO's backward holds of a score of the text, and more of one that was generated, in 16 bits: the kept
 * score, the gradient and its copy; the part's clone and the quotient. */
#define PPO_TEXT_BYTES   6
#define PPO_ANSWER_BYTES 4

/* Copies of the 32-bit scores of all answers that PPO has at the end of generation: those of each rollout, and the
 * padded whole (ppo_trainer.py, batch_generation). */
#define PPO_SCORES_COPIES 2

/* Copies of the scores at the fullest moment of split log-probabilities. */
#define SPLIT_SCORES_COPIES 3

/* --- scores ------------------------------------------------------------------------------------------------ */

/* TRUE when accelerate widens the scores: under autocast, which DeepSpeed does without. */
static gboolean
has_wide_scores (const PlimTraining *t)
{
  return t->recipe.compute_bytes == 4 ||
         (t->recipe.weight_bytes == 4 && t->framework->sharder != PLIM_SHARDER_DEEPSPEED);
}

/* Tokens of a sequence whose scores are computed: GRPO leaves out the prompt but for its last. */
static gint64
scored_tokens (const PlimTraining *t)
{
  gint64 sequence_tokens = t->tokens_count / MAX (t->sequences_count, 1);

  return t->inputs->objective == PLIM_OBJECTIVE_GRPO
           ? MIN (sequence_tokens, plim_add (plim_objective_completion_tokens (t->inputs), 1))
           : sequence_tokens;
}

static void
add_scores (PlimTraining *t)
{
  const PlimObjectiveInfo *info = plim_objective_of (t->inputs);
  gboolean                 has_reference =
    t->inputs->objective == PLIM_OBJECTIVE_DPO && plim_objective_uses_reference (t->inputs);
  gboolean             is_wide = has_wide_scores (t);
  const PlimScoreBytes bytes = is_wide ? info->wide[has_reference] : info->narrow[has_reference];
  gint64               forward = plim_multiply (t->sequences_count, bytes.forward);
  gint64               backward = plim_add (plim_multiply (t->sequences_count, bytes.backward), bytes.row);
  gint64               scores = plim_multiply (scored_tokens (t), t->inputs->model.vocab_size);
  const PlimTermSpec   spec = {
      .id = PLIM_TERM_LOGITS,
      .moments = BIT (PLIM_MOMENT_LOSS),
      .bytes = plim_multiply (scores, MAX (forward, backward)),
      .formula = "{0} × {1} × max({2} × {3}, {2} × {4} + {5})",
      .source = info->source,
      .note = N_ ("Scores of policy and reference, or the policy’s and their gradients, whichever is more."),
      .depends = DEPENDS | PLIM_FIELD_BIT (PLIM_FIELD_REFERENCE) | PLIM_TOKEN_FIELDS,
  };
  PlimTerm *term = plim_training_add (t, &spec, NULL);

  term->bytes_at[PLIM_MOMENT_FORWARD] =
    plim_multiply (plim_multiply (scores, t->sequences_count), is_wide ? 4 : 2);
  plim_explanation_add (&term->explanation, N_ ("scored tokens of a sequence"), scored_tokens (t), 1);
  plim_explanation_add (&term->explanation, N_ ("vocabulary"), t->inputs->model.vocab_size, 1);
  plim_explanation_add (&term->explanation, N_ ("sequences"), t->sequences_count, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a score in forward"), bytes.forward, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a score in backward"), bytes.backward, 1);
  plim_explanation_add (&term->explanation, N_ ("more in the sequence at work"), bytes.row, 1);
}

/* PPO computes the scores of the whole text and takes those of the answer; its code holds them past the step. */
static void
add_ppo_scores (PlimTraining *t)
{
  gint64             scale = has_wide_scores (t) ? 2 : 1;
  gint64             text_bytes = PPO_TEXT_BYTES * scale;
  gint64             answer_bytes = PPO_ANSWER_BYTES * scale;
  gint64             text_tokens = scored_tokens (t);
  gint64             answer_tokens = plim_objective_completion_tokens (t->inputs);
  gint64             scores = plim_multiply (t->sequences_count, t->inputs->model.vocab_size);
  gint64             kept_bytes = plim_multiply (plim_multiply (scores, text_tokens), 2 * scale);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_LOGITS,
    .moments = BIT (PLIM_MOMENT_LOSS),
    .bytes = plim_multiply (scores, plim_add (plim_multiply (text_tokens, text_bytes),
                                              plim_multiply (answer_tokens, answer_bytes))),
    .formula = "{0} × {1} × ({2} × {3} + {4} × {5})",
    .source = plim_objective_of (t->inputs)->source,
    .note = N_ ("The answer’s scores are divided by the temperature in place, so backward copies all gradients."),
    .depends = DEPENDS | PLIM_TOKEN_FIELDS,
  };
  const gint64 backward[PLIM_N_BACKWARDS] = { kept_bytes, kept_bytes, kept_bytes };
  PlimTerm    *term = plim_training_add (t, &spec, backward);

  term->bytes_at[PLIM_MOMENT_FORWARD] = kept_bytes;
  term->bytes_at[PLIM_MOMENT_STEP] = kept_bytes;
  plim_explanation_add (&term->explanation, N_ ("sequences"), t->sequences_count, 1);
  plim_explanation_add (&term->explanation, N_ ("vocabulary"), t->inputs->model.vocab_size, 1);
  plim_explanation_add (&term->explanation, N_ ("scored tokens of a sequence"), text_tokens, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a score"), text_bytes, 1);
  plim_explanation_add (&term->explanation, N_ ("tokens of the answer"), answer_tokens, 1);
  plim_explanation_add (&term->explanation, N_ ("more bytes of a score of the answer"), answer_bytes, 1);
}

/* Scores that Megatron's head leaves split by the vocabulary, widened as they leave it (Megatron-LM,
 * transformer/module.py, Float16Module); log-probabilities keep them until backward (pipeline_parallel/schedules.py,
 * forward_step) and have two more at once: shifted and exponential, shifted and result, result and softmax. */
static void
add_split_scores (PlimTraining *t)
{
  gint64             scores = plim_divide_up (t->inputs->model.vocab_size, t->layout.tensor_count);
  gint64             all_scores = plim_multiply (t->tokens_count, scores);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_LOGITS,
    .moments = BIT (PLIM_MOMENT_LOSS),
    .bytes = plim_multiply (all_scores, SPLIT_SCORES_COPIES * 4),
    .formula = "{0} × {1} × {2} × {3}",
    .source = "NeMo RL, distributed/model_utils.py, DistributedLogprob",
    .note = N_ ("32-bit scores of this GPU’s part of the vocabulary: as they are, shifted and as probabilities."),
    .depends = DEPENDS | PLIM_TOKEN_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_TENSOR_PARALLEL),
  };
  PlimTerm *term = plim_training_add (t, &spec, NULL);

  term->bytes_at[PLIM_MOMENT_FORWARD] = plim_multiply (all_scores, t->recipe.compute_bytes == 4 ? 4 : 2 + 4);
  plim_explanation_add (&term->explanation, N_ ("tokens of the micro-batch"), t->tokens_count, 1);
  plim_explanation_add (&term->explanation, N_ ("vocabulary"), scores, 1);
  plim_explanation_add (&term->explanation, N_ ("copies"), SPLIT_SCORES_COPIES, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a 32-bit score"), 4, 1);
}

void
plim_training_add_objective_loss (PlimTraining *t)
{
  if (t->inputs->objective == PLIM_OBJECTIVE_PPO)
    add_ppo_scores (t);
  else if (t->framework->has_nemo_rl)
    add_split_scores (t);
  else if (!plim_objective_of (t->inputs)->scores_texts)
    add_scores (t);
}

/* --- other models -------------------------------------------------------------------------------------------- */

/* Parameters of a model of the policy's shape with one score in place of the vocabulary. */
static gint64
scoring_count (const PlimTraining *t)
{
  const PlimParameters *p = &t->estimate->parameters;

  return plim_add (plim_subtract (p->total_count, p->by_class_count[PLIM_TENSOR_HEAD]), t->inputs->model.hidden_size);
}

static void
add_model (PlimTraining *t,
           PlimTermId    id,
           gint64        count,
           gint64        bytes,
           gint64        shares)
{
  const PlimTermSpec spec = {
    .id = id,
    .moments = ALWAYS,
    .bytes = plim_training_share (count, bytes, shares),
    .formula = shares > 1 ? "ceil({0} × {1} ÷ {2})" : "{0} × {1}",
    .source = plim_objective_of (t->inputs)->source,
    .depends = DEPENDS | PLIM_SHARING_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_REFERENCE),
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("parameters"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per parameter"), bytes, 1);
  if (shares > 1)
    plim_explanation_add (explanation, N_ ("GPUs"), shares, 1);
}

/* The value model trains in full, whatever the policy does, and without recompute: the trainer asks that of the policy
 * alone (ppo_trainer.py, PolicyAndValueWrapper). */
static void
init_value_inputs (const PlimTraining *t,
                   PlimInputs         *value)
{
  *value = *t->inputs;
  value->task = PLIM_TASK_TRAINING;
  value->trained_layers_count = 0;
  value->recompute = PLIM_RECOMPUTE_NONE;
  value->offload_activations = PLIM_SWITCH_OFF;
}

/* Gradients, master weights and states of the value model. Backward goes through the policy first, so its gradients are
 * there at the step alone, unless they are accumulated. */
static void
add_value_state (PlimTraining          *t,
                 const PlimRecipeBytes *recipe)
{
  gint64       count = scoring_count (t);
  gint64       gradient_bytes = plim_training_share (count, recipe->gradient_bytes, t->gradients_shares);
  gint64       master_bytes = t->inputs->offload_optimizer == PLIM_OFFLOAD_NONE ? recipe->master_bytes : 0;
  gint64       numerator;
  gint64       denominator;
  PlimTermSpec spec = {
    .id = PLIM_TERM_VALUE_STATE,
    .moments = LATER,
    .formula = "ceil({0} × {1} ÷ {2}) + ceil({0} × ({3} + {4}) ÷ {5})",
    .source = plim_objective_of (t->inputs)->source,
    .depends = DEPENDS | PLIM_SHARING_FIELDS | PLIM_STATE_FIELDS | PLIM_GRADIENT_FIELDS,
  };
  gint64    kept_bytes;
  gint64    early_bytes;
  PlimTerm *term;

  plim_optimizer_state_bytes (t->inputs, recipe->state_bytes, &numerator, &denominator);
  kept_bytes = plim_divide_up (plim_multiply (count, plim_add (plim_multiply (master_bytes, denominator),
                                                               numerator)),
                               plim_multiply (denominator, t->states_shares));
  spec.bytes = plim_add (gradient_bytes, kept_bytes);
  early_bytes = t->inputs->accumulation_count > 1 ? spec.bytes : kept_bytes;
  term = plim_training_add (t, &spec, (const gint64[PLIM_N_BACKWARDS]) { early_bytes, early_bytes, early_bytes });
  term->bytes_at[PLIM_MOMENT_FORWARD] = term->bytes_at[PLIM_MOMENT_LOSS] = early_bytes;
  term->bytes_at[PLIM_MOMENT_ROLLOUT] = kept_bytes;
  term->bytes_at[PLIM_MOMENT_SAVE] = term->bytes_at[PLIM_MOMENT_EVALUATION] = kept_bytes;
  plim_explanation_add (&term->explanation, N_ ("parameters of the value model"), count, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes per gradient"), recipe->gradient_bytes, 1);
  plim_explanation_add (&term->explanation, N_ ("GPUs that share gradients"), t->gradients_shares, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a master weight"), master_bytes, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of states"), numerator, denominator);
  plim_explanation_add (&term->explanation, N_ ("GPUs that share states"), t->states_shares, 1);
}

static void
add_value_activations (PlimTraining     *t,
                       const PlimInputs *value)
{
  gint64             layers_bytes = plim_activations_all_layers_bytes (value, t->stage.layers_count);
  gint64             tail_bytes = plim_activations_tail_bytes (value);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_VALUE_ACTIVATIONS,
    .moments = COMPUTING,
    .bytes = plim_multiply (t->tokens_count, plim_add (layers_bytes, tail_bytes)),
    .formula = "{0} × ({1} + {2})",
    .source = plim_objective_of (t->inputs)->source,
    .note = N_ ("Those of the value model, which runs before the policy and is not recomputed."),
    .depends = DEPENDS | PLIM_TOKEN_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION) |
               PLIM_FIELD_BIT (PLIM_FIELD_COMPILE) | PLIM_FIELD_BIT (PLIM_FIELD_FUSED_KERNELS) |
               PLIM_FIELD_BIT (PLIM_FIELD_DROPOUT),
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("tokens of the micro-batch"), t->tokens_count, 1);
  plim_explanation_add (explanation, N_ ("bytes kept by the layers per token"), layers_bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes kept after the last layer"), tail_bytes, 1);
}

static void
add_models (PlimTraining *t)
{
  gboolean        is_ppo = plim_objective_of (t->inputs)->has_value_model;
  gboolean        is_split = !is_ppo || t->framework->sharder == PLIM_SHARDER_DEEPSPEED;
  gint64          shares = is_split ? t->weights_shares : 1;
  PlimInputs      value;
  PlimRecipeBytes recipe;

  init_value_inputs (t, &value);
  recipe = plim_recipe_bytes (&value);
  if (plim_objective_holds_reference (t->inputs))
    add_model (t, PLIM_TERM_REFERENCE_WEIGHTS, t->estimate->parameters.total_count, recipe.weight_bytes, shares);
  if (!is_ppo)
    return;

  add_model (t, PLIM_TERM_REWARD_WEIGHTS, scoring_count (t), recipe.weight_bytes, shares);
  add_model (t, PLIM_TERM_VALUE_WEIGHTS, scoring_count (t), recipe.weight_bytes, t->weights_shares);
  add_value_state (t, &recipe);
  add_value_activations (t, &value);
}

/* --- generation ----------------------------------------------------------------------------------------------- */

/* The part of the GPU that vLLM fills with weights and cache; asleep it gives all of it back.  Without a GPU, what its
 * part needs. */
static void
add_engine (PlimTraining *t)
{
  const PlimInputs  *inputs = t->inputs;
  gboolean           is_known = inputs->gpu.reported_bytes > 0;
  gint64             gpus = plim_objective_engine_gpus_count (inputs);
  gint64             sequences = plim_objective_engine_sequences_count (inputs);
  gint64             cache_bytes = plim_kv_cache_bytes (&inputs->model, PLIM_PRECISION_BF16, inputs->context_tokens, 1);
  gint64             count = t->estimate->parameters.total_count;
  gint64             needed_bytes = plim_add (plim_multiply (2, count), plim_multiply (sequences, cache_bytes));
  const PlimTermSpec spec = {
    .id = PLIM_TERM_ENGINE,
    .moments = inputs->engine == PLIM_ENGINE_VLLM_SLEEPING ? BIT (PLIM_MOMENT_ROLLOUT) : LATER,
    .bytes = is_known ? plim_objective_engine_bytes (inputs) : plim_divide_up (needed_bytes, gpus),
    .formula = is_known ? "{0}" : "ceil(({0} × {1} + {2} × {3}) ÷ {4})",
    .source = "TRL, generation/vllm_generation.py; NeMo RL, grpo.py; vLLM, config/cache.py, gpu_memory_utilization",
    .note = N_ ("vLLM fills its part of the GPU: weights, and the rest with cache."),
    .depends = DEPENDS | PLIM_FIELD_BIT (PLIM_FIELD_ENGINE) | PLIM_FIELD_BIT (PLIM_FIELD_ENGINE_SHARE) |
               PLIM_FIELD_BIT (PLIM_FIELD_GPU) | PLIM_FIELD_BIT (PLIM_FIELD_ACCUMULATION) |
               PLIM_FIELD_BIT (PLIM_FIELD_TENSOR_PARALLEL),
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  if (is_known)
    {
      plim_explanation_add (explanation, N_ ("bytes of the GPU that vLLM may fill"), spec.bytes, 1);
      return;
    }

  plim_explanation_add (explanation, N_ ("parameters"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per parameter"), 2, 1);
  plim_explanation_add (explanation, N_ ("sequences"), sequences, 1);
  plim_explanation_add (explanation, N_ ("bytes of a sequence’s cache"), cache_bytes, 1);
  plim_explanation_add (explanation, N_ ("GPUs"), gpus, 1);
}

static void
add_cache (PlimTraining *t)
{
  PlimPrecision      precision = t->recipe.compute_bytes == 4 ? PLIM_PRECISION_F32 : PLIM_PRECISION_BF16;
  const PlimModel   *model = &t->inputs->model;
  gint64             sequence_bytes = plim_add (plim_kv_cache_bytes (model, precision, t->inputs->context_tokens, 1),
                                                plim_recurrent_state_bytes (model));
  const PlimTermSpec spec = {
    .id = PLIM_TERM_KV_CACHE,
    .moments = BIT (PLIM_MOMENT_ROLLOUT),
    .bytes = plim_multiply (plim_objective_rollout_count (t->inputs), sequence_bytes),
    .formula = "{0} × {1}",
    .source = plim_objective_of (t->inputs)->source,
    .note = N_ ("The policy generates all answers of a step at once; PPO at most 64."),
    .depends = DEPENDS | PLIM_FIELD_BIT (PLIM_FIELD_ACCUMULATION) | PLIM_FIELD_BIT (PLIM_FIELD_ENGINE),
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("sequences"), plim_objective_rollout_count (t->inputs), 1);
  plim_explanation_add (explanation, N_ ("bytes of a sequence’s cache"), sequence_bytes, 1);
}

/* The scores of every generated token, which PPO keeps for its log-probabilities. */
static void
add_generated_scores (PlimTraining *t)
{
  gint64             sequences = plim_multiply (t->inputs->batch_count, t->inputs->accumulation_count);
  gint64             tokens = plim_objective_completion_tokens (t->inputs);
  gint64             scores = plim_multiply (plim_multiply (sequences, tokens), t->inputs->model.vocab_size);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_LOGITS,
    .moments = BIT (PLIM_MOMENT_ROLLOUT),
    .bytes = plim_multiply (scores, PPO_SCORES_COPIES * 4),
    .formula = "{0} × {1} × {2} × {3} × {4}",
    .source = plim_objective_of (t->inputs)->source,
    .note = N_ ("PPO keeps the 32-bit scores of all answers of a step, and puts them together once more."),
    .depends = DEPENDS | PLIM_FIELD_BIT (PLIM_FIELD_ACCUMULATION),
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("sequences"), sequences, 1);
  plim_explanation_add (explanation, N_ ("tokens of the answer"), tokens, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), t->inputs->model.vocab_size, 1);
  plim_explanation_add (explanation, N_ ("copies"), PPO_SCORES_COPIES, 1);
  plim_explanation_add (explanation, N_ ("bytes of a 32-bit score"), 4, 1);
}

/* DeepSpeed's shards are put together for generation (trl/models/utils.py, unwrap_model_for_generation). */
static void
add_whole_model (PlimTraining *t)
{
  gint64             count = plim_add (t->estimate->parameters.total_count,
                           plim_objective_of (t->inputs)->has_value_model ? scoring_count (t) : 0);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_GATHERED_WEIGHTS,
    .moments = BIT (PLIM_MOMENT_ROLLOUT),
    .bytes = plim_multiply (count, t->recipe.compute_bytes),
    .formula = "{0} × {1}",
    .source = "TRL, models/utils.py, unwrap_model_for_generation",
    .note = N_ ("DeepSpeed’s shards are put together on every GPU while texts are generated."),
    .depends = DEPENDS | PLIM_SHARING_FIELDS,
  };
  PlimExplanation *explanation;

  if (t->weights_shares == 1 || t->framework->sharder != PLIM_SHARDER_DEEPSPEED)
    return;

  explanation = &plim_training_add (t, &spec, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("parameters"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per parameter"), t->recipe.compute_bytes, 1);
}

static void
add_generation (PlimTraining *t)
{
  if (plim_objective_has_engine (t->inputs))
    {
      add_engine (t);
      return;
    }
  if (t->inputs->objective == PLIM_OBJECTIVE_GRPO && t->inputs->engine == PLIM_ENGINE_SERVER)
    return;

  add_cache (t);
  add_whole_model (t);
  if (t->inputs->objective == PLIM_OBJECTIVE_PPO)
    add_generated_scores (t);
}

void
plim_training_add_objective (PlimTraining *t)
{
  add_models (t);
  if (plim_objective_of (t->inputs)->generates)
    add_generation (t);
}
