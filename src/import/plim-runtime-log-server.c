/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Start messages of vLLM (both engines) and SGLang: sizes beside known phrases.
 *
 * Wordings: vLLM vllm/worker/worker.py (2024), vllm/v1/worker/gpu_worker.py, gpu_model_runner.py,
 * vllm/v1/core/kv_cache_utils.py and vllm/utils/mem_utils.py; SGLang python/sglang/srt/model_executor/model_runner.py
 * and mem_cache/memory_pool.py.  Where they print "GB" they have divided by 2^30. */

#include "config.h"

#include "plim-runtime-log-private.h"

/* SGLang tells its settings once, when it starts; a log may hold several runs. */
#define START "server_args=ServerArgs("

typedef enum
{
  BEHIND, /* the number follows the phrase */
  BEFORE, /* the number stands before it */
} Side;

/* Sizes.  A phrase that is found in a longer one is told apart by its words around the number. */
static const struct
{
  const char   *lead;       /* must stand somewhere before the phrase; NULL = nothing */
  const char   *phrase;
  Side          side;
  PlimLogKind   kind;
  PlimLogFigure figure;
  const char   *part;       /* NULL; parts of one figure add up */
  gboolean      is_summary; /* an estimate beside a measured size */
  gboolean      adds_up;    /* a draft model prints its own */
} sizes[] = {
  { NULL, "model weights take ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_WEIGHTS, NULL, FALSE, FALSE },
  { NULL, "Loading model weights took ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_WEIGHTS, NULL, FALSE, FALSE },
  { NULL, "Model loading took ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_WEIGHTS, NULL, FALSE, FALSE },
  { "Memory profiling takes", "; weights memory: ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_WEIGHTS, NULL, FALSE, FALSE },
  { "Actual usage", " for weight", BEFORE, PLIM_LOG_VLLM, PLIM_LOG_WEIGHTS, NULL, FALSE, FALSE },
  { NULL, "non_torch_memory takes ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_OTHER, NULL, FALSE, FALSE },
  { "Memory profiling takes", "non-torch forward increase memory: ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_OTHER, NULL, FALSE, FALSE },
  { "Actual usage", " for non-torch memory", BEFORE, PLIM_LOG_VLLM, PLIM_LOG_OTHER, NULL, FALSE, FALSE },
  { NULL, "PyTorch activation peak memory takes ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_ACTIVATIONS, NULL, FALSE, FALSE },
  { "Memory profiling takes", "torch peak memory increase: ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_ACTIVATIONS, NULL, FALSE, FALSE },
  { "Actual usage", " for peak activation", BEFORE, PLIM_LOG_VLLM, PLIM_LOG_ACTIVATIONS, NULL, FALSE, FALSE },
  { NULL, "reserved for KV Cache is ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_KV_CACHE, NULL, FALSE, FALSE },
  { NULL, "Available KV cache memory: ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_KV_CACHE, NULL, FALSE, FALSE },
  { "Graph capturing finished in ", " took ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_CUDA_GRAPHS, NULL, FALSE, FALSE },
  { NULL, "CUDA graph pool memory: ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_CUDA_GRAPHS, NULL, FALSE, FALSE },
  { "Actual usage", " for CUDAGraph memory", BEFORE, PLIM_LOG_VLLM, PLIM_LOG_CUDA_GRAPHS, NULL, FALSE, FALSE },
  { NULL, "Estimated CUDA graph memory: ", BEHIND, PLIM_LOG_VLLM, PLIM_LOG_CUDA_GRAPHS, "estimate", TRUE, FALSE },
  { "Load weight end.", "mem usage=", BEHIND, PLIM_LOG_SGLANG, PLIM_LOG_WEIGHTS, NULL, FALSE, TRUE },
  { "KV Cache is allocated.", " K size: ", BEHIND, PLIM_LOG_SGLANG, PLIM_LOG_KV_CACHE, "K", FALSE, TRUE },
  { "KV Cache is allocated.", " V size: ", BEHIND, PLIM_LOG_SGLANG, PLIM_LOG_KV_CACHE, "V", FALSE, TRUE },
  { "KV Cache is allocated.", " KV size: ", BEHIND, PLIM_LOG_SGLANG, PLIM_LOG_KV_CACHE, "KV", FALSE, TRUE },
  { "Mamba Cache is allocated.", "conv_state size: ", BEHIND, PLIM_LOG_SGLANG, PLIM_LOG_RECURRENT_STATE, "conv", FALSE, TRUE },
  { "Mamba Cache is allocated.", "ssm_state size: ", BEHIND, PLIM_LOG_SGLANG, PLIM_LOG_RECURRENT_STATE, "ssm", FALSE, TRUE },
  { "Capture cuda graph end.", "mem usage=", BEHIND, PLIM_LOG_SGLANG, PLIM_LOG_CUDA_GRAPHS, NULL, FALSE, TRUE },
};

typedef enum
{
  FACT_COUNT,
  FACT_PERCENT,   /* a share or a multiple, in hundredths */
  FACT_QUOTED,    /* 'text' */
  FACT_WORD       /* up to a comma */
} FactType;

static const struct
{
  const char *lead;
  const char *phrase;
  FactType    type;
  gsize       offset;
} facts[] = {
  { NULL, "GPU KV cache size: ", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, kv_tokens_count) },
  { NULL, "# GPU blocks: ", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, kv_blocks_count) },
  { NULL, "# CUDA blocks: ", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, kv_blocks_count) },
  { NULL, "# cuda blocks: ", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, kv_blocks_count) },
  { NULL, "Maximum concurrency for ", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, context_count) },
  { "Maximum concurrency for ", " tokens per request: ", FACT_PERCENT, G_STRUCT_OFFSET (PlimLogFacts, concurrency_percent) },
  { NULL, " x gpu_memory_utilization (", FACT_PERCENT, G_STRUCT_OFFSET (PlimLogFacts, utilization_percent) },
  { NULL, "Desired GPU memory utilization is (", FACT_PERCENT, G_STRUCT_OFFSET (PlimLogFacts, utilization_percent) },
  { " engine (v", " model='", FACT_QUOTED, G_STRUCT_OFFSET (PlimLogFacts, model_name) },
  { " engine (v", " max_seq_len=", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, context_count) },
  { " engine (v", " tensor_parallel_size=", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, tensor_parallel_count) },
  { " engine (v", " kv_cache_dtype=", FACT_WORD, G_STRUCT_OFFSET (PlimLogFacts, k_type) },
  { " engine (v", " kv_cache_dtype=", FACT_WORD, G_STRUCT_OFFSET (PlimLogFacts, v_type) },
  { "Load weight end.", " type=", FACT_WORD, G_STRUCT_OFFSET (PlimLogFacts, architecture) },
  { NULL, "KV Cache is allocated. #tokens: ", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, kv_tokens_count) },
  { START, "model_path='", FACT_QUOTED, G_STRUCT_OFFSET (PlimLogFacts, model_name) },
  { START, " tp_size=", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, tensor_parallel_count) },
  { START, " mem_fraction_static=", FACT_PERCENT, G_STRUCT_OFFSET (PlimLogFacts, utilization_percent) },
  { START, " kv_cache_dtype='", FACT_QUOTED, G_STRUCT_OFFSET (PlimLogFacts, k_type) },
  { START, " kv_cache_dtype='", FACT_QUOTED, G_STRUCT_OFFSET (PlimLogFacts, v_type) },
  { "max_total_num_tokens=", " context_len=", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, context_count) },
  { "max_total_num_tokens=", " max_running_requests=", FACT_COUNT, G_STRUCT_OFFSET (PlimLogFacts, sequences_count) },
};

/* Words of which every line above has one, so that most lines are left after a few looks. */
static const char *const hints[] = {
  "weight",
  "usage",
  "cache",
  "Cache",
  "graph",
  "Graph",
  "Model loading",
  "profiling",
  "blocks: ",
  "concurrency",
  "gpu_memory_utilization",
  "engine (v",
  "max_total_num_tokens=",
};

/* A process of several: "(Worker_TP1 pid=448) INFO …" is "Worker_TP1", "(VllmWorkerProcess pid=99)" keeps its number,
 * "[2025-11-04 05:27:13 DP0 TP0] …" is "DP0 TP0".  The only process of the engine has no name. */
static PlimSlice
device_of (PlimSlice line)
{
  PlimSlice rest = plim_slice_trim (line);
  PlimSlice inside;
  PlimSlice name;
  PlimSlice word;

  if (plim_slice_find (plim_slice_upto (rest, 200), " pid=", &name, NULL) &&
      plim_slice_find_last (name, "(", NULL, &name))
    {
      if (plim_slice_starts (name, "EngineCore") && !plim_slice_starts (name, "EngineCore_"))
        return (PlimSlice) { name.start, 0 };
      if (plim_slice_find (name, "_", NULL, NULL))
        return name;
      plim_slice_find (plim_slice_from (rest, (gsize) (name.start - rest.start)), ")", &inside, NULL);
      return plim_slice_upto (inside, 100);
    }

  if (plim_slice_find (plim_slice_upto (rest, 100), "[20", NULL, &inside) &&
      plim_slice_find (inside, "]", &inside, NULL))
    if (plim_slice_word (&inside, &word) && plim_slice_word (&inside, &word))
      return plim_slice_trim (inside);

  return (PlimSlice) { rest.start, 0 };
}

/* What stands around @phrase, which comes after @lead. */
static gboolean
find_phrase (PlimSlice   line,
             const char *lead,
             const char *phrase,
             PlimSlice  *before,
             PlimSlice  *after)
{
  if (lead != NULL && !plim_slice_find (line, lead, NULL, &line))
    return FALSE;

  return plim_slice_find (line, phrase, before, after);
}

static void
read_sizes (PlimLogReader *reader)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      PlimLogSize size = {
        .figure = sizes[i].figure,
        .place = PLIM_LOG_ON_GPU,
        .source = plim_slice (sizes[i].part),
        .is_summary = sizes[i].is_summary,
        .adds_up = sizes[i].adds_up,
      };
      PlimSlice before;
      PlimSlice after;
      gboolean  is_read;

      if (!find_phrase (reader->line, sizes[i].lead, sizes[i].phrase, &before, &after))
        continue;

      is_read = sizes[i].side == BEFORE ? plim_slice_bytes_at_end (before, &size.bytes, &size.step_bytes)
                                        : plim_slice_bytes (&after, &size.bytes, &size.step_bytes);
      if (!is_read)
        continue;

      size.device = device_of (reader->line);
      plim_log_reader_add (reader, sizes[i].kind, &size);
    }
}

static void
read_facts (PlimLogReader *reader)
{
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      gpointer  target = G_STRUCT_MEMBER_P (&reader->log->facts, facts[i].offset);
      PlimSlice after;
      PlimSlice text;
      gint64    number;

      if (!find_phrase (reader->line, facts[i].lead, facts[i].phrase, NULL, &after))
        continue;

      if (facts[i].type == FACT_COUNT && plim_slice_count (&after, &number))
        *(gint64 *) target = number;
      else if (facts[i].type == FACT_PERCENT && plim_slice_decimal (&after, 100, &number))
        *(gint64 *) target = number;
      else if (facts[i].type == FACT_QUOTED && plim_slice_find (after, "'", &text, NULL))
        plim_log_reader_set_text (target, text);
      else if (facts[i].type == FACT_WORD && plim_slice_field (&after, ',', &text))
        plim_log_reader_set_text (target, text);
    }
}

/* "total_gpu_memory (79.14GiB)" */
static void
read_total (PlimLogReader *reader)
{
  PlimSlice   after;
  PlimLogGpu *gpu;
  gint64      bytes;

  if (!plim_slice_find (reader->line, "total_gpu_memory (", NULL, &after) || !plim_slice_bytes (&after, &bytes, NULL))
    return;

  gpu = plim_log_reader_gpu (reader, -1, device_of (reader->line));
  if (gpu != NULL)
    gpu->total_bytes = bytes;
}

void
plim_log_reader_server (PlimLogReader *reader)
{
  gboolean is_hinted = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (hints) && !is_hinted; i++)
    is_hinted = plim_slice_find (reader->line, hints[i], NULL, NULL);

  if (!is_hinted)
    return;

  if (plim_slice_find (reader->line, START, NULL, NULL))
    plim_log_reader_release (reader, G_MAXUINT);
  read_sizes (reader);
  read_facts (reader);
  read_total (reader);
}
