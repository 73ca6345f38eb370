/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chooses the reader by the first bytes, and brings what the readers say to one form. */

#include "config.h"

#include "plim-model-file.h"

#include "plim-catalog.h"
#include "plim-gguf-source.h"
#include "plim-header-file.h"
#include "plim-ollama-manifest.h"
#include "plim-parameters.h"
#include "plim-stored-precision.h"

#include <glib/gi18n.h>
#include <string.h>

#define GGUF_MAGIC     "GGUF"
#define MAGIC_BYTES    4
#define CONFIG_NAME    "config.json"
#define MANIFEST_WORDS "\"mediaType\""

void
plim_model_file_free (PlimModelFile *file)
{
  if (file == NULL)
    return;

  g_clear_pointer (&file->config, plim_hf_config_free);
  g_clear_pointer (&file->safetensors, plim_safetensors_free);
  g_clear_pointer (&file->gguf, plim_gguf_free);
  g_clear_pointer (&file->pipeline, plim_pipeline_free);
  g_clear_pointer (&file->adapter, plim_adapter_file_free);
  g_free (file->name);
  g_free (file);
}

gboolean
plim_model_file_has_ending (const char *path)
{
  static const char *const endings[] = { ".gguf", ".safetensors", ".json" };

  g_return_val_if_fail (path != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (path, endings[i]))
      return TRUE;

  return FALSE;
}

gboolean
plim_model_file_is_path (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  return plim_model_file_has_ending (text) || strchr (text, G_DIR_SEPARATOR) != NULL ||
         g_file_test (text, G_FILE_TEST_EXISTS);
}

/* --- tensors ---------------------------------------------------------------------------------------- */

/* The sum that a tensor outside the layers adds to, by its class; 0 = by where it is. */
static const gsize sums[PLIM_N_TENSOR_CLASSES] = {
  [PLIM_TENSOR_CLASS_EMBEDDING] = offsetof (PlimStoredWeights, embedding_bytes),
  [PLIM_TENSOR_CLASS_HEAD] = offsetof (PlimStoredWeights, head_bytes),
  [PLIM_TENSOR_CLASS_VISION] = offsetof (PlimStoredWeights, tower_bytes),
  [PLIM_TENSOR_CLASS_AUDIO] = offsetof (PlimStoredWeights, tower_bytes),
  [PLIM_TENSOR_CLASS_PROJECTOR] = offsetof (PlimStoredWeights, tower_bytes),
  [PLIM_TENSOR_CLASS_NEXT_TOKEN] = offsetof (PlimStoredWeights, next_token_bytes),
};

/* A table in which each layer looks tokens up: in GGUF, in safetensors. */
static gboolean
is_layer_table (const char *name)
{
  return strstr (name, "per_layer_token_embd") != NULL || strstr (name, "embed_tokens_per_layer") != NULL;
}

static void
store_tensor (PlimModelFile    *file,
              const PlimTensor *tensor)
{
  PlimStoredWeights *stored = &file->stored;
  gsize              sum = sums[tensor->place.class_id];
  gint               layer = tensor->place.layer;

  if (tensor->place.class_id == PLIM_TENSOR_CLASS_EMBEDDING && is_layer_table (tensor->name))
    sum = offsetof (PlimStoredWeights, layer_table_bytes);
  if (sum > 0)
    {
      G_STRUCT_MEMBER (gint64, stored, sum) += tensor->size_bytes;
      return;
    }
  if (layer < 0 || (guint) layer >= file->model.n_layers)
    {
      stored->other_bytes += tensor->size_bytes;
      return;
    }
  stored->layer_bytes[layer] += tensor->size_bytes;
  if (tensor->place.class_id == PLIM_TENSOR_CLASS_EXPERTS)
    stored->expert_bytes[layer] += tensor->size_bytes;
}

/* Sorts the classified tensors by where they are.  The sizes of tensors are bounded by those of their files, so sums
 * fit. */
static void
take_tensors (PlimModelFile *file)
{
  guint n_tensors = plim_tensor_table_get_count (file->tensors);

  for (guint i = 0; i < n_tensors; i++)
    {
      PlimTensor tensor;

      plim_tensor_table_get (file->tensors, i, &tensor);
      store_tensor (file, &tensor);
    }

  if (file->precision < 0)
    file->precision = plim_stored_precision_of_tensors (file->tensors);
  file->next_token_parameters_count =
    plim_tensor_table_get_class_totals (file->tensors, PLIM_TENSOR_CLASS_NEXT_TOKEN).parameters_count;
  file->tower_parameters_count =
    plim_tensor_table_get_class_totals (file->tensors, PLIM_TENSOR_CLASS_VISION).parameters_count +
    plim_tensor_table_get_class_totals (file->tensors, PLIM_TENSOR_CLASS_AUDIO).parameters_count +
    plim_tensor_table_get_class_totals (file->tensors, PLIM_TENSOR_CLASS_PROJECTOR).parameters_count;
  file->stored.is_known = file->has_model && file->precision >= 0;
  file->stored.precision = file->precision >= 0 ? (PlimPrecision) file->precision : PLIM_PRECISION_BF16;
}

/* --- Hugging Face ----------------------------------------------------------------------------------- */

/* Takes the @size bytes of @data, the text of a configuration that messages call @name. */
static gboolean
take_config (PlimModelFile *file,
             const char    *name,
             const char    *data,
             gsize          size,
             GError       **error)
{
  file->file_bytes = (gint64) size;
  file->read_bytes = file->file_bytes;
  if (plim_adapter_file_is_config (data, size))
    {
      file->kind = PLIM_MODEL_FILE_ADAPTER;
      file->adapter = plim_adapter_file_parse (name, data, size, error);
      return file->adapter != NULL;
    }

  file->config = plim_hf_config_read (name, data, size, error);
  if (file->config == NULL)
    return FALSE;

  file->has_model = TRUE;
  file->architecture = file->config->model_type;
  file->is_known = file->config->is_known;
  file->model = file->config->model;
  file->precision = plim_stored_precision_of_config (file->config);
  file->next_token_parameters_count = file->config->next_token_parameters_count;
  file->tower_parameters_count = file->config->vision.parameters_count + file->config->audio.parameters_count;

  return TRUE;
}

static gboolean
read_config (PlimModelFile *file,
             const char    *path,
             GError       **error)
{
  g_autofree char   *name = g_path_get_basename (path);
  g_autoptr (GFile)  where = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = plim_json_read_file (where, PLIM_HF_MOST_BYTES, error);

  return bytes != NULL && take_config (file, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

static gboolean
read_tensors (PlimModelFile    *file,
              const char       *path,
              PlimModelFileKind kind,
              GCancellable     *cancellable,
              GError          **error)
{
  file->safetensors = plim_safetensors_read (path, file->model.n_layers, cancellable, error);
  if (file->safetensors == NULL)
    return FALSE;

  file->kind = kind;
  file->tensors = plim_safetensors_get_tensors (file->safetensors);
  file->file_bytes = plim_safetensors_get_file_bytes (file->safetensors);
  file->read_bytes += plim_safetensors_get_read_bytes (file->safetensors);
  take_tensors (file);

  return TRUE;
}

/* Tensors at @path, with the configuration in @folder where there is one. */
static gboolean
read_safetensors (PlimModelFile *file,
                  const char    *path,
                  const char    *folder,
                  GCancellable  *cancellable,
                  GError       **error)
{
  g_autofree char *config = g_build_filename (folder, CONFIG_NAME, NULL);

  if (g_file_test (config, G_FILE_TEST_EXISTS) && !read_config (file, config, error))
    return FALSE;
  if (!read_tensors (file, path, PLIM_MODEL_FILE_SAFETENSORS, cancellable, error))
    return FALSE;
  if (file->config != NULL || !plim_adapter_file_owns (file->tensors))
    return TRUE;

  file->kind = PLIM_MODEL_FILE_ADAPTER;
  file->adapter = plim_adapter_file_new ();
  plim_adapter_file_measure (file->adapter, file->tensors);

  return TRUE;
}

/* The adapter whose configuration is @config, with its weights, if they are beside it. */
static gboolean
read_adapter (PlimModelFile *file,
              const char    *config,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autofree char *folder = g_path_get_dirname (config);
  g_autofree char *weights = g_build_filename (folder, PLIM_ADAPTER_WEIGHTS, NULL);

  if (!read_config (file, config, error))
    return FALSE;
  if (file->adapter == NULL || !g_file_test (weights, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!read_tensors (file, weights, PLIM_MODEL_FILE_ADAPTER, cancellable, error))
    return FALSE;

  plim_adapter_file_measure (file->adapter, file->tensors);

  return TRUE;
}

/* Whether @folder has safetensors files other than an adapter's. */
static gboolean
has_safetensors (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if ((g_str_has_suffix (name, ".safetensors") && strcmp (name, PLIM_ADAPTER_WEIGHTS) != 0) ||
        g_str_has_suffix (name, ".safetensors.index.json"))
      return TRUE;

  return FALSE;
}

static gboolean
read_pipeline (PlimModelFile *file,
               const char    *path,
               GCancellable  *cancellable,
               GError       **error)
{
  file->pipeline = plim_pipeline_read (path, cancellable, error);
  if (file->pipeline == NULL)
    return FALSE;

  file->kind = PLIM_MODEL_FILE_PIPELINE;
  file->architecture = file->pipeline->class_name;
  file->file_bytes = file->pipeline->file_bytes;
  file->read_bytes = file->pipeline->read_bytes;

  return TRUE;
}

static gboolean
read_folder (PlimModelFile *file,
             const char    *path,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autofree char *config = g_build_filename (path, CONFIG_NAME, NULL);
  g_autofree char *pipeline = g_build_filename (path, PLIM_PIPELINE_INDEX, NULL);
  g_autofree char *adapter = g_build_filename (path, PLIM_ADAPTER_CONFIG, NULL);
  g_autofree char *weights = g_build_filename (path, PLIM_ADAPTER_WEIGHTS, NULL);

  if (g_file_test (pipeline, G_FILE_TEST_EXISTS))
    return read_pipeline (file, path, cancellable, error);
  if (has_safetensors (path))
    return read_safetensors (file, path, path, cancellable, error);
  if (g_file_test (adapter, G_FILE_TEST_EXISTS))
    return read_adapter (file, adapter, cancellable, error);
  if (g_file_test (weights, G_FILE_TEST_EXISTS))
    return read_safetensors (file, weights, path, cancellable, error);
  if (!g_file_test (config, G_FILE_TEST_EXISTS))
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, file->name, NULL,
                             _ ("neither safetensors files nor a config.json are in this folder"));

  return read_config (file, config, error);
}

/* --- GGUF ------------------------------------------------------------------------------------------- */

/* An adapter, as convert_lora_to_gguf.py of llama.cpp writes it. */
static void
take_gguf_adapter (PlimModelFile *file)
{
  const char *address = plim_gguf_get_string (file->gguf, "general.base_model.0.repo_url");
  const char *name = plim_gguf_get_string (file->gguf, "general.base_model.0.name");

  file->adapter = plim_adapter_file_new ();
  g_set_str (&file->adapter->base, address != NULL ? address : name != NULL ? name
                                                                            : "");
  file->kind = PLIM_MODEL_FILE_ADAPTER;
  plim_tensor_table_classify (file->tensors, 0);
  take_tensors (file);
  plim_adapter_file_measure (file->adapter, file->tensors);
}

static gboolean
read_gguf (PlimModelFile *file,
           const char    *path,
           GCancellable  *cancellable,
           GError       **error)
{
  PlimGgufSource            source;
  g_autofree PlimGgufModel *model = g_new0 (PlimGgufModel, 1);
  gint64                    file_type;

  file->gguf = plim_gguf_read (path, cancellable, error);
  if (file->gguf == NULL)
    return FALSE;

  file->tensors = plim_gguf_get_tensors (file->gguf);
  file->file_bytes = plim_gguf_get_file_bytes (file->gguf);
  file->read_bytes = plim_gguf_get_read_bytes (file->gguf);
  if (g_strcmp0 (plim_gguf_get_string (file->gguf, "general.type"), "adapter") == 0)
    {
      take_gguf_adapter (file);
      return TRUE;
    }

  source = plim_gguf_source (file->gguf);
  if (!plim_gguf_model_read (&source, plim_gguf_get_name (file->gguf), model, error))
    return FALSE;

  file->kind = PLIM_MODEL_FILE_GGUF;
  file->has_model = TRUE;
  file->architecture = plim_gguf_get_string (file->gguf, "general.architecture");
  file->is_known = model->is_known;
  file->model = model->model;
  if (plim_gguf_get_integer (file->gguf, "general.file_type", &file_type))
    file->precision = plim_stored_precision_of_file_type (file_type);
  plim_tensor_table_classify (file->tensors, file->model.n_layers);
  take_tensors (file);

  return TRUE;
}

static gboolean
read_manifest (PlimModelFile *file,
               const char    *path,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (GFile)              where = g_file_new_for_path (path);
  g_autoptr (PlimOllamaManifest) manifest = plim_ollama_manifest_read (where, error);
  const PlimOllamaBlob          *blob;
  g_autofree char               *weights = NULL;

  if (manifest == NULL)
    return FALSE;

  blob = plim_ollama_manifest_find (manifest, PLIM_OLLAMA_MODEL);
  weights = blob != NULL ? plim_ollama_blob_path (path, blob) : NULL;
  if (weights == NULL)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, file->name, NULL,
                             _ ("the weights that this manifest names were not found"));

  return read_gguf (file, weights, cancellable, error);
}

/* --- what is it? ------------------------------------------------------------------------------------ */

static gboolean
read_file (PlimModelFile *file,
           const char    *path,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *adapter = g_build_filename (folder, PLIM_ADAPTER_CONFIG, NULL);
  char             head[1024];

  if (strcmp (name, PLIM_ADAPTER_CONFIG) == 0 ||
      (strcmp (name, PLIM_ADAPTER_WEIGHTS) == 0 && g_file_test (adapter, G_FILE_TEST_EXISTS)))
    return read_adapter (file, adapter, cancellable, error);
  plim_header_file_peek (path, head, sizeof head);
  if (memcmp (head, GGUF_MAGIC, MAGIC_BYTES) == 0 || g_str_has_suffix (path, ".gguf"))
    return read_gguf (file, path, cancellable, error);
  if (g_str_has_suffix (path, ".safetensors") || g_str_has_suffix (path, ".safetensors.index.json"))
    return read_safetensors (file, path, folder, cancellable, error);
  if (g_str_has_suffix (path, G_DIR_SEPARATOR_S PLIM_PIPELINE_INDEX) || strcmp (path, PLIM_PIPELINE_INDEX) == 0)
    return read_pipeline (file, folder, cancellable, error);
  if (strstr (head, MANIFEST_WORDS) != NULL)
    return read_manifest (file, path, cancellable, error);

  return read_config (file, path, error);
}

#define ID_NAME_BYTES 40
#define ID_SUM_BYTES  8

/* The prefix, the name with what ids do not have taken out, and a sum of what was read: files that only share a name
 * are two models. */
static void
make_id (PlimModelFile *file)
{
  g_autofree char      *name = g_strndup (file->name, ID_NAME_BYTES);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) &file->model, sizeof file->model);
  g_checksum_update (checksum, (const guchar *) &file->stored, sizeof file->stored);
  g_strcanon (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.", '-');
  g_snprintf (file->model.id, sizeof file->model.id, PLIM_IMPORTED_PREFIX "%s-%.*s", name, ID_SUM_BYTES,
              g_checksum_get_string (checksum));
  if (*file->model.name == '\0')
    g_strlcpy (file->model.name, file->name, sizeof file->model.name);
}

PlimModelFile *
plim_model_file_read (const char   *path,
                      GCancellable *cancellable,
                      GError      **error)
{
  g_autoptr (PlimModelFile) file = g_new0 (PlimModelFile, 1);
  g_autofree char          *base = NULL;
  gboolean                  is_read;

  g_return_val_if_fail (path != NULL, NULL);

  base = g_path_get_basename (path);
  file->name = g_filename_display_name (base);
  file->architecture = "";
  file->precision = -1;
  is_read = g_file_test (path, G_FILE_TEST_IS_DIR) ? read_folder (file, path, cancellable, error)
                                                   : read_file (file, path, cancellable, error);
  if (!is_read)
    return NULL;

  if (file->has_model)
    make_id (file);

  return g_steal_pointer (&file);
}

PlimModelFile *
plim_model_file_parse (const char *name,
                       const char *text,
                       GError    **error)
{
  g_autoptr (PlimModelFile) file = g_new0 (PlimModelFile, 1);

  g_return_val_if_fail (name != NULL && text != NULL, NULL);

  file->name = g_strdup (name);
  file->architecture = "";
  file->precision = -1;
  if (!take_config (file, name, text, strlen (text), error))
    return NULL;

  if (file->has_model)
    make_id (file);

  return g_steal_pointer (&file);
}

/* --- what becomes of it ----------------------------------------------------------------------------- */

const PlimModel *
plim_model_file_find_base (const PlimModelFile *file,
                           PlimCatalog         *catalog)
{
  return file->adapter != NULL ? plim_adapter_file_find_base (file->adapter, file->tensors, catalog) : NULL;
}

/* Sets @error to why there is nothing to estimate; FALSE. */
static gboolean
refuse (const PlimModelFile *file,
        GError             **error)
{
  if (file->kind == PLIM_MODEL_FILE_PIPELINE)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_UNSUPPORTED, file->name, NULL,
                             _ ("of a diffusion pipeline only the weights are known, which an import shows; there is "
                                "no "
                                "estimate of it"));
  if (file->adapter == NULL)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, file->name, NULL,
                             _ ("there is no config.json beside it that tells the architecture"));
  if (*file->adapter->base == '\0')
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, file->name, NULL,
                             _ ("this is an adapter; open the model that it belongs to"));
  if (file->adapter->adapter < 0)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_UNSUPPORTED, file->name, NULL,
                             _ ("adapters of the kind “%s” are not estimated; open the model that it belongs to, “%s”"),
                             file->adapter->type, file->adapter->base);

  return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, file->name, NULL,
                           _ ("this is an adapter for “%s”, which the catalogue does not have; open that model"),
                           file->adapter->base);
}

gboolean
plim_model_file_use (const PlimModelFile *file,
                     PlimCatalog         *catalog,
                     const char          *origin,
                     PlimInputs          *inputs,
                     GError             **error)
{
  const PlimModel *base = plim_model_file_find_base (file, catalog);

  if (base != NULL && file->adapter->adapter >= 0)
    {
      plim_adapter_file_apply (file->adapter, base, inputs);
      if (file->gguf != NULL)
        inputs->runtime = PLIM_RUNTIME_LLAMA_CPP;
      return TRUE;
    }
  if (!file->has_model)
    return refuse (file, error);

  plim_catalog_add_model (catalog, &file->model, file->stored.is_known ? &file->stored : NULL, origin);
  plim_inputs_set_text (inputs, PLIM_FIELD_MODEL, file->model.id);
  if (file->precision >= 0 && inputs->task == PLIM_TASK_INFERENCE)
    inputs->precision = (PlimPrecision) file->precision;
  if (file->kind == PLIM_MODEL_FILE_GGUF)
    inputs->runtime = PLIM_RUNTIME_LLAMA_CPP;

  return TRUE;
}
