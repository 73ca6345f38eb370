/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Adapters against the counts that PEFT prints, and what they keep against figures worked out by hand. */

#include "evaluate.h"
#include "opened.h"
#include "plim-adapters.h"
#include "plim-component.h"
#include "plim-flops.h"

static void
set_up (PlimCatalog *catalog,
        PlimInputs  *inputs,
        const char  *model,
        PlimAdapter  adapter)
{
  describe_job (catalog, inputs, model, NULL, PLIM_TASK_LORA);
  inputs->adapter = adapter;
  inputs->lora_rank = 8;
  g_assert_true (plim_catalog_resolve (catalog, inputs, NULL));
}

/* "trainable params" as PEFT prints them: QDoRA_finetuning.ipynb of its examples (all linear layers); pull request 1806
 * (OPT 125M, all linear layers); docs prompt_tuning.md ("Classify if the tweet is a complaint or no complaint.\n", 8
 * tokens of BLOOMZ), examples peft_prompt_tuning_seq2seq.ipynb (T5 large); docs prefix_tuning.md,
 * peft_prefix_tuning_clm.ipynb, and PeftModelForCausalLM of peft_model.py (GPT-2 large). */
static const struct
{
  const char *model;
  PlimAdapter adapter;
  gint64      virtual_tokens;
  gint64      count;
} published[] = {
  { "llama-3-8b", PLIM_ADAPTER_DORA, 0, 22347776 },
  { "opt-125m", PLIM_ADAPTER_DORA, 0, 1410048 },
  { "bloom-560m", PLIM_ADAPTER_PROMPT, 8, 8192 },
  { "t5-large", PLIM_ADAPTER_PROMPT, 20, 40960 },
  { "bloom-560m", PLIM_ADAPTER_PREFIX, 20, 983040 },
  { "bloom-560m", PLIM_ADAPTER_PREFIX, 30, 1474560 },
  { "gpt2-large", PLIM_ADAPTER_PREFIX, 20, 1843200 },
};

static void
test_published (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;

  for (guint i = 0; i < G_N_ELEMENTS (published); i++)
    {
      set_up (catalog, &inputs, published[i].model, published[i].adapter);
      inputs.virtual_tokens = published[i].virtual_tokens;
      plim_estimate (&inputs, &estimate);
      g_assert_null (estimate.not_covered);
      g_assert_cmpint (estimate.trained_count, ==, published[i].count);
    }

  /* mT0 large is T5 large with a gated feed-forward of 2,816: 282,624 (peft_ia3_seq2seq.ipynb). */
  set_up (catalog, &inputs, "t5-large", PLIM_ADAPTER_IA3);
  for (guint k = 0; k < inputs.model.n_kinds; k++)
    {
      inputs.model.kinds[k].mlp.width = 2816;
      inputs.model.kinds[k].mlp.is_gated = TRUE;
    }
  g_assert_cmpint (plim_adapter_count (&inputs), ==, 282624);

  /* BERT base, 20 tokens: 370,178 less the classifier's 2 x 768 + 2 (PeftModelForSequenceClassification). */
  set_up (catalog, &inputs, "bert-base-uncased", PLIM_ADAPTER_PREFIX);
  inputs.virtual_tokens = 20;
  g_assert_cmpint (plim_adapter_count (&inputs), ==, 370178 - 2 * 768 - 2);
}

/* Heads that share keys and values give a narrower prefix, 2 x 8 x 128 a layer (PEFT, utils/other.py,
 * _prepare_prompt_learning_config); the head's DoRA has 8 x (4,096 + 128,256) + 128,256 numbers. */
static void
test_counts (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;

  set_up (catalog, &inputs, "llama-3-8b", PLIM_ADAPTER_PREFIX);
  inputs.virtual_tokens = 10;
  g_assert_cmpint (plim_adapter_count (&inputs), ==, 10 * 32 * 2048);

  set_up (catalog, &inputs, "llama-3-8b", PLIM_ADAPTER_DORA);
  inputs.lora_head = PLIM_SWITCH_ON;
  g_assert_cmpint (plim_adapter_count (&inputs), ==, 22347776 + 8 * (4096 + 128256) + 128256);
  inputs.lora_head = PLIM_SWITCH_OFF;
  inputs.lora_embedding = PLIM_SWITCH_ON;
  g_assert_cmpint (plim_adapter_count (&inputs), ==, 22347776 + 8 * (4096 + 128256) + 4096);
  inputs.lora_embedding = PLIM_SWITCH_OFF;
  inputs.lora_targets = PLIM_LORA_QUERY_VALUE;
  g_assert_cmpint (plim_adapter_count (&inputs), ==, 32 * (8 * (2 * 4096 + 4096 + 1024) + 4096 + 1024));

  /* litgpt's resource tables: 1,229,760 of Llama 2 7B, 30 layers of 10 x 4,096 and 32 gates. */
  set_up (catalog, &inputs, "llama-2-7b", PLIM_ADAPTER_LLAMA);
  inputs.virtual_tokens = 10;
  g_assert_cmpint (plim_adapter_count (&inputs), ==, 1229760);
  g_assert_nonnull (plim_adapter_refusal (&inputs));
  inputs.framework = PLIM_FRAMEWORK_LITGPT;
  g_assert_null (plim_adapter_refusal (&inputs));

  /* Keys and values of 1,024, a middle of 14,336. */
  set_up (catalog, &inputs, "llama-3-8b", PLIM_ADAPTER_IA3);
  g_assert_cmpint (plim_adapter_count (&inputs), ==, 32 * (2 * 1024 + 14336));
}

/* What a frozen layer of Llama 3 8B keeps for a token with no adapter inside: two norms written out, 2 x (4h + 4);
 * query and output 4 x 4,096, keys and values 4 x 1,024, log-sum-exp 4 x 32; gate, its activation and up 6f.
 *   LoRA 8    inputs 2h for query, key and value, the output's is kept, 2h for gate and up, 2f; 7 x 2 x 8
 *   DoRA 8    2 x 2 x (4,096 + 1,024 + 1,024 + 4,096 + 2f + 4,096) more
 *   IA3       2 x 2,048 for keys and values, the product in 32 bits 4f
 *   LLaMA     attention to 10 tokens: its output 2h, log-sum-exp 4 x 32, mask 2 x 10
 *   the others nothing */
static void
test_activations (void)
{
  const gint64 h = 4096;
  const gint64 f = 14336;
  const gint64 frozen = 2 * (4 * h + 4) + 4 * 4096 + 4 * 1024 + 4 * 32 + 6 * f;
  const gint64 lora = frozen + 2 * h + 2 * h + 2 * f + 7 * 2 * 8;
  const gint64 expected[PLIM_N_ADAPTERS] = {
    [PLIM_ADAPTER_LORA] = lora,
    [PLIM_ADAPTER_DORA] = lora + 2 * 2 * (4096 + 1024 + 1024 + 4096 + 2 * f + 4096),
    [PLIM_ADAPTER_IA3] = frozen + 2 * 2048 + 4 * f,
    [PLIM_ADAPTER_PROMPT] = frozen,
    [PLIM_ADAPTER_PREFIX] = frozen,
    [PLIM_ADAPTER_LLAMA] = frozen + 2 * h + 4 * 32 + 2 * 10,
  };
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint a = 0; a < PLIM_N_ADAPTERS; a++)
    {
      PlimInputs inputs;

      set_up (catalog, &inputs, "llama-3-8b", a);
      inputs.virtual_tokens = 10;
      g_assert_cmpint (plim_activations_layer_bytes (&inputs, &inputs.model.kinds[0]), ==, expected[a]);
    }
}

/* Bytes that the terms @id hold at @moment. */
static gint64
held (const PlimEstimate *estimate,
      PlimTermId          id,
      PlimMoment          moment)
{
  gint64 bytes = 0;

  for (guint i = 0; i < estimate->n_terms; i++)
    if (estimate->terms[i].id == id)
      {
        bytes += estimate->terms[i].bytes_at[moment];
        g_assert_cmpint (evaluate_bytes (&estimate->terms[i].explanation), >, 0);
      }

  return bytes;
}

/* Mixtral 8x7B, rank 16, with experts: 242,225,152 "trainable params" (PEFT issue 1594), of which 32 x 8 x 16 x 3 x
 * (4,096 + 14,336) = 226,492,416 are of experts; two of eight are active.  A token keeps besides, of a layer: the
 * router's input 2h and product 2 x 16; for each active expert its input 2h, the product 2f and 3 x 2 x 16. */
static void
test_experts (void)
{
  const gint64            routed = 226492416;
  const gint64            rest = 242225152 - routed;
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;
  PlimFlops               flops;
  gint64                  layer_bytes;

  set_up (catalog, &inputs, "mixtral-8x7b", PLIM_ADAPTER_LORA);
  inputs.lora_rank = 16;
  inputs.recipe = PLIM_RECIPE_PURE;
  inputs.precision = PLIM_PRECISION_BF16;
  inputs.sharding = PLIM_SHARDING_NONE;
  layer_bytes = plim_activations_layer_bytes (&inputs, &inputs.model.kinds[0]);
  inputs.lora_targets = PLIM_LORA_EXPERTS;
  g_assert_cmpint (plim_activations_layer_bytes (&inputs, &inputs.model.kinds[0]) - layer_bytes, ==,
                   2 * 4096 + 2 * 16 + 2 * (2 * 4096 + 2 * 14336 + 3 * 2 * 16));

  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.trained_count, ==, routed + rest);
  g_assert_cmpint (held (&estimate, PLIM_TERM_ADAPTERS, PLIM_MOMENT_STEP), ==, 2 * (routed + rest));
  flops = plim_flops_training (&inputs, &estimate);
  g_assert_cmpint (flops.adapters, ==, 6 * (rest + routed / 4));

  inputs.framework = PLIM_FRAMEWORK_MEGATRON;
  inputs.gpus_count = inputs.expert_parallel_count = 8;
  plim_estimate (&inputs, &estimate);
  g_assert_null (estimate.not_covered);
  g_assert_cmpint (held (&estimate, PLIM_TERM_ADAPTERS, PLIM_MOMENT_STEP), ==, 2 * (routed / 8 + rest));
}

/* The down projection, 14,336 to 4,096, takes most: its identity in 32 bits and in 16, what the first matrix makes of
 * it and the update.  With everything in 16 bits the up projection: identity, first product, and update, scaled update
 * and sum. */
static void
test_lengths (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  const gint64            in = 14336;
  const gint64            out = 4096;
  PlimInputs              inputs;
  PlimEstimate            estimate;

  set_up (catalog, &inputs, "llama-3-8b", PLIM_ADAPTER_DORA);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (held (&estimate, PLIM_TERM_COMPUTE_BUFFER, PLIM_MOMENT_FORWARD), ==,
                   4 * in * in + 2 * in * in + 2 * in * 8 + 2 * in * out);
  g_assert_cmpint (held (&estimate, PLIM_TERM_COMPUTE_BUFFER, PLIM_MOMENT_LOSS), ==, 0);

  inputs.recipe = PLIM_RECIPE_PURE;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (held (&estimate, PLIM_TERM_COMPUTE_BUFFER, PLIM_MOMENT_FORWARD), ==,
                   2 * in * in + 2 * in * 8 + 3 * 2 * in * out);

  /* Dropout over a quantized base: 16-bit copies of 6,979,321,856 numbers stay until backward. */
  plim_inputs_set_task (&inputs, PLIM_TASK_QLORA);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (held (&estimate, PLIM_TERM_DEQUANTIZED, PLIM_MOMENT_LOSS), ==, 0);
  inputs.lora_dropout = 0.1;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (held (&estimate, PLIM_TERM_DEQUANTIZED, PLIM_MOMENT_LOSS), ==,
                   G_GINT64_CONSTANT (2) * 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * in * out));
}

/* Prompt tuning computes its tokens in every layer; prefix tuning keeps 2 x 1,024 numbers in 16 bits for each of them
 * in each layer of each sequence. */
static void
test_virtual_tokens (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;
  gint64                  before;

  set_up (catalog, &inputs, "llama-3-8b", PLIM_ADAPTER_PROMPT);
  inputs.batch_count = 2;
  inputs.context_tokens = 1000;
  inputs.virtual_tokens = 24;
  plim_estimate (&inputs, &estimate);
  before = held (&estimate, PLIM_TERM_ACTIVATIONS, PLIM_MOMENT_LOSS);
  g_assert_cmpint (held (&estimate, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==,
                   G_GINT64_CONSTANT (2) * 1024 * 128256 * 14);

  inputs.adapter = PLIM_ADAPTER_PREFIX;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (held (&estimate, PLIM_TERM_ACTIVATIONS, PLIM_MOMENT_LOSS), ==,
                   before / 1024 * 1000);
  g_assert_cmpint (held (&estimate, PLIM_TERM_PREFIX, PLIM_MOMENT_LOSS), ==,
                   G_GINT64_CONSTANT (2) * 24 * 32 * 2048 * 2);
  g_assert_cmpint (held (&estimate, PLIM_TERM_LOGITS, PLIM_MOMENT_LOSS), ==,
                   G_GINT64_CONSTANT (2) * 1000 * 128256 * 14);
}

/* Llama 3 8B in two stages and split in two by tensor parallelism, on four GPUs: 16 layers of 218,112,000 parameters
 * and the table, of 525,336,576, on the first GPUs, as many, the final norm and the head on the last.  Adapters of rank
 * 8, 655,360 parameters a layer, are split likewise and train in 32 bits; that of the head, 8 x (4,096 + 128,256), is
 * on the last.  Mixtral's experts, 45,097,156,608 of 46,702,792,704 parameters, dealt to eight GPUs that share nothing
 * else. */
static void
test_stages (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  const gint64            layers = G_GINT64_CONSTANT (16) * 218112000;
  PlimInputs              inputs;
  PlimEstimate            estimate;

  set_up (catalog, &inputs, "llama-3-8b", PLIM_ADAPTER_LORA);
  inputs.gpus_count = 4;
  inputs.tensor_parallel_count = inputs.pipeline_parallel_count = 2;
  inputs.sharding = PLIM_SHARDING_NONE;
  inputs.lora_head = PLIM_SWITCH_ON;
  plim_estimate (&inputs, &estimate);
  g_assert_null (estimate.not_covered);
  g_assert_cmpuint (estimate.n_roles, ==, 2);
  g_assert_cmpint (held (&estimate, PLIM_TERM_FROZEN_WEIGHTS, PLIM_MOMENT_STEP), ==,
                   2 * layers + 2 * 525336576 + 4096);
  g_assert_cmpint (held (&estimate, PLIM_TERM_ADAPTERS, PLIM_MOMENT_STEP), ==, 4 * (16 * 655360 + 4 * 132352));

  set_up (catalog, &inputs, "mixtral-8x7b", PLIM_ADAPTER_LORA);
  inputs.gpus_count = inputs.expert_parallel_count = 8;
  inputs.sharding = PLIM_SHARDING_NONE;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (held (&estimate, PLIM_TERM_FROZEN_WEIGHTS, PLIM_MOMENT_STEP), ==,
                   2 * (G_GINT64_CONSTANT (1605636096) + G_GINT64_CONSTANT (45097156608) / 8));
}

/* What cannot be has a reason; what does not matter is not asked for. */
static void
test_refusals (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;

  set_up (catalog, &inputs, "llama-3-8b", PLIM_ADAPTER_PREFIX);
  g_assert_null (plim_adapter_refusal (&inputs));
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  g_assert_nonnull (plim_adapter_refusal (&inputs));
  inputs.recompute = PLIM_RECOMPUTE_NONE;
  inputs.framework = PLIM_FRAMEWORK_LITGPT;
  g_assert_nonnull (plim_adapter_refusal (&inputs));
  inputs.task = PLIM_TASK_TRAINING;
  g_assert_null (plim_adapter_refusal (&inputs));

  set_up (catalog, &inputs, "deepseek-v2-lite", PLIM_ADAPTER_PREFIX);
  g_assert_nonnull (plim_adapter_refusal (&inputs));
  inputs.adapter = PLIM_ADAPTER_IA3;
  g_assert_null (plim_adapter_refusal (&inputs));

  g_assert_false (plim_inputs_uses_field (&inputs, PLIM_FIELD_LORA_RANK));
  g_assert_false (plim_inputs_uses_field (&inputs, PLIM_FIELD_VIRTUAL_TOKENS));
  inputs.adapter = PLIM_ADAPTER_DORA;
  g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_LORA_RANK));
  inputs.adapter = PLIM_ADAPTER_PROMPT;
  g_assert_true (plim_inputs_uses_field (&inputs, PLIM_FIELD_VIRTUAL_TOKENS));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/adapters/published", test_published);
  g_test_add_func ("/adapters/counts", test_counts);
  g_test_add_func ("/adapters/activations", test_activations);
  g_test_add_func ("/adapters/experts", test_experts);
  g_test_add_func ("/adapters/lengths", test_lengths);
  g_test_add_func ("/adapters/virtual-tokens", test_virtual_tokens);
  g_test_add_func ("/adapters/stages", test_stages);
  g_test_add_func ("/adapters/refusals", test_refusals);

  return g_test_run ();
}
