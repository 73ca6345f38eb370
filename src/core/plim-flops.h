/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts of floating-point operations of one token. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* Multiply-adds of scores and values for one token of a sequence of the context's length, all layers: attended tokens x
 * heads x (head width + value width).  Causal: half the context on average, at most the window. */
gint64 plim_flops_attention_products (const PlimInputs *inputs);

/* Training FLOPs of one token.  A product of a matrix takes 2 for each parameter: forward, for the gradient of its
 * input, and for that of its weights, which a frozen matrix does not need; below the first trained layer there are no
 * gradients at all. */
typedef struct
{
  gint64 matrices;           /* of layers and head, forward */
  gint64 head;               /* of these the head's */
  gint64 input_gradients;
  gint64 weight_gradients;
  gint64 adapters;           /* forward, and both gradients */
  gint64 attention;          /* forward, causal */
  gint64 trained_attention;  /* of layers that gradients go through: twice that backward */
  gint64 unmasked_attention; /* forward, the mask left out of account */
  gint64 unmasked_trained;   /* of layers that gradients go through */
  gint64 again_matrices;     /* recompute */
  gint64 again_attention;
} PlimFlops;

PlimFlops plim_flops_training (const PlimInputs   *inputs,
                               const PlimEstimate *estimate);

/* Model FLOPs of training one token of a sequence: 6 for each parameter in a matrix (4 where it is frozen: no weight
 * gradient; 2 below the first trained layer), 6 for each adapter parameter, and causal attention, 6 x attended tokens x
 * heads x (head width + value width) a layer, half the non-causal count (PaLM, arXiv:2204.02311, appendix B). Recompute
 * is not counted, as in its MFU. */
gint64 plim_flops_model (const PlimFlops *flops);

/* Hardware FLOPs of the same: what recompute adds is counted too (HFU). */
gint64 plim_flops_hardware (const PlimFlops *flops);

/* Model FLOPs with attention as if nothing were masked: 72 L h^2 (1 + s / 6h + V / 12hL) a token for GPT
 * (Korthikanti et al., arXiv:2205.05198, appendix A). */
gint64 plim_flops_unmasked (const PlimFlops *flops);

/* Model FLOPs of one token's forward pass. */
gint64 plim_flops_forward (const PlimFlops *flops);

G_END_DECLS
