/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `plimsoll list gpus|models|methods|precisions|optimizers`. */

#include "config.h"

#include "plim-command.h"
#include "plim-format.h"
#include "plim-method.h"
#include "plim-table.h"
#include "plim-wording.h"

#include <glib/gi18n.h>
#include <string.h>

typedef gboolean (*Fill) (PlimCommandLine *line,
                          PlimTable       *table);

static void
set_count (PlimTable *table,
           guint      column,
           gint64     count)
{
  g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, count);
  g_autofree char *text = plim_format_count (count);

  plim_table_set (table, column, text, value);
}

static void
set_number (PlimTable *table,
            guint      column,
            double     number)
{
  char             value[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *text = NULL;

  if (number <= 0)
    return;

  text = plim_format_significant (number);
  plim_table_set (table, column, text, g_ascii_dtostr (value, sizeof value, number));
}

static gboolean
list_gpus (PlimCommandLine *line,
           PlimTable       *table)
{
  PlimCatalog *catalog = plim_command_catalog (line);

  if (catalog == NULL)
    return FALSE;

  plim_table_add_column (table, "id", _ ("Id"), FALSE);
  plim_table_add_column (table, "name", _ ("Name"), FALSE);
  plim_table_add_column (table, "marketed_gb", _ ("GB"), TRUE);
  plim_table_add_column (table, "capacity_bytes", _ ("Bytes"), TRUE);
  plim_table_add_column (table, "bandwidth_bytes_per_s", _ ("Bandwidth, B/s"), TRUE);
  plim_table_add_column (table, "bf16_flops_per_s", _ ("BF16, FLOP/s"), TRUE);
  for (guint i = 0; i < plim_catalog_n_gpus (catalog); i++)
    {
      const PlimGpu *gpu = plim_catalog_get_gpu (catalog, i);

      plim_table_add_row (table);
      plim_table_set (table, 0, gpu->id, NULL);
      plim_table_set (table, 1, gpu->name, NULL);
      set_count (table, 2, gpu->marketed_gb);
      set_count (table, 3, gpu->reported_bytes);
      set_count (table, 4, gpu->bandwidth_bytes_per_s);
      set_number (table, 5, gpu->peak_flops_per_s[PLIM_RATE_BF16]);
    }

  return TRUE;
}

static gboolean
list_models (PlimCommandLine *line,
             PlimTable       *table)
{
  PlimCatalog *catalog = plim_command_catalog (line);

  if (catalog == NULL)
    return FALSE;

  plim_table_add_column (table, "id", _ ("Id"), FALSE);
  plim_table_add_column (table, "name", _ ("Name"), FALSE);
  plim_table_add_column (table, "parameters", _ ("Parameters"), TRUE);
  plim_table_add_column (table, "active_parameters", _ ("Active"), TRUE);
  plim_table_add_column (table, "layers", _ ("Layers"), TRUE);
  plim_table_add_column (table, "hidden_size", _ ("Hidden Size"), TRUE);
  plim_table_add_column (table, "max_context", _ ("Context"), TRUE);
  for (guint i = 0; i < plim_catalog_n_models (catalog); i++)
    {
      const PlimModel *model = plim_catalog_get_model (catalog, i);
      PlimParameters   parameters;

      plim_parameters_count (model, &parameters);
      plim_table_add_row (table);
      plim_table_set (table, 0, model->id, NULL);
      plim_table_set (table, 1, model->name, NULL);
      set_count (table, 2, parameters.total_count);
      set_count (table, 3, parameters.active_count);
      set_count (table, 4, model->n_layers);
      set_count (table, 5, model->hidden_size);
      set_count (table, 6, model->max_context_tokens);
    }

  return TRUE;
}

static gboolean
list_methods (PlimCommandLine *line G_GNUC_UNUSED,
              PlimTable       *table)
{
  plim_table_add_column (table, "id", _ ("Id"), FALSE);
  plim_table_add_column (table, "name", _ ("Name"), FALSE);
  plim_table_add_column (table, "description", _ ("What it counts"), FALSE);
  plim_table_add_column (table, "source", _ ("Source"), FALSE);
  for (guint i = 0; i < PLIM_N_METHODS; i++)
    {
      const PlimMethodInfo *info = plim_method_info ((PlimMethod) i);

      plim_table_add_row (table);
      plim_table_set (table, 0, info->id, NULL);
      plim_table_set (table, 1, _ (info->name), NULL);
      plim_table_set (table, 2, _ (info->description), NULL);
      plim_table_set (table, 3, info->source, NULL);
    }

  return TRUE;
}

static gboolean
list_precisions (PlimCommandLine *line G_GNUC_UNUSED,
                 PlimTable       *table)
{
  plim_table_add_column (table, "id", _ ("Id"), FALSE);
  plim_table_add_column (table, "name", _ ("Name"), FALSE);
  plim_table_add_column (table, "bits_per_weight", _ ("Bits"), TRUE);
  plim_table_add_column (table, "block_elements", _ ("Block"), TRUE);
  plim_table_add_column (table, "block_bytes", _ ("Bytes"), TRUE);
  plim_table_add_column (table, "source", _ ("Source"), FALSE);
  for (guint i = 0; i < PLIM_N_PRECISIONS; i++)
    {
      const PlimPrecisionInfo *info = plim_precision_info ((PlimPrecision) i);

      plim_table_add_row (table);
      plim_table_set (table, 0, info->id, NULL);
      plim_table_set (table, 1, info->label, NULL);
      set_number (table, 2, 8.0 * (double) info->block_bytes / (double) info->block_elements);
      set_count (table, 3, info->block_elements);
      set_count (table, 4, info->block_bytes);
      plim_table_set (table, 5, info->source, NULL);
    }

  return TRUE;
}

static gboolean
list_optimizers (PlimCommandLine *line G_GNUC_UNUSED,
                 PlimTable       *table)
{
  plim_table_add_column (table, "id", _ ("Id"), FALSE);
  plim_table_add_column (table, "name", _ ("Name"), FALSE);
  for (guint i = 0; i < plim_field_n_choices (PLIM_FIELD_OPTIMIZER); i++)
    {
      plim_table_add_row (table);
      plim_table_set (table, 0, plim_field_choice (PLIM_FIELD_OPTIMIZER, i).id, NULL);
      plim_table_set (table, 1, plim_field_choice_text (PLIM_FIELD_OPTIMIZER, i), NULL);
    }

  return TRUE;
}

static const struct
{
  const char *name;
  Fill        fill;
} lists[] = {
  { "gpus", list_gpus },
  { "models", list_models },
  { "methods", list_methods },
  { "precisions", list_precisions },
  { "optimizers", list_optimizers },
};

static Fill
find_list (int    argc,
           char **argv)
{
  for (guint i = 0; argc == 2 && i < G_N_ELEMENTS (lists); i++)
    if (strcmp (lists[i].name, argv[1]) == 0)
      return lists[i].fill;

  plim_command_complain (_ ("list: name one of gpus, models, methods, precisions, optimizers"));
  return NULL;
}

PlimExit
plim_command_list (PlimCommandLine *line,
                   int              argc,
                   char           **argv)
{
  g_autoptr (GOptionContext) context =
    g_option_context_new (_ ("gpus|models|methods|precisions|optimizers — list what is known"));
  g_autoptr (PlimTable) table = plim_table_new ();
  g_autofree char      *format = NULL;
  const GOptionEntry    entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, N_ ("How to write the result"), "text|json|csv|md" },
    G_OPTION_ENTRY_NULL
  };
  PlimOutput output;
  gboolean   is_done;
  Fill       fill;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!plim_command_parse (context, &argc, &argv, &is_done))
    return PLIM_EXIT_BAD_USAGE;
  if (is_done)
    return PLIM_EXIT_DONE;

  fill = find_list (argc, argv);
  if (fill == NULL || !plim_command_find_output (format, &output))
    return PLIM_EXIT_BAD_USAGE;
  if (!fill (line, table))
    return PLIM_EXIT_BAD_FILE;

  plim_command_print_table (table, output);
  return PLIM_EXIT_DONE;
}
