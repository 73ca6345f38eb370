/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The charts of one estimate and of sweeps: memory, moments, GPUs, methods, comparison. */

#include "config.h"

#include "plim-charts.h"

#include "plim-checked.h"
#include "plim-finding.h"
#include "plim-wording.h"

#include <glib/gi18n-lib.h>

/* GPUs named beside a row. */
#define NAMED_GPUS 2

/* Nominal widths of moments: they are not to scale. */
static const double moment_widths[PLIM_N_MOMENTS] = {
  [PLIM_MOMENT_LOAD] = 1,
  [PLIM_MOMENT_ROLLOUT] = 2,
  [PLIM_MOMENT_FORWARD] = 3,
  [PLIM_MOMENT_LOSS] = 1.2,
  [PLIM_MOMENT_BACKWARD] = 3,
  [PLIM_MOMENT_STEP] = 1.2,
  [PLIM_MOMENT_SAVE] = 1,
  [PLIM_MOMENT_EVALUATION] = 2,
  [PLIM_MOMENT_PREFILL] = 2,
  [PLIM_MOMENT_DECODE] = 3,
};

static gboolean
has_number (const PlimEstimate *estimate)
{
  return estimate->n_roles > 0 && estimate->n_terms > 0 && estimate->peak_bytes < PLIM_OVERFLOW;
}

/* The common end of the rows of Methods and Compare: parts or one figure, its number, whether it is over. */
static void
fill_row (PlimChartRow       *row,
          const PlimEstimate *estimate,
          PlimUnit            unit)
{
  if (!has_number (estimate))
    {
      row->message = plim_wording_missing (estimate);
      return;
    }
  row->value = (double) estimate->peak_bytes;
  row->number = plim_format_bytes (estimate->peak_bytes, unit);
  row->is_over = estimate->usable_bytes > 0 && estimate->peak_bytes > estimate->usable_bytes;
}

/* --- memory --------------------------------------------------------------------------------------------- */

PlimChartSpec *
plim_chart_memory_new (const PlimEstimate *estimate,
                       PlimUnit            unit)
{
  PlimChartSpec *spec = plim_bar_spec_new_from_estimate (estimate, unit, PLIM_BAR_FULL);

  spec->description = plim_finding_memory (estimate, unit);
  return spec;
}

PlimChartSpec *
plim_chart_moments_new (const PlimEstimate *estimate,
                        PlimUnit            unit)
{
  PlimChartSpec   *spec = plim_chart_spec_new (PLIM_CHART_MOMENTS);
  g_autofree char *peak = NULL;
  gboolean         is_training = FALSE;

  spec->unit = unit;
  spec->description = plim_finding_moments (estimate, unit);
  plim_chart_spec_set_line (spec, estimate, unit);
  for (guint i = 0; i < PLIM_N_MOMENTS && has_number (estimate); i++)
    {
      PlimChartRow *row;

      if (estimate->roles[0].moment_bytes[i] <= 0)
        continue;
      is_training = is_training || i == PLIM_MOMENT_FORWARD;
      row = plim_chart_spec_add_row (spec);
      row->label = g_strdup (plim_moment_text ((PlimMoment) i));
      row->value = moment_widths[i];
      plim_chart_row_add_terms (row, estimate, 0, (PlimMoment) i, unit);
    }
  spec->title = g_strdup (is_training ? _ ("During One Training Step") : _ ("During One Request"));
  spec->x_title = g_strdup (is_training ? _ ("One training step, not to scale") : _ ("One request, not to scale"));
  peak = plim_format_bytes (estimate->peak_bytes, unit);
  /* Translators: "Peak 18.3 GiB" */
  spec->peak_label = g_strdup_printf (_ ("Peak %s"), peak);
  return spec;
}

/* --- GPUs ------------------------------------------------------------------------------------------------- */

static char *
size_text (gint64 gb)
{
  g_autofree char *number = plim_format_count (gb);

  return g_strconcat (number, PLIM_NBSP "GB", NULL);
}

static void
add_filling (PlimChartSpec      *spec,
             const PlimInputs   *inputs,
             const PlimGpuSweep *sweep,
             const PlimGpuGroup *group,
             PlimUnit            unit)
{
  PlimChartRow            *row = plim_chart_spec_add_row (spec);
  PlimInputs               one = *inputs;
  g_autofree PlimEstimate *estimate = g_new0 (PlimEstimate, 1);
  g_autofree char         *difference = NULL;

  one.gpus_count = 1;
  one.gpu = *sweep->rows[group->first_row].gpu;
  plim_estimate (&one, estimate);
  row->label = size_text (group->marketed_gb);
  row->names = plim_gpu_group_names (sweep, group, NAMED_GPUS);
  row->is_chosen = group->has_chosen;
  if (!has_number (estimate))
    return;
  plim_chart_row_add_terms (row, estimate, 0, PLIM_N_MOMENTS, unit);
  row->line = (double) estimate->usable_bytes;
  row->is_over = estimate->headroom_bytes < 0;
  row->is_dimmed = row->is_over && !row->is_chosen;
  difference = plim_format_bytes (ABS (estimate->headroom_bytes), unit);
  /* Translators: memory that is left or missing, "5.2 GiB free", "3.0 GiB short". */
  row->number = g_strdup_printf (row->is_over ? _ ("%s short") : _ ("%s free"), difference);
}

static void
add_count (PlimChartSpec      *spec,
           const PlimGpuSweep *sweep,
           const PlimGpuGroup *group)
{
  PlimChartRow    *row = plim_chart_spec_add_row (spec);
  g_autofree char *count = plim_format_count (group->whole_nodes_count);

  row->label = size_text (group->marketed_gb);
  row->names = plim_gpu_group_names (sweep, group, NAMED_GPUS);
  row->is_chosen = group->has_chosen;
  row->value = (double) group->whole_nodes_count;
  row->number = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s GPU", "%s GPUs", (gulong) group->whole_nodes_count),
                                 count);
}

/* One row for the sizes that fit at no count; they may lie between others when the rest of a card differs. */
static void
add_unfit (PlimChartSpec      *spec,
           const PlimGpuSweep *sweep)
{
  gint64        largest_gb = 0;
  guint         n_gpus = 0;
  PlimChartRow *row;

  for (guint i = 0; i < sweep->n_groups; i++)
    if (sweep->groups[i].needed_count == 0)
      {
        largest_gb = MAX (largest_gb, sweep->groups[i].marketed_gb);
        n_gpus += sweep->groups[i].n_rows;
      }
  if (n_gpus == 0)
    return;
  row = plim_chart_spec_add_row (spec);
  row->is_dimmed = TRUE;
  row->label = size_text (largest_gb);
  row->names = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u GPU", "%u GPUs", n_gpus), n_gpus);
  /* Translators: after a memory size, "24 GB": GPUs with it or with less. */
  row->message = g_strdup (_ ("and less: does not fit at any count"));
}

/* TRUE when counts would be a column of ones: fillings say more. */
static gboolean
is_one_everywhere (const PlimGpuSweep *sweep)
{
  gboolean is_any = FALSE;

  for (guint i = 0; i < sweep->n_groups; i++)
    {
      if (sweep->groups[i].needed_count > 1)
        return FALSE;
      is_any = is_any || sweep->groups[i].needed_count == 1;
    }
  return is_any;
}

PlimChartSpec *
plim_chart_gpus_new (const PlimInputs   *inputs,
                     const PlimGpuSweep *sweep,
                     PlimUnit            unit)
{
  gboolean       is_filling = is_one_everywhere (sweep);
  PlimChartSpec *spec = plim_chart_spec_new (is_filling ? PLIM_CHART_ROWS : PLIM_CHART_DOTS);

  spec->unit = unit;
  spec->title = g_strdup (_ ("GPUs Needed by Memory Size"));
  spec->description = plim_finding_gpus (inputs, sweep, unit);
  spec->first_heading = g_strdup (_ ("Memory"));
  spec->names_heading = g_strdup (_ ("GPUs with this memory"));
  if (is_filling)
    {
      spec->is_own_scale = TRUE;
      spec->line_label = g_strdup (_ ("Load line"));
      for (guint i = sweep->n_groups; i > 0; i--)
        add_filling (spec, inputs, sweep, &sweep->groups[i - 1], unit);
      return spec;
    }
  for (guint i = 0; i < sweep->n_groups; i++)
    if (sweep->groups[i].needed_count > 0)
      add_count (spec, sweep, &sweep->groups[i]);
  add_unfit (spec, sweep);
  return spec;
}

/* --- methods ------------------------------------------------------------------------------------------------ */

static char *
range_caption (const PlimEstimate *estimate,
               PlimUnit            unit)
{
  g_autofree char *range = NULL;

  if (estimate->high_bytes <= 0)
    return NULL;
  range = plim_format_bytes_range (estimate->low_bytes, estimate->high_bytes, unit);
  /* Translators: the range of an estimate: "estimated 17.5–19.1 GiB". */
  return g_strdup_printf (_ ("estimated %s"), range);
}

PlimChartSpec *
plim_chart_methods_new (const PlimMethodSweep *sweep,
                        PlimUnit               unit)
{
  PlimChartSpec *spec = plim_chart_spec_new (PLIM_CHART_ROWS);

  spec->title = g_strdup (_ ("Six Ways to Estimate"));
  spec->description = plim_finding_methods (sweep, unit);
  plim_chart_spec_set_line (spec, &sweep->estimates[PLIM_METHOD_COMPONENT], unit);
  spec->unit = unit;
  for (guint i = 0; i < PLIM_N_METHODS; i++)
    {
      const PlimEstimate *estimate = &sweep->estimates[i];
      PlimChartRow       *row = plim_chart_spec_add_row (spec);

      row->label = g_strdup (plim_field_choice_text (PLIM_FIELD_METHOD, i));
      fill_row (row, estimate, unit);
      if (i != PLIM_METHOD_COMPONENT || !has_number (estimate))
        continue;
      row->caption = range_caption (estimate, unit);
      plim_chart_row_add_terms (row, estimate, 0, PLIM_N_MOMENTS, unit);
    }
  return spec;
}

/* --- comparison ----------------------------------------------------------------------------------------------- */

/* The first known capacity when all known ones are equal, else NULL. */
static const PlimEstimate *
common_capacity (const PlimEstimate *const *estimates,
                 guint                      n)
{
  const PlimEstimate *common = NULL;

  for (guint i = 0; i < n; i++)
    {
      if (estimates[i]->usable_bytes <= 0)
        continue;
      if (common && common->usable_bytes != estimates[i]->usable_bytes)
        return NULL;
      common = common ? common : estimates[i];
    }
  return common;
}

PlimChartSpec *
plim_chart_compare_new (PlimScenario *const *scenarios,
                        guint                n,
                        PlimUnit             unit)
{
  PlimChartSpec                  *spec = plim_chart_spec_new (PLIM_CHART_ROWS);
  g_autofree const char         **names = g_new0 (const char *, n + 1);
  g_autofree const PlimEstimate **estimates = g_new0 (const PlimEstimate *, n + 1);
  const PlimEstimate             *common;

  for (guint i = 0; i < n; i++)
    {
      names[i] = plim_scenario_get_name (scenarios[i]);
      estimates[i] = plim_estimator_get_estimate (plim_scenario_get_estimator (scenarios[i]));
    }
  common = common_capacity (estimates, n);
  spec->unit = unit;
  spec->has_legend = TRUE;
  spec->title = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u Scenario", "%u Scenarios", n), n);
  spec->description = plim_finding_compare (names, (const PlimEstimate *const *) estimates, n, unit);
  if (common)
    plim_chart_spec_set_line (spec, common, unit);
  for (guint i = 0; i < n; i++)
    {
      PlimChartRow *row = plim_chart_spec_add_row (spec);

      row->label = g_strdup (names[i]);
      fill_row (row, estimates[i], unit);
      if (!has_number (estimates[i]))
        continue;
      plim_chart_row_add_terms (row, estimates[i], 0, PLIM_N_MOMENTS, unit);
      row->line = common ? 0 : (double) estimates[i]->usable_bytes;
    }
  return spec;
}
