/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A parser by descent: sum, product, factor. */

#include "config.h"

#include "plim-formula.h"

#include "plim-checked.h"

#include <string.h>

#define NAME_BYTES "abcdefghijklmnopqrstuvwxyz0123456789_"

typedef struct
{
  const char       *at;
  PlimFormulaLookup lookup;
  gconstpointer     data;
  gboolean          is_known; /* FALSE once anything was not */
} Parser;

static gint64 read_sum (Parser *parser);

static gboolean
take (Parser *parser,
      char    byte)
{
  parser->at += strspn (parser->at, " ");
  if (*parser->at != byte)
    return FALSE;

  parser->at++;
  return TRUE;
}

static gint64
unknown (Parser *parser)
{
  parser->is_known = FALSE;
  return 0;
}

static gint64
read_factor (Parser *parser)
{
  const char *start;
  gsize       length;
  gint64      value;

  if (take (parser, '('))
    {
      value = read_sum (parser);
      return take (parser, ')') ? value : unknown (parser);
    }

  start = parser->at;
  length = strspn (start, NAME_BYTES);
  if (length == 0)
    return unknown (parser);
  if (g_ascii_isdigit (*start))
    return g_ascii_strtoll (start, (char **) &parser->at, 10);

  parser->at += length;
  value = parser->lookup (start, length, parser->data);

  return value != PLIM_FORMULA_UNKNOWN ? value : unknown (parser);
}

static gint64
read_product (Parser *parser)
{
  gint64 value = read_factor (parser);

  for (;;)
    if (take (parser, '*'))
      {
        value = plim_multiply (value, read_factor (parser));
      }
    else if (take (parser, '/'))
      {
        gint64 divisor = read_factor (parser);

        value = divisor > 0 ? value / divisor : unknown (parser);
      }
    else
      {
        return value;
      }
}

static gint64
read_sum (Parser *parser)
{
  gint64 value = read_product (parser);

  while (take (parser, '+'))
    value = plim_add (value, read_product (parser));

  return value;
}

gint64
plim_formula_evaluate (const char       *formula,
                       PlimFormulaLookup lookup,
                       gconstpointer     data)
{
  Parser parser = { formula, lookup, data, TRUE };
  gint64 value = read_sum (&parser);

  return parser.is_known && *parser.at == '\0' ? value : PLIM_FORMULA_UNKNOWN;
}
