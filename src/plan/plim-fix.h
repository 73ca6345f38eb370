/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changes that would make a job fit, each really computed with plim_estimate(). */

#pragma once

#include "plim-estimate.h"
#include "plim-format.h"

G_BEGIN_DECLS

/* The most fixes plim_fixes_find() gives. */
#define PLIM_MAX_FIXES 24

/* The most changes one fix makes together. */
#define PLIM_MAX_FIX_KINDS 3

/* Kinds of change, the cheapest consequence first. */
typedef enum
{
  PLIM_FIX_CHUNKED_LOSS,
  PLIM_FIX_FLASH_ATTENTION,
  PLIM_FIX_SHARDING,
  PLIM_FIX_MICRO_BATCH,      /* with more accumulation, so that a step sees the same sequences */
  PLIM_FIX_RECOMPUTE,
  PLIM_FIX_FEWER_SEQUENCES,  /* inference: fewer at once */
  PLIM_FIX_MORE_GPUS,
  PLIM_FIX_LARGER_GPU,
  PLIM_FIX_KV_PRECISION,
  PLIM_FIX_EIGHT_BIT_STATES,
  PLIM_FIX_EVALUATION,
  PLIM_FIX_CONTEXT,
  PLIM_FIX_PUBLISHED_PRECISION,
  PLIM_FIX_WEIGHT_PRECISION,
  PLIM_FIX_LORA,
  PLIM_FIX_QLORA,
  PLIM_FIX_LAYOUT,           /* the nearest layout over GPUs that can exist; of one that cannot, and alone */
  PLIM_N_FIX_KINDS
} PlimFixKind;

/* What a change costs, in the order fixes are offered. */
typedef enum
{
  PLIM_FIX_COST_FREE,        /* same result, no slower */
  PLIM_FIX_COST_SLOWER,
  PLIM_FIX_COST_HARDWARE,
  PLIM_FIX_COST_RESULT       /* the result differs */
} PlimFixCost;

typedef struct
{
  PlimFixKind kinds[PLIM_MAX_FIX_KINDS]; /* in the order they were made */
  guint       n_kinds;
  PlimFieldId field;         /* what a layout changes */
  PlimFixCost cost;          /* the dearest of its changes */
  PlimInputs  inputs;       /* after the change, ready to apply; with a larger GPU its gpu_id and gpu are set */
  gint64      peak_bytes;   /* after the change */
  gint64      saved_bytes;  /* peak before - peak after, per GPU; 0 when only the capacity grows */
  double      time_ratio;   /* time of a token after / before; 0 = not known */
  double      cost_ratio;   /* hourly cost after / before; 0 = not known */
  gboolean    is_fit;       /* it fits after the change */
} PlimFix;

/* Finds changes for @inputs, which need not be short, and puts at most @max (<= PLIM_MAX_FIXES) into @fixes.
 * First the single changes that make it fit, cheapest consequence first, of one cost the largest saving first; while
 * those are few, pairs of other changes that do, then threes; at last, where still few, the single changes with
 * the largest saving.
 * Of a layout that cannot exist, the nearest that can, by each of its numbers.
 * @gpus (may be NULL) are candidates for a larger GPU.
 * Returns the number of fixes; 0 when information is missing or no change helps. */
guint plim_fixes_find (const PlimInputs     *inputs,
                       const PlimGpu *const *gpus,
                       guint                 n_gpus,
                       PlimFix              *fixes,
                       guint                 max);

/* Title in header capitals: "Use 24 GPUs", "Train LoRA Adapters", "Recompute Activations + 8-bit States".  Newly
 * allocated. */
char *plim_fix_title (const PlimFix *fix);

/* What is saved and what it costs: "−98.6 GiB, steps 1.4 times longer".  Newly allocated. */
char *plim_fix_caption (const PlimFix *fix,
                        PlimUnit       unit);

/* The toast after applying it: "Micro-batch set to 2".  Newly allocated. */
char *plim_fix_toast (const PlimFix *fix);

/* Stable id of a kind, such as "recompute". */
const char *plim_fix_kind_id (PlimFixKind kind);

G_END_DECLS
