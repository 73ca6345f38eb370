/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Inputs in words: labels, values, assumptions; see plim-wording.h. */

#include "config.h"

#include "plim-wording.h"

#include "plim-next-token.h"
#include "plim-runtime.h"

#include <glib/gi18n-lib.h>

/* Translates static text that may be absent or empty (the translation of "" is the catalogue's head). */
static const char *
translate (const char *text)
{
  return text == NULL || *text == '\0' ? "" : _ (text);
}

const char *
plim_field_label_text (PlimFieldId id)
{
  return translate (plim_field (id)->label);
}

const char *
plim_field_label_for (const PlimInputs *inputs,
                      PlimFieldId       id)
{
  /* A batch is what a GPU trains on at once, or what a server answers at once. */
  if (id == PLIM_FIELD_BATCH && inputs->task == PLIM_TASK_INFERENCE)
    return _ ("Sequences at Once");

  return plim_field_label_text (id);
}

const char *
plim_field_unit_text (PlimFieldId id)
{
  return translate (plim_field (id)->unit);
}

const char *
plim_field_choice_text (PlimFieldId id,
                        guint       index)
{
  return translate (plim_field_choice (id, index).label);
}

/* --- model and GPU -------------------------------------------------------------------------------- */

static const char *
gpu_name (const PlimInputs *inputs)
{
  if (*inputs->gpu.name != '\0')
    return inputs->gpu.name;

  return *inputs->gpu_id != '\0' ? inputs->gpu_id : _ ("GPU");
}

char *
plim_wording_gpus (const PlimInputs *inputs,
                   gint64            gpus_count)
{
  g_autofree char *number = plim_format_count (gpus_count);

  if (gpus_count == 1)
    /* Translators: one GPU of a kind: "one RTX 4090" */
    return g_strdup_printf (_ ("one %s"), gpu_name (inputs));

  return g_strdup_printf ("%s" PLIM_NBSP "%s", number, gpu_name (inputs));
}

char *
plim_wording_model (const PlimInputs *inputs)
{
  gint64           declared = inputs->parameters_count > 0 ? inputs->parameters_count
                                                           : inputs->model.declared_parameters_count;
  g_autofree char *number = plim_format_short_count ((double) declared);

  if (*inputs->model.name != '\0')
    return g_strdup (inputs->model.name);
  if (*inputs->model_id != '\0')
    return g_strdup (inputs->model_id);
  if (declared > 0)
    return g_strdup_printf (_ ("%s parameters"), number);
  if (inputs->model.hidden_size > 0 || inputs->hidden_size > 0)
    return g_strdup (_ ("Own shape"));

  return g_strdup (_ ("No model"));
}

/* --- values --------------------------------------------------------------------------------------- */

/* What 0 means where it stands for "not given". */
static const char *
zero_text (const PlimInputs *inputs,
           PlimFieldId       id)
{
  gboolean has_model = *inputs->model_id != '\0';
  gboolean has_gpu = *inputs->gpu_id != '\0';

  if (id == PLIM_FIELD_PARAMETERS || (id >= PLIM_FIELD_HIDDEN_SIZE && id <= PLIM_FIELD_VOCAB))
    return has_model ? _ ("From the model") : _ ("Not given");
  if (id == PLIM_FIELD_GPU_MEMORY || id == PLIM_FIELD_PEAK_TFLOPS || id == PLIM_FIELD_PRICE)
    return has_gpu ? _ ("From the GPU") : _ ("Not given");
  if (id == PLIM_FIELD_UTILIZATION)
    return inputs->method == PLIM_METHOD_COMPONENT ? _ ("Predicted") : _ ("Usual");
  if (id == PLIM_FIELD_NETWORK)
    return _ ("Usual");
  if (id == PLIM_FIELD_TOKENS || id == PLIM_FIELD_DATASET_TOKENS || id == PLIM_FIELD_SEQUENCE_FLOPS ||
      id == PLIM_FIELD_STEPS)
    return _ ("Not given");
  if (id == PLIM_FIELD_DEADLINE || id == PLIM_FIELD_SAMPLE_BYTES || id == PLIM_FIELD_USED_MEMORY)
    return _ ("None");

  if (id == PLIM_FIELD_TRAINED_LAYERS)
    return _ ("All");
  if (id == PLIM_FIELD_COMPLETION)
    return _ ("As the trainer does");

  return NULL;
}

static char *
with_unit (char       *number,
           PlimFieldId id)
{
  g_autofree char *owned = number;
  const char      *unit = plim_field_unit_text (id);

  return *unit != '\0' ? g_strconcat (owned, PLIM_NBSP, unit, NULL) : g_steal_pointer (&owned);
}

static char *
number_text (const PlimInputs *inputs,
             PlimFieldId       id)
{
  double value = plim_inputs_get_number (inputs, id);

  switch ((int) id)
    {
    case PLIM_FIELD_UTILIZATION:
    case PLIM_FIELD_SAFETY_MARGIN:
      return plim_format_percent (value);

    case PLIM_FIELD_ADAPTER_SHARE:
      return with_unit (plim_format_percent (value), id);

    case PLIM_FIELD_PRICE:
      return plim_format_price (value);

    case PLIM_FIELD_SEQUENCE_FLOPS:
      return plim_format_rate (value, "FLOP");

    default:
      return with_unit (plim_format_number (value, 3), id);
    }
}

static char *
text_value (const PlimInputs *inputs,
            PlimFieldId       id)
{
  const char *name = id == PLIM_FIELD_MODEL         ? inputs->model.name
                     : id == PLIM_FIELD_DRAFT_MODEL ? inputs->draft_model.name
                                                    : inputs->gpu.name;
  const char *value = plim_inputs_get_text (inputs, id);

  if (*value == '\0')
    return g_strdup (_ ("None"));

  if (id == PLIM_FIELD_DRAFT_MODEL && g_str_equal (value, PLIM_NEXT_TOKEN_ID) && *name != '\0')
    return g_strdup (_ (name));

  return g_strdup (*name != '\0' ? name : value);
}

char *
plim_field_value_text (const PlimInputs *inputs,
                       PlimFieldId       id,
                       PlimUnit          unit)
{
  PlimFieldType type = plim_field (id)->type;
  const char   *zero = NULL;

  if (type == PLIM_FIELD_TYPE_TEXT)
    return text_value (inputs, id);
  if (type == PLIM_FIELD_TYPE_CHOICE)
    return g_strdup (plim_field_choice_text (id, (guint) plim_inputs_get_integer (inputs, id)));

  if (plim_inputs_get_number (inputs, id) == 0)
    zero = zero_text (inputs, id);
  if (zero != NULL)
    return g_strdup (zero);

  if (type == PLIM_FIELD_TYPE_BYTES)
    return plim_format_bytes (plim_inputs_get_integer (inputs, id), unit);
  if (type == PLIM_FIELD_TYPE_NUMBER)
    return number_text (inputs, id);

  /* Units stand in the plural: one has none. */
  if (plim_inputs_get_integer (inputs, id) == 1)
    return plim_format_count (1);

  return with_unit (plim_format_count (plim_inputs_get_integer (inputs, id)), id);
}

char *
plim_wording_changed_fields (const PlimInputs  *inputs,
                             const PlimFieldId *fields,
                             guint              n_fields)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_fields; i++)
    if (plim_inputs_uses_field (inputs, fields[i]) && !plim_inputs_is_default (inputs, fields[i]))
      {
        g_autofree char *value = plim_field_value_text (inputs, fields[i], PLIM_UNIT_GIB);

        g_string_append (text, text->len > 0 ? _ (", ") : "");
        /* Translators: an input and its value: "Tensor Parallel: 4 GPUs" */
        g_string_append_printf (text, _ ("%s: %s"), plim_field_label_for (inputs, fields[i]), value);
      }
  return g_string_free_and_steal (text);
}

/* --- notices ---------------------------------------------------------------------------------------- */

/* NVIDIA's before Ampere; what other makers' rates leave out says nothing. */
static gboolean
lacks_bf16 (const PlimGpu *gpu)
{
  return g_str_equal (gpu->vendor, "NVIDIA") && gpu->peak_flops_per_s[PLIM_RATE_F16] > 0 &&
         gpu->peak_flops_per_s[PLIM_RATE_BF16] <= 0;
}

char *
plim_wording_notice (const PlimInputs *inputs)
{
  PlimRuntime           actual = plim_runtime_of (inputs);
  gint                  published = plim_inputs_published_precision (inputs);
  gint64                most_tokens = inputs->model.max_context_tokens;
  g_autofree char      *tokens = plim_format_count (most_tokens);
  g_autoptr (GPtrArray) sentences = g_ptr_array_new_with_free_func (g_free);

  if (inputs->method != PLIM_METHOD_COMPONENT)
    return NULL;
  if (inputs->task == PLIM_TASK_INFERENCE && actual != inputs->runtime)
    /* Translators: a runtime such as llama.cpp, a format of weights such as Q4_K_M, another runtime */
    g_ptr_array_add (sentences, g_strdup_printf (_ ("This is %s, which %s weights are made for, not %s."),
                                                 plim_field_choice_text (PLIM_FIELD_RUNTIME, actual),
                                                 plim_precision_info (inputs->precision)->label,
                                                 plim_field_choice_text (PLIM_FIELD_RUNTIME, inputs->runtime)));
  if (published >= 0)
    /* Translators: a format of weights such as FP8, another */
    g_ptr_array_add (sentences,
                     g_strdup_printf (_ ("The model is published in %s; these are its weights in %s."),
                                      plim_precision_info ((PlimPrecision) published)->label,
                                      plim_precision_info (inputs->precision)->label));
  if (inputs->precision == PLIM_PRECISION_BF16 && lacks_bf16 (&inputs->gpu))
    g_ptr_array_add (sentences,
                     g_strdup (_ ("This GPU has no BF16 products: FP16 takes as much memory and is faster.")));
  if (most_tokens > 0 && inputs->context_tokens > most_tokens)
    g_ptr_array_add (sentences,
                     g_strdup_printf (_ ("The model is made for %s tokens; the context is longer."), tokens));
  if (sentences->len == 0)
    return NULL;

  g_ptr_array_add (sentences, NULL);

  return g_strjoinv (" ", (char **) sentences->pdata);
}

/* --- assumptions ---------------------------------------------------------------------------------- */

/* "BF16", or with training "BF16, Mixed: 32-bit master weights". */
static void
add_precision (const PlimInputs *inputs,
               GPtrArray        *words)
{
  if (plim_inputs_uses_field (inputs, PLIM_FIELD_PRECISION))
    g_ptr_array_add (words, g_strdup (plim_precision_info (inputs->precision)->label));
  if (plim_inputs_uses_field (inputs, PLIM_FIELD_RECIPE))
    g_ptr_array_add (words, g_strdup (plim_field_choice_text (PLIM_FIELD_RECIPE, inputs->recipe)));
  if (plim_inputs_uses_field (inputs, PLIM_FIELD_KV_PRECISION) && inputs->kv_precision != inputs->precision)
    g_ptr_array_add (words, g_strdup_printf (_ ("%s KV cache"), plim_precision_info (inputs->kv_precision)->label));
}

static const char *const recomputes[PLIM_N_RECOMPUTES] = {
  [PLIM_RECOMPUTE_NONE] = N_ ("no recompute"),
  [PLIM_RECOMPUTE_FULL] = N_ ("recompute every layer"),
  [PLIM_RECOMPUTE_ATTENTION] = N_ ("recompute attention scores"),
  [PLIM_RECOMPUTE_MATMULS] = N_ ("recompute every second product"),
  [PLIM_RECOMPUTE_PARTS] = N_ ("recompute parts of a layer"),
};

/* "4,096 tokens × 8, AdamW, recompute every layer" */
static void
add_batch (const PlimInputs *inputs,
           GPtrArray        *words)
{
  g_autofree char *tokens = plim_format_count (inputs->context_tokens);
  g_autofree char *batch = plim_format_count (inputs->batch_count);
  g_autofree char *interval = plim_format_count (inputs->recompute_interval);

  if (plim_inputs_uses_field (inputs, PLIM_FIELD_CONTEXT))
    /* Translators: tokens of a sequence, and how many sequences: "4,096 tokens × 8" */
    g_ptr_array_add (words, g_strdup_printf (_ ("%s tokens × %s"), tokens, batch));
  if (plim_inputs_uses_field (inputs, PLIM_FIELD_OPTIMIZER))
    g_ptr_array_add (words, g_strdup (plim_field_choice_text (PLIM_FIELD_OPTIMIZER, inputs->optimizer)));
  if (plim_inputs_uses_field (inputs, PLIM_FIELD_RECOMPUTE_INTERVAL) && inputs->recompute_interval > 1)
    g_ptr_array_add (words, g_strdup_printf (_ ("recompute one layer in %s"), interval));
  else if (plim_inputs_uses_field (inputs, PLIM_FIELD_RECOMPUTE))
    g_ptr_array_add (words, g_strdup (_ (recomputes[inputs->recompute])));
}

char *
plim_wording_assumptions (const PlimInputs *inputs,
                          guint             line)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  if (line == 0)
    {
      g_ptr_array_add (words, g_strdup (plim_field_choice_text (PLIM_FIELD_METHOD, inputs->method)));
      add_precision (inputs, words);
    }
  else
    {
      add_batch (inputs, words);
    }
  g_ptr_array_add (words, NULL);

  return g_strjoinv (_ (", "), (char **) words->pdata);
}
