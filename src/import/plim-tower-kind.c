/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row's formula is the sum of the shapes in the class that its comment names (transformers 4.57 and 5,
 * src/transformers/models/NAME/modeling_NAME.py, where nothing else is said); tests/import/test-hf-config.c holds them
 * against published totals. */

#include "config.h"

#include "plim-tower-kind.h"

#include "plim-family.h"
#include "plim-formula.h"

#include <string.h>

/* From so many numbers to so many, with a bias and without. */
#define LINEAR(from, to) "((" from ")+1)*(" to ")"
#define MATRIX(from, to) "(" from ")*(" to ")"

/* What makes a vector of each patch, without bias; patches of the square image; one pixel shuffle's square. */
#define PATCH   "c*p*p*h"
#define GRID    "(i/p)*(i/p)"
#define SQUARE  "merge*merge"
#define SHUFFLE "shuffle*shuffle"

/* Feed-forward with biases; attention with biases, too, and two norms with biases (arXiv:2010.11929). */
#define MLP       LINEAR ("h", "f") "+" LINEAR ("f", "h")
#define VIT_LAYER LINEAR ("h", "4*h") "+" MLP "+4*h"
#define LAYERS    "n*(" VIT_LAYER ")"

/* SigLIP (arXiv:2303.15343): a norm behind, and its pooling, which some checkpoints have and none uses.  CLIP
 * (arXiv:2103.00020): a class, a norm before and one behind. */
#define SIGLIP  PATCH "+h+" GRID "*h+" LAYERS "+2*h"
#define POOLING "h+" LINEAR ("h", "4*h") "+2*h+" MLP
#define CLIP    PATCH "+h+(" GRID "+1)*h+" LAYERS "+4*h"

/* Two matrices to the language model's width; from squares of patches, the first keeps the width. */
#define TWO_LINEAR(from) LINEAR (from, "t") "+" LINEAR ("t", "t")
#define MERGER(to)       LINEAR ("h*" SQUARE, "h*" SQUARE) "+" LINEAR ("h*" SQUARE, to)

/* InternVL (OpenGVLab/InternVL, modeling_intern_vit.py and modeling_internvl_chat.py): a class, two scales a layer, no
 * norm behind; squares of patches, a norm and two matrices. */
#define INTERN_ATTENTION LINEAR ("h", "h") "+3*h*h+bias*3*h+queries_normed*2*h"
#define INTERN_LAYERS    "n*(" INTERN_ATTENTION "+" MLP "+(1+layer_norm)*2*h+2*h)"
#define INTERN_JOIN      "2*h*" SHUFFLE "+" TWO_LINEAR ("h*" SHUFFLE)
#define INTERN           PATCH "+2*h+(" GRID "+1)*h+" INTERN_LAYERS "+" INTERN_JOIN

/* GLM-4V: norms without bias, gated feed-forwards as wide as the language model, a convolution over patches. */
#define GLM_LAYERS "n*(4*h*h+bias*3*h+3*h*out+2*h)"
#define GLM_JOIN   LINEAR ("h*" SQUARE, "out") "+out*out+2*out+3*out*f"

/* Qwen: a patch of several frames. */
#define VIDEO_PATCH    "c*frames*p*p*h"
#define FIRST_LAYERS   "n*(" LINEAR ("h", "4*h") "+" LINEAR ("h", "ratio*h") "+" LINEAR ("ratio*h", "h") "+4*h)"
#define SECOND_LAYERS  "n*(" LINEAR ("h", "4*h") "+" LINEAR ("h", "2*f") "+" LINEAR ("f", "h") "+2*h)"
#define FURTHER_MERGER MERGER ("out") "+2*h*" SQUARE

/* Gated feed-forwards, no biases, a norm before (arXiv:2410.07073). */
#define PIXTRAL PATCH "+h+n*(4*h*h+3*h*f+2*h)"

/* Whisper's encoder (arXiv:2212.04356): two convolutions over three moments, keys without bias, a norm behind. */
#define WHISPER_CONVOLUTIONS LINEAR ("3*mels", "h") "+" LINEAR ("3*h", "h")
#define WHISPER_LAYERS       "n*(4*h*h+3*h+" MLP "+4*h)+2*h"
#define WHISPER              WHISPER_CONVOLUTIONS "+sounds*h+" WHISPER_LAYERS

/* Three convolutions over squares of the spectrum, each halving it. */
#define OMNI_CONVOLUTIONS LINEAR ("9", "down") "+2*" LINEAR ("9*down", "down") "+down*((((mels+1)/2+1)/2+1)/2)*h"

/* Gemma 4: gated feed-forwards, norms of queries and keys, four norms, no biases.  Its limits of single values are no
 * parameters. */
#define GEMMA_LAYERS "n*(4*h*h+2*head+3*h*f+4*h)"

/* A conformer (arXiv:2005.08100): two feed-forwards of four times the width, attention with relative positions, and a
 * gated convolution; ten norms. */
#define CONFORMER_LAYERS "n*(16*h*h+5*h*h+h/heads+3*h*h+kernel*h+9*h)"
#define GEMMA_SPECTRUM   "9*wide+wide+9*wide*deep+deep+(wide/4)*deep*h"

/* MobileNetV5, which has one size (timm @aa4b5850, mobilenetv5.py, mobilenetv5_300m_enc): a stem of 1,856; edge
 * residuals of 180,608 and twice 656,000; inverted residuals to 256 of 317,440, four that keep it of 2,121,728 in all;
 * to 640 of 1,425,664, seven of 3,297,280, one of 821,120; 14 times attention of 1,079,040 and a residual of 1,640,960;
 * to 1280 of 7,495,680; 19 times attention of 4,180,480 and a residual of 6,558,720; a fusion of 15,245,056.  Another
 * architecture gives no count. */
#define MOBILENET  "294126912/mobilenet"
#define VOCABULARY "vocab*h+2*h+h*t"

/* MiniCPM-V: questions that attend to all patches, three norms and a matrix (openbmb/MiniCPM-V-2_6 resampler.py; vLLM,
 * models/minicpmv.py, Resampler2_5). */
#define RESAMPLER "queries*t+h*t+4*" LINEAR ("t", "t") "+6*t+t*t"

/* SAM's ViT-B (arXiv:2304.02643) with a neck and two convolutions; four of its twelve layers see the whole image, and
 * have positions relative to 64 places instead of 14 (deepseek-ai/DeepSeek-OCR deepencoder.py). */
#define SAM_LAYERS       "12*(4*768*769+2*768*3072+3072+768+4*768)+(8*27+4*127)*2*64"
#define SAM_CONVOLUTIONS "768*256+2*256+9*256*256+2*256+9*256*512+9*512*1024"
#define SAM              "3*16*16*768+768+64*64*768+" SAM_LAYERS "+" SAM_CONVOLUTIONS

/* Adapters of a checkpoint on all matrices of the language model's layers. */
#define ADAPTERS(rank) rank "*t_layers*(4*t+2*t_q+2*t_kv+3*t_f)"

/* Phi-4 Multimodal (microsoft/Phi-4-multimodal-instruct vision_siglip_navit.py, speech_conformer_encoder.py and
 * modeling_phi4mm.py): SigLIP with its pooling, and two vectors between parts of an image; a conformer with gated
 * feed-forwards, of whose convolutions the first three halve the spectrum's time, a table of distances, and mean and
 * scale of the spectrum; two matrices to the language model for images, and twice for sound. */
#define PHI_FFN         "2*h+" LINEAR ("h", "2*f") "+" LINEAR ("f", "h")
#define PHI_CONVOLUTION "2*h+" LINEAR ("h", "2*h") "+2*h+" LINEAR ("kernel", "h") "+2*" LINEAR ("h", "h")
#define PHI_LAYERS      "n*(2*(" PHI_FFN ")+2*h+4*" LINEAR ("h", "h") "+" PHI_CONVOLUTION "+2*h)"
#define PHI_SPECTRUM    "3*" LINEAR ("9", "h") "+2*" LINEAR ("h", "h") "+" LINEAR ("h*(mels/time)", "h")

static const PlimTowerKind kinds[] = {
  /* Gemma3MultiModalProjector: a norm without bias, one matrix. */
  { "siglip_vision_model", "gemma3", NULL, SIGLIP "+h+h*t" },
  /* Gemma4VisionModel: a table of positions for each direction. */
  { "gemma4_vision", "gemma4", "h=768 f=3072 n=16 head=64 p=16 spots=10240",
    PATCH "+2*spots*h+" GEMMA_LAYERS "+standardized*2*h+h*t" },
  /* Gemma4AudioModel. */
  { "gemma4_audio", "gemma4", "h=1024 n=12 heads=8 kernel=5 wide=128 deep=32 sound_out=1536",
    GEMMA_SPECTRUM "+" CONFORMER_LAYERS "+" LINEAR ("h", "sound_out") "+sound_out*t" },
  /* Gemma4UnifiedVisionEmbedder: no layers, three norms with biases; sound comes as it is. */
  { "gemma4_unified_vision", "gemma4_unified", "h=3840 side=48 spots=1120",
    LINEAR ("c*side*side", "h") "+2*c*side*side+4*h+2*spots*h+h*t" },
  { "gemma4_unified_audio", "gemma4_unified", "h=640", "h*t" },
  /* Gemma3nMultimodalEmbedder, for both: a table of own tokens, two norms, a matrix; Gemma3nAudioEncoder. */
  { "gemma3n_vision", "gemma3n", "h=2048 vocab=128 mobilenet=1", MOBILENET "+" VOCABULARY },
  { "gemma3n_audio", "gemma3n", "h=1536 n=12 heads=8 kernel=5 wide=128 deep=32 vocab=128",
    GEMMA_SPECTRUM "+" CONFORMER_LAYERS "+" VOCABULARY },
  /* PaliGemmaMultiModalProjector. */
  { "siglip_vision_model", "paligemma", NULL, SIGLIP "+" LINEAR ("h", "t"), GRID },
  /* LlavaOnevisionMultiModalProjector, and what ends a line of patches. */
  { "siglip_vision_model", "llava_onevision", NULL, SIGLIP "+" TWO_LINEAR ("h") "+t" },
  { "siglip siglip_vision_model", "minicpmv", NULL, SIGLIP "+" RESAMPLER },
  { "phi4mm", "phi4mm", "h=1152 n=27 f=4304 i=448 p=14",
    SIGLIP "+" POOLING "+2*h+" TWO_LINEAR ("h") "+" ADAPTERS ("image_rank") },
  { "phi4mm.audio", "phi4mm", "h=1024 n=24 f=1536 heads=16 mels=80 kernel=3 reach=500 time=8",
    PHI_LAYERS "+" PHI_SPECTRUM "+2*reach*heads+2*mels+2*(" TWO_LINEAR ("h") ")+" ADAPTERS ("sound_rank") },
  /* DeepSeek-VL2 (deepseek-ai/DeepSeek-VL2 @ef9f91e, siglip_vit.py, modeling_deepseek_vl_v2.py): squares of patches,
   * two matrices, and two vectors between parts. */
  { "siglip_so400m_patch14_384", "deepseek_vl_v2", "h=1152 n=27 f=4304 i=384 p=14 merge=2",
    SIGLIP "+" POOLING "+" TWO_LINEAR ("h*" SQUARE) "+2*t" },
  /* DeepSeek-OCR: both encoders see the image; CLIP without the norm behind, one matrix, and two vectors between parts.
   */
  { "deeplip_b_l", "deepseek_vl_v2", NULL,
    SAM "+3*14*14*1024+1024+257*1024+24*(4*1024*1025+2*1024*4096+4096+1024+4*1024)+2*1024+2049*t+2*t" },
  /* Siglip2VisionModel, whose table of positions has a size of its own; Lfm2VlMultiModalProjector. */
  { "siglip2_vision_model", "lfm2_vl lfm2-vl", "h=768 n=12 f=3072 p=16 places=256",
    PATCH "+h+places*h+" LAYERS "+2*h+2*h*" SHUFFLE "+" LINEAR ("h*" SHUFFLE, "between") "+" LINEAR ("between", "t") },
  /* LlavaMultiModalProjector; LLaVA-NeXT with what ends a line of patches. */
  { "clip_vision_model", "llava", NULL, CLIP "+" TWO_LINEAR ("h"), GRID },
  { "clip_vision_model", "llava_next", NULL, CLIP "+" TWO_LINEAR ("h") "+t" },
  { "intern_vit_6b", "internvl_chat", "n=48 h=3200 f=12800 i=224 p=14 queries_normed=1 layer_norm=0", INTERN },
  { "internvl_vision", "internvl", "n=24 h=1024 f=4096 i=448 p=14 queries_normed=0 layer_norm=1", INTERN },
  /* Idefics3VisionTransformer, Idefics3Connector; SmolVLM has the same. */
  { "idefics3 idefics3_vision smolvlm smolvlm_vision", "idefics3 smolvlm", "n=12 h=768 f=3072 i=224 p=32",
    SIGLIP "+" MATRIX ("h*" SHUFFLE, "t") },
  /* MoonViT (vLLM, models/moonvit.py and kimi_vl.py; kimi_k25_vit.py, whose moments in time are no parameters). */
  { "moonvit kimi_k25", "kimi_vl kimi_k25", "h=1152 n=27 f=4304 p=14 tall=64 across=64 merge=2",
    PATCH "+h+tall*across*h+" LAYERS "+4*h+" MERGER ("t") },
  /* Its second version (kimi_k25_vit.py, patchmergerv2): attention wider than the layer, no biases, one norm behind. */
  { "kimi_k3", "kimi_k3", NULL,
    PATCH "+tall*across*h+n*(4*h*inner+2*h*f+2*h)+h/root_norm+" MATRIX ("h*" SQUARE, "h*" SQUARE) "+" MATRIX (
      "h*" SQUARE, "t") "+t" },
  /* Glm4vVisionModel, with three norms beside the layers'. */
  { "glm4v glm4v_vision glm4v_moe glm4v_moe_vision", "glm4v glm4v_moe",
    "n=24 h=1536 f=13696 i=336 p=14 out=4096 merge=2", VIDEO_PATCH "+3*h+" GRID "*h+" GLM_LAYERS "+" GLM_JOIN },
  /* GlmOcrVisionModel: as GLM-4V, with norms of queries and keys, no table of positions, and biases. */
  { "glm_ocr glm_ocr_vision", "glm_ocr", "n=24 h=1024 f=4096 p=14 out=1536 heads=16 bias=1 merge=2",
    VIDEO_PATCH
    "+2*h+n*(4*h*h+4*h*bias+2*(h/heads)+3*h*f+(2*f+h)*bias+2*h)+" LINEAR ("h*" SQUARE,
                                                                          "out") "+"
                                                                                 "out*out+2*out+3*out*out*c" },
  /* Qwen2VisionTransformerPretrainedModel: "hidden_size" is the language model's. */
  { "qwen2_vl qwen2_vl_vision", NULL, "merge=2", VIDEO_PATCH "+" FIRST_LAYERS "+" MERGER ("hidden") "+2*h" },
  /* Qwen2_5_VisionTransformerPretrainedModel: gated feed-forwards, norms without bias. */
  { "qwen2_5_vl qwen2_5_vl_vision qwen2_5_omni_vision_encoder", NULL, "merge=2",
    VIDEO_PATCH "+" SECOND_LAYERS "+" MERGER ("out") "+h" },
  /* Qwen3VLVisionModel: a table of positions, further mergers whose norm spans the square. */
  { "qwen3_vl qwen3_vl_vision qwen3_vl_moe qwen3_vl_moe_vision qwen3_5 qwen3_5_vision qwen3_5_moe qwen3_5_moe_vision "
    "qwen3_omni_moe_vision_encoder",
    NULL, "merge=2", VIDEO_PATCH "+h+positions*h+" LAYERS "+" MERGER ("out") "+2*h+mergers*(" FURTHER_MERGER ")" },
  /* PixtralVisionModel with LlavaMultiModalProjector and with Mistral3MultiModalProjector. */
  { "pixtral", "llava", "n=24 h=1024 f=4096 p=16", PIXTRAL "+" TWO_LINEAR ("h") },
  { "pixtral", "mistral3 ministral3", NULL,
    PIXTRAL "+(h*joined*joined+1)*h+(h+projector_bias)*t+(t+projector_bias)*t" },
  /* MllamaVisionModel: layers without biases in their attention, further ones with two gates; tables of positions for
   * a tile's patches, for all tiles by the image's proportions, and of tiles before and after the layers. */
  { "mllama_vision_model", "mllama", "h=1280 n=32 globals=8 f=5120 out=7680 i=448 p=14 tiles=4 proportions=8",
    PATCH "+5*h+(n+globals)*(4*h*h+" MLP "+4*h)+2*globals+(" GRID "+1)*h*(1+(proportions+1)*tiles)+"
          "2*(proportions+1)*tiles*h+3+" LINEAR ("out", "t"),
    "tiles*(" GRID "+1)" },
  /* Llama4VisionModel: two matrices for each square of patches, whose channels together are as wide as the
   * feed-forward; one to the language model. */
  { "llama4_vision_model", NULL, NULL,
    CLIP "+" MATRIX ("f", "adapter_in") "+" MATRIX ("adapter_out", "adapter_out") "+" MATRIX ("out", "t") },
  /* Qwen2AudioEncoder, Qwen2AudioMultiModalProjector. */
  { "qwen2_audio_encoder", "qwen2_audio", "mels=128 n=32 h=1280 f=5120 sounds=1500", WHISPER "+" LINEAR ("h", "t") },
  /* VoxtralEncoder, VoxtralMultiModalProjector: four moments are one token. */
  { "voxtral_encoder", "voxtral", "mels=128 n=32 h=1280 f=5120 sounds=1500",
    WHISPER "+" MATRIX ("f", "t") "+" MATRIX ("t", "t") },
  /* Qwen2_5OmniAudioEncoder: no table of positions, two vectors that begin and end a sound. */
  { "qwen2_5_omni_audio_encoder", NULL, "mels=128 n=32 h=1280 f=5120 sound_out=3584",
    WHISPER_CONVOLUTIONS "+" WHISPER_LAYERS "+2*sound_out+" LINEAR ("h", "sound_out") },
  /* Qwen3OmniMoeAudioEncoder: keys with a bias, no table of positions. */
  { "qwen3_omni_moe_audio_encoder", NULL, "mels=128 n=32 h=1280 f=5120 down=480 sound_out=3584",
    OMNI_CONVOLUTIONS "+" LAYERS "+2*h+" LINEAR ("h", "h") "+" LINEAR ("h", "sound_out") },
};

/* Names with no other default than a kind's are unknown where the file is silent. */
#define NEEDED PLIM_FORMULA_UNKNOWN

static const PlimTowerName names[] = {
  { "h", "embed_dim hidden_size vt_hidden_size d_model mm_embed_dim audio_embed_dim attention_dim", NEEDED },
  { "n", "num_hidden_layers depth vt_num_hidden_layers encoder_layers num_blocks conf_num_hidden_layers", NEEDED },
  { "f", "intermediate_size vt_intermediate_size encoder_ffn_dim linear_units", NEEDED }, /* feed-forward */
  { "i", "image_size crop_size", NEEDED },                                             /* pixels of a side */
  { "p", "patch_size", NEEDED },
  { "c", "num_channels in_channels in_chans", 3 }, /* colours */
  { "bias", "attention_bias qkv_bias", 0 },
  { "queries_normed", "qk_normalization use_qk_norm", NEEDED },
  { "layer_norm", "norm_type", NEEDED, .word = "layer_norm" },
  { "frames", "temporal_patch_size", 2 }, /* of a video in a patch */
  { "hidden", "hidden_size", NEEDED },
  { "ratio", "mlp_ratio", 4 },
  { "out", "out_hidden_size vision_output_dim", NEEDED },
  { "positions", "num_position_embeddings", 2304 },
  { "mergers", "deepstack_visual_indexes", 0, .take = PLIM_TOWER_TAKE_LENGTH },
  { "merge", "spatial_merge_size merge_kernel_size", NEEDED }, /* patches a side that become one token */
  { "shuffle", "scale_factor downsample_ratio downsample_factor", 2, .is_of_whole = TRUE },
  { "joined", "spatial_merge_size", 2, .is_of_whole = TRUE },
  { "projector_bias", "multimodal_projector_bias", 0, .is_of_whole = TRUE },
  { "adapter_in", "projector_input_dim", NEEDED },
  { "adapter_out", "projector_output_dim", NEEDED },
  { "spots", "position_embedding_size mm_posemb_size", NEEDED },
  { "head", "head_dim", NEEDED },
  { "heads", "num_attention_heads attention_heads num_heads conf_num_attention_heads", NEEDED },
  { "standardized", "standardize", 0 },
  { "side", "model_patch_size", NEEDED },
  { "globals", "num_global_layers", NEEDED },
  { "tiles", "max_num_tiles", NEEDED },
  { "proportions", "supported_aspect_ratios", NEEDED, .take = PLIM_TOWER_TAKE_LENGTH },
  { "inner", "qkv_hidden_size", NEEDED },
  { "root_norm", "norm_type", NEEDED, .word = "rmsnorm" }, /* a divisor: others are not counted */
  { "places", "num_patches", NEEDED },
  { "between", "projector_hidden_size", 2560, .is_of_whole = TRUE },
  { "vocab", "vocab_size", NEEDED },
  { "mobilenet", "architecture", NEEDED, .word = "mobilenetv5_300m_enc" },
  { "tall", "init_pos_emb_height", NEEDED },
  { "across", "init_pos_emb_width", NEEDED },
  { "mels", "num_mel_bins input_size", NEEDED },
  { "wide", "subsampling_conv_channels sscp_conv_channel_size", NEEDED }, /* channels of the convolutions before the layers */
  { "deep", "subsampling_conv_channels sscp_conv_channel_size", NEEDED, .take = PLIM_TOWER_TAKE_SECOND },
  { "kernel", "conv_kernel_size kernel_size conf_conv_kernel_size", NEEDED },
  { "time", "time_reduction", NEEDED },
  { "reach", "relative_attention_bias_args.t5_bias_max_distance", NEEDED },
  { "queries", "query_num", NEEDED, .is_of_whole = TRUE },
  { "image_rank", "vision_lora.r", 0, .is_of_whole = TRUE },
  { "sound_rank", "speech_lora.r", 0, .is_of_whole = TRUE },
  { "sounds", "max_source_positions", NEEDED },
  { "down", "downsample_hidden_size", NEEDED },
  { "sound_out", "output_dim output_proj_dims", NEEDED },
};

const PlimTowerKind *
plim_tower_kind_find (const char *type,
                      const char *whole)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (plim_family_has_word (kinds[i].types, type) &&
        (kinds[i].wholes == NULL || plim_family_has_word (kinds[i].wholes, whole)))
      return &kinds[i];

  return NULL;
}

gint64
plim_tower_kind_get_default (const PlimTowerKind *kind,
                             const PlimTowerName *name)
{
  gsize       length = strlen (name->name);
  const char *found = kind->defaults;

  while (found != NULL && (strncmp (found, name->name, length) != 0 || found[length] != '='))
    if ((found = strchr (found, ' ')) != NULL)
      found++;

  return found != NULL ? g_ascii_strtoll (found + length + 1, NULL, 10) : name->otherwise;
}

const PlimTowerName *
plim_tower_name_find (const char *name,
                      gsize       length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strlen (names[i].name) == length && strncmp (names[i].name, name, length) == 0)
      return &names[i];

  return NULL;
}
