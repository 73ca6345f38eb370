/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See jobs.h. */

#include "jobs.h"

static const PlimGpu gpus[N_JOB_GPUS] = {
  { .id = "rtx-4090",
    .name = "RTX 4090",
    .vendor = "NVIDIA",
    .segment = PLIM_GPU_CONSUMER,
    .year = 2022,
    .marketed_gb = 24,
    .reported_bytes = 24564 * MIB,
    .price_low_per_hour = 0.3,
    .price_high_per_hour = 0.5 },
  { .id = "rtx-3090",
    .name = "RTX 3090",
    .vendor = "NVIDIA",
    .segment = PLIM_GPU_CONSUMER,
    .year = 2020,
    .marketed_gb = 24,
    .reported_bytes = 24576 * MIB },
  { .id = "rtx-3060", .name = "RTX 3060", .vendor = "NVIDIA", .segment = PLIM_GPU_CONSUMER, .year = 2021, .marketed_gb = 12, .reported_bytes = 12288 * MIB },
  { .id = "rtx-5090", .name = "RTX 5090", .vendor = "NVIDIA", .segment = PLIM_GPU_CONSUMER, .year = 2025, .marketed_gb = 32, .reported_bytes = 32607 * MIB },
  { .id = "a100-80gb",
    .name = "A100 80 GB",
    .vendor = "NVIDIA",
    .segment = PLIM_GPU_DATA_CENTRE,
    .year = 2020,
    .marketed_gb = 80,
    .reported_bytes = 81920 * MIB,
    .gpus_per_node = 8,
    .price_low_per_hour = 1,
    .price_high_per_hour = 2 },
  { .id = "h100-sxm", .name = "H100 SXM", .vendor = "NVIDIA", .segment = PLIM_GPU_DATA_CENTRE, .year = 2022, .marketed_gb = 80, .reported_bytes = 81559 * MIB, .gpus_per_node = 8 },
};

static const PlimGpu *const list[N_JOB_GPUS] = { &gpus[0], &gpus[1], &gpus[2], &gpus[3], &gpus[4], &gpus[5] };

const PlimGpu *const *
job_gpus (void)
{
  return list;
}

void
job_init (PlimInputs *inputs,
          PlimMethod  method,
          PlimTask    task)
{
  plim_inputs_init (inputs);
  inputs->method = method;
  plim_inputs_set_task (inputs, task);
  plim_model_init_decoder (&inputs->model, 4096, 32, 32, 32, 128, 11008, 32000, TRUE);
  g_strlcpy (inputs->gpu_id, "rtx-4090", sizeof inputs->gpu_id);
  inputs->gpu = gpus[0];
}
