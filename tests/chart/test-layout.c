/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Geometry: what must hold for every chart at every size, then the bar in detail. */

#include "charts.h"

#include <math.h>
#include <string.h>

#define ROUNDS 12
#define SEED   1876

static PangoContext *context;

/* --- every chart ---------------------------------------------------------------------------------------- */

static void
check_labels (PlimChartLayout *layout)
{
  guint n = plim_chart_layout_get_n_labels (layout);

  for (guint i = 0; i < n; i++)
    {
      PlimRect a;

      g_assert_cmpstr (plim_chart_layout_get_label (layout, i, &a), !=, "");
      g_assert_true (isfinite (a.x) && isfinite (a.y) && isfinite (a.width) && isfinite (a.height));
      g_assert_cmpfloat (a.x, >=, -0.02);
      g_assert_cmpfloat (a.y, >=, -0.02);
      g_assert_cmpfloat (a.x + a.width, <=, plim_chart_layout_get_width (layout) + 0.02);
      g_assert_cmpfloat (a.y + a.height, <=, plim_chart_layout_get_height (layout) + 0.02);
      for (guint j = 0; j < i; j++)
        {
          PlimRect b;
          gboolean is_apart;

          plim_chart_layout_get_label (layout, j, &b);
          is_apart = a.x >= b.x + b.width || b.x >= a.x + a.width || a.y + 1.01 >= b.y + b.height ||
                     b.y + 1.01 >= a.y + a.height;
          g_assert_true (is_apart);
        }
    }
}

static void
check_parts (PlimChartLayout *layout,
             gboolean         is_disjoint)
{
  for (guint i = 0; i < plim_chart_layout_get_n_parts (layout); i++)
    {
      PlimRect rect;

      g_assert_nonnull (plim_chart_layout_get_part_label (layout, i));
      g_assert_nonnull (plim_chart_layout_get_part_description (layout, i));
      if (!plim_chart_layout_get_part_rect (layout, i, &rect))
        continue;
      g_assert_true (isfinite (rect.x) && isfinite (rect.y) && isfinite (rect.width) && isfinite (rect.height));
      if (is_disjoint)
        g_assert_cmpint (plim_chart_layout_pick (layout, rect.x + rect.width / 2, rect.y + rect.height / 2), ==,
                         (int) i);
    }
  g_assert_cmpint (plim_chart_layout_pick (layout, -5, -5), ==, -1);
}

static void
test_any (gconstpointer data)
{
  static const int widths[] = { 200, 260, 330, 360, 480, 500, 560, 640, 800, 1060, 1400, 2000 };
  guint            form = GPOINTER_TO_UINT (data);
  GRand           *random = g_rand_new_with_seed (SEED + form);

  for (guint i = 0; i < ROUNDS * G_N_ELEMENTS (widths); i++)
    {
      g_autoptr (PlimChartSpec)   spec = random_chart (random, form);
      g_autoptr (PlimChartLayout) layout = NULL;

      layout =
        plim_chart_layout_new (spec, widths[i % G_N_ELEMENTS (widths)], i % 7 == 0 ? 120 : 0, context, i % 3 == 0);
      check_labels (layout);
      check_parts (layout, spec->kind != PLIM_CHART_LINES);
    }
  g_rand_free (random);
}

/* Charts of nothing have no labels but may have tracks, and do not fail. */
static void
test_empty (void)
{
  for (guint kind = PLIM_CHART_BAR; kind <= PLIM_CHART_DOTS; kind++)
    {
      g_autoptr (PlimChartSpec)   spec = plim_chart_spec_new ((PlimChartKind) kind);
      g_autoptr (PlimChartLayout) layout = plim_chart_layout_new (spec, 400, 0, context, FALSE);

      check_labels (layout);
      g_assert_cmpuint (plim_chart_layout_get_n_parts (layout), ==, 0);
      g_assert_cmpint (plim_chart_layout_get_height (layout), >, 0);
    }
}

/* --- the bar ---------------------------------------------------------------------------------------------- */

static gboolean
find_label (PlimChartLayout *layout,
            const char      *text,
            PlimRect        *rect)
{
  for (guint i = 0; i < plim_chart_layout_get_n_labels (layout); i++)
    if (strcmp (plim_chart_layout_get_label (layout, i, rect), text) == 0)
      return TRUE;
  return FALSE;
}

/* Two jobs of 64 GiB on one axis, the second on a card of 24 GiB: its label stays in front of its own line. */
static void
test_own_line (void)
{
  g_autoptr (PlimChartSpec)   spec = plim_chart_spec_new (PLIM_CHART_ROWS);
  g_autoptr (PlimChartLayout) layout = NULL;
  static const double         lines_gib[] = { 80, 24 };
  PlimRect                    above, below;

  for (gsize i = 0; i < G_N_ELEMENTS (lines_gib); i++)
    {
      PlimChartRow  *row = plim_chart_spec_add_row (spec);
      PlimChartPart *part = plim_chart_row_add_part (row);

      row->label = g_strdup ("Job");
      row->number = g_strdup ("64");
      row->line = lines_gib[i] * GIB;
      part->part = PLIM_PART_ACTIVATIONS;
      part->value = 64 * GIB;
      part->label = g_strdup ("Saved");
      part->number = g_strdup (i == 0 ? "first" : "second");
      part->description = g_strdup ("Saved");
    }
  layout = plim_chart_layout_new (spec, 1000, 0, context, FALSE);
  g_assert_true (find_label (layout, "Saved first", &above));
  g_assert_true (find_label (layout, "Saved second", &below));
  /* Middles at 32 of 80 and at 12 of 80 GiB: a quarter of the axis apart, which is some 900 px long. */
  g_assert_cmpfloat (above.x + above.width / 2 - below.x - below.width / 2, >, 900 / 4 - 30);
}

/* 18.3 GiB of a card of 24 on 960 px: 40 px a GiB. */
static void
test_bar (void)
{
  g_autoptr (PlimChartSpec)   spec = sample_bar (PLIM_BAR_FULL, 23.5);
  g_autoptr (PlimChartLayout) layout = plim_chart_layout_new (spec, 960, 0, context, FALSE);
  static const double         starts[] = { 0, 5.3 * 40, 5.9 * 40, 7.9 * 40, 17.7 * 40, 18.3 * 40 };
  PlimRect                    rect;

  g_assert_cmpuint (plim_chart_layout_get_n_parts (layout), ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_true (plim_chart_layout_get_part_rect (layout, i, &rect));
      g_assert_cmpfloat_with_epsilon (rect.x, starts[i], 0.01);
      g_assert_cmpfloat_with_epsilon (rect.x + rect.width, starts[i + 1], 0.01);
      g_assert_cmpfloat (rect.height, >=, 44);
      g_assert_cmpint (plim_chart_layout_get_part_key (layout, i), ==, 10 + (int) i);
      g_assert_cmpint (plim_chart_layout_find_key (layout, 10 + (int) i), ==, (int) i);
    }
  g_assert_cmpstr (plim_chart_layout_get_part_label (layout, 3), ==, "Logits 9.8");
  /* Wide parts are labelled inside, the small ones below, free space and load line too. */
  g_assert_true (find_label (layout, "Weights", &rect));
  g_assert_cmpfloat_with_epsilon (rect.x + rect.width / 2, 106, 0.5);
  g_assert_true (find_label (layout, "Logits", &rect));
  g_assert_true (find_label (layout, "Adapters 0.6", &rect));
  g_assert_true (find_label (layout, "Slack 0.6", &rect));
  g_assert_true (find_label (layout, "rest free", &rect));
  g_assert_true (find_label (layout, "Load line usable", &rect));
  g_assert_cmpfloat (rect.x + rect.width, <, 23.5 * 40);
  g_assert_false (find_label (layout, "rest over", &rect));
}

/* Over capacity: the axis ends with the total, the deficit is named behind the line. */
static void
test_over (void)
{
  g_autoptr (PlimChartSpec)   spec = sample_bar (PLIM_BAR_FULL, 9.15);
  g_autoptr (PlimChartLayout) layout = plim_chart_layout_new (spec, 1000, 0, context, FALSE);
  PlimRect                    rect;

  g_assert_true (plim_chart_layout_get_part_rect (layout, 4, &rect));
  g_assert_cmpfloat_with_epsilon (rect.x + rect.width, 1000, 0.01);
  g_assert_true (find_label (layout, "rest over", &rect));
  g_assert_cmpfloat (rect.x, >, 500);
  g_assert_true (find_label (layout, "Load line usable", &rect));
  g_assert_cmpfloat (rect.x + rect.width, <, 500);
  g_assert_false (find_label (layout, "rest free", &rect));
}

/* The smallest merge where the row below the bar is too narrow; what is lost is counted. */
static void
test_merge (void)
{
  g_autoptr (PlimChartSpec)   spec = sample_bar (PLIM_BAR_NARROW, 23.5);
  g_autoptr (PlimChartLayout) layout = plim_chart_layout_new (spec, 220, 0, context, FALSE);
  gboolean                    is_merged = FALSE;

  for (guint i = 0; i < plim_chart_layout_get_n_labels (layout); i++)
    {
      PlimRect rect;

      is_merged = is_merged || strstr (plim_chart_layout_get_label (layout, i, &rect), "others, ");
    }
  g_assert_true (is_merged);
}

/* Without labels; the load line stands at 74 % and nothing is drawn beyond 135 % of it. */
static void
test_mini (void)
{
  g_autoptr (PlimChartSpec)   spec = sample_bar (PLIM_BAR_MINI, 18.3);
  g_autoptr (PlimChartSpec)   torn = sample_bar (PLIM_BAR_MINI, 1.83);
  g_autoptr (PlimChartLayout) layout = plim_chart_layout_new (spec, 200, 0, context, FALSE);
  g_autoptr (PlimChartLayout) torn_layout = plim_chart_layout_new (torn, 200, 0, context, FALSE);
  PlimRect                    rect;

  g_assert_cmpuint (plim_chart_layout_get_n_labels (layout), ==, 0);
  g_assert_true (plim_chart_layout_get_part_rect (layout, 4, &rect));
  g_assert_cmpfloat_with_epsilon (rect.x + rect.width, 148, 0.01);
  g_assert_cmpfloat_with_epsilon (rect.height, 8, 0.01);
  g_assert_true (plim_chart_layout_get_part_rect (torn_layout, 0, &rect));
  g_assert_cmpfloat_with_epsilon (rect.x + rect.width, 1.35 * 148, 0.01);
}

static void
test_mirror (void)
{
  g_autoptr (PlimChartSpec)   spec = sample_bar (PLIM_BAR_FULL, 23.5);
  g_autoptr (PlimChartLayout) layout = plim_chart_layout_new (spec, 960, 0, context, FALSE);
  g_autoptr (PlimChartLayout) mirrored = plim_chart_layout_new (spec, 960, 0, context, TRUE);
  PlimRect                    a;
  PlimRect                    b;

  for (guint i = 0; i < plim_chart_layout_get_n_parts (layout); i++)
    {
      g_assert_true (plim_chart_layout_get_part_rect (layout, i, &a));
      g_assert_true (plim_chart_layout_get_part_rect (mirrored, i, &b));
      g_assert_cmpfloat_with_epsilon (a.x + a.width, 960 - b.x, 0.01);
    }
  g_assert_cmpuint (plim_chart_layout_get_n_labels (layout), ==, plim_chart_layout_get_n_labels (mirrored));
  for (guint i = 0; i < plim_chart_layout_get_n_labels (layout); i++)
    {
      plim_chart_layout_get_label (layout, i, &a);
      plim_chart_layout_get_label (mirrored, i, &b);
      g_assert_cmpfloat_with_epsilon (a.x + a.width, 960 - b.x, 0.01);
    }
}

int
main (int    argc,
      char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  context = plim_canvas_create_context (NULL);
  g_test_add_func ("/layout/bar", test_bar);
  g_test_add_func ("/layout/over", test_over);
  g_test_add_func ("/layout/merge", test_merge);
  g_test_add_func ("/layout/mini", test_mini);
  g_test_add_func ("/layout/mirror", test_mirror);
  g_test_add_func ("/layout/rows/own-line", test_own_line);
  g_test_add_func ("/layout/empty", test_empty);
  for (guint i = 0; i < N_CHART_FORMS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/layout/any/%u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_any);
    }
  result = g_test_run ();
  g_object_unref (context);
  return result;
}
