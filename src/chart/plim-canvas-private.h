/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a back end of PlimCanvas provides. */

#pragma once

#include "plim-canvas.h"

G_BEGIN_DECLS

typedef struct
{
  void (*fill_rect) (PlimCanvas      *self,
                     const PlimRect  *rect,
                     double           radius_left,
                     double           radius_right,
                     const PlimPaint *paint);
  void (*stroke_rect) (PlimCanvas      *self,
                       const PlimRect  *rect,
                       double           radius_left,
                       double           radius_right,
                       double           line_width,
                       const PlimColor *color);
  void (*stroke_line) (PlimCanvas      *self,
                       const PlimPoint *points,
                       guint            n_points,
                       double           line_width,
                       const PlimColor *color);
  void (*circle) (PlimCanvas      *self,
                  const PlimPoint *centre,
                  double           radius,
                  const PlimColor *fill,
                  const PlimColor *stroke,
                  double           line_width);
  void (*text) (PlimCanvas      *self,
                double           x,
                double           y,
                const char      *text,
                PlimTextStyle    style,
                const PlimColor *color);
  char *(*to_svg) (PlimCanvas *self);
  void (*free) (PlimCanvas *self);
} PlimCanvasInterface;

struct _PlimCanvas
{
  const PlimCanvasInterface *interface;
};

/* How a pattern is drawn: parallel lines or dots of one size. */
typedef struct
{
  double   spacing;    /* between lines or dots */
  double   line_width; /* or the diameter of a dot */
  double   angle;      /* of lines, degrees, clockwise from horizontal */
  gboolean is_dots;
} PlimPatternInfo;

/* NULL for a solid ground. */
const PlimPatternInfo *plim_pattern_info (PlimPattern pattern);

G_END_DECLS
