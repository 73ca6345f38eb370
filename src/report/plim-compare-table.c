/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of the Compare page and of `plimsoll compare`. */

#include "config.h"

#include "plim-compare-table.h"

#include "plim-wording-measured.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

#define STAR "\342\230\205"

typedef struct
{
  PlimScenario *const      *scenarios;
  guint                     n_scenarios;
  const PlimCompareOptions *options;
} Comparison;

/* Writes one cell; @is_best is decided over all scenarios by the row. */
typedef char *(*Answer) (const Comparison *comparison,
                         guint             index);

/* The figure a row's best is the smallest of; <= 0 = none. */
typedef double (*Rank) (const Comparison *comparison,
                        guint             index);

static const PlimInputs *
inputs_of (const Comparison *comparison,
           guint             index)
{
  return plim_estimator_get_inputs (plim_scenario_get_estimator (comparison->scenarios[index]));
}

static const PlimEstimate *
estimate_of (const Comparison *comparison,
             guint             index)
{
  return plim_estimator_get_estimate (plim_scenario_get_estimator (comparison->scenarios[index]));
}

static gboolean
differs (const Comparison *comparison,
         PlimFieldId       id)
{
  for (guint i = 1; i < comparison->n_scenarios; i++)
    if (!plim_inputs_equal_field (inputs_of (comparison, 0), inputs_of (comparison, i), id))
      return TRUE;

  return FALSE;
}

static gboolean
is_used (const Comparison *comparison,
         PlimFieldId       id)
{
  for (guint i = 0; i < comparison->n_scenarios; i++)
    if (plim_inputs_uses_field (inputs_of (comparison, i), id))
      return TRUE;

  return FALSE;
}

static void
add_input_row (PlimTable        *table,
               const Comparison *comparison,
               PlimFieldId       id)
{
  plim_table_add_row (table);
  plim_table_set (table, 0, plim_field_label_text (id), plim_field (id)->name);
  for (guint i = 0; i < comparison->n_scenarios; i++)
    {
      g_autofree char *text = NULL;

      if (plim_inputs_uses_field (inputs_of (comparison, i), id))
        text = plim_field_value_text (inputs_of (comparison, i), id, comparison->options->unit);
      plim_table_set (table, i + 1, text != NULL ? text : PLIM_EN_DASH, NULL);
    }
}

static char *
memory_answer (const Comparison *comparison,
               guint             index)
{
  return plim_wording_memory_answer (estimate_of (comparison, index), comparison->options->unit);
}

static double
memory_rank (const Comparison *comparison,
             guint             index)
{
  return (double) estimate_of (comparison, index)->peak_bytes;
}

static char *
difference_answer (const Comparison *comparison,
                   guint             index)
{
  gint64           baseline_bytes = estimate_of (comparison, comparison->options->baseline)->peak_bytes;
  gint64           bytes = estimate_of (comparison, index)->peak_bytes;
  g_autofree char *difference = NULL;
  g_autofree char *percent = NULL;

  if (index == comparison->options->baseline)
    return g_strdup (_ ("baseline"));
  if (baseline_bytes <= 0 || bytes <= 0)
    return g_strdup (PLIM_EN_DASH);

  difference = plim_format_bytes_difference (bytes - baseline_bytes, comparison->options->unit);
  percent = plim_format_percent_difference ((double) baseline_bytes, (double) bytes);

  return g_strdup_printf ("%s (%s)", difference, percent);
}

static char *
verdict_answer (const Comparison *comparison,
                guint             index)
{
  return g_strdup (plim_wording_verdict_word (estimate_of (comparison, index)->verdict));
}

static char *
gpus_answer (const Comparison *comparison,
             guint             index)
{
  const PlimLimits *limits = plim_estimator_get_limits (plim_scenario_get_estimator (comparison->scenarios[index]));

  if (estimate_of (comparison, index)->verdict == PLIM_VERDICT_UNKNOWN)
    return g_strdup (PLIM_EN_DASH);

  return plim_wording_gpus_answer (limits->fewest_gpus_count);
}

static char *
time_answer (const Comparison *comparison,
             guint             index)
{
  return plim_wording_time_answer (inputs_of (comparison, index), estimate_of (comparison, index));
}

static double
time_rank (const Comparison *comparison,
           guint             index)
{
  const PlimTime *time = &estimate_of (comparison, index)->time;

  return time->is_known ? time->seconds : 0;
}

/* "5.94 GiB (+1.2 %)", of a real run. */
static char *
measured_answer (const Comparison *comparison,
                 guint             index)
{
  const PlimMeasured    *measured = plim_scenario_get_measured (comparison->scenarios[index]);
  PlimMeasuredRow        rows[PLIM_MEASURED_MAX_ROWS];
  guint                  n_rows = plim_measured_compare (measured, estimate_of (comparison, index), rows);
  const PlimMeasuredRow *peak = plim_measured_find_total (rows, n_rows, PLIM_MEASURED_PEAK);
  g_autofree char       *amount = NULL;
  g_autofree char       *difference = NULL;

  if (peak == NULL)
    return g_strdup (PLIM_EN_DASH);

  amount = plim_wording_measured_amount (measured, peak, comparison->options->unit);
  difference = plim_wording_measured_difference (peak);

  return g_strdup_printf ("%s (%s)", amount, difference);
}

static gboolean
is_any_measured (const Comparison *comparison)
{
  for (guint i = 0; i < comparison->n_scenarios; i++)
    if (plim_scenario_get_measured (comparison->scenarios[i])->peak_bytes > 0)
      return TRUE;

  return FALSE;
}

static const struct
{
  const char *key;
  const char *title;
  Answer      answer;
  Rank        rank;
  gboolean (*is_shown) (const Comparison *comparison); /* NULL = always */
} answers[] = {
  { "peak", N_ ("Memory per GPU"), memory_answer, memory_rank, NULL },
  { "difference", N_ ("Against baseline"), difference_answer, NULL, NULL },
  { "measured", N_ ("Measured"), measured_answer, NULL, is_any_measured },
  { "verdict", N_ ("Verdict"), verdict_answer, NULL, NULL },
  { "gpus_needed", N_ ("GPUs needed"), gpus_answer, NULL, NULL },
  { "time", N_ ("Time"), time_answer, time_rank, NULL },
};

/* The scenario with the strictly smallest figure; -1 when there is none or all are equal. */
static gint
find_best (const Comparison *comparison,
           Rank              rank)
{
  gint     best = -1;
  gboolean is_unique = TRUE;

  for (guint i = 0; rank != NULL && i < comparison->n_scenarios; i++)
    {
      double value = rank (comparison, i);

      if (value <= 0)
        continue;
      if (best < 0 || value < rank (comparison, (guint) best))
        {
          best = (gint) i;
          is_unique = TRUE;
        }
      else if (value <= rank (comparison, (guint) best))
        {
          is_unique = FALSE;
        }
    }

  return is_unique && comparison->n_scenarios > 1 ? best : -1;
}

static void
add_answer_row (PlimTable        *table,
                const Comparison *comparison,
                guint             row)
{
  gint best = find_best (comparison, answers[row].rank);

  plim_table_add_row (table);
  plim_table_set (table, 0, _ (answers[row].title), answers[row].key);
  for (guint i = 0; i < comparison->n_scenarios; i++)
    {
      g_autofree char *text = answers[row].answer (comparison, i);
      g_autofree char *starred = g_strdup_printf ("%s" PLIM_NBSP STAR, text);

      plim_table_set (table, i + 1, (gint) i == best ? starred : text, text);
    }
}

PlimTable *
plim_compare_table_new (PlimScenario *const      *scenarios,
                        guint                     n_scenarios,
                        const PlimCompareOptions *options,
                        guint                    *n_input_rows)
{
  const Comparison comparison = { scenarios, n_scenarios, options };
  PlimTable       *table = plim_table_new ();

  g_return_val_if_fail (n_scenarios >= 1 && options->baseline < n_scenarios, table);

  plim_table_add_column (table, "row", "", FALSE);
  for (guint i = 0; i < n_scenarios; i++)
    plim_table_add_column (table, plim_scenario_get_name (scenarios[i]), plim_scenario_get_name (scenarios[i]), FALSE);

  for (guint id = 0; id < PLIM_N_FIELDS; id++)
    if (differs (&comparison, id) || (options->shows_all_inputs && is_used (&comparison, id)))
      add_input_row (table, &comparison, id);
  if (n_input_rows != NULL)
    *n_input_rows = plim_table_n_rows (table);

  for (guint row = 0; row < G_N_ELEMENTS (answers); row++)
    if (answers[row].is_shown == NULL || answers[row].is_shown (&comparison))
      add_answer_row (table, &comparison, row);

  return table;
}
