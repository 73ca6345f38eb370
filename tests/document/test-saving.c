/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a document may be saved, and what must stay as it was.  Faults of the disk are test-save-faults.py's. */

#include "plim-document.h"
#include "plim-safe-file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT  "{\"format\":\"plimsoll\",\"version\":1,\"scenarios\":[{\"name\":\"a\"}]}"
#define NEWER "{\"format\":\"plimsoll\",\"version\":2,\"scenarios\":[{\"name\":\"a\"}]}"

typedef struct
{
  PlimDocument *document;
  char         *folder;
  char         *path; /* "file" in the folder */
} Place;

static void
set_up (Place        *place,
        gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (PlimCatalog) catalog = plim_catalog_new (&error);

  g_assert_no_error (error);
  place->document = plim_document_new_empty (catalog);
  place->folder = g_dir_make_tmp ("plimsoll-XXXXXX", &error);
  g_assert_no_error (error);
  place->path = g_build_filename (place->folder, "file", NULL);
}

static void
empty_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        empty_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
tear_down (Place        *place,
           gconstpointer data G_GNUC_UNUSED)
{
  empty_folder (place->folder);
  g_object_unref (place->document);
  g_free (place->folder);
  g_free (place->path);
}

static void
put (const char *path,
     const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
assert_content (const char *path,
                const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *content = NULL;

  g_file_get_contents (path, &content, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (content, ==, text);
}

/* Opens @path and makes a change that waits to be saved. */
static void
open_and_edit (PlimDocument *document,
               const char   *path)
{
  g_autoptr (GFile)  file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  plim_document_load (document, file, &error);
  g_assert_no_error (error);
  plim_document_rename (document, plim_document_get_current (document), "edited");
}

static gboolean
save (PlimDocument *document,
      const char   *path,
      gboolean      overwrite,
      GError      **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return plim_document_save (document, file, overwrite, error);
}

static void
assert_saved (PlimDocument *document,
              const char   *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *content = NULL;

  save (document, path, FALSE, &error);
  g_assert_no_error (error);
  g_assert_false (plim_document_get_modified (document));
  g_assert_false (plim_document_is_changed_on_disk (document));
  g_file_get_contents (path, &content, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (content, "edited"));
}

static void
assert_refused (PlimDocument     *document,
                const char       *path,
                PlimSafeFileError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (save (document, path, FALSE, &error));
  g_assert_error (error, PLIM_SAFE_FILE_ERROR, (gint) code);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_true (plim_document_get_modified (document));
}

/* Group's permission survives a umask that would take it away. */
static void
test_mode (Place        *place,
           gconstpointer data G_GNUC_UNUSED)
{
  struct stat status;
  mode_t      before = umask (0077);

  put (place->path, TEXT);
  g_chmod (place->path, 0664);
  open_and_edit (place->document, place->path);
  assert_saved (place->document, place->path);
  g_assert_cmpint (stat (place->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0664);
  umask (before);
}

/* A link stays a link; ".." in it is meant from where the folder really is. */
static void
test_links (Place        *place,
            gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *deep = g_build_filename (place->folder, "deep", NULL);
  g_autofree char *real = g_build_filename (deep, "real", NULL);
  g_autofree char *inner = g_build_filename (deep, "inner", NULL);
  g_autofree char *link = g_build_filename (inner, "link", NULL);
  g_autofree char *side = g_build_filename (place->folder, "side", NULL);
  g_autofree char *path = g_build_filename (side, "link", NULL);
  g_autofree char *wrong = g_build_filename (place->folder, "real", NULL);

  g_assert_cmpint (g_mkdir_with_parents (inner, 0700), ==, 0);
  put (real, TEXT);
  g_assert_cmpint (symlink ("../real", link), ==, 0);
  g_assert_cmpint (symlink ("deep/inner", side), ==, 0);

  open_and_edit (place->document, path);
  assert_saved (place->document, path);
  assert_saved (place->document, real);
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_false (g_file_test (wrong, G_FILE_TEST_EXISTS));

  /* One that dangles is filled in. */
  g_unlink (real);
  plim_document_rename (place->document, plim_document_get_current (place->document), "edited again");
  assert_saved (place->document, path);
  g_assert_true (g_file_test (real, G_FILE_TEST_IS_REGULAR));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
}

static void
test_not_files (Place        *place,
                gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *folder = g_build_filename (place->folder, "folder", NULL);
  g_autofree char *pipe = g_build_filename (place->folder, "pipe", NULL);
  g_autofree char *circle = g_build_filename (place->folder, "circle", NULL);
  g_autofree char *nowhere = g_build_filename (place->folder, "no", "where", NULL);

  put (place->path, TEXT);
  open_and_edit (place->document, place->path);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (symlink ("circle", circle), ==, 0);

  assert_refused (place->document, folder, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE);
  assert_refused (place->document, pipe, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE);
  assert_refused (place->document, circle, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE);
  assert_refused (place->document, "/dev/full", PLIM_SAFE_FILE_ERROR_NOT_WRITABLE);
  assert_refused (place->document, nowhere, PLIM_SAFE_FILE_ERROR_FAILED);
  assert_content (place->path, TEXT);
}

static void
test_hard_link (Place        *place,
                gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *other = g_build_filename (place->folder, "other", NULL);
  g_autofree char *third = g_build_filename (place->folder, "third", NULL);

  put (place->path, TEXT);
  g_assert_cmpint (link (place->path, other), ==, 0);
  open_and_edit (place->document, place->path);
  assert_refused (place->document, place->path, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE);
  assert_content (place->path, TEXT);
  assert_content (other, TEXT);
  assert_saved (place->document, third);
}

/* A write-protected file is not replaced through its folder, nor is one written in a protected folder; root is not
 * bound by either. */
static void
test_protected (Place        *place,
                gconstpointer data G_GNUC_UNUSED)
{
  put (place->path, TEXT);
  open_and_edit (place->document, place->path);
  g_chmod (place->path, 0444);
  if (geteuid () == 0)
    {
      assert_saved (place->document, place->path);
      return;
    }

  assert_refused (place->document, place->path, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE);
  g_chmod (place->path, 0644);
  g_chmod (place->folder, 0500);
  assert_refused (place->document, place->path, PLIM_SAFE_FILE_ERROR_FAILED);
  g_chmod (place->folder, 0700);
  assert_content (place->path, TEXT);
}

/* Of two that opened the same file the second to save is told, even where size and time are the same. */
static void
test_two_writers (Place        *place,
                  gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (PlimDocument) other = plim_document_new_empty (plim_document_get_catalog (place->document));
  g_autoptr (GError)       error = NULL;
  g_autofree char         *link = g_build_filename (place->folder, "link", NULL);
  static const char        same_size[] =
    "{\"format\":\"plimsoll\",\"version\":1,\"scenarios\":[{\"name\":\"z\"}]}";

  put (place->path, TEXT);
  open_and_edit (place->document, place->path);
  open_and_edit (other, place->path);
  assert_saved (other, place->path);
  g_assert_true (plim_document_is_changed_on_disk (place->document));
  assert_refused (place->document, place->path, PLIM_SAFE_FILE_ERROR_CHANGED);

  put (place->path, TEXT);
  open_and_edit (place->document, place->path);
  put (place->path, same_size);
  assert_refused (place->document, place->path, PLIM_SAFE_FILE_ERROR_CHANGED);
  assert_content (place->path, same_size);
  g_assert_true (save (place->document, place->path, TRUE, &error));
  g_assert_no_error (error);

  g_assert_cmpint (symlink ("file", link), ==, 0);
  g_unlink (place->path);
  plim_document_rename (place->document, plim_document_get_current (place->document), "edited again");
  g_assert_false (plim_document_is_changed_on_disk (place->document));
  assert_saved (place->document, place->path);
}

/* What a newer version has written is not written over, under whatever name; a copy is ours. */
static void
test_newer (Place        *place,
            gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char   *link = g_build_filename (place->folder, "link", NULL);
  g_autofree char   *copy = g_build_filename (place->folder, "copy", NULL);
  g_autoptr (GError) error = NULL;

  put (place->path, NEWER);
  g_assert_cmpint (symlink ("file", link), ==, 0);
  open_and_edit (place->document, place->path);
  assert_refused (place->document, place->path, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE);
  assert_refused (place->document, link, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE);
  g_assert_false (save (place->document, place->path, TRUE, &error));
  assert_content (place->path, NEWER);

  assert_saved (place->document, copy);
  g_assert_false (plim_document_get_read_only (place->document));
  open_and_edit (place->document, copy);
  g_assert_false (plim_document_get_read_only (place->document));
}

static void
test_remote (Place        *place,
             gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GFile)  file = g_file_new_for_uri ("sftp://example.org/a.plimsoll");
  g_autoptr (GError) error = NULL;

  put (place->path, TEXT);
  open_and_edit (place->document, place->path);
  g_assert_false (plim_document_save (place->document, file, FALSE, &error));
  g_assert_error (error, PLIM_SAFE_FILE_ERROR, PLIM_SAFE_FILE_ERROR_NOT_WRITABLE);
  g_assert_true (plim_document_get_modified (place->document));
}

static void
loaded_cb (GObject      *source G_GNUC_UNUSED,
           GAsyncResult *result,
           gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
load_in_thread (PlimDocument *document,
                const char   *path,
                GError      **error)
{
  g_autoptr (GFile)        file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  plim_document_load_async (document, file, NULL, loaded_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return plim_document_load_finish (document, result, error);
}

static void
test_load_async (Place        *place,
                 gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  put (place->path, TEXT);
  g_assert_true (load_in_thread (place->document, place->path, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (plim_document_get_title (place->document), ==, "file");
  g_assert_cmpstr (plim_scenario_get_name (plim_document_get_current (place->document)), ==, "a");

  put (place->path, "{\n]");
  g_assert_false (load_in_thread (place->document, place->path, &error));
  g_assert_nonnull (strstr (error->message, "line 2"));
  g_clear_error (&error);
  g_assert_false (load_in_thread (place->document, place->folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_assert_cmpstr (plim_scenario_get_name (plim_document_get_current (place->document)), ==, "a");
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void (*run) (Place *, gconstpointer);
  } tests[] = {
    { "/saving/mode", test_mode },
    { "/saving/links", test_links },
    { "/saving/not-files", test_not_files },
    { "/saving/hard-link", test_hard_link },
    { "/saving/protected", test_protected },
    { "/saving/two-writers", test_two_writers },
    { "/saving/newer", test_newer },
    { "/saving/remote", test_remote },
    { "/saving/load-async", test_load_async },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Place, NULL, set_up, tests[i].run, tear_down);

  return g_test_run ();
}
