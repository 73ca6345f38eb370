/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Estimates as text for people and as tables. */

#pragma once

#include "plim-document.h"
#include "plim-table.h"

G_BEGIN_DECLS

/* Prints every scenario of @document to standard output: verdict, terms with exact bytes, GPUs, time, limits. */
void plim_cli_print_estimates (PlimDocument *document);

/* The terms of every scenario, one row each, for CSV and Markdown. */
PlimTable *plim_cli_terms_table (PlimDocument *document);

G_END_DECLS
