/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files and texts of any kind: chosen, dropped on the window or pasted.  They are read off the main thread, one after
 * the other.  A model becomes that of the scenario that is current when it has been read, the figures of a log stand
 * beside its estimate; one undo takes either back.  A file of scenarios is opened. */

#include "config.h"

#include "plim-any-file.h"
#include "plim-format.h"
#include "plim-scan-dialog.h"
#include "plim-window-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Leaves the picker, which would otherwise put back what was there when it was opened. */
static void
leave_picker (PlimWindow *self)
{
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->inputs);

  if (page != NULL && g_strcmp0 (adw_navigation_page_get_tag (page), "model") == 0)
    adw_navigation_view_pop (self->inputs);
}

/* What was done, for a toast. */
static char *
dup_use (const PlimModelFile *file,
         PlimCatalog         *catalog)
{
  const PlimModel *base = plim_model_file_find_base (file, catalog);
  g_autofree char *parameters = NULL;
  PlimParameters   counts;

  /* Translators: the name of a file, and the name of a model. */
  if (base != NULL)
    return g_strdup_printf (_ ("%s: an adapter on %s"), file->name, base->name);

  plim_parameters_count (&file->model, &counts);
  parameters = plim_format_count (counts.total_count);
  /* Translators: the name of a file, and how many parameters its model has. */
  return g_strdup_printf (_ ("%s: %s parameters"), file->name, parameters);
}

static void
use_model (PlimWindow          *self,
           const PlimModelFile *file)
{
  PlimEstimator         *estimator = plim_scenario_get_estimator (plim_document_get_current (self->document));
  PlimCatalog           *catalog = plim_document_get_catalog (self->document);
  g_autofree PlimInputs *inputs = g_memdup2 (plim_estimator_get_inputs (estimator), sizeof *inputs);
  g_autofree char       *text = NULL;
  g_autoptr (GError)     error = NULL;

  if (!plim_model_file_use (file, catalog, file->name, inputs, &error))
    {
      plim_window_show_error (self, _ ("The File Could Not Be Read"), error);
      return;
    }

  leave_picker (self);
  plim_estimator_set_inputs (estimator, inputs);
  text = dup_use (file, catalog);
  plim_window_show_undo_toast (self, text);
}

static void
use_log (PlimWindow           *self,
         const PlimRuntimeLog *log)
{
  PlimScenario      *scenario = plim_document_get_current (self->document);
  g_autoptr (GError) error = NULL;
  g_autofree char   *text = NULL;
  PlimMeasured       measured;

  if (!plim_runtime_log_measure (log, &measured, &error))
    {
      plim_window_show_error (self, _ ("The Log Could Not Be Used"), error);
      return;
    }

  plim_document_set_measured (self->document, scenario, &measured);
  plim_window_show_page (self, "memory");
  /* Translators: the name of a file. */
  text = g_strdup_printf (_ ("%s: measured figures stand beside the estimate"), log->name);
  plim_window_show_undo_toast (self, text);
}

/* What is still to be read for a window. */
typedef struct
{
  PlimWindow *window;
  GPtrArray  *files; /* GFile */
  guint       next;
  char       *title; /* of the model, where people know it by another name than that of its file; NULL = by that */
} Job;

static void read_next (Job *job);

static void
free_job (Job *job)
{
  g_object_unref (job->window);
  g_ptr_array_unref (job->files);
  g_free (job->title);
  g_free (job);
}

static void
use (PlimWindow        *self,
     const PlimAnyFile *file,
     GFile             *where)
{
  if (file->model != NULL)
    {
      use_model (self, file->model);
    }
  else if (file->log != NULL)
    {
      leave_picker (self);
      use_log (self, file->log);
    }
  else
    {
      plim_window_open_somewhere (self, where);
    }
}

static void
read_cb (GObject      *source G_GNUC_UNUSED,
         GAsyncResult *result,
         gpointer      data)
{
  Job                    *job = data;
  PlimWindow             *self = job->window;
  g_autoptr (GError)      error = NULL;
  g_autoptr (PlimAnyFile) file = plim_any_file_finish (result, &error);

  /* The window may have been closed meanwhile. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->document == NULL ||
      plim_document_get_current (self->document) == NULL)
    {
      free_job (job);
      return;
    }

  if (file == NULL)
    {
      plim_window_show_error (self, _ ("The File Could Not Be Read"), error);
      read_next (job);
      return;
    }

  if (file->model != NULL && job->title != NULL)
    {
      g_set_str (&file->model->name, job->title);
      g_strlcpy (file->model->model.name, job->title, sizeof file->model->model.name);
    }
  use (self, file, job->next > 0 ? job->files->pdata[job->next - 1] : NULL);
  read_next (job);
}

/* Scenarios are opened from anywhere; models and logs are read here alone. */
static gboolean
is_scenario_address (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return name != NULL && g_str_has_suffix (name, ".plimsoll");
}

static void
read_next (Job *job)
{
  g_autofree char *path = NULL;
  GFile           *file;

  if (job->next == job->files->len)
    {
      free_job (job);
      return;
    }

  file = job->files->pdata[job->next++];
  path = g_file_get_path (file);
  if (path == NULL && is_scenario_address (file))
    {
      plim_window_open_somewhere (job->window, file);
      read_next (job);
      return;
    }
  if (path == NULL)
    {
      g_autofree char   *uri = g_file_get_uri (file);
      g_autoptr (GError) error =
        g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _ ("%s: only files of this computer are read"), uri);

      plim_window_show_error (job->window, _ ("The File Could Not Be Read"), error);
      read_next (job);
      return;
    }

  plim_any_file_read_async (path, job->window->importing, read_cb, job);
}

/* A later job wins over one whose files are still being read. */
static Job *
create_job (PlimWindow *self)
{
  Job *job = g_new0 (Job, 1);

  g_cancellable_cancel (self->importing);
  g_set_object (&self->importing, NULL);
  self->importing = g_cancellable_new ();


  job->window = g_object_ref (self);
  job->files = g_ptr_array_new_with_free_func (g_object_unref);

  return job;
}

void
plim_window_take_files (PlimWindow *self,
                        GSList     *files)
{
  Job *job;

  g_return_if_fail (PLIM_IS_WINDOW (self));

  job = create_job (self);
  for (GSList *l = files; l != NULL; l = l->next)
    g_ptr_array_add (job->files, g_object_ref (l->data));
  read_next (job);
}

void
plim_window_take_file (PlimWindow *self,
                       GFile      *file)
{
  GSList files = { file, NULL };

  plim_window_take_files (self, &files);
}

/* --- models on this computer ------------------------------------------------------------------------ */

static void
scanned_chosen_cb (PlimWindow *self,
                   const char *path,
                   const char *name)
{
  Job *job = create_job (self);

  job->title = g_strdup (name);
  g_ptr_array_add (job->files, g_file_new_for_path (path));
  read_next (job);
}

static void
scan_action (GtkWidget  *widget,
             const char *name G_GNUC_UNUSED,
             GVariant   *parameter G_GNUC_UNUSED)
{
  PlimScanDialog *dialog = plim_scan_dialog_new ();

  g_signal_connect_object (dialog, "chosen", G_CALLBACK (scanned_chosen_cb), widget, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), widget);
}

/* --- the clipboard ---------------------------------------------------------------------------------- */

/* The path of a file, or its address, as terminals and file managers put them on the clipboard; NULL = other text. */
static GFile *
get_file (const char *text)
{
  g_autofree char *line = g_strstrip (g_strdup (text));

  if (strchr (line, '\n') != NULL)
    return NULL;
  if (g_str_has_prefix (line, "file://"))
    return g_file_new_for_uri (line);

  return g_path_is_absolute (line) ? g_file_new_for_path (line) : NULL;
}

static void
take_text (PlimWindow *self,
           const char *text)
{
  g_autoptr (GFile) file = get_file (text);
  Job              *job;

  if (file != NULL)
    {
      plim_window_take_file (self, file);
      return;
    }

  job = create_job (self);
  /* Translators: what messages call a text that was pasted, in the place of a file's name. */
  plim_any_file_parse_async (_ ("Clipboard"), text, self->importing, read_cb, job);
}

static void
pasted_files_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr (PlimWindow) self = data;
  g_autoptr (GError)     error = NULL;
  const GValue          *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);
  g_autoptr (GSList)     files = NULL;

  if (value == NULL)
    {
      plim_window_show_error (self, _ ("The Clipboard Could Not Be Read"), error);
      return;
    }

  files = gdk_file_list_get_files (g_value_get_boxed (value));
  plim_window_take_files (self, files);
}

static void
pasted_text_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (PlimWindow) self = data;
  g_autoptr (GError)     error = NULL;
  g_autofree char       *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, &error);

  if (text != NULL)
    take_text (self, text);
  else
    plim_window_show_error (self, _ ("The Clipboard Could Not Be Read"), error);
}

static void
paste_action (GtkWidget  *widget,
              const char *name G_GNUC_UNUSED,
              GVariant   *parameter G_GNUC_UNUSED)
{
  GdkClipboard      *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);

  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, pasted_files_cb,
                                    g_object_ref (widget));
  else if (gdk_content_formats_contain_gtype (formats, G_TYPE_STRING))
    gdk_clipboard_read_text_async (clipboard, NULL, pasted_text_cb, g_object_ref (widget));
  else
    plim_window_show_toast (PLIM_WINDOW (widget), _ ("The clipboard holds no file and no text"));
}

/* --- dropping and choosing -------------------------------------------------------------------------- */

static gboolean
drop_cb (PlimWindow   *self,
         const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  if (files == NULL)
    return FALSE;

  plim_window_take_files (self, files);
  return TRUE;
}

/* What will happen, while a drag is over the window. */
static gboolean
has_drop (GBinding     *binding G_GNUC_UNUSED,
          const GValue *drop,
          GValue       *visible,
          gpointer      data G_GNUC_UNUSED)
{
  g_value_set_boolean (visible, g_value_get_object (drop) != NULL);
  return TRUE;
}

void
plim_window_add_drop_target (PlimWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property_full (target, "current-drop", self->drop_hint, "visible", G_BINDING_DEFAULT, has_drop, NULL,
                               NULL, NULL);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
chosen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (PlimWindow) self = data;
  g_autoptr (GFile)      file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    plim_window_take_file (self, file);
}

static GtkFileFilter *
create_filter (const char        *name,
               const char *const *suffixes)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (guint i = 0; suffixes[i] != NULL; i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  if (suffixes[0] == NULL)
    gtk_file_filter_add_pattern (filter, "*");

  return filter;
}

static void
import_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter G_GNUC_UNUSED)
{
  gboolean                  is_log = g_strcmp0 (name, "win.import-log") == 0;
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) models =
    create_filter (_ ("Model files"), (const char *const[]) { "gguf", "safetensors", "json", NULL });
  g_autoptr (GtkFileFilter) logs =
    create_filter (_ ("Logs"), (const char *const[]) { "log", "txt", "out", "err", NULL });
  g_autoptr (GtkFileFilter) all = create_filter (_ ("All files"), (const char *const[]) { NULL });
  g_autoptr (GListStore)    filters = g_list_store_new (GTK_TYPE_FILE_FILTER);

  g_list_store_append (filters, is_log ? logs : models);
  g_list_store_append (filters, is_log ? models : logs);
  g_list_store_append (filters, all);
  gtk_file_dialog_set_title (dialog, is_log ? _ ("Read a Log") : _ ("Read a Model"));
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_open (dialog, GTK_WINDOW (widget), NULL, chosen_cb, g_object_ref (widget));
}

static void
remove_measured_action (GtkWidget  *widget,
                        const char *name G_GNUC_UNUSED,
                        GVariant   *parameter G_GNUC_UNUSED)
{
  PlimWindow   *self = PLIM_WINDOW (widget);
  PlimScenario *current = plim_document_get_current (self->document);
  PlimMeasured  measured;

  if (current == NULL || plim_measured_is_empty (plim_scenario_get_measured (current)))
    return;

  plim_measured_init (&measured);
  plim_document_set_measured (self->document, current, &measured);
  plim_window_show_undo_toast (self, _ ("Measured figures removed"));
}

void
plim_window_install_import_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.import-model", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "win.import-log", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "win.remove-measured", NULL, remove_measured_action);
  gtk_widget_class_install_action (widget_class, "win.scan-models", NULL, scan_action);
  gtk_widget_class_install_action (widget_class, "win.paste", NULL, paste_action);
  /* No accelerator of the application: that would take the key from text entries. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "win.paste", NULL);
}
