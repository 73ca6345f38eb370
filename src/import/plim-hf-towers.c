/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Vision and audio parts and next-token layers beside a language model.  Vision is counted where the architecture is
 * fixed by its type: SigLIP and CLIP vision transformers (arXiv:2303.15343, arXiv:2103.00020; transformers,
 * modeling_siglip.py and modeling_clip.py), and the projector of Gemma 3 (modeling_gemma3.py).  Others are only noted.
 */

#include "config.h"

#include "plim-hf-reader.h"

#include "plim-checked.h"
#include "plim-parameters.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  gint64 hidden, layers, width, patch, image, channels;
} Tower;

static const struct
{
  const char *names;
  gsize       offset;
  gint64      otherwise; /* the class's own default for SigLIP; 0 = needed */
} tower_fields[] = {
  { "hidden_size", offsetof (Tower, hidden), 0 },
  { "num_hidden_layers depth", offsetof (Tower, layers), 0 },
  { "intermediate_size", offsetof (Tower, width), 0 },
  { "patch_size", offsetof (Tower, patch), 0 },
  { "image_size", offsetof (Tower, image), 0 },
  { "num_channels", offsetof (Tower, channels), 3 },
};

/* Reads the tower without complaint: what is strange is simply not counted. */
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
      if (number == 0)
        return FALSE;
      *(gint64 *) ((guint8 *) tower + tower_fields[i].offset) = number;
    }

  return tower->image % tower->patch == 0 && tower->layers <= PLIM_MODEL_MAX_LAYERS;
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

  if ((!is_siglip && !is_clip) || !read_tower (object, &tower))
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
  if (outer == NULL || !plim_family_has_word ("llava vipllava paligemma", outer) || !read_tower (object, &tower))
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
