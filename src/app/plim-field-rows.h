/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of a form, bound to the estimator's properties they are named after.
 *
 * A template calls its row by the name of the property ("kv-precision"): the row's title, unit, choices and number
 * format come from the field table, its value is bound both ways, and it is hidden while the task or method does not
 * use the field. */

#pragma once

#include "plim-estimator.h"

#include <adwaita.h>

G_BEGIN_DECLS

typedef struct _PlimFieldRows PlimFieldRows;

/* Declares the template children of @fields; in class_init. */
void plim_field_rows_declare (GtkWidgetClass    *klass,
                              const PlimFieldId *fields,
                              guint              n_fields);

/* Sets the rows of @widget up, once its template is there. */
PlimFieldRows *plim_field_rows_new (GtkWidget         *widget,
                                    const PlimFieldId *fields,
                                    guint              n_fields);

void plim_field_rows_free (PlimFieldRows *self);

/* Binds the rows to @estimator (nullable) instead of the one before. */
void plim_field_rows_set_estimator (PlimFieldRows *self,
                                    PlimEstimator *estimator);

/* TRUE when a row is shown. */
gboolean plim_field_rows_is_any_visible (PlimFieldRows *self);

G_END_DECLS
