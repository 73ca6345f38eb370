/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lists with an entry for each layer.  One table says what every word, letter or number of every list means; a list
 * whose length is not the number of layers is refused. */

#include "config.h"

#include "plim-hf-reader.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

typedef enum
{
  MEANS_ATTENTION = 1 << 0,
  MEANS_MIXER = 1 << 1,
  MEANS_FULL = 1 << 2,
  MEANS_WINDOW = 1 << 3,
  MEANS_EXPERTS = 1 << 4,
  MEANS_MLP = 1 << 5,
  MEANS_ALONE = 1 << 6,  /* the layer has nothing else */
  MEANS_INDEXED = 1 << 7, /* an indexer of its own */
  MEANS_FOLLOWS = 1 << 8, /* the choice of an earlier layer's indexer */
  MEANS_SPARSE = 1 << 9,  /* compressed, and an indexer picks */
  MEANS_HEAVY = 1 << 10,  /* compressed further, and all is seen */
  MEANS_HASHED = 1 << 11, /* a table of tokens picks the experts */
  MEANS_IMAGES = 1 << 12  /* reads images in place of the text */
} Meaning;

static const struct
{
  const char *lists;
  const char *word;
  guint32     meaning;
} words[] = {
  { "layer_types layers_block_type", "full_attention", MEANS_ATTENTION | MEANS_FULL },
  { "layer_types layers_block_type", "deepseek_sparse_attention", MEANS_ATTENTION | MEANS_FULL },
  { "layer_types layers_block_type", "sliding_attention", MEANS_ATTENTION | MEANS_WINDOW },
  { "layer_types", "compressed_sparse_attention", MEANS_ATTENTION | MEANS_WINDOW | MEANS_SPARSE },
  { "layer_types", "heavily_compressed_attention", MEANS_ATTENTION | MEANS_WINDOW | MEANS_HEAVY },
  { "compress_ratios", "0", MEANS_ATTENTION | MEANS_WINDOW },
  { "compress_ratios", "4", MEANS_ATTENTION | MEANS_WINDOW | MEANS_SPARSE },
  { "compress_ratios", "128", MEANS_ATTENTION | MEANS_WINDOW | MEANS_HEAVY },
  { "layer_types layers_block_type", "chunked_attention", MEANS_ATTENTION | MEANS_WINDOW },
  { "layer_types layers_block_type", "attention", MEANS_ATTENTION },
  { "layer_types layers_block_type", "linear_attention", MEANS_MIXER },
  { "layer_types layers_block_type", "lightning_attention", MEANS_MIXER },
  { "layer_types layers_block_type", "conv", MEANS_MIXER },
  { "layer_types layers_block_type", "mamba", MEANS_MIXER },
  { "layer_types layers_block_type", "mamba2", MEANS_MIXER },
  { "layer_types layers_block_type", "hybrid", MEANS_ATTENTION | MEANS_MIXER },
  { "layer_types layers_block_type", "moe", MEANS_EXPERTS | MEANS_ALONE },
  { "layer_types layers_block_type", "mlp", MEANS_MLP | MEANS_ALONE },
  { "block_types", "recurrent", MEANS_MIXER },
  { "block_types", "attention", MEANS_ATTENTION },
  { "attention_layers", "global", MEANS_FULL },
  { "attention_layers", "local", MEANS_WINDOW },
  { "attn_type_list", "0", MEANS_MIXER },
  { "attn_type_list", "1", MEANS_ATTENTION },
  { "hybrid_layer_pattern", "0", MEANS_FULL },
  { "hybrid_layer_pattern", "1", MEANS_WINDOW },
  { "no_rope_layers", "0", MEANS_FULL },
  { "no_rope_layers", "1", MEANS_WINDOW },
  { "moe_layer_freq", "0", MEANS_MLP },
  { "moe_layer_freq", "1", MEANS_EXPERTS },
  { "mlp_layer_types", "dense", MEANS_MLP },
  { "mlp_layer_types", "sparse", MEANS_EXPERTS },
  { "mlp_layer_types", "moe", MEANS_EXPERTS },
  { "mlp_layer_types", "hash_moe", MEANS_EXPERTS | MEANS_HASHED },
  { "indexer_types", "full", MEANS_INDEXED },
  { "indexer_types", "shared", MEANS_FOLLOWS },
  { "hybrid_override_pattern", "M", MEANS_MIXER | MEANS_ALONE },
  { "hybrid_override_pattern", "*", MEANS_ATTENTION | MEANS_ALONE },
  { "hybrid_override_pattern", "-", MEANS_MLP | MEANS_ALONE },
  { "hybrid_override_pattern", "E", MEANS_EXPERTS | MEANS_ALONE },
};

static const char *const list_names[] = { "attention_layers", "attn_type_list", "hybrid_layer_pattern",
                                          "no_rope_layers", "layers_block_type", "layer_types",
                                          "hybrid_override_pattern", "moe_layer_freq", "mlp_layer_types",
                                          "indexer_types", "compress_ratios" };

static guint32
find_meaning (const char *list,
              const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (plim_family_has_word (words[i].lists, list) && strcmp (words[i].word, word) == 0)
      return words[i].meaning;

  return 0;
}

static void
apply_meaning (const PlimShape *shape,
               PlimShapeLayer  *layer,
               guint32          meaning)
{
  gboolean has_experts = (meaning & MEANS_EXPERTS) != 0 && shape->values[PLIM_CONFIG_EXPERTS] > 0;

  if ((meaning & MEANS_ALONE) != 0)
    layer->has_attention = layer->has_mixer = layer->has_experts = layer->has_mlp = FALSE;
  if ((meaning & (MEANS_ATTENTION | MEANS_MIXER)) != 0)
    {
      layer->has_attention = (meaning & MEANS_ATTENTION) != 0;
      layer->has_mixer = (meaning & MEANS_MIXER) != 0 || shape->family->mixers == PLIM_MIXERS_BOTH;
    }
  if ((meaning & (MEANS_WINDOW | MEANS_FULL)) != 0)
    layer->is_windowed = (meaning & MEANS_WINDOW) != 0;
  if ((meaning & (MEANS_INDEXED | MEANS_FOLLOWS)) != 0)
    layer->follows_indexer = (meaning & MEANS_FOLLOWS) != 0;
  if ((meaning & MEANS_SPARSE) != 0)
    layer->compress_tokens = plim_shape_get (shape, PLIM_CONFIG_SPARSE_TOKENS, 0);
  if ((meaning & MEANS_HEAVY) != 0)
    layer->compress_tokens = plim_shape_get (shape, PLIM_CONFIG_HEAVY_TOKENS, 0);
  layer->reads_images |= (meaning & MEANS_IMAGES) != 0;
  layer->has_indexer |= (meaning & MEANS_SPARSE) != 0;
  if ((meaning & (MEANS_EXPERTS | MEANS_MLP)) != 0)
    {
      layer->is_hashed = has_experts && (meaning & MEANS_HASHED) != 0;
      layer->has_experts = has_experts;
      layer->has_mlp = !has_experts || plim_shape_has (shape, PLIM_TRAIT_DENSE_BESIDE);
    }
}

static gboolean
check_length (PlimHfReader *reader,
              yyjson_val   *value,
              const char   *member,
              gsize         length,
              gsize         n_layers,
              GError      **error)
{
  gint64 extra = reader->config->next_token_layers_count;

  if (length != n_layers && length != n_layers + (gsize) extra)
    return plim_hf_fail (reader->text, value, member, PLIM_IMPORT_ERROR_DAMAGED, error,
                         _ ("the list has %zu entries, the model %zu layers"), length,
                         n_layers);

  return TRUE;
}

static gboolean
apply_word (PlimHfReader   *reader,
            PlimShape      *shape,
            yyjson_val     *value,
            const char     *list,
            const char     *word,
            PlimShapeLayer *layer,
            GError        **error)
{
  guint32 meaning = find_meaning (list, word);

  if (meaning == 0 || ((meaning & MEANS_MIXER) != 0 && shape->family->recurrent == PLIM_RECURRENT_NONE))
    {
      g_autofree char *shown = g_strndup (word, 40);
      g_autofree char *valid = g_utf8_make_valid (shown, -1);

      return plim_hf_fail (reader->text, value, list, PLIM_IMPORT_ERROR_UNSUPPORTED, error,
                           _ ("a layer of the kind “%s” is not known for this model type"), valid);
    }
  apply_meaning (shape, layer, meaning);

  return TRUE;
}

/* A list of words or numbers, or a text with a letter for each layer. */
static gboolean
read_list (PlimHfReader *reader,
           PlimShape    *shape,
           const char   *list,
           yyjson_val   *value,
           GError      **error)
{
  const char *letters = yyjson_get_str (value);
  gsize       length = letters != NULL ? yyjson_get_len (value) : yyjson_arr_size (value);

  if (!check_length (reader, value, list, length, shape->n_layers, error))
    return FALSE;

  for (guint i = 0; i < shape->n_layers; i++)
    {
      yyjson_val *entry = letters != NULL ? value : yyjson_arr_get (value, i);
      char        word[48] = { 0 };

      if (letters != NULL)
        word[0] = letters[i];
      else if (yyjson_is_str (entry))
        g_strlcpy (word, yyjson_get_str (entry), sizeof word);
      else if (yyjson_is_int (entry) || yyjson_is_bool (entry))
        g_snprintf (word, sizeof word, "%" PRId64,
                    yyjson_is_bool (entry) ? (gint64) yyjson_get_bool (entry) : yyjson_get_sint (entry));
      if (!apply_word (reader, shape, entry, list, word, &shape->layers[i], error))
        return FALSE;
    }

  return TRUE;
}

/* GPT-Neo: [[["global", "local"], 12]], a run of words and how often it stands. */
static gboolean
read_attention_types (PlimHfReader *reader,
                      PlimShape    *shape,
                      yyjson_val   *value,
                      GError      **error)
{
  gsize       index, most, depth = 0;
  yyjson_val *run;

  yyjson_arr_foreach (value, index, most, run)
    {
      yyjson_val *kinds = yyjson_arr_get (run, 0);
      guint64     n_times = yyjson_get_uint (yyjson_arr_get (run, 1));

      for (guint64 i = 0; i < n_times * yyjson_arr_size (kinds) && depth < shape->n_layers; i++)
        {
          yyjson_val *kind = yyjson_arr_get (kinds, i % yyjson_arr_size (kinds));
          const char *word = yyjson_is_str (kind) ? yyjson_get_str (kind) : "";

          if (!apply_word (reader, shape, kind, "attention_layers", word, &shape->layers[depth++], error))
            return FALSE;
        }
    }

  return check_length (reader, value, "attention_types", depth, shape->n_layers, error);
}

/* The numbers of a list, or of a text with commas between them, as marks on depths; the first layer is number @first.
 */
static gboolean
read_depths (PlimHfReader *reader,
             yyjson_val   *value,
             const char   *member,
             gint64        first,
             guint         n_layers,
             gboolean     *marks,
             GError      **error)
{
  g_auto (GStrv) parts =
    yyjson_is_str (value) ? g_strsplit (yyjson_get_str (value), ",", PLIM_MODEL_MAX_LAYERS) : NULL;
  gsize n_parts = parts != NULL ? g_strv_length (parts) : yyjson_arr_size (value);

  for (gsize i = 0; i < MIN (n_parts, PLIM_MODEL_MAX_LAYERS); i++)
    {
      gint64 depth = 0;

      if (parts != NULL
            ? !g_ascii_string_to_signed (g_strstrip (parts[i]), 10, first, first + n_layers - 1, &depth, NULL)
            : !plim_hf_read_integer (reader, yyjson_arr_get (value, i), member, first, first + n_layers - 1, &depth,
                                     error))
        return parts == NULL ? FALSE
                             : plim_hf_fail (reader->text, value, member, PLIM_IMPORT_ERROR_DAMAGED, error,
                                             _ ("must be numbers of layers with commas between them"));
      marks[depth - first] = TRUE;
    }

  return TRUE;
}

/* Lists of depths: what the named layers are, and what the others. */
static gboolean
read_depth_lists (PlimHfReader *reader,
                  PlimShape    *shape,
                  GError      **error)
{
  static const struct
  {
    const char *member;
    guint32     named;
    guint32     others; /* 0 = as they are */
    gint64      first;  /* number of the first layer */
  } lists[] = {
    { "mlp_only_layers", MEANS_MLP, 0, 0 },
    { "moe_layers", MEANS_EXPERTS, MEANS_MLP, 0 },
    { "moe_layers_enum", MEANS_EXPERTS, MEANS_MLP, 0 },
    { "attn_layer_indices", MEANS_ATTENTION, MEANS_MIXER, 0 },
    { "full_attn_idxs", MEANS_ATTENTION, MEANS_MIXER, 0 },
    { "linear_attn_config.kda_layers", MEANS_MIXER, MEANS_ATTENTION, 1 },
    { "cross_attention_layers", MEANS_IMAGES, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      yyjson_val *value = plim_hf_find (reader->object, lists[i].member, NULL);
      gboolean    marks[PLIM_MODEL_MAX_LAYERS] = { FALSE };

      if (value == NULL || ((lists[i].named & MEANS_IMAGES) != 0 && !shape->family->has_image_layers) ||
          ((lists[i].named & (MEANS_ATTENTION | MEANS_MIXER)) != 0 &&
           shape->family->recurrent == PLIM_RECURRENT_NONE))
        continue;
      if (!read_depths (reader, value, lists[i].member, lists[i].first, shape->n_layers, marks, error))
        return FALSE;
      for (guint depth = 0; depth < shape->n_layers; depth++)
        apply_meaning (shape, &shape->layers[depth], marks[depth] ? lists[i].named : lists[i].others);
    }

  return TRUE;
}

/* RecurrentGemma: ["recurrent", "recurrent", "attention"], a run of words that repeats. */
static gboolean
read_block_types (PlimHfReader *reader,
                  PlimShape    *shape,
                  GError      **error)
{
  yyjson_val *list = plim_hf_find (reader->object, "block_types _block_types", NULL);
  gsize       length = yyjson_arr_size (list);

  if (length == 0 || shape->family->recurrent != PLIM_RECURRENT_RG_LRU)
    return TRUE;

  for (guint i = 0; i < shape->n_layers; i++)
    {
      yyjson_val *kind = yyjson_arr_get (list, i % length);
      const char *word = yyjson_is_str (kind) ? yyjson_get_str (kind) : "";

      if (!apply_word (reader, shape, kind, "block_types", word, &shape->layers[i], error))
        return FALSE;
    }

  return TRUE;
}

/* EXAONE 4: "LLLG", a run of local and global layers that repeats. */
static void
read_window_letters (PlimHfReader *reader,
                     PlimShape    *shape)
{
  yyjson_val *value = plim_hf_find (reader->object, "sliding_window_pattern", NULL);
  const char *letters = yyjson_get_str (value);
  gsize       length = yyjson_get_len (value);

  for (guint i = 0; letters != NULL && length > 0 && i < shape->n_layers; i++)
    shape->layers[i].is_windowed = letters[i % length] == 'L' && i + 1 < shape->n_layers;
}

gboolean
plim_hf_read_layer_lists (PlimHfReader *reader,
                          PlimShape    *shape,
                          GError      **error)
{
  static const char *const depth_lists = "attn_layer_indices full_attn_idxs linear_attn_config.kda_layers";
  yyjson_val              *types = plim_hf_find (reader->object, "attention_types", NULL);
  gboolean                 has_list = FALSE;

  if (shape->family->stack == PLIM_STACK_ENCODER_DECODER)
    return TRUE;

  read_window_letters (reader, shape);
  if (!read_block_types (reader, shape, error) ||
      (yyjson_is_arr (types) && !read_attention_types (reader, shape, types, error)))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (list_names); i++)
    {
      yyjson_val *value = plim_hf_find (reader->object, list_names[i], NULL);
      gboolean    is_positions = strcmp (list_names[i], "no_rope_layers") == 0;

      if ((!yyjson_is_arr (value) && !yyjson_is_str (value)) ||
          (yyjson_is_arr (value) && yyjson_arr_size (value) == 0) ||
          (is_positions && shape->family->windows != PLIM_WINDOWS_CHUNKS))
        continue;
      if (!read_list (reader, shape, list_names[i], value, error))
        return FALSE;
      has_list = TRUE;
    }
  if (shape->family->has_image_layers)
    shape->image_tokens_count = plim_hf_count_image_tokens (reader);
  if (shape->family->has_image_layers &&
      (shape->image_tokens_count == 0 || plim_hf_find (reader->object, "cross_attention_layers", NULL) == NULL))
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, reader->text->name, NULL,
                             _ ("these fields are missing: %s"), "“cross_attention_layers”, “vision_config”");
  has_list = has_list || plim_hf_find (reader->object, depth_lists, NULL) != NULL;
  if (shape->family->mixers == PLIM_MIXERS_LIST && !has_list)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, reader->text->name, NULL,
                             _ ("these fields are missing: %s"),
                             shape->family->is_one_block ? "“hybrid_override_pattern”" : "“layer_types”");

  return read_depth_lists (reader, shape, error);
}

/* Numbers that may differ from layer to layer, and where they go. */
static const struct
{
  PlimConfigField field;
  gsize           offset; /* in PlimShapeLayer */
} layer_numbers[] = {
  { PLIM_CONFIG_FFN, offsetof (PlimShapeLayer, ffn_width) },
  { PLIM_CONFIG_HEADS, offsetof (PlimShapeLayer, heads_count) },
  { PLIM_CONFIG_KV_HEADS, offsetof (PlimShapeLayer, kv_heads_count) },
};

static gboolean
read_numbers (PlimHfReader *reader,
              PlimShape    *shape,
              yyjson_val   *list,
              const char   *member,
              gsize         offset,
              GError      **error)
{
  for (guint i = 0; i < shape->n_layers; i++)
    {
      yyjson_val *entry = yyjson_arr_get (list, i);
      gint64      number;

      if (!plim_hf_read_integer (reader, entry, member, 1, 1 << 24, &number, error))
        return FALSE;
      if (offset == offsetof (PlimShapeLayer, ffn_width) ? shape->layers[i].has_mlp : shape->layers[i].has_attention)
        *(gint64 *) ((guint8 *) &shape->layers[i] + offset) = number;
      if (shape->layers[i].has_attention && (shape->layers[i].kv_heads_count > shape->layers[i].heads_count))
        return plim_hf_fail (reader->text, entry, member, PLIM_IMPORT_ERROR_DAMAGED, error,
                             _ ("%" PRId64 " KV heads do not divide %" PRId64 " heads"),
                             shape->layers[i].kv_heads_count, shape->layers[i].heads_count);
    }

  return TRUE;
}

/* A list where every layer has the same number: one number stands for all. */
static gboolean
check_equal (PlimHfReader *reader,
             yyjson_val   *list,
             const char   *member,
             GError      **error)
{
  gsize       index, most;
  yyjson_val *entry;

  yyjson_arr_foreach (list, index, most, entry)
    if (!yyjson_equals (entry, yyjson_arr_get_first (list)))
      return plim_hf_fail (reader->text, entry, member, PLIM_IMPORT_ERROR_UNSUPPORTED, error,
                           _ ("numbers that differ from layer to layer are not read here"));

  return TRUE;
}

/* The list under the names of field @f, where there is one. */
static gboolean
read_numbers_of (PlimHfReader   *reader,
                 PlimShape      *shape,
                 PlimConfigField f,
                 GError        **error)
{
  g_autofree char *member = NULL;
  yyjson_val      *list = plim_hf_find (reader->object, plim_config_field_get_info (f)->names, &member);
  guint            row = 0;

  if (!yyjson_is_arr (list) || f == PLIM_CONFIG_EXPERT_PERIOD)
    return TRUE;
  if (!check_length (reader, list, member, yyjson_arr_size (list), shape->n_layers, error))
    return FALSE;
  while (row < G_N_ELEMENTS (layer_numbers) && layer_numbers[row].field != f)
    row++;
  if (row < G_N_ELEMENTS (layer_numbers))
    return read_numbers (reader, shape, list, member, layer_numbers[row].offset, error);

  return check_equal (reader, list, member, error);
}

gboolean
plim_hf_read_layer_numbers (PlimHfReader *reader,
                            PlimShape    *shape,
                            GError      **error)
{
  for (guint f = 0; f < PLIM_N_CONFIG_FIELDS; f++)
    if (!read_numbers_of (reader, shape, (PlimConfigField) f, error))
      return FALSE;

  return TRUE;
}
