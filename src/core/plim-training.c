/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Training: what is there at each moment, on the GPUs of each pipeline stage.
 *
 *   moment       held besides weights, masters and states
 *   forward      kept activations, 16-bit logits
 *   loss         kept activations, logits and their copies; gradients only when accumulated from earlier micro-batches
 *   backward     the fullest of three: through the head (logits and the head, where it is put together), through the
 *                last layer (activations of all layers and one at work) and through the first (gradients of all, and
 *                one at work)
 *   step         all gradients
 *   load, save   weights, and the matrix at hand (plim-training-checkpoint.c)
 *   evaluation   no gradients; a copy and its working memory, or a batch of the model itself
 *
 * The peak is the largest moment, not the sum of everything. */

#include "plim-training.h"

#include "plim-adapters.h"
#include "plim-checked.h"
#include "plim-objective.h"
#include "plim-recompute.h"
#include "plim-runtime.h"
#include "plim-trained.h"

#include <glib/gi18n.h>

#define AUTOGRAD "PyTorch, derivatives.yaml, over modeling_llama.py"

#define BIT       PLIM_MOMENT_BIT
#define COMPUTING (BIT (PLIM_MOMENT_FORWARD) | BIT (PLIM_MOMENT_LOSS) | BIT (PLIM_MOMENT_BACKWARD))

#define ACTIVATION_FIELDS                                                                                              \
  (PLIM_TRAINING_FIELDS | PLIM_TOKEN_FIELDS | PLIM_ADAPTER_FIELDS | PLIM_SHARING_FIELDS |                              \
   PLIM_FIELD_BIT (PLIM_FIELD_TRAINED_LAYERS) | PLIM_FIELD_BIT (PLIM_FIELD_RECOMPUTE) |                                \
   PLIM_FIELD_BIT (PLIM_FIELD_RECOMPUTE_INTERVAL) | PLIM_RECOMPUTE_PART_FIELDS |                                       \
   PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION) | PLIM_FIELD_BIT (PLIM_FIELD_PACKING) | PLIM_FIELD_BIT (PLIM_FIELD_COMPILE) | \
   PLIM_FIELD_BIT (PLIM_FIELD_FUSED_KERNELS) | PLIM_FIELD_BIT (PLIM_FIELD_OFFLOAD_ACTIVATIONS) |                       \
   PLIM_FIELD_BIT (PLIM_FIELD_DROPOUT) | PLIM_FIELD_BIT (PLIM_FIELD_LORA_DROPOUT) |                                    \
   PLIM_FIELD_BIT (PLIM_FIELD_SEQUENCE_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_PIPELINE_SCHEDULE) |                     \
   PLIM_FIELD_BIT (PLIM_FIELD_VIRTUAL_STAGES) | PLIM_FIELD_BIT (PLIM_FIELD_ACCUMULATION))

/* What masks depend on. */
#define MASK_FIELDS                                                                                  \
  (PLIM_TOKEN_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION) | PLIM_FIELD_BIT (PLIM_FIELD_PACKING) | \
   PLIM_FIELD_BIT (PLIM_FIELD_FRAMEWORK))

/* Tokens on a side of flex attention's blocks. */
#define FLEX_BLOCK_TOKENS 128

/* GPUs of a node (DGX and HGX systems). */
#define GPUS_PER_NODE 8

PlimTerm *
plim_training_add (PlimTraining       *t,
                   const PlimTermSpec *spec,
                   const gint64       *backward)
{
  gint64 same = spec->moments & BIT (PLIM_MOMENT_BACKWARD) ? spec->bytes : 0;

  for (guint b = 0; b < PLIM_N_BACKWARDS; b++)
    t->backward_bytes[t->n_terms][b] = backward != NULL ? backward[b] : same;
  t->n_terms++;

  return plim_component_add (t->estimate, spec);
}

static void
add_token_factors (const PlimTraining *t,
                   PlimExplanation    *explanation)
{
  plim_explanation_add (explanation, N_ ("tokens of the micro-batch"), t->tokens_count, 1);
}

/* --- copies of weights -------------------------------------------------------------------------------- */

gint64
plim_training_matrices_count (const PlimTraining *t,
                              const gint64       *layers_count)
{
  gint64 expert_parts = t->layout.expert_count > 1 ? t->layout.expert_count : t->layout.tensor_count;
  gint64 count = 0;
  gint64 experts_count = 0;

  for (guint i = 0; i < t->inputs->model.n_kinds; i++)
    {
      PlimLayerCount layer = plim_parameters_count_layer (&t->inputs->model, i);

      count = plim_add (count, plim_multiply (layers_count[i], layer.matrix_count));
      experts_count = plim_add (experts_count, plim_multiply (layers_count[i], layer.expert_matrix_count));
    }

  return plim_add (plim_divide_up (count, t->layout.tensor_count), plim_divide_up (experts_count, expert_parts));
}

/* 16-bit copies of 32-bit matrices that autocast makes and autograd keeps; frozen ones are cast at each use, the head
 * for each chunk. */
static void
add_autocast_copies (PlimTraining *t)
{
  const PlimModel   *model = &t->inputs->model;
  gint64             chunk_tokens = t->framework->head_chunk_tokens;
  gint64             head_count = plim_divide_up (plim_multiply (model->vocab_size, model->hidden_size),
                                                  t->layout.tensor_count);
  gint64             heads_count = !t->stage.has_head || !model->has_head ? 0
                                   : t->has_adapters && chunk_tokens > 0
                                     ? plim_divide_up (t->inputs->context_tokens, chunk_tokens)
                                     : 1;
  gint64             count = plim_training_matrices_count (t, t->stage.trained_layers_count);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_CAST_WEIGHTS,
    .moments = t->has_adapters ? COMPUTING : plim_training_passes (t),
    .bytes = plim_multiply (2, plim_add (count, plim_multiply (heads_count, head_count))),
    .formula = "{1} × ({0} + {2} × {3})",
    .source = "PyTorch, aten/src/ATen/autocast_mode.cpp",
    .note = N_ ("Autocast keeps a 16-bit copy of every 32-bit matrix it multiplies with."),
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) |
               PLIM_FIELD_BIT (PLIM_FIELD_TRAINED_LAYERS) | PLIM_FIELD_BIT (PLIM_FIELD_ADAPTER),
  };
  PlimExplanation *explanation;

  if (t->inputs->recipe != PLIM_RECIPE_AUTOCAST ||
      (t->has_adapters && !plim_precision_is_32_bit (t->inputs->precision)))
    return;

  explanation = &plim_training_add (t, &spec, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("parameters in matrices"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes of a copy"), 2, 1);
  plim_explanation_add (explanation, N_ ("copies of the head"), heads_count, 1);
  plim_explanation_add (explanation, N_ ("parameters of the head"), head_count, 1);
}

/* Copies of 16-bit matrices in 8 or 4 bits, by rows for forward and by columns for backward, without the head, which
 * stays in 16 bits.  Megatron-LM makes them once a step and keeps them; else those of a layer are kept from forward to
 * backward, or made anew with the rest of it.  Weights that are 8-bit themselves (--fp8-param-gather) and shards have
 * none. */
static void
add_8bit_copies (PlimTraining *t)
{
  const PlimProducts *products = plim_recipe_products (t->inputs->recipe);
  gint64              bytes = products != NULL ? products->weight_bytes : 0;
  gint64              numbers = products != NULL ? products->weight_numbers : 1;
  gboolean            is_kept = t->framework->caches_8bit_weights;
  gint64              count = plim_training_matrices_count (t, t->stage.trained_layers_count);
  const PlimTermSpec  spec = {
     .id = PLIM_TERM_CAST_WEIGHTS,
     .moments =
      is_kept ? COMPUTING | BIT (PLIM_MOMENT_STEP) | BIT (PLIM_MOMENT_SAVE) | BIT (PLIM_MOMENT_EVALUATION) : COMPUTING,
     .bytes = plim_divide_up (plim_multiply (bytes, count), numbers),
     .formula = "ceil({0} × {1})",
     .source = "TransformerEngine d0067d0, pytorch/module/linear.py",
     .note = N_ ("Matrices are multiplied in 8 or 4 bits, and backward reads them by columns."),
     .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_RECOMPUTE) |
               PLIM_FIELD_BIT (PLIM_FIELD_TRAINED_LAYERS) | PLIM_FIELD_BIT (PLIM_FIELD_ADAPTER),
  };
  const gint64     backward[PLIM_N_BACKWARDS] = { spec.bytes, spec.bytes, is_kept ? spec.bytes : 0 };
  PlimExplanation *explanation;

  if (products == NULL || t->framework->has_torchao || t->weights_shares > 1 ||
      t->inputs->task == PLIM_TASK_QLORA ||
      plim_precision_info (t->inputs->precision)->block_bytes == 1 ||
      (!is_kept && plim_training_is_replayed (t->inputs)))
    return;

  explanation = &plim_training_add (t, &spec, backward)->explanation;
  plim_explanation_add (explanation, N_ ("parameters in matrices"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes of a copy"), bytes, numbers);
}

/* Numbers in the largest quantized matrix. */
static gint64
count_dequantized (const PlimTraining *t)
{
  const PlimModel *model = &t->inputs->model;
  gint64           layer_count = plim_activations_largest_matrix_count (model);

  return t->framework->quantizes_head ? MAX (layer_count, plim_multiply (model->vocab_size, model->hidden_size))
                                      : layer_count;
}

gint64
plim_training_dequantized_bytes (const PlimTraining *t)
{
  return t->inputs->task == PLIM_TASK_QLORA ? plim_multiply (t->framework->dequantized_bytes, count_dequantized (t))
                                            : 0;
}

static void
add_dequantized (PlimTraining *t)
{
  gint64             layer_count = plim_activations_largest_matrix_count (&t->inputs->model);
  gint64             count = count_dequantized (t);
  gint64             bytes = t->framework->dequantized_bytes;
  const PlimTermSpec spec = {
    .id = PLIM_TERM_DEQUANTIZED,
    .moments = (BIT (PLIM_MOMENT_ROLLOUT) | plim_training_passes (t)) &
               ~(BIT (PLIM_MOMENT_LOSS) | BIT (PLIM_MOMENT_BACKWARD)),
    .bytes = plim_multiply (bytes, count),
    .formula = "{0} × {1}",
    .source = bytes > 2 ? t->framework->source : "QLoRA, arXiv:2305.14314, section 3, equation 5",
    .depends = PLIM_TRAINING_FIELDS,
  };
  const gint64 backward[PLIM_N_BACKWARDS] = {
    [PLIM_BACKWARD_HEAD] = spec.bytes,
    [PLIM_BACKWARD_LAST] = plim_multiply (bytes, layer_count),
    [PLIM_BACKWARD_FIRST] = plim_multiply (bytes, layer_count),
  };
  PlimExplanation *explanation;

  if (t->inputs->task != PLIM_TASK_QLORA)
    return;

  explanation = &plim_training_add (t, &spec, backward)->explanation;
  plim_explanation_add (explanation, N_ ("numbers in the largest matrix"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per number"), bytes, 1);
}

/* Flex attention knows which blocks of 128 by 128 tokens a sample's mask lets pass: four lists of blocks for each row
 * of them, with their lengths, in 32 bits; all layers share them. */
static void
add_block_mask (PlimTraining *t)
{
  gint64             blocks_count = plim_divide_up (t->inputs->context_tokens, FLEX_BLOCK_TOKENS);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_MASK,
    .moments = COMPUTING,
    .bytes = plim_multiply (plim_multiply (t->inputs->batch_count, blocks_count),
                            plim_multiply (plim_add (blocks_count, 1), 4 * sizeof (gint32))),
    .formula = "{0} × {1} × ({1} + 1) × {2}",
    .source = "PyTorch, torch/nn/attention/flex_attention.py, BlockMask",
    .depends = MASK_FIELDS,
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("samples"), t->inputs->batch_count, 1);
  plim_explanation_add (explanation, N_ ("blocks of a sample"), blocks_count, 1);
  plim_explanation_add (explanation, N_ ("bytes of four numbers"), 4 * sizeof (gint32), 1);
}

/* One byte for each pair of tokens; what each layer makes of it for the kernel is among its activations. */
static void
add_whole_mask (PlimTraining *t)
{
  gint64             tokens_count = t->inputs->context_tokens;
  const PlimTermSpec spec = {
    .id = PLIM_TERM_MASK,
    .moments = COMPUTING,
    .bytes = plim_multiply (t->inputs->batch_count, plim_multiply (tokens_count, tokens_count)),
    .formula = "{0} × {1} × {1}",
    .source = "torchtune, modules/attention_utils.py, create_block_causal_mask",
    .note = N_ ("Packed samples are told apart by a mask of every pair of tokens."),
    .depends = MASK_FIELDS,
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("samples"), t->inputs->batch_count, 1);
  plim_explanation_add (explanation, N_ ("tokens of a sequence"), tokens_count, 1);
}

static void
add_mask (PlimTraining *t)
{
  PlimPacks packs = plim_framework_packs (t->inputs);

  if (packs == PLIM_PACKS_BLOCKS)
    add_block_mask (t);
  else if (packs == PLIM_PACKS_MASK)
    add_whole_mask (t);
}

/* --- activations ---------------------------------------------------------------------------------------- */

gboolean
plim_training_is_replayed (const PlimInputs *inputs)
{
  return inputs->recompute == PLIM_RECOMPUTE_FULL || inputs->recompute == PLIM_RECOMPUTE_MATMULS ||
         inputs->offload_activations == PLIM_SWITCH_ON;
}

gint64
plim_training_trained_layers_count (const PlimTraining *t)
{
  gint64 count = 0;

  for (guint i = 0; i < t->inputs->model.n_kinds; i++)
    count += t->stage.trained_layers_count[i];

  return count;
}

static void
add_replay (PlimTraining *t,
            gint64        layer_bytes)
{
  gint64             gradient_bytes = plim_activations_gradient_bytes (t->inputs);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_REPLAY,
    .moments = BIT (PLIM_MOMENT_BACKWARD),
    .bytes = plim_multiply (t->tokens_count, plim_add (layer_bytes, gradient_bytes)),
    .formula = "{0} × ({1} + {2})",
    .source = AUTOGRAD,
    .depends = ACTIVATION_FIELDS,
  };
  const gint64 backward[PLIM_N_BACKWARDS] = {
    [PLIM_BACKWARD_LAST] = spec.bytes,
    [PLIM_BACKWARD_FIRST] = spec.bytes,
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, backward)->explanation;

  add_token_factors (t, explanation);
  plim_explanation_add (explanation, N_ ("bytes of one layer per token"), layer_bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes of its gradients per token"), gradient_bytes, 1);
}

static void
add_activations (PlimTraining *t)
{
  const PlimInputs          *inputs = t->inputs;
  const PlimLayerActivations layer = plim_activations_largest_layer (inputs);
  gint64                     stage_bytes = plim_activations_all_layers_bytes (inputs, t->stage.trained_layers_count);
  gint64                     kept_bytes =
    plim_divide_up (plim_multiply (stage_bytes, t->stage.kept_numerator), t->stage.kept_denominator);
  gint64             tail_bytes = t->stage.has_head ? plim_activations_tail_bytes (inputs) : 0;
  gint64             one_batch_bytes = plim_subtract (kept_bytes, stage_bytes);
  gint64             first_bytes = plim_training_is_replayed (inputs) ? 0 : MIN (layer.kept_bytes, stage_bytes);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_ACTIVATIONS,
    .moments = BIT (PLIM_MOMENT_FORWARD) | BIT (PLIM_MOMENT_LOSS),
    .bytes = plim_multiply (t->tokens_count, plim_add (kept_bytes, tail_bytes)),
    .formula = "{0} × (ceil({1} × {2}) + {3})",
    .source = inputs->recompute == PLIM_RECOMPUTE_FULL
                ? "Training Deep Nets with Sublinear Memory Cost, arXiv:1604.06174"
                : AUTOGRAD,
    .note = inputs->recompute != PLIM_RECOMPUTE_FULL ? NULL
            : inputs->recompute_interval > 1
              ? N_ ("Of a recomputed layer only the input is kept, of the others everything.")
              : N_ ("With recompute only the input of every layer is kept."),
    .depends = ACTIVATION_FIELDS,
  };
  const gint64 backward[PLIM_N_BACKWARDS] = {
    [PLIM_BACKWARD_HEAD] = spec.bytes,
    [PLIM_BACKWARD_LAST] = plim_multiply (t->tokens_count, plim_subtract (kept_bytes, first_bytes)),
    [PLIM_BACKWARD_FIRST] = plim_multiply (t->tokens_count, one_batch_bytes),
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, backward)->explanation;

  add_token_factors (t, explanation);
  plim_explanation_add (explanation, N_ ("bytes kept by the layers per token"), stage_bytes, 1);
  plim_explanation_add (explanation, N_ ("micro-batches in flight"), t->stage.kept_numerator,
                        t->stage.kept_denominator);
  plim_explanation_add (explanation, N_ ("bytes kept after the last layer"), tail_bytes, 1);
  if (plim_training_trained_layers_count (t) > 0)
    add_replay (t, layer.at_work_bytes);
}

/* --- one stage ---------------------------------------------------------------------------------------------- */

/* Parameters that belong neither to a layer nor to a table: the final norm, and what a model has besides. */
static gint64
count_outside (const PlimTraining *t)
{
  const PlimParameters *p = &t->estimate->parameters;
  gint64                count = plim_subtract (plim_subtract (p->total_count, p->by_class_count[PLIM_TENSOR_EMBEDDING]),
                                               p->by_class_count[PLIM_TENSOR_HEAD]);

  for (guint i = 0; i < t->inputs->model.n_kinds; i++)
    {
      PlimLayerCount layer = plim_parameters_count_layer (&t->inputs->model, i);

      count =
        plim_subtract (count,
                       plim_multiply (t->inputs->model.kinds[i].layers_count,
                                      plim_add (plim_add (layer.matrix_count, layer.vector_count),
                                                plim_add (layer.expert_matrix_count, layer.expert_vector_count))));
    }

  return count;
}

/* Parameters of a stage on one GPU of its tensor-parallel group, experts that are dealt out apart. */
static void
count_stage (PlimTraining *t)
{
  const PlimModel *model = &t->inputs->model;
  const gint64    *by_class = t->estimate->parameters.by_class_count;
  gint64           dense_count = 0;
  gint64           expert_count = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      PlimLayerCount layer = plim_parameters_count_layer (model, i);
      gint64         layers_count = t->stage.layers_count[i];

      dense_count = plim_add (dense_count, plim_multiply (layers_count, plim_add (layer.matrix_count,
                                                                                  layer.vector_count)));
      expert_count = plim_add (expert_count, plim_multiply (layers_count, plim_add (layer.expert_matrix_count,
                                                                                    layer.expert_vector_count)));
    }
  if (t->stage.has_embedding || (t->stage.has_head && model->has_tied_head))
    dense_count = plim_add (dense_count, by_class[PLIM_TENSOR_EMBEDDING]);
  if (t->stage.has_head)
    dense_count = plim_add (dense_count, plim_add (by_class[PLIM_TENSOR_HEAD], count_outside (t)));

  if (t->layout.expert_count == 1)
    {
      dense_count = plim_add (dense_count, expert_count);
      expert_count = 0;
    }
  t->total_count =
    plim_divide_up (dense_count, t->layout.tensor_count);
  t->expert_count =
    plim_divide_up (expert_count, t->layout.expert_count);
}

/* GPUs of a node that hold the same and share it: all but those of tensor, pipeline and context parallelism, which are
 * placed first (Megatron-LM and torchtitan order them so).  Nodes have eight GPUs where the GPU's do not say. */
static gint64
node_shares (const PlimInputs         *inputs,
             const PlimTrainingLayout *layout)
{
  gint64 node_count = inputs->gpu.gpus_per_node > 0 ? inputs->gpu.gpus_per_node : GPUS_PER_NODE;

  return CLAMP (node_count / layout->tensor_count, 1, layout->shard_count);
}

/* FSDP2's 32-bit weights are shards even where only gradients and states are shared (reshard_after_forward off), and
 * are put together in 16 bits for each step (plim-training-sharing.c). */
static gboolean
shards_weights (const PlimInputs *inputs)
{
  return inputs->sharding == PLIM_SHARDING_FULL ||
         (inputs->sharding == PLIM_SHARDING_GRADIENTS && inputs->recipe == PLIM_RECIPE_FSDP2);
}

static PlimTraining
describe (const PlimInputs         *inputs,
          PlimEstimate             *estimate,
          const PlimTrainingLayout *layout)
{
  PlimTraining t = { .inputs = inputs, .estimate = estimate, .layout = *layout };
  gint64       shard_count = layout->shard_count;

  t.framework = plim_framework_profile (inputs->framework);
  t.recipe = plim_recipe_bytes (inputs);
  t.has_adapters = inputs->task != PLIM_TASK_TRAINING;
  t.sequences_count = plim_objective_sequences_count (inputs);
  t.tokens_count =
    plim_multiply (t.sequences_count, plim_divide_up (plim_adapter_sequence_tokens (inputs), layout->context_count));
  t.weights_shares = shards_weights (inputs) ? shard_count : 1;
  t.gradients_shares = inputs->sharding <= PLIM_SHARDING_GRADIENTS ? shard_count : 1;
  t.states_shares = inputs->sharding <= PLIM_SHARDING_OPTIMIZER ? shard_count : 1;
  if (inputs->sharding == PLIM_SHARDING_HYBRID)
    t.weights_shares = t.gradients_shares = t.states_shares = node_shares (inputs, layout);

  return t;
}

/* The fullest moment of backward, and without terms that are never there. */
static void
finish_stage (PlimTraining *t)
{
  PlimEstimate *estimate = t->estimate;
  PlimRole     *role = &estimate->roles[estimate->n_roles - 1];
  PlimTerm     *terms = &estimate->terms[role->first_term];
  guint         fullest = 0;
  gint64        most_bytes = -1;
  guint         n_kept = 0;

  for (guint b = 0; b < PLIM_N_BACKWARDS; b++)
    {
      gint64 bytes = 0;

      for (guint i = 0; i < t->n_terms; i++)
        bytes = plim_add (bytes, t->backward_bytes[i][b]);
      if (bytes > most_bytes)
        {
          most_bytes = bytes;
          fullest = b;
        }
    }

  for (guint i = 0; i < t->n_terms; i++)
    {
      gint64 all_bytes = 0;

      terms[i].bytes_at[PLIM_MOMENT_BACKWARD] = t->backward_bytes[i][fullest];
      for (guint m = 0; m < PLIM_N_MOMENTS; m++)
        all_bytes = plim_add (all_bytes, terms[i].bytes_at[m]);
      if (all_bytes > 0)
        terms[n_kept++] = terms[i];
    }
  estimate->n_terms -= role->n_terms - n_kept;
  role->n_terms = n_kept;
}

/* What is frozen of a stage's layers and tables, on one GPU of its tensor-parallel group. */
static PlimFrozenCount
count_frozen (const PlimTraining *t)
{
  const PlimModel *model = &t->inputs->model;
  PlimFrozenCount  frozen = { 0, 0 };

  if (!plim_trained_is_partial (t->inputs))
    return frozen;
  if (t->stage.has_embedding || (t->stage.has_head && model->has_tied_head))
    frozen.dense_count = t->estimate->parameters.by_class_count[PLIM_TENSOR_EMBEDDING];

  for (guint i = 0; i < model->n_kinds; i++)
    {
      PlimLayerCount layer = plim_parameters_count_layer (model, i);
      gint64         layers_count = t->stage.layers_count[i] - t->stage.trained_layers_count[i];

      frozen.dense_count = plim_add (frozen.dense_count,
                                     plim_multiply (layers_count, plim_add (layer.matrix_count, layer.vector_count)));
      frozen.expert_count =
        plim_add (frozen.expert_count,
                  plim_multiply (layers_count, plim_add (layer.expert_matrix_count, layer.expert_vector_count)));
    }
  if (t->layout.expert_count == 1)
    frozen = (PlimFrozenCount) { plim_add (frozen.dense_count, frozen.expert_count), 0 };

  frozen.dense_count =
    plim_divide_up (frozen.dense_count, t->layout.tensor_count);
  frozen.expert_count =
    plim_divide_up (frozen.expert_count, t->layout.expert_count);

  return frozen;
}

/* What trains of a stage's parameters: all, some layers, or adapters beside them. */
static void
count_trained (PlimTraining *t)
{
  PlimFrozenCount frozen = count_frozen (t);

  if (t->has_adapters)
    {
      gint64 count = plim_adapter_stage_count (t->inputs, t->stage.layers_count, t->stage.has_embedding,
                                               t->stage.has_head);
      gint64 routed_count =
        t->layout.expert_count > 1 ? plim_adapter_routed_count (t->inputs, t->stage.layers_count) : 0;

      /* Both matrices of an adapter are split (Megatron-Bridge, peft/utils.py, ParallelLinearAdapter). */
      t->trained_count = plim_divide_up (plim_subtract (count, routed_count), t->layout.tensor_count);
      t->trained_expert_count = plim_divide_up (routed_count, t->layout.expert_count);
      return;
    }

  t->trained_count = plim_subtract (t->total_count, frozen.dense_count);
  t->trained_expert_count = plim_subtract (t->expert_count, frozen.expert_count);
}

/* Parameters that train on all GPUs together. */
static gint64
count_all_trained (const PlimInputs     *inputs,
                   const PlimParameters *parameters)
{
  PlimFrozenCount frozen = plim_trained_count_frozen (inputs, parameters);

  if (inputs->task != PLIM_TASK_TRAINING)
    return plim_adapter_count (inputs);

  return plim_subtract (parameters->total_count, plim_add (frozen.dense_count, frozen.expert_count));
}

static void
add_stage (PlimTraining *t)
{
  const PlimInputs *inputs = t->inputs;

  count_trained (t);
  plim_training_add_state (t);
  plim_training_add_evaluation (t);
  if (plim_model_has_shape (&inputs->model))
    {
      add_activations (t);
      add_mask (t);
      plim_training_add_loss (t);
      add_autocast_copies (t);
      add_8bit_copies (t);
      add_dequantized (t);
      plim_training_add_adapter (t);
      if (inputs->objective != PLIM_OBJECTIVE_LANGUAGE_MODELLING)
        plim_training_add_objective (t);
      plim_training_add_gathered (t);
      plim_training_add_loading (t);
      plim_training_add_saving (t);
      plim_training_add_communication (t);
    }
  finish_stage (t);
}

/* A moment that does not occur, or in which only @kept, or nothing, is on the GPU. */
static void
clear_moment (PlimEstimate *estimate,
              PlimMoment    moment,
              PlimTermId    kept)
{
  for (guint i = 0; i < estimate->n_terms; i++)
    if (estimate->terms[i].id != kept)
      estimate->terms[i].bytes_at[moment] = 0;
}

static const char *
name_of_stage (const PlimTraining *t)
{
  if (t->layout.pipeline_count == 1)
    return N_ ("Every GPU");
  if (t->stage.has_embedding && t->stage.has_head)
    return N_ ("First and last stage");
  if (t->stage.has_embedding)
    return N_ ("First stage");

  return t->stage.has_head ? N_ ("Last stage") : N_ ("Stages between");
}

const char *
plim_training_refusal (const PlimInputs *inputs)
{
  PlimTrainingLayout layout;
  const char        *refusal = plim_adapter_refusal (inputs);

  if (refusal == NULL)
    refusal = plim_objective_refusal (inputs);
  if (refusal == NULL)
    refusal = plim_trained_refusal (inputs);
  if (refusal == NULL)
    refusal = plim_recipe_refusal (inputs);
  if (refusal == NULL)
    refusal = plim_training_evaluation_refusal (inputs);
  if (refusal != NULL)
    return refusal;
  if ((inputs->offload_optimizer == PLIM_OFFLOAD_NVME || inputs->offload_parameters == PLIM_OFFLOAD_NVME) &&
      inputs->framework != PLIM_FRAMEWORK_DEEPSPEED)
    return N_ ("Only DeepSpeed offloads to NVMe");
  if (inputs->offload_parameters != PLIM_OFFLOAD_NONE && inputs->offload_optimizer == PLIM_OFFLOAD_NONE &&
      plim_framework_profile (inputs->framework)->sharder == PLIM_SHARDER_FSDP)
    return N_ ("FSDP offloads gradients and states with the parameters: offload the optimizer too");
  if (inputs->recompute == PLIM_RECOMPUTE_PARTS && inputs->framework != PLIM_FRAMEWORK_MEGATRON)
    return N_ ("Only Megatron-LM recomputes parts of a layer that are chosen one by one");
  /* PyTorch issue 189853 */
  if (inputs->gpus_count > 1 && !plim_runtime_joins_gpus (inputs))
    return N_ ("PyTorch has no collective operations for Apple’s GPUs: train on one");
  if (plim_optimizer_steps_in_backward (inputs) && inputs->accumulation_count > 1)
    return N_ ("What steps in backward cannot accumulate gradients: take one micro-batch a step");
  if (inputs->task != PLIM_TASK_TRAINING && plim_optimizer_needs_shapes (inputs->optimizer))
    return N_ ("Adapters train with an optimizer that treats all parameters alike, such as AdamW");
  if (inputs->task == PLIM_TASK_TRAINING && plim_optimizer_needs_shapes (inputs->optimizer) &&
      !plim_model_has_shape (&inputs->model))
    return N_ ("This optimizer looks at the shapes of matrices: choose a model whose shapes are known");

  return plim_training_layout_init (&layout, inputs);
}

void
plim_training_add_terms (const PlimInputs *inputs,
                         PlimEstimate     *estimate)
{
  static const char *const not_counted[] = { N_ ("freed blocks that PyTorch keeps (“Reserved” shows them)"),
                                             N_ ("CUDA graphs"), NULL };
  PlimTrainingLayout       layout;
  PlimTrainingStage        stages[PLIM_TRAINING_MAX_STAGES];
  guint                    n_stages;

  estimate->not_counted = not_counted;
  plim_training_layout_init (&layout, inputs);
  n_stages = plim_training_layout_stages (&layout, inputs, stages);
  plim_objective_count_parameters (inputs, &estimate->parameters);
  estimate->trained_count = count_all_trained (inputs, &estimate->parameters);
  for (guint i = 0; i < n_stages; i++)
    {
      PlimTraining t = describe (inputs, estimate, &layout);
      PlimRole    *role = i == 0 ? &estimate->roles[0] : plim_estimate_add_role (estimate, NULL, 0);

      t.stage = stages[i];
      if (!plim_model_has_shape (&inputs->model) ||
          (n_stages == 1 && layout.tensor_count == 1 && layout.expert_count == 1))
        t.total_count = plim_divide_up (estimate->parameters.total_count, layout.tensor_count);
      else
        count_stage (&t);
      role->name = name_of_stage (&t);
      role->gpus_count = stages[i].gpus_count;
      role->is_folded = stages[i].is_folded;
      if (!t.stage.has_embedding && !t.stage.has_head)
        {
          role->stage_number = stages[i].first_number;
          role->last_stage_number = stages[i].last_number;
        }
      add_stage (&t);
    }
  if (inputs->evaluation == PLIM_EVALUATION_NONE)
    clear_moment (estimate, PLIM_MOMENT_EVALUATION, PLIM_N_TERM_IDS);
  if (!plim_objective_of (inputs)->generates)
    clear_moment (estimate, PLIM_MOMENT_ROLLOUT, PLIM_N_TERM_IDS);
  else if (plim_objective_has_engine (inputs) && plim_framework_profile (inputs->framework)->has_nemo_rl)
    clear_moment (estimate, PLIM_MOMENT_ROLLOUT, PLIM_TERM_ENGINE);
}
