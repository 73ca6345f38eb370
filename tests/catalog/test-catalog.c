/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looking up and resolving, and files of the user's own, good and bad. */

#include "opened.h"

#include <string.h>

static void
test_find (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  const PlimGpu          *gpu = plim_catalog_find_gpu (catalog, "RTX-4090");

  g_assert_nonnull (gpu);
  /* 24,564 MiB, as nvidia-smi prints for the card. */
  g_assert_cmpint (gpu->reported_bytes, ==, 24564 * G_GINT64_CONSTANT (1048576));
  g_assert_true (gpu->is_reported);
  g_assert_true (plim_catalog_find_gpu (catalog, "h100") == plim_catalog_find_gpu (catalog, "h100-sxm-80gb"));
  g_assert_null (plim_catalog_find_model (catalog, "llama-9-1b"));
}

/* Names as the Hub has them, words of tuning and of quantization aside; another shape of the same name is none of ours.
 */
static void
test_hub (void)
{
  static const struct
  {
    const char *hub_id;
    const char *id; /* NULL = not there */
  } names[] = {
    { "meta-llama/Llama-3.1-8B-Instruct", "llama-3.1-8b" },
    { "unsloth/Meta-Llama-3.1-8B-Instruct-bnb-4bit", "llama-3.1-8b" },
    { "/srv/models/Llama-2-7b-chat-hf", "llama-2-7b" },
    { "google/gemma-2-9b-it", "gemma-2-9b" },
    { "google-bert/bert-base-uncased", "bert-base-uncased" },
    { "openlm-research/open_llama_3b", "open-llama-3b" },
    { "mistralai/Mixtral-8x7B-Instruct-v0.1", "mixtral-8x7b" },
    { "Qwen/Qwen2.5-Coder-32B-Instruct-AWQ", "qwen2.5-32b" },
    { "mistralai/Mistral-7B-Instruct-v0.2", "mistral-7b-v0.2" },
    { "gpt2", "gpt2" },
    { "gradientai/Llama-3-8B-Instruct-Gradient-1048k", NULL },
    { "", NULL },
  };
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const PlimModel *model = plim_catalog_find_hub_model (catalog, names[i].hub_id);

      g_assert_cmpstr (model != NULL ? model->id : NULL, ==, names[i].id);
    }
}

static void
test_unique (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < plim_catalog_n_gpus (catalog); i++)
    {
      const PlimGpu *gpu = plim_catalog_get_gpu (catalog, i);

      g_assert_true (plim_catalog_find_gpu (catalog, gpu->id) == gpu);
      g_assert_cmpint (gpu->bandwidth_bytes_per_s, >, 0);
      for (guint a = 0; plim_catalog_get_gpu_facts (catalog, i)->aliases[a] != NULL; a++)
        g_assert_true (plim_catalog_find_gpu (catalog, plim_catalog_get_gpu_facts (catalog, i)->aliases[a]) == gpu);
    }
  for (guint i = 0; i < plim_catalog_n_models (catalog); i++)
    g_assert_true (plim_catalog_find_model (catalog, plim_catalog_get_model (catalog, i)->id) ==
                   plim_catalog_get_model (catalog, i));
}

static void
test_resolve (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  g_autoptr (GError)      error = NULL;
  PlimInputs              inputs;

  plim_inputs_init (&inputs);
  plim_inputs_set_text (&inputs, PLIM_FIELD_MODEL, "llama-3-8b");
  plim_inputs_set_text (&inputs, PLIM_FIELD_GPU, "rtx-4090");
  inputs.layers_count = 16;
  inputs.peak_tflops = 100;
  g_assert_true (plim_catalog_resolve (catalog, &inputs, &error));
  g_assert_no_error (error);
  g_assert_cmpint (inputs.model.kinds[0].layers_count, ==, 16);
  g_assert_cmpint (inputs.model.hidden_size, ==, 4096);
  g_assert_cmpfloat (inputs.gpu.peak_flops_per_s[PLIM_RATE_BF16], ==, 100e12);

  plim_inputs_init (&inputs);
  inputs.parameters_count = G_GINT64_CONSTANT (7000000000);
  inputs.gpu_memory_bytes = G_GINT64_CONSTANT (24000000000);
  g_assert_true (plim_catalog_resolve (catalog, &inputs, &error));
  g_assert_false (plim_model_has_shape (&inputs.model));
  g_assert_cmpint (inputs.model.declared_parameters_count, ==, G_GINT64_CONSTANT (7000000000));
  g_assert_cmpint (inputs.gpu.reported_bytes, ==, G_GINT64_CONSTANT (24000000000));
  g_assert_cmpint (inputs.gpu.marketed_gb, ==, 24);
}

static void
test_resolve_errors (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  g_autoptr (GError)      error = NULL;
  PlimInputs              inputs;

  plim_inputs_init (&inputs);
  plim_inputs_set_text (&inputs, PLIM_FIELD_MODEL, "llama-3-8c");
  g_assert_false (plim_catalog_resolve (catalog, &inputs, &error));
  g_assert_error (error, PLIM_CATALOG_ERROR, PLIM_CATALOG_ERROR_UNKNOWN_MODEL);
  g_assert_nonnull (strstr (error->message, "llama-3-8b"));
  g_clear_error (&error);

  plim_inputs_set_text (&inputs, PLIM_FIELD_MODEL, "llama-3-8b");
  plim_inputs_set_text (&inputs, PLIM_FIELD_GPU, "rtx-409");
  g_assert_false (plim_catalog_resolve (catalog, &inputs, &error));
  g_assert_error (error, PLIM_CATALOG_ERROR, PLIM_CATALOG_ERROR_UNKNOWN_GPU);
  g_assert_nonnull (strstr (error->message, "rtx-4090"));
  g_clear_error (&error);

  plim_inputs_set_text (&inputs, PLIM_FIELD_GPU, "");
  plim_inputs_set_text (&inputs, PLIM_FIELD_MODEL, "deepseek-v3");
  inputs.heads_count = 12;
  g_assert_false (plim_catalog_resolve (catalog, &inputs, &error));
  g_assert_error (error, PLIM_CATALOG_ERROR, PLIM_CATALOG_ERROR_SHAPE);
}

static void
write_own (const char *name,
           const char *text)
{
  g_autofree char   *folder = g_build_filename (g_get_user_data_dir (), "plimsoll", NULL);
  g_autofree char   *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
test_own (void)
{
  g_autoptr (PlimCatalog) catalog = NULL;

  write_own ("gpus.json", "{\"gpus\": [{\"id\": \"mine\", \"name\": \"My GPU\", \"memory\": {\"marketed_gb\": 10, "
                          "\"reported_mib\": 10000}}]}");
  catalog = open_catalog ();
  g_assert_null (plim_catalog_get_problems (catalog)[0]);
  g_assert_nonnull (plim_catalog_find_gpu (catalog, "mine"));
  g_assert_true (plim_catalog_get_gpu_facts (catalog, plim_catalog_n_gpus (catalog) - 1)->is_own);
}

/* What a mistake in the user's file is answered with: the line, and a word of the reason. */
static const struct
{
  const char *text;
  const char *line;
  const char *reason;
} mistakes[] = {
  { "{\"gpus\": [\n{\"id\": 3, \"name\": \"x\", \"memory\": {\"marketed_gb\": 10}}]}", "line 2", "id" },
  { "{\"gpus\": [\n\n{\"id\": \"a\", \"name\": \"x\", \"memory\": {\"marketed_gb\": -10}}]}", "line 3", "marketed_gb" },
  { "{\"gpus\": [{\"id\": \"a\", \"name\": \"x\",\n \"memory\": {\"marketed_gb\": 1e99}}]}", "line 2", "marketed_gb" },
  { "{\"gpus\": [{\"id\": \"a\", \"name\": \"x\",\n\"id\": \"b\"}]}", "line 2", "twice" },
  { "{\"gpus\": [{\"id\": \"a\",\n\"name\": }]}", "line 2", "JSON" },
  { "{\n\"gpu\": []}", "line 1", "gpus" },
  { "{\"gpus\": [\n[]]}", "line 2", "object" },
  { "<!DOCTYPE html>", "web page", "download" },
  { "version https://git-lfs.github.com/spec/v1\n", "Git LFS", "pointer" },
  { "\xEF\xBB\xBF{}", "byte order", "UTF-8" },
  { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "line 1", "deep" },
  { "", "empty", "empty" },
};

static void
test_mistakes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autoptr (PlimCatalog) catalog = NULL;
      const char             *problem;

      write_own ("gpus.json", mistakes[i].text);
      catalog = open_catalog ();
      problem = plim_catalog_get_problems (catalog)[0];
      g_assert_nonnull (problem);
      g_assert_nonnull (strstr (problem, "gpus.json"));
      g_assert_nonnull (strstr (problem, mistakes[i].line));
      g_assert_nonnull (strstr (problem, mistakes[i].reason));
      g_assert_nonnull (plim_catalog_find_gpu (catalog, "rtx-4090"));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/catalog/find", test_find);
  g_test_add_func ("/catalog/hub", test_hub);
  g_test_add_func ("/catalog/unique", test_unique);
  g_test_add_func ("/catalog/resolve", test_resolve);
  g_test_add_func ("/catalog/resolve-errors", test_resolve_errors);
  g_test_add_func ("/catalog/own", test_own);
  g_test_add_func ("/catalog/mistakes", test_mistakes);

  return g_test_run ();
}
