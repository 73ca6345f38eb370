/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Verdict, bar and fixes: what every page shows first. */

#pragma once

#include "plim-document.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PLIM_TYPE_HERO (plim_hero_get_type ())
G_DECLARE_FINAL_TYPE (PlimHero, plim_hero, PLIM, HERO, GtkBox)

/* Signals: "part-activated" (guint: PlimTermId) when a part of the bar is chosen; "fix-applied" (string: what to say in
 * a toast) after a fix was applied to the scenario. Properties "narrow" and "compact" (gboolean): the forms for smaller
 * windows. */

/* Shows the current scenario of @document, whatever it is at the time. */
void plim_hero_set_document (PlimHero     *self,
                             PlimDocument *document);

/* Applies the first fix offered, if there is one. */
void plim_hero_apply_first_fix (PlimHero *self);

G_END_DECLS
