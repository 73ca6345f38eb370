/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the answer pages share: they follow the current scenario of a document and are filled when they are seen. */

#pragma once

#include "plim-chart-spec.h"
#include "plim-document.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PLIM_TYPE_PAGE (plim_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (PlimPage, plim_page, PLIM, PAGE, AdwBin)

struct _PlimPageClass
{
  AdwBinClass parent_class;

  /* Shows the state of @estimator, that of the current scenario of @document. */
  void (*update) (PlimPage      *self,
                  PlimDocument  *document,
                  PlimEstimator *estimator);

  /* The chart that export and copy take; NULL while there is none. Owned by the page. */
  const PlimChartSpec *(*get_chart) (PlimPage *self);
};

/* Shows @document from now on. */
void plim_page_set_document (PlimPage     *self,
                             PlimDocument *document);

/* Fills the page again, now or when it is seen next. */
void plim_page_refresh (PlimPage *self);

const PlimChartSpec *plim_page_get_chart (PlimPage *self);

/* The box (borrowed, a template child) whose children stand side by side, or one below the other while the page is
 * compact. */
void plim_page_set_columns (PlimPage *self,
                            GtkBox   *columns);
void plim_page_set_compact (PlimPage *self,
                            gboolean  is_compact);

/* As wide as a phone is: rows show less. */
void     plim_page_set_narrow (PlimPage *self,
                               gboolean  is_narrow);
gboolean plim_page_is_narrow (PlimPage *self);

PlimDocument *plim_page_get_document (PlimPage *self);

G_END_DECLS
