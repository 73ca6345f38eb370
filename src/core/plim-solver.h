/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reverse questions: how many GPUs, how large a batch, how long a context.  Memory grows with batch and context
 * and does not grow with GPUs, so each answer is a bisection over plim_estimate(). */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* Largest GPU count that is tried. */
#define PLIM_MOST_GPUS 4096

typedef struct
{
  gint64     largest_batch_count;    /* at the given context; 0 = not even one fits */
  PlimTermId batch_binding;          /* the part that grows most towards the limit */
  gint64     longest_context_tokens; /* at the given batch; 0 = not even one token fits */
  gboolean   is_batch_unlimited;     /* does not depend on the batch, as with some published rules */
  gboolean   is_context_unlimited;   /* does not depend on the context, or the model's own limit comes first */
  PlimTermId context_binding;
  gint64     fewest_gpus_count;      /* of the chosen GPU; 0 = fits at no count */
} PlimLimits;

/* GPUs of kind @gpu that hold the job of @inputs, each within its usable memory; 0 when no count up to
 * PLIM_MOST_GPUS does.
 * The exact smallest count; callers round to nodes for display. */
gint64 plim_solve_gpus (const PlimInputs *inputs,
                        const PlimGpu    *gpu);

/* Fills @limits for @inputs on its own GPUs. */
void plim_solve_limits (const PlimInputs *inputs,
                        PlimLimits       *limits);

G_END_DECLS
