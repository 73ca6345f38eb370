/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening, saving, exporting and dropping files, and what the disk does meanwhile. */

#include "config.h"

#include "plim-export-dialog.h"
#include "plim-export.h"
#include "plim-safe-file.h"
#include "plim-window-private.h"

#include <glib/gi18n.h>
#include <string.h>

void
plim_window_show_error (PlimWindow   *self,
                        const char   *title,
                        const GError *error)
{
  AdwDialog *dialog = adw_alert_dialog_new (title, error->message);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static GtkFileDialog *
create_dialog (const char *title)
{
  GtkFileDialog            *dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autoptr (GListStore)    filters = g_list_store_new (GTK_TYPE_FILE_FILTER);

  gtk_file_filter_set_name (filter, _ ("Plimsoll files"));
  gtk_file_filter_add_suffix (filter, "plimsoll");
  g_list_store_append (filters, filter);
  gtk_file_dialog_set_title (dialog, title);
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));

  return dialog;
}

static void
remember (GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);

  gtk_recent_manager_add_item (gtk_recent_manager_get_default (), uri);
}

static void
show_state (PlimWindow *self)
{
  if (plim_document_get_read_only (self->document))
    plim_result_show_banner (self->result, _ ("Made by a newer version: open for reading only"), _ ("Save _As…"));
  else
    plim_result_show_banner (self->result, NULL, NULL);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (PlimWindow) self = data;
  g_autoptr (GError)     error = NULL;

  if (!plim_document_load_finish (PLIM_DOCUMENT (source), result, &error))
    {
      plim_window_show_error (self, _ ("The File Could Not Be Opened"), error);
      return;
    }

  remember (plim_document_get_file (self->document));
  show_state (self);
}

void
plim_window_open_file (PlimWindow *self,
                       GFile      *file)
{
  g_return_if_fail (PLIM_IS_WINDOW (self));

  plim_document_load_async (self->document, file, NULL, loaded_cb, g_object_ref (self));
}

void
plim_window_open_somewhere (PlimWindow *self,
                            GFile      *file)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));

  if (plim_document_get_modified (self->document) || plim_document_get_file (self->document) != NULL)
    g_application_open (application, &file, 1, "");
  else
    plim_window_open_file (self, file);
}

static void
open_chosen_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (PlimWindow) self = data;
  g_autoptr (GFile)      file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    plim_window_open_somewhere (self, file);
}

static void
open_action (GtkWidget  *widget,
             const char *name G_GNUC_UNUSED,
             GVariant   *parameter G_GNUC_UNUSED)
{
  g_autoptr (GtkFileDialog) dialog = create_dialog (_ ("Open"));

  gtk_file_dialog_open (dialog, GTK_WINDOW (widget), NULL, open_chosen_cb, g_object_ref (widget));
}

static gboolean
save_to (PlimWindow *self,
         GFile      *file,
         gboolean    overwrite)
{
  g_autoptr (GError) error = NULL;

  if (plim_document_save (self->document, file, overwrite, &error))
    {
      remember (file);
      show_state (self);
      plim_window_show_toast (self, _ ("Saved"));
      return TRUE;
    }

  if (g_error_matches (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_CHANGED))
    plim_result_show_banner (self->result, _ ("Another program has changed the file"), _ ("_Reload"));
  plim_window_show_error (self, _ ("The File Could Not Be Saved"), error);

  return FALSE;
}

static void
save_chosen_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (PlimWindow) self = data;
  g_autoptr (GFile)      file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL && save_to (self, file, TRUE) && self->is_closing)
    gtk_window_close (GTK_WINDOW (self));
  else
    self->is_closing = FALSE;
}

static void
save_as (PlimWindow *self)
{
  g_autoptr (GtkFileDialog) dialog = create_dialog (_ ("Save As"));
  GFile                    *file = plim_document_get_file (self->document);
  g_autofree char          *fresh = g_strdup_printf ("%s.plimsoll", _ ("Scenarios"));
  g_autofree char          *name = file != NULL ? g_file_get_basename (file) : g_steal_pointer (&fresh);

  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, GTK_WINDOW (self), NULL, save_chosen_cb, g_object_ref (self));
}

static void
save_as_action (GtkWidget  *widget,
                const char *name G_GNUC_UNUSED,
                GVariant   *parameter G_GNUC_UNUSED)
{
  save_as (PLIM_WINDOW (widget));
}

static void
save_action (GtkWidget  *widget,
             const char *name G_GNUC_UNUSED,
             GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow *self = PLIM_WINDOW (widget);

  if (plim_document_get_file (self->document) == NULL || plim_document_get_read_only (self->document))
    save_as (self);
  else
    save_to (self, plim_document_get_file (self->document), FALSE);
}

static void
close_response_cb (AdwAlertDialog *dialog G_GNUC_UNUSED,
                   const char     *response,
                   PlimWindow     *self)
{
  if (g_strcmp0 (response, "cancel") == 0)
    return;

  self->is_closing = TRUE;
  if (g_strcmp0 (response, "discard") == 0)
    gtk_window_close (GTK_WINDOW (self));
  else if (plim_document_get_file (self->document) == NULL)
    save_as (self);
  else if (save_to (self, plim_document_get_file (self->document), FALSE))
    gtk_window_close (GTK_WINDOW (self));
  else
    self->is_closing = FALSE;
}

gboolean
plim_window_ask_before_closing (PlimWindow *self)
{
  AdwDialog *dialog;

  if (!plim_document_get_modified (self->document))
    return FALSE;

  dialog = adw_alert_dialog_new (_ ("Save Changes?"), _ ("Changes that are not saved are lost."));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "discard", _ ("_Discard"), "save",
                                  _ ("_Save"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "save", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "save");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (close_response_cb), self, G_CONNECT_DEFAULT);
  adw_dialog_present (dialog, GTK_WIDGET (self));

  return TRUE;
}

void
plim_window_check_disk (PlimWindow *self)
{
  if (self->document != NULL && gtk_window_is_active (GTK_WINDOW (self)) &&
      plim_document_is_changed_on_disk (self->document))
    plim_result_show_banner (self->result, _ ("Another program has changed the file"), _ ("_Reload"));
}

void
plim_window_banner_clicked (PlimWindow *self)
{
  if (plim_document_get_read_only (self->document))
    save_as (self);
  else if (plim_document_get_file (self->document) != NULL)
    plim_window_open_file (self, plim_document_get_file (self->document));
}

static void
exported_cb (PlimWindow *self,
             const char *text,
             gboolean    is_error)
{
  g_autoptr (GError) error = NULL;

  if (!is_error)
    {
      plim_window_show_toast (self, text);
      return;
    }

  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, text);
  plim_window_show_error (self, _ ("The Chart Could Not Be Exported"), error);
}

static void
export_action (GtkWidget  *widget,
               const char *name G_GNUC_UNUSED,
               GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow          *self = PLIM_WINDOW (widget);
  const PlimChartSpec *spec = plim_result_get_chart (self->result);
  PlimExportDialog    *dialog;

  if (spec == NULL)
    return;

  dialog = plim_export_dialog_new (spec, plim_result_get_page_name (self->result));
  g_signal_connect_object (dialog, "finished", G_CALLBACK (exported_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), widget);
}

static void
copy_chart_action (GtkWidget  *widget,
                   const char *name G_GNUC_UNUSED,
                   GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow                    *self = PLIM_WINDOW (widget);
  const PlimChartSpec           *spec = plim_result_get_chart (self->result);
  const PlimExportOptions        png_options = { .format = PLIM_EXPORT_PNG, .palette = PLIM_PALETTE_LIGHT, .scale = 2 };
  const PlimExportOptions        svg_options = { .format = PLIM_EXPORT_SVG, .palette = PLIM_PALETTE_LIGHT, .scale = 1 };
  g_autoptr (GBytes)             png = NULL;
  g_autoptr (GBytes)             svg = NULL;
  g_autoptr (GError)             error = NULL;
  g_autoptr (GdkContentProvider) provider = NULL;

  if (spec == NULL)
    return;

  if (!plim_export_chart (spec, NULL, &png_options, &png, &error) ||
      !plim_export_chart (spec, NULL, &svg_options, &svg, &error))
    {
      plim_window_show_error (self, _ ("The Chart Could Not Be Copied"), error);
      return;
    }

  provider =
    gdk_content_provider_new_union ((GdkContentProvider *[]) { gdk_content_provider_new_for_bytes ("image/png", png),
                                                               gdk_content_provider_new_for_bytes ("image/svg+xml",
                                                                                                   svg) },
                                    2);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (widget), provider);
  plim_window_show_toast (self, _ ("Chart copied"));
}

void
plim_window_install_file_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "win.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "win.save-as", NULL, save_as_action);
  gtk_widget_class_install_action (widget_class, "win.export", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "win.copy-chart", NULL, copy_chart_action);
}
