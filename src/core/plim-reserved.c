/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reserved = allocated / (1 - share of fragments). */

#include "plim-reserved.h"

#include "plim-checked.h"

/* Percent that is not fragments: on average, and at worst (by what GMLake saves, arXiv:2401.08156, abstract). */
#define USED_PERCENT       85
#define LEAST_USED_PERCENT 67

void
plim_reserved_init (PlimReserved          *reserved,
                    const PlimInputs      *inputs,
                    gint64                 peak_bytes,
                    gint64                 context_bytes,
                    const PlimCollectives *collectives)
{
  gint64 least_bytes = plim_add (context_bytes, collectives->low_bytes);

  *reserved = (PlimReserved) { 0 };
  if (inputs->task == PLIM_TASK_INFERENCE || inputs->method != PLIM_METHOD_COMPONENT || peak_bytes == 0)
    return;

  reserved->is_known = TRUE;
  reserved->bytes = plim_divide_up (plim_multiply (peak_bytes, 100), USED_PERCENT);
  reserved->high_bytes = plim_divide_up (plim_multiply (peak_bytes, 100), LEAST_USED_PERCENT);
  reserved->device_low_bytes = plim_add (peak_bytes, least_bytes);
  reserved->device_bytes = plim_add (reserved->bytes, least_bytes);
  reserved->device_high_bytes = plim_add (reserved->high_bytes, plim_add (context_bytes, collectives->high_bytes));
}
