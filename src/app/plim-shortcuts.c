/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows with an action are accelerators; rows without are keys that widgets handle themselves. */

#include "config.h"

#include "plim-shortcuts.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *group;   /* N_(); NULL = as the row before */
  const char *title;   /* N_() */
  const char *action;  /* detailed; NULL = handled elsewhere */
  const char *keys[3]; /* NULL-terminated */
} Shortcut;

static const Shortcut shortcuts[] = {
  { N_ ("Scenarios"), N_ ("New scenario"), "win.new-scenario", { "<Control>n", NULL } },
  { NULL, N_ ("Duplicate"), "win.duplicate", { "<Control>d", NULL } },
  { NULL, N_ ("Rename"), "win.rename", { "F2", NULL } },
  { NULL, N_ ("Delete"), "win.delete", { "<Control>Delete", NULL } },
  { NULL, N_ ("Back to the list"), "win.show-scenarios", { "<Alt>Left", NULL } },
  { NULL, N_ ("First to ninth scenario"), NULL, { "<Alt>1...9", NULL } },
  { N_ ("Document"), N_ ("Open"), "win.open", { "<Control>o", NULL } },
  { NULL, N_ ("Read a model from a file"), "win.import-model", { "<Control><Shift>o", NULL } },
  { NULL, N_ ("Read a log from a file"), "win.import-log", { "<Control><Shift>l", NULL } },
  { NULL, N_ ("Scan this computer for models"), "win.scan-models", { "<Control><Shift>f", NULL } },
  { NULL, N_ ("Paste a model or log"), NULL, { "<Control>v", NULL } },
  { NULL, N_ ("Save"), "win.save", { "<Control>s", NULL } },
  { NULL, N_ ("Save as"), "win.save-as", { "<Control><Shift>s", NULL } },
  { NULL, N_ ("Undo"), "win.undo", { "<Control>z", NULL } },
  { NULL, N_ ("Redo"), "win.redo", { "<Control><Shift>z", "<Control>y", NULL } },
  { NULL, N_ ("New window"), "app.new-window", { "<Control><Shift>n", NULL } },
  { NULL, N_ ("Close window"), "window.close", { "<Control>w", NULL } },
  { NULL, N_ ("Quit"), "app.quit", { "<Control>q", NULL } },
  { N_ ("Form"), N_ ("Choose the model"), "win.pick-model", { "<Alt>m", NULL } },
  { NULL, N_ ("Choose the GPU"), "win.pick-gpu", { "<Alt>g", NULL } },
  { NULL, N_ ("Choose the draft model"), "win.pick-draft", { "<Alt>d", NULL } },
  { NULL, N_ ("Apply the first fix"), "win.apply-first-fix", { "<Control>Return", NULL } },
  { NULL, N_ ("Put the default back"), NULL, { "<Control>BackSpace", NULL } },
  { N_ ("Pages"), N_ ("Memory"), "win.page::memory", { "<Control>1", NULL } },
  { NULL, N_ ("GPUs"), "win.page::gpus", { "<Control>2", NULL } },
  { NULL, N_ ("Time"), "win.page::time", { "<Control>3", NULL } },
  { NULL, N_ ("Limits"), "win.page::limits", { "<Control>4", NULL } },
  { NULL, N_ ("Methods"), "win.page::methods", { "<Control>5", NULL } },
  { NULL, N_ ("Compare"), "win.page::compare", { "<Control>6", NULL } },
  { NULL, N_ ("Next region"), "win.next-region", { "F6", NULL } },
  { NULL, N_ ("Side pane"), "win.toggle-pane", { "F9", NULL } },
  { N_ ("Charts"), N_ ("Export"), "win.export", { "<Control>e", NULL } },
  { NULL, N_ ("Copy"), "win.copy-chart", { "<Control><Shift>c", NULL } },
  { NULL, N_ ("Part by part"), NULL, { "Left Right", NULL } },
  { N_ ("General"), N_ ("Menu"), NULL, { "F10", NULL } },
  { NULL, N_ ("Keyboard shortcuts"), "app.shortcuts", { "<Control>question", NULL } },
};

void
plim_shortcuts_install (GtkApplication *application)
{
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    if (shortcuts[i].action != NULL)
      gtk_application_set_accels_for_action (application, shortcuts[i].action, shortcuts[i].keys);
}

/* "Ctrl+D", "Alt+1…9" as people read them. */
static char *
label_keys (const Shortcut *shortcut)
{
  GdkModifierType modifiers;
  guint           key;

  if (shortcut->action == NULL && strpbrk (shortcut->keys[0], " .") != NULL)
    return g_strcmp0 (shortcut->keys[0], "Left Right") == 0 ? g_strdup ("←  →") : g_strdup ("Alt+1…9");
  if (!gtk_accelerator_parse (shortcut->keys[0], &key, &modifiers))
    return g_strdup (shortcut->keys[0]);

  return gtk_accelerator_get_label (key, modifiers);
}

AdwDialog *
plim_shortcuts_dialog_new (void)
{
  AdwDialog           *dialog = adw_dialog_new ();
  GtkWidget           *toolbar_view = adw_toolbar_view_new ();
  GtkWidget           *page = adw_preferences_page_new ();
  AdwPreferencesGroup *group = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      g_autofree char *keys = label_keys (&shortcuts[i]);
      GtkWidget       *row = adw_action_row_new ();
      GtkWidget       *label = gtk_label_new (keys);

      if (shortcuts[i].group != NULL)
        {
          group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
          adw_preferences_group_set_title (group, _ (shortcuts[i].group));
          adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);
        }
      gtk_widget_add_css_class (label, "dim-label");
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (shortcuts[i].title));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
      adw_preferences_group_add (group, row);
    }

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar_view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar_view), page);
  adw_dialog_set_title (dialog, _ ("Keyboard Shortcuts"));
  adw_dialog_set_content_width (dialog, 460);
  adw_dialog_set_content_height (dialog, 600);
  adw_dialog_set_child (dialog, toolbar_view);

  return dialog;
}
