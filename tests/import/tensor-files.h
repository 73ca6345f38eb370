/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Model files that tests build byte by byte. */

#pragma once

#include <gio/gio.h>

/* Appends the @n_bytes of @value, lowest first, or highest first where @is_big. */
static inline void
put_number (GByteArray *bytes,
            guint64     value,
            guint       n_bytes,
            gboolean    is_big)
{
  for (guint i = 0; i < n_bytes; i++)
    {
      guint8 byte = (guint8) (value >> 8 * (is_big ? n_bytes - 1 - i : i));

      g_byte_array_append (bytes, &byte, 1);
    }
}

static inline void
put_text (GByteArray *bytes,
          const char *text)
{
  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
}

/* A new folder for a test. */
static inline char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char              *folder = g_dir_make_tmp ("plimsoll-test-XXXXXX", &error);

  g_assert_no_error (error);

  return folder;
}

/* Writes @bytes to @name in @folder, makes the file @size_bytes long where that is more, and gives its path. */
static inline char *
write_file (const char       *folder,
            const char       *name,
            const GByteArray *bytes,
            gint64            size_bytes)
{
  char              *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, (const char *) bytes->data, bytes->len, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  if (size_bytes > (gint64) bytes->len)
    g_assert_cmpint (truncate (path, (off_t) size_bytes), ==, 0);

  return path;
}

/* Deletes @folder and what is in it, one level deep. */
static inline void
remove_folder (const char *folder)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char      *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

/* @error must say "FILE: …" with @reason in it, and be about @name. */
static inline void
assert_message (const GError *error,
                const char   *name,
                const char   *reason)
{
  g_autofree char *start = g_strconcat (name, ": ", NULL);

  g_assert_nonnull (error);
  if (!g_str_has_prefix (error->message, start) || strstr (error->message, reason) == NULL)
    g_error ("“%s” does not begin with “%s” or lacks “%s”", error->message, start, reason);
}
