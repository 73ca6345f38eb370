/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The shipped catalogue, jobs over its rows, and what their estimates hold. */

#pragma once

#include "evaluate.h"
#include "plim-catalog.h"
#include "plim-estimate.h"

/* Fails the test where the tables cannot be read. */
PlimCatalog *open_catalog (void);

/* Fills @inputs with the defaults of @task for @model on @gpu (NULL = the default one) of @catalog. */
void describe_job (PlimCatalog *catalog,
                   PlimInputs  *inputs,
                   const char  *model,
                   const char  *gpu,
                   PlimTask     task);

/* The first term @id of @estimate, NULL when it has none. */
const PlimTerm *find_term (const PlimEstimate *estimate,
                           PlimTermId          id);

/* Largest of the amounts @term is held with: what its explanation is about. */
gint64 largest_bytes (const PlimTerm *term);
