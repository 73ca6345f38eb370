/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plain properties around an estimator. */

#include "config.h"

#include "plim-scenario.h"

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_NOTES,
  PROP_ESTIMATOR,
  N_PROPS
};

enum
{
  MEASURED_CHANGED,
  N_SIGNALS
};

struct _PlimScenario
{
  GObject parent_instance;

  char           *id;
  char           *name;
  char           *notes;
  PlimEstimator  *estimator;
  PlimMeasured    measured;
  yyjson_mut_doc *original;
};

G_DEFINE_FINAL_TYPE (PlimScenario, plim_scenario, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static void
plim_scenario_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  PlimScenario *self = PLIM_SCENARIO (object);

  switch (prop_id)
    {
    case PROP_ID:
      plim_scenario_set_id (self, g_value_get_string (value));
      break;
    case PROP_NAME:
      plim_scenario_set_name (self, g_value_get_string (value));
      break;
    case PROP_NOTES:
      plim_scenario_set_notes (self, g_value_get_string (value));
      break;
    case PROP_ESTIMATOR:
      self->estimator = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
plim_scenario_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  PlimScenario *self = PLIM_SCENARIO (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_NOTES:
      g_value_set_string (value, self->notes);
      break;
    case PROP_ESTIMATOR:
      g_value_set_object (value, self->estimator);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
plim_scenario_finalize (GObject *object)
{
  PlimScenario *self = PLIM_SCENARIO (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->notes);
  g_clear_object (&self->estimator);
  g_clear_pointer (&self->original, yyjson_mut_doc_free);

  G_OBJECT_CLASS (plim_scenario_parent_class)->finalize (object);
}

static void
plim_scenario_class_init (PlimScenarioClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->set_property = plim_scenario_set_property;
  object_class->get_property = plim_scenario_get_property;
  object_class->finalize = plim_scenario_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, "", flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", flags);
  properties[PROP_NOTES] = g_param_spec_string ("notes", NULL, NULL, "", flags);
  properties[PROP_ESTIMATOR] =
    g_param_spec_object ("estimator", NULL, NULL, PLIM_TYPE_ESTIMATOR,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[MEASURED_CHANGED] = g_signal_new ("measured-changed", PLIM_TYPE_SCENARIO, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                            NULL, G_TYPE_NONE, 0);
}

static void
plim_scenario_init (PlimScenario *self)
{
  self->id = g_uuid_string_random ();
  self->name = g_strdup ("");
  self->notes = g_strdup ("");
  plim_measured_init (&self->measured);
}

PlimScenario *
plim_scenario_new (PlimCatalog *catalog,
                   const char  *name)
{
  g_autoptr (PlimEstimator) estimator = plim_estimator_new (catalog);

  return g_object_new (PLIM_TYPE_SCENARIO, "estimator", estimator, "name", name, NULL);
}

PlimScenario *
plim_scenario_copy (PlimScenario *self,
                    const char   *name)
{
  PlimScenario *copy;

  g_return_val_if_fail (PLIM_IS_SCENARIO (self), NULL);

  copy = plim_scenario_new (plim_estimator_get_catalog (self->estimator), name);
  plim_scenario_set_notes (copy, self->notes);
  plim_scenario_set_measured (copy, &self->measured);
  plim_estimator_set_inputs (copy->estimator, plim_estimator_get_inputs (self->estimator));
  if (self->original != NULL)
    copy->original = yyjson_mut_doc_mut_copy (self->original, NULL);

  return copy;
}

/* A file can hold sound UTF-8 only. */
static void
set_text (PlimScenario *self,
          char        **member,
          const char   *text,
          guint         prop_id)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  g_return_if_fail (PLIM_IS_SCENARIO (self));

  if (g_set_str (member, valid))
    g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

const char *
plim_scenario_get_id (PlimScenario *self)
{
  g_return_val_if_fail (PLIM_IS_SCENARIO (self), NULL);

  return self->id;
}

void
plim_scenario_set_id (PlimScenario *self,
                      const char   *id)
{
  set_text (self, &self->id, id, PROP_ID);
}

const char *
plim_scenario_get_name (PlimScenario *self)
{
  g_return_val_if_fail (PLIM_IS_SCENARIO (self), NULL);

  return self->name;
}

void
plim_scenario_set_name (PlimScenario *self,
                        const char   *name)
{
  set_text (self, &self->name, name, PROP_NAME);
}

const char *
plim_scenario_get_notes (PlimScenario *self)
{
  g_return_val_if_fail (PLIM_IS_SCENARIO (self), NULL);

  return self->notes;
}

void
plim_scenario_set_notes (PlimScenario *self,
                         const char   *notes)
{
  set_text (self, &self->notes, notes, PROP_NOTES);
}

const PlimMeasured *
plim_scenario_get_measured (PlimScenario *self)
{
  g_return_val_if_fail (PLIM_IS_SCENARIO (self), NULL);

  return &self->measured;
}

void
plim_scenario_set_measured (PlimScenario       *self,
                            const PlimMeasured *measured)
{
  g_return_if_fail (PLIM_IS_SCENARIO (self) && measured != NULL);

  if (plim_measured_equal (&self->measured, measured))
    return;

  self->measured = *measured;
  g_signal_emit (self, signals[MEASURED_CHANGED], 0);
}

PlimEstimator *
plim_scenario_get_estimator (PlimScenario *self)
{
  g_return_val_if_fail (PLIM_IS_SCENARIO (self), NULL);

  return self->estimator;
}

yyjson_mut_doc *
plim_scenario_get_original (PlimScenario *self)
{
  g_return_val_if_fail (PLIM_IS_SCENARIO (self), NULL);

  return self->original;
}

void
plim_scenario_take_original (PlimScenario   *self,
                             yyjson_mut_doc *original)
{
  g_return_if_fail (PLIM_IS_SCENARIO (self));

  g_clear_pointer (&self->original, yyjson_mut_doc_free);
  self->original = original;
}
