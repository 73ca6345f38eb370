/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What differs between scenarios: inputs as rows, scenarios as columns, then the answers. */

#pragma once

#include "plim-format.h"
#include "plim-scenario.h"
#include "plim-table.h"

G_BEGIN_DECLS

typedef struct
{
  PlimUnit unit;
  gboolean shows_all_inputs; /* the equal ones too */
  guint    baseline;         /* scenario the others are compared with */
} PlimCompareOptions;

/* The comparison of @n_scenarios (>= 1) scenarios.  The first column names the row, then one column a scenario.
 * @n_input_rows (nullable) is set to the number of rows that are inputs; the answers follow: memory, difference to the
 * baseline, verdict, GPUs needed, time.  The best memory, verdict and time carry a star. */
PlimTable *plim_compare_table_new (PlimScenario *const      *scenarios,
                                   guint                     n_scenarios,
                                   const PlimCompareOptions *options,
                                   guint                    *n_input_rows);

G_END_DECLS
