/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A page that is not mapped only remembers that it is out of date. */

#include "config.h"

#include "plim-page.h"

typedef struct
{
  PlimDocument *document;
  GSignalGroup *scenario_signals;
  GSignalGroup *estimator_signals;
  GtkBox       *columns; /* borrowed; NULL = none */
  gboolean      is_outdated;
  gboolean      is_narrow;
} PlimPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PlimPage, plim_page, ADW_TYPE_BIN)

static PlimPagePrivate *
get_private (PlimPage *self)
{
  return plim_page_get_instance_private (self);
}

static PlimEstimator *
get_estimator (PlimPage *self)
{
  PlimPagePrivate *priv = get_private (self);
  PlimScenario    *scenario = priv->document != NULL ? plim_document_get_current (priv->document) : NULL;

  return scenario != NULL ? plim_scenario_get_estimator (scenario) : NULL;
}

void
plim_page_refresh (PlimPage *self)
{
  PlimPagePrivate *priv = get_private (self);
  PlimEstimator   *estimator = get_estimator (self);

  g_return_if_fail (PLIM_IS_PAGE (self));

  priv->is_outdated = TRUE;
  if (estimator == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  priv->is_outdated = FALSE;
  PLIM_PAGE_GET_CLASS (self)->update (self, priv->document, estimator);
}

static void
current_changed_cb (PlimPage *self)
{
  PlimPagePrivate *priv = get_private (self);

  g_signal_group_set_target (priv->scenario_signals, plim_document_get_current (priv->document));
  g_signal_group_set_target (priv->estimator_signals, get_estimator (self));
  plim_page_refresh (self);
}

static void
plim_page_map (GtkWidget *widget)
{
  PlimPage *self = PLIM_PAGE (widget);

  GTK_WIDGET_CLASS (plim_page_parent_class)->map (widget);
  if (get_private (self)->is_outdated)
    plim_page_refresh (self);
}

static void
plim_page_dispose (GObject *object)
{
  PlimPagePrivate *priv = get_private (PLIM_PAGE (object));

  g_clear_object (&priv->scenario_signals);
  g_clear_object (&priv->estimator_signals);
  g_clear_object (&priv->document);

  G_OBJECT_CLASS (plim_page_parent_class)->dispose (object);
}

static void
plim_page_class_init (PlimPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = plim_page_dispose;
  GTK_WIDGET_CLASS (klass)->map = plim_page_map;
}

static void
plim_page_init (PlimPage *self)
{
  PlimPagePrivate *priv = get_private (self);

  priv->is_outdated = TRUE;
  priv->scenario_signals = g_signal_group_new (PLIM_TYPE_SCENARIO);
  g_signal_group_connect_swapped (priv->scenario_signals, "measured-changed", G_CALLBACK (plim_page_refresh), self);
  priv->estimator_signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  g_signal_group_connect_swapped (priv->estimator_signals, "notify::revision", G_CALLBACK (plim_page_refresh), self);
}

void
plim_page_set_document (PlimPage     *self,
                        PlimDocument *document)
{
  PlimPagePrivate *priv = get_private (self);

  g_return_if_fail (PLIM_IS_PAGE (self) && priv->document == NULL);

  priv->document = g_object_ref (document);
  g_signal_connect_object (document, "notify::current", G_CALLBACK (current_changed_cb), self, G_CONNECT_SWAPPED);
  current_changed_cb (self);
}

const PlimChartSpec *
plim_page_get_chart (PlimPage *self)
{
  g_return_val_if_fail (PLIM_IS_PAGE (self), NULL);

  return PLIM_PAGE_GET_CLASS (self)->get_chart (self);
}

PlimDocument *
plim_page_get_document (PlimPage *self)
{
  g_return_val_if_fail (PLIM_IS_PAGE (self), NULL);

  return get_private (self)->document;
}

void
plim_page_set_columns (PlimPage *self,
                       GtkBox   *columns)
{
  g_return_if_fail (PLIM_IS_PAGE (self));

  get_private (self)->columns = columns;
}

void
plim_page_set_compact (PlimPage *self,
                       gboolean  is_compact)
{
  GtkBox *columns;

  g_return_if_fail (PLIM_IS_PAGE (self));

  columns = get_private (self)->columns;
  if (columns != NULL)
    gtk_orientable_set_orientation (GTK_ORIENTABLE (columns),
                                    is_compact ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

void
plim_page_set_narrow (PlimPage *self,
                      gboolean  is_narrow)
{
  g_return_if_fail (PLIM_IS_PAGE (self));

  if (get_private (self)->is_narrow == is_narrow)
    return;

  get_private (self)->is_narrow = is_narrow;
  plim_page_refresh (self);
}

gboolean
plim_page_is_narrow (PlimPage *self)
{
  g_return_val_if_fail (PLIM_IS_PAGE (self), FALSE);

  return get_private (self)->is_narrow;
}
