/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `plimsoll estimate [FILE|-] [inputs] [--format …] [--check]`: the estimate of each scenario of a file, or of the
 * inputs given as options.  Options given beside a file replace its scenarios' inputs. */

#include "config.h"

#include "plim-cli-inputs.h"
#include "plim-cli-print.h"
#include "plim-command.h"
#include "plim-estimate-json.h"
#include "plim-model-file.h"
#include "plim-runtime-log.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* What is asked for. */
typedef struct
{
  PlimCommandLine *line;
  PlimCliInputs    options;
  char            *path; /* of the model, where a file is one; then not among the options */
  PlimModelFile   *file;
} Job;

static void
job_clear (Job *job)
{
  plim_cli_inputs_clear (&job->options);
  g_free (job->path);
  plim_model_file_free (job->file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

/* The scenario that the options alone describe. */
static PlimDocument *
document_from_options (const Job *job)
{
  PlimCatalog             *catalog = plim_command_catalog (job->line);
  const char              *name = job->file != NULL ? job->file->name : job->options.values[PLIM_FIELD_MODEL];
  g_autoptr (PlimDocument) document = NULL;
  g_autoptr (PlimScenario) scenario = NULL;

  if (catalog == NULL)
    return NULL;

  document = plim_document_new_empty (catalog);
  scenario = plim_scenario_new (catalog, name != NULL ? name : _ ("Scenario"));
  plim_document_append (document, scenario);

  return g_steal_pointer (&document);
}

/* Reads the model that the option names by its path, if it does, and takes the path out of the options.  FALSE after a
 * complaint. */
static gboolean
read_model (Job *job)
{
  const char        *model = job->options.values[PLIM_FIELD_MODEL];
  PlimCatalog       *catalog = plim_command_catalog (job->line);
  g_autoptr (GError) error = NULL;

  if (model == NULL || catalog == NULL || plim_catalog_find_model (catalog, model) != NULL ||
      !plim_model_file_is_path (model))
    return catalog != NULL;

  job->file = plim_model_file_read (model, NULL, &error);
  if (job->file == NULL)
    {
      plim_command_complain (error->message);
      return FALSE;
    }
  job->path = g_steal_pointer (&job->options.values[PLIM_FIELD_MODEL]);

  return TRUE;
}

/* The task decides what a file says, and what is given wins over it. */
static gboolean
apply_to_inputs (const Job  *job,
                 PlimInputs *inputs,
                 GError    **error)
{
  if (!plim_cli_inputs_apply (&job->options, inputs, error))
    return FALSE;

  return job->file == NULL ||
         (plim_model_file_use (job->file, plim_command_catalog (job->line), job->path, inputs, error) &&
          plim_cli_inputs_apply (&job->options, inputs, error));
}

/* Applies what is given to the inputs of every scenario; complains where that cannot be. */
static PlimExit
apply_options (const Job    *job,
               PlimDocument *document,
               gboolean      is_from_file)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (document)); i++)
    {
      g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (document), i);
      PlimEstimator           *estimator = plim_scenario_get_estimator (scenario);
      PlimInputs               inputs = *plim_estimator_get_inputs (estimator);
      g_autoptr (GError)       error = NULL;

      if (!apply_to_inputs (job, &inputs, &error))
        {
          plim_command_complain (error->message);
          return error->domain == PLIM_IMPORT_ERROR ? PLIM_EXIT_BAD_FILE : PLIM_EXIT_BAD_USAGE;
        }

      if (!is_from_file)
        plim_cli_inputs_choose_task (&job->options, &inputs);
      plim_estimator_set_inputs (estimator, &inputs);
      if (plim_estimator_get_problem (estimator) != NULL)
        {
          plim_command_complain (plim_estimator_get_problem (estimator));
          return PLIM_EXIT_BAD_USAGE;
        }
    }

  return PLIM_EXIT_DONE;
}

/* Puts what the log @path measured beside each scenario; NULL = no log.  FALSE after a complaint. */
static gboolean
apply_log (PlimDocument *document,
           const char   *path)
{
  g_autoptr (GFile)          file = path != NULL ? g_file_new_for_commandline_arg (path) : NULL;
  g_autoptr (PlimRuntimeLog) log = NULL;
  g_autoptr (GError)         error = NULL;
  PlimMeasured               measured;

  if (path == NULL)
    return TRUE;

  log = plim_runtime_log_read (file, &error);
  if (log == NULL || !plim_runtime_log_measure (log, &measured, &error))
    {
      plim_command_complain (error->message);
      return FALSE;
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (document)); i++)
    {
      g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (document), i);

      plim_scenario_set_measured (scenario, &measured);
    }

  return TRUE;
}

static void
print (PlimDocument *document,
       PlimOutput    output)
{
  g_autofree char *json = NULL;

  if (output == PLIM_OUTPUT_TEXT)
    {
      plim_cli_print_estimates (document);
    }
  else if (output == PLIM_OUTPUT_JSON)
    {
      json = plim_estimate_json_write (document);
      g_print ("%s", json);
    }
  else
    {
      g_autoptr (PlimTable) table = plim_cli_terms_table (document);

      plim_command_print_table (table, output);
    }
}

static gboolean
all_fit (PlimDocument *document)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (document)); i++)
    {
      g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (document), i);
      const PlimEstimate      *estimate = plim_estimator_get_estimate (plim_scenario_get_estimator (scenario));

      if (estimate->verdict != PLIM_VERDICT_FITS && estimate->verdict != PLIM_VERDICT_TIGHT)
        return FALSE;
    }

  return TRUE;
}

PlimExit
plim_command_estimate (PlimCommandLine *line,
                       int              argc,
                       char           **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("[FILE|-] — estimate memory, GPUs and time"));
  g_auto (Job)               job = { .line = line };
  g_autoptr (PlimDocument)   document = NULL;
  g_autofree char           *format = NULL;
  g_autofree char           *log = NULL;
  gboolean                   check = FALSE;
  const GOptionEntry         entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, N_ ("How to write the result"), "text|json|csv|md" },
    { "measured", 0, 0, G_OPTION_ARG_FILENAME, &log, N_ ("Compare with the memory in a log of a runtime"), "LOG" },
    { "check", 0, 0, G_OPTION_ARG_NONE, &check, N_ ("Exit with status 1 unless every scenario fits"), NULL },
    G_OPTION_ENTRY_NULL
  };
  PlimOutput output;
  PlimExit   status;
  gboolean   is_done;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  plim_cli_inputs_add_options (&job.options, context);
  if (!plim_command_parse (context, &argc, &argv, &is_done))
    return PLIM_EXIT_BAD_USAGE;
  if (is_done)
    return PLIM_EXIT_DONE;
  if (argc > 2)
    {
      plim_command_complain (_ ("estimate: name at most one file"));
      return PLIM_EXIT_BAD_USAGE;
    }
  if (!plim_command_find_output (format, &output))
    return PLIM_EXIT_BAD_USAGE;

  if (!read_model (&job))
    return PLIM_EXIT_BAD_FILE;
  document = argc == 2 ? plim_command_open (line, argv[1]) : document_from_options (&job);
  if (document == NULL)
    return PLIM_EXIT_BAD_FILE;
  status = apply_options (&job, document, argc == 2);
  if (status != PLIM_EXIT_DONE)
    return status;
  if (!apply_log (document, log))
    return PLIM_EXIT_BAD_FILE;

  print (document, output);

  return check && !all_fit (document) ? PLIM_EXIT_DOES_NOT_FIT : PLIM_EXIT_DONE;
}
