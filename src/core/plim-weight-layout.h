/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes of the stored weights by where they are in the model, so that the share of one GPU can be added up. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

/* What one layer takes. */
typedef struct
{
  gint64 bytes;        /* routed experts included */
  gint64 expert_bytes; /* routed experts */
} PlimLayerWeights;

typedef struct
{
  gint64           embedding_bytes;
  gint64           layer_table_bytes;            /* tables in which each layer looks tokens up */
  gint64           head_bytes;                   /* an untied head, its bias, a pooler */
  gint64           other_bytes;                  /* final norms and what is in no layer */
  gboolean         differs_by_layer;             /* layers[] counts, else kinds[] */
  PlimLayerWeights kinds[PLIM_MODEL_MAX_KINDS];  /* one layer of each kind */
  PlimLayerWeights layers[PLIM_MODEL_MAX_LAYERS];
} PlimWeightLayout;

/* Fills @layout for the model and weight precision of @inputs: plain formats hold every parameter; GGUF types and
 * mixes every matrix, with vectors in 32 bits (plim-gguf-mix.h); all others the matrices of the layers, and 16 bits
 * elsewhere (as the quantizers of Hugging Face transformers do), but for the head of EXL.  The shape of the model must
 * be known. */
void plim_weight_layout_init (PlimWeightLayout *layout,
                              const PlimInputs *inputs);

/* TRUE when the weights of @inputs are those of a file, in the file's precision: @layout is then the file's. */
gboolean plim_weight_layout_is_stored (const PlimInputs *inputs);

/* The layers from @first_layer up to, not including, @end_layer of @model. */
PlimLayerWeights plim_weight_layout_layers (const PlimWeightLayout *layout,
                                            const PlimModel        *model,
                                            guint                   first_layer,
                                            guint                   end_layer);

/* Everything. */
gint64 plim_weight_layout_total (const PlimWeightLayout *layout,
                                 const PlimModel        *model);

G_END_DECLS
