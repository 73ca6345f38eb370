/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row for each optimizer, and the sums over matrices for those that look at shapes. */

#include "plim-optimizer.h"

#include "plim-checked.h"
#include "plim-trained.h"

#include <glib/gi18n.h>

#define BITSANDBYTES "8-bit Optimizers via Block-wise Quantization, arXiv:2110.02861"

/* 8-bit states: one byte and a 32-bit scale for 256 of them, two states.  4-bit: half a byte and a scale for 128
 * (torchao, optim/subclass_4bit.py). */
static const PlimOptimizerInfo optimizers[PLIM_N_OPTIMIZERS] = {
  { .optimizer = PLIM_OPTIMIZER_ADAMW,
    .id = "adamw",
    .name = N_ ("AdamW"),
    .states_count = 2,
    .source = "AdamW, arXiv:1711.05101" },
  { .optimizer = PLIM_OPTIMIZER_ADAMW_8BIT,
    .id = "adamw-8bit",
    .name = N_ ("AdamW, 8-bit states"),
    .block_bytes = 520,
    .block_parameters = 256,
    .source = BITSANDBYTES },
  { .optimizer = PLIM_OPTIMIZER_SGD, .id = "sgd", .name = N_ ("SGD"), .source = "PyTorch, optim/sgd.py" },
  { .optimizer = PLIM_OPTIMIZER_SGD_MOMENTUM,
    .id = "sgd-momentum",
    .name = N_ ("SGD with momentum"),
    .states_count = 1,
    .source = "PyTorch, optim/sgd.py" },
  { .optimizer = PLIM_OPTIMIZER_ADAMW_FOREACH,
    .id = "adamw-foreach",
    .name = N_ ("AdamW, all parameters at once"),
    .states_count = 2,
    .copies_at_step = TRUE,
    .source = "PyTorch, optim/adamw.py, _multi_tensor_adamw" },
  { .optimizer = PLIM_OPTIMIZER_ADAMW_4BIT,
    .id = "adamw-4bit",
    .name = N_ ("AdamW, 4-bit states"),
    .block_bytes = 136,
    .block_parameters = 128,
    .source = "torchao, optim/subclass_4bit.py; arXiv:2309.01507" },
  { .optimizer = PLIM_OPTIMIZER_ADAMW_8BIT_PAGED,
    .id = "adamw-8bit-paged",
    .name = N_ ("AdamW, 8-bit, paged"),
    .block_bytes = 520,
    .block_parameters = 256,
    .is_paged = TRUE,
    .source = "QLoRA, arXiv:2305.14314, section 3" },
  { .optimizer = PLIM_OPTIMIZER_ADAFACTOR,
    .id = "adafactor",
    .name = "Adafactor",
    .shape = PLIM_STATE_ROWS_COLUMNS,
    .source = "Adafactor, arXiv:1804.04235, section 3" },
  { .optimizer = PLIM_OPTIMIZER_LION,
    .id = "lion",
    .name = "Lion",
    .states_count = 1,
    .source = "Lion, arXiv:2302.06675" },
  { .optimizer = PLIM_OPTIMIZER_MUON,
    .id = "muon",
    .name = N_ ("Muon, AdamW for the rest"),
    .shape = PLIM_STATE_MATRICES_ONE,
    .source = "Muon is Scalable for LLM Training, arXiv:2502.16982, section 2" },
  { .optimizer = PLIM_OPTIMIZER_LAMB,
    .id = "lamb",
    .name = "LAMB",
    .states_count = 2,
    .source = "LAMB, arXiv:1904.00962" },
  { .optimizer = PLIM_OPTIMIZER_ADAM_MINI,
    .id = "adam-mini",
    .name = "Adam-mini",
    .states_count = 1,
    .source = "Adam-mini, arXiv:2406.16793" },
  { .optimizer = PLIM_OPTIMIZER_SCHEDULE_FREE,
    .id = "schedule-free",
    .name = N_ ("Schedule-free AdamW"),
    .states_count = 2,
    .source = "The Road Less Scheduled, arXiv:2405.15682" },
  { .optimizer = PLIM_OPTIMIZER_SHAMPOO,
    .id = "shampoo",
    .name = "Shampoo",
    .shape = PLIM_STATE_SQUARES,
    .states_count = 1,
    .squares_count = 2,
    .block_side = 1024,
    .is_packed = TRUE,
    .squares_vectors = TRUE,
    .source = "Distributed Shampoo, arXiv:2309.06497; facebookresearch/optimizers f606606, distributed_shampoo" },
  { .optimizer = PLIM_OPTIMIZER_SOAP,
    .id = "soap",
    .name = "SOAP",
    .shape = PLIM_STATE_SQUARES,
    .states_count = 2,
    .squares_count = 2,
    .longest_side = 10000,
    .source = "SOAP, arXiv:2409.11321; nikhilvyas/SOAP a1e5535, soap.py" },
  { .optimizer = PLIM_OPTIMIZER_GALORE,
    .id = "galore",
    .name = "GaLore AdamW",
    .shape = PLIM_STATE_PROJECTED,
    .states_count = 2,
    .source = "GaLore, arXiv:2403.03507, table 1" },
  { .optimizer = PLIM_OPTIMIZER_GALORE_8BIT,
    .id = "galore-8bit",
    .name = N_ ("GaLore AdamW, 8-bit states"),
    .shape = PLIM_STATE_PROJECTED,
    .block_bytes = 520,
    .block_parameters = 256,
    .source = "GaLore, arXiv:2403.03507, table 1 and section 5" },
  { .optimizer = PLIM_OPTIMIZER_LOMO,
    .id = "lomo",
    .name = "LOMO",
    .steps_in_backward = TRUE,
    .source = "LOMO, arXiv:2306.09782" },
};

const PlimOptimizerInfo *
plim_optimizer_info (PlimOptimizer optimizer)
{
  g_return_val_if_fail (optimizer < PLIM_N_OPTIMIZERS, &optimizers[0]);

  return &optimizers[optimizer];
}

gboolean
plim_optimizer_steps_in_backward (const PlimInputs *inputs)
{
  return inputs->task == PLIM_TASK_TRAINING && (inputs->optimizer_in_backward == PLIM_SWITCH_ON ||
                                                plim_optimizer_info (inputs->optimizer)->steps_in_backward);
}

gboolean
plim_optimizer_needs_shapes (PlimOptimizer optimizer)
{
  return plim_optimizer_info (optimizer)->shape != PLIM_STATE_EACH;
}

void
plim_optimizer_state_bytes (const PlimInputs *inputs,
                            gint64            state_bytes,
                            gint64           *numerator,
                            gint64           *denominator)
{
  const PlimOptimizerInfo *info = plim_optimizer_info (inputs->optimizer);

  *numerator = info->states_count * state_bytes;
  *denominator = 1;
  if (info->block_parameters > 0)
    {
      *numerator = info->block_bytes;
      *denominator = info->block_parameters;
    }
  if (info->is_paged || inputs->offload_optimizer != PLIM_OFFLOAD_NONE)
    *numerator = 0;
}

/* Two states of @count parameters, or as many as the optimizer keeps. */
static gint64
full_bytes (const PlimOptimizerInfo *info,
            gint64                   count,
            gint64                   states_count,
            gint64                   state_bytes)
{
  if (info->block_parameters > 0)
    return plim_divide_up (plim_multiply (count, info->block_bytes), info->block_parameters);

  return plim_multiply (count, plim_multiply (states_count, state_bytes));
}

/* Numbers in a square over a side of @length, or in those over its blocks. */
static gint64
square_count (const PlimOptimizerInfo *info,
              gint64                   length)
{
  gint64 side = MAX (info->block_side > 0 ? MIN (info->block_side, length) : length, 1);
  gint64 last = length % side;
  gint64 whole_count = plim_multiply (side, info->is_packed ? side + 1 : side);
  gint64 last_count = plim_multiply (last, info->is_packed ? last + 1 : last);
  gint64 count = plim_add (plim_multiply (length / side, whole_count), last_count);

  if (info->longest_side > 0 && length > info->longest_side)
    return 0;

  return info->is_packed ? count / 2 : count;
}

static gint64
count_blocks (const PlimOptimizerInfo *info,
              gint64                   length)
{
  return info->block_side > 0 ? plim_divide_up (length, info->block_side) : 1;
}

/* Squares over both sides of a matrix, and what is kept in full. */
static gint64
squares_bytes (const PlimOptimizerInfo *info,
               gint64                   rows,
               gint64                   columns,
               gint64                   state_bytes)
{
  gint64 count = plim_add (plim_multiply (square_count (info, rows), count_blocks (info, columns)),
                           plim_multiply (square_count (info, columns), count_blocks (info, rows)));

  return plim_add (plim_multiply (count, info->squares_count * 4),
                   full_bytes (info, plim_multiply (rows, columns), info->states_count, state_bytes));
}

static gint64
matrix_bytes (const PlimOptimizerInfo *info,
              const PlimMatrix        *matrix,
              gint64                   rank,
              gint64                   state_bytes)
{
  gint64 rows = matrix->in_size;
  gint64 columns = matrix->out_size;
  gint64 shorter = MIN (rows, columns);
  gint64 numbers = plim_multiply (rows, columns);
  gint64 bytes = 0;

  switch (info->shape)
    {
    case PLIM_STATE_ROWS_COLUMNS:
      bytes = plim_multiply (plim_add (rows, columns), 4);
      break;
    case PLIM_STATE_MATRICES_ONE:
      bytes = plim_multiply (numbers, state_bytes);
      break;
    case PLIM_STATE_SQUARES:
      bytes = squares_bytes (info, rows, columns, state_bytes);
      break;
    case PLIM_STATE_PROJECTED:
      if (rank >= shorter)
        return plim_multiply (matrix->copies_count, full_bytes (info, numbers, 2, state_bytes));
      bytes = full_bytes (info, plim_multiply (MAX (rows, columns), rank), 2, state_bytes);
      bytes =
        plim_add (bytes, plim_multiply (plim_multiply (shorter, rank), info->block_parameters > 0 ? 2 : state_bytes));
      break;
    case PLIM_STATE_EACH:
    default:
      break;
    }

  return plim_multiply (matrix->copies_count, bytes);
}

/* Tables of the vocabulary that train: the embedding and a head of its own. */
static gint64
count_tables (const PlimInputs *inputs)
{
  const PlimModel *model = &inputs->model;
  gint64           heads_count = model->has_tied_head || !model->has_head ? 0 : 1;

  return heads_count + (plim_trained_is_partial (inputs) ? 0 : 1);
}

/* Norms and biases, @count numbers of them: vectors of the model's width. */
static gint64
vectors_bytes (const PlimOptimizerInfo *info,
               const PlimModel         *model,
               gint64                   count,
               gint64                   state_bytes)
{
  gint64 width = MAX (model->hidden_size, 1);

  if (info->shape == PLIM_STATE_ROWS_COLUMNS)
    return plim_multiply (4, count);
  if (!info->squares_vectors)
    return full_bytes (info, count, 2, state_bytes);

  return plim_add (full_bytes (info, count, info->states_count, state_bytes),
                   plim_multiply (plim_divide_up (count, width),
                                  plim_multiply (square_count (info, width), info->squares_count * 4)));
}

gint64
plim_optimizer_shaped_bytes (const PlimInputs *inputs,
                             gint64            state_bytes)
{
  const PlimModel         *model = &inputs->model;
  const PlimOptimizerInfo *info = plim_optimizer_info (inputs->optimizer);
  gint64                   rest_count;
  gint64                   bytes = 0;
  PlimParameters           parameters;
  PlimFrozenCount          frozen;

  plim_parameters_count (model, &parameters);
  frozen = plim_trained_count_frozen (inputs, &parameters);
  rest_count = plim_subtract (parameters.total_count, plim_add (frozen.dense_count, frozen.expert_count));
  for (guint k = 0; k < model->n_kinds; k++)
    {
      PlimMatrix matrices[PLIM_LAYER_MAX_MATRICES];
      guint      n_matrices = plim_parameters_list_matrices (model, k, matrices);

      for (guint i = 0; i < n_matrices; i++)
        {
          gint64 layers_count = plim_trained_layers_count (inputs, k);
          gint64 numbers = plim_matrix_count (&matrices[i]);

          bytes = plim_add (bytes, plim_multiply (layers_count, matrix_bytes (info, &matrices[i],
                                                                              inputs->projection_rank, state_bytes)));
          rest_count = plim_subtract (rest_count, plim_multiply (layers_count, numbers));
        }
    }

  /* Adafactor, Shampoo and SOAP look at the tables as at other matrices; the others treat them as AdamW does. */
  if (info->shape == PLIM_STATE_ROWS_COLUMNS || info->shape == PLIM_STATE_SQUARES)
    {
      PlimMatrix table = { PLIM_MATRIX_OTHER, model->vocab_size, model->hidden_size, count_tables (inputs) };

      bytes = plim_add (bytes, matrix_bytes (info, &table, 0, state_bytes));
      rest_count = plim_subtract (rest_count, plim_matrix_count (&table));
    }

  return plim_add (bytes, vectors_bytes (info, model, rest_count, state_bytes));
}
