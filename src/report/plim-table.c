/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables for people and programs.  CSV follows RFC 4180 with "\n" line ends; Markdown is a GitHub table. */

#include "config.h"

#include "plim-table.h"

#include <string.h>
#include <yyjson.h>

typedef struct
{
  char    *key;
  char    *title;
  gboolean is_number;
} Column;

typedef struct
{
  char *text;
  char *value;
} Cell;

struct _PlimTable
{
  GArray *columns; /* of Column */
  GArray *cells;   /* of Cell, row by row */
};

static void
clear_column (gpointer data)
{
  Column *column = data;

  g_free (column->key);
  g_free (column->title);
}

static void
clear_cell (gpointer data)
{
  Cell *cell = data;

  g_free (cell->text);
  g_free (cell->value);
}

PlimTable *
plim_table_new (void)
{
  PlimTable *self = g_new0 (PlimTable, 1);

  self->columns = g_array_new (FALSE, TRUE, sizeof (Column));
  self->cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  g_array_set_clear_func (self->columns, clear_column);
  g_array_set_clear_func (self->cells, clear_cell);

  return self;
}

void
plim_table_free (PlimTable *self)
{
  g_array_unref (self->columns);
  g_array_unref (self->cells);
  g_free (self);
}

guint
plim_table_n_columns (const PlimTable *self)
{
  return self->columns->len;
}

guint
plim_table_n_rows (const PlimTable *self)
{
  return self->columns->len > 0 ? self->cells->len / self->columns->len : 0;
}

static const Column *
get_column (const PlimTable *self,
            guint            column)
{
  return &g_array_index (self->columns, Column, column);
}

static const Cell *
get_cell (const PlimTable *self,
          guint            row,
          guint            column)
{
  return &g_array_index (self->cells, Cell, row * self->columns->len + column);
}

void
plim_table_add_column (PlimTable  *self,
                       const char *key,
                       const char *title,
                       gboolean    is_number)
{
  Column column = { g_strdup (key), g_strdup (title), is_number };

  g_return_if_fail (self->cells->len == 0);

  g_array_append_val (self->columns, column);
}

void
plim_table_add_row (PlimTable *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    {
      Cell cell = { g_strdup (""), NULL };

      g_array_append_val (self->cells, cell);
    }
}

void
plim_table_set (PlimTable  *self,
                guint       column,
                const char *text,
                const char *value)
{
  Cell *cell;

  g_return_if_fail (column < self->columns->len && plim_table_n_rows (self) > 0);

  cell = &g_array_index (self->cells, Cell, self->cells->len - self->columns->len + column);
  clear_cell (cell);
  cell->text = g_strdup (text);
  cell->value = g_strdup (value);
}

const char *
plim_table_get_title (const PlimTable *self,
                      guint            column)
{
  g_return_val_if_fail (column < self->columns->len, NULL);

  return get_column (self, column)->title;
}

const char *
plim_table_get_text (const PlimTable *self,
                     guint            row,
                     guint            column)
{
  g_return_val_if_fail (column < self->columns->len && row < plim_table_n_rows (self), NULL);

  return get_cell (self, row, column)->text;
}

/* Columns a text takes on a terminal. */
static gsize
text_width (const char *text)
{
  gsize width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar letter = g_utf8_get_char (p);

      if (!g_unichar_iszerowidth (letter))
        width += g_unichar_iswide (letter) ? 2 : 1;
    }

  return width;
}

static void
append_padded (GString    *out,
               const char *text,
               gsize       width,
               gboolean    is_at_end)
{
  gsize padding = width - text_width (text);

  if (is_at_end)
    g_string_append_printf (out, "%*s%s", (int) padding, "", text);
  else
    g_string_append_printf (out, "%s%*s", text, (int) padding, "");
}

static void
trim_line (GString *out)
{
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '\n');
}

char *
plim_table_to_text (const PlimTable *self)
{
  g_autofree gsize *widths = g_new0 (gsize, self->columns->len + 1);
  GString          *out = g_string_new (NULL);

  for (guint c = 0; c < self->columns->len; c++)
    {
      widths[c] = text_width (get_column (self, c)->title);
      for (guint r = 0; r < plim_table_n_rows (self); r++)
        widths[c] = MAX (widths[c], text_width (get_cell (self, r, c)->text));
    }

  for (guint line = 0; line <= plim_table_n_rows (self); line++)
    {
      for (guint c = 0; c < self->columns->len; c++)
        {
          const Column *column = get_column (self, c);

          g_string_append (out, c > 0 ? "  " : "");
          append_padded (out, line == 0 ? column->title : get_cell (self, line - 1, c)->text, widths[c],
                         column->is_number);
        }
      trim_line (out);
    }

  return g_string_free_and_steal (out);
}

static void
append_csv (GString    *out,
            const char *text)
{
  if (strpbrk (text, "\",\n\r") == NULL)
    {
      g_string_append (out, text);
      return;
    }

  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    g_string_append_printf (out, *p == '"' ? "\"\"" : "%c", *p);
  g_string_append_c (out, '"');
}

char *
plim_table_to_csv (const PlimTable *self)
{
  GString *out = g_string_new (NULL);

  for (guint line = 0; line <= plim_table_n_rows (self); line++)
    {
      for (guint c = 0; c < self->columns->len; c++)
        {
          const Cell *cell = line > 0 ? get_cell (self, line - 1, c) : NULL;

          g_string_append (out, c > 0 ? "," : "");
          append_csv (out, cell == NULL ? get_column (self, c)->key : cell->value != NULL ? cell->value
                                                                                          : cell->text);
        }
      g_string_append_c (out, '\n');
    }

  return g_string_free_and_steal (out);
}

static void
append_markdown (GString    *out,
                 const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (strchr ("|\\`*_<>[]", *p) != NULL)
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p == '\n' ? ' ' : *p);
    }
}

char *
plim_table_to_markdown (const PlimTable *self)
{
  GString *out = g_string_new (NULL);

  for (guint line = 0; line <= plim_table_n_rows (self); line++)
    {
      for (guint c = 0; c < self->columns->len; c++)
        {
          g_string_append (out, "| ");
          append_markdown (out, line == 0 ? get_column (self, c)->title : get_cell (self, line - 1, c)->text);
          g_string_append_c (out, ' ');
        }
      g_string_append (out, "|\n");

      for (guint c = 0; line == 0 && c < self->columns->len; c++)
        g_string_append (out, get_column (self, c)->is_number ? "| ---: " : "| --- ");
      g_string_append (out, line == 0 ? "|\n" : "");
    }

  return g_string_free_and_steal (out);
}

static void
add_json_cell (yyjson_mut_doc *doc,
               yyjson_mut_val *object,
               const Column   *column,
               const Cell     *cell)
{
  const char *value = cell->value != NULL ? cell->value : cell->text;

  if (column->is_number && *value != '\0')
    yyjson_mut_obj_add_val (doc, object, column->key, yyjson_mut_raw (doc, value));
  else if (column->is_number)
    yyjson_mut_obj_add_null (doc, object, column->key);
  else
    yyjson_mut_obj_add_str (doc, object, column->key, value);
}

char *
plim_table_to_json (const PlimTable *self)
{
  yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *rows = yyjson_mut_arr (doc);
  char           *json;
  char           *text;

  yyjson_mut_doc_set_root (doc, rows);
  for (guint r = 0; r < plim_table_n_rows (self); r++)
    {
      yyjson_mut_val *object = yyjson_mut_arr_add_obj (doc, rows);

      for (guint c = 0; c < self->columns->len; c++)
        add_json_cell (doc, object, get_column (self, c), get_cell (self, r, c));
    }

  json = yyjson_mut_write (doc, YYJSON_WRITE_PRETTY_TWO_SPACES, NULL);
  text = g_strconcat (json, "\n", NULL);
  free (json);
  yyjson_mut_doc_free (doc);

  return text;
}
