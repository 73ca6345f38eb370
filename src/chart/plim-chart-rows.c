/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labelled bars below each other.
 *
 * On one axis: bars of different jobs or methods, one load line through all or a tick for each.  On their own scales:
 * the same job on cards of different sizes, each bar its filling, all load lines aligned; the longest are torn.
 * Narrow charts put name and number above the bar. */

#include "config.h"

#include "plim-chart-layout-private.h"


#define NARROW      560.0
#define BAR         28.0
#define PITCH       42.0
#define OWN_BAR     12.0
#define OWN_PITCH   30.0
#define GAP         12.0
#define RING_RADIUS 5.0
#define LINE_WIDTH  2.0
#define OWN_TORN    1.32
#define OWN_SHARE   0.36
#define LABEL_SHARE 0.36
#define NEAR_LINE   9.0
#define SWATCH      9.0

typedef struct
{
  const PlimChartSpec *spec;
  gboolean             is_narrow;
  gboolean             is_own;
  double               top;        /* of the first row */
  double               pitch;
  double               bar;        /* height */
  double               bar_x;
  double               bar_end;    /* the end of the axis */
  double               number_x;   /* own scale: right end of the numbers */
  double               names_x;    /* own scale; 0 = no room */
  double               scale;      /* one axis */
  double               line_x;     /* -1 = none */
  double               max;
} Rows;

/* --- legend --------------------------------------------------------------------------------------------- */

static gboolean
is_listed (const GPtrArray     *parts,
           const PlimChartPart *part)
{
  for (guint i = 0; i < parts->len; i++)
    {
      const PlimChartPart *other = parts->pdata[i];

      if (other->part == part->part && g_str_equal (other->label, part->label))
        return TRUE;
    }
  return FALSE;
}

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  const PlimChartPart *first = *(const PlimChartPart *const *) a;
  const PlimChartPart *second = *(const PlimChartPart *const *) b;

  return first->key - second->key;
}

static GPtrArray *
legend_parts (const PlimChartSpec *spec)
{
  GPtrArray *parts = g_ptr_array_new ();

  for (guint i = 0; i < spec->rows->len; i++)
    {
      const PlimChartRow *row = spec->rows->pdata[i];

      for (guint j = 0; j < row->parts->len; j++)
        {
          const PlimChartPart *part = row->parts->pdata[j];

          if (!is_listed (parts, part))
            g_ptr_array_add (parts, row->parts->pdata[j]);
        }
    }
  g_ptr_array_sort (parts, compare_keys);
  return parts;
}

/* Height of the legend; draws it too when @is_drawn. */
static double
legend (PlimChartLayout     *self,
        const PlimChartSpec *spec,
        gboolean             is_drawn)
{
  g_autoptr (GPtrArray) parts = NULL;
  double                x = 0;
  double                y = self->line_height / 2;

  if (!spec->has_legend)
    return 0;
  parts = legend_parts (spec);
  for (guint i = 0; i < parts->len; i++)
    {
      const PlimChartPart *part = parts->pdata[i];
      double               width = SWATCH + 5 + plim_layout_text_width (self, PLIM_TEXT_SMALL, part->label);

      if (x > 0 && x + width > self->width)
        {
          x = 0;
          y += self->line_height;
        }
      if (is_drawn && plim_layout_text (self, PLIM_INK_FOREGROUND, PLIM_TEXT_SMALL, part->label, x + SWATCH + 5, y, 0))
        {
          PlimRect   rect = { x, y - SWATCH / 2, SWATCH, SWATCH };
          PlimShape *shape = plim_layout_fill (self, plim_chart_part_ink (part), rect.x, rect.y, SWATCH, SWATCH);

          shape->radius_left = shape->radius_right = 2;
          shape = plim_layout_frame (self, PLIM_INK_EDGE, 1, &rect);
          shape->radius_left = shape->radius_right = 2;
        }
      x += width + 16;
    }
  return parts->len > 0 ? y + self->line_height / 2 + 6 : 0;
}

/* --- measures --------------------------------------------------------------------------------------------- */

static double
widest (PlimChartLayout     *self,
        const PlimChartSpec *spec,
        gboolean             is_number)
{
  double width = is_number ? 0 : plim_layout_text_width (self, PLIM_TEXT_NORMAL, spec->first_heading);

  for (guint i = 0; i < spec->rows->len; i++)
    {
      const PlimChartRow *row = spec->rows->pdata[i];

      width = MAX (width, plim_layout_text_width (self, PLIM_TEXT_BOLD, is_number ? row->number : row->label));
      if (!is_number)
        width = MAX (width, plim_layout_text_width (self, PLIM_TEXT_SMALL, row->caption));
    }
  return width;
}

static double
largest (const PlimChartSpec *spec)
{
  double max = spec->line;

  for (guint i = 0; i < spec->rows->len; i++)
    {
      const PlimChartRow *row = spec->rows->pdata[i];

      max = MAX (max, plim_chart_row_total (row));
      max = MAX (max, row->line);
    }
  return max;
}

static void
set_columns (PlimChartLayout *self,
             Rows            *rows)
{
  const PlimChartSpec *spec = rows->spec;
  double               label = MIN (widest (self, spec, FALSE), self->width * LABEL_SHARE);
  double               number = widest (self, spec, TRUE);

  if (rows->is_own)
    {
      rows->bar_x = label + GAP;
      rows->bar_end = rows->is_narrow ? self->width - number - GAP : rows->bar_x + self->width * OWN_SHARE;
      rows->number_x = MIN (rows->bar_end + GAP + number, self->width);
      rows->names_x = rows->is_narrow ? 0 : rows->number_x + 2 * GAP;
      rows->line_x = rows->bar_x + (rows->bar_end - rows->bar_x) / OWN_TORN;
      return;
    }
  rows->bar_x = rows->is_narrow ? 0 : label + GAP;
  rows->bar_end = self->width - (rows->is_narrow ? 8 : number + GAP);
  rows->bar_end = MAX (rows->bar_end, rows->bar_x + 20);
  rows->scale = rows->max > 0 ? (rows->bar_end - rows->bar_x) / rows->max : 0;
  rows->line_x = spec->line > 0 ? rows->bar_x + spec->line * rows->scale : -1;
}

static void
rows_init (Rows                *rows,
           PlimChartLayout     *self,
           const PlimChartSpec *spec)
{
  gboolean has_head = spec->line > 0 || spec->is_own_scale || spec->first_heading;
  double   grown = self->line_height / 18.0;

  *rows = (Rows) { .spec = spec, .is_own = spec->is_own_scale, .is_narrow = self->width < NARROW };
  rows->bar = rows->is_own ? OWN_BAR : BAR;
  rows->pitch = (rows->is_own ? OWN_PITCH : PITCH) * MAX (grown, 1);
  if (rows->is_narrow && !rows->is_own)
    rows->pitch = rows->bar + self->line_height + 14;
  rows->max = largest (spec);
  rows->top = legend (self, spec, FALSE) + (has_head ? self->line_height + 10 : 4) +
              (rows->is_narrow ? 6 : 0);
  set_columns (self, rows);
}

static double
natural_height (PlimChartLayout     *self,
                const PlimChartSpec *spec)
{
  Rows rows;

  rows_init (&rows, self, spec);
  return rows.top + spec->rows->len * rows.pitch + (rows.is_own ? 4 : self->line_height + 8);
}

/* --- one row ------------------------------------------------------------------------------------------------ */

static void
label_part (PlimChartLayout     *self,
            const PlimChartPart *part,
            double               line_x,
            double               start,
            double               end,
            double               y)
{
  g_autofree char *text = g_strconcat (part->label, " ", part->number, NULL);
  double           front = (line_x >= 0 ? MIN (end, line_x) : end) - start;
  PlimShape       *shape;

  if (front < plim_layout_text_width (self, PLIM_TEXT_NORMAL, text) + GAP)
    return;
  shape = plim_layout_text (self, plim_chart_part_ink (part), PLIM_TEXT_NORMAL, text, start + front / 2, y, 0.5);
  if (shape)
    shape->is_label = TRUE;
}

/* Bar of a row on the common axis, with its labels inside and its own tick. */
static void
add_bar (PlimChartLayout    *self,
         const Rows         *rows,
         const PlimChartRow *row,
         double              y)
{
  double       line = row->line > 0 ? row->line : rows->spec->line;
  PlimBarPlace place = { rows->bar_x, y, rows->bar, rows->scale, rows->bar_end, line, 5, -1 };
  double       line_x = line > 0 ? rows->bar_x + line * rows->scale : -1;
  double       sum = 0;

  plim_layout_bar (self, &place, row);
  for (guint i = 0; i < row->parts->len; i++)
    {
      const PlimChartPart *part = row->parts->pdata[i];

      label_part (self, part, line_x, rows->bar_x + sum * rows->scale,
                  rows->bar_x + (sum + part->value) * rows->scale, y + rows->bar / 2);
      sum += part->value;
    }
  if (line > 0 && (row->line > 0 || rows->is_narrow))
    plim_layout_line (self, PLIM_INK_LOAD_LINE, LINE_WIDTH, line_x, y - 4, line_x, y + rows->bar + 4);
}

/* The number at the end of the bar; where the load line would cut it, behind the line. */
static void
add_number (PlimChartLayout    *self,
            const Rows         *rows,
            const PlimChartRow *row,
            double              y)
{
  PlimInk ink = row->is_over ? PLIM_INK_ERROR : PLIM_INK_FOREGROUND;
  double  x = rows->bar_x + plim_chart_row_total (row) * rows->scale + 8;
  double  width = plim_layout_text_width (self, PLIM_TEXT_BOLD, row->number);
  double  line_x = row->line > 0 ? rows->bar_x + row->line * rows->scale : rows->line_x;

  if (line_x >= 0 && x < line_x + 4 && x + width > line_x - 4)
    x = line_x + 8;
  plim_layout_text (self, ink, PLIM_TEXT_BOLD, row->number, MIN (x, self->width - width), y, 0);
}

static void
add_wide_label (PlimChartLayout    *self,
                const Rows         *rows,
                const PlimChartRow *row,
                double              middle)
{
  double  room = rows->bar_x - GAP;
  PlimInk ink = row->is_dimmed ? PLIM_INK_DIM : PLIM_INK_FOREGROUND;
  double  apart = row->caption ? self->line_height / 2 - 1 : 0;

  plim_layout_text_cut (self, ink, row->is_chosen ? PLIM_TEXT_BOLD : PLIM_TEXT_NORMAL, row->label, 0, middle - apart,
                        0, room);
  plim_layout_text_cut (self, PLIM_INK_DIM, PLIM_TEXT_SMALL, row->caption, 0, middle + apart, 0, room);
}

/* In front of the load line where there is room, else behind it; narrow rows have no line there. */
static void
add_message (PlimChartLayout    *self,
             const Rows         *rows,
             const PlimChartRow *row,
             double              middle)
{
  double x = rows->bar_x + 6;
  double width = plim_layout_text_width (self, PLIM_TEXT_NORMAL, row->message);

  if (!rows->is_narrow && rows->line_x >= 0 && x + width > rows->line_x - 4)
    x = rows->line_x + 8;
  plim_layout_text_cut (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, row->message, x, middle, 0, self->width - x);
}

static void
add_row (PlimChartLayout    *self,
         const Rows         *rows,
         const PlimChartRow *row,
         double              top)
{
  double bar_y = top + (rows->pitch - rows->bar) / 2;
  double middle = top + rows->pitch / 2;

  if (rows->is_narrow)
    {
      double text_y = top + self->line_height / 2 + 2;
      double number = plim_layout_text_width (self, PLIM_TEXT_BOLD, row->number);

      bar_y = top + self->line_height + 4;
      middle = bar_y + rows->bar / 2;
      plim_layout_text (self, row->is_over ? PLIM_INK_ERROR : PLIM_INK_FOREGROUND, PLIM_TEXT_BOLD, row->number,
                        self->width, text_y, 1);
      plim_layout_text_cut (self, PLIM_INK_FOREGROUND, PLIM_TEXT_NORMAL, row->label, 0, text_y, 0,
                            self->width - number - GAP);
    }
  else
    {
      add_wide_label (self, rows, row, middle);
    }
  if (row->message)
    {
      add_message (self, rows, row, middle);
      return;
    }
  add_bar (self, rows, row, bar_y);
  if (!rows->is_narrow)
    add_number (self, rows, row, middle);
}

static void
add_own_row (PlimChartLayout    *self,
             const Rows         *rows,
             const PlimChartRow *row,
             double              top)
{
  double        middle = top + rows->pitch / 2;
  double        span = rows->line_x - rows->bar_x;
  PlimBarPlace  place = { rows->bar_x, middle - rows->bar / 2, rows->bar, 0, rows->bar_end, row->line, 3, -1 };
  PlimInk       ink = row->is_dimmed ? PLIM_INK_DIM : PLIM_INK_FOREGROUND;
  PlimTextStyle style = row->is_chosen ? PLIM_TEXT_BOLD : PLIM_TEXT_NORMAL;
  PlimShape    *track;

  place.scale = row->line > 0 ? span / row->line : 0;
  if (row->is_chosen)
    plim_layout_fill (self, PLIM_INK_TINT, 0, top + 1, self->width, rows->pitch - 2);
  plim_layout_text_cut (self, ink, style, row->label, rows->bar_x - GAP, middle, 1, rows->bar_x - GAP);
  track = plim_layout_fill (self, PLIM_INK_TRACK, rows->bar_x, place.y, span, rows->bar);
  track->radius_left = 3;
  plim_layout_bar (self, &place, row);
  plim_layout_text (self, row->is_over ? PLIM_INK_ERROR : ink, style, row->number, rows->number_x, middle, 1);
  if (rows->names_x > 0)
    plim_layout_text_cut (self, ink, PLIM_TEXT_NORMAL, row->names, rows->names_x, middle, 0,
                          self->width - rows->names_x);
}

/* --- the whole ------------------------------------------------------------------------------------------------ */

static void
add_axis (PlimChartLayout *self,
          const Rows      *rows,
          double           bottom)
{
  PlimTicks ticks;
  double    room = rows->bar_end - rows->bar_x;

  plim_ticks_init (&ticks, PLIM_AXIS_MEMORY, rows->spec->unit, rows->max, (guint) CLAMP (room / 60, 2, 6));
  for (guint i = 0; i < ticks.n; i++)
    {
      double x = rows->bar_x + ticks.values[i] * rows->scale;
      double width = plim_layout_text_width (self, PLIM_TEXT_NORMAL, ticks.labels[i]);

      plim_layout_line (self, i == 0 ? PLIM_INK_AXIS : PLIM_INK_GRID, 1, x, rows->top, x, bottom);
      plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, ticks.labels[i],
                        CLAMP (x, width / 2, self->width - width / 2), bottom + 4 + self->line_height / 2, 0.5);
    }
  plim_ticks_clear (&ticks);
}

static void
add_line (PlimChartLayout *self,
          const Rows      *rows,
          double           bottom)
{
  double      middle = rows->top - self->line_height / 2 - (rows->is_narrow ? 10 : 4);
  double      before = rows->line_x - RING_RADIUS - 7;
  double      after = rows->line_x + RING_RADIUS + 7;
  const char *texts[] = { rows->spec->line_label, rows->spec->line_number };

  if (rows->line_x < 0)
    return;
  plim_layout_ring (self, PLIM_INK_LOAD_LINE, LINE_WIDTH, rows->line_x, middle, RING_RADIUS);
  plim_layout_line (self, PLIM_INK_LOAD_LINE, LINE_WIDTH, rows->line_x, middle - RING_RADIUS - 1, rows->line_x, bottom);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (plim_layout_text (self, PLIM_INK_FOREGROUND, PLIM_TEXT_NORMAL, texts[i], before, middle, 1) ||
        plim_layout_text (self, PLIM_INK_FOREGROUND, PLIM_TEXT_NORMAL, texts[i], after, middle, 0))
      return;
}

static char *
row_description (const PlimChartRow *row)
{
  GString *string = g_string_new (row->message);

  for (guint i = 0; i < row->parts->len; i++)
    {
      const PlimChartPart *part = row->parts->pdata[i];

      g_string_append_printf (string, "%s%s", string->len > 0 ? "\n" : "", part->description);
    }
  if (row->names)
    g_string_append_printf (string, "%s%s", string->len > 0 ? "\n" : "", row->names);
  return g_string_free (string, FALSE);
}

static void
add_headings (PlimChartLayout *self,
              const Rows      *rows)
{
  double middle = rows->top - self->line_height / 2 - (rows->is_narrow ? 10 : 4);

  plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, rows->spec->first_heading, 0, middle, 0);
  if (rows->names_x > 0)
    plim_layout_text_cut (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, rows->spec->names_heading, rows->names_x, middle, 0,
                          self->width - rows->names_x);
}

static void
place_rows (PlimChartLayout     *self,
            const PlimChartSpec *spec)
{
  Rows   rows;
  double bottom;

  rows_init (&rows, self, spec);
  bottom = rows.top + spec->rows->len * rows.pitch;
  legend (self, spec, TRUE);
  add_headings (self, &rows);
  if (!rows.is_own)
    add_axis (self, &rows, bottom);
  for (guint i = 0; i < spec->rows->len; i++)
    {
      const PlimChartRow *row = spec->rows->pdata[i];
      double              top = rows.top + i * rows.pitch;
      g_autofree char    *description = row_description (row);
      int                 part = plim_layout_add_part (self, (int) i, row->label, row->number, description);

      if (rows.is_own)
        add_own_row (self, &rows, row, top);
      else
        add_row (self, &rows, row, top);
      plim_layout_add_area (self, part, 0, top, self->width, rows.pitch);
    }
  /* Narrow rows have texts above their bars: there the line is a tick in each row. */
  add_line (self, &rows, rows.is_narrow && !rows.is_own ? rows.top : bottom);
}

const PlimChartKindInfo plim_chart_rows_kind = { natural_height, place_rows };
