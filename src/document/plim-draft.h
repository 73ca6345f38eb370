/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A copy of an unsaved document in the state directory, for when the program ends before it is saved. */

#pragma once

#include "plim-document.h"

G_BEGIN_DECLS

typedef struct _PlimDraft PlimDraft;

/* A draft of @document (borrowed), not written yet.  Its name is random, never that of the document's file. */
PlimDraft *plim_draft_new (PlimDocument *document);

/* A draft that goes on in the file @path of an earlier run. */
PlimDraft *plim_draft_new_for_path (PlimDocument *document,
                                    const char   *path);

/* Stops the timer and frees; a draft that was written stays on disk. */
void plim_draft_free (PlimDraft *self);

/* The document has changed: write the draft soon. */
void plim_draft_touch (PlimDraft *self);

/* Removes the draft from disk and stops the timer. */
void plim_draft_remove (PlimDraft *self);

/* The drafts that an earlier run has left, as files, NULL-terminated.  Newly allocated; free with g_strfreev(). */
char **plim_drafts_list (void);

G_END_DECLS
