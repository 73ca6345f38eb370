/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between a document and the bytes of its file.  What is about to be saved is first read back and compared in memory.
 */

#include "config.h"

#include "plim-document-private.h"
#include "plim-scenario-json.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "plimsoll"

/* Steps that bring a file of version i + 1 to version i + 2, oldest first; none is needed yet. */
typedef void (*Migration) (yyjson_mut_doc *doc);
static const Migration migrations[PLIM_DOCUMENT_VERSION] = { NULL };

/* Checks the head of the file and finds its version. */
static gboolean
read_head (const PlimJsonText *text,
           guint              *version,
           GError            **error)
{
  yyjson_val *root = yyjson_doc_get_root (text->doc);
  yyjson_val *number = yyjson_obj_get (root, "version");

  if (!yyjson_is_obj (root) || g_strcmp0 (yyjson_get_str (yyjson_obj_get (root, "format")), FORMAT) != 0)
    return plim_json_fail (text, root, PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("this is not a Plimsoll file: “format” is not “plimsoll”"));
  if (!yyjson_is_uint (number) || yyjson_get_uint (number) < 1 || yyjson_get_uint (number) > G_MAXUINT)
    return plim_json_fail (text, number, PLIM_JSON_ERROR_VALUE, error, _ ("“version” must be a whole number from 1"));
  if (!yyjson_is_arr (yyjson_obj_get (root, "scenarios")))
    return plim_json_fail (text, yyjson_obj_get (root, "scenarios"), PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("the list “scenarios” is missing"));

  *version = (guint) yyjson_get_uint (number);
  return TRUE;
}

static GPtrArray *
read_scenarios (PlimDocument       *self,
                const PlimJsonText *text,
                GError            **error)
{
  g_autoptr (GPtrArray) scenarios = g_ptr_array_new_with_free_func (g_object_unref);
  yyjson_val           *list = yyjson_obj_get (yyjson_doc_get_root (text->doc), "scenarios");
  gsize                 index, most;
  yyjson_val           *object;

  if (yyjson_arr_size (list) > PLIM_DOCUMENT_MOST_SCENARIOS)
    {
      plim_json_fail (text, list, PLIM_JSON_ERROR_TOO_LARGE, error, _ ("more than %d scenarios"),
                      PLIM_DOCUMENT_MOST_SCENARIOS);
      return NULL;
    }

  yyjson_arr_foreach (list, index, most, object)
    {
      PlimScenario *scenario = plim_scenario_new (self->catalog, "");

      g_ptr_array_add (scenarios, scenario);
      if (!plim_scenario_json_read (text, object, scenario, error))
        return NULL;
    }

  return g_steal_pointer (&scenarios);
}

/* Keeps the root's members for the next save, the scenarios themselves left out. */
static void
keep_original (PlimDocument       *self,
               const PlimJsonText *text)
{
  yyjson_mut_doc *original = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_val_mut_copy (original, yyjson_doc_get_root (text->doc));

  yyjson_mut_obj_replace (root, yyjson_mut_str (original, "scenarios"), yyjson_mut_arr (original));
  yyjson_mut_doc_set_root (original, root);
  g_clear_pointer (&self->original, yyjson_mut_doc_free);
  self->original = original;
}

/* Rewrites @text of an older version as this one's; the result replaces its tree. */
static void
migrate (PlimJsonText *text,
         guint         version)
{
  yyjson_mut_doc *doc;

  if (version >= PLIM_DOCUMENT_VERSION)
    return;

  doc = yyjson_doc_mut_copy (text->doc, NULL);
  for (guint i = version; i < PLIM_DOCUMENT_VERSION; i++)
    if (migrations[i] != NULL)
      migrations[i](doc);
  yyjson_doc_free (text->doc);
  text->doc = yyjson_mut_doc_imut_copy (doc, NULL);
  yyjson_mut_doc_free (doc);
}

gboolean
plim_document_load_bytes (PlimDocument *self,
                          const char   *name,
                          GBytes       *bytes,
                          GError      **error)
{
  g_auto (PlimJsonText) text = { 0 };
  g_autoptr (GPtrArray) scenarios = NULL;
  gsize                 size;
  const char           *data = g_bytes_get_data (bytes, &size);
  guint                 version = 0;

  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), FALSE);

  if (!plim_json_parse (&text, name, data, size, error) || !read_head (&text, &version, error))
    return FALSE;

  migrate (&text, version);
  scenarios = read_scenarios (self, &text, error);
  if (scenarios == NULL)
    return FALSE;

  keep_original (self, &text);
  plim_document_set_read_only (self, version > PLIM_DOCUMENT_VERSION);
  plim_document_reset (self, scenarios);

  return TRUE;
}

/* Takes over @bytes, read from @file. */
static gboolean
load_from (PlimDocument *self,
           GFile        *file,
           GBytes       *bytes,
           GError      **error)
{
  g_autofree char *name = g_file_get_parse_name (file);
  g_autofree char *path = g_file_get_path (file);

  if (!plim_document_load_bytes (self, name, bytes, error))
    return FALSE;

  memset (&self->identity, 0, sizeof self->identity);
  if (path != NULL)
    plim_file_identity_take (&self->identity, path, bytes);
  plim_document_set_file (self, file);

  return TRUE;
}

gboolean
plim_document_load (PlimDocument *self,
                    GFile        *file,
                    GError      **error)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (PLIM_IS_DOCUMENT (self) && G_IS_FILE (file), FALSE);

  bytes = plim_json_read_file (file, PLIM_JSON_MOST_BYTES, error);

  return bytes != NULL && load_from (self, file, bytes, error);
}

/* Reads and checks the syntax, so that the main thread meets sound text only. */
static void
load_thread (GTask        *task,
             gpointer      source G_GNUC_UNUSED,
             gpointer      data,
             GCancellable *cancellable G_GNUC_UNUSED)
{
  GFile                *file = data;
  g_autofree char      *name = g_file_get_parse_name (file);
  g_auto (PlimJsonText) text = { 0 };
  g_autoptr (GError)    error = NULL;
  g_autoptr (GBytes)    bytes = plim_json_read_file (file, PLIM_JSON_MOST_BYTES, &error);

  if (bytes != NULL && plim_json_parse (&text, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error))
    g_task_return_pointer (task, g_steal_pointer (&bytes), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
plim_document_load_async (PlimDocument       *self,
                          GFile              *file,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (PLIM_IS_DOCUMENT (self) && G_IS_FILE (file));

  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, load_thread);
}

gboolean
plim_document_load_finish (PlimDocument *self,
                           GAsyncResult *result,
                           GError      **error)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  bytes = g_task_propagate_pointer (G_TASK (result), error);

  return bytes != NULL && load_from (self, g_task_get_task_data (G_TASK (result)), bytes, error);
}

GBytes *
plim_document_serialize (PlimDocument *self)
{
  g_autoptr (yyjson_mut_doc) doc = NULL;
  yyjson_mut_val            *root;
  yyjson_mut_val            *list;
  g_autofree char           *text = NULL;
  char                      *json;
  gsize                      size;

  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), NULL);

  doc = self->original != NULL ? yyjson_mut_doc_mut_copy (self->original, NULL) : yyjson_mut_doc_new (NULL);
  root = yyjson_mut_doc_get_root (doc);
  if (root == NULL)
    {
      root = yyjson_mut_obj (doc);
      yyjson_mut_doc_set_root (doc, root);
      yyjson_mut_obj_add_str (doc, root, "format", FORMAT);
      yyjson_mut_obj_add_uint (doc, root, "version", PLIM_DOCUMENT_VERSION);
      yyjson_mut_obj_add_arr (doc, root, "scenarios");
    }

  /* A copy of a newer version's file is written as ours. */
  yyjson_mut_obj_replace (root, yyjson_mut_str (doc, "version"), yyjson_mut_uint (doc, PLIM_DOCUMENT_VERSION));
  list = yyjson_mut_obj_get (root, "scenarios");
  for (guint i = 0; i < self->scenarios->len; i++)
    yyjson_mut_arr_append (list, plim_scenario_json_write (self->scenarios->pdata[i], doc));

  json = yyjson_mut_write (doc, YYJSON_WRITE_PRETTY_TWO_SPACES, &size);
  text = g_strconcat (json, "\n", NULL);
  free (json);

  return g_bytes_new_take (g_steal_pointer (&text), size + 1);
}

static gboolean
is_same_scenario (PlimScenario *a,
                  PlimScenario *b)
{
  const PlimInputs *left = plim_estimator_get_inputs (plim_scenario_get_estimator (a));
  const PlimInputs *right = plim_estimator_get_inputs (plim_scenario_get_estimator (b));

  for (guint id = 0; id < PLIM_N_FIELDS; id++)
    if (!plim_inputs_equal_field (left, right, id))
      return FALSE;

  return strcmp (plim_scenario_get_id (a), plim_scenario_get_id (b)) == 0 &&
         strcmp (plim_scenario_get_name (a), plim_scenario_get_name (b)) == 0 &&
         strcmp (plim_scenario_get_notes (a), plim_scenario_get_notes (b)) == 0 &&
         plim_measured_equal (plim_scenario_get_measured (a), plim_scenario_get_measured (b));
}

/* Reads @bytes back and compares: nothing that does not come back whole is written. */
static gboolean
verify (PlimDocument *self,
        GBytes       *bytes,
        GError      **error)
{
  g_autoptr (PlimDocument) copy = plim_document_new_empty (self->catalog);
  g_autoptr (GBytes)       again = NULL;
  gboolean                 is_same;

  if (!plim_document_load_bytes (copy, self->title, bytes, error))
    return FALSE;

  again = plim_document_serialize (copy);
  is_same = g_bytes_equal (bytes, again) && copy->scenarios->len == self->scenarios->len;
  for (guint i = 0; is_same && i < self->scenarios->len; i++)
    is_same = is_same_scenario (copy->scenarios->pdata[i], self->scenarios->pdata[i]);
  if (!is_same)
    g_set_error (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_FAILED,
                 _ ("%s: what would be written does not read back as it should. The file on disk is unchanged."),
                 self->title);

  return is_same;
}

/* Whether @path may be saved to: only files on this computer, and no file of a newer version of the program. */
static gboolean
may_save (PlimDocument *self,
          GFile        *file,
          const char   *path,
          GError      **error)
{
  g_autofree char *name = g_file_get_parse_name (file);

  if (path == NULL)
    {
      g_set_error (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE,
                   _ ("%s: only files on this computer can be saved safely"), name);
      return FALSE;
    }
  if (self->is_read_only && self->file != NULL && plim_file_identity_is_at (&self->identity, path))
    {
      g_set_error (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE,
                   _ ("%s: a newer version of the program has written this file; save under another name"), name);
      return FALSE;
    }

  return TRUE;
}

gboolean
plim_document_save (PlimDocument *self,
                    GFile        *file,
                    gboolean      overwrite,
                    GError      **error)
{
  g_autofree char   *path = g_file_get_path (file);
  g_autoptr (GBytes) bytes = NULL;
  PlimFileIdentity   identity = { 0 };

  g_return_val_if_fail (PLIM_IS_DOCUMENT (self) && G_IS_FILE (file), FALSE);

  if (!may_save (self, file, path, error))
    return FALSE;

  bytes = plim_document_serialize (self);
  if (!verify (self, bytes, error))
    return FALSE;

  /* Under whatever name it is reached. */
  if (self->file != NULL && (g_file_equal (self->file, file) || plim_file_identity_is_at (&self->identity, path)))
    identity = self->identity;
  if (!plim_safe_file_replace (path, bytes, &identity, overwrite, error))
    return FALSE;

  self->identity = identity;
  plim_document_set_file (self, file);
  plim_document_set_read_only (self, FALSE);
  plim_history_mark_saved (self->history);
  plim_document_notify_history (self);
  plim_document_discard_draft (self);

  return TRUE;
}

gboolean
plim_document_is_changed_on_disk (PlimDocument *self)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (PLIM_IS_DOCUMENT (self), FALSE);

  path = self->file != NULL ? g_file_get_path (self->file) : NULL;

  return path != NULL && !plim_file_identity_matches (&self->identity, path);
}
