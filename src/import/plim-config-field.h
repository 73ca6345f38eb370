/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The numbers of a model under the names that configurations have for them. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The numbers that describe a model, under one name each whatever a file calls them. */
typedef enum
{
  PLIM_CONFIG_VOCAB,
  PLIM_CONFIG_HIDDEN,
  PLIM_CONFIG_EMBEDDING,           /* a narrower embedding table (OPT-350M) */
  PLIM_CONFIG_LAYERS,
  PLIM_CONFIG_HEADS,
  PLIM_CONFIG_KV_HEADS,
  PLIM_CONFIG_HEAD_DIM,
  PLIM_CONFIG_V_HEAD_DIM,
  PLIM_CONFIG_FFN,
  PLIM_CONFIG_CONTEXT,
  PLIM_CONFIG_TOKEN_TYPES,
  PLIM_CONFIG_FFN_RATIO,           /* width as a multiple of the hidden size (MPT) */
  PLIM_CONFIG_LAYER_NORMS,         /* Falcon */
  PLIM_CONFIG_ENCODER_LAYERS,
  PLIM_CONFIG_ENCODER_HEADS,
  PLIM_CONFIG_ENCODER_FFN,
  PLIM_CONFIG_DECODER_LAYERS,
  PLIM_CONFIG_DECODER_HEADS,
  PLIM_CONFIG_DECODER_FFN,
  PLIM_CONFIG_SOURCE_POSITIONS,
  PLIM_CONFIG_MEL_BINS,
  PLIM_CONFIG_BUCKETS,
  PLIM_CONFIG_Q_LORA,
  PLIM_CONFIG_KV_LORA,
  PLIM_CONFIG_QK_NOPE,
  PLIM_CONFIG_QK_ROPE,
  PLIM_CONFIG_O_LORA,              /* DeepSeek V4: the output by groups of heads through a low rank, */
  PLIM_CONFIG_O_GROUPS,
  PLIM_CONFIG_SPARSE_TOKENS,       /* tokens that an entry stands for, where an indexer picks and where none does, */
  PLIM_CONFIG_HEAVY_TOKENS,
  PLIM_CONFIG_HASH_LAYERS,         /* first layers whose experts a table of tokens picks, */
  PLIM_CONFIG_HYPER,               /* and streams of the residual */
  PLIM_CONFIG_INDEX_HEADS,
  PLIM_CONFIG_INDEX_DIM,
  PLIM_CONFIG_WINDOW,
  PLIM_CONFIG_CHUNK,
  PLIM_CONFIG_WINDOW_PERIOD,       /* every n-th layer is global */
  PLIM_CONFIG_WINDOW_START,        /* layers below it keep the whole context */
  PLIM_CONFIG_GLOBAL_HEAD_DIM,     /* heads of layers with the whole context, where they differ */
  PLIM_CONFIG_GLOBAL_KV_HEADS,
  PLIM_CONFIG_WINDOW_HEADS,        /* heads of layers with a window, where they differ */
  PLIM_CONFIG_WINDOW_KV_HEADS,
  PLIM_CONFIG_WINDOW_HEAD_DIM,
  PLIM_CONFIG_WINDOW_V_HEAD_DIM,
  PLIM_CONFIG_SHARED_KV_LAYERS,    /* the last n layers read the cache of an earlier one */
  PLIM_CONFIG_EXPERTS,
  PLIM_CONFIG_ACTIVE,
  PLIM_CONFIG_EXPERT_WIDTH,
  PLIM_CONFIG_SHARED_EXPERTS,
  PLIM_CONFIG_SHARED_WIDTH,
  PLIM_CONFIG_LATENT,
  PLIM_CONFIG_DENSE_FFN,           /* width of dense layers where FFN is that of an expert (Llama 4) */
  PLIM_CONFIG_FIRST_DENSE,
  PLIM_CONFIG_EXPERT_PERIOD,
  PLIM_CONFIG_EXPERT_OFFSET,
  PLIM_CONFIG_EXPERT_START,
  PLIM_CONFIG_EXPERT_END,
  PLIM_CONFIG_ATTENTION_PERIOD,
  PLIM_CONFIG_ATTENTION_OFFSET,
  PLIM_CONFIG_SSM_INNER,
  PLIM_CONFIG_SSM_EXPAND,
  PLIM_CONFIG_SSM_STATE,
  PLIM_CONFIG_SSM_CONV,
  PLIM_CONFIG_SSM_DT_RANK,
  PLIM_CONFIG_SSM_HEADS,
  PLIM_CONFIG_SSM_HEAD_DIM,
  PLIM_CONFIG_SSM_GROUPS,
  PLIM_CONFIG_KEY_HEADS,           /* GatedDeltaNet */
  PLIM_CONFIG_KEY_DIM,
  PLIM_CONFIG_VALUE_HEADS,
  PLIM_CONFIG_VALUE_DIM,
  PLIM_CONFIG_DELTA_HEADS,         /* Kimi delta attention */
  PLIM_CONFIG_DELTA_HEAD_DIM,
  PLIM_CONFIG_WKV_HEAD,            /* RWKV: width of a head, and the low ranks of versions 6 and 7 */
  PLIM_CONFIG_DECAY_RANK,
  PLIM_CONFIG_GATE_RANK,
  PLIM_CONFIG_SHIFT_RANK,
  PLIM_CONFIG_RATE_RANK,
  PLIM_CONFIG_VALUE_RANK,
  PLIM_CONFIG_FFN_MULTIPLE,        /* LFM2: the width is rounded up to it, after this factor */
  PLIM_CONFIG_FFN_FACTOR,
  PLIM_CONFIG_LAYER_EMBEDDING,     /* Gemma 3n and 4: width of the embedding each layer has for itself */
  PLIM_CONFIG_LAYER_VOCAB,
  PLIM_CONFIG_LAUREL,
  PLIM_CONFIG_ALTUP,
  PLIM_CONFIG_RESIDUAL_BLOCK,      /* Kimi K3: attention over what earlier blocks of layers made */
  PLIM_CONFIG_NEXT_TOKEN_LAYERS,
  PLIM_N_CONFIG_FIELDS
} PlimConfigField;

typedef struct
{
  const char *names; /* members of a Hugging Face configuration, the usual one first, with a space between them;
                      * "outer.inner" is a member of a member */
  gint64      minimum;
  gint64      maximum;
} PlimConfigFieldInfo;

/* What is known of @field.  Static. */
const PlimConfigFieldInfo *plim_config_field_get_info (PlimConfigField field);

/* The usual name of @field; free with g_free. */
char *plim_config_field_dup_name (PlimConfigField field);

G_END_DECLS
