/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The header of a safetensors file, of all shards that an index names, or of all such files of a folder.  Format:
 * README of huggingface/safetensors.  No tensor's data is ever read. */

#pragma once

#include "plim-tensor-table.h"

G_BEGIN_DECLS

/* The format's own limit of a header. */
#define PLIM_SAFETENSORS_MOST_HEADER_BYTES 100000000

/* An index of shards may not be longer. */
#define PLIM_SAFETENSORS_MOST_INDEX_BYTES (64 * 1024 * 1024)

#define PLIM_SAFETENSORS_MOST_SHARDS 4096

typedef struct _PlimSafetensors PlimSafetensors;

/* Reads the safetensors file, the index (NAME.safetensors.index.json), or the folder of either at @path.  Shards are
 * taken from the index's own folder only.  A file that is a shard by its name is read alone.  Layers from number
 * @layers_count on are next-token layers; 0 = how many there are is not known.  NULL and an error "NAME: PLACE: REASON"
 * when one is damaged, something else, or missing.  Blocks; may be called on any thread. */
PlimSafetensors *plim_safetensors_read (const char   *path,
                                        guint         layers_count,
                                        GCancellable *cancellable,
                                        GError      **error);

void plim_safetensors_free (PlimSafetensors *safetensors);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimSafetensors, plim_safetensors_free)

/* What was read, as shown to people; owned by @safetensors. */
const char *plim_safetensors_get_name (const PlimSafetensors *safetensors);

guint plim_safetensors_get_files_count (const PlimSafetensors *safetensors);

/* Sizes of all safetensors files. */
gint64 plim_safetensors_get_file_bytes (const PlimSafetensors *safetensors);

/* What was read of all files, the index included. */
gint64 plim_safetensors_get_read_bytes (const PlimSafetensors *safetensors);

/* metadata.total_size of the index; -1 = none. */
gint64 plim_safetensors_get_declared_bytes (const PlimSafetensors *safetensors);

/* Classified, the number of main layers not known; owned by @safetensors. */
PlimTensorTable *plim_safetensors_get_tensors (const PlimSafetensors *safetensors);

/* The text under @key of the first file's "__metadata__", owned by @safetensors; NULL = none. */
const char *plim_safetensors_get_metadata (const PlimSafetensors *safetensors,
                                           const char            *key);

G_END_DECLS
