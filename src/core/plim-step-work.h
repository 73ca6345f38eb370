/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one GPU does for one micro-batch, and for the optimizer's step: counts, no rates but peaks. */

#pragma once

#include "plim-framework.h"
#include "plim-estimate.h"
#include "plim-training-layout.h"

G_BEGIN_DECLS

typedef struct
{
  double   tokens_count;           /* that the GPU sees of a micro-batch */
  double   matrix_flops;           /* of layers */
  double   head_flops;
  double   attention_flops;        /* as flash kernels run it: backward is 2.5 forwards, not 2 */
  double   matrix_flops_per_s;     /* peaks */
  double   head_flops_per_s;
  double   attention_flops_per_s;  /* what the kernel would reach of the peak, were it made for the GPU */
  double   forward_flops;          /* of matrices and head, of one forward pass */
  double   forward_attention_flops;
  double   forward_moved_bytes;
  double   weight_bytes;           /* that the products read */
  double   moved_bytes;            /* read and written by norms, activations, residuals and the loss */
  double   dequantized_bytes;      /* read and written to multiply with a quantized base */
  double   layers_count;           /* of its stage */
  double   layers_share;           /* of all layers */
  gboolean has_head;
  double   step_parameters_count;  /* that its optimizer steps */
  double   step_bytes;             /* that the optimizer reads and writes, on the GPU or the host */
} PlimStepWork;

/* The work of @inputs, whose layers are known and laid out as @layout: of a GPU of the slowest stage.  Of a layer move
 * in memory, in numbers for each token:
 *
 *   norms       input and output each; written out in Python (framework without fused norms) ten passes, most in 32
 *               bits: 17 h
 *   residuals   two read, one written, after attention and feed-forward
 *   rotation    query and key, read and written; written out five times that
 *   attention   query, key, value and output; eager also scores and weights of every other token, written and read, and
 *               what the mask hides is computed too
 *   activation  gate and up read, product written; eager once more read and written between
 *   experts     tokens are gathered for each expert they use, and its outputs summed: each read and written
 *   loss        what the framework keeps of each score is written and read
 *   FP8         inputs of matrices and gradients of their outputs are read to find the largest, unless that is fused
 *               with what wrote them, read again, and written by rows and by columns; weights once more
 *
 * Backward moves twice that; what is computed again, once more. */
void plim_step_work_init (PlimStepWork             *work,
                          const PlimInputs         *inputs,
                          const PlimEstimate       *estimate,
                          const PlimTrainingLayout *layout);

/* Parameters of an average stage on one GPU before data-parallel GPUs share them; routed experts are dealt to fewer. */
double plim_step_local_parameters (const PlimEstimate       *estimate,
                                   const PlimTrainingLayout *layout);

G_END_DECLS
