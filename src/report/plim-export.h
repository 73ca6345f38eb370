/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Charts as files: PNG, SVG with real text, PDF.  Painted by the painter of the screen. */

#pragma once

#include <gio/gio.h>

#include "plim-chart-spec.h"
#include "plim-palette.h"

G_BEGIN_DECLS

/* The largest side of an exported image, in pixels. */
#define PLIM_EXPORT_MOST_PIXELS 16000

typedef enum
{
  PLIM_EXPORT_PNG,
  PLIM_EXPORT_SVG,
  PLIM_EXPORT_PDF
} PlimExportFormat;

typedef struct
{
  PlimExportFormat format;
  PlimPaletteId    palette;
  guint            scale;   /* PNG: pixels a unit, 1 to 3 */
  int              width;   /* of the chart; 0 = 800 */
  int              height;  /* 0 = the natural height */
  gboolean         is_rtl;
  const char      *font;    /* such as "Adwaita Sans 11"; NULL = "Sans 11" */
} PlimExportOptions;

/* Paints @spec with its title on an opaque ground.  The result goes to @path (replaced as a whole; NULL = none) and to
 * @out (nullable), which is owned by the caller.  FALSE and an error when it cannot be painted or written. */
gboolean plim_export_chart (const PlimChartSpec     *spec,
                            const char              *path,
                            const PlimExportOptions *options,
                            GBytes                 **out,
                            GError                 **error);

/* The format of a file name's ending ("chart.svg"); FALSE when there is none we know. */
gboolean plim_export_format_from_path (const char       *path,
                                       PlimExportFormat *format);

G_END_DECLS
