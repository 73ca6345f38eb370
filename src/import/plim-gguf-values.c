/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys and values.  Short lists are kept; longer ones are counted and skipped, numbers in one step, texts one by one
 * under a limit.  Nothing is allocated by a length that was not checked against the file and a limit. */

#include "config.h"

#include "plim-gguf-values.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define MOST_KEY_BYTES      1024
#define MOST_DEPTH          4
#define MOST_WALKED_ENTRIES (G_GUINT64_CONSTANT (16) * 1024 * 1024)

enum
{
  TYPE_STRING = 8,
  TYPE_ARRAY = 9
};

typedef enum
{
  FORM_UNSIGNED,
  FORM_SIGNED,
  FORM_FLOAT,
  FORM_BOOL,
  FORM_STRING,
  FORM_ARRAY
} Form;

/* Types of values, by number (enum gguf_metadata_value_type of the format). */
static const struct
{
  Form  form;
  guint n_bytes;
} types[] = {
  { FORM_UNSIGNED, 1 },
  { FORM_SIGNED, 1 },
  { FORM_UNSIGNED, 2 },
  { FORM_SIGNED, 2 },
  { FORM_UNSIGNED, 4 },
  { FORM_SIGNED, 4 },
  { FORM_FLOAT, 4 },
  { FORM_BOOL, 1 },
  [TYPE_STRING] = { FORM_STRING, 0 },
  [TYPE_ARRAY] = { FORM_ARRAY, 0 },
  { FORM_UNSIGNED, 8 },
  { FORM_SIGNED, 8 },
  { FORM_FLOAT, 8 },
};

static gboolean skip_list (PlimGgufCursor *cursor,
                           guint32         type,
                           guint64         count,
                           guint           depth,
                           const char     *place,
                           GError        **error);

void
plim_gguf_value_free (PlimGgufValue *value)
{
  if (value == NULL)
    return;

  if (value->kind == PLIM_GGUF_KIND_STRINGS)
    for (guint i = 0; i < value->n_kept; i++)
      g_free (value->strings[i]);
  g_free (value->integers);
  g_free (value);
}

static gboolean
take_type (PlimGgufCursor *cursor,
           guint32        *type,
           const char     *place,
           GError        **error)
{
  guint64 number;

  if (!plim_gguf_cursor_number (cursor, 4, &number, place, error))
    return FALSE;
  if (number >= G_N_ELEMENTS (types))
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, plim_header_file_get_name (cursor->file), place,
                             _ ("there is no type of value %" PRIu64), number);
  *type = (guint32) number;

  return TRUE;
}

/* Counts entries that must be looked at one by one. */
static gboolean
walk_entries (PlimGgufCursor *cursor,
              guint64         count,
              const char     *place,
              GError        **error)
{
  if (count <= MOST_WALKED_ENTRIES - cursor->walked_entries)
    {
      cursor->walked_entries += count;
      return TRUE;
    }

  return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, plim_header_file_get_name (cursor->file), place,
                           _ ("a list of %" PRIu64 " entries is too long"), count);
}

/* @bits of a number as a whole one. */
static gint64
whole_number (guint32   type,
              guint64   bits,
              gboolean *is_large)
{
  guint shift = 64 - 8 * types[type].n_bytes;

  if (types[type].form == FORM_BOOL)
    return bits != 0;
  if (types[type].form == FORM_SIGNED)
    return (gint64) (bits << shift) >> shift;
  if (bits > G_MAXINT64)
    *is_large = TRUE;

  return (gint64) MIN (bits, (guint64) G_MAXINT64);
}

static double
float_number (guint32 type,
              guint64 bits)
{
  guint32 low = (guint32) bits;
  float   small;
  double  large;

  if (types[type].n_bytes == 4)
    {
      memcpy (&small, &low, sizeof small);
      return (double) small;
    }
  memcpy (&large, &bits, sizeof large);

  return large;
}

static gboolean
keep_numbers (PlimGgufCursor *cursor,
              PlimGgufValue  *value,
              const char     *place,
              GError        **error)
{
  gboolean is_float = types[value->type].form == FORM_FLOAT;
  guint    count = (guint) value->entries_count;

  value->kind = is_float ? PLIM_GGUF_KIND_NUMBERS : PLIM_GGUF_KIND_INTEGERS;
  value->integers = g_malloc0 ((count + 1) * sizeof *value->integers);
  for (guint i = 0; i < count; i++)
    {
      guint64 bits;

      if (!plim_gguf_cursor_number (cursor, types[value->type].n_bytes, &bits, place, error))
        return FALSE;
      if (is_float)
        value->numbers[i] = float_number (value->type, bits);
      else
        value->integers[i] = whole_number (value->type, bits, &value->has_large);
    }
  value->n_kept = count;

  return TRUE;
}

static gboolean
keep_strings (PlimGgufCursor *cursor,
              PlimGgufValue  *value,
              const char     *place,
              GError        **error)
{
  guint64 most_bytes = value->is_list ? PLIM_GGUF_MOST_STRING_BYTES / 64 : PLIM_GGUF_MOST_STRING_BYTES;
  guint   count = (guint) value->entries_count;

  value->kind = PLIM_GGUF_KIND_STRINGS;
  value->strings = g_new0 (char *, count + 1);
  value->n_kept = count;
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = NULL;
      gsize            length;

      if (!plim_gguf_cursor_string (cursor, most_bytes, &text, &length, place, error))
        return FALSE;
      if (text != NULL)
        value->strings[i] = g_utf8_make_valid (text, (gssize) length);
    }

  return TRUE;
}

/* Lists in a list. */
static gboolean
skip_lists (PlimGgufCursor *cursor,
            guint64         count,
            guint           depth,
            const char     *place,
            GError        **error)
{
  if (depth >= MOST_DEPTH)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, plim_header_file_get_name (cursor->file), place,
                             _ ("lists are nested more than %d deep"), MOST_DEPTH);

  for (guint64 i = 0; i < count; i++)
    {
      guint32 type;
      guint64 inner_count;

      if (!take_type (cursor, &type, place, error) || !plim_gguf_cursor_length (cursor, &inner_count, place, error) ||
          !skip_list (cursor, type, inner_count, depth + 1, place, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
skip_list (PlimGgufCursor *cursor,
           guint32         type,
           guint64         count,
           guint           depth,
           const char     *place,
           GError        **error)
{
  guint64 n_bytes;

  if (types[type].n_bytes > 0)
    {
      if (__builtin_mul_overflow (count, (guint64) types[type].n_bytes, &n_bytes))
        n_bytes = G_MAXUINT64;
      return plim_gguf_cursor_skip (cursor, n_bytes, place, error);
    }
  if (!walk_entries (cursor, count, place, error))
    return FALSE;
  if (type == TYPE_ARRAY)
    return skip_lists (cursor, count, depth, place, error);

  for (guint64 i = 0; i < count; i++)
    if (!plim_gguf_cursor_skip_string (cursor, place, error))
      return FALSE;

  return TRUE;
}

static gboolean
take_value (PlimGgufCursor *cursor,
            PlimGgufValue  *value,
            const char     *place,
            GError        **error)
{
  value->entries_count = 1;
  if (!take_type (cursor, &value->type, place, error))
    return FALSE;
  if (value->type == TYPE_ARRAY)
    {
      value->is_list = TRUE;
      if (!take_type (cursor, &value->type, place, error) ||
          !plim_gguf_cursor_length (cursor, &value->entries_count, place, error))
        return FALSE;
    }

  if (value->type == TYPE_ARRAY || value->entries_count > PLIM_GGUF_MOST_ENTRIES)
    return skip_list (cursor, value->type, value->entries_count, 1, place, error);
  if (value->type == TYPE_STRING)
    return keep_strings (cursor, value, place, error);

  return keep_numbers (cursor, value, place, error);
}

static gboolean
check_key (PlimGgufCursor *cursor,
           const char     *key,
           gsize           length,
           const char     *place,
           GError        **error)
{
  const char *name = plim_header_file_get_name (cursor->file);

  if (key == NULL)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, name, place,
                             _ ("its key is longer than %d bytes"), MOST_KEY_BYTES);
  if (length == 0 || strlen (key) != length || !g_utf8_validate (key, (gssize) length, NULL))
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, name, place, _ ("its key is not valid UTF-8 text"));

  return TRUE;
}

gboolean
plim_gguf_values_take (GHashTable     *values,
                       PlimGgufCursor *cursor,
                       GError        **error)
{
  g_autoptr (PlimGgufValue) value = g_new0 (PlimGgufValue, 1);
  /* Translators: entry number %u of the metadata of a file */
  g_autofree char *place = g_strdup_printf (_ ("metadata entry %u"), g_hash_table_size (values) + 1);
  g_autofree char *key = NULL;
  gsize            length;

  if (!plim_gguf_cursor_string (cursor, MOST_KEY_BYTES, &key, &length, place, error) ||
      !check_key (cursor, key, length, place, error))
    return FALSE;
  if (g_hash_table_contains (values, key))
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, plim_header_file_get_name (cursor->file), key,
                             _ ("this key is there twice"));
  if (!take_value (cursor, value, key, error))
    return FALSE;

  g_hash_table_insert (values, g_steal_pointer (&key), g_steal_pointer (&value));

  return TRUE;
}
