/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Training goes to plim-training-time.c.  Inference: prefill is bound by the peak rate, decode by reading weights and
 * caches once a step (roofline, Williams et al. 2009); both are upper bounds, prefill with the given utilization. */

#include "plim-time.h"

#include "plim-flops.h"
#include "plim-rule.h"
#include "plim-training-time.h"

/* Bytes that one decode step reads on a GPU: the weights in use, and the caches of all sequences. */
static double
decode_bytes (const PlimEstimate *estimate)
{
  double bytes = 0;

  for (guint i = 0; i < estimate->n_terms; i++)
    {
      const PlimTerm *term = &estimate->terms[i];
      double          share = 1;

      if (term->id == PLIM_TERM_WEIGHTS && estimate->parameters.total_count > 0)
        share = (double) estimate->parameters.active_count / (double) estimate->parameters.total_count;
      if (term->id == PLIM_TERM_WEIGHTS || term->id == PLIM_TERM_KV_CACHE || term->id == PLIM_TERM_RECURRENT_STATE)
        bytes += share * (double) term->bytes_at[PLIM_MOMENT_DECODE];
    }

  return bytes;
}

static void
estimate_inference (const PlimInputs *inputs,
                    PlimEstimate     *estimate)
{
  PlimTime *time = &estimate->time;
  double    peak_flops_per_s = plim_rule_peak_flops_per_s (inputs, inputs->precision == PLIM_PRECISION_F32);
  double    gpus = (double) inputs->gpus_count;
  double    token_flops =
    2 * (double) estimate->parameters.matrix_count + 2 * (double) plim_flops_attention_products (inputs);
  double read_bytes = decode_bytes (estimate);

  time->missing_fields |= inputs->gpu.bandwidth_bytes_per_s == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_GPU) : 0;
  if (inputs->gpu.bandwidth_bytes_per_s > 0 && read_bytes > 0)
    time->decode_tokens_per_s = (double) inputs->batch_count * (double) inputs->gpu.bandwidth_bytes_per_s / read_bytes;
  if (peak_flops_per_s > 0 && token_flops > 0)
    {
      time->prefill_tokens_per_s = peak_flops_per_s * gpus * plim_inputs_utilization (inputs) / token_flops;
      time->first_token_seconds = (double) inputs->context_tokens / time->prefill_tokens_per_s;
    }
  time->is_known = time->decode_tokens_per_s > 0;
}

void
plim_time_estimate (const PlimInputs *inputs,
                    PlimEstimate     *estimate)
{
  if (inputs->task == PLIM_TASK_INFERENCE)
    estimate_inference (inputs, estimate);
  else
    plim_training_time_estimate (inputs, estimate);
}
