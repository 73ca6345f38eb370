/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See plim-method-sweep.h. */

#include "config.h"

#include "plim-method-sweep.h"

#include "plim-method.h"

#include <glib/gi18n-lib.h>

gboolean
plim_method_sweep_is_known (const PlimMethodSweep *sweep,
                            PlimMethod             method)
{
  const PlimEstimate *estimate = &sweep->estimates[method];

  return estimate->n_terms > 0 && estimate->not_covered == NULL && !estimate->is_overflow;
}

PlimMethodSweep *
plim_method_sweep_new (const PlimInputs *inputs)
{
  PlimMethodSweep *sweep = g_new0 (PlimMethodSweep, 1);
  PlimInputs       job = *inputs;

  for (PlimMethod method = 0; method < PLIM_N_METHODS; method++)
    {
      PlimEstimate *estimate = &sweep->estimates[method];

      job.method = method;
      plim_estimate (&job, estimate);
      if (!plim_method_sweep_is_known (sweep, method))
        continue;

      if (sweep->n_known == 0 || estimate->peak_bytes < sweep->low_bytes)
        sweep->low_bytes = estimate->peak_bytes;
      sweep->high_bytes = MAX (sweep->high_bytes, estimate->peak_bytes);
      sweep->n_known++;
    }

  return sweep;
}

void
plim_method_sweep_free (PlimMethodSweep *sweep)
{
  g_free (sweep);
}

static const char *
method_at (const PlimMethodSweep *sweep,
           gint64                 peak_bytes)
{
  for (PlimMethod method = 0; method < PLIM_N_METHODS; method++)
    if (plim_method_sweep_is_known (sweep, method) && sweep->estimates[method].peak_bytes == peak_bytes)
      return _ (plim_method_info (method)->name);

  return "";
}

char *
plim_finding_methods (const PlimMethodSweep *sweep,
                      PlimUnit               unit)
{
  g_autofree char *low = plim_format_bytes (sweep->low_bytes, unit);
  g_autofree char *high = plim_format_bytes (sweep->high_bytes, unit);

  if (sweep->n_known == 0)
    return g_strdup (_ ("No method covers this."));
  if (sweep->n_known == 1)
    /* Translators: a method, its answer */
    return g_strdup_printf (_ ("“%s” alone covers this: %s per GPU."), method_at (sweep, sweep->low_bytes), low);

  /* Translators: number of methods, smallest answer, its method, largest answer, its method */
  return g_strdup_printf (_ ("%u methods answer, from %s (%s) to %s (%s) per GPU."), sweep->n_known, low,
                          method_at (sweep, sweep->low_bytes), high, method_at (sweep, sweep->high_bytes));
}
