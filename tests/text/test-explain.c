/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Formulas in words and numbers; expected texts are written by hand. */

#include "plim-explain.h"
#include "plim-format.h"

#include <locale.h>

static void
assert_text (char       *text,
             const char *expected)
{
  g_autofree char *owned = text;

  g_assert_cmpstr (owned, ==, expected);
}

static void
test_formula (void)
{
  const PlimExplanation explanation = {
    .formula = "{0} × {1} ÷ ({2} − {3}²)",
    .n_factors = 4,
    .factors = {
      { "parameters", 8030261248, 1 },
      { "overhead", 12, 10 },
      { "third", 1, 3 },
      { "width", 4096, 1 },
    },
  };

  assert_text (plim_explain_formula (&explanation), "parameters × overhead ÷ (third − width²)");
  assert_text (plim_explain_formula_c (&explanation), "parameters × overhead ÷ (third − width²)");
  assert_text (plim_explain_numbers (&explanation), "8,030,261,248 × 1.2 ÷ ((1/3) − 4,096²)");
  assert_text (plim_explain_substituted (&explanation), "8030261248 * 1.2 / ((1/3) - 4096^2)");
}

static void
test_factors (void)
{
  static const struct
  {
    PlimFactor  factor;
    const char *text;
  } rows[] = {
    { { "", 6738415616, 1 }, "6,738,415,616" },
    { { "", 1, 2 }, "0.5" },
    { { "", 12, 10 }, "1.2" },
    { { "", 36, 64 }, "0.5625" },
    { { "", 1, 10000 }, "0.0001" },
    { { "", 35600000, 1000000 }, "35.6" },
    { { "", 4, 2 }, "2" },
    { { "", 50, 13 }, "50/13" },
    { { "", 0, 7 }, "0" },
    { { "", G_MAXINT64, 1 }, "9,223,372,036,854,775,807" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_text (plim_explain_factor_value (&rows[i].factor), rows[i].text);
}

/* More than ten factors, a stray brace, no formula */
static void
test_templates (void)
{
  PlimExplanation explanation = { .formula = "{0} + {10}", .n_factors = 11 };

  for (guint i = 0; i < 11; i++)
    explanation.factors[i] = (PlimFactor) { "factor", i + 1, 1 };

  assert_text (plim_explain_numbers (&explanation), "1 + 11");

  explanation.formula = "{99}{";
  assert_text (plim_explain_numbers (&explanation), "");

  explanation.formula = NULL;
  assert_text (plim_explain_formula (&explanation), "");
}

static void
test_depends (void)
{
  const PlimExplanation explanation = {
    .depends = PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) | PLIM_FIELD_BIT (PLIM_FIELD_MODEL) |
               PLIM_FIELD_BIT (PLIM_FIELD_DEADLINE) | PLIM_FIELD_BIT (PLIM_FIELD_BATCH),
  };
  PlimInputs inputs;

  /* The deadline matters for a rule alone, and serving has another word for the batch. */
  plim_inputs_init (&inputs);
  assert_text (plim_explain_depends (&inputs, &explanation), "Model, Sequences at Once, Context");
  assert_text (plim_explain_depends (&inputs, &(PlimExplanation) { 0 }), "");
}

static void
test_held (void)
{
  PlimTerm term = { .id = PLIM_TERM_ACTIVATIONS };

  assert_text (plim_explain_held (&term), "");

  term.bytes_at[PLIM_MOMENT_FORWARD] = 1;
  assert_text (plim_explain_held (&term), "Forward");

  term.bytes_at[PLIM_MOMENT_BACKWARD] = 1;
  assert_text (plim_explain_held (&term), "Forward to Backward");

  term.id = PLIM_TERM_WEIGHTS;
  assert_text (plim_explain_held (&term), "Kept from start to end");
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/explain/formula", test_formula);
  g_test_add_func ("/explain/factors", test_factors);
  g_test_add_func ("/explain/templates", test_templates);
  g_test_add_func ("/explain/depends", test_depends);
  g_test_add_func ("/explain/held", test_held);

  return g_test_run ();
}
