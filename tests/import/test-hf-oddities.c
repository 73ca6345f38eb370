/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Configurations as people and programs write them: each oddity ends in a message that names file, place and reason, or
 * in a reading with an assumption. */

#include "plim-hf-config.h"
#include "plim-parameters.h"

#include <string.h>

/* A small Llama whose members can be replaced: 2 layers of 4 heads. */
#define MEMBERS(hidden, layers, heads, kv_heads, vocab, more)                                           \
  "{\"model_type\":\"llama\",\n\"hidden_size\":" hidden ",\n\"num_hidden_layers\":" layers              \
  ",\n\"num_attention_heads\":" heads ",\n\"num_key_value_heads\":" kv_heads ",\n\"vocab_size\":" vocab \
  ",\n\"intermediate_size\":128" more "}"
#define BODY "\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,\"vocab_size\":1000"

/* What is refused, and two parts of its message. */
static const struct
{
  const char *name;
  const char *text;
  const char *place;
  const char *reason;
} refused[] = {
  { "empty", "", "config.json", "empty" },
  { "not JSON", "hello", "line 1", "not valid JSON" },
  { "an HTML page", "<!DOCTYPE html><html></html>", "config.json", "web page" },
  { "a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "config.json", "Git LFS" },
  { "a GGUF file", "GGUF\x03", "config.json", "GGUF" },
  { "byte order mark", "\xEF\xBB\xBF{}", "config.json", "byte order mark" },
  { "UTF-16", "\xFF\xFE{", "config.json", "UTF-16" },
  { "a list", "[1, 2]", "config.json", "an object is expected" },
  { "NaN for a width", MEMBERS ("NaN", "2", "4", "4", "1000", ""), "config.json", "missing: “hidden_size”" },
  { "NaN and more", "{\"a\": NaN,\n\"b\": nil}", "line 2", "not valid JSON" },
  { "a member twice", "{\"a\": 1,\n\"a\": 2}", "line 2", "twice" },
  { "nothing there", "{}", "config.json", "“hidden_size”, “num_hidden_layers”, “vocab_size”, “num_attention_heads”" },
  { "null is absent", MEMBERS ("64", "2", "null", "null", "1000", ""), "config.json", "missing: “num_attention_heads”" },
  { "no vocabulary", MEMBERS ("64", "2", "4", "4", "null", ""), "config.json", "missing: “vocab_size”" },
  { "zero", MEMBERS ("64", "0", "4", "4", "1000", ""), "line 3, “num_hidden_layers”", "0 is not from 1 to 512" },
  { "vocabulary 0", MEMBERS ("64", "2", "4", "4", "0", ""), "line 6, “vocab_size”", "0 is not from 1" },
  { "negative", MEMBERS ("-64", "2", "4", "4", "1000", ""), "line 2, “hidden_size”", "-64 is not from 1" },
  { "1e308", MEMBERS ("1e308", "2", "4", "4", "1000", ""), "line 2, “hidden_size”", "too large" },
  { "1e999", MEMBERS ("1e999", "2", "4", "4", "1000", ""), "line 2, “hidden_size”", "too large" },
  { "2^63", MEMBERS ("9223372036854775808", "2", "4", "4", "1000", ""), "line 2, “hidden_size”", "too large" },
  { "thirty digits", MEMBERS ("100000000000000000000000000000", "2", "4", "4", "1000", ""), "“hidden_size”",
    "too large" },
  { "a fraction", MEMBERS ("64.5", "2", "4", "4", "1000", ""), "line 2, “hidden_size”", "whole number" },
  { "a word", MEMBERS ("\"wide\"", "2", "4", "4", "1000", ""), "line 2, “hidden_size”", "whole number" },
  { "a word of digits and more", MEMBERS ("\"64x\"", "2", "4", "4", "1000", ""), "“hidden_size”", "whole number" },
  { "an infinite text", MEMBERS ("\"inf\"", "2", "4", "4", "1000", ""), "“hidden_size”", "whole number" },
  { "true", MEMBERS ("true", "2", "4", "4", "1000", ""), "line 2, “hidden_size”", "whole number" },
  { "an object", MEMBERS ("{}", "2", "4", "4", "1000", ""), "line 2, “hidden_size”", "whole number" },
  { "too many layers", MEMBERS ("64", "513", "4", "4", "1000", ""), "line 3, “num_hidden_layers”", "513 is not" },
  { "more KV heads than heads", MEMBERS ("64", "2", "4", "8", "1000", ""), "“num_key_value_heads”",
    "8 KV heads do not divide 4 heads" },
  { "KV heads that do not divide", MEMBERS ("64", "2", "4", "3", "1000", ""), "“num_key_value_heads”", "3 KV heads" },
  { "heads that do not divide", MEMBERS ("64", "2", "6", "6", "1000", ""), "“num_attention_heads”",
    "do not divide the hidden size 64" },
  { "a switch of another kind", MEMBERS ("64", "2", "4", "4", "1000", ",\n\"tie_word_embeddings\":\"yes\""),
    "line 8, “tie_word_embeddings”", "true or false" },
  { "layer list too short", MEMBERS ("64", "2", "4", "4", "1000", ",\n\"layer_types\":[\"full_attention\"]"),
    "line 8, “layer_types”", "1 entries, the model 2 layers" },
  { "layer list too long",
    MEMBERS ("64", "2", "4", "4", "1000", ",\n\"layer_types\":[\"full_attention\",\"full_attention\",\"full_attention\"]"),
    "line 8, “layer_types”", "3 entries, the model 2 layers" },
  { "unknown layer kind",
    MEMBERS ("64", "2", "4", "4", "1000", ",\n\"layer_types\":[\"full_attention\",\n\"hyper_attention\"]"),
    "line 9, “layer_types”", "“hyper_attention” is not known" },
  { "a layer kind that is no text", MEMBERS ("64", "2", "4", "4", "1000", ",\n\"layer_types\":[{},{}]"),
    "line 8, “layer_types”", "is not known" },
  { "linear attention of no kind",
    MEMBERS ("64", "2", "4", "4", "1000", ",\n\"layer_types\":[\"linear_attention\",\"linear_attention\"]"),
    "line 8, “layer_types”", "“linear_attention” is not known" },
  { "numbers that differ", "{\"model_type\":\"llama\"," BODY ",\n\"head_dim\":[16,32]}", "line 2, “head_dim”",
    "differ from layer to layer" },
  { "nested part of another kind", "{\"text_config\":\n[1]}", "line 2, “text_config”", "an object is expected" },
  { "nested part that is empty", "{\"text_config\":{},\"hidden_size\":64}", "config.json", "missing: “hidden_size”" },
  { "a known type that is not modelled", "{\"model_type\":\"zamba2\"}", "zamba2", "not modelled" },
  { "an encoder of another kind", "{\"model_type\":\"longformer\"," BODY "}", "longformer", "encoders of this kind" },
  { "a translator of another kind", "{\"model_type\":\"marian\"," BODY "}", "marian", "encoder-decoders of this kind" },
  { "cross-attention over no images",
    "{\"model_type\":\"mllama_text_model\",\"cross_attention_layers\":[1]," BODY "}", "config.json",
    "“cross_attention_layers”, “vision_config”" },
  { "two attentions a layer", "{\"model_type\":\"longcat_flash\"," BODY "}", "longcat_flash", "two attentions" },
  { "RWKV in a Qwen model", "{\"model_type\":\"rwkv6qwen2\"}", "rwkv6qwen2", "RWKV" },
  { "RWKV-7 without ranks", "{\"model_type\":\"rwkv7\"," BODY "}", "config.json",
    "“decay_low_rank_dim”, “a_low_rank_dim”, “v_low_rank_dim”" },
  { "a compression of no kind", "{\"model_type\":\"deepseek_v4\"," BODY ",\n\"compress_ratios\":[4,7]}",
    "line 2, “compress_ratios”", "“7” is not known" },
  { "short convolutions without a list", "{\"model_type\":\"lfm2\"," BODY "}", "config.json", "“layer_types”" },
  { "a first layer that is no number 1",
    "{\"model_type\":\"kimi_linear\"," BODY ",\"kv_lora_rank\":8,\"qk_nope_head_dim\":8,\"qk_rope_head_dim\":8,"
    "\n\"linear_attn_config\":{\"num_heads\":1,\"head_dim\":8,\"kda_layers\":[0]}}",
    "line 2, “linear_attn_config.kda_layers”", "0 is not from 1 to 2" },
  { "a block of no kind", "{\"model_type\":\"recurrent_gemma\"," BODY ",\n\"block_types\":[\"hawk\"]}",
    "line 2, “block_types”", "“hawk”" },
  { "experts in use above experts",
    "{\"model_type\":\"mixtral\"," BODY ",\"num_local_experts\":4,\"num_experts_per_tok\":5}", "“num_experts_per_tok”",
    "5 of only 4" },
  { "latent attention without widths", "{\"model_type\":\"deepseek_v3\"," BODY "}", "config.json",
    "“kv_lora_rank”, “qk_nope_head_dim”, “qk_rope_head_dim”" },
  { "a hybrid without pattern",
    "{\"model_type\":\"nemotron_h\",\"ssm_state_size\":16," BODY "}", "config.json", "“hybrid_override_pattern”" },
  { "a pattern letter",
    "{\"model_type\":\"nemotron_h\",\"ssm_state_size\":16," BODY ",\n\"hybrid_override_pattern\":\"MX\"}",
    "line 2, “hybrid_override_pattern”", "“X”" },
  { "a pattern too long",
    "{\"model_type\":\"nemotron_h\",\"ssm_state_size\":16," BODY ",\n\"hybrid_override_pattern\":\"MMM\"}",
    "line 2, “hybrid_override_pattern”", "3 entries" },
  { "depth of no layer",
    "{\"model_type\":\"qwen3_moe\"," BODY ",\"num_experts\":4,\"num_experts_per_tok\":1,\n\"mlp_only_layers\":[2]}",
    "line 2, “mlp_only_layers”", "2 is not from 0 to 1" },
  { "quantization of another kind", "{" BODY ",\n\"quantization_config\":\"int4\"}", "line 2, “quantization_config”",
    "an object" },
  { "negative bits", "{" BODY ",\n\"quantization_config\":{\"quant_method\":\"gptq\",\"bits\":-4}}", "line 2, “bits”",
    "above 0" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError)       error = NULL;
      g_autoptr (PlimHfConfig) config =
        plim_hf_config_read ("config.json", refused[i].text, strlen (refused[i].text), &error);

      if (config != NULL)
        {
          g_test_message ("%s: accepted", refused[i].name);
          g_test_fail ();
        }
      else if (!g_str_has_prefix (error->message, "config.json") || strstr (error->message, refused[i].place) == NULL ||
               strstr (error->message, refused[i].reason) == NULL)
        {
          g_test_message ("%s: %s", refused[i].name, error->message);
          g_test_fail ();
        }
    }
}

/* What is accepted as the small Llama all the same, and the assumption it brings. */
static const struct
{
  const char *name;
  const char *text;
  const char *assumed; /* NULL = none */
  const char *value;
} accepted[] = {
  { "plain", MEMBERS ("64", "2", "4", "2", "1000", ""), NULL, NULL },
  { "number as text", MEMBERS ("\"64\"", "2", "4", "2", "1000", ""), "hidden_size", "64" },
  { "float without fraction", MEMBERS ("64", "2.0", "4", "2", "1000", ""), "num_hidden_layers", "2" },
  { "text with a fraction of zero", MEMBERS ("64", "2", "\"4.0\"", "2", "1000", ""), "num_attention_heads", "4" },
  { "exponent", MEMBERS ("64", "2", "4", "2", "1e3", ""), "vocab_size", "1000" },
  { "null is absent", MEMBERS ("64", "2", "4", "2", "1000", ",\"head_dim\":null,\"layer_types\":null"), NULL, NULL },
  { "carriage returns",
    "{\"model_type\":\"llama\",\r\n\"num_key_value_heads\":2,\r\n\"intermediate_size\":128," BODY "}", NULL, NULL },
  { "the same number for each layer", MEMBERS ("64", "2", "4", "2", "1000", ",\"head_dim\":[16,16]"), NULL, NULL },
  { "other names",
    "{\"model_type\":\"llama\",\"n_embd\":64,\"n_layer\":2,\"n_head\":4,\"num_kv_heads\":2,"
    "\"vocab_size\":1000,\"n_inner\":128}",
    NULL, NULL },
  { "nested", "{\"model_type\":\"llava\",\"text_config\":" MEMBERS ("64", "2", "4", "2", "1000", "") "}", NULL, NULL },
  { "nested twice",
    "{\"thinker_config\":{\"text_config\":" MEMBERS ("64", "2", "4", "2", "1000", "") ",\"audio_config\":{}}}",
    "audio_config", "0" },
  { "Infinity", MEMBERS ("64", "2", "4", "2", "1000", ",\n\"limit\":[0.0,Infinity],\"a\":\"\\\"\",\"b\":NaN"), "line 8",
    "null" },
  { "layers counted by their list",
    MEMBERS ("64", "null", "4", "2", "1000", ",\"layer_types\":[\"full_attention\",\"full_attention\"]"), NULL, NULL },
  { "NaN in a text", MEMBERS ("64", "2", "4", "2", "1000", ",\"note\":\"NaN\""), NULL, NULL },
  { "unknown type", "{\"model_type\":\"brandnew\",\"num_key_value_heads\":2,\"intermediate_size\":128," BODY "}",
    "model_type", "llama" },
  { "a class in place of the type",
    "{\"architectures\":[\"LlamaForCausalLM\"],\"num_key_value_heads\":2,\"intermediate_size\":128," BODY "}",
    "model_type", "llama" },
  { "layers by a list, not by a rule",
    "{\"model_type\":\"gpt_oss\",\"num_key_value_heads\":2,\"intermediate_size\":128,\"sliding_window\":8,"
    "\"layer_types\":[\"full_attention\",\"full_attention\"]," BODY "}",
    NULL, NULL },
  { "no type", "{\"num_key_value_heads\":2,\"intermediate_size\":128," BODY "}", "model_type", "llama" },
};

static void
expect_assumption (const char         *name,
                   const PlimHfConfig *config,
                   const char         *member,
                   const char         *value)
{
  for (guint i = 0; i < config->assumptions->len; i++)
    {
      const PlimHfAssumption *assumption = config->assumptions->pdata[i];

      if (g_strcmp0 (assumption->name, member) == 0 && g_strcmp0 (assumption->value, value) == 0 &&
          *assumption->reason != '\0')
        return;
    }

  g_test_message ("%s: “%s” is not among the %u assumptions", name, member, config->assumptions->len);
  g_test_fail ();
}

static void
test_accepted (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      g_autoptr (GError)       error = NULL;
      g_autoptr (PlimHfConfig) config =
        plim_hf_config_read ("config.json", accepted[i].text, strlen (accepted[i].text), &error);

      g_assert_no_error (error);
      g_assert_cmpint (config->model.hidden_size, ==, 64);
      g_assert_cmpuint (config->model.n_layers, ==, 2);
      g_assert_cmpuint (config->model.n_kinds, ==, 1);
      g_assert_cmpint (config->model.kinds[0].attention.heads_count, ==, 4);
      g_assert_cmpint (config->model.kinds[0].attention.kv_heads_count, ==, 2);
      g_assert_cmpint (config->model.kinds[0].attention.head_dim, ==, 16);
      g_assert_cmpint (config->model.kinds[0].mlp.width, ==, 128);
      g_assert_cmpint (config->model.vocab_size, ==, 1000);
      if (accepted[i].assumed != NULL)
        expect_assumption (accepted[i].name, config, accepted[i].assumed, accepted[i].value);
      else
        g_assert_cmpuint (config->assumptions->len, ==, 0);
    }
}

/* An unknown type: every guess is listed, and what is not known. */
static void
test_unknown (void)
{
  static const char        text[] = "{\"model_type\":\"brandnew\"," BODY "}";
  g_autoptr (GError)       error = NULL;
  g_autoptr (PlimHfConfig) config = plim_hf_config_read ("config.json", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_false (config->is_known);
  g_assert_cmpstr (config->model_type, ==, "brandnew");
  expect_assumption ("unknown", config, "model_type", "llama");
  expect_assumption ("unknown", config, "num_key_value_heads", "4");
  expect_assumption ("unknown", config, "intermediate_size", "256");
  expect_assumption ("unknown", config, "tie_word_embeddings", "false");
  expect_assumption ("unknown", config, "attention_bias", "false");
  expect_assumption ("unknown", config, "mlp_bias", "false");
  g_assert_cmpuint (config->missing->len, ==, 2);
  g_assert_cmpstr (config->missing->pdata[0], ==, "max_position_embeddings");
  g_assert_cmpstr (config->missing->pdata[1], ==, "torch_dtype");
}

/* An unknown type with latent attention and experts after dense layers is DeepSeek V3 but for the router's bias: 58
 * layers of 256 values. */
static void
test_unknown_experts (void)
{
  g_autofree char         *path = g_test_build_filename (G_TEST_DIST, "import", "configs", "deepseek-v3.json", NULL);
  g_autofree char         *known = NULL;
  g_autofree char         *text = NULL;
  g_autoptr (GError)       error = NULL;
  g_auto (GStrv)           parts = NULL;
  g_autoptr (PlimHfConfig) config = NULL;
  PlimParameters           parameters;

  g_assert_true (g_file_get_contents (path, &known, NULL, NULL));
  parts = g_strsplit (known, "\"deepseek_v3\"", 2);
  text = g_strjoinv ("\"brandnew\"", parts);
  config = plim_hf_config_read ("config.json", text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_false (config->is_known);
  expect_assumption ("latent attention", config, "kv_lora_rank", "MLA");
  plim_parameters_count (&config->model, &parameters);
  g_assert_cmpint (parameters.total_count, ==, G_GINT64_CONSTANT (671026419200) - 58 * 256);
}

/* Text of great length: spaces, members, nesting, lists. */
static void
test_large (void)
{
  g_autofree char         *spaces = g_strnfill (100 * 1024 * 1024, ' ');
  g_autofree char         *nested = g_strnfill (100000, '[');
  g_autoptr (GString)      members = g_string_new ("{\"m\":0");
  g_autoptr (GString)      list = g_string_new ("{\"model_type\":\"llama\"," BODY ",\"layer_types\":[0");
  g_autoptr (GError)       error = NULL;
  g_autoptr (PlimHfConfig) config = NULL;

  g_assert_null (plim_hf_config_read ("config.json", spaces, 100 * 1024 * 1024, &error));
  g_assert_error (error, PLIM_IMPORT_ERROR, PLIM_IMPORT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (plim_hf_config_read ("config.json", nested, strlen (nested), &error));
  g_assert_error (error, PLIM_JSON_ERROR, PLIM_JSON_ERROR_TOO_LARGE);
  g_clear_error (&error);

  for (guint i = 0; i < 100000; i++)
    {
      g_string_append_printf (members, ",\"m%u\":0", i);
      g_string_append (list, ",0");
    }
  g_string_append (members, "}");
  g_string_append (list, "]}");
  g_assert_null (plim_hf_config_read ("config.json", members->str, members->len, &error));
  g_assert_error (error, PLIM_IMPORT_ERROR, PLIM_IMPORT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (plim_hf_config_read ("config.json", list->str, list->len, &error));
  g_assert_error (error, PLIM_IMPORT_ERROR, PLIM_IMPORT_ERROR_DAMAGED);
}

/* The most layers that a model may have are those of a decoder, not half of them. */
static void
test_deepest (void)
{
  static const char        text[] = MEMBERS ("64", "512", "4", "4", "1000", "");
  g_autoptr (GError)       error = NULL;
  g_autoptr (PlimHfConfig) config = plim_hf_config_read ("config.json", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (config->model.n_layers, ==, 512);
}

/* Every prefix of a good file, and the file with each byte changed, ends in a model or a message. */
static void
test_damaged (void)
{
  static const char text[] = "{\"model_type\":\"qwen3_moe\"," BODY ",\"num_experts\":4,\"num_experts_per_tok\":1,"
                             "\"mlp_only_layers\":[1],\"layer_types\":[\"full_attention\",\"full_attention\"],"
                             "\"quantization_config\":{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":128}}";
  gsize             size = strlen (text);

  for (gsize i = 0; i < 4 * size; i++)
    {
      g_autofree char         *copy = g_memdup2 (text, size);
      g_autoptr (GError)       error = NULL;
      g_autoptr (PlimHfConfig) config = NULL;
      gsize                    kept = i < size ? i : size;

      if (i >= size)
        copy[i % size] = "x0-"[i / size - 1];
      config = plim_hf_config_read ("config.json", copy, kept, &error);
      g_assert_true ((config == NULL) == (error != NULL));
      if (error != NULL)
        g_assert_true (g_str_has_prefix (error->message, "config.json"));
      if (i < size)
        g_assert_null (config);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/hf-oddities/refused", test_refused);
  g_test_add_func ("/hf-oddities/accepted", test_accepted);
  g_test_add_func ("/hf-oddities/unknown", test_unknown);
  g_test_add_func ("/hf-oddities/unknown-experts", test_unknown_experts);
  g_test_add_func ("/hf-oddities/large", test_large);
  g_test_add_func ("/hf-oddities/deepest", test_deepest);
  g_test_add_func ("/hf-oddities/damaged", test_damaged);

  return g_test_run ();
}
