/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Frame of every estimate: capacity before the method, moments and verdict after it; and what parts and moments are
 * called. */

#include "plim-estimate.h"

#include "plim-accuracy.h"
#include "plim-checked.h"
#include "plim-method.h"
#include "plim-runtime.h"

#include <glib/gi18n.h>
#include <string.h>

/* Free share of the usable memory under which a fit is called tight: engines that know a run exactly are still off by
 * up to a tenth, since allocators keep freed blocks. */
#define TIGHT_DIVISOR 10

static const PlimTermInfo terms[PLIM_N_TERM_IDS] = {
  [PLIM_TERM_WEIGHTS] = { "weights", N_ ("Weights"), N_ ("Weights"), N_ ("The numbers the model consists of."),
                          PLIM_PART_WEIGHTS, PLIM_KEPT },
  [PLIM_TERM_FROZEN_WEIGHTS] = { "frozen-weights", N_ ("Frozen weights"), N_ ("Weights"),
                                 N_ ("The base model, which the adapters leave as it is."), PLIM_PART_WEIGHTS,
                                 PLIM_KEPT },
  [PLIM_TERM_MASTER_WEIGHTS] = { "master-weights", N_ ("Master weights"), N_ ("Master"),
                                 N_ ("A 32-bit copy of the trained weights, to which small updates are added."),
                                 PLIM_PART_OPTIMIZER, PLIM_KEPT },
  [PLIM_TERM_OPTIMIZER_STATES] = { "optimizer-states", N_ ("Optimizer states"), N_ ("Optimizer"),
                                   N_ ("What the optimizer remembers of earlier gradients, such as AdamW’s two "
                                       "moments."),
                                   PLIM_PART_OPTIMIZER, PLIM_KEPT },
  [PLIM_TERM_GRADIENTS] = { "gradients", N_ ("Gradients"), N_ ("Gradients"),
                            N_ ("One number for each trained parameter, from backward until the optimizer’s step."),
                            PLIM_PART_GRADIENTS, PLIM_DURING_STEP },
  [PLIM_TERM_ADAPTERS] = { "adapters", N_ ("Adapters"), N_ ("Adapters"), N_ ("The numbers beside the base that train."),
                           PLIM_PART_ADAPTERS, PLIM_KEPT },
  [PLIM_TERM_ADAPTER_STATE] = { "adapter-state", N_ ("Adapters’ training state"), N_ ("Adapter state"),
                                N_ ("Gradients and optimizer states of the adapters."), PLIM_PART_ADAPTERS, PLIM_KEPT },
  [PLIM_TERM_TOWERS] = { "towers", N_ ("Image and sound encoders"), N_ ("Encoders"),
                         N_ ("What turns images and sound into tokens of the language model."), PLIM_PART_WEIGHTS,
                         PLIM_KEPT },
  [PLIM_TERM_REFERENCE_WEIGHTS] = { "reference-weights", N_ ("Reference model"), N_ ("Reference"),
                                    N_ ("The model as it was, which the trained one is compared with."),
                                    PLIM_PART_WEIGHTS, PLIM_KEPT },
  [PLIM_TERM_REWARD_WEIGHTS] = { "reward-weights", N_ ("Reward model"), N_ ("Reward"),
                                 N_ ("The model that scores generated texts."), PLIM_PART_WEIGHTS, PLIM_KEPT },
  [PLIM_TERM_VALUE_WEIGHTS] = { "value-weights", N_ ("Value model"), N_ ("Value"),
                                N_ ("The model that predicts scores, and trains too."), PLIM_PART_WEIGHTS, PLIM_KEPT },
  [PLIM_TERM_VALUE_STATE] = { "value-state", N_ ("Value model’s training state"), N_ ("Value state"),
                              N_ ("Gradients and optimizer states of the value model."), PLIM_PART_OPTIMIZER,
                              PLIM_KEPT },
  [PLIM_TERM_ENGINE] = { "engine", N_ ("Generation engine"), N_ ("Engine"),
                         N_ ("vLLM’s weights and cache, on the GPUs that train."), PLIM_PART_CACHE, PLIM_KEPT },
  [PLIM_TERM_KV_CACHE] = { "kv-cache", N_ ("KV cache"), N_ ("KV cache"),
                           N_ ("Keys and values of the tokens seen so far."), PLIM_PART_CACHE, PLIM_KEPT },
  [PLIM_TERM_RECURRENT_STATE] = { "recurrent-state", N_ ("Recurrent state"), N_ ("State"),
                                  N_ ("What recurrent layers remember; it does not grow with the context."),
                                  PLIM_PART_CACHE, PLIM_KEPT },
  [PLIM_TERM_DRAFT_WEIGHTS] = { "draft-weights", N_ ("Draft model"), N_ ("Draft model"),
                                N_ ("The small model that guesses tokens ahead."), PLIM_PART_WEIGHTS, PLIM_KEPT },
  [PLIM_TERM_NEXT_TOKEN] = { "next-token-layers", N_ ("Next-token layers"), N_ ("Next-token"),
                             N_ ("Layers of the checkpoint that guess tokens ahead."), PLIM_PART_WEIGHTS, PLIM_KEPT },
  [PLIM_TERM_DRAFT_CACHE] = { "draft-cache", N_ ("Draft model’s cache"), N_ ("Draft cache"),
                              N_ ("Keys and values of the draft model."), PLIM_PART_CACHE, PLIM_KEPT },
  [PLIM_TERM_DRAFT_BUFFER] = { "draft-buffer", N_ ("Draft model’s buffer"), N_ ("Draft buffer"),
                               N_ ("Working memory of the draft model, which has a context of its own."),
                               PLIM_PART_CACHE, PLIM_DURING_STEP },
  [PLIM_TERM_CACHE_COPY] = { "cache-copy", N_ ("16-bit copy of the cache"), N_ ("Cache copy"),
                             N_ ("Keys and values of one layer, widened for the attention of many tokens."),
                             PLIM_PART_CACHE, PLIM_DURING_STEP },
  [PLIM_TERM_ACTIVATIONS] = { "activations", N_ ("Saved activations"), N_ ("Activations"),
                              N_ ("Results of the forward pass that backward needs again."), PLIM_PART_ACTIVATIONS,
                              PLIM_DURING_STEP },
  [PLIM_TERM_VALUE_ACTIVATIONS] = { "value-activations", N_ ("Value model’s activations"), N_ ("Value activations"),
                                    N_ ("Results of the value model’s forward pass that backward needs again."),
                                    PLIM_PART_ACTIVATIONS, PLIM_DURING_STEP },
  [PLIM_TERM_PREFIX] = { "prefix", N_ ("Prefix of every sequence"), N_ ("Prefix"),
                         N_ ("Keys and values of the virtual tokens, in every layer."), PLIM_PART_ACTIVATIONS,
                         PLIM_DURING_STEP },
  [PLIM_TERM_REPLAY] = { "replay", N_ ("Replayed layer"), N_ ("Replay"),
                         N_ ("The activations of the one layer that backward works on."), PLIM_PART_ACTIVATIONS,
                         PLIM_DURING_STEP },
  [PLIM_TERM_LOGITS] = { "logits", N_ ("Logits"), N_ ("Logits"),
                         N_ ("Scores over the whole vocabulary; in training with their gradients and the loss’s copies."),
                         PLIM_PART_ACTIVATIONS, PLIM_DURING_STEP },
  [PLIM_TERM_COMPUTE_BUFFER] = { "compute-buffer", N_ ("Compute buffer"), N_ ("Buffer"),
                                 N_ ("Working memory of the layer that is computed."), PLIM_PART_CACHE,
                                 PLIM_DURING_STEP },
  [PLIM_TERM_CAST_WEIGHTS] = { "cast-weights", N_ ("Weights in the format of compute"), N_ ("Cast weights"),
                               N_ ("Copies of the matrices, in the format they are multiplied in."), PLIM_PART_CACHE,
                               PLIM_DURING_STEP },
  [PLIM_TERM_MASK] = { "mask", N_ ("Attention mask"), N_ ("Mask"), N_ ("Which tokens may look at which."),
                       PLIM_PART_CACHE, PLIM_DURING_STEP },
  [PLIM_TERM_STEP_BUFFER] = { "step-buffer", N_ ("Buffer of the optimizer"), N_ ("Step buffer"),
                              N_ ("What is there beside states and gradients while the optimizer steps."),
                              PLIM_PART_CACHE, PLIM_DURING_STEP },
  [PLIM_TERM_GATHERED_WEIGHTS] = { "gathered-weights", N_ ("Gathered layers"), N_ ("Gathered"),
                                   N_ ("Sharded layers, put together while they are used."), PLIM_PART_CACHE,
                                   PLIM_DURING_STEP },
  [PLIM_TERM_COMMUNICATION] = { "communication", N_ ("Communication buffers"), N_ ("Comm. buffers"),
                                N_ ("Gradients on their way to the other GPUs."), PLIM_PART_CACHE, PLIM_DURING_STEP },
  [PLIM_TERM_DEQUANTIZED] = { "dequantized", N_ ("Dequantized matrix"), N_ ("Dequantized"),
                              N_ ("A 16-bit copy of the quantized matrix in use."), PLIM_PART_CACHE, PLIM_DURING_STEP },
  [PLIM_TERM_LOADING] = { "loading", N_ ("Matrix being loaded"), N_ ("Loading"),
                          N_ ("What is there beside the weights while they are quantized or divided among GPUs."),
                          PLIM_PART_CACHE, PLIM_DURING_STEP },
  [PLIM_TERM_SAVING] = { "saving", N_ ("Matrix being saved"), N_ ("Saving"),
                         N_ ("What is put together of the weights on its way into a checkpoint."), PLIM_PART_CACHE,
                         PLIM_DURING_STEP },
  [PLIM_TERM_EVALUATION_COPY] = { "evaluation-copy", N_ ("Evaluation copy"), N_ ("Evaluation"),
                                  N_ ("A second copy of the model that is evaluated."), PLIM_PART_EVALUATION,
                                  PLIM_DURING_STEP },
  [PLIM_TERM_EVALUATION_WORK] = { "evaluation-work", N_ ("Evaluation batch"), N_ ("Eval. batch"),
                                  N_ ("Buffers and logits of the evaluation batch."), PLIM_PART_EVALUATION,
                                  PLIM_DURING_STEP },
  [PLIM_TERM_EVALUATION_LOGITS] = { "evaluation-logits", N_ ("Kept logits"), N_ ("Kept logits"),
                                    N_ ("Logits of the batches evaluated so far, kept to compute metrics."),
                                    PLIM_PART_EVALUATION, PLIM_DURING_STEP },
  [PLIM_TERM_BATCH] = { "batch", N_ ("Batch"), N_ ("Batch"), N_ ("Memory for each sample of the batch, as given."),
                        PLIM_PART_ACTIVATIONS, PLIM_DURING_STEP },
  [PLIM_TERM_OVERHEAD] = { "overhead", N_ ("Overhead"), N_ ("Overhead"),
                           N_ ("What the rule adds for everything it does not count."), PLIM_PART_OVERHEAD, PLIM_KEPT },
  [PLIM_TERM_RULE_TOTAL] = { "rule-total", N_ ("Total of the rule"), N_ ("Total"),
                             N_ ("The rule states one figure only."), PLIM_PART_OVERHEAD, PLIM_KEPT },
};

static const struct
{
  const char *id;
  const char *name;
} moments[PLIM_N_MOMENTS] = {
  [PLIM_MOMENT_LOAD] = { "load", N_ ("Load") },
  [PLIM_MOMENT_ROLLOUT] = { "rollout", N_ ("Rollout") },
  [PLIM_MOMENT_FORWARD] = { "forward", N_ ("Forward") },
  [PLIM_MOMENT_LOSS] = { "loss", N_ ("Loss") },
  [PLIM_MOMENT_BACKWARD] = { "backward", N_ ("Backward") },
  [PLIM_MOMENT_STEP] = { "step", N_ ("Step") },
  [PLIM_MOMENT_SAVE] = { "save", N_ ("Save") },
  [PLIM_MOMENT_EVALUATION] = { "evaluation", N_ ("Evaluation") },
  [PLIM_MOMENT_PREFILL] = { "prefill", N_ ("Prefill") },
  [PLIM_MOMENT_DECODE] = { "decode", N_ ("Decode") },
};

const PlimTermInfo *
plim_term_info (PlimTermId id)
{
  g_return_val_if_fail (id < PLIM_N_TERM_IDS, &terms[PLIM_TERM_OVERHEAD]);

  return &terms[id];
}

const char *
plim_moment_name (PlimMoment moment)
{
  g_return_val_if_fail (moment < PLIM_N_MOMENTS, "");

  return moments[moment].name;
}

const char *
plim_moment_id (PlimMoment moment)
{
  g_return_val_if_fail (moment < PLIM_N_MOMENTS, "");

  return moments[moment].id;
}

const char *
plim_verdict_id (PlimVerdict verdict)
{
  static const char *const ids[] = { "unknown", "fits", "tight", "does-not-fit" };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (ids), ids[0]);

  return ids[verdict];
}

PlimRole *
plim_estimate_add_role (PlimEstimate *estimate,
                        const char   *name,
                        gint64        gpus_count)
{
  PlimRole *role = &estimate->roles[estimate->n_roles];

  g_return_val_if_fail (estimate->n_roles < PLIM_MAX_ROLES, role);

  memset (role, 0, sizeof *role);
  role->name = name;
  role->gpus_count = gpus_count;
  role->first_term = estimate->n_terms;
  estimate->n_roles++;

  return role;
}

PlimTerm *
plim_estimate_add_term (PlimEstimate *estimate,
                        PlimTermId    id)
{
  PlimTerm *term = &estimate->terms[estimate->n_terms];

  g_return_val_if_fail (estimate->n_terms < PLIM_MAX_TERMS && estimate->n_roles > 0, term);

  memset (term, 0, sizeof *term);
  term->id = id;
  estimate->n_terms++;
  estimate->roles[estimate->n_roles - 1].n_terms++;

  return term;
}

void
plim_explanation_add (PlimExplanation *explanation,
                      const char      *name,
                      gint64           numerator,
                      gint64           denominator)
{
  g_return_if_fail (explanation->n_factors < PLIM_MAX_FACTORS && denominator >= 1);

  explanation->factors[explanation->n_factors++] = (PlimFactor) { name, numerator, denominator };
}

/* Sums the moments of a role and finds its peak. */
static void
finish_role (PlimEstimate *estimate,
             PlimRole     *role)
{
  for (guint m = 0; m < PLIM_N_MOMENTS; m++)
    {
      for (guint i = 0; i < role->n_terms; i++)
        role->moment_bytes[m] = plim_add (role->moment_bytes[m], estimate->terms[role->first_term + i].bytes_at[m]);

      if (role->moment_bytes[m] > role->peak_bytes)
        {
          role->peak_bytes = role->moment_bytes[m];
          role->peak_moment = m;
        }
    }

  for (guint i = 0; i < role->n_terms; i++)
    estimate->terms[role->first_term + i].bytes = estimate->terms[role->first_term + i].bytes_at[role->peak_moment];

  estimate->is_overflow |= role->peak_bytes == PLIM_OVERFLOW;
  role->headroom_bytes = estimate->usable_bytes - role->peak_bytes;
}

/* Fullest first; few roles, so by insertion. */
static void
sort_roles (PlimEstimate *estimate)
{
  for (guint i = 1; i < estimate->n_roles; i++)
    for (guint j = i; j > 0 && estimate->roles[j].peak_bytes > estimate->roles[j - 1].peak_bytes; j--)
      {
        PlimRole role = estimate->roles[j];

        estimate->roles[j] = estimate->roles[j - 1];
        estimate->roles[j - 1] = role;
      }
}

static PlimVerdict
judge (const PlimEstimate *estimate)
{
  if (estimate->missing_fields != 0 || estimate->not_covered != NULL || estimate->is_overflow)
    return PLIM_VERDICT_UNKNOWN;
  if (estimate->headroom_bytes < 0 || estimate->kv_pool.bytes < estimate->kv_pool.needed_bytes)
    return PLIM_VERDICT_DOES_NOT_FIT;
  if (estimate->headroom_bytes < estimate->usable_bytes / TIGHT_DIVISOR)
    return PLIM_VERDICT_TIGHT;

  return PLIM_VERDICT_FITS;
}

void
plim_estimate_finish (PlimEstimate *estimate)
{
  for (guint i = 0; i < estimate->n_roles; i++)
    finish_role (estimate, &estimate->roles[i]);
  sort_roles (estimate);

  estimate->peak_bytes = estimate->n_roles > 0 ? estimate->roles[0].peak_bytes : 0;
  estimate->headroom_bytes = estimate->usable_bytes - estimate->peak_bytes;
  if (estimate->capacity_bytes == 0)
    estimate->missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_GPU);
  estimate->verdict = judge (estimate);
}

/* The published rules compare with the whole memory, as their authors do; the engine takes off the runtime's context,
 * and what its budget leaves. */
static void
measure_capacity (const PlimInputs *inputs,
                  PlimEstimate     *estimate)
{
  gint64   capacity_bytes = inputs->gpu.reported_bytes;
  gboolean is_measured = inputs->method == PLIM_METHOD_COMPONENT;
  gint64   taken_bytes;

  estimate->capacity_bytes = capacity_bytes;
  if (capacity_bytes > 0 && is_measured)
    estimate->context_bytes = MIN (plim_runtime_profile (inputs)->context_bytes, capacity_bytes);
  estimate->used_bytes = MIN (inputs->used_memory_bytes, capacity_bytes - estimate->context_bytes);
  taken_bytes = estimate->context_bytes + estimate->used_bytes;
  plim_collectives_init (&estimate->collectives, inputs);
  estimate->usable_bytes = is_measured ? plim_runtime_usable_bytes (inputs, capacity_bytes, taken_bytes,
                                                                    estimate->collectives.low_bytes)
                                       : capacity_bytes - taken_bytes;
}

static void
estimate_parts (const PlimInputs *inputs,
                gboolean          is_memory_only,
                PlimEstimate     *estimate)
{
  /* The array of terms is large and each term is cleared when it is added. */
  memset (estimate, 0, offsetof (PlimEstimate, terms));
  memset (&estimate->n_roles, 0, sizeof *estimate - offsetof (PlimEstimate, n_roles));

  estimate->method = inputs->method;
  estimate->is_memory_only = is_memory_only;
  measure_capacity (inputs, estimate);
  plim_parameters_count (&inputs->model, &estimate->parameters);
  plim_estimate_add_role (estimate, N_ ("Every GPU"), inputs->gpus_count);
  plim_method_info (inputs->method)->estimate (inputs, estimate);
  plim_estimate_finish (estimate);
  plim_accuracy_set_range (inputs, estimate);
  if (estimate->peak_bytes == 0)
    estimate->collectives = (PlimCollectives) { 0 };
  plim_reserved_init (&estimate->reserved, inputs, estimate->peak_bytes, estimate->context_bytes,
                      &estimate->collectives);
}

void
plim_estimate (const PlimInputs *inputs,
               PlimEstimate     *estimate)
{
  estimate_parts (inputs, FALSE, estimate);
}

void
plim_estimate_memory (const PlimInputs *inputs,
                      PlimEstimate     *estimate)
{
  estimate_parts (inputs, TRUE, estimate);
}

gboolean
plim_verdict_is_fit (PlimVerdict verdict)
{
  return verdict == PLIM_VERDICT_FITS || verdict == PLIM_VERDICT_TIGHT;
}

gboolean
plim_estimate_fits (const PlimInputs *inputs)
{
  PlimEstimate estimate;

  plim_estimate_memory (inputs, &estimate);

  return plim_verdict_is_fit (estimate.verdict);
}
