/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was read of model files and logs, as JSON: data/schema/import.schema.json describes it. */

#pragma once

#include "plim-model-file.h"
#include "plim-runtime-log.h"

G_BEGIN_DECLS

/* Writes @files (PlimModelFile) and @logs (PlimRuntimeLog) as one object; models that adapters belong to are looked for
 * in
 * @catalog.  Free with g_free. */
char *plim_import_json_write (GPtrArray   *files,
                              GPtrArray   *logs,
                              PlimCatalog *catalog);

G_END_DECLS
