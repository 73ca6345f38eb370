/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tolerant of form, strict about meaning: whatever is accepted in another form than the usual is noted as an
 * assumption. */

#include "config.h"

#include "plim-hf-reader.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* No integer of a configuration needs more digits than a double holds exactly. */
#define MOST_EXACT 9007199254740992.0

gboolean
plim_hf_fail (const PlimJsonText *text,
              yyjson_val         *value,
              const char         *member,
              PlimImportError     code,
              GError            **error,
              const char         *format,
              ...)
{
  g_autofree char *reason = NULL;
  g_autofree char *place = NULL;
  va_list          arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  /* Translators: where in a file: a line number and the name of a member. */
  place = g_strdup_printf (_ ("line %u, “%s”"), plim_json_line (text, value), member);

  return plim_import_fail (error, code, text->name, place, "%s", reason);
}

void
plim_hf_assume (PlimHfConfig *config,
                const char   *member,
                const char   *value,
                const char   *reason)
{
  PlimHfAssumption *assumption = g_new (PlimHfAssumption, 1);

  *assumption = (PlimHfAssumption) { g_strdup (member), g_strdup (value), g_strdup (reason) };
  g_ptr_array_add (config->assumptions, assumption);
}

/* The member @path ("name" or "outer.inner") of @object; null counts as absent. */
static yyjson_val *
find_path (yyjson_val *object,
           const char *path)
{
  const char *dot = strchr (path, '.');
  yyjson_val *value;

  if (dot != NULL)
    {
      object = yyjson_obj_getn (object, path, (gsize) (dot - path));
      path = dot + 1;
    }
  value = yyjson_obj_get (object, path);

  return yyjson_is_null (value) ? NULL : value;
}

yyjson_val *
plim_hf_find (yyjson_val *object,
              const char *names,
              char      **found_name)
{
  g_auto (GStrv) list = g_strsplit (names, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      yyjson_val *value = find_path (object, list[i]);

      if (value == NULL)
        continue;
      if (found_name != NULL)
        *found_name = g_strdup (list[i]);
      return value;
    }

  return NULL;
}

/* A number written as a text, as long as it is nothing else. */
static gboolean
parse_text (const char *text,
            double     *number)
{
  char *end;

  if (!g_ascii_isdigit (*text) && *text != '-')
    return FALSE;
  *number = g_ascii_strtod (text, &end);

  return *end == '\0' && end != text;
}

gboolean
plim_hf_read_integer (PlimHfReader *reader,
                      yyjson_val   *value,
                      const char   *member,
                      gint64        minimum,
                      gint64        maximum,
                      gint64       *result,
                      GError      **error)
{
  double   number = 0;
  gboolean is_number = TRUE;

  if (yyjson_is_num (value))
    number = yyjson_get_num (value);
  else if (yyjson_is_str (value) && yyjson_get_len (value) < 32)
    is_number = parse_text (yyjson_get_str (value), &number);
  else
    is_number = FALSE;

  if (yyjson_is_raw (value) || (is_number && (!isfinite (number) || fabs (number) > MOST_EXACT)))
    return plim_hf_fail (reader->text, value, member, PLIM_IMPORT_ERROR_DAMAGED, error,
                         _ ("the number is too large; at most %" PRId64 " is accepted"), maximum);
  if (!is_number || number != floor (number))
    return plim_hf_fail (reader->text, value, member, PLIM_IMPORT_ERROR_DAMAGED, error,
                         _ ("must be a whole number from %" PRId64 " to %" PRId64), minimum, maximum);
  if (number < (double) minimum || number > (double) maximum)
    return plim_hf_fail (reader->text, value, member, PLIM_IMPORT_ERROR_DAMAGED, error,
                         _ ("%" PRId64 " is not from %" PRId64 " to %" PRId64),
                         (gint64) number, minimum, maximum);

  *result = (gint64) number;
  if (!yyjson_is_int (value))
    {
      g_autofree char *taken = g_strdup_printf ("%" PRId64, *result);

      plim_hf_assume (reader->config, member, taken,
                      yyjson_is_str (value) ? _ ("The file has the number as a text.")
                                            : _ ("The file has the number with a decimal point."));
    }

  return TRUE;
}

gboolean
plim_hf_read_switch (PlimHfReader *reader,
                     yyjson_val   *value,
                     const char   *member,
                     gboolean     *result,
                     GError      **error)
{
  if (yyjson_is_bool (value))
    *result = yyjson_get_bool (value);
  else if (yyjson_is_uint (value) && yyjson_get_uint (value) <= 1)
    *result = yyjson_get_uint (value) == 1;
  else
    return plim_hf_fail (reader->text, value, member, PLIM_IMPORT_ERROR_DAMAGED, error, _ ("must be true or false"));

  return TRUE;
}

/* Widths of latent attention that a model without it writes as 0 (DeepSeek-OCR). */
static gboolean
is_zero_for_none (PlimConfigField field)
{
  return field == PLIM_CONFIG_KV_LORA || field == PLIM_CONFIG_QK_NOPE || field == PLIM_CONFIG_QK_ROPE ||
         field == PLIM_CONFIG_V_HEAD_DIM;
}

/* The number of @field; the first of a list that is read again layer by layer. */
static gboolean
read_field (PlimHfReader   *reader,
            PlimShape      *shape,
            PlimConfigField field,
            GError        **error)
{
  const PlimConfigFieldInfo *info = plim_config_field_get_info (field);
  g_autofree char           *member = NULL;
  yyjson_val                *value = plim_hf_find (reader->object, info->names, &member);

  if (value == NULL && field == PLIM_CONFIG_VOCAB)
    value = plim_hf_find (reader->root, info->names, &member);
  if (yyjson_is_arr (value) && field != PLIM_CONFIG_EXPERT_PERIOD)
    value = yyjson_arr_get_first (value);
  if (value == NULL || yyjson_is_arr (value))
    return TRUE;
  if ((field == PLIM_CONFIG_SSM_DT_RANK || field == PLIM_CONFIG_WINDOW_PERIOD) && yyjson_is_str (value))
    return TRUE;
  if (is_zero_for_none (field) && yyjson_is_uint (value) && yyjson_get_uint (value) == 0)
    return TRUE;
  if (field == PLIM_CONFIG_EXPERT_END && yyjson_is_sint (value) && yyjson_get_sint (value) == -1)
    return TRUE;

  return plim_hf_read_integer (reader, value, member, info->minimum, info->maximum, &shape->values[field], error);
}

static gboolean
read_switches (PlimHfReader *reader,
               PlimShape    *shape,
               GError      **error)
{
  for (guint i = 0; i < PLIM_FAMILY_MAX_SWITCHES && shape->family->switches[i].names != NULL; i++)
    {
      const PlimSwitch *row = &shape->family->switches[i];
      gboolean          is_opposite = row->names[0] == '!';
      g_autofree char  *member = NULL;
      yyjson_val       *value = plim_hf_find (reader->object, row->names + (is_opposite ? 1 : 0), &member);
      gboolean          is_on;

      if (value == NULL)
        continue;
      if (!plim_hf_read_switch (reader, value, member, &is_on, error))
        return FALSE;
      shape->traits = is_on != is_opposite ? shape->traits | row->traits : shape->traits & ~row->traits;
    }

  return TRUE;
}

/* The head's tie may stand beside the nested part. */
static gboolean
read_tie (PlimHfReader *reader,
          PlimShape    *shape,
          GError      **error)
{
  yyjson_val *value = plim_hf_find (reader->object, "tie_word_embeddings", NULL);
  gboolean    is_tied;

  if (value == NULL)
    value = plim_hf_find (reader->root, "tie_word_embeddings", NULL);
  if (value == NULL)
    return TRUE;
  if (!plim_hf_read_switch (reader, value, "tie_word_embeddings", &is_tied, error))
    return FALSE;

  shape->traits = is_tied ? shape->traits | PLIM_TRAIT_TIED : shape->traits & ~(guint32) PLIM_TRAIT_TIED;
  return TRUE;
}

/* Without a number of layers, a list with an entry for each gives it. */
static void
count_layers (PlimHfReader *reader,
              PlimShape    *shape)
{
  yyjson_val *list = plim_hf_find (reader->object, "layer_types layers_block_type hybrid_override_pattern", NULL);
  gsize       n_layers = yyjson_is_str (list) ? yyjson_get_len (list) : yyjson_arr_size (list);

  if (shape->values[PLIM_CONFIG_LAYERS] == PLIM_SHAPE_ABSENT && n_layers > 0 && n_layers <= PLIM_MODEL_MAX_LAYERS)
    shape->values[PLIM_CONFIG_LAYERS] = (gint64) n_layers;
}

gboolean
plim_hf_read_shape (PlimHfReader *reader,
                    PlimShape    *shape,
                    GError      **error)
{
  yyjson_val *activation = plim_hf_find (reader->object, "feed_forward_proj", NULL);

  for (guint i = 0; i < PLIM_N_CONFIG_FIELDS; i++)
    if (!read_field (reader, shape, (PlimConfigField) i, error))
      return FALSE;
  count_layers (reader, shape);
  if (!read_switches (reader, shape, error) || !read_tie (reader, shape, error))
    return FALSE;

  /* T5: "gated-gelu" is the gated block. */
  if (yyjson_is_str (activation))
    shape->traits = g_str_has_prefix (yyjson_get_str (activation), "gated-")
                      ? shape->traits | PLIM_TRAIT_GATED
                      : shape->traits & ~(guint32) PLIM_TRAIT_GATED;

  return TRUE;
}
