/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A table of cells that writes itself as aligned text, CSV, Markdown or JSON.
 *
 * A column has a key for programs and a title for people; a cell has the text for people and, where it differs, the
 * exact value for programs.  CSV and JSON carry keys and exact values, text and Markdown titles and texts. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PlimTable PlimTable;

/* A table without columns or rows. */
PlimTable *plim_table_new (void);

void plim_table_free (PlimTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimTable, plim_table_free)

/* Adds a column; all columns before the first row.  @title is translated; numbers are aligned at the end and written
 * to JSON unquoted. */
void plim_table_add_column (PlimTable  *self,
                            const char *key,
                            const char *title,
                            gboolean    is_number);

/* Starts a row of empty cells. */
void plim_table_add_row (PlimTable *self);

/* Sets the cell of column @column in the last row.  @value is the exact form for programs, NULL = @text itself;
 * in a number column it must be a JSON number or NULL. */
void plim_table_set (PlimTable  *self,
                     guint       column,
                     const char *text,
                     const char *value);

/* The title of a column and the text of a cell, for people; owned by @self. */
const char *plim_table_get_title (const PlimTable *self,
                                  guint            column);
const char *plim_table_get_text (const PlimTable *self,
                                 guint            row,
                                 guint            column);

guint plim_table_n_columns (const PlimTable *self);
guint plim_table_n_rows (const PlimTable *self);

/* Each returns a newly allocated text that ends in a newline (empty tables too: their header). */
char *plim_table_to_text (const PlimTable *self);
char *plim_table_to_csv (const PlimTable *self);
char *plim_table_to_markdown (const PlimTable *self);
char *plim_table_to_json (const PlimTable *self);

G_END_DECLS
