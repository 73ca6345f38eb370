/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The charts that ask the estimator again and again: time and cost, speed, memory against context or batch. */

#include "config.h"

#include "plim-charts.h"

#include "plim-checked.h"
#include "plim-finding.h"
#include "plim-solver.h"
#include "plim-wording.h"

#include <glib/gi18n-lib.h>

#define MOST_DOUBLINGS 12
#define LIMIT_SAMPLES  24
#define TICK_TOKENS    1024

/* --- time, cost and speed ------------------------------------------------------------------------------- */

/* What a line shows of an estimate's time. */
typedef struct
{
  PlimAxis axis;
  PlimBand (*value) (const PlimTime *time);
  char *(*text) (double value);
  char *(*finding) (const PlimInputs *inputs, const PlimEstimate *estimate);
  const char *title;   /* N_() */
  const char *x_title; /* N_() */
} TimeChart;

static PlimBand
time_seconds (const PlimTime *time)
{
  return time->is_predicted ? time->run_seconds : (PlimBand) { .likely = time->seconds };
}

static PlimBand
time_cost (const PlimTime *time)
{
  double per_second = time->seconds > 0 ? time->cost_usd / time->seconds : 0;

  return (PlimBand) { time->run_seconds.low * per_second, time->cost_usd, time->run_seconds.high * per_second };
}

static PlimBand
time_trained (const PlimTime *time)
{
  double tokens = time->tokens_per_s * time->steps[PLIM_CASE_USUAL].seconds; /* of a step; 0 = not predicted */

  if (!time->is_predicted)
    return (PlimBand) { .likely = time->tokens_per_s };

  return (PlimBand) { tokens / time->steps[PLIM_CASE_WORST].seconds, time->tokens_per_s,
                      tokens / time->steps[PLIM_CASE_BEST].seconds };
}

static PlimBand
time_decode (const PlimTime *time)
{
  return time->decode_tokens_per_s;
}

static PlimBand
time_prefill (const PlimTime *time)
{
  return time->prefill_tokens_per_s;
}

static PlimBand
time_sequence (const PlimTime *time)
{
  return time->sequence_tokens_per_s;
}

static const TimeChart training_time = { PLIM_AXIS_DURATION, time_seconds, plim_format_duration,
                                         plim_finding_time, N_ ("Training Time"), N_ ("GPUs") };
static const TimeChart training_cost = { PLIM_AXIS_MONEY, time_cost, plim_format_money,
                                         plim_finding_cost, N_ ("Cost"), N_ ("GPUs") };
static const TimeChart training_speed = { PLIM_AXIS_SPEED, time_trained, plim_format_significant, plim_finding_time,
                                          N_ ("Training Speed, Tokens per Second"), N_ ("GPUs") };
static const TimeChart step_time = { PLIM_AXIS_DURATION, plim_wording_step_seconds, plim_format_duration,
                                     plim_finding_step, N_ ("Time of a Step"), N_ ("GPUs") };
static const TimeChart decode_speed = { PLIM_AXIS_SPEED, time_decode, plim_format_significant, plim_finding_time,
                                        N_ ("Decode Speed, Tokens per Second"), N_ ("Sequences at once") };
static const TimeChart sequence_speed = { PLIM_AXIS_SPEED,
                                          time_sequence,
                                          plim_format_significant,
                                          plim_finding_sequence_speed,
                                          N_ ("Speed of Each Sequence, Tokens per Second"),
                                          N_ ("Sequences at once") };

static const TimeChart encode_speed = { PLIM_AXIS_SPEED, time_prefill, plim_format_significant, plim_finding_time,
                                        N_ ("Reading Speed, Tokens per Second"), N_ ("GPUs") };

/* Powers of two around @chosen, itself among them; returns how many. */
static guint
doublings (gint64  chosen,
           gint64 *counts)
{
  gint64 least = MAX (chosen / 8, 1);
  gint64 most = MAX (chosen * 4, 8);
  guint  n = 0;

  for (gint64 count = 1; count <= most && n + 1 < MOST_DOUBLINGS; count *= 2)
    {
      if (chosen < count && chosen > count / 2)
        counts[n++] = chosen;
      if (count >= least)
        counts[n++] = count;
    }
  return n;
}

static PlimChartSpec *
time_chart_new (const PlimInputs *inputs,
                const TimeChart  *chart,
                PlimFieldId       field)
{
  PlimChartSpec           *spec = plim_chart_spec_new (PLIM_CHART_LINES);
  PlimChartSeries         *series = plim_chart_spec_add_series (spec);
  g_autofree PlimEstimate *estimate = g_new0 (PlimEstimate, 1);
  gint64                   chosen = CLAMP (plim_inputs_get_integer (inputs, field), 1, PLIM_MOST_GPUS);
  gint64                   counts[MOST_DOUBLINGS + 1];
  guint                    n = doublings (chosen, counts);

  spec->axis = chart->axis;
  spec->title = g_strdup (_ (chart->title));
  spec->x_title = g_strdup (_ (chart->x_title));
  spec->is_log_x = TRUE;
  series->is_main = TRUE;
  plim_estimate (inputs, estimate);
  spec->description = chart->finding (inputs, estimate);
  for (guint i = 0; i < n; i++)
    {
      PlimInputs      changed = *inputs;
      PlimChartPoint *point;
      PlimBand        value;

      plim_inputs_set_integer (&changed, field, counts[i]);
      plim_estimate (&changed, estimate);
      value = chart->value (&estimate->time);
      if (!(value.likely > 0))
        continue;
      point = plim_chart_series_add_point (series);
      point->x = (double) counts[i];
      point->y = value.likely;
      point->label = chart->text (value.likely);
      point->is_chosen = counts[i] == chosen;
      point->is_hollow = estimate->verdict == PLIM_VERDICT_DOES_NOT_FIT;
      point->low = value.low;
      point->high = value.high;
    }
  return spec;
}

gboolean
plim_chart_time_is_alone (const PlimInputs *inputs)
{
  return inputs->task == PLIM_TASK_INFERENCE && plim_model_has_shape (&inputs->model) &&
         !plim_model_has_stack (&inputs->model, FALSE);
}

/* Speed of serving: an encoder reads texts one after another, however many there are. */
static PlimChartSpec *
serving_chart_new (const PlimInputs *inputs,
                   const TimeChart  *chart)
{
  if (plim_chart_time_is_alone (inputs))
    return time_chart_new (inputs, &encode_speed, PLIM_FIELD_GPUS);

  return time_chart_new (inputs, chart, PLIM_FIELD_BATCH);
}

static gboolean
is_speed_alone (const PlimInputs *inputs)
{
  g_autofree PlimEstimate *estimate = g_new0 (PlimEstimate, 1);

  plim_estimate (inputs, estimate);
  return plim_wording_is_speed_alone (&estimate->time);
}

PlimChartSpec *
plim_chart_time_new (const PlimInputs *inputs)
{
  if (inputs->task == PLIM_TASK_INFERENCE)
    return serving_chart_new (inputs, &decode_speed);

  return time_chart_new (inputs, is_speed_alone (inputs) ? &training_speed : &training_time, PLIM_FIELD_GPUS);
}

PlimChartSpec *
plim_chart_cost_new (const PlimInputs *inputs)
{
  if (inputs->task == PLIM_TASK_INFERENCE)
    return serving_chart_new (inputs, &sequence_speed);

  return time_chart_new (inputs, is_speed_alone (inputs) ? &step_time : &training_cost, PLIM_FIELD_GPUS);
}

/* --- limits --------------------------------------------------------------------------------------------------- */

typedef struct
{
  PlimFieldId   axis;
  PlimFieldId   other;
  PlimUnit      unit;
  gint64        last;      /* end of the axis */
  PlimEstimate *estimate;  /* room to work in */
} LimitsChart;

/* Where memory ends the axis; 0 when it does not. */
static gint64
crossing_on_axis (const LimitsChart *chart,
                  const PlimInputs  *inputs)
{
  PlimLimits limits;

  plim_solve_limits (inputs, &limits);
  if (chart->axis == PLIM_FIELD_BATCH)
    return limits.largest_batch_count;

  return limits.is_context_unlimited ? 0 : limits.longest_context_tokens;
}

static void
add_limit_point (const LimitsChart *chart,
                 PlimChartSeries   *series,
                 const PlimInputs  *inputs,
                 gint64             at)
{
  PlimInputs      changed = *inputs;
  PlimChartPoint *point;

  plim_inputs_set_integer (&changed, chart->axis, at);
  plim_estimate (&changed, chart->estimate);
  if (chart->estimate->n_roles == 0 || chart->estimate->peak_bytes >= PLIM_OVERFLOW)
    return;
  point = plim_chart_series_add_point (series);
  point->x = (double) at;
  point->y = (double) chart->estimate->peak_bytes;
}

static PlimChartPoint *
last_point (PlimChartSeries *series)
{
  return series->points->len > 0 ? &g_array_index (series->points, PlimChartPoint, series->points->len - 1) : NULL;
}

static int
compare_counts (gconstpointer a,
                gconstpointer b)
{
  gint64 first = *(const gint64 *) a;
  gint64 second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

/* The line of @inputs: evenly spaced points, the crossing and, for the present setting, "now". */
static void
add_limit_series (const LimitsChart *chart,
                  PlimChartSpec     *spec,
                  const PlimInputs  *inputs,
                  gboolean           is_main)
{
  PlimChartSeries *series = plim_chart_spec_add_series (spec);
  gint64           now = plim_inputs_get_integer (inputs, chart->axis);
  gint64           crossing = spec->line > 0 ? crossing_on_axis (chart, inputs) : 0;
  gint64           counts[LIMIT_SAMPLES + 3];
  guint            n = 0;
  g_autofree char *value = plim_format_count (plim_inputs_get_integer (inputs, chart->other));

  series->is_main = is_main;
  /* Translators: a line of a chart: "batch 2", "context 4,096". */
  series->label = g_strdup_printf (chart->axis == PLIM_FIELD_CONTEXT ? _ ("batch %s") : _ ("context %s"), value);
  for (gint64 i = 0; i <= LIMIT_SAMPLES; i++)
    counts[n++] = MAX (chart->last * i / LIMIT_SAMPLES, 1);
  if (is_main)
    counts[n++] = now;
  if (crossing > 0 && crossing < chart->last)
    counts[n++] = crossing;
  qsort (counts, n, sizeof *counts, compare_counts);
  for (guint i = 0; i < n; i++)
    {
      PlimChartPoint *point;

      if (i > 0 && counts[i] == counts[i - 1])
        continue;
      add_limit_point (chart, series, inputs, counts[i]);
      point = last_point (series);
      if (!point || (gint64) point->x != counts[i])
        continue;
      if (counts[i] == crossing)
        {
          point->is_crossing = TRUE;
          point->label = plim_format_count (crossing);
        }
      else if (is_main && counts[i] == now)
        {
          g_autofree char *number = plim_format_bytes_value ((gint64) point->y, chart->unit);

          /* Translators: the present setting in a chart: "now, 18.3". */
          point->label = g_strdup_printf (_ ("now, %s"), number);
        }
    }
}

/* A round end that shows the present setting and, where it is not far, the crossing; no context beyond the model's. */
static gint64
axis_end (const LimitsChart *chart,
          const PlimInputs  *inputs)
{
  gint64 now = plim_inputs_get_integer (inputs, chart->axis);
  gint64 crossing = crossing_on_axis (chart, inputs);
  gint64 wanted = MAX (3 * now / 2, MIN (3 * crossing / 2, 16 * now));
  gint64 limit = chart->axis == PLIM_FIELD_CONTEXT ? inputs->model.max_context_tokens : 0;
  gint64 end = chart->axis == PLIM_FIELD_CONTEXT ? TICK_TOKENS : 4;

  while (end < wanted && end < G_MAXINT32)
    end *= 2;
  return limit >= now && limit > 0 ? MIN (end, limit) : end;
}

PlimChartSpec *
plim_chart_limits_new (const PlimInputs *inputs,
                       PlimFieldId       axis,
                       PlimUnit          unit)
{
  PlimChartSpec           *spec = plim_chart_spec_new (PLIM_CHART_LINES);
  gboolean                 is_context = axis == PLIM_FIELD_CONTEXT;
  g_autofree PlimEstimate *estimate = g_new0 (PlimEstimate, 1);
  PlimLimits               limits;
  LimitsChart              chart = { axis, is_context ? PLIM_FIELD_BATCH : PLIM_FIELD_CONTEXT, unit, 0, estimate };
  gint64                   other = plim_inputs_get_integer (inputs, chart.other);

  plim_estimate (inputs, estimate);
  plim_solve_limits (inputs, &limits);
  spec->unit = unit;
  spec->title = g_strdup (is_context ? _ ("Memory Against Context") : _ ("Memory Against Batch"));
  spec->description = plim_finding_limits (inputs, &limits);
  spec->x_title = g_strdup (is_context ? _ ("Context, tokens") : _ ("Batch, sequences"));
  plim_chart_spec_set_line (spec, estimate, unit);
  if (estimate->n_roles == 0)
    return spec;
  chart.last = axis_end (&chart, inputs);
  add_limit_series (&chart, spec, inputs, TRUE);
  for (guint i = 0; i < 2; i++)
    {
      PlimInputs changed = *inputs;
      gint64     neighbour = i == 0 ? 2 * other : other / 2;

      if (neighbour < 1)
        continue;
      plim_inputs_set_integer (&changed, chart.other, neighbour);
      add_limit_series (&chart, spec, &changed, FALSE);
    }
  return spec;
}
