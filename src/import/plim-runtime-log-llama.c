/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Load messages of llama.cpp, ik_llama.cpp and Ollama.
 *
 * Nearly all have the form "function: key = value" behind prefixes that vary; device buffers are keys that end in a
 * known phrase, "CUDA0 model buffer size".  Wordings: llama.cpp src/llama.cpp of 2023 and 2024 (llm_load_tensors,
 * llama_kv_cache_init, llama_new_context_with_model) and src/llama-model.cpp, llama-context.cpp, llama-kv-cache.cpp,
 * llama-memory-recurrent.cpp and common/fit.cpp since 2025; Ollama ml/device.go.  The early ones print "MB" for
 * MiB. */

#include "config.h"

#include "plim-runtime-log-private.h"

#include <string.h>

/* Early versions printed the parameters as "model size = 7B". */
#define LEAST_MODEL_BYTES (1 << 20)

#define MOST_MODELS 64

/* Sizes: a key that ends in, or is, a phrase. */
static const struct
{
  const char   *phrase;
  const char   *function;   /* part of the function's name, NULL = any */
  PlimLogFigure figure;
  gboolean      is_suffix;  /* before the phrase stands the device */
  gboolean      adds_up;
  gboolean      is_summary;
  PlimLogPlace  place;      /* where the device is not named */
} sizes[] = {
  { "model buffer size", NULL, PLIM_LOG_WEIGHTS, TRUE, TRUE, FALSE, PLIM_LOG_SOMEWHERE },
  { "KV buffer size", NULL, PLIM_LOG_KV_CACHE, TRUE, TRUE, FALSE, PLIM_LOG_SOMEWHERE },
  { "RS buffer size", NULL, PLIM_LOG_RECURRENT_STATE, TRUE, TRUE, FALSE, PLIM_LOG_SOMEWHERE },
  { "compute buffer size", NULL, PLIM_LOG_COMPUTE_BUFFER, TRUE, FALSE, FALSE, PLIM_LOG_SOMEWHERE },
  { "output buffer size", NULL, PLIM_LOG_OUTPUT_BUFFER, TRUE, FALSE, FALSE, PLIM_LOG_SOMEWHERE },
  { "LoRA buffer size", NULL, PLIM_LOG_ADAPTERS, TRUE, TRUE, FALSE, PLIM_LOG_SOMEWHERE },
  { "buffer size", "load_tensors", PLIM_LOG_WEIGHTS, TRUE, TRUE, FALSE, PLIM_LOG_SOMEWHERE },
  { "size", "kv_cache", PLIM_LOG_KV_CACHE, FALSE, TRUE, TRUE, PLIM_LOG_SOMEWHERE },
  { "KV self size", NULL, PLIM_LOG_KV_CACHE, FALSE, TRUE, TRUE, PLIM_LOG_SOMEWHERE },
  { "kv self size", NULL, PLIM_LOG_KV_CACHE, FALSE, TRUE, TRUE, PLIM_LOG_SOMEWHERE },
  { "size", "memory_recurrent", PLIM_LOG_RECURRENT_STATE, FALSE, TRUE, TRUE, PLIM_LOG_SOMEWHERE },
  { "compute buffer total size", NULL, PLIM_LOG_COMPUTE_BUFFER, FALSE, FALSE, TRUE, PLIM_LOG_SOMEWHERE },
  { "mem required", "load", PLIM_LOG_WEIGHTS, FALSE, TRUE, FALSE, PLIM_LOG_ON_HOST },
  { "system memory used", "load_tensors", PLIM_LOG_WEIGHTS, FALSE, TRUE, FALSE, PLIM_LOG_ON_HOST },
  { "VRAM used", "load_tensors", PLIM_LOG_WEIGHTS, FALSE, TRUE, FALSE, PLIM_LOG_ON_GPU },
};

/* Devices that are no GPU: "CPU", "CPU_Mapped", "CPU_REPACK", "CUDA_Host", "Host", "AMX", "BLAS". */
static const struct
{
  const char *text;
  gboolean    is_end;
} host_devices[] = {
  { "CPU", FALSE },
  { "Host", TRUE },
  { "AMX", FALSE },
  { "BLAS", FALSE },
};

typedef enum
{
  FACT_COUNT,
  FACT_TEXT,
  FACT_SWITCH,
  FACT_BILLIONS,
  FACT_BYTES
} FactType;

static const struct
{
  const char *key;
  FactType    type;
  gsize       offset;
} facts[] = {
  { "arch", FACT_TEXT, G_STRUCT_OFFSET (PlimLogFacts, architecture) },
  { "general.name", FACT_TEXT, G_STRUCT_OFFSET (PlimLogFacts, model_name) },
  { "file type", FACT_TEXT, G_STRUCT_OFFSET (PlimLogFacts, file_type) },
  { "model ftype", FACT_TEXT, G_STRUCT_OFFSET (PlimLogFacts, file_type) },
  { "model params", FACT_BILLIONS, G_STRUCT_OFFSET (PlimLogFacts, parameters_count) },
  { "model size", FACT_BYTES, G_STRUCT_OFFSET (PlimLogFacts, model_bytes) },
  { "file size", FACT_BYTES, G_STRUCT_OFFSET (PlimLogFacts, model_bytes) },
  { "n_ctx", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, context_count) },
  { "n_seq_max", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, sequences_count) },
  { "n_batch", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, batch_count) },
  { "n_ubatch", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, ubatch_count) },
  { "flash_attn", FACT_SWITCH, G_STRUCT_OFFSET (PlimLogFacts, flash_attention) },
};

static const struct
{
  const char   *text;
  PlimLogSwitch value;
} switches[] = {
  { "0", PLIM_LOG_SWITCH_OFF },
  { "disabled", PLIM_LOG_SWITCH_OFF },
  { "1", PLIM_LOG_SWITCH_ON },
  { "enabled", PLIM_LOG_SWITCH_ON },
  { "auto", PLIM_LOG_SWITCH_AUTOMATIC },
};

/* Multiples that parameter counts are printed in. */
static const struct
{
  const char *unit;
  gint64      parts;
} multiples[] = {
  { "K", G_GINT64_CONSTANT (1000) },
  { "M", G_GINT64_CONSTANT (1000000) },
  { "B", G_GINT64_CONSTANT (1000000000) },
  { "T", G_GINT64_CONSTANT (1000000000000) },
};

/* Figures of Ollama's own loader, rounded to a tenth of a GiB. */
static const struct
{
  const char   *message;
  PlimLogFigure figure;
} ollama_messages[] = {
  { "msg=\"model weights\"", PLIM_LOG_WEIGHTS },
  { "msg=\"kv cache\"", PLIM_LOG_KV_CACHE },
  { "msg=\"compute graph\"", PLIM_LOG_COMPUTE_BUFFER },
};

static PlimLogPlace
place_of (PlimSlice    device,
          PlimLogPlace unnamed)
{
  if (device.length == 0)
    return unnamed;

  for (gsize i = 0; i < G_N_ELEMENTS (host_devices); i++)
    if (host_devices[i].is_end ? plim_slice_ends (device, host_devices[i].text)
                               : plim_slice_starts (device, host_devices[i].text))
      return PLIM_LOG_ON_HOST;

  return PLIM_LOG_ON_GPU;
}

/* "CUDA1" is the GPU of index 1; -1 where there is no number at the end. */
static gint
index_of (PlimSlice device)
{
  gsize  start = device.length;
  gint64 index;

  while (start > 0 && g_ascii_isdigit (device.start[start - 1]))
    start--;

  device = plim_slice_from (device, start);

  return plim_slice_count (&device, &index) && index < G_MAXINT16 ? (gint) index : -1;
}

/* Whether facts of the current line are those of the first model and its first context. */
static gboolean
is_first (const PlimLogReader *reader)
{
  return reader->model == 0 && reader->context <= 1;
}

static void
read_switch (PlimSlice      value,
             PlimLogSwitch *target)
{
  PlimSlice word;

  if (!plim_slice_word (&value, &word))
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    if (plim_slice_equal (word, switches[i].text))
      *target = switches[i].value;
}

/* "8.03 B" */
static void
read_multiple (PlimSlice value,
               gint64   *target)
{
  PlimSlice unit = value;
  gint64    whole;
  gint64    count;

  if (!plim_slice_decimal (&unit, 1, &whole))
    return;

  unit = plim_slice_trim (unit);
  for (gsize i = 0; i < G_N_ELEMENTS (multiples); i++)
    if (plim_slice_starts (unit, multiples[i].unit) && plim_slice_decimal (&value, multiples[i].parts, &count))
      *target = count;
}

static void
read_fact (PlimLogReader *reader,
           PlimSlice      key,
           PlimSlice      value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      gpointer target = G_STRUCT_MEMBER_P (&reader->log->facts, facts[i].offset);
      gint64   number;

      if (!plim_slice_equal (key, facts[i].key))
        continue;
      if (facts[i].type == FACT_TEXT)
        plim_log_reader_set_text (target, value);
      else if (facts[i].type == FACT_SWITCH)
        read_switch (value, target);
      else if (facts[i].type == FACT_BILLIONS)
        read_multiple (value, target);
      else if (facts[i].type == FACT_COUNT && plim_slice_count (&value, &number))
        *(gint64 *) target = number;
      else if (facts[i].type == FACT_BYTES && plim_slice_bytes (&value, &number, NULL) && number >= LEAST_MODEL_BYTES)
        *(gint64 *) target = number;
    }
}

/* "n_ctx" of a second context of the same model, as drafting makes one, begins a new set of buffers. */
static void
note_context (PlimLogReader *reader,
              PlimSlice      function,
              PlimSlice      key)
{
  if (!plim_slice_equal (key, "n_ctx") || !plim_slice_find (function, "context", NULL, NULL))
    return;

  if (reader->has_size || reader->context == 0)
    reader->context++;
  reader->has_size = TRUE;
}

/* A type between parentheses after @mark: "K (f16): 1024.00 MiB". */
static void
read_cache_type (PlimSlice   value,
                 const char *mark,
                 char      **target)
{
  PlimSlice after;
  PlimSlice type;

  if (plim_slice_find (value, mark, NULL, &after) && plim_slice_find (after, ")", &type, NULL) && type.length < 20)
    plim_log_reader_set_text (target, type);
}

/* The rest of a summary: "( 4096 cells, 32 layers, 1/1 seqs), K (f16): …, V (f16): …". */
static void
read_summary (PlimLogReader *reader,
              PlimSlice      value)
{
  PlimLogFacts *target = &reader->log->facts;
  PlimSlice     cells = { value.start, 0 };
  PlimSlice     after;
  gint64        count;

  if (plim_slice_find (value, "(", NULL, &cells) && plim_slice_count (&cells, &count) &&
      plim_slice_starts (cells, " cells"))
    target->kv_tokens_count = MAX (target->kv_tokens_count, count);
  if (plim_slice_find (cells, " layers, ", NULL, &after) && plim_slice_count (&after, &count) &&
      target->sequences_count < 0)
    target->sequences_count = count;

  read_cache_type (value, " K (", &target->k_type);
  read_cache_type (value, " V (", &target->v_type);
  read_cache_type (value, "c^KV (", &target->k_type);
}

static void
read_size (PlimLogReader *reader,
           PlimSlice      function,
           PlimSlice      key,
           PlimSlice      value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      PlimLogSize size = {
        .figure = sizes[i].figure,
        .source = function,
        .adds_up = sizes[i].adds_up,
        .is_summary = sizes[i].is_summary,
      };
      PlimSlice before = { key.start, 0 };

      if (sizes[i].is_suffix ? !plim_slice_ends (key, sizes[i].phrase) : !plim_slice_equal (key, sizes[i].phrase))
        continue;
      if (sizes[i].function != NULL && !plim_slice_find (function, sizes[i].function, NULL, NULL))
        continue;
      if (!plim_slice_bytes (&value, &size.bytes, &size.step_bytes))
        return;

      if (sizes[i].is_suffix)
        plim_slice_find_last (key, sizes[i].phrase, &before, NULL);
      size.device = plim_slice_trim (before);
      size.place = place_of (size.device, sizes[i].place);
      plim_log_reader_add (reader, PLIM_LOG_LLAMA_CPP, &size);
      if (sizes[i].is_summary && sizes[i].figure == PLIM_LOG_KV_CACHE && is_first (reader))
        read_summary (reader, value);
      return;
    }
}

/* "function: key = value" */
static void
read_assignment (PlimLogReader *reader)
{
  PlimSlice left;
  PlimSlice value;
  PlimSlice prefix;
  PlimSlice key;
  PlimSlice function;

  if (!plim_slice_find (reader->line, " = ", &left, &value) || !plim_slice_find_last (left, ": ", &prefix, &key))
    return;

  key = plim_slice_trim (key);
  if (!plim_slice_find_last (prefix, " ", NULL, &function))
    function = prefix;

  note_context (reader, function, key);
  read_size (reader, function, key, value);
  if (is_first (reader))
    read_fact (reader, key, value);
}

/* "llama_model_loader: loaded meta data with 24 key-value pairs and 291 tensors from PATH (version …" */
static void
read_loader (PlimLogReader *reader)
{
  PlimSlice        after;
  PlimSlice        path;
  g_autofree char *copy = NULL;

  if (!plim_slice_find (reader->line, "llama_model_loader: loaded meta data with ", NULL, &after) ||
      !plim_slice_find (after, " tensors from ", NULL, &after))
    return;
  if (!plim_slice_find_last (after, " (version ", &path, NULL))
    path = after;

  copy = plim_slice_dup (plim_slice_trim (path), 4096);
  reader->context = 0;
  reader->has_size = FALSE;
  for (guint i = 0; i < reader->models->len; i++)
    if (g_strcmp0 (g_ptr_array_index (reader->models, i), copy) == 0)
      {
        reader->model = i;
        plim_log_reader_release (reader, i);
        return;
      }

  if (reader->models->len >= MOST_MODELS)
    return;

  reader->model = reader->models->len;
  if (reader->model == 0)
    plim_log_reader_set_text (&reader->log->facts.model_name, path);
  g_ptr_array_add (reader->models, g_steal_pointer (&copy));
}

/* "llama_model_load_from_file_impl: using device CUDA0 (Tesla V100-PCIE-16GB) - 15841 MiB free" */
static void
read_device (PlimLogReader *reader)
{
  PlimSlice   after;
  PlimSlice   device;
  PlimSlice   name;
  PlimLogGpu *gpu;
  gint64      bytes;

  if (!plim_slice_find (reader->line, ": using device ", NULL, &after) || !plim_slice_word (&after, &device) ||
      index_of (device) < 0)
    return;
  if (!plim_slice_find (after, "(", NULL, &name) || !plim_slice_find (name, ") ", &name, &after))
    return;
  if (!plim_slice_find_last (after, "- ", NULL, &after) || !plim_slice_bytes (&after, &bytes, NULL))
    return;

  gpu = plim_log_reader_gpu (reader, index_of (device), PLIM_SLICE (""));
  if (gpu == NULL)
    return;

  plim_log_reader_set_text (&gpu->name, name);
  gpu->free_bytes = bytes;
}

/* One row of the table printed at the end, in MiB: "|   - CUDA0 (RTX 5090) | total = free + (self = model + context +
 * compute) + unaccounted |", for the host "self = model + context + compute".  "Context" is the KV cache with any
 * recurrent state. */
static void
read_breakdown (PlimLogReader *reader)
{
  static const PlimLogFigure order[] = { PLIM_LOG_WEIGHTS, PLIM_LOG_KV_CACHE, PLIM_LOG_COMPUTE_BUFFER };
  PlimSlice                  after;
  PlimSlice                  label;
  PlimSlice                  device;
  PlimLogGpu                *gpu;
  gint64                     numbers[7];
  guint                      n_numbers = 0;

  if (!plim_slice_find (reader->line, "memory_breakdown_print: |   - ", NULL, &after) ||
      !plim_slice_field (&after, '|', &label))
    return;

  while (after.length > 0 && n_numbers < G_N_ELEMENTS (numbers))
    if (plim_slice_count (&after, &numbers[n_numbers]) && numbers[n_numbers] <= G_MAXINT64 >> 20)
      numbers[n_numbers++] <<= 20;
    else
      after = plim_slice_from (after, 1);

  if (n_numbers != 4 && n_numbers != 7)
    return;

  plim_slice_word (&label, &device);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      PlimLogSize size = {
        .figure = order[i],
        .place = place_of (device, PLIM_LOG_SOMEWHERE),
        .device = device,
        .source = PLIM_SLICE ("memory breakdown"),
        .is_summary = TRUE,
        .bytes = numbers[n_numbers == 7 ? 3 + i : 1 + i],
        .step_bytes = 1 << 20,
      };

      plim_log_reader_add (reader, PLIM_LOG_LLAMA_CPP, &size);
    }

  gpu = n_numbers == 7 ? plim_log_reader_gpu (reader, index_of (device), device) : NULL;
  if (gpu == NULL)
    return;

  gpu->total_bytes = numbers[0];
  gpu->free_bytes = numbers[1];
  if (plim_slice_find (label, "(", NULL, &label) && plim_slice_find_last (label, ")", &label, NULL))
    plim_log_reader_set_text (&gpu->name, label);
}

/* "load_hparams: model size: 811.82 MiB", of the encoder of images or sound, after "clip_ctx: CLIP using CUDA0
 * backend". */
static void
read_projector (PlimLogReader *reader)
{
  PlimLogSize size = { .figure = PLIM_LOG_PROJECTOR, .source = PLIM_SLICE ("load_hparams") };
  PlimSlice   after;
  PlimSlice   device;

  if (plim_slice_find (reader->line, "clip_ctx: CLIP using ", NULL, &after) && plim_slice_word (&after, &device))
    g_snprintf (reader->projector_device, sizeof reader->projector_device, "%.*s",
                (int) MIN (device.length, sizeof reader->projector_device), device.start);

  if (!plim_slice_find (reader->line, "load_hparams: model size:", NULL, &after) ||
      !plim_slice_bytes (&after, &size.bytes, &size.step_bytes))
    return;

  size.device = plim_slice (reader->projector_device);
  size.place = place_of (size.device, PLIM_LOG_SOMEWHERE);
  plim_log_reader_add (reader, PLIM_LOG_LLAMA_CPP, &size);
}

/* "  Device 0: NVIDIA GeForce RTX 5060 Ti, compute capability 12.0, VMM: yes, VRAM: 15847 MiB"; ROCm prints its own
 * kind of capability. */
static void
read_device_list (PlimLogReader *reader)
{
  PlimSlice   after;
  PlimSlice   name;
  PlimLogGpu *gpu;
  gint64      index;
  gint64      bytes;

  if (!plim_slice_find (reader->line, "  Device ", NULL, &after) || !plim_slice_count (&after, &index) ||
      index >= G_MAXINT16)
    return;
  if (!plim_slice_starts (after, ": ") || !plim_slice_find (plim_slice_from (after, 2), ", ", &name, &after))
    return;
  if (!plim_slice_starts (after, "compute capability ") && !plim_slice_find (after, "VMM: ", NULL, NULL))
    return;

  gpu = plim_log_reader_gpu (reader, (gint) index, PLIM_SLICE (""));
  if (gpu == NULL)
    return;

  plim_log_reader_set_text (&gpu->name, name);
  if (plim_slice_find (after, "VRAM: ", NULL, &after) && plim_slice_bytes (&after, &bytes, NULL))
    gpu->total_bytes = bytes;
}

/* "sched_reserve: Flash Attention was auto, set to enabled" */
static void
read_automatic_attention (PlimLogReader *reader)
{
  PlimSlice after;

  if (is_first (reader) && plim_slice_find (reader->line, ": Flash Attention was auto, set to ", NULL, &after))
    read_switch (after, &reader->log->facts.flash_attention);
}

/* "…_alloc_buffer: allocating 12345.00 MiB on device 0: cudaMalloc failed: out of memory" */
static void
read_failure (PlimLogReader *reader)
{
  PlimSlice   after;
  PlimLogGpu *gpu;
  gint64      bytes;
  gint64      index;

  if (!plim_slice_find (reader->line, ": allocating ", NULL, &after) || !plim_slice_bytes (&after, &bytes, NULL))
    return;
  if (!plim_slice_starts (after, " on device ") || !plim_slice_find (after, "alloc failed: out of memory", NULL, NULL))
    return;

  after = plim_slice_from (after, strlen (" on device "));
  if (!plim_slice_count (&after, &index) || index >= G_MAXINT16)
    return;

  reader->log->kinds |= PLIM_LOG_LLAMA_CPP;
  gpu = plim_log_reader_gpu (reader, (gint) index, PLIM_SLICE (""));
  if (gpu != NULL)
    gpu->requested_bytes = bytes;
}

/* "level=INFO source=device.go:240 msg=\"model weights\" device=CUDA0 size=\"4.1 GiB\"" */
static void
read_ollama (PlimLogReader *reader)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ollama_messages); i++)
    {
      PlimLogSize size = { .figure = ollama_messages[i].figure, .source = PLIM_SLICE ("Ollama"), .is_summary = TRUE };
      PlimSlice   after;

      if (!plim_slice_find (reader->line, ollama_messages[i].message, NULL, &after))
        continue;
      if (!plim_slice_find (after, "device=", NULL, &after) || !plim_slice_word (&after, &size.device))
        return;
      if (!plim_slice_find (after, "size=\"", NULL, &after) ||
          !plim_slice_bytes (&after, &size.bytes, &size.step_bytes))
        return;

      size.place = place_of (size.device, PLIM_LOG_SOMEWHERE);
      plim_log_reader_add (reader, PLIM_LOG_LLAMA_CPP, &size);
      return;
    }
}

void
plim_log_reader_llama (PlimLogReader *reader)
{
  if (plim_slice_find (reader->line, ": constructing llama_context", NULL, NULL))
    {
      reader->context++;
      reader->has_size = FALSE;
    }

  read_assignment (reader);
  read_loader (reader);
  read_device (reader);
  read_device_list (reader);
  read_automatic_attention (reader);
  read_failure (reader);
  read_breakdown (reader);
  read_projector (reader);
  read_ollama (reader);
}
