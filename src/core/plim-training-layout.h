/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which GPUs share what when a model trains, and how many micro-batches a pipeline stage holds. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

#define PLIM_TRAINING_MAX_STAGES 8

typedef struct
{
  gint64 tensor_count;
  gint64 pipeline_count;
  gint64 context_count;
  gint64 expert_count; /* GPUs that experts, or parts of them, are dealt to; 1 = they are split as other weights are */
  gint64 data_count;       /* replicas that compute on samples of their own */
  gint64 shard_count;      /* GPUs that hold the same, and may share it: data and context parallel */
} PlimTrainingLayout;

/* What one stage of the pipeline holds, or several in a row that hold the same. */
typedef struct
{
  gint64   first_number; /* in the pipeline, from 1 */
  gint64   last_number;
  gboolean is_folded;    /* its GPUs hold the stage as far from the other end, too */
  gint64   layers_count[PLIM_MODEL_MAX_KINDS]; /* by kind of layer */
  gint64   trained_layers_count[PLIM_MODEL_MAX_KINDS]; /* of these, those a gradient goes through */
  gboolean has_embedding;
  gboolean has_head;
  gint64   gpus_count;
  gint64   kept_numerator;   /* micro-batches whose activations it holds, as a fraction of whole stages */
  gint64   kept_denominator;
} PlimTrainingStage;

/* The layout of @inputs.  NULL, or the N_() reason why there is no such layout, with what could be. */
const char *plim_training_layout_init (PlimTrainingLayout *layout,
                                       const PlimInputs   *inputs);

/* The stages into @stages, of PLIM_TRAINING_MAX_STAGES; returns how many.  Layers are dealt evenly, the rest to the
 * first ones (Megatron-LM, transformer_block.py).  Micro-batches in flight: GPipe all of them (arXiv:1811.06965); 1F1B
 * one for each stage from here to the end; interleaved 1 + (p - 1) / (p v) times p (arXiv:2104.04473, section 2.2;
 * Megatron-LM, theoretical_memory_usage.py); zero bubble as 1F1B (arXiv:2401.10241, ZB-H1); DualPipe p + 1, with two
 * stages on each GPU, one from each end (arXiv:2412.19437, table 2).  Of longer pipelines the last one before the end
 * stands for the others. */
guint plim_training_layout_stages (const PlimTrainingLayout *layout,
                                   const PlimInputs         *inputs,
                                   PlimTrainingStage        *stages);

G_END_DECLS
