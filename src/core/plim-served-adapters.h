/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Low-rank adapters beside a served model: which matrices have room for them, and what of it one GPU has. */

#pragma once

#include "plim-layout.h"

G_BEGIN_DECLS

/* Numbers of one adapter of @inputs' rank that each GPU of a group of tensor parallel GPUs has, all layers together:
 * of a matrix whose outputs are split B is split and A whole, of one whose inputs are split A is split and B whole
 * (vLLM, lora/layers/base_linear.py; SGLang, lora/mem_pool.py).  Of Llama 3 70B, rank 16, on 8 GPUs: 90,112,000. */
gint64 plim_served_adapter_count (const PlimInputs *inputs,
                                  const PlimLayout *layout);

G_END_DECLS
