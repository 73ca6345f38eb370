/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Channels × neighbours × buffers. */

#include "plim-collectives.h"

#include "plim-checked.h"
#include "plim-layout.h"
#include "plim-roofline.h"
#include "plim-runtime.h"
#include "plim-training-layout.h"

#define MIB G_GINT64_CONSTANT (1048576)

#define NEIGHBOUR_BYTES (12 * MIB) /* of a channel, to receive and to send, in a node */
#define REMOTE_BYTES    (20 * MIB) /* the same over the network */

/* One way rate of a link of NVLink 2 to 4; no GPU has more than 18, those of NVLink 5 are faster. */
#define LINK_BYTES_PER_S G_GINT64_CONSTANT (25000000000)
#define MOST_LINKS       18
#define MOST_CHANNELS    32

/* Over PCIe: one channel found, doubled once or twice. */
#define PCIE_CHANNELS      2
#define MOST_PCIE_CHANNELS 4

/* Of a network port, which one GPU has: one channel found, doubled, and doubled again (ncclTopoPostset, "4 compute
 * channels per search channel"). */
#define MOST_PORT_CHANNELS 4

/* Neighbours in other nodes: two in the ring, three in the tree (src/include/device.h, NCCL_MAX_TREE_ARITY). */
#define MOST_REMOTE_NEIGHBOURS 4

/* src/transport/nvls.cc: channels of Hopper and of Blackwell in a node, two ways, eight steps of 128 KiB. */
#define SWITCH_CHANNELS_HOPPER    16
#define SWITCH_CHANNELS_BLACKWELL 24
#define SWITCH_BYTES              (2 * MIB)

/* src/transport/net.cc, sharedNetBuffersInit: 16 steps of 512 KiB between GPUs with NVLink, of 128 KiB else, a channel.
 */
#define MESSAGE_STEPS        16
#define LINKED_MESSAGE_BYTES (MIB / 2)
#define OTHER_MESSAGE_BYTES  (MIB / 8)

/* GPUs of a communicator, and what connects them. */
typedef struct
{
  gboolean has_links;
  gint64   together_count;       /* in a node */
  gint64   nodes_count;
  gint64   channels_count;
  gint64   most_channels_count;
  gint64   switch_channels_count; /* 0 = the switch does not add */
} Talkers;

static void
find_channels (Talkers          *talkers,
               const PlimInputs *inputs)
{
  const PlimGpu *gpu = &inputs->gpu;

  talkers->has_links = gpu->link_bytes_per_s > 0 && gpu->segment == PLIM_GPU_DATA_CENTRE;
  if (!talkers->has_links)
    {
      talkers->channels_count = PCIE_CHANNELS;
      talkers->most_channels_count = MOST_PCIE_CHANNELS;
      return;
    }

  talkers->channels_count = CLAMP (gpu->link_bytes_per_s / 2 / LINK_BYTES_PER_S, PCIE_CHANNELS, MOST_LINKS);
  talkers->most_channels_count = MIN (2 * talkers->channels_count, MOST_CHANNELS);
  if (gpu->peak_flops_per_s[PLIM_RATE_FP4] > 0)
    talkers->switch_channels_count = SWITCH_CHANNELS_BLACKWELL;
  else if (gpu->peak_flops_per_s[PLIM_RATE_FP8] > 0)
    talkers->switch_channels_count = SWITCH_CHANNELS_HOPPER;
}

static Talkers
find_talkers (const PlimInputs *inputs,
              gint64            gpus_count,
              gint64            stride)
{
  PlimGroup group = plim_roofline_group (inputs, gpus_count, stride);
  Talkers   talkers = { .nodes_count = group.nodes_count };

  talkers.together_count = plim_divide_up (gpus_count, group.nodes_count);
  find_channels (&talkers, inputs);

  return talkers;
}

/* Buffers for messages, one way. */
static gint64
message_bytes (const Talkers *talkers)
{
  gboolean is_linked = talkers->has_links && talkers->nodes_count == 1;

  return talkers->most_channels_count * MESSAGE_STEPS * (is_linked ? LINKED_MESSAGE_BYTES : OTHER_MESSAGE_BYTES);
}

/* Others talk through libraries of their own, whose buffers are not known here. */
static gboolean
has_nccl (const PlimGpu *gpu)
{
  return *gpu->vendor == '\0' || g_str_equal (gpu->vendor, "NVIDIA");
}

static PlimCollectives
talk_all (const Talkers *talkers)
{
  PlimCollectives range = { 0, message_bytes (talkers) };

  if (talkers->together_count > 1)
    {
      /* With two GPUs, both ways lead to the same neighbour. */
      range.high_bytes += talkers->most_channels_count * MIN (talkers->together_count - 1, 2) * NEIGHBOUR_BYTES +
                          talkers->switch_channels_count * talkers->together_count * SWITCH_BYTES;
      /* A ring over nodes may have as few channels as a port. */
      if (talkers->has_links)
        range.low_bytes = (talkers->nodes_count == 1 ? talkers->channels_count : PCIE_CHANNELS) * NEIGHBOUR_BYTES;
    }
  if (talkers->nodes_count > 1)
    range.high_bytes += MOST_PORT_CHANNELS * MIN (talkers->nodes_count - 1, MOST_REMOTE_NEIGHBOURS) * REMOTE_BYTES;

  return range;
}

/* Messages to @peers_count others at most. */
static PlimCollectives
talk_to (const Talkers *talkers,
         gint64         peers_count)
{
  PlimCollectives range = { 0, message_bytes (talkers) };

  if (talkers->nodes_count > 1)
    range.high_bytes *= 2;
  range.high_bytes +=
    talkers->most_channels_count * MIN (talkers->together_count - 1, peers_count) * NEIGHBOUR_BYTES;
  if (talkers->has_links && talkers->nodes_count == 1)
    range.low_bytes = talkers->channels_count * NEIGHBOUR_BYTES;

  return range;
}

PlimCollectives
plim_collectives_of (const PlimInputs *inputs,
                     PlimTalk          talk,
                     gint64            gpus_count,
                     gint64            stride)
{
  Talkers         talkers = find_talkers (inputs, gpus_count, stride);
  PlimCollectives range = { 0 };
  PlimCollectives messages;

  if (gpus_count <= 1 || !has_nccl (&inputs->gpu))
    return range;
  if (talk == PLIM_TALK_NEIGHBOURS)
    return talk_to (&talkers, 2);

  range = talk_all (&talkers);
  if (talk == PLIM_TALK_EXPERTS)
    {
      messages = talk_to (&talkers, gpus_count - 1);
      range.low_bytes = MIN (range.low_bytes, messages.low_bytes);
      range.high_bytes = MAX (range.high_bytes, messages.high_bytes);
    }

  return range;
}

static void
add (PlimCollectives  *sum,
     const PlimInputs *inputs,
     PlimTalk          talk,
     gint64            gpus_count,
     gint64            stride)
{
  PlimCollectives range = plim_collectives_of (inputs, talk, gpus_count, stride);

  sum->low_bytes = plim_add (sum->low_bytes, range.low_bytes);
  sum->high_bytes = plim_add (sum->high_bytes, range.high_bytes);
}

static void
add_training (PlimCollectives  *sum,
              const PlimInputs *inputs)
{
  PlimTrainingLayout layout;
  gint64             stride;
  gint64             shard_count;

  if (plim_training_layout_init (&layout, inputs) != NULL)
    return;

  stride = layout.tensor_count;
  shard_count = layout.shard_count;
  if (inputs->sharding == PLIM_SHARDING_HYBRID)
    shard_count = CLAMP (plim_roofline_node_gpus_count (inputs) / stride, 1, shard_count);
  add (sum, inputs, PLIM_TALK_COLLECTIVE, layout.tensor_count, 1);
  add (sum, inputs, PLIM_TALK_NEIGHBOURS, layout.context_count, stride);
  add (sum, inputs, PLIM_TALK_COLLECTIVE, shard_count, stride);
  add (sum, inputs, PLIM_TALK_COLLECTIVE, layout.shard_count / shard_count, stride * shard_count);
  add (sum, inputs, PLIM_TALK_NEIGHBOURS, layout.pipeline_count, stride * layout.shard_count);
  add (sum, inputs, PLIM_TALK_EXPERTS, inputs->expert_parallel_count,
       layout.expert_count / inputs->expert_parallel_count);
}

static void
add_serving (PlimCollectives  *sum,
             const PlimInputs *inputs)
{
  PlimLayout layout;

  /* Whole layers are passed on by copies, without NCCL. */
  if (plim_runtime_profile (inputs)->splits_by_layer || plim_layout_init (&layout, inputs) != NULL)
    return;

  add (sum, inputs, PLIM_TALK_COLLECTIVE, layout.tensor_count, 1);
  add (sum, inputs, PLIM_TALK_NEIGHBOURS, layout.pipeline_count, layout.tensor_count);
  add (sum, inputs, PLIM_TALK_EXPERTS, layout.expert_count, 1);
}

void
plim_collectives_init (PlimCollectives  *collectives,
                       const PlimInputs *inputs)
{
  *collectives = (PlimCollectives) { 0 };
  if (inputs->method != PLIM_METHOD_COMPONENT || inputs->gpus_count < 2)
    return;

  if (inputs->task == PLIM_TASK_INFERENCE)
    add_serving (collectives, inputs);
  else
    add_training (collectives, inputs);
}
