/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How training frameworks run a step, where that decides memory: a row of settings for each, by version. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

typedef enum
{
  PLIM_SHARDER_FSDP,       /* the unit in use and those on their way are gathered */
  PLIM_SHARDER_DEEPSPEED,   /* a fixed number of parameters stays gathered; gradients leave in buckets */
  PLIM_SHARDER_MEGATRON /* gradients are reduced where they are kept */
} PlimSharder;

/* What each GPU puts together of sharded weights at once. */
typedef enum
{
  PLIM_GATHERS_NOTHING, /* shards are read and written as they are */
  PLIM_GATHERS_MATRIX,  /* one tensor at a time */
  PLIM_GATHERS_UNIT     /* the tables, which stay together, and one layer at a time */
} PlimGathers;

/* What evaluation generates while a model trains. */
typedef enum
{
  PLIM_GENERATES_NOTHING,
  PLIM_GENERATES_BATCH,       /* a continuation of every sequence of the batch */
  PLIM_GENERATES_BATCH_WHOLE, /* the same with all sharded weights put together */
  PLIM_GENERATES_ONE          /* one example, with a cache of the context's length */
} PlimGenerates;

/* How attention tells the samples of a packed sequence apart. */
typedef enum
{
  PLIM_PACKS_LENGTHS, /* by the lengths alone */
  PLIM_PACKS_BLOCKS,  /* by a mask of blocks, as flex attention does */
  PLIM_PACKS_MASK     /* by a whole mask */
} PlimPacks;

typedef struct
{
  const char   *id;                     /* "torchtune" */
  const char   *name;                   /* N_() only where it is no proper name */
  gboolean      has_fused_norms;        /* RMS norms as one kernel: the input as it is; else widened to 32 bits */
  gboolean      has_fused_gates;        /* gated activations as one kernel: gate and up are kept */
  gboolean      expands_kv;             /* keys and values are repeated to the query heads before attention */
  gboolean      has_fused_qkv;          /* one projection whose whole output stays, as values are a view of it */
  gboolean      scatters_updates;       /* updates of some of query, key and value are copied to their full width */
  gboolean      copies_attention;       /* the output matrix reads a copy, as heads stay apart in attention's output */
  gboolean      keeps_quantized_inputs; /* frozen quantized linears keep their input, as long as the graph lives */
  gboolean      quantizes_head;
  gboolean      unties_head;            /* adapters: a tied head is loaded as a matrix of its own */
  gboolean      has_flat_gradients;     /* FSDP shards adapters with their base: gradients of all parameters */
  gboolean      has_trl;                /* preference and reinforcement learning are TRL's */
  gboolean      has_nemo_rl;            /* or NeMo RL's: other models wait in host memory, scores are split */
  gboolean      has_peft;               /* adapters are those of Hugging Face PEFT */
  gboolean      has_torchao;            /* 8-bit linears are torchao's, which keep their inputs in 16 bits */
  gboolean      dispatches_once;        /* a token goes to a GPU, or to a node, once for all of its experts there */
  gboolean      weighs_products;        /* the router's weights are in the experts' products, not in their outputs */
  gboolean      caches_8bit_weights;    /* and keep 8-bit copies of weights from one step to the next */
  guint         adapters;               /* set of 1 << PlimAdapter that it has */
  gboolean      has_inplace_kernels;    /* backward writes gradients over what was kept */
  gboolean      has_torch_attention;    /* PyTorch's kernel, FlashAttention-2, also on GPUs made since */
  PlimPacks     packs;
  gint64        dequantized_bytes;      /* of each number of a quantized matrix in use */
  gint64        softmax_bytes;          /* of each attention weight that eager attention keeps */
  gint64        plain_loss_bytes;       /* of each score, when all logits are there at once */
  gint64        compiled_loss_bytes;    /* the same with compile */
  gint64        head_loss_bytes;        /* the same while backward is in a quantized head */
  gint64        held_score_bytes;       /* of each score of the last micro-batch, whose graph stays; 0 = it goes */
  gint64        head_chunk_tokens;      /* of a sequence that the head computes at once; 0 = all */
  PlimSharder   sharder;
  gint64        gathered_units_count;   /* layers gathered at once by FSDP */
  PlimGathers   load_gathers;
  PlimGathers   save_gathers;
  gint64        quantizing_bytes;       /* of each number of the matrix that is quantized while it is loaded */
  gint64        comparing_bytes;        /* of each number that is compared with the values of the format */
  gint64        comparing_count;        /* numbers compared at once; 0 = the matrix */
  gint64        restoring_bytes; /* of each number of a quantized matrix put together to be saved; 0 = not done */
  const char   *checkpoint_source;      /* of these six */
  PlimGenerates generates;
  gboolean      scores_prompts;       /* generation computes the scores of all tokens of the prompt */
  gint64        evaluating_bytes;     /* of each score while the loss of evaluation is computed */
  gint64        compiled_evaluating_bytes;
  gint64        kept_score_bytes;     /* of each score kept for metrics; 0 = none is */
  const char   *evaluation_source;    /* of these five */
  const char   *source;
} PlimFrameworkProfile;

/* What tells packed samples of @inputs apart beside their lengths: PLIM_PACKS_LENGTHS where nothing is needed. */
PlimPacks plim_framework_packs (const PlimInputs *inputs);

/* The settings of @framework; never NULL. */
const PlimFrameworkProfile *plim_framework_profile (PlimFramework framework);

G_END_DECLS
