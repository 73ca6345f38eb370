/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Texts that are no logs, or are made to hurt. */

#include "plim-import-error.h"
#include "plim-runtime-log.h"

#include <string.h>

static PlimRuntimeLog *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  PlimRuntimeLog    *log = plim_runtime_log_parse ("test.log", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (log);

  return log;
}

/* Texts in which nothing may be found. */
static const char *const foreign[] = {
  "",
  "\n",
  "{\"model_type\": \"llama\"}",
  "<!DOCTYPE html><html>",
  "load_tensors: offloading 32 repeating layers to GPU\n",
  "load_tensors:  CUDA0 model buffer size = MiB\n",
  "load_tensors:  CUDA0 model buffer size = 5 elephants\n",
  "load_tensors:  CUDA0 model buffer size = 99999999999999999999 MiB\n",
  "load_tensors:  CUDA0 model buffer size = 9223372036854775807 MiB\n",
  "llama_kv_cache_iswa: creating non-SWA KV cache, size = 8192 cells\n",
  "Model loading took forever\n",
  "Available KV cache memory: GiB\n",
  "the process ran out of memory\n",
  "CUDA out of memory. Try again.\n",
  "index, name\n0, NVIDIA L40S\n",
  "| a table | of something else |\n| 12 | 13 |\n",
  "memory.used [MiB], memory.total [MiB]\n",
  "model buffer size = 1 MiB",
};

static void
test_foreign (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", foreign[i]);
      g_assert_null (plim_runtime_log_parse ("my.log", foreign[i], strlen (foreign[i]), &error));
      g_assert_error (error, PLIM_IMPORT_ERROR, PLIM_IMPORT_ERROR_FOREIGN);
      g_assert_true (g_str_has_prefix (error->message, "my.log: "));
      g_assert_nonnull (strstr (error->message, "vLLM"));
    }
}

static void
test_too_large (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *text = g_malloc0 (PLIM_RUNTIME_LOG_MOST_BYTES + 1);

  g_assert_null (plim_runtime_log_parse ("my.log", text, PLIM_RUNTIME_LOG_MOST_BYTES + 1, &error));
  g_assert_error (error, PLIM_IMPORT_ERROR, PLIM_IMPORT_ERROR_TOO_LARGE);
}

/* A line that is too long is left out, its neighbours are not. */
static void
test_long_line (void)
{
  g_autoptr (GString)        text = g_string_new ("load_tensors: CUDA0 model buffer size = 256 MiB\n");
  g_autoptr (PlimRuntimeLog) log = NULL;
  gsize                      start = text->len;

  g_string_append (text, "load_tensors: CUDA1 model buffer size = 256 MiB");
  while (text->len - start <= PLIM_RUNTIME_LOG_MOST_LINE)
    g_string_append (text, " and so on");
  g_string_append (text, "\nload_tensors: CUDA2 model buffer size = 256 MiB");
  log = parse (text->str);
  g_assert_cmpint (plim_runtime_log_term_bytes (log, PLIM_TERM_WEIGHTS, PLIM_LOG_ON_GPU), ==, 536870912);
}

/* One MiB of each of these lines, over and over: bounded lists, sums that stay put, and an end. */
#define FLOOD_BYTES (1024 * 1024)

static const char *const floods[] = {
  "load_tensors: CUDA0 model buffer size = 9000000000000 MiB\n",
  "llama_kv_cache: size = 8000000000000 MiB (9223372036854775807 cells, 1 layers, 9223372036854775807 seqs), K (f16)\n",
  " out\x1B[0m of memory",
  " out\x1B[0m of memory\n",
  "CUDA out of memory. Tried to allocate 1 GiB. GPU 1 has a total capacity of 9000000 TiB\n",
  "CUDA out of memory. Tried to allocate 1 GiB. Process 1 has 1 GiB Process 2 has 1 GiB",
  "|   0  A  Off  | 0:0 Off |\n|   1MiB / 9MiB |\n",
  "|||||||||||||||||||||||||||||\n",
  "| 1 C a 1MiB |\n",
  "memory.used,pid\n1,1\n",
  ": : : : : : : = = = = =",
  "(((((((( pid= pid= pid= weights take usage",
  "(x pid=1 Model loading took 1 GiB\n",
  "Actual usage for weight for weight for weight\n",
  "llama_model_loader: loaded meta data with 1 tensors from a\nload_tensors: C model buffer size = 1 MiB\n",
  "\x1B[\x1B[\x1B[\x1B[",
  "\r\r\r\r\r\r\r\n",
  "memory_breakdown_print: |   - C1 (a) | 9223372036854775807 = 1 + (1 = 1 + 1 + 1) + 1 |\n",
  ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,memory.used\n",
};

static void
test_flood (gconstpointer data)
{
  const char                *line = data;
  g_autoptr (GString)        text = g_string_sized_new (FLOOD_BYTES);
  g_autoptr (PlimRuntimeLog) log = NULL;

  while (text->len + strlen (line) <= FLOOD_BYTES)
    g_string_append (text, line);

  log = plim_runtime_log_parse ("flood", text->str, text->len, NULL);
  if (log == NULL)
    return;

  g_assert_cmpuint (log->entries->len, <=, PLIM_RUNTIME_LOG_MOST_ENTRIES);
  g_assert_cmpuint (log->gpus->len, <=, PLIM_RUNTIME_LOG_MOST_ENTRIES);
  g_assert_cmpuint (log->processes->len, <=, PLIM_RUNTIME_LOG_MOST_ENTRIES);
  for (guint i = 0; i < log->entries->len; i++)
    g_assert_cmpint (((const PlimLogEntry *) g_ptr_array_index (log->entries, i))->bytes, >=, 0);
  for (PlimLogPlace place = PLIM_LOG_ON_GPU; place <= PLIM_LOG_SOMEWHERE; place++)
    g_assert_cmpint (plim_runtime_log_term_bytes (log, PLIM_TERM_WEIGHTS, place), >=, -1);
}

/* Lines of each program, of which bytes are changed, lost and exchanged: any answer, no harm. */
static const char whole[] =
  "llama_model_loader: loaded meta data with 29 key-value pairs and 291 tensors from m.gguf (version GGUF V3 "
  "(latest))\n"
  "print_info: model params     = 30.53 B\n"
  "load_tensors:        CUDA0 model buffer size =  5049.71 MiB\n"
  "llama_context: n_ctx         = 4096\n"
  "llama_context: flash_attn    = auto\n"
  "llama_kv_cache: size = 2048.00 MiB (  4096 cells,  32 layers,  1/1 seqs), K (f16): 1024.00 MiB, V (f16): 1024.00 "
  "MiB\n"
  "clip_ctx: CLIP using CUDA0 backend\nload_hparams: model size:  811.82 MiB\n"
  "llama_memory_breakdown_print: |   - CUDA0 (RTX 5090)   | 32606 = 1057 + (29365 = 28609 +     397 +     358) +       "
  " 2183 |\n"
  "x: using device CUDA0 (NVIDIA GeForce RTX 3090) (0000:01:00.0) - 23888 MiB free\n"
  "msg=\"model weights\" device=CUDA0 size=\"19.9 GiB\"\n"
  "(Worker_TP0 pid=34322) INFO Model loading took 12.66 GiB memory and 31.657031 seconds\n"
  "INFO model weights take 14.99GiB; non_torch_memory takes 0.12GiB; the rest of the memory reserved for KV Cache is "
  "-0.22GiB.\n"
  "GPU KV cache size: 436,624 tokens, Maximum concurrency for 8,192 tokens per request: 53.30x\n"
  "[2025-12-29 18:33:03 TP0] KV Cache is allocated. #tokens: 473854, K size: 2.71 GB, V size: 2.71 GB\n"
  "CUDA out of memory. Tried to allocate 1.96 GiB. GPU 3 has a total capacity of 79.15 GiB of which 1.25 GiB is free. "
  "Process 8165 has 14.20 GiB memory in use. Of the allocated memory 75.70 GiB is allocated by PyTorch, and 1.52 GiB "
  "is reserved by PyTorch but unallocated.\n"
  "|   0  NVIDIA A100-SXM4-80GB          On  |   00000000:1A:00.0 Off |                    0 |\n"
  "| N/A   34C    P0             60W /  400W |   12345MiB /  81920MiB |      0%      Default |\n"
  "|    0   N/A  N/A            1097      C   /opt/my env/bin/python3                12034MiB |\n"
  "index, name, memory.total [MiB], memory.used [MiB], memory.free [MiB]\n"
  "0, NVIDIA L40S, 46068 MiB, 1024 MiB, 44445 MiB\n";

static void
test_damaged (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261124);

  for (guint round = 0; round < 2000; round++)
    {
      gsize            size = sizeof whole - 1;
      g_autofree char *text = g_memdup2 (whole, size);

      for (guint change = 0; change <= round % 16; change++)
        {
          gint32 at = g_rand_int_range (random, 0, (gint32) size);

          text[at] = round % 2 == 0 ? (char) g_rand_int_range (random, 0, 256)
                                    : whole[g_rand_int_range (random, 0, (gint32) size)];
        }
      size = round % 3 == 0 ? (gsize) g_rand_int_range (random, 0, (gint32) size) : size;
      plim_runtime_log_free (plim_runtime_log_parse ("damaged", text, size, NULL));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (floods); i++)
    {
      g_autofree char *path = g_strdup_printf ("/import/runtime-log/flood/%02" G_GSIZE_FORMAT, i);

      g_test_add_data_func (path, floods[i], test_flood);
    }
  g_test_add_func ("/import/runtime-log/foreign", test_foreign);
  g_test_add_func ("/import/runtime-log/too-large", test_too_large);
  g_test_add_func ("/import/runtime-log/long-line", test_long_line);
  g_test_add_func ("/import/runtime-log/damaged", test_damaged);

  return g_test_run ();
}
