/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is read is written back unchanged, and what cannot be read is refused by file, line and reason. */

#include "opened.h"
#include "plim-document.h"
#include "plim-json.h"

#include <string.h>

#define GENERATED 500

static gboolean
load (PlimDocument *document,
      const char   *text,
      gsize         size,
      GError      **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, size);

  return plim_document_load_bytes (document, "f.plimsoll", bytes, error);
}

static char *
write_back (PlimDocument *document)
{
  g_autoptr (GBytes) bytes = plim_document_serialize (document);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* A file of another hand: members we do not know, in an order that is not ours, numbers spelled in other ways. */
static const char foreign[] = "{\n"
                              "  \"x-first\": {\n"
                              "    \"huge\": 123456789012345678901234567890,\n"
                              "    \"exact\": 9007199254740993\n"
                              "  },\n"
                              "  \"scenarios\": [\n"
                              "    {\n"
                              "      \"inputs\": {\n"
                              "        \"utilization\": 1,\n"
                              "        \"x-inside\": null,\n"
                              "        \"context\": 4096,\n"
                              "        \"task\": \"qlora\"\n"
                              "      },\n"
                              "      \"x-tag\": \"a\\\\b\",\n"
                              "      \"measured\": {\n"
                              "        \"what\": \"nvidia-smi\",\n"
                              "        \"peak_bytes\": 17179869184\n"
                              "      },\n"
                              "      \"name\": \"Ä 漢\",\n"
                              "      \"id\": \"one\"\n"
                              "    }\n"
                              "  ],\n"
                              "  \"version\": 1,\n"
                              "  \"format\": \"plimsoll\"\n"
                              "}\n";

static void
test_foreign (void)
{
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (PlimDocument) document = plim_document_new_empty (catalog);
  g_autoptr (GError)       error = NULL;
  g_autofree char         *same = NULL;
  g_autofree char         *changed = NULL;
  g_autoptr (GString)      expected = g_string_new (foreign);
  PlimScenario            *scenario;
  PlimMeasured             measured;

  load (document, foreign, strlen (foreign), &error);
  g_assert_no_error (error);
  same = write_back (document);
  g_assert_cmpstr (same, ==, foreign);

  scenario = plim_document_get_current (document);
  g_assert_cmpint (plim_scenario_get_measured (scenario)->peak_bytes, ==, 17179869184);
  g_object_set (plim_scenario_get_estimator (scenario), "context", G_GINT64_CONSTANT (8192), NULL);
  plim_measured_init (&measured);
  plim_scenario_set_measured (scenario, &measured);
  plim_document_rename (document, scenario, "B");
  changed = write_back (document);

  g_string_replace (expected, "4096", "8192", 1);
  g_string_replace (expected, ",\n        \"peak_bytes\": 17179869184", "", 1);
  g_string_replace (expected, "Ä 漢", "B", 1);
  g_assert_cmpstr (changed, ==, expected->str);
}

/* Any value a field may have. */
static void
set_random (GRand      *random,
            PlimInputs *inputs,
            PlimFieldId id)
{
  const PlimField *field = plim_field (id);
  double           share = g_rand_boolean (random) ? g_rand_double (random) : (double) g_rand_int_range (random, 0, 2);
  double           value = field->minimum + share * (field->maximum - field->minimum);

  if (field->type == PLIM_FIELD_TYPE_CHOICE)
    plim_inputs_set_integer (inputs, id, g_rand_int_range (random, 0, (gint32) plim_field_n_choices (id)));
  else if (field->type == PLIM_FIELD_TYPE_NUMBER)
    plim_inputs_set_number (inputs, id, value);
  else if (field->type != PLIM_FIELD_TYPE_TEXT)
    plim_inputs_set_integer (inputs, id, value < 9.2e18 ? (gint64) value : G_MAXINT64);
  else
    plim_inputs_set_text (inputs, id, id == PLIM_FIELD_MODEL ? "llama-3-8b" : "no such \"thing\"\n\x01 ü");
}

static void
set_random_measured (GRand        *random,
                     PlimScenario *scenario)
{
  PlimMeasured measured;

  plim_measured_init (&measured);
  measured.peak_bytes = g_rand_boolean (random) ? G_MAXINT64 : 1;
  measured.device_bytes = g_rand_int_range (random, 0, 2);
  measured.is_out_of_memory = g_rand_boolean (random);
  for (guint id = 0; id < PLIM_N_TERM_IDS; id++)
    measured.term_bytes[id] = g_rand_int_range (random, -1, 5);
  plim_measured_set_text (measured.source, g_rand_boolean (random) ? "Büro \"log\".txt" : "");
  plim_measured_set_text (measured.program, "llama.cpp");
  plim_scenario_set_measured (scenario, &measured);
}

static void
fill_random (PlimDocument *document,
             GRand        *random)
{
  for (gint i = g_rand_int_range (random, 0, 4); i > 0; i--)
    {
      g_autofree char         *name = g_strdup_printf ("%d \"\\/\t\x7f 𝄞", i);
      g_autoptr (PlimScenario) scenario = plim_scenario_new (plim_document_get_catalog (document), name);
      PlimInputs               inputs;

      plim_inputs_init (&inputs);
      for (guint id = 0; id < PLIM_N_FIELDS; id++)
        if (g_rand_boolean (random))
          set_random (random, &inputs, id);
      plim_estimator_set_inputs (plim_scenario_get_estimator (scenario), &inputs);
      if (g_rand_boolean (random))
        plim_scenario_set_notes (scenario, "several\nlines\r\n");
      if (g_rand_boolean (random))
        set_random_measured (random, scenario);
      plim_document_append (document, scenario);
    }
}

static void
assert_same (PlimDocument *a,
             PlimDocument *b)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (a)), ==, g_list_model_get_n_items (G_LIST_MODEL (b)));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (a)); i++)
    {
      g_autoptr (PlimScenario) left = g_list_model_get_item (G_LIST_MODEL (a), i);
      g_autoptr (PlimScenario) right = g_list_model_get_item (G_LIST_MODEL (b), i);

      g_assert_cmpstr (plim_scenario_get_name (left), ==, plim_scenario_get_name (right));
      g_assert_cmpstr (plim_scenario_get_id (left), ==, plim_scenario_get_id (right));
      g_assert_cmpstr (plim_scenario_get_notes (left), ==, plim_scenario_get_notes (right));
      g_assert_true (plim_measured_equal (plim_scenario_get_measured (left), plim_scenario_get_measured (right)));
      for (guint id = 0; id < PLIM_N_FIELDS; id++)
        g_assert_true (plim_inputs_equal_field (plim_estimator_get_inputs (plim_scenario_get_estimator (left)),
                                                plim_estimator_get_inputs (plim_scenario_get_estimator (right)), id));
    }
}

/* Written, read, written again: the same inputs, and the same bytes. */
static void
test_generated (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  g_autoptr (GRand)       random = g_rand_new_with_seed (1976);

  for (guint i = 0; i < GENERATED; i++)
    {
      g_autoptr (PlimDocument) document = plim_document_new_empty (catalog);
      g_autoptr (PlimDocument) copy = plim_document_new_empty (catalog);
      g_autoptr (GError)       error = NULL;
      g_autofree char         *first = NULL;
      g_autofree char         *second = NULL;

      fill_random (document, random);
      first = write_back (document);
      load (copy, first, strlen (first), &error);
      g_assert_no_error (error);
      second = write_back (copy);
      g_assert_cmpstr (first, ==, second);
      assert_same (document, copy);
    }
}

/* Refuses @text with a message that names the file, @line where it is not 0, and @reason; nothing changes. */
static void
assert_refused (PlimDocument *document,
                const char   *text,
                gsize         size,
                guint         line,
                const char   *reason)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *place = line > 0 ? g_strdup_printf ("f.plimsoll: line %u: ", line) : g_strdup ("f.plimsoll: ");
  g_autofree char   *before = write_back (document);
  g_autofree char   *after = NULL;

  g_assert_false (load (document, text, size, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, place));
  g_assert_nonnull (strstr (error->message, reason));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  after = write_back (document);
  g_assert_cmpstr (before, ==, after);
  g_assert_false (plim_document_get_modified (document));
}

/* Cut anywhere, a file is refused whole. */
static void
test_truncated (void)
{
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (PlimDocument) document = plim_document_new (catalog);
  gsize                    size = strlen (foreign);

  for (gsize i = 0; i < size - 1; i++)
    assert_refused (document, foreign, i, 0, "");
}

#define HEAD "{\"format\":\"plimsoll\",\"version\":1,\n\"scenarios\":["

static const struct
{
  const char *text;
  guint       line;
  const char *reason;
} bad_files[] = {
  { "", 0, "empty" },
  { " \n ", 1, "JSON" },
  { "[]", 1, "format" },
  { "null", 1, "format" },
  { "\"plimsoll\"", 1, "format" },
  { "{}", 1, "format" },
  { "{\"format\":\"other\",\"version\":1,\"scenarios\":[]}", 1, "format" },
  { "{\"format\":1,\"version\":1,\"scenarios\":[]}", 1, "format" },
  { "{\"format\":\"plimsoll\",\"scenarios\":[]}", 1, "version" },
  { "{\"format\":\"plimsoll\",\n\"version\":0,\"scenarios\":[]}", 2, "version" },
  { "{\"format\":\"plimsoll\",\n\"version\":-1,\"scenarios\":[]}", 2, "version" },
  { "{\"format\":\"plimsoll\",\n\"version\":1.5,\"scenarios\":[]}", 2, "version" },
  { "{\"format\":\"plimsoll\",\n\"version\":\"1\",\"scenarios\":[]}", 2, "version" },
  { "{\"format\":\"plimsoll\",\n\"version\":99999999999,\"scenarios\":[]}", 2, "version" },
  { "{\"format\":\"plimsoll\",\"version\":1}", 1, "scenarios" },
  { "{\"format\":\"plimsoll\",\"version\":1,\n\"scenarios\":{}}", 2, "scenarios" },
  { "{\"format\":\"plimsoll\",\"version\":1,\n\"scenarios\":null}", 2, "scenarios" },
  { HEAD "\n1]}", 3, "scenario" },
  { HEAD "{},\nnull]}", 3, "scenario" },
  { HEAD "{},[],\n{}]}", 2, "scenario" },
  { HEAD "{\n\"id\":1}]}", 3, "id" },
  { HEAD "{\n\"name\":[]}]}", 3, "name" },
  { HEAD "{\n\"name\":\"a\\u0000b\"}]}", 3, "name" },
  { HEAD "{\n\"notes\":{}}]}", 3, "notes" },
  { HEAD "{\n\"inputs\":[]}]}", 3, "inputs" },
  { HEAD "{\n\"inputs\":null}]}", 3, "inputs" },
  { HEAD "{\n\"measured\":5}]}", 3, "measured" },
  { HEAD "{\"measured\":{\n\"peak_bytes\":-1}}]}", 3, "peak_bytes" },
  { HEAD "{\"measured\":{\n\"peak_bytes\":1.5}}]}", 3, "peak_bytes" },
  { HEAD "{\"measured\":{\n\"peak_bytes\":\"1\"}}]}", 3, "peak_bytes" },
  { HEAD "{\"measured\":{\n\"peak_bytes\":9223372036854775808}}]}", 3, "peak_bytes" },
  { HEAD "{\"measured\":{\n\"device_bytes\":-1}}]}", 3, "device_bytes" },
  { HEAD "{\"measured\":{\n\"out_of_memory\":1}}]}", 3, "out_of_memory" },
  { HEAD "{\"measured\":{\n\"source\":1}}]}", 3, "source" },
  { HEAD "{\"measured\":{\n\"terms\":[]}}]}", 3, "terms" },
  { HEAD "{\"measured\":{\"terms\":{\n\"kv-cache\":-1}}}]}", 3, "kv-cache" },
  { HEAD "{\"name\":\"a\",\n\"name\":\"b\"}]}", 3, "“name” is given twice" },
  { HEAD "{\"name\":\"a\",\n\"n\\u0061me\":\"b\"}]}", 3, "“name” is given twice" },
  { HEAD "{\"inputs\":{\"gpus\":1,\n\"batch\":1,\n\"gpus\":1}}]}", 4, "“gpus” is given twice" },
  { HEAD "{\"x\":{\"y\":[{\"z\":1,\n\"z\":1}]}}]}", 3, "“z” is given twice" },
  { HEAD "]}\n{}", 3, "JSON" },
  { HEAD "]}\n,", 3, "JSON" },
  { HEAD "{}\n,]}", 3, "JSON" },
  { HEAD "{\"x\":\nNaN}]}", 3, "JSON" },
  { HEAD "{\"x\":\nInfinity}]}", 3, "JSON" },
  { HEAD "{\"x\":\n-Infinity}]}", 3, "JSON" },
  { HEAD "{\"x\":\n01}]}", 3, "JSON" },
  { HEAD "{\"x\":\n+1}]}", 3, "JSON" },
  { HEAD "{\"x\":\n.5}]}", 3, "JSON" },
  { HEAD "{\"x\":\n0x10}]}", 3, "JSON" },
  { HEAD "{\"x\":\n'a'}]}", 3, "JSON" },
  { HEAD "{\"x\":\n\"a\nb\"}]}", 3, "JSON" },
  { HEAD "{\"x\":\n\"\x01\"}]}", 3, "JSON" },
  { HEAD "{\"x\":\n\"\\ud800\"}]}", 3, "JSON" },
  { HEAD "{\"x\":\n\"\xff\"}]}", 3, "JSON" },
  { HEAD "{\"x\":\n\"\xc0\xaf\"}]}", 3, "JSON" },
  { HEAD "{\"x\":\n\"\\q\"}]}", 3, "JSON" },
  { HEAD "{\"x\":\nTrue}]}", 3, "JSON" },
  { HEAD "{\nx:1}]}", 3, "JSON" },
  { HEAD "] // end\n}", 2, "JSON" },
  { HEAD "] /* end */ }", 2, "JSON" },
  { "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", 0, "Git LFS" },
  { "<!DOCTYPE html>\n<html></html>", 0, "web page" },
  { "<html><body>404</body></html>", 0, "web page" },
  { "\xEF\xBB\xBF{}", 0, "byte order mark" },
  { "\xFF\xFE{", 0, "UTF-16" },
  { "\xFE\xFF", 0, "UTF-16" },
  { "PK\x03\x04", 0, "ZIP" },
  { "GGUF\x03", 0, "GGUF" },
  { "format: plimsoll\nversion: 1\n", 1, "JSON" },
};

static void
test_bad_files (void)
{
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (PlimDocument) document = plim_document_new (catalog);

  for (guint i = 0; i < G_N_ELEMENTS (bad_files); i++)
    assert_refused (document, bad_files[i].text, strlen (bad_files[i].text), bad_files[i].line, bad_files[i].reason);
}

/* Every field with values it must not have: forty fields, ten values. */
static void
test_bad_values (void)
{
  static const char *const never[] = { "null", "true", "{}", "[1]", "\"no such choice or number\"", "-1", "1e400",
                                       "1e308", "-1e-300", "123456789012345678901234567890" };
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (PlimDocument) document = plim_document_new (catalog);

  for (guint id = 0; id < PLIM_N_FIELDS; id++)
    for (guint i = 0; i < G_N_ELEMENTS (never); i++)
      {
        const PlimField *field = plim_field (id);
        g_autofree char *text =
          g_strdup_printf (HEAD "{},{\"inputs\":\r\n{\"x\":\"},{\\\"\",\r\n\"%s\":%s}}]}", field->name, never[i]);

        if (field->type != PLIM_FIELD_TYPE_TEXT || *never[i] != '"')
          assert_refused (document, text, strlen (text), 4, field->name);
      }
}

/* Sizes over the limits, refused before they cost anything. */
static void
test_too_large (void)
{
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (PlimDocument) document = plim_document_new (catalog);
  g_autofree char         *brackets = g_strnfill (1000000, '[');
  g_autofree char         *letters = g_strnfill (PLIM_JSON_MOST_STRING + 1, 'x');
  g_autofree char         *named = g_strdup_printf (HEAD "\n{\"name\":\"%s\"}]}", letters);
  g_autofree char         *spaces = g_strnfill ((gsize) PLIM_JSON_MOST_BYTES + 1, ' ');
  g_autoptr (GString)      many = g_string_new (HEAD "{}");

  assert_refused (document, brackets, 1000000, 1, "deep");
  assert_refused (document, named, strlen (named), 3, "longer than");
  assert_refused (document, spaces, (gsize) PLIM_JSON_MOST_BYTES + 1, 0, "larger than");
  for (guint i = 0; i < PLIM_DOCUMENT_MOST_SCENARIOS; i++)
    g_string_append (many, ",{}");
  g_string_append (many, "]}");
  assert_refused (document, many->str, many->len, 2, "more than");
}

/* A newer file opens, with what we know of it, and is read-only; CRLF is plain JSON. */
static void
test_newer (void)
{
  static const char        newer[] = "{\"format\":\"plimsoll\",\r\n\"version\":2,\"scenarios\":[{\"name\":\"N\"}]}";
  g_autoptr (PlimCatalog)  catalog = open_catalog ();
  g_autoptr (PlimDocument) document = plim_document_new (catalog);
  g_autoptr (GError)       error = NULL;

  load (document, newer, strlen (newer), &error);
  g_assert_no_error (error);
  g_assert_true (plim_document_get_read_only (document));
  g_assert_cmpstr (plim_scenario_get_name (plim_document_get_current (document)), ==, "N");

  load (document, foreign, strlen (foreign), &error);
  g_assert_no_error (error);
  g_assert_false (plim_document_get_read_only (document));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reading/foreign", test_foreign);
  g_test_add_func ("/reading/generated", test_generated);
  g_test_add_func ("/reading/truncated", test_truncated);
  g_test_add_func ("/reading/bad-files", test_bad_files);
  g_test_add_func ("/reading/bad-values", test_bad_values);
  g_test_add_func ("/reading/too-large", test_too_large);
  g_test_add_func ("/reading/newer", test_newer);

  return g_test_run ();
}
