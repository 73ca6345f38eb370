/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table that nvidia-smi draws, with its list of processes, and what --query-gpu and --query-compute-apps print as
 * comma-separated values with a header. */

#include "config.h"

#include "plim-runtime-log-private.h"

#include <string.h>

#define MOST_ROW    1000
#define MOST_HEADER 4096
#define MIB         (G_GINT64_CONSTANT (1) << 20)

/* Columns by the start of their header, longer names first. */
static const struct
{
  const char   *header;
  PlimLogColumn column;
} headers[] = {
  { "timestamp", PLIM_LOG_COLUMN_TIME },
  { "index", PLIM_LOG_COLUMN_INDEX },
  { "uuid", PLIM_LOG_COLUMN_ID },
  { "gpu_uuid", PLIM_LOG_COLUMN_ID },
  { "pci.bus_id", PLIM_LOG_COLUMN_ID },
  { "gpu_bus_id", PLIM_LOG_COLUMN_ID },
  { "name", PLIM_LOG_COLUMN_NAME },
  { "gpu_name", PLIM_LOG_COLUMN_NAME },
  { "memory.total", PLIM_LOG_COLUMN_TOTAL },
  { "memory.used", PLIM_LOG_COLUMN_USED },
  { "memory.free", PLIM_LOG_COLUMN_FREE },
  { "pid", PLIM_LOG_COLUMN_PID },
  { "process_name", PLIM_LOG_COLUMN_PROCESS },
  { "used_gpu_memory", PLIM_LOG_COLUMN_PROCESS_BYTES },
  { "used_memory", PLIM_LOG_COLUMN_PROCESS_BYTES },
};

/* What a list of processes calls their kind: computing, graphics, or through the multi-process service. */
static const char *const process_types[] = { "C", "G", "C+G", "M", "M+C" };

/* Settings that stand behind the name of a GPU in the first cell. */
static const char *const name_tails[] = { " On", " Off", " N/A", " WDDM", " TCC", " MCDM" };

/* Takes the cell between two bars. */
static gboolean
take_cell (PlimSlice *row,
           PlimSlice *cell)
{
  return plim_slice_field (row, '|', cell);
}

/* "|   0  NVIDIA GeForce RTX 3080        On  |   00000000:1A:00.0 Off |  N/A |" */
static gboolean
read_box_name (PlimLogReader *reader,
               PlimSlice      cell,
               PlimSlice      row)
{
  PlimSlice   bus;
  PlimSlice   name;
  PlimSlice   id;
  PlimLogGpu *gpu;
  gint64      index;

  if (!plim_slice_count (&cell, &index) || index >= G_MAXINT16 || !plim_slice_starts (cell, "  ") ||
      !take_cell (&row, &bus))
    return FALSE;
  if (!plim_slice_word (&bus, &id) || (!plim_slice_find (id, ":", NULL, NULL) && !plim_slice_equal (id, "N/A")))
    return FALSE;

  name = plim_slice_trim (cell);
  if (name.length == 0 || !g_ascii_isalpha (name.start[0]))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (name_tails); i++)
    if (plim_slice_ends (name, name_tails[i]))
      name.length -= strlen (name_tails[i]);

  gpu = plim_log_reader_gpu (reader, (gint) index, PLIM_SLICE (""));
  if (gpu == NULL)
    return FALSE;

  plim_log_reader_set_text (&gpu->name, name);
  reader->box_gpu = (gint) index;

  return TRUE;
}

/* "| 30%   39C    P8    18W /  300W |       1MiB /  10240MiB |      0%      Default |" */
static void
read_box_memory (PlimLogReader *reader,
                 PlimSlice      row)
{
  PlimSlice cell;

  while (take_cell (&row, &cell))
    {
      PlimLogGpu *gpu;
      gint64      used;
      gint64      total;

      if (!plim_slice_bytes (&cell, &used, NULL))
        continue;
      cell = plim_slice_trim (cell);
      if (!plim_slice_starts (cell, "/"))
        continue;
      cell = plim_slice_from (cell, 1);
      if (!plim_slice_bytes (&cell, &total, NULL))
        continue;

      gpu = plim_log_reader_gpu (reader, reader->box_gpu, PLIM_SLICE (""));
      if (gpu != NULL)
        {
          gpu->used_bytes = MAX (gpu->used_bytes, used);
          gpu->total_bytes = total;
        }
      reader->log->kinds |= PLIM_LOG_NVIDIA_SMI;
      reader->box_gpu = -1;
      return;
    }
}

static gboolean
is_process_type (PlimSlice word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (process_types); i++)
    if (plim_slice_equal (word, process_types[i]))
      return TRUE;

  return FALSE;
}

/* "|    0   N/A  N/A            1097      C   /usr/bin/python3                1616MiB |", before 2020 without the two
 * columns of instances. */
static void
read_box_process (PlimLogReader *reader,
                  PlimSlice      cell)
{
  PlimSlice rest = cell;
  PlimSlice name;
  PlimSlice word;
  gint64    index;
  gint64    pid = -1;
  gint64    bytes;

  if (!plim_slice_count (&rest, &index) || index >= G_MAXINT16 || !plim_slice_bytes_at_end (cell, &bytes, NULL))
    return;

  while (plim_slice_word (&rest, &word) && !is_process_type (word))
    if (!plim_slice_count (&word, &pid))
      pid = -1;

  name = plim_slice_trim (rest);
  if (pid < 0 || !plim_slice_find_last (name, " ", &name, NULL))
    return;

  reader->log->kinds |= PLIM_LOG_NVIDIA_SMI;
  plim_log_reader_add_process (reader, (gint) index, pid, plim_slice_trim (name), bytes);
}

static void
read_box (PlimLogReader *reader)
{
  PlimSlice row = plim_slice_trim (reader->line);
  PlimSlice cell;
  PlimSlice rest;

  if (!plim_slice_starts (row, "|") || row.length > MOST_ROW)
    return;

  row = plim_slice_from (row, 1);
  rest = row;
  if (!take_cell (&rest, &cell) || read_box_name (reader, cell, rest))
    return;

  if (reader->box_gpu >= 0)
    read_box_memory (reader, row);
  else if (plim_slice_trim (rest).length == 0)
    read_box_process (reader, cell);
}

/* Knows the columns of a header; FALSE if the line is none. */
static gboolean
read_header (PlimLogReader *reader)
{
  PlimLogColumn columns[PLIM_LOG_MOST_COLUMNS] = { PLIM_LOG_COLUMN_OTHER };
  PlimSlice     rest = reader->line;
  PlimSlice     field;
  guint         n_columns = 0;
  gboolean      has_bytes = FALSE;

  while (n_columns < PLIM_LOG_MOST_COLUMNS && plim_slice_field (&rest, ',', &field))
    {
      field = plim_slice_trim (field);
      for (gsize i = 0; i < G_N_ELEMENTS (headers) && columns[n_columns] == PLIM_LOG_COLUMN_OTHER; i++)
        if (plim_slice_starts (field, headers[i].header))
          columns[n_columns] = headers[i].column;
      has_bytes |= columns[n_columns] >= PLIM_LOG_COLUMN_TOTAL && plim_slice_find (field, "memory", NULL, NULL);
      n_columns++;
    }

  if (!has_bytes || n_columns < 2)
    return FALSE;

  memcpy (reader->columns, columns, sizeof columns);
  reader->n_columns = n_columns;
  reader->row = 0;

  return TRUE;
}

/* A field of memory, in MiB where no unit is printed; -1 for "[N/A]" and the like. */
static gint64
field_bytes (PlimSlice field)
{
  PlimSlice rest = field;
  gint64    bytes;

  if (plim_slice_bytes (&rest, &bytes, NULL))
    return bytes;

  return plim_slice_decimal (&field, MIB, &bytes) && plim_slice_trim (field).length == 0 ? bytes : -1;
}

/* The fields of a row by what they hold; FALSE if it is none of the table. */
static gboolean
split_row (const PlimLogReader *reader,
           PlimSlice            fields[],
           guint                n_fields)
{
  PlimSlice rest = reader->line;
  PlimSlice field;
  guint     n_columns = 0;

  for (guint i = 0; i < n_fields; i++)
    fields[i] = PLIM_SLICE ("");

  while (plim_slice_field (&rest, ',', &field))
    if (n_columns < reader->n_columns)
      fields[reader->columns[n_columns++]] = plim_slice_trim (field);
    else
      return FALSE;

  return n_columns == reader->n_columns;
}

static void
read_gpu_row (PlimLogReader   *reader,
              const PlimSlice *fields)
{
  PlimSlice   number = fields[PLIM_LOG_COLUMN_INDEX];
  PlimSlice   id = fields[PLIM_LOG_COLUMN_ID];
  gint64      total = field_bytes (fields[PLIM_LOG_COLUMN_TOTAL]);
  gint64      used = field_bytes (fields[PLIM_LOG_COLUMN_USED]);
  gint64      free = field_bytes (fields[PLIM_LOG_COLUMN_FREE]);
  gint64      index = -1;
  PlimLogGpu *gpu;

  if (MAX (total, MAX (used, free)) < 0)
    return;
  if (plim_slice_count (&number, &index) && index >= G_MAXINT16)
    return;

  /* Without index or id, rows are GPUs in order, or with a time the same one again. */
  if (index < 0 && id.length == 0)
    index = fields[PLIM_LOG_COLUMN_TIME].length > 0 ? 0 : (gint64) MIN (reader->row, (guint) G_MAXINT16);

  gpu = plim_log_reader_gpu (reader, (gint) index, id);
  reader->log->kinds |= PLIM_LOG_NVIDIA_SMI;
  if (gpu == NULL)
    return;

  plim_log_reader_set_text (&gpu->name, fields[PLIM_LOG_COLUMN_NAME]);
  gpu->total_bytes = MAX (gpu->total_bytes, total);
  if (used >= gpu->used_bytes)
    {
      gpu->used_bytes = used;
      gpu->free_bytes = free >= 0 ? free : gpu->free_bytes;
    }
}

static void
read_process_row (PlimLogReader   *reader,
                  const PlimSlice *fields)
{
  PlimSlice number = fields[PLIM_LOG_COLUMN_PID];
  gint64    bytes = field_bytes (fields[PLIM_LOG_COLUMN_PROCESS_BYTES]);
  gint64    pid;

  if (bytes < 0 || !plim_slice_count (&number, &pid))
    return;

  reader->log->kinds |= PLIM_LOG_NVIDIA_SMI;
  plim_log_reader_add_process (reader, -1, pid, fields[PLIM_LOG_COLUMN_PROCESS], bytes);
}

static void
read_row (PlimLogReader *reader)
{
  PlimSlice fields[PLIM_LOG_COLUMN_PROCESS_BYTES + 1];

  if (!split_row (reader, fields, G_N_ELEMENTS (fields)))
    {
      reader->n_columns = 0;
      return;
    }

  if (fields[PLIM_LOG_COLUMN_PID].length > 0)
    read_process_row (reader, fields);
  else
    read_gpu_row (reader, fields);
  reader->row++;
}

void
plim_log_reader_nvidia_smi (PlimLogReader *reader)
{
  read_box (reader);
  if (reader->line.length <= MOST_HEADER && plim_slice_find (reader->line, "memory", NULL, NULL) &&
      read_header (reader))
    return;
  if (reader->n_columns > 0)
    read_row (reader);
}
