/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where programs keep models: huggingface_hub constants.py, llama.cpp common/common.cpp, Ollama envconfig/config.go and
 * its system services, LM Studio's two default folders.  A program in a sandbox has a cache of its own, so the usual
 * place under the home is looked at besides what the variables say. */

#include "config.h"

#include "plim-model-root.h"

#include <string.h>

/* Where programs keep models: under the value of a variable, or else at a place under the home or the root. */
static const struct
{
  PlimModelLayout layout;
  const char     *variable; /* NULL = none */
  const char     *under;    /* folder below the variable's value or the home; NULL = itself */
} places[] = {
  { PLIM_MODEL_LAYOUT_HUGGING_FACE, "HF_HUB_CACHE", NULL },
  { PLIM_MODEL_LAYOUT_HUGGING_FACE, "HUGGINGFACE_HUB_CACHE", NULL },
  { PLIM_MODEL_LAYOUT_HUGGING_FACE, "HF_HOME", "hub" },
  { PLIM_MODEL_LAYOUT_HUGGING_FACE, "XDG_CACHE_HOME", "huggingface/hub" },
  { PLIM_MODEL_LAYOUT_HUGGING_FACE, NULL, ".cache/huggingface/hub" },
  { PLIM_MODEL_LAYOUT_LLAMA_CPP, "LLAMA_CACHE", NULL },
  { PLIM_MODEL_LAYOUT_LLAMA_CPP, "XDG_CACHE_HOME", "llama.cpp" },
  { PLIM_MODEL_LAYOUT_LLAMA_CPP, NULL, ".cache/llama.cpp" },
  { PLIM_MODEL_LAYOUT_LM_STUDIO, NULL, ".lmstudio/models" },
  { PLIM_MODEL_LAYOUT_LM_STUDIO, NULL, ".cache/lm-studio/models" },
  { PLIM_MODEL_LAYOUT_OLLAMA, "OLLAMA_MODELS", NULL },
  { PLIM_MODEL_LAYOUT_OLLAMA, NULL, ".ollama/models" },
  { PLIM_MODEL_LAYOUT_OLLAMA, NULL, "/usr/share/ollama/.ollama/models" },
  { PLIM_MODEL_LAYOUT_OLLAMA, NULL, "/var/lib/ollama/models" },
  { PLIM_MODEL_LAYOUT_OLLAMA, NULL, "/var/snap/ollama/common/models" },
};

void
plim_model_root_free (PlimModelRoot *root)
{
  if (root == NULL)
    return;

  g_free (root->path);
  g_free (root);
}

static void
free_root (gpointer data)
{
  plim_model_root_free (data);
}

/* Adds a root unless its path is there already. */
static void
add_root (GPtrArray      *roots,
          PlimModelLayout layout,
          const char     *path)
{
  PlimModelRoot *root;

  for (guint i = 0; i < roots->len; i++)
    if (strcmp (((const PlimModelRoot *) g_ptr_array_index (roots, i))->path, path) == 0)
      return;

  root = g_new (PlimModelRoot, 1);
  root->layout = layout;
  root->path = g_strdup (path);
  g_ptr_array_add (roots, root);
}

GPtrArray *
plim_model_roots_new (const char        *home,
                      const char *const *environment)
{
  GPtrArray     *roots = g_ptr_array_new_with_free_func (free_root);
  g_auto (GStrv) variables = g_strdupv ((char **) environment);

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const char      *base = places[i].variable != NULL ? g_environ_getenv (variables, places[i].variable) : home;
      g_autofree char *path = NULL;

      if (places[i].under != NULL && g_path_is_absolute (places[i].under))
        path = g_strdup (places[i].under);
      else if (base != NULL && g_path_is_absolute (base))
        path = g_build_filename (base, places[i].under, NULL);
      if (path != NULL)
        add_root (roots, places[i].layout, path);
    }

  return roots;
}

PlimModelRoot *
plim_model_root_new (const char *path)
{
  g_autofree char *manifests = g_build_filename (path, "manifests", NULL);
  g_autofree char *blobs = g_build_filename (path, "blobs", NULL);
  PlimModelRoot   *root = g_new (PlimModelRoot, 1);

  root->layout = PLIM_MODEL_LAYOUT_PLAIN;
  if (g_file_test (manifests, G_FILE_TEST_IS_DIR) && g_file_test (blobs, G_FILE_TEST_IS_DIR))
    root->layout = PLIM_MODEL_LAYOUT_OLLAMA;
  root->path = g_strdup (path);

  return root;
}

const char *
plim_model_layout_name (PlimModelLayout layout)
{
  static const char *const names[] = {
    [PLIM_MODEL_LAYOUT_PLAIN] = "",
    [PLIM_MODEL_LAYOUT_HUGGING_FACE] = "Hugging Face",
    [PLIM_MODEL_LAYOUT_LLAMA_CPP] = "llama.cpp",
    [PLIM_MODEL_LAYOUT_LM_STUDIO] = "LM Studio",
    [PLIM_MODEL_LAYOUT_OLLAMA] = "Ollama",
  };

  return names[layout];
}
