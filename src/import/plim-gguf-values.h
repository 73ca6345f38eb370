/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The metadata of a GGUF file: values by key. */

#pragma once

#include "plim-gguf-cursor.h"
#include "plim-gguf.h"

G_BEGIN_DECLS

typedef enum
{
  PLIM_GGUF_KIND_SKIPPED,  /* too long to be kept, or a list of lists */
  PLIM_GGUF_KIND_INTEGERS,
  PLIM_GGUF_KIND_NUMBERS,
  PLIM_GGUF_KIND_STRINGS
} PlimGgufKind;

typedef struct
{
  guint32      type;          /* as the file writes it: of the value, or of the list's entries */
  gboolean     is_list;
  gboolean     has_large;     /* an unsigned entry does not fit a gint64 */
  PlimGgufKind kind;
  guint64      entries_count; /* in the file; 1 where it is no list */
  guint        n_kept;        /* all of them or none */
  union
  {
    gint64 *integers;
    double *numbers;
    char  **strings;
  };
} PlimGgufValue;

void plim_gguf_value_free (PlimGgufValue *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimGgufValue, plim_gguf_value_free)

/* Takes a key and its value into @values (char * → PlimGgufValue, owned).  Refuses a key that is there already, types
 * that do not exist, lists of lists nested too deep, and too many entries. */
gboolean plim_gguf_values_take (GHashTable     *values,
                                PlimGgufCursor *cursor,
                                GError        **error);

G_END_DECLS
