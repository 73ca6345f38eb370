/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The command line: estimate, compare, export, list and validate.  Never needs a display. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit statuses, documented in the manual page. */
typedef enum
{
  PLIM_EXIT_DONE = 0,
  PLIM_EXIT_DOES_NOT_FIT = 1, /* with --check */
  PLIM_EXIT_BAD_USAGE = 2,
  PLIM_EXIT_BAD_FILE = 3
} PlimExit;

/* TRUE when @argv asks for the command line: its first argument is a command, --help or --version. */
gboolean plim_cli_wants (int    argc,
                         char **argv);

/* Runs the command named in @argv, writing its result to standard output and messages to standard error. */
PlimExit plim_cli_run (int    argc,
                       char **argv);

G_END_DECLS
