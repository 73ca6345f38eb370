/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A PlimTable as a card of labels. */

#pragma once

#include "plim-table.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PLIM_TYPE_TABLE_VIEW (plim_table_view_get_type ())
G_DECLARE_FINAL_TYPE (PlimTableView, plim_table_view, PLIM, TABLE_VIEW, GtkGrid)

/* Shows @table; a line is drawn above row @answers_row (G_MAXUINT = none). */
void plim_table_view_set_table (PlimTableView   *self,
                                const PlimTable *table,
                                guint            answers_row);

/* For tables that scroll sideways: texts wrap at @least_chars characters at the earliest (0 = at any word). */
void plim_table_view_set_least_chars (PlimTableView *self,
                                      guint          least_chars);

G_END_DECLS
