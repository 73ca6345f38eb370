/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between the reader of logs and its parts, one for each program. */

#pragma once

#include "plim-runtime-log.h"
#include "plim-slice.h"

G_BEGIN_DECLS

#define PLIM_LOG_MOST_COLUMNS 64

/* What a column of the comma-separated output of nvidia-smi holds. */
typedef enum
{
  PLIM_LOG_COLUMN_OTHER,
  PLIM_LOG_COLUMN_TIME,
  PLIM_LOG_COLUMN_INDEX,
  PLIM_LOG_COLUMN_ID,
  PLIM_LOG_COLUMN_NAME,
  PLIM_LOG_COLUMN_TOTAL,
  PLIM_LOG_COLUMN_USED,
  PLIM_LOG_COLUMN_FREE,
  PLIM_LOG_COLUMN_PID,
  PLIM_LOG_COLUMN_PROCESS,
  PLIM_LOG_COLUMN_PROCESS_BYTES
} PlimLogColumn;

/* Where the reader is. */
typedef struct
{
  PlimRuntimeLog *log;
  guint           number;     /* of the line, from 1 */
  guint           n_releases;
  PlimSlice       line;       /* without escape sequences */
  PlimSlice       rest;       /* the text from the start of the line on, as it came */

  GPtrArray *models;     /* llama.cpp: paths, in order of loading; NULL = not named */
  guint      model;      /* index of the one being loaded */
  guint      context;    /* of that model: 0 = none made yet */
  gboolean   has_size;   /* the context has told its size */
  char       projector_device[64];

  gint          box_gpu;    /* nvidia-smi: position of the GPU whose second row is awaited, -1 = none */
  guint         n_columns;  /* 0 = not in a table */
  guint         row;        /* of the table, from 0 */
  PlimLogColumn columns[PLIM_LOG_MOST_COLUMNS];
} PlimLogReader;

/* A size to add. */
typedef struct
{
  PlimLogFigure figure;
  PlimLogPlace  place;
  PlimSlice     device;      /* empty = not named */
  PlimSlice     source;      /* empty = not named; sizes of the same figure, device and source replace each other */
  gboolean      adds_up;     /* does not replace: the program prints several */
  gboolean      is_summary;  /* of sizes that may be listed one by one elsewhere */
  gint64        bytes;
  gint64        step_bytes;
} PlimLogSize;

/* Each reads the current line; lines of others are left alone. */
void plim_log_reader_llama (PlimLogReader *reader);
void plim_log_reader_server (PlimLogReader *reader);
void plim_log_reader_pytorch (PlimLogReader *reader);
void plim_log_reader_nvidia_smi (PlimLogReader *reader);

/* Adds an entry, printed in the current line. */
void plim_log_reader_add (PlimLogReader     *reader,
                          PlimLogKind        kind,
                          const PlimLogSize *size);

/* Lets go of what @model, or with G_MAXUINT any, held so far: it is being loaded anew. */
void plim_log_reader_release (PlimLogReader *reader,
                              guint          model);

/* The GPU of this index or, where that is -1, of this id; a new one if there is none such.  NULL over the limit. */
PlimLogGpu *plim_log_reader_gpu (PlimLogReader *reader,
                                 gint           index,
                                 PlimSlice      id);

void plim_log_reader_add_process (PlimLogReader *reader,
                                  gint           gpu_index,
                                  gint64         pid,
                                  PlimSlice      name,
                                  gint64         bytes);

/* Replaces a text of the facts by a copy of @value, if that is not empty. */
void plim_log_reader_set_text (char    **text,
                               PlimSlice value);

G_END_DECLS
