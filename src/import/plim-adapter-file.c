/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Members of the configuration: PEFT, src/peft/config.py and tuners/NAME/config.py; names of tensors:
 * utils/save_and_load.py and tuners/lora/layer.py (5d602fd). */

#include "config.h"

#include "plim-adapter-file.h"

#include "plim-adapters.h"
#include "plim-family.h"
#include "plim-json-members.h"

#include <string.h>

/* PEFT's kinds that are estimated (utils/peft_types.py). */
static const struct
{
  const char *type;
  PlimAdapter adapter;
} kinds[] = {
  { "LORA", PLIM_ADAPTER_LORA },
  { "ADALORA", PLIM_ADAPTER_LORA },
  { "IA3", PLIM_ADAPTER_IA3 },
  { "PROMPT_TUNING", PLIM_ADAPTER_PROMPT },
  { "PREFIX_TUNING", PLIM_ADAPTER_PREFIX },
};

void
plim_adapter_file_free (PlimAdapterFile *self)
{
  if (self == NULL)
    return;

  g_free (self->base);
  g_free (self->type);
  g_free (self->targets);
  g_free (self->saved_modules);
  g_free (self);
}

PlimAdapterFile *
plim_adapter_file_new (void)
{
  PlimAdapterFile *self = g_new0 (PlimAdapterFile, 1);

  self->base = g_strdup ("");
  self->type = g_strdup ("");
  self->targets = g_strdup ("");
  self->saved_modules = g_strdup ("");

  return self;
}

/* --- the configuration ------------------------------------------------------------------------------ */

gboolean
plim_adapter_file_is_config (const char *data,
                             gsize       size)
{
  return g_strstr_len (data, (gssize) size, "\"peft_type\"") != NULL &&
         g_strstr_len (data, (gssize) size, "\"hidden_size\"") == NULL;
}

/* A text, or a list of texts with commas between them; "" for everything else. */
static char *
dup_names (yyjson_val *value)
{
  g_autoptr (GString) names = g_string_new (yyjson_get_str (value));
  gsize               index, most;
  yyjson_val         *entry;

  yyjson_arr_foreach (value, index, most, entry)
    if (yyjson_is_str (entry))
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", yyjson_get_str (entry));

  return g_string_free_and_steal (g_steal_pointer (&names));
}

static gint
find_adapter (const char *type,
              gboolean    has_magnitudes)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].type, type) == 0)
      return has_magnitudes && kinds[i].adapter == PLIM_ADAPTER_LORA ? PLIM_ADAPTER_DORA : (gint) kinds[i].adapter;

  return -1;
}

static const PlimMember members[] = {
  { "r", PLIM_MEMBER_COUNT, offsetof (PlimAdapterFile, rank), 1 << 16, NULL },
  { "num_virtual_tokens", PLIM_MEMBER_COUNT, offsetof (PlimAdapterFile, virtual_tokens), 1 << 20, NULL },
  { "lora_dropout", PLIM_MEMBER_NUMBER, offsetof (PlimAdapterFile, dropout), 1, NULL },
};

PlimAdapterFile *
plim_adapter_file_parse (const char *name,
                         const char *data,
                         gsize       size,
                         GError    **error)
{
  g_autoptr (PlimAdapterFile) self = g_new0 (PlimAdapterFile, 1);
  g_auto (PlimJsonText)       text = { 0 };
  yyjson_val                 *root;

  if (!plim_json_parse (&text, name, data, size, error))
    return NULL;

  root = yyjson_doc_get_root (text.doc);
  if (!plim_json_read_members (&text, root, members, G_N_ELEMENTS (members), self, error))
    return NULL;

  self->base = dup_names (yyjson_obj_get (root, "base_model_name_or_path"));
  self->type = dup_names (yyjson_obj_get (root, "peft_type"));
  self->targets = dup_names (yyjson_obj_get (root, "target_modules"));
  self->saved_modules = dup_names (yyjson_obj_get (root, "modules_to_save"));
  self->adapter = find_adapter (self->type, yyjson_is_true (yyjson_obj_get (root, "use_dora")));

  return g_steal_pointer (&self);
}

/* --- the tensors ------------------------------------------------------------------------------------ */

gboolean
plim_adapter_file_owns (PlimTensorTable *tensors)
{
  gint64 all_count = plim_tensor_table_get_totals (tensors).parameters_count;

  return all_count > 0 &&
         plim_tensor_table_get_class_totals (tensors, PLIM_TENSOR_CLASS_ADAPTER).parameters_count == all_count;
}

/* The first factor of a product of low rank, in PEFT, GGUF files and others. */
static gboolean
is_first_factor (const PlimTensor *tensor)
{
  return tensor->n_dimensions == 2 && (strstr (tensor->name, ".lora_A") != NULL ||
                                       strstr (tensor->name, ".lora_a") != NULL ||
                                       strstr (tensor->name, ".lora_down") != NULL);
}

void
plim_adapter_file_measure (PlimAdapterFile *self,
                           PlimTensorTable *tensors)
{
  self->parameters_count =
    plim_tensor_table_get_class_totals (tensors, PLIM_TENSOR_CLASS_ADAPTER).parameters_count;
  for (guint i = 0; self->rank == 0 && i < plim_tensor_table_get_count (tensors); i++)
    {
      PlimTensor tensor;

      plim_tensor_table_get (tensors, i, &tensor);
      if (is_first_factor (&tensor))
        self->rank = MIN (tensor.dimensions[0], tensor.dimensions[1]);
    }
}

/* --- the base --------------------------------------------------------------------------------------- */

/* Some matrix of every layer begins or ends at the hidden state, and so do virtual tokens of prompt tuning. */
static gboolean
fits (const PlimModel *model,
      PlimTensorTable *tensors)
{
  gboolean has_width = FALSE;

  for (guint i = 0; i < plim_tensor_table_get_count (tensors); i++)
    {
      PlimTensor tensor;

      plim_tensor_table_get (tensors, i, &tensor);
      if (tensor.place.class_id != PLIM_TENSOR_CLASS_ADAPTER)
        continue;
      if (tensor.place.layer >= (gint) model->n_layers)
        return FALSE;
      for (guint d = 0; d < tensor.n_dimensions; d++)
        has_width |= tensor.dimensions[d] == model->hidden_size;
    }

  return has_width;
}

const PlimModel *
plim_adapter_file_find_base (const PlimAdapterFile *self,
                             PlimTensorTable       *tensors,
                             PlimCatalog           *catalog)
{
  const PlimModel *model = plim_catalog_find_hub_model (catalog, self->base);
  gboolean         has_widths = self->adapter == PLIM_ADAPTER_LORA || self->adapter == PLIM_ADAPTER_DORA ||
                        self->adapter == PLIM_ADAPTER_PROMPT;

  return model == NULL || tensors == NULL || !has_widths || fits (model, tensors) ? model : NULL;
}

/* Names of projections of queries and values, then of attention (modeling_NAME.py of transformers). */
static PlimLoraTargets
targets_of_names (const char *names)
{
  static const char *const query_value = "q_proj v_proj query value query_key_value c_attn qkv_proj Wqkv q v";
  static const char *const attention =
    "k_proj o_proj out_proj key k o dense q_a_proj q_b_proj kv_a_proj_with_mqa kv_b_proj";
  g_auto (GStrv)  parts = g_strsplit (names, ", ", -1);
  PlimLoraTargets targets = PLIM_LORA_QUERY_VALUE;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (!plim_family_has_word (query_value, parts[i]))
        targets = plim_family_has_word (attention, parts[i]) ? PLIM_LORA_ATTENTION : PLIM_LORA_ALL_LINEAR;
      if (targets == PLIM_LORA_ALL_LINEAR)
        break;
    }

  return targets;
}

/* Those with the number of parameters nearest to the adapter's on the model of @inputs, where that number is known. */
static PlimLoraTargets
find_targets (const PlimAdapterFile *self,
              PlimInputs            *inputs)
{
  PlimLoraTargets nearest = targets_of_names (self->targets);
  gint64          least_count;

  inputs->lora_targets = nearest;
  least_count = ABS (plim_adapter_count (inputs) - self->parameters_count);
  for (guint t = 0; self->parameters_count > 0 && t < plim_field_n_choices (PLIM_FIELD_LORA_TARGETS); t++)
    {
      gint64 count;

      inputs->lora_targets = (PlimLoraTargets) t;
      count = ABS (plim_adapter_count (inputs) - self->parameters_count);
      if (count < least_count)
        {
          least_count = count;
          nearest = (PlimLoraTargets) t;
        }
    }

  return nearest;
}

/* The adapter as it trains on @base; free with g_free. */
static PlimInputs *
dup_trained (const PlimAdapterFile *self,
             const PlimModel       *base)
{
  PlimInputs *inputs = g_new (PlimInputs, 1);

  plim_inputs_init (inputs);
  plim_inputs_set_text (inputs, PLIM_FIELD_MODEL, base->id);
  plim_inputs_set_task (inputs, PLIM_TASK_LORA);
  inputs->model = *base;
  plim_inputs_set_integer (inputs, PLIM_FIELD_ADAPTER, self->adapter);
  plim_inputs_set_integer (inputs, PLIM_FIELD_VIRTUAL_TOKENS, self->virtual_tokens);
  plim_inputs_set_integer (inputs, PLIM_FIELD_LORA_RANK, self->rank);
  plim_inputs_set_number (inputs, PLIM_FIELD_LORA_DROPOUT, self->dropout);
  inputs->lora_head = plim_family_has_word (self->targets, "lm_head") ? PLIM_SWITCH_ON : PLIM_SWITCH_OFF;
  inputs->lora_embedding = plim_family_has_word (self->targets, "embed_tokens") ? PLIM_SWITCH_ON : PLIM_SWITCH_OFF;
  inputs->lora_targets = find_targets (self, inputs);

  return inputs;
}

gint64
plim_adapter_file_count (const PlimAdapterFile *self,
                         const PlimModel       *base)
{
  g_autofree PlimInputs *trained = dup_trained (self, base);

  return self->adapter >= 0 ? plim_adapter_count (trained) : 0;
}

void
plim_adapter_file_apply (const PlimAdapterFile *self,
                         const PlimModel       *base,
                         PlimInputs            *inputs)
{
  g_autofree PlimInputs *trained = dup_trained (self, base);
  gboolean               has_rank = self->adapter == PLIM_ADAPTER_LORA || self->adapter == PLIM_ADAPTER_DORA;

  plim_inputs_set_text (inputs, PLIM_FIELD_MODEL, base->id);
  if (inputs->task == PLIM_TASK_INFERENCE && has_rank)
    inputs->adapters_count = MAX (inputs->adapters_count, 1);
  else if (inputs->task != PLIM_TASK_QLORA)
    plim_inputs_set_task (inputs, PLIM_TASK_LORA);
  inputs->adapter = trained->adapter;
  inputs->virtual_tokens = trained->virtual_tokens;
  inputs->lora_rank = trained->lora_rank;
  inputs->lora_dropout = trained->lora_dropout;
  inputs->lora_head = trained->lora_head;
  inputs->lora_embedding = trained->lora_embedding;
  inputs->lora_targets = trained->lora_targets;
}
