/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sums over the kinds of layer; see plim-kv-cache.h for the formulas. */

#include "plim-kv-cache.h"

#include "plim-checked.h"

#define STATE_BYTES 4

/* Values kept per token by one layer on one GPU. */
static gint64
layer_values (const PlimAttention *a,
              gint64               gpus_count)
{
  gint64 kv_heads = plim_divide_up (a->kv_heads_count, gpus_count);
  gint64 value_width = a->values_are_keys ? 0 : a->v_head_dim;

  if (a->kind == PLIM_ATTENTION_MLA)
    return plim_add (a->kv_lora_rank, a->rope_head_dim) + a->index_head_dim;

  return plim_multiply (kv_heads, plim_add (a->head_dim, value_width));
}

PlimKvLine
plim_kv_cache_line (const PlimModel *model,
                    PlimPrecision    precision,
                    gint64           tokens_count,
                    gint64           gpus_count)
{
  PlimKvLine line = { 0, 0 };

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimLayerKind *kind = &model->kinds[i];
      const PlimAttention *a = &kind->attention;
      gint64               token_bytes;

      if (a->kind == PLIM_ATTENTION_NONE || kind->is_encoder || a->shares_kv)
        continue;

      token_bytes = plim_multiply (kind->layers_count, plim_precision_bytes (precision, layer_values (a, gpus_count)));
      if (a->window_tokens > 0 && a->window_tokens < tokens_count)
        line.fixed_bytes = plim_add (line.fixed_bytes, plim_multiply (token_bytes, a->window_tokens));
      else
        line.growing_bytes = plim_add (line.growing_bytes, token_bytes);
      /* Keys and values of the encoder's output are kept once for the cross-attention, as long as its context. */
      if (a->has_cross_attention)
        line.growing_bytes = plim_add (line.growing_bytes, token_bytes);
    }

  return line;
}

gint64
plim_kv_cache_bytes (const PlimModel *model,
                     PlimPrecision    precision,
                     gint64           tokens_count,
                     gint64           gpus_count)
{
  PlimKvLine line = plim_kv_cache_line (model, precision, tokens_count, gpus_count);

  return plim_add (plim_multiply (line.growing_bytes, tokens_count), line.fixed_bytes);
}

/* Channels that pass the short convolution. */
static gint64
convolution_width (const PlimRecurrent *r)
{
  gint64 groups_width = 2 * plim_multiply (r->groups_count, r->state_size);

  return r->kind == PLIM_RECURRENT_MAMBA1 ? r->inner_size : plim_add (r->inner_size, groups_width);
}

gint64
plim_recurrent_state_bytes (const PlimModel *model)
{
  gint64 bytes = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimRecurrent *r = &model->kinds[i].recurrent;
      gint64               values;

      if (r->kind == PLIM_RECURRENT_NONE)
        continue;

      values = plim_multiply (r->inner_size, r->state_size);
      if (r->conv_kernel > 1)
        values = plim_add (values, plim_multiply (r->conv_kernel - 1, convolution_width (r)));
      bytes = plim_add (bytes, plim_multiply (model->kinds[i].layers_count, plim_multiply (STATE_BYTES, values)));
    }

  return bytes;
}
