/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading objects into structs, and writing them, by a table of members. */

#pragma once

#include "plim-json.h"

G_BEGIN_DECLS

typedef enum
{
  PLIM_MEMBER_COUNT,  /* gint64 from 0 to maximum */
  PLIM_MEMBER_NUMBER, /* double from 0 to maximum */
  PLIM_MEMBER_SWITCH, /* gboolean */
  PLIM_MEMBER_CHOICE, /* enum: index into choices */
  PLIM_MEMBER_TEXT    /* char[maximum] */
} PlimMemberType;

typedef struct
{
  const char        *name;
  PlimMemberType     type;
  gsize              offset;
  double             maximum;
  const char *const *choices; /* NULL-terminated */
} PlimMember;

/* Reads the members of @object that stand in @members into @target; absent ones and null leave it as it is, unknown
 * ones are ignored. */
gboolean plim_json_read_members (const PlimJsonText *text,
                                 yyjson_val         *object,
                                 const PlimMember   *members,
                                 gsize               n_members,
                                 gpointer            target,
                                 GError            **error);

/* Writes the members of @source that stand in @members and differ from those of @defaults into @object: what
 * plim_json_read_members() reads back where @target was like @defaults. */
void plim_json_write_members (yyjson_mut_doc   *doc,
                              yyjson_mut_val   *object,
                              const PlimMember *members,
                              gsize             n_members,
                              gconstpointer     source,
                              gconstpointer     defaults);

G_END_DECLS
