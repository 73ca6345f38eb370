/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows by name; an expander without rows is hidden, and so is the group. */

#include "config.h"

#include "plim-form-serving.h"

#include "plim-field-rows.h"

static const PlimFieldId runtime_fields[] = {
  PLIM_FIELD_RUNTIME,
  PLIM_FIELD_RUNTIME_VERSION,
};

static const PlimFieldId request_fields[] = {
  PLIM_FIELD_PROMPT,
  PLIM_FIELD_OUTPUT,
  PLIM_FIELD_PREFIX_SHARE,
  PLIM_FIELD_UBATCH,
};

static const PlimFieldId cache_fields[] = {
  PLIM_FIELD_V_PRECISION,
  PLIM_FIELD_MEMORY_UTILIZATION,
  PLIM_FIELD_KV_BUDGET,
  PLIM_FIELD_UNIFIED_CACHE,
  PLIM_FIELD_SWA_FULL,
  PLIM_FIELD_MLA,
  PLIM_FIELD_DRAFT_TOKENS,
  PLIM_FIELD_ADAPTERS,
};

static const PlimFieldId split_fields[] = {
  PLIM_FIELD_TENSOR_PARALLEL,
  PLIM_FIELD_PIPELINE_PARALLEL,
  PLIM_FIELD_EXPERT_PARALLEL,
  PLIM_FIELD_GPU_LAYERS,
  PLIM_FIELD_HOST_EXPERT_LAYERS,
};

/* The rows outside the expanders, and those of each. */
static const struct
{
  const PlimFieldId *fields;
  guint              n_fields;
} parts[] = {
  { runtime_fields, G_N_ELEMENTS (runtime_fields) },
  { request_fields, G_N_ELEMENTS (request_fields) },
  { cache_fields, G_N_ELEMENTS (cache_fields) },
  { split_fields, G_N_ELEMENTS (split_fields) },
};

struct _PlimFormServing
{
  AdwPreferencesGroup parent_instance;

  /* Template children */
  GtkWidget *requests_row;
  GtkWidget *cache_row;
  GtkWidget *split_row;

  /* Owned */
  PlimFieldRows *rows[G_N_ELEMENTS (parts)];
  GSignalGroup  *signals;
};

G_DEFINE_FINAL_TYPE (PlimFormServing, plim_form_serving, ADW_TYPE_PREFERENCES_GROUP)

static void
update_visibility (PlimFormServing *self)
{
  GtkWidget *const widgets[G_N_ELEMENTS (parts)] = {
    GTK_WIDGET (self),
    self->requests_row,
    self->cache_row,
    self->split_row,
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    gtk_widget_set_visible (widgets[i], plim_field_rows_is_any_visible (self->rows[i]));
}

static void
plim_form_serving_dispose (GObject *object)
{
  PlimFormServing *self = PLIM_FORM_SERVING (object);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    g_clear_pointer (&self->rows[i], plim_field_rows_free);
  g_clear_object (&self->signals);
  gtk_widget_dispose_template (GTK_WIDGET (self), PLIM_TYPE_FORM_SERVING);

  G_OBJECT_CLASS (plim_form_serving_parent_class)->dispose (object);
}

static void
plim_form_serving_class_init (PlimFormServingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_form_serving_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-form-serving.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimFormServing, requests_row);
  gtk_widget_class_bind_template_child (widget_class, PlimFormServing, cache_row);
  gtk_widget_class_bind_template_child (widget_class, PlimFormServing, split_row);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    plim_field_rows_declare (widget_class, parts[i].fields, parts[i].n_fields);
}

static void
plim_form_serving_init (PlimFormServing *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    self->rows[i] = plim_field_rows_new (GTK_WIDGET (self), parts[i].fields, parts[i].n_fields);
  self->signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  g_signal_group_connect_swapped (self->signals, "notify::revision", G_CALLBACK (update_visibility), self);
}

void
plim_form_serving_set_estimator (PlimFormServing *self,
                                 PlimEstimator   *estimator)
{
  g_return_if_fail (PLIM_IS_FORM_SERVING (self));

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    plim_field_rows_set_estimator (self->rows[i], estimator);
  g_signal_group_set_target (self->signals, estimator);
  update_visibility (self);
}
