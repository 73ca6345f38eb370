/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One member at a time, checked against its row of the table. */

#include "config.h"

#include "plim-json-members.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

static gboolean
read_count (const PlimJsonText *text,
            yyjson_val         *value,
            const PlimMember   *member,
            gpointer            target,
            GError            **error)
{
  if (!yyjson_is_uint (value) || (double) yyjson_get_uint (value) > member->maximum)
    return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be a whole number from 0 to %.0f"),
                           member->name, member->maximum);

  *(gint64 *) target = (gint64) yyjson_get_uint (value);
  return TRUE;
}

static gboolean
read_number (const PlimJsonText *text,
             yyjson_val         *value,
             const PlimMember   *member,
             gpointer            target,
             GError            **error)
{
  double number = yyjson_is_num (value) ? yyjson_get_num (value) : -1;

  if (!isfinite (number) || number < 0 || number > member->maximum)
    return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be a number from 0 to %g"),
                           member->name, member->maximum);

  *(double *) target = number;
  return TRUE;
}

static gboolean
read_switch (const PlimJsonText *text,
             yyjson_val         *value,
             const PlimMember   *member,
             gpointer            target,
             GError            **error)
{
  if (!yyjson_is_bool (value))
    return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be true or false"), member->name);

  *(gboolean *) target = yyjson_get_bool (value);
  return TRUE;
}

static gboolean
read_choice (const PlimJsonText *text,
             yyjson_val         *value,
             const PlimMember   *member,
             gpointer            target,
             GError            **error)
{
  g_autofree char *choices = g_strjoinv (", ", (char **) member->choices);

  for (guint i = 0; yyjson_is_str (value) && member->choices[i] != NULL; i++)
    if (strcmp (member->choices[i], yyjson_get_str (value)) == 0)
      {
        *(guint32 *) target = i;
        return TRUE;
      }

  return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error, _ ("“%s” must be one of %s"), member->name,
                         choices);
}

static gboolean
read_text (const PlimJsonText *text,
           yyjson_val         *value,
           const PlimMember   *member,
           gpointer            target,
           GError            **error)
{
  if (!yyjson_is_str (value) || (double) yyjson_get_len (value) >= member->maximum)
    return plim_json_fail (text, value, PLIM_JSON_ERROR_VALUE, error,
                           _ ("“%s” must be a text of fewer than %.0f bytes"), member->name, member->maximum);

  g_strlcpy (target, yyjson_get_str (value), (gsize) member->maximum);
  return TRUE;
}

gboolean
plim_json_read_members (const PlimJsonText *text,
                        yyjson_val         *object,
                        const PlimMember   *members,
                        gsize               n_members,
                        gpointer            target,
                        GError            **error)
{
  static gboolean (*const readers[]) (const PlimJsonText *, yyjson_val *, const PlimMember *, gpointer, GError **) = {
    [PLIM_MEMBER_COUNT] = read_count,
    [PLIM_MEMBER_NUMBER] = read_number,
    [PLIM_MEMBER_SWITCH] = read_switch,
    [PLIM_MEMBER_CHOICE] = read_choice,
    [PLIM_MEMBER_TEXT] = read_text,
  };

  if (!yyjson_is_obj (object))
    return plim_json_fail (text, object, PLIM_JSON_ERROR_STRUCTURE, error, _ ("an object is expected here"));

  for (gsize i = 0; i < n_members; i++)
    {
      yyjson_val *value = yyjson_obj_get (object, members[i].name);

      if (value != NULL && !yyjson_is_null (value) &&
          !readers[members[i].type](text, value, &members[i], (guint8 *) target + members[i].offset, error))
        return FALSE;
    }

  return TRUE;
}

static yyjson_mut_val *
create_value (yyjson_mut_doc   *doc,
              const PlimMember *member,
              gconstpointer     source)
{
  switch (member->type)
    {
    case PLIM_MEMBER_COUNT:
      return yyjson_mut_sint (doc, *(const gint64 *) source);
    case PLIM_MEMBER_NUMBER:
      return yyjson_mut_real (doc, *(const double *) source);
    case PLIM_MEMBER_SWITCH:
      return yyjson_mut_bool (doc, *(const gboolean *) source != FALSE);
    case PLIM_MEMBER_CHOICE:
      return yyjson_mut_str (doc, member->choices[*(const guint32 *) source]);
    case PLIM_MEMBER_TEXT:
    default:
      return yyjson_mut_strcpy (doc, source);
    }
}

static gboolean
is_equal (const PlimMember *member,
          gconstpointer     a,
          gconstpointer     b)
{
  static const gsize sizes[] = {
    [PLIM_MEMBER_COUNT] = sizeof (gint64),
    [PLIM_MEMBER_NUMBER] = sizeof (double),
    [PLIM_MEMBER_SWITCH] = sizeof (gboolean),
    [PLIM_MEMBER_CHOICE] = sizeof (guint32),
  };

  return member->type == PLIM_MEMBER_TEXT ? strcmp (a, b) == 0 : memcmp (a, b, sizes[member->type]) == 0;
}

void
plim_json_write_members (yyjson_mut_doc   *doc,
                         yyjson_mut_val   *object,
                         const PlimMember *members,
                         gsize             n_members,
                         gconstpointer     source,
                         gconstpointer     defaults)
{
  for (gsize i = 0; i < n_members; i++)
    {
      gconstpointer value = (const guint8 *) source + members[i].offset;

      if (!is_equal (&members[i], value, (const guint8 *) defaults + members[i].offset))
        yyjson_mut_obj_add_val (doc, object, members[i].name, create_value (doc, &members[i], value));
    }
}
