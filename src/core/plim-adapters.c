/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts of what adapters train, and which cannot be. */

#include "plim-adapters.h"

#include "plim-checked.h"
#include "plim-framework.h"

#include <glib/gi18n.h>

/* adapter_start_layer of litgpt. */
#define LLAMA_START_LAYER 2

static const char *const sources[PLIM_N_ADAPTERS] = {
  [PLIM_ADAPTER_LORA] = "LoRA, arXiv:2106.09685, section 4.1",
  [PLIM_ADAPTER_DORA] = "DoRA, arXiv:2402.09353, section 4; PEFT, tuners/lora/dora.py",
  [PLIM_ADAPTER_IA3] = "IA3, arXiv:2205.05638, section 3.3; PEFT, tuners/ia3/layer.py",
  [PLIM_ADAPTER_PROMPT] = "Prompt tuning, arXiv:2104.08691; PEFT, tuners/prompt_tuning/model.py",
  [PLIM_ADAPTER_PREFIX] = "Prefix tuning, arXiv:2101.00190; PEFT, tuners/prefix_tuning/model.py",
  [PLIM_ADAPTER_LLAMA] = "LLaMA-Adapter, arXiv:2303.16199; litgpt 8641822, lit_gpt/adapter.py",
};

/* TRUE when @inputs train this adapter. */
static gboolean
has_adapter (const PlimInputs *inputs,
             PlimAdapter       adapter)
{
  return (inputs->task == PLIM_TASK_LORA || inputs->task == PLIM_TASK_QLORA) && inputs->adapter == adapter;
}

const char *
plim_adapter_source (const PlimInputs *inputs)
{
  return sources[inputs->adapter];
}

gint64
plim_adapter_sequence_tokens (const PlimInputs *inputs)
{
  return plim_add (inputs->context_tokens, has_adapter (inputs, PLIM_ADAPTER_PROMPT) ? inputs->virtual_tokens : 0);
}

gint64
plim_adapter_attended_tokens (const PlimInputs *inputs)
{
  return plim_add (plim_adapter_sequence_tokens (inputs),
                   has_adapter (inputs, PLIM_ADAPTER_PREFIX) ? inputs->virtual_tokens : 0);
}

gboolean
plim_adapter_has_prefix (const PlimInputs    *inputs,
                         const PlimLayerKind *kind)
{
  return has_adapter (inputs, PLIM_ADAPTER_PREFIX) &&
         (!kind->is_encoder || !plim_model_has_stack (&inputs->model, FALSE));
}

gint64
plim_adapter_skipped_layers (const PlimInputs *inputs)
{
  return has_adapter (inputs, PLIM_ADAPTER_LLAMA) ? LLAMA_START_LAYER : 0;
}

gboolean
plim_adapter_has_gate (const PlimInputs    *inputs,
                       const PlimLayerKind *kind)
{
  return has_adapter (inputs, PLIM_ADAPTER_LLAMA) && kind->attention.kind != PLIM_ATTENTION_NONE;
}

/* Of the targets of a layer: of all, of routed experts, or of what a token goes through. */
typedef enum
{
  ALL_TARGETS,
  ROUTED_TARGETS,
  ACTIVE_TARGETS,
} Among;

static gint64
count_copies (const PlimMatrix    *matrix,
              const PlimLayerKind *kind,
              Among                among)
{
  if (among == ACTIVE_TARGETS)
    return plim_matrix_active_copies (matrix, kind);

  return among == ROUTED_TARGETS && matrix->role < PLIM_MATRIX_EXPERT_GATE ? 0 : matrix->copies_count;
}

static gint64
count_magnitudes (const PlimInputs    *inputs,
                  const PlimLayerKind *kind,
                  Among                among)
{
  gint64     count = 0;
  guint      n_matrices;
  PlimMatrix matrices[PLIM_LAYER_MAX_MATRICES];

  if (!has_adapter (inputs, PLIM_ADAPTER_DORA))
    return 0;

  n_matrices = plim_parameters_list_targets (&inputs->model, kind, inputs->lora_targets, matrices);
  for (guint i = 0; i < n_matrices; i++)
    count = plim_add (count, plim_multiply (count_copies (&matrices[i], kind, among), matrices[i].out_size));

  return count;
}

gint64
plim_adapter_magnitudes_count (const PlimInputs    *inputs,
                               const PlimLayerKind *kind)
{
  return count_magnitudes (inputs, kind, ACTIVE_TARGETS);
}

gint64
plim_adapter_kv_factors_count (const PlimInputs    *inputs,
                               const PlimLayerKind *kind)
{
  const PlimAttention *a = &kind->attention;
  gint64               width = plim_add (a->head_dim, a->values_are_keys ? 0 : a->v_head_dim);

  if (!has_adapter (inputs, PLIM_ADAPTER_IA3) || a->kind == PLIM_ATTENTION_NONE)
    return 0;
  if (a->kind == PLIM_ATTENTION_MLA)
    return plim_multiply (a->heads_count, plim_subtract (plim_add (a->head_dim, a->v_head_dim), a->rope_head_dim));

  return plim_multiply (a->has_cross_attention ? 2 : 1, plim_multiply (a->kv_heads_count, width));
}

gint64
plim_adapter_mlp_factors_count (const PlimInputs    *inputs,
                                const PlimLayerKind *kind)
{
  if (!has_adapter (inputs, PLIM_ADAPTER_IA3))
    return 0;

  return plim_add (kind->mlp.width, kind->experts.shared_width);
}

gint64
plim_adapter_prefix_width (const PlimInputs *inputs)
{
  gint64 width = 0;

  if (!has_adapter (inputs, PLIM_ADAPTER_PREFIX))
    return 0;

  for (guint k = 0; k < inputs->model.n_kinds; k++)
    {
      const PlimAttention *a = &inputs->model.kinds[k].attention;

      width = MAX (width, plim_multiply (2, plim_multiply (a->kv_heads_count, a->head_dim)));
    }

  return width;
}

/* Low-rank matrices of a layer. */
static gint64
count_low_rank (const PlimInputs    *inputs,
                const PlimLayerKind *kind,
                Among                among)
{
  gint64     widths = 0;
  PlimMatrix matrices[PLIM_LAYER_MAX_MATRICES];
  guint      n_matrices;

  if (inputs->adapter != PLIM_ADAPTER_LORA && inputs->adapter != PLIM_ADAPTER_DORA)
    return 0;

  n_matrices = plim_parameters_list_targets (&inputs->model, kind, inputs->lora_targets, matrices);
  for (guint i = 0; i < n_matrices; i++)
    widths = plim_add (widths, plim_multiply (count_copies (&matrices[i], kind, among),
                                              plim_add (matrices[i].in_size, matrices[i].out_size)));

  return plim_multiply (inputs->lora_rank, widths);
}

/* Of the embedding or the head: a table between the vocabulary and the hidden size, with @outputs_count outputs. */
static gint64
count_table (const PlimInputs *inputs,
             PlimSwitchState   is_adapted,
             gint64            outputs_count)
{
  const PlimModel *model = &inputs->model;

  if (is_adapted == PLIM_SWITCH_OFF ||
      (inputs->adapter != PLIM_ADAPTER_LORA && inputs->adapter != PLIM_ADAPTER_DORA))
    return 0;

  return plim_add (plim_multiply (inputs->lora_rank, plim_add (model->hidden_size, model->vocab_size)),
                   inputs->adapter == PLIM_ADAPTER_DORA ? outputs_count : 0);
}

/* What a layer of @kind has of its own, besides low-rank matrices. */
static gint64
count_vectors (const PlimInputs    *inputs,
               const PlimLayerKind *kind)
{
  gint64 count = plim_add (plim_adapter_kv_factors_count (inputs, kind), plim_adapter_mlp_factors_count (inputs, kind));

  count = plim_add (count, count_magnitudes (inputs, kind, ALL_TARGETS));
  if (plim_adapter_has_prefix (inputs, kind))
    count = plim_multiply (inputs->virtual_tokens, plim_adapter_prefix_width (inputs));
  if (plim_adapter_has_gate (inputs, kind))
    count = plim_add (plim_multiply (inputs->virtual_tokens, inputs->model.hidden_size), kind->attention.heads_count);

  return count;
}

gint64
plim_adapter_stage_count (const PlimInputs *inputs,
                          const gint64     *layers_count,
                          gboolean          has_embedding,
                          gboolean          has_head)
{
  const PlimModel *model = &inputs->model;
  gint64           stacks_count = plim_model_has_stack (model, TRUE) && plim_model_has_stack (model, FALSE) ? 2 : 1;
  gint64           count = has_head ? count_table (inputs, inputs->lora_head, model->vocab_size) : 0;

  if (inputs->adapter == PLIM_ADAPTER_PROMPT)
    return has_embedding ? plim_multiply (stacks_count, plim_multiply (inputs->virtual_tokens, model->hidden_size)) : 0;

  if (has_embedding)
    count = plim_add (count, count_table (inputs, inputs->lora_embedding, model->hidden_size));
  for (guint k = 0; k < model->n_kinds; k++)
    count = plim_add (count, plim_multiply (layers_count[k],
                                            plim_add (count_low_rank (inputs, &model->kinds[k], ALL_TARGETS),
                                                      count_vectors (inputs, &model->kinds[k]))));
  for (gint64 l = 0; l < MIN (plim_adapter_skipped_layers (inputs), model->n_layers) && has_embedding; l++)
    count = plim_subtract (count, count_vectors (inputs, &model->kinds[model->pattern[l]]));

  return count;
}

gint64
plim_adapter_routed_count (const PlimInputs *inputs,
                           const gint64     *layers_count)
{
  gint64 count = 0;

  for (guint k = 0; k < inputs->model.n_kinds; k++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[k];

      count = plim_add (count, plim_multiply (layers_count[k],
                                              plim_add (count_low_rank (inputs, kind, ROUTED_TARGETS),
                                                        count_magnitudes (inputs, kind, ROUTED_TARGETS))));
    }

  return count;
}

gint64
plim_adapter_idle_count (const PlimInputs *inputs)
{
  gint64 count = 0;

  for (guint k = 0; k < inputs->model.n_kinds && inputs->lora_targets == PLIM_LORA_EXPERTS; k++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[k];
      gint64               idle = plim_subtract (count_low_rank (inputs, kind, ALL_TARGETS),
                                                 count_low_rank (inputs, kind, ACTIVE_TARGETS));

      count = plim_add (count, plim_multiply (kind->layers_count, idle));
    }

  return count;
}

gint64
plim_adapter_count (const PlimInputs *inputs)
{
  gint64 layers_count[PLIM_MODEL_MAX_KINDS] = { 0 };

  for (guint k = 0; k < inputs->model.n_kinds; k++)
    layers_count[k] = inputs->model.kinds[k].layers_count;

  return plim_adapter_stage_count (inputs, layers_count, TRUE, TRUE);
}

static gboolean
keeps_plain_caches (const PlimModel *model)
{
  for (guint k = 0; k < model->n_kinds; k++)
    if (model->kinds[k].attention.kind != PLIM_ATTENTION_STANDARD)
      return FALSE;

  return TRUE;
}

const char *
plim_adapter_refusal (const PlimInputs *inputs)
{
  if (inputs->task != PLIM_TASK_LORA && inputs->task != PLIM_TASK_QLORA)
    return NULL;
  if ((plim_framework_profile (inputs->framework)->adapters & (1u << inputs->adapter)) == 0)
    return inputs->adapter == PLIM_ADAPTER_LLAMA
             ? N_ ("This framework does not have this adapter: choose LitGPT")
             : N_ ("This framework does not have this adapter: choose Transformers, PEFT, TRL");
  if (inputs->adapter == PLIM_ADAPTER_PREFIX && inputs->recompute != PLIM_RECOMPUTE_NONE)
    return N_ ("Prefix tuning does not work with recompute, as PEFT says: choose none");
  if (inputs->adapter == PLIM_ADAPTER_PREFIX && !keeps_plain_caches (&inputs->model))
    return N_ ("Prefix tuning needs attention with plain keys and values in every layer");

  return NULL;
}
