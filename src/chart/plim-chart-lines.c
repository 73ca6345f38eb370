/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines over a number, with marked points and, for memory, the load line and the hatched zone above it.
 *
 * Labels: the chosen point first, then crossings, the last point and the others, each at the first side that is free;
 * a line's own label stands where the line ends or leaves the top. */

#include "config.h"

#include "plim-chart-layout-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define NARROW        500.0
#define WIDE_HEIGHT   270.0
#define NARROW_HEIGHT 220.0
#define HEADROOM      1.15
#define LINE_HEADROOM 1.3
#define RANGE_WIDTH   10.0
#define MAIN_WIDTH    2.5
#define LINE_WIDTH    1.5
#define DOT_RADIUS    4.5
#define RING_RADIUS   8.0
#define LABEL_GAP     8.0
#define X_INSET       0.06
#define AREA          22.0
#define X_TICKS       5
#define WAY_SAMPLES   24

typedef struct
{
  PlimPlot             plot;
  const PlimChartSpec *spec;
  double               low_x;
  double               high_x;
} Lines;

static double
natural_height (PlimChartLayout                   *self,
                G_GNUC_UNUSED const PlimChartSpec *spec)
{
  return self->width < NARROW ? NARROW_HEIGHT : WIDE_HEIGHT;
}

static const PlimChartPoint *
point_at (const PlimChartSeries *series,
          guint                  i)
{
  return &g_array_index (series->points, PlimChartPoint, i);
}

/* --- scales --------------------------------------------------------------------------------------------- */

static double
x_value (const Lines *lines,
         double       x)
{
  return lines->spec->is_log_x ? log2 (MAX (x, 1)) : x;
}

static double
x_position (const Lines *lines,
            double       x)
{
  double room = lines->plot.right - lines->plot.left;
  double inset = lines->spec->is_log_x ? room * X_INSET + 8 : 0;
  double range = lines->high_x - lines->low_x;
  double share = range > 0 ? (x_value (lines, x) - lines->low_x) / range : 0.5;

  return lines->plot.left + inset + CLAMP (share, 0, 1) * (room - 2 * inset);
}

static PlimPoint
position (const Lines          *lines,
          const PlimChartPoint *point)
{
  return (PlimPoint) { x_position (lines, point->x), plim_plot_y (&lines->plot, point->y) };
}

/* The top of the axis: with a load line a third above it at most, so that lines leave the plot. */
static double
top_value (const PlimChartSpec *spec)
{
  double max = 0;
  double now = 0;

  for (guint i = 0; i < spec->series->len; i++)
    {
      const PlimChartSeries *series = spec->series->pdata[i];

      for (guint j = 0; j < series->points->len; j++)
        {
          const PlimChartPoint *point = point_at (series, j);

          max = MAX (max, MAX (point->y, point->high));
          if (point->label)
            now = MAX (now, point->y);
        }
    }
  if (spec->line > 0)
    return MIN (MAX (spec->line * LINE_HEADROOM, now * HEADROOM), MAX (max, spec->line) * HEADROOM);
  return max * HEADROOM;
}

static void
set_x_range (Lines *lines)
{
  lines->low_x = lines->spec->is_log_x ? G_MAXDOUBLE : 0;
  lines->high_x = -G_MAXDOUBLE;
  for (guint i = 0; i < lines->spec->series->len; i++)
    {
      const PlimChartSeries *series = lines->spec->series->pdata[i];

      for (guint j = 0; j < series->points->len; j++)
        {
          double x = x_value (lines, point_at (series, j)->x);

          lines->low_x = MIN (lines->low_x, x);
          lines->high_x = MAX (lines->high_x, x);
        }
    }
  if (lines->high_x < lines->low_x)
    lines->low_x = lines->high_x = 0;
}

/* --- x axis ------------------------------------------------------------------------------------------------ */

static void
add_x_label (PlimChartLayout *self,
             const Lines     *lines,
             double           value,
             gboolean         is_chosen)
{
  g_autofree char *text = plim_format_count ((gint64) value);
  PlimTextStyle    style = is_chosen ? PLIM_TEXT_BOLD : PLIM_TEXT_NORMAL;
  double           half = plim_layout_text_width (self, style, text) / 2;
  double           x = CLAMP (x_position (lines, value), half, self->width - half);

  plim_layout_text (self, is_chosen ? PLIM_INK_FOREGROUND : PLIM_INK_DIM, style, text, x,
                    lines->plot.bottom + 4 + self->line_height / 2, 0.5);
}

/* Ticks at the points of the first series, the chosen one first; or at round numbers. */
static void
add_x_axis (PlimChartLayout *self,
            const Lines     *lines)
{
  const PlimChartSpec   *spec = lines->spec;
  const PlimChartSeries *series = spec->series->len > 0 ? spec->series->pdata[0] : NULL;

  if (series && spec->is_log_x)
    {
      for (guint pass = 0; pass < 2; pass++)
        for (guint i = 0; i < series->points->len; i++)
          if (point_at (series, i)->is_chosen == (pass == 0))
            add_x_label (self, lines, point_at (series, i)->x, pass == 0);
    }
  else if (lines->high_x > 0)
    {
      double step = exp2 (ceil (log2 (lines->high_x / (X_TICKS - 1)) - 1e-9));

      step = MAX (step, 1);
      for (guint i = 0; i * step <= lines->high_x * 1.001; i++)
        add_x_label (self, lines, i * step, FALSE);
    }
  plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_SMALL, spec->x_title, (lines->plot.left + lines->plot.right) / 2,
                    lines->plot.bottom + 5 + 1.5 * self->line_height, 0.5);
}

/* --- series -------------------------------------------------------------------------------------------------- */

/* Where the way from @inside to @outside crosses the top of the plot. */
static PlimPoint
cut_at_top (const Lines *lines,
            PlimPoint    inside,
            PlimPoint    outside)
{
  double share = (inside.y - lines->plot.top) / (inside.y - outside.y);

  return (PlimPoint) { inside.x + share * (outside.x - inside.x), lines->plot.top };
}

/* The line up to where it leaves the plot; returns its end, x -1 where nothing is seen of it.  Values do not fall
 * again once they left. */
static PlimPoint
add_path (PlimChartLayout       *self,
          const Lines           *lines,
          const PlimChartSeries *series)
{
  g_autofree PlimPoint *points = g_new (PlimPoint, series->points->len + 1);
  guint                 n = 0;

  for (guint i = 0; i < series->points->len; i++)
    {
      PlimPoint point = position (lines, point_at (series, i));

      if (point.y < lines->plot.top)
        {
          if (n > 0)
            points[n] = cut_at_top (lines, points[n - 1], point), n++;
          break;
        }
      points[n++] = point;
    }
  if (n > 1)
    plim_layout_path (self, series->is_main ? PLIM_INK_SERIES : PLIM_INK_NEIGHBOUR,
                      series->is_main ? MAIN_WIDTH : LINE_WIDTH, points, n);
  return n > 1 ? points[n - 1] : (PlimPoint) { -1, 0 };
}

static gboolean
is_marked (const Lines          *lines,
           const PlimChartPoint *point)
{
  return point->label && position (lines, point).y >= lines->plot.top - 0.5;
}

static void
add_mark (PlimChartLayout       *self,
          const Lines           *lines,
          const PlimChartSeries *series,
          const PlimChartPoint  *point)
{
  PlimPoint at = position (lines, point);
  PlimInk   ink = series->is_main ? PLIM_INK_SERIES : PLIM_INK_NEIGHBOUR;

  if (point->is_chosen)
    plim_layout_ring (self, PLIM_INK_LOAD_LINE, 2, at.x, at.y, RING_RADIUS);
  if (point->is_hollow)
    plim_layout_ring (self, ink, LINE_WIDTH, at.x, at.y, DOT_RADIUS - 0.5);
  else
    plim_layout_disc (self, ink, at.x, at.y, DOT_RADIUS);
}

/* A bar from low to high behind each marked point that has a range. */
static void
add_ranges (PlimChartLayout *self,
            const Lines     *lines)
{
  for (guint i = 0; i < lines->spec->series->len; i++)
    {
      const PlimChartSeries *series = lines->spec->series->pdata[i];

      for (guint j = 0; j < series->points->len; j++)
        {
          const PlimChartPoint *point = point_at (series, j);
          double                top = plim_plot_y (&lines->plot, point->high);

          if (point->high > 0 && is_marked (lines, point))
            plim_layout_fill (self, PLIM_INK_BAND, x_position (lines, point->x) - RANGE_WIDTH / 2, top, RANGE_WIDTH,
                              plim_plot_y (&lines->plot, point->low) - top);
        }
    }
}

/* TRUE when @rect covers a mark other than the one at @own. */
static gboolean
covers_mark (const Lines     *lines,
             const PlimRect  *rect,
             const PlimPoint *own)
{
  for (guint i = 0; i < lines->spec->series->len; i++)
    {
      const PlimChartSeries *series = lines->spec->series->pdata[i];

      for (guint j = 0; j < series->points->len; j++)
        {
          PlimPoint at = position (lines, point_at (series, j));

          if (!is_marked (lines, point_at (series, j)) || (at.x == own->x && at.y == own->y))
            continue;
          if (at.x > rect->x - DOT_RADIUS && at.x < rect->x + rect->width + DOT_RADIUS &&
              at.y > rect->y - DOT_RADIUS && at.y < rect->y + rect->height + DOT_RADIUS)
            return TRUE;
        }
    }
  return FALSE;
}

/* TRUE when @rect is on the way from @a to @b. */
static gboolean
is_on_way (const PlimRect *rect,
           PlimPoint       a,
           PlimPoint       b)
{
  for (guint i = 0; i <= WAY_SAMPLES; i++)
    {
      double x = a.x + (b.x - a.x) * i / WAY_SAMPLES;
      double y = a.y + (b.y - a.y) * i / WAY_SAMPLES;

      if (x > rect->x && x < rect->x + rect->width && y > rect->y + 2 && y < rect->y + rect->height - 2)
        return TRUE;
    }
  return FALSE;
}

/* TRUE when a line of the chart runs through @rect. */
static gboolean
is_crossed (const Lines    *lines,
            const PlimRect *rect)
{
  for (guint i = 0; i < lines->spec->series->len; i++)
    {
      const PlimChartSeries *series = lines->spec->series->pdata[i];

      for (guint j = 1; j < series->points->len; j++)
        if (is_on_way (rect, position (lines, point_at (series, j - 1)), position (lines, point_at (series, j))))
          return TRUE;
    }
  return FALSE;
}

/* TRUE when the load line runs through @rect. */
static gboolean
is_cut (const Lines    *lines,
        const PlimRect *rect)
{
  double y = plim_plot_y (&lines->plot, lines->spec->line);

  return lines->spec->line > 0 && y > rect->y && y < rect->y + rect->height;
}

/* Where a label may stand beside its point. */
typedef struct
{
  double dx;
  double dy;
  double anchor;
} Side;

/* Places @text at the first side that is free of lines; else, when @is_lax, at the first that is free of texts. */
static gboolean
add_label (PlimChartLayout *self,
           const Lines     *lines,
           PlimTextStyle    style,
           PlimInk          ink,
           const char      *text,
           PlimPoint        at,
           const Side      *sides,
           guint            n_sides,
           guint            first)
{
  for (guint lax = 0; lax < 2; lax++)
    for (guint i = 0; i < n_sides; i++)
      {
        const Side *side = &sides[(first + i) % n_sides];
        double      x = at.x + side->dx;
        double      y = at.y + side->dy;
        PlimRect    rect = plim_layout_text_rect (self, style, text, x, y, side->anchor);

        if (rect.y + rect.height > lines->plot.bottom + 1 || rect.x < lines->plot.left || is_cut (lines, &rect) ||
            covers_mark (lines, &rect, &at) || (!lax && is_crossed (lines, &rect)))
          continue;
        if (plim_layout_text (self, ink, style, text, x, y, side->anchor))
          return TRUE;
      }
  return FALSE;
}

static void
label_point (PlimChartLayout       *self,
             const Lines           *lines,
             const PlimChartSeries *series,
             const PlimChartPoint  *point)
{
  gboolean   is_bold = point->is_chosen || (point->is_crossing && series->is_main);
  double     gap = point->is_chosen ? RING_RADIUS + 3 : LABEL_GAP;
  double     dy = self->line_height / 2 + 3;
  double     far = self->line_height / 2 + (point->is_chosen ? RING_RADIUS : DOT_RADIUS) + 3;
  const Side sides[] = {
    { gap, -dy, 0 },
    { 0, -far, 0.5 },
    { -gap, -dy, 1 },
    { gap, dy, 0 },
    { 0, far, 0.5 },
    { -gap, dy, 1 },
    { 0, -far - self->line_height / 2, 0.5 },
    { -gap, -dy - self->line_height / 2, 1 },
  };

  add_label (self, lines, is_bold ? PLIM_TEXT_BOLD : PLIM_TEXT_NORMAL, PLIM_INK_FOREGROUND, point->label,
             position (lines, point), sides, G_N_ELEMENTS (sides), lines->spec->line > 0 ? 3 : 0);
}

/* 0 = labelled first. */
static guint
priority (const PlimChartSeries *series,
          guint                  i)
{
  const PlimChartPoint *point = point_at (series, i);

  if (point->is_chosen)
    return 0;
  if (point->is_crossing)
    return series->is_main ? 0 : 1;
  return i == 0 || i + 1 == series->points->len ? 1 : 2;
}

static void
label_points (PlimChartLayout *self,
              const Lines     *lines)
{
  for (guint turn = 0; turn < 3; turn++)
    for (guint i = 0; i < lines->spec->series->len; i++)
      {
        const PlimChartSeries *series = lines->spec->series->pdata[i];

        for (guint j = 0; j < series->points->len; j++)
          if (is_marked (lines, point_at (series, j)) && priority (series, j) == turn)
            label_point (self, lines, series, point_at (series, j));
      }
}

static void
label_series (PlimChartLayout       *self,
              const Lines           *lines,
              const PlimChartSeries *series,
              PlimPoint              end)
{
  double     below = self->line_height / 2 + (end.y > lines->plot.top + 1 ? 4 : -2);
  const Side sides[] = { { LABEL_GAP, below, 0 },
                         { -LABEL_GAP, below, 1 },
                         { -LABEL_GAP, -below, 1 },
                         { -LABEL_GAP, 2 * below, 1 },
                         { -4 * LABEL_GAP, below, 1 } };

  /* In the margin at the end is the load line's label. */
  if (series->label && end.x >= 0)
    add_label (self, lines, series->is_main ? PLIM_TEXT_BOLD : PLIM_TEXT_NORMAL,
               series->is_main ? PLIM_INK_FOREGROUND : PLIM_INK_DIM, series->label, end, sides, G_N_ELEMENTS (sides),
               end.x > lines->plot.right - 4 ? 1 : 0);
}

/* --- the whole ------------------------------------------------------------------------------------------------ */

static void
add_parts (PlimChartLayout *self,
           const Lines     *lines)
{
  for (guint i = 0; i < lines->spec->series->len; i++)
    {
      const PlimChartSeries *series = lines->spec->series->pdata[i];

      for (guint j = 0; j < series->points->len; j++)
        {
          const PlimChartPoint *point = point_at (series, j);
          PlimPoint             at = position (lines, point);
          g_autofree char      *x = plim_format_count ((gint64) point->x);
          g_autofree char      *name =
            series->label ? g_strconcat (series->label, ", ", x, ":", NULL) : g_strconcat (x, ":", NULL);
          int part;

          if (!is_marked (lines, point))
            continue;
          part = plim_layout_add_part (self, (int) i, name, point->label, lines->spec->x_title);
          plim_layout_add_area (self, part, at.x - AREA / 2, at.y - AREA / 2, AREA, AREA);
        }
    }
}

static void
place_lines (PlimChartLayout     *self,
             const PlimChartSpec *spec)
{
  Lines                 lines = { .spec = spec };
  g_autofree PlimPoint *ends = g_new0 (PlimPoint, spec->series->len + 1);
  const PlimPlot       *plot = &lines.plot;

  plim_plot_init (&lines.plot, self, spec, top_value (spec), 2);
  set_x_range (&lines);
  plim_plot_add_grid (plot, self, spec);
  if (spec->line > 0)
    plim_layout_fill (self, PLIM_INK_ZONE_HATCH, plot->left, plot->top, plot->right - plot->left,
                      plim_plot_y (plot, spec->line) - plot->top);
  add_x_axis (self, &lines);
  add_ranges (self, &lines);
  for (guint i = spec->series->len; i > 0; i--)
    ends[i - 1] = add_path (self, &lines, spec->series->pdata[i - 1]);
  plim_plot_add_line (plot, self, spec, _ ("Load line"));
  for (guint i = spec->series->len; i > 0; i--)
    {
      const PlimChartSeries *series = spec->series->pdata[i - 1];

      for (guint j = 0; j < series->points->len; j++)
        if (is_marked (&lines, point_at (series, j)))
          add_mark (self, &lines, series, point_at (series, j));
    }
  for (guint i = 0; i < spec->series->len; i++)
    label_series (self, &lines, spec->series->pdata[i], ends[i]);
  label_points (self, &lines);
  add_parts (self, &lines);
  plim_ticks_clear (&lines.plot.ticks);
}

const PlimChartKindInfo plim_chart_lines_kind = { natural_height, place_lines };
