/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Served adapters.  SGLang keeps query, key and value in one buffer; the key's part of it is left out where only the
 * other two have adapters, and so are keys and values that more GPUs than heads repeat. */

#include "plim-served-adapters.h"

#include "plim-checked.h"
#include "plim-runtime.h"

/* How tensor parallel GPUs have a matrix. */
typedef enum
{
  SPLIT_NONE,
  SPLIT_INPUTS,
  SPLIT_OUTPUTS
} Split;

static const Split splits[PLIM_N_MATRIX_ROLES] = {
  [PLIM_MATRIX_QKV] = SPLIT_OUTPUTS,
  [PLIM_MATRIX_QUERY] = SPLIT_OUTPUTS,
  [PLIM_MATRIX_KEY] = SPLIT_OUTPUTS,
  [PLIM_MATRIX_VALUE] = SPLIT_OUTPUTS,
  [PLIM_MATRIX_OUTPUT] = SPLIT_INPUTS,
  [PLIM_MATRIX_GATE] = SPLIT_OUTPUTS,
  [PLIM_MATRIX_UP] = SPLIT_OUTPUTS,
  [PLIM_MATRIX_DOWN] = SPLIT_INPUTS,
  [PLIM_MATRIX_EXPERT_GATE] = SPLIT_OUTPUTS,
  [PLIM_MATRIX_EXPERT_UP] = SPLIT_OUTPUTS,
  [PLIM_MATRIX_EXPERT_DOWN] = SPLIT_INPUTS,
};

/* Inputs and outputs that a GPU has of @matrix, the rank being 1. */
static gint64
count_sides (const PlimMatrix *matrix,
             const PlimLayout *layout)
{
  gboolean is_dealt = matrix->role >= PLIM_MATRIX_EXPERT_GATE && layout->expert_count > 1;
  Split    split = is_dealt ? SPLIT_NONE : splits[matrix->role];
  gint64   inputs_count = plim_divide_up (matrix->in_size, split == SPLIT_INPUTS ? layout->tensor_count : 1);
  gint64   outputs_count = plim_divide_up (matrix->out_size, split == SPLIT_OUTPUTS ? layout->tensor_count : 1);

  return plim_multiply (plim_divide_up (matrix->copies_count, is_dealt ? layout->expert_count : 1),
                        plim_add (inputs_count, outputs_count));
}

/* Those of the @n_matrices from @first_role on. */
static gint64
sum_sides (const PlimMatrix *matrices,
           guint             n_matrices,
           PlimMatrixRole    first_role,
           const PlimLayout *layout)
{
  gint64 sides_count = 0;

  for (guint i = 0; i < n_matrices; i++)
    if (matrices[i].role >= first_role)
      sides_count = plim_add (sides_count, count_sides (&matrices[i], layout));

  return sides_count;
}

gint64
plim_served_adapter_count (const PlimInputs *inputs,
                           const PlimLayout *layout)
{
  const PlimModel      *model = &inputs->model;
  PlimLoraRoom          room = plim_runtime_lora_room (inputs);
  const PlimLoraTargets targets = room == PLIM_LORA_ROOM_TARGETS ? inputs->lora_targets : PLIM_LORA_ALL_LINEAR;
  gint64                sides_count = 0;
  PlimMatrix            matrices[PLIM_LAYER_MAX_MATRICES];

  for (guint k = 0; k < model->n_kinds; k++)
    {
      guint  n_matrices = plim_parameters_list_targets (model, &model->kinds[k], targets, matrices);
      gint64 of_layer_count = sum_sides (matrices, n_matrices, PLIM_MATRIX_OTHER, layout);

      if (room == PLIM_LORA_ROOM_EXPERTS)
        {
          n_matrices = plim_parameters_list_matrices (model, k, matrices);
          of_layer_count = plim_add (of_layer_count, sum_sides (matrices, n_matrices, PLIM_MATRIX_ROUTER, layout));
        }
      sides_count = plim_add (sides_count, plim_multiply (model->kinds[k].layers_count, of_layer_count));
    }

  return plim_multiply (inputs->lora_rank, sides_count);
}
