/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A walk over the JSON of a safetensors header that makes no tree of it: an order faster, for headers as the format's
 * writers write them.  What is written otherwise stops the walk, valid or not, and is left to a JSON reader. */

#pragma once

#include "plim-tensor-table.h"

G_BEGIN_DECLS

typedef enum
{
  PLIM_SCAN_TENSOR,
  PLIM_SCAN_METADATA, /* "__metadata__"; its object is the text from value on */
  PLIM_SCAN_END,      /* of a valid header */
  PLIM_SCAN_OTHER     /* anything else: escapes in names, characters beyond ASCII, other members, faults */
} PlimScanResult;

/* All texts are parts of the header, without an end of their own. */
typedef struct
{
  const char *name;
  gsize       name_bytes;
  const char *type;
  gsize       type_bytes;
  gint64      dimensions[PLIM_TENSOR_MOST_DIMENSIONS];
  guint       n_dimensions;
  gint64      begin;
  gint64      end;
  const char *value;
  gsize       value_bytes;
} PlimScanEntry;

typedef struct
{
  const char *at;
  const char *end;
  gboolean    is_inside; /* after the first brace */
} PlimScan;

/* Starts before the first brace of @text, of @size bytes and at least one NUL behind them. */
void plim_scan_init (PlimScan   *scan,
                     const char *text,
                     gsize       size);

/* Goes on to the next member of the header. */
PlimScanResult plim_scan_next (PlimScan      *scan,
                               PlimScanEntry *entry);

G_END_DECLS
