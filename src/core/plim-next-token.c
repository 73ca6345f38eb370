/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shapes: DeepSeek-V3, inference/model.py and README_WEIGHTS.md (eh_proj, enorm, hnorm, shared_head.norm); vLLM,
 * model_executor/models/deepseek_mtp.py, qwen3_5_mtp.py and nemotron_h_mtp.py. */

#include "plim-next-token.h"

#include "plim-checked.h"
#include "plim-estimate.h"
#include "plim-parameters.h"

#include <string.h>

#define JOIN_NORMS_COUNT 3

/* Of a stack of one-block layers (Nemotron 3), an attention with a block of experts; else the last layer. */
static void
join_blocks (const PlimModel *model,
             PlimLayerKind   *layer)
{
  *layer = model->kinds[model->pattern[model->n_layers - 1]];
  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimLayerKind *kind = &model->kinds[i];
      gboolean             has_feed_forward = kind->mlp.width > 0 || kind->experts.experts_count > 0;

      if (kind->attention.kind == PLIM_ATTENTION_NONE || has_feed_forward)
        continue;

      for (guint j = 0; j < model->n_kinds; j++)
        if (model->kinds[j].experts.experts_count > 0)
          *layer = model->kinds[j];
      layer->attention = kind->attention;
      layer->norms_count += kind->norms_count;
    }
}

gboolean
plim_next_token_model (const PlimModel *model,
                       gboolean         has_own_tables,
                       PlimModel       *layers)
{
  PlimLayerKind *layer = &layers->kinds[0];
  gint64         layers_count = MIN (model->next_token_layers_count, PLIM_MODEL_MAX_LAYERS);

  if (layers_count <= 0 || !plim_model_has_shape (model))
    return FALSE;

  memset (layers, 0, sizeof *layers);
  g_strlcpy (layers->id, PLIM_NEXT_TOKEN_ID, sizeof layers->id);
  g_strlcpy (layers->name, plim_term_info (PLIM_TERM_NEXT_TOKEN)->name, sizeof layers->name);
  layers->hidden_size = model->hidden_size;
  layers->max_context_tokens = model->max_context_tokens;
  layers->norm = model->norm;
  layers->n_kinds = 1;
  layers->n_layers = (guint) layers_count;
  join_blocks (model, layer);
  layer->layers_count = layers_count;
  layer->norms_count += JOIN_NORMS_COUNT;
  layer->joins_count = plim_multiply (2 * model->hidden_size, model->hidden_size);
  if (has_own_tables && model->has_next_token_tables)
    layer->joins_count =
      plim_add (layer->joins_count, plim_multiply (2 * model->hidden_size, model->vocab_size));

  return TRUE;
}

gint64
plim_next_token_count (const PlimModel *model)
{
  PlimModel      layers;
  PlimParameters parameters;

  if (!plim_next_token_model (model, TRUE, &layers))
    return 0;

  plim_parameters_count (&layers, &parameters);

  return parameters.total_count;
}

gint64
plim_checkpoint_count (const PlimModel *model,
                       gint64           text_count)
{
  return plim_add (text_count, plim_add (plim_next_token_count (model), model->tower_parameters_count));
}
