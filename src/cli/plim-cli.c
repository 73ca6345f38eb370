/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds the command, and what the commands share: options, catalogue, files, complaints. */

#include "config.h"

#include "plim-cli.h"

#include "plim-command.h"
#include "plim-json.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  const char *name;
  const char *description;
  PlimExit (*run) (PlimCommandLine *line,
                   int              argc,
                   char           **argv);
} Command;

static PlimExit show_help (PlimCommandLine *line,
                           int              argc,
                           char           **argv);
static PlimExit show_version (PlimCommandLine *line,
                              int              argc,
                              char           **argv);

static const Command commands[] = {
  { "estimate", N_ ("Estimate memory, GPUs and time of scenarios or of the given inputs"), plim_command_estimate },
  { "compare", N_ ("Compare scenarios of one or more files"), plim_command_compare },
  { "export", N_ ("Write a chart as PNG, SVG or PDF"), plim_command_export },
  { "import", N_ ("Show what model files and logs of runtimes hold"), plim_command_import },
  { "list", N_ ("List gpus, models, methods, precisions or optimizers"), plim_command_list },
  { "validate", N_ ("Check scenario files"), plim_command_validate },
  { "help", N_ ("Show this help"), show_help },
};

static const Command switches[] = {
  { "--help", NULL, show_help },
  { "-h", NULL, show_help },
  { "--version", NULL, show_version },
};

static const Command *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      return &commands[i];

  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    if (strcmp (switches[i].name, name) == 0)
      return &switches[i];

  return NULL;
}

static PlimExit
show_help (PlimCommandLine *line G_GNUC_UNUSED,
           int              argc G_GNUC_UNUSED,
           char           **argv G_GNUC_UNUSED)
{
  g_print ("%s\n", _ ("Usage:"));
  g_print ("  plimsoll [%s…]\n", C_ ("placeholder of an argument", "FILE"));
  g_print ("      %s\n", _ ("Open the window"));
  g_print ("  plimsoll %s […]\n\n", C_ ("placeholder of an argument", "COMMAND"));
  g_print ("%s\n", _ ("Commands:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].name, _ (commands[i].description));
  g_print ("\n%s\n", _ ("“plimsoll COMMAND --help” shows the options of a command."));
  g_print ("%s\n", _ ("Exit status: 0 done, 1 does not fit (with --check), 2 bad usage, 3 bad input file."));

  return PLIM_EXIT_DONE;
}

static PlimExit
show_version (PlimCommandLine *line G_GNUC_UNUSED,
              int              argc G_GNUC_UNUSED,
              char           **argv G_GNUC_UNUSED)
{
  g_print ("Plimsoll %s\n", PLIM_VERSION);

  return PLIM_EXIT_DONE;
}

gboolean
plim_cli_wants (int    argc,
                char **argv)
{
  return argc > 1 && find_command (argv[1]) != NULL;
}

PlimExit
plim_cli_run (int    argc,
              char **argv)
{
  const Command   *command;
  PlimCommandLine  line = { 0 };
  g_autofree char *name = NULL;
  PlimExit         status;

  command = argc > 1 ? find_command (argv[1]) : NULL;
  g_return_val_if_fail (command != NULL, PLIM_EXIT_BAD_USAGE);

  line.name = argv[1];
  name = g_strdup_printf ("plimsoll %s", line.name);
  g_set_prgname (name);
  status = command->run (&line, argc - 1, argv + 1);
  g_clear_object (&line.catalog);

  return status;
}

void
plim_command_complain (const char *message)
{
  g_printerr ("plimsoll: %s\n", message);
}

gboolean
plim_command_parse (GOptionContext *context,
                    int            *argc,
                    char         ***argv,
                    gboolean       *is_done)
{
  g_autoptr (GError) error = NULL;

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  *is_done = *argc > 1 && (strcmp ((*argv)[1], "--help") == 0 || strcmp ((*argv)[1], "-h") == 0);
  if (*is_done)
    {
      g_autofree char *help = g_option_context_get_help (context, FALSE, NULL);

      g_print ("%s", help);
      return TRUE;
    }

  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;

  plim_command_complain (error->message);
  return FALSE;
}

PlimCatalog *
plim_command_catalog (PlimCommandLine *line)
{
  g_autoptr (GError) error = NULL;

  if (line->catalog == NULL)
    {
      line->catalog = plim_catalog_new (&error);
      if (line->catalog == NULL)
        plim_command_complain (error->message);
    }

  return line->catalog;
}

static GBytes *
read_standard_input (GError **error)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autofree char         *data = g_malloc (PLIM_JSON_MOST_BYTES + 1);
  gsize                    size;

  if (!g_input_stream_read_all (stream, data, PLIM_JSON_MOST_BYTES + 1, &size, NULL, error))
    return NULL;

  return g_bytes_new_take (g_realloc (g_steal_pointer (&data), size + 1), size);
}

gboolean
plim_command_find_output (const char *name,
                          PlimOutput *output)
{
  static const char *const names[] = { "text", "json", "csv", "md" };
  g_autofree char         *message = NULL;

  *output = PLIM_OUTPUT_TEXT;
  if (name == NULL)
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      {
        *output = (PlimOutput) i;
        return TRUE;
      }

  message = g_strdup_printf (_ ("--format: “%s” is not accepted; expected one of %s"), name, "text, json, csv, md");
  plim_command_complain (message);
  return FALSE;
}

void
plim_command_print_table (const PlimTable *table,
                          PlimOutput       output)
{
  static char *(*const writers[]) (const PlimTable *) = {
    [PLIM_OUTPUT_TEXT] = plim_table_to_text,
    [PLIM_OUTPUT_JSON] = plim_table_to_json,
    [PLIM_OUTPUT_CSV] = plim_table_to_csv,
    [PLIM_OUTPUT_MARKDOWN] = plim_table_to_markdown,
  };
  g_autofree char *text = writers[output](table);

  g_print ("%s", text);
}

PlimDocument *
plim_command_open (PlimCommandLine *line,
                   const char      *path)
{
  PlimCatalog             *catalog = plim_command_catalog (line);
  g_autoptr (PlimDocument) document = NULL;
  g_autoptr (GError)       error = NULL;
  gboolean                 is_read;

  if (catalog == NULL)
    return NULL;

  document = plim_document_new_empty (catalog);
  if (strcmp (path, "-") == 0)
    {
      g_autoptr (GBytes) bytes = read_standard_input (&error);

      is_read = bytes != NULL && plim_document_load_bytes (document, _ ("standard input"), bytes, &error);
    }
  else
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

      is_read = plim_document_load (document, file, &error);
    }

  if (is_read)
    return g_steal_pointer (&document);

  plim_command_complain (error->message);
  return NULL;
}
