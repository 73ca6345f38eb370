/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a training run does between steps, when it is asked for: the loss of an evaluation set, and checkpoints that the
 * run waits for. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

/* TRUE when @inputs ask for either. */
gboolean plim_run_breaks_are_asked (const PlimInputs *inputs);

/* Seconds of all evaluations of a run of @steps_count steps: forward passes over the evaluation set, where those over
 * the @step_tokens of a step take @forward_seconds. */
double plim_run_breaks_evaluation_seconds (const PlimInputs *inputs,
                                           gint64            steps_count,
                                           gint64            step_tokens,
                                           double            forward_seconds);

/* Bytes of a checkpoint that training can go on from: what trains, master weights and optimizer states once, and the
 * frozen layers of full training; of adapters their own alone (PEFT, utils/save_and_load.py). */
gint64 plim_run_breaks_checkpoint_bytes (const PlimInputs   *inputs,
                                         const PlimEstimate *estimate);

/* Seconds that checkpoints of a run of @steps_count steps take to be written; 0 where the bandwidth is not given. */
double plim_run_breaks_checkpoint_seconds (const PlimInputs   *inputs,
                                           const PlimEstimate *estimate,
                                           gint64              steps_count);

G_END_DECLS
