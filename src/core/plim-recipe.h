/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The formats that weights, gradients and states are kept in: a preset, and what was set otherwise. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 weight_bytes;   /* of a trained parameter, as kept between steps */
  gint64 compute_bytes;  /* as multiplied with, and as gathered from shards */
  gint64 gradient_bytes; /* as kept until the step */
  gint64 master_bytes;   /* of a 32-bit copy beside the weights; 0 = none */
  gint64 state_bytes;    /* of each number an optimizer keeps in full */
  gint64 reduce_bytes;   /* of a gradient on its way between GPUs */
} PlimRecipeBytes;

/* Matrices multiplied in fewer bits than they are kept in, with their scales: bytes of so many numbers. */
typedef struct
{
  gint64   weight_bytes; /* of a weight's two copies, by rows and by columns */
  gint64   weight_numbers;
  gint64   input_bytes;  /* of a linear's input, as kept for backward */
  gint64   input_numbers;
  PlimRate rate;
} PlimProducts;

/* What @recipe multiplies matrices in, NULL = the format of compute. */
const PlimProducts *plim_recipe_products (PlimRecipe recipe);

/* N_() reason why the GPU of @inputs cannot multiply as their recipe does, NULL when it can or its rates are not known.
 * Nothing falls back: TransformerEngine d0067d0, pytorch/quantization.py, check_recipe_support, asserts compute
 * capability 8.9 for FP8 and 10.0 for MXFP8 and NVFP4; torchtitan b5bcd76, components/quantization, raises likewise. */
const char *plim_recipe_refusal (const PlimInputs *inputs);

/* The bytes of @inputs' recipe.  Sources: mixed, ZeRO, arXiv:1910.02054, section 3.1; DeepSpeed edaa722,
 * runtime/engine.py: all parameters are cast (_configure_distributed_model), gradients accumulate
 * (get_data_types) and travel (communication_data_type) in the model's format, 32-bit master weights; Megatron-LM,
 * docs/distributed optimizer (32-bit main gradients); FSDP2, MixedPrecisionPolicy (32-bit shards); autocast, PyTorch's
 * documentation of torch.amp; adapters of mixed recipes in 32 bits, PEFT (autocast_adapter_dtype). */
PlimRecipeBytes plim_recipe_bytes (const PlimInputs *inputs);

/* TRUE when matrices are multiplied in 32 bits, at the rate of those. */
gboolean plim_recipe_multiplies_32_bit (const PlimInputs *inputs);

G_END_DECLS
