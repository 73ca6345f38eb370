/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The result side of the window: hero, answers as tabs, and the page of the chosen answer. */

#pragma once

#include "plim-page.h"

G_BEGIN_DECLS

#define PLIM_TYPE_RESULT (plim_result_get_type ())
G_DECLARE_FINAL_TYPE (PlimResult, plim_result, PLIM, RESULT, AdwBin)

/* Signals: "toast" (string, gboolean: can be undone); "banner-clicked".  Properties: "narrow", "compact" (gboolean):
 * the forms for smaller windows. */

/* Shows @document. */
void plim_result_set_document (PlimResult   *self,
                               PlimDocument *document);

/* Shows the page called @name: "memory", "gpus", "time", "limits", "methods" or "compare". */
void plim_result_show_page (PlimResult *self,
                            const char *name);

/* Moves the focus to the first part of the bar, past the buttons of the header. */
void plim_result_focus (PlimResult *self);

const char *plim_result_get_page_name (PlimResult *self);

/* The chart of the shown page; NULL while there is none.  Owned by the page. */
const PlimChartSpec *plim_result_get_chart (PlimResult *self);

void plim_result_apply_first_fix (PlimResult *self);

/* Shows a banner with a button (nullable), or none when @title is NULL. */
void plim_result_show_banner (PlimResult *self,
                              const char *title,
                              const char *button);

G_END_DECLS
