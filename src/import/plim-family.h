/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files do not say about a model: the facts that an architecture's code fixes, one row per family. */

#pragma once

#include "plim-config-field.h"
#include "plim-model.h"

G_BEGIN_DECLS

/* What an architecture has or has not; a configuration may switch single ones. */
typedef enum
{
  PLIM_TRAIT_TIED = 1 << 0,
  PLIM_TRAIT_QKV_BIAS = 1 << 1,
  PLIM_TRAIT_K_BIAS_ABSENT = 1 << 2, /* Whisper: query and value have a bias, the key has none */
  PLIM_TRAIT_O_BIAS = 1 << 3,
  PLIM_TRAIT_MLP_BIAS = 1 << 4,
  PLIM_TRAIT_HEAD_BIAS = 1 << 5,
  PLIM_TRAIT_GATED = 1 << 6,
  PLIM_TRAIT_PARALLEL = 1 << 7,
  PLIM_TRAIT_QK_NORM = 1 << 8,
  PLIM_TRAIT_SINKS = 1 << 9,         /* in every layer */
  PLIM_TRAIT_WINDOW_SINKS = 1 << 10, /* in layers with a window */
  PLIM_TRAIT_OUTPUT_GATE = 1 << 11,
  PLIM_TRAIT_ROUTER_BIAS = 1 << 12,
  PLIM_TRAIT_EXPERT_BIAS = 1 << 13,
  PLIM_TRAIT_SHARED_GATE = 1 << 14,
  PLIM_TRAIT_GATE_NORM = 1 << 15,
  PLIM_TRAIT_INNER_NORMS = 1 << 16,
  PLIM_TRAIT_POOLER = 1 << 17,
  PLIM_TRAIT_NO_HEAD = 1 << 18,
  PLIM_TRAIT_WINDOW = 1 << 19,       /* the window, where one is given, is used */
  PLIM_TRAIT_MULTI_QUERY = 1 << 20,  /* one KV head when no number is given */
  PLIM_TRAIT_VALUES_ARE_KEYS = 1 << 21, /* in layers with the whole context */
  PLIM_TRAIT_DENSE_BESIDE = 1 << 22, /* a dense MLP beside the experts */
  PLIM_TRAIT_PRE_NORM = 1 << 23,     /* OPT: final norm */
  PLIM_TRAIT_FALCON_NEW = 1 << 24,
  PLIM_TRAIT_MLA = 1 << 25,
  PLIM_TRAIT_WIDE_SHARED = 1 << 26,  /* layers that share KV have an MLP of twice the width (Gemma 4) */
  PLIM_TRAIT_HALVED_FFN = 1 << 27,   /* Qwen 1: the width given is that of both gated halves together */
  PLIM_TRAIT_ADJUSTED_FFN = 1 << 28, /* LFM2: two thirds of the width given, rounded up */
  PLIM_TRAIT_SQUARE_DENSE = 1 << 29, /* the dense MLP beside the experts is as wide as the hidden state (Arctic) */
  PLIM_TRAIT_FULL_GATE = 1 << 30,    /* the output gate of Kimi delta attention has full rank */
  PLIM_TRAIT_ATTENTION_BIAS = PLIM_TRAIT_QKV_BIAS | PLIM_TRAIT_O_BIAS,
  PLIM_TRAIT_ALL_BIAS = PLIM_TRAIT_ATTENTION_BIAS | PLIM_TRAIT_MLP_BIAS
} PlimTraits;

typedef enum
{
  PLIM_STACK_DECODER,
  PLIM_STACK_ENCODER,
  PLIM_STACK_ENCODER_DECODER
} PlimStack;

/* Which layers mix tokens how. */
typedef enum
{
  PLIM_MIXERS_ATTENTION,
  PLIM_MIXERS_RECURRENT,     /* no attention at all */
  PLIM_MIXERS_BOTH,          /* attention beside a recurrent mixer (Falcon-H1) */
  PLIM_MIXERS_INTERVAL,      /* every n-th layer is attention (Qwen3-Next) */
  PLIM_MIXERS_PERIOD,        /* attention where depth mod period is an offset (Jamba) */
  PLIM_MIXERS_LIST           /* a list or a pattern text says it */
} PlimMixers;

/* Which layers see only a window. */
typedef enum
{
  PLIM_WINDOWS_NONE,
  PLIM_WINDOWS_ALL,
  PLIM_WINDOWS_FROM_START,   /* layers from WINDOW_START on (Qwen2) */
  PLIM_WINDOWS_PERIOD,       /* all but every n-th */
  PLIM_WINDOWS_AFTER_FULL,   /* all but the first of every n (ModernBERT) */
  PLIM_WINDOWS_ODD,          /* every second, from the second (GPT-Neo) */
  PLIM_WINDOWS_CHUNKS        /* chunks, all but every n-th (Llama 4) */
} PlimWindows;

/* Which layers have experts, where the model has any. */
typedef enum
{
  PLIM_EXPERTS_ALL,
  PLIM_EXPERTS_AFTER_DENSE,  /* from FIRST_DENSE on, every n-th */
  PLIM_EXPERTS_STEP,         /* where depth + 1 is a multiple of the period (Qwen, Llama 4) */
  PLIM_EXPERTS_PERIOD,       /* where depth mod period is the offset (Jamba) */
  PLIM_EXPERTS_RANGE         /* from EXPERT_START to EXPERT_END (ERNIE) */
} PlimExpertLayers;

/* How the width of the shared experts is told when no field gives it. */
typedef enum
{
  PLIM_SHARED_NONE,
  PLIM_SHARED_BY_COUNT,      /* number x expert width */
  PLIM_SHARED_ONE            /* always one */
} PlimSharedExperts;

typedef struct
{
  PlimConfigField field;
  gint64          value;
} PlimDefault;

typedef struct
{
  const char *names;         /* members that switch the traits; "!" before a name means the opposite */
  guint32     traits;
} PlimSwitch;

#define PLIM_FAMILY_MAX_SWITCHES 5
#define PLIM_FAMILY_MAX_DEFAULTS 12

typedef struct
{
  const char       *types;   /* model types, with a space between them */
  PlimStack         stack;
  guint32           traits;
  PlimNorm          norm;
  gint64            norms_count; /* in a layer */
  gint64            parallel_norms_count; /* in a layer of parallel blocks; 0 = as many */
  gint64            final_norms_count;
  gint64            embedding_norms_count;
  gboolean          has_positions; /* a learned table of CONTEXT rows */
  gint64            positions_extra; /* and so many more */
  PlimQkNorm        qk_norm;
  PlimRecurrentKind recurrent;
  PlimMixers        mixers;
  PlimWindows       windows;
  PlimExpertLayers  expert_layers;
  PlimSharedExperts shared;
  gint64            layer_scalars_count;  /* learned single values of a layer */
  gboolean          has_wide_norm;        /* a norm in the width of the dense MLP */
  gint64            expert_norms_count;   /* further norms of a layer with experts */
  gboolean          has_expert_scales;    /* a learned value for each expert */
  gboolean          has_next_token_tables; /* next-token layers are stored with tables of their own */
  gboolean          has_shared_cache;     /* one vector is key and value */
  gboolean          has_fused_qkv;        /* llama.cpp's files have one matrix for query, key and value */
  gboolean          has_latent_norm;      /* a norm in the width of experts, where it is not the hidden size */
  gboolean          has_image_layers;     /* some layers read images in place of the text, and norm their heads */
  gint64            embedding_extra;      /* rows of the token table that the head has not */
  gboolean          is_one_block; /* a layer is a mixer or an MLP, not both */
  const char       *strange_members; /* members of a configuration that mean parts which are not modelled */
  const char       *refusal;      /* why models of this type are not understood; NULL = they are */
  PlimSwitch        switches[PLIM_FAMILY_MAX_SWITCHES];
  PlimDefault       defaults[PLIM_FAMILY_MAX_DEFAULTS];
} PlimFamily;

/* The family of @model_type, NULL when it is not known.  Static. */
const PlimFamily *plim_family_find (const char *model_type);

/* The model type whose class is @architecture ("LlamaForCausalLM" is "llama"), NULL when it is not known; free with
 * g_free. */
char *plim_family_dup_type_of_class (const char *architecture);

/* The family that stands in for unknown model types: a decoder as Llama has it. */
const PlimFamily *plim_family_fallback (void);

/* TRUE when @word is one of @words, which have a space between them. */
gboolean plim_family_has_word (const char *words,
                               const char *word);

G_END_DECLS
