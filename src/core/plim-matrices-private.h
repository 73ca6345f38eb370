/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of matrices that grows; for what fills the arrays of plim-parameters.h and plim-mixer.h. */

#pragma once

#include "plim-parameters.h"

/* @matrices must have room for all that are added. */
typedef struct
{
  PlimMatrix *matrices;
  guint       n_matrices;
} PlimMatrices;

/* Nothing where one of the sizes, or @copies_count, is 0: the layer has no such matrix. */
static inline void
plim_matrices_add (PlimMatrices  *list,
                   PlimMatrixRole role,
                   gint64         in_size,
                   gint64         out_size,
                   gint64         copies_count)
{
  if (in_size > 0 && out_size > 0 && copies_count > 0)
    list->matrices[list->n_matrices++] = (PlimMatrix) { role, in_size, out_size, copies_count };
}
