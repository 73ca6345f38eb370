/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The form's inputs of training: the framework, its step, formats of states, offloading, and the split over GPUs. */

#pragma once

#include "plim-form-group.h"

G_BEGIN_DECLS

#define PLIM_TYPE_FORM_TRAINING (plim_form_training_get_type ())
G_DECLARE_FINAL_TYPE (PlimFormTraining, plim_form_training, PLIM, FORM_TRAINING, PlimFormGroup)

G_END_DECLS
