/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Colours: the contrast formula against known ratios, then every pair text can stand on in every theme. */

#include "plim-palette.h"

#include <math.h>

static PlimColor
gray (double value)
{
  return (PlimColor) { value, value, value, 1 };
}

/* WCAG 2.2: black on white is 21:1, a colour on itself 1:1; #767676 on white is the well-known 4.54:1. */
static void
test_formula (void)
{
  PlimColor black = gray (0);
  PlimColor white = gray (1);
  PlimColor middle = gray (0x76 / 255.0);

  g_assert_cmpfloat_with_epsilon (plim_color_contrast (&black, &white), 21, 1e-9);
  g_assert_cmpfloat_with_epsilon (plim_color_contrast (&white, &black), 21, 1e-9);
  g_assert_cmpfloat_with_epsilon (plim_color_contrast (&middle, &middle), 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (plim_color_contrast (&middle, &white), 4.54, 0.005);
}

/* The ratios of the design: white on blue, on red; black on yellow, on brown. */
static void
test_ratios (void)
{
  static const struct
  {
    PlimInk ink;
    double  ratio;
    double  label; /* lightness of the label */
  } expected[] = {
    { (PlimInk) PLIM_PART_WEIGHTS, 6.3, 1 },
    { (PlimInk) PLIM_PART_OPTIMIZER, 7.5, 1 },
    { (PlimInk) PLIM_PART_EVALUATION, 11.3, 1 },
    { (PlimInk) PLIM_PART_ADAPTERS, 11.3, 0 },
    { (PlimInk) PLIM_PART_GRADIENTS, 6.4, 0 },
    { PLIM_INK_LOGITS, 14.3, 0 },
    { (PlimInk) PLIM_PART_CACHE, 11.4, 0 },
    { (PlimInk) PLIM_PART_OVERHEAD, 4.7, 0 },
  };
  PlimPalette palette;

  plim_palette_init (&palette, PLIM_PALETTE_LIGHT);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const PlimPaint *paint = &palette.paints[expected[i].ink];

      g_assert_cmpfloat (paint->label.red, ==, expected[i].label);
      g_assert_cmpfloat_with_epsilon (plim_color_contrast (&paint->color, &paint->label), expected[i].ratio, 0.06);
    }
}

static void
test_contrast (gconstpointer data)
{
  static const PlimInk texts[] = { PLIM_INK_FOREGROUND, PLIM_INK_DIM, PLIM_INK_ERROR };
  PlimPalette          palette;
  const PlimColor     *card = &palette.paints[PLIM_INK_CARD].color;

  plim_palette_init (&palette, (PlimPaletteId) GPOINTER_TO_UINT (data));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const PlimColor *text = &palette.paints[texts[i]].color;
      PlimColor        tinted = plim_color_over (&palette.paints[PLIM_INK_TINT].color, card);

      g_assert_cmpfloat (plim_color_contrast (text, card), >=, 4.5);
      g_assert_cmpfloat (plim_color_contrast (text, &tinted), >=, 4.5);
    }
  for (guint i = 0; i <= PLIM_INK_LOGITS && !palette.is_print; i++)
    {
      const PlimPaint *paint = &palette.paints[i];

      g_assert_cmpfloat (plim_color_contrast (&paint->color, &paint->label), >=, 4.5);
    }
  /* Lines need 3:1 (WCAG 2.2, 1.4.11). */
  {
    PlimColor line = plim_color_over (&palette.paints[PLIM_INK_LOAD_LINE].color, card);

    g_assert_cmpfloat (plim_color_contrast (&line, card), >=, 3);
    g_assert_cmpfloat (plim_color_contrast (&palette.paints[PLIM_INK_SERIES].color, card), >=, 3);
    g_assert_cmpfloat (plim_color_contrast (&palette.paints[PLIM_INK_NEIGHBOUR].color, card), >=, 3);
  }
}

/* Print tells families apart without colour: no two alike. */
static void
test_print (void)
{
  PlimPalette palette;

  plim_palette_init (&palette, PLIM_PALETTE_PRINT);
  for (guint i = 0; i <= PLIM_INK_LOGITS; i++)
    for (guint j = 0; j < i; j++)
      {
        const PlimPaint *a = &palette.paints[i];
        const PlimPaint *b = &palette.paints[j];

        g_assert_true (a->pattern != b->pattern || fabs (a->color.red - b->color.red) > 0.2);
        g_assert_cmpfloat (a->color.red, ==, a->color.blue);
      }
}

int
main (int    argc,
      char **argv)
{
  static const char *const names[PLIM_N_PALETTES] = { "light", "dark", "high-contrast", "high-contrast-dark", "print" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/palette/formula", test_formula);
  g_test_add_func ("/palette/ratios", test_ratios);
  g_test_add_func ("/palette/print", test_print);
  for (guint i = 0; i < PLIM_N_PALETTES; i++)
    {
      g_autofree char *path = g_strconcat ("/palette/contrast/", names[i], NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_contrast);
    }
  return g_test_run ();
}
