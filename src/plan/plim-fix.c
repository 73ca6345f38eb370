/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tries every kind of change, then every pair, and orders what helps; see plim-fix.h. */

#include "plim-fix.h"

#include "plim-checked.h"
#include "plim-fix-private.h"

/* Fewer single changes than this that fit, and pairs are offered beside them: at most MOST_PAIRS. */
#define ENOUGH_FIXES 3
#define MOST_PAIRS   12

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
inference_seconds (const PlimTime *time)
{
  return time->decode_tokens_per_s > 0 ? 1 / time->decode_tokens_per_s : 0;
}

/* FALSE when the method does not cover the changed job. */
static gboolean
weigh (const Search *search,
       PlimFix      *fix)
{
  const PlimInputs *inputs = search->inputs;
  const PlimTime   *before = &search->before.time;
  PlimEstimate      after;

  plim_estimate (&fix->inputs, &after);

  fix->peak_bytes = after.peak_bytes;
  fix->saved_bytes = search->before.peak_bytes - after.peak_bytes;
  fix->is_fit = after.verdict == PLIM_VERDICT_FITS || after.verdict == PLIM_VERDICT_TIGHT;
  fix->cost_ratio = ratio (price_per_hour (inputs), price_per_hour (&fix->inputs));

  if (inputs->task == PLIM_TASK_INFERENCE)
    fix->time_ratio = ratio (inference_seconds (before), inference_seconds (&after.time));
  else if (before->is_known && after.time.is_known)
    fix->time_ratio = ratio (before->seconds, after.time.seconds);

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

static guint
copy_fixes (GArray  *found,
            guint    most,
            PlimFix *fixes)
{
  guint n_fixes = MIN (found->len, most);

  for (guint i = 0; i < n_fixes; i++)
    fixes[i] = g_array_index (found, PlimFix, i);

  return n_fixes;
}

/* Singles that help, and of them those that fit. */
static void
find_singles (const Search *search,
              GArray       *fitting,
              GArray       *helping)
{
  PlimFix fix;

  for (PlimFixKind kind = 0; kind < PLIM_N_FIX_KINDS; kind++)
    if (try_kinds (search, &kind, 1, &fix))
      g_array_append_val (fix.is_fit ? fitting : helping, fix);
}

/* A pair of which one is enough, or of which the second undoes the first. */
static gboolean
is_redundant (const GArray *singles,
              PlimFixKind   a,
              PlimFixKind   b)
{
  for (guint i = 0; i < singles->len; i++)
    {
      PlimFixKind kind = g_array_index (singles, PlimFix, i).kinds[0];

      if (kind == a || kind == b)
        return TRUE;
    }

  return a == PLIM_FIX_LORA && b == PLIM_FIX_QLORA;
}

/* Pairs that fit; @singles fit alone. */
static void
find_pairs (const Search *search,
            const GArray *singles,
            GArray       *fitting)
{
  PlimFix fix;

  for (PlimFixKind a = 0; a < PLIM_N_FIX_KINDS; a++)
    for (PlimFixKind b = a + 1; b < PLIM_N_FIX_KINDS; b++)
      {
        gboolean    is_swapped = plim_fix_kind_info (a)->is_sized && !plim_fix_kind_info (b)->is_sized;
        PlimFixKind pair[] = { is_swapped ? b : a, is_swapped ? a : b };

        if (!is_redundant (singles, a, b) && try_kinds (search, pair, G_N_ELEMENTS (pair), &fix) && fix.is_fit)
          g_array_append_val (fitting, fix);
      }
}

guint
plim_fixes_find (const PlimInputs     *inputs,
                 const PlimGpu *const *gpus,
                 guint                 n_gpus,
                 PlimFix              *fixes,
                 guint                 max)
{
  g_autoptr (GArray) singles = g_array_new (FALSE, FALSE, sizeof (PlimFix));
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (PlimFix));
  g_autoptr (GArray) helping = g_array_new (FALSE, FALSE, sizeof (PlimFix));
  Search             search = { .inputs = inputs, .choices = { gpus, gpus != NULL ? n_gpus : 0 } };
  guint              n_fixes;

  g_return_val_if_fail (max <= PLIM_MAX_FIXES, 0);

  plim_estimate (inputs, &search.before);
  if (search.before.verdict == PLIM_VERDICT_UNKNOWN)
    return 0;

  find_singles (&search, singles, helping);
  if (singles->len < ENOUGH_FIXES)
    find_pairs (&search, singles, pairs);

  g_array_sort (singles, compare_cost);
  g_array_sort (pairs, compare_cost);
  g_array_sort (helping, compare_saving);

  n_fixes = copy_fixes (singles, max, fixes);
  n_fixes += copy_fixes (pairs, MIN (max - n_fixes, MOST_PAIRS), fixes + n_fixes);
  if (singles->len == 0)
    n_fixes += copy_fixes (helping, max - n_fixes, fixes + n_fixes);

  return n_fixes;
}
