/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The product's words for an answer: verdict, load line, tab answers, assumptions, field values.
 *
 * Window, command line, charts and reports all take them from here, so they say the same.  Translated with the
 * domain GETTEXT_PACKAGE.  "Load line" is the usable capacity, "short" and "free" are differences, "kept" and
 * "during the step" are lasting and passing parts.  Every string returned is newly allocated and never NULL; an answer
 * that is not known is an en dash. */

#pragma once

#include "plim-format.h"
#include "plim-solver.h"

G_BEGIN_DECLS

/* "Fits: 18.3 of 23.5 GiB", "Tight: …", "Does not fit: 76.4 GiB short per GPU", "Not enough information: choose a
 * model". */
char *plim_wording_verdict (const PlimEstimate *estimate,
                            PlimUnit            unit);

/* The verdict in a word or two, for lists and narrow bars: "Fits", "Tight", "Does Not Fit", "Incomplete".  Static,
 * translated. */
const char *plim_wording_verdict_word (PlimVerdict verdict);

/* "5.2 GiB free (22 %) on one RTX 4090", "156 GiB needed, 79.2 GiB usable on each of 8 H100 SXM". */
char *plim_wording_verdict_detail (const PlimInputs   *inputs,
                                   const PlimEstimate *estimate,
                                   PlimUnit            unit);

/* What is missing or not covered: "choose a model and a GPU", "Does not cover QLoRA"; empty when nothing is. */
char *plim_wording_missing (const PlimEstimate *estimate);

/* "Load line 23.5 GiB usable" */
char *plim_wording_load_line (const PlimEstimate *estimate,
                              PlimUnit            unit);

/* "24 GB card, 24,564 MiB reported, 0.46 GiB runtime context" */
char *plim_wording_load_line_detail (const PlimInputs   *inputs,
                                     const PlimEstimate *estimate,
                                     PlimUnit            unit);

/* Tab answers: "18.3 GiB"; "1 is enough", "24 needed", "no count fits" (@count 0); "4.1 h, $1.62" or "92 tokens/s";
 * "5,632 tokens"; "4.5–18.3 GiB"; "4 scenarios". */
char *plim_wording_memory_answer (const PlimEstimate *estimate,
                                  PlimUnit            unit);
char *plim_wording_gpus_answer (gint64 count);

/* "Last stage, 2 GPUs": GPUs that hold the same; free with g_free. */
char *plim_wording_role (const PlimRole *role);
/* What PyTorch's allocator holds for the tensors of the peak, and what the driver shows, each on average with its
 * range: "16.7 GiB (14.2–21.1 GiB)", NULL when not known, free with g_free; and why they are more. */
char       *plim_wording_reserved (const PlimEstimate *estimate,
                                   PlimUnit            unit);
char       *plim_wording_device_use (const PlimEstimate *estimate,
                                     PlimUnit            unit);
const char *plim_wording_reserved_reason (void);

/* What NCCL holds besides: "0.211–1.25 GiB", NULL where GPUs do not talk through it, free with g_free; and what that
 * is.
 */
char       *plim_wording_collectives (const PlimEstimate *estimate,
                                      PlimUnit            unit);
const char *plim_wording_collectives_reason (const PlimInputs *inputs);

/* How long the run takes, with its range when that is predicted, and the share of the peak rate that it reaches:
 * "4.1 h (3.2 h to 5.6 h)", "41 % (31 % to 52 %), predicted"; free with g_free. */
char *plim_wording_duration (const PlimTime *time);
char *plim_wording_utilization (const PlimTime *time);

/* What figures such as @term were held against: "43 published figures: half within 0 %, nine of ten within 0.1 %".
 * Newly allocated. */
char *plim_wording_checked (const PlimInputs *inputs,
                            PlimTermId        term);

/* The speed that a serving is judged by: of writing, or of reading where nothing is written. */
const PlimBand *plim_wording_speed (const PlimTime *time);

/* TRUE for training whose speed is known and whose length is not given. */
gboolean plim_wording_is_speed_alone (const PlimTime *time);

/* The seconds of a step; without a range where the utilization is given. */
PlimBand plim_wording_step_seconds (const PlimTime *time);

/* The Time tab's answer: "4.1 h, $1.62", or "335 tokens/s".  Newly allocated. */
char *plim_wording_time_answer (const PlimInputs   *inputs,
                                const PlimEstimate *estimate);
char *plim_wording_limits_answer (const PlimInputs *inputs,
                                  const PlimLimits *limits);
char *plim_wording_methods_answer (gint64   low_bytes,
                                   gint64   high_bytes,
                                   PlimUnit unit);
char *plim_wording_compare_answer (guint scenarios_count);

/* "one RTX 4090", "8 H100 SXM" */
char *plim_wording_gpus (const PlimInputs *inputs,
                         gint64            gpus_count);

/* The model as people call it: its catalogue name, "7.0 B parameters", or "No model". */
char *plim_wording_model (const PlimInputs *inputs);

/* What to know before believing an answer: that another runtime runs these weights than the one chosen, that the
 * context is longer than the model was made for.  Sentences with a blank between, newly allocated; NULL where there is
 * nothing. */
char *plim_wording_notice (const PlimInputs *inputs);

/* The two caption lines with the assumptions that move the number most: method and precision; tokens × batch,
 * optimizer,
 * recompute.  @line is 0 or 1. */
char *plim_wording_assumptions (const PlimInputs *inputs,
                                guint             line);

/* A field's value as text: a choice's label, "4,096 tokens", "24 GB" for a GPU's size, "From the model" or "From
 * the GPU" for 0. */
char *plim_field_value_text (const PlimInputs *inputs,
                             PlimFieldId       id,
                             PlimUnit          unit);

/* Of @fields those that the job uses and that are not as usual: "Tensor Parallel: 2 GPUs, Compile: On".  Newly
 * allocated, empty where all are as usual. */
char *plim_wording_changed_fields (const PlimInputs  *inputs,
                                   const PlimFieldId *fields,
                                   guint              n_fields);

/* A field's label, unit and choice label, translated; static. */
const char *plim_field_label_text (PlimFieldId id);

/* The same where it is an input of @inputs: the batch of a server is "Sequences at Once". */
const char *plim_field_label_for (const PlimInputs *inputs,
                                  PlimFieldId       id);
const char *plim_field_unit_text (PlimFieldId id);
const char *plim_field_choice_text (PlimFieldId id,
                                    guint       index);

/* A part's names, a moment's and a role's, translated; static. */
const char *plim_term_name_text (PlimTermId id);
const char *plim_term_short_name_text (PlimTermId id);
const char *plim_moment_text (PlimMoment moment);

/* "Kept" or "During the step" (training), "During a request" (inference); static. */
const char *plim_wording_persistence (PlimTermId id,
                                      PlimTask   task);

/* A figure with its range, where it has one: "112 (83 to 140)"; @format writes one number. */
char *plim_wording_band (const PlimBand *band,
                         char *(*format) (double value));

/* The memory that a runtime with a budget keeps for caches: "15.2 GiB: 124,512 tokens, 15 sequences"; empty for
 * runtimes without one. */
char *plim_wording_pool (const PlimEstimate *estimate,
                         PlimUnit            unit);

/* What takes memory and is not in the estimate: "CUDA graphs and buffers of NCCL"; NULL = nothing is known to be left
 * out.
 */
char *plim_wording_not_counted (const PlimEstimate *estimate);

/* Joins words as a sentence does: "a", "a and b", "a, b and c".  @words is NULL-terminated. */
char *plim_wording_join (const char *const *words);

G_END_DECLS
