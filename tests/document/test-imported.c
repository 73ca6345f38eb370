/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A scenario with a model from a file opens without the file, and is written back as it was. */

#include "plim-document.h"

#include <string.h>

#define IMPORTED                                                                                              \
  "\"id\":\"file:tiny\",\"name\":\"Tiny\",\"hidden_size\":64,\"vocab_size\":100,\"layers\":[{\"attention\":{" \
  "\"heads\":4,\"kv_heads\":2,\"head_dim\":16},\"mlp\":{\"width\":128}}],\"pattern\":[[0,2]]"
#define STORED \
  "{\"precision\":\"bf16\",\"embedding_bytes\":1000,\"head_bytes\":200,\"other_bytes\":30,\"layers\":[[4,0],[5,0]]}"

static PlimDocument *
open_text (const char *imported_model,
           GError    **error)
{
  g_autofree char *text =
    g_strdup_printf ("{\"format\":\"plimsoll\",\"version\":1,\"scenarios\":[\n{\"id\":\"a\",\"name\":\"A\","
                     "\"inputs\":{\"model\":\"file:tiny\",\"gpu\":\"rtx-4090\"},\n"
                     "\"imported_model\":%s}]}",
                     imported_model);
  g_autoptr (GBytes)       bytes = g_bytes_new (text, strlen (text));
  g_autoptr (PlimCatalog)  catalog = plim_catalog_new (NULL);
  g_autoptr (PlimDocument) document = plim_document_new_empty (catalog);

  return plim_document_load_bytes (document, "f.plimsoll", bytes, error) ? g_steal_pointer (&document) : NULL;
}

static const PlimEstimate *
first_estimate (PlimDocument *document)
{
  g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (document), 0);

  g_assert_null (plim_estimator_get_problem (plim_scenario_get_estimator (scenario)));

  return plim_estimator_get_estimate (plim_scenario_get_estimator (scenario));
}

/* 1,000 + 200 + 30 + 4 + 5 bytes, as the file has them; by the shapes two bytes a parameter: 2 × 12,800 for the tables
 * and 64 for the norm, layers of 4,096 + 2,048 + 2,048 + 4,096 + 3 × 8,192 + 128. */
static void
test_stored (void)
{
  g_autoptr (GError)       error = NULL;
  g_autoptr (PlimDocument) stored = open_text ("{" IMPORTED ",\"stored\":" STORED "}", &error);
  g_autoptr (PlimDocument) computed = open_text ("{" IMPORTED "}", NULL);

  g_assert_no_error (error);
  g_assert_cmpint (first_estimate (stored)->stored_bytes, ==, 1239);
  g_assert_cmpint (first_estimate (computed)->stored_bytes, ==, 2 * (12800 + 64 + 2 * 36992));
}

/* Twice through memory: the same text, and the same estimate from a catalogue that never saw the file. */
static void
test_round_trip (void)
{
  g_autoptr (PlimDocument) document = open_text ("{" IMPORTED ",\"stored\":" STORED ",\"origin\":\"tiny.gguf\"}", NULL);
  g_autoptr (GBytes)       first = plim_document_serialize (document);
  g_autoptr (PlimCatalog)  catalog = plim_catalog_new (NULL);
  g_autoptr (PlimDocument) again = plim_document_new_empty (catalog);
  g_autoptr (GBytes)       second = NULL;
  g_autoptr (GError)       error = NULL;

  g_assert_true (plim_document_load_bytes (again, "g.plimsoll", first, &error));
  g_assert_no_error (error);
  second = plim_document_serialize (again);
  g_assert_true (g_bytes_equal (first, second));
  g_assert_cmpint (first_estimate (again)->stored_bytes, ==, 1239);
  g_assert_nonnull (strstr (g_bytes_get_data (second, NULL), "tiny.gguf"));
}

static void
test_damaged (void)
{
  static const struct
  {
    const char *model;
    const char *reason;
  } rows[] = {
    { "7", "object" },
    { "{\"id\":\"file:tiny\",\"name\":\"T\"}", "hidden_size" },
    { "{\"id\":\"llama\",\"name\":\"T\",\"hidden_size\":64,\"vocab_size\":9,\"layers\":[{\"mlp\":{\"width\":8}}],"
      "\"pattern\":[[0,1]]}",
      "file:" },
    { "{" IMPORTED ",\"stored\":{\"precision\":\"bf17\",\"layers\":[[4,0],[5,0]]}}", "precision" },
    { "{" IMPORTED ",\"stored\":{\"precision\":\"bf16\",\"layers\":[[4,0]]}}", "2 layers" },
    { "{" IMPORTED ",\"stored\":{\"precision\":\"bf16\",\"layers\":[[4,5],[5,0]]}}", "at most the first" },
    { "{" IMPORTED ",\"stored\":{\"precision\":\"bf16\",\"head_bytes\":-1,\"layers\":[[4,0],[5,0]]}}", "head_bytes" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError)       error = NULL;
      g_autoptr (PlimDocument) document = open_text (rows[i].model, &error);

      g_assert_null (document);
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, "f.plimsoll"));
      g_assert_nonnull (strstr (error->message, rows[i].reason));
      g_assert_nonnull (strstr (error->message, "line 3"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/imported/stored", test_stored);
  g_test_add_func ("/imported/round-trip", test_round_trip);
  g_test_add_func ("/imported/damaged", test_damaged);

  return g_test_run ();
}
