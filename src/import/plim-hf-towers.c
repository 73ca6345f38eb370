/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Vision and audio parts beside a language model: counted where plim-tower-kind.c has a formula for their type, else
 * noted as not counted. */

#include "config.h"

#include "plim-hf-reader.h"

#include "plim-checked.h"
#include "plim-formula.h"
#include "plim-tower-kind.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* No width, side or list of a published encoder comes near, nor any encoder. */
#define MOST_NUMBER     (1 << 20)
#define MOST_PARAMETERS (G_GINT64_CONSTANT (1) << 40)

static const char *const visions = "vision_config visual vision_tower vision_model vision_encoder "
                                   "thinker_config.vision_config mm_vision_tower vit_config "
                                   "embd_layer.image_embd_layer";
static const char *const audios = "audio_config audio_encoder speech_config audio_model thinker_config.audio_config "
                                  "audio_processor.config";

typedef struct
{
  const PlimHfReader  *reader;
  yyjson_val          *object; /* the part's configuration */
  const PlimTowerKind *kind;
} Tower;

/* "" when the file has none; "vision" says nothing, and has a name beside it (DeepSeek). */
static const char *
get_type (yyjson_val *object)
{
  const char *type = yyjson_get_str (plim_hf_find (object, "model_type", NULL));

  if (g_strcmp0 (type, "vision") == 0)
    type = yyjson_get_str (plim_hf_find (object, "model_name", NULL));

  return type != NULL ? type : "";
}

static gint64
read_number (yyjson_val *value)
{
  double number;

  if (yyjson_is_bool (value))
    return yyjson_get_bool (value);
  if (!yyjson_is_num (value))
    return PLIM_FORMULA_UNKNOWN;

  number = yyjson_get_num (value);
  if (number > 0 && number < 1)
    number = 1 / number;

  return number >= 0 && number <= MOST_NUMBER && number == floor (number) ? (gint64) number : PLIM_FORMULA_UNKNOWN;
}

/* The language model's numbers: width, layers, queries, keys, feed-forward. */
static gint64
look_up_text (const PlimModel *model,
              const char      *name,
              gsize            length)
{
  const PlimAttention *a = &model->kinds[0].attention;
  const struct
  {
    const char *name;
    gint64      value;
  } rows[] = {
    { "t", model->hidden_size },
    { "t_layers", model->n_layers },
    { "t_q", plim_multiply (a->heads_count, a->head_dim) },
    { "t_kv", plim_multiply (a->kv_heads_count, a->head_dim) },
    { "t_f", model->kinds[0].mlp.width },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strlen (rows[i].name) == length && strncmp (rows[i].name, name, length) == 0)
      return rows[i].value;

  return PLIM_FORMULA_UNKNOWN;
}

/* PlimFormulaLookup of a Tower. */
static gint64
look_up (const char   *text,
         gsize         length,
         gconstpointer data)
{
  const Tower         *tower = data;
  const PlimTowerName *name = plim_tower_name_find (text, length);
  yyjson_val          *value;

  if (name == NULL)
    return look_up_text (&tower->reader->config->model, text, length);

  value = plim_hf_find (name->is_of_whole ? tower->reader->root : tower->object, name->members, NULL);
  if (value == NULL)
    return plim_tower_kind_get_default (tower->kind, name);
  if (name->take == PLIM_TOWER_TAKE_LENGTH)
    return (gint64) MIN (yyjson_arr_size (value), MOST_NUMBER);
  if (yyjson_is_arr (value))
    value = yyjson_arr_get (value, name->take == PLIM_TOWER_TAKE_SECOND ? 1 : 0);
  if (name->word != NULL)
    return g_strcmp0 (yyjson_get_str (value), name->word) == 0;

  return read_number (value);
}

/* What is strange is simply not counted: 0. */
static gint64
count_parameters (const Tower *tower)
{
  gint64 count = plim_formula_evaluate (tower->kind->formula, look_up, tower);

  return count > 0 && count <= MOST_PARAMETERS ? count : 0;
}

/* Tokens of one image, where each has as many: given (Gemma 3, PaliGemma, LLaVA of today), else as the kind says. */
static gint64
count_tokens (const Tower *tower)
{
  static const char *const names = "mm_tokens_per_image image_seq_length num_image_tokens";
  yyjson_val              *given = plim_hf_find (tower->reader->root, names, NULL);

  if (given == NULL)
    given = plim_hf_find (tower->object, names, NULL);
  if (given != NULL)
    return MAX (read_number (given), 0);

  return tower->kind != NULL && tower->kind->tokens != NULL
           ? MAX (plim_formula_evaluate (tower->kind->tokens, look_up, tower), 0)
           : 0;
}

/* The part under the first of @names.  One without a type has that of the whole, with @ending. */
static Tower
find_tower (const PlimHfReader *reader,
            const char         *names,
            const char         *ending)
{
  yyjson_val      *object = plim_hf_find (reader->root, names, NULL);
  const char      *whole = get_type (reader->root);
  const char      *type = get_type (object);
  g_autofree char *otherwise = g_strconcat (whole, ending, NULL);
  Tower            tower = { reader, object, NULL };

  if (yyjson_is_obj (object))
    tower.kind = plim_tower_kind_find (*type != '\0' ? type : otherwise, whole);

  return tower;
}

gint64
plim_hf_count_image_tokens (const PlimHfReader *reader)
{
  Tower tower = find_tower (reader, visions, "");

  return yyjson_is_obj (tower.object) ? count_tokens (&tower) : 0;
}

/* Says that the part is missing from the count where it is. */
static PlimHfTower
read_tower (PlimHfReader *reader,
            const char   *names,
            const char   *member,
            const char   *ending)
{
  Tower       tower = find_tower (reader, names, ending);
  PlimHfTower result = { .is_present = tower.object != NULL && !yyjson_is_false (tower.object) };

  if (tower.kind != NULL)
    result.parameters_count = count_parameters (&tower);
  if (yyjson_is_obj (tower.object))
    result.tokens_count = count_tokens (&tower);
  if (result.is_present && result.parameters_count == 0)
    plim_hf_assume (reader->config, member, "0",
                    _ ("How large this encoder is, only the model’s tensors say; the configuration alone does not."));

  return result;
}

/* Parts that speak the answer (Qwen-Omni, MiniCPM-o); what serves text alone does not load them. */
static void
note_voices (PlimHfReader *reader)
{
  static const char *const members[] = { "talker_config", "token2wav_config", "code2wav_config", "tts_config" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (yyjson_is_obj (plim_hf_find (reader->root, members[i], NULL)))
      plim_hf_assume (reader->config, members[i], "0", _ ("What speaks the answer is not counted."));
}

void
plim_hf_read_towers (PlimHfReader *reader)
{
  PlimHfConfig *config = reader->config;

  config->vision = read_tower (reader, visions, "vision_config", "");
  config->audio = read_tower (reader, audios, "audio_config", ".audio");
  config->audio.tokens_count = 0;
  note_voices (reader);
  config->model.tower_parameters_count = plim_add (config->vision.parameters_count, config->audio.parameters_count);
}
