/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The same job on every GPU of a list: how many of each, how full one is, what it costs an hour. */

#pragma once

#include "plim-estimate.h"
#include "plim-format.h"

G_BEGIN_DECLS

/* One GPU of the list. */
typedef struct
{
  const PlimGpu *gpu;                  /* borrowed from the list */
  gint64         needed_count;         /* exact; 0 = fits at no count */
  gint64         whole_nodes_count;    /* rounded up to whole nodes above one node; 0 = fits at no count */
  gint64         nodes_count;
  gint64         peak_bytes;           /* per GPU with needed_count of them; with one when it fits at no count */
  gint64         usable_bytes;         /* of one */
  double         filling;              /* peak / usable with needed_count */
  double         cost_per_hour;        /* USD for whole_nodes_count, middle of the published range; 0 = unknown */
  double         seconds;              /* training time with needed_count; 0 = unknown */
  double         tokens_per_s;         /* trained or written, the same */
} PlimGpuRow;

/* GPUs whose memory has the same marketed size: it decides the count. */
typedef struct
{
  gint64   marketed_gb;
  guint    first_row;                  /* its GPUs in PlimGpuSweep.rows: the chosen one first, then the newest */
  guint    n_rows;
  gint64   needed_count;               /* of its first GPU; 0 = fits at no count */
  gint64   whole_nodes_count;
  gint64   nodes_count;
  gint64   peak_bytes;
  gint64   usable_bytes;
  gboolean has_chosen;                 /* holds the GPU of the inputs */
} PlimGpuGroup;

typedef struct
{
  guint         n_rows;
  PlimGpuRow   *rows;
  guint         n_groups;
  PlimGpuGroup *groups;                /* largest memory first */
  gboolean      is_one_enough;         /* one is enough wherever it fits: draw fillings instead of counts */
  gint          fewest_row;            /* the fewest GPUs, of those the smallest memory; -1 = none fits */
  gint          smallest_row;          /* the smallest memory that holds the job in one GPU; -1 = none */
  gint          cheapest_row;          /* the cheapest hour; -1 = no price known */
} PlimGpuSweep;

/* Which GPUs to take. */
typedef enum
{
  PLIM_GPU_FILTER_ALL,
  PLIM_GPU_FILTER_DATA_CENTRE,
  PLIM_GPU_FILTER_WORKSTATION,
  PLIM_GPU_FILTER_CONSUMER             /* integrated ones too */
} PlimGpuFilter;

/* Answers @inputs for each of @gpus that their runtime or recipe works on.  @gpus must outlive the result.  Pure apart
 * from allocation: may run in a thread on a copy of @inputs. */
PlimGpuSweep *plim_gpu_sweep_new (const PlimInputs     *inputs,
                                  const PlimGpu *const *gpus,
                                  guint                 n_gpus,
                                  PlimGpuFilter         filter);

/* Of @gpus the one with the smallest memory of which as many as @inputs has hold the job; of one size the GPU of
 * @inputs, then the newest.  NULL when none does. */
const PlimGpu *plim_gpu_sweep_find_smallest (const PlimInputs     *inputs,
                                             const PlimGpu *const *gpus,
                                             guint                 n_gpus);

void plim_gpu_sweep_free (PlimGpuSweep *sweep);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimGpuSweep, plim_gpu_sweep_free)

/* "RTX 4090, RTX 3090 and 9 more": the GPUs of a group, at most @n_named by name.  Newly allocated. */
char *plim_gpu_group_names (const PlimGpuSweep *sweep,
                            const PlimGpuGroup *group,
                            guint               n_named);

/* The one sentence of the GPUs page.  Newly allocated. */
char *plim_finding_gpus (const PlimInputs   *inputs,
                         const PlimGpuSweep *sweep,
                         PlimUnit            unit);

G_END_DECLS
