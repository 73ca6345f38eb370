/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A table of parts, and the sizes of their matrices. */

#include "plim-recompute.h"

#include "plim-checked.h"

static const PlimFieldId part_fields[PLIM_N_LAYER_PARTS] = {
  [PLIM_LAYER_PART_CORE_ATTENTION] = PLIM_FIELD_RECOMPUTE_CORE_ATTENTION,
  [PLIM_LAYER_PART_NORMS] = PLIM_FIELD_RECOMPUTE_NORMS,
  [PLIM_LAYER_PART_LATENT_PROJECTIONS] = PLIM_FIELD_RECOMPUTE_LATENT_PROJECTIONS,
  [PLIM_LAYER_PART_MLP] = PLIM_FIELD_RECOMPUTE_MLP,
  [PLIM_LAYER_PART_EXPERT_ACTIVATION] = PLIM_FIELD_RECOMPUTE_EXPERT_ACTIVATION,
  [PLIM_LAYER_PART_SHARED_EXPERTS] = PLIM_FIELD_RECOMPUTE_SHARED_EXPERTS,
  [PLIM_LAYER_PART_EXPERTS] = PLIM_FIELD_RECOMPUTE_EXPERTS,
};

guint
plim_recompute_parts (const PlimInputs *inputs)
{
  guint parts = 0;

  if (inputs->recompute == PLIM_RECOMPUTE_ATTENTION)
    return PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_CORE_ATTENTION);
  if (inputs->recompute != PLIM_RECOMPUTE_PARTS)
    return 0;

  for (guint i = 0; i < PLIM_N_LAYER_PARTS; i++)
    if (plim_inputs_get_integer (inputs, part_fields[i]) == PLIM_SWITCH_ON)
      parts |= PLIM_LAYER_PART_BIT (i);

  return parts;
}

/* A feed-forward from @outer_size to @width and back. */
static gint64
count_feed_forward (gint64   outer_size,
                    gint64   width,
                    gboolean is_gated)
{
  return plim_multiply (is_gated ? 3 : 2, plim_multiply (outer_size, width));
}

/* Up from the latents; a query without one comes from the hidden state. */
static gint64
count_latent_projections (const PlimAttention *a,
                          gint64               hidden_size)
{
  gint64 query = plim_multiply (a->q_lora_rank > 0 ? a->q_lora_rank : hidden_size,
                                plim_multiply (a->heads_count, a->head_dim));

  return plim_add (query, plim_multiply (a->kv_lora_rank,
                                         plim_multiply (a->heads_count,
                                                        a->head_dim - a->rope_head_dim + a->v_head_dim)));
}

/* Router, the way into and out of the experts' width, and those a token uses. */
static gint64
count_experts (const PlimExperts *e,
               gint64             hidden_size)
{
  gint64 outer_size = e->latent_size > 0 ? e->latent_size : hidden_size;
  gint64 count = plim_multiply (hidden_size, plim_add (e->experts_count, 2 * e->latent_size));

  return plim_add (count, plim_multiply (e->active_count, count_feed_forward (outer_size, e->width, e->is_gated)));
}

gint64
plim_recompute_matrix_count (const PlimInputs    *inputs,
                             const PlimLayerKind *kind)
{
  const PlimExperts *e = &kind->experts;
  gint64             hidden_size = inputs->model.hidden_size;
  guint              parts = plim_recompute_parts (inputs);
  gint64             count = 0;

  if ((parts & PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_LATENT_PROJECTIONS)) != 0 &&
      kind->attention.kind == PLIM_ATTENTION_MLA)
    count = plim_add (count, count_latent_projections (&kind->attention, hidden_size));
  if ((parts & PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_MLP)) != 0)
    count = plim_add (count, count_feed_forward (hidden_size, kind->mlp.width, kind->mlp.is_gated));
  if ((parts & PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_EXPERTS)) != 0 && e->experts_count > 0)
    count = plim_add (count, count_experts (e, hidden_size));
  if ((parts &
       (PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_EXPERTS) | PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_SHARED_EXPERTS))) != 0)
    count = plim_add (count, count_feed_forward (hidden_size, e->shared_width, e->is_gated));

  return count;
}

static gboolean
has_part (const PlimLayerKind *kind,
          PlimFieldId          id)
{
  gboolean has_latents = kind->attention.kind == PLIM_ATTENTION_MLA;

  switch ((guint) id)
    {
    case PLIM_FIELD_RECOMPUTE_NORMS:
      return has_latents || kind->experts.experts_count > 0;

    case PLIM_FIELD_RECOMPUTE_LATENT_PROJECTIONS:
      return has_latents;

    case PLIM_FIELD_RECOMPUTE_MLP:
      return kind->mlp.width > 0;

    case PLIM_FIELD_RECOMPUTE_EXPERT_ACTIVATION:
    case PLIM_FIELD_RECOMPUTE_EXPERTS:
      return kind->experts.experts_count > 0;

    case PLIM_FIELD_RECOMPUTE_SHARED_EXPERTS:
      return kind->experts.shared_width > 0;

    default:
      return TRUE;
    }
}

gboolean
plim_recompute_hides_field (const PlimInputs *inputs,
                            PlimFieldId       id)
{
  if (id < PLIM_FIELD_RECOMPUTE_CORE_ATTENTION || id > PLIM_FIELD_RECOMPUTE_EXPERTS)
    return FALSE;

  for (guint i = 0; i < inputs->model.n_kinds && inputs->recompute == PLIM_RECOMPUTE_PARTS; i++)
    if (has_part (&inputs->model.kinds[i], id))
      return FALSE;

  return TRUE;
}
