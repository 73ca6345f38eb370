/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Models that other programs keep on this computer, to choose one from. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PLIM_TYPE_SCAN_DIALOG (plim_scan_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PlimScanDialog, plim_scan_dialog, PLIM, SCAN_DIALOG, AdwDialog)

/* A dialog that scans the usual folders while it is shown, in a thread; closing it cancels.  The signal
 * "chosen" (path, name) is emitted for the model that was chosen, as the dialog closes. */
PlimScanDialog *plim_scan_dialog_new (void);

G_END_DECLS
