/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model from whatever file or folder holds it: architecture, exact bytes, and what was assumed.
 *
 * Read are a config.json; a safetensors file, its index or a folder with either, with the config.json beside it; a GGUF
 * file, with all parts of a split one; a manifest of Ollama; an adapter, with the configuration that names its model.
 * What a file is, is seen from its contents. */

#pragma once

#include "plim-adapter-file.h"
#include "plim-gguf.h"
#include "plim-hf-config.h"
#include "plim-pipeline.h"
#include "plim-safetensors.h"
#include "plim-stored-weights.h"

G_BEGIN_DECLS

typedef enum
{
  PLIM_MODEL_FILE_CONFIG,      /* config.json alone */
  PLIM_MODEL_FILE_SAFETENSORS,
  PLIM_MODEL_FILE_GGUF,
  PLIM_MODEL_FILE_PIPELINE,    /* of diffusion: weights by part, and no model */
  PLIM_MODEL_FILE_ADAPTER      /* of PEFT: no model either, but what belongs to one */
} PlimModelFileKind;

typedef struct
{
  char             *name;             /* as shown to people: the last part of the path */
  PlimModelFileKind kind;
  gboolean          has_model;        /* FALSE: tensors without a configuration */
  const char       *architecture;     /* as the file calls it; "" when it has none; borrowed from the readers below */
  gboolean          is_known;         /* FALSE: read as a decoder like Llama's */
  PlimModel         model;            /* its id is "file:" and the name; empty without has_model */
  PlimStoredWeights stored;           /* known where there are tensors */
  gint              precision;        /* PlimPrecision of the weights, -1 = not one of them */
  gint64            next_token_parameters_count; /* layers that guess tokens ahead */
  gint64            tower_parameters_count;      /* encoders of images and sound */
  gint64            file_bytes;       /* of the tensors' files, else of the configuration */
  gint64            read_bytes;
  PlimTensorTable  *tensors;          /* borrowed from the readers below; NULL for a configuration alone */
  PlimHfConfig     *config;           /* NULL when there is none */
  PlimSafetensors  *safetensors;
  PlimGguf         *gguf;
  PlimPipeline     *pipeline;
  PlimAdapterFile  *adapter;
} PlimModelFile;

/* Reads @path.  NULL and an error "NAME: PLACE: REASON" when it is damaged, something else, or incomplete.  Blocks; may
 * be called on any thread. */
PlimModelFile *plim_model_file_read (const char   *path,
                                     GCancellable *cancellable,
                                     GError      **error);

/* Reads @text, that of a config.json; @name is what messages call it. */
PlimModelFile *plim_model_file_parse (const char *name,
                                      const char *text,
                                      GError    **error);

void plim_model_file_free (PlimModelFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimModelFile, plim_model_file_free)

/* The row of @catalog that the adapter in @file belongs to; NULL when it is not there, or @file is no adapter. */
const PlimModel *plim_model_file_find_base (const PlimModelFile *file,
                                            PlimCatalog         *catalog);

/* Adds the model in @file to @catalog, as people know it @origin, and makes it that of @inputs, with what goes with it:
 * the precision of a model that is served, llama.cpp for a GGUF file.  Of an adapter the base becomes the model, and
 * @inputs those of plim_adapter_file_apply().  FALSE and an error when there is nothing in @file to estimate, though
 * its weights are known. */
gboolean plim_model_file_use (const PlimModelFile *file,
                              PlimCatalog         *catalog,
                              const char          *origin,
                              PlimInputs          *inputs,
                              GError             **error);

/* TRUE when @path ends as model files do: ".gguf", ".safetensors", ".json". */
gboolean plim_model_file_has_ending (const char *path);

/* TRUE when @text is the path of a file rather than an id of the catalogue: it has a "/", the ending of a model file,
 * or is the name of a file that exists. */
gboolean plim_model_file_is_path (const char *text);

G_END_DECLS
