/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Models a user describes by their shapes. */

#include "plim-model.h"

#include "plim-checked.h"

#include <string.h>

gint64
plim_attention_seen_tokens (const PlimAttention *attention,
                            gint64               tokens_count)
{
  gint64 seen = attention->window_tokens > 0 ? MIN (attention->window_tokens, tokens_count) : tokens_count;

  if (attention->image_tokens_count > 0)
    return attention->image_tokens_count;

  return attention->compress_tokens > 0 ? seen + tokens_count / attention->compress_tokens : seen;
}

gboolean
plim_model_has_shape (const PlimModel *model)
{
  return model->hidden_size > 0 && model->n_layers > 0 && model->n_kinds > 0;
}

gboolean
plim_model_has_stack (const PlimModel *model,
                      gboolean         is_encoder)
{
  for (guint k = 0; k < model->n_kinds; k++)
    if (model->kinds[k].is_encoder == is_encoder)
      return TRUE;

  return FALSE;
}

gint64
plim_model_encoder_tokens (const PlimModel *model,
                           gint64           context_tokens)
{
  if (model->mel_bins_count == 0 || model->max_context_tokens == 0)
    return context_tokens;

  return plim_subtract (model->learned_positions_count, model->max_context_tokens);
}

void
plim_model_init_decoder (PlimModel *model,
                         gint64     hidden_size,
                         gint64     layers_count,
                         gint64     heads_count,
                         gint64     kv_heads_count,
                         gint64     head_dim,
                         gint64     ffn_size,
                         gint64     vocab_size,
                         gboolean   is_gated)
{
  PlimLayerKind *kind = &model->kinds[0];

  g_return_if_fail (hidden_size >= 1 && heads_count >= 1);
  g_return_if_fail (layers_count >= 1 && layers_count <= PLIM_MODEL_MAX_LAYERS);

  memset (model, 0, sizeof *model);
  model->hidden_size = hidden_size;
  model->vocab_size = vocab_size;
  model->norm = PLIM_NORM_RMS;
  model->final_norms_count = 1;
  model->has_head = TRUE;
  model->n_kinds = 1;
  model->n_layers = (guint) layers_count;

  kind->layers_count = layers_count;
  kind->norms_count = 2;
  kind->attention.kind = PLIM_ATTENTION_STANDARD;
  kind->attention.heads_count = heads_count;
  kind->attention.kv_heads_count = kv_heads_count > 0 ? kv_heads_count : heads_count;
  kind->attention.head_dim = head_dim > 0 ? head_dim : MAX (hidden_size / heads_count, 1);
  kind->attention.v_head_dim = kind->attention.head_dim;
  kind->mlp.width = ffn_size;
  kind->mlp.is_gated = is_gated;
}
