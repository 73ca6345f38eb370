/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The product's sentences, for answers made by hand. */

#include "plim-accuracy.h"
#include "plim-finding.h"
#include "plim-format.h"
#include "plim-wording.h"

#include <locale.h>
#include <string.h>

#define NB   PLIM_NBSP
#define MIB  G_GINT64_CONSTANT (1048576)
#define GIB  (1024 * MIB)
#define UNIT PLIM_UNIT_GIB

static void
assert_text (char       *text,
             const char *expected)
{
  g_autofree char *owned = text;

  g_assert_cmpstr (owned, ==, expected);
}

static void
init (PlimInputs   *inputs,
      PlimEstimate *estimate)
{
  plim_inputs_init (inputs);
  g_strlcpy (inputs->gpu_id, "rtx-4090", sizeof inputs->gpu_id);
  inputs->gpu = (PlimGpu) {
    .id = "rtx-4090", .name = "RTX 4090", .marketed_gb = 24, .reported_bytes = 24564 * MIB, .is_reported = TRUE
  };

  memset (estimate, 0, sizeof *estimate);
  estimate->capacity_bytes = 24564 * MIB;
  estimate->context_bytes = 471 * MIB;
  estimate->usable_bytes = 24093 * MIB;
  estimate->peak_bytes = 18740 * MIB;
  estimate->headroom_bytes = estimate->usable_bytes - estimate->peak_bytes;
  estimate->verdict = PLIM_VERDICT_FITS;
  estimate->n_terms = 2;
  estimate->terms[0] = (PlimTerm) { .id = PLIM_TERM_WEIGHTS, .bytes = 15258 * MIB };
  estimate->terms[1] = (PlimTerm) { .id = PLIM_TERM_KV_CACHE, .bytes = 3482 * MIB };
  estimate->n_roles = 1;
  estimate->roles[0] = (PlimRole) {
    .gpus_count = 1, .n_terms = 2, .peak_moment = PLIM_MOMENT_DECODE, .peak_bytes = 18740 * MIB
  };
  estimate->roles[0].moment_bytes[PLIM_MOMENT_LOAD] = 15258 * MIB;
  estimate->roles[0].moment_bytes[PLIM_MOMENT_DECODE] = 18740 * MIB;
}

/* 15 % of what is reserved are fragments on average, 33 % at most; the driver shows 471 MiB of context too. */
static void
test_reserved (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init (&inputs, &estimate);
  g_assert_null (plim_wording_reserved (&estimate, UNIT));
  g_assert_null (plim_wording_device_use (&estimate, UNIT));

  estimate.peak_bytes = 17 * GIB;
  estimate.reserved = (PlimReserved) { .is_known = TRUE,
                                       .bytes = 20 * GIB,
                                       .high_bytes = 25 * GIB,
                                       .device_low_bytes = 18 * GIB,
                                       .device_bytes = 21 * GIB,
                                       .device_high_bytes = 26 * GIB };
  assert_text (plim_wording_reserved (&estimate, UNIT), "20.0" NB "GiB (17.0–25.0" NB "GiB)");
  assert_text (plim_wording_device_use (&estimate, UNIT), "21.0" NB "GiB (18.0–26.0" NB "GiB)");
}

/* "0.211" has a third digit, as the unit is the larger number's. */
static void
test_collectives (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init (&inputs, &estimate);
  g_assert_null (plim_wording_collectives (&estimate, UNIT));

  estimate.collectives = (PlimCollectives) { 216 * MIB, 1280 * MIB };
  assert_text (plim_wording_collectives (&estimate, UNIT), "0.211–1.25" NB "GiB");

  g_assert_nonnull (strstr (plim_wording_collectives_reason (&inputs), "from the cache"));
  inputs.task = PLIM_TASK_TRAINING;
  g_assert_nonnull (strstr (plim_wording_collectives_reason (&inputs), "the driver shows them"));
}

static void
test_verdict (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init (&inputs, &estimate);
  assert_text (plim_wording_verdict (&estimate, UNIT), "Fits: 18.3 of 23.5" NB "GiB");
  assert_text (plim_wording_verdict_detail (&inputs, &estimate, UNIT),
               "5.23" NB "GiB free (22" NB "%) on one RTX 4090, estimated");

  estimate.low_bytes = estimate.peak_bytes - 500 * MIB;
  estimate.high_bytes = estimate.peak_bytes + 819 * MIB;
  assert_text (plim_wording_verdict_detail (&inputs, &estimate, UNIT),
               "5.23" NB "GiB free (22" NB "%) on one RTX 4090, estimated ±819" NB "MiB");

  estimate.verdict = PLIM_VERDICT_TIGHT;
  assert_text (plim_wording_verdict (&estimate, UNIT), "Tight: 18.3 of 23.5" NB "GiB");

  inputs.gpus_count = 8;
  estimate.verdict = PLIM_VERDICT_DOES_NOT_FIT;
  estimate.headroom_bytes = -76 * GIB;
  estimate.high_bytes = 0;
  assert_text (plim_wording_verdict (&estimate, UNIT), "Does not fit: 76.0" NB "GiB short per GPU");
  assert_text (plim_wording_verdict_detail (&inputs, &estimate, UNIT),
               "18.3" NB "GiB needed, 23.5" NB "GiB usable on each of 8" NB "RTX 4090, estimated");
}

static void
test_role (void)
{
  PlimRole role = { .name = "Last stage", .gpus_count = 2 };

  assert_text (plim_wording_role (&role), "Last stage, 2 GPUs");
  role.stage_number = role.last_stage_number = 2;
  assert_text (plim_wording_role (&role), "Stage 2, 2 GPUs");
  role.is_folded = TRUE;
  assert_text (plim_wording_role (&role), "Stage 2 from both ends, 2 GPUs");
  role.last_stage_number = 5;
  assert_text (plim_wording_role (&role), "Stages 2 to 5 from both ends, 2 GPUs");
  role.is_folded = FALSE;
  assert_text (plim_wording_role (&role), "Stages 2 to 5, 2 GPUs");
}

/* What lacks may be room for caches while memory is free. */
static void
test_pool (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init (&inputs, &estimate);
  estimate.verdict = PLIM_VERDICT_DOES_NOT_FIT;
  estimate.kv_pool.bytes = 9 * GIB;
  estimate.kv_pool.needed_bytes = 10 * GIB;
  assert_text (plim_wording_verdict (&estimate, UNIT), "Does not fit: 1.00" NB "GiB short per GPU");
  assert_text (plim_wording_verdict_detail (&inputs, &estimate, UNIT),
               "10.0" NB "GiB needed for caches, 9.00" NB "GiB kept for them on one RTX 4090, estimated");
}

static void
test_unknown (void)
{
  PlimEstimate estimate = { .verdict = PLIM_VERDICT_UNKNOWN };

  assert_text (plim_wording_verdict (&estimate, UNIT), "Not enough information");

  estimate.missing_fields = PLIM_FIELD_BIT (PLIM_FIELD_MODEL) | PLIM_FIELD_BIT (PLIM_FIELD_PARAMETERS) |
                            PLIM_FIELD_BIT (PLIM_FIELD_GPU);
  assert_text (plim_wording_verdict (&estimate, UNIT), "Not enough information: choose a model and choose a GPU");

  estimate.missing_fields = PLIM_FIELD_BIT (PLIM_FIELD_HIDDEN_SIZE);
  assert_text (plim_wording_missing (&estimate), "give Hidden Size");

  estimate.not_covered = "Does not cover QLoRA";
  assert_text (plim_wording_verdict (&estimate, UNIT), "Does not cover QLoRA");
  assert_text (plim_finding_memory (&estimate, UNIT), "Does not cover QLoRA.");
}

static void
test_load_line (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init (&inputs, &estimate);
  assert_text (plim_wording_load_line (&estimate, UNIT), "Load line 23.5" NB "GiB usable");
  assert_text (plim_wording_load_line_detail (&inputs, &estimate, UNIT),
               "24" NB "GB card, 24,564" NB "MiB reported, 471" NB "MiB runtime context");

  inputs.runtime = PLIM_RUNTIME_SGLANG;
  inputs.memory_utilization = 0.8;
  estimate.collectives.low_bytes = 216 * MIB;
  assert_text (plim_wording_load_line_detail (&inputs, &estimate, UNIT),
               "24" NB "GB card, 24,564" NB "MiB reported, 471" NB "MiB runtime context, 216" NB
               "MiB of NCCL’s buffers, the runtime fills 80" NB "%");

  estimate.capacity_bytes = 0;
  assert_text (plim_wording_load_line (&estimate, UNIT), "");
}

static void
test_answers (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;
  PlimLimits   limits = { .largest_batch_count = 63, .longest_context_tokens = 5632 };

  init (&inputs, &estimate);
  assert_text (plim_wording_memory_answer (&estimate, UNIT), "18.3" NB "GiB");
  assert_text (plim_wording_gpus_answer (0), "no count fits");
  assert_text (plim_wording_gpus_answer (1), "1 is enough");
  assert_text (plim_wording_gpus_answer (24), "24 needed");
  assert_text (plim_wording_limits_answer (&inputs, &limits), "5,632 tokens");
  assert_text (plim_wording_methods_answer (9 * GIB / 2, 1874 * GIB / 100, UNIT), "4.50" PLIM_EN_DASH "18.7" NB "GiB");
  assert_text (plim_wording_methods_answer (0, 0, UNIT), PLIM_EN_DASH);
  assert_text (plim_wording_compare_answer (4), "4 scenarios");
  assert_text (plim_wording_compare_answer (1), "1 scenario");

  assert_text (plim_wording_time_answer (&inputs, &estimate), PLIM_EN_DASH);
  inputs.task = PLIM_TASK_TRAINING;
  estimate.time.tokens_per_s = 9310;
  g_assert_true (plim_wording_is_speed_alone (&estimate.time));
  assert_text (plim_wording_time_answer (&inputs, &estimate), "9,310 tokens/s");
  estimate.time.is_known = TRUE;
  estimate.time.seconds = 4.1 * 3600;
  assert_text (plim_wording_time_answer (&inputs, &estimate), "4.1" NB "h");
  estimate.time.cost_usd = 1.62;
  assert_text (plim_wording_time_answer (&inputs, &estimate), "4.1" NB "h, $1.62");

  estimate.n_terms = 0;
  assert_text (plim_wording_memory_answer (&estimate, UNIT), PLIM_EN_DASH);
}

/* Sizes and caches of serving were published, of training whole peaks, of the published rules nothing. */
static void
test_checked (void)
{
  PlimInputs          inputs;
  PlimEstimate        estimate;
  const PlimAccuracy *accuracy;
  g_autofree char    *weights = NULL;
  g_autofree char    *part = NULL;

  init (&inputs, &estimate);
  inputs.method = PLIM_METHOD_COMPONENT;
  inputs.runtime = PLIM_RUNTIME_VLLM;
  weights = plim_wording_checked (&inputs, PLIM_TERM_WEIGHTS);
  g_assert_nonnull (strstr (weights, "published figures"));
  assert_text (plim_wording_checked (&inputs, PLIM_TERM_COMPUTE_BUFFER), "Not checked against measurements");
  plim_accuracy_set_range (&inputs, &estimate);
  g_assert_cmpint (estimate.high_bytes, ==, 0);

  plim_inputs_set_task (&inputs, PLIM_TASK_TRAINING);
  part = plim_wording_checked (&inputs, PLIM_TERM_LOGITS);
  g_assert_true (g_str_has_prefix (part, "As a part of "));

  /* A measurement m that the estimate misses by a share s of it, either way: m (1 + s) or m (1 - s) is the peak. */
  accuracy = plim_accuracy_of_peak (&inputs);
  plim_accuracy_set_range (&inputs, &estimate);
  g_assert_cmpfloat_with_epsilon ((double) estimate.low_bytes * (1 + accuracy->nine_of_ten),
                                  (double) estimate.peak_bytes, 2);
  g_assert_cmpfloat_with_epsilon ((double) estimate.high_bytes * (1 - accuracy->nine_of_ten),
                                  (double) estimate.peak_bytes, 2);

  inputs.method = PLIM_METHOD_24_BYTES_PER_PARAMETER;
  assert_text (plim_wording_checked (&inputs, PLIM_TERM_WEIGHTS), "Not checked against measurements");
}

static void
test_fields (void)
{
  static const PlimFieldId changed[] = { PLIM_FIELD_TENSOR_PARALLEL, PLIM_FIELD_OUTPUT, PLIM_FIELD_DROPOUT };
  PlimInputs               inputs;
  PlimEstimate             estimate;

  init (&inputs, &estimate);
  assert_text (plim_wording_changed_fields (&inputs, changed, G_N_ELEMENTS (changed)), "");
  inputs.tensor_parallel_count = 2;
  inputs.output_tokens = 500;
  assert_text (plim_wording_changed_fields (&inputs, changed, G_N_ELEMENTS (changed)),
               "Tensor Parallel: 2" NB "GPUs, Output: 500" NB "tokens");
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_TASK, UNIT), "Inference");
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_PRECISION, UNIT), "BF16");
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_CONTEXT, UNIT), "4,096" NB "tokens");
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_GPUS, UNIT), "1");
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_UTILIZATION, UNIT), "Predicted");
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_NETWORK, UNIT), "Usual");
  inputs.utilization = 0.4;
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_UTILIZATION, UNIT), "40" NB "%");
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_GPU, UNIT), "RTX 4090");
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_MODEL, UNIT), "None");
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_HIDDEN_SIZE, UNIT), "Not given");
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_GPU_MEMORY, UNIT), "From the GPU");

  inputs.gpu_memory_bytes = 24 * GIB;
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_GPU_MEMORY, UNIT), "24.0" NB "GiB");
  g_strlcpy (inputs.model_id, "llama-3-8b", sizeof inputs.model_id);
  assert_text (plim_field_value_text (&inputs, PLIM_FIELD_HIDDEN_SIZE, UNIT), "From the model");

  /* Every field has a value in words, whatever the inputs. */
  for (guint id = 0; id < PLIM_N_FIELDS; id++)
    {
      g_autofree char *text = plim_field_value_text (&inputs, id, UNIT);

      g_assert_cmpstr (text, !=, "");
      g_assert_null (strstr (text, "nan"));
    }
}

static void
test_model (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init (&inputs, &estimate);
  assert_text (plim_wording_model (&inputs), "No model");
  inputs.parameters_count = 7000000000;
  assert_text (plim_wording_model (&inputs), "7.00" NB "B parameters");
  g_strlcpy (inputs.model.name, "Llama 3 8B", sizeof inputs.model.name);
  assert_text (plim_wording_model (&inputs), "Llama 3 8B");
}

static void
test_assumptions (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init (&inputs, &estimate);
  assert_text (plim_wording_assumptions (&inputs, 0), "By component, BF16");
  assert_text (plim_wording_assumptions (&inputs, 1), "4,096 tokens × 1");

  plim_inputs_set_task (&inputs, PLIM_TASK_TRAINING);
  inputs.batch_count = 8;
  inputs.recompute = PLIM_RECOMPUTE_FULL;
  assert_text (plim_wording_assumptions (&inputs, 1), "4,096 tokens × 8, AdamW, recompute every layer");
  inputs.recompute_interval = 4;
  assert_text (plim_wording_assumptions (&inputs, 1), "4,096 tokens × 8, AdamW, recompute one layer in 4");
  inputs.recompute = PLIM_RECOMPUTE_ATTENTION;
  assert_text (plim_wording_assumptions (&inputs, 1), "4,096 tokens × 8, AdamW, recompute attention scores");
}

static void
test_findings (void)
{
  PlimInputs          inputs;
  PlimEstimate        estimate;
  PlimEstimate        larger;
  const char *const   names[] = { "One", "Two" };
  const PlimEstimate *estimates[] = { &estimate, &larger };
  PlimLimits          limits = { .largest_batch_count = 0 };

  init (&inputs, &estimate);
  larger = estimate;
  larger.peak_bytes = 112 * GIB;

  assert_text (plim_finding_memory (&estimate, UNIT),
               "Weights: 14.9" NB "GiB, 81" NB "% of the 18.3" NB "GiB at the fullest moment, Decode.");
  /* 15,258 MiB of weights and 3,482 MiB of cache */
  assert_text (plim_finding_moments (&estimate, UNIT),
               "Decode is the fullest moment with 18.3" NB "GiB, of which 18.3" NB "GiB stay throughout.");
  assert_text (plim_finding_compare (names, estimates, 2, UNIT),
               "“One” needs the least memory, 18.3" NB "GiB per GPU; “Two” the most, 112" NB "GiB.");
  assert_text (plim_finding_compare (names, estimates, 1, UNIT), "All need 18.3" NB "GiB per GPU.");
  assert_text (plim_finding_compare (names, estimates, 0, UNIT), "No scenario has enough information.");
  assert_text (plim_finding_limits (&inputs, &limits), "Not even a batch of one fits at this context.");
  limits.longest_context_tokens = 1103;
  assert_text (plim_finding_limits (&inputs, &limits),
               "Not even a batch of one fits at this context. The longest context is 1,103 tokens.");
}

/* 3 h on two GPUs at $2; a step between its best and its worst, and one of a given utilization. */
static void
test_training_findings (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;

  init (&inputs, &estimate);
  estimate.time = (PlimTime) { .is_known = TRUE, .gpu_days = 0.25, .cost_usd = 12, .step_seconds = 0.9 };
  assert_text (plim_finding_cost (&inputs, &estimate), "About $12.00 for 6.00 GPU-hours at $2.00 each.");
  assert_text (plim_finding_step (&inputs, &estimate), "A step takes about 0.900" NB "s.");
  estimate.time.is_predicted = TRUE;
  estimate.time.steps[PLIM_CASE_BEST].seconds = 0.7;
  estimate.time.steps[PLIM_CASE_WORST].seconds = 1.2;
  assert_text (plim_finding_step (&inputs, &estimate),
               "A step takes about 0.900" NB "s (0.700" NB "s to 1.20" NB "s).");
}

static void
test_join (void)
{
  assert_text (plim_wording_join ((const char *const[]) { NULL }), "");
  assert_text (plim_wording_join ((const char *const[]) { "a", NULL }), "a");
  assert_text (plim_wording_join ((const char *const[]) { "a", "b", NULL }), "a and b");
  assert_text (plim_wording_join ((const char *const[]) { "a", "b", "c", NULL }), "a, b and c");
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wording/verdict", test_verdict);
  g_test_add_func ("/wording/training-findings", test_training_findings);
  g_test_add_func ("/wording/reserved", test_reserved);
  g_test_add_func ("/wording/collectives", test_collectives);
  g_test_add_func ("/wording/role", test_role);
  g_test_add_func ("/wording/pool", test_pool);
  g_test_add_func ("/wording/unknown", test_unknown);
  g_test_add_func ("/wording/load-line", test_load_line);
  g_test_add_func ("/wording/answers", test_answers);
  g_test_add_func ("/wording/checked", test_checked);
  g_test_add_func ("/wording/fields", test_fields);
  g_test_add_func ("/wording/model", test_model);
  g_test_add_func ("/wording/assumptions", test_assumptions);
  g_test_add_func ("/wording/findings", test_findings);
  g_test_add_func ("/wording/join", test_join);

  return g_test_run ();
}
