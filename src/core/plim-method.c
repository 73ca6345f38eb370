/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The methods and what each counts and leaves out. */

#include "plim-method.h"

#include <glib/gi18n.h>

static const PlimMethodInfo methods[PLIM_N_METHODS] = {
  { PLIM_METHOD_COMPONENT, "component", N_ ("By component"),
    N_ ("Counts every part from the model’s shapes and finds the fullest moment."),
    N_ ("What allocators keep of freed memory, and buffers of libraries."), "Plimsoll, component engine",
    PLIM_TASK_INFERENCE, plim_component_estimate },
  { PLIM_METHOD_BYTES_TIMES_MULTIPLIER, "bytes-times-multiplier", N_ ("Bytes times multiplier"),
    N_ ("Bytes per parameter times a factor for the task."), N_ ("Activations, logits, KV cache, batch and context."),
    "“GPU Memory / Time Consumption”, notes", PLIM_TASK_INFERENCE, plim_rule_bytes_times_multiplier_estimate },
  { PLIM_METHOD_SERVING_OVERHEAD, "serving-overhead", N_ ("Serving overhead"),
    N_ ("Weights and a fifth on top; training as four times the weights."),
    N_ ("Context, KV cache and the shape of the model."), "“GPU Memory for AI Models”", PLIM_TASK_INFERENCE,
    plim_rule_serving_overhead_estimate },
  { PLIM_METHOD_TEXTBOOK_TRANSFORMER, "textbook-transformer", N_ ("Textbook transformer"),
    N_ ("Every value of a plain 32-bit transformer with AdamW."),
    N_ ("Other precisions, grouped key heads, flash attention, the loss’s own copies."),
    "CS190C, lecture 9, “Resource Calculation”", PLIM_TASK_TRAINING, plim_rule_textbook_transformer_estimate },
  { PLIM_METHOD_24_BYTES_PER_PARAMETER, "24-bytes-per-parameter", N_ ("24 bytes per parameter"),
    N_ ("24 bytes for each trained parameter, activations included at the high end."),
    N_ ("Batch, context and the shape of the model."),
    "“Back-of-the-envelope calculation for GPU requirements of LLMs”, 2024", PLIM_TASK_INFERENCE,
    plim_rule_24_bytes_estimate },
  { PLIM_METHOD_MODULE_TABLE, "module-table", N_ ("Module table"),
    N_ ("Weights, gradients, optimizer states and adapters by module."),
    N_ ("Activations, logits, KV cache, batch and context."), "“Language Model Training Resource Expectation”, 2025",
    PLIM_TASK_INFERENCE, plim_rule_module_table_estimate },
};

const PlimMethodInfo *
plim_method_info (PlimMethod method)
{
  g_return_val_if_fail (method < PLIM_N_METHODS, &methods[0]);

  return &methods[method];
}
