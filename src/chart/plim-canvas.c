/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The calls of PlimCanvas, handed to its back end, and what back ends share. */

#include "plim-canvas-private.h"

static const PlimPatternInfo patterns[PLIM_N_PATTERNS] = {
  [PLIM_PATTERN_SPARSE_DOTS] = { 6, 1.6, 0, TRUE },
  [PLIM_PATTERN_DENSE_DOTS] = { 3.5, 1.8, 0, TRUE },
  [PLIM_PATTERN_RISING] = { 5, 1, -45, FALSE },
  [PLIM_PATTERN_FALLING] = { 5, 1, 45, FALSE },
  [PLIM_PATTERN_HORIZONTAL] = { 4, 0.8, 0, FALSE },
  [PLIM_PATTERN_VERTICAL] = { 4, 0.8, 90, FALSE },
  [PLIM_PATTERN_HATCH] = { 8, 1.6, -45, FALSE },
  [PLIM_PATTERN_FINE_HATCH] = { 4, 0.8, -45, FALSE },
};

static const double text_scales[PLIM_N_TEXT_STYLES] = {
  [PLIM_TEXT_NORMAL] = 1,
  [PLIM_TEXT_BOLD] = 1,
  [PLIM_TEXT_SMALL] = 0.86,
};

const PlimPatternInfo *
plim_pattern_info (PlimPattern pattern)
{
  return pattern == PLIM_PATTERN_SOLID ? NULL : &patterns[pattern];
}

PangoFontDescription *
plim_canvas_font (PangoContext *context,
                  PlimTextStyle style)
{
  PangoFontDescription *font = pango_font_description_copy (pango_context_get_font_description (context));
  double                size = pango_font_description_get_size (font) * text_scales[style];

  if (pango_font_description_get_size_is_absolute (font))
    pango_font_description_set_absolute_size (font, size);
  else
    pango_font_description_set_size (font, (int) (size + 0.5));
  if (style == PLIM_TEXT_BOLD)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  return font;
}

PangoContext *
plim_canvas_create_context (const char *font)
{
  PangoFontMap         *map = pango_cairo_font_map_get_default ();
  PangoContext         *context = pango_font_map_create_context (map);
  PangoFontDescription *description = pango_font_description_from_string (font ? font : "Sans 11");

  if (!pango_font_description_get_size (description))
    pango_font_description_set_size (description, 11 * PANGO_SCALE);
  pango_cairo_context_set_resolution (context, 96);
  pango_context_set_font_description (context, description);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_font_description_free (description);
  return context;
}

void
plim_canvas_free (PlimCanvas *self)
{
  if (self)
    self->interface->free (self);
}

char *
plim_canvas_to_svg (PlimCanvas *self)
{
  g_return_val_if_fail (self->interface->to_svg, NULL);
  return self->interface->to_svg (self);
}

void
plim_canvas_fill_rect (PlimCanvas      *self,
                       const PlimRect  *rect,
                       double           radius_left,
                       double           radius_right,
                       const PlimPaint *paint)
{
  if (rect->width <= 0 || rect->height <= 0)
    return;
  self->interface->fill_rect (self, rect, MIN (radius_left, rect->width / 2), MIN (radius_right, rect->width / 2),
                              paint);
}

void
plim_canvas_stroke_rect (PlimCanvas      *self,
                         const PlimRect  *rect,
                         double           radius_left,
                         double           radius_right,
                         double           line_width,
                         const PlimColor *color)
{
  if (rect->width <= 0 || rect->height <= 0)
    return;
  self->interface->stroke_rect (self, rect, MIN (radius_left, rect->width / 2), MIN (radius_right, rect->width / 2),
                                line_width, color);
}

void
plim_canvas_stroke_line (PlimCanvas      *self,
                         const PlimPoint *points,
                         guint            n_points,
                         double           line_width,
                         const PlimColor *color)
{
  if (n_points >= 2)
    self->interface->stroke_line (self, points, n_points, line_width, color);
}

void
plim_canvas_circle (PlimCanvas      *self,
                    const PlimPoint *centre,
                    double           radius,
                    const PlimColor *fill,
                    const PlimColor *stroke,
                    double           line_width)
{
  self->interface->circle (self, centre, radius, fill, stroke, line_width);
}

void
plim_canvas_text (PlimCanvas      *self,
                  double           x,
                  double           y,
                  const char      *text,
                  PlimTextStyle    style,
                  const PlimColor *color)
{
  self->interface->text (self, x, y, text, style, color);
}
