/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The data of a chart, and what every chart takes from an estimate. */

#include "config.h"

#include "plim-chart-spec.h"

#include "plim-checked.h"
#include "plim-wording.h"

#include <glib/gi18n-lib.h>

/* Beyond this many times the capacity the bar says so. */
#define NOTED_FILLING 3.0

static void
part_free (gpointer data)
{
  PlimChartPart *part = data;

  g_free (part->label);
  g_free (part->number);
  g_free (part->description);
  g_free (part);
}

static void
row_free (gpointer data)
{
  PlimChartRow *row = data;

  g_free (row->label);
  g_free (row->caption);
  g_free (row->number);
  g_free (row->names);
  g_free (row->message);
  g_ptr_array_unref (row->parts);
  g_free (row);
}

static void
point_clear (gpointer data)
{
  g_free (((PlimChartPoint *) data)->label);
}

static void
series_free (gpointer data)
{
  PlimChartSeries *series = data;

  g_free (series->label);
  g_array_unref (series->points);
  g_free (series);
}

PlimChartSpec *
plim_chart_spec_new (PlimChartKind kind)
{
  PlimChartSpec *self = g_new0 (PlimChartSpec, 1);

  self->kind = kind;
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->series = g_ptr_array_new_with_free_func (series_free);
  return self;
}

void
plim_chart_spec_free (PlimChartSpec *self)
{
  if (!self)
    return;
  g_free (self->title);
  g_free (self->description);
  g_free (self->line_label);
  g_free (self->line_number);
  g_free (self->free_label);
  g_free (self->over_label);
  g_free (self->scale_note);
  g_free (self->peak_label);
  g_free (self->first_heading);
  g_free (self->names_heading);
  g_free (self->x_title);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->series);
  g_free (self);
}

PlimChartRow *
plim_chart_spec_add_row (PlimChartSpec *self)
{
  PlimChartRow *row = g_new0 (PlimChartRow, 1);

  row->parts = g_ptr_array_new_with_free_func (part_free);
  g_ptr_array_add (self->rows, row);
  return row;
}

PlimChartPart *
plim_chart_row_add_part (PlimChartRow *row)
{
  PlimChartPart *part = g_new0 (PlimChartPart, 1);

  g_ptr_array_add (row->parts, part);
  return part;
}

PlimChartSeries *
plim_chart_spec_add_series (PlimChartSpec *self)
{
  PlimChartSeries *series = g_new0 (PlimChartSeries, 1);

  series->points = g_array_new (FALSE, TRUE, sizeof (PlimChartPoint));
  g_array_set_clear_func (series->points, point_clear);
  g_ptr_array_add (self->series, series);
  return series;
}

PlimChartPoint *
plim_chart_series_add_point (PlimChartSeries *series)
{
  g_array_set_size (series->points, series->points->len + 1);
  return &g_array_index (series->points, PlimChartPoint, series->points->len - 1);
}

static char *
part_description (const PlimTerm *term,
                  gint64          bytes,
                  gint64          total)
{
  g_autofree char *share = plim_format_percent (total > 0 ? (double) bytes / (double) total : 0);
  g_autofree char *gib = plim_format_bytes (bytes, PLIM_UNIT_GIB);
  g_autofree char *gb = plim_format_bytes (bytes, PLIM_UNIT_GB);
  g_autofree char *exact = plim_format_exact_bytes (bytes);

  /* Translators: a part of memory: its name, its share of the whole, then its size in three forms:
   * "Frozen weights, 29 %: 5.3 GiB, 5.69 GB, 5,693,440,000 B". */
  return g_strdup_printf (_ ("%s, %s: %s, %s, %s"), plim_term_name_text (term->id), share, gib, gb, exact);
}

void
plim_chart_row_add_terms (PlimChartRow       *row,
                          const PlimEstimate *estimate,
                          guint               role,
                          PlimMoment          moment,
                          PlimUnit            unit)
{
  const PlimRole *place = &estimate->roles[role];
  gboolean        is_peak = moment == PLIM_N_MOMENTS;
  gint64          total = is_peak ? place->peak_bytes : place->moment_bytes[moment];

  for (guint i = 0; i < place->n_terms; i++)
    {
      const PlimTerm     *term = &estimate->terms[place->first_term + i];
      const PlimTermInfo *info = plim_term_info (term->id);
      gint64              bytes = is_peak ? term->bytes : term->bytes_at[moment];
      PlimChartPart      *part;

      if (bytes <= 0)
        continue;
      part = plim_chart_row_add_part (row);
      part->key = (int) term->id;
      part->part = info->part;
      part->is_logits = term->id == PLIM_TERM_LOGITS;
      part->value = (double) bytes;
      part->label = g_strdup (plim_term_short_name_text (term->id));
      part->number = plim_format_bytes_value (bytes, unit);
      part->description = part_description (term, bytes, total);
    }
}

void
plim_chart_spec_set_line (PlimChartSpec      *self,
                          const PlimEstimate *estimate,
                          PlimUnit            unit)
{
  double           filling;
  g_autofree char *difference = NULL;

  if (estimate->usable_bytes <= 0)
    return;
  self->unit = unit;
  self->line = (double) estimate->usable_bytes;
  self->capacity = (double) estimate->capacity_bytes;
  self->line_label = plim_wording_load_line (estimate, unit);
  self->line_number = plim_format_bytes (estimate->usable_bytes, unit);
  if (estimate->verdict == PLIM_VERDICT_UNKNOWN)
    return;
  difference = plim_format_bytes (ABS (estimate->headroom_bytes), unit);
  if (estimate->headroom_bytes >= 0)
    /* Translators: memory that is left, "5.2 GiB free". */
    self->free_label = g_strdup_printf (_ ("%s free"), difference);
  else
    /* Translators: memory beyond the usable one, "76.4 GiB over". */
    self->over_label = g_strdup_printf (_ ("%s over"), difference);
  filling = (double) estimate->peak_bytes / MAX (self->capacity, 1);
  if (filling > NOTED_FILLING)
    {
      g_autofree char *times = plim_format_significant (filling);

      /* Translators: "3.4 times capacity" */
      self->scale_note = g_strdup_printf (_ ("%s times capacity"), times);
    }
}

PlimChartSpec *
plim_bar_spec_new_from_estimate (const PlimEstimate *estimate,
                                 PlimUnit            unit,
                                 PlimBarSize         size)
{
  PlimChartSpec *self = plim_chart_spec_new (PLIM_CHART_BAR);
  PlimChartRow  *row = plim_chart_spec_add_row (self);

  self->bar_size = size;
  self->unit = unit;
  self->title = plim_wording_verdict (estimate, unit);
  plim_chart_spec_set_line (self, estimate, unit);
  if (estimate->n_roles > 0 && estimate->peak_bytes < PLIM_OVERFLOW)
    plim_chart_row_add_terms (row, estimate, 0, PLIM_N_MOMENTS, unit);
  return self;
}
