/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Charts as files. */

#include "config.h"

#include "plim-export.h"

#include "plim-chart-layout.h"
#include "plim-safe-file.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#define DEFAULT_WIDTH 800
#define MARGIN        16.0
#define POINTS        0.75 /* a CSS pixel in points */

/* A placed chart with its ground and title. */
typedef struct
{
  const PlimChartSpec *spec;
  PlimChartLayout     *layout;
  PangoContext        *context;
  PlimPalette          palette;
  double               width;
  double               height;
  gboolean             is_rtl;
} Page;

static void
page_init (Page                    *page,
           const PlimChartSpec     *spec,
           const PlimExportOptions *options)
{
  g_autoptr (PangoLayout) title = NULL;
  int                     line_height;
  int                     width = options->width > 0 ? options->width : DEFAULT_WIDTH;

  *page = (Page) { .spec = spec, .is_rtl = options->is_rtl };
  page->context = plim_canvas_create_context (options->font);
  plim_palette_init (&page->palette, options->palette);
  page->layout = plim_chart_layout_new (spec, MIN (width, PLIM_EXPORT_MOST_PIXELS),
                                        MIN (options->height, PLIM_EXPORT_MOST_PIXELS), page->context,
                                        options->is_rtl);
  title = pango_layout_new (page->context);
  pango_layout_get_pixel_size (title, NULL, &line_height);
  plim_chart_layout_add_margin (page->layout, MARGIN, spec->title ? line_height + MARGIN / 2 : 0);
  page->width = plim_chart_layout_get_width (page->layout);
  page->height = plim_chart_layout_get_height (page->layout);
}

static void
page_clear (Page *page)
{
  plim_chart_layout_free (page->layout);
  g_object_unref (page->context);
}

static void
paint_title (const Page *page,
             PlimCanvas *canvas)
{
  g_autoptr (PangoLayout) layout = pango_layout_new (page->context);
  PangoFontDescription   *font = plim_canvas_font (page->context, PLIM_TEXT_BOLD);
  double                  x = MARGIN;
  int                     width;

  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, page->spec->title, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);
  if (page->is_rtl)
    x = page->width - MARGIN - width;
  plim_canvas_text (canvas, x, MARGIN + (double) pango_layout_get_baseline (layout) / PANGO_SCALE, page->spec->title,
                    PLIM_TEXT_BOLD, &page->palette.paints[PLIM_INK_FOREGROUND].color);
  pango_font_description_free (font);
}

static void
page_paint (const Page *page,
            PlimCanvas *canvas)
{
  const PlimRect ground = { 0, 0, page->width, page->height };

  plim_canvas_fill_rect (canvas, &ground, 0, 0, &page->palette.paints[PLIM_INK_CARD]);
  if (page->spec->title)
    paint_title (page, canvas);
  plim_chart_layout_paint (page->layout, canvas, &page->palette, NULL);
}

static cairo_status_t
append_bytes (void                *closure,
              const unsigned char *data,
              unsigned int         length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* FALSE and an error when @status is one. */
static gboolean
check_status (cairo_status_t status,
              GError       **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  /* Translators: %s is the reason, in English. */
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The chart could not be painted: %s"),
               cairo_status_to_string (status));
  return FALSE;
}

/* Paints @page on @surface, which is finished. */
static gboolean
paint_surface (const Page      *page,
               cairo_surface_t *surface,
               double           scale,
               GError         **error)
{
  cairo_t               *cr = cairo_create (surface);
  g_autoptr (PlimCanvas) canvas = NULL;
  cairo_status_t         status;

  cairo_scale (cr, scale, scale);
  canvas = plim_canvas_new_cairo (cr, page->context);
  page_paint (page, canvas);
  cairo_show_page (cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  return check_status (status, error);
}

static gboolean
write_png (const Page              *page,
           const PlimExportOptions *options,
           GByteArray              *bytes,
           GError                 **error)
{
  double           most = PLIM_EXPORT_MOST_PIXELS / MAX (page->width, page->height);
  double           scale = MIN (CLAMP (options->scale, 1, 3), most);
  cairo_surface_t *surface;
  gboolean         is_ok;

  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) ceil (page->width * scale),
                                        (int) ceil (page->height * scale));
  is_ok = paint_surface (page, surface, scale, error) &&
          check_status (cairo_surface_write_to_png_stream (surface, append_bytes, bytes), error);
  cairo_surface_destroy (surface);
  return is_ok;
}

static gboolean
write_pdf (const Page                            *page,
           G_GNUC_UNUSED const PlimExportOptions *options,
           GByteArray                            *bytes,
           GError                               **error)
{
  cairo_surface_t *surface;
  gboolean         is_ok;

  surface = cairo_pdf_surface_create_for_stream (append_bytes, bytes, page->width * POINTS, page->height * POINTS);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Plimsoll " PLIM_VERSION);
  if (page->spec->title)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, page->spec->title);
  if (page->spec->description)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, page->spec->description);
  is_ok = paint_surface (page, surface, POINTS, error);
  cairo_surface_finish (surface);
  is_ok = is_ok && check_status (cairo_surface_status (surface), error);
  cairo_surface_destroy (surface);
  return is_ok;
}

static gboolean
write_svg (const Page                            *page,
           G_GNUC_UNUSED const PlimExportOptions *options,
           GByteArray                            *bytes,
           G_GNUC_UNUSED GError                 **error)
{
  g_autoptr (PlimCanvas) canvas = NULL;
  g_autofree char       *text = NULL;

  canvas = plim_canvas_new_svg (page->width, page->height, page->spec->title, page->spec->description, page->context);
  page_paint (page, canvas);
  text = plim_canvas_to_svg (canvas);
  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
  return TRUE;
}

typedef struct
{
  const char *ending;
  gboolean (*write) (const Page              *page,
                     const PlimExportOptions *options,
                     GByteArray              *bytes,
                     GError                 **error);
} FormatInfo;

static const FormatInfo formats[] = {
  [PLIM_EXPORT_PNG] = { ".png", write_png },
  [PLIM_EXPORT_SVG] = { ".svg", write_svg },
  [PLIM_EXPORT_PDF] = { ".pdf", write_pdf },
};

gboolean
plim_export_chart (const PlimChartSpec     *spec,
                   const char              *path,
                   const PlimExportOptions *options,
                   GBytes                 **out,
                   GError                 **error)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes)     bytes = NULL;
  Page                   page;
  gboolean               is_painted;

  page_init (&page, spec, options);
  is_painted = formats[options->format].write (&page, options, array, error);
  page_clear (&page);
  if (!is_painted)
    return FALSE;
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));
  if (path && !plim_safe_file_replace (path, bytes, NULL, TRUE, error))
    return FALSE;
  if (out)
    *out = g_steal_pointer (&bytes);
  return TRUE;
}

gboolean
plim_export_format_from_path (const char       *path,
                              PlimExportFormat *format)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_has_suffix (lower, formats[i].ending))
      {
        *format = (PlimExportFormat) i;
        return TRUE;
      }
  return FALSE;
}
