/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The form's inputs of serving: the runtime, and what it is told of requests, caches and GPUs. */

#pragma once

#include "plim-form-group.h"

G_BEGIN_DECLS

#define PLIM_TYPE_FORM_SERVING (plim_form_serving_get_type ())
G_DECLARE_FINAL_TYPE (PlimFormServing, plim_form_serving, PLIM, FORM_SERVING, PlimFormGroup)

G_END_DECLS
