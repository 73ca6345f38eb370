/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows by name; an expander without rows is hidden, and so is the group. */

#include "config.h"

#include "plim-form-training.h"

#include "plim-field-rows.h"

static const PlimFieldId framework_fields[] = {
  PLIM_FIELD_FRAMEWORK,
};

static const PlimFieldId step_fields[] = {
  PLIM_FIELD_COMPILE,
  PLIM_FIELD_FUSED_KERNELS,
  PLIM_FIELD_OPTIMIZER_IN_BACKWARD,
  PLIM_FIELD_PROJECTION_RANK,
  PLIM_FIELD_DROPOUT,
  PLIM_FIELD_LORA_DROPOUT,
  PLIM_FIELD_LORA_HEAD,
};

static const PlimFieldId formats_fields[] = {
  PLIM_FIELD_GRADIENT_FORMAT,
  PLIM_FIELD_MASTER_WEIGHTS,
  PLIM_FIELD_STATE_FORMAT,
};

static const PlimFieldId offload_fields[] = {
  PLIM_FIELD_OFFLOAD_OPTIMIZER,
  PLIM_FIELD_OFFLOAD_PARAMETERS,
  PLIM_FIELD_OFFLOAD_ACTIVATIONS,
};

static const PlimFieldId split_fields[] = {
  PLIM_FIELD_TENSOR_PARALLEL,
  PLIM_FIELD_SEQUENCE_PARALLEL,
  PLIM_FIELD_PIPELINE_PARALLEL,
  PLIM_FIELD_PIPELINE_SCHEDULE,
  PLIM_FIELD_VIRTUAL_STAGES,
  PLIM_FIELD_CONTEXT_PARALLEL,
  PLIM_FIELD_EXPERT_PARALLEL,
};

/* The rows outside the expanders, and those of each. */
static const struct
{
  const PlimFieldId *fields;
  guint              n_fields;
} parts[] = {
  { framework_fields, G_N_ELEMENTS (framework_fields) },
  { step_fields, G_N_ELEMENTS (step_fields) },
  { formats_fields, G_N_ELEMENTS (formats_fields) },
  { offload_fields, G_N_ELEMENTS (offload_fields) },
  { split_fields, G_N_ELEMENTS (split_fields) },
};

struct _PlimFormTraining
{
  AdwPreferencesGroup parent_instance;

  /* Template children */
  GtkWidget *step_row;
  GtkWidget *formats_row;
  GtkWidget *offload_row;
  GtkWidget *split_row;

  /* Owned */
  PlimFieldRows *rows[G_N_ELEMENTS (parts)];
  GSignalGroup  *signals;
};

G_DEFINE_FINAL_TYPE (PlimFormTraining, plim_form_training, ADW_TYPE_PREFERENCES_GROUP)

static void
update_visibility (PlimFormTraining *self)
{
  GtkWidget *const widgets[G_N_ELEMENTS (parts)] = {
    GTK_WIDGET (self),
    self->step_row,
    self->formats_row,
    self->offload_row,
    self->split_row,
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    gtk_widget_set_visible (widgets[i], plim_field_rows_is_any_visible (self->rows[i]));
}

static void
plim_form_training_dispose (GObject *object)
{
  PlimFormTraining *self = PLIM_FORM_TRAINING (object);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    g_clear_pointer (&self->rows[i], plim_field_rows_free);
  g_clear_object (&self->signals);
  gtk_widget_dispose_template (GTK_WIDGET (self), PLIM_TYPE_FORM_TRAINING);

  G_OBJECT_CLASS (plim_form_training_parent_class)->dispose (object);
}

static void
plim_form_training_class_init (PlimFormTrainingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_form_training_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-form-training.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimFormTraining, step_row);
  gtk_widget_class_bind_template_child (widget_class, PlimFormTraining, formats_row);
  gtk_widget_class_bind_template_child (widget_class, PlimFormTraining, offload_row);
  gtk_widget_class_bind_template_child (widget_class, PlimFormTraining, split_row);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    plim_field_rows_declare (widget_class, parts[i].fields, parts[i].n_fields);
}

static void
plim_form_training_init (PlimFormTraining *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    self->rows[i] = plim_field_rows_new (GTK_WIDGET (self), parts[i].fields, parts[i].n_fields);
  self->signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  g_signal_group_connect_swapped (self->signals, "notify::revision", G_CALLBACK (update_visibility), self);
}

void
plim_form_training_set_estimator (PlimFormTraining *self,
                                  PlimEstimator    *estimator)
{
  g_return_if_fail (PLIM_IS_FORM_TRAINING (self));

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    plim_field_rows_set_estimator (self->rows[i], estimator);
  g_signal_group_set_target (self->signals, estimator);
  update_visibility (self);
}
