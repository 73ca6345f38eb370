/* SPDX-License-Identifier: GPL-3.0-or-later */

/* State of the trained parameters, and the frozen base of adapters.
 *
 * Bytes per trained parameter: mixed 2 + 4 master + 2 gradient + 8 AdamW, as ZeRO counts 16 (arXiv:1910.02054, section
 * 3.1); the other recipes stand in plim-recipe.c, the optimizers in plim-optimizer.c. Sharding over D GPUs (same paper,
 * section 5): optimizer states 1/D; and gradients 1/D; and weights 1/D. */

#include "plim-training.h"

#include "plim-adapters.h"
#include "plim-checked.h"
#include "plim-trained.h"

#include <glib/gi18n.h>

#define ZERO "ZeRO, arXiv:1910.02054, sections 3.1 and 5"
#define LOMO "LOMO, arXiv:2306.09782"
#define STEP "DeepSpeed edaa722, runtime/zero/stage_1_and_2.py and stage3.py, step"

/* DeepSpeed's ZeRO-3 steps so many parameters at once (runtime/zero/config.py, sub_group_size). */
#define SUB_GROUP_COUNT G_GINT64_CONSTANT (1000000000)

#define BIT       PLIM_MOMENT_BIT
#define COMPUTING (BIT (PLIM_MOMENT_FORWARD) | BIT (PLIM_MOMENT_LOSS) | BIT (PLIM_MOMENT_BACKWARD))
#define STATE_KEPT                                                                           \
  (BIT (PLIM_MOMENT_ROLLOUT) | COMPUTING | BIT (PLIM_MOMENT_STEP) | BIT (PLIM_MOMENT_SAVE) | \
   BIT (PLIM_MOMENT_EVALUATION))
#define ALWAYS      (BIT (PLIM_MOMENT_LOAD) | STATE_KEPT)
#define BEFORE_STEP (BIT (PLIM_MOMENT_FORWARD) | BIT (PLIM_MOMENT_LOSS))

gint64
plim_training_share (gint64 count,
                     gint64 bytes,
                     gint64 shares)
{
  return plim_divide_up (plim_multiply (count, bytes), shares);
}

/* GPUs that share experts, where those are dealt out. */
static gint64
expert_shares (const PlimTraining *t,
               gint64              shares)
{
  return shares == 1 ? 1 : MAX (shares * t->layout.tensor_count / t->layout.expert_count, 1);
}

/* A term of so many bytes for each trained parameter, of frozen weights for each of the others. */
static PlimTerm *
add_per_parameter (PlimTraining *t,
                   PlimTermId    id,
                   guint         moments,
                   gint64        numerator,
                   gint64        denominator,
                   gint64        shares,
                   const char   *source,
                   const gint64 *backward)
{
  gboolean is_frozen = id == PLIM_TERM_FROZEN_WEIGHTS;
  gint64   count = is_frozen ? plim_subtract (t->total_count, t->trained_count) : t->trained_count;
  gint64   expert_count =
    is_frozen ? plim_subtract (t->expert_count, t->trained_expert_count) : t->trained_expert_count;
  gint64       dealt_shares = expert_shares (t, shares);
  PlimTermSpec spec = {
    .id = id,
    .moments = moments,
    .bytes = plim_training_share (count, numerator, plim_multiply (denominator, shares)),
    .formula = shares > 1        ? "ceil({0} × {1} ÷ {2})"
               : denominator > 1 ? "ceil({0} × {1})"
                                 : "{0} × {1}",
    .source = source,
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS |
               (t->has_adapters ? PLIM_ADAPTER_FIELDS : PLIM_FIELD_BIT (PLIM_FIELD_TRAINED_LAYERS)) |
               (moments != ALWAYS ? PLIM_STATE_FIELDS : 0),
  };
  PlimTerm *term;

  if (expert_count > 0)
    {
      spec.formula = "ceil({0} × {1} ÷ {2}) + ceil({3} × {1} ÷ {4})";
      spec.bytes = plim_add (spec.bytes, plim_training_share (expert_count, numerator,
                                                              plim_multiply (denominator, dealt_shares)));
    }
  term = plim_training_add (t, &spec, backward);
  plim_explanation_add (&term->explanation, is_frozen ? N_ ("frozen parameters") : N_ ("trained parameters"), count, 1);
  plim_explanation_add (&term->explanation, is_frozen ? N_ ("bytes per parameter") : N_ ("bytes per trained parameter"),
                        numerator, denominator);
  if (shares > 1 || expert_count > 0)
    plim_explanation_add (&term->explanation, N_ ("GPUs"), shares, 1);
  if (expert_count > 0)
    {
      plim_explanation_add (&term->explanation, N_ ("parameters of experts"), expert_count, 1);
      plim_explanation_add (&term->explanation, N_ ("GPUs that share the experts"), dealt_shares, 1);
    }

  return term;
}

/* --- states ---------------------------------------------------------------------------------------- */

/* States of matrices by their shape, a stage's and tensor-parallel part of them by its part of the parameters. */
static void
add_shaped_states (PlimTraining *t)
{
  gint64             bytes = plim_optimizer_shaped_bytes (t->inputs, t->recipe.state_bytes);
  gint64             gpus_count = plim_multiply (t->layout.tensor_count, t->layout.pipeline_count);
  gint64             shares = plim_multiply (gpus_count, t->states_shares);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_OPTIMIZER_STATES,
    .moments = STATE_KEPT,
    .bytes = plim_divide_up (bytes, shares),
    .formula = "ceil({0} ÷ {1})",
    .source = plim_optimizer_info (t->inputs->optimizer)->source,
    .note = N_ ("Summed over the matrices, as the optimizer looks at their shapes."),
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_STATE_FIELDS |
               PLIM_FIELD_BIT (PLIM_FIELD_PROJECTION_RANK),
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("bytes of states"), bytes, 1);
  plim_explanation_add (explanation, N_ ("GPUs that share them"), shares, 1);
}

/* One more number for each parameter while all are stepped together. */
static void
add_step_copy (PlimTraining *t)
{
  const PlimTermSpec spec = {
    .id = PLIM_TERM_STEP_BUFFER,
    .moments = BIT (PLIM_MOMENT_STEP),
    .bytes = plim_training_share (t->trained_count, t->recipe.state_bytes, t->states_shares),
    .formula = "ceil({0} × {1} ÷ {2})",
    .source = plim_optimizer_info (t->inputs->optimizer)->source,
    .note = N_ ("The step works on all parameters at once and needs the roots of all second moments."),
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_STATE_FIELDS,
  };
  PlimExplanation *explanation;

  if (!plim_optimizer_info (t->inputs->optimizer)->copies_at_step ||
      t->inputs->offload_optimizer != PLIM_OFFLOAD_NONE)
    return;

  explanation = &plim_training_add (t, &spec, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("trained parameters"), t->trained_count, 1);
  plim_explanation_add (explanation, N_ ("bytes of a number"), t->recipe.state_bytes, 1);
  plim_explanation_add (explanation, N_ ("GPUs"), t->states_shares, 1);
}

/* Numbers of the largest parameter that trains: a token table, a layer's matrix where none does. */
static gint64
count_largest (const PlimTraining *t)
{
  const PlimModel *model = &t->inputs->model;
  gboolean         has_head = t->stage.has_head && model->has_head && !model->has_tied_head;
  gboolean         is_partial = plim_trained_is_partial (t->inputs);
  gboolean         has_table = has_head || (!is_partial && plim_training_tables_count (t) > 0);
  gint64           largest_count = has_table ? plim_multiply (model->vocab_size, model->hidden_size)
                                             : plim_activations_largest_matrix_count (model);

  return MIN (t->trained_count, plim_divide_up (largest_count, t->layout.tensor_count));
}

/* torchao steps one parameter at a time with 32-bit values of both of its low-bit states. */
static void
add_widened_states (PlimTraining *t)
{
  PlimOptimizer      optimizer = t->inputs->optimizer;
  gint64             count = plim_training_share (count_largest (t), 1, t->states_shares);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_STEP_BUFFER,
    .moments = BIT (plim_optimizer_steps_in_backward (t->inputs) ? PLIM_MOMENT_BACKWARD : PLIM_MOMENT_STEP),
    .bytes = plim_multiply (2 * 4, count),
    .formula = "{0} × {1}",
    .source = "torchao 36027d8, optim/adam.py, single_param_adam",
    .note = N_ ("Low-bit states of one parameter at a time are widened to 32 bits."),
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_STATE_FIELDS | PLIM_GRADIENT_FIELDS,
  };
  PlimExplanation *explanation;

  if (!t->framework->has_torchao ||
      (optimizer != PLIM_OPTIMIZER_ADAMW_8BIT && optimizer != PLIM_OPTIMIZER_ADAMW_4BIT) ||
      !plim_model_has_shape (&t->inputs->model) || t->inputs->offload_optimizer != PLIM_OFFLOAD_NONE)
    return;

  explanation = &plim_training_add (t, &spec, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("numbers of the largest parameter on a GPU"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes of two 32-bit states"), 8, 1);
}

/* DeepSpeed steps with 32-bit copies of the 16-bit gradients: of all without ZeRO (runtime/fp16/unfused_optimizer.py,
 * step), of those of a GPU with ZeRO-2 and -3.  ZeRO-1 gives those of other GPUs back before it makes them, which frees
 * about as much. */
static void
add_step_gradients (PlimTraining *t)
{
  gint64             shares = t->gradients_shares;
  gint64             count = plim_add (plim_training_share (t->trained_count, 1, shares),
                                       plim_training_share (t->trained_expert_count, 1, expert_shares (t, shares)));
  const PlimTermSpec spec = {
    .id = PLIM_TERM_STEP_BUFFER,
    .moments = BIT (PLIM_MOMENT_STEP),
    .bytes = plim_multiply (4, t->weights_shares > 1 ? MIN (count, SUB_GROUP_COUNT) : count),
    .formula = "{0} × {1}",
    .source = STEP,
    .note = N_ ("DeepSpeed steps with 32-bit copies of the gradients."),
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_STATE_FIELDS,
  };
  PlimExplanation *explanation;

  if (t->framework->sharder != PLIM_SHARDER_DEEPSPEED || t->recipe.gradient_bytes == 4 ||
      (t->gradients_shares == 1 && t->inputs->sharding != PLIM_SHARDING_NONE) ||
      t->inputs->offload_optimizer != PLIM_OFFLOAD_NONE)
    return;

  explanation = &plim_training_add (t, &spec, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("gradients stepped with at once"), spec.bytes / 4, 1);
  plim_explanation_add (explanation, N_ ("bytes of a 32-bit gradient"), 4, 1);
}

/* --- gradients --------------------------------------------------------------------------------------- */

/* They leave as they are reduced: DeepSpeed's with the optimizer (stage3.py and stage_1_and_2.py, offload_optimizer),
 * FSDP's with the parameters (torch/distributed/fsdp/_fully_shard, CPUOffloadPolicy). */
static gboolean
has_gradients_on_host (const PlimTraining *t)
{
  if (t->framework->sharder == PLIM_SHARDER_DEEPSPEED)
    return t->inputs->offload_optimizer != PLIM_OFFLOAD_NONE && t->inputs->sharding <= PLIM_SHARDING_GRADIENTS;

  return t->framework->sharder == PLIM_SHARDER_FSDP && t->inputs->offload_parameters != PLIM_OFFLOAD_NONE;
}

/* The largest gradient alone. */
static void
add_largest_gradient (PlimTraining *t)
{
  gint64             count = count_largest (t);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_GRADIENTS,
    .moments = BIT (PLIM_MOMENT_BACKWARD),
    .bytes = plim_multiply (count, t->recipe.gradient_bytes),
    .formula = "{0} × {1}",
    .source = LOMO,
    .note = N_ ("Each parameter steps as soon as its gradient is there; the largest is that of a token table, where "
                "one trains."),
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_GRADIENT_FIELDS,
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("numbers of the largest gradient"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per gradient"), t->recipe.gradient_bytes, 1);
}

static gboolean
accumulates (const PlimTraining *t)
{
  return t->inputs->accumulation_count > 1;
}

/* Megatron-LM has a buffer for all of them from the start (d98e8a6, core/distributed/param_and_grad_buffer.py,
 * grad_data); others make them in backward, and keep them between micro-batches. */
static void
add_gradients (PlimTraining *t)
{
  gboolean  has_buffer = t->framework->sharder == PLIM_SHARDER_MEGATRON;
  gboolean  is_kept = has_buffer || accumulates (t);
  guint     moments = has_buffer ? ALWAYS : BIT (PLIM_MOMENT_STEP) | (is_kept ? BEFORE_STEP : 0);
  gint64    backward[PLIM_N_BACKWARDS] = { 0 };
  gint64    bytes;
  PlimTerm *term;

  if (plim_optimizer_steps_in_backward (t->inputs))
    {
      add_largest_gradient (t);
      return;
    }

  if (has_gradients_on_host (t))
    return;

  term = add_per_parameter (t, PLIM_TERM_GRADIENTS, moments, t->recipe.gradient_bytes, 1, t->gradients_shares, ZERO,
                            backward);
  bytes = term->bytes_at[PLIM_MOMENT_STEP];
  term->explanation.depends |= PLIM_GRADIENT_FIELDS;
  for (guint b = 0; b < PLIM_N_BACKWARDS; b++)
    t->backward_bytes[t->n_terms - 1][b] = is_kept || b == PLIM_BACKWARD_FIRST ? bytes : 0;
  if (has_buffer)
    term->explanation.note = N_ ("Megatron-LM keeps a buffer for all gradients.");
}

/* --- every parameter trains ---------------------------------------------------------------------------- */

static void
add_full_state (PlimTraining *t)
{
  const PlimRecipeBytes *r = &t->recipe;
  gboolean               is_on_host = t->inputs->offload_optimizer != PLIM_OFFLOAD_NONE;
  gint64                 numerator;
  gint64                 denominator;

  plim_optimizer_state_bytes (t->inputs, t->recipe.state_bytes, &numerator, &denominator);
  if (t->inputs->offload_parameters == PLIM_OFFLOAD_NONE)
    {
      add_per_parameter (t, PLIM_TERM_WEIGHTS, ALWAYS, r->weight_bytes, 1, t->weights_shares, ZERO, NULL);
      if (plim_trained_is_partial (t->inputs))
        add_per_parameter (t, PLIM_TERM_FROZEN_WEIGHTS, ALWAYS, r->weight_bytes, 1, t->weights_shares, ZERO, NULL);
    }
  if (r->master_bytes > 0 && !is_on_host)
    add_per_parameter (t, PLIM_TERM_MASTER_WEIGHTS, STATE_KEPT, r->master_bytes, 1, t->states_shares, ZERO, NULL);
  if (plim_optimizer_needs_shapes (t->inputs->optimizer) && !is_on_host)
    add_shaped_states (t);
  else if (numerator > 0)
    add_per_parameter (t, PLIM_TERM_OPTIMIZER_STATES, STATE_KEPT, numerator, denominator, t->states_shares,
                       plim_optimizer_info (t->inputs->optimizer)->source, NULL);
  add_step_copy (t);
  add_step_gradients (t);
  add_widened_states (t);
  add_gradients (t);
}

/* --- a frozen base and adapters that train --------------------------------------------------------------- */

/* The stage's base as the framework stores it: the head quantized too, or apart from a tied table. */
static PlimWeights
frozen_weights (const PlimTraining *t)
{
  const PlimParameters stage = {
    .total_count = plim_add (t->total_count, t->expert_count),
    .quantizable_count = plim_model_has_shape (&t->inputs->model)
                           ? plim_training_matrices_count (t, t->stage.layers_count)
                           : plim_divide_up (t->estimate->parameters.quantizable_count, t->layout.tensor_count),
  };
  PlimWeights weights = plim_weights_stored (t->inputs, &stage);

  if (t->stage.has_head)
    plim_weights_adapt_head (&weights, &t->inputs->model, t->framework->unties_head,
                             t->framework->quantizes_head && t->inputs->task == PLIM_TASK_QLORA);
  weights.sides_count =
    plim_divide_up (weights.sides_count, plim_multiply (t->layout.tensor_count, t->layout.pipeline_count));

  return weights;
}

/* Gradients of all parameters, where frozen ones and adapters share one flat parameter. */
static void
add_flat_gradients (PlimTraining *t)
{
  gint64             count = plim_add (t->estimate->parameters.total_count, t->trained_count);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_GRADIENTS,
    .moments = BIT (PLIM_MOMENT_STEP) | (accumulates (t) ? BEFORE_STEP : 0),
    .bytes = plim_multiply (count, t->recipe.gradient_bytes),
    .formula = "{0} × {1}",
    .source = "PyTorch, torch/distributed/fsdp/_flat_param.py",
    .note = N_ ("Frozen weights and adapters are one flat parameter, whose gradient is whole until it is reduced."),
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_ADAPTER_FIELDS | PLIM_GRADIENT_FIELDS,
  };
  gint64           backward[PLIM_N_BACKWARDS] = { 0, 0, 0 };
  PlimExplanation *explanation;

  if (!t->framework->has_flat_gradients || t->weights_shares == 1)
    return;

  for (guint b = 0; b < PLIM_N_BACKWARDS; b++)
    backward[b] = accumulates (t) || b == PLIM_BACKWARD_FIRST ? spec.bytes : 0;
  explanation = &plim_training_add (t, &spec, backward)->explanation;
  plim_explanation_add (explanation, N_ ("parameters, frozen ones too"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per gradient"), t->recipe.gradient_bytes, 1);
}

static void
add_frozen_weights (PlimTraining *t)
{
  PlimWeights weights = frozen_weights (t);
  PlimTerm   *term;

  if (t->inputs->offload_parameters != PLIM_OFFLOAD_NONE)
    return;

  term = plim_weights_add (t->estimate, &weights, PLIM_TERM_FROZEN_WEIGHTS, ALWAYS, t->weights_shares);
  term->explanation.depends |= PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS;
  for (guint b = 0; b < PLIM_N_BACKWARDS; b++)
    t->backward_bytes[t->n_terms][b] = term->bytes_at[PLIM_MOMENT_BACKWARD];
  t->n_terms++;
}

static void
add_adapter_state (PlimTraining *t)
{
  const PlimRecipeBytes *r = &t->recipe;
  gint64                 master_bytes = t->inputs->offload_optimizer == PLIM_OFFLOAD_NONE ? r->master_bytes : 0;
  gint64                 numerator;
  gint64                 denominator;
  gint64                 kept_numerator;
  PlimTerm              *state;

  plim_optimizer_state_bytes (t->inputs, t->recipe.state_bytes, &numerator, &denominator);
  kept_numerator = plim_add (plim_multiply (master_bytes, denominator), numerator);
  numerator =
    plim_add (kept_numerator, plim_multiply (has_gradients_on_host (t) ? 0 : r->gradient_bytes, denominator));

  add_frozen_weights (t);
  add_per_parameter (t, PLIM_TERM_ADAPTERS, ALWAYS, r->weight_bytes, 1, t->weights_shares,
                     plim_adapter_source (t->inputs), NULL);
  state = add_per_parameter (t, PLIM_TERM_ADAPTER_STATE, STATE_KEPT, numerator, denominator, t->states_shares,
                             plim_adapter_source (t->inputs), NULL);
  state->explanation.depends |= PLIM_GRADIENT_FIELDS;
  state->bytes_at[PLIM_MOMENT_ROLLOUT] = state->bytes_at[PLIM_MOMENT_SAVE] = state->bytes_at[PLIM_MOMENT_EVALUATION] =
    plim_add (plim_training_share (t->trained_count, kept_numerator, plim_multiply (denominator, t->states_shares)),
              plim_training_share (t->trained_expert_count, kept_numerator,
                                   plim_multiply (denominator, expert_shares (t, t->states_shares))));
  add_flat_gradients (t);
}

void
plim_training_add_state (PlimTraining *t)
{
  if (t->has_adapters)
    add_adapter_state (t);
  else
    add_full_state (t);
}
