/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PyTorch (Hugging Face transformers, vLLM, SGLang, TensorRT-LLM) and MLX: the widest layer of the tokens that are
 * computed at once, all of them or a piece; logits are made for the last token alone (transformers,
 * generation/utils.py, logits_to_keep; vLLM, v1/worker/gpu_model_runner.py), in 16 bits and widened to 32.
 *
 * llama.cpp: one buffer holds the larger of the output phase, u x (4V + 8h) for u tokens, and a layer in 32 bits, 4u x
 * (3f + 4h), with the attention mask in 16 bits, 2u x cells; without flash attention the scores, 4u x (heads + 1) x
 * cells, beside queries, keys and values.  These equal what llama.cpp's own allocator reports for Llama-2-7B and
 * Llama-3-8B to 0.1 MiB. */

#include "plim-compute-buffer.h"

#include "plim-checked.h"
#include "plim-runtime.h"

#include <glib/gi18n.h>

#define TRANSFORMERS "Hugging Face transformers, modeling_llama.py and generation/utils.py"
#define VLLM         "vLLM, v1/worker/gpu_model_runner.py, profile_run"
#define LLAMA_CPP    "llama.cpp, graph reservation of its own allocator"

#define ALWAYS \
  (PLIM_MOMENT_BIT (PLIM_MOMENT_LOAD) | PLIM_MOMENT_BIT (PLIM_MOMENT_PREFILL) | PLIM_MOMENT_BIT (PLIM_MOMENT_DECODE))
#define SERVING (PLIM_MOMENT_BIT (PLIM_MOMENT_PREFILL) | PLIM_MOMENT_BIT (PLIM_MOMENT_DECODE))

#define WORK_FIELDS                                                                               \
  (PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) | \
   PLIM_FIELD_BIT (PLIM_FIELD_UBATCH) | PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION) |                   \
   PLIM_FIELD_BIT (PLIM_FIELD_RUNTIME) | PLIM_FIELD_BIT (PLIM_FIELD_TENSOR_PARALLEL))

/* Scores of the eager kernel, 32-bit softmax and its 16-bit copy, of one sequence's largest layer. */
static gint64
eager_scores_width (const PlimInputs *inputs)
{
  gint64 heads_count = 0;

  if (inputs->attention == PLIM_ATTENTION_KERNEL_FLASH)
    return 0;
  for (guint i = 0; i < inputs->model.n_kinds; i++)
    heads_count = MAX (heads_count, inputs->model.kinds[i].attention.heads_count);

  return plim_multiply (3, plim_multiply (heads_count, inputs->context_tokens));
}

static void
add_layer_work (const PlimInputs    *inputs,
                const PlimWorkShare *share,
                PlimEstimate        *estimate)
{
  gint64             width = plim_add (plim_activations_working_width (&inputs->model), eager_scores_width (inputs));
  gint64             tokens_count = plim_runtime_ubatch_tokens (inputs);
  gboolean           is_piecewise = plim_runtime_profile (inputs)->ubatch_tokens > 0;
  const PlimTermSpec spec = {
    .id = PLIM_TERM_COMPUTE_BUFFER,
    .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_PREFILL),
    .bytes = plim_divide_up (plim_multiply (2, plim_multiply (tokens_count, width)), share->gpus_count),
    .formula = "ceil({0} × {1} × {2} ÷ {3})",
    .source = is_piecewise ? VLLM : TRANSFORMERS,
    .note = is_piecewise ? NULL : N_ ("The whole prompt is computed at once."),
    .depends = WORK_FIELDS,
  };
  PlimTerm        *term = plim_component_add (estimate, &spec);
  PlimExplanation *explanation = &term->explanation;

  term->bytes_at[PLIM_MOMENT_DECODE] =
    MIN (spec.bytes,
         plim_divide_up (plim_multiply (2, plim_multiply (share->sequences_count, width)), share->gpus_count));
  plim_explanation_add (explanation, N_ ("tokens at once"), tokens_count, 1);
  plim_explanation_add (explanation, N_ ("values of a layer per token"), width, 1);
  plim_explanation_add (explanation, N_ ("bytes per value"), 2, 1);
  plim_explanation_add (explanation, N_ ("GPUs"), share->gpus_count, 1);
}

static void
add_logits (const PlimInputs    *inputs,
            const PlimWorkShare *share,
            PlimEstimate        *estimate)
{
  const PlimTermSpec spec = {
    .id = PLIM_TERM_LOGITS,
    .moments = SERVING,
    .bytes = plim_multiply (share->sequences_count, plim_multiply (6, inputs->model.vocab_size)),
    .formula = "{0} × {1} × ({2} + {3})",
    .source = TRANSFORMERS,
    .note = N_ ("Only the last token of each sequence is scored."),
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_BATCH),
  };
  PlimExplanation *explanation;

  if (!share->has_head || !inputs->model.has_head)
    return;

  explanation = &plim_component_add (estimate, &spec)->explanation;
  plim_explanation_add (explanation, N_ ("sequences"), share->sequences_count, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), inputs->model.vocab_size, 1);
  plim_explanation_add (explanation, N_ ("bytes of a 16-bit score"), 2, 1);
  plim_explanation_add (explanation, N_ ("bytes of a 32-bit score"), 4, 1);
}

/* Widths of the widest layer that a GPU has, for llama.cpp's buffer. */
typedef struct
{
  gint64 feed_forward;
  gint64 heads;
  gint64 query_key_value;
} Widest;

static Widest
find_widest (const PlimModel     *model,
             const PlimWorkShare *share)
{
  Widest widest = { 0 };

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimLayerKind *kind = &model->kinds[i];
      const PlimAttention *a = &kind->attention;
      gint64               experts = plim_multiply (kind->experts.active_count, kind->experts.width);

      if (share->layers_count[i] == 0)
        continue;
      widest.feed_forward =
        MAX (widest.feed_forward, MAX (kind->mlp.width, plim_add (experts, kind->experts.shared_width)));
      widest.heads = MAX (widest.heads, a->heads_count);
      widest.query_key_value =
        MAX (widest.query_key_value, plim_add (plim_multiply (a->heads_count, a->head_dim),
                                               plim_multiply (a->kv_heads_count, a->head_dim + a->v_head_dim)));
    }

  return widest;
}

static void
add_llama_cpp_work (const PlimInputs    *inputs,
                    const PlimWorkShare *share,
                    PlimEstimate        *estimate)
{
  const PlimModel *model = &inputs->model;
  gboolean         is_flash = inputs->attention == PLIM_ATTENTION_KERNEL_FLASH;
  gint64           u = plim_runtime_ubatch_tokens (inputs);
  gint64           cells = plim_round_up (inputs->context_tokens, plim_runtime_profile (inputs)->cache_block_tokens);
  gint64           vocab_size = share->has_head ? model->vocab_size : 0;
  Widest           widest = find_widest (model, share);
  gint64           output = plim_add (plim_multiply (4, vocab_size), 8 * model->hidden_size);
  gint64           layer = plim_add (12 * widest.feed_forward + 16 * model->hidden_size, 2 * cells);
  gint64           scores =
    plim_add (plim_multiply (4 * (widest.heads + 1), cells), 16 * model->hidden_size + 4 * widest.query_key_value);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_COMPUTE_BUFFER,
    .moments = ALWAYS,
    .bytes = plim_multiply (u, MAX (output, is_flash ? layer : MAX (layer, scores))),
    .formula =
      is_flash
        ? "{0} × max(4 × {1} + 8 × {2}, 12 × {3} + 16 × {2} + 2 × {4})"
        : "{0} × max(max(4 × {1} + 8 × {2}, 12 × {3} + 16 × {2} + 2 × {4}), 4 × ({5} + 1) × {4} + 16 × {2} + 4 × {6})",
    .source = LLAMA_CPP,
    .depends = WORK_FIELDS,
  };
  PlimExplanation *explanation = &plim_component_add (estimate, &spec)->explanation;

  plim_explanation_add (explanation, N_ ("tokens of a piece"), u, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), vocab_size, 1);
  plim_explanation_add (explanation, N_ ("hidden size"), model->hidden_size, 1);
  plim_explanation_add (explanation, N_ ("feed-forward width"), widest.feed_forward, 1);
  plim_explanation_add (explanation, N_ ("cells"), cells, 1);
  if (!is_flash)
    {
      plim_explanation_add (explanation, N_ ("heads"), widest.heads, 1);
      plim_explanation_add (explanation, N_ ("query, key and value widths"), widest.query_key_value, 1);
    }
}

void
plim_compute_buffer_add (const PlimInputs    *inputs,
                         const PlimWorkShare *share,
                         PlimEstimate        *estimate)
{
  if (plim_runtime_of (inputs) == PLIM_RUNTIME_LLAMA_CPP)
    {
      add_llama_cpp_work (inputs, share, estimate);
      return;
    }

  add_layer_work (inputs, share, estimate);
  add_logits (inputs, share, estimate);
}
