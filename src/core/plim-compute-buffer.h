/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Working memory of serving: what a runtime needs besides weights and caches while it computes. */

#pragma once

#include "plim-component.h"
#include "plim-host-copies.h"

G_BEGIN_DECLS

/* What one GPU has to do with the computation. */
typedef struct
{
  PlimTermId    id;               /* of the buffer: of the model, or of its draft */
  const gint64 *layers_count;     /* by kind of layer, an array of PLIM_MODEL_MAX_KINDS */
  gboolean      has_head;
  gint64        sequences_count;  /* of its replica */
  gint64        gpus_count;       /* that share each layer */
  PlimHostPart  host;             /* what is in host memory and computed here when there are many tokens */
} PlimWorkShare;

/* Adds the compute buffer, and the logits where they stand apart, to the last role of @estimate.  The shape of the
 * model must be known. */
void plim_compute_buffer_add (const PlimInputs    *inputs,
                              const PlimWorkShare *share,
                              PlimEstimate        *estimate);

G_END_DECLS
