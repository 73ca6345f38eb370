/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which runtimes load encoders by themselves: see loads_towers in plim-runtime.c. */

#include "plim-towers.h"

#include "plim-checked.h"
#include "plim-runtime.h"

#include <glib/gi18n.h>

#define PLAIN_BYTES 2

/* The encoders as the file has them, whatever format the language model is to be in. */
static gint64
stored_bytes (const PlimInputs *inputs)
{
  return inputs->stored.is_known ? inputs->stored.tower_bytes : 0;
}

gint64
plim_towers_bytes (const PlimInputs *inputs)
{
  gboolean is_loaded = inputs->towers == PLIM_TOWERS_LOADED;

  if (inputs->towers == PLIM_TOWERS_BY_RUNTIME)
    is_loaded = plim_runtime_profile (inputs)->loads_towers;
  if (!is_loaded)
    return 0;

  return stored_bytes (inputs) > 0 ? stored_bytes (inputs)
                                   : plim_multiply (PLAIN_BYTES, inputs->model.tower_parameters_count);
}

void
plim_towers_add (const PlimInputs *inputs,
                 guint             moments,
                 gint64            gpus_count,
                 PlimEstimate     *estimate)
{
  gint64             bytes = plim_towers_bytes (inputs);
  gboolean           is_stored = stored_bytes (inputs) > 0;
  const PlimTermSpec spec = {
    .id = PLIM_TERM_TOWERS,
    .moments = moments,
    .bytes = plim_divide_up (bytes, gpus_count),
    .formula = is_stored ? "ceil({0} ÷ {1})" : "ceil({0} × {1} ÷ {2})",
    .source = "vLLM, config/multimodal.py, mm_encoder_tp_mode",
    .note = N_ ("Without the working memory that an image or a sound needs while it is encoded."),
    .depends = PLIM_DEPENDS_MODEL | PLIM_FIELD_BIT (PLIM_FIELD_TOWERS) | PLIM_FIELD_BIT (PLIM_FIELD_GPUS) |
               PLIM_FIELD_BIT (PLIM_FIELD_RUNTIME) | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION) |
               PLIM_FIELD_BIT (PLIM_FIELD_TENSOR_PARALLEL) | PLIM_FIELD_BIT (PLIM_FIELD_PIPELINE_PARALLEL),
  };
  PlimExplanation *explanation;

  if (bytes == 0)
    return;

  explanation = &plim_component_add (estimate, &spec)->explanation;
  if (is_stored)
    {
      plim_explanation_add (explanation, N_ ("bytes of the encoders"), bytes, 1);
    }
  else
    {
      plim_explanation_add (explanation, N_ ("parameters of the encoders"), inputs->model.tower_parameters_count, 1);
      plim_explanation_add (explanation, N_ ("bytes per parameter"), PLAIN_BYTES, 1);
    }
  plim_explanation_add (explanation, N_ ("GPUs that share a layer"), gpus_count, 1);
}
