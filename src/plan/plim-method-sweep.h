/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The same job by each of the six methods. */

#pragma once

#include "plim-estimate.h"
#include "plim-format.h"

G_BEGIN_DECLS

typedef struct
{
  PlimEstimate estimates[PLIM_N_METHODS]; /* by PlimMethod; one that cannot say has no terms */
  guint        n_known;                   /* methods with a number */
  gint64       low_bytes;                 /* smallest and largest peak of them, 0 when none */
  gint64       high_bytes;
} PlimMethodSweep;

/* Answers @inputs by every method. */
PlimMethodSweep *plim_method_sweep_new (const PlimInputs *inputs);

void plim_method_sweep_free (PlimMethodSweep *sweep);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimMethodSweep, plim_method_sweep_free)

/* TRUE when @method gave a number. */
gboolean plim_method_sweep_is_known (const PlimMethodSweep *sweep,
                                     PlimMethod             method);

/* The one sentence of the Methods page.  Newly allocated. */
char *plim_finding_methods (const PlimMethodSweep *sweep,
                            PlimUnit               unit);

G_END_DECLS
