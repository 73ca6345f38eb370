/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One function a page. */

#include "config.h"

#include "plim-page-tables.h"

#include "plim-gpu-sweep.h"
#include "plim-method-sweep.h"
#include "plim-method.h"
#include "plim-step-traffic.h"
#include "plim-training-time.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

static void
set_taken (PlimTable *table,
           guint      column,
           char      *text)
{
  plim_table_set (table, column, text, NULL);
  g_free (text);
}

/* The GPUs that answer the question: the first of each memory size that fits at some count. */
PlimTable *
plim_page_table_gpus (PlimCatalog   *catalog,
                      PlimEstimator *estimator)
{
  g_autoptr (PlimGpuSweep) sweep =
    plim_gpu_sweep_new (plim_estimator_get_inputs (estimator), plim_catalog_get_gpus (catalog),
                        plim_catalog_n_gpus (catalog), PLIM_GPU_FILTER_ALL);
  PlimTable *table = plim_table_new ();

  plim_table_add_column (table, "gpu", _ ("GPU"), FALSE);
  plim_table_add_column (table, "count", _ ("Count"), TRUE);
  plim_table_add_column (table, "filling", _ ("Filled"), TRUE);
  plim_table_add_column (table, "price", _ ("Per Hour"), TRUE);
  plim_table_add_column (table, "time", _ ("Time"), TRUE);
  for (guint g = 0; g < sweep->n_groups; g++)
    {
      const PlimGpuRow *row = &sweep->rows[sweep->groups[g].first_row];

      if (row->needed_count == 0)
        continue;
      plim_table_add_row (table);
      set_taken (table, 0,
                 g_strdup_printf ("%s, %" G_GINT64_FORMAT PLIM_NBSP "GB", row->gpu->name, row->gpu->marketed_gb));
      set_taken (table, 1, plim_format_count (row->needed_count));
      set_taken (table, 2, plim_format_percent (row->filling));
      set_taken (table, 3, row->cost_per_hour > 0 ? plim_format_money (row->cost_per_hour) : g_strdup (PLIM_EN_DASH));
      set_taken (table, 4, row->seconds > 0 ? plim_format_duration (row->seconds) : g_strdup (PLIM_EN_DASH));
    }

  return table;
}

static void
add_figure (PlimTable  *table,
            const char *title,
            char       *value)
{
  plim_table_add_row (table);
  plim_table_set (table, 0, title, NULL);
  set_taken (table, 1, value);
}

/* "0.412 s, 38 %" of a step. */
static void
add_step_part (PlimTable          *table,
               const char         *title,
               const PlimStepTime *step,
               double              seconds)
{
  g_autofree char *duration = plim_format_duration (seconds);
  g_autofree char *share = plim_format_percent (seconds / step->seconds);

  if (seconds > 0)
    /* Translators: a duration, and its share of a step */
    add_figure (table, title, g_strdup_printf (_ ("%s, %s"), duration, share));
}

static void
add_traffic (PlimTable          *table,
             const PlimStepTime *step)
{
  for (guint i = 0; i < PLIM_N_TRAFFICS; i++)
    {
      /* Translators: what GPUs send each other data for, such as “data parallel” */
      g_autofree char *title = g_strdup_printf (_ ("Traffic, %s, hidden or not"), _ (plim_traffic_name (i)));

      add_step_part (table, title, step, step->traffic_seconds[i]);
    }
}

/* Where the time of a predicted step goes. */
static void
add_step (PlimTable          *table,
          const PlimStepTime *step)
{
  add_step_part (table, _ ("Matrix products"), step, step->matrices_seconds);
  add_step_part (table, _ ("Attention"), step, step->attention_seconds);
  add_step_part (table, _ ("Norms, activations, loss"), step, step->memory_seconds);
  add_step_part (table, _ ("Waiting for launches"), step, step->launch_seconds);
  add_step_part (table, _ ("Traffic not hidden"), step, step->exposed_seconds);
  add_step_part (table, _ ("Waiting for other stages"), step, step->bubble_seconds);
  add_step_part (table, _ ("Optimizer"), step, step->optimizer_seconds);
  add_traffic (table, step);
}

/* What the engine says and the published rules do not. */
static void
add_utilization (PlimTable      *table,
                 const PlimTime *time,
                 double          gpus)
{
  if (time->mfu.likely <= 0)
    return;

  add_figure (table, _ ("Utilization (MFU)"), plim_wording_utilization (time));
  add_figure (table, _ ("With recompute (HFU)"), plim_format_percent (time->hfu));
  add_figure (table, _ ("Tokens a second"), plim_format_significant (time->tokens_per_s));
  if (gpus > 1)
    add_figure (table, _ ("Tokens a second and GPU"), plim_format_significant (time->tokens_per_s / gpus));
  if (time->is_predicted)
    add_step (table, &time->steps[PLIM_CASE_USUAL]);
}

static void
add_training_figures (PlimTable          *table,
                      const PlimInputs   *inputs,
                      const PlimEstimate *estimate)
{
  const PlimTime *time = &estimate->time;
  gint64          optimal_count = plim_training_time_chinchilla_tokens (estimate->parameters.total_count);

  add_figure (table, _ ("Training time"), plim_wording_duration (time));
  if (time->step_seconds > 0)
    {
      add_figure (table, _ ("Steps"), plim_format_count (time->steps_count));
      add_figure (table, _ ("Time of a step"), plim_format_duration (time->step_seconds));
    }
  add_utilization (table, time, (double) inputs->gpus_count);
  add_figure (table, _ ("Compute"), plim_format_rate (time->total_flops, "FLOP"));
  if (time->hardware_flops > time->total_flops)
    add_figure (table, _ ("Compute with recompute"), plim_format_rate (time->hardware_flops, "FLOP"));
  if (time->unmasked_flops > 0)
    add_figure (table, _ ("Compute without the causal mask"), plim_format_rate (time->unmasked_flops, "FLOP"));
  /* Translators: a unit of compute, one petaFLOP/s for a day. */
  add_figure (table, _ ("petaFLOP/s-days"), plim_format_significant (time->petaflop_s_days));
  add_figure (table, _ ("GPU-days"), plim_format_significant (time->gpu_days));
  add_figure (table, _ ("GPU-hours"), plim_format_significant (time->gpu_days * 24));
  if (time->energy_kwh > 0)
    add_figure (table, _ ("Energy at full power, kWh"), plim_format_significant (time->energy_kwh));
  if (time->cost_usd > 0)
    add_figure (table, _ ("Cost"), plim_format_money (time->cost_usd));
  if (time->deadline_gpus_count > 0)
    add_figure (table, _ ("GPUs to meet the deadline"), plim_format_count (time->deadline_gpus_count));
  if (inputs->task == PLIM_TASK_TRAINING)
    add_figure (table, _ ("Tokens by the Chinchilla rule, 20 a parameter"), plim_format_count (optimal_count));
}

static void
add_serving_figures (PlimTable        *table,
                     const PlimInputs *inputs,
                     const PlimTime   *time)
{
  add_figure (table, _ ("Decode, tokens a second"),
              plim_wording_band (&time->decode_tokens_per_s, plim_format_significant));
  if (inputs->batch_count > 1)
    add_figure (table, _ ("Decode of one sequence, tokens a second"),
                plim_wording_band (&time->sequence_tokens_per_s, plim_format_significant));
  if (time->prefill_tokens_per_s.likely > 0)
    {
      add_figure (table, _ ("Prefill, tokens a second"),
                  plim_wording_band (&time->prefill_tokens_per_s, plim_format_significant));
      add_figure (table, _ ("Time to the first token"),
                  plim_wording_band (&time->first_token_seconds, plim_format_duration));
    }
  if (time->request_seconds > 0)
    add_figure (table, _ ("Time of a request"), plim_format_duration (time->request_seconds));
}

static void
add_missing_figures (PlimTable      *table,
                     const PlimTime *time)
{
  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    if (time->missing_fields & PLIM_FIELD_BIT (i))
      add_figure (table, plim_field_label_text (i), g_strdup (_ ("not given")));
}

PlimTable *
plim_page_table_time (PlimCatalog   *catalog G_GNUC_UNUSED,
                      PlimEstimator *estimator)
{
  const PlimTime *time = &plim_estimator_get_estimate (estimator)->time;
  PlimTable      *table = plim_table_new ();

  plim_table_add_column (table, "figure", _ ("Figure"), FALSE);
  plim_table_add_column (table, "value", _ ("Value"), FALSE);
  if (!time->is_known)
    {
      if (time->step_seconds > 0)
        add_figure (table, _ ("Time of a step"), plim_format_duration (time->step_seconds));
      add_utilization (table, time, (double) plim_estimator_get_inputs (estimator)->gpus_count);
      add_missing_figures (table, time);
    }
  else if (plim_estimator_get_inputs (estimator)->task == PLIM_TASK_INFERENCE)
    add_serving_figures (table, plim_estimator_get_inputs (estimator), time);
  else
    add_training_figures (table, plim_estimator_get_inputs (estimator), plim_estimator_get_estimate (estimator));

  return table;
}

PlimTable *
plim_page_table_methods (PlimCatalog   *catalog G_GNUC_UNUSED,
                         PlimEstimator *estimator)
{
  g_autoptr (PlimMethodSweep) sweep = plim_method_sweep_new (plim_estimator_get_inputs (estimator));
  PlimTable                  *table = plim_table_new ();

  plim_table_add_column (table, "method", _ ("Method"), FALSE);
  plim_table_add_column (table, "leaves_out", _ ("Leaves Out"), FALSE);
  plim_table_add_column (table, "peak", _ ("Memory"), TRUE);
  plim_table_add_column (table, "time", _ ("Time"), TRUE);
  for (guint i = 0; i < PLIM_N_METHODS; i++)
    {
      const PlimMethodInfo *info = plim_method_info ((PlimMethod) i);
      const PlimEstimate   *estimate = &sweep->estimates[i];
      gboolean              is_known = plim_method_sweep_is_known (sweep, (PlimMethod) i);

      plim_table_add_row (table);
      plim_table_set (table, 0, _ (info->name), info->id);
      plim_table_set (table, 1, _ (info->leaves_out), NULL);
      set_taken (table, 2,
                 is_known ? plim_format_bytes (estimate->peak_bytes, PLIM_UNIT_GIB) : g_strdup (PLIM_EN_DASH));
      set_taken (table, 3,
                 estimate->time.is_known && estimate->time.seconds > 0 ? plim_format_duration (estimate->time.seconds)
                                                                       : g_strdup (PLIM_EN_DASH));
    }

  return table;
}
