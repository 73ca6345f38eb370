/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bytes of a file: what changes in them, what stays, and what damage does.  Refusals are test-reading.c's. */

#include "opened.h"
#include "plim-document.h"
#include "plim-json.h"

#include <string.h>

/* A file with members that are not ours at every level, as it is written: order and spelling are kept. */
static const char whole[] = "{\n"
                            "  \"before\": {\n"
                            "    \"deep\": [\n"
                            "      1,\n"
                            "      null\n"
                            "    ],\n"
                            "    \"huge\": 123456789012345678901234567890\n"
                            "  },\n"
                            "  \"format\": \"plimsoll\",\n"
                            "  \"version\": 1,\n"
                            "  \"scenarios\": [\n"
                            "    {\n"
                            "      \"color\": \"}{][,:\\\"\\\\\",\n"
                            "      \"name\": \"Ein Name, “quoted”\",\n"
                            "      \"id\": \"one\",\n"
                            "      \"inputs\": {\n"
                            "        \"gpu\": \"rtx-4090\",\n"
                            "        \"other\": true,\n"
                            "        \"context\": 4096,\n"
                            "        \"model\": \"llama-3.1-8b\",\n"
                            "        \"price_per_gpu_hour\": 1\n"
                            "      },\n"
                            "      \"measured\": {\n"
                            "        \"by\": \"hand\",\n"
                            "        \"peak_bytes\": 17179869184\n"
                            "      },\n"
                            "      \"notes\": \"\"\n"
                            "    },\n"
                            "    {\n"
                            "      \"id\": \"two\",\n"
                            "      \"name\": \"\",\n"
                            "      \"inputs\": {}\n"
                            "    }\n"
                            "  ],\n"
                            "  \"after\": []\n"
                            "}\n";

static gboolean
load (PlimDocument *document,
      const char   *text,
      gsize         size,
      GError      **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);

  return plim_document_load_bytes (document, "a.plimsoll", bytes, error);
}

static PlimDocument *
open_text (PlimCatalog *catalog,
           const char  *text)
{
  PlimDocument      *document = plim_document_new_empty (catalog);
  g_autoptr (GError) error = NULL;

  load (document, text, strlen (text), &error);
  g_assert_no_error (error);

  return document;
}

static char *
write_text (PlimDocument *document)
{
  g_autoptr (GBytes) bytes = plim_document_serialize (document);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static PlimEstimator *
current_estimator (PlimDocument *document)
{
  return plim_scenario_get_estimator (plim_document_get_current (document));
}

static void
test_round_trip (void)
{
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (PlimDocument) document = open_text (catalog, whole);
  PlimScenario            *first = plim_document_get_current (document);
  const PlimInputs        *inputs = plim_estimator_get_inputs (current_estimator (document));
  g_autofree char         *written = write_text (document);

  g_assert_cmpstr (written, ==, whole);
  g_assert_cmpstr (plim_scenario_get_id (first), ==, "one");
  g_assert_cmpstr (plim_scenario_get_name (first), ==, "Ein Name, “quoted”");
  g_assert_cmpint (plim_scenario_get_measured (first)->peak_bytes, ==, G_GINT64_CONSTANT (17179869184));
  g_assert_cmpstr (inputs->model_id, ==, "llama-3.1-8b");
  g_assert_cmpfloat (inputs->price_per_gpu_hour, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (document)), ==, 2);
  g_assert_false (plim_document_get_modified (document));
  g_assert_false (plim_document_get_read_only (document));
}

/* What we publish is written the way the program writes it, and its models and GPUs are known. */
static void
test_examples (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  g_autofree char        *folder = g_test_build_filename (G_TEST_DIST, "..", "data", "examples", NULL);
  g_autoptr (GDir)        dir = g_dir_open (folder, 0, NULL);
  const char             *name;
  guint                   n_files = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char         *path = g_build_filename (folder, name, NULL);
      g_autofree char         *text = NULL;
      g_autofree char         *written = NULL;
      g_autoptr (PlimDocument) document = NULL;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      document = open_text (catalog, text);
      written = write_text (document);
      g_assert_cmpstr (written, ==, text);
      g_assert_null (plim_estimator_get_problem (current_estimator (document)));
      n_files++;
    }

  g_assert_cmpuint (n_files, >, 0);
}

/* A change rewrites its own line and no other; an input that was absent comes last. */
static void
test_small_change (void)
{
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (PlimDocument) document = open_text (catalog, whole);
  g_autoptr (GString)      expected = g_string_new (whole);
  g_autofree char         *written = NULL;
  g_autofree char         *restored = NULL;

  g_object_set (current_estimator (document), "context", G_GINT64_CONSTANT (777), "gpus", G_GINT64_CONSTANT (2), NULL);
  plim_document_rename (document, plim_document_get_current (document), "B");
  g_string_replace (expected, "\"context\": 4096", "\"context\": 777", 1);
  g_string_replace (expected, "hour\": 1\n", "hour\": 1,\n        \"gpus\": 2\n", 1);
  g_string_replace (expected, "Ein Name, “quoted”", "B", 1);
  written = write_text (document);
  g_assert_cmpstr (written, ==, expected->str);

  while (plim_document_can_undo (document))
    plim_document_undo (document);
  restored = write_text (document);
  g_assert_cmpstr (restored, ==, whole);
}

/* Unknown members come along into a copy. */
static void
test_copy (void)
{
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (PlimDocument) document = open_text (catalog, whole);
  PlimScenario            *copy = plim_document_duplicate (document, plim_document_get_current (document));
  g_autofree char         *written = write_text (document);
  g_auto (GStrv)           around = g_strsplit (written, "\"color\": \"}{][,:\\\"\\\\\"", -1);

  g_assert_cmpuint (g_strv_length (around), ==, 3);
  g_assert_cmpint (plim_scenario_get_measured (copy)->peak_bytes, ==, G_GINT64_CONSTANT (17179869184));
  g_assert_nonnull (strstr (around[2], plim_scenario_get_id (copy)));
}

/* A model that the catalog does not have is no reason to refuse a file, nor to change it. */
static void
test_unknown_model (void)
{
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (GString)      text = g_string_new (whole);
  g_autoptr (PlimDocument) document = NULL;
  g_autofree char         *written = NULL;

  g_string_replace (text, "llama-3.1-8b", "of-tomorrow", 1);
  document = open_text (catalog, text->str);
  written = write_text (document);
  g_assert_cmpstr (written, ==, text->str);
  g_assert_nonnull (plim_estimator_get_problem (current_estimator (document)));
}

/* A newer program's file can be looked at; what is made of it is written as this version's. */
static void
test_newer (void)
{
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (GString)      text = g_string_new (whole);
  g_autoptr (PlimDocument) document = NULL;
  g_autofree char         *written = NULL;

  g_string_replace (text, "\"version\": 1,", "\"version\": 99,", 1);
  document = open_text (catalog, text->str);
  written = write_text (document);
  g_assert_true (plim_document_get_read_only (document));
  g_assert_cmpstr (written, ==, whole);
}

#define HEAD "{\n\"format\": \"plimsoll\",\n\"version\": 1,\n"

static char *
nested (guint depth)
{
  GString *text = g_string_new (HEAD "\"scenarios\": [],\n\"deep\": ");

  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, ']');

  return g_string_free (g_string_append (text, "}"), FALSE);
}

/* As deep as is allowed, and one deeper. */
static void
test_depth (void)
{
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autofree char         *deepest = nested (PLIM_JSON_MOST_DEPTH);
  g_autofree char         *deeper = nested (PLIM_JSON_MOST_DEPTH + 1);
  g_autoptr (PlimDocument) document = open_text (catalog, deepest);
  g_autoptr (GError)       error = NULL;

  g_assert_false (load (document, deeper, strlen (deeper), &error));
  g_assert_nonnull (strstr (error->message, "line 5: nested more than 64 deep"));
}

/* With any one byte replaced the file is refused, or it is another sound file: it is written and read back the same. */
static void
test_damaged (void)
{
  static const char        replacements[] = { '\0', '"', '\\', '{', '}', '[', ',', '0', '9', '-', '\n', '\xC3' };
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (PlimDocument) document = plim_document_new_empty (catalog);
  g_autofree char         *text = g_strdup (whole);
  const gsize              size = strlen (whole);
  guint                    n_refused = 0, n_accepted = 0;

  for (gsize i = 0; i < size * G_N_ELEMENTS (replacements); i++)
    {
      const gsize        position = i / G_N_ELEMENTS (replacements);
      g_autoptr (GError) error = NULL;

      text[position] = replacements[i % G_N_ELEMENTS (replacements)];
      if (load (document, text, size, &error))
        {
          g_autofree char         *written = write_text (document);
          g_autoptr (PlimDocument) again = open_text (catalog, written);
          g_autofree char         *rewritten = write_text (again);

          g_assert_cmpstr (rewritten, ==, written);
          n_accepted++;
        }
      else
        {
          g_assert_nonnull (error);
          n_refused++;
        }
      text[position] = whole[position];
    }

  g_assert_cmpuint (n_refused, >, 0);
  g_assert_cmpuint (n_accepted, >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/files/round-trip", test_round_trip);
  g_test_add_func ("/files/examples", test_examples);
  g_test_add_func ("/files/small-change", test_small_change);
  g_test_add_func ("/files/copy", test_copy);
  g_test_add_func ("/files/unknown-model", test_unknown_model);
  g_test_add_func ("/files/newer", test_newer);
  g_test_add_func ("/files/depth", test_depth);
  g_test_add_func ("/files/damaged", test_damaged);

  return g_test_run ();
}
