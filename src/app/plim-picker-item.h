/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row of a picker: a model or GPU of the catalogue. */

#pragma once

#include "plim-catalog.h"
#include "plim-model-folders.h"

G_BEGIN_DECLS

#define PLIM_TYPE_PICKER_ITEM (plim_picker_item_get_type ())
G_DECLARE_FINAL_TYPE (PlimPickerItem, plim_picker_item, PLIM, PICKER_ITEM, GObject)

/* Row @index of the catalogue's models or GPUs. */
PlimPickerItem *plim_picker_item_new_model (PlimCatalog *catalog,
                                            guint        index);
PlimPickerItem *plim_picker_item_new_gpu (PlimCatalog *catalog,
                                          guint        index);


/* No model of the catalogue: none at all, or a part of the model that is served. */
PlimPickerItem *plim_picker_item_new_plain (const char *id,
                                            const char *title,
                                            const char *subtitle);

/* A model that was found on this computer; its id is its path. */
PlimPickerItem *plim_picker_item_new_found (const PlimFoundModel *model);

const char *plim_picker_item_get_id (PlimPickerItem *self);
const char *plim_picker_item_get_title (PlimPickerItem *self);
const char *plim_picker_item_get_subtitle (PlimPickerItem *self);

/* TRUE when every word of @text stands in the item's names, letter case aside. */
gboolean plim_picker_item_matches (PlimPickerItem *self,
                                   const char     *text);

G_END_DECLS
