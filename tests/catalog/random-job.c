/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Choices at random among all, numbers over what people use. */

#include "random-job.h"

/* A number below @end, or none. */
static gint64
draw (GRand *rand,
      gint   end)
{
  return g_rand_boolean (rand) ? 0 : g_rand_int_range (rand, 1, end);
}

/* What only serving looks at. */
static void
randomize_serving (PlimCatalog *catalog,
                   GRand       *rand,
                   PlimInputs  *inputs)
{
  guint n_models = plim_catalog_n_models (catalog);

  inputs->prompt_tokens = draw (rand, 8192);
  inputs->output_tokens = draw (rand, 2048);
  inputs->prefix_share = g_rand_boolean (rand) ? 0 : g_rand_double (rand);
  inputs->ubatch_tokens = draw (rand, 8192);
  inputs->adapters_count = draw (rand, 9);
  inputs->gpu_layers_count = g_rand_boolean (rand) ? 999 : g_rand_int_range (rand, 0, 64);
  inputs->host_expert_layers_count = draw (rand, 64);
  inputs->memory_utilization = g_rand_boolean (rand) ? 0 : g_rand_double (rand);
  inputs->draft_tokens_count = draw (rand, 9);
  if (inputs->draft_tokens_count > 0)
    inputs->draft_model = *plim_catalog_get_model (catalog, (guint) g_rand_int_range (rand, 0, (gint) n_models));
}

void
randomize_job (PlimCatalog *catalog,
               GRand       *rand,
               PlimInputs  *inputs)
{
  plim_inputs_init (inputs);
  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    if (plim_field (i)->type == PLIM_FIELD_TYPE_CHOICE && i != PLIM_FIELD_METHOD && g_rand_boolean (rand))
      plim_inputs_set_integer (inputs, i, g_rand_int_range (rand, 0, (gint) plim_field_n_choices (i)));
  if (inputs->recompute == PLIM_RECOMPUTE_PARTS)
    inputs->framework = PLIM_FRAMEWORK_MEGATRON; /* others refuse */
  inputs->batch_count = 1 << g_rand_int_range (rand, 0, 8);
  inputs->context_tokens = 1 + g_rand_int_range (rand, 0, 1 << g_rand_int_range (rand, 4, 18));
  inputs->gpus_count = 1 << g_rand_int_range (rand, 0, 7);
  inputs->accumulation_count = g_rand_int_range (rand, 1, 3);
  inputs->lora_rank = g_rand_int_range (rand, 1, 256);
  inputs->virtual_tokens = g_rand_int_range (rand, 1, 200);
  inputs->completion_tokens = draw (rand, 4096);
  inputs->engine_share = g_rand_double (rand);
  inputs->trained_layers_count = draw (rand, 12);
  inputs->tensor_parallel_count = 1 << g_rand_int_range (rand, 0, 3);
  inputs->pipeline_parallel_count = 1 << g_rand_int_range (rand, 0, 4);
  inputs->context_parallel_count = 1 << g_rand_int_range (rand, 0, 2);
  inputs->expert_parallel_count = 1 << g_rand_int_range (rand, 0, 3);
  if (g_rand_boolean (rand))
    inputs->tensor_parallel_count = inputs->pipeline_parallel_count = inputs->context_parallel_count = 1;
  inputs->recompute_interval = g_rand_boolean (rand) ? 1 : g_rand_int_range (rand, 1, 5);
  inputs->expert_tensor_parallel_count = g_rand_int_range (rand, 0, 3);
  inputs->virtual_stages_count = g_rand_int_range (rand, 1, 4);
  inputs->projection_rank = g_rand_int_range (rand, 1, 512);
  inputs->dropout = g_rand_boolean (rand) ? 0.1 : 0;
  inputs->lora_dropout = g_rand_boolean (rand) ? 0.1 : 0;
  inputs->evaluation_batch_count = g_rand_int_range (rand, 0, 64);
  inputs->evaluation_accumulation_count = g_rand_int_range (rand, 0, 8);
  inputs->evaluation_tokens = g_rand_int_range (rand, 0, 1024);
  inputs->evaluation_interval_steps = draw (rand, 1000);
  inputs->evaluation_set_tokens = draw (rand, 1 << 20);
  inputs->checkpoint_interval_steps = draw (rand, 1000);
  inputs->storage_bandwidth_gb_per_s = g_rand_double (rand);
  inputs->sample_tokens_count = g_rand_int_range (rand, 0, 4096);
  inputs->tokens_count = g_rand_int (rand);
  randomize_serving (catalog, rand, inputs);
  inputs->model =
    *plim_catalog_get_model (catalog, (guint) g_rand_int_range (rand, 0, (gint) plim_catalog_n_models (catalog)));
  inputs->gpu =
    *plim_catalog_get_gpu (catalog, (guint) g_rand_int_range (rand, 0, (gint) plim_catalog_n_gpus (catalog)));
}
