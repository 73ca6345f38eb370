/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parts of a layer that Megatron-Core computes again on their own (--recompute-modules; Megatron-LM d98e8a6,
 * core/transformer/transformer_config.py, recompute_modules, and where each is read):
 *
 *   core_attn        scores, softmax and the sum over values: nothing between query, key, value and output stays
 *   layernorm        outputs of norms that are modules of their own: before latent attention and before experts; others
 *                    are one with the linear behind them (models/gpt/gpt_layer_specs.py)
 *   mla_up_proj      query, key and value of latent attention; the latents stay
 *   mlp              a dense feed-forward with the norm before it: its input stays
 *   moe_act          the activation of routed experts: gate and up stay, the product does not
 *   shared_experts   the shared expert: its input stays
 *   moe              router, routed and shared experts: their input stays */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

typedef enum
{
  PLIM_LAYER_PART_CORE_ATTENTION,
  PLIM_LAYER_PART_NORMS,
  PLIM_LAYER_PART_LATENT_PROJECTIONS,
  PLIM_LAYER_PART_MLP,
  PLIM_LAYER_PART_EXPERT_ACTIVATION,
  PLIM_LAYER_PART_SHARED_EXPERTS,
  PLIM_LAYER_PART_EXPERTS,
  PLIM_N_LAYER_PARTS
} PlimLayerPart;

#define PLIM_LAYER_PART_BIT(part) (1u << (part))

/* Fields that name parts. */
#define PLIM_RECOMPUTE_PART_FIELDS \
  (PLIM_FIELD_BIT (PLIM_FIELD_RECOMPUTE_EXPERTS + 1) - PLIM_FIELD_BIT (PLIM_FIELD_RECOMPUTE_CORE_ATTENTION))

/* The set of PLIM_LAYER_PART_BIT()s that backward computes again on their own; none where whole layers are. */
guint plim_recompute_parts (const PlimInputs *inputs);

/* Parameters in matrices that a token goes through once more in a layer of @kind, for the sake of its parts. */
gint64 plim_recompute_matrix_count (const PlimInputs    *inputs,
                                    const PlimLayerKind *kind);

/* TRUE when the field @id names a part that is not chosen one by one, or that no layer of the model has. */
gboolean plim_recompute_hides_field (const PlimInputs *inputs,
                                     PlimFieldId       id);

G_END_DECLS
