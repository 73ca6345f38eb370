/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Up to eight scenarios from the first on, the current one always among them; the first is the baseline. */

#include "config.h"

#include "plim-page-compare.h"

#include "plim-chart-view.h"
#include "plim-charts.h"
#include "plim-compare-table.h"
#include "plim-table-view.h"

#include <glib/gi18n.h>

#define MOST_SCENARIOS 8
#define LEAST_CHARS    14 /* few values take a second line, four scenarios fit 800 px */

struct _PlimPageCompare
{
  PlimPage parent_instance;

  /* Template children */
  GtkLabel       *finding;
  PlimChartView  *chart;
  AdwToggleGroup *rows;
  PlimTableView  *table;
};

G_DEFINE_FINAL_TYPE (PlimPageCompare, plim_page_compare, PLIM_TYPE_PAGE)

static GPtrArray *
choose_scenarios (PlimDocument *document)
{
  GPtrArray  *scenarios = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *model = G_LIST_MODEL (document);
  guint       current = plim_document_find (document, plim_document_get_current (document));

  for (guint i = 0; i < MIN (g_list_model_get_n_items (model), MOST_SCENARIOS); i++)
    g_ptr_array_add (scenarios, g_list_model_get_item (model, i));
  if (current != G_MAXUINT && current >= MOST_SCENARIOS)
    {
      g_object_unref (scenarios->pdata[MOST_SCENARIOS - 1]);
      scenarios->pdata[MOST_SCENARIOS - 1] = g_list_model_get_item (model, current);
    }

  return scenarios;
}

static void
plim_page_compare_update (PlimPage      *page,
                          PlimDocument  *document,
                          PlimEstimator *estimator G_GNUC_UNUSED)
{
  PlimPageCompare         *self = PLIM_PAGE_COMPARE (page);
  g_autoptr (GPtrArray)    scenarios = choose_scenarios (document);
  const PlimCompareOptions options = { PLIM_UNIT_GIB, adw_toggle_group_get_active (self->rows) == 1, 0 };
  g_autoptr (PlimTable)    table = NULL;
  PlimChartSpec           *spec;
  guint                    n_input_rows;

  spec = plim_chart_compare_new ((PlimScenario *const *) scenarios->pdata, scenarios->len, PLIM_UNIT_GIB);
  table = plim_compare_table_new ((PlimScenario *const *) scenarios->pdata, scenarios->len, &options, &n_input_rows);
  if (scenarios->len > 1)
    gtk_label_set_label (self->finding, spec->description != NULL ? spec->description : "");
  else
    gtk_label_set_label (self->finding, _ ("There is one scenario. Duplicate it and change an input to compare."));
  plim_chart_view_take_spec (self->chart, spec);
  plim_table_view_set_table (self->table, table, n_input_rows);
}

static const PlimChartSpec *
plim_page_compare_get_chart (PlimPage *page)
{
  return plim_chart_view_get_spec (PLIM_PAGE_COMPARE (page)->chart);
}

static void
rows_changed_cb (PlimPageCompare *self)
{
  plim_page_refresh (PLIM_PAGE (self));
}

static void
plim_page_compare_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PLIM_TYPE_PAGE_COMPARE);

  G_OBJECT_CLASS (plim_page_compare_parent_class)->dispose (object);
}

static void
plim_page_compare_class_init (PlimPageCompareClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  PlimPageClass  *page_class = PLIM_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_page_compare_dispose;
  page_class->update = plim_page_compare_update;
  page_class->get_chart = plim_page_compare_get_chart;

  g_type_ensure (PLIM_TYPE_CHART_VIEW);
  g_type_ensure (PLIM_TYPE_TABLE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-page-compare.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimPageCompare, finding);
  gtk_widget_class_bind_template_child (widget_class, PlimPageCompare, chart);
  gtk_widget_class_bind_template_child (widget_class, PlimPageCompare, rows);
  gtk_widget_class_bind_template_child (widget_class, PlimPageCompare, table);
  gtk_widget_class_bind_template_callback (widget_class, rows_changed_cb);
}

static void
plim_page_compare_init (PlimPageCompare *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  plim_table_view_set_least_chars (self->table, LEAST_CHARS);
}
