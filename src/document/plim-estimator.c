/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Property ids are field ids plus one; results come after.  Every change goes through apply(), which resolves,
 * estimates and notifies. */

#include "config.h"

#include "plim-estimator.h"

#include <string.h>

enum
{
  PROP_CATALOG = PLIM_N_FIELDS + 1,
  PROP_VERDICT,
  PROP_PEAK_BYTES,
  PROP_USABLE_BYTES,
  PROP_HEADROOM_BYTES,
  PROP_PROBLEM,
  PROP_REVISION,
  N_PROPS
};

struct _PlimEstimator
{
  GObject parent_instance;

  PlimCatalog  *catalog;
  PlimInputs    inputs;
  PlimEstimate *estimate;        /* NULL until it is first asked for: of thousands of scenarios few are shown */
  PlimLimits    limits;
  guint         limits_revision; /* that limits was worked out for */
  guint         revision;
  char         *problem;
};

G_DEFINE_FINAL_TYPE (PlimEstimator, plim_estimator, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

const char *
plim_estimator_property_name (PlimFieldId id)
{
  g_return_val_if_fail (id < PLIM_N_FIELDS, NULL);

  if (properties[id + 1] == NULL)
    g_type_class_unref (g_type_class_ref (PLIM_TYPE_ESTIMATOR));

  return properties[id + 1]->name;
}

static const PlimEstimate *
ensure_estimate (PlimEstimator *self)
{
  if (self->estimate == NULL)
    {
      self->estimate = g_new0 (PlimEstimate, 1);
      plim_estimate (&self->inputs, self->estimate);
    }

  return self->estimate;
}

/* Works the estimate out anew, where anyone has seen it, and says what has changed in it. */
static void
renew_estimate (PlimEstimator *self)
{
  GObject                 *object = G_OBJECT (self);
  g_autofree PlimEstimate *before = g_steal_pointer (&self->estimate);

  if (before == NULL)
    return;

  ensure_estimate (self);
  if (before->verdict != self->estimate->verdict)
    g_object_notify_by_pspec (object, properties[PROP_VERDICT]);
  if (before->peak_bytes != self->estimate->peak_bytes)
    g_object_notify_by_pspec (object, properties[PROP_PEAK_BYTES]);
  if (before->usable_bytes != self->estimate->usable_bytes)
    g_object_notify_by_pspec (object, properties[PROP_USABLE_BYTES]);
  if (before->headroom_bytes != self->estimate->headroom_bytes)
    g_object_notify_by_pspec (object, properties[PROP_HEADROOM_BYTES]);
}

static void
set_problem (PlimEstimator *self,
             const char    *problem)
{
  if (g_set_str (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

/* Takes the fields of @inputs; the model and GPU stay as they were when they cannot be resolved. */
static void
apply (PlimEstimator    *self,
       const PlimInputs *inputs)
{
  g_autofree PlimInputs *before = g_memdup2 (&self->inputs, sizeof self->inputs);
  g_autoptr (GError)     error = NULL;
  gboolean               changed = FALSE;

  g_object_freeze_notify (G_OBJECT (self));

  self->inputs = *inputs;
  self->inputs.model = before->model;
  self->inputs.draft_model = before->draft_model;
  self->inputs.gpu = before->gpu;
  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    if (!plim_inputs_equal_field (before, &self->inputs, i))
      {
        changed = TRUE;
        g_object_notify_by_pspec (G_OBJECT (self), properties[i + 1]);
      }

  if (changed)
    {
      set_problem (self, plim_catalog_resolve (self->catalog, &self->inputs, &error) ? NULL : error->message);
      self->revision++;
      renew_estimate (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVISION]);
    }

  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_choice (PlimInputs   *inputs,
            PlimFieldId   id,
            const GValue *value)
{
  if (id == PLIM_FIELD_TASK)
    plim_inputs_set_task (inputs, (PlimTask) g_value_get_uint (value));
  else
    plim_inputs_set_integer (inputs, id, g_value_get_uint (value));
}

static void
set_field (PlimEstimator *self,
           PlimFieldId    id,
           const GValue  *value)
{
  g_autofree PlimInputs *inputs = g_memdup2 (&self->inputs, sizeof self->inputs);

  switch (plim_field (id)->type)
    {
    case PLIM_FIELD_TYPE_CHOICE:
      set_choice (inputs, id, value);
      break;
    case PLIM_FIELD_TYPE_INTEGER:
    case PLIM_FIELD_TYPE_BYTES:
      plim_inputs_set_integer (inputs, id, g_value_get_int64 (value));
      break;
    case PLIM_FIELD_TYPE_NUMBER:
      plim_inputs_set_number (inputs, id, g_value_get_double (value));
      break;
    case PLIM_FIELD_TYPE_TEXT:
    default:
      plim_inputs_set_text (inputs, id, g_value_get_string (value) != NULL ? g_value_get_string (value) : "");
    }

  apply (self, inputs);
}

static void
get_field (PlimEstimator *self,
           PlimFieldId    id,
           GValue        *value)
{
  switch (plim_field (id)->type)
    {
    case PLIM_FIELD_TYPE_CHOICE:
      g_value_set_uint (value, (guint) plim_inputs_get_integer (&self->inputs, id));
      break;
    case PLIM_FIELD_TYPE_INTEGER:
    case PLIM_FIELD_TYPE_BYTES:
      g_value_set_int64 (value, plim_inputs_get_integer (&self->inputs, id));
      break;
    case PLIM_FIELD_TYPE_NUMBER:
      g_value_set_double (value, plim_inputs_get_number (&self->inputs, id));
      break;
    case PLIM_FIELD_TYPE_TEXT:
    default:
      g_value_set_string (value, plim_inputs_get_text (&self->inputs, id));
    }
}

static void
plim_estimator_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  PlimEstimator *self = PLIM_ESTIMATOR (object);

  if (prop_id <= PLIM_N_FIELDS)
    set_field (self, prop_id - 1, value);
  else if (prop_id == PROP_CATALOG)
    self->catalog = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
plim_estimator_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  PlimEstimator *self = PLIM_ESTIMATOR (object);

  switch (prop_id)
    {
    case PROP_CATALOG:
      g_value_set_object (value, self->catalog);
      break;
    case PROP_VERDICT:
      g_value_set_uint (value, ensure_estimate (self)->verdict);
      break;
    case PROP_PEAK_BYTES:
      g_value_set_int64 (value, ensure_estimate (self)->peak_bytes);
      break;
    case PROP_USABLE_BYTES:
      g_value_set_int64 (value, ensure_estimate (self)->usable_bytes);
      break;
    case PROP_HEADROOM_BYTES:
      g_value_set_int64 (value, ensure_estimate (self)->headroom_bytes);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_REVISION:
      g_value_set_uint (value, self->revision);
      break;
    default:
      if (prop_id >= 1 && prop_id <= PLIM_N_FIELDS)
        get_field (self, prop_id - 1, value);
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
plim_estimator_constructed (GObject *object)
{
  PlimEstimator *self = PLIM_ESTIMATOR (object);

  G_OBJECT_CLASS (plim_estimator_parent_class)->constructed (object);

  g_assert (self->catalog != NULL);
}

static void
plim_estimator_finalize (GObject *object)
{
  PlimEstimator *self = PLIM_ESTIMATOR (object);

  g_clear_object (&self->catalog);
  g_free (self->estimate);
  g_free (self->problem);

  G_OBJECT_CLASS (plim_estimator_parent_class)->finalize (object);
}

static GParamSpec *
create_field_property (const PlimField *field)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_NICK | G_PARAM_STATIC_BLURB;
  g_autofree char  *name = g_strdelimit (g_strdup (field->name), "_", '-');

  switch (field->type)
    {
    case PLIM_FIELD_TYPE_CHOICE:
      return g_param_spec_uint (name, NULL, NULL, 0, plim_field_n_choices (field->id) - 1, (guint) field->initial,
                                flags);
    case PLIM_FIELD_TYPE_INTEGER:
    case PLIM_FIELD_TYPE_BYTES:
      return g_param_spec_int64 (name, NULL, NULL, (gint64) field->minimum, (gint64) field->maximum,
                                 (gint64) field->initial, flags);
    case PLIM_FIELD_TYPE_NUMBER:
      return g_param_spec_double (name, NULL, NULL, field->minimum, field->maximum, field->initial, flags);
    case PLIM_FIELD_TYPE_TEXT:
    default:
      return g_param_spec_string (name, NULL, NULL, "", flags);
    }
}

static void
plim_estimator_class_init (PlimEstimatorClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags result = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = plim_estimator_set_property;
  object_class->get_property = plim_estimator_get_property;
  object_class->constructed = plim_estimator_constructed;
  object_class->finalize = plim_estimator_finalize;

  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    properties[i + 1] = create_field_property (plim_field (i));

  properties[PROP_CATALOG] = g_param_spec_object ("catalog", NULL, NULL, PLIM_TYPE_CATALOG,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_VERDICT] =
    g_param_spec_uint ("verdict", NULL, NULL, 0, PLIM_VERDICT_DOES_NOT_FIT, PLIM_VERDICT_UNKNOWN, result);
  properties[PROP_PEAK_BYTES] = g_param_spec_int64 ("peak-bytes", NULL, NULL, 0, G_MAXINT64, 0, result);
  properties[PROP_USABLE_BYTES] = g_param_spec_int64 ("usable-bytes", NULL, NULL, 0, G_MAXINT64, 0, result);
  properties[PROP_HEADROOM_BYTES] =
    g_param_spec_int64 ("headroom-bytes", NULL, NULL, G_MININT64, G_MAXINT64, 0, result);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, result);
  properties[PROP_REVISION] = g_param_spec_uint ("revision", NULL, NULL, 0, G_MAXUINT, 0, result);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
plim_estimator_init (PlimEstimator *self)
{
  plim_inputs_init (&self->inputs);
  self->limits_revision = G_MAXUINT;
}

PlimEstimator *
plim_estimator_new (PlimCatalog *catalog)
{
  return g_object_new (PLIM_TYPE_ESTIMATOR, "catalog", catalog, NULL);
}

PlimCatalog *
plim_estimator_get_catalog (PlimEstimator *self)
{
  g_return_val_if_fail (PLIM_IS_ESTIMATOR (self), NULL);

  return self->catalog;
}

const PlimInputs *
plim_estimator_get_inputs (PlimEstimator *self)
{
  g_return_val_if_fail (PLIM_IS_ESTIMATOR (self), NULL);

  return &self->inputs;
}

void
plim_estimator_set_inputs (PlimEstimator    *self,
                           const PlimInputs *inputs)
{
  g_return_if_fail (PLIM_IS_ESTIMATOR (self));

  apply (self, inputs);
}

const PlimEstimate *
plim_estimator_get_estimate (PlimEstimator *self)
{
  g_return_val_if_fail (PLIM_IS_ESTIMATOR (self), NULL);

  return ensure_estimate (self);
}

const PlimLimits *
plim_estimator_get_limits (PlimEstimator *self)
{
  g_return_val_if_fail (PLIM_IS_ESTIMATOR (self), NULL);

  if (self->limits_revision != self->revision)
    {
      plim_solve_limits (&self->inputs, &self->limits);
      self->limits_revision = self->revision;
    }

  return &self->limits;
}

const char *
plim_estimator_get_problem (PlimEstimator *self)
{
  g_return_val_if_fail (PLIM_IS_ESTIMATOR (self), NULL);

  return self->problem;
}

guint
plim_estimator_get_revision (PlimEstimator *self)
{
  g_return_val_if_fail (PLIM_IS_ESTIMATOR (self), 0);

  return self->revision;
}

void
plim_estimator_reset_field (PlimEstimator *self,
                            PlimFieldId    id)
{
  GValue value = G_VALUE_INIT;

  g_return_if_fail (PLIM_IS_ESTIMATOR (self) && id < PLIM_N_FIELDS);

  g_value_init (&value, properties[id + 1]->value_type);
  g_param_value_set_default (properties[id + 1], &value);
  g_object_set_property (G_OBJECT (self), properties[id + 1]->name, &value);
  g_value_unset (&value);
}
