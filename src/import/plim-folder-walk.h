/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Walks a tree of folders that may be large, odd or hostile. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A regular file in a folder. */
typedef struct
{
  char  *name;
  gint64 size_bytes;
} PlimFolderFile;

/* Called for each folder with its files, by name; @relative is its path from the root, "" for the root itself. */
typedef void (*PlimFolderFunc) (const char *path,
                                const char *relative,
                                GPtrArray  *files,
                                gpointer    user_data);

/* Whether a file of this name is of interest; others are passed over. */
typedef gboolean (*PlimFolderFilter) (const char *name);

typedef struct
{
  guint            most_depth;
  guint            n_entries_left;  /* names that may still be looked at; counts down */
  GPtrArray       *skipped;         /* char *; gets "PATH: REASON" */
  guint            most_skipped;
  gboolean         is_cut;          /* set when a limit is reached */
  PlimFolderFilter filter; /* NULL = every file */
  PlimFolderFunc   func;
  gpointer         user_data;
} PlimFolderWalk;

/* Walks @root, parents before children.  A root that does not exist is passed over.  Links lead on only to places
 * inside the root, names that begin with a dot are left out, and each folder is entered once.  FALSE only when
 * cancelled. */
gboolean plim_folder_walk_run (PlimFolderWalk *walk,
                               const char     *root,
                               GCancellable   *cancellable,
                               GError        **error);

/* Notes why @path was left out. */
void plim_folder_walk_skip (PlimFolderWalk *walk,
                            const char     *path,
                            const char     *reason);

G_END_DECLS
