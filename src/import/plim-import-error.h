/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be wrong with a file that is to be imported.  Messages read "FILE: PLACE: REASON". */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PLIM_IMPORT_ERROR plim_import_error_quark ()
GQuark plim_import_error_quark (void);

typedef enum
{
  PLIM_IMPORT_ERROR_NOT_A_FILE,  /* a folder, device or pipe where a file is needed */
  PLIM_IMPORT_ERROR_FOREIGN,     /* not a model file: an HTML page, a Git LFS pointer, another format */
  PLIM_IMPORT_ERROR_TRUNCATED,   /* shorter than it says, or shrinking while it is read */
  PLIM_IMPORT_ERROR_DAMAGED,     /* contradicts itself or its format */
  PLIM_IMPORT_ERROR_TOO_LARGE,   /* over a limit of ours */
  PLIM_IMPORT_ERROR_UNSUPPORTED, /* a version or architecture that is not known */
  PLIM_IMPORT_ERROR_INCOMPLETE   /* fields without which nothing can be said are missing */
} PlimImportError;

/* Sets @error to "@name: @place: REASON" (a printf format); @place may be NULL. */
void plim_import_set_error (GError        **error,
                            PlimImportError code,
                            const char     *name,
                            const char     *place,
                            const char     *format,
                            ...) G_GNUC_PRINTF (5, 6);

/* The same as an expression that is FALSE, for "return plim_import_fail (…)". */
#define plim_import_fail(...) (plim_import_set_error (__VA_ARGS__), FALSE)

G_END_DECLS
