/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The head of a GGUF file (versions 1 to 3, version 3 in both byte orders), or of all parts of a split one: metadata
 * and tensors.  Format: docs/gguf.md of ggml.  No tensor's data is ever read. */

#pragma once

#include "plim-tensor-table.h"

G_BEGIN_DECLS

/* Lists that are longer are counted, and their entries skipped. */
#define PLIM_GGUF_MOST_ENTRIES 4096

/* Texts that are longer are skipped. */
#define PLIM_GGUF_MOST_STRING_BYTES (64 * 1024)

#define PLIM_GGUF_MOST_KEYS 65536

/* A head may not be longer, lists of numbers that are skipped not counted. */
#define PLIM_GGUF_MOST_HEAD_BYTES (G_GINT64_CONSTANT (256) * 1024 * 1024)

typedef struct _PlimGguf PlimGguf;

/* Reads the GGUF file at @path; where it is a part of a split one, all parts beside it.  NULL and an error "NAME:
 * PLACE: REASON" when it is damaged, not a GGUF file, or a part is missing.  Blocks; may be called on any thread. */
PlimGguf *plim_gguf_read (const char   *path,
                          GCancellable *cancellable,
                          GError      **error);

void plim_gguf_free (PlimGguf *gguf);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimGguf, plim_gguf_free)

/* The file as shown to people (the first part of several); owned by @gguf. */
const char *plim_gguf_get_name (const PlimGguf *gguf);

guint plim_gguf_get_version (const PlimGguf *gguf);

gboolean plim_gguf_is_big_endian (const PlimGguf *gguf);

guint plim_gguf_get_parts_count (const PlimGguf *gguf);

/* Sizes of all parts. */
gint64 plim_gguf_get_file_bytes (const PlimGguf *gguf);

/* What was read of them. */
gint64 plim_gguf_get_read_bytes (const PlimGguf *gguf);

/* Classified, with the number of main layers from the metadata; owned by @gguf. */
PlimTensorTable *plim_gguf_get_tensors (const PlimGguf *gguf);

/* TRUE when there is something under @key. */
gboolean plim_gguf_has (const PlimGguf *gguf,
                        const char     *key);

/* The text under @key, valid UTF-8, owned by @gguf; NULL when there is none or it is too long. */
const char *plim_gguf_get_string (const PlimGguf *gguf,
                                  const char     *key);

/* The whole number or truth value under @key; FALSE when there is none or it does not fit. */
gboolean plim_gguf_get_integer (const PlimGguf *gguf,
                                const char     *key,
                                gint64         *value);

/* The number under @key, whole or not; FALSE when there is none or it is not finite. */
gboolean plim_gguf_get_number (const PlimGguf *gguf,
                               const char     *key,
                               double         *value);

/* The whole number under @key, or the first @most_entries of its list, truth values as 1 and 0, into @entries; returns
 * how many, 0 when there are none. */
guint plim_gguf_get_integers (const PlimGguf *gguf,
                              const char     *key,
                              gint64         *entries,
                              guint           most_entries);

/* How many entries the list under @key has, kept or skipped; 0 when there is none. */
guint64 plim_gguf_count_entries (const PlimGguf *gguf,
                                 const char     *key);

/* Entry @index of the list of texts under @key, owned by @gguf; NULL when there is none or it was skipped. */
const char *plim_gguf_get_entry (const PlimGguf *gguf,
                                 const char     *key,
                                 guint           index);

gboolean plim_gguf_has_tensor (const PlimGguf *gguf,
                               const char     *name);

G_END_DECLS
