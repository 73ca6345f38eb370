/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Models from files: chosen, or dropped on the window.  They are read off the main thread, and become the model of the
 * scenario that is current when they have been read; one undo takes it back. */

#include "config.h"

#include "plim-format.h"
#include "plim-model-file.h"
#include "plim-window-private.h"

#include <glib/gi18n.h>

/* Leaves the picker, which would otherwise put back what was there when it was opened. */
static void
leave_picker (PlimWindow *self)
{
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->inputs);

  if (page != NULL && g_strcmp0 (adw_navigation_page_get_tag (page), "model") == 0)
    adw_navigation_view_pop (self->inputs);
}

static void
use_model (PlimWindow          *self,
           const PlimModelFile *file)
{
  PlimEstimator         *estimator = plim_scenario_get_estimator (plim_document_get_current (self->document));
  g_autofree PlimInputs *inputs = NULL;
  g_autofree char       *parameters = NULL;
  g_autofree char       *text = NULL;
  PlimParameters         counts;

  plim_catalog_add_model (plim_document_get_catalog (self->document), &file->model,
                          file->stored.is_known ? &file->stored : NULL, file->name);
  inputs = g_memdup2 (plim_estimator_get_inputs (estimator), sizeof *inputs);
  plim_inputs_set_text (inputs, PLIM_FIELD_MODEL, file->model.id);
  if (file->precision >= 0 && inputs->task == PLIM_TASK_INFERENCE)
    inputs->precision = (PlimPrecision) file->precision;
  if (file->kind == PLIM_MODEL_FILE_GGUF)
    inputs->runtime = PLIM_RUNTIME_LLAMA_CPP;
  plim_estimator_set_inputs (estimator, inputs);

  plim_parameters_count (&file->model, &counts);
  parameters = plim_format_count (counts.total_count);
  /* Translators: the name of a file, and how many parameters its model has. */
  text = g_strdup_printf (_ ("%s: %s parameters"), file->name, parameters);
  plim_window_show_undo_toast (self, text);
}

static void
read_cb (GObject      *source G_GNUC_UNUSED,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (PlimWindow)    self = data;
  g_autoptr (GError)        error = NULL;
  g_autoptr (PlimModelFile) file = plim_model_file_read_finish (result, &error);

  if (file != NULL && !file->has_model)
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _ ("%s: there is no config.json beside it that tells the architecture"), file->name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      plim_window_show_error (self, _ ("The Model Could Not Be Read"), error);
      return;
    }
  /* The window may have been closed meanwhile. */
  if (self->document == NULL || plim_document_get_current (self->document) == NULL)
    return;

  leave_picker (self);
  use_model (self, file);
}

void
plim_window_import_model (PlimWindow *self,
                          GFile      *file)
{
  g_autofree char *path = g_file_get_path (file);

  g_return_if_fail (PLIM_IS_WINDOW (self));

  if (path == NULL)
    {
      g_autofree char   *uri = g_file_get_uri (file);
      g_autoptr (GError) error =
        g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _ ("%s: only files of this computer are read"), uri);

      plim_window_show_error (self, _ ("The Model Could Not Be Read"), error);
      return;
    }

  /* One at a time: the last file counts. */
  g_cancellable_cancel (self->importing);
  g_set_object (&self->importing, NULL);
  self->importing = g_cancellable_new ();
  plim_model_file_read_async (path, self->importing, read_cb, g_object_ref (self));
}

static void
chosen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (PlimWindow) self = data;
  g_autoptr (GFile)      file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    plim_window_import_model (self, file);
}

static void
import_model_action (GtkWidget  *widget,
                     const char *name G_GNUC_UNUSED,
                     GVariant   *parameter G_GNUC_UNUSED)
{
  static const char *const  suffixes[] = { "gguf", "safetensors", "json" };
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autoptr (GListStore)    filters = g_list_store_new (GTK_TYPE_FILE_FILTER);

  gtk_file_filter_set_name (filter, _ ("Model files"));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  g_list_store_append (filters, filter);
  gtk_file_dialog_set_title (dialog, _ ("Read a Model"));
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_open (dialog, GTK_WINDOW (widget), NULL, chosen_cb, g_object_ref (widget));
}

void
plim_window_install_import_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.import-model", NULL, import_model_action);
}
