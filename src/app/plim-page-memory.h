/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where memory goes: table, explanation of the selected part, moments of a step. */

#pragma once

#include "plim-page.h"

G_BEGIN_DECLS

#define PLIM_TYPE_PAGE_MEMORY (plim_page_memory_get_type ())
G_DECLARE_FINAL_TYPE (PlimPageMemory, plim_page_memory, PLIM, PAGE_MEMORY, PlimPage)

/* Selects the part @id and explains it. */
void plim_page_memory_select (PlimPageMemory *self,
                              PlimTermId      id);

G_END_DECLS
