/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts written as short formulas, for tables that say how large a thing is: whole numbers, names, +, *, / and
 * parentheses. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a name or a whole formula is when something it needs is not known. */
#define PLIM_FORMULA_UNKNOWN ((gint64) - 1)

/* The count (>= 0) that the @length bytes of @name stand for, or PLIM_FORMULA_UNKNOWN. */
typedef gint64 (*PlimFormulaLookup) (const char   *name,
                                     gsize         length,
                                     gconstpointer data);

/* The count that @formula gives: division rounds down, and a number too large becomes PLIM_OVERFLOW.  Names are of
 * small letters, digits and underscores.  PLIM_FORMULA_UNKNOWN when a name is unknown, a divisor is 0, or @formula is
 * not written as above.  Formulas come from the program's own tables, never from a file. */
gint64 plim_formula_evaluate (const char       *formula,
                              PlimFormulaLookup lookup,
                              gconstpointer     data);

G_END_DECLS
