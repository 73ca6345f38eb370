/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See plim-separators.h. */

#include "plim-separators.h"

#include "plim-format.h"

#include <locale.h>
#include <string.h>

#define GROUP_DIGITS 3

PlimSeparators
plim_separators_choose (const char *decimal,
                        const char *group)
{
  PlimSeparators separators;

  if (*decimal == '\0' || !g_utf8_validate (decimal, -1, NULL))
    decimal = ".";
  if (*group == '\0' || !g_utf8_validate (group, -1, NULL))
    group = g_str_equal (decimal, ".") ? "," : PLIM_NBSP;

  g_strlcpy (separators.decimal, decimal, sizeof separators.decimal);
  g_strlcpy (separators.group, group, sizeof separators.group);

  return separators;
}

PlimSeparators
plim_separators_get (void)
{
  const struct lconv *conventions = localeconv ();

  return plim_separators_choose (conventions->decimal_point, conventions->thousands_sep);
}

char *
plim_separators_apply (const PlimSeparators *separators,
                       const char           *digits)
{
  GString *text = g_string_new (NULL);
  size_t   left;

  if (*digits == '-')
    {
      g_string_append (text, PLIM_MINUS);
      digits++;
    }

  for (left = strspn (digits, "0123456789"); left > 0; left--)
    {
      g_string_append_c (text, *digits++);
      if (left > GROUP_DIGITS && (left - 1) % GROUP_DIGITS == 0)
        g_string_append (text, separators->group);
    }

  if (*digits == '.')
    {
      g_string_append (text, separators->decimal);
      digits++;
    }
  g_string_append (text, digits);

  return g_string_free_and_steal (text);
}
