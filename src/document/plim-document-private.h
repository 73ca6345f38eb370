/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What plim-document.c and plim-document-save.c share. */

#pragma once

#include "plim-document.h"
#include "plim-draft.h"
#include "plim-history.h"
#include "plim-safe-file.h"

G_BEGIN_DECLS

struct _PlimDocument
{
  GObject parent_instance;

  PlimCatalog  *catalog;
  GPtrArray    *scenarios;   /* of PlimScenario */
  GHashTable   *recorded;    /* PlimScenario to PlimInputs: as of the last step */
  PlimScenario *current;     /* borrowed from scenarios */
  PlimHistory  *history;
  guint         step_depth;  /* of begin_step() */
  gboolean      is_replaying;

  GFile           *file;
  char            *title;
  PlimFileIdentity identity;
  gboolean         is_read_only;
  gboolean         was_modified; /* as last notified */
  yyjson_mut_doc  *original;     /* root object, scenarios left out */
  PlimDraft       *draft;        /* NULL = none kept */
};

/* Replaces all scenarios and forgets the history. @scenarios is borrowed. */
void plim_document_reset (PlimDocument *self,
                          GPtrArray    *scenarios);

/* Sets file and title, notifying. */
void plim_document_set_file (PlimDocument *self,
                             GFile        *file);

/* Notifies "modified", "can-undo" and "can-redo", and wakes the draft. */
void plim_document_notify_history (PlimDocument *self);

/* Notifies "read-only" when it changes. */
void plim_document_set_read_only (PlimDocument *self,
                                  gboolean      is_read_only);

G_END_DECLS
