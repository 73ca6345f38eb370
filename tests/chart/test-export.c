/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files: every format of every kind of chart is what its name says, SVG carries the labels as text. */

#include "charts.h"
#include "plim-export.h"

#include <glib/gstdio.h>
#include <string.h>

static GBytes *export (const PlimChartSpec *spec,
                       PlimExportFormat     format,
                       PlimPaletteId        palette,
                       guint                scale)
{
  PlimExportOptions  options = { .format = format, .palette = palette, .scale = scale, .width = 500 };
  g_autoptr (GError) error = NULL;
  GBytes            *bytes = NULL;

  g_assert_true (plim_export_chart (spec, NULL, &options, &bytes, &error));
  g_assert_no_error (error);
  return bytes;
}

static gboolean
begins_with (GBytes     *bytes,
             const char *text,
             gsize       length)
{
  gsize       size;
  const char *data = g_bytes_get_data (bytes, &size);

  return size > length && memcmp (data, text, length) == 0;
}

/* The bytes do not end in NUL. */
static gboolean
contains (GBytes     *bytes,
          const char *text)
{
  gsize       size;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_strstr_len (data, (gssize) size, text) != NULL;
}

/* The width in the header of a PNG file: bytes 16 to 19, big-endian. */
static guint32
png_width (GBytes *bytes)
{
  guint32 width;

  memcpy (&width, (const char *) g_bytes_get_data (bytes, NULL) + 16, sizeof width);
  return GUINT32_FROM_BE (width);
}

static void
test_formats (void)
{
  GRand *random = g_rand_new_with_seed (7);

  for (guint form = 0; form < N_CHART_FORMS; form++)
    for (guint palette = 0; palette < PLIM_N_PALETTES; palette++)
      {
        g_autoptr (PlimChartSpec) spec = random_chart (random, form);
        g_autoptr (GBytes)        png = export (spec, PLIM_EXPORT_PNG, (PlimPaletteId) palette, 1);
        g_autoptr (GBytes)        pdf = export (spec, PLIM_EXPORT_PDF, (PlimPaletteId) palette, 1);
        g_autoptr (GBytes)        svg = export (spec, PLIM_EXPORT_SVG, (PlimPaletteId) palette, 1);

        g_assert_true (begins_with (png, "\211PNG\r\n\032\n", 8));
        g_assert_true (begins_with (pdf, "%PDF-", 5));
        g_assert_true (begins_with (svg, "<svg ", 5));
        g_assert_false (contains (svg, "nan"));
      }
  g_rand_free (random);
}

static void
test_scale (void)
{
  g_autoptr (PlimChartSpec) spec = sample_bar (PLIM_BAR_FULL, 23.5);
  g_autoptr (GBytes)        one = export (spec, PLIM_EXPORT_PNG, PLIM_PALETTE_LIGHT, 1);
  g_autoptr (GBytes)        three = export (spec, PLIM_EXPORT_PNG, PLIM_PALETTE_LIGHT, 3);

  g_assert_cmpuint (png_width (three), ==, 3 * png_width (one));
}

static void
ignore_element (G_GNUC_UNUSED GMarkupParseContext *parser,
                const char                        *name,
                G_GNUC_UNUSED const char         **attributes,
                G_GNUC_UNUSED const char         **values,
                gpointer                           data,
                G_GNUC_UNUSED GError             **error)
{
  if (strcmp (name, "text") == 0)
    (*(guint *) data)++;
}

/* Well-formed, accessible, the labels as text, the hatch as a pattern. */
static void
test_svg (void)
{
  static const GMarkupParser markup = { .start_element = ignore_element };
  static const char *const   parts[] = { ">Weights<", ">9.8<", ">rest over<", "<pattern id=\"p1\"",
                                         "fill=\"url(#p", "role=\"img\"", ">Memory &amp; more</title>",
                                         ">Logits take most.</desc>" };
  g_autoptr (PlimChartSpec)  spec = sample_bar (PLIM_BAR_FULL, 9);
  g_autoptr (GBytes)         bytes = export (spec, PLIM_EXPORT_SVG, PLIM_PALETTE_LIGHT, 1);
  gsize                      size;
  const char                *data = g_bytes_get_data (bytes, &size);
  g_autofree char           *text = g_strndup (data, size);
  guint                      n_texts = 0;
  GMarkupParseContext       *parser = g_markup_parse_context_new (&markup, 0, &n_texts, NULL);
  g_autoptr (GError)         error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (!strstr (text, parts[i]))
      g_error ("no %s in %s", parts[i], text);
  g_markup_parse_context_parse (parser, text, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (parser, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_texts, >=, 6);
  g_markup_parse_context_free (parser);
}

static void
test_file (void)
{
  g_autoptr (PlimChartSpec) spec = sample_bar (PLIM_BAR_FULL, 23.5);
  g_autofree char          *folder = g_dir_make_tmp ("plimsoll-XXXXXX", NULL);
  g_autofree char          *path = g_build_filename (folder, "Chart.SVG", NULL);
  g_autofree char          *missing = g_build_filename (folder, "none", "chart.svg", NULL);
  PlimExportOptions         options = { .scale = 1 };
  g_autoptr (GError)        error = NULL;
  g_autofree char          *text = NULL;

  g_assert_true (plim_export_format_from_path (path, &options.format));
  g_assert_cmpint (options.format, ==, PLIM_EXPORT_SVG);
  g_assert_false (plim_export_format_from_path ("chart.bmp", &options.format));
  g_assert_true (plim_export_chart (spec, path, &options, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_suffix (text, "</svg>\n"));
  g_assert_false (plim_export_chart (spec, missing, &options, NULL, &error));
  g_assert_nonnull (error);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export/formats", test_formats);
  g_test_add_func ("/export/scale", test_scale);
  g_test_add_func ("/export/svg", test_svg);
  g_test_add_func ("/export/file", test_file);
  return g_test_run ();
}
