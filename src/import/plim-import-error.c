/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One form for every message about a file. */

#include "plim-import-error.h"

G_DEFINE_QUARK (plim-import-error-quark, plim_import_error)

void
plim_import_set_error (GError        **error,
                       PlimImportError code,
                       const char     *name,
                       const char     *place,
                       const char     *format,
                       ...)
{
  g_autofree char *reason = NULL;
  va_list          arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  if (place != NULL)
    g_set_error (error, PLIM_IMPORT_ERROR, (gint) code, "%s: %s: %s", name, place, reason);
  else
    g_set_error (error, PLIM_IMPORT_ERROR, (gint) code, "%s: %s", name, reason);
}
