/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scenarios and models are told by their heads; the rest may be a log. */

#include "config.h"

#include "plim-any-file.h"

#include "plim-header-file.h"
#include "plim-json.h"

#include <string.h>

#define HEAD_BYTES      1024
#define SCENARIO_ENDING ".plimsoll"
#define SCENARIO_WORD   "\"plimsoll\"" /* the value of "format", first in files of ours */

void
plim_any_file_free (PlimAnyFile *file)
{
  if (file == NULL)
    return;

  plim_model_file_free (file->model);
  plim_runtime_log_free (file->log);
  g_free (file);
}

/* Whether @text begins as JSON objects do. */
static gboolean
is_object (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;

  return *text == '{';
}

static PlimAnyFile *
take (PlimModelFile  *model,
      PlimRuntimeLog *log)
{
  PlimAnyFile *file = g_new0 (PlimAnyFile, 1);

  file->model = model;
  file->log = log;

  return file;
}

/* What is wrong with a log is said where nothing tells of a model, or where it is only too large. */
static void
choose_error (GError **error,
              GError  *model_error,
              GError  *log_error)
{
  if (model_error == NULL || g_error_matches (log_error, PLIM_JSON_ERROR, PLIM_JSON_ERROR_TOO_LARGE))
    {
      g_propagate_error (error, log_error);
      g_clear_error (&model_error);
    }
  else
    {
      g_propagate_error (error, model_error);
      g_clear_error (&log_error);
    }
}

PlimAnyFile *
plim_any_file_read (const char   *path,
                    GCancellable *cancellable,
                    GError      **error)
{
  g_autoptr (GFile) where = g_file_new_for_path (path);
  gboolean          may_be_log = g_file_test (path, G_FILE_TEST_IS_REGULAR) && !plim_model_file_has_ending (path);
  GError           *model_error = NULL;
  GError           *log_error = NULL;
  PlimModelFile    *model = NULL;
  PlimRuntimeLog   *log = NULL;
  char              head[HEAD_BYTES];

  plim_header_file_peek (path, head, sizeof head);
  if (g_str_has_suffix (path, SCENARIO_ENDING) || (is_object (head) && strstr (head, SCENARIO_WORD) != NULL))
    return take (NULL, NULL);

  if (!may_be_log || is_object (head) || strncmp (head, "GGUF", 4) == 0)
    model = plim_model_file_read (path, cancellable, &model_error);
  if (model != NULL)
    return take (model, NULL);
  if (may_be_log)
    log = plim_runtime_log_read (where, &log_error);
  if (log != NULL)
    {
      g_clear_error (&model_error);
      return take (NULL, log);
    }

  choose_error (error, model_error, log_error);
  return NULL;
}

PlimAnyFile *
plim_any_file_parse (const char *name,
                     const char *text,
                     GError    **error)
{
  GError         *model_error = NULL;
  GError         *log_error = NULL;
  PlimModelFile  *model = is_object (text) ? plim_model_file_parse (name, text, &model_error) : NULL;
  PlimRuntimeLog *log;

  if (model != NULL)
    return take (model, NULL);

  log = plim_runtime_log_parse (name, text, strlen (text), &log_error);
  if (log != NULL)
    {
      g_clear_error (&model_error);
      return take (NULL, log);
    }

  choose_error (error, model_error, log_error);
  return NULL;
}

/* --- in a thread ------------------------------------------------------------------------------------ */

typedef struct
{
  char *name; /* path, or what a text is called */
  char *text; /* NULL = read the path */
} Job;

static void
free_job (gpointer data)
{
  Job *job = data;

  g_free (job->name);
  g_free (job->text);
  g_free (job);
}

static void
free_file (gpointer data)
{
  plim_any_file_free (data);
}

static void
read_in_thread (GTask        *task,
                gpointer      source G_GNUC_UNUSED,
                gpointer      data,
                GCancellable *cancellable)
{
  const Job   *job = data;
  GError      *error = NULL;
  PlimAnyFile *file = job->text != NULL ? plim_any_file_parse (job->name, job->text, &error)
                                        : plim_any_file_read (job->name, cancellable, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, free_file);
  else
    g_task_return_error (task, error);
}

static void
start (const char         *name,
       const char         *text,
       GCancellable       *cancellable,
       GAsyncReadyCallback callback,
       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job              *job = g_new0 (Job, 1);

  job->name = g_strdup (name);
  job->text = g_strdup (text);
  g_task_set_task_data (task, job, free_job);
  g_task_run_in_thread (task, read_in_thread);
}

void
plim_any_file_read_async (const char         *path,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_return_if_fail (path != NULL);

  start (path, NULL, cancellable, callback, user_data);
}

void
plim_any_file_parse_async (const char         *name,
                           const char         *text,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_return_if_fail (name != NULL && text != NULL);

  start (name, text, cancellable, callback, user_data);
}

PlimAnyFile *
plim_any_file_finish (GAsyncResult *result,
                      GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
