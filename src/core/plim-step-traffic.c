/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes by kind of parallelism, turned into seconds by plim-roofline.c. */

#include "plim-step-traffic.h"

#include "plim-adapters.h"
#include "plim-objective.h"
#include "plim-recipe.h"
#include "plim-recompute.h"
#include "plim-roofline.h"
#include "plim-step-work.h"

#include <glib/gi18n.h>
#include <math.h>

static const struct
{
  const char *id;
  const char *name;
} traffics[PLIM_N_TRAFFICS] = {
  [PLIM_TRAFFIC_DATA] = { "data", N_ ("data parallel") },
  [PLIM_TRAFFIC_TENSOR] = { "tensor", N_ ("tensor parallel") },
  [PLIM_TRAFFIC_PIPELINE] = { "pipeline", N_ ("pipeline") },
  [PLIM_TRAFFIC_CONTEXT] = { "context", N_ ("context parallel") },
  [PLIM_TRAFFIC_EXPERT] = { "expert", N_ ("expert parallel") },
};

/* What every kind of traffic is counted from. */
typedef struct
{
  const PlimInputs         *inputs;
  const PlimEstimate       *estimate;
  const PlimTrainingLayout *layout;
  PlimRecipeBytes           recipe;
  double                    tokens_count; /* of a micro-batch on one GPU */
  double                    hidden_bytes; /* of their hidden states */
  double                    layers_count; /* of a stage */
  double                    passes;       /* forward through a layer: 2 with full recompute */
  guint                     parts;        /* that are computed again on their own */
} Step;

static gint64
data_stride (const PlimTrainingLayout *layout)
{
  return layout->tensor_count;
}

/* Trained parameters of a stage on one GPU: adapters of experts are not dealt out. */
static double
local_trained (const Step *s)
{
  if (s->inputs->task == PLIM_TASK_TRAINING && s->estimate->trained_count == s->estimate->parameters.total_count)
    return plim_step_local_parameters (s->estimate, s->layout);

  return (double) s->estimate->trained_count / (double) (s->layout->tensor_count * s->layout->pipeline_count);
}

/* Bytes of all weights as they are gathered: a quantized base as it is stored. */
static double
gathered_bytes (const Step *s)
{
  const PlimPrecisionInfo *info = plim_precision_info (s->inputs->precision);
  double                   bytes = (double) s->recipe.compute_bytes;

  if (s->inputs->task == PLIM_TASK_QLORA)
    bytes = (double) info->block_bytes / (double) info->block_elements;

  return bytes * plim_step_local_parameters (s->estimate, s->layout);
}

static void
add_data (PlimStepTraffic *traffic,
          const Step      *s)
{
  PlimSharding sharding = s->inputs->sharding;
  gint64       all_count = s->layout->shard_count;
  gint64       together_count =
    CLAMP (plim_roofline_node_gpus_count (s->inputs) / data_stride (s->layout), 1, all_count);
  gint64    shard_count = sharding == PLIM_SHARDING_HYBRID ? together_count : all_count;
  PlimGroup shards = plim_roofline_group (s->inputs, shard_count, data_stride (s->layout));
  PlimGroup copies = plim_roofline_group (s->inputs, all_count / shard_count,
                                          data_stride (s->layout) * shard_count);
  double    gradient_bytes =
    (double) s->recipe.reduce_bytes * local_trained (s);
  double  gather_s = plim_roofline_all_gather_seconds (&shards, gathered_bytes (s));
  double  scatter_s = plim_roofline_reduce_scatter_seconds (&shards, gradient_bytes);
  double *batch_s = &traffic->batch_seconds[PLIM_TRAFFIC_DATA];
  double *step_s = &traffic->step_seconds[PLIM_TRAFFIC_DATA];

  switch (sharding)
    {
    case PLIM_SHARDING_FULL:
    case PLIM_SHARDING_HYBRID:
      *batch_s = 2 * gather_s + scatter_s;
      *step_s = plim_roofline_all_reduce_seconds (&copies, gradient_bytes / (double) shard_count);
      break;

    case PLIM_SHARDING_GRADIENTS:
      *batch_s = scatter_s;
      *step_s = s->inputs->task == PLIM_TASK_TRAINING ? gather_s : 0;
      break;

    case PLIM_SHARDING_OPTIMIZER:
      *step_s = scatter_s + (s->inputs->task == PLIM_TASK_TRAINING ? gather_s : 0);
      break;

    case PLIM_SHARDING_NONE:
    case PLIM_N_SHARDINGS:
    default:
      *step_s = plim_roofline_all_reduce_seconds (&shards, gradient_bytes);
      break;
    }
}

static void
add_tensor (PlimStepTraffic *traffic,
            const Step      *s)
{
  PlimGroup group = plim_roofline_group (s->inputs, s->layout->tensor_count, 1);

  double again =
    (s->parts & (PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_MLP) | PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_EXPERTS))) != 0 ? 1
                                                                                                                  : 0;

  traffic->batch_seconds[PLIM_TRAFFIC_TENSOR] =
    s->layers_count * (2 * (s->passes + 1) + again) * plim_roofline_all_reduce_seconds (&group, s->hidden_bytes);
}

static void
add_pipeline (PlimStepTraffic *traffic,
              const Step      *s)
{
  const PlimTrainingLayout *l = s->layout;
  gint64                    stride = l->tensor_count * l->shard_count;
  PlimGroup                 group = plim_roofline_group (s->inputs, l->pipeline_count, stride);
  double                    parts = s->inputs->pipeline_schedule == PLIM_SCHEDULE_INTERLEAVED
                                      ? (double) s->inputs->virtual_stages_count
                                      : 1;

  /* Each tensor-parallel GPU sends its part (arXiv:2104.04473, section 4.1). */
  traffic->batch_seconds[PLIM_TRAFFIC_PIPELINE] =
    2 * parts * plim_roofline_send_seconds (&group, s->hidden_bytes / (double) l->tensor_count);
}

static void
add_context (PlimStepTraffic *traffic,
             const Step      *s)
{
  const PlimModel *model = &s->inputs->model;
  PlimGroup        group = plim_roofline_group (s->inputs, s->layout->context_count, s->layout->tensor_count);
  double           bytes = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimAttention *a = &model->kinds[i].attention;

      bytes += (double) model->kinds[i].layers_count * (double) a->kv_heads_count *
               (double) (a->head_dim + a->v_head_dim);
    }
  bytes *= s->tokens_count * (double) s->layout->context_count * (double) s->recipe.compute_bytes /
           (double) (s->layout->pipeline_count * s->layout->tensor_count);
  traffic->batch_seconds[PLIM_TRAFFIC_CONTEXT] =
    (s->passes + 2) * plim_roofline_all_gather_seconds (&group, bytes);
}

/* Copies of a token's hidden state that are sent: one for each expert, or one for each place where any of them is, of
 * so many as are expected when experts are chosen evenly. */
static double
count_copies (const Step        *s,
              const PlimExperts *e,
              const PlimGroup   *group)
{
  double places = (double) (group->nodes_count > 1 ? group->nodes_count : group->gpus_count);

  if (!plim_framework_profile (s->inputs->framework)->dispatches_once)
    return (double) e->active_count;

  return places * (1 - pow (1 - 1 / places, (double) e->active_count));
}

static void
add_expert (PlimStepTraffic *traffic,
            const Step      *s)
{
  const PlimModel *model = &s->inputs->model;
  PlimGroup        group = plim_roofline_group (s->inputs, s->inputs->expert_parallel_count,
                                                s->layout->expert_count / s->inputs->expert_parallel_count);

  double again = (s->parts & PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_EXPERTS)) != 0 ? 1 : 0;

  for (guint i = 0; i < model->n_kinds; i++)
    if (model->kinds[i].experts.experts_count > 0)
      traffic->batch_seconds[PLIM_TRAFFIC_EXPERT] +=
        (double) model->kinds[i].layers_count / (double) s->layout->pipeline_count * 2 * (s->passes + again + 1) *
        plim_roofline_all_to_all_seconds (&group, s->hidden_bytes * count_copies (s, &model->kinds[i].experts, &group) /
                                                    (double) s->layout->tensor_count);
}

void
plim_step_traffic_init (PlimStepTraffic          *traffic,
                        const PlimInputs         *inputs,
                        const PlimEstimate       *estimate,
                        const PlimTrainingLayout *layout)
{
  Step s = { inputs, estimate, layout, plim_recipe_bytes (inputs), 0, 0, 0, 0, plim_recompute_parts (inputs) };

  s.tokens_count = (double) plim_objective_sequences_count (inputs) * (double) plim_adapter_sequence_tokens (inputs) /
                   (double) layout->context_count;
  s.hidden_bytes = s.tokens_count * (double) inputs->model.hidden_size * (double) s.recipe.compute_bytes;
  s.layers_count = (double) inputs->model.n_layers / (double) layout->pipeline_count;
  s.passes = 1 + (inputs->recompute == PLIM_RECOMPUTE_FULL ? 1.0 / (double) inputs->recompute_interval : 0);

  *traffic = (PlimStepTraffic) { 0 };
  add_data (traffic, &s);
  add_tensor (traffic, &s);
  add_pipeline (traffic, &s);
  add_context (traffic, &s);
  if (layout->expert_count > 1)
    add_expert (traffic, &s);
}

const char *
plim_traffic_name (PlimTraffic traffic)
{
  g_return_val_if_fail (traffic < PLIM_N_TRAFFICS, "");

  return traffics[traffic].name;
}

const char *
plim_traffic_id (PlimTraffic traffic)
{
  g_return_val_if_fail (traffic < PLIM_N_TRAFFICS, "");

  return traffics[traffic].id;
}
