/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The application: owns the catalogue and the settings, opens windows. */

#pragma once

#include "plim-catalog.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PLIM_TYPE_APPLICATION (plim_application_get_type ())
G_DECLARE_FINAL_TYPE (PlimApplication, plim_application, PLIM, APPLICATION, AdwApplication)

PlimApplication *plim_application_new (void);

G_END_DECLS
