/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of plim_measured_compare() in words. */

#include "config.h"

#include "plim-measured-table.h"

#include "plim-wording-measured.h"

#include <glib/gi18n.h>

static void
set_bytes (PlimTable  *table,
           guint       column,
           const char *text,
           gint64      bytes)
{
  g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, bytes);

  plim_table_set (table, column, text, value);
}

PlimTable *
plim_measured_table_new (PlimScenario *scenario,
                         PlimUnit      unit)
{
  const PlimMeasured *measured = plim_scenario_get_measured (scenario);
  const PlimEstimate *estimate = plim_estimator_get_estimate (plim_scenario_get_estimator (scenario));
  PlimMeasuredRow     rows[PLIM_MEASURED_MAX_ROWS];
  guint               n_rows = plim_measured_compare (measured, estimate, rows);
  PlimTable          *table;

  if (n_rows == 0)
    return NULL;

  table = plim_table_new ();
  plim_table_add_column (table, "part", _ ("Part"), FALSE);
  plim_table_add_column (table, "estimated_bytes", _ ("Estimated"), TRUE);
  plim_table_add_column (table, "measured_bytes", _ ("Measured"), TRUE);
  plim_table_add_column (table, "difference", _ ("Off by"), TRUE);
  for (guint i = 0; i < n_rows; i++)
    {
      g_autofree char *estimated = rows[i].estimated_bytes > 0 ? plim_format_bytes (rows[i].estimated_bytes, unit)
                                                               : g_strdup (PLIM_EN_DASH);
      g_autofree char *amount = plim_wording_measured_amount (measured, &rows[i], unit);
      g_autofree char *difference = plim_wording_measured_difference (&rows[i]);

      plim_table_add_row (table);
      plim_table_set (table, 0, plim_wording_measured_name (&rows[i]), plim_measured_row_id (&rows[i]));
      set_bytes (table, 1, estimated, rows[i].estimated_bytes);
      set_bytes (table, 2, amount, rows[i].measured_bytes);
      plim_table_set (table, 3, difference, NULL);
    }

  return table;
}
