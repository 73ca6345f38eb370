/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Methods by their names in Hugging Face transformers (src/transformers/utils/quantization_config.py) and in the tools
 * that write them: compressed-tensors, NVIDIA Model Optimizer, ExLlamaV2 and V3. */

#include "config.h"

#include "plim-hf-quantization.h"

#include "plim-import-error.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MOST_BITS  64
#define MOST_GROUP (1 << 24)

/* What a method has where its configuration is silent. */
static const struct
{
  const char       *name;
  PlimHfQuantizedTo method;
  double            bits;
  gint64            group_size;
} methods[] = {
  { "gptq", PLIM_HF_QUANTIZED_GPTQ, 4, 128 },
  { "auto-round", PLIM_HF_QUANTIZED_GPTQ, 4, 128 },
  { "awq", PLIM_HF_QUANTIZED_AWQ, 4, 128 },
  { "bitsandbytes", PLIM_HF_QUANTIZED_INT8, 8, 0 },
  { "fp8", PLIM_HF_QUANTIZED_FP8, 8, 0 },
  { "fbgemm_fp8", PLIM_HF_QUANTIZED_FP8, 8, 0 },
  { "mxfp4", PLIM_HF_QUANTIZED_MXFP4, 4, 32 },
  { "modelopt", PLIM_HF_QUANTIZED_FP8, 8, 0 },
  { "modelopt_fp4", PLIM_HF_QUANTIZED_NVFP4, 4, 16 },
  { "nvfp4", PLIM_HF_QUANTIZED_NVFP4, 4, 16 },
  { "compressed-tensors", PLIM_HF_QUANTIZED_INTEGER, 0, 0 },
  { "hqq", PLIM_HF_QUANTIZED_HQQ, 4, 64 },
  { "exl2", PLIM_HF_QUANTIZED_EXL, 0, 0 },
  { "exl3", PLIM_HF_QUANTIZED_EXL, 0, 0 },
};

/* Members by which the modules kept in 16 bits are listed. */
static const char *const skip_lists[] = { "modules_to_not_convert", "llm_int8_skip_modules", "ignore",
                                          "ignored_layers", "exclude_modules", "modules_to_not_quantize",
                                          "skip_modules" };

void
plim_hf_quantization_free (PlimHfQuantization *quantization)
{
  if (quantization == NULL)
    return;

  g_ptr_array_unref (quantization->skipped);
  g_free (quantization);
}

/* The first of @names (a NULL-terminated list) in @object; null counts as absent. */
static yyjson_val *
find_first (yyjson_val        *object,
            const char *const *names,
            const char       **found)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      yyjson_val *value = yyjson_obj_get (object, names[i]);

      if (value != NULL && !yyjson_is_null (value))
        {
          *found = names[i];
          return value;
        }
    }

  return NULL;
}

static gboolean
fail (const PlimJsonText *text,
      yyjson_val         *value,
      const char         *member,
      GError            **error,
      const char         *reason)
{
  g_autofree char *place = g_strdup_printf (_ ("line %u, “%s”"), plim_json_line (text, value), member);

  return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, text->name, place, "%s", reason);
}

static gboolean
read_number (const PlimJsonText *text,
             yyjson_val         *object,
             const char *const  *names,
             double              maximum,
             double             *result,
             GError            **error)
{
  const char *member = NULL;
  yyjson_val *value = find_first (object, names, &member);
  double      number = yyjson_is_num (value) ? yyjson_get_num (value) : NAN;

  if (value == NULL)
    return TRUE;
  /* A group of -1 is a whole row. */
  if (yyjson_is_sint (value) && yyjson_get_sint (value) == -1 && maximum == MOST_GROUP)
    {
      *result = 0;
      return TRUE;
    }
  if (!isfinite (number) || number <= 0 || number > maximum)
    {
      g_autofree char *reason = g_strdup_printf (_ ("must be a number above 0, at most %.0f"), maximum);

      return fail (text, value, member, error, reason);
    }

  *result = number;
  return TRUE;
}

static gboolean
is_on (yyjson_val *object,
       const char *member)
{
  return yyjson_is_true (yyjson_obj_get (object, member));
}

static const char *
get_text (yyjson_val *object,
          const char *member)
{
  const char *text = yyjson_get_str (yyjson_obj_get (object, member));

  return text != NULL ? text : "";
}

static void
add_skipped (PlimHfQuantization *quantization,
             yyjson_val         *list)
{
  gsize       index, most;
  yyjson_val *entry;

  yyjson_arr_foreach (list, index, most, entry)
    if (yyjson_is_str (entry) && yyjson_get_len (entry) < 512 && quantization->skipped->len < PLIM_HF_MOST_SKIPPED)
      g_ptr_array_add (quantization->skipped, g_strdup (yyjson_get_str (entry)));
}

static void
find_method (yyjson_val         *object,
             PlimHfQuantization *quantization,
             double             *group_size)
{
  const char *name = get_text (object, "quant_method");

  /* NVIDIA Model Optimizer leaves it out and names its algorithm. */
  if (*name == '\0' && *get_text (object, "quant_algo") != '\0')
    name = "modelopt";
  g_strlcpy (quantization->method_name, name, sizeof quantization->method_name);
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (strcmp (methods[i].name, quantization->method_name) == 0)
      {
        quantization->method = methods[i].method;
        quantization->bits = methods[i].bits;
        *group_size = (double) methods[i].group_size;
      }
}

/* bitsandbytes: 4 or 8 bits by two switches; blocks of 64 in 4 bits (arXiv:2305.14314, section 3). */
static void
read_bitsandbytes (yyjson_val         *object,
                   PlimHfQuantization *quantization,
                   double             *group_size)
{
  if (!is_on (object, "load_in_4bit") && !is_on (object, "_load_in_4bit"))
    return;

  quantization->method = PLIM_HF_QUANTIZED_NF4;
  quantization->bits = 4;
  quantization->has_double_quantization = is_on (object, "bnb_4bit_use_double_quant");
  *group_size = 64;
}

/* NVIDIA Model Optimizer names the type in "quant_algo". */
static void
read_modelopt (yyjson_val         *object,
               PlimHfQuantization *quantization,
               double             *group_size)
{
  const char *algorithm = get_text (object, "quant_algo");

  if (strstr (algorithm, "FP4") != NULL)
    {
      quantization->method = PLIM_HF_QUANTIZED_NVFP4;
      quantization->bits = 4;
      *group_size = 16;
    }
  else if (strstr (algorithm, "MIXED") != NULL)
    {
      quantization->method = PLIM_HF_QUANTIZED_OTHER;
      quantization->bits = 0;
    }
}

/* compressed-tensors: the weights of each group; a float of 8 bits is FP8, of 4 bits NVFP4.  Groups of different bits
 * have no common figure. */
static gboolean
read_compressed (const PlimJsonText *text,
                 yyjson_val         *object,
                 PlimHfQuantization *quantization,
                 double             *group_size,
                 GError            **error)
{
  static const char *const bits[] = { "num_bits", NULL };
  static const char *const sizes[] = { "group_size", NULL };
  yyjson_val              *groups = yyjson_obj_get (object, "config_groups");
  double                   first_bits = 0;
  gsize                    index, most;
  yyjson_val              *key, *group;

  yyjson_obj_foreach (groups, index, most, key, group)
    {
      yyjson_val *weights = yyjson_obj_get (group, "weights");

      if (!yyjson_is_obj (weights))
        continue;
      if (!read_number (text, weights, bits, MOST_BITS, &quantization->bits, error) ||
          !read_number (text, weights, sizes, MOST_GROUP, group_size, error))
        return FALSE;
      if (strcmp (get_text (weights, "type"), "float") == 0)
        quantization->method = quantization->bits > 4 ? PLIM_HF_QUANTIZED_FP8 : PLIM_HF_QUANTIZED_NVFP4;
      if (yyjson_is_false (yyjson_obj_get (weights, "symmetric")))
        quantization->has_zero_points = TRUE;
      if (first_bits > 0 && (first_bits < quantization->bits || first_bits > quantization->bits))
        {
          quantization->method = PLIM_HF_QUANTIZED_OTHER;
          quantization->bits = 0;
          *group_size = 0;
          return TRUE;
        }
      first_bits = quantization->bits;
    }

  return TRUE;
}

/* hqq keeps its numbers in quant_config.weight_quant_params. */
static yyjson_val *
find_numbers (yyjson_val *object)
{
  yyjson_val *weights = yyjson_obj_get (yyjson_obj_get (object, "quant_config"), "weight_quant_params");

  return yyjson_is_obj (weights) ? weights : object;
}

static gboolean
read_details (const PlimJsonText *text,
              yyjson_val         *object,
              PlimHfQuantization *quantization,
              double             *group_size,
              GError            **error)
{
  static const char *const bits[] = { "bits", "w_bit", "nbits", NULL };
  static const char *const groups[] = { "group_size", "q_group_size", NULL };
  yyjson_val              *block = yyjson_obj_get (object, "weight_block_size");
  yyjson_val              *numbers = find_numbers (object);

  if (strcmp (quantization->method_name, "bitsandbytes") == 0)
    read_bitsandbytes (object, quantization, group_size);
  if (g_str_has_prefix (quantization->method_name, "modelopt"))
    read_modelopt (object, quantization, group_size);
  if (yyjson_is_obj (yyjson_obj_get (object, "config_groups")) &&
      !read_compressed (text, object, quantization, group_size, error))
    return FALSE;
  if (!read_number (text, numbers, bits, MOST_BITS, &quantization->bits, error) ||
      !read_number (text, numbers, groups, MOST_GROUP, group_size, error))
    return FALSE;

  /* FP8 of DeepSeek: one scale for a block of rows and columns. */
  if (yyjson_arr_size (block) == 2 && yyjson_get_uint (yyjson_arr_get (block, 0)) <= 65536 &&
      yyjson_get_uint (yyjson_arr_get (block, 1)) <= 65536)
    *group_size = (double) (yyjson_get_uint (yyjson_arr_get (block, 0)) * yyjson_get_uint (yyjson_arr_get (block, 1)));
  if (is_on (object, "zero_point") || yyjson_is_false (yyjson_obj_get (object, "sym")))
    quantization->has_zero_points = TRUE;

  return TRUE;
}

PlimHfQuantization *
plim_hf_quantization_read (const PlimJsonText *text,
                           yyjson_val         *object,
                           GError            **error)
{
  g_autoptr (PlimHfQuantization) quantization = g_new0 (PlimHfQuantization, 1);
  double                         group_size = 0;

  quantization->skipped = g_ptr_array_new_with_free_func (g_free);
  if (!yyjson_is_obj (object))
    {
      fail (text, object, "quantization_config", error, _ ("an object is expected here"));
      return NULL;
    }

  find_method (object, quantization, &group_size);
  if (!read_details (text, object, quantization, &group_size, error))
    return NULL;

  quantization->group_size = (gint64) group_size;
  for (guint i = 0; i < G_N_ELEMENTS (skip_lists); i++)
    add_skipped (quantization, yyjson_obj_get (object, skip_lists[i]));

  return g_steal_pointer (&quantization);
}
