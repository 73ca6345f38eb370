/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers as people read them.  Digits are made in the C locale, then given the separators of the locale. */

#include "config.h"

#include "plim-format.h"

#include "plim-checked.h"
#include "plim-separators.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define SIGNIFICANT_DIGITS 3
#define MOST_DECIMALS      12

#define MINUTE 60.0
#define HOUR   3600.0
#define DAY    86400.0
#define YEAR   (365.25 * DAY)

typedef struct
{
  double      bytes;
  const char *symbol;
} ByteUnit;

/* Each unit with its smaller ones. */
static const ByteUnit byte_units[][3] = {
  [PLIM_UNIT_GIB] = { { 1073741824, "GiB" }, { 1048576, "MiB" }, { 1024, "KiB" } },
  [PLIM_UNIT_GB] = { { 1e9, "GB" }, { 1e6, "MB" }, { 1e3, "kB" } },
};

const char *
plim_unit_symbol (PlimUnit unit)
{
  return byte_units[unit][0].symbol;
}

double
plim_unit_bytes (PlimUnit unit)
{
  return byte_units[unit][0].bytes;
}

/* --- digits --------------------------------------------------------------------------------------- */

static char *
localize (const char *digits)
{
  PlimSeparators separators = plim_separators_get ();

  return plim_separators_apply (&separators, digits);
}

static char *
format_fixed (double value,
              guint  decimals)
{
  char template[] = "%.00f";
  char digits[G_ASCII_DTOSTR_BUF_SIZE + 320];

  template[2] = (char) ('0' + decimals / 10);
  template[3] = (char) ('0' + decimals % 10);
  g_ascii_formatd (digits, sizeof digits, template, value);

  return localize (digits);
}

/* Decimals that show three significant digits of @value once it is rounded to them. */
static guint
significant_decimals (double value)
{
  double size = fabs (value);

  for (guint decimals = 0; decimals < MOST_DECIMALS; decimals++)
    if (size >= 99.95 / pow (10, decimals))
      return decimals;

  return 0;
}

char *
plim_format_significant (double value)
{
  if (!isfinite (value))
    return g_strdup (PLIM_EN_DASH);

  return format_fixed (value, significant_decimals (value));
}

char *
plim_format_number (double value,
                    guint  decimals)
{
  char template[] = "%.00f";
  char  digits[G_ASCII_DTOSTR_BUF_SIZE + 320];
  char *end;

  if (!isfinite (value))
    return g_strdup (PLIM_EN_DASH);

  decimals = MIN (decimals, MOST_DECIMALS);
  template[2] = (char) ('0' + decimals / 10);
  template[3] = (char) ('0' + decimals % 10);
  g_ascii_formatd (digits, sizeof digits, template, value);

  if (strchr (digits, '.') != NULL)
    {
      for (end = digits + strlen (digits) - 1; *end == '0'; end--)
        *end = '\0';
      if (*end == '.')
        *end = '\0';
    }

  return localize (g_str_equal (digits, "-0") ? "0" : digits);
}

char *
plim_format_count (gint64 count)
{
  char digits[32];

  g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, count);

  return localize (digits);
}

/* @number, U+00A0, @unit */
static char *
join_unit (char       *number,
           const char *unit)
{
  g_autofree char *owned = number;

  return g_strconcat (owned, PLIM_NBSP, unit, NULL);
}

/* --- bytes ---------------------------------------------------------------------------------------- */

/* The largest unit of which there is 1 at least, or 0.9995: under 1,000 of the smaller one after rounding. */
static const ByteUnit *
find_byte_unit (double   bytes,
                PlimUnit unit)
{
  const ByteUnit *units = byte_units[unit];

  for (guint i = 1; i < G_N_ELEMENTS (byte_units[0]); i++)
    if (bytes >= 999.5 * units[i].bytes)
      return &units[i - 1];

  return bytes >= 999.5 ? &units[2] : NULL;
}

char *
plim_format_bytes (gint64   bytes,
                   PlimUnit unit)
{
  double          value = (double) bytes;
  const ByteUnit *found;

  if (bytes == PLIM_OVERFLOW)
    return g_strdup (_ ("too large"));
  if (bytes == 0)
    return join_unit (g_strdup ("0"), plim_unit_symbol (unit));

  found = find_byte_unit (fabs (value), unit);
  if (found == NULL)
    return plim_format_exact_bytes (bytes);

  return join_unit (plim_format_significant (value / found->bytes), found->symbol);
}

char *
plim_format_bytes_value (gint64   bytes,
                         PlimUnit unit)
{
  double value = (double) bytes / plim_unit_bytes (unit);

  if (bytes == PLIM_OVERFLOW)
    return g_strdup (_ ("too large"));
  if (bytes == 0)
    return g_strdup ("0");
  if (value > 0 && value < 0.0005)
    {
      g_autofree char *least = format_fixed (0.001, 3);

      return g_strconcat ("<", least, NULL);
    }

  return format_fixed (value, MIN (significant_decimals (value), 3));
}

char *
plim_format_exact_bytes (gint64 bytes)
{
  return join_unit (plim_format_count (bytes), "B");
}

char *
plim_format_bytes_difference (gint64   bytes,
                              PlimUnit unit)
{
  g_autofree char *size = plim_format_bytes (bytes, unit);

  return bytes > 0 ? g_strconcat ("+", size, NULL) : g_steal_pointer (&size);
}

char *
plim_format_bytes_range (gint64   low_bytes,
                         gint64   high_bytes,
                         PlimUnit unit)
{
  const ByteUnit  *found = find_byte_unit ((double) high_bytes, unit);
  g_autofree char *high = plim_format_bytes (high_bytes, unit);
  g_autofree char *low = NULL;

  if (found == NULL || low_bytes == high_bytes || high_bytes == PLIM_OVERFLOW)
    return g_steal_pointer (&high);

  low = plim_format_significant ((double) low_bytes / found->bytes);

  return g_strconcat (low, PLIM_EN_DASH, high, NULL);
}

/* --- counts, fractions, time, money --------------------------------------------------------------- */

/* @value with the largest of the @n prefixes, each 1000 times the one before, of which there is 1 at least. */
static char *
format_prefixed (double             value,
                 const char *const *prefixes,
                 guint              n,
                 const char        *unit)
{
  g_autofree char *symbol = NULL;
  guint            i = 0;

  while (i + 1 < n && fabs (value) >= 999.5)
    {
      value /= 1000;
      i++;
    }

  symbol = g_strconcat (prefixes[i], unit, NULL);

  return join_unit (plim_format_significant (value), symbol);
}

char *
plim_format_short_count (double count)
{
  static const char *const prefixes[] = { "", "k", "M", "B", "T" };

  if (!isfinite (count))
    return g_strdup (PLIM_EN_DASH);
  if (fabs (count) < 10000)
    return plim_format_number (count, count == rint (count) ? 0 : 2);

  return format_prefixed (count, prefixes, G_N_ELEMENTS (prefixes), "");
}

char *
plim_format_rate (double      value,
                  const char *unit)
{
  static const char *const prefixes[] = { "", "k", "M", "G", "T", "P", "E" };

  if (!isfinite (value))
    return g_strdup (PLIM_EN_DASH);

  return format_prefixed (value, prefixes, G_N_ELEMENTS (prefixes), unit);
}

char *
plim_format_percent (double fraction)
{
  double percent = fraction * 100;

  if (!isfinite (percent))
    return g_strdup (PLIM_EN_DASH);

  return join_unit (plim_format_number (percent, fabs (percent) < 9.95 ? 1 : 0), "%");
}

char *
plim_format_error (double fraction)
{
  return join_unit (plim_format_number (fraction * 100, 2), "%");
}

char *
plim_format_percent_difference (double from,
                                double to)
{
  double           fraction = from != 0 ? (to - from) / from : NAN;
  g_autofree char *percent = plim_format_percent (fraction);

  return fraction > 0 ? g_strconcat ("+", percent, NULL) : g_steal_pointer (&percent);
}

char *
plim_format_duration (double seconds)
{
  if (!isfinite (seconds) || seconds < 0)
    return g_strdup (PLIM_EN_DASH);
  if (seconds < 99.5)
    /* Translators: seconds */
    return join_unit (plim_format_significant (seconds), _ ("s"));
  if (seconds < 99.5 * MINUTE)
    /* Translators: minutes */
    return join_unit (plim_format_number (seconds / MINUTE, seconds < 9.95 * MINUTE ? 1 : 0), _ ("min"));
  if (seconds < 2 * DAY)
    /* Translators: hours */
    return join_unit (plim_format_number (seconds / HOUR, 1), _ ("h"));
  if (seconds < 2 * YEAR)
    return join_unit (plim_format_number (seconds / DAY, seconds < 9.95 * DAY ? 1 : 0),
                      g_dngettext (GETTEXT_PACKAGE, "day", "days", (gulong) (seconds / DAY)));

  return join_unit (plim_format_significant (seconds / YEAR), _ ("years"));
}

char *
plim_format_money (double usd)
{
  g_autofree char *number = NULL;

  if (!isfinite (usd) || usd < 0)
    return g_strdup (PLIM_EN_DASH);
  if (usd > 0 && usd < 0.005)
    return g_strdup (_ ("under $0.01"));

  number = format_fixed (usd, usd < 99.995 ? 2 : 0);

  /* Translators: an amount of money, as in "$1.32". */
  return g_strdup_printf (_ ("$%s"), number);
}

char *
plim_format_price (double usd)
{
  g_autofree char *number = NULL;

  if (!(usd >= 0.005 && usd < 99.995) || lround (usd * 1000) % 10 == 0)
    return plim_format_money (usd);

  number = format_fixed (usd, 3);

  /* Translators: an amount of money, as in "$1.32". */
  return g_strdup_printf (_ ("$%s"), number);
}
