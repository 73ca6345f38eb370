/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shapes of recurrent mixers, from their papers and published implementations.  One function a kind, found in a table.
 *
 * Small low-rank factors of RWKV 6 and 7 are counted as vectors: quantizers leave them as they are (llama.cpp,
 * src/llama-quant.cpp, time_mix_w1 and the like). */

#include "plim-mixer.h"

#include "plim-checked.h"
#include "plim-matrices-private.h"

static gint64
multiply3 (gint64 a,
           gint64 b,
           gint64 c)
{
  return plim_multiply (plim_multiply (a, b), c);
}

/* Values of the last @kernel - 1 inputs of a convolution over @width channels. */
static gint64
kept_inputs (gint64 kernel,
             gint64 width)
{
  return kernel > 1 ? plim_multiply (kernel - 1, width) : 0;
}

/* Mamba, arXiv:2312.00752; Jamba's inner norms. */
static PlimMixerSize
measure_mamba1 (const PlimRecurrent *r,
                gint64               hidden_size)
{
  gint64        inner = r->inner_size;
  PlimMixerSize size = { 0 };

  size.matrix_count = plim_multiply (inner, 3 * hidden_size + 2 * r->dt_rank + 2 * r->state_size);
  size.vector_count = plim_multiply (inner, r->conv_kernel + 1 + 1 + r->state_size + 1);
  if (r->has_inner_norms)
    size.vector_count += r->dt_rank + 2 * r->state_size;
  size.inputs_count = kept_inputs (r->conv_kernel, inner);
  size.state_count = plim_multiply (inner, r->state_size);

  return size;
}

/* Mamba-2, arXiv:2405.21060. */
static PlimMixerSize
measure_mamba2 (const PlimRecurrent *r,
                gint64               hidden_size)
{
  gint64        groups_width = 2 * plim_multiply (r->groups_count, r->state_size);
  gint64        conv_width = plim_add (r->inner_size, groups_width);
  PlimMixerSize size = { 0 };

  size.matrix_count = plim_multiply (hidden_size, 3 * r->inner_size + groups_width + r->heads_count);
  size.vector_count = plim_multiply (conv_width, r->conv_kernel + 1) + 3 * r->heads_count;
  if (r->has_gate_norm)
    size.vector_count += r->inner_size;
  size.inputs_count = kept_inputs (r->conv_kernel, conv_width);
  size.state_count = plim_multiply (r->inner_size, r->state_size);

  return size;
}

/* Gated DeltaNet, arXiv:2412.06464, as in Qwen3-Next. */
static PlimMixerSize
measure_gated_delta_net (const PlimRecurrent *r,
                         gint64               hidden_size)
{
  gint64        conv_width = plim_add (2 * plim_multiply (r->groups_count, r->state_size), r->inner_size);
  PlimMixerSize size = { 0 };

  size.matrix_count = plim_multiply (hidden_size, conv_width + 2 * r->inner_size + 2 * r->heads_count);
  size.vector_count = plim_multiply (conv_width, r->conv_kernel);
  size.vector_count += 2 * r->heads_count + r->inner_size / MAX (r->heads_count, 1);
  size.inputs_count = kept_inputs (r->conv_kernel, conv_width);
  size.state_count = plim_multiply (r->inner_size, r->state_size);

  return size;
}

/* Lightning attention, arXiv:2501.08313: fused query, key and value, output gate and norm. */
static PlimMixerSize
measure_lightning (const PlimRecurrent *r,
                   gint64               hidden_size)
{
  return (PlimMixerSize) {
    .matrix_count = multiply3 (5, hidden_size, r->inner_size),
    .vector_count = r->inner_size,
    .state_count = plim_multiply (r->inner_size, r->state_size),
  };
}

/* Kimi delta attention, arXiv:2510.26692: query, key, value and output, each of the first three with a convolution; one
 * write strength a head; a decay for each channel and an output gate, both of low rank, in Kimi K3 the gate of full; a
 * norm over a head. */
static PlimMixerSize
measure_kimi_delta (const PlimRecurrent *r,
                    gint64               hidden_size)
{
  gint64        inner = r->inner_size;
  gint64        ranks = plim_add (r->decay_rank, r->gate_rank);
  gint64        full_count = r->gate_rank > 0 ? 4 : 5;
  PlimMixerSize size = { 0 };

  size.matrix_count = plim_multiply (hidden_size, plim_add (full_count * inner, r->heads_count + ranks));
  size.matrix_count = plim_add (size.matrix_count, plim_multiply (ranks, inner));
  size.vector_count = plim_multiply (inner, 3 * r->conv_kernel + 1) + r->heads_count + inner / MAX (r->heads_count, 1);
  size.inputs_count = kept_inputs (r->conv_kernel, 3 * inner);
  size.state_count = plim_multiply (inner, r->state_size);

  return size;
}

/* LFM2's double-gated short convolution (transformers, modeling_lfm2.py): two gates and the input, a convolution by
 * channel, the output. */
static PlimMixerSize
measure_short_convolution (const PlimRecurrent *r,
                           gint64               hidden_size)
{
  return (PlimMixerSize) {
    .matrix_count = multiply3 (4, hidden_size, r->inner_size),
    .vector_count = plim_multiply (r->inner_size, r->conv_kernel),
    .inputs_count = kept_inputs (r->conv_kernel, r->inner_size),
  };
}

/* Griffin's recurrent block with its RG-LRU, arXiv:2402.19427 (transformers, modeling_recurrent_gemma.py): two branches
 * and the output with biases, a convolution with bias, two gates in blocks of a head, a decay. */
static PlimMixerSize
measure_rg_lru (const PlimRecurrent *r,
                gint64               hidden_size)
{
  gint64        inner = r->inner_size;
  gint64        block = inner / MAX (r->heads_count, 1);
  PlimMixerSize size = { 0 };

  size.matrix_count = plim_add (multiply3 (3, hidden_size, inner), multiply3 (2, inner, block));
  size.vector_count = plim_add (plim_multiply (inner, 2 + r->conv_kernel + 1 + 1 + 2), hidden_size);
  size.inputs_count = kept_inputs (r->conv_kernel, inner);
  size.state_count = inner;

  return size;
}

/* What all RWKV share: the matrices of time mixing, @square_count in all, with receptance of channel mixing where it
 * has one, and the last input of both blocks. */
static PlimMixerSize
measure_rwkv (const PlimRecurrent *r,
              gint64               hidden_size,
              gint64               square_count,
              gint64               vectors_count)
{
  return (PlimMixerSize) {
    .matrix_count = multiply3 (square_count, hidden_size, r->inner_size),
    .vector_count = plim_multiply (vectors_count, hidden_size),
    .inputs_count = 2 * hidden_size,
    .state_count = plim_multiply (r->inner_size, r->state_size),
  };
}

/* RWKV-4, arXiv:2305.13048, Table 2: receptance, key, value and output; channel mixing's receptance is of the hidden
 * size; decay, bonus and five shifts.  Its state is numerator, denominator and exponent (modeling_rwkv.py). */
static PlimMixerSize
measure_rwkv4 (const PlimRecurrent *r,
               gint64               hidden_size)
{
  PlimMixerSize size = measure_rwkv (r, hidden_size, 4, 5);

  size.matrix_count = plim_add (size.matrix_count, plim_multiply (hidden_size, hidden_size));
  size.vector_count = plim_add (size.vector_count, 2 * r->inner_size);

  return size;
}

/* RWKV-5, arXiv:2404.05892, appendix E: a gate and a norm by head more; four shifts of time mixing and two of channel
 * mixing. */
static PlimMixerSize
measure_rwkv5 (const PlimRecurrent *r,
               gint64               hidden_size)
{
  return measure_rwkv (r, hidden_size, 6, 10);
}

/* RWKV-6, the same appendix: two shifts more, and factors of low rank that five shifts and the decay depend on. */
static PlimMixerSize
measure_rwkv6 (const PlimRecurrent *r,
               gint64               hidden_size)
{
  return measure_rwkv (r, hidden_size, 6, 12 + 2 * (5 * r->shift_rank + r->decay_rank));
}

/* RWKV-7, arXiv:2503.14456, equation 26: no receptance in channel mixing; seven shifts, the base of decay and of
 * learning rate, three keys' vectors, a norm; low ranks for decay, learning rate and gate, and but for the first layer
 * for the value's residual, which has a base too. */
static PlimMixerSize
measure_rwkv7 (const PlimRecurrent *r,
               gint64               hidden_size)
{
  gint64 ranks = r->decay_rank + r->rate_rank + r->value_rank + r->gate_rank;

  return measure_rwkv (r, hidden_size, 4, 14 + 2 * ranks + (r->value_rank > 0 ? 1 : 0));
}

PlimMixerSize
plim_mixer_measure (const PlimRecurrent *r,
                    gint64               hidden_size)
{
  static PlimMixerSize (*const measures[PLIM_N_RECURRENT]) (const PlimRecurrent *, gint64) = {
    [PLIM_RECURRENT_MAMBA1] = measure_mamba1,
    [PLIM_RECURRENT_MAMBA2] = measure_mamba2,
    [PLIM_RECURRENT_GATED_DELTA_NET] = measure_gated_delta_net,
    [PLIM_RECURRENT_LIGHTNING] = measure_lightning,
    [PLIM_RECURRENT_KIMI_DELTA] = measure_kimi_delta,
    [PLIM_RECURRENT_SHORT_CONVOLUTION] = measure_short_convolution,
    [PLIM_RECURRENT_RG_LRU] = measure_rg_lru,
    [PLIM_RECURRENT_RWKV4] = measure_rwkv4,
    [PLIM_RECURRENT_RWKV5] = measure_rwkv5,
    [PLIM_RECURRENT_RWKV6] = measure_rwkv6,
    [PLIM_RECURRENT_RWKV7] = measure_rwkv7,
  };

  if (r->kind == PLIM_RECURRENT_NONE)
    return (PlimMixerSize) { 0 };

  return measures[r->kind](r, hidden_size);
}

guint
plim_mixer_list_matrices (const PlimRecurrent *r,
                          gint64               hidden_size,
                          PlimMatrix          *matrices)
{
  gint64       groups_width = 2 * plim_multiply (r->groups_count, r->state_size);
  PlimMatrices list = { matrices, 0 };

  if (r->kind == PLIM_RECURRENT_NONE)
    return 0;

  plim_matrices_add (&list, PLIM_MATRIX_OTHER, r->inner_size, hidden_size, 1);
  if (r->kind == PLIM_RECURRENT_MAMBA1)
    {
      plim_matrices_add (&list, PLIM_MATRIX_OTHER, hidden_size, 2 * r->inner_size, 1);
      plim_matrices_add (&list, PLIM_MATRIX_OTHER, r->inner_size, r->dt_rank + 2 * r->state_size, 1);
      plim_matrices_add (&list, PLIM_MATRIX_OTHER, r->dt_rank, r->inner_size, 1);
    }
  else if (r->kind == PLIM_RECURRENT_GATED_DELTA_NET)
    {
      plim_matrices_add (&list, PLIM_MATRIX_QKV, hidden_size, plim_add (groups_width, r->inner_size), 1);
    }
  else if (r->kind == PLIM_RECURRENT_KIMI_DELTA)
    {
      plim_matrices_add (&list, PLIM_MATRIX_QUERY, hidden_size, r->inner_size, 1);
      plim_matrices_add (&list, PLIM_MATRIX_KEY, hidden_size, r->inner_size, 1);
      plim_matrices_add (&list, PLIM_MATRIX_VALUE, hidden_size, r->inner_size, 1);
      plim_matrices_add (&list, PLIM_MATRIX_OTHER, r->decay_rank, r->inner_size, 1);
      plim_matrices_add (&list, PLIM_MATRIX_OTHER, r->gate_rank, r->inner_size, 1);
    }
  else if (r->kind == PLIM_RECURRENT_RG_LRU)
    {
      plim_matrices_add (&list, PLIM_MATRIX_OTHER, r->inner_size / MAX (r->heads_count, 1), r->inner_size, 2);
    }

  return list.n_matrices;
}
