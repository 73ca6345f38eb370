/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One command of the command line each, in a file of its own, and what they share. */

#pragma once

#include "plim-catalog.h"
#include "plim-cli.h"
#include "plim-document.h"
#include "plim-table.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What every command is given: it frees nothing of it. */
typedef struct
{
  const char  *name;    /* of the command */
  PlimCatalog *catalog; /* read once, on first use, by plim_command_catalog() */
} PlimCommandLine;

/* Output formats of estimate, compare and list. */
typedef enum
{
  PLIM_OUTPUT_TEXT,
  PLIM_OUTPUT_JSON,
  PLIM_OUTPUT_CSV,
  PLIM_OUTPUT_MARKDOWN
} PlimOutput;

PlimExit plim_command_estimate (PlimCommandLine *line,
                                int              argc,
                                char           **argv);
PlimExit plim_command_compare (PlimCommandLine *line,
                               int              argc,
                               char           **argv);
PlimExit plim_command_export (PlimCommandLine *line,
                              int              argc,
                              char           **argv);
PlimExit plim_command_import (PlimCommandLine *line,
                              int              argc,
                              char           **argv);
PlimExit plim_command_list (PlimCommandLine *line,
                            int              argc,
                            char           **argv);
PlimExit plim_command_validate (PlimCommandLine *line,
                                int              argc,
                                char           **argv);

/* Prints @message to standard error, after the program's name. */
void plim_command_complain (const char *message);

/* Parses the options of a command.  FALSE after a complaint; prints the help and sets @is_done for --help. */
gboolean plim_command_parse (GOptionContext *context,
                             int            *argc,
                             char         ***argv,
                             gboolean       *is_done);

/* The catalogue, loaded on first use; NULL after a complaint. Owned by @line. */
PlimCatalog *plim_command_catalog (PlimCommandLine *line);

/* Reads the document @path, or standard input for "-".  NULL after a complaint. */
PlimDocument *plim_command_open (PlimCommandLine *line,
                                 const char      *path);

/* Prints @table in @output form to standard output. */
void plim_command_print_table (const PlimTable *table,
                               PlimOutput       output);

/* Finds the output format called @name ("text" when NULL).  FALSE after a complaint. */
gboolean plim_command_find_output (const char *name,
                                   PlimOutput *output);

G_END_DECLS
