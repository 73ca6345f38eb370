/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memory over the moments of a job: stepped columns, never smoothed; a column's width is nominal.
 *
 * A row of the spec is a moment, its value the nominal width.  A part of the layout is a term over all moments. */

#include "config.h"

#include "plim-chart-layout-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define WIDE_HEIGHT     250.0
#define NARROW_HEIGHT   200.0
#define NARROW          500.0
#define HEADROOM        1.06
#define SEPARATOR       1.5
#define LEAST_SEPARATED 3.0
#define LABEL_MARGIN    8.0
#define OVER_RULE       3.0

/* The largest column of a term, for its label. */
typedef struct
{
  const PlimChartPart *part;
  PlimRect             rect;
} Widest;

typedef struct
{
  PlimPlot             plot;
  const PlimChartSpec *spec;
  double               scale;   /* pixels a nominal width */
  double               peak;
  GArray              *widest;  /* by layout part */
} Moments;

static double
natural_height (PlimChartLayout                   *self,
                G_GNUC_UNUSED const PlimChartSpec *spec)
{
  return self->width < NARROW ? NARROW_HEIGHT : WIDE_HEIGHT;
}

static int
part_of (PlimChartLayout     *self,
         Moments             *moments,
         const PlimChartPart *part)
{
  int index = plim_chart_layout_find_key (self, part->key);

  if (index < 0)
    {
      Widest widest = { 0 };

      index = plim_layout_add_part (self, part->key, part->label, part->number, part->description);
      g_array_append_val (moments->widest, widest);
    }
  return index;
}

/* Where column @index starts, on a whole pixel so that columns meet without a seam. */
static double
column_start (const Moments *moments,
              guint          index)
{
  double nominal = 0;

  for (guint i = 0; i < index; i++)
    nominal += ((const PlimChartRow *) moments->spec->rows->pdata[i])->value;
  return round (moments->plot.left + nominal * moments->scale);
}

static void
add_column (PlimChartLayout    *self,
            Moments            *moments,
            const PlimChartRow *row,
            double              x,
            double              width)
{
  double sum = 0;

  for (guint i = 0; i < row->parts->len; i++)
    {
      const PlimChartPart *part = row->parts->pdata[i];
      double               bottom = plim_plot_y (&moments->plot, sum);
      double               top = plim_plot_y (&moments->plot, sum + part->value);
      int                  index = part_of (self, moments, part);
      Widest              *widest = &g_array_index (moments->widest, Widest, index);
      PlimShape           *shape = plim_layout_fill (self, plim_chart_part_ink (part), x, top, width, bottom - top);

      shape->part = index;
      plim_layout_add_area (self, index, x, top, width, bottom - top);
      if (i > 0 && bottom - top > LEAST_SEPARATED)
        plim_layout_line (self, PLIM_INK_SEPARATOR, SEPARATOR, x, bottom, x + width, bottom);
      if (width * (bottom - top) > widest->rect.width * widest->rect.height)
        *widest = (Widest) { part, { x, top, width, bottom - top } };
      sum += part->value;
    }
}

static void
add_over (PlimChartLayout    *self,
          const Moments      *moments,
          const PlimChartRow *row,
          double              x,
          double              width)
{
  double line = plim_plot_y (&moments->plot, moments->spec->line);
  double top = plim_plot_y (&moments->plot, plim_chart_row_total (row));

  if (moments->spec->line <= 0 || top >= line)
    return;
  plim_layout_fill (self, PLIM_INK_VEIL, x, top, width, line - top);
  plim_layout_fill (self, PLIM_INK_OVER_HATCH, x, top, width, line - top);
  plim_layout_fill (self, PLIM_INK_ERROR, x, top - OVER_RULE, width, OVER_RULE)->is_print = TRUE;
}

/* The peak's label above its column, clear of the load line. */
static void
label_peak (PlimChartLayout *self,
            const Moments   *moments,
            double           x)
{
  const PlimChartSpec *spec = moments->spec;
  gboolean             is_over = spec->line > 0 && moments->peak > spec->line;
  double               half = self->line_height / 2;
  double               y = plim_plot_y (&moments->plot, moments->peak) - half - 3;
  double               line = spec->line > 0 ? plim_plot_y (&moments->plot, spec->line) : -1000;
  double               width = plim_layout_text_width (self, PLIM_TEXT_BOLD, spec->peak_label) / 2;

  if (y + half + 2 > line && y - half - 2 < line)
    y = line - half - 3;
  x = CLAMP (x, moments->plot.left + width, MAX (moments->plot.right - width, moments->plot.left + width));
  /* On the ground of the card, so that the grid does not cut it. */
  plim_layout_fill (self, PLIM_INK_CARD, x - width, y - half + 2, 2 * width, 2 * half - 4);
  plim_layout_text (self, is_over ? PLIM_INK_ERROR : PLIM_INK_FOREGROUND, PLIM_TEXT_BOLD, spec->peak_label, x, y, 0.5);
}

static void
label_parts (PlimChartLayout *self,
             const Moments   *moments)
{
  double line = moments->spec->line > 0 ? plim_plot_y (&moments->plot, moments->spec->line) : 0;

  for (guint i = 0; i < moments->widest->len; i++)
    {
      const Widest *widest = &g_array_index (moments->widest, Widest, i);
      PlimRect      rect = widest->rect;
      double        top = MAX (rect.y, line + 2);
      double        height = rect.y + rect.height - top;
      PlimShape    *shape;

      if (!widest->part || height < self->line_height + 2 ||
          rect.width < plim_layout_text_width (self, PLIM_TEXT_NORMAL, widest->part->label) + LABEL_MARGIN)
        continue;
      shape = plim_layout_text (self, plim_chart_part_ink (widest->part), PLIM_TEXT_NORMAL, widest->part->label,
                                rect.x + rect.width / 2, top + height / 2, 0.5);
      if (shape)
        shape->is_label = TRUE;
    }
}

/* The outline of all columns: stepped, open at the axis. */
static void
add_outline (PlimChartLayout *self,
             const Moments   *moments)
{
  guint                 n_rows = moments->spec->rows->len;
  g_autofree PlimPoint *points = g_new (PlimPoint, 2 * n_rows + 2);
  double                x = moments->plot.left;
  double                end = x;
  guint                 n = 0;

  points[n++] = (PlimPoint) { x, moments->plot.bottom };
  for (guint i = 0; i < n_rows; i++)
    {
      const PlimChartRow *row = moments->spec->rows->pdata[i];
      double              y = plim_plot_y (&moments->plot, plim_chart_row_total (row));

      x = column_start (moments, i);
      end = column_start (moments, i + 1);
      points[n++] = (PlimPoint) { x, y };
      points[n++] = (PlimPoint) { end, y };
    }
  points[n++] = (PlimPoint) { end, moments->plot.bottom };
  plim_layout_path (self, PLIM_INK_EDGE, 1, points, n);
}

static void
place_columns (PlimChartLayout *self,
               Moments         *moments)
{
  double peak_x = moments->plot.left;
  double axis = moments->plot.bottom;

  for (guint i = 0; i < moments->spec->rows->len; i++)
    {
      const PlimChartRow *row = moments->spec->rows->pdata[i];
      double              x = column_start (moments, i);
      double              width = column_start (moments, i + 1) - x;

      add_column (self, moments, row, x, width);
      add_over (self, moments, row, x, width);
      if (plim_chart_row_total (row) >= moments->peak)
        peak_x = x + width / 2;
      if (i > 0)
        plim_layout_line (self, PLIM_INK_AXIS, 1, x, axis, x, axis + 4);
      plim_layout_text (self, PLIM_INK_DIM, moments->plot.is_narrow ? PLIM_TEXT_SMALL : PLIM_TEXT_NORMAL, row->label,
                        x + width / 2, axis + 4 + self->line_height / 2, 0.5);
    }
  add_outline (self, moments);
  label_peak (self, moments, peak_x);
  label_parts (self, moments);
}

static void
place_moments (PlimChartLayout     *self,
               const PlimChartSpec *spec)
{
  g_autoptr (GArray) widest = g_array_new (FALSE, FALSE, sizeof (Widest));
  Moments            moments = { .spec = spec, .widest = widest };
  double             nominal = 0;

  for (guint i = 0; i < spec->rows->len; i++)
    {
      const PlimChartRow *row = spec->rows->pdata[i];

      nominal += row->value;
      moments.peak = MAX (moments.peak, plim_chart_row_total (row));
    }
  plim_plot_init (&moments.plot, self, spec, MAX (moments.peak, spec->line) * HEADROOM, 2);
  moments.scale = nominal > 0 ? (moments.plot.right - moments.plot.left - 10) / nominal : 0;
  plim_plot_add_grid (&moments.plot, self, spec);
  place_columns (self, &moments);
  plim_plot_add_line (&moments.plot, self, spec, _ ("Load line"));
  plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_SMALL, spec->x_title, (moments.plot.left + moments.plot.right) / 2,
                    moments.plot.bottom + 6 + 1.5 * self->line_height, 0.5);
  plim_ticks_clear (&moments.plot.ticks);
}

const PlimChartKindInfo plim_chart_moments_kind = { natural_height, place_moments };
