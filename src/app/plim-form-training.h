/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The form's inputs of training: the runtime, and what it is told of requests, caches and GPUs. */

#pragma once

#include "plim-estimator.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PLIM_TYPE_FORM_TRAINING (plim_form_training_get_type ())
G_DECLARE_FINAL_TYPE (PlimFormTraining, plim_form_training, PLIM, FORM_TRAINING, AdwPreferencesGroup)

/* Binds the rows to @estimator; NULL unbinds them. */
void plim_form_training_set_estimator (PlimFormTraining *self,
                                       PlimEstimator    *estimator);

G_END_DECLS
