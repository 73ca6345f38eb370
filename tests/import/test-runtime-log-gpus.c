/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GPUs as PyTorch, nvidia-smi and llama.cpp tell of them.  Expected bytes are the printed decimals times 2^10, 2^20 or
 * 2^30, rounded to the nearest byte, worked out apart from our reader in exact fractions. */

#include "plim-runtime-log.h"

#include <string.h>

#define MIB G_GINT64_CONSTANT (1048576)

static PlimRuntimeLog *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  PlimRuntimeLog    *log = plim_runtime_log_parse ("test.log", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (log);

  return log;
}

typedef struct
{
  const char *name;
  const char *text;
  gint        index;
  gint64      requested;
  gint64      total;
  gint64      free;
  gint64      process;
  gint64      allocated;
  gint64      reserved;
} OutOfMemory;

static const OutOfMemory messages[] = {
  { "since 2.2",
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.96 GiB. GPU 3 has a total capacity of 79.15 GiB "
    "of which 1.25 GiB is free. Including non-PyTorch memory, this process has 77.88 GiB memory in use. Of the "
    "allocated memory 75.70 GiB is allocated by PyTorch, and 1.52 GiB is reserved by PyTorch but unallocated. If "
    "reserved but unallocated memory is large try setting",
    3, 2104533975, 84986665370, 1342177280, 83623013253, 81282256077, 82914343649 },
  { "2.1, misspelt",
    "CUDA out of memory. Tried to allocate 2.22 GiB. GPU 0 has a total capacty of 79.15 GiB of which 228.38 MiB is "
    "free. Including non-PyTorch memory, this process has 78.93 GiB memory in use. Of the allocated memory 76.28 GiB "
    "is allocated by PyTorch, and 2.14 GiB is reserved by PyTorch but unallocated.",
    0, 2383706849, 84986665370, 239473787, 84750442168, 81905026335, 84202833838 },
  { "wrapped over lines",
    "(Worker_TP1 pid=510) ERROR 06-10 13:01:40 OutOfMemoryError: CUDA out of memory.\n   Tried to allocate 1.96 GiB. "
    "GPU 1 has a total\ncapacity of 79.15 GiB of which 1.25 GiB is\nfree. Including non-PyTorch memory, this "
    "process\nhas 77.88 GiB memory in use. Of the allocated\nmemory 75.70 GiB is allocated by PyTorch, and 1.52 GiB "
    "is\nreserved by PyTorch but unallocated.",
    1, 2104533975, 84986665370, 1342177280, 83623013253, 81282256077, 82914343649 },
  { "in a container, with private pools",
    "OutOfMemoryError: HIP out of memory. Tried to allocate 1002.00 MiB. GPU 0 has a total capacity of 14.74 GiB of "
    "which 548.12 MiB is free. Process 8165 has 14.20 GiB memory in use. Of the allocated memory 13.98 GiB is "
    "allocated by PyTorch, with 532.00 MiB allocated in private pools (e.g., CUDA Graphs), and 129.49 MiB is reserved "
    "by PyTorch but unallocated.",
    0, 1050673152, 15826954486, 574745477, 15247133901, 15010910700, 15146690806 },
  { "before 2.1",
    "RuntimeError: CUDA out of memory. Tried to allocate 376.00 MiB (GPU 0; 3.95 GiB total capacity; 1.72 GiB already "
    "allocated; 354.88 MiB free; 2.46 GiB reserved in total by PyTorch) If reserved memory is >> allocated memory try "
    "setting max_split_size_mb",
    0, 394264576, 4241280205, 372118651, -1, 1846835937, 2641404887 },
  { "nothing free",
    "RuntimeError: CUDA out of memory. Tried to allocate 256.00 MiB (GPU 2; 23.69 GiB total capacity; 21.18 GiB "
    "already allocated; 0 bytes free; 22.03 GiB reserved in total by PyTorch)",
    2, 268435456, 25436943811, 0, -1, 22741851832, 23654532383 },
  { "on Metal, GB means GiB",
    "RuntimeError: MPS backend out of memory (MPS allocated: 17.36 GB, other allocations: 613.56 MB, max allowed: "
    "18.13 GB). Tried to allocate 192.00 MB on private pool.",
    0, 201326592, 19466939269, -1, -1, 18640158065, -1 },
};

static void
test_out_of_memory (gconstpointer data)
{
  const OutOfMemory         *message = data;
  g_autoptr (PlimRuntimeLog) log = parse (message->text);
  const PlimLogGpu          *gpu = g_ptr_array_index (log->gpus, 0);

  g_assert_cmpuint (log->kinds, ==, PLIM_LOG_PYTORCH_OUT_OF_MEMORY);
  g_assert_cmpuint (log->gpus->len, ==, 1);
  g_assert_cmpint (gpu->index, ==, message->index);
  g_assert_cmpint (gpu->requested_bytes, ==, message->requested);
  g_assert_cmpint (gpu->total_bytes, ==, message->total);
  g_assert_cmpint (gpu->free_bytes, ==, message->free);
  g_assert_cmpint (gpu->process_bytes, ==, message->process);
  g_assert_cmpint (gpu->allocated_bytes, ==, message->allocated);
  g_assert_cmpint (gpu->reserved_bytes, ==, message->reserved);
}

static const PlimLogGpu *
check_gpu (const PlimRuntimeLog *log,
           guint                 position,
           const char           *name,
           gint64                used_mib,
           gint64                total_mib)
{
  const PlimLogGpu *gpu;

  g_assert_cmpuint (log->gpus->len, >, position);
  gpu = g_ptr_array_index (log->gpus, position);
  g_assert_cmpstr (gpu->name, ==, name);
  g_assert_cmpint (gpu->used_bytes, ==, used_mib * MIB);
  g_assert_cmpint (gpu->total_bytes, ==, total_mib * MIB);

  return gpu;
}

static void
test_nvidia_box (void)
{
  g_autoptr (PlimRuntimeLog) log =
    parse ("Mon Jun 29 16:59:28 2026       \n"
           "+-----------------------------------------------------------------------------------------+\n"
           "| NVIDIA-SMI 610.43.02              KMD Version: 610.43.02     CUDA UMD Version: 13.3     |\n"
           "+-----------------------------------------+------------------------+----------------------+\n"
           "| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |\n"
           "| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |\n"
           "|                                         |                        |               MIG M. |\n"
           "|=========================================+========================+======================|\n"
           "|   0  NVIDIA A100-SXM4-80GB          On  |   00000000:1A:00.0 Off |                    0 |\n"
           "| N/A   34C    P0             60W /  400W |   12345MiB /  81920MiB |      0%      Default |\n"
           "|                                         |                        |             Disabled |\n"
           "+-----------------------------------------+------------------------+----------------------+\n"
           "|   1  NVIDIA GeForce RTX 2070 S...  WDDM |   00000000:1B:00.0 Off |                  N/A |\n"
           "| 30%   39C    P8             18W /  300W |     345MiB /   8192MiB |      2%      Default |\n"
           "|                                         |                        |                  N/A |\n"
           "+-----------------------------------------+------------------------+----------------------+\n"
           "\n"
           "+-----------------------------------------------------------------------------------------+\n"
           "| Processes:                                                                              |\n"
           "|  GPU   GI   CI              PID   Type   Process name                        GPU Memory |\n"
           "|        ID   ID                                                               Usage      |\n"
           "|=========================================================================================|\n"
           "|    0   N/A  N/A            1097      C   /opt/my env/bin/python3                12034MiB |\n"
           "|    1   N/A  N/A            2648    C+G   /usr/lib/xorg/Xorg                       541MiB |\n"
           "|    1   N/A  N/A            2649    C+G   ...indows\\System32\\ShellHost.exe         N/A      |\n"
           "+-----------------------------------------------------------------------------------------+\n");
  const PlimLogProcess *process;

  g_assert_cmpuint (log->kinds, ==, PLIM_LOG_NVIDIA_SMI);
  g_assert_cmpuint (log->gpus->len, ==, 2);
  check_gpu (log, 0, "NVIDIA A100-SXM4-80GB", 12345, 81920);
  check_gpu (log, 1, "NVIDIA GeForce RTX 2070 S...", 345, 8192);
  g_assert_cmpuint (log->processes->len, ==, 2);
  process = g_ptr_array_index (log->processes, 0);
  g_assert_cmpint (process->gpu_index, ==, 0);
  g_assert_cmpint (process->pid, ==, 1097);
  g_assert_cmpstr (process->name, ==, "/opt/my env/bin/python3");
  g_assert_cmpint (process->bytes, ==, 12034 * MIB);
}

static void
test_nvidia_old_box (void)
{
  g_autoptr (PlimRuntimeLog) log =
    parse ("| NVIDIA-SMI 418.67       Driver Version: 418.67       CUDA Version: 10.1     |\n"
           "|-------------------------------+----------------------+----------------------+\n"
           "| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |\n"
           "|===============================+======================+======================|\n"
           "|   0  Tesla V100-PCIE...  Off  | 00000000:00:1E.0 Off |                    0 |\n"
           "| N/A   34C    P0    25W / 250W |   1024MiB / 32768MiB |      0%      Default |\n"
           "+-------------------------------+----------------------+----------------------+\n"
           "|  GPU       PID   Type   Process name                             Usage      |\n"
           "|    0      4721      C   python                                      1013MiB |\n");
  const PlimLogProcess *process = g_ptr_array_index (log->processes, 0);

  check_gpu (log, 0, "Tesla V100-PCIE...", 1024, 32768);
  g_assert_cmpint (process->pid, ==, 4721);
  g_assert_cmpstr (process->name, ==, "python");
  g_assert_cmpint (process->bytes, ==, 1013 * MIB);
}

static void
test_nvidia_csv (void)
{
  g_autoptr (PlimRuntimeLog) units = parse ("index, name, memory.total [MiB], memory.used [MiB], memory.free [MiB]\n"
                                            "0, NVIDIA L40S, 46068 MiB, 1024 MiB, 44445 MiB\n"
                                            "1, NVIDIA L40S, 46068 MiB, 2048 MiB, 43421 MiB\n"
                                            "\n"
                                            "gpu_uuid, pid, used_gpu_memory [MiB]\n"
                                            "GPU-e82ab913-2d6b-1a55-89a8-9ad23a5a09cf, 2069192, 77002 MiB\n"
                                            "GPU-e82ab913-2d6b-1a55-89a8-9ad23a5a09cf, 2680904, [N/A]\n");
  g_autoptr (PlimRuntimeLog) series = parse ("timestamp,index,name,memory.used [MiB],memory.total [MiB]\n"
                                             "2026/07/21 12:00:00.100, 0, NVIDIA RTX A6000, 1000, 49140\n"
                                             "2026/07/21 12:00:02.100, 0, NVIDIA RTX A6000, 30000, 49140\n"
                                             "2026/07/21 12:00:04.100, 0, NVIDIA RTX A6000, 200, 49140\n"
                                             "the run is over\n");
  g_autoptr (PlimRuntimeLog) nameless =
    parse ("memory.used [MiB], memory.total [MiB]\n25187 MiB, 32607 MiB\n12 MiB, 24564 MiB\n");
  const PlimLogProcess *process;

  g_assert_cmpuint (units->gpus->len, ==, 2);
  check_gpu (units, 0, "NVIDIA L40S", 1024, 46068);
  g_assert_cmpint (check_gpu (units, 1, "NVIDIA L40S", 2048, 46068)->free_bytes, ==, 43421 * MIB);
  g_assert_cmpuint (units->processes->len, ==, 1);
  process = g_ptr_array_index (units->processes, 0);
  g_assert_cmpint (process->pid, ==, 2069192);
  g_assert_cmpint (process->bytes, ==, 77002 * MIB);

  g_assert_cmpuint (series->gpus->len, ==, 1);
  check_gpu (series, 0, "NVIDIA RTX A6000", 30000, 49140);

  g_assert_cmpuint (nameless->gpus->len, ==, 2);
  check_gpu (nameless, 0, NULL, 25187, 32607);
  check_gpu (nameless, 1, NULL, 12, 24564);
}

/* Names of GPUs in a log of llama.cpp. */
static void
test_llama_gpus (void)
{
  g_autoptr (PlimRuntimeLog) log =
    parse ("llama_model_load_from_file_impl: using device CUDA0 (NVIDIA GeForce RTX "
           "3090) (0000:01:00.0) - 23888 MiB free\n"
           "load_tensors:      CUDA0 model buffer size =  5049.71 MiB\n"
           "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 12698.93 MiB on device 2: cudaMalloc failed: out of "
           "memory\n"
           "  Device 3: Radeon 8060S Graphics, gfx1151 (0x1151), VMM: no, Wave Size: 32, VRAM: 126976 MiB\n"
           "  Device 2: NVIDIA GeForce RTX 5060 Ti, compute capability 12.0, VMM: yes, VRAM: 15847 MiB\n"
           "llama_memory_breakdown_print: |   - CUDA1 (RTX 5090)   | 32606 = 1057 + "
           "(29365 = 28609 +     397 +     358) +        2183 |\n");
  const PlimLogGpu *first = g_ptr_array_index (log->gpus, 0);
  const PlimLogGpu *failed = g_ptr_array_index (log->gpus, 1);
  const PlimLogGpu *radeon = g_ptr_array_index (log->gpus, 2);
  const PlimLogGpu *second = g_ptr_array_index (log->gpus, 3);

  g_assert_cmpint (radeon->index, ==, 3);
  g_assert_cmpstr (radeon->name, ==, "Radeon 8060S Graphics");
  g_assert_cmpint (radeon->total_bytes, ==, 126976 * MIB);
  g_assert_cmpint (failed->index, ==, 2);
  g_assert_cmpint (failed->requested_bytes, ==, 13315793224);
  g_assert_cmpstr (failed->name, ==, "NVIDIA GeForce RTX 5060 Ti");
  g_assert_cmpint (failed->total_bytes, ==, 15847 * MIB);
  g_assert_cmpint (first->index, ==, 0);
  g_assert_cmpstr (first->name, ==, "NVIDIA GeForce RTX 3090");
  g_assert_cmpint (first->free_bytes, ==, 25048383488);
  g_assert_cmpint (first->total_bytes, ==, -1);
  g_assert_cmpint (second->index, ==, 1);
  g_assert_cmpstr (second->name, ==, "RTX 5090");
  g_assert_cmpint (second->total_bytes, ==, 32606 * MIB);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autofree char *path = g_strdup_printf ("/import/runtime-log/out-of-memory/%s", messages[i].name);

      g_test_add_data_func (path, &messages[i], test_out_of_memory);
    }
  g_test_add_func ("/import/runtime-log/nvidia-smi/box", test_nvidia_box);
  g_test_add_func ("/import/runtime-log/nvidia-smi/old-box", test_nvidia_old_box);
  g_test_add_func ("/import/runtime-log/nvidia-smi/csv", test_nvidia_csv);
  g_test_add_func ("/import/runtime-log/llama-gpus", test_llama_gpus);

  return g_test_run ();
}
