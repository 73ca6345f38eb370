/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Formats that files name, and those that we have. */

#include "config.h"

#include "plim-stored-precision.h"

#include <math.h>

/* The precision of most bytes in matrices, where no name of a format is given. */
gint
plim_stored_precision_of_tensors (PlimTensorTable *tensors)
{
  gint64 most_bytes = 0;
  gint   precision = -1;

  for (guint i = 0; i < plim_tensor_type_get_count (); i++)
    {
      gint64 bytes = plim_tensor_table_get_type_totals (tensors, (PlimTensorType) i).size_bytes;

      if (bytes <= most_bytes)
        continue;
      most_bytes = bytes;
      precision = plim_tensor_type_get_info ((PlimTensorType) i)->precision;
    }

  return precision;
}

/* A whole row to a scale, or so many weights that scales hardly count. */
#define LARGE_GROUP 256

static gint
precision_of_groups (const PlimHfQuantization *quantization,
                     PlimPrecisionFamily       family)
{
  gint     precision = plim_precision_find_grouped (family, quantization->bits, quantization->group_size);
  gboolean is_large = quantization->group_size == 0 || quantization->group_size >= LARGE_GROUP;
  gboolean is_packed = family == PLIM_PRECISION_FAMILY_GPTQ || family == PLIM_PRECISION_FAMILY_AWQ;

  if (precision >= 0 || !is_packed || !is_large)
    return precision;
  if (fabs (quantization->bits - 4) < 0.5)
    return PLIM_PRECISION_INT4;

  return fabs (quantization->bits - 8) < 0.5 ? PLIM_PRECISION_INT8 : -1;
}

static gint
precision_of_quantization (const PlimHfQuantization *quantization)
{
  switch (quantization->method)
    {
    case PLIM_HF_QUANTIZED_NF4:
      return quantization->has_double_quantization ? PLIM_PRECISION_NF4_DOUBLE : PLIM_PRECISION_NF4;
    case PLIM_HF_QUANTIZED_INT8:
      return PLIM_PRECISION_INT8;
    case PLIM_HF_QUANTIZED_FP8:
      return PLIM_PRECISION_FP8;
    case PLIM_HF_QUANTIZED_MXFP4:
      return PLIM_PRECISION_MXFP4;
    case PLIM_HF_QUANTIZED_NVFP4:
      return PLIM_PRECISION_NVFP4;
    case PLIM_HF_QUANTIZED_INTEGER:
      return quantization->bits > 4 ? PLIM_PRECISION_INT8 : PLIM_PRECISION_INT4;
    case PLIM_HF_QUANTIZED_GPTQ:
      return precision_of_groups (quantization, PLIM_PRECISION_FAMILY_GPTQ);
    case PLIM_HF_QUANTIZED_AWQ:
      return precision_of_groups (quantization, PLIM_PRECISION_FAMILY_AWQ);
    case PLIM_HF_QUANTIZED_HQQ:
      return precision_of_groups (quantization, PLIM_PRECISION_FAMILY_HQQ);
    case PLIM_HF_QUANTIZED_EXL:
      return precision_of_groups (quantization, PLIM_PRECISION_FAMILY_EXL);
    case PLIM_HF_QUANTIZED_OTHER:
    default:
      return -1;
    }
}

gint
plim_stored_precision_of_config (const PlimHfConfig *config)
{
  static const struct
  {
    const char *dtype;
    gint        precision;
  } dtypes[] = {
    { "bfloat16", PLIM_PRECISION_BF16 },
    { "float16", PLIM_PRECISION_F16 },
    { "float32", PLIM_PRECISION_F32 },
  };

  if (config->quantization != NULL)
    return precision_of_quantization (config->quantization);
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    if (g_str_has_suffix (config->dtype, dtypes[i].dtype))
      return dtypes[i].precision;

  return -1;
}

/* general.file_type: enum llama_ftype of llama.h. */
gint
plim_stored_precision_of_file_type (gint64 file_type)
{
  static const struct
  {
    gint64 file_type;
    gint   precision;
  } types[] = {
    { 0, PLIM_PRECISION_F32 },
    { 1, PLIM_PRECISION_F16 },
    { 2, PLIM_PRECISION_Q4_0 },
    { 3, PLIM_PRECISION_Q4_1 },
    { 7, PLIM_PRECISION_Q8_0 },
    { 8, PLIM_PRECISION_Q5_0 },
    { 9, PLIM_PRECISION_Q5_1 },
    { 10, PLIM_PRECISION_Q2_K },
    { 11, PLIM_PRECISION_Q3_K_S },
    { 12, PLIM_PRECISION_Q3_K_M },
    { 13, PLIM_PRECISION_Q3_K_L },
    { 14, PLIM_PRECISION_Q4_K_S },
    { 15, PLIM_PRECISION_Q4_K_M },
    { 16, PLIM_PRECISION_Q5_K_S },
    { 17, PLIM_PRECISION_Q5_K_M },
    { 18, PLIM_PRECISION_Q6_K },
    { 19, PLIM_PRECISION_IQ2_XXS },
    { 20, PLIM_PRECISION_IQ2_XS },
    { 21, PLIM_PRECISION_Q2_K_S },
    { 22, PLIM_PRECISION_IQ3_XS },
    { 23, PLIM_PRECISION_IQ3_XXS },
    { 24, PLIM_PRECISION_IQ1_S },
    { 25, PLIM_PRECISION_IQ4_NL },
    { 26, PLIM_PRECISION_IQ3_S },
    { 27, PLIM_PRECISION_IQ3_M },
    { 28, PLIM_PRECISION_IQ2_S },
    { 29, PLIM_PRECISION_IQ2_M },
    { 30, PLIM_PRECISION_IQ4_XS },
    { 31, PLIM_PRECISION_IQ1_M },
    { 32, PLIM_PRECISION_BF16 },
    { 36, PLIM_PRECISION_TQ1_0 },
    { 37, PLIM_PRECISION_TQ2_0 },
    { 38, PLIM_PRECISION_MXFP4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].file_type == file_type)
      return types[i].precision;

  return -1;
}
