/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Times from counts of work and rates: FLOPs at a peak, bytes at a bandwidth, collectives over links.
 *
 * Everything is an ideal: what kernels and links reach of it is the caller's to say (PLIM_LINK_* below for links). All
 * times are in seconds, never negative; a rate of 0 means unknown or absent and gives 0. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

/* What a collective reaches of a link's one-way rate: 78 % on eight A100 and 82 % on eight H200 by NVLink in a ring,
 * 80 % as a rule for networks (stas00/ml-engineering, network/README.md, "Throughput" and "All-reduce benchmark"). */
#define PLIM_LINK_SHARE 0.8

/* GPUs that exchange data with each other, and how fast each can pass data on. */
typedef struct
{
  gint64 gpus_count;
  gint64 nodes_count;      /* they are spread over; 1 = all in one */
  double bytes_per_s;      /* that each passes on in a ring, one way, at best; 0 = unknown */
  double port_bytes_per_s; /* that each sends by itself: to other nodes, where there are some */
  double latency_s;        /* of the smallest message all around the ring */
} PlimGroup;

/* Work done in @count units at @count_per_s. */
double plim_roofline_seconds (double count,
                              double count_per_s);

/* One way rate between two GPUs of a node: half of the GPU's links, or of PCIe x16 of its time where it has none. */
double plim_roofline_link_bytes_per_s (const PlimInputs *inputs);

/* One way rate of PCIe x16 of the GPU's time, to the host. */
double plim_roofline_pcie_bytes_per_s (const PlimInputs *inputs);

/* One way rate of one GPU to other nodes, as given or as its time's reference system has. */
double plim_roofline_network_bytes_per_s (const PlimInputs *inputs);

/* GPUs of a node: as the GPU's system has, 8 where unknown, 1 for GPUs that share the host's memory. */
gint64 plim_roofline_node_gpus_count (const PlimInputs *inputs);

/* @gpus_count GPUs whose ranks are @stride apart, with ranks dealt to nodes in order.  In a ring over nodes, all
 * members in a node send through their own network port in turn, so that a GPU passes on data at the lesser of the
 * link's rate and the ports' together. */
PlimGroup plim_roofline_group (const PlimInputs *inputs,
                               gint64            gpus_count,
                               gint64            stride);

/* Ring collectives of @bytes, counted whole: what every GPU has at the end of an all-gather, and at the start of a
 * reduce-scatter (each (n - 1) / n of it on every link) and an all-reduce (twice that) (NVIDIA/nccl-tests,
 * doc/PERFORMANCE.md). */
double plim_roofline_all_gather_seconds (const PlimGroup *group,
                                         double           bytes);
double plim_roofline_reduce_scatter_seconds (const PlimGroup *group,
                                             double           bytes);
double plim_roofline_all_reduce_seconds (const PlimGroup *group,
                                         double           bytes);

/* Every GPU sends @bytes, an even part to each of the group; what crosses nodes is bound by its own port. */
double plim_roofline_all_to_all_seconds (const PlimGroup *group,
                                         double           bytes);

/* @bytes from a GPU of the group to the next. */
double plim_roofline_send_seconds (const PlimGroup *group,
                                   double           bytes);

G_END_DECLS
