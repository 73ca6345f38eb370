/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Only which rows there are, and in which expander. */

#include "config.h"

#include "plim-form-training.h"

static const PlimFieldId framework_fields[] = {
  PLIM_FIELD_OBJECTIVE,
  PLIM_FIELD_REFERENCE,
  PLIM_FIELD_ENGINE,
  PLIM_FIELD_ENGINE_SHARE,
  PLIM_FIELD_COMPLETION,
  PLIM_FIELD_FRAMEWORK,
};

static const PlimFieldId step_fields[] = {
  PLIM_FIELD_PACKING,
  PLIM_FIELD_SAMPLE_TOKENS,
  PLIM_FIELD_TRAINED_LAYERS,
  PLIM_FIELD_COMPILE,
  PLIM_FIELD_FUSED_KERNELS,
  PLIM_FIELD_OPTIMIZER_IN_BACKWARD,
  PLIM_FIELD_PROJECTION_RANK,
  PLIM_FIELD_DROPOUT,
  PLIM_FIELD_LORA_DROPOUT,
  PLIM_FIELD_LORA_HEAD,
  PLIM_FIELD_LORA_EMBEDDING,
};

static const PlimFieldId formats_fields[] = {
  PLIM_FIELD_GRADIENT_FORMAT,
  PLIM_FIELD_MASTER_WEIGHTS,
  PLIM_FIELD_STATE_FORMAT,
  PLIM_FIELD_COMPUTE_FORMAT,
  PLIM_FIELD_REDUCE_FORMAT,
};

static const PlimFieldId offload_fields[] = {
  PLIM_FIELD_OFFLOAD_OPTIMIZER,
  PLIM_FIELD_OFFLOAD_PARAMETERS,
  PLIM_FIELD_OFFLOAD_ACTIVATIONS,
};

static const PlimFieldId split_fields[] = {
  PLIM_FIELD_TENSOR_PARALLEL,
  PLIM_FIELD_SEQUENCE_PARALLEL,
  PLIM_FIELD_PIPELINE_PARALLEL,
  PLIM_FIELD_PIPELINE_SCHEDULE,
  PLIM_FIELD_VIRTUAL_STAGES,
  PLIM_FIELD_CONTEXT_PARALLEL,
  PLIM_FIELD_EXPERT_PARALLEL,
  PLIM_FIELD_EXPERT_TENSOR_PARALLEL,
};

static const PlimFormPart parts[] = {
  { NULL, framework_fields, G_N_ELEMENTS (framework_fields) },
  { "step_row", step_fields, G_N_ELEMENTS (step_fields) },
  { "formats_row", formats_fields, G_N_ELEMENTS (formats_fields) },
  { "offload_row", offload_fields, G_N_ELEMENTS (offload_fields) },
  { "split_row", split_fields, G_N_ELEMENTS (split_fields) },
};

struct _PlimFormTraining
{
  PlimFormGroup parent_instance;
};

G_DEFINE_FINAL_TYPE (PlimFormTraining, plim_form_training, PLIM_TYPE_FORM_GROUP)

static void
plim_form_training_class_init (PlimFormTrainingClass *klass)
{
  plim_form_group_class_set_parts (PLIM_FORM_GROUP_CLASS (klass), RESOURCE_BASE "/ui/plim-form-training.ui", parts,
                                   G_N_ELEMENTS (parts));
}

static void
plim_form_training_init (PlimFormTraining *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
