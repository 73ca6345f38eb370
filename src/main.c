/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `plimsoll`: the command line, or the window.
 *
 * The window is a program of its own that this one turns into: loading GTK takes twenty milliseconds, which a script
 * that asks for one estimate should not wait for. */

#include "config.h"

#include "plim-cli.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#define WINDOW_PROGRAM "plimsoll-window"

/* Beside this program in a build folder, else where it is installed. */
static char *
find_window_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *beside = folder != NULL ? g_build_filename (folder, WINDOW_PROGRAM, NULL) : NULL;

  if (beside != NULL && g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);

  return g_build_filename (LIBEXEC_DIR, WINDOW_PROGRAM, NULL);
}

static int
open_window (char **argv)
{
  g_autofree char *program = find_window_program ();

  execv (program, argv);
  fprintf (stderr, "plimsoll: %s: %s\n", program, g_strerror (errno));

  return PLIM_EXIT_BAD_USAGE;
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  return plim_cli_wants (argc, argv) ? (int) plim_cli_run (argc, argv) : open_window (argv);
}
