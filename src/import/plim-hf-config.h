/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model from the config.json that Hugging Face repositories have beside the weights. */

#pragma once

#include "plim-hf-quantization.h"
#include "plim-import-error.h"
#include "plim-model.h"

G_BEGIN_DECLS

/* A configuration larger than this is something else. */
#define PLIM_HF_MOST_BYTES (8 * 1024 * 1024)

/* A value that the file does not have, or has in another form, and what was taken. */
typedef struct
{
  char *name;   /* the member */
  char *value;
  char *reason; /* a sentence, translated */
} PlimHfAssumption;

/* A part beside the language model. */
typedef struct
{
  gboolean is_present;
  gint64   parameters_count; /* 0 when the configuration does not allow a count */
  gint64   tokens_count;     /* of one image; 0 when that depends on the image, or is not known */
} PlimHfTower;

typedef struct
{
  PlimModel           model;              /* the language model alone; its id is empty, its name the model type */
  char               *model_type;         /* of the language model; "" when the file has none */
  gboolean            is_known;           /* FALSE: read as a decoder like Llama's */
  GPtrArray          *assumptions;        /* of PlimHfAssumption */
  GPtrArray          *missing;            /* of char *: absent members that leave something open */
  PlimHfTower         vision;             /* with its projector where the count is exact */
  PlimHfTower         audio;
  gint64              next_token_layers_count; /* multi-token prediction: not part of the model */
  gint64              next_token_parameters_count; /* of those layers, with their projections and tables */
  gint64              shared_kv_layers_count;  /* last layers that read the cache of an earlier one */
  char                dtype[24];          /* of the stored weights, as written; "" when the file says nothing */
  PlimHfQuantization *quantization;       /* NULL when the weights are not quantized */
} PlimHfConfig;

/* Reads @size bytes of @data, the text of a config.json.  @name is the file as shown to people.  Parts of nested
 * configurations (text_config and the like) are found.  NULL and an error "NAME: PLACE: REASON" when @data is not a
 * configuration, a value is not accepted, fields without which nothing can be said are missing (all are named), or the
 * architecture cannot be described. */
PlimHfConfig *plim_hf_config_read (const char *name,
                                   const char *data,
                                   gsize       size,
                                   GError    **error);

void plim_hf_config_free (PlimHfConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimHfConfig, plim_hf_config_free)

G_END_DECLS
