/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Serving speed by hand: bytes, FLOPs and messages of a step, and what follows from them. */

#include "evaluate.h"
#include "opened.h"

#include <math.h>

#define CLOSE 1e-4

typedef struct
{
  PlimCatalog *catalog;
  PlimInputs   inputs;
  PlimEstimate estimate;
} Fixture;

static void
fixture_set_up (Fixture      *f,
                gconstpointer data G_GNUC_UNUSED)
{
  f->catalog = open_catalog ();
  plim_inputs_init (&f->inputs);
  f->inputs.runtime = PLIM_RUNTIME_VLLM;
}

static void
fixture_tear_down (Fixture      *f,
                   gconstpointer data G_GNUC_UNUSED)
{
  g_clear_object (&f->catalog);
}

static const PlimTime *
run (Fixture    *f,
     const char *model,
     const char *gpu)
{
  plim_inputs_set_text (&f->inputs, PLIM_FIELD_MODEL, model);
  plim_inputs_set_text (&f->inputs, PLIM_FIELD_GPU, gpu);
  g_assert_true (plim_catalog_resolve (f->catalog, &f->inputs, NULL));
  plim_estimate (&f->inputs, &f->estimate);
  g_assert_null (f->estimate.not_covered);

  return &f->estimate.time;
}

#define assert_close(found, expected) g_assert_cmpfloat_with_epsilon ((found) / (expected), 1, CLOSE)

/* Llama 2 7B in 16 bits: 32 layers of 202,383,360 parameters and a head of 131,072,000 are 13,214,679,040 bytes; 2,048
 * tokens of 524,288 bytes are 1,073,741,824.  An A100 reads 2,039 GB/s.  Kernels: 32 x (7 matrices + 5) + 3 = 387. */
static void
test_decode (Fixture      *f,
             gconstpointer data G_GNUC_UNUSED)
{
  const double    read_seconds = (13214679040.0 + 1073741824.0) / 2039e9;
  const double    start_seconds = 387 * 3e-6;
  const PlimTime *time;

  f->inputs.context_tokens = 2048;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->decode_tokens_per_s.high, 1 / read_seconds);
  assert_close (time->decode_tokens_per_s.likely, 1 / (read_seconds / 0.8 + start_seconds));
  assert_close (time->decode_tokens_per_s.low, 1 / (read_seconds / 0.55 + start_seconds));
  g_assert_cmpfloat_with_epsilon (evaluate_number (&time->explanation) / time->decode_tokens_per_s.likely, 1, 1e-6);
}

/* With 1,024 of 2,048 tokens written later, the cache holds 1,024 + 512 in the mean. */
static void
test_output (Fixture      *f,
             gconstpointer data G_GNUC_UNUSED)
{
  const PlimTime *time;

  f->inputs.context_tokens = 2048;
  f->inputs.prompt_tokens = 1024;
  f->inputs.output_tokens = 1024;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->decode_tokens_per_s.high, 2039e9 / (13214679040.0 + 1536 * 524288.0));
  assert_close (time->request_seconds,
                time->first_token_seconds.likely + 1023 / time->decode_tokens_per_s.likely);
}

/* Mixtral 8x7B: 1,474,560,000 parameters outside the experts (embedding left out) and 45,097,156,608 in them.  One
 * token chooses 2 of 8; four tokens are expected to choose 1 - 0.75^4 = 0.68359375 of them.  1,024 tokens of 131,072
 * bytes each. */
static void
test_experts (Fixture      *f,
              gconstpointer data G_GNUC_UNUSED)
{
  const double    cache_bytes = 1024 * 131072.0;
  const PlimTime *time;

  f->inputs.context_tokens = 1024;
  time = run (f, "mixtral-8x7b", "h200-sxm5-141gb");
  assert_close (time->decode_tokens_per_s.high, 4800e9 / (2 * (1474560000.0 + 0.25 * 45097156608.0) + cache_bytes));
  f->inputs.batch_count = 4;
  time = run (f, "mixtral-8x7b", "h200-sxm5-141gb");
  assert_close (time->decode_tokens_per_s.high,
                4 * 4800e9 / (2 * (1474560000.0 + 0.68359375 * 45097156608.0) + 4 * cache_bytes));
}

/* Llama 2 70B on four A100: a quarter of 80 x 855,654,400 + 262,144,000 parameters and of the 8 KV heads; 160
 * all-reduces of 8,192 x 2 bytes, 2 x 3/4 of which pass each link of 300 GB/s in each direction, and start in
 * 6.8 + 6 x 0.6 microseconds (NCCL, src/graph/tuning.cc, tree, LL). */
static void
test_tensor_parallel (Fixture      *f,
                      gconstpointer data G_GNUC_UNUSED)
{
  const double    bytes = (2 * (80 * 855654400.0 + 262144000.0) + 1024 * 327680.0) / 4;
  const double    sent_seconds = 160 * 1.5 * 16384 / 300e9;
  const PlimTime *time;

  f->inputs.context_tokens = 1024;
  f->inputs.gpus_count = 4;
  f->inputs.tensor_parallel_count = 4;
  time = run (f, "llama-2-70b", "a100-sxm4-80gb");
  assert_close (time->decode_tokens_per_s.high, 1 / (bytes / 2039e9 + sent_seconds));
  assert_close (time->decode_tokens_per_s.likely, 1 / (bytes / (0.8 * 2039e9) + (80 * 12 + 3) * 3e-6 + sent_seconds +
                                                       160 * (6.8e-6 + 6 * 0.6e-6)));
}

/* A prompt of 2,048 tokens: 32 layers of 202,375,168 numbers in matrices, attention over 1,024 tokens in the mean, and
 * the head once, at 0.6 of 312 TFLOP/s. */
static void
test_prefill (Fixture      *f,
              gconstpointer data G_GNUC_UNUSED)
{
  const double    flops = 2 * (2048 * (32 * 202375168.0 + 32 * 1024 * 32 * 256.0) + 131072000.0);
  const double    seconds = flops / (0.6 * 312e12) + 387 * 3e-6;
  const PlimTime *time;

  f->inputs.context_tokens = 2176;
  f->inputs.prompt_tokens = 2048;
  f->inputs.ubatch_tokens = 2048;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->first_token_seconds.likely, seconds);
  g_assert_cmpfloat_with_epsilon (evaluate_number (&time->first_token_explanation) / seconds, 1, CLOSE);
  assert_close (time->prefill_tokens_per_s.likely, 2048 / seconds);

  /* The share of the peak rate as given. */
  f->inputs.utilization = 0.3;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->first_token_seconds.low, flops / (0.3 * 312e12));
  assert_close (time->first_token_seconds.likely, flops / (0.3 * 312e12) + 387 * 3e-6);
  f->inputs.utilization = 0;

  /* Half of the prompt is there already; the other half sees 1,536 tokens in the mean. */
  f->inputs.prefix_share = 0.5;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->first_token_seconds.likely,
                2 * (1024 * (32 * 202375168.0 + 32 * 1536 * 32 * 256.0) + 131072000.0) / (0.6 * 312e12) + 387 * 3e-6);
}

/* Layers on the host are read at the host's bandwidth, 50 GB/s: 8 of 32, each 202,383,360 x 2 bytes and 16,384 bytes a
 * token of cache. */
static void
test_host_layers (Fixture      *f,
                  gconstpointer data G_GNUC_UNUSED)
{
  const double    layer_bytes = 202383360.0 * 2 + 1024 * 16384.0;
  const PlimTime *time;

  f->inputs.runtime = PLIM_RUNTIME_LLAMA_CPP;
  f->inputs.precision = PLIM_PRECISION_F16;
  f->inputs.context_tokens = 1024;
  f->inputs.gpu_layers_count = 25;
  f->inputs.host_bandwidth_gb_per_s = 50;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  /* Vectors have 32 bits in a GGUF file: 8,192 a layer. */
  g_assert_cmpfloat_with_epsilon (time->decode_tokens_per_s.high *
                                    ((24 * layer_bytes + 2 * 131072000.0) / 2039e9 + 8 * layer_bytes / 50e9),
                                  1, 1e-3);
  g_assert_cmpfloat_with_epsilon (evaluate_number (&time->explanation) / time->decode_tokens_per_s.likely, 1, 1e-6);
}

/* Transformers that are not compiled: the host takes 1 ms for each of 32 layers, longer than the GPU. */
static void
test_eager (Fixture      *f,
            gconstpointer data G_GNUC_UNUSED)
{
  const PlimTime *time;

  f->inputs.runtime = PLIM_RUNTIME_TRANSFORMERS;
  f->inputs.context_tokens = 256;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->decode_tokens_per_s.likely, 1 / 0.032);
  g_assert_cmpfloat_with_epsilon (evaluate_number (&time->explanation) / time->decode_tokens_per_s.likely, 1, 1e-6);
  f->inputs.compile = PLIM_SWITCH_ON;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  g_assert_cmpfloat (time->decode_tokens_per_s.likely, >, 100);
}

/* TinyLlama guesses four tokens for Llama 2 7B: 22 layers of 44,044,288 parameters and a head of 65,536,000, and 22,528
 * bytes a token of cache; kernels 22 x 12 + 3.  Of guesses accepted with 0.8, a check brings (1 - 0.8^5) / 0.2 = 3.3616
 * tokens (arXiv:2211.17192, equation 1); with 0.7, the median of its table 2, 2.7731. */
static void
test_draft (Fixture      *f,
            gconstpointer data G_GNUC_UNUSED)
{
  const double    check_seconds = (13214679040.0 + 1073741824.0) / 2039e9;
  const double    guess_seconds = (2 * (22 * 44044288.0 + 65536000.0) + 2048 * 22528.0) / 2039e9;
  const PlimTime *time;

  f->inputs.context_tokens = 2048;
  f->inputs.draft_tokens_count = 4;
  f->inputs.draft_acceptance = 0.8;
  plim_inputs_set_text (&f->inputs, PLIM_FIELD_DRAFT_MODEL, "tinyllama-1.1b");
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->decode_tokens_per_s.high, 3.3616 / (4 * guess_seconds + check_seconds));
  assert_close (time->decode_tokens_per_s.likely,
                3.3616 / (4 * (guess_seconds / 0.8 + 267 * 3e-6) + check_seconds / 0.8 + 387 * 3e-6));
  g_assert_cmpfloat_with_epsilon (evaluate_number (&time->explanation) / time->decode_tokens_per_s.likely, 1, 1e-6);

  f->inputs.draft_acceptance = 0;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->decode_tokens_per_s.likely,
                2.7731 / (4 * (guess_seconds / 0.8 + 267 * 3e-6) + check_seconds / 0.8 + 387 * 3e-6));

  /* Every guess is right: five tokens.  How many are guessed is not said: none. */
  f->inputs.draft_acceptance = 1;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->decode_tokens_per_s.high, 5 / (4 * guess_seconds + check_seconds));
  f->inputs.draft_tokens_count = 0;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->decode_tokens_per_s.high, 1 / check_seconds);
}

/* An encoder reads what is no output of 512 tokens, and writes none. */
static void
test_encoder (Fixture      *f,
              gconstpointer data G_GNUC_UNUSED)
{
  const PlimTime *time;

  f->inputs.runtime = PLIM_RUNTIME_TRANSFORMERS;
  f->inputs.context_tokens = 512;
  f->inputs.output_tokens = 100;
  time = run (f, "bge-m3", "a100-sxm4-80gb");
  g_assert_true (time->is_known);
  g_assert_cmpfloat (time->decode_tokens_per_s.likely, ==, 0);
  g_assert_cmpfloat (time->sequence_tokens_per_s.high, ==, 0);
  g_assert_cmpfloat (time->request_seconds, ==, 0);
  assert_close (time->prefill_tokens_per_s.likely, (512 - 100) / time->first_token_seconds.likely);
}

/* Eight sequences write 256 tokens each after 1,024: every step computes 8 x 4 tokens of further prompts beside, which
 * the memory's time hides.  Where two tokens follow 8,192, a step of 2,048 has room for 2,048 / 4,097 of a sequence. */
static void
test_loaded (Fixture      *f,
             gconstpointer data G_GNUC_UNUSED)
{
  const double    step_seconds = (13214679040.0 + 8 * 1152 * 524288.0) / 2039e9;
  const double    writing = 2048.0 / 4097;
  const double    flops = 2 * (writing * (32 * 202375168.0 + 131072000.0 + 32 * 8193 * 32 * 256.0) +
                            4096 * writing * (32 * 202375168.0 + 32 * 4096 * 32 * 256.0));
  const PlimTime *time;

  f->inputs.context_tokens = 1280;
  f->inputs.prompt_tokens = 1024;
  f->inputs.output_tokens = 256;
  f->inputs.batch_count = 8;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->loaded_tokens_per_s.high, 8 / step_seconds);
  assert_close (time->loaded_token_seconds.likely, step_seconds / 0.8 + 387 * 3e-6);
  g_assert_cmpfloat_with_epsilon (evaluate_number (&time->loaded_explanation) / time->loaded_tokens_per_s.likely, 1,
                                  1e-6);

  f->inputs.context_tokens = 8194;
  f->inputs.prompt_tokens = 8192;
  f->inputs.output_tokens = 2;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  assert_close (time->loaded_tokens_per_s.likely, writing / (flops / (0.6 * 312e12) + 387 * 3e-6));

  /* Transformers finish a batch before the next. */
  f->inputs.runtime = PLIM_RUNTIME_TRANSFORMERS;
  time = run (f, "llama-2-7b", "a100-sxm4-80gb");
  g_assert_cmpfloat (time->loaded_tokens_per_s.likely, ==, 0);
}

/* Eight replicas of Mixtral with a sequence each hold one expert of each layer each: eight tokens choose 1 - 0.75^8 of
 * the experts.  Each sends a token of 4,096 x 2 bytes to 2 experts, 7/8 of it to other GPUs, and gets it back, 64
 * times; NVLink passes 450 GB/s, and an all-to-all starts in 6.6 + 7 x 0.6 microseconds. */
static void
test_expert_parallel (Fixture      *f,
                      gconstpointer data G_GNUC_UNUSED)
{
  const double share = 1 - pow (0.75, 8);
  const double read_seconds =
    (2 * (1474560000.0 + share * 45097156608.0 / 8) + 1024 * 131072.0) / 3350e9;
  const double    sent_seconds = 64 * 16384 * 0.875 / 450e9;
  const PlimTime *time;

  f->inputs.context_tokens = 1024;
  f->inputs.batch_count = 8;
  f->inputs.gpus_count = 8;
  f->inputs.tensor_parallel_count = 1;
  f->inputs.expert_parallel_count = 8;
  time = run (f, "mixtral-8x7b", "h100-sxm5-80gb");
  assert_close (time->decode_tokens_per_s.high, 8 / (read_seconds + ceil (sent_seconds * 1e6) / 1e6));
  f->inputs.tensor_parallel_count = 8;
  f->inputs.batch_count = 1;
  time = run (f, "mixtral-8x7b", "h100-sxm5-80gb");
  /* All tokens are on all GPUs already: 64 all-reduces and nothing else. */
  assert_close (time->decode_tokens_per_s.high,
                1 / ((2 * (1474560000.0 + 0.25 * 45097156608.0) + 1024 * 131072.0) / 8 / 3350e9 +
                     ceil (64 * 8192 * 1.75 / 450e9 * 1e6) / 1e6));
}

/* What is not known is named, and nothing is guessed. */
static void
test_unknown_gpu (Fixture      *f,
                  gconstpointer data G_GNUC_UNUSED)
{
  plim_inputs_set_text (&f->inputs, PLIM_FIELD_MODEL, "llama-2-7b");
  g_assert_true (plim_catalog_resolve (f->catalog, &f->inputs, NULL));
  plim_estimate (&f->inputs, &f->estimate);
  g_assert_false (f->estimate.time.is_known);
  g_assert_true ((f->estimate.time.missing_fields & PLIM_FIELD_BIT (PLIM_FIELD_GPU)) != 0);
}

static void
assert_ordered (const PlimBand *band)
{
  g_assert_true (isfinite (band->high));
  g_assert_cmpfloat (band->low, >, 0);
  g_assert_cmpfloat (band->low, <=, band->likely);
  g_assert_cmpfloat (band->likely, <=, band->high);
}

/* For every model: ordered bands, and more sequences never write fewer tokens in all. */
static void
test_every_model (Fixture      *f,
                  gconstpointer data G_GNUC_UNUSED)
{
  guint n_models = plim_catalog_n_models (f->catalog);

  for (guint i = 0; i < n_models; i++)
    {
      double before = 0;

      for (gint64 batch = 1; batch <= 64; batch *= 4)
        {
          const PlimTime *time;

          f->inputs.batch_count = batch;
          time = run (f, plim_catalog_get_model (f->catalog, i)->id, "h100-sxm5-80gb");
          if (!plim_model_has_shape (&f->inputs.model) || plim_model_has_stack (&f->inputs.model, FALSE))
            assert_ordered (&time->decode_tokens_per_s);
          if (plim_model_has_shape (&f->inputs.model))
            {
              assert_ordered (&time->prefill_tokens_per_s);
              assert_ordered (&time->first_token_seconds);
            }
          g_assert_cmpfloat (time->decode_tokens_per_s.likely, >=, before * (1 - 1e-9));
          before = time->decode_tokens_per_s.likely;
        }
    }
}

#define add_test(name, function) \
  g_test_add ("/serving-speed/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("decode", test_decode);
  add_test ("output", test_output);
  add_test ("experts", test_experts);
  add_test ("tensor-parallel", test_tensor_parallel);
  add_test ("prefill", test_prefill);
  add_test ("host-layers", test_host_layers);
  add_test ("eager", test_eager);
  add_test ("draft", test_draft);
  add_test ("encoder", test_encoder);
  add_test ("loaded", test_loaded);
  add_test ("expert-parallel", test_expert_parallel);
  add_test ("unknown-gpu", test_unknown_gpu);
  add_test ("every-model", test_every_model);

  return g_test_run ();
}
