/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long an optimizer step takes, predicted from work, rates and what is usually reached of them. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* Share of a pipeline's time that its stages wait: of the time without waiting, so (p - 1) / m for 1F1B; 0 without a
 * pipeline.  GPipe and 1F1B (p - 1) / m, interleaved divided by the parts of a stage (arXiv:2104.04473, sections 2.2.1
 * and 2.2.2); zero bubble (p - 1)(F + B - 2W) and DualPipe (p / 2 - 1)(F&B + B - 3W) of m (F + B), where backward B
 * holds W, the gradients of weights, and F&B is both at once (arXiv:2412.19437, table 2; deepseek-ai/DualPipe,
 * README.md); a pass through a layer takes as long forward as for each of the two gradients, and frozen weights have no
 * W. */
double plim_step_bubble (const PlimInputs *inputs);

/* TRUE, and the best, usual and worst case in @times, when layers, GPU and layout of @inputs are known and a step takes
 * less than three years. */
gboolean plim_step_time_predict (const PlimInputs   *inputs,
                                 const PlimEstimate *estimate,
                                 PlimStepTime       *times);

G_END_DECLS
