/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Model files on this computer: what other programs have downloaded, and folders of the user's own.
 *
 * Scanned on request only.  Nothing is opened but Ollama's manifests; models are told by names.  Symbolic links are
 * followed only to places inside the folder that is scanned.  Depth, entries and models are bounded.  Folders that
 * cannot be read are left out and reported. */

#pragma once

#include "plim-model-root.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PLIM_MODEL_FOLDERS_MOST_DEPTH   10
#define PLIM_MODEL_FOLDERS_MOST_ENTRIES 200000 /* names of files and folders, all roots together */
#define PLIM_MODEL_FOLDERS_MOST_MODELS  10000
#define PLIM_MODEL_FOLDERS_MOST_SKIPPED 100

typedef enum
{
  PLIM_FOUND_GGUF,        /* path is a GGUF file, the first where there are several */
  PLIM_FOUND_SAFETENSORS, /* path is a folder with config.json and safetensors files, or one such file alone */
  PLIM_FOUND_CONFIG       /* path is a folder with config.json and weights in another format, or none */
} PlimFoundKind;

typedef struct
{
  char           *name;           /* as people know it: "meta-llama/Llama-3.1-8B", "llama3.2:latest"; valid UTF-8 */
  char           *path;           /* what to import, in the encoding of file names */
  char           *projector_path; /* encoder of images or sound that goes with it; NULL = none found */
  PlimFoundKind   kind;
  PlimModelLayout layout;
  gint64          size_bytes;     /* of its weights on disk, projector not included */
  gboolean        is_incomplete;  /* parts are missing */
} PlimFoundModel;

typedef struct
{
  GPtrArray *models;  /* PlimFoundModel, by name */
  GPtrArray *skipped; /* char *: "PATH: REASON", valid UTF-8 */
  gboolean   is_cut;  /* a limit was reached; there may be more */
} PlimModelFolders;

/* Scans @roots (PlimModelRoot).  Blocks: for use off the main thread.  Fails only with G_IO_ERROR_CANCELLED. */
PlimModelFolders *plim_model_folders_scan (GPtrArray    *roots,
                                           GCancellable *cancellable,
                                           GError      **error);

/* Scans in a thread of its own; @roots must not change meanwhile. */
void plim_model_folders_scan_async (GPtrArray          *roots,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);

PlimModelFolders *plim_model_folders_scan_finish (GAsyncResult *result,
                                                  GError      **error);

/* How the files of a model are called by those who use them: "GGUF", "safetensors", "config.json"; not translated. */
const char *plim_found_kind_name (PlimFoundKind kind);

void plim_model_folders_free (PlimModelFolders *folders);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimModelFolders, plim_model_folders_free)

G_END_DECLS
