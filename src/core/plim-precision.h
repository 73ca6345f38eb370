/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Number formats of weights and caches, with their exact storage cost.
 *
 * A format stores elements in blocks: block_elements numbers take block_bytes bytes, scales and zero
 * points included.  Plain formats have blocks of one element (or two for 4-bit integers). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PLIM_PRECISION_F32,
  PLIM_PRECISION_BF16,
  PLIM_PRECISION_F16,
  PLIM_PRECISION_FP8,
  PLIM_PRECISION_INT8,
  PLIM_PRECISION_INT4,
  PLIM_PRECISION_NF4,
  PLIM_PRECISION_NF4_DOUBLE,
  PLIM_PRECISION_Q8_0,
  PLIM_PRECISION_Q6_K,
  PLIM_PRECISION_Q5_K,
  PLIM_PRECISION_Q5_1,
  PLIM_PRECISION_Q5_0,
  PLIM_PRECISION_Q4_K,
  PLIM_PRECISION_Q4_1,
  PLIM_PRECISION_Q4_0,
  PLIM_PRECISION_Q3_K,
  PLIM_PRECISION_Q2_K,
  PLIM_PRECISION_IQ4_NL,
  PLIM_PRECISION_IQ4_XS,
  PLIM_PRECISION_IQ3_S,
  PLIM_PRECISION_IQ3_XXS,
  PLIM_PRECISION_IQ2_S,
  PLIM_PRECISION_IQ2_XS,
  PLIM_PRECISION_IQ2_XXS,
  PLIM_PRECISION_IQ1_M,
  PLIM_PRECISION_IQ1_S,
  PLIM_PRECISION_TQ2_0,
  PLIM_PRECISION_TQ1_0,
  PLIM_PRECISION_MXFP4,
  PLIM_PRECISION_NVFP4,
  /* Mixes of llama.cpp that have no block type of their name: see plim-gguf-mix.h */
  PLIM_PRECISION_Q2_K_S,
  PLIM_PRECISION_Q3_K_S,
  PLIM_PRECISION_Q3_K_M,
  PLIM_PRECISION_Q3_K_L,
  PLIM_PRECISION_Q4_K_S,
  PLIM_PRECISION_Q4_K_M,
  PLIM_PRECISION_Q5_K_S,
  PLIM_PRECISION_Q5_K_M,
  PLIM_PRECISION_IQ3_XS,
  PLIM_PRECISION_IQ3_M,
  PLIM_PRECISION_IQ2_M,
  PLIM_PRECISION_TF32,
  PLIM_PRECISION_FP8_E5M2,
  PLIM_PRECISION_AWQ_G32,
  PLIM_PRECISION_AWQ_G64,
  PLIM_PRECISION_AWQ_G128,
  PLIM_PRECISION_GPTQ_3_G128,
  PLIM_PRECISION_GPTQ_4_G32,
  PLIM_PRECISION_GPTQ_4_G64,
  PLIM_PRECISION_GPTQ_4_G128,
  PLIM_PRECISION_GPTQ_8_G32,
  PLIM_PRECISION_GPTQ_8_G128,
  PLIM_PRECISION_HQQ_8_G64,
  PLIM_PRECISION_HQQ_4_G64,
  PLIM_PRECISION_HQQ_4_G128,
  PLIM_PRECISION_HQQ_3_G64,
  PLIM_PRECISION_HQQ_2_G64,
  PLIM_PRECISION_HQQ_2_G16,
  PLIM_PRECISION_EXL_2,
  PLIM_PRECISION_EXL_2_25,
  PLIM_PRECISION_EXL_2_4,
  PLIM_PRECISION_EXL_2_5,
  PLIM_PRECISION_EXL_2_65,
  PLIM_PRECISION_EXL_2_75,
  PLIM_PRECISION_EXL_3,
  PLIM_PRECISION_EXL_3_25,
  PLIM_PRECISION_EXL_3_5,
  PLIM_PRECISION_EXL_3_75,
  PLIM_PRECISION_EXL_4,
  PLIM_PRECISION_EXL_4_25,
  PLIM_PRECISION_EXL_4_5,
  PLIM_PRECISION_EXL_4_65,
  PLIM_PRECISION_EXL_5,
  PLIM_PRECISION_EXL_5_5,
  PLIM_PRECISION_EXL_6,
  PLIM_PRECISION_EXL_6_5,
  PLIM_PRECISION_EXL_8,
  PLIM_N_PRECISIONS
} PlimPrecision;

typedef enum
{
  PLIM_PRECISION_FAMILY_FLOAT,     /* computes in this format */
  PLIM_PRECISION_FAMILY_INTEGER,   /* integers and small floats in the matrices of layers */
  PLIM_PRECISION_FAMILY_NORMAL,    /* bitsandbytes NF4 */
  PLIM_PRECISION_FAMILY_GPTQ,      /* a scale and a zero point a group, and the group of each input */
  PLIM_PRECISION_FAMILY_AWQ,       /* a scale and a zero point a group */
  PLIM_PRECISION_FAMILY_HQQ,       /* the same in 16 bits each */
  PLIM_PRECISION_FAMILY_EXL,       /* ExLlama: bits of a weight on average, the head apart */
  PLIM_PRECISION_FAMILY_GGUF       /* llama.cpp block formats */
} PlimPrecisionFamily;

typedef struct
{
  const char         *id;              /* "bf16": scenario files and the command line */
  const char         *label;           /* "BF16", "4-bit NF4": not translated, they are names */
  PlimPrecisionFamily family;
  gint64              block_elements;  /* numbers in a block; of a mix, in one of its usual type */
  gint64              block_bytes;     /* bytes of a block, scales included */
  gboolean            is_cache_format; /* may hold a KV cache */
  const char         *source;
  gint64              input_bytes;     /* of weights besides: for each input of a matrix */
  gint64              output_bytes;    /* of weights besides: for each output of a matrix; one of the two is 0 */
} PlimPrecisionInfo;

/* The facts of @precision; never NULL. */
const PlimPrecisionInfo *plim_precision_info (PlimPrecision precision);

/* TRUE for numbers of 32 bits: TF32 is stored so, and only multiplied with fewer. */
gboolean plim_precision_is_32_bit (PlimPrecision precision);

/* The format with @id; -1 when there is none. */
gint plim_precision_find (const char *id);

/* TRUE for GPTQ, AWQ, HQQ and EXL, which runtimes of PyTorch compute in. */
gboolean plim_precision_is_grouped (PlimPrecision precision);

/* The format of @family, one of the four above, that takes most nearly the bits of weights of @bits in groups of
 * @group_size, scales included; a group of 0 is a whole row, and EXL has none.  -1 when none is within 2 %. */
gint plim_precision_find_grouped (PlimPrecisionFamily family,
                                  double              bits,
                                  gint64              group_size);

/* Bytes of @elements_count numbers stored in @precision: whole blocks, rounded up.
 * PLIM_OVERFLOW when the result does not fit. */
gint64 plim_precision_bytes (PlimPrecision precision,
                             gint64        elements_count);

G_END_DECLS
