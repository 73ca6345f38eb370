/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Members of a configuration as people write them: other names for one thing, numbers as texts, null for absent. */

#pragma once

#include "plim-hf-config.h"
#include "plim-json.h"
#include "plim-shape.h"

G_BEGIN_DECLS

typedef struct
{
  const PlimJsonText *text;
  yyjson_val         *root;
  yyjson_val         *object; /* the language model's part; root when nothing is nested */
  PlimHfConfig       *config; /* takes the assumptions */
} PlimHfReader;

/* The member of @object under the first of @names (a space between them) that is there and not null, else NULL;
 * "outer.inner" looks into a member.  @found_name, when not NULL, gets the name; free with g_free. */
yyjson_val *plim_hf_find (yyjson_val *object,
                          const char *names,
                          char      **found_name);

/* A whole number from @minimum to @maximum.  A float without fraction and a number in quotes are accepted, and noted.
 */
gboolean plim_hf_read_integer (PlimHfReader *reader,
                               yyjson_val   *value,
                               const char   *member,
                               gint64        minimum,
                               gint64        maximum,
                               gint64       *result,
                               GError      **error);

/* true or false; 1 and 0 are accepted. */
gboolean plim_hf_read_switch (PlimHfReader *reader,
                              yyjson_val   *value,
                              const char   *member,
                              gboolean     *result,
                              GError      **error);

/* Sets @error to "NAME: line N, “MEMBER”: REASON" (a printf format); always returns FALSE. */
gboolean plim_hf_fail (const PlimJsonText *text,
                       yyjson_val         *value,
                       const char         *member,
                       PlimImportError     code,
                       GError            **error,
                       const char         *format,
                       ...) G_GNUC_PRINTF (6, 7);

/* Adds an assumption; takes no ownership. */
void plim_hf_assume (PlimHfConfig *config,
                     const char   *member,
                     const char   *value,
                     const char   *reason);

/* Reads every known number and switch of the language model's part into @shape. */
gboolean plim_hf_read_shape (PlimHfReader *reader,
                             PlimShape    *shape,
                             GError      **error);

/* Lists that say for each layer what it is made of, after plim_shape_lay_out. */
gboolean plim_hf_read_layer_lists (PlimHfReader *reader,
                                   PlimShape    *shape,
                                   GError      **error);

/* Lists of widths and heads for each layer, after plim_shape_size_layers. */
gboolean plim_hf_read_layer_numbers (PlimHfReader *reader,
                                     PlimShape    *shape,
                                     GError      **error);

/* Tokens that the vision part makes of an image, 0 when that depends on the image or is not known. */
gint64 plim_hf_count_image_tokens (const PlimHfReader *reader);

/* Vision and audio parts of the whole configuration. */
void plim_hf_read_towers (PlimHfReader *reader);

G_END_DECLS
