/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The nearest layouts over GPUs that can exist, of one that cannot; see plim-fix-private.h. */

#include "plim-fix-private.h"

/* How far a number is changed, at the least. */
#define LEAST_REACH 64

/* Numbers that a layout is made of; the first is chosen where two are as near. */
static const PlimFieldId layout_fields[] = {
  PLIM_FIELD_TENSOR_PARALLEL,
  PLIM_FIELD_PIPELINE_PARALLEL,
  PLIM_FIELD_CONTEXT_PARALLEL,
  PLIM_FIELD_EXPERT_PARALLEL,
  PLIM_FIELD_VIRTUAL_STAGES,
  PLIM_FIELD_EXPERT_TENSOR_PARALLEL,
  PLIM_FIELD_GPUS,
};

/* Sets @field to @value; FALSE when that is no number of it, or gives no estimate either. */
static gboolean
try_value (const PlimInputs *inputs,
           PlimFieldId       field,
           gint64            value,
           PlimFix          *fix)
{
  const PlimField *info = plim_field (field);
  PlimEstimate     after;

  if (value < MAX (1, (gint64) info->minimum) || value > (gint64) info->maximum)
    return FALSE;

  *fix = (PlimFix) { .kinds = { field == PLIM_FIELD_GPUS ? PLIM_FIX_MORE_GPUS : PLIM_FIX_LAYOUT },
                     .n_kinds = 1,
                     .cost = PLIM_FIX_COST_FREE,
                     .inputs = *inputs,
                     .field = field };
  plim_inputs_set_integer (&fix->inputs, field, value);
  plim_estimate_memory (&fix->inputs, &after);
  fix->peak_bytes = after.peak_bytes;
  fix->is_fit = plim_verdict_is_fit (after.verdict);

  return after.verdict != PLIM_VERDICT_UNKNOWN;
}

/* The value of @field nearest to the present one that gives an estimate, the smaller of two; 0 = none, else how far
 * away it is. */
static gint64
find_nearest (const PlimInputs *inputs,
              PlimFieldId       field,
              PlimFix          *fix)
{
  gint64 now = plim_inputs_get_integer (inputs, field);
  gint64 reach = MAX (now, LEAST_REACH);

  if (!plim_inputs_uses_field (inputs, field))
    return 0;

  for (gint64 distance = 1; distance <= reach; distance++)
    if (try_value (inputs, field, now - distance, fix) || try_value (inputs, field, now + distance, fix))
      return distance;

  return 0;
}

guint
plim_fix_find_layouts (const PlimInputs *inputs,
                       PlimFix          *fixes,
                       guint             max)
{
  gint64 distances[G_N_ELEMENTS (layout_fields)];
  guint  n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (layout_fields); i++)
    {
      PlimFix fix;
      gint64  distance = find_nearest (inputs, layout_fields[i], &fix);
      guint   place = n;

      if (distance == 0 || n == max)
        continue;

      for (; place > 0 && distance < distances[place - 1]; place--)
        {
          distances[place] = distances[place - 1];
          fixes[place] = fixes[place - 1];
        }
      distances[place] = distance;
      fixes[place] = fix;
      n++;
    }
  return n;
}
