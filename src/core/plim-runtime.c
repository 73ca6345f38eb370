/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PyTorch's context: 0.47 GiB on an A100 with lazily loaded kernels, PyTorch 2.1 (Stas Bekman, Machine Learning
 * Engineering, training/performance, "Preloaded CUDA kernels memory usage").  llama.cpp's: 309 MiB between the sum of
 * its own buffers, 23,199.4 MiB, and what nvidia-smi showed, 23,508 MiB (ollama issue 6160); cells in blocks of 256 and
 * pieces of 512 tokens are its defaults. */

#include "plim-runtime.h"

#define MIB G_GINT64_CONSTANT (1048576)

#define CONTEXT_OF_PYTORCH 481 * MIB, "Machine Learning Engineering, “Preloaded CUDA kernels memory usage”"

static const PlimRuntimeProfile profiles[PLIM_N_RUNTIMES] = {
  [PLIM_RUNTIME_TRANSFORMERS] = { CONTEXT_OF_PYTORCH, 1, 0, FALSE },
  [PLIM_RUNTIME_LLAMA_CPP] = { 309 * MIB, "ollama issue 6160", 256, 512, TRUE },
  [PLIM_RUNTIME_VLLM] = { CONTEXT_OF_PYTORCH, 16, 2048, FALSE },
  [PLIM_RUNTIME_SGLANG] = { CONTEXT_OF_PYTORCH, 1, 8192, FALSE },
  [PLIM_RUNTIME_TENSORRT_LLM] = { CONTEXT_OF_PYTORCH, 32, 8192, FALSE },
  [PLIM_RUNTIME_MLX] = { 0, "", 256, 2048, FALSE },
};

PlimRuntime
plim_runtime_of (const PlimInputs *inputs)
{
  if (inputs->task != PLIM_TASK_INFERENCE)
    return PLIM_RUNTIME_TRANSFORMERS;
  if (plim_precision_info (inputs->precision)->family == PLIM_PRECISION_FAMILY_GGUF)
    return PLIM_RUNTIME_LLAMA_CPP;

  return inputs->runtime;
}

const PlimRuntimeProfile *
plim_runtime_profile (const PlimInputs *inputs)
{
  return &profiles[plim_runtime_of (inputs)];
}
