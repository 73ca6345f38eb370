/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PlimCanvas that writes an SVG document: real text, patterns as <pattern>, numbers independent of the locale. */

#include "plim-canvas-private.h"

#include <math.h>

typedef struct
{
  PlimCanvas  parent;
  GString    *head;
  GString    *definitions;
  GString    *body;
  GHashTable *pattern_ids; /* definition -> number */
  char       *fonts[PLIM_N_TEXT_STYLES];
} SvgCanvas;

static void
add_number (GString    *string,
            const char *name,
            double      value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (buffer, sizeof buffer, "%.2f", value);
  g_string_append_printf (string, " %s=\"%s\"", name, buffer);
}

static void
add_color (GString         *string,
           const char      *name,
           const PlimColor *color)
{
  g_string_append_printf (string, " %s=\"#%02x%02x%02x\"", name, (guint) lround (color->red * 255),
                          (guint) lround (color->green * 255), (guint) lround (color->blue * 255));
  if (color->alpha < 1)
    {
      g_autofree char *opacity = g_strconcat (name, "-opacity", NULL);

      add_number (string, opacity, color->alpha);
    }
}

static void
add_points (GString         *string,
            const PlimPoint *points,
            guint            n_points)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (string, " points=\"");
  for (guint i = 0; i < n_points; i++)
    {
      g_string_append (string, i > 0 ? " " : "");
      g_string_append (string, g_ascii_formatd (buffer, sizeof buffer, "%.2f", points[i].x));
      g_string_append (string, ",");
      g_string_append (string, g_ascii_formatd (buffer, sizeof buffer, "%.2f", points[i].y));
    }
  g_string_append_c (string, '"');
}

/* A path, as SVG rectangles round all corners alike. */
static void
add_rect (GString        *string,
          const PlimRect *rect,
          double          left,
          double          right)
{
  const double             values[] = { rect->x + left,
                                        rect->y,
                                        rect->x + rect->width - right,
                                        right,
                                        right,
                                        right,
                                        right,
                                        rect->y + rect->height - right,
                                        right,
                                        right,
                                        -right,
                                        right,
                                        rect->x + left,
                                        left,
                                        left,
                                        -left,
                                        -left,
                                        rect->y + left,
                                        left,
                                        left,
                                        left,
                                        -left };
  static const char *const commands[] = { "M", " ", "H", "a", " ", " 0 0 1 ", " ", "V", "a", " ", " 0 0 1 ", " ", "H",
                                          "a", " ", " 0 0 1 ", " ", "V", "a", " ", " 0 0 1 ", " " };
  char                     buffer[G_ASCII_DTOSTR_BUF_SIZE];

  G_STATIC_ASSERT (G_N_ELEMENTS (values) == G_N_ELEMENTS (commands));
  g_string_append (string, " d=\"");
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_string_append (string, commands[i]);
      g_string_append (string, g_ascii_formatd (buffer, sizeof buffer, "%.2f", values[i]));
    }
  g_string_append (string, "z\"");
}

static char *
pattern_content (const PlimPaint       *paint,
                 const PlimPatternInfo *info)
{
  GString *string = g_string_new (" patternUnits=\"userSpaceOnUse\"");
  char     buffer[G_ASCII_DTOSTR_BUF_SIZE];

  add_number (string, "width", info->spacing);
  add_number (string, "height", info->spacing);
  if (info->angle != 0)
    g_string_append_printf (string, " patternTransform=\"rotate(%s)\"",
                            g_ascii_formatd (buffer, sizeof buffer, "%.0f", info->angle));
  if (info->is_dots)
    {
      g_string_append (string, "><circle");
      add_number (string, "cx", info->spacing / 2);
      add_number (string, "cy", info->spacing / 2);
      add_number (string, "r", info->line_width / 2);
    }
  else
    {
      g_string_append (string, "><rect");
      add_number (string, "width", info->spacing);
      add_number (string, "height", info->line_width);
    }
  add_color (string, "fill", &paint->pattern_color);
  g_string_append (string, "/></pattern>\n");
  return g_string_free (string, FALSE);
}

/* The number of the pattern of @paint, defined on first use. */
static guint
pattern_id (SvgCanvas             *self,
            const PlimPaint       *paint,
            const PlimPatternInfo *info)
{
  char *content = pattern_content (paint, info);
  guint id = GPOINTER_TO_UINT (g_hash_table_lookup (self->pattern_ids, content));

  if (id)
    {
      g_free (content);
      return id;
    }
  id = g_hash_table_size (self->pattern_ids) + 1;
  g_string_append_printf (self->definitions, "<pattern id=\"p%u\"%s", id, content);
  g_hash_table_insert (self->pattern_ids, content, GUINT_TO_POINTER (id));
  return id;
}

static void
svg_canvas_fill_rect (PlimCanvas      *canvas,
                      const PlimRect  *rect,
                      double           radius_left,
                      double           radius_right,
                      const PlimPaint *paint)
{
  SvgCanvas             *self = (SvgCanvas *) canvas;
  const PlimPatternInfo *info = plim_pattern_info (paint->pattern);

  radius_left = MIN (radius_left, rect->height / 2);
  radius_right = MIN (radius_right, rect->height / 2);
  if (paint->color.alpha > 0)
    {
      g_string_append (self->body, "<path");
      add_rect (self->body, rect, radius_left, radius_right);
      add_color (self->body, "fill", &paint->color);
      g_string_append (self->body, "/>\n");
    }
  if (info)
    {
      g_string_append (self->body, "<path");
      add_rect (self->body, rect, radius_left, radius_right);
      g_string_append_printf (self->body, " fill=\"url(#p%u)\"/>\n", pattern_id (self, paint, info));
    }
}

static void
svg_canvas_stroke_rect (PlimCanvas      *canvas,
                        const PlimRect  *rect,
                        double           radius_left,
                        double           radius_right,
                        double           line_width,
                        const PlimColor *color)
{
  SvgCanvas *self = (SvgCanvas *) canvas;

  g_string_append (self->body, "<path");
  add_rect (self->body, rect, MIN (radius_left, rect->height / 2), MIN (radius_right, rect->height / 2));
  g_string_append (self->body, " fill=\"none\"");
  add_color (self->body, "stroke", color);
  add_number (self->body, "stroke-width", line_width);
  g_string_append (self->body, "/>\n");
}

static void
svg_canvas_stroke_line (PlimCanvas      *canvas,
                        const PlimPoint *points,
                        guint            n_points,
                        double           line_width,
                        const PlimColor *color)
{
  SvgCanvas *self = (SvgCanvas *) canvas;

  g_string_append (self->body, "<polyline");
  add_points (self->body, points, n_points);
  g_string_append (self->body, " fill=\"none\" stroke-linejoin=\"round\"");
  add_color (self->body, "stroke", color);
  add_number (self->body, "stroke-width", line_width);
  g_string_append (self->body, "/>\n");
}

static void
svg_canvas_circle (PlimCanvas      *canvas,
                   const PlimPoint *centre,
                   double           radius,
                   const PlimColor *fill,
                   const PlimColor *stroke,
                   double           line_width)
{
  SvgCanvas *self = (SvgCanvas *) canvas;

  g_string_append (self->body, "<circle");
  add_number (self->body, "cx", centre->x);
  add_number (self->body, "cy", centre->y);
  add_number (self->body, "r", radius);
  if (fill)
    add_color (self->body, "fill", fill);
  else
    g_string_append (self->body, " fill=\"none\"");
  if (stroke)
    {
      add_color (self->body, "stroke", stroke);
      add_number (self->body, "stroke-width", line_width);
    }
  g_string_append (self->body, "/>\n");
}

static void
svg_canvas_text (PlimCanvas      *canvas,
                 double           x,
                 double           y,
                 const char      *text,
                 PlimTextStyle    style,
                 const PlimColor *color)
{
  SvgCanvas       *self = (SvgCanvas *) canvas;
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (self->body, "<text");
  add_number (self->body, "x", x);
  add_number (self->body, "y", y);
  g_string_append (self->body, self->fonts[style]);
  add_color (self->body, "fill", color);
  g_string_append_printf (self->body, ">%s</text>\n", escaped);
}

static char *
svg_canvas_to_svg (PlimCanvas *canvas)
{
  SvgCanvas *self = (SvgCanvas *) canvas;

  return g_strconcat (self->head->str, "<defs>\n", self->definitions->str, "</defs>\n", self->body->str, "</svg>\n",
                      NULL);
}

static void
svg_canvas_free (PlimCanvas *canvas)
{
  SvgCanvas *self = (SvgCanvas *) canvas;

  g_string_free (self->head, TRUE);
  g_string_free (self->definitions, TRUE);
  g_string_free (self->body, TRUE);
  g_hash_table_unref (self->pattern_ids);
  for (guint i = 0; i < PLIM_N_TEXT_STYLES; i++)
    g_free (self->fonts[i]);
  g_free (self);
}

static const PlimCanvasInterface svg_interface = {
  .fill_rect = svg_canvas_fill_rect,
  .stroke_rect = svg_canvas_stroke_rect,
  .stroke_line = svg_canvas_stroke_line,
  .circle = svg_canvas_circle,
  .text = svg_canvas_text,
  .to_svg = svg_canvas_to_svg,
  .free = svg_canvas_free,
};

static char *
font_attributes (PangoContext *context,
                 PlimTextStyle style)
{
  PangoFontDescription *font = plim_canvas_font (context, style);
  double                dpi = pango_cairo_context_get_resolution (context);
  double                size = pango_font_description_get_size (font) / (double) PANGO_SCALE;
  g_autofree char      *family = g_markup_escape_text (pango_font_description_get_family (font), -1);
  GString              *string = g_string_new (NULL);

  if (!pango_font_description_get_size_is_absolute (font))
    size *= (dpi > 0 ? dpi : 96) / 72;
  g_string_append_printf (string, " font-family=\"%s, sans-serif\"", family);
  add_number (string, "font-size", size);
  if (style == PLIM_TEXT_BOLD)
    g_string_append (string, " font-weight=\"bold\"");
  pango_font_description_free (font);
  return g_string_free (string, FALSE);
}

PlimCanvas *
plim_canvas_new_svg (double        width,
                     double        height,
                     const char   *title,
                     const char   *description,
                     PangoContext *context)
{
  SvgCanvas       *self = g_new0 (SvgCanvas, 1);
  g_autofree char *title_text = g_markup_escape_text (title ? title : "", -1);
  g_autofree char *description_text = g_markup_escape_text (description ? description : "", -1);

  self->parent.interface = &svg_interface;
  self->head = g_string_new ("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\""
                             " aria-labelledby=\"title desc\"");
  add_number (self->head, "width", width);
  add_number (self->head, "height", height);
  g_string_append_printf (self->head, ">\n<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n", title_text,
                          description_text);
  self->definitions = g_string_new (NULL);
  self->body = g_string_new (NULL);
  self->pattern_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < PLIM_N_TEXT_STYLES; i++)
    self->fonts[i] = font_attributes (context, (PlimTextStyle) i);
  return &self->parent;
}
