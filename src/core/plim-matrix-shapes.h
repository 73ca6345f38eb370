/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The matrices of a layer by their two sides: what optimizers that look at shapes are counted on. */

#pragma once

#include "plim-model.h"

G_BEGIN_DECLS

#define PLIM_MATRIX_SHAPES_MAX 20

/* @count matrices of @rows x @columns. */
typedef struct
{
  gint64 rows_count;
  gint64 columns_count;
  gint64 count;
} PlimMatrixShape;

/* Fills @matrices, of PLIM_MATRIX_SHAPES_MAX, with those of one layer of @kind of a model of @hidden_size; returns how
 * many. Convolutions and per-head values are no matrices. */
guint plim_matrix_shapes_of_layer (PlimMatrixShape     *matrices,
                                   const PlimLayerKind *kind,
                                   gint64               hidden_size);

G_END_DECLS
