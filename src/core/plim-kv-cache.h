/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What sequences leave in memory for the tokens that follow: keys and values, latents, recurrent states. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

/* --- one sequence, by the architecture alone -------------------------------------------------------- */

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

/* Bytes of the recurrent states of one sequence, in 32 bits: for each mixer its state and its last inputs (llama.cpp,
 * src/llama-hparams.cpp, n_embd_s and n_embd_r).  Eagle 7B: 66 x 4096 x 32 values (arXiv:2404.05892, Table 11). */
gint64 plim_recurrent_state_bytes (const PlimModel *model);

/* --- all sequences, as a runtime keeps them --------------------------------------------------------- */

/* Cells and what one takes in all layers that keep so many. */
typedef struct
{
  gint64 cells_count;      /* of all sequences */
  gint64 bytes_per_cell;   /* of all such layers on the GPU */
} PlimCells;

/* The cache of one GPU: whole = layers with the whole context, window = layers with the most frequent window. */
typedef struct
{
  PlimCells whole;
  PlimCells window;
  gint64    other_bytes;   /* other windows, entries that stand for several tokens, cross-attention */
  gint64    total_bytes;   /* all of these */
} PlimKvCache;

/* Fills @cache for @sequences_count sequences on a GPU that holds @layers_count layers of each kind (an array of
 * PLIM_MODEL_MAX_KINDS), one of @gpus_count that share each layer.
 *
 * Cells of the whole context: each sequence's tokens rounded up to the runtime's blocks; with a unified cache all
 * tokens together (llama.cpp, src/llama-kv-cache.cpp); a shared prompt once where the runtime shares prefixes.  Of a
 * window: as many as the runtime keeps (PlimWindowRule), never more than the whole context (llama.cpp,
 * src/llama-kv-cache-iswa.cpp; vLLM, v1/kv_cache_interface.py, SlidingWindowSpec). */
void plim_kv_cache_init (PlimKvCache      *cache,
                         const PlimInputs *inputs,
                         const PlimModel  *model,
                         const gint64     *layers_count,
                         gint64            sequences_count,
                         gint64            gpus_count);

/* Bytes of the 16-bit copy of quantized keys and values, of the layer that has most of them: llama.cpp's kernels for
 * many tokens read 16 bits alone, and the pool keeps what it once had (ggml/src/ggml-cuda/fattn-common.cuh,
 * launch_fattn, K_f16 and V_f16; issue 22107).  0 when neither is quantized.  Arguments as plim_kv_cache_init(). */
gint64 plim_kv_cache_copy_bytes (const PlimInputs *inputs,
                                 const PlimModel  *model,
                                 const gint64     *layers_count,
                                 gint64            sequences_count,
                                 gint64            gpus_count);

/* Bytes of one more token of one sequence, all layers of @model on one GPU, windows full. */
gint64 plim_kv_cache_token_bytes (const PlimInputs *inputs,
                                  const PlimModel  *model);

/* Bytes that writing one token reads of the caches of a sequence with @tokens_count tokens, on a GPU that holds
 * @layers_count layers of each kind (an array of PLIM_MODEL_MAX_KINDS), one of @gpus_count that share each layer: no
 * more than the window of a layer that has one; recurrent states are read and written. */
gint64 plim_kv_cache_read_bytes (const PlimInputs *inputs,
                                 const PlimModel  *model,
                                 const gint64     *layers_count,
                                 gint64            tokens_count,
                                 gint64            gpus_count);

/* Bytes of the recurrent states of one sequence that the runtime keeps on such a GPU: slots and, with guessed tokens,
 * one more for each to fall back to. */
gint64 plim_recurrent_cache_bytes (const PlimInputs *inputs,
                                   const PlimModel  *model,
                                   const gint64     *layers_count,
                                   gint64            gpus_count);

G_END_DECLS
