/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the estimator knows of a GPU: a plain struct, filled from the catalogue or by the user. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PLIM_GPU_DATA_CENTRE,
  PLIM_GPU_WORKSTATION,
  PLIM_GPU_CONSUMER,
  PLIM_GPU_INTEGRATED      /* shares memory with the host: Apple silicon, GB10, Jetson */
} PlimGpuSegment;

/* Formats a GPU states a peak rate for. */
typedef enum
{
  PLIM_RATE_FP32,
  PLIM_RATE_TF32,
  PLIM_RATE_F16,           /* fp32 accumulate */
  PLIM_RATE_BF16,
  PLIM_RATE_FP8,
  PLIM_RATE_INT8,
  PLIM_RATE_INT4,
  PLIM_RATE_FP4,
  PLIM_N_RATES
} PlimRate;

typedef struct
{
  char           id[48];                    /* "rtx-4090"; empty for a GPU given by memory and speed alone */
  char           name[80];                  /* "GeForce RTX 4090" */
  char           vendor[32];
  PlimGpuSegment segment;
  gint           year;
  gint64         marketed_gb;               /* the label, as printed */
  gint64         reported_bytes;            /* what the driver says; the marketed size x 10^9 or 2^30 where unknown */
  gboolean       is_reported;               /* reported_bytes was read from a driver */
  gint64         bandwidth_bytes_per_s;
  double         peak_flops_per_s[PLIM_N_RATES]; /* dense, 0 = not stated */
  gint64         link_bytes_per_s;          /* GPU to GPU, both directions summed; 0 = none */
  gint           gpus_per_node;             /* 0 = unknown; 8 assumed for data-centre parts */
  gint           linked_gpus;               /* that links join, where those reach over nodes; 0 = the node's */
  gint           power_w;                   /* 0 = unknown */
  double         price_low_per_hour;        /* USD; 0 = unknown */
  double         price_high_per_hour;
} PlimGpu;

G_END_DECLS
