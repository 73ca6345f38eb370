/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Visibility is by the classes' tables of parts; rows by name. */

#include "config.h"

#include "plim-form-group.h"

#include "plim-field-rows.h"
#include "plim-wording.h"

typedef struct
{
  GPtrArray    *rows; /* of PlimFieldRows, one for each part; owned */
  GSignalGroup *signals; /* owned */
} PlimFormGroupPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PlimFormGroup, plim_form_group, ADW_TYPE_PREFERENCES_GROUP)

static GtkWidget *
get_widget (PlimFormGroup      *self,
            const PlimFormPart *part)
{
  GtkWidget *widget = GTK_WIDGET (self);

  if (part->widget == NULL)
    return widget;

  return GTK_WIDGET (gtk_widget_get_template_child (widget, G_OBJECT_TYPE (self), part->widget));
}

static gboolean
is_part_visible (PlimFormGroup *self,
                 guint          part)
{
  PlimFormGroupPrivate     *priv = plim_form_group_get_instance_private (self);
  const PlimFormPart       *parts = PLIM_FORM_GROUP_GET_CLASS (self)->parts;
  g_autoptr (PlimEstimator) estimator = g_signal_group_dup_target (priv->signals);

  if (parts[part].widget != NULL)
    return plim_field_rows_is_any_visible (g_ptr_array_index (priv->rows, part));

  return estimator != NULL && plim_inputs_uses_field (plim_estimator_get_inputs (estimator), parts[part].fields[0]);
}

/* What a folded row holds that is not as usual stands below its title. */
static void
summarize (PlimFormGroup      *self,
           const PlimFormPart *part)
{
  PlimFormGroupPrivate     *priv = plim_form_group_get_instance_private (self);
  g_autoptr (PlimEstimator) estimator = g_signal_group_dup_target (priv->signals);
  GtkWidget                *widget = get_widget (self, part);
  g_autofree char          *changed = NULL;

  if (estimator == NULL || !ADW_IS_EXPANDER_ROW (widget))
    return;

  changed = plim_wording_changed_fields (plim_estimator_get_inputs (estimator), part->fields, part->n_fields);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (widget), changed);
}

static void
update (PlimFormGroup *self)
{
  PlimFormGroupClass *klass = PLIM_FORM_GROUP_GET_CLASS (self);

  for (guint i = 0; i < klass->n_parts; i++)
    {
      gtk_widget_set_visible (get_widget (self, &klass->parts[i]), is_part_visible (self, i));
      summarize (self, &klass->parts[i]);
    }
}

static void
free_rows (gpointer data)
{
  plim_field_rows_free (data);
}

static void
plim_form_group_constructed (GObject *object)
{
  PlimFormGroup        *self = PLIM_FORM_GROUP (object);
  PlimFormGroupPrivate *priv = plim_form_group_get_instance_private (self);
  PlimFormGroupClass   *klass = PLIM_FORM_GROUP_GET_CLASS (self);

  G_OBJECT_CLASS (plim_form_group_parent_class)->constructed (object);

  for (guint i = 0; i < klass->n_parts; i++)
    g_ptr_array_add (priv->rows, plim_field_rows_new (GTK_WIDGET (self), klass->parts[i].fields,
                                                      klass->parts[i].n_fields));
}

static void
plim_form_group_dispose (GObject *object)
{
  PlimFormGroupPrivate *priv = plim_form_group_get_instance_private (PLIM_FORM_GROUP (object));

  g_clear_pointer (&priv->rows, g_ptr_array_unref);
  g_clear_object (&priv->signals);
  gtk_widget_dispose_template (GTK_WIDGET (object), G_OBJECT_TYPE (object));

  G_OBJECT_CLASS (plim_form_group_parent_class)->dispose (object);
}

static void
plim_form_group_class_init (PlimFormGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = plim_form_group_constructed;
  object_class->dispose = plim_form_group_dispose;
}

static void
plim_form_group_init (PlimFormGroup *self)
{
  PlimFormGroupPrivate *priv = plim_form_group_get_instance_private (self);

  priv->rows = g_ptr_array_new_with_free_func (free_rows);
  priv->signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  g_signal_group_connect_swapped (priv->signals, "notify::revision", G_CALLBACK (update), self);
}

void
plim_form_group_class_set_parts (PlimFormGroupClass *klass,
                                 const char         *resource,
                                 const PlimFormPart *parts,
                                 guint               n_parts)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, resource);
  klass->parts = parts;
  klass->n_parts = n_parts;
  for (guint i = 0; i < n_parts; i++)
    {
      if (parts[i].widget != NULL)
        gtk_widget_class_bind_template_child_full (widget_class, parts[i].widget, FALSE, 0);
      plim_field_rows_declare (widget_class, parts[i].fields, parts[i].n_fields);
    }
}

void
plim_form_group_set_estimator (PlimFormGroup *self,
                               PlimEstimator *estimator)
{
  PlimFormGroupPrivate *priv = plim_form_group_get_instance_private (self);

  g_return_if_fail (PLIM_IS_FORM_GROUP (self));

  for (guint i = 0; i < priv->rows->len; i++)
    plim_field_rows_set_estimator (g_ptr_array_index (priv->rows, i), estimator);
  g_signal_group_set_target (priv->signals, estimator);
  update (self);
}
