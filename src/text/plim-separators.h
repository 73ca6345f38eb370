/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The characters a locale writes into numbers. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char decimal[8];
  char group[8];
} PlimSeparators;

/* Those of LC_NUMERIC as it is set now. */
PlimSeparators plim_separators_get (void);

/* @decimal and @group as a locale states them; one that is empty or no UTF-8 is replaced: "." and ",", or U+00A0
 * as group beside
 * a decimal comma. */
PlimSeparators plim_separators_choose (const char *decimal,
                                       const char *group);

/* @digits, a number as C writes it ("-1234.5"), with these separators and U+2212 for the minus.  Newly allocated. */
char *plim_separators_apply (const PlimSeparators *separators,
                             const char           *digits);

G_END_DECLS
