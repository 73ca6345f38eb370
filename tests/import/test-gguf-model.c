/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Metadata as converters for llama.cpp write it (convert_hf_to_gguf.py) for models of the catalogue: what is read must
 * count as the catalogue counts. */

#include "opened.h"
#include "plim-gguf-model.h"
#include "plim-kv-cache.h"
#include "plim-parameters.h"

#include <stdio.h>
#include <string.h>

/* Keys stand without the architecture; "[1,0]" is a list.  Tensors: "blk.1-31/2.NAME" is NAME in the blocks 1, 3 … 31.
 */
typedef struct
{
  const char *id;
  const char *architecture;
  guint64     n_tokens;
  const char *keys;
  const char *tensors; /* beside token_embd.weight; NULL = the file has none at all */
} File;

static const File files[] = {
  { "llama-3-8b", "llama", 128256,
    "block_count=32 embedding_length=4096 context_length=8192 attention.head_count=32 attention.head_count_kv=8 "
    "feed_forward_length=14336",
    "output.weight blk.0.attn_norm.weight" },
  { "mixtral-8x7b", "llama", 32000,
    "block_count=32 embedding_length=4096 context_length=32768 attention.head_count=32 attention.head_count_kv=8 "
    "feed_forward_length=14336 expert_count=8 expert_used_count=2",
    "output.weight blk.0.attn_norm.weight" },
  { "llama-4-maverick-17b-128e", "llama4", 202048,
    "block_count=48 embedding_length=5120 context_length=1048576 attention.head_count=40 attention.head_count_kv=8 "
    "feed_forward_length=16384 expert_count=128 expert_used_count=1 expert_feed_forward_length=8192 "
    "interleave_moe_layer_step=2",
    "output.weight blk.0.attn_norm.weight blk.1-47/2.ffn_gate_inp.weight" },
  { "qwen2.5-7b", "qwen2", 152064,
    "block_count=28 embedding_length=3584 context_length=131072 attention.head_count=28 attention.head_count_kv=4 "
    "feed_forward_length=18944",
    "output.weight blk.0.attn_norm.weight blk.0.attn_q.bias" },
  { "qwen1.5-moe-a2.7b", "qwen2moe", 151936,
    "block_count=24 embedding_length=2048 context_length=8192 attention.head_count=16 attention.head_count_kv=16 "
    "feed_forward_length=5632 expert_count=60 expert_used_count=4 expert_feed_forward_length=1408 "
    "expert_shared_feed_forward_length=5632",
    "output.weight blk.0.attn_norm.weight blk.0.attn_q.bias blk.0.ffn_gate_inp_shexp.weight" },
  { "qwen3-8b", "qwen3", 151936,
    "block_count=36 embedding_length=4096 context_length=40960 attention.head_count=32 attention.head_count_kv=8 "
    "feed_forward_length=12288",
    "output.weight blk.0.attn_norm.weight blk.0.attn_q_norm.weight" },
  { "qwen3-30b-a3b", "qwen3moe", 151936,
    "block_count=48 embedding_length=2048 context_length=40960 attention.head_count=32 attention.head_count_kv=4 "
    "attention.key_length=128 attention.value_length=128 feed_forward_length=6144 expert_count=128 "
    "expert_used_count=8 expert_feed_forward_length=768",
    "output.weight blk.0.attn_norm.weight blk.0.attn_q_norm.weight" },
  { "qwen3-next-80b-a3b", "qwen3next", 151936,
    "block_count=48 embedding_length=2048 context_length=262144 attention.head_count=16 attention.head_count_kv=2 "
    "attention.key_length=256 attention.value_length=256 feed_forward_length=5120 expert_count=512 "
    "expert_used_count=10 expert_feed_forward_length=512 expert_shared_feed_forward_length=512 ssm.conv_kernel=4 "
    "ssm.inner_size=4096 ssm.state_size=128 ssm.time_step_rank=32 ssm.group_count=16",
    "output.weight blk.0.attn_norm.weight blk.0.ffn_gate_inp_shexp.weight blk.3.attn_q_norm.weight" },
  { "qwen3.5-27b", "qwen35", 248320,
    "block_count=64 embedding_length=5120 context_length=262144 attention.head_count=24 attention.head_count_kv=4 "
    "attention.key_length=256 attention.value_length=256 feed_forward_length=17408 ssm.conv_kernel=4 "
    "ssm.inner_size=6144 ssm.state_size=128 ssm.time_step_rank=48 ssm.group_count=16",
    "output.weight blk.0.attn_norm.weight blk.3.attn_q_norm.weight" },
  { "gemma-2-9b", "gemma2", 256000,
    "block_count=42 embedding_length=3584 context_length=8192 attention.head_count=16 attention.head_count_kv=8 "
    "attention.key_length=256 attention.value_length=256 attention.sliding_window=4096 feed_forward_length=14336",
    "blk.0.attn_norm.weight" },
  { "gemma-3-12b", "gemma3", 262208,
    "block_count=48 embedding_length=3840 context_length=131072 attention.head_count=16 attention.head_count_kv=8 "
    "attention.key_length=256 attention.value_length=256 attention.sliding_window=1024 feed_forward_length=15360",
    "blk.0.attn_norm.weight blk.0.attn_q_norm.weight" },
  { "gemma-4-26b-a4b", "gemma4", 262144,
    "block_count=30 embedding_length=2816 context_length=262144 attention.head_count=16 attention.head_count_kv=[8,"
    "8,8,8,8,2,8,8,8,8,8,2,8,8,8,8,8,2,8,8,8,8,8,2,8,8,8,8,8,2] attention.key_length=512 "
    "attention.value_length=512 attention.key_length_swa=256 attention.value_length_swa=256 "
    "attention.sliding_window=1024 attention.sliding_window_pattern=[1,1,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,"
    "0,1,1,1,1,1,0] feed_forward_length=2112 expert_count=128 expert_used_count=8 expert_feed_forward_length=704",
    "blk.0.attn_norm.weight blk.0.attn_q_norm.weight blk.0-29/1.attn_k.weight blk.0-4/1.attn_v.weight "
    "blk.6-10/1.attn_v.weight blk.12-16/1.attn_v.weight blk.18-22/1.attn_v.weight blk.24-28/1.attn_v.weight" },
  { "phi-3-mini-4k", "phi3", 32064,
    "block_count=32 embedding_length=3072 context_length=4096 attention.head_count=32 attention.head_count_kv=32 "
    "attention.sliding_window=2048 feed_forward_length=8192",
    "output.weight blk.0.attn_norm.weight" },
  { "deepseek-v2-lite", "deepseek2", 102400,
    "block_count=27 embedding_length=2048 context_length=163840 attention.head_count=16 attention.head_count_kv=16 "
    "attention.key_length=192 attention.value_length=128 attention.kv_lora_rank=512 rope.dimension_count=64 "
    "feed_forward_length=10944 expert_count=64 expert_used_count=6 expert_feed_forward_length=1408 "
    "expert_shared_count=2 leading_dense_block_count=1",
    "output.weight blk.0.attn_norm.weight" },
  { "deepseek-v3", "deepseek2", 129280,
    "block_count=61 embedding_length=7168 context_length=163840 attention.head_count=128 attention.head_count_kv=1 "
    "attention.key_length=576 attention.value_length=512 attention.key_length_mla=192 "
    "attention.value_length_mla=128 attention.q_lora_rank=1536 attention.kv_lora_rank=512 rope.dimension_count=64 "
    "feed_forward_length=18432 expert_count=256 expert_used_count=8 expert_feed_forward_length=2048 "
    "expert_shared_count=1 leading_dense_block_count=3",
    "output.weight blk.0.attn_norm.weight blk.3.exp_probs_b.bias" },
  { "glm-4.5", "glm4moe", 151552,
    "block_count=93 embedding_length=5120 context_length=131072 attention.head_count=96 attention.head_count_kv=8 "
    "attention.key_length=128 attention.value_length=128 feed_forward_length=12288 expert_count=160 "
    "expert_used_count=8 expert_feed_forward_length=1536 expert_shared_count=1 leading_dense_block_count=3 "
    "nextn_predict_layers=1",
    "output.weight blk.0.attn_norm.weight blk.0.attn_q.bias blk.0.attn_q_norm.weight blk.3.exp_probs_b.bias" },
  { "gpt-oss-120b", "gpt-oss", 201088,
    "block_count=36 embedding_length=2880 context_length=131072 attention.head_count=64 attention.head_count_kv=8 "
    "attention.key_length=64 attention.value_length=64 attention.sliding_window=128 feed_forward_length=2880 "
    "expert_count=128 expert_used_count=4 expert_feed_forward_length=2880",
    "output.weight blk.0.attn_norm.weight blk.0.attn_q.bias blk.0.attn_output.bias blk.0.ffn_gate_inp.bias "
    "blk.0.ffn_up_exps.bias" },
  { "mamba-2.8b", "mamba", 50280,
    "block_count=64 embedding_length=2560 context_length=1048576 ssm.conv_kernel=4 ssm.inner_size=5120 "
    "ssm.state_size=16 ssm.time_step_rank=160",
    "blk.0.attn_norm.weight" },
  { "jamba-v0.1", "jamba", 65536,
    "block_count=32 embedding_length=4096 context_length=262144 attention.head_count=32 attention.head_count_kv=[0,"
    "0,0,0,8,0,0,0,0,0,0,0,8,0,0,0,0,0,0,0,8,0,0,0,0,0,0,0,8,0,0,0] feed_forward_length=14336 expert_count=16 "
    "expert_used_count=2 ssm.conv_kernel=4 ssm.inner_size=8192 ssm.state_size=16 ssm.time_step_rank=256",
    "output.weight blk.0.attn_norm.weight blk.1-31/2.ffn_gate_inp.weight" },
  { "nemotron-3-nano-30b-a3b", "nemotron_h_moe", 131072,
    "block_count=52 embedding_length=2688 context_length=262144 attention.head_count=32 attention.head_count_kv=[0,"
    "0,0,0,0,2,0,0,0,0,0,0,2,0,0,0,0,0,0,2,0,0,0,0,0,0,2,0,0,0,0,0,0,2,0,0,0,0,0,0,0,0,2,0,0,0,0,0,0,0,0,0] "
    "attention.key_length=128 attention.value_length=128 feed_forward_length=[0,1856,0,1856,0,0,1856,0,1856,0,1856,"
    "0,0,1856,0,1856,0,1856,0,0,1856,0,1856,0,1856,0,0,1856,0,1856,0,1856,0,0,1856,0,1856,0,1856,0,1856,0,0,1856,0,"
    "1856,0,1856,0,1856,0,1856] expert_count=128 expert_used_count=6 expert_feed_forward_length=1856 "
    "expert_shared_feed_forward_length=3712 ssm.conv_kernel=4 ssm.inner_size=4096 ssm.state_size=128 "
    "ssm.time_step_rank=64 ssm.group_count=8",
    "output.weight blk.0.attn_norm.weight" },
  { "falcon-h1-0.5b", "falcon-h1", 32784,
    "block_count=36 embedding_length=1024 context_length=16384 attention.head_count=8 attention.head_count_kv=2 "
    "attention.key_length=64 attention.value_length=64 feed_forward_length=2048 ssm.conv_kernel=4 "
    "ssm.inner_size=1536 ssm.state_size=128 ssm.time_step_rank=24 ssm.group_count=1",
    "output.weight blk.0.attn_norm.weight" },
  { "lfm2-1.2b", "lfm2", 65536,
    "block_count=16 embedding_length=2048 context_length=128000 attention.head_count=32 "
    "attention.head_count_kv=[0,0,8,0,0,8,0,0,8,0,8,0,8,0,8,0] feed_forward_length=8192 shortconv.l_cache=3",
    "blk.0.attn_norm.weight blk.2.attn_q_norm.weight" },
  { "lfm2-8b-a1b", "lfm2moe", 65536,
    "block_count=24 embedding_length=2048 context_length=128000 attention.head_count=32 "
    "attention.head_count_kv=[0,0,8,0,0,0,8,0,0,0,8,0,0,0,8,0,0,0,8,0,0,8,0,0] feed_forward_length=7168 "
    "expert_count=32 "
    "expert_used_count=4 expert_feed_forward_length=1792 leading_dense_block_count=2 shortconv.l_cache=3",
    "blk.0.attn_norm.weight blk.2.attn_q_norm.weight blk.2-23/1.ffn_gate_inp.weight blk.2-23/1.exp_probs_b.bias" },
  { "kimi-linear-48b-a3b", "kimi-linear", 163840,
    "block_count=27 embedding_length=2304 context_length=1048576 attention.head_count=32 "
    "attention.head_count_kv=[0,0,0,1,0,0,0,1,0,0,0,1,0,0,0,1,0,0,0,1,0,0,0,1,0,0,1] attention.key_length=576 "
    "attention.value_length=512 attention.key_length_mla=192 attention.value_length_mla=128 "
    "attention.kv_lora_rank=512 rope.dimension_count=64 feed_forward_length=9216 expert_count=256 "
    "expert_used_count=8 expert_feed_forward_length=1024 expert_shared_count=1 leading_dense_block_count=1 "
    "ssm.conv_kernel=4 kda.head_dim=128",
    "output.weight blk.0.attn_norm.weight blk.1.exp_probs_b.bias" },
  { "rwkv-6-finch-1.6b", "rwkv6", 65536,
    "block_count=24 embedding_length=2048 context_length=4096 attention.head_count=0 feed_forward_length=7168 "
    "wkv.head_size=64 time_mix_extra_dim=32 time_decay_extra_dim=64 rescale_every_n_layers=6",
    "output.weight blk.0.attn_norm.weight" },
  { "rwkv-7-goose-1.5b", "rwkv7", 65536,
    "block_count=24 embedding_length=2048 context_length=4096 attention.head_count=0 feed_forward_length=8192 "
    "wkv.head_size=64 attention.decay_lora_rank=96 attention.iclr_lora_rank=96 "
    "attention.value_residual_mix_lora_rank=64 attention.gate_lora_rank=256",
    "output.weight blk.0.attn_norm.weight" },
  { "granite-3.3-8b", "granite", 49159,
    "block_count=40 embedding_length=4096 context_length=131072 attention.head_count=32 attention.head_count_kv=8 "
    "feed_forward_length=12800",
    "blk.0.attn_norm.weight" },
  { "starcoder2-7b", "starcoder2", 49152,
    "block_count=32 embedding_length=4608 context_length=16384 attention.head_count=36 attention.head_count_kv=4 "
    "attention.sliding_window=4096 feed_forward_length=18432",
    "blk.0.attn_norm.weight blk.0.attn_q.bias blk.0.attn_output.bias blk.0.ffn_up.bias" },
  { "pythia-1b", "gptneox", 50304,
    "block_count=16 embedding_length=2048 context_length=2048 attention.head_count=8 attention.head_count_kv=8 "
    "feed_forward_length=8192",
    "output.weight blk.0.attn_norm.weight blk.0.attn_qkv.bias blk.0.attn_output.bias blk.0.ffn_up.bias" },
  { "gpt2", "gpt2", 50257,
    "block_count=12 embedding_length=768 context_length=1024 attention.head_count=12 attention.head_count_kv=12 "
    "feed_forward_length=3072",
    "blk.0.attn_norm.weight blk.0.attn_qkv.bias blk.0.attn_output.bias blk.0.ffn_up.bias" },
  { "bloom-7b1", "bloom", 250880,
    "block_count=30 embedding_length=4096 context_length=2048 attention.head_count=32 attention.head_count_kv=32 "
    "feed_forward_length=16384",
    "blk.0.attn_norm.weight blk.0.attn_qkv.bias blk.0.attn_output.bias blk.0.ffn_up.bias" },
  { "command-r-35b", "command-r", 256000,
    "block_count=40 embedding_length=8192 context_length=131072 attention.head_count=64 attention.head_count_kv=64 "
    "feed_forward_length=22528",
    "blk.0.attn_norm.weight" },
  { "olmo-2-7b", "olmo2", 100352,
    "block_count=32 embedding_length=4096 context_length=4096 attention.head_count=32 attention.head_count_kv=32 "
    "feed_forward_length=11008",
    "output.weight blk.0.attn_norm.weight blk.0.attn_q_norm.weight" },
  { "minimax-m2", "minimax-m2", 200064,
    "block_count=62 embedding_length=3072 context_length=196608 attention.head_count=48 attention.head_count_kv=8 "
    "attention.key_length=128 attention.value_length=128 feed_forward_length=1536 expert_count=256 "
    "expert_used_count=8 expert_feed_forward_length=1536",
    "output.weight blk.0.attn_norm.weight blk.0.attn_q_norm.weight blk.0.exp_probs_b.bias" },
  { "falcon-40b", "falcon", 65024,
    "block_count=60 embedding_length=8192 context_length=2048 attention.head_count=128 attention.head_count_kv=8 "
    "feed_forward_length=32768",
    "blk.0.attn_norm.weight" },
  { "stablelm-2-12b", "stablelm", 100352,
    "block_count=40 embedding_length=5120 context_length=4096 attention.head_count=32 attention.head_count_kv=8 "
    "feed_forward_length=13824",
    "output.weight blk.0.attn_norm.weight blk.0.attn_q_norm.weight" },
  { "dbrx-132b", "dbrx", 100352,
    "block_count=40 embedding_length=6144 context_length=32768 attention.head_count=48 attention.head_count_kv=8 "
    "feed_forward_length=10752 expert_count=16 expert_used_count=4",
    "output.weight blk.0.attn_norm.weight" },
  { "ernie-4.5-21b-a3b", "ernie4_5-moe", 103424,
    "block_count=28 embedding_length=2560 context_length=131072 attention.head_count=20 attention.head_count_kv=4 "
    "feed_forward_length=12288 expert_count=64 expert_used_count=6 expert_feed_forward_length=1536 "
    "expert_shared_feed_forward_length=3072 leading_dense_block_count=1 interleave_moe_layer_step=1",
    "blk.0.attn_norm.weight blk.1.exp_probs_b.bias" },
  { "mimo-v2-flash", "mimo2", 152576,
    "block_count=48 embedding_length=4096 context_length=262144 attention.head_count=64 attention.head_count_kv=[4,"
    "8,8,8,8,4,8,8,8,8,8,4,8,8,8,8,8,4,8,8,8,8,8,4,8,8,8,8,8,4,8,8,8,8,8,4,8,8,8,8,8,4,8,8,8,8,8,4] "
    "attention.key_length=192 attention.value_length=128 attention.sliding_window=128 "
    "attention.sliding_window_pattern=[0,1,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,0,1,1,"
    "1,1,1,0,1,1,1,1,1,0] feed_forward_length=16384 expert_count=256 expert_used_count=8 "
    "expert_feed_forward_length=2048",
    "output.weight blk.0.attn_norm.weight blk.1.exp_probs_b.bias blk.1-47/1.ffn_gate_inp.weight "
    "blk.1.attn_sinks.weight" },
};

static const char *
get_string (gconstpointer file,
            const char   *key)
{
  if (strcmp (key, "general.type") == 0)
    return ((const File *) file)->id;

  return strcmp (key, "general.architecture") == 0 ? ((const File *) file)->architecture : NULL;
}

/* What follows "KEY=" in the file's keys, up to the next blank; NULL when there is none. */
static char *
find_value (const File *file,
            const char *key)
{
  g_auto (GStrv) pairs = g_strsplit (file->keys, " ", -1);
  gsize          prefix = strlen (file->architecture) + 1;

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      gsize length = strcspn (pairs[i], "=");

      if (g_str_has_prefix (key, file->architecture) && strlen (key) == prefix + length &&
          strncmp (key + prefix, pairs[i], length) == 0)
        return g_strdup (pairs[i] + length + 1);
    }

  return NULL;
}

static guint
get_integers (gconstpointer file,
              const char   *key,
              gint64       *entries,
              guint         most_entries)
{
  g_autofree char *value = find_value (file, key);
  g_auto (GStrv)   parts = value != NULL ? g_strsplit_set (value, "[,]", -1) : NULL;
  guint            n_entries = 0;

  for (guint i = 0; parts != NULL && parts[i] != NULL && n_entries < most_entries; i++)
    if (*parts[i] != '\0')
      entries[n_entries++] = g_ascii_strtoll (parts[i], NULL, 10);

  return n_entries;
}

static guint64
count_entries (gconstpointer file,
               const char   *key)
{
  return strcmp (key, "tokenizer.ggml.tokens") == 0 ? ((const File *) file)->n_tokens : 0;
}

/* TRUE when @name is @pattern, "blk.FIRST-LAST/STEP.NAME" or a plain name. */
static gboolean
matches (const char *pattern,
         const char *name)
{
  int first, last, step, block, n_pattern = 0, n_name = 0;

  if (sscanf (pattern, "blk.%d-%d/%d.%n", &first, &last, &step, &n_pattern) < 3 || n_pattern == 0)
    return strcmp (pattern, name) == 0;
  if (sscanf (name, "blk.%d.%n", &block, &n_name) < 1 || n_name == 0)
    return FALSE;

  return block >= first && block <= last && (block - first) % step == 0 &&
         strcmp (pattern + n_pattern, name + n_name) == 0;
}

static gboolean
has_tensor (gconstpointer data,
            const char   *name)
{
  const File    *file = data;
  g_auto (GStrv) tensors = file->tensors != NULL ? g_strsplit (file->tensors, " ", -1) : NULL;

  if (file->tensors == NULL)
    return FALSE;
  for (guint i = 0; tensors[i] != NULL; i++)
    if (matches (tensors[i], name))
      return TRUE;

  return strcmp (name, "token_embd.weight") == 0;
}

static gboolean
read_file (const File    *file,
           PlimGgufModel *model,
           GError       **error)
{
  PlimGgufSource source = { file, get_string, get_integers, count_entries, has_tensor };

  return plim_gguf_model_read (&source, "model.gguf", model, error);
}

static void
expect_count (const File *file,
              const char *what,
              gint64      read,
              gint64      expected)
{
  if (read == expected)
    return;

  g_test_message ("%s: %s %" G_GINT64_FORMAT " from the metadata, %" G_GINT64_FORMAT " expected", file->id, what, read,
                  expected);
  g_test_fail ();
}

static void
compare (const File      *file,
         const PlimModel *read,
         const PlimModel *expected)
{
  static const gint64 tokens[] = { 1, 4096, 1 << 20 };
  PlimParameters      theirs, ours;

  plim_parameters_count (read, &theirs);
  plim_parameters_count (expected, &ours);
  expect_count (file, "parameters", theirs.total_count, ours.total_count);
  expect_count (file, "active parameters", theirs.active_count, ours.active_count);
  for (guint c = 0; c < PLIM_N_TENSORS; c++)
    expect_count (file, "a tensor class", theirs.by_class_count[c], ours.by_class_count[c]);
  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    expect_count (file, "KV bytes", plim_kv_cache_bytes (read, PLIM_PRECISION_F16, tokens[i], 1),
                  plim_kv_cache_bytes (expected, PLIM_PRECISION_F16, tokens[i], 1));
  expect_count (file, "state bytes", plim_recurrent_state_bytes (read), plim_recurrent_state_bytes (expected));
  expect_count (file, "context", read->max_context_tokens, expected->max_context_tokens);
  if (memcmp (read->pattern, expected->pattern, sizeof read->pattern) != 0)
    expect_count (file, "pattern", 0, 1);
}

static void
test_catalogue (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  g_autoptr (GError)      error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      const PlimModel *expected = plim_catalog_find_model (catalog, files[i].id);
      PlimGgufModel    model;

      g_assert_nonnull (expected);
      if (!read_file (&files[i], &model, &error))
        {
          g_test_message ("%s: %s", files[i].id, error->message);
          g_test_fail ();
          g_clear_error (&error);
          continue;
        }
      g_assert_true (model.is_known && model.has_tensors);
      g_assert_cmpstr (model.architecture, ==, files[i].architecture);
      compare (&files[i], &model.model, expected);
    }
}

#define SMALL "block_count=2 embedding_length=64 attention.head_count=4 "

/* What is refused, and two parts of its message. */
static const struct
{
  File        file;
  const char *place;
  const char *reason;
} refused[] = {
  { { "no architecture", "", 9, "", "" }, "general.architecture", "does not name" },
  { { "nothing", "llama", 0, "", "" }, "“llama.embedding_length”, “llama.block_count”, “llama.attention.head_count”", "missing" },
  { { "no tokens", "llama", 0, SMALL, "" }, "“llama.vocab_size”", "missing" },
  { { "zero blocks", "llama", 9, "block_count=0 embedding_length=64 attention.head_count=4", "" }, "llama.block_count", "0 is not from 1" },
  { { "many blocks", "llama", 9, "block_count=513 embedding_length=64 attention.head_count=4", "" }, "llama.block_count", "513 is not from 1 to 512" },
  { { "negative", "llama", 9, SMALL "feed_forward_length=-1", "" }, "llama.feed_forward_length", "-1 is not from 1" },
  { { "huge", "llama", 9, SMALL "feed_forward_length=9223372036854775807", "" }, "llama.feed_forward_length", "9223372036854775807 is not" },
  { { "huge in a list", "llama", 9, SMALL "feed_forward_length=[64,9223372036854775807]", "blk.0.attn_norm.weight" },
    "llama.feed_forward_length",
    "9223372036854775807 is not" },
  { { "KV heads above heads", "llama", 9, SMALL "attention.head_count_kv=8", "" }, "num_key_value_heads", "8 KV heads" },
  { { "KV heads above heads in a layer", "llama", 9, SMALL "attention.head_count_kv=[4,8]", "" },
    "llama.attention.head_count_kv",
    "8 is not from 1 to 4" },
  { { "experts in use", "llama", 9, SMALL "expert_count=2 expert_used_count=3", "" }, "num_experts_per_tok", "3 of" },
  { { "latent without rank", "deepseek2", 9, SMALL, "" }, "“deepseek2.attention.kv_lora_rank”", "missing" },
  { { "rotary part wider than the head", "deepseek2", 9,
      SMALL "attention.kv_lora_rank=16 attention.key_length=8 rope.dimension_count=8", "" },
    "deepseek2.attention.key_length",
    "8 is not from 9" },
  { { "mmproj", "clip", 9, "", "" }, "general.type", "the encoder beside a model" },
  { { "an old projector", "clip", 9, "", "" }, "general.architecture", "the encoder beside a model" },
  { { "RWKV in a Qwen model", "arwkv7", 9, SMALL, "" }, "arwkv7", "not modelled" },
  { { "RWKV-7 without ranks", "rwkv7", 9, SMALL, "" }, "model.gguf", "“decay_low_rank_dim”" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      PlimGgufModel      model;

      if (read_file (&refused[i].file, &model, &error))
        {
          g_test_message ("%s: accepted", refused[i].file.id);
          g_test_fail ();
        }
      else if (!g_str_has_prefix (error->message, "model.gguf: ") ||
               strstr (error->message, refused[i].place) == NULL || strstr (error->message, refused[i].reason) == NULL)
        {
          g_test_message ("%s: %s", refused[i].file.id, error->message);
          g_test_fail ();
        }
    }
}

/* Gemma 4 E4B: 7,518,069,290 parameters by llama.cpp, less 256 rotary factors.  24 of 42 layers keep a cache, four of
 * them the whole context: 2 heads of 512 for keys and values, in 2 bytes. */
static void
test_gemma4 (void)
{
  static const File  file = { "", "gemma4", 262144,
                              "block_count=42 embedding_length=2560 attention.head_count=8 attention.head_count_kv=2 "
                               "attention.key_length=512 attention.value_length=512 attention.key_length_swa=256 "
                               "attention.value_length_swa=256 attention.sliding_window=512 feed_forward_length=10240 "
                               "attention.shared_kv_layers=18 embedding_length_per_layer_input=256",
                              "blk.0.attn_norm.weight blk.0.attn_q_norm.weight" };
  g_autoptr (GError) error = NULL;
  PlimGgufModel      model;
  PlimParameters     parameters;

  g_assert_true (read_file (&file, &model, &error));
  g_assert_no_error (error);
  plim_parameters_count (&model.model, &parameters);
  g_assert_cmpint (parameters.total_count, ==, G_GINT64_CONSTANT (7518069034));
  g_assert_cmpint (model.shared_kv_layers_count, ==, 18);
  g_assert_cmpint (plim_kv_cache_line (&model.model, PLIM_PRECISION_F16, 32768, 1).growing_bytes, ==,
                   4 * 2 * 2 * 512 * 2);
}

/* T5 has two stacks: the catalogue's base model but for its name. */
static void
test_t5 (void)
{
  static const File       file = { "", "t5", 32128,
                                   "block_count=12 decoder_block_count=12 embedding_length=768 attention.head_count=12 "
                                         "attention.key_length=64 attention.value_length=64 feed_forward_length=3072 "
                                         "attention.relative_buckets_count=32 context_length=512",
                                   "" };
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  g_autoptr (GError)      error = NULL;
  PlimGgufModel           model;

  g_assert_true (read_file (&file, &model, &error));
  g_assert_no_error (error);
  compare (&file, &model.model, plim_catalog_find_model (catalog, "t5-base"));
}

/* Next-token blocks are apart, the head is tied without its tensor, an unknown architecture is a decoder. */
static void
test_details (void)
{
  static const File  glm = { "", "glm4moe", 9, SMALL "nextn_predict_layers=1", "output.weight" };
  static const File  tied = { "", "newarch", 9, SMALL "attention.head_count_kv=2", "" };
  static const File  bare = { "", "gemma", 9, SMALL, NULL };
  g_autoptr (GError) error = NULL;
  PlimGgufModel      model;

  g_assert_true (read_file (&glm, &model, &error));
  g_assert_no_error (error);
  g_assert_cmpint (model.next_token_layers_count, ==, 1);
  g_assert_cmpuint (model.model.n_layers, ==, 1);
  g_assert_false (model.model.has_tied_head);

  g_assert_true (read_file (&tied, &model, &error));
  g_assert_false (model.is_known);
  g_assert_true (model.model.has_tied_head);
  g_assert_cmpint (model.model.kinds[0].attention.kv_heads_count, ==, 2);

  g_assert_true (read_file (&bare, &model, &error));
  g_assert_false (model.has_tensors);
  g_assert_true (model.model.has_tied_head);
  g_assert_cmpstr (model.model.name, ==, "gemma");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/gguf-model/catalogue", test_catalogue);
  g_test_add_func ("/gguf-model/refused", test_refused);
  g_test_add_func ("/gguf-model/gemma4", test_gemma4);
  g_test_add_func ("/gguf-model/t5", test_t5);
  g_test_add_func ("/gguf-model/details", test_details);

  return g_test_run ();
}
