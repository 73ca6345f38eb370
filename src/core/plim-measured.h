/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a real run showed, to set beside the estimate term by term. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

#define PLIM_MEASURED_TEXT_SIZE 256 /* with the NUL at the end */

/* Figures of one GPU, the fullest. */
typedef struct
{
  gint64   peak_bytes;                  /* by the program alone; 0 = not measured */
  gint64   device_bytes;                /* by all programs, as the driver shows it; 0 = not measured */
  gboolean is_out_of_memory;            /* the run ended for want of memory: it needed at least peak_bytes */
  gint64   term_bytes[PLIM_N_TERM_IDS]; /* -1 = not measured */
  char     source[PLIM_MEASURED_TEXT_SIZE];  /* where the figures stand: "server.log"; "" = not said, as below */
  char     program[PLIM_MEASURED_TEXT_SIZE]; /* that printed them: "llama.cpp" */
  char     device[PLIM_MEASURED_TEXT_SIZE];  /* as the program calls it: "CUDA0" */
} PlimMeasured;

/* What a line of a comparison is about. */
typedef enum
{
  PLIM_MEASURED_TERM,
  PLIM_MEASURED_PEAK,
  PLIM_MEASURED_DEVICE
} PlimMeasuredKind;

/* A line of a comparison. */
typedef struct
{
  PlimMeasuredKind kind;
  PlimTermId       term;            /* of PLIM_MEASURED_TERM */
  gint64           measured_bytes;
  gint64           estimated_bytes; /* 0 = the estimate has nothing of the kind */
} PlimMeasuredRow;

#define PLIM_MEASURED_MAX_ROWS (PLIM_N_TERM_IDS + 2)

/* Nothing measured. */
void plim_measured_init (PlimMeasured *measured);

/* Copies @text, cut to what fits between two letters. */
void plim_measured_set_text (char        member[PLIM_MEASURED_TEXT_SIZE],
                             const char *text);

/* TRUE when there is no figure in it. */
gboolean plim_measured_is_empty (const PlimMeasured *measured);

gboolean plim_measured_equal (const PlimMeasured *left,
                              const PlimMeasured *right);

/* Fills @rows with each figure that was measured and what is estimated of the same, terms first; returns how many.
 *
 * Programs do not cut memory as estimates do.  A measured compute buffer holds the logits, which are estimated apart,
 * and a measured cache of a runtime with a budget is its whole pool.  The device also holds the runtime's context, what
 * other programs use, and in training the blocks that the allocator keeps. */
guint plim_measured_compare (const PlimMeasured *measured,
                             const PlimEstimate *estimate,
                             PlimMeasuredRow     rows[PLIM_MEASURED_MAX_ROWS]);

/* The row about @term among @n_rows; NULL when it was not measured. */
const PlimMeasuredRow *plim_measured_find_term (const PlimMeasuredRow *rows,
                                                guint                  n_rows,
                                                PlimTermId             term);

/* The row of @kind, PLIM_MEASURED_PEAK or PLIM_MEASURED_DEVICE; NULL when it was not measured. */
const PlimMeasuredRow *plim_measured_find_total (const PlimMeasuredRow *rows,
                                                 guint                  n_rows,
                                                 PlimMeasuredKind       kind);

/* Stable id of a row: that of its term, "peak" or "device". */
const char *plim_measured_row_id (const PlimMeasuredRow *row);

G_END_DECLS
