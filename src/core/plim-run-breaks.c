/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts of breaks, and how long one takes. */

#include "plim-run-breaks.h"

#include "plim-checked.h"
#include "plim-optimizer.h"
#include "plim-recipe.h"

#define BYTES_PER_GB 1e9

gboolean
plim_run_breaks_are_asked (const PlimInputs *inputs)
{
  return inputs->evaluation_interval_steps > 0 || inputs->checkpoint_interval_steps > 0;
}

/* Every @interval steps, 0 = never. */
static gint64
count_breaks (gint64 steps_count,
              gint64 interval)
{
  return interval > 0 ? steps_count / interval : 0;
}

double
plim_run_breaks_evaluation_seconds (const PlimInputs *inputs,
                                    gint64            steps_count,
                                    gint64            step_tokens,
                                    double            forward_seconds)
{
  return (double) count_breaks (steps_count, inputs->evaluation_interval_steps) *
         ((double) inputs->evaluation_set_tokens / (double) step_tokens) * forward_seconds;
}

static gint64
count_state_bytes (const PlimInputs   *inputs,
                   const PlimEstimate *estimate)
{
  const PlimOptimizerInfo *info = plim_optimizer_info (inputs->optimizer);
  gint64                   state_bytes = plim_recipe_bytes (inputs).state_bytes;

  if (plim_optimizer_needs_shapes (inputs->optimizer))
    return plim_optimizer_shaped_bytes (inputs, state_bytes);
  if (info->block_bytes > 0)
    return plim_divide_up (plim_multiply (info->block_bytes, estimate->trained_count), info->block_parameters);

  return plim_multiply (info->states_count * state_bytes, estimate->trained_count);
}

gint64
plim_run_breaks_checkpoint_bytes (const PlimInputs   *inputs,
                                  const PlimEstimate *estimate)
{
  PlimRecipeBytes recipe = plim_recipe_bytes (inputs);
  gboolean        is_full = inputs->task == PLIM_TASK_TRAINING;
  gint64          weights_count = is_full ? estimate->parameters.total_count : estimate->trained_count;
  gint64          bytes = plim_add (plim_multiply (recipe.weight_bytes, weights_count),
                                    plim_multiply (recipe.master_bytes, estimate->trained_count));

  return plim_add (bytes, count_state_bytes (inputs, estimate));
}

double
plim_run_breaks_checkpoint_seconds (const PlimInputs   *inputs,
                                    const PlimEstimate *estimate,
                                    gint64              steps_count)
{
  if (inputs->storage_bandwidth_gb_per_s <= 0)
    return 0;

  return (double) count_breaks (steps_count, inputs->checkpoint_interval_steps) *
         ((double) plim_run_breaks_checkpoint_bytes (inputs, estimate) /
          (inputs->storage_bandwidth_gb_per_s * BYTES_PER_GB));
}
