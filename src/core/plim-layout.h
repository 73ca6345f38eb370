/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which GPU holds what when a model is served: replicas, stages of layers, and shares of each layer. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 tensor_count;    /* GPUs that share each layer */
  gint64 pipeline_count;  /* stages of consecutive layers */
  gint64 replicas_count;  /* copies of the model, which share the sequences */
  gint64 expert_count;    /* GPUs that whole experts are dealt to; 1 = experts are split as other weights are */
} PlimLayout;

/* What one GPU holds; GPUs that hold the same are one stage. */
typedef struct
{
  guint    first_layer;                         /* layers from here … */
  guint    end_layer;                           /* … up to, not including, here */
  guint    first_expert_layer;                  /* experts of layers before it are in host memory */
  gboolean is_first;
  gboolean has_embedding;
  gboolean has_head;
  gboolean has_towers;                          /* encoders of images and sound */
  gint64   gpus_count;                          /* that hold the same, all replicas together */
  gint64   layers_count[PLIM_MODEL_MAX_KINDS];  /* by kind of layer */
} PlimStage;

/* The layout of @inputs: what was not given is what the runtime does by itself.  llama.cpp and transformers
 * (device_map="auto") deal whole layers to the GPUs, the others split each layer over the GPUs of a
 * node as far as its heads can be divided, put as few such groups in a row as the weights need, and serve replicas with
 * the rest: what their own documents recommend (vLLM, "Distributed inference and serving"). NULL, or the N_() reason
 * why there is no such layout. */
const char *plim_layout_init (PlimLayout       *layout,
                              const PlimInputs *inputs);

/* The distinct stages into @stages, of PLIM_MAX_ROLES; returns how many.  Layers are dealt as the runtime deals them:
 * evenly, the rest to the stages before the last (vLLM, distributed/utils.py, get_pp_indices), or by position with the
 * output as one more layer (llama.cpp, src/llama-model.cpp, load_tensors), from the last layer backwards where some
 * stay on the host.  Where more stages than that differ, one with fewer layers counts as the largest that it resembles.
 */
guint plim_layout_stages (const PlimLayout *layout,
                          const PlimInputs *inputs,
                          PlimStage        *stages);

/* Sequences of one replica, rounded up. */
gint64 plim_layout_sequences (const PlimLayout *layout,
                              const PlimInputs *inputs);

G_END_DECLS
