/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The field table: every member has its own row, name and a default inside its range; precisions cost what
 * their block structures say. */

#include "plim-inputs.h"

static void
test_table (void)
{
  PlimInputs inputs;

  plim_inputs_init (&inputs);
  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    {
      const PlimField *field = plim_field (i);

      g_assert_cmpuint (field->id, ==, i);
      g_assert_true (plim_field_by_name (field->name) == field);
      g_assert_true (plim_inputs_is_default (&inputs, i));
      for (guint j = 0; j < i; j++)
        g_assert_cmpuint (field->offset, !=, plim_field (j)->offset);
      for (guint c = 0; c < plim_field_n_choices (i); c++)
        g_assert_cmpint (plim_field_find_choice (i, plim_field_choice (i, c).id), ==, (gint) c);
    }
}

static void
test_ranges (void)
{
  PlimInputs inputs;

  plim_inputs_init (&inputs);
  g_assert_false (plim_inputs_set_integer (&inputs, PLIM_FIELD_BATCH, 0));
  g_assert_false (plim_inputs_set_integer (&inputs, PLIM_FIELD_TASK, PLIM_N_TASKS));
  g_assert_false (plim_inputs_set_number (&inputs, PLIM_FIELD_UTILIZATION, 0.0 / 0.0));
  g_assert_true (plim_inputs_set_integer (&inputs, PLIM_FIELD_BATCH, 8));
  g_assert_cmpint (inputs.batch_count, ==, 8);
  g_assert_false (plim_inputs_is_default (&inputs, PLIM_FIELD_BATCH));
  g_assert_null (plim_field_by_name ("no-such-field"));
  g_assert_true (plim_field_by_name ("kv-precision") == plim_field (PLIM_FIELD_KV_PRECISION));
}

static void
test_training_tokens (void)
{
  PlimInputs inputs;

  plim_inputs_init (&inputs);
  g_assert_cmpint (plim_inputs_training_tokens (&inputs), ==, 0);
  inputs.dataset_tokens_count = 1000;
  inputs.epochs_count = 2.5;
  g_assert_cmpint (plim_inputs_training_tokens (&inputs), ==, 2500);
  inputs.tokens_count = 70;
  g_assert_cmpint (plim_inputs_training_tokens (&inputs), ==, 70);
  inputs.tokens_count = 0;
  inputs.dataset_tokens_count = G_MAXINT64 / 2;
  g_assert_cmpint (plim_inputs_training_tokens (&inputs), ==, G_MAXINT64);

  g_assert_cmpfloat (plim_inputs_utilization (&inputs), ==, 0.4);
  inputs.utilization = 0.5;
  g_assert_cmpfloat (plim_inputs_utilization (&inputs), ==, 0.5);
}

static void
test_task (void)
{
  PlimInputs inputs;

  plim_inputs_init (&inputs);
  plim_inputs_set_task (&inputs, PLIM_TASK_QLORA);
  g_assert_cmpint (inputs.precision, ==, PLIM_PRECISION_NF4);
  plim_inputs_set_task (&inputs, PLIM_TASK_LORA);
  g_assert_cmpint (inputs.precision, ==, PLIM_PRECISION_BF16);
  inputs.precision = PLIM_PRECISION_INT8;
  plim_inputs_set_task (&inputs, PLIM_TASK_QLORA);
  g_assert_cmpint (inputs.precision, ==, PLIM_PRECISION_INT8);
  g_assert_cmpint (inputs.task, ==, PLIM_TASK_QLORA);
}

/* Bits per weight: 8 x block bytes / block elements, from ggml's structures and the QLoRA paper. */
static void
test_precisions (void)
{
  static const struct
  {
    const char *id;
    gint64      elements;
    gint64      bytes;
  } cases[] = {
    { "bf16", 1000, 2000 },
    { "int4", 1001, 501 },
    { "nf4", 64, 36 },
    { "nf4-dq", 16384, 8452 },
    { "q8_0", 32, 34 },
    { "q4_k", 256, 144 },
    { "q4_0", 33, 36 },
    { "iq1_s", 256, 50 },
    { "mxfp4", 32, 17 },
    { "tf32", 10, 40 },
    { "fp8-e5m2", 10, 10 },
    /* 128 weights of 4 bits, a scale of 16 and a zero point of 4: 64 + 2 + 0.5 bytes, twice. */
    { "awq-4bit-g128", 256, 133 },
    { "gptq-4bit-g128", 256, 133 },
    { "gptq-4bit-g32", 64, 37 },
    { "gptq-8bit-g128", 128, 131 },
    { "hqq-4bit-g64", 64, 36 },
    /* Ten weights of 3 bits to 4 bytes; 640 weights are ten groups with 4 bytes each. */
    { "hqq-3bit-g64", 640, 64 * 4 + 10 * 4 },
    { "exl-4.0", 160, 80 },
    { "exl-2.65", 8000000, 2650000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint precision = plim_field_find_choice (PLIM_FIELD_PRECISION, cases[i].id);

      g_assert_cmpint (precision, >=, 0);
      g_assert_cmpint (plim_precision_bytes ((PlimPrecision) precision, cases[i].elements), ==, cases[i].bytes);
    }
  g_assert_cmpint (plim_precision_bytes (PLIM_PRECISION_F32, G_MAXINT64 / 2), ==, G_MAXINT64);
}

/* Rows by what a quantization_config says; a group of 0 is a whole row.  Formats between the rows have none. */
static void
test_groups (void)
{
  static const struct
  {
    PlimPrecisionFamily family;
    double              bits;
    gint64              group_size;
    const char         *id;
  } cases[] = {
    { PLIM_PRECISION_FAMILY_AWQ, 4, 128, "awq-4bit-g128" },
    { PLIM_PRECISION_FAMILY_AWQ, 4, 64, "awq-4bit-g64" },
    { PLIM_PRECISION_FAMILY_AWQ, 4, 32, "awq-4bit-g32" },
    { PLIM_PRECISION_FAMILY_AWQ, 4, 0, NULL },
    { PLIM_PRECISION_FAMILY_AWQ, 3, 128, NULL },
    { PLIM_PRECISION_FAMILY_GPTQ, 3, 128, "gptq-3bit-g128" },
    { PLIM_PRECISION_FAMILY_GPTQ, 4, 32, "gptq-4bit-g32" },
    { PLIM_PRECISION_FAMILY_GPTQ, 4, 16, NULL },
    { PLIM_PRECISION_FAMILY_GPTQ, 8, 32, "gptq-8bit-g32" },
    { PLIM_PRECISION_FAMILY_GPTQ, 8, 128, "gptq-8bit-g128" },
    { PLIM_PRECISION_FAMILY_GPTQ, 2, 128, NULL },
    { PLIM_PRECISION_FAMILY_HQQ, 8, 64, "hqq-8bit-g64" },
    { PLIM_PRECISION_FAMILY_HQQ, 4, 64, "hqq-4bit-g64" },
    { PLIM_PRECISION_FAMILY_HQQ, 4, 128, "hqq-4bit-g128" },
    { PLIM_PRECISION_FAMILY_HQQ, 3, 64, "hqq-3bit-g64" },
    { PLIM_PRECISION_FAMILY_HQQ, 2, 64, "hqq-2bit-g64" },
    { PLIM_PRECISION_FAMILY_HQQ, 2, 16, "hqq-2bit-g16" },
    { PLIM_PRECISION_FAMILY_EXL, 4.25, 0, "exl-4.25" },
    { PLIM_PRECISION_FAMILY_EXL, 2.4, 0, "exl-2.4" },
    { PLIM_PRECISION_FAMILY_EXL, 2.55, 0, "exl-2.5" },
    { PLIM_PRECISION_FAMILY_EXL, 8, 0, "exl-8.0" },
    { PLIM_PRECISION_FAMILY_EXL, 7, 0, NULL },
    { PLIM_PRECISION_FAMILY_EXL, 0, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint precision = plim_precision_find_grouped (cases[i].family, cases[i].bits, cases[i].group_size);

      g_assert_cmpint (precision >= 0, ==, cases[i].id != NULL);
      if (precision >= 0)
        g_assert_cmpstr (plim_precision_info ((PlimPrecision) precision)->id, ==, cases[i].id);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inputs/table", test_table);
  g_test_add_func ("/inputs/ranges", test_ranges);
  g_test_add_func ("/inputs/task", test_task);
  g_test_add_func ("/inputs/training-tokens", test_training_tokens);
  g_test_add_func ("/precision/bytes", test_precisions);
  g_test_add_func ("/precision/groups", test_groups);

  return g_test_run ();
}
