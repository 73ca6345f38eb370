/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See plim-label.h. */

#include "config.h"

#include "plim-label.h"

GtkWidget *
plim_label_new (const char *text,
                float       xalign,
                const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);

  return label;
}
