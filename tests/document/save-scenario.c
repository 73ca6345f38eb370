/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opens a scenario file, changes it and saves it: what test-save-faults.py interrupts.
 *
 * Usage: save-scenario FILE [TARGET]; without FILE ("-") the worked example is saved as TARGET.  The calls that belong
 * to saving lie between access("/save-begins") and access("/save-ends").  Exit status: 0 saved and unmodified, 1
 * refused with the message on stderr and still modified, 2 anything else. */

#include "plim-document.h"

#include <string.h>
#include <unistd.h>

static PlimDocument *
open_document (PlimCatalog *catalog,
               const char  *path,
               GError     **error)
{
  g_autoptr (PlimDocument) document = NULL;
  g_autoptr (GFile)        file = NULL;

  if (strcmp (path, "-") == 0)
    return plim_document_new (catalog);

  document = plim_document_new_empty (catalog);
  file = g_file_new_for_path (path);

  return plim_document_load (document, file, error) ? g_steal_pointer (&document) : NULL;
}

/* Where the file is looked for or found does not matter: the call is seen in the trace. */
static void
mark (const char *name)
{
  if (access (name, F_OK) == 0)
    g_printerr ("%s exists\n", name);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError)       error = NULL;
  g_autoptr (PlimCatalog)  catalog = plim_catalog_new (&error);
  g_autoptr (PlimDocument) document = NULL;
  g_autoptr (GFile)        target = NULL;
  gboolean                 saved;

  if (catalog == NULL || argc < 2)
    return 2;

  document = open_document (catalog, argv[1], &error);
  if (document == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }

  target = g_file_new_for_path (argv[argc - 1]);
  g_object_set (plim_scenario_get_estimator (plim_document_get_current (document)), "context",
                G_GINT64_CONSTANT (12345), NULL);

  mark ("/save-begins");
  saved = plim_document_save (document, target, FALSE, &error);
  mark ("/save-ends");

  if (!saved)
    g_printerr ("%s\n", error->message);
  if (saved == plim_document_get_modified (document) || saved == (error != NULL))
    return 2;

  return saved ? 0 : 1;
}
