/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of the component engine; plim-component.c puts them together. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* Sets of moments. */
#define PLIM_MOMENT_BIT(moment) (1u << (moment))

/* Fields a figure depends on when it depends on the model's shapes. */
#define PLIM_DEPENDS_MODEL PLIM_FIELD_BIT (PLIM_FIELD_MODEL)

/* What a term is made of. */
typedef struct
{
  PlimTermId   id;
  guint        moments;      /* set of PLIM_MOMENT_BIT() it is held at */
  gint64       bytes;
  const char  *formula;
  const char  *source;
  const char  *note;         /* N_() or NULL */
  PlimFieldSet depends;
} PlimTermSpec;

/* Adds the term of @spec; the caller adds the factors of its formula. A term of 0 bytes is added too. */
PlimTerm *plim_component_add (PlimEstimate       *estimate,
                              const PlimTermSpec *spec);

/* Weights as stored: @quantized_count numbers in a block format and the rest, @plain_count, in @plain_bytes each; where
 * the format keeps something for each input or each output of its matrices, @sides_count of them in @side_bytes each.
 */
typedef struct
{
  PlimPrecision precision;
  gint64        quantized_count;
  gint64        plain_count;
  gint64        plain_bytes;
  gint64        sides_count;
  gint64        side_bytes;
} PlimWeights;

/* How the weights of @inputs are stored: plain formats hold every parameter; FP8, INT8, INT4 and NF4 the linear layers
 * of the blocks, with embedding, head, norms and biases in 16 bits (as transformers' quantizers do); GGUF types every
 * matrix, with vectors in 32 bits. */
PlimWeights plim_weights_stored (const PlimInputs     *inputs,
                                 const PlimParameters *parameters);

/* Changes @weights for a program that holds a tied head as a matrix of its own (@unties), and quantizes the head too
 * (@quantizes). */
void plim_weights_adapt_head (PlimWeights     *weights,
                              const PlimModel *model,
                              gboolean         unties,
                              gboolean         quantizes);

/* Bytes of @weights divided among @gpus_count GPUs, rounded up. */
gint64 plim_weights_bytes (const PlimWeights *weights,
                           gint64             gpus_count);

/* FALSE when the runtime or the recipe of @inputs does not work on their GPU, whatever else they are. */
gboolean plim_component_runs_on_gpu (const PlimInputs *inputs);

/* Adds the weights' term, divided among @gpus_count GPUs, held at @moments. */
PlimTerm *plim_weights_add (PlimEstimate      *estimate,
                            const PlimWeights *weights,
                            PlimTermId         id,
                            guint              moments,
                            gint64             gpus_count);

/* Widest working set of one layer of a forward pass without a graph, in 16-bit values per token: the residual and
 * its norm, and the larger of attention (query, key, value, output) and feed-forward (gate, up, product). */
gint64 plim_activations_working_width (const PlimModel *model);

/* What one layer of @kind keeps for backward in bytes per token on one GPU of a tensor-parallel group when nothing is
 * computed again; PLIM_OVERFLOW when too large.  See plim-activations.c for the inventory and its sources. */
gint64 plim_activations_layer_bytes (const PlimInputs    *inputs,
                                     const PlimLayerKind *kind);

/* What attention keeps of one token's keys and values in a layer of @kind, in bytes on such a GPU. */
gint64 plim_activations_kv_bytes (const PlimInputs    *inputs,
                                  const PlimLayerKind *kind);

/* The same as plim_activations_layer_bytes() with what recompute and offload leave of it. */
gint64 plim_activations_kept_bytes (const PlimInputs    *inputs,
                                    const PlimLayerKind *kind);

/* The largest layer that trains, for each token: while backward is in it, and before. */
typedef struct
{
  gint64 at_work_bytes;
  gint64 kept_bytes;
} PlimLayerActivations;

PlimLayerActivations plim_activations_largest_layer (const PlimInputs *inputs);

/* What @layers_count of each kind of layer keep, and the tail (final norm and head input). */
gint64 plim_activations_all_layers_bytes (const PlimInputs *inputs,
                                          const gint64     *layers_count);

/* Inputs of frozen quantized matrices that live as long as the graph, of the same layers for each token; 0 where the
 * framework keeps none. */
gint64 plim_activations_quantized_inputs_bytes (const PlimInputs *inputs,
                                                const gint64     *layers_count);
gint64 plim_activations_tail_bytes (const PlimInputs *inputs);

/* Gradients that backward through the widest feed-forward has at once, in bytes per token. */
gint64 plim_activations_gradient_bytes (const PlimInputs *inputs);

/* Largest single matrix of a layer, in numbers. */
gint64 plim_activations_largest_matrix_count (const PlimModel *model);

/* N_() reason why @inputs cannot be trained so, NULL when they can. */
const char *plim_training_refusal (const PlimInputs *inputs);

/* N_() reason why @inputs cannot be served so, NULL when they can. */
const char *plim_inference_refusal (const PlimInputs *inputs);

/* Adds the terms of inference and of training. */
void plim_inference_add_terms (const PlimInputs *inputs,
                               PlimEstimate     *estimate);
void plim_training_add_terms (const PlimInputs *inputs,
                              PlimEstimate     *estimate);

G_END_DECLS
