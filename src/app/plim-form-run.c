/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The groups of serving and of training, and rows by name; a group without rows is hidden. */

#include "config.h"

#include "plim-form-run.h"

#include "plim-field-rows.h"
#include "plim-form-serving.h"
#include "plim-form-training.h"

static const PlimFieldId run_fields[] = {
  PLIM_FIELD_EVALUATION,
  PLIM_FIELD_EVALUATION_BATCH,
  PLIM_FIELD_EVALUATION_ACCUMULATION,
  PLIM_FIELD_EVALUATION_TOKENS,
  PLIM_FIELD_SHARDING,
  PLIM_FIELD_ACCUMULATION,
  PLIM_FIELD_TOKENS,
  PLIM_FIELD_DATASET_TOKENS,
  PLIM_FIELD_EPOCHS,
  PLIM_FIELD_STEPS,
  PLIM_FIELD_DEADLINE,
  PLIM_FIELD_UTILIZATION,
  PLIM_FIELD_EVALUATION_INTERVAL,
  PLIM_FIELD_EVALUATION_SET,
  PLIM_FIELD_CHECKPOINT_INTERVAL,
  PLIM_FIELD_STORAGE_BANDWIDTH,
};

static const PlimFieldId rules_fields[] = {
  PLIM_FIELD_SAFETY_MARGIN,
  PLIM_FIELD_SAMPLE_BYTES,
  PLIM_FIELD_ADAPTER_SHARE,
  PLIM_FIELD_SEQUENCE_FLOPS,
};

struct _PlimFormRun
{
  GtkBox parent_instance;

  /* Template children */
  PlimFormServing  *serving;
  PlimFormTraining *training;
  GtkWidget        *run_group;
  GtkWidget        *rules_group;

  /* Owned */
  PlimFieldRows *run_rows;
  PlimFieldRows *rules_rows;
  GSignalGroup  *signals;
};

G_DEFINE_FINAL_TYPE (PlimFormRun, plim_form_run, GTK_TYPE_BOX)

static void
update_groups (PlimFormRun *self)
{
  gtk_widget_set_visible (self->run_group, plim_field_rows_is_any_visible (self->run_rows));
  gtk_widget_set_visible (self->rules_group, plim_field_rows_is_any_visible (self->rules_rows));
}

static void
plim_form_run_dispose (GObject *object)
{
  PlimFormRun *self = PLIM_FORM_RUN (object);

  g_clear_pointer (&self->run_rows, plim_field_rows_free);
  g_clear_pointer (&self->rules_rows, plim_field_rows_free);
  g_clear_object (&self->signals);
  gtk_widget_dispose_template (GTK_WIDGET (self), PLIM_TYPE_FORM_RUN);

  G_OBJECT_CLASS (plim_form_run_parent_class)->dispose (object);
}

static void
plim_form_run_class_init (PlimFormRunClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_form_run_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-form-run.ui");
  g_type_ensure (PLIM_TYPE_FORM_SERVING);
  g_type_ensure (PLIM_TYPE_FORM_TRAINING);
  gtk_widget_class_bind_template_child (widget_class, PlimFormRun, serving);
  gtk_widget_class_bind_template_child (widget_class, PlimFormRun, training);
  gtk_widget_class_bind_template_child (widget_class, PlimFormRun, run_group);
  gtk_widget_class_bind_template_child (widget_class, PlimFormRun, rules_group);
  plim_field_rows_declare (widget_class, run_fields, G_N_ELEMENTS (run_fields));
  plim_field_rows_declare (widget_class, rules_fields, G_N_ELEMENTS (rules_fields));
}

static void
plim_form_run_init (PlimFormRun *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->run_rows = plim_field_rows_new (GTK_WIDGET (self), run_fields, G_N_ELEMENTS (run_fields));
  self->rules_rows = plim_field_rows_new (GTK_WIDGET (self), rules_fields, G_N_ELEMENTS (rules_fields));
  self->signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  g_signal_group_connect_swapped (self->signals, "notify::revision", G_CALLBACK (update_groups), self);
}

void
plim_form_run_set_estimator (PlimFormRun   *self,
                             PlimEstimator *estimator)
{
  g_return_if_fail (PLIM_IS_FORM_RUN (self));

  plim_form_group_set_estimator (PLIM_FORM_GROUP (self->serving), estimator);
  plim_form_group_set_estimator (PLIM_FORM_GROUP (self->training), estimator);
  plim_field_rows_set_estimator (self->run_rows, estimator);
  plim_field_rows_set_estimator (self->rules_rows, estimator);
  g_signal_group_set_target (self->signals, estimator);
  update_groups (self);
}
