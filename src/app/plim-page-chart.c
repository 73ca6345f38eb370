/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each subject is a row of a table: how its charts and its table are made. */

#include "config.h"

#include "plim-page-chart.h"

#include "plim-chart-view.h"
#include "plim-charts.h"
#include "plim-explanation-card.h"
#include "plim-format.h"
#include "plim-page-tables.h"
#include "plim-table-view.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *name;
  /* The chart, and one beside it (nullable). */
  PlimChartSpec *(*create_chart) (PlimCatalog      *catalog,
                                  const PlimInputs *inputs);
  PlimChartSpec *(*create_second) (PlimCatalog      *catalog,
                                   const PlimInputs *inputs);
  PlimTable *(*create_table) (PlimCatalog   *catalog,
                              PlimEstimator *estimator);
  const char *table_title; /* N_() */
  gboolean    is_time;     /* with how its figures are computed */
} Subject;

static PlimChartSpec *
create_gpus_chart (PlimCatalog      *catalog,
                   const PlimInputs *inputs)
{
  g_autoptr (PlimGpuSweep) sweep =
    plim_gpu_sweep_new (inputs, plim_catalog_get_gpus (catalog), plim_catalog_n_gpus (catalog), PLIM_GPU_FILTER_ALL);
  g_autofree char *finding = plim_finding_gpus (inputs, sweep, PLIM_UNIT_GIB);
  PlimChartSpec   *spec = plim_chart_gpus_new (inputs, sweep, PLIM_UNIT_GIB);

  g_set_str (&spec->description, finding);

  return spec;
}

static PlimChartSpec *
create_time_chart (PlimCatalog      *catalog G_GNUC_UNUSED,
                   const PlimInputs *inputs)
{
  return plim_chart_time_new (inputs);
}

static PlimChartSpec *
create_cost_chart (PlimCatalog      *catalog G_GNUC_UNUSED,
                   const PlimInputs *inputs)
{
  return plim_chart_time_is_alone (inputs) ? NULL : plim_chart_cost_new (inputs);
}

static PlimChartSpec *
create_methods_chart (PlimCatalog      *catalog G_GNUC_UNUSED,
                      const PlimInputs *inputs)
{
  g_autoptr (PlimMethodSweep) sweep = plim_method_sweep_new (inputs);

  return plim_chart_methods_new (sweep, PLIM_UNIT_GIB);
}

static const Subject subjects[] = {
  { "gpus", create_gpus_chart, NULL, plim_page_table_gpus, N_ ("One GPU of Each Memory Size") },
  { "time", create_time_chart, create_cost_chart, plim_page_table_time, N_ ("In Figures"), TRUE },
  { "methods", create_methods_chart, NULL, plim_page_table_methods, N_ ("What Each Leaves Out") },
};

enum
{
  PROP_0,
  PROP_SUBJECT,
  N_PROPS
};

struct _PlimPageChart
{
  PlimPage parent_instance;

  /* Template children */
  GtkBox              *columns;
  GtkLabel            *title;
  GtkLabel            *finding;
  PlimChartView       *chart;
  GtkWidget           *second_box;
  GtkLabel            *second_title;
  GtkLabel            *second_finding;
  PlimChartView       *second;
  GtkLabel            *table_title;
  PlimTableView       *table;
  GtkWidget           *computed_box;
  PlimExplanationCard *computed;
  PlimExplanationCard *first_token;
  PlimExplanationCard *loaded;

  const Subject *subject;
};

G_DEFINE_FINAL_TYPE (PlimPageChart, plim_page_chart, PLIM_TYPE_PAGE)

static GParamSpec *properties[N_PROPS];

static void
show_chart (PlimChartView *view,
            GtkLabel      *title,
            GtkLabel      *finding,
            PlimChartSpec *spec)
{
  gtk_label_set_label (title, spec != NULL && spec->title != NULL ? spec->title : "");
  gtk_label_set_label (finding, spec != NULL && spec->description != NULL ? spec->description : "");
  plim_chart_view_take_spec (view, spec);
}

static void
explain_time (PlimPageChart      *self,
              const PlimInputs   *inputs,
              const PlimEstimate *estimate)
{
  const PlimTime  *time = &estimate->time;
  gboolean         is_serving = inputs->task == PLIM_TASK_INFERENCE;
  gboolean         is_step = plim_wording_is_speed_alone (time);
  gboolean         writes = time->decode_tokens_per_s.likely > 0;
  g_autofree char *amount =
    is_step ? plim_format_duration (time->step_seconds) : plim_wording_time_answer (inputs, estimate);
  g_autofree char *first = plim_format_duration (time->first_token_seconds.likely);
  g_autofree char *loaded = plim_wording_band (&time->loaded_tokens_per_s, plim_format_significant);

  gtk_widget_set_visible (self->computed_box, self->subject->is_time && (time->is_known || is_step));
  plim_explanation_card_show_figure (self->computed, inputs,
                                     is_serving ? _ ("Decode")
                                     : is_step  ? _ ("Time of a Step")
                                                : _ ("Training Time"),
                                     amount,
                                     is_serving ? _ ("Tokens written in a second, of all sequences together.")
                                     : is_step  ? _ ("From one change of the weights to the next.")
                                                : _ ("From the first step to the last."),
                                     &time->explanation);
  plim_explanation_card_show_figure (self->first_token, inputs, writes ? _ ("First token") : _ ("One text"), first,
                                     writes ? _ ("From a prompt that nothing waits before to its first token.")
                                            : _ ("A text that nothing waits before, read to its end."),
                                     &time->first_token_explanation);
  plim_explanation_card_show_figure (self->loaded, inputs, _ ("Under steady load"), loaded,
                                     _ ("Tokens written in a second while prompts of further requests are computed in "
                                        "the same steps."),
                                     &time->loaded_explanation);
}

static void
plim_page_chart_update (PlimPage      *page,
                        PlimDocument  *document,
                        PlimEstimator *estimator)
{
  PlimPageChart        *self = PLIM_PAGE_CHART (page);
  PlimCatalog          *catalog = plim_document_get_catalog (document);
  const PlimInputs     *inputs = plim_estimator_get_inputs (estimator);
  const Subject        *subject = self->subject;
  PlimChartSpec        *second = subject->create_second != NULL ? subject->create_second (catalog, inputs) : NULL;
  g_autoptr (PlimTable) table = self->subject->create_table (catalog, estimator);

  show_chart (self->chart, self->title, self->finding, self->subject->create_chart (catalog, inputs));
  gtk_widget_set_visible (self->second_box, second != NULL);
  show_chart (self->second, self->second_title, self->second_finding, second);
  gtk_label_set_label (self->table_title, _ (self->subject->table_title));
  plim_table_view_set_table (self->table, table, G_MAXUINT);
  explain_time (self, inputs, plim_estimator_get_estimate (estimator));
}

static const PlimChartSpec *
plim_page_chart_get_chart (PlimPage *page)
{
  return plim_chart_view_get_spec (PLIM_PAGE_CHART (page)->chart);
}

static void
plim_page_chart_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  PlimPageChart *self = PLIM_PAGE_CHART (object);

  if (prop_id != PROP_SUBJECT)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    if (g_strcmp0 (subjects[i].name, g_value_get_string (value)) == 0)
      self->subject = &subjects[i];
}

static void
plim_page_chart_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PLIM_TYPE_PAGE_CHART);

  G_OBJECT_CLASS (plim_page_chart_parent_class)->dispose (object);
}

static void
plim_page_chart_class_init (PlimPageChartClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  PlimPageClass  *page_class = PLIM_PAGE_CLASS (klass);

  object_class->set_property = plim_page_chart_set_property;
  object_class->dispose = plim_page_chart_dispose;
  page_class->update = plim_page_chart_update;
  page_class->get_chart = plim_page_chart_get_chart;

  properties[PROP_SUBJECT] = g_param_spec_string ("subject", NULL, NULL, "gpus",
                                                  G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (PLIM_TYPE_CHART_VIEW);
  g_type_ensure (PLIM_TYPE_TABLE_VIEW);
  g_type_ensure (PLIM_TYPE_EXPLANATION_CARD);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-page-chart.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, columns);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, title);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, finding);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, chart);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, second_box);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, second_title);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, second_finding);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, second);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, table_title);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, table);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, computed_box);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, computed);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, first_token);
  gtk_widget_class_bind_template_child (widget_class, PlimPageChart, loaded);
}

static void
plim_page_chart_init (PlimPageChart *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  plim_page_set_columns (PLIM_PAGE (self), self->columns);
}
