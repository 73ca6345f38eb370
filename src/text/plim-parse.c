/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers as people type them; see plim-format.h for what is accepted.
 *
 * A number is read in three steps: spaces inside and around it are dropped; the run of digits and separators is
 * rewritten as C writes it; what follows must be one known suffix. */

#include "plim-format.h"

#include <math.h>
#include <string.h>

#define GROUP_DIGITS 3

typedef struct
{
  const char *text;
  double      factor;
} Suffix;

static const Suffix count_suffixes[] = {
  { "", 1 },
  { "k", 1e3 },
  { "m", 1e6 },
  { "b", 1e9 },
  { "g", 1e9 },
  { "t", 1e12 },
  { "ki", 1024 },
  { "mi", 1048576 },
  { "gi", 1073741824 },
};

static const Suffix byte_suffixes[] = {
  { "", 1 },
  { "b", 1 },
  { "k", 1024 },
  { "kb", 1e3 },
  { "kib", 1024 },
  { "m", 1048576 },
  { "mb", 1e6 },
  { "mib", 1048576 },
  { "g", 1073741824 },
  { "gb", 1e9 },
  { "gib", 1073741824 },
  { "t", 1099511627776 },
  { "tb", 1e12 },
  { "tib", 1099511627776 },
};

static const Suffix number_suffixes[] = {
  { "", 1 },
  { "%", 0.01 },
};

/* How to read one separator that stands before exactly three digits. */
typedef enum
{
  LONE_IS_DECIMAL,
  LONE_IS_GROUP
} Lone;

/* @text without spaces of any kind and apostrophes, in lower case. */
static char *
squeeze (const char *text)
{
  GString *squeezed = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_isspace (c) && c != '\'')
        g_string_append_unichar (squeezed, g_unichar_tolower (c));
    }

  return g_string_free_and_steal (squeezed);
}

/* TRUE when each @separator of @digits up to @end stands before three digits and behind one to three that do not
 * start with 0. */
static gboolean
is_grouped (const char *digits,
            const char *end,
            char        separator)
{
  const char *p = digits;
  gsize       run = strspn (p, "0123456789");

  if (run < 1 || run > GROUP_DIGITS || *p == '0')
    return FALSE;

  for (p += run; p < end && *p == separator; p += run)
    {
      p++;
      run = strspn (p, "0123456789");
      if (run != GROUP_DIGITS)
        return FALSE;
    }

  return p == end;
}

static guint
count_char (const char *text,
            gsize       length,
            char        c)
{
  guint count = 0;

  for (gsize i = 0; i < length; i++)
    count += text[i] == c;

  return count;
}

/* Finds which of the two separators groups digits and which is decimal in the first @length bytes of @text; '\0' =
 * neither.  FALSE when
 * it is no number. */
static gboolean
find_separators (const char *text,
                 gsize       length,
                 const Lone  lone[2],
                 char       *group,
                 char       *decimal)
{
  guint       counts[2] = { count_char (text, length, ','), count_char (text, length, '.') };
  const char  separators[2] = { ',', '.' };
  const char *last_comma = g_strrstr_len (text, (gssize) length, ",");
  const char *last_dot = g_strrstr_len (text, (gssize) length, ".");
  guint       used;

  *group = *decimal = '\0';
  if (counts[0] == 0 && counts[1] == 0)
    return TRUE;

  if (counts[0] > 0 && counts[1] > 0)
    {
      const char *last = last_comma > last_dot ? last_comma : last_dot;

      *decimal = *last;
      *group = *last == ',' ? '.' : ',';
      return counts[*last == ',' ? 0 : 1] == 1 && is_grouped (text, last, *group);
    }

  used = counts[0] > 0 ? 0 : 1;
  if (is_grouped (text, text + length, separators[used]) && (counts[used] > 1 || lone[used] == LONE_IS_GROUP))
    *group = separators[used];
  else
    *decimal = separators[used];

  return *group != '\0' || counts[used] == 1;
}

/* Reads the number @text starts with; *@rest is what follows.  FALSE when there is none. */
static gboolean
read_number (const char  *text,
             const Lone   lone[2],
             double      *value,
             const char **rest)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  gsize               length = strspn (text, "0123456789.,");
  char                group;
  char                decimal;
  char               *end;

  if (length == 0 || !find_separators (text, length, lone, &group, &decimal))
    return FALSE;

  for (gsize i = 0; i < length; i++)
    if (text[i] != group)
      g_string_append_c (plain, text[i] == decimal ? '.' : text[i]);
  if (strspn (plain->str, ".") == plain->len)
    return FALSE;

  *rest = text + length;
  if (**rest == 'e' && strspn (*rest + 1, "0123456789+-") > 0)
    {
      gsize exponent = 1 + strspn (*rest + 1, "0123456789+-");

      g_string_append_len (plain, *rest, (gssize) exponent);
      *rest += exponent;
    }

  *value = g_ascii_strtod (plain->str, &end);

  return *end == '\0' && isfinite (*value);
}

static gboolean
find_suffix (const Suffix *suffixes,
             guint         n_suffixes,
             const char   *text,
             double       *factor)
{
  for (guint i = 0; i < n_suffixes; i++)
    if (g_str_equal (suffixes[i].text, text))
      {
        *factor = suffixes[i].factor;
        return TRUE;
      }

  return FALSE;
}

static gboolean
read_with_suffix (const char   *text,
                  const Suffix *suffixes,
                  guint         n_suffixes,
                  gboolean      is_whole,
                  double       *out)
{
  g_autofree char *squeezed = NULL;
  const char      *rest;
  double           factor;
  double           value;
  Lone             lone[2] = { is_whole ? LONE_IS_GROUP : LONE_IS_DECIMAL, LONE_IS_DECIMAL };

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return FALSE;

  squeezed = squeeze (text);
  /* "1.024" is 1024, "1.024 GiB" is not */
  if (is_whole && squeezed[strspn (squeezed, "0123456789.,")] == '\0')
    lone[1] = LONE_IS_GROUP;

  if (!read_number (squeezed, lone, &value, &rest) || !find_suffix (suffixes, n_suffixes, rest, &factor))
    return FALSE;

  *out = value * factor;
  return isfinite (*out);
}

/* Plain digits, read exactly: a double keeps 15 of them. */
static gboolean
read_digits (const char *text,
             gint64     *out)
{
  g_autofree char *squeezed = g_utf8_validate (text, -1, NULL) ? squeeze (text) : g_strdup ("");
  guint64          value;

  if (!g_ascii_string_to_unsigned (squeezed, 10, 0, G_MAXINT64 - 1, &value, NULL))
    return FALSE;

  *out = (gint64) value;
  return TRUE;
}

gboolean
plim_parse_count (const char *text,
                  gint64     *out)
{
  double value;

  g_return_val_if_fail (out != NULL, FALSE);

  if (text != NULL && read_digits (text, out))
    return TRUE;
  if (!read_with_suffix (text, count_suffixes, G_N_ELEMENTS (count_suffixes), TRUE, &value) || value >= 0x1p63)
    return FALSE;
  if (fabs (value - rint (value)) > 1e-9 * fmax (1, value))
    return FALSE;

  *out = (gint64) rint (value);
  return TRUE;
}

gboolean
plim_parse_bytes (const char *text,
                  gint64     *out)
{
  double value;

  g_return_val_if_fail (out != NULL, FALSE);

  if (text != NULL && read_digits (text, out))
    return TRUE;
  if (!read_with_suffix (text, byte_suffixes, G_N_ELEMENTS (byte_suffixes), TRUE, &value) || value >= 0x1p63)
    return FALSE;

  *out = (gint64) rint (value);
  return TRUE;
}

gboolean
plim_parse_number (const char *text,
                   double     *out)
{
  g_return_val_if_fail (out != NULL, FALSE);

  return read_with_suffix (text, number_suffixes, G_N_ELEMENTS (number_suffixes), FALSE, out);
}
