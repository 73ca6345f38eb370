/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Actions on scenarios, pages and the window itself. */

#include "config.h"

#include "plim-training-time.h"
#include "plim-window-private.h"

#include <glib/gi18n.h>

void
plim_window_show_undo_toast (PlimWindow *self,
                             const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
new_scenario_action (GtkWidget  *widget,
                     const char *name G_GNUC_UNUSED,
                     GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow              *self = PLIM_WINDOW (widget);
  g_autoptr (PlimScenario) scenario =
    plim_scenario_new (plim_document_get_catalog (self->document), _ ("New Scenario"));
  PlimScenario *current = plim_document_get_current (self->document);

  if (current != NULL)
    plim_estimator_set_inputs (plim_scenario_get_estimator (scenario),
                               plim_estimator_get_inputs (plim_scenario_get_estimator (current)));
  plim_document_append (self->document, scenario);
  plim_document_set_current (self->document, scenario);
}

static void
duplicate_action (GtkWidget  *widget,
                  const char *name G_GNUC_UNUSED,
                  GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow   *self = PLIM_WINDOW (widget);
  PlimScenario *current = plim_document_get_current (self->document);

  if (current == NULL)
    return;

  plim_document_duplicate (self->document, current);
  plim_window_show_undo_toast (self, _ ("Scenario duplicated"));
}

static void
delete_action (GtkWidget  *widget,
               const char *name G_GNUC_UNUSED,
               GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow   *self = PLIM_WINDOW (widget);
  PlimScenario *current = plim_document_get_current (self->document);

  if (current == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->document)) < 2)
    return;

  plim_document_remove (self->document, current);
  plim_window_show_undo_toast (self, _ ("Scenario deleted"));
}

static void
rename_response_cb (AdwAlertDialog *dialog,
                    const char     *response,
                    PlimWindow     *self)
{
  GtkWidget    *entry = adw_alert_dialog_get_extra_child (dialog);
  PlimScenario *current = plim_document_get_current (self->document);
  const char   *name = gtk_editable_get_text (GTK_EDITABLE (entry));

  if (g_strcmp0 (response, "rename") == 0 && *name != '\0' && current != NULL)
    plim_document_rename (self->document, current, name);
}

static void
rename_action (GtkWidget  *widget,
               const char *name G_GNUC_UNUSED,
               GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow   *self = PLIM_WINDOW (widget);
  PlimScenario *current = plim_document_get_current (self->document);
  AdwDialog    *dialog;
  GtkWidget    *entry;

  if (current == NULL)
    return;

  dialog = adw_alert_dialog_new (_ ("Rename Scenario"), NULL);
  entry = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (entry), plim_scenario_get_name (current));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Name"), -1);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), entry);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "rename", _ ("_Rename"), NULL);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "rename");
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "rename", ADW_RESPONSE_SUGGESTED);
  g_signal_connect_object (dialog, "response", G_CALLBACK (rename_response_cb), self, G_CONNECT_DEFAULT);
  adw_dialog_present (dialog, widget);
  gtk_widget_grab_focus (entry);
}

static void
chinchilla_action (GtkWidget  *widget,
                   const char *name G_GNUC_UNUSED,
                   GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow    *self = PLIM_WINDOW (widget);
  PlimScenario  *current = plim_document_get_current (self->document);
  PlimEstimator *estimator = current != NULL ? plim_scenario_get_estimator (current) : NULL;

  if (estimator != NULL)
    g_object_set (estimator, "tokens",
                  plim_training_time_chinchilla_tokens (plim_estimator_get_estimate (estimator)
                                                          ->parameters.total_count),
                  NULL);
}

static void
undo_action (GtkWidget  *widget,
             const char *name G_GNUC_UNUSED,
             GVariant   *parameter G_GNUC_UNUSED)
{
  plim_document_undo (PLIM_WINDOW (widget)->document);
}

static void
redo_action (GtkWidget  *widget,
             const char *name G_GNUC_UNUSED,
             GVariant   *parameter G_GNUC_UNUSED)
{
  plim_document_redo (PLIM_WINDOW (widget)->document);
}

void
plim_window_show_page (PlimWindow *self,
                       const char *page)
{
  plim_result_show_page (self->result, page);
  if (self->is_narrow)
    adw_bottom_sheet_set_open (self->sheet, TRUE);
}

static void
page_action (GtkWidget  *widget,
             const char *name G_GNUC_UNUSED,
             GVariant   *parameter)
{
  plim_window_show_page (PLIM_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
scenario_action (GtkWidget  *widget,
                 const char *name G_GNUC_UNUSED,
                 GVariant   *parameter)
{
  PlimWindow              *self = PLIM_WINDOW (widget);
  g_autoptr (PlimScenario) scenario =
    g_list_model_get_item (G_LIST_MODEL (self->document), (guint) g_variant_get_int32 (parameter));

  if (scenario != NULL)
    plim_document_set_current (self->document, scenario);
}

/* Pushes page @tag of the side pane, or goes back to it. */
static void
show_inputs_page (PlimWindow *self,
                  const char *tag)
{
  AdwNavigationPage *visible = adw_navigation_view_get_visible_page (self->inputs);

  adw_overlay_split_view_set_show_sidebar (self->split_view, TRUE);
  adw_bottom_sheet_set_open (self->sheet, FALSE);
  if (g_strcmp0 (adw_navigation_page_get_tag (visible), tag) == 0)
    return;

  adw_navigation_view_pop_to_tag (self->inputs, "scenarios");
  if (g_strcmp0 (tag, "scenarios") == 0)
    return;
  adw_navigation_view_push_by_tag (self->inputs, "form");
  if (g_strcmp0 (tag, "form") != 0)
    adw_navigation_view_push_by_tag (self->inputs, tag);
}

static void
show_inputs_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter G_GNUC_UNUSED)
{
  static const char *const tags[][2] = { { "win.pick-model", "model" },
                                         { "win.pick-gpu", "gpu" },
                                         { "win.pick-draft", "draft" },
                                         { "win.show-scenarios", "scenarios" } };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if (g_strcmp0 (tags[i][0], name) == 0)
      show_inputs_page (PLIM_WINDOW (widget), tags[i][1]);
}

static void
toggle_pane_action (GtkWidget  *widget,
                    const char *name G_GNUC_UNUSED,
                    GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow *self = PLIM_WINDOW (widget);

  if (self->is_narrow)
    adw_bottom_sheet_set_open (self->sheet, !adw_bottom_sheet_get_open (self->sheet));
  else
    adw_overlay_split_view_set_show_sidebar (self->split_view,
                                             !adw_overlay_split_view_get_show_sidebar (self->split_view));
}

static void
first_fix_action (GtkWidget  *widget,
                  const char *name G_GNUC_UNUSED,
                  GVariant   *parameter G_GNUC_UNUSED)
{
  plim_result_apply_first_fix (PLIM_WINDOW (widget)->result);
}

/* Into the rows of the form, the list or the picker, past the buttons of its header. */
static void
focus_inputs (PlimWindow *self)
{
  GtkWidget *child = adw_navigation_page_get_child (adw_navigation_view_get_visible_page (self->inputs));

  if (ADW_IS_TOOLBAR_VIEW (child))
    child = adw_toolbar_view_get_content (ADW_TOOLBAR_VIEW (child));
  gtk_widget_child_focus (child, GTK_DIR_TAB_FORWARD);
}

/* Between form and result. */
static void
next_region_action (GtkWidget  *widget,
                    const char *name G_GNUC_UNUSED,
                    GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow *self = PLIM_WINDOW (widget);
  GtkWidget  *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean    is_in_form = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->inputs));

  if (is_in_form)
    plim_result_focus (self->result);
  else
    focus_inputs (self);
}

void
plim_window_install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char                 *name;
    const char                 *type;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "win.new-scenario", NULL, new_scenario_action },
    { "win.duplicate", NULL, duplicate_action },
    { "win.delete", NULL, delete_action },
    { "win.rename", NULL, rename_action },
    { "win.chinchilla-tokens", NULL, chinchilla_action },
    { "win.undo", NULL, undo_action },
    { "win.redo", NULL, redo_action },
    { "win.page", "s", page_action },
    { "win.scenario", "i", scenario_action },
    { "win.pick-model", NULL, show_inputs_action },
    { "win.pick-gpu", NULL, show_inputs_action },
    { "win.pick-draft", NULL, show_inputs_action },
    { "win.show-scenarios", NULL, show_inputs_action },
    { "win.toggle-pane", NULL, toggle_pane_action },
    { "win.apply-first-fix", NULL, first_fix_action },
    { "win.next-region", NULL, next_region_action },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].type, actions[i].activate);
  for (int i = 0; i < 9; i++)
    gtk_widget_class_add_binding_action (widget_class, (guint) (GDK_KEY_1 + i), GDK_ALT_MASK, "win.scenario", "i", i);
}

void
plim_window_update_actions (PlimWindow *self)
{
  static const char *const of_current[] = { "win.duplicate", "win.rename", "win.chinchilla-tokens",
                                            "win.pick-model", "win.pick-gpu", "win.apply-first-fix",
                                            "win.import-model", "win.import-log", "win.paste", "win.scan-models",
                                            "win.pick-draft" };
  gboolean                 has_current = plim_document_get_current (self->document) != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", plim_document_can_undo (self->document));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.redo", plim_document_can_redo (self->document));
  for (guint i = 0; i < G_N_ELEMENTS (of_current); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), of_current[i], has_current);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.delete",
                                 g_list_model_get_n_items (G_LIST_MODEL (self->document)) > 1);
}
