/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bounded reading of the head of a model file: ranges that were checked against the file's size, by read calls only
 * (nothing is mapped), every byte counted. */

#pragma once

#include "plim-import-error.h"

G_BEGIN_DECLS

typedef struct _PlimHeaderFile PlimHeaderFile;

/* Opens @path without waiting for anybody.  Refuses what is not a regular file.  The file's name in messages is the
 * last part of @path, as valid UTF-8.  @cancellable may be NULL; it is asked at each read. */
PlimHeaderFile *plim_header_file_open (const char   *path,
                                       GCancellable *cancellable,
                                       GError      **error);

void plim_header_file_free (PlimHeaderFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimHeaderFile, plim_header_file_free)

/* The file as shown to people; valid UTF-8, owned by @file. */
const char *plim_header_file_get_name (const PlimHeaderFile *file);

/* As it was when the file was opened. */
gint64 plim_header_file_get_size_bytes (const PlimHeaderFile *file);

/* How many bytes were read so far. */
gint64 plim_header_file_get_read_bytes (const PlimHeaderFile *file);

/* Reads @count bytes at @offset into @buffer.  Fails, naming @place, when the range is not inside the file, the file
 * has become shorter, or reading was cancelled (G_IO_ERROR_CANCELLED). */
gboolean plim_header_file_read (PlimHeaderFile *file,
                                guint64         offset,
                                gpointer        buffer,
                                gsize           count,
                                const char     *place,
                                GError        **error);

/* Refuses files that are something else and often found under the name of a model: empty files, Git LFS pointers, web
 * pages, archives, PyTorch checkpoints, files of another format.  @format is the one that is expected ("GGUF"). */
gboolean plim_header_file_refuse_foreign (PlimHeaderFile *file,
                                          const char     *format,
                                          GError        **error);

/* Fills @head with the first bytes of @path, as a text of fewer than @size bytes; "" when it is no regular file or
 * cannot be read: its reader says why. */
void plim_header_file_peek (const char *path,
                            char       *head,
                            gsize       size);

/* Fails with "the file is cancelled" where it was. */
gboolean plim_header_file_go_on (const PlimHeaderFile *file,
                                 GError              **error);

G_END_DECLS
