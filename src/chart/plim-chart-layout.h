/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Geometry of a chart at one size: everything placed, nothing left to decide when painting.
 *
 * Labels never overlap each other and never leave the bounds: a label that has no place is left out, the most
 * important are placed first.  One painter draws screen and export.  The layout copies all it needs: spec and context
 * may go.  A part is what can be pointed at, focused and selected: a term of a bar, a row, a point. */

#pragma once

#include "plim-canvas.h"
#include "plim-chart-spec.h"

G_BEGIN_DECLS

typedef struct _PlimChartLayout PlimChartLayout;

/* Indices of parts; -1 = none. */
typedef struct
{
  int hovered;
  int selected;
  int focused;
} PlimChartState;

/* Height @spec needs at @width, with the fonts of @context. */
int plim_chart_spec_natural_height (const PlimChartSpec *spec,
                                    int                  width,
                                    PangoContext        *context);

/* Places @spec in @width by @height (0 = the natural height).  @is_rtl mirrors it. */
PlimChartLayout *plim_chart_layout_new (const PlimChartSpec *spec,
                                        int                  width,
                                        int                  height,
                                        PangoContext        *context,
                                        gboolean             is_rtl);

void plim_chart_layout_free (PlimChartLayout *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimChartLayout, plim_chart_layout_free)

/* Widens the bounds by @margin on all sides and @head more above: room around an exported chart. */
void plim_chart_layout_add_margin (PlimChartLayout *self,
                                   double           margin,
                                   double           head);

int plim_chart_layout_get_width (const PlimChartLayout *self);
int plim_chart_layout_get_height (const PlimChartLayout *self);

/* Paints on @canvas; the ground is the caller's.  @state may be NULL. */
void plim_chart_layout_paint (const PlimChartLayout *self,
                              PlimCanvas            *canvas,
                              const PlimPalette     *palette,
                              const PlimChartState  *state);

/* The part at a point, -1 = none. */
int plim_chart_layout_pick (const PlimChartLayout *self,
                            double                 x,
                            double                 y);

guint plim_chart_layout_get_n_parts (const PlimChartLayout *self);

/* The largest rectangle of a part; FALSE when it has none. */
gboolean plim_chart_layout_get_part_rect (const PlimChartLayout *self,
                                          guint                  part,
                                          PlimRect              *rect);

/* Name with number, and a longer description, of a part; owned by @self. */
const char *plim_chart_layout_get_part_label (const PlimChartLayout *self,
                                              guint                  part);
const char *plim_chart_layout_get_part_description (const PlimChartLayout *self,
                                                    guint                  part);

/* BAR, MOMENTS: the PlimTermId of a part; ROWS, DOTS: the row's index; LINES: the index of the point's series. */
int plim_chart_layout_get_part_key (const PlimChartLayout *self,
                                    guint                  part);

/* The first part with @key, -1 = none. */
int plim_chart_layout_find_key (const PlimChartLayout *self,
                                int                    key);

/* Where a label stands; for tests. */
guint       plim_chart_layout_get_n_labels (const PlimChartLayout *self);
const char *plim_chart_layout_get_label (const PlimChartLayout *self,
                                         guint                  label,
                                         PlimRect              *rect);

G_END_DECLS
