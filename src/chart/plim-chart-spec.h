/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a chart shows: numbers and translated texts, no geometry, no colours.
 *
 * A spec is filled by its builder and then read only.  Texts are owned by the spec and may be NULL unless said
 * otherwise; numbers are bytes, seconds, dollars or tokens a second as @axis says. */

#pragma once

#include "plim-estimate.h"
#include "plim-format.h"

G_BEGIN_DECLS

typedef enum
{
  PLIM_CHART_BAR,      /* one stacked bar: the hero, a row of a list */
  PLIM_CHART_MOMENTS,  /* stacked columns over the moments of a job */
  PLIM_CHART_ROWS,     /* labelled stacked bars on one axis, or each on its own filling */
  PLIM_CHART_LINES,    /* lines or joined dots over a number */
  PLIM_CHART_DOTS      /* labelled dots on a log2 axis, with names beside them */
} PlimChartKind;

typedef enum
{
  PLIM_BAR_FULL,
  PLIM_BAR_NARROW,
  PLIM_BAR_MINI        /* 8 px, no labels, the load line at 74 % of the width */
} PlimBarSize;

/* How values are written on the axis. */
typedef enum
{
  PLIM_AXIS_MEMORY,    /* bytes */
  PLIM_AXIS_DURATION,  /* seconds */
  PLIM_AXIS_MONEY,     /* USD */
  PLIM_AXIS_SPEED      /* tokens a second */
} PlimAxis;

/* A part of a bar or a column. */
typedef struct
{
  int      key;         /* the caller's: a PlimTermId */
  PlimPart part;
  gboolean is_logits;   /* told apart from activations in print */
  double   value;
  char    *label;       /* short name; not NULL */
  char    *number;      /* without unit; not NULL */
  char    *description; /* for tooltips and assistive technology: name, share, exact bytes */
} PlimChartPart;

/* A bar, a moment or a dot with its texts. */
typedef struct
{
  char      *label;
  char      *caption;   /* second, smaller line */
  char      *number;    /* at the end of the bar or beside the dot */
  char      *names;     /* last column */
  char      *message;   /* instead of a bar: "Does not cover QLoRA" */
  double     value;     /* of a dot, or of a bar without parts */
  double     line;      /* the row's own load line; 0 = that of the chart */
  gboolean   is_chosen;
  gboolean   is_dimmed;
  gboolean   is_over;
  GPtrArray *parts;     /* PlimChartPart; empty = one grey bar of @value */
} PlimChartRow;

typedef struct
{
  double   x;
  double   y;
  double   low;         /* range around a marked point; high 0 = none */
  double   high;
  char    *label;       /* NULL = a point of the line without a mark */
  gboolean is_chosen;   /* ringed, label bold */
  gboolean is_hollow;
  gboolean is_crossing; /* where the line meets the load line */
} PlimChartPoint;

typedef struct
{
  char    *label;
  gboolean is_main;
  GArray  *points;      /* PlimChartPoint, by x */
} PlimChartSeries;

typedef struct
{
  PlimChartKind kind;
  PlimBarSize   bar_size;
  PlimAxis      axis;
  PlimUnit      unit;
  char         *title;
  char         *description;   /* one sentence */

  double line;          /* load line: usable bytes; 0 = none */
  double capacity;      /* of the card; 0 = unknown */
  char  *line_label;    /* "Load line 23.5 GiB usable" */
  char  *line_number;   /* "23.5 GiB" */
  char  *free_label;    /* "5.2 GiB free" */
  char  *over_label;    /* "76.4 GiB over" */
  char  *scale_note;    /* "3.4 times capacity" */
  char  *peak_label;    /* "Peak 18.3 GiB" */

  gboolean is_own_scale;  /* ROWS: each row's own load line, all aligned */
  gboolean has_legend;    /* ROWS */
  gboolean is_log_x;      /* LINES: log2, ticks at the points of the main series */
  char    *first_heading; /* ROWS, DOTS: heading of the labels */
  char    *names_heading; /* ROWS, DOTS: heading of the last column */
  char    *x_title;       /* MOMENTS, LINES */

  GPtrArray *rows;          /* PlimChartRow; BAR uses the first alone */
  GPtrArray *series;        /* PlimChartSeries */
} PlimChartSpec;

/* An empty chart of @kind. */
PlimChartSpec *plim_chart_spec_new (PlimChartKind kind);

void plim_chart_spec_free (PlimChartSpec *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimChartSpec, plim_chart_spec_free)

/* Appends an empty row, part, series or point and returns it for filling; owned by the spec.  A point is valid until
 * the next one is added. */
PlimChartRow    *plim_chart_spec_add_row (PlimChartSpec *self);
PlimChartPart   *plim_chart_row_add_part (PlimChartRow *row);
PlimChartSeries *plim_chart_spec_add_series (PlimChartSpec *self);
PlimChartPoint  *plim_chart_series_add_point (PlimChartSeries *series);

/* Appends the parts of a role of @estimate to @row: at @moment, or at its peak for PLIM_N_MOMENTS.  All roles' terms
 * carry their PlimTermId as key. */
void plim_chart_row_add_terms (PlimChartRow       *row,
                               const PlimEstimate *estimate,
                               guint               role,
                               PlimMoment          moment,
                               PlimUnit            unit);

/* Sets the load line, capacity and their labels from @estimate. */
void plim_chart_spec_set_line (PlimChartSpec      *self,
                               const PlimEstimate *estimate,
                               PlimUnit            unit);

/* The bar of the fullest role.  An estimate without a number gives the track alone. */
PlimChartSpec *plim_bar_spec_new_from_estimate (const PlimEstimate *estimate,
                                                PlimUnit            unit,
                                                PlimBarSize         size);

G_END_DECLS
