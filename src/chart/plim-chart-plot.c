/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What charts with a vertical axis share: the area, its grid, and the horizontal load line with its label. */

#include "config.h"

#include "plim-chart-layout-private.h"

#include <glib/gi18n-lib.h>

#define NARROW        500.0
#define LINE_MARGIN   84.0
#define RING_RADIUS   5.0
#define LINE_WIDTH    2.0
#define TICK_GAP      8.0
#define NEAR_LINE     9.0
#define TICK_DISTANCE 34.0

double
plim_plot_y (const PlimPlot *plot, double value)
{
  return plot->bottom - value / plot->max * (plot->bottom - plot->top);
}

void
plim_plot_init (PlimPlot *plot, PlimChartLayout *self, const PlimChartSpec *spec, double max, guint bottom_lines)
{
  double height;
  double widest = 0;

  *plot = (PlimPlot) { .max = max > 0 ? max : 1 };
  plot->is_narrow = self->width < NARROW;
  plot->top = self->line_height + 10;
  plot->bottom = self->height - bottom_lines * self->line_height - 6;
  plot->bottom = MAX (plot->bottom, plot->top + 10);
  height = plot->bottom - plot->top;
  plim_ticks_init (&plot->ticks, spec->axis, spec->unit, plot->max, (guint) CLAMP (height / TICK_DISTANCE + 1, 2, 6));
  for (guint i = 0; i < plot->ticks.n; i++)
    widest = MAX (widest, plim_layout_text_width (self, PLIM_TEXT_NORMAL, plot->ticks.labels[i]));
  plot->left = MIN (widest + TICK_GAP, self->width / 3);
  plot->right = self->width - 4;
  if (!plot->is_narrow && spec->line > 0)
    {
      double number = plim_layout_text_width (self, PLIM_TEXT_NORMAL, spec->line_number);
      double name = plim_layout_text_width (self, PLIM_TEXT_NORMAL, _ ("Load line"));
      double label = MAX (LINE_MARGIN - 2 * TICK_GAP, MAX (number, name));

      plot->right = self->width - MIN (label + 2 * TICK_GAP, self->width / 3);
    }
}

void
plim_plot_add_grid (const PlimPlot *plot, PlimChartLayout *self, const PlimChartSpec *spec)
{
  double line_y = spec->line > 0 ? plim_plot_y (plot, spec->line) : -2 * NEAR_LINE;

  for (guint i = 0; i < plot->ticks.n; i++)
    {
      double   y = plim_plot_y (plot, plot->ticks.values[i]);
      gboolean is_near = line_y - y < NEAR_LINE && y - line_y < NEAR_LINE;

      plim_layout_line (self, i == 0 ? PLIM_INK_AXIS : PLIM_INK_GRID, 1, plot->left, y, plot->right, y);
      if (!is_near || i + 1 == plot->ticks.n)
        plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, plot->ticks.labels[i], plot->left - TICK_GAP, y, 1);
    }
}

/* A text on a card-coloured plate, so that what is behind does not cut it. */
static void
add_on_plate (PlimChartLayout *self,
              const char      *text,
              double           right,
              double           y)
{
  PlimRect   rect = plim_layout_text_rect (self, PLIM_TEXT_NORMAL, text, right, y, 1);
  PlimShape *plate;

  if (!plim_layout_is_free (self, &rect))
    return;
  plate = plim_layout_fill (self, PLIM_INK_CARD, rect.x - 4, rect.y, rect.width + 8, rect.height);
  plate->radius_left = plate->radius_right = 4;
  plim_layout_text (self, PLIM_INK_FOREGROUND, PLIM_TEXT_NORMAL, text, right, y, 1);
}

static void
label_line (const PlimPlot      *plot,
            PlimChartLayout     *self,
            const PlimChartSpec *spec,
            const char          *title,
            double               y)
{
  double x = plot->right + RING_RADIUS + TICK_GAP + 2;
  double half = self->line_height / 2;
  double room = self->width - x;

  if (plot->is_narrow)
    {
      double above = y - half - 4;
      double below = y + half + 4;

      add_on_plate (self, spec->line_number, plot->right - RING_RADIUS - 10, above - half > 0 ? above : below);
      return;
    }
  y = MAX (y, 2 * half + 1);
  plim_layout_text_cut (self, PLIM_INK_FOREGROUND, PLIM_TEXT_NORMAL, title, x, y - half, 0, room);
  plim_layout_text_cut (self, PLIM_INK_FOREGROUND, PLIM_TEXT_NORMAL, spec->line_number, x, y + half, 0, room);
}

void
plim_plot_add_line (const PlimPlot *plot, PlimChartLayout *self, const PlimChartSpec *spec, const char *title)
{
  double y;

  if (spec->line <= 0)
    return;
  y = plim_plot_y (plot, spec->line);
  plim_layout_line (self, PLIM_INK_LOAD_LINE, LINE_WIDTH, plot->left, y, plot->right + RING_RADIUS + 2, y);
  plim_layout_ring (self, PLIM_INK_LOAD_LINE, LINE_WIDTH, plot->right, y, RING_RADIUS);
  plim_layout_line (self, PLIM_INK_LOAD_LINE, LINE_WIDTH, plot->right - RING_RADIUS, y, plot->right + RING_RADIUS, y);
  label_line (plot, self, spec, title, y);
}
