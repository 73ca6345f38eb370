/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The first layers are those on the host, so that the type of a matrix is that of the first layer: a mix gives the best
 * types to the ends of the stack. */

#include "plim-host-copies.h"

#include "plim-checked.h"
#include "plim-gguf-mix.h"
#include "plim-kv-cache.h"
#include "plim-parameters.h"

#define VECTOR_BYTES 4

/* Bytes of @count numbers of a matrix in layers of @mix, or in the weights' precision where that is no GGUF type. */
static gint64
matrix_bytes (const PlimInputs  *inputs,
              const PlimGgufMix *mix,
              const PlimMatrix  *matrix)
{
  PlimPrecision precision = inputs->precision;

  if (plim_precision_info (precision)->family == PLIM_PRECISION_FAMILY_GGUF)
    precision = plim_gguf_mix_matrix (mix, matrix->role, matrix->in_size, 0, 0);

  return plim_precision_bytes (precision, plim_matrix_count (matrix));
}

/* Keys and values of one layer of @kind. */
static gint64
cache_bytes (const PlimInputs *inputs,
             guint             kind,
             gint64            sequences_count)
{
  gint64      layers_count[PLIM_MODEL_MAX_KINDS] = { 0 };
  PlimKvCache cache;

  layers_count[kind] = 1;
  plim_kv_cache_init (&cache, inputs, &inputs->model, layers_count, sequences_count, 1);

  return cache.total_bytes;
}

gint64
plim_host_copies_layer_bytes (const PlimInputs   *inputs,
                              const PlimHostPart *part,
                              gint64              sequences_count)
{
  const PlimModel *model = &inputs->model;
  gboolean         is_seen[PLIM_MODEL_MAX_KINDS] = { FALSE };
  gint64           bytes = 0;
  PlimGgufMix      mix = { 0 };

  if (plim_precision_info (inputs->precision)->family == PLIM_PRECISION_FAMILY_GGUF)
    plim_gguf_mix_init (&mix, model, inputs->precision);
  for (guint i = 0; i < MIN (MAX (part->layers_count, part->expert_layers_count), model->n_layers); i++)
    {
      guint      kind = model->pattern[i];
      gboolean   is_whole = i < part->layers_count;
      PlimMatrix matrices[PLIM_LAYER_MAX_MATRICES];
      guint      n_matrices;

      /* Whole layers come first, and what they have covers their experts. */
      if (is_seen[kind])
        continue;

      is_seen[kind] = TRUE;
      n_matrices = plim_parameters_list_matrices (model, kind, matrices);
      for (guint j = 0; j < n_matrices; j++)
        if (is_whole || matrices[j].role >= PLIM_MATRIX_EXPERT_GATE)
          bytes = MAX (bytes, matrix_bytes (inputs, &mix, &matrices[j]));
      if (is_whole)
        bytes = MAX (bytes, cache_bytes (inputs, kind, sequences_count));
    }

  return bytes;
}

gint64
plim_host_copies_head_bytes (const PlimInputs   *inputs,
                             const PlimHostPart *part)
{
  const PlimModel *model = &inputs->model;
  PlimPrecision    precision = inputs->precision;
  PlimGgufMix      mix;

  if (!part->has_head || !model->has_head)
    return 0;

  if (plim_precision_info (precision)->family == PLIM_PRECISION_FAMILY_GGUF)
    {
      plim_gguf_mix_init (&mix, model, precision);
      precision = model->has_tied_head ? plim_gguf_mix_table (&mix, model->hidden_size)
                                       : plim_gguf_mix_head (&mix, model->hidden_size);
    }

  return plim_add (plim_precision_bytes (precision, plim_multiply (model->vocab_size, model->hidden_size)),
                   VECTOR_BYTES * model->hidden_size);
}
