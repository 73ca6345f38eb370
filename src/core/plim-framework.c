/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sources of the settings, beside those in the rows.
 *
 *   norms       torch.nn.functional.rms_norm saves its input (torchtitan, models/llama3/model.py); written out in
 *               Python it saves the input widened to 32 bits (transformers, modeling_llama.py; torchtune, rms_norm.py)
 *   k and v     repeat_kv (transformers before 4.48; torchtitan; torchtune, attention.py; litgpt, model.py); later
 *               transformers pass enable_gqa to the kernel (integrations/sdpa_attention.py)
 *   copies      litgpt puts queries together head by head (model.py, torch.cat); PyTorch's FlashAttention lays its
 *               output out as they are (transformers/cuda/flash_attn/flash_api.cpp, empty_like), so that the tokens'
 *               rows, which the output matrix reads, are a copy
 *   4 bits      bitsandbytes 0.41 and 0.42, autograd/_functions.py, MatMul4Bit.forward: ctx.tensors = (A, B), which
 *               unlike saved tensors stay after backward; since 0.43.2 (pull request 1270) without A; litgpt had 0.42
 *               until December 2024 (pull request 1893)
 *   dequantized lightning, fabric/plugins/precision/bitsandbytes.py, quantizes weight.half(): the 16-bit copy in FP16
 *               is cast to BF16, two at once
 *   loss        transformers 4.45, loss/loss_utils.py: logits in 16 bits, widened, log-softmax and two gradients;
 *               before, modeling_llama.py kept widened logits in its output; torchtune and torchtitan drop them, and
 *               compile the loss with the model (torchtitan from 2025, components/loss.py); lightning,
 *               fabric/plugins/precision/half.py, converts each output to 32 bits
 *   head        litgpt, chunked_cross_entropy and lm_head_chunk_size=128 (finetune/lora.py)
 *   backward    of litgpt's head: the engine runs what was made last first (torch/csrc/autograd/engine.cpp): the loss
 *               of all chunks, their conversions, then the head, so that gradients are in 16 bits beside the scores
 *   held        litgpt 00af8b0, finetune/lora.py, fit: "logits" holds the last micro-batch's graph until the next
 *               forward pass has ended; litgpt 8641822 begins with the longest sequence, before which there is none
 *   gathered    torchtitan: FSDP2 with the next unit on its way and the reduced one held (fsdp/_fully_shard)
 *   gates       Megatron-LM, fusions/fused_bias_swiglu.py, saves its input only
 *   products    Megatron-LM d98e8a6, core/transformer/moe/experts.py, TEGroupedMLP: probabilities are a factor in the
 *               activation's kernel (fusions/fused_bias_swiglu.py, WeightedSwiGLUFunction, saves its input)
 *   dispatch    Megatron-LM d98e8a6, core/transformer/moe/README.md: the flex dispatcher removes copies of a token to
 *               the same place (DeepEP, HybridEP), as the recipes of Megatron-Bridge 067f987 have it; others send one
 *               for each expert
 *   8 bits      torchao 36027d8, float8/float8_linear.py, saves input and weight as they are; Megatron-LM d98e8a6,
 *               core/extensions/transformer_engine.py, says which micro-batch is the first, so that TransformerEngine
 *               keeps the copies it makes there
 *   packing     torchtune bd2a0fc, modules/attention_utils.py, packed_block_causal_mask: flex attention, and a mask of
 *               every pair of tokens before PyTorch 2.5
 *   adapters    PEFT has all but LLaMA-Adapter as it was published, for which LitGPT stands; torchtune LoRA and DoRA
 * (modules/peft); unsloth hands use_dora to PEFT, which computes it as ever (unsloth issue 373); the others LoRA alone
 *   buckets     Megatron-LM, distributed/param_and_grad_buffer.py: views of the gradients' own buffer
 *   quantizing  bitsandbytes quantizes the 16-bit matrix on the GPU (lightning,
 *               fabric/plugins/precision/bitsandbytes.py; transformers, quantizers/quantizer_bnb_4bit.py); torchao
 *               divides it by its scales and looks up each number among 16: differences and their amounts, 2 x 16 x 2
 *               bytes, of 2^20 numbers at a time since May 2024 (pull request 196), of all before; and puts it together
 *               from 64-bit indices, two halves of products and the matrix: 2 x 4 + 4 x 1 + 2 bytes
 *               (dtypes/nf4tensor.py, get_original_weight)
 *   checkpoint  accelerate, fsdp2_load_full_state_dict; torchtune, load_from_full_model_state_dict and
 *               gather_cpu_state_dict: a tensor at a time.  FSDP's full state puts the root's own parameters together
 *               and within that each unit (torch/distributed/fsdp/_state_dict_utils.py); DeepSpeed the parameters of
 *               one module; torchtitan and Megatron write shards (dp_reshardable)
 *   flat        FSDP with use_orig_params has one flat parameter for frozen and trained weights of a unit, so its
 *               gradient has the size of all (torch/distributed/fsdp/_flat_param.py) */

#include "plim-framework.h"

#include <glib/gi18n.h>

#define ACCELERATE \
  "Hugging Face accelerate, utils/fsdp_utils.py, fsdp2_load_full_state_dict; bitsandbytes, nn/modules.py"
#define FSDP1 "PyTorch, torch/distributed/fsdp/_state_dict_utils.py; bitsandbytes, nn/modules.py"
#define LIGHTNING \
  "PyTorch, torch/distributed/fsdp/_state_dict_utils.py; lightning, fabric/plugins/precision/bitsandbytes.py"
#define ZERO3    "DeepSpeed, runtime/engine.py, _zero3_consolidated_16bit_state_dict"
#define TORCHAO  "torchtune, training/_distributed.py; torchao, dtypes/nf4tensor.py"
#define DCP      "torchtitan, components/checkpointer/dcp.py"
#define MEGATRON "Megatron-LM, core/optimizer/distrib_optimizer.py, dp_reshardable"

#define TRAINER "Hugging Face transformers, trainer.py, evaluation_loop, and trainer_seq2seq.py, prediction_step"

/* Numbers that torchao compares at once (CHUNK_SIZE). */
#define TORCHAO_CHUNK (1 << 20)

#define LORA          (1u << PLIM_ADAPTER_LORA)
#define LORA_AND_DORA (LORA | (1u << PLIM_ADAPTER_DORA))
#define LITGPT        (LORA | (1u << PLIM_ADAPTER_LLAMA))
#define PEFT          (((1u << PLIM_N_ADAPTERS) - 1) & ~(1u << PLIM_ADAPTER_LLAMA))

static const PlimFrameworkProfile profiles[PLIM_N_FRAMEWORKS] = {
  [PLIM_FRAMEWORK_TRANSFORMERS] = {
    .id = "transformers",
    .name = "Transformers, PEFT, TRL",
    .has_trl = TRUE,
    .has_peft = TRUE,
    .adapters = PEFT,
    .dequantized_bytes = 2,
    .softmax_bytes = 6,
    .plain_loss_bytes = 14,
    .compiled_loss_bytes = 14,
    .gathered_units_count = 2,
    .load_gathers = PLIM_GATHERS_MATRIX,
    .save_gathers = PLIM_GATHERS_MATRIX,
    .quantizing_bytes = 2,
    .checkpoint_source = ACCELERATE,
    .generates = PLIM_GENERATES_BATCH,
    .evaluating_bytes = 10,
    .compiled_evaluating_bytes = 10,
    .kept_score_bytes = 2,
    .evaluation_source = TRAINER,
    .source = "Hugging Face transformers, loss/loss_utils.py and modeling_llama.py",
  },
  [PLIM_FRAMEWORK_TRANSFORMERS_2024] = {
    .id = "transformers-2024",
    .name = N_ ("Transformers before 4.45"),
    .expands_kv = TRUE,
    .keeps_quantized_inputs = TRUE,
    .has_peft = TRUE,
    .adapters = PEFT,
    .has_torch_attention = TRUE,
    .dequantized_bytes = 2,
    .softmax_bytes = 6,
    .plain_loss_bytes = 16,
    .compiled_loss_bytes = 16,
    .gathered_units_count = 2,
    .load_gathers = PLIM_GATHERS_UNIT,
    .save_gathers = PLIM_GATHERS_UNIT,
    .quantizing_bytes = 2,
    .checkpoint_source = FSDP1,
    .generates = PLIM_GENERATES_BATCH_WHOLE,
    .scores_prompts = TRUE,
    .evaluating_bytes = 12,
    .compiled_evaluating_bytes = 12,
    .kept_score_bytes = 4,
    .evaluation_source = TRAINER,
    .source = "Hugging Face transformers 4.40, modeling_llama.py",
  },
  [PLIM_FRAMEWORK_DEEPSPEED] = {
    .id = "deepspeed",
    .name = N_ ("Transformers with DeepSpeed"),
    .has_trl = TRUE,
    .has_peft = TRUE,
    .adapters = PEFT,
    .dequantized_bytes = 2,
    .softmax_bytes = 6,
    .plain_loss_bytes = 14,
    .compiled_loss_bytes = 14,
    .sharder = PLIM_SHARDER_DEEPSPEED,
    .gathered_units_count = 2,
    .load_gathers = PLIM_GATHERS_MATRIX,
    .save_gathers = PLIM_GATHERS_MATRIX,
    .quantizing_bytes = 2,
    .checkpoint_source = ZERO3,
    .generates = PLIM_GENERATES_BATCH,
    .evaluating_bytes = 10,
    .compiled_evaluating_bytes = 10,
    .kept_score_bytes = 2,
    .evaluation_source = TRAINER,
    .source = "DeepSpeed, runtime/zero/config.py",
  },
  [PLIM_FRAMEWORK_TORCHTUNE] = {
    .id = "torchtune",
    .name = "torchtune",
    .expands_kv = TRUE,
    .has_torchao = TRUE,
    .adapters = LORA_AND_DORA,
    .has_torch_attention = TRUE,
    .packs = PLIM_PACKS_BLOCKS,
    .dequantized_bytes = 2,
    .softmax_bytes = 6,
    .plain_loss_bytes = 12,
    .compiled_loss_bytes = 8,
    .gathered_units_count = 2,
    .load_gathers = PLIM_GATHERS_MATRIX,
    .save_gathers = PLIM_GATHERS_MATRIX,
    .quantizing_bytes = 5,
    .comparing_bytes = 64,
    .comparing_count = TORCHAO_CHUNK,
    .restoring_bytes = 14,
    .checkpoint_source = TORCHAO,
    .evaluating_bytes = 8,
    .compiled_evaluating_bytes = 4,
    .evaluation_source = "torchtune, recipes/full_finetune_distributed.py, validate",
    .source = "torchtune, modules/transformer.py and modules/attention.py",
  },
  [PLIM_FRAMEWORK_TORCHTUNE_2024] = {
    .id = "torchtune-2024",
    .name = N_ ("torchtune of spring 2024"),
    .expands_kv = TRUE,
    .has_torchao = TRUE,
    .adapters = LORA,
    .has_torch_attention = TRUE,
    .packs = PLIM_PACKS_MASK,
    .dequantized_bytes = 2,
    .softmax_bytes = 6,
    .plain_loss_bytes = 12,
    .compiled_loss_bytes = 8,
    .gathered_units_count = 2,
    .load_gathers = PLIM_GATHERS_MATRIX,
    .save_gathers = PLIM_GATHERS_MATRIX,
    .quantizing_bytes = 4,
    .comparing_bytes = 64,
    .restoring_bytes = 14,
    .checkpoint_source = "torchao c403580, dtypes/nf4tensor.py; torchtune 6966666, modules/low_precision",
    .evaluating_bytes = 8,
    .compiled_evaluating_bytes = 4,
    .evaluation_source = "torchtune, recipes/full_finetune_distributed.py, validate",
    .source = "torchtune 6966666, modules/transformer.py and modules/attention.py",
  },
  [PLIM_FRAMEWORK_TORCHTITAN] = {
    .id = "torchtitan",
    .name = "torchtitan",
    .has_fused_norms = TRUE,
    .expands_kv = TRUE,
    .has_torchao = TRUE,
    .adapters = LORA,
    .has_torch_attention = TRUE,
    .dequantized_bytes = 2,
    .softmax_bytes = 6,
    .plain_loss_bytes = 12,
    .compiled_loss_bytes = 4,
    .gathered_units_count = 3,
    .load_gathers = PLIM_GATHERS_NOTHING,
    .save_gathers = PLIM_GATHERS_NOTHING,
    .quantizing_bytes = 2,
    .checkpoint_source = DCP,
    .evaluating_bytes = 10,
    .compiled_evaluating_bytes = 2,
    .evaluation_source = "torchtitan, components/validate.py",
    .source = "torchtitan, components/loss.py and models/llama3/model.py",
  },
  [PLIM_FRAMEWORK_TORCHTITAN_2024] = {
    .id = "torchtitan-2024",
    .name = N_ ("torchtitan of 2024"),
    .expands_kv = TRUE,
    .has_torchao = TRUE,
    .adapters = LORA,
    .has_torch_attention = TRUE,
    .dequantized_bytes = 2,
    .softmax_bytes = 6,
    .plain_loss_bytes = 12,
    .compiled_loss_bytes = 12,
    .gathered_units_count = 3,
    .load_gathers = PLIM_GATHERS_NOTHING,
    .save_gathers = PLIM_GATHERS_NOTHING,
    .quantizing_bytes = 2,
    .checkpoint_source = DCP,
    .evaluating_bytes = 10,
    .compiled_evaluating_bytes = 10,
    .evaluation_source = "torchtitan, components/validate.py",
    .source = "torchtitan 9dec370, train.py",
  },
  [PLIM_FRAMEWORK_LITGPT] = {
    .id = "litgpt",
    .name = "LitGPT",
    .expands_kv = TRUE,
    .has_fused_qkv = TRUE,
    .scatters_updates = TRUE,
    .copies_attention = TRUE,
    .quantizes_head = TRUE,
    .unties_head = TRUE,
    .adapters = LITGPT,
    .has_torch_attention = TRUE,
    .dequantized_bytes = 4,
    .softmax_bytes = 6,
    .plain_loss_bytes = 8,
    .compiled_loss_bytes = 8,
    .head_loss_bytes = 6,
    .held_score_bytes = 4,
    .head_chunk_tokens = 128,
    .gathered_units_count = 2,
    .load_gathers = PLIM_GATHERS_UNIT,
    .save_gathers = PLIM_GATHERS_UNIT,
    .quantizing_bytes = 2,
    .checkpoint_source = LIGHTNING,
    .generates = PLIM_GENERATES_ONE,
    .scores_prompts = TRUE,
    .evaluating_bytes = 12,
    .compiled_evaluating_bytes = 12,
    .evaluation_source = "litgpt, finetune/lora.py, validate",
    .source = "litgpt, lora.py and utils.py; lightning, fabric/plugins/precision/half.py",
  },
  [PLIM_FRAMEWORK_LITGPT_2024] = {
    .id = "litgpt-2024",
    .name = N_ ("LitGPT of 2024"),
    .expands_kv = TRUE,
    .has_fused_qkv = TRUE,
    .scatters_updates = TRUE,
    .copies_attention = TRUE,
    .keeps_quantized_inputs = TRUE,
    .quantizes_head = TRUE,
    .unties_head = TRUE,
    .adapters = LITGPT,
    .has_torch_attention = TRUE,
    .dequantized_bytes = 4,
    .softmax_bytes = 6,
    .plain_loss_bytes = 8,
    .compiled_loss_bytes = 8,
    .head_loss_bytes = 6,
    .held_score_bytes = 4,
    .head_chunk_tokens = 128,
    .gathered_units_count = 2,
    .load_gathers = PLIM_GATHERS_UNIT,
    .save_gathers = PLIM_GATHERS_UNIT,
    .quantizing_bytes = 2,
    .checkpoint_source = LIGHTNING,
    .generates = PLIM_GENERATES_ONE,
    .scores_prompts = TRUE,
    .evaluating_bytes = 12,
    .compiled_evaluating_bytes = 12,
    .evaluation_source = "litgpt, finetune/lora.py, validate",
    .source = "litgpt 00af8b0, lora.py and utils.py; bitsandbytes 0.42; lightning, fabric/plugins/precision/half.py",
  },
  [PLIM_FRAMEWORK_LITGPT_2023] = {
    .id = "litgpt-2023",
    .name = N_ ("LitGPT of 2023"),
    .expands_kv = TRUE,
    .has_fused_qkv = TRUE,
    .scatters_updates = TRUE,
    .copies_attention = TRUE,
    .keeps_quantized_inputs = TRUE,
    .quantizes_head = TRUE,
    .unties_head = TRUE,
    .has_flat_gradients = TRUE,
    .adapters = LITGPT,
    .has_torch_attention = TRUE,
    .dequantized_bytes = 4,
    .softmax_bytes = 6,
    .plain_loss_bytes = 8,
    .compiled_loss_bytes = 8,
    .head_loss_bytes = 6,
    .head_chunk_tokens = 128,
    .gathered_units_count = 2,
    .load_gathers = PLIM_GATHERS_UNIT,
    .save_gathers = PLIM_GATHERS_UNIT,
    .quantizing_bytes = 2,
    .checkpoint_source = LIGHTNING,
    .generates = PLIM_GENERATES_ONE,
    .scores_prompts = TRUE,
    .evaluating_bytes = 12,
    .compiled_evaluating_bytes = 12,
    .evaluation_source = "litgpt, finetune/lora.py, validate",
    .source = "litgpt 8641822, lora.py and utils.py; bitsandbytes 0.41",
  },
  [PLIM_FRAMEWORK_UNSLOTH] = {
    .id = "unsloth",
    .name = "Unsloth",
    .has_fused_norms = TRUE,
    .has_inplace_kernels = TRUE,
    .has_peft = TRUE,
    .adapters = LORA_AND_DORA,
    .dequantized_bytes = 2,
    .softmax_bytes = 6,
    .plain_loss_bytes = 14,
    .compiled_loss_bytes = 14,
    .gathered_units_count = 2,
    .load_gathers = PLIM_GATHERS_MATRIX,
    .save_gathers = PLIM_GATHERS_MATRIX,
    .quantizing_bytes = 2,
    .checkpoint_source = ACCELERATE,
    .generates = PLIM_GENERATES_BATCH,
    .evaluating_bytes = 10,
    .compiled_evaluating_bytes = 10,
    .kept_score_bytes = 2,
    .evaluation_source = TRAINER,
    .source = "unsloth, kernels/fast_lora.py and kernels/rms_layernorm.py",
  },
  [PLIM_FRAMEWORK_MEGATRON] = {
    .id = "megatron",
    .name = "Megatron-LM",
    .has_fused_norms = TRUE,
    .has_fused_gates = TRUE,
    .dispatches_once = TRUE,
    .weighs_products = TRUE,
    .caches_8bit_weights = TRUE,
    .has_nemo_rl = TRUE,
    .adapters = LORA,
    .dequantized_bytes = 2,
    .softmax_bytes = 2,
    .plain_loss_bytes = 6,
    .compiled_loss_bytes = 6,
    .sharder = PLIM_SHARDER_MEGATRON,
    .gathered_units_count = 2,
    .load_gathers = PLIM_GATHERS_NOTHING,
    .save_gathers = PLIM_GATHERS_NOTHING,
    .quantizing_bytes = 2,
    .checkpoint_source = MEGATRON,
    .evaluating_bytes = 6,
    .compiled_evaluating_bytes = 6,
    .evaluation_source = "Megatron-LM, core/tensor_parallel/cross_entropy.py",
    .source = "Reducing Activation Recomputation, arXiv:2205.05198; Megatron-LM, tensor_parallel/cross_entropy.py",
  },
};

const PlimFrameworkProfile *
plim_framework_profile (PlimFramework framework)
{
  g_return_val_if_fail (framework < PLIM_N_FRAMEWORKS, &profiles[0]);

  return &profiles[framework];
}

PlimPacks
plim_framework_packs (const PlimInputs *inputs)
{
  if (inputs->attention == PLIM_ATTENTION_KERNEL_FLEX)
    return PLIM_PACKS_BLOCKS;

  return inputs->packing == PLIM_SWITCH_ON && inputs->attention == PLIM_ATTENTION_KERNEL_FLASH
           ? plim_framework_profile (inputs->framework)->packs
           : PLIM_PACKS_LENGTHS;
}
