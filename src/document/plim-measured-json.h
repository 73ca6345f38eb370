/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measured figures as the member "measured" of a scenario. */

#pragma once

#include "plim-json.h"
#include "plim-measured.h"

G_BEGIN_DECLS

/* Fills @measured from @object, the scenario; without the member nothing is measured. */
gboolean plim_measured_json_read (const PlimJsonText *text,
                                  yyjson_val         *object,
                                  PlimMeasured       *measured,
                                  GError            **error);

/* Brings the member of @object, the scenario, in line with @measured: what is not measured is taken out, members not
 * known to us stay. */
void plim_measured_json_write (const PlimMeasured *measured,
                               yyjson_mut_doc     *doc,
                               yyjson_mut_val     *object);

G_END_DECLS
