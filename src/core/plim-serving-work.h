/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a served model asks of its GPUs: bytes, FLOPs, kernels and messages of a step; no rates but those of links. */

#pragma once

#include "plim-estimate.h"
#include "plim-layout.h"
#include "plim-weight-layout.h"

G_BEGIN_DECLS

/* What a step is asked of one GPU of each stage, all stages together. */
typedef struct
{
  double bytes;              /* read from the GPU's memory */
  double flops;
  double kernels_count;
  double host_layers_count;  /* whose kernels the host starts one by one */
  double sent_seconds;       /* of messages on their way */
  double messages_seconds;   /* to start them */
  double host_bytes;         /* read from the host's memory, or copied from it in prefill */
} PlimServingWork;

/* A model on its GPUs; the pointers are the caller's. */
typedef struct
{
  const PlimInputs       *inputs;
  const PlimLayout       *layout;
  const PlimWeightLayout *weights;
  double                  matrix_count;    /* active parameters of matrices, head included */
  gint64                  sequences_count; /* of one replica */
  gint64                  gpu_layers_count[PLIM_MODEL_MAX_KINDS]; /* on GPUs, by kind */
  guint                   first_layer;     /* layers before it are on the host */
  guint                   first_expert_layer;
  gboolean                has_head;        /* on a GPU */
} PlimServer;

/* What one replica computes in a step, in the mean. */
typedef struct
{
  double sequences_count; /* that write */
  double sequence_tokens; /* of each: 1, or more where guesses are checked */
  double prompt_tokens;   /* of other sequences, in the same step (Sarathi-Serve, arXiv:2403.02310) */
} PlimServingStep;

/* The server of @inputs laid out as @layout, with all that @stages say; without stages everything is on GPUs, as a
 * draft model is. */
void plim_server_init (PlimServer             *server,
                       const PlimInputs       *inputs,
                       const PlimLayout       *layout,
                       const PlimWeightLayout *weights,
                       const PlimStage        *stages,
                       guint                   n_stages);

/* Tokens of a prompt that are computed: what the runtime has of it already is not. */
double plim_serving_computed_tokens (const PlimInputs *inputs);

/* A step: it reads the weights outside experts, the experts that its tokens are expected to choose, E (1 - (1 - k /
 * E)^b) of E when each of b tokens chooses k, and the cache of every sequence that writes, half of the output written.
 * GPUs that share layers send each other two all-reduces a layer (Megatron-LM, arXiv:1909.08053, section 3), stages a
 * message to the next, and replicas that share experts tokens to their experts and back (GShard, arXiv:2006.16668). */
PlimServingWork plim_serving_work_step (const PlimServer      *server,
                                        const PlimServingStep *step);

/* One prompt, in as many chunks as the runtime makes of it, each of which reads all weights. */
PlimServingWork plim_serving_work_prefill (const PlimServer *server);

G_END_DECLS
