/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Inputs as properties, the estimate as what follows from them.
 *
 * There is one read-write property for each row of the field table, named like it ("kv-precision"): choices are guint
 * (the index), counts and bytes gint64, numbers double, ids strings.  Results are read-only: "verdict" (guint),
 * "peak-bytes", "usable-bytes", "headroom-bytes" (gint64), "problem" (string: why the model or GPU cannot be found;
 * the last good ones are kept meanwhile) and "revision" (guint), which grows whenever anything has changed: views need
 * to watch nothing else.  The results are worked out when first read; from then on those that change notify. */

#pragma once

#include "plim-catalog.h"
#include "plim-solver.h"

G_BEGIN_DECLS

#define PLIM_TYPE_ESTIMATOR (plim_estimator_get_type ())
G_DECLARE_FINAL_TYPE (PlimEstimator, plim_estimator, PLIM, ESTIMATOR, GObject)

/* An estimator with default inputs. */
PlimEstimator *plim_estimator_new (PlimCatalog *catalog);

PlimCatalog *plim_estimator_get_catalog (PlimEstimator *self);

/* The inputs as they stand, model and GPU resolved.  Owned by @self. */
const PlimInputs *plim_estimator_get_inputs (PlimEstimator *self);

/* Replaces all inputs at once; only properties that differ notify.  The model and GPU of @inputs are resolved anew. */
void plim_estimator_set_inputs (PlimEstimator    *self,
                                const PlimInputs *inputs);

/* The estimate of the inputs.  Owned by @self, valid until they change. */
const PlimEstimate *plim_estimator_get_estimate (PlimEstimator *self);

/* The reverse answers, worked out on first use after a change.  Owned by @self. */
const PlimLimits *plim_estimator_get_limits (PlimEstimator *self);

/* Why the model or GPU cannot be found, translated; NULL when all is well.  Owned by @self. */
const char *plim_estimator_get_problem (PlimEstimator *self);

guint plim_estimator_get_revision (PlimEstimator *self);

/* Puts the default of the field back. */
void plim_estimator_reset_field (PlimEstimator *self,
                                 PlimFieldId    id);

/* Name of the property of a field, static. */
const char *plim_estimator_property_name (PlimFieldId id);

G_END_DECLS
