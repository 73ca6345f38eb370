/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Full training of the last layers alone.
 *
 * With trained_layers = n > 0 the token table and all layers before the last n are frozen; the rest trains, final norm
 * and output head among it.  A tied head is the token table and is frozen with it.  No gradient goes below the first
 * trained layer, so what lies there keeps nothing for backward (PyTorch, autograd mechanics, "Setting requires_grad").
 */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

/* TRUE when full training leaves layers frozen. */
gboolean plim_trained_is_partial (const PlimInputs *inputs);

/* The first layer that a gradient goes through, from 0. */
gint64 plim_trained_first_layer (const PlimInputs *inputs);

/* Layers of kind number @kind that a gradient goes through: all of them unless some are frozen. */
gint64 plim_trained_layers_count (const PlimInputs *inputs,
                                  guint             kind);

/* Frozen parameters of full training, routed experts apart. */
typedef struct
{
  gint64 dense_count;
  gint64 expert_count;
} PlimFrozenCount;

PlimFrozenCount plim_trained_count_frozen (const PlimInputs     *inputs,
                                           const PlimParameters *parameters);

/* Parameters in matrices that one token goes through: where gradients of activations are computed (trained layers and
 * the head; every one of adapters), and where gradients of weights are (none of a frozen base). */
gint64 plim_trained_backward_matrix_count (const PlimInputs     *inputs,
                                           const PlimParameters *parameters);
gint64 plim_trained_weight_matrix_count (const PlimInputs     *inputs,
                                         const PlimParameters *parameters);

/* N_() reason why the layers of @inputs cannot be trained alone, NULL when they can. */
const char *plim_trained_refusal (const PlimInputs *inputs);

G_END_DECLS
