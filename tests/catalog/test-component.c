/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The component engine over the catalogue's models: figures by hand, every explanation worked out again, and identities
 * over random inputs. */

#include "evaluate.h"
#include "opened.h"
#include "plim-kv-cache.h"
#include "plim-solver.h"
#include "plim-flops.h"
#include "plim-training-time.h"
#include "random-job.h"

#include <math.h>

#define MIB      1048576.0
#define N_RANDOM 100000

/* Cache bytes of one sequence.  Llama 3 8B: 32 layers x 8 heads x 128 x 2 x 2 B = 131,072 a token.  Llama 2 7B at 4,096
 * tokens: 2,048 MiB (llama.cpp's allocator).  DeepSeek V2 Lite: 27 layers x 576 x 2 B = 31,104 a token.  Gemma 3 27B at
 * 32,768: 10 global layers of 16 x 128 x 4 B and 52 windows of 1,024 tokens.  Gemma 4 12B: 8 layers of one head of 512,
 * key and value, and 40 windows of 1,024 with 8 heads of 256.  DeepSeek V4 Flash: 43 windows of 128 vectors of 512; 21
 * layers with an entry of 512 + 128 values for 4 tokens, 20 with one of 512 for 128.  Whisper large: 32 layers of
 * 1,280, keys and values of 448 tokens and of the 1,500 that 30 seconds of sound are.  Llama 3.2 11B Vision: 32 layers
 * of 8 x 128 x 4 B a token, 8 of an image of 4 x (40 x 40 + 1) tokens. */
static const struct
{
  const char   *model;
  PlimPrecision precision;
  gint64        tokens;
  gint64        bytes;
} caches[] = {
  { "llama-3-8b", PLIM_PRECISION_BF16, 1, 131072 },
  { "llama-2-7b", PLIM_PRECISION_F16, 4096, G_GINT64_CONSTANT (2147483648) },
  { "llama-3-8b", PLIM_PRECISION_Q8_0, 32768, G_GINT64_CONSTANT (2281701376) },
  { "deepseek-v2-lite", PLIM_PRECISION_F16, 1, 31104 },
  { "gemma-3-27b", PLIM_PRECISION_F16, 32768, G_GINT64_CONSTANT (10) * 32768 * 8192 + G_GINT64_CONSTANT (52) * 1024 * 8192 },
  { "gemma-4-12b", PLIM_PRECISION_F16, 32768, G_GINT64_CONSTANT (8) * 32768 * 2048 + G_GINT64_CONSTANT (40) * 1024 * 8192 },
  { "deepseek-v4-flash", PLIM_PRECISION_BF16, 131072, 43 * 128 * 1024 + 21 * 32768 * 1280 + 20 * 1024 * 1024 },
  { "llama-3.2-11b-vision", PLIM_PRECISION_BF16, 1000, 32 * 4096 * 1000 + 8 * 4096 * 6404 },
  { "bert-base-uncased", PLIM_PRECISION_F16, 512, 0 },
  { "whisper-large-v3", PLIM_PRECISION_F16, 448, G_GINT64_CONSTANT (32) * 1280 * 4 * (448 + 1500) },
};

static void
test_caches (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (caches); i++)
    {
      const PlimModel *model = plim_catalog_find_model (catalog, caches[i].model);

      g_assert_cmpint (plim_kv_cache_bytes (model, caches[i].precision, caches[i].tokens, 1), ==, caches[i].bytes);
    }
}

/* Four sequences of 1,000 tokens in vLLM's blocks of 16: 4 x 63 blocks of 32 layers; of 4 images 401 blocks each in 8.
 */
static void
test_images (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  gint64                  layers_counts[] = { 32, 8 };
  PlimInputs              inputs;
  PlimKvCache             cache;

  describe_job (catalog, &inputs, "llama-3.2-11b-vision", "a100-sxm4-80gb", PLIM_TASK_INFERENCE);
  inputs.runtime = PLIM_RUNTIME_VLLM;
  inputs.kv_precision = PLIM_PRECISION_BF16;
  inputs.context_tokens = 1000;
  plim_kv_cache_init (&cache, &inputs, &inputs.model, layers_counts, 4, 1);
  g_assert_cmpint (cache.whole.cells_count, ==, 4 * 1008);
  g_assert_cmpint (cache.whole.bytes_per_cell, ==, 32 * 4096);
  g_assert_cmpint (cache.other_bytes, ==, 4 * 6416 * 8 * 4096);
  g_assert_cmpint (plim_kv_cache_token_bytes (&inputs, &inputs.model), ==, 32 * 4096);
}

/* Values of recurrent states per sequence, in 32 bits.  Mamba 2.8B 23.75 MiB and the 48 GatedDeltaNet layers of Qwen3.5
 * 27B 149.625 MiB (llama.cpp's allocator and log).  RWKV: 5DL for version 4 (arXiv:2404.05892, appendix E), the sizes
 * of Eagle 7B and Finch 1.6B (Table 11 there), 66DL for version 7 too.  By llama.cpp's n_embd_r and n_embd_s: LFM2,
 * layers x (3 - 1) x 2048; Kimi Linear, layers x (3 x 3 x 32 x 128 + 32 x 128 x 128).  Griffin: layers x (3 + 1) x 2560
 * (transformers, modeling_recurrent_gemma.py, _setup_cache). */
static const struct
{
  const char *model;
  gint64      values;
} states[] = {
  { "mamba-2.8b", (gint64) (23.75 * MIB / 4) },
  { "qwen3.5-27b", (gint64) (149.625 * MIB / 4) },
  { "rwkv-4-169m", 5 * 768 * 12 },
  { "rwkv-5-eagle-7b", 8650752 },
  { "rwkv-6-finch-1.6b", 3244032 },
  { "rwkv-7-goose-1.5b", 66 * 2048 * 24 },
  { "lfm2-1.2b", 10 * 2 * 2048 },
  { "lfm2-8b-a1b", 18 * 2 * 2048 },
  { "kimi-linear-48b-a3b", 20 * (36864 + 524288) },
  { "recurrentgemma-2b", 18 * 4 * 2560 },
  { "llama-3-8b", 0 },
};

static void
test_states (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      const PlimModel *model = plim_catalog_find_model (catalog, states[i].model);

      g_assert_nonnull (model);
      g_assert_cmpint (plim_recurrent_state_bytes (model), ==, 4 * states[i].values);
    }
}

static gint64
sum_of (const PlimEstimate *estimate,
        PlimTermId          id)
{
  gint64 bytes = 0;

  for (guint i = 0; i < estimate->n_terms; i++)
    bytes += estimate->terms[i].id == id ? estimate->terms[i].bytes : 0;

  return bytes;
}

static void
serve (PlimCatalog  *catalog,
       PlimInputs   *inputs,
       PlimRuntime   runtime,
       const char   *model,
       PlimEstimate *estimate)
{
  inputs->runtime = runtime;
  plim_inputs_set_text (inputs, PLIM_FIELD_MODEL, model);
  plim_inputs_set_text (inputs, PLIM_FIELD_GPU, "h100-sxm5-80gb");
  g_assert_true (plim_catalog_resolve (catalog, inputs, NULL));
  plim_estimate (inputs, estimate);
}

/* Four sounds of 30 seconds, 1,500 tokens each, whatever the length of the text. */
static void
test_sound (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;

  plim_inputs_init (&inputs);
  inputs.batch_count = 4;
  inputs.context_tokens = 448;
  serve (catalog, &inputs, PLIM_RUNTIME_TRANSFORMERS, "whisper-large-v3", &estimate);
  g_assert_cmpint (sum_of (&estimate, PLIM_TERM_KV_CACHE), ==, 4 * 163840 * (448 + 1500));
}

/* The room for caches.  TensorRT-LLM keeps nine tenths of what is left for them: 60 sequences of 8,192 tokens and
 * 131,072 bytes are less than what is left and more than the nine tenths.  vLLM keeps the cache of a draft model there
 * too: Llama 2 7B has 524,288 bytes a token, TinyLlama 22,528.  Of a prompt of 2,000 tokens nine tenths are
 * shared, 112 blocks of 16. */
static void
test_room (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  const PlimKvPool       *pool;
  PlimInputs              inputs;
  PlimEstimate            estimate;

  plim_inputs_init (&inputs);
  inputs.batch_count = 60;
  inputs.context_tokens = 8192;
  serve (catalog, &inputs, PLIM_RUNTIME_TENSORRT_LLM, "llama-3.1-8b", &estimate);
  pool = &estimate.kv_pool;
  g_assert_cmpint (pool->needed_bytes, ==, G_GINT64_CONSTANT (60) * 8192 * 131072);
  g_assert_cmpint (estimate.headroom_bytes, >, 0);
  g_assert_cmpint (pool->bytes, <, pool->needed_bytes);
  g_assert_cmpint (estimate.verdict, ==, PLIM_VERDICT_DOES_NOT_FIT);

  inputs.batch_count = 1;
  inputs.context_tokens = 2048;
  plim_inputs_set_text (&inputs, PLIM_FIELD_DRAFT_MODEL, "tinyllama-1.1b");
  serve (catalog, &inputs, PLIM_RUNTIME_VLLM, "llama-2-7b", &estimate);
  g_assert_cmpint (pool->needed_bytes, ==, 2048 * (524288 + 22528));
  g_assert_cmpint (pool->sequences_count, ==, pool->bytes / (2048 * (524288 + 22528)));

  plim_inputs_set_text (&inputs, PLIM_FIELD_DRAFT_MODEL, "");
  inputs.context_tokens = 2512;
  inputs.output_tokens = 512;
  inputs.prefix_share = 0.9;
  serve (catalog, &inputs, PLIM_RUNTIME_VLLM, "llama-2-7b", &estimate);
  g_assert_cmpint (pool->sequences_count, ==, (pool->bytes / 524288 - 1792) / (2512 - 1792));
}

/* What llama.cpp's allocator reports with flash attention at 512 tokens a piece, in MiB: compute buffer. */
static const struct
{
  const char *model;
  gint64      context;
  double      mib;
} buffers[] = {
  { "llama-2-7b", 4096, 100.5 },
  { "llama-3-8b", 4096, 266.5 },
  { "llama-3-8b", 131072, 266.5 },
  { "llama-3-8b", 262144, 372.0 },
  { "llama-3-8b", 524288, 628.0 },
};

static void
test_llama_cpp (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (buffers); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      describe_job (catalog, &inputs, buffers[i].model, "h100", PLIM_TASK_INFERENCE);
      inputs.runtime = PLIM_RUNTIME_LLAMA_CPP;
      inputs.precision = PLIM_PRECISION_F16;
      inputs.context_tokens = buffers[i].context;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpfloat_with_epsilon ((double) find_term (&estimate, PLIM_TERM_COMPUTE_BUFFER)->bytes / MIB,
                                      buffers[i].mib, 0.51);
    }
}

/* 8,030,261,248 parameters less the token table, 128,256 x 4,096, in matrices; causal attention 32 layers x 2,048
 * tokens x 32 heads x 256: 6 x (7,504,658,432 + 536,870,912) FLOPs a token. */
static void
test_time (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;
  PlimFlops               flops;

  describe_job (catalog, &inputs, "llama-3-8b", "h100", PLIM_TASK_TRAINING);
  inputs.context_tokens = 4096;
  inputs.tokens_count = 1000000;
  plim_estimate (&inputs, &estimate);
  flops = plim_flops_training (&inputs, &estimate);
  g_assert_cmpint (plim_flops_model (&flops), ==,
                   6 * (G_GINT64_CONSTANT (7504658432) + 536870912));
  g_assert_cmpfloat_with_epsilon (evaluate_number (&estimate.time.explanation), estimate.time.seconds,
                                  estimate.time.seconds * 1e-9);
  g_assert_cmpint (plim_training_time_chinchilla_tokens (G_GINT64_CONSTANT (175000000000)), ==,
                   G_GINT64_CONSTANT (3500000000000));
}

static void
check_role (const PlimEstimate *estimate,
            const PlimRole     *role)
{
  const PlimTerm *terms = &estimate->terms[role->first_term];
  gint64          peak = 0;
  gint64          sum = 0;

  for (guint m = 0; m < PLIM_N_MOMENTS; m++)
    {
      gint64 moment = 0;

      for (guint i = 0; i < role->n_terms; i++)
        moment += terms[i].bytes_at[m];
      g_assert_cmpint (moment, ==, role->moment_bytes[m]);
      peak = MAX (peak, moment);
    }
  for (guint i = 0; i < role->n_terms; i++)
    {
      g_assert_cmpint (terms[i].bytes, >=, 0);
      sum += terms[i].bytes;
    }
  g_assert_cmpint (sum, ==, role->peak_bytes);
  g_assert_cmpint (peak, ==, role->peak_bytes);
}

/* The parts of a GPU add up to its moments, the fullest GPU is the first, and every part is some GPU's. */
static void
check_sums (const PlimEstimate *estimate)
{
  guint n_terms = 0;

  for (guint r = 0; r < estimate->n_roles; r++)
    {
      check_role (estimate, &estimate->roles[r]);
      g_assert_cmpint (estimate->roles[r].peak_bytes, <=, estimate->peak_bytes);
      n_terms += estimate->roles[r].n_terms;
    }
  g_assert_cmpint (estimate->roles[0].peak_bytes, ==, estimate->peak_bytes);
  g_assert_cmpuint (n_terms, ==, estimate->n_terms);
}

/* Choices of a list at most: V_PRECISION has one more than there are precisions. */
#define MAX_CHOICES (PLIM_N_PRECISIONS + 1)

/* Marks what @inputs choose among the fields that matter for them. */
static void
mark_choices (const PlimInputs *inputs,
              gboolean          seen[PLIM_N_FIELDS][MAX_CHOICES])
{
  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    if (plim_field (i)->type == PLIM_FIELD_TYPE_CHOICE && plim_inputs_uses_field (inputs, i))
      seen[i][plim_inputs_get_integer (inputs, i)] = TRUE;
}

/* The field of a choice that no random job has made, but for the rules' methods; NULL = every choice was made. */
static const PlimField *
find_unseen (gboolean seen[PLIM_N_FIELDS][MAX_CHOICES])
{
  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    if (plim_field (i)->type == PLIM_FIELD_TYPE_CHOICE && i != PLIM_FIELD_METHOD)
      for (guint c = 0; c < plim_field_n_choices (i); c++)
        if (!seen[i][c])
          return plim_field (i);

  return NULL;
}

static void
test_identities (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  g_autoptr (GRand)       rand = g_rand_new_with_seed (20260101);
  gboolean                seen[PLIM_N_FIELDS][MAX_CHOICES] = { { 0 } };

  /* Rare choices may take some more: each longer catalogue deals other models. */
  for (guint n = 0; n < N_RANDOM || (n < 4 * N_RANDOM && find_unseen (seen) != NULL); n++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;
      PlimEstimate other;

      randomize_job (catalog, rand, &inputs);
      plim_estimate (&inputs, &estimate);
      if (estimate.not_covered == NULL)
        mark_choices (&inputs, seen);
      g_assert_false (estimate.is_overflow);
      check_sums (&estimate);
      for (guint i = 0; i < estimate.n_terms; i++)
        g_assert_cmpint (evaluate_bytes (&estimate.terms[i].explanation), ==, largest_bytes (&estimate.terms[i]));
      g_assert_true (isfinite (estimate.time.seconds) && estimate.time.seconds >= 0);

      /* Up to the time, the short estimate is the whole one. */
      plim_estimate_memory (&inputs, &other);
      g_assert_cmpint (other.peak_bytes, ==, estimate.peak_bytes);
      g_assert_cmpint (other.verdict, ==, estimate.verdict);
      g_assert_cmpint (other.host_bytes, ==, estimate.host_bytes);

      inputs.context_tokens *= 2;
      plim_estimate (&inputs, &other);
      g_assert_cmpint (other.peak_bytes, >=, estimate.peak_bytes);
      inputs.context_tokens /= 2;
      inputs.batch_count *= 2;
      plim_estimate (&inputs, &other);
      g_assert_cmpint (other.peak_bytes, >=, estimate.peak_bytes);
    }
  g_assert_cmpstr (find_unseen (seen) != NULL ? find_unseen (seen)->name : "", ==, "");
}

/* Bytes of the terms of @ids, ended by PLIM_N_TERM_IDS, that the fullest GPU holds at @moment. */
static gint64
sum_terms (const PlimEstimate *estimate,
           const PlimTermId   *ids,
           PlimMoment          moment)
{
  const PlimRole *role = &estimate->roles[0];
  gint64          bytes = 0;

  for (guint i = 0; i < role->n_terms; i++)
    for (const PlimTermId *id = ids; *id != PLIM_N_TERM_IDS; id++)
      if (estimate->terms[role->first_term + i].id == *id)
        bytes += estimate->terms[role->first_term + i].bytes_at[moment];

  return bytes;
}

/* Of random jobs: the classes of tensors are all parameters; adapters have no more gradients and states than all
 * parameters; more sharing never takes more state; recompute never keeps more. */
static void
test_random_orders (void)
{
  static const PlimTermId state_ids[] = { PLIM_TERM_WEIGHTS, PLIM_TERM_FROZEN_WEIGHTS, PLIM_TERM_MASTER_WEIGHTS,
                                          PLIM_TERM_GRADIENTS, PLIM_TERM_OPTIMIZER_STATES, PLIM_TERM_ADAPTERS,
                                          PLIM_TERM_ADAPTER_STATE, PLIM_N_TERM_IDS };
  static const PlimTermId trained_ids[] = { PLIM_TERM_MASTER_WEIGHTS, PLIM_TERM_GRADIENTS, PLIM_TERM_OPTIMIZER_STATES,
                                            PLIM_N_TERM_IDS };
  static const PlimTermId adapter_ids[] = { PLIM_TERM_ADAPTER_STATE, PLIM_N_TERM_IDS };
  static const PlimTermId kept_ids[] = { PLIM_TERM_ACTIVATIONS, PLIM_N_TERM_IDS };
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  g_autoptr (GRand)       rand = g_rand_new_with_seed (20261126);
  guint                   n_covered = 0;

  for (guint n = 0; n < N_RANDOM / 4; n++)
    {
      gint64       classes_count = 0;
      gint64       before = G_MAXINT64;
      PlimInputs   inputs;
      PlimEstimate estimate;
      PlimEstimate other;

      randomize_job (catalog, rand, &inputs);
      inputs.pipeline_parallel_count = 1;
      inputs.precision = PLIM_PRECISION_BF16;
      inputs.optimizer = PLIM_OPTIMIZER_ADAMW;
      inputs.task = PLIM_TASK_TRAINING;
      plim_estimate (&inputs, &estimate);
      if (estimate.not_covered != NULL)
        continue;

      n_covered++;
      for (guint c = 0; c < PLIM_N_TENSORS; c++)
        classes_count += estimate.parameters.by_class_count[c];
      if (plim_model_has_shape (&inputs.model))
        g_assert_cmpint (classes_count, ==, estimate.parameters.total_count);

      for (gint s = PLIM_SHARDING_NONE; s >= PLIM_SHARDING_FULL; s--)
        {
          inputs.sharding = (PlimSharding) s;
          plim_estimate (&inputs, &other);
          g_assert_cmpint (sum_terms (&other, state_ids, PLIM_MOMENT_STEP), <=, before);
          before = sum_terms (&other, state_ids, PLIM_MOMENT_STEP);
        }

      /* FSDP's flat gradients of frozen weights are the exception, and adapters about as large as the model, which have
       * 32-bit gradients where all parameters have 16-bit ones. */
      inputs.framework = PLIM_FRAMEWORK_TRANSFORMERS;
      inputs.optimizer_in_backward = PLIM_SWITCH_OFF;
      plim_estimate (&inputs, &estimate);
      inputs.task = PLIM_TASK_LORA;
      plim_estimate (&inputs, &other);
      if (other.trained_count <=
          estimate.trained_count / (4 * inputs.tensor_parallel_count * inputs.expert_parallel_count))
        g_assert_cmpint (sum_terms (&other, adapter_ids, PLIM_MOMENT_STEP), <=,
                         sum_terms (&estimate, trained_ids, PLIM_MOMENT_STEP));

      inputs.task = PLIM_TASK_TRAINING;
      inputs.recompute = PLIM_RECOMPUTE_NONE;
      plim_estimate (&inputs, &estimate);
      for (gint r = PLIM_RECOMPUTE_NONE; r < PLIM_N_RECOMPUTES; r++)
        {
          inputs.recompute = (PlimRecompute) r;
          plim_estimate (&inputs, &other);
          g_assert_cmpint (sum_terms (&other, kept_ids, PLIM_MOMENT_LOSS), <=,
                           sum_terms (&estimate, kept_ids, PLIM_MOMENT_LOSS));
        }
    }
  g_assert_cmpuint (n_covered, >, N_RANDOM / 20);
}

/* Adapters have less gradient and state than all parameters, recompute keeps less, sharding holds less. */
static void
test_orders (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            full;
  PlimEstimate            lora;
  gint64                  before = G_MAXINT64;

  describe_job (catalog, &inputs, "llama-3-8b", "h100", PLIM_TASK_TRAINING);
  plim_estimate (&inputs, &full);
  plim_inputs_set_task (&inputs, PLIM_TASK_LORA);
  plim_estimate (&inputs, &lora);
  g_assert_cmpint (find_term (&lora, PLIM_TERM_ADAPTER_STATE)->bytes, <,
                   find_term (&full, PLIM_TERM_OPTIMIZER_STATES)->bytes);

  plim_inputs_set_task (&inputs, PLIM_TASK_TRAINING);
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  plim_estimate (&inputs, &lora);
  g_assert_cmpint (largest_bytes (find_term (&lora, PLIM_TERM_ACTIVATIONS)), <,
                   largest_bytes (find_term (&full, PLIM_TERM_ACTIVATIONS)));

  inputs.gpus_count = 8;
  for (gint s = PLIM_SHARDING_NONE; s >= PLIM_SHARDING_FULL; s--)
    {
      inputs.sharding = (PlimSharding) s;
      plim_estimate (&inputs, &full);
      g_assert_cmpint (full.roles[0].moment_bytes[PLIM_MOMENT_STEP], <=, before);
      before = full.roles[0].moment_bytes[PLIM_MOMENT_STEP];
    }
}

/* Published peaks of torch's allocator, in GiB: Llama 3.2 3B on one A100, all in BF16, two sequences of 4,096 packed
 * tokens, AdamW (torchtune's README, "Optimization Flags").  The band is what engines of this kind reach, 10 %. */
static void
test_measured (void)
{
  static const struct
  {
    PlimRecompute recompute;
    PlimLoss      loss;
    double        gib;
  } cases[] = { { PLIM_RECOMPUTE_NONE, PLIM_LOSS_PLAIN, 60.0 }, { PLIM_RECOMPUTE_FULL, PLIM_LOSS_CHUNKED, 24.9 } };
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      describe_job (catalog, &inputs, "llama-3.2-3b", "a100-sxm4-80gb", PLIM_TASK_TRAINING);
      inputs.recipe = PLIM_RECIPE_PURE;
      inputs.batch_count = 2;
      inputs.context_tokens = 4096;
      inputs.recompute = cases[i].recompute;
      inputs.loss = cases[i].loss;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpfloat_with_epsilon ((double) estimate.peak_bytes / 1073741824.0, cases[i].gib, cases[i].gib / 10);
    }
}

/* Backward through adapters under full recompute holds the inputs of all layers beside the replayed one.  Llama 3 8B,
 * 8,192 tokens: 32 x 2 x 4,096 B a token; the last norm's input, 4 x 4,096 B, is gone by then. */
static void
test_backward (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;
  const PlimTerm         *activations;

  describe_job (catalog, &inputs, "llama-3-8b", "h100", PLIM_TASK_LORA);
  inputs.batch_count = 1;
  inputs.context_tokens = 8192;
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  plim_estimate (&inputs, &estimate);
  activations = find_term (&estimate, PLIM_TERM_ACTIVATIONS);
  g_assert_cmpint (activations->bytes_at[PLIM_MOMENT_LOSS], ==, G_GINT64_CONSTANT (8192) * (262144 + 16384));
  g_assert_cmpint (activations->bytes_at[PLIM_MOMENT_BACKWARD], ==, G_GINT64_CONSTANT (8192) * 262144);

  /* All parameters train: 16.06 GB of gradients take the place of the 2.15 GB, unless they were there before. */
  plim_inputs_set_task (&inputs, PLIM_TASK_TRAINING);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (find_term (&estimate, PLIM_TERM_ACTIVATIONS)->bytes_at[PLIM_MOMENT_BACKWARD], ==, 0);
  inputs.accumulation_count = 2;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (find_term (&estimate, PLIM_TERM_ACTIVATIONS)->bytes_at[PLIM_MOMENT_BACKWARD], ==,
                   G_GINT64_CONSTANT (8192) * 262144);
}

/* Sharing within nodes of eight: sixteen GPUs hold as much state as eight that share everything.  Two GPUs of tensor
 * parallelism compute on the same samples: a step has half the tokens. */
static void
test_layouts (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            hybrid;
  PlimEstimate            full;

  describe_job (catalog, &inputs, "llama-3-8b", "h100", PLIM_TASK_TRAINING);
  inputs.gpus_count = 16;
  inputs.sharding = PLIM_SHARDING_HYBRID;
  plim_estimate (&inputs, &hybrid);
  inputs.gpus_count = 8;
  inputs.sharding = PLIM_SHARDING_FULL;
  inputs.tokens_count = 1 << 30;
  plim_estimate (&inputs, &full);
  g_assert_cmpint (find_term (&hybrid, PLIM_TERM_OPTIMIZER_STATES)->bytes, ==,
                   find_term (&full, PLIM_TERM_OPTIMIZER_STATES)->bytes);
  g_assert_cmpint (full.time.steps_count, ==, (1 << 30) / (8 * inputs.batch_count * inputs.context_tokens));

  /* Megatron's buckets are views of the gradients, which need no copy on their way. */
  g_assert_nonnull (find_term (&full, PLIM_TERM_COMMUNICATION));
  inputs.framework = PLIM_FRAMEWORK_MEGATRON;
  inputs.tensor_parallel_count = 2;
  plim_estimate (&inputs, &full);
  g_assert_null (find_term (&full, PLIM_TERM_COMMUNICATION));
  g_assert_cmpint (full.time.steps_count, ==, (1 << 30) / (4 * inputs.batch_count * inputs.context_tokens));
}

/* The largest numbers the fields take: too large to count is said so, never wrapped. */
static void
test_extremes (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  plim_inputs_init (&inputs);
  plim_model_init_decoder (&inputs.model, 1 << 20, 512, 1 << 16, 0, 1 << 16, 1 << 24, 1 << 24, TRUE);
  inputs.batch_count = 1 << 24;
  inputs.context_tokens = 1 << 30;
  inputs.gpu.reported_bytes = G_GINT64_CONSTANT (80000000000);
  plim_estimate (&inputs, &estimate);
  g_assert_true (estimate.is_overflow);
  g_assert_cmpint (estimate.verdict, ==, PLIM_VERDICT_UNKNOWN);
}

/* What the solver says fits, fits, and one more does not. */
static void
test_limits (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            estimate;
  PlimLimits              limits;

  describe_job (catalog, &inputs, "llama-3-8b", "rtx-4090", PLIM_TASK_QLORA);
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  plim_solve_limits (&inputs, &limits);
  g_assert_cmpint (limits.largest_batch_count, >, 0);
  inputs.batch_count = limits.largest_batch_count;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.headroom_bytes, >=, 0);
  inputs.batch_count++;
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.headroom_bytes, <, 0);
}

/* The longest context is sought from prompt and output on, which are part of it. */
static void
test_context_limit (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimLimits              all;
  PlimLimits              given;

  describe_job (catalog, &inputs, "llama-3.1-8b", "rtx-4090", PLIM_TASK_INFERENCE);
  inputs.runtime = PLIM_RUNTIME_VLLM;
  plim_solve_limits (&inputs, &all);
  g_assert_cmpint (all.longest_context_tokens, >, 4096);
  inputs.prompt_tokens = 2500;
  inputs.output_tokens = 1500;
  plim_solve_limits (&inputs, &given);
  g_assert_cmpint (given.longest_context_tokens, >=, 4000);
  g_assert_cmpint (given.longest_context_tokens, <=, all.longest_context_tokens);
  inputs.prompt_tokens = all.longest_context_tokens;
  inputs.context_tokens = inputs.prompt_tokens + inputs.output_tokens;
  plim_solve_limits (&inputs, &given);
  g_assert_cmpint (given.longest_context_tokens, ==, 0);
}

/* 1e9 tokens in samples of 1,024 of 4,096: padded, 8 sequences on 8 GPUs train 8,192 tokens a step and compute four
 * times as many; packed they train 32,768. */
static void
test_packing (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimInputs              inputs;
  PlimEstimate            padded;
  PlimEstimate            packed;

  describe_job (catalog, &inputs, "llama-3.2-1b", "h100-sxm5-80gb", PLIM_TASK_TRAINING);
  inputs.gpus_count = 8;
  inputs.context_tokens = 4096;
  inputs.sample_tokens_count = 1024;
  inputs.tokens_count = 1000000000;
  for (inputs.utilization = 0; inputs.utilization < 0.5; inputs.utilization += 0.4)
    {
      inputs.packing = PLIM_SWITCH_OFF;
      plim_estimate (&inputs, &padded);
      inputs.packing = PLIM_SWITCH_ON;
      plim_estimate (&inputs, &packed);
      g_assert_cmpint (padded.time.steps_count, ==, 122071);
      g_assert_cmpint (packed.time.steps_count, ==, 30518);
      g_assert_cmpfloat_with_epsilon (padded.time.seconds / packed.time.seconds, 4, 1e-9);
      g_assert_cmpfloat_with_epsilon (packed.time.tokens_per_s / padded.time.tokens_per_s, 4, 1e-9);
      g_assert_cmpfloat_with_epsilon (packed.time.mfu.likely / padded.time.mfu.likely, 1, 1e-9);
      g_assert_cmpint (packed.peak_bytes, ==, padded.peak_bytes);
      g_assert_cmpfloat_with_epsilon (evaluate_number (&padded.time.explanation) / padded.time.seconds, 1, 1e-6);
    }
}

/* Two H100s of 81,559 MiB, with a context of 481 MiB and NCCL's ring of 18 channels x 12 MiB on each.  vLLM: a share of
 * all memory, as long as it is free beside both; before 0.11 with the ring inside.  SGLang: a share of what is free,
 * and work outside of it. */
static void
test_pool (void)
{
  static const struct
  {
    PlimRuntime runtime;
    gint64      version;
    double      share; /* 0 = the runtime's */
    double      usable_mib;
    gboolean    has_work;
  } cases[] = {
    { PLIM_RUNTIME_VLLM, 0, 0, 0.92 * 81559, TRUE },
    { PLIM_RUNTIME_VLLM, 11, 0, 0.9 * 81559, TRUE },
    { PLIM_RUNTIME_VLLM, 10, 0, 0.9 * 81559 - 216, TRUE },
    { PLIM_RUNTIME_VLLM, 0, 0.995, 81559 - 481 - 216, TRUE },
    { PLIM_RUNTIME_SGLANG, 0, 0, 0.88 * (81559 - 481 - 216), FALSE },
    { PLIM_RUNTIME_SGLANG, 0, 0.5, 0.5 * (81559 - 481 - 216), FALSE },
  };
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;
      gint64       other_bytes;

      describe_job (catalog, &inputs, "llama-3-8b", "h100-sxm5-80gb", PLIM_TASK_INFERENCE);
      inputs.gpus_count = inputs.tensor_parallel_count = 2;
      inputs.runtime = cases[i].runtime;
      inputs.runtime_version = cases[i].version;
      inputs.memory_utilization = cases[i].share;
      plim_estimate (&inputs, &estimate);
      g_assert_null (estimate.not_covered);
      g_assert_cmpint (estimate.usable_bytes, ==, (gint64) (cases[i].usable_mib * MIB));

      other_bytes = held_bytes (&estimate, PLIM_TERM_WEIGHTS, PLIM_MOMENT_PREFILL);
      if (cases[i].has_work)
        other_bytes += held_bytes (&estimate, PLIM_TERM_COMPUTE_BUFFER, PLIM_MOMENT_PREFILL) +
                       held_bytes (&estimate, PLIM_TERM_LOGITS, PLIM_MOMENT_PREFILL);
      g_assert_cmpint (estimate.kv_pool.bytes, ==, estimate.usable_bytes - other_bytes);
    }
}

/* Served adapters, from the shapes of vLLM's and SGLang's buffers.  With outputs split A is whole on each GPU, with
 * inputs split B.  Llama 3 70B on 8 GPUs, sides of a layer: query and output 8192 + 1024, key and value 8192 + 128, the
 * others 8192 + 3584.  Qwen3 30B A3B on 2 GPUs: query and output 2048 + 2048, key and value 2048 + 256, router 2048 +
 * 128, and the three of each of 128 experts 2048 + 384, or, dealt, of 64 experts 2048 + 768. */
static void
test_served_adapters (void)
{
  static const struct
  {
    const char     *model_id;
    PlimRuntime     runtime;
    gint64          version;
    PlimLoraTargets targets;
    gint64          tensor_count;
    gint64          pipeline_count;
    gint64          expert_count;
    gint64          adapters_count;
    gint64          bytes; /* rank 16 */
  } cases[] = {
    { "llama-2-7b", PLIM_RUNTIME_TRANSFORMERS, 0, PLIM_LORA_QUERY_VALUE, 1, 1, 1, 3, 3 * 2 * 8388608 },
    { "llama-2-7b", PLIM_RUNTIME_VLLM, 0, PLIM_LORA_QUERY_VALUE, 1, 1, 1, 3, 3 * 2 * 39976960 },
    { "llama-2-7b", PLIM_RUNTIME_VLLM, 0, PLIM_LORA_QUERY_VALUE, 1, 2, 1, 3, 3 * 39976960 },
    { "llama-3-70b", PLIM_RUNTIME_VLLM, 0, PLIM_LORA_ALL_LINEAR, 8, 1, 1, 8,
      8 * 80 * 32 * (2 * 9216 + 2 * 8320 + 3 * 11776) },
    { "llama-3-70b", PLIM_RUNTIME_SGLANG, 0, PLIM_LORA_ATTENTION, 8, 1, 1, 8, 8 * 80 * 32 * (2 * 9216 + 2 * 8320) },
    { "qwen3-30b-a3b", PLIM_RUNTIME_SGLANG, 0, PLIM_LORA_ALL_LINEAR, 2, 1, 1, 1, 48 * 32 * (2 * 4096 + 2 * 2304) },
    { "qwen3-30b-a3b", PLIM_RUNTIME_VLLM, 10, PLIM_LORA_ALL_LINEAR, 2, 1, 1, 1, 48 * 32 * (2 * 4096 + 2 * 2304) },
    { "qwen3-30b-a3b", PLIM_RUNTIME_VLLM, 0, PLIM_LORA_ALL_LINEAR, 2, 1, 1, 1,
      48 * 32 * (2 * 4096 + 2 * 2304 + 2176 + 128 * 3 * 2432) },
    { "qwen3-30b-a3b", PLIM_RUNTIME_VLLM, 0, PLIM_LORA_ALL_LINEAR, 2, 1, 2, 1,
      48 * 32 * (2 * 4096 + 2 * 2304 + 2176 + 64 * 3 * 2816) },
  };
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      describe_job (catalog, &inputs, cases[i].model_id, "h100-sxm5-80gb", PLIM_TASK_INFERENCE);
      inputs.runtime = cases[i].runtime;
      inputs.runtime_version = cases[i].version;
      inputs.gpus_count = cases[i].tensor_count * cases[i].pipeline_count;
      inputs.tensor_parallel_count = cases[i].tensor_count;
      inputs.pipeline_parallel_count = cases[i].pipeline_count;
      inputs.expert_parallel_count = cases[i].expert_count;
      inputs.adapters_count = cases[i].adapters_count;
      inputs.lora_targets = cases[i].targets;
      plim_estimate (&inputs, &estimate);
      g_assert_null (estimate.not_covered);
      g_assert_cmpint (find_term (&estimate, PLIM_TERM_ADAPTERS)->bytes, ==, cases[i].bytes);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/component/caches", test_caches);
  g_test_add_func ("/component/images", test_images);
  g_test_add_func ("/component/states", test_states);
  g_test_add_func ("/component/sound", test_sound);
  g_test_add_func ("/component/room", test_room);
  g_test_add_func ("/component/llama-cpp", test_llama_cpp);
  g_test_add_func ("/component/time", test_time);
  g_test_add_func ("/component/identities", test_identities);
  g_test_add_func ("/component/orders", test_orders);
  g_test_add_func ("/component/random-orders", test_random_orders);
  g_test_add_func ("/component/layouts", test_layouts);
  g_test_add_func ("/component/measured", test_measured);
  g_test_add_func ("/component/backward", test_backward);
  g_test_add_func ("/component/extremes", test_extremes);
  g_test_add_func ("/component/limits", test_limits);
  g_test_add_func ("/component/context-limit", test_context_limit);
  g_test_add_func ("/component/packing", test_packing);
  g_test_add_func ("/component/pool", test_pool);
  g_test_add_func ("/component/served-adapters", test_served_adapters);

  return g_test_run ();
}
