/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A recursive descent over the template: sums of products of factors, numbers, squares, parentheses and functions. */

#include "evaluate.h"

#include <string.h>

typedef struct
{
  const char            *text;
  const PlimExplanation *explanation;
} Parser;

static Fraction parse_sum (Parser *parser);

static Wide
greatest_common_divisor (Wide a,
                         Wide b)
{
  while (b != 0)
    {
      Wide rest = a % b;

      a = b;
      b = rest;
    }

  return a < 0 ? -a : a;
}

static Fraction
reduce (Wide numerator,
        Wide denominator)
{
  Wide divisor = greatest_common_divisor (numerator, denominator);

  g_assert_true (denominator != 0);

  return (Fraction) { numerator / divisor, denominator / divisor };
}

static Fraction
multiply (Fraction a,
          Fraction b)
{
  Fraction left = reduce (a.numerator, b.denominator);
  Fraction right = reduce (b.numerator, a.denominator);
  Wide     numerator;
  Wide     denominator;

  g_assert_false (__builtin_mul_overflow (left.numerator, right.numerator, &numerator));
  g_assert_false (__builtin_mul_overflow (left.denominator, right.denominator, &denominator));

  return reduce (numerator, denominator);
}

static Fraction
invert (Fraction a)
{
  return (Fraction) { a.denominator, a.numerator };
}

static Fraction
add (Fraction a,
     Fraction b)
{
  return reduce (a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

static Fraction
negate (Fraction a)
{
  return (Fraction) { -a.numerator, a.denominator };
}

static Wide
floor_of (Fraction a)
{
  return a.numerator / a.denominator - (a.numerator % a.denominator < 0);
}

static gboolean
is_less (Fraction a,
         Fraction b)
{
  return add (a, negate (b)).numerator < 0;
}

static gboolean
accept (Parser     *parser,
        const char *token)
{
  while (*parser->text == ' ')
    parser->text++;

  if (!g_str_has_prefix (parser->text, token))
    return FALSE;

  parser->text += strlen (token);
  return TRUE;
}

static void
expect (Parser     *parser,
        const char *token)
{
  if (!accept (parser, token))
    g_error ("“%s”: “%s” expected at “%s”", parser->explanation->formula, token, parser->text);
}

static gint64
parse_digits (Parser *parser)
{
  char  *end;
  gint64 value = g_ascii_strtoll (parser->text, &end, 10);

  g_assert_true (end != parser->text);
  parser->text = end;

  return value;
}

static Fraction
parse_pair (Parser  *parser,
            gboolean is_max)
{
  Fraction a = parse_sum (parser);
  Fraction b;

  expect (parser, ",");
  b = parse_sum (parser);
  expect (parser, ")");

  return is_less (a, b) == is_max ? b : a;
}

static Fraction
parse_primary (Parser *parser)
{
  Fraction value;

  if (accept (parser, "max("))
    return parse_pair (parser, TRUE);
  if (accept (parser, "min("))
    return parse_pair (parser, FALSE);

  if (accept (parser, "ceil("))
    {
      value = parse_sum (parser);
      expect (parser, ")");
      return (Fraction) { -floor_of (negate (value)), 1 };
    }
  if (accept (parser, "floor("))
    {
      value = parse_sum (parser);
      expect (parser, ")");
      return (Fraction) { floor_of (value), 1 };
    }
  if (accept (parser, "("))
    {
      value = parse_sum (parser);
      expect (parser, ")");
      return value;
    }
  if (accept (parser, "{"))
    {
      gint64            index = parse_digits (parser);
      const PlimFactor *factor = &parser->explanation->factors[index];

      expect (parser, "}");
      g_assert_cmpint (index, <, parser->explanation->n_factors);
      g_assert_nonnull (factor->name);
      return reduce (factor->numerator, factor->denominator);
    }

  return (Fraction) { parse_digits (parser), 1 };
}

static Fraction
parse_square (Parser *parser)
{
  Fraction value = parse_primary (parser);

  return accept (parser, "²") ? multiply (value, value) : value;
}

static Fraction
parse_product (Parser *parser)
{
  Fraction value = parse_square (parser);

  while (TRUE)
    {
      if (accept (parser, "×"))
        value = multiply (value, parse_square (parser));
      else if (accept (parser, "÷"))
        value = multiply (value, invert (parse_square (parser)));
      else
        return value;
    }
}

static Fraction
parse_sum (Parser *parser)
{
  Fraction value = parse_product (parser);

  while (TRUE)
    {
      if (accept (parser, "+"))
        value = add (value, parse_product (parser));
      else if (accept (parser, "−"))
        value = add (value, negate (parse_product (parser)));
      else
        return value;
    }
}

Fraction
evaluate_explanation (const PlimExplanation *explanation)
{
  Parser   parser = { explanation->formula, explanation };
  Fraction value;

  g_assert_nonnull (explanation->formula);
  value = parse_sum (&parser);
  g_assert_cmpstr (parser.text, ==, "");

  return value;
}

gint64
evaluate_bytes (const PlimExplanation *explanation)
{
  Fraction value = evaluate_explanation (explanation);

  return (gint64) -floor_of (negate (value));
}

double
evaluate_number (const PlimExplanation *explanation)
{
  Fraction value = evaluate_explanation (explanation);

  return (double) value.numerator / (double) value.denominator;
}

gint64
held_bytes (const PlimEstimate *estimate,
            PlimTermId          id,
            PlimMoment          moment)
{
  gint64 bytes = 0;

  for (guint i = 0; i < estimate->n_terms; i++)
    if (estimate->terms[i].id == id)
      bytes += estimate->terms[i].bytes_at[moment];

  return bytes;
}
