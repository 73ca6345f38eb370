/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Colours and patterns of charts by meaning, one table a theme: charts name an ink, never a colour. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* 0 to 1 each, alpha not multiplied in. */
typedef struct
{
  double red;
  double green;
  double blue;
  double alpha;
} PlimColor;

typedef enum
{
  PLIM_PATTERN_SOLID,
  PLIM_PATTERN_SPARSE_DOTS,
  PLIM_PATTERN_DENSE_DOTS,
  PLIM_PATTERN_RISING,       /* diagonal lines as in / */
  PLIM_PATTERN_FALLING,      /* diagonal lines as in \ */
  PLIM_PATTERN_HORIZONTAL,
  PLIM_PATTERN_VERTICAL,
  PLIM_PATTERN_HATCH,        /* lines as in /, every 8 px, 1.6 px wide */
  PLIM_PATTERN_FINE_HATCH,   /* lines as in /, every 4 px */
  PLIM_N_PATTERNS
} PlimPattern;

typedef struct
{
  PlimColor   color;         /* the ground; alpha 0 = none */
  PlimColor   pattern_color;
  PlimPattern pattern;
  PlimColor   label;         /* text on it: black or white by contrast */
} PlimPaint;

/* Everything that has a colour.  The first are the families of parts, in the order of PlimPart. */
typedef enum
{
  PLIM_INK_LOGITS = PLIM_N_PARTS, /* as activations, but told apart in print */
  PLIM_INK_FOREGROUND,
  PLIM_INK_DIM,
  PLIM_INK_CARD,
  PLIM_INK_ERROR,
  PLIM_INK_LOAD_LINE,
  PLIM_INK_EDGE,
  PLIM_INK_SEPARATOR,
  PLIM_INK_TRACK,
  PLIM_INK_GRID,
  PLIM_INK_AXIS,
  PLIM_INK_VEIL,
  PLIM_INK_OVER_HATCH,
  PLIM_INK_RESERVED_HATCH,
  PLIM_INK_ZONE_HATCH,
  PLIM_INK_ACCENT,
  PLIM_INK_HOVER,
  PLIM_INK_SERIES,
  PLIM_INK_NEIGHBOUR,
  PLIM_INK_BAND,
  PLIM_INK_TINT,
  PLIM_INK_RULE,
  PLIM_N_INKS
} PlimInk;

typedef enum
{
  PLIM_PALETTE_LIGHT,
  PLIM_PALETTE_DARK,
  PLIM_PALETTE_HIGH_CONTRAST,
  PLIM_PALETTE_HIGH_CONTRAST_DARK,
  PLIM_PALETTE_PRINT,        /* black on white, patterns instead of colours */
  PLIM_N_PALETTES
} PlimPaletteId;

typedef struct
{
  PlimPaint paints[PLIM_N_INKS];
  gboolean  is_print;        /* labels on parts stand on a plate; over capacity has a rule instead of a hatch */
} PlimPalette;

/* Fills @palette.  Screens may then replace the card and the accent by those of the theme. */
void plim_palette_init (PlimPalette  *palette,
                        PlimPaletteId id);

/* @over, which may be translucent, on the opaque @under. */
PlimColor plim_color_over (const PlimColor *over,
                           const PlimColor *under);

/* Contrast ratio of two opaque colours, 1 to 21.  WCAG 2.2, "contrast ratio" and "relative luminance". */
double plim_color_contrast (const PlimColor *a,
                            const PlimColor *b);

G_END_DECLS
