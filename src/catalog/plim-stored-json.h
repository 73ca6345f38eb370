/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bytes of a model's weights as a file has them, in JSON. */

#pragma once

#include "plim-json.h"
#include "plim-stored-weights.h"

G_BEGIN_DECLS

/* Reads @object into @stored, for a model of @n_layers; FALSE and an error naming file, line and member when something
 * is not accepted. */
gboolean plim_stored_json_read (const PlimJsonText *text,
                                yyjson_val         *object,
                                guint               n_layers,
                                PlimStoredWeights  *stored,
                                GError            **error);

/* Writes @stored, which is known, for a model of @n_layers. */
yyjson_mut_val *plim_stored_json_write (yyjson_mut_doc          *doc,
                                        const PlimStoredWeights *stored,
                                        guint                    n_layers);

G_END_DECLS
