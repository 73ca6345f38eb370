/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Refusals name what does not divide; micro-batches in flight follow the schedule. */

#include "plim-training-layout.h"

#include "plim-checked.h"
#include "plim-framework.h"
#include "plim-trained.h"

#include <glib/gi18n.h>
#include <string.h>

/* Megatron-LM splits an expert as it does other matrices where nothing is said (megatron/training/arguments.py,
 * d98e8a6, expert_tensor_parallel_size), the others not at all. */
static gint64
expert_tensor_count (const PlimTrainingLayout *layout,
                     const PlimInputs         *inputs)
{
  if (inputs->expert_parallel_count == 1)
    return 1;
  if (inputs->expert_tensor_parallel_count > 0)
    return inputs->expert_tensor_parallel_count;

  return plim_framework_profile (inputs->framework)->sharder == PLIM_SHARDER_MEGATRON ? layout->tensor_count : 1;
}

static const char *
find_refusal (const PlimTrainingLayout *layout,
              const PlimInputs         *inputs)
{
  const PlimModel *model = &inputs->model;
  gint64           model_count = layout->tensor_count * layout->pipeline_count * layout->context_count;

  if (model_count > inputs->gpus_count || inputs->gpus_count % model_count != 0)
    return N_ ("Tensor, pipeline and context parallel must divide the number of GPUs: change one of them");
  if (layout->pipeline_count > 1 && !plim_model_has_shape (model))
    return N_ ("A pipeline needs a model whose layers are known");
  if (layout->pipeline_count > MAX (model->n_layers, 1))
    return N_ ("A pipeline cannot have more stages than the model has layers");
  if (inputs->pipeline_schedule == PLIM_SCHEDULE_DUALPIPE && layout->pipeline_count > 1 &&
      layout->pipeline_count % 2 != 0)
    return N_ ("DualPipe needs an even number of stages: take one more or one less");
  if (inputs->pipeline_schedule == PLIM_SCHEDULE_INTERLEAVED &&
      layout->pipeline_count * inputs->virtual_stages_count > MAX (model->n_layers, 1))
    return N_ ("Virtual stages and pipeline stages together cannot be more than the layers");
  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimLayerKind *kind = &model->kinds[i];

      if (kind->attention.heads_count % layout->tensor_count != 0)
        return N_ ("Tensor parallel must divide the attention heads: take the next smaller divisor");
      if (kind->experts.experts_count % inputs->expert_parallel_count != 0)
        return N_ ("Expert parallel must divide the number of experts: take the next smaller divisor");
      if (kind->experts.width % expert_tensor_count (layout, inputs) != 0)
        return N_ ("Expert tensor parallel must divide the width of an expert: take the next smaller divisor");
    }
  if (layout->pipeline_count > 1 && inputs->sharding != PLIM_SHARDING_NONE &&
      inputs->sharding != PLIM_SHARDING_OPTIMIZER &&
      plim_framework_profile (inputs->framework)->sharder == PLIM_SHARDER_DEEPSPEED)
    return N_ ("Pipelines of DeepSpeed go with ZeRO-1 at most: share optimizer states alone");
  if (layout->shard_count * layout->tensor_count % layout->expert_count != 0)
    return N_ ("Expert parallel, times expert tensor parallel, must divide the GPUs of a stage: change one of them");

  return NULL;
}

const char *
plim_training_layout_init (PlimTrainingLayout *layout,
                           const PlimInputs   *inputs)
{
  layout->tensor_count = MAX (inputs->tensor_parallel_count, 1);
  layout->pipeline_count = MAX (inputs->pipeline_parallel_count, 1);
  layout->context_count = inputs->context_parallel_count;
  layout->expert_count = inputs->expert_parallel_count * expert_tensor_count (layout, inputs);
  layout->shard_count = MAX (inputs->gpus_count / (layout->tensor_count * layout->pipeline_count), 1);
  layout->data_count = MAX (layout->shard_count / layout->context_count, 1);

  return find_refusal (layout, inputs);
}

static void
set_in_flight (PlimTrainingStage        *stage,
               const PlimTrainingLayout *layout,
               const PlimInputs         *inputs,
               gint64                    index)
{
  gint64 stages_count = layout->pipeline_count;
  gint64 batches_count = inputs->accumulation_count;
  gint64 here_count = MIN (batches_count, stages_count - index);
  gint64 virtual_count = inputs->virtual_stages_count;

  stage->kept_denominator = 1;
  stage->kept_numerator = here_count;
  if (stages_count == 1)
    {
      stage->kept_numerator = 1;
    }
  else if (inputs->pipeline_schedule == PLIM_SCHEDULE_GPIPE)
    {
      stage->kept_numerator = batches_count;
    }
  else if (inputs->pipeline_schedule == PLIM_SCHEDULE_INTERLEAVED)
    {
      /* Warm-up of stage i: 2 (p - i - 1) + (v - 1) p parts, and one more in steady state. */
      gint64 parts_count = 2 * (stages_count - index - 1) + (virtual_count - 1) * stages_count + 1;

      stage->kept_numerator = MIN (parts_count, plim_multiply (batches_count, virtual_count));
      stage->kept_denominator = virtual_count;
    }
  else if (inputs->pipeline_schedule == PLIM_SCHEDULE_DUALPIPE)
    {
      /* p + 1 of one of its two stages. */
      stage->kept_numerator = MIN (stages_count + 1, batches_count);
      stage->kept_denominator = 2;
    }
}

/* Layers before stage @index. */
static gint64
first_layer (gint64 layers_count,
             gint64 stages_count,
             gint64 index)
{
  return layers_count / stages_count * index + MIN (index, layers_count % stages_count);
}

static void
add_layers (PlimTrainingStage *stage,
            const PlimInputs  *inputs,
            gint64             stages_count,
            gint64             index)
{
  const PlimModel *model = &inputs->model;
  gint64           first_trained = plim_trained_first_layer (inputs);
  gint64           end = first_layer (model->n_layers, stages_count, index + 1);

  for (gint64 l = first_layer (model->n_layers, stages_count, index); l < end; l++)
    {
      stage->layers_count[model->pattern[l]]++;
      if (l >= first_trained)
        stage->trained_layers_count[model->pattern[l]]++;
    }
  stage->has_embedding = stage->has_embedding || index == 0;
  stage->has_head = stage->has_head || index == stages_count - 1;
}

/* DualPipe sends micro-batches from both ends, so that GPUs hold a stage and the one as far from the other end. */
static gboolean
is_folded (const PlimInputs *inputs)
{
  return inputs->pipeline_schedule == PLIM_SCHEDULE_DUALPIPE && inputs->pipeline_parallel_count > 1;
}

static void
describe_stage (PlimTrainingStage        *stage,
                const PlimTrainingLayout *layout,
                const PlimInputs         *inputs,
                gint64                    index)
{
  gint64 stages_count = layout->pipeline_count;

  *stage = (PlimTrainingStage) { .first_number = index + 1, .last_number = index + 1 };
  add_layers (stage, inputs, stages_count, index);
  stage->is_folded = is_folded (inputs);
  if (stage->is_folded)
    add_layers (stage, inputs, stages_count, stages_count - 1 - index);
  stage->gpus_count = inputs->gpus_count / stages_count * (stage->is_folded ? 2 : 1);
  set_in_flight (stage, layout, inputs, index);
}

static gboolean
is_same (const PlimTrainingStage *a,
         const PlimTrainingStage *b)
{
  return memcmp (a->layers_count, b->layers_count, sizeof a->layers_count) == 0 &&
         memcmp (a->trained_layers_count, b->trained_layers_count, sizeof a->trained_layers_count) == 0 &&
         a->has_embedding == b->has_embedding && a->has_head == b->has_head &&
         a->kept_numerator == b->kept_numerator && a->kept_denominator == b->kept_denominator;
}

guint
plim_training_layout_stages (const PlimTrainingLayout *layout,
                             const PlimInputs         *inputs,
                             PlimTrainingStage        *stages)
{
  gint64 roles_count = layout->pipeline_count / (is_folded (inputs) ? 2 : 1);
  guint  n_stages = 0;

  for (gint64 index = 0; index < roles_count; index++)
    {
      gboolean          is_last = index + 1 == roles_count;
      PlimTrainingStage stage;

      describe_stage (&stage, layout, inputs, index);
      if (n_stages > 0 && (is_same (&stages[n_stages - 1], &stage) ||
                           (n_stages + 1 == PLIM_TRAINING_MAX_STAGES && !is_last)))
        {
          stages[n_stages - 1].last_number = stage.last_number;
          stages[n_stages - 1].gpus_count += stage.gpus_count;
        }
      else
        {
          stages[n_stages++] = stage;
        }
    }

  return n_stages;
}
