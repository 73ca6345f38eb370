/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The GPU sweep and the method sweep, on rules whose numbers follow by hand. */

#include "jobs.h"
#include "plim-format.h"
#include "plim-gpu-sweep.h"
#include "plim-method-sweep.h"
#include "plim-solver.h"

static void
assert_text (char       *text,
             const char *expected)
{
  g_autofree char *owned = text;

  g_assert_cmpstr (owned, ==, expected);
}

/* 10 · 24 = 240 GB: 19 of 12 GB (12.885e9 bytes), 10 of 24 GB, 8 of 32 GB (34.19e9), 3 of 80 GB */
static void
init_ten_billion (PlimInputs *inputs)
{
  job_init (inputs, PLIM_METHOD_24_BYTES_PER_PARAMETER, PLIM_TASK_TRAINING);
  inputs->precision = PLIM_PRECISION_F32;
  inputs->model = (PlimModel) { .declared_parameters_count = 10000000000 };
  inputs->parameters_count = 10000000000;
}

static void
test_groups (void)
{
  static const struct
  {
    gint64 marketed_gb;
    guint  n_rows;
    gint64 needed_count;
    gint64 whole_nodes_count;
  } expected[] = {
    { 80, 2, 3, 3 },
    { 32, 1, 8, 8 },
    { 24, 2, 10, 16 },
    { 12, 1, 19, 24 },
  };
  PlimInputs               inputs;
  g_autoptr (PlimGpuSweep) sweep = NULL;

  init_ten_billion (&inputs);
  sweep = plim_gpu_sweep_new (&inputs, job_gpus (), N_JOB_GPUS, PLIM_GPU_FILTER_ALL);

  g_assert_cmpuint (sweep->n_rows, ==, N_JOB_GPUS);
  g_assert_cmpuint (sweep->n_groups, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < sweep->n_groups; i++)
    {
      const PlimGpuGroup *group = &sweep->groups[i];

      g_assert_cmpint (group->marketed_gb, ==, expected[i].marketed_gb);
      g_assert_cmpuint (group->n_rows, ==, expected[i].n_rows);
      g_assert_cmpint (group->needed_count, ==, expected[i].needed_count);
      g_assert_cmpint (group->whole_nodes_count, ==, expected[i].whole_nodes_count);
      g_assert_cmpint (group->has_chosen, ==, group->marketed_gb == 24);
    }

  /* Of as many as there are: eight of 32 GB, ten of 24 GB (the chosen one of two), never two */
  inputs.gpus_count = 8;
  g_assert_cmpstr (plim_gpu_sweep_find_smallest (&inputs, job_gpus (), N_JOB_GPUS)->id, ==, "rtx-5090");
  inputs.gpus_count = 10;
  g_assert_cmpstr (plim_gpu_sweep_find_smallest (&inputs, job_gpus (), N_JOB_GPUS)->id, ==, "rtx-4090");
  inputs.gpus_count = 2;
  g_assert_null (plim_gpu_sweep_find_smallest (&inputs, job_gpus (), N_JOB_GPUS));

  /* The newest first, the chosen one before all */
  assert_text (plim_gpu_group_names (sweep, &sweep->groups[0], 5), "H100 SXM, A100 80 GB");
  assert_text (plim_gpu_group_names (sweep, &sweep->groups[0], 1), "H100 SXM and 1 more");
  assert_text (plim_gpu_group_names (sweep, &sweep->groups[2], 5), "RTX 4090, RTX 3090");

  g_assert_false (sweep->is_one_enough);
  g_assert_cmpint (sweep->smallest_row, ==, -1);
  g_assert_cmpint (sweep->rows[sweep->fewest_row].needed_count, ==, 3);
  /* 3 · 1.50 an hour beside 16 · 0.40 */
  g_assert_cmpstr (sweep->rows[sweep->cheapest_row].gpu->id, ==, "a100-80gb");
  g_assert_cmpfloat_with_epsilon (sweep->rows[sweep->cheapest_row].cost_per_hour, 4.5, 1e-9);

  assert_text (plim_finding_gpus (&inputs, sweep, PLIM_UNIT_GIB),
               "One GPU is not enough; the fewest are 3" PLIM_NBSP "H100 SXM.");
}

/* Every row's count holds the job and one less does not. */
static void
test_counts (void)
{
  PlimInputs               inputs;
  g_autoptr (PlimGpuSweep) sweep = NULL;

  init_ten_billion (&inputs);
  sweep = plim_gpu_sweep_new (&inputs, job_gpus (), N_JOB_GPUS, PLIM_GPU_FILTER_ALL);

  for (guint i = 0; i < sweep->n_rows; i++)
    {
      const PlimGpuRow *row = &sweep->rows[i];
      PlimEstimate      estimate;

      inputs.gpu = *row->gpu;
      inputs.gpus_count = row->needed_count;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (estimate.headroom_bytes, >=, 0);
      g_assert_cmpint (estimate.peak_bytes, ==, row->peak_bytes);
      g_assert_cmpfloat (row->filling, <=, 1);

      inputs.gpus_count--;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (estimate.headroom_bytes, <, 0);
    }
}

/* 20 GB of weights: one of 24 GB is enough, one of 12 GB is not. */
static void
test_one_enough (void)
{
  PlimInputs               inputs;
  g_autoptr (PlimGpuSweep) sweep = NULL;
  g_autoptr (PlimGpuSweep) large = NULL;

  init_ten_billion (&inputs);
  inputs.task = PLIM_TASK_INFERENCE;
  inputs.precision = PLIM_PRECISION_F16;
  sweep = plim_gpu_sweep_new (&inputs, job_gpus (), N_JOB_GPUS, PLIM_GPU_FILTER_ALL);

  g_assert_false (sweep->is_one_enough);
  g_assert_cmpint (sweep->rows[sweep->smallest_row].gpu->marketed_gb, ==, 24);

  large = plim_gpu_sweep_new (&inputs, job_gpus (), N_JOB_GPUS, PLIM_GPU_FILTER_DATA_CENTRE);
  g_assert_cmpuint (large->n_rows, ==, 2);
  g_assert_true (large->is_one_enough);
}

/* The inputs' own memory, rate and price do not follow to other GPUs. */
static void
test_overrides (void)
{
  PlimInputs               inputs;
  g_autoptr (PlimGpuSweep) sweep = NULL;

  init_ten_billion (&inputs);
  inputs.gpu_memory_bytes = 1000 * GIB;
  inputs.price_per_gpu_hour = 100;
  sweep = plim_gpu_sweep_new (&inputs, job_gpus (), N_JOB_GPUS, PLIM_GPU_FILTER_ALL);

  g_assert_cmpint (sweep->groups[0].needed_count, ==, 3);
}

static void
test_no_fit (void)
{
  PlimInputs               inputs;
  g_autoptr (PlimGpuSweep) sweep = NULL;
  g_autoptr (PlimGpuSweep) empty = NULL;
  g_autofree char         *finding = NULL;

  /* One copy of the textbook's transformer is never shared out. */
  job_init (&inputs, PLIM_METHOD_TEXTBOOK_TRANSFORMER, PLIM_TASK_TRAINING);
  inputs.context_tokens = 16384;
  sweep = plim_gpu_sweep_new (&inputs, job_gpus (), N_JOB_GPUS, PLIM_GPU_FILTER_ALL);
  g_assert_cmpint (sweep->fewest_row, ==, -1);
  g_assert_cmpint (sweep->rows[0].needed_count, ==, 0);
  finding = plim_finding_gpus (&inputs, sweep, PLIM_UNIT_GIB);
  g_assert_true (g_str_has_prefix (finding, "No GPU here holds"));

  empty = plim_gpu_sweep_new (&inputs, NULL, 0, PLIM_GPU_FILTER_ALL);
  g_assert_cmpuint (empty->n_groups, ==, 0);
}

/* Runtimes are asked about GPUs of makers that they run on alone; two GPUs that a layout takes are not a lack of room.
 */
static void
test_makers (void)
{
  static const struct
  {
    PlimRuntime runtime;
    gboolean    runs_on_macs;
    gboolean    joins_macs;
  } runtimes[] = {
    { PLIM_RUNTIME_VLLM, TRUE, FALSE },
    { PLIM_RUNTIME_LLAMA_CPP, TRUE, TRUE },
    { PLIM_RUNTIME_MLX, TRUE, TRUE },
    { PLIM_RUNTIME_SGLANG, FALSE, FALSE },
    { PLIM_RUNTIME_TENSORRT_LLM, FALSE, FALSE },
  };
  PlimGpu        nvidia = *job_gpus ()[0];
  PlimGpu        apple = nvidia;
  const PlimGpu *gpus[] = { &nvidia, &apple };
  PlimInputs     inputs;
  PlimEstimate   estimate;

  nvidia.bandwidth_bytes_per_s = G_GINT64_CONSTANT (1008000000000);
  g_strlcpy (apple.vendor, "Apple", sizeof apple.vendor);
  g_strlcpy (apple.id, "apple", sizeof apple.id);
  job_init (&inputs, PLIM_METHOD_COMPONENT, PLIM_TASK_INFERENCE);
  plim_model_init_decoder (&inputs.model, 2048, 16, 32, 8, 64, 8192, 128256, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (runtimes); i++)
    {
      g_autoptr (PlimGpuSweep) sweep = NULL;

      inputs.runtime = runtimes[i].runtime;
      inputs.gpu = apple;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (estimate.not_covered == NULL, ==, runtimes[i].runs_on_macs);
      inputs.gpus_count = 2;
      plim_estimate (&inputs, &estimate);
      g_assert_cmpint (estimate.not_covered == NULL, ==, runtimes[i].joins_macs);
      inputs.gpus_count = 1;

      inputs.gpu = nvidia;
      inputs.tensor_parallel_count = 2;
      sweep = plim_gpu_sweep_new (&inputs, gpus, G_N_ELEMENTS (gpus), PLIM_GPU_FILTER_ALL);
      g_assert_cmpuint (sweep->n_rows, ==, runtimes[i].joins_macs ? 2 : 1);
      g_assert_cmpfloat (sweep->rows[0].tokens_per_s, >, 0);
      assert_text (plim_finding_gpus (&inputs, sweep, PLIM_UNIT_GIB),
                   "Split over 2 GPUs as chosen, the smallest that hold it are 2" PLIM_NBSP "RTX 4090.");
      inputs.tensor_parallel_count = 0;
    }
}

/* QLoRA: two rules and the engine do without, two have a number */
static void
test_methods (void)
{
  PlimInputs                  inputs;
  g_autoptr (PlimMethodSweep) sweep = NULL;

  job_init (&inputs, PLIM_METHOD_COMPONENT, PLIM_TASK_QLORA);
  sweep = plim_method_sweep_new (&inputs);

  g_assert_true (plim_method_sweep_is_known (sweep, PLIM_METHOD_BYTES_TIMES_MULTIPLIER));
  g_assert_true (plim_method_sweep_is_known (sweep, PLIM_METHOD_SERVING_OVERHEAD));
  g_assert_true (plim_method_sweep_is_known (sweep, PLIM_METHOD_MODULE_TABLE));
  g_assert_false (plim_method_sweep_is_known (sweep, PLIM_METHOD_24_BYTES_PER_PARAMETER));
  g_assert_false (plim_method_sweep_is_known (sweep, PLIM_METHOD_TEXTBOOK_TRANSFORMER));
  g_assert_cmpstr (sweep->estimates[PLIM_METHOD_24_BYTES_PER_PARAMETER].not_covered, ==, "Does not cover QLoRA");

  for (PlimMethod method = 0; method < PLIM_N_METHODS; method++)
    if (plim_method_sweep_is_known (sweep, method))
      {
        g_assert_cmpint (sweep->estimates[method].peak_bytes, >=, sweep->low_bytes);
        g_assert_cmpint (sweep->estimates[method].peak_bytes, <=, sweep->high_bytes);
      }
}

/* A size alone, 1e9 in 16 bits for inference: 2 GB three times, and 2.4 GB with the overhead */
static void
test_methods_range (void)
{
  PlimInputs                  inputs;
  g_autoptr (PlimMethodSweep) sweep = NULL;

  init_ten_billion (&inputs);
  inputs.task = PLIM_TASK_INFERENCE;
  inputs.precision = PLIM_PRECISION_F16;
  sweep = plim_method_sweep_new (&inputs);

  g_assert_cmpint (sweep->estimates[PLIM_METHOD_BYTES_TIMES_MULTIPLIER].peak_bytes, ==, 20000000000);
  g_assert_cmpint (sweep->estimates[PLIM_METHOD_24_BYTES_PER_PARAMETER].peak_bytes, ==, 20000000000);
  g_assert_cmpint (sweep->estimates[PLIM_METHOD_MODULE_TABLE].peak_bytes, ==, 20000000000);
  g_assert_cmpint (sweep->estimates[PLIM_METHOD_SERVING_OVERHEAD].peak_bytes, ==, 24000000000);
  g_assert_cmpint (sweep->low_bytes, ==, 20000000000);
  g_assert_cmpint (sweep->high_bytes, >=, 24000000000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sweeps/groups", test_groups);
  g_test_add_func ("/sweeps/counts", test_counts);
  g_test_add_func ("/sweeps/one-enough", test_one_enough);
  g_test_add_func ("/sweeps/overrides", test_overrides);
  g_test_add_func ("/sweeps/no-fit", test_no_fit);
  g_test_add_func ("/sweeps/makers", test_makers);
  g_test_add_func ("/sweeps/methods", test_methods);
  g_test_add_func ("/sweeps/methods-range", test_methods_range);

  return g_test_run ();
}
