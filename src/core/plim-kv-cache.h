/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a sequence leaves in memory for the tokens that follow: keys and values, latents, recurrent states. */

#pragma once

#include "plim-model.h"
#include "plim-precision.h"

G_BEGIN_DECLS

/* The cache of one sequence as a line: bytes = growing x tokens + fixed.  Layers with a window add to growing until the
 * window is full and to fixed afterwards. */
typedef struct
{
  gint64 growing_bytes; /* per token */
  gint64 fixed_bytes;
} PlimKvLine;

/* The cache of one sequence of @tokens_count tokens in @precision on one of @gpus_count GPUs that share the heads; a
 * GPU holds at least one KV head of a layer, and the whole latent of an MLA layer.  Encoder layers keep nothing.
 * Standard attention: kv heads x (head width + value head width); MLA: latent + rotary width, once for all heads
 * (arXiv:2405.04434, section 2.1.3).  Llama 3 8B in BF16: 131,072 bytes a token. */
PlimKvLine plim_kv_cache_line (const PlimModel *model,
                               PlimPrecision    precision,
                               gint64           tokens_count,
                               gint64           gpus_count);

/* Bytes of one sequence: the line at @tokens_count. */
gint64 plim_kv_cache_bytes (const PlimModel *model,
                            PlimPrecision    precision,
                            gint64           tokens_count,
                            gint64           gpus_count);

/* Bytes of the recurrent states of one sequence, in 32 bits: for each mixer inner x state + (kernel - 1) x convolution
 * width (llama.cpp, src/llama-hparams.cpp, n_embd_r and n_embd_s). */
gint64 plim_recurrent_state_bytes (const PlimModel *model);

G_END_DECLS
