/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One function a page. */

#include "config.h"

#include "plim-page-tables.h"

#include "plim-gpu-sweep.h"
#include "plim-method-sweep.h"
#include "plim-method.h"
#include "plim-time-figures.h"
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

/* How long it takes, or how fast it is. */
static char *
pace_text (const PlimGpuRow *row,
           gboolean          has_seconds)
{
  if (has_seconds && row->seconds > 0)
    return plim_format_duration (row->seconds);
  if (!has_seconds && row->tokens_per_s > 0)
    return plim_format_significant (row->tokens_per_s);

  return g_strdup (PLIM_EN_DASH);
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
  gboolean   has_seconds = plim_estimator_get_estimate (estimator)->time.is_known &&
                         plim_estimator_get_inputs (estimator)->task != PLIM_TASK_INFERENCE;

  plim_table_add_column (table, "gpu", _ ("GPU"), FALSE);
  plim_table_add_column (table, "count", _ ("Count"), TRUE);
  plim_table_add_column (table, "filling", _ ("Filled"), TRUE);
  plim_table_add_column (table, "price", _ ("Per Hour"), TRUE);
  plim_table_add_column (table, "time", has_seconds ? _ ("Time") : _ ("Tokens/s"), TRUE);
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
      set_taken (table, 3, row->cost_per_hour > 0 ? plim_format_price (row->cost_per_hour) : g_strdup (PLIM_EN_DASH));
      set_taken (table, 4, pace_text (row, has_seconds));
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

static void
add_time_figure (const PlimTimeFigure *figure,
                 gpointer              data)
{
  add_figure (data, figure->title, g_strdup (figure->text));
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
  const PlimEstimate *estimate = plim_estimator_get_estimate (estimator);
  PlimTable          *table = plim_table_new ();

  plim_table_add_column (table, "figure", _ ("Figure"), FALSE);
  plim_table_add_column (table, "value", _ ("Value"), FALSE);
  if (!estimate->time.is_known)
    add_missing_figures (table, &estimate->time);
  plim_time_figures (plim_estimator_get_inputs (estimator), estimate, add_time_figure, table);

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
