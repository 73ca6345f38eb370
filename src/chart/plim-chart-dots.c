/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts on a log2 axis: label, stem with dot and its text, names.  Rows without a count say why in its place. */

#include "config.h"

#include "plim-chart-layout-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define NARROW      560.0
#define PITCH       29.0
#define GAP         14.0
#define STEM        8.0
#define DOT_RADIUS  5.0
#define NAMES_SHARE 0.5
#define LEAST_AXIS  60.0
#define TICK_SPACE  26.0

typedef struct
{
  const PlimChartSpec *spec;
  double               top;
  double               pitch;
  double               label_end;
  double               axis_x;     /* of 1 */
  double               octave;     /* pixels a doubling */
  guint                octaves;
  double               names_x;    /* 0 = no room */
  double               end;        /* of the dots' texts */
} Dots;

static void
dots_init (Dots                *dots,
           PlimChartLayout     *self,
           const PlimChartSpec *spec)
{
  double label = plim_layout_text_width (self, PLIM_TEXT_NORMAL, spec->first_heading);
  double number = 0;
  double max = 1;

  *dots = (Dots) { .spec = spec };
  for (guint i = 0; i < spec->rows->len; i++)
    {
      const PlimChartRow *row = spec->rows->pdata[i];

      label = MAX (label, plim_layout_text_width (self, PLIM_TEXT_BOLD, row->label));
      number = MAX (number, plim_layout_text_width (self, PLIM_TEXT_BOLD, row->number));
      max = MAX (max, row->value);
    }
  dots->top = self->line_height + 8;
  dots->pitch = MAX (PITCH, self->line_height + 6);
  dots->label_end = MIN (label, self->width * 0.3);
  dots->names_x = self->width >= NARROW ? ceil (self->width * NAMES_SHARE) : 0;
  dots->end = dots->names_x > 0 ? dots->names_x - GAP : self->width;
  dots->axis_x = dots->label_end + GAP + DOT_RADIUS;
  dots->octaves = (guint) ceil (log2 (MAX (max, 2)) - 1e-9);
  dots->octave = MAX (dots->end - number - GAP - dots->axis_x, LEAST_AXIS) / dots->octaves;
}

static double
natural_height (PlimChartLayout     *self,
                const PlimChartSpec *spec)
{
  Dots dots;

  dots_init (&dots, self, spec);
  return dots.top + spec->rows->len * dots.pitch + 4;
}

static void
add_axis (PlimChartLayout *self,
          const Dots      *dots,
          double           bottom)
{
  double middle = self->line_height / 2;
  guint  step = (guint) MAX (ceil (TICK_SPACE / dots->octave), 1);
  double x = dots->axis_x;

  plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, dots->spec->first_heading, dots->label_end, middle, 1);
  for (guint i = 0; i <= dots->octaves; i += step)
    {
      g_autofree char *text = plim_format_count ((gint64) 1 << i);

      x = dots->axis_x + i * dots->octave;
      plim_layout_line (self, PLIM_INK_GRID, 1, x, dots->top - 4, x, bottom);
      plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, text, x, middle, 0.5);
    }
  plim_layout_text_cut (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, dots->spec->names_heading,
                        dots->names_x > 0 ? dots->names_x : self->width, middle, 0, self->width - dots->names_x);
  /* Translators: of an axis whose ticks double. */
  x += GAP + 8;
  if (x + plim_layout_text_width (self, PLIM_TEXT_SMALL, _ ("log scale")) < dots->end)
    plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_SMALL, _ ("log scale"), x, middle, 0);
}

static void
add_dot (PlimChartLayout    *self,
         const Dots         *dots,
         const PlimChartRow *row,
         double              middle)
{
  double     x = dots->axis_x + log2 (MAX (row->value, 1)) * dots->octave;
  double     start = dots->axis_x - STEM / 2;
  PlimShape *stem = plim_layout_fill (self, PLIM_INK_BAND, start, middle - STEM / 2, x - start, STEM);

  stem->radius_left = stem->radius_right = STEM / 2;
  plim_layout_disc (self, PLIM_INK_SERIES, x, middle, DOT_RADIUS);
  plim_layout_text (self, PLIM_INK_FOREGROUND, PLIM_TEXT_BOLD, row->number, x + DOT_RADIUS + 5, middle, 0);
}

static void
add_row (PlimChartLayout    *self,
         const Dots         *dots,
         const PlimChartRow *row,
         double              top)
{
  double  middle = top + dots->pitch / 2;
  PlimInk ink = row->is_dimmed ? PLIM_INK_DIM : PLIM_INK_FOREGROUND;

  if (row->is_chosen)
    plim_layout_fill (self, PLIM_INK_TINT, 0, top + 1, self->width, dots->pitch - 2);
  plim_layout_text_cut (self, ink, row->is_chosen ? PLIM_TEXT_BOLD : PLIM_TEXT_NORMAL, row->label, dots->label_end,
                        middle, 1, dots->label_end);
  if (row->message)
    plim_layout_text_cut (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, row->message, dots->axis_x - DOT_RADIUS, middle, 0,
                          dots->end - dots->axis_x + DOT_RADIUS);
  else
    add_dot (self, dots, row, middle);
  if (dots->names_x > 0)
    plim_layout_text_cut (self, ink, PLIM_TEXT_NORMAL, row->names, dots->names_x, middle, 0,
                          self->width - dots->names_x);
}

static void
place_dots (PlimChartLayout     *self,
            const PlimChartSpec *spec)
{
  Dots dots;

  dots_init (&dots, self, spec);
  add_axis (self, &dots, dots.top + spec->rows->len * dots.pitch);
  for (guint i = 0; i < spec->rows->len; i++)
    {
      const PlimChartRow *row = spec->rows->pdata[i];
      double              top = dots.top + i * dots.pitch;
      int                 part;

      part = plim_layout_add_part (self, (int) i, row->label, row->message ? row->message : row->number, row->names);
      add_row (self, &dots, row, top);
      plim_layout_add_area (self, part, 0, top, self->width, dots.pitch);
    }
}

const PlimChartKindInfo plim_chart_dots_kind = { natural_height, place_dots };
