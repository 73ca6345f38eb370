/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Only which rows there are, and in which expander. */

#include "config.h"

#include "plim-form-serving.h"

static const PlimFieldId runtime_fields[] = {
  PLIM_FIELD_RUNTIME,
  PLIM_FIELD_RUNTIME_VERSION,
  PLIM_FIELD_COMPILE,
  PLIM_FIELD_TOWERS,
};

static const PlimFieldId request_fields[] = {
  PLIM_FIELD_PROMPT,
  PLIM_FIELD_OUTPUT,
  PLIM_FIELD_PREFIX_SHARE,
  PLIM_FIELD_UBATCH,
};

static const PlimFieldId cache_fields[] = {
  PLIM_FIELD_V_PRECISION,
  PLIM_FIELD_MEMORY_UTILIZATION,
  PLIM_FIELD_KV_BUDGET,
  PLIM_FIELD_UNIFIED_CACHE,
  PLIM_FIELD_SWA_FULL,
  PLIM_FIELD_MLA,
  PLIM_FIELD_DRAFT_MODEL,
  PLIM_FIELD_DRAFT_TOKENS,
  PLIM_FIELD_DRAFT_ACCEPTANCE,
  PLIM_FIELD_ADAPTERS,
};

static const PlimFieldId split_fields[] = {
  PLIM_FIELD_TENSOR_PARALLEL,
  PLIM_FIELD_PIPELINE_PARALLEL,
  PLIM_FIELD_EXPERT_PARALLEL,
  PLIM_FIELD_GPU_LAYERS,
  PLIM_FIELD_HOST_EXPERT_LAYERS,
  PLIM_FIELD_HOST_BANDWIDTH,
};

static const PlimFormPart parts[] = {
  { NULL, runtime_fields, G_N_ELEMENTS (runtime_fields) },
  { "requests_row", request_fields, G_N_ELEMENTS (request_fields) },
  { "cache_row", cache_fields, G_N_ELEMENTS (cache_fields) },
  { "split_row", split_fields, G_N_ELEMENTS (split_fields) },
};

struct _PlimFormServing
{
  PlimFormGroup parent_instance;
};

G_DEFINE_FINAL_TYPE (PlimFormServing, plim_form_serving, PLIM_TYPE_FORM_GROUP)

static void
plim_form_serving_class_init (PlimFormServingClass *klass)
{
  plim_form_group_class_set_parts (PLIM_FORM_GROUP_CLASS (klass), RESOURCE_BASE "/ui/plim-form-serving.ui", parts,
                                   G_N_ELEMENTS (parts));
}

static void
plim_form_serving_init (PlimFormServing *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
