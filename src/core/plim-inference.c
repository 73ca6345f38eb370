/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Serving: weights, caches and working memory, split over the GPUs as tensor parallelism does.
 *
 * PyTorch (Hugging Face transformers): prefill runs the whole prompt at once; its working memory is one layer's; logits
 * are made for the last token alone (generation/utils.py, logits_to_keep), in 16 bits and widened to 32.
 * llama.cpp: prefill runs in pieces of n_ubatch tokens u; one buffer holds the larger of the output phase, u x (4V +
 * 8h), and a layer in 32 bits, 4u x (3f + 4h), with the attention mask in 16 bits, 2u x cells; without flash attention
 * the scores, 4u x (heads + 1) x cells, beside queries, keys and values.  These equal what llama.cpp's own allocator
 * reports for Llama-2-7B and Llama-3-8B to 0.1 MiB. */

#include "plim-component.h"

#include "plim-checked.h"
#include "plim-kv-cache.h"
#include "plim-runtime.h"

#include <glib/gi18n.h>

#define TRANSFORMERS "Hugging Face transformers, modeling_llama.py and generation/utils.py"
#define LLAMA_CPP    "llama.cpp, graph reservation of its own allocator"

#define ALWAYS \
  (PLIM_MOMENT_BIT (PLIM_MOMENT_LOAD) | PLIM_MOMENT_BIT (PLIM_MOMENT_PREFILL) | PLIM_MOMENT_BIT (PLIM_MOMENT_DECODE))
#define SERVING  (PLIM_MOMENT_BIT (PLIM_MOMENT_PREFILL) | PLIM_MOMENT_BIT (PLIM_MOMENT_DECODE))
#define BATCHING (PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT))

static void
add_weights (const PlimInputs *inputs,
             PlimEstimate     *estimate)
{
  PlimWeights weights = plim_weights_stored (inputs, &estimate->parameters);

  if (plim_runtime_profile (inputs)->has_host_embedding && !inputs->model.has_tied_head &&
      plim_model_has_shape (&inputs->model))
    weights.quantized_count =
      plim_subtract (weights.quantized_count, plim_multiply (inputs->model.vocab_size, inputs->model.hidden_size));
  plim_weights_add (estimate, &weights, PLIM_TERM_WEIGHTS, ALWAYS, inputs->gpus_count);
}

static gint64
cache_tokens (const PlimInputs *inputs)
{
  return plim_round_up (inputs->context_tokens, plim_runtime_profile (inputs)->cache_block_tokens);
}

static void
add_cache (const PlimInputs *inputs,
           PlimEstimate     *estimate)
{
  gint64       tokens_count = cache_tokens (inputs);
  PlimKvLine   line = plim_kv_cache_line (&inputs->model, inputs->kv_precision, tokens_count, inputs->gpus_count);
  gint64       sequence_bytes = plim_add (plim_multiply (line.growing_bytes, tokens_count), line.fixed_bytes);
  PlimTermSpec spec = {
    .id = PLIM_TERM_KV_CACHE,
    .moments = SERVING,
    .bytes = plim_multiply (inputs->batch_count, sequence_bytes),
    .formula = line.fixed_bytes > 0 ? "{0} × ({1} × {2} + {3})" : "{0} × {1} × {2}",
    .source = "Attention Is All You Need, arXiv:1706.03762; grouped heads, arXiv:2305.13245",
    .note = inputs->gpus_count > 1 ? N_ ("Key and value heads are split over the GPUs, at least one on each.") : NULL,
    .depends =
      PLIM_DEPENDS_MODEL | BATCHING | PLIM_FIELD_BIT (PLIM_FIELD_KV_PRECISION) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS),
  };
  PlimExplanation *explanation;

  if (sequence_bytes == 0)
    return;

  estimate->kv_bytes_per_token =
    plim_kv_cache_line (&inputs->model, inputs->kv_precision, tokens_count, 1).growing_bytes;
  explanation = &plim_component_add (estimate, &spec)->explanation;
  plim_explanation_add (explanation, N_ ("sequences"), inputs->batch_count, 1);
  plim_explanation_add (explanation, N_ ("cached tokens"), tokens_count, 1);
  plim_explanation_add (explanation, N_ ("bytes per token"), line.growing_bytes, 1);
  if (line.fixed_bytes > 0)
    plim_explanation_add (explanation, N_ ("bytes of full windows"), line.fixed_bytes, 1);
}

static void
add_state (const PlimInputs *inputs,
           PlimEstimate     *estimate)
{
  gint64             state_bytes = plim_recurrent_state_bytes (&inputs->model);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_RECURRENT_STATE,
    .moments = SERVING,
    .bytes = plim_multiply (inputs->batch_count, plim_divide_up (state_bytes, inputs->gpus_count)),
    .formula = "{0} × ceil({1} ÷ {2})",
    .source = "llama.cpp, n_embd_r and n_embd_s; Mamba, arXiv:2312.00752",
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS),
  };
  PlimExplanation *explanation;

  if (state_bytes == 0)
    return;

  explanation = &plim_component_add (estimate, &spec)->explanation;
  plim_explanation_add (explanation, N_ ("sequences"), inputs->batch_count, 1);
  plim_explanation_add (explanation, N_ ("state bytes of a sequence"), state_bytes, 1);
  plim_explanation_add (explanation, N_ ("GPUs"), inputs->gpus_count, 1);
}

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
add_pytorch_work (const PlimInputs *inputs,
                  PlimEstimate     *estimate)
{
  gint64             width = plim_add (plim_activations_working_width (&inputs->model), eager_scores_width (inputs));
  gint64             prompt = plim_multiply (inputs->batch_count, inputs->context_tokens);
  const PlimTermSpec buffer = {
    .id = PLIM_TERM_COMPUTE_BUFFER,
    .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_PREFILL),
    .bytes = plim_divide_up (plim_multiply (2, plim_multiply (prompt, width)), inputs->gpus_count),
    .formula = "ceil({0} × {1} × {2} × {3} ÷ {4})",
    .source = TRANSFORMERS,
    .depends = PLIM_DEPENDS_MODEL | BATCHING | PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS),
  };
  const PlimTermSpec logits = {
    .id = PLIM_TERM_LOGITS,
    .moments = SERVING,
    .bytes = plim_multiply (inputs->batch_count, plim_multiply (6, inputs->model.vocab_size)),
    .formula = "{0} × {1} × ({2} + {3})",
    .source = TRANSFORMERS,
    .note = N_ ("Only the last token of each sequence is scored."),
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_BATCH),
  };
  PlimTerm        *term = plim_component_add (estimate, &buffer);
  PlimExplanation *explanation = &term->explanation;

  term->bytes_at[PLIM_MOMENT_DECODE] =
    plim_divide_up (plim_multiply (2, plim_multiply (inputs->batch_count, width)), inputs->gpus_count);
  plim_explanation_add (explanation, N_ ("sequences"), inputs->batch_count, 1);
  plim_explanation_add (explanation, N_ ("context tokens"), inputs->context_tokens, 1);
  plim_explanation_add (explanation, N_ ("values of a layer per token"), width, 1);
  plim_explanation_add (explanation, N_ ("bytes per value"), 2, 1);
  plim_explanation_add (explanation, N_ ("GPUs"), inputs->gpus_count, 1);

  explanation = &plim_component_add (estimate, &logits)->explanation;
  plim_explanation_add (explanation, N_ ("sequences"), inputs->batch_count, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), inputs->model.vocab_size, 1);
  plim_explanation_add (explanation, N_ ("bytes of a 16-bit score"), 2, 1);
  plim_explanation_add (explanation, N_ ("bytes of a 32-bit score"), 4, 1);
}

/* Widths of the widest layer, for llama.cpp's buffer. */
typedef struct
{
  gint64 feed_forward;
  gint64 heads;
  gint64 query_key_value;
} Widest;

static Widest
find_widest (const PlimModel *model)
{
  Widest widest = { 0 };

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimLayerKind *kind = &model->kinds[i];
      const PlimAttention *a = &kind->attention;
      gint64               experts = plim_multiply (kind->experts.active_count, kind->experts.width);

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
add_llama_cpp_work (const PlimInputs *inputs,
                    PlimEstimate     *estimate)
{
  const PlimModel *model = &inputs->model;
  gboolean         is_flash = inputs->attention == PLIM_ATTENTION_KERNEL_FLASH;
  gint64           u = plim_runtime_profile (inputs)->micro_batch_tokens;
  gint64           cells = cache_tokens (inputs);
  Widest           widest = find_widest (model);
  gint64           output = plim_add (plim_multiply (4, model->vocab_size), 8 * model->hidden_size);
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
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) | PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION),
  };
  PlimExplanation *explanation = &plim_component_add (estimate, &spec)->explanation;

  plim_explanation_add (explanation, N_ ("tokens of a piece"), u, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), model->vocab_size, 1);
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
plim_inference_add_terms (const PlimInputs *inputs,
                          PlimEstimate     *estimate)
{
  add_weights (inputs, estimate);
  if (!plim_model_has_shape (&inputs->model))
    return;

  add_cache (inputs, estimate);
  add_state (inputs, estimate);
  if (plim_runtime_of (inputs) == PLIM_RUNTIME_LLAMA_CPP)
    add_llama_cpp_work (inputs, estimate);
  else
    add_pytorch_work (inputs, estimate);
}
