/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A scenario as an object of a scenario file. */

#pragma once

#include "plim-json.h"
#include "plim-scenario.h"

G_BEGIN_DECLS

/* Reads @object into @scenario, which keeps a copy of it for the members we do not know.  FALSE and an error naming
 * file, line and member when a value is not accepted. */
gboolean plim_scenario_json_read (const PlimJsonText *text,
                                  yyjson_val         *object,
                                  PlimScenario       *scenario,
                                  GError            **error);

/* The object of @scenario in @doc: the one it was read from with its changes, or a new one holding what is not default.
 */
yyjson_mut_val *plim_scenario_json_write (PlimScenario   *scenario,
                                          yyjson_mut_doc *doc);

G_END_DECLS
