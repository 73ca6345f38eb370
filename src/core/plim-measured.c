/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pairs measured figures with those of the estimate's fullest role. */

#include "plim-measured.h"

#include "plim-checked.h"

#include <string.h>

void
plim_measured_init (PlimMeasured *measured)
{
  *measured = (PlimMeasured) { 0 };
  for (guint i = 0; i < PLIM_N_TERM_IDS; i++)
    measured->term_bytes[i] = -1;
}

void
plim_measured_set_text (char        member[PLIM_MEASURED_TEXT_SIZE],
                        const char *text)
{
  gsize length = strlen (text);

  if (length >= PLIM_MEASURED_TEXT_SIZE)
    length = PLIM_MEASURED_TEXT_SIZE - 1;
  /* A byte of the form 10xxxxxx goes on with a letter of UTF-8. */
  while (length > 0 && ((guchar) text[length] & 0xC0) == 0x80)
    length--;
  memcpy (member, text, length);
  member[length] = '\0';
}

gboolean
plim_measured_is_empty (const PlimMeasured *measured)
{
  for (guint i = 0; i < PLIM_N_TERM_IDS; i++)
    if (measured->term_bytes[i] >= 0)
      return FALSE;

  return measured->peak_bytes == 0 && measured->device_bytes == 0;
}

gboolean
plim_measured_equal (const PlimMeasured *left,
                     const PlimMeasured *right)
{
  for (guint i = 0; i < PLIM_N_TERM_IDS; i++)
    if (left->term_bytes[i] != right->term_bytes[i])
      return FALSE;

  return left->peak_bytes == right->peak_bytes && left->device_bytes == right->device_bytes &&
         left->is_out_of_memory == right->is_out_of_memory && strcmp (left->source, right->source) == 0 &&
         strcmp (left->program, right->program) == 0 && strcmp (left->device, right->device) == 0;
}

/* Whether a figure measured as @term holds what is estimated as @part. */
static gboolean
holds (PlimTermId term,
       PlimTermId part)
{
  return part == term || (term == PLIM_TERM_COMPUTE_BUFFER && part == PLIM_TERM_LOGITS);
}

/* What is estimated of that which is measured as @term: its most at any moment. */
static gint64
estimated_term (const PlimEstimate *estimate,
                PlimTermId          term)
{
  const PlimRole *role = &estimate->roles[0];
  gint64          most_bytes = 0;

  if (term == PLIM_TERM_KV_CACHE && estimate->kv_pool.is_known)
    return estimate->kv_pool.bytes;

  for (guint m = 0; m < PLIM_N_MOMENTS; m++)
    {
      gint64 bytes = 0;

      for (guint i = 0; i < role->n_terms; i++)
        if (holds (term, estimate->terms[role->first_term + i].id))
          bytes = plim_add (bytes, estimate->terms[role->first_term + i].bytes_at[m]);
      most_bytes = MAX (most_bytes, bytes);
    }

  return most_bytes;
}

/* The peak with the whole pool of a runtime with a budget, which a program takes whether sequences fill it or not. */
static gint64
estimated_peak (const PlimEstimate *estimate)
{
  const PlimKvPool *pool = &estimate->kv_pool;

  if (!pool->is_known || estimate->peak_bytes == 0)
    return estimate->peak_bytes;

  return plim_add (plim_subtract (estimate->peak_bytes, MIN (pool->needed_bytes, estimate->peak_bytes)),
                   MAX (pool->bytes, 0));
}

static gint64
estimated_device (const PlimEstimate *estimate)
{
  gint64 own_bytes = plim_add (estimated_peak (estimate), estimate->context_bytes);

  if (estimate->peak_bytes == 0)
    return 0;
  if (estimate->reserved.is_known)
    own_bytes = estimate->reserved.device_bytes;

  return plim_add (own_bytes, estimate->used_bytes);
}

guint
plim_measured_compare (const PlimMeasured *measured,
                       const PlimEstimate *estimate,
                       PlimMeasuredRow     rows[PLIM_MEASURED_MAX_ROWS])
{
  guint n_rows = 0;

  for (guint i = 0; i < PLIM_N_TERM_IDS; i++)
    if (measured->term_bytes[i] >= 0)
      rows[n_rows++] = (PlimMeasuredRow) { PLIM_MEASURED_TERM, (PlimTermId) i, measured->term_bytes[i],
                                           estimated_term (estimate, (PlimTermId) i) };
  if (measured->peak_bytes > 0)
    rows[n_rows++] = (PlimMeasuredRow) { PLIM_MEASURED_PEAK, PLIM_N_TERM_IDS, measured->peak_bytes,
                                         estimated_peak (estimate) };
  if (measured->device_bytes > 0)
    rows[n_rows++] = (PlimMeasuredRow) { PLIM_MEASURED_DEVICE, PLIM_N_TERM_IDS, measured->device_bytes,
                                         estimated_device (estimate) };

  return n_rows;
}

const PlimMeasuredRow *
plim_measured_find_term (const PlimMeasuredRow *rows,
                         guint                  n_rows,
                         PlimTermId             term)
{
  for (guint i = 0; i < n_rows; i++)
    if (rows[i].kind == PLIM_MEASURED_TERM && rows[i].term == term)
      return &rows[i];

  return NULL;
}

const PlimMeasuredRow *
plim_measured_find_total (const PlimMeasuredRow *rows,
                          guint                  n_rows,
                          PlimMeasuredKind       kind)
{
  for (guint i = 0; i < n_rows; i++)
    if (rows[i].kind == kind)
      return &rows[i];

  return NULL;
}

const char *
plim_measured_row_id (const PlimMeasuredRow *row)
{
  if (row->kind == PLIM_MEASURED_TERM)
    return plim_term_info (row->term)->id;

  return row->kind == PLIM_MEASURED_PEAK ? "peak" : "device";
}
