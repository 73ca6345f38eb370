/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The display list that the kinds of chart fill.  Kinds place everything left to right; mirroring comes last. */

#pragma once

#include "plim-chart-layout.h"

G_BEGIN_DECLS

typedef enum
{
  PLIM_SHAPE_FILL,
  PLIM_SHAPE_FRAME,
  PLIM_SHAPE_LINE,
  PLIM_SHAPE_CIRCLE,
  PLIM_SHAPE_TEXT
} PlimShapeKind;

typedef struct
{
  PlimShapeKind kind;
  PlimInk       ink;
  int           part;        /* -1 = none */
  gboolean      is_label;    /* TEXT: the label colour of @ink, not @ink itself */
  gboolean      grows;       /* FILL: grows when its part is selected */
  gboolean      is_filled;   /* CIRCLE: filled with @ink, else ringed */
  gboolean      is_print;    /* in print only */
  PlimTextStyle style;
  PlimRect      rect;        /* CIRCLE: its bounds */
  double        radius_left;
  double        radius_right;
  double        line_width;
  double        baseline;    /* TEXT: below rect.y */
  PlimPoint    *points;
  guint         n_points;
  char         *text;
} PlimShape;

typedef struct
{
  int   key;
  char *label;
  char *description;
} PlimLayoutPart;

typedef struct
{
  int      part;
  PlimRect rect;
} PlimLayoutArea;

struct _PlimChartLayout
{
  double       width;
  double       height;
  double       line_height;   /* of normal text */
  PangoLayout *text_layout;   /* while placing */
  GArray      *shapes;        /* PlimShape */
  GArray      *parts;         /* PlimLayoutPart */
  GArray      *areas;         /* PlimLayoutArea */
};

/* Each shape is valid until the next is added. */
PlimShape *plim_layout_fill (PlimChartLayout *self, PlimInk ink, double x, double y, double width, double height);
PlimShape *plim_layout_frame (PlimChartLayout *self, PlimInk ink, double line_width, const PlimRect *rect);
PlimShape *
plim_layout_line (PlimChartLayout *self, PlimInk ink, double line_width, double x1, double y1, double x2, double y2);
PlimShape            *
plim_layout_path (PlimChartLayout *self, PlimInk ink, double line_width, const PlimPoint *points, guint n_points);
PlimShape *plim_layout_disc (PlimChartLayout *self, PlimInk ink, double x, double y, double radius);
PlimShape *plim_layout_ring (PlimChartLayout *self, PlimInk ink, double line_width, double x, double y, double radius);

double plim_layout_text_width (PlimChartLayout *self, PlimTextStyle style, const char *text);
double plim_layout_text_height (PlimChartLayout *self, PlimTextStyle style);

/* The bounds of a text: @anchor 0 puts its left end at @x, 0.5 its middle, 1 its right end; its middle is at @y. */
PlimRect
plim_layout_text_rect (PlimChartLayout *self, PlimTextStyle style, const char *text, double x, double y, double anchor);

/* TRUE when @rect is within the bounds and free of texts. */
gboolean plim_layout_is_free (const PlimChartLayout *self, const PlimRect *rect);

/* Places a text when there is room; else returns NULL.  NULL and "" are not placed. */
PlimShape *plim_layout_text (PlimChartLayout *self,
                             PlimInk          ink,
                             PlimTextStyle    style,
                             const char      *text,
                             double           x,
                             double           y,
                             double           anchor);

/* As plim_layout_text(), cut with an ellipsis to @max_width. */
PlimShape *plim_layout_text_cut (PlimChartLayout *self,
                                 PlimInk          ink,
                                 PlimTextStyle    style,
                                 const char      *text,
                                 double           x,
                                 double           y,
                                 double           anchor,
                                 double           max_width);

/* @text cut with an ellipsis to @max_width; newly allocated, "" when nothing remains. */
char *plim_layout_cut (PlimChartLayout *self, PlimTextStyle style, const char *text, double max_width);

int
     plim_layout_add_part (PlimChartLayout *self,
                           int              key,
                           const char      *label,
                           const char      *number,
                           const char      *description);
void plim_layout_add_area (PlimChartLayout *self, int part, double x, double y, double width, double height);

/* --- stacked bars, of every size ------------------------------------------------------------------- */

typedef struct
{
  double x;          /* of zero */
  double y;
  double height;
  double scale;      /* pixels a byte */
  double end;        /* of the axis: nothing is drawn beyond */
  double line;       /* load line in bytes; 0 = none */
  double radius;
  int    first_part; /* layout part of the first; -1 = parts are no layout parts */
} PlimBarPlace;

/* Draws the parts of @row with separators, outline and what is beyond the load line. */
void plim_layout_bar (PlimChartLayout *self, const PlimBarPlace *place, const PlimChartRow *row);

/* Sum of the parts, or the value of a row without. */
double plim_chart_row_total (const PlimChartRow *row);

PlimInk plim_chart_part_ink (const PlimChartPart *part);

/* --- axes ------------------------------------------------------------------------------------------- */

#define PLIM_MAX_TICKS 8

typedef struct
{
  guint  n;
  double values[PLIM_MAX_TICKS];
  char  *labels[PLIM_MAX_TICKS];
} PlimTicks;

/* Ticks from 0 to @max, at most @most: memory in 1-2-4-8 steps of @unit with the unit on the last, others in 1-2-5
 * steps. */
void plim_ticks_init (PlimTicks *self, PlimAxis axis, PlimUnit unit, double max, guint most);
void plim_ticks_clear (PlimTicks *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PlimTicks, plim_ticks_clear)

/* --- areas with a vertical axis ----------------------------------------------------------------------- */

typedef struct
{
  double    left;
  double    right;
  double    top;
  double    bottom;
  double    max;        /* value at the top */
  gboolean  is_narrow;
  PlimTicks ticks;      /* clear it */
} PlimPlot;

/* The area within margins for tick labels, for the load line's label at the end and @bottom_lines lines below. */
void plim_plot_init (PlimPlot *plot, PlimChartLayout *self, const PlimChartSpec *spec, double max, guint bottom_lines);

/* Where @value is. */
double plim_plot_y (const PlimPlot *plot, double value);

/* Grid, axis and tick labels; those beside the load line are left out. */
void plim_plot_add_grid (const PlimPlot *plot, PlimChartLayout *self, const PlimChartSpec *spec);

/* The load line with ring and label, @title over its number; on a plate inside when narrow. */
void plim_plot_add_line (const PlimPlot *plot, PlimChartLayout *self, const PlimChartSpec *spec, const char *title);

/* --- kinds ------------------------------------------------------------------------------------------ */

typedef struct
{
  double (*natural_height) (PlimChartLayout *self, const PlimChartSpec *spec);
  void (*place) (PlimChartLayout *self, const PlimChartSpec *spec);
} PlimChartKindInfo;

extern const PlimChartKindInfo plim_chart_bar_kind;
extern const PlimChartKindInfo plim_chart_moments_kind;
extern const PlimChartKindInfo plim_chart_rows_kind;
extern const PlimChartKindInfo plim_chart_lines_kind;
extern const PlimChartKindInfo plim_chart_dots_kind;

G_END_DECLS
