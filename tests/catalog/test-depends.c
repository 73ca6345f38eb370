/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parts of the memory and times depend on what "Depends on" of their explanations names: no other input moves them. */

#include "opened.h"
#include "random-job.h"

#include <math.h>

#define N_JOBS 40000

/* Sets @field to another value at random: another choice, or another number. */
static void
change_field (GRand      *rand,
              PlimInputs *inputs,
              PlimFieldId field)
{
  const PlimField *info = plim_field (field);

  if (info->type == PLIM_FIELD_TYPE_CHOICE)
    plim_inputs_set_integer (inputs, field, g_rand_int_range (rand, 0, (gint) plim_field_n_choices (field)));
  else if (info->type == PLIM_FIELD_TYPE_INTEGER)
    plim_inputs_set_integer (inputs, field,
                             CLAMP (plim_inputs_get_integer (inputs, field) * 2 + 1, (gint64) info->minimum,
                                    (gint64) info->maximum));
  else if (info->type == PLIM_FIELD_TYPE_NUMBER)
    plim_inputs_set_number (inputs, field, MIN (plim_inputs_get_number (inputs, field) / 2 + 0.2, info->maximum));
}

/* The same terms of the same GPUs: the fullest is the first. */
static gboolean
has_same_terms (const PlimEstimate *a,
                const PlimEstimate *b)
{
  if (a->n_terms != b->n_terms || a->n_roles != b->n_roles)
    return FALSE;
  for (guint i = 0; i < a->n_roles; i++)
    if (a->roles[i].stage_number != b->roles[i].stage_number || a->roles[i].name != b->roles[i].name)
      return FALSE;
  for (guint i = 0; i < a->n_terms; i++)
    if (a->terms[i].id != b->terms[i].id)
      return FALSE;

  return TRUE;
}

/* Notes in @missing that @name changed with @field, which its @explanation does not name. */
static void
expect_named (GHashTable            *missing,
              const PlimExplanation *explanation,
              const char            *name,
              PlimFieldId            field)
{
  if ((explanation->depends & PLIM_FIELD_BIT (field)) == 0)
    g_hash_table_add (missing, g_strdup_printf ("%s by %s", name, plim_field (field)->name));
}

static void
compare_terms (const PlimEstimate *before,
               const PlimEstimate *after,
               PlimFieldId         field,
               GHashTable         *missing)
{
  if (!has_same_terms (before, after))
    return;

  for (guint i = 0; i < before->n_terms; i++)
    if (largest_bytes (&before->terms[i]) != largest_bytes (&after->terms[i]))
      expect_named (missing, &before->terms[i].explanation, plim_term_info (before->terms[i].id)->id, field);
  if (before->host_bytes > 0 && after->host_bytes > 0 && before->host_bytes != after->host_bytes)
    expect_named (missing, &before->host_explanation, "host", field);
  if (before->nvme_bytes > 0 && after->nvme_bytes > 0 && before->nvme_bytes != after->nvme_bytes)
    expect_named (missing, &before->nvme_explanation, "nvme", field);
}

static gboolean
differs (double before,
         double after)
{
  return before > 0 && after > 0 && fabs (after - before) > 1e-9 * before;
}

static void
compare_times (const PlimTime *before,
               const PlimTime *after,
               PlimFieldId     field,
               GHashTable     *missing)
{
  if (before->is_predicted && after->is_predicted && differs (before->seconds, after->seconds))
    expect_named (missing, &before->explanation, "seconds", field);
  if (differs (before->decode_tokens_per_s.likely, after->decode_tokens_per_s.likely))
    expect_named (missing, &before->explanation, "decode", field);
  if (differs (before->first_token_seconds.likely, after->first_token_seconds.likely))
    expect_named (missing, &before->first_token_explanation, "first token", field);
  if (differs (before->loaded_tokens_per_s.likely, after->loaded_tokens_per_s.likely))
    expect_named (missing, &before->loaded_explanation, "steady load", field);
}

/* Changes one field of @inputs after the other. */
static void
compare_fields (GRand            *rand,
                const PlimInputs *inputs,
                GHashTable       *missing)
{
  PlimEstimate before;
  PlimEstimate after;

  plim_estimate (inputs, &before);
  if (before.n_terms == 0)
    return;

  for (guint f = 0; f < PLIM_N_FIELDS; f++)
    {
      PlimInputs changed = *inputs;

      if (f == PLIM_FIELD_METHOD || !plim_inputs_uses_field (inputs, f))
        continue;

      change_field (rand, &changed, f);
      plim_estimate (&changed, &after);
      compare_terms (&before, &after, f, missing);
      compare_times (&before.time, &after.time, f, missing);
    }
}

static void
test_depends (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  g_autoptr (GRand)       rand = g_rand_new_with_seed (20261126);
  g_autoptr (GHashTable)  missing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter          iter;
  gpointer                line;

  for (guint n = 0; n < N_JOBS; n++)
    {
      PlimInputs inputs;

      randomize_job (catalog, rand, &inputs);
      compare_fields (rand, &inputs, missing);
    }

  g_hash_table_iter_init (&iter, missing);
  while (g_hash_table_iter_next (&iter, &line, NULL))
    {
      g_test_message ("does not name what changes it: %s", (const char *) line);
      g_test_fail ();
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/depends", test_depends);

  return g_test_run ();
}
