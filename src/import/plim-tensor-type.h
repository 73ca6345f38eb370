/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How tensors of model files are stored: all types of GGUF and safetensors, with their exact sizes. */

#pragma once

#include "plim-precision.h"

G_BEGIN_DECLS

/* Index into the table of types; types of GGUF and of safetensors that are the same have different ones. */
typedef guint8 PlimTensorType;

/* No type. */
#define PLIM_TENSOR_TYPE_NONE ((PlimTensorType) 255)

/* Upper bound of types, for tables by type. */
#define PLIM_TENSOR_TYPE_MOST 80

typedef enum
{
  PLIM_TENSOR_KIND_FLOAT,
  PLIM_TENSOR_KIND_INTEGER,
  PLIM_TENSOR_KIND_BLOCKS, /* quantized, scales in the blocks */
  PLIM_TENSOR_KIND_REMOVED /* was a type once; readers of today refuse it */
} PlimTensorKind;

typedef struct
{
  const char    *name;           /* as the format writes it: "Q4_K", "F8_E4M3" */
  PlimTensorKind kind;
  guint          block_elements;
  guint          block_bytes;    /* of block_elements numbers, scales included */
  gint           precision;      /* PlimPrecision, -1 = none is the same */
} PlimTensorTypeInfo;

/* How many types there are. */
guint plim_tensor_type_get_count (void);

/* The facts of @type; never NULL. */
const PlimTensorTypeInfo *plim_tensor_type_get_info (PlimTensorType type);

/* The type that GGUF files write as @id (enum ggml_type of ggml.h); PLIM_TENSOR_TYPE_NONE when there is none.  Removed
 * types are found. */
PlimTensorType plim_tensor_type_from_gguf (guint32 id);

/* The type that safetensors files call @name, of @length bytes; PLIM_TENSOR_TYPE_NONE when there is none. */
PlimTensorType plim_tensor_type_from_safetensors (const char *name,
                                                  gsize       length);

/* Bytes of @elements_count numbers (>= 0), which must be whole blocks; -1 when they are not or the result does not
 * fit. */
gint64 plim_tensor_type_bytes (PlimTensorType type,
                               gint64         elements_count);

G_END_DECLS
