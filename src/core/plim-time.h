/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compute time from a count of floating-point operations. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* Model FLOPs of training one token of a sequence: 6 for each parameter in a matrix (4 where it is frozen: no weight
 * gradient), 6 for each adapter parameter, and causal attention, 6 x attended tokens x heads x (head width + value
 * width) a layer, half the non-causal count (PaLM, arXiv:2204.02311, appendix B).  Recompute is not counted, as in its
 * MFU. */
gint64 plim_time_training_flops_per_token (const PlimInputs   *inputs,
                                           const PlimEstimate *estimate);

/* Tokens that use a training budget best: 20 for each parameter (Hoffmann et al., arXiv:2203.15556, table 3). */
gint64 plim_time_chinchilla_tokens (gint64 parameters_count);

/* Fills the time of @estimate, whose parameters and terms are set: training from tokens, peak rate and
 * utilization, inference as upper bounds from bandwidth and peak rate. */
void plim_time_estimate (const PlimInputs *inputs,
                         PlimEstimate     *estimate);

G_END_DECLS
