/* SPDX-License-Identifier: GPL-3.0-or-later */

/* plimsoll/drafts/UUID.plimsoll in the user's state directory. */

#include "config.h"

#include "plim-draft.h"

#include "plim-safe-file.h"

#include <glib/gstdio.h>

/* From the first change after the last write. */
#define DELAY_MS 2000

struct _PlimDraft
{
  PlimDocument *document; /* borrowed: it owns the draft */
  char         *path;
  guint         timer;
};

static char *
drafts_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "plimsoll", "drafts", NULL);
}

PlimDraft *
plim_draft_new_for_path (PlimDocument *document,
                         const char   *path)
{
  PlimDraft *self = g_new0 (PlimDraft, 1);

  self->document = document;
  self->path = g_strdup (path);

  return self;
}

PlimDraft *
plim_draft_new (PlimDocument *document)
{
  g_autofree char *folder = drafts_folder ();
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *name = g_strconcat (id, ".plimsoll", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return plim_draft_new_for_path (document, path);
}

static void
stop_timer (PlimDraft *self)
{
  if (self->timer != 0)
    g_source_remove (self->timer);
  self->timer = 0;
}

void
plim_draft_free (PlimDraft *self)
{
  stop_timer (self);
  g_free (self->path);
  g_free (self);
}

/* A draft that cannot be written is said so in the journal only: the document itself is untouched. */
static gboolean
write_cb (gpointer data)
{
  PlimDraft         *self = data;
  g_autofree char   *folder = g_path_get_dirname (self->path);
  g_autoptr (GBytes) bytes = plim_document_serialize (self->document);
  g_autoptr (GError) error = NULL;

  self->timer = 0;
  g_mkdir_with_parents (folder, 0700);
  if (!plim_safe_file_replace (self->path, bytes, NULL, TRUE, &error))
    g_message ("%s", error->message);

  return G_SOURCE_REMOVE;
}

void
plim_draft_touch (PlimDraft *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (DELAY_MS, write_cb, self);
}

void
plim_draft_remove (PlimDraft *self)
{
  stop_timer (self);
  g_unlink (self->path);
}

char **
plim_drafts_list (void)
{
  g_autofree char         *folder = drafts_folder ();
  g_autoptr (GDir)         dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  const char              *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".plimsoll"))
      g_strv_builder_take (paths, g_build_filename (folder, name, NULL));

  return g_strv_builder_end (paths);
}
