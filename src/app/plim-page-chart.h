/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A page that is one or two charts and a table: GPUs, Time and Methods. */

#pragma once

#include "plim-page.h"

G_BEGIN_DECLS

#define PLIM_TYPE_PAGE_CHART (plim_page_chart_get_type ())
G_DECLARE_FINAL_TYPE (PlimPageChart, plim_page_chart, PLIM, PAGE_CHART, PlimPage)

/* Property "subject" (string, construct): "gpus", "time" or "methods". */

G_END_DECLS
