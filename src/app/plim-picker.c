/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moving through the list tries each row out in the scenario; Enter keeps it, leaving in any other way puts back what
 * was there.  All of it is one step of the document's history. */

#include "config.h"

#include "plim-picker.h"

#include "plim-label.h"
#include "plim-next-token.h"
#include "plim-picker-item.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

struct _PlimPicker
{
  AdwNavigationPage parent_instance;

  /* Template children */
  GtkWidget      *file_button;
  GtkWidget      *scan_button;
  GtkSearchEntry *search;
  GtkListView    *list;
  GtkStack       *stack;

  /* Owned */
  PlimDocument       *document;
  PlimEstimator      *estimator; /* of the scenario while the page is shown */
  PlimInputs         *original;  /* as it was when the page was shown */
  GtkFilterListModel *filtered;
  GtkSingleSelection *selection;

  PlimFieldId field;
  gboolean    is_kept;
};

G_DEFINE_FINAL_TYPE (PlimPicker, plim_picker, ADW_TYPE_NAVIGATION_PAGE)

typedef struct
{
  PlimFieldId field;
  const char *tag;
  const char *title;  /* N_() */
  const char *search; /* N_() */
} Kind;

static const Kind kinds[] = {
  { PLIM_FIELD_MODEL, "model", N_ ("Model"), N_ ("Search models") },
  { PLIM_FIELD_GPU, "gpu", N_ ("GPU"), N_ ("Search GPUs") },
  { PLIM_FIELD_DRAFT_MODEL, "draft", N_ ("Draft Model"), N_ ("Search draft models") },
};

static const Kind *
find_kind (PlimFieldId field)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].field == field)
      return &kinds[i];

  g_return_val_if_reached (&kinds[0]);
}

static void
try_id (PlimPicker *self,
        const char *id,
        PlimInputs *inputs)
{
  plim_inputs_set_text (inputs, self->field, id);
  plim_catalog_resolve (plim_estimator_get_catalog (self->estimator), inputs, NULL);
}

/* What the row would mean: "13.1 GiB free", "2.8 GiB short". */
static char *
describe_fit (PlimPicker     *self,
              PlimPickerItem *item)
{
  g_autofree PlimInputs   *inputs = g_memdup2 (self->original, sizeof *self->original);
  g_autofree PlimEstimate *estimate = g_new (PlimEstimate, 1);
  g_autofree char         *amount = NULL;

  try_id (self, plim_picker_item_get_id (item), inputs);
  plim_estimate (inputs, estimate);
  if (estimate->verdict == PLIM_VERDICT_UNKNOWN)
    return g_strdup ("");

  amount = plim_format_bytes (ABS (estimate->headroom_bytes), PLIM_UNIT_GIB);

  return g_strdup_printf (estimate->headroom_bytes >= 0 ? _ ("%s free") : _ ("%s short"), amount);
}

static GtkWidget *
create_text (const char *style)
{
  GtkWidget *label = plim_label_new (NULL, 0, style);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);

  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory G_GNUC_UNUSED,
          GtkListItem              *list_item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *fit = plim_label_new (NULL, 1, "caption");

  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_add_css_class (fit, "numeric");
  gtk_widget_set_margin_top (row, 6);
  gtk_widget_set_margin_bottom (row, 6);
  gtk_box_append (GTK_BOX (texts), create_text (NULL));
  gtk_box_append (GTK_BOX (texts), create_text ("caption"));
  gtk_widget_add_css_class (gtk_widget_get_last_child (texts), "dim-label");
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), fit);
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory G_GNUC_UNUSED,
         GtkListItem              *list_item,
         PlimPicker               *self)
{
  PlimPickerItem  *item = gtk_list_item_get_item (list_item);
  GtkWidget       *texts = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget       *fit = gtk_widget_get_last_child (gtk_list_item_get_child (list_item));
  g_autofree char *text = self->original != NULL ? describe_fit (self, item) : g_strdup ("");
  g_autofree char *label =
    g_strdup_printf ("%s, %s, %s", plim_picker_item_get_title (item), plim_picker_item_get_subtitle (item), text);

  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (texts)), plim_picker_item_get_title (item));
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (texts)), plim_picker_item_get_subtitle (item));
  gtk_label_set_label (GTK_LABEL (fit), text);
  gtk_list_item_set_accessible_label (list_item, label);
}

static gboolean
matches (gpointer item,
         gpointer data)
{
  PlimPicker *self = data;

  return plim_picker_item_matches (item, gtk_editable_get_text (GTK_EDITABLE (self->search)));
}

static void
search_changed_cb (PlimPicker *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->filtered), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) > 0 ? "list" : "empty");
}

static void
selection_changed_cb (PlimPicker *self)
{
  PlimPickerItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL && self->estimator != NULL)
    g_object_set (self->estimator, plim_estimator_property_name (self->field), plim_picker_item_get_id (item), NULL);
}

/* Escape in the search entry, which keeps that key from the navigation view, too. */
static void
leave (PlimPicker *self)
{
  adw_navigation_view_pop (
    ADW_NAVIGATION_VIEW (gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW)));
}

static void
keep (PlimPicker *self)
{
  self->is_kept = TRUE;
  leave (self);
}

static void
row_activated_cb (PlimPicker *self,
                  guint       position)
{
  gtk_single_selection_set_selected (self->selection, position);
  selection_changed_cb (self);
  keep (self);
}

/* Enter in the search entry takes the first match. */
static void
search_activated_cb (PlimPicker *self)
{
  if (gtk_single_selection_get_selected (self->selection) == GTK_INVALID_LIST_POSITION)
    gtk_single_selection_set_selected (self->selection, 0);
  if (gtk_single_selection_get_selected_item (self->selection) == NULL)
    return;

  selection_changed_cb (self);
  keep (self);
}

/* Down in the search entry tries the next match without leaving the entry. */
static gboolean
search_key_cb (PlimPicker *self,
               guint       keyval)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->filtered));
  guint selected = gtk_single_selection_get_selected (self->selection);

  if ((keyval != GDK_KEY_Down && keyval != GDK_KEY_Up) || n_items == 0)
    return GDK_EVENT_PROPAGATE;

  if (selected == GTK_INVALID_LIST_POSITION)
    selected = 0;
  else if (keyval == GDK_KEY_Down)
    selected = MIN (selected + 1, n_items - 1);
  else if (selected > 0)
    selected--;
  gtk_list_view_scroll_to (self->list, selected, GTK_LIST_SCROLL_SELECT, NULL);

  return GDK_EVENT_STOP;
}

/* Selects the row of the scenario's own model or GPU, without trying it out. */
static void
select_original (PlimPicker *self)
{
  const char *id = self->field == PLIM_FIELD_MODEL ? self->original->model.id
                   : self->field == PLIM_FIELD_GPU ? self->original->gpu.id
                                                   : self->original->draft_model_id;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->filtered)); i++)
    {
      g_autoptr (PlimPickerItem) item = g_list_model_get_item (G_LIST_MODEL (self->filtered), i);

      if (g_strcmp0 (plim_picker_item_get_id (item), id) == 0)
        {
          gtk_list_view_scroll_to (self->list, i, GTK_LIST_SCROLL_SELECT, NULL);
          return;
        }
    }
}

static void
plim_picker_showing (AdwNavigationPage *page)
{
  PlimPicker    *self = PLIM_PICKER (page);
  PlimEstimator *estimator = plim_scenario_get_estimator (plim_document_get_current (self->document));

  self->is_kept = FALSE;
  self->original = g_memdup2 (plim_estimator_get_inputs (estimator), sizeof (PlimInputs));
  self->estimator = g_object_ref (estimator);
  plim_document_begin_step (self->document);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
}

static void
plim_picker_shown (AdwNavigationPage *page)
{
  PlimPicker *self = PLIM_PICKER (page);

  if (self->original != NULL)
    select_original (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

static void
finish (PlimPicker *self)
{
  if (self->original == NULL)
    return;

  if (!self->is_kept)
    plim_estimator_set_inputs (self->estimator, self->original);
  g_clear_object (&self->estimator);
  g_clear_pointer (&self->original, g_free);
  plim_document_end_step (self->document);
}

static void
plim_picker_hiding (AdwNavigationPage *page)
{
  finish (PLIM_PICKER (page));
}

static void
plim_picker_dispose (GObject *object)
{
  PlimPicker *self = PLIM_PICKER (object);

  finish (self);
  g_clear_object (&self->filtered);
  g_clear_object (&self->selection);
  g_clear_object (&self->document);
  gtk_widget_dispose_template (GTK_WIDGET (self), PLIM_TYPE_PICKER);

  G_OBJECT_CLASS (plim_picker_parent_class)->dispose (object);
}

static void
plim_picker_class_init (PlimPickerClass *klass)
{
  GtkWidgetClass         *widget_class = GTK_WIDGET_CLASS (klass);
  AdwNavigationPageClass *page_class = ADW_NAVIGATION_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_picker_dispose;
  page_class->showing = plim_picker_showing;
  page_class->shown = plim_picker_shown;
  page_class->hiding = plim_picker_hiding;

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimPicker, file_button);
  gtk_widget_class_bind_template_child (widget_class, PlimPicker, scan_button);
  gtk_widget_class_bind_template_child (widget_class, PlimPicker, search);
  gtk_widget_class_bind_template_child (widget_class, PlimPicker, list);
  gtk_widget_class_bind_template_child (widget_class, PlimPicker, stack);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, leave);
  gtk_widget_class_bind_template_callback (widget_class, search_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
plim_picker_init (PlimPicker *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_DEFAULT);
  gtk_list_view_set_factory (self->list, factory);
}

static GListModel *
create_items (PlimCatalog *catalog,
              PlimFieldId  field)
{
  GListStore *store = g_list_store_new (PLIM_TYPE_PICKER_ITEM);
  guint       n_items = field == PLIM_FIELD_GPU ? plim_catalog_n_gpus (catalog) : plim_catalog_n_models (catalog);

  if (field == PLIM_FIELD_DRAFT_MODEL)
    {
      g_autoptr (PlimPickerItem) none =
        plim_picker_item_new_plain ("", _ ("None"), _ ("Every token is computed by the model itself"));
      g_autoptr (PlimPickerItem) own = plim_picker_item_new_plain (
        PLIM_NEXT_TOKEN_ID, _ ("Next-token layers"), _ ("The model’s own, where its checkpoint has them (MTP)"));

      g_list_store_append (store, none);
      g_list_store_append (store, own);
    }
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (PlimPickerItem) item =
        field == PLIM_FIELD_GPU ? plim_picker_item_new_gpu (catalog, i) : plim_picker_item_new_model (catalog, i);

      g_list_store_append (store, item);
    }

  return G_LIST_MODEL (store);
}

PlimPicker *
plim_picker_new (PlimDocument *document,
                 PlimFieldId   field)
{
  PlimPicker *self = g_object_new (PLIM_TYPE_PICKER, NULL);
  GtkFilter  *filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));

  self->document = g_object_ref (document);
  self->field = field;
  self->filtered = gtk_filter_list_model_new (create_items (plim_document_get_catalog (document), field), filter);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->filtered)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selection_changed_cb), self,
                           G_CONNECT_SWAPPED);

  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), _ (find_kind (field)->title));
  adw_navigation_page_set_tag (ADW_NAVIGATION_PAGE (self), find_kind (field)->tag);
  gtk_widget_set_visible (self->file_button, field == PLIM_FIELD_MODEL);
  gtk_widget_set_visible (self->scan_button, field == PLIM_FIELD_MODEL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (find_kind (field)->search), -1);

  return self;
}
