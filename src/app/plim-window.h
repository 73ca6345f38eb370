/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A window on one document. */

#pragma once

#include "plim-document.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PLIM_TYPE_WINDOW (plim_window_get_type ())
G_DECLARE_FINAL_TYPE (PlimWindow, plim_window, PLIM, WINDOW, AdwApplicationWindow)

/* A window that shows @document, not presented yet. */
PlimWindow *plim_window_new (AdwApplication *application,
                             PlimDocument   *document);

PlimDocument *plim_window_get_document (PlimWindow *self);

/* Reads @file into the window's document, in a thread; a file that cannot be read changes nothing and is said so. */
void plim_window_open_file (PlimWindow *self,
                            GFile      *file);

void plim_window_show_toast (PlimWindow *self,
                             const char *text);

/* Reads @file in a thread and takes it for what it is: scenarios are opened, a model (a file or folder) becomes that of
 * the current scenario, the figures of a log stand beside its estimate. */
void plim_window_take_file (PlimWindow *self,
                            GFile      *file);

G_END_DECLS
