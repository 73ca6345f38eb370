/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long training takes. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* Tokens that use a training budget best: 20 for each parameter (Hoffmann et al., arXiv:2203.15556, table 3). */
gint64 plim_training_time_chinchilla_tokens (gint64 parameters_count);

/* Tokens trained in all: as given, else of the data set, else of the steps; 0 = not given. */
gint64 plim_training_time_tokens (const PlimInputs *inputs);

/* Fills the time of @estimate, whose parameters are set: from tokens, and from peak rate and utilization, or predicted
 * with a range when no utilization is given.  Without the length of the run, the speed of a step alone. */
void plim_training_time_estimate (const PlimInputs *inputs,
                                  PlimEstimate     *estimate);

G_END_DECLS
