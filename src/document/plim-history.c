/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One array of steps and how many of them are done. */

#include "config.h"

#include "plim-history.h"

/* Edits of one field closer together than this are one step. */
#define JOIN_US 1000000

struct _PlimHistory
{
  GPtrArray *steps;
  guint      done;
  guint      saved; /* done at the last save; G_MAXUINT when that state is gone */
};

static void
free_step (gpointer data)
{
  PlimStep *step = data;

  g_clear_object (&step->scenario);
  g_free (step->before);
  g_free (step->after);
  g_free (step->name_before);
  g_free (step->name_after);
  g_free (step->measured_before);
  g_free (step->measured_after);
  g_free (step);
}

PlimHistory *
plim_history_new (void)
{
  PlimHistory *self = g_new0 (PlimHistory, 1);

  self->steps = g_ptr_array_new_with_free_func (free_step);

  return self;
}

void
plim_history_free (PlimHistory *self)
{
  g_ptr_array_unref (self->steps);
  g_free (self);
}

gboolean
plim_history_can_undo (const PlimHistory *self)
{
  return self->done > 0;
}

gboolean
plim_history_can_redo (const PlimHistory *self)
{
  return self->done < self->steps->len;
}

gboolean
plim_history_is_saved (const PlimHistory *self)
{
  return self->done == self->saved;
}

void
plim_history_mark_saved (PlimHistory *self)
{
  self->saved = self->done;
}

void
plim_history_mark_unsaved (PlimHistory *self)
{
  self->saved = G_MAXUINT;
}

static PlimStep *
add_step (PlimHistory  *self,
          PlimStepKind  kind,
          PlimScenario *scenario)
{
  PlimStep *step = g_new0 (PlimStep, 1);

  if (self->saved > self->done && self->saved != G_MAXUINT)
    self->saved = G_MAXUINT;
  g_ptr_array_set_size (self->steps, (gint) self->done);

  step->kind = kind;
  step->scenario = g_object_ref (scenario);
  step->time_us = g_get_monotonic_time ();
  g_ptr_array_add (self->steps, step);
  self->done++;

  return step;
}

/* The one field that differs; PLIM_N_FIELDS when several do. */
static guint
find_single_change (const PlimInputs *before,
                    const PlimInputs *after)
{
  guint single = PLIM_N_FIELDS;

  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    if (!plim_inputs_equal_field (before, after, i))
      {
        if (single != PLIM_N_FIELDS)
          return PLIM_N_FIELDS;
        single = i;
      }

  return single;
}

static gboolean
join (PlimHistory      *self,
      PlimScenario     *scenario,
      const PlimInputs *before,
      const PlimInputs *after)
{
  PlimStep *last = self->done > 0 ? self->steps->pdata[self->done - 1] : NULL;
  guint     field = find_single_change (before, after);

  if (last == NULL || self->done != self->steps->len || self->saved == self->done || last->kind != PLIM_STEP_INPUTS ||
      last->scenario != scenario)
    return FALSE;
  if (field == PLIM_N_FIELDS || find_single_change (last->before, last->after) != field ||
      g_get_monotonic_time () - last->time_us > JOIN_US)
    return FALSE;

  /* Back where the burst began, nothing has happened. */
  if (plim_inputs_equal_field (last->before, after, field))
    {
      g_ptr_array_set_size (self->steps, (gint) --self->done);
      return TRUE;
    }

  *last->after = *after;
  last->time_us = g_get_monotonic_time ();

  return TRUE;
}

void
plim_history_add_inputs (PlimHistory      *self,
                         PlimScenario     *scenario,
                         const PlimInputs *before,
                         const PlimInputs *after)
{
  PlimStep *step;

  if (join (self, scenario, before, after))
    return;

  step = add_step (self, PLIM_STEP_INPUTS, scenario);
  step->before = g_memdup2 (before, sizeof *before);
  step->after = g_memdup2 (after, sizeof *after);
}

void
plim_history_add_name (PlimHistory  *self,
                       PlimScenario *scenario,
                       const char   *before,
                       const char   *after)
{
  PlimStep *step = add_step (self, PLIM_STEP_NAME, scenario);

  step->name_before = g_strdup (before);
  step->name_after = g_strdup (after);
}

void
plim_history_add_measured (PlimHistory        *self,
                           PlimScenario       *scenario,
                           const PlimMeasured *before,
                           const PlimMeasured *after)
{
  PlimStep *step = add_step (self, PLIM_STEP_MEASURED, scenario);

  step->measured_before = g_memdup2 (before, sizeof *before);
  step->measured_after = g_memdup2 (after, sizeof *after);
}

void
plim_history_add_list (PlimHistory  *self,
                       PlimStepKind  kind,
                       PlimScenario *scenario,
                       guint         position,
                       guint         target)
{
  PlimStep *step = add_step (self, kind, scenario);

  step->position = position;
  step->target = target;
}

const PlimStep *
plim_history_undo (PlimHistory *self)
{
  return self->done > 0 ? self->steps->pdata[--self->done] : NULL;
}

const PlimStep *
plim_history_redo (PlimHistory *self)
{
  return self->done < self->steps->len ? self->steps->pdata[self->done++] : NULL;
}
