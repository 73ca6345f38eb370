/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Evaluation between steps: what it holds beside weights and states.
 *
 *   copy       a second model in FP16 or INT8 and its working memory (a published rule)
 *   in place   one layer at work on the evaluation batch, then its scores and their copies; or, where metrics are
 *              computed from logits, those of all batches so far, which are copied together as each one comes
 *   generate   the cache of all sequences and one layer at work on the prompts; then the loss, as in place
 *
 * Its moment is the fullest of these.  What each framework does is in plim-framework.c. */

#include "plim-adapters.h"
#include "plim-checked.h"
#include "plim-kv-cache.h"
#include "plim-training.h"

#include <glib/gi18n.h>


#define EVALUATION PLIM_MOMENT_BIT (PLIM_MOMENT_EVALUATION)
#define DEPENDS                                                                                              \
  (PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_TOKEN_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION) | \
   PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION) |                    \
   PLIM_FIELD_BIT (PLIM_FIELD_LOSS) | PLIM_FIELD_BIT (PLIM_FIELD_COMPILE))

/* Bytes of a 16-bit score and its 32-bit copy, and of the scores of eager attention before the softmax. */
#define WIDENED_BYTES 6
#define SCORE_BYTES   2

/* Chunks of the chunked loss (plim-training-loss.c); without gradients a chunk has its 32-bit scores and log-softmax.
 */
#define CHUNKED_BYTES (2 + (4 + 4) / 8)

typedef struct
{
  gint64 sequences_count;
  gint64 sequence_tokens;   /* on one GPU */
  gint64 layer_bytes;       /* of one layer at work, per token */
  gint64 scores_count;      /* of a token, on one GPU; 0 = the head is elsewhere */
  gint64 loss_bytes;        /* of each score */
  gint64 prompts_count;
  gint64 cache_tokens;      /* of each sequence that is continued */
  gint64 prompt_bytes;      /* at work on a prompt, per token */
  gint64 kept_count;        /* batches whose logits are there at once when one more has come */
  gint64 kept_score_bytes;
} Evaluation;

/* --- sizes -------------------------------------------------------------------------------------------------- */

static gboolean
is_in_place (const PlimInputs *inputs)
{
  return inputs->evaluation == PLIM_EVALUATION_IN_PLACE || inputs->evaluation == PLIM_EVALUATION_GENERATE;
}

guint
plim_training_passes (const PlimTraining *t)
{
  guint passes = PLIM_MOMENT_BIT (PLIM_MOMENT_FORWARD) | PLIM_MOMENT_BIT (PLIM_MOMENT_LOSS) |
                 PLIM_MOMENT_BIT (PLIM_MOMENT_BACKWARD);

  return is_in_place (t->inputs) && !t->gathers_all ? passes | EVALUATION : passes;
}

const char *
plim_training_evaluation_refusal (const PlimInputs *inputs)
{
  if (inputs->evaluation == PLIM_EVALUATION_GENERATE &&
      plim_framework_profile (inputs->framework)->generates == PLIM_GENERATES_NOTHING)
    return N_ ("This framework computes the loss alone when it evaluates: choose evaluation in place");
  if (is_in_place (inputs) && !plim_model_has_shape (&inputs->model))
    return N_ ("Evaluation in place looks at the shapes of layers: choose a model whose shapes are known");

  return NULL;
}

/* One layer at work on a token: its widest set of values and, in eager attention, scores of all tokens before. */
static gint64
layer_bytes (const PlimTraining *t,
             gint64              sequence_tokens)
{
  const PlimModel *model = &t->inputs->model;
  gint64           bytes = plim_multiply (t->recipe.compute_bytes, plim_activations_working_width (model));
  gint64           heads_count = 0;

  if (t->inputs->attention != PLIM_ATTENTION_KERNEL_EAGER)
    return bytes;

  for (guint i = 0; i < model->n_kinds; i++)
    heads_count = MAX (heads_count, model->kinds[i].attention.heads_count);
  heads_count = plim_divide_up (heads_count, t->layout.tensor_count);

  return plim_add (bytes, plim_multiply (plim_multiply (heads_count, sequence_tokens),
                                         SCORE_BYTES + t->framework->softmax_bytes));
}

/* The fused loss makes no logits in training alone (Liger Kernel, transformers/model/llama.py). */
static gint64
loss_bytes (const PlimTraining *t)
{
  if (t->inputs->loss == PLIM_LOSS_CHUNKED)
    return CHUNKED_BYTES;

  return t->inputs->compile == PLIM_SWITCH_ON ? t->framework->compiled_evaluating_bytes
                                              : t->framework->evaluating_bytes;
}

/* Logits of the batches before and of this one, and all of them together once more (transformers, trainer_pt_utils.py,
 * EvalLoopContainer.add). */
static gint64
kept_count (const PlimTraining *t)
{
  gint64 count = t->framework->kept_score_bytes > 0 ? t->inputs->evaluation_accumulation_count : 0;

  return count > 1 ? 2 * count : count;
}

static Evaluation
describe (const PlimTraining *t)
{
  const PlimInputs *inputs = t->inputs;
  Evaluation        e = { 0 };

  e.sequences_count = inputs->evaluation_batch_count > 0 ? inputs->evaluation_batch_count : inputs->batch_count;
  e.sequence_tokens = plim_divide_up (plim_adapter_sequence_tokens (inputs), t->layout.context_count);
  e.layer_bytes = layer_bytes (t, e.sequence_tokens);
  e.scores_count = t->stage.has_head ? plim_divide_up (inputs->model.vocab_size, t->layout.tensor_count) : 0;
  e.loss_bytes = loss_bytes (t);
  if (inputs->evaluation == PLIM_EVALUATION_GENERATE)
    {
      gboolean is_one = t->framework->generates == PLIM_GENERATES_ONE;

      e.prompts_count = is_one ? 1 : e.sequences_count;
      e.cache_tokens = is_one ? e.sequence_tokens : plim_add (e.sequence_tokens, inputs->evaluation_tokens);
      e.prompt_bytes = e.layer_bytes;
      if (t->framework->scores_prompts)
        e.prompt_bytes = MAX (e.prompt_bytes, plim_multiply (e.scores_count, WIDENED_BYTES));
    }
  else if (t->stage.has_head)
    {
      e.kept_count = kept_count (t);
      e.kept_score_bytes = inputs->recipe == PLIM_RECIPE_AUTOCAST ? MAX (t->framework->kept_score_bytes, 4)
                                                                  : t->framework->kept_score_bytes;
    }

  return e;
}

/* --- a copy ---------------------------------------------------------------------------------------------------- */

/* A copy of the model in FP16 or INT8 and, where shapes are known, its working memory for the same batch. */
static void
add_copy (PlimTraining *t)
{
  const PlimInputs  *inputs = t->inputs;
  gint64             copy_bytes = inputs->evaluation == PLIM_EVALUATION_F16 ? 2 : 1;
  gint64             token_bytes = plim_add (plim_multiply (2, plim_activations_working_width (&inputs->model)),
                                             plim_multiply (6, inputs->model.vocab_size));
  const PlimTermSpec copy = {
    .id = PLIM_TERM_EVALUATION_COPY,
    .moments = EVALUATION,
    .bytes = plim_multiply (t->estimate->parameters.total_count, copy_bytes),
    .formula = "{0} × {1}",
    .source = "“GPU Memory / Time Consumption”, notes",
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION),
  };
  const PlimTermSpec work = {
    .id = PLIM_TERM_EVALUATION_WORK,
    .moments = EVALUATION,
    .bytes = plim_multiply (t->tokens_count, token_bytes),
    .formula = "{0} × {1}",
    .source = "Hugging Face transformers, modeling_llama.py",
    .note = N_ ("One layer’s working memory and the logits of every token, in 16 and 32 bits."),
    .depends = PLIM_DEPENDS_MODEL | PLIM_TOKEN_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION),
  };
  PlimExplanation *explanation;

  explanation = &plim_training_add (t, &copy, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("parameters"), t->estimate->parameters.total_count, 1);
  plim_explanation_add (explanation, N_ ("bytes per parameter"), copy_bytes, 1);
  if (!plim_model_has_shape (&inputs->model))
    return;

  explanation = &plim_training_add (t, &work, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("tokens of the micro-batch"), t->tokens_count, 1);
  plim_explanation_add (explanation, N_ ("bytes per token"), token_bytes, 1);
}

/* --- in place ----------------------------------------------------------------------------------------------- */

/* A layer at work on all tokens, or the scores of all tokens and their copies. */
static gint64
loss_pass_bytes (const Evaluation *e)
{
  gint64 token_bytes = MAX (e->layer_bytes, plim_multiply (e->scores_count, e->loss_bytes));

  return plim_multiply (plim_multiply (e->sequences_count, e->sequence_tokens), token_bytes);
}

static void
add_loss_pass (PlimTraining     *t,
               const Evaluation *e)
{
  const PlimTermSpec spec = {
    .id = PLIM_TERM_EVALUATION_WORK,
    .moments = EVALUATION,
    .bytes = loss_pass_bytes (e),
    .formula = "{0} × {1} × max({2}, {3} × {4})",
    .source = t->framework->evaluation_source,
    .note = N_ ("One layer at work, without gradients, or the scores of all tokens and what the loss makes of them."),
    .depends = DEPENDS,
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("sequences evaluated at once"), e->sequences_count, 1);
  plim_explanation_add (explanation, N_ ("tokens of a sequence"), e->sequence_tokens, 1);
  plim_explanation_add (explanation, N_ ("bytes of a layer at work per token"), e->layer_bytes, 1);
  plim_explanation_add (explanation, N_ ("scores of a token"), e->scores_count, 1);
  plim_explanation_add (explanation, N_ ("bytes of a score"), e->loss_bytes, 1);
}

/* Logits of a batch of every GPU, as each GPU gathers them. */
static gint64
kept_batch_bytes (const PlimTraining *t,
                  const Evaluation   *e)
{
  gint64 tokens_count = plim_multiply (plim_multiply (e->sequences_count, t->layout.shard_count), e->sequence_tokens);

  return plim_multiply (plim_multiply (tokens_count, t->inputs->model.vocab_size), e->kept_score_bytes);
}

static void
add_kept (PlimTraining     *t,
          const Evaluation *e,
          gint64            batches_count)
{
  const PlimTermSpec spec = {
    .id = PLIM_TERM_EVALUATION_LOGITS,
    .moments = EVALUATION,
    .bytes = plim_multiply (batches_count, kept_batch_bytes (t, e)),
    .formula = "{0} × {1} × {2} × {3} × {4} × {5}",
    .source = t->framework->evaluation_source,
    .note = N_ ("Each GPU gathers the logits of all GPUs and copies them behind those it has, so that both are there "
                "twice."),
    .depends = DEPENDS | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION_ACCUMULATION),
  };
  PlimExplanation *explanation;

  if (batches_count == 0)
    return;

  explanation = &plim_training_add (t, &spec, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("batches at once"), batches_count, 1);
  plim_explanation_add (explanation, N_ ("sequences evaluated at once"), e->sequences_count, 1);
  plim_explanation_add (explanation, N_ ("GPUs"), t->layout.shard_count, 1);
  plim_explanation_add (explanation, N_ ("tokens of a sequence"), e->sequence_tokens, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), t->inputs->model.vocab_size, 1);
  plim_explanation_add (explanation, N_ ("bytes of a score"), e->kept_score_bytes, 1);
}

/* The pass of the last batch with the logits of those before, or all logits copied together. */
static void
add_in_place (PlimTraining     *t,
              const Evaluation *e)
{
  gint64 before_count = MAX (t->inputs->evaluation_accumulation_count - 1, 0);
  gint64 batch_bytes = kept_batch_bytes (t, e);
  gint64 pass_bytes = plim_add (loss_pass_bytes (e), plim_multiply (before_count, batch_bytes));

  if (e->kept_count > 0 && plim_multiply (e->kept_count, batch_bytes) > pass_bytes)
    {
      add_kept (t, e, e->kept_count);
      return;
    }
  add_loss_pass (t, e);
  if (e->kept_count > 0)
    add_kept (t, e, before_count);
}

/* --- generation ----------------------------------------------------------------------------------------------- */

static PlimKvLine
cache_line (const PlimTraining *t,
            const Evaluation   *e)
{
  PlimPrecision precision = t->recipe.compute_bytes > 2 ? PLIM_PRECISION_F32 : PLIM_PRECISION_BF16;
  PlimKvLine    line = plim_kv_cache_line (&t->inputs->model, precision, e->cache_tokens, t->layout.tensor_count);

  line.fixed_bytes = plim_add (line.fixed_bytes, plim_recurrent_state_bytes (&t->inputs->model));

  return line;
}

static gint64
cache_bytes (const PlimTraining *t,
             const Evaluation   *e)
{
  PlimKvLine line = cache_line (t, e);
  gint64     bytes = plim_add (plim_multiply (e->cache_tokens, line.growing_bytes), line.fixed_bytes);

  return plim_divide_up (plim_multiply (e->prompts_count, bytes), t->layout.pipeline_count);
}

static void
add_cache (PlimTraining     *t,
           const Evaluation *e)
{
  PlimKvLine         line = cache_line (t, e);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_KV_CACHE,
    .moments = EVALUATION,
    .bytes = cache_bytes (t, e),
    .formula = "ceil({0} × ({1} × {2} + {3}) ÷ {4})",
    .source = t->framework->evaluation_source,
    .note = N_ ("Sequences as long as the context, and the tokens generated after them."),
    .depends = DEPENDS | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION_TOKENS),
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("sequences continued at once"), e->prompts_count, 1);
  plim_explanation_add (explanation, N_ ("tokens of a sequence"), e->cache_tokens, 1);
  plim_explanation_add (explanation, N_ ("bytes per token"), line.growing_bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes whatever the length"), line.fixed_bytes, 1);
  plim_explanation_add (explanation, N_ ("pipeline stages"), t->layout.pipeline_count, 1);
}

/* The prompts in the layer at work, and the scores of their last tokens. */
static gint64
prompt_pass_bytes (const Evaluation *e)
{
  gint64 sequence_bytes = plim_add (plim_multiply (e->sequence_tokens, e->prompt_bytes),
                                    plim_multiply (e->scores_count, WIDENED_BYTES));

  return plim_multiply (e->prompts_count, sequence_bytes);
}

static void
add_prompt_pass (PlimTraining     *t,
                 const Evaluation *e)
{
  const PlimTermSpec spec = {
    .id = PLIM_TERM_EVALUATION_WORK,
    .moments = EVALUATION,
    .bytes = prompt_pass_bytes (e),
    .formula = "{0} × ({1} × {2} + {3} × {4})",
    .source = t->framework->evaluation_source,
    .note = N_ ("One layer at work on the prompts, and the scores of the tokens that follow, in 16 and 32 bits."),
    .depends = DEPENDS,
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("sequences continued at once"), e->prompts_count, 1);
  plim_explanation_add (explanation, N_ ("tokens of the prompt"), e->sequence_tokens, 1);
  plim_explanation_add (explanation, N_ ("bytes at work per token"), e->prompt_bytes, 1);
  plim_explanation_add (explanation, N_ ("scores of a token"), e->scores_count, 1);
  plim_explanation_add (explanation, N_ ("bytes of a score"), WIDENED_BYTES, 1);
}

/* All weights, where generation puts the shards together. */
static void
add_whole (PlimTraining *t)
{
  const PlimTermSpec spec = {
    .id = PLIM_TERM_GATHERED_WEIGHTS,
    .moments = EVALUATION,
    .bytes = plim_multiply (t->total_count, t->recipe.weight_bytes),
    .formula = "{0} × {1}",
    .source = t->framework->evaluation_source,
    .note = N_ ("FSDP’s summon_full_params puts the whole model together for generation."),
    .depends = DEPENDS,
  };
  PlimExplanation *explanation;

  if (!t->gathers_all)
    return;

  explanation = &plim_training_add (t, &spec, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("parameters"), t->total_count, 1);
  plim_explanation_add (explanation, N_ ("bytes per parameter"), t->recipe.weight_bytes, 1);
}

/* Generation, or the loss that is computed after it. */
static void
add_generation (PlimTraining     *t,
                const Evaluation *e)
{
  gint64 whole_bytes = t->gathers_all ? plim_multiply (t->total_count, t->recipe.weight_bytes) : 0;
  gint64 generating_bytes = plim_add (whole_bytes, plim_add (cache_bytes (t, e), prompt_pass_bytes (e)));

  if (generating_bytes < loss_pass_bytes (e))
    {
      t->gathers_all = FALSE;
      add_loss_pass (t, e);
      return;
    }
  add_cache (t, e);
  add_prompt_pass (t, e);
  add_whole (t);
}

void
plim_training_add_evaluation (PlimTraining *t)
{
  Evaluation e;

  if (t->inputs->evaluation == PLIM_EVALUATION_NONE)
    return;
  if (!is_in_place (t->inputs))
    {
      add_copy (t);
      return;
    }

  e = describe (t);
  t->gathers_all = t->inputs->evaluation == PLIM_EVALUATION_GENERATE && t->weights_shares > 1 &&
                   t->framework->generates == PLIM_GENERATES_BATCH_WHOLE;
  if (t->inputs->evaluation == PLIM_EVALUATION_GENERATE)
    add_generation (t, &e);
  else
    add_in_place (t, &e);
}
