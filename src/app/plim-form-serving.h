/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The form's inputs of serving: the runtime, and what it is told of requests, caches and GPUs. */

#pragma once

#include "plim-estimator.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PLIM_TYPE_FORM_SERVING (plim_form_serving_get_type ())
G_DECLARE_FINAL_TYPE (PlimFormServing, plim_form_serving, PLIM, FORM_SERVING, AdwPreferencesGroup)

/* Binds the rows to @estimator; NULL unbinds them. */
void plim_form_serving_set_estimator (PlimFormServing *self,
                                      PlimEstimator   *estimator);

G_END_DECLS
