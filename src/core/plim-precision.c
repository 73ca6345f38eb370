/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of number formats.  GGUF block sizes: ggml's block structures (ggml-common.h of llama.cpp).
 * NF4: 4 bits and one 32-bit scale per 64 weights; with double quantization the scales take 8 bits each
 * and one 32-bit scale per 256 of them (QLoRA, arXiv:2305.14314, section 3: 0.127 bits per weight).
 * GPTQ and AWQ, group g of b bits: g x b / 8 bytes of weights, 2 of the scale and b / 8 of the zero point; the order of
 * rows that some GPTQ files have is left out.  HQQ: 2 bytes each for scale and zero point, and
 * ten weights of 3 bits in 4 bytes (its bitpack.py).
 * MXFP4: OCP Microscaling Formats 1.0, one 8-bit scale per 32.  NVFP4: one FP8 scale per 16. */

#include "plim-precision.h"

#include "plim-checked.h"

#define GGML  "ggml-common.h, llama.cpp"
#define MIX   "llama-quant.cpp, llama.cpp"
#define AUTO  "AutoGPTQ and AutoAWQ: packed weights, a 16-bit scale and a packed zero point for each group"
#define HQQ   "HQQ: packed weights, a 16-bit scale and zero point for each group"
#define EXL   "ExLlamaV2 and V3: bits of a weight as the file is named, scales included"
#define QLORA "QLoRA, arXiv:2305.14314, section 3"

static const PlimPrecisionInfo precisions[PLIM_N_PRECISIONS] = {
  [PLIM_PRECISION_F32] = { "f32", "FP32", PLIM_PRECISION_FAMILY_FLOAT, 1, 4, TRUE, "IEEE 754 binary32" },
  [PLIM_PRECISION_BF16] = { "bf16", "BF16", PLIM_PRECISION_FAMILY_FLOAT, 1, 2, TRUE, "bfloat16, 16 bits" },
  [PLIM_PRECISION_F16] = { "f16", "FP16", PLIM_PRECISION_FAMILY_FLOAT, 1, 2, TRUE, "IEEE 754 binary16" },
  [PLIM_PRECISION_FP8] = { "fp8", "FP8", PLIM_PRECISION_FAMILY_FLOAT, 1, 1, TRUE, "FP8 Formats for Deep Learning, arXiv:2209.05433" },
  [PLIM_PRECISION_INT8] = { "int8", "INT8", PLIM_PRECISION_FAMILY_INTEGER, 1, 1, TRUE, "8 bits, scales not counted" },
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
  [PLIM_PRECISION_AWQ_G128] = { "awq-4bit-g128", "AWQ 4-bit g128", PLIM_PRECISION_FAMILY_INTEGER, 256, 133, FALSE, AUTO },
  [PLIM_PRECISION_GPTQ_4_G32] = { "gptq-4bit-g32", "GPTQ 4-bit g32", PLIM_PRECISION_FAMILY_INTEGER, 64, 37, FALSE, AUTO },
  [PLIM_PRECISION_GPTQ_4_G64] = { "gptq-4bit-g64", "GPTQ 4-bit g64", PLIM_PRECISION_FAMILY_INTEGER, 128, 69, FALSE, AUTO },
  [PLIM_PRECISION_GPTQ_4_G128] = { "gptq-4bit-g128", "GPTQ 4-bit g128", PLIM_PRECISION_FAMILY_INTEGER, 256, 133, FALSE, AUTO },
  [PLIM_PRECISION_GPTQ_8_G128] = { "gptq-8bit-g128", "GPTQ 8-bit g128", PLIM_PRECISION_FAMILY_INTEGER, 128, 131, FALSE, AUTO },
  [PLIM_PRECISION_HQQ_4_G64] = { "hqq-4bit-g64", "HQQ 4-bit g64", PLIM_PRECISION_FAMILY_INTEGER, 64, 36, FALSE, HQQ },
  [PLIM_PRECISION_HQQ_3_G64] = { "hqq-3bit-g64", "HQQ 3-bit g64", PLIM_PRECISION_FAMILY_INTEGER, 640, 296, FALSE, HQQ },
  [PLIM_PRECISION_HQQ_2_G64] = { "hqq-2bit-g64", "HQQ 2-bit g64", PLIM_PRECISION_FAMILY_INTEGER, 64, 20, FALSE, HQQ },
  [PLIM_PRECISION_EXL_3] = { "exl-3.0", "EXL 3.0 bpw", PLIM_PRECISION_FAMILY_INTEGER, 32, 12, FALSE, EXL },
  [PLIM_PRECISION_EXL_4] = { "exl-4.0", "EXL 4.0 bpw", PLIM_PRECISION_FAMILY_INTEGER, 32, 16, FALSE, EXL },
  [PLIM_PRECISION_EXL_5] = { "exl-5.0", "EXL 5.0 bpw", PLIM_PRECISION_FAMILY_INTEGER, 32, 20, FALSE, EXL },
  [PLIM_PRECISION_EXL_6] = { "exl-6.0", "EXL 6.0 bpw", PLIM_PRECISION_FAMILY_INTEGER, 32, 24, FALSE, EXL },
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

gint64
plim_precision_bytes (PlimPrecision precision,
                      gint64        elements_count)
{
  const PlimPrecisionInfo *info = plim_precision_info (precision);
  gint64                   blocks_count = plim_divide_up (elements_count, info->block_elements);

  return plim_multiply (blocks_count, info->block_bytes);
}
