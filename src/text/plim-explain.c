/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See plim-explain.h.  A template is copied with each {N} replaced by a name or a value. */

#include "config.h"

#include "plim-explain.h"

#include "plim-separators.h"
#include "plim-wording.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_DECIMALS 6

__extension__ typedef __int128 Wide;

/* What a factor becomes; newly allocated. */
typedef char *(*FactorText) (const PlimFactor *factor);

static const struct
{
  const char *sign;
  const char *ascii;
} operators[] = {
  { "×", "*" },
  { "÷", "/" },
  { "−", "-" },
  { "²", "^2" },
};

/* The value as C writes it: whole, or as a decimal that ends within six digits, else "a/b". */
static char *
plain_value (const PlimFactor *factor)
{
  Wide  scale = 1;
  char *whole;

  for (guint decimals = 0; decimals <= MOST_DECIMALS; decimals++, scale *= 10)
    {
      Wide    scaled = (Wide) factor->numerator * scale;
      guint64 fraction;

      if (scaled % factor->denominator != 0)
        continue;

      scaled /= factor->denominator;
      fraction = (guint64) (scaled % scale);
      whole = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) (scaled / scale));
      if (decimals > 0)
        {
          g_autofree char *owned = whole;

          whole = g_strdup_printf ("%s.%0*" G_GINT64_MODIFIER "u", owned, (int) decimals, fraction);
        }
      return whole;
    }

  return g_strdup_printf ("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, factor->numerator, factor->denominator);
}

char *
plim_explain_factor_value (const PlimFactor *factor)
{
  PlimSeparators   separators = plim_separators_get ();
  g_autofree char *plain = plain_value (factor);

  return plim_separators_apply (&separators, plain);
}

/* A value that stands in a formula. */
static char *
in_parentheses (char *value)
{
  g_autofree char *owned = value;

  return strchr (owned, '/') != NULL ? g_strconcat ("(", owned, ")", NULL) : g_steal_pointer (&owned);
}

static char *
number_text (const PlimFactor *factor)
{
  return in_parentheses (plim_explain_factor_value (factor));
}

static char *
plain_text (const PlimFactor *factor)
{
  return in_parentheses (plain_value (factor));
}

static char *
translated_name (const PlimFactor *factor)
{
  return g_strdup (_ (factor->name));
}

static char *
plain_name (const PlimFactor *factor)
{
  return g_strdup (factor->name);
}

static char *
fill (const PlimExplanation *explanation,
      FactorText             text)
{
  GString    *filled = g_string_new (NULL);
  const char *p = explanation->formula != NULL ? explanation->formula : "";

  while (*p != '\0')
    {
      guint64 index;
      char   *end;

      if (*p != '{')
        {
          g_string_append_c (filled, *p++);
          continue;
        }

      index = g_ascii_strtoull (p + 1, &end, 10);
      if (*end == '}' && index < explanation->n_factors)
        {
          g_autofree char *part = text (&explanation->factors[index]);

          g_string_append (filled, part);
        }
      p = *end == '}' ? end + 1 : end;
    }

  return g_string_free_and_steal (filled);
}

char *
plim_explain_formula (const PlimExplanation *explanation)
{
  return fill (explanation, translated_name);
}

char *
plim_explain_formula_c (const PlimExplanation *explanation)
{
  return fill (explanation, plain_name);
}

char *
plim_explain_numbers (const PlimExplanation *explanation)
{
  return fill (explanation, number_text);
}

char *
plim_explain_substituted (const PlimExplanation *explanation)
{
  g_autofree char *filled = fill (explanation, plain_text);
  GString         *ascii = g_string_new (filled);

  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    g_string_replace (ascii, operators[i].sign, operators[i].ascii, 0);

  return g_string_free_and_steal (ascii);
}

char *
plim_explain_depends (const PlimInputs      *inputs,
                      const PlimExplanation *explanation)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  for (guint id = 0; id < PLIM_N_FIELDS; id++)
    if ((explanation->depends & PLIM_FIELD_BIT (id)) != 0 && plim_inputs_uses_field (inputs, id))
      g_ptr_array_add (labels, (gpointer) plim_field_label_for (inputs, id));
  g_ptr_array_add (labels, NULL);

  /* Translators: between the entries of a list */
  return g_strjoinv (_ (", "), (char **) labels->pdata);
}

char *
plim_explain_held (const PlimTerm *term)
{
  int first = -1;
  int last = -1;

  for (int moment = 0; moment < PLIM_N_MOMENTS; moment++)
    if (term->bytes_at[moment] > 0)
      {
        first = first < 0 ? moment : first;
        last = moment;
      }

  if (first < 0)
    return g_strdup ("");
  if (plim_term_info (term->id)->persistence == PLIM_KEPT)
    return g_strdup (_ ("Kept from start to end"));
  if (first == last)
    return g_strdup (plim_moment_text ((PlimMoment) first));

  /* Translators: moments of a training step: "Forward to Backward" */
  return g_strdup_printf (_ ("%s to %s"), plim_moment_text ((PlimMoment) first), plim_moment_text ((PlimMoment) last));
}
