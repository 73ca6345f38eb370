/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PlimCanvas on a cairo context. */

#include "plim-canvas-private.h"

#include <math.h>

typedef struct
{
  PlimCanvas            parent;
  cairo_t              *cr;
  PangoContext         *context;
  PangoFontDescription *fonts[PLIM_N_TEXT_STYLES];
} CairoCanvas;

static void
set_color (cairo_t         *cr,
           const PlimColor *color)
{
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha);
}

static void
rounded_path (cairo_t        *cr,
              const PlimRect *rect,
              double          left,
              double          right)
{
  double x = rect->x;
  double y = rect->y;
  double end = x + rect->width;
  double bottom = y + rect->height;

  left = MIN (left, rect->height / 2);
  right = MIN (right, rect->height / 2);
  cairo_new_path (cr);
  cairo_arc (cr, x + left, y + left, left, G_PI, 1.5 * G_PI);
  cairo_arc (cr, end - right, y + right, right, 1.5 * G_PI, 2 * G_PI);
  cairo_arc (cr, end - right, bottom - right, right, 0, 0.5 * G_PI);
  cairo_arc (cr, x + left, bottom - left, left, 0.5 * G_PI, G_PI);
  cairo_close_path (cr);
}

static void
draw_dots (cairo_t               *cr,
           const PlimRect        *rect,
           const PlimPatternInfo *info)
{
  double s = info->spacing;
  int    last_column = (int) floor ((rect->x + rect->width) / s);
  int    last_row = (int) floor ((rect->y + rect->height) / s);

  for (int row = (int) floor (rect->y / s); row <= last_row; row++)
    for (int column = (int) floor (rect->x / s); column <= last_column; column++)
      {
        cairo_new_sub_path (cr);
        cairo_arc (cr, (column + 0.5) * s, (row + 0.5) * s, info->line_width / 2, 0, 2 * G_PI);
      }
  cairo_fill (cr);
}

/* Parallel lines, phased from the origin so that neighbours join. */
static void
draw_lines (cairo_t               *cr,
            const PlimRect        *rect,
            const PlimPatternInfo *info)
{
  double angle = info->angle * G_PI / 180;
  double dx = cos (angle);
  double dy = sin (angle);
  double cx = rect->x + rect->width / 2;
  double cy = rect->y + rect->height / 2;
  double reach = hypot (rect->width, rect->height) / 2 + info->spacing;
  double along = cx * dx + cy * dy;
  double across = cy * dx - cx * dy;
  int    last = (int) floor ((across + reach) / info->spacing);

  for (int line = (int) floor ((across - reach) / info->spacing); line <= last; line++)
    {
      double d = line * info->spacing;

      cairo_move_to (cr, (along - reach) * dx - d * dy, (along - reach) * dy + d * dx);
      cairo_line_to (cr, (along + reach) * dx - d * dy, (along + reach) * dy + d * dx);
    }
  cairo_set_line_width (cr, info->line_width);
  cairo_stroke (cr);
}

static void
cairo_canvas_fill_rect (PlimCanvas      *canvas,
                        const PlimRect  *rect,
                        double           radius_left,
                        double           radius_right,
                        const PlimPaint *paint)
{
  cairo_t               *cr = ((CairoCanvas *) canvas)->cr;
  const PlimPatternInfo *info = plim_pattern_info (paint->pattern);

  rounded_path (cr, rect, radius_left, radius_right);
  set_color (cr, &paint->color);
  cairo_fill_preserve (cr);
  if (info)
    {
      cairo_save (cr);
      cairo_clip (cr);
      set_color (cr, &paint->pattern_color);
      if (info->is_dots)
        draw_dots (cr, rect, info);
      else
        draw_lines (cr, rect, info);
      cairo_restore (cr);
    }
  cairo_new_path (cr);
}

static void
cairo_canvas_stroke_rect (PlimCanvas      *canvas,
                          const PlimRect  *rect,
                          double           radius_left,
                          double           radius_right,
                          double           line_width,
                          const PlimColor *color)
{
  cairo_t *cr = ((CairoCanvas *) canvas)->cr;

  rounded_path (cr, rect, radius_left, radius_right);
  set_color (cr, color);
  cairo_set_line_width (cr, line_width);
  cairo_stroke (cr);
}

static void
trace (cairo_t         *cr,
       const PlimPoint *points,
       guint            n_points)
{
  cairo_new_path (cr);
  for (guint i = 0; i < n_points; i++)
    cairo_line_to (cr, points[i].x, points[i].y);
}

static void
cairo_canvas_stroke_line (PlimCanvas      *canvas,
                          const PlimPoint *points,
                          guint            n_points,
                          double           line_width,
                          const PlimColor *color)
{
  cairo_t *cr = ((CairoCanvas *) canvas)->cr;

  cairo_save (cr);
  trace (cr, points, n_points);
  set_color (cr, color);
  cairo_set_line_width (cr, line_width);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
cairo_canvas_circle (PlimCanvas      *canvas,
                     const PlimPoint *centre,
                     double           radius,
                     const PlimColor *fill,
                     const PlimColor *stroke,
                     double           line_width)
{
  cairo_t *cr = ((CairoCanvas *) canvas)->cr;

  cairo_new_path (cr);
  cairo_arc (cr, centre->x, centre->y, radius, 0, 2 * G_PI);
  if (fill)
    {
      set_color (cr, fill);
      cairo_fill_preserve (cr);
    }
  if (stroke)
    {
      set_color (cr, stroke);
      cairo_set_line_width (cr, line_width);
      cairo_stroke_preserve (cr);
    }
  cairo_new_path (cr);
}

static void
cairo_canvas_text (PlimCanvas      *canvas,
                   double           x,
                   double           y,
                   const char      *text,
                   PlimTextStyle    style,
                   const PlimColor *color)
{
  CairoCanvas            *self = (CairoCanvas *) canvas;
  g_autoptr (PangoLayout) layout = pango_layout_new (self->context);

  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_font_description (layout, self->fonts[style]);
  pango_layout_set_text (layout, text, -1);
  set_color (self->cr, color);
  cairo_move_to (self->cr, x, y);
  pango_cairo_show_layout_line (self->cr, pango_layout_get_line_readonly (layout, 0));
  cairo_new_path (self->cr);
}

static void
cairo_canvas_free (PlimCanvas *canvas)
{
  CairoCanvas *self = (CairoCanvas *) canvas;

  for (guint i = 0; i < PLIM_N_TEXT_STYLES; i++)
    pango_font_description_free (self->fonts[i]);
  g_free (self);
}

static const PlimCanvasInterface cairo_interface = {
  .fill_rect = cairo_canvas_fill_rect,
  .stroke_rect = cairo_canvas_stroke_rect,
  .stroke_line = cairo_canvas_stroke_line,
  .circle = cairo_canvas_circle,
  .text = cairo_canvas_text,
  .free = cairo_canvas_free,
};

PlimCanvas *
plim_canvas_new_cairo (cairo_t      *cr,
                       PangoContext *context)
{
  CairoCanvas *self = g_new0 (CairoCanvas, 1);

  self->parent.interface = &cairo_interface;
  self->cr = cr;
  self->context = context;
  for (guint i = 0; i < PLIM_N_TEXT_STYLES; i++)
    self->fonts[i] = plim_canvas_font (context, (PlimTextStyle) i);
  return &self->parent;
}
