/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The models that other programs keep on this computer. */

#pragma once

#include "plim-command.h"

G_BEGIN_DECLS

/* Prints the models in @folders, or where programs keep them by default when @n_folders is 0; what could not be read is
 * said on standard error. */
PlimExit plim_cli_scan (char     **folders,
                        guint      n_folders,
                        PlimOutput output);

G_END_DECLS
