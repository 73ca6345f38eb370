/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What autograd keeps of each layer, in bytes per token, 16-bit compute.
 *
 * The inventory follows the tensors that PyTorch's backward functions save (tools/autograd/derivatives.yaml) in the
 * modelling code of Hugging Face transformers (modeling_llama.py and its kin):
 *
 *   norm        RMSNorm: the input widened to 32 bits, 4h; LayerNorm: the input as it is, 2h, or widened by
 *               autocast; and the normalised input, 2h, when the norm's weight trains
 *   linear      its input, 2 x width, once for all linears that share it, when one of them trains or has an adapter;
 *               nothing when it is frozen without an adapter
 *   adapter     2 x rank, the output of its first matrix
 *   attention   query, key, value, output in 16 bits; flash: 4 bytes per head for the log-sum-exp
 *               (arXiv:2307.08691, section 3.1); eager: per head and earlier token the softmax in 32 bits and its
 *               16-bit copy, 6 bytes, and keys and values repeated to the query heads
 *   gated MLP   gate, its activation, up: 6f; the product, 2f, when the down projection trains
 *   plain MLP   the activation's input, 2f, and its output, 2f, likewise
 *   experts     the same for each expert a token uses, the token gathered for each, and the router's scores
 *   MLA         queries, keys and values at full width besides the latents (arXiv:2405.04434, section 2.1)
 *   recurrent   projections, convolution and scan inputs: about 2 x (3 inner + projections)
 *
 * For MHA with f = 4h, GELU and LayerNorm this is the inventory of Korthikanti et al., arXiv:2205.05198, section 4.1,
 * less its dropout masks and with the norm's input in 32 bits. */

#include "plim-component.h"

#include "plim-checked.h"

#define VALUE_BYTES 2
#define FLOAT_BYTES 4

/* Which linears train or carry adapters. */
typedef struct
{
  gboolean is_full;          /* every weight trains */
  gboolean has_attention_in; /* query, key or value */
  gboolean has_attention_out;
  gboolean has_mlp;
  gint64   rank;             /* of adapters; 0 = none */
} Trained;

static Trained
find_trained (const PlimInputs *inputs)
{
  Trained trained = { 0 };

  trained.is_full = inputs->task == PLIM_TASK_TRAINING;
  trained.has_attention_in = TRUE;
  trained.has_attention_out = trained.is_full || inputs->lora_targets != PLIM_LORA_QUERY_VALUE;
  trained.has_mlp = trained.is_full || inputs->lora_targets == PLIM_LORA_ALL_LINEAR;
  trained.rank = trained.is_full ? 0 : inputs->lora_rank;

  return trained;
}

static gint64
norm_bytes (const PlimInputs    *inputs,
            const PlimLayerKind *kind,
            const Trained       *trained)
{
  gint64   norms_count = inputs->model.has_parallel_blocks ? 1 : kind->norms_count;
  gboolean is_widened = inputs->model.norm == PLIM_NORM_RMS || inputs->recipe == PLIM_RECIPE_AUTOCAST;
  gint64   each = (is_widened ? FLOAT_BYTES : VALUE_BYTES) + (trained->is_full ? VALUE_BYTES : 0);

  return plim_multiply (norms_count, plim_multiply (each, inputs->model.hidden_size));
}

/* Flash keeps one number per head; eager the matrix of softmax values. */
static gint64
scores_bytes (const PlimInputs    *inputs,
              const PlimAttention *a)
{
  gint64 span = a->window_tokens > 0 ? MIN (a->window_tokens, inputs->context_tokens) : inputs->context_tokens;

  if (inputs->attention == PLIM_ATTENTION_KERNEL_FLASH)
    return plim_multiply (FLOAT_BYTES, a->heads_count);

  return plim_multiply (FLOAT_BYTES + VALUE_BYTES, plim_multiply (a->heads_count, span));
}

static gint64
attention_bytes (const PlimInputs    *inputs,
                 const PlimAttention *a,
                 const Trained       *trained)
{
  gboolean is_expanded = inputs->attention == PLIM_ATTENTION_KERNEL_EAGER || a->kind == PLIM_ATTENTION_MLA;
  gint64   kv_heads = is_expanded ? a->heads_count : a->kv_heads_count;
  gint64   query = plim_multiply (a->heads_count, a->head_dim);
  gint64   keys = plim_multiply (kv_heads, plim_add (a->head_dim, a->v_head_dim));
  gint64   output = plim_multiply (a->heads_count, a->v_head_dim);
  gint64   values;

  if (a->kind == PLIM_ATTENTION_NONE)
    return 0;

  values = plim_add (plim_add (query, keys), output);
  if (trained->has_attention_in)
    values = plim_add (values, inputs->model.hidden_size);
  if (a->kind == PLIM_ATTENTION_MLA)
    values = plim_add (values, 2 * (a->q_lora_rank + a->kv_lora_rank));
  if (a->has_output_gate)
    values = plim_add (values, 2 * output);
  values = plim_add (values, plim_multiply (trained->rank, 2 + (trained->has_attention_out ? 2 : 0)));

  return plim_add (plim_multiply (VALUE_BYTES, values), scores_bytes (inputs, a));
}

/* One feed-forward of @width: kept values, the shared input apart. */
static gint64
feed_forward_values (gint64         width,
                     gboolean       is_gated,
                     const Trained *trained)
{
  gint64 values = plim_multiply (is_gated ? 3 : 1, width);

  if (trained->has_mlp)
    values = plim_add (values, width);
  if (trained->rank > 0 && trained->has_mlp)
    values = plim_add (values, (is_gated ? 3 : 2) * trained->rank);

  return values;
}

static gint64
mlp_bytes (const PlimInputs    *inputs,
           const PlimLayerKind *kind,
           const Trained       *trained)
{
  const PlimExperts *e = &kind->experts;
  gint64             hidden_size = inputs->model.hidden_size;
  gint64             outer_size = e->latent_size > 0 ? e->latent_size : hidden_size;
  gint64             values = 0;

  if (kind->mlp.width > 0)
    values = feed_forward_values (kind->mlp.width, kind->mlp.is_gated, trained);
  if (e->shared_width > 0)
    values = plim_add (values, feed_forward_values (e->shared_width, e->is_gated, trained));
  if (values > 0 && trained->has_mlp &&
      !(inputs->model.has_parallel_blocks && kind->attention.kind != PLIM_ATTENTION_NONE))
    values = plim_add (values, hidden_size);
  if (e->experts_count > 0)
    {
      /* Adapters leave routed experts alone, but their activations are kept for the gradient that passes through. */
      gint64 expert = plim_multiply (e->is_gated ? 3 : 1, e->width);

      if (trained->is_full)
        expert = plim_add (expert, plim_add (e->width, outer_size));
      expert = plim_add (expert, outer_size);
      values = plim_add (values, plim_multiply (e->active_count, expert));
      values = plim_add (values, plim_multiply (FLOAT_BYTES / VALUE_BYTES, e->experts_count));
    }

  return plim_multiply (VALUE_BYTES, values);
}

static gint64
recurrent_bytes (const PlimInputs    *inputs,
                 const PlimRecurrent *r,
                 const Trained       *trained)
{
  gint64 projections = plim_add (2 * plim_multiply (r->groups_count, r->state_size), 2 * r->inner_size);
  gint64 values = plim_add (3 * r->inner_size, projections);

  if (r->kind == PLIM_RECURRENT_NONE)
    return 0;
  if (trained->has_mlp)
    values = plim_add (values, plim_add (inputs->model.hidden_size, 2 * trained->rank));

  return plim_multiply (VALUE_BYTES, values);
}

gint64
plim_activations_layer_bytes (const PlimInputs    *inputs,
                              const PlimLayerKind *kind)
{
  Trained trained = find_trained (inputs);
  gint64  bytes = norm_bytes (inputs, kind, &trained);

  bytes = plim_add (bytes, attention_bytes (inputs, &kind->attention, &trained));
  bytes = plim_add (bytes, recurrent_bytes (inputs, &kind->recurrent, &trained));

  return plim_add (bytes, mlp_bytes (inputs, kind, &trained));
}

gint64
plim_activations_all_layers_bytes (const PlimInputs *inputs)
{
  gint64 bytes = 0;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[i];

      bytes = plim_add (bytes, plim_multiply (kind->layers_count, plim_activations_layer_bytes (inputs, kind)));
    }

  return bytes;
}

gint64
plim_activations_largest_layer_bytes (const PlimInputs *inputs)
{
  gint64 bytes = 0;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    bytes = MAX (bytes, plim_activations_layer_bytes (inputs, &inputs->model.kinds[i]));

  return bytes;
}

gint64
plim_activations_tail_bytes (const PlimInputs *inputs)
{
  gboolean is_full = inputs->task == PLIM_TASK_TRAINING;

  return plim_multiply (FLOAT_BYTES + (is_full ? 2 * VALUE_BYTES : 0), inputs->model.hidden_size);
}

gint64
plim_activations_gradient_bytes (const PlimModel *model)
{
  gint64 values = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimMlp     *mlp = &model->kinds[i].mlp;
      const PlimExperts *e = &model->kinds[i].experts;
      gint64             experts = plim_add (plim_multiply (e->active_count, e->width), e->shared_width);

      values = MAX (values, plim_multiply (mlp->is_gated ? 4 : 2, mlp->width));
      values = MAX (values, plim_multiply (e->is_gated ? 4 : 2, experts));
    }

  return plim_multiply (VALUE_BYTES, values);
}

static gint64
working_width (const PlimModel     *model,
               const PlimLayerKind *kind)
{
  const PlimAttention *a = &kind->attention;
  const PlimExperts   *e = &kind->experts;
  gint64               attention = plim_add (plim_multiply (a->heads_count, a->head_dim + a->v_head_dim),
                                             plim_multiply (a->kv_heads_count, a->head_dim + a->v_head_dim));
  gint64               mlp = plim_multiply (kind->mlp.is_gated ? 3 : 2, kind->mlp.width);
  gint64               experts =
    plim_multiply (e->active_count, plim_add (plim_multiply (e->is_gated ? 3 : 2, e->width), model->hidden_size));
  gint64 recurrent = plim_multiply (5, kind->recurrent.inner_size);

  experts = plim_add (experts, plim_multiply (3, e->shared_width));

  return plim_add (2 * model->hidden_size, MAX (MAX (attention, recurrent), MAX (mlp, experts)));
}

gint64
plim_activations_working_width (const PlimModel *model)
{
  gint64 width = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    width = MAX (width, working_width (model, &model->kinds[i]));

  return width;
}

gint64
plim_activations_largest_matrix_count (const PlimModel *model)
{
  gint64 width = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimLayerKind *kind = &model->kinds[i];

      width = MAX (width, plim_multiply (kind->attention.heads_count, kind->attention.head_dim));
      width = MAX (width, MAX (kind->mlp.width, kind->experts.shared_width));
      width = MAX (width, MAX (kind->experts.width, 2 * kind->recurrent.inner_size));
    }

  return plim_multiply (width, model->hidden_size);
}
