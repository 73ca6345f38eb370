/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How one part's number came about. */

#pragma once

#include "plim-estimate.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PLIM_TYPE_EXPLANATION_CARD (plim_explanation_card_get_type ())
G_DECLARE_FINAL_TYPE (PlimExplanationCard, plim_explanation_card, PLIM, EXPLANATION_CARD, GtkBox)

/* Explains a figure: its @name, @amount and @description, all translated; hidden when @explanation has no formula. */
void plim_explanation_card_show_figure (PlimExplanationCard   *self,
                                        const PlimInputs      *inputs,
                                        const char            *name,
                                        const char            *amount,
                                        const char            *description,
                                        const PlimExplanation *explanation);

/* Explains @term (nullable) of @estimate, which answers @inputs. */
void plim_explanation_card_show (PlimExplanationCard *self,
                                 const PlimInputs    *inputs,
                                 const PlimTerm      *term);

G_END_DECLS
