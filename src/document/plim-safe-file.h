/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Replacing a file whole or not at all. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PLIM_SAFE_FILE_ERROR plim_safe_file_error_quark ()
GQuark plim_safe_file_error_quark (void);

typedef enum
{
  PLIM_SAFE_FILE_ERROR_CHANGED,      /* another program has written it since it was read */
  PLIM_SAFE_FILE_ERROR_NOT_WRITABLE, /* write-protected, or no regular file */
  PLIM_SAFE_FILE_ERROR_FAILED        /* the disk is full, or another fault; the old file is whole */
} PlimSafeFileError;

/* What a file was when it was read or written: enough to notice another writer even within one tick of the clock. */
typedef struct
{
  gboolean is_known;
  guint64  device;
  guint64  inode;
  guint64  size;
  char     hash[65]; /* SHA-256 of the content */
} PlimFileIdentity;

/* The identity of @path with @content, which was just read from it or written to it. */
void plim_file_identity_take (PlimFileIdentity *identity,
                              const char       *path,
                              GBytes           *content);

/* TRUE when @path is still what @identity says, or does not exist. */
gboolean plim_file_identity_matches (const PlimFileIdentity *identity,
                                     const char             *path);

/* TRUE when @path leads to the very file of @identity, whatever its content is by now. */
gboolean plim_file_identity_is_at (const PlimFileIdentity *identity,
                                   const char             *path);

/* Replaces @path by @content: written beside it, synced, renamed over it, the folder synced.  Links are followed; the
 * mode is kept.  @identity (nullable) is checked first, unless @overwrite, and taken afresh after.  FALSE and an error
 * that says that the file on disk is unchanged when anything goes wrong. */
gboolean plim_safe_file_replace (const char       *path,
                                 GBytes           *content,
                                 PlimFileIdentity *identity,
                                 gboolean          overwrite,
                                 GError          **error);

G_END_DECLS
