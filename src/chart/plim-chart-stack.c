/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A stacked bar of any size: parts with separators, outline, and the veil, hatch and frame beyond the load line.
 * A bar longer than its axis is torn at the end. */

#include "plim-chart-layout-private.h"

#define SEPARATOR       1.5
#define LEAST_SEPARATED 3.0
#define OVER_FRAME      2.0
#define OVER_RULE       3.0
#define TEAR_WIDTH      3.0

double
plim_chart_row_total (const PlimChartRow *row)
{
  double total = 0;

  if (row->parts->len == 0)
    return MAX (row->value, 0);
  for (guint i = 0; i < row->parts->len; i++)
    total += MAX (((const PlimChartPart *) row->parts->pdata[i])->value, 0);
  return total;
}

PlimInk
plim_chart_part_ink (const PlimChartPart *part)
{
  return part->is_logits ? PLIM_INK_LOGITS : (PlimInk) part->part;
}

static void
add_parts (PlimChartLayout    *self,
           const PlimBarPlace *place,
           const PlimChartRow *row,
           double              end)
{
  double x = place->x;
  double sum = 0;

  for (guint i = 0; i < row->parts->len && x < end; i++)
    {
      const PlimChartPart *part = row->parts->pdata[i];
      double               next;
      double               width;
      PlimShape           *shape;

      sum += MAX (part->value, 0);
      next = MIN (place->x + sum * place->scale, end);
      width = next - x;
      shape = plim_layout_fill (self, plim_chart_part_ink (part), x, place->y, width, place->height);
      shape->radius_left = i == 0 ? place->radius : 0;
      shape->radius_right = next >= end - 0.01 ? place->radius : 0;
      if (place->first_part >= 0)
        {
          shape->part = place->first_part + (int) i;
          shape->grows = TRUE;
          plim_layout_add_area (self, shape->part, x, place->y, width, place->height);
        }
      if (i > 0 && width > LEAST_SEPARATED)
        plim_layout_line (self, PLIM_INK_SEPARATOR, SEPARATOR, x, place->y, x, place->y + place->height);
      x = next;
    }
}

/* What is beyond the load line; the bar's outline is there already. */
static void
add_over (PlimChartLayout    *self,
          const PlimBarPlace *place,
          double              line_x,
          double              end)
{
  const PlimInk inks[] = { PLIM_INK_VEIL, PLIM_INK_OVER_HATCH };
  PlimRect      rect = { line_x, place->y, end - line_x, place->height };
  PlimShape    *shape;

  for (gsize i = 0; i < G_N_ELEMENTS (inks); i++)
    {
      shape = plim_layout_fill (self, inks[i], rect.x, rect.y, rect.width, rect.height);
      shape->radius_right = place->radius;
    }
  shape = plim_layout_frame (self, PLIM_INK_ERROR, OVER_FRAME, &rect);
  shape->radius_right = place->radius;
  shape = plim_layout_fill (self, PLIM_INK_ERROR, rect.x, rect.y - OVER_RULE - 1, rect.width, OVER_RULE);
  shape->is_print = TRUE;
}

static void
add_tear (PlimChartLayout    *self,
          const PlimBarPlace *place,
          double              end)
{
  double lean = place->height / 2;

  for (guint i = 0; i < 2; i++)
    {
      double x = end - 8 - 2 * TEAR_WIDTH * i;

      plim_layout_line (self, PLIM_INK_CARD, TEAR_WIDTH, x - lean / 2, place->y + place->height + 1, x + lean / 2,
                        place->y - 1);
    }
}

void
plim_layout_bar (PlimChartLayout *self, const PlimBarPlace *place, const PlimChartRow *row)
{
  double     total = plim_chart_row_total (row);
  double     end = MIN (place->x + total * place->scale, place->end);
  double     line_x = place->x + place->line * place->scale;
  PlimRect   rect = { place->x, place->y, end - place->x, place->height };
  PlimShape *shape;

  if (rect.width <= 0)
    return;
  if (row->parts->len == 0)
    {
      shape = plim_layout_fill (self, PLIM_INK_RULE, rect.x, rect.y, rect.width, rect.height);
      shape->radius_left = place->radius;
      shape->radius_right = place->radius;
    }
  else
    {
      add_parts (self, place, row, end);
    }
  shape = plim_layout_frame (self, PLIM_INK_EDGE, 1, &rect);
  shape->radius_left = place->radius;
  shape->radius_right = place->radius;
  if (place->line > 0 && end > line_x + 0.5)
    add_over (self, place, line_x, end);
  if (place->x + total * place->scale > place->end + 0.5)
    add_tear (self, place, end);
}
