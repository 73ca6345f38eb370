/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Quantized weights of Llama 2 7B, matrix by matrix from the tensors that the quantizers write: 32 layers with four
 * matrices of 4096 x 4096 and three of 4096 and 11008; 65 norms, a token table and a head of 32,000 x 4096. */

#include "evaluate.h"
#include "opened.h"

#define LAYERS 32
#define HIDDEN 4096
#define WIDTH  11008
#define TABLE  (G_GINT64_CONSTANT (32000) * HIDDEN)
#define NORMS  (G_GINT64_CONSTANT (65) * HIDDEN)

/* Inputs and outputs of the matrices of a layer. */
static const gint64 matrices[][2] = {
  { HIDDEN, HIDDEN },
  { HIDDEN, HIDDEN },
  { HIDDEN, HIDDEN },
  { HIDDEN, HIDDEN },
  { HIDDEN, WIDTH },
  { HIDDEN, WIDTH },
  { WIDTH, HIDDEN },
};

static const struct
{
  const char *id;
  gint64      bits;
  gint64      group_size;
  gint64      zero_bits;     /* of the zero point of a group */
  gint64      input_bytes;   /* g_idx: the group of each input, int32 */
  gint64      output_bytes;  /* SCB: a scale for each output, float32 */
} formats[] = {
  /* AutoGPTQ, qlinear_cuda.py: qweight (in / 32 x bits, out), qzeros (in / group, out / 32 x bits), scales (in / group,
   * out) in 16 bits, g_idx (in) */
  { "gptq-3bit-g128", 3, 128, 3, 4, 0 },
  { "gptq-4bit-g32", 4, 32, 4, 4, 0 },
  { "gptq-4bit-g64", 4, 64, 4, 4, 0 },
  { "gptq-4bit-g128", 4, 128, 4, 4, 0 },
  { "gptq-8bit-g32", 8, 32, 8, 4, 0 },
  { "gptq-8bit-g128", 8, 128, 8, 4, 0 },
  /* AutoAWQ, gemm.py: the first three */
  { "awq-4bit-g32", 4, 32, 4, 0, 0 },
  { "awq-4bit-g64", 4, 64, 4, 0, 0 },
  { "awq-4bit-g128", 4, 128, 4, 0, 0 },
  /* hqq, quantize.py: W_q, scale and zero, both in 16 bits */
  { "hqq-8bit-g64", 8, 64, 16, 0, 0 },
  { "hqq-4bit-g64", 4, 64, 16, 0, 0 },
  { "hqq-4bit-g128", 4, 128, 16, 0, 0 },
  { "hqq-2bit-g64", 2, 64, 16, 0, 0 },
  { "hqq-2bit-g16", 2, 16, 16, 0, 0 },
  /* bitsandbytes, Int8Params: CB, int8, and SCB, float32 (out) */
  { "int8", 8, 0, 0, 0, 4 },
};

static void
set_up (PlimCatalog *catalog,
        PlimInputs  *inputs,
        PlimTask     task,
        PlimRuntime  runtime,
        const char  *precision)
{
  describe_job (catalog, inputs, "llama-2-7b", "h100-sxm5-80gb", task);
  inputs->runtime = runtime;
  inputs->precision = (PlimPrecision) plim_field_find_choice (PLIM_FIELD_PRECISION, precision);
  g_assert_true (plim_catalog_resolve (catalog, inputs, NULL));
}

static gint64
quantized_bytes (guint format)
{
  gint64 bytes = 0;

  for (guint i = 0; i < G_N_ELEMENTS (matrices); i++)
    {
      gint64 in = matrices[i][0];
      gint64 out = matrices[i][1];
      gint64 groups = formats[format].group_size > 0 ? in / formats[format].group_size : 0;

      bytes += in * out * formats[format].bits / 8 + groups * out * (16 + formats[format].zero_bits) / 8 +
               in * formats[format].input_bytes + out * formats[format].output_bytes;
    }

  return LAYERS * bytes;
}

static void
assert_weights (const PlimEstimate *estimate,
                gint64              bytes)
{
  g_assert_null (estimate->not_covered);
  g_assert_cmpint (estimate->stored_bytes, ==, bytes);
  g_assert_cmpint (estimate->terms[0].id, ==, PLIM_TERM_WEIGHTS);
  g_assert_cmpint (estimate->terms[0].bytes_at[PLIM_MOMENT_DECODE], ==, bytes);
  g_assert_cmpint (evaluate_bytes (&estimate->terms[0].explanation), ==, bytes);
}

static void
test_tensors (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      g_test_message ("%s", formats[i].id);
      set_up (catalog, &inputs, PLIM_TASK_INFERENCE, PLIM_RUNTIME_VLLM, formats[i].id);
      plim_estimate (&inputs, &estimate);
      assert_weights (&estimate, quantized_bytes (i) + 2 * (2 * TABLE + NORMS));
    }
}

/* Bits of a weight in layers as the name says.  The token table in 16 bits, and the head of 32,000 outputs and 4096
 * inputs by ExLlamaV2's qparams_headoptions for 6 bits: 8 bits for 15 % of the inputs, 6 for the rest, a scale of 4
 * bits for each output and 128 inputs. */
static void
test_exl (void)
{
  static const struct
  {
    const char *id;
    gint64      hundredths;
  } rates[] = {
    { "exl-2.0", 200 },
    { "exl-2.25", 225 },
    { "exl-2.4", 240 },
    { "exl-2.65", 265 },
    { "exl-4.25", 425 },
    { "exl-4.5", 450 },
    { "exl-5.5", 550 },
    { "exl-8.0", 800 },
  };
  gint64                  head_bits = TABLE * 15 / 100 * 8 + TABLE * 85 / 100 * 6 + TABLE / 128 * 4;
  gint64                  count = 0;
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (matrices); i++)
    count += LAYERS * matrices[i][0] * matrices[i][1];
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;
      gint64       bytes = count * rates[i].hundredths / 800 + head_bits / 8 + 2 * (TABLE + NORMS);

      set_up (catalog, &inputs, PLIM_TASK_INFERENCE, PLIM_RUNTIME_TRANSFORMERS, rates[i].id);
      plim_estimate (&inputs, &estimate);
      /* Each layer is stored in whole blocks of 160 weights. */
      g_assert_cmpint (ABS (estimate.stored_bytes - bytes), <=, LAYERS * 160);
      assert_weights (&estimate, estimate.stored_bytes);
    }
}

/* LitGPT quantizes the head too, and has one matrix beside the weights: of Falcon 7B the head of 65,024 x 4544, which
 * it does not tie, in 4 bytes for each number.  In 32 layers two matrices of 4544 x 18,176, one of 4544 x 4672 (71 + 2
 * heads of 64) and one of 4544 x 4544; 33 norms with biases, 4544 x 2. */
static void
test_litgpt (void)
{
  const gint64 table = G_GINT64_CONSTANT (65024) * 4544;
  const gint64 layers = G_GINT64_CONSTANT (32) * 4544 * (2 * 18176 + 4672 + 4544);
  const gint64 outputs = 32 * (18176 + 4544 + 4672 + 4544) + 65024;
  const gint64 plain = 2 * (table + G_GINT64_CONSTANT (33) * 4544 * 2);
  const struct
  {
    const char *precision;
    gint64      weights_bytes;
    PlimTermId  term;
    PlimMoment  moment;
  } cases[] = {
    { "nf4", (layers + table) / 64 * 36 + plain, PLIM_TERM_DEQUANTIZED, PLIM_MOMENT_PREFILL },
    { "int8", layers + table + 4 * outputs + plain, PLIM_TERM_LOADING, PLIM_MOMENT_LOAD },
  };
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs      inputs;
      PlimEstimate    estimate;
      const PlimTerm *term = NULL;

      set_up (catalog, &inputs, PLIM_TASK_INFERENCE, PLIM_RUNTIME_LITGPT, cases[i].precision);
      plim_inputs_set_text (&inputs, PLIM_FIELD_MODEL, "falcon-7b");
      g_assert_true (plim_catalog_resolve (catalog, &inputs, NULL));
      plim_estimate (&inputs, &estimate);
      assert_weights (&estimate, cases[i].weights_bytes);
      for (guint j = 0; j < estimate.n_terms; j++)
        if (estimate.terms[j].id == cases[i].term)
          term = &estimate.terms[j];
      g_assert_nonnull (term);
      g_assert_cmpint (term->bytes_at[cases[i].moment], ==, 4 * table);
      g_assert_cmpint (evaluate_bytes (&term->explanation), ==, 4 * table);
    }
}

/* What no program runs or trains. */
static void
test_refused (void)
{
  static const struct
  {
    PlimTask    task;
    PlimRuntime runtime;
    const char *precision;
    gboolean    is_refused;
  } cases[] = {
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_LLAMA_CPP, "gptq-4bit-g128", TRUE },
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_LLAMA_CPP, "awq-4bit-g64", TRUE },
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_LLAMA_CPP, "hqq-4bit-g64", TRUE },
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_LLAMA_CPP, "exl-4.25", TRUE },
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_LLAMA_CPP, "q4_k_m", FALSE },
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_VLLM, "gptq-4bit-g32", FALSE },
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_VLLM, "exl-4.25", TRUE },
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_TRANSFORMERS, "exl-4.25", FALSE },
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_LITGPT, "gptq-4bit-g128", TRUE },
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_LITGPT, "fp8", TRUE },
    { PLIM_TASK_INFERENCE, PLIM_RUNTIME_LITGPT, "f32", FALSE },
    { PLIM_TASK_TRAINING, PLIM_RUNTIME_TRANSFORMERS, "exl-4.0", TRUE },
    { PLIM_TASK_LORA, PLIM_RUNTIME_TRANSFORMERS, "exl-4.0", TRUE },
    { PLIM_TASK_QLORA, PLIM_RUNTIME_TRANSFORMERS, "exl-4.0", TRUE },
    { PLIM_TASK_QLORA, PLIM_RUNTIME_TRANSFORMERS, "gptq-4bit-g64", FALSE },
  };
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PlimInputs   inputs;
      PlimEstimate estimate;

      set_up (catalog, &inputs, cases[i].task, cases[i].runtime, cases[i].precision);
      plim_estimate (&inputs, &estimate);
      g_test_message ("%s: %s", cases[i].precision, estimate.not_covered);
      g_assert_cmpint (estimate.not_covered != NULL, ==, cases[i].is_refused);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/formats/tensors", test_tensors);
  g_test_add_func ("/formats/exl", test_exl);
  g_test_add_func ("/formats/litgpt", test_litgpt);
  g_test_add_func ("/formats/refused", test_refused);

  return g_test_run ();
}
