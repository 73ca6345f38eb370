/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `plimsoll compare FILE… [--all-inputs] [--format …]`: all scenarios of the files side by side. */

#include "config.h"

#include "plim-command.h"
#include "plim-compare-table.h"
#include "plim-estimate-json.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* Moves every scenario of the files into one document.  NULL after a complaint. */
static PlimDocument *
open_all (PlimCommandLine *line,
          int              argc,
          char           **argv)
{
  PlimCatalog             *catalog = plim_command_catalog (line);
  g_autoptr (PlimDocument) all = NULL;

  if (catalog == NULL)
    return NULL;

  all = plim_document_new_empty (catalog);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (PlimDocument) document = plim_command_open (line, argv[i]);

      if (document == NULL)
        return NULL;
      for (guint s = 0; s < g_list_model_get_n_items (G_LIST_MODEL (document)); s++)
        {
          g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (document), s);

          plim_document_append (all, scenario);
        }
    }

  return g_steal_pointer (&all);
}

static void
print (PlimDocument *document,
       gboolean      shows_all_inputs,
       PlimOutput    output)
{
  const PlimCompareOptions options = { PLIM_UNIT_GIB, shows_all_inputs, 0 };
  guint                    n_scenarios = g_list_model_get_n_items (G_LIST_MODEL (document));
  g_autoptr (GPtrArray)    scenarios = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (PlimTable)    table = NULL;

  if (output == PLIM_OUTPUT_JSON)
    {
      g_autofree char *json = plim_estimate_json_write (document);

      g_print ("%s", json);
      return;
    }

  for (guint i = 0; i < n_scenarios; i++)
    g_ptr_array_add (scenarios, g_list_model_get_item (G_LIST_MODEL (document), i));
  table = plim_compare_table_new ((PlimScenario *const *) scenarios->pdata, n_scenarios, &options, NULL);
  plim_command_print_table (table, output);
}

PlimExit
plim_command_compare (PlimCommandLine *line,
                      int              argc,
                      char           **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("FILE… — compare scenarios"));
  g_autoptr (PlimDocument)   document = NULL;
  g_autofree char           *format = NULL;
  gboolean                   shows_all_inputs = FALSE;
  const GOptionEntry         entries[] = {
    { "all-inputs", 0, 0, G_OPTION_ARG_NONE, &shows_all_inputs, N_ ("Show inputs that are equal too"), NULL },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, N_ ("How to write the result"), "text|json|csv|md" },
    G_OPTION_ENTRY_NULL
  };
  PlimOutput output;
  gboolean   is_done;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!plim_command_parse (context, &argc, &argv, &is_done))
    return PLIM_EXIT_BAD_USAGE;
  if (is_done)
    return PLIM_EXIT_DONE;
  if (argc < 2)
    {
      plim_command_complain (_ ("compare: name at least one file"));
      return PLIM_EXIT_BAD_USAGE;
    }
  if (!plim_command_find_output (format, &output))
    return PLIM_EXIT_BAD_USAGE;

  document = open_all (line, argc, argv);
  if (document == NULL)
    return PLIM_EXIT_BAD_FILE;
  if (g_list_model_get_n_items (G_LIST_MODEL (document)) == 0)
    {
      plim_command_complain (_ ("compare: the files hold no scenario"));
      return PLIM_EXIT_BAD_FILE;
    }

  print (document, shows_all_inputs, output);

  return PLIM_EXIT_DONE;
}
