/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Training: state of the trained parameters, kept activations, loss, buffers, and when each is there.
 *
 *   moment       held besides weights, masters and states
 *   forward      kept activations, 16-bit logits
 *   loss         kept activations, logits and their copies; gradients only when accumulated from earlier micro-batches
 *   backward     one layer at work; besides, the activations of layers not yet reached or the gradients of those done,
 *                whichever is more (both change evenly from layer to layer, so one of the two ends is the largest), and
 *                both where gradients are held all along: accumulated ones, and the adapters' small ones
 *   step         all gradients
 *   evaluation   the evaluation copy and its working memory, no gradients
 *
 * The peak is the largest moment, not the sum of everything.
 *
 * State (bytes per trained parameter): mixed 2 + 4 master + 2 gradient + 8 AdamW, as ZeRO counts 16 (arXiv:1910.02054,
 * section 3.1); pure: weight, gradient and each state in the weights' own precision; autocast: 4 + 4 + 8 and a 16-bit
 * copy of the matrices that autograd keeps.  8-bit AdamW: two bytes and a 32-bit scale per 256 for each
 * (arXiv:2110.02861). Sharding over D GPUs (same paper, section 5): optimizer states 1/D; and gradients 1/D; and
 * weights 1/D, with two layers and the tables gathered. */

#include "plim-component.h"

#include "plim-checked.h"

#include <glib/gi18n.h>

#define ZERO         "ZeRO, arXiv:1910.02054, sections 3.1 and 5"
#define LORA         "LoRA, arXiv:2106.09685, section 4.1"
#define EIGHT_BIT    "8-bit Optimizers via Block-wise Quantization, arXiv:2110.02861"
#define TRANSFORMERS "Hugging Face transformers, loss/loss_utils.py"
#define LIGER        "Liger Kernel, ops/fused_linear_cross_entropy.py"
#define AUTOGRAD     "PyTorch, derivatives.yaml, over modeling_llama.py"

#define BIT        PLIM_MOMENT_BIT
#define ALWAYS     (BIT (PLIM_MOMENT_LOAD) | STEPPING | BIT (PLIM_MOMENT_EVALUATION))
#define STEPPING   (COMPUTING | BIT (PLIM_MOMENT_STEP))
#define COMPUTING  (BIT (PLIM_MOMENT_FORWARD) | BIT (PLIM_MOMENT_LOSS) | BIT (PLIM_MOMENT_BACKWARD))
#define STATE_KEPT (STEPPING | BIT (PLIM_MOMENT_EVALUATION))

#define TRAINING_FIELDS                                                                         \
  (PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_TASK) | PLIM_FIELD_BIT (PLIM_FIELD_RECIPE) | \
   PLIM_FIELD_BIT (PLIM_FIELD_PRECISION))
#define SHARDING_FIELDS (PLIM_FIELD_BIT (PLIM_FIELD_SHARDING) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS))
#define TOKEN_FIELDS    (PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT))
#define ADAPTER_FIELDS  (PLIM_FIELD_BIT (PLIM_FIELD_LORA_RANK) | PLIM_FIELD_BIT (PLIM_FIELD_LORA_TARGETS))

/* Elements of one of the two buckets that ZeRO-1 and -2 reduce gradients in (DeepSpeed, reduce_bucket_size). */
#define BUCKET_COUNT G_GINT64_CONSTANT (500000000)

/* Bytes of each kind of state per trained parameter; states may be a fraction, for the scales of 8-bit blocks. */
typedef struct
{
  gint64 weight_bytes;
  gint64 master_bytes;
  gint64 gradient_bytes;
  gint64 states_numerator;
  gint64 states_denominator;
} Recipe;

typedef struct
{
  const PlimInputs *inputs;
  PlimEstimate     *estimate;
  gboolean          has_adapters;
  gint64            trained_count;
  gint64            tokens_count;      /* of a micro-batch */
  gint64            weights_shares;    /* GPUs that share weights, gradients and states; 1 = not shared */
  gint64            gradients_shares;
  gint64            states_shares;
  Recipe            recipe;
} Training;

static Recipe
find_recipe (const PlimInputs *inputs,
             gboolean          has_adapters)
{
  gint64   weight_bytes = inputs->precision == PLIM_PRECISION_F32 ? 4 : 2;
  gboolean is_float = inputs->recipe == PLIM_RECIPE_AUTOCAST || (inputs->recipe == PLIM_RECIPE_MIXED && has_adapters);
  gint64   state_bytes = 4;
  Recipe   recipe = { 0 };

  /* Mixed adapters are small and kept in 32 bits, as PEFT does; their base stays as it is. */
  recipe.weight_bytes = is_float ? 4 : weight_bytes;
  recipe.gradient_bytes = recipe.weight_bytes;
  recipe.master_bytes = inputs->recipe == PLIM_RECIPE_MIXED && recipe.weight_bytes < 4 ? 4 : 0;
  if (inputs->recipe == PLIM_RECIPE_PURE)
    state_bytes = recipe.weight_bytes;

  recipe.states_denominator = 1;
  if (inputs->optimizer == PLIM_OPTIMIZER_ADAMW)
    {
      recipe.states_numerator = 2 * state_bytes;
    }
  else if (inputs->optimizer == PLIM_OPTIMIZER_SGD_MOMENTUM)
    {
      recipe.states_numerator = state_bytes;
    }
  else if (inputs->optimizer == PLIM_OPTIMIZER_ADAMW_8BIT)
    {
      recipe.states_numerator = 2 * 260;
      recipe.states_denominator = 256;
    }

  return recipe;
}

/* count × bytes ÷ shares, rounded up. */
static gint64
share_bytes (gint64 count,
             gint64 bytes,
             gint64 shares)
{
  return plim_divide_up (plim_multiply (count, bytes), shares);
}

/* A term of so many bytes for each trained parameter. */
static PlimTerm *
add_per_parameter (const Training *t,
                   PlimTermId      id,
                   guint           moments,
                   gint64          numerator,
                   gint64          denominator,
                   gint64          shares,
                   const char     *source)
{
  const PlimTermSpec spec = {
    .id = id,
    .moments = moments,
    .bytes = share_bytes (t->trained_count, numerator, plim_multiply (denominator, shares)),
    .formula = shares > 1        ? "ceil({0} × {1} ÷ {2})"
               : denominator > 1 ? "ceil({0} × {1})"
                                 : "{0} × {1}",
    .source = source,
    .depends = TRAINING_FIELDS | SHARDING_FIELDS | (t->has_adapters ? ADAPTER_FIELDS : 0) |
               (id == PLIM_TERM_OPTIMIZER_STATES ? PLIM_FIELD_BIT (PLIM_FIELD_OPTIMIZER) : 0),
  };
  PlimTerm *term = plim_component_add (t->estimate, &spec);

  plim_explanation_add (&term->explanation, N_ ("trained parameters"), t->trained_count, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes per trained parameter"), numerator, denominator);
  if (shares > 1)
    plim_explanation_add (&term->explanation, N_ ("GPUs"), shares, 1);

  return term;
}

static guint
gradient_moments (const Training *t)
{
  guint moments = BIT (PLIM_MOMENT_BACKWARD) | BIT (PLIM_MOMENT_STEP);

  return t->inputs->accumulation_count > 1 ? moments | BIT (PLIM_MOMENT_FORWARD) | BIT (PLIM_MOMENT_LOSS) : moments;
}

/* Every parameter trains. */
static void
add_full_state (const Training *t)
{
  const Recipe *r = &t->recipe;
  const char   *states_source = t->inputs->optimizer == PLIM_OPTIMIZER_ADAMW_8BIT ? EIGHT_BIT : ZERO;
  PlimTerm     *gradients;

  add_per_parameter (t, PLIM_TERM_WEIGHTS, ALWAYS, r->weight_bytes, 1, t->weights_shares, ZERO);
  if (r->master_bytes > 0)
    add_per_parameter (t, PLIM_TERM_MASTER_WEIGHTS, STATE_KEPT, r->master_bytes, 1, t->states_shares, ZERO);
  if (r->states_numerator > 0)
    add_per_parameter (t, PLIM_TERM_OPTIMIZER_STATES, STATE_KEPT, r->states_numerator, r->states_denominator,
                       t->states_shares, states_source);
  gradients =
    add_per_parameter (t, PLIM_TERM_GRADIENTS, gradient_moments (t), r->gradient_bytes, 1, t->gradients_shares, ZERO);
  gradients->explanation.depends |= PLIM_FIELD_BIT (PLIM_FIELD_ACCUMULATION);
}

/* A frozen base and adapters that train. */
static void
add_adapter_state (const Training *t)
{
  const Recipe *r = &t->recipe;
  PlimWeights   weights = plim_weights_stored (t->inputs, &t->estimate->parameters);
  gint64        kept_numerator = plim_add (plim_multiply (r->master_bytes, r->states_denominator), r->states_numerator);
  gint64        numerator = plim_add (kept_numerator, plim_multiply (r->gradient_bytes, r->states_denominator));
  PlimTerm     *state;

  plim_weights_add (t->estimate, &weights, PLIM_TERM_FROZEN_WEIGHTS, ALWAYS, t->weights_shares);
  add_per_parameter (t, PLIM_TERM_ADAPTERS, ALWAYS, r->weight_bytes, 1, t->weights_shares, LORA);
  state = add_per_parameter (t, PLIM_TERM_ADAPTER_STATE, STATE_KEPT, numerator, r->states_denominator, t->states_shares,
                             LORA);
  state->explanation.depends |= PLIM_FIELD_BIT (PLIM_FIELD_OPTIMIZER);
  state->bytes_at[PLIM_MOMENT_EVALUATION] =
    share_bytes (t->trained_count, kept_numerator, plim_multiply (r->states_denominator, t->states_shares));
}

/* 16-bit copies of 32-bit matrices that autocast makes and autograd keeps. */
static void
add_autocast_copies (const Training *t)
{
  gint64             count = t->estimate->parameters.matrix_count;
  const PlimTermSpec spec = {
    .id = PLIM_TERM_COMPUTE_BUFFER,
    .moments = COMPUTING,
    .bytes = plim_multiply (2, count),
    .formula = "{0} × {1}",
    .source = "PyTorch, aten/src/ATen/autocast_mode.cpp",
    .note = N_ ("Autocast keeps a 16-bit copy of every 32-bit matrix it multiplies with."),
    .depends = TRAINING_FIELDS,
  };
  PlimExplanation *explanation;

  if (t->inputs->recipe != PLIM_RECIPE_AUTOCAST || t->has_adapters)
    return;

  explanation = &plim_component_add (t->estimate, &spec)->explanation;
  plim_explanation_add (explanation, N_ ("parameters in matrices"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes of a copy"), 2, 1);
}

static void
add_token_factors (const Training  *t,
                   PlimExplanation *explanation)
{
  plim_explanation_add (explanation, N_ ("sequences"), t->inputs->batch_count, 1);
  plim_explanation_add (explanation, N_ ("context tokens"), t->inputs->context_tokens, 1);
}

/* What waits for backward, @kept_bytes a token, beyond the gradients that take its place as backward goes on. */
static gint64
waiting_bytes (const Training *t,
               gint64          kept_bytes)
{
  gint64 bytes = plim_multiply (t->tokens_count, kept_bytes);

  if (t->has_adapters || t->inputs->accumulation_count > 1)
    return bytes;

  return plim_subtract (bytes, share_bytes (t->trained_count, t->recipe.gradient_bytes, t->gradients_shares));
}

static void
add_activations (const Training *t)
{
  const PlimInputs  *inputs = t->inputs;
  gboolean           is_replayed = inputs->recompute == PLIM_RECOMPUTE_FULL;
  gint64             layer_bytes = plim_activations_largest_layer_bytes (inputs);
  gint64             gradient_bytes = plim_activations_gradient_bytes (&inputs->model);
  gint64             kept_bytes = is_replayed ? plim_multiply (2 * inputs->model.hidden_size, inputs->model.n_layers)
                                              : plim_activations_all_layers_bytes (inputs);
  gint64             tail_bytes = plim_activations_tail_bytes (inputs);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_ACTIVATIONS,
    .moments = BIT (PLIM_MOMENT_FORWARD) | BIT (PLIM_MOMENT_LOSS),
    .bytes = plim_multiply (t->tokens_count, plim_add (kept_bytes, tail_bytes)),
    .formula = "{0} × {1} × ({2} + {3})",
    .source = is_replayed ? "Training Deep Nets with Sublinear Memory Cost, arXiv:1604.06174" : AUTOGRAD,
    .note = is_replayed ? N_ ("With recompute only the input of every layer is kept.") : NULL,
    .depends = TRAINING_FIELDS | TOKEN_FIELDS | ADAPTER_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_RECOMPUTE) |
               PLIM_FIELD_BIT (PLIM_FIELD_ATTENTION),
  };
  const PlimTermSpec replay = {
    .id = PLIM_TERM_REPLAY,
    .moments = BIT (PLIM_MOMENT_BACKWARD),
    .bytes = plim_multiply (t->tokens_count, plim_add (layer_bytes, gradient_bytes)),
    .formula = "{0} × {1} × ({2} + {3})",
    .source = AUTOGRAD,
    .depends = spec.depends,
  };
  PlimTerm        *term = plim_component_add (t->estimate, &spec);
  PlimExplanation *explanation = &term->explanation;

  term->bytes_at[PLIM_MOMENT_BACKWARD] =
    waiting_bytes (t, is_replayed ? kept_bytes : plim_subtract (kept_bytes, layer_bytes));
  add_token_factors (t, explanation);
  plim_explanation_add (explanation, N_ ("bytes kept by all layers per token"), kept_bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes kept after the last layer"), tail_bytes, 1);

  explanation = &plim_component_add (t->estimate, &replay)->explanation;
  add_token_factors (t, explanation);
  plim_explanation_add (explanation, N_ ("bytes of one layer per token"), layer_bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes of its gradients per token"), gradient_bytes, 1);
}

/* Tokens whose logits the chunked loss holds at once: a power of two of about tokens × hidden / vocabulary. */
static gint64
chunk_tokens (const Training *t)
{
  gint64 chunks = plim_divide_up (t->inputs->model.vocab_size, MAX (t->inputs->model.hidden_size, 1));
  gint64 tokens = plim_divide_up (t->tokens_count, MAX (chunks, 1));
  gint64 power = 1;

  while (power < tokens && power < t->tokens_count)
    power = plim_multiply (power, 2);

  return MIN (power, t->tokens_count);
}

static void
add_logits (const Training *t)
{
  gboolean           is_chunked = t->inputs->loss == PLIM_LOSS_CHUNKED;
  gint64             tokens = is_chunked ? chunk_tokens (t) : t->tokens_count;
  gint64             vocab_size = t->inputs->model.vocab_size;
  gint64             value_bytes = is_chunked ? 6 : 14;
  const PlimTermSpec spec = {
    .id = PLIM_TERM_LOGITS,
    .moments = BIT (PLIM_MOMENT_LOSS),
    .bytes = plim_multiply (tokens, plim_multiply (vocab_size, value_bytes)),
    .formula = is_chunked ? "{0} × {1} × ({2} + {3})" : "{0} × {1} × ({2} + 3 × {3})",
    .source = is_chunked ? LIGER : TRANSFORMERS,
    .note = is_chunked ? N_ ("Logits of one chunk of tokens at a time.")
                       : N_ ("16-bit logits, and in 32 bits the log-softmax and the gradients of loss and softmax."),
    .depends = PLIM_DEPENDS_MODEL | TOKEN_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_LOSS),
  };
  PlimTerm *term = plim_component_add (t->estimate, &spec);

  if (!is_chunked)
    term->bytes_at[PLIM_MOMENT_FORWARD] = plim_multiply (tokens, plim_multiply (vocab_size, 2));
  plim_explanation_add (&term->explanation, is_chunked ? N_ ("tokens of a chunk") : N_ ("tokens of the micro-batch"),
                        tokens, 1);
  plim_explanation_add (&term->explanation, N_ ("vocabulary"), vocab_size, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a 16-bit score"), 2, 1);
  plim_explanation_add (&term->explanation, N_ ("bytes of a 32-bit score"), 4, 1);
}

static void
add_dequantized (const Training *t)
{
  gint64             count = plim_activations_largest_matrix_count (&t->inputs->model);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_DEQUANTIZED,
    .moments = BIT (PLIM_MOMENT_FORWARD) | BIT (PLIM_MOMENT_BACKWARD),
    .bytes = plim_multiply (2, count),
    .formula = "{0} × {1}",
    .source = "QLoRA, arXiv:2305.14314, section 3, equation 5",
    .depends = TRAINING_FIELDS,
  };
  PlimExplanation *explanation;

  if (t->inputs->task != PLIM_TASK_QLORA)
    return;

  explanation = &plim_component_add (t->estimate, &spec)->explanation;
  plim_explanation_add (explanation, N_ ("numbers in the largest matrix"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per number"), 2, 1);
}

/* Parameters of the largest layer, about: those of the blocks over the layers, and the tables. */
static void
add_gathered (const Training *t)
{
  const PlimParameters *p = &t->estimate->parameters;
  const gint64         *by_class = p->by_class_count;
  gint64                tables_count = plim_add (by_class[PLIM_TENSOR_EMBEDDING], by_class[PLIM_TENSOR_HEAD]);
  gint64                layer_count =
    plim_divide_up (plim_subtract (p->total_count, tables_count), MAX (t->inputs->model.n_layers, 1));
  PlimWeights        weights = plim_weights_stored (t->inputs, p);
  gint64             bytes = weights.quantized_count > 0 && t->has_adapters
                               ? plim_precision_bytes (t->inputs->precision, layer_count)
                               : plim_multiply (2, layer_count);
  gint64             tables_bytes = plim_multiply (2, tables_count);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_GATHERED_WEIGHTS,
    .moments = COMPUTING,
    .bytes = plim_add (plim_multiply (2, bytes), tables_bytes),
    .formula = "{0} × {1} + {2}",
    .source = "PyTorch FSDP, arXiv:2304.11277, section 3.3",
    .note = N_ ("The layer in use, the next one on its way, and the tables, which stay together."),
    .depends = TRAINING_FIELDS | SHARDING_FIELDS,
  };
  PlimExplanation *explanation;

  if (t->weights_shares == 1)
    return;

  explanation = &plim_component_add (t->estimate, &spec)->explanation;
  plim_explanation_add (explanation, N_ ("layers at once"), 2, 1);
  plim_explanation_add (explanation, N_ ("bytes of a layer"), bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes of embedding and head"), tables_bytes, 1);
}

/* Gradients on their way: DDP's buckets hold all of them; ZeRO-1 and -2 two buckets; FSDP one layer. */
static void
add_communication (const Training *t)
{
  gboolean     is_ddp = t->states_shares == 1;
  gint64       count = is_ddp ? t->trained_count : MIN (t->trained_count, 2 * BUCKET_COUNT);
  PlimTermSpec spec = {
    .id = PLIM_TERM_COMMUNICATION,
    .moments = BIT (PLIM_MOMENT_BACKWARD),
    .formula = "{0} × {1}",
    .source = is_ddp ? "PyTorch DistributedDataParallel, gradient_as_bucket_view"
                     : "DeepSpeed, zero/config.py, reduce_bucket_size",
    .depends = TRAINING_FIELDS | SHARDING_FIELDS,
  };
  PlimExplanation *explanation;

  if (t->inputs->gpus_count == 1)
    return;

  if (t->weights_shares > 1)
    {
      count = plim_divide_up (t->trained_count, MAX (t->inputs->model.n_layers, 1));
      spec.source = "PyTorch FSDP, arXiv:2304.11277, section 3.3";
    }
  spec.bytes = plim_multiply (count, t->recipe.gradient_bytes);
  explanation = &plim_component_add (t->estimate, &spec)->explanation;
  plim_explanation_add (explanation, N_ ("gradients on their way"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per gradient"), t->recipe.gradient_bytes, 1);
}

/* A copy of the model in FP16 or INT8 and, where shapes are known, its working memory for the same batch. */
static void
add_evaluation (const Training *t)
{
  const PlimInputs  *inputs = t->inputs;
  gint64             copy_bytes = inputs->evaluation == PLIM_EVALUATION_F16 ? 2 : 1;
  gint64             token_bytes = plim_add (plim_multiply (2, plim_activations_working_width (&inputs->model)),
                                             plim_multiply (6, inputs->model.vocab_size));
  const PlimTermSpec copy = {
    .id = PLIM_TERM_EVALUATION_COPY,
    .moments = BIT (PLIM_MOMENT_EVALUATION),
    .bytes = plim_multiply (t->estimate->parameters.total_count, copy_bytes),
    .formula = "{0} × {1}",
    .source = "“GPU Memory / Time Consumption”, notes",
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION),
  };
  const PlimTermSpec work = {
    .id = PLIM_TERM_EVALUATION_WORK,
    .moments = BIT (PLIM_MOMENT_EVALUATION),
    .bytes = plim_multiply (t->tokens_count, token_bytes),
    .formula = "{0} × {1} × {2}",
    .source = "Hugging Face transformers, modeling_llama.py",
    .note = N_ ("One layer’s working memory and the logits of every token, in 16 and 32 bits."),
    .depends = PLIM_DEPENDS_MODEL | TOKEN_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_EVALUATION),
  };
  PlimExplanation *explanation;

  if (inputs->evaluation == PLIM_EVALUATION_NONE)
    return;

  explanation = &plim_component_add (t->estimate, &copy)->explanation;
  plim_explanation_add (explanation, N_ ("parameters"), t->estimate->parameters.total_count, 1);
  plim_explanation_add (explanation, N_ ("bytes per parameter"), copy_bytes, 1);
  if (!plim_model_has_shape (&inputs->model))
    return;

  explanation = &plim_component_add (t->estimate, &work)->explanation;
  add_token_factors (t, explanation);
  plim_explanation_add (explanation, N_ ("bytes per token"), token_bytes, 1);
}

/* Without evaluation its moment does not occur. */
static void
clear_evaluation (PlimEstimate *estimate)
{
  for (guint i = 0; i < estimate->n_terms; i++)
    estimate->terms[i].bytes_at[PLIM_MOMENT_EVALUATION] = 0;
}

static Training
describe (const PlimInputs *inputs,
          PlimEstimate     *estimate)
{
  Training t = { .inputs = inputs, .estimate = estimate };

  t.has_adapters = inputs->task != PLIM_TASK_TRAINING;
  t.trained_count = t.has_adapters
                      ? plim_parameters_lora_count (&inputs->model, inputs->lora_rank, inputs->lora_targets)
                      : estimate->parameters.total_count;
  t.tokens_count = plim_multiply (inputs->batch_count, inputs->context_tokens);
  t.weights_shares = inputs->sharding == PLIM_SHARDING_FULL ? inputs->gpus_count : 1;
  t.gradients_shares = inputs->sharding <= PLIM_SHARDING_GRADIENTS ? inputs->gpus_count : 1;
  t.states_shares = inputs->sharding <= PLIM_SHARDING_OPTIMIZER ? inputs->gpus_count : 1;
  t.recipe = find_recipe (inputs, t.has_adapters);

  return t;
}

void
plim_training_add_terms (const PlimInputs *inputs,
                         PlimEstimate     *estimate)
{
  Training t = describe (inputs, estimate);

  estimate->trained_count = t.trained_count;
  if (t.has_adapters)
    add_adapter_state (&t);
  else
    add_full_state (&t);
  add_evaluation (&t);

  if (plim_model_has_shape (&inputs->model))
    {
      add_activations (&t);
      add_logits (&t);
      add_autocast_copies (&t);
      add_dequantized (&t);
      add_gathered (&t);
      add_communication (&t);
    }
  if (inputs->evaluation == PLIM_EVALUATION_NONE)
    clear_evaluation (estimate);
}
