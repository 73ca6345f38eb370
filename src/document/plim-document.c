/* SPDX-License-Identifier: GPL-3.0-or-later */

/* List, selection and undo.  A step of inputs is recorded when an estimator's revision grows: the inputs as of the last
 * step are kept beside each scenario. */

#include "config.h"

#include "plim-document.h"

#include "plim-document-private.h"
#include "plim-json.h"

#include <glib/gi18n.h>

enum
{
  PROP_0,
  PROP_FILE,
  PROP_TITLE,
  PROP_MODIFIED,
  PROP_READ_ONLY,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_CURRENT,
  N_PROPS
};

static void plim_document_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PlimDocument,
                               plim_document,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, plim_document_list_model_init))

static GParamSpec *properties[N_PROPS];

static GType
plim_document_get_item_type (GListModel *model G_GNUC_UNUSED)
{
  return PLIM_TYPE_SCENARIO;
}

static guint
plim_document_get_n_items (GListModel *model)
{
  return PLIM_DOCUMENT (model)->scenarios->len;
}

static gpointer
plim_document_get_item (GListModel *model,
                        guint       position)
{
  GPtrArray *scenarios = PLIM_DOCUMENT (model)->scenarios;

  return position < scenarios->len ? g_object_ref (scenarios->pdata[position]) : NULL;
}

static void
plim_document_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = plim_document_get_item_type;
  iface->get_n_items = plim_document_get_n_items;
  iface->get_item = plim_document_get_item;
}

void
plim_document_notify_history (PlimDocument *self)
{
  gboolean is_modified = plim_document_get_modified (self);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_REDO]);
  if (is_modified != self->was_modified)
    {
      self->was_modified = is_modified;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODIFIED]);
    }
  if (self->draft != NULL && is_modified)
    plim_draft_touch (self->draft);
  else if (self->draft != NULL)
    plim_draft_remove (self->draft);
}

/* Records what has changed in the inputs of @scenario since the last step. */
static void
record (PlimDocument *self,
        PlimScenario *scenario)
{
  PlimInputs       *before = g_hash_table_lookup (self->recorded, scenario);
  const PlimInputs *after = plim_estimator_get_inputs (plim_scenario_get_estimator (scenario));
  gboolean          differs = FALSE;

  for (guint i = 0; i < PLIM_N_FIELDS && !differs; i++)
    differs = !plim_inputs_equal_field (before, after, i);
  if (!differs)
    return;

  if (!self->is_replaying)
    plim_history_add_inputs (self->history, scenario, before, after);
  *before = *after;
  plim_document_notify_history (self);
}

/* Makes a step of what has changed within an unfinished one. */
static void
record_all (PlimDocument *self)
{
  for (guint i = 0; i < self->scenarios->len; i++)
    record (self, self->scenarios->pdata[i]);
}

static void
revision_changed_cb (PlimEstimator *estimator G_GNUC_UNUSED,
                     GParamSpec    *pspec G_GNUC_UNUSED,
                     PlimScenario  *scenario)
{
  PlimDocument *self = g_object_get_data (G_OBJECT (scenario), "plim-document");

  if (self != NULL && (self->step_depth == 0 || self->is_replaying))
    record (self, scenario);
}

static void
stop_recording (PlimScenario *scenario)
{
  gulong handler = GPOINTER_TO_SIZE (g_object_steal_data (G_OBJECT (scenario), "plim-handler"));

  if (handler != 0)
    g_signal_handler_disconnect (plim_scenario_get_estimator (scenario), handler);
  g_object_set_data (G_OBJECT (scenario), "plim-document", NULL);
}

/* The document that watches last records: a scenario may stand in two, as those that are compared do. */
static void
watch (PlimDocument *self,
       PlimScenario *scenario)
{
  PlimEstimator *estimator = plim_scenario_get_estimator (scenario);
  gulong         handler;

  stop_recording (scenario);
  g_hash_table_insert (self->recorded, scenario,
                       g_memdup2 (plim_estimator_get_inputs (estimator), sizeof (PlimInputs)));
  g_object_set_data (G_OBJECT (scenario), "plim-document", self);
  handler = g_signal_connect_object (estimator, "notify::revision", G_CALLBACK (revision_changed_cb), scenario,
                                     G_CONNECT_DEFAULT);
  g_object_set_data (G_OBJECT (scenario), "plim-handler", GSIZE_TO_POINTER (handler));
}

static void
unwatch (PlimDocument *self,
         PlimScenario *scenario)
{
  if (g_object_get_data (G_OBJECT (scenario), "plim-document") == self)
    stop_recording (scenario);
  g_hash_table_remove (self->recorded, scenario);
}

static void
insert (PlimDocument *self,
        PlimScenario *scenario,
        guint         position)
{
  g_ptr_array_insert (self->scenarios, (gint) position, g_object_ref (scenario));
  watch (self, scenario);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  if (self->current == NULL)
    plim_document_set_current (self, scenario);
}

static void
show (PlimDocument *self,
      PlimScenario *scenario)
{
  self->current = scenario;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT]);
}

static void
take_out (PlimDocument *self,
          guint         position)
{
  g_autoptr (PlimScenario) scenario = g_object_ref (self->scenarios->pdata[position]);
  gboolean                 was_current = scenario == self->current;

  unwatch (self, scenario);
  g_ptr_array_remove_index (self->scenarios, position);
  if (was_current)
    self->current = NULL;
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  if (was_current)
    show (self,
          self->scenarios->len > 0 ? self->scenarios->pdata[MIN (position, self->scenarios->len - 1)] : NULL);
}

static void
move (PlimDocument *self,
      guint         from,
      guint         to)
{
  gpointer scenario = g_ptr_array_steal_index (self->scenarios, from);
  guint    first = MIN (from, to);
  guint    n_moved = MAX (from, to) - first + 1;

  g_ptr_array_insert (self->scenarios, (gint) to, scenario);
  g_list_model_items_changed (G_LIST_MODEL (self), first, n_moved, n_moved);
}

void
plim_document_reset (PlimDocument *self,
                     GPtrArray    *scenarios)
{
  guint n_before = self->scenarios->len;

  for (guint i = 0; i < n_before; i++)
    unwatch (self, self->scenarios->pdata[i]);
  self->current = NULL;
  g_ptr_array_set_size (self->scenarios, 0);
  for (guint i = 0; i < scenarios->len; i++)
    {
      g_ptr_array_add (self->scenarios, g_object_ref (scenarios->pdata[i]));
      watch (self, scenarios->pdata[i]);
    }
  g_clear_pointer (&self->history, plim_history_free);
  self->history = plim_history_new ();

  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, scenarios->len);
  show (self, scenarios->len > 0 ? scenarios->pdata[0] : NULL);
  plim_document_notify_history (self);
}

static void
plim_document_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  PlimDocument *self = PLIM_DOCUMENT (object);

  switch (prop_id)
    {
    case PROP_FILE:
      g_value_set_object (value, self->file);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_MODIFIED:
      g_value_set_boolean (value, plim_document_get_modified (self));
      break;
    case PROP_READ_ONLY:
      g_value_set_boolean (value, self->is_read_only);
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, plim_document_can_undo (self));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, plim_document_can_redo (self));
      break;
    case PROP_CURRENT:
      g_value_set_object (value, self->current);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
plim_document_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  if (prop_id == PROP_CURRENT)
    plim_document_set_current (PLIM_DOCUMENT (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
plim_document_finalize (GObject *object)
{
  PlimDocument *self = PLIM_DOCUMENT (object);

  for (guint i = 0; i < self->scenarios->len; i++)
    unwatch (self, self->scenarios->pdata[i]);
  g_clear_pointer (&self->draft, plim_draft_free);
  g_ptr_array_unref (self->scenarios);
  g_hash_table_unref (self->recorded);
  plim_history_free (self->history);
  g_clear_object (&self->catalog);
  g_clear_object (&self->file);
  g_free (self->title);
  g_clear_pointer (&self->original, yyjson_mut_doc_free);

  G_OBJECT_CLASS (plim_document_parent_class)->finalize (object);
}

static void
plim_document_class_init (PlimDocumentClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags result = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = plim_document_get_property;
  object_class->set_property = plim_document_set_property;
  object_class->finalize = plim_document_finalize;

  properties[PROP_FILE] = g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, result);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, result);
  properties[PROP_MODIFIED] = g_param_spec_boolean ("modified", NULL, NULL, FALSE, result);
  properties[PROP_READ_ONLY] = g_param_spec_boolean ("read-only", NULL, NULL, FALSE, result);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, result);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, result);
  properties[PROP_CURRENT] = g_param_spec_object ("current", NULL, NULL, PLIM_TYPE_SCENARIO,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
plim_document_init (PlimDocument *self)
{
  self->scenarios = g_ptr_array_new_with_free_func (g_object_unref);
  self->recorded = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->history = plim_history_new ();
  self->title = g_strdup (_ ("Untitled"));
}

PlimDocument *
plim_document_new_empty (PlimCatalog *catalog)
{
  PlimDocument *self = g_object_new (PLIM_TYPE_DOCUMENT, NULL);

  self->catalog = g_object_ref (catalog);

  return self;
}

PlimDocument *
plim_document_new (PlimCatalog *catalog)
{
  PlimDocument            *self = plim_document_new_empty (catalog);
  g_autoptr (PlimScenario) example = plim_scenario_new (catalog, _ ("QLoRA on One RTX 4090"));
  g_autoptr (GPtrArray)    scenarios = g_ptr_array_new ();
  g_autofree PlimInputs   *inputs = g_new (PlimInputs, 1);

  plim_inputs_init (inputs);
  plim_inputs_set_text (inputs, PLIM_FIELD_MODEL, "llama-3.1-8b");
  plim_inputs_set_text (inputs, PLIM_FIELD_GPU, "rtx-4090");
  plim_inputs_set_task (inputs, PLIM_TASK_QLORA);
  inputs->batch_count = 1;
  inputs->context_tokens = 4096;
  inputs->recompute = PLIM_RECOMPUTE_FULL;
  inputs->tokens_count = 20000000;
  plim_estimator_set_inputs (plim_scenario_get_estimator (example), inputs);
  g_ptr_array_add (scenarios, example);
  plim_document_reset (self, scenarios);

  return self;
}

PlimCatalog *
plim_document_get_catalog (PlimDocument *self)
{
  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), NULL);

  return self->catalog;
}

void
plim_document_set_file (PlimDocument *self,
                        GFile        *file)
{
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;
  g_autofree char *title = name != NULL ? g_filename_display_name (name) : g_strdup (_ ("Untitled"));

  if (self->file != file)
    {
      g_clear_object (&self->file);
      self->file = file != NULL ? g_object_ref (file) : NULL;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILE]);
    }
  if (g_set_str (&self->title, title))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
plim_document_set_read_only (PlimDocument *self,
                             gboolean      is_read_only)
{
  if (self->is_read_only == is_read_only)
    return;

  self->is_read_only = is_read_only;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READ_ONLY]);
}

GFile *
plim_document_get_file (PlimDocument *self)
{
  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), NULL);

  return self->file;
}

const char *
plim_document_get_title (PlimDocument *self)
{
  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), NULL);

  return self->title;
}

gboolean
plim_document_get_modified (PlimDocument *self)
{
  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), FALSE);

  return !plim_history_is_saved (self->history);
}

gboolean
plim_document_get_read_only (PlimDocument *self)
{
  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), FALSE);

  return self->is_read_only;
}

PlimScenario *
plim_document_get_current (PlimDocument *self)
{
  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), NULL);

  return self->current;
}

void
plim_document_set_current (PlimDocument *self,
                           PlimScenario *scenario)
{
  g_return_if_fail (PLIM_IS_DOCUMENT (self));
  g_return_if_fail (scenario == NULL || plim_document_find (self, scenario) != G_MAXUINT);

  if (self->current != scenario)
    show (self, scenario);
}

guint
plim_document_find (PlimDocument *self,
                    PlimScenario *scenario)
{
  guint position;

  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), G_MAXUINT);

  return g_ptr_array_find (self->scenarios, scenario, &position) ? position : G_MAXUINT;
}

void
plim_document_append (PlimDocument *self,
                      PlimScenario *scenario)
{
  g_return_if_fail (PLIM_IS_DOCUMENT (self) && PLIM_IS_SCENARIO (scenario));

  plim_history_add_list (self->history, PLIM_STEP_INSERT, scenario, self->scenarios->len, 0);
  insert (self, scenario, self->scenarios->len);
  plim_document_notify_history (self);
}

PlimScenario *
plim_document_duplicate (PlimDocument *self,
                         PlimScenario *scenario)
{
  guint                    position = plim_document_find (self, scenario);
  g_autofree char         *name = NULL;
  g_autoptr (PlimScenario) copy = NULL;

  g_return_val_if_fail (position != G_MAXUINT, NULL);

  /* Translators: name of a copied scenario. */
  name = g_strdup_printf (_ ("%s, copy"), plim_scenario_get_name (scenario));
  copy = plim_scenario_copy (scenario, name);
  plim_history_add_list (self->history, PLIM_STEP_INSERT, copy, position + 1, 0);
  insert (self, copy, position + 1);
  plim_document_set_current (self, copy);
  plim_document_notify_history (self);

  return copy;
}

void
plim_document_remove (PlimDocument *self,
                      PlimScenario *scenario)
{
  guint position = plim_document_find (self, scenario);

  g_return_if_fail (position != G_MAXUINT);

  record_all (self);
  plim_history_add_list (self->history, PLIM_STEP_REMOVE, scenario, position, 0);
  take_out (self, position);
  plim_document_notify_history (self);
}

void
plim_document_move (PlimDocument *self,
                    PlimScenario *scenario,
                    guint         position)
{
  guint from = plim_document_find (self, scenario);

  g_return_if_fail (from != G_MAXUINT && position < self->scenarios->len);

  if (from == position)
    return;

  plim_history_add_list (self->history, PLIM_STEP_MOVE, scenario, from, position);
  move (self, from, position);
  plim_document_notify_history (self);
}

void
plim_document_rename (PlimDocument *self,
                      PlimScenario *scenario,
                      const char   *name)
{
  g_return_if_fail (plim_document_find (self, scenario) != G_MAXUINT && name != NULL);

  if (g_strcmp0 (plim_scenario_get_name (scenario), name) == 0)
    return;

  plim_history_add_name (self->history, scenario, plim_scenario_get_name (scenario), name);
  plim_scenario_set_name (scenario, name);
  plim_document_notify_history (self);
}

void
plim_document_set_measured (PlimDocument       *self,
                            PlimScenario       *scenario,
                            const PlimMeasured *measured)
{
  g_return_if_fail (plim_document_find (self, scenario) != G_MAXUINT && measured != NULL);

  if (plim_measured_equal (plim_scenario_get_measured (scenario), measured))
    return;

  record_all (self);
  plim_history_add_measured (self->history, scenario, plim_scenario_get_measured (scenario), measured);
  plim_scenario_set_measured (scenario, measured);
  plim_document_notify_history (self);
}

gboolean
plim_document_can_undo (PlimDocument *self)
{
  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), FALSE);

  return plim_history_can_undo (self->history);
}

gboolean
plim_document_can_redo (PlimDocument *self)
{
  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), FALSE);

  return plim_history_can_redo (self->history);
}

/* Plays @step forwards or backwards and shows the scenario it is about. */
static void
play (PlimDocument   *self,
      const PlimStep *step,
      gboolean        is_forward)
{
  self->is_replaying = TRUE;
  switch (step->kind)
    {
    case PLIM_STEP_INPUTS:
      plim_estimator_set_inputs (plim_scenario_get_estimator (step->scenario), is_forward ? step->after : step->before);
      break;
    case PLIM_STEP_NAME:
      plim_scenario_set_name (step->scenario, is_forward ? step->name_after : step->name_before);
      break;
    case PLIM_STEP_MEASURED:
      plim_scenario_set_measured (step->scenario, is_forward ? step->measured_after : step->measured_before);
      break;
    case PLIM_STEP_INSERT:
    case PLIM_STEP_REMOVE:
      if (is_forward == (step->kind == PLIM_STEP_INSERT))
        insert (self, step->scenario, step->position);
      else
        take_out (self, step->position);
      break;
    case PLIM_STEP_MOVE:
    default:
      move (self, is_forward ? step->position : step->target, is_forward ? step->target : step->position);
    }
  self->is_replaying = FALSE;

  if (plim_document_find (self, step->scenario) != G_MAXUINT)
    plim_document_set_current (self, step->scenario);
  plim_document_notify_history (self);
}

void
plim_document_undo (PlimDocument *self)
{
  const PlimStep *step;

  g_return_if_fail (PLIM_IS_DOCUMENT (self));

  record_all (self);
  step = plim_history_undo (self->history);
  if (step != NULL)
    play (self, step, FALSE);
}

void
plim_document_redo (PlimDocument *self)
{
  const PlimStep *step;

  g_return_if_fail (PLIM_IS_DOCUMENT (self));

  record_all (self);
  step = plim_history_redo (self->history);
  if (step != NULL)
    play (self, step, TRUE);
}

void
plim_document_begin_step (PlimDocument *self)
{
  g_return_if_fail (PLIM_IS_DOCUMENT (self));

  self->step_depth++;
}

void
plim_document_end_step (PlimDocument *self)
{
  g_return_if_fail (PLIM_IS_DOCUMENT (self) && self->step_depth > 0);

  self->step_depth--;
  if (self->step_depth == 0)
    record_all (self);
}

void
plim_document_keep_draft (PlimDocument *self)
{
  g_return_if_fail (PLIM_IS_DOCUMENT (self));

  if (self->draft == NULL)
    self->draft = plim_draft_new (self);
}

void
plim_document_discard_draft (PlimDocument *self)
{
  g_return_if_fail (PLIM_IS_DOCUMENT (self));

  if (self->draft != NULL)
    plim_draft_remove (self->draft);
}

gboolean
plim_document_restore_draft (PlimDocument *self,
                             const char   *path,
                             GError      **error)
{
  g_autoptr (GFile)  file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), FALSE);

  bytes = plim_json_read_file (file, PLIM_JSON_MOST_BYTES, error);
  if (bytes == NULL || !plim_document_load_bytes (self, path, bytes, error))
    return FALSE;

  g_clear_pointer (&self->draft, plim_draft_free);
  self->draft = plim_draft_new_for_path (self, path);
  plim_history_mark_unsaved (self->history);
  plim_document_notify_history (self);

  return TRUE;
}
