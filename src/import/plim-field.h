/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The numbers of a model under the names that configurations have for them. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The numbers that describe a model, under one name each whatever a file calls them. */
typedef enum
{
  PLIM_FIELD_VOCAB,
  PLIM_FIELD_HIDDEN,
  PLIM_FIELD_EMBEDDING,           /* a narrower embedding table (OPT-350M) */
  PLIM_FIELD_LAYERS,
  PLIM_FIELD_HEADS,
  PLIM_FIELD_KV_HEADS,
  PLIM_FIELD_HEAD_DIM,
  PLIM_FIELD_V_HEAD_DIM,
  PLIM_FIELD_FFN,
  PLIM_FIELD_CONTEXT,
  PLIM_FIELD_TOKEN_TYPES,
  PLIM_FIELD_FFN_RATIO,           /* width as a multiple of the hidden size (MPT) */
  PLIM_FIELD_LAYER_NORMS,         /* Falcon */
  PLIM_FIELD_ENCODER_LAYERS,
  PLIM_FIELD_ENCODER_HEADS,
  PLIM_FIELD_ENCODER_FFN,
  PLIM_FIELD_DECODER_LAYERS,
  PLIM_FIELD_DECODER_HEADS,
  PLIM_FIELD_DECODER_FFN,
  PLIM_FIELD_SOURCE_POSITIONS,
  PLIM_FIELD_MEL_BINS,
  PLIM_FIELD_BUCKETS,
  PLIM_FIELD_Q_LORA,
  PLIM_FIELD_KV_LORA,
  PLIM_FIELD_QK_NOPE,
  PLIM_FIELD_QK_ROPE,
  PLIM_FIELD_INDEX_HEADS,
  PLIM_FIELD_INDEX_DIM,
  PLIM_FIELD_WINDOW,
  PLIM_FIELD_CHUNK,
  PLIM_FIELD_WINDOW_PERIOD,       /* every n-th layer is global */
  PLIM_FIELD_WINDOW_START,        /* layers below it keep the whole context */
  PLIM_FIELD_GLOBAL_HEAD_DIM,     /* heads of layers with the whole context, where they differ */
  PLIM_FIELD_GLOBAL_KV_HEADS,
  PLIM_FIELD_WINDOW_HEADS,        /* heads of layers with a window, where they differ */
  PLIM_FIELD_WINDOW_KV_HEADS,
  PLIM_FIELD_WINDOW_HEAD_DIM,
  PLIM_FIELD_WINDOW_V_HEAD_DIM,
  PLIM_FIELD_SHARED_KV_LAYERS,    /* the last n layers read the cache of an earlier one */
  PLIM_FIELD_EXPERTS,
  PLIM_FIELD_ACTIVE,
  PLIM_FIELD_EXPERT_WIDTH,
  PLIM_FIELD_SHARED_EXPERTS,
  PLIM_FIELD_SHARED_WIDTH,
  PLIM_FIELD_LATENT,
  PLIM_FIELD_DENSE_FFN,           /* width of dense layers where FFN is that of an expert (Llama 4) */
  PLIM_FIELD_FIRST_DENSE,
  PLIM_FIELD_EXPERT_PERIOD,
  PLIM_FIELD_EXPERT_OFFSET,
  PLIM_FIELD_EXPERT_START,
  PLIM_FIELD_EXPERT_END,
  PLIM_FIELD_ATTENTION_PERIOD,
  PLIM_FIELD_ATTENTION_OFFSET,
  PLIM_FIELD_SSM_INNER,
  PLIM_FIELD_SSM_EXPAND,
  PLIM_FIELD_SSM_STATE,
  PLIM_FIELD_SSM_CONV,
  PLIM_FIELD_SSM_DT_RANK,
  PLIM_FIELD_SSM_HEADS,
  PLIM_FIELD_SSM_HEAD_DIM,
  PLIM_FIELD_SSM_GROUPS,
  PLIM_FIELD_KEY_HEADS,           /* GatedDeltaNet */
  PLIM_FIELD_KEY_DIM,
  PLIM_FIELD_VALUE_HEADS,
  PLIM_FIELD_VALUE_DIM,
  PLIM_FIELD_LAYER_EMBEDDING,     /* Gemma 3n and 4: width of the embedding each layer has for itself */
  PLIM_FIELD_LAYER_VOCAB,
  PLIM_FIELD_LAUREL,
  PLIM_FIELD_ALTUP,
  PLIM_FIELD_NEXT_TOKEN_LAYERS,
  PLIM_N_FIELDS
} PlimField;

typedef struct
{
  const char *names; /* members of a Hugging Face configuration, the usual one first, with a space between them;
                      * "outer.inner" is a member of a member */
  gint64      minimum;
  gint64      maximum;
} PlimFieldInfo;

/* What is known of @field.  Static. */
const PlimFieldInfo *plim_field_get_info (PlimField field);

/* The usual name of @field; free with g_free. */
char *plim_field_dup_name (PlimField field);

G_END_DECLS
