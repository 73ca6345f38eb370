/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Splits a text into lines, hands them to the readers of each program and settles which figures count.
 *
 * Invariants: the time is linear in the size of the text (the lists are bounded); every figure is a non-negative
 * gint64. */

#include "config.h"

#include "plim-checked.h"
#include "plim-import-error.h"
#include "plim-json.h"
#include "plim-runtime-log-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_TEXT     400 /* of a line kept for show */
#define MOST_DEVICE   100
#define LEAST_LINE    3 /* "1,1" says something */
#define MOST_GPUS     128
#define MOST_RELEASES 1000 /* of a server that loads models in turn */

/* Logs are of models that serve, so activations are the working memory of a pass.  It and the compute buffer include
 * the logits, which an estimate shows apart; llama.cpp's output buffer is what it hands out of them, on the host. */
static const PlimLogFigureInfo figures[PLIM_N_LOG_FIGURES] = {
  [PLIM_LOG_WEIGHTS] = { "weights", N_ ("Weights"), PLIM_TERM_WEIGHTS },
  [PLIM_LOG_PROJECTOR] = { "projector", N_ ("Vision or audio encoder"), PLIM_TERM_WEIGHTS },
  [PLIM_LOG_ADAPTERS] = { "adapters", N_ ("Adapters"), PLIM_TERM_ADAPTERS },
  [PLIM_LOG_KV_CACHE] = { "kv-cache", N_ ("KV cache"), PLIM_TERM_KV_CACHE },
  [PLIM_LOG_RECURRENT_STATE] = { "recurrent-state", N_ ("Recurrent state"), PLIM_TERM_RECURRENT_STATE },
  [PLIM_LOG_COMPUTE_BUFFER] = { "compute-buffer", N_ ("Compute buffer"), PLIM_TERM_COMPUTE_BUFFER },
  [PLIM_LOG_OUTPUT_BUFFER] = { "output-buffer", N_ ("Output buffer"), PLIM_N_TERM_IDS },
  [PLIM_LOG_ACTIVATIONS] = { "activations", N_ ("Activations"), PLIM_TERM_COMPUTE_BUFFER },
  [PLIM_LOG_CUDA_GRAPHS] = { "cuda-graphs", N_ ("CUDA graphs"), PLIM_N_TERM_IDS },
  [PLIM_LOG_OTHER] = { "other", N_ ("Driver and communication"), PLIM_N_TERM_IDS },
};

static const struct
{
  PlimLogKind kind;
  const char *name;
} programs[] = {
  { PLIM_LOG_LLAMA_CPP, "llama.cpp" },
  { PLIM_LOG_VLLM, "vLLM" },
  { PLIM_LOG_SGLANG, "SGLang" },
  { PLIM_LOG_PYTORCH_OUT_OF_MEMORY, "PyTorch" },
  { PLIM_LOG_NVIDIA_SMI, "nvidia-smi" },
};

const PlimLogFigureInfo *
plim_log_figure_info (PlimLogFigure figure)
{
  g_return_val_if_fail (figure < PLIM_N_LOG_FIGURES, &figures[PLIM_LOG_OTHER]);

  return &figures[figure];
}

const char *
plim_runtime_log_program (const PlimRuntimeLog *log)
{
  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    if ((log->kinds & programs[i].kind) != 0)
      return programs[i].name;

  return "";
}

static void
entry_free (gpointer data)
{
  PlimLogEntry *entry = data;

  g_free (entry->device);
  g_free (entry->text);
  g_free (entry->source);
  g_free (entry);
}

static void
gpu_free (gpointer data)
{
  PlimLogGpu *gpu = data;

  g_free (gpu->id);
  g_free (gpu->name);
  g_free (gpu);
}

static void
process_free (gpointer data)
{
  PlimLogProcess *process = data;

  g_free (process->name);
  g_free (process);
}

void
plim_runtime_log_free (PlimRuntimeLog *log)
{
  if (log == NULL)
    return;

  g_free (log->name);
  g_free (log->facts.architecture);
  g_free (log->facts.model_name);
  g_free (log->facts.file_type);
  g_free (log->facts.k_type);
  g_free (log->facts.v_type);
  g_ptr_array_unref (log->entries);
  g_ptr_array_unref (log->gpus);
  g_ptr_array_unref (log->processes);
  g_free (log);
}

static PlimRuntimeLog *
log_new (const char *name)
{
  PlimRuntimeLog *log = g_new0 (PlimRuntimeLog, 1);

  log->name = g_strdup (name);
  log->entries = g_ptr_array_new_with_free_func (entry_free);
  log->gpus = g_ptr_array_new_with_free_func (gpu_free);
  log->processes = g_ptr_array_new_with_free_func (process_free);
  log->facts.parameters_count = log->facts.model_bytes = -1;
  log->facts.context_count = log->facts.sequences_count = -1;
  log->facts.batch_count = log->facts.ubatch_count = -1;
  log->facts.kv_tokens_count = log->facts.kv_blocks_count = -1;
  log->facts.tensor_parallel_count = -1;
  log->facts.utilization_percent = log->facts.concurrency_percent = -1;

  return log;
}

/* Whether there is room for one more in a list. */
static gboolean
has_room (PlimRuntimeLog *log,
          GPtrArray      *list,
          guint           most)
{
  if (list->len < most)
    return TRUE;

  log->is_cut = TRUE;

  return FALSE;
}

/* Whether @later tells the same size anew. */
static gboolean
is_repetition (const PlimLogEntry *entry,
               const PlimLogEntry *later)
{
  return entry->is_counted && entry->figure == later->figure && entry->model == later->model &&
         entry->context == later->context && entry->is_summary == later->is_summary &&
         g_strcmp0 (entry->device, later->device) == 0 && g_strcmp0 (entry->source, later->source) == 0;
}

/* Lets @entry replace what it repeats; of two roundings of one size the finer one stays. */
static void
replace_repeated (PlimRuntimeLog *log,
                  PlimLogEntry   *entry)
{
  for (guint i = log->entries->len; i > 0; i--)
    {
      PlimLogEntry *earlier = g_ptr_array_index (log->entries, i - 1);

      if (!is_repetition (earlier, entry))
        continue;

      if (earlier->step_bytes < entry->step_bytes)
        entry->is_counted = FALSE;
      else
        earlier->is_counted = FALSE;
      return;
    }
}

static char *
dup_or_null (PlimSlice slice,
             gsize     most_bytes)
{
  return slice.length > 0 ? plim_slice_dup (slice, most_bytes) : NULL;
}

void
plim_log_reader_add (PlimLogReader     *reader,
                     PlimLogKind        kind,
                     const PlimLogSize *size)
{
  PlimRuntimeLog *log = reader->log;
  PlimLogEntry   *entry;

  log->kinds |= kind;
  if (!has_room (log, log->entries, PLIM_RUNTIME_LOG_MOST_ENTRIES))
    return;

  entry = g_new0 (PlimLogEntry, 1);
  entry->figure = size->figure;
  entry->term = figures[size->figure].term;
  entry->place = size->place;
  entry->device = dup_or_null (size->device, MOST_DEVICE);
  entry->source = dup_or_null (size->source, MOST_DEVICE);
  entry->bytes = size->bytes;
  entry->step_bytes = size->step_bytes;
  entry->model = reader->model;
  entry->context = reader->context;
  entry->is_summary = size->is_summary;
  entry->is_counted = TRUE;
  entry->line = reader->number;
  entry->text = plim_slice_dup (plim_slice_trim (reader->line), MOST_TEXT);

  if (!size->adds_up)
    replace_repeated (log, entry);
  g_ptr_array_add (log->entries, entry);
}

void
plim_log_reader_release (PlimLogReader *reader,
                         guint          model)
{
  GPtrArray *entries = reader->log->entries;

  if (reader->n_releases++ >= MOST_RELEASES)
    return;

  for (guint i = 0; i < entries->len; i++)
    {
      PlimLogEntry *entry = g_ptr_array_index (entries, i);

      if (model == G_MAXUINT || entry->model == model)
        entry->is_counted = FALSE;
    }
}

static gboolean
is_same_gpu (const PlimLogGpu *gpu,
             gint              index,
             const char       *id)
{
  if (index >= 0)
    return gpu->index == index;

  return id != NULL ? g_strcmp0 (gpu->id, id) == 0 : gpu->index < 0 && gpu->id == NULL;
}

PlimLogGpu *
plim_log_reader_gpu (PlimLogReader *reader,
                     gint           index,
                     PlimSlice      id)
{
  GPtrArray       *gpus = reader->log->gpus;
  g_autofree char *copy = dup_or_null (id, MOST_DEVICE);
  PlimLogGpu      *gpu;

  for (guint i = 0; i < gpus->len; i++)
    if (is_same_gpu (g_ptr_array_index (gpus, i), index, copy))
      return g_ptr_array_index (gpus, i);

  if (!has_room (reader->log, gpus, MOST_GPUS))
    return NULL;

  gpu = g_new0 (PlimLogGpu, 1);
  gpu->index = index;
  gpu->id = g_steal_pointer (&copy);
  gpu->total_bytes = gpu->used_bytes = gpu->free_bytes = -1;
  gpu->process_bytes = gpu->allocated_bytes = gpu->reserved_bytes = gpu->requested_bytes = -1;
  g_ptr_array_add (gpus, gpu);

  return gpu;
}

void
plim_log_reader_add_process (PlimLogReader *reader,
                             gint           gpu_index,
                             gint64         pid,
                             PlimSlice      name,
                             gint64         bytes)
{
  GPtrArray      *processes = reader->log->processes;
  PlimLogProcess *process;

  if (!has_room (reader->log, processes, PLIM_RUNTIME_LOG_MOST_ENTRIES))
    return;

  process = g_new0 (PlimLogProcess, 1);
  process->gpu_index = gpu_index;
  process->pid = pid;
  process->name = dup_or_null (name, MOST_TEXT);
  process->bytes = bytes;
  g_ptr_array_add (processes, process);
}

void
plim_log_reader_set_text (char    **text,
                          PlimSlice value)
{
  PlimSlice trimmed = plim_slice_trim (value);

  if (trimmed.length == 0)
    return;

  g_free (*text);
  *text = plim_slice_dup (trimmed, MOST_TEXT);
}

/* Copies a line without the escape sequences that colour a terminal. */
static PlimSlice
without_escapes (PlimSlice line,
                 GString  *copy)
{
  gsize at = 0;

  if (memchr (line.start, 0x1B, line.length) == NULL)
    return line;

  g_string_truncate (copy, 0);
  while (at < line.length)
    {
      if (line.start[at] != 0x1B)
        {
          g_string_append_c (copy, line.start[at++]);
          continue;
        }
      at++;
      if (at >= line.length || line.start[at] != '[')
        continue;
      for (at++; at < line.length && !g_ascii_isalpha (line.start[at]); at++)
        ;
      at += at < line.length;
    }

  return (PlimSlice) { copy->str, copy->len };
}

/* Reads all lines.  A carriage return also ends one: progress bars are drawn over with it. */
static void
read_lines (PlimLogReader *reader,
            PlimSlice      text)
{
  g_autoptr (GString) copy = g_string_new (NULL);
  PlimSlice           line;

  while (plim_slice_field (&text, '\n', &line))
    {
      PlimSlice piece;

      reader->number++;
      while (plim_slice_field (&line, '\r', &piece))
        {
          if (piece.length < LEAST_LINE || piece.length > PLIM_RUNTIME_LOG_MOST_LINE)
            continue;
          reader->rest = (PlimSlice) { piece.start, (gsize) (text.start + text.length - piece.start) };
          reader->line = without_escapes (piece, copy);
          plim_log_reader_llama (reader);
          plim_log_reader_server (reader);
          plim_log_reader_pytorch (reader);
          plim_log_reader_nvidia_smi (reader);
        }
    }
}

/* A summary counts only where no device of its figure is listed; a guess of one only where nothing was measured. */
static void
settle_summaries (PlimRuntimeLog *log)
{
  gboolean is_listed[PLIM_N_LOG_FIGURES] = { FALSE };

  for (guint i = 0; i < log->entries->len; i++)
    {
      const PlimLogEntry *entry = g_ptr_array_index (log->entries, i);

      if (entry->is_counted && !entry->is_summary)
        is_listed[entry->figure] = TRUE;
    }

  for (guint i = 0; i < log->entries->len; i++)
    {
      PlimLogEntry *entry = g_ptr_array_index (log->entries, i);

      if (entry->is_summary && is_listed[entry->figure])
        entry->is_counted = FALSE;
    }
}

/* UTF-8 of UTF-16 text, as Windows writes it; what is not valid becomes U+FFFD. */
static GString *
from_utf16 (const char *text,
            gsize       size)
{
  GString *result = g_string_sized_new (size / 2);
  gboolean is_big = (guchar) text[0] == 0xFE;
  gunichar high = 0;

  for (gsize i = 2; i + 1 < size; i += 2)
    {
      guchar   first = (guchar) text[i];
      guchar   second = (guchar) text[i + 1];
      gunichar unit = is_big ? first * 256u + second : second * 256u + first;

      if (unit >= 0xD800 && unit < 0xDC00)
        high = unit;
      else if (unit >= 0xDC00 && unit < 0xE000)
        {
          g_string_append_unichar (result, high != 0 ? 0x10000 + (high - 0xD800) * 0x400 + (unit - 0xDC00) : 0xFFFD);
          high = 0;
        }
      else
        {
          g_string_append_unichar (result, unit);
          high = 0;
        }
    }

  return result;
}

static void
read_text (PlimRuntimeLog *log,
           PlimSlice       text)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_free);
  PlimLogReader         reader = { .log = log, .models = models, .box_gpu = -1 };

  read_lines (&reader, text);
  settle_summaries (log);
}

PlimRuntimeLog *
plim_runtime_log_parse (const char *name,
                        const char *text,
                        gsize       size,
                        GError    **error)
{
  g_autoptr (PlimRuntimeLog) log = NULL;

  g_return_val_if_fail (name != NULL && (text != NULL || size == 0), NULL);

  if (size > PLIM_RUNTIME_LOG_MOST_BYTES)
    {
      plim_import_set_error (error, PLIM_IMPORT_ERROR_TOO_LARGE, name, NULL,
                             _ ("a log may have at most %d MiB; keep the part where the model is loaded"),
                             PLIM_RUNTIME_LOG_MOST_BYTES / (1024 * 1024));
      return NULL;
    }

  log = log_new (name);
  if (size >= 2 && (memcmp (text, "\xFF\xFE", 2) == 0 || memcmp (text, "\xFE\xFF", 2) == 0))
    {
      g_autoptr (GString) converted = from_utf16 (text, size);

      read_text (log, (PlimSlice) { converted->str, converted->len });
    }
  else if (size > 0)
    {
      read_text (log, (PlimSlice) { text, size });
    }

  if (log->kinds == 0)
    {
      plim_import_set_error (error, PLIM_IMPORT_ERROR_FOREIGN, name, NULL,
                             _ ("no memory figures found; understood are the load messages of llama.cpp, ik_llama.cpp, "
                                "Ollama, vLLM and SGLang, out-of-memory messages of PyTorch, and the output of "
                                "nvidia-smi"));
      return NULL;
    }

  return g_steal_pointer (&log);
}

PlimRuntimeLog *
plim_runtime_log_read (GFile   *file,
                       GError **error)
{
  g_autofree char   *name = g_file_get_basename (file);
  g_autofree char   *shown = g_utf8_make_valid (name, -1);
  g_autoptr (GBytes) bytes = plim_json_read_file (file, PLIM_RUNTIME_LOG_MOST_BYTES, error);
  gsize              size;
  const char        *text;

  if (bytes == NULL)
    return NULL;

  text = g_bytes_get_data (bytes, &size);

  return plim_runtime_log_parse (shown, text, size, error);
}

gint64
plim_runtime_log_term_bytes (const PlimRuntimeLog *log,
                             PlimTermId            term,
                             PlimLogPlace          place)
{
  gint64 sum = -1;

  for (guint i = 0; i < log->entries->len; i++)
    {
      const PlimLogEntry *entry = g_ptr_array_index (log->entries, i);

      if (entry->is_counted && entry->term == term && entry->place == place)
        sum = plim_add (MAX (sum, 0), entry->bytes);
    }

  return sum;
}

gint64
plim_runtime_log_figure_bytes (const PlimRuntimeLog *log,
                               PlimLogFigure         figure,
                               PlimLogPlace          place,
                               const char           *device)
{
  gint64 sum = -1;

  for (guint i = 0; i < log->entries->len; i++)
    {
      const PlimLogEntry *entry = g_ptr_array_index (log->entries, i);

      if (!entry->is_counted || entry->figure != figure || entry->place != place)
        continue;
      if (device == NULL || g_strcmp0 (entry->device, device) == 0)
        sum = plim_add (MAX (sum, 0), entry->bytes);
    }

  return sum;
}
