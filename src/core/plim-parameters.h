/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parameter counts, computed from the architecture and never typed in. */

#pragma once

#include "plim-model.h"

G_BEGIN_DECLS

/* Tensor classes.  They partition the parameters of the language model. */
typedef enum
{
  PLIM_TENSOR_EMBEDDING,   /* token, position and segment tables */
  PLIM_TENSOR_ATTENTION,   /* query, key, value, output, their biases and norms */
  PLIM_TENSOR_RECURRENT,   /* Mamba, DeltaNet, lightning mixers */
  PLIM_TENSOR_MLP,         /* dense feed-forward and shared experts */
  PLIM_TENSOR_EXPERTS,     /* routed experts and routers */
  PLIM_TENSOR_NORM,        /* norms over the hidden size */
  PLIM_TENSOR_HEAD,        /* untied output head, pooler */
  PLIM_N_TENSORS
} PlimParameterClass;

/* Which linear layers carry LoRA adapters. */
typedef enum
{
  PLIM_LORA_ALL_LINEAR,    /* every linear layer of attention and MLP; routed experts left out */
  PLIM_LORA_ATTENTION,     /* query, key, value, output */
  PLIM_LORA_QUERY_VALUE,   /* query and value, the LoRA paper's choice (arXiv:2106.09685, section 4.2) */
  PLIM_LORA_EXPERTS,       /* every linear layer, those of each routed expert too */
  PLIM_N_LORA_TARGETS
} PlimLoraTargets;

typedef struct
{
  gint64 total_count;                      /* sum of by_class; the declared count when no shape is known */
  gint64 active_count;                     /* used by one token: active experts in place of all */
  gint64 by_class_count[PLIM_N_TENSORS];
  gint64 matrix_count;                     /* active parameters of matrices applied to every token, head included,
                                            * embedding look-up excluded: what FLOPs are counted on */
  gint64 quantizable_count;                /* parameters in linear layers of the blocks: what NF4, int8 and GGUF types
                                            * apply to; embedding, head and norms stay 16-bit in QLoRA */
} PlimParameters;

/* Counts the parameters of @model into @parameters.  Counts that do not fit are PLIM_OVERFLOW. */
void plim_parameters_count (const PlimModel *model,
                            PlimParameters  *parameters);

/* One layer, its matrices and its vectors (biases, norms, per-head values), routed experts apart. */
typedef struct
{
  gint64 matrix_count;
  gint64 vector_count;
  gint64 expert_matrix_count;
  gint64 expert_vector_count;
} PlimLayerCount;

/* Counts one layer of kind number @kind (< n_kinds) of @model. */
PlimLayerCount plim_parameters_count_layer (const PlimModel *model,
                                            guint            kind);

/* What a matrix of a layer does. */
typedef enum
{
  PLIM_MATRIX_OTHER,       /* of a recurrent mixer, of latent attention */
  PLIM_MATRIX_QKV,         /* query, key and value of a linear attention in one */
  PLIM_MATRIX_QUERY,
  PLIM_MATRIX_KEY,
  PLIM_MATRIX_VALUE,
  PLIM_MATRIX_OUTPUT,      /* of attention, of a mixer */
  PLIM_MATRIX_GATE,        /* of a dense feed-forward or a shared expert, as the next two */
  PLIM_MATRIX_UP,
  PLIM_MATRIX_DOWN,
  PLIM_MATRIX_ROUTER,
  PLIM_MATRIX_EXPERT_GATE, /* all routed experts together, as the next two */
  PLIM_MATRIX_EXPERT_UP,
  PLIM_MATRIX_EXPERT_DOWN,
  PLIM_MATRIX_EXPERT,      /* any of these three */
  PLIM_N_MATRIX_ROLES
} PlimMatrixRole;

/* @copies_count matrices from @in_size to @out_size.  A row, what blocks are cut from, has @in_size numbers. */
typedef struct
{
  PlimMatrixRole role;
  gint64         in_size;
  gint64         out_size;
  gint64         copies_count;
} PlimMatrix;

#define PLIM_LAYER_MAX_MATRICES 20

/* Lists the matrices of one layer of kind number @kind of @model into @matrices, of PLIM_LAYER_MAX_MATRICES; returns
 * how many.  Together they have the matrix_count and expert_matrix_count of plim_parameters_count_layer(). */
guint plim_parameters_list_matrices (const PlimModel *model,
                                     guint            kind,
                                     PlimMatrix      *matrices);

/* Inputs and outputs of all matrices of one layer, those of routed experts apart. */
typedef struct
{
  gint64 inputs_count;
  gint64 outputs_count;
  gint64 expert_inputs_count;
  gint64 expert_outputs_count;
} PlimLayerSides;

/* Counts the sides of the matrices of one layer of kind number @kind (< n_kinds) of @model. */
PlimLayerSides plim_parameters_count_sides (const PlimModel *model,
                                            guint            kind);

/* Numbers of all copies of @matrix. */
gint64 plim_matrix_count (const PlimMatrix *matrix);

/* Numbers in the matrices of one recurrent mixer. */
gint64 plim_parameters_recurrent_matrix_count (const PlimRecurrent *recurrent,
                                               gint64               hidden_size);

/* Lists the matrices of a layer of @kind that carry low-rank adapters on @targets into @matrices, of
 * PLIM_LAYER_MAX_MATRICES; returns how many. */
guint plim_parameters_list_targets (const PlimModel     *model,
                                    const PlimLayerKind *kind,
                                    PlimLoraTargets      targets,
                                    PlimMatrix          *matrices);

/* Copies of a target @matrix of a layer of @kind that a token goes through: of routed experts the active ones. */
gint64 plim_matrix_active_copies (const PlimMatrix    *matrix,
                                  const PlimLayerKind *kind);

/* TRUE when feed-forward layers are among @targets. */
gboolean plim_lora_has_feed_forward (PlimLoraTargets targets);

/* Trainable parameters of LoRA adapters of @rank >= 1 on @targets: sum over target matrices of rank x (in + out)
 * (arXiv:2106.09685, section 4.1).  Llama-2-7B rank 16 on all linear layers: 39,976,960. */
gint64 plim_parameters_lora_count (const PlimModel *model,
                                   gint64           rank,
                                   PlimLoraTargets  targets);

G_END_DECLS
