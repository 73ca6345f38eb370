/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `plimsoll-window`: the window, started by `plimsoll` when no command is named. */

#include "config.h"

#include "plim-application.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int   argc,
      char *argv[])
{
  g_autoptr (PlimApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = plim_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
