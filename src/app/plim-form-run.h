/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The last groups of the form: the run, and what published rules ask for. */

#pragma once

#include "plim-estimator.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PLIM_TYPE_FORM_RUN (plim_form_run_get_type ())
G_DECLARE_FINAL_TYPE (PlimFormRun, plim_form_run, PLIM, FORM_RUN, GtkBox)

/* Shows the inputs of @estimator (nullable). */
void plim_form_run_set_estimator (PlimFormRun   *self,
                                  PlimEstimator *estimator);

G_END_DECLS
