/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Encoders of images and sound: what a configuration says of them, with the language model and its next-token layers,
 * is the total of the checkpoint on the Hugging Face Hub (safetensors). */

#include "plim-formula.h"
#include "plim-hf-config.h"
#include "plim-parameters.h"

#include <string.h>

#define SHAPE(hidden, layers, heads, kv_heads, width, vocab)                                      \
  "\"hidden_size\":" #hidden ",\"num_hidden_layers\":" #layers ",\"num_attention_heads\":" #heads \
  ",\"num_key_value_heads\":" #kv_heads ",\"intermediate_size\":" #width ",\"vocab_size\":" #vocab

#define TYPE(name) "\"model_type\":\"" name "\""

#define LLAVA_VISION                                                                                              \
  "\"vision_config\":{" TYPE ("clip_vision_model") ",\"hidden_size\":1024,\"image_size\":336,"                    \
                                                   "\"intermediate_size\":4096,\"num_attention_heads\":16,\"num_" \
                                                   "hidden_layers\":24,\"patch_size\":14}"

#define SIGLIP_WIDE(type, layers, image)                                                                          \
  "\"vision_config\":{" TYPE (type) ",\"hidden_size\":1152,\"image_size\":" #image ",\"intermediate_size\":4304," \
                                    "\"num_attention_heads\":16,\"num_hidden_layers\":" #layers ",\"patch_size\":14}"

#define INTERN_SMALL                                                                                                \
  "\"downsample_ratio\":0.5,\"vision_config\":{" TYPE ("intern_vit_6b") ",\"hidden_size\":1024,\"image_size\":448," \
                                                                        "\"intermediate_size\":4096,\"norm_type\":" \
                                                                        "\"layer_norm\",\"num_hidden_layers\":24,"  \
                                                                        "\"patch_size\":14,"                        \
                                                                        "\"qk_normalization\":false,\"qkv_bias\":"  \
                                                                        "true}"

#define INTERN_LARGE                                                                                                 \
  "\"downsample_ratio\":0.5,\"vision_config\":{" TYPE ("intern_vit_6b") ",\"hidden_size\":3200,\"image_size\":448,"  \
                                                                        "\"intermediate_size\":12800,\"norm_type\":" \
                                                                        "\"rms_norm\",\"num_hidden_layers\":45,"     \
                                                                        "\"patch_size\":14,"                         \
                                                                        "\"qk_normalization\":true,\"qkv_bias\":"    \
                                                                        "false}"

#define WHISPER_LARGE(type)                                                                        \
  "\"audio_config\":{" TYPE (type) ",\"num_mel_bins\":128,\"encoder_layers\":32,\"d_model\":1280," \
                                   "\"encoder_ffn_dim\":5120,\"max_source_positions\":1500,\"num_hidden_layers\":32"

#define QWEN_OMNI_VISION(out)                                                                                         \
  "\"vision_config\":{" TYPE ("qwen2_5_omni_vision_encoder") ",\"depth\":32,\"embed_dim\":1280,\"hidden_size\":1280," \
                                                             "\"in_channels\":3,\"intermediate_size\":3420,\"out_"    \
                                                             "hidden_size\":" #out ",\"patch_size\":14,"              \
                                                             "\"spatial_merge_size\":2,\"temporal_patch_size\":2}"

/* The configurations of the publishers, without what says nothing of sizes.  Kimi-VL: without the 1728 rotary factors
 * that its checkpoint, as Moonlight's, has stored. */
static const struct
{
  const char *name;
  gint64      total_count;
  const char *text;
} checkpoints[] = {
  { "LLaVA 1.5 7B", G_GINT64_CONSTANT (7063427072),
    "{" TYPE ("llava") ",\"text_config\":{" TYPE ("llama") "," SHAPE (4096, 32, 32, 32, 11008, 32064) "}," LLAVA_VISION
                                                                                                      "}" },
  { "LLaVA 1.6 Mistral 7B", G_GINT64_CONSTANT (7566747648),
    "{" TYPE ("llava_next") ",\"text_config\":{" TYPE ("mistral") "," SHAPE (4096,
                                                                             32,
                                                                             32,
                                                                             8,
                                                                             14336,
                                                                             32064) "}," LLAVA_VISION "}" },
  { "LLaVA-OneVision Qwen2 7B", G_GINT64_CONSTANT (8030348832),
    "{" TYPE ("llava_onevision") ",\"text_config\":{" TYPE ("qwen2") "," SHAPE (3584,
                                                                                28,
                                                                                28,
                                                                                4,
                                                                                18944,
                                                                                152064) "}," SIGLIP_WIDE ("siglip_"
                                                                                                          "vision_"
                                                                                                          "model",
                                                                                                          26,
                                                                                                          384) "}" },
  { "PaliGemma 3B", G_GINT64_CONSTANT (2923466480),
    "{" TYPE ("paligemma") ",\"text_config\":{" TYPE ("gemma") "," SHAPE (
      2048, 18, 8, 1, 16384, 257216) ",\"head_dim\":256}," SIGLIP_WIDE ("siglip_vision_model", 27, 224) "}" },
  { "InternVL 2.5 8B", G_GINT64_CONSTANT (8075365376),
    "{" TYPE ("internvl_chat") ",\"llm_config\":{" TYPE ("internlm2") "," SHAPE (4096,
                                                                                 32,
                                                                                 32,
                                                                                 8,
                                                                                 14336,
                                                                                 92553) ",\"tie_word_embeddings\":"
                                                                                        "false}," INTERN_SMALL "}" },
  { "InternVL 2.5 38B", G_GINT64_CONSTANT (38388164992),
    "{" TYPE ("internvl_chat") ",\"llm_config\":{" TYPE ("qwen2") "," SHAPE (5120,
                                                                             64,
                                                                             40,
                                                                             8,
                                                                             27648,
                                                                             151674) "}," INTERN_LARGE "}" },
  { "InternVL 2.5 78B", G_GINT64_CONSTANT (78408318336),
    "{" TYPE ("internvl_chat") ",\"llm_config\":{" TYPE ("qwen2") "," SHAPE (8192,
                                                                             80,
                                                                             64,
                                                                             8,
                                                                             29568,
                                                                             151674) "}," INTERN_LARGE "}" },
  { "InternVL 3 8B", G_GINT64_CONSTANT (7944373760),
    "{" TYPE ("internvl_chat") ",\"llm_config\":{" TYPE ("qwen2") "," SHAPE (3584,
                                                                             28,
                                                                             28,
                                                                             4,
                                                                             18944,
                                                                             151674) "}," INTERN_SMALL "}" },
  { "InternVL 3 8B as transformers has it", G_GINT64_CONSTANT (7944373760),
    "{" TYPE ("internvl") ",\"downsample_ratio\":0.5,\"text_config\":{" TYPE ("qwen2") "," SHAPE (
      3584,
      28,
      28,
      4,
      18944,
      151674) "},\"vision_config\":{" TYPE ("internvl_vision") ",\"attention_bias\":true,\"hidden_size\":1024,"
                                                               "\"image_size\":[448,448],\"intermediate_size\":4096,"
                                                               "\"norm_type\":\"layer_norm\",\"num_hidden_layers\":"
                                                               "24,"
                                                               "\"patch_size\":[14,14],\"use_qk_norm\":false}}" },
  { "SmolVLM 2.2B", G_GINT64_CONSTANT (2246272880),
    "{" TYPE ("idefics3") ",\"scale_factor\":3,\"tie_word_embeddings\":false,\"text_config\":{" TYPE (
      "llama") "," SHAPE (2048, 24, 32, 32, 8192, 49155) "}," SIGLIP_WIDE ("idefics3", 27, 384) "}" },
  { "SmolVLM2 2.2B", G_GINT64_CONSTANT (2246784880),
    "{" TYPE ("smolvlm") ",\"scale_factor\":3,\"tie_word_embeddings\":false,\"text_config\":{" TYPE (
      "llama") "," SHAPE (2048, 24, 32, 32, 8192, 49280) "}," SIGLIP_WIDE ("smolvlm_vision", 27, 384) "}" },
  { "SmolVLM 256M", G_GINT64_CONSTANT (256484928),
    "{" TYPE ("idefics3") ",\"scale_factor\":4,\"tie_word_embeddings\":false,\"text_config\":{" TYPE (
      "llama") "," SHAPE (576,
                          30,
                          9,
                          3,
                          1536,
                          49280) "},\"vision_config\":{" TYPE ("idefics3") ",\"image_size\":512,\"patch_size\":16}"
                                                                           "}" },
  { "Kimi-VL A3B", G_GINT64_CONSTANT (16407657776) - 1728,
    "{" TYPE ("kimi_vl") ",\"text_config\":{" TYPE ("deepseek_v3") "," SHAPE (
      2048, 27, 16, 16, 11264, 163840) ",\"first_k_dense_replace\":1,\"kv_lora_rank\":512,\"moe_intermediate_size\":"
                                       "1408,\"n_routed_experts\":64,"
                                       "\"n_shared_experts\":2,\"num_experts_per_tok\":6,\"q_lora_rank\":null,\"qk_"
                                       "nope_head_dim\":128,"
                                       "\"qk_rope_head_dim\":64,\"v_head_dim\":128,\"tie_word_embeddings\":false},"
                                       "\"vision_config\":{" TYPE ("moonvit") ",\"hidden_size\":1152,\"init_pos_emb_"
                                                                              "height\":64,\"init_pos_emb_width\":64,"
                                                                              "\"intermediate_size\":4304,"
                                                                              "\"merge_kernel_size\":[2,2],\"num_"
                                                                              "attention_heads\":16,\"num_hidden_"
                                                                              "layers\":27,\"patch_size\":14}}" },
  { "GLM-4.1V 9B", G_GINT64_CONSTANT (10292777472),
    "{" TYPE ("glm4v") "," SHAPE (4096,
                                  40,
                                  32,
                                  2,
                                  13696,
                                  151552) ",\"attention_bias\":true,\"tie_word_embeddings\":false,"
                                          "\"vision_config\":{\"depth\":24,\"hidden_size\":1536,\"image_size\":336,"
                                          "\"in_channels\":3,"
                                          "\"intermediate_size\":13696,\"out_hidden_size\":4096,\"patch_size\":14,"
                                          "\"spatial_merge_size\":2,"
                                          "\"temporal_patch_size\":2,\"attention_bias\":false}}" },
  { "GLM-4.5V", G_GINT64_CONSTANT (107710933120),
    "{" TYPE ("glm4v_moe") ",\"text_config\":{" TYPE ("glm4v_moe_text") "," SHAPE (4096,
                                                                                   46,
                                                                                   96,
                                                                                   8,
                                                                                   10944,
                                                                                   151552) ",\"head_dim\":128,\"moe_"
                                                                                           "intermediate_size\":1408,"
                                                                                           "\"n_routed_experts\":128,"
                                                                                           "\"n_shared_experts\":1,"
                                                                                           "\"num_experts_per_tok\":"
                                                                                           "8,\"first_k_dense_"
                                                                                           "replace\":1,\"attention_"
                                                                                           "bias\":true,\"use_qk_"
                                                                                           "norm\":false,"
                                                                                           "\"tie_word_embeddings\":"
                                                                                           "false},\"vision_config\":"
                                                                                           "{" TYPE ("glm4v_moe_"
                                                                                                     "vision") ",\"de"
                                                                                                               "pth\""
                                                                                                               ":24,"
                                                                                                               "\"hid"
                                                                                                               "den_"
                                                                                                               "size"
                                                                                                               "\":"
                                                                                                               "1536,"
                                                                                                               "\"ima"
                                                                                                               "ge_"
                                                                                                               "size"
                                                                                                               "\":"
                                                                                                               "336,"
                                                                                                               "\"int"
                                                                                                               "ermed"
                                                                                                               "iate_"
                                                                                                               "size"
                                                                                                               "\":"
                                                                                                               "10944"
                                                                                                               ",\"ou"
                                                                                                               "t_"
                                                                                                               "hidde"
                                                                                                               "n_"
                                                                                                               "size"
                                                                                                               "\":"
                                                                                                               "4096,"
                                                                                                               "\"pat"
                                                                                                               "ch_"
                                                                                                               "size"
                                                                                                               "\":"
                                                                                                               "14,"
                                                                                                               "\"spa"
                                                                                                               "tial_"
                                                                                                               "merge"
                                                                                                               "_size"
                                                                                                               "\":2,"
                                                                                                               "\"tem"
                                                                                                               "poral"
                                                                                                               "_patc"
                                                                                                               "h_"
                                                                                                               "size"
                                                                                                               "\":"
                                                                                                               "2,"
                                                                                                               "\"att"
                                                                                                               "entio"
                                                                                                               "n_"
                                                                                                               "bias"
                                                                                                               "\":"
                                                                                                               "false"
                                                                                                               "}}" },
  { "Qwen2-Audio 7B", G_GINT64_CONSTANT (8397094912),
    "{" TYPE ("qwen2_audio") "," WHISPER_LARGE ("qwen2_audio_encoder") "},\"text_config\":{" TYPE ("qwen2") "," SHAPE (
      4096, 32, 32, 32, 11008, 156032) "}}" },
  { "Qwen2.5-Omni 7B without its voice", G_GINT64_CONSTANT (8931813888),
    "{" TYPE ("qwen2_5_omni") ",\"thinker_config\":{" WHISPER_LARGE (
      "qwen2_5_omni_audio_encoder") ",\"output_dim\":"
                                    "3584},\"text_"
                                    "config\":{" TYPE ("qwen2_5_omni_text") "," SHAPE (
                                      3584, 28, 28, 4, 18944, 152064) ",\"tie_"
                                                                      "word_"
                                                                      "embedding"
                                                                      "s\":"
                                                                      "false}"
                                                                      "," QWEN_OMNI_VISION (3584) "}}" },
  { "Qwen2.5-Omni 3B without its voice", G_GINT64_CONSTANT (4703464448),
    "{" TYPE ("qwen2_5_omni") ",\"thinker_config\":{" WHISPER_LARGE (
      "qwen2_5_omni_audio_encoder") ",\"output_dim\":"
                                    "2048},\"text_"
                                    "config\":{" TYPE ("qwen2_5_omni_text") "," SHAPE (
                                      2048, 36, 16, 2, 11008, 151936) ",\"tie_"
                                                                      "word_"
                                                                      "embedding"
                                                                      "s\":"
                                                                      "false}"
                                                                      "," QWEN_OMNI_VISION (2048) "}}" },
  { "Qwen3-Omni 30B-A3B Thinking", G_GINT64_CONSTANT (31719205488),
    "{" TYPE ("qwen3_omni_moe") ",\"thinker_config\":{" WHISPER_LARGE (
      "qwen3_omni_moe_audio_encoder") ",\"downsample_"
                                      "hidden_size\":"
                                      "480,\"output_"
                                      "dim\":2048},"
                                      "\"text_"
                                      "config\":"
                                      "{" TYPE ("qwen3"
                                                "_omni"
                                                "_moe_"
                                                "text") "," SHAPE (2048,
                                                                   48,
                                                                   32,
                                                                   4,
                                                                   768,
                                                                   152064) ",\"he"
                                                                           "ad_"
                                                                           "dim\""
                                                                           ":128,"
                                                                           "\"moe"
                                                                           "_inte"
                                                                           "rmedi"
                                                                           "ate_"
                                                                           "size"
                                                                           "\":"
                                                                           "768,"
                                                                           "\"num"
                                                                           "_expe"
                                                                           "rts\""
                                                                           ":128,"
                                                                           "\"num"
                                                                           "_expe"
                                                                           "rts_"
                                                                           "per_"
                                                                           "tok\""
                                                                           ":8,"
                                                                           "\"tie"
                                                                           "_word"
                                                                           "_embe"
                                                                           "dding"
                                                                           "s\":"
                                                                           "false"
                                                                           "},"
                                                                           "\"vis"
                                                                           "ion_"
                                                                           "confi"
                                                                           "g\":"
                                                                           "{" TYPE ("qwe"
                                                                                     "n3_"
                                                                                     "omn"
                                                                                     "i_"
                                                                                     "moe"
                                                                                     "_vi"
                                                                                     "sio"
                                                                                     "n_"
                                                                                     "enc"
                                                                                     "ode"
                                                                                     "r") ",\"deepstack_visual_"
                                                                                          "indexes\":[8,16,24],"
                                                                                          "\"depth\":27,\"hidden_"
                                                                                          "size\":1152,\"image_"
                                                                                          "size\":768,\"in_"
                                                                                          "channels\":3,"
                                                                                          "\"intermediate_size\":"
                                                                                          "4304,\"out_hidden_size\":"
                                                                                          "2048,\"patch_size\":16,"
                                                                                          "\"spatial_merge_size\":2,"
                                                                                          "\"temporal_patch_size\":2}"
                                                                                          "}}" },
};

static void
test_checkpoints (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (checkpoints); i++)
    {
      g_autoptr (GError)       error = NULL;
      g_autoptr (PlimHfConfig) config =
        plim_hf_config_read ("config.json", checkpoints[i].text, strlen (checkpoints[i].text), &error);
      PlimParameters parameters;
      gint64         count;

      g_assert_no_error (error);
      plim_parameters_count (&config->model, &parameters);
      count = parameters.total_count + config->next_token_parameters_count + config->model.tower_parameters_count;
      if (count == checkpoints[i].total_count && config->is_known)
        continue;
      g_test_message ("%s (%s): %" G_GINT64_FORMAT " counted, %" G_GINT64_FORMAT " of them encoders, %" G_GINT64_FORMAT
                      " published",
                      checkpoints[i].name, config->is_known ? "known" : "a type that is not known", count,
                      config->model.tower_parameters_count, checkpoints[i].total_count);
      g_test_fail ();
    }
}

/* By hand from the classes (transformers, modeling_voxtral.py; vLLM, kimi_k25_vit.py).  Voxtral Mini 3B: convolutions
 * 128 x 3 x 1280 + 1280 and 1280 x 3 x 1280 + 1280, positions 1500 x 1280, 32 layers of 4 x 1280 x 1280 + 3 x 1280 + 2
 * x 1280 x 5120 + 5120 + 1280 + 4 x 1280, a norm of 2560, matrices of 5120 x 3072 and 3072 x 3072.  Kimi K2.5: patches
 * 3 x 196 x 1152 + 1152, positions 64 x 64 x 1152, 27 layers of 4 x 1152 x 1153 + 2 x 1152 x 4304 + 4304 + 1152 + 4 x
 * 1152, two norms of 2304, matrices of 4609 x 4608 and 4609 x 7168. */
static void
test_encoders (void)
{
  static const struct
  {
    const char *text;
    gint64      encoders_count;
  } rows[] = {
    { "{" TYPE ("voxtral") "," WHISPER_LARGE ("voxtral_encoder") "},\"text_config\":{" TYPE ("llama") "," SHAPE (
        3072, 30, 32, 8, 8192, 131072) ",\"head_dim\":128}}",
      662134784 },
    { "{" TYPE ("kimi_k25") ",\"text_config\":{" TYPE ("llama") "," SHAPE (7168, 1, 64, 64, 18432,
                                                                           163840) "},"
                                                                                   "\"vision_config\":{\"init_pos_emb_"
                                                                                   "height\":64,\"init_pos_emb_time\":"
                                                                                   "4,\"init_pos_emb_width\":64,"
                                                                                   "\"merge_kernel_size\":[2,2],\"mm_"
                                                                                   "hidden_size\":1152,\"mm_projector_"
                                                                                   "type\":\"patchmerger\",\"model_"
                                                                                   "type\":\"\","
                                                                                   "\"patch_size\":14,\"vt_hidden_"
                                                                                   "size\":1152,\"vt_intermediate_"
                                                                                   "size\":4304,\"vt_num_hidden_"
                                                                                   "layers\":27}}",
      471143920 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError)       error = NULL;
      g_autoptr (PlimHfConfig) config =
        plim_hf_config_read ("config.json", rows[i].text, strlen (rows[i].text), &error);

      g_assert_no_error (error);
      g_assert_cmpint (config->model.tower_parameters_count, ==, rows[i].encoders_count);
    }
}

/* What is not known is noted, not guessed: an encoder of no known type, one whose width is missing, one too large. */
static void
test_not_counted (void)
{
  static const char *const texts[] = {
    "{" TYPE ("llava") ",\"text_config\":{" TYPE ("llama") "," SHAPE (64, 2, 4, 4, 128,
                                                                      100) "},"
                                                                           "\"vision_config\":{" TYPE ("brandnew") ",\""
                                                                                                                   "hid"
                                                                                                                   "den"
                                                                                                                   "_si"
                                                                                                                   "ze"
                                                                                                                   "\":"
                                                                                                                   "64}"
                                                                                                                   "}",
    "{" TYPE ("llava") ",\"text_config\":{" TYPE ("llama") "," SHAPE (64, 2, 4, 4, 128,
                                                                      100) "},"
                                                                           "\"vision_config\":{" TYPE ("clip_vision_"
                                                                                                       "model") ",\"ima"
                                                                                                                "ge_"
                                                                                                                "size\""
                                                                                                                ":336,"
                                                                                                                "\"inte"
                                                                                                                "rmedia"
                                                                                                                "te_"
                                                                                                                "size\""
                                                                                                                ":4096,"
                                                                                                                "\"num_"
                                                                                                                "hidden"
                                                                                                                "_layer"
                                                                                                                "s\":"
                                                                                                                "24,"
                                                                                                                "\"patc"
                                                                                                                "h_"
                                                                                                                "size\""
                                                                                                                ":14}}",
    "{" TYPE ("llava") ",\"text_config\":{" TYPE ("llama") "," SHAPE (64, 2, 4, 4, 128,
                                                                      100) "},"
                                                                           "\"vision_config\":{" TYPE ("clip_vision_"
                                                                                                       "model") ",\"ima"
                                                                                                                "ge_"
                                                                                                                "size\""
                                                                                                                ":10485"
                                                                                                                "76,"
                                                                                                                "\"inte"
                                                                                                                "rmedia"
                                                                                                                "te_"
                                                                                                                "size\""
                                                                                                                ":10485"
                                                                                                                "76,"
                                                                                                                "\"hidd"
                                                                                                                "en_"
                                                                                                                "size\""
                                                                                                                ":10485"
                                                                                                                "76,"
                                                                                                                "\"num_"
                                                                                                                "hidden"
                                                                                                                "_layer"
                                                                                                                "s\":"
                                                                                                                "104857"
                                                                                                                "6,"
                                                                                                                "\"patc"
                                                                                                                "h_"
                                                                                                                "size\""
                                                                                                                ":1}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError)       error = NULL;
      g_autoptr (PlimHfConfig) config = plim_hf_config_read ("config.json", texts[i], strlen (texts[i]), &error);
      const PlimHfAssumption  *assumption;

      g_assert_no_error (error);
      g_assert_true (config->vision.is_present);
      g_assert_cmpint (config->model.tower_parameters_count, ==, 0);
      assumption = config->assumptions->pdata[config->assumptions->len - 1];
      g_assert_cmpstr (assumption->name, ==, "vision_config");
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
  g_test_add_func ("/hf-towers/checkpoints", test_checkpoints);
  g_test_add_func ("/hf-towers/encoders", test_encoders);
  g_test_add_func ("/hf-towers/not-counted", test_not_counted);
  g_test_add_func ("/hf-towers/formula", test_formula);

  return g_test_run ();
}
