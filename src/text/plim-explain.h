/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a number came about, in words and in numbers, from the template in a PlimExplanation.
 * Every string returned is newly allocated and never NULL. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* The formula with the factors' names, translated: "parameters × bytes per parameter". */
char *plim_explain_formula (const PlimExplanation *explanation);

/* The same with numbers as the locale writes them: "8,030,261,248 × 2". */
char *plim_explain_numbers (const PlimExplanation *explanation);

/* The same for machines: ASCII operators (* / - ^2), no grouping, fractions as decimals or "(a/b)": "8030261248 *
 * 2". */
char *plim_explain_substituted (const PlimExplanation *explanation);

/* The formula with untranslated names: for JSON. */
char *plim_explain_formula_c (const PlimExplanation *explanation);

/* A factor's value: whole numbers grouped, others as a decimal where it ends within six digits, else "1/3". */
char *plim_explain_factor_value (const PlimFactor *factor);

/* Labels of the fields of @inputs that the number depends on, translated, in the order of the form: "Model,
 * Micro-Batch, Context". */
char *plim_explain_depends (const PlimInputs      *inputs,
                            const PlimExplanation *explanation);

/* When a part is held: "Kept from start to end", or "Forward to Backward" from the moments it has bytes at.
 * NULL is never returned; a part of no moment gives an empty string. */
char *plim_explain_held (const PlimTerm *term);

G_END_DECLS
