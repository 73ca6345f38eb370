/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Types of GGUF: enum ggml_type of ggml.h, block structures of ggml-common.h (llama.cpp).  Types of safetensors: enum
 * Dtype of the format's reference implementation. */

#include "plim-tensor-type.h"

#include <string.h>

#define FLOAT(name, bytes, precision) { name, PLIM_TENSOR_KIND_FLOAT, 1, bytes, precision }
#define INTEGER(name, bytes)          { name, PLIM_TENSOR_KIND_INTEGER, 1, bytes, -1 }
#define BLOCKS(name, elements, bytes) { #name, PLIM_TENSOR_KIND_BLOCKS, elements, bytes, PLIM_PRECISION_##name }
#define OTHER(name, elements, bytes)  { name, PLIM_TENSOR_KIND_BLOCKS, elements, bytes, -1 }
#define REMOVED(name)                 { name, PLIM_TENSOR_KIND_REMOVED, 1, 0, -1 }

/* The first of safetensors' types. */
#define N_GGUF_TYPES 42

static const PlimTensorTypeInfo types[] = {
  [0] = FLOAT ("F32", 4, PLIM_PRECISION_F32),
  [1] = FLOAT ("F16", 2, PLIM_PRECISION_F16),
  [2] = BLOCKS (Q4_0, 32, 18),
  [3] = BLOCKS (Q4_1, 32, 20),
  [4] = REMOVED ("Q4_2"),
  [5] = REMOVED ("Q4_3"),
  [6] = BLOCKS (Q5_0, 32, 22),
  [7] = BLOCKS (Q5_1, 32, 24),
  [8] = BLOCKS (Q8_0, 32, 34),
  [9] = OTHER ("Q8_1", 32, 36),
  [10] = BLOCKS (Q2_K, 256, 84),
  [11] = BLOCKS (Q3_K, 256, 110),
  [12] = BLOCKS (Q4_K, 256, 144),
  [13] = BLOCKS (Q5_K, 256, 176),
  [14] = BLOCKS (Q6_K, 256, 210),
  [15] = OTHER ("Q8_K", 256, 292),
  [16] = BLOCKS (IQ2_XXS, 256, 66),
  [17] = BLOCKS (IQ2_XS, 256, 74),
  [18] = BLOCKS (IQ3_XXS, 256, 98),
  [19] = BLOCKS (IQ1_S, 256, 50),
  [20] = BLOCKS (IQ4_NL, 32, 18),
  [21] = BLOCKS (IQ3_S, 256, 110),
  [22] = BLOCKS (IQ2_S, 256, 82),
  [23] = BLOCKS (IQ4_XS, 256, 136),
  [24] = INTEGER ("I8", 1),
  [25] = INTEGER ("I16", 2),
  [26] = INTEGER ("I32", 4),
  [27] = INTEGER ("I64", 8),
  [28] = FLOAT ("F64", 8, -1),
  [29] = BLOCKS (IQ1_M, 256, 56),
  [30] = FLOAT ("BF16", 2, PLIM_PRECISION_BF16),
  [31] = REMOVED ("Q4_0_4_4"),
  [32] = REMOVED ("Q4_0_4_8"),
  [33] = REMOVED ("Q4_0_8_8"),
  [34] = BLOCKS (TQ1_0, 256, 54),
  [35] = BLOCKS (TQ2_0, 256, 66),
  [36] = REMOVED ("IQ4_NL_4_4"),
  [37] = REMOVED ("IQ4_NL_4_8"),
  [38] = REMOVED ("IQ4_NL_8_8"),
  [39] = BLOCKS (MXFP4, 32, 17),
  [40] = BLOCKS (NVFP4, 64, 36),
  [41] = OTHER ("Q1_0", 128, 18),
  [N_GGUF_TYPES] = INTEGER ("BOOL", 1),
  { "F4", PLIM_TENSOR_KIND_FLOAT, 2, 1, -1 },
  { "F6_E2M3", PLIM_TENSOR_KIND_FLOAT, 4, 3, -1 },
  { "F6_E3M2", PLIM_TENSOR_KIND_FLOAT, 4, 3, -1 },
  INTEGER ("U8", 1),
  INTEGER ("I8", 1),
  FLOAT ("F8_E5M2", 1, PLIM_PRECISION_FP8_E5M2),
  FLOAT ("F8_E4M3", 1, PLIM_PRECISION_FP8),
  FLOAT ("F8_E8M0", 1, -1),
  FLOAT ("F8_E4M3FNUZ", 1, -1),
  FLOAT ("F8_E5M2FNUZ", 1, -1),
  INTEGER ("I16", 2),
  INTEGER ("U16", 2),
  FLOAT ("F16", 2, PLIM_PRECISION_F16),
  FLOAT ("BF16", 2, PLIM_PRECISION_BF16),
  INTEGER ("I32", 4),
  INTEGER ("U32", 4),
  FLOAT ("F32", 4, PLIM_PRECISION_F32),
  FLOAT ("C64", 8, -1),
  FLOAT ("F64", 8, -1),
  INTEGER ("I64", 8),
  INTEGER ("U64", 8),
};

G_STATIC_ASSERT (G_N_ELEMENTS (types) <= PLIM_TENSOR_TYPE_MOST);

guint
plim_tensor_type_get_count (void)
{
  return G_N_ELEMENTS (types);
}

const PlimTensorTypeInfo *
plim_tensor_type_get_info (PlimTensorType type)
{
  g_return_val_if_fail (type < G_N_ELEMENTS (types), &types[0]);

  return &types[type];
}

PlimTensorType
plim_tensor_type_from_gguf (guint32 id)
{
  return id < N_GGUF_TYPES ? (PlimTensorType) id : PLIM_TENSOR_TYPE_NONE;
}

PlimTensorType
plim_tensor_type_from_safetensors (const char *name,
                                   gsize       length)
{
  for (guint i = N_GGUF_TYPES; i < G_N_ELEMENTS (types); i++)
    if (strncmp (types[i].name, name, length) == 0 && types[i].name[length] == '\0')
      return (PlimTensorType) i;

  return PLIM_TENSOR_TYPE_NONE;
}

gint64
plim_tensor_type_bytes (PlimTensorType type,
                        gint64         elements_count)
{
  const PlimTensorTypeInfo *info = plim_tensor_type_get_info (type);
  gint64                    bytes;

  if (elements_count < 0 || elements_count % info->block_elements != 0 ||
      __builtin_mul_overflow (elements_count / info->block_elements, (gint64) info->block_bytes, &bytes))
    return -1;

  return bytes;
}
