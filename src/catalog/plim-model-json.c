/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The members of a row of models.json: each table row is a member, its type and where it goes. */

#include "config.h"

#include "plim-model-json.h"

#include "plim-json-members.h"

#include <glib/gi18n.h>
#include <string.h>

/* Generous limits that keep every product of shapes meaningful. */
#define MOST_WIDTH (1 << 24)
#define MOST_COUNT 1e12
#define COUNT_OF(struct_type, member, name) \
  { name, PLIM_MEMBER_COUNT, offsetof (struct_type, member), MOST_WIDTH, NULL }
#define LARGE_COUNT_OF(struct_type, member, name) \
  { name, PLIM_MEMBER_COUNT, offsetof (struct_type, member), MOST_COUNT, NULL }
#define SWITCH_OF(struct_type, member, name) { name, PLIM_MEMBER_SWITCH, offsetof (struct_type, member), 0, NULL }
#define CHOICE_OF(struct_type, member, name, choices) \
  { name, PLIM_MEMBER_CHOICE, offsetof (struct_type, member), 0, choices }
#define TEXT_OF(struct_type, member, name) \
  { name, PLIM_MEMBER_TEXT, offsetof (struct_type, member), sizeof (((struct_type *) NULL)->member), NULL }

static const char *const norms[] = { "rms", "layer", "layer-no-bias", "layer-no-param", NULL };
static const char *const attention_kinds[] = { "none", "standard", "mla", NULL };
static const char *const qk_norms[] = { "none", "per-head-dim", "full", "per-head-full", NULL };
static const char *const recurrent_kinds[] = { "none", "mamba1", "mamba2", "gated-delta-net", "lightning",
                                               "kimi-delta", "short-convolution", "rg-lru", "rwkv4", "rwkv5",
                                               "rwkv6", "rwkv7", NULL };

static const PlimMember model_members[] = {
  TEXT_OF (PlimModel, id, "id"),
  TEXT_OF (PlimModel, name, "name"),
  TEXT_OF (PlimModel, published_precision, "published_precision"),
  COUNT_OF (PlimModel, hidden_size, "hidden_size"),
  COUNT_OF (PlimModel, embedding_size, "embedding_size"),
  COUNT_OF (PlimModel, vocab_size, "vocab_size"),
  LARGE_COUNT_OF (PlimModel, max_context_tokens, "max_context"),
  COUNT_OF (PlimModel, learned_positions_count, "learned_positions"),
  COUNT_OF (PlimModel, token_types_count, "token_types"),
  COUNT_OF (PlimModel, mel_bins_count, "mel_bins"),
  COUNT_OF (PlimModel, relative_buckets_count, "relative_buckets"),
  CHOICE_OF (PlimModel, norm, "norm", norms),
  COUNT_OF (PlimModel, final_norms_count, "final_norms"),
  LARGE_COUNT_OF (PlimModel, other_count, "other"),
  LARGE_COUNT_OF (PlimModel, tower_parameters_count, "tower_parameters"),
  LARGE_COUNT_OF (PlimModel, layer_tables_count, "layer_tables"),
  COUNT_OF (PlimModel, next_token_layers_count, "next_token_layers"),
  COUNT_OF (PlimModel, embedding_norms_count, "embedding_norms"),
  SWITCH_OF (PlimModel, has_tied_head, "tied_head"),
  SWITCH_OF (PlimModel, has_head, "head"),
  SWITCH_OF (PlimModel, has_head_bias, "head_bias"),
  SWITCH_OF (PlimModel, has_pooler, "pooler"),
  SWITCH_OF (PlimModel, has_next_token_tables, "next_token_tables"),
  SWITCH_OF (PlimModel, has_parallel_blocks, "parallel_blocks"),
  { "parameters", PLIM_MEMBER_COUNT, offsetof (PlimModel, declared_parameters_count), 1e15, NULL },
};

static const PlimMember layer_members[] = {
  SWITCH_OF (PlimLayerKind, is_encoder, "encoder"),
  COUNT_OF (PlimLayerKind, norms_count, "norms"),
  LARGE_COUNT_OF (PlimLayerKind, joins_count, "joins"),
  LARGE_COUNT_OF (PlimLayerKind, other_count, "other"),
};

static const PlimMember attention_members[] = {
  CHOICE_OF (PlimAttention, kind, "kind", attention_kinds),
  COUNT_OF (PlimAttention, heads_count, "heads"),
  COUNT_OF (PlimAttention, kv_heads_count, "kv_heads"),
  COUNT_OF (PlimAttention, head_dim, "head_dim"),
  COUNT_OF (PlimAttention, v_head_dim, "v_head_dim"),
  LARGE_COUNT_OF (PlimAttention, window_tokens, "window"),
  SWITCH_OF (PlimAttention, is_chunked, "chunked"),
  COUNT_OF (PlimAttention, q_lora_rank, "q_lora_rank"),
  COUNT_OF (PlimAttention, o_lora_rank, "o_lora_rank"),
  COUNT_OF (PlimAttention, o_groups_count, "o_groups"),
  COUNT_OF (PlimAttention, compress_tokens, "compress_tokens"),
  COUNT_OF (PlimAttention, image_tokens_count, "image_tokens"),
  COUNT_OF (PlimAttention, kv_lora_rank, "kv_lora_rank"),
  COUNT_OF (PlimAttention, rope_head_dim, "rope_head_dim"),
  COUNT_OF (PlimAttention, index_heads_count, "index_heads"),
  COUNT_OF (PlimAttention, index_head_dim, "index_head_dim"),
  LARGE_COUNT_OF (PlimAttention, relative_positions_count, "relative_positions"),
  SWITCH_OF (PlimAttention, q_bias, "q_bias"),
  SWITCH_OF (PlimAttention, k_bias, "k_bias"),
  SWITCH_OF (PlimAttention, v_bias, "v_bias"),
  SWITCH_OF (PlimAttention, o_bias, "o_bias"),
  SWITCH_OF (PlimAttention, has_output_gate, "output_gate"),
  SWITCH_OF (PlimAttention, has_sinks, "sinks"),
  SWITCH_OF (PlimAttention, values_are_keys, "values_are_keys"),
  SWITCH_OF (PlimAttention, has_fused_qkv, "fused_qkv"),
  SWITCH_OF (PlimAttention, has_shared_cache, "shared_cache"),
  SWITCH_OF (PlimAttention, shares_kv, "shares_kv"),
  SWITCH_OF (PlimAttention, has_cross_attention, "cross_attention"),
  CHOICE_OF (PlimAttention, qk_norm, "qk_norm", qk_norms),
};

static const PlimMember recurrent_members[] = {
  CHOICE_OF (PlimRecurrent, kind, "kind", recurrent_kinds),
  COUNT_OF (PlimRecurrent, inner_size, "inner_size"),
  COUNT_OF (PlimRecurrent, state_size, "state_size"),
  COUNT_OF (PlimRecurrent, groups_count, "groups"),
  COUNT_OF (PlimRecurrent, heads_count, "heads"),
  COUNT_OF (PlimRecurrent, conv_kernel, "conv_kernel"),
  COUNT_OF (PlimRecurrent, dt_rank, "dt_rank"),
  COUNT_OF (PlimRecurrent, decay_rank, "decay_rank"),
  COUNT_OF (PlimRecurrent, gate_rank, "gate_rank"),
  COUNT_OF (PlimRecurrent, shift_rank, "shift_rank"),
  COUNT_OF (PlimRecurrent, rate_rank, "rate_rank"),
  COUNT_OF (PlimRecurrent, value_rank, "value_rank"),
  SWITCH_OF (PlimRecurrent, has_inner_norms, "inner_norms"),
  SWITCH_OF (PlimRecurrent, has_gate_norm, "gate_norm"),
};

static const PlimMember mlp_members[] = {
  COUNT_OF (PlimMlp, width, "width"),
  SWITCH_OF (PlimMlp, is_gated, "gated"),
  SWITCH_OF (PlimMlp, has_bias, "bias"),
};

static const PlimMember experts_members[] = {
  COUNT_OF (PlimExperts, experts_count, "count"),
  COUNT_OF (PlimExperts, active_count, "active"),
  COUNT_OF (PlimExperts, width, "width"),
  COUNT_OF (PlimExperts, shared_width, "shared_width"),
  COUNT_OF (PlimExperts, latent_size, "latent_size"),
  SWITCH_OF (PlimExperts, is_gated, "gated"),
  SWITCH_OF (PlimExperts, has_bias, "bias"),
  SWITCH_OF (PlimExperts, has_router_bias, "router_bias"),
  SWITCH_OF (PlimExperts, has_shared_gate, "shared_gate"),
};

static gboolean
read_attention (const PlimJsonText *text,
                yyjson_val         *object,
                PlimAttention      *attention,
                GError            **error)
{
  if (object == NULL)
    return TRUE;

  attention->kind = PLIM_ATTENTION_STANDARD;
  if (!plim_json_read_members (text, object, attention_members, G_N_ELEMENTS (attention_members), attention, error))
    return FALSE;

  if (attention->v_head_dim == 0)
    attention->v_head_dim = attention->head_dim;
  if (attention->heads_count == 0 || attention->kv_heads_count == 0 || attention->head_dim == 0)
    return plim_json_fail (text, object, PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("attention needs “heads”, “kv_heads” and “head_dim”"));
  if (attention->kv_heads_count > attention->heads_count || attention->rope_head_dim > attention->head_dim)
    return plim_json_fail (text, object, PLIM_JSON_ERROR_VALUE, error,
                           _ ("“kv_heads” is at most “heads”, and “rope_head_dim” at most “head_dim”"));

  return TRUE;
}

/* What a layer is when nothing is said of it. */
static PlimLayerKind
create_layer (void)
{
  return (PlimLayerKind) { .norms_count = 2, .mlp = { .is_gated = TRUE }, .experts = { .is_gated = TRUE } };
}

static gboolean
read_layer (const PlimJsonText *text,
            yyjson_val         *object,
            PlimLayerKind      *kind,
            GError            **error)
{
  yyjson_val *recurrent = yyjson_obj_get (object, "recurrent");
  yyjson_val *mlp = yyjson_obj_get (object, "mlp");
  yyjson_val *experts = yyjson_obj_get (object, "experts");

  *kind = create_layer ();
  if (!plim_json_read_members (text, object, layer_members, G_N_ELEMENTS (layer_members), kind, error))
    return FALSE;
  if (!read_attention (text, yyjson_obj_get (object, "attention"), &kind->attention, error))
    return FALSE;
  if (recurrent != NULL && !plim_json_read_members (text, recurrent, recurrent_members,
                                                    G_N_ELEMENTS (recurrent_members), &kind->recurrent, error))
    return FALSE;
  if (mlp != NULL && !plim_json_read_members (text, mlp, mlp_members, G_N_ELEMENTS (mlp_members), &kind->mlp, error))
    return FALSE;
  if (experts != NULL &&
      !plim_json_read_members (text, experts, experts_members, G_N_ELEMENTS (experts_members), &kind->experts, error))
    return FALSE;
  if (kind->experts.active_count > kind->experts.experts_count)
    return plim_json_fail (text, experts, PLIM_JSON_ERROR_VALUE, error, _ ("“active” is at most “count”"));

  return TRUE;
}

static gboolean
read_layers (const PlimJsonText *text,
             yyjson_val         *layers,
             PlimModel          *model,
             GError            **error)
{
  gsize       index, most;
  yyjson_val *layer;

  if (!yyjson_is_arr (layers) || yyjson_arr_size (layers) == 0 || yyjson_arr_size (layers) > PLIM_MODEL_MAX_KINDS)
    return plim_json_fail (text, layers, PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("“layers” must list 1 to %d kinds of layer"), PLIM_MODEL_MAX_KINDS);

  yyjson_arr_foreach (layers, index, most, layer)
    if (!read_layer (text, layer, &model->kinds[index], error))
      return FALSE;
  model->n_kinds = (guint) yyjson_arr_size (layers);

  return TRUE;
}

/* "pattern": [[kind, repeat], …] from the first layer to the last. */
static gboolean
read_pattern (const PlimJsonText *text,
              yyjson_val         *pattern,
              PlimModel          *model,
              GError            **error)
{
  gsize       index, most;
  yyjson_val *run;

  if (!yyjson_is_arr (pattern))
    return plim_json_fail (text, pattern, PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("“pattern” must list runs of layers, [kind, repeat]"));

  yyjson_arr_foreach (pattern, index, most, run)
    {
      guint64 kind = yyjson_get_uint (yyjson_arr_get (run, 0));
      guint64 repeat = yyjson_get_uint (yyjson_arr_get (run, 1));

      if (yyjson_arr_size (run) != 2 || kind >= model->n_kinds || repeat == 0 ||
          repeat > PLIM_MODEL_MAX_LAYERS - model->n_layers)
        return plim_json_fail (text, run, PLIM_JSON_ERROR_VALUE, error,
                               _ ("a run is [kind, repeat], at most %d layers in all"), PLIM_MODEL_MAX_LAYERS);

      model->kinds[kind].layers_count += (gint64) repeat;
      memset (model->pattern + model->n_layers, (int) kind, repeat);
      model->n_layers += (guint) repeat;
    }

  return TRUE;
}

/* What a model is when nothing is said of it. */
static void
init_model (PlimModel *model)
{
  memset (model, 0, sizeof *model);
  model->has_head = TRUE;
  model->final_norms_count = 1;
}

gboolean
plim_model_json_read (const PlimJsonText *text,
                      yyjson_val         *row,
                      PlimModel          *model,
                      GError            **error)
{
  yyjson_val *layers;

  init_model (model);
  if (!plim_json_read_members (text, row, model_members, G_N_ELEMENTS (model_members), model, error))
    return FALSE;
  if (*model->id == '\0' || *model->name == '\0')
    return plim_json_fail (text, row, PLIM_JSON_ERROR_STRUCTURE, error, _ ("a model needs “id” and “name”"));

  layers = yyjson_obj_get (row, "layers");
  if (layers == NULL && model->declared_parameters_count > 0)
    return TRUE;
  if (model->hidden_size == 0 || model->vocab_size == 0)
    return plim_json_fail (text, row, PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("a model needs “hidden_size” and “vocab_size”, or “parameters” alone"));

  return read_layers (text, layers, model, error) && read_pattern (text, yyjson_obj_get (row, "pattern"), model, error);
}

/* Part @name of @object: the members of @source that differ from @defaults. */
static void
write_part (yyjson_mut_doc   *doc,
            yyjson_mut_val   *object,
            const char       *name,
            const PlimMember *members,
            gsize             n_members,
            gconstpointer     source,
            gconstpointer     defaults)
{
  yyjson_mut_val *part = yyjson_mut_obj_add_obj (doc, object, name);

  plim_json_write_members (doc, part, members, n_members, source, defaults);
}

static void
write_layer (yyjson_mut_doc      *doc,
             yyjson_mut_val      *object,
             const PlimLayerKind *kind)
{
  const PlimAttention standard = { .kind = PLIM_ATTENTION_STANDARD };
  const PlimLayerKind plain = create_layer ();

  plim_json_write_members (doc, object, layer_members, G_N_ELEMENTS (layer_members), kind, &plain);
  if (kind->attention.kind != PLIM_ATTENTION_NONE)
    write_part (doc, object, "attention", attention_members, G_N_ELEMENTS (attention_members), &kind->attention,
                &standard);
  if (kind->recurrent.kind != PLIM_RECURRENT_NONE)
    write_part (doc, object, "recurrent", recurrent_members, G_N_ELEMENTS (recurrent_members), &kind->recurrent,
                &plain.recurrent);
  if (kind->mlp.width > 0)
    write_part (doc, object, "mlp", mlp_members, G_N_ELEMENTS (mlp_members), &kind->mlp, &plain.mlp);
  if (kind->experts.experts_count > 0 || kind->experts.shared_width > 0)
    write_part (doc, object, "experts", experts_members, G_N_ELEMENTS (experts_members), &kind->experts,
                &plain.experts);
}

static void
write_pattern (yyjson_mut_doc  *doc,
               yyjson_mut_val  *row,
               const PlimModel *model)
{
  yyjson_mut_val *pattern = yyjson_mut_obj_add_arr (doc, row, "pattern");

  for (guint i = 0, end; i < model->n_layers; i = end)
    {
      yyjson_mut_val *run = yyjson_mut_arr_add_arr (doc, pattern);

      for (end = i; end < model->n_layers && model->pattern[end] == model->pattern[i]; end++)
        ;
      yyjson_mut_arr_add_uint (doc, run, model->pattern[i]);
      yyjson_mut_arr_add_uint (doc, run, end - i);
    }
}

yyjson_mut_val *
plim_model_json_write (yyjson_mut_doc  *doc,
                       const PlimModel *model)
{
  yyjson_mut_val       *row = yyjson_mut_obj (doc);
  yyjson_mut_val       *layers;
  g_autofree PlimModel *plain = g_new (PlimModel, 1);

  g_return_val_if_fail (plim_model_has_shape (model), NULL);

  init_model (plain);
  plim_json_write_members (doc, row, model_members, G_N_ELEMENTS (model_members), model, plain);
  layers = yyjson_mut_obj_add_arr (doc, row, "layers");
  for (guint i = 0; i < model->n_kinds; i++)
    write_layer (doc, yyjson_mut_arr_add_obj (doc, layers), &model->kinds[i]);
  write_pattern (doc, row, model);

  return row;
}
