/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A placed chart: making, mirroring, painting and picking are the same for all kinds. */

#include "plim-chart-layout-private.h"

#include <math.h>

#define LEAST_WIDTH     40
#define SELECTED_GROWTH 3.0
#define FOCUS_DISTANCE  2.0
#define FOCUS_WIDTH     2.0
#define PRINT_FRAME     1.5

static const PlimChartKindInfo *
kind_info (PlimChartKind kind)
{
  const PlimChartKindInfo *const kinds[] = {
    [PLIM_CHART_BAR] = &plim_chart_bar_kind,
    [PLIM_CHART_MOMENTS] = &plim_chart_moments_kind,
    [PLIM_CHART_ROWS] = &plim_chart_rows_kind,
    [PLIM_CHART_LINES] = &plim_chart_lines_kind,
    [PLIM_CHART_DOTS] = &plim_chart_dots_kind,
  };

  return kinds[kind];
}

static void
shape_clear (gpointer data)
{
  PlimShape *shape = data;

  g_free (shape->points);
  g_free (shape->text);
}

static void
part_clear (gpointer data)
{
  PlimLayoutPart *part = data;

  g_free (part->label);
  g_free (part->description);
}

static PlimChartLayout *
layout_new (int           width,
            PangoContext *context)
{
  PlimChartLayout *self = g_new0 (PlimChartLayout, 1);

  self->width = MAX (width, LEAST_WIDTH);
  self->shapes = g_array_new (FALSE, FALSE, sizeof (PlimShape));
  g_array_set_clear_func (self->shapes, shape_clear);
  self->parts = g_array_new (FALSE, FALSE, sizeof (PlimLayoutPart));
  g_array_set_clear_func (self->parts, part_clear);
  self->areas = g_array_new (FALSE, FALSE, sizeof (PlimLayoutArea));
  self->text_layout = pango_layout_new (context);
  pango_layout_set_single_paragraph_mode (self->text_layout, TRUE);
  self->line_height = plim_layout_text_height (self, PLIM_TEXT_NORMAL);
  return self;
}

void
plim_chart_layout_free (PlimChartLayout *self)
{
  if (!self)
    return;
  g_clear_object (&self->text_layout);
  g_array_unref (self->shapes);
  g_array_unref (self->parts);
  g_array_unref (self->areas);
  g_free (self);
}

static void
mirror_rect (const PlimChartLayout *self,
             PlimRect              *rect)
{
  rect->x = self->width - rect->x - rect->width;
}

static void
mirror (PlimChartLayout *self)
{
  for (guint i = 0; i < self->shapes->len; i++)
    {
      PlimShape *shape = &g_array_index (self->shapes, PlimShape, i);
      double     radius = shape->radius_left;

      mirror_rect (self, &shape->rect);
      shape->radius_left = shape->radius_right;
      shape->radius_right = radius;
      for (guint j = 0; j < shape->n_points; j++)
        shape->points[j].x = self->width - shape->points[j].x;
    }
  for (guint i = 0; i < self->areas->len; i++)
    mirror_rect (self, &g_array_index (self->areas, PlimLayoutArea, i).rect);
}

void
plim_chart_layout_add_margin (PlimChartLayout *self,
                              double           margin,
                              double           head)
{
  for (guint i = 0; i < self->shapes->len; i++)
    {
      PlimShape *shape = &g_array_index (self->shapes, PlimShape, i);

      shape->rect.x += margin;
      shape->rect.y += margin + head;
      for (guint j = 0; j < shape->n_points; j++)
        {
          shape->points[j].x += margin;
          shape->points[j].y += margin + head;
        }
    }
  for (guint i = 0; i < self->areas->len; i++)
    {
      PlimLayoutArea *area = &g_array_index (self->areas, PlimLayoutArea, i);

      area->rect.x += margin;
      area->rect.y += margin + head;
    }
  self->width += 2 * margin;
  self->height += 2 * margin + head;
}

int
plim_chart_spec_natural_height (const PlimChartSpec *spec,
                                int                  width,
                                PangoContext        *context)
{
  g_autoptr (PlimChartLayout) self = layout_new (width, context);

  return (int) ceil (kind_info (spec->kind)->natural_height (self, spec));
}

PlimChartLayout *
plim_chart_layout_new (const PlimChartSpec *spec,
                       int                  width,
                       int                  height,
                       PangoContext        *context,
                       gboolean             is_rtl)
{
  PlimChartLayout         *self = layout_new (width, context);
  const PlimChartKindInfo *info = kind_info (spec->kind);

  self->height = height > 0 ? height : ceil (info->natural_height (self, spec));
  info->place (self, spec);
  if (is_rtl)
    mirror (self);
  g_clear_object (&self->text_layout);
  return self;
}

int
plim_chart_layout_get_width (const PlimChartLayout *self)
{
  return (int) self->width;
}

int
plim_chart_layout_get_height (const PlimChartLayout *self)
{
  return (int) self->height;
}

/* --- painting --------------------------------------------------------------------------------------- */

static void
paint_fill (const PlimShape      *shape,
            PlimCanvas           *canvas,
            const PlimPalette    *palette,
            const PlimChartState *state)
{
  PlimRect rect = shape->rect;

  if (shape->grows && shape->part >= 0 && shape->part == state->selected)
    {
      rect.y -= SELECTED_GROWTH;
      rect.height += 2 * SELECTED_GROWTH;
    }
  plim_canvas_fill_rect (canvas, &rect, shape->radius_left, shape->radius_right, &palette->paints[shape->ink]);
  if (shape->grows && shape->part >= 0 && shape->part == state->hovered)
    plim_canvas_fill_rect (canvas, &rect, shape->radius_left, shape->radius_right, &palette->paints[PLIM_INK_HOVER]);
}

static void
paint_text (const PlimShape   *shape,
            PlimCanvas        *canvas,
            const PlimPalette *palette)
{
  const PlimPaint *paint = &palette->paints[shape->ink];
  const PlimColor *color = shape->is_label ? &paint->label : &paint->color;

  if (shape->is_label && palette->is_print)
    {
      PlimRect plate = shape->rect;

      plate.x -= 2;
      plate.width += 4;
      plim_canvas_fill_rect (canvas, &plate, 2, 2, &palette->paints[PLIM_INK_CARD]);
      color = &palette->paints[PLIM_INK_FOREGROUND].color;
    }
  plim_canvas_text (canvas, shape->rect.x, shape->rect.y + shape->baseline, shape->text, shape->style, color);
}

static void
paint_circle (const PlimShape   *shape,
              PlimCanvas        *canvas,
              const PlimPalette *palette)
{
  const PlimColor *color = &palette->paints[shape->ink].color;
  double           radius = shape->rect.width / 2;
  PlimPoint        centre = { shape->rect.x + radius, shape->rect.y + radius };

  plim_canvas_circle (canvas, &centre, radius, shape->is_filled ? color : &palette->paints[PLIM_INK_CARD].color,
                      shape->is_filled ? NULL : color, shape->line_width);
}

static void
paint_shape (const PlimShape      *shape,
             PlimCanvas           *canvas,
             const PlimPalette    *palette,
             const PlimChartState *state)
{
  const PlimColor *color = &palette->paints[shape->ink].color;
  double           wider = palette->is_print && shape->ink == PLIM_INK_ERROR ? PRINT_FRAME : 1;

  if (shape->is_print && !palette->is_print)
    return;
  switch (shape->kind)
    {
    case PLIM_SHAPE_FILL:
      paint_fill (shape, canvas, palette, state);
      break;
    case PLIM_SHAPE_FRAME:
      plim_canvas_stroke_rect (canvas, &shape->rect, shape->radius_left, shape->radius_right,
                               shape->line_width * wider, color);
      break;
    case PLIM_SHAPE_LINE:
      plim_canvas_stroke_line (canvas, shape->points, shape->n_points, shape->line_width, color);
      break;
    case PLIM_SHAPE_CIRCLE:
      paint_circle (shape, canvas, palette);
      break;
    case PLIM_SHAPE_TEXT:
    default:
      paint_text (shape, canvas, palette);
      break;
    }
}

void
plim_chart_layout_paint (const PlimChartLayout *self,
                         PlimCanvas            *canvas,
                         const PlimPalette     *palette,
                         const PlimChartState  *state)
{
  const PlimChartState none = { -1, -1, -1 };
  PlimRect             rect = { 0 };

  if (!state)
    state = &none;
  for (guint i = 0; i < self->shapes->len; i++)
    paint_shape (&g_array_index (self->shapes, PlimShape, i), canvas, palette, state);
  if (state->focused >= 0 && plim_chart_layout_get_part_rect (self, (guint) state->focused, &rect))
    {
      double out = FOCUS_DISTANCE + FOCUS_WIDTH / 2;

      rect = (PlimRect) { rect.x - out, rect.y - out, rect.width + 2 * out, rect.height + 2 * out };
      plim_canvas_stroke_rect (canvas, &rect, out, out, FOCUS_WIDTH, &palette->paints[PLIM_INK_ACCENT].color);
    }
}

/* --- parts and labels --------------------------------------------------------------------------------- */

int
plim_chart_layout_pick (const PlimChartLayout *self,
                        double                 x,
                        double                 y)
{
  for (guint i = self->areas->len; i > 0; i--)
    {
      const PlimLayoutArea *area = &g_array_index (self->areas, PlimLayoutArea, i - 1);

      if (x >= area->rect.x && x < area->rect.x + area->rect.width && y >= area->rect.y &&
          y < area->rect.y + area->rect.height)
        return area->part;
    }
  return -1;
}

guint
plim_chart_layout_get_n_parts (const PlimChartLayout *self)
{
  return self->parts->len;
}

gboolean
plim_chart_layout_get_part_rect (const PlimChartLayout *self,
                                 guint                  part,
                                 PlimRect              *rect)
{
  double largest = 0;

  for (guint i = 0; i < self->areas->len; i++)
    {
      const PlimLayoutArea *area = &g_array_index (self->areas, PlimLayoutArea, i);

      if (area->part == (int) part && area->rect.width * area->rect.height > largest)
        {
          largest = area->rect.width * area->rect.height;
          *rect = area->rect;
        }
    }
  return largest > 0;
}

const char *
plim_chart_layout_get_part_label (const PlimChartLayout *self,
                                  guint                  part)
{
  g_return_val_if_fail (part < self->parts->len, "");
  return g_array_index (self->parts, PlimLayoutPart, part).label;
}

const char *
plim_chart_layout_get_part_description (const PlimChartLayout *self,
                                        guint                  part)
{
  g_return_val_if_fail (part < self->parts->len, "");
  return g_array_index (self->parts, PlimLayoutPart, part).description;
}

int
plim_chart_layout_get_part_key (const PlimChartLayout *self,
                                guint                  part)
{
  g_return_val_if_fail (part < self->parts->len, -1);
  return g_array_index (self->parts, PlimLayoutPart, part).key;
}

int
plim_chart_layout_find_key (const PlimChartLayout *self,
                            int                    key)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (g_array_index (self->parts, PlimLayoutPart, i).key == key)
      return (int) i;
  return -1;
}

guint
plim_chart_layout_get_n_labels (const PlimChartLayout *self)
{
  guint n = 0;

  for (guint i = 0; i < self->shapes->len; i++)
    if (g_array_index (self->shapes, PlimShape, i).kind == PLIM_SHAPE_TEXT)
      n++;
  return n;
}

const char *
plim_chart_layout_get_label (const PlimChartLayout *self,
                             guint                  label,
                             PlimRect              *rect)
{
  for (guint i = 0; i < self->shapes->len; i++)
    {
      const PlimShape *shape = &g_array_index (self->shapes, PlimShape, i);

      if (shape->kind != PLIM_SHAPE_TEXT || label-- > 0)
        continue;
      *rect = shape->rect;
      return shape->text;
    }
  g_return_val_if_reached (NULL);
}
