/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A scenario in the list: name, number and miniature bar. */

#pragma once

#include "plim-scenario.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PLIM_TYPE_SCENARIO_ROW (plim_scenario_row_get_type ())
G_DECLARE_FINAL_TYPE (PlimScenarioRow, plim_scenario_row, PLIM, SCENARIO_ROW, GtkBox)

/* Shows @scenario (nullable). */
void plim_scenario_row_set_scenario (PlimScenarioRow *self,
                                     PlimScenario    *scenario);

G_END_DECLS
