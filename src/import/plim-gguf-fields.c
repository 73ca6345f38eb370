/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of llama.cpp (src/llama-arch.cpp: architectures, keys and tensors; convert_hf_to_gguf.py: which model type
 * becomes which architecture). */

#include "plim-gguf-fields.h"

#include <string.h>

/* Architectures, and the model type of Hugging Face whose family they have. */
static const struct
{
  const char *architectures; /* with a space between them */
  const char *model_type;
} families[] = {
  { "llama mistral3 xverse", "llama" },
  { "llama4", "llama4_text" },
  { "grok", "grok" },
  { "falcon", "falcon" },
  { "starcoder", "gpt_bigcode" },
  { "refact", "gpt_bigcode" },
  { "bert", "bert" },
  { "bloom", "bloom" },
  { "mpt", "mpt" },
  { "baichuan", "baichuan" },
  { "stablelm", "stablelm" },
  { "qwen", "qwen" },
  { "qwen2 qwen2vl", "qwen2" },
  { "qwen2moe", "qwen2_moe" },
  { "qwen3 qwen3vl", "qwen3" },
  { "qwen3moe qwen3vlmoe", "qwen3_moe" },
  { "qwen3next", "qwen3_next" },
  { "qwen35", "qwen3_5_text" },
  { "qwen35moe", "qwen3_5_moe_text" },
  { "phi2", "phi" },
  { "phi3", "phi3" },
  { "phimoe", "phimoe" },
  { "gpt2", "gpt2" },
  { "gptj", "gptj" },
  { "gptneox", "gpt_neox" },
  { "orion", "orion" },
  { "internlm2", "internlm2" },
  { "minicpm", "minicpm" },
  { "gemma", "gemma" },
  { "gemma2", "gemma2" },
  { "gemma3", "gemma3_text" },
  { "gemma3n", "gemma3n_text" },
  { "gemma4", "gemma4_text" },
  { "starcoder2", "starcoder2" },
  { "mamba", "mamba" },
  { "mamba2", "mamba2" },
  { "jamba", "jamba" },
  { "falcon-h1", "falcon_h1" },
  { "command-r", "cohere" },
  { "cohere2", "cohere2" },
  { "dbrx", "dbrx" },
  { "olmo", "olmo" },
  { "olmo2", "olmo2" },
  { "olmoe", "olmoe" },
  { "arctic", "arctic" },
  { "mistral4", "mistral4" },
  { "bailingmoe2", "bailing_moe_v2" },
  { "bailingmoe", "bailing_moe" },
  { "bitnet", "bitnet" },
  { "minicpm3", "minicpm3" },
  { "deepseek", "deepseek" },
  { "deepseek2", "deepseek_v2" },
  { "glm-dsa deepseek32", "glm_moe_dsa" },
  { "chatglm", "chatglm" },
  { "glm4", "glm4" },
  { "glm4moe", "glm4_moe" },
  { "nemotron", "nemotron" },
  { "nemotron_h nemotron_h_moe", "nemotron_h" },
  { "exaone", "exaone" },
  { "exaone4", "exaone4" },
  { "granite", "granite" },
  { "granitemoe", "granitemoe" },
  { "granitehybrid", "granitemoehybrid" },
  { "dots1", "dots1" },
  { "ernie4_5", "ernie4_5" },
  { "ernie4_5-moe", "ernie4_5_moe" },
  { "hunyuan-dense", "hunyuan_v1_dense" },
  { "hunyuan-moe", "hunyuan_v1_moe" },
  { "smollm3", "smollm3" },
  { "seed_oss", "seed_oss" },
  { "gpt-oss", "gpt_oss" },
  { "minimax-m2", "minimax_m2" },
  { "mimo2", "mimo_v2_flash" },
  { "step35", "step3p5" },
  { "t5", "t5" },
  { "lfm2", "lfm2" },
  { "lfm2moe", "lfm2_moe" },
  { "rwkv6", "rwkv6" },
  { "rwkv7", "rwkv7" },
  { "rwkv6qwen2 arwkv7", "arwkv7" },
  { "kimi-linear", "kimi_linear" },
  { "deci", "nemotron-nas" },
  { "openelm", "openelm" },
};

/* A later row stands before an earlier one of the same field. */
static const PlimGgufKey keys[] = {
  { "vocab_size", PLIM_CONFIG_VOCAB },
  { "embedding_length", PLIM_CONFIG_HIDDEN },
  { "block_count", PLIM_CONFIG_LAYERS },
  { "decoder_block_count", PLIM_CONFIG_DECODER_LAYERS },
  { "context_length", PLIM_CONFIG_CONTEXT },
  { "feed_forward_length", PLIM_CONFIG_FFN },
  { "attention.head_count", PLIM_CONFIG_HEADS },
  { "attention.head_count_kv", PLIM_CONFIG_KV_HEADS },
  { "attention.key_length", PLIM_CONFIG_HEAD_DIM },
  { "attention.value_length", PLIM_CONFIG_V_HEAD_DIM },
  { "attention.key_length_mla", PLIM_CONFIG_HEAD_DIM },
  { "attention.value_length_mla", PLIM_CONFIG_V_HEAD_DIM },
  { "attention.key_length_swa", PLIM_CONFIG_WINDOW_HEAD_DIM },
  { "attention.value_length_swa", PLIM_CONFIG_WINDOW_V_HEAD_DIM },
  { "attention.q_lora_rank", PLIM_CONFIG_Q_LORA },
  { "attention.kv_lora_rank", PLIM_CONFIG_KV_LORA },
  { "attention.sliding_window", PLIM_CONFIG_WINDOW },
  { "attention.shared_kv_layers", PLIM_CONFIG_SHARED_KV_LAYERS },
  { "attention.indexer.head_count", PLIM_CONFIG_INDEX_HEADS },
  { "attention.indexer.key_length", PLIM_CONFIG_INDEX_DIM },
  { "attention.relative_buckets_count", PLIM_CONFIG_BUCKETS },
  { "rope.dimension_count", PLIM_CONFIG_QK_ROPE },
  { "expert_count", PLIM_CONFIG_EXPERTS },
  { "expert_used_count", PLIM_CONFIG_ACTIVE },
  { "expert_feed_forward_length", PLIM_CONFIG_EXPERT_WIDTH },
  { "expert_shared_count", PLIM_CONFIG_SHARED_EXPERTS },
  { "expert_shared_feed_forward_length", PLIM_CONFIG_SHARED_WIDTH },
  { "leading_dense_block_count", PLIM_CONFIG_FIRST_DENSE },
  { "interleave_moe_layer_step", PLIM_CONFIG_EXPERT_PERIOD },
  { "moe_latent_size", PLIM_CONFIG_LATENT },
  { "expert_latent_length", PLIM_CONFIG_LATENT },
  { "nextn_predict_layers", PLIM_CONFIG_NEXT_TOKEN_LAYERS },
  { "full_attention_interval", PLIM_CONFIG_ATTENTION_PERIOD },
  { "ssm.conv_kernel", PLIM_CONFIG_SSM_CONV },
  { "ssm.inner_size", PLIM_CONFIG_SSM_INNER },
  { "ssm.state_size", PLIM_CONFIG_SSM_STATE },
  { "ssm.time_step_rank", PLIM_CONFIG_SSM_DT_RANK },
  { "ssm.group_count", PLIM_CONFIG_SSM_GROUPS },
  { "kda.head_dim", PLIM_CONFIG_DELTA_HEAD_DIM },
  { "shortconv.l_cache", PLIM_CONFIG_SSM_CONV },
  { "wkv.head_size", PLIM_CONFIG_WKV_HEAD },
  { "time_mix_extra_dim", PLIM_CONFIG_SHIFT_RANK },
  { "time_decay_extra_dim", PLIM_CONFIG_DECAY_RANK },
  { "attention.decay_lora_rank", PLIM_CONFIG_DECAY_RANK },
  { "attention.gate_lora_rank", PLIM_CONFIG_GATE_RANK },
  { "attention.iclr_lora_rank", PLIM_CONFIG_RATE_RANK },
  { "attention.value_residual_mix_lora_rank", PLIM_CONFIG_VALUE_RANK },
  { "embedding_length_per_layer_input", PLIM_CONFIG_LAYER_EMBEDDING },
  { "altup.num_inputs", PLIM_CONFIG_ALTUP },
};

static const PlimGgufTensorTrait tensor_traits[] = {
  { "attn_q.bias attn_qkv.bias", PLIM_TRAIT_QKV_BIAS, TRUE },
  { "attn_output.bias", PLIM_TRAIT_O_BIAS, TRUE },
  { "ffn_up.bias", PLIM_TRAIT_MLP_BIAS, TRUE },
  { "attn_q_norm.weight", PLIM_TRAIT_QK_NORM, TRUE },
  { "exp_probs_b.bias exp_probs_b ffn_gate_inp.bias", PLIM_TRAIT_ROUTER_BIAS, TRUE },
  { "ffn_up_exps.bias", PLIM_TRAIT_EXPERT_BIAS, TRUE },
  { "ffn_gate_inp_shexp.weight", PLIM_TRAIT_SHARED_GATE, TRUE },
  { "attn_sinks.weight", PLIM_TRAIT_WINDOW_SINKS, TRUE },
  { "output.bias", PLIM_TRAIT_HEAD_BIAS, FALSE },
};

const PlimFamily *
plim_gguf_find_family (const char *architecture)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (plim_family_has_word (families[i].architectures, architecture))
      return plim_family_find (families[i].model_type);

  return NULL;
}

const PlimGgufKey *
plim_gguf_get_keys (gsize *n_keys)
{
  *n_keys = G_N_ELEMENTS (keys);

  return keys;
}

const PlimGgufTensorTrait *
plim_gguf_get_tensor_traits (gsize *n_traits)
{
  *n_traits = G_N_ELEMENTS (tensor_traits);

  return tensor_traits;
}
