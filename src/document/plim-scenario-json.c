/* SPDX-License-Identifier: GPL-3.0-or-later */

/* {"id", "name", "notes", "inputs": {field: value, …}, "measured": {…}}.  An absent input has its
 * default; a member that is present is rewritten in place, so that order and unknown members survive. */

#include "config.h"

#include "plim-scenario-json.h"

#include "plim-measured-json.h"
#include "plim-model-json.h"
#include "plim-stored-json.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
fail_range (const PlimJsonText *text,
            yyjson_val         *value,
            const PlimField    *field,
            GError            **error)
{
  return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be a number from %g to %g"),
                         field->name, field->minimum, field->maximum);
}

static gboolean
read_choice (const PlimJsonText *text,
             yyjson_val         *value,
             const PlimField    *field,
             PlimInputs         *inputs,
             GError            **error)
{
  gint                choice = yyjson_is_str (value) ? plim_field_find_choice (field->id, yyjson_get_str (value)) : -1;
  g_autoptr (GString) choices = NULL;

  if (choice >= 0 && field->id == PLIM_FIELD_TASK)
    {
      plim_inputs_set_task (inputs, (PlimTask) choice);
      return TRUE;
    }
  if (choice >= 0)
    return plim_inputs_set_integer (inputs, field->id, choice);

  choices = g_string_new (NULL);
  for (guint i = 0; i < plim_field_n_choices (field->id); i++)
    g_string_append_printf (choices, "%s%s", i > 0 ? ", " : "", plim_field_choice (field->id, i).id);

  return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be one of %s"), field->name,
                         choices->str);
}

static gboolean
read_integer (const PlimJsonText *text,
              yyjson_val         *value,
              const PlimField    *field,
              PlimInputs         *inputs,
              GError            **error)
{
  if (yyjson_is_uint (value) && yyjson_get_uint (value) <= G_MAXINT64 &&
      plim_inputs_set_integer (inputs, field->id, (gint64) yyjson_get_uint (value)))
    return TRUE;

  return fail_range (text, value, field, error);
}

static gboolean
read_number (const PlimJsonText *text,
             yyjson_val         *value,
             const PlimField    *field,
             PlimInputs         *inputs,
             GError            **error)
{
  if (yyjson_is_num (value) && plim_inputs_set_number (inputs, field->id, yyjson_get_num (value)))
    return TRUE;

  return fail_range (text, value, field, error);
}

static gboolean
read_text (const PlimJsonText *text,
           yyjson_val         *value,
           const PlimField    *field,
           PlimInputs         *inputs,
           GError            **error)
{
  if (yyjson_is_str (value) && strlen (yyjson_get_str (value)) == yyjson_get_len (value) &&
      plim_inputs_set_text (inputs, field->id, yyjson_get_str (value)))
    return TRUE;

  return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be an id of at most 63 bytes"),
                         field->name);
}

static gboolean
read_inputs (const PlimJsonText *text,
             yyjson_val         *object,
             PlimInputs         *inputs,
             GError            **error)
{
  static gboolean (*const readers[]) (const PlimJsonText *, yyjson_val *, const PlimField *, PlimInputs *,
                                      GError **) = {
    [PLIM_FIELD_TYPE_CHOICE] = read_choice,
    [PLIM_FIELD_TYPE_INTEGER] = read_integer,
    [PLIM_FIELD_TYPE_BYTES] = read_integer,
    [PLIM_FIELD_TYPE_NUMBER] = read_number,
    [PLIM_FIELD_TYPE_TEXT] = read_text,
  };

  if (object == NULL)
    return TRUE;
  if (!yyjson_is_obj (object))
    return plim_json_fail (text, object, PLIM_JSON_ERROR_STRUCTURE, error, _ ("“inputs” must be an object"));

  /* In the order of the field table, since the task chooses a precision. */
  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    {
      const PlimField *field = plim_field (i);
      yyjson_val      *value = yyjson_obj_get (object, field->name);

      if (value != NULL && !readers[field->type](text, value, field, inputs, error))
        return FALSE;
    }

  return TRUE;
}

/* Reads a text member into a new string; absent is "". */
static gboolean
read_string (const PlimJsonText *text,
             yyjson_val         *object,
             const char         *name,
             char              **string,
             GError            **error)
{
  yyjson_val *value = yyjson_obj_get (object, name);

  if (value != NULL && (!yyjson_is_str (value) || strlen (yyjson_get_str (value)) != yyjson_get_len (value)))
    return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be a text"), name);

  *string = g_strdup (value != NULL ? yyjson_get_str (value) : "");
  return TRUE;
}

/* A model from a file is kept in the scenario, so that it opens without the file. */
static gboolean
read_imported_model (const PlimJsonText *text,
                     yyjson_val         *row,
                     PlimCatalog        *catalog,
                     GError            **error)
{
  yyjson_val                   *origin = yyjson_obj_get (row, "origin");
  yyjson_val                   *stored_row = yyjson_obj_get (row, "stored");
  g_autofree PlimModel         *model = g_new (PlimModel, 1);
  g_autofree PlimStoredWeights *stored = g_new (PlimStoredWeights, 1);

  if (row == NULL)
    return TRUE;
  if (!plim_model_json_read (text, row, model, error))
    return FALSE;
  if (!g_str_has_prefix (model->id, PLIM_IMPORTED_PREFIX) || !plim_model_has_shape (model))
    return plim_json_fail (text, row, PLIM_JSON_ERROR_VALUE, error,
                           _ ("“imported_model” needs layers and an “id” that begins with “%s”"), PLIM_IMPORTED_PREFIX);
  if (stored_row != NULL && !plim_stored_json_read (text, stored_row, model->n_layers, stored, error))
    return FALSE;

  if (plim_catalog_find_model (catalog, model->id) == NULL)
    plim_catalog_add_model (catalog, model, stored_row != NULL ? stored : NULL,
                            yyjson_is_str (origin) ? yyjson_get_str (origin) : "");

  return TRUE;
}

static void
keep_original (PlimScenario *scenario,
               yyjson_val   *object)
{
  yyjson_mut_doc *original = yyjson_mut_doc_new (NULL);

  yyjson_mut_doc_set_root (original, yyjson_val_mut_copy (original, object));
  plim_scenario_take_original (scenario, original);
}

gboolean
plim_scenario_json_read (const PlimJsonText *text,
                         yyjson_val         *object,
                         PlimScenario       *scenario,
                         GError            **error)
{
  PlimEstimator         *estimator = plim_scenario_get_estimator (scenario);
  g_autofree PlimInputs *inputs = g_new (PlimInputs, 1);
  g_autofree char       *id = NULL;
  g_autofree char       *name = NULL;
  g_autofree char       *notes = NULL;
  PlimMeasured           measured;

  if (!yyjson_is_obj (object))
    return plim_json_fail (text, object, PLIM_JSON_ERROR_STRUCTURE, error, _ ("a scenario must be an object"));

  plim_inputs_init (inputs);
  if (!read_string (text, object, "id", &id, error) || !read_string (text, object, "name", &name, error) ||
      !read_string (text, object, "notes", &notes, error))
    return FALSE;
  if (!read_inputs (text, yyjson_obj_get (object, "inputs"), inputs, error) ||
      !plim_measured_json_read (text, object, &measured, error) ||
      !read_imported_model (text, yyjson_obj_get (object, "imported_model"), plim_estimator_get_catalog (estimator),
                            error))
    return FALSE;

  if (*id != '\0')
    plim_scenario_set_id (scenario, id);
  plim_scenario_set_name (scenario, name);
  plim_scenario_set_notes (scenario, notes);
  plim_scenario_set_measured (scenario, &measured);
  plim_estimator_set_inputs (estimator, inputs);
  keep_original (scenario, object);

  return TRUE;
}

static yyjson_mut_val *
create_value (const PlimInputs *inputs,
              const PlimField  *field,
              yyjson_mut_doc   *doc)
{
  switch (field->type)
    {
    case PLIM_FIELD_TYPE_CHOICE:
      return yyjson_mut_strcpy (doc,
                                plim_field_choice (field->id, (guint) plim_inputs_get_integer (inputs, field->id)).id);
    case PLIM_FIELD_TYPE_INTEGER:
    case PLIM_FIELD_TYPE_BYTES:
      return yyjson_mut_sint (doc, plim_inputs_get_integer (inputs, field->id));
    case PLIM_FIELD_TYPE_NUMBER:
      return yyjson_mut_real (doc, plim_inputs_get_number (inputs, field->id));
    case PLIM_FIELD_TYPE_TEXT:
    default:
      return yyjson_mut_strcpy (doc, plim_inputs_get_text (inputs, field->id));
    }
}

/* Sets member @name of @object to @value where it stands, or at the end. */
static void
put (yyjson_mut_doc *doc,
     yyjson_mut_val *object,
     const char     *name,
     yyjson_mut_val *value)
{
  if (!yyjson_mut_obj_replace (object, yyjson_mut_str (doc, name), value))
    yyjson_mut_obj_add (object, yyjson_mut_strcpy (doc, name), value);
}

/* As put(), but a text that is empty and absent stays absent. */
static void
put_text (yyjson_mut_doc *doc,
          yyjson_mut_val *object,
          const char     *name,
          const char     *text)
{
  if (*text != '\0' || yyjson_mut_obj_get (object, name) != NULL)
    put (doc, object, name, yyjson_mut_strcpy (doc, text));
}

/* Member @name of @object as an object, made where there is none. */
static yyjson_mut_val *
get_object (yyjson_mut_doc *doc,
            yyjson_mut_val *object,
            const char     *name)
{
  yyjson_mut_val *member = yyjson_mut_obj_get (object, name);

  if (member == NULL)
    {
      member = yyjson_mut_obj (doc);
      put (doc, object, name, member);
    }

  return member;
}

/* The precision a reader arrives at when none is written: the task may choose one. */
static PlimPrecision
implied_precision (PlimTask task)
{
  PlimInputs inputs;

  plim_inputs_init (&inputs);
  plim_inputs_set_task (&inputs, task);

  return inputs.precision;
}

static gboolean
is_implied (const PlimInputs *inputs,
            PlimFieldId       id)
{
  if (id == PLIM_FIELD_PRECISION)
    return inputs->precision == implied_precision (inputs->task);

  return plim_inputs_is_default (inputs, id);
}

/* A number that stands there already with the same value keeps its spelling ("1" for 1.0). */
static gboolean
is_same_number (yyjson_mut_val   *present,
                const PlimInputs *inputs,
                const PlimField  *field)
{
  return field->type == PLIM_FIELD_TYPE_NUMBER && yyjson_mut_is_num (present) &&
         yyjson_mut_get_num (present) == plim_inputs_get_number (inputs, field->id);
}

static void
write_inputs (const PlimInputs *inputs,
              yyjson_mut_doc   *doc,
              yyjson_mut_val   *object)
{
  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    {
      const PlimField *field = plim_field (i);
      yyjson_mut_val  *present = yyjson_mut_obj_get (object, field->name);

      if (present == NULL && is_implied (inputs, i))
        continue;
      if (present == NULL || !is_same_number (present, inputs, field))
        put (doc, object, field->name, create_value (inputs, field, doc));
    }
}

static void
write_imported_model (PlimEstimator  *estimator,
                      yyjson_mut_doc *doc,
                      yyjson_mut_val *object)
{
  const PlimInputs       *inputs = plim_estimator_get_inputs (estimator);
  PlimCatalog            *catalog = plim_estimator_get_catalog (estimator);
  const PlimModel        *model = plim_catalog_find_model (catalog, inputs->model_id);
  const PlimCatalogFacts *facts = plim_catalog_find_model_facts (catalog, inputs->model_id);
  yyjson_mut_val         *row;

  if (!g_str_has_prefix (inputs->model_id, PLIM_IMPORTED_PREFIX) || model == NULL)
    {
      yyjson_mut_obj_remove_key (object, "imported_model");
      return;
    }

  row = plim_model_json_write (doc, model);
  yyjson_mut_obj_add_strcpy (doc, row, "origin", facts->source);
  if (facts->stored != NULL)
    yyjson_mut_obj_add_val (doc, row, "stored", plim_stored_json_write (doc, facts->stored, model->n_layers));
  put (doc, object, "imported_model", row);
}

yyjson_mut_val *
plim_scenario_json_write (PlimScenario   *scenario,
                          yyjson_mut_doc *doc)
{
  yyjson_mut_doc *original = plim_scenario_get_original (scenario);
  yyjson_mut_val *object =
    original != NULL ? yyjson_mut_val_mut_copy (doc, yyjson_mut_doc_get_root (original)) : yyjson_mut_obj (doc);

  put_text (doc, object, "id", plim_scenario_get_id (scenario));
  put_text (doc, object, "name", plim_scenario_get_name (scenario));
  put_text (doc, object, "notes", plim_scenario_get_notes (scenario));
  write_inputs (plim_estimator_get_inputs (plim_scenario_get_estimator (scenario)), doc,
                get_object (doc, object, "inputs"));
  write_imported_model (plim_scenario_get_estimator (scenario), doc, object);
  plim_measured_json_write (plim_scenario_get_measured (scenario), doc, object);

  return object;
}
