/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The manifest that Ollama keeps of a model: which blobs hold its weights.
 *
 * MODELS/manifests/HOST/NAMESPACE/NAME/TAG is JSON after the OCI image manifest, version 2 of its schema; the blobs
 * are MODELS/blobs/sha256-HEX.  Strict: a digest that is not "sha256:" and 64 hexadecimal digits is refused, so that
 * no manifest can name a file elsewhere. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PLIM_OLLAMA_MOST_BYTES  (1024 * 1024)
#define PLIM_OLLAMA_MOST_LAYERS 4096

typedef enum
{
  PLIM_OLLAMA_MODEL,     /* weights: GGUF */
  PLIM_OLLAMA_PROJECTOR, /* encoder of images or sound: GGUF */
  PLIM_OLLAMA_ADAPTER,   /* GGUF */
  PLIM_OLLAMA_TENSOR     /* one tensor of a model kept tensor by tensor: safetensors */
} PlimOllamaRole;

typedef struct
{
  PlimOllamaRole role;
  char           file[sizeof "sha256-" + 64]; /* name in the folder of blobs */
  gint64         size_bytes;                  /* as the manifest says */
} PlimOllamaBlob;

typedef struct
{
  GPtrArray *blobs; /* PlimOllamaBlob, in the manifest's order; other layers are left out */
} PlimOllamaManifest;

/* Reads @size bytes of @data; messages call it @name.  Errors: PLIM_JSON_ERROR for what is not such a manifest,
 * PLIM_IMPORT_ERROR_INCOMPLETE for one without weights. */
PlimOllamaManifest *plim_ollama_manifest_parse (const char *name,
                                                const char *data,
                                                gsize       size,
                                                GError    **error);

/* Reads a file of at most PLIM_OLLAMA_MOST_BYTES. */
PlimOllamaManifest *plim_ollama_manifest_read (GFile   *file,
                                               GError **error);

void plim_ollama_manifest_free (PlimOllamaManifest *manifest);

/* The first blob of @role, or NULL. */
const PlimOllamaBlob *plim_ollama_manifest_find (const PlimOllamaManifest *manifest,
                                                 PlimOllamaRole            role);

/* The bytes of all blobs of @role, PLIM_OVERFLOW when they do not fit. */
gint64 plim_ollama_manifest_bytes (const PlimOllamaManifest *manifest,
                                   PlimOllamaRole            role);

/* The path of @blob, for a manifest at @manifest_path: beside the folder "manifests" that holds it.  NULL if there is
 * none above it. */
char *plim_ollama_blob_path (const char           *manifest_path,
                             const PlimOllamaBlob *blob);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimOllamaManifest, plim_ollama_manifest_free)

G_END_DECLS
