/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recurrent mixers: what takes the place of attention with a state of constant size. */

#pragma once

#include "plim-parameters.h"

G_BEGIN_DECLS

/* One mixer.  What a sequence leaves in it is counted as llama.cpp does (src/llama-hparams.cpp): the last inputs,
 * n_embd_r, and the state, n_embd_s. */
typedef struct
{
  gint64 matrix_count;
  gint64 vector_count;
  gint64 inputs_count; /* values of the last inputs of a convolution or a token shift */
  gint64 state_count;  /* values of the state */
} PlimMixerSize;

/* Measures mixer @r of a layer of @hidden_size; all 0 where there is none.  RWKV's receptance and token shift of the
 * feed-forward block are counted with the mixer. */
PlimMixerSize plim_mixer_measure (const PlimRecurrent *r,
                                  gint64               hidden_size);

#define PLIM_MIXER_MAX_MATRICES 8

/* Lists the matrices of @r that are not of @hidden_size numbers a row, and those whose use is known, into @matrices, of
 * PLIM_MIXER_MAX_MATRICES; returns how many. */
guint plim_mixer_list_matrices (const PlimRecurrent *r,
                                gint64               hidden_size,
                                PlimMatrix          *matrices);

G_END_DECLS
