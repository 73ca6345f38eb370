/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row for each objective.
 *
 * Bytes of a score.  TRL's log-probabilities (TRL f2cd577, trainer/utils.py, selective_log_softmax) take 32-bit scores
 * row by row through logsumexp, which keeps its input, and 16-bit ones through log_softmax, which keeps its output:
 *
 *   wide    forward 4 of the policy, and 2 + 4 of the reference while its scores are widened (accelerate,
 *           accelerator.py, convert_outputs_to_fp32); backward 4, the rows' gradients 4, and 8 of the row at work:
 *           its difference to the result and the exponential of that (PyTorch, FunctionsManual.cpp,
 *           logsumexp_backward)
 *   narrow  forward 2 of scores and 2 of log-probabilities, 2 of the reference's scores and 2 of its row; backward
 *           2 and 4 of the row at work
 *
 * ORPO's cross-entropy over the chosen half keeps half a log-softmax more, and copies half the scores before.  GRPO and
 * PPO divide a part of the scores by the temperature in place: backward then has the gradient, its copy, the part's
 * clone and the quotient at once (PyTorch, autograd/functions/tensor.cpp, CopySlices).
 *
 * NeMo RL 7ea279a trains with Megatron's workers (models/megatron/setup.py: no reward models).  It keeps the reference
 * in host memory and swaps it with the policy for its pass (megatron_policy_worker.py, use_reference_model); while vLLM
 * generates, the policy waits there (offload_after_refit), and vLLM sleeps while it trains. */

#include "plim-objective.h"

#include "plim-checked.h"
#include "plim-framework.h"
#include "plim-optimizer.h"

#include <glib/gi18n.h>

/* Bytes of a weight that vLLM loads. */
#define ENGINE_WEIGHT_BYTES 2

static const PlimObjectiveInfo objectives[PLIM_N_OBJECTIVES] = {
  [PLIM_OBJECTIVE_LANGUAGE_MODELLING] = { .id = "language-modelling", .name = N_ ("Language modelling") },
  [PLIM_OBJECTIVE_DPO] = {
    .id = "dpo",
    .name = N_ ("DPO: pairs of answers"),
    .has_pairs = TRUE,
    .has_reference = TRUE,
    .narrow = { { 4, 2, 4 }, { 6, 6, 2 } },
    .wide = { { 8, 8, 8 }, { 10, 8, 8 } },
    .source = "TRL, trainer/dpo_trainer.py; arXiv:2305.18290",
  },
  [PLIM_OBJECTIVE_ORPO] = {
    .id = "orpo",
    .name = N_ ("ORPO: pairs, no reference"),
    .has_pairs = TRUE,
    .narrow = { { 5, 3, 4 }, { 5, 3, 4 } },
    .wide = { { 8, 10, 8 }, { 8, 10, 8 } },
    .source = "TRL, experimental/orpo/orpo_trainer.py; arXiv:2403.07691",
  },
  [PLIM_OBJECTIVE_REWARD] = {
    .id = "reward",
    .name = N_ ("Reward model"),
    .has_pairs = TRUE,
    .scores_texts = TRUE,
    .source = "TRL, trainer/reward_trainer.py",
  },
  [PLIM_OBJECTIVE_PPO] = {
    .id = "ppo",
    .name = N_ ("PPO: reward and value model"),
    .needs_reference = TRUE,
    .has_reference = TRUE,
    .has_value_model = TRUE,
    .generates = TRUE,
    .completion_tokens = 53,
    .rollout_count = 64,
    .epochs_count = 4,
    .source = "TRL, experimental/ppo/ppo_trainer.py; arXiv:1707.06347",
  },
  [PLIM_OBJECTIVE_GRPO] = {
    .id = "grpo",
    .name = N_ ("GRPO: groups of answers"),
    .generates = TRUE,
    .completion_tokens = 512,
    .narrow = { { 8, 2, 4 }, { 8, 2, 4 } },
    .wide = { { 16, 8, 8 }, { 16, 8, 8 } },
    .source = "TRL, trainer/grpo_trainer.py; arXiv:2402.03300",
  },
};

const PlimObjectiveInfo *
plim_objective_info (PlimObjective objective)
{
  g_return_val_if_fail (objective < PLIM_N_OBJECTIVES, &objectives[0]);

  return &objectives[objective];
}

const PlimObjectiveInfo *
plim_objective_of (const PlimInputs *inputs)
{
  return plim_objective_info (inputs->task == PLIM_TASK_INFERENCE ? PLIM_OBJECTIVE_LANGUAGE_MODELLING
                                                                  : inputs->objective);
}

gint64
plim_objective_sequences_count (const PlimInputs *inputs)
{
  return plim_multiply (plim_objective_of (inputs)->has_pairs ? 2 : 1, inputs->batch_count);
}

gint64
plim_objective_completion_tokens (const PlimInputs *inputs)
{
  gint64 tokens =
    inputs->completion_tokens > 0 ? inputs->completion_tokens : plim_objective_of (inputs)->completion_tokens;

  return MIN (tokens, inputs->context_tokens);
}

gint64
plim_objective_generated_count (const PlimInputs *inputs)
{
  return plim_objective_of (inputs)->generates ? plim_multiply (inputs->batch_count, inputs->accumulation_count) : 0;
}

gint64
plim_objective_rollout_count (const PlimInputs *inputs)
{
  gint64 all_count = plim_objective_generated_count (inputs);
  gint64 most_count = plim_objective_of (inputs)->rollout_count;

  return most_count > 0 ? MIN (all_count, most_count) : all_count;
}

gint64
plim_objective_scoring_count (const PlimInputs *inputs)
{
  gboolean is_other_engine = inputs->objective == PLIM_OBJECTIVE_GRPO && inputs->engine != PLIM_ENGINE_POLICY;

  return (plim_objective_of (inputs)->has_value_model ? 2 : 0) + plim_objective_uses_reference (inputs) +
         (plim_objective_of (inputs)->generates && is_other_engine);
}

/* TRUE when a reference is a matter of choice. */
static gboolean
may_leave_reference (const PlimInputs *inputs)
{
  return inputs->objective == PLIM_OBJECTIVE_DPO || inputs->objective == PLIM_OBJECTIVE_GRPO;
}

gboolean
plim_objective_uses_reference (const PlimInputs *inputs)
{
  const PlimObjectiveInfo *info = plim_objective_of (inputs);

  if (info->needs_reference)
    return TRUE;
  if (!may_leave_reference (inputs))
    return FALSE;

  return inputs->reference == PLIM_REFERENCE_BY_OBJECTIVE ? info->has_reference
                                                          : inputs->reference == PLIM_REFERENCE_KEPT;
}

gboolean
plim_objective_holds_reference (const PlimInputs *inputs)
{
  return inputs->task == PLIM_TASK_TRAINING && plim_objective_uses_reference (inputs) &&
         !plim_framework_profile (inputs->framework)->has_nemo_rl;
}

gboolean
plim_objective_has_engine (const PlimInputs *inputs)
{
  return plim_objective_of (inputs)->generates && inputs->objective == PLIM_OBJECTIVE_GRPO &&
         (inputs->engine == PLIM_ENGINE_VLLM || inputs->engine == PLIM_ENGINE_VLLM_SLEEPING);
}

gint64
plim_objective_engine_gpus_count (const PlimInputs *inputs)
{
  return MAX (inputs->tensor_parallel_count, 1);
}

gint64
plim_objective_engine_sequences_count (const PlimInputs *inputs)
{
  gint64 replicas_count = plim_multiply (MAX (inputs->pipeline_parallel_count, 1),
                                         MAX (inputs->context_parallel_count, 1));

  return plim_divide_up (plim_objective_generated_count (inputs), replicas_count);
}

gint64
plim_objective_engine_bytes (const PlimInputs *inputs)
{
  return (gint64) ((double) inputs->gpu.reported_bytes * inputs->engine_share);
}

void
plim_objective_count_parameters (const PlimInputs *inputs,
                                 PlimParameters   *parameters)
{
  const PlimModel *model = &inputs->model;
  gint64           width = model->embedding_size > 0 ? model->embedding_size : model->hidden_size;
  gint64           head_count = model->has_head ? plim_multiply (model->vocab_size, width) : 0;
  gint64          *classes = parameters->by_class_count;

  if (!plim_objective_of (inputs)->scores_texts)
    return;

  parameters->total_count = plim_add (plim_subtract (parameters->total_count, classes[PLIM_TENSOR_HEAD]),
                                      model->hidden_size);
  parameters->active_count = plim_add (plim_subtract (parameters->active_count, classes[PLIM_TENSOR_HEAD]),
                                       model->hidden_size);
  parameters->matrix_count = plim_add (plim_subtract (parameters->matrix_count, head_count), model->hidden_size);
  classes[PLIM_TENSOR_HEAD] = model->hidden_size;
}

gboolean
plim_objective_uses_field (const PlimInputs *inputs,
                           PlimFieldId       id)
{
  const PlimObjectiveInfo *info = plim_objective_of (inputs);

  if (id == PLIM_FIELD_REFERENCE)
    return may_leave_reference (inputs) && inputs->task == PLIM_TASK_TRAINING;
  if (id == PLIM_FIELD_ENGINE)
    return inputs->objective == PLIM_OBJECTIVE_GRPO;
  if (id == PLIM_FIELD_COMPLETION)
    return info->generates;

  return id != PLIM_FIELD_ENGINE_SHARE || plim_objective_has_engine (inputs);
}

/* TRUE when the part of the GPU that vLLM may fill holds the weights. */
static gboolean
engine_fits (const PlimInputs *inputs)
{
  PlimParameters parameters;

  if (!plim_objective_has_engine (inputs) || inputs->gpu.reported_bytes == 0)
    return TRUE;

  plim_parameters_count (&inputs->model, &parameters);

  return plim_divide_up (plim_multiply (ENGINE_WEIGHT_BYTES, parameters.total_count),
                         plim_objective_engine_gpus_count (inputs)) <= plim_objective_engine_bytes (inputs);
}

/* What the program that trains objectives with @inputs' framework lacks. */
static const char *
trainer_refusal (const PlimInputs *inputs)
{
  const PlimFrameworkProfile *framework = plim_framework_profile (inputs->framework);

  if (!framework->has_trl && !framework->has_nemo_rl)
    return N_ ("Preferences and rewards are trained as TRL or NeMo RL do: choose Transformers, PEFT, TRL or "
               "Megatron-LM");
  if (framework->has_trl &&
      (inputs->tensor_parallel_count > 1 || inputs->pipeline_parallel_count > 1 || inputs->context_parallel_count > 1))
    return N_ ("TRL trains preferences and rewards without tensor, pipeline and context parallel: take 1, or choose "
               "Megatron-LM for DPO and GRPO");
  if (!framework->has_nemo_rl)
    return NULL;
  if (inputs->objective != PLIM_OBJECTIVE_DPO && inputs->objective != PLIM_OBJECTIVE_GRPO)
    return N_ ("With Megatron-LM, DPO and GRPO of NeMo RL are counted: choose one of them, or Transformers, PEFT, TRL");
  if (inputs->objective == PLIM_OBJECTIVE_GRPO && inputs->engine != PLIM_ENGINE_VLLM_SLEEPING &&
      inputs->engine != PLIM_ENGINE_SERVER)
    return N_ ("NeMo RL generates with vLLM that sleeps while the policy trains, or on other GPUs: choose one of them");

  return NULL;
}

const char *
plim_objective_refusal (const PlimInputs *inputs)
{
  const PlimObjectiveInfo *info = plim_objective_of (inputs);
  const char              *refusal = trainer_refusal (inputs);

  if (inputs->task == PLIM_TASK_INFERENCE || inputs->objective == PLIM_OBJECTIVE_LANGUAGE_MODELLING)
    return NULL;
  if (refusal != NULL)
    return refusal;
  if (!plim_model_has_shape (&inputs->model) || !inputs->model.has_head)
    return N_ ("Preferences and rewards need a language model whose layers are known");
  if (!info->scores_texts && inputs->loss != PLIM_LOSS_PLAIN)
    return N_ ("The loss of this objective is counted as the plain one alone: choose it");
  if (info->has_value_model && plim_optimizer_needs_shapes (inputs->optimizer))
    return N_ ("The value model trains with an optimizer that treats all parameters alike, such as AdamW");
  if (!engine_fits (inputs))
    return N_ ("vLLM’s part of the GPU does not hold the weights: raise its share");

  return NULL;
}
