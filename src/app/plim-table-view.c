/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labels in a grid: tables here have few rows. */

#include "config.h"

#include "plim-table-view.h"

#include "plim-label.h"

struct _PlimTableView
{
  GtkGrid parent_instance;

  guint least_chars; /* of a column, where its texts have as many */
};

G_DEFINE_FINAL_TYPE (PlimTableView, plim_table_view, GTK_TYPE_GRID)

static void
plim_table_view_class_init (PlimTableViewClass *klass)
{
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_TABLE);
}

static void
plim_table_view_init (PlimTableView *self)
{
  gtk_grid_set_column_spacing (GTK_GRID (self), 12);
  gtk_grid_set_row_spacing (GTK_GRID (self), 12);
}

static void
add_label (PlimTableView *self,
           const char    *text,
           guint          column,
           int            row,
           const char    *style)
{
  GtkWidget *label = plim_label_new (text, column == 0 ? 0 : 1, style);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  if (self->least_chars > 0)
    gtk_label_set_width_chars (GTK_LABEL (label), MIN ((int) self->least_chars, (int) g_utf8_strlen (text, -1)));
  if (column == 0)
    gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), column > 0 && row > 0);
  gtk_widget_set_hexpand (label, column == 0);
  if (column > 0)
    {
      gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_RIGHT);
      gtk_widget_add_css_class (label, "numeric");
    }
  gtk_grid_attach (GTK_GRID (self), label, (int) column, row, 1, 1);
}

void
plim_table_view_set_least_chars (PlimTableView *self,
                                 guint          least_chars)
{
  g_return_if_fail (PLIM_IS_TABLE_VIEW (self));

  self->least_chars = least_chars;
}

void
plim_table_view_set_table (PlimTableView   *self,
                           const PlimTable *table,
                           guint            answers_row)
{
  GtkWidget *child;
  int        line = 1;

  g_return_if_fail (PLIM_IS_TABLE_VIEW (self));

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_grid_remove (GTK_GRID (self), child);

  for (guint c = 0; c < plim_table_n_columns (table); c++)
    add_label (self, plim_table_get_title (table, c), c, 0, "heading");
  for (guint r = 0; r < plim_table_n_rows (table); r++, line++)
    {
      if (r == answers_row)
        gtk_grid_attach (GTK_GRID (self), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL), 0, line++,
                         (int) plim_table_n_columns (table), 1);
      for (guint c = 0; c < plim_table_n_columns (table); c++)
        add_label (self, plim_table_get_text (table, r, c), c, line, c == 0 ? "dim-label" : "body");
    }
}
