/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Training: what offloading moves to the host's memory.  It is the difference to the same job without offloading, and a
 * copy of the gradients where the optimizer steps on the host (ZeRO-Offload, arXiv:2101.06840, section 4.1). */

#include "plim-training-host.h"

#include "plim-checked.h"
#include "plim-roofline.h"

#include <glib/gi18n.h>

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
  return inputs->offload_optimizer == PLIM_SWITCH_ON || inputs->offload_parameters == PLIM_SWITCH_ON ||
         inputs->offload_activations == PLIM_SWITCH_ON;
}

void
plim_training_host_estimate (const PlimInputs *inputs,
                             PlimEstimate     *estimate)
{
  PlimExplanation *explanation = &estimate->host_explanation;
  PlimInputs       kept = *inputs;
  PlimEstimate     whole;
  gint64           whole_bytes[N_PARTS] = { 0 };
  gint64           gpu_bytes[N_PARTS] = { 0 };
  gint64           nodes_count = plim_divide_up (inputs->gpus_count, plim_roofline_node_gpus_count (inputs));
  gint64           bytes = 0;

  if (!offloads (inputs))
    return;

  kept.offload_optimizer = kept.offload_parameters = kept.offload_activations = PLIM_SWITCH_OFF;
  plim_estimate (&kept, &whole);
  sum_parts (&whole, whole_bytes);
  sum_parts (estimate, gpu_bytes);
  gpu_bytes[PART_GRADIENTS] = inputs->offload_optimizer == PLIM_SWITCH_ON ? 0 : whole_bytes[PART_GRADIENTS];

  explanation->formula = "ceil(({0} + {1} + {2} + {3}) ÷ {4})";
  explanation->source = "ZeRO-Offload, arXiv:2101.06840, section 4.1";
  explanation->depends = PLIM_FIELD_BIT (PLIM_FIELD_OFFLOAD_OPTIMIZER) |
                         PLIM_FIELD_BIT (PLIM_FIELD_OFFLOAD_PARAMETERS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_OFFLOAD_ACTIVATIONS) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS);
  for (guint i = PART_NONE + 1; i < N_PARTS; i++)
    {
      gint64 moved_bytes = plim_subtract (whole_bytes[i], gpu_bytes[i]);

      bytes = plim_add (bytes, moved_bytes);
      plim_explanation_add (explanation, part_names[i], moved_bytes, 1);
    }
  plim_explanation_add (explanation, N_ ("computers"), nodes_count, 1);
  estimate->host_bytes = plim_divide_up (bytes, nodes_count);
}
