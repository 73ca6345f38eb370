/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model from the metadata and tensor names of a GGUF file. */

#pragma once

#include "plim-import-error.h"
#include "plim-model.h"

G_BEGIN_DECLS

/* Where metadata and tensor names come from: one file, or all parts of a split one. */
typedef struct
{
  gconstpointer file; /* handed to the functions */

  /* The text under @key, borrowed from the file; NULL when there is none. */
  const char *(*get_string) (gconstpointer file,
                             const char   *key);

  /* The whole number under @key, or the first @most_entries of its list, truth values as 1 and 0, into @entries;
   * returns how many, 0 when there is none. */
  guint (*get_integers) (gconstpointer file,
                         const char   *key,
                         gint64       *entries,
                         guint         most_entries);

  /* How many entries the list under @key has; 0 when there is none. */
  guint64 (*count_entries) (gconstpointer file,
                            const char   *key);

  gboolean (*has_tensor) (gconstpointer file,
                          const char   *name);
} PlimGgufSource;

typedef struct
{
  PlimModel model;                   /* its name is general.name, else the architecture; its id is empty */
  char      architecture[64];        /* general.architecture */
  gboolean  is_known;                /* FALSE: read as a decoder like Llama's */
  gboolean  has_tensors;             /* FALSE: biases, norms and the head's tie are the architecture's usual ones */
  gint64    next_token_layers_count; /* multi-token prediction: not part of the model */
  gint64    shared_kv_layers_count;  /* last layers that read the cache of an earlier one */
} PlimGgufModel;

/* Reads the architecture that @source describes into @model (llama.cpp, src/llama-arch.cpp and src/llama-model.cpp:
 * names of keys and tensors, and what each architecture makes of them).  @name is the file as shown to people.  FALSE
 * and an error "NAME: PLACE: REASON" when a key is missing or its value not accepted, or the architecture cannot be
 * described. */
gboolean plim_gguf_model_read (const PlimGgufSource *source,
                               const char           *name,
                               PlimGgufModel        *model,
                               GError              **error);

G_END_DECLS
