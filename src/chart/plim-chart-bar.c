/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bar: one stacked bar against the load line of a card.
 *
 * From the top: the load line's label, ring and deficit; the bar, its parts labelled inside where they fit; a row of
 * labels with elbows for the others, the smallest merged when the row overflows. */

#include "config.h"

#include "plim-chart-layout-private.h"

#include <glib/gi18n-lib.h>

#define RADIUS          5.0
#define LABEL_MARGIN    12.0
#define RING_RADIUS     6.0
#define RING_GAP        8.0
#define LINE_ABOVE      22.0
#define LINE_BELOW      5.0
#define LINE_WIDTH      2.0
#define ELBOW_HEIGHT    9.0
#define SWATCH          9.0
#define SWATCH_GAP      5.0
#define LEADER_GAP      12.0
#define MINI_LINE_SHARE 0.74
#define MINI_TORN       1.35

static const double bar_heights[] = { [PLIM_BAR_FULL] = 44, [PLIM_BAR_NARROW] = 32, [PLIM_BAR_MINI] = 8 };

/* The bar's numbers while it is placed. */
typedef struct
{
  PlimBarPlace         place;
  double               total;
  double               axis_end;   /* in pixels */
  double               line_x;     /* -1 = no load line */
  gboolean             is_over;
  const PlimChartSpec *spec;
  const PlimChartRow  *row;
} Bar;

/* A label of the row below the bar. */
typedef struct
{
  double  centre;     /* of its part */
  double  x;
  double  width;
  double  value;
  guint   n_parts;    /* > 1: merged */
  PlimInk ink;
  char   *text;
} Leader;

static void
leader_clear (gpointer data)
{
  g_free (((Leader *) data)->text);
}

static double
above_bar (PlimChartLayout *self)
{
  return MAX (LINE_ABOVE, self->line_height + 6) + 2;
}

static double
bar_height (PlimChartLayout     *self,
            const PlimChartSpec *spec)
{
  double lines = spec->bar_size == PLIM_BAR_FULL ? 2 : 1;

  if (spec->bar_size == PLIM_BAR_MINI)
    return bar_heights[PLIM_BAR_MINI];
  return MAX (bar_heights[spec->bar_size], lines * self->line_height + 6);
}

static double
natural_height (PlimChartLayout     *self,
                const PlimChartSpec *spec)
{
  if (spec->bar_size == PLIM_BAR_MINI)
    return bar_heights[PLIM_BAR_MINI] + 4;
  return above_bar (self) + bar_height (self, spec) + ELBOW_HEIGHT + self->line_height + 2;
}

static double
part_end (const Bar *bar,
          double     sum)
{
  return MIN (bar->place.x + sum * bar->place.scale, bar->place.end);
}

/* --- labels -------------------------------------------------------------------------------------------- */

static double
inside_width (PlimChartLayout     *self,
              const Bar           *bar,
              const PlimChartPart *part)
{
  double name = plim_layout_text_width (self, PLIM_TEXT_NORMAL, part->label);
  double number = plim_layout_text_width (self, PLIM_TEXT_BOLD, part->number);

  return bar->spec->bar_size == PLIM_BAR_FULL ? MAX (name, number) : name + 5 + number;
}

/* Name and number centred at @x: on two lines, or side by side in a narrow bar. */
static gboolean
add_inside (PlimChartLayout     *self,
            const Bar           *bar,
            const PlimChartPart *part,
            double               x,
            PlimInk              ink,
            gboolean             is_label)
{
  double     middle = bar->place.y + bar->place.height / 2;
  double     apart = self->line_height / 2 - 0.5;
  PlimShape *name;
  PlimShape *number;

  if (bar->spec->bar_size == PLIM_BAR_FULL)
    {
      name = plim_layout_text (self, ink, PLIM_TEXT_NORMAL, part->label, x, middle - apart, 0.5);
      if (name)
        name->is_label = is_label;
      number = plim_layout_text (self, ink, PLIM_TEXT_BOLD, part->number, x, middle + apart, 0.5);
    }
  else
    {
      double start = x - inside_width (self, bar, part) / 2;
      double end = x + inside_width (self, bar, part) / 2;

      name = plim_layout_text (self, ink, PLIM_TEXT_NORMAL, part->label, start, middle, 0);
      if (name)
        name->is_label = is_label;
      number = plim_layout_text (self, ink, PLIM_TEXT_BOLD, part->number, end, middle, 1);
    }
  if (number)
    number->is_label = is_label;
  return name || number;
}

/* Labels @part inside the bar where there is room, in front of the load line or, on a plate, behind it. */
static gboolean
label_inside (PlimChartLayout     *self,
              const Bar           *bar,
              const PlimChartPart *part,
              double               start,
              double               end)
{
  double width = inside_width (self, bar, part);
  double line = bar->is_over ? bar->line_x : bar->axis_end;
  double front = MIN (end, line) - start;
  double behind_start = MAX (start, line);
  double behind = end - behind_start;

  if (front >= width + LABEL_MARGIN)
    return add_inside (self, bar, part, start + front / 2, plim_chart_part_ink (part), TRUE);
  if (behind >= width + LABEL_MARGIN)
    {
      double     x = behind_start + behind / 2;
      PlimShape *plate = plim_layout_fill (self, PLIM_INK_CARD, x - width / 2 - 5, bar->place.y + 4, width + 10,
                                           bar->place.height - 8);

      plate->radius_left = 4;
      plate->radius_right = 4;
      return add_inside (self, bar, part, x, PLIM_INK_FOREGROUND, FALSE);
    }
  return FALSE;
}

static double
leader_width (PlimChartLayout *self,
              const Leader    *leader)
{
  return SWATCH + SWATCH_GAP + plim_layout_text_width (self, PLIM_TEXT_NORMAL, leader->text);
}

static double
leaders_width (const GArray *leaders)
{
  double width = -LEADER_GAP;

  for (guint i = 0; i < leaders->len; i++)
    width += g_array_index (leaders, Leader, i).width + LEADER_GAP;
  return width;
}

/* Merges the smallest leader with the smaller of its neighbours. */
static void
merge_smallest (PlimChartLayout *self,
                const Bar       *bar,
                GArray          *leaders)
{
  guint            first = 0;
  guint            second;
  Leader          *kept;
  Leader          *gone;
  g_autofree char *number = NULL;

  for (guint i = 1; i < leaders->len; i++)
    if (g_array_index (leaders, Leader, i).value < g_array_index (leaders, Leader, first).value)
      first = i;
  second = first + 1;
  if (first > 0 && (second == leaders->len || g_array_index (leaders, Leader, first - 1).value <
                                                g_array_index (leaders, Leader, second).value))
    second = first - 1;
  kept = &g_array_index (leaders, Leader, MIN (first, second));
  gone = &g_array_index (leaders, Leader, MAX (first, second));
  kept->ink = gone->value > kept->value ? gone->ink : kept->ink;
  kept->value += gone->value;
  kept->n_parts += gone->n_parts;
  kept->centre = (kept->centre + gone->centre) / 2;
  number = plim_format_bytes_value ((gint64) kept->value, bar->spec->unit);
  g_free (kept->text);
  /* Translators: small parts of a bar under one label, with their size: "3 others, 2.1". */
  kept->text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u other, %s", "%u others, %s", kept->n_parts),
                                kept->n_parts, number);
  kept->width = leader_width (self, kept);
  g_array_remove_index (leaders, MAX (first, second));
}

/* Moves leaders apart, each as near to its part as order and bounds allow. */
static void
spread (const PlimChartLayout *self,
        GArray                *leaders)
{
  double limit = 0;

  for (guint i = 0; i < leaders->len; i++)
    {
      Leader *leader = &g_array_index (leaders, Leader, i);

      leader->x = MAX (leader->centre - leader->width / 2, limit);
      limit = leader->x + leader->width + LEADER_GAP;
    }
  limit = self->width;
  for (guint i = leaders->len; i > 0; i--)
    {
      Leader *leader = &g_array_index (leaders, Leader, i - 1);

      leader->x = MIN (leader->x, limit - leader->width);
      limit = leader->x - LEADER_GAP;
    }
}

static void
add_leaders (PlimChartLayout *self,
             const Bar       *bar,
             GArray          *leaders)
{
  double bottom = bar->place.y + bar->place.height;
  double middle = bottom + ELBOW_HEIGHT + self->line_height / 2;

  while (leaders->len > 1 && leaders_width (leaders) > self->width)
    merge_smallest (self, bar, leaders);
  if (leaders->len == 1 && leaders_width (leaders) > self->width)
    return;
  spread (self, leaders);
  for (guint i = 0; i < leaders->len; i++)
    {
      const Leader   *leader = &g_array_index (leaders, Leader, i);
      double          swatch = leader->x + SWATCH / 2;
      const PlimPoint elbow[] = {
        { leader->centre, bottom + 1 }, { leader->centre, bottom + 4 }, { swatch, bottom + 7 }, { swatch, middle - 6 }
      };
      PlimRect   rect = { leader->x, middle - SWATCH / 2, SWATCH, SWATCH };
      PlimShape *shape;

      if (!plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, leader->text, leader->x + SWATCH + SWATCH_GAP,
                             middle, 0))
        continue;
      plim_layout_path (self, PLIM_INK_AXIS, 1, elbow, G_N_ELEMENTS (elbow));
      shape = plim_layout_fill (self, leader->ink, rect.x, rect.y, rect.width, rect.height);
      shape->radius_left = shape->radius_right = 2;
      shape = plim_layout_frame (self, PLIM_INK_EDGE, 1, &rect);
      shape->radius_left = shape->radius_right = 2;
    }
}

static void
label_parts (PlimChartLayout *self,
             const Bar       *bar)
{
  g_autoptr (GArray) leaders = g_array_new (FALSE, TRUE, sizeof (Leader));
  double             sum = 0;

  g_array_set_clear_func (leaders, leader_clear);
  for (guint i = 0; i < bar->row->parts->len; i++)
    {
      const PlimChartPart *part = bar->row->parts->pdata[i];
      double               start = part_end (bar, sum);
      double               end = part_end (bar, sum + MAX (part->value, 0));
      Leader               leader = { 0 };

      sum += MAX (part->value, 0);
      if (label_inside (self, bar, part, start, end))
        continue;
      leader.centre = (start + end) / 2;
      leader.value = part->value;
      leader.n_parts = 1;
      leader.ink = plim_chart_part_ink (part);
      leader.text = g_strconcat (part->label, " ", part->number, NULL);
      leader.width = leader_width (self, &leader);
      g_array_append_val (leaders, leader);
    }
  add_leaders (self, bar, leaders);
}

/* --- load line ------------------------------------------------------------------------------------------- */

/* The deficit goes beside the ring first: the load line's label takes what room is left, long or short. */
static void
label_line (PlimChartLayout *self,
            const Bar       *bar,
            double           middle)
{
  const PlimChartSpec *spec = bar->spec;
  double               before = bar->line_x - RING_RADIUS - RING_GAP;
  double               after = bar->line_x + RING_RADIUS + RING_GAP;
  PlimShape           *over = NULL;

  if (bar->is_over)
    {
      over = plim_layout_text (self, PLIM_INK_ERROR, PLIM_TEXT_BOLD, spec->over_label, after, middle, 0);
      if (over)
        plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, spec->scale_note,
                          over->rect.x + over->rect.width + LEADER_GAP, middle, 0);
      else
        plim_layout_text (self, PLIM_INK_ERROR, PLIM_TEXT_BOLD, spec->over_label, before, middle, 1);
    }
  if (spec->bar_size == PLIM_BAR_FULL)
    {
      if (plim_layout_text (self, PLIM_INK_FOREGROUND, PLIM_TEXT_NORMAL, spec->line_label, before, middle, 1))
        return;
      if (plim_layout_text (self, PLIM_INK_FOREGROUND, PLIM_TEXT_NORMAL, spec->line_label, after, middle, 0))
        return;
    }
  if (!plim_layout_text (self, PLIM_INK_FOREGROUND, PLIM_TEXT_NORMAL, spec->line_number, before, middle, 1))
    plim_layout_text (self, PLIM_INK_FOREGROUND, PLIM_TEXT_NORMAL, spec->line_number, after, middle, 0);
}

static void
add_line (PlimChartLayout *self,
          const Bar       *bar)
{
  double top = bar->place.y - LINE_ABOVE;
  double ring = bar->place.y - LINE_ABOVE + RING_RADIUS + 1;
  double bottom = bar->place.y + bar->place.height;

  if (bar->line_x < 0)
    return;
  if (bar->spec->bar_size == PLIM_BAR_MINI)
    {
      plim_layout_line (self, PLIM_INK_LOAD_LINE, LINE_WIDTH, bar->line_x, bar->place.y - 2, bar->line_x, bottom + 2);
      return;
    }
  plim_layout_ring (self, PLIM_INK_LOAD_LINE, LINE_WIDTH, bar->line_x, ring, RING_RADIUS - 1);
  plim_layout_line (self, PLIM_INK_LOAD_LINE, LINE_WIDTH, bar->line_x, top, bar->line_x, bottom + LINE_BELOW);
  label_line (self, bar, ring);
}

/* --- the whole ---------------------------------------------------------------------------------------------- */

static void
set_scale (PlimChartLayout *self,
           Bar             *bar)
{
  const PlimChartSpec *spec = bar->spec;
  double               most = MAX (MAX (spec->capacity, spec->line), bar->total);

  bar->axis_end = self->width;
  bar->place.end = self->width;
  if (spec->bar_size == PLIM_BAR_MINI)
    {
      most = (spec->line > 0 ? spec->line : bar->total) / MINI_LINE_SHARE;
      bar->axis_end = spec->line > 0 ? MINI_LINE_SHARE * self->width : self->width;
      bar->place.end = MIN (self->width, MINI_LINE_SHARE * MINI_TORN * self->width);
    }
  bar->place.scale = most > 0 ? self->width / most : 0;
  bar->line_x = spec->line > 0 ? spec->line * bar->place.scale : -1;
  bar->is_over = spec->line > 0 && bar->total > spec->line;
}

static void
add_track (PlimChartLayout *self,
           const Bar       *bar)
{
  const PlimBarPlace *place = &bar->place;
  PlimRect            rect = { 0, place->y, bar->axis_end, place->height };
  double              card_end = bar->spec->capacity * place->scale;
  PlimShape          *shape;

  shape = plim_layout_fill (self, PLIM_INK_TRACK, rect.x, rect.y, rect.width, rect.height);
  shape->radius_left = shape->radius_right = place->radius;
  if (bar->spec->bar_size == PLIM_BAR_MINI)
    return;
  shape = plim_layout_frame (self, PLIM_INK_EDGE, 1, &rect);
  shape->radius_left = shape->radius_right = place->radius;
  if (bar->line_x >= 0 && !bar->is_over && card_end > bar->line_x + 1)
    {
      shape = plim_layout_fill (self, PLIM_INK_RESERVED_HATCH, bar->line_x, place->y, card_end - bar->line_x,
                                place->height);
      shape->radius_right = place->radius;
    }
}

static void
label_free (PlimChartLayout *self,
            const Bar       *bar)
{
  double      start = bar->total * bar->place.scale;
  const char *text = bar->spec->free_label;

  if (bar->line_x >= 0 && !bar->is_over && text &&
      bar->line_x - start >= plim_layout_text_width (self, PLIM_TEXT_NORMAL, text) + LABEL_MARGIN)
    plim_layout_text (self, PLIM_INK_DIM, PLIM_TEXT_NORMAL, text, (start + bar->line_x) / 2,
                      bar->place.y + bar->place.height / 2, 0.5);
}

static void
place_bar (PlimChartLayout     *self,
           const PlimChartSpec *spec)
{
  Bar      bar = { .spec = spec };
  gboolean is_mini = spec->bar_size == PLIM_BAR_MINI;

  if (spec->rows->len == 0)
    return;
  bar.row = spec->rows->pdata[0];
  bar.total = plim_chart_row_total (bar.row);
  bar.place.height = bar_height (self, spec);
  bar.place.y = is_mini ? (self->height - bar.place.height) / 2 : above_bar (self);
  bar.place.line = spec->line;
  bar.place.radius = is_mini ? 3 : RADIUS;
  bar.place.first_part = 0;
  for (guint i = 0; i < bar.row->parts->len; i++)
    {
      const PlimChartPart *part = bar.row->parts->pdata[i];

      plim_layout_add_part (self, part->key, part->label, part->number, part->description);
    }
  set_scale (self, &bar);
  add_track (self, &bar);
  plim_layout_bar (self, &bar.place, bar.row);
  add_line (self, &bar);
  if (is_mini)
    return;
  label_parts (self, &bar);
  label_free (self, &bar);
}

const PlimChartKindInfo plim_chart_bar_kind = { natural_height, place_bar };
