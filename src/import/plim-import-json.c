/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Members that are not known are left out, never written as null. */

#include "config.h"

#include "plim-import-json.h"

#include "plim-mixer.h"
#include "plim-model-json.h"
#include "plim-parameters.h"

#include <yyjson.h>

static void
add_totals (yyjson_mut_doc         *doc,
            yyjson_mut_val         *array,
            const char             *id,
            const PlimTensorTotals *totals)
{
  yyjson_mut_val *object;

  if (totals->tensors_count == 0)
    return;

  object = yyjson_mut_arr_add_obj (doc, array);
  yyjson_mut_obj_add_strcpy (doc, object, "id", id);
  yyjson_mut_obj_add_sint (doc, object, "tensors", totals->tensors_count);
  yyjson_mut_obj_add_sint (doc, object, "parameters", totals->parameters_count);
  yyjson_mut_obj_add_sint (doc, object, "bytes", totals->size_bytes);
}

static void
add_tensors (yyjson_mut_doc      *doc,
             yyjson_mut_val      *object,
             const PlimModelFile *file)
{
  yyjson_mut_val *classes;
  yyjson_mut_val *types;

  if (file->tensors == NULL)
    return;

  yyjson_mut_obj_add_sint (doc, object, "checkpoint_parameters",
                           plim_tensor_table_get_totals (file->tensors).parameters_count);
  classes = yyjson_mut_obj_add_arr (doc, object, "classes");
  for (guint i = 0; i < PLIM_N_TENSOR_CLASSES; i++)
    {
      PlimTensorTotals totals = plim_tensor_table_get_class_totals (file->tensors, (PlimTensorClass) i);

      add_totals (doc, classes, plim_tensor_class_get_id ((PlimTensorClass) i), &totals);
    }
  types = yyjson_mut_obj_add_arr (doc, object, "types");
  for (guint i = 0; i < plim_tensor_type_get_count (); i++)
    {
      PlimTensorTotals totals = plim_tensor_table_get_type_totals (file->tensors, (PlimTensorType) i);

      add_totals (doc, types, plim_tensor_type_get_info ((PlimTensorType) i)->name, &totals);
    }
}

/* Each kind as a row of models.json has it, with how many layers are of it and what a sequence leaves in it; and the
 * order, runs of [kind, repeat]. */
static void
add_layers (yyjson_mut_doc  *doc,
            yyjson_mut_val  *object,
            const PlimModel *model)
{
  yyjson_mut_val *row = plim_model_json_write (doc, model);
  yyjson_mut_val *kinds = yyjson_mut_obj_get (row, "layers");
  yyjson_mut_val *pattern = yyjson_mut_obj_get (row, "pattern");
  gsize           index, most;
  yyjson_mut_val *kind;

  yyjson_mut_arr_foreach (kinds, index, most, kind)
  {
    PlimMixerSize size = plim_mixer_measure (&model->kinds[index].recurrent, model->hidden_size);

    yyjson_mut_obj_add_sint (doc, kind, "layers", model->kinds[index].layers_count);
    if (size.inputs_count + size.state_count > 0)
      yyjson_mut_obj_add_sint (doc, kind, "state_values", size.inputs_count + size.state_count);
  }
  yyjson_mut_obj_add_val (doc, object, "kinds", kinds);
  yyjson_mut_obj_add_val (doc, object, "pattern", pattern);
}

static void
add_model (yyjson_mut_doc      *doc,
           yyjson_mut_val      *object,
           const PlimModelFile *file)
{
  PlimParameters  parameters;
  yyjson_mut_val *model;

  if (!file->has_model)
    return;

  plim_parameters_count (&file->model, &parameters);
  model = yyjson_mut_obj_add_obj (doc, object, "model");
  yyjson_mut_obj_add_strcpy (doc, model, "name", file->model.name);
  if (*file->architecture != '\0')
    yyjson_mut_obj_add_strcpy (doc, model, "architecture", file->architecture);
  yyjson_mut_obj_add_bool (doc, model, "is_known", file->is_known != FALSE);
  yyjson_mut_obj_add_sint (doc, model, "text_parameters", parameters.total_count);
  yyjson_mut_obj_add_sint (doc, model, "active_parameters", parameters.active_count);
  yyjson_mut_obj_add_sint (doc, model, "next_token_parameters", file->next_token_parameters_count);
  yyjson_mut_obj_add_sint (doc, model, "tower_parameters", file->tower_parameters_count);
  if (file->config != NULL && file->config->vision.tokens_count > 0)
    yyjson_mut_obj_add_sint (doc, model, "image_tokens", file->config->vision.tokens_count);
  yyjson_mut_obj_add_uint (doc, model, "layers", file->model.n_layers);
  yyjson_mut_obj_add_uint (doc, model, "layer_kinds", file->model.n_kinds);
  yyjson_mut_obj_add_sint (doc, model, "hidden_size", file->model.hidden_size);
  yyjson_mut_obj_add_sint (doc, model, "vocab", file->model.vocab_size);
  yyjson_mut_obj_add_sint (doc, model, "max_context", file->model.max_context_tokens);
  add_layers (doc, model, &file->model);
}

static void
add_parts (yyjson_mut_doc      *doc,
           yyjson_mut_val      *object,
           const PlimModelFile *file)
{
  yyjson_mut_val *parts;

  if (file->pipeline == NULL)
    return;

  yyjson_mut_obj_add_strcpy (doc, object, "pipeline", file->pipeline->class_name);
  yyjson_mut_obj_add_sint (doc, object, "checkpoint_parameters",
                           plim_pipeline_get_totals (file->pipeline).parameters_count);
  parts = yyjson_mut_obj_add_arr (doc, object, "parts");
  for (guint i = 0; i < file->pipeline->parts->len; i++)
    {
      const PlimPipelinePart *part = file->pipeline->parts->pdata[i];
      yyjson_mut_val         *row = yyjson_mut_arr_add_obj (doc, parts);

      yyjson_mut_obj_add_strcpy (doc, row, "id", part->name);
      yyjson_mut_obj_add_strcpy (doc, row, "class", part->class_name);
      yyjson_mut_obj_add_str (doc, row, "type", part->type);
      yyjson_mut_obj_add_sint (doc, row, "tensors", part->totals.tensors_count);
      yyjson_mut_obj_add_sint (doc, row, "parameters", part->totals.parameters_count);
      yyjson_mut_obj_add_sint (doc, row, "bytes", part->totals.size_bytes);
    }
}

static void
add_adapter (yyjson_mut_doc      *doc,
             yyjson_mut_val      *object,
             const PlimModelFile *file,
             PlimCatalog         *catalog)
{
  const PlimAdapterFile *adapter = file->adapter;
  const PlimModel       *base = plim_model_file_find_base (file, catalog);
  yyjson_mut_val        *row;

  if (adapter == NULL)
    return;

  row = yyjson_mut_obj_add_obj (doc, object, "adapter");
  if (adapter->adapter >= 0)
    yyjson_mut_obj_add_str (doc, row, "kind", plim_field_choice (PLIM_FIELD_ADAPTER, (guint) adapter->adapter).id);
  yyjson_mut_obj_add_strcpy (doc, row, "type", adapter->type);
  yyjson_mut_obj_add_strcpy (doc, row, "base", adapter->base);
  if (base != NULL)
    yyjson_mut_obj_add_strcpy (doc, row, "model", base->id);
  yyjson_mut_obj_add_sint (doc, row, "rank", adapter->rank);
  yyjson_mut_obj_add_sint (doc, row, "virtual_tokens", adapter->virtual_tokens);
  yyjson_mut_obj_add_strcpy (doc, row, "targets", adapter->targets);
  yyjson_mut_obj_add_strcpy (doc, row, "saved_modules", adapter->saved_modules);
  yyjson_mut_obj_add_sint (doc, row, "parameters", adapter->parameters_count);
  if (base != NULL && adapter->adapter >= 0)
    yyjson_mut_obj_add_sint (doc, row, "estimated_parameters", plim_adapter_file_count (adapter, base));
}

static void
add_assumptions (yyjson_mut_doc      *doc,
                 yyjson_mut_val      *object,
                 const PlimModelFile *file)
{
  yyjson_mut_val *assumptions = yyjson_mut_obj_add_arr (doc, object, "assumptions");
  yyjson_mut_val *missing = yyjson_mut_obj_add_arr (doc, object, "missing");

  for (guint i = 0; file->config != NULL && i < file->config->assumptions->len; i++)
    {
      const PlimHfAssumption *assumption = file->config->assumptions->pdata[i];
      yyjson_mut_val         *row = yyjson_mut_arr_add_obj (doc, assumptions);

      yyjson_mut_obj_add_strcpy (doc, row, "name", assumption->name);
      yyjson_mut_obj_add_strcpy (doc, row, "value", assumption->value);
      yyjson_mut_obj_add_strcpy (doc, row, "reason", assumption->reason);
    }
  for (guint i = 0; file->config != NULL && i < file->config->missing->len; i++)
    yyjson_mut_arr_add_strcpy (doc, missing, file->config->missing->pdata[i]);
}

static void
add_file (yyjson_mut_doc      *doc,
          yyjson_mut_val      *array,
          const PlimModelFile *file,
          PlimCatalog         *catalog)
{
  static const char *const kinds[] = { "config", "safetensors", "gguf", "pipeline", "adapter" };
  yyjson_mut_val          *object = yyjson_mut_arr_add_obj (doc, array);

  yyjson_mut_obj_add_strcpy (doc, object, "name", file->name);
  yyjson_mut_obj_add_str (doc, object, "kind", kinds[file->kind]);
  if (file->precision >= 0)
    yyjson_mut_obj_add_str (doc, object, "precision", plim_precision_info ((PlimPrecision) file->precision)->id);
  yyjson_mut_obj_add_sint (doc, object, "file_bytes", file->file_bytes);
  yyjson_mut_obj_add_sint (doc, object, "read_bytes", file->read_bytes);
  add_model (doc, object, file);
  add_tensors (doc, object, file);
  add_parts (doc, object, file);
  add_adapter (doc, object, file, catalog);
  add_assumptions (doc, object, file);
}

static void
add_log (yyjson_mut_doc       *doc,
         yyjson_mut_val       *array,
         const PlimRuntimeLog *log)
{
  static const char *const places[] = { "gpu", "host", "unknown" };
  yyjson_mut_val          *object = yyjson_mut_arr_add_obj (doc, array);
  yyjson_mut_val          *entries;

  yyjson_mut_obj_add_strcpy (doc, object, "name", log->name);
  yyjson_mut_obj_add_strcpy (doc, object, "program", plim_runtime_log_program (log));
  entries = yyjson_mut_obj_add_arr (doc, object, "measured");
  for (guint i = 0; i < log->entries->len; i++)
    {
      const PlimLogEntry *entry = log->entries->pdata[i];
      yyjson_mut_val     *row;

      if (!entry->is_counted)
        continue;
      row = yyjson_mut_arr_add_obj (doc, entries);
      yyjson_mut_obj_add_str (doc, row, "figure", plim_log_figure_info (entry->figure)->id);
      yyjson_mut_obj_add_str (doc, row, "place", places[entry->place]);
      if (entry->device != NULL)
        yyjson_mut_obj_add_strcpy (doc, row, "device", entry->device);
      yyjson_mut_obj_add_sint (doc, row, "bytes", entry->bytes);
      yyjson_mut_obj_add_uint (doc, row, "line", entry->line);
    }
}

char *
plim_import_json_write (GPtrArray   *files,
                        GPtrArray   *logs,
                        PlimCatalog *catalog)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val            *root = yyjson_mut_obj (doc);
  yyjson_mut_val            *array;
  char                      *json;
  char                      *text;

  g_return_val_if_fail (files != NULL && logs != NULL, NULL);

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "format", "plimsoll-import");
  yyjson_mut_obj_add_uint (doc, root, "version", 1);
  array = yyjson_mut_obj_add_arr (doc, root, "files");
  for (guint i = 0; i < files->len; i++)
    add_file (doc, array, files->pdata[i], catalog);
  array = yyjson_mut_obj_add_arr (doc, root, "logs");
  for (guint i = 0; i < logs->len; i++)
    add_log (doc, array, logs->pdata[i]);

  json = yyjson_mut_write (doc, YYJSON_WRITE_PRETTY_TWO_SPACES, NULL);
  text = g_strconcat (json, "\n", NULL);
  free (json);

  return text;
}
