/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words to classes.  A name is cut at its points; each piece that the table knows speaks for a class with a weight, and
 * the heaviest wins, the first of equals: "model.layers.3.mlp.experts.7.up_proj" is an expert's because "experts" (45)
 * is heavier than "mlp" (30) and "up_proj" (20).  Where a piece means different things at different places (a bias of
 * attention that is a mask), a pair of pieces is looked up too.
 *
 * Names of a checkpoint differ mostly in numbers, so what a name says is kept with its numbers taken out. */

#include "config.h"

#include "plim-tensor-class.h"

#include <glib/gi18n.h>
#include <string.h>

/* The longest piece of a name that can be a word. */
#define MOST_WORD_BYTES 63

/* Stands for a number in the form of a name. */
#define NUMBER_MARK "\001"

/* Longer forms are not kept. */
#define MOST_FORM_BYTES 127

/* How many forms are kept, a power of two, and how many numbers of a name count. */
#define N_KEPT       256
#define MOST_NUMBERS 8

/* Numbers of layers are below it. */
#define MOST_LAYER 1000000

/* A power of two, several times the number of words. */
#define N_SLOTS 4096

/* The heaviest words; below them leaves, modules and parts of the model. */
enum
{
  WEAK = 10,
  MIXER = 15,
  LEAF = 20,
  MODULE = 30,
  FAMILY = 31,
  STRONG = 32,
  EXPERT = 45,
  ROUTER = 50,
  NORM = 60,
  NEXT = 85,
  TOWER = 90,
  INNER = 92,
  ADAPTER = 95
};

typedef struct
{
  PlimTensorClass class_id;
  gint            weight;
  const char     *words; /* with a space between them */
} WordRow;

static const WordRow word_rows[] = {
  /* Hugging Face: modules, then what is in them. */
  { PLIM_TENSOR_CLASS_EMBEDDING, STRONG,
    "embed_tokens wte wpe word_embeddings tok_embeddings embed_in embeddings embedding embed_positions "
    "position_embeddings position_embedding token_type_embeddings word_embedding shared decoder_embed encoder_embed "
    "embed_tokens_per_layer per_layer_model_projection altup_projections altup_unembed_projections emb "
    "word_embeddings_layer lm_embed project_in project_out" },
  { PLIM_TENSOR_CLASS_ATTENTION, MODULE,
    "self_attn attn attention self_attention SelfAttention EncDecAttention encoder_attn cross_attn attention_layer "
    "inter_attention MultiHeadAttention self_attention_layer" },
  { PLIM_TENSOR_CLASS_ATTENTION, LEAF,
    "q_proj k_proj v_proj qkv_proj qkv c_attn Wqkv query_key_value q_a_proj q_b_proj kv_a_proj_with_mqa kv_b_proj "
    "wq wk wv wo w_pack W_pack q_norm_proj indexer sinks relative_attention_bias query key value" },
  { PLIM_TENSOR_CLASS_ATTENTION, WEAK, "o_proj out_proj" },
  { PLIM_TENSOR_CLASS_RECURRENT, MIXER, "mixer" },
  { PLIM_TENSOR_CLASS_RECURRENT, LEAF, "A_log D dt_bias dt_proj x_proj conv1d in_proj" },
  { PLIM_TENSOR_CLASS_RECURRENT, MODULE,
    "mamba linear_attn delta_net temporal_block recurrent_block rg_lru conv short_conv ssm linear_attention "
    "time_mix lightning_attn" },
  { PLIM_TENSOR_CLASS_RECURRENT, FAMILY, "rwkv" },
  { PLIM_TENSOR_CLASS_MLP, LEAF,
    "gate_proj up_proj down_proj gate_up_proj fc1 fc2 c_fc dense_h_to_4h dense_4h_to_h w1 w2 w3 wi wi_0 wi_1 "
    "fc_in fc_out intermediate linear_1 linear_2 per_layer_input_gate per_layer_projection" },
  { PLIM_TENSOR_CLASS_MLP, WEAK, "output" },
  { PLIM_TENSOR_CLASS_MLP, STRONG, "feed_forward" },
  { PLIM_TENSOR_CLASS_MLP, MODULE, "mlp ffn DenseReluDense ff mlp_block moe block_sparse_moe shared_mlp" },
  { PLIM_TENSOR_CLASS_EXPERTS, EXPERT,
    "experts expert switch_mlp local_experts input_linear output_linear fc1_latent_proj fc2_latent_proj" },
  { PLIM_TENSOR_CLASS_SHARED_EXPERTS, EXPERT + 1, "shared_expert shared_experts residual_mlp shared_head_mlp" },
  { PLIM_TENSOR_CLASS_ROUTER, ROUTER,
    "gate router wg shared_expert_gate e_score_correction_bias e_score_correction expert_bias gate_inp "
    "router_weights" },
  { PLIM_TENSOR_CLASS_NORM, NORM,
    "norm ln_f ln_1 ln_2 ln_attn ln_mlp ln_pre ln_post ln0 ln1 ln2 ln_out layernorm LayerNorm layer_norm "
    "q_norm k_norm emb_ln" },
  { PLIM_TENSOR_CLASS_HEAD, MODULE, "lm_head embed_out score classifier cls qa_outputs final_logits_bias v_head" },
  { PLIM_TENSOR_CLASS_NEXT_TOKEN, NEXT, "mtp mtp_layers mtp_block mtps nextn eh_proj enorm hnorm shared_head" },
  { PLIM_TENSOR_CLASS_VISION, TOWER,
    "vision_tower vision_model visual vision_encoder vision_embed_tokens vision image_encoder vit vpm vision_backbone "
    "image_newline view_seperator img_processor image_embed resampler vision_head" },
  { PLIM_TENSOR_CLASS_AUDIO, TOWER,
    "audio_tower audio_model audio_encoder audio audio_embed speech_encoder audio_feature_extractor embed_audio" },
  { PLIM_TENSOR_CLASS_PROJECTOR, INNER,
    "multi_modal_projector mm_projector merger deepstack_merger_list aligner mlp1 vision_projector image_projection "
    "embed_vision vision_language_adapter patch_merger vision_adapter audio_projector audio_projection "
    "vision_projection connector modality_projection multimodal_projector pre_mm_projector_norm" },
  { PLIM_TENSOR_CLASS_ADAPTER, ADAPTER,
    "lora_A lora_B lora_a lora_b lora_embedding_A lora_embedding_B lora_magnitude_vector lora_up lora_down "
    "prompt_embeddings ia3_l modules_to_save" },
  { PLIM_TENSOR_CLASS_BUFFER, NORM + 10,
    "rotary_emb rotary_pos_emb inv_freq masked_bias freqs_cis rope_freqs position_ids cos_cached sin_cached "
    "rope_factors_long rope_factors_short num_batches_tracked attn_rot_embd attn_rot" },
  /* GGUF. */
  { PLIM_TENSOR_CLASS_EMBEDDING, MODULE,
    "token_embd token_types position_embd per_layer_token_embd per_layer_model_proj altup_proj altup_unembd_proj" },
  { PLIM_TENSOR_CLASS_ATTENTION, MODULE,
    "attn_q attn_k attn_v attn_qkv attn_output attn_out attn_gate attn_sinks attn_q_a attn_q_b attn_kv_a_mqa "
    "attn_kv_b attn_k_b attn_v_b attn_rel_b cross_attn_q cross_attn_k cross_attn_v cross_attn_o cross_attn_rel_b "
    "attn_o cross_attn_out cross_attn_output attn_temp" },
  { PLIM_TENSOR_CLASS_RECURRENT, MODULE,
    "ssm_in ssm_conv1d ssm_x ssm_dt ssm_a ssm_d ssm_out ssm_ba ssm_beta ssm_alpha ssm_beta_alpha ssm_conv1d_q "
    "ssm_conv1d_k ssm_conv1d_v ssm_f_a ssm_f_b ssm_g_a ssm_g_b time_mix_w0 time_mix_w1 time_mix_w2 time_mix_a0 "
    "time_mix_a1 time_mix_a2 time_mix_v0 time_mix_v1 time_mix_v2 time_mix_g1 time_mix_g2 time_mix_k_k time_mix_k_a "
    "time_mix_r_k time_mix_lerp_x time_mix_lerp_w time_mix_lerp_k time_mix_lerp_v time_mix_lerp_r time_mix_lerp_g "
    "time_mix_lerp_fused time_mix_first time_mix_decay time_mix_decay_w1 time_mix_decay_w2 time_mix_key "
    "time_mix_value time_mix_receptance time_mix_gate time_mix_output shortconv" },
  { PLIM_TENSOR_CLASS_MLP, MODULE,
    "ffn_up ffn_gate ffn_down ffn_act inp_gate proj channel_mix_lerp_k channel_mix_lerp_r channel_mix_key "
    "channel_mix_receptance channel_mix_value laurel_l laurel_r per_layer_proj altup_router altup_predict_coef "
    "altup_correct_coef altup_correct_scale" },
  { PLIM_TENSOR_CLASS_EXPERTS, EXPERT,
    "ffn_up_exps ffn_gate_exps ffn_down_exps ffn_gate_up_exps ffn_latent_down ffn_latent_up ffn_up_chexps "
    "ffn_gate_chexps ffn_down_chexps" },
  { PLIM_TENSOR_CLASS_SHARED_EXPERTS, EXPERT, "ffn_up_shexp ffn_gate_shexp ffn_down_shexp" },
  { PLIM_TENSOR_CLASS_ROUTER, ROUTER, "ffn_gate_inp ffn_gate_inp_shexp exp_probs_b ffn_exp_probs_b" },
  { PLIM_TENSOR_CLASS_PROJECTOR, INNER, "mmproj" },
};

/* Words that mean this only as the first piece of a name. */
static const WordRow first_rows[] = {
  { PLIM_TENSOR_CLASS_HEAD, MODULE, "output head" },
  { PLIM_TENSOR_CLASS_VISION, TOWER, "v" },
  { PLIM_TENSOR_CLASS_AUDIO, TOWER, "a" },
  { PLIM_TENSOR_CLASS_PROJECTOR, INNER, "mm resampler" },
};

/* Pairs of pieces, the last of a name. */
static const WordRow pair_rows[] = {
  { PLIM_TENSOR_CLASS_BUFFER, NORM + 10, "attn.bias attention.bias" },
};

/* Pieces after which the number of a layer stands. */
static const char layer_words[] = "layers layer blk h block blocks";

/* What the last piece says of the numbers. */
static const struct
{
  PlimTensorRole role;
  gboolean       is_ending; /* of the last piece, instead of all of it */
  const char    *words;
} role_rows[] = {
  { PLIM_TENSOR_ROLE_SIDE, FALSE,
    "scales qzeros g_idx absmax quant_map nested_absmax nested_quant_map quant_state weight_scale weight_scale_inv "
    "weight_scale_2 weight_zero_point weight_shape weight_g_idx input_scale output_scale k_scale v_scale q_scale "
    "SCB weight_format perm suh svh su sv trellis_scale input_global_scale weight_global_scale scale_inv biases "
    "activation_scale act_scale input_zero_point bitsandbytes__nf4 bitsandbytes__fp4" },
  { PLIM_TENSOR_ROLE_SIDE, TRUE, "_scales _scale_inv _scale_2 _weight_scale _absmax _qzeros" },
  { PLIM_TENSOR_ROLE_GPTQ, FALSE, "qweight" },
  { PLIM_TENSOR_ROLE_PACKED, FALSE, "weight_packed" },
  { PLIM_TENSOR_ROLE_FOUR_BIT, TRUE, "_blocks" },
};

static const struct
{
  const char *id;
  const char *label;
} classes[PLIM_N_TENSOR_CLASSES] = {
  [PLIM_TENSOR_CLASS_EMBEDDING] = { "embedding", NC_ ("tensor class", "Embedding") },
  [PLIM_TENSOR_CLASS_ATTENTION] = { "attention", NC_ ("tensor class", "Attention") },
  [PLIM_TENSOR_CLASS_RECURRENT] = { "recurrent", NC_ ("tensor class", "Recurrent Mixers") },
  [PLIM_TENSOR_CLASS_MLP] = { "mlp", NC_ ("tensor class", "Feed-Forward") },
  [PLIM_TENSOR_CLASS_EXPERTS] = { "experts", NC_ ("tensor class", "Experts") },
  [PLIM_TENSOR_CLASS_SHARED_EXPERTS] = { "shared-experts", NC_ ("tensor class", "Shared Experts") },
  [PLIM_TENSOR_CLASS_ROUTER] = { "router", NC_ ("tensor class", "Routers") },
  [PLIM_TENSOR_CLASS_NORM] = { "norm", NC_ ("tensor class", "Norms") },
  [PLIM_TENSOR_CLASS_HEAD] = { "head", NC_ ("tensor class", "Output Head") },
  [PLIM_TENSOR_CLASS_VISION] = { "vision", NC_ ("tensor class", "Vision Tower") },
  [PLIM_TENSOR_CLASS_AUDIO] = { "audio", NC_ ("tensor class", "Audio Tower") },
  [PLIM_TENSOR_CLASS_PROJECTOR] = { "projector", NC_ ("tensor class", "Projector") },
  [PLIM_TENSOR_CLASS_NEXT_TOKEN] = { "next-token", NC_ ("tensor class", "Next-Token Layers") },
  [PLIM_TENSOR_CLASS_ADAPTER] = { "adapter", NC_ ("tensor class", "Adapters") },
  [PLIM_TENSOR_CLASS_BUFFER] = { "buffer", NC_ ("tensor class", "Buffers") },
  [PLIM_TENSOR_CLASS_OTHER] = { "other", NC_ ("tensor class", "Other") },
};

/* What a word says. */
typedef struct
{
  char           text[MOST_WORD_BYTES + 1];
  const WordRow *any;
  const WordRow *first;
  const WordRow *pair;
  PlimTensorRole role;
  gboolean       is_layers;
} Word;

/* A name without its numbers, and what it says. */
typedef struct
{
  char            form[MOST_FORM_BYTES + 1]; /* "" = nothing is kept here */
  PlimTensorRole  role;
  PlimTensorClass class_id;
  gint            weight;
  guint           layer_mask;                /* which of the numbers are of layers */
} Saying;

struct _PlimTensorClassifier
{
  GArray *words;          /* Word */
  guint16 slots[N_SLOTS]; /* number of the word + 1, by hash; 0 = free */
  Saying  kept[N_KEPT];   /* by hash */
  Saying  long_saying;    /* of a name that is too long to be kept */
  guint   layers_count;
};

/* FNV-1a.  The words are ours, so nobody can choose colliding ones. */
static guint32
hash_of (const char *text,
         gsize       length)
{
  guint32 hash = 2166136261u;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guint8) text[i]) * 16777619u;

  return hash ^ (hash >> 16);
}

/* The slot of the word @text, or the free one where it would be.  A million names are looked up in a fifth of a second,
 * which is why this is no table of GLib. */
static guint
find_slot (const PlimTensorClassifier *classifier,
           const char                 *text,
           gsize                       length)
{
  guint slot = hash_of (text, length) & (N_SLOTS - 1);

  for (; classifier->slots[slot] != 0; slot = (slot + 1) & (N_SLOTS - 1))
    {
      const char *word = g_array_index (classifier->words, Word, classifier->slots[slot] - 1).text;

      if (strncmp (word, text, length) == 0 && word[length] == '\0')
        break;
    }

  return slot;
}

static const Word *
find_word (const PlimTensorClassifier *classifier,
           const char                 *text,
           gsize                       length)
{
  guint16 number = length <= MOST_WORD_BYTES ? classifier->slots[find_slot (classifier, text, length)] : 0;

  return number > 0 ? &g_array_index (classifier->words, Word, number - 1) : NULL;
}

/* The word @text, added where it is new; until the next one is added. */
static Word *
ensure_word (PlimTensorClassifier *classifier,
             const char           *text)
{
  guint slot = find_slot (classifier, text, strlen (text));

  if (classifier->slots[slot] == 0)
    {
      Word word = { .text = "" };

      g_strlcpy (word.text, text, sizeof word.text);
      g_array_append_val (classifier->words, word);
      classifier->slots[slot] = (guint16) classifier->words->len;
    }

  return &g_array_index (classifier->words, Word, classifier->slots[slot] - 1);
}

static void
add_rows (PlimTensorClassifier *classifier,
          const WordRow        *rows,
          gsize                 n_rows,
          gsize                 member)
{
  for (gsize i = 0; i < n_rows; i++)
    {
      g_auto (GStrv) words = g_strsplit (rows[i].words, " ", -1);

      for (guint j = 0; words[j] != NULL; j++)
        G_STRUCT_MEMBER (const WordRow *, ensure_word (classifier, words[j]), member) = &rows[i];
    }
}

PlimTensorClassifier *
plim_tensor_classifier_new (guint layers_count)
{
  PlimTensorClassifier *classifier = g_new0 (PlimTensorClassifier, 1);
  g_auto (GStrv)        layers = g_strsplit (layer_words, " ", -1);

  classifier->words = g_array_new (FALSE, FALSE, sizeof (Word));
  classifier->layers_count = layers_count;
  add_rows (classifier, word_rows, G_N_ELEMENTS (word_rows), G_STRUCT_OFFSET (Word, any));
  add_rows (classifier, first_rows, G_N_ELEMENTS (first_rows), G_STRUCT_OFFSET (Word, first));
  add_rows (classifier, pair_rows, G_N_ELEMENTS (pair_rows), G_STRUCT_OFFSET (Word, pair));
  for (guint i = 0; i < G_N_ELEMENTS (role_rows); i++)
    {
      g_auto (GStrv) words = g_strsplit (role_rows[i].words, " ", -1);

      for (guint j = 0; !role_rows[i].is_ending && words[j] != NULL; j++)
        ensure_word (classifier, words[j])->role = role_rows[i].role;
    }
  for (guint i = 0; layers[i] != NULL; i++)
    ensure_word (classifier, layers[i])->is_layers = TRUE;

  return classifier;
}

void
plim_tensor_classifier_free (PlimTensorClassifier *classifier)
{
  if (classifier == NULL)
    return;

  g_array_unref (classifier->words);
  g_free (classifier);
}

/* One walk over the form of a name. */
typedef struct
{
  Saying   saying;
  guint    n_numbers;
  gboolean is_after_layers;
} Walk;

static void
weigh_class (Walk           *walk,
             PlimTensorClass class_id,
             gint            weight)
{
  if (weight <= walk->saying.weight)
    return;

  walk->saying.weight = weight;
  walk->saying.class_id = class_id;
}

static void
weigh (Walk          *walk,
       const WordRow *row)
{
  if (row != NULL)
    weigh_class (walk, row->class_id, row->weight);
}

/* How the last piece ends: "gate_up_proj_scales". */
static void
look_at_ending (Walk       *walk,
                const char *piece)
{
  if (strchr (piece, '_') == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (role_rows); i++)
    {
      const char *word = role_rows[i].words;

      while (role_rows[i].is_ending && *word != '\0')
        {
          gsize length = strcspn (word, " ");
          gsize piece_length = strlen (piece);

          if (piece_length > length && memcmp (piece + piece_length - length, word, length) == 0)
            walk->saying.role = role_rows[i].role;
          word += length + (word[length] == ' ' ? 1 : 0);
        }
    }
}

static void
look_at_piece (const PlimTensorClassifier *classifier,
               Walk                       *walk,
               const char                 *piece,
               gboolean                    is_first,
               gboolean                    is_last)
{
  gboolean    is_layer = walk->is_after_layers;
  const Word *word = find_word (classifier, piece, strlen (piece));

  walk->is_after_layers = word != NULL && word->is_layers;
  if (strcmp (piece, NUMBER_MARK) == 0)
    {
      if (is_layer && walk->n_numbers < MOST_NUMBERS)
        walk->saying.layer_mask |= 1u << walk->n_numbers;
      walk->n_numbers++;
      return;
    }

  if (word != NULL)
    {
      weigh (walk, word->any);
      if (is_first)
        weigh (walk, word->first);
    }
  else if (strstr (piece, "norm") != NULL)
    weigh_class (walk, PLIM_TENSOR_CLASS_NORM, NORM);
  if (is_last && word != NULL && word->role != PLIM_TENSOR_ROLE_WEIGHT)
    walk->saying.role = word->role;
  else if (is_last)
    look_at_ending (walk, piece);
}

/* The last two pieces together. */
static void
look_at_pair (const PlimTensorClassifier *classifier,
              Walk                       *walk,
              const char                 *pair)
{
  const Word *word = find_word (classifier, pair, strlen (pair));

  if (word != NULL)
    weigh (walk, word->pair);
}

/* What a name of the form @form says. */
static Saying
interpret (const PlimTensorClassifier *classifier,
           const char                 *form)
{
  Walk        walk = { .saying = { .class_id = PLIM_TENSOR_CLASS_OTHER } };
  const char *before = form;
  const char *start = form;

  for (;;)
    {
      gsize    length = strcspn (start, ".");
      gboolean is_last = start[length] == '\0';
      char     piece[MOST_WORD_BYTES + 1];

      if (length <= MOST_WORD_BYTES)
        {
          g_strlcpy (piece, start, length + 1);
          look_at_piece (classifier, &walk, piece, start == form, is_last);
        }
      if (is_last)
        break;
      before = start;
      start += length + 1;
    }
  look_at_pair (classifier, &walk, before);

  /* Inside a state of a quantizer: "weight.quant_state.bitsandbytes__nf4". */
  if (strstr (form, ".quant_state.") != NULL)
    walk.saying.role = PLIM_TENSOR_ROLE_SIDE;

  return walk.saying;
}

/* How many digits @text begins with, when nothing else is before the next point or the end; else 0. */
static gsize
count_digits (const char *text)
{
  gsize n_digits = 0;

  while (g_ascii_isdigit (text[n_digits]))
    n_digits++;

  return text[n_digits] == '.' || text[n_digits] == '\0' ? n_digits : 0;
}

static gint
layer_number (const char *digits,
              gsize       n_digits)
{
  gint number = 0;

  for (gsize i = 0; i < n_digits && number < MOST_LAYER; i++)
    number = number * 10 + (digits[i] - '0');

  return MIN (number, MOST_LAYER);
}

/* Copies @name to @form, a mark in place of each number, and the numbers to @numbers.  Gives the length of @form; 0
 * when
 * @form, of @size bytes, is too small. */
static gsize
take_numbers_out (const char *name,
                  char       *form,
                  gsize       size,
                  gint       *numbers)
{
  guint    n_numbers = 0;
  gsize    length = 0;
  gboolean is_start = TRUE;

  for (const char *c = name; *c != '\0'; c++)
    {
      gsize n_digits = is_start && g_ascii_isdigit (*c) ? count_digits (c) : 0;

      if (length + 1 >= size)
        return 0;
      is_start = *c == '.';
      form[length++] = n_digits > 0 ? NUMBER_MARK[0] : *c;
      if (n_digits == 0)
        continue;
      if (n_numbers < MOST_NUMBERS)
        numbers[n_numbers++] = layer_number (c, n_digits);
      c += n_digits - 1;
    }
  form[length] = '\0';

  return length;
}

/* Where the saying of @form, of @length bytes and zeros behind them, is kept. */
static Saying *
find_kept (PlimTensorClassifier *classifier,
           const char           *form,
           gsize                 length)
{
  guint64 hash = length;

  for (gsize i = 0; i < length; i += sizeof (guint64))
    {
      guint64 piece;

      memcpy (&piece, form + i, sizeof piece);
      hash = (hash ^ piece) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      hash ^= hash >> 32;
    }

  return &classifier->kept[hash & (N_KEPT - 1)];
}

/* What @name says, from memory where a name of the same form came before; its numbers go to @numbers.  Until the next
 * name. */
static const Saying *
find_saying (PlimTensorClassifier *classifier,
             const char           *name,
             gint                 *numbers)
{
  char    form[MOST_FORM_BYTES + 1] = { 0 };
  gsize   length = take_numbers_out (name, form, sizeof form, numbers);
  Saying *kept;

  if (length == 0)
    {
      classifier->long_saying = interpret (classifier, name);
      return &classifier->long_saying;
    }

  kept = find_kept (classifier, form, length);
  if (memcmp (kept->form, form, length + 1) != 0)
    {
      *kept = interpret (classifier, form);
      g_strlcpy (kept->form, form, sizeof kept->form);
    }

  return kept;
}

PlimTensorPlace
plim_tensor_classifier_place (PlimTensorClassifier *classifier,
                              const char           *name)
{
  gint            numbers[MOST_NUMBERS] = { 0 };
  const Saying   *saying = find_saying (classifier, name, numbers);
  PlimTensorPlace place = { saying->class_id, saying->role, -1 };

  for (guint i = 0; i < MOST_NUMBERS && saying->layer_mask >> i != 0; i++)
    if ((saying->layer_mask & 1u << i) != 0)
      {
        place.layer = numbers[i];
        if (classifier->layers_count > 0 && (guint) numbers[i] >= classifier->layers_count && saying->weight < NEXT)
          place.class_id = PLIM_TENSOR_CLASS_NEXT_TOKEN;
      }

  return place;
}

const char *
plim_tensor_class_get_id (PlimTensorClass class_id)
{
  g_return_val_if_fail (class_id < PLIM_N_TENSOR_CLASSES, classes[PLIM_TENSOR_CLASS_OTHER].id);

  return classes[class_id].id;
}

const char *
plim_tensor_class_get_label (PlimTensorClass class_id)
{
  g_return_val_if_fail (class_id < PLIM_N_TENSOR_CLASSES, classes[PLIM_TENSOR_CLASS_OTHER].id);

  return g_dpgettext2 (NULL, "tensor class", classes[class_id].label);
}
