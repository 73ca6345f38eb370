/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts of floating-point operations of one token. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* Multiply-adds of scores and values for one token of a sequence of the context's length, all layers: attended tokens x
 * heads x (head width + value width).  Causal: half the context on average, at most the window. */
gint64 plim_flops_attention_products (const PlimInputs *inputs);

/* Model FLOPs of training one token of a sequence: 6 for each parameter in a matrix (4 where it is frozen: no weight
 * gradient; 2 below the first trained layer), 6 for each adapter parameter, and causal attention, 6 x attended tokens x
 * heads x (head width + value width) a layer, half the non-causal count (PaLM, arXiv:2204.02311, appendix B). Recompute
 * is not counted, as in its MFU. */
gint64 plim_flops_training_per_token (const PlimInputs   *inputs,
                                      const PlimEstimate *estimate);

G_END_DECLS
