/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes of the weights as a file has them, by where they are in the model. */

#pragma once

#include "plim-model.h"
#include "plim-precision.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean      is_known;
  PlimPrecision precision;         /* that the file is said to be in; other precisions are computed from the shapes */
  gint64        embedding_bytes;
  gint64        layer_table_bytes; /* tables in which each layer looks tokens up */
  gint64        head_bytes;        /* 0 where the embedding is the head */
  gint64        other_bytes;       /* in no layer */
  gint64        tower_bytes;       /* encoders of images and sound, with their projectors */
  gint64        next_token_bytes;  /* layers that guess tokens ahead */
  gint64        layer_bytes[PLIM_MODEL_MAX_LAYERS];
  gint64        expert_bytes[PLIM_MODEL_MAX_LAYERS]; /* the routed experts among layer_bytes */
} PlimStoredWeights;

G_END_DECLS
