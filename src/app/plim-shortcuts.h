/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every accelerator in one table: what installs them and the dialog that lists them. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Sets the accelerators of all actions. */
void plim_shortcuts_install (GtkApplication *application);

/* A dialog that lists them, to be presented. */
AdwDialog *plim_shortcuts_dialog_new (void);

G_END_DECLS
