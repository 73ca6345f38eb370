/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of fixed size; names in one block of text, dimensions in one list, found by a hash table of row numbers with a
 * key of its own for each table, so that no file can choose names that collide.  About 150 bytes a tensor.
 *
 * Invariants: elements and bytes of every row fit a gint64; names are unique and without NUL. */

#include "config.h"

#include "plim-tensor-table.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define NO_ROW G_MAXUINT32

/* How many rows ahead a slot is asked for. */
#define N_AHEAD 16

typedef struct
{
  gsize           name_start;
  gint64          offset_bytes;
  gint64          size_bytes;
  gint64          elements_count;
  gint64          parameters_count;
  guint32         dimensions_start;
  guint32         hash;
  guint16         name_bytes;
  guint32         part;
  guint8          n_dimensions;
  PlimTensorType  type;
  PlimTensorPlace place;
} Row;

struct _PlimTensorTable
{
  GArray          *rows;       /* Row */
  GArray          *dimensions; /* gint64 */
  GByteArray      *names;      /* each ends in NUL */
  guint32         *slots;      /* row numbers, NO_ROW = free */
  gsize            n_slots;    /* a power of two, at least twice the rows */
  guint            n_indexed;  /* rows that have a slot */
  guint64          hash_key;
  PlimTensorTotals all;
  PlimTensorTotals by_class[PLIM_N_TENSOR_CLASSES];
  PlimTensorTotals by_type[PLIM_TENSOR_TYPE_MOST];
};

static Row *
get_row (const PlimTensorTable *table,
         guint                  index)
{
  return &g_array_index (table->rows, Row, index);
}

static const char *
name_of (const PlimTensorTable *table,
         const Row             *row)
{
  return (const char *) table->names->data + row->name_start;
}

static const gint64 *
dimensions_of (const PlimTensorTable *table,
               const Row             *row)
{
  return table->dimensions->len > 0 ? &g_array_index (table->dimensions, gint64, row->dimensions_start) : NULL;
}

PlimTensorTable *
plim_tensor_table_new (void)
{
  PlimTensorTable *table = g_new0 (PlimTensorTable, 1);

  table->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  table->dimensions = g_array_new (FALSE, FALSE, sizeof (gint64));
  table->names = g_byte_array_new ();
  table->n_slots = 1024;
  table->slots = g_new (guint32, table->n_slots);
  memset (table->slots, 0xff, table->n_slots * sizeof *table->slots);
  table->hash_key = ((guint64) g_random_int () << 32) | g_random_int () | 1;

  return table;
}

void
plim_tensor_table_free (PlimTensorTable *table)
{
  if (table == NULL)
    return;

  g_array_unref (table->rows);
  g_array_unref (table->dimensions);
  g_byte_array_unref (table->names);
  g_free (table->slots);
  g_free (table);
}

/* Folds the 128-bit product of @a and @b, both changed by the table's key. */
static guint64
fold (guint64 a,
      guint64 b)
{
  __extension__ unsigned __int128 product = (unsigned __int128) a * b;

  return (guint64) product ^ (guint64) (product >> 64);
}

static guint32
hash_of (const PlimTensorTable *table,
         const char            *name,
         gsize                  length)
{
  guint64 hash = table->hash_key ^ length;

  for (gsize i = 0; i < length; i += sizeof (guint64))
    {
      guint64 piece = 0;

      memcpy (&piece, name + i, MIN (sizeof piece, length - i));
      hash = fold (hash ^ piece, table->hash_key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) | 1);
    }

  return (guint32) (hash ^ (hash >> 32));
}

/* The slot of the row called @name, or the free one where it would be. */
static gsize
find_slot (const PlimTensorTable *table,
           const char            *name,
           gsize                  length,
           guint32                hash)
{
  gsize slot = hash & (table->n_slots - 1);

  for (; table->slots[slot] != NO_ROW; slot = (slot + 1) & (table->n_slots - 1))
    {
      const Row  *row = get_row (table, table->slots[slot]);
      const char *other = name_of (table, row);

      if (row->hash == hash && strncmp (other, name, length) == 0 && other[length] == '\0')
        break;
    }

  return slot;
}

/* Makes as many slots as the rows need; all rows are to be indexed again where there are new ones. */
static void
grow_slots (PlimTensorTable *table)
{
  gsize n_slots = table->n_slots;

  while (n_slots < table->rows->len * (gsize) 2)
    n_slots *= 2;
  if (n_slots == table->n_slots)
    return;

  g_free (table->slots);
  table->n_slots = n_slots;
  table->slots = g_new (guint32, n_slots);
  memset (table->slots, 0xff, n_slots * sizeof *table->slots);
  table->n_indexed = 0;
}

/* Gives the rows that have none a slot.  Slots are everywhere in memory: each is asked for some rows ahead, all at once
 * and not one after the other.  Refuses a name that is there already. */
static gboolean
index_rows (PlimTensorTable *table,
            const char      *file,
            GError         **error)
{
  grow_slots (table);
  for (; table->n_indexed < table->rows->len; table->n_indexed++)
    {
      const Row *row = get_row (table, table->n_indexed);
      gsize      slot;

      if (table->n_indexed + N_AHEAD < table->rows->len)
        __builtin_prefetch (&table->slots[get_row (table, table->n_indexed + N_AHEAD)->hash & (table->n_slots - 1)], 1);
      slot = find_slot (table, name_of (table, row), row->name_bytes, row->hash);
      if (table->slots[slot] != NO_ROW)
        return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, name_of (table, row),
                                 _ ("this tensor is there twice"));
      table->slots[slot] = table->n_indexed;
    }

  return TRUE;
}

static gboolean
check_name (const char *file,
            const char *name,
            gsize       length,
            GError    **error)
{
  if (length == 0)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, _ ("tensors"), _ ("a tensor has no name"));
  if (length > PLIM_TENSOR_MOST_NAME_BYTES)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, file, _ ("tensors"),
                             _ ("a tensor's name has %zu bytes; at most %d are read"), length,
                             PLIM_TENSOR_MOST_NAME_BYTES);
  if (memchr (name, '\0', length) != NULL || !g_utf8_validate (name, (gssize) length, NULL))
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, _ ("tensors"),
                             _ ("a tensor's name is not valid UTF-8 text"));

  return TRUE;
}

/* Elements and bytes of a tensor. */
static gboolean
measure (const char    *file,
         const char    *name,
         PlimTensorType type,
         const gint64  *dimensions,
         guint          n_dimensions,
         Row           *row,
         GError       **error)
{
  const PlimTensorTypeInfo *info = plim_tensor_type_get_info (type);

  if (n_dimensions > PLIM_TENSOR_MOST_DIMENSIONS)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, name, _ ("%u dimensions are too many"),
                             n_dimensions);

  row->elements_count = 1;
  for (guint i = 0; i < n_dimensions; i++)
    {
      if (dimensions[i] < 0)
        return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, name,
                                 _ ("dimension %u is negative or too large"), i + 1);
      if (__builtin_mul_overflow (row->elements_count, dimensions[i], &row->elements_count))
        return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, name,
                                 _ ("the dimensions multiply to more elements than can be counted"));
    }

  row->size_bytes = plim_tensor_type_bytes (type, row->elements_count);
  if (row->size_bytes < 0 && row->elements_count % info->block_elements != 0)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, name,
                             _ ("%" PRId64 " elements are not whole blocks of %u, as %s has them"),
                             row->elements_count, info->block_elements, info->name);
  if (row->size_bytes < 0)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, name,
                             _ ("the dimensions multiply to more bytes than can be counted"));

  return TRUE;
}

gboolean
plim_tensor_table_add (PlimTensorTable *table,
                       const char      *file,
                       const char      *name,
                       gsize            name_bytes,
                       PlimTensorType   type,
                       const gint64    *dimensions,
                       guint            n_dimensions,
                       guint            part,
                       gint64           offset_bytes,
                       GError         **error)
{
  Row row = { .offset_bytes = offset_bytes, .part = part, .n_dimensions = (guint8) n_dimensions, .type = type };

  if (!check_name (file, name, name_bytes, error))
    return FALSE;

  if (table->rows->len >= PLIM_TENSOR_TABLE_MOST)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TOO_LARGE, file, _ ("tensors"),
                             _ ("there are more than %d tensors"), PLIM_TENSOR_TABLE_MOST);

  row.hash = hash_of (table, name, name_bytes);
  row.name_bytes = (guint16) name_bytes;
  row.name_start = table->names->len;
  g_byte_array_set_size (table->names, table->names->len + (guint) name_bytes + 1);
  memcpy (table->names->data + row.name_start, name, name_bytes);
  table->names->data[row.name_start + name_bytes] = '\0';
  if (!measure (file, name_of (table, &row), type, dimensions, n_dimensions, &row, error))
    return FALSE;

  row.dimensions_start = table->dimensions->len;
  if (n_dimensions > 0)
    g_array_append_vals (table->dimensions, dimensions, n_dimensions);
  g_array_append_val (table->rows, row);

  return TRUE;
}

void
plim_tensor_table_truncate (PlimTensorTable *table,
                            guint            first)
{
  const Row *row;

  g_return_if_fail (first >= table->n_indexed);
  if (first >= table->rows->len)
    return;

  row = get_row (table, first);
  g_byte_array_set_size (table->names, (guint) row->name_start);
  g_array_set_size (table->dimensions, row->dimensions_start);
  g_array_set_size (table->rows, first);
}

/* By place in the file; empty tensors before others. */
static gint
compare_offsets (gconstpointer a,
                 gconstpointer b,
                 gpointer      user_data)
{
  const PlimTensorTable *table = user_data;
  const Row             *one = get_row (table, *(const guint32 *) a);
  const Row             *two = get_row (table, *(const guint32 *) b);

  if (one->offset_bytes != two->offset_bytes)
    return one->offset_bytes < two->offset_bytes ? -1 : 1;

  return (one->size_bytes > two->size_bytes) - (one->size_bytes < two->size_bytes);
}

/* Row numbers from @first on, by place in the file. */
static guint32 *
sort_rows (PlimTensorTable *table,
           guint            first)
{
  guint    n_rows = table->rows->len - first;
  guint32 *order = g_new (guint32, n_rows + 1);
  gboolean is_sorted = TRUE;

  for (guint i = 0; i < n_rows; i++)
    {
      order[i] = first + i;
      is_sorted = is_sorted && (i == 0 || compare_offsets (&order[i - 1], &order[i], table) <= 0);
    }
  if (!is_sorted)
    g_sort_array (order, n_rows, sizeof *order, compare_offsets, table);

  return order;
}

/* One tensor after the others, which end at byte @end of the data. */
static gboolean
check_row (const PlimTensorTable *table,
           const char            *file,
           const Row             *row,
           gint64                 end,
           gint64                 data_bytes,
           gboolean               is_dense,
           GError               **error)
{
  const char *name = name_of (table, row);

  if (row->offset_bytes < 0 || row->offset_bytes > data_bytes || row->size_bytes > data_bytes - row->offset_bytes)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_TRUNCATED, file, name,
                             _ ("its %" PRId64 " bytes from byte %" PRId64
                                " of the data are beyond the data's end, byte %" PRId64
                                ": the download may not have finished"),
                             row->size_bytes, row->offset_bytes, data_bytes);
  if (row->offset_bytes < end)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, name, _ ("it overlaps another tensor"));
  if (is_dense && row->offset_bytes > end)
    return plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, name,
                             _ ("the %" PRId64 " bytes before it are no tensor's"), row->offset_bytes - end);

  return TRUE;
}

gboolean
plim_tensor_table_check_layout (PlimTensorTable *table,
                                const char      *file,
                                guint            first,
                                gint64           data_bytes,
                                gboolean         is_dense,
                                GError         **error)
{
  g_autofree guint32 *order = NULL;
  gint64              end = 0;

  if (!index_rows (table, file, error))
    return FALSE;
  order = sort_rows (table, first);

  for (guint i = 0; i < table->rows->len - first; i++)
    {
      const Row *row = get_row (table, order[i]);

      if (!check_row (table, file, row, end, data_bytes, is_dense, error))
        return FALSE;
      end = row->offset_bytes + row->size_bytes;
    }

  return !is_dense || end == data_bytes ||
         plim_import_fail (error, PLIM_IMPORT_ERROR_DAMAGED, file, _ ("data"),
                           _ ("the last %" PRId64 " bytes are no tensor's"), data_bytes - end);
}

/* The tensor that stands beside the one called @name, with @ending in place of its last @cut bytes. */
static const Row *
find_beside (const PlimTensorTable *table,
             const char            *name,
             gsize                  cut,
             const char            *ending)
{
  char   beside[PLIM_TENSOR_MOST_NAME_BYTES + 64];
  gint64 index;

  g_snprintf (beside, sizeof beside, "%.*s%s", (int) (strlen (name) - cut), name, ending);
  index = plim_tensor_table_find (table, beside);

  return index >= 0 ? get_row (table, (guint) index) : NULL;
}

/* a × b, -1 where that is not known or does not fit. */
static gint64
multiply (gint64 a,
          gint64 b)
{
  gint64 product;

  return a < 0 || b < 0 || __builtin_mul_overflow (a, b, &product) ? -1 : product;
}

/* GPTQ packs the rows of a matrix (inputs × outputs) in 32-bit numbers, AWQ its columns; scales have one row a group
 * and a column an output, zero points of GPTQ are packed as weights are. */
static gint64
count_gptq (const PlimTensorTable *table,
            const Row             *row)
{
  static const gsize cut = sizeof "qweight" - 1;
  const char        *name = name_of (table, row);
  const gint64      *packed = dimensions_of (table, row);
  const Row         *scales = find_beside (table, name, cut, "scales");
  const Row         *zeros = find_beside (table, name, cut, "qzeros");
  const Row         *order = find_beside (table, name, cut, "g_idx");
  gint64             outputs_count;

  if (row->n_dimensions != 2 || scales == NULL || scales->n_dimensions != 2)
    return -1;

  outputs_count = dimensions_of (table, scales)[1];
  if (packed[1] != outputs_count)
    return multiply (packed[0], outputs_count);
  if (order != NULL && order->n_dimensions == 1)
    return multiply (order->elements_count, outputs_count);
  if (zeros != NULL && zeros->n_dimensions == 2 && dimensions_of (table, zeros)[1] > 0 && outputs_count > 0)
    {
      /* Weights in a number: 32 / bits. */
      gint64 per_number = outputs_count / dimensions_of (table, zeros)[1];

      return multiply (multiply (packed[0], per_number), outputs_count);
    }

  return -1;
}

/* "weight" of one byte a number holds two weights where a 4-bit quantizer's scales stand beside it. */
static gint64
count_bytes (const PlimTensorTable *table,
             const Row             *row)
{
  static const char *const four_bit[] = { ".absmax", ".quant_map", "_scale_2", "_global_scale" };
  const char              *name = name_of (table, row);

  for (guint i = 0; i < G_N_ELEMENTS (four_bit); i++)
    if (find_beside (table, name, 0, four_bit[i]) != NULL)
      return multiply (row->elements_count, 2);

  return g_str_has_suffix (name, ".weight") ? row->elements_count : 0;
}

static gint64
count_parameters (const PlimTensorTable *table,
                  const Row             *row)
{
  const PlimTensorTypeInfo *info = plim_tensor_type_get_info (row->type);
  gboolean                  is_byte = info->kind == PLIM_TENSOR_KIND_INTEGER && info->block_bytes == 1;

  if (row->place.class_id == PLIM_TENSOR_CLASS_BUFFER || row->place.role == PLIM_TENSOR_ROLE_SIDE)
    return 0;
  if (row->place.role == PLIM_TENSOR_ROLE_GPTQ && info->kind == PLIM_TENSOR_KIND_INTEGER)
    return count_gptq (table, row);
  if (row->place.role == PLIM_TENSOR_ROLE_FOUR_BIT && is_byte)
    return multiply (row->elements_count, 2);
  if (row->place.role == PLIM_TENSOR_ROLE_PACKED && info->kind == PLIM_TENSOR_KIND_INTEGER)
    return is_byte ? multiply (row->elements_count, 2) : -1;
  if (is_byte)
    return count_bytes (table, row);
  if (info->kind == PLIM_TENSOR_KIND_INTEGER)
    return g_str_has_suffix (name_of (table, row), ".weight") ? -1 : 0;

  return row->elements_count;
}

static void
add_to_totals (PlimTensorTotals *totals,
               const Row        *row)
{
  gint64 parameters_count = MAX (0, row->parameters_count);

  totals->tensors_count++;
  totals->unknown_tensors_count += row->parameters_count < 0;
  if (__builtin_add_overflow (totals->size_bytes, row->size_bytes, &totals->size_bytes))
    totals->size_bytes = G_MAXINT64;
  if (__builtin_add_overflow (totals->parameters_count, parameters_count, &totals->parameters_count))
    totals->parameters_count = G_MAXINT64;
}

void
plim_tensor_table_classify (PlimTensorTable *table,
                            guint            layers_count)
{
  g_autoptr (PlimTensorClassifier) classifier = plim_tensor_classifier_new (layers_count);

  memset (&table->all, 0, sizeof table->all);
  memset (table->by_class, 0, sizeof table->by_class);
  memset (table->by_type, 0, sizeof table->by_type);
  for (guint i = 0; i < table->rows->len; i++)
    {
      Row *row = get_row (table, i);

      row->place = plim_tensor_classifier_place (classifier, name_of (table, row));
      row->parameters_count = count_parameters (table, row);
      add_to_totals (&table->all, row);
      add_to_totals (&table->by_class[row->place.class_id], row);
      add_to_totals (&table->by_type[row->type], row);
    }
}

guint
plim_tensor_table_get_count (const PlimTensorTable *table)
{
  return table->rows->len;
}

void
plim_tensor_table_get (const PlimTensorTable *table,
                       guint                  index,
                       PlimTensor            *tensor)
{
  const Row *row;

  g_return_if_fail (index < table->rows->len);

  row = get_row (table, index);
  *tensor = (PlimTensor) {
    .name = name_of (table, row),
    .dimensions = dimensions_of (table, row),
    .n_dimensions = row->n_dimensions,
    .type = row->type,
    .place = row->place,
    .part = row->part,
    .offset_bytes = row->offset_bytes,
    .size_bytes = row->size_bytes,
    .elements_count = row->elements_count,
    .parameters_count = row->parameters_count,
  };
}

gint64
plim_tensor_table_find (const PlimTensorTable *table,
                        const char            *name)
{
  gsize   length = strlen (name);
  guint32 row = table->slots[find_slot (table, name, length, hash_of (table, name, length))];

  return row != NO_ROW ? (gint64) row : -1;
}

PlimTensorTotals
plim_tensor_table_get_totals (const PlimTensorTable *table)
{
  return table->all;
}

PlimTensorTotals
plim_tensor_table_get_class_totals (const PlimTensorTable *table,
                                    PlimTensorClass        class_id)
{
  g_return_val_if_fail (class_id < PLIM_N_TENSOR_CLASSES, (PlimTensorTotals) { 0 });

  return table->by_class[class_id];
}

PlimTensorTotals
plim_tensor_table_get_type_totals (const PlimTensorTable *table,
                                   PlimTensorType         type)
{
  g_return_val_if_fail (type < plim_tensor_type_get_count (), (PlimTensorTotals) { 0 });

  return table->by_type[type];
}
