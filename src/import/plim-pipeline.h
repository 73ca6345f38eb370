/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder of a diffusion pipeline as diffusers saves them: model_index.json names the parts, and each part that has
 * weights is a folder with safetensors files.  Only the weights are read. */

#pragma once

#include "plim-tensor-table.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The file that makes a folder a pipeline. */
#define PLIM_PIPELINE_INDEX "model_index.json"

typedef struct
{
  char            *name;       /* "transformer", "vae" …: the folder and the member of the index */
  char            *class_name; /* "FluxTransformer2DModel"; "" when the index says nothing */
  const char      *type;       /* of most bytes, "BF16"; static */
  PlimTensorTotals totals;
} PlimPipelinePart;

typedef struct
{
  char      *class_name;       /* "FluxPipeline" */
  GPtrArray *parts;            /* of PlimPipelinePart, in the order of the index, those with weights */
  gint64     file_bytes;
  gint64     read_bytes;
} PlimPipeline;

/* Reads the pipeline at @path.  NULL and an error "NAME: PLACE: REASON" when its index or a header is damaged, or no
 * part has safetensors files. */
PlimPipeline *plim_pipeline_read (const char   *path,
                                  GCancellable *cancellable,
                                  GError      **error);

void plim_pipeline_free (PlimPipeline *pipeline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimPipeline, plim_pipeline_free)

/* The sum over all parts. */
PlimTensorTotals plim_pipeline_get_totals (const PlimPipeline *pipeline);

G_END_DECLS
