/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window's files share. */

#pragma once

#include "plim-chart-view.h"
#include "plim-form.h"
#include "plim-result.h"
#include "plim-window.h"

G_BEGIN_DECLS

struct _PlimWindow
{
  AdwApplicationWindow parent_instance;

  /* Template children */
  AdwToastOverlay     *toasts;
  GtkWidget           *drop_hint;
  AdwMultiLayoutView  *layouts;
  AdwOverlaySplitView *split_view;
  AdwBottomSheet      *sheet;
  AdwNavigationView   *inputs;
  AdwWindowTitle      *window_title;
  GtkListView         *list;
  PlimForm            *form;
  PlimResult          *result;
  GtkLabel            *bottom_verdict;
  PlimChartView       *bottom_bar;

  /* Owned */
  PlimDocument *document;
  GSignalGroup *scenario_signals;
  GSignalGroup *estimator_signals;
  GSettings    *settings;      /* NULL where the schema is not installed */

  GCancellable *importing;     /* the files that are being read; NULL = none */

  gboolean is_narrow;
  gboolean is_closing;    /* unsaved changes were dealt with */
};

/* plim-window-actions.c */
void plim_window_install_actions (GtkWidgetClass *widget_class);
void plim_window_update_actions (PlimWindow *self);
void plim_window_show_undo_toast (PlimWindow *self,
                                  const char *text);
void plim_window_show_page (PlimWindow *self,
                            const char *page);

/* plim-window-import.c */
void plim_window_install_import_actions (GtkWidgetClass *widget_class);
void plim_window_add_drop_target (PlimWindow *self);

/* Takes each of @files (GFile), whatever it is; see plim_window_take_file(). */
void plim_window_take_files (PlimWindow *self,
                             GSList     *files);

/* plim-window-files.c */
void plim_window_show_error (PlimWindow   *self,
                             const char   *title,
                             const GError *error);
void plim_window_install_file_actions (GtkWidgetClass *widget_class);

/* Opens the scenarios of @file in this window when nothing would be lost, else in a new one. */
void     plim_window_open_somewhere (PlimWindow *self,
                                     GFile      *file);
gboolean plim_window_ask_before_closing (PlimWindow *self);
void     plim_window_check_disk (PlimWindow *self);
void     plim_window_banner_clicked (PlimWindow *self);

G_END_DECLS
