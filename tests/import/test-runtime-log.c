/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Logs in the wordings of several versions of each program.  Expected bytes are the printed decimals times 2^10, 2^20
 * or 2^30, rounded to the nearest byte, worked out apart from our reader in exact fractions. */

#include "plim-runtime-log.h"

#include <string.h>

#define MIB G_GINT64_CONSTANT (1048576)

typedef struct
{
  PlimLogFigure figure;
  PlimLogPlace  place;
  const char   *device; /* NULL = all */
  gint64        bytes;  /* -1 = none may be counted */
} Expected;

typedef struct
{
  const char *name;
  guint       kinds;
  const char *text;
  Expected    expected[12];
} Case;

#define END { PLIM_N_LOG_FIGURES, PLIM_LOG_SOMEWHERE, NULL, 0 }

static const Case cases[] = {
  { "llama.cpp 2025, fully offloaded, timed lines",
    PLIM_LOG_LLAMA_CPP,
    "0.00.123.456 I llama_model_loader: loaded meta data with 29 key-value pairs and 291 tensors from m.gguf (version "
    "GGUF V3 (latest))\n"
    "0.00.130.001 I print_info: file size   = 4.58 GiB (4.89 BPW) \n"
    "0.01.123.456 I load_tensors:        CUDA0 model buffer size =  5049.71 MiB\n"
    "0.01.123.457 I load_tensors:   CPU_Mapped model buffer size =   532.31 MiB\n"
    "0.01.200.000 I llama_context: constructing llama_context\n"
    "0.01.200.001 I llama_context: n_ctx         = 4096\n"
    "0.01.200.002 I llama_context:  CUDA_Host  output buffer size =     0.49 MiB\n"
    "0.01.300.000 I llama_kv_cache:      CUDA0 KV buffer size =  2048.00 MiB\n"
    "0.01.300.001 I llama_kv_cache: size = 2048.00 MiB (  4096 cells,  32 layers,  1/1 seqs), K (f16): 1024.00 MiB, V "
    "(f16): 1024.00 MiB\n"
    "0.01.400.000 I sched_reserve:      CUDA0 compute buffer size =   252.25 MiB\n"
    "0.01.400.001 I sched_reserve:  CUDA_Host compute buffer size =    16.01 MiB\n"
    "0.01.400.002 I sched_reserve:      CUDA0 compute buffer size =   296.00 MiB\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "CUDA0", 5295004713 },
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_HOST, "CPU_Mapped", 558167491 },
      { PLIM_LOG_OUTPUT_BUFFER, PLIM_LOG_ON_HOST, NULL, 513802 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, NULL, 2147483648 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_SOMEWHERE, NULL, -1 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_GPU, NULL, 310378496 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_HOST, NULL, 16787702 },
      END,
    } },
  { "llama.cpp 2025, two caches of a sliding window, coloured",
    PLIM_LOG_LLAMA_CPP,
    "\x1B[34m0.14.608.511\x1B[0m \x1B[32mI \x1B[0mllama_kv_cache_iswa: creating non-SWA KV cache, size = 8192 cells\n"
    "\x1B[34m0.14.608.511\x1B[0m \x1B[32mI \x1B[0mllama_kv_cache:      ROCm0 KV buffer size =   832.00 MiB\n"
    "\x1B[34m0.14.608.511\x1B[0m \x1B[32mI \x1B[0mllama_kv_cache: size =  832.00 MiB (  8192 cells,  13 layers,  2/2 "
    "seqs), K (f16):  416.00 MiB, V (f16):  416.00 MiB\n"
    "\x1B[34m0.14.608.511\x1B[0m \x1B[32mI \x1B[0mllama_kv_cache_iswa: creating     SWA KV cache, size = 1024 cells\n"
    "\x1B[34m0.14.608.511\x1B[0m \x1B[32mI \x1B[0mllama_kv_cache:      ROCm0 KV buffer size =   280.00 MiB\n"
    "\x1B[34m0.14.608.511\x1B[0m \x1B[32mI \x1B[0mllama_kv_cache: size =  280.00 MiB (  1024 cells,  13 layers,  2/2 "
    "seqs), K (f16):  140.00 MiB, V (f16):  140.00 MiB\n",
    {
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, "ROCm0", 1112 * MIB },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_SOMEWHERE, NULL, -1 },
      END,
    } },
  { "llama.cpp, only the sums of the caches kept",
    PLIM_LOG_LLAMA_CPP,
    "Aug 12 10:00:00 host ollama[812]: llama_kv_cache_unified: size =  832.00 MiB (  8192 cells,  13 layers,  2 seqs), "
    "K (q8_0):  416.00 MiB, V (q4_0):  416.00 MiB\n"
    "Aug 12 10:00:00 host ollama[812]: llama_kv_cache_unified: size =  280.00 MiB (  1024 cells,  13 layers,  2 seqs), "
    "K (q8_0):  140.00 MiB, V (q4_0):  140.00 MiB\n",
    {
      { PLIM_LOG_KV_CACHE, PLIM_LOG_SOMEWHERE, NULL, 1112 * MIB },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, NULL, -1 },
      END,
    } },
  { "llama.cpp 2026, hybrid model on Metal",
    PLIM_LOG_LLAMA_CPP,
    "llama_context:        CPU  output buffer size =     0.95 MiB\r\n"
    "llama_kv_cache:       MTL0 KV buffer size =  4352.00 MiB\r\n"
    "llama_kv_cache: size = 4352.00 MiB (262144 cells,   8 layers,  1/1 seqs), K (q8_0): 2176.00 MiB, V (q8_0): "
    "2176.00 MiB\r\n"
    "llama_memory_recurrent:       MTL0 RS buffer size =    50.25 MiB\r\n"
    "llama_memory_recurrent: size =   50.25 MiB (     1 cells,  32 layers,  1 seqs), R (f32):    2.25 MiB, S (f32):   "
    "48.00 MiB\r\n"
    "sched_reserve:       MTL0 compute buffer size =   832.60 MiB\r\n"
    "sched_reserve:        CPU compute buffer size =   528.29 MiB\r\n",
    {
      { PLIM_LOG_OUTPUT_BUFFER, PLIM_LOG_ON_HOST, "CPU", 996147 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, "MTL0", 4563402752 },
      { PLIM_LOG_RECURRENT_STATE, PLIM_LOG_ON_GPU, "MTL0", 52690944 },
      { PLIM_LOG_RECURRENT_STATE, PLIM_LOG_SOMEWHERE, NULL, -1 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_GPU, "MTL0", 873044378 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_HOST, "CPU", 553952215 },
      END,
    } },
  { "llama.cpp 2024, processor only",
    PLIM_LOG_LLAMA_CPP,
    "llm_load_tensors:        CPU buffer size =    63.84 MiB\n"
    "llama_new_context_with_model: n_ctx      = 512\n"
    "llama_new_context_with_model: flash_attn = 0\n"
    "llama_kv_cache_init:        CPU KV buffer size =     9.00 MiB\n"
    "llama_new_context_with_model: KV self size  =    9.00 MiB, K (f16):    4.50 MiB, V (f16):    4.50 MiB\n"
    "llama_new_context_with_model:        CPU  output buffer size =     0.00 MiB\n"
    "llama_new_context_with_model:        CPU compute buffer size =    16.01 MiB\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_HOST, "CPU", 66941092 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_HOST, "CPU", 9437184 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_SOMEWHERE, NULL, -1 },
      { PLIM_LOG_OUTPUT_BUFFER, PLIM_LOG_ON_HOST, NULL, 0 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_HOST, NULL, 16787702 },
      END,
    } },
  { "llama.cpp late 2023",
    PLIM_LOG_LLAMA_CPP,
    "llm_load_print_meta: model size       = 3.56 GiB (4.54 BPW) \n"
    "llm_load_tensors: system memory used  = 3647.98 MiB\n"
    "llm_load_tensors: VRAM used           = 5049.71 MiB\n"
    "llama_new_context_with_model: KV self size  =  256.00 MiB, K (f16):  128.00 MiB, V (f16):  128.00 MiB\n"
    "llama_new_context_with_model: compute buffer total size = 73.69 MiB\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_HOST, NULL, 3825184276 },
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, NULL, 5295004713 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_SOMEWHERE, NULL, 268435456 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_SOMEWHERE, NULL, 77269565 },
      END,
    } },
  { "llama.cpp mid 2023: MB means MiB",
    PLIM_LOG_LLAMA_CPP,
    "llm_load_tensors: mem required  = 7024.01 MB (+  400.00 MB per state)\n"
    "llama_new_context_with_model: kv self size  =  400.00 MB\n"
    "llama_new_context_with_model: compute buffer total size =   75.41 MB\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_HOST, NULL, 7365208310 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_SOMEWHERE, NULL, 419430400 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_SOMEWHERE, NULL, 79073116 },
      END,
    } },
  { "ik_llama.cpp, many GPUs",
    PLIM_LOG_LLAMA_CPP,
    "llm_load_tensors:        CPU buffer size =   497.11 MiB\n"
    "llm_load_tensors:      CUDA0 buffer size = 12698.93 MiB\n"
    "llm_load_tensors:     CUDA14 buffer size = 12698.93 MiB\n"
    "llama_new_context_with_model: n_ctx      = 163840\n"
    "llama_new_context_with_model: mla_attn   = 2\n"
    "llama_kv_cache_init:      CUDA0 KV buffer size =   280.00 MiB\n"
    "llama_kv_cache_init:     CUDA14 KV buffer size =   256.00 MiB\n"
    "llama_new_context_with_model: KV self size  =  536.00 MiB, c^KV (f16):  536.00 MiB, kv^T: not used\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "CUDA0", 13315793224 },
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "CUDA14", 13315793224 },
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, NULL, 26631586448 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, NULL, 562036736 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_SOMEWHERE, NULL, -1 },
      END,
    } },
  { "llama.cpp, encoder of images, adapter, remote device",
    PLIM_LOG_LLAMA_CPP,
    "load_tensors: RPC[10.0.0.2:50052] model buffer size =  1548.29 MiB\n"
    "llama_adapter_lora_init_impl:      CUDA0 LoRA buffer size =   184.25 MiB\n"
    "clip_ctx: CLIP using CUDA0 backend\n"
    "load_hparams: model size:         811.82 MiB\n"
    "alloc_compute_meta:      CUDA0 compute buffer size =   102.80 MiB\n"
    "llama_context:      CUDA0 compute buffer size =   252.25 MiB\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "RPC[10.0.0.2:50052]", 1623499735 },
      { PLIM_LOG_ADAPTERS, PLIM_LOG_ON_GPU, "CUDA0", 193200128 },
      { PLIM_LOG_PROJECTOR, PLIM_LOG_ON_GPU, "CUDA0", 851254968 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_GPU, "CUDA0", 372296909 },
      END,
    } },
  { "llama.cpp, the table at the end alone",
    PLIM_LOG_LLAMA_CPP,
    "llama_memory_breakdown_print: | memory breakdown [MiB] | total   free     self   model   context   compute    "
    "unaccounted |\n"
    "llama_memory_breakdown_print: |   - CUDA0 (RTX 5090)   | 32606 = 1057 + (29365 = 28609 +     397 +     358) +     "
    "   2183 |\n"
    "llama_memory_breakdown_print: |   - Host               |                 30956 = 30940 +       0 +      16        "
    "        |\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "CUDA0", 28609 * MIB },
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_HOST, "Host", 30940 * MIB },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, "CUDA0", 397 * MIB },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_GPU, "CUDA0", 358 * MIB },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_HOST, "Host", 16 * MIB },
      END,
    } },
  { "llama.cpp, the table at the end repeats what was listed",
    PLIM_LOG_LLAMA_CPP,
    "load_tensors:      CUDA0 model buffer size =  5049.71 MiB\n"
    "common_memory_breakdown_print: |   - CUDA0 (RTX 5090)   | 32606 = 1057 + ( 5805 =  5050 +     397 +     358) +    "
    "    2183 |\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "CUDA0", 5295004713 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, "CUDA0", 397 * MIB },
      END,
    } },
  { "llama.cpp, a model and its draft model",
    PLIM_LOG_LLAMA_CPP,
    "llama_model_loader: loaded meta data with 29 key-value pairs and 291 tensors from big.gguf (version GGUF V3 "
    "(latest))\n"
    "load_tensors:      CUDA0 model buffer size =  5049.71 MiB\n"
    "llama_context: n_ctx         = 4096\n"
    "sched_reserve:      CUDA0 compute buffer size =   252.25 MiB\n"
    "llama_model_loader: loaded meta data with 29 key-value pairs and 147 tensors from small.gguf (version GGUF V3 "
    "(latest))\n"
    "load_tensors:      CUDA0 model buffer size =   184.25 MiB\n"
    "llama_context: n_ctx         = 2048\n"
    "sched_reserve:      CUDA0 compute buffer size =    16.01 MiB\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "CUDA0", 5488204841 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_GPU, "CUDA0", 281290998 },
      END,
    } },
  { "llama.cpp, the same model loaded twice",
    PLIM_LOG_LLAMA_CPP,
    "llama_model_loader: loaded meta data with 29 key-value pairs and 291 tensors from big.gguf (version GGUF V3 "
    "(latest))\n"
    "load_tensors:      CUDA0 model buffer size =  1548.29 MiB\n"
    "llama_kv_cache:      CUDA0 KV buffer size =  2048.00 MiB\n"
    "llama_model_loader: loaded meta data with 29 key-value pairs and 291 tensors from big.gguf (version GGUF V3 "
    "(latest))\n"
    "load_tensors:      CUDA0 model buffer size =  5049.71 MiB\n"
    "llama_kv_cache:      CUDA0 KV buffer size =   256.00 MiB\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "CUDA0", 5295004713 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, "CUDA0", 268435456 },
      END,
    } },
  { "llama.cpp, a second context of the same model adds up",
    PLIM_LOG_LLAMA_CPP,
    "llama_context: constructing llama_context\n"
    "llama_context: n_ctx         = 8192\n"
    "sched_reserve:    Vulkan0 compute buffer size =   447.38 MiB\n"
    "llama_context: constructing llama_context\n"
    "llama_context: n_ctx         = 8192\n"
    "sched_reserve:    Vulkan0 compute buffer size =   128.44 MiB\n"
    "sched_reserve:    Vulkan0 compute buffer size =   102.80 MiB\n",
    {
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_GPU, "Vulkan0", 576905544 },
      END,
    } },
  { "Ollama's own loader",
    PLIM_LOG_LLAMA_CPP,
    "time=2026-04-09T23:30:17.630-07:00 level=INFO source=device.go:240 msg=\"model weights\" device=CUDA0 size=\"19.9 "
    "GiB\"\n"
    "time=2026-04-09T23:30:17.631-07:00 level=INFO source=device.go:245 msg=\"model weights\" device=CPU size=\"28.3 "
    "GiB\"\n"
    "time=2026-04-09T23:30:17.631-07:00 level=INFO source=device.go:251 msg=\"kv cache\" device=CUDA0 size=\"1.1 "
    "GiB\"\n"
    "time=2026-04-09T23:30:17.631-07:00 level=INFO source=device.go:256 msg=\"kv cache\" device=CPU size=\"1.5 GiB\"\n"
    "time=2026-04-09T23:30:17.631-07:00 level=INFO source=device.go:262 msg=\"compute graph\" device=CUDA0 "
    "size=\"884.1 MiB\"\n"
    "time=2026-04-09T23:30:17.631-07:00 level=INFO source=device.go:267 msg=\"compute graph\" device=CPU size=\"270.6 "
    "MiB\"\n"
    "time=2026-04-09T23:30:17.631-07:00 level=INFO source=device.go:272 msg=\"total memory\" size=\"52.0 GiB\"\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "CUDA0", 21367462298 },
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_HOST, "CPU", 30386893619 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, NULL, 1181116006 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_HOST, NULL, 1610612736 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_GPU, NULL, 927046042 },
      { PLIM_LOG_COMPUTE_BUFFER, PLIM_LOG_ON_HOST, NULL, 283744666 },
      END,
    } },
  { "vLLM, first engine: the finer weights stay",
    PLIM_LOG_VLLM,
    "INFO 03-25 21:32:47 model_runner.py:1116] Loading model weights took 14.9888 GB\n"
    "INFO 03-25 21:32:48 worker.py:266] the current vLLM instance can use total_gpu_memory (79.14GiB) x "
    "gpu_memory_utilization (0.90) = 71.22GiB\n"
    "INFO 03-25 21:32:48 worker.py:266] model weights take 14.99GiB; non_torch_memory takes 0.12GiB; PyTorch "
    "activation peak memory takes 1.19GiB; the rest of the memory reserved for KV Cache is 54.93GiB.\n"
    "INFO 03-25 21:32:48 executor_base.py:108] # CUDA blocks: 28123, # CPU blocks: 2048\n"
    "INFO 03-25 21:33:08 model_runner.py:1535] Graph capturing finished in 20 secs, took 0.54 GiB\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, NULL, 16094101452 },
      { PLIM_LOG_OTHER, PLIM_LOG_ON_GPU, NULL, 128849019 },
      { PLIM_LOG_ACTIVATIONS, PLIM_LOG_ON_GPU, NULL, 1277752771 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, NULL, 58980638392 },
      { PLIM_LOG_CUDA_GRAPHS, PLIM_LOG_ON_GPU, NULL, 579820585 },
      END,
    } },
  { "vLLM, second engine, two workers",
    PLIM_LOG_VLLM,
    "(Worker_TP0 pid=34322) INFO 05-06 20:59:59 [gpu_model_runner.py:4879] Model loading took 12.66 GiB memory and "
    "31.657031 seconds\n"
    "(Worker_TP1 pid=34323) INFO 05-06 20:59:59 [gpu_model_runner.py:4879] Model loading took 12.66 GiB memory and "
    "31.700112 seconds\n"
    "(Worker_TP0 pid=34322) INFO 05-06 21:00:10 [gpu_model_runner.py:6806] Estimated CUDA graph memory: 0.36 GiB "
    "total\n"
    "(Worker_TP0 pid=34322) INFO 05-06 21:00:10 [gpu_worker.py:563] Available KV cache memory: 6.87 GiB\n"
    "(Worker_TP1 pid=34323) INFO 05-06 21:00:10 [gpu_worker.py:563] Available KV cache memory: 6.87 GiB\n"
    "(EngineCore pid=367) INFO 05-06 21:00:11 [kv_cache_utils.py:1733] GPU KV cache size: 492,912 tokens\n"
    "(EngineCore pid=367) INFO 05-06 21:00:11 [kv_cache_utils.py:1734] Maximum concurrency for 4,096 tokens per "
    "request: 120.34x\n"
    "Capturing CUDA graphs (decode, FULL): 100%|##########| 11/11 [00:00<00:00, 29.99it/s]\r(Worker_TP0 pid=34322) "
    "INFO 05-06 21:00:14 [gpu_model_runner.py:6243] Graph capturing finished in 2 secs, took 0.11 GiB\n"
    "(Worker_TP0 pid=34322) INFO 05-06 21:00:14 [gpu_worker.py:621] CUDA graph pool memory: 0.11 GiB (actual), 0.14 "
    "GiB (estimated), difference: 0.03 GiB (25.0%).\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "Worker_TP0", 13593571492 },
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, NULL, 27187142984 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, "Worker_TP1", 7376606331 },
      { PLIM_LOG_CUDA_GRAPHS, PLIM_LOG_ON_GPU, NULL, 118111601 },
      END,
    } },
  { "vLLM, second engine, messages for debugging",
    PLIM_LOG_VLLM,
    "(EngineCore_DP0 pid=9577) DEBUG 02-03 04:44:00 [v1/worker/gpu_worker.py:320] Memory profiling takes 5.76 seconds. "
    "Total non KV cache memory: 16.7GiB; torch peak memory increase: 1.4GiB; non-torch forward increase memory: "
    "0.03GiB; weights memory: 15.27GiB.\n"
    "(EngineCore_DP0 pid=9577) DEBUG 02-03 04:44:01 [v1/worker/gpu_worker.py:598] Free memory on device (47.03/47.37 "
    "GiB) on startup. Desired GPU memory utilization is (0.9, 42.64 GiB). Actual usage is 15.27 GiB for weight, 1.4 "
    "GiB for peak activation, 0.03 GiB for non-torch memory, and 0.54 GiB for CUDAGraph memory.\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "EngineCore_DP0", 16396037652 },
      { PLIM_LOG_ACTIVATIONS, PLIM_LOG_ON_GPU, "EngineCore_DP0", 1503238554 },
      { PLIM_LOG_OTHER, PLIM_LOG_ON_GPU, "EngineCore_DP0", 32212255 },
      { PLIM_LOG_CUDA_GRAPHS, PLIM_LOG_ON_GPU, "EngineCore_DP0", 579820585 },
      END,
    } },
  { "vLLM, an overdrawn budget leaves no cache",
    PLIM_LOG_VLLM,
    "INFO worker.py:267] model weights take 14.99GiB; non_torch_memory takes 0.12GiB; PyTorch activation peak memory "
    "takes 1.26GiB; the rest of the memory reserved for KV Cache is -0.22GiB.\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, NULL, 16095389942 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, NULL, 0 },
      END,
    } },
  { "SGLang, started twice, with a draft model",
    PLIM_LOG_SGLANG,
    "[2025-12-29 18:30:00] server_args=ServerArgs(model_path='a/b', tp_size=1, mem_fraction_static=0.88, "
    "kv_cache_dtype='auto')\n"
    "[2025-12-29 18:30:03] Load weight end. type=LlamaForCausalLM, dtype=torch.bfloat16, avail mem=13.81 GB, mem "
    "usage=14.99 GB.\n"
    "[2025-12-29 18:33:00] server_args=ServerArgs(model_path='a/b', tp_size=1, mem_fraction_static=0.88, "
    "kv_cache_dtype='auto')\n"
    "[2025-12-29 18:33:03] Load weight end. elapsed=9.12 s, type=LlamaForCausalLM, dtype=torch.bfloat16, avail "
    "mem=13.81 GB, mem usage=7.08 GB.\n"
    "[2025-12-29 18:33:09] Load weight end. elapsed=1.02 s, type=LlamaForCausalLMEagle3, dtype=torch.bfloat16, avail "
    "mem=12.29 GB, mem usage=1.52 GB.\n"
    "[2025-12-29 18:33:10] KV Cache is allocated. #tokens: 298447, KV size: 5.69 GB\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, NULL, 9234179686 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, NULL, 6109590979 },
      END,
    } },
  { "SGLang",
    PLIM_LOG_SGLANG,
    "[2025-12-29 18:33:03 TP0] Load weight end. type=Lfm2ForCausalLM, dtype=torch.bfloat16, avail mem=13.81 GB, mem "
    "usage=1.52 GB.\n"
    "[2025-12-29 18:33:03 TP0] Mamba Cache is allocated. max_mamba_cache_size: 85292, conv_state size: 4.88GB, "
    "ssm_state size: 0.00GB \n"
    "2026-01-01 10:00:00 [2025-12-29 18:33:03 TP0] KV Cache is allocated. #tokens: 473854, K size: 2.71 GB, V size: "
    "2.71 GB\n"
    "[2025-12-29 18:33:09 TP0] Capture cuda graph end. Time elapsed: 5.92 s. mem usage=0.36 GB. avail mem=2.07 GB.\n",
    {
      { PLIM_LOG_WEIGHTS, PLIM_LOG_ON_GPU, "TP0", 1632087572 },
      { PLIM_LOG_RECURRENT_STATE, PLIM_LOG_ON_GPU, "TP0", 5239860101 },
      { PLIM_LOG_KV_CACHE, PLIM_LOG_ON_GPU, "TP0", 5819680686 },
      { PLIM_LOG_CUDA_GRAPHS, PLIM_LOG_ON_GPU, "TP0", 386547057 },
      END,
    } },
};

static PlimRuntimeLog *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  PlimRuntimeLog    *log = plim_runtime_log_parse ("test.log", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (log);

  return log;
}

static void
test_case (gconstpointer data)
{
  const Case                *test = data;
  g_autoptr (PlimRuntimeLog) log = parse (test->text);

  g_assert_cmpuint (log->kinds, ==, test->kinds);
  g_assert_false (log->is_cut);
  for (const Expected *expected = test->expected; expected->figure != PLIM_N_LOG_FIGURES; expected++)
    {
      gint64 bytes = plim_runtime_log_figure_bytes (log, expected->figure, expected->place, expected->device);

      if (bytes != expected->bytes)
        g_test_message ("%s, %s, device %s", test->name, plim_log_figure_info (expected->figure)->id,
                        expected->device != NULL ? expected->device : "any");
      g_assert_cmpint (bytes, ==, expected->bytes);
    }
}

static void
test_facts_llama (void)
{
  g_autoptr (PlimRuntimeLog) log = parse ("llama_model_loader: loaded meta data with 29 key-value pairs and 291 "
                                          "tensors from /models/my model (new).gguf (version GGUF V3 (latest))\n"
                                          "print_info: file type   = Q4_K - Medium\n"
                                          "print_info: file size   = 12.88 GiB (8.50 BPW) \n"
                                          "print_info: arch             = qwen3moe\n"
                                          "print_info: n_ctx_train      = 262144\n"
                                          "print_info: model params     = 30.53 B\n"
                                          "print_info: general.name     = Qwen3 30B A3B\n"
                                          "load_tensors:        CUDA0 model buffer size =  5049.71 MiB\n"
                                          "llama_context: constructing llama_context\n"
                                          "llama_context: n_seq_max     = 2\n"
                                          "llama_context: n_ctx         = 16384\n"
                                          "llama_context: n_ctx_seq     = 8192\n"
                                          "llama_context: n_batch       = 2048\n"
                                          "llama_context: n_ubatch      = 512\n"
                                          "llama_context: flash_attn    = auto\n"
                                          "sched_reserve: Flash Attention was auto, set to enabled\n"
                                          "llama_kv_cache: size =  832.00 MiB (  8192 cells,  13 layers,  2/2 seqs), K "
                                          "(q8_0):  416.00 MiB, V (q4_0):  416.00 MiB\n"
                                          "llama_kv_cache: size =  280.00 MiB (  1024 cells,  13 layers,  2/2 seqs), K "
                                          "(q8_0):  140.00 MiB, V (q4_0):  140.00 MiB\n"
                                          "llama_context: constructing llama_context\n"
                                          "llama_context: n_ctx         = 999\n"
                                          "llama_context: flash_attn    = disabled\n");

  g_assert_cmpstr (log->facts.architecture, ==, "qwen3moe");
  g_assert_cmpstr (log->facts.model_name, ==, "Qwen3 30B A3B");
  g_assert_cmpstr (log->facts.file_type, ==, "Q4_K - Medium");
  g_assert_cmpstr (log->facts.k_type, ==, "q8_0");
  g_assert_cmpstr (log->facts.v_type, ==, "q4_0");
  g_assert_cmpint (log->facts.flash_attention, ==, PLIM_LOG_SWITCH_ON);
  g_assert_cmpint (log->facts.parameters_count, ==, 30530000000);
  g_assert_cmpint (log->facts.model_bytes, ==, 13829794693);
  g_assert_cmpint (log->facts.context_count, ==, 16384);
  g_assert_cmpint (log->facts.sequences_count, ==, 2);
  g_assert_cmpint (log->facts.batch_count, ==, 2048);
  g_assert_cmpint (log->facts.ubatch_count, ==, 512);
  g_assert_cmpint (log->facts.kv_tokens_count, ==, 8192);
  g_assert_cmpint (log->facts.kv_blocks_count, ==, -1);
  g_assert_cmpstr (plim_runtime_log_program (log), ==, "llama.cpp");
}

static void
test_facts_servers (void)
{
  g_autoptr (PlimRuntimeLog) vllm =
    parse ("INFO 11-06 10:51:30 [core.py:93] Initializing a V1 LLM engine (v0.11.0) with config: "
           "model='meta-llama/Llama-3.1-8B-Instruct', speculative_config=None, max_seq_len=8192, "
           "tensor_parallel_size=2, pipeline_parallel_size=1, kv_cache_dtype=fp8_e4m3, device_config=cuda\n"
           "INFO worker.py:266] the current vLLM instance can use total_gpu_memory (79.14GiB) x gpu_memory_utilization "
           "(0.95) = 75.18GiB\n"
           "INFO executor_base.py:108] # GPU blocks: 27289, # CPU blocks: 2048\n"
           "INFO kv_cache_utils.py:1229] GPU KV cache size: 436,624 tokens, Maximum concurrency for 8,192 tokens per "
           "request: 53.30x\n"
           "INFO Available KV cache memory: 53.29 GiB\n");
  g_autoptr (PlimRuntimeLog) sglang =
    parse ("[2025-01-01 10:00:00] Load weight end. type=Qwen3ForCausalLM, dtype=torch.bfloat16, avail mem=16.00 GB, "
           "mem usage=7.08 GB.\n"
           "[2025-01-01 10:00:01] max_total_num_tokens=298447, chunked_prefill_size=2048, max_prefill_tokens=16384, "
           "max_running_requests=3730, context_len=40960, available_gpu_mem=2.82 GB\n"
           "[2025-01-01 10:00:01] KV Cache is allocated. #tokens: 298447, K size: 5.69 GB, V size: 5.69 GB\n");
  const PlimLogGpu *gpu = g_ptr_array_index (vllm->gpus, 0);

  g_assert_cmpstr (vllm->facts.model_name, ==, "meta-llama/Llama-3.1-8B-Instruct");
  g_assert_cmpint (vllm->facts.context_count, ==, 8192);
  g_assert_cmpint (vllm->facts.tensor_parallel_count, ==, 2);
  g_assert_cmpstr (vllm->facts.k_type, ==, "fp8_e4m3");
  g_assert_cmpint (vllm->facts.utilization_percent, ==, 95);
  g_assert_cmpint (vllm->facts.kv_blocks_count, ==, 27289);
  g_assert_cmpint (vllm->facts.kv_tokens_count, ==, 436624);
  g_assert_cmpint (vllm->facts.concurrency_percent, ==, 5330);
  g_assert_cmpint (gpu->total_bytes, ==, 84975927951);
  g_assert_cmpstr (plim_runtime_log_program (vllm), ==, "vLLM");

  g_assert_cmpstr (sglang->facts.architecture, ==, "Qwen3ForCausalLM");
  g_assert_cmpint (sglang->facts.kv_tokens_count, ==, 298447);
  g_assert_cmpint (sglang->facts.sequences_count, ==, 3730);
  g_assert_cmpint (sglang->facts.context_count, ==, 40960);
  g_assert_cmpint (plim_runtime_log_term_bytes (sglang, PLIM_TERM_KV_CACHE, PLIM_LOG_ON_GPU), ==, 12219181958);
}

/* Until it is settled, "auto" stays. */
static void
test_automatic (void)
{
  g_autoptr (PlimRuntimeLog) log =
    parse ("llama_context: flash_attn    = auto\nload_tensors: CUDA0 model buffer size = 1 MiB\n");
  g_autoptr (PlimRuntimeLog) old =
    parse ("llama_new_context_with_model: flash_attn = 0\nload_tensors: CUDA0 model buffer size = 1 MiB\n");

  g_assert_cmpint (log->facts.flash_attention, ==, PLIM_LOG_SWITCH_AUTOMATIC);
  g_assert_cmpint (old->facts.flash_attention, ==, PLIM_LOG_SWITCH_OFF);
}

/* What an entry tells of itself. */
static void
test_entry (void)
{
  g_autoptr (PlimRuntimeLog) log =
    parse ("\n\n  \x1B[32mI\x1B[0m load_tensors:  CUDA0 model buffer size = 5049.71 MiB \xFF\n");
  const PlimLogEntry *entry = g_ptr_array_index (log->entries, 0);

  g_assert_cmpuint (entry->line, ==, 3);
  g_assert_cmpstr (entry->text, ==, "I load_tensors:  CUDA0 model buffer size = 5049.71 MiB \xEF\xBF\xBD");
  g_assert_cmpint (entry->step_bytes, ==, 10485); /* a hundredth of a MiB */
  g_assert_cmpint (entry->term, ==, PLIM_TERM_WEIGHTS);
  g_assert_cmpint (plim_runtime_log_term_bytes (log, PLIM_TERM_WEIGHTS, PLIM_LOG_ON_GPU), ==, 5295004713);
  g_assert_cmpint (plim_runtime_log_term_bytes (log, PLIM_TERM_WEIGHTS, PLIM_LOG_ON_HOST), ==, -1);
  g_assert_cmpint (plim_runtime_log_term_bytes (log, PLIM_TERM_KV_CACHE, PLIM_LOG_ON_GPU), ==, -1);
}

static void
test_utf16 (void)
{
  static const char          line[] = "load_tensors: CUDA0 model buffer size = 256.00 MiB\r\n";
  g_autoptr (GString)        text = g_string_new_len ("\xFF\xFE", 2);
  g_autoptr (PlimRuntimeLog) log = NULL;

  for (gsize i = 0; i < sizeof line - 1; i++)
    {
      g_string_append_c (text, line[i]);
      g_string_append_c (text, '\0');
    }
  log = plim_runtime_log_parse ("windows.log", text->str, text->len, NULL);
  g_assert_nonnull (log);
  g_assert_cmpint (plim_runtime_log_term_bytes (log, PLIM_TERM_WEIGHTS, PLIM_LOG_ON_GPU), ==, 268435456);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/import/runtime-log/case/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/import/runtime-log/facts/llama", test_facts_llama);
  g_test_add_func ("/import/runtime-log/facts/servers", test_facts_servers);
  g_test_add_func ("/import/runtime-log/facts/automatic", test_automatic);
  g_test_add_func ("/import/runtime-log/entry", test_entry);
  g_test_add_func ("/import/runtime-log/utf-16", test_utf16);

  return g_test_run ();
}
