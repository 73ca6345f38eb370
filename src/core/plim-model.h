/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A language model's architecture as a plain struct: the only thing the formulas know of a model.
 *
 * Layers are described per kind, never "all layers alike": kinds[] holds each distinct layer once, with how
 * often it occurs (layers_count), and pattern[] says which kind stands at each depth.  A layer is the
 * sum of its parts: attention, recurrent mixer, dense MLP, experts; a part that is absent has kind NONE or width
 * 0.  So a hybrid layer (attention beside Mamba) or a stack of one-block layers needs no special case.
 *
 * Names follow the Hugging Face configuration where it has one. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PLIM_MODEL_MAX_LAYERS 512
#define PLIM_MODEL_MAX_KINDS  16

typedef enum
{
  PLIM_ATTENTION_NONE,
  PLIM_ATTENTION_STANDARD,   /* MHA, GQA or MQA, by kv_heads_count */
  PLIM_ATTENTION_MLA         /* multi-head latent attention, arXiv:2405.04434 */
} PlimAttentionKind;

typedef enum
{
  PLIM_QK_NORM_NONE,
  PLIM_QK_NORM_PER_HEAD_DIM, /* 2 x head_dim values a layer */
  PLIM_QK_NORM_FULL,         /* heads x head_dim + kv_heads x head_dim */
  PLIM_QK_NORM_PER_HEAD_FULL /* the same count, separate weights per head */
} PlimQkNorm;

typedef enum
{
  PLIM_NORM_RMS,             /* one vector */
  PLIM_NORM_LAYER,           /* weight and bias */
  PLIM_NORM_LAYER_NO_BIAS,   /* weight only */
  PLIM_NORM_LAYER_NO_PARAM   /* no parameters */
} PlimNorm;

typedef enum
{
  PLIM_RECURRENT_NONE,
  PLIM_RECURRENT_MAMBA1,
  PLIM_RECURRENT_MAMBA2,
  PLIM_RECURRENT_GATED_DELTA_NET,
  PLIM_RECURRENT_LIGHTNING,
  PLIM_RECURRENT_KIMI_DELTA,
  PLIM_RECURRENT_SHORT_CONVOLUTION, /* LFM2 */
  PLIM_RECURRENT_RG_LRU,            /* Griffin, RecurrentGemma */
  PLIM_RECURRENT_RWKV4,
  PLIM_RECURRENT_RWKV5,
  PLIM_RECURRENT_RWKV6,
  PLIM_RECURRENT_RWKV7,
  PLIM_N_RECURRENT
} PlimRecurrentKind;

typedef struct
{
  PlimAttentionKind kind;
  gint64            heads_count;
  gint64            kv_heads_count;
  gint64            head_dim;            /* width of one query and key head (MLA: nope + rope) */
  gint64            v_head_dim;          /* width of one value head */
  gint64            window_tokens;       /* sliding window or chunk; 0 = the whole context */
  gboolean          is_chunked;          /* window_tokens is a chunk (Llama 4) */
  gint64            q_lora_rank;         /* width the query goes through; 0 = none */
  gint64            o_lora_rank; /* each of o_groups_count groups of heads goes through it to the output; 0 = none */
  gint64            o_groups_count;
  gint64            compress_tokens;     /* beyond the window one entry is kept for so many (DeepSeek V4); 0 = none */
  gint64            image_tokens_count;  /* reads so many of an image, and nothing of the text (Llama 3.2 Vision);
                                          * 0 = the text */
  gint64            kv_lora_rank;        /* MLA latent width */
  gint64            rope_head_dim;       /* MLA rotary width, cached once for all heads */
  gint64            index_heads_count;   /* sparse-attention indexer (DeepSeek V3.2); 0 = none */
  gint64            index_head_dim;
  gint64            relative_positions_count; /* learned relative-position values of the layer */
  gboolean          q_bias;
  gboolean          k_bias;
  gboolean          v_bias;
  gboolean          o_bias;
  gboolean          has_output_gate;     /* doubles the query projection (MLA: a matrix as wide as all values) */
  gboolean          has_sinks;           /* one learned value per head */
  gboolean          values_are_keys;     /* V shares K's projection, not its cache: K alone is rotated (Gemma 4) */
  gboolean          has_fused_qkv;       /* llama.cpp's files have one matrix for query, key and value */
  gboolean          has_shared_cache;    /* one normed vector is both key and value in the cache (DeepSeek V4) */
  gboolean          shares_kv;           /* reads the cache of an earlier layer, keeps none (Gemma 3n) */
  gboolean          has_cross_attention; /* a second attention over the encoder's output */
  PlimQkNorm        qk_norm;
} PlimAttention;

typedef struct
{
  PlimRecurrentKind kind;
  gint64            inner_size;          /* width of the mixer; for GatedDeltaNet value heads x value width */
  gint64            state_size;          /* state columns per inner channel (delta nets: key head width; RWKV: head) */
  gint64            groups_count;        /* B/C groups; GatedDeltaNet: key heads */
  gint64            heads_count;         /* Mamba-2 heads; delta nets: value heads; RG-LRU: blocks of its gates */
  gint64            conv_kernel;
  gint64            dt_rank;             /* Mamba-1 */
  gint64            decay_rank;          /* low ranks: of the decay (Kimi delta, RWKV-6, RWKV-7), */
  gint64            gate_rank;           /* the output gate (Kimi delta, there 0 = full rank; RWKV-7), */
  gint64            shift_rank;          /* the token shifts (RWKV-6), */
  gint64            rate_rank;           /* the in-context learning rate (RWKV-7), */
  gint64            value_rank;          /* the value's residual (RWKV-7; 0 in the first layer) */
  gboolean          has_inner_norms;     /* Jamba: norms on dt, B and C */
  gboolean          has_gate_norm;       /* gated norm before the output projection */
} PlimRecurrent;

typedef struct
{
  gint64   width;                        /* intermediate size; 0 = no dense MLP */
  gboolean is_gated;                     /* three matrices instead of two */
  gboolean has_bias;
} PlimMlp;

typedef struct
{
  gint64   experts_count;                /* routed experts; 0 = no mixture */
  gint64   active_count;                 /* experts used by a token */
  gint64   width;                        /* intermediate size of one expert */
  gint64   shared_width;                 /* all shared experts together; 0 = none */
  gint64   latent_size;                  /* experts work in this width; 0 = hidden size */
  gboolean is_gated;
  gboolean has_bias;                     /* bias of every expert matrix (gpt-oss) */
  gboolean has_router_bias;              /* one value per expert */
  gboolean has_shared_gate;              /* a gate of hidden_size values on the shared expert */
} PlimExperts;

typedef struct
{
  gint64        layers_count;            /* how many layers are of this kind */
  gboolean      is_encoder;              /* encoder layer of an encoder or encoder-decoder */
  PlimAttention attention;
  PlimRecurrent recurrent;
  PlimMlp       mlp;
  PlimExperts   experts;
  gint64        norms_count;             /* norms over hidden_size in the layer */
  gint64        joins_count;             /* numbers of matrices that are of no other part */
  gint64        other_count;             /* learned values of the layer that fit no other class */
} PlimLayerKind;

typedef struct
{
  char          id[64];                  /* catalogue id; empty for a user's own shape */
  char          name[96];
  char          published_precision[16]; /* id of the format that its checkpoint has, where that is not 16 bits */
  gint64        hidden_size;
  gint64        embedding_size;          /* 0 = hidden_size; OPT-350M has a narrower table with projections */
  gint64        vocab_size;
  gint64        max_context_tokens;      /* 0 = unknown */
  gint64        learned_positions_count; /* rows of learned position tables, both stacks; 0 = none */
  gint64        token_types_count;       /* BERT segment table; 0 = none */
  gint64        mel_bins_count;          /* Whisper: channels of the two input convolutions; 0 = none */
  gint64        relative_buckets_count;  /* T5: buckets of the position bias, one table of heads a stack; 0 = none */
  PlimNorm      norm;
  gint64        final_norms_count;       /* norms after the last layer (encoder-decoders: both stacks) */
  gint64        other_count;             /* learned values outside layers that fit no other class */
  gint64        tower_parameters_count;  /* encoders of images and sound with projectors, beside all that is counted
                                          * here; 0 = none, or not known */
  gint64        layer_tables_count;      /* numbers of tables in which each layer looks tokens up (Gemma 3n and 4 E) */
  gint64        next_token_layers_count; /* layers that guess tokens ahead, beside all that is counted here */
  gint64        embedding_norms_count;   /* norms over the embedding's output */
  gboolean      has_tied_head;           /* output head shares the embedding */
  gboolean      has_head;                /* FALSE for encoders without a language-model head */
  gboolean      has_head_bias;
  gboolean      has_pooler;
  gboolean      has_next_token_tables;   /* the checkpoint has token table and head once more for them */
  gboolean      has_parallel_blocks;     /* attention and MLP read the same input */
  gint64        declared_parameters_count; /* only the size is known ("7B"): shape fields are 0 */
  guint         n_kinds;
  PlimLayerKind kinds[PLIM_MODEL_MAX_KINDS];
  guint         n_layers;
  guint8        pattern[PLIM_MODEL_MAX_LAYERS]; /* index into kinds, by depth */
} PlimModel;

/* How many of @tokens_count tokens one attends to: those in the window, and an entry for every compress_tokens; of an
 * image all, however long the text. */
gint64 plim_attention_seen_tokens (const PlimAttention *attention,
                                   gint64               tokens_count);

/* TRUE when the layer shapes of @model are known, so that per-component formulas apply;
 * FALSE when only declared_parameters_count is. */
gboolean plim_model_has_shape (const PlimModel *model);

/* TRUE when @model has layers of an encoder, or of a decoder, which writes tokens; its shape must be known. */
gboolean plim_model_has_stack (const PlimModel *model,
                               gboolean         is_encoder);

/* Tokens that the encoder of an encoder-decoder sees, with texts of @context_tokens: as many, but for sound, which is
 * always filled up to the length that the encoder has positions for (Whisper, arXiv:2212.04356, section 2.2: 30
 * seconds). */
gint64 plim_model_encoder_tokens (const PlimModel *model,
                                  gint64           context_tokens);

/* Fills @model with a plain decoder (one kind of layer, RMS norms, gated MLP unless @is_gated is FALSE, untied head):
 * what a user describes by naming shapes.  All counts >= 1; @kv_heads_count and @head_dim 0 mean @heads_count and
 * @hidden_size / @heads_count. */
void plim_model_init_decoder (PlimModel *model,
                              gint64     hidden_size,
                              gint64     layers_count,
                              gint64     heads_count,
                              gint64     kv_heads_count,
                              gint64     head_dim,
                              gint64     ffn_size,
                              gint64     vocab_size,
                              gboolean   is_gated);

G_END_DECLS
