/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Strict JSON reading: limits, duplicate members and error messages that name file, line and reason. */

#pragma once

#include <gio/gio.h>
#include <yyjson.h>

G_BEGIN_DECLS

#define PLIM_JSON_ERROR plim_json_error_quark ()
GQuark plim_json_error_quark (void);

typedef enum
{
  PLIM_JSON_ERROR_TOO_LARGE, /* file, string or nesting over its limit */
  PLIM_JSON_ERROR_NOT_JSON,  /* a syntax error, or another kind of file */
  PLIM_JSON_ERROR_STRUCTURE, /* JSON of another shape than expected */
  PLIM_JSON_ERROR_VALUE      /* a member's value is not accepted */
} PlimJsonError;

#define PLIM_JSON_MOST_BYTES  (64 * 1024 * 1024)
#define PLIM_JSON_MOST_DEPTH  64
#define PLIM_JSON_MOST_STRING (1024 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (yyjson_doc, yyjson_doc_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (yyjson_mut_doc, yyjson_mut_doc_free)

/* A parsed text, with what messages about it need. */
typedef struct
{
  const char *name; /* the file as shown to people; borrowed */
  const char *data; /* borrowed; need not end in NUL */
  gsize       size;
  yyjson_doc *doc;  /* owned */
} PlimJsonText;

/* Parses @size bytes of @data as strict JSON (RFC 8259) into @text.  Refuses other kinds of file by name, nesting over
 * PLIM_JSON_MOST_DEPTH, strings over PLIM_JSON_MOST_STRING, and a member given twice.  Numbers that no 64-bit
 * integer or double holds are kept as text.  @name and @data must outlive @text. */
gboolean plim_json_parse (PlimJsonText *text,
                          const char   *name,
                          const char   *data,
                          gsize         size,
                          GError      **error);

/* Frees the tree of @text. */
void plim_json_text_clear (PlimJsonText *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PlimJsonText, plim_json_text_clear)

/* Sets @error to "NAME: line N: REASON" (a printf format), the line being that of @value; always returns FALSE. */
gboolean plim_json_fail (const PlimJsonText *text,
                         yyjson_val         *value,
                         PlimJsonError       code,
                         GError            **error,
                         const char         *format,
                         ...) G_GNUC_PRINTF (5, 6);

/* The line, from 1, on which @value begins. */
guint plim_json_line (const PlimJsonText *text,
                      yyjson_val         *value);

/* Reads the whole of @file, at most @most_bytes.  Refuses folders, devices and pipes. */
GBytes *plim_json_read_file (GFile   *file,
                             gsize    most_bytes,
                             GError **error);

G_END_DECLS
