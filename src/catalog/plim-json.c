/* SPDX-License-Identifier: GPL-3.0-or-later */

/* yyjson behind our own limits.  yyjson does not keep positions; a value's line is found again by walking the text's
 * tokens in step with the value's ordinal, which is exact since both are in document order. */

#include "config.h"

#include "plim-json.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK (plim-json-error-quark, plim_json_error)

/* Other kinds of file that people hand over by mistake, known by how they begin. */
static const struct
{
  const char *start;
  const char *what;
} other_kinds[] = {
  { "version https://git-lfs", N_ ("this is a Git LFS pointer, not the file itself; fetch it with “git lfs pull”") },
  { "<!DOCTYPE", N_ ("this is a web page, not the file; the download probably failed") },
  { "<!doctype", N_ ("this is a web page, not the file; the download probably failed") },
  { "<html", N_ ("this is a web page, not the file; the download probably failed") },
  { "\xEF\xBB\xBF", N_ ("the file begins with a byte order mark, which JSON does not allow; save it as UTF-8 without one") },
  { "\xFF\xFE", N_ ("the file is UTF-16; save it as UTF-8") },
  { "\xFE\xFF", N_ ("the file is UTF-16; save it as UTF-8") },
  { "GGUF", N_ ("this is a GGUF model file, not JSON") },
  { "PK\x03\x04", N_ ("this is a ZIP archive, not JSON") },
};

static guint
count_lines (const char *data,
             gsize       position)
{
  guint line = 1;

  for (gsize i = 0; i < position; i++)
    line += data[i] == '\n';

  return line;
}

/* Skips one token that begins at @p: a string, a number or a word. */
static const char *
skip_token (const char *p,
            const char *end)
{
  if (*p == '"')
    {
      for (p++; p < end && *p != '"'; p++)
        if (*p == '\\' && p + 1 < end)
          p++;
      return p < end ? p + 1 : end;
    }

  while (p < end && strchr (",:]} \t\r\n", *p) == NULL)
    p++;

  return p;
}

/* Position of the @ordinal-th value of the text, counting keys, strings, numbers, words and openings of containers. */
static gsize
find_ordinal (const char *data,
              gsize       size,
              gsize       ordinal)
{
  const char *end = data + size;
  gsize       seen = 0;

  for (const char *p = data; p < end;)
    {
      if (strchr (" \t\r\n,:]}", *p) != NULL)
        {
          p++;
          continue;
        }
      if (seen == ordinal)
        return (gsize) (p - data);
      seen++;
      p = *p == '[' || *p == '{' ? p + 1 : skip_token (p, end);
    }

  return size;
}

guint
plim_json_line (const PlimJsonText *text,
                yyjson_val         *value)
{
  yyjson_val *root = yyjson_doc_get_root (text->doc);

  if (value == NULL || value < root)
    return 1;

  return count_lines (text->data, find_ordinal (text->data, text->size, (gsize) (value - root)));
}

gboolean
plim_json_fail (const PlimJsonText *text,
                yyjson_val         *value,
                PlimJsonError       code,
                GError            **error,
                const char         *format,
                ...)
{
  g_autofree char *reason = NULL;
  va_list          arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  /* Translators: file, line number, reason. */
  g_set_error (error, PLIM_JSON_ERROR, (int) code, _ ("%s: line %u: %s"), text->name, plim_json_line (text, value),
               reason);
  return FALSE;
}

static gboolean
refuse_other_kinds (const char *name,
                    const char *data,
                    gsize       size,
                    GError    **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (other_kinds); i++)
    {
      gsize length = strlen (other_kinds[i].start);

      if (size >= length && memcmp (data, other_kinds[i].start, length) == 0)
        {
          g_set_error (error, PLIM_JSON_ERROR, PLIM_JSON_ERROR_NOT_JSON, "%s: %s", name, _ (other_kinds[i].what));
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
check_size (const char *name,
            const char *data,
            gsize       size,
            GError    **error)
{
  if (size > PLIM_JSON_MOST_BYTES)
    {
      g_autofree char *most = g_format_size (PLIM_JSON_MOST_BYTES);

      g_set_error (error, PLIM_JSON_ERROR, PLIM_JSON_ERROR_TOO_LARGE, _ ("%s: the file is larger than %s"), name, most);
      return FALSE;
    }
  if (size == 0)
    {
      g_set_error (error, PLIM_JSON_ERROR, PLIM_JSON_ERROR_NOT_JSON, _ ("%s: the file is empty"), name);
      return FALSE;
    }

  return refuse_other_kinds (name, data, size, error);
}

/* Refuses deep nesting before any tree exists, so that no walker of ours can go deep. */
static gboolean
check_depth (const char *name,
             const char *data,
             gsize       size,
             GError    **error)
{
  const char *end = data + size;
  gint        depth = 0;

  for (const char *p = data; p < end;)
    {
      if (*p == '"')
        {
          p = skip_token (p, end);
          continue;
        }
      if (*p == '[' || *p == '{')
        depth++;
      else if (*p == ']' || *p == '}')
        depth--;
      if (depth > PLIM_JSON_MOST_DEPTH)
        {
          g_set_error (error, PLIM_JSON_ERROR, PLIM_JSON_ERROR_TOO_LARGE, _ ("%s: line %u: nested more than %d deep"),
                       name, count_lines (data, (gsize) (p - data)), PLIM_JSON_MOST_DEPTH);
          return FALSE;
        }
      p++;
    }

  return TRUE;
}

/* Hash of a member name that an attacker cannot steer into collisions cheaply: sorting needs none at all. */
static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  yyjson_val *left = *(yyjson_val *const *) a;
  yyjson_val *right = *(yyjson_val *const *) b;
  gsize       left_size = yyjson_get_len (left);
  gsize       right_size = yyjson_get_len (right);
  int         order = memcmp (yyjson_get_str (left), yyjson_get_str (right), MIN (left_size, right_size));

  if (order != 0)
    return order;

  return (left_size > right_size) - (left_size < right_size);
}

/* Objects with at most so many members are compared pair by pair, without allocation. */
#define FEW_MEMBERS 24

static yyjson_val *
find_duplicate_of_few (yyjson_val *object)
{
  yyjson_val     *keys[FEW_MEMBERS];
  guint           n_keys = 0;
  yyjson_obj_iter iter = yyjson_obj_iter_with (object);
  yyjson_val     *key;

  while ((key = yyjson_obj_iter_next (&iter)) != NULL)
    {
      for (guint i = 0; i < n_keys; i++)
        if (compare_keys (&keys[i], &key) == 0)
          return key;
      keys[n_keys++] = key;
    }

  return NULL;
}

/* The second of two equal member names, NULL when all differ. */
static yyjson_val *
find_duplicate (yyjson_val *object)
{
  g_autoptr (GPtrArray) keys = NULL;
  yyjson_obj_iter       iter = yyjson_obj_iter_with (object);
  yyjson_val           *key;

  if (yyjson_obj_size (object) <= FEW_MEMBERS)
    return find_duplicate_of_few (object);

  keys = g_ptr_array_new ();
  while ((key = yyjson_obj_iter_next (&iter)) != NULL)
    g_ptr_array_add (keys, key);
  g_ptr_array_sort (keys, compare_keys);

  for (guint i = 1; i < keys->len; i++)
    if (compare_keys (&keys->pdata[i - 1], &keys->pdata[i]) == 0)
      return MAX (keys->pdata[i - 1], keys->pdata[i]);

  return NULL;
}

static gboolean
check_values (const PlimJsonText *text,
              GError            **error)
{
  yyjson_val *values = yyjson_doc_get_root (text->doc);
  gsize       n_values = yyjson_doc_get_val_count (text->doc);

  for (gsize i = 0; i < n_values; i++)
    {
      yyjson_val *duplicate = yyjson_is_obj (&values[i]) ? find_duplicate (&values[i]) : NULL;

      if (duplicate != NULL)
        return plim_json_fail (text, duplicate, PLIM_JSON_ERROR_STRUCTURE, error, _ ("member “%s” is given twice"),
                               yyjson_get_str (duplicate));
      if (yyjson_is_str (&values[i]) && yyjson_get_len (&values[i]) > PLIM_JSON_MOST_STRING)
        return plim_json_fail (text, &values[i], PLIM_JSON_ERROR_TOO_LARGE, error, _ ("a text is longer than 1 MiB"));
    }

  return TRUE;
}

gboolean
plim_json_parse (PlimJsonText *text,
                 const char   *name,
                 const char   *data,
                 gsize         size,
                 GError      **error)
{
  yyjson_read_err problem;

  *text = (PlimJsonText) { name, data, size, NULL };
  if (!check_size (name, data, size, error) || !check_depth (name, data, size, error))
    return FALSE;

  text->doc = yyjson_read_opts ((char *) data, size, YYJSON_READ_BIGNUM_AS_RAW, NULL, &problem);
  if (text->doc == NULL)
    {
      g_set_error (error, PLIM_JSON_ERROR, PLIM_JSON_ERROR_NOT_JSON, _ ("%s: line %u: not valid JSON: %s"), name,
                   count_lines (data, MIN (problem.pos, size)), problem.msg);
      return FALSE;
    }
  if (!check_values (text, error))
    {
      plim_json_text_clear (text);
      return FALSE;
    }

  return TRUE;
}

void
plim_json_text_clear (PlimJsonText *text)
{
  g_clear_pointer (&text->doc, yyjson_doc_free);
}

/* Reads at most @most_bytes + 1 bytes, so that a longer file shows. */
static GBytes *
read_bytes (GFile   *file,
            gsize    size,
            gsize    most_bytes,
            GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  gsize                        room = MIN (size, most_bytes) + 1;
  g_autofree char             *data = NULL;
  gsize                        n_read;

  if (stream == NULL)
    return NULL;

  data = g_malloc (room);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), data, room, &n_read, NULL, error))
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&data), n_read);
}

GBytes *
plim_json_read_file (GFile   *file,
                     gsize    most_bytes,
                     GError **error)
{
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE,
                       NULL, error);
  g_autofree char   *name = g_file_get_parse_name (file);
  g_autoptr (GBytes) bytes = NULL;

  if (info == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("%s: not a regular file"), name);
      return NULL;
    }

  bytes = read_bytes (file, (gsize) g_file_info_get_size (info), most_bytes, error);
  if (bytes == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
  if (g_bytes_get_size (bytes) > most_bytes)
    {
      g_autofree char *most = g_format_size (most_bytes);

      g_set_error (error, PLIM_JSON_ERROR, PLIM_JSON_ERROR_TOO_LARGE, _ ("%s: the file is larger than %s"), name, most);
      return NULL;
    }

  return g_steal_pointer (&bytes);
}
