/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far off the engine is from published measurements of the same kind (docs/accuracy.md). */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

typedef struct
{
  guint  rows_count;   /* published figures that the engine was held against */
  double median;       /* half of them are off by at most this share */
  double nine_of_ten;  /* nine of ten by at most this share */
} PlimAccuracy;

/* Of figures such as @term of @inputs; NULL where none was published.  Of a training's terms none was, only peaks. */
const PlimAccuracy *plim_accuracy_of_term (const PlimInputs *inputs,
                                           PlimTermId        term);

/* Of peaks such as that of @inputs; NULL where none was published. */
const PlimAccuracy *plim_accuracy_of_peak (const PlimInputs *inputs);

/* Sets the range of @estimate's peak in which nine of ten measurements lie; none where it is not checked. */
void plim_accuracy_set_range (const PlimInputs *inputs,
                              PlimEstimate     *estimate);

G_END_DECLS
