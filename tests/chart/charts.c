/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See charts.h. */

#include "charts.h"

static const char *const words[] = { "Weights", "Adapters", "Optimizer", "Gradients", "Activations",
                                     "Logits", "KV cache", "Aktivierungen", "QLoRA & <LoRA>", "Schattenkopie" };

static char *
random_words (GRand *random,
              guint  most)
{
  GString *string = g_string_new (words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))]);

  for (gint n = g_rand_int_range (random, 0, (gint) most); n > 0; n--)
    g_string_append_printf (string, " %s", words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))]);
  return g_string_free (string, FALSE);
}

/* From a mebibyte to a tebibyte, small ones as often as large ones. */
static double
random_bytes (GRand *random)
{
  double value = GIB / 1024;

  for (gint n = g_rand_int_range (random, 0, 20); n > 0; n--)
    value *= 2;
  return value * g_rand_double_range (random, 1, 2);
}

static void
add_parts (PlimChartRow *row,
           GRand        *random,
           gint          n)
{
  for (gint i = 0; i < n; i++)
    {
      PlimChartPart *part = plim_chart_row_add_part (row);

      part->key = i;
      part->part = (PlimPart) g_rand_int_range (random, 0, PLIM_N_PARTS);
      part->value = random_bytes (random);
      part->label = random_words (random, 1);
      part->number = plim_format_bytes_value ((gint64) part->value, PLIM_UNIT_GIB);
      part->description = g_strdup (part->label);
    }
}

static void
add_line (PlimChartSpec *spec,
          GRand         *random)
{
  spec->line = random_bytes (random);
  spec->capacity = spec->line * g_rand_double_range (random, 1, 1.2);
  spec->line_label = g_strdup ("Load line 23.5 GiB usable");
  spec->line_number = g_strdup ("23.5 GiB");
  spec->free_label = g_strdup ("5.2 GiB free");
  spec->over_label = g_strdup ("76.4 GiB over");
  spec->scale_note = g_rand_boolean (random) ? g_strdup ("3.4 times capacity") : NULL;
  spec->peak_label = g_strdup ("Peak 18.3 GiB");
}

static void
add_rows (PlimChartSpec *spec,
          GRand         *random)
{
  for (gint n = g_rand_int_range (random, 1, 12); n > 0; n--)
    {
      PlimChartRow *row = plim_chart_spec_add_row (spec);

      row->label = random_words (random, 4);
      row->caption = g_rand_boolean (random) ? random_words (random, 3) : NULL;
      row->names = random_words (random, 8);
      row->value =
        spec->kind == PLIM_CHART_DOTS ? g_rand_int_range (random, 1, 4096) : g_rand_double_range (random, 1, 3);
      if (g_rand_int_range (random, 0, 5) == 0 && spec->kind != PLIM_CHART_MOMENTS)
        {
          row->message = random_words (random, 5);
          continue;
        }
      row->number = g_strdup ("18.3 GiB");
      row->line = spec->is_own_scale ? random_bytes (random) : 0;
      row->is_chosen = g_rand_boolean (random);
      if (spec->kind != PLIM_CHART_DOTS)
        add_parts (row, random, g_rand_int_range (random, 1, 6));
    }
}

static void
add_series (PlimChartSpec *spec,
            GRand         *random)
{
  for (gint n = g_rand_int_range (random, 1, 4); n > 0; n--)
    {
      PlimChartSeries *series = plim_chart_spec_add_series (spec);

      series->label = random_words (random, 2);
      series->is_main = n == 1;
      for (gint i = 1; i < g_rand_int_range (random, 2, 12); i++)
        {
          PlimChartPoint *point = plim_chart_series_add_point (series);

          point->x = 1 << i;
          point->y = random_bytes (random);
          point->label = g_rand_boolean (random) ? g_strdup ("12.5 GiB") : NULL;
          point->is_chosen = i == 2;
        }
    }
}

PlimChartSpec *
random_chart (GRand *random,
              guint  form)
{
  static const PlimChartKind kinds[N_CHART_FORMS] = { PLIM_CHART_BAR, PLIM_CHART_BAR, PLIM_CHART_BAR,
                                                      PLIM_CHART_ROWS, PLIM_CHART_ROWS, PLIM_CHART_MOMENTS,
                                                      PLIM_CHART_DOTS, PLIM_CHART_LINES, PLIM_CHART_LINES };
  PlimChartSpec             *spec = plim_chart_spec_new (kinds[form]);

  spec->title = g_strdup ("Title");
  spec->x_title = g_strdup ("not to scale");
  spec->first_heading = g_strdup ("Memory");
  spec->names_heading = g_strdup ("GPUs with this memory");
  spec->bar_size = spec->kind == PLIM_CHART_BAR ? (PlimBarSize) form : PLIM_BAR_FULL;
  spec->is_own_scale = form == 4;
  spec->has_legend = form == 3;
  spec->is_log_x = form == 7;
  spec->axis = form == 7 ? PLIM_AXIS_DURATION : PLIM_AXIS_MEMORY;
  if (form != 7 && form != 4 && g_rand_int_range (random, 0, 4) > 0)
    add_line (spec, random);
  if (spec->kind == PLIM_CHART_BAR)
    add_parts (plim_chart_spec_add_row (spec), random, g_rand_int_range (random, 0, 12));
  else if (spec->kind == PLIM_CHART_LINES)
    add_series (spec, random);
  else
    add_rows (spec, random);
  return spec;
}

PlimChartSpec *
sample_bar (PlimBarSize size,
            double      line_gib)
{
  static const struct
  {
    const char *label;
    const char *number;
    double      gib;
    PlimPart    part;
  } parts[] = { { "Weights", "5.3", 5.3, PLIM_PART_WEIGHTS },
                { "Adapters", "0.6", 0.6, PLIM_PART_ADAPTERS },
                { "Activations", "2.0", 2.0, PLIM_PART_ACTIVATIONS },
                { "Logits", "9.8", 9.8, PLIM_PART_ACTIVATIONS },
                { "Slack", "0.6", 0.6, PLIM_PART_OVERHEAD } };
  PlimChartSpec *spec = plim_chart_spec_new (PLIM_CHART_BAR);
  PlimChartRow  *row = plim_chart_spec_add_row (spec);

  spec->bar_size = size;
  spec->title = g_strdup ("Memory & more");
  spec->description = g_strdup ("Logits take most.");
  spec->line = line_gib * GIB;
  spec->capacity = (line_gib + 0.5) * GIB;
  spec->line_label = g_strdup ("Load line usable");
  spec->line_number = g_strdup ("line");
  spec->free_label = g_strdup ("rest free");
  spec->over_label = g_strdup ("rest over");
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      PlimChartPart *part = plim_chart_row_add_part (row);

      part->key = (int) (10 + i);
      part->part = parts[i].part;
      part->is_logits = i == 3;
      part->value = parts[i].gib * GIB;
      part->label = g_strdup (parts[i].label);
      part->number = g_strdup (parts[i].number);
      part->description = g_strdup (parts[i].label);
    }
  return spec;
}
