/* SPDX-License-Identifier: GPL-3.0-or-later */

/* State that all windows share lives here and is handed down. */

#include "config.h"

#include "plim-application.h"

#include "plim-app-resources.h"
#include "plim-draft.h"
#include "plim-shortcuts.h"
#include "plim-window.h"

#include <glib/gi18n.h>

struct _PlimApplication
{
  AdwApplication parent_instance;

  PlimCatalog *catalog;
  gboolean     has_restored; /* drafts of an earlier run were looked for */
};

G_DEFINE_FINAL_TYPE (PlimApplication, plim_application, ADW_TYPE_APPLICATION)

static PlimWindow *
open_window (PlimApplication *self,
             PlimDocument    *document)
{
  PlimWindow *window = plim_window_new (ADW_APPLICATION (self), document);

  gtk_window_present (GTK_WINDOW (window));

  return window;
}

/* Opens what an earlier run could not save; each becomes an unsaved document again. */
static gboolean
restore_drafts (PlimApplication *self)
{
  g_auto (GStrv) paths = plim_drafts_list ();
  gboolean       has_opened = FALSE;

  self->has_restored = TRUE;
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (PlimDocument) document = plim_document_new_empty (self->catalog);
      g_autoptr (GError)       error = NULL;

      if (!plim_document_restore_draft (document, paths[i], &error))
        {
          g_message ("%s", error->message);
          continue;
        }
      plim_window_show_toast (open_window (self, document), _ ("Unsaved changes of the last session restored"));
      has_opened = TRUE;
    }

  return has_opened;
}

static void
plim_application_activate (GApplication *application)
{
  PlimApplication         *self = PLIM_APPLICATION (application);
  GtkWindow               *window = gtk_application_get_active_window (GTK_APPLICATION (application));
  g_autoptr (PlimDocument) document = NULL;

  if (window != NULL)
    {
      gtk_window_present (window);
      return;
    }
  if (!self->has_restored && restore_drafts (self))
    return;

  document = plim_document_new (self->catalog);
  open_window (self, document);
}

/* The window that shows @file, NULL when none does. */
static PlimWindow *
find_window (PlimApplication *self,
             GFile           *file)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      GFile *shown = PLIM_IS_WINDOW (l->data) ? plim_document_get_file (plim_window_get_document (l->data)) : NULL;

      if (shown != NULL && g_file_equal (shown, file))
        return l->data;
    }

  return NULL;
}

static void
plim_application_open (GApplication *application,
                       GFile       **files,
                       int           n_files,
                       const char   *hint G_GNUC_UNUSED)
{
  PlimApplication *self = PLIM_APPLICATION (application);

  for (int i = 0; i < n_files; i++)
    {
      PlimWindow              *window = find_window (self, files[i]);
      g_autoptr (PlimDocument) document = NULL;

      if (window == NULL)
        {
          document = plim_document_new (self->catalog);
          window = open_window (self, document);
          plim_window_take_file (window, files[i]);
        }
      gtk_window_present (GTK_WINDOW (window));
    }
}

static void
new_window_action (GSimpleAction *action G_GNUC_UNUSED,
                   GVariant      *parameter G_GNUC_UNUSED,
                   gpointer       data)
{
  PlimApplication         *self = data;
  g_autoptr (PlimDocument) document = plim_document_new (self->catalog);

  open_window (self, document);
}

static void
quit_action (GSimpleAction *action G_GNUC_UNUSED,
             GVariant      *parameter G_GNUC_UNUSED,
             gpointer       data)
{
  GList *windows = g_list_copy (gtk_application_get_windows (data));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
  g_list_free (windows);
}

static void
about_action (GSimpleAction *action G_GNUC_UNUSED,
              GVariant      *parameter G_GNUC_UNUSED,
              gpointer       data)
{
  static const char *const developers[] = { "The Plimsoll developers", NULL };
  AdwDialog               *dialog = adw_about_dialog_new ();

  g_object_set (dialog, "application-name", "Plimsoll", "application-icon", APPLICATION_ID, "version", PLIM_VERSION,
                "comments",
                _ ("Plans GPU memory for language models: does it fit, what uses the memory, how many GPUs, how long, "
                   "what would make it fit."),
                "developer-name", "The Plimsoll developers", "developers", developers, "license-type",
                GTK_LICENSE_GPL_3_0, "website", "https://github.com/plimsoll/plimsoll", "issue-url",
                "https://github.com/plimsoll/plimsoll/issues",
                /* Translators: your name and address, one translator a line. */
                "translator-credits", _ ("translator-credits"), NULL);
  adw_dialog_present (dialog, GTK_WIDGET (gtk_application_get_active_window (data)));
}

static void
shortcuts_action (GSimpleAction *action G_GNUC_UNUSED,
                  GVariant      *parameter G_GNUC_UNUSED,
                  gpointer       data)
{
  adw_dialog_present (plim_shortcuts_dialog_new (), GTK_WIDGET (gtk_application_get_active_window (data)));
}

static void
plim_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { "new-window", new_window_action, NULL, NULL, NULL, { 0 } },
    { "quit", quit_action, NULL, NULL, NULL, { 0 } },
    { "about", about_action, NULL, NULL, NULL, { 0 } },
    { "shortcuts", shortcuts_action, NULL, NULL, NULL, { 0 } },
  };
  PlimApplication   *self = PLIM_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  G_APPLICATION_CLASS (plim_application_parent_class)->startup (application);

  self->catalog = plim_catalog_new (&error);
  if (self->catalog == NULL)
    g_error ("%s", error->message);

  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), self);
  plim_shortcuts_install (GTK_APPLICATION (application));
}

static void
plim_application_finalize (GObject *object)
{
  PlimApplication *self = PLIM_APPLICATION (object);

  g_clear_object (&self->catalog);

  G_OBJECT_CLASS (plim_application_parent_class)->finalize (object);
}

static void
plim_application_class_init (PlimApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  g_resources_register (plim_app_get_resource ());

  G_OBJECT_CLASS (klass)->finalize = plim_application_finalize;
  application_class->startup = plim_application_startup;
  application_class->activate = plim_application_activate;
  application_class->open = plim_application_open;
}

static void
plim_application_init (PlimApplication *self G_GNUC_UNUSED)
{
}

PlimApplication *
plim_application_new (void)
{
  return g_object_new (PLIM_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", RESOURCE_BASE,
                       NULL);
}
