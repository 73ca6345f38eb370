/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Optimizers: what each remembers of a parameter. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

/* Of which parameters the states are. */
typedef enum
{
  PLIM_STATE_EACH,         /* every trained parameter alike */
  PLIM_STATE_ROWS_COLUMNS, /* Adafactor: one number for each row and each column of a matrix */
  PLIM_STATE_MATRICES_ONE, /* Muon: one number for parameters of the layers' matrices, two for the rest */
  PLIM_STATE_SQUARES,      /* Shampoo, SOAP: square matrices for both sides of each matrix */
  PLIM_STATE_PROJECTED     /* GaLore: states of the projected matrix, and the projector */
} PlimStateShape;

typedef struct
{
  PlimOptimizer  optimizer;
  const char    *id;                /* "adamw-8bit" */
  const char    *name;              /* N_() */
  PlimStateShape shape;
  gint64         states_count;      /* numbers kept in full for each parameter, in the recipe's format */
  gint64         block_bytes;       /* low-bit states of a parameter block; 0 = in full */
  gint64         block_parameters;
  gint64         squares_count;     /* PLIM_STATE_SQUARES: matrices of the size of each side, in 32 bits */
  gint64         longest_side;      /* longer ones have none; 0 = all have */
  gint64         block_side;        /* sides are cut in so many rows or columns; 0 = not */
  gboolean       is_packed;         /* of symmetric squares one half is kept */
  gboolean       squares_vectors;   /* vectors have squares too */
  gboolean       is_paged;          /* states live on the host until they are used */
  gboolean       steps_in_backward; /* gradients do not outlive their parameter's backward */
  gboolean       copies_at_step;    /* works on all parameters at once: one more number for each */
  const char    *source;
} PlimOptimizerInfo;

/* The facts of @optimizer; never NULL. */
const PlimOptimizerInfo *plim_optimizer_info (PlimOptimizer optimizer);

/* TRUE when each parameter of full training steps as soon as its gradient is there. */
gboolean plim_optimizer_steps_in_backward (const PlimInputs *inputs);

/* TRUE when the states depend on the shapes of matrices. */
gboolean plim_optimizer_needs_shapes (PlimOptimizer optimizer);

/* Bytes of states for each parameter that stay on the GPU, as a fraction, each number in @state_bytes, of an optimizer
 * that treats all parameters alike. */
void plim_optimizer_state_bytes (const PlimInputs *inputs,
                                 gint64            state_bytes,
                                 gint64           *numerator,
                                 gint64           *denominator);

/* Bytes of states that @optimizer keeps for what trains of the model of @inputs, shapes known, each number in
 * @state_bytes, of an optimizer that plim_optimizer_needs_shapes(). */
gint64 plim_optimizer_shaped_bytes (const PlimInputs *inputs,
                                    gint64            state_bytes);

G_END_DECLS
