/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See plim-accuracy.h.  The figures are those of tests/accuracy, which demands that they are current. */

#include "plim-accuracy.h"

#include "plim-checked.h"

typedef enum
{
  WEIGHTS,
  KV_CACHE,
  RECURRENT_STATE,
  COMPUTE_BUFFER,
  INFERENCE_TOTAL,
  TRAINING_PEAK,
  N_KINDS
} Kind;

/* Written by build-aux/update-accuracy. */
static const PlimAccuracy kinds[N_KINDS] = {
  [WEIGHTS] = { 28, 0.0003, 0.0086 },
  [KV_CACHE] = { 43, 0.0000, 0.0000 },
  [RECURRENT_STATE] = { 5, 0.0000, 0.0000 },
  [COMPUTE_BUFFER] = { 10, 0.0000, 0.0348 },
  [INFERENCE_TOTAL] = { 28, 0.0042, 0.0178 },
  [TRAINING_PEAK] = { 122, 0.0301, 0.1426 },
};

const PlimAccuracy *
plim_accuracy_of_term (const PlimInputs *inputs,
                       PlimTermId        term)
{
  if (inputs->method != PLIM_METHOD_COMPONENT || inputs->task != PLIM_TASK_INFERENCE)
    return NULL;
  if (term == PLIM_TERM_WEIGHTS)
    return &kinds[WEIGHTS];
  if (term == PLIM_TERM_KV_CACHE)
    return &kinds[KV_CACHE];
  if (term == PLIM_TERM_RECURRENT_STATE)
    return &kinds[RECURRENT_STATE];
  /* The buffers that were measured are llama.cpp's. */
  if (term == PLIM_TERM_COMPUTE_BUFFER && inputs->runtime == PLIM_RUNTIME_LLAMA_CPP)
    return &kinds[COMPUTE_BUFFER];

  return NULL;
}

const PlimAccuracy *
plim_accuracy_of_peak (const PlimInputs *inputs)
{
  if (inputs->method != PLIM_METHOD_COMPONENT)
    return NULL;
  if (inputs->task != PLIM_TASK_INFERENCE)
    return &kinds[TRAINING_PEAK];

  /* Whole processes were measured of programs that fill no budget. */
  return inputs->runtime == PLIM_RUNTIME_TRANSFORMERS || inputs->runtime == PLIM_RUNTIME_LITGPT
           ? &kinds[INFERENCE_TOTAL]
           : NULL;
}

void
plim_accuracy_set_range (const PlimInputs *inputs,
                         PlimEstimate     *estimate)
{
  const PlimAccuracy *accuracy = plim_accuracy_of_peak (inputs);
  double              peak = (double) estimate->peak_bytes;

  if (accuracy == NULL || estimate->peak_bytes <= 0 || estimate->peak_bytes >= PLIM_OVERFLOW)
    return;

  estimate->low_bytes = (gint64) (peak / (1 + accuracy->nine_of_ten));
  estimate->high_bytes = (gint64) (peak / (1 - accuracy->nine_of_ten));
}
