/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text form of an estimate.  The words are those of the window; the figures are exact beside the rounded ones. */

#include "config.h"

#include "plim-cli-print.h"

#include "plim-explain.h"
#include "plim-finding.h"
#include "plim-fix.h"
#include "plim-measured-table.h"
#include "plim-method.h"
#include "plim-next-token.h"
#include "plim-time-figures.h"
#include "plim-wording-measured.h"
#include "plim-wording.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* Lines of changes that would make a job fit. */
#define MOST_FIXES 6

static void
set_bytes (PlimTable *table,
           guint      column,
           gint64     bytes)
{
  g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, bytes);
  g_autofree char *text = plim_format_count (bytes);

  plim_table_set (table, column, text, value);
}

static void
set_share (PlimTable *table,
           guint      column,
           gint64     bytes,
           gint64     total_bytes)
{
  double           share = total_bytes > 0 ? (double) bytes / (double) total_bytes : 0;
  g_autofree char *value = g_strdup_printf ("%d.%04d", (int) share, (int) (share * 10000) % 10000);
  g_autofree char *text = plim_format_percent (share);

  plim_table_set (table, column, text, value);
}

static void
add_term_row (PlimTable        *table,
              const PlimInputs *inputs,
              const PlimTerm   *term,
              const PlimRole   *role)
{
  g_autofree char *rounded = plim_format_bytes (term->bytes, PLIM_UNIT_GIB);

  plim_table_add_row (table);
  plim_table_set (table, 0, plim_term_name_text (term->id), plim_term_info (term->id)->id);
  plim_table_set (table, 1, plim_wording_persistence (term->id, inputs->task), NULL);
  set_share (table, 2, term->bytes, role->peak_bytes);
  plim_table_set (table, 3, rounded, NULL);
  set_bytes (table, 4, term->bytes);
}

static void
print_terms (const PlimInputs   *inputs,
             const PlimEstimate *estimate,
             const PlimRole     *role)
{
  g_autoptr (PlimTable) table = plim_table_new ();
  g_autofree char      *peak = plim_format_bytes (role->peak_bytes, PLIM_UNIT_GIB);
  g_autofree char      *title = NULL;
  g_autofree char      *text = NULL;

  plim_table_add_column (table, "part", _ ("Part"), FALSE);
  plim_table_add_column (table, "held", _ ("Held"), FALSE);
  plim_table_add_column (table, "share", _ ("Share"), TRUE);
  plim_table_add_column (table, "memory", _ ("Memory"), TRUE);
  plim_table_add_column (table, "bytes", _ ("Bytes"), TRUE);
  for (guint i = 0; i < role->n_terms; i++)
    if (estimate->terms[role->first_term + i].bytes > 0)
      add_term_row (table, inputs, &estimate->terms[role->first_term + i], role);

  /* Translators: the moment of the step follows, as in "Peak, Backward". */
  title = g_strdup_printf (_ ("Peak, %s"), plim_moment_text (role->peak_moment));
  plim_table_add_row (table);
  plim_table_set (table, 0, title, NULL);
  plim_table_set (table, 3, peak, NULL);
  set_bytes (table, 4, role->peak_bytes);

  text = plim_table_to_text (table);
  if (estimate->n_roles > 1)
    {
      g_autofree char *name = plim_wording_role (role);

      g_print ("\n%s", name);
    }
  g_print ("\n%s", text);
}

static void
add_fact (PlimTable  *table,
          const char *title,
          const char *value)
{
  plim_table_add_row (table);
  plim_table_set (table, 0, title, NULL);
  plim_table_set (table, 1, value, NULL);
}

static void
add_pool (PlimTable          *facts,
          const PlimEstimate *estimate)
{
  g_autofree char *text = plim_wording_pool (estimate, PLIM_UNIT_GIB);

  if (*text != '\0')
    add_fact (facts, _ ("Room for caches"), text);
}

static void
add_reserved (PlimTable          *facts,
              const PlimEstimate *estimate)
{
  g_autofree char *reserved = plim_wording_reserved (estimate, PLIM_UNIT_GIB);
  g_autofree char *device = plim_wording_device_use (estimate, PLIM_UNIT_GIB);
  g_autofree char *collectives = plim_wording_collectives (estimate, PLIM_UNIT_GIB);

  if (collectives != NULL)
    add_fact (facts, _ ("Buffers of NCCL"), collectives);
  if (reserved == NULL)
    return;

  add_fact (facts, _ ("Reserved"), reserved);
  add_fact (facts, _ ("Shown by the driver"), device);
}

static void
add_time_fact (const PlimTimeFigure *figure,
               gpointer              data)
{
  g_autofree char *seconds = plim_format_number (figure->value.likely, 2);
  g_autofree char *exact = g_strdup_printf (_ ("%s (%s s)"), figure->text, seconds);

  add_fact (data, figure->title, g_str_equal (figure->id, "seconds") ? exact : figure->text);
}

static void
add_limits (PlimTable        *facts,
            const PlimInputs *inputs,
            const PlimLimits *limits)
{
  g_autofree char *gpus = plim_wording_gpus_answer (limits->fewest_gpus_count);
  g_autofree char *batch = plim_format_count (limits->largest_batch_count);
  g_autofree char *context = plim_format_count (limits->longest_context_tokens);

  add_fact (facts, _ ("GPUs"), gpus);
  add_fact (facts, inputs->task == PLIM_TASK_INFERENCE ? _ ("Most sequences at once") : _ ("Largest micro-batch"),
            limits->is_batch_unlimited ? _ ("not limited by memory") : batch);
  add_fact (facts, _ ("Longest context"), limits->is_context_unlimited ? _ ("not limited by memory") : context);
}

static void
print_facts (PlimEstimator *estimator)
{
  const PlimInputs     *inputs = plim_estimator_get_inputs (estimator);
  const PlimEstimate   *estimate = plim_estimator_get_estimate (estimator);
  g_autoptr (PlimTable) facts = plim_table_new ();
  g_autofree char      *parameters = plim_format_count (estimate->parameters.total_count);
  gint64                checkpoint_count = plim_checkpoint_count (&inputs->model, estimate->parameters.total_count);
  g_autofree char      *checkpoint = plim_format_count (checkpoint_count);
  g_autofree char      *trained = plim_format_count (estimate->trained_count);
  g_autofree char      *per_token = plim_format_exact_bytes (estimate->kv_bytes_per_token);
  g_autofree char      *host = plim_format_bytes (estimate->host_bytes, PLIM_UNIT_GIB);
  g_autofree char      *not_counted = plim_wording_not_counted (estimate);
  g_autofree char      *time = plim_finding_time (inputs, estimate);
  g_autofree char      *notice = plim_wording_notice (inputs);
  g_autofree char      *nvme = plim_format_bytes (estimate->nvme_bytes, PLIM_UNIT_GIB);
  g_autofree char      *text = NULL;

  plim_table_add_column (facts, "fact", "", FALSE);
  plim_table_add_column (facts, "value", "", FALSE);
  add_fact (facts, _ ("Method"), _ (plim_method_info (inputs->method)->name));
  if (estimate->parameters.total_count > 0)
    add_fact (facts, _ ("Parameters"), parameters);
  if (checkpoint_count > estimate->parameters.total_count)
    add_fact (facts, _ ("In the checkpoint"), checkpoint);
  if (estimate->trained_count > 0)
    add_fact (facts, _ ("Trained"), trained);
  if (estimate->kv_bytes_per_token > 0)
    add_fact (facts, _ ("KV cache per token"), per_token);
  if (estimate->host_bytes > 0)
    add_fact (facts, _ ("In host memory"), host);
  if (estimate->nvme_bytes > 0)
    add_fact (facts, _ ("On NVMe"), nvme);
  if (not_counted != NULL)
    add_fact (facts, _ ("Not counted"), not_counted);
  add_pool (facts, estimate);
  add_reserved (facts, estimate);
  plim_time_figures (inputs, estimate, add_time_fact, facts);
  if (estimate->verdict != PLIM_VERDICT_UNKNOWN && !estimate->time.is_known && estimate->time.step_seconds <= 0)
    add_fact (facts, _ ("Time"), time);
  if (estimate->verdict != PLIM_VERDICT_UNKNOWN)
    add_limits (facts, inputs, plim_estimator_get_limits (estimator));

  text = plim_table_to_text (facts);
  g_print ("%s", text);
  if (notice != NULL)
    g_print ("%s\n", notice);
  if (estimate->reserved.is_known)
    g_print ("%s\n", plim_wording_reserved_reason ());
  if (estimate->collectives.high_bytes > 0)
    g_print ("%s\n", plim_wording_collectives_reason (inputs));
}

/* Measured beside estimated, where a real run is known. */
static void
print_measured (PlimScenario *scenario)
{
  g_autoptr (PlimTable) table = plim_measured_table_new (scenario, PLIM_UNIT_GIB);
  const PlimMeasured   *measured = plim_scenario_get_measured (scenario);
  const PlimEstimate   *estimate = plim_estimator_get_estimate (plim_scenario_get_estimator (scenario));
  const char           *note = plim_wording_measured_note (measured, estimate);
  g_autofree char      *finding = plim_wording_measured_finding (measured, estimate, PLIM_UNIT_GIB);
  g_autofree char      *source = plim_wording_measured_source (measured);
  g_autofree char      *text = NULL;

  if (table == NULL)
    return;

  text = plim_table_to_text (table);
  g_print ("\n%s\n%s\n\n%s", finding, source, text);
  if (note != NULL)
    g_print ("%s\n", note);
}

/* What fits instead, as far as a few lines go: of a layout that cannot exist, those that can. */
static void
print_fixes (const PlimInputs   *inputs,
             const PlimEstimate *estimate)
{
  PlimFix fixes[PLIM_MAX_FIXES];
  guint   n = plim_fixes_find (inputs, NULL, 0, fixes, MOST_FIXES);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *title = plim_fix_title (&fixes[i]);
      g_autofree char *caption = plim_fix_caption (&fixes[i], PLIM_UNIT_GIB);

      if (fixes[i].is_fit || estimate->not_covered != NULL)
        g_print ("%s: %s\n", title, caption);
    }
}

static void
print_estimate (PlimScenario *scenario)
{
  PlimEstimator      *estimator = plim_scenario_get_estimator (scenario);
  const PlimInputs   *inputs = plim_estimator_get_inputs (estimator);
  const PlimEstimate *estimate = plim_estimator_get_estimate (estimator);
  g_autofree char    *verdict = plim_wording_verdict (estimate, PLIM_UNIT_GIB);
  g_autofree char    *detail = plim_wording_verdict_detail (inputs, estimate, PLIM_UNIT_GIB);

  g_print ("%s\n%s\n", plim_scenario_get_name (scenario), verdict);
  if (*detail != '\0')
    g_print ("%s\n", detail);
  if (estimate->not_covered != NULL || estimate->verdict == PLIM_VERDICT_DOES_NOT_FIT)
    print_fixes (inputs, estimate);
  for (guint i = 0; i < estimate->n_roles; i++)
    if (estimate->roles[i].n_terms > 0)
      print_terms (inputs, estimate, &estimate->roles[i]);
  print_measured (scenario);
  print_facts (estimator);
}

void
plim_cli_print_estimates (PlimDocument *document)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (document)); i++)
    {
      g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (document), i);

      g_print ("%s", i > 0 ? "\n" : "");
      print_estimate (scenario);
    }
}

/* Columns of plim_cli_terms_table(). */
enum
{
  COLUMN_SCENARIO,
  COLUMN_ROLE,
  COLUMN_TERM,
  COLUMN_BYTES,
  COLUMN_FORMULA,
  COLUMN_SUBSTITUTED,
  COLUMN_SOURCE,
  COLUMN_MEASURED,
  COLUMN_DIFFERENCE,
  COLUMN_VALUE,
  COLUMN_LOW,
  COLUMN_HIGH
};

static void
set_measured (PlimTable             *table,
              const PlimMeasuredRow *row)
{
  g_autofree char *difference = plim_wording_measured_difference (row);
  char             value[G_ASCII_DTOSTR_BUF_SIZE];
  gboolean         is_known = row->measured_bytes > 0;

  set_bytes (table, COLUMN_MEASURED, row->measured_bytes);
  g_ascii_dtostr (value, sizeof value,
                  is_known ? (double) row->estimated_bytes / (double) row->measured_bytes - 1 : 0);
  plim_table_set (table, COLUMN_DIFFERENCE, difference, is_known ? value : "");
}

static gboolean
has_term (const PlimEstimate *estimate,
          PlimTermId          term)
{
  const PlimRole *role = &estimate->roles[0];

  for (guint i = 0; i < role->n_terms; i++)
    if (estimate->terms[role->first_term + i].id == term)
      return TRUE;

  return FALSE;
}

/* Totals, and parts that are measured and not estimated: rows without a formula. */
static void
add_other_measured (PlimTable             *table,
                    PlimScenario          *scenario,
                    const PlimMeasuredRow *rows,
                    guint                  n_rows)
{
  const PlimEstimate *estimate = plim_estimator_get_estimate (plim_scenario_get_estimator (scenario));

  for (guint i = 0; i < n_rows; i++)
    {
      if (rows[i].kind == PLIM_MEASURED_TERM && has_term (estimate, rows[i].term))
        continue;
      plim_table_add_row (table);
      plim_table_set (table, COLUMN_SCENARIO, plim_scenario_get_name (scenario), NULL);
      plim_table_set (table, COLUMN_TERM, plim_wording_measured_name (&rows[i]), plim_measured_row_id (&rows[i]));
      set_bytes (table, COLUMN_BYTES, rows[i].estimated_bytes);
      set_measured (table, &rows[i]);
    }
}

static void
add_terms (PlimTable    *table,
           PlimScenario *scenario)
{
  const PlimEstimate *estimate = plim_estimator_get_estimate (plim_scenario_get_estimator (scenario));
  PlimMeasuredRow     rows[PLIM_MEASURED_MAX_ROWS];
  guint               n_rows = plim_measured_compare (plim_scenario_get_measured (scenario), estimate, rows);

  for (guint r = 0; r < estimate->n_roles; r++)
    for (guint i = 0; i < estimate->roles[r].n_terms; i++)
      {
        const PlimTerm        *term = &estimate->terms[estimate->roles[r].first_term + i];
        const PlimMeasuredRow *measured = r == 0 ? plim_measured_find_term (rows, n_rows, term->id) : NULL;
        g_autofree char       *formula = plim_explain_formula (&term->explanation);
        g_autofree char       *numbers = plim_explain_numbers (&term->explanation);
        g_autofree char       *formula_c = plim_explain_formula_c (&term->explanation);
        g_autofree char       *substituted = plim_explain_substituted (&term->explanation);

        plim_table_add_row (table);
        plim_table_set (table, COLUMN_SCENARIO, plim_scenario_get_name (scenario), NULL);
        plim_table_set (table, COLUMN_ROLE, _ (estimate->roles[r].name), estimate->roles[r].name);
        plim_table_set (table, COLUMN_TERM, plim_term_name_text (term->id), plim_term_info (term->id)->id);
        set_bytes (table, COLUMN_BYTES, term->bytes);
        plim_table_set (table, COLUMN_FORMULA, formula, formula_c);
        plim_table_set (table, COLUMN_SUBSTITUTED, numbers, substituted);
        plim_table_set (table, COLUMN_SOURCE, term->explanation.source, NULL);
        if (measured != NULL)
          set_measured (table, measured);
      }
  add_other_measured (table, scenario, rows, n_rows);
}

static void
set_number (PlimTable  *table,
            guint       column,
            const char *text,
            double      number)
{
  char value[G_ASCII_DTOSTR_BUF_SIZE];

  if (number > 0)
    plim_table_set (table, column, text, g_ascii_dtostr (value, sizeof value, number));
}

typedef struct
{
  PlimTable  *table;
  const char *scenario;
} TimeRows;

/* People read the range in the text of the value. */
static void
add_time_row (const PlimTimeFigure *figure,
              gpointer              data)
{
  const TimeRows *rows = data;

  plim_table_add_row (rows->table);
  plim_table_set (rows->table, COLUMN_SCENARIO, rows->scenario, NULL);
  plim_table_set (rows->table, COLUMN_TERM, figure->title, figure->id);
  set_number (rows->table, COLUMN_VALUE, figure->text, figure->value.likely);
  set_number (rows->table, COLUMN_LOW, "", figure->value.low);
  set_number (rows->table, COLUMN_HIGH, "", figure->value.high);
}

static void
add_time_rows (PlimTable    *table,
               PlimScenario *scenario)
{
  PlimEstimator *estimator = plim_scenario_get_estimator (scenario);
  TimeRows       rows = { table, plim_scenario_get_name (scenario) };

  plim_time_figures (plim_estimator_get_inputs (estimator), plim_estimator_get_estimate (estimator), add_time_row,
                     &rows);
}

PlimTable *
plim_cli_terms_table (PlimDocument *document)
{
  PlimTable *table = plim_table_new ();

  plim_table_add_column (table, "scenario", _ ("Scenario"), FALSE);
  plim_table_add_column (table, "role", _ ("GPU"), FALSE);
  plim_table_add_column (table, "term", _ ("Part"), FALSE);
  plim_table_add_column (table, "bytes", _ ("Bytes"), TRUE);
  plim_table_add_column (table, "formula", _ ("Formula"), FALSE);
  plim_table_add_column (table, "substituted", _ ("With numbers"), FALSE);
  plim_table_add_column (table, "source", _ ("Source"), FALSE);
  plim_table_add_column (table, "measured_bytes", _ ("Measured"), TRUE);
  plim_table_add_column (table, "difference", _ ("Off by"), TRUE);
  plim_table_add_column (table, "value", _ ("Value"), TRUE);
  plim_table_add_column (table, "low", _ ("Low"), TRUE);
  plim_table_add_column (table, "high", _ ("High"), TRUE);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (document)); i++)
    {
      g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (document), i);

      add_terms (table, scenario);
      add_time_rows (table, scenario);
    }

  return table;
}
