/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of number formats.  GGUF block sizes: ggml's block structures (ggml-common.h of llama.cpp).
 * NF4: 4 bits and one 32-bit scale per 64 weights; with double quantization the scales take 8 bits each
 * and one 32-bit scale per 256 of them (QLoRA, arXiv:2305.14314, section 3: 0.127 bits per weight).
 * GPTQ and AWQ, group g of b bits: g x b / 8 bytes of weights, 2 of the scale and b / 8 of the zero point; GPTQ has the
 * group of each input besides, in 4 bytes (qweight, scales, qzeros and g_idx of AutoGPTQ's qlinear_cuda.py; AutoAWQ's
 * gemm.py has the first three).  HQQ: 2 bytes each for scale and zero point, and ten weights of 3 bits in 4 bytes (its
 * quantize.py, pack_3bit_32).  bitsandbytes INT8 has a 32-bit scale for each output (SCB of Linear8bitLt).
 * MXFP4: OCP Microscaling Formats 1.0, one 8-bit scale per 32.  NVFP4: one FP8 scale per 16. */

#include "plim-precision.h"

#include "plim-checked.h"

#define GGML "ggml-common.h, llama.cpp"
#define MIX  "llama-quant.cpp, llama.cpp"
#define GPTQ \
  "AutoGPTQ, qlinear_cuda.py: packed weights, a 16-bit scale and a packed zero point a group, a group an input"
#define AWQ   "AutoAWQ, gemm.py: packed weights, a 16-bit scale and a packed zero point for each group"
#define HQQ   "HQQ: packed weights, a 16-bit scale and zero point for each group"
#define EXL   "ExLlamaV2 and V3: bits of a weight as the file is named, scales included"
#define QLORA "QLoRA, arXiv:2305.14314, section 3"

#define GPTQ_ROW(bits, group, elements, bytes)                                                                 \
  { "gptq-" bits "bit-" group, "GPTQ " bits "-bit " group, PLIM_PRECISION_FAMILY_GPTQ, elements, bytes, FALSE, \
    GPTQ, .input_bytes = 4 }
#define AWQ_ROW(name, elements, bytes) \
  { "awq-4bit-" name, "AWQ 4-bit " name, PLIM_PRECISION_FAMILY_AWQ, elements, bytes, FALSE, AWQ }
#define HQQ_ROW(bits, group, elements, bytes)                                                               \
  { "hqq-" bits "bit-" group, "HQQ " bits "-bit " group, PLIM_PRECISION_FAMILY_HQQ, elements, bytes, FALSE, \
    HQQ }
/* 160 weights of b bits take 20 b bytes: whole ones for steps of 0.05 bits. */
#define EXL_ROW(bits, bytes) \
  { "exl-" bits, "EXL " bits " bpw", PLIM_PRECISION_FAMILY_EXL, 160, bytes, FALSE, EXL }

/* Formats whose bits differ by no more than this share are taken for one another; the rows of a family lie further
 * apart. */
#define MOST_DIFFERENCE 0.02

static const PlimPrecisionInfo precisions[PLIM_N_PRECISIONS] = {
  [PLIM_PRECISION_F32] = { "f32", "FP32", PLIM_PRECISION_FAMILY_FLOAT, 1, 4, TRUE, "IEEE 754 binary32" },
  [PLIM_PRECISION_BF16] = { "bf16", "BF16", PLIM_PRECISION_FAMILY_FLOAT, 1, 2, TRUE, "bfloat16, 16 bits" },
  [PLIM_PRECISION_F16] = { "f16", "FP16", PLIM_PRECISION_FAMILY_FLOAT, 1, 2, TRUE, "IEEE 754 binary16" },
  [PLIM_PRECISION_FP8] = { "fp8", "FP8", PLIM_PRECISION_FAMILY_FLOAT, 1, 1, TRUE, "FP8 Formats for Deep Learning, arXiv:2209.05433" },
  [PLIM_PRECISION_INT8] = { "int8", "INT8", PLIM_PRECISION_FAMILY_INTEGER, 1, 1, TRUE, "8 bits; of weights a 32-bit scale for each output (bitsandbytes)", .output_bytes = 4 },
  [PLIM_PRECISION_INT4] = { "int4", "INT4", PLIM_PRECISION_FAMILY_INTEGER, 2, 1, FALSE, "4 bits, scales not counted" },
  [PLIM_PRECISION_NF4] = { "nf4", "4-bit NF4", PLIM_PRECISION_FAMILY_NORMAL, 64, 36, FALSE, QLORA },
  [PLIM_PRECISION_NF4_DOUBLE] = { "nf4-dq", "4-bit NF4, double quantization", PLIM_PRECISION_FAMILY_NORMAL, 16384, 8452, FALSE, QLORA },
  [PLIM_PRECISION_Q8_0] = { "q8_0", "Q8_0", PLIM_PRECISION_FAMILY_GGUF, 32, 34, TRUE, GGML },
  [PLIM_PRECISION_Q6_K] = { "q6_k", "Q6_K", PLIM_PRECISION_FAMILY_GGUF, 256, 210, FALSE, GGML },
  [PLIM_PRECISION_Q5_K] = { "q5_k", "Q5_K", PLIM_PRECISION_FAMILY_GGUF, 256, 176, FALSE, GGML },
  [PLIM_PRECISION_Q5_1] = { "q5_1", "Q5_1", PLIM_PRECISION_FAMILY_GGUF, 32, 24, TRUE, GGML },
  [PLIM_PRECISION_Q5_0] = { "q5_0", "Q5_0", PLIM_PRECISION_FAMILY_GGUF, 32, 22, TRUE, GGML },
  [PLIM_PRECISION_Q4_K] = { "q4_k", "Q4_K", PLIM_PRECISION_FAMILY_GGUF, 256, 144, FALSE, GGML },
  [PLIM_PRECISION_Q4_1] = { "q4_1", "Q4_1", PLIM_PRECISION_FAMILY_GGUF, 32, 20, TRUE, GGML },
  [PLIM_PRECISION_Q4_0] = { "q4_0", "Q4_0", PLIM_PRECISION_FAMILY_GGUF, 32, 18, TRUE, GGML },
  [PLIM_PRECISION_Q3_K] = { "q3_k", "Q3_K", PLIM_PRECISION_FAMILY_GGUF, 256, 110, FALSE, GGML },
  [PLIM_PRECISION_Q2_K] = { "q2_k", "Q2_K", PLIM_PRECISION_FAMILY_GGUF, 256, 84, FALSE, GGML },
  [PLIM_PRECISION_IQ4_NL] = { "iq4_nl", "IQ4_NL", PLIM_PRECISION_FAMILY_GGUF, 32, 18, TRUE, GGML },
  [PLIM_PRECISION_IQ4_XS] = { "iq4_xs", "IQ4_XS", PLIM_PRECISION_FAMILY_GGUF, 256, 136, FALSE, GGML },
  [PLIM_PRECISION_IQ3_S] = { "iq3_s", "IQ3_S", PLIM_PRECISION_FAMILY_GGUF, 256, 110, FALSE, GGML },
  [PLIM_PRECISION_IQ3_XXS] = { "iq3_xxs", "IQ3_XXS", PLIM_PRECISION_FAMILY_GGUF, 256, 98, FALSE, GGML },
  [PLIM_PRECISION_IQ2_S] = { "iq2_s", "IQ2_S", PLIM_PRECISION_FAMILY_GGUF, 256, 82, FALSE, GGML },
  [PLIM_PRECISION_IQ2_XS] = { "iq2_xs", "IQ2_XS", PLIM_PRECISION_FAMILY_GGUF, 256, 74, FALSE, GGML },
  [PLIM_PRECISION_IQ2_XXS] = { "iq2_xxs", "IQ2_XXS", PLIM_PRECISION_FAMILY_GGUF, 256, 66, FALSE, GGML },
  [PLIM_PRECISION_IQ1_M] = { "iq1_m", "IQ1_M", PLIM_PRECISION_FAMILY_GGUF, 256, 56, FALSE, GGML },
  [PLIM_PRECISION_IQ1_S] = { "iq1_s", "IQ1_S", PLIM_PRECISION_FAMILY_GGUF, 256, 50, FALSE, GGML },
  [PLIM_PRECISION_TQ2_0] = { "tq2_0", "TQ2_0", PLIM_PRECISION_FAMILY_GGUF, 256, 66, FALSE, GGML },
  [PLIM_PRECISION_TQ1_0] = { "tq1_0", "TQ1_0", PLIM_PRECISION_FAMILY_GGUF, 256, 54, FALSE, GGML },
  [PLIM_PRECISION_MXFP4] = { "mxfp4", "MXFP4", PLIM_PRECISION_FAMILY_GGUF, 32, 17, FALSE, "OCP Microscaling Formats 1.0" },
  [PLIM_PRECISION_NVFP4] = { "nvfp4", "NVFP4", PLIM_PRECISION_FAMILY_INTEGER, 16, 9, FALSE, "NVFP4: 4 bits and one FP8 scale per 16" },
  [PLIM_PRECISION_Q2_K_S] = { "q2_k_s", "Q2_K_S", PLIM_PRECISION_FAMILY_GGUF, 256, 84, FALSE, MIX },
  [PLIM_PRECISION_Q3_K_S] = { "q3_k_s", "Q3_K_S", PLIM_PRECISION_FAMILY_GGUF, 256, 110, FALSE, MIX },
  [PLIM_PRECISION_Q3_K_M] = { "q3_k_m", "Q3_K_M", PLIM_PRECISION_FAMILY_GGUF, 256, 110, FALSE, MIX },
  [PLIM_PRECISION_Q3_K_L] = { "q3_k_l", "Q3_K_L", PLIM_PRECISION_FAMILY_GGUF, 256, 110, FALSE, MIX },
  [PLIM_PRECISION_Q4_K_S] = { "q4_k_s", "Q4_K_S", PLIM_PRECISION_FAMILY_GGUF, 256, 144, FALSE, MIX },
  [PLIM_PRECISION_Q4_K_M] = { "q4_k_m", "Q4_K_M", PLIM_PRECISION_FAMILY_GGUF, 256, 144, FALSE, MIX },
  [PLIM_PRECISION_Q5_K_S] = { "q5_k_s", "Q5_K_S", PLIM_PRECISION_FAMILY_GGUF, 256, 176, FALSE, MIX },
  [PLIM_PRECISION_Q5_K_M] = { "q5_k_m", "Q5_K_M", PLIM_PRECISION_FAMILY_GGUF, 256, 176, FALSE, MIX },
  [PLIM_PRECISION_IQ3_XS] = { "iq3_xs", "IQ3_XS", PLIM_PRECISION_FAMILY_GGUF, 256, 110, FALSE, MIX },
  [PLIM_PRECISION_IQ3_M] = { "iq3_m", "IQ3_M", PLIM_PRECISION_FAMILY_GGUF, 256, 110, FALSE, MIX },
  [PLIM_PRECISION_IQ2_M] = { "iq2_m", "IQ2_M", PLIM_PRECISION_FAMILY_GGUF, 256, 82, FALSE, MIX },
  [PLIM_PRECISION_TF32] = { "tf32", "TF32", PLIM_PRECISION_FAMILY_FLOAT, 1, 4, FALSE, "TF32 is stored as FP32: NVIDIA A100 whitepaper" },
  [PLIM_PRECISION_FP8_E5M2] = { "fp8-e5m2", "FP8 E5M2", PLIM_PRECISION_FAMILY_FLOAT, 1, 1, TRUE, "FP8 Formats for Deep Learning, arXiv:2209.05433" },
  [PLIM_PRECISION_AWQ_G32] = AWQ_ROW ("g32", 64, 37),
  [PLIM_PRECISION_AWQ_G64] = AWQ_ROW ("g64", 128, 69),
  [PLIM_PRECISION_AWQ_G128] = AWQ_ROW ("g128", 256, 133),
  [PLIM_PRECISION_GPTQ_3_G128] = GPTQ_ROW ("3", "g128", 1024, 403),
  [PLIM_PRECISION_GPTQ_4_G32] = GPTQ_ROW ("4", "g32", 64, 37),
  [PLIM_PRECISION_GPTQ_4_G64] = GPTQ_ROW ("4", "g64", 128, 69),
  [PLIM_PRECISION_GPTQ_4_G128] = GPTQ_ROW ("4", "g128", 256, 133),
  [PLIM_PRECISION_GPTQ_8_G32] = GPTQ_ROW ("8", "g32", 32, 35),
  [PLIM_PRECISION_GPTQ_8_G128] = GPTQ_ROW ("8", "g128", 128, 131),
  [PLIM_PRECISION_HQQ_8_G64] = HQQ_ROW ("8", "g64", 64, 68),
  [PLIM_PRECISION_HQQ_4_G64] = HQQ_ROW ("4", "g64", 64, 36),
  [PLIM_PRECISION_HQQ_4_G128] = HQQ_ROW ("4", "g128", 128, 68),
  [PLIM_PRECISION_HQQ_3_G64] = HQQ_ROW ("3", "g64", 640, 296),
  [PLIM_PRECISION_HQQ_2_G64] = HQQ_ROW ("2", "g64", 64, 20),
  [PLIM_PRECISION_HQQ_2_G16] = HQQ_ROW ("2", "g16", 16, 8),
  [PLIM_PRECISION_EXL_2] = EXL_ROW ("2.0", 40),
  [PLIM_PRECISION_EXL_2_25] = EXL_ROW ("2.25", 45),
  [PLIM_PRECISION_EXL_2_4] = EXL_ROW ("2.4", 48),
  [PLIM_PRECISION_EXL_2_5] = EXL_ROW ("2.5", 50),
  [PLIM_PRECISION_EXL_2_65] = EXL_ROW ("2.65", 53),
  [PLIM_PRECISION_EXL_2_75] = EXL_ROW ("2.75", 55),
  [PLIM_PRECISION_EXL_3] = EXL_ROW ("3.0", 60),
  [PLIM_PRECISION_EXL_3_25] = EXL_ROW ("3.25", 65),
  [PLIM_PRECISION_EXL_3_5] = EXL_ROW ("3.5", 70),
  [PLIM_PRECISION_EXL_3_75] = EXL_ROW ("3.75", 75),
  [PLIM_PRECISION_EXL_4] = EXL_ROW ("4.0", 80),
  [PLIM_PRECISION_EXL_4_25] = EXL_ROW ("4.25", 85),
  [PLIM_PRECISION_EXL_4_5] = EXL_ROW ("4.5", 90),
  [PLIM_PRECISION_EXL_4_65] = EXL_ROW ("4.65", 93),
  [PLIM_PRECISION_EXL_5] = EXL_ROW ("5.0", 100),
  [PLIM_PRECISION_EXL_5_5] = EXL_ROW ("5.5", 110),
  [PLIM_PRECISION_EXL_6] = EXL_ROW ("6.0", 120),
  [PLIM_PRECISION_EXL_6_5] = EXL_ROW ("6.5", 130),
  [PLIM_PRECISION_EXL_8] = EXL_ROW ("8.0", 160),
};

const PlimPrecisionInfo *
plim_precision_info (PlimPrecision precision)
{
  g_return_val_if_fail (precision < PLIM_N_PRECISIONS, &precisions[PLIM_PRECISION_BF16]);

  return &precisions[precision];
}

gboolean
plim_precision_is_32_bit (PlimPrecision precision)
{
  return precision == PLIM_PRECISION_F32 || precision == PLIM_PRECISION_TF32;
}

gboolean
plim_precision_is_grouped (PlimPrecision precision)
{
  PlimPrecisionFamily family = plim_precision_info (precision)->family;

  return family == PLIM_PRECISION_FAMILY_GPTQ || family == PLIM_PRECISION_FAMILY_AWQ ||
         family == PLIM_PRECISION_FAMILY_HQQ || family == PLIM_PRECISION_FAMILY_EXL;
}

/* Bits of a weight in groups of @group_size: GPTQ and AWQ have a scale of 16 bits and a zero point of @bits a group,
 * HQQ two numbers of 16, and 32 bits hold ten weights of 3. */
static double
grouped_bits (PlimPrecisionFamily family,
              double              bits,
              gint64              group_size)
{
  gboolean is_three = family == PLIM_PRECISION_FAMILY_HQQ && bits > 2.5 && bits < 3.5;
  double   packed_bits = is_three ? 3.2 : bits;
  double   scale_bits = family == PLIM_PRECISION_FAMILY_HQQ ? 32 : 16 + bits;

  if (family == PLIM_PRECISION_FAMILY_EXL || group_size <= 0)
    return packed_bits;

  return packed_bits + scale_bits / (double) group_size;
}

gint
plim_precision_find (const char *id)
{
  g_return_val_if_fail (id != NULL, -1);

  for (guint i = 0; i < PLIM_N_PRECISIONS; i++)
    if (g_str_equal (precisions[i].id, id))
      return (gint) i;

  return -1;
}

gint
plim_precision_find_grouped (PlimPrecisionFamily family,
                             double              bits,
                             gint64              group_size)
{
  double asked_bits = grouped_bits (family, bits, group_size);
  double best_share = MOST_DIFFERENCE;
  gint   best = -1;

  for (guint i = 0; i < PLIM_N_PRECISIONS; i++)
    {
      const PlimPrecisionInfo *info = &precisions[i];
      double                   row_bits = 8.0 * (double) info->block_bytes / (double) info->block_elements;
      double                   share = asked_bits > 0 ? ABS (row_bits / asked_bits - 1) : 1;

      if (info->family == family && share <= best_share)
        {
          best = (gint) i;
          best_share = share;
        }
    }

  return best;
}

gint64
plim_precision_bytes (PlimPrecision precision,
                      gint64        elements_count)
{
  const PlimPrecisionInfo *info = plim_precision_info (precision);
  gint64                   blocks_count = plim_divide_up (elements_count, info->block_elements);

  return plim_multiply (blocks_count, info->block_bytes);
}
