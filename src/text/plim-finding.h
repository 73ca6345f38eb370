/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one sentence under each page's title: the finding of its chart, and the chart's text for assistive technology.
 * Every string returned is newly allocated and never NULL.   The findings of the pages GPUs and Methods are in
 * plim-gpu-sweep.h and plim-method-sweep.h, beside what they describe. */

#pragma once

#include "plim-format.h"
#include "plim-solver.h"

G_BEGIN_DECLS

/* "Weights take 14.9 GiB, 82 % of the 18.3 GiB at the fullest moment, Decode." */
char *plim_finding_memory (const PlimEstimate *estimate,
                           PlimUnit            unit);

/* "Loss is the fullest moment with 18.3 GiB, of which 14.9 GiB stay throughout." */
char *plim_finding_moments (const PlimEstimate *estimate,
                            PlimUnit            unit);

/* "Training takes 4.1 h on one RTX 4090 and costs $1.62." or "Decodes 92 tokens/s at most."; "About $1.62 for 4.1
 * GPU-hours at $0.39 each."; "A step takes about 0.9 s (0.7 s to 1.2 s).". */
char *plim_finding_cost (const PlimInputs   *inputs,
                         const PlimEstimate *estimate);
char *plim_finding_step (const PlimInputs   *inputs,
                         const PlimEstimate *estimate);
char *plim_finding_sequence_speed (const PlimInputs   *inputs,
                                   const PlimEstimate *estimate);
char *plim_finding_time (const PlimInputs   *inputs,
                         const PlimEstimate *estimate);

/* "A micro-batch of 63 fits at this context; at this micro-batch, 5,632 tokens fit." */
char *plim_finding_limits (const PlimInputs *inputs,
                           const PlimLimits *limits);

/* "“QLoRA” needs the least memory, 6.1 GiB; “Full” the most, 112 GiB."  Estimates without a number are left out.
 * */
char *plim_finding_compare (const char *const         *names,
                            const PlimEstimate *const *estimates,
                            guint                      n_scenarios,
                            PlimUnit                   unit);

G_END_DECLS
