/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tries every kind of change, then pairs and threes, and orders what helps; see plim-fix.h. */

#include "plim-fix.h"

#include "plim-checked.h"
#include "plim-fix-private.h"
#include "plim-wording.h"

/* Fewer changes than this that fit, and more of them are tried together. */
#define ENOUGH_FIXES 3

typedef struct
{
  const PlimInputs *inputs;
  PlimEstimate      before;
  PlimFixChoices    choices;
} Search;

const char *
plim_fix_kind_id (PlimFixKind kind)
{
  return plim_fix_kind_info (kind)->id;
}

static double
price_per_hour (const PlimInputs *inputs)
{
  double price = inputs->price_per_gpu_hour;

  if (price <= 0)
    price = (inputs->gpu.price_low_per_hour + inputs->gpu.price_high_per_hour) / 2;

  return price * (double) inputs->gpus_count;
}

/* after / before; 0 where either is not known. */
static double
ratio (double before,
       double after)
{
  return before > 0 && after > 0 ? after / before : 0;
}

static double
tokens_per_s (const PlimInputs *inputs)
{
  PlimEstimate estimate;

  plim_estimate (inputs, &estimate);

  return inputs->task == PLIM_TASK_INFERENCE ? plim_wording_speed (&estimate.time)->likely : estimate.time.tokens_per_s;
}

/* FALSE when the method does not cover the changed job. */
static gboolean
weigh (const Search *search,
       PlimFix      *fix)
{
  const PlimInputs *inputs = search->inputs;
  PlimEstimate      after;

  plim_estimate_memory (&fix->inputs, &after);

  fix->peak_bytes = after.peak_bytes;
  fix->saved_bytes = search->before.peak_bytes - after.peak_bytes;
  fix->is_fit = plim_verdict_is_fit (after.verdict);
  fix->cost_ratio = ratio (price_per_hour (inputs), price_per_hour (&fix->inputs));

  return after.verdict != PLIM_VERDICT_UNKNOWN;
}

/* TRUE when the changes apply and help: less memory, or more room. */
static gboolean
try_kinds (const Search      *search,
           const PlimFixKind *kinds,
           guint              n_kinds,
           PlimFix           *fix)
{
  *fix = (PlimFix) { .n_kinds = n_kinds, .inputs = *search->inputs };

  for (guint i = 0; i < n_kinds; i++)
    {
      const PlimFixKindInfo *info = plim_fix_kind_info (kinds[i]);

      fix->kinds[i] = kinds[i];
      fix->cost = MAX (fix->cost, info->cost);
      if (!info->apply (&fix->inputs, &search->choices))
        return FALSE;
    }

  return weigh (search, fix) && (fix->saved_bytes > 0 || (fix->is_fit && search->before.headroom_bytes < 0));
}

static gint
compare_cost (gconstpointer a,
              gconstpointer b)
{
  const PlimFix *left = a;
  const PlimFix *right = b;

  if (left->cost != right->cost)
    return left->cost < right->cost ? -1 : 1;

  return left->saved_bytes > right->saved_bytes ? -1 : left->saved_bytes < right->saved_bytes;
}

static gint
compare_saving (gconstpointer a,
                gconstpointer b)
{
  const PlimFix *left = a;
  const PlimFix *right = b;

  return left->saved_bytes > right->saved_bytes ? -1 : left->saved_bytes < right->saved_bytes;
}

/* TRUE when @fix is made of fewer changes that are all among @kinds. */
static gboolean
is_part (const PlimFix     *fix,
         const PlimFixKind *kinds,
         guint              n_kinds)
{
  guint found = 0;

  for (guint i = 0; i < fix->n_kinds; i++)
    for (guint j = 0; j < n_kinds; j++)
      found += fix->kinds[i] == kinds[j];

  return found == fix->n_kinds;
}

/* Changes of which some are enough by themselves, or of which one undoes another. */
static gboolean
is_redundant (const GArray      *fitting,
              const PlimFixKind *kinds,
              guint              n_kinds)
{
  gboolean has_lora = FALSE;
  gboolean has_qlora = FALSE;

  for (guint i = 0; i < fitting->len; i++)
    if (is_part (&g_array_index (fitting, PlimFix, i), kinds, n_kinds))
      return TRUE;

  for (guint i = 0; i < n_kinds; i++)
    {
      has_lora |= kinds[i] == PLIM_FIX_LORA;
      has_qlora |= kinds[i] == PLIM_FIX_QLORA;
    }

  return has_lora && has_qlora;
}

/* The changes that choose a number go last, when the others have been made. */
static void
put_sized_last (const PlimFixKind *kinds,
                guint              n_kinds,
                PlimFixKind       *ordered)
{
  guint n_ordered = 0;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n_kinds; i++)
      if (plim_fix_kind_info (kinds[i])->is_sized == (pass == 1))
        ordered[n_ordered++] = kinds[i];
}

/* Tries every set of @n_kinds kinds that none of @fitting is a part of; puts those that fit into @fits, and those
 * that only
 * help into @helps, which may be NULL. */
static void
try_sets (const Search *search,
          const GArray *fitting,
          guint         n_kinds,
          GArray       *fits,
          GArray       *helps)
{
  for (guint set = 1; set < 1u << PLIM_FIX_LAYOUT; set++)
    {
      PlimFixKind kinds[PLIM_MAX_FIX_KINDS] = { 0 };
      PlimFixKind ordered[PLIM_MAX_FIX_KINDS];
      guint       found = 0;
      PlimFix     fix;

      if ((guint) __builtin_popcount (set) != n_kinds)
        continue;

      for (PlimFixKind kind = 0; kind < PLIM_FIX_LAYOUT; kind++)
        if ((set & (1u << kind)) != 0)
          kinds[found++] = kind;

      if (is_redundant (fitting, kinds, n_kinds))
        continue;

      put_sized_last (kinds, n_kinds, ordered);
      if (!try_kinds (search, ordered, n_kinds, &fix))
        continue;
      if (fix.is_fit)
        g_array_append_val (fits, fix);
      else if (helps != NULL)
        g_array_append_val (helps, fix);
    }
}

guint
plim_fixes_find (const PlimInputs     *inputs,
                 const PlimGpu *const *gpus,
                 guint                 n_gpus,
                 PlimFix              *fixes,
                 guint                 max)
{
  g_autoptr (GArray) fitting = g_array_new (FALSE, FALSE, sizeof (PlimFix));
  g_autoptr (GArray) helping = g_array_new (FALSE, FALSE, sizeof (PlimFix));
  Search             search = { .inputs = inputs, .choices = { gpus, gpus != NULL ? n_gpus : 0 } };
  double             before_tokens_per_s;

  g_return_val_if_fail (max <= PLIM_MAX_FIXES, 0);

  plim_estimate_memory (inputs, &search.before);
  if (search.before.verdict == PLIM_VERDICT_UNKNOWN)
    return search.before.not_covered != NULL ? plim_fix_find_layouts (inputs, fixes, max) : 0;

  for (guint n_kinds = 1; n_kinds <= PLIM_MAX_FIX_KINDS && fitting->len < ENOUGH_FIXES; n_kinds++)
    {
      g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (PlimFix));

      try_sets (&search, fitting, n_kinds, found, n_kinds == 1 ? helping : NULL);
      g_array_sort (found, compare_cost);
      g_array_append_vals (fitting, found->data, found->len);
    }

  if (fitting->len < ENOUGH_FIXES)
    {
      g_array_sort (helping, compare_saving);
      g_array_append_vals (fitting, helping->data, helping->len);
    }

  before_tokens_per_s = tokens_per_s (inputs);
  for (guint i = 0; i < MIN (fitting->len, max); i++)
    {
      fixes[i] = g_array_index (fitting, PlimFix, i);
      fixes[i].time_ratio = ratio (tokens_per_s (&fixes[i].inputs), before_tokens_per_s);
    }

  return MIN (fitting->len, max);
}
