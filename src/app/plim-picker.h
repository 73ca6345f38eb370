/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A page of the side pane that chooses a model or a GPU, the result following live. */

#pragma once

#include "plim-document.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PLIM_TYPE_PICKER (plim_picker_get_type ())
G_DECLARE_FINAL_TYPE (PlimPicker, plim_picker, PLIM, PICKER, AdwNavigationPage)

/* A picker for @field, PLIM_FIELD_MODEL, PLIM_FIELD_GPU or PLIM_FIELD_DRAFT_MODEL, of the current scenario of
 * @document. */
PlimPicker *plim_picker_new (PlimDocument *document,
                             PlimFieldId   field);

G_END_DECLS
