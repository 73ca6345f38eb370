/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Steps that can be undone, without limit. */

#pragma once

#include "plim-scenario.h"

G_BEGIN_DECLS

typedef enum
{
  PLIM_STEP_INPUTS, /* from before to after */
  PLIM_STEP_NAME,
  PLIM_STEP_MEASURED,
  PLIM_STEP_INSERT, /* at position */
  PLIM_STEP_REMOVE, /* from position */
  PLIM_STEP_MOVE    /* from position to target */
} PlimStepKind;

typedef struct
{
  PlimStepKind  kind;
  PlimScenario *scenario;
  PlimInputs   *before;      /* inputs */
  PlimInputs   *after;
  char         *name_before; /* name */
  char         *name_after;
  PlimMeasured *measured_before;
  PlimMeasured *measured_after;
  guint         position;
  guint         target;
  gint64        time_us;     /* monotonic, for joining a burst of edits */
} PlimStep;

typedef struct _PlimHistory PlimHistory;

PlimHistory *plim_history_new (void);
void         plim_history_free (PlimHistory *self);

/* Steps done and undone, and the mark of the last save. */
gboolean plim_history_can_undo (const PlimHistory *self);
gboolean plim_history_can_redo (const PlimHistory *self);
gboolean plim_history_is_saved (const PlimHistory *self);
void     plim_history_mark_saved (PlimHistory *self);

/* What is there now was never saved. */
void plim_history_mark_unsaved (PlimHistory *self);

/* Each records a step and forgets those that were undone.  A change of the same single field within a second of the
 * last one is joined to it. */
void plim_history_add_inputs (PlimHistory      *self,
                              PlimScenario     *scenario,
                              const PlimInputs *before,
                              const PlimInputs *after);
void plim_history_add_name (PlimHistory  *self,
                            PlimScenario *scenario,
                            const char   *before,
                            const char   *after);
void plim_history_add_measured (PlimHistory        *self,
                                PlimScenario       *scenario,
                                const PlimMeasured *before,
                                const PlimMeasured *after);
void plim_history_add_list (PlimHistory  *self,
                            PlimStepKind  kind,
                            PlimScenario *scenario,
                            guint         position,
                            guint         target);

/* The step to undo or redo next, moved to the other side; NULL when there is none.  Owned by @self. */
const PlimStep *plim_history_undo (PlimHistory *self);
const PlimStep *plim_history_redo (PlimHistory *self);

G_END_DECLS
