/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The functions of a GGUF file under the types of a source. */

#include "plim-gguf-source.h"

static const char *
get_string (gconstpointer file,
            const char   *key)
{
  return plim_gguf_get_string (file, key);
}

static guint
get_integers (gconstpointer file,
              const char   *key,
              gint64       *entries,
              guint         most_entries)
{
  return plim_gguf_get_integers (file, key, entries, most_entries);
}

static guint64
count_entries (gconstpointer file,
               const char   *key)
{
  return plim_gguf_count_entries (file, key);
}

static gboolean
has_tensor (gconstpointer file,
            const char   *name)
{
  return plim_gguf_has_tensor (file, name);
}

PlimGgufSource
plim_gguf_source (const PlimGguf *gguf)
{
  return (PlimGgufSource) { gguf, get_string, get_integers, count_entries, has_tensor };
}
