/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Eight bytes of length, a JSON object, the data.  The checks are those of the format's reference implementation:
 * length within the file and the limit, "{" first, blanks only after it, UTF-8, no member twice, the bytes of each
 * shape equal to its span, and spans that cover the data without gaps and overlaps. */

#include "config.h"

#include "plim-safetensors-header.h"

#include "plim-json.h"
#include "plim-safetensors-scan.h"
#include "plim-safetensors.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define LENGTH_BYTES        8
#define MOST_METADATA       1024
#define MOST_TREE_FACTOR    5
#define MOST_TREE_EXTRA     (1024 * 1024)
#define MOST_METADATA_BYTES (64 * 1024)
#define MOST_SHOWN_BYTES    32

typedef struct
{
  const char      *name;  /* of the file */
  guint            part;
  PlimTensorTable *table;
  gint64           data_bytes;
  PlimTensorType   type;       /* of the tensor before, and its name: most are of the same */
  const char      *type_name;
  gsize            type_bytes;
} Header;

/* The members of a tensor's object. */
typedef struct
{
  yyjson_val *type;
  yyjson_val *shape;
  yyjson_val *span;
} Members;

static gboolean
fail (const char *name,
      const char *place,
      const char *reason,
      GError    **error)
{
  return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, name, place, "%s", reason);
}

static gboolean
read_length (PlimHeaderFile *file,
             gsize          *length,
             GError        **error)
{
  const char *name = plim_header_file_get_name (file);
  const char *place = _ ("length of the header");
  gint64      size = plim_header_file_get_size_bytes (file);
  guint64     value;

  if (!plim_header_file_refuse_foreign (file, "safetensors", error) ||
      !plim_header_file_read (file, 0, &value, sizeof value, place, error))
    return FALSE;

  value = GUINT64_FROM_LE (value);
  if (value > (guint64) size - LENGTH_BYTES)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TRUNCATED, name, place,
                             _ ("the header is said to have %" PRIu64
                                " bytes, but the file has %" PRId64
                                " in all: it is no safetensors file, or the download did not finish"),
                             value, size);
  if (value > PLIM_SAFETENSORS_MOST_HEADER_BYTES)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, name, place,
                             _ ("the header is said to have %" PRIu64 " bytes; at most %d are allowed"),
                             value, PLIM_SAFETENSORS_MOST_HEADER_BYTES);
  if (value < 2)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, name, place,
                             _ ("a header of %" PRIu64 " bytes is too short"), value);
  *length = (gsize) value;

  return TRUE;
}

/* Finds the three members; refuses one that is there twice. */
static gboolean
find_members (const Header *header,
              const char   *tensor,
              yyjson_val   *object,
              Members      *members,
              GError      **error)
{
  yyjson_obj_iter iterator;
  yyjson_val     *key;

  *members = (Members) { NULL, NULL, NULL };
  if (!yyjson_is_obj (object))
    return fail (header->name, tensor, _ ("it is not described by an object"), error);

  iterator = yyjson_obj_iter_with (object);
  while ((key = yyjson_obj_iter_next (&iterator)) != NULL)
    {
      yyjson_val **member = NULL;

      if (yyjson_equals_str (key, "dtype"))
        member = &members->type;
      else if (yyjson_equals_str (key, "shape"))
        member = &members->shape;
      else if (yyjson_equals_str (key, "data_offsets"))
        member = &members->span;
      if (member == NULL)
        continue;
      if (*member != NULL)
        return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, header->name, tensor,
                                 _ ("“%s” is there twice"), yyjson_get_str (key));
      *member = yyjson_obj_iter_get_val (key);
    }

  if (!yyjson_is_str (members->type) || !yyjson_is_arr (members->shape) || !yyjson_is_arr (members->span))
    return fail (header->name, tensor, _ ("“dtype”, “shape” or “data_offsets” is missing or not of its form"), error);

  return TRUE;
}

/* A whole number >= 0 that fits; -1 where @value is none. */
static gint64
count_of (yyjson_val *value)
{
  guint64 number = yyjson_is_uint (value) ? yyjson_get_uint (value) : G_MAXUINT64;

  return number <= G_MAXINT64 ? (gint64) number : -1;
}

static gboolean
read_shape (const Header *header,
            const char   *tensor,
            yyjson_val   *shape,
            gint64       *dimensions,
            GError      **error)
{
  yyjson_arr_iter iterator;
  guint           i = 0;
  yyjson_val     *value;

  if (yyjson_arr_size (shape) > PLIM_TENSOR_MOST_DIMENSIONS)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, header->name, tensor,
                             _ ("%zu dimensions are too many"), yyjson_arr_size (shape));

  iterator = yyjson_arr_iter_with (shape);
  while ((value = yyjson_arr_iter_next (&iterator)) != NULL)
    {
      dimensions[i] = count_of (value);
      if (dimensions[i] < 0)
        return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, header->name, tensor,
                                 _ ("dimension %u is not a whole number, negative or too large"), i + 1);
      i++;
    }

  return TRUE;
}

/* The span must have exactly the bytes of the shape. */
static gboolean
check_span (const Header        *header,
            const PlimScanEntry *entry,
            GError             **error)
{
  PlimTensor added;

  plim_tensor_table_get (header->table, plim_tensor_table_get_count (header->table) - 1, &added);

  return added.size_bytes == entry->end - entry->begin ||
         plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, header->name, added.name,
                           _ ("its shape takes %" PRId64 " bytes, but %" PRId64 " are given to it"),
                           added.size_bytes, entry->end - entry->begin);
}

/* Adds a tensor as it is said to be. */
static gboolean
add_tensor (Header              *header,
            const PlimScanEntry *entry,
            GError             **error)
{
  g_autofree char *name = NULL;

  if (header->type == PLIM_TENSOR_TYPE_NONE || entry->type_bytes != header->type_bytes ||
      memcmp (entry->type, header->type_name, entry->type_bytes) != 0)
    {
      header->type = plim_tensor_type_from_safetensors (entry->type, entry->type_bytes);
      header->type_name = entry->type;
      header->type_bytes = entry->type_bytes;
    }
  if (header->type != PLIM_TENSOR_TYPE_NONE && entry->begin >= 0 && entry->begin <= entry->end &&
      entry->end <= header->data_bytes)
    return plim_tensor_table_add (header->table, header->name, entry->name, entry->name_bytes, header->type,
                                  entry->dimensions, entry->n_dimensions, header->part, entry->begin, error) &&
           check_span (header, entry, error);

  name = g_strndup (entry->name, entry->name_bytes);
  if (header->type == PLIM_TENSOR_TYPE_NONE)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_UNSUPPORTED, header->name, name, _ ("there is no type “%.*s”"),
                             (int) MIN (entry->type_bytes, MOST_SHOWN_BYTES), entry->type);
  if (entry->begin < 0 || entry->end < entry->begin)
    return fail (header->name, name, _ ("“data_offsets” are not two whole numbers, the second the larger"), error);

  return plim_import_fail (error, PLIM_IMPORT_ERROR_TRUNCATED, header->name, name,
                           _ ("it ends at byte %" PRId64 " of the data, but there are only %" PRId64
                              ": the download may not have finished"),
                           entry->end, header->data_bytes);
}

/* --- the general way: a tree of the JSON ------------------------------------------------------------ */

static gboolean
read_tensor (Header     *header,
             const char *tensor,
             gsize       tensor_bytes,
             yyjson_val *object,
             GError    **error)
{
  PlimScanEntry entry = { .name = tensor, .name_bytes = tensor_bytes };
  Members       members;

  if (!find_members (header, tensor, object, &members, error) ||
      !read_shape (header, tensor, members.shape, entry.dimensions, error))
    return FALSE;

  entry.n_dimensions = (guint) yyjson_arr_size (members.shape);
  entry.type = yyjson_get_str (members.type);
  entry.type_bytes = yyjson_get_len (members.type);
  entry.begin = count_of (yyjson_arr_get (members.span, 0));
  entry.end = yyjson_arr_size (members.span) == 2 ? count_of (yyjson_arr_get (members.span, 1)) : -1;

  return add_tensor (header, &entry, error);
}

static gboolean
read_metadata (const Header *header,
               yyjson_val   *object,
               GHashTable   *metadata,
               GError      **error)
{
  static const char place[] = "__metadata__";
  yyjson_obj_iter   iterator;
  yyjson_val       *key;

  if (!yyjson_is_obj (object))
    return fail (header->name, place, _ ("it is not an object"), error);

  iterator = yyjson_obj_iter_with (object);
  while ((key = yyjson_obj_iter_next (&iterator)) != NULL)
    {
      yyjson_val *value = yyjson_obj_iter_get_val (key);

      if (!yyjson_is_str (value))
        return fail (header->name, place, _ ("a value is not a text"), error);
      if (metadata != NULL && g_hash_table_size (metadata) < MOST_METADATA &&
          yyjson_get_len (key) + yyjson_get_len (value) <= MOST_METADATA_BYTES)
        g_hash_table_insert (metadata, g_strdup (yyjson_get_str (key)), g_strdup (yyjson_get_str (value)));
    }

  return TRUE;
}

static gboolean
read_members (Header     *header,
              yyjson_val *root,
              GHashTable *metadata,
              GError    **error)
{
  gboolean        has_metadata = FALSE;
  yyjson_obj_iter iterator;
  yyjson_val     *key;

  if (yyjson_obj_size (root) > PLIM_TENSOR_TABLE_MOST + 1)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, header->name, _ ("header"),
                             _ ("there are more than %d tensors"), PLIM_TENSOR_TABLE_MOST);

  iterator = yyjson_obj_iter_with (root);
  while ((key = yyjson_obj_iter_next (&iterator)) != NULL)
    {
      yyjson_val *value = yyjson_obj_iter_get_val (key);

      if (!yyjson_equals_str (key, "__metadata__"))
        {
          if (!read_tensor (header, yyjson_get_str (key), yyjson_get_len (key), value, error))
            return FALSE;
          continue;
        }
      if (has_metadata)
        return fail (header->name, "__metadata__", _ ("it is there twice"), error);
      has_metadata = TRUE;
      if (!read_metadata (header, value, metadata, error))
        return FALSE;
    }

  return TRUE;
}

/* The tree of a header with tensors takes two or three times its text; one of nothing but short values, nine times. */
static void *
take_memory (void *context,
             gsize size)
{
  return size <= *(const gsize *) context ? g_try_malloc (size) : NULL;
}

static void *
change_memory (void *context,
               void *memory,
               gsize old_size G_GNUC_UNUSED,
               gsize size)
{
  return size <= *(const gsize *) context ? g_try_realloc (memory, size) : NULL;
}

static void
give_memory (void *context G_GNUC_UNUSED,
             void *memory)
{
  g_free (memory);
}

/* Reads the @length bytes of JSON at @text, with padding, which it changes. */
static gboolean
read_tree (Header     *header,
           char       *text,
           gsize       length,
           GHashTable *metadata,
           GError    **error)
{
  const char            *place = _ ("header");
  gsize                  most_bytes = length * MOST_TREE_FACTOR + MOST_TREE_EXTRA;
  yyjson_read_err        failure = { 0 };
  g_autoptr (yyjson_doc) document =
    yyjson_read_opts (text, length, YYJSON_READ_INSITU,
                      &(yyjson_alc) { take_memory, change_memory, give_memory, &most_bytes }, &failure);

  if (document == NULL)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, header->name, place,
                             _ ("it is not valid JSON at byte %zu: %s"), failure.pos + LENGTH_BYTES,
                             failure.msg);
  if (!yyjson_is_obj (yyjson_doc_get_root (document)))
    return fail (header->name, place, _ ("it is not an object"), error);

  return read_members (header, yyjson_doc_get_root (document), metadata, error);
}

/* --- the fast way ----------------------------------------------------------------------------------- */

/* The metadata of a header that is otherwise walked over. */
static gboolean
read_metadata_text (const Header        *header,
                    const PlimScanEntry *entry,
                    GHashTable          *metadata,
                    gboolean            *is_known,
                    GError             **error)
{
  gsize                  most_bytes = entry->value_bytes * MOST_TREE_FACTOR + MOST_TREE_EXTRA;
  g_autoptr (yyjson_doc) document =
    yyjson_read_opts ((char *) entry->value, entry->value_bytes, YYJSON_READ_NOFLAG,
                      &(yyjson_alc) { take_memory, change_memory, give_memory, &most_bytes }, NULL);

  *is_known = document != NULL;

  return !*is_known || read_metadata (header, yyjson_doc_get_root (document), metadata, error);
}

/* Walks over a header.  @is_known becomes FALSE when it is not written as most are; then nothing was read. */
static gboolean
read_scan (Header     *header,
           const char *text,
           gsize       length,
           GHashTable *metadata,
           gboolean   *is_known,
           GError    **error)
{
  guint          first = plim_tensor_table_get_count (header->table);
  gboolean       has_metadata = FALSE;
  PlimScanResult result = PLIM_SCAN_OTHER;
  PlimScanEntry  entry;
  PlimScan       scan;

  *is_known = TRUE;
  plim_scan_init (&scan, text, length);
  while (*is_known && (result = plim_scan_next (&scan, &entry)) != PLIM_SCAN_END)
    {
      if (result == PLIM_SCAN_TENSOR && !add_tensor (header, &entry, error))
        return FALSE;
      if (result == PLIM_SCAN_METADATA && !has_metadata &&
          !read_metadata_text (header, &entry, metadata, is_known, error))
        return FALSE;
      if (result == PLIM_SCAN_OTHER || (result == PLIM_SCAN_METADATA && has_metadata))
        *is_known = FALSE;
      has_metadata = has_metadata || result == PLIM_SCAN_METADATA;
    }
  if (!*is_known)
    {
      plim_tensor_table_truncate (header->table, first);
      header->type = PLIM_TENSOR_TYPE_NONE;
      if (metadata != NULL)
        g_hash_table_remove_all (metadata);
    }

  return TRUE;
}

gboolean
plim_safetensors_header_read (PlimHeaderFile  *file,
                              guint            part,
                              PlimTensorTable *table,
                              GHashTable      *metadata,
                              GError         **error)
{
  Header           header = { .name = plim_header_file_get_name (file), .part = part, .table = table };
  const char      *place = _ ("header");
  guint            first = plim_tensor_table_get_count (table);
  g_autofree char *text = NULL;
  gsize            length = 0;
  gboolean         is_known;

  header.type = PLIM_TENSOR_TYPE_NONE;
  if (!read_length (file, &length, error))
    return FALSE;

  text = g_malloc (length + YYJSON_PADDING_SIZE);
  memset (text + length, 0, YYJSON_PADDING_SIZE);
  if (!plim_header_file_read (file, LENGTH_BYTES, text, length, place, error))
    return FALSE;
  if (text[0] != '{')
    return fail (header.name, place, _ ("it does not begin with “{”: this is no safetensors file"), error);
  header.data_bytes = plim_header_file_get_size_bytes (file) - LENGTH_BYTES - (gint64) length;

  return read_scan (&header, text, length, metadata, &is_known, error) &&
         (is_known || read_tree (&header, text, length, metadata, error)) &&
         plim_tensor_table_check_layout (table, header.name, first, header.data_bytes, TRUE, error);
}
