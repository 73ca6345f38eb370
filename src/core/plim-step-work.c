/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layers are dealt evenly to stages, the rest to the first ones, and matrices to tensor-parallel GPUs.  The FLOPs of
 * flash kernels: 4 s^2 d forward, 2.5 times that backward, as scores are computed again (Dao-AILab/
 * flash-attention, benchmarks/benchmark_flash_attention.py). */

#include "plim-step-work.h"

#include "plim-adapters.h"
#include "plim-flops.h"
#include "plim-objective.h"
#include "plim-optimizer.h"
#include "plim-recipe.h"
#include "plim-recompute.h"
#include "plim-rule.h"

#include <math.h>

#define FLASH_BACKWARD   2.5
#define WRITTEN_OUT_NORM 17.0
#define FUSED_NORM       2.0
#define RESIDUAL         3.0
#define FUSED_ROTATION   2.0
#define EAGER_ROTATION   10.0
#define FUSED_ACTIVATION 1.0 /* besides gate and up: the product */
#define EAGER_ACTIVATION 3.0 /* and the activated gate, written and read */
#define EAGER_SCORES     4.0 /* scores and weights, written and read */
#define BACKWARD_PASSES  2.0
#define FUSED_LOSS_BYTES 8.0

/* Bytes that are read and written to turn a 16-bit number into FP8 in both layouts (pytorch/ao @0598012,
 * torchao/testing/training/roofline_utils.py, tensorwise). */
#define FUSED_CAST_BYTES  4.0
#define EAGER_CAST_BYTES  6.0
#define WEIGHT_CAST_BYTES 8.0

/* FlashAttention-2 reaches 0.73 of an A100 (arXiv:2307.08691, abstract) and 0.35 of an H100 (arXiv:2407.08608,
 * abstract), and is PyTorch's kernel there (torchtitan 9dec370, torch of December 2024). */
#define FLASH_2_SHARE (0.35 / 0.73)

/* What is done more than once to a token: forward, backward, and forward again. */
static double
layer_passes (const PlimInputs *inputs)
{
  switch (inputs->recompute)
    {
    case PLIM_RECOMPUTE_FULL:
      return 1 + 1.0 / (double) inputs->recompute_interval + BACKWARD_PASSES;

    case PLIM_RECOMPUTE_MATMULS:
      return 1.5 + BACKWARD_PASSES;

    case PLIM_RECOMPUTE_NONE:
    case PLIM_RECOMPUTE_ATTENTION:
    case PLIM_RECOMPUTE_PARTS:
    case PLIM_N_RECOMPUTES:
    default:
      return 1 + BACKWARD_PASSES;
    }
}

static gboolean
is_fused (const PlimInputs *inputs)
{
  return inputs->compile == PLIM_SWITCH_ON || inputs->fused_kernels == PLIM_SWITCH_ON ||
         plim_framework_profile (inputs->framework)->has_inplace_kernels;
}

/* Width of the feed-forwards that a token goes through, all experts it uses together. */
static double
active_width (const PlimLayerKind *kind)
{
  const PlimExperts *e = &kind->experts;
  double             width = (double) kind->mlp.width + (double) e->shared_width;

  return e->experts_count > 0 ? width + (double) e->active_count * (double) e->width : width;
}

/* The same of those whose activation is computed again on its own. */
static double
again_width (const PlimInputs    *inputs,
             const PlimLayerKind *kind)
{
  const PlimExperts *e = &kind->experts;
  guint              parts = plim_recompute_parts (inputs);
  double             width = 0;

  if ((parts & PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_MLP)) != 0)
    width += (double) kind->mlp.width;
  if ((parts &
       (PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_EXPERTS) | PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_SHARED_EXPERTS))) != 0)
    width += (double) e->shared_width;
  if ((parts & (PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_EXPERTS) |
                PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_EXPERT_ACTIVATION))) != 0 &&
      e->experts_count > 0)
    width += (double) e->active_count * (double) e->width;

  return width;
}

/* Numbers that a gated or plain activation moves for each of its width. */
static double
activation_moves (const PlimInputs    *inputs,
                  const PlimLayerKind *kind)
{
  gboolean is_gated = kind->mlp.width > 0 ? kind->mlp.is_gated : kind->experts.is_gated;

  return (is_gated ? 2 : 1) + (is_fused (inputs) ? FUSED_ACTIVATION : EAGER_ACTIVATION);
}

/* Gathered for each expert that a token uses, and summed again (Megatron-LM d98e8a6, core/transformer/moe/moe_utils.py,
 * permute and unpermute). */
static double
gathered_width (const PlimInputs    *inputs,
                const PlimLayerKind *kind)
{
  const PlimExperts *e = &kind->experts;
  gint64             outer_size = e->latent_size > 0 ? e->latent_size : inputs->model.hidden_size;

  return e->experts_count > 0 ? 2 * (double) (e->active_count + 1) * (double) outer_size : 0;
}

/* Numbers that one layer moves for each token: outside of attention and feed-forward, and inside. */
static void
count_moved (const PlimInputs    *inputs,
             const PlimLayerKind *kind,
             double              *outer,
             double              *inner)
{
  const PlimAttention *a = &kind->attention;
  double               h = (double) inputs->model.hidden_size;
  double               query = (double) a->heads_count * (double) a->head_dim;
  double               key = (double) a->kv_heads_count * (double) a->head_dim;
  double               values = (double) (a->heads_count + a->kv_heads_count) * (double) a->v_head_dim;
  gboolean             has_kernel = is_fused (inputs) || inputs->model.norm != PLIM_NORM_RMS ||
                        plim_framework_profile (inputs->framework)->has_fused_norms;

  *outer = h * ((double) kind->norms_count * (has_kernel ? FUSED_NORM : WRITTEN_OUT_NORM) + 2 * RESIDUAL);
  *inner = (query + key) * (1 + (is_fused (inputs) ? FUSED_ROTATION : EAGER_ROTATION)) + values +
           active_width (kind) * activation_moves (inputs, kind) + gathered_width (inputs, kind);
  if (inputs->attention == PLIM_ATTENTION_KERNEL_EAGER)
    *inner += (double) a->heads_count * (double) inputs->context_tokens * EAGER_SCORES;
}

static double
loss_bytes (const PlimInputs *inputs)
{
  const PlimFrameworkProfile *framework = plim_framework_profile (inputs->framework);

  if (inputs->loss != PLIM_LOSS_PLAIN)
    return FUSED_LOSS_BYTES;

  return 2 * (double) (inputs->compile == PLIM_SWITCH_ON ? framework->compiled_loss_bytes
                                                         : framework->plain_loss_bytes);
}

/* The stage that others wait for: one of the first, with most layers, or the last, with the head. */
static void
find_slowest_stage (PlimStepWork             *work,
                    const PlimTrainingLayout *layout,
                    double                    layers_count,
                    double                    layer_flops,
                    double                    head_flops)
{
  double first_count = ceil (layers_count / (double) layout->pipeline_count);
  double last_count = floor (layers_count / (double) layout->pipeline_count);

  work->has_head = layout->pipeline_count == 1 || last_count * layer_flops + head_flops >= first_count * layer_flops;
  work->layers_count = work->has_head ? last_count : first_count;
  work->layers_share = work->layers_count / layers_count;
}

static void
add_moved (PlimStepWork             *work,
           const PlimInputs         *inputs,
           const PlimTrainingLayout *layout)
{
  double tensor_count = (double) layout->tensor_count;
  double outer_share = inputs->sequence_parallel == PLIM_SWITCH_ON ? 1 / tensor_count : 1;
  double number_bytes = (double) plim_recipe_bytes (inputs).compute_bytes;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[i];
      double               outer;
      double               inner;

      count_moved (inputs, kind, &outer, &inner);
      work->moved_bytes += work->tokens_count * work->layers_share * (double) kind->layers_count * number_bytes *
                           (layer_passes (inputs) * (outer * outer_share + inner / tensor_count) +
                            again_width (inputs, kind) * activation_moves (inputs, kind) / tensor_count);
    }
  if (work->has_head)
    work->moved_bytes += work->tokens_count * (double) inputs->model.vocab_size * loss_bytes (inputs) / tensor_count;
}

static void
add_casts (PlimStepWork             *work,
           const PlimInputs         *inputs,
           const PlimTrainingLayout *layout,
           double                    local_count)
{
  double   number_bytes = is_fused (inputs) ? FUSED_CAST_BYTES : EAGER_CAST_BYTES;
  double   forwards = layer_passes (inputs) - BACKWARD_PASSES;
  gboolean is_once = plim_framework_profile (inputs->framework)->sharder != PLIM_SHARDER_FSDP;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[i];
      const PlimExperts   *e = &kind->experts;
      PlimLayerSides       sides = plim_parameters_count_sides (&inputs->model, i);
      double               share = e->experts_count > 0 ? (double) e->active_count / (double) e->experts_count : 0;
      double               inputs_count = (double) sides.inputs_count + share * (double) sides.expert_inputs_count;
      double               outputs_count = (double) sides.outputs_count + share * (double) sides.expert_outputs_count;

      work->moved_bytes += work->tokens_count * work->layers_share * (double) kind->layers_count *
                           (forwards * inputs_count + outputs_count) * number_bytes / (double) layout->tensor_count;
    }

  /* Megatron casts weights once a step, FSDP whenever they are gathered. */
  work->moved_bytes += WEIGHT_CAST_BYTES * local_count / (is_once ? (double) inputs->accumulation_count : 1);
}

static void
add_flops (PlimStepWork             *work,
           const PlimInputs         *inputs,
           const PlimEstimate       *estimate,
           const PlimTrainingLayout *layout)
{
  PlimFlops flops = plim_flops_training (inputs, estimate);
  double    share = work->tokens_count / (double) layout->tensor_count;
  double    layers_count = (double) inputs->model.n_layers;
  double    head = (flops.weight_gradients > 0 ? 3 : 2) * (double) flops.head;
  double    matrices = (double) (flops.matrices + flops.adapters) + (double) flops.input_gradients +
                    (double) flops.weight_gradients + (double) flops.again_matrices;
  gboolean is_flash = inputs->attention != PLIM_ATTENTION_KERNEL_EAGER;
  double   trained = (double) flops.trained_attention;
  double   attention = (double) flops.attention + (is_flash ? FLASH_BACKWARD : 2) * trained +
                     (double) flops.again_attention;

  double forward_share = attention > 0 ? (double) flops.attention / attention : 0;

  /* Eager attention computes what the mask hides, too. */
  if (!is_flash && flops.attention > 0)
    attention *= (double) flops.unmasked_attention / (double) flops.attention;
  find_slowest_stage (work, layout, layers_count, (matrices - head + attention) / layers_count, head);
  work->head_flops = work->has_head ? share * head : 0;
  work->matrix_flops = share * (matrices - head) * work->layers_share;
  work->attention_flops = share * attention * work->layers_share;
  work->forward_flops =
    share * ((double) (3 * (flops.matrices - flops.head) + flops.adapters) / 3 * work->layers_share +
             (work->has_head ? (double) flops.head : 0));
  work->forward_attention_flops = work->attention_flops * forward_share;
}

static void
set_peaks (PlimStepWork     *work,
           const PlimInputs *inputs)
{
  const PlimProducts *products = plim_recipe_products (inputs->recipe);
  const double       *rates = inputs->gpu.peak_flops_per_s;
  double              plain = plim_rule_peak_flops_per_s (inputs, plim_recipe_multiplies_32_bit (inputs));
  double              usual = MAX (rates[PLIM_RATE_F16], rates[PLIM_RATE_BF16]);
  gboolean            is_later = inputs->gpu.segment == PLIM_GPU_DATA_CENTRE && inputs->gpu.link_bytes_per_s > 0 &&
                      rates[PLIM_RATE_FP8] > 0;

  work->head_flops_per_s = plain;
  work->matrix_flops_per_s = plain;
  work->attention_flops_per_s = plain;
  if (is_later && inputs->attention != PLIM_ATTENTION_KERNEL_EAGER &&
      plim_framework_profile (inputs->framework)->has_torch_attention)
    work->attention_flops_per_s *= FLASH_2_SHARE;
  if (products != NULL && usual > 0)
    work->matrix_flops_per_s = plain * MAX (rates[products->rate] / usual, 1);
}

/* The optimizer reads and writes weights, master weights and states, and reads gradients. */
static void
add_step (PlimStepWork             *work,
          const PlimInputs         *inputs,
          const PlimEstimate       *estimate,
          const PlimTrainingLayout *layout)
{
  const PlimOptimizerInfo *info = plim_optimizer_info (inputs->optimizer);
  PlimRecipeBytes          recipe = plim_recipe_bytes (inputs);
  double                   shares = (double) (layout->tensor_count * layout->pipeline_count);
  double                   state_bytes = (double) (info->states_count * recipe.state_bytes);

  if (info->block_bytes > 0)
    state_bytes = (double) info->block_bytes / (double) info->block_parameters;
  if (inputs->sharding != PLIM_SHARDING_NONE)
    shares *= (double) layout->shard_count;
  work->step_parameters_count = (double) estimate->trained_count / shares;
  work->step_bytes = work->step_parameters_count *
                     (2 * ((double) recipe.weight_bytes + (double) recipe.master_bytes + state_bytes) +
                      (double) recipe.gradient_bytes);
}

double
plim_step_local_parameters (const PlimEstimate       *estimate,
                            const PlimTrainingLayout *layout)
{
  const PlimParameters *p = &estimate->parameters;
  double                experts = layout->expert_count > 1 ? (double) p->by_class_count[PLIM_TENSOR_EXPERTS] : 0;
  double                stages = (double) layout->pipeline_count;

  return ((double) p->total_count - experts) / (stages * (double) layout->tensor_count) +
         experts / (stages * (double) layout->expert_count);
}

void
plim_step_work_init (PlimStepWork             *work,
                     const PlimInputs         *inputs,
                     const PlimEstimate       *estimate,
                     const PlimTrainingLayout *layout)
{
  const PlimPrecisionInfo *info = plim_precision_info (inputs->precision);
  double                   passes = layer_passes (inputs) - (inputs->task == PLIM_TASK_TRAINING ? 0 : 1);
  double                   local_count = plim_step_local_parameters (estimate, layout);

  *work = (PlimStepWork) { 0 };
  work->tokens_count = (double) plim_objective_sequences_count (inputs) *
                       (double) plim_adapter_sequence_tokens (inputs) / (double) layout->context_count;
  set_peaks (work, inputs);
  add_flops (work, inputs, estimate, layout);
  add_moved (work, inputs, layout);
  work->forward_moved_bytes = work->moved_bytes / layer_passes (inputs);
  if (plim_recipe_products (inputs->recipe) != NULL)
    add_casts (work, inputs, layout, local_count);
  add_step (work, inputs, estimate, layout);
  work->weight_bytes = passes * local_count * (double) plim_recipe_bytes (inputs).compute_bytes;
  if (inputs->task == PLIM_TASK_QLORA)
    work->dequantized_bytes = passes * local_count *
                              ((double) info->block_bytes / (double) info->block_elements +
                               (double) plim_framework_profile (inputs->framework)->dequantized_bytes);
}
