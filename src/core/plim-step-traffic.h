/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the collectives of a training step take, by what they are for. */

#pragma once

#include "plim-estimate.h"
#include "plim-training-layout.h"

G_BEGIN_DECLS

/* Seconds at the links' full rate, with nothing to hide behind. */
typedef struct
{
  double batch_seconds[PLIM_N_TRAFFICS]; /* for each micro-batch */
  double step_seconds[PLIM_N_TRAFFICS];  /* once a step */
} PlimStepTraffic;

/* The traffic of @inputs laid out as @layout, of a GPU of an average stage; ranks are placed tensor parallel first,
 * then context, data and pipeline (Megatron-LM, core/parallel_state.py):
 *
 *   data      FSDP, ZeRO-3: weights gathered for forward and for backward, gradients reduced and scattered, for each
 *             micro-batch (arXiv:1910.02054, section 7.2.2); ZeRO-2 scatters gradients for each micro-batch and gathers
 *             weights once; ZeRO-1 and DDP once a step; HSDP within the node, and reduces over nodes once
 *   tensor    an all-reduce after attention and after feed-forward, forward and backward, and again with full recompute
 *             (arXiv:1909.08053, section 3); sequence parallelism sends the same bytes (arXiv:2205.05198, 4.2.2)
 *   pipeline  the hidden state to the next stage and its gradient back (arXiv:2104.04473, section 2.2)
 *   context   keys and values of the other GPUs, forward; the same and their gradients, backward (Ring Attention,
 *             arXiv:2310.01889)
 *   expert    tokens to their experts and back, forward and backward (GShard, arXiv:2006.16668) */
void plim_step_traffic_init (PlimStepTraffic          *traffic,
                             const PlimInputs         *inputs,
                             const PlimEstimate       *estimate,
                             const PlimTrainingLayout *layout);

/* N_() name of a kind of traffic, in lower case, and its stable id. */
const char *plim_traffic_name (PlimTraffic traffic);
const char *plim_traffic_id (PlimTraffic traffic);

G_END_DECLS
