/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of training against published tables and figures worked out by hand. */

#include "plim-component.h"
#include "plim-optimizer.h"
#include "plim-recipe.h"
#include "plim-recompute.h"
#include "plim-training-layout.h"

/* --- activations ------------------------------------------------------------------------------------- */

/* Korthikanti et al., arXiv:2205.05198, table 2: bytes of a layer for each token of a GPT with h = 1024, a = 16 heads
 * and s = 2048, in units of h; "5 a s / h" is 160.  The paper leaves out the statistics of two LayerNorms, 16 bytes. */
static const struct
{
  const char     *row;
  gint64          tensor;
  PlimSwitchState sequence_parallel;
  PlimRecompute   recompute;
  gint64          whole;          /* h x (whole + split / t) */
  gint64          split;
  gint64          statistics;
} korthikanti[] = {
  { "no parallelism", 1, PLIM_SWITCH_OFF, PLIM_RECOMPUTE_NONE, 0, 34 + 160, 16 },
  { "tensor parallel", 8, PLIM_SWITCH_OFF, PLIM_RECOMPUTE_NONE, 10, 24 + 160, 16 },
  { "and sequence parallel", 8, PLIM_SWITCH_ON, PLIM_RECOMPUTE_NONE, 0, 34 + 160, 2 },
  { "tensor parallel, selective recompute", 8, PLIM_SWITCH_OFF, PLIM_RECOMPUTE_ATTENTION, 10, 24, 16 },
  { "sequence parallel, selective recompute", 8, PLIM_SWITCH_ON, PLIM_RECOMPUTE_ATTENTION, 0, 34, 2 },
  { "full recompute", 1, PLIM_SWITCH_OFF, PLIM_RECOMPUTE_FULL, 2, 0, 0 },
};

static void
test_korthikanti (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (korthikanti); i++)
    {
      gint64     hidden_size = 1024;
      PlimInputs inputs;

      plim_inputs_init (&inputs);
      plim_model_init_decoder (&inputs.model, hidden_size, 24, 16, 0, 0, 4 * hidden_size, 50304, FALSE);
      inputs.model.norm = PLIM_NORM_LAYER;
      inputs.task = PLIM_TASK_TRAINING;
      inputs.framework = PLIM_FRAMEWORK_MEGATRON;
      inputs.attention = PLIM_ATTENTION_KERNEL_EAGER;
      inputs.dropout = 0.1;
      inputs.context_tokens = 2048;
      inputs.tensor_parallel_count = korthikanti[i].tensor;
      inputs.sequence_parallel = korthikanti[i].sequence_parallel;
      inputs.recompute = korthikanti[i].recompute;
      g_assert_cmpint (plim_activations_kept_bytes (&inputs, &inputs.model.kinds[0]), ==,
                       hidden_size * korthikanti[i].whole +
                         hidden_size * korthikanti[i].split / korthikanti[i].tensor + korthikanti[i].statistics);
    }
}

/* Without the matrix of scores selective recompute has nothing to save (Megatron-LM issues 1225 and 464, where 70 %
 * were expected and 2 % came). */
static void
test_selective (void)
{
  for (PlimAttentionKernel kernel = PLIM_ATTENTION_KERNEL_FLASH; kernel < PLIM_N_ATTENTION_KERNELS; kernel++)
    {
      PlimInputs inputs;
      gint64     whole_bytes;

      plim_inputs_init (&inputs);
      plim_model_init_decoder (&inputs.model, 4096, 32, 32, 0, 0, 16384, 50304, FALSE);
      inputs.task = PLIM_TASK_TRAINING;
      inputs.framework = PLIM_FRAMEWORK_MEGATRON;
      inputs.attention = kernel;
      whole_bytes = plim_activations_kept_bytes (&inputs, &inputs.model.kinds[0]);
      inputs.recompute = PLIM_RECOMPUTE_ATTENTION;
      g_assert_true ((plim_activations_kept_bytes (&inputs, &inputs.model.kinds[0]) < whole_bytes) ==
                     (kernel == PLIM_ATTENTION_KERNEL_EAGER));
    }
}

/* Latent attention with h = 1024, 8 heads of 192 (64 rotary) and values of 128, latents of 256 and 512; 16 experts of
 * 512, 2 used, and a shared one of 1024; and a dense feed-forward of 4096.  For a token in BF16: queries, keys and
 * values 2 x 8 x (192 + 192 + 128); a norm's output 2h; a gated feed-forward of f: gate, up and product 6f; each expert
 * used also its input 2h; scores of the router 4 x 16. */
enum
{
  PART_NORM = 2 * 1024,
  PART_LATENTS = 2 * 8 * (192 + 192 + 128),
  PART_LATENT_MATRICES = 256 * 8 * 192 + 512 * 8 * (128 + 128),
  PART_SHARED = 6 * 1024,
  PART_SHARED_MATRICES = 3 * 1024 * 1024,
  PART_EXPERTS = PART_SHARED + 2 * (6 * 512 + 2 * 1024) + 4 * 16,
  PART_EXPERT_MATRICES = PART_SHARED_MATRICES + 2 * 3 * 1024 * 512 + 1024 * 16,
};

static const struct
{
  PlimFieldId fields[2];
  gint64      latent_bytes; /* less than all, in a layer of latent attention and experts */
  gint64      latent_matrices;
  gint64      dense_bytes; /* of standard attention and a dense feed-forward */
  gint64      dense_matrices;
} parts[] = {
  { { PLIM_FIELD_RECOMPUTE_NORMS }, 2 * PART_NORM, 0, 0, 0 },
  { { PLIM_FIELD_RECOMPUTE_LATENT_PROJECTIONS }, PART_LATENTS, PART_LATENT_MATRICES, 0, 0 },
  { { PLIM_FIELD_RECOMPUTE_MLP }, 0, 0, 6 * 4096 + PART_NORM, 3 * 4096 * 1024 },
  { { PLIM_FIELD_RECOMPUTE_EXPERT_ACTIVATION }, 2 * 2 * 512, 0, 0, 0 },
  { { PLIM_FIELD_RECOMPUTE_SHARED_EXPERTS }, PART_SHARED, PART_SHARED_MATRICES, 0, 0 },
  { { PLIM_FIELD_RECOMPUTE_EXPERTS }, PART_EXPERTS, PART_EXPERT_MATRICES, 0, 0 },
  { { PLIM_FIELD_RECOMPUTE_EXPERTS, PLIM_FIELD_RECOMPUTE_SHARED_EXPERTS }, PART_EXPERTS, PART_EXPERT_MATRICES, 0, 0 },
  { { PLIM_FIELD_RECOMPUTE_EXPERTS, PLIM_FIELD_RECOMPUTE_NORMS }, PART_EXPERTS + 2 * PART_NORM, PART_EXPERT_MATRICES, 0, 0 },
};

static void
test_parts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      PlimInputs    inputs;
      PlimLayerKind latent;
      PlimLayerKind dense;
      gint64        latent_bytes;
      gint64        dense_bytes;

      plim_inputs_init (&inputs);
      plim_model_init_decoder (&inputs.model, 1024, 24, 8, 0, 128, 4096, 50304, TRUE);
      inputs.task = PLIM_TASK_TRAINING;
      inputs.framework = PLIM_FRAMEWORK_MEGATRON;
      latent = dense = inputs.model.kinds[0];
      latent.attention.kind = PLIM_ATTENTION_MLA;
      latent.attention.head_dim = 192;
      latent.attention.rope_head_dim = 64;
      latent.attention.q_lora_rank = 256;
      latent.attention.kv_lora_rank = 512;
      latent.mlp.width = 0;
      latent.experts = (PlimExperts) {
        .experts_count = 16, .active_count = 2, .width = 512, .shared_width = 1024, .is_gated = TRUE
      };
      latent_bytes = plim_activations_kept_bytes (&inputs, &latent);
      dense_bytes = plim_activations_kept_bytes (&inputs, &dense);

      inputs.recompute = PLIM_RECOMPUTE_PARTS;
      g_assert_cmpint (plim_activations_kept_bytes (&inputs, &latent), ==, latent_bytes);
      for (guint f = 0; f < G_N_ELEMENTS (parts[i].fields) && parts[i].fields[f] != 0; f++)
        plim_inputs_set_integer (&inputs, parts[i].fields[f], PLIM_SWITCH_ON);
      g_assert_cmpint (plim_activations_kept_bytes (&inputs, &latent), ==, latent_bytes - parts[i].latent_bytes);
      g_assert_cmpint (plim_activations_kept_bytes (&inputs, &dense), ==, dense_bytes - parts[i].dense_bytes);
      g_assert_cmpint (plim_activations_layer_bytes (&inputs, &latent), ==, latent_bytes);
      g_assert_cmpint (plim_recompute_matrix_count (&inputs, &latent), ==, parts[i].latent_matrices);
      g_assert_cmpint (plim_recompute_matrix_count (&inputs, &dense), ==, parts[i].dense_matrices);
    }
}

/* Scores alone are what “selective” computes again; parts are Megatron-LM's, and those that a model lacks no input. */
static void
test_part_inputs (void)
{
  PlimInputs inputs;

  plim_inputs_init (&inputs);
  plim_model_init_decoder (&inputs.model, 1024, 24, 8, 0, 128, 4096, 50304, TRUE);
  inputs.task = PLIM_TASK_TRAINING;
  inputs.recompute = PLIM_RECOMPUTE_ATTENTION;
  g_assert_cmpuint (plim_recompute_parts (&inputs), ==, PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_CORE_ATTENTION));
  g_assert_false (plim_inputs_uses_field (&inputs, PLIM_FIELD_RECOMPUTE_MLP));

  inputs.recompute = PLIM_RECOMPUTE_PARTS;
  inputs.recompute_core_attention = PLIM_SWITCH_ON;
  g_assert_cmpuint (plim_recompute_parts (&inputs), ==, PLIM_LAYER_PART_BIT (PLIM_LAYER_PART_CORE_ATTENTION));
  g_assert_nonnull (plim_training_refusal (&inputs));
  inputs.framework = PLIM_FRAMEWORK_MEGATRON;
  g_assert_null (plim_training_refusal (&inputs));
  g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_RECOMPUTE_MLP));
  g_assert_false (plim_inputs_uses_field (&inputs, PLIM_FIELD_RECOMPUTE_NORMS));
  g_assert_false (plim_inputs_uses_field (&inputs, PLIM_FIELD_RECOMPUTE_EXPERTS));
  inputs.model.kinds[0].experts.experts_count = 16;
  g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_RECOMPUTE_NORMS));
  g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_RECOMPUTE_EXPERTS));
}

/* What one layer of Llama 3 8B keeps for a token (h = q = 4096, kv = 1024, f = 14336), by framework.  Norms written
 * out: 2 x (4h + 2h + 4); fused: 2 x (2h + 4).  Inputs 2 x 2h; query, output 2 x 2q; keys and values 4kv, repeated 4q;
 * log-sum-exp 4 x 32; gate, its activation and up 6f, fused 4f; product 2f. */
static const struct
{
  PlimFramework   framework;
  PlimSwitchState compile;
  gint64          bytes;
} layers[] = {
  { PLIM_FRAMEWORK_TRANSFORMERS, PLIM_SWITCH_OFF, 2 * (6 * 4096 + 4) + 4 * 4096 + 4 * 4096 + 4 * 1024 + 128 + 8 * 14336 },
  { PLIM_FRAMEWORK_TORCHTUNE, PLIM_SWITCH_OFF, 2 * (6 * 4096 + 4) + 4 * 4096 + 4 * 4096 + 4 * 4096 + 128 + 8 * 14336 },
  { PLIM_FRAMEWORK_TORCHTITAN, PLIM_SWITCH_OFF, 2 * (2 * 4096 + 4) + 4 * 4096 + 4 * 4096 + 4 * 4096 + 128 + 8 * 14336 },
  { PLIM_FRAMEWORK_TORCHTUNE, PLIM_SWITCH_ON, 2 * (2 * 4096 + 4) + 4 * 4096 + 4 * 4096 + 4 * 4096 + 128 + 6 * 14336 },
};

static void
test_layers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      PlimInputs inputs;

      plim_inputs_init (&inputs);
      plim_model_init_decoder (&inputs.model, 4096, 32, 32, 8, 128, 14336, 128256, TRUE);
      inputs.task = PLIM_TASK_TRAINING;
      inputs.framework = layers[i].framework;
      inputs.compile = layers[i].compile;
      g_assert_cmpint (plim_activations_layer_bytes (&inputs, &inputs.model.kinds[0]), ==, layers[i].bytes);
    }
}

/* What is kept after the last layer for a token, in units of h = 4096: the norm's input as it is or widened, and when
 * weights train the normalised input of a norm written out and the head's input. */
static const struct
{
  PlimFramework framework;
  PlimTask      task;
  PlimNorm      norm;
  gint64        bytes;
} tails[] = {
  { PLIM_FRAMEWORK_TRANSFORMERS, PLIM_TASK_LORA, PLIM_NORM_RMS, 4 },
  { PLIM_FRAMEWORK_TRANSFORMERS, PLIM_TASK_TRAINING, PLIM_NORM_RMS, 4 + 2 + 2 },
  { PLIM_FRAMEWORK_TORCHTITAN, PLIM_TASK_TRAINING, PLIM_NORM_RMS, 2 + 2 },
  { PLIM_FRAMEWORK_LITGPT, PLIM_TASK_LORA, PLIM_NORM_LAYER, 2 },
};

static void
test_tails (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      PlimInputs inputs;

      plim_inputs_init (&inputs);
      plim_model_init_decoder (&inputs.model, 4096, 32, 32, 8, 128, 14336, 128256, TRUE);
      inputs.model.norm = tails[i].norm;
      inputs.task = tails[i].task;
      inputs.framework = tails[i].framework;
      g_assert_cmpint (plim_activations_tail_bytes (&inputs), ==, 4096 * tails[i].bytes);
    }
}

/* What one layer of Llama 3 8B keeps for a token when LitGPT trains adapters of rank 32, with dropout, of queries and
 * values over a quantized base.  Norms written out: 2 x (4h + 4); the dropped input and its mask, 3h; products of the
 * adapters, 2 x 2r; updates of queries and values 2q + 2kv, rotated queries and repeated keys and values 6q, output 2q;
 * log-sum-exp 4 x 32; gate, its activation and up 6f.  A library that keeps inputs of quantized matrices: those of
 * attention and feed-forward 2 x 2h, the output matrix' own copy 2q, the product 2f, all of which stay with the graph.
 * h = q = 4096, kv = 1024, f = 14336.  With one norm for parallel blocks attention and feed-forward share theirs. */
static const struct
{
  PlimFramework framework;
  PlimTask      task;
  gint64        layer_bytes;
  gint64        inputs_bytes;
  gint64        parallel_inputs_bytes;
} adapted[] = {
  { PLIM_FRAMEWORK_LITGPT, PLIM_TASK_LORA,
    2 * (4 * 4096 + 4) + 3 * 4096 + 4 * 32 + 2 * (4096 + 1024) + 6 * 4096 + 2 * 4096 + 128 + 6 * 14336, 0, 0 },
  { PLIM_FRAMEWORK_LITGPT_2024, PLIM_TASK_QLORA,
    2 * (4 * 4096 + 4) + 3 * 4096 + 4 * 32 + 2 * (4096 + 1024) + 6 * 4096 + 2 * 4096 + 128 + 6 * 14336 +
      4 * 4096 + 2 * 4096 + 2 * 14336,
    4 * 4096 + 2 * 4096 + 2 * 14336, 2 * 4096 + 2 * 4096 + 2 * 14336 },
};

static void
test_adapted_layers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (adapted); i++)
    {
      PlimInputs inputs;

      plim_inputs_init (&inputs);
      plim_model_init_decoder (&inputs.model, 4096, 1, 32, 8, 128, 14336, 128256, TRUE);
      inputs.task = adapted[i].task;
      inputs.framework = adapted[i].framework;
      inputs.lora_rank = 32;
      inputs.lora_dropout = 0.05;
      inputs.lora_targets = PLIM_LORA_QUERY_VALUE;
      g_assert_cmpint (plim_activations_layer_bytes (&inputs, &inputs.model.kinds[0]), ==, adapted[i].layer_bytes);
      g_assert_cmpint (plim_activations_quantized_inputs_bytes (&inputs, (const gint64[]) { 1 }), ==,
                       adapted[i].inputs_bytes);
      inputs.model.has_parallel_blocks = TRUE;
      inputs.model.kinds[0].norms_count = 1;
      g_assert_cmpint (plim_activations_quantized_inputs_bytes (&inputs, (const gint64[]) { 1 }), ==,
                       adapted[i].parallel_inputs_bytes);
    }
}

/* Of 30 layers every fourth is recomputed, seven of them (torchtitan, selective_ac_option): they keep their input, 2h,
 * the others everything. */
static void
test_interval (void)
{
  const gint64 layers_count = 30;
  PlimInputs   inputs;

  plim_inputs_init (&inputs);
  plim_model_init_decoder (&inputs.model, 4096, 30, 32, 8, 128, 14336, 128256, TRUE);
  inputs.task = PLIM_TASK_TRAINING;
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  inputs.recompute_interval = 4;
  g_assert_cmpint (plim_activations_all_layers_bytes (&inputs, &layers_count), ==,
                   7 * 2 * 4096 + 23 * plim_activations_layer_bytes (&inputs, &inputs.model.kinds[0]));
  inputs.offload_activations = PLIM_SWITCH_ON;
  g_assert_cmpint (plim_activations_all_layers_bytes (&inputs, &layers_count), ==, 0);
}

/* --- optimizers ---------------------------------------------------------------------------------------- */

/* One layer with h = 4, two heads of 2, f = 8, V = 10: four matrices of 4 x 4, three of 4 x 8, tables of 2 x 10 x 4,
 * three norms of 4; 32-bit states. Adafactor  4 x (8 x 4) + 3 x (12 x 4) + 2 x (14 x 4) + 12 x 4 Muon       160 x 4 +
 * 92 x 8 GaLore 2   4 x (2 x 8 x 4 + 8 x 4) + 3 x (2 x 16 x 4 + 8 x 4) + 92 x 8 SOAP       two squares of each side: 4
 * x (32 x 8 + 16 x 8) + 3 x (80 x 8 + 32 x 8) + 2 x (116 x 8 + 40 x 8) + 12 x 8 Shampoo    halves of two squares, d (d
 * + 1) numbers: 4 x (40 x 4 + 16 x 4) + 3 x (92 x 4 + 32 x 4)
 *              + 2 x (130 x 4 + 40 x 4) + 3 x (20 x 4 + 4 x 4)
 *
 * One layer with h = 2,048, f = 12,288, V = 20,000.  SOAP leaves out sides above 10,000.  Shampoo cuts sides in blocks
 * of 1,024, and the last of the vocabulary's 20 has 544: halves of two squares are B = 1,024 x 1,025, and L = 544 x
 * 545. */
static const struct
{
  PlimOptimizer optimizer;
  gint64        bytes;
  gint64        wide_bytes;
} shaped[] = {
#define H  G_GINT64_CONSTANT (2048)
#define F  G_GINT64_CONSTANT (12288)
#define V  G_GINT64_CONSTANT (20000)
#define B  G_GINT64_CONSTANT (1049600)
#define L  G_GINT64_CONSTANT (296480)
#define HH (H * H)
  { PLIM_OPTIMIZER_ADAFACTOR, 128 + 144 + 112 + 48, 4 * (4 * 2 * H + 3 * (H + F) + 2 * (V + H) + 3 * H) },
  { PLIM_OPTIMIZER_MUON, 640 + 736, 4 * (4 * HH + 3 * H * F) + 8 * (2 * V * H + 3 * H) },
  { PLIM_OPTIMIZER_GALORE, 384 + 480 + 736,
    4 * (4 * 3 * 2 * H + 3 * (2 * 2 * F + 2 * H)) + 8 * (2 * V * H + 3 * H) },
  { PLIM_OPTIMIZER_SOAP, 1536 + 2688 + 2496 + 96,
    8 * (4 * 3 * HH + 3 * (HH + H * F) + 2 * (HH + V * H) + 3 * H) },
  { PLIM_OPTIMIZER_SHAMPOO, 896 + 1488 + 1360 + 288,
    4 * (4 * (2 * 2 * 2 * B + HH) + 3 * (2 * 12 * 2 * B + H * F) + 2 * (20 * 2 * B + 2 * (19 * B + L) + V * H) +
         3 * (2 * B + H)) },
#undef H
#undef F
#undef V
#undef B
#undef L
#undef HH
};

static void
test_shaped (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (shaped); i++)
    {
      PlimInputs inputs;

      plim_inputs_init (&inputs);
      plim_model_init_decoder (&inputs.model, 4, 1, 2, 0, 0, 8, 10, TRUE);
      inputs.optimizer = shaped[i].optimizer;
      inputs.projection_rank = 2;
      g_assert_true (plim_optimizer_needs_shapes (shaped[i].optimizer));
      g_assert_cmpint (plim_optimizer_shaped_bytes (&inputs, 4), ==, shaped[i].bytes);
      plim_model_init_decoder (&inputs.model, 2048, 1, 16, 0, 0, 12288, 20000, TRUE);
      g_assert_cmpint (plim_optimizer_shaped_bytes (&inputs, 4), ==, shaped[i].wide_bytes);
    }
}

/* Every row of the table is its own constant's, with an id of its own. */
static void
test_optimizers (void)
{
  for (guint i = 0; i < PLIM_N_OPTIMIZERS; i++)
    {
      const PlimOptimizerInfo *info = plim_optimizer_info (i);

      g_assert_cmpint (info->optimizer, ==, i);
      g_assert_cmpint (plim_field_find_choice (PLIM_FIELD_OPTIMIZER, info->id), ==, i);
      g_assert_cmpstr (info->source, !=, NULL);
    }
}

/* --- recipes --------------------------------------------------------------------------------------------- */

/* Bytes of a trained parameter with two states: ZeRO's 16 (arXiv:1910.02054, section 3.1); Megatron's 18 with 32-bit
 * main gradients (Megatron-LM, docs, distributed optimizer); everything in BF16 8 and in FP32 16. */
static const struct
{
  PlimRecipe    recipe;
  PlimPrecision precision;
  gint64        bytes;
} recipes[] = {
  { PLIM_RECIPE_MIXED, PLIM_PRECISION_BF16, 16 },
  { PLIM_RECIPE_DEEPSPEED, PLIM_PRECISION_BF16, 16 },
  { PLIM_RECIPE_MEGATRON, PLIM_PRECISION_BF16, 18 },
  { PLIM_RECIPE_PURE, PLIM_PRECISION_BF16, 8 },
  { PLIM_RECIPE_PURE, PLIM_PRECISION_F32, 16 },
  { PLIM_RECIPE_PURE, PLIM_PRECISION_TF32, 16 },
  { PLIM_RECIPE_AUTOCAST, PLIM_PRECISION_BF16, 16 },
  { PLIM_RECIPE_FSDP2, PLIM_PRECISION_BF16, 16 },
};

static void
test_recipes (void)
{
  PlimInputs      inputs;
  PlimRecipeBytes r;

  plim_inputs_init (&inputs);
  inputs.task = PLIM_TASK_TRAINING;
  for (guint i = 0; i < G_N_ELEMENTS (recipes); i++)
    {
      inputs.recipe = recipes[i].recipe;
      inputs.precision = recipes[i].precision;
      r = plim_recipe_bytes (&inputs);
      g_assert_cmpint (r.weight_bytes + r.gradient_bytes + r.master_bytes + 2 * r.state_bytes, ==, recipes[i].bytes);
    }

  /* DeepSpeed casts adapters with the rest, 2 + 2 + 4 + 8 bytes; PEFT's stay in 32 bits, 4 + 4 + 8. */
  inputs.task = PLIM_TASK_LORA;
  inputs.precision = PLIM_PRECISION_BF16;
  inputs.recipe = PLIM_RECIPE_DEEPSPEED;
  r = plim_recipe_bytes (&inputs);
  g_assert_cmpint (r.weight_bytes, ==, 2);
  g_assert_cmpint (r.gradient_bytes, ==, 2);
  g_assert_cmpint (r.master_bytes, ==, 4);
  inputs.recipe = PLIM_RECIPE_MIXED;
  r = plim_recipe_bytes (&inputs);
  g_assert_cmpint (r.weight_bytes, ==, 4);
  g_assert_cmpint (r.master_bytes, ==, 0);
  inputs.task = PLIM_TASK_TRAINING;

  /* What is set goes before the recipe. */
  inputs.recipe = PLIM_RECIPE_MIXED;
  inputs.precision = PLIM_PRECISION_BF16;
  inputs.gradient_format = PLIM_STATE_FORMAT_F32;
  inputs.master_weights = PLIM_MASTER_NONE;
  inputs.state_format = PLIM_STATE_FORMAT_BF16;
  r = plim_recipe_bytes (&inputs);
  g_assert_cmpint (r.gradient_bytes, ==, 4);
  g_assert_cmpint (r.master_bytes, ==, 0);
  g_assert_cmpint (r.state_bytes, ==, 2);
  g_assert_cmpint (r.compute_bytes, ==, 2);
  g_assert_cmpint (r.reduce_bytes, ==, 4);
  inputs.compute_format = PLIM_STATE_FORMAT_F32;
  inputs.reduce_format = PLIM_STATE_FORMAT_BF16;
  r = plim_recipe_bytes (&inputs);
  g_assert_cmpint (r.compute_bytes, ==, 4);
  g_assert_cmpint (r.reduce_bytes, ==, 2);
  g_assert_cmpint (r.gradient_bytes, ==, 4);
  g_assert_true (plim_recipe_multiplies_32_bit (&inputs));
}

/* 128 x 128 weights by rows and by columns: 2 x 16,384 bytes; 4 bytes of a block's scale more; 16,384 / 32 scales; two
 * numbers in a byte and 16,384 / 16 scales.  A layer of Llama 3 8B keeps three inputs of 4,096 numbers and one of
 * 14,336, the attention's output besides: in bytes; with four for each 128; with one for each 32; in halves with one
 * for 16. */
static const struct
{
  PlimRecipe recipe;
  gint64     weights_bytes;
  gint64     inputs_bytes;
} products[] = {
  { PLIM_RECIPE_FP8, 32768, 26624 },
  { PLIM_RECIPE_FP8_BLOCKS, 32776, 26624 + 4 * 208 },
  { PLIM_RECIPE_MXFP8, 33792, 26624 + 832 },
  { PLIM_RECIPE_NVFP4, 18432, 13312 + 1664 },
};

static void
test_products (void)
{
  PlimInputs inputs;
  gint64     other_bytes;

  plim_inputs_init (&inputs);
  plim_model_init_decoder (&inputs.model, 4096, 32, 32, 8, 128, 14336, 128256, TRUE);
  inputs.task = PLIM_TASK_TRAINING;
  inputs.framework = PLIM_FRAMEWORK_MEGATRON;
  inputs.recipe = PLIM_RECIPE_MEGATRON;
  g_assert_null (plim_recipe_products (inputs.recipe));
  other_bytes = plim_activations_layer_bytes (&inputs, &inputs.model.kinds[0]) - 2 * (2 * 4096 + 14336);
  for (guint i = 0; i < G_N_ELEMENTS (products); i++)
    {
      const PlimProducts *p = plim_recipe_products (products[i].recipe);

      inputs.recipe = products[i].recipe;
      g_assert_cmpint (128 * 128 * p->weight_bytes / p->weight_numbers, ==, products[i].weights_bytes);
      g_assert_cmpint (plim_activations_layer_bytes (&inputs, &inputs.model.kinds[0]), ==,
                       other_bytes + products[i].inputs_bytes);
    }
}

/* --- layouts ---------------------------------------------------------------------------------------------- */

/* Micro-batches in flight of four stages, eight a step.  1F1B: 4, 3, 2, 1; GPipe: all; interleaved with two parts a
 * GPU: 4 x (1 + 3 / 8) = 5.5 on the first stage (arXiv:2205.05198, section 4.2.3). */
static const struct
{
  PlimSchedule schedule;
  gint64       virtual_stages;
  double       in_flight[4];
} schedules[] = {
  { PLIM_SCHEDULE_1F1B, 1, { 4, 3, 2, 1 } },
  { PLIM_SCHEDULE_GPIPE, 1, { 8, 8, 8, 8 } },
  { PLIM_SCHEDULE_INTERLEAVED, 2, { 5.5, 4.5, 3.5, 2.5 } },
  { PLIM_SCHEDULE_ZERO_BUBBLE, 1, { 4, 3, 2, 1 } },
};

static void
init_layout_inputs (PlimInputs *inputs)
{
  plim_inputs_init (inputs);
  plim_model_init_decoder (&inputs->model, 4096, 30, 32, 8, 128, 14336, 128256, TRUE);
  inputs->task = PLIM_TASK_TRAINING;
  inputs->gpus_count = 8;
  inputs->pipeline_parallel_count = 4;
  inputs->accumulation_count = 8;
}

static void
test_schedules (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (schedules); i++)
    {
      PlimInputs         inputs;
      PlimTrainingLayout layout;
      PlimTrainingStage  stages[PLIM_TRAINING_MAX_STAGES];

      init_layout_inputs (&inputs);
      inputs.pipeline_schedule = schedules[i].schedule;
      inputs.virtual_stages_count = schedules[i].virtual_stages;
      g_assert_null (plim_training_layout_init (&layout, &inputs));
      g_assert_cmpuint (plim_training_layout_stages (&layout, &inputs, stages), ==, 4);
      for (guint s = 0; s < 4; s++)
        {
          /* 30 layers: 8, 8, 7, 7. */
          g_assert_cmpint (stages[s].layers_count[0], ==, s < 2 ? 8 : 7);
          g_assert_cmpint (stages[s].gpus_count, ==, 2);
          g_assert_true (stages[s].has_embedding == (s == 0));
          g_assert_true (stages[s].has_head == (s == 3));
          g_assert_cmpfloat ((double) stages[s].kept_numerator / (double) stages[s].kept_denominator, ==,
                             schedules[i].in_flight[s]);
        }
    }
}

/* DualPipe with four stages, 30 layers of which the last 10 train: GPUs hold stages 1 and 4, 8 + 7 layers with table
 * and head, or 2 and 3, 8 + 7; of both together (p + 1) / 2 micro-batches are in flight (arXiv:2412.19437, table 2). */
static void
test_dualpipe (void)
{
  static const gint64 trained_layers[] = { 7, 3 };
  PlimInputs          inputs;
  PlimTrainingLayout  layout;
  PlimTrainingStage   stages[PLIM_TRAINING_MAX_STAGES];

  init_layout_inputs (&inputs);
  inputs.pipeline_schedule = PLIM_SCHEDULE_DUALPIPE;
  inputs.trained_layers_count = 10;
  g_assert_null (plim_training_layout_init (&layout, &inputs));
  g_assert_cmpuint (plim_training_layout_stages (&layout, &inputs, stages), ==, 2);
  for (guint s = 0; s < 2; s++)
    {
      g_assert_cmpint (stages[s].layers_count[0], ==, 15);
      g_assert_cmpint (stages[s].trained_layers_count[0], ==, trained_layers[s]);
      g_assert_cmpint (stages[s].gpus_count, ==, 4);
      g_assert_true (stages[s].has_embedding == (s == 0));
      g_assert_true (stages[s].has_head == (s == 0));
      g_assert_cmpint (stages[s].kept_numerator, ==, 5);
      g_assert_cmpint (stages[s].kept_denominator, ==, 2);
    }

  inputs.gpus_count = inputs.pipeline_parallel_count = 3;
  g_assert_nonnull (plim_training_layout_init (&layout, &inputs));
}

/* Stages in a row that hold the same are one: all but the ends of GPipe with 32 layers over 8; with 1F1B and two
 * micro-batches 2 to 7, of which the first six have both in flight.  DualPipe over 8: GPUs hold 2 and 7, 3 and 6, 4 and
 * 5 alike. */
static void
test_same_stages (void)
{
  static const struct
  {
    PlimSchedule schedule;
    gint64       batches;
    guint        n_stages;
    gint64       last_number;
    gint64       gpus_count;
    gboolean     is_folded;
  } cases[] = {
    { PLIM_SCHEDULE_GPIPE, 8, 3, 7, 6, FALSE },
    { PLIM_SCHEDULE_1F1B, 2, 3, 7, 6, FALSE },
    { PLIM_SCHEDULE_1F1B, 8, 8, 2, 1, FALSE },
    { PLIM_SCHEDULE_DUALPIPE, 8, 2, 4, 6, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs         inputs;
      PlimTrainingLayout layout;
      PlimTrainingStage  stages[PLIM_TRAINING_MAX_STAGES];

      init_layout_inputs (&inputs);
      plim_model_init_decoder (&inputs.model, 4096, 32, 32, 8, 128, 14336, 128256, TRUE);
      inputs.gpus_count = inputs.pipeline_parallel_count = 8;
      inputs.pipeline_schedule = cases[i].schedule;
      inputs.accumulation_count = cases[i].batches;
      g_assert_null (plim_training_layout_init (&layout, &inputs));
      g_assert_cmpuint (plim_training_layout_stages (&layout, &inputs, stages), ==, cases[i].n_stages);
      g_assert_cmpint (stages[1].first_number, ==, 2);
      g_assert_cmpint (stages[1].last_number, ==, cases[i].last_number);
      g_assert_cmpint (stages[1].gpus_count, ==, cases[i].gpus_count);
      g_assert_cmpint (stages[1].is_folded, ==, cases[i].is_folded);
    }
}

/* Layouts that cannot be are refused with a reason. */
static void
test_refusals (void)
{
  static const struct
  {
    gint64   tensor;
    gint64   pipeline;
    gint64   context;
    gboolean is_possible;
  } cases[] = {
    { 2, 4, 1, TRUE },
    { 8, 1, 1, TRUE },
    { 2, 2, 2, TRUE },
    { 3, 1, 1, FALSE },
    { 4, 4, 1, FALSE },
    { 1, 31, 1, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs         inputs;
      PlimTrainingLayout layout;

      init_layout_inputs (&inputs);
      inputs.tensor_parallel_count = cases[i].tensor;
      inputs.pipeline_parallel_count = cases[i].pipeline;
      inputs.context_parallel_count = cases[i].context;
      g_assert_true ((plim_training_layout_init (&layout, &inputs) == NULL) == cases[i].is_possible);
    }

  /* DeepSpeed edaa722, runtime/pipe/engine.py: "ZeRO-2 and ZeRO-3 are incompatible with pipeline parallelism". */
  for (gint sharding = PLIM_SHARDING_FULL; sharding < PLIM_N_SHARDINGS; sharding++)
    {
      gboolean           is_possible = sharding == PLIM_SHARDING_OPTIMIZER || sharding == PLIM_SHARDING_NONE;
      PlimInputs         inputs;
      PlimTrainingLayout layout;

      init_layout_inputs (&inputs);
      inputs.sharding = (PlimSharding) sharding;
      g_assert_null (plim_training_layout_init (&layout, &inputs));
      inputs.framework = PLIM_FRAMEWORK_DEEPSPEED;
      g_assert_true ((plim_training_layout_init (&layout, &inputs) == NULL) == is_possible);
    }
}

/* What a GPU multiplies in is what it states a rate for; one that states none is not refused. */
static const struct
{
  PlimRecipe recipe;
  double     f16, fp8, fp4;
  gboolean   is_possible;
} gpus[] = {
  { PLIM_RECIPE_FP8, 312e12, 0, 0, FALSE },
  { PLIM_RECIPE_MIXED, 312e12, 0, 0, TRUE },
  { PLIM_RECIPE_FP8, 989e12, 1979e12, 0, TRUE },
  { PLIM_RECIPE_FP8_BLOCKS, 989e12, 1979e12, 0, TRUE },
  { PLIM_RECIPE_MXFP8, 989e12, 1979e12, 0, FALSE },
  { PLIM_RECIPE_NVFP4, 989e12, 1979e12, 0, FALSE },
  { PLIM_RECIPE_MXFP8, 2250e12, 4500e12, 9000e12, TRUE },
  { PLIM_RECIPE_NVFP4, 2250e12, 4500e12, 9000e12, TRUE },
  { PLIM_RECIPE_FP8, 0, 0, 500e12, TRUE },
  { PLIM_RECIPE_NVFP4, 0, 0, 0, TRUE },
};

static void
test_gpus (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (gpus); i++)
    {
      PlimInputs inputs;

      plim_inputs_init (&inputs);
      inputs.task = PLIM_TASK_TRAINING;
      inputs.recipe = gpus[i].recipe;
      inputs.gpu.peak_flops_per_s[PLIM_RATE_F16] = gpus[i].f16;
      inputs.gpu.peak_flops_per_s[PLIM_RATE_FP8] = gpus[i].fp8;
      inputs.gpu.peak_flops_per_s[PLIM_RATE_FP4] = gpus[i].fp4;
      g_assert_true ((plim_training_refusal (&inputs) == NULL) == gpus[i].is_possible);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/korthikanti", test_korthikanti);
  g_test_add_func ("/training/selective", test_selective);
  g_test_add_func ("/training/parts", test_parts);
  g_test_add_func ("/training/part-inputs", test_part_inputs);
  g_test_add_func ("/training/layers", test_layers);
  g_test_add_func ("/training/tails", test_tails);
  g_test_add_func ("/training/adapted-layers", test_adapted_layers);
  g_test_add_func ("/training/interval", test_interval);
  g_test_add_func ("/training/shaped-states", test_shaped);
  g_test_add_func ("/training/optimizers", test_optimizers);
  g_test_add_func ("/training/recipes", test_recipes);
  g_test_add_func ("/training/products", test_products);
  g_test_add_func ("/training/schedules", test_schedules);
  g_test_add_func ("/training/dualpipe", test_dualpipe);
  g_test_add_func ("/training/same-stages", test_same_stages);
  g_test_add_func ("/training/refusals", test_refusals);
  g_test_add_func ("/training/gpus", test_gpus);

  return g_test_run ();
}
