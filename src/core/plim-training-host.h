/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Host memory of training with offloading. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* Fills the host's memory and NVMe of @estimate, whose terms are set: of one computer, all GPUs of which offload what
 * @inputs ask for; 0 without offloading.  The states of paged optimizers, which move only when memory is short, are not
 * counted. */
void plim_training_host_estimate (const PlimInputs *inputs,
                                  PlimEstimate     *estimate);

G_END_DECLS
