/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A named set of inputs with its estimate: one row of a document. */

#pragma once

#include "plim-estimator.h"
#include "plim-measured.h"

#include <yyjson.h>

G_BEGIN_DECLS

#define PLIM_TYPE_SCENARIO (plim_scenario_get_type ())
G_DECLARE_FINAL_TYPE (PlimScenario, plim_scenario, PLIM, SCENARIO, GObject)

/* A scenario with default inputs and a new id.  Properties: "id", "name", "notes" (strings), "estimator".
 * The signal "measured-changed" follows each change of what was measured. */
PlimScenario *plim_scenario_new (PlimCatalog *catalog,
                                 const char  *name);

/* A scenario with a new id and the same content, its members unknown to us included. */
PlimScenario *plim_scenario_copy (PlimScenario *self,
                                  const char   *name);

const char *plim_scenario_get_id (PlimScenario *self);
void        plim_scenario_set_id (PlimScenario *self,
                                  const char   *id);
const char *plim_scenario_get_name (PlimScenario *self);
void        plim_scenario_set_name (PlimScenario *self,
                                    const char   *name);
const char *plim_scenario_get_notes (PlimScenario *self);
void        plim_scenario_set_notes (PlimScenario *self,
                                     const char   *notes);

/* Owned by @self; never NULL. */
const PlimMeasured *plim_scenario_get_measured (PlimScenario *self);
void                plim_scenario_set_measured (PlimScenario       *self,
                                                const PlimMeasured *measured);

/* Owned by @self. */
PlimEstimator *plim_scenario_get_estimator (PlimScenario *self);

/* The object the scenario was read from, with the members we do not know; NULL for a new one.  Owned by @self. */
yyjson_mut_doc *plim_scenario_get_original (PlimScenario *self);

/* Takes @original. */
void plim_scenario_take_original (PlimScenario   *self,
                                  yyjson_mut_doc *original);

G_END_DECLS
