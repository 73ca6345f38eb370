/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row per number: its names in the configuration classes of Hugging Face transformers
 * (src/transformers/models/NAME/configuration_NAME.py) and in those that come with weights, and what is accepted:
 * limits that keep every product of shapes meaningful. */

#include "plim-config-field.h"

#include "plim-model.h"

#include <string.h>

#define MOST_WIDTH  (1 << 24)
#define MOST_TOKENS G_GINT64_CONSTANT (1000000000000)

static const PlimConfigFieldInfo infos[PLIM_N_CONFIG_FIELDS] = {
  [PLIM_CONFIG_VOCAB] = { "vocab_size padded_vocab_size n_vocab", 1, MOST_WIDTH },
  [PLIM_CONFIG_HIDDEN] = { "hidden_size n_embd d_model n_embed dim model_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_EMBEDDING] = { "word_embed_proj_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_LAYERS] = { "num_hidden_layers n_layer n_layers num_layers", 1, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_HEADS] = { "num_attention_heads n_head n_heads num_heads", 1, MOST_WIDTH },
  [PLIM_CONFIG_KV_HEADS] = { "num_key_value_heads num_kv_heads multi_query_group_num n_head_kv attn_config.kv_n_heads "
                             "num_attention_groups",
                             1, MOST_WIDTH },
  [PLIM_CONFIG_HEAD_DIM] = { "head_dim kv_channels d_kv attention_head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_V_HEAD_DIM] = { "v_head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_FFN] = { "intermediate_size ffn_dim n_inner d_ff ffn_hidden_size hidden_dim "
                        "ffn_config.ffn_hidden_size block_ff_dim",
                        1, MOST_WIDTH },
  [PLIM_CONFIG_CONTEXT] = { "max_position_embeddings n_positions max_seq_len seq_length n_ctx max_target_positions "
                            "model_max_length context_length",
                            1, MOST_TOKENS },
  [PLIM_CONFIG_TOKEN_TYPES] = { "type_vocab_size", 0, MOST_WIDTH },
  [PLIM_CONFIG_FFN_RATIO] = { "expansion_ratio", 1, 1024 },
  [PLIM_CONFIG_LAYER_NORMS] = { "num_ln_in_parallel_attn", 1, 8 },
  [PLIM_CONFIG_ENCODER_LAYERS] = { "encoder_layers num_layers num_hidden_layers", 1, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_ENCODER_HEADS] = { "encoder_attention_heads", 1, MOST_WIDTH },
  [PLIM_CONFIG_ENCODER_FFN] = { "encoder_ffn_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_DECODER_LAYERS] = { "decoder_layers num_decoder_layers", 1, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_DECODER_HEADS] = { "decoder_attention_heads", 1, MOST_WIDTH },
  [PLIM_CONFIG_DECODER_FFN] = { "decoder_ffn_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_SOURCE_POSITIONS] = { "max_source_positions", 1, MOST_WIDTH },
  [PLIM_CONFIG_MEL_BINS] = { "num_mel_bins", 1, MOST_WIDTH },
  [PLIM_CONFIG_BUCKETS] = { "relative_attention_num_buckets", 1, MOST_WIDTH },
  [PLIM_CONFIG_Q_LORA] = { "q_lora_rank", 0, MOST_WIDTH },
  [PLIM_CONFIG_KV_LORA] = { "kv_lora_rank", 1, MOST_WIDTH },
  [PLIM_CONFIG_QK_NOPE] = { "qk_nope_head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_QK_ROPE] = { "qk_rope_head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_O_LORA] = { "o_lora_rank", 1, MOST_WIDTH },
  [PLIM_CONFIG_O_GROUPS] = { "o_groups", 1, MOST_WIDTH },
  [PLIM_CONFIG_SPARSE_TOKENS] = { "compress_rates.compressed_sparse_attention compress_rate_csa", 1, MOST_WIDTH },
  [PLIM_CONFIG_HEAVY_TOKENS] = { "compress_rates.heavily_compressed_attention compress_rate_hca", 1, MOST_WIDTH },
  [PLIM_CONFIG_HASH_LAYERS] = { "num_hash_layers", 0, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_HYPER] = { "hc_mult", 1, 64 },
  [PLIM_CONFIG_INDEX_HEADS] = { "index_n_heads", 0, MOST_WIDTH },
  [PLIM_CONFIG_INDEX_DIM] = { "index_head_dim", 0, MOST_WIDTH },
  [PLIM_CONFIG_WINDOW] = { "sliding_window window_size sliding_window_size attention_window_size "
                           "local_attention",
                           0, MOST_TOKENS },
  [PLIM_CONFIG_CHUNK] = { "attention_chunk_size", 0, MOST_TOKENS },
  [PLIM_CONFIG_WINDOW_PERIOD] = { "sliding_window_pattern _sliding_window_pattern global_attn_every_n_layers", 1, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_WINDOW_START] = { "max_window_layers", 0, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_GLOBAL_HEAD_DIM] = { "global_head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_GLOBAL_KV_HEADS] = { "num_global_key_value_heads", 1, MOST_WIDTH },
  [PLIM_CONFIG_WINDOW_HEADS] = { "swa_num_attention_heads", 1, MOST_WIDTH },
  [PLIM_CONFIG_WINDOW_KV_HEADS] = { "swa_num_key_value_heads", 1, MOST_WIDTH },
  [PLIM_CONFIG_WINDOW_HEAD_DIM] = { "swa_head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_WINDOW_V_HEAD_DIM] = { "swa_v_head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_SHARED_KV_LAYERS] = { "num_kv_shared_layers", 0, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_EXPERTS] = { "num_local_experts n_routed_experts num_experts moe_num_experts ffn_config.moe_num_experts",
                            0, MOST_WIDTH },
  [PLIM_CONFIG_ACTIVE] = { "num_experts_per_tok moe_top_k moe_topk top_k_experts num_experts_per_token moe_k "
                           "num_selected_experts ffn_config.moe_top_k",
                           0, MOST_WIDTH },
  [PLIM_CONFIG_EXPERT_WIDTH] = { "moe_intermediate_size expert_intermediate_size moe_ffn_hidden_size", 1, MOST_WIDTH },
  [PLIM_CONFIG_SHARED_EXPERTS] = { "n_shared_experts num_shared_expert moe_num_shared_experts num_shared_experts", 0,
                                   MOST_WIDTH },
  [PLIM_CONFIG_SHARED_WIDTH] = { "shared_expert_intermediate_size shared_intermediate_size "
                                 "moe_shared_expert_intermediate_size share_expert_dim",
                                 0, MOST_WIDTH },
  [PLIM_CONFIG_LATENT] = { "moe_latent_size routed_expert_hidden_size", 1, MOST_WIDTH },
  [PLIM_CONFIG_DENSE_FFN] = { "intermediate_size_mlp dense_intermediate_size prefix_dense_intermediate_size", 1, MOST_WIDTH },
  [PLIM_CONFIG_FIRST_DENSE] = { "first_k_dense_replace num_dense_layers", 0, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_EXPERT_PERIOD] = { "moe_layer_freq decoder_sparse_step interleave_moe_layer_step moe_layer_interval "
                                  "expert_layer_period moe_layer_frequency",
                                  1, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_EXPERT_OFFSET] = { "expert_layer_offset", 0, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_EXPERT_START] = { "moe_layer_start_index", 0, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_EXPERT_END] = { "moe_layer_end_index", -1, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_ATTENTION_PERIOD] = { "full_attention_interval attn_layer_period", 1, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_ATTENTION_OFFSET] = { "attn_layer_offset", 0, PLIM_MODEL_MAX_LAYERS },
  [PLIM_CONFIG_SSM_INNER] = { "mamba_d_ssm lru_width attention_hidden_size", 1, MOST_WIDTH },
  [PLIM_CONFIG_SSM_EXPAND] = { "expand mamba_expand", 1, 1024 },
  [PLIM_CONFIG_SSM_STATE] = { "state_size ssm_state_size mamba_d_state", 1, MOST_WIDTH },
  [PLIM_CONFIG_SSM_CONV] = { "conv_kernel mamba_d_conv linear_conv_kernel_dim conv_L_cache conv1d_width "
                             "linear_attn_config.short_conv_kernel_size",
                             1, 1024 },
  [PLIM_CONFIG_SSM_DT_RANK] = { "time_step_rank mamba_dt_rank", 1, MOST_WIDTH },
  [PLIM_CONFIG_SSM_HEADS] = { "mamba_num_heads mamba_n_heads num_heads", 1, MOST_WIDTH },
  [PLIM_CONFIG_SSM_HEAD_DIM] = { "mamba_head_dim mamba_d_head head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_SSM_GROUPS] = { "mamba_n_groups n_groups", 1, MOST_WIDTH },
  [PLIM_CONFIG_KEY_HEADS] = { "linear_num_key_heads", 1, MOST_WIDTH },
  [PLIM_CONFIG_KEY_DIM] = { "linear_key_head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_VALUE_HEADS] = { "linear_num_value_heads", 1, MOST_WIDTH },
  [PLIM_CONFIG_VALUE_DIM] = { "linear_value_head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_DELTA_HEADS] = { "linear_attn_config.num_heads", 1, MOST_WIDTH },
  [PLIM_CONFIG_DELTA_HEAD_DIM] = { "linear_attn_config.head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_WKV_HEAD] = { "head_size head_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_DECAY_RANK] = { "decay_low_rank_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_GATE_RANK] = { "gate_low_rank_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_SHIFT_RANK] = { "proj_low_rank_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_RATE_RANK] = { "a_low_rank_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_VALUE_RANK] = { "v_low_rank_dim", 1, MOST_WIDTH },
  [PLIM_CONFIG_FFN_MULTIPLE] = { "block_multiple_of", 1, MOST_WIDTH },
  [PLIM_CONFIG_FFN_FACTOR] = { "block_ffn_dim_multiplier", 1, 1024 },
  [PLIM_CONFIG_LAYER_EMBEDDING] = { "hidden_size_per_layer_input", 0, MOST_WIDTH },
  [PLIM_CONFIG_LAYER_VOCAB] = { "vocab_size_per_layer_input", 1, MOST_WIDTH },
  [PLIM_CONFIG_LAUREL] = { "laurel_rank", 1, MOST_WIDTH },
  [PLIM_CONFIG_ALTUP] = { "altup_num_inputs", 1, 64 },
  [PLIM_CONFIG_RESIDUAL_BLOCK] = { "attn_res_block_size", 1, MOST_WIDTH },
  [PLIM_CONFIG_NEXT_TOKEN_LAYERS] = { "num_nextn_predict_layers mtp_num_hidden_layers num_mtp_modules num_mtp_layers "
                                      "mtp_num_layers",
                                      0, PLIM_MODEL_MAX_LAYERS },
};

const PlimConfigFieldInfo *
plim_config_field_get_info (PlimConfigField field)
{
  return &infos[field];
}

char *
plim_config_field_dup_name (PlimConfigField field)
{
  return g_strndup (infos[field].names, strcspn (infos[field].names, " "));
}
