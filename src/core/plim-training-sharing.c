/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sharded layers while they are used, and gradients on their way. */

#include "plim-training.h"

#include "plim-checked.h"

#include <glib/gi18n.h>

#define FSDP      "PyTorch FSDP, arXiv:2304.11277, section 3.3"
#define DEEPSPEED "DeepSpeed, runtime/zero/config.py"
#define KEPT      "PyTorch, torch/distributed/fsdp/_fully_shard, reshard_after_forward; torchtitan, parallelize.py"

#define BIT PLIM_MOMENT_BIT

/* DeepSpeed's reduce_bucket_size and stage3_max_live_parameters, in parameters. */
#define BUCKET_COUNT G_GINT64_CONSTANT (500000000)
#define LIVE_COUNT   G_GINT64_CONSTANT (1000000000)

gint64
plim_training_tables_count (const PlimTraining *t)
{
  const gint64 *by_class = t->estimate->parameters.by_class_count;
  gint64        count = 0;

  if (t->stage.has_embedding || (t->stage.has_head && t->inputs->model.has_tied_head))
    count = by_class[PLIM_TENSOR_EMBEDDING];
  if (t->stage.has_head)
    count = plim_add (count, by_class[PLIM_TENSOR_HEAD]);

  return plim_divide_up (count, t->layout.tensor_count);
}

static gint64
count_layers (const PlimTraining *t)
{
  gint64 count = 0;

  for (guint i = 0; i < t->inputs->model.n_kinds; i++)
    count += t->stage.layers_count[i];

  return MAX (count, 1);
}

gint64
plim_training_layer_count (const PlimTraining *t)
{
  gint64 tables_count = plim_training_tables_count (t);

  return plim_divide_up (plim_subtract (plim_add (t->total_count, t->expert_count), tables_count),
                         count_layers (t));
}

/* FSDP2 that shares gradients alone keeps weights whole from forward to backward, and so do pipelines, which would
 * gather them anew for each micro-batch (torchtitan). */
static gboolean
keeps_gathered (const PlimTraining *t)
{
  return t->framework->sharder == PLIM_SHARDER_FSDP &&
         (t->inputs->sharding == PLIM_SHARDING_GRADIENTS || t->layout.pipeline_count > 1);
}

/* DeepSpeed keeps so many parameters together, FSDP layers. */
static void
add_live (PlimTraining *t)
{
  gint64             count = MIN (LIVE_COUNT, t->total_count);
  const PlimTermSpec spec = {
    .id = PLIM_TERM_GATHERED_WEIGHTS,
    .moments = plim_training_passes (t),
    .bytes = plim_multiply (count, t->recipe.compute_bytes),
    .formula = "{0} × {1}",
    .source = DEEPSPEED,
    .note = N_ ("DeepSpeed gives parameters back when more than stage3_max_live_parameters are gathered."),
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS,
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("parameters gathered at once"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per parameter"), t->recipe.compute_bytes, 1);
}

void
plim_training_add_gathered (PlimTraining *t)
{
  /* DeepSpeed puts the whole model together to generate (plim-training-objective.c). */
  guint              rollout = t->framework->sharder == PLIM_SHARDER_DEEPSPEED ? 0 : BIT (PLIM_MOMENT_ROLLOUT);
  gint64             count = plim_training_layer_count (t);
  gint64             units_count = keeps_gathered (t) ? count_layers (t)
                                                      : t->framework->gathered_units_count;
  PlimWeights        weights = plim_weights_stored (t->inputs, &t->estimate->parameters);
  gint64             bytes = weights.quantized_count > 0 && t->has_adapters
                               ? plim_precision_bytes (t->inputs->precision, count)
                               : plim_multiply (t->recipe.compute_bytes, count);
  gint64             tables_bytes = plim_multiply (t->recipe.compute_bytes, plim_training_tables_count (t));
  const PlimTermSpec spec = {
    .id = PLIM_TERM_GATHERED_WEIGHTS,
    .moments = plim_training_passes (t) | rollout,
    .bytes = plim_add (plim_multiply (units_count, bytes), tables_bytes),
    .formula = "{0} × {1} + {2}",
    .source = keeps_gathered (t) ? KEPT : FSDP,
    .note = keeps_gathered (t) ? N_ ("All layers stay together from forward to backward.")
                               : N_ ("The layer in use, those on their way, and the tables, which stay together."),
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS,
  };
  PlimExplanation *explanation;

  if (t->weights_shares == 1 && t->inputs->offload_parameters == PLIM_OFFLOAD_NONE)
    return;
  if (t->framework->sharder == PLIM_SHARDER_DEEPSPEED && !t->has_adapters)
    {
      add_live (t);
      return;
    }

  explanation = &plim_training_add (t, &spec, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("layers at once"), units_count, 1);
  plim_explanation_add (explanation, N_ ("bytes of a layer"), bytes, 1);
  plim_explanation_add (explanation, N_ ("bytes of embedding and head"), tables_bytes, 1);
}

/* DDP's buckets hold all gradients; ZeRO-1 and -2 two buckets, DeepSpeed's ZeRO-3 one; FSDP one layer. */
void
plim_training_add_communication (PlimTraining *t)
{
  gboolean     is_ddp = t->states_shares == 1;
  gboolean     is_deepspeed = t->framework->sharder == PLIM_SHARDER_DEEPSPEED;
  gint64       count = is_ddp ? t->trained_count : MIN (t->trained_count, 2 * BUCKET_COUNT);
  PlimTermSpec spec = {
    .id = PLIM_TERM_COMMUNICATION,
    .moments = BIT (PLIM_MOMENT_BACKWARD),
    .formula = "{0} × {1}",
    .source = is_ddp ? "PyTorch DistributedDataParallel, gradient_as_bucket_view" : DEEPSPEED,
    .depends = PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS | PLIM_ADAPTER_FIELDS | PLIM_GRADIENT_FIELDS |
               PLIM_FIELD_BIT (PLIM_FIELD_REDUCE_FORMAT),
  };
  /* DDP's buckets are the gradients. */
  gint64           bytes = is_ddp ? t->recipe.gradient_bytes : t->recipe.reduce_bytes;
  PlimExplanation *explanation;

  if (t->layout.shard_count == 1 || t->framework->sharder == PLIM_SHARDER_MEGATRON)
    return;

  if (t->weights_shares > 1)
    {
      count = plim_divide_up (t->trained_count, MAX (plim_training_trained_layers_count (t), 1));
      count = is_deepspeed ? MIN (t->trained_count, BUCKET_COUNT) : count;
      spec.source = is_deepspeed ? DEEPSPEED : FSDP;
    }
  spec.bytes = plim_multiply (count, bytes);
  explanation = &plim_training_add (t, &spec, NULL)->explanation;
  plim_explanation_add (explanation, N_ ("gradients on their way"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per gradient"), bytes, 1);
}
