/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Training: seconds = tokens x FLOPs per token / (peak x GPUs x utilization).
 * Inference: prefill is bound by the peak rate, decode by reading weights and caches once a step (roofline, Williams et
 * al. 2009); both are upper bounds, prefill with the given utilization. */

#include "plim-time.h"

#include "plim-checked.h"
#include "plim-rule.h"
#include "plim-training-layout.h"

#include <glib/gi18n.h>
#include <math.h>

#define PALM "PaLM, arXiv:2204.02311, appendix B"

gint64
plim_time_chinchilla_tokens (gint64 parameters_count)
{
  return plim_multiply (20, parameters_count);
}

/* Multiply-adds of scores and values for one token: attended tokens x heads x (head width + value width), all layers.
 */
static gint64
attention_products (const PlimInputs *inputs)
{
  gint64 products = 0;

  for (guint i = 0; i < inputs->model.n_kinds; i++)
    {
      const PlimLayerKind *kind = &inputs->model.kinds[i];
      const PlimAttention *a = &kind->attention;
      gint64               attended = plim_divide_up (inputs->context_tokens, kind->is_encoder ? 1 : 2);

      if (a->window_tokens > 0)
        attended = MIN (attended, a->window_tokens);
      products = plim_add (products, plim_multiply (plim_multiply (kind->layers_count, attended),
                                                    plim_multiply (a->heads_count, a->head_dim + a->v_head_dim)));
    }

  return products;
}

gint64
plim_time_training_flops_per_token (const PlimInputs   *inputs,
                                    const PlimEstimate *estimate)
{
  gboolean is_full = inputs->task == PLIM_TASK_TRAINING;
  gint64   flops = plim_multiply (is_full ? 6 : 4, estimate->parameters.matrix_count);

  if (!is_full)
    flops = plim_add (flops, plim_multiply (6, estimate->trained_count));

  return plim_add (flops, plim_multiply (6, attention_products (inputs)));
}

/* Tokens of one optimizer step: replicas compute on samples of their own. */
static gint64
count_step_tokens (const PlimInputs *inputs)
{
  gint64             replica_tokens = plim_multiply (plim_multiply (inputs->batch_count, inputs->context_tokens),
                                                     inputs->accumulation_count);
  PlimTrainingLayout layout;

  plim_training_layout_init (&layout, inputs);

  return plim_multiply (replica_tokens, layout.data_count);
}

static void
estimate_training (const PlimInputs *inputs,
                   PlimEstimate     *estimate)
{
  PlimTime        *time = &estimate->time;
  PlimExplanation *explanation = &time->explanation;
  double           peak_flops_per_s = plim_rule_peak_flops_per_s (inputs, inputs->precision == PLIM_PRECISION_F32);
  gint64           token_flops = plim_time_training_flops_per_token (inputs, estimate);
  double           tokens = (double) inputs->tokens_count;
  double           total_flops = tokens * (double) token_flops;
  gint64           step_tokens = count_step_tokens (inputs);
  double           seconds;

  time->missing_fields |= inputs->tokens_count == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_TOKENS) : 0;
  time->missing_fields |= peak_flops_per_s <= 0 ? PLIM_FIELD_BIT (PLIM_FIELD_PEAK_TFLOPS) : 0;
  if (time->missing_fields != 0 || token_flops == PLIM_OVERFLOW)
    return;

  seconds = total_flops / (peak_flops_per_s * (double) inputs->gpus_count * inputs->utilization);
  plim_rule_set_time (inputs, estimate, seconds, total_flops);
  if (plim_model_has_shape (&inputs->model))
    {
      time->steps_count = plim_divide_up (inputs->tokens_count, step_tokens);
      time->step_seconds = seconds * (double) step_tokens / tokens;
    }

  explanation->formula = "{0} × {1} ÷ ({2} × {3} × {4} × {5})";
  plim_explanation_add (explanation, N_ ("training tokens"), inputs->tokens_count, 1);
  plim_explanation_add (explanation, N_ ("FLOPs per token"), token_flops, 1);
  plim_rule_add_peak (explanation, peak_flops_per_s);
  plim_explanation_add (explanation, N_ ("GPUs"), inputs->gpus_count, 1);
  explanation->factors[explanation->n_factors++] = plim_rule_fraction (N_ ("utilization"), inputs->utilization);
  explanation->source = PALM;
  explanation->depends = PLIM_FIELD_BIT (PLIM_FIELD_MODEL) | PLIM_FIELD_BIT (PLIM_FIELD_TOKENS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_GPU) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) |
                         PLIM_FIELD_BIT (PLIM_FIELD_UTILIZATION) | PLIM_FIELD_BIT (PLIM_FIELD_CONTEXT);
}

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
  double    token_flops = 2 * (double) estimate->parameters.matrix_count + 2 * (double) attention_products (inputs);
  double    read_bytes = decode_bytes (estimate);

  time->missing_fields |= inputs->gpu.bandwidth_bytes_per_s == 0 ? PLIM_FIELD_BIT (PLIM_FIELD_GPU) : 0;
  if (inputs->gpu.bandwidth_bytes_per_s > 0 && read_bytes > 0)
    time->decode_tokens_per_s = (double) inputs->batch_count * (double) inputs->gpu.bandwidth_bytes_per_s / read_bytes;
  if (peak_flops_per_s > 0 && token_flops > 0)
    {
      time->prefill_tokens_per_s = peak_flops_per_s * gpus * inputs->utilization / token_flops;
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
    estimate_training (inputs, estimate);
}
