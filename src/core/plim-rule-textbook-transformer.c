/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "CS190C Lec9, Resource Calculation": training of a transformer, counted from its shape.
 *
 * Assumes 32-bit numbers throughout, feed-forward width 4·d, SwiGLU, one key and value head per query head,
 * AdamW, the attention
 * matrix stored, no recompute.  b sequences, c tokens each, width d, vocabulary v, h heads, L layers:
 *
 *   parameters   N_p = 2·d·v + d + L·(2·d + 16·d²)
 *   activations  per block 20·b·c·d + b·h·c²; outside blocks 2·b·c·d + b·c·v
 *   bytes        4·N_p weights + 4·N_p gradients + 8·N_p AdamW + 4 · activations
 *   step         3·L·(32·b·c·d² + 4·b·c²·d) + 6·b·c·d·v + 15·N_p FLOPs
 *   time         tokens / (b·c) · step / (utilization · peak · GPUs)
 *
 * The source adds up the peak rates of the GPUs and counts the memory of one copy: more GPUs take time off, not
 * memory, so nothing
 * is divided by the GPU count here and the largest batch is that of one GPU. */

#include "plim-rule.h"

#include "plim-checked.h"

#include <glib/gi18n.h>

#define SOURCE "CS190C, lecture 9, “Resource Calculation”"

#define SHAPE_FIELDS                                                             \
  (PLIM_FIELD_BIT (PLIM_FIELD_MODEL) | PLIM_FIELD_BIT (PLIM_FIELD_HIDDEN_SIZE) | \
   PLIM_FIELD_BIT (PLIM_FIELD_LAYERS) | PLIM_FIELD_BIT (PLIM_FIELD_VOCAB))
#define BATCH_FIELDS (PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT))

#define NP_FORMULA "(2 × {1} × {2} + {1} + {3} × (2 × {1} + 16 × {1}²))"

typedef struct
{
  gint64 batch;    /* b */
  gint64 context;  /* c */
  gint64 width;    /* d */
  gint64 vocab;    /* v */
  gint64 heads;    /* h */
  gint64 layers;   /* L */
} Shape;

static gint64
model_heads_count (const PlimModel *model)
{
  for (guint i = 0; i < model->n_kinds; i++)
    if (model->kinds[i].attention.kind != PLIM_ATTENTION_NONE)
      return model->kinds[i].attention.heads_count;

  return 0;
}

/* The shape as given, else the model's; 0 where neither says. */
static Shape
find_shape (const PlimInputs *inputs)
{
  const PlimModel *model = &inputs->model;

  return (Shape) {
    .batch = inputs->batch_count,
    .context = inputs->context_tokens,
    .width = inputs->hidden_size > 0 ? inputs->hidden_size : model->hidden_size,
    .vocab = inputs->vocab_size > 0 ? inputs->vocab_size : model->vocab_size,
    .heads = inputs->heads_count > 0 ? inputs->heads_count : model_heads_count (model),
    .layers = inputs->layers_count > 0 ? inputs->layers_count : model->n_layers,
  };
}

static PlimFieldSet
missing_of (const Shape *shape)
{
  return (shape->width == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_HIDDEN_SIZE) : 0) |
         (shape->layers == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_LAYERS) : 0) |
         (shape->heads == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_HEADS) : 0) |
         (shape->vocab == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_VOCAB) : 0);
}

static gint64
times (gint64 a,
       gint64 b,
       gint64 c)
{
  return plim_multiply (plim_multiply (a, b), c);
}

/* N_p */
static gint64
parameters_count (const Shape *shape)
{
  gint64 d = shape->width;
  gint64 block = plim_add (2 * d, times (16, d, d));

  return plim_add (plim_add (times (2, d, shape->vocab), d), plim_multiply (shape->layers, block));
}

/* Elements of all blocks and of the two norms outside them: L·(20·b·c·d + b·h·c²) + 2·b·c·d */
static gint64
block_elements (const Shape *shape)
{
  gint64 tokens = plim_multiply (shape->batch, shape->context);
  gint64 states = plim_multiply (tokens, shape->width);
  gint64 matrix = times (tokens, shape->heads, shape->context);
  gint64 block = plim_add (plim_multiply (20, states), matrix);

  return plim_add (plim_multiply (shape->layers, block), plim_multiply (2, states));
}

static void
add_state (const PlimInputs *inputs,
           PlimEstimate     *estimate,
           const Shape      *shape,
           PlimTermId        id,
           const char       *bytes_name,
           gint64            bytes)
{
  PlimTerm        *term = plim_estimate_add_term (estimate, id);
  PlimExplanation *explanation = &term->explanation;

  explanation->formula = "{0} × " NP_FORMULA;
  plim_explanation_add (explanation, bytes_name, bytes, 1);
  plim_explanation_add (explanation, N_ ("width"), shape->width, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), shape->vocab, 1);
  plim_explanation_add (explanation, N_ ("layers"), shape->layers, 1);
  explanation->source = SOURCE;
  explanation->note = N_ ("The lecture’s transformer: 32-bit numbers, a feed-forward width of four times the width, "
                          "one key and value head per query head. Its parameter count differs from the model’s own. "
                          "More GPUs take time off, not memory.");
  explanation->depends = SHAPE_FIELDS;

  plim_rule_hold (inputs, term, plim_multiply (bytes, parameters_count (shape)));
}

static void
add_activations (const PlimInputs *inputs,
                 PlimEstimate     *estimate,
                 const Shape      *shape)
{
  PlimTerm        *term = plim_estimate_add_term (estimate, PLIM_TERM_ACTIVATIONS);
  PlimExplanation *explanation = &term->explanation;

  explanation->formula = "{0} × ({1} × (20 × {2} × {3} × {4} + {2} × {5} × {3}²) + 2 × {2} × {3} × {4})";
  plim_explanation_add (explanation, N_ ("bytes per value"), 4, 1);
  plim_explanation_add (explanation, N_ ("layers"), shape->layers, 1);
  plim_explanation_add (explanation, N_ ("sequences"), shape->batch, 1);
  plim_explanation_add (explanation, N_ ("context tokens"), shape->context, 1);
  plim_explanation_add (explanation, N_ ("width"), shape->width, 1);
  plim_explanation_add (explanation, N_ ("heads"), shape->heads, 1);
  explanation->source = SOURCE;
  explanation->note = N_ ("Every value of the forward pass is kept, the attention matrix too.");
  explanation->depends = (SHAPE_FIELDS & ~PLIM_FIELD_BIT (PLIM_FIELD_VOCAB)) | BATCH_FIELDS |
                         PLIM_FIELD_BIT (PLIM_FIELD_HEADS);

  plim_rule_hold (inputs, term, plim_multiply (4, block_elements (shape)));
}

static void
add_logits (const PlimInputs *inputs,
            PlimEstimate     *estimate,
            const Shape      *shape)
{
  PlimTerm        *term = plim_estimate_add_term (estimate, PLIM_TERM_LOGITS);
  PlimExplanation *explanation = &term->explanation;

  explanation->formula = "{0} × {1} × {2} × {3}";
  plim_explanation_add (explanation, N_ ("bytes per value"), 4, 1);
  plim_explanation_add (explanation, N_ ("sequences"), shape->batch, 1);
  plim_explanation_add (explanation, N_ ("context tokens"), shape->context, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), shape->vocab, 1);
  explanation->source = SOURCE;
  explanation->note = N_ ("The source leaves this term out where it shortens the largest batch on an RTX 3090 to "
                          "65.33, and takes 24 GB as 24,000,000,000 bytes; with it and 24 × 1,024³ bytes the batch is "
                          "63.");
  explanation->depends = BATCH_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_MODEL) |
                         PLIM_FIELD_BIT (PLIM_FIELD_VOCAB);

  plim_rule_hold (inputs, term, plim_multiply (4, times (shape->batch, shape->context, shape->vocab)));
}

/* 3·L·(32·b·c·d² + 4·b·c²·d) + 6·b·c·d·v + 15·N_p */
static double
step_flops (const Shape *shape)
{
  double b = (double) shape->batch;
  double c = (double) shape->context;
  double d = (double) shape->width;
  double block = 32 * b * c * d * d + 4 * b * c * c * d;
  double blocks = (double) shape->layers * block;
  double logits = b * c * d * (double) shape->vocab;

  return 3 * blocks + 6 * logits + 15 * (double) parameters_count (shape);
}

static void
explain_time (PlimExplanation  *explanation,
              const PlimInputs *inputs,
              const Shape      *shape,
              double            peak)
{
  explanation->formula = "{0} ÷ ({1} × {2}) × (3 × {4} × (32 × {1} × {2} × {3}² + 4 × {1} × {2}² × {3})"
                         " + 6 × {1} × {2} × {3} × {5}"
                         " + 30 × {3} × {5} + 15 × {3} + 15 × {4} × (2 × {3} + 16 × {3}²)) ÷ ({6} × {7} × {8} × {9})";
  explanation->source = SOURCE;
  explanation->note = N_ ("The batch is that of all GPUs together. The source’s example, 515 million tokens on four "
                          "RTX 3090, gives 10,460.76 seconds; with the source’s rounded constant it is 10,461.997 "
                          "seconds.");
  explanation->depends = SHAPE_FIELDS | BATCH_FIELDS | PLIM_FIELD_BIT (PLIM_FIELD_TOKENS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_GPU) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_UTILIZATION);
  plim_explanation_add (explanation, N_ ("training tokens"), plim_inputs_training_tokens (inputs), 1);
  plim_explanation_add (explanation, N_ ("sequences"), shape->batch, 1);
  plim_explanation_add (explanation, N_ ("context tokens"), shape->context, 1);
  plim_explanation_add (explanation, N_ ("width"), shape->width, 1);
  plim_explanation_add (explanation, N_ ("layers"), shape->layers, 1);
  plim_explanation_add (explanation, N_ ("vocabulary"), shape->vocab, 1);
  plim_rule_add_peak (explanation, peak);
  plim_explanation_add (explanation, N_ ("GPUs"), inputs->gpus_count, 1);
  explanation->factors[explanation->n_factors++] =
    plim_rule_fraction (N_ ("utilization"), plim_inputs_utilization (inputs));
}

static void
add_time (const PlimInputs *inputs,
          PlimEstimate     *estimate,
          const Shape      *shape)
{
  PlimTime *time = &estimate->time;
  double    peak = plim_rule_peak_flops_per_s (inputs, TRUE);
  gint64    step_tokens = plim_multiply (shape->batch, shape->context);
  double    steps = (double) plim_inputs_training_tokens (inputs) / (double) step_tokens;
  double    flops = step_flops (shape);

  if (plim_inputs_training_tokens (inputs) == 0)
    time->missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_TOKENS);
  if (peak <= 0)
    time->missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS);
  if (time->missing_fields != 0)
    return;

  explain_time (&time->explanation, inputs, shape, peak);
  plim_rule_set_time (inputs, estimate,
                      steps * flops / (peak * (double) inputs->gpus_count * plim_inputs_utilization (inputs)),
                      steps * flops);
  time->step_seconds = time->seconds / steps;
  time->steps_count = plim_divide_up (plim_inputs_training_tokens (inputs), step_tokens);
}

void
plim_rule_textbook_transformer_estimate (const PlimInputs *inputs,
                                         PlimEstimate     *estimate)
{
  static const char *const not_covered[PLIM_N_TASKS] = {
    [PLIM_TASK_INFERENCE] = N_ ("Does not cover inference"),
    [PLIM_TASK_LORA] = N_ ("Does not cover LoRA"),
    [PLIM_TASK_QLORA] = N_ ("Does not cover QLoRA"),
  };
  Shape shape = find_shape (inputs);

  estimate->not_covered = not_covered[inputs->task];
  if (estimate->not_covered != NULL)
    return;

  estimate->missing_fields |= missing_of (&shape);
  if (estimate->missing_fields != 0)
    return;

  estimate->trained_count = parameters_count (&shape);
  add_state (inputs, estimate, &shape, PLIM_TERM_WEIGHTS, N_ ("bytes per parameter"), 4);
  add_state (inputs, estimate, &shape, PLIM_TERM_OPTIMIZER_STATES, N_ ("bytes of AdamW states per parameter"), 8);
  add_state (inputs, estimate, &shape, PLIM_TERM_GRADIENTS, N_ ("bytes of gradient per parameter"), 4);
  add_activations (inputs, estimate, &shape);
  add_logits (inputs, estimate, &shape);
  add_time (inputs, estimate, &shape);
}
