/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file descriptor, its size, and a count of what was read.  Each range is checked before it is read; a short read is
 * a file that shrank. */

#include "config.h"

#include "plim-header-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much of a file is looked at to say what it is. */
#define MOST_SNIFFED_BYTES 512

struct _PlimHeaderFile
{
  int           descriptor;
  char         *name;
  gint64        size_bytes;
  gint64        read_bytes;
  GCancellable *cancellable;
};

/* How wrong files begin. */
static const struct
{
  const char *start;
  gsize       length;
  gboolean    is_text; /* upper and lower case are the same, blanks before it do not count */
  const char *reason;
} foreign_files[] = {
#define START(text) text, sizeof (text) - 1
  { START ("version https://git-lfs"), TRUE,
    N_ ("this is a Git LFS pointer, not the file itself: fetch it with “git lfs pull”") },
  { START ("<!doctype html"), TRUE, N_ ("this is a web page, not a model: the download did not succeed") },
  { START ("<html"), TRUE, N_ ("this is a web page, not a model: the download did not succeed") },
  { START ("<?xml"), TRUE, N_ ("this is an XML file, not a model: the download may not have succeeded") },
  { START ("Entry not found"), TRUE, N_ ("this is the message “Entry not found”, not a model") },
  { START ("Access to model"), TRUE, N_ ("this is a message about access to a model, not the model") },
  { START ("PK\003\004"), FALSE,
    N_ ("this is a PyTorch checkpoint or another ZIP archive; only safetensors and GGUF files are read") },
  { START ("\200\002"), FALSE, N_ ("this is a Python pickle; only safetensors and GGUF files are read") },
  { START ("\200\004"), FALSE, N_ ("this is a Python pickle; only safetensors and GGUF files are read") },
  { START ("\037\213"), FALSE, N_ ("this is a compressed file: unpack it first") },
  { START ("\211HDF\r\n"), FALSE, N_ ("this is an HDF5 file; only safetensors and GGUF files are read") },
  { START ("lmgg"), FALSE, N_ ("this is a GGML file from before GGUF: convert it first") },
  { START ("tjgg"), FALSE, N_ ("this is a GGML file from before GGUF: convert it first") },
#undef START
};

/* Why @status is not a file to be read; NULL when it is one. */
static const char *
refusal_of (mode_t mode)
{
  if (S_ISREG (mode))
    return NULL;
  if (S_ISDIR (mode))
    return _ ("this is a folder, not a file");
  if (S_ISFIFO (mode))
    return _ ("this is a pipe, not a file");
  if (S_ISSOCK (mode))
    return _ ("this is a socket, not a file");

  return _ ("this is a device, not a file");
}

PlimHeaderFile *
plim_header_file_open (const char   *path,
                       GCancellable *cancellable,
                       GError      **error)
{
  g_autoptr (PlimHeaderFile) file = g_new0 (PlimHeaderFile, 1);
  struct stat                status;
  const char                *refusal;

  file->name = g_filename_display_basename (path);
  file->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  file->descriptor = g_open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
  if (file->descriptor < 0 || fstat (file->descriptor, &status) != 0)
    {
      int saved = errno;

      /* A socket cannot be opened at all. */
      if (saved == ENXIO)
        plim_import_set_error (error, PLIM_IMPORT_ERROR_NOT_A_FILE, file->name, NULL, "%s", refusal_of (S_IFSOCK));
      else
        g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (saved), "%s: %s", file->name, g_strerror (saved));
      return NULL;
    }

  refusal = refusal_of (status.st_mode);
  if (refusal != NULL)
    {
      plim_import_set_error (error, PLIM_IMPORT_ERROR_NOT_A_FILE, file->name, NULL, "%s", refusal);
      return NULL;
    }
  file->size_bytes = (gint64) status.st_size;

  return g_steal_pointer (&file);
}

void
plim_header_file_free (PlimHeaderFile *file)
{
  if (file == NULL)
    return;

  if (file->descriptor >= 0)
    close (file->descriptor);
  g_clear_object (&file->cancellable);
  g_free (file->name);
  g_free (file);
}

const char *
plim_header_file_get_name (const PlimHeaderFile *file)
{
  return file->name;
}

gint64
plim_header_file_get_size_bytes (const PlimHeaderFile *file)
{
  return file->size_bytes;
}

gint64
plim_header_file_get_read_bytes (const PlimHeaderFile *file)
{
  return file->read_bytes;
}

gboolean
plim_header_file_go_on (const PlimHeaderFile *file,
                        GError              **error)
{
  if (!g_cancellable_is_cancelled (file->cancellable))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("%s: reading was cancelled"), file->name);

  return FALSE;
}

gboolean
plim_header_file_read (PlimHeaderFile *file,
                       guint64         offset,
                       gpointer        buffer,
                       gsize           count,
                       const char     *place,
                       GError        **error)
{
  guint64 size = (guint64) file->size_bytes;
  gsize   done = 0;

  if (!plim_header_file_go_on (file, error))
    return FALSE;
  if (offset > size || count > size - offset)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TRUNCATED, file->name, place,
                             _ ("the file ends after %" PRIu64 " bytes, but %zu"
                                " bytes from byte %" PRIu64 " are needed"),
                             size, count, offset);

  while (done < count)
    {
      gssize got = pread (file->descriptor, (char *) buffer + done, count - done, (off_t) (offset + done));

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          int saved = errno;

          g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (saved), "%s: %s: %s", file->name, place,
                       g_strerror (saved));
          return FALSE;
        }
      if (got == 0)
        return plim_import_fail (error, PLIM_IMPORT_ERROR_TRUNCATED, file->name, place,
                                 _ ("the file became shorter while it was read"));
      done += (gsize) got;
      file->read_bytes += got;
    }

  return TRUE;
}

/* TRUE when the @size bytes of @data begin with row @i of the table. */
static gboolean
begins_as (const char *data,
           gsize       size,
           guint       i)
{
  const char *start = foreign_files[i].start;
  gsize       length = foreign_files[i].length;
  gsize       blanks = 0;

  if (!foreign_files[i].is_text)
    return size >= length && memcmp (data, start, length) == 0;

  while (blanks < size && g_ascii_isspace (data[blanks]))
    blanks++;

  return size - blanks >= length && g_ascii_strncasecmp (data + blanks, start, length) == 0;
}

gboolean
plim_header_file_refuse_foreign (PlimHeaderFile *file,
                                 const char     *format,
                                 GError        **error)
{
  char     data[MOST_SNIFFED_BYTES];
  gsize    size = (gsize) MIN (file->size_bytes, (gint64) sizeof data);
  gboolean is_zero = TRUE;

  if (size == 0)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TRUNCATED, file->name, NULL, _ ("the file is empty"));
  if (!plim_header_file_read (file, 0, data, size, _ ("beginning"), error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (foreign_files); i++)
    if (begins_as (data, size, i))
      return plim_import_fail (error, PLIM_IMPORT_ERROR_FOREIGN, file->name, NULL, "%s", _ (foreign_files[i].reason));

  if (size >= 4 && memcmp (data, "GGUF", 4) == 0 && strcmp (format, "GGUF") != 0)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_FOREIGN, file->name, NULL,
                             /* Translators: %s is the name of a file format */
                             _ ("this is a GGUF file, not %s"), format);

  for (gsize i = 0; i < size && is_zero; i++)
    is_zero = data[i] == '\0';
  if (is_zero)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file->name, _ ("beginning"),
                             _ ("there are only zero bytes: the download may not have finished"));

  return TRUE;
}

void
plim_header_file_peek (const char *path,
                       char       *head,
                       gsize       size)
{
  g_autoptr (GFile)            where = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = NULL;
  gsize                        n_read = 0;

  memset (head, 0, size);
  /* A pipe or device would block or never end. */
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return;
  stream = g_file_read (where, NULL, NULL);
  if (stream != NULL)
    g_input_stream_read_all (G_INPUT_STREAM (stream), head, size - 1, &n_read, NULL, NULL);
}
