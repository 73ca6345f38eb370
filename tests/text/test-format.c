/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers written and read.  Expected texts are written by hand from the rules in plim-format.h. */

#include "plim-checked.h"
#include "plim-format.h"
#include "plim-separators.h"

#include <locale.h>
#include <math.h>

#define KIB G_GINT64_CONSTANT (1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define NB  PLIM_NBSP

static void
assert_text (char       *text,
             const char *expected)
{
  g_autofree char *owned = text;

  g_assert_cmpstr (owned, ==, expected);
}

static void
test_bytes (void)
{
  static const struct
  {
    gint64      bytes;
    PlimUnit    unit;
    const char *text;
    const char *value;
  } rows[] = {
    { 0, PLIM_UNIT_GIB, "0" NB "GiB", "0" },
    { 1, PLIM_UNIT_GIB, "1" NB "B", "<0.001" },
    { 999, PLIM_UNIT_GIB, "999" NB "B", "<0.001" },
    { 12 * KIB, PLIM_UNIT_GIB, "12.0" NB "KiB", "<0.001" },
    { 949 * MIB, PLIM_UNIT_GIB, "949" NB "MiB", "0.927" },
    { 999 * MIB, PLIM_UNIT_GIB, "999" NB "MiB", "0.976" },
    { 1000 * MIB, PLIM_UNIT_GIB, "0.977" NB "GiB", "0.977" },
    { GIB, PLIM_UNIT_GIB, "1.00" NB "GiB", "1.00" },
    { 19649642496, PLIM_UNIT_GIB, "18.3" NB "GiB", "18.3" },
    { 5617631232, PLIM_UNIT_GIB, "5.23" NB "GiB", "5.23" },
    { 5617631232, PLIM_UNIT_GB, "5.62" NB "GB", "5.62" },
    { 10 * GIB - MIB, PLIM_UNIT_GIB, "10.0" NB "GiB", "10.0" },
    { 100 * GIB - MIB, PLIM_UNIT_GIB, "100" NB "GiB", "100" },
    { 1304 * GIB, PLIM_UNIT_GIB, "1,304" NB "GiB", "1,304" },
    { 350000000, PLIM_UNIT_GB, "350" NB "MB", "0.350" },
    { 12 * MIB, PLIM_UNIT_GIB, "12.0" NB "MiB", "0.012" },
    { PLIM_OVERFLOW, PLIM_UNIT_GIB, "too large", "too large" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      assert_text (plim_format_bytes (rows[i].bytes, rows[i].unit), rows[i].text);
      assert_text (plim_format_bytes_value (rows[i].bytes, rows[i].unit), rows[i].value);
    }

  assert_text (plim_format_exact_bytes (5617631232), "5,617,631,232" NB "B");
  assert_text (plim_format_bytes_difference (-98 * GIB, PLIM_UNIT_GIB), PLIM_MINUS "98.0" NB "GiB");
  assert_text (plim_format_bytes_difference (GIB + GIB / 5, PLIM_UNIT_GIB), "+1.20" NB "GiB");
  assert_text (plim_format_bytes_difference (0, PLIM_UNIT_GIB), "0" NB "GiB");
  assert_text (plim_format_bytes_range (9 * GIB / 2, 18 * GIB, PLIM_UNIT_GIB), "4.50" PLIM_EN_DASH "18.0" NB "GiB");
  assert_text (plim_format_bytes_range (512 * MIB, 18 * GIB, PLIM_UNIT_GIB), "0.500" PLIM_EN_DASH "18.0" NB "GiB");
  assert_text (plim_format_bytes_range (GIB, GIB, PLIM_UNIT_GIB), "1.00" NB "GiB");
}

static void
test_numbers (void)
{
  assert_text (plim_format_count (6738415616), "6,738,415,616");
  assert_text (plim_format_count (999), "999");
  assert_text (plim_format_count (-1000), PLIM_MINUS "1,000");
  assert_text (plim_format_short_count (8030261248.0), "8.03" NB "B");
  assert_text (plim_format_short_count (41943040), "41.9" NB "M");
  assert_text (plim_format_short_count (1.2e12), "1.20" NB "T");
  assert_text (plim_format_short_count (4096), "4,096");
  assert_text (plim_format_short_count (131072), "131" NB "k");
  assert_text (plim_format_number (10460.762334901685, 2), "10,460.76");
  assert_text (plim_format_number (0.4, 3), "0.4");
  assert_text (plim_format_number (2, 3), "2");
  assert_text (plim_format_number (100, 0), "100");
  assert_text (plim_format_number (-0.0001, 2), "0");
  assert_text (plim_format_significant (0.0123), "0.0123");
  assert_text (plim_format_significant (9.996), "10.0");
  assert_text (plim_format_significant (0), "0");
  assert_text (plim_format_percent (0.22), "22" NB "%");
  assert_text (plim_format_percent (0.005), "0.5" NB "%");
  assert_text (plim_format_percent (1), "100" NB "%");
  assert_text (plim_format_error (0.0002), "0.02" NB "%");
  assert_text (plim_format_percent_difference (100, 88), PLIM_MINUS "12" NB "%");
  assert_text (plim_format_percent_difference (100, 150), "+50" NB "%");
  assert_text (plim_format_percent_difference (0, 150), PLIM_EN_DASH);
  assert_text (plim_format_money (1.62), "$1.62");
  assert_text (plim_format_money (12300.4), "$12,300");
  assert_text (plim_format_money (0), "$0.00");
  assert_text (plim_format_price (3.495), "$3.495");
  assert_text (plim_format_price (3.5), "$3.50");
  assert_text (plim_format_price (123.456), "$123");
  assert_text (plim_format_rate (312e12, "FLOP/s"), "312" NB "TFLOP/s");
  assert_text (plim_format_rate (3.35e12, "B/s"), "3.35" NB "TB/s");
}

static void
test_durations (void)
{
  assert_text (plim_format_duration (0.42), "0.420" NB "s");
  assert_text (plim_format_duration (45), "45.0" NB "s");
  assert_text (plim_format_duration (34 * 60), "34" NB "min");
  assert_text (plim_format_duration (4.1 * 3600), "4.1" NB "h");
  assert_text (plim_format_duration (6310096), "73" NB "days");
  assert_text (plim_format_duration (12 * 86400), "12" NB "days");
  assert_text (plim_format_duration (2.9 * 365.25 * 86400), "2.90" NB "years");
}

static void
test_no_number (void)
{
  const double bad[] = { NAN, INFINITY, -INFINITY };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      assert_text (plim_format_number (bad[i], 2), PLIM_EN_DASH);
      assert_text (plim_format_significant (bad[i]), PLIM_EN_DASH);
      assert_text (plim_format_short_count (bad[i]), PLIM_EN_DASH);
      assert_text (plim_format_percent (bad[i]), PLIM_EN_DASH);
      assert_text (plim_format_duration (bad[i]), PLIM_EN_DASH);
      assert_text (plim_format_money (bad[i]), PLIM_EN_DASH);
      assert_text (plim_format_rate (bad[i], "B/s"), PLIM_EN_DASH);
    }
}

/* What locales state, and what is written for it. */
static void
test_separators (void)
{
  static const struct
  {
    const char *decimal;
    const char *group;
    const char *digits;
    const char *text;
  } rows[] = {
    { ".", ",", "1234567.5", "1,234,567.5" },
    { ",", ".", "1234567.5", "1.234.567,5" },                   /* de_DE */
    { ",", "\342\200\257", "1234.5", "1\342\200\257234,5" },    /* fr_FR: U+202F */
    { ".", "", "1234.5", "1,234.5" },                           /* C */
    { ",", "", "1234.5", "1" NB "234,5" },                      /* a decimal comma and no group */
    { ",", "\240", "1234.5", "1" NB "234,5" },                  /* not UTF-8 */
    { ".", ",", "-999", PLIM_MINUS "999" },
    { ".", ",", "-1000", PLIM_MINUS "1,000" },
    { ".", ",", "1e+20", "1e+20" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PlimSeparators separators = plim_separators_choose (rows[i].decimal, rows[i].group);

      assert_text (plim_separators_apply (&separators, rows[i].digits), rows[i].text);
    }
}

static void
test_parse_count (void)
{
  static const struct
  {
    const char *text;
    gint64      value;       /* -1 = refused */
  } rows[] = {
    { "4096", 4096 },
    { "4,096", 4096 },
    { "4.096", 4096 },
    { "4" NB "096", 4096 },
    { " 4 096 ", 4096 },
    { "128k", 128000 },
    { "128K", 128000 },
    { "128Ki", 131072 },
    { "7e9", 7000000000 },
    { "8B", 8000000000 },
    { "8.03B", 8030000000 },
    { "8,03 B", 8030000000 },
    { "1.2T", G_GINT64_CONSTANT (1200000000000) },
    { "1,234,567", 1234567 },
    { "1.234.567", 1234567 },
    { "0", 0 },
    { "9007199254740993", G_GINT64_CONSTANT (9007199254740993) },
    { "", -1 },
    { "k", -1 },
    { ".", -1 },
    { "-4", -1 },
    { "1.5", -1 },
    { "8 billion", -1 },
    { "1,2,3", -1 },
    { "12,34.5", -1 },
    { "nan", -1 },
    { "inf", -1 },
    { "1e400", -1 },
    { "1e30", -1 },
    { "9223372036854775807", -1 },
    { "0x10", -1 },
    { "1e", -1 },
    { "\377", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64   value = -1;
      gboolean is_read = plim_parse_count (rows[i].text, &value);

      g_test_message ("“%s”", g_utf8_validate (rows[i].text, -1, NULL) ? rows[i].text : "?");
      g_assert_cmpint (is_read, ==, rows[i].value >= 0);
      if (is_read)
        g_assert_cmpint (value, ==, rows[i].value);
    }

  g_assert_false (plim_parse_count (NULL, &(gint64) { 0 }));
}

static void
test_parse_bytes (void)
{
  static const struct
  {
    const char *text;
    gint64      value;
  } rows[] = {
    { "24 GB", 24000000000 },
    { "24" NB "GB", 24000000000 },
    { "80GiB", 80 * GIB },
    { "80gib", 80 * GIB },
    { "24564MiB", 24564 * MIB },
    { "24,564 MiB", 24564 * MIB },
    { "512M", 512 * MIB },
    { "24G", 24 * GIB },
    { "1.5 GiB", 3 * GIB / 2 },
    { "1,5 GiB", 3 * GIB / 2 },
    { "5617631232", 5617631232 },
    { "5,617,631,232 B", 5617631232 },
    { "24 GX", -1 },
    { "GB", -1 },
    { "-1 GB", -1 },
    { "1e10 TiB", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 value = -1;

      g_test_message ("“%s”", rows[i].text);
      g_assert_cmpint (plim_parse_bytes (rows[i].text, &value), ==, rows[i].value >= 0);
      if (rows[i].value >= 0)
        g_assert_cmpint (value, ==, rows[i].value);
    }
}

static void
test_parse_number (void)
{
  static const struct
  {
    const char *text;
    double      value;
  } rows[] = {
    { "35.6", 35.6 },
    { "35,6", 35.6 },
    { "1.024", 1.024 },
    { "1,234.5", 1234.5 },
    { "1.234,5", 1234.5 },
    { "3.3e12", 3.3e12 },
    { "1e-3", 0.001 },
    { ".5", 0.5 },
    { "40 %", 0.4 },
    { "40k", -1 },
    { "", -1 },
    { "1.2.3", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      double value = -1;

      g_test_message ("“%s”", rows[i].text);
      g_assert_cmpint (plim_parse_number (rows[i].text, &value), ==, rows[i].value >= 0);
      if (rows[i].value >= 0)
        g_assert_cmpfloat_with_epsilon (value, rows[i].value, 1e-12 * rows[i].value);
    }
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/format/bytes", test_bytes);
  g_test_add_func ("/format/numbers", test_numbers);
  g_test_add_func ("/format/durations", test_durations);
  g_test_add_func ("/format/no-number", test_no_number);
  g_test_add_func ("/format/separators", test_separators);
  g_test_add_func ("/parse/count", test_parse_count);
  g_test_add_func ("/parse/bytes", test_parse_bytes);
  g_test_add_func ("/parse/number", test_parse_number);

  return g_test_run ();
}
