/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GPUs and jobs the tests of this layer share. */

#pragma once

#include "plim-estimate.h"

#define MIB G_GINT64_CONSTANT (1048576)
#define GIB (1024 * MIB)

/* Six GPUs: two of 24 GB, two of 80 GB, one each of 12 and 32 GB. */
#define N_JOB_GPUS 6

/* The list, static. */
const PlimGpu *const *job_gpus (void);

/* A 7-billion-parameter job by @method on one RTX 4090 of the list. */
void job_init (PlimInputs *inputs,
               PlimMethod  method,
               PlimTask    task);
