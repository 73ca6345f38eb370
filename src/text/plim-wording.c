/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Verdict, load line and tab answers; see plim-wording.h.  Field values and assumptions: plim-wording-fields.c. */

#include "config.h"

#include "plim-wording.h"

#include "plim-accuracy.h"
#include "plim-checked.h"
#include "plim-runtime.h"

#include <glib/gi18n-lib.h>

/* What is printed as 0.00 % is what print and estimate agree on. */
#define EXACT_SHARE 0.00005

static char *
unknown (void)
{
  return g_strdup (PLIM_EN_DASH);
}

/* --- verdict -------------------------------------------------------------------------------------- */

const char *
plim_wording_verdict_word (PlimVerdict verdict)
{
  static const char *const words[] = {
    [PLIM_VERDICT_UNKNOWN] = N_ ("Incomplete"),
    [PLIM_VERDICT_FITS] = N_ ("Fits"),
    [PLIM_VERDICT_TIGHT] = N_ ("Tight"),
    [PLIM_VERDICT_DOES_NOT_FIT] = N_ ("Does Not Fit"),
  };

  return _ (words[verdict]);
}

/* What to do about a missing field: an action in the imperative, as part of a sentence. */
static const char *
missing_action (PlimFieldId id)
{
  switch ((int) id)
    {
    case PLIM_FIELD_MODEL:
    case PLIM_FIELD_PARAMETERS:
      return _ ("choose a model");
    case PLIM_FIELD_GPU:
    case PLIM_FIELD_GPU_MEMORY:
      return _ ("choose a GPU");
    default:
      return NULL;
    }
}

static char *
missing_fields_text (PlimFieldSet missing_fields)
{
  g_autoptr (GPtrArray) actions = g_ptr_array_new_with_free_func (g_free);

  for (guint id = 0; id < PLIM_N_FIELDS; id++)
    {
      const char *action = missing_action (id);

      if ((missing_fields & PLIM_FIELD_BIT (id)) == 0)
        continue;
      if (action == NULL)
        /* Translators: %s is the label of an input, such as Hidden Size */
        g_ptr_array_add (actions, g_strdup_printf (_ ("give %s"), plim_field_label_text (id)));
      else if (!g_ptr_array_find_with_equal_func (actions, action, g_str_equal, NULL))
        g_ptr_array_add (actions, g_strdup (action));
    }
  g_ptr_array_add (actions, NULL);

  return plim_wording_join ((const char *const *) actions->pdata);
}

char *
plim_wording_missing (const PlimEstimate *estimate)
{
  if (estimate->not_covered != NULL)
    return g_strdup (_ (estimate->not_covered));
  if (estimate->is_overflow)
    return g_strdup (_ ("the numbers are too large to count"));

  return missing_fields_text (estimate->missing_fields);
}

/* What caches lack of the memory that the runtime keeps for them. */
static gint64
pool_shortage_bytes (const PlimEstimate *estimate)
{
  return plim_subtract (estimate->kv_pool.needed_bytes, estimate->kv_pool.bytes);
}

static gint64
shortage_bytes (const PlimEstimate *estimate)
{
  return MAX (-estimate->headroom_bytes, pool_shortage_bytes (estimate));
}

/* "18.3 of 23.5 GiB" */
static char *
peak_of_usable (const PlimEstimate *estimate,
                PlimUnit            unit)
{
  g_autofree char *peak = plim_format_bytes_value (estimate->peak_bytes, unit);
  g_autofree char *usable = plim_format_bytes_value (estimate->usable_bytes, unit);

  /* Translators: memory, such as "18.3 of 23.5 GiB" */
  return g_strdup_printf (_ ("%s of %s %s"), peak, usable, plim_unit_symbol (unit));
}

char *
plim_wording_verdict (const PlimEstimate *estimate,
                      PlimUnit            unit)
{
  g_autofree char *text = NULL;

  switch (estimate->verdict)
    {
    case PLIM_VERDICT_FITS:
      text = peak_of_usable (estimate, unit);
      return g_strdup_printf (_ ("Fits: %s"), text);

    case PLIM_VERDICT_TIGHT:
      text = peak_of_usable (estimate, unit);
      return g_strdup_printf (_ ("Tight: %s"), text);

    case PLIM_VERDICT_DOES_NOT_FIT:
      text = plim_format_bytes (shortage_bytes (estimate), unit);
      return g_strdup_printf (_ ("Does not fit: %s short per GPU"), text);

    case PLIM_VERDICT_UNKNOWN:
    default:
      if (estimate->is_overflow && estimate->not_covered == NULL)
        return g_strdup (_ ("The numbers are too large to count"));
      text = plim_wording_missing (estimate);
      if (*text == '\0')
        return g_strdup (_ ("Not enough information"));
      return estimate->not_covered != NULL ? g_steal_pointer (&text)
                                           : g_strdup_printf (_ ("Not enough information: %s"), text);
    }
}

/* A range that was checked against measurements: ", estimated ±0.8 GiB", else ", estimated". */
static char *
estimated (const PlimEstimate *estimate,
           PlimUnit            unit)
{
  gint64           above = plim_subtract (estimate->high_bytes, estimate->peak_bytes);
  gint64           below = plim_subtract (estimate->peak_bytes, estimate->low_bytes);
  g_autofree char *error = NULL;

  if (estimate->high_bytes == 0)
    return g_strdup (_ ("estimated"));

  error = plim_format_bytes (MAX (above, below), unit);

  return g_strdup_printf (_ ("estimated ±%s"), error);
}

char *
plim_wording_verdict_detail (const PlimInputs   *inputs,
                             const PlimEstimate *estimate,
                             PlimUnit            unit)
{
  g_autofree char *gpus = plim_wording_gpus (inputs, inputs->gpus_count);
  g_autofree char *peak = plim_format_bytes (estimate->peak_bytes, unit);
  g_autofree char *free = plim_format_bytes (MAX (estimate->headroom_bytes, 0), unit);
  g_autofree char *usable = plim_format_bytes (estimate->usable_bytes, unit);
  g_autofree char *precision = estimated (estimate, unit);
  g_autofree char *share = NULL;

  if (estimate->verdict == PLIM_VERDICT_UNKNOWN)
    return estimate->n_terms > 0 ? g_strdup_printf (_ ("%s needed per GPU, %s"), peak, precision) : g_strdup ("");

  if (estimate->verdict == PLIM_VERDICT_DOES_NOT_FIT && pool_shortage_bytes (estimate) > -estimate->headroom_bytes)
    {
      g_autofree char *caches = plim_format_bytes (estimate->kv_pool.needed_bytes, unit);
      g_autofree char *room = plim_format_bytes (estimate->kv_pool.bytes, unit);

      return inputs->gpus_count == 1
               /* Translators: memory that caches need, memory kept for them, "one RTX 4090", "estimated ±0.8 GiB" */
               ? g_strdup_printf (_ ("%s needed for caches, %s kept for them on %s, %s"), caches, room, gpus, precision)
               : g_strdup_printf (_ ("%s needed for caches, %s kept for them on each of %s, %s"), caches, room, gpus,
                                  precision);
    }
  if (estimate->verdict == PLIM_VERDICT_DOES_NOT_FIT)
    return inputs->gpus_count == 1
             /* Translators: memory needed, memory usable, "one RTX 4090", "estimated ±0.8 GiB" */
             ? g_strdup_printf (_ ("%s needed, %s usable on %s, %s"), peak, usable, gpus, precision)
             : g_strdup_printf (_ ("%s needed, %s usable on each of %s, %s"), peak, usable, gpus, precision);

  share = plim_format_percent ((double) estimate->headroom_bytes / (double) MAX (estimate->usable_bytes, 1));

  return inputs->gpus_count == 1
           /* Translators: free memory, its share, "one RTX 4090", "estimated ±0.8 GiB" */
           ? g_strdup_printf (_ ("%s free (%s) on %s, %s"), free, share, gpus, precision)
           : g_strdup_printf (_ ("%s free (%s) on each of %s, %s"), free, share, gpus, precision);
}

/* --- load line ------------------------------------------------------------------------------------ */

char *
plim_wording_load_line (const PlimEstimate *estimate,
                        PlimUnit            unit)
{
  g_autofree char *usable = plim_format_bytes (estimate->usable_bytes, unit);

  if (estimate->capacity_bytes == 0)
    return g_strdup ("");

  return g_strdup_printf (_ ("Load line %s usable"), usable);
}

/* What a runtime with a budget leaves of the memory. */
static void
add_budget (GPtrArray          *parts,
            const PlimInputs   *inputs,
            const PlimEstimate *estimate,
            PlimUnit            unit)
{
  PlimBudget       budget = plim_runtime_profile (inputs)->budget;
  g_autofree char *share = plim_format_percent (plim_runtime_budget_share (inputs));
  g_autofree char *buffers = plim_format_bytes (estimate->collectives.low_bytes, unit);

  if (inputs->method != PLIM_METHOD_COMPONENT || budget == PLIM_BUDGET_NONE)
    return;

  if (estimate->collectives.low_bytes > 0)
    g_ptr_array_add (parts, g_strdup_printf (_ ("%s of NCCL’s buffers"), buffers));
  if (budget != PLIM_BUDGET_OF_FREE)
    g_ptr_array_add (parts, g_strdup_printf (_ ("the runtime fills %s"), share));
}

char *
plim_wording_load_line_detail (const PlimInputs   *inputs,
                               const PlimEstimate *estimate,
                               PlimUnit            unit)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char      *reported = plim_format_count (estimate->capacity_bytes / 1048576);
  g_autofree char      *context = plim_format_bytes (estimate->context_bytes, unit);
  g_autofree char      *used = plim_format_bytes (estimate->used_bytes, unit);

  if (estimate->capacity_bytes == 0)
    return g_strdup ("");

  if (inputs->gpu_memory_bytes == 0 && inputs->gpu.marketed_gb > 0)
    g_ptr_array_add (parts, g_strdup_printf (_ ("%d GB card"), (int) inputs->gpu.marketed_gb));
  if (inputs->gpu_memory_bytes == 0 && inputs->gpu.is_reported)
    g_ptr_array_add (parts, g_strdup_printf (_ ("%s MiB reported"), reported));
  else
    g_ptr_array_add (parts, g_strdup_printf (_ ("%s MiB in all"), reported));
  if (estimate->context_bytes > 0)
    g_ptr_array_add (parts, g_strdup_printf (_ ("%s runtime context"), context));
  if (estimate->used_bytes > 0)
    g_ptr_array_add (parts, g_strdup_printf (_ ("%s used by other programs"), used));
  add_budget (parts, inputs, estimate, unit);
  g_ptr_array_add (parts, NULL);

  return g_strjoinv (_ (", "), (char **) parts->pdata);
}

/* --- tab answers ---------------------------------------------------------------------------------- */

char *
plim_wording_memory_answer (const PlimEstimate *estimate,
                            PlimUnit            unit)
{
  return estimate->n_terms > 0 ? plim_format_bytes (estimate->peak_bytes, unit) : unknown ();
}

char *
plim_wording_gpus_answer (gint64 count)
{
  g_autofree char *number = NULL;

  if (count < 0)
    return unknown ();
  if (count == 0)
    return g_strdup (_ ("no count fits"));
  if (count == 1)
    return g_strdup (_ ("1 is enough"));

  number = plim_format_count (count);

  /* Translators: GPUs: "24 needed" */
  return g_strdup_printf (_ ("%s needed"), number);
}

char *
plim_wording_band (const PlimBand *band,
                   char *(*format) (double value))
{
  g_autofree char *likely = format (band->likely);
  g_autofree char *low = format (band->low);
  g_autofree char *high = format (band->high);

  if (band->high <= 0)
    return g_steal_pointer (&likely);

  /* Translators: a figure and its range: "112 (83 to 140)" */
  return g_strdup_printf (_ ("%s (%s to %s)"), likely, low, high);
}

/* A figure and its range. */
static char *
bytes_band (gint64   likely_bytes,
            gint64   low_bytes,
            gint64   high_bytes,
            PlimUnit unit)
{
  g_autofree char *likely = plim_format_bytes (likely_bytes, unit);
  g_autofree char *range = plim_format_bytes_range (low_bytes, high_bytes, unit);

  return g_strdup_printf ("%s (%s)", likely, range);
}

char *
plim_wording_reserved (const PlimEstimate *estimate,
                       PlimUnit            unit)
{
  const PlimReserved *reserved = &estimate->reserved;

  return reserved->is_known ? bytes_band (reserved->bytes, estimate->peak_bytes, reserved->high_bytes, unit) : NULL;
}

char *
plim_wording_device_use (const PlimEstimate *estimate,
                         PlimUnit            unit)
{
  const PlimReserved *reserved = &estimate->reserved;

  return reserved->is_known ? bytes_band (reserved->device_bytes, reserved->device_low_bytes,
                                          reserved->device_high_bytes, unit)
                            : NULL;
}

const char *
plim_wording_reserved_reason (void)
{
  return _ ("PyTorch keeps freed blocks: a share of 0.15 of what it reserves on average, 0.33 at most "
            "(GMLake, arXiv:2401.08156).");
}

char *
plim_wording_collectives (const PlimEstimate *estimate,
                          PlimUnit            unit)
{
  const PlimCollectives *range = &estimate->collectives;

  return range->high_bytes > 0 ? plim_format_bytes_range (range->low_bytes, range->high_bytes, unit) : NULL;
}

const char *
plim_wording_collectives_reason (const PlimInputs *inputs)
{
  return inputs->task == PLIM_TASK_INFERENCE
           ? _ ("NCCL holds 12 MiB for each channel and neighbour in a node, for each group of GPUs that talk (NCCL "
                "2.30, "
                "src/transport/p2p.cc). They are not in the peak; vLLM and SGLang take them from the cache.")
           : _ ("NCCL holds 12 MiB for each channel and neighbour in a node, for each group of GPUs that talk (NCCL "
                "2.30, "
                "src/transport/p2p.cc). They are not in the peak, but the driver shows them.");
}

char *
plim_wording_duration (const PlimTime *time)
{
  return time->is_predicted ? plim_wording_band (&time->run_seconds, plim_format_duration)
                            : plim_format_duration (time->seconds);
}

char *
plim_wording_utilization (const PlimTime *time)
{
  g_autofree char *band = plim_wording_band (&time->mfu, plim_format_percent);

  /* Translators: a share and its range, which are not measured: "41 % (31 % to 52 %), predicted" */
  return time->is_predicted ? g_strdup_printf (_ ("%s, predicted"), band) : plim_format_percent (time->mfu.likely);
}

char *
plim_wording_checked (const PlimInputs *inputs,
                      PlimTermId        term)
{
  const PlimAccuracy *own = plim_accuracy_of_term (inputs, term);
  const PlimAccuracy *accuracy = own != NULL ? own : plim_accuracy_of_peak (inputs);
  g_autofree char    *rows = NULL;
  g_autofree char    *median = NULL;
  g_autofree char    *most = NULL;

  if (accuracy == NULL)
    return g_strdup (_ ("Not checked against measurements"));

  rows = plim_format_count (accuracy->rows_count);
  median = plim_format_error (accuracy->median);
  most = plim_format_error (accuracy->nine_of_ten);

  if (own != NULL && own->nine_of_ten < EXACT_SHARE)
    return g_strdup_printf (_ ("%s published figures: nine of ten met exactly"), rows);

  return own != NULL
           /* Translators: a number of figures, two shares */
           ? g_strdup_printf (_ ("%s published figures: half within %s, nine of ten within %s"), rows, median, most)
           : g_strdup_printf (_ ("As a part of %s published peaks: half within %s, nine of ten within %s"), rows,
                              median, most);
}

const PlimBand *
plim_wording_speed (const PlimTime *time)
{
  return time->decode_tokens_per_s.likely > 0 ? &time->decode_tokens_per_s : &time->prefill_tokens_per_s;
}

gboolean
plim_wording_is_speed_alone (const PlimTime *time)
{
  return !time->is_known && time->tokens_per_s > 0;
}

PlimBand
plim_wording_step_seconds (const PlimTime *time)
{
  if (!time->is_predicted)
    return (PlimBand) { .likely = time->step_seconds };

  return (PlimBand) { time->steps[PLIM_CASE_BEST].seconds, time->step_seconds, time->steps[PLIM_CASE_WORST].seconds };
}

char *
plim_wording_time_answer (const PlimInputs   *inputs,
                          const PlimEstimate *estimate)
{
  const PlimTime  *time = &estimate->time;
  g_autofree char *duration = NULL;
  g_autofree char *cost = NULL;
  g_autofree char *rate = NULL;

  if (plim_wording_is_speed_alone (time) || (time->is_known && inputs->task == PLIM_TASK_INFERENCE))
    {
      rate = plim_format_significant (time->is_known ? plim_wording_speed (time)->likely : time->tokens_per_s);
      return g_strdup_printf (_ ("%s tokens/s"), rate);
    }

  if (!time->is_known)
    return unknown ();

  duration = plim_format_duration (time->seconds);
  if (time->cost_usd <= 0)
    return g_steal_pointer (&duration);

  cost = plim_format_money (time->cost_usd);

  /* Translators: duration and cost: "4.1 h, $1.62" */
  return g_strdup_printf (_ ("%s, %s"), duration, cost);
}

static char *
tokens_text (gint64 count)
{
  g_autofree char *number = plim_format_count (count);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s token", "%s tokens", (gulong) count), number);
}

char *
plim_wording_limits_answer (const PlimInputs *inputs,
                            const PlimLimits *limits)
{
  g_autofree char *number = plim_format_count (limits->largest_batch_count);

  if (limits->longest_context_tokens > 0)
    return tokens_text (limits->longest_context_tokens);
  if (limits->is_context_unlimited && limits->largest_batch_count > 0)
    /* Translators: the largest batch that fits */
    return g_strdup_printf (_ ("batch %s"), number);

  return inputs->gpu.reported_bytes > 0 || inputs->gpu_memory_bytes > 0 ? g_strdup (_ ("none fits")) : unknown ();
}

/* "Stage 2", "Stages 2 to 5 from both ends" */
static char *
stage_text (const PlimRole *role)
{
  g_autofree char *first = plim_format_count (role->stage_number);
  g_autofree char *last = plim_format_count (role->last_stage_number);

  if (role->stage_number == 0)
    return g_strdup (_ (role->name));
  if (role->last_stage_number > role->stage_number)
    return role->is_folded
             /* Translators: stages of a pipeline; each GPU holds one and another that is as far from the last stage as
                that is from the first */
             ? g_strdup_printf (_ ("Stages %s to %s from both ends"), first, last)
             /* Translators: several stages of a pipeline: "Stages 2 to 5" */
             : g_strdup_printf (_ ("Stages %s to %s"), first, last);

  return role->is_folded ? g_strdup_printf (_ ("Stage %s from both ends"), first)
                         /* Translators: one of the stages of a pipeline: "Stage 2". */
                         : g_strdup_printf (_ ("Stage %s"), first);
}

char *
plim_wording_role (const PlimRole *role)
{
  g_autofree char *count = plim_format_count (role->gpus_count);
  g_autofree char *gpus = g_strdup_printf (ngettext ("%s GPU", "%s GPUs", (gulong) role->gpus_count), count);
  g_autofree char *stage = stage_text (role);

  /* Translators: GPUs that hold the same part of a model, and how many they are: "Last stage, 2 GPUs". */
  return g_strdup_printf (_ ("%s, %s"), stage, gpus);
}

char *
plim_wording_methods_answer (gint64   low_bytes,
                             gint64   high_bytes,
                             PlimUnit unit)
{
  return high_bytes > 0 ? plim_format_bytes_range (low_bytes, high_bytes, unit) : unknown ();
}

char *
plim_wording_compare_answer (guint scenarios_count)
{
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u scenario", "%u scenarios", scenarios_count),
                          scenarios_count);
}

/* --- parts ---------------------------------------------------------------------------------------- */

const char *
plim_term_name_text (PlimTermId id)
{
  return _ (plim_term_info (id)->name);
}

const char *
plim_term_short_name_text (PlimTermId id)
{
  return _ (plim_term_info (id)->short_name);
}

const char *
plim_moment_text (PlimMoment moment)
{
  return _ (plim_moment_name (moment));
}

const char *
plim_wording_persistence (PlimTermId id,
                          PlimTask   task)
{
  if (plim_term_info (id)->persistence == PLIM_KEPT)
    return _ ("Kept");

  return task == PLIM_TASK_INFERENCE ? _ ("During a request") : _ ("During the step");
}

char *
plim_wording_join (const char *const *words)
{
  guint    n_words = g_strv_length ((char **) words);
  GString *joined = g_string_new (NULL);

  for (guint i = 0; i < n_words; i++)
    {
      if (i > 0)
        /* Translators: in front of the last entry of a list, and between the others */
        g_string_append (joined, i + 1 == n_words ? _ (" and ") : _ (", "));
      g_string_append (joined, words[i]);
    }

  return g_string_free_and_steal (joined);
}

char *
plim_wording_not_counted (const PlimEstimate *estimate)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; estimate->not_counted != NULL && estimate->not_counted[i] != NULL; i++)
    g_ptr_array_add (names, (gpointer) _ (estimate->not_counted[i]));
  if (names->len == 0)
    return NULL;

  g_ptr_array_add (names, NULL);

  return plim_wording_join ((const char *const *) names->pdata);
}

/* --- pool of caches ------------------------------------------------------------------------------- */

char *
plim_wording_pool (const PlimEstimate *estimate,
                   PlimUnit            unit)
{
  g_autofree char *tokens = plim_format_count (estimate->kv_pool.tokens_count);
  g_autofree char *sequences = plim_format_count (estimate->kv_pool.sequences_count);
  g_autofree char *bytes = plim_format_bytes (estimate->kv_pool.bytes, unit);

  if (!estimate->kv_pool.is_known)
    return g_strdup ("");

  /* Translators: memory, then how many tokens and whole sequences it holds. */
  return g_strdup_printf (_ ("%s: %s tokens, %s sequences"), bytes, tokens, sequences);
}
