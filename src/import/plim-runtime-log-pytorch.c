/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Out-of-memory messages of PyTorch, also when an editor has broken them over several lines.
 *
 * Wordings: c10/cuda/CUDACachingAllocator.cpp, before 2.1 "(GPU 0; 23.69 GiB total capacity; …)" and since then
 * sentences ("capacty" in 2.1); aten/src/ATen/mps/MPSAllocator.mm, whose "GB" are 2^30 bytes. */

#include "config.h"

#include "plim-runtime-log-private.h"

#include <string.h>

#define MARK         " out of memory"
#define MOST_MESSAGE 2000 /* bytes looked at from the start of a message on */
#define MOST_ESCAPES 1000 /* bytes that colours may take in its first line */

static const struct
{
  const char *phrase;
  gboolean    is_before; /* the number stands before the phrase */
  gsize       offset;
} sizes[] = {
  { "Tried to allocate ", FALSE, G_STRUCT_OFFSET (PlimLogGpu, requested_bytes) },
  { " has a total capacity of ", FALSE, G_STRUCT_OFFSET (PlimLogGpu, total_bytes) },
  { " has a total capacty of ", FALSE, G_STRUCT_OFFSET (PlimLogGpu, total_bytes) },
  { " is free.", TRUE, G_STRUCT_OFFSET (PlimLogGpu, free_bytes) },
  { "this process has ", FALSE, G_STRUCT_OFFSET (PlimLogGpu, process_bytes) },
  { "Of the allocated memory ", FALSE, G_STRUCT_OFFSET (PlimLogGpu, allocated_bytes) },
  { " is reserved by PyTorch but unallocated", TRUE, G_STRUCT_OFFSET (PlimLogGpu, reserved_bytes) },
  { " total capacity;", TRUE, G_STRUCT_OFFSET (PlimLogGpu, total_bytes) },
  { " already allocated;", TRUE, G_STRUCT_OFFSET (PlimLogGpu, allocated_bytes) },
  { " free;", TRUE, G_STRUCT_OFFSET (PlimLogGpu, free_bytes) },
  { " reserved in total by PyTorch", TRUE, G_STRUCT_OFFSET (PlimLogGpu, reserved_bytes) },
  { " cached)", TRUE, G_STRUCT_OFFSET (PlimLogGpu, reserved_bytes) },
  { "MPS allocated: ", FALSE, G_STRUCT_OFFSET (PlimLogGpu, allocated_bytes) },
  { "max allowed: ", FALSE, G_STRUCT_OFFSET (PlimLogGpu, total_bytes) },
};

static const char *const starts[] = { MARK ". Tried to allocate ", MARK " (MPS allocated: " };

/* The message that begins with @text, runs of blanks and line ends made one blank, up to the next message. */
static GString *
one_line (PlimSlice text)
{
  PlimSlice piece = plim_slice_upto (text, MOST_MESSAGE);
  GString  *line = g_string_sized_new (piece.length);
  PlimSlice next;
  PlimSlice word;

  if (plim_slice_find (plim_slice_from (piece, strlen (MARK)), MARK, &next, NULL))
    piece.length = strlen (MARK) + next.length;

  while (plim_slice_word (&piece, &word))
    {
      g_string_append_c (line, ' ');
      g_string_append_len (line, word.start, (gssize) word.length);
    }

  return line;
}

/* The index behind "GPU ", as in "GPU 0 has" and "(GPU 0;"; 0 where there is none, as with MPS. */
static gint
gpu_index (PlimSlice message)
{
  PlimSlice after;
  gint64    index;

  if (plim_slice_find (message, "GPU ", NULL, &after) && plim_slice_count (&after, &index) && index < G_MAXINT16)
    return (gint) index;

  return 0;
}

static void
read_sizes (PlimSlice   message,
            PlimLogGpu *gpu)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gint64   *target = G_STRUCT_MEMBER_P (gpu, sizes[i].offset);
      PlimSlice before;
      PlimSlice after;
      gint64    bytes;

      if (!plim_slice_find (message, sizes[i].phrase, &before, &after))
        continue;
      if (sizes[i].is_before ? plim_slice_bytes_at_end (before, &bytes, NULL) : plim_slice_bytes (&after, &bytes, NULL))
        *target = bytes;
    }
}

/* "Process 8165 has 14.20 GiB memory in use.": each program on the GPU; ours too where it sees itself only by number,
 * in a container. */
static void
read_processes (PlimLogReader *reader,
                PlimSlice      message,
                PlimLogGpu    *gpu)
{
  PlimSlice rest = message;
  guint     n_processes = 0;
  gint64    pid;
  gint64    bytes = -1;

  while (plim_slice_find (rest, " Process ", NULL, &rest))
    if (plim_slice_count (&rest, &pid) && plim_slice_starts (rest, " has "))
      {
        rest = plim_slice_from (rest, 5);
        if (!plim_slice_bytes (&rest, &bytes, NULL))
          continue;
        plim_log_reader_add_process (reader, gpu->index, pid, PLIM_SLICE (""), bytes);
        n_processes++;
      }

  if (gpu->process_bytes < 0 && n_processes == 1)
    gpu->process_bytes = bytes;
}

static void
read_message (PlimLogReader *reader,
              PlimSlice      message)
{
  PlimLogGpu *gpu = plim_log_reader_gpu (reader, gpu_index (message), PLIM_SLICE (""));

  reader->log->kinds |= PLIM_LOG_PYTORCH_OUT_OF_MEMORY;
  if (gpu == NULL)
    return;

  gpu->process_bytes = -1;
  read_sizes (message, gpu);
  if (plim_slice_find (message, "but unallocated", NULL, NULL) && gpu->reserved_bytes >= 0 && gpu->allocated_bytes >= 0)
    gpu->reserved_bytes += MIN (gpu->allocated_bytes, G_MAXINT64 - gpu->reserved_bytes);
  read_processes (reader, message, gpu);
}

void
plim_log_reader_pytorch (PlimLogReader *reader)
{
  g_autoptr (GString) joined = NULL;
  PlimSlice           message;
  PlimSlice           before;

  if (!plim_slice_find (reader->line, MARK, NULL, NULL))
    return;

  /* From the line as it came, since the message may go on in the next. */
  if (!plim_slice_find (plim_slice_upto (reader->rest, reader->line.length + MOST_ESCAPES), MARK, &before, NULL))
    return;

  joined = one_line (plim_slice_from (reader->rest, before.length));
  message = (PlimSlice) { joined->str, joined->len };
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    if (plim_slice_starts (message, starts[i]))
      read_message (reader, message);
}
