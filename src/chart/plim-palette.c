/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Colours and patterns of charts.
 *
 * The hues are those of the GNOME palette.  Each table lists what differs from the light one; translucent
 * foregrounds give edges, grids and veils.  Labels on parts are black or white, whichever contrasts more. */

#include "plim-palette.h"

#include <math.h>

typedef struct
{
  PlimInk     ink;
  guint32     rgb;
  double      alpha;
  PlimPattern pattern;
  guint32     pattern_rgb;
  double      pattern_alpha;
} PaintRow;

static const PaintRow light[] = {
  { (PlimInk) PLIM_PART_WEIGHTS, 0x1a5fb4, 1 },
  { (PlimInk) PLIM_PART_ADAPTERS, 0x99c1f1, 1 },
  { (PlimInk) PLIM_PART_OPTIMIZER, 0xa51d2d, 1 },
  { (PlimInk) PLIM_PART_GRADIENTS, 0xb5835a, 1 },
  { (PlimInk) PLIM_PART_ACTIVATIONS, 0xf6d32d, 1 },
  { (PlimInk) PLIM_PART_CACHE, 0xc0bfbc, 1 },
  { (PlimInk) PLIM_PART_OVERHEAD, 0x77767b, 1 },
  { (PlimInk) PLIM_PART_EVALUATION, 0x3d3846, 1, PLIM_PATTERN_SPARSE_DOTS, 0xffffff, 0.35 },
  { PLIM_INK_LOGITS, 0xf6d32d, 1 },
  { PLIM_INK_FOREGROUND, 0x2e3436, 1 },
  { PLIM_INK_DIM, 0x5e5c64, 1 },
  { PLIM_INK_CARD, 0xffffff, 1 },
  { PLIM_INK_ERROR, 0xc01c28, 1 },
  { PLIM_INK_LOAD_LINE, 0x000000, 0.8 },
  { PLIM_INK_EDGE, 0x000000, 0.35 },
  { PLIM_INK_SEPARATOR, 0xffffff, 1 },
  { PLIM_INK_TRACK, 0x000000, 0.05 },
  { PLIM_INK_GRID, 0x000000, 0.1 },
  { PLIM_INK_AXIS, 0x000000, 0.32 },
  { PLIM_INK_VEIL, 0xffffff, 0.5 },
  { PLIM_INK_OVER_HATCH, 0, 0, PLIM_PATTERN_HATCH, 0x000000, 0.55 },
  { PLIM_INK_RESERVED_HATCH, 0, 0, PLIM_PATTERN_FINE_HATCH, 0x000000, 0.3 },
  { PLIM_INK_ZONE_HATCH, 0, 0, PLIM_PATTERN_HATCH, 0x000000, 0.07 },
  { PLIM_INK_ACCENT, 0x3584e4, 1 },
  { PLIM_INK_HOVER, 0xffffff, 0.18 },
  { PLIM_INK_SERIES, 0x1a5fb4, 1 },
  { PLIM_INK_NEIGHBOUR, 0x77767b, 1 },
  { PLIM_INK_BAND, 0x1a5fb4, 0.18 },
  { PLIM_INK_TINT, 0x1a5fb4, 0.14 },
  { PLIM_INK_RULE, 0xc0bfbc, 1 },
};

static const PaintRow dark[] = {
  { (PlimInk) PLIM_PART_WEIGHTS, 0x1c71d8, 1 },
  { (PlimInk) PLIM_PART_GRADIENTS, 0xe66100, 1 },
  { PLIM_INK_FOREGROUND, 0xffffff, 1 },
  { PLIM_INK_DIM, 0xc0bfbc, 1 },
  { PLIM_INK_CARD, 0x343437, 1 },
  { PLIM_INK_ERROR, 0xff7b63, 1 },
  { PLIM_INK_LOAD_LINE, 0xffffff, 1 },
  { PLIM_INK_EDGE, 0xffffff, 0.35 },
  { PLIM_INK_SEPARATOR, 0x343437, 1 },
  { PLIM_INK_TRACK, 0xffffff, 0.05 },
  { PLIM_INK_GRID, 0xffffff, 0.1 },
  { PLIM_INK_AXIS, 0xffffff, 0.32 },
  { PLIM_INK_VEIL, 0x343437, 0.45 },
  { PLIM_INK_OVER_HATCH, 0, 0, PLIM_PATTERN_HATCH, 0xffffff, 0.62 },
  { PLIM_INK_RESERVED_HATCH, 0, 0, PLIM_PATTERN_FINE_HATCH, 0xffffff, 0.3 },
  { PLIM_INK_ZONE_HATCH, 0, 0, PLIM_PATTERN_HATCH, 0xffffff, 0.08 },
  { PLIM_INK_SERIES, 0x62a0ea, 1 },
  { PLIM_INK_NEIGHBOUR, 0xc0bfbc, 1 },
  { PLIM_INK_BAND, 0x62a0ea, 0.25 },
  { PLIM_INK_TINT, 0x153c70, 0.6 },
};

static const PaintRow high_contrast[] = {
  { PLIM_INK_FOREGROUND, 0x000000, 1 },
  { PLIM_INK_DIM, 0x000000, 1 },
  { PLIM_INK_LOAD_LINE, 0x000000, 1 },
  { PLIM_INK_EDGE, 0x000000, 1 },
  { PLIM_INK_SEPARATOR, 0x000000, 1 },
  { PLIM_INK_GRID, 0x000000, 0.4 },
  { PLIM_INK_AXIS, 0x000000, 1 },
  { PLIM_INK_NEIGHBOUR, 0x000000, 1 },
};

static const PaintRow high_contrast_dark[] = {
  { PLIM_INK_DIM, 0xffffff, 1 },
  { PLIM_INK_EDGE, 0xffffff, 1 },
  { PLIM_INK_SEPARATOR, 0xffffff, 1 },
  { PLIM_INK_GRID, 0xffffff, 0.4 },
  { PLIM_INK_AXIS, 0xffffff, 1 },
  { PLIM_INK_NEIGHBOUR, 0xffffff, 1 },
};

static const PaintRow print[] = {
  { (PlimInk) PLIM_PART_WEIGHTS, 0x4d4d4d, 1 },
  { (PlimInk) PLIM_PART_ADAPTERS, 0xffffff, 1, PLIM_PATTERN_SPARSE_DOTS, 0x000000, 1 },
  { (PlimInk) PLIM_PART_OPTIMIZER, 0xffffff, 1, PLIM_PATTERN_RISING, 0x000000, 1 },
  { (PlimInk) PLIM_PART_GRADIENTS, 0xffffff, 1, PLIM_PATTERN_FALLING, 0x000000, 1 },
  { (PlimInk) PLIM_PART_ACTIVATIONS, 0xffffff, 1 },
  { (PlimInk) PLIM_PART_CACHE, 0xffffff, 1, PLIM_PATTERN_VERTICAL, 0x000000, 1 },
  { (PlimInk) PLIM_PART_OVERHEAD, 0x999999, 1 },
  { (PlimInk) PLIM_PART_EVALUATION, 0xffffff, 1, PLIM_PATTERN_DENSE_DOTS, 0x000000, 1 },
  { PLIM_INK_LOGITS, 0xffffff, 1, PLIM_PATTERN_HORIZONTAL, 0x000000, 1 },
  { PLIM_INK_FOREGROUND, 0x000000, 1 },
  { PLIM_INK_DIM, 0x000000, 1 },
  { PLIM_INK_ERROR, 0x000000, 1 },
  { PLIM_INK_LOAD_LINE, 0x000000, 1 },
  { PLIM_INK_EDGE, 0x000000, 1 },
  { PLIM_INK_SEPARATOR, 0x000000, 1 },
  { PLIM_INK_VEIL, 0xffffff, 0 },
  { PLIM_INK_OVER_HATCH, 0xffffff, 0 },
  { PLIM_INK_SERIES, 0x000000, 1 },
  { PLIM_INK_NEIGHBOUR, 0x000000, 1 },
  { PLIM_INK_BAND, 0x000000, 0.15 },
  { PLIM_INK_TINT, 0x000000, 0.12 },
  { PLIM_INK_RULE, 0xd9d9d9, 1 },
};

static const PlimColor black = { 0, 0, 0, 1 };
static const PlimColor white = { 1, 1, 1, 1 };

static PlimColor
color_from_rgb (guint32 rgb,
                double  alpha)
{
  return (PlimColor) { ((rgb >> 16) & 0xff) / 255.0, ((rgb >> 8) & 0xff) / 255.0, (rgb & 0xff) / 255.0, alpha };
}

PlimColor
plim_color_over (const PlimColor *over,
                 const PlimColor *under)
{
  double a = over->alpha;

  return (PlimColor) { over->red * a + under->red * (1 - a), over->green * a + under->green * (1 - a),
                       over->blue * a + under->blue * (1 - a), 1 };
}

static double
linear (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
luminance (const PlimColor *color)
{
  return 0.2126 * linear (color->red) + 0.7152 * linear (color->green) + 0.0722 * linear (color->blue);
}

double
plim_color_contrast (const PlimColor *a,
                     const PlimColor *b)
{
  double first = luminance (a);
  double second = luminance (b);

  return (MAX (first, second) + 0.05) / (MIN (first, second) + 0.05);
}

static void
apply (PlimPalette    *palette,
       const PaintRow *rows,
       gsize           n_rows)
{
  for (gsize i = 0; i < n_rows; i++)
    {
      PlimPaint *paint = &palette->paints[rows[i].ink];

      paint->color = color_from_rgb (rows[i].rgb, rows[i].alpha);
      paint->pattern = rows[i].pattern;
      paint->pattern_color = color_from_rgb (rows[i].pattern_rgb, rows[i].pattern_alpha);
    }
}

void
plim_palette_init (PlimPalette  *palette,
                   PlimPaletteId id)
{
  gboolean is_dark = id == PLIM_PALETTE_DARK || id == PLIM_PALETTE_HIGH_CONTRAST_DARK;

  *palette = (PlimPalette) { .is_print = id == PLIM_PALETTE_PRINT };
  apply (palette, light, G_N_ELEMENTS (light));
  if (is_dark)
    apply (palette, dark, G_N_ELEMENTS (dark));
  if (id == PLIM_PALETTE_HIGH_CONTRAST)
    apply (palette, high_contrast, G_N_ELEMENTS (high_contrast));
  if (id == PLIM_PALETTE_HIGH_CONTRAST_DARK)
    apply (palette, high_contrast_dark, G_N_ELEMENTS (high_contrast_dark));
  if (id == PLIM_PALETTE_PRINT)
    apply (palette, print, G_N_ELEMENTS (print));

  for (guint i = 0; i < PLIM_N_INKS; i++)
    {
      PlimPaint *paint = &palette->paints[i];
      PlimColor  ground = plim_color_over (&paint->color, &palette->paints[PLIM_INK_CARD].color);
      gboolean   is_light = plim_color_contrast (&ground, &black) >= plim_color_contrast (&ground, &white);

      paint->label = is_light ? black : white;
    }
}
