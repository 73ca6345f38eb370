/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The choices are tables: a row's position is the index. */

#include "config.h"

#include "plim-export-dialog.h"

#include "plim-export.h"

#include <glib/gi18n.h>

enum
{
  FINISHED,
  N_SIGNALS
};

static const struct
{
  PlimExportFormat format;
  const char      *ending;
} formats[] = {
  { PLIM_EXPORT_PNG, "png" },
  { PLIM_EXPORT_SVG, "svg" },
  { PLIM_EXPORT_PDF, "pdf" },
};

static const PlimPaletteId palettes[] = { PLIM_PALETTE_LIGHT, PLIM_PALETTE_DARK, PLIM_PALETTE_PRINT };

struct _PlimExportDialog
{
  AdwDialog parent_instance;

  /* Template children */
  AdwComboRow *format;
  AdwComboRow *colours;
  AdwComboRow *scale;

  const PlimChartSpec *spec; /* borrowed */
  char                *name;
};

G_DEFINE_FINAL_TYPE (PlimExportDialog, plim_export_dialog, ADW_TYPE_DIALOG)

static guint signals[N_SIGNALS];

static void
write_chart (PlimExportDialog *self,
             const char       *path)
{
  const PlimExportOptions options = {
    .format = formats[adw_combo_row_get_selected (self->format)].format,
    .palette = palettes[adw_combo_row_get_selected (self->colours)],
    .scale = adw_combo_row_get_selected (self->scale) + 1,
  };
  g_autoptr (GError) error = NULL;

  if (plim_export_chart (self->spec, path, &options, NULL, &error))
    g_signal_emit (self, signals[FINISHED], 0, _ ("Chart exported"), FALSE);
  else
    g_signal_emit (self, signals[FINISHED], 0, error->message, TRUE);
}

static void
chosen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (PlimExportDialog) self = data;
  g_autoptr (GFile)            file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autofree char             *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path == NULL)
    return;

  write_chart (self, path);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
export_cb (PlimExportDialog *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  const char               *ending = formats[adw_combo_row_get_selected (self->format)].ending;
  g_autofree char          *name = g_strdup_printf ("%s.%s", self->name, ending);

  gtk_file_dialog_set_title (dialog, _ ("Export Chart"));
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, chosen_cb,
                        g_object_ref (self));
}

/* Only pictures of pixels have a scale. */
static void
format_changed_cb (PlimExportDialog *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->scale), adw_combo_row_get_selected (self->format) == 0);
}

static void
plim_export_dialog_dispose (GObject *object)
{
  g_clear_pointer (&PLIM_EXPORT_DIALOG (object)->name, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), PLIM_TYPE_EXPORT_DIALOG);

  G_OBJECT_CLASS (plim_export_dialog_parent_class)->dispose (object);
}

static void
plim_export_dialog_class_init (PlimExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_export_dialog_dispose;
  signals[FINISHED] = g_signal_new ("finished", PLIM_TYPE_EXPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimExportDialog, format);
  gtk_widget_class_bind_template_child (widget_class, PlimExportDialog, colours);
  gtk_widget_class_bind_template_child (widget_class, PlimExportDialog, scale);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, format_changed_cb);
}

static void
plim_export_dialog_init (PlimExportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

PlimExportDialog *
plim_export_dialog_new (const PlimChartSpec *spec,
                        const char          *name)
{
  PlimExportDialog *self = g_object_new (PLIM_TYPE_EXPORT_DIALOG, NULL);

  self->spec = spec;
  self->name = g_strdup (name);

  return self;
}
