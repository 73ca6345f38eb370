/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A group of the form whose rows, some of them inside expanders, are those of fields.  An expander without rows to show
 * is hidden, and so is the group where the rows outside the expanders are. */

#pragma once

#include "plim-estimator.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Rows that come and go together. */
typedef struct
{
  const char        *widget; /* the template child that holds them; NULL = the group itself, shown with its first row */
  const PlimFieldId *fields;
  guint              n_fields;
} PlimFormPart;

#define PLIM_TYPE_FORM_GROUP (plim_form_group_get_type ())
G_DECLARE_DERIVABLE_TYPE (PlimFormGroup, plim_form_group, PLIM, FORM_GROUP, AdwPreferencesGroup)

struct _PlimFormGroupClass
{
  AdwPreferencesGroupClass parent_class;

  /*< private >*/
  const PlimFormPart *parts;
  guint               n_parts;
};

/* In class_init: the template at @resource, with @parts (static), which it has to contain. The instance's init calls
 * gtk_widget_init_template(). */
void plim_form_group_class_set_parts (PlimFormGroupClass *klass,
                                      const char         *resource,
                                      const PlimFormPart *parts,
                                      guint               n_parts);

/* Binds the rows to @estimator; NULL unbinds them. */
void plim_form_group_set_estimator (PlimFormGroup *self,
                                    PlimEstimator *estimator);

G_END_DECLS
