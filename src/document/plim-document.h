/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The scenarios of a file: a list model with undo, saving and drafts. */

#pragma once

#include "plim-scenario.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Format version this program writes. */
#define PLIM_DOCUMENT_VERSION 1

/* Scenarios a file may hold. */
#define PLIM_DOCUMENT_MOST_SCENARIOS 100000

#define PLIM_TYPE_DOCUMENT (plim_document_get_type ())
G_DECLARE_FINAL_TYPE (PlimDocument, plim_document, PLIM, DOCUMENT, GObject)

/* A document is a GListModel of PlimScenario.  Properties: "file" (GFile, NULL = never saved), "title" (string),
 * "modified", "read-only", "can-undo", "can-redo" (gboolean), "current" (PlimScenario, NULL only when empty). */

/* A document with the worked example: Llama 3.1 8B, QLoRA on one RTX 4090. */
PlimDocument *plim_document_new (PlimCatalog *catalog);

/* A document without scenarios. */
PlimDocument *plim_document_new_empty (PlimCatalog *catalog);

PlimCatalog *plim_document_get_catalog (PlimDocument *self);

/* --- reading and saving --------------------------------------------------------------------------- */

/* Replaces the content by that of @bytes; @name is the file as shown to people.  FALSE and an error naming file, line
 * and reason, the document unchanged, when it is not a sound scenario file. */
gboolean plim_document_load_bytes (PlimDocument *self,
                                   const char   *name,
                                   GBytes       *bytes,
                                   GError      **error);

/* Reads @file, which becomes the document's. */
gboolean plim_document_load (PlimDocument *self,
                             GFile        *file,
                             GError      **error);

/* The same with reading and checking in a thread. */
void     plim_document_load_async (PlimDocument       *self,
                                   GFile              *file,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean plim_document_load_finish (PlimDocument *self,
                                    GAsyncResult *result,
                                    GError      **error);

/* The document as the bytes of a scenario file. */
GBytes *plim_document_serialize (PlimDocument *self);

/* Saves to @file, which becomes the document's.  A file that another program has changed since it was read is refused
 * with PLIM_SAFE_FILE_ERROR_CHANGED unless @overwrite.  On any error the document stays modified and the file on disk
 * as it was. */
gboolean plim_document_save (PlimDocument *self,
                             GFile        *file,
                             gboolean      overwrite,
                             GError      **error);

/* TRUE when the document's file is not what was read or written last. */
gboolean plim_document_is_changed_on_disk (PlimDocument *self);

GFile      *plim_document_get_file (PlimDocument *self);
const char *plim_document_get_title (PlimDocument *self);
gboolean    plim_document_get_modified (PlimDocument *self);
gboolean    plim_document_get_read_only (PlimDocument *self);

/* --- scenarios ------------------------------------------------------------------------------------ */

PlimScenario *plim_document_get_current (PlimDocument *self);
void          plim_document_set_current (PlimDocument *self,
                                         PlimScenario *scenario);

/* Position of @scenario; G_MAXUINT when it is not in the document. */
guint plim_document_find (PlimDocument *self,
                          PlimScenario *scenario);

/* Each is a step that can be undone. */
void          plim_document_append (PlimDocument *self,
                                    PlimScenario *scenario);
PlimScenario *plim_document_duplicate (PlimDocument *self,
                                       PlimScenario *scenario);
void          plim_document_remove (PlimDocument *self,
                                    PlimScenario *scenario);
void          plim_document_move (PlimDocument *self,
                                  PlimScenario *scenario,
                                  guint         position);
void          plim_document_rename (PlimDocument *self,
                                    PlimScenario *scenario,
                                    const char   *name);

/* Puts @measured, of a real run, beside the estimate of @scenario. */
void plim_document_set_measured (PlimDocument       *self,
                                 PlimScenario       *scenario,
                                 const PlimMeasured *measured);

/* --- undo ----------------------------------------------------------------------------------------- */

gboolean plim_document_can_undo (PlimDocument *self);
gboolean plim_document_can_redo (PlimDocument *self);
void     plim_document_undo (PlimDocument *self);
void     plim_document_redo (PlimDocument *self);

/* Between the two every change of inputs is one step: a picker's preview, say.  Calls nest. */
void plim_document_begin_step (PlimDocument *self);
void plim_document_end_step (PlimDocument *self);

/* --- drafts --------------------------------------------------------------------------------------- */

/* Writes a draft into the state directory within three seconds of a change, and removes it after saving and when the
 * document is given up.  For documents in a window. */
void plim_document_keep_draft (PlimDocument *self);

/* Makes the content of the draft @path, left by an earlier run, this document's, as unsaved changes; the draft file is
 * kept on. */
gboolean plim_document_restore_draft (PlimDocument *self,
                                      const char   *path,
                                      GError      **error);

/* Removes the draft: the changes are saved, or given up on purpose. */
void plim_document_discard_draft (PlimDocument *self);

G_END_DECLS
