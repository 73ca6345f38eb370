/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the text to the model in steps: parse, find the language model's part, choose the family, read its numbers, lay
 * out the layers, report.  All limits are checked before anything is sized by the file. */

#include "config.h"

#include "plim-hf-config.h"

#include "plim-hf-reader.h"
#include "plim-next-token.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define MOST_MEMBERS 4096
#define MOST_NESTED  4

static void
free_assumption (gpointer data)
{
  PlimHfAssumption *assumption = data;

  g_free (assumption->name);
  g_free (assumption->value);
  g_free (assumption->reason);
  g_free (assumption);
}

void
plim_hf_config_free (PlimHfConfig *config)
{
  if (config == NULL)
    return;

  g_free (config->model_type);
  g_ptr_array_unref (config->assumptions);
  g_ptr_array_unref (config->missing);
  plim_hf_quantization_free (config->quantization);
  g_free (config);
}

static PlimHfConfig *
config_new (void)
{
  PlimHfConfig *config = g_new0 (PlimHfConfig, 1);

  config->assumptions = g_ptr_array_new_with_free_func (free_assumption);
  config->missing = g_ptr_array_new_with_free_func (g_free);

  return config;
}

/* How many bytes of @text at @i are a NaN or an Infinity, which Python's json writes though JSON has none; 0 = none. */
static gsize
match_not_a_number (const char *text,
                    gsize       size)
{
  static const char *const tokens[] = { "NaN", "Infinity", "-Infinity" };

  for (guint t = 0; t < G_N_ELEMENTS (tokens); t++)
    if (size >= strlen (tokens[t]) && memcmp (text, tokens[t], strlen (tokens[t])) == 0)
      return strlen (tokens[t]);

  return 0;
}

/* @data with null for every NaN and Infinity outside of texts, each noted; NULL when there is none. */
static GString *
replace_not_a_number (PlimHfConfig *config,
                      const char   *data,
                      gsize         size)
{
  g_autoptr (GString) text = g_string_sized_new (size);
  gboolean            is_in_text = FALSE;
  guint               line = 1;
  guint               n_replaced = 0;

  for (gsize i = 0; i < size; i++)
    {
      gsize length = is_in_text ? 0 : match_not_a_number (data + i, size - i);

      if (length > 0)
        {
          g_autofree char *place = g_strdup_printf (_ ("line %u"), line);

          if (n_replaced++ == 0)
            plim_hf_assume (config, place, "null",
                            _ ("NaN and Infinity are not JSON, though Python writes them; they are taken as absent."));
          g_string_append (text, "null");
          i += length - 1;
          continue;
        }
      line += data[i] == '\n';
      if (data[i] == '"')
        is_in_text = !is_in_text;
      g_string_append_c (text, data[i]);
      if (is_in_text && data[i] == '\\' && i + 1 < size)
        g_string_append_c (text, data[++i]);
    }

  return n_replaced > 0 ? g_steal_pointer (&text) : NULL;
}

/* Parses @data; @replaced, when it is not NULL afterwards, holds what @text points into. */
static gboolean
parse (PlimJsonText *text,
       PlimHfConfig *config,
       const char   *name,
       const char   *data,
       gsize         size,
       GString     **replaced,
       GError      **error)
{
  g_autoptr (GError) problem = NULL;

  if (size > PLIM_HF_MOST_BYTES)
    {
      g_autofree char *most = g_format_size (PLIM_HF_MOST_BYTES);

      return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, name, NULL,
                               _ ("larger than %s: not a configuration"), most);
    }
  if (plim_json_parse (text, name, data, size, &problem))
    return TRUE;

  if (g_error_matches (problem, PLIM_JSON_ERROR, PLIM_JSON_ERROR_NOT_JSON))
    *replaced = replace_not_a_number (config, data, size);
  if (*replaced != NULL)
    return plim_json_parse (text, name, (*replaced)->str, (*replaced)->len, error);

  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Goes down to the language model's part. */
static gboolean
find_language_model (PlimHfReader *reader,
                     GError      **error)
{
  static const char *const parts = "thinker_config text_config llm_config language_config language_model_config";

  reader->object = reader->root;
  for (guint depth = 0; depth < MOST_NESTED; depth++)
    {
      g_autofree char *member = NULL;
      yyjson_val      *part;

      if (yyjson_obj_size (reader->object) > MOST_MEMBERS)
        return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, reader->text->name, NULL,
                                 _ ("more than %d members: not a configuration"), MOST_MEMBERS);
      part = plim_hf_find (reader->object, parts, &member);
      if (part == NULL)
        return TRUE;
      if (!yyjson_is_obj (part))
        return plim_hf_fail (reader->text, part, member, PLIM_IMPORT_ERROR_DAMAGED, error,
                             _ ("an object is expected here"));
      reader->object = part;
    }

  return TRUE;
}

static const char *
get_type (yyjson_val *object)
{
  const char *type = yyjson_get_str (plim_hf_find (object, "model_type", NULL));

  return type != NULL && strlen (type) < 64 ? type : "";
}

/* Without a model type, the class that "architectures" names tells it. */
static char *
guess_type (PlimHfReader *reader)
{
  const char *class = yyjson_get_str (yyjson_arr_get_first (plim_hf_find (reader->root, "architectures", NULL)));
  g_autofree char *type = class != NULL ? plim_family_dup_type_of_class (class) : NULL;

  if (type != NULL)
    plim_hf_assume (reader->config, "model_type", type, _ ("Taken from the name of the architecture’s class."));

  return g_steal_pointer (&type);
}

/* Types that are another model with each version (MiniCPM-V): "type-version", NULL without a version. */
static char *
dup_versioned_type (yyjson_val *object,
                    const char *type)
{
  yyjson_val *version = plim_hf_find (object, "version", NULL);
  char        number[G_ASCII_DTOSTR_BUF_SIZE];

  if (yyjson_is_num (version))
    return g_strconcat (type, "-", g_ascii_formatd (number, sizeof number, "%.1f", yyjson_get_num (version)), NULL);

  return yyjson_is_str (version) ? g_strconcat (type, "-", yyjson_get_str (version), NULL) : NULL;
}

/* The family of the nested part, else of the whole, else Llama's. */
static const PlimFamily *
choose_family (PlimHfReader *reader,
               GError      **error)
{
  g_autofree char  *guessed = NULL;
  const char       *type = get_type (reader->object);
  g_autofree char  *versioned = dup_versioned_type (reader->object, type);
  const PlimFamily *family = versioned != NULL ? plim_family_find (versioned) : NULL;

  if (family == NULL)
    family = plim_family_find (type);

  if (family == NULL)
    {
      type = *type != '\0' ? type : get_type (reader->root);
      family = plim_family_find (get_type (reader->root));
    }
  if (*type == '\0')
    {
      guessed = guess_type (reader);
      type = guessed != NULL ? guessed : "";
      family = plim_family_find (type);
    }
  reader->config->model_type = g_utf8_make_valid (type, -1);
  reader->config->is_known = family != NULL;
  if (family != NULL && family->refusal != NULL)
    {
      plim_import_set_error (error, PLIM_IMPORT_ERROR_UNSUPPORTED, reader->text->name, type, "%s", _ (family->refusal));
      return NULL;
    }

  return family != NULL ? family : plim_family_fallback ();
}

/* Refuses a configuration that switches on what the family's other models do not have and nothing here counts. */
static gboolean
check_strange_members (PlimHfReader     *reader,
                       const PlimFamily *family,
                       GError          **error)
{
  g_auto (GStrv) members = g_strsplit (family->strange_members != NULL ? family->strange_members : "", " ", -1);

  for (guint i = 0; members[i] != NULL; i++)
    {
      yyjson_val *value = plim_hf_find (reader->object, members[i], NULL);

      if (value != NULL && !yyjson_is_false (value))
        return plim_hf_fail (reader->text, value, members[i], PLIM_IMPORT_ERROR_UNSUPPORTED, error,
                             _ ("what it switches on is not modelled"));
    }

  return TRUE;
}

/* What a Llama-like decoder takes for granted, when the model type is not known. */
static void
assume_decoder (PlimHfReader *reader)
{
  static const struct
  {
    const char *member;
    const char *value;
    const char *reason;
  } rows[] = {
    { "model_type", "llama", N_ ("The model type is not known; it is read as a decoder like Llama’s.") },
    { "tie_word_embeddings", "false", N_ ("An output head of its own is assumed.") },
    { "attention_bias", "false", N_ ("No biases in the attention are assumed.") },
    { "mlp_bias", "false", N_ ("No biases in the feed-forward blocks are assumed.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (i == 0 || plim_hf_find (reader->object, rows[i].member, NULL) == NULL)
      plim_hf_assume (reader->config, rows[i].member, rows[i].value, _ (rows[i].reason));
}

/* An unknown type with the widths of a latent has latent attention; a window that no list of layers mentions is not
 * used. */
static void
guess_attention (PlimHfReader *reader,
                 PlimShape    *shape)
{
  if (shape->values[PLIM_CONFIG_KV_LORA] > 0 && shape->values[PLIM_CONFIG_QK_NOPE] > 0 &&
      shape->values[PLIM_CONFIG_QK_ROPE] > 0)
    {
      shape->traits |= PLIM_TRAIT_MLA;
      plim_hf_assume (reader->config, "kv_lora_rank", "MLA",
                      _ ("Multi-head latent attention is assumed, as its widths are given."));
    }
  if (shape->values[PLIM_CONFIG_WINDOW] > 0 && plim_hf_find (reader->object, "layer_types", NULL) == NULL)
    plim_hf_assume (reader->config, "sliding_window", "0",
                    _ ("Which layers have a window is not said; the whole context is assumed for all."));
}

/* A rule says which layers are what; a list in the file says so itself. */
static gboolean
is_rule_of_layers (PlimConfigField field)
{
  return field == PLIM_CONFIG_WINDOW_PERIOD || field == PLIM_CONFIG_ATTENTION_PERIOD ||
         field == PLIM_CONFIG_ATTENTION_OFFSET;
}

/* Values from the family's defaults, and those that follow from others. */
static void
report_filled (PlimHfReader    *reader,
               const PlimShape *shape,
               const gint64    *read)
{
  static const char *const missing[] = { "max_position_embeddings", "torch_dtype dtype" };
  gboolean                 has_list = plim_hf_find (reader->object, "layer_types layers_block_type", NULL) != NULL;

  for (guint i = 0; i < PLIM_FAMILY_MAX_DEFAULTS && shape->family->defaults[i].value > 0; i++)
    {
      const PlimDefault *row = &shape->family->defaults[i];
      g_autofree char   *member = plim_config_field_dup_name (row->field);
      g_autofree char   *value = g_strdup_printf ("%" PRId64, row->value);

      if (read[row->field] == PLIM_SHAPE_ABSENT && !(has_list && is_rule_of_layers (row->field)))
        plim_hf_assume (reader->config, member, value, _ ("The default of the model type."));
    }
  for (guint i = 0; i < PLIM_N_CONFIG_FIELDS; i++)
    if (shape->is_assumed[i] && (!reader->config->is_known || i == PLIM_CONFIG_FFN))
      {
        g_autofree char *member = plim_config_field_dup_name ((PlimConfigField) i);
        g_autofree char *value = g_strdup_printf ("%" PRId64, shape->values[i]);

        plim_hf_assume (reader->config, member, value, _ ("The file does not say; the usual value is taken."));
      }
  if (shape->values[PLIM_CONFIG_CONTEXT] == PLIM_SHAPE_ABSENT)
    g_ptr_array_add (reader->config->missing, g_strdup (missing[0]));
  if (*reader->config->dtype == '\0')
    g_ptr_array_add (reader->config->missing, g_strdup ("torch_dtype"));
}

/* The type of the stored weights, "torch_dtype" or "dtype"; some write "torch.bfloat16". */
static void
read_dtype (PlimHfReader *reader)
{
  const char *dtype = yyjson_get_str (plim_hf_find (reader->object, "dtype torch_dtype", NULL));

  if (dtype == NULL)
    dtype = yyjson_get_str (plim_hf_find (reader->root, "dtype torch_dtype", NULL));
  if (dtype == NULL || strlen (dtype) >= sizeof reader->config->dtype)
    return;

  g_strlcpy (reader->config->dtype, g_str_has_prefix (dtype, "torch.") ? dtype + strlen ("torch.") : dtype,
             sizeof reader->config->dtype);
}

static gboolean
read_quantization (PlimHfReader *reader,
                   GError      **error)
{
  static const char *const names = "quantization_config compression_config";
  yyjson_val              *object = plim_hf_find (reader->root, names, NULL);

  if (object == NULL)
    object = plim_hf_find (reader->object, names, NULL);
  if (object == NULL)
    return TRUE;

  reader->config->quantization = plim_hf_quantization_read (reader->text, object, error);
  return reader->config->quantization != NULL;
}

/* Whether some layer of the finished layout uses the feed-forward width; else it need not be reported. */
static gboolean
uses_feed_forward (const PlimShape *shape)
{
  for (guint i = 0; i < shape->n_layers; i++)
    if (shape->layers[i].has_mlp)
      return TRUE;

  return FALSE;
}

static gboolean
read_model (PlimHfReader *reader,
            GError      **error)
{
  const PlimFamily     *family = choose_family (reader, error);
  g_autofree PlimShape *shape = NULL;
  gint64                read[PLIM_N_CONFIG_FIELDS];
  PlimModel            *model = &reader->config->model;

  if (family == NULL || !check_strange_members (reader, family, error))
    return FALSE;

  shape = plim_shape_new (family);
  if (!reader->config->is_known)
    assume_decoder (reader);
  if (!plim_hf_read_shape (reader, shape, error))
    return FALSE;
  if (!reader->config->is_known)
    guess_attention (reader, shape);
  memcpy (read, shape->values, sizeof read);
  if (!plim_shape_complete (shape, reader->text->name, error))
    return FALSE;
  reader->config->next_token_layers_count = plim_shape_get (shape, PLIM_CONFIG_NEXT_TOKEN_LAYERS, 0);
  reader->config->shared_kv_layers_count = plim_shape_get (shape, PLIM_CONFIG_SHARED_KV_LAYERS, 0);

  plim_shape_lay_out (shape);
  if (!plim_hf_read_layer_lists (reader, shape, error))
    return FALSE;
  plim_shape_size_layers (shape);
  if (!plim_hf_read_layer_numbers (reader, shape, error) ||
      !plim_shape_build (shape, reader->text->name, model, error))
    return FALSE;

  g_strlcpy (model->name, *reader->config->model_type != '\0' ? reader->config->model_type : "llama",
             sizeof model->name);
  shape->is_assumed[PLIM_CONFIG_FFN] = shape->is_assumed[PLIM_CONFIG_FFN] && uses_feed_forward (shape);
  report_filled (reader, shape, read);
  reader->config->next_token_parameters_count = plim_next_token_count (model);

  return TRUE;
}

PlimHfConfig *
plim_hf_config_read (const char *name,
                     const char *data,
                     gsize       size,
                     GError    **error)
{
  g_autoptr (PlimHfConfig) config = config_new ();
  g_autoptr (GString)      replaced = NULL;
  g_auto (PlimJsonText)    text = { 0 };
  PlimHfReader             reader = { &text, NULL, NULL, config };

  if (!parse (&text, config, name, data, size, &replaced, error))
    return NULL;
  reader.root = yyjson_doc_get_root (text.doc);
  if (!yyjson_is_obj (reader.root))
    {
      plim_import_set_error (error, PLIM_IMPORT_ERROR_FOREIGN, name, NULL,
                             _ ("not a configuration: an object is expected"));
      return NULL;
    }

  if (!find_language_model (&reader, error))
    return NULL;
  read_dtype (&reader);
  if (!read_model (&reader, error) || !read_quantization (&reader, error))
    return NULL;
  plim_hf_read_towers (&reader);

  return g_steal_pointer (&config);
}
