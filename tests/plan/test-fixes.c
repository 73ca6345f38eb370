/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fixes: what is offered really fits and saves what it says, in the order promised. */

#include "jobs.h"
#include "plim-fix.h"

#include <string.h>

static gboolean
is_fit (const PlimInputs *inputs)
{
  PlimEstimate estimate;

  plim_estimate (inputs, &estimate);

  return estimate.verdict == PLIM_VERDICT_FITS || estimate.verdict == PLIM_VERDICT_TIGHT;
}

static gint64
peak_bytes (const PlimInputs *inputs)
{
  PlimEstimate estimate;

  plim_estimate (inputs, &estimate);

  return estimate.peak_bytes;
}

static const PlimFix *
find_kind (const PlimFix *fixes,
           guint          n_fixes,
           PlimFixKind    kind)
{
  for (guint i = 0; i < n_fixes; i++)
    if (fixes[i].n_kinds == 1 && fixes[i].kinds[0] == kind)
      return &fixes[i];

  return NULL;
}

/* What holds for every list of fixes. */
static void
check_fixes (const PlimInputs *inputs,
             const PlimFix    *fixes,
             guint             n_fixes)
{
  for (guint i = 0; i < n_fixes; i++)
    {
      const PlimFix   *fix = &fixes[i];
      g_autofree char *title = plim_fix_title (fix);
      g_autofree char *caption = plim_fix_caption (fix, PLIM_UNIT_GIB);
      g_autofree char *toast = plim_fix_toast (fix);

      g_test_message ("%s: %s; %s", title, caption, toast);
      g_assert_cmpint (fix->is_fit, ==, is_fit (&fix->inputs));
      g_assert_cmpint (fix->peak_bytes, ==, peak_bytes (&fix->inputs));
      g_assert_cmpint (fix->saved_bytes, ==, peak_bytes (inputs) - fix->peak_bytes);
      g_assert_true (fix->saved_bytes > 0 || fix->is_fit);
      g_assert_null (strstr (title, "%s"));
      g_assert_null (strstr (toast, "%s"));
      g_assert_cmpuint (fix->n_kinds, >=, 1);

      if (i > 0 && fixes[i - 1].is_fit && fix->is_fit && fixes[i - 1].n_kinds == fix->n_kinds)
        g_assert_cmpint (fixes[i - 1].cost, <=, fix->cost);
      /* Those that fit come first, and of those single changes. */
      if (i > 0)
        g_assert_true (fixes[i - 1].is_fit || !fix->is_fit);
      if (i > 0 && fix->is_fit)
        g_assert_cmpuint (fixes[i - 1].n_kinds, <=, fix->n_kinds);
    }
}

/* 7 billion parameters in 16 bits, trained in full, on 24 GB */
static void
test_training (void)
{
  PlimInputs     inputs;
  PlimFix        fixes[PLIM_MAX_FIXES];
  const PlimFix *fix;
  guint          n_fixes;

  job_init (&inputs, PLIM_METHOD_COMPONENT, PLIM_TASK_TRAINING);
  inputs.batch_count = 4;
  g_assert_false (is_fit (&inputs));

  n_fixes = plim_fixes_find (&inputs, job_gpus (), N_JOB_GPUS, fixes, PLIM_MAX_FIXES);
  g_assert_cmpuint (n_fixes, >, 0);
  check_fixes (&inputs, fixes, n_fixes);

  g_assert_true (fixes[0].is_fit);
  fix = find_kind (fixes, n_fixes, PLIM_FIX_QLORA);
  if (fix != NULL)
    g_assert_cmpint (fix->inputs.precision, ==, PLIM_PRECISION_NF4);
}

/* 14 GB of weights on 12 GB: fewer bits, more GPUs, or a larger GPU */
static void
test_inference (void)
{
  PlimInputs     inputs;
  PlimFix        fixes[PLIM_MAX_FIXES];
  const PlimFix *fix;
  guint          n_fixes;

  job_init (&inputs, PLIM_METHOD_24_BYTES_PER_PARAMETER, PLIM_TASK_INFERENCE);
  inputs.gpu = *job_gpus ()[2];
  g_strlcpy (inputs.gpu_id, "rtx-3060", sizeof inputs.gpu_id);

  n_fixes = plim_fixes_find (&inputs, job_gpus (), N_JOB_GPUS, fixes, PLIM_MAX_FIXES);
  check_fixes (&inputs, fixes, n_fixes);

  /* 13.5 GB on cards of 12 GB */
  fix = find_kind (fixes, n_fixes, PLIM_FIX_MORE_GPUS);
  g_assert_nonnull (fix);
  g_assert_cmpint (fix->inputs.gpus_count, ==, 2);
  g_assert_true (fix->is_fit);

  /* The smallest that fits; of two the newer */
  fix = find_kind (fixes, n_fixes, PLIM_FIX_LARGER_GPU);
  g_assert_nonnull (fix);
  g_assert_cmpstr (fix->inputs.gpu_id, ==, "rtx-4090");
  g_assert_cmpint (fix->inputs.gpu.marketed_gb, ==, 24);
  g_assert_cmpint (fix->saved_bytes, ==, 0);

  /* The rule does not cover 8-bit weights: not offered. */
  g_assert_null (find_kind (fixes, n_fixes, PLIM_FIX_WEIGHT_PRECISION));
}

/* Two changes where one is not enough: the attention matrices alone, 4·12·16·c² bytes a sequence, are 51 GB for
 * one of 8,192
 * tokens and for sixteen of 2,048, a quarter of that; 3.2 GB for one of those. */
static void
test_pairs (void)
{
  PlimInputs inputs;
  PlimFix    fixes[PLIM_MAX_FIXES];
  guint      n_fixes;

  job_init (&inputs, PLIM_METHOD_TEXTBOOK_TRANSFORMER, PLIM_TASK_TRAINING);
  plim_model_init_decoder (&inputs.model, 1024, 12, 16, 0, 0, 4096, 32000, TRUE);
  inputs.batch_count = 16;
  inputs.context_tokens = 8192;
  inputs.gpu = *job_gpus ()[2];
  g_strlcpy (inputs.gpu_id, "rtx-3060", sizeof inputs.gpu_id);
  g_assert_false (is_fit (&inputs));

  n_fixes = plim_fixes_find (&inputs, NULL, 0, fixes, PLIM_MAX_FIXES);
  check_fixes (&inputs, fixes, n_fixes);

  g_assert_cmpuint (n_fixes, ==, 3);
  g_assert_cmpuint (fixes[0].n_kinds, ==, 2);
  g_assert_true (fixes[0].is_fit);
  g_assert_cmpint (fixes[0].inputs.batch_count, ==, 1);
  g_assert_cmpint (fixes[0].inputs.context_tokens, >=, 2048);
  g_assert_false (fixes[1].is_fit);
  g_assert_false (fixes[2].is_fit);
}

static void
test_micro_batch (void)
{
  PlimInputs     inputs;
  PlimFix        fixes[PLIM_MAX_FIXES];
  const PlimFix *fix;
  guint          n_fixes;

  /* One copy takes 12,288 MiB in part; batch 120 at 256 tokens does not fit, 63 does on 24 GiB: the largest
   * divisor is 60. */
  job_init (&inputs, PLIM_METHOD_TEXTBOOK_TRANSFORMER, PLIM_TASK_TRAINING);
  plim_model_init_decoder (&inputs.model, 1024, 12, 16, 0, 0, 4096, 32000, TRUE);
  inputs.batch_count = 120;
  inputs.context_tokens = 256;
  inputs.gpu.reported_bytes = 24 * GIB;

  n_fixes = plim_fixes_find (&inputs, NULL, 0, fixes, PLIM_MAX_FIXES);
  check_fixes (&inputs, fixes, n_fixes);
  fix = find_kind (fixes, n_fixes, PLIM_FIX_MICRO_BATCH);
  g_assert_nonnull (fix);
  g_assert_cmpint (fix->inputs.batch_count, ==, 60);
  g_assert_true (fix->is_fit);
}

static void
test_nothing_known (void)
{
  PlimInputs inputs;
  PlimFix    fixes[PLIM_MAX_FIXES];

  plim_inputs_init (&inputs);
  g_assert_cmpuint (plim_fixes_find (&inputs, job_gpus (), N_JOB_GPUS, fixes, PLIM_MAX_FIXES), ==, 0);
}

static void
test_most (void)
{
  PlimInputs inputs;
  PlimFix    fixes[3];

  job_init (&inputs, PLIM_METHOD_COMPONENT, PLIM_TASK_TRAINING);
  g_assert_cmpuint (plim_fixes_find (&inputs, job_gpus (), N_JOB_GPUS, fixes, 3), ==, 3);
}

static void
assert_text (char       *text,
             const char *expected)
{
  g_autofree char *owned = text;

  g_assert_cmpstr (owned, ==, expected);
}

/* 32 heads and layers on 8 GPUs.  Three stages: two of them, or nine GPUs.  A third of the heads is none on any number
 * of GPUs.  What no number mends has no layout. */
static void
test_layouts (void)
{
  PlimInputs inputs;
  PlimFix    fixes[PLIM_MAX_FIXES];

  job_init (&inputs, PLIM_METHOD_COMPONENT, PLIM_TASK_TRAINING);
  inputs.gpus_count = 8;
  inputs.pipeline_parallel_count = 3;
  g_assert_cmpuint (plim_fixes_find (&inputs, job_gpus (), N_JOB_GPUS, fixes, PLIM_MAX_FIXES), ==, 2);
  g_assert_cmpint (fixes[0].inputs.pipeline_parallel_count, ==, 2);
  g_assert_cmpint (fixes[1].inputs.gpus_count, ==, 9);
  assert_text (plim_fix_title (&fixes[0]), "Use Pipeline Parallel 2");
  assert_text (plim_fix_caption (&fixes[0], PLIM_UNIT_GIB), "the nearest that can be");
  assert_text (plim_fix_toast (&fixes[0]), "Now with Pipeline Parallel 2");
  assert_text (plim_fix_title (&fixes[1]), "Use 9 GPUs");

  inputs.pipeline_parallel_count = 1;
  inputs.tensor_parallel_count = 3;
  g_assert_cmpuint (plim_fixes_find (&inputs, job_gpus (), N_JOB_GPUS, fixes, PLIM_MAX_FIXES), ==, 1);
  g_assert_cmpint (fixes[0].inputs.tensor_parallel_count, ==, 2);

  job_init (&inputs, PLIM_METHOD_COMPONENT, PLIM_TASK_QLORA);
  inputs.precision = PLIM_PRECISION_BF16;
  g_assert_cmpuint (plim_fixes_find (&inputs, job_gpus (), N_JOB_GPUS, fixes, PLIM_MAX_FIXES), ==, 0);
}

static void
test_ids (void)
{
  for (PlimFixKind a = 0; a < PLIM_N_FIX_KINDS; a++)
    for (PlimFixKind b = 0; b < a; b++)
      g_assert_cmpstr (plim_fix_kind_id (a), !=, plim_fix_kind_id (b));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fixes/training", test_training);
  g_test_add_func ("/fixes/inference", test_inference);
  g_test_add_func ("/fixes/pairs", test_pairs);
  g_test_add_func ("/fixes/micro-batch", test_micro_batch);
  g_test_add_func ("/fixes/nothing-known", test_nothing_known);
  g_test_add_func ("/fixes/most", test_most);
  g_test_add_func ("/fixes/layouts", test_layouts);
  g_test_add_func ("/fixes/ids", test_ids);

  return g_test_run ();
}
