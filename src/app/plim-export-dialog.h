/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks for format, colours and scale of a chart, then for a file, and writes it. */

#pragma once

#include "plim-chart-spec.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PLIM_TYPE_EXPORT_DIALOG (plim_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PlimExportDialog, plim_export_dialog, PLIM, EXPORT_DIALOG, AdwDialog)

/* A dialog for @spec (borrowed: the page keeps it while the dialog is open); @name is the suggested file name without
 * its ending.  Signal "finished" (string: what to say; gboolean: whether it is an error). */
PlimExportDialog *plim_export_dialog_new (const PlimChartSpec *spec,
                                          const char          *name);

G_END_DECLS
