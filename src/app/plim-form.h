/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The inputs of one scenario, most consequential first. */

#pragma once

#include "plim-estimator.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PLIM_TYPE_FORM (plim_form_get_type ())
G_DECLARE_FINAL_TYPE (PlimForm, plim_form, PLIM, FORM, AdwBin)

/* Shows the inputs of @estimator (nullable). */
void plim_form_set_estimator (PlimForm      *self,
                              PlimEstimator *estimator);

/* Moves the focus to the row of @id. */
void plim_form_focus_field (PlimForm   *self,
                            PlimFieldId id);

G_END_DECLS
