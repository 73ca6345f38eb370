/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a runtime adds, how it rounds and what it fills: data, so that another runtime is another row. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

/* How long a layer with a window keeps its tokens. */
typedef enum
{
  PLIM_WINDOW_EXACT,          /* the window and no more */
  PLIM_WINDOW_AND_CHUNK,      /* and the tokens computed at once in prefill */
  PLIM_WINDOW_AND_BLOCK       /* the window less one, a prefill chunk, and one block that is partly out of the window */
} PlimWindowRule;

/* What the runtime's memory budget is a share of. */
typedef enum
{
  PLIM_BUDGET_NONE,           /* it takes what it needs */
  PLIM_BUDGET_OF_MEMORY,      /* all of the GPU's memory; what weights and work leave of it is the KV cache */
  PLIM_BUDGET_BEFORE_LOADING, /* what is free before weights come; what they leave is the KV cache, work has the rest */
  PLIM_BUDGET_OF_FREE         /* what weights and work leave of the memory */
} PlimBudget;

/* Where it has room for low-rank adapters. */
typedef enum
{
  PLIM_LORA_ROOM_TARGETS, /* in the matrices that adapters change */
  PLIM_LORA_ROOM_LINEAR,  /* in every linear layer but routed experts and their router */
  PLIM_LORA_ROOM_EXPERTS  /* in those too */
} PlimLoraRoom;

#define PLIM_MOST_NOT_COUNTED 4

typedef struct
{
  const char    *vendors;              /* makers of the GPUs that it runs on; NULL = all */
  gboolean       joins_macs;           /* splits a model over Apple's GPUs, of which a computer has one */
  gint64         context_bytes;        /* driver and library context on each GPU */
  const char    *context_source;
  gint64         cache_block_tokens;   /* the cache grows in blocks of so many tokens */
  gint64         ubatch_tokens;        /* prefill runs in pieces of so many tokens; 0 = the whole prompt at once */
  gboolean       has_host_embedding;   /* the token table stays in host memory, unless the head shares it */
  gboolean       splits_by_layer;      /* several GPUs hold whole layers each, if nothing else is asked for */
  gboolean       pads_pages;           /* pages of all layers have one size */
  gboolean       loads_towers;         /* encoders of images and sound, with the language model */
  gboolean       widens_cache;         /* attention of many tokens copies a quantized cache, on these vendors' GPUs */
  gboolean       has_draft_context;    /* a draft model has a working buffer of its own */
  gboolean       drafts_with_next_token; /* a model's own next-token layers may guess for it */
  gboolean       loads_next_token_tables; /* with the copies of token table and head that a checkpoint has for them */
  gboolean       batches_continuously; /* prompts and written tokens of several requests share a step */
  gboolean       shares_prefixes;      /* a prompt that sequences have in common is kept once */
  PlimMla        mla;                  /* what it keeps of latent attention */
  PlimWindowRule window_rule;
  gint64         conv_state_bytes;     /* of each value of a convolution's state */
  gint64         state_bytes;          /* of each value of a recurrent state */
  gint64         state_slots_count;    /* recurrent states kept for each running sequence */
  gboolean       quantizes_head;       /* bitsandbytes formats: the head too */
  gboolean       unties_head;          /* a tied head is a matrix of its own */
  gint64         quantizing_bytes;     /* of each number of the matrix that becomes INT8 at load; 0 = not on the GPU */
  gint64         dequantized_bytes;    /* of each number of the NF4 matrix in use in prefill; 0 = not modelled */
  PlimLoraRoom   lora_room;            /* in its newest version */
  gboolean       is_eager;             /* the host starts every kernel by itself, unless compiled */
  PlimBudget     budget;
  double         budget_share;         /* its default */
  const char    *budget_source;
  const char    *not_counted[PLIM_MOST_NOT_COUNTED + 1]; /* N_() names of what it takes that is not modelled */
} PlimRuntimeProfile;

/* The profile of the runtime that @inputs run in: training is PyTorch's, and weights in llama.cpp's block formats are
 * llama.cpp's whatever runtime is chosen, but for MXFP4, which others run as well.  Never NULL. */
const PlimRuntimeProfile *plim_runtime_profile (const PlimInputs *inputs);

/* The runtime that plim_runtime_profile() describes. */
PlimRuntime plim_runtime_of (const PlimInputs *inputs);

/* N_() reason why the runtime cannot run on the GPU of @inputs, NULL when it can or the maker is not known. */
const char *plim_runtime_gpu_refusal (const PlimInputs *inputs);

/* FALSE where several GPUs of the kind of @inputs cannot share a model: a Mac has one, and few runtimes join Macs. */
gboolean plim_runtime_joins_gpus (const PlimInputs *inputs);

/* Tokens computed at once in prefill: as given, else the runtime's; never more than all prompts have. */
gint64 plim_runtime_ubatch_tokens (const PlimInputs *inputs);

/* Share of the memory that the runtime fills: as given, else its default; 1 where it has no budget. */
double plim_runtime_budget_share (const PlimInputs *inputs);

/* Bytes of a GPU of @capacity_bytes that the runtime fills, where @taken_bytes are context and other programs and
 * @buffer_bytes NCCL's buffers. */
gint64 plim_runtime_usable_bytes (const PlimInputs *inputs,
                                  gint64            capacity_bytes,
                                  gint64            taken_bytes,
                                  gint64            buffer_bytes);

/* Where the runtime, in the version that @inputs give, has room for adapters. */
PlimLoraRoom plim_runtime_lora_room (const PlimInputs *inputs);

/* N_() reason why the runtime refuses @inputs, NULL when it does not. */
const char *plim_runtime_refusal (const PlimInputs *inputs);

G_END_DECLS
