/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `plimsoll import --scan [FOLDER…]`. */

#include "config.h"

#include "plim-cli-scan.h"

#include "plim-format.h"
#include "plim-model-folders.h"

#include <glib/gi18n.h>

static void
free_root (gpointer data)
{
  plim_model_root_free (data);
}

static GPtrArray *
create_roots (char **folders,
              guint  n_folders)
{
  GPtrArray     *roots = g_ptr_array_new_with_free_func (free_root);
  g_auto (GStrv) environment = NULL;

  for (guint i = 0; i < n_folders; i++)
    g_ptr_array_add (roots, plim_model_root_new (folders[i]));
  if (roots->len > 0)
    return roots;

  g_ptr_array_unref (roots);
  environment = g_get_environ ();

  return plim_model_roots_new (g_get_home_dir (), (const char *const *) environment);
}

static PlimTable *
create_table (const PlimModelFolders *folders)
{
  PlimTable *table = plim_table_new ();

  plim_table_add_column (table, "name", _ ("Name"), FALSE);
  plim_table_add_column (table, "format", _ ("Format"), FALSE);
  plim_table_add_column (table, "bytes", _ ("Size"), TRUE);
  plim_table_add_column (table, "kept_by", _ ("Kept by"), FALSE);
  plim_table_add_column (table, "complete", _ ("Complete"), FALSE);
  plim_table_add_column (table, "path", _ ("Path"), FALSE);
  for (guint i = 0; i < folders->models->len; i++)
    {
      const PlimFoundModel *model = folders->models->pdata[i];
      g_autofree char      *size = plim_format_bytes (model->size_bytes, PLIM_UNIT_GIB);
      g_autofree char      *bytes = g_strdup_printf ("%" G_GINT64_FORMAT, model->size_bytes);
      g_autofree char      *path = g_filename_display_name (model->path);

      plim_table_add_row (table);
      plim_table_set (table, 0, model->name, NULL);
      plim_table_set (table, 1, plim_found_kind_name (model->kind), NULL);
      plim_table_set (table, 2, size, bytes);
      plim_table_set (table, 3, plim_model_layout_name (model->layout), NULL);
      plim_table_set (table, 4, model->is_incomplete ? _ ("no") : _ ("yes"), model->is_incomplete ? "no" : "yes");
      plim_table_set (table, 5, path, NULL);
    }

  return table;
}

/* Says which of @folders is none; usual places need not be there, but what is named must be. */
static gboolean
are_folders (char **folders,
             guint  n_folders)
{
  gboolean is_fine = TRUE;

  for (guint i = 0; i < n_folders; i++)
    if (!g_file_test (folders[i], G_FILE_TEST_IS_DIR))
      {
        g_autofree char *shown = g_filename_display_name (folders[i]);
        g_autofree char *message = g_strdup_printf (_ ("%s: there is no such folder"), shown);

        plim_command_complain (message);
        is_fine = FALSE;
      }

  return is_fine;
}

PlimExit
plim_cli_scan (char     **folders,
               guint      n_folders,
               PlimOutput output)
{
  g_autoptr (GPtrArray)        roots = create_roots (folders, n_folders);
  g_autoptr (PlimModelFolders) found = plim_model_folders_scan (roots, NULL, NULL);
  g_autoptr (PlimTable)        table = create_table (found);
  gboolean                     is_fine = are_folders (folders, n_folders);

  for (guint i = 0; i < found->skipped->len; i++)
    plim_command_complain (found->skipped->pdata[i]);
  if (found->is_cut)
    plim_command_complain (_ ("import: there are more models than are shown"));
  plim_command_print_table (table, output);

  if (n_folders > 0 && found->skipped->len > 0)
    is_fine = FALSE;

  return is_fine ? PLIM_EXIT_DONE : PLIM_EXIT_BAD_FILE;
}
