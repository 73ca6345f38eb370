/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Serving: weights, caches and working memory of each distinct GPU. */

#include "plim-component.h"

#include "plim-checked.h"
#include "plim-compute-buffer.h"
#include "plim-kv-cache.h"
#include "plim-layout.h"
#include "plim-next-token.h"
#include "plim-runtime.h"
#include "plim-served-adapters.h"
#include "plim-serving-speed.h"
#include "plim-towers.h"
#include "plim-weight-layout.h"

#include <glib/gi18n.h>

#define SERVING (PLIM_MOMENT_BIT (PLIM_MOMENT_PREFILL) | PLIM_MOMENT_BIT (PLIM_MOMENT_DECODE))
#define ALWAYS  (PLIM_MOMENT_BIT (PLIM_MOMENT_LOAD) | SERVING)
#define BATCHING                                                                                                  \
  (PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) | PLIM_FIELD_BIT (PLIM_FIELD_PROMPT) | \
   PLIM_FIELD_BIT (PLIM_FIELD_OUTPUT))
#define LAYOUT                                                                                   \
  (PLIM_FIELD_BIT (PLIM_FIELD_GPUS) | PLIM_FIELD_BIT (PLIM_FIELD_RUNTIME) |                      \
   PLIM_FIELD_BIT (PLIM_FIELD_TENSOR_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_PIPELINE_PARALLEL) | \
   PLIM_FIELD_BIT (PLIM_FIELD_GPU_LAYERS))

/* What all roles share. */
typedef struct
{
  const PlimInputs *inputs;
  PlimEstimate     *estimate;
  PlimLayout        layout;
  PlimWeightLayout  weights;
  gint64            sequences_count;
} Serving;

/* --- weights ---------------------------------------------------------------------------------------- */

/* One GPU, or several with an equal share of everything, in one format: parameters times bytes says it best. */
static gboolean
is_whole (const Serving   *serving,
          const PlimStage *stage)
{
  PlimPrecisionFamily family = plim_precision_info (serving->inputs->precision)->family;

  return serving->layout.pipeline_count == 1 && serving->layout.expert_count == 1 && stage->first_expert_layer == 0 &&
         stage->first_layer == 0 && stage->has_head &&
         (stage->has_embedding || serving->inputs->model.layer_tables_count == 0) &&
         !plim_weight_layout_is_stored (serving->inputs) && family != PLIM_PRECISION_FAMILY_GGUF &&
         family != PLIM_PRECISION_FAMILY_EXL;
}

static void
add_whole_weights (const Serving   *serving,
                   const PlimStage *stage)
{
  const PlimInputs         *inputs = serving->inputs;
  const PlimRuntimeProfile *profile = plim_runtime_profile (inputs);
  PlimWeights               weights = plim_weights_stored (inputs, &serving->estimate->parameters);
  PlimTerm                 *term;

  plim_weights_adapt_head (&weights, &inputs->model, profile->unties_head, profile->quantizes_head);
  if (!stage->has_embedding && !inputs->model.has_tied_head)
    weights.quantized_count =
      plim_subtract (weights.quantized_count, plim_multiply (inputs->model.vocab_size, inputs->model.hidden_size));
  term = plim_weights_add (serving->estimate, &weights, PLIM_TERM_WEIGHTS, ALWAYS, serving->layout.tensor_count);
  term->explanation.depends |= LAYOUT | PLIM_FIELD_BIT (PLIM_FIELD_HOST_EXPERT_LAYERS);
}

/* Tables outside the layers: the embedding, and the head with the final norm; a tied head is the embedding's table. */
static gint64
table_bytes (const Serving   *serving,
             const PlimStage *stage)
{
  gboolean has_tied_head =
    serving->inputs->model.has_tied_head && !plim_runtime_profile (serving->inputs)->unties_head;
  gboolean needs_embedding = stage->has_embedding || (stage->has_head && has_tied_head);
  gint64   bytes = needs_embedding ? serving->weights.embedding_bytes : 0;

  if (stage->has_embedding)
    bytes = plim_add (bytes, serving->weights.layer_table_bytes);
  if (!stage->has_head)
    return bytes;

  return plim_add (bytes, plim_add (serving->weights.head_bytes, serving->weights.other_bytes));
}

static void
add_stage_weights (const Serving   *serving,
                   const PlimStage *stage)
{
  const PlimModel *model = &serving->inputs->model;
  PlimLayerWeights layers = plim_weight_layout_layers (&serving->weights, model, stage->first_layer, stage->end_layer);
  PlimLayerWeights on_host =
    plim_weight_layout_layers (&serving->weights, model, stage->first_layer,
                               CLAMP (stage->first_expert_layer, stage->first_layer, stage->end_layer));
  gint64 tables = table_bytes (serving, stage);
  gint64 dense = plim_subtract (layers.bytes, layers.expert_bytes);
  gint64 experts = plim_subtract (layers.expert_bytes, on_host.expert_bytes);
  gint64 expert_shares =
    serving->layout.expert_count > 1 ? serving->layout.expert_count : serving->layout.tensor_count;
  const PlimTermSpec spec = {
    .id = PLIM_TERM_WEIGHTS,
    .moments = ALWAYS,
    .bytes = plim_add (plim_divide_up (plim_add (tables, dense), serving->layout.tensor_count),
                       plim_divide_up (experts, expert_shares)),
    .formula = "ceil(({0} + {1}) ÷ {2}) + ceil({3} ÷ {4})",
    .source = plim_precision_info (serving->inputs->precision)->source,
    .note = on_host.expert_bytes > 0 ? N_ ("Experts of the first layers stay in host memory.") : NULL,
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) | LAYOUT |
               PLIM_FIELD_BIT (PLIM_FIELD_EXPERT_PARALLEL) |
               PLIM_FIELD_BIT (PLIM_FIELD_HOST_EXPERT_LAYERS),
  };
  PlimExplanation *explanation = &plim_component_add (serving->estimate, &spec)->explanation;

  plim_explanation_add (explanation, N_ ("bytes of embedding and head"), tables, 1);
  plim_explanation_add (explanation, N_ ("bytes of the layers without experts"), dense, 1);
  plim_explanation_add (explanation, N_ ("GPUs that share a layer"), serving->layout.tensor_count, 1);
  plim_explanation_add (explanation, N_ ("bytes of experts"), experts, 1);
  plim_explanation_add (explanation, N_ ("GPUs that share the experts"), expert_shares, 1);
}

/* A matrix of the largest size that is quantized, in @bytes for each number while @moment lasts; GPUs that share layers
 * have shares of it. */
static void
add_matrix (const Serving   *serving,
            const PlimStage *stage,
            PlimTermSpec     spec,
            gint64           bytes,
            const char      *count_label,
            const char      *bytes_label)
{
  const PlimModel *model = &serving->inputs->model;
  gint64           count = plim_activations_largest_matrix_count (model);
  PlimExplanation *explanation;

  if (plim_runtime_profile (serving->inputs)->quantizes_head && stage->has_head && model->has_head)
    count = MAX (count, plim_multiply (model->vocab_size, model->hidden_size));
  spec.bytes = plim_divide_up (plim_multiply (bytes, count), serving->layout.tensor_count);
  spec.formula = "ceil({0} × {1} ÷ {2})";
  spec.depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) | LAYOUT;
  explanation = &plim_component_add (serving->estimate, &spec)->explanation;
  plim_explanation_add (explanation, count_label, count, 1);
  plim_explanation_add (explanation, bytes_label, bytes, 1);
  plim_explanation_add (explanation, N_ ("GPUs"), serving->layout.tensor_count, 1);
}

/* What bitsandbytes has of one matrix beside the weights: NF4 widened in prefill, INT8 being made at load. */
static void
add_matrix_in_use (const Serving   *serving,
                   const PlimStage *stage)
{
  const PlimInputs         *inputs = serving->inputs;
  const PlimRuntimeProfile *profile = plim_runtime_profile (inputs);
  const PlimTermSpec        widened = {
           .id = PLIM_TERM_DEQUANTIZED,
           .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_PREFILL),
           .source = "bitsandbytes, autograd/_functions.py, matmul_4bit",
  };
  const PlimTermSpec made = {
    .id = PLIM_TERM_LOADING,
    .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_LOAD),
    .source = "lightning, fabric/plugins/precision/bitsandbytes.py; bitsandbytes, functional.py, double_quant",
    .note = N_ ("A matrix is there in 16 bits while it is quantized, beside what is made of it."),
  };

  if (profile->dequantized_bytes > 0 &&
      plim_precision_info (inputs->precision)->family == PLIM_PRECISION_FAMILY_NORMAL)
    add_matrix (serving, stage, widened, profile->dequantized_bytes, N_ ("numbers in the largest matrix"),
                N_ ("bytes per number"));
  if (profile->quantizing_bytes > 0 && inputs->precision == PLIM_PRECISION_INT8)
    add_matrix (serving, stage, made, profile->quantizing_bytes, N_ ("numbers in the largest quantized matrix"),
                N_ ("bytes per number while it is quantized"));
}

static void
add_adapters (const Serving *serving)
{
  const PlimInputs  *inputs = serving->inputs;
  gint64             adapter_count = plim_served_adapter_count (inputs, &serving->layout);
  gint64             stages_count = serving->layout.pipeline_count;
  const PlimTermSpec spec = {
    .id = PLIM_TERM_ADAPTERS,
    .moments = ALWAYS,
    .bytes = plim_divide_up (plim_multiply (inputs->adapters_count, plim_multiply (2, adapter_count)), stages_count),
    .formula = "ceil({0} × {1} × {2} ÷ {3})",
    .source = "LoRA, arXiv:2106.09685, section 4.1; vLLM, lora/layers/base_linear.py; SGLang, lora/mem_pool.py",
    .note = plim_runtime_lora_room (inputs) == PLIM_LORA_ROOM_TARGETS
              ? NULL
              : N_ ("vLLM has room for adapters in every linear layer, whichever they change."),
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_ADAPTERS) | PLIM_FIELD_BIT (PLIM_FIELD_LORA_RANK) |
               PLIM_FIELD_BIT (PLIM_FIELD_LORA_TARGETS) | PLIM_FIELD_BIT (PLIM_FIELD_RUNTIME_VERSION) |
               PLIM_FIELD_BIT (PLIM_FIELD_EXPERT_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) | LAYOUT,
  };
  PlimExplanation *explanation;

  if (inputs->adapters_count == 0)
    return;

  explanation = &plim_component_add (serving->estimate, &spec)->explanation;
  plim_explanation_add (explanation, N_ ("adapters"), inputs->adapters_count, 1);
  plim_explanation_add (explanation, N_ ("parameters of an adapter, a GPU’s share"), adapter_count, 1);
  plim_explanation_add (explanation, N_ ("bytes per parameter"), 2, 1);
  plim_explanation_add (explanation, N_ ("stages"), stages_count, 1);
}

/* --- caches ----------------------------------------------------------------------------------------- */

static void
add_cache (const Serving     *serving,
           PlimTermId         id,
           const PlimKvCache *cache)
{
  const PlimTermSpec spec = {
    .id = id,
    .moments = SERVING,
    .bytes = cache->total_bytes,
    .formula = cache->other_bytes > 0             ? "{0} × {1} + {2} × {3} + {4}"
               : cache->window.bytes_per_cell > 0 ? "{0} × {1} + {2} × {3}"
                                                  : "{0} × {1}",
    .source = "Attention Is All You Need, arXiv:1706.03762; grouped heads, arXiv:2305.13245",
    .note = serving->layout.tensor_count > 1
              ? N_ ("Key and value heads are split over the GPUs, at least one on each.")
              : NULL,
    .depends = PLIM_DEPENDS_MODEL | BATCHING | LAYOUT | PLIM_FIELD_BIT (PLIM_FIELD_KV_PRECISION) |
               PLIM_FIELD_BIT (PLIM_FIELD_V_PRECISION) | PLIM_FIELD_BIT (PLIM_FIELD_MLA) |
               PLIM_FIELD_BIT (PLIM_FIELD_UNIFIED_CACHE) | PLIM_FIELD_BIT (PLIM_FIELD_SWA_FULL) |
               PLIM_FIELD_BIT (PLIM_FIELD_PREFIX_SHARE) | PLIM_FIELD_BIT (PLIM_FIELD_UBATCH) |
               PLIM_FIELD_BIT (PLIM_FIELD_HOST_EXPERT_LAYERS), /* says which GPUs hold the same */
  };
  PlimExplanation *explanation;

  if (cache->total_bytes == 0)
    return;

  explanation = &plim_component_add (serving->estimate, &spec)->explanation;
  plim_explanation_add (explanation, N_ ("cached tokens"), cache->whole.cells_count, 1);
  plim_explanation_add (explanation, N_ ("bytes per token"), cache->whole.bytes_per_cell, 1);
  if (cache->window.bytes_per_cell > 0 || cache->other_bytes > 0)
    {
      plim_explanation_add (explanation, N_ ("tokens in windows"), cache->window.cells_count, 1);
      plim_explanation_add (explanation, N_ ("bytes per token of layers with a window"), cache->window.bytes_per_cell,
                            1);
    }
  if (cache->other_bytes > 0)
    plim_explanation_add (explanation, N_ ("bytes of other caches"), cache->other_bytes, 1);
}

/* The CUDA kernels, which AMD's GPUs run as well. */
static gboolean
has_cuda_kernels (const PlimGpu *gpu)
{
  return *gpu->id == '\0' || g_str_equal (gpu->vendor, "NVIDIA") || g_str_equal (gpu->vendor, "AMD");
}

/* What llama.cpp's kernels take for a quantized cache. */
static void
add_cache_copy (const Serving   *serving,
                const PlimStage *stage)
{
  const PlimInputs *inputs = serving->inputs;
  PlimTermSpec      spec = {
         .id = PLIM_TERM_CACHE_COPY,
         .moments = SERVING,
         .formula = "{0}",
         .source = "llama.cpp, ggml/src/ggml-cuda/fattn-common.cuh, launch_fattn",
         .note = N_ ("The pool of the kernels keeps it after the prompt."),
         .depends = PLIM_DEPENDS_MODEL | BATCHING | LAYOUT | PLIM_FIELD_BIT (PLIM_FIELD_KV_PRECISION) |
               PLIM_FIELD_BIT (PLIM_FIELD_V_PRECISION) | PLIM_FIELD_BIT (PLIM_FIELD_UNIFIED_CACHE) |
               PLIM_FIELD_BIT (PLIM_FIELD_SWA_FULL) | PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION) | PLIM_FIELD_BIT (PLIM_FIELD_MLA) | PLIM_FIELD_BIT (PLIM_FIELD_UBATCH),
  };

  if (!plim_runtime_profile (inputs)->widens_cache || inputs->attention == PLIM_ATTENTION_KERNEL_EAGER ||
      !has_cuda_kernels (&inputs->gpu))
    return;

  spec.bytes = plim_kv_cache_copy_bytes (inputs, &inputs->model, stage->layers_count, serving->sequences_count,
                                         serving->layout.tensor_count);
  if (spec.bytes > 0)
    plim_explanation_add (&plim_component_add (serving->estimate, &spec)->explanation,
                          N_ ("bytes of a layer’s quantized keys and values in 16 bits"), spec.bytes, 1);
}

static void
add_state (const Serving   *serving,
           const PlimStage *stage)
{
  const PlimInputs  *inputs = serving->inputs;
  gint64             sequence_bytes = plim_recurrent_cache_bytes (inputs, &inputs->model, stage->layers_count,
                                                                  serving->layout.tensor_count);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_RECURRENT_STATE,
    .moments = SERVING,
    .bytes = plim_multiply (serving->sequences_count, sequence_bytes),
    .formula = "{0} × {1}",
    .source = "llama.cpp, n_embd_r and n_embd_s; Mamba, arXiv:2312.00752",
    .depends =
      PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_DRAFT_TOKENS) | LAYOUT,
  };
  PlimExplanation *explanation;

  if (sequence_bytes == 0)
    return;

  explanation = &plim_component_add (serving->estimate, &spec)->explanation;
  plim_explanation_add (explanation, N_ ("sequences"), serving->sequences_count, 1);
  plim_explanation_add (explanation, N_ ("state bytes of a sequence"), sequence_bytes, 1);
}

/* --- the draft model -------------------------------------------------------------------------------- */

/* Bytes of @draft's model.  Next-token layers from a file are what the file has. */
static gint64
draft_bytes (const Serving    *serving,
             const PlimInputs *draft)
{
  PlimWeightLayout weights;

  if (g_str_equal (draft->draft_model_id, PLIM_NEXT_TOKEN_ID) && plim_weight_layout_is_stored (serving->inputs) &&
      serving->inputs->stored.next_token_bytes > 0)
    return serving->inputs->stored.next_token_bytes;

  plim_weight_layout_init (&weights, draft);

  return plim_weight_layout_total (&weights, &draft->model);
}

/* Layers of the draft model on one GPU, by kind. */
static void
count_draft_layers (const Serving *serving,
                    gint64         layers_count[PLIM_MODEL_MAX_KINDS])
{
  const PlimModel *draft = &serving->inputs->draft_model;

  for (guint i = 0; i < draft->n_kinds; i++)
    layers_count[i] = plim_divide_up (draft->kinds[i].layers_count, serving->layout.pipeline_count);
}

/* Nothing without a draft model. */
static void
init_draft_cache (const Serving *serving,
                  gint64         sequences_count,
                  PlimKvCache   *cache)
{
  gint64 layers_count[PLIM_MODEL_MAX_KINDS] = { 0 };

  count_draft_layers (serving, layers_count);
  plim_kv_cache_init (cache, serving->inputs, &serving->inputs->draft_model, layers_count, sequences_count,
                      serving->layout.tensor_count);
}

/* A draft model in the weights' precision; its layers and heads are dealt to the GPUs as evenly as the model's. */
static void
add_draft (const Serving *serving)
{
  const PlimModel *model = &serving->inputs->model;
  PlimInputs       draft;
  gboolean         is_next_token = g_str_equal (serving->inputs->draft_model_id, PLIM_NEXT_TOKEN_ID);
  gint64           gpus_count = serving->layout.tensor_count * serving->layout.pipeline_count;
  gint64           layers_count[PLIM_MODEL_MAX_KINDS] = { 0 };
  PlimTermSpec     spec = {
        .id = is_next_token ? PLIM_TERM_NEXT_TOKEN : PLIM_TERM_DRAFT_WEIGHTS,
        .moments = ALWAYS,
        .formula = "ceil({0} ÷ {1})",
        .source = is_next_token ? "DeepSeek-V3, arXiv:2412.19437" : "Speculative decoding, arXiv:2211.17192",
        .depends =
      PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_DRAFT_MODEL) | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) | LAYOUT,
  };
  const PlimWorkShare share = {
    .id = PLIM_TERM_DRAFT_BUFFER,
    .layers_count = layers_count,
    .has_head = TRUE,
    .sequences_count = serving->sequences_count,
    .gpus_count = serving->layout.tensor_count,
  };
  PlimKvCache      cache;
  PlimExplanation *explanation;
  gint64           total_bytes;

  if (!plim_model_has_shape (&serving->inputs->draft_model))
    return;

  draft = *serving->inputs;
  draft.model = draft.draft_model;
  draft.stored.is_known = FALSE;

  total_bytes = draft_bytes (serving, &draft);
  spec.bytes = plim_divide_up (total_bytes, gpus_count);
  explanation = &plim_component_add (serving->estimate, &spec)->explanation;
  plim_explanation_add (explanation,
                        is_next_token ? N_ ("bytes of the next-token layers") : N_ ("bytes of the draft model"),
                        total_bytes, 1);
  plim_explanation_add (explanation, N_ ("GPUs"), gpus_count, 1);

  init_draft_cache (serving, serving->sequences_count, &cache);
  add_cache (serving, PLIM_TERM_DRAFT_CACHE, &cache);
  if (!plim_runtime_profile (serving->inputs)->has_draft_context)
    return;

  count_draft_layers (serving, layers_count);
  draft.model.vocab_size = MAX (draft.model.vocab_size, model->vocab_size);
  plim_compute_buffer_add (&draft, &share, serving->estimate);
}

/* --- roles ------------------------------------------------------------------------------------------ */

static const char *
name_of_stage (const Serving   *serving,
               const PlimStage *stage)
{
  if (serving->layout.pipeline_count == 1)
    return N_ ("Every GPU");
  if (stage->first_layer == 0)
    return N_ ("First stage");

  return stage->has_head ? N_ ("Last stage") : N_ ("Stages between");
}

/* What is in host memory and computed on the first GPU, whose backend comes first, when there are enough tokens. */
static PlimHostPart
find_host_part (const Serving   *serving,
                const PlimStage *stage)
{
  const PlimInputs *inputs = serving->inputs;

  if (!plim_runtime_profile (inputs)->has_host_embedding || !stage->is_first ||
      plim_runtime_ubatch_tokens (inputs) < PLIM_HOST_COPIES_LEAST_TOKENS)
    return (PlimHostPart) { 0 };

  return (PlimHostPart) { stage->first_layer, stage->first_expert_layer, inputs->gpu_layers_count == 0 };
}

static void
add_role (Serving         *serving,
          const PlimStage *stage)
{
  const PlimInputs *inputs = serving->inputs;
  PlimWorkShare     share = {
    PLIM_TERM_COMPUTE_BUFFER,
    stage->layers_count,
    stage->has_head,
    serving->sequences_count,
    serving->layout.tensor_count,
    find_host_part (serving, stage),
  };
  PlimKvCache cache;

  if (is_whole (serving, stage))
    add_whole_weights (serving, stage);
  else
    add_stage_weights (serving, stage);
  add_adapters (serving);
  if (stage->has_towers)
    plim_towers_add (inputs, ALWAYS, serving->layout.tensor_count, serving->estimate);
  plim_kv_cache_init (&cache, inputs, &inputs->model, stage->layers_count, serving->sequences_count,
                      serving->layout.tensor_count);
  add_cache (serving, PLIM_TERM_KV_CACHE, &cache);
  add_cache_copy (serving, stage);
  add_state (serving, stage);
  add_draft (serving);
  add_matrix_in_use (serving, stage);
  plim_compute_buffer_add (inputs, &share, serving->estimate);
}

/* --- the pool of caches ----------------------------------------------------------------------------- */

static gboolean
is_cache (PlimTermId id)
{
  return id == PLIM_TERM_KV_CACHE || id == PLIM_TERM_RECURRENT_STATE || id == PLIM_TERM_DRAFT_CACHE;
}

/* What @count sequences take of the pool on a GPU. */
static gint64
sequences_bytes (const Serving   *serving,
                 const PlimStage *stage,
                 gint64           count)
{
  const PlimInputs *inputs = serving->inputs;
  gint64            state_bytes =
    plim_recurrent_cache_bytes (inputs, &inputs->model, stage->layers_count, serving->layout.tensor_count);
  PlimKvCache cache;
  PlimKvCache draft;

  plim_kv_cache_init (&cache, inputs, &inputs->model, stage->layers_count, count, serving->layout.tensor_count);
  init_draft_cache (serving, count, &draft);

  return plim_add (plim_add (cache.total_bytes, draft.total_bytes), plim_multiply (count, state_bytes));
}

/* How many tokens and sequences @pool holds; a prompt's start that sequences share is there once. */
static void
count_room (const Serving   *serving,
            const PlimStage *stage,
            PlimKvPool      *pool)
{
  gint64 replicas_count = serving->layout.replicas_count;
  gint64 first_bytes = sequences_bytes (serving, stage, 1);
  gint64 next_bytes = plim_subtract (sequences_bytes (serving, stage, 2), first_bytes);

  if (first_bytes == 0 || next_bytes == 0 || first_bytes == PLIM_OVERFLOW || next_bytes == PLIM_OVERFLOW)
    return;

  if (pool->bytes >= first_bytes)
    pool->sequences_count = plim_multiply (1 + (pool->bytes - first_bytes) / next_bytes, replicas_count);
  pool->tokens_count = (gint64) ((double) pool->bytes / (double) first_bytes *
                                 (double) serving->inputs->context_tokens) *
                       replicas_count;
}

/* The memory that the runtime keeps for caches on GPUs of @role, if it holds less than on those seen before. */
static void
find_pool (Serving         *serving,
           const PlimRole  *role,
           const PlimStage *stage)
{
  PlimEstimate *estimate = serving->estimate;
  PlimBudget    budget = plim_runtime_profile (serving->inputs)->budget;
  PlimKvPool   *least = &estimate->kv_pool;
  PlimKvPool    pool = { 0 };
  gint64        other_bytes = 0;

  for (guint i = 0; i < role->n_terms; i++)
    {
      const PlimTerm *term = &estimate->terms[role->first_term + i];
      gint64         *sum = is_cache (term->id) ? &pool.needed_bytes : &other_bytes;
      gboolean        is_work = !is_cache (term->id) && term->bytes_at[PLIM_MOMENT_LOAD] == 0;

      if (budget != PLIM_BUDGET_BEFORE_LOADING || !is_work)
        *sum = plim_add (*sum, term->bytes_at[PLIM_MOMENT_PREFILL]);
    }
  pool.bytes = plim_subtract (estimate->usable_bytes, other_bytes);
  if (budget == PLIM_BUDGET_OF_FREE)
    pool.bytes = (gint64) ((double) pool.bytes * plim_runtime_budget_share (serving->inputs));
  if (serving->inputs->kv_budget_bytes > 0)
    pool.bytes = MIN (pool.bytes, serving->inputs->kv_budget_bytes);
  count_room (serving, stage, &pool);
  pool.is_known = TRUE;
  if (!least->is_known || least->needed_bytes == 0 ||
      (pool.needed_bytes > 0 && pool.tokens_count < least->tokens_count))
    *least = pool;
}

/* Weights that a runtime leaves in host memory: the token table, layers before those of the first GPU, and experts. */
static void
find_host (const Serving   *serving,
           const PlimStage *stages,
           guint            n_stages)
{
  const PlimModel        *model = &serving->inputs->model;
  const PlimWeightLayout *weights = &serving->weights;
  PlimExplanation        *explanation = &serving->estimate->host_explanation;
  guint                   first_layer = model->n_layers;
  guint                   first_expert_layer = stages[0].first_expert_layer;
  gint64                  head_bytes = plim_add (weights->head_bytes, weights->other_bytes);
  gint64                  tables_bytes = plim_add (weights->embedding_bytes, weights->layer_table_bytes);
  gint64                  layers_bytes;
  gint64                  experts_bytes;

  if (!plim_runtime_profile (serving->inputs)->has_host_embedding)
    return;

  for (guint i = 0; i < n_stages; i++)
    {
      first_layer = MIN (first_layer, stages[i].first_layer);
      head_bytes = stages[i].has_head ? 0 : head_bytes;
    }
  layers_bytes = plim_weight_layout_layers (weights, model, 0, first_layer).bytes;
  experts_bytes =
    plim_weight_layout_layers (weights, model, first_layer, MAX (first_layer, first_expert_layer)).expert_bytes;

  explanation->formula = "{0} + {1} + {2} + {3}";
  explanation->source = "llama.cpp, src/llama-model.cpp, load_tensors";
  explanation->depends = PLIM_DEPENDS_MODEL | LAYOUT | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) |
                         PLIM_FIELD_BIT (PLIM_FIELD_GPU_LAYERS) | PLIM_FIELD_BIT (PLIM_FIELD_HOST_EXPERT_LAYERS);
  plim_explanation_add (explanation, N_ ("bytes of token tables"), tables_bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes of layers"), layers_bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes of experts"), experts_bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes of the head"), head_bytes, 1);
  serving->estimate->host_bytes = plim_add (plim_add (tables_bytes, layers_bytes),
                                            plim_add (experts_bytes, head_bytes));
}

/* --- all of it -------------------------------------------------------------------------------------- */

static void
add_stages (Serving *serving)
{
  PlimEstimate *estimate = serving->estimate;
  gboolean      has_pool = plim_runtime_profile (serving->inputs)->budget != PLIM_BUDGET_NONE;
  PlimStage     stages[PLIM_MAX_ROLES];
  guint         n_stages = plim_layout_stages (&serving->layout, serving->inputs, stages);

  estimate->stored_bytes = plim_weight_layout_total (&serving->weights, &serving->inputs->model);
  find_host (serving, stages, n_stages);
  for (guint i = 0; i < n_stages; i++)
    {
      PlimRole *role = &estimate->roles[0];

      if (i > 0)
        role = plim_estimate_add_role (estimate, NULL, 0);
      role->name = name_of_stage (serving, &stages[i]);
      role->gpus_count = stages[i].gpus_count;
      add_role (serving, &stages[i]);
      if (has_pool && estimate->usable_bytes > 0)
        find_pool (serving, role, &stages[i]);
    }
  if (!estimate->is_memory_only)
    plim_serving_speed_estimate (serving->inputs, &serving->layout, &serving->weights, stages, n_stages, estimate);
}

const char *
plim_inference_refusal (const PlimInputs *inputs)
{
  PlimLayout  layout;
  const char *reason = plim_runtime_gpu_refusal (inputs);

  if (reason == NULL)
    reason = plim_runtime_refusal (inputs);
  if (reason != NULL || !plim_model_has_shape (&inputs->model))
    return reason;

  return plim_layout_init (&layout, inputs);
}

void
plim_inference_add_terms (const PlimInputs *inputs,
                          PlimEstimate     *estimate)
{
  Serving     serving;
  PlimWeights weights;

  estimate->not_counted = plim_runtime_profile (inputs)->not_counted;
  if (!plim_model_has_shape (&inputs->model))
    {
      weights = plim_weights_stored (inputs, &estimate->parameters);
      plim_weights_add (estimate, &weights, PLIM_TERM_WEIGHTS, ALWAYS, inputs->gpus_count);
      plim_serving_speed_estimate (inputs, NULL, NULL, NULL, 0, estimate);
      return;
    }

  serving.inputs = inputs;
  serving.estimate = estimate;
  plim_layout_init (&serving.layout, inputs);
  plim_weight_layout_init (&serving.weights, inputs);
  serving.sequences_count = plim_layout_sequences (&serving.layout, inputs);
  estimate->kv_bytes_per_token = plim_kv_cache_token_bytes (inputs, &inputs->model);
  add_stages (&serving);
}
