/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Texts made once, when the picker is filled. */

#include "config.h"

#include "plim-picker-item.h"

#include "plim-format.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PlimPickerItem
{
  GObject parent_instance;

  char *id;       /* of the catalogue; the path of a model that was found; "" = none */
  char *title;
  char *subtitle;
  char *haystack; /* names, folded */
};

G_DEFINE_FINAL_TYPE (PlimPickerItem, plim_picker_item, G_TYPE_OBJECT)

static void
plim_picker_item_finalize (GObject *object)
{
  PlimPickerItem *self = PLIM_PICKER_ITEM (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->haystack);

  G_OBJECT_CLASS (plim_picker_item_parent_class)->finalize (object);
}

static void
plim_picker_item_class_init (PlimPickerItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = plim_picker_item_finalize;
}

static void
plim_picker_item_init (PlimPickerItem *self G_GNUC_UNUSED)
{
}

/* Takes @subtitle and @names, in which is searched. */
static PlimPickerItem *
create (const char *id,
        const char *title,
        char       *subtitle,
        char       *names)
{
  PlimPickerItem *self = g_object_new (PLIM_TYPE_PICKER_ITEM, NULL);

  self->id = g_strdup (id);
  self->title = g_strdup (title);
  self->subtitle = subtitle;
  self->haystack = g_utf8_casefold (names, -1);
  g_free (names);

  return self;
}

static char *
join_names (const char             *id,
            const char             *title,
            const PlimCatalogFacts *facts)
{
  g_autofree char *aliases = g_strjoinv (" ", facts->aliases);

  return g_strjoin (" ", id, title, aliases, facts->family != NULL ? facts->family : "",
                    facts->developer != NULL ? facts->developer : "", NULL);
}

PlimPickerItem *
plim_picker_item_new_model (PlimCatalog *catalog,
                            guint        index)
{
  const PlimModel        *model = plim_catalog_get_model (catalog, index);
  const PlimCatalogFacts *facts = plim_catalog_get_model_facts (catalog, index);
  PlimParameters          parameters;
  g_autofree char        *total = NULL;
  g_autofree char        *active = NULL;
  char                   *subtitle;

  plim_parameters_count (model, &parameters);
  total = plim_format_short_count ((double) parameters.total_count);
  active = plim_format_short_count ((double) parameters.active_count);
  if (parameters.active_count < parameters.total_count)
    /* Translators: numbers of parameters, as in "46.7 B parameters, 12.9 B active". */
    subtitle = g_strdup_printf (_ ("%s parameters, %s active"), total, active);
  else
    subtitle = g_strdup_printf (_ ("%s parameters"), total);

  return create (model->id, model->name, subtitle, join_names (model->id, model->name, facts));
}

PlimPickerItem *
plim_picker_item_new_gpu (PlimCatalog *catalog,
                          guint        index)
{
  const PlimGpu          *gpu = plim_catalog_get_gpu (catalog, index);
  const PlimCatalogFacts *facts = plim_catalog_get_gpu_facts (catalog, index);
  g_autofree char        *bandwidth = plim_format_rate ((double) gpu->bandwidth_bytes_per_s, "B/s");

  return create (gpu->id, gpu->name,
                 g_strdup_printf ("%" G_GINT64_FORMAT PLIM_NBSP "GB, %s", gpu->marketed_gb, bandwidth),
                 join_names (gpu->id, gpu->name, facts));
}

PlimPickerItem *
plim_picker_item_new_plain (const char *id,
                            const char *title,
                            const char *subtitle)
{
  return create (id, title, g_strdup (subtitle), g_strjoin (" ", title, id, NULL));
}

PlimPickerItem *
plim_picker_item_new_found (const PlimFoundModel *model)
{
  g_autofree char    *size = plim_format_bytes (model->size_bytes, PLIM_UNIT_GIB);
  const char         *program = plim_model_layout_name (model->layout);
  g_autoptr (GString) subtitle = g_string_new (plim_found_kind_name (model->kind));

  if (model->size_bytes > 0)
    g_string_append_printf (subtitle, ", %s", size);
  if (*program != '\0')
    g_string_append_printf (subtitle, ", %s", program);
  if (model->is_incomplete)
    g_string_append_printf (subtitle, ", %s", _ ("incomplete"));

  return create (model->path, model->name, g_strdup (subtitle->str),
                 g_strdup_printf ("%s %s", model->name, subtitle->str));
}

const char *
plim_picker_item_get_id (PlimPickerItem *self)
{
  return self->id;
}

const char *
plim_picker_item_get_title (PlimPickerItem *self)
{
  return self->title;
}

const char *
plim_picker_item_get_subtitle (PlimPickerItem *self)
{
  return self->subtitle;
}

gboolean
plim_picker_item_matches (PlimPickerItem *self,
                          const char     *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_auto (GStrv)   words = g_strsplit (folded, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (self->haystack, words[i]) == NULL)
      return FALSE;

  return TRUE;
}
