/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the weights of a repository are quantized: the quantization_config of a config.json. */

#pragma once

#include "plim-json.h"

G_BEGIN_DECLS

#define PLIM_HF_MOST_SKIPPED 1024

typedef enum
{
  PLIM_HF_QUANTIZED_OTHER,    /* a method that is not known here; see method_name */
  PLIM_HF_QUANTIZED_GPTQ,
  PLIM_HF_QUANTIZED_AWQ,
  PLIM_HF_QUANTIZED_NF4,      /* bitsandbytes, also FP4 of that library */
  PLIM_HF_QUANTIZED_INT8,     /* bitsandbytes LLM.int8() */
  PLIM_HF_QUANTIZED_FP8,
  PLIM_HF_QUANTIZED_MXFP4,
  PLIM_HF_QUANTIZED_NVFP4,
  PLIM_HF_QUANTIZED_INTEGER,  /* compressed-tensors and others: plain integers of some bits */
  PLIM_HF_QUANTIZED_HQQ,
  PLIM_HF_QUANTIZED_EXL
} PlimHfQuantizedTo;

typedef struct
{
  PlimHfQuantizedTo method;
  char              method_name[48];      /* quant_method, as written */
  double            bits;                 /* of one weight, without scales; 0 = unknown or not the same for all */
  gint64            group_size;           /* weights to a scale; 0 = one scale a row or tensor, or unknown */
  gboolean          has_zero_points;      /* asymmetric: a zero point to each scale */
  gboolean          has_double_quantization;
  GPtrArray        *skipped;              /* of char *: names or patterns of modules kept in 16 bits */
} PlimHfQuantization;

/* Reads @object, a quantization_config.  NULL and an error when a value is not accepted. */
PlimHfQuantization *plim_hf_quantization_read (const PlimJsonText *text,
                                               yyjson_val         *object,
                                               GError            **error);

void plim_hf_quantization_free (PlimHfQuantization *quantization);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimHfQuantization, plim_hf_quantization_free)

G_END_DECLS
