/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What autograd keeps of each layer, in bytes per token, for 16-bit compute; in FP32 each
 * value takes 4 bytes.
 *
 * The inventory follows the tensors that PyTorch's backward functions save (tools/autograd/derivatives.yaml) in the
 * modelling code of the framework (plim-framework.c):
 *
 *   norm        LayerNorm, and RMSNorm as one kernel: the input as it is, 2h, and 8 or 4 bytes of statistics; RMSNorm
 *               written out: the input widened to 32 bits, 4h, and the normalised input, 2h, when its weight trains
 *   linear      its input, 2 x width, once for all linears that share it, when one of them trains or has an adapter;
 *               nothing when it is frozen without one, unless the library keeps inputs of quantized linears
 *   adapter     2 x rank, the output of its first matrix; with dropout its own dropped input and a mask, 3 x width,
 *               in place of the shared input
 *   DoRA        the outputs of base and update for each target, 2 x 2 x width (PEFT, tuners/lora/dora.py)
 *   IA3         keys and values before their factors, 2 x width; the product as it meets its factors, in their format
 *               (PEFT, tuners/ia3/layer.py)
 *   LLaMA       the output of attention to virtual tokens, which meets a gate, its log-sum-exp, and its mask as numbers
 *               (litgpt, adapter.py)
 *   attention   query, key, value, output in 16 bits; flash: 4 bytes per head for the log-sum-exp
 *               (arXiv:2307.08691, section 3.1); eager: per head and earlier token the attention weights, and with
 *               dropout a mask and the dropped weights
 *   gated MLP   gate, its activation, up: 6f, as one kernel 4f; the product, 2f, when the down projection trains
 *   plain MLP   the activation's input, 2f, and its output, 2f, likewise
 *   experts     the same for each expert a token uses, the token gathered for each, and the router's scores
 *   MLA         queries, keys and values at full width besides the latents (arXiv:2405.04434, section 2.1)
 *   recurrent   projections, convolution and scan inputs: about 2 x (3 inner + projections)
 *   FP8         linears keep their inputs in 8 bits (TransformerEngine, pytorch/module/linear.py), but not torchao's
 *   compile     norms and activations are computed again in backward; what a product reads is kept
 *               (torch/_functorch/partitioners.py, MinCutOptions.ban_if_materialized_backward)
 *
 * For MHA with f = 4h, GELU, LayerNorm and dropout this is the inventory of Korthikanti et al., arXiv:2205.05198, table
 * 2: tensor parallelism divides what lies inside attention and MLP, sequence parallelism the rest as well. */

#include "plim-component.h"

#include "plim-adapters.h"
#include "plim-checked.h"
#include "plim-framework.h"
#include "plim-recipe.h"
#include "plim-recompute.h"
#include "plim-trained.h"

#define VALUE_BYTES 2
#define FLOAT_BYTES 4
#define MASK_BYTES  1

/* Statistics of a norm for each token, in 32 bits: mean and deviation, or the deviation alone. */
#define LAYER_NORM_BYTES 8
#define RMS_NORM_BYTES   4

/* Bytes of a layer for each token. */
typedef struct
{
  gint64 whole; /* on every GPU of a tensor-parallel group, split by sequence parallelism */
  gint64 split; /* split by tensor parallelism */
} Kept;

/* Which linears train or carry adapters, and what else decides what they keep. */
typedef struct
{
  const PlimFrameworkProfile *framework;
  gint64                      value_bytes;   /* of a number in the format of compute */
  gboolean                    is_full;       /* every weight trains */
  gboolean                    is_fused;      /* norms and activations keep their inputs only */
  gint64                      input_bytes;   /* of so many numbers that a linear keeps of its input */
  gint64                      input_numbers;
  gboolean                    is_gate_fused; /* gated activations keep gate and up only */
  gboolean                    is_widened;    /* autocast: residuals and norms in 32 bits */
  gboolean                    keeps_inputs;  /* frozen quantized linears keep theirs */
  gboolean                    has_dropout;   /* of adapters */
  gint64                      inputs_count;  /* adapted among query, key, value */
  gboolean                    has_output;
  gboolean                    has_mlp;
  gboolean                    has_experts;   /* routed ones */
  gint64                      rank;          /* of adapters; 0 = none */
  guint                       dropped;       /* parts that are computed again: a set of PLIM_LAYER_PART_BIT() */
} Trained;

static Trained
find_trained (const PlimInputs *inputs)
{
  const PlimProducts *products = plim_recipe_products (inputs->recipe);
  gboolean            has_products = products != NULL && !plim_framework_profile (inputs->framework)->has_torchao;
  Trained             trained = { 0 };

  trained.framework = plim_framework_profile (inputs->framework);
  trained.value_bytes = plim_recipe_bytes (inputs).compute_bytes;
  trained.is_full = inputs->task == PLIM_TASK_TRAINING;
  trained.is_fused = inputs->compile == PLIM_SWITCH_ON || inputs->fused_kernels == PLIM_SWITCH_ON ||
                     trained.framework->has_inplace_kernels;
  trained.is_gate_fused = trained.is_fused || trained.framework->has_fused_gates;
  trained.input_bytes = has_products ? products->input_bytes : trained.value_bytes;
  trained.input_numbers = has_products ? products->input_numbers : 1;
  trained.is_widened = inputs->recipe == PLIM_RECIPE_AUTOCAST;
  trained.keeps_inputs = inputs->task == PLIM_TASK_QLORA && trained.framework->keeps_quantized_inputs;
  if (trained.is_full || (inputs->adapter != PLIM_ADAPTER_LORA && inputs->adapter != PLIM_ADAPTER_DORA))
    return trained;

  trained.has_dropout = inputs->lora_dropout > 0;
  trained.inputs_count = inputs->lora_targets == PLIM_LORA_QUERY_VALUE ? 2 : 3;
  trained.has_output = inputs->lora_targets != PLIM_LORA_QUERY_VALUE;
  trained.has_mlp = plim_lora_has_feed_forward (inputs->lora_targets);
  trained.has_experts = inputs->lora_targets == PLIM_LORA_EXPERTS;
  trained.rank = inputs->lora_rank;

  return trained;
}

static gboolean
drops (const Trained *trained,
       PlimLayerPart  part)
{
  return (trained->dropped & PLIM_LAYER_PART_BIT (part)) != 0;
}

static gint64
input_bytes (const Trained *trained,
             gint64         width)
{
  return plim_divide_up (plim_multiply (trained->input_bytes, width), trained->input_numbers);
}

/* What linears keep of the input of @width that they share, @adapters_count of them with adapters. */
static gint64
shared_input_bytes (const Trained *trained,
                    gint64         width,
                    gint64         adapters_count)
{
  gint64 bytes = 0;

  if (trained->is_full || trained->keeps_inputs || (adapters_count > 0 && !trained->has_dropout))
    bytes = input_bytes (trained, width);
  if (trained->has_dropout)
    bytes = plim_add (bytes, plim_multiply (adapters_count, plim_multiply (trained->value_bytes + MASK_BYTES, width)));

  return bytes;
}

/* The same where another operation keeps the tensor anyway. */
static gint64
kept_input_bytes (const Trained *trained,
                  gint64         width,
                  gint64         adapters_count)
{
  if (trained->has_dropout)
    return plim_multiply (adapters_count, plim_multiply (trained->value_bytes + MASK_BYTES, width));

  /* Linears in fewer bits keep a copy of their own. */
  return trained->is_full && trained->input_bytes < trained->value_bytes * trained->input_numbers
           ? input_bytes (trained, width)
           : 0;
}

/* RMS norms keep an input of their own. */
static gboolean
widens_norms (const PlimInputs *inputs,
              const Trained    *trained)
{
  return inputs->model.norm == PLIM_NORM_RMS && !trained->is_fused && !trained->framework->has_fused_norms;
}

/* What a norm keeps of each number of its input. */
static gint64
norm_input_bytes (const PlimInputs *inputs,
                  const Trained    *trained)
{
  if (widens_norms (inputs, trained))
    return FLOAT_BYTES + (trained->is_full ? trained->value_bytes : 0);

  return trained->is_widened ? FLOAT_BYTES : trained->value_bytes;
}

/* Residuals that serve two norms of a parallel block are kept once. */
static gint64
norm_bytes (const PlimInputs    *inputs,
            const PlimLayerKind *kind,
            const Trained       *trained)
{
  gint64   hidden_size = inputs->model.hidden_size;
  gboolean is_rms = inputs->model.norm == PLIM_NORM_RMS;
  gint64   statistics = plim_multiply (kind->norms_count, is_rms ? RMS_NORM_BYTES : LAYER_NORM_BYTES);
  gboolean is_shared = inputs->model.has_parallel_blocks && !widens_norms (inputs, trained);
  gint64   inputs_count = is_shared ? MIN (kind->norms_count, 1) : kind->norms_count;

  return plim_add (statistics, plim_multiply (inputs_count, plim_multiply (norm_input_bytes (inputs, trained),
                                                                           hidden_size)));
}

/* Flash keeps one number per head; eager the matrix of attention weights, unless it is computed again. */
static gint64
scores_bytes (const PlimInputs    *inputs,
              const PlimAttention *a,
              const Trained       *trained)
{
  gint64 span = plim_attention_seen_tokens (a, plim_adapter_attended_tokens (inputs));
  gint64 each = trained->value_bytes == FLOAT_BYTES ? FLOAT_BYTES : trained->framework->softmax_bytes;

  if (inputs->attention != PLIM_ATTENTION_KERNEL_EAGER)
    return plim_multiply (FLOAT_BYTES, a->heads_count);
  if (drops (trained, PLIM_LAYER_PART_CORE_ATTENTION))
    return 0;

  if (inputs->dropout > 0)
    each += MASK_BYTES + trained->value_bytes;

  return plim_multiply (each, plim_multiply (a->heads_count, span));
}

/* A mask of every pair of tokens becomes numbers that the kernel adds to the scores of all heads, and keeps (PyTorch,
 * aten/src/ATen/native/transformers/attention.cpp, convert_boolean_attn_mask; tools/autograd/derivatives.yaml,
 * _scaled_dot_product_efficient_attention, attn_bias). */
static gint64
mask_bytes (const PlimInputs *inputs,
            const Trained    *trained)
{
  if (plim_framework_packs (inputs) != PLIM_PACKS_MASK || drops (trained, PLIM_LAYER_PART_CORE_ATTENTION))
    return 0;

  return plim_multiply (trained->value_bytes, inputs->context_tokens);
}

/* One fused projection: rotated queries and keys, and its whole output, of which values are a view; where keys and
 * values have fewer heads they are repeated to their own tensors instead. */
static gint64
fused_projection_values (const PlimAttention *a,
                         const Trained       *trained)
{
  gint64 query = plim_multiply (a->heads_count, a->head_dim);
  gint64 value = plim_multiply (a->kv_heads_count, a->v_head_dim);
  gint64 key = plim_multiply (a->kv_heads_count, a->head_dim);
  gint64 values = plim_multiply (2, query);

  values = plim_add (values, a->kv_heads_count == a->heads_count ? plim_add (query, plim_add (key, value)) : query);
  if (trained->framework->scatters_updates && trained->inputs_count == 2)
    values = plim_add (values, plim_add (query, value));

  return values;
}

/* Keys and values are repeated to every query head before attention. */
static gboolean
expands_kv (const PlimInputs    *inputs,
            const PlimAttention *a)
{
  return inputs->attention == PLIM_ATTENTION_KERNEL_EAGER || a->kind == PLIM_ATTENTION_MLA ||
         plim_framework_profile (inputs->framework)->expands_kv;
}

static void
add_attention (Kept                *kept,
               const PlimInputs    *inputs,
               const PlimAttention *a,
               const Trained       *trained)
{
  gint64   kv_heads = expands_kv (inputs, a) ? a->heads_count : a->kv_heads_count;
  gint64   query = plim_multiply (a->heads_count, a->head_dim);
  gint64   output = plim_multiply (a->heads_count, a->v_head_dim);
  gint64   values = plim_add (query, plim_multiply (kv_heads, plim_add (a->head_dim, a->v_head_dim)));
  gint64   adapters_count = trained->framework->has_fused_qkv ? MIN (trained->inputs_count, 1) : trained->inputs_count;
  gboolean is_latent = a->kind == PLIM_ATTENTION_MLA;

  if (a->kind == PLIM_ATTENTION_NONE)
    return;

  if (trained->framework->has_fused_qkv && a->kind == PLIM_ATTENTION_STANDARD)
    values = fused_projection_values (a, trained);
  if (is_latent && drops (trained, PLIM_LAYER_PART_LATENT_PROJECTIONS))
    values = 0;
  values = plim_add (values, output);
  if (is_latent)
    values = plim_add (values, 2 * (a->q_lora_rank + a->kv_lora_rank));
  if (a->has_output_gate)
    values = plim_add (values, 2 * output);
  values = plim_add (values, plim_multiply (trained->rank, trained->inputs_count + (trained->has_output ? 1 : 0)));

  kept->split = plim_add (kept->split, plim_multiply (trained->value_bytes, values));
  kept->split = plim_add (kept->split, scores_bytes (inputs, a, trained));
  kept->split = plim_add (kept->split, trained->framework->copies_attention
                                         ? shared_input_bytes (trained, output, trained->has_output ? 1 : 0)
                                         : kept_input_bytes (trained, output, trained->has_output ? 1 : 0));
  if (!(is_latent && drops (trained, PLIM_LAYER_PART_NORMS)))
    kept->whole = plim_add (kept->whole, shared_input_bytes (trained, inputs->model.hidden_size, adapters_count));
  kept->whole = plim_add (kept->whole, mask_bytes (inputs, trained));
  if (inputs->dropout > 0)
    kept->whole = plim_add (kept->whole, plim_multiply (MASK_BYTES, inputs->model.hidden_size));
}

/* One feed-forward of @width, its shared input apart. */
static gint64
feed_forward_bytes (gint64         width,
                    gboolean       is_gated,
                    const Trained *trained)
{
  gint64 values = plim_multiply (is_gated ? (trained->is_gate_fused ? 2 : 3) : 1, width);

  if (trained->has_mlp)
    values = plim_add (values, (is_gated ? 3 : 2) * trained->rank);

  return plim_add (plim_multiply (trained->value_bytes, values),
                   shared_input_bytes (trained, width, trained->has_mlp ? 1 : 0));
}

/* What adapters of one routed expert keep of a token: the input of gate and up, and of down. */
static gint64
expert_adapter_bytes (const PlimExperts *e,
                      gint64             outer_size,
                      const Trained     *trained)
{
  gint64 inputs_count = e->is_gated ? 2 : 1;
  gint64 bytes = plim_multiply (trained->value_bytes, plim_multiply (inputs_count + 1, trained->rank));

  bytes = plim_add (bytes, shared_input_bytes (trained, outer_size, inputs_count));
  if (!drops (trained, PLIM_LAYER_PART_EXPERT_ACTIVATION))
    bytes = plim_add (bytes, shared_input_bytes (trained, e->width, 1));

  return bytes;
}

/* What routed experts keep without adapters is for the gradient that passes through. */
static void
add_experts (Kept              *kept,
             const PlimInputs  *inputs,
             const PlimExperts *e,
             const Trained     *trained)
{
  gint64 outer_size = e->latent_size > 0 ? e->latent_size : inputs->model.hidden_size;
  gint64 expert = plim_multiply (e->is_gated ? (trained->is_gate_fused ? 2 : 3) : 1, e->width);

  if (e->experts_count == 0 || drops (trained, PLIM_LAYER_PART_EXPERTS))
    return;

  if (trained->is_full)
    expert = plim_add (expert, outer_size);
  if (trained->is_full && !drops (trained, PLIM_LAYER_PART_EXPERT_ACTIVATION))
    expert = plim_add (expert, e->width);
  if (!trained->framework->weighs_products)
    expert = plim_add (expert, outer_size);
  kept->split =
    plim_add (kept->split, plim_multiply (trained->value_bytes, plim_multiply (e->active_count, expert)));
  if (trained->has_experts)
    {
      kept->split =
        plim_add (kept->split, plim_multiply (e->active_count, expert_adapter_bytes (e, outer_size, trained)));
      kept->whole = plim_add (kept->whole, plim_multiply (trained->value_bytes, trained->rank));
    }
  kept->whole = plim_add (kept->whole, plim_multiply (FLOAT_BYTES, e->experts_count));
}

/* Parallel blocks with one norm share its output with attention. */
static gboolean
shares_norm (const PlimInputs    *inputs,
             const PlimLayerKind *kind)
{
  return inputs->model.has_parallel_blocks && kind->norms_count == 1 && kind->attention.kind != PLIM_ATTENTION_NONE;
}

/* The normalised input of feed-forward, router and shared experts.  Of a dense feed-forward that is computed again the
 * norm is a part, and of experts the input stays. */
static gint64
mlp_input_bytes (const PlimInputs    *inputs,
                 const PlimLayerKind *kind,
                 const Trained       *trained)
{
  const PlimExperts *e = &kind->experts;
  gboolean           has_adapters = trained->has_mlp && (kind->mlp.width > 0 || e->shared_width > 0);
  gint64             inputs_count = (kind->mlp.width > 0 ? kind->mlp.is_gated : e->is_gated) ? 2 : 1;
  gboolean           has_router = trained->has_experts && e->experts_count > 0;
  gint64             adapters_count = (has_adapters ? inputs_count : 0) + (has_router ? 1 : 0);

  if (drops (trained, e->experts_count > 0 ? PLIM_LAYER_PART_NORMS : PLIM_LAYER_PART_MLP))
    return 0;

  return shares_norm (inputs, kind) ? kept_input_bytes (trained, inputs->model.hidden_size, adapters_count)
                                    : shared_input_bytes (trained, inputs->model.hidden_size, adapters_count);
}

static void
add_mlp (Kept                *kept,
         const PlimInputs    *inputs,
         const PlimLayerKind *kind,
         const Trained       *trained)
{
  const PlimExperts *e = &kind->experts;
  gint64             hidden_size = inputs->model.hidden_size;

  if (kind->mlp.width > 0 && !drops (trained, PLIM_LAYER_PART_MLP))
    kept->split = plim_add (kept->split, feed_forward_bytes (kind->mlp.width, kind->mlp.is_gated, trained));
  if (e->shared_width > 0 && !drops (trained, PLIM_LAYER_PART_EXPERTS) &&
      !drops (trained, PLIM_LAYER_PART_SHARED_EXPERTS))
    kept->split = plim_add (kept->split, feed_forward_bytes (e->shared_width, e->is_gated, trained));
  if (kind->mlp.width > 0 || e->experts_count > 0)
    kept->whole = plim_add (kept->whole, mlp_input_bytes (inputs, kind, trained));
  if (inputs->dropout > 0)
    kept->whole = plim_add (kept->whole, plim_multiply (MASK_BYTES, hidden_size));
  add_experts (kept, inputs, e, trained);
}

static void
add_recurrent (Kept                *kept,
               const PlimInputs    *inputs,
               const PlimRecurrent *r,
               const Trained       *trained)
{
  gint64 projections = plim_add (2 * plim_multiply (r->groups_count, r->state_size), 2 * r->inner_size);
  gint64 values = plim_add (3 * r->inner_size, projections);

  if (r->kind == PLIM_RECURRENT_NONE)
    return;

  if (trained->has_mlp)
    values = plim_add (values, 2 * trained->rank);
  kept->split = plim_add (kept->split, plim_multiply (trained->value_bytes, values));
  kept->whole =
    plim_add (kept->whole, shared_input_bytes (trained, inputs->model.hidden_size, trained->has_mlp ? 1 : 0));
}

/* What adapters other than LoRA keep at the matrices of a layer. */
static void
add_adapters (Kept                *kept,
              const PlimInputs    *inputs,
              const PlimLayerKind *kind,
              const Trained       *trained)
{
  gint64 outputs = plim_multiply (2, plim_adapter_magnitudes_count (inputs, kind));
  gint64 values = plim_add (outputs, plim_adapter_kv_factors_count (inputs, kind));

  kept->split = plim_add (kept->split, plim_multiply (trained->value_bytes, values));
  kept->split = plim_add (kept->split, plim_multiply (plim_recipe_bytes (inputs).weight_bytes,
                                                      plim_adapter_mlp_factors_count (inputs, kind)));
  if (!plim_adapter_has_gate (inputs, kind))
    return;

  values = plim_multiply (kind->attention.heads_count, kind->attention.v_head_dim);
  kept->split = plim_add (kept->split, plim_add (plim_multiply (trained->value_bytes, values),
                                                 plim_multiply (FLOAT_BYTES, kind->attention.heads_count)));
  kept->whole = plim_add (kept->whole, plim_multiply (trained->value_bytes, inputs->virtual_tokens));
}

/* Bytes on one GPU of a tensor-parallel group. */
static gint64
share (const PlimInputs *inputs,
       const Kept       *kept)
{
  gint64 tensor_count = MAX (inputs->tensor_parallel_count, 1);
  gint64 split = plim_divide_up (kept->split, tensor_count);

  if (inputs->sequence_parallel == PLIM_SWITCH_ON)
    return plim_add (plim_divide_up (kept->whole, tensor_count), split);

  return plim_add (kept->whole, split);
}

/* Of one layer when the set @dropped of its parts is computed again. */
static gint64
layer_bytes (const PlimInputs    *inputs,
             const PlimLayerKind *kind,
             guint                dropped)
{
  Trained trained = find_trained (inputs);
  Kept    kept = { 0, 0 };

  trained.dropped = dropped;
  kept.whole = norm_bytes (inputs, kind, &trained);
  add_attention (&kept, inputs, &kind->attention, &trained);
  add_recurrent (&kept, inputs, &kind->recurrent, &trained);
  add_mlp (&kept, inputs, kind, &trained);
  add_adapters (&kept, inputs, kind, &trained);

  return share (inputs, &kept);
}

gint64
plim_activations_layer_bytes (const PlimInputs    *inputs,
                              const PlimLayerKind *kind)
{
  return layer_bytes (inputs, kind, 0);
}

/* Inputs of attention's matrices, of its output matrix, and of those of the feed-forward. */
static void
add_quantized_inputs (Kept                *kept,
                      const PlimInputs    *inputs,
                      const PlimLayerKind *kind,
                      const Trained       *trained)
{
  const PlimAttention *a = &kind->attention;
  gint64               width = plim_add (kind->mlp.width, kind->experts.shared_width);
  gint64               inputs_count = (a->kind != PLIM_ATTENTION_NONE || kind->recurrent.kind != PLIM_RECURRENT_NONE) +
                        (width > 0 && !shares_norm (inputs, kind));

  if (a->kind != PLIM_ATTENTION_NONE)
    width = plim_add (width, plim_multiply (a->heads_count, a->v_head_dim));
  kept->split = plim_multiply (trained->value_bytes, width);
  kept->whole = plim_multiply (inputs_count, plim_multiply (trained->value_bytes, inputs->model.hidden_size));
}

gint64
plim_activations_quantized_inputs_bytes (const PlimInputs *inputs,
                                         const gint64     *layers_count)
{
  Trained trained = find_trained (inputs);
  gint64  bytes = 0;

  if (!trained.keeps_inputs)
    return 0;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      Kept kept;

      add_quantized_inputs (&kept, inputs, &inputs->model.kinds[i], &trained);
      bytes = plim_add (bytes, plim_multiply (layers_count[i], share (inputs, &kept)));
    }

  return bytes;
}

gint64
plim_activations_kv_bytes (const PlimInputs    *inputs,
                           const PlimLayerKind *kind)
{
  const PlimAttention *a = &kind->attention;
  gint64               heads_count = expands_kv (inputs, a) ? a->heads_count : a->kv_heads_count;
  const Kept           kept = {
    0,
    plim_multiply (plim_recipe_bytes (inputs).compute_bytes,
                             plim_multiply (heads_count, plim_add (a->head_dim, a->v_head_dim))),
  };

  return share (inputs, &kept);
}

/* Of query, key, value, output, gate, up and down every second product is kept, with attention and the layer's input
 * (torchtitan, parallelize_llama.py, _save_list; the compiler drops the last of them). */
static gint64
every_second_product_bytes (const PlimInputs    *inputs,
                            const PlimLayerKind *kind)
{
  const PlimAttention *a = &kind->attention;
  gint64               hidden_size = inputs->model.hidden_size;
  gint64               experts = plim_multiply (kind->experts.active_count, kind->experts.width);
  gint64               width = plim_add (kind->mlp.width, plim_add (kind->experts.shared_width, experts));
  Kept                 kept;

  kept.whole = plim_multiply (inputs->compile == PLIM_SWITCH_ON ? VALUE_BYTES : 2 * VALUE_BYTES, hidden_size);
  kept.split = plim_add (plim_multiply (a->heads_count, plim_add (a->head_dim, a->v_head_dim)),
                         plim_multiply (a->kv_heads_count, a->v_head_dim));
  kept.split = plim_add (kept.split, plim_add (width, 3 * kind->recurrent.inner_size));
  kept.split = plim_add (plim_multiply (VALUE_BYTES, kept.split), plim_multiply (FLOAT_BYTES, a->heads_count));

  return share (inputs, &kept);
}

gint64
plim_activations_kept_bytes (const PlimInputs    *inputs,
                             const PlimLayerKind *kind)
{
  const Kept input = { plim_multiply (VALUE_BYTES, inputs->model.hidden_size), 0 };

  if (inputs->offload_activations == PLIM_SWITCH_ON)
    return 0;
  if (inputs->recompute == PLIM_RECOMPUTE_FULL)
    return share (inputs, &input);
  if (inputs->recompute == PLIM_RECOMPUTE_MATMULS)
    return MIN (every_second_product_bytes (inputs, kind), plim_activations_layer_bytes (inputs, kind));

  return layer_bytes (inputs, kind, plim_recompute_parts (inputs));
}

/* Without activations on the host, layers between recomputed ones keep all of theirs. */
gint64
plim_activations_all_layers_bytes (const PlimInputs *inputs,
                                   const gint64     *layers_count)
{
  gint64 bytes = 0;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[i];
      gint64               whole_count = inputs->recompute == PLIM_RECOMPUTE_FULL
                                           ? layers_count[i] - plim_inputs_recomputed_layers (inputs, layers_count[i])
                                           : 0;

      if (inputs->offload_activations == PLIM_SWITCH_OFF && whole_count > 0)
        bytes = plim_add (bytes, plim_multiply (whole_count, plim_activations_layer_bytes (inputs, kind)));
      bytes = plim_add (bytes, plim_multiply (layers_count[i] - whole_count,
                                              plim_activations_kept_bytes (inputs, kind)));
    }

  return bytes;
}

PlimLayerActivations
plim_activations_largest_layer (const PlimInputs *inputs)
{
  PlimLayerActivations largest = { 0, 0 };

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind       *kind = &inputs->model.kinds[i];
      const PlimLayerActivations layer = { plim_activations_layer_bytes (inputs, kind),
                                           plim_activations_kept_bytes (inputs, kind) };

      if (plim_trained_layers_count (inputs, i) > 0 && layer.at_work_bytes > largest.at_work_bytes)
        largest = layer;
    }

  return largest;
}

gint64
plim_activations_tail_bytes (const PlimInputs *inputs)
{
  Trained trained = find_trained (inputs);
  gint64  head_bytes = trained.is_full ? trained.value_bytes : 0;

  return plim_multiply (norm_input_bytes (inputs, &trained) + head_bytes, inputs->model.hidden_size);
}

/* Gradients of product, gate, its activation and up, 8f; kernels that write over what was kept need the product's, 2f;
 * without a gate those of the activation's output and input, 4f. */
gint64
plim_activations_gradient_bytes (const PlimInputs *inputs)
{
  const PlimModel *model = &inputs->model;
  gboolean         is_inplace = inputs->fused_kernels == PLIM_SWITCH_ON ||
                        plim_framework_profile (inputs->framework)->has_inplace_kernels;
  gint64 gated_count = is_inplace ? 1 : 4;
  gint64 values = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimMlp     *mlp = &model->kinds[i].mlp;
      const PlimExperts *e = &model->kinds[i].experts;
      gint64             experts = plim_add (plim_multiply (e->active_count, e->width), e->shared_width);

      values = MAX (values, plim_multiply (mlp->is_gated ? gated_count : 2, mlp->width));
      values = MAX (values, plim_multiply (e->is_gated ? gated_count : 2, experts));
    }

  return plim_divide_up (plim_multiply (VALUE_BYTES, values), MAX (inputs->tensor_parallel_count, 1));
}

static gint64
working_width (const PlimModel     *model,
               const PlimLayerKind *kind)
{
  const PlimAttention *a = &kind->attention;
  const PlimExperts   *e = &kind->experts;
  gint64               attention = plim_add (plim_multiply (a->heads_count, a->head_dim + a->v_head_dim),
                                             plim_multiply (a->kv_heads_count, a->head_dim + a->v_head_dim));
  gint64               mlp = plim_multiply (kind->mlp.is_gated ? 3 : 2, kind->mlp.width);
  gint64               experts =
    plim_multiply (e->active_count, plim_add (plim_multiply (e->is_gated ? 3 : 2, e->width), model->hidden_size));
  gint64 recurrent = plim_multiply (5, kind->recurrent.inner_size);

  experts = plim_add (experts, plim_multiply (3, e->shared_width));

  return plim_add (2 * model->hidden_size, MAX (MAX (attention, recurrent), MAX (mlp, experts)));
}

gint64
plim_activations_working_width (const PlimModel *model)
{
  gint64 width = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    width = MAX (width, working_width (model, &model->kinds[i]));

  return width;
}

gint64
plim_activations_largest_matrix_count (const PlimModel *model)
{
  gint64 width = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimLayerKind *kind = &model->kinds[i];

      width = MAX (width, plim_multiply (kind->attention.heads_count, kind->attention.head_dim));
      width = MAX (width, MAX (kind->mlp.width, kind->experts.shared_width));
      width = MAX (width, MAX (kind->experts.width, 2 * kind->recurrent.inner_size));
    }

  return plim_multiply (width, model->hidden_size);
}
