/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words for what was measured beside an estimate; each text is newly allocated unless it says otherwise. */

#pragma once

#include "plim-format.h"
#include "plim-measured.h"

G_BEGIN_DECLS

/* Where the figures come from: "server.log, llama.cpp, CUDA0"; "A real run" when nothing is known of it. */
char *plim_wording_measured_source (const PlimMeasured *measured);

/* What a row is about: the name of its part, "Peak" or "Whole GPU"; static. */
const char *plim_wording_measured_name (const PlimMeasuredRow *row);

/* "5.94 GiB", or "at least 23.9 GiB" for the peak of a run that ended for want of memory. */
char *plim_wording_measured_amount (const PlimMeasured    *measured,
                                    const PlimMeasuredRow *row,
                                    PlimUnit               unit);

/* How far the estimate is from what was measured: "+3.1 %", an en dash where nothing is estimated or measured. */
char *plim_wording_measured_difference (const PlimMeasuredRow *row);

/* The sentence that sums it up: "Measured 5.94 GiB; the estimate is 1.2 % higher", or of the parts when no total was
 * measured. */
char *plim_wording_measured_finding (const PlimMeasured *measured,
                                     const PlimEstimate *estimate,
                                     PlimUnit            unit);

/* What to know when reading the rows: that a measured buffer holds the logits, say; static, NULL = nothing. */
const char *plim_wording_measured_note (const PlimMeasured *measured,
                                        const PlimEstimate *estimate);

G_END_DECLS
