/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the parts of training share: one GPU's portion of a job, and the moments within backward. */

#pragma once

#include "plim-component.h"
#include "plim-framework.h"
#include "plim-optimizer.h"
#include "plim-recipe.h"
#include "plim-training-layout.h"

G_BEGIN_DECLS

/* Backward has several moments that may be the fullest; the estimate shows the one that is. */
typedef enum
{
  PLIM_BACKWARD_HEAD,  /* through the output head: logits are still there */
  PLIM_BACKWARD_LAST,  /* through the last layer: activations of all layers, few gradients */
  PLIM_BACKWARD_FIRST, /* through the first layer: gradients of all layers, few activations */
  PLIM_N_BACKWARDS
} PlimBackward;

#define PLIM_TRAINING_MAX_TERMS 40

/* One role: the GPUs of one pipeline stage. */
typedef struct
{
  const PlimInputs           *inputs;
  PlimEstimate               *estimate;
  const PlimFrameworkProfile *framework;
  PlimTrainingLayout          layout;
  PlimTrainingStage           stage;
  PlimRecipeBytes             recipe;
  gboolean                    has_adapters;
  gint64                      total_count;      /* parameters on one GPU before sharding, experts apart */
  gint64                      expert_count;     /* of routed experts dealt out by expert parallelism */
  gint64                      trained_count;    /* as total_count; of adapters all that train */
  gint64                      trained_expert_count;
  gint64                      sequences_count;  /* of a micro-batch */
  gint64                      tokens_count;     /* of a micro-batch on one GPU */
  gint64                      weights_shares;   /* GPUs that share weights, gradients and states; 1 = not shared */
  gint64                      gradients_shares;
  gint64                      states_shares;
  gboolean                    gathers_all;      /* evaluation puts all weights together */
  guint                       n_terms;
  gint64                      backward_bytes[PLIM_TRAINING_MAX_TERMS][PLIM_N_BACKWARDS];
} PlimTraining;

/* Fields that figures of training depend on. */
#define PLIM_TRAINING_FIELDS                                                                    \
  (PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_TASK) | PLIM_FIELD_BIT (PLIM_FIELD_RECIPE) | \
   PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) | PLIM_FIELD_BIT (PLIM_FIELD_FRAMEWORK) |              \
   PLIM_FIELD_BIT (PLIM_FIELD_COMPUTE_FORMAT))
#define PLIM_SHARING_FIELDS                                                                      \
  (PLIM_FIELD_BIT (PLIM_FIELD_SHARDING) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) |                     \
   PLIM_FIELD_BIT (PLIM_FIELD_TENSOR_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_PIPELINE_PARALLEL) | \
   PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_EXPERT_PARALLEL) |  \
   PLIM_FIELD_BIT (PLIM_FIELD_EXPERT_TENSOR_PARALLEL))
#define PLIM_TOKEN_FIELDS                                                                      \
  (PLIM_FIELD_BIT (PLIM_FIELD_BATCH) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT) |                   \
   PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_VIRTUAL_TOKENS) | \
   PLIM_FIELD_BIT (PLIM_FIELD_ADAPTER) | PLIM_FIELD_BIT (PLIM_FIELD_OBJECTIVE))
#define PLIM_ADAPTER_FIELDS                                                           \
  (PLIM_FIELD_BIT (PLIM_FIELD_ADAPTER) | PLIM_FIELD_BIT (PLIM_FIELD_LORA_RANK) |      \
   PLIM_FIELD_BIT (PLIM_FIELD_LORA_TARGETS) | PLIM_FIELD_BIT (PLIM_FIELD_LORA_HEAD) | \
   PLIM_FIELD_BIT (PLIM_FIELD_LORA_EMBEDDING) | PLIM_FIELD_BIT (PLIM_FIELD_VIRTUAL_TOKENS))

#define PLIM_STATE_FIELDS                                                                       \
  (PLIM_FIELD_BIT (PLIM_FIELD_OPTIMIZER) | PLIM_FIELD_BIT (PLIM_FIELD_STATE_FORMAT) |           \
   PLIM_FIELD_BIT (PLIM_FIELD_MASTER_WEIGHTS) | PLIM_FIELD_BIT (PLIM_FIELD_OFFLOAD_OPTIMIZER) | \
   PLIM_FIELD_BIT (PLIM_FIELD_TRAINED_LAYERS))
#define PLIM_GRADIENT_FIELDS                                                                   \
  (PLIM_FIELD_BIT (PLIM_FIELD_GRADIENT_FORMAT) | PLIM_FIELD_BIT (PLIM_FIELD_ACCUMULATION) |    \
   PLIM_FIELD_BIT (PLIM_FIELD_OPTIMIZER_IN_BACKWARD) | PLIM_FIELD_BIT (PLIM_FIELD_OPTIMIZER) | \
   PLIM_FIELD_BIT (PLIM_FIELD_TRAINED_LAYERS))

/* Adds a term whose bytes within backward are @backward, NULL = those of the specification at every moment of it when
 * it names backward. */
PlimTerm *plim_training_add (PlimTraining       *training,
                             const PlimTermSpec *spec,
                             const gint64       *backward);

/* Bytes of @count things of @bytes each divided among @shares GPUs, rounded up. */
gint64 plim_training_share (gint64 count,
                            gint64 bytes,
                            gint64 shares);

/* TRUE when a layer's activations are computed again, or fetched, before backward goes through it. */
gboolean plim_training_is_replayed (const PlimInputs *inputs);

/* Adds weights, master weights, states and gradients (plim-training-state.c). */
void plim_training_add_state (PlimTraining *training);

/* Bytes of the largest quantized matrix while it is put together to compute with; 0 when none is quantized. */
gint64 plim_training_dequantized_bytes (const PlimTraining *training);

/* Adds what adapters other than LoRA hold (plim-training-adapter.c). */
void plim_training_add_adapter (PlimTraining *training);

/* Adds the models and the engine that the objective takes, and its loss (plim-training-objective.c). */
void plim_training_add_objective (PlimTraining *training);
void plim_training_add_objective_loss (PlimTraining *training);

/* Adds logits and loss (plim-training-loss.c). */
void plim_training_add_loss (PlimTraining *training);

/* N_() reason why @inputs cannot be evaluated so, NULL when they can. */
const char *plim_training_evaluation_refusal (const PlimInputs *inputs);

/* Moments at which a batch goes through the layers: forward to backward, and evaluation in place. */
guint plim_training_passes (const PlimTraining *training);

/* Adds what evaluation between steps holds (plim-training-evaluation.c). */
void plim_training_add_evaluation (PlimTraining *training);

/* Parameters in matrices, experts among them, of @layers_count layers of each kind on one GPU before sharding. */
gint64 plim_training_matrices_count (const PlimTraining *training,
                                     const gint64       *layers_count);

/* Layers of the stage that a gradient goes through. */
gint64 plim_training_trained_layers_count (const PlimTraining *training);

/* Parameters on one GPU before sharding: embedding and head of the stage, and a layer, about: those of all layers over
 * their number. */
gint64 plim_training_tables_count (const PlimTraining *training);
gint64 plim_training_layer_count (const PlimTraining *training);

/* Adds what passes through the GPU while the model is loaded and saved (plim-training-checkpoint.c). */
void plim_training_add_loading (PlimTraining *training);
void plim_training_add_saving (PlimTraining *training);

/* Adds what sharding gathers and sends (plim-training-sharing.c). */
void plim_training_add_gathered (PlimTraining *training);
void plim_training_add_communication (PlimTraining *training);

G_END_DECLS
