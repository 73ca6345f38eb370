/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list, undo and redo of everything, what counts as modified, drafts. */

#include "plim-document.h"
#include "plim-draft.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  PlimDocument *document;
  PlimScenario *first; /* owned by the document */
  char         *folder;
} Opened;

static void
set_up (Opened       *opened,
        gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (PlimCatalog) catalog = plim_catalog_new (&error);

  g_assert_no_error (error);
  opened->document = plim_document_new (catalog);
  opened->first = plim_document_get_current (opened->document);
  opened->folder = g_dir_make_tmp ("plimsoll-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
tear_down (Opened       *opened,
           gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *path = g_build_filename (opened->folder, "a.plimsoll", NULL);

  g_unlink (path);
  g_rmdir (opened->folder);
  g_free (opened->folder);
  g_object_unref (opened->document);
}

static void
save (Opened *opened)
{
  g_autofree char   *path = g_build_filename (opened->folder, "a.plimsoll", NULL);
  g_autoptr (GFile)  file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  plim_document_save (opened->document, file, FALSE, &error);
  g_assert_no_error (error);
}

/* The whole state, as it would be saved. */
static char *
state (Opened *opened)
{
  g_autoptr (GBytes) bytes = plim_document_serialize (opened->document);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
set_context (PlimScenario *scenario,
             gint64        tokens)
{
  g_object_set (plim_scenario_get_estimator (scenario), "context", tokens, NULL);
}

/* "Llama 3.1 8B, QLoRA on one RTX 4090", which fits. */
static void
test_example (Opened       *opened,
              gconstpointer data G_GNUC_UNUSED)
{
  const PlimInputs *inputs = plim_estimator_get_inputs (plim_scenario_get_estimator (opened->first));

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (opened->document)), ==, 1);
  g_assert_cmpstr (inputs->model_id, ==, "llama-3.1-8b");
  g_assert_cmpstr (inputs->gpu_id, ==, "rtx-4090");
  g_assert_cmpuint (inputs->task, ==, PLIM_TASK_QLORA);
  g_assert_false (plim_document_get_modified (opened->document));
  g_assert_false (plim_document_can_undo (opened->document));
  g_assert_cmpuint (plim_estimator_get_estimate (plim_scenario_get_estimator (opened->first))->verdict, !=,
                    PLIM_VERDICT_UNKNOWN);
}

static void
edit_input (Opened *opened)
{
  set_context (opened->first, 777);
}

static void
edit_task (Opened *opened)
{
  g_object_set (plim_scenario_get_estimator (opened->first), "task", PLIM_TASK_TRAINING, NULL);
}

static void
edit_fix (Opened *opened)
{
  PlimInputs inputs = *plim_estimator_get_inputs (plim_scenario_get_estimator (opened->first));

  inputs.gpus_count = 4;
  inputs.recompute = PLIM_RECOMPUTE_NONE;
  plim_estimator_set_inputs (plim_scenario_get_estimator (opened->first), &inputs);
}

static void
edit_name (Opened *opened)
{
  plim_document_rename (opened->document, opened->first, "Another “name”");
}

static void
edit_append (Opened *opened)
{
  g_autoptr (PlimScenario) scenario = plim_scenario_new (plim_document_get_catalog (opened->document), "New");

  plim_document_append (opened->document, scenario);
}

static void
edit_duplicate (Opened *opened)
{
  plim_document_duplicate (opened->document, opened->first);
}

static void
edit_remove (Opened *opened)
{
  plim_document_remove (opened->document, opened->first);
}

static void
edit_move (Opened *opened)
{
  plim_document_move (opened->document, opened->first, 1);
}

/* A preview that tries several things and a fix after it. */
static void
edit_preview (Opened *opened)
{
  plim_document_begin_step (opened->document);
  set_context (opened->first, 10);
  plim_document_begin_step (opened->document);
  g_object_set (plim_scenario_get_estimator (opened->first), "gpu", "rtx-3090", NULL);
  plim_document_end_step (opened->document);
  g_object_set (plim_scenario_get_estimator (opened->first), "gpu", "h100", NULL);
  plim_document_end_step (opened->document);
}

/* Figures of a log, and none again. */
static void
edit_measured (Opened *opened)
{
  PlimMeasured measured;

  plim_measured_init (&measured);
  measured.term_bytes[PLIM_TERM_WEIGHTS] = 7;
  plim_measured_set_text (measured.source, "server.log");
  plim_document_set_measured (opened->document, opened->first, &measured);
}

static void
edit_measured_away (Opened *opened)
{
  PlimMeasured measured;

  plim_measured_init (&measured);
  plim_document_set_measured (opened->document, opened->first, &measured);
}

static void (*const edits[]) (Opened *) = { edit_input, edit_task, edit_measured, edit_fix, edit_name,
                                            edit_measured_away, edit_append,
                                            edit_duplicate, edit_preview, edit_move, edit_remove };

/* Each edit is one step; undoing all of them visits every earlier state and redoing all of them every later one. */
static void
test_undo (Opened       *opened,
           gconstpointer data G_GNUC_UNUSED)
{
  char *states[G_N_ELEMENTS (edits) + 1];

  states[0] = state (opened);
  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      edits[i](opened);
      states[i + 1] = state (opened);
      g_assert_cmpstr (states[i + 1], !=, states[i]);
      g_assert_true (plim_document_get_modified (opened->document));
      g_assert_false (plim_document_can_redo (opened->document));
    }

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = G_N_ELEMENTS (edits); i-- > 0;)
        {
          g_autofree char *now = NULL;

          plim_document_undo (opened->document);
          now = state (opened);
          g_assert_cmpstr (now, ==, states[i]);
        }
      g_assert_false (plim_document_can_undo (opened->document));
      g_assert_false (plim_document_get_modified (opened->document));
      for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
        {
          g_autofree char *now = NULL;

          plim_document_redo (opened->document);
          now = state (opened);
          g_assert_cmpstr (now, ==, states[i + 1]);
        }
      g_assert_false (plim_document_can_redo (opened->document));
    }

  for (guint i = 0; i <= G_N_ELEMENTS (edits); i++)
    g_free (states[i]);
}

/* A burst of one field is one step, another field another; an edit after an undo forgets what was undone. */
static void
test_burst (Opened       *opened,
            gconstpointer data G_GNUC_UNUSED)
{
  const PlimInputs *inputs = plim_estimator_get_inputs (plim_scenario_get_estimator (opened->first));

  for (gint64 tokens = 100; tokens < 110; tokens++)
    set_context (opened->first, tokens);
  g_object_set (plim_scenario_get_estimator (opened->first), "batch", G_GINT64_CONSTANT (3), NULL);

  plim_document_undo (opened->document);
  g_assert_cmpint (inputs->context_tokens, ==, 109);
  plim_document_undo (opened->document);
  g_assert_cmpint (inputs->context_tokens, ==, 4096);
  g_assert_false (plim_document_can_undo (opened->document));

  edit_name (opened);
  g_assert_false (plim_document_can_redo (opened->document));
}

/* A burst that ends where it began is no step at all, and what was saved counts as saved again. */
static void
test_burst_back (Opened       *opened,
                 gconstpointer data G_GNUC_UNUSED)
{
  set_context (opened->first, 5000);
  set_context (opened->first, 4096);
  g_assert_false (plim_document_can_undo (opened->document));
  g_assert_false (plim_document_get_modified (opened->document));

  edit_name (opened);
  set_context (opened->first, 5000);
  set_context (opened->first, 4096);
  plim_document_undo (opened->document);
  g_assert_cmpstr (plim_scenario_get_name (opened->first), !=, "Another “name”");
  g_assert_false (plim_document_can_undo (opened->document));
}

/* What a preview changed in a scenario that is then removed can still be taken back. */
static void
test_remove_within_step (Opened       *opened,
                         gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *before = state (opened);
  g_autofree char *after = NULL;

  plim_document_begin_step (opened->document);
  set_context (opened->first, 10);
  plim_document_remove (opened->document, opened->first);
  plim_document_end_step (opened->document);

  while (plim_document_can_undo (opened->document))
    plim_document_undo (opened->document);
  after = state (opened);
  g_assert_cmpstr (after, ==, before);
}

/* Undo in the middle of a preview takes back the preview, and leaves nothing behind. */
static void
test_undo_within_step (Opened       *opened,
                       gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *before = state (opened);
  g_autofree char *after = NULL;

  plim_document_begin_step (opened->document);
  set_context (opened->first, 10);
  plim_document_undo (opened->document);
  plim_document_end_step (opened->document);
  after = state (opened);

  g_assert_cmpstr (after, ==, before);
  g_assert_false (plim_document_can_undo (opened->document));
  g_assert_true (plim_document_can_redo (opened->document));
}

/* Undo survives saving, and finds the saved state again from both sides. */
static void
test_modified (Opened       *opened,
               gconstpointer data G_GNUC_UNUSED)
{
  edit_input (opened);
  save (opened);
  g_assert_false (plim_document_get_modified (opened->document));
  g_assert_cmpstr (plim_document_get_title (opened->document), ==, "a.plimsoll");

  plim_document_undo (opened->document);
  g_assert_true (plim_document_get_modified (opened->document));
  plim_document_redo (opened->document);
  g_assert_false (plim_document_get_modified (opened->document));

  plim_document_undo (opened->document);
  edit_name (opened);
  plim_document_undo (opened->document);
  g_assert_true (plim_document_get_modified (opened->document));
}

static void
changed_cb (GListModel *model G_GNUC_UNUSED,
            guint       position,
            guint       removed,
            guint       added,
            GString    *log)
{
  g_string_append_printf (log, "%u-%u+%u ", position, removed, added);
}

static void
test_list (Opened       *opened,
           gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GString) log = g_string_new (NULL);
  PlimScenario       *copy;

  g_signal_connect (opened->document, "items-changed", G_CALLBACK (changed_cb), log);
  copy = plim_document_duplicate (opened->document, opened->first);
  g_assert_true (plim_document_get_current (opened->document) == copy);
  g_assert_cmpstr (plim_scenario_get_id (copy), !=, plim_scenario_get_id (opened->first));
  plim_document_move (opened->document, copy, 0);
  plim_document_move (opened->document, copy, 0);
  plim_document_remove (opened->document, copy);
  g_assert_true (plim_document_get_current (opened->document) == opened->first);
  plim_document_remove (opened->document, opened->first);
  g_assert_null (plim_document_get_current (opened->document));
  plim_document_undo (opened->document);
  g_assert_true (plim_document_get_current (opened->document) == opened->first);

  g_assert_cmpstr (log->str, ==, "1-0+1 0-2+2 0-1+0 0-1+0 0-0+1 ");
}

static void
count_cb (PlimDocument *document G_GNUC_UNUSED,
          GParamSpec   *pspec G_GNUC_UNUSED,
          guint        *count)
{
  (*count)++;
}

/* Whoever shows the current scenario is told when there is none any more. */
static void
test_emptied (Opened       *opened,
              gconstpointer data G_GNUC_UNUSED)
{
  static const char  empty[] = "{\"format\":\"plimsoll\",\"version\":1,\"scenarios\":[]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (empty, strlen (empty));
  g_autoptr (GError) error = NULL;
  guint              count = 0;

  g_signal_connect (opened->document, "notify::current", G_CALLBACK (count_cb), &count);
  plim_document_remove (opened->document, opened->first);
  g_assert_null (plim_document_get_current (opened->document));
  g_assert_cmpuint (count, ==, 1);
  plim_document_undo (opened->document);
  g_assert_cmpuint (count, ==, 2);
  plim_document_load_bytes (opened->document, "empty", bytes, &error);
  g_assert_no_error (error);
  g_assert_null (plim_document_get_current (opened->document));
  g_assert_cmpuint (count, ==, 3);
}

static gboolean
stop_cb (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

static char *
wait_for_draft (void)
{
  gboolean         is_over = FALSE;
  guint            timer = g_timeout_add_seconds (30, stop_cb, &is_over);
  g_auto (GStrv)   drafts = plim_drafts_list ();
  g_autofree char *path = NULL;

  while (drafts[0] == NULL && !is_over)
    {
      g_main_context_iteration (NULL, TRUE);
      g_strfreev (drafts);
      drafts = plim_drafts_list ();
    }
  g_assert_false (is_over);
  g_source_remove (timer);
  g_assert_null (drafts[1]);

  return g_strdup (drafts[0]);
}

static void
assert_drafts (guint n_expected)
{
  g_auto (GStrv) drafts = plim_drafts_list ();

  g_assert_cmpuint (g_strv_length (drafts), ==, n_expected);
}

/* Kept while there are changes, restored by another run, gone after saving. */
static void
test_draft (Opened       *opened,
            gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (PlimDocument) other = plim_document_new_empty (plim_document_get_catalog (opened->document));
  g_autoptr (GError)       error = NULL;
  g_autofree char         *path = NULL;
  g_autofree char         *edited = NULL;
  g_autoptr (GBytes)       restored = NULL;

  plim_document_keep_draft (opened->document);
  edit_name (opened);
  edited = state (opened);
  path = wait_for_draft ();

  plim_document_restore_draft (other, path, &error);
  g_assert_no_error (error);
  g_assert_true (plim_document_get_modified (other));
  g_assert_null (plim_document_get_file (other));
  restored = plim_document_serialize (other);
  g_assert_cmpmem (edited, strlen (edited), g_bytes_get_data (restored, NULL), g_bytes_get_size (restored));

  plim_document_undo (opened->document);
  assert_drafts (0);
  plim_document_redo (opened->document);
  g_free (wait_for_draft ());
  save (opened);
  assert_drafts (0);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void (*run) (Opened *, gconstpointer);
  } tests[] = {
    { "/document/example", test_example },
    { "/document/undo", test_undo },
    { "/document/burst", test_burst },
    { "/document/burst-back", test_burst_back },
    { "/document/remove-within-step", test_remove_within_step },
    { "/document/undo-within-step", test_undo_within_step },
    { "/document/modified", test_modified },
    { "/document/list", test_list },
    { "/document/emptied", test_emptied },
    { "/document/draft", test_draft },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Opened, NULL, set_up, tests[i].run, tear_down);

  return g_test_run ();
}
