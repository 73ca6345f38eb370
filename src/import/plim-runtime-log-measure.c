/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The figures of the fullest GPU in a log.
 *
 * Sizes without a device are printed by programs that know one GPU, or the same for each.  Where nothing is on a GPU, a
 * model ran on the host, and that is its device. */

#include "config.h"

#include "plim-checked.h"
#include "plim-import-error.h"
#include "plim-runtime-log.h"

#include <glib/gi18n.h>

/* Names come as the log has them, which need not be UTF-8. */
static void
set_device (PlimMeasured *measured,
            const char   *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  plim_measured_set_text (measured->device, valid);
}

/* Which entries are summed. */
typedef struct
{
  const char *device;    /* NULL = those that name none */
  gboolean    is_host;
  gboolean    is_spread; /* several devices: a sum over them says nothing of one */
} Choice;

static gboolean
is_chosen (const PlimLogEntry *entry,
           const Choice       *choice)
{
  if (!entry->is_counted || (entry->place == PLIM_LOG_ON_HOST) != choice->is_host)
    return FALSE;
  if (choice->is_host || g_strcmp0 (entry->device, choice->device) == 0)
    return TRUE;

  return entry->device == NULL && !(entry->is_summary && choice->is_spread);
}

/* The driver's context and what other libraries hold is no part of what the program counts as its own. */
static gint64
sum_entries (const PlimRuntimeLog *log,
             const Choice         *choice)
{
  gint64 sum = 0;

  for (guint i = 0; i < log->entries->len; i++)
    {
      const PlimLogEntry *entry = log->entries->pdata[i];

      if (is_chosen (entry, choice) && entry->figure != PLIM_LOG_OTHER)
        sum = plim_add (sum, entry->bytes);
    }

  return sum;
}

/* Finds the device that holds most. */
static Choice
choose_device (const PlimRuntimeLog *log)
{
  Choice best = { .is_host = TRUE };
  gint64 best_bytes = -1;

  for (guint i = 0; i < log->entries->len; i++)
    {
      const PlimLogEntry *entry = log->entries->pdata[i];

      if (entry->is_counted && entry->place != PLIM_LOG_ON_HOST)
        best.is_host = FALSE;
    }
  for (guint i = 0; i < log->entries->len && !best.is_host; i++)
    {
      const PlimLogEntry *entry = log->entries->pdata[i];
      const Choice        choice = { .device = entry->device };
      gint64              bytes;

      if (!entry->is_counted || entry->place == PLIM_LOG_ON_HOST || entry->device == NULL)
        continue;
      best.is_spread |= best.device != NULL && g_strcmp0 (best.device, entry->device) != 0;
      bytes = sum_entries (log, &choice);
      if (bytes > best_bytes)
        {
          best_bytes = bytes;
          best.device = entry->device;
        }
    }

  return best;
}

/* The second model of a log drafts for the first. */
static PlimTermId
get_term (const PlimLogEntry *entry)
{
  if (entry->model > 0 && entry->term == PLIM_TERM_WEIGHTS)
    return PLIM_TERM_DRAFT_WEIGHTS;
  if (entry->model > 0 && entry->term == PLIM_TERM_KV_CACHE)
    return PLIM_TERM_DRAFT_CACHE;
  if (entry->model > 0 && entry->term == PLIM_TERM_COMPUTE_BUFFER)
    return PLIM_TERM_DRAFT_BUFFER;

  return entry->term;
}

static void
measure_entries (const PlimRuntimeLog *log,
                 PlimMeasured         *measured)
{
  const Choice  choice = choose_device (log);
  const gint64 *terms = measured->term_bytes;

  for (guint i = 0; i < log->entries->len; i++)
    {
      const PlimLogEntry *entry = log->entries->pdata[i];
      PlimTermId          term = get_term (entry);

      if (is_chosen (entry, &choice) && term != PLIM_N_TERM_IDS)
        measured->term_bytes[term] = plim_add (MAX (measured->term_bytes[term], 0), entry->bytes);
    }

  if (choice.device != NULL)
    set_device (measured, choice.device);
  else if (choice.is_host && log->entries->len > 0)
    plim_measured_set_text (measured->device, "CPU");

  /* A total only where all that makes one up was printed. */
  if (terms[PLIM_TERM_WEIGHTS] >= 0 && terms[PLIM_TERM_COMPUTE_BUFFER] >= 0 &&
      (terms[PLIM_TERM_KV_CACHE] >= 0 || terms[PLIM_TERM_RECURRENT_STATE] >= 0))
    measured->peak_bytes = sum_entries (log, &choice);
}

static gint64
get_device_bytes (const PlimLogGpu *gpu)
{
  if (gpu->used_bytes >= 0)
    return gpu->used_bytes;
  if (gpu->total_bytes >= 0 && gpu->free_bytes >= 0)
    return plim_subtract (gpu->total_bytes, gpu->free_bytes);

  return MAX (gpu->process_bytes, 0);
}

/* What PyTorch held and wanted besides, where it ran out of memory. */
static gint64
get_needed_bytes (const PlimLogGpu *gpu)
{
  return gpu->allocated_bytes < 0 ? 0 : plim_add (gpu->allocated_bytes, MAX (gpu->requested_bytes, 0));
}

static void
measure_gpus (const PlimRuntimeLog *log,
              PlimMeasured         *measured)
{
  const PlimLogGpu *fullest = NULL;

  for (guint i = 0; i < log->gpus->len; i++)
    {
      const PlimLogGpu *gpu = log->gpus->pdata[i];

      if (fullest == NULL || get_needed_bytes (gpu) > get_needed_bytes (fullest) ||
          (get_needed_bytes (gpu) == get_needed_bytes (fullest) &&
           get_device_bytes (gpu) > get_device_bytes (fullest)))
        fullest = gpu;
    }
  if (fullest == NULL)
    return;

  /* At the start of llama.cpp the driver's figure is that of the others, before anything is loaded. */
  if ((log->kinds & (PLIM_LOG_NVIDIA_SMI | PLIM_LOG_PYTORCH_OUT_OF_MEMORY)) != 0)
    measured->device_bytes = get_device_bytes (fullest);
  if (get_needed_bytes (fullest) > 0 && measured->peak_bytes == 0)
    {
      measured->peak_bytes = get_needed_bytes (fullest);
      measured->is_out_of_memory = TRUE;
    }
  if (*measured->device != '\0')
    return;
  if (fullest->name != NULL)
    set_device (measured, fullest->name);
  else if (fullest->index >= 0)
    g_snprintf (measured->device, sizeof measured->device, "GPU %d", fullest->index);
}

gboolean
plim_runtime_log_measure (const PlimRuntimeLog *log,
                          PlimMeasured         *measured,
                          GError              **error)
{
  plim_measured_init (measured);
  plim_measured_set_text (measured->source, log->name);
  plim_measured_set_text (measured->program, plim_runtime_log_program (log));
  measure_entries (log, measured);
  measure_gpus (log, measured);
  if (!plim_measured_is_empty (measured))
    return TRUE;

  plim_import_set_error (error, PLIM_IMPORT_ERROR_FOREIGN, log->name, NULL,
                         _ ("%s wrote in it, but no figure to set beside an estimate"), measured->program);
  return FALSE;
}
