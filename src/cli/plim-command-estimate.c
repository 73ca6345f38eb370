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

/* The scenario that the options alone describe. */
static PlimDocument *
document_from_options (PlimCommandLine     *line,
                       const PlimCliInputs *options)
{
  PlimCatalog             *catalog = plim_command_catalog (line);
  g_autoptr (PlimDocument) document = NULL;
  g_autoptr (PlimScenario) scenario = NULL;

  if (catalog == NULL)
    return NULL;

  document = plim_document_new_empty (catalog);
  scenario = plim_scenario_new (catalog, options->values[PLIM_FIELD_MODEL] != NULL ? options->values[PLIM_FIELD_MODEL]
                                                                                   : _ ("Scenario"));
  plim_document_append (document, scenario);

  return g_steal_pointer (&document);
}

/* A model that is named by its path is read and put into the catalogue; the option then names it there, and its
 * precision is that of the file where none is asked for.  FALSE after a complaint. */
static gboolean
import_model (PlimCommandLine *line,
              PlimCliInputs   *options)
{
  const char               *path = options->values[PLIM_FIELD_MODEL];
  PlimCatalog              *catalog = plim_command_catalog (line);
  g_autoptr (PlimModelFile) file = NULL;
  g_autoptr (GError)        error = NULL;

  if (path == NULL || catalog == NULL || plim_catalog_find_model (catalog, path) != NULL ||
      !plim_model_file_is_path (path))
    return catalog != NULL;

  file = plim_model_file_read (path, NULL, &error);
  if (file == NULL)
    {
      plim_command_complain (error->message);
      return FALSE;
    }
  if (plim_model_file_refusal (file) != NULL)
    {
      g_autofree char *message = g_strdup_printf ("%s: %s", path, _ (plim_model_file_refusal (file)));

      plim_command_complain (message);
      return FALSE;
    }

  plim_catalog_add_model (catalog, &file->model, file->stored.is_known ? &file->stored : NULL, path);
  g_free (options->values[PLIM_FIELD_MODEL]);
  options->values[PLIM_FIELD_MODEL] = g_strdup (file->model.id);
  if (options->values[PLIM_FIELD_PRECISION] == NULL && file->precision >= 0)
    options->values[PLIM_FIELD_PRECISION] = g_strdup (plim_precision_info ((PlimPrecision) file->precision)->id);
  if (options->values[PLIM_FIELD_RUNTIME] == NULL && file->kind == PLIM_MODEL_FILE_GGUF)
    options->values[PLIM_FIELD_RUNTIME] = g_strdup ("llama.cpp");

  return TRUE;
}

/* Applies @options to the inputs of every scenario.  FALSE after a complaint. */
static gboolean
apply_options (PlimDocument        *document,
               const PlimCliInputs *options,
               gboolean             is_from_file)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (document)); i++)
    {
      g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (document), i);
      PlimEstimator           *estimator = plim_scenario_get_estimator (scenario);
      PlimInputs               inputs = *plim_estimator_get_inputs (estimator);
      g_autoptr (GError)       error = NULL;

      if (!plim_cli_inputs_apply (options, &inputs, &error))
        {
          plim_command_complain (error->message);
          return FALSE;
        }

      if (!is_from_file)
        plim_cli_inputs_choose_task (options, &inputs);
      plim_estimator_set_inputs (estimator, &inputs);
      if (plim_estimator_get_problem (estimator) != NULL)
        {
          plim_command_complain (plim_estimator_get_problem (estimator));
          return FALSE;
        }
    }

  return TRUE;
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
  g_auto (PlimCliInputs)     options = { 0 };
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
  gboolean   is_done;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  plim_cli_inputs_add_options (&options, context);
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

  if (!import_model (line, &options))
    return PLIM_EXIT_BAD_FILE;
  document = argc == 2 ? plim_command_open (line, argv[1]) : document_from_options (line, &options);
  if (document == NULL)
    return PLIM_EXIT_BAD_FILE;
  if (!apply_options (document, &options, argc == 2))
    return PLIM_EXIT_BAD_USAGE;
  if (!apply_log (document, log))
    return PLIM_EXIT_BAD_FILE;

  print (document, output);

  return check && !all_fit (document) ? PLIM_EXIT_DOES_NOT_FIT : PLIM_EXIT_DONE;
}
