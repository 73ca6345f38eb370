/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The layers of a model: what each kind is made of, and the order in which kinds follow. */

#pragma once

#include "plim-model.h"
#include "plim-table.h"

G_BEGIN_DECLS

/* A row for each kind of layer of @model, which has a shape; columns that say nothing for any kind are left out. */
PlimTable *plim_layer_table_new (const PlimModel *model);

/* The order of the kinds by their letters, "12 × (3 × A, B)"; free with g_free. */
char *plim_layer_table_dup_pattern (const PlimModel *model);

G_END_DECLS
