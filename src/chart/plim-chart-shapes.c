/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Adding to the display list.  A text is added only where no other text is: that is what keeps labels apart. */

#include "plim-chart-layout-private.h"

/* Between neighbouring texts, sideways. */
#define TEXT_GAP 3.0
/* Texts of adjacent lines share their logical edge. */
#define TEXT_SLACK 1.0

static PlimShape *
add_shape (PlimChartLayout *self,
           PlimShapeKind    kind,
           PlimInk          ink)
{
  PlimShape shape = { .kind = kind, .ink = ink, .part = -1 };

  g_array_append_val (self->shapes, shape);
  return &g_array_index (self->shapes, PlimShape, self->shapes->len - 1);
}

PlimShape *
plim_layout_fill (PlimChartLayout *self, PlimInk ink, double x, double y, double width, double height)
{
  PlimShape *shape = add_shape (self, PLIM_SHAPE_FILL, ink);

  shape->rect = (PlimRect) { x, y, MAX (width, 0), MAX (height, 0) };
  return shape;
}

PlimShape *
plim_layout_frame (PlimChartLayout *self, PlimInk ink, double line_width, const PlimRect *rect)
{
  PlimShape *shape = add_shape (self, PLIM_SHAPE_FRAME, ink);
  double     inset = line_width / 2;

  shape->rect = (PlimRect) { rect->x + inset, rect->y + inset, MAX (rect->width - line_width, 0),
                             MAX (rect->height - line_width, 0) };
  shape->line_width = line_width;
  return shape;
}

PlimShape *
plim_layout_path (PlimChartLayout *self, PlimInk ink, double line_width, const PlimPoint *points, guint n_points)
{
  PlimShape *shape = add_shape (self, PLIM_SHAPE_LINE, ink);

  shape->line_width = line_width;
  shape->points = g_memdup2 (points, n_points * sizeof *points);
  shape->n_points = n_points;
  return shape;
}

PlimShape *
plim_layout_line (PlimChartLayout *self, PlimInk ink, double line_width, double x1, double y1, double x2, double y2)
{
  const PlimPoint points[] = { { x1, y1 }, { x2, y2 } };

  return plim_layout_path (self, ink, line_width, points, G_N_ELEMENTS (points));
}

PlimShape *
plim_layout_ring (PlimChartLayout *self, PlimInk ink, double line_width, double x, double y, double radius)
{
  PlimShape *shape = add_shape (self, PLIM_SHAPE_CIRCLE, ink);

  shape->rect = (PlimRect) { x - radius, y - radius, 2 * radius, 2 * radius };
  shape->line_width = line_width;
  return shape;
}

PlimShape *
plim_layout_disc (PlimChartLayout *self, PlimInk ink, double x, double y, double radius)
{
  PlimShape *shape = plim_layout_ring (self, ink, 0, x, y, radius);

  shape->is_filled = TRUE;
  return shape;
}

static void
measure (PlimChartLayout *self,
         PlimTextStyle    style,
         const char      *text,
         PlimRect        *rect,
         double          *baseline)
{
  PangoFontDescription *font = plim_canvas_font (pango_layout_get_context (self->text_layout), style);
  int                   width;
  int                   height;

  pango_layout_set_font_description (self->text_layout, font);
  pango_layout_set_text (self->text_layout, text, -1);
  pango_layout_get_size (self->text_layout, &width, &height);
  *rect = (PlimRect) { 0, 0, (double) width / PANGO_SCALE, (double) height / PANGO_SCALE };
  if (baseline)
    *baseline = (double) pango_layout_get_baseline (self->text_layout) / PANGO_SCALE;
  pango_font_description_free (font);
}

double
plim_layout_text_width (PlimChartLayout *self, PlimTextStyle style, const char *text)
{
  PlimRect rect;

  if (!text || !*text)
    return 0;
  measure (self, style, text, &rect, NULL);
  return rect.width;
}

double
plim_layout_text_height (PlimChartLayout *self, PlimTextStyle style)
{
  PlimRect rect;

  measure (self, style, "X", &rect, NULL);
  return rect.height;
}

PlimRect
plim_layout_text_rect (PlimChartLayout *self, PlimTextStyle style, const char *text, double x, double y, double anchor)
{
  PlimRect rect;

  measure (self, style, text, &rect, NULL);
  rect.x = x - anchor * rect.width;
  rect.y = y - rect.height / 2;
  return rect;
}

gboolean
plim_layout_is_free (const PlimChartLayout *self, const PlimRect *rect)
{
  const double slack = 0.01;

  if (rect->x < -slack || rect->y < -slack || rect->x + rect->width > self->width + slack ||
      rect->y + rect->height > self->height + slack)
    return FALSE;
  for (guint i = 0; i < self->shapes->len; i++)
    {
      const PlimShape *other = &g_array_index (self->shapes, PlimShape, i);

      if (other->kind == PLIM_SHAPE_TEXT && rect->x < other->rect.x + other->rect.width + TEXT_GAP &&
          other->rect.x < rect->x + rect->width + TEXT_GAP &&
          rect->y < other->rect.y + other->rect.height - TEXT_SLACK &&
          other->rect.y < rect->y + rect->height - TEXT_SLACK)
        return FALSE;
    }
  return TRUE;
}

PlimShape *
plim_layout_text (PlimChartLayout *self,
                  PlimInk          ink,
                  PlimTextStyle    style,
                  const char      *text,
                  double           x,
                  double           y,
                  double           anchor)
{
  PlimShape *shape;
  PlimRect   rect;
  double     baseline;

  if (!text || !*text)
    return NULL;
  measure (self, style, text, &rect, &baseline);
  rect.x = x - anchor * rect.width;
  rect.y = y - rect.height / 2;
  if (!plim_layout_is_free (self, &rect))
    return NULL;
  shape = add_shape (self, PLIM_SHAPE_TEXT, ink);
  shape->style = style;
  shape->rect = rect;
  shape->baseline = baseline;
  shape->text = g_strdup (text);
  return shape;
}

char *
plim_layout_cut (PlimChartLayout *self, PlimTextStyle style, const char *text, double max_width)
{
  if (plim_layout_text_width (self, style, text) <= max_width)
    return g_strdup (text ? text : "");
  for (glong length = g_utf8_strlen (text, -1) - 1; length > 0; length--)
    {
      g_autofree char *start = g_utf8_substring (text, 0, length);
      g_autofree char *cut = g_strconcat (g_strchomp (start), "…", NULL);

      if (plim_layout_text_width (self, style, cut) <= max_width)
        return g_steal_pointer (&cut);
    }
  return g_strdup ("");
}

PlimShape *
plim_layout_text_cut (PlimChartLayout *self,
                      PlimInk          ink,
                      PlimTextStyle    style,
                      const char      *text,
                      double           x,
                      double           y,
                      double           anchor,
                      double           max_width)
{
  g_autofree char *cut = plim_layout_cut (self, style, text, max_width);

  return plim_layout_text (self, ink, style, cut, x, y, anchor);
}

int
plim_layout_add_part (PlimChartLayout *self, int key, const char *label, const char *number, const char *description)
{
  PlimLayoutPart part = { key, g_strconcat (label ? label : "", label && number ? " " : "", number ? number : "", NULL),
                          g_strdup (description ? description : "") };

  g_array_append_val (self->parts, part);
  return (int) self->parts->len - 1;
}

void
plim_layout_add_area (PlimChartLayout *self, int part, double x, double y, double width, double height)
{
  PlimLayoutArea area = { part, { x, y, width, height } };

  if (width > 0 && height > 0)
    g_array_append_val (self->areas, area);
}
