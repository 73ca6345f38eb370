/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Charts with made-up numbers for the tests of this layer. */

#pragma once

#include "plim-chart-layout.h"

#define GIB 1073741824.0

/* The kinds and forms random_chart() makes. */
#define N_CHART_FORMS 9

/* A chart of form @form (0 to N_CHART_FORMS - 1) with numbers and label lengths from @random.  Free it. */
PlimChartSpec *random_chart (GRand *random,
                             guint  form);

/* A bar of 5.3 + 0.6 + 2 + 9.8 + 0.6 GiB with a load line at @line_gib of a card of @line_gib + 0.5. */
PlimChartSpec *sample_bar (PlimBarSize size,
                           double      line_gib);
