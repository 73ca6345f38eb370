/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labels that code creates. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A label with @text (or NULL) at @xalign, 0 = start and 1 = end, and the style class @style (or NULL).  Floating. */
GtkWidget *plim_label_new (const char *text,
                           float       xalign,
                           const char *style);

G_END_DECLS
