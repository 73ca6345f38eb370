/* SPDX-License-Identifier: GPL-3.0-or-later */

/* {"NAME":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},…}, the three members in any order, blanks anywhere.
 *
 * The NUL behind the text is in none of the expected places, so that every step ends there at the latest. */

#include "plim-safetensors-scan.h"

#include <string.h>

/* Numbers of so many digits fit a gint64. */
#define MOST_DIGITS 18

void
plim_scan_init (PlimScan   *scan,
                const char *text,
                gsize       size)
{
  *scan = (PlimScan) { .at = text, .end = text + size };
}

static void
skip_blanks (PlimScan *scan)
{
  while (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t')
    scan->at++;
}

/* Takes @character with the blanks before it. */
static gboolean
take (PlimScan *scan,
      char      character)
{
  if (*scan->at != character)
    skip_blanks (scan);
  if (*scan->at != character)
    return FALSE;
  scan->at++;

  return TRUE;
}

/* Eight times the byte @byte. */
#define EACH(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (guint8) (byte))

/* FALSE when none of the eight bytes of @piece is a quote, a backslash, a control character or beyond ASCII; may be
 * TRUE for nothing. */
static gboolean
may_end (guint64 piece)
{
  guint64 quotes = piece ^ EACH ('"');
  guint64 slashes = piece ^ EACH ('\\');
  guint64 found = ((piece - EACH (' ')) & ~piece) | ((quotes - EACH (1)) & ~quotes) |
                  ((slashes - EACH (1)) & ~slashes) | piece;

  return (found & EACH (0x80)) != 0;
}

/* Takes a text of printable ASCII without escapes. */
static gboolean
take_text (PlimScan    *scan,
           const char **text,
           gsize       *bytes)
{
  const char *at;

  if (!take (scan, '"'))
    return FALSE;

  at = scan->at;
  for (guint64 piece; (gsize) (scan->end - at) >= sizeof piece; at += sizeof piece)
    {
      memcpy (&piece, at, sizeof piece);
      if (may_end (piece))
        break;
    }
  while (*at >= ' ' && *at <= '~' && *at != '"' && *at != '\\')
    at++;
  if (*at != '"')
    return FALSE;
  *text = scan->at;
  *bytes = (gsize) (at - scan->at);
  scan->at = at + 1;

  return TRUE;
}

static gboolean
take_number (PlimScan *scan,
             gint64   *number)
{
  const char *start;

  skip_blanks (scan);
  start = scan->at;
  *number = 0;
  while (g_ascii_isdigit (*scan->at) && scan->at - start < MOST_DIGITS)
    *number = *number * 10 + (*scan->at++ - '0');

  /* JSON has no leading zeros; a longer number has a digit where none is expected. */
  return scan->at > start && (*start != '0' || scan->at - start == 1);
}

/* Takes a list of at most @most numbers. */
static gboolean
take_numbers (PlimScan *scan,
              gint64   *numbers,
              guint     most,
              guint    *n_numbers)
{
  *n_numbers = 0;
  if (!take (scan, '['))
    return FALSE;
  if (take (scan, ']'))
    return TRUE;

  do
    {
      if (*n_numbers == most || !take_number (scan, &numbers[*n_numbers]))
        return FALSE;
      *n_numbers += 1;
    }
  while (take (scan, ','));

  return take (scan, ']');
}

/* TRUE when the @bytes of @text are @word, a literal. */
#define IS_WORD(text, bytes, word) ((bytes) == sizeof (word) - 1 && memcmp (text, word, sizeof (word) - 1) == 0)

static gboolean
take_member (PlimScan      *scan,
             PlimScanEntry *entry,
             gboolean      *has_members)
{
  const char *name;
  gsize       bytes;
  gint64      span[2];
  guint       n_numbers;
  guint       member;
  gboolean    is_taken;

  if (!take_text (scan, &name, &bytes) || !take (scan, ':'))
    return FALSE;

  if (IS_WORD (name, bytes, "dtype"))
    {
      member = 0;
      is_taken = take_text (scan, &entry->type, &entry->type_bytes);
    }
  else if (IS_WORD (name, bytes, "shape"))
    {
      member = 1;
      is_taken = take_numbers (scan, entry->dimensions, PLIM_TENSOR_MOST_DIMENSIONS, &entry->n_dimensions);
    }
  else if (IS_WORD (name, bytes, "data_offsets"))
    {
      member = 2;
      is_taken = take_numbers (scan, span, 2, &n_numbers) && n_numbers == 2;
      entry->begin = is_taken ? span[0] : 0;
      entry->end = is_taken ? span[1] : 0;
    }
  else
    {
      return FALSE;
    }
  if (has_members[member])
    return FALSE;
  has_members[member] = TRUE;

  return is_taken;
}

static gboolean
take_tensor (PlimScan      *scan,
             PlimScanEntry *entry)
{
  gboolean has_members[3] = { FALSE };

  if (!take (scan, '{'))
    return FALSE;

  do
    if (!take_member (scan, entry, has_members))
      return FALSE;
  while (take (scan, ','));

  return take (scan, '}') && has_members[0] && has_members[1] && has_members[2];
}

/* Takes an object by its braces; what is between them is looked at by a JSON reader. */
static gboolean
take_object (PlimScan      *scan,
             PlimScanEntry *entry)
{
  guint    depth = 0;
  gboolean is_in_text = FALSE;

  skip_blanks (scan);
  entry->value = scan->at;
  if (*scan->at != '{')
    return FALSE;

  do
    {
      if (scan->at >= scan->end)
        return FALSE;
      if (is_in_text && *scan->at == '\\')
        scan->at++;
      else if (*scan->at == '"')
        is_in_text = !is_in_text;
      else if (!is_in_text && *scan->at == '{')
        depth++;
      else if (!is_in_text && *scan->at == '}')
        depth--;
      scan->at++;
    }
  while (depth > 0);
  entry->value_bytes = (gsize) (scan->at - entry->value);

  return scan->at <= scan->end;
}

/* The end of the header, blanks behind it. */
static PlimScanResult
take_end (PlimScan *scan)
{
  if (!take (scan, '}'))
    return PLIM_SCAN_OTHER;
  skip_blanks (scan);

  return scan->at == scan->end ? PLIM_SCAN_END : PLIM_SCAN_OTHER;
}

PlimScanResult
plim_scan_next (PlimScan      *scan,
                PlimScanEntry *entry)
{
  if (!scan->is_inside)
    {
      scan->is_inside = TRUE;
      if (!take (scan, '{'))
        return PLIM_SCAN_OTHER;
      skip_blanks (scan);
      if (*scan->at == '}')
        return take_end (scan);
    }
  else if (!take (scan, ','))
    {
      return take_end (scan);
    }

  if (!take_text (scan, &entry->name, &entry->name_bytes) || !take (scan, ':'))
    return PLIM_SCAN_OTHER;
  if (IS_WORD (entry->name, entry->name_bytes, "__metadata__"))
    return take_object (scan, entry) ? PLIM_SCAN_METADATA : PLIM_SCAN_OTHER;

  return take_tensor (scan, entry) ? PLIM_SCAN_TENSOR : PLIM_SCAN_OTHER;
}
