/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Follows the scenario's name and its estimator's revision. */

#include "config.h"

#include "plim-scenario-row.h"

#include "plim-chart-view.h"
#include "plim-wording.h"

struct _PlimScenarioRow
{
  GtkBox parent_instance;

  /* Template children */
  GtkLabel      *name;
  GtkLabel      *amount;
  PlimChartView *bar;

  /* Owned */
  PlimScenario *scenario;
  GSignalGroup *scenario_signals;
  GSignalGroup *estimator_signals;
};

G_DEFINE_FINAL_TYPE (PlimScenarioRow, plim_scenario_row, GTK_TYPE_BOX)

static void
update (PlimScenarioRow *self)
{
  const PlimEstimate *estimate;
  g_autofree char    *amount = NULL;

  if (self->scenario == NULL)
    return;

  estimate = plim_estimator_get_estimate (plim_scenario_get_estimator (self->scenario));
  amount = plim_wording_memory_answer (estimate, PLIM_UNIT_GIB);
  gtk_label_set_label (self->name, plim_scenario_get_name (self->scenario));
  gtk_label_set_label (self->amount, amount);
  if (estimate->verdict == PLIM_VERDICT_DOES_NOT_FIT)
    gtk_widget_add_css_class (GTK_WIDGET (self->amount), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->amount), "error");
  plim_chart_view_take_spec (self->bar, plim_bar_spec_new_from_estimate (estimate, PLIM_UNIT_GIB, PLIM_BAR_MINI));
}

static void
plim_scenario_row_dispose (GObject *object)
{
  PlimScenarioRow *self = PLIM_SCENARIO_ROW (object);

  g_clear_object (&self->scenario_signals);
  g_clear_object (&self->estimator_signals);
  g_clear_object (&self->scenario);
  gtk_widget_dispose_template (GTK_WIDGET (self), PLIM_TYPE_SCENARIO_ROW);

  G_OBJECT_CLASS (plim_scenario_row_parent_class)->dispose (object);
}

static void
plim_scenario_row_class_init (PlimScenarioRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_scenario_row_dispose;
  g_type_ensure (PLIM_TYPE_CHART_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-scenario-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimScenarioRow, name);
  gtk_widget_class_bind_template_child (widget_class, PlimScenarioRow, amount);
  gtk_widget_class_bind_template_child (widget_class, PlimScenarioRow, bar);
}

static void
plim_scenario_row_init (PlimScenarioRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->scenario_signals = g_signal_group_new (PLIM_TYPE_SCENARIO);
  self->estimator_signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  g_signal_group_connect_swapped (self->scenario_signals, "notify::name", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->estimator_signals, "notify::revision", G_CALLBACK (update), self);
}

void
plim_scenario_row_set_scenario (PlimScenarioRow *self,
                                PlimScenario    *scenario)
{
  g_return_if_fail (PLIM_IS_SCENARIO_ROW (self));

  g_set_object (&self->scenario, scenario);
  g_signal_group_set_target (self->scenario_signals, scenario);
  g_signal_group_set_target (self->estimator_signals, scenario != NULL ? plim_scenario_get_estimator (scenario) : NULL);
  update (self);
}
