/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of tensors as published checkpoints have them, and what part of the model each is. */

#include "plim-tensor-class.h"
#include "plim-tensor-type.h"

#include <string.h>

#define CLASS(name) PLIM_TENSOR_CLASS_##name

static const struct
{
  PlimTensorClass class_id;
  const char     *names; /* with a space between them */
} rows[] = {
  /* GGUF. */
  { CLASS (EMBEDDING), "token_embd.weight position_embd.weight token_types.weight per_layer_token_embd.weight" },
  { CLASS (HEAD), "output.weight output.bias cls.weight" },
  { CLASS (NORM),
    "output_norm.weight blk.0.attn_norm.weight blk.0.ffn_norm.weight blk.1.attn_q_norm.weight blk.1.attn_k_norm.weight "
    "blk.0.post_attention_norm.weight blk.3.ssm_norm.weight token_embd_norm.weight blk.0.attn_q_a_norm.weight "
    "enc.output_norm.weight" },
  { CLASS (ATTENTION),
    "blk.0.attn_q.weight blk.12.attn_k.bias blk.0.attn_qkv.weight blk.0.attn_output.weight blk.0.attn_q_a.weight "
    "blk.0.attn_kv_a_mqa.weight blk.0.attn_k_b.weight blk.0.attn_sinks.weight enc.blk.0.attn_rel_b.weight "
    "dec.blk.0.cross_attn_q.weight blk.0.attn_gate.weight" },
  { CLASS (MLP), "blk.0.ffn_up.weight blk.0.ffn_gate.weight blk.0.ffn_down.bias dec.blk.0.ffn_up.weight" },
  { CLASS (EXPERTS), "blk.0.ffn_up_exps.weight blk.0.ffn_gate_exps.weight blk.0.ffn_down_exps.bias" },
  { CLASS (SHARED_EXPERTS), "blk.0.ffn_up_shexp.weight blk.0.ffn_down_shexp.weight" },
  { CLASS (ROUTER), "blk.0.ffn_gate_inp.weight blk.0.exp_probs_b.bias blk.0.ffn_gate_inp_shexp.weight" },
  { CLASS (RECURRENT),
    "blk.0.ssm_in.weight blk.0.ssm_conv1d.weight blk.0.ssm_a blk.0.ssm_d blk.0.ssm_dt.bias blk.0.ssm_ba.weight "
    "blk.0.time_mix_key.weight blk.0.shortconv.conv.weight" },
  { CLASS (BUFFER), "rope_freqs.weight rope_factors_long.weight" },
  { CLASS (VISION), "v.blk.0.attn_q.weight v.patch_embd.weight v.post_ln.weight" },
  { CLASS (AUDIO), "a.blk.0.attn_q.weight a.conv1d.1.weight" },
  { CLASS (PROJECTOR), "mm.0.weight mm.input_projection.weight" },
  { CLASS (NEXT_TOKEN), "blk.61.nextn.eh_proj.weight blk.61.nextn.enorm.weight blk.61.nextn.shared_head_norm.weight" },
  /* Hugging Face: decoders. */
  { CLASS (EMBEDDING),
    "model.embed_tokens.weight transformer.wte.weight wpe.weight transformer.word_embeddings.weight shared.weight "
    "gpt_neox.embed_in.weight model.decoder.embed_positions.weight backbone.embeddings.weight "
    "bert.embeddings.position_embeddings.weight rwkv.embeddings.weight model.language_model.embed_tokens.weight" },
  { CLASS (HEAD), "lm_head.weight embed_out.weight score.weight language_model.lm_head.weight head.weight" },
  { CLASS (NORM),
    "model.norm.weight model.layers.0.input_layernorm.weight model.layers.0.post_attention_layernorm.weight "
    "model.layers.0.self_attn.q_norm.weight transformer.h.0.ln_1.bias transformer.ln_f.weight "
    "transformer.word_embeddings_layernorm.weight bert.embeddings.LayerNorm.weight backbone.norm_f.weight "
    "model.layers.0.self_attn.kv_a_layernorm.weight decoder.block.0.layer.0.layer_norm.weight "
    "model.layers.0.linear_attn.norm.weight encoder.final_layer_norm.weight" },
  { CLASS (ATTENTION),
    "model.layers.0.self_attn.q_proj.weight model.layers.0.self_attn.o_proj.weight h.0.attn.c_attn.weight "
    "h.0.attn.c_proj.weight transformer.h.0.self_attention.query_key_value.weight "
    "transformer.h.0.self_attention.dense.weight model.layers.0.self_attn.kv_b_proj.weight "
    "model.decoder.layers.0.self_attn.out_proj.weight encoder.block.0.layer.0.SelfAttention.q.weight "
    "decoder.block.0.layer.1.EncDecAttention.k.weight bert.encoder.layer.0.attention.output.dense.weight "
    "backbone.layers.5.mixer.q_proj.weight model.layers.0.self_attn.sinks" },
  { CLASS (MLP), "model.layers.0.mlp.gate_proj.weight model.layers.0.mlp.gate_up_proj.weight h.0.mlp.c_fc.weight "
                 "transformer.h.0.mlp.dense_h_to_4h.weight encoder.block.0.layer.1.DenseReluDense.wi_0.weight "
                 "bert.encoder.layer.0.intermediate.dense.weight bert.encoder.layer.0.output.dense.weight "
                 "model.decoder.layers.0.fc1.weight backbone.layers.1.mixer.up_proj.weight "
                 "model.layers.0.feed_forward.down_proj.weight rwkv.blocks.0.feed_forward.key.weight" },
  { CLASS (EXPERTS), "model.layers.3.mlp.experts.17.up_proj.weight model.layers.0.block_sparse_moe.experts.7.w1.weight "
                     "model.layers.0.mlp.experts.gate_up_proj model.layers.0.feed_forward.experts.down_proj "
                     "backbone.layers.1.mixer.experts.3.up_proj.weight" },
  { CLASS (SHARED_EXPERTS),
    "model.layers.3.mlp.shared_experts.up_proj.weight model.layers.0.mlp.shared_expert.gate_proj.weight "
    "model.layers.0.feed_forward.shared_expert.down_proj.weight" },
  { CLASS (ROUTER),
    "model.layers.3.mlp.gate.weight model.layers.3.mlp.gate.e_score_correction_bias model.layers.0.mlp.router.weight "
    "model.layers.0.block_sparse_moe.gate.weight model.layers.0.mlp.shared_expert_gate.weight "
    "model.layers.0.feed_forward.router.weight" },
  { CLASS (RECURRENT),
    "backbone.layers.0.mixer.A_log backbone.layers.0.mixer.in_proj.weight backbone.layers.0.mixer.out_proj.weight "
    "backbone.layers.0.mixer.conv1d.weight model.layers.0.linear_attn.in_proj_qkvz.weight "
    "model.layers.0.linear_attn.dt_bias model.layers.0.mamba.x_proj.weight model.layers.0.mamba.D "
    "model.layers.0.linear_attn.out_proj.weight rwkv.blocks.0.attention.time_decay "
    "model.layers.0.conv.in_proj.weight" },
  { CLASS (BUFFER), "model.layers.0.self_attn.rotary_emb.inv_freq h.0.attn.bias gpt_neox.layers.0.attention.bias "
                    "gpt_neox.layers.0.attention.masked_bias bert.embeddings.position_ids" },
  /* Towers and others. */
  { CLASS (VISION),
    "vision_tower.vision_model.encoder.layers.0.self_attn.q_proj.weight model.visual.blocks.0.attn.qkv.weight "
    "visual.patch_embed.proj.weight model.vision_tower.embeddings.patch_embedding.weight "
    "vision_model.encoder.layers.40.mlp.fc1.weight" },
  { CLASS (AUDIO), "audio_tower.layers.0.self_attn.k_proj.weight model.audio_tower.conformer.0.norm.weight" },
  { CLASS (PROJECTOR),
    "multi_modal_projector.linear_1.weight model.visual.merger.mlp.0.weight mlp1.1.weight "
    "model.multi_modal_projector.mm_input_projection_weight model.connector.modality_projection.proj.weight" },
  { CLASS (NEXT_TOKEN), "mtp.layers.0.self_attn.q_proj.weight mtp.fc.weight mtp.norm.weight" },
  { CLASS (ADAPTER),
    "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight layers.0.mlp.up_proj.lora_B.default.weight" },
  { CLASS (OTHER), "unheard.of" },
};

static void
test_names (void)
{
  g_autoptr (PlimTensorClassifier) classifier = plim_tensor_classifier_new (0);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) names = g_strsplit (rows[i].names, " ", -1);

      for (guint j = 0; names[j] != NULL; j++)
        {
          PlimTensorPlace place = plim_tensor_classifier_place (classifier, names[j]);

          if (place.class_id != rows[i].class_id || place.role != PLIM_TENSOR_ROLE_WEIGHT)
            {
              g_test_message ("%s is %s (role %d), not %s", names[j], plim_tensor_class_get_id (place.class_id),
                              (int) place.role, plim_tensor_class_get_id (rows[i].class_id));
              g_test_fail ();
            }
        }
    }
}

/* Scales and the like are of the class of their weight. */
static void
test_sides (void)
{
  static const struct
  {
    const char     *name;
    PlimTensorClass class_id;
    PlimTensorRole  role;
  } sides[] = {
    { "model.layers.0.self_attn.q_proj.scales", CLASS (ATTENTION), PLIM_TENSOR_ROLE_SIDE },
    { "model.layers.0.mlp.up_proj.qzeros", CLASS (MLP), PLIM_TENSOR_ROLE_SIDE },
    { "model.layers.0.mlp.up_proj.g_idx", CLASS (MLP), PLIM_TENSOR_ROLE_SIDE },
    { "model.layers.0.mlp.up_proj.qweight", CLASS (MLP), PLIM_TENSOR_ROLE_GPTQ },
    { "model.layers.0.mlp.experts.3.up_proj.weight_scale", CLASS (EXPERTS), PLIM_TENSOR_ROLE_SIDE },
    { "model.layers.0.mlp.experts.3.up_proj.weight_scale_2", CLASS (EXPERTS), PLIM_TENSOR_ROLE_SIDE },
    { "model.layers.0.mlp.experts.3.up_proj.input_scale", CLASS (EXPERTS), PLIM_TENSOR_ROLE_SIDE },
    { "model.layers.0.self_attn.o_proj.weight_scale_inv", CLASS (ATTENTION), PLIM_TENSOR_ROLE_SIDE },
    { "model.layers.0.self_attn.k_proj.weight.absmax", CLASS (ATTENTION), PLIM_TENSOR_ROLE_SIDE },
    { "model.layers.0.self_attn.k_proj.weight.quant_map", CLASS (ATTENTION), PLIM_TENSOR_ROLE_SIDE },
    { "model.layers.0.self_attn.k_proj.weight.quant_state.bitsandbytes__nf4", CLASS (ATTENTION), PLIM_TENSOR_ROLE_SIDE },
    { "model.layers.0.self_attn.k_proj.weight_packed", CLASS (ATTENTION), PLIM_TENSOR_ROLE_PACKED },
    { "model.layers.0.mlp.experts.gate_up_proj_blocks", CLASS (EXPERTS), PLIM_TENSOR_ROLE_FOUR_BIT },
    { "model.layers.0.mlp.experts.gate_up_proj_scales", CLASS (EXPERTS), PLIM_TENSOR_ROLE_SIDE },
  };
  g_autoptr (PlimTensorClassifier) classifier = plim_tensor_classifier_new (0);

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      PlimTensorPlace place = plim_tensor_classifier_place (classifier, sides[i].name);

      g_test_message ("%s", sides[i].name);
      g_assert_cmpint ((gint) place.class_id, ==, (gint) sides[i].class_id);
      g_assert_cmpint ((gint) place.role, ==, (gint) sides[i].role);
    }
}

/* DeepSeek V3 has 61 layers and one of next tokens, number 61. */
static void
test_layers (void)
{
  static const struct
  {
    const char     *name;
    PlimTensorClass class_id;
    gint            layer;
  } layers[] = {
    { "model.layers.60.self_attn.o_proj.weight", CLASS (ATTENTION), 60 },
    { "model.layers.61.self_attn.o_proj.weight", CLASS (NEXT_TOKEN), 61 },
    { "blk.61.attn_norm.weight", CLASS (NEXT_TOKEN), 61 },
    { "vision_tower.blocks.70.attn.qkv.weight", CLASS (VISION), 70 },
    { "model.norm.weight", CLASS (NORM), -1 },
  };
  g_autoptr (PlimTensorClassifier) classifier = plim_tensor_classifier_new (61);

  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      PlimTensorPlace place = plim_tensor_classifier_place (classifier, layers[i].name);

      g_test_message ("%s", layers[i].name);
      g_assert_cmpint ((gint) place.class_id, ==, (gint) layers[i].class_id);
      g_assert_cmpint (place.layer, ==, layers[i].layer);
    }
}

/* Bytes of a block (ggml-common.h of llama.cpp) times 1000 blocks. */
static void
test_types (void)
{
  static const struct
  {
    guint32     id;
    const char *name;
    gint64      elements_count;
    gint64      size_bytes;
  } types[] = {
    { 0, "F32", 1000, 4000 },
    { 1, "F16", 1000, 2000 },
    { 2, "Q4_0", 32000, 18000 },
    { 8, "Q8_0", 32000, 34000 },
    { 12, "Q4_K", 256000, 144000 },
    { 14, "Q6_K", 256000, 210000 },
    { 16, "IQ2_XXS", 256000, 66000 },
    { 30, "BF16", 1000, 2000 },
    { 39, "MXFP4", 32000, 17000 },
    { 40, "NVFP4", 64000, 36000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      PlimTensorType type = plim_tensor_type_from_gguf (types[i].id);

      g_assert_cmpstr (plim_tensor_type_get_info (type)->name, ==, types[i].name);
      g_assert_cmpint (plim_tensor_type_bytes (type, types[i].elements_count), ==, types[i].size_bytes);
    }
  g_assert_cmpint (plim_tensor_type_bytes (plim_tensor_type_from_gguf (2), 33), ==, -1);
  g_assert_cmpint (plim_tensor_type_bytes (plim_tensor_type_from_gguf (0), G_MAXINT64), ==, -1);
}

/* Where the estimator has a precision, a file's type takes the same bytes. */
static void
test_precisions (void)
{
  for (guint i = 0; i < plim_tensor_type_get_count (); i++)
    {
      const PlimTensorTypeInfo *info = plim_tensor_type_get_info ((PlimTensorType) i);

      if (info->precision >= 0)
        g_assert_cmpint (plim_precision_bytes ((PlimPrecision) info->precision, 1 << 16), ==,
                         plim_tensor_type_bytes ((PlimTensorType) i, 1 << 16));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tensor-class/names", test_names);
  g_test_add_func ("/tensor-class/sides", test_sides);
  g_test_add_func ("/tensor-class/layers", test_layers);
  g_test_add_func ("/tensor-type/sizes", test_types);
  g_test_add_func ("/tensor-type/precisions", test_precisions);

  return g_test_run ();
}
