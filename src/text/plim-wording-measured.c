/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One wording for window, command line and tables. */

#include "config.h"

#include "plim-wording-measured.h"

#include "plim-wording.h"

#include <glib/gi18n-lib.h>
#include <math.h>

char *
plim_wording_measured_source (const PlimMeasured *measured)
{
  const char *const   texts[] = { measured->source, measured->program, measured->device };
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (*texts[i] != '\0')
      g_string_append_printf (joined, "%s%s", joined->len > 0 ? ", " : "", texts[i]);

  return g_strdup (joined->len > 0 ? joined->str : _ ("A real run"));
}

const char *
plim_wording_measured_name (const PlimMeasuredRow *row)
{
  if (row->kind == PLIM_MEASURED_TERM)
    return plim_term_name_text (row->term);

  return row->kind == PLIM_MEASURED_PEAK ? _ ("Peak") : _ ("Whole GPU");
}

char *
plim_wording_measured_amount (const PlimMeasured    *measured,
                              const PlimMeasuredRow *row,
                              PlimUnit               unit)
{
  g_autofree char *amount = plim_format_bytes (row->measured_bytes, unit);

  if (row->kind != PLIM_MEASURED_PEAK || !measured->is_out_of_memory)
    return g_steal_pointer (&amount);

  /* Translators: an amount of memory that a run needed before it failed. */
  return g_strdup_printf (_ ("at least %s"), amount);
}

/* Whether the difference would be written as "0.0 %". */
static gboolean
is_same (const PlimMeasuredRow *row)
{
  double apart = fabs ((double) (row->estimated_bytes - row->measured_bytes));

  return apart <= 0.0005 * (double) row->measured_bytes;
}

char *
plim_wording_measured_difference (const PlimMeasuredRow *row)
{
  if (is_same (row))
    return plim_format_percent (0);
  if (row->measured_bytes == 0 || row->estimated_bytes == 0)
    return g_strdup (PLIM_EN_DASH);

  return plim_format_percent_difference ((double) row->measured_bytes, (double) row->estimated_bytes);
}

/* The total that says most: of the program, else of the GPU. */
static const PlimMeasuredRow *
find_total (const PlimMeasuredRow *rows,
            guint                  n_rows)
{
  const PlimMeasuredRow *peak = plim_measured_find_total (rows, n_rows, PLIM_MEASURED_PEAK);

  return peak != NULL ? peak : plim_measured_find_total (rows, n_rows, PLIM_MEASURED_DEVICE);
}

char *
plim_wording_measured_finding (const PlimMeasured *measured,
                               const PlimEstimate *estimate,
                               PlimUnit            unit)
{
  PlimMeasuredRow        rows[PLIM_MEASURED_MAX_ROWS];
  guint                  n_rows = plim_measured_compare (measured, estimate, rows);
  const PlimMeasuredRow *total = find_total (rows, n_rows);
  g_autofree char       *amount = NULL;
  g_autofree char       *percent = NULL;
  double                 off;

  if (total == NULL)
    return g_strdup (_ ("Parts were measured, no total"));

  amount = plim_wording_measured_amount (measured, total, unit);
  if (total->estimated_bytes == 0)
    /* Translators: an amount of memory. */
    return g_strdup_printf (_ ("Measured %s"), amount);

  off = (double) (total->estimated_bytes - total->measured_bytes) / (double) total->measured_bytes;
  percent = plim_format_percent (fabs (off));
  if (is_same (total))
    /* Translators: an amount of memory. */
    return g_strdup_printf (_ ("Measured %s; the estimate is the same"), amount);

  /* Translators: an amount of memory, and a share of it in percent. */
  return g_strdup_printf (off > 0 ? _ ("Measured %s; the estimate is %s higher")
                                  : _ ("Measured %s; the estimate is %s lower"),
                          amount, percent);
}

static gboolean
has_logits (const PlimEstimate *estimate)
{
  for (guint i = 0; i < estimate->n_terms; i++)
    if (estimate->terms[i].id == PLIM_TERM_LOGITS && estimate->terms[i].bytes > 0)
      return TRUE;

  return FALSE;
}

const char *
plim_wording_measured_note (const PlimMeasured *measured,
                            const PlimEstimate *estimate)
{
  if (measured->term_bytes[PLIM_TERM_KV_CACHE] >= 0 && estimate->kv_pool.is_known)
    return _ ("The measured KV cache is the whole pool, and is compared with the pool estimated.");
  if (measured->term_bytes[PLIM_TERM_COMPUTE_BUFFER] >= 0 && has_logits (estimate))
    return _ ("The measured compute buffer holds the logits too, and is compared with both.");
  if (measured->is_out_of_memory)
    return _ ("The run ended for want of memory; it needed at least what it held and asked for.");
  if (measured->peak_bytes == 0 && measured->device_bytes > 0)
    return _ ("The whole GPU is compared with the peak, the runtime’s context and what other programs use.");

  return NULL;
}
