/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An adapter as Hugging Face PEFT stores it: adapter_config.json, and adapter_model.safetensors beside it; or in a GGUF
 * file.  It is no model: it belongs to one, which is named there. */

#pragma once

#include "plim-catalog.h"
#include "plim-tensor-table.h"

G_BEGIN_DECLS

#define PLIM_ADAPTER_CONFIG  "adapter_config.json"
#define PLIM_ADAPTER_WEIGHTS "adapter_model.safetensors"

typedef struct
{
  char  *base;             /* the model it belongs to, an id of the Hub or a path; "" = not said */
  char  *type;             /* the kind as PEFT calls it, "LORA"; "" = not said */
  gint   adapter;          /* PlimAdapter; -1 = a kind that is not estimated */
  gint64 rank;             /* of low-rank matrices; 0 = there are none */
  gint64 virtual_tokens;   /* of prompt and prefix tuning; 0 = there are none */
  double dropout;          /* before low-rank matrices */
  char  *targets;          /* names of modules with commas between, or a pattern; "" = not said */
  char  *saved_modules;    /* names of modules that are trained and stored whole; "" = none */
  gint64 parameters_count; /* of the adapter, without modules stored whole; 0 = its tensors are not there */
} PlimAdapterFile;

/* TRUE when the @size bytes of @data look like an adapter's configuration rather than a model's. */
gboolean plim_adapter_file_is_config (const char *data,
                                      gsize       size);

/* Reads the text of an adapter_config.json.  NULL and an error "NAME: PLACE: REASON" when it is damaged. */
PlimAdapterFile *plim_adapter_file_parse (const char *name,
                                          const char *data,
                                          gsize       size,
                                          GError    **error);

/* An adapter of which only the tensors are known, of low rank. */
PlimAdapterFile *plim_adapter_file_new (void);

void plim_adapter_file_free (PlimAdapterFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimAdapterFile, plim_adapter_file_free)

/* TRUE when every parameter of @tensors is an adapter's. */
gboolean plim_adapter_file_owns (PlimTensorTable *tensors);

/* Takes from @tensors, which are classified, what the configuration does not say. */
void plim_adapter_file_measure (PlimAdapterFile *self,
                                PlimTensorTable *tensors);

/* The row of @catalog that the adapter belongs to, by the name in its configuration; NULL when there is none, or the
 * row has fewer layers or another width than @tensors (NULL = not there). */
const PlimModel *plim_adapter_file_find_base (const PlimAdapterFile *self,
                                              PlimTensorTable       *tensors,
                                              PlimCatalog           *catalog);

/* Makes @inputs those of serving or training the adapter on @base: of serving where that is their task and the adapter
 * of low rank, else of LoRA, unless they are of QLoRA.  The targets become those whose parameters are nearest to the
 * adapter's. */
void plim_adapter_file_apply (const PlimAdapterFile *self,
                              const PlimModel       *base,
                              PlimInputs            *inputs);

/* Parameters that an estimate of the adapter on @base counts; 0 where its kind is not estimated. */
gint64 plim_adapter_file_count (const PlimAdapterFile *self,
                                const PlimModel       *base);

G_END_DECLS
