/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of text.  Numbers are read in integer arithmetic; what does not fit a gint64 is no number. */

#include "config.h"

#include "plim-slice.h"

#include <string.h>

/* Digits after the point that count: one millionth of a TiB is about a MiB. */
#define MOST_DECIMALS 6

/* How the programs write units.  Longer names first, so that "MiB" is not read as "M". */
static const struct
{
  const char *name;
  gint64      bytes;
} units[] = {
  { "bytes", 1 },
  { "KiB", G_GINT64_CONSTANT (1) << 10 },
  { "MiB", G_GINT64_CONSTANT (1) << 20 },
  { "GiB", G_GINT64_CONSTANT (1) << 30 },
  { "TiB", G_GINT64_CONSTANT (1) << 40 },
  { "kB", G_GINT64_CONSTANT (1) << 10 },
  { "KB", G_GINT64_CONSTANT (1) << 10 },
  { "MB", G_GINT64_CONSTANT (1) << 20 },
  { "GB", G_GINT64_CONSTANT (1) << 30 },
  { "TB", G_GINT64_CONSTANT (1) << 40 },
  { "B", 1 },
};

static const gint64 powers[MOST_DECIMALS + 1] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };

/* A decimal: whole + fraction / powers[decimals]. */
typedef struct
{
  gboolean is_negative;
  gint64   whole;
  gint64   fraction;
  guint    decimals;
} Decimal;

PlimSlice
plim_slice (const char *string)
{
  return (PlimSlice) { string != NULL ? string : "", string != NULL ? strlen (string) : 0 };
}

PlimSlice
plim_slice_from (PlimSlice slice,
                 gsize     count)
{
  gsize skipped = MIN (count, slice.length);

  return (PlimSlice) { slice.start + skipped, slice.length - skipped };
}

PlimSlice
plim_slice_upto (PlimSlice slice,
                 gsize     count)
{
  return (PlimSlice) { slice.start, MIN (count, slice.length) };
}

static gsize
count_blanks (PlimSlice slice)
{
  gsize blanks = 0;

  while (blanks < slice.length && g_ascii_isspace (slice.start[blanks]))
    blanks++;

  return blanks;
}

PlimSlice
plim_slice_trim (PlimSlice slice)
{
  PlimSlice rest = plim_slice_from (slice, count_blanks (slice));

  while (rest.length > 0 && g_ascii_isspace (rest.start[rest.length - 1]))
    rest.length--;

  return rest;
}

gboolean
plim_slice_equal (PlimSlice   slice,
                  const char *string)
{
  return slice.length == strlen (string) && memcmp (slice.start, string, slice.length) == 0;
}

gboolean
plim_slice_starts (PlimSlice   slice,
                   const char *string)
{
  gsize length = strlen (string);

  return slice.length >= length && memcmp (slice.start, string, length) == 0;
}

gboolean
plim_slice_ends (PlimSlice   slice,
                 const char *string)
{
  gsize length = strlen (string);

  return slice.length >= length && memcmp (slice.start + slice.length - length, string, length) == 0;
}

static void
split_at (PlimSlice  slice,
          gsize      position,
          gsize      length,
          PlimSlice *before,
          PlimSlice *after)
{
  if (before != NULL)
    *before = plim_slice_upto (slice, position);
  if (after != NULL)
    *after = plim_slice_from (slice, position + length);
}

/* What a search that fails leaves: empty pieces, never unset ones. */
static gboolean
find_nothing (PlimSlice  slice,
              PlimSlice *before,
              PlimSlice *after)
{
  if (before != NULL)
    *before = plim_slice_upto (slice, 0);
  if (after != NULL)
    *after = plim_slice_upto (slice, 0);

  return FALSE;
}

gboolean
plim_slice_find (PlimSlice   slice,
                 const char *string,
                 PlimSlice  *before,
                 PlimSlice  *after)
{
  gsize       length = strlen (string);
  const char *found = memmem (slice.start, slice.length, string, length);

  if (found == NULL)
    return find_nothing (slice, before, after);

  split_at (slice, (gsize) (found - slice.start), length, before, after);

  return TRUE;
}

gboolean
plim_slice_find_last (PlimSlice   slice,
                      const char *string,
                      PlimSlice  *before,
                      PlimSlice  *after)
{
  gsize length = strlen (string);

  for (gsize end = slice.length; end >= length; end--)
    if (memcmp (slice.start + end - length, string, length) == 0)
      {
        split_at (slice, end - length, length, before, after);
        return TRUE;
      }

  return find_nothing (slice, before, after);
}

gboolean
plim_slice_word (PlimSlice *slice,
                 PlimSlice *word)
{
  PlimSlice rest = plim_slice_from (*slice, count_blanks (*slice));
  gsize     length = 0;

  while (length < rest.length && !g_ascii_isspace (rest.start[length]))
    length++;

  *word = plim_slice_upto (rest, length);
  *slice = plim_slice_from (rest, length);

  return length > 0;
}

gboolean
plim_slice_field (PlimSlice *slice,
                  char       separator,
                  PlimSlice *field)
{
  const char *found = slice->length > 0 ? memchr (slice->start, separator, slice->length) : NULL;
  gsize       length = found != NULL ? (gsize) (found - slice->start) : slice->length;

  if (slice->length == 0)
    return FALSE;

  *field = plim_slice_upto (*slice, length);
  *slice = plim_slice_from (*slice, length + 1);

  return TRUE;
}

/* Takes digits, with commas between them. */
static gboolean
take_whole (PlimSlice *slice,
            gint64    *whole)
{
  gint64 value = 0;
  gsize  at = 0;

  for (; at < slice->length; at++)
    {
      char c = slice->start[at];

      if (c == ',' && at > 0 && at + 1 < slice->length && g_ascii_isdigit (slice->start[at + 1]))
        continue;
      if (!g_ascii_isdigit (c))
        break;
      if (__builtin_mul_overflow (value, 10, &value) || __builtin_add_overflow (value, c - '0', &value))
        return FALSE;
    }

  if (at == 0)
    return FALSE;

  *whole = value;
  *slice = plim_slice_from (*slice, at);

  return TRUE;
}

/* Takes the digits after a point, if there are any; those beyond MOST_DECIMALS are cut. */
static void
take_fraction (PlimSlice *slice,
               Decimal   *decimal)
{
  gsize at = 1;

  if (slice->length < 2 || slice->start[0] != '.' || !g_ascii_isdigit (slice->start[1]))
    return;

  for (; at < slice->length && g_ascii_isdigit (slice->start[at]); at++)
    if (decimal->decimals < MOST_DECIMALS)
      {
        decimal->fraction = decimal->fraction * 10 + (slice->start[at] - '0');
        decimal->decimals++;
      }

  *slice = plim_slice_from (*slice, at);
}

static gboolean
take_decimal (PlimSlice *slice,
              Decimal   *decimal)
{
  PlimSlice rest = plim_slice_from (*slice, count_blanks (*slice));

  *decimal = (Decimal) { .is_negative = FALSE };
  if (rest.length > 0 && rest.start[0] == '-')
    {
      decimal->is_negative = TRUE;
      rest = plim_slice_from (rest, 1);
    }

  if (!take_whole (&rest, &decimal->whole))
    return FALSE;

  take_fraction (&rest, decimal);
  *slice = rest;

  return TRUE;
}

/* decimal × unit, rounded half up.  The fraction is below a million and units up to 2^40, so their product fits. */
static gboolean
scale_decimal (const Decimal *decimal,
               gint64         unit,
               gint64        *value)
{
  gint64 power = powers[decimal->decimals];
  gint64 whole;

  if (__builtin_mul_overflow (decimal->whole, unit, &whole))
    return FALSE;

  return !__builtin_add_overflow (whole, (decimal->fraction * unit + power / 2) / power, value);
}

gboolean
plim_slice_count (PlimSlice *slice,
                  gint64    *count)
{
  PlimSlice rest = plim_slice_from (*slice, count_blanks (*slice));

  if (!take_whole (&rest, count))
    return FALSE;

  *slice = rest;

  return TRUE;
}

gboolean
plim_slice_decimal (PlimSlice *slice,
                    gint64     parts,
                    gint64    *value)
{
  PlimSlice rest = *slice;
  Decimal   decimal;

  if (!take_decimal (&rest, &decimal) || decimal.is_negative || !scale_decimal (&decimal, parts, value))
    return FALSE;

  *slice = rest;

  return TRUE;
}

gboolean
plim_slice_bytes (PlimSlice *slice,
                  gint64    *bytes,
                  gint64    *step_bytes)
{
  PlimSlice rest = *slice;
  Decimal   decimal;

  if (!take_decimal (&rest, &decimal))
    return FALSE;

  rest = plim_slice_from (rest, count_blanks (rest));
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      PlimSlice after = plim_slice_from (rest, strlen (units[i].name));

      if (!plim_slice_starts (rest, units[i].name) || (after.length > 0 && g_ascii_isalnum (after.start[0])))
        continue;
      if (!scale_decimal (&decimal, units[i].bytes, bytes))
        return FALSE;
      if (decimal.is_negative)
        *bytes = 0;
      if (step_bytes != NULL)
        *step_bytes = MAX (1, units[i].bytes / powers[decimal.decimals]);
      *slice = after;
      return TRUE;
    }

  return FALSE;
}

/* Whether @c may stand in a decimal. */
static gboolean
is_numeric (char c)
{
  return g_ascii_isdigit (c) || c == '.' || c == ',' || c == '-';
}

gboolean
plim_slice_bytes_at_end (PlimSlice slice,
                         gint64   *bytes,
                         gint64   *step_bytes)
{
  PlimSlice rest = plim_slice_trim (slice);
  gsize     start = rest.length;

  while (start > 0 && g_ascii_isalpha (rest.start[start - 1]))
    start--;
  while (start > 0 && g_ascii_isspace (rest.start[start - 1]))
    start--;
  while (start > 0 && is_numeric (rest.start[start - 1]))
    start--;

  rest = plim_slice_from (rest, start);

  return plim_slice_bytes (&rest, bytes, step_bytes) && rest.length == 0;
}

char *
plim_slice_dup (PlimSlice slice,
                gsize     most_bytes)
{
  return g_utf8_make_valid (slice.start, (gssize) MIN (slice.length, most_bytes));
}
