/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row of gpus.json as a PlimGpu. */

#pragma once

#include "plim-gpu.h"
#include "plim-json.h"

G_BEGIN_DECLS

/* Reads @row into @gpu; FALSE and an error naming file, line and member when a member is missing or not accepted. */
gboolean plim_gpu_json_read (const PlimJsonText *text,
                             yyjson_val         *row,
                             PlimGpu            *gpu,
                             GError            **error);

G_END_DECLS
