/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Logits and loss, by the code that computes them.
 *
 *   plain    all logits at once, with the framework's copies (plim-framework.c): bytes for each score at the start of
 *            backward, and what the chunk of the head at work adds where the head works in chunks; where the code
 *            holds the last micro-batch's logits, those too until the forward pass ends
 *   chunked  logits in 16 bits and the loss of an eighth of them at a time (torchtune, CEWithChunkedOutputLoss)
 *   fused    head and loss of a few tokens at a time, the head's gradient made in the forward pass (Liger) */

#include "plim-training.h"

#include "plim-checked.h"

#include <glib/gi18n.h>

#define LIGER     "Liger Kernel, ops/fused_linear_cross_entropy.py"
#define TORCHTUNE "torchtune, modules/loss/ce_chunked_output_loss.py"
#define HELD      "litgpt 00af8b0, finetune/lora.py, fit; bitsandbytes 0.42, autograd/_functions.py, MatMul4Bit"

#define FLOAT_BYTES 4

/* Chunks of the chunked loss. */
#define CHUNKS_COUNT 8

#define DEPENDS                                                                                                        \
  (PLIM_DEPENDS_MODEL | PLIM_TOKEN_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_LOSS) | PLIM_FIELD_BIT (PLIM_FIELD_FRAMEWORK) | \
   PLIM_FIELD_BIT (PLIM_FIELD_COMPILE) | PLIM_SHARING_FIELDS)

/* Scores of one token on one GPU: tensor parallelism splits the vocabulary. */
static gint64
scores_count (const PlimTraining *t)
{
  return plim_divide_up (t->inputs->model.vocab_size, t->layout.tensor_count);
}

/* Tokens whose logits the fused loss holds at once: a power of two of about tokens × hidden / vocabulary. */
static gint64
fused_tokens (const PlimTraining *t)
{
  gint64 chunks = plim_divide_up (t->inputs->model.vocab_size, MAX (t->inputs->model.hidden_size, 1));
  gint64 tokens = plim_divide_up (t->tokens_count, MAX (chunks, 1));
  gint64 power = 1;

  while (power < tokens && power < t->tokens_count)
    power = plim_multiply (power, 2);

  return MIN (power, t->tokens_count);
}

static void
add_fused (PlimTraining *t)
{
  gint64             tokens = fused_tokens (t);
  gint64             scores = scores_count (t);
  gint64             gradient = t->has_adapters ? 0 : plim_multiply (2, t->inputs->model.hidden_size);
  gint64             head_bytes = plim_multiply (scores, gradient);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_LOGITS,
    .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_LOSS),
    .bytes = plim_multiply (scores, plim_add (plim_multiply (tokens, 6), gradient)),
    .formula = "{1} × ({0} × ({2} + {3}) + {4})",
    .source = LIGER,
    .note = N_ ("Logits of one chunk of tokens at a time, and the gradient of the head when it trains."),
    .depends = DEPENDS,
  };
  const gint64 backward[PLIM_N_BACKWARDS] = { head_bytes, head_bytes, 0 };
  PlimTerm    *term = plim_training_add (t, &spec, backward);

  plim_explanation_add (&term->explanation, N_ ("tokens of a chunk"), tokens, 1);
  plim_explanation_add (&term->explanation, N_ ("vocabulary"), scores, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a 16-bit score"), 2, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a 32-bit score"), 4, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a row of the head’s gradient"), gradient, 1);
}

static void
add_chunked (PlimTraining *t)
{
  gint64             scores = scores_count (t);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_LOGITS,
    .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_LOSS),
    .bytes =
      plim_divide_up (plim_multiply (plim_multiply (t->tokens_count, scores), 2 * (CHUNKS_COUNT + 1)), CHUNKS_COUNT),
    .formula = "ceil({0} × {1} × {2} × ({3} + 1) ÷ {3})",
    .source = TORCHTUNE,
    .note = N_ ("16-bit logits of all tokens, and the gradients of one chunk."),
    .depends = DEPENDS,
  };
  const gint64 none[PLIM_N_BACKWARDS] = { 0 };
  PlimTerm    *term = plim_training_add (t, &spec, none);

  term->bytes_at[PLIM_MOMENT_FORWARD] = plim_multiply (t->tokens_count, plim_multiply (scores, 2));
  plim_explanation_add (&term->explanation, N_ ("tokens of the micro-batch"), t->tokens_count, 1);
  plim_explanation_add (&term->explanation, N_ ("vocabulary"), scores, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a 16-bit score"), 2, 1);
  plim_explanation_add (&term->explanation, N_ ("chunks"), CHUNKS_COUNT, 1);
}

/* Beside a quantized matrix put together: scores of the chunks before the last while the head computes that one, or all
 * as they are and widened at the end of the pass. */
static gint64
forward_bytes (const PlimTraining *t,
               gint64              chunk_tokens)
{
  gint64 score_bytes = t->recipe.compute_bytes;
  gint64 widened_bytes = score_bytes < FLOAT_BYTES ? score_bytes + FLOAT_BYTES : FLOAT_BYTES;
  gint64 earlier = plim_multiply (plim_subtract (t->tokens_count, chunk_tokens), score_bytes);
  gint64 all = plim_multiply (t->tokens_count, widened_bytes);

  return MAX (plim_multiply (earlier, scores_count (t)),
              plim_subtract (plim_multiply (all, scores_count (t)), plim_training_dequantized_bytes (t)));
}

/* What the logits of the last micro-batch hold. */
static void
add_held (PlimTraining *t)
{
  gint64             inputs_bytes = plim_training_is_replayed (t->inputs)
                                      ? 0
                                      : plim_activations_quantized_inputs_bytes (t->inputs, t->stage.layers_count);
  gint64             scores = scores_count (t);
  gint64             score_bytes = t->framework->held_score_bytes;
  const PlimTermSpec spec = {
    .id = PLIM_TERM_LOGITS,
    .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_FORWARD) | PLIM_MOMENT_BIT (PLIM_MOMENT_STEP) |
               PLIM_MOMENT_BIT (PLIM_MOMENT_SAVE) | PLIM_MOMENT_BIT (PLIM_MOMENT_EVALUATION),
    .bytes = plim_multiply (t->tokens_count, plim_add (plim_multiply (scores, score_bytes), inputs_bytes)),
    .formula = "{0} × ({1} × {2} + {3})",
    .source = HELD,
    .note = N_ ("The last micro-batch’s logits stay until the next ones replace them, and with them what their graph "
                "holds of quantized matrices."),
    .depends = DEPENDS | PLIM_TRAINING_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_RECOMPUTE) |
               PLIM_FIELD_BIT (PLIM_FIELD_OFFLOAD_ACTIVATIONS) | PLIM_FIELD_BIT (PLIM_FIELD_SEQUENCE_PARALLEL),
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("tokens of the micro-batch"), t->tokens_count, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), scores, 1);
  plim_explanation_add (explanation, N_ ("bytes of a score"), score_bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes of inputs of quantized matrices per token"), inputs_bytes, 1);
}

static void
add_plain (PlimTraining *t)
{
  gboolean           is_compiled = t->inputs->compile == PLIM_SWITCH_ON;
  gint64             score_bytes = is_compiled ? t->framework->compiled_loss_bytes : t->framework->plain_loss_bytes;
  gint64             scores = scores_count (t);
  gint64             all_tokens = plim_multiply (t->inputs->batch_count, t->framework->head_chunk_tokens);
  gint64             chunk_tokens = MIN (all_tokens, t->tokens_count);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_LOGITS,
    .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_LOSS),
    .bytes = plim_multiply (plim_add (t->tokens_count, chunk_tokens),
                            plim_multiply (scores, score_bytes)),
    .formula = chunk_tokens > 0 ? "({0} + {3}) × {1} × {2}" : "{0} × {1} × {2}",
    .source = t->framework->source,
    .note = N_ ("All scores in 16 and 32 bits, log-softmax and gradients, as the framework’s code holds them at once."),
    .depends = DEPENDS,
  };
  gint64    backward[PLIM_N_BACKWARDS] = { 0 };
  PlimTerm *term;

  /* A quantized head is put together in backward while all scores and their gradients are still there. */
  if (t->framework->quantizes_head && t->inputs->task == PLIM_TASK_QLORA)
    backward[PLIM_BACKWARD_HEAD] =
      plim_multiply (t->tokens_count, plim_multiply (scores, t->framework->head_loss_bytes));
  term = plim_training_add (t, &spec, backward);
  term->bytes_at[PLIM_MOMENT_FORWARD] =
    t->framework->held_score_bytes > 0
      ? forward_bytes (t, chunk_tokens)
      : plim_multiply (t->tokens_count, plim_multiply (scores, MIN (score_bytes, 2)));
  plim_explanation_add (&term->explanation, N_ ("tokens of the micro-batch"), t->tokens_count, 1);
  plim_explanation_add (&term->explanation, N_ ("vocabulary"), scores, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a score"), score_bytes, 1);
  if (chunk_tokens > 0)
    plim_explanation_add (&term->explanation, N_ ("tokens of a chunk"), chunk_tokens, 1);
  if (t->framework->held_score_bytes > 0)
    add_held (t);
}

void
plim_training_add_loss (PlimTraining *t)
{
  if (!t->stage.has_head)
    return;

  if (t->inputs->objective != PLIM_OBJECTIVE_LANGUAGE_MODELLING)
    plim_training_add_objective_loss (t);
  else if (t->inputs->loss == PLIM_LOSS_FUSED)
    add_fused (t);
  else if (t->inputs->loss == PLIM_LOSS_CHUNKED)
    add_chunked (t);
  else
    add_plain (t);
}
