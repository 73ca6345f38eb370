/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A widget that shows any chart: hover, selection, tooltips, and one focusable child for each part, so that keyboard
 * and assistive technology reach what is drawn. */

#pragma once

#include "plim-chart-layout.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PLIM_TYPE_CHART_VIEW (plim_chart_view_get_type ())
G_DECLARE_FINAL_TYPE (PlimChartView, plim_chart_view, PLIM, CHART_VIEW, GtkWidget)

/* Signal "part-activated" (guint: part index), by click or Enter. */

PlimChartView *plim_chart_view_new (void);

/* Shows @spec (nullable), which the view takes. */
void plim_chart_view_take_spec (PlimChartView *self,
                                PlimChartSpec *spec);

/* What is shown, NULL when nothing is.  Owned by @self. */
const PlimChartSpec *plim_chart_view_get_spec (PlimChartView *self);

/* The key of a part of the chart as it is laid out (see plim_chart_layout_get_part_key()); -1 when there is none. */
int plim_chart_view_get_part_key (PlimChartView *self,
                                  guint          part);

/* Selects the part with @key; -1 = none. */
void plim_chart_view_select_key (PlimChartView *self,
                                 int            key);

/* The palette of the running theme. */
void plim_chart_view_init_palette (PlimPalette *palette);

G_END_DECLS
