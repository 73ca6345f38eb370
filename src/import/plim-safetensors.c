/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One file, the shards of an index, or the files of a folder.  Names of shards are names, never paths. */

#include "config.h"

#include "plim-safetensors.h"

#include "plim-json.h"
#include "plim-safetensors-header.h"

#include <glib/gi18n.h>
#include <string.h>

static const char index_ending[] = ".safetensors.index.json";
static const char file_ending[] = ".safetensors";

struct _PlimSafetensors
{
  char            *name;
  guint            files_count;
  gint64           file_bytes;
  gint64           read_bytes;
  gint64           declared_bytes;
  GHashTable      *metadata; /* char * → char * */
  PlimTensorTable *tensors;
};

void
plim_safetensors_free (PlimSafetensors *safetensors)
{
  if (safetensors == NULL)
    return;

  g_hash_table_unref (safetensors->metadata);
  plim_tensor_table_free (safetensors->tensors);
  g_free (safetensors->name);
  g_free (safetensors);
}

static PlimSafetensors *
safetensors_new (const char *path)
{
  PlimSafetensors *safetensors = g_new0 (PlimSafetensors, 1);

  safetensors->name = g_filename_display_basename (path);
  safetensors->declared_bytes = -1;
  safetensors->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  safetensors->tensors = plim_tensor_table_new ();

  return safetensors;
}

static gboolean
read_file (PlimSafetensors *safetensors,
           const char      *path,
           GCancellable    *cancellable,
           GError         **error)
{
  g_autoptr (PlimHeaderFile) file = plim_header_file_open (path, cancellable, error);
  GHashTable                *metadata = safetensors->files_count == 0 ? safetensors->metadata : NULL;

  if (file == NULL ||
      !plim_safetensors_header_read (file, safetensors->files_count, safetensors->tensors, metadata, error))
    return FALSE;

  safetensors->files_count++;
  safetensors->file_bytes += plim_header_file_get_size_bytes (file);
  safetensors->read_bytes += plim_header_file_get_read_bytes (file);

  return TRUE;
}

/* Reads the shard called @shard beside @path. */
static gboolean
read_shard (PlimSafetensors *safetensors,
            const char      *folder,
            const char      *shard,
            GCancellable    *cancellable,
            GError         **error)
{
  g_autofree char   *path = g_build_filename (folder, shard, NULL);
  g_autoptr (GError) reason = NULL;

  if (read_file (safetensors, path, cancellable, &reason))
    return TRUE;
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, safetensors->name, shard,
                             _ ("this file of the model is missing"));

  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

/* A name of a file in the same folder, nothing else. */
static gboolean
is_plain_name (const char *shard,
               gsize       length)
{
  return length > strlen (file_ending) && length <= 255 && strlen (shard) == length && strchr (shard, '/') == NULL &&
         strchr (shard, '\\') == NULL && shard[0] != '.' && strstr (shard, "..") == NULL &&
         g_str_has_suffix (shard, file_ending);
}

/* The names of all shards, each once, in the order of their names. */
static GPtrArray *
collect_shards (const PlimJsonText *text,
                yyjson_val         *map,
                GError            **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray)  shards = g_ptr_array_new_with_free_func (g_free);
  yyjson_obj_iter        iterator = yyjson_obj_iter_with (map);
  yyjson_val            *key;

  while ((key = yyjson_obj_iter_next (&iterator)) != NULL)
    {
      yyjson_val *value = yyjson_obj_iter_get_val (key);
      const char *shard = yyjson_get_str (value);

      if (shard == NULL || !is_plain_name (shard, yyjson_get_len (value)))
        {
          plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error,
                          _ ("the file of a tensor must be a safetensors file of the same folder"));
          return NULL;
        }
      if (!g_hash_table_add (seen, (gpointer) shard))
        continue;
      if (shards->len >= PLIM_SAFETENSORS_MOST_SHARDS)
        {
          plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("there are more than %d files"),
                          PLIM_SAFETENSORS_MOST_SHARDS);
          return NULL;
        }
      g_ptr_array_add (shards, g_strdup (shard));
    }
  g_ptr_array_sort_values (shards, (GCompareFunc) strcmp);

  return g_steal_pointer (&shards);
}

/* Each tensor of the index must be in the files. */
static gboolean
check_map (const PlimSafetensors *safetensors,
           const PlimJsonText    *text,
           yyjson_val            *map,
           GError               **error)
{
  yyjson_obj_iter iterator = yyjson_obj_iter_with (map);
  yyjson_val     *key;

  while ((key = yyjson_obj_iter_next (&iterator)) != NULL)
    if (plim_tensor_table_find (safetensors->tensors, yyjson_get_str (key)) < 0)
      return plim_json_fail (text, key, PLIM_JSON_ERROR_VALUE, error, _ ("tensor “%.200s” is not in “%s”"),
                             yyjson_get_str (key), yyjson_get_str (yyjson_obj_iter_get_val (key)));

  return TRUE;
}

static gboolean
read_map (PlimSafetensors    *safetensors,
          const char         *path,
          const PlimJsonText *text,
          GCancellable       *cancellable,
          GError            **error)
{
  yyjson_val           *root = yyjson_doc_get_root (text->doc);
  yyjson_val           *map = yyjson_obj_get (root, "weight_map");
  yyjson_val           *total = yyjson_obj_get (yyjson_obj_get (root, "metadata"), "total_size");
  g_autofree char      *folder = g_path_get_dirname (path);
  g_autoptr (GPtrArray) shards = NULL;

  if (!yyjson_is_obj (map) || yyjson_obj_size (map) == 0)
    return plim_json_fail (text, root, PLIM_JSON_ERROR_STRUCTURE, error, _ ("there is no “weight_map” of tensors"));
  if (yyjson_is_uint (total) && yyjson_get_uint (total) <= G_MAXINT64)
    safetensors->declared_bytes = (gint64) yyjson_get_uint (total);

  shards = collect_shards (text, map, error);
  if (shards == NULL)
    return FALSE;
  for (guint i = 0; i < shards->len; i++)
    if (!read_shard (safetensors, folder, g_ptr_array_index (shards, i), cancellable, error))
      return FALSE;

  return check_map (safetensors, text, map, error);
}

static gboolean
read_index (PlimSafetensors *safetensors,
            const char      *path,
            GCancellable    *cancellable,
            GError         **error)
{
  g_autoptr (PlimHeaderFile) file = plim_header_file_open (path, cancellable, error);
  g_auto (PlimJsonText)      text = { 0 };
  g_autofree char           *data = NULL;
  gsize                      size;

  if (file == NULL || !plim_header_file_refuse_foreign (file, "safetensors", error))
    return FALSE;
  if (plim_header_file_get_size_bytes (file) > PLIM_SAFETENSORS_MOST_INDEX_BYTES)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, plim_header_file_get_name (file), NULL,
                             _ ("an index of more than %d bytes is not read"), PLIM_SAFETENSORS_MOST_INDEX_BYTES);

  size = (gsize) plim_header_file_get_size_bytes (file);
  data = g_malloc (size + 1);
  if (!plim_header_file_read (file, 0, data, size, _ ("index"), error))
    return FALSE;
  safetensors->read_bytes += plim_header_file_get_read_bytes (file);

  return plim_json_parse (&text, plim_header_file_get_name (file), data, size, error) &&
         read_map (safetensors, path, &text, cancellable, error);
}

/* The names of safetensors files, or of indices of them, in the folder at @path. */
static GPtrArray *
list_folder (const char *path,
             const char *ending,
             GError    **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError)    reason = NULL;
  g_autoptr (GDir)      folder = g_dir_open (path, 0, &reason);
  const char           *name;

  if (folder == NULL)
    {
      g_autofree char *shown = g_filename_display_basename (path);

      plim_import_set_error (error, PLIM_IMPORT_ERROR_NOT_A_FILE, shown, NULL, "%s", reason->message);
      return NULL;
    }

  while ((name = g_dir_read_name (folder)) != NULL && names->len < PLIM_SAFETENSORS_MOST_SHARDS)
    if (g_str_has_suffix (name, ending) && name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort_values (names, (GCompareFunc) strcmp);

  return g_steal_pointer (&names);
}

/* Where there are several indices or an index and other files, "model.safetensors…" is the model. */
static const char *
pick_index (GPtrArray *indices)
{
  for (guint i = 0; i < indices->len; i++)
    if (strcmp (g_ptr_array_index (indices, i), "model.safetensors.index.json") == 0)
      return g_ptr_array_index (indices, i);

  return indices->len > 0 ? g_ptr_array_index (indices, 0) : NULL;
}

static gboolean
read_folder (PlimSafetensors *safetensors,
             const char      *path,
             GCancellable    *cancellable,
             GError         **error)
{
  g_autoptr (GPtrArray) indices = list_folder (path, index_ending, error);
  g_autoptr (GPtrArray) files = NULL;
  g_autofree char      *single = g_build_filename (path, "model.safetensors", NULL);

  if (indices == NULL)
    return FALSE;
  if (pick_index (indices) != NULL)
    {
      g_autofree char *index_path = g_build_filename (path, pick_index (indices), NULL);

      return read_index (safetensors, index_path, cancellable, error);
    }
  if (g_file_test (single, G_FILE_TEST_EXISTS))
    return read_file (safetensors, single, cancellable, error);

  files = list_folder (path, file_ending, error);
  if (files == NULL)
    return FALSE;
  if (files->len == 0)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, safetensors->name, NULL,
                             _ ("there are no safetensors files in this folder"));

  for (guint i = 0; i < files->len; i++)
    if (!read_shard (safetensors, path, g_ptr_array_index (files, i), cancellable, error))
      return FALSE;

  return TRUE;
}

PlimSafetensors *
plim_safetensors_read (const char   *path,
                       guint         layers_count,
                       GCancellable *cancellable,
                       GError      **error)
{
  g_autoptr (PlimSafetensors) safetensors = safetensors_new (path);
  gboolean                    is_read;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    is_read = read_folder (safetensors, path, cancellable, error);
  else if (g_str_has_suffix (path, index_ending))
    is_read = read_index (safetensors, path, cancellable, error);
  else
    is_read = read_file (safetensors, path, cancellable, error);
  if (!is_read)
    return NULL;

  plim_tensor_table_classify (safetensors->tensors, layers_count);

  return g_steal_pointer (&safetensors);
}

const char *
plim_safetensors_get_name (const PlimSafetensors *safetensors)
{
  return safetensors->name;
}

guint
plim_safetensors_get_files_count (const PlimSafetensors *safetensors)
{
  return safetensors->files_count;
}

gint64
plim_safetensors_get_file_bytes (const PlimSafetensors *safetensors)
{
  return safetensors->file_bytes;
}

gint64
plim_safetensors_get_read_bytes (const PlimSafetensors *safetensors)
{
  return safetensors->read_bytes;
}

gint64
plim_safetensors_get_declared_bytes (const PlimSafetensors *safetensors)
{
  return safetensors->declared_bytes;
}

PlimTensorTable *
plim_safetensors_get_tensors (const PlimSafetensors *safetensors)
{
  return safetensors->tensors;
}

const char *
plim_safetensors_get_metadata (const PlimSafetensors *safetensors,
                               const char            *key)
{
  return g_hash_table_lookup (safetensors->metadata, key);
}
