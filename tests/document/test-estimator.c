/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every property of the estimator: what notifies, what does not, and what follows. */

#include "plim-estimator.h"

#include <math.h>
#include <string.h>

typedef struct
{
  PlimEstimator *estimator;
  GHashTable    *counts; /* property name to how often it was notified */
} Watched;

static void
notify_cb (GObject    *object G_GNUC_UNUSED,
           GParamSpec *pspec,
           Watched    *watched)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (watched->counts, pspec->name));

  g_hash_table_insert (watched->counts, (gpointer) pspec->name, GUINT_TO_POINTER (count + 1));
}

static guint
count_of (Watched    *watched,
          const char *name)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (watched->counts, name));
}

static void
set_up (Watched      *watched,
        gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (PlimCatalog) catalog = plim_catalog_new (&error);

  g_assert_no_error (error);
  watched->estimator = plim_estimator_new (catalog);
  watched->counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_object_set (watched->estimator, "model", "llama-3.1-8b", "gpu", "rtx-4090", NULL);
  g_signal_connect (watched->estimator, "notify", G_CALLBACK (notify_cb), watched);
}

static void
tear_down (Watched      *watched,
           gconstpointer data G_GNUC_UNUSED)
{
  g_object_unref (watched->estimator);
  g_hash_table_unref (watched->counts);
}

/* A value of the field other than the present one, within its range. */
static void
other_value (PlimEstimator *estimator,
             PlimFieldId    id,
             GValue        *value)
{
  const PlimField  *field = plim_field (id);
  const PlimInputs *inputs = plim_estimator_get_inputs (estimator);

  g_value_init (value, g_object_class_find_property (G_OBJECT_GET_CLASS (estimator), plim_estimator_property_name (id))
                         ->value_type);
  switch (field->type)
    {
    case PLIM_FIELD_TYPE_CHOICE:
      g_value_set_uint (value, (guint) (plim_inputs_get_integer (inputs, id) + 1) % plim_field_n_choices (id));
      break;
    case PLIM_FIELD_TYPE_INTEGER:
    case PLIM_FIELD_TYPE_BYTES:
      g_value_set_int64 (value, plim_inputs_get_integer (inputs, id) + 1);
      break;
    case PLIM_FIELD_TYPE_NUMBER:
      g_value_set_double (value, plim_inputs_get_number (inputs, id) / 2 + (field->minimum + field->maximum) / 8);
      break;
    case PLIM_FIELD_TYPE_TEXT:
    default:
      g_value_set_string (value, id == PLIM_FIELD_MODEL ? "llama-3-8b" : "rtx-3090");
    }
}

static void
test_each_property (Watched      *watched,
                    gconstpointer data G_GNUC_UNUSED)
{
  for (guint id = 0; id < PLIM_N_FIELDS; id++)
    {
      const char     *name = plim_estimator_property_name (id);
      g_auto (GValue) value = G_VALUE_INIT;
      guint           revision = plim_estimator_get_revision (watched->estimator);

      g_test_message ("%s", name);
      other_value (watched->estimator, id, &value);

      g_hash_table_remove_all (watched->counts);
      g_object_set_property (G_OBJECT (watched->estimator), name, &value);
      g_assert_cmpuint (count_of (watched, name), ==, 1);
      g_assert_cmpuint (count_of (watched, "revision"), ==, 1);
      g_assert_cmpuint (plim_estimator_get_revision (watched->estimator), ==, revision + 1);
      for (guint other = 0; other < PLIM_N_FIELDS; other++)
        if (other != id)
          g_assert_cmpuint (count_of (watched, plim_estimator_property_name (other)), ==, 0);

      g_hash_table_remove_all (watched->counts);
      g_object_set_property (G_OBJECT (watched->estimator), name, &value);
      g_assert_cmpuint (g_hash_table_size (watched->counts), ==, 0);

      plim_estimator_reset_field (watched->estimator, id);
      g_assert_true (plim_inputs_is_default (plim_estimator_get_inputs (watched->estimator), id));
      g_object_set (watched->estimator, "model", "llama-3.1-8b", "gpu", "rtx-4090", NULL);
    }
}

/* A task brings its precision, and both say so. */
static void
test_task (Watched      *watched,
           gconstpointer data G_GNUC_UNUSED)
{
  g_object_set (watched->estimator, "task", PLIM_TASK_QLORA, NULL);
  g_assert_cmpuint (plim_estimator_get_inputs (watched->estimator)->precision, ==, PLIM_PRECISION_NF4);
  g_assert_cmpuint (count_of (watched, "task"), ==, 1);
  g_assert_cmpuint (count_of (watched, "precision"), ==, 1);
  g_assert_cmpuint (count_of (watched, "revision"), ==, 1);

  g_object_set (watched->estimator, "task", PLIM_TASK_TRAINING, NULL);
  g_assert_cmpuint (plim_estimator_get_inputs (watched->estimator)->precision, ==, PLIM_PRECISION_BF16);
}

static void
test_set_inputs (Watched      *watched,
                 gconstpointer data G_GNUC_UNUSED)
{
  PlimInputs inputs = *plim_estimator_get_inputs (watched->estimator);

  plim_estimator_set_inputs (watched->estimator, &inputs);
  g_assert_cmpuint (g_hash_table_size (watched->counts), ==, 0);

  inputs.batch_count = 7;
  inputs.context_tokens = 99;
  plim_estimator_set_inputs (watched->estimator, &inputs);
  g_assert_cmpuint (count_of (watched, "batch"), ==, 1);
  g_assert_cmpuint (count_of (watched, "context"), ==, 1);
  g_assert_cmpuint (count_of (watched, "revision"), ==, 1);
  g_assert_cmpuint (count_of (watched, "gpu"), ==, 0);
}

/* 1,000 more tokens of Llama 3.1 8B in BF16: 131,072 bytes each, in whole blocks of 16; the result notifies. */
static void
test_results (Watched      *watched,
              gconstpointer data G_GNUC_UNUSED)
{
  gint64 before, after, headroom_before, headroom_after;

  g_object_set (watched->estimator, "context", G_GINT64_CONSTANT (1600), NULL);
  g_object_get (watched->estimator, "peak-bytes", &before, "headroom-bytes", &headroom_before, NULL);
  g_hash_table_remove_all (watched->counts);
  g_object_set (watched->estimator, "context", G_GINT64_CONSTANT (3200), NULL);
  g_object_get (watched->estimator, "peak-bytes", &after, "headroom-bytes", &headroom_after, NULL);

  g_assert_cmpint (after - before, >=, 1600 * G_GINT64_CONSTANT (131072));
  g_assert_cmpint (headroom_before - headroom_after, ==, after - before);
  g_assert_cmpuint (count_of (watched, "peak-bytes"), ==, 1);
  g_assert_cmpuint (count_of (watched, "headroom-bytes"), ==, 1);
  g_assert_cmpuint (count_of (watched, "usable-bytes"), ==, 0);

  g_hash_table_remove_all (watched->counts);
  g_object_set (watched->estimator, "context", G_GINT64_CONSTANT (1000000), NULL);
  g_assert_cmpuint (count_of (watched, "verdict"), ==, 1);
  g_assert_cmpuint (plim_estimator_get_estimate (watched->estimator)->verdict, ==, PLIM_VERDICT_DOES_NOT_FIT);
}

/* An unknown model leaves the estimate standing and says why. */
static void
test_problem (Watched      *watched,
              gconstpointer data G_GNUC_UNUSED)
{
  gint64 before = plim_estimator_get_estimate (watched->estimator)->peak_bytes;

  g_object_set (watched->estimator, "model", "llama-9-1b", NULL);
  g_assert_nonnull (plim_estimator_get_problem (watched->estimator));
  g_assert_nonnull (strstr (plim_estimator_get_problem (watched->estimator), "llama-9-1b"));
  g_assert_cmpuint (count_of (watched, "problem"), ==, 1);
  g_assert_cmpint (plim_estimator_get_estimate (watched->estimator)->peak_bytes, ==, before);
  g_assert_cmpuint (count_of (watched, "peak-bytes"), ==, 0);

  g_object_set (watched->estimator, "model", "llama-3.1-8b", NULL);
  g_assert_null (plim_estimator_get_problem (watched->estimator));
  g_assert_cmpuint (count_of (watched, "problem"), ==, 2);
}

static void
expect_refusal (void)
{
  g_test_expect_message ("GLib-GObject", G_LOG_LEVEL_CRITICAL, "*invalid or out of range*");
}

/* What is out of range never reaches the inputs: a mistake of the caller, and said so. */
static void
test_refused (Watched      *watched,
              gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char  *longer = g_strnfill (200, 'x');
  const PlimInputs *inputs = plim_estimator_get_inputs (watched->estimator);
  PlimInputs        before = *inputs;

  expect_refusal ();
  g_object_set (watched->estimator, "utilization", NAN, NULL);
  g_test_assert_expected_messages ();
  expect_refusal ();
  g_object_set (watched->estimator, "batch", G_MININT64, NULL);
  g_test_assert_expected_messages ();
  expect_refusal ();
  g_object_set (watched->estimator, "task", PLIM_N_TASKS, NULL);
  g_test_assert_expected_messages ();
  g_object_set (watched->estimator, "model", longer, NULL);

  for (guint id = 0; id < PLIM_N_FIELDS; id++)
    g_assert_true (plim_inputs_equal_field (&before, inputs, id));
  g_assert_cmpuint (g_hash_table_size (watched->counts), ==, 0);
}

static void
test_limits (Watched      *watched,
             gconstpointer data G_GNUC_UNUSED)
{
  gint64     longest = plim_estimator_get_limits (watched->estimator)->longest_context_tokens;
  PlimInputs inputs = *plim_estimator_get_inputs (watched->estimator);

  g_assert_cmpint (longest, >, 0);
  inputs.context_tokens = longest;
  plim_estimator_set_inputs (watched->estimator, &inputs);
  g_assert_cmpuint (plim_estimator_get_estimate (watched->estimator)->verdict, !=, PLIM_VERDICT_DOES_NOT_FIT);

  g_object_set (watched->estimator, "batch", G_GINT64_CONSTANT (2), NULL);
  g_assert_cmpint (plim_estimator_get_limits (watched->estimator)->longest_context_tokens, <, longest);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void (*run) (Watched *, gconstpointer);
  } tests[] = {
    { "/estimator/each-property", test_each_property },
    { "/estimator/task", test_task },
    { "/estimator/set-inputs", test_set_inputs },
    { "/estimator/results", test_results },
    { "/estimator/problem", test_problem },
    { "/estimator/refused", test_refused },
    { "/estimator/limits", test_limits },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Watched, NULL, set_up, tests[i].run, tear_down);

  return g_test_run ();
}
