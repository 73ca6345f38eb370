/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layouts are checked first and dealt out then. */

#include "plim-layout.h"

#include "plim-checked.h"
#include "plim-component.h"
#include "plim-runtime.h"
#include "plim-towers.h"

#include <glib/gi18n.h>
#include <string.h>

/* GPUs that are linked fast enough to share each layer, where the GPU's own number is not known: a board of eight. */
#define USUAL_NODE 8

static gint64
greatest_divisor (gint64 number,
                  gint64 most)
{
  gint64 divisor = MAX (MIN (number, most), 1);

  while (number % divisor != 0)
    divisor--;

  return divisor;
}

/* The most GPUs of a node, of @gpus_count in all, that can share the heads of every layer. */
static gint64
common_divisor (gint64            gpus_count,
                const PlimInputs *inputs)
{
  const PlimModel *model = &inputs->model;
  gint64           divisor =
    greatest_divisor (gpus_count, inputs->gpu.gpus_per_node > 0 ? inputs->gpu.gpus_per_node : USUAL_NODE);

  for (guint i = 0; i < model->n_kinds; i++)
    {
      gint64 heads_count = model->kinds[i].attention.heads_count;

      while (heads_count > 0)
        {
          gint64 rest = divisor % heads_count;

          divisor = heads_count;
          heads_count = rest;
        }
    }

  return divisor;
}

/* As few stages of @groups_count groups of GPUs as hold the weights, with a tenth to spare for everything else; the
 * other groups are replicas. */
static gint64
count_stages (const PlimInputs *inputs,
              gint64            groups_count,
              gint64            tensor_count)
{
  gint64         room_bytes = inputs->gpu.reported_bytes - inputs->gpu.reported_bytes / 10;
  gint64         most = MIN (groups_count, (gint64) inputs->model.n_layers);
  gint64         weights_bytes;
  PlimParameters parameters;
  PlimWeights    weights;

  plim_parameters_count (&inputs->model, &parameters);
  weights = plim_weights_stored (inputs, &parameters);
  weights_bytes = plim_weights_bytes (&weights, tensor_count);
  for (gint64 stages_count = 1; stages_count <= most; stages_count++)
    if (groups_count % stages_count == 0 && weights_bytes / stages_count < room_bytes)
      return stages_count;

  return greatest_divisor (groups_count, most);
}

static const char *
check_heads (const PlimLayout *layout,
             const PlimModel  *model)
{
  for (guint i = 0; i < model->n_kinds; i++)
    if (model->kinds[i].attention.heads_count % layout->tensor_count != 0)
      return N_ ("The attention heads cannot be divided by the GPUs of tensor parallelism");

  return NULL;
}

static const char *
check_experts (const PlimLayout *layout,
               const PlimModel  *model)
{
  gint64 experts_count = 0;

  if (layout->expert_count == 1)
    return NULL;
  for (guint i = 0; i < model->n_kinds; i++)
    {
      experts_count = MAX (experts_count, model->kinds[i].experts.experts_count);
      if (model->kinds[i].experts.experts_count % layout->expert_count != 0)
        return N_ ("The experts cannot be dealt evenly to the GPUs of expert parallelism");
    }
  if (experts_count == 0)
    return N_ ("Expert parallelism needs a model with experts");
  if (layout->tensor_count * layout->replicas_count % layout->expert_count != 0)
    return N_ ("Expert parallelism needs a divisor of the GPUs that hold a stage");

  return NULL;
}

const char *
plim_layout_init (PlimLayout       *layout,
                  const PlimInputs *inputs)
{
  gboolean    has_tensor = inputs->tensor_parallel_count > 0;
  gboolean    has_pipeline = inputs->pipeline_parallel_count > 0;
  gint64      gpus_count = inputs->gpus_count;
  gboolean    is_by_layer = plim_runtime_profile (inputs)->splits_by_layer;
  const char *reason;

  *layout = (PlimLayout) { 1, 1, 1, MAX (inputs->expert_parallel_count, 1) };
  if (has_tensor || has_pipeline)
    {
      layout->tensor_count = MAX (inputs->tensor_parallel_count, 1);
      layout->pipeline_count = MAX (inputs->pipeline_parallel_count, 1);
    }
  else
    {
      layout->tensor_count = is_by_layer ? 1 : common_divisor (gpus_count, inputs);
      layout->pipeline_count = is_by_layer
                                 ? MIN (gpus_count, inputs->model.n_layers)
                                 : count_stages (inputs, gpus_count / layout->tensor_count, layout->tensor_count);
    }

  if ((has_tensor || has_pipeline) && gpus_count % (layout->tensor_count * layout->pipeline_count) != 0)
    return N_ ("The GPUs are no multiple of tensor times pipeline parallelism");
  layout->replicas_count = MAX (gpus_count / (layout->tensor_count * layout->pipeline_count), 1);
  if (layout->pipeline_count > inputs->model.n_layers)
    return N_ ("There are more pipeline stages than layers");
  reason = has_tensor ? check_heads (layout, &inputs->model) : NULL;

  return reason != NULL ? reason : check_experts (layout, &inputs->model);
}

/* The first layer of stage @index; @n_layers for the one after the last. */
static guint
find_first_layer (const PlimLayout *layout,
                  const PlimInputs *inputs,
                  guint             index)
{
  guint n_stages = (guint) layout->pipeline_count;
  guint n_layers = inputs->model.n_layers;
  guint each = n_layers / n_stages;
  guint rest = n_layers % n_stages;
  guint n_extra;

  if (plim_runtime_profile (inputs)->splits_by_layer)
    {
      guint on_gpu = (guint) MIN (inputs->gpu_layers_count, n_layers + 1);

      if (index == n_stages)
        return n_layers;
      return MIN (n_layers, n_layers + 1 - on_gpu + (index * on_gpu + n_stages - 1) / n_stages);
    }

  /* The rest goes to the stages before the last, one each. */
  n_extra = index + rest + 1 > n_stages ? index + rest + 1 - n_stages : 0;

  return index == n_stages ? n_layers : index * each + MIN (n_extra, rest);
}

static void
fill_stage (PlimStage        *stage,
            const PlimLayout *layout,
            const PlimInputs *inputs,
            guint             index)
{
  const PlimRuntimeProfile *profile = plim_runtime_profile (inputs);

  memset (stage, 0, sizeof *stage);
  stage->first_layer = find_first_layer (layout, inputs, index);
  stage->end_layer = find_first_layer (layout, inputs, index + 1);
  stage->first_expert_layer = profile->splits_by_layer ? (guint) inputs->host_expert_layers_count : 0;
  stage->is_first = index == 0;
  stage->has_towers = index == 0 && plim_towers_bytes (inputs) > 0;
  stage->has_embedding = index == 0 && !profile->has_host_embedding;
  stage->has_head = index + 1 == layout->pipeline_count && (!profile->splits_by_layer || inputs->gpu_layers_count > 0);
  stage->gpus_count = layout->tensor_count * layout->replicas_count;
  for (guint i = stage->first_layer; i < stage->end_layer; i++)
    stage->layers_count[inputs->model.pattern[i]]++;
}

static guint
count_layers (const PlimStage *stage)
{
  return stage->end_layer - stage->first_layer;
}

/* How many layers of a stage have experts in host memory. */
static guint
count_host_experts (const PlimStage *stage)
{
  if (stage->first_expert_layer <= stage->first_layer)
    return 0;

  return MIN (stage->first_expert_layer, stage->end_layer) - stage->first_layer;
}

static gboolean
is_same (const PlimStage *a,
         const PlimStage *b)
{
  return a->has_embedding == b->has_embedding && a->has_head == b->has_head && a->has_towers == b->has_towers &&
         count_host_experts (a) == count_host_experts (b) &&
         memcmp (a->layers_count, b->layers_count, sizeof a->layers_count) == 0;
}

guint
plim_layout_stages (const PlimLayout *layout,
                    const PlimInputs *inputs,
                    PlimStage        *stages)
{
  guint n_stages = 0;

  for (guint i = 0; i < layout->pipeline_count; i++)
    {
      PlimStage stage;
      guint     same = 0;

      fill_stage (&stage, layout, inputs, i);
      while (same < n_stages && !is_same (&stages[same], &stage))
        same++;
      if (same == PLIM_MAX_ROLES)
        {
          gint64 gpus_count = stages[--same].gpus_count + stage.gpus_count;

          if (count_layers (&stage) > count_layers (&stages[same]))
            stages[same] = stage;
          stages[same].gpus_count = gpus_count;
        }
      else if (same < n_stages)
        stages[same].gpus_count += stage.gpus_count;
      else
        stages[n_stages++] = stage;
    }

  return n_stages;
}

gint64
plim_layout_sequences (const PlimLayout *layout,
                       const PlimInputs *inputs)
{
  return plim_divide_up (inputs->batch_count, layout->replicas_count);
}
