/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which block type llama.cpp gives each matrix of a model under a named mix, such as Q4_K_M. */

#pragma once

#include "plim-parameters.h"
#include "plim-precision.h"

G_BEGIN_DECLS

/* What the mix must know of the model. */
typedef struct
{
  PlimPrecision precision;               /* the mix, or a block type for all matrices */
  gboolean      has_head;                /* of its own: a tied one gives its type to the token table */
  gint64        experts_count;
  gint64        heads_per_kv_head;
  gint64        layers_count;
  gint64        value_layers_count; /* layers with values, of linear attention too */
} PlimGgufMix;

/* Prepares @mix for @precision, of the GGUF family, on @model. */
void plim_gguf_mix_init (PlimGgufMix     *mix,
                         const PlimModel *model,
                         PlimPrecision    precision);

/* The type of a matrix whose rows have @row_size numbers: role @role, in layer @layer (from 0), which is number
 * @value_layer of those with a value matrix.  A row that is no whole number of blocks falls back to a type with blocks
 * of 32 (llama.cpp, src/llama-quant.cpp, llama_tensor_get_type; without an importance matrix). */
PlimPrecision plim_gguf_mix_matrix (const PlimGgufMix *mix,
                                    PlimMatrixRole     role,
                                    gint64             row_size,
                                    gint64             layer,
                                    gint64             value_layer);

/* The types of the token table and of an output head of its own. */
PlimPrecision plim_gguf_mix_table (const PlimGgufMix *mix,
                                   gint64             row_size);
PlimPrecision plim_gguf_mix_head (const PlimGgufMix *mix,
                                  gint64             row_size);

/* TRUE where layers of one kind can have different types. */
gboolean plim_gguf_mix_differs_by_layer (PlimPrecision precision);

G_END_DECLS
