/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plain config.json of every model of the catalogue that has a model type (configs/ID.json, written from the models'
 * published configurations) must count as the catalogue counts, and as published. */

#include "opened.h"
#include "plim-hf-config.h"
#include "plim-kv-cache.h"
#include "plim-parameters.h"

#include <string.h>

static PlimHfConfig *
read_fixture (const char *id,
              gboolean    must_exist,
              GError    **error)
{
  g_autofree char *file = g_strconcat (id, ".json", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "import", "configs", file, NULL);
  g_autofree char *data = NULL;
  gsize            size;

  if (!g_file_get_contents (path, &data, &size, NULL))
    {
      g_assert_false (must_exist);
      return NULL;
    }

  return plim_hf_config_read (file, data, size, error);
}

static void
expect_count (const char *id,
              const char *what,
              gint64      imported,
              gint64      expected)
{
  if (imported == expected)
    return;

  g_test_message ("%s: %s %" G_GINT64_FORMAT " from the configuration, %" G_GINT64_FORMAT " expected", id, what,
                  imported, expected);
  g_test_fail ();
}

static void
compare (const PlimModel        *model,
         const PlimCatalogFacts *facts,
         const PlimModel        *imported)
{
  PlimParameters theirs, ours;
  PlimKvLine     their_line = plim_kv_cache_line (imported, PLIM_PRECISION_BF16, 1, 1);
  PlimKvLine     our_line = plim_kv_cache_line (model, PLIM_PRECISION_BF16, 1, 1);

  plim_parameters_count (imported, &theirs);
  plim_parameters_count (model, &ours);
  expect_count (model->id, "parameters", theirs.total_count, ours.total_count);
  expect_count (model->id, "active parameters", theirs.active_count, ours.active_count);
  for (guint c = 0; c < PLIM_N_TENSORS; c++)
    expect_count (model->id, "a tensor class", theirs.by_class_count[c], ours.by_class_count[c]);
  if (facts->is_exact)
    expect_count (model->id, "published parameters", theirs.total_count, facts->published_count);

  expect_count (model->id, "KV bytes of a token", their_line.growing_bytes, our_line.growing_bytes);
  expect_count (model->id, "KV bytes of 1 Mi tokens",
                plim_kv_cache_bytes (imported, PLIM_PRECISION_BF16, 1 << 20, 1),
                plim_kv_cache_bytes (model, PLIM_PRECISION_BF16, 1 << 20, 1));
  expect_count (model->id, "state bytes", plim_recurrent_state_bytes (imported), plim_recurrent_state_bytes (model));
  expect_count (model->id, "parameters of encoders", imported->tower_parameters_count, model->tower_parameters_count);
  expect_count (model->id, "layers", imported->n_layers, model->n_layers);
  expect_count (model->id, "kinds", imported->n_kinds, model->n_kinds);
  /* Mamba's configuration has no context. */
  if (imported->max_context_tokens > 0)
    expect_count (model->id, "context", imported->max_context_tokens, model->max_context_tokens);
  if (memcmp (imported->pattern, model->pattern, sizeof model->pattern) != 0)
    expect_count (model->id, "pattern", 0, 1);
}

static void
test_catalogue (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  g_autoptr (GError)      error = NULL;
  guint                   n_read = 0;

  for (guint i = 0; i < plim_catalog_n_models (catalog); i++)
    {
      const PlimModel         *model = plim_catalog_get_model (catalog, i);
      const PlimCatalogFacts  *facts = plim_catalog_get_model_facts (catalog, i);
      g_autoptr (PlimHfConfig) config = NULL;

      if (!plim_model_has_shape (model))
        continue;
      config = read_fixture (model->id, facts->is_exact, &error);
      if (error != NULL)
        {
          g_test_message ("%s", error->message);
          g_test_fail ();
          g_clear_error (&error);
        }
      if (config == NULL)
        {
          g_test_message ("no configuration: %s", model->id);
          continue;
        }
      g_assert_true (config->is_known);
      compare (model, facts, &config->model);
      n_read++;
    }

  g_assert_cmpuint (n_read, >=, 325);
}

/* Totals of the Hugging Face Hub (safetensors): language model, next-token layers and encoders together.  Kimi-VL's has
 * 1728 stored rotary factors among it, as Moonlight's; Qwen2.5-Omni's are of checkpoints without talker. */
static const struct
{
  const char *id;
  gint64      total_count;
} checkpoints[] = {
  { "llama-4-scout-17b-16e", G_GINT64_CONSTANT (108641793536) },
  { "mistral-small-3.2-24b", G_GINT64_CONSTANT (24011361280) },
  { "qwen3.5-4b", G_GINT64_CONSTANT (4659865088) },
  { "qwen2.5-vl-32b", G_GINT64_CONSTANT (33452718336) },
  { "qwen3.5-9b", G_GINT64_CONSTANT (9653104368) },
  { "qwen3.6-27b", G_GINT64_CONSTANT (27781427952) },
  { "qwen3.6-35b-a3b", G_GINT64_CONSTANT (35951822704) },
  { "qwen3.5-122b-a10b", G_GINT64_CONSTANT (125086497008) },
  { "qwen3-vl-4b", G_GINT64_CONSTANT (4437815808) },
  { "qwen3-vl-8b", G_GINT64_CONSTANT (8767123696) },
  { "qwen2.5-vl-7b", G_GINT64_CONSTANT (8292166656) },
  { "gemma-3-4b", G_GINT64_CONSTANT (4300079472) },
  { "gemma-3-12b", G_GINT64_CONSTANT (12187325040) },
  { "gemma-3-27b", G_GINT64_CONSTANT (27432406640) },
  { "gemma-3n-e4b", G_GINT64_CONSTANT (7849978192) },
  { "gemma-4-e2b", G_GINT64_CONSTANT (5123178051) },
  { "gemma-4-e4b", G_GINT64_CONSTANT (7996156490) },
  { "gemma-4-12b", G_GINT64_CONSTANT (11959730224) },
  { "gemma-4-26b-a4b", G_GINT64_CONSTANT (25805936206) },
  { "gemma-4-31b", G_GINT64_CONSTANT (31273088876) },
  { "ministral-3-3b", G_GINT64_CONSTANT (3849090048) },
  { "internvl2.5-1b", G_GINT64_CONSTANT (938193024) },
  { "internvl2.5-2b", G_GINT64_CONSTANT (2205754368) },
  { "internvl2.5-4b", G_GINT64_CONSTANT (3712637952) },
  { "internvl2.5-26b", G_GINT64_CONSTANT (25514186112) },
  { "internvl3-2b", G_GINT64_CONSTANT (2088957440) },
  { "internvl3.5-8b", G_GINT64_CONSTANT (8528318464) },
  { "pixtral-12b", G_GINT64_CONSTANT (12682739712) },
  { "qwen2.5-vl-72b", G_GINT64_CONSTANT (73410777344) },
  { "glm-ocr", G_GINT64_CONSTANT (1325258240) },
  { "llama-3.2-11b-vision", G_GINT64_CONSTANT (10670220835) },
  { "lfm2-vl-450m", G_GINT64_CONSTANT (450822656) },
  { "lfm2-vl-1.6b", G_GINT64_CONSTANT (1584804000) },
  { "llava-1.5-7b", G_GINT64_CONSTANT (7063427072) },
  { "llava-1.6-mistral-7b", G_GINT64_CONSTANT (7566747648) },
  { "llava-onevision-qwen2-7b", G_GINT64_CONSTANT (8030348832) },
  { "paligemma-3b", G_GINT64_CONSTANT (2923466480) },
  { "qwen2-vl-2b", G_GINT64_CONSTANT (2208985600) },
  { "qwen2-vl-7b", G_GINT64_CONSTANT (8291375616) },
  { "qwen2-vl-72b", G_GINT64_CONSTANT (73405560320) },
  { "internvl2.5-8b", G_GINT64_CONSTANT (8075365376) },
  { "internvl2.5-38b", G_GINT64_CONSTANT (38388164992) },
  { "internvl2.5-78b", G_GINT64_CONSTANT (78408318336) },
  { "internvl3-8b", G_GINT64_CONSTANT (7944373760) },
  { "internvl3-8b-hf", G_GINT64_CONSTANT (7944373760) }, /* as transformers writes it */
  { "smolvlm2-2.2b", G_GINT64_CONSTANT (2246784880) },
  { "smolvlm-256m", G_GINT64_CONSTANT (256484928) },
  { "kimi-vl-a3b", G_GINT64_CONSTANT (16407657776) - 1728 },
  { "glm-4.1v-9b", G_GINT64_CONSTANT (10292777472) },
  { "glm-4.5v", G_GINT64_CONSTANT (107710933120) },
  { "minicpm-v-2.6", G_GINT64_CONSTANT (8099175152) },
  { "minicpm-v-4.5", G_GINT64_CONSTANT (8695895280) },
  { "deepseek-ocr", G_GINT64_CONSTANT (3336106240) },
  { "phi-4-multimodal", G_GINT64_CONSTANT (5574460384) },
  { "qwen2-audio-7b", G_GINT64_CONSTANT (8397094912) },
  { "qwen2.5-omni-3b", G_GINT64_CONSTANT (4703464448) },
  { "qwen2.5-omni-7b", G_GINT64_CONSTANT (8931813888) },
  { "qwen3-omni-30b-a3b", G_GINT64_CONSTANT (31719205488) },
  { "ministral-3-8b", G_GINT64_CONSTANT (8918026240) },
  { "qwen2.5-vl-72b", G_GINT64_CONSTANT (73410777344) },
  { "glm-4.7-flash", G_GINT64_CONSTANT (31221488576) },
};

static void
test_checkpoints (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (checkpoints); i++)
    {
      g_autoptr (GError)       error = NULL;
      g_autoptr (PlimHfConfig) config = read_fixture (checkpoints[i].id, TRUE, &error);
      PlimParameters           parameters;

      g_assert_no_error (error);
      plim_parameters_count (&config->model, &parameters);
      expect_count (checkpoints[i].id, "checkpoint",
                    parameters.total_count + config->next_token_parameters_count + config->model.tower_parameters_count,
                    checkpoints[i].total_count);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/hf-config/catalogue", test_catalogue);
  g_test_add_func ("/hf-config/checkpoints", test_checkpoints);

  return g_test_run ();
}
