/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folders as programs leave them, built in a temporary place, and manifests of Ollama, good and bad. */

#include "plim-folder-walk.h"
#include "plim-import-error.h"
#include "plim-json.h"
#include "plim-model-folders.h"
#include "plim-ollama-manifest.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"

/* A temporary folder. */
typedef struct
{
  char *path;
} Place;

static void
set_up (Place                      *place,
        G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  place->path = g_dir_make_tmp ("plimsoll-folders-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Place                      *place,
           G_GNUC_UNUSED gconstpointer data)
{
  remove_tree (place->path);
  g_free (place->path);
}

/* Writes @size bytes to a file, making its folders. */
static void
write_file (const Place *place,
            const char  *relative,
            gsize        size)
{
  g_autofree char *path = g_build_filename (place->path, relative, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *bytes = g_malloc0 (size + 1);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
}

static void
write_text (const Place *place,
            const char  *relative,
            const char  *text)
{
  g_autofree char *path = g_build_filename (place->path, relative, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
make_link (const Place *place,
           const char  *relative,
           const char  *target)
{
  g_autofree char *path = g_build_filename (place->path, relative, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink (target, path), ==, 0);
}

static PlimModelFolders *
scan (const Place    *place,
      PlimModelLayout layout)
{
  g_autoptr (GPtrArray)     roots = g_ptr_array_new ();
  g_autoptr (PlimModelRoot) root = plim_model_root_new (place->path);
  g_autoptr (GError)        error = NULL;
  PlimModelFolders         *folders;

  root->layout = layout;
  g_ptr_array_add (roots, root);
  folders = plim_model_folders_scan (roots, NULL, &error);
  g_assert_no_error (error);

  return folders;
}

/* Checks the model at @position; @path is relative to the place. */
static const PlimFoundModel *
check_model (const Place            *place,
             const PlimModelFolders *folders,
             guint                   position,
             const char             *name,
             const char             *path,
             PlimFoundKind           kind,
             gint64                  size_bytes)
{
  g_autofree char      *whole = g_build_filename (place->path, path, NULL);
  const PlimFoundModel *model;

  g_assert_cmpuint (position, <, folders->models->len);
  model = g_ptr_array_index (folders->models, position);
  g_assert_cmpstr (model->name, ==, name);
  g_assert_cmpstr (model->path, ==, whole);
  g_assert_cmpint (model->kind, ==, kind);
  g_assert_cmpint (model->size_bytes, ==, size_bytes);

  return model;
}

static void
test_hugging_face (Place                      *place,
                   G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (PlimModelFolders) folders = NULL;

  write_text (place, "models--meta-llama--Llama-3.1-8B/refs/main", "1111111222\n");
  write_file (place, "models--meta-llama--Llama-3.1-8B/blobs/c0", 600);
  write_file (place, "models--meta-llama--Llama-3.1-8B/blobs/w1", 5000);
  write_file (place, "models--meta-llama--Llama-3.1-8B/blobs/w2", 4000);
  make_link (place, "models--meta-llama--Llama-3.1-8B/snapshots/1111111222/config.json", "../../blobs/c0");
  make_link (place, "models--meta-llama--Llama-3.1-8B/snapshots/1111111222/model-00001-of-00002.safetensors",
             "../../blobs/w1");
  make_link (place, "models--meta-llama--Llama-3.1-8B/snapshots/1111111222/model-00002-of-00002.safetensors",
             "../../blobs/w2");
  make_link (place, "models--meta-llama--Llama-3.1-8B/snapshots/1111111222/tokenizer.json", "../../blobs/gone");
  make_link (place, "models--meta-llama--Llama-3.1-8B/snapshots/0000000999/config.json", "../../blobs/c0");
  write_file (place, "models--meta-llama--Llama-3.1-8B/.no_exist/1111111222/config.json", 0);
  write_text (place, "models--gpt2/refs/main", "abc");
  write_file (place, "models--gpt2/snapshots/abc/config.json", 10);
  write_file (place, "models--gpt2/snapshots/abc/pytorch_model.bin", 700);
  write_text (place, "models--unsloth--Q-GGUF/refs/main", "def");
  write_file (place, "models--unsloth--Q-GGUF/snapshots/def/UD/Q-Q4_K_M-00001-of-00003.gguf", 30);
  write_file (place, "models--unsloth--Q-GGUF/snapshots/def/UD/Q-Q4_K_M-00002-of-00003.gguf", 20);
  write_file (place, "models--unsloth--Q-GGUF/snapshots/def/UD/Q-Q4_K_M-00003-of-00003.gguf", 10);
  write_file (place, "models--unsloth--Q-GGUF/snapshots/def/UD/Q-Q8_0-00001-of-00002.gguf", 90);
  write_file (place, "datasets--wikitext/snapshots/1/wiki.parquet", 5);

  folders = scan (place, PLIM_MODEL_LAYOUT_HUGGING_FACE);
  g_assert_cmpuint (folders->skipped->len, ==, 0);
  g_assert_false (folders->is_cut);
  g_assert_cmpuint (folders->models->len, ==, 5);
  check_model (place, folders, 0, "gpt2", "models--gpt2/snapshots/abc", PLIM_FOUND_CONFIG, 700);
  g_assert_false (check_model (place, folders, 1, "meta-llama/Llama-3.1-8B",
                               "models--meta-llama--Llama-3.1-8B/snapshots/1111111222", PLIM_FOUND_SAFETENSORS, 9000)
                    ->is_incomplete);
  g_assert_true (check_model (place, folders, 2, "meta-llama/Llama-3.1-8B (0000000)",
                              "models--meta-llama--Llama-3.1-8B/snapshots/0000000999", PLIM_FOUND_CONFIG, 0)
                   ->is_incomplete);
  g_assert_false (check_model (place, folders, 3, "unsloth/Q-GGUF/UD/Q-Q4_K_M",
                               "models--unsloth--Q-GGUF/snapshots/def/UD/Q-Q4_K_M-00001-of-00003.gguf", PLIM_FOUND_GGUF,
                               60)
                    ->is_incomplete);
  g_assert_true (check_model (place, folders, 4, "unsloth/Q-GGUF/UD/Q-Q8_0",
                              "models--unsloth--Q-GGUF/snapshots/def/UD/Q-Q8_0-00001-of-00002.gguf", PLIM_FOUND_GGUF,
                              90)
                   ->is_incomplete);
}

static void
test_lm_studio (Place                      *place,
                G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (PlimModelFolders) folders = NULL;
  g_autofree char             *projector = g_build_filename (place->path, "ggml-org/gemma/mmproj-model-f16.gguf", NULL);

  write_file (place, "ggml-org/gemma/gemma-Q4_K_M.GGUF", 40);
  write_file (place, "ggml-org/gemma/mmproj-model-f16.gguf", 7);
  write_file (place, "mlx-community/phi/config.json", 3);
  write_file (place, "mlx-community/phi/model.safetensors", 50);
  write_file (place, "mlx-community/phi/consolidated.safetensors", 50);
  write_file (place, "someone/settings/config.json", 3);

  folders = scan (place, PLIM_MODEL_LAYOUT_LM_STUDIO);
  g_assert_cmpuint (folders->models->len, ==, 2);
  g_assert_cmpstr (check_model (place, folders, 0, "ggml-org/gemma/gemma-Q4_K_M", "ggml-org/gemma/gemma-Q4_K_M.GGUF",
                                PLIM_FOUND_GGUF, 40)
                     ->projector_path,
                   ==, projector);
  check_model (place, folders, 1, "mlx-community/phi", "mlx-community/phi", PLIM_FOUND_SAFETENSORS, 50);
}

static void
test_plain (Place                      *place,
            G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (PlimModelFolders) folders = NULL;

  write_file (place, "b.gguf", 4);
  write_file (place, "lora/adapter_model.safetensors", 5);
  write_file (place, "lora/adapter_config.json", 5);
  write_file (place, "old\xFFname.gguf", 6);
  write_file (place, ".hidden/c.gguf", 4);
  write_file (place, ".d.gguf", 4);
  write_file (place, ".gguf", 4);
  write_file (place, "x-00002-of-00002.gguf", 4);
  write_file (place, "y-00001-of-0000x.gguf", 4);
  write_file (place, "notes.txt", 4);
  write_file (place, "a.gguf.part", 4);

  folders = scan (place, PLIM_MODEL_LAYOUT_PLAIN);
  g_assert_cmpuint (folders->models->len, ==, 4);
  check_model (place, folders, 0, "b", "b.gguf", PLIM_FOUND_GGUF, 4);
  check_model (place, folders, 1, "lora/adapter_model", "lora/adapter_model.safetensors", PLIM_FOUND_SAFETENSORS, 5);
  check_model (place, folders, 2, "old\xEF\xBF\xBDname", "old\xFFname.gguf", PLIM_FOUND_GGUF, 6);
  check_model (place, folders, 3, "y-00001-of-0000x", "y-00001-of-0000x.gguf", PLIM_FOUND_GGUF, 4);
}

/* Links out of the tree, in circles and to nowhere; a root that is a file or missing. */
static void
test_links (Place                      *place,
            G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (PlimModelFolders) folders = NULL;
  g_autoptr (PlimModelFolders) file = NULL;
  g_autoptr (PlimModelFolders) missing = NULL;
  Place                        inner = { g_build_filename (place->path, "inner", NULL) };
  Place                        other = { g_build_filename (place->path, "inner2", NULL) };
  Place                        none = { g_build_filename (place->path, "none", NULL) };

  write_file (place, "inner/sub/a.gguf", 4);
  write_file (place, "inner2", 4);
  write_file (place, "secret.gguf", 9);
  make_link (place, "inner/out.gguf", "../secret.gguf");
  make_link (place, "inner/up", "..");
  make_link (place, "inner/readme.txt", "../inner2");
  make_link (place, "inner/sub/circle", "../sub");
  make_link (place, "inner/sub/self.gguf", "self.gguf");
  make_link (place, "inner/again.gguf", "sub/a.gguf");

  folders = scan (&inner, PLIM_MODEL_LAYOUT_PLAIN);
  g_assert_cmpuint (folders->models->len, ==, 2);
  check_model (&inner, folders, 0, "again", "again.gguf", PLIM_FOUND_GGUF, 4);
  check_model (&inner, folders, 1, "sub/a", "sub/a.gguf", PLIM_FOUND_GGUF, 4);
  g_assert_cmpuint (folders->skipped->len, ==, 2);

  file = scan (&other, PLIM_MODEL_LAYOUT_PLAIN);
  g_assert_cmpuint (file->models->len, ==, 0);
  g_assert_cmpuint (file->skipped->len, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (file->skipped, 0), other.path));

  missing = scan (&none, PLIM_MODEL_LAYOUT_PLAIN);
  g_assert_cmpuint (missing->models->len, ==, 0);
  g_assert_cmpuint (missing->skipped->len, ==, 0);
  g_free (inner.path);
  g_free (other.path);
  g_free (none.path);
}

static void
test_deep (Place                      *place,
           G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (PlimModelFolders) folders = NULL;
  g_autoptr (GString)          path = g_string_new (NULL);

  for (guint depth = 0; depth < PLIM_MODEL_FOLDERS_MOST_DEPTH; depth++)
    g_string_append (path, "d/");
  g_string_append (path, "last.gguf");
  write_file (place, path->str, 1);
  g_string_truncate (path, path->len - strlen ("last.gguf"));
  g_string_append (path, "d/beyond.gguf");
  write_file (place, path->str, 1);

  folders = scan (place, PLIM_MODEL_LAYOUT_PLAIN);
  g_assert_cmpuint (folders->models->len, ==, 1);
  g_assert_true (folders->is_cut);
}

static void
count_files (G_GNUC_UNUSED const char *path,
             G_GNUC_UNUSED const char *relative,
             GPtrArray                *files,
             gpointer                  user_data)
{
  guint *n_files = user_data;

  *n_files += files->len;
}

/* What the walk does at its limits: entries, and reports of links that lead out. */
static void
test_limits (Place                      *place,
             G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (GPtrArray) skipped = g_ptr_array_new_with_free_func (g_free);
  guint                 n_files = 0;
  PlimFolderWalk        few = { .most_depth = 3,
                                .n_entries_left = 2,
                                .skipped = skipped,
                                .most_skipped = 1,
                                .func = count_files,
                                .user_data = &n_files };
  PlimFolderWalk        many = { .most_depth = 3,
                                 .n_entries_left = 100,
                                 .skipped = skipped,
                                 .most_skipped = 1,
                                 .func = count_files,
                                 .user_data = &n_files };

  write_file (place, "a", 1);
  write_file (place, "b", 1);
  write_file (place, "c", 1);
  g_assert_true (plim_folder_walk_run (&few, place->path, NULL, NULL));
  g_assert_true (few.is_cut);
  g_assert_cmpuint (n_files, ==, 2);

  make_link (place, "out1", "/");
  make_link (place, "out2", "/");
  n_files = 0;
  g_assert_true (plim_folder_walk_run (&many, place->path, NULL, NULL));
  g_assert_true (many.is_cut);
  g_assert_cmpuint (n_files, ==, 3);
  g_assert_cmpuint (skipped->len, ==, 1);
}

static void
test_ollama (Place                      *place,
             G_GNUC_UNUSED gconstpointer data)
{
  static const char manifest[] =
    "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\","
    "\"config\":{\"mediaType\":\"application/vnd.docker.container.image.v1+json\",\"digest\":\"sha256:" HASH_A
    "\",\"size\":561},"
    "\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":\"sha256:" HASH_A
    "\",\"size\":2019377376},"
    "{\"mediaType\":\"application/vnd.ollama.image.projector\",\"digest\":\"sha256:" HASH_B "\",\"size\":5},"
    "{\"mediaType\":\"application/vnd.ollama.image.license\",\"digest\":\"sha256:" HASH_B "\",\"size\":7711}]}";
  g_autoptr (PlimModelRoot)    root = NULL;
  g_autoptr (PlimModelFolders) folders = NULL;
  g_autofree char             *projector = g_build_filename (place->path, "blobs/sha256-" HASH_B, NULL);

  write_text (place, "manifests/registry.ollama.ai/library/llama3.2/latest", manifest);
  write_text (place, "manifests/registry.ollama.ai/someone/own/7b", manifest);
  write_text (place, "manifests/hf.co/bartowski/Llama-GGUF/Q4_K_M", manifest);
  write_text (place, "manifests/registry.ollama.ai/library/bad/1", "{\"schemaVersion\":2}");
  write_text (place, "manifests/registry.ollama.ai/library/cloud/1", "{\"schemaVersion\":2,\"layers\":[]}");
  write_text (place, "manifests/registry.ollama.ai/library/gone/1",
              "{\"schemaVersion\":2,\"layers\":[{\"mediaType\":\"application/"
              "vnd.ollama.image.model\",\"digest\":\"sha256:" HASH_B "\",\"size\":1}]}");
  write_file (place, "blobs/sha256-" HASH_A, 10);
  make_link (place, "blobs/sha256-" HASH_B, "/etc/hostname");

  root = plim_model_root_new (place->path);
  g_assert_cmpint (root->layout, ==, PLIM_MODEL_LAYOUT_OLLAMA);
  folders = scan (place, PLIM_MODEL_LAYOUT_OLLAMA);
  g_assert_cmpuint (folders->models->len, ==, 3);
  check_model (place, folders, 0, "hf.co/bartowski/Llama-GGUF:Q4_K_M", "blobs/sha256-" HASH_A, PLIM_FOUND_GGUF,
               2019377376);
  g_assert_null (check_model (place, folders, 1, "llama3.2:latest", "blobs/sha256-" HASH_A, PLIM_FOUND_GGUF, 2019377376)
                   ->projector_path);
  check_model (place, folders, 2, "someone/own:7b", "blobs/sha256-" HASH_A, PLIM_FOUND_GGUF, 2019377376);
  g_assert_cmpuint (folders->skipped->len, ==, 3);

  g_assert_cmpint (g_unlink (projector), ==, 0);
  write_file (place, "blobs/sha256-" HASH_B, 5);
  g_clear_pointer (&folders, plim_model_folders_free);
  folders = scan (place, PLIM_MODEL_LAYOUT_OLLAMA);
  g_assert_cmpstr (check_model (place, folders, 2, "llama3.2:latest", "blobs/sha256-" HASH_A, PLIM_FOUND_GGUF,
                                2019377376)
                     ->projector_path,
                   ==, projector);
}

static void
test_cancelled (Place                      *place,
                G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (GPtrArray)     roots = g_ptr_array_new ();
  g_autoptr (PlimModelRoot) root = plim_model_root_new (place->path);
  g_autoptr (GCancellable)  cancellable = g_cancellable_new ();
  g_autoptr (GError)        error = NULL;

  write_file (place, "a/b/c.gguf", 1);
  g_ptr_array_add (roots, root);
  g_cancellable_cancel (cancellable);
  g_assert_null (plim_model_folders_scan (roots, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
keep_result (G_GNUC_UNUSED GObject *source,
             GAsyncResult          *result,
             gpointer               user_data)
{
  PlimModelFolders **folders = user_data;

  *folders = plim_model_folders_scan_finish (result, NULL);
  g_main_context_wakeup (NULL);
}

static void
test_async (Place                      *place,
            G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (GPtrArray)        roots = g_ptr_array_new ();
  g_autoptr (PlimModelRoot)    root = plim_model_root_new (place->path);
  g_autoptr (PlimModelFolders) folders = NULL;

  write_file (place, "a.gguf", 1);
  g_ptr_array_add (roots, root);
  plim_model_folders_scan_async (roots, NULL, keep_result, &folders);
  while (folders == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (folders->models->len, ==, 1);
}

static const PlimModelRoot *
find_root (GPtrArray  *roots,
           const char *path)
{
  for (guint i = 0; i < roots->len; i++)
    {
      const PlimModelRoot *root = g_ptr_array_index (roots, i);

      if (strcmp (root->path, path) == 0)
        return root;
    }

  return NULL;
}

static void
test_roots (void)
{
  static const char *const plain[] = { "HOME=/h", NULL };
  static const char *const set[] = {
    "HF_HOME=/big/hf",
    "HF_HUB_CACHE=/hub",
    "LLAMA_CACHE=/llama",
    "OLLAMA_MODELS=/ollama",
    "XDG_CACHE_HOME=/h/.cache",
    NULL,
  };
  g_autoptr (GPtrArray) usual = plim_model_roots_new ("/h", plain);
  g_autoptr (GPtrArray) own = plim_model_roots_new ("/h", set);

  g_assert_cmpint (find_root (usual, "/h/.cache/huggingface/hub")->layout, ==, PLIM_MODEL_LAYOUT_HUGGING_FACE);
  g_assert_cmpint (find_root (usual, "/h/.cache/llama.cpp")->layout, ==, PLIM_MODEL_LAYOUT_LLAMA_CPP);
  g_assert_cmpint (find_root (usual, "/h/.lmstudio/models")->layout, ==, PLIM_MODEL_LAYOUT_LM_STUDIO);
  g_assert_cmpint (find_root (usual, "/h/.ollama/models")->layout, ==, PLIM_MODEL_LAYOUT_OLLAMA);
  g_assert_cmpint (find_root (usual, "/usr/share/ollama/.ollama/models")->layout, ==, PLIM_MODEL_LAYOUT_OLLAMA);
  g_assert_cmpint (find_root (own, "/big/hf/hub")->layout, ==, PLIM_MODEL_LAYOUT_HUGGING_FACE);
  g_assert_cmpint (find_root (own, "/hub")->layout, ==, PLIM_MODEL_LAYOUT_HUGGING_FACE);
  g_assert_cmpint (find_root (own, "/llama")->layout, ==, PLIM_MODEL_LAYOUT_LLAMA_CPP);
  g_assert_cmpint (find_root (own, "/ollama")->layout, ==, PLIM_MODEL_LAYOUT_OLLAMA);
  /* The cache under XDG_CACHE_HOME is the usual one here and is listed once: four more folders. */
  g_assert_cmpuint (own->len, ==, usual->len + 4);
}

#define LAYER(type, digest, size) \
  "{\"schemaVersion\":2,\"layers\":[{\"mediaType\":\"" type "\",\"digest\":" digest ",\"size\":" size "}]}"
#define MODEL "application/vnd.ollama.image.model"

static const char *const bad_manifests[] = {
  "",
  "not json",
  "[]",
  "null",
  "{}",
  "{\"schemaVersion\":1,\"layers\":[]}",
  "{\"schemaVersion\":2,\"layers\":{}}",
  "{\"schemaVersion\":2,\"layers\":[1]}",
  "{\"schemaVersion\":2,\"layers\":[{}]}",
  "{\"schemaVersion\":2,\"layers\":[]}",
  "{\"schemaVersion\":2,\"layers\":[],\"layers\":[]}",
  LAYER (MODEL, "\"sha256:" HASH_A "\"", "-1"),
  LAYER (MODEL, "\"sha256:" HASH_A "\"", "1.5"),
  LAYER (MODEL, "\"sha256:" HASH_A "\"", "18446744073709551615"),
  LAYER (MODEL, "\"sha256:" HASH_A "\"", "99999999999999999999999"),
  LAYER (MODEL, "\"sha256:" HASH_A "0\"", "1"),
  LAYER (MODEL, "\"sha256:../../../../../../../../../../../../../../../../../etc/shadow\"", "1"),
  LAYER (MODEL, "\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/x\"", "1"),
  LAYER (MODEL, "\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\u0000\"", "1"),
  LAYER (MODEL, "\"sha512:" HASH_A "\"", "1"),
  LAYER (MODEL, "\"" HASH_A "\"", "1"),
  LAYER (MODEL, "7", "1"),
  LAYER ("application/vnd.ollama.image.license", "\"sha256:" HASH_A "\"", "1"),
};

static void
test_bad_manifests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_manifests); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad_manifests[i]);
      g_assert_null (plim_ollama_manifest_parse ("latest", bad_manifests[i], strlen (bad_manifests[i]), &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == PLIM_JSON_ERROR || error->domain == PLIM_IMPORT_ERROR);
      g_assert_true (g_str_has_prefix (error->message, "latest: "));
    }
}

static void
test_manifest (void)
{
  static const char text[] =
    "{\"schemaVersion\":2,\"layers\":["
    "{\"mediaType\":\"application/vnd.ollama.image.adapter\",\"digest\":\"sha256:" HASH_B
    "\",\"size\":9223372036854775807},"
    "{\"mediaType\":\"application/vnd.ollama.image.adapter\",\"digest\":\"sha256:" HASH_A "\",\"size\":1},"
    "{\"mediaType\":\"" MODEL "\",\"digest\":\"sha256:" HASH_A "\",\"size\":42,\"from\":\"/x\"}]}";
  g_autoptr (GError)             error = NULL;
  g_autoptr (PlimOllamaManifest) manifest = plim_ollama_manifest_parse ("latest", text, strlen (text), &error);
  const PlimOllamaBlob          *model;
  g_autofree char               *path = NULL;

  g_assert_no_error (error);
  model = plim_ollama_manifest_find (manifest, PLIM_OLLAMA_MODEL);
  g_assert_cmpstr (model->file, ==, "sha256-" HASH_A);
  g_assert_cmpint (model->size_bytes, ==, 42);
  g_assert_cmpstr (plim_ollama_manifest_find (manifest, PLIM_OLLAMA_ADAPTER)->file, ==, "sha256-" HASH_B);
  g_assert_null (plim_ollama_manifest_find (manifest, PLIM_OLLAMA_PROJECTOR));
  g_assert_cmpint (plim_ollama_manifest_bytes (manifest, PLIM_OLLAMA_ADAPTER), ==, G_MAXINT64);
  g_assert_cmpint (plim_ollama_manifest_bytes (manifest, PLIM_OLLAMA_MODEL), ==, 42);
  path = plim_ollama_blob_path ("/m/manifests/registry.ollama.ai/library/a/latest", model);
  g_assert_cmpstr (path, ==, "/m/blobs/sha256-" HASH_A);
  g_assert_null (plim_ollama_blob_path ("/m/library/a/latest", model));
  g_assert_null (plim_ollama_blob_path ("latest", model));
}

#define ADD(path, function) g_test_add ("/import/model-folders/" path, Place, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("hugging-face", test_hugging_face);
  ADD ("lm-studio", test_lm_studio);
  ADD ("plain", test_plain);
  ADD ("links", test_links);
  ADD ("deep", test_deep);
  ADD ("limits", test_limits);
  ADD ("ollama", test_ollama);
  ADD ("cancelled", test_cancelled);
  ADD ("async", test_async);
  g_test_add_func ("/import/model-folders/roots", test_roots);
  g_test_add_func ("/import/ollama-manifest/good", test_manifest);
  g_test_add_func ("/import/ollama-manifest/bad", test_bad_manifests);

  return g_test_run ();
}
