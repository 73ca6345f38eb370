/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Encoders of images and sound that no published total tells apart, and those that are not counted.  The others are
 * held against totals of checkpoints in test-hf-config.c. */

#include "plim-formula.h"
#include "plim-hf-config.h"

#include <string.h>

/* By hand from the classes (transformers, modeling_voxtral.py; vLLM, kimi_k25_vit.py; deepseek-ai/DeepSeek-VL2,
 * siglip_vit.py).  Voxtral Mini 3B: convolutions 128 x 3 x 1280 + 1280 and 1280 x 3 x 1280 + 1280, positions 1500 x
 * 1280, 32 layers of 4 x 1280 x 1280 + 3 x 1280 + 2 x 1280 x 5120 + 5120 + 1280 + 4 x 1280, a norm of 2560, matrices of
 * 5120 x 3072 and 3072 x 3072.  Kimi K2.5: patches 3 x 196 x 1152 + 1152, positions 64 x 64 x 1152, 27 layers of 4 x
 * 1152 x 1153 + 2 x 1152 x 4304 + 4304 + 1152 + 4 x 1152, two norms of 2304, matrices of 4609 x 4608 and 4609 x 7168.
 * DeepSeek-VL2 Tiny: patches and layers as these with a norm, positions 27 x 27 x 1152, a pooling of 1152 + 4 x 1152 x
 * 1153 + 2304 + 2 x 1152 x 4304 + 4304 + 1152, matrices of 4609 x 1280 and 1281 x 1280, two vectors of 1280.  Kimi K3:
 * 3 x 196 x 1024, 64 x 64 x 1024, 27 layers of 4 x 1024 x 1536 + 2 x 1024 x 4096 + 2048, a norm of 1024 (the model
 * card's 401 million), matrices of 4096 x 4096 and 4096 x 7168, a norm of 7168. */
static void
test_by_hand (void)
{
  static const struct
  {
    const char *file;
    gint64      encoders_count;
  } rows[] = {
    { "voxtral-mini-3b.json", 662134784 },
    { "kimi-k2.5.json", 471143920 },
    { "kimi-k3.json", 447358976 },
    { "deepseek-vl2-tiny.json", 435767360 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char         *path = g_test_build_filename (G_TEST_DIST, "import", "configs", rows[i].file, NULL);
      g_autofree char         *text = NULL;
      g_autoptr (GError)       error = NULL;
      g_autoptr (PlimHfConfig) config = NULL;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      config = plim_hf_config_read (rows[i].file, text, strlen (text), &error);
      g_assert_no_error (error);
      g_assert_cmpint (config->model.tower_parameters_count, ==, rows[i].encoders_count);
    }
}

#define TEXT                                                                              \
  "\"text_config\":{\"model_type\":\"llama\",\"hidden_size\":64,\"num_hidden_layers\":2," \
  "\"num_attention_heads\":4,\"num_key_value_heads\":4,\"intermediate_size\":128,\"vocab_size\":100}"

/* What is not known is noted, not guessed: an encoder of no known type, in a model that joins it in a way not known,
 * one whose width is missing, one too large; and a voice. */
static void
test_not_counted (void)
{
  static const struct
  {
    const char *noted;
    const char *text;
  } rows[] = {
    { "vision_config",
      "{\"model_type\":\"llava\"," TEXT ",\"vision_config\":{\"model_type\":\"brandnew\",\"hidden_size\":64}}" },
    { "vision_config", "{\"model_type\":\"brandnew\"," TEXT ",\"vision_config\":{\"model_type\":\"clip_vision_model\","
                       "\"hidden_size\":1024,\"image_size\":336,\"intermediate_size\":4096,\"num_hidden_layers\":24,"
                       "\"patch_size\":14}}" },
    { "vision_config",
      "{\"model_type\":\"llava\"," TEXT ",\"vision_config\":{\"model_type\":\"clip_vision_model\",\"image_size\":336,"
      "\"intermediate_size\":4096,\"num_hidden_layers\":24,\"patch_size\":14}}" },
    { "vision_config",
      "{\"model_type\":\"llava\"," TEXT ",\"vision_config\":{\"model_type\":\"clip_vision_model\","
      "\"hidden_size\":1048576,\"image_size\":1048576,\"intermediate_size\":1048576,\"num_hidden_layers\":1048576,"
      "\"patch_size\":1}}" },
    { "audio_config", "{\"model_type\":\"llava\"," TEXT ",\"audio_config\":{}}" },
    { "talker_config", "{\"model_type\":\"qwen3_omni_moe\",\"thinker_config\":{" TEXT "},\"talker_config\":{}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError)       error = NULL;
      g_autoptr (PlimHfConfig) config =
        plim_hf_config_read ("config.json", rows[i].text, strlen (rows[i].text), &error);
      const PlimHfAssumption *assumption;

      g_assert_no_error (error);
      g_assert_cmpint (config->model.tower_parameters_count, ==, 0);
      assumption = config->assumptions->pdata[config->assumptions->len - 1];
      g_assert_cmpstr (assumption->name, ==, rows[i].noted);
    }
}

/* Letters stand for their place in the alphabet; "z" is not known. */
static gint64
look_up (const char   *name,
         gsize         length,
         gconstpointer data G_GNUC_UNUSED)
{
  return length == 1 && *name < 'z' ? *name - 'a' + 1 : PLIM_FORMULA_UNKNOWN;
}

static void
test_formula (void)
{
  static const struct
  {
    const char *formula;
    gint64      value;
  } rows[] = {
    { "0", 0 },
    { "2+3*4", 14 },
    { "(2+3)*4", 20 },
    { "a+b*c", 7 },
    { " ( b + c ) * ( b + 1 ) ", 15 },
    { "7/2*2", 6 },
    { "3037000500*3037000500", G_MAXINT64 },
    { "1+9223372036854775807", G_MAXINT64 },
    { "", PLIM_FORMULA_UNKNOWN },
    { "z+1", PLIM_FORMULA_UNKNOWN },
    { "ab", PLIM_FORMULA_UNKNOWN },
    { "1/(0*a)", PLIM_FORMULA_UNKNOWN },
    { "(1", PLIM_FORMULA_UNKNOWN },
    { "1)", PLIM_FORMULA_UNKNOWN },
    { "1-1", PLIM_FORMULA_UNKNOWN },
    { "2*", PLIM_FORMULA_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].formula);
      g_assert_cmpint (plim_formula_evaluate (rows[i].formula, look_up, NULL), ==, rows[i].value);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/hf-towers/by-hand", test_by_hand);
  g_test_add_func ("/hf-towers/not-counted", test_not_counted);
  g_test_add_func ("/hf-towers/formula", test_formula);

  return g_test_run ();
}
