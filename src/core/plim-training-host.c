/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Training: what offloading moves to the host's memory.  It is the difference to the same job without offloading, and a
 * copy of the gradients where the optimizer steps on the host (ZeRO-Offload, arXiv:2101.06840, section 4.1). */

#include "plim-training-host.h"

#include "plim-checked.h"
#include "plim-framework.h"
#include "plim-roofline.h"
#include "plim-training.h"

#include <glib/gi18n.h>

/* Numbers in a buffer for NVMe. */
#define BUFFER_NUMBERS G_GINT64_CONSTANT (100000000)

/* What may be on the host. */
typedef enum
{
  PART_NONE,
  PART_PARAMETERS,
  PART_OPTIMIZER,
  PART_GRADIENTS,
  PART_ACTIVATIONS,
  N_PARTS
} Part;

static const char *const part_names[N_PARTS] = {
  [PART_PARAMETERS] = N_ ("bytes of parameters"),
  [PART_OPTIMIZER] = N_ ("bytes of master weights and states"),
  [PART_GRADIENTS] = N_ ("bytes of gradients"),
  [PART_ACTIVATIONS] = N_ ("bytes of activations"),
};

static const Part parts_of_terms[PLIM_N_TERM_IDS] = {
  [PLIM_TERM_WEIGHTS] = PART_PARAMETERS,
  [PLIM_TERM_FROZEN_WEIGHTS] = PART_PARAMETERS,
  [PLIM_TERM_MASTER_WEIGHTS] = PART_OPTIMIZER,
  [PLIM_TERM_OPTIMIZER_STATES] = PART_OPTIMIZER,
  [PLIM_TERM_ADAPTER_STATE] = PART_OPTIMIZER,
  [PLIM_TERM_GRADIENTS] = PART_GRADIENTS,
  [PLIM_TERM_ACTIVATIONS] = PART_ACTIVATIONS,
};

/* The parts of @estimate on all GPUs together, each as large as it becomes. */
static void
sum_parts (const PlimEstimate *estimate,
           gint64              bytes[N_PARTS])
{
  for (guint r = 0; r < estimate->n_roles; r++)
    for (guint i = 0; i < estimate->roles[r].n_terms; i++)
      {
        const PlimTerm *term = &estimate->terms[estimate->roles[r].first_term + i];
        Part            part = parts_of_terms[term->id];
        gint64          most = 0;

        for (guint m = 0; m < PLIM_N_MOMENTS; m++)
          most = MAX (most, term->bytes_at[m]);
        bytes[part] = plim_add (bytes[part], plim_multiply (most, estimate->roles[r].gpus_count));
      }
}

static gboolean
offloads (const PlimInputs *inputs)
{
  return inputs->offload_optimizer != PLIM_OFFLOAD_NONE || inputs->offload_parameters != PLIM_OFFLOAD_NONE ||
         inputs->offload_activations == PLIM_SWITCH_ON;
}

/* DeepSpeed steps on the host: gradients are there in 32 bits, and of every parameter one more 16-bit number, the
 * gradient of ZeRO-3 or the weight on its way back (DeepSpeed edaa722, runtime/zero/stage3.py,
 * grad_partitions_flat_buffer; stage_1_and_2.py, param_buffer_of_bit16_for_cpu_offload_groups). */
static gboolean
steps_on_host (const PlimInputs *inputs)
{
  return plim_framework_profile (inputs->framework)->sharder == PLIM_SHARDER_DEEPSPEED &&
         inputs->task == PLIM_TASK_TRAINING && inputs->offload_optimizer != PLIM_OFFLOAD_NONE;
}

/* Buffers of the host: what is on NVMe passes through, on all GPUs (DeepSpeed, runtime/zero/offload_config.py), 5 of
 * 1e8 16-bit parameters, 4 of 1e8 32-bit numbers of the optimizer. */
static gint64
count_buffer_bytes (const PlimInputs   *inputs,
                    const PlimEstimate *estimate)
{
  gint64 bytes = 0;

  if (inputs->offload_parameters == PLIM_OFFLOAD_NVME)
    bytes += 5 * BUFFER_NUMBERS * 2;
  if (inputs->offload_optimizer == PLIM_OFFLOAD_NVME)
    bytes += 4 * BUFFER_NUMBERS * 4;

  bytes = plim_multiply (bytes, inputs->gpus_count);

  return steps_on_host (inputs) ? plim_add (bytes, plim_multiply (2, estimate->trained_count)) : bytes;
}

static PlimOffload
place_of (const PlimInputs *inputs,
          Part              part)
{
  if (part == PART_ACTIVATIONS)
    return PLIM_OFFLOAD_HOST;

  return part == PART_PARAMETERS ? inputs->offload_parameters : inputs->offload_optimizer;
}

/* What the parts of @estimate that are in @place depend on. */
static PlimFieldSet
find_depends (const PlimInputs   *inputs,
              const PlimEstimate *estimate,
              PlimOffload         place)
{
  PlimFieldSet depends = PLIM_FIELD_BIT (PLIM_FIELD_OFFLOAD_OPTIMIZER) |
                         PLIM_FIELD_BIT (PLIM_FIELD_OFFLOAD_PARAMETERS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_OFFLOAD_ACTIVATIONS) | PLIM_FIELD_BIT (PLIM_FIELD_FRAMEWORK) |
                         PLIM_FIELD_BIT (PLIM_FIELD_MASTER_WEIGHTS) | PLIM_SHARING_FIELDS;

  for (guint i = 0; i < estimate->n_terms; i++)
    {
      Part part = parts_of_terms[estimate->terms[i].id];

      if (part != PART_NONE && place_of (inputs, part) == place)
        depends |= estimate->terms[i].explanation.depends;
    }

  return depends;
}

/* What of @moved_bytes is in one place of a computer, and @buffer_bytes. */
static gint64
explain_place (const PlimInputs *inputs,
               PlimOffload       place,
               const gint64      moved_bytes[N_PARTS],
               gint64            buffer_bytes,
               PlimExplanation  *explanation)
{
  gint64 nodes_count = plim_divide_up (inputs->gpus_count, plim_roofline_node_gpus_count (inputs));
  gint64 sum_bytes = buffer_bytes;

  for (guint i = PART_NONE + 1; i < N_PARTS; i++)
    {
      gint64 bytes = place_of (inputs, i) == place ? moved_bytes[i] : 0;

      sum_bytes = plim_add (sum_bytes, bytes);
      plim_explanation_add (explanation, part_names[i], bytes, 1);
    }
  if (sum_bytes == 0)
    {
      explanation->n_factors = 0;
      return 0;
    }

  explanation->formula = "ceil(({0} + {1} + {2} + {3} + {4}) ÷ {5})";
  explanation->source = "ZeRO-Offload, arXiv:2101.06840, section 4.1; ZeRO-Infinity, arXiv:2104.07857, section 5";
  plim_explanation_add (explanation, N_ ("bytes of buffers"), buffer_bytes, 1);
  plim_explanation_add (explanation, N_ ("computers"), nodes_count, 1);

  return plim_divide_up (sum_bytes, nodes_count);
}

/* What the GPUs would have, were nothing moved, less what they have, is on the host. */
static void
measure (const PlimInputs *inputs,
         PlimEstimate     *estimate)
{
  PlimInputs   kept = *inputs;
  PlimEstimate whole;
  gint64       moved_bytes[N_PARTS] = { 0 };
  gint64       gpu_bytes[N_PARTS] = { 0 };

  kept.offload_optimizer = kept.offload_parameters = PLIM_OFFLOAD_NONE;
  kept.offload_activations = PLIM_SWITCH_OFF;
  plim_estimate_memory (&kept, &whole);
  sum_parts (&whole, moved_bytes);
  sum_parts (estimate, gpu_bytes);
  gpu_bytes[PART_GRADIENTS] = inputs->offload_optimizer != PLIM_OFFLOAD_NONE ? 0 : moved_bytes[PART_GRADIENTS];
  for (guint i = PART_NONE + 1; i < N_PARTS; i++)
    moved_bytes[i] = plim_subtract (moved_bytes[i], gpu_bytes[i]);

  if (steps_on_host (inputs))
    moved_bytes[PART_GRADIENTS] = plim_multiply (4, estimate->trained_count);

  estimate->host_bytes = explain_place (inputs, PLIM_OFFLOAD_HOST, moved_bytes, count_buffer_bytes (inputs, estimate),
                                        &estimate->host_explanation);
  estimate->nvme_bytes =
    explain_place (inputs, PLIM_OFFLOAD_NVME, moved_bytes, 0, &estimate->nvme_explanation);
  estimate->host_explanation.depends = find_depends (inputs, &whole, PLIM_OFFLOAD_HOST);
  estimate->nvme_explanation.depends = find_depends (inputs, &whole, PLIM_OFFLOAD_NVME);
}

void
plim_training_host_estimate (const PlimInputs *inputs,
                             PlimEstimate     *estimate)
{
  if (offloads (inputs))
    measure (inputs, estimate);
}
