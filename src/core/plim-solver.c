/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bisection between a value that fits and one that does not, found by doubling. */

#include "plim-solver.h"

#include "plim-checked.h"

/* No search goes beyond these. */
#define MOST_BATCH   (G_GINT64_CONSTANT (1) << 24)
#define MOST_CONTEXT (G_GINT64_CONSTANT (1) << 30)

typedef gint64 *(*Field) (PlimInputs *inputs);

static gint64 *
batch_of (PlimInputs *inputs)
{
  return &inputs->batch_count;
}

static gint64 *
context_of (PlimInputs *inputs)
{
  return &inputs->context_tokens;
}

static gint64 *
gpus_of (PlimInputs *inputs)
{
  return &inputs->gpus_count;
}

static gboolean
fits (PlimInputs *inputs,
      Field       field,
      gint64      value)
{
  *field (inputs) = value;

  return plim_estimate_fits (inputs);
}

/* The largest value from @least to @most that fits, memory growing with it; 0 when not even @least does. */
static gint64
find_largest (PlimInputs *inputs,
              Field       field,
              gint64      least,
              gint64      most)
{
  gint64 good = 0;
  gint64 bad = least;

  while (bad <= most && fits (inputs, field, bad))
    {
      good = bad;
      bad = plim_multiply (bad, 2);
    }
  if (bad > most && fits (inputs, field, most))
    return most;

  if (good == 0)
    return 0;

  bad = MIN (bad, most);
  while (bad - good > 1)
    {
      gint64 middle = good + (bad - good) / 2;

      if (fits (inputs, field, middle))
        good = middle;
      else
        bad = middle;
    }

  return good;
}

gint64
plim_solve_gpus (const PlimInputs *inputs,
                 const PlimGpu    *gpu)
{
  PlimInputs trial = *inputs;
  gint64     bad = 0;
  gint64     good = 1;

  trial.gpu = *gpu;
  while (!fits (&trial, gpus_of, good))
    {
      if (good >= PLIM_MOST_GPUS)
        return 0;
      bad = good;
      good *= 2;
    }

  while (good - bad > 1)
    {
      gint64 middle = bad + (good - bad) / 2;

      if (fits (&trial, gpus_of, middle))
        good = middle;
      else
        bad = middle;
    }

  return good;
}

/* The part that grows most between one step before the limit and one beyond it. */
static PlimTermId
find_binding (const PlimInputs *inputs,
              Field             field,
              gint64            limit)
{
  PlimInputs   trial = *inputs;
  PlimEstimate before;
  PlimEstimate after;
  PlimTermId   binding = PLIM_TERM_WEIGHTS;
  gint64       most = -1;

  *field (&trial) = MAX (limit, 1);
  plim_estimate_memory (&trial, &before);
  *field (&trial) = plim_multiply (MAX (limit, 1), 2);
  plim_estimate_memory (&trial, &after);

  for (guint i = 0; i < MIN (before.n_terms, after.n_terms); i++)
    {
      gint64 growth = after.terms[i].bytes - before.terms[i].bytes;

      if (growth > most)
        {
          most = growth;
          binding = after.terms[i].id;
        }
    }

  return binding;
}

void
plim_solve_limits (const PlimInputs *inputs,
                   PlimLimits       *limits)
{
  PlimInputs trial = *inputs;
  gint64     model_limit = inputs->model.max_context_tokens;
  gint64     least_context = MAX (plim_add (inputs->prompt_tokens, inputs->output_tokens), 1);
  gint64     most_context = model_limit > 0 ? MIN (model_limit, MOST_CONTEXT) : MOST_CONTEXT;

  *limits = (PlimLimits) { 0 };
  limits->largest_batch_count = find_largest (&trial, batch_of, 1, MOST_BATCH);
  limits->is_batch_unlimited = limits->largest_batch_count == MOST_BATCH;
  limits->batch_binding = find_binding (inputs, batch_of, limits->largest_batch_count);

  trial.batch_count = inputs->batch_count;
  limits->longest_context_tokens = find_largest (&trial, context_of, least_context, most_context);
  limits->is_context_unlimited = limits->longest_context_tokens == most_context;
  limits->context_binding = find_binding (inputs, context_of, limits->longest_context_tokens);

  limits->fewest_gpus_count = plim_solve_gpus (inputs, &inputs->gpu);
}
