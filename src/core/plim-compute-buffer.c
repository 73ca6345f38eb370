/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PyTorch (Hugging Face transformers, vLLM, SGLang, TensorRT-LLM) and MLX: the widest layer of the tokens that are
 * computed at once, all of them or a piece; logits are made for the last token alone (transformers,
 * generation/utils.py, logits_to_keep; vLLM, v1/worker/gpu_model_runner.py), in 16 bits and widened to 32.
 *
 * llama.cpp: one buffer that its allocator plays through the whole graph (ggml/src/ggml-alloc.c, best fit), so its size
 * is the largest of these phases, all in 32 bits, for u tokens at once:
 *  - the output, 4V logits with the last hidden state and its norm, 8h; beside latent attention the outputs of the last
 *    layer's experts stay (deepseek2.cpp); a cache in blocks needs the query rotated (src/llama-kv-cache.cpp,
 *    attn_rot_k); models with recurrent layers choose rows only after the last norm (src/models/qwen35.cpp, mamba.cpp),
 *    of which, with attention, the rows alone stay, 4h.  On the CPU the mask stays too; on GPUs not:
 *    logs of CUDA show 495.00 MiB for Qwen3.6 27B at any context;
 *  - a layer: residual, norm and output, 12h, the query's width where attention's output was, 4q, the feed-forward's
 *    gate, up and product, 12f (src/llama-graph.cpp, build_ffn, build_moe_ffn) or the recurrent mixer, and the mask of
 *    2 bytes a cell;
 *  - without flash attention, scores of all heads and a mask of 4 bytes, with residual and norm, 12h, and queries, keys
 *    and values.
 * They are within 1 % of what the allocator reports on its CPU backend for Llama 2 and 3, Qwen3, Gemma 3, Mamba and
 * DeepSeek V2 Lite, and of CUDA's logs for Qwen3.6 (tests/core/test-compute-buffer.c).  Best fit leaves other holes in
 * some models whose heads are wider or narrower than the hidden size; the buffer was up to 13 % larger in those tried.
 * Weights left in host memory add the copy that is being computed with (plim-host-copies.h).  Not modelled: copies of
 * inputs for pipelined devices, pools that CUDA kernels take outside the buffer. */

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

#define WORK_FIELDS                                                                                                   \
  (PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) |                     \
   PLIM_FIELD_BIT (PLIM_FIELD_UBATCH) | PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION) | PLIM_FIELD_BIT (PLIM_FIELD_RUNTIME) | \
   PLIM_FIELD_BIT (PLIM_FIELD_TENSOR_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) |                                   \
   PLIM_FIELD_BIT (PLIM_FIELD_PROMPT) | PLIM_FIELD_BIT (PLIM_FIELD_OUTPUT) | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) |  \
   PLIM_FIELD_BIT (PLIM_FIELD_MLA))

/* Scores of the eager kernel, 32-bit softmax and its 16-bit copy, of one sequence's largest layer. */
static gint64
eager_scores_width (const PlimInputs *inputs)
{
  gint64 heads_count = 0;

  if (inputs->attention != PLIM_ATTENTION_KERNEL_EAGER)
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
    .id = share->id,
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
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS),
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

/* --- llama.cpp -------------------------------------------------------------------------------------- */

/* Attention without a fused kernel, in the layer that needs most for it. */
typedef struct
{
  gint64 heads_count;
  gint64 cells;
  gint64 beside;          /* bytes per token beside scores and mask */
  gint64 turned_bytes;    /* of values, all cells */
} Scoring;

/* What a GPU's layers have at once, in bytes per token. */
typedef struct
{
  gint64  layer;          /* the widest layer beside the attention mask */
  gint64  beside_logits;  /* more than logits and the rows to score */
  gint64  product;        /* beside the mask while a matrix of the feed-forward is multiplied */
  Scoring scoring;
} Widest;

/* Cells that one row of the mask covers; sequences with a cache each have rows of their own. */
static gint64
count_cells (const PlimInputs    *inputs,
             const PlimWorkShare *share)
{
  gint64 tokens_count = inputs->context_tokens;

  if (inputs->unified_cache == PLIM_SWITCH_ON)
    tokens_count = plim_multiply (tokens_count, share->sequences_count);

  return plim_round_up (tokens_count, plim_runtime_profile (inputs)->cache_block_tokens);
}

static gint64
query_width (const PlimAttention *a)
{
  return plim_multiply (a->heads_count, a->head_dim);
}

/* Gate, up and their product, in 32 bits, of the dense part and of the experts of a token.  The experts' outputs take
 * the place of gate and up where they fit. */
static gint64
feed_forward_bytes (const PlimModel     *model,
                    const PlimLayerKind *kind)
{
  const PlimExperts *e = &kind->experts;
  gint64             dense = plim_multiply (kind->mlp.is_gated ? 12 : 8, kind->mlp.width);
  gint64             gated = e->is_gated ? 2 : 1;
  gint64             routed = plim_multiply (4 * (gated + 1), plim_multiply (e->active_count, e->width));

  if (model->hidden_size > plim_multiply (gated, e->width))
    routed = plim_add (routed, plim_multiply (4 * e->active_count, model->hidden_size));

  return MAX (dense, MAX (routed, plim_multiply (12, e->shared_width)));
}

/* Residual and norm, in 32 bits, with gate and up when the latter is multiplied, or their product and the output after
 * it. */
static gint64
product_bytes (const PlimModel     *model,
               const PlimLayerKind *kind)
{
  gint64 experts_count = kind->experts.experts_count > 0 ? kind->experts.active_count : 1;
  gint64 width = plim_multiply (experts_count, kind->experts.experts_count > 0 ? kind->experts.width : kind->mlp.width);
  gint64 output = plim_multiply (experts_count, model->hidden_size);

  return plim_add (8 * model->hidden_size, plim_multiply (4, plim_add (width, MAX (width, output))));
}

/* What a recurrent mixer has at once, in 32 bits: Mamba's input projection (x and z), the convolution's input and
 * output, the step and the scan's output; GatedDeltaNet's projection and the convolution's input and output. */
static gint64
mixer_bytes (const PlimRecurrent *r)
{
  gint64 groups = plim_multiply (2 * r->groups_count, r->state_size);
  gint64 convolution = plim_add (r->inner_size, groups);

  if (r->kind == PLIM_RECURRENT_MAMBA1)
    return plim_multiply (4 * (2 + 1 + 1 + 1), r->inner_size);
  if (r->kind == PLIM_RECURRENT_MAMBA2)
    return plim_add (plim_multiply (4 * 3, convolution),
                     plim_multiply (4, plim_add (2 * r->inner_size, r->heads_count)));

  return plim_multiply (4 * 3, convolution);
}

/* What latent attention's layers with shared experts leave below the next tensors: the outputs of the routed experts,
 * their scores and probabilities, and two more hidden states, in 32 bits. */
static gint64
left_by_experts (const PlimModel     *model,
                 const PlimLayerKind *kind)
{
  const PlimExperts *e = &kind->experts;

  if (kind->attention.kind != PLIM_ATTENTION_MLA || e->shared_width == 0)
    return 0;

  return plim_add (plim_multiply (4 * e->active_count + 8, model->hidden_size), plim_multiply (8, e->experts_count));
}

/* Attention without a fused kernel: what stands beside scores and mask. */
static gint64
beside_scores (const PlimModel     *model,
               const PlimLayerKind *kind)
{
  const PlimAttention *a = &kind->attention;
  gint64               bytes;

  if (a->kind == PLIM_ATTENTION_MLA)
    return plim_add (plim_add (8 * model->hidden_size, left_by_experts (model, kind)),
                     plim_multiply (4 * a->heads_count, plim_add (a->kv_lora_rank, a->rope_head_dim)));

  bytes = plim_add (plim_multiply (12, model->hidden_size), plim_multiply (8, query_width (a)));
  if (a->has_output_gate)
    bytes = plim_add (bytes, plim_multiply (4, query_width (a)));

  return plim_add (bytes, plim_multiply (4 * a->kv_heads_count, plim_add (a->head_dim, a->v_head_dim)));
}

/* Latent values are turned round for the product with the scores, in 16 bits (src/llama-graph.cpp, build_attn_mha);
 * they take the place of the experts' outputs if they fit into it. */
static gint64
turned_bytes (const PlimModel     *model,
              const PlimLayerKind *kind,
              gint64               tokens_count,
              gint64               cells)
{
  gint64 bytes = plim_multiply (2 * kind->attention.kv_lora_rank, cells);
  gint64 outputs_bytes =
    plim_multiply (tokens_count, plim_multiply (4 * kind->experts.active_count, model->hidden_size));

  return kind->attention.kind == PLIM_ATTENTION_MLA && bytes > outputs_bytes ? bytes : 0;
}

static gint64
scoring_bytes (const Scoring *scoring,
               gint64         tokens_count)
{
  gint64 width = plim_add (plim_multiply (4 * (scoring->heads_count + 1), scoring->cells), scoring->beside);

  return plim_add (plim_multiply (tokens_count, width), scoring->turned_bytes);
}

static void
widen_by_attention (Widest              *widest,
                    const PlimInputs    *inputs,
                    const PlimLayerKind *kind,
                    gint64               cells)
{
  const PlimAttention *a = &kind->attention;
  gint64               tokens_count = plim_runtime_ubatch_tokens (inputs);
  gint64               window = plim_round_up (plim_add (a->window_tokens, tokens_count),
                                               plim_runtime_profile (inputs)->cache_block_tokens);
  Scoring              scoring = {
                 .heads_count = a->heads_count,
                 .cells = a->window_tokens > 0 && inputs->full_windows == PLIM_SWITCH_OFF ? MIN (cells, window) : cells,
                 .beside = beside_scores (&inputs->model, kind),
  };

  scoring.turned_bytes = turned_bytes (&inputs->model, kind, tokens_count, scoring.cells);
  if (scoring_bytes (&scoring, tokens_count) > scoring_bytes (&widest->scoring, tokens_count))
    widest->scoring = scoring;
}

static Widest
find_widest (const PlimInputs    *inputs,
             const PlimWorkShare *share,
             gint64               cells)
{
  const PlimModel *model = &inputs->model;
  gboolean         is_rotated = plim_precision_info (inputs->kv_precision)->family == PLIM_PRECISION_FAMILY_GGUF;
  gboolean         has_mixer = FALSE;
  Widest           widest = { 0 };

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimLayerKind *kind = &model->kinds[i];
      gint64               query = query_width (&kind->attention);
      gint64               layer = plim_add (feed_forward_bytes (model, kind), plim_multiply (4, query));

      if (share->layers_count[i] == 0 && share->host.layers_count == 0)
        continue;
      widest.product = MAX (widest.product, product_bytes (model, kind));
      if (kind->recurrent.kind != PLIM_RECURRENT_NONE)
        {
          has_mixer = TRUE;
          layer = MAX (layer, mixer_bytes (&kind->recurrent));
        }
      if (kind->attention.kind != PLIM_ATTENTION_NONE)
        widen_by_attention (&widest, inputs, kind, cells);
      widest.layer = MAX (widest.layer, plim_add (layer, 12 * model->hidden_size));
      widest.beside_logits = MAX (widest.beside_logits, left_by_experts (model, kind));
      if (is_rotated)
        widest.beside_logits = MAX (widest.beside_logits, plim_multiply (4, query));
    }
  widest.beside_logits = plim_add (widest.beside_logits, 4 * model->hidden_size);
  if (has_mixer)
    widest.beside_logits = widest.scoring.heads_count > 0 ? 0 : plim_add (widest.beside_logits, 4 * model->hidden_size);

  return widest;
}

/* The phases of a graph, by whether attention is not fused and whether parts of host memory are copied. */
#define OUTPUT "{0} × (4 × {1} + 4 × {2} + {3})"
#define LAYER  "{0} × ({4} + 2 × {5})"
#define COPIES "max(" OUTPUT " + {6}, {0} × ({7} + 2 × {5}) + {8})"

static const char *const llama_cpp_formulas[2][2] = {
  { "{0} × max(4 × {1} + 4 × {2} + {3}, {4} + 2 × {5})", "max(" LAYER ", " COPIES ")" },
  { "max({0} × max(4 × {1} + 4 × {2} + {3}, {4} + 2 × {5}), {0} × (4 × ({6} + 1) × {7} + {8}) + {9})",
    "max(max(" LAYER ", " COPIES "), {0} × (4 × ({9} + 1) × {10} + {11}) + {12})" },
};

static void
add_llama_cpp_work (const PlimInputs    *inputs,
                    const PlimWorkShare *share,
                    PlimEstimate        *estimate)
{
  gboolean           is_flash = inputs->attention != PLIM_ATTENTION_KERNEL_EAGER;
  gint64             u = plim_runtime_ubatch_tokens (inputs);
  gint64             head_copy = plim_host_copies_head_bytes (inputs, &share->host);
  gint64             layer_copy = plim_host_copies_layer_bytes (inputs, &share->host, share->sequences_count);
  gboolean           has_copies = head_copy > 0 || layer_copy > 0;
  gboolean           has_head = share->has_head || head_copy > 0;
  gint64             hidden_size = has_head ? inputs->model.hidden_size : 0;
  gint64             vocab_size = has_head ? inputs->model.vocab_size : 0;
  gint64             cells = count_cells (inputs, share);
  Widest             widest = find_widest (inputs, share, cells);
  gint64             beside_logits = has_head ? widest.beside_logits : 0;
  gint64             mask_cells = widest.scoring.heads_count > 0 ? cells : 0;
  gint64             mask = plim_multiply (2, mask_cells);
  gint64             output = plim_add (plim_add (plim_multiply (4, vocab_size), 4 * hidden_size), beside_logits);
  gint64             layer = plim_multiply (u, plim_add (widest.layer, mask));
  gint64             product = layer_copy > 0 ? widest.product : 0;
  gint64             copies = MAX (plim_add (plim_multiply (u, output), head_copy),
                                   plim_add (plim_multiply (u, plim_add (product, mask)), layer_copy));
  gint64             fused = MAX (layer, copies);
  const PlimTermSpec spec = {
    .id = share->id,
    .moments = ALWAYS,
    .bytes = is_flash ? fused : MAX (fused, scoring_bytes (&widest.scoring, u)),
    .formula = llama_cpp_formulas[!is_flash][has_copies],
    .source = LLAMA_CPP,
    .note = has_copies ? N_ ("With a copy of the largest part that stays in host memory.") : NULL,
    .depends = WORK_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_KV_PRECISION) | PLIM_FIELD_BIT (PLIM_FIELD_UNIFIED_CACHE) |
               PLIM_FIELD_BIT (PLIM_FIELD_SWA_FULL) | PLIM_FIELD_BIT (PLIM_FIELD_GPU_LAYERS) |
               PLIM_FIELD_BIT (PLIM_FIELD_HOST_EXPERT_LAYERS) | PLIM_FIELD_BIT (PLIM_FIELD_V_PRECISION),
  };
  PlimExplanation *explanation = &plim_component_add (estimate, &spec)->explanation;

  plim_explanation_add (explanation, N_ ("tokens of a piece"), u, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), vocab_size, 1);
  plim_explanation_add (explanation, N_ ("hidden size"), hidden_size, 1);
  plim_explanation_add (explanation, N_ ("bytes of a token that stay beside the logits"), beside_logits, 1);
  plim_explanation_add (explanation, N_ ("bytes of a token in the widest layer"), widest.layer, 1);
  plim_explanation_add (explanation, N_ ("cells"), mask_cells, 1);
  if (has_copies)
    {
      plim_explanation_add (explanation, N_ ("bytes of a copied head"), head_copy, 1);
      plim_explanation_add (explanation, N_ ("bytes of a token beside a copy"), product, 1);
      plim_explanation_add (explanation, N_ ("bytes of the largest copy"), layer_copy, 1);
    }
  if (!is_flash)
    {
      plim_explanation_add (explanation, N_ ("heads"), widest.scoring.heads_count, 1);
      plim_explanation_add (explanation, N_ ("cells that a head scores"), widest.scoring.cells, 1);
      plim_explanation_add (explanation, N_ ("bytes of a token beside the scores"), widest.scoring.beside, 1);
      plim_explanation_add (explanation, N_ ("bytes of values turned round"), widest.scoring.turned_bytes, 1);
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
