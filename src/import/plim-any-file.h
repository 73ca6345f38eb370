/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file or text of any kind that the program can use: a model, a log of a runtime, or scenarios.
 *
 * What it is, is seen from its contents; where they are of no kind, the message is that of the kind it looks like. */

#pragma once

#include "plim-model-file.h"
#include "plim-runtime-log.h"

G_BEGIN_DECLS

/* One of the two; neither for a file of scenarios, which is left to the reader of documents. */
typedef struct
{
  PlimModelFile  *model;
  PlimRuntimeLog *log;
} PlimAnyFile;

/* Reads @path.  NULL and an error "NAME: PLACE: REASON" when it is damaged or of no kind that is known.  Blocks; may be
 * called on any thread. */
PlimAnyFile *plim_any_file_read (const char   *path,
                                 GCancellable *cancellable,
                                 GError      **error);

/* Reads @text, a configuration or a log; @name is what messages call it. */
PlimAnyFile *plim_any_file_parse (const char *name,
                                  const char *text,
                                  GError    **error);

/* The same in a thread of their own. */
void         plim_any_file_read_async (const char         *path,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
void         plim_any_file_parse_async (const char         *name,
                                        const char         *text,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
PlimAnyFile *plim_any_file_finish (GAsyncResult *result,
                                   GError      **error);

void plim_any_file_free (PlimAnyFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimAnyFile, plim_any_file_free)

G_END_DECLS
