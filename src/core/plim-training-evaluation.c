/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Evaluation between steps: what it holds beside weights and states. */

#include "plim-training.h"

#include "plim-checked.h"

#include <glib/gi18n.h>

/* A copy of the model in FP16 or INT8 and, where shapes are known, its working memory for the same batch. */
void
plim_training_add_evaluation (PlimTraining *t)
{
  const PlimInputs  *inputs = t->inputs;
  gint64             copy_bytes = inputs->evaluation == PLIM_EVALUATION_F16 ? 2 : 1;
  gint64             token_bytes = plim_add (plim_multiply (2, plim_activations_working_width (&inputs->model)),
                                             plim_multiply (6, inputs->model.vocab_size));
  const PlimTermSpec copy = {
    .id = PLIM_TERM_EVALUATION_COPY,
    .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_EVALUATION),
    .bytes = plim_multiply (t->estimate->parameters.total_count, copy_bytes),
    .formula = "{0} × {1}",
    .source = "“GPU Memory / Time Consumption”, notes",
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION),
  };
  const PlimTermSpec work = {
    .id = PLIM_TERM_EVALUATION_WORK,
    .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_EVALUATION),
    .bytes = plim_multiply (t->tokens_count, token_bytes),
    .formula = "{0} × {1}",
    .source = "Hugging Face transformers, modeling_llama.py",
    .note = N_ ("One layer’s working memory and the logits of every token, in 16 and 32 bits."),
    .depends = PLIM_DEPENDS_MODEL | PLIM_TOKEN_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION),
  };
  PlimExplanation *explanation;

  if (inputs->evaluation == PLIM_EVALUATION_NONE)
    return;

  explanation = &plim_training_add (t, &copy, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("parameters"), t->estimate->parameters.total_count, 1);
  plim_explanation_add (explanation, N_ ("bytes per parameter"), copy_bytes, 1);
  if (!plim_model_has_shape (&inputs->model))
    return;

  explanation = &plim_training_add (t, &work, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("tokens of the micro-batch"), t->tokens_count, 1);
  plim_explanation_add (explanation, N_ ("bytes per token"), token_bytes, 1);
}
