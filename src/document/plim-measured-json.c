/* SPDX-License-Identifier: GPL-3.0-or-later */

/* {"peak_bytes", "device_bytes", "out_of_memory", "source", "program", "device", "terms": {term: bytes, …}}. */

#include "config.h"

#include "plim-measured-json.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const char *name;
  gsize       offset;
} totals[] = {
  { "peak_bytes", G_STRUCT_OFFSET (PlimMeasured, peak_bytes) },
  { "device_bytes", G_STRUCT_OFFSET (PlimMeasured, device_bytes) },
};

static const struct
{
  const char *name;
  gsize       offset;
} texts[] = {
  { "source", G_STRUCT_OFFSET (PlimMeasured, source) },
  { "program", G_STRUCT_OFFSET (PlimMeasured, program) },
  { "device", G_STRUCT_OFFSET (PlimMeasured, device) },
};

static gboolean
read_bytes (const PlimJsonText *text,
            yyjson_val         *value,
            const char         *name,
            gint64             *bytes,
            GError            **error)
{
  if (!yyjson_is_uint (value) || yyjson_get_uint (value) > G_MAXINT64)
    return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be a whole number of bytes"), name);

  *bytes = (gint64) yyjson_get_uint (value);
  return TRUE;
}

static gboolean
read_texts (const PlimJsonText *text,
            yyjson_val         *object,
            PlimMeasured       *measured,
            GError            **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      yyjson_val *value = yyjson_obj_get (object, texts[i].name);

      if (value == NULL)
        continue;
      if (!yyjson_is_str (value) || yyjson_get_len (value) >= PLIM_MEASURED_TEXT_SIZE ||
          strlen (yyjson_get_str (value)) != yyjson_get_len (value))
        return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be a text of at most %d bytes"),
                               texts[i].name, PLIM_MEASURED_TEXT_SIZE - 1);
      plim_measured_set_text (G_STRUCT_MEMBER_P (measured, texts[i].offset), yyjson_get_str (value));
    }

  return TRUE;
}

static gboolean
read_terms (const PlimJsonText *text,
            yyjson_val         *terms,
            PlimMeasured       *measured,
            GError            **error)
{
  if (terms != NULL && !yyjson_is_obj (terms))
    return plim_json_fail (text, terms, PLIM_JSON_ERROR_STRUCTURE, error, _ ("“%s” must be an object"), "terms");

  for (guint i = 0; i < PLIM_N_TERM_IDS; i++)
    {
      const char *id = plim_term_info ((PlimTermId) i)->id;
      yyjson_val *value = yyjson_obj_get (terms, id);

      if (value != NULL && !read_bytes (text, value, id, &measured->term_bytes[i], error))
        return FALSE;
    }

  return TRUE;
}

gboolean
plim_measured_json_read (const PlimJsonText *text,
                         yyjson_val         *object,
                         PlimMeasured       *measured,
                         GError            **error)
{
  yyjson_val *member = yyjson_obj_get (object, "measured");
  yyjson_val *flag = yyjson_obj_get (member, "out_of_memory");

  plim_measured_init (measured);
  if (member != NULL && !yyjson_is_obj (member))
    return plim_json_fail (text, member, PLIM_JSON_ERROR_STRUCTURE, error, _ ("“%s” must be an object"), "measured");
  if (flag != NULL && !yyjson_is_bool (flag))
    return plim_json_fail (text, flag, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be true or false"), "out_of_memory");

  measured->is_out_of_memory = yyjson_get_bool (flag);
  for (guint i = 0; i < G_N_ELEMENTS (totals); i++)
    {
      yyjson_val *value = yyjson_obj_get (member, totals[i].name);
      gint64     *bytes = G_STRUCT_MEMBER_P (measured, totals[i].offset);

      if (value != NULL && !read_bytes (text, value, totals[i].name, bytes, error))
        return FALSE;
    }

  return read_texts (text, member, measured, error) &&
         read_terms (text, yyjson_obj_get (member, "terms"), measured, error);
}

/* Sets member @name of @object to @value where it stands, or at the end; takes it out without @value. */
static void
put (yyjson_mut_doc *doc,
     yyjson_mut_val *object,
     const char     *name,
     yyjson_mut_val *value)
{
  if (value == NULL)
    yyjson_mut_obj_remove_key (object, name);
  else if (!yyjson_mut_obj_replace (object, yyjson_mut_str (doc, name), value))
    yyjson_mut_obj_add (object, yyjson_mut_strcpy (doc, name), value);
}

/* The object @name of @object; an empty one that stands nowhere yet if there is none. */
static yyjson_mut_val *
get_object (yyjson_mut_doc *doc,
            yyjson_mut_val *object,
            const char     *name)
{
  yyjson_mut_val *member = yyjson_mut_obj_get (object, name);

  return member != NULL ? member : yyjson_mut_obj (doc);
}

/* What is left empty by us goes. */
static void
put_object (yyjson_mut_doc *doc,
            yyjson_mut_val *object,
            const char     *name,
            yyjson_mut_val *member)
{
  gboolean is_present = yyjson_mut_obj_get (object, name) != NULL;

  if (yyjson_mut_obj_size (member) == 0)
    yyjson_mut_obj_remove_key (object, name);
  else if (!is_present)
    yyjson_mut_obj_add (object, yyjson_mut_strcpy (doc, name), member);
}

/* Whether @member is there already and says no more than that nothing was measured: it stays as it is. */
static gboolean
is_nothing (yyjson_mut_val *member)
{
  return (yyjson_mut_is_uint (member) && yyjson_mut_get_uint (member) == 0) || yyjson_mut_is_false (member) ||
         yyjson_mut_equals_str (member, "");
}

static void
write_texts (const PlimMeasured *measured,
             yyjson_mut_doc     *doc,
             yyjson_mut_val     *member)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *text = G_STRUCT_MEMBER_P (measured, texts[i].offset);

      if (*text != '\0' || !is_nothing (yyjson_mut_obj_get (member, texts[i].name)))
        put (doc, member, texts[i].name, *text != '\0' ? yyjson_mut_strcpy (doc, text) : NULL);
    }
}

void
plim_measured_json_write (const PlimMeasured *measured,
                          yyjson_mut_doc     *doc,
                          yyjson_mut_val     *object)
{
  yyjson_mut_val *member = get_object (doc, object, "measured");
  yyjson_mut_val *terms = get_object (doc, member, "terms");
  gboolean        was_empty = yyjson_mut_obj_get (object, "measured") != NULL && yyjson_mut_obj_size (member) == 0;
  gboolean        had_no_terms = yyjson_mut_obj_get (member, "terms") != NULL && yyjson_mut_obj_size (terms) == 0;

  for (guint i = 0; i < G_N_ELEMENTS (totals); i++)
    {
      gint64 bytes = G_STRUCT_MEMBER (gint64, measured, totals[i].offset);

      if (bytes > 0 || !is_nothing (yyjson_mut_obj_get (member, totals[i].name)))
        put (doc, member, totals[i].name, bytes > 0 ? yyjson_mut_sint (doc, bytes) : NULL);
    }
  if (measured->is_out_of_memory || !is_nothing (yyjson_mut_obj_get (member, "out_of_memory")))
    put (doc, member, "out_of_memory", measured->is_out_of_memory ? yyjson_mut_true (doc) : NULL);
  write_texts (measured, doc, member);
  for (guint i = 0; i < PLIM_N_TERM_IDS; i++)
    put (doc, terms, plim_term_info ((PlimTermId) i)->id,
         measured->term_bytes[i] >= 0 ? yyjson_mut_sint (doc, measured->term_bytes[i]) : NULL);

  if (!had_no_terms)
    put_object (doc, member, "terms", terms);
  if (!was_empty || yyjson_mut_obj_size (member) > 0)
    put_object (doc, object, "measured", member);
}
