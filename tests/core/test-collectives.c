/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Buffers of NCCL, by hand: NVIDIA/nccl 5067397, src/transport/{p2p,net,nvls}.cc. */

#include "plim-estimate.h"

#define MIB G_GINT64_CONSTANT (1048576)
#define GBS G_GINT64_CONSTANT (1000000000)

typedef struct
{
  const char *name;
  gint64      link_gb_per_s;  /* both ways */
  gboolean    has_fp8;        /* so that its switch adds */
  PlimTalk    talk;
  gint64      gpus_count;
  gint64      stride;
  gint64      low_mib;
  gint64      high_mib;
} Row;

/* 900 GB/s are 18 links, 600 are 12.  Messages have 16 steps of 0.5 MiB a channel, of 0.125 MiB without NVLink all the
 * way. */
static const Row rows[] = {
  { "one", 900, TRUE, PLIM_TALK_COLLECTIVE, 1, 1, 0, 0 },
  /* 18 × 12; 32 × 8 + 32 × 2 × 12 + 16 × 8 × 2 */
  { "h100-node", 900, TRUE, PLIM_TALK_COLLECTIVE, 8, 1, 216, 1280 },
  /* 12 × 12; 24 × 8 + 24 × 2 × 12 */
  { "a100-node", 600, FALSE, PLIM_TALK_COLLECTIVE, 8, 1, 144, 768 },
  /* one neighbour: 32 × 8 + 32 × 12 + 16 × 2 × 2 */
  { "h100-pair", 900, TRUE, PLIM_TALK_COLLECTIVE, 2, 1, 216, 704 },
  /* in host memory; 4 × 2 + 4 × 12 */
  { "pcie-pair", 0, FALSE, PLIM_TALK_COLLECTIVE, 2, 1, 0, 56 },
  /* 2 × 12; 32 × 2 + 32 × 2 × 12 + 16 × 8 × 2 + 4 × 20 */
  { "two-nodes", 900, TRUE, PLIM_TALK_COLLECTIVE, 16, 1, 24, 1168 },
  /* one GPU of each of 16 nodes: 32 × 2 + 4 × 4 × 20 */
  { "one-a-node", 900, TRUE, PLIM_TALK_COLLECTIVE, 16, 8, 0, 384 },
  /* 18 × 12; 32 × 8 + 32 × 7 × 12, of which the issue 1685 of NVIDIA/nccl shows the second: 32 channels to each of 7.
   * What its reporter saw go, 3.28 GB, is 6 % more than this end of the range, for reasons not told there. */
  { "experts", 900, TRUE, PLIM_TALK_EXPERTS, 8, 1, 216, 2944 },
  /* 32 × 8 + 32 × 12; with neighbours on both sides 32 × 8 + 32 × 2 × 12 */
  { "two-stages", 900, TRUE, PLIM_TALK_NEIGHBOURS, 2, 4, 216, 640 },
  { "four-stages", 900, TRUE, PLIM_TALK_NEIGHBOURS, 4, 2, 216, 1024 },
  /* each stage in a node of its own: 2 × 32 × 2 */
  { "stages-of-nodes", 900, TRUE, PLIM_TALK_NEIGHBOURS, 2, 8, 0, 128 },
};

static void
fill (PlimInputs *inputs,
      gint64      link_gb_per_s,
      gboolean    has_fp8)
{
  plim_inputs_init (inputs);
  inputs->gpu.gpus_per_node = 8;
  inputs->gpu.link_bytes_per_s = link_gb_per_s * GBS;
  inputs->gpu.peak_flops_per_s[PLIM_RATE_FP8] = has_fp8 ? 1e15 : 0;
}

static void
test_row (gconstpointer data)
{
  const Row      *row = data;
  PlimInputs      inputs;
  PlimCollectives range;

  fill (&inputs, row->link_gb_per_s, row->has_fp8);
  range = plim_collectives_of (&inputs, row->talk, row->gpus_count, row->stride);
  g_assert_cmpint (range.low_bytes, ==, row->low_mib * MIB);
  g_assert_cmpint (range.high_bytes, ==, row->high_mib * MIB);
}

static void
assert_range (const PlimInputs *inputs,
              gint64            low_mib,
              gint64            high_mib)
{
  PlimCollectives range;

  plim_collectives_init (&range, inputs);
  g_assert_cmpint (range.low_bytes, ==, low_mib * MIB);
  g_assert_cmpint (range.high_bytes, ==, high_mib * MIB);
}

/* Layers of 8 heads. */
static void
fill_model (PlimModel *model)
{
  model->n_layers = 4;
  model->n_kinds = 1;
  model->hidden_size = 512;
  model->vocab_size = 1000;
  model->kinds[0].attention = (PlimAttention) {
    .kind = PLIM_ATTENTION_STANDARD, .heads_count = 8, .kv_heads_count = 8, .head_dim = 64, .v_head_dim = 64
  };
  model->kinds[0].mlp.width = 2048;
}

/* Each kind of parallelism has a communicator of its own. */
static void
test_training (void)
{
  PlimInputs inputs;

  fill (&inputs, 900, TRUE);
  fill_model (&inputs.model);
  inputs.task = PLIM_TASK_TRAINING;
  assert_range (&inputs, 0, 0);

  inputs.gpus_count = 8;
  inputs.sharding = PLIM_SHARDING_FULL;
  assert_range (&inputs, 216, 1280);

  /* NCCL is NVIDIA's. */
  g_strlcpy (inputs.gpu.vendor, "Google", sizeof inputs.gpu.vendor);
  assert_range (&inputs, 0, 0);
  *inputs.gpu.vendor = '\0';

  /* Two of each: 2 × 216 + 216, and 2 × 704 + 640. */
  inputs.tensor_parallel_count = 2;
  inputs.pipeline_parallel_count = 2;
  assert_range (&inputs, 648, 2048);

  /* A node of each copy, and pairs over two nodes: 216 and 0, 1280 and 32 × 2 + 4 × 20. */
  inputs.tensor_parallel_count = inputs.pipeline_parallel_count = 0;
  inputs.gpus_count = 16;
  inputs.sharding = PLIM_SHARDING_HYBRID;
  assert_range (&inputs, 216, 1424);

  inputs.method = PLIM_METHOD_24_BYTES_PER_PARAMETER;
  assert_range (&inputs, 0, 0);
}

static void
test_serving (void)
{
  PlimInputs inputs;

  fill (&inputs, 900, TRUE);
  fill_model (&inputs.model);
  inputs.task = PLIM_TASK_INFERENCE;
  inputs.runtime = PLIM_RUNTIME_VLLM;
  inputs.gpus_count = 8;
  inputs.tensor_parallel_count = 8;
  assert_range (&inputs, 216, 1280);

  inputs.runtime = PLIM_RUNTIME_LLAMA_CPP;
  inputs.tensor_parallel_count = 0;
  assert_range (&inputs, 0, 0);
}

/* 850 MiB of tensors are 1000 reserved; the driver shows the context of 100 and the buffers too. */
static void
test_device (void)
{
  const PlimCollectives collectives = { 216 * MIB, 1280 * MIB };
  PlimInputs            inputs;
  PlimReserved          reserved;

  plim_inputs_init (&inputs);
  inputs.task = PLIM_TASK_TRAINING;
  plim_reserved_init (&reserved, &inputs, 670 * MIB, 100 * MIB, &collectives);
  g_assert_cmpint (reserved.device_low_bytes, ==, (670 + 100 + 216) * MIB);
  g_assert_cmpint (reserved.device_high_bytes, ==, (1000 + 100 + 1280) * MIB);

  plim_reserved_init (&reserved, &inputs, 850 * MIB, 100 * MIB, &collectives);
  g_assert_cmpint (reserved.device_bytes, ==, (1000 + 100 + 216) * MIB);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/collectives/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/collectives/training", test_training);
  g_test_add_func ("/collectives/serving", test_serving);
  g_test_add_func ("/collectives/device", test_device);

  return g_test_run ();
}
