/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row for each recipe; 0 stands for the format of the weights.  Weights that train in FP8 take two bytes: they are
 * kept by rows and by columns (TransformerEngine, Float8Tensor and its transpose). */

#include "plim-recipe.h"

#include <glib/gi18n.h>

static const PlimRecipeBytes presets[PLIM_N_RECIPES] = {
  [PLIM_RECIPE_MIXED] = { 0, 2, 0, 4, 4, 0 },
  [PLIM_RECIPE_DEEPSPEED] = { 0, 2, 0, 4, 4, 0 },
  [PLIM_RECIPE_PURE] = { 0, 0, 0, 0, 0, 0 },
  [PLIM_RECIPE_AUTOCAST] = { 4, 2, 4, 0, 4, 0 },
  [PLIM_RECIPE_FSDP2] = { 4, 2, 4, 0, 4, 0 },
  [PLIM_RECIPE_MEGATRON] = { 0, 2, 4, 4, 4, 0 },
  [PLIM_RECIPE_FP8] = { 0, 2, 4, 4, 4, 0 },
  [PLIM_RECIPE_FP8_BLOCKS] = { 0, 2, 4, 4, 4, 0 },
  [PLIM_RECIPE_MXFP8] = { 0, 2, 4, 4, 4, 0 },
  [PLIM_RECIPE_NVFP4] = { 0, 2, 4, 4, 4, 0 },
};

/* Adapters of a mixed recipe (PEFT, autocast_adapter_dtype); those of the others are kept as weights are. */
static const PlimRecipeBytes mixed_adapters = { 4, 2, 4, 0, 4, 0 };

/* TransformerEngine d0067d0, pytorch/tensor: float8_tensor.py, the number and its transpose;
 * float8_blockwise_tensor.py, 32-bit scales; mxfp8_tensor.py, 8-bit scales of 32; nvfp4_tensor.py, two numbers in a
 * byte and 8-bit scales of 16, of weights too.  Of inputs the half that backward reads stays (pytorch/module/linear.py,
 * update_usage). */
static const PlimProducts products[PLIM_N_RECIPES] = {
  [PLIM_RECIPE_FP8] = { 2, 1, 1, 1, PLIM_RATE_FP8 },
  [PLIM_RECIPE_FP8_BLOCKS] = { 2 * (128 * 128 + 4), 128 * 128, 128 + 4, 128, PLIM_RATE_FP8 },
  [PLIM_RECIPE_MXFP8] = { 2 * (32 + 1), 32, 32 + 1, 32, PLIM_RATE_FP8 },
  [PLIM_RECIPE_NVFP4] = { 2 * (8 + 1), 16, 8 + 1, 16, PLIM_RATE_FP4 },
};

static const gint64 format_bytes[PLIM_N_STATE_FORMATS] = {
  [PLIM_STATE_FORMAT_F32] = 4,
  [PLIM_STATE_FORMAT_BF16] = 2,
};

PlimRecipeBytes
plim_recipe_bytes (const PlimInputs *inputs)
{
  gint64          plain_bytes = plim_precision_is_32_bit (inputs->precision) ? 4 : 2;
  gboolean        has_adapters = inputs->task != PLIM_TASK_TRAINING;
  PlimRecipeBytes bytes =
    has_adapters && inputs->recipe == PLIM_RECIPE_MIXED ? mixed_adapters : presets[inputs->recipe];

  bytes.weight_bytes = bytes.weight_bytes > 0 ? bytes.weight_bytes : plain_bytes;
  bytes.compute_bytes = bytes.compute_bytes > 0 ? bytes.compute_bytes : plain_bytes;
  bytes.gradient_bytes = bytes.gradient_bytes > 0 ? bytes.gradient_bytes : bytes.weight_bytes;
  bytes.state_bytes = bytes.state_bytes > 0 ? bytes.state_bytes : bytes.weight_bytes;
  if (bytes.weight_bytes == 4)
    bytes.master_bytes = 0;

  if (inputs->gradient_format != PLIM_STATE_FORMAT_BY_RECIPE)
    bytes.gradient_bytes = format_bytes[inputs->gradient_format];
  if (inputs->state_format != PLIM_STATE_FORMAT_BY_RECIPE)
    bytes.state_bytes = format_bytes[inputs->state_format];
  if (inputs->compute_format != PLIM_STATE_FORMAT_BY_RECIPE)
    bytes.compute_bytes = format_bytes[inputs->compute_format];
  bytes.reduce_bytes = inputs->reduce_format != PLIM_STATE_FORMAT_BY_RECIPE ? format_bytes[inputs->reduce_format]
                                                                            : bytes.gradient_bytes;
  if (inputs->master_weights != PLIM_MASTER_BY_RECIPE)
    bytes.master_bytes = inputs->master_weights == PLIM_MASTER_F32 && bytes.weight_bytes < 4 ? 4 : 0;

  return bytes;
}

gboolean
plim_recipe_multiplies_32_bit (const PlimInputs *inputs)
{
  return inputs->compute_format == PLIM_STATE_FORMAT_BY_RECIPE ? inputs->precision == PLIM_PRECISION_F32
                                                               : inputs->compute_format == PLIM_STATE_FORMAT_F32;
}

const PlimProducts *
plim_recipe_products (PlimRecipe recipe)
{
  g_return_val_if_fail (recipe < PLIM_N_RECIPES, NULL);

  return products[recipe].input_numbers > 0 ? &products[recipe] : NULL;
}

/* A GPU that multiplies in 4 bits does so in 8, and in blocks: Blackwell and CDNA 4 brought both. */
const char *
plim_recipe_refusal (const PlimInputs *inputs)
{
  const PlimProducts *p = plim_recipe_products (inputs->recipe);
  const double       *rates = inputs->gpu.peak_flops_per_s;
  gboolean            has_4_bit = rates[PLIM_RATE_FP4] > 0;
  gboolean            has_8_bit = has_4_bit || rates[PLIM_RATE_FP8] > 0;
  gboolean            is_known = has_8_bit || rates[PLIM_RATE_F16] > 0 || rates[PLIM_RATE_BF16] > 0;
  gboolean            needs_blocks = inputs->recipe == PLIM_RECIPE_MXFP8 || inputs->recipe == PLIM_RECIPE_NVFP4;

  if (p == NULL || !is_known)
    return NULL;
  if (!has_8_bit)
    return N_ ("This GPU has no 8-bit products, and frameworks stop there instead of falling back: train in BF16");
  if (needs_blocks && !has_4_bit)
    return N_ ("This GPU has no products of MXFP8 or NVFP4, and frameworks stop there instead of falling back: take "
               "FP8 "
               "or BF16");

  return NULL;
}
