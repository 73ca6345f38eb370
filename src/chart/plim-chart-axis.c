/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Round values for axes, with their texts. */

#include "config.h"

#include "plim-chart-layout-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  double      from;    /* of the largest value, seconds */
  double      seconds;
  const char *symbol;
} TimeUnit;

static const TimeUnit time_units[] = {
  { 2 * 365.25 * 86400, 365.25 * 86400, N_ ("a") },
  { 2 * 86400, 86400, N_ ("d") },
  { 2 * 3600, 3600, N_ ("h") },
  { 120, 60, N_ ("min") },
  { 0, 1, N_ ("s") },
};

static const TimeUnit *
time_unit (double max)
{
  const TimeUnit *unit = time_units;

  while (unit->from > max)
    unit++;
  return unit;
}

/* The smallest step of the form base^k (times 1, 2 or 5 for base 10) that gives at most @most ticks up to @max. */
static double
round_step (double   max,
            guint    most,
            gboolean is_binary)
{
  static const double decimal[] = { 1, 2, 5 };
  double              least = max / (most - 1);

  if (is_binary)
    return exp2 (ceil (log2 (least) - 1e-9));
  for (int power = (int) floor (log10 (least)); TRUE; power++)
    for (gsize i = 0; i < G_N_ELEMENTS (decimal); i++)
      {
        double step = decimal[i] * pow (10, power);

        if (step >= least * (1 - 1e-9))
          return step;
      }
}

static char *
tick_text (PlimAxis axis,
           PlimUnit unit,
           double   value,
           double   max,
           gboolean is_last)
{
  g_autofree char *number = NULL;

  switch (axis)
    {
    case PLIM_AXIS_MEMORY:
      number = plim_format_number (value / plim_unit_bytes (unit), 3);
      return is_last ? g_strconcat (number, PLIM_NBSP, plim_unit_symbol (unit), NULL) : g_steal_pointer (&number);
    case PLIM_AXIS_DURATION:
      number = plim_format_number (value / time_unit (max)->seconds, 2);
      return value > 0 ? g_strconcat (number, PLIM_NBSP, _ (time_unit (max)->symbol), NULL) : g_steal_pointer (&number);
    case PLIM_AXIS_MONEY:
      number = plim_format_number (value, 2);
      /* Translators: an amount of money, as in "$1.32". */
      return value > 0 ? g_strdup_printf (_ ("$%s"), number) : g_steal_pointer (&number);
    case PLIM_AXIS_SPEED:
    default:
      return value > 0 ? plim_format_short_count (value) : g_strdup ("0");
    }
}

void
plim_ticks_init (PlimTicks *self, PlimAxis axis, PlimUnit unit, double max, guint most)
{
  double scale = 1;
  double step;

  *self = (PlimTicks) { 0 };
  if (!(max > 0) || !isfinite (max))
    return;
  if (axis == PLIM_AXIS_MEMORY)
    scale = plim_unit_bytes (unit);
  if (axis == PLIM_AXIS_DURATION)
    scale = time_unit (max)->seconds;
  most = CLAMP (most, 2, PLIM_MAX_TICKS);
  step = round_step (max / scale, most, axis == PLIM_AXIS_MEMORY) * scale;
  for (guint i = 0; i < most && i * step <= max * (1 + 1e-9); i++)
    {
      self->values[i] = i * step;
      self->labels[i] = tick_text (axis, unit, i * step, max, (i + 1) * step > max * (1 + 1e-9) || i + 1 == most);
      self->n = i + 1;
    }
}

void
plim_ticks_clear (PlimTicks *self)
{
  for (guint i = 0; i < self->n; i++)
    g_free (self->labels[i]);
  *self = (PlimTicks) { 0 };
}
