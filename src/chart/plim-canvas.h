/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A surface charts are painted on: cairo for screens, images and PDF, or text for SVG.
 * Units are CSS pixels from the top left. */

#pragma once

#include <pango/pangocairo.h>

#include "plim-palette.h"

G_BEGIN_DECLS

typedef struct
{
  double x;
  double y;
} PlimPoint;

typedef struct
{
  double x;
  double y;
  double width;
  double height;
} PlimRect;

typedef enum
{
  PLIM_TEXT_NORMAL,
  PLIM_TEXT_BOLD,
  PLIM_TEXT_SMALL,
  PLIM_N_TEXT_STYLES
} PlimTextStyle;

typedef struct _PlimCanvas PlimCanvas;

/* Paints on @cr with the fonts of @context; both must outlive the canvas. */
PlimCanvas *plim_canvas_new_cairo (cairo_t      *cr,
                                   PangoContext *context);

/* Collects an SVG document of @width by @height with real text; @title and @description are its accessible name and
 * description.  Finish with plim_canvas_to_svg(). */
PlimCanvas *plim_canvas_new_svg (double        width,
                                 double        height,
                                 const char   *title,
                                 const char   *description,
                                 PangoContext *context);

void plim_canvas_free (PlimCanvas *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimCanvas, plim_canvas_free)

/* The document of a canvas of plim_canvas_new_svg().  Newly allocated. */
char *plim_canvas_to_svg (PlimCanvas *self);

/* Fills a rectangle; @radius_left and @radius_right round its corners. */
void plim_canvas_fill_rect (PlimCanvas      *self,
                            const PlimRect  *rect,
                            double           radius_left,
                            double           radius_right,
                            const PlimPaint *paint);

/* Strokes a rectangle, the line centred on its edge. */
void plim_canvas_stroke_rect (PlimCanvas      *self,
                              const PlimRect  *rect,
                              double           radius_left,
                              double           radius_right,
                              double           line_width,
                              const PlimColor *color);

/* An open line through @points. */
void plim_canvas_stroke_line (PlimCanvas      *self,
                              const PlimPoint *points,
                              guint            n_points,
                              double           line_width,
                              const PlimColor *color);

/* A circle; @fill and @stroke may be NULL. */
void plim_canvas_circle (PlimCanvas      *self,
                         const PlimPoint *centre,
                         double           radius,
                         const PlimColor *fill,
                         const PlimColor *stroke,
                         double           line_width);

/* One line of text whose left end is at @x on the baseline @y. */
void plim_canvas_text (PlimCanvas      *self,
                       double           x,
                       double           y,
                       const char      *text,
                       PlimTextStyle    style,
                       const PlimColor *color);

/* The font of @style on @context.  Free with pango_font_description_free(). */
PangoFontDescription *plim_canvas_font (PangoContext *context,
                                        PlimTextStyle style);

/* A context for measuring and painting without a screen: 96 dpi, the given font ("Sans 11" when NULL).  Unref it. */
PangoContext *plim_canvas_create_context (const char *font);

G_END_DECLS
