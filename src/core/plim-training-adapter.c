/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What adapters other than LoRA hold beside their weights and what each token keeps (plim-activations.c).
 *
 * DoRA computes the length of each row of the sum of base and update: an identity matrix goes through the adapter, then
 * base, update, the scaled update and their sum are there at once (PEFT, tuners/lora/dora.py; torchtune,
 * modules/peft/dora.py).  PEFT puts quantized weights together for it, and with dropout a second product with them
 * keeps that copy for backward.  Prefix tuning makes all layers' keys and values at once and cuts them up. */

#include "plim-adapters.h"
#include "plim-checked.h"
#include "plim-training.h"

#include <glib/gi18n.h>

#define IDENTITY "{0} × (({3} + {4}) × {0} + {3} × ({1} + {2}))"
#define SUM      "{3} × {0} × ({0} + {1} + 3 × {2})"

#define BIT     PLIM_MOMENT_BIT
#define FORWARD (BIT (PLIM_MOMENT_FORWARD) | BIT (PLIM_MOMENT_LOSS))
#define DEPENDS (PLIM_TRAINING_FIELDS | PLIM_ADAPTER_FIELDS)

/* --- DoRA ----------------------------------------------------------------------------------------------- */

/* What one target takes while its lengths are computed: the identity in the adapter's format and in that of compute,
 * and the update; or the latter identity, and update, scaled update and sum. */
static gint64
identity_bytes (const PlimTraining *t,
                const PlimMatrix   *matrix)
{
  gint64 compute = t->recipe.compute_bytes;
  gint64 identity = t->framework->has_peft && t->recipe.weight_bytes > compute ? t->recipe.weight_bytes : 0;
  gint64 rows = plim_add (plim_multiply (compute + identity, matrix->in_size),
                          plim_multiply (compute, plim_add (t->inputs->lora_rank, matrix->out_size)));

  return plim_multiply (matrix->in_size, rows);
}

static gint64
sum_bytes (const PlimTraining *t,
           const PlimMatrix   *matrix)
{
  gint64 rows = plim_add (plim_add (matrix->in_size, t->inputs->lora_rank), plim_multiply (3, matrix->out_size));

  return plim_multiply (t->recipe.compute_bytes, plim_multiply (matrix->in_size, rows));
}

/* The target that takes most. */
static PlimMatrix
find_largest_target (const PlimTraining *t)
{
  const PlimInputs *inputs = t->inputs;
  const PlimModel  *model = &inputs->model;
  PlimMatrix        largest = { PLIM_MATRIX_OTHER, 0, 0, 1 };
  gint64            most_bytes = 0;

  for (guint k = 0; k < model->n_kinds; k++)
    {
      PlimMatrix matrices[PLIM_LAYER_MAX_MATRICES + 1];
      guint      n_matrices = plim_parameters_list_targets (model, &model->kinds[k], inputs->lora_targets, matrices);

      if (inputs->lora_head == PLIM_SWITCH_ON)
        matrices[n_matrices++] = (PlimMatrix) { PLIM_MATRIX_OTHER, model->hidden_size, model->vocab_size, 1 };
      for (guint i = 0; i < n_matrices; i++)
        {
          gint64 bytes = MAX (identity_bytes (t, &matrices[i]), sum_bytes (t, &matrices[i]));

          if (bytes > most_bytes)
            {
              most_bytes = bytes;
              largest = matrices[i];
            }
        }
    }

  return largest;
}

static void
add_lengths (PlimTraining *t)
{
  const PlimMatrix matrix = find_largest_target (t);
  gboolean         is_identity = identity_bytes (t, &matrix) > sum_bytes (t, &matrix);
  gint64           bytes = is_identity ? identity_bytes (t, &matrix) : sum_bytes (t, &matrix);
  PlimTermSpec     spec = {
        .id = PLIM_TERM_COMPUTE_BUFFER,
        .moments = BIT (PLIM_MOMENT_FORWARD),
        .bytes = bytes,
        .formula = is_identity ? IDENTITY : SUM,
        .source = plim_adapter_source (t->inputs),
        .note = N_ ("DoRA sends an identity matrix through the adapter to get the lengths of base and update."),
        .depends = DEPENDS,
  };
  gint64           replayed = plim_training_is_replayed (t->inputs) ? bytes : 0;
  const gint64     backward[PLIM_N_BACKWARDS] = { 0, replayed, replayed };
  PlimExplanation *explanation = &plim_training_add (t, &spec, backward)->explanation;

  plim_explanation_add (explanation, N_ ("inputs of the matrix"), matrix.in_size, 1);
  plim_explanation_add (explanation, N_ ("rank"), t->inputs->lora_rank, 1);
  plim_explanation_add (explanation, N_ ("outputs of the matrix"), matrix.out_size, 1);
  plim_explanation_add (explanation, N_ ("bytes per number"), t->recipe.compute_bytes, 1);
  if (is_identity)
    plim_explanation_add (explanation, N_ ("bytes per number of the adapter"), t->recipe.weight_bytes, 1);
}

/* Numbers in the targets of a layer. */
static gint64
count_targets (const PlimTraining  *t,
               const PlimLayerKind *kind)
{
  gint64     count = 0;
  PlimMatrix matrices[PLIM_LAYER_MAX_MATRICES];
  guint      n_matrices =
    plim_parameters_list_targets (&t->inputs->model, kind, t->inputs->lora_targets, matrices);

  for (guint i = 0; i < n_matrices; i++)
    count = plim_add (count, plim_matrix_count (&matrices[i]));

  return count;
}

/* The copies that dropout over a quantized base keeps: of all layers, or of the one that is replayed. */
static void
add_kept_copies (PlimTraining *t)
{
  const PlimModel *model = &t->inputs->model;
  gboolean         is_replayed = plim_training_is_replayed (t->inputs);
  gint64           largest_count = 0;
  gint64           count = 0;
  PlimTermSpec     spec = {
        .id = PLIM_TERM_DEQUANTIZED,
        .moments = is_replayed ? 0 : FORWARD,
        .formula = "{0} × {1}",
        .source = "PEFT, tuners/lora/variants.py and tuners/lora/dora.py",
        .note = N_ ("With dropout DoRA multiplies with the base once more, and its copy in compute format is kept."),
        .depends = DEPENDS | PLIM_FIELD_BIT (PLIM_FIELD_LORA_DROPOUT) | PLIM_FIELD_BIT (PLIM_FIELD_RECOMPUTE) |
               PLIM_FIELD_BIT (PLIM_FIELD_OFFLOAD_ACTIVATIONS),
  };
  PlimExplanation *explanation;

  if (!t->framework->has_peft || t->inputs->task != PLIM_TASK_QLORA || t->inputs->lora_dropout <= 0)
    return;

  for (guint k = 0; k < model->n_kinds; k++)
    {
      gint64 layer_count = count_targets (t, &model->kinds[k]);

      largest_count = MAX (largest_count, layer_count);
      count = plim_add (count, plim_multiply (t->stage.layers_count[k], layer_count));
    }
  if (is_replayed)
    count = largest_count;
  spec.bytes = plim_multiply (count, t->recipe.compute_bytes);
  explanation = &plim_training_add (t, &spec,
                                    (const gint64[PLIM_N_BACKWARDS]) { is_replayed ? 0 : spec.bytes, spec.bytes,
                                                                       is_replayed ? spec.bytes : 0 })
                   ->explanation;
  plim_explanation_add (explanation, N_ ("numbers in matrices with adapters"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per number"), t->recipe.compute_bytes, 1);
}

/* Two outputs of the head's adapter for each score. */
static void
add_head_outputs (PlimTraining *t)
{
  gint64             scores = plim_divide_up (t->inputs->model.vocab_size, t->layout.tensor_count);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_LOGITS,
    .moments = FORWARD,
    .bytes = plim_multiply (plim_multiply (2, t->tokens_count), plim_multiply (scores, t->recipe.compute_bytes)),
    .formula = "2 × {0} × {1} × {2}",
    .source = plim_adapter_source (t->inputs),
    .note = N_ ("DoRA keeps the output of the base and that of the adapter."),
    .depends = DEPENDS | PLIM_TOKEN_FIELDS,
  };
  const gint64     backward[PLIM_N_BACKWARDS] = { spec.bytes, 0, 0 };
  PlimExplanation *explanation;

  if (t->inputs->lora_head == PLIM_SWITCH_OFF || !t->stage.has_head)
    return;

  explanation = &plim_training_add (t, &spec, backward)->explanation;
  plim_explanation_add (explanation, N_ ("tokens of the micro-batch"), t->tokens_count, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), scores, 1);
  plim_explanation_add (explanation, N_ ("bytes per number"), t->recipe.compute_bytes, 1);
}

/* --- prefix tuning ------------------------------------------------------------------------------------------ */

static gint64
count_prefix_layers (const PlimTraining *t)
{
  gint64 count = 0;

  for (guint k = 0; k < t->inputs->model.n_kinds; k++)
    if (plim_adapter_has_prefix (t->inputs, &t->inputs->model.kinds[k]))
      count = plim_add (count, t->stage.layers_count[k]);

  return count;
}

/* Keys and values of the virtual tokens, for each sequence: put before those of the text, and kept with them. */
static void
add_kept_prefix (PlimTraining *t)
{
  const PlimModel *model = &t->inputs->model;
  gint64           token_bytes = 0;
  const gint64     in_flight = t->stage.kept_numerator;
  PlimTermSpec     spec = {
        .id = PLIM_TERM_PREFIX,
        .moments = FORWARD,
        .formula = "ceil({0} × {1} × {2} × {3})",
        .source = plim_adapter_source (t->inputs),
        .note = N_ ("Every sequence has its own copy of the virtual tokens’ keys and values."),
        .depends = DEPENDS | PLIM_TOKEN_FIELDS | PLIM_SHARING_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_ACCUMULATION) |
               PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION) | PLIM_FIELD_BIT (PLIM_FIELD_PIPELINE_SCHEDULE) | PLIM_FIELD_BIT (PLIM_FIELD_VIRTUAL_STAGES),
  };
  PlimExplanation *explanation;

  for (guint k = 0; k < model->n_kinds; k++)
    if (plim_adapter_has_prefix (t->inputs, &model->kinds[k]))
      token_bytes = plim_add (token_bytes, plim_multiply (t->stage.layers_count[k],
                                                          plim_activations_kv_bytes (t->inputs, &model->kinds[k])));
  spec.bytes = plim_multiply (plim_multiply (t->sequences_count, t->inputs->virtual_tokens), token_bytes);
  spec.bytes = plim_divide_up (plim_multiply (spec.bytes, in_flight), t->stage.kept_denominator);
  explanation =
    &plim_training_add (t, &spec, (const gint64[PLIM_N_BACKWARDS]) { spec.bytes, spec.bytes, 0 })->explanation;
  plim_explanation_add (explanation, N_ ("sequences"), t->sequences_count, 1);
  plim_explanation_add (explanation, N_ ("virtual tokens"), t->inputs->virtual_tokens, 1);
  plim_explanation_add (explanation, N_ ("bytes of a token’s keys and values"), token_bytes, 1);
  plim_explanation_add (explanation, N_ ("micro-batches in flight"), in_flight, t->stage.kept_denominator);
}

/* Numbers in the keys and values of all layers' virtual tokens. */
static void
add_prefix_factors (const PlimTraining *t,
                    PlimExplanation    *explanation,
                    gint64              layers_count)
{
  plim_explanation_add (explanation, N_ ("sequences"), t->sequences_count, 1);
  plim_explanation_add (explanation, N_ ("virtual tokens"), t->inputs->virtual_tokens, 1);
  plim_explanation_add (explanation, N_ ("layers"), layers_count, 1);
  plim_explanation_add (explanation, N_ ("width of a key and a value"), plim_adapter_prefix_width (t->inputs), 1);
  plim_explanation_add (explanation, N_ ("bytes per number"), t->recipe.compute_bytes, 1);
}

/* All layers' keys and values before they are cut up; at the end of backward their gradients, put together and then in
 * the adapter's format. */
static void
add_whole_prefix (PlimTraining *t)
{
  gint64       layers_count = count_prefix_layers (t);
  gint64       count = plim_multiply (plim_multiply (t->sequences_count, t->inputs->virtual_tokens), layers_count);
  gint64       numbers_count = plim_multiply (count, plim_adapter_prefix_width (t->inputs));
  gint64       gradient_bytes = plim_multiply (numbers_count, t->recipe.compute_bytes + t->recipe.weight_bytes);
  PlimTermSpec forward = {
    .id = PLIM_TERM_COMPUTE_BUFFER,
    .moments = BIT (PLIM_MOMENT_FORWARD),
    .bytes = plim_multiply (numbers_count, t->recipe.compute_bytes),
    .formula = "{0} × {1} × {2} × {3} × {4}",
    .source = plim_adapter_source (t->inputs),
    .note = N_ ("The prefix of all layers is one tensor until they have taken their parts."),
    .depends = DEPENDS | PLIM_TOKEN_FIELDS | PLIM_SHARING_FIELDS,
  };
  PlimTermSpec backward = forward;
  PlimTerm    *term;

  add_prefix_factors (t, &plim_training_add (t, &forward, NULL)->explanation, layers_count);

  backward.moments = BIT (PLIM_MOMENT_BACKWARD);
  backward.bytes = gradient_bytes;
  backward.formula = "{0} × {1} × {2} × {3} × ({4} + {5})";
  backward.note = N_ ("The gradient of the prefix of all layers, put together and then in the adapter’s format.");
  term = plim_training_add (t, &backward, (const gint64[PLIM_N_BACKWARDS]) { 0, 0, gradient_bytes });
  add_prefix_factors (t, &term->explanation, layers_count);
  plim_explanation_add (&term->explanation, N_ ("bytes per number of the adapter"), t->recipe.weight_bytes, 1);
}

void
plim_training_add_adapter (PlimTraining *t)
{
  if (!t->has_adapters)
    return;

  if (t->inputs->adapter == PLIM_ADAPTER_DORA)
    {
      add_lengths (t);
      add_kept_copies (t);
      add_head_outputs (t);
    }
  else if (t->inputs->adapter == PLIM_ADAPTER_PREFIX)
    {
      add_kept_prefix (t);
      add_whole_prefix (t);
    }
}
