/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers as people read and type them.
 *
 * Three significant digits, the unit always there and joined by U+00A0, U+2212 for minus, the separators of the
 * locale (of LC_NUMERIC; "," and "." where it has none).  Never "nan" or "inf": such a number is an en dash.
 * Every string returned is newly allocated and never NULL. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* U+00A0, between a number and its unit. */
#define PLIM_NBSP "\302\240"
/* U+2212 */
#define PLIM_MINUS "\342\210\222"
/* U+2013, between the ends of a range, and for "no number". */
#define PLIM_EN_DASH "\342\200\223"

/* The user's choice of unit for memory. */
typedef enum
{
  PLIM_UNIT_GIB,  /* 2^30 bytes: what drivers and frameworks print */
  PLIM_UNIT_GB    /* 10^9 bytes: what makers print */
} PlimUnit;

/* "GiB" or "GB". */
const char *plim_unit_symbol (PlimUnit unit);

/* Bytes in one unit: 2^30 or 10^9. */
double plim_unit_bytes (PlimUnit unit);

/* --- writing -------------------------------------------------------------------------------------- */

/* "18.3 GiB", "949 MiB", "12 KiB", "0 GiB".  Under 1,000 of a smaller unit that one is used.  PLIM_OVERFLOW: "too
 * large". */
char *plim_format_bytes (gint64   bytes,
                         PlimUnit unit);

/* The number of "18.3 GiB" alone and always in @unit, for columns and bars that carry it in their title: "18.3",
 * "0.012". */
char *plim_format_bytes_value (gint64   bytes,
                               PlimUnit unit);

/* "5,617,631,232 B" */
char *plim_format_exact_bytes (gint64 bytes);

/* A difference, sign always there: "+1.2 GiB", "−98.6 GiB"; zero has none. */
char *plim_format_bytes_difference (gint64   bytes,
                                    PlimUnit unit);

/* "4.5–18.3 GiB" */
char *plim_format_bytes_range (gint64   low_bytes,
                               gint64   high_bytes,
                               PlimUnit unit);

/* "6,738,415,616" */
char *plim_format_count (gint64 count);

/* "8.03 B", "41.9 M", "1.2 T"; whole and grouped below 10,000. */
char *plim_format_short_count (double count);

/* @value with at most @decimals, trailing zeros left out: "0.4", "10,460.76". */
char *plim_format_number (double value,
                          guint  decimals);

/* @value with three significant digits: "1.42", "71.2", "1,304". */
char *plim_format_significant (double value);

/* A fraction of 1: "22 %", "0.5 %". */
char *plim_format_percent (double fraction);

/* The same with two digits behind the point, of errors: "0.02 %". */
char *plim_format_error (double fraction);

/* A difference relative to @from, sign always there: "−12 %"; an en dash when @from is 0. */
char *plim_format_percent_difference (double from,
                                      double to);

/* "0.42 s", "34 min", "4.1 h", "12 days", "2.9 years" */
char *plim_format_duration (double seconds);

/* USD: "$1.62", "$12,300" */
char *plim_format_money (double usd);

/* USD per hour; to the tenth of a cent where it has one, so that hours × price is the cost beside it: "$3.495". */
char *plim_format_price (double usd);

/* A quantity with an SI prefix: (312e12, "FLOP/s") gives "312 TFLOP/s", (3.35e12, "B/s") "3.35 TB/s". */
char *plim_format_rate (double      value,
                        const char *unit);

/* --- reading -------------------------------------------------------------------------------------- */

/* Each returns TRUE and sets @out when the whole of @text is one number it understands; surrounding space and
 * U+00A0 are
 * ignored, letter case too where it has no meaning.  "," and "." are both accepted: as a group separator
 * where exactly three digits follow each and the number does not start with 0, else as the decimal separator;
 * "1,024" and
 * "1.024" are 1024 for counts.  Negative and non-finite numbers are refused. */

/* "4096", "4,096", "128k" (128 x 1000), "128Ki" (128 x 1024), "7e9", "8B", "8 billion" is not read, "1.2T".  The
 * result must be whole. */
gboolean plim_parse_count (const char *text,
                           gint64     *out);

/* "24 GB" (10^9), "80GiB", "24564MiB", "512M" (MiB), "24G" (GiB), "5617631232" or "5,617,631,232 B" (bytes).
 * Rounded to a byte. */
gboolean plim_parse_bytes (const char *text,
                           gint64     *out);

/* "35.6", "35,6", "3.3e12", "40 %" (0.4).  One separator is always the decimal one. */
gboolean plim_parse_number (const char *text,
                            double     *out);

G_END_DECLS
