/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Estimates for programs; data/schema/estimate.schema.json describes the result. */

#pragma once

#include "plim-document.h"

G_BEGIN_DECLS

/* The estimates of all scenarios of @document as JSON that ends in a newline: inputs as used, verdict, roles, terms in
 * exact bytes with their formulas, GPUs needed, time and limits.  Newly allocated. */
char *plim_estimate_json_write (PlimDocument *document);

G_END_DECLS
