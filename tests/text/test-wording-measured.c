/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measured beside estimated, for an estimate made by hand. */

#include "plim-wording-measured.h"

#include <locale.h>
#include <string.h>

#define NB  PLIM_NBSP
#define MIB G_GINT64_CONSTANT (1048576)

static void
add_term (PlimEstimate *estimate,
          PlimTermId    id,
          gint64        prefill_mib,
          gint64        decode_mib)
{
  PlimTerm *term = plim_estimate_add_term (estimate, id);

  term->bytes_at[PLIM_MOMENT_PREFILL] = prefill_mib * MIB;
  term->bytes_at[PLIM_MOMENT_DECODE] = decode_mib * MIB;
}

/* 4,000 MiB of weights, 1,000 of cache, a buffer of 300 with logits of 100 in prefill. */
static PlimEstimate *
create_estimate (void)
{
  PlimEstimate *estimate = g_new0 (PlimEstimate, 1);

  estimate->usable_bytes = 20000 * MIB;
  plim_estimate_add_role (estimate, "Every GPU", 1);
  add_term (estimate, PLIM_TERM_WEIGHTS, 4000, 4000);
  add_term (estimate, PLIM_TERM_KV_CACHE, 1000, 1000);
  add_term (estimate, PLIM_TERM_COMPUTE_BUFFER, 300, 350);
  add_term (estimate, PLIM_TERM_LOGITS, 100, 10);
  plim_estimate_finish (estimate);

  return estimate;
}

static void
assert_row (const PlimMeasuredRow *row,
            gint64                 estimated_mib,
            const char            *difference)
{
  g_autofree char *text = NULL;

  g_assert_nonnull (row);
  g_assert_cmpint (row->estimated_bytes, ==, estimated_mib * MIB);
  text = plim_wording_measured_difference (row);
  g_assert_cmpstr (text, ==, difference);
}

static void
test_terms (void)
{
  g_autofree PlimEstimate *estimate = create_estimate ();
  g_autofree char         *finding = NULL;
  PlimMeasured             measured;
  PlimMeasuredRow          rows[PLIM_MEASURED_MAX_ROWS];
  guint                    n_rows;

  plim_measured_init (&measured);
  g_assert_true (plim_measured_is_empty (&measured));
  g_assert_cmpuint (plim_measured_compare (&measured, estimate, rows), ==, 0);

  measured.term_bytes[PLIM_TERM_WEIGHTS] = 5000 * MIB;
  measured.term_bytes[PLIM_TERM_KV_CACHE] = 1000 * MIB;
  measured.term_bytes[PLIM_TERM_COMPUTE_BUFFER] = 320 * MIB;
  measured.term_bytes[PLIM_TERM_ADAPTERS] = 7 * MIB;
  measured.peak_bytes = 6000 * MIB;
  n_rows = plim_measured_compare (&measured, estimate, rows);
  g_assert_cmpuint (n_rows, ==, 5);
  assert_row (plim_measured_find_term (rows, n_rows, PLIM_TERM_WEIGHTS), 4000, PLIM_MINUS "20" NB "%");
  assert_row (plim_measured_find_term (rows, n_rows, PLIM_TERM_KV_CACHE), 1000, "0" NB "%");
  /* The most of buffer and logits together is in prefill, 300 + 100. */
  assert_row (plim_measured_find_term (rows, n_rows, PLIM_TERM_COMPUTE_BUFFER), 400, "+25" NB "%");
  assert_row (plim_measured_find_term (rows, n_rows, PLIM_TERM_ADAPTERS), 0, PLIM_EN_DASH);
  g_assert_null (plim_measured_find_term (rows, n_rows, PLIM_TERM_LOGITS));
  assert_row (plim_measured_find_total (rows, n_rows, PLIM_MEASURED_PEAK), 5400, PLIM_MINUS "10" NB "%");
  g_assert_null (plim_measured_find_total (rows, n_rows, PLIM_MEASURED_DEVICE));

  finding = plim_wording_measured_finding (&measured, estimate, PLIM_UNIT_GIB);
  g_assert_cmpstr (finding, ==, "Measured 5.86" NB "GiB; the estimate is 10" NB "% lower");
}

/* A runtime with a budget fills its pool: 5,400 − 1,000 + 9,000; the driver adds 400 of context and 200 of others. */
static void
test_pool (void)
{
  g_autofree PlimEstimate *estimate = create_estimate ();
  PlimMeasured             measured;
  PlimMeasuredRow          rows[PLIM_MEASURED_MAX_ROWS];
  guint                    n_rows;

  estimate->kv_pool.is_known = TRUE;
  estimate->kv_pool.bytes = 9000 * MIB;
  estimate->kv_pool.needed_bytes = 1000 * MIB;
  estimate->context_bytes = 400 * MIB;
  estimate->used_bytes = 200 * MIB;
  plim_measured_init (&measured);
  measured.term_bytes[PLIM_TERM_KV_CACHE] = 7500 * MIB;
  measured.peak_bytes = 13400 * MIB;
  measured.device_bytes = 15000 * MIB;
  n_rows = plim_measured_compare (&measured, estimate, rows);
  assert_row (plim_measured_find_term (rows, n_rows, PLIM_TERM_KV_CACHE), 9000, "+20" NB "%");
  assert_row (plim_measured_find_total (rows, n_rows, PLIM_MEASURED_PEAK), 13400, "0" NB "%");
  assert_row (plim_measured_find_total (rows, n_rows, PLIM_MEASURED_DEVICE), 14000, PLIM_MINUS "6.7" NB "%");
}

static void
test_words (void)
{
  g_autofree PlimEstimate *estimate = create_estimate ();
  g_autofree char         *unknown = NULL;
  g_autofree char         *source = NULL;
  g_autofree char         *finding = NULL;
  PlimMeasured             measured;

  plim_measured_init (&measured);
  unknown = plim_wording_measured_source (&measured);
  g_assert_cmpstr (unknown, ==, "A real run");
  plim_measured_set_text (measured.source, "oom.txt");
  plim_measured_set_text (measured.program, "PyTorch");
  source = plim_wording_measured_source (&measured);
  g_assert_cmpstr (source, ==, "oom.txt, PyTorch");

  measured.peak_bytes = 5400 * MIB;
  measured.is_out_of_memory = TRUE;
  finding = plim_wording_measured_finding (&measured, estimate, PLIM_UNIT_GIB);
  g_assert_cmpstr (finding, ==, "Measured at least 5.27" NB "GiB; the estimate is the same");
}

/* A long name is cut between letters: 255 bytes hold 127 of two bytes each. */
static void
test_cut (void)
{
  g_autoptr (GString) name = g_string_new (NULL);
  PlimMeasured        measured;

  for (guint i = 0; i < 200; i++)
    g_string_append (name, "ä");
  plim_measured_init (&measured);
  plim_measured_set_text (measured.source, name->str);
  g_assert_cmpuint (strlen (measured.source), ==, 254);
  g_assert_true (g_utf8_validate (measured.source, -1, NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  setlocale (LC_ALL, "C");
  g_test_add_func ("/wording-measured/terms", test_terms);
  g_test_add_func ("/wording-measured/pool", test_pool);
  g_test_add_func ("/wording-measured/words", test_words);
  g_test_add_func ("/wording-measured/cut", test_cut);

  return g_test_run ();
}
