/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All scenarios of the document on one scale, and what differs between them. */

#pragma once

#include "plim-page.h"

G_BEGIN_DECLS

#define PLIM_TYPE_PAGE_COMPARE (plim_page_compare_get_type ())
G_DECLARE_FINAL_TYPE (PlimPageCompare, plim_page_compare, PLIM, PAGE_COMPARE, PlimPage)

G_END_DECLS
