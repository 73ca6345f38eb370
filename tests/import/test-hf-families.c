/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a configuration says beside the shapes of the catalogue's models: further families, parts counted apart, stored
 * types and quantization. */

#include "plim-hf-config.h"
#include "plim-kv-cache.h"
#include "plim-parameters.h"

#include <string.h>

/* Configurations of models that are not in the catalogue, with published totals (Hugging Face Hub, safetensors), or
 * counted by hand.  Falcon Mamba 7B, a layer: 4096 x 16384 + 8192 x 5 + 8192 x 288 + 256 x 8192 + 8192 + 8192 x 16 +
 * 8192 + 8192 x 4096 + 4096 = 105,312,256; 64 layers, two tables of 65024 x 4096 and a norm.  Codestral Mamba 7B: 4096
 * x 18560 + 10240 x 5 + 384 + 8192 + 8192 x 4096 + 4096 = 109,640,064; 64 layers, two tables of 32768 x 4096 and a
 * norm.  GLM-4.5 Air: the published total without its MTP layer.  Gemma 4 E4B: 7,518,069,290 in a GGUF file
 * (llama.cpp), less 256 rotary factors; E2B: by hand as E4B, 7 of 35 layers see the whole context, the last 20 have
 * MLPs of 12288.  Gemma 3n E4B, a layer of 2048: attention 2 x 2048 x 2048 + 2 x 2048 x 512 + 2 x 256; MLP 3 x 2048 x
 * 16384; norms 4 x 2048; own embedding 2 x 2048 x 256 + 2048; LAuReL 2 x 2048 x 64 + 2048; AltUp 2048 x 6 + 16 + 64 =
 * 113,078,864; 35 layers, table 262400 x 2048, tables 35 x 256 x (262144
 * + 2048) + 256, AltUp's six 2048 x 2048 and a norm: 6.87 billion, as GGUF files of it say.  ModernBERT and DeBERTa
 * V3: without the heads of pre-training; all-mpnet-base-v2: without the 514 stored numbers of positions.
 *
 * Ling lite, a layer: 2 x 2048^2 + 2 x 2048 x 512 + 66 x 3 x 2048 x 1408 + 64 x 2048 + 2 x 2048 = 581,570,560; 28 of
 * them, two tables of 126,464 x 2048 and a norm.  Granite with windows: 2 x 2560^2 + 2 x 2560 x 512 + 20 sinks + 3 x
 * 2560 x 8192 + 2 x 2560 = 78,648,340; 24 layers, a table of 100,352 x 2560 and a norm.  GPT and BioGPT as published,
 * the latter 1026 positions.
 *
 * Small ones by hand: two layers of 64 with 4 heads of 16 and 2 of KV, attention 12288, MLP of 128 24576 with a gate,
 * 16384 without, four experts of 32 24576, one shared 6144, router 256, tables of 1000 x 64 twice and a norm 128064.
 * AFMoE: 2 x (12288 + 4096 for the gate + 32 + 4 x 64) + 24576 + 24576 + 6144 + 256 + 4; K-EXAONE and Hy3:
 * 2 x (12288 + 32 + 128) and the same; Cohere 2: 2 x (12288 + 64) + 24576 + 24576 + 6144 + 256, one table; Arcee:
 * 2 x (12288 + 128 + 16384); nanochat: no learned norms; Jais 2: with 192 + 192 biases and two values a norm. */
static const struct
{
  const char *name;
  gint64      total_count;
  const char *text;
} counts[] = {
  { "Falcon Mamba 7B", G_GINT64_CONSTANT (7272665088),
    "{\"model_type\":\"falcon_mamba\",\"hidden_size\":4096,\"num_hidden_layers\":64,\"vocab_size\":65024,"
    "\"state_size\":16,\"conv_kernel\":4,\"expand\":16,\"intermediate_size\":8192,\"time_step_rank\":256,"
    "\"tie_word_embeddings\":false}" },
  { "Codestral Mamba 7B", G_GINT64_CONSTANT (7285403648),
    "{\"model_type\":\"mamba2\",\"hidden_size\":4096,\"num_hidden_layers\":64,\"vocab_size\":32768,\"num_heads\":128,"
    "\"head_dim\":64,\"n_groups\":8,\"state_size\":128,\"conv_kernel\":4,\"expand\":2,\"time_step_rank\":\"auto\","
    "\"tie_word_embeddings\":false}" },
  { "GLM-4.5 Air", G_GINT64_CONSTANT (106852251264),
    "{\"model_type\":\"glm4_moe\",\"hidden_size\":4096,\"num_hidden_layers\":46,\"num_attention_heads\":96,"
    "\"num_key_value_heads\":8,\"head_dim\":128,\"intermediate_size\":10944,\"moe_intermediate_size\":1408,"
    "\"n_routed_experts\":128,\"n_shared_experts\":1,\"num_experts_per_tok\":8,\"first_k_dense_replace\":1,"
    "\"attention_bias\":true,\"use_qk_norm\":false,\"num_nextn_predict_layers\":1,\"vocab_size\":151552,"
    "\"tie_word_embeddings\":false}" },
  { "gpt-oss 20B", G_GINT64_CONSTANT (20914757184),
    "{\"model_type\":\"gpt_oss\",\"hidden_size\":2880,\"num_hidden_layers\":24,\"num_attention_heads\":64,"
    "\"num_key_value_heads\":8,\"head_dim\":64,\"intermediate_size\":2880,\"num_local_experts\":32,"
    "\"num_experts_per_tok\":4,\"sliding_window\":128,\"vocab_size\":201088,\"tie_word_embeddings\":false}" },
  { "Granite 4.0 H Tiny", G_GINT64_CONSTANT (6939037248),
    "{\"model_type\":\"granitemoehybrid\",\"hidden_size\":1536,\"num_hidden_layers\":40,\"num_attention_heads\":12,"
    "\"num_key_value_heads\":4,\"intermediate_size\":512,\"shared_intermediate_size\":1024,\"num_local_experts\":64,"
    "\"num_experts_per_tok\":6,\"mamba_n_heads\":48,\"mamba_d_head\":64,\"mamba_d_state\":128,\"mamba_d_conv\":4,"
    "\"mamba_n_groups\":1,\"mamba_expand\":2,\"vocab_size\":100352,\"tie_word_embeddings\":true,\"layer_types\":["
    "\"mamba\",\"mamba\",\"mamba\",\"mamba\",\"mamba\",\"attention\",\"mamba\",\"mamba\",\"mamba\",\"mamba\","
    "\"mamba\",\"mamba\",\"mamba\",\"mamba\",\"mamba\",\"attention\",\"mamba\",\"mamba\",\"mamba\",\"mamba\","
    "\"mamba\",\"mamba\",\"mamba\",\"mamba\",\"mamba\",\"attention\",\"mamba\",\"mamba\",\"mamba\",\"mamba\","
    "\"mamba\",\"mamba\",\"mamba\",\"mamba\",\"mamba\",\"attention\",\"mamba\",\"mamba\",\"mamba\",\"mamba\"]}" },
  { "Nemotron 3 Super 120B", G_GINT64_CONSTANT (120668687360),
    "{\"model_type\":\"nemotron_h\",\"hidden_size\":4096,\"num_attention_heads\":32,\"num_key_value_heads\":2,"
    "\"head_dim\":128,\"hybrid_override_pattern\":\"MEMEMEM*EMEMEMEM*EMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*"
    "EMEMEMEMEM*"
    "EMEMEMEM*EMEMEMEME\",\"mamba_num_heads\":128,\"mamba_head_dim\":64,\"n_groups\":8,\"ssm_state_size\":128,"
    "\"moe_intermediate_size\":2688,\"moe_latent_size\":1024,\"moe_shared_expert_intermediate_size\":5376,"
    "\"n_routed_experts\":512,\"num_experts_per_tok\":22,\"time_step_limit\":[0.0,Infinity],\"vocab_size\":131072,"
    "\"num_nextn_predict_layers\":1,\"tie_word_embeddings\":false}" },
  { "Gemma 4 E4B", G_GINT64_CONSTANT (7518069034),
    "{\"model_type\":\"gemma4\",\"text_config\":{\"model_type\":\"gemma4_text\",\"hidden_size\":2560,"
    "\"num_hidden_layers\":42,\"num_attention_heads\":8,\"num_key_value_heads\":2,\"head_dim\":256,"
    "\"global_head_dim\":512,\"intermediate_size\":10240,\"vocab_size\":262144,\"vocab_size_per_layer_input\":262144,"
    "\"hidden_size_per_layer_input\":256,\"num_kv_shared_layers\":18,\"sliding_window\":512,"
    "\"use_double_wide_mlp\":false,\"enable_moe_block\":false,\"attention_k_eq_v\":false}}" },
  { "Gemma 4 E2B", G_GINT64_CONSTANT (4647449891),
    "{\"model_type\":\"gemma4\",\"text_config\":{\"model_type\":\"gemma4_text\",\"hidden_size\":1536,"
    "\"num_hidden_layers\":35,\"num_attention_heads\":8,\"num_key_value_heads\":1,\"head_dim\":256,"
    "\"global_head_dim\":512,\"intermediate_size\":6144,\"vocab_size\":262144,\"vocab_size_per_layer_input\":262144,"
    "\"hidden_size_per_layer_input\":256,\"num_kv_shared_layers\":20,\"sliding_window\":512,"
    "\"sliding_window_pattern\":5,\"use_double_wide_mlp\":true,\"attention_k_eq_v\":false}}" },
  { "Gemma 3n E4B", G_GINT64_CONSTANT (6866696688),
    "{\"model_type\":\"gemma3n\",\"text_config\":{\"model_type\":\"gemma3n_text\",\"hidden_size\":2048,"
    "\"num_hidden_layers\":35,\"num_attention_heads\":8,\"num_key_value_heads\":2,\"head_dim\":256,"
    "\"intermediate_size\":16384,\"vocab_size\":262400,\"vocab_size_per_layer_input\":262144,"
    "\"hidden_size_per_layer_input\":256,\"altup_num_inputs\":4,\"laurel_rank\":64,\"num_kv_shared_layers\":15,"
    "\"sliding_window\":512},\"vision_config\":{},\"audio_config\":{}}" },
  { "Apertus 8B", G_GINT64_CONSTANT (8053338176),
    "{\"model_type\":\"apertus\",\"hidden_size\":4096,\"num_hidden_layers\":32,"
    "\"num_attention_heads\":32,\"num_key_value_heads\":8,\"intermediate_size\":21504,"
    "\"vocab_size\":131072,\"tie_word_embeddings\":false}" },
  { "ModernBERT base", G_GINT64_CONSTANT (149014272),
    "{\"model_type\":\"modernbert\",\"hidden_size\":768,\"num_hidden_layers\":22,"
    "\"num_attention_heads\":12,\"intermediate_size\":1152,\"vocab_size\":50368,\"norm_bias\":false}" },
  { "nomic-embed-text v1.5", G_GINT64_CONSTANT (136731648),
    "{\"model_type\":\"nomic_bert\",\"n_embd\":768,\"n_layer\":12,\"n_head\":12,\"n_inner\":3072,"
    "\"vocab_size\":30528,\"type_vocab_size\":2,\"qkv_proj_bias\":false}" },
  { "DeBERTa V3 base", G_GINT64_CONSTANT (183831552),
    "{\"model_type\":\"deberta-v2\",\"hidden_size\":768,\"num_hidden_layers\":12,"
    "\"num_attention_heads\":12,\"intermediate_size\":3072,\"vocab_size\":128100,"
    "\"max_position_embeddings\":512,\"type_vocab_size\":0,\"position_biased_input\":false}" },
  { "DeBERTa V3 large", G_GINT64_CONSTANT (434012160),
    "{\"model_type\":\"deberta-v2\",\"hidden_size\":1024,\"num_hidden_layers\":24,"
    "\"num_attention_heads\":16,\"intermediate_size\":4096,\"vocab_size\":128100,"
    "\"max_position_embeddings\":512,\"type_vocab_size\":0,\"position_biased_input\":false}" },
  { "all-mpnet-base-v2", G_GINT64_CONSTANT (109486464),
    "{\"model_type\":\"mpnet\",\"hidden_size\":768,\"num_hidden_layers\":12,\"num_attention_heads\":12,"
    "\"intermediate_size\":3072,\"vocab_size\":30527,\"max_position_embeddings\":514,"
    "\"relative_attention_num_buckets\":32}" },
  { "NLLB-200 distilled 600M", G_GINT64_CONSTANT (615073792),
    "{\"model_type\":\"m2m_100\",\"d_model\":1024,\"encoder_layers\":12,\"decoder_layers\":12,"
    "\"num_hidden_layers\":12,\"encoder_attention_heads\":16,\"decoder_attention_heads\":16,"
    "\"encoder_ffn_dim\":4096,\"decoder_ffn_dim\":4096,\"vocab_size\":256206,"
    "\"max_position_embeddings\":1024}" },
  { "Ling lite", G_GINT64_CONSTANT (16801974272),
    "{\"model_type\":\"bailing_moe\",\"use_qkv_bias\":false,\"use_bias\":false,\"num_shared_experts\":2,"
    "\"num_experts_per_tok\":6,\"num_experts\":64,\"first_k_dense_replace\":0,\"head_dim\":128,"
    "\"num_key_value_heads\":4,\"vocab_size\":126464,\"max_position_embeddings\":16384,"
    "\"tie_word_embeddings\":false,\"hidden_size\":2048,\"num_hidden_layers\":28,"
    "\"num_attention_heads\":16,\"intermediate_size\":5632,\"moe_intermediate_size\":1408,"
    "\"torch_dtype\":\"bfloat16\"}" },
  { "Granite with windows 2B", G_GINT64_CONSTANT (2144463840),
    "{\"model_type\":\"granite_swa\",\"hidden_size\":2560,\"num_hidden_layers\":24,"
    "\"num_attention_heads\":20,\"num_key_value_heads\":4,\"intermediate_size\":8192,"
    "\"vocab_size\":100352,\"max_position_embeddings\":8192,\"sliding_window\":128,"
    "\"layer_types\":[\"full_attention\",\"sliding_attention\",\"sliding_attention\","
    "\"sliding_attention\",\"full_attention\",\"sliding_attention\",\"sliding_attention\","
    "\"sliding_attention\",\"full_attention\",\"sliding_attention\",\"sliding_attention\","
    "\"sliding_attention\",\"full_attention\",\"sliding_attention\",\"sliding_attention\","
    "\"sliding_attention\",\"full_attention\",\"sliding_attention\",\"sliding_attention\","
    "\"sliding_attention\",\"full_attention\",\"sliding_attention\",\"sliding_attention\","
    "\"sliding_attention\"],\"torch_dtype\":\"bfloat16\"}" },
  { "GPT", G_GINT64_CONSTANT (116534784),
    "{\"model_type\":\"openai-gpt\",\"n_embd\":768,\"n_layer\":12,\"n_head\":12,\"n_positions\":512,"
    "\"vocab_size\":40478}" },
  { "BioGPT", G_GINT64_CONSTANT (346763264),
    "{\"model_type\":\"biogpt\",\"hidden_size\":1024,\"num_hidden_layers\":24,\"num_attention_heads\":16,"
    "\"intermediate_size\":4096,\"max_position_embeddings\":1024,\"vocab_size\":42384}" },
  { "GLM-4 9B of transformers", G_GINT64_CONSTANT (9399951360),
    "{\"model_type\":\"glm\",\"hidden_size\":4096,\"num_hidden_layers\":40,\"num_attention_heads\":32,"
    "\"num_key_value_heads\":2,\"head_dim\":128,\"intermediate_size\":13696,\"vocab_size\":151552,"
    "\"attention_bias\":true,\"tie_word_embeddings\":false}" },
  { "mBART-50 large", G_GINT64_CONSTANT (610879488),
    "{\"model_type\":\"mbart\",\"d_model\":1024,\"encoder_layers\":12,\"decoder_layers\":12,"
    "\"num_hidden_layers\":12,\"encoder_attention_heads\":16,\"decoder_attention_heads\":16,"
    "\"encoder_ffn_dim\":4096,\"decoder_ffn_dim\":4096,\"vocab_size\":250054,"
    "\"max_position_embeddings\":1024}" },
  { "AFMoE", G_GINT64_CONSTANT (216964),
    "{\"model_type\":\"afmoe\",\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
    "\"num_key_value_heads\":2,\"head_dim\":16,\"vocab_size\":1000,\"num_experts\":4,"
    "\"num_experts_per_tok\":2,\"num_shared_experts\":1,\"intermediate_size\":128,"
    "\"moe_intermediate_size\":32,\"num_dense_layers\":1}" },
  { "K-EXAONE", G_GINT64_CONSTANT (208516),
    "{\"model_type\":\"exaone_moe\",\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
    "\"num_key_value_heads\":2,\"head_dim\":16,\"vocab_size\":1000,\"num_experts\":4,"
    "\"num_experts_per_tok\":2,\"num_shared_experts\":1,\"intermediate_size\":128,"
    "\"moe_intermediate_size\":32,\"first_k_dense_replace\":1}" },
  { "Hy3", G_GINT64_CONSTANT (208516),
    "{\"model_type\":\"hy_v3\",\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
    "\"num_key_value_heads\":2,\"head_dim\":16,\"vocab_size\":1000,\"num_experts\":4,"
    "\"num_experts_per_tok\":2,\"num_shared_experts\":1,\"intermediate_size\":128,"
    "\"moe_intermediate_size\":32}" },
  { "Cohere 2 with experts", G_GINT64_CONSTANT (144320),
    "{\"model_type\":\"cohere2_moe\",\"hidden_size\":64,\"num_hidden_layers\":2,"
    "\"num_attention_heads\":4,\"num_key_value_heads\":2,\"head_dim\":16,\"vocab_size\":1000,"
    "\"num_experts\":4,\"num_experts_per_tok\":2,\"num_shared_experts\":1,\"intermediate_size\":32,"
    "\"prefix_dense_intermediate_size\":128,\"mlp_layer_types\":[\"dense\",\"sparse\"]}" },
  { "Arcee", G_GINT64_CONSTANT (185664),
    "{\"model_type\":\"arcee\",\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
    "\"num_key_value_heads\":2,\"head_dim\":16,\"vocab_size\":1000,\"intermediate_size\":128}" },
  { "nanochat", G_GINT64_CONSTANT (185344),
    "{\"model_type\":\"nanochat\",\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
    "\"num_key_value_heads\":2,\"head_dim\":16,\"vocab_size\":1000,\"intermediate_size\":128}" },
  { "Jais 2", G_GINT64_CONSTANT (186752),
    "{\"model_type\":\"jais2\",\"hidden_size\":64,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
    "\"num_key_value_heads\":2,\"head_dim\":16,\"vocab_size\":1000,\"intermediate_size\":128}" },
};

static PlimHfConfig *
read_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  PlimHfConfig      *config = plim_hf_config_read ("config.json", text, strlen (text), &error);

  g_assert_no_error (error);
  return config;
}

static void
test_counts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (PlimHfConfig) config = read_text (counts[i].text);
      PlimParameters           parameters;

      plim_parameters_count (&config->model, &parameters);
      if (parameters.total_count == counts[i].total_count)
        continue;
      g_test_message ("%s: %" G_GINT64_FORMAT " counted, %" G_GINT64_FORMAT " published", counts[i].name,
                      parameters.total_count, counts[i].total_count);
      g_test_fail ();
    }
}

/* Quantization as repositories write it. */
static const struct
{
  const char       *text;
  PlimHfQuantizedTo method;
  double            bits;
  gint64            group_size;
  gboolean          has_zero_points;
  gboolean          has_double_quantization;
  guint             n_skipped;
} quantizations[] = {
  { "\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":128,\"desc_act\":false,\"sym\":true", PLIM_HF_QUANTIZED_GPTQ,
    4, 128, FALSE, FALSE, 0 },
  { "\"quant_method\":\"gptq\",\"bits\":8,\"group_size\":-1,\"sym\":false", PLIM_HF_QUANTIZED_GPTQ, 8, 0, TRUE, FALSE,
    0 },
  { "\"quant_method\":\"awq\",\"bits\":4,\"group_size\":64,\"zero_point\":true,\"modules_to_not_convert\":[\"visual\"]",
    PLIM_HF_QUANTIZED_AWQ, 4, 64, TRUE, FALSE, 1 },
  { "\"quant_method\":\"bitsandbytes\",\"load_in_4bit\":true,\"bnb_4bit_quant_type\":\"nf4\","
    "\"bnb_4bit_use_double_quant\":true,\"llm_int8_skip_modules\":[\"lm_head\",\"vision_model\"]",
    PLIM_HF_QUANTIZED_NF4, 4, 64, FALSE, TRUE, 2 },
  { "\"quant_method\":\"bitsandbytes\",\"load_in_8bit\":true,\"load_in_4bit\":false", PLIM_HF_QUANTIZED_INT8, 8, 0,
    FALSE, FALSE, 0 },
  { "\"quant_method\":\"fp8\",\"fmt\":\"e4m3\",\"weight_block_size\":[128,128]", PLIM_HF_QUANTIZED_FP8, 8, 16384, FALSE,
    FALSE, 0 },
  { "\"quant_method\":\"mxfp4\",\"modules_to_not_convert\":[\"lm_head\"]", PLIM_HF_QUANTIZED_MXFP4, 4, 32, FALSE, FALSE,
    1 },
  { "\"quant_method\":\"modelopt\",\"quant_algo\":\"NVFP4\",\"ignore\":[\"lm_head\"]", PLIM_HF_QUANTIZED_NVFP4, 4, 16,
    FALSE, FALSE, 1 },
  { "\"quant_method\":\"modelopt\",\"quant_algo\":\"FP8\"", PLIM_HF_QUANTIZED_FP8, 8, 0, FALSE, FALSE, 0 },
  { "\"quant_method\":\"compressed-tensors\",\"config_groups\":{\"group_0\":{\"weights\":{\"num_bits\":4,"
    "\"type\":\"int\",\"group_size\":128,\"symmetric\":true}}},\"ignore\":[\"lm_head\"]",
    PLIM_HF_QUANTIZED_INTEGER, 4, 128, FALSE, FALSE, 1 },
  { "\"quant_method\":\"compressed-tensors\",\"config_groups\":{\"group_0\":{\"weights\":{\"num_bits\":8,"
    "\"type\":\"float\",\"group_size\":null}}}",
    PLIM_HF_QUANTIZED_FP8, 8, 0, FALSE, FALSE, 0 },
  { "\"quant_algo\":\"FP8\",\"config_groups\":{\"group_0\":{\"weights\":{\"num_bits\":8,\"type\":\"float\"}}},"
    "\"ignore\":[\"lm_head\"]",
    PLIM_HF_QUANTIZED_FP8, 8, 0, FALSE, FALSE, 1 },
  { "\"quant_method\":\"modelopt\",\"quant_algo\":\"MIXED_PRECISION\",\"exclude_modules\":[\"lm_head\"]",
    PLIM_HF_QUANTIZED_OTHER, 0, 0, FALSE, FALSE, 1 },
  { "\"quant_method\":\"modelopt\",\"config_groups\":{\"group_0\":{\"weights\":{\"num_bits\":8,\"type\":\"float\"}},"
    "\"group_1\":{\"weights\":{\"num_bits\":4,\"type\":\"float\",\"group_size\":16}}}",
    PLIM_HF_QUANTIZED_OTHER, 0, 0, FALSE, FALSE, 0 },
  { "\"quant_method\":\"hqq\",\"quant_config\":{\"weight_quant_params\":{\"nbits\":3,\"group_size\":64}}",
    PLIM_HF_QUANTIZED_HQQ, 3, 64, FALSE, FALSE, 0 },
  { "\"quant_method\":\"exl2\",\"bits\":4.25,\"head_bits\":6", PLIM_HF_QUANTIZED_EXL, 4.25, 0, FALSE, FALSE, 0 },
  { "\"quant_method\":\"new\",\"bits\":5", PLIM_HF_QUANTIZED_OTHER, 5, 0, FALSE, FALSE, 0 },
};

#define SMALL \
  "\"model_type\":\"llama\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,\"vocab_size\":1000"

static void
test_quantization (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (quantizations); i++)
    {
      g_autofree char          *text = g_strconcat ("{" SMALL ",\"quantization_config\":{",
                                                    quantizations[i].text, "}}", NULL);
      g_autoptr (PlimHfConfig)  config = read_text (text);
      const PlimHfQuantization *quantization = config->quantization;

      g_test_message ("%s", quantizations[i].text);
      g_assert_nonnull (quantization);
      g_assert_cmpint (quantization->method, ==, quantizations[i].method);
      g_assert_cmpfloat (quantization->bits, ==, quantizations[i].bits);
      g_assert_cmpint (quantization->group_size, ==, quantizations[i].group_size);
      g_assert_cmpint (quantization->has_zero_points, ==, quantizations[i].has_zero_points);
      g_assert_cmpint (quantization->has_double_quantization, ==, quantizations[i].has_double_quantization);
      g_assert_cmpuint (quantization->skipped->len, ==, quantizations[i].n_skipped);
    }
}

/* Parts beside the language model.  Gemma 3 4B: the published total of the repository, 4,300,079,472, less the text
 * model, 3,880,263,168. */
static void
test_parts (void)
{
  g_autoptr (PlimHfConfig) gemma = read_text (
    "{\"model_type\":\"gemma3\",\"torch_dtype\":\"bfloat16\",\"text_config\":{\"model_type\":\"gemma3_text\","
    "\"hidden_size\":2560,\"intermediate_size\":10240,\"num_hidden_layers\":34,\"sliding_window\":1024},"
    "\"vision_config\":{\"model_type\":\"siglip_vision_model\",\"hidden_size\":1152,\"image_size\":896,"
    "\"intermediate_size\":4304,\"num_hidden_layers\":27,\"patch_size\":14}}");
  g_autoptr (PlimHfConfig) omni = read_text (
    "{\"model_type\":\"qwen3_omni_moe\",\"dtype\":\"torch.float16\",\"thinker_config\":{\"audio_config\":{},"
    "\"vision_config\":{\"depth\":27},\"text_config\":{\"num_nextn_predict_layers\":2," SMALL "}}}");
  PlimParameters parameters;

  plim_parameters_count (&gemma->model, &parameters);
  g_assert_cmpint (parameters.total_count, ==, G_GINT64_CONSTANT (3880263168));
  g_assert_true (gemma->vision.is_present);
  g_assert_cmpint (gemma->vision.parameters_count, ==, 419816304);
  g_assert_cmpint (gemma->model.tower_parameters_count, ==, 419816304);
  g_assert_false (gemma->audio.is_present);
  g_assert_cmpstr (gemma->dtype, ==, "bfloat16");
  g_assert_cmpuint (gemma->assumptions->len, ==, 6);

  g_assert_true (omni->vision.is_present && omni->audio.is_present);
  g_assert_cmpint (omni->vision.parameters_count, ==, 0);
  g_assert_cmpint (omni->next_token_layers_count, ==, 2);
  g_assert_cmpstr (omni->dtype, ==, "float16");
}

/* Next-token layers: published totals of repositories with them less those without.  Qwen3-Next: 81,324,862,720 -
 * 79,674,391,296; GLM-4.5 Air: 110,468,824,832 - 106,852,251,264; MiMo 7B: 7,833,409,536 - 7,622,619,136; Nemotron 3
 * Super: 123,611,012,096 - 120,668,687,360. */
static void
test_next_token (void)
{
  static const struct
  {
    const char *file;
    const char *layers; /* replaces "}" at the end of the fixture */
    gint64      count;
  } rows[] = {
    { "qwen3-next-80b-a3b.json", ",\"num_nextn_predict_layers\":1}", G_GINT64_CONSTANT (1650471424) },
    { "mimo-7b.json", "}", 210790400 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char         *path = g_test_build_filename (G_TEST_DIST, "import", "configs", rows[i].file, NULL);
      g_autofree char         *data = NULL;
      g_autofree char         *text = NULL;
      g_autoptr (PlimHfConfig) config = NULL;

      g_assert_true (g_file_get_contents (path, &data, NULL, NULL));
      *strrchr (data, '}') = '\0';
      text = g_strconcat (data, rows[i].layers, NULL);
      config = read_text (text);
      g_assert_cmpint (config->next_token_layers_count, ==, 1);
      g_assert_cmpint (config->next_token_parameters_count, ==, rows[i].count);
    }
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (PlimHfConfig) config = read_text (counts[i].text);

      if (strcmp (counts[i].name, "GLM-4.5 Air") == 0)
        g_assert_cmpint (config->next_token_parameters_count, ==, G_GINT64_CONSTANT (3616573568));
      if (strcmp (counts[i].name, "Nemotron 3 Super 120B") == 0)
        g_assert_cmpint (config->next_token_parameters_count, ==, G_GINT64_CONSTANT (2942324736));
    }
}

/* Gemma 3n E4B: 20 of 35 layers keep 2 x 2 heads of 256 in 2 bytes; every fifth of them beyond its window of 512. */
static void
test_shared_cache (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    if (strcmp (counts[i].name, "Gemma 3n E4B") == 0)
      {
        g_autoptr (PlimHfConfig) config = read_text (counts[i].text);
        PlimKvLine               start = plim_kv_cache_line (&config->model, PLIM_PRECISION_BF16, 512, 1);
        PlimKvLine               line = plim_kv_cache_line (&config->model, PLIM_PRECISION_BF16, 32768, 1);

        g_assert_cmpint (config->shared_kv_layers_count, ==, 15);
        g_assert_cmpint (start.growing_bytes, ==, 20 * 2048);
        g_assert_cmpint (line.growing_bytes, ==, 4 * 2048);
        g_assert_cmpint (line.fixed_bytes, ==, 16 * 2048 * 512);
      }
}

/* Rules and lists for single layers; a letter for each layer: "f" the whole context, "w" a window, "r" recurrent, "d"
 * dense, "e" experts. */
static const struct
{
  const char *text;
  const char *mixers;
  const char *blocks;
} layers[] = {
  { SMALL, "ffff", "dddd" },
  { "\"model_type\":\"mistral\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,\"vocab_size\":9,"
    "\"sliding_window\":8",
    "wwww", "dddd" },
  { "\"model_type\":\"qwen2\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,\"vocab_size\":9,"
    "\"sliding_window\":8,\"use_sliding_window\":true,\"max_window_layers\":1",
    "fwww", "dddd" },
  { "\"model_type\":\"qwen2\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,\"vocab_size\":9,"
    "\"sliding_window\":8,\"use_sliding_window\":false,\"max_window_layers\":1",
    "ffff", "dddd" },
  { "\"model_type\":\"gemma2\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,\"vocab_size\":9,"
    "\"num_key_value_heads\":2",
    "wfwf", "dddd" },
  { "\"model_type\":\"exaone4\",\"hidden_size\":64,\"num_hidden_layers\":5,\"num_attention_heads\":4,\"vocab_size\":9,"
    "\"sliding_window\":8,\"sliding_window_pattern\":\"LLG\"",
    "wwfwf", "ddddd" },
  { "\"model_type\":\"qwen3_moe\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,"
    "\"vocab_size\":9,\"num_experts\":4,\"num_experts_per_tok\":1,\"decoder_sparse_step\":2",
    "ffff", "dede" },
  { "\"model_type\":\"qwen3_moe\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,"
    "\"vocab_size\":9,\"num_experts\":4,\"num_experts_per_tok\":1,\"mlp_only_layers\":[0,3]",
    "ffff", "deed" },
  { "\"model_type\":\"glm4_moe\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,"
    "\"vocab_size\":9,\"n_routed_experts\":4,\"num_experts_per_tok\":1,\"mlp_layer_types\":[\"dense\",\"sparse\","
    "\"sparse\",\"dense\",\"sparse\"],\"num_nextn_predict_layers\":1",
    "ffff", "deed" },
  { "\"model_type\":\"llama4_text\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,"
    "\"vocab_size\":9,\"num_local_experts\":4,\"num_experts_per_tok\":1,\"interleave_moe_layer_step\":1,"
    "\"attention_chunk_size\":8,\"moe_layers\":[1,3],\"no_rope_layers\":[1,0,1,0]",
    "wfwf", "dede" },
  { "\"model_type\":\"jamba\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,\"vocab_size\":9,"
    "\"attn_layer_period\":4,\"attn_layer_offset\":2,\"num_experts\":4,\"num_experts_per_tok\":1",
    "rrfr", "dede" },
  { "\"model_type\":\"qwen3_next\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,"
    "\"vocab_size\":9,\"num_experts\":4,\"num_experts_per_tok\":1,\"full_attention_interval\":2,"
    "\"linear_num_key_heads\":2,\"linear_key_head_dim\":8,\"linear_num_value_heads\":4,\"linear_value_head_dim\":8",
    "rfrf", "eeee" },
  { "\"model_type\":\"nemotron_h\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,"
    "\"vocab_size\":9,\"ssm_state_size\":16,\"mamba_num_heads\":4,\"mamba_head_dim\":8,\"n_routed_experts\":4,"
    "\"num_experts_per_tok\":1,\"hybrid_override_pattern\":\"M*-E\"",
    "rf--", "--de" },
  { "\"model_type\":\"bamba\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,\"vocab_size\":9,"
    "\"mamba_d_state\":16,\"mamba_n_heads\":4,\"mamba_d_head\":8,\"attn_layer_indices\":[1]",
    "rfrr", "dddd" },
  { "\"model_type\":\"modernbert\",\"hidden_size\":64,\"num_hidden_layers\":5,\"num_attention_heads\":4,"
    "\"vocab_size\":9",
    "fwwfw", "ddddd" },
  { "\"model_type\":\"modernbert\",\"hidden_size\":64,\"num_hidden_layers\":3,\"num_attention_heads\":4,"
    "\"vocab_size\":9,\"layer_types\":[\"sliding_attention\",\"full_attention\",\"sliding_attention\"]",
    "wfw", "ddd" },
  { "\"model_type\":\"newtype\",\"hidden_size\":64,\"num_hidden_layers\":4,\"num_attention_heads\":4,\"vocab_size\":9,"
    "\"sliding_window\":8,\"layer_types\":[\"sliding_attention\",\"full_attention\",\"full_attention\","
    "\"sliding_attention\"]",
    "wffw", "dddd" },
};

static void
test_layers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      g_autofree char         *text = g_strconcat ("{", layers[i].text, "}", NULL);
      g_autoptr (PlimHfConfig) config = read_text (text);
      g_autoptr (GString)      mixers = g_string_new (NULL);
      g_autoptr (GString)      blocks = g_string_new (NULL);

      for (guint l = 0; l < config->model.n_layers; l++)
        {
          const PlimLayerKind *kind = &config->model.kinds[config->model.pattern[l]];
          gboolean             is_attention = kind->attention.kind != PLIM_ATTENTION_NONE;

          g_string_append_c (mixers, is_attention               ? (kind->attention.window_tokens > 0 ? 'w' : 'f')
                                     : kind->recurrent.kind > 0 ? 'r'
                                                                : '-');
          g_string_append_c (blocks, kind->experts.experts_count > 0 ? 'e' : kind->mlp.width > 0 ? 'd'
                                                                                                 : '-');
        }
      g_test_message ("%s", layers[i].text);
      g_assert_cmpstr (mixers->str, ==, layers[i].mixers);
      g_assert_cmpstr (blocks->str, ==, layers[i].blocks);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/hf-families/counts", test_counts);
  g_test_add_func ("/hf-families/quantization", test_quantization);
  g_test_add_func ("/hf-families/parts", test_parts);
  g_test_add_func ("/hf-families/next-token", test_next_token);
  g_test_add_func ("/hf-families/shared-cache", test_shared_cache);
  g_test_add_func ("/hf-families/layers", test_layers);

  return g_test_run ();
}
