/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See plim-rule.h.  Products are taken in 128 bits and rounded up to a byte once, so a term is exact. */

#include "plim-rule.h"

#include "plim-checked.h"

#include <glib/gi18n.h>
#include <math.h>

#define MILLION                  1000000
#define SECONDS_PER_DAY          86400.0
#define FLOPS_PER_PETAFLOP_S_DAY (1e15 * SECONDS_PER_DAY)

__extension__ typedef __int128 Wide;

static const char *const products[] = {
  "{0}",
  "{0} × {1}",
  "{0} × {1} × {2}",
  "{0} × {1} × {2} × {3}",
  "{0} × {1} × {2} × {3} × {4}",
};

static const char *const shared_products[] = {
  "floor({0} ÷ {1})",
  "floor({0} × {1} ÷ {2})",
  "floor({0} × {1} × {2} ÷ {3})",
  "floor({0} × {1} × {2} × {3} ÷ {4})",
  "floor({0} × {1} × {2} × {3} × {4} ÷ {5})",
};

gint64
plim_rule_bits (PlimPrecision precision)
{
  static const guint8 bits[PLIM_N_PRECISIONS] = {
    [PLIM_PRECISION_F32] = 32,
    [PLIM_PRECISION_BF16] = 16,
    [PLIM_PRECISION_F16] = 16,
    [PLIM_PRECISION_FP8] = 8,
    [PLIM_PRECISION_FP8_E5M2] = 8,
    [PLIM_PRECISION_TF32] = 32,
    [PLIM_PRECISION_INT8] = 8,
    [PLIM_PRECISION_INT4] = 4,
    [PLIM_PRECISION_NF4] = 4,
    [PLIM_PRECISION_NF4_DOUBLE] = 4,
    [PLIM_PRECISION_NVFP4] = 4,
  };

  return bits[precision];
}

gboolean
plim_rule_has_parameters (PlimEstimate *estimate)
{
  if (estimate->parameters.total_count > 0)
    return TRUE;

  estimate->missing_fields |= PLIM_FIELD_BIT (PLIM_FIELD_MODEL);
  return FALSE;
}

PlimFactor
plim_rule_parameters (const PlimEstimate *estimate)
{
  return (PlimFactor) { N_ ("parameters"), estimate->parameters.total_count, 1 };
}

PlimFactor
plim_rule_bytes_per_parameter (gint64 bits)
{
  PlimFactor factor = { N_ ("bytes per parameter"), bits / 8, 1 };

  if (bits < 8)
    {
      factor.numerator = 1;
      factor.denominator = 8 / bits;
    }

  return factor;
}

PlimFactor
plim_rule_fraction (const char *name,
                    double      value)
{
  return (PlimFactor) { name, llround (value * MILLION), MILLION };
}

gint64
plim_rule_share_count (const PlimEstimate *estimate,
                       PlimFactor          share)
{
  Wide product = (Wide) estimate->parameters.total_count * share.numerator;

  return (gint64) ((product + share.denominator / 2) / share.denominator);
}

/* The product of the factors of @spec, rounded up to a byte; the share of one of several GPUs is rounded down, so
 * that the
 * shares of all parts together never ask for a GPU more than the whole does. */
static gint64
product_bytes (const PlimRuleTerm *spec,
               gint64              gpus_count)
{
  Wide above = 1;
  Wide below = gpus_count;

  for (guint i = 0; i < spec->n_factors; i++)
    {
      const PlimFactor *factor = &spec->factors[i];
      gboolean          divides = (spec->divisors & (1u << i)) != 0;
      Wide              up = divides ? factor->denominator : factor->numerator;
      Wide              down = divides ? factor->numerator : factor->denominator;

      if (__builtin_mul_overflow (above, up, &above) || __builtin_mul_overflow (below, down, &below))
        return PLIM_OVERFLOW;
    }

  above = above / below + (gpus_count == 1 && above % below != 0);

  return above > PLIM_OVERFLOW ? PLIM_OVERFLOW : (gint64) above;
}

void
plim_rule_hold (const PlimInputs *inputs,
                PlimTerm         *term,
                gint64            bytes)
{
  term->bytes_at[inputs->task == PLIM_TASK_INFERENCE ? PLIM_MOMENT_DECODE : PLIM_MOMENT_STEP] = bytes;
}

void
plim_rule_add_term (const PlimInputs   *inputs,
                    PlimEstimate       *estimate,
                    const PlimRuleTerm *spec)
{
  PlimTerm        *term = plim_estimate_add_term (estimate, spec->id);
  PlimExplanation *explanation = &term->explanation;
  gboolean         is_shared = inputs->gpus_count > 1;

  if (spec->formula != NULL)
    explanation->formula = is_shared ? spec->shared_formula : spec->formula;
  else
    explanation->formula = (is_shared ? shared_products : products)[spec->n_factors - 1];

  for (guint i = 0; i < spec->n_factors; i++)
    plim_explanation_add (explanation, spec->factors[i].name, spec->factors[i].numerator, spec->factors[i].denominator);
  if (is_shared)
    plim_explanation_add (explanation, N_ ("GPUs"), inputs->gpus_count, 1);

  explanation->source = spec->source;
  explanation->note = spec->note;
  explanation->depends = spec->depends | PLIM_FIELD_BIT (PLIM_FIELD_GPUS);

  plim_rule_hold (inputs, term, product_bytes (spec, inputs->gpus_count));
}

double
plim_rule_peak_flops_per_s (const PlimInputs *inputs,
                            gboolean          is_f32)
{
  const double *rates = inputs->gpu.peak_flops_per_s;

  if (inputs->peak_tflops > 0)
    return inputs->peak_tflops * 1e12;

  if (inputs->precision == PLIM_PRECISION_TF32)
    return rates[PLIM_RATE_TF32] > 0 ? rates[PLIM_RATE_TF32] : rates[PLIM_RATE_FP32];

  return is_f32 ? rates[PLIM_RATE_FP32] : MAX (rates[PLIM_RATE_F16], rates[PLIM_RATE_BF16]);
}

void
plim_rule_add_peak (PlimExplanation *explanation,
                    double           peak_flops_per_s)
{
  plim_explanation_add (explanation, N_ ("peak TFLOP/s of a GPU"), llround (peak_flops_per_s / MILLION), MILLION);
  plim_explanation_add (explanation, N_ ("FLOP/s in a TFLOP/s"), G_GINT64_CONSTANT (1000000000000), 1);
}

void
plim_rule_set_time (const PlimInputs *inputs,
                    PlimEstimate     *estimate,
                    double            seconds,
                    double            total_flops)
{
  PlimTime      *time = &estimate->time;
  const PlimGpu *gpu = &inputs->gpu;
  double         price = inputs->price_per_gpu_hour;

  if (price <= 0)
    price = (gpu->price_low_per_hour + gpu->price_high_per_hour) / 2;

  time->is_known = TRUE;
  time->seconds = seconds;
  time->total_flops = total_flops;
  time->petaflop_s_days = total_flops / FLOPS_PER_PETAFLOP_S_DAY;
  time->gpu_days = seconds * (double) inputs->gpus_count / SECONDS_PER_DAY;
  time->cost_usd = time->gpu_days * 24 * price;
  time->energy_kwh = time->gpu_days * 24 * gpu->power_w / 1000;
}
