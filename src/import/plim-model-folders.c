/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which files of a folder are a model, and what it is called.
 *
 * In the cache of huggingface_hub a model is "models--ORG--NAME/snapshots/REVISION", of LM Studio
 * "PUBLISHER/MODEL/FILE"; parts of a GGUF model are "NAME-00001-of-00003.gguf". */

#include "config.h"

#include "plim-model-folders.h"

#include "plim-checked.h"
#include "plim-folder-walk.h"
#include "plim-json.h"
#include "plim-ollama-manifest.h"
#include "plim-slice.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_REFERENCE 1024 /* bytes: a hash and a line end */
#define PART_SUFFIX    strlen ("-00001-of-00003.gguf")

/* One root being scanned. */
typedef struct
{
  PlimModelFolders    *folders;
  const PlimModelRoot *root;
  PlimFolderWalk       walk;
} Scan;

static void
free_model (gpointer data)
{
  PlimFoundModel *model = data;

  g_free (model->name);
  g_free (model->path);
  g_free (model->projector_path);
  g_free (model);
}

void
plim_model_folders_free (PlimModelFolders *folders)
{
  if (folders == NULL)
    return;

  g_ptr_array_unref (folders->models);
  g_ptr_array_unref (folders->skipped);
  g_free (folders);
}

static void
free_folders (gpointer data)
{
  plim_model_folders_free (data);
}

static gboolean
has_suffix (const char *name,
            const char *suffix)
{
  gsize length = strlen (name);
  gsize end = strlen (suffix);

  return length > end && g_ascii_strcasecmp (name + length - end, suffix) == 0;
}

/* Whether a file is, or tells of, a model. */
static gboolean
is_model_file (const char *name)
{
  static const char *const suffixes[] = { ".gguf", ".safetensors", ".bin", ".json" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (has_suffix (name, suffixes[i]))
      return TRUE;

  return FALSE;
}

static gboolean
is_projector (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return strstr (lower, "mmproj") != NULL;
}

static const PlimFolderFile *
find_file (GPtrArray  *files,
           const char *name)
{
  for (guint i = 0; i < files->len; i++)
    {
      const PlimFolderFile *file = g_ptr_array_index (files, i);

      if (strcmp (file->name, name) == 0)
        return file;
    }

  return NULL;
}

/* Whether @revision is what "main" refers to, in the cache of @repository. */
static gboolean
is_current (const char *repository,
            const char *revision)
{
  g_autofree char   *path = g_build_filename (repository, "refs", "main", NULL);
  g_autoptr (GFile)  file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = plim_json_read_file (file, MOST_REFERENCE, NULL);
  gsize              size;
  const char        *text;

  if (bytes == NULL)
    return FALSE;

  text = g_bytes_get_data (bytes, &size);

  return plim_slice_equal (plim_slice_trim ((PlimSlice) { text, size }), revision);
}

/* "…/models--ORG--NAME/snapshots/REVISION/SUB" as "ORG/NAME/SUB", with the revision where it is not the current one;
 * NULL for another path. */
static char *
hub_name (const char *path)
{
  const char      *start = g_strrstr (path, "/models--");
  g_auto (GStrv)   parts = start != NULL ? g_strsplit (start + 1, "/", 4) : NULL;
  g_auto (GStrv)   words = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *repository = NULL;
  g_autofree char *revision = NULL;

  if (parts == NULL || g_strv_length (parts) < 3 || strcmp (parts[1], "snapshots") != 0)
    return NULL;

  folder = g_strndup (path, (gsize) (start + 1 - path) + strlen (parts[0]));
  words = g_strsplit (parts[0] + strlen ("models--"), "--", -1);
  repository = g_strjoinv ("/", words);
  if (!is_current (folder, parts[2]))
    revision = g_strdup_printf (" (%.7s)", parts[2]);

  return g_strconcat (repository, revision != NULL ? revision : "", parts[3] != NULL ? "/" : "", parts[3], NULL);
}

/* The name of what is in the folder at @relative; @file, if not NULL, without its ending. */
static char *
name_model (const char *path,
            const char *relative,
            const char *file,
            gsize       file_length)
{
  g_autofree char *hub = hub_name (path);
  const char      *folder = hub != NULL ? hub : relative;
  g_autofree char *stem = file != NULL ? g_strndup (file, file_length) : NULL;
  g_autofree char *whole = NULL;

  if (stem != NULL)
    whole = folder[0] != '\0' ? g_strconcat (folder, "/", stem, NULL) : g_strdup (stem);
  else
    whole = folder[0] != '\0' ? g_strdup (folder) : g_path_get_basename (path);

  return g_filename_display_name (whole);
}

/* Adds a model and returns it; NULL over the limit. */
static PlimFoundModel *
add_model (Scan         *scan,
           PlimFoundKind kind,
           char         *name,
           char         *path)
{
  PlimFoundModel *model;

  if (scan->folders->models->len >= PLIM_MODEL_FOLDERS_MOST_MODELS)
    {
      scan->walk.is_cut = TRUE;
      g_free (name);
      g_free (path);
      return NULL;
    }

  model = g_new0 (PlimFoundModel, 1);
  model->kind = kind;
  model->layout = scan->root->layout;
  model->name = name;
  model->path = path;
  g_ptr_array_add (scan->folders->models, model);

  return model;
}

/* Reads "-00002-of-00003.gguf" at the end of @name. */
static gboolean
read_part (const char *name,
           gint64     *part,
           gint64     *n_parts)
{
  gsize     length = strlen (name);
  PlimSlice rest;

  if (length <= PART_SUFFIX)
    return FALSE;

  rest = plim_slice (name + length - PART_SUFFIX);
  if (!plim_slice_starts (rest, "-") || !plim_slice_starts (plim_slice_from (rest, 6), "-of-"))
    return FALSE;

  rest = plim_slice_from (rest, 1);
  if (!plim_slice_count (&rest, part) || !plim_slice_starts (rest, "-of-"))
    return FALSE;

  rest = plim_slice_from (rest, strlen ("-of-"));

  return plim_slice_count (&rest, n_parts) && plim_slice_equal (rest, ".gguf");
}

/* The sum of the parts of the model that the file at @first begins, and how many there are: by name, they follow. */
static gint64
sum_parts (GPtrArray *files,
           guint      first,
           gint64     n_parts,
           gint64    *n_found)
{
  const char *name = ((const PlimFolderFile *) g_ptr_array_index (files, first))->name;
  gsize       stem = strlen (name) - PART_SUFFIX;
  gint64      bytes = 0;

  *n_found = 0;
  for (guint i = first; i < files->len; i++)
    {
      const PlimFolderFile *file = g_ptr_array_index (files, i);
      gint64                part;
      gint64                n_other;

      if (strncmp (file->name, name, stem) != 0)
        break;
      if (strlen (file->name) != strlen (name) || !read_part (file->name, &part, &n_other) || n_other != n_parts)
        continue;

      bytes = plim_add (bytes, file->size_bytes);
      (*n_found)++;
    }

  return bytes;
}

/* Adds the GGUF model that the file at @first begins, unless that is a later part of one. */
static void
add_gguf (Scan       *scan,
          const char *path,
          const char *relative,
          GPtrArray  *files,
          guint       first,
          const char *projector)
{
  const PlimFolderFile *file = g_ptr_array_index (files, first);
  PlimFoundModel       *model;
  gint64                part = 0;
  gint64                n_parts = 0;
  gboolean              is_part = read_part (file->name, &part, &n_parts);
  gsize                 stem = strlen (file->name) - (is_part ? PART_SUFFIX : strlen (".gguf"));
  gint64                n_found;

  if (is_part && part != 1)
    return;

  model = add_model (scan, PLIM_FOUND_GGUF, name_model (path, relative, file->name, stem),
                     g_build_filename (path, file->name, NULL));
  if (model == NULL)
    return;

  model->size_bytes = file->size_bytes;
  if (projector != NULL)
    model->projector_path = g_build_filename (path, projector, NULL);
  if (is_part)
    {
      model->size_bytes = sum_parts (files, first, n_parts, &n_found);
      model->is_incomplete = n_found < n_parts;
    }
}

static void
add_ggufs (Scan       *scan,
           const char *path,
           const char *relative,
           GPtrArray  *files)
{
  const char *projector = NULL;

  /* Where all models lie in one folder, nothing says which a projector goes with. */
  for (guint i = 0; i < files->len && scan->root->layout != PLIM_MODEL_LAYOUT_LLAMA_CPP && projector == NULL; i++)
    {
      const PlimFolderFile *file = g_ptr_array_index (files, i);

      if (has_suffix (file->name, ".gguf") && is_projector (file->name))
        projector = file->name;
    }

  for (guint i = 0; i < files->len; i++)
    {
      const PlimFolderFile *file = g_ptr_array_index (files, i);

      if (has_suffix (file->name, ".gguf") && !is_projector (file->name))
        add_gguf (scan, path, relative, files, i, projector);
    }
}

/* The bytes of the files with @suffix.  Mistral's "consolidated" files repeat the others. */
static gint64
sum_files (GPtrArray  *files,
           const char *suffix)
{
  gint64 bytes = 0;
  gint64 repeated = 0;

  for (guint i = 0; i < files->len; i++)
    {
      const PlimFolderFile *file = g_ptr_array_index (files, i);

      if (!has_suffix (file->name, suffix))
        continue;
      if (g_str_has_prefix (file->name, "consolidated"))
        repeated = plim_add (repeated, file->size_bytes);
      else
        bytes = plim_add (bytes, file->size_bytes);
    }

  return bytes > 0 ? bytes : repeated;
}

/* Each safetensors file by itself, where no config.json ties them together. */
static void
add_single_files (Scan       *scan,
                  const char *path,
                  const char *relative,
                  GPtrArray  *files)
{
  for (guint i = 0; i < files->len; i++)
    {
      const PlimFolderFile *file = g_ptr_array_index (files, i);
      PlimFoundModel       *model;

      if (!has_suffix (file->name, ".safetensors"))
        continue;

      model = add_model (scan, PLIM_FOUND_SAFETENSORS,
                         name_model (path, relative, file->name, strlen (file->name) - strlen (".safetensors")),
                         g_build_filename (path, file->name, NULL));
      if (model != NULL)
        model->size_bytes = file->size_bytes;
    }
}

/* A folder as Transformers loads it. */
static void
add_checkpoint (Scan       *scan,
                const char *path,
                const char *relative,
                GPtrArray  *files)
{
  gint64          safetensors = sum_files (files, ".safetensors");
  gint64          others = sum_files (files, ".bin");
  gboolean        is_indexed = find_file (files, "model.safetensors.index.json") != NULL;
  gboolean        has_config = find_file (files, "config.json") != NULL;
  PlimFoundModel *model;

  if (!has_config && !is_indexed)
    {
      add_single_files (scan, path, relative, files);
      return;
    }

  /* A config.json alone may be anybody's, except in a cache of models. */
  if (safetensors == 0 && others == 0 && scan->root->layout != PLIM_MODEL_LAYOUT_HUGGING_FACE && !is_indexed)
    return;

  model = add_model (scan, safetensors > 0 || is_indexed ? PLIM_FOUND_SAFETENSORS : PLIM_FOUND_CONFIG,
                     name_model (path, relative, NULL, 0), g_strdup (path));
  if (model == NULL)
    return;

  model->size_bytes = safetensors > 0 ? safetensors : others;
  model->is_incomplete = model->size_bytes == 0;
}

static void
look_in_folder (const char *path,
                const char *relative,
                GPtrArray  *files,
                gpointer    user_data)
{
  Scan *scan = user_data;

  add_ggufs (scan, path, relative, files);
  add_checkpoint (scan, path, relative, files);
}

/* "registry.ollama.ai/library/NAME/TAG" as "NAME:TAG"; other hosts and namespaces stay. */
static char *
ollama_name (const char *relative,
             const char *tag)
{
  const char      *name = relative;
  g_autofree char *whole = NULL;

  if (g_str_has_prefix (name, "registry.ollama.ai/"))
    name += strlen ("registry.ollama.ai/");
  if (g_str_has_prefix (name, "library/"))
    name += strlen ("library/");
  whole = g_strdup_printf ("%s:%s", name, tag);

  return g_filename_display_name (whole);
}

/* The path of a blob that is there and no link; NULL otherwise. */
static char *
blob_path (const Scan           *scan,
           const PlimOllamaBlob *blob)
{
  g_autofree char *path = g_build_filename (scan->root->path, "blobs", blob->file, NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return NULL;

  return g_steal_pointer (&path);
}

/* Adds what the manifest at @path names, if its blob is there. */
static void
add_manifest (Scan       *scan,
              const char *path,
              const char *relative,
              const char *tag)
{
  g_autoptr (GFile)              file = g_file_new_for_path (path);
  g_autoptr (GError)             error = NULL;
  g_autoptr (PlimOllamaManifest) manifest = plim_ollama_manifest_read (file, &error);
  const PlimOllamaBlob          *weights;
  const PlimOllamaBlob          *projector;
  g_autofree char               *blob = NULL;
  PlimFoundModel                *model;

  if (manifest == NULL)
    {
      plim_folder_walk_skip (&scan->walk, path, error->message);
      return;
    }

  weights = plim_ollama_manifest_find (manifest, PLIM_OLLAMA_MODEL);
  if (weights == NULL)
    {
      plim_folder_walk_skip (&scan->walk, path, _ ("the model is kept tensor by tensor, which is not understood"));
      return;
    }

  blob = blob_path (scan, weights);
  if (blob == NULL)
    {
      plim_folder_walk_skip (&scan->walk, path, _ ("the weights are not in the folder of blobs"));
      return;
    }

  model = add_model (scan, PLIM_FOUND_GGUF, ollama_name (relative, tag), g_steal_pointer (&blob));
  if (model == NULL)
    return;

  model->size_bytes = plim_ollama_manifest_bytes (manifest, PLIM_OLLAMA_MODEL);
  projector = plim_ollama_manifest_find (manifest, PLIM_OLLAMA_PROJECTOR);
  if (projector != NULL)
    model->projector_path = blob_path (scan, projector);
}

static void
look_at_manifests (const char *path,
                   const char *relative,
                   GPtrArray  *files,
                   gpointer    user_data)
{
  Scan *scan = user_data;

  for (guint i = 0; i < files->len; i++)
    {
      const PlimFolderFile *file = g_ptr_array_index (files, i);
      g_autofree char      *manifest = g_build_filename (path, file->name, NULL);

      add_manifest (scan, manifest, relative, file->name);
    }
}

static int
compare_models (gconstpointer a,
                gconstpointer b)
{
  const PlimFoundModel *const *first = a;
  const PlimFoundModel *const *second = b;
  int                          order = strcmp ((*first)->name, (*second)->name);

  return order != 0 ? order : strcmp ((*first)->path, (*second)->path);
}

static gboolean
scan_root (PlimModelFolders    *folders,
           const PlimModelRoot *root,
           guint               *n_entries_left,
           GCancellable        *cancellable,
           GError             **error)
{
  gboolean is_ollama = root->layout == PLIM_MODEL_LAYOUT_OLLAMA;
  Scan     scan = {
        .folders = folders,
        .root = root,
        .walk = {
          .most_depth = PLIM_MODEL_FOLDERS_MOST_DEPTH,
          .n_entries_left = *n_entries_left,
          .skipped = folders->skipped,
          .most_skipped = PLIM_MODEL_FOLDERS_MOST_SKIPPED,
          .filter = is_ollama ? NULL : is_model_file,
          .func = is_ollama ? look_at_manifests : look_in_folder,
    },
  };
  g_autofree char *path = is_ollama ? g_build_filename (root->path, "manifests", NULL) : g_strdup (root->path);
  gboolean         result;

  scan.walk.user_data = &scan;
  result = plim_folder_walk_run (&scan.walk, path, cancellable, error);
  folders->is_cut |= scan.walk.is_cut;
  *n_entries_left = scan.walk.n_entries_left;

  return result;
}

PlimModelFolders *
plim_model_folders_scan (GPtrArray    *roots,
                         GCancellable *cancellable,
                         GError      **error)
{
  g_autoptr (PlimModelFolders) folders = g_new0 (PlimModelFolders, 1);
  guint                        n_entries_left = PLIM_MODEL_FOLDERS_MOST_ENTRIES;

  folders->models = g_ptr_array_new_with_free_func (free_model);
  folders->skipped = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < roots->len; i++)
    if (!scan_root (folders, g_ptr_array_index (roots, i), &n_entries_left, cancellable, error))
      return NULL;

  g_ptr_array_sort (folders->models, compare_models);

  return g_steal_pointer (&folders);
}

static void
scan_in_thread (GTask                 *task,
                G_GNUC_UNUSED gpointer source,
                gpointer               task_data,
                GCancellable          *cancellable)
{
  GError           *error = NULL;
  PlimModelFolders *folders = plim_model_folders_scan (task_data, cancellable, &error);

  if (folders != NULL)
    g_task_return_pointer (task, folders, free_folders);
  else
    g_task_return_error (task, error);
}

static void
unref_array (gpointer data)
{
  g_ptr_array_unref (data);
}

void
plim_model_folders_scan_async (GPtrArray          *roots,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, g_ptr_array_ref (roots), unref_array);
  g_task_run_in_thread (task, scan_in_thread);
}

PlimModelFolders *
plim_model_folders_scan_finish (GAsyncResult *result,
                                GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

const char *
plim_found_kind_name (PlimFoundKind kind)
{
  static const char *const names[] = {
    [PLIM_FOUND_GGUF] = "GGUF",
    [PLIM_FOUND_SAFETENSORS] = "safetensors",
    [PLIM_FOUND_CONFIG] = "config.json",
  };

  return names[kind];
}
