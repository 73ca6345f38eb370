/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GPUs and models: the shipped tables and the user's own additions. */

#pragma once

#include "plim-inputs.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PLIM_CATALOG_ERROR plim_catalog_error_quark ()
GQuark plim_catalog_error_quark (void);

typedef enum
{
  PLIM_CATALOG_ERROR_UNKNOWN_MODEL,
  PLIM_CATALOG_ERROR_UNKNOWN_GPU,
  PLIM_CATALOG_ERROR_SHAPE        /* shapes given beside a model that they do not fit */
} PlimCatalogError;

#define PLIM_TYPE_CATALOG (plim_catalog_get_type ())
G_DECLARE_FINAL_TYPE (PlimCatalog, plim_catalog, PLIM, CATALOG, GObject)

/* Where a row of the catalogue comes from and what is said of it.  Strings may be NULL. */
typedef struct
{
  char             **aliases;         /* other ids, NULL-terminated */
  char              *family;          /* models: "Llama" */
  char              *developer;
  char              *source;          /* citations, one a line */
  char              *note;
  gint64             published_count; /* models: parameters as published; 0 = not */
  gint64             published_checkpoint_count; /* with next-token layers; 0 = unknown */
  gint64             published_active_count;
  gboolean           is_exact;        /* published_count is an exact figure, not a rounded one */
  gboolean           is_own;          /* the user's */
  PlimStoredWeights *stored; /* models from files: the bytes of their weights; else NULL */
} PlimCatalogFacts;

/* Loads the shipped tables and the user's own files, gpus.json and models.json in the folder "plimsoll" of the user
 * data directory.  A user's file with mistakes does not prevent the rest: see plim_catalog_get_problems().  NULL and an
 * error when the shipped tables are damaged. */
PlimCatalog *plim_catalog_new (GError **error);

/* Messages about the user's own files, NULL-terminated; empty when all is well.  Owned by @self. */
const char *const *plim_catalog_get_problems (PlimCatalog *self);

/* Ids of models from files begin so. */
#define PLIM_IMPORTED_PREFIX "file:"

/* Adds @model, read from a file that people know as @origin, with the bytes of its weights (NULL = not known); a row of
 * the same id is found no more. */
void plim_catalog_add_model (PlimCatalog             *self,
                             const PlimModel         *model,
                             const PlimStoredWeights *stored,
                             const char              *origin);

guint plim_catalog_n_gpus (PlimCatalog *self);
guint plim_catalog_n_models (PlimCatalog *self);

/* Row @index, in the order of the table, the user's own last.  Owned by @self, valid as long as it. */
const PlimGpu          *plim_catalog_get_gpu (PlimCatalog *self,
                                              guint        index);
const PlimModel        *plim_catalog_get_model (PlimCatalog *self,
                                                guint        index);
const PlimCatalogFacts *plim_catalog_get_gpu_facts (PlimCatalog *self,
                                                    guint        index);
const PlimCatalogFacts *plim_catalog_get_model_facts (PlimCatalog *self,
                                                      guint        index);

/* The facts of the model that is called @id, NULL when there is none. */
const PlimCatalogFacts *plim_catalog_find_model_facts (PlimCatalog *self,
                                                       const char  *id);

/* All GPUs as an array of plim_catalog_n_gpus() pointers.  Owned by @self. */
const PlimGpu *const *plim_catalog_get_gpus (PlimCatalog *self);

/* The row with this id or alias, letter case aside; NULL when there is none. */
const PlimGpu   *plim_catalog_find_gpu (PlimCatalog *self,
                                        const char  *id);
const PlimModel *plim_catalog_find_model (PlimCatalog *self,
                                          const char  *id);

/* The row that is the model @hub_id of the Hub ("meta-llama/Llama-3.1-8B-Instruct", or the path of a folder so called):
 * its last part is an id or alias, as it is or without the words that name a variant of the same shape; NULL when there
 * is none. */
const PlimModel *plim_catalog_find_hub_model (PlimCatalog *self,
                                              const char  *hub_id);

/* Fills the model and GPU of @inputs from its ids and shapes, overrides applied: shapes beside a catalogue model whose
 * layers are all alike replace its own; shapes alone describe a plain decoder; parameters alone leave the shape
 * unknown. GPU memory, peak rate and price replace the GPU's, or make up one without a name. FALSE and an error naming
 * the id, with the nearest ones, or the shapes that do not go together; @inputs then keeps the model and GPU it had. */
gboolean plim_catalog_resolve (PlimCatalog *self,
                               PlimInputs  *inputs,
                               GError     **error);

G_END_DECLS
