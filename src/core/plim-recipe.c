/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row for each recipe; 0 stands for the format of the weights.  Weights that train in FP8 take two bytes: they are
 * kept by rows and by columns (TransformerEngine, Float8Tensor and its transpose). */

#include "plim-recipe.h"

static const PlimRecipeBytes presets[PLIM_N_RECIPES] = {
  [PLIM_RECIPE_MIXED] = { 0, 2, 0, 4, 4 },
  [PLIM_RECIPE_PURE] = { 0, 0, 0, 0, 0 },
  [PLIM_RECIPE_AUTOCAST] = { 4, 2, 4, 0, 4 },
  [PLIM_RECIPE_FSDP2] = { 4, 2, 4, 0, 4 },
  [PLIM_RECIPE_MEGATRON] = { 0, 2, 4, 4, 4 },
  [PLIM_RECIPE_FP8] = { 0, 2, 4, 4, 4 },
};

static const PlimRecipeBytes adapter_presets[PLIM_N_RECIPES] = {
  [PLIM_RECIPE_MIXED] = { 4, 2, 4, 0, 4 },
  [PLIM_RECIPE_PURE] = { 0, 0, 0, 0, 0 },
  [PLIM_RECIPE_AUTOCAST] = { 4, 2, 4, 0, 4 },
  [PLIM_RECIPE_FSDP2] = { 4, 2, 4, 0, 4 },
  [PLIM_RECIPE_MEGATRON] = { 0, 2, 4, 4, 4 },
  [PLIM_RECIPE_FP8] = { 0, 2, 4, 4, 4 },
};

static const gint64 format_bytes[PLIM_N_STATE_FORMATS] = {
  [PLIM_STATE_FORMAT_F32] = 4,
  [PLIM_STATE_FORMAT_BF16] = 2,
};

PlimRecipeBytes
plim_recipe_bytes (const PlimInputs *inputs)
{
  gint64          plain_bytes = plim_precision_is_32_bit (inputs->precision) ? 4 : 2;
  PlimRecipeBytes bytes = (inputs->task == PLIM_TASK_TRAINING ? presets : adapter_presets)[inputs->recipe];

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
  if (inputs->master_weights != PLIM_MASTER_BY_RECIPE)
    bytes.master_bytes = inputs->master_weights == PLIM_MASTER_F32 && bytes.weight_bytes < 4 ? 4 : 0;

  return bytes;
}
