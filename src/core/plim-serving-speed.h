/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How fast a served model reads prompts and writes tokens. */

#pragma once

#include "plim-estimate.h"
#include "plim-layout.h"
#include "plim-weight-layout.h"

G_BEGIN_DECLS

/* Fills the time of @estimate by the roofline (Williams et al., 2009, doi:10.1145/1498765.1498785): a step takes as
 * long as its bytes at the memory's bandwidth or its FLOPs at the peak rate, whichever is longer, and the time to start
 * kernels and to talk to other GPUs.
 *
 *   decode    one step writes a token of every sequence.  It reads the weights outside experts, the experts that the
 *             batch is expected to choose, E (1 - (1 - k / E)^b) of E when each of b tokens chooses k, and the cache of
 *             every sequence, half of the output written.
 *   guesses   g of a draft model, one after another, and a step that checks them bring (1 - a^(g + 1)) / (1 - a) tokens
 *             when each is accepted with a (arXiv:2211.17192, equation 1; table 2 where a is not given).
 *   prefill   the prompt runs in chunks, each of which reads all weights; a prefix that the runtime shares is there.
 *   loaded    requests never stop coming: a step also computes as many tokens of prompts as keep as many sequences
 *             writing, as far as it has room (Sarathi-Serve, arXiv:2403.02310).
 *
 * Each figure has three values.  high: nothing is lost.  likely: 0.8 of the bandwidth and 3 microseconds for each
 * kernel (AIConfigurator, systems/h100_sxm.yaml), the usual share of the peak rate.  low: 0.55 of the bandwidth
 * (llmfit, fit.rs) and half of that share.
 *
 * @weights and @stages describe the layout; both may be NULL (and @n_stages 0) for a model of which only the parameter
 * count is known.  What is missing is in missing_fields of the time. */
void plim_serving_speed_estimate (const PlimInputs       *inputs,
                                  const PlimLayout       *layout,
                                  const PlimWeightLayout *weights,
                                  const PlimStage        *stages,
                                  guint                   n_stages,
                                  PlimEstimate           *estimate);

/* Seconds that one GPU of @inputs, which serve, takes to write the output of all @inputs->batch_count sequences after
 * their prompts, which are computed at once: best, usual and worst case into @seconds.  FALSE when that is not known.
 */
gboolean plim_serving_speed_generation (const PlimInputs *inputs,
                                        double            seconds[PLIM_N_CASES]);

G_END_DECLS
