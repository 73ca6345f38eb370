/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of a text that is not ours: plain scanning, linear, never past the end, free of the locale. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A borrowed piece of text; need not end in NUL nor be valid UTF-8. */
typedef struct
{
  const char *start;
  gsize       length;
} PlimSlice;

#define PLIM_SLICE(literal) ((PlimSlice) { literal, sizeof (literal) - 1 })

/* A piece of @string, which may be NULL. */
PlimSlice plim_slice (const char *string);

/* Without the first @count bytes, at most all. */
PlimSlice plim_slice_from (PlimSlice slice,
                           gsize     count);

/* The first @count bytes, at most all. */
PlimSlice plim_slice_upto (PlimSlice slice,
                           gsize     count);

/* Without blanks at both ends. */
PlimSlice plim_slice_trim (PlimSlice slice);

gboolean plim_slice_equal (PlimSlice   slice,
                           const char *string);

gboolean plim_slice_starts (PlimSlice   slice,
                            const char *string);

gboolean plim_slice_ends (PlimSlice   slice,
                          const char *string);

/* Finds the first @string in @slice; @before and @after, which may be NULL, are the pieces around it, both empty
 * if there is none. */
gboolean plim_slice_find (PlimSlice   slice,
                          const char *string,
                          PlimSlice  *before,
                          PlimSlice  *after);

/* As plim_slice_find(), the last one. */
gboolean plim_slice_find_last (PlimSlice   slice,
                               const char *string,
                               PlimSlice  *before,
                               PlimSlice  *after);

/* Takes the next run of characters that are not blank from @slice; FALSE at its end. */
gboolean plim_slice_word (PlimSlice *slice,
                          PlimSlice *word);

/* Takes what stands before the next @separator, or all that is left; FALSE at the end. */
gboolean plim_slice_field (PlimSlice *slice,
                           char       separator,
                           PlimSlice *field);

/* Takes a whole number >= 0 after blanks, digits possibly grouped by commas ("436,624"). */
gboolean plim_slice_count (PlimSlice *slice,
                           gint64    *count);

/* Takes a decimal after blanks, in units of 1 / @parts (a power of ten), rounded half up: "0.90" in hundredths is
 * 90. */
gboolean plim_slice_decimal (PlimSlice *slice,
                             gint64     parts,
                             gint64    *value);

/* Takes a decimal with a unit of memory after blanks: "14.96GiB", "512 bytes", "70.09 MB".  Units are powers of 1024
 * however they are written.  A minus sign gives 0.  @step_bytes, which may be NULL, is what the last digit is worth, at
 * least 1.  FALSE, and nothing taken, where there is none or it does not fit. */
gboolean plim_slice_bytes (PlimSlice *slice,
                           gint64    *bytes,
                           gint64    *step_bytes);

/* As plim_slice_bytes(), the size that @slice ends with: "2.0 GiB free; 22.03 GiB". */
gboolean plim_slice_bytes_at_end (PlimSlice slice,
                                  gint64   *bytes,
                                  gint64   *step_bytes);

/* A copy of at most @most_bytes, made valid UTF-8. */
char *plim_slice_dup (PlimSlice slice,
                      gsize     most_bytes);

G_END_DECLS
