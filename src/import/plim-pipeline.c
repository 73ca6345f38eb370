/* SPDX-License-Identifier: GPL-3.0-or-later */

/* {"_class_name": "FluxPipeline", "vae": ["diffusers", "AutoencoderKL"], …}: names of parts are names of folders beside
 * the index, never paths. */

#include "config.h"

#include "plim-pipeline.h"

#include "plim-json.h"
#include "plim-safetensors.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_INDEX_BYTES (1024 * 1024)
#define MOST_PARTS       64
#define MOST_NAME_BYTES  128

static void
free_part (gpointer data)
{
  PlimPipelinePart *part = data;

  g_free (part->name);
  g_free (part->class_name);
  g_free (part);
}

void
plim_pipeline_free (PlimPipeline *pipeline)
{
  if (pipeline == NULL)
    return;

  g_free (pipeline->class_name);
  g_ptr_array_unref (pipeline->parts);
  g_free (pipeline);
}

PlimTensorTotals
plim_pipeline_get_totals (const PlimPipeline *pipeline)
{
  PlimTensorTotals sum = { 0 };

  /* At most MOST_PARTS of what files hold. */
  for (guint i = 0; i < pipeline->parts->len; i++)
    {
      const PlimPipelinePart *part = pipeline->parts->pdata[i];

      sum.tensors_count += part->totals.tensors_count;
      sum.size_bytes += part->totals.size_bytes;
      sum.parameters_count += part->totals.parameters_count;
      sum.unknown_tensors_count += part->totals.unknown_tensors_count;
    }

  return sum;
}

/* The weights in @folder: its index or the one file, not those of another variant (".fp16.") beside it; NULL when there
 * are none. */
static char *
find_weights (const char *folder)
{
  static const char *const names[] = { "diffusion_pytorch_model.safetensors.index.json", "model.safetensors.index.json",
                                       "diffusion_pytorch_model.safetensors", "model.safetensors" };
  g_autoptr (GDir)         dir = NULL;
  g_autofree char         *first = NULL;
  const char              *name;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }

  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".safetensors") && (first == NULL || strcmp (name, first) < 0))
      {
        g_free (first);
        first = g_strdup (name);
      }

  return first != NULL ? g_build_filename (folder, first, NULL) : NULL;
}

static const char *
find_type (PlimTensorTable *tensors)
{
  gint64      most_bytes = 0;
  const char *type = "";

  for (guint i = 0; i < plim_tensor_type_get_count (); i++)
    {
      gint64 bytes = plim_tensor_table_get_type_totals (tensors, (PlimTensorType) i).size_bytes;

      if (bytes > most_bytes)
        type = plim_tensor_type_get_info ((PlimTensorType) i)->name;
      most_bytes = MAX (most_bytes, bytes);
    }

  return type;
}

static gboolean
read_part (PlimPipeline *pipeline,
           const char   *path,
           const char   *name,
           const char   *class_name,
           GCancellable *cancellable,
           GError      **error)
{
  g_autofree char            *folder = g_build_filename (path, name, NULL);
  g_autofree char            *weights = find_weights (folder);
  g_autoptr (PlimSafetensors) safetensors = NULL;
  PlimPipelinePart           *part;

  if (weights == NULL)
    return TRUE;
  safetensors = plim_safetensors_read (weights, 0, cancellable, error);
  if (safetensors == NULL)
    return FALSE;

  part = g_new0 (PlimPipelinePart, 1);
  part->name = g_strdup (name);
  part->class_name = g_strdup (class_name != NULL ? class_name : "");
  part->totals = plim_tensor_table_get_totals (plim_safetensors_get_tensors (safetensors));
  part->type = find_type (plim_safetensors_get_tensors (safetensors));
  g_ptr_array_add (pipeline->parts, part);
  pipeline->file_bytes += plim_safetensors_get_file_bytes (safetensors);
  pipeline->read_bytes += plim_safetensors_get_read_bytes (safetensors);

  return TRUE;
}

/* A name of a folder, nothing else. */
static gboolean
is_plain_name (const char *name,
               gsize       length)
{
  return length > 0 && length <= MOST_NAME_BYTES && strlen (name) == length && name[0] != '.' &&
         strpbrk (name, "/\\") == NULL;
}

static gboolean
read_parts (PlimPipeline       *pipeline,
            const char         *path,
            const PlimJsonText *text,
            GCancellable       *cancellable,
            GError            **error)
{
  yyjson_val     *root = yyjson_doc_get_root (text->doc);
  yyjson_obj_iter iterator = yyjson_obj_iter_with (root);
  const char     *class_name = yyjson_get_str (yyjson_obj_get (root, "_class_name"));
  yyjson_val     *key;

  if (!yyjson_is_obj (root) || class_name == NULL)
    return plim_json_fail (text, root, PLIM_JSON_ERROR_STRUCTURE, error, _ ("there is no “_class_name” of a pipeline"));
  if (yyjson_obj_size (root) > MOST_PARTS)
    return plim_json_fail (text, root, PLIM_JSON_ERROR_VALUE, error, _ ("there are more than %d parts"), MOST_PARTS);

  pipeline->class_name = g_strdup (class_name);
  while ((key = yyjson_obj_iter_next (&iterator)) != NULL)
    {
      yyjson_val *value = yyjson_obj_iter_get_val (key);
      const char *name = yyjson_get_str (key);

      if (!yyjson_is_arr (value) || name[0] == '_')
        continue;
      if (!is_plain_name (name, yyjson_get_len (key)))
        return plim_json_fail (text, key, PLIM_JSON_ERROR_VALUE, error,
                               _ ("a part must be the name of a folder beside this file"));
      if (!read_part (pipeline, path, name, yyjson_get_str (yyjson_arr_get (value, 1)), cancellable, error))
        return FALSE;
    }

  return TRUE;
}

PlimPipeline *
plim_pipeline_read (const char   *path,
                    GCancellable *cancellable,
                    GError      **error)
{
  g_autoptr (PlimPipeline) pipeline = g_new0 (PlimPipeline, 1);
  g_autofree char         *index_path = g_build_filename (path, PLIM_PIPELINE_INDEX, NULL);
  g_autoptr (GFile)        index = g_file_new_for_path (index_path);
  g_autoptr (GBytes)       bytes = plim_json_read_file (index, MOST_INDEX_BYTES, error);
  g_auto (PlimJsonText)    text = { 0 };

  pipeline->parts = g_ptr_array_new_with_free_func (free_part);
  if (bytes == NULL || !plim_json_parse (&text, PLIM_PIPELINE_INDEX, g_bytes_get_data (bytes, NULL),
                                         g_bytes_get_size (bytes), error))
    return NULL;

  pipeline->read_bytes = (gint64) g_bytes_get_size (bytes);
  pipeline->file_bytes = pipeline->read_bytes;
  if (!read_parts (pipeline, path, &text, cancellable, error))
    return NULL;
  if (pipeline->parts->len == 0)
    {
      plim_import_set_error (error, PLIM_IMPORT_ERROR_INCOMPLETE, PLIM_PIPELINE_INDEX, NULL,
                             _ ("none of its parts has safetensors files"));
      return NULL;
    }

  return g_steal_pointer (&pipeline);
}
