/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Collectives over links, by hand. */

#include "plim-roofline.h"

#define EXACT 1e-12

/* Eight GPUs a node with NVLink of 900 GB/s both ways, and a port of 400 Gb/s each: DGX H100. */
static void
fill_dgx_h100 (PlimInputs *inputs)
{
  plim_inputs_init (inputs);
  inputs->gpu.year = 2022;
  inputs->gpu.gpus_per_node = 8;
  inputs->gpu.link_bytes_per_s = G_GINT64_CONSTANT (900000000000);
}

static void
test_rates (void)
{
  PlimInputs inputs;

  fill_dgx_h100 (&inputs);
  g_assert_cmpfloat (plim_roofline_link_bytes_per_s (&inputs), ==, 450e9);
  g_assert_cmpfloat (plim_roofline_network_bytes_per_s (&inputs), ==, 50e9);
  inputs.network_gbps = 100;
  g_assert_cmpfloat (plim_roofline_network_bytes_per_s (&inputs), ==, 12.5e9);

  /* A bridge between consumer boards is sold apart: PCIe 4. */
  inputs.gpu.segment = PLIM_GPU_CONSUMER;
  g_assert_cmpfloat (plim_roofline_link_bytes_per_s (&inputs), ==, 31e9);

  g_assert_cmpfloat (plim_roofline_seconds (10, 0), ==, 0);
  g_assert_cmpfloat (plim_roofline_seconds (0, 10), ==, 0);
  g_assert_cmpfloat (plim_roofline_seconds (30, 10), ==, 3);
}

static void
test_node (void)
{
  PlimInputs inputs;
  PlimGroup  group;
  double     latency_s = 6.6e-6 + 7 * 0.6e-6;

  fill_dgx_h100 (&inputs);
  group = plim_roofline_group (&inputs, 8, 1);
  g_assert_cmpint (group.nodes_count, ==, 1);
  g_assert_cmpfloat (group.bytes_per_s, ==, 450e9);

  /* 7/8 of 3.6 GB at 450 GB/s are 7 ms; an all-reduce carries it twice. */
  g_assert_cmpfloat_with_epsilon (plim_roofline_all_gather_seconds (&group, 3.6e9), latency_s + 7e-3, EXACT);
  g_assert_cmpfloat_with_epsilon (plim_roofline_reduce_scatter_seconds (&group, 3.6e9), latency_s + 7e-3, EXACT);
  g_assert_cmpfloat_with_epsilon (plim_roofline_all_reduce_seconds (&group, 3.6e9), 6.8e-6 + 14 * 0.6e-6 + 14e-3,
                                  EXACT);
  g_assert_cmpfloat_with_epsilon (plim_roofline_all_to_all_seconds (&group, 3.6e9), latency_s + 7e-3, EXACT);
  g_assert_cmpfloat_with_epsilon (plim_roofline_send_seconds (&group, 4.5e9), 6.6e-6 + 10e-3, EXACT);
}

/* Sixteen nodes: eight ports of 50 GB/s together carry a ring's 400 GB/s, less than NVLink's 450. */
static void
test_nodes (void)
{
  PlimInputs inputs;
  PlimGroup  group;
  double     latency_s = 6.6e-6 + 112 * 0.6e-6 + 15 * 2.7e-6;

  fill_dgx_h100 (&inputs);
  group = plim_roofline_group (&inputs, 128, 1);
  g_assert_cmpint (group.nodes_count, ==, 16);
  g_assert_cmpfloat (group.bytes_per_s, ==, 400e9);
  g_assert_cmpfloat_with_epsilon (plim_roofline_all_gather_seconds (&group, 128e9), latency_s + 127e9 / 400e9, EXACT);

  /* Fifteen sixteenths of what a GPU sends leave its node through its own port. */
  g_assert_cmpfloat_with_epsilon (plim_roofline_all_to_all_seconds (&group, 16e9), latency_s + 15e9 / 50e9, EXACT);

  /* Replicas of eight GPUs each: the ranks that exchange gradients are alone in their node. */
  group = plim_roofline_group (&inputs, 16, 8);
  g_assert_cmpint (group.nodes_count, ==, 16);
  g_assert_cmpfloat (group.bytes_per_s, ==, 50e9);
}

/* What leaves a node is bound by the GPU's own port, however slow the links within it: 50 GB/s beside NVLink of 200
 * (H800), and PCIe 5 on boards without links, whose 63 are more than the port's. */
static void
test_slow_links (void)
{
  const gint64 links[] = { 400, 0 };
  PlimInputs   inputs;
  PlimGroup    group;
  double       latency_s;

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      fill_dgx_h100 (&inputs);
      inputs.gpu.link_bytes_per_s = links[i] * G_GINT64_CONSTANT (1000000000);
      inputs.gpu.year = 2025;
      inputs.network_gbps = 400;
      group = plim_roofline_group (&inputs, 64, 1);
      latency_s = 6.6e-6 + 56 * (links[i] > 0 ? 0.6e-6 : 1.0e-6) + 7 * 2.7e-6;

      /* Seven eighths of 16 GB at 50 GB/s. */
      g_assert_cmpfloat_with_epsilon (plim_roofline_all_to_all_seconds (&group, 16e9), latency_s + 0.28, EXACT);
      g_assert_cmpfloat_with_epsilon (plim_roofline_send_seconds (&group, 16e9), 6.6e-6 + 0.32, EXACT);
    }
}

/* One GPU has nobody to exchange with. */
static void
test_alone (void)
{
  PlimInputs inputs;
  PlimGroup  group;

  fill_dgx_h100 (&inputs);
  group = plim_roofline_group (&inputs, 1, 1);
  g_assert_cmpfloat (plim_roofline_all_gather_seconds (&group, 1e9), ==, 0);
  g_assert_cmpfloat (plim_roofline_all_reduce_seconds (&group, 1e9), ==, 0);
  g_assert_cmpfloat (plim_roofline_all_to_all_seconds (&group, 1e9), ==, 0);
  g_assert_cmpfloat (plim_roofline_send_seconds (&group, 1e9), ==, 0);
}

/* Links of an NVL72 rack join 72 GPUs over its nodes of four. */
static void
test_linked (void)
{
  PlimInputs inputs;

  plim_inputs_init (&inputs);
  inputs.gpu.segment = PLIM_GPU_DATA_CENTRE;
  inputs.gpu.link_bytes_per_s = G_GINT64_CONSTANT (1800000000000);
  inputs.gpu.gpus_per_node = 4;
  g_assert_cmpint (plim_roofline_group (&inputs, 64, 1).nodes_count, ==, 16);
  inputs.gpu.linked_gpus = 72;
  g_assert_cmpint (plim_roofline_group (&inputs, 64, 1).nodes_count, ==, 1);
  g_assert_cmpint (plim_roofline_group (&inputs, 144, 1).nodes_count, ==, 2);
  g_assert_cmpint (plim_roofline_node_gpus_count (&inputs), ==, 4);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/roofline/linked", test_linked);
  g_test_add_func ("/roofline/rates", test_rates);
  g_test_add_func ("/roofline/node", test_node);
  g_test_add_func ("/roofline/nodes", test_nodes);
  g_test_add_func ("/roofline/slow-links", test_slow_links);
  g_test_add_func ("/roofline/alone", test_alone);

  return g_test_run ();
}
