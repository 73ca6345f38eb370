/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See plim-finding.h. */

#include "config.h"

#include "plim-finding.h"

#include "plim-checked.h"
#include "plim-wording.h"

#include <glib/gi18n-lib.h>

/* Where there is no number: why, as a sentence. */
static char *
no_answer (const PlimEstimate *estimate)
{
  g_autofree char *missing = plim_wording_missing (estimate);

  if (*missing == '\0')
    return g_strdup (_ ("Not enough information."));
  if (estimate->not_covered != NULL)
    /* Translators: makes a sentence of "Does not cover QLoRA" */
    return g_strdup_printf (_ ("%s."), missing);

  return g_strdup_printf (_ ("Not enough information: %s."), missing);
}

static const PlimTerm *
largest_term (const PlimEstimate *estimate)
{
  const PlimRole *role = &estimate->roles[0];
  const PlimTerm *largest = NULL;

  for (guint i = role->first_term; i < role->first_term + role->n_terms; i++)
    if (largest == NULL || estimate->terms[i].bytes > largest->bytes)
      largest = &estimate->terms[i];

  return largest;
}

/* Rules speak of one moment only: naming it would say more than they do. */
static gboolean
has_moments (const PlimEstimate *estimate)
{
  guint count = 0;

  for (guint i = 0; i < PLIM_N_MOMENTS; i++)
    count += estimate->roles[0].moment_bytes[i] > 0;

  return count > 1;
}

/* "Weights: 14.9 GiB, 82 % of 18.3 GiB." */
static char *
gpu_finding (const PlimEstimate *estimate,
             PlimUnit            unit)
{
  const PlimTerm  *largest = estimate->n_roles > 0 ? largest_term (estimate) : NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *peak = NULL;
  g_autofree char *share = NULL;

  if (largest == NULL || estimate->peak_bytes == 0)
    return no_answer (estimate);

  bytes = plim_format_bytes (largest->bytes, unit);
  peak = plim_format_bytes (estimate->peak_bytes, unit);
  share = plim_format_percent ((double) largest->bytes / (double) estimate->peak_bytes);

  if (!has_moments (estimate))
    /* Translators: largest part, its memory, its share, the whole: "Weights: 14.9 GiB, 82 % of 18.3 GiB." */
    return g_strdup_printf (_ ("%s: %s, %s of the %s needed."), plim_term_name_text (largest->id), bytes, share, peak);

  /* Translators: largest part, its memory, its share, the whole, a moment such as Backward */
  return g_strdup_printf (_ ("%s: %s, %s of the %s at the fullest moment, %s."), plim_term_name_text (largest->id),
                          bytes, share, peak, plim_moment_text (estimate->roles[0].peak_moment));
}

char *
plim_finding_memory (const PlimEstimate *estimate,
                     PlimUnit            unit)
{
  g_autofree char *gpu = gpu_finding (estimate, unit);
  g_autofree char *host = plim_format_bytes (estimate->host_bytes, unit);
  g_autofree char *nvme = plim_format_bytes (estimate->nvme_bytes, unit);

  if (estimate->host_bytes == 0 || estimate->is_overflow)
    return g_steal_pointer (&gpu);

  if (estimate->nvme_bytes > 0)
    /* Translators: a sentence, then memory, then disk space */
    return g_strdup_printf (_ ("%s %s more in the host’s memory, %s on NVMe."), gpu, host, nvme);

  /* Translators: a sentence, then memory */
  return g_strdup_printf (_ ("%s %s more in the host’s memory."), gpu, host);
}

char *
plim_finding_moments (const PlimEstimate *estimate,
                      PlimUnit            unit)
{
  const PlimRole  *role = &estimate->roles[0];
  gint64           kept_bytes = 0;
  g_autofree char *peak = NULL;
  g_autofree char *kept = NULL;

  if (estimate->n_roles == 0 || estimate->peak_bytes == 0)
    return no_answer (estimate);

  for (guint i = role->first_term; i < role->first_term + role->n_terms; i++)
    if (plim_term_info (estimate->terms[i].id)->persistence == PLIM_KEPT)
      kept_bytes = plim_add (kept_bytes, estimate->terms[i].bytes);
  peak = plim_format_bytes (estimate->peak_bytes, unit);
  kept = plim_format_bytes (kept_bytes, unit);

  /* Translators: a moment such as Backward, its memory, the memory of the parts that are always there */
  return g_strdup_printf (_ ("%s is the fullest moment with %s, of which %s stay throughout."),
                          plim_moment_text (role->peak_moment), peak, kept);
}

/* "Training takes 4.1 h (3.2 h to 5.6 h) on one RTX 4090 and costs $1.62." */
static char *
training_finding (const PlimInputs *inputs,
                  const PlimTime   *time)
{
  g_autofree char *gpus = plim_wording_gpus (inputs, inputs->gpus_count);
  g_autofree char *cost = plim_format_money (time->cost_usd);
  g_autofree char *duration = plim_wording_duration (time);
  g_autofree char *share = plim_format_percent (time->mfu.likely);

  if (time->is_predicted && time->cost_usd > 0)
    /* Translators: a duration with its range, GPUs, money, a share */
    return g_strdup_printf (_ ("Training takes %s on %s and costs %s: %s of the peak rate, predicted."), duration, gpus,
                            cost, share);
  if (time->is_predicted)
    return g_strdup_printf (_ ("Training takes %s on %s: %s of the peak rate, predicted."), duration, gpus, share);
  if (time->cost_usd <= 0)
    return g_strdup_printf (_ ("Training takes %s on %s."), duration, gpus);

  return g_strdup_printf (_ ("Training takes %s on %s and costs %s."), duration, gpus, cost);
}

/* "About 9,310 tokens/s on 8 H100 SXM, 45 % of the peak rate." */
static char *
training_speed_finding (const PlimInputs *inputs,
                        const PlimTime   *time)
{
  g_autofree char *gpus = plim_wording_gpus (inputs, inputs->gpus_count);
  g_autofree char *rate = plim_format_significant (time->tokens_per_s);
  g_autofree char *share = plim_wording_band (&time->mfu, plim_format_percent);

  /* Translators: a rate, GPUs, a share with its range */
  return g_strdup_printf (_ ("About %s tokens/s on %s: %s of the peak rate. The length of the run is not given."), rate,
                          gpus, share);
}

char *
plim_finding_time (const PlimInputs   *inputs,
                   const PlimEstimate *estimate)
{
  const PlimTime  *time = &estimate->time;
  g_autofree char *gpus = plim_wording_gpus (inputs, inputs->gpus_count);
  g_autofree char *rate = plim_wording_band (plim_wording_speed (time), plim_format_significant);
  g_autofree char *first = plim_wording_band (&time->first_token_seconds, plim_format_duration);

  if (plim_wording_is_speed_alone (time))
    return training_speed_finding (inputs, time);

  if (!time->is_known)
    {
      PlimEstimate missing = { .missing_fields = time->missing_fields | estimate->missing_fields,
                               .not_covered = estimate->not_covered };

      if (missing.missing_fields == 0 && missing.not_covered == NULL)
        return g_strdup (_ ("This method does not give a time."));
      return no_answer (&missing);
    }

  if (inputs->task == PLIM_TASK_INFERENCE)
    {
      if (time->first_token_seconds.likely <= 0 || time->decode_tokens_per_s.likely <= 0)
        return g_strdup_printf (_ ("About %s tokens/s on %s."), rate, gpus);

      /* Translators: a rate with its range, GPUs, a duration with its range */
      return g_strdup_printf (_ ("About %s tokens/s on %s; the first token after %s."), rate, gpus, first);
    }

  return training_finding (inputs, time);
}

char *
plim_finding_cost (const PlimInputs   *inputs,
                   const PlimEstimate *estimate)
{
  const PlimTime  *time = &estimate->time;
  g_autofree char *cost = plim_format_money (time->cost_usd);
  g_autofree char *hours = plim_format_significant (24 * time->gpu_days);
  g_autofree char *price = plim_format_price (time->cost_usd / (24 * time->gpu_days));

  if (!time->is_known || time->cost_usd <= 0)
    return plim_finding_time (inputs, estimate);

  /* Translators: money, a number, money */
  return g_strdup_printf (_ ("About %s for %s GPU-hours at %s each."), cost, hours, price);
}

char *
plim_finding_step (const PlimInputs   *inputs,
                   const PlimEstimate *estimate)
{
  const PlimTime  *time = &estimate->time;
  PlimBand         seconds = plim_wording_step_seconds (time);
  g_autofree char *duration = plim_wording_band (&seconds, plim_format_duration);

  if (time->step_seconds <= 0)
    return plim_finding_time (inputs, estimate);

  /* Translators: a duration with its range */
  return g_strdup_printf (_ ("A step takes about %s."), duration);
}

char *
plim_finding_sequence_speed (const PlimInputs   *inputs,
                             const PlimEstimate *estimate)
{
  const PlimTime  *time = &estimate->time;
  g_autofree char *rate = plim_wording_band (&time->sequence_tokens_per_s, plim_format_significant);
  g_autofree char *count = plim_format_count (inputs->batch_count);

  if (!time->is_known)
    return plim_finding_time (inputs, estimate);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s sequence gets about %s tokens/s.",
                                       "Each of %s sequences gets about %s tokens/s.", (gulong) inputs->batch_count),
                          count, rate);
}

/* "a micro-batch of 63" */
static char *
batch_sentence (const PlimInputs *inputs,
                const PlimLimits *limits)
{
  g_autofree char *batch = plim_format_count (limits->largest_batch_count);
  const char      *part = plim_term_name_text (limits->batch_binding);

  if (limits->largest_batch_count == 0)
    return g_strdup (_ ("Not even a batch of one fits at this context."));
  if (limits->is_batch_unlimited)
    return g_strdup (_ ("The batch is not limited by memory."));

  return inputs->task == PLIM_TASK_INFERENCE
           /* Translators: a number of sequences, and the part of memory that grows with it */
           ? g_strdup_printf (_ ("At most %s sequences at once fit (limit: %s)."), batch, part)
           : g_strdup_printf (_ ("A micro-batch of at most %s fits (limit: %s)."), batch, part);
}

char *
plim_finding_limits (const PlimInputs *inputs,
                     const PlimLimits *limits)
{
  g_autofree char *batch = batch_sentence (inputs, limits);
  g_autofree char *tokens = plim_format_count (limits->longest_context_tokens);
  g_autofree char *context = NULL;

  if (limits->longest_context_tokens == 0)
    return g_steal_pointer (&batch);

  context = limits->is_context_unlimited
              ? g_strdup_printf (_ ("The context may be as long as the model allows, %s tokens."), tokens)
              : g_strdup_printf (_ ("The longest context is %s tokens."), tokens);

  return g_strconcat (batch, " ", context, NULL);
}

char *
plim_finding_compare (const char *const         *names,
                      const PlimEstimate *const *estimates,
                      guint                      n_scenarios,
                      PlimUnit                   unit)
{
  gint             least = -1;
  gint             most = -1;
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;

  for (guint i = 0; i < n_scenarios; i++)
    {
      if (estimates[i]->n_terms == 0)
        continue;
      if (least < 0 || estimates[i]->peak_bytes < estimates[least]->peak_bytes)
        least = (gint) i;
      if (most < 0 || estimates[i]->peak_bytes > estimates[most]->peak_bytes)
        most = (gint) i;
    }

  if (least < 0)
    return g_strdup (_ ("No scenario has enough information."));

  low = plim_format_bytes (estimates[least]->peak_bytes, unit);
  high = plim_format_bytes (estimates[most]->peak_bytes, unit);

  if (estimates[least]->peak_bytes == estimates[most]->peak_bytes)
    return g_strdup_printf (_ ("All need %s per GPU."), low);

  /* Translators: scenario and memory, twice */
  return g_strdup_printf (_ ("“%s” needs the least memory, %s per GPU; “%s” the most, %s."), names[least], low,
                          names[most], high);
}
