/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reverse answers as tiles that apply themselves, and memory against context or micro-batch. */

#pragma once

#include "plim-page.h"

G_BEGIN_DECLS

#define PLIM_TYPE_PAGE_LIMITS (plim_page_limits_get_type ())
G_DECLARE_FINAL_TYPE (PlimPageLimits, plim_page_limits, PLIM, PAGE_LIMITS, PlimPage)

G_END_DECLS
