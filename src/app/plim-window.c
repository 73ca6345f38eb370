/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layout, the scenario list, and what follows the current scenario. */

#include "config.h"

#include "plim-window.h"

#include "plim-picker.h"
#include "plim-scenario-row.h"
#include "plim-window-private.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

enum
{
  PROP_0,
  PROP_NARROW,
  PROP_COMPACT_ANSWERS,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (PlimWindow, plim_window, ADW_TYPE_APPLICATION_WINDOW)

static GParamSpec *properties[N_PROPS];

static PlimEstimator *
get_estimator (PlimWindow *self)
{
  PlimScenario *scenario = plim_document_get_current (self->document);

  return scenario != NULL ? plim_scenario_get_estimator (scenario) : NULL;
}

static void
update_bottom_bar (PlimWindow *self)
{
  PlimEstimator   *estimator = get_estimator (self);
  g_autofree char *verdict = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->bottom_verdict), estimator != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->bottom_bar), estimator != NULL);
  if (estimator == NULL)
    return;

  verdict = plim_wording_verdict (plim_estimator_get_estimate (estimator), PLIM_UNIT_GIB);
  gtk_label_set_label (self->bottom_verdict, verdict);
  plim_chart_view_take_spec (self->bottom_bar, plim_bar_spec_new_from_estimate (plim_estimator_get_estimate (estimator),
                                                                                PLIM_UNIT_GIB, PLIM_BAR_MINI));
}

static void
update_titles (PlimWindow *self)
{
  PlimScenario *scenario = plim_document_get_current (self->document);
  const char   *name = scenario != NULL ? plim_scenario_get_name (scenario) : "";
  const char   *title = plim_document_get_title (self->document);
  /* Translators: name of a document with unsaved changes. */
  g_autofree char *edited = g_strdup_printf (_ ("%s, edited"), title);
  g_autofree char *window_title = g_strdup_printf ("%s — Plimsoll", title);

  adw_window_title_set_title (self->window_title, name);
  adw_window_title_set_subtitle (self->window_title, plim_document_get_modified (self->document) ? edited : title);
  gtk_window_set_title (GTK_WINDOW (self), window_title);
}

static void
history_changed_cb (PlimWindow *self)
{
  update_titles (self);
  plim_window_update_actions (self);
}

/* Keeps the list's selection on the current scenario. */
static void
select_current (PlimWindow *self)
{
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (self->list));
  PlimScenario       *scenario = plim_document_get_current (self->document);

  if (scenario != NULL)
    gtk_single_selection_set_selected (selection, plim_document_find (self->document, scenario));
}

static void
current_changed_cb (PlimWindow *self)
{
  PlimEstimator *estimator = get_estimator (self);

  /* A file may hold no scenario at all. */
  gtk_widget_set_visible (GTK_WIDGET (self->form), estimator != NULL);
  plim_form_set_estimator (self->form, estimator);
  g_signal_group_set_target (self->scenario_signals, plim_document_get_current (self->document));
  g_signal_group_set_target (self->estimator_signals, estimator);
  select_current (self);
  update_titles (self);
  update_bottom_bar (self);
  plim_window_update_actions (self);
}

static void
scenario_activated_cb (PlimWindow *self,
                       guint       position)
{
  g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (self->document), position);

  plim_document_set_current (self->document, scenario);
  adw_navigation_view_push_by_tag (self->inputs, "form");
}

static void
selection_changed_cb (PlimWindow         *self,
                      GParamSpec         *pspec G_GNUC_UNUSED,
                      GtkSingleSelection *selection)
{
  PlimScenario *scenario = gtk_single_selection_get_selected_item (selection);

  if (scenario != NULL && plim_document_find (self->document, scenario) != G_MAXUINT)
    plim_document_set_current (self->document, scenario);
}

static void
setup_row_cb (GtkSignalListItemFactory *factory G_GNUC_UNUSED,
              GtkListItem              *item)
{
  gtk_list_item_set_child (item, g_object_new (PLIM_TYPE_SCENARIO_ROW, NULL));
}

static void
bind_row_cb (GtkSignalListItemFactory *factory G_GNUC_UNUSED,
             GtkListItem              *item)
{
  PlimScenario *scenario = gtk_list_item_get_item (item);

  plim_scenario_row_set_scenario (PLIM_SCENARIO_ROW (gtk_list_item_get_child (item)), scenario);
  gtk_list_item_set_accessible_label (item, plim_scenario_get_name (scenario));
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory G_GNUC_UNUSED,
               GtkListItem              *item)
{
  plim_scenario_row_set_scenario (PLIM_SCENARIO_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
fill_list (PlimWindow *self)
{
  g_autoptr (GtkSingleSelection) selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->document)));
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (selection, "notify::selected-item", G_CALLBACK (selection_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
toast_cb (PlimWindow *self,
          const char *text,
          gboolean    can_undo)
{
  if (can_undo)
    plim_window_show_undo_toast (self, text);
  else
    plim_window_show_toast (self, text);
}

static GSettings *
open_settings (void)
{
  GSettingsSchemaSource      *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
    source != NULL ? g_settings_schema_source_lookup (source, "io.github.plimsoll.Plimsoll", TRUE) : NULL;

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

static void
restore_size (PlimWindow *self)
{
  g_autofree char *page = NULL;

  if (self->settings == NULL)
    return;

  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "is-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  page = g_settings_get_string (self->settings, "last-page");
  if (*page != '\0')
    plim_result_show_page (self->result, page);
}

static void
store_size (PlimWindow *self)
{
  int width, height;

  if (self->settings == NULL)
    return;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", MAX (width, 360));
  g_settings_set_int (self->settings, "window-height", MAX (height, 294));
  g_settings_set_boolean (self->settings, "is-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  g_settings_set_string (self->settings, "last-page", plim_result_get_page_name (self->result));
}

static gboolean
plim_window_close_request (GtkWindow *window)
{
  PlimWindow *self = PLIM_WINDOW (window);

  if (!self->is_closing && plim_window_ask_before_closing (self))
    return GDK_EVENT_STOP;

  plim_document_discard_draft (self->document);
  store_size (self);

  return GTK_WINDOW_CLASS (plim_window_parent_class)->close_request (window);
}

static void
plim_window_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  PlimWindow *self = PLIM_WINDOW (object);

  if (prop_id == PROP_NARROW)
    {
      self->is_narrow = g_value_get_boolean (value);
      g_object_set (self->result, "narrow", self->is_narrow, NULL);
    }
  else if (prop_id == PROP_COMPACT_ANSWERS)
    {
      g_object_set (self->result, "compact", g_value_get_boolean (value), NULL);
    }
  else
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
plim_window_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  if (prop_id == PROP_NARROW)
    g_value_set_boolean (value, PLIM_WINDOW (object)->is_narrow);
  else if (prop_id == PROP_COMPACT_ANSWERS)
    g_value_set_boolean (value, FALSE);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
plim_window_dispose (GObject *object)
{
  PlimWindow *self = PLIM_WINDOW (object);

  g_clear_object (&self->scenario_signals);
  g_clear_object (&self->estimator_signals);
  g_clear_object (&self->settings);
  g_cancellable_cancel (self->importing);
  g_clear_object (&self->importing);
  gtk_widget_dispose_template (GTK_WIDGET (self), PLIM_TYPE_WINDOW);
  g_clear_object (&self->document);

  G_OBJECT_CLASS (plim_window_parent_class)->dispose (object);
}

static void
plim_window_class_init (PlimWindowClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = plim_window_set_property;
  object_class->get_property = plim_window_get_property;
  object_class->dispose = plim_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = plim_window_close_request;

  properties[PROP_NARROW] =
    g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPACT_ANSWERS] =
    g_param_spec_boolean ("compact-answers", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (PLIM_TYPE_FORM);
  g_type_ensure (PLIM_TYPE_RESULT);
  g_type_ensure (PLIM_TYPE_CHART_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, drop_hint);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, layouts);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, split_view);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, sheet);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, inputs);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, window_title);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, list);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, form);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, result);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, bottom_verdict);
  gtk_widget_class_bind_template_child (widget_class, PlimWindow, bottom_bar);
  gtk_widget_class_bind_template_callback (widget_class, scenario_activated_cb);
  plim_window_install_actions (widget_class);
  plim_window_install_file_actions (widget_class);
  plim_window_install_import_actions (widget_class);
}

static void
plim_window_init (PlimWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = open_settings ();
  self->scenario_signals = g_signal_group_new (PLIM_TYPE_SCENARIO);
  self->estimator_signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  g_signal_group_connect_swapped (self->scenario_signals, "notify::name", G_CALLBACK (update_titles), self);
  g_signal_group_connect_swapped (self->estimator_signals, "notify::revision", G_CALLBACK (update_bottom_bar), self);
  g_signal_connect_object (self->result, "toast", G_CALLBACK (toast_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->result, "banner-clicked", G_CALLBACK (plim_window_banner_clicked), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (plim_window_check_disk), NULL);
  adw_navigation_view_replace_with_tags (self->inputs, (const char *const[]) { "scenarios", "form" }, 2);
  plim_window_add_drop_target (self);
  restore_size (self);
}

PlimWindow *
plim_window_new (AdwApplication *application,
                 PlimDocument   *document)
{
  PlimWindow *self = g_object_new (PLIM_TYPE_WINDOW, "application", application, NULL);

  self->document = g_object_ref (document);
  plim_document_keep_draft (document);
  fill_list (self);
  plim_result_set_document (self->result, document);
  adw_navigation_view_add (self->inputs, ADW_NAVIGATION_PAGE (plim_picker_new (document, PLIM_FIELD_MODEL)));
  adw_navigation_view_add (self->inputs, ADW_NAVIGATION_PAGE (plim_picker_new (document, PLIM_FIELD_GPU)));
  adw_navigation_view_add (self->inputs, ADW_NAVIGATION_PAGE (plim_picker_new (document, PLIM_FIELD_DRAFT_MODEL)));
  g_signal_connect_object (document, "notify::current", G_CALLBACK (current_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::can-undo", G_CALLBACK (history_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::modified", G_CALLBACK (history_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::title", G_CALLBACK (update_titles), self, G_CONNECT_SWAPPED);
  current_changed_cb (self);

  return self;
}

PlimDocument *
plim_window_get_document (PlimWindow *self)
{
  g_return_val_if_fail (PLIM_IS_WINDOW (self), NULL);

  return self->document;
}

void
plim_window_show_toast (PlimWindow *self,
                        const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  g_return_if_fail (PLIM_IS_WINDOW (self));

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (self->toasts, toast);
}
