/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Head, metadata, tensors, and the parts of a split file (docs/gguf.md of ggml; split files: gguf-split of llama.cpp,
 * "NAME-00001-of-00003.gguf" with split.no, split.count and split.tensors.count).  The first part's metadata is the
 * model's. */

#include "config.h"

#include "plim-gguf.h"

#include "plim-gguf-values.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#define NEWEST_VERSION     3
#define DEFAULT_ALIGNMENT  32
#define MOST_ALIGNMENT     (1 << 20)
#define MOST_DIMENSIONS    4
#define MOST_PARTS         9999
#define SMALLEST_KEY_BYTES (8 + 4 + 1)
#define SMALLEST_ROW_BYTES (4 + 4 + 4 + 8)

struct _PlimGguf
{
  char            *name;
  guint            version;
  gboolean         is_big_endian;
  guint            parts_count;
  gint64           file_bytes;
  gint64           read_bytes;
  GHashTable      *values;  /* char * → PlimGgufValue */
  PlimTensorTable *tensors;
};

/* One file being read. */
typedef struct
{
  PlimGguf       *gguf;
  PlimHeaderFile *file;
  PlimGgufCursor *cursor;
  GHashTable     *values;
  const char     *name;
  guint           part;
  guint64         n_tensors;
  guint64         n_keys;
  gint64          alignment;
} Part;

static PlimGguf *
gguf_new (void)
{
  PlimGguf *gguf = g_new0 (PlimGguf, 1);

  gguf->tensors = plim_tensor_table_new ();

  return gguf;
}

void
plim_gguf_free (PlimGguf *gguf)
{
  if (gguf == NULL)
    return;

  g_clear_pointer (&gguf->values, g_hash_table_unref);
  plim_tensor_table_free (gguf->tensors);
  g_free (gguf->name);
  g_free (gguf);
}

static gboolean
fail (const Part     *part,
      PlimImportError code,
      const char     *place,
      const char     *reason,
      GError        **error)
{
  return plim_import_fail (error, code, part->name, place, "%s", reason);
}

/* The version, which tells the byte order too. */
static gboolean
read_version (Part    *part,
              GError **error)
{
  const char *place = _ ("version");
  guint64     version;

  if (!plim_gguf_cursor_number (part->cursor, 4, &version, place, error))
    return FALSE;
  if ((version & 0xffff) == 0 && version != 0)
    {
      part->cursor->is_big_endian = TRUE;
      version = GUINT32_SWAP_LE_BE ((guint32) version);
    }
  if (version < 1 || version > NEWEST_VERSION || (part->cursor->is_big_endian && version < NEWEST_VERSION))
    return plim_import_fail (error, PLIM_IMPORT_ERROR_UNSUPPORTED, part->name, place,
                             _ ("version %" PRIu64 " of GGUF is not known; 1 to %d are"), version,
                             NEWEST_VERSION);

  part->cursor->is_short = version == 1;
  if (part->part == 0)
    {
      part->gguf->version = (guint) version;
      part->gguf->is_big_endian = part->cursor->is_big_endian;
    }

  return TRUE;
}

/* Refuses a count that the rest of the file cannot hold, or over a limit. */
static gboolean
check_count (const Part *part,
             guint64     count,
             guint64     most,
             guint64     smallest_bytes,
             const char *place,
             GError    **error)
{
  guint64 left = (guint64) plim_header_file_get_size_bytes (part->file) - part->cursor->position;

  if (count > left / smallest_bytes)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TRUNCATED, part->name, place,
                             _ ("there are said to be %" PRIu64 ", more than the file has room for"), count);
  if (count > most)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, part->name, place,
                             _ ("there are said to be %" PRIu64 "; at most %" PRIu64 " are read"),
                             count, most);

  return TRUE;
}

static gboolean
read_head (Part    *part,
           GError **error)
{
  char        magic[4];
  const char *place = _ ("beginning");

  if (!plim_header_file_refuse_foreign (part->file, "GGUF", error) ||
      !plim_gguf_cursor_take (part->cursor, magic, sizeof magic, place, error))
    return FALSE;
  if (memcmp (magic, "GGUF", sizeof magic) != 0)
    return fail (part, PLIM_IMPORT_ERROR_FOREIGN, place, _ ("this is not a GGUF file"), error);

  return read_version (part, error) &&
         plim_gguf_cursor_length (part->cursor, &part->n_tensors, _ ("number of tensors"), error) &&
         plim_gguf_cursor_length (part->cursor, &part->n_keys, _ ("number of metadata entries"), error) &&
         check_count (part, part->n_tensors, PLIM_TENSOR_TABLE_MOST, SMALLEST_ROW_BYTES, _ ("number of tensors"),
                      error) &&
         check_count (part, part->n_keys, PLIM_GGUF_MOST_KEYS, part->cursor->is_short ? 9 : SMALLEST_KEY_BYTES,
                      _ ("number of metadata entries"), error);
}

/* The value under @key where it is single and of @kind. */
static const PlimGgufValue *
find_single (GHashTable  *values,
             const char  *key,
             PlimGgufKind kind)
{
  const PlimGgufValue *value = g_hash_table_lookup (values, key);

  return value != NULL && !value->is_list && value->kind == kind && value->n_kept == 1 ? value : NULL;
}

static gboolean
read_alignment (Part    *part,
                GError **error)
{
  static const char    key[] = "general.alignment";
  const PlimGgufValue *value = find_single (part->values, key, PLIM_GGUF_KIND_INTEGERS);
  gint64               alignment;

  part->alignment = DEFAULT_ALIGNMENT;
  if (!g_hash_table_contains (part->values, key))
    return TRUE;
  /* Type 4: the format asks for exactly this one. */
  if (value == NULL || value->type != 4)
    return fail (part, PLIM_IMPORT_ERROR_DAMAGED, key, _ ("this is not an unsigned 32-bit number"), error);

  alignment = value->integers[0];
  if (alignment <= 0 || (alignment & (alignment - 1)) != 0 || alignment > MOST_ALIGNMENT)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, part->name, key,
                             _ ("%" PRId64 " is not a power of two from 1 to %d"), alignment, MOST_ALIGNMENT);
  part->alignment = alignment;

  return TRUE;
}

static gboolean
read_dimensions (Part       *part,
                 const char *place,
                 gint64     *dimensions,
                 guint      *n_dimensions,
                 GError    **error)
{
  guint64 count;

  if (!plim_gguf_cursor_number (part->cursor, 4, &count, place, error))
    return FALSE;
  if (count > MOST_DIMENSIONS)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, part->name, place,
                             _ ("%" PRIu64 " dimensions are too many; a tensor has at most %d"), count,
                             MOST_DIMENSIONS);

  for (guint i = 0; i < count; i++)
    {
      guint64 dimension;

      if (!plim_gguf_cursor_length (part->cursor, &dimension, place, error))
        return FALSE;
      if (dimension > G_MAXINT64)
        return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, part->name, place,
                                 _ ("dimension %u is negative or too large"), i + 1);
      dimensions[i] = (gint64) dimension;
    }
  *n_dimensions = (guint) count;

  return TRUE;
}

static gboolean
read_type (Part           *part,
           const char     *place,
           PlimTensorType *type,
           GError        **error)
{
  guint64 id;

  if (!plim_gguf_cursor_number (part->cursor, 4, &id, place, error))
    return FALSE;

  *type = plim_tensor_type_from_gguf ((guint32) id);
  if (*type == PLIM_TENSOR_TYPE_NONE)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_UNSUPPORTED, part->name, place,
                             _ ("there is no type of tensor %" PRIu64), id);
  if (plim_tensor_type_get_info (*type)->kind == PLIM_TENSOR_KIND_REMOVED)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_UNSUPPORTED, part->name, place,
                             _ ("the type %s was removed from the format: convert the file again"),
                             plim_tensor_type_get_info (*type)->name);

  return TRUE;
}

/* Blocks lie along the first dimension. */
static gboolean
check_blocks (Part          *part,
              const char    *place,
              PlimTensorType type,
              gint64         columns_count,
              GError       **error)
{
  const PlimTensorTypeInfo *info = plim_tensor_type_get_info (type);

  return columns_count % info->block_elements == 0 ||
         plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, part->name, place,
                           _ ("%" PRId64 " columns are not whole blocks of %u, as %s has them"), columns_count,
                           info->block_elements, info->name);
}

static gboolean
read_tensor (Part    *part,
             guint64  index,
             GError **error)
{
  /* Translators: tensor number %u of a file */
  g_autofree char *row_place = g_strdup_printf (_ ("tensor %u"), (guint) index + 1);
  g_autofree char *name = NULL;
  const char      *place;
  gsize            length;
  gint64           dimensions[MOST_DIMENSIONS] = { 0 };
  guint            n_dimensions = 0;
  PlimTensorType   type = PLIM_TENSOR_TYPE_NONE;
  guint64          offset;

  if (!plim_gguf_cursor_string (part->cursor, PLIM_TENSOR_MOST_NAME_BYTES, &name, &length, row_place, error))
    return FALSE;
  if (name == NULL)
    return fail (part, PLIM_IMPORT_ERROR_TOO_LARGE, row_place, _ ("its name is too long"), error);

  place = length > 0 && g_utf8_validate (name, (gssize) length, NULL) ? name : row_place;
  if (!read_dimensions (part, place, dimensions, &n_dimensions, error) || !read_type (part, place, &type, error) ||
      !plim_gguf_cursor_number (part->cursor, 8, &offset, place, error) ||
      !check_blocks (part, place, type, n_dimensions > 0 ? dimensions[0] : 1, error))
    return FALSE;
  if (offset > G_MAXINT64 || (gint64) offset % part->alignment != 0)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, part->name, place,
                             _ ("its place, byte %" PRIu64 ", is not a multiple of %" PRId64),
                             offset, part->alignment);

  return plim_tensor_table_add (part->gguf->tensors, part->name, name, length, type, dimensions, n_dimensions,
                                part->part, (gint64) offset, error);
}

static gboolean
read_tensors (Part    *part,
              GError **error)
{
  guint   first = plim_tensor_table_get_count (part->gguf->tensors);
  gint64  size = plim_header_file_get_size_bytes (part->file);
  guint64 start;

  for (guint64 i = 0; i < part->n_tensors; i++)
    if (!read_tensor (part, i, error))
      return FALSE;

  /* The position is at most the file's size, the alignment at most 1 MiB. */
  start = (part->cursor->position + (guint64) part->alignment - 1) / (guint64) part->alignment *
          (guint64) part->alignment;

  return plim_tensor_table_check_layout (part->gguf->tensors, part->name, first,
                                         (gint64) start <= size ? size - (gint64) start : 0, FALSE, error);
}

static gboolean
read_contents (Part    *part,
               GError **error)
{
  if (!read_head (part, error))
    return FALSE;

  for (guint64 i = 0; i < part->n_keys; i++)
    if (!plim_gguf_values_take (part->values, part->cursor, error))
      return FALSE;

  return read_alignment (part, error) && read_tensors (part, error);
}

/* Reads one file, adds its tensors to @gguf and gives its metadata. */
static GHashTable *
read_part (PlimGguf     *gguf,
           const char   *path,
           guint         number,
           GCancellable *cancellable,
           GError      **error)
{
  g_autoptr (PlimHeaderFile) file = plim_header_file_open (path, cancellable, error);
  g_autoptr (GHashTable)     values =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) plim_gguf_value_free);
  g_autofree PlimGgufCursor *cursor = NULL;
  Part                       part;

  if (file == NULL)
    return NULL;

  cursor = g_new0 (PlimGgufCursor, 1);
  cursor->file = file;
  part = (Part) { .gguf = gguf,
                  .file = file,
                  .cursor = cursor,
                  .values = values,
                  .name = plim_header_file_get_name (file),
                  .part = number };
  if (!read_contents (&part, error))
    return NULL;

  if (gguf->name == NULL)
    gguf->name = g_strdup (part.name);
  gguf->file_bytes += plim_header_file_get_size_bytes (file);
  gguf->read_bytes += plim_header_file_get_read_bytes (file);

  return g_steal_pointer (&values);
}

static gint64
integer_of (GHashTable *values,
            const char *key,
            gint64      otherwise)
{
  const PlimGgufValue *value = find_single (values, key, PLIM_GGUF_KIND_INTEGERS);

  return value != NULL ? value->integers[0] : otherwise;
}

/* What stands before "-00001-of-00003.gguf" in @path, of @count parts; NULL when it is not called so. */
static char *
prefix_of (const char *path,
           gint64      count)
{
  g_autofree char *ending = g_strdup_printf ("-of-%05" PRId64 ".gguf", count);
  gsize            tail = strlen (ending) + strlen ("-00001");
  gsize            length = strlen (path);

  if (length <= tail || !g_str_has_suffix (path, ending) || path[length - tail] != '-')
    return NULL;
  for (gsize i = 1; i <= 5; i++)
    if (!g_ascii_isdigit (path[length - tail + i]))
      return NULL;

  return g_strndup (path, length - tail);
}

/* What a part says of itself must agree with its place. */
static gboolean
check_part (const char *path,
            GHashTable *values,
            gint64      number,
            gint64      count,
            GError    **error)
{
  g_autofree char *name = g_filename_display_basename (path);

  if (integer_of (values, "split.count", -1) != count)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, name, "split.count",
                             _ ("the other parts say that there are %" PRId64), count);

  return integer_of (values, "split.no", -1) == number ||
         plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, name, "split.no",
                           _ ("this is not part %" PRId64 " as its name says"), number + 1);
}

/* Reads part @number of @count; a missing one is named. */
static gboolean
read_one_of_many (PlimGguf     *gguf,
                  const char   *prefix,
                  gint64        number,
                  gint64        count,
                  GCancellable *cancellable,
                  GError      **error)
{
  g_autofree char *path =
    g_strdup_printf ("%s-%05" PRId64 "-of-%05" PRId64 ".gguf", prefix, number + 1, count);
  g_autoptr (GError)     reason = NULL;
  g_autoptr (GHashTable) values = read_part (gguf, path, (guint) number, cancellable, &reason);

  if (values == NULL && g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_autofree char *name = g_filename_display_basename (path);

      return plim_import_fail (error, PLIM_IMPORT_ERROR_INCOMPLETE, name, NULL,
                               _ ("this part of the model, %" PRId64 " of %" PRId64 ", is missing"),
                               number + 1, count);
    }
  if (values == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (!check_part (path, values, number, count, error))
    return FALSE;
  if (number == 0)
    gguf->values = g_steal_pointer (&values);

  return TRUE;
}

static PlimGguf *
read_parts (const char   *path,
            gint64        count,
            gint64        read_bytes,
            GCancellable *cancellable,
            GError      **error)
{
  g_autoptr (PlimGguf) gguf = gguf_new ();
  g_autofree char     *name = g_filename_display_basename (path);
  g_autofree char     *prefix = NULL;
  gint64               tensors_count;

  if (count > MOST_PARTS)
    {
      plim_import_set_error (error, PLIM_IMPORT_ERROR_TOO_LARGE, name, "split.count",
                             _ ("%" PRId64 " parts are too many"), count);
      return NULL;
    }
  prefix = prefix_of (path, count);
  if (prefix == NULL)
    {
      plim_import_set_error (error, PLIM_IMPORT_ERROR_INCOMPLETE, name, "split.count",
                             _ ("this is one of %" PRId64
                                " parts, but its name does not say which: the others "
                                "cannot be found"),
                             count);
      return NULL;
    }

  for (gint64 i = 0; i < count; i++)
    if (!read_one_of_many (gguf, prefix, i, count, cancellable, error))
      return NULL;

  tensors_count = integer_of (gguf->values, "split.tensors.count", plim_tensor_table_get_count (gguf->tensors));
  if (tensors_count != plim_tensor_table_get_count (gguf->tensors))
    {
      plim_import_set_error (error, PLIM_IMPORT_ERROR_DAMAGED, gguf->name, "split.tensors.count",
                             _ ("there should be %" PRId64 " tensors, but the parts have %u"), tensors_count,
                             plim_tensor_table_get_count (gguf->tensors));
      return NULL;
    }
  gguf->parts_count = (guint) count;
  gguf->read_bytes += read_bytes;

  return g_steal_pointer (&gguf);
}

/* How many layers are of the main model. */
static guint
count_main_layers (const PlimGguf *gguf)
{
  const char *architecture = plim_gguf_get_string (gguf, "general.architecture");
  gint64      layers_count;
  gint64      next_count;

  if (architecture != NULL)
    {
      g_autofree char *layers_key = g_strconcat (architecture, ".block_count", NULL);
      g_autofree char *next_key = g_strconcat (architecture, ".nextn_predict_layers", NULL);

      layers_count = integer_of (gguf->values, layers_key, 0);
      next_count = integer_of (gguf->values, next_key, 0);
      if (next_count > 0 && next_count < layers_count && layers_count <= G_MAXINT)
        return (guint) (layers_count - next_count);
    }

  return 0;
}

PlimGguf *
plim_gguf_read (const char   *path,
                GCancellable *cancellable,
                GError      **error)
{
  g_autoptr (PlimGguf) gguf = gguf_new ();
  gint64               count;

  gguf->parts_count = 1;
  gguf->values = read_part (gguf, path, 0, cancellable, error);
  if (gguf->values == NULL)
    return NULL;

  count = integer_of (gguf->values, "split.count", 0);
  if (count > 1)
    {
      PlimGguf *whole = read_parts (path, count, gguf->read_bytes, cancellable, error);

      if (whole == NULL)
        return NULL;
      plim_gguf_free (gguf);
      gguf = whole;
    }
  plim_tensor_table_classify (gguf->tensors, count_main_layers (gguf));

  return g_steal_pointer (&gguf);
}

const char *
plim_gguf_get_name (const PlimGguf *gguf)
{
  return gguf->name;
}

guint
plim_gguf_get_version (const PlimGguf *gguf)
{
  return gguf->version;
}

gboolean
plim_gguf_is_big_endian (const PlimGguf *gguf)
{
  return gguf->is_big_endian;
}

guint
plim_gguf_get_parts_count (const PlimGguf *gguf)
{
  return gguf->parts_count;
}

gint64
plim_gguf_get_file_bytes (const PlimGguf *gguf)
{
  return gguf->file_bytes;
}

gint64
plim_gguf_get_read_bytes (const PlimGguf *gguf)
{
  return gguf->read_bytes;
}

PlimTensorTable *
plim_gguf_get_tensors (const PlimGguf *gguf)
{
  return gguf->tensors;
}

gboolean
plim_gguf_has (const PlimGguf *gguf,
               const char     *key)
{
  return g_hash_table_contains (gguf->values, key);
}

const char *
plim_gguf_get_string (const PlimGguf *gguf,
                      const char     *key)
{
  const PlimGgufValue *value = find_single (gguf->values, key, PLIM_GGUF_KIND_STRINGS);

  return value != NULL ? value->strings[0] : NULL;
}

gboolean
plim_gguf_get_integer (const PlimGguf *gguf,
                       const char     *key,
                       gint64         *value)
{
  const PlimGgufValue *found = find_single (gguf->values, key, PLIM_GGUF_KIND_INTEGERS);

  if (found == NULL || found->has_large)
    return FALSE;

  *value = found->integers[0];

  return TRUE;
}

gboolean
plim_gguf_get_number (const PlimGguf *gguf,
                      const char     *key,
                      double         *value)
{
  const PlimGgufValue *found = find_single (gguf->values, key, PLIM_GGUF_KIND_NUMBERS);
  gint64               integer;

  if (plim_gguf_get_integer (gguf, key, &integer))
    {
      *value = (double) integer;
      return TRUE;
    }
  if (found == NULL || !isfinite (found->numbers[0]))
    return FALSE;

  *value = found->numbers[0];

  return TRUE;
}

guint
plim_gguf_get_integers (const PlimGguf *gguf,
                        const char     *key,
                        gint64         *entries,
                        guint           most_entries)
{
  const PlimGgufValue *value = g_hash_table_lookup (gguf->values, key);
  guint                n_entries;

  if (value == NULL || value->kind != PLIM_GGUF_KIND_INTEGERS || value->has_large)
    return 0;

  n_entries = MIN (value->n_kept, most_entries);
  if (n_entries > 0)
    memcpy (entries, value->integers, n_entries * sizeof *entries);

  return n_entries;
}

guint64
plim_gguf_count_entries (const PlimGguf *gguf,
                         const char     *key)
{
  const PlimGgufValue *value = g_hash_table_lookup (gguf->values, key);

  return value != NULL && value->is_list ? value->entries_count : 0;
}

const char *
plim_gguf_get_entry (const PlimGguf *gguf,
                     const char     *key,
                     guint           index)
{
  const PlimGgufValue *value = g_hash_table_lookup (gguf->values, key);

  if (value == NULL || !value->is_list || value->kind != PLIM_GGUF_KIND_STRINGS || index >= value->n_kept)
    return NULL;

  return value->strings[index];
}

gboolean
plim_gguf_has_tensor (const PlimGguf *gguf,
                      const char     *name)
{
  return plim_tensor_table_find (gguf->tensors, name) >= 0;
}
