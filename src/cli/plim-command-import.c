/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `plimsoll import FILE… [--format …]`: what model files hold, and what logs of runtimes measured. */

#include "config.h"

#include "plim-any-file.h"
#include "plim-cli-scan.h"
#include "plim-command.h"
#include "plim-format.h"
#include "plim-import-json.h"
#include "plim-layer-table.h"
#include "plim-tensor-class.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

/* --- facts of a model ------------------------------------------------------------------------------- */

static void
add_fact (PlimTable  *table,
          const char *title,
          char       *value)
{
  plim_table_add_row (table);
  plim_table_set (table, 0, title, NULL);
  plim_table_set (table, 1, value, NULL);
  g_free (value);
}

static void
add_count (PlimTable  *table,
           const char *title,
           gint64      count)
{
  if (count > 0)
    add_fact (table, title, plim_format_count (count));
}

static void
add_shape (PlimTable       *table,
           const PlimModel *model)
{
  add_count (table, _ ("Layers"), model->n_layers);
  add_fact (table, _ ("Order of layers"), plim_layer_table_dup_pattern (model));
  add_count (table, _ ("Hidden size"), model->hidden_size);
  add_count (table, _ ("Vocabulary"), model->vocab_size);
  add_count (table, _ ("Longest context"), model->max_context_tokens);
}

/* What an adapter belongs to, and what it is. */
static void
add_adapter (PlimTable           *table,
             const PlimModelFile *file,
             PlimCatalog         *catalog)
{
  const PlimAdapterFile *adapter = file->adapter;
  const PlimModel       *base = plim_model_file_find_base (file, catalog);
  const char            *kind =
    adapter->adapter >= 0 ? plim_field_choice (PLIM_FIELD_ADAPTER, (guint) adapter->adapter).label : adapter->type;

  add_fact (table, _ ("Adapter"), g_strdup (_ (kind)));
  add_fact (table, _ ("Belongs to"),
            g_strdup (*adapter->base != '\0' ? adapter->base : _ ("a model that is not named")));
  add_fact (table, _ ("In the catalogue"), g_strdup (base != NULL ? base->name : _ ("not there")));
  add_count (table, _ ("Adapter Rank"), adapter->rank);
  add_count (table, _ ("Virtual Tokens"), adapter->virtual_tokens);
  if (*adapter->targets != '\0')
    add_fact (table, _ ("Adapter Targets"), g_strdup (adapter->targets));
  if (*adapter->saved_modules != '\0')
    add_fact (table, _ ("Stored whole"), g_strdup (adapter->saved_modules));
  add_count (table, _ ("Adapter parameters"), adapter->parameters_count);
  if (base != NULL)
    add_count (table, _ ("Counted by the estimate"), plim_adapter_file_count (adapter, base));
}

static void
print_facts (const PlimModelFile *file,
             PlimCatalog         *catalog)
{
  g_autoptr (PlimTable) facts = plim_table_new ();
  g_autofree char      *text = NULL;
  PlimParameters        parameters;

  plim_table_add_column (facts, "fact", "", FALSE);
  plim_table_add_column (facts, "value", "", FALSE);
  if (file->has_model)
    {
      plim_parameters_count (&file->model, &parameters);
      add_fact (facts, _ ("Model"), g_strdup (file->model.name));
      add_fact (facts, _ ("Architecture"),
                file->is_known ? g_strdup (file->architecture)
                               : g_strdup (_ ("not known; read as a decoder like Llama’s")));
      add_count (facts, _ ("Text parameters"), parameters.total_count);
      if (parameters.active_count != parameters.total_count)
        add_count (facts, _ ("Active parameters"), parameters.active_count);
      add_count (facts, _ ("Next-token layers’ parameters"), file->next_token_parameters_count);
      add_count (facts, _ ("Encoders’ parameters"), file->tower_parameters_count);
      if (file->config != NULL)
        add_count (facts, _ ("Tokens of an image"), file->config->vision.tokens_count);
      add_shape (facts, &file->model);
    }
  if (file->adapter != NULL)
    add_adapter (facts, file, catalog);
  if (file->pipeline != NULL)
    {
      add_fact (facts, _ ("Pipeline"), g_strdup (file->pipeline->class_name));
      add_count (facts, _ ("Checkpoint parameters"), plim_pipeline_get_totals (file->pipeline).parameters_count);
    }
  if (file->tensors != NULL)
    add_count (facts, _ ("Checkpoint parameters"), plim_tensor_table_get_totals (file->tensors).parameters_count);
  if (file->precision >= 0)
    add_fact (facts, _ ("Precision"), g_strdup (plim_precision_info ((PlimPrecision) file->precision)->label));
  add_fact (facts, _ ("Size"), plim_format_exact_bytes (file->file_bytes));
  add_fact (facts, _ ("Read"), plim_format_exact_bytes (file->read_bytes));

  text = plim_table_to_text (facts);
  g_print ("%s\n%s", file->name, text);
}

/* --- tables of bytes -------------------------------------------------------------------------------- */

/* Columns of create_totals(). */
enum
{
  COLUMN_FILE,
  COLUMN_BY,
  COLUMN_NAME,
  COLUMN_TENSORS,
  COLUMN_PARAMETERS,
  COLUMN_BYTES,
  COLUMN_DEVICE
};

static void
set_number (PlimTable *table,
            guint      column,
            gint64     number)
{
  g_autofree char *text = plim_format_count (number);
  g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  plim_table_set (table, column, text, value);
}

/* A row of @file: what is summed @by, and the one that is called @label. */
static void
add_row (PlimTable  *table,
         const char *file,
         const char *by,
         const char *label,
         const char *id)
{
  plim_table_add_row (table);
  plim_table_set (table, COLUMN_FILE, file, NULL);
  plim_table_set (table, COLUMN_BY, by, NULL);
  plim_table_set (table, COLUMN_NAME, label, id);
}

static void
add_totals (PlimTable              *table,
            const char             *file,
            const char             *by,
            const char             *label,
            const char             *id,
            const PlimTensorTotals *totals)
{
  if (totals->tensors_count == 0)
    return;

  add_row (table, file, by, label, id);
  set_number (table, COLUMN_TENSORS, totals->tensors_count);
  set_number (table, COLUMN_PARAMETERS, totals->parameters_count);
  set_number (table, COLUMN_BYTES, totals->size_bytes);
}

/* What a configuration alone says too. */
static void
add_model_counts (PlimTable           *table,
                  const PlimModelFile *file)
{
  PlimParameters parameters;

  if (!file->has_model)
    return;

  plim_parameters_count (&file->model, &parameters);
  add_row (table, file->name, _ ("Model"), _ ("Text parameters"), "text");
  set_number (table, COLUMN_PARAMETERS, parameters.total_count);
  add_row (table, file->name, _ ("Model"), _ ("Active parameters"), "active");
  set_number (table, COLUMN_PARAMETERS, parameters.active_count);
}

static void
add_measured (PlimTable            *table,
              const PlimRuntimeLog *log)
{
  for (guint i = 0; i < log->entries->len; i++)
    {
      const PlimLogEntry      *entry = log->entries->pdata[i];
      const PlimLogFigureInfo *figure = plim_log_figure_info (entry->figure);

      if (!entry->is_counted)
        continue;
      add_row (table, log->name, _ ("Measured"), _ (figure->name), figure->id);
      set_number (table, COLUMN_BYTES, entry->bytes);
      plim_table_set (table, COLUMN_DEVICE, entry->device != NULL ? entry->device : "", NULL);
    }
}

static void
add_file_totals (PlimTable           *table,
                 const PlimModelFile *file)
{
  for (guint i = 0; file->pipeline != NULL && i < file->pipeline->parts->len; i++)
    {
      const PlimPipelinePart *part = file->pipeline->parts->pdata[i];
      g_autofree char        *label = g_strdup_printf ("%s, %s, %s", part->name, part->class_name, part->type);

      add_totals (table, file->name, _ ("Part"), label, part->name, &part->totals);
    }
  if (file->tensors == NULL)
    return;

  for (guint i = 0; i < PLIM_N_TENSOR_CLASSES; i++)
    {
      PlimTensorTotals totals = plim_tensor_table_get_class_totals (file->tensors, (PlimTensorClass) i);

      add_totals (table, file->name, _ ("Class"), plim_tensor_class_get_label ((PlimTensorClass) i),
                  plim_tensor_class_get_id ((PlimTensorClass) i), &totals);
    }
  for (guint i = 0; i < plim_tensor_type_get_count (); i++)
    {
      PlimTensorTotals totals = plim_tensor_table_get_type_totals (file->tensors, (PlimTensorType) i);
      const char      *name = plim_tensor_type_get_info ((PlimTensorType) i)->name;

      add_totals (table, file->name, _ ("Type"), name, name, &totals);
    }
}

static PlimTable *
create_totals (void)
{
  PlimTable *table = plim_table_new ();

  plim_table_add_column (table, "file", _ ("File"), FALSE);
  plim_table_add_column (table, "by", _ ("By"), FALSE);
  plim_table_add_column (table, "name", _ ("Name"), FALSE);
  plim_table_add_column (table, "tensors", _ ("Tensors"), TRUE);
  plim_table_add_column (table, "parameters", _ ("Parameters"), TRUE);
  plim_table_add_column (table, "bytes", _ ("Bytes"), TRUE);

  return table;
}

/* --- assumptions ------------------------------------------------------------------------------------ */

static void
print_assumptions (const PlimModelFile *file)
{
  const PlimHfConfig *config = file->config;

  if (config == NULL)
    return;

  for (guint i = 0; i < config->assumptions->len; i++)
    {
      const PlimHfAssumption *assumption = config->assumptions->pdata[i];

      /* Translators: a member of a file, the value that was taken, and why. */
      g_print (_ ("Assumed: %s = %s. %s\n"), assumption->name, assumption->value, assumption->reason);
    }
  for (guint i = 0; i < config->missing->len; i++)
    g_print (_ ("Missing: %s\n"), (const char *) config->missing->pdata[i]);
}

static void
print_layers (const PlimModelFile *file)
{
  g_autoptr (PlimTable) layers = NULL;
  g_autofree char      *text = NULL;

  if (!file->has_model)
    return;

  layers = plim_layer_table_new (&file->model);
  text = plim_table_to_text (layers);
  g_print ("\n%s", text);
}

static void
print_text (const PlimModelFile *file,
            PlimCatalog         *catalog)
{
  g_autoptr (PlimTable) totals = create_totals ();
  g_autofree char      *text = NULL;

  print_facts (file, catalog);
  print_layers (file);
  print_assumptions (file);
  add_file_totals (totals, file);
  text = plim_table_to_text (totals);
  if (file->tensors != NULL || file->pipeline != NULL)
    g_print ("\n%s", text);
  if (file->pipeline != NULL)
    g_print ("%s\n",
             _ ("Only the weights are known: what an image of some size needs while it is made is not estimated."));
}

/* --- logs ------------------------------------------------------------------------------------------- */

static void
print_log (const PlimRuntimeLog *log)
{
  g_autoptr (PlimTable) table = plim_table_new ();
  g_autofree char      *text = NULL;

  plim_table_add_column (table, "figure", _ ("Measured"), FALSE);
  plim_table_add_column (table, "device", _ ("Device"), FALSE);
  plim_table_add_column (table, "bytes", _ ("Bytes"), TRUE);
  for (guint i = 0; i < log->entries->len; i++)
    {
      const PlimLogEntry *entry = log->entries->pdata[i];

      if (!entry->is_counted)
        continue;
      plim_table_add_row (table);
      plim_table_set (table, 0, _ (plim_log_figure_info (entry->figure)->name), NULL);
      plim_table_set (table, 1, entry->device != NULL ? entry->device : "", NULL);
      set_number (table, 2, entry->bytes);
    }
  text = plim_table_to_text (table);
  g_print ("%s, %s\n%s", log->name, plim_runtime_log_program (log), text);
}

/* --- the command ------------------------------------------------------------------------------------ */

/* Reads an argument into @files or @logs. */
static gboolean
read_argument (const char *path,
               GPtrArray  *files,
               GPtrArray  *logs)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (PlimAnyFile) file = plim_any_file_read (path, NULL, &error);

  if (file != NULL && file->model == NULL && file->log == NULL)
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _ ("%s: this is a file of scenarios"), path);
  if (file == NULL || error != NULL)
    {
      plim_command_complain (error->message);
      return FALSE;
    }

  if (file->model != NULL)
    g_ptr_array_add (files, g_steal_pointer (&file->model));
  else
    g_ptr_array_add (logs, g_steal_pointer (&file->log));
  return TRUE;
}

static void
free_file (gpointer data)
{
  plim_model_file_free (data);
}

static void
free_log (gpointer data)
{
  plim_runtime_log_free (data);
}

static void
print_all_as_text (GPtrArray   *files,
                   GPtrArray   *logs,
                   PlimCatalog *catalog)
{
  for (guint i = 0; i < files->len; i++)
    {
      g_print ("%s", i > 0 ? "\n" : "");
      print_text (files->pdata[i], catalog);
    }
  for (guint i = 0; i < logs->len; i++)
    {
      g_print ("%s", files->len + i > 0 ? "\n" : "");
      print_log (logs->pdata[i]);
    }
}

/* One table for everything, as CSV or Markdown. */
static void
print_all_as_table (GPtrArray *files,
                    GPtrArray *logs,
                    PlimOutput output)
{
  g_autoptr (PlimTable) table = create_totals ();

  plim_table_add_column (table, "device", _ ("Device"), FALSE);
  for (guint i = 0; i < files->len; i++)
    {
      add_model_counts (table, files->pdata[i]);
      add_file_totals (table, files->pdata[i]);
    }
  for (guint i = 0; i < logs->len; i++)
    add_measured (table, logs->pdata[i]);
  plim_command_print_table (table, output);
}

static void
print_all (GPtrArray   *files,
           GPtrArray   *logs,
           PlimCatalog *catalog,
           PlimOutput   output)
{
  g_autofree char *json = NULL;

  if (output == PLIM_OUTPUT_TEXT)
    {
      print_all_as_text (files, logs, catalog);
      return;
    }
  if (output != PLIM_OUTPUT_JSON)
    {
      print_all_as_table (files, logs, output);
      return;
    }

  json = plim_import_json_write (files, logs, catalog);
  g_print ("%s", json);
}

PlimExit
plim_command_import (PlimCommandLine *line,
                     int              argc,
                     char           **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("FILE… — show what model files and logs hold"));
  g_autoptr (GPtrArray)      files = g_ptr_array_new_with_free_func (free_file);
  g_autoptr (GPtrArray)      logs = g_ptr_array_new_with_free_func (free_log);
  g_autofree char           *format = NULL;
  gboolean                   scan = FALSE;
  const GOptionEntry         entries[] = {
    { "scan", 0, 0, G_OPTION_ARG_NONE, &scan, N_ ("List the models in folders, or of this computer"), NULL },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, N_ ("How to write the result"), "text|json|csv|md" },
    G_OPTION_ENTRY_NULL
  };
  PlimExit     status = PLIM_EXIT_DONE;
  PlimCatalog *catalog;
  PlimOutput   output;
  gboolean     is_done;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!plim_command_parse (context, &argc, &argv, &is_done))
    return PLIM_EXIT_BAD_USAGE;
  if (is_done)
    return PLIM_EXIT_DONE;
  if (!plim_command_find_output (format, &output))
    return PLIM_EXIT_BAD_USAGE;
  if (scan)
    return plim_cli_scan (argv + 1, (guint) argc - 1, output);
  if (argc < 2)
    {
      plim_command_complain (_ ("import: name at least one file"));
      return PLIM_EXIT_BAD_USAGE;
    }

  catalog = plim_command_catalog (line);
  if (catalog == NULL)
    return PLIM_EXIT_BAD_FILE;

  for (int i = 1; i < argc; i++)
    if (!read_argument (argv[i], files, logs))
      status = PLIM_EXIT_BAD_FILE;
  print_all (files, logs, catalog, output);

  return status;
}
