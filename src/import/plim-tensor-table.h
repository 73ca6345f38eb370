/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tensors of a model's files, with what they hold, by type and by part of the model. */

#pragma once

#include "plim-import-error.h"
#include "plim-tensor-class.h"
#include "plim-tensor-type.h"

G_BEGIN_DECLS

/* A model with more tensors is refused. */
#define PLIM_TENSOR_TABLE_MOST 1000000

/* A tensor with more dimensions is refused. */
#define PLIM_TENSOR_MOST_DIMENSIONS 8

/* A tensor's name may not be longer. */
#define PLIM_TENSOR_MOST_NAME_BYTES 1024

typedef struct
{
  const char     *name;          /* owned by the table */
  const gint64   *dimensions;    /* owned by the table; in the order of the file */
  guint           n_dimensions;
  PlimTensorType  type;
  PlimTensorPlace place;
  guint           part;          /* which file, from 0 */
  gint64          offset_bytes;  /* in the data of its file */
  gint64          size_bytes;
  gint64          elements_count; /* numbers of @type */
  gint64          parameters_count; /* weights: packed ones unpacked, 0 for scales and buffers; -1 = not known */
} PlimTensor;

typedef struct
{
  gint64 tensors_count;
  gint64 size_bytes;
  gint64 parameters_count;       /* without the tensors whose number is not known */
  gint64 unknown_tensors_count;  /* those */
} PlimTensorTotals;

typedef struct _PlimTensorTable PlimTensorTable;

PlimTensorTable *plim_tensor_table_new (void);

void plim_tensor_table_free (PlimTensorTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimTensorTable, plim_tensor_table_free)

/* Adds a tensor.  @file and its name are for messages.  Fails when the name is not acceptable, there are too many
 * tensors, dimensions are negative or too many, or the number of elements or bytes does not fit. */
gboolean plim_tensor_table_add (PlimTensorTable *table,
                                const char      *file,
                                const char      *name,
                                gsize            name_bytes,
                                PlimTensorType   type,
                                const gint64    *dimensions,
                                guint            n_dimensions,
                                guint            part,
                                gint64           offset_bytes,
                                GError         **error);

/* Takes the tensors from @first on, which must not be checked yet, out again. */
void plim_tensor_table_truncate (PlimTensorTable *table,
                                 guint            first);

/* Checks that the tensors from @first on have names of their own, do not overlap in the data of their file, of
 * @data_bytes, and are inside it.  Where @is_dense, every byte must be a tensor's. */
gboolean plim_tensor_table_check_layout (PlimTensorTable *table,
                                         const char      *file,
                                         guint            first,
                                         gint64           data_bytes,
                                         gboolean         is_dense,
                                         GError         **error);

/* Gives each tensor its class and parameters, and adds up.  Called once all are there; again to take another number of
 * main layers (0 = not known), after which layers are next-token layers. */
void plim_tensor_table_classify (PlimTensorTable *table,
                                 guint            layers_count);

guint plim_tensor_table_get_count (const PlimTensorTable *table);

/* Fills @tensor with tensor number @index. */
void plim_tensor_table_get (const PlimTensorTable *table,
                            guint                  index,
                            PlimTensor            *tensor);

/* The number of the tensor that is called @name, among those that have been checked; -1 = there is none. */
gint64 plim_tensor_table_find (const PlimTensorTable *table,
                               const char            *name);

/* Sums; zero until classified. */
PlimTensorTotals plim_tensor_table_get_totals (const PlimTensorTable *table);

PlimTensorTotals plim_tensor_table_get_class_totals (const PlimTensorTable *table,
                                                     PlimTensorClass        class_id);

PlimTensorTotals plim_tensor_table_get_type_totals (const PlimTensorTable *table,
                                                    PlimTensorType         type);

G_END_DECLS
