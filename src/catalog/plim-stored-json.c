/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "layers": [[bytes, bytes of experts], …], one pair for each layer. */

#include "config.h"

#include "plim-stored-json.h"

#include "plim-json-members.h"

#include <glib/gi18n.h>
#include <string.h>

/* More than any model has, and few enough that sums over layers fit. */
#define MOST_BYTES 1e15

#define BYTES_OF(member) { #member, PLIM_MEMBER_COUNT, offsetof (PlimStoredWeights, member), MOST_BYTES, NULL }

static const PlimMember members[] = {
  BYTES_OF (embedding_bytes),
  BYTES_OF (layer_table_bytes),
  BYTES_OF (head_bytes),
  BYTES_OF (other_bytes),
  BYTES_OF (tower_bytes),
  BYTES_OF (next_token_bytes),
};

static gboolean
read_precision (const PlimJsonText *text,
                yyjson_val         *value,
                PlimStoredWeights  *stored,
                GError            **error)
{
  for (guint i = 0; i < PLIM_N_PRECISIONS; i++)
    if (g_strcmp0 (plim_precision_info ((PlimPrecision) i)->id, yyjson_get_str (value)) == 0)
      {
        stored->precision = (PlimPrecision) i;
        return TRUE;
      }

  return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“precision” must be the id of a precision"));
}

static gboolean
read_layers (const PlimJsonText *text,
             yyjson_val         *layers,
             guint               n_layers,
             PlimStoredWeights  *stored,
             GError            **error)
{
  gsize       index, most;
  yyjson_val *pair;

  if (yyjson_arr_size (layers) != n_layers || n_layers > PLIM_MODEL_MAX_LAYERS)
    return plim_json_fail (text, layers, PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("“layers” must list the bytes of each of the %u layers"), n_layers);

  yyjson_arr_foreach (layers, index, most, pair)
    {
      yyjson_val *all = yyjson_arr_get (pair, 0);
      yyjson_val *experts = yyjson_arr_get (pair, 1);

      if (!yyjson_is_uint (all) || !yyjson_is_uint (experts) || (double) yyjson_get_uint (all) > MOST_BYTES ||
          yyjson_get_uint (experts) > yyjson_get_uint (all))
        return plim_json_fail (text, pair, PLIM_JSON_ERROR_VALUE, error,
                               _ ("a layer is [bytes, bytes of its experts], the second at most the first"));
      stored->layer_bytes[index] = (gint64) yyjson_get_uint (all);
      stored->expert_bytes[index] = (gint64) yyjson_get_uint (experts);
    }

  return TRUE;
}

gboolean
plim_stored_json_read (const PlimJsonText *text,
                       yyjson_val         *object,
                       guint               n_layers,
                       PlimStoredWeights  *stored,
                       GError            **error)
{
  memset (stored, 0, sizeof *stored);
  if (!plim_json_read_members (text, object, members, G_N_ELEMENTS (members), stored, error) ||
      !read_precision (text, yyjson_obj_get (object, "precision"), stored, error) ||
      !read_layers (text, yyjson_obj_get (object, "layers"), n_layers, stored, error))
    return FALSE;

  stored->is_known = TRUE;
  return TRUE;
}

yyjson_mut_val *
plim_stored_json_write (yyjson_mut_doc          *doc,
                        const PlimStoredWeights *stored,
                        guint                    n_layers)
{
  yyjson_mut_val               *object = yyjson_mut_obj (doc);
  yyjson_mut_val               *layers;
  g_autofree PlimStoredWeights *none = g_new0 (PlimStoredWeights, 1);

  yyjson_mut_obj_add_str (doc, object, "precision", plim_precision_info (stored->precision)->id);
  plim_json_write_members (doc, object, members, G_N_ELEMENTS (members), stored, none);
  layers = yyjson_mut_obj_add_arr (doc, object, "layers");
  for (guint i = 0; i < n_layers; i++)
    {
      yyjson_mut_val *pair = yyjson_mut_arr_add_arr (doc, layers);

      yyjson_mut_arr_add_sint (doc, pair, stored->layer_bytes[i]);
      yyjson_mut_arr_add_sint (doc, pair, stored->expert_bytes[i]);
    }

  return object;
}
