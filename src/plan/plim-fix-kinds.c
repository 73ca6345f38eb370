/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each kind of change as a function on the inputs.  A change that chooses a number takes the gentlest one that
 * fits, and where none
 * does the strongest, so that its saving can still be shown. */

#include "plim-fix-private.h"

#include "plim-checked.h"
#include "plim-solver.h"

#define GPUS_PER_NODE 8
#define CONTEXT_STEP  256
#define MOST_DIVISORS 4096
/* A context cut further is another job. */
#define MOST_CONTEXT_CUT 4

static gboolean
trains (const PlimInputs *inputs)
{
  return inputs->task != PLIM_TASK_INFERENCE;
}

/* Sets a choice that is used and has another value. */
static gboolean
choose (PlimInputs *inputs,
        PlimFieldId id,
        gint64      value)
{
  if (!plim_inputs_uses_field (inputs, id) || plim_inputs_get_integer (inputs, id) == value)
    return FALSE;

  return plim_inputs_set_integer (inputs, id, value);
}

/* --- same result ---------------------------------------------------------------------------------- */

static gboolean
apply_chunked_loss (PlimInputs                         *inputs,
                    G_GNUC_UNUSED const PlimFixChoices *choices)
{
  return choose (inputs, PLIM_FIELD_LOSS, PLIM_LOSS_FUSED);
}

static gboolean
apply_flash_attention (PlimInputs                         *inputs,
                       G_GNUC_UNUSED const PlimFixChoices *choices)
{
  return choose (inputs, PLIM_FIELD_ATTENTION, PLIM_ATTENTION_KERNEL_FLASH);
}

static gboolean
apply_sharding (PlimInputs                         *inputs,
                G_GNUC_UNUSED const PlimFixChoices *choices)
{
  return inputs->gpus_count > 1 && choose (inputs, PLIM_FIELD_SHARDING, PLIM_SHARDING_FULL);
}

/* The largest divisor of the batch that fits, so that whole micro-batches make up the same step. */
static gboolean
apply_micro_batch (PlimInputs                         *inputs,
                   G_GNUC_UNUSED const PlimFixChoices *choices)
{
  gint64 batch = inputs->batch_count;
  gint64 accumulation = inputs->accumulation_count;

  if (!trains (inputs) || !plim_inputs_uses_field (inputs, PLIM_FIELD_BATCH) || batch <= 1)
    return FALSE;

  for (gint64 divisor = 2; divisor <= batch; divisor++)
    {
      divisor = divisor > MOST_DIVISORS ? batch : divisor;
      if (batch % divisor != 0)
        continue;

      inputs->batch_count = batch / divisor;
      if (plim_inputs_uses_field (inputs, PLIM_FIELD_ACCUMULATION) &&
          !plim_inputs_set_integer (inputs, PLIM_FIELD_ACCUMULATION, plim_multiply (accumulation, divisor)))
        return FALSE;
      if (plim_estimate_fits (inputs))
        break;
    }

  return TRUE;
}

static gboolean
apply_recompute (PlimInputs                         *inputs,
                 G_GNUC_UNUSED const PlimFixChoices *choices)
{
  return choose (inputs, PLIM_FIELD_RECOMPUTE, PLIM_RECOMPUTE_FULL);
}

static gboolean
apply_fewer_sequences (PlimInputs                         *inputs,
                       G_GNUC_UNUSED const PlimFixChoices *choices)
{
  PlimLimits limits;

  if (trains (inputs) || !plim_inputs_uses_field (inputs, PLIM_FIELD_BATCH) || inputs->batch_count <= 1)
    return FALSE;

  plim_solve_limits (inputs, &limits);
  if (limits.largest_batch_count >= inputs->batch_count)
    return FALSE;

  inputs->batch_count = MAX (limits.largest_batch_count, 1);
  return TRUE;
}

/* --- hardware ------------------------------------------------------------------------------------- */

static gboolean
apply_more_gpus (PlimInputs                         *inputs,
                 G_GNUC_UNUSED const PlimFixChoices *choices)
{
  gint64 count = plim_solve_gpus (inputs, &inputs->gpu);
  gint64 node = inputs->gpu.gpus_per_node > 0 ? inputs->gpu.gpus_per_node : GPUS_PER_NODE;

  if (count > node)
    count = plim_round_up (count, node);
  if (count <= inputs->gpus_count)
    return FALSE;

  inputs->gpus_count = count;
  return TRUE;
}

static void
use_gpu (PlimInputs    *inputs,
         const PlimGpu *gpu)
{
  inputs->gpu = *gpu;
  g_strlcpy (inputs->gpu_id, gpu->id, sizeof inputs->gpu_id);
  inputs->gpu_memory_bytes = 0;
  inputs->peak_tflops = 0;
  inputs->price_per_gpu_hour = 0;
}

/* TRUE when @a is the better offer to someone who has @present: its maker, the smallest memory, its segment, the
 * newest. */
static gboolean
is_better_gpu (const PlimGpu *a,
               const PlimGpu *b,
               const PlimGpu *present)
{
  gboolean a_vendor = g_str_equal (a->vendor, present->vendor);
  gboolean b_vendor = g_str_equal (b->vendor, present->vendor);

  if (a_vendor != b_vendor)
    return a_vendor;
  if (a->marketed_gb != b->marketed_gb)
    return a->marketed_gb < b->marketed_gb;
  if ((a->segment == present->segment) != (b->segment == present->segment))
    return a->segment == present->segment;

  return a->year > b->year;
}

static gboolean
is_integrated (const PlimGpu *gpu)
{
  return gpu->segment == PLIM_GPU_INTEGRATED;
}

static gboolean
apply_larger_gpu (PlimInputs           *inputs,
                  const PlimFixChoices *choices)
{
  const PlimGpu  present = inputs->gpu;
  const PlimGpu *best = NULL;

  for (guint i = 0; i < choices->n_gpus; i++)
    {
      const PlimGpu *gpu = choices->gpus[i];

      if (gpu->reported_bytes <= present.reported_bytes || is_integrated (gpu) != is_integrated (&present))
        continue;
      if (best != NULL && !is_better_gpu (gpu, best, &present))
        continue;

      use_gpu (inputs, gpu);
      if (plim_estimate_fits (inputs))
        best = gpu;
    }

  if (best != NULL)
    use_gpu (inputs, best);

  return best != NULL;
}

/* --- another result ------------------------------------------------------------------------------- */

static gboolean
apply_kv_precision (PlimInputs                         *inputs,
                    G_GNUC_UNUSED const PlimFixChoices *choices)
{
  PlimPrecision target = inputs->runtime == PLIM_RUNTIME_LLAMA_CPP ? PLIM_PRECISION_Q8_0 : PLIM_PRECISION_FP8;

  if (plim_precision_bytes (target, 1024) >= plim_precision_bytes (inputs->kv_precision, 1024))
    return FALSE;

  return choose (inputs, PLIM_FIELD_KV_PRECISION, target);
}

static gboolean
apply_eight_bit_states (PlimInputs                         *inputs,
                        G_GNUC_UNUSED const PlimFixChoices *choices)
{
  return inputs->optimizer == PLIM_OPTIMIZER_ADAMW && choose (inputs, PLIM_FIELD_OPTIMIZER, PLIM_OPTIMIZER_ADAMW_8BIT);
}

/* A copy in 8 bits for one in 16, and none for that. */
static gboolean
apply_evaluation (PlimInputs                         *inputs,
                  G_GNUC_UNUSED const PlimFixChoices *choices)
{
  PlimEvaluation target = inputs->evaluation == PLIM_EVALUATION_F16 ? PLIM_EVALUATION_INT8 : PLIM_EVALUATION_NONE;

  return choose (inputs, PLIM_FIELD_EVALUATION, target);
}

static gboolean
apply_context (PlimInputs                         *inputs,
               G_GNUC_UNUSED const PlimFixChoices *choices)
{
  PlimLimits limits;
  gint64     context;

  if (!plim_inputs_uses_field (inputs, PLIM_FIELD_CONTEXT) || inputs->context_tokens < 2 * CONTEXT_STEP)
    return FALSE;

  plim_solve_limits (inputs, &limits);
  context = limits.longest_context_tokens - limits.longest_context_tokens % CONTEXT_STEP;
  context = MAX (context, inputs->context_tokens / MOST_CONTEXT_CUT);
  if (context >= inputs->context_tokens)
    return FALSE;

  inputs->context_tokens = context;
  return TRUE;
}

/* Ever smaller formats, by runtime; training keeps to those it computes in. */
static const PlimPrecision served_formats[] = {
  PLIM_PRECISION_BF16,
  PLIM_PRECISION_FP8,
  PLIM_PRECISION_INT8,
  PLIM_PRECISION_INT4,
};

static const PlimPrecision gguf_formats[] = {
  PLIM_PRECISION_BF16,
  PLIM_PRECISION_Q8_0,
  PLIM_PRECISION_Q6_K,
  PLIM_PRECISION_Q4_K,
};

static const PlimPrecision trained_formats[] = { PLIM_PRECISION_BF16 };

static const PlimPrecision base_formats[] = { PLIM_PRECISION_INT8, PLIM_PRECISION_NF4 };

/* A smaller format that the model is published in. */
static gboolean
apply_published_precision (PlimInputs                         *inputs,
                           G_GNUC_UNUSED const PlimFixChoices *choices)
{
  gint published = plim_inputs_published_precision (inputs);

  if (published < 0)
    return FALSE;

  return choose (inputs, PLIM_FIELD_PRECISION, published);
}

static gboolean
apply_weight_precision (PlimInputs                         *inputs,
                        G_GNUC_UNUSED const PlimFixChoices *choices)
{
  gboolean             is_gguf = inputs->runtime == PLIM_RUNTIME_LLAMA_CPP;
  const PlimPrecision *formats = is_gguf ? gguf_formats : served_formats;
  guint                n_formats = is_gguf ? G_N_ELEMENTS (gguf_formats) : G_N_ELEMENTS (served_formats);
  gboolean             is_changed = FALSE;

  if (trains (inputs))
    {
      gboolean is_base = inputs->task == PLIM_TASK_QLORA;

      formats = is_base ? base_formats : trained_formats;
      n_formats = is_base ? G_N_ELEMENTS (base_formats) : G_N_ELEMENTS (trained_formats);
    }

  for (guint i = 0; i < n_formats; i++)
    {
      if (plim_precision_bytes (formats[i], 1 << 20) >= plim_precision_bytes (inputs->precision, 1 << 20))
        continue;
      if (!choose (inputs, PLIM_FIELD_PRECISION, formats[i]))
        return FALSE;

      is_changed = TRUE;
      if (plim_estimate_fits (inputs))
        break;
    }

  return is_changed;
}

static gboolean
apply_lora (PlimInputs                         *inputs,
            G_GNUC_UNUSED const PlimFixChoices *choices)
{
  if (inputs->task != PLIM_TASK_TRAINING)
    return FALSE;

  plim_inputs_set_task (inputs, PLIM_TASK_LORA);
  return TRUE;
}

static gboolean
apply_qlora (PlimInputs                         *inputs,
             G_GNUC_UNUSED const PlimFixChoices *choices)
{
  if (inputs->task != PLIM_TASK_TRAINING && inputs->task != PLIM_TASK_LORA)
    return FALSE;

  plim_inputs_set_task (inputs, PLIM_TASK_QLORA);
  return TRUE;
}

const PlimFixKindInfo *
plim_fix_kind_info (PlimFixKind kind)
{
  static const PlimFixKindInfo kinds[PLIM_N_FIX_KINDS] = {
    [PLIM_FIX_CHUNKED_LOSS] = { "chunked-loss", PLIM_FIX_COST_FREE, FALSE, apply_chunked_loss },
    [PLIM_FIX_FLASH_ATTENTION] = { "flash-attention", PLIM_FIX_COST_FREE, FALSE, apply_flash_attention },
    [PLIM_FIX_SHARDING] = { "sharding", PLIM_FIX_COST_SLOWER, FALSE, apply_sharding },
    [PLIM_FIX_MICRO_BATCH] = { "micro-batch", PLIM_FIX_COST_SLOWER, TRUE, apply_micro_batch },
    [PLIM_FIX_RECOMPUTE] = { "recompute", PLIM_FIX_COST_SLOWER, FALSE, apply_recompute },
    [PLIM_FIX_FEWER_SEQUENCES] = { "fewer-sequences", PLIM_FIX_COST_SLOWER, TRUE, apply_fewer_sequences },
    [PLIM_FIX_MORE_GPUS] = { "more-gpus", PLIM_FIX_COST_HARDWARE, TRUE, apply_more_gpus },
    [PLIM_FIX_LARGER_GPU] = { "larger-gpu", PLIM_FIX_COST_HARDWARE, TRUE, apply_larger_gpu },
    [PLIM_FIX_KV_PRECISION] = { "kv-precision", PLIM_FIX_COST_RESULT, FALSE, apply_kv_precision },
    [PLIM_FIX_EIGHT_BIT_STATES] = { "eight-bit-states", PLIM_FIX_COST_RESULT, FALSE, apply_eight_bit_states },
    [PLIM_FIX_EVALUATION] = { "evaluation", PLIM_FIX_COST_RESULT, FALSE, apply_evaluation },
    [PLIM_FIX_CONTEXT] = { "context", PLIM_FIX_COST_RESULT, TRUE, apply_context },
    [PLIM_FIX_PUBLISHED_PRECISION] = { "published-precision", PLIM_FIX_COST_FREE, TRUE, apply_published_precision },
    [PLIM_FIX_WEIGHT_PRECISION] = { "weight-precision", PLIM_FIX_COST_RESULT, TRUE, apply_weight_precision },
    [PLIM_FIX_LORA] = { "lora", PLIM_FIX_COST_RESULT, FALSE, apply_lora },
    [PLIM_FIX_QLORA] = { "qlora", PLIM_FIX_COST_RESULT, FALSE, apply_qlora },
    [PLIM_FIX_LAYOUT] = { "layout", PLIM_FIX_COST_FREE, FALSE, NULL }, /* by plim_fix_find_layouts() */
  };

  g_return_val_if_fail (kind < PLIM_N_FIX_KINDS, &kinds[0]);

  return &kinds[kind];
}
