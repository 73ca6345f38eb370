/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the job takes, or how fast it serves. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* Fills the time of @estimate, whose parameters and terms are set: of training, or inference as upper bounds from
 * bandwidth and peak rate. */
void plim_time_estimate (const PlimInputs *inputs,
                         PlimEstimate     *estimate);

G_END_DECLS
