/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measured beside estimated, as a table. */

#pragma once

#include "plim-format.h"
#include "plim-scenario.h"
#include "plim-table.h"

G_BEGIN_DECLS

/* One row for each figure that was measured: part, estimated, measured, difference, with exact bytes for programs.
 * NULL when nothing was measured. */
PlimTable *plim_measured_table_new (PlimScenario *scenario,
                                    PlimUnit      unit);

G_END_DECLS
