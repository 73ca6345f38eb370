/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Buffers that NCCL holds on a GPU for talking to others.  No tensor is in them, and no allocator knows of them: they
 * are no part of the peak. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

/* How the GPUs of a communicator talk. */
typedef enum
{
  PLIM_TALK_COLLECTIVE, /* all of them at once: ring, and tree or switch besides */
  PLIM_TALK_NEIGHBOURS, /* each with the one before and the one behind */
  PLIM_TALK_EXPERTS     /* each with every other, or as a collective */
} PlimTalk;

typedef struct
{
  gint64 low_bytes;  /* of the fullest GPU; both 0 where GPUs do not talk through NCCL */
  gint64 high_bytes;
} PlimCollectives;

/* The range for one communicator of @gpus_count GPUs whose ranks are @stride apart; zero for one GPU,
 * and for those of other vendors than NVIDIA.
 *
 * NVIDIA/nccl 5067397 (2.30) holds, for each channel and neighbour in a node, 10 MiB to receive and 2 MiB to send: the
 * buffers of LL (0.5 MiB), LL128 (4.69 MiB) and Simple (4 MiB) (src/init.cc, computeBuffSizes), in steps of 2 MiB
 * (src/transport/p2p.cc, p2pSendSetup and p2pRecvSetup), as its issue 1685 shows in a log, whose
 * reporter saw 6 % more go than the high end says; to another node 10 MiB each way, in the GPU's memory where the port
 * can read it (src/transport/net.cc, sendProxyConnect).  Without NVLink they
 * may be in host memory (src/transport/shm.cc).
 *
 * Channels: NVLinks of the GPU, up to twice as many and 32 (src/graph/connect.cc, ncclTopoPostset, doubles those found;
 * logs show 24 on A100 and H100), 2 to 4 over PCIe.
 *
 * Low: a ring alone, as connections are made when they are used first (src/init.cc, NCCL_RUNTIME_CONNECT); high: the
 * tree's way back too, the switch's buffers (src/transport/nvls.cc) and those for messages between nodes. */
PlimCollectives plim_collectives_of (const PlimInputs *inputs,
                                     PlimTalk          talk,
                                     gint64            gpus_count,
                                     gint64            stride);

/* The range of all communicators of @inputs, one for each kind of parallelism; its layout must exist. */
void plim_collectives_init (PlimCollectives  *collectives,
                            const PlimInputs *inputs);

G_END_DECLS
