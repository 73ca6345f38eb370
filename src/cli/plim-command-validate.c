/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `plimsoll validate FILE…`: says of each file whether it is sound, and what is wrong where. */

#include "config.h"

#include "plim-command.h"

#include <glib/gi18n.h>

PlimExit
plim_command_validate (PlimCommandLine *line,
                       int              argc,
                       char           **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("FILE… — check scenario files"));
  PlimExit                   status = PLIM_EXIT_DONE;
  gboolean                   is_done;

  if (!plim_command_parse (context, &argc, &argv, &is_done))
    return PLIM_EXIT_BAD_USAGE;
  if (is_done)
    return PLIM_EXIT_DONE;
  if (argc < 2)
    {
      plim_command_complain (_ ("validate: name at least one file"));
      return PLIM_EXIT_BAD_USAGE;
    }

  for (int i = 1; i < argc; i++)
    {
      g_autoptr (PlimDocument) document = plim_command_open (line, argv[i]);
      guint                    n_scenarios;

      if (document == NULL)
        {
          status = PLIM_EXIT_BAD_FILE;
          continue;
        }
      n_scenarios = g_list_model_get_n_items (G_LIST_MODEL (document));
      g_print (ngettext ("%s: sound, %u scenario\n", "%s: sound, %u scenarios\n", n_scenarios), argv[i], n_scenarios);
    }

  return status;
}
