/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links and networks of their time, where not given:
 *
 *   PCIe x16   31 and 63 GB/s one way for PCIe 4 and 5, half of that for PCIe 3 (stas00/ml-engineering,
 *              network/README.md, "PCIe"); bridges between consumer and workstation boards are sold apart and not
 *              assumed
 *   network    200 Gb/s for each GPU (a port of HDR, as eight A100 have eight: arXiv:2104.04473, section 5), 400 (DGX
 *              H100) and 800 (DGX B300) (stas00/ml-engineering, network/README.md, "Inter-node networking")
 *
 * Latencies of a collective are NCCL's own for small messages (NVIDIA/nccl, src/graph/tuning.cc, baseLatencies and
 * hwLatencies, protocol LL): a start, and for each hop of the ring one within the node or between nodes; an all-reduce
 * may go up and down a tree instead. */

#include "plim-roofline.h"

#include <math.h>

#define USUAL_NODE_GPUS   8
#define START_S           6.6e-6
#define LINK_HOP_S        0.6e-6
#define PCIE_HOP_S        1.0e-6
#define NETWORK_HOP_S     2.7e-6
#define TREE_START_S      6.8e-6
#define TREE_HOP_S        5.0e-6
#define BYTES_PER_GIGABIT (1e9 / 8)

/* What is usual since a year, latest first. */
typedef struct
{
  gint   year;
  double bytes_per_s;
} Usual;

static const Usual usual_pcie[] = { { 2025, 63e9 }, { 2020, 31e9 }, { 0, 15.5e9 } };
static const Usual usual_network[] = { { 2025, 800 * BYTES_PER_GIGABIT },
                                       { 2022, 400 * BYTES_PER_GIGABIT },
                                       { 0, 200 * BYTES_PER_GIGABIT } };

static double
usual_at (const Usual *usual,
          gint         year)
{
  while (usual->year > year)
    usual++;

  return usual->bytes_per_s;
}

double
plim_roofline_seconds (double count,
                       double count_per_s)
{
  return count > 0 && count_per_s > 0 ? count / count_per_s : 0;
}

static gboolean
has_links (const PlimGpu *gpu)
{
  return gpu->link_bytes_per_s > 0 && gpu->segment == PLIM_GPU_DATA_CENTRE;
}

double
plim_roofline_pcie_bytes_per_s (const PlimInputs *inputs)
{
  return usual_at (usual_pcie, inputs->gpu.year);
}

double
plim_roofline_link_bytes_per_s (const PlimInputs *inputs)
{
  const PlimGpu *gpu = &inputs->gpu;

  return has_links (gpu) ? (double) gpu->link_bytes_per_s / 2 : plim_roofline_pcie_bytes_per_s (inputs);
}

double
plim_roofline_network_bytes_per_s (const PlimInputs *inputs)
{
  return inputs->network_gbps > 0 ? inputs->network_gbps * BYTES_PER_GIGABIT
                                  : usual_at (usual_network, inputs->gpu.year);
}

gint64
plim_roofline_node_gpus_count (const PlimInputs *inputs)
{
  if (inputs->gpu.gpus_per_node > 0)
    return inputs->gpu.gpus_per_node;

  return inputs->gpu.segment == PLIM_GPU_INTEGRATED ? 1 : USUAL_NODE_GPUS;
}

/* GPUs that links join: of a node, or of more (NVLink domains of 72). */
static gint64
count_linked (const PlimInputs *inputs)
{
  return MAX (inputs->gpu.linked_gpus, plim_roofline_node_gpus_count (inputs));
}

PlimGroup
plim_roofline_group (const PlimInputs *inputs,
                     gint64            gpus_count,
                     gint64            stride)
{
  gint64    together_count = CLAMP (count_linked (inputs) / stride, 1, gpus_count);
  double    hop_s = has_links (&inputs->gpu) ? LINK_HOP_S : PCIE_HOP_S;
  PlimGroup group = { .gpus_count = gpus_count, .nodes_count = 1 };

  group.nodes_count = gpus_count / together_count + (gpus_count % together_count != 0);
  group.bytes_per_s = plim_roofline_link_bytes_per_s (inputs);
  group.port_bytes_per_s = group.bytes_per_s;
  if (group.nodes_count > 1)
    {
      group.port_bytes_per_s = MIN (group.bytes_per_s, plim_roofline_network_bytes_per_s (inputs));
      group.bytes_per_s = MIN (group.bytes_per_s, (double) together_count * group.port_bytes_per_s);
    }
  if (gpus_count > 1)
    group.latency_s = START_S + (double) (gpus_count - group.nodes_count) * hop_s +
                      (double) (group.nodes_count - 1) * NETWORK_HOP_S;

  return group;
}

/* Share of the bytes that every link carries once around. */
static double
passed_share (const PlimGroup *group)
{
  return (double) (group->gpus_count - 1) / (double) group->gpus_count;
}

double
plim_roofline_all_gather_seconds (const PlimGroup *group,
                                  double           bytes)
{
  return group->latency_s + plim_roofline_seconds (bytes * passed_share (group), group->bytes_per_s);
}

double
plim_roofline_reduce_scatter_seconds (const PlimGroup *group,
                                      double           bytes)
{
  return plim_roofline_all_gather_seconds (group, bytes);
}

double
plim_roofline_all_reduce_seconds (const PlimGroup *group,
                                  double           bytes)
{
  double together_count = (double) group->gpus_count / (double) group->nodes_count;
  double tree_s = TREE_START_S +
                  2 * ((together_count - 1) * LINK_HOP_S + log2 ((double) group->nodes_count) * TREE_HOP_S);
  double ring_s = 2 * group->latency_s;

  return MIN (ring_s, tree_s) + plim_roofline_seconds (2 * bytes * passed_share (group), group->bytes_per_s);
}

double
plim_roofline_all_to_all_seconds (const PlimGroup *group,
                                  double           bytes)
{
  double leaving_bytes = bytes * (group->nodes_count > 1 ? 1 - 1 / (double) group->nodes_count : passed_share (group));

  return group->latency_s + plim_roofline_seconds (leaving_bytes, group->port_bytes_per_s);
}

double
plim_roofline_send_seconds (const PlimGroup *group,
                            double           bytes)
{
  return group->gpus_count > 1 ? START_S + plim_roofline_seconds (bytes, group->port_bytes_per_s) : 0;
}
