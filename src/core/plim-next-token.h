/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layers behind the last that guess tokens ahead (multi-token prediction, DeepSeek-V3, arXiv:2412.19437, section 2.2).
 * They are in the checkpoint and not part of the model: a runtime loads them to draft with. */

#pragma once

#include "plim-model.h"

G_BEGIN_DECLS

/* Id of the draft model that is these layers. */
#define PLIM_NEXT_TOKEN_ID "mtp"

/* Writes the next-token layers of @model into @layers as a model of their own: each a full layer like the last, with
 * the matrix that joins embedding and hidden state, 2 hidden sizes wide, and three more norms.  Token table and head
 * are the model's; with @has_own_tables a checkpoint's copies of them are there too.  FALSE, and @layers untouched,
 * when
 * @model has none or no shape. */
gboolean plim_next_token_model (const PlimModel *model,
                                gboolean         has_own_tables,
                                PlimModel       *layers);

/* Parameters of the next-token layers as the checkpoint has them; 0 = none. */
gint64 plim_next_token_count (const PlimModel *model);

/* Parameters of the whole checkpoint: @text_count of the model itself, its next-token layers, its encoders. */
gint64 plim_checkpoint_count (const PlimModel *model,
                              gint64           text_count);

G_END_DECLS
