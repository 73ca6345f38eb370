/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row of models.json as a PlimModel, and back. */

#pragma once

#include "plim-json.h"
#include "plim-model.h"

G_BEGIN_DECLS

/* Reads @row into @model; FALSE and an error naming file, line and member when a member is missing or not accepted. */
gboolean plim_model_json_read (const PlimJsonText *text,
                               yyjson_val         *row,
                               PlimModel          *model,
                               GError            **error);

/* Writes @model, whose shape is known, as such a row. */
yyjson_mut_val *plim_model_json_write (yyjson_mut_doc  *doc,
                                       const PlimModel *model);

G_END_DECLS
