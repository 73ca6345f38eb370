/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What training shares out, offloads and masks, of the catalogue's models: published figures and figures by hand. */

#include "evaluate.h"
#include "opened.h"
#include "plim-component.h"

/* ZeRO (arXiv:1910.02054, figure 1): 7.5e9 parameters on 64 GPUs hold 120, 31.4, 16.6 and 1.9 GB of state. */
static void
test_zero (void)
{
  static const struct
  {
    PlimSharding sharding;
    double       gb;
  } cases[] = { { PLIM_SHARDING_NONE, 120 },
                { PLIM_SHARDING_OPTIMIZER, 31.4 },
                { PLIM_SHARDING_GRADIENTS, 16.6 },
                { PLIM_SHARDING_FULL, 1.9 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;
      double       gb = 0;

      plim_inputs_init (&inputs);
      inputs.task = PLIM_TASK_TRAINING;
      inputs.model.declared_parameters_count = G_GINT64_CONSTANT (7500000000);
      inputs.gpus_count = 64;
      inputs.sharding = cases[i].sharding;
      plim_estimate (&inputs, &estimate);
      for (guint t = 0; t < estimate.n_terms; t++)
        gb += (double) estimate.terms[t].bytes_at[PLIM_MOMENT_STEP] / 1e9;
      g_assert_cmpfloat_with_epsilon (gb, cases[i].gb, 0.06);
    }
}

/* DeepSpeed's own estimators (edaa722, estimate_zero2_model_states_mem_needs in runtime/zero/stage_1_and_2.py, _zero3_
 * in stage3.py) of P = 6,738,415,616 parameters on 8 GPUs, while the optimizer steps: ZeRO-2 2 P + 18 P / 8, offloaded
 * 2 P; ZeRO-3 offloaded 2 P / 8, with its parameters nothing.
 *
 * Not as they say: ZeRO-3, 18 P / 8 there, where the buffer of 16-bit gradients (grad_partitions_flat_buffer) is as
 * well; 4 bytes for each parameter of its largest layer, where stage3_max_live_parameters stay together while it
 * computes (runtime/zero/config.py); the host, half as much again as they count, and without the 16-bit numbers of
 * test_host(); and the print of docs/code-docs/source/memory.rst, 4 P + 16 P / D for ZeRO-2, from before gradients were
 * shared out. */
static void
test_deepspeed (void)
{
  static const struct
  {
    PlimSharding sharding;
    PlimOffload  optimizer;
    PlimOffload  parameters;
    gint64       eighths; /* bytes per parameter, times 8 */
  } cases[] = { { PLIM_SHARDING_GRADIENTS, PLIM_OFFLOAD_NONE, PLIM_OFFLOAD_NONE, 8 * 2 + 18 },
                { PLIM_SHARDING_GRADIENTS, PLIM_OFFLOAD_HOST, PLIM_OFFLOAD_NONE, 8 * 2 },
                { PLIM_SHARDING_FULL, PLIM_OFFLOAD_NONE, PLIM_OFFLOAD_NONE, 18 + 2 },
                { PLIM_SHARDING_FULL, PLIM_OFFLOAD_HOST, PLIM_OFFLOAD_NONE, 2 },
                { PLIM_SHARDING_FULL, PLIM_OFFLOAD_HOST, PLIM_OFFLOAD_HOST, 0 } };
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64       bytes = 0;
      PlimInputs   inputs;
      PlimEstimate estimate;

      describe_job (catalog, &inputs, "llama-2-7b", "h100-sxm5-80gb", PLIM_TASK_TRAINING);
      inputs.framework = PLIM_FRAMEWORK_DEEPSPEED;
      inputs.gpus_count = 8;
      inputs.sharding = cases[i].sharding;
      inputs.offload_optimizer = cases[i].optimizer;
      inputs.offload_parameters = cases[i].parameters;
      plim_estimate (&inputs, &estimate);
      for (guint t = 0; t < estimate.n_terms; t++)
        bytes += estimate.terms[t].bytes_at[PLIM_MOMENT_STEP];
      g_assert_cmpint (bytes, ==, G_GINT64_CONSTANT (6738415616) / 8 * cases[i].eighths);
    }
}

/* Of 70 billion parameters on 8 GPUs ZeRO-3 steps 1e9 at once (sub_group_size), not the 8.8e9 of a GPU. */
static void
test_sub_groups (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;

  describe_job (catalog, &inputs, "llama-3-70b", "h100-sxm5-80gb", PLIM_TASK_TRAINING);
  inputs.framework = PLIM_FRAMEWORK_DEEPSPEED;
  inputs.gpus_count = 8;
  plim_estimate (&inputs, &estimate);
  for (guint t = 0; t < estimate.n_terms; t++)
    if (estimate.terms[t].id == PLIM_TERM_STEP_BUFFER)
      g_assert_cmpint (estimate.terms[t].bytes_at[PLIM_MOMENT_STEP], ==, G_GINT64_CONSTANT (4000000000));
}

/* Mixtral on 16 GPUs, tensor parallel 2, expert parallel 8, states shared out: 1,605,636,096 parameters are split in
 * two and their states over eight GPUs; 45,097,156,608 of experts over eight GPUs, and their states over the two that
 * have the same; or, split in two as well, over sixteen, which is what Megatron-LM does when nothing is said. */
static void
test_expert_tensor (void)
{
  static const struct
  {
    PlimFramework framework;
    gint64        expert_tensor;
    gint64        parts;
  } cases[] = { { PLIM_FRAMEWORK_MEGATRON, 0, 16 },
                { PLIM_FRAMEWORK_MEGATRON, 1, 8 },
                { PLIM_FRAMEWORK_TORCHTITAN, 0, 8 },
                { PLIM_FRAMEWORK_TORCHTITAN, 2, 16 } };
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      describe_job (catalog, &inputs, "mixtral-8x7b", "h100-sxm5-80gb", PLIM_TASK_TRAINING);
      inputs.framework = cases[i].framework;
      inputs.recipe = PLIM_RECIPE_MEGATRON;
      inputs.gpus_count = 16;
      inputs.sharding = PLIM_SHARDING_OPTIMIZER;
      inputs.tensor_parallel_count = 2;
      inputs.expert_parallel_count = 8;
      inputs.expert_tensor_parallel_count = cases[i].expert_tensor;
      plim_estimate (&inputs, &estimate);
      g_assert_null (estimate.not_covered);
      g_assert_cmpint (find_term (&estimate, PLIM_TERM_WEIGHTS)->bytes, ==,
                       2 * (G_GINT64_CONSTANT (1605636096) / 2 + G_GINT64_CONSTANT (45097156608) / cases[i].parts));
      g_assert_cmpint (find_term (&estimate, PLIM_TERM_OPTIMIZER_STATES)->bytes, ==,
                       8 * (G_GINT64_CONSTANT (1605636096) / 16 + G_GINT64_CONSTANT (45097156608) / 16));
    }

  /* 32 parts do not fit 16 GPUs, and three do not divide an expert. */
  inputs.expert_tensor_parallel_count = 4;
  plim_estimate (&inputs, &estimate);
  g_assert_nonnull (estimate.not_covered);
  inputs.expert_tensor_parallel_count = 3;
  plim_estimate (&inputs, &estimate);
  g_assert_nonnull (estimate.not_covered);
}

/* Packed samples of 2 sequences of 4,096 tokens, as torchtune tells them apart: since PyTorch 2.5 by blocks, 2 x 32 x
 * 33 x 16 bytes; before by a mask of 2 x 4,096^2 bytes, of which each of 32 layers keeps a copy in 16 bits.  Others
 * need neither. */
static void
test_masks (void)
{
  static const struct
  {
    PlimFramework framework;
    gint64        mask_bytes;
    gint64        copies_bytes;
  } cases[] = { { PLIM_FRAMEWORK_TORCHTUNE, 2 * 32 * 33 * 16, 0 },
                { PLIM_FRAMEWORK_TORCHTUNE_2024, 2 * 4096 * 4096, G_GINT64_CONSTANT (32) * 2 * 4096 * 4096 * 2 },
                { PLIM_FRAMEWORK_TRANSFORMERS, 0, 0 } };
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs   inputs;
      PlimEstimate plain;
      PlimEstimate packed;

      describe_job (catalog, &inputs, "llama-2-7b", "h100-sxm5-80gb", PLIM_TASK_TRAINING);
      inputs.framework = cases[i].framework;
      inputs.batch_count = 2;
      inputs.context_tokens = 4096;
      plim_estimate (&inputs, &plain);
      g_assert_null (find_term (&plain, PLIM_TERM_MASK));
      inputs.packing = PLIM_SWITCH_ON;
      plim_estimate (&inputs, &packed);
      g_assert_cmpint (cases[i].mask_bytes > 0 ? find_term (&packed, PLIM_TERM_MASK)->bytes_at[PLIM_MOMENT_LOSS] : 0,
                       ==, cases[i].mask_bytes);
      g_assert_cmpint (find_term (&packed, PLIM_TERM_ACTIVATIONS)->bytes_at[PLIM_MOMENT_LOSS] -
                         find_term (&plain, PLIM_TERM_ACTIVATIONS)->bytes_at[PLIM_MOMENT_LOSS],
                       ==, cases[i].copies_bytes);
    }
}

/* Flex attention keeps what flash attention does, and for 2 samples of 4,096 tokens 4 lists of 32 x 32 blocks and their
 * 32 lengths in 4 bytes. */
static void
test_flex (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            flash;
  PlimEstimate            flex;

  describe_job (catalog, &inputs, "llama-3.2-1b", "h100-sxm5-80gb", PLIM_TASK_TRAINING);
  inputs.batch_count = 2;
  inputs.context_tokens = 4096;
  plim_estimate (&inputs, &flash);
  inputs.attention = PLIM_ATTENTION_KERNEL_FLEX;
  plim_estimate (&inputs, &flex);
  g_assert_cmpint (flex.roles[0].moment_bytes[PLIM_MOMENT_FORWARD] - flash.roles[0].moment_bytes[PLIM_MOMENT_FORWARD],
                   ==, 2 * 4 * (32 * 32 + 32) * 4);
}

/* What cannot be: FSDP that offloads parameters without gradients and states (CPUOffloadPolicy), and accumulation where
 * each parameter steps in backward (torchtune bd2a0fc, recipes/full_finetune_single_device.py, optimizer_in_bwd). */
static void
test_offload_refusals (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;

  describe_job (catalog, &inputs, "llama-2-7b", "h100-sxm5-80gb", PLIM_TASK_TRAINING);
  inputs.framework = PLIM_FRAMEWORK_TORCHTITAN;
  inputs.gpus_count = 8;
  inputs.offload_parameters = PLIM_OFFLOAD_HOST;
  plim_estimate (&inputs, &estimate);
  g_assert_nonnull (estimate.not_covered);
  inputs.offload_optimizer = PLIM_OFFLOAD_HOST;
  plim_estimate (&inputs, &estimate);
  g_assert_null (estimate.not_covered);
  for (guint t = 0; t < estimate.n_terms; t++)
    g_assert_cmpint (estimate.terms[t].bytes_at[PLIM_MOMENT_STEP], ==, 0);

  inputs.offload_optimizer = inputs.offload_parameters = PLIM_OFFLOAD_NONE;
  inputs.optimizer_in_backward = PLIM_SWITCH_ON;
  plim_estimate (&inputs, &estimate);
  g_assert_null (estimate.not_covered);
  inputs.accumulation_count = 2;
  plim_estimate (&inputs, &estimate);
  g_assert_nonnull (estimate.not_covered);
}

/* Host memory.  DeepSpeed with everything offloaded: for each of 6,738,415,616 parameters 2 B of weights, 12 B of
 * master weights and states, 4 B of gradients and 2 B of the buffer they come in (DeepSpeed edaa722,
 * runtime/zero/stage3.py), on one computer or two.  llama.cpp: the token table alone, 32,000 x 4,096 x 2 B. */
static void
test_host (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;

  describe_job (catalog, &inputs, "llama-2-7b", "h100-sxm5-80gb", PLIM_TASK_TRAINING);
  inputs.framework = PLIM_FRAMEWORK_DEEPSPEED;
  inputs.offload_optimizer = inputs.offload_parameters = PLIM_OFFLOAD_HOST;
  for (inputs.gpus_count = 8; inputs.gpus_count <= 16; inputs.gpus_count += 8)
    {
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (estimate.host_bytes, ==, 20 * G_GINT64_CONSTANT (6738415616) / (inputs.gpus_count / 8));
      g_assert_cmpint (evaluate_bytes (&estimate.host_explanation), ==, estimate.host_bytes);
    }
  /* To NVMe, through 5 buffers of 1e8 16-bit and 4 of 1e8 32-bit numbers for each of 8 GPUs of a computer. */
  inputs.gpus_count = 8;
  inputs.offload_optimizer = inputs.offload_parameters = PLIM_OFFLOAD_NVME;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.nvme_bytes, ==, 18 * G_GINT64_CONSTANT (6738415616));
  g_assert_cmpint (estimate.host_bytes, ==, 8 * G_GINT64_CONSTANT (2600000000) + 2 * G_GINT64_CONSTANT (6738415616));
  g_assert_cmpint (evaluate_bytes (&estimate.nvme_explanation), ==, estimate.nvme_bytes);
  inputs.framework = PLIM_FRAMEWORK_TORCHTITAN;
  plim_estimate (&inputs, &estimate);
  g_assert_nonnull (estimate.not_covered);

  inputs.offload_optimizer = inputs.offload_parameters = PLIM_OFFLOAD_NONE;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.host_bytes, ==, 0);

  describe_job (catalog, &inputs, "llama-2-7b", "rtx-4090", PLIM_TASK_INFERENCE);
  inputs.runtime = PLIM_RUNTIME_LLAMA_CPP;
  inputs.precision = PLIM_PRECISION_F16;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.host_bytes, ==, 262144000);
  g_assert_cmpint (evaluate_bytes (&estimate.host_explanation), ==, estimate.host_bytes);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/sharing/zero", test_zero);
  g_test_add_func ("/sharing/deepspeed", test_deepspeed);
  g_test_add_func ("/sharing/sub-groups", test_sub_groups);
  g_test_add_func ("/sharing/expert-tensor", test_expert_tensor);
  g_test_add_func ("/sharing/masks", test_masks);
  g_test_add_func ("/sharing/flex", test_flex);
  g_test_add_func ("/sharing/offload-refusals", test_offload_refusals);
  g_test_add_func ("/sharing/host", test_host);

  return g_test_run ();
}
