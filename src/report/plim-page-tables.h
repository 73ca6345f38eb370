/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tables under the charts: the same numbers in figures. */

#pragma once

#include "plim-estimator.h"
#include "plim-table.h"

G_BEGIN_DECLS

/* Each is newly allocated; free with plim_table_free(). */
PlimTable *plim_page_table_gpus (PlimCatalog   *catalog,
                                 PlimEstimator *estimator);
PlimTable *plim_page_table_time (PlimCatalog   *catalog,
                                 PlimEstimator *estimator);
PlimTable *plim_page_table_methods (PlimCatalog   *catalog,
                                    PlimEstimator *estimator);

G_END_DECLS
