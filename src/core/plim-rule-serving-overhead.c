/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "GPU Memory for AI Models": serving with 20 % overhead, and a general process for training.
 *
 *   serving   M = P · 4 / (32 / Q) · 1.2, Q bits per weight, plus the memory of the batch
 *   training  storage S = P · bytes; 4·S, plus gradients P · bytes, plus optimizer states (AdamW 2·P · bytes,
 *             SGD P · bytes), plus the memory of the batch, plus a safety margin on all of it
 *   LoRA and QLoRA  S of the base, plus the training of the adapters as a small model of adapter_share · P
 *             parameters, kept in the precision of the base (in 16 bits over a quantized base)
 *   batch     memory per sample · samples
 *
 * The source has no formula for time. */

#include "plim-rule.h"

#include "plim-checked.h"

#include <glib/gi18n.h>

#define SOURCE_SERVING "“GPU Memory for AI Models”: M = (P × 4 B ÷ (32 ÷ Q)) × 1.2"
#define SOURCE_PROCESS "“GPU Memory for AI Models”: general process"

#define TRAINING_MULTIPLE 4

typedef struct
{
  PlimFactor   parameters;      /* what is trained */
  PlimFactor   share;           /* of them; 1 for full training */
  gint64       bits;
  PlimFieldSet depends;
} Trained;

static gboolean
is_adapter_task (const PlimInputs *inputs)
{
  return inputs->task == PLIM_TASK_LORA || inputs->task == PLIM_TASK_QLORA;
}

static void
add_serving (const PlimInputs *inputs,
             PlimEstimate     *estimate,
             gint64            bits)
{
  PlimRuleTerm term = {
    .id = PLIM_TERM_WEIGHTS,
    .formula = "{0} × {1} ÷ ({2} ÷ {3})",
    .shared_formula = "floor({0} × {1} ÷ ({2} ÷ {3}) ÷ {4})",
    .divisors = 1u << 2,
    .n_factors = 4,
    .source = SOURCE_SERVING,
    .depends = PLIM_RULE_DEPENDS_PARAMETERS | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION),
  };

  term.factors[0] = plim_rule_parameters (estimate);
  term.factors[1] = (PlimFactor) { N_ ("bytes of a 32-bit weight"), 4, 1 };
  term.factors[2] = (PlimFactor) { N_ ("bits of such a weight"), 32, 1 };
  term.factors[3] = (PlimFactor) { N_ ("bits per weight"), bits, 1 };
  if (bits == 8)
    term.note = N_ ("The source’s FP8 example for 70 billion parameters divides by four a second time and prints 21 "
                    "GB; its formula gives 84 GB with the overhead.");
  plim_rule_add_term (inputs, estimate, &term);

  term.id = PLIM_TERM_OVERHEAD;
  term.formula = "{0} × {1} ÷ ({2} ÷ {3}) × {4}";
  term.shared_formula = "floor({0} × {1} ÷ ({2} ÷ {3}) × {4} ÷ {5})";
  term.factors[term.n_factors++] = (PlimFactor) { N_ ("overhead"), 20, 100 };
  term.note = N_ ("The source calls 70 billion parameters in 16 bits, 168 GB, two 80 GB cards: they hold 160 GB by "
                  "their label, and 171.8 GB as their driver reports them.");
  plim_rule_add_term (inputs, estimate, &term);
}

static void
add_base (const PlimInputs *inputs,
          PlimEstimate     *estimate,
          gint64            bits)
{
  PlimRuleTerm term = {
    .id = PLIM_TERM_FROZEN_WEIGHTS,
    .n_factors = 2,
    .source = SOURCE_PROCESS,
    .note = N_ ("Memory for inference on the base model: the source takes it as the storage of the weights."),
    .depends = PLIM_RULE_DEPENDS_PARAMETERS | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION),
  };

  term.factors[0] = plim_rule_parameters (estimate);
  term.factors[1] = plim_rule_bytes_per_parameter (bits);
  plim_rule_add_term (inputs, estimate, &term);
}

/* Trained parameters · bytes · @multiple, which is left out when it has no name. */
static void
add_multiple (const PlimInputs *inputs,
              PlimEstimate     *estimate,
              const Trained    *trained,
              PlimTermId        id,
              PlimFactor        multiple,
              const char       *note)
{
  PlimRuleTerm term = { .id = id, .source = SOURCE_PROCESS, .note = note, .depends = trained->depends };

  term.factors[term.n_factors++] = trained->parameters;
  if (is_adapter_task (inputs))
    term.factors[term.n_factors++] = trained->share;
  term.factors[term.n_factors++] = plim_rule_bytes_per_parameter (trained->bits);
  if (multiple.name != NULL)
    term.factors[term.n_factors++] = multiple;

  plim_rule_add_term (inputs, estimate, &term);
}

static gboolean
is_adamw (const PlimInputs *inputs)
{
  return inputs->optimizer == PLIM_OPTIMIZER_ADAMW;
}

static void
add_training (const PlimInputs *inputs,
              PlimEstimate     *estimate,
              const Trained    *trained)
{
  Trained    with_optimizer = *trained;
  PlimFactor none = { NULL, 1, 1 };
  PlimFactor states = { N_ ("states of AdamW"), 2, 1 };

  with_optimizer.depends |= PLIM_FIELD_BIT (PLIM_FIELD_OPTIMIZER);

  add_multiple (inputs, estimate, trained, PLIM_TERM_RULE_TOTAL,
                (PlimFactor) { N_ ("multiple of the storage"), TRAINING_MULTIPLE, 1 },
                N_ ("The source says 3 to 4 times the storage and reckons with 4. That already includes gradients and "
                    "optimizer states, which it then adds again: this method counts them twice."));
  add_multiple (inputs, estimate, trained, PLIM_TERM_GRADIENTS, none,
                N_ ("Already part of the multiple of the storage: the source counts it twice."));
  add_multiple (inputs, estimate, &with_optimizer, PLIM_TERM_OPTIMIZER_STATES, is_adamw (inputs) ? states : none,
                N_ ("Already part of the multiple of the storage: the source counts it twice. Its example, 13 billion "
                    "parameters in 32 bits with AdamW, is 208 + 52 + 104 = 364 GB, and 436.8 GB with a margin of 20 "
                    "%."));
}

static void
add_batch (const PlimInputs *inputs,
           PlimEstimate     *estimate)
{
  PlimRuleTerm term = {
    .id = PLIM_TERM_BATCH,
    .n_factors = 2,
    .source = SOURCE_PROCESS,
    .note = N_ ("The source’s example is 50 MB for a sample and 32 samples: 1,600 MB."),
    .depends = PLIM_FIELD_BIT (PLIM_FIELD_SAMPLE_BYTES) | PLIM_FIELD_BIT (PLIM_FIELD_BATCH),
  };

  if (inputs->sample_bytes == 0)
    return;

  term.factors[0] = (PlimFactor) { N_ ("bytes per sample"), inputs->sample_bytes, 1 };
  term.factors[1] = (PlimFactor) { N_ ("samples"), inputs->batch_count, 1 };
  plim_rule_add_term (inputs, estimate, &term);
}

/* The margin on all terms added so far, as each GPU holds them. */
static void
add_margin (const PlimInputs *inputs,
            PlimEstimate     *estimate)
{
  PlimMoment moment = inputs->task == PLIM_TASK_INFERENCE ? PLIM_MOMENT_DECODE : PLIM_MOMENT_STEP;
  PlimInputs whole = *inputs;
  gint64     sum_bytes = 0;

  if (inputs->safety_margin <= 0)
    return;

  for (guint i = 0; i < estimate->n_terms; i++)
    sum_bytes = plim_add (sum_bytes, estimate->terms[i].bytes_at[moment]);

  whole.gpus_count = 1;
  plim_rule_add_term (&whole, estimate,
                      &(PlimRuleTerm) {
                        .id = PLIM_TERM_OVERHEAD,
                        .n_factors = 2,
                        .factors = {
                          { N_ ("all other parts"), sum_bytes, 1 },
                          plim_rule_fraction (N_ ("safety margin"), inputs->safety_margin),
                        },
                        .source = SOURCE_PROCESS,
                        .note = N_ ("The source advises 10 to 20 %."),
                        .depends = PLIM_FIELD_BIT (PLIM_FIELD_SAFETY_MARGIN),
                      });
}

static const char *
find_gap (const PlimInputs *inputs,
          gint64            bits)
{
  if (bits == 0)
    return N_ ("Does not cover this weight precision");
  if (inputs->task == PLIM_TASK_TRAINING && bits < 16)
    return N_ ("Covers full training in 32 and 16 bits only");
  if (inputs->task == PLIM_TASK_QLORA && bits > 8)
    return N_ ("Covers QLoRA over 8-bit and 4-bit weights only");
  if (inputs->task != PLIM_TASK_INFERENCE && inputs->optimizer == PLIM_OPTIMIZER_ADAMW_8BIT)
    return N_ ("Does not cover 8-bit optimizer states");

  return NULL;
}

void
plim_rule_serving_overhead_estimate (const PlimInputs *inputs,
                                     PlimEstimate     *estimate)
{
  gint64  bits = plim_rule_bits (inputs->precision);
  Trained trained = {
    .parameters = plim_rule_parameters (estimate),
    .share = plim_rule_fraction (N_ ("share that is trained"), is_adapter_task (inputs) ? inputs->adapter_share : 1),
    .bits = is_adapter_task (inputs) ? MAX (bits, 16) : bits,
    .depends = PLIM_RULE_DEPENDS_PARAMETERS | PLIM_FIELD_BIT (PLIM_FIELD_PRECISION),
  };

  if (!plim_rule_has_parameters (estimate))
    return;

  estimate->not_covered = find_gap (inputs, bits);
  if (estimate->not_covered != NULL)
    return;

  if (inputs->task == PLIM_TASK_INFERENCE)
    {
      add_serving (inputs, estimate, bits);
      add_batch (inputs, estimate);
      return;
    }

  if (is_adapter_task (inputs))
    {
      trained.depends |= PLIM_FIELD_BIT (PLIM_FIELD_ADAPTER_SHARE);
      add_base (inputs, estimate, bits);
    }

  estimate->trained_count = plim_rule_share_count (estimate, trained.share);
  add_training (inputs, estimate, &trained);
  add_batch (inputs, estimate);
  add_margin (inputs, estimate);
}
