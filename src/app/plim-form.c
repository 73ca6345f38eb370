/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows by name (see plim-field-rows.h); the model and GPU rows open their pickers. */

#include "config.h"

#include "plim-form.h"

#include "plim-field-rows.h"
#include "plim-form-run.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

static const PlimFieldId fields[] = {
  PLIM_FIELD_TASK,
  PLIM_FIELD_METHOD,
  PLIM_FIELD_PARAMETERS,
  PLIM_FIELD_HIDDEN_SIZE,
  PLIM_FIELD_LAYERS,
  PLIM_FIELD_HEADS,
  PLIM_FIELD_KV_HEADS,
  PLIM_FIELD_HEAD_DIM,
  PLIM_FIELD_FFN,
  PLIM_FIELD_VOCAB,
  PLIM_FIELD_GPUS,
  PLIM_FIELD_GPU_MEMORY,
  PLIM_FIELD_USED_MEMORY,
  PLIM_FIELD_PEAK_TFLOPS,
  PLIM_FIELD_PRICE,
  PLIM_FIELD_NETWORK,
};

static const PlimFieldId batch_fields[] = {
  PLIM_FIELD_BATCH,
  PLIM_FIELD_CONTEXT,
  PLIM_FIELD_RECOMPUTE,
  PLIM_FIELD_RECOMPUTE_INTERVAL,
  PLIM_FIELD_RECOMPUTE_CORE_ATTENTION,
  PLIM_FIELD_RECOMPUTE_NORMS,
  PLIM_FIELD_RECOMPUTE_LATENT_PROJECTIONS,
  PLIM_FIELD_RECOMPUTE_MLP,
  PLIM_FIELD_RECOMPUTE_EXPERT_ACTIVATION,
  PLIM_FIELD_RECOMPUTE_SHARED_EXPERTS,
  PLIM_FIELD_RECOMPUTE_EXPERTS,
  PLIM_FIELD_ATTENTION,
  PLIM_FIELD_LOSS,
};

static const PlimFieldId precision_fields[] = {
  PLIM_FIELD_PRECISION,
  PLIM_FIELD_KV_PRECISION,
  PLIM_FIELD_RECIPE,
  PLIM_FIELD_OPTIMIZER,
  PLIM_FIELD_ADAPTER,
  PLIM_FIELD_LORA_RANK,
  PLIM_FIELD_LORA_TARGETS,
  PLIM_FIELD_VIRTUAL_TOKENS,
};

struct _PlimForm
{
  AdwBin parent_instance;

  /* Template children */
  AdwActionRow *model_row;
  AdwActionRow *gpu_row;
  GtkWidget    *shapes_row;
  GtkWidget    *gpu_details_row;
  GtkWidget    *batch_group;
  GtkWidget    *precision_group;
  PlimFormRun  *run;

  /* Owned */
  PlimFieldRows *rows;
  PlimFieldRows *batch_rows;
  PlimFieldRows *precision_rows;
  PlimEstimator *estimator;
  GSignalGroup  *signals;
};

G_DEFINE_FINAL_TYPE (PlimForm, plim_form, ADW_TYPE_BIN)

/* "GeForce RTX 4090, 24 GB", the id with its problem, or what to do. */
static char *
describe_gpu (const PlimInputs *inputs)
{
  g_autofree char *size = plim_field_value_text (inputs, PLIM_FIELD_GPU_MEMORY, PLIM_UNIT_GIB);

  if (*inputs->gpu.name != '\0')
    return g_strdup_printf ("%s, %" G_GINT64_FORMAT PLIM_NBSP "GB", inputs->gpu.name, inputs->gpu.marketed_gb);
  if (inputs->gpu_memory_bytes > 0)
    return g_steal_pointer (&size);

  return g_strdup (_ ("Choose a GPU"));
}

static void
update (PlimForm *self)
{
  const PlimInputs *inputs;
  g_autofree char  *model = NULL;
  g_autofree char  *gpu = NULL;

  if (self->estimator == NULL)
    return;

  inputs = plim_estimator_get_inputs (self->estimator);
  model = plim_wording_model (inputs);
  gpu = describe_gpu (inputs);
  adw_action_row_set_subtitle (self->model_row, model);
  adw_action_row_set_subtitle (self->gpu_row, gpu);
  gtk_widget_set_visible (self->batch_group, plim_field_rows_is_any_visible (self->batch_rows));
  gtk_widget_set_visible (self->precision_group, plim_field_rows_is_any_visible (self->precision_rows));
}

static void
plim_form_dispose (GObject *object)
{
  PlimForm *self = PLIM_FORM (object);

  g_clear_pointer (&self->rows, plim_field_rows_free);
  g_clear_pointer (&self->batch_rows, plim_field_rows_free);
  g_clear_pointer (&self->precision_rows, plim_field_rows_free);
  g_clear_object (&self->signals);
  g_clear_object (&self->estimator);
  gtk_widget_dispose_template (GTK_WIDGET (self), PLIM_TYPE_FORM);

  G_OBJECT_CLASS (plim_form_parent_class)->dispose (object);
}

static void
plim_form_class_init (PlimFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_form_dispose;
  g_type_ensure (PLIM_TYPE_FORM_RUN);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-form.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimForm, model_row);
  gtk_widget_class_bind_template_child (widget_class, PlimForm, gpu_row);
  gtk_widget_class_bind_template_child (widget_class, PlimForm, shapes_row);
  gtk_widget_class_bind_template_child (widget_class, PlimForm, gpu_details_row);
  gtk_widget_class_bind_template_child (widget_class, PlimForm, batch_group);
  gtk_widget_class_bind_template_child (widget_class, PlimForm, precision_group);
  gtk_widget_class_bind_template_child (widget_class, PlimForm, run);
  plim_field_rows_declare (widget_class, fields, G_N_ELEMENTS (fields));
  plim_field_rows_declare (widget_class, batch_fields, G_N_ELEMENTS (batch_fields));
  plim_field_rows_declare (widget_class, precision_fields, G_N_ELEMENTS (precision_fields));
}

static void
plim_form_init (PlimForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = plim_field_rows_new (GTK_WIDGET (self), fields, G_N_ELEMENTS (fields));
  self->batch_rows = plim_field_rows_new (GTK_WIDGET (self), batch_fields, G_N_ELEMENTS (batch_fields));
  self->precision_rows = plim_field_rows_new (GTK_WIDGET (self), precision_fields, G_N_ELEMENTS (precision_fields));
  self->signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  g_signal_group_connect_swapped (self->signals, "notify::revision", G_CALLBACK (update), self);
}

void
plim_form_set_estimator (PlimForm      *self,
                         PlimEstimator *estimator)
{
  g_return_if_fail (PLIM_IS_FORM (self));

  g_set_object (&self->estimator, estimator);
  plim_field_rows_set_estimator (self->rows, estimator);
  plim_field_rows_set_estimator (self->batch_rows, estimator);
  plim_field_rows_set_estimator (self->precision_rows, estimator);
  plim_form_run_set_estimator (self->run, estimator);
  g_signal_group_set_target (self->signals, estimator);
  update (self);
}

void
plim_form_focus_field (PlimForm   *self,
                       PlimFieldId id)
{
  GtkWidget *row = NULL;

  g_return_if_fail (PLIM_IS_FORM (self));

  if (id == PLIM_FIELD_MODEL || id == PLIM_FIELD_GPU)
    row = GTK_WIDGET (id == PLIM_FIELD_MODEL ? self->model_row : self->gpu_row);
  for (guint i = 0; row == NULL && i < G_N_ELEMENTS (fields); i++)
    if (fields[i] == id)
      row = GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (self), PLIM_TYPE_FORM,
                                                       plim_estimator_property_name (id)));

  if (id >= PLIM_FIELD_PARAMETERS && id <= PLIM_FIELD_VOCAB)
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->shapes_row), TRUE);
  if (row != NULL)
    gtk_widget_grab_focus (row);
}
