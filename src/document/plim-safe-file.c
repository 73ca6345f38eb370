/* SPDX-License-Identifier: GPL-3.0-or-later */

/* g_file_replace_contents() is not used: when a write fails it still renames the short file over the old one (GLib,
 * gio/gfile.c).  g_file_set_contents_full() with CONSISTENT and DURABLE writes a temporary file in the same folder,
 * syncs it, renames it and syncs the folder.  It would replace a link by a file and a write-protected file by another,
 * so links are resolved and permission is asked here first. */

#include "config.h"

#include "plim-safe-file.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_LINKS 40

G_DEFINE_QUARK (plim-safe-file-error-quark, plim_safe_file_error)

void
plim_file_identity_take (PlimFileIdentity *identity,
                         const char       *path,
                         GBytes           *content)
{
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
  struct stat      status;

  memset (identity, 0, sizeof *identity);
  if (stat (path, &status) != 0)
    return;

  identity->is_known = TRUE;
  identity->device = status.st_dev;
  identity->inode = status.st_ino;
  identity->size = (guint64) status.st_size;
  g_strlcpy (identity->hash, hash, sizeof identity->hash);
}

gboolean
plim_file_identity_matches (const PlimFileIdentity *identity,
                            const char             *path)
{
  g_autofree char *content = NULL;
  g_autofree char *hash = NULL;
  struct stat      status;
  gsize            size;

  if (!identity->is_known || stat (path, &status) != 0)
    return TRUE;
  if ((guint64) status.st_size != identity->size)
    return FALSE;
  if (!g_file_get_contents (path, &content, &size, NULL))
    return FALSE;

  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) content, size);

  return strcmp (hash, identity->hash) == 0;
}

gboolean
plim_file_identity_is_at (const PlimFileIdentity *identity,
                          const char             *path)
{
  struct stat status;

  return identity->is_known && stat (path, &status) == 0 && status.st_dev == identity->device &&
         status.st_ino == identity->inode;
}

/* The folder of @path as the kernel finds it, links in it followed, and the last part of @path; NULL when there is no
 * such folder.  A ".." after a link cannot be worked out from the text alone. */
static char *
resolve_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  char            *real = realpath (folder, NULL);
  char            *resolved = real != NULL ? g_build_filename (real, name, NULL) : NULL;

  free (real);

  return resolved;
}

/* Where @path leads: the target of links, even one that does not exist yet. */
static char *
resolve_links (const char *path,
               GError    **error)
{
  g_autofree char *current = resolve_folder (path);

  for (guint i = 0; i < MOST_LINKS; i++)
    {
      g_autofree char *target = current != NULL ? g_file_read_link (current, NULL) : NULL;
      g_autofree char *folder = NULL;
      g_autofree char *next = NULL;

      if (target == NULL)
        return current != NULL ? g_steal_pointer (&current) : g_strdup (path);

      folder = g_path_get_dirname (current);
      next = g_path_is_absolute (target) ? g_strdup (target) : g_build_filename (folder, target, NULL);
      g_free (current);
      current = resolve_folder (next);
    }

  g_set_error (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE, _ ("%s: the links lead in a circle"),
               path);
  return NULL;
}

/* Refuses what must not be replaced.  Sets @mode to that of the existing file, or to 0 for a new one. */
static gboolean
check_target (const char *path,
              int        *mode,
              GError    **error)
{
  struct stat status;

  *mode = 0;
  if (stat (path, &status) != 0)
    return TRUE;

  *mode = (int) (status.st_mode & 07777);
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE, _ ("%s: not a regular file"), path);
      return FALSE;
    }
  if (access (path, W_OK) != 0)
    {
      g_set_error (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE,
                   _ ("%s: the file is write-protected; save under another name"), path);
      return FALSE;
    }
  if (status.st_nlink > 1)
    {
      g_set_error (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE,
                   _ ("%s: the file has a second name (hard link), which would keep the old content; save under "
                      "another name"),
                   path);
      return FALSE;
    }

  return TRUE;
}

gboolean
plim_safe_file_replace (const char       *path,
                        GBytes           *content,
                        PlimFileIdentity *identity,
                        gboolean          overwrite,
                        GError          **error)
{
  g_autofree char   *target = resolve_links (path, error);
  g_autoptr (GError) problem = NULL;
  gsize              size;
  const char        *data = g_bytes_get_data (content, &size);
  int                mode;

  if (target == NULL || !check_target (target, &mode, error))
    return FALSE;
  if (identity != NULL && !overwrite && !plim_file_identity_matches (identity, target))
    {
      g_set_error (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_CHANGED,
                   _ ("%s: another program has changed the file since it was opened"), path);
      return FALSE;
    }

  if (!g_file_set_contents_full (target, data, (gssize) size,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode != 0 ? mode : 0666,
                                 &problem))
    {
      /* Translators: file, what went wrong. */
      g_set_error (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_FAILED,
                   _ ("%s: could not be saved: %s. The file on disk is unchanged."), path, problem->message);
      return FALSE;
    }

  /* The new file's mode went through the umask. */
  if (mode != 0 && g_chmod (target, mode) != 0)
    g_message ("%s: %s", target, g_strerror (errno));
  if (identity != NULL)
    plim_file_identity_take (identity, target, content);

  return TRUE;
}
