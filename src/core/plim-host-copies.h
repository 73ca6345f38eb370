/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What llama.cpp copies to the GPU for a while of what it left in host memory. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

/* Smallest number of tokens for which a GPU computes with weights of the host (ggml/src/ggml-cuda/ggml-cuda.cu,
 * ggml_backend_cuda_device_offload_op). */
#define PLIM_HOST_COPIES_LEAST_TOKENS 32

/* Layers before @layers_count are in host memory, with their caches; the routed experts of those before
 * @expert_layers_count. */
typedef struct
{
  guint    layers_count;
  guint    expert_layers_count;
  gboolean has_head;
} PlimHostPart;

/* Bytes of the largest copy that is on the GPU while a layer is computed: a matrix of @part, the routed experts of a
 * layer being one, or keys and values of a layer for @sequences_count sequences.  Each has a part of the graph of its
 * own, so that there is one copy at a time (ggml/src/ggml-backend.cpp, ggml_backend_sched_split_graph). */
gint64 plim_host_copies_layer_bytes (const PlimInputs   *inputs,
                                     const PlimHostPart *part,
                                     gint64              sequences_count);

/* Bytes of the output head and of the final norm, which are copied for the logits; 0 where @part has no head. */
gint64 plim_host_copies_head_bytes (const PlimInputs   *inputs,
                                    const PlimHostPart *part);

G_END_DECLS
