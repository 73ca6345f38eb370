/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The kinds of change, one by one. */

#pragma once

#include "plim-fix.h"

G_BEGIN_DECLS

/* GPUs to choose a larger one from. */
typedef struct
{
  const PlimGpu *const *gpus;
  guint                 n_gpus;
} PlimFixChoices;

typedef struct
{
  const char *id;
  PlimFixCost cost;
  gboolean    is_sized;  /* chooses a number by what fits: applied after a change that does not */

  /* Changes @inputs; FALSE, @inputs perhaps changed, where it does not apply or changes nothing. */
  gboolean (*apply) (PlimInputs           *inputs,
                     const PlimFixChoices *choices);
} PlimFixKindInfo;

/* The facts of @kind; never NULL. */
const PlimFixKindInfo *plim_fix_kind_info (PlimFixKind kind);

/* Of a layout that cannot exist, the nearest that can, by each of its numbers, the least change first: at most @max
 * into @fixes.  Returns how many. */
guint plim_fix_find_layouts (const PlimInputs *inputs,
                             PlimFix          *fixes,
                             guint             max);

G_END_DECLS
