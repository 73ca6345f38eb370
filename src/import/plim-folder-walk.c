/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A stack of folders instead of recursion; a set of inodes against loops; real paths against links that lead out. */

#include "config.h"

#include "plim-folder-walk.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A folder to enter. */
typedef struct
{
  char *path;
  char *relative;
  guint depth;
} Folder;

typedef struct
{
  PlimFolderWalk *walk;
  char           *real_root;
  GHashTable     *entered; /* "DEVICE:INODE" */
  GQueue          waiting; /* Folder */
} Tree;

static void
folder_free (gpointer data)
{
  Folder *folder = data;

  g_free (folder->path);
  g_free (folder->relative);
  g_free (folder);
}

static void
file_free (gpointer data)
{
  PlimFolderFile *file = data;

  g_free (file->name);
  g_free (file);
}

static int
compare_files (gconstpointer a,
               gconstpointer b)
{
  const PlimFolderFile *const *first = a;
  const PlimFolderFile *const *second = b;

  return strcmp ((*first)->name, (*second)->name);
}

static int
compare_folders (gconstpointer a,
                 gconstpointer b)
{
  const Folder *const *first = a;
  const Folder *const *second = b;

  return strcmp ((*first)->path, (*second)->path);
}

void
plim_folder_walk_skip (PlimFolderWalk *walk,
                       const char     *path,
                       const char     *reason)
{
  g_autofree char *shown = g_filename_display_name (path);

  if (walk->skipped->len < walk->most_skipped)
    g_ptr_array_add (walk->skipped, g_strdup_printf ("%s: %s", shown, reason));
  else
    walk->is_cut = TRUE;
}

/* Whether the link @path leads to a place inside the root. */
static gboolean
is_inside (const Tree *tree,
           const char *path)
{
  char    *real = realpath (path, NULL);
  gsize    length = strlen (tree->real_root);
  gboolean result = real != NULL && g_str_has_prefix (real, tree->real_root) &&
                    (length == 1 || real[length] == '/' || real[length] == '\0');

  free (real);

  return result;
}

static gboolean
is_wanted (const Tree *tree,
           const char *name)
{
  return tree->walk->filter == NULL || tree->walk->filter (name);
}

/* Facts of an entry; FALSE if it is to be left out. */
static gboolean
look_at (Tree       *tree,
         const char *path,
         const char *name,
         GStatBuf   *facts)
{
  if (g_lstat (path, facts) != 0)
    return FALSE;
  if (!S_ISLNK (facts->st_mode))
    return S_ISDIR (facts->st_mode) || (S_ISREG (facts->st_mode) && is_wanted (tree, name));

  /* A link whose target is gone is an unfinished download, nothing to report. */
  if (g_stat (path, facts) != 0)
    return FALSE;
  if (!S_ISDIR (facts->st_mode) && !(S_ISREG (facts->st_mode) && is_wanted (tree, name)))
    return FALSE;
  if (is_inside (tree, path))
    return TRUE;

  plim_folder_walk_skip (tree->walk, path, _ ("the link leads out of the folder"));

  return FALSE;
}

static void
add_entry (Tree         *tree,
           const Folder *folder,
           const char   *name,
           GPtrArray    *files,
           GPtrArray    *children)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);
  GStatBuf         facts;

  if (!look_at (tree, path, name, &facts))
    return;

  if (S_ISREG (facts.st_mode))
    {
      PlimFolderFile *file = g_new (PlimFolderFile, 1);

      file->name = g_strdup (name);
      file->size_bytes = MAX ((gint64) facts.st_size, 0);
      g_ptr_array_add (files, file);
    }
  else if (S_ISDIR (facts.st_mode) && folder->depth < tree->walk->most_depth)
    {
      Folder *child = g_new (Folder, 1);

      child->relative = folder->relative[0] != '\0' ? g_build_filename (folder->relative, name, NULL) : g_strdup (name);
      child->path = g_steal_pointer (&path);
      child->depth = folder->depth + 1;
      g_ptr_array_add (children, child);
    }
  else if (S_ISDIR (facts.st_mode))
    {
      tree->walk->is_cut = TRUE;
    }
}

/* FALSE for a folder that has been entered before, by another way. */
static gboolean
enter (Tree       *tree,
       const char *path)
{
  GStatBuf facts;

  if (g_stat (path, &facts) != 0)
    return TRUE;

  return g_hash_table_add (tree->entered, g_strdup_printf ("%" PRIu64 ":%" PRIu64,
                                                           (guint64) facts.st_dev, (guint64) facts.st_ino));
}

/* Puts @children in front of what waits, in order. */
static void
queue_children (Tree      *tree,
                GPtrArray *children)
{
  g_ptr_array_sort (children, compare_folders);
  for (guint i = children->len; i > 0; i--)
    g_queue_push_head (&tree->waiting, g_ptr_array_index (children, i - 1));
}

static gboolean
read_folder (Tree         *tree,
             const Folder *folder,
             GCancellable *cancellable,
             GError      **error)
{
  PlimFolderWalk       *walk = tree->walk;
  g_autoptr (GError)    reason = NULL;
  g_autoptr (GDir)      dir = NULL;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (file_free);
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  const char           *name;

  if (!enter (tree, folder->path))
    return TRUE;

  errno = 0;
  dir = g_dir_open (folder->path, 0, NULL);
  if (dir == NULL)
    {
      if (errno != ENOENT)
        plim_folder_walk_skip (walk, folder->path, g_strerror (errno));
      return TRUE;
    }

  while ((name = g_dir_read_name (dir)) != NULL && !g_cancellable_is_cancelled (cancellable))
    {
      if (walk->n_entries_left == 0)
        {
          walk->is_cut = TRUE;
          break;
        }
      walk->n_entries_left--;
      if (name[0] != '.')
        add_entry (tree, folder, name, files, children);
    }

  queue_children (tree, children);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  g_ptr_array_sort (files, compare_files);
  walk->func (folder->path, folder->relative, files, walk->user_data);

  return TRUE;
}

gboolean
plim_folder_walk_run (PlimFolderWalk *walk,
                      const char     *root,
                      GCancellable   *cancellable,
                      GError        **error)
{
  g_autofree char *real_root = NULL;
  char            *real = realpath (root, NULL);
  Tree             tree = { .walk = walk, .waiting = G_QUEUE_INIT };
  Folder          *folder;
  gboolean         result = TRUE;

  if (real == NULL)
    {
      if (errno != ENOENT)
        plim_folder_walk_skip (walk, root, g_strerror (errno));
      return TRUE;
    }

  real_root = g_strdup (real);
  free (real);
  tree.real_root = real_root;
  tree.entered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  folder = g_new (Folder, 1);
  folder->path = g_strdup (root);
  folder->relative = g_strdup ("");
  folder->depth = 0;
  g_queue_push_head (&tree.waiting, folder);

  while (result && (folder = g_queue_pop_head (&tree.waiting)) != NULL)
    {
      result = read_folder (&tree, folder, cancellable, error);
      folder_free (folder);
    }

  g_queue_clear_full (&tree.waiting, folder_free);
  g_hash_table_unref (tree.entered);

  return result;
}
