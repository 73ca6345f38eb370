/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads through a window, so that a head of many small pieces takes few calls.  The window never reaches over the end
 * of the file, and no range is taken that was not checked against it. */

#include "config.h"

#include "plim-gguf-cursor.h"

#include "plim-gguf.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

/* How many bytes of the file are left. */
static guint64
bytes_left (const PlimGgufCursor *cursor)
{
  guint64 size = (guint64) plim_header_file_get_size_bytes (cursor->file);

  return size > cursor->position ? size - cursor->position : 0;
}

static gboolean
check_left (const PlimGgufCursor *cursor,
            guint64               count,
            const char           *place,
            GError              **error)
{
  if (count <= bytes_left (cursor))
    return TRUE;

  return plim_import_fail (error, PLIM_IMPORT_ERROR_TRUNCATED, plim_header_file_get_name (cursor->file), place,
                           _ ("%" PRIu64 " bytes are needed from byte %" PRIu64
                              " on, but the file ends after %" PRId64),
                           count, cursor->position, plim_header_file_get_size_bytes (cursor->file));
}

/* Makes the window begin here. */
static gboolean
fill_window (PlimGgufCursor *cursor,
             const char     *place,
             GError        **error)
{
  gsize count = (gsize) MIN (bytes_left (cursor), (guint64) sizeof cursor->window);

  cursor->walked_bytes += count;
  if (cursor->walked_bytes > (guint64) PLIM_GGUF_MOST_HEAD_BYTES)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, plim_header_file_get_name (cursor->file), place,
                             _ ("the head of the file is longer than %" PRId64 " bytes"),
                             PLIM_GGUF_MOST_HEAD_BYTES);

  cursor->window_bytes = 0;
  if (!plim_header_file_read (cursor->file, cursor->position, cursor->window, count, place, error))
    return FALSE;

  cursor->window_start = cursor->position;
  cursor->window_bytes = count;

  return TRUE;
}

gboolean
plim_gguf_cursor_take (PlimGgufCursor *cursor,
                       gpointer        buffer,
                       gsize           count,
                       const char     *place,
                       GError        **error)
{
  gsize done = 0;

  if (!check_left (cursor, count, place, error))
    return FALSE;

  while (done < count)
    {
      guint64 at = cursor->position - cursor->window_start;
      gsize   piece;

      if (cursor->position < cursor->window_start || at >= cursor->window_bytes)
        {
          if (!fill_window (cursor, place, error))
            return FALSE;
          at = 0;
        }
      piece = MIN (count - done, cursor->window_bytes - (gsize) at);
      memcpy ((guint8 *) buffer + done, cursor->window + at, piece);
      cursor->position += piece;
      done += piece;
    }

  return TRUE;
}

gboolean
plim_gguf_cursor_skip (PlimGgufCursor *cursor,
                       guint64         count,
                       const char     *place,
                       GError        **error)
{
  if (!check_left (cursor, count, place, error))
    return FALSE;

  cursor->position += count;

  return TRUE;
}

gboolean
plim_gguf_cursor_number (PlimGgufCursor *cursor,
                         guint           n_bytes,
                         guint64        *value,
                         const char     *place,
                         GError        **error)
{
  guint8 bytes[sizeof (guint64)] = { 0 };

  *value = 0;
  if (!plim_gguf_cursor_take (cursor, bytes, MIN (n_bytes, sizeof bytes), place, error))
    return FALSE;

  for (guint i = 0; i < n_bytes; i++)
    *value |= (guint64) bytes[i] << 8 * (cursor->is_big_endian ? n_bytes - 1 - i : i);

  return TRUE;
}

gboolean
plim_gguf_cursor_length (PlimGgufCursor *cursor,
                         guint64        *value,
                         const char     *place,
                         GError        **error)
{
  return plim_gguf_cursor_number (cursor, cursor->is_short ? 4 : 8, value, place, error);
}

gboolean
plim_gguf_cursor_string (PlimGgufCursor *cursor,
                         guint64         most_bytes,
                         char          **text,
                         gsize          *length,
                         const char     *place,
                         GError        **error)
{
  guint64          count;
  g_autofree char *copy = NULL;

  *text = NULL;
  *length = 0;
  if (!plim_gguf_cursor_length (cursor, &count, place, error))
    return FALSE;
  if (count > most_bytes)
    return plim_gguf_cursor_skip (cursor, count, place, error);
  if (!check_left (cursor, count, place, error))
    return FALSE;

  copy = g_malloc0 ((gsize) count + 1);
  if (!plim_gguf_cursor_take (cursor, copy, (gsize) count, place, error))
    return FALSE;

  *text = g_steal_pointer (&copy);
  *length = (gsize) count;

  return TRUE;
}

gboolean
plim_gguf_cursor_skip_string (PlimGgufCursor *cursor,
                              const char     *place,
                              GError        **error)
{
  guint64 count;

  return plim_gguf_cursor_length (cursor, &count, place, error) && plim_gguf_cursor_skip (cursor, count, place, error);
}
