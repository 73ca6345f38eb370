/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Vision and audio parts and next-token layers beside a language model.  Vision is counted where the architecture is
 * fixed by its type: SigLIP and CLIP vision transformers (arXiv:2303.15343, arXiv:2103.00020; transformers,
 * modeling_siglip.py and modeling_clip.py) with the projector of Gemma 3 (modeling_gemma3.py); those of Qwen2-VL,
 * Qwen2.5-VL, Qwen3-VL and Qwen3.5 (modeling_qwen2_vl.py, modeling_qwen2_5_vl.py, modeling_qwen3_vl.py); Pixtral with
 * the projector of Mistral 3 (modeling_pixtral.py, modeling_mistral3.py); that of Llama 4 (modeling_llama4.py).  Others
 * are only noted. */

#include "config.h"

#include "plim-hf-reader.h"

#include "plim-checked.h"
#include "plim-parameters.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  gint64 hidden, layers, width, patch, image, channels;
  gint64 out, merge, frames, positions; /* Qwen: width after the merger, patches merged a side, frames of a patch */
  gint64 adapter_in, adapter_out;       /* Llama 4: widths of the two matrices after the last layer */
} Tower;

static const struct
{
  const char *names;
  gsize       offset;
  gint64      otherwise; /* the classes' own default */
} tower_fields[] = {
  { "embed_dim hidden_size", offsetof (Tower, hidden), 0 },
  { "num_hidden_layers depth", offsetof (Tower, layers), 0 },
  { "intermediate_size", offsetof (Tower, width), 0 },
  { "patch_size", offsetof (Tower, patch), 0 },
  { "image_size", offsetof (Tower, image), 0 },
  { "num_channels in_channels in_chans", offsetof (Tower, channels), 3 },
  { "out_hidden_size vision_output_dim hidden_size", offsetof (Tower, out), 0 },
  { "spatial_merge_size", offsetof (Tower, merge), 2 },
  { "temporal_patch_size", offsetof (Tower, frames), 2 },
  { "num_position_embeddings", offsetof (Tower, positions), 2304 },
  { "projector_input_dim", offsetof (Tower, adapter_in), 0 },
  { "projector_output_dim", offsetof (Tower, adapter_out), 0 },
};

/* Reads the tower without complaint: what is strange is simply not counted; FALSE = it cannot be. */
static gboolean
read_tower (yyjson_val *object,
            Tower      *tower)
{
  for (guint i = 0; i < G_N_ELEMENTS (tower_fields); i++)
    {
      yyjson_val *value = plim_hf_find (object, tower_fields[i].names, NULL);
      gint64      number = tower_fields[i].otherwise;

      if (yyjson_is_uint (value) && yyjson_get_uint (value) <= 1 << 20)
        number = (gint64) yyjson_get_uint (value);
      *(gint64 *) ((guint8 *) tower + tower_fields[i].offset) = number;
    }
  /* Qwen2-VL's mlp_ratio is always the default of its class. */
  if (tower->width == 0)
    tower->width = 4 * tower->hidden;

  return tower->hidden > 0 && tower->patch > 0 && tower->layers > 0 && tower->layers <= PLIM_MODEL_MAX_LAYERS;
}

static gboolean
has_square_image (const Tower *tower)
{
  return tower->image > 0 && tower->image % tower->patch == 0;
}

/* Patch embedding, positions and layers with biases and two norms each; SigLIP ends with one norm, CLIP has a class
 * embedding and a norm before and after. */
static gint64
count_transformer (const Tower *t,
                   gboolean     is_clip)
{
  gint64 side = t->image / t->patch;
  gint64 positions = plim_add (plim_multiply (side, side), is_clip ? 1 : 0);
  gint64 patch = plim_multiply (plim_multiply (t->patch, t->patch), plim_multiply (t->channels, t->hidden));
  gint64 attention = plim_multiply (4 * t->hidden, t->hidden + 1);
  gint64 mlp = plim_add (plim_multiply (2 * t->hidden, t->width), t->width + t->hidden);
  gint64 layer = plim_add (plim_add (attention, mlp), 4 * t->hidden);
  gint64 count = plim_add (patch, plim_multiply (positions, t->hidden));

  count = plim_add (count, is_clip ? 5 * t->hidden : 3 * t->hidden);

  return plim_add (count, plim_multiply (t->layers, layer));
}

/* From @in_size to @out_size, with a bias where @has_bias. */
static gint64
count_linear (gint64   in_size,
              gint64   out_size,
              gboolean has_bias)
{
  return plim_multiply (in_size + (has_bias ? 1 : 0), out_size);
}

/* Attention with biases, and a merger that makes one token of merge x merge patches.  Qwen2.5 has gated feed-forwards
 * and norms without bias; Qwen3 a bias of the patches, a table of positions, and further mergers whose norm spans the
 * merged patches. */
static gint64
count_qwen (const Tower *t,
            gboolean     is_second,
            gboolean     is_third,
            gint64       n_mergers)
{
  gint64 h = t->hidden;
  gint64 merged = plim_multiply (h, t->merge * t->merge);
  gint64 norm = is_second ? 1 : 2;
  gint64 patch = plim_multiply (plim_multiply (t->channels * t->frames, t->patch * t->patch), h);
  gint64 mlp = plim_add (count_linear (h, (is_second ? 2 : 1) * t->width, TRUE), count_linear (t->width, h, TRUE));
  gint64 layer = plim_add (plim_add (count_linear (h, 4 * h, TRUE), mlp), 2 * norm * h);
  gint64 merger = plim_add (count_linear (merged, merged, TRUE), count_linear (merged, t->out, TRUE));
  gint64 count = plim_add (plim_add (patch, plim_multiply (t->layers, layer)), plim_add (merger, norm * h));

  if (is_third)
    count = plim_add (count, plim_add (h, plim_multiply (t->positions, h)));

  return plim_add (count, plim_multiply (n_mergers, plim_add (merger, norm * merged)));
}

/* Gated feed-forwards, no biases, a norm before the first layer; Mistral 3 merges patches and projects twice. */
static gint64
count_pixtral (PlimHfReader *reader,
               const Tower  *t)
{
  gboolean has_bias = yyjson_get_bool (plim_hf_find (reader->root, "multimodal_projector_bias", NULL));
  gint64   text = reader->config->model.hidden_size;
  gint64   h = t->hidden;
  gint64   layer = plim_add (plim_multiply (4 * h, h), plim_multiply (3 * h, t->width) + 2 * h);
  gint64   count = plim_multiply (t->layers, layer);
  Tower    projector = { 0 };

  read_tower (reader->root, &projector);
  count = plim_add (count, plim_multiply (plim_multiply (t->channels, t->patch * t->patch) + 1, h));
  count = plim_add (count, plim_multiply (plim_add (plim_multiply (h, projector.merge * projector.merge), 1), h));

  return plim_add (count, plim_add (count_linear (h, text, has_bias), count_linear (text, text, has_bias)));
}

/* CLIP's layers; two matrices for each square of patches, whose channels together are as wide as the feed-forward, and
 * one to the language model. */
static gint64
count_llama4 (PlimHfReader *reader,
              const Tower  *t)
{
  gint64 adapter = plim_add (count_linear (t->width, t->adapter_in, FALSE),
                             count_linear (t->adapter_out, t->adapter_out, FALSE));

  if (!has_square_image (t) || t->adapter_in == 0 || t->adapter_out == 0)
    return 0;

  return plim_add (plim_add (count_transformer (t, TRUE), adapter),
                   count_linear (t->out, reader->config->model.hidden_size, FALSE));
}

/* Towers that are recognized by their type, or the whole model's where they have none of their own. */
static gint64
count_known (PlimHfReader *reader,
             yyjson_val   *object,
             const char   *type,
             const char   *outer)
{
  static const char *const thirds = "qwen3_vl qwen3_vl_vision qwen3_vl_moe qwen3_vl_moe_vision qwen3_5 qwen3_5_vision "
                                    "qwen3_5_moe qwen3_5_moe_vision";
  gboolean                 has_out = plim_hf_find (object, "out_hidden_size", NULL) != NULL;
  yyjson_val              *deep = plim_hf_find (object, "deepstack_visual_indexes", NULL);
  gint64                   n_mergers = (gint64) yyjson_arr_size (deep);
  Tower                    tower = { 0 };

  if (!read_tower (object, &tower) || tower.merge > 16 || tower.frames > 16 || n_mergers > PLIM_MODEL_MAX_LAYERS)
    return 0;
  if (plim_family_has_word ("qwen2_vl qwen2_vl_vision", type))
    return count_qwen (&tower, FALSE, FALSE, 0);
  if (has_out && plim_family_has_word ("qwen2_5_vl qwen2_5_vl_vision", type))
    return count_qwen (&tower, TRUE, FALSE, 0);
  if (has_out && plim_family_has_word (thirds, type))
    return count_qwen (&tower, FALSE, TRUE, n_mergers);
  if (strcmp (type, "pixtral") == 0 && plim_family_has_word ("mistral3 ministral3", outer))
    return count_pixtral (reader, &tower);
  if (strcmp (type, "llama4_vision_model") == 0)
    return count_llama4 (reader, &tower);

  return 0;
}

static gint64
count_vision (PlimHfReader *reader,
              yyjson_val   *object)
{
  const char *type = yyjson_get_str (plim_hf_find (object, "model_type", NULL));
  const char *outer = yyjson_get_str (plim_hf_find (reader->root, "model_type", NULL));
  gboolean    is_siglip = g_strcmp0 (type, "siglip_vision_model") == 0;
  gboolean    is_clip = g_strcmp0 (type, "clip_vision_model") == 0 && outer != NULL &&
                     plim_family_has_word ("llava llava_next vipllava clip", outer);
  Tower  tower = { 0 };
  gint64 count;

  if (!is_siglip && !is_clip)
    return count_known (reader, object, type != NULL ? type : outer != NULL ? outer
                                                                            : "",
                        outer != NULL ? outer : "");
  if (!read_tower (object, &tower) || !has_square_image (&tower))
    return 0;

  count = count_transformer (&tower, is_clip);
  if (g_strcmp0 (outer, "gemma3") == 0)
    count = plim_add (count, plim_multiply (tower.hidden, reader->config->model.hidden_size + 1));

  return count;
}

/* Tokens of one image, where each has as many: given (Gemma 3, PaliGemma, LLaVA of today), else a token for each patch
 * of CLIP's or SigLIP's square image. */
static gint64
count_tokens (PlimHfReader *reader,
              yyjson_val   *object)
{
  static const char *const names = "mm_tokens_per_image image_seq_length num_image_tokens";
  const char              *outer = yyjson_get_str (plim_hf_find (reader->root, "model_type", NULL));
  yyjson_val              *given = plim_hf_find (reader->root, names, NULL);
  Tower                    tower = { 0 };

  if (given == NULL)
    given = plim_hf_find (object, names, NULL);
  if (yyjson_is_uint (given) && yyjson_get_uint (given) <= 1 << 20)
    return (gint64) yyjson_get_uint (given);
  if (outer == NULL || !plim_family_has_word ("llava vipllava paligemma", outer) ||
      !read_tower (object, &tower) || !has_square_image (&tower))
    return 0;

  return (tower.image / tower.patch) * (tower.image / tower.patch);
}

/* Says of parts that are there and not counted that they are missing. */
static void
assume_none (PlimHfReader      *reader,
             const PlimHfTower *tower,
             const char        *member)
{
  if (tower->is_present && tower->parameters_count == 0)
    plim_hf_assume (reader->config, member, "0",
                    _ ("How large this encoder is, only the model’s tensors say; the configuration alone does not."));
}

void
plim_hf_read_towers (PlimHfReader *reader)
{
  static const char *const visions = "vision_config visual vision_tower vision_model vision_encoder "
                                     "thinker_config.vision_config mm_vision_tower vit_config";
  static const char *const audios = "audio_config audio_encoder speech_config audio_model thinker_config.audio_config";
  yyjson_val              *vision = plim_hf_find (reader->root, visions, NULL);
  yyjson_val              *audio = plim_hf_find (reader->root, audios, NULL);

  reader->config->vision.is_present = vision != NULL && !yyjson_is_false (vision);
  reader->config->audio.is_present = audio != NULL && !yyjson_is_false (audio);
  if (yyjson_is_obj (vision))
    {
      reader->config->vision.parameters_count = count_vision (reader, vision);
      reader->config->vision.tokens_count = count_tokens (reader, vision);
    }
  reader->config->model.tower_parameters_count = reader->config->vision.parameters_count;
  assume_none (reader, &reader->config->vision, "vision_config");
  assume_none (reader, &reader->config->audio, "audio_config");
}
