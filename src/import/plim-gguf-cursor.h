/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A place in the head of a GGUF file, moving forward: numbers in the file's byte order, texts, and what is skipped. */

#pragma once

#include "plim-header-file.h"

G_BEGIN_DECLS

#define PLIM_GGUF_WINDOW_BYTES (32 * 1024)

typedef struct
{
  PlimHeaderFile *file;           /* borrowed */
  guint64         position;       /* in the file */
  guint64         walked_bytes;   /* read, not skipped */
  guint64         walked_entries; /* of lists, that had to be looked at one by one */
  gboolean        is_big_endian;
  gboolean        is_short;       /* version 1: lengths and counts have 32 bits */
  guint64         window_start;
  gsize           window_bytes;   /* how much of it is filled */
  guint8          window[PLIM_GGUF_WINDOW_BYTES];
} PlimGgufCursor;

/* Takes @count bytes, into @buffer. */
gboolean plim_gguf_cursor_take (PlimGgufCursor *cursor,
                                gpointer        buffer,
                                gsize           count,
                                const char     *place,
                                GError        **error);

/* Goes past @count bytes without reading them. */
gboolean plim_gguf_cursor_skip (PlimGgufCursor *cursor,
                                guint64         count,
                                const char     *place,
                                GError        **error);

/* Takes an unsigned number of @n_bytes, at most 8. */
gboolean plim_gguf_cursor_number (PlimGgufCursor *cursor,
                                  guint           n_bytes,
                                  guint64        *value,
                                  const char     *place,
                                  GError        **error);

/* Takes a length or count: 64 bits, 32 in version 1. */
gboolean plim_gguf_cursor_length (PlimGgufCursor *cursor,
                                  guint64        *value,
                                  const char     *place,
                                  GError        **error);

/* Takes a text; *@text, which is caller-owned and ends in NUL, is NULL when it has more than @most_bytes and was
 * skipped. */
gboolean plim_gguf_cursor_string (PlimGgufCursor *cursor,
                                  guint64         most_bytes,
                                  char          **text,
                                  gsize          *length,
                                  const char     *place,
                                  GError        **error);

/* Goes past a text. */
gboolean plim_gguf_cursor_skip_string (PlimGgufCursor *cursor,
                                       const char     *place,
                                       GError        **error);

G_END_DECLS
