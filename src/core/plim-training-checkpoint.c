/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What passes through the GPU while the model is loaded, and while a checkpoint is saved, by the framework's code
 * (plim-framework.c).
 *
 *   load   a base that is quantized: the matrix at hand in 16 bits and what the quantizer makes of it; sharded weights:
 *          the matrix, or unit, of which each GPU takes its shard
 *   save   sharded weights: the matrix, or unit, put together on its way to the host; quantized ones where the
 *          framework writes them in 16 bits
 *
 * All of it goes before the next one comes. */

#include "plim-training.h"

#include "plim-checked.h"

#include <glib/gi18n.h>

#define DEPENDS (PLIM_TRAINING_FIELDS | PLIM_SHARING_FIELDS)

/* Numbers of the largest matrix of the stage, tables among them. */
static gint64
largest_count (const PlimTraining *t)
{
  const PlimModel *model = &t->inputs->model;
  gint64           table_count = plim_multiply (model->vocab_size, model->hidden_size);
  gint64           layer_count = plim_activations_largest_matrix_count (model);

  return t->stage.has_embedding || t->stage.has_head ? MAX (table_count, layer_count) : layer_count;
}

/* Numbers of the largest matrix that is quantized; 0 when none is. */
static gint64
quantized_count (const PlimTraining *t)
{
  const PlimModel *model = &t->inputs->model;
  gint64           layer_count = plim_activations_largest_matrix_count (model);

  if (t->inputs->task != PLIM_TASK_QLORA)
    return 0;

  return t->framework->quantizes_head && t->stage.has_head
           ? MAX (plim_multiply (model->vocab_size, model->hidden_size), layer_count)
           : layer_count;
}

/* Bytes of each number as the shards hold it; quantized matrices are smaller than the tables beside them. */
static gint64
number_bytes (const PlimTraining *t)
{
  return t->has_adapters ? plim_weights_stored (t->inputs, &t->estimate->parameters).plain_bytes
                         : t->recipe.weight_bytes;
}

static gboolean
is_sharded (const PlimTraining *t)
{
  return t->weights_shares > 1;
}

/* --- a matrix that is quantized ------------------------------------------------------------------------- */

static void
add_quantizing (PlimTraining *t)
{
  const PlimFrameworkProfile *f = t->framework;
  gint64                      count = quantized_count (t);
  gint64                      looked_up_count = f->comparing_count > 0 ? MIN (f->comparing_count, count) : count;
  gint64                      looking_up_bytes = plim_multiply (looked_up_count, f->comparing_bytes);
  const PlimTermSpec          spec = {
             .id = PLIM_TERM_LOADING,
             .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_LOAD),
             .bytes = plim_add (plim_multiply (count, f->quantizing_bytes), looking_up_bytes),
             .formula = f->comparing_bytes > 0 ? "{0} × {1} + {2} × {3}" : "{0} × {1}",
             .source = f->checkpoint_source,
             .note = N_ ("A matrix is there in 16 bits while it is quantized, beside what is made of it."),
             .depends = DEPENDS,
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("numbers in the largest quantized matrix"), count, 1);
  plim_explanation_add (explanation, N_ ("bytes per number while it is quantized"), f->quantizing_bytes, 1);
  if (f->comparing_bytes > 0)
    {
      plim_explanation_add (explanation, N_ ("numbers looked up at once"), looked_up_count, 1);
      plim_explanation_add (explanation, N_ ("bytes per number looked up"), f->comparing_bytes, 1);
    }
}

static void
add_restoring (PlimTraining *t)
{
  const PlimTermSpec spec = {
    .id = PLIM_TERM_SAVING,
    .moments = PLIM_MOMENT_BIT (PLIM_MOMENT_SAVE),
    .bytes = plim_multiply (quantized_count (t), t->framework->restoring_bytes),
    .formula = "{0} × {1}",
    .source = t->framework->checkpoint_source,
    .note = N_ ("Checkpoints hold 16-bit weights: each quantized matrix is put together before it goes to the host."),
    .depends = DEPENDS,
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  plim_explanation_add (explanation, N_ ("numbers in the largest quantized matrix"), quantized_count (t), 1);
  plim_explanation_add (explanation, N_ ("bytes per number while it is put together"), t->framework->restoring_bytes,
                        1);
}

/* --- shards ----------------------------------------------------------------------------------------------- */

static void
add_gathered (PlimTraining *t,
              PlimTermId    id,
              PlimMoment    moment,
              PlimGathers   gathers)
{
  gboolean     is_unit = gathers == PLIM_GATHERS_UNIT;
  gint64       tables_count = plim_training_tables_count (t);
  gint64       layer_count = plim_training_layer_count (t);
  gint64       count = is_unit ? plim_add (tables_count, layer_count) : largest_count (t);
  PlimTermSpec spec = {
    .id = id,
    .moments = PLIM_MOMENT_BIT (moment),
    .bytes = plim_multiply (count, number_bytes (t)),
    .formula = is_unit ? "({0} + {1}) × {2}" : "{0} × {1}",
    .source = t->framework->checkpoint_source,
    .note = is_unit ? N_ ("Embedding and head stay together while one layer after the other is.")
                    : N_ ("One tensor after the other is whole on each GPU."),
    .depends = DEPENDS,
  };
  PlimExplanation *explanation = &plim_training_add (t, &spec, NULL)->explanation;

  if (is_unit)
    {
      plim_explanation_add (explanation, N_ ("parameters of embedding and head"), tables_count, 1);
      plim_explanation_add (explanation, N_ ("parameters of a layer"), layer_count, 1);
    }
  else
    {
      plim_explanation_add (explanation, N_ ("numbers in the largest matrix"), count, 1);
    }
  plim_explanation_add (explanation, N_ ("bytes per parameter"), number_bytes (t), 1);
}

void
plim_training_add_loading (PlimTraining *t)
{
  if (quantized_count (t) > 0)
    add_quantizing (t);
  else if (is_sharded (t) && t->framework->load_gathers != PLIM_GATHERS_NOTHING)
    add_gathered (t, PLIM_TERM_LOADING, PLIM_MOMENT_LOAD, t->framework->load_gathers);
}

void
plim_training_add_saving (PlimTraining *t)
{
  if (quantized_count (t) > 0 && t->framework->restoring_bytes > 0)
    add_restoring (t);
  else if (is_sharded (t) && t->framework->save_gathers != PLIM_GATHERS_NOTHING)
    add_gathered (t, PLIM_TERM_SAVING, PLIM_MOMENT_SAVE, t->framework->save_gathers);
}
