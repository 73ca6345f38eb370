/* SPDX-License-Identifier: GPL-3.0-or-later */

/* llama.cpp's working memory against its own allocator.
 *
 * The expected numbers are what llama.cpp reports for caches and compute buffer together, on its CPU backend, of files
 * with the shapes of these models: node-llama-cpp 3.22.1, GgufInsights.estimateContextResourceRequirementsV2 with
 * batchSize 512, in MiB.  That library computes one token more at once for models with a window. */

#include "evaluate.h"
#include "plim-estimate.h"

#include <string.h>

#define MIB         1048576.0
#define BAND        0.01
#define ROUNDING    0.06   /* of the printed numbers, MiB */
#define UBATCH      512
#define WITH_WINDOW 513

typedef void (*FillModel) (PlimModel *model);

typedef struct
{
  const char   *name;
  FillModel     fill;
  gint64        context_tokens;
  gint64        sequences_count;
  gint64        ubatch_tokens;
  PlimPrecision kv_precision;
  double        flash_mib;
  double        eager_mib;   /* 0 = not reported */
} Row;

static void
fill_llama_2_7b (PlimModel *model)
{
  plim_model_init_decoder (model, 4096, 32, 32, 32, 128, 11008, 32000, TRUE);
}

static void
fill_llama_3_8b (PlimModel *model)
{
  plim_model_init_decoder (model, 4096, 32, 32, 8, 128, 14336, 128256, TRUE);
}

static void
fill_qwen3_8b (PlimModel *model)
{
  plim_model_init_decoder (model, 4096, 36, 32, 8, 128, 12288, 151936, TRUE);
}

static void
fill_qwen3_30b_a3b (PlimModel *model)
{
  plim_model_init_decoder (model, 2048, 48, 32, 4, 128, 0, 151936, TRUE);
  model->kinds[0].experts = (PlimExperts) { .experts_count = 128, .active_count = 8, .width = 768, .is_gated = TRUE };
}

/* The second kind of layer stands at every @interval-th depth. */
static void
alternate (PlimModel *model,
           guint      interval)
{
  model->n_kinds = 2;
  model->kinds[0].layers_count = 0;
  model->kinds[1].layers_count = 0;
  for (guint i = 0; i < model->n_layers; i++)
    {
      model->pattern[i] = (i + 1) % interval == 0;
      model->kinds[model->pattern[i]].layers_count++;
    }
}

static void
fill_gemma_3_27b (PlimModel *model)
{
  plim_model_init_decoder (model, 5376, 62, 32, 16, 128, 21504, 262208, TRUE);
  model->has_tied_head = TRUE;
  model->kinds[1] = model->kinds[0];
  model->kinds[0].attention.window_tokens = 1024;
  alternate (model, 6);
}

static void
fill_qwen3_6_27b (PlimModel *model)
{
  plim_model_init_decoder (model, 5120, 64, 24, 4, 256, 17408, 248320, TRUE);
  model->kinds[0].attention.has_output_gate = TRUE;
  model->kinds[1] = model->kinds[0];
  model->kinds[0].attention = (PlimAttention) { 0 };
  model->kinds[0].recurrent = (PlimRecurrent) {
    .kind = PLIM_RECURRENT_GATED_DELTA_NET,
    .inner_size = 6144,
    .state_size = 128,
    .groups_count = 16,
    .heads_count = 48,
    .conv_kernel = 4,
  };
  alternate (model, 4);
}

static void
fill_mamba_2_8b (PlimModel *model)
{
  plim_model_init_decoder (model, 2560, 64, 1, 1, 1, 0, 50280, TRUE);
  model->has_tied_head = TRUE;
  model->kinds[0].attention = (PlimAttention) { 0 };
  model->kinds[0].recurrent = (PlimRecurrent) {
    .kind = PLIM_RECURRENT_MAMBA1,
    .inner_size = 5120,
    .state_size = 16,
    .conv_kernel = 4,
    .dt_rank = 160,
  };
}

static void
fill_deepseek_v2_lite (PlimModel *model)
{
  plim_model_init_decoder (model, 2048, 27, 16, 16, 192, 10944, 102400, TRUE);
  model->kinds[0].attention.kind = PLIM_ATTENTION_MLA;
  model->kinds[0].attention.v_head_dim = 128;
  model->kinds[0].attention.kv_lora_rank = 512;
  model->kinds[0].attention.rope_head_dim = 64;
  model->kinds[1] = model->kinds[0];
  model->kinds[1].mlp = (PlimMlp) { 0 };
  model->kinds[1].experts = (PlimExperts) {
    .experts_count = 64,
    .active_count = 6,
    .width = 1408,
    .shared_width = 2816,
    .is_gated = TRUE,
  };
  model->n_kinds = 2;
  model->kinds[0].layers_count = 1;
  model->kinds[1].layers_count = 26;
  memset (model->pattern + 1, 1, 26);
}

static const Row rows[] = {
  { "Llama 2 7B", fill_llama_2_7b, 4096, 1, UBATCH, PLIM_PRECISION_F16, 2148.5, 2368.0 },
  { "Llama 3 8B", fill_llama_3_8b, 4096, 1, UBATCH, PLIM_PRECISION_F16, 778.5, 820.0 },
  { "Llama 3 8B", fill_llama_3_8b, 8192, 1, UBATCH, PLIM_PRECISION_F16, 1290.5, 1596.0 },
  { "Llama 3 8B", fill_llama_3_8b, 131072, 1, UBATCH, PLIM_PRECISION_F16, 16650.5, 24876.0 },
  { "Llama 3 8B, 4 sequences", fill_llama_3_8b, 8192, 4, UBATCH, PLIM_PRECISION_F16, 4362.5, 4668.0 },
  { "Llama 3 8B, q8_0", fill_llama_3_8b, 32768, 1, UBATCH, PLIM_PRECISION_Q8_0, 2450.5, 0 },
  { "Llama 3 8B, q4_0", fill_llama_3_8b, 32768, 1, UBATCH, PLIM_PRECISION_Q4_0, 1426.5, 0 },
  { "Qwen3 8B", fill_qwen3_8b, 4096, 1, UBATCH, PLIM_PRECISION_F16, 888.752, 0 },
  { "Qwen3 30B A3B", fill_qwen3_30b_a3b, 4096, 1, UBATCH, PLIM_PRECISION_F16, 688.752, 0 },
  { "Gemma 3 27B", fill_gemma_3_27b, 4096, 1, WITH_WINDOW, PLIM_PRECISION_F16, 1582.2, 1582.2 },
  { "Gemma 3 27B", fill_gemma_3_27b, 32768, 1, WITH_WINDOW, PLIM_PRECISION_F16, 3822.2, 5471.3 },
  { "Gemma 3 27B", fill_gemma_3_27b, 131072, 1, WITH_WINDOW, PLIM_PRECISION_F16, 11502.2, 19499.6 },
  { "DeepSeek V2 Lite", fill_deepseek_v2_lite, 4096, 1, UBATCH, PLIM_PRECISION_F16, 361.8, 361.8 },
  { "DeepSeek V2 Lite", fill_deepseek_v2_lite, 32768, 1, UBATCH, PLIM_PRECISION_F16, 1212.3, 2146.0 },
  { "DeepSeek V2 Lite", fill_deepseek_v2_lite, 131072, 1, UBATCH, PLIM_PRECISION_F16, 4128.3, 8426.3 },
  /* Logs of CUDA show a buffer of 495.00 MiB, beside 64 KiB a token and 149.6 MiB of states for each sequence. */
  { "Qwen3.6 27B", fill_qwen3_6_27b, 4096, 1, UBATCH, PLIM_PRECISION_F16, 900.6, 0 },
  { "Qwen3.6 27B", fill_qwen3_6_27b, 65536, 1, UBATCH, PLIM_PRECISION_F16, 4740.6, 7515.6 },
  { "Qwen3.6 27B", fill_qwen3_6_27b, 131072, 1, UBATCH, PLIM_PRECISION_F16, 8836.6, 0 },
  { "Qwen3.6 27B, q8_0", fill_qwen3_6_27b, 131072, 1, UBATCH, PLIM_PRECISION_Q8_0, 4996.6, 0 },
  { "Qwen3.6 27B", fill_qwen3_6_27b, 262144, 1, UBATCH, PLIM_PRECISION_F16, 17028.6, 29403.6 },
  { "Qwen3.6 27B, 4 sequences", fill_qwen3_6_27b, 4096, 4, UBATCH, PLIM_PRECISION_F16, 2117.5, 0 },
  { "Mamba 2.8B", fill_mamba_2_8b, 4096, 1, UBATCH, PLIM_PRECISION_F16, 137.0, 137.0 },
  { "Mamba 2.8B, 4 sequences", fill_mamba_2_8b, 4096, 4, UBATCH, PLIM_PRECISION_F16, 208.2, 208.2 },
  { "Mamba 2.8B, 8 sequences", fill_mamba_2_8b, 4096, 8, UBATCH, PLIM_PRECISION_F16, 303.2, 303.2 },
};

static void
init (PlimInputs *inputs,
      const Row  *row)
{
  plim_inputs_init (inputs);
  inputs->task = PLIM_TASK_INFERENCE;
  inputs->runtime = PLIM_RUNTIME_LLAMA_CPP;
  inputs->precision = PLIM_PRECISION_F16;
  inputs->kv_precision = row->kv_precision;
  inputs->context_tokens = row->context_tokens;
  inputs->batch_count = row->sequences_count;
  inputs->ubatch_tokens = row->ubatch_tokens;
  row->fill (&inputs->model);
}

static double
term_mib (const PlimEstimate *estimate,
          PlimTermId          id)
{
  for (guint i = 0; i < estimate->n_terms; i++)
    if (estimate->terms[i].id == id)
      {
        g_assert_cmpint (evaluate_bytes (&estimate->terms[i].explanation), ==, estimate->terms[i].bytes);
        return (double) estimate->terms[i].bytes / MIB;
      }

  return 0;
}

static void
check (const PlimInputs *inputs,
       double            expected_mib)
{
  PlimEstimate estimate;
  double       kept;
  double       buffer;

  plim_estimate (inputs, &estimate);
  kept = term_mib (&estimate, PLIM_TERM_KV_CACHE) + term_mib (&estimate, PLIM_TERM_RECURRENT_STATE);
  buffer = term_mib (&estimate, PLIM_TERM_COMPUTE_BUFFER);
  g_test_message ("kept %.1f, buffer %.2f, expected %.2f", kept, buffer, expected_mib - kept);
  g_assert_cmpfloat (buffer, >, 0);
  g_assert_cmpfloat_with_epsilon (buffer, expected_mib - kept, BAND * (expected_mib - kept) + ROUNDING);
}

static void
test_flash (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PlimInputs inputs;

      g_test_message ("%s, %d tokens", rows[i].name, (int) rows[i].context_tokens);
      init (&inputs, &rows[i]);
      check (&inputs, rows[i].flash_mib);
    }
}

static void
test_eager (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PlimInputs inputs;

      if (rows[i].eager_mib == 0)
        continue;

      g_test_message ("%s, %d tokens", rows[i].name, (int) rows[i].context_tokens);
      init (&inputs, &rows[i]);
      inputs.attention = PLIM_ATTENTION_KERNEL_EAGER;
      check (&inputs, rows[i].eager_mib);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compute-buffer/llama.cpp/flash", test_flash);
  g_test_add_func ("/compute-buffer/llama.cpp/eager", test_eager);

  return g_test_run ();
}
