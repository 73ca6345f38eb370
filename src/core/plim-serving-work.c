/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The work of a step and of a prompt.  The stages of a pipeline follow one another, so that theirs is added up. */

#include "plim-serving-work.h"

#include "plim-checked.h"
#include "plim-kv-cache.h"
#include "plim-roofline.h"
#include "plim-runtime.h"

#include <math.h>

/* Values of the residual stream that GPUs send to one another have 16 bits. */
#define SENT_BYTES 2

/* Kernels of a layer besides its matrices: two norms, rotation, attention or scan, activation; and of a step besides
 * its layers: embedding, final norm, head. */
#define LAYER_KERNELS 5
#define STEP_KERNELS  3

static void
place_layers (PlimServer      *server,
              const PlimStage *stages,
              guint            n_stages)
{
  const PlimLayout *layout = server->layout;

  server->first_layer = server->inputs->model.n_layers;
  for (guint i = 0; i < n_stages; i++)
    {
      gint64 positions = stages[i].gpus_count / (layout->tensor_count * layout->replicas_count);

      for (guint k = 0; k < server->inputs->model.n_kinds; k++)
        server->gpu_layers_count[k] = MIN (server->gpu_layers_count[k] + MAX (positions, 1) * stages[i].layers_count[k],
                                           server->inputs->model.kinds[k].layers_count);
      server->first_layer = MIN (server->first_layer, stages[i].first_layer);
      server->first_expert_layer = MAX (server->first_expert_layer, stages[i].first_expert_layer);
      server->has_head |= stages[i].has_head;
    }
}

void
plim_server_init (PlimServer             *server,
                  const PlimInputs       *inputs,
                  const PlimLayout       *layout,
                  const PlimWeightLayout *weights,
                  const PlimStage        *stages,
                  guint                   n_stages)
{
  PlimParameters parameters;

  plim_parameters_count (&inputs->model, &parameters);
  *server = (PlimServer) { .inputs = inputs, .layout = layout, .weights = weights };
  server->matrix_count = (double) parameters.matrix_count;
  server->sequences_count = plim_layout_sequences (layout, inputs);
  if (n_stages > 0)
    {
      place_layers (server, stages, n_stages);
      return;
    }

  server->has_head = TRUE;
  for (guint i = 0; i < inputs->model.n_kinds; i++)
    server->gpu_layers_count[i] = inputs->model.kinds[i].layers_count;
}

/* --- what is read ----------------------------------------------------------------------------------- */

/* Replicas whose tokens go to the same experts. */
static double
count_sharing_replicas (const PlimLayout *layout)
{
  return MAX ((double) layout->expert_count / (double) layout->tensor_count, 1);
}

/* Share of the routed experts that @tokens_count tokens are expected to choose, each at random. */
static double
chosen_share (const PlimModel *model,
              double           tokens_count)
{
  double all = 0;
  double chosen = 0;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimExperts *experts = &model->kinds[i].experts;
      double             count;

      if (experts->experts_count == 0)
        continue;

      count = (double) plim_multiply (model->kinds[i].layers_count,
                                      plim_parameters_count_layer (model, i).expert_matrix_count);
      all += count;
      chosen +=
        count * (1 - pow (1 - (double) experts->active_count / (double) experts->experts_count, tokens_count));
    }

  return all > 0 ? chosen / all : 1;
}

/* Bytes of weights that @tokens_count tokens need, on GPUs and on the host. */
static void
read_weights (const PlimServer *server,
              double            tokens_count,
              PlimServingWork  *work)
{
  const PlimModel  *model = &server->inputs->model;
  const PlimLayout *layout = server->layout;
  PlimLayerWeights  all = plim_weight_layout_layers (server->weights, model, server->first_layer, model->n_layers);
  PlimLayerWeights  away = plim_weight_layout_layers (server->weights, model, 0, server->first_layer);
  PlimLayerWeights  lent = plim_weight_layout_layers (server->weights, model, server->first_layer,
                                                      MAX (server->first_layer, server->first_expert_layer));
  double            share = chosen_share (model, tokens_count * count_sharing_replicas (layout));
  double            head =
    (double) (model->has_tied_head ? server->weights->embedding_bytes : server->weights->head_bytes);
  double tensor_count = (double) layout->tensor_count;
  double expert_shares = (double) (layout->expert_count > 1 ? layout->expert_count : layout->tensor_count);

  work->bytes += ((double) (all.bytes - all.expert_bytes) + (server->has_head ? head : 0)) / tensor_count +
                 share * (double) (all.expert_bytes - lent.expert_bytes) / expert_shares;
  work->host_bytes += (double) (away.bytes - away.expert_bytes) + (server->has_head ? 0 : head) +
                      share * (double) (away.expert_bytes + lent.expert_bytes);
}

/* Caches of @sequences_count sequences as they are read, states read and written. */
static void
read_caches (const PlimServer *server,
             double            sequences_count,
             gint64            tokens_count,
             PlimServingWork  *work)
{
  const PlimInputs *inputs = server->inputs;
  const PlimModel  *model = &inputs->model;
  gint64            host_layers_count[PLIM_MODEL_MAX_KINDS] = { 0 };

  for (guint i = 0; i < model->n_kinds; i++)
    host_layers_count[i] = model->kinds[i].layers_count - server->gpu_layers_count[i];
  work->bytes += sequences_count * (double) plim_kv_cache_read_bytes (inputs, model, server->gpu_layers_count,
                                                                      tokens_count, server->layout->tensor_count);
  work->host_bytes +=
    sequences_count * (double) plim_kv_cache_read_bytes (inputs, model, host_layers_count, tokens_count, 1);
}

/* --- what is computed and sent ---------------------------------------------------------------------- */

/* Multiply-adds of scores and values for one token that sees @attended_tokens, all layers.  A latent that is not
 * expanded is as wide as itself in every head (arXiv:2405.04434, section 2.1.2). */
static double
attention_products (const PlimServer *server,
                    double            attended_tokens)
{
  const PlimInputs *inputs = server->inputs;
  PlimMla           mla = inputs->mla == PLIM_MLA_BY_RUNTIME ? plim_runtime_profile (inputs)->mla : inputs->mla;
  double            products = 0;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[i];
      const PlimAttention *a = &kind->attention;
      gboolean             is_latent = a->kind == PLIM_ATTENTION_MLA && mla != PLIM_MLA_EXPANDED;
      gint64               width = is_latent ? 2 * a->kv_lora_rank + a->rope_head_dim : a->head_dim + a->v_head_dim;
      double               seen = attended_tokens;

      if (a->window_tokens > 0)
        seen = MIN (seen, (double) a->window_tokens);
      if (a->compress_tokens > 0)
        seen += attended_tokens / (double) a->compress_tokens;
      if (a->image_tokens_count > 0)
        seen = (double) a->image_tokens_count;
      products += (double) kind->layers_count * seen * (double) a->heads_count * (double) width;
    }

  return products;
}

/* Layers that the host works through kernel by kernel. */
static double
count_host_layers (const PlimInputs *inputs)
{
  gboolean is_eager = plim_runtime_profile (inputs)->is_eager && inputs->compile == PLIM_SWITCH_OFF;

  return is_eager ? (double) inputs->model.n_layers : 0;
}

static double
count_kernels (const PlimModel *model)
{
  PlimMatrix matrices[PLIM_LAYER_MAX_MATRICES];
  double     count = STEP_KERNELS;

  for (guint i = 0; i < model->n_kinds; i++)
    count += (double) model->kinds[i].layers_count *
             (LAYER_KERNELS + plim_parameters_list_matrices (model, i, matrices));

  return count;
}

/* @count messages, each @start_seconds before it is on its way and @seconds in all. */
static void
add_messages (PlimServingWork *work,
              double           count,
              double           start_seconds,
              double           seconds)
{
  work->messages_seconds += count * start_seconds;
  work->sent_seconds += count * (seconds - start_seconds);
}

/* Each token to its experts and back, where replicas share them; within a replica all GPUs have all tokens. */
static void
send_to_experts (const PlimServer *server,
                 double            bytes,
                 PlimServingWork  *work)
{
  const PlimModel *model = &server->inputs->model;
  PlimGroup        group = plim_roofline_group (server->inputs, server->layout->expert_count, 1);

  if (server->layout->expert_count <= server->layout->tensor_count)
    return;

  for (guint i = 0; i < model->n_kinds; i++)
    {
      double chosen_bytes =
        bytes * (double) model->kinds[i].experts.active_count / (double) server->layout->tensor_count;

      if (model->kinds[i].experts.experts_count > 0)
        add_messages (work, 2 * (double) model->kinds[i].layers_count, plim_roofline_all_to_all_seconds (&group, 0),
                      plim_roofline_all_to_all_seconds (&group, chosen_bytes));
    }
}

static void
send (const PlimServer *server,
      double            tokens_count,
      PlimServingWork  *work)
{
  const PlimInputs *inputs = server->inputs;
  const PlimLayout *layout = server->layout;
  double            bytes = tokens_count * SENT_BYTES * (double) inputs->model.hidden_size;
  PlimGroup         sharers = plim_roofline_group (inputs, layout->tensor_count, 1);
  PlimGroup         stages = plim_roofline_group (inputs, layout->pipeline_count, layout->tensor_count);

  if (layout->tensor_count > 1)
    add_messages (work, 2 * (double) inputs->model.n_layers, plim_roofline_all_reduce_seconds (&sharers, 0),
                  plim_roofline_all_reduce_seconds (&sharers, bytes));
  add_messages (work, (double) (layout->pipeline_count - 1), plim_roofline_send_seconds (&stages, 0),
                plim_roofline_send_seconds (&stages, bytes));
  send_to_experts (server, bytes, work);
}

double
plim_serving_computed_tokens (const PlimInputs *inputs)
{
  double prompt_tokens = (double) plim_inputs_prompt_tokens (inputs);

  if (plim_runtime_profile (inputs)->shares_prefixes)
    prompt_tokens -= floor (inputs->prefix_share * prompt_tokens);

  return MAX (prompt_tokens, 1);
}

/* FLOPs of @tokens_count tokens of prompts, without the head. */
static double
prompt_flops (const PlimServer *server,
              double            tokens_count)
{
  const PlimModel *model = &server->inputs->model;
  double           head_count = (double) plim_multiply (model->vocab_size, model->hidden_size);
  double           seen_tokens = (double) plim_inputs_prompt_tokens (server->inputs) -
                       plim_serving_computed_tokens (server->inputs) / 2;

  return 2 * tokens_count *
         (MAX (server->matrix_count - head_count, 0) + attention_products (server, seen_tokens));
}

PlimServingWork
plim_serving_work_step (const PlimServer      *server,
                        const PlimServingStep *step)
{
  const PlimInputs *inputs = server->inputs;
  gint64            prompt_tokens = plim_inputs_prompt_tokens (inputs);
  gint64            cached_tokens =
    inputs->output_tokens > 0 ? prompt_tokens + inputs->output_tokens / 2 : inputs->context_tokens;
  double          written_tokens = step->sequences_count * step->sequence_tokens;
  double          all_tokens = written_tokens + step->prompt_tokens;
  PlimServingWork work = {
    .kernels_count = count_kernels (&inputs->model),
    .host_layers_count = count_host_layers (inputs),
  };

  read_weights (server, all_tokens, &work);
  read_caches (server, step->sequences_count, cached_tokens, &work);
  work.flops = (2 * written_tokens * (server->matrix_count + attention_products (server, (double) cached_tokens)) +
                prompt_flops (server, step->prompt_tokens)) /
               (double) server->layout->tensor_count;
  send (server, all_tokens, &work);

  return work;
}

PlimServingWork
plim_serving_work_prefill (const PlimServer *server)
{
  const PlimInputs *inputs = server->inputs;
  const PlimModel  *model = &inputs->model;
  double            tokens = plim_serving_computed_tokens (inputs);
  double            ubatch_tokens = MIN ((double) plim_runtime_ubatch_tokens (inputs), tokens);
  double            chunks = ceil (tokens / ubatch_tokens);
  double            head_count = (double) plim_multiply (model->vocab_size, model->hidden_size);
  PlimServingWork   work = {
      .kernels_count = chunks * count_kernels (model),
      .host_layers_count = chunks * count_host_layers (inputs),
  };

  read_weights (server, ubatch_tokens, &work);
  work.bytes *= chunks;
  work.host_bytes *= chunks;
  work.flops = (prompt_flops (server, tokens) + 2 * head_count) / (double) server->layout->tensor_count;
  send (server, ubatch_tokens, &work);
  work.sent_seconds *= chunks;
  work.messages_seconds *= chunks;

  return work;
}
