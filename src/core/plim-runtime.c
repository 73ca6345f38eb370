/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Contexts.  PyTorch's: 0.47 GiB on an A100 with lazily loaded kernels, PyTorch 2.1 (Stas Bekman, Machine Learning
 * Engineering, training/performance, "Preloaded CUDA kernels memory usage").  llama.cpp's: 309 MiB between the sum of
 * its own buffers, 23,199.4 MiB, and what nvidia-smi showed, 23,508 MiB (ollama issue 6160).  MLX shares the memory of
 * the computer and has none.
 *
 * Blocks.  llama.cpp pads cells to 256 (src/llama-context.cpp); vLLM's block has 16 tokens (config/cache.py);
 * TensorRT-LLM's 32 (KvCacheConfig.tokens_per_block); MLX grows by 256 (mlx-lm, models/cache.py).
 *
 * Prefill.  llama.cpp n_ubatch 512 (common/common.h); vLLM max_num_batched_tokens 2048 for online serving
 * (engine/arg_utils.py) and TensorRT-LLM max_num_tokens 8192 (llmapi/llm_args.py); SGLang chunked_prefill_size 8192 on
 * GPUs of 80 GB (server_args.py); mlx-lm prefill_step_size 2048 (generate.py).
 *
 * Encoders of images and sound.  vLLM, SGLang and TensorRT-LLM load them with the language model and split them over
 * the GPUs as its layers (vLLM, config/multimodal.py; TensorRT-LLM, models/modeling_qwen2vl.py), transformers has them
 * on the first GPU; llama.cpp has them in a file of their own, and mlx-lm drops them (models/gemma3.py).
 *
 * NF4.  bitsandbytes computes one token from 4 bits and widens the whole matrix for more (autograd/_functions.py,
 * matmul_4bit).  LitGPT makes every linear layer one of bitsandbytes, the head too, which it never ties
 * (litgpt/model.py); Lightning quantizes weights made FP16, so that each matrix is widened to FP16 and copied to BF16
 * (lightning, fabric/plugins/precision/bitsandbytes.py).  For INT8 it makes rows and columns of 8 bits from 16 while it
 * loads the matrix into a model that has all its weights already (double_quant of bitsandbytes before 0.45): 4 bytes a
 * number.
 *
 * Next-token layers.  llama.cpp makes a second context for them, and loads them only when it is to draft with them,
 * tables included where the file has any (common/common.cpp, load_mtp, src/models/glm4-moe.cpp); builds before that
 * switch loaded all of a file.  vLLM, SGLang and TensorRT-LLM make a draft model of them that shares table and head
 * (vLLM, v1/spec_decode/eagle.py, SGLang, models/deepseek_nextn.py, TensorRT-LLM, speculative/mtp.py).  Others leave
 * them in the file.
 *
 * Budgets.  vLLM asks for a share of all memory, for what comes after its first look: context, other programs and,
 * since 0.11, NCCL's buffers are there before and have to fit beside the share (v1/worker/gpu_worker.py, init_device
 * and determine_available_memory; pull request 25359).  SGLang takes a share of what is free once NCCL has started,
 * less weights: work has the rest (model_executor/model_runner.py, init_torch_distributed and profile_max_num_token).
 *
 * Makers.  vLLM and PyTorch have a backend or a plugin for each here; the others list theirs (llama.cpp, docs/build.md;
 * SGLang, docs/hardware-platforms; TensorRT-LLM, support matrix; MLX, install.rst: Metal, and CUDA on Linux). llama.cpp
 * joins computers by RPC (tools/rpc), MLX by mlx.launch (docs, usage/distributed.rst).
 *
 * Adapters.  vLLM has room for them in every linear layer, whichever they change, unless told which
 * (lora/model_manager.py, _create_lora_modules), and since 0.11.2 in routed experts (lora/layers/fused_moe.py; pull
 * request 21229).  Room in token table and head, which it has for some architectures, is left out.
 *
 * Recurrent states.  llama.cpp keeps all of them in 32 bits (src/llama-memory-recurrent.cpp); transformers, mlx-lm and
 * SGLang the convolution in 16 and the state in 32 (modeling_qwen3_next.py; models/gated_delta.py;
 * mamba_cache.py), vLLM both in the model's format (mamba_utils.py).  SGLang keeps three slots for each running
 * sequence, for prefixes to come back to. */

#include "plim-runtime.h"

#include "plim-checked.h"
#include "plim-next-token.h"

#include <glib/gi18n.h>

#define MIB G_GINT64_CONSTANT (1048576)

#define CONTEXT_OF_PYTORCH \
  .context_bytes = 481 * MIB, .context_source = "Machine Learning Engineering, “Preloaded CUDA kernels memory usage”"

/* vLLM's share of the memory was 0.9 before this minor version. */
#define VLLM_NEW_SHARE_VERSION 22
#define VLLM_OLD_SHARE         0.9

/* NCCL's buffers were part of the share before this one. */
#define VLLM_BUFFERS_BESIDE_VERSION 11

/* Adapters of routed experts came with the last release of this one, 0.11.2. */
#define VLLM_EXPERT_ADAPTERS_VERSION 11

/* What is not modelled, where more than one runtime has it. */
#define FRAGMENTS   N_ ("freed blocks that PyTorch keeps")
#define GRAPHS      N_ ("CUDA graphs (0.1 to 1 GiB in published logs of vLLM)")
#define COLLECTIVES N_ ("buffers of custom all-reduces")

static const PlimRuntimeProfile profiles[PLIM_N_RUNTIMES] = {
  [PLIM_RUNTIME_TRANSFORMERS] = {
    CONTEXT_OF_PYTORCH,
    .cache_block_tokens = 1,
    .splits_by_layer = TRUE,
    .is_eager = TRUE,
    .loads_towers = TRUE,
    .mla = PLIM_MLA_EXPANDED,
    .window_rule = PLIM_WINDOW_EXACT,
    .conv_state_bytes = 2,
    .state_bytes = 4,
    .state_slots_count = 1,
    .dequantized_bytes = 2,
    .not_counted = { FRAGMENTS },
  },
  [PLIM_RUNTIME_LITGPT] = {
    CONTEXT_OF_PYTORCH,
    .cache_block_tokens = 1,
    .splits_by_layer = TRUE,
    .is_eager = TRUE,
    .mla = PLIM_MLA_EXPANDED,
    .window_rule = PLIM_WINDOW_EXACT,
    .conv_state_bytes = 2,
    .state_bytes = 4,
    .state_slots_count = 1,
    .quantizes_head = TRUE,
    .unties_head = TRUE,
    .quantizing_bytes = 4,
    .dequantized_bytes = 4,
    .not_counted = { FRAGMENTS },
  },
  [PLIM_RUNTIME_LLAMA_CPP] = {
    .vendors = "NVIDIA AMD Apple Intel Huawei",
    .joins_macs = TRUE,
    .context_bytes = 309 * MIB,
    .context_source = "ollama issue 6160",
    .cache_block_tokens = 256,
    .ubatch_tokens = 512,
    .batches_continuously = TRUE,
    .has_host_embedding = TRUE,
    .splits_by_layer = TRUE,
    .drafts_with_next_token = TRUE,
    .loads_next_token_tables = TRUE,
    .widens_cache = TRUE,
    .has_draft_context = TRUE,
    .mla = PLIM_MLA_ABSORBED,
    .window_rule = PLIM_WINDOW_AND_CHUNK,
    .conv_state_bytes = 4,
    .state_bytes = 4,
    .state_slots_count = 1,
    .not_counted = { N_ ("pools of its kernels") },
  },
  [PLIM_RUNTIME_VLLM] = {
    CONTEXT_OF_PYTORCH,
    .cache_block_tokens = 16,
    .ubatch_tokens = 2048,
    .pads_pages = TRUE,
    .batches_continuously = TRUE,
    .shares_prefixes = TRUE,
    .loads_towers = TRUE,
    .drafts_with_next_token = TRUE,
    .mla = PLIM_MLA_ABSORBED,
    .window_rule = PLIM_WINDOW_AND_BLOCK,
    .conv_state_bytes = 2,
    .state_bytes = 2,
    .state_slots_count = 1,
    .lora_room = PLIM_LORA_ROOM_EXPERTS,
    .budget = PLIM_BUDGET_OF_MEMORY,
    .budget_share = 0.92,
    .budget_source = "vLLM, config/cache.py, gpu_memory_utilization",
    .not_counted = { GRAPHS, COLLECTIVES },
  },
  [PLIM_RUNTIME_SGLANG] = {
    .vendors = "NVIDIA AMD Intel Google Huawei",
    CONTEXT_OF_PYTORCH,
    .cache_block_tokens = 1,
    .ubatch_tokens = 8192,
    .batches_continuously = TRUE,
    .shares_prefixes = TRUE,
    .loads_towers = TRUE,
    .drafts_with_next_token = TRUE,
    .mla = PLIM_MLA_ABSORBED,
    .window_rule = PLIM_WINDOW_AND_CHUNK,
    .conv_state_bytes = 2,
    .state_bytes = 4,
    .state_slots_count = 3,
    .budget = PLIM_BUDGET_BEFORE_LOADING,
    .budget_share = 0.88,
    .budget_source = "SGLang, server_args.py, mem_fraction_static",
    .not_counted = { GRAPHS, COLLECTIVES },
  },
  [PLIM_RUNTIME_TENSORRT_LLM] = {
    .vendors = "NVIDIA",
    CONTEXT_OF_PYTORCH,
    .cache_block_tokens = 32,
    .ubatch_tokens = 8192,
    .batches_continuously = TRUE,
    .shares_prefixes = TRUE,
    .loads_towers = TRUE,
    .drafts_with_next_token = TRUE,
    .mla = PLIM_MLA_ABSORBED,
    .window_rule = PLIM_WINDOW_EXACT,
    .conv_state_bytes = 2,
    .state_bytes = 2,
    .state_slots_count = 1,
    .budget = PLIM_BUDGET_OF_FREE,
    .budget_share = 0.9,
    .budget_source = "TensorRT-LLM, KvCacheConfig.free_gpu_memory_fraction",
    .not_counted = { GRAPHS, COLLECTIVES, N_ ("workspaces of its plugins") },
  },
  [PLIM_RUNTIME_MLX] = {
    .vendors = "Apple NVIDIA",
    .joins_macs = TRUE,
    .context_source = "",
    .cache_block_tokens = 256,
    .ubatch_tokens = 2048,
    .mla = PLIM_MLA_ABSORBED,
    .window_rule = PLIM_WINDOW_AND_CHUNK,
    .conv_state_bytes = 2,
    .state_bytes = 4,
    .state_slots_count = 1,
    .not_counted = { N_ ("MLX’s cache of freed buffers") },
  },
};

PlimRuntime
plim_runtime_of (const PlimInputs *inputs)
{
  if (inputs->task != PLIM_TASK_INFERENCE)
    return PLIM_RUNTIME_TRANSFORMERS;
  if (plim_precision_info (inputs->precision)->family == PLIM_PRECISION_FAMILY_GGUF &&
      inputs->precision != PLIM_PRECISION_MXFP4)
    return PLIM_RUNTIME_LLAMA_CPP;

  return inputs->runtime;
}

const PlimRuntimeProfile *
plim_runtime_profile (const PlimInputs *inputs)
{
  return &profiles[plim_runtime_of (inputs)];
}

gint64
plim_runtime_ubatch_tokens (const PlimInputs *inputs)
{
  gint64 all_tokens = plim_multiply (inputs->batch_count, plim_inputs_prompt_tokens (inputs));
  gint64 ubatch_tokens =
    inputs->ubatch_tokens > 0 ? inputs->ubatch_tokens : plim_runtime_profile (inputs)->ubatch_tokens;

  return ubatch_tokens > 0 ? MIN (ubatch_tokens, all_tokens) : all_tokens;
}

/* TRUE for vLLM before minor version @version, where the version is given. */
static gboolean
is_vllm_before (const PlimInputs *inputs,
                gint64            version)
{
  return inputs->runtime == PLIM_RUNTIME_VLLM && inputs->runtime_version > 0 && inputs->runtime_version < version;
}

double
plim_runtime_budget_share (const PlimInputs *inputs)
{
  const PlimRuntimeProfile *profile = plim_runtime_profile (inputs);

  if (profile->budget == PLIM_BUDGET_NONE)
    return 1;
  if (inputs->memory_utilization > 0)
    return inputs->memory_utilization;
  return is_vllm_before (inputs, VLLM_NEW_SHARE_VERSION) ? VLLM_OLD_SHARE : profile->budget_share;
}

PlimLoraRoom
plim_runtime_lora_room (const PlimInputs *inputs)
{
  PlimLoraRoom room = plim_runtime_profile (inputs)->lora_room;

  return is_vllm_before (inputs, VLLM_EXPERT_ADAPTERS_VERSION) ? MIN (room, PLIM_LORA_ROOM_LINEAR) : room;
}

gint64
plim_runtime_usable_bytes (const PlimInputs *inputs,
                           gint64            capacity_bytes,
                           gint64            taken_bytes,
                           gint64            buffer_bytes)
{
  PlimBudget budget = plim_runtime_profile (inputs)->budget;
  double     share = plim_runtime_budget_share (inputs);
  gint64     free_bytes = capacity_bytes - taken_bytes - (budget != PLIM_BUDGET_NONE ? buffer_bytes : 0);
  gint64     inside_bytes = is_vllm_before (inputs, VLLM_BUFFERS_BESIDE_VERSION) ? buffer_bytes : 0;

  if (budget == PLIM_BUDGET_BEFORE_LOADING)
    free_bytes = (gint64) (share * (double) free_bytes);
  else if (budget == PLIM_BUDGET_OF_MEMORY)
    free_bytes = MIN (free_bytes, (gint64) (share * (double) capacity_bytes) - inside_bytes);

  return MAX (free_bytes, 0);
}

/* Quantized, and not by bitsandbytes. */
static gboolean
is_foreign_to_bitsandbytes (PlimPrecision precision)
{
  const PlimPrecisionInfo *info = plim_precision_info (precision);

  if (info->family == PLIM_PRECISION_FAMILY_FLOAT)
    return info->block_bytes == 1;

  return info->family != PLIM_PRECISION_FAMILY_NORMAL && precision != PLIM_PRECISION_INT8;
}

const char *
plim_runtime_gpu_refusal (const PlimInputs *inputs)
{
  const char *vendors = plim_runtime_profile (inputs)->vendors;

  if (vendors == NULL || *inputs->gpu.vendor == '\0' || strstr (vendors, inputs->gpu.vendor) != NULL)
    return NULL;

  return N_ ("This runtime does not run on this maker’s GPUs");
}

gboolean
plim_runtime_joins_gpus (const PlimInputs *inputs)
{
  return !g_str_equal (inputs->gpu.vendor, "Apple") || plim_runtime_profile (inputs)->joins_macs;
}

/* Several GPUs, each of which does not have the whole model. */
static gboolean
is_split (const PlimInputs *inputs)
{
  return inputs->gpus_count > 1 && (inputs->tensor_parallel_count != 1 || inputs->pipeline_parallel_count > 1);
}

const char *
plim_runtime_refusal (const PlimInputs *inputs)
{
  PlimPrecision values = plim_inputs_value_precision (inputs);

  if (plim_add (inputs->prompt_tokens, inputs->output_tokens) > inputs->context_tokens)
    return N_ ("Prompt and output together are longer than the context");
  if (is_split (inputs) && !plim_runtime_joins_gpus (inputs))
    return N_ ("This runtime does not split a model over several Macs: llama.cpp and MLX do");
  if (g_str_equal (inputs->draft_model_id, PLIM_NEXT_TOKEN_ID) &&
      !plim_runtime_profile (inputs)->drafts_with_next_token)
    return N_ ("This runtime does not draft with the model’s next-token layers");
  if (plim_runtime_of (inputs) == PLIM_RUNTIME_LLAMA_CPP)
    {
      if (plim_precision_info (values)->family == PLIM_PRECISION_FAMILY_GGUF &&
          inputs->attention == PLIM_ATTENTION_KERNEL_EAGER)
        return N_ ("llama.cpp keeps quantized values in the cache only with flash attention");
      if (inputs->attention == PLIM_ATTENTION_KERNEL_FLEX)
        return N_ ("llama.cpp has no flex attention");
      if (plim_precision_info (inputs->precision)->family == PLIM_PRECISION_FAMILY_NORMAL)
        return N_ ("llama.cpp does not run NF4 weights");
      if (plim_precision_is_grouped (inputs->precision))
        return N_ ("llama.cpp runs GGUF files, not GPTQ, AWQ, HQQ or EXL weights");
    }
  else if (inputs->runtime == PLIM_RUNTIME_LITGPT && is_foreign_to_bitsandbytes (inputs->precision))
    {
      return N_ ("LitGPT quantizes to NF4 and INT8 alone");
    }
  else if (inputs->runtime != PLIM_RUNTIME_TRANSFORMERS &&
           plim_precision_info (inputs->precision)->family == PLIM_PRECISION_FAMILY_EXL)
    {
      return N_ ("Only ExLlama and Transformers run EXL weights");
    }
  else if (plim_precision_info (inputs->kv_precision)->family == PLIM_PRECISION_FAMILY_GGUF ||
           plim_precision_info (values)->family == PLIM_PRECISION_FAMILY_GGUF)
    {
      return N_ ("Only llama.cpp keeps its cache in GGUF formats");
    }

  return NULL;
}
