/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The precision that a file's weights are in: a PlimPrecision, -1 = not one of them. */

#pragma once

#include "plim-hf-config.h"
#include "plim-tensor-table.h"

G_BEGIN_DECLS

/* That of most bytes of @tensors, where no name of a format is given. */
gint plim_stored_precision_of_tensors (PlimTensorTable *tensors);

/* What @config says of quantization, else of the stored type. */
gint plim_stored_precision_of_config (const PlimHfConfig *config);

/* general.file_type of a GGUF file: enum llama_ftype of llama.h. */
gint plim_stored_precision_of_file_type (gint64 file_type);

G_END_DECLS
