/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layers by their media type (Ollama server/images.go and manifest/layer.go). */

#include "config.h"

#include "plim-ollama-manifest.h"

#include "plim-checked.h"
#include "plim-import-error.h"
#include "plim-json.h"

#include <glib/gi18n.h>
#include <string.h>

#define DIGEST_PREFIX "sha256:"
#define DIGEST_DIGITS 64

static const struct
{
  const char    *media_type;
  PlimOllamaRole role;
} layer_types[] = {
  { "application/vnd.ollama.image.model", PLIM_OLLAMA_MODEL },
  { "application/vnd.ollama.image.projector", PLIM_OLLAMA_PROJECTOR },
  { "application/vnd.ollama.image.adapter", PLIM_OLLAMA_ADAPTER },
  { "application/vnd.ollama.image.tensor", PLIM_OLLAMA_TENSOR },
};

void
plim_ollama_manifest_free (PlimOllamaManifest *manifest)
{
  if (manifest == NULL)
    return;

  g_ptr_array_unref (manifest->blobs);
  g_free (manifest);
}

/* Writes "sha256-HEX" for "sha256:HEX". */
static gboolean
read_digest (yyjson_val *value,
             char       *file,
             gsize       room)
{
  const char *text = yyjson_get_str (value);
  gsize       prefix = strlen (DIGEST_PREFIX);

  if (text == NULL || yyjson_get_len (value) != prefix + DIGEST_DIGITS || !g_str_has_prefix (text, DIGEST_PREFIX))
    return FALSE;

  for (gsize i = prefix; i < prefix + DIGEST_DIGITS; i++)
    if (!g_ascii_isxdigit (text[i]))
      return FALSE;

  g_snprintf (file, room, "sha256-%s", text + prefix);

  return TRUE;
}

/* Reads one layer and adds it to @manifest, if it is of a type that holds weights. */
static gboolean
read_layer (PlimOllamaManifest *manifest,
            const PlimJsonText *text,
            yyjson_val         *layer,
            GError            **error)
{
  yyjson_val                *type = yyjson_obj_get (layer, "mediaType");
  yyjson_val                *digest = yyjson_obj_get (layer, "digest");
  yyjson_val                *size = yyjson_obj_get (layer, "size");
  g_autofree PlimOllamaBlob *blob = g_new0 (PlimOllamaBlob, 1);

  if (!yyjson_is_obj (layer) || !yyjson_is_str (type))
    return plim_json_fail (text, layer, PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("each layer must be an object with a “mediaType”"));
  if (!read_digest (digest, blob->file, sizeof blob->file))
    return plim_json_fail (text, layer, PLIM_JSON_ERROR_VALUE, error,
                           _ ("“digest” must be “sha256:” and 64 hexadecimal digits"));
  if (!yyjson_is_int (size) || (yyjson_is_sint (size) && yyjson_get_sint (size) < 0) ||
      yyjson_get_uint (size) > G_MAXINT64)
    return plim_json_fail (text, layer, PLIM_JSON_ERROR_VALUE, error, _ ("“size” must be a number of bytes"));

  blob->size_bytes = (gint64) yyjson_get_uint (size);
  for (gsize i = 0; i < G_N_ELEMENTS (layer_types); i++)
    if (g_strcmp0 (yyjson_get_str (type), layer_types[i].media_type) == 0)
      {
        blob->role = layer_types[i].role;
        g_ptr_array_add (manifest->blobs, g_steal_pointer (&blob));
        break;
      }

  return TRUE;
}

static gboolean
read_layers (PlimOllamaManifest *manifest,
             const PlimJsonText *text,
             GError            **error)
{
  yyjson_val *root = yyjson_doc_get_root (text->doc);
  yyjson_val *version = yyjson_obj_get (root, "schemaVersion");
  yyjson_val *layers = yyjson_obj_get (root, "layers");
  yyjson_val *layer;
  gsize       i;
  gsize       n_layers;

  if (!yyjson_is_int (version) || yyjson_get_uint (version) != 2)
    return plim_json_fail (text, root, PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("not a manifest of Ollama: “schemaVersion” must be 2"));
  if (!yyjson_is_arr (layers))
    return plim_json_fail (text, root, PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("not a manifest of Ollama: it has no list “layers”"));
  if (yyjson_arr_size (layers) > PLIM_OLLAMA_MOST_LAYERS)
    return plim_json_fail (text, layers, PLIM_JSON_ERROR_TOO_LARGE, error, _ ("more than %d layers"),
                           PLIM_OLLAMA_MOST_LAYERS);

  yyjson_arr_foreach (layers, i, n_layers, layer)
    if (!read_layer (manifest, text, layer, error))
      return FALSE;

  return TRUE;
}

PlimOllamaManifest *
plim_ollama_manifest_parse (const char *name,
                            const char *data,
                            gsize       size,
                            GError    **error)
{
  g_autoptr (PlimOllamaManifest) manifest = NULL;
  g_auto (PlimJsonText)          text = { NULL };

  if (!plim_json_parse (&text, name, data, size, error))
    return NULL;

  manifest = g_new0 (PlimOllamaManifest, 1);
  manifest->blobs = g_ptr_array_new_with_free_func (g_free);
  if (!read_layers (manifest, &text, error))
    return NULL;

  if (plim_ollama_manifest_find (manifest, PLIM_OLLAMA_MODEL) == NULL &&
      plim_ollama_manifest_find (manifest, PLIM_OLLAMA_TENSOR) == NULL)
    {
      plim_import_set_error (error, PLIM_IMPORT_ERROR_INCOMPLETE, name, NULL,
                             _ ("the manifest names no weights; the model runs elsewhere or has not been downloaded"));
      return NULL;
    }

  return g_steal_pointer (&manifest);
}

PlimOllamaManifest *
plim_ollama_manifest_read (GFile   *file,
                           GError **error)
{
  g_autofree char   *base = g_file_get_basename (file);
  g_autofree char   *name = g_utf8_make_valid (base, -1);
  g_autoptr (GBytes) bytes = plim_json_read_file (file, PLIM_OLLAMA_MOST_BYTES, error);
  gsize              size;
  const char        *data;

  if (bytes == NULL)
    return NULL;

  data = g_bytes_get_data (bytes, &size);

  return plim_ollama_manifest_parse (name, data, size, error);
}

const PlimOllamaBlob *
plim_ollama_manifest_find (const PlimOllamaManifest *manifest,
                           PlimOllamaRole            role)
{
  for (guint i = 0; i < manifest->blobs->len; i++)
    {
      const PlimOllamaBlob *blob = g_ptr_array_index (manifest->blobs, i);

      if (blob->role == role)
        return blob;
    }

  return NULL;
}

gint64
plim_ollama_manifest_bytes (const PlimOllamaManifest *manifest,
                            PlimOllamaRole            role)
{
  gint64 bytes = 0;

  for (guint i = 0; i < manifest->blobs->len; i++)
    {
      const PlimOllamaBlob *blob = g_ptr_array_index (manifest->blobs, i);

      if (blob->role == role)
        bytes = plim_add (bytes, blob->size_bytes);
    }

  return bytes;
}

char *
plim_ollama_blob_path (const char           *manifest_path,
                       const PlimOllamaBlob *blob)
{
  g_autofree char *folder = g_path_get_dirname (manifest_path);

  while (strlen (folder) > 1)
    {
      g_autofree char *base = g_path_get_basename (folder);
      g_autofree char *parent = g_path_get_dirname (folder);

      if (strcmp (base, "manifests") == 0)
        return g_build_filename (parent, "blobs", blob->file, NULL);
      g_free (folder);
      folder = g_steal_pointer (&parent);
    }

  return NULL;
}
