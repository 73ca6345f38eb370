/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The header of one safetensors file. */

#pragma once

#include "plim-header-file.h"
#include "plim-tensor-table.h"

G_BEGIN_DECLS

/* Reads the header of @file, adds its tensors to @table as of file number @part, and its "__metadata__" to @metadata
 * (char * → char *, owned; may be NULL). */
gboolean plim_safetensors_header_read (PlimHeaderFile  *file,
                                       guint            part,
                                       PlimTensorTable *table,
                                       GHashTable      *metadata,
                                       GError         **error);

G_END_DECLS
