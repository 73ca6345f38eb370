/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One scan at a time: another folder cancels the one before. */

#include "config.h"

#include "plim-scan-dialog.h"

#include "plim-label.h"
#include "plim-model-folders.h"
#include "plim-picker-item.h"

#include <glib/gi18n.h>

#define SKIPPED_SHOWN 12 /* lines of the tooltip */

enum
{
  CHOSEN,
  N_SIGNALS
};

struct _PlimScanDialog
{
  AdwDialog parent_instance;

  /* Template children */
  GtkWidget      *search_bar;
  GtkSearchEntry *search;
  GtkStack       *stack;
  GtkListView    *list;
  GtkLabel       *skipped;

  /* Owned */
  GListStore         *items; /* PlimPickerItem */
  GtkFilterListModel *filtered;
  GCancellable       *cancellable;
};

G_DEFINE_FINAL_TYPE (PlimScanDialog, plim_scan_dialog, ADW_TYPE_DIALOG)

static guint signals[N_SIGNALS];

static void
show_list (PlimScanDialog *self)
{
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->items)) == 0;
  gboolean has_match = g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) > 0;

  gtk_widget_set_visible (self->search_bar, !is_empty);
  gtk_stack_set_visible_child_name (self->stack, is_empty ? "empty" : has_match ? "list"
                                                                                : "no-match");
}

/* What could not be looked into, in full in the tooltip. */
static void
show_skipped (PlimScanDialog         *self,
              const PlimModelFolders *folders)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char    *text = g_strdup_printf (ngettext ("%u folder could not be read", "%u folders could not be read",
                                                        folders->skipped->len),
                                              folders->skipped->len);

  for (guint i = 0; i < MIN (folders->skipped->len, SKIPPED_SHOWN); i++)
    g_string_append_printf (lines, "%s%s", i > 0 ? "\n" : "", (const char *) folders->skipped->pdata[i]);
  gtk_label_set_label (self->skipped, folders->is_cut ? _ ("There are more models than are shown") : text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->skipped), lines->len > 0 ? lines->str : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->skipped), folders->skipped->len > 0 || folders->is_cut);
}

static void
scanned_cb (GObject      *source G_GNUC_UNUSED,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (PlimScanDialog)   self = data;
  g_autoptr (PlimModelFolders) folders = plim_model_folders_scan_finish (result, NULL);

  /* Cancelled: the dialog is closed, or another folder is being scanned. */
  if (folders == NULL)
    return;

  for (guint i = 0; i < folders->models->len; i++)
    {
      g_autoptr (PlimPickerItem) item = plim_picker_item_new_found (folders->models->pdata[i]);

      g_list_store_append (self->items, item);
    }
  show_skipped (self, folders);
  show_list (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

static void
scan (PlimScanDialog *self,
      GPtrArray      *roots)
{
  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();
  g_list_store_remove_all (self->items);
  gtk_widget_set_visible (self->search_bar, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->skipped), FALSE);
  gtk_stack_set_visible_child_name (self->stack, "scanning");
  plim_model_folders_scan_async (roots, self->cancellable, scanned_cb, g_object_ref (self));
}

static void
scan_usual (PlimScanDialog *self)
{
  g_auto (GStrv)        environment = g_get_environ ();
  g_autoptr (GPtrArray) roots = plim_model_roots_new (g_get_home_dir (), (const char *const *) environment);

  scan (self, roots);
}

static void
free_root (gpointer data)
{
  plim_model_root_free (data);
}

static void
folder_chosen_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (PlimScanDialog) self = data;
  g_autoptr (GFile)          folder = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autofree char           *path = folder != NULL ? g_file_get_path (folder) : NULL;
  g_autoptr (GPtrArray)      roots = g_ptr_array_new_with_free_func (free_root);

  if (path == NULL)
    return;

  g_ptr_array_add (roots, plim_model_root_new (path));
  scan (self, roots);
}

static void
folder_cb (PlimScanDialog *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Scan a Folder"));
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, folder_chosen_cb,
                                 g_object_ref (self));
}

static void
cancel_cb (PlimScanDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
plim_scan_dialog_closed (AdwDialog *dialog)
{
  g_cancellable_cancel (PLIM_SCAN_DIALOG (dialog)->cancellable);
}

static void
choose (PlimScanDialog *self,
        guint           position)
{
  g_autoptr (PlimPickerItem) item = g_list_model_get_item (G_LIST_MODEL (self->filtered), position);

  if (item == NULL)
    return;

  g_signal_emit (self, signals[CHOSEN], 0, plim_picker_item_get_id (item), plim_picker_item_get_title (item));
  adw_dialog_close (ADW_DIALOG (self));
}

static void
row_activated_cb (PlimScanDialog *self,
                  guint           position)
{
  choose (self, position);
}

/* Enter in the search entry takes the first match. */
static void
search_activated_cb (PlimScanDialog *self)
{
  choose (self, 0);
}

static void
search_changed_cb (PlimScanDialog *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->filtered), GTK_FILTER_CHANGE_DIFFERENT);
  show_list (self);
}

static gboolean
matches (gpointer item,
         gpointer data)
{
  PlimScanDialog *self = data;

  return plim_picker_item_matches (item, gtk_editable_get_text (GTK_EDITABLE (self->search)));
}

static GtkWidget *
create_text (const char *style)
{
  GtkWidget *label = plim_label_new (NULL, 0, style);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);

  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory G_GNUC_UNUSED,
          GtkListItem              *list_item)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_set_margin_top (texts, 6);
  gtk_widget_set_margin_bottom (texts, 6);
  gtk_box_append (GTK_BOX (texts), create_text (NULL));
  gtk_box_append (GTK_BOX (texts), create_text ("caption"));
  gtk_widget_add_css_class (gtk_widget_get_last_child (texts), "dim-label");
  gtk_list_item_set_child (list_item, texts);
}

static void
bind_cb (GtkSignalListItemFactory *factory G_GNUC_UNUSED,
         GtkListItem              *list_item)
{
  PlimPickerItem  *item = gtk_list_item_get_item (list_item);
  GtkWidget       *texts = gtk_list_item_get_child (list_item);
  g_autofree char *label =
    g_strdup_printf ("%s, %s", plim_picker_item_get_title (item), plim_picker_item_get_subtitle (item));

  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (texts)), plim_picker_item_get_title (item));
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (texts)), plim_picker_item_get_subtitle (item));
  gtk_list_item_set_accessible_label (list_item, label);
}

static void
plim_scan_dialog_dispose (GObject *object)
{
  PlimScanDialog *self = PLIM_SCAN_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->filtered);
  g_clear_object (&self->items);
  gtk_widget_dispose_template (GTK_WIDGET (self), PLIM_TYPE_SCAN_DIALOG);

  G_OBJECT_CLASS (plim_scan_dialog_parent_class)->dispose (object);
}

static void
plim_scan_dialog_class_init (PlimScanDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_scan_dialog_dispose;
  ADW_DIALOG_CLASS (klass)->closed = plim_scan_dialog_closed;

  signals[CHOSEN] = g_signal_new ("chosen", PLIM_TYPE_SCAN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-scan-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimScanDialog, search_bar);
  gtk_widget_class_bind_template_child (widget_class, PlimScanDialog, search);
  gtk_widget_class_bind_template_child (widget_class, PlimScanDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, PlimScanDialog, list);
  gtk_widget_class_bind_template_child (widget_class, PlimScanDialog, skipped);
  gtk_widget_class_bind_template_callback (widget_class, folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
plim_scan_dialog_init (PlimScanDialog *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSingleSelection) selection = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->items = g_list_store_new (PLIM_TYPE_PICKER_ITEM);
  self->filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->items)),
                                              GTK_FILTER (gtk_custom_filter_new (matches, self, NULL)));
  selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->filtered)));
  gtk_single_selection_set_autoselect (selection, FALSE);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  scan_usual (self);
}

PlimScanDialog *
plim_scan_dialog_new (void)
{
  return g_object_new (PLIM_TYPE_SCAN_DIALOG, NULL);
}
