/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a file or text is, whatever it is called; and what is said of what it is not. */

#include "plim-any-file.h"

#include <glib/gstdio.h>
#include <string.h>

#define ADAPTER "{\"peft_type\":\"LORA\",\"r\":16,\"base_model_name_or_path\":\"gpt2\"}"
#define CONFIG                                                                                                 \
  "\n {\"model_type\": \"llama\", \"hidden_size\": 64, \"intermediate_size\": 128, \"num_hidden_layers\": 2, " \
  "\"num_attention_heads\": 4, \"num_key_value_heads\": 2, \"vocab_size\": 100, \"torch_dtype\": \"bfloat16\"}"
#define LOG       "load_tensors:        CUDA0 model buffer size =  4403.49 MiB\n"
#define SCENARIOS "{\n  \"format\": \"plimsoll\", \"version\": 1, \"scenarios\": []}"

typedef enum
{
  MODEL,
  A_LOG,
  OF_SCENARIOS,
  NOTHING
} Kind;

static const struct
{
  const char *name;
  const char *text;
  Kind        kind;
  const char *reason; /* of NOTHING */
} files[] = {
  { "config.json", CONFIG, MODEL, NULL },
  { "download", CONFIG, MODEL, NULL },
  { "adapter_config.json", ADAPTER, MODEL, NULL },
  { "server.log", LOG, A_LOG, NULL },
  { "log", LOG, A_LOG, NULL },
  { "json.log", "{\"level\": \"info\", \"msg\": \"\"}\n" LOG, A_LOG, NULL },
  { "run.plimsoll", "damaged", OF_SCENARIOS, NULL },
  { "renamed.json", SCENARIOS, OF_SCENARIOS, NULL },
  { "renamed", SCENARIOS, OF_SCENARIOS, NULL },
  { "text.txt", "nothing of ours", NOTHING, "text.txt: no memory figures found" },
  { "cut.json", "{\"hidden_size\": ", NOTHING, "cut.json" },
  { "cut", "GGUF", NOTHING, "cut" },
};

static void
check (const PlimAnyFile *file,
       const GError      *error,
       Kind               kind,
       const char        *reason)
{
  if (kind == NOTHING)
    {
      g_assert_null (file);
      g_assert_nonnull (error);
      g_assert_true (g_str_has_prefix (error->message, reason));
      return;
    }

  g_assert_no_error (error);
  g_assert_cmpint (file->model != NULL, ==, kind == MODEL);
  g_assert_cmpint (file->log != NULL, ==, kind == A_LOG);
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("plimsoll-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char        *path = g_build_filename (folder, files[i].name, NULL);
      g_autoptr (GError)      error = NULL;
      g_autoptr (PlimAnyFile) file = NULL;

      g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
      file = plim_any_file_read (path, NULL, &error);
      check (file, error, files[i].kind, files[i].reason);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_folder (void)
{
  g_autofree char        *folder = g_dir_make_tmp ("plimsoll-XXXXXX", NULL);
  g_autoptr (GError)      error = NULL;
  g_autoptr (PlimAnyFile) file = plim_any_file_read (folder, NULL, &error);

  g_assert_null (file);
  g_assert_nonnull (strstr (error->message, "config.json"));
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

typedef struct
{
  GMainLoop   *loop;
  PlimAnyFile *file;
  GError      *error;
} Answer;

static void
parsed_cb (GObject      *source G_GNUC_UNUSED,
           GAsyncResult *result,
           gpointer      data)
{
  Answer *answer = data;

  answer->file = plim_any_file_finish (result, &answer->error);
  g_main_loop_quit (answer->loop);
}

/* Texts, in a thread. */
static void
test_texts (void)
{
  static const struct
  {
    const char *text;
    Kind        kind;
    const char *reason;
  } texts[] = {
    { CONFIG, MODEL, NULL },
    { LOG, A_LOG, NULL },
    { "", NOTHING, "Clipboard: no memory figures" },
    { "{\"hidden_size\": -1}", NOTHING, "Clipboard: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
      Answer                answer = { .loop = loop };

      plim_any_file_parse_async ("Clipboard", texts[i].text, NULL, parsed_cb, &answer);
      g_main_loop_run (loop);
      check (answer.file, answer.error, texts[i].kind, texts[i].reason);
      plim_any_file_free (answer.file);
      g_clear_error (&answer.error);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GMainLoop)    loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Answer                   answer = { .loop = loop };

  g_cancellable_cancel (cancellable);
  plim_any_file_parse_async ("Clipboard", LOG, cancellable, parsed_cb, &answer);
  g_main_loop_run (loop);
  g_assert_null (answer.file);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&answer.error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/any-file/files", test_files);
  g_test_add_func ("/any-file/folder", test_folder);
  g_test_add_func ("/any-file/texts", test_texts);
  g_test_add_func ("/any-file/cancelled", test_cancelled);

  return g_test_run ();
}
