/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is taken from a log for one GPU.  Expected bytes are the printed decimals times 2^20 or 2^30, rounded to the
 * nearest byte, worked out apart from our reader. */

#include "plim-runtime-log.h"

#include <string.h>

#define MIB G_GINT64_CONSTANT (1048576)
#define GIB (1024 * MIB)

static void
measure (const char   *text,
         PlimMeasured *measured)
{
  g_autoptr (GError)         error = NULL;
  g_autoptr (PlimRuntimeLog) log = plim_runtime_log_parse ("run.log", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_true (plim_runtime_log_measure (log, measured, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (measured->source, ==, "run.log");
}

/* The second GPU holds more; what is in host memory does not count. */
static void
test_fullest (void)
{
  PlimMeasured measured;

  measure ("load_tensors:        CUDA0 model buffer size =  2000.00 MiB\n"
           "load_tensors:        CUDA1 model buffer size =  2400.00 MiB\n"
           "load_tensors:   CPU_Mapped model buffer size =  9000.00 MiB\n"
           "llama_kv_cache:      CUDA0 KV buffer size =   512.00 MiB\n"
           "llama_kv_cache:      CUDA1 KV buffer size =   640.00 MiB\n"
           "sched_reserve:      CUDA0 compute buffer size =   100.00 MiB\n"
           "sched_reserve:      CUDA1 compute buffer size =   300.00 MiB\n"
           "sched_reserve:  CUDA_Host compute buffer size =    16.00 MiB\n",
           &measured);
  g_assert_cmpstr (measured.program, ==, "llama.cpp");
  g_assert_cmpstr (measured.device, ==, "CUDA1");
  g_assert_cmpint (measured.term_bytes[PLIM_TERM_WEIGHTS], ==, 2400 * MIB);
  g_assert_cmpint (measured.term_bytes[PLIM_TERM_KV_CACHE], ==, 640 * MIB);
  g_assert_cmpint (measured.term_bytes[PLIM_TERM_COMPUTE_BUFFER], ==, 300 * MIB);
  g_assert_cmpint (measured.term_bytes[PLIM_TERM_LOGITS], ==, -1);
  g_assert_cmpint (measured.peak_bytes, ==, 3340 * MIB);
  g_assert_cmpint (measured.device_bytes, ==, 0);
  g_assert_false (measured.is_out_of_memory);
}

/* Without a GPU the host is what there is. */
static void
test_host (void)
{
  PlimMeasured measured;

  measure ("load_tensors:   CPU_Mapped model buffer size =  4000.00 MiB\n"
           "load_tensors:  CPU_REPACK model buffer size =  1000.00 MiB\n"
           "llama_kv_cache:        CPU KV buffer size =   512.00 MiB\n",
           &measured);
  g_assert_cmpstr (measured.device, ==, "CPU");
  g_assert_cmpint (measured.term_bytes[PLIM_TERM_WEIGHTS], ==, 5000 * MIB);
  g_assert_cmpint (measured.term_bytes[PLIM_TERM_KV_CACHE], ==, 512 * MIB);
  /* No working memory was printed: no total. */
  g_assert_cmpint (measured.peak_bytes, ==, 0);
}

/* Driver and communication are no part of what vLLM counts as its own. */
static void
test_vllm (void)
{
  PlimMeasured measured;

  measure ("INFO 06-10 worker.py:267] model weights take 14.00GiB; non_torch_memory takes 0.50GiB; PyTorch activation "
           "peak memory takes 1.00GiB; the rest of the memory reserved for KV Cache is 20.00GiB.\n",
           &measured);
  g_assert_cmpstr (measured.program, ==, "vLLM");
  g_assert_cmpint (measured.term_bytes[PLIM_TERM_WEIGHTS], ==, 14 * GIB);
  g_assert_cmpint (measured.term_bytes[PLIM_TERM_COMPUTE_BUFFER], ==, 1 * GIB);
  g_assert_cmpint (measured.term_bytes[PLIM_TERM_KV_CACHE], ==, 20 * GIB);
  g_assert_cmpint (measured.peak_bytes, ==, 35 * GIB);
}

/* 75.70 and 1.96 GiB; of 79.15 GiB 1.25 are free. */
static void
test_out_of_memory (void)
{
  PlimMeasured measured;

  measure ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.96 GiB. GPU 3 has a total capacity of "
           "79.15 GiB of which 1.25 GiB is free. Including non-PyTorch memory, this process has 77.88 GiB memory in "
           "use. Of the allocated memory 75.70 GiB is allocated by PyTorch, and 1.52 GiB is reserved by PyTorch but "
           "unallocated.",
           &measured);
  g_assert_cmpstr (measured.program, ==, "PyTorch");
  g_assert_cmpstr (measured.device, ==, "GPU 3");
  g_assert_true (measured.is_out_of_memory);
  g_assert_cmpint (measured.peak_bytes, ==, G_GINT64_CONSTANT (81282256077) + 2104533975);
  g_assert_cmpint (measured.device_bytes, ==, G_GINT64_CONSTANT (84986665370) - 1342177280);
}

/* The driver tells of the GPU alone, and of the one that is fullest. */
static void
test_nvidia_smi (void)
{
  PlimMeasured measured;

  measure ("index, name, memory.total [MiB], memory.used [MiB], memory.free [MiB]\n"
           "0, NVIDIA A100-SXM4-80GB, 81920 MiB, 1000 MiB, 80000 MiB\n"
           "1, NVIDIA A100-SXM4-80GB, 81920 MiB, 70000 MiB, 11000 MiB\n",
           &measured);
  g_assert_cmpstr (measured.program, ==, "nvidia-smi");
  g_assert_cmpstr (measured.device, ==, "NVIDIA A100-SXM4-80GB");
  g_assert_cmpint (measured.peak_bytes, ==, 0);
  g_assert_cmpint (measured.device_bytes, ==, 70000 * MIB);
  for (guint i = 0; i < PLIM_N_TERM_IDS; i++)
    g_assert_cmpint (measured.term_bytes[i], ==, -1);
}

/* No part of an estimate. */
static void
test_nothing (void)
{
  static const char          text[] = "llama_context:  CUDA_Host  output buffer size =     0.49 MiB\n";
  g_autoptr (GError)         error = NULL;
  g_autoptr (PlimRuntimeLog) log = plim_runtime_log_parse ("run.log", text, strlen (text), &error);
  PlimMeasured               measured;

  g_assert_no_error (error);
  g_assert_false (plim_runtime_log_measure (log, &measured, &error));
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, "run.log: "));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/measure/fullest", test_fullest);
  g_test_add_func ("/measure/host", test_host);
  g_test_add_func ("/measure/vllm", test_vllm);
  g_test_add_func ("/measure/out-of-memory", test_out_of_memory);
  g_test_add_func ("/measure/nvidia-smi", test_nvidia_smi);
  g_test_add_func ("/measure/nothing", test_nothing);

  return g_test_run ();
}
