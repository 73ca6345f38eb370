/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The field table and generic access to the members it describes. */

#include "plim-inputs.h"

#include "plim-checked.h"
#include "plim-objective.h"
#include "plim-recompute.h"
#include "plim-runtime.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define TEXT_SIZE sizeof (((PlimInputs *) NULL)->model_id)

G_STATIC_ASSERT (sizeof (((PlimInputs *) NULL)->gpu_id) == TEXT_SIZE);
G_STATIC_ASSERT (sizeof (PlimMethod) == sizeof (guint32));
G_STATIC_ASSERT (sizeof (PlimPrecision) == sizeof (guint32));

/* Sets of tasks and methods a field matters for. */
#define ALL_TASKS   ((1u << PLIM_N_TASKS) - 1)
#define SERVING     (1u << PLIM_TASK_INFERENCE)
#define TRAINS      (ALL_TASKS & ~SERVING)
#define ADAPTERS    ((1u << PLIM_TASK_LORA) | (1u << PLIM_TASK_QLORA))
#define ALL_METHODS ((1u << PLIM_N_METHODS) - 1)
#define COMPONENT   (1u << PLIM_METHOD_COMPONENT)
#define OVERHEAD    (1u << PLIM_METHOD_SERVING_OVERHEAD)
#define TEXTBOOK    (1u << PLIM_METHOD_TEXTBOOK_TRANSFORMER)
#define BYTES_24    (1u << PLIM_METHOD_24_BYTES_PER_PARAMETER)
#define MODULES     (1u << PLIM_METHOD_MODULE_TABLE)

#define USUAL_UTILIZATION 0.4

#define MOST_PARAMETERS 1e15
#define MOST_BYTES      1.1258999068426240e15 /* one pebibyte */

/* Rows of the table.  C: choice, I: integer, B: bytes, N: number, T: text. */
#define C(ID, member, name, label, group, initial, tasks, methods)                                            \
  [PLIM_FIELD_##ID] = { PLIM_FIELD_##ID, name, label, NULL, PLIM_FIELD_TYPE_CHOICE, PLIM_FIELD_GROUP_##group, \
                        offsetof (PlimInputs, member), 0, 0, initial, tasks, methods }
#define I(ID, member, name, label, unit, group, minimum, maximum, initial, tasks, methods)                     \
  [PLIM_FIELD_##ID] = { PLIM_FIELD_##ID, name, label, unit, PLIM_FIELD_TYPE_INTEGER, PLIM_FIELD_GROUP_##group, \
                        offsetof (PlimInputs, member), minimum, maximum, initial, tasks, methods }
#define B(ID, member, name, label, group, initial, tasks, methods)                                                   \
  [PLIM_FIELD_##ID] = { PLIM_FIELD_##ID, name, label, N_ ("bytes"), PLIM_FIELD_TYPE_BYTES, PLIM_FIELD_GROUP_##group, \
                        offsetof (PlimInputs, member), 0, MOST_BYTES, initial, tasks, methods }
#define N(ID, member, name, label, unit, group, minimum, maximum, initial, tasks, methods)                    \
  [PLIM_FIELD_##ID] = { PLIM_FIELD_##ID, name, label, unit, PLIM_FIELD_TYPE_NUMBER, PLIM_FIELD_GROUP_##group, \
                        offsetof (PlimInputs, member), minimum, maximum, initial, tasks, methods }
#define T(ID, member, name, label, group, tasks, methods)                                                   \
  [PLIM_FIELD_##ID] = { PLIM_FIELD_##ID, name, label, NULL, PLIM_FIELD_TYPE_TEXT, PLIM_FIELD_GROUP_##group, \
                        offsetof (PlimInputs, member), 0, 0, 0, tasks, methods }

static const PlimField fields[PLIM_N_FIELDS] = {
  C (METHOD, method, "method", N_ ("Method"), WHAT, PLIM_METHOD_COMPONENT, ALL_TASKS, ALL_METHODS),
  C (TASK, task, "task", N_ ("Task"), WHAT, PLIM_TASK_INFERENCE, ALL_TASKS, ALL_METHODS),
  T (MODEL, model_id, "model", N_ ("Model"), WHAT, ALL_TASKS, ALL_METHODS),
  I (PARAMETERS, parameters_count, "parameters", N_ ("Parameters"), NULL, WHAT, 0, MOST_PARAMETERS, 0, ALL_TASKS, ALL_METHODS),
  I (HIDDEN_SIZE, hidden_size, "hidden_size", N_ ("Hidden Size"), NULL, WHAT, 0, 1 << 20, 0, ALL_TASKS, ALL_METHODS),
  I (LAYERS, layers_count, "layers", N_ ("Layers"), NULL, WHAT, 0, PLIM_MODEL_MAX_LAYERS, 0, ALL_TASKS, ALL_METHODS),
  I (HEADS, heads_count, "heads", N_ ("Attention Heads"), NULL, WHAT, 0, 1 << 16, 0, ALL_TASKS, ALL_METHODS),
  I (KV_HEADS, kv_heads_count, "kv_heads", N_ ("KV Heads"), NULL, WHAT, 0, 1 << 16, 0, ALL_TASKS, ALL_METHODS & ~TEXTBOOK),
  I (HEAD_DIM, head_dim, "head_dim", N_ ("Head Width"), NULL, WHAT, 0, 1 << 16, 0, ALL_TASKS, ALL_METHODS & ~TEXTBOOK),
  I (FFN, ffn_size, "ffn", N_ ("Feed-Forward Width"), NULL, WHAT, 0, 1 << 24, 0, ALL_TASKS, ALL_METHODS & ~TEXTBOOK),
  I (VOCAB, vocab_size, "vocab", N_ ("Vocabulary"), N_ ("tokens"), WHAT, 0, 1 << 24, 0, ALL_TASKS, ALL_METHODS),

  T (GPU, gpu_id, "gpu", N_ ("GPU"), HARDWARE, ALL_TASKS, ALL_METHODS),
  I (GPUS, gpus_count, "gpus", N_ ("Count"), N_ ("GPUs"), HARDWARE, 1, 1 << 20, 1, ALL_TASKS, ALL_METHODS),
  B (GPU_MEMORY, gpu_memory_bytes, "gpu_memory", N_ ("GPU Memory"), HARDWARE, 0, ALL_TASKS, ALL_METHODS),
  B (USED_MEMORY, used_memory_bytes, "used_memory", N_ ("Memory in Use"), HARDWARE, 0, ALL_TASKS, ALL_METHODS),
  N (PEAK_TFLOPS, peak_tflops, "peak_tflops", N_ ("Peak Rate"), N_ ("TFLOP/s"), HARDWARE, 0, 1e9, 0, ALL_TASKS, ALL_METHODS),
  N (HOST_BANDWIDTH, host_bandwidth_gb_per_s, "host_bandwidth", N_ ("Host Memory Bandwidth"), N_ ("GB/s"), HARDWARE, 1, 1e5, 89.6, SERVING, COMPONENT),
  N (PRICE, price_per_gpu_hour, "price_per_gpu_hour", N_ ("Price"), N_ ("USD per GPU and hour"), HARDWARE, 0, 1e6, 0, ALL_TASKS, ALL_METHODS),
  N (NETWORK, network_gbps, "network", N_ ("Network"), N_ ("Gb/s per GPU"), HARDWARE, 0, 1e6, 0, ALL_TASKS, COMPONENT),

  I (BATCH, batch_count, "batch", N_ ("Micro-Batch"), N_ ("sequences"), BATCH, 1, 1 << 24, 1, ALL_TASKS, COMPONENT | OVERHEAD | TEXTBOOK | MODULES),
  I (CONTEXT, context_tokens, "context", N_ ("Context"), N_ ("tokens"), BATCH, 1, 1 << 30, 4096, ALL_TASKS, COMPONENT | TEXTBOOK),
  I (PROMPT, prompt_tokens, "prompt", N_ ("Prompt"), N_ ("tokens"), BATCH, 0, 1 << 30, 0, SERVING, COMPONENT),
  I (OUTPUT, output_tokens, "output", N_ ("Output"), N_ ("tokens"), BATCH, 0, 1 << 30, 0, SERVING, COMPONENT),
  N (PREFIX_SHARE, prefix_share, "prefix_share", N_ ("Shared Prefix"), N_ ("of the prompt"), BATCH, 0, 1, 0, SERVING, COMPONENT),
  I (UBATCH, ubatch_tokens, "ubatch", N_ ("Prefill Chunk"), N_ ("tokens"), BATCH, 0, 1 << 24, 0, SERVING, COMPONENT),
  C (RECOMPUTE, recompute, "recompute", N_ ("Recompute"), BATCH, PLIM_RECOMPUTE_NONE, TRAINS, COMPONENT),
  I (RECOMPUTE_INTERVAL, recompute_interval, "recompute_interval", N_ ("Recompute Interval"), N_ ("layers"), BATCH, 1, PLIM_MODEL_MAX_LAYERS, 1, TRAINS, COMPONENT),
  C (RECOMPUTE_CORE_ATTENTION, recompute_core_attention, "recompute_core_attn", N_ ("Recompute Attention Scores"), BATCH, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  C (RECOMPUTE_NORMS, recompute_norms, "recompute_layernorm", N_ ("Recompute Norms"), BATCH, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  C (RECOMPUTE_LATENT_PROJECTIONS, recompute_latent_projections, "recompute_mla_up_proj", N_ ("Recompute Latent Projections"), BATCH, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  C (RECOMPUTE_MLP, recompute_mlp, "recompute_mlp", N_ ("Recompute Feed-Forward"), BATCH, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  C (RECOMPUTE_EXPERT_ACTIVATION, recompute_expert_activation, "recompute_moe_act", N_ ("Recompute Experts’ Activation"), BATCH, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  C (RECOMPUTE_SHARED_EXPERTS, recompute_shared_experts, "recompute_shared_experts", N_ ("Recompute Shared Experts"), BATCH, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  C (RECOMPUTE_EXPERTS, recompute_experts, "recompute_moe", N_ ("Recompute Experts"), BATCH, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  C (ATTENTION, attention, "attention", N_ ("Attention Kernel"), BATCH, PLIM_ATTENTION_KERNEL_FLASH, ALL_TASKS, COMPONENT),
  C (LOSS, loss, "loss", N_ ("Loss"), BATCH, PLIM_LOSS_PLAIN, TRAINS, COMPONENT),

  C (PRECISION, precision, "precision", N_ ("Weights"), PRECISION, PLIM_PRECISION_BF16, ALL_TASKS, ALL_METHODS & ~TEXTBOOK),
  C (KV_PRECISION, kv_precision, "kv_precision", N_ ("KV Cache"), PRECISION, PLIM_PRECISION_BF16, SERVING, COMPONENT),
  C (V_PRECISION, v_precision, "v_precision", N_ ("Values of the Cache"), PRECISION, 0, SERVING, COMPONENT),
  C (RECIPE, recipe, "recipe", N_ ("Training Precision"), PRECISION, PLIM_RECIPE_MIXED, TRAINS, COMPONENT),
  C (OPTIMIZER, optimizer, "optimizer", N_ ("Optimizer"), PRECISION, PLIM_OPTIMIZER_ADAMW, TRAINS, COMPONENT | OVERHEAD),
  I (TRAINED_LAYERS, trained_layers_count, "trained_layers", N_ ("Trained Layers"), N_ ("last ones"), PRECISION, 0, PLIM_MODEL_MAX_LAYERS, 0, 1u << PLIM_TASK_TRAINING, COMPONENT),
  C (ADAPTER, adapter, "adapter", N_ ("Adapter"), PRECISION, PLIM_ADAPTER_LORA, ADAPTERS, COMPONENT),
  I (LORA_RANK, lora_rank, "lora_rank", N_ ("Adapter Rank"), NULL, PRECISION, 1, 1 << 16, 16, ADAPTERS | SERVING, COMPONENT),
  C (LORA_TARGETS, lora_targets, "lora_targets", N_ ("Adapter Targets"), PRECISION, PLIM_LORA_ALL_LINEAR, ADAPTERS | SERVING, COMPONENT),
  I (VIRTUAL_TOKENS, virtual_tokens, "virtual_tokens", N_ ("Virtual Tokens"), N_ ("tokens"), PRECISION, 1, 1 << 20, 20, ADAPTERS, COMPONENT),

  C (EVALUATION, evaluation, "evaluation", N_ ("Evaluation"), RUN, PLIM_EVALUATION_NONE, TRAINS, COMPONENT | (1u << PLIM_METHOD_BYTES_TIMES_MULTIPLIER)),
  I (EVALUATION_BATCH, evaluation_batch_count, "evaluation_batch", N_ ("Evaluation Batch"), N_ ("sequences"), RUN, 0, 1 << 24, 0, TRAINS, COMPONENT),
  I (EVALUATION_ACCUMULATION, evaluation_accumulation_count, "evaluation_accumulation", N_ ("Kept Logits"), N_ ("evaluation batches"), RUN, 0, 1 << 24, 0, TRAINS, COMPONENT),
  I (EVALUATION_TOKENS, evaluation_tokens, "evaluation_tokens", N_ ("Generated Tokens"), N_ ("tokens"), RUN, 0, 1 << 30, 100, TRAINS, COMPONENT),
  C (SHARDING, sharding, "sharding", N_ ("Sharding"), RUN, PLIM_SHARDING_FULL, TRAINS, COMPONENT),
  C (RUNTIME, runtime, "runtime", N_ ("Runtime"), RUN, PLIM_RUNTIME_TRANSFORMERS, SERVING, COMPONENT),
  I (RUNTIME_VERSION, runtime_version, "runtime_version", N_ ("Runtime Version"), N_ ("minor version or build"), RUN, 0, 1e6, 0, SERVING, COMPONENT),
  N (MEMORY_UTILIZATION, memory_utilization, "memory_utilization", N_ ("Memory Budget"), N_ ("of the GPU"), RUN, 0, 1, 0, SERVING, COMPONENT),
  B (KV_BUDGET, kv_budget_bytes, "kv_budget", N_ ("KV Cache Budget"), RUN, 0, SERVING, COMPONENT),
  C (UNIFIED_CACHE, unified_cache, "unified_cache", N_ ("Unified Cache"), RUN, PLIM_SWITCH_OFF, SERVING, COMPONENT),
  C (SWA_FULL, full_windows, "swa_full", N_ ("Windows Keep Everything"), RUN, PLIM_SWITCH_OFF, SERVING, COMPONENT),
  C (MLA, mla, "mla", N_ ("Latent Attention Cache"), RUN, PLIM_MLA_BY_RUNTIME, SERVING, COMPONENT),
  C (TOWERS, towers, "towers", N_ ("Image and Sound Encoders"), RUN, PLIM_TOWERS_BY_RUNTIME, SERVING, COMPONENT),
  T (DRAFT_MODEL, draft_model_id, "draft_model", N_ ("Draft Model"), RUN, SERVING, COMPONENT),
  I (DRAFT_TOKENS, draft_tokens_count, "draft_tokens", N_ ("Draft Tokens"), N_ ("guessed at once"), RUN, 0, 1024, 0, SERVING, COMPONENT),
  N (DRAFT_ACCEPTANCE, draft_acceptance, "draft_acceptance", N_ ("Accepted Guesses"), N_ ("of all, or as usual"), RUN, 0, 1, 0, SERVING, COMPONENT),
  I (ADAPTERS, adapters_count, "adapters", N_ ("Served Adapters"), NULL, RUN, 0, 1 << 16, 0, SERVING, COMPONENT),
  I (TENSOR_PARALLEL, tensor_parallel_count, "tensor_parallel", N_ ("Tensor Parallel"), N_ ("GPUs"), RUN, 0, 1 << 16, 0, ALL_TASKS, COMPONENT),
  I (PIPELINE_PARALLEL, pipeline_parallel_count, "pipeline_parallel", N_ ("Pipeline Parallel"), N_ ("stages"), RUN, 0, PLIM_MODEL_MAX_LAYERS, 0, ALL_TASKS, COMPONENT),
  I (EXPERT_PARALLEL, expert_parallel_count, "expert_parallel", N_ ("Expert Parallel"), N_ ("GPUs"), RUN, 1, 1 << 16, 1, ALL_TASKS, COMPONENT),
  I (EXPERT_TENSOR_PARALLEL, expert_tensor_parallel_count, "expert_tensor_parallel", N_ ("Expert Tensor Parallel"), N_ ("GPUs"), RUN, 0, 1 << 16, 0, TRAINS, COMPONENT),
  I (GPU_LAYERS, gpu_layers_count, "gpu_layers", N_ ("GPU Layers"), N_ ("from the last"), RUN, 0, 9999, 999, SERVING, COMPONENT),
  I (HOST_EXPERT_LAYERS, host_expert_layers_count, "host_expert_layers", N_ ("Layers with Experts on the Host"), NULL, RUN, 0, 9999, 0, SERVING, COMPONENT),
  C (OBJECTIVE, objective, "objective", N_ ("Objective"), RUN, PLIM_OBJECTIVE_LANGUAGE_MODELLING, TRAINS, COMPONENT),
  C (REFERENCE, reference, "reference_model", N_ ("Reference Model"), RUN, PLIM_REFERENCE_BY_OBJECTIVE, 1u << PLIM_TASK_TRAINING, COMPONENT),
  C (ENGINE, engine, "generation_engine", N_ ("Generation"), RUN, PLIM_ENGINE_POLICY, TRAINS, COMPONENT),
  N (ENGINE_SHARE, engine_share, "engine_share", N_ ("Share of vLLM"), N_ ("of the GPU"), RUN, 0, 1, 0.3, TRAINS, COMPONENT),
  I (COMPLETION, completion_tokens, "completion", N_ ("Completion"), N_ ("tokens"), RUN, 0, 1 << 30, 0, TRAINS, COMPONENT),
  C (FRAMEWORK, framework, "framework", N_ ("Framework"), RUN, PLIM_FRAMEWORK_TRANSFORMERS, TRAINS, COMPONENT),
  C (PACKING, packing, "packing", N_ ("Packing"), RUN, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  I (SAMPLE_TOKENS, sample_tokens_count, "sample_tokens", N_ ("Mean Sample"), N_ ("tokens"), RUN, 0, 1 << 30, 0, TRAINS, COMPONENT),
  C (COMPILE, compile, "compile", N_ ("Compile"), RUN, PLIM_SWITCH_OFF, ALL_TASKS, COMPONENT),
  C (FUSED_KERNELS, fused_kernels, "fused_kernels", N_ ("Fused Kernels"), RUN, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  C (GRADIENT_FORMAT, gradient_format, "gradient_precision", N_ ("Accumulated Gradients"), PRECISION, PLIM_STATE_FORMAT_BY_RECIPE, TRAINS, COMPONENT),
  C (MASTER_WEIGHTS, master_weights, "master_precision", N_ ("Master Weights"), PRECISION, PLIM_MASTER_BY_RECIPE, TRAINS, COMPONENT),
  C (STATE_FORMAT, state_format, "state_precision", N_ ("Optimizer States"), PRECISION, PLIM_STATE_FORMAT_BY_RECIPE, TRAINS, COMPONENT),
  C (COMPUTE_FORMAT, compute_format, "compute_precision", N_ ("Compute Format"), PRECISION, PLIM_STATE_FORMAT_BY_RECIPE, TRAINS, COMPONENT),
  C (REDUCE_FORMAT, reduce_format, "reduce_precision", N_ ("Gradients on the Way"), PRECISION, PLIM_STATE_FORMAT_BY_RECIPE, TRAINS, COMPONENT),
  C (OPTIMIZER_IN_BACKWARD, optimizer_in_backward, "optimizer_in_backward", N_ ("Step in Backward"), RUN, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  I (PROJECTION_RANK, projection_rank, "projection_rank", N_ ("Projection Rank"), NULL, PRECISION, 1, 1 << 16, 128, 1u << PLIM_TASK_TRAINING, COMPONENT),
  C (OFFLOAD_OPTIMIZER, offload_optimizer, "offload_optimizer", N_ ("Offload Optimizer"), RUN, PLIM_OFFLOAD_NONE, TRAINS, COMPONENT),
  C (OFFLOAD_PARAMETERS, offload_parameters, "offload_parameters", N_ ("Offload Parameters"), RUN, PLIM_OFFLOAD_NONE, TRAINS, COMPONENT),
  C (OFFLOAD_ACTIVATIONS, offload_activations, "offload_activations", N_ ("Offload Activations"), RUN, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  N (DROPOUT, dropout, "dropout", N_ ("Dropout"), NULL, RUN, 0, 1, 0, TRAINS, COMPONENT),
  N (LORA_DROPOUT, lora_dropout, "lora_dropout", N_ ("Adapter Dropout"), NULL, RUN, 0, 1, 0, ADAPTERS, COMPONENT),
  C (LORA_HEAD, lora_head, "lora_head", N_ ("Adapter on the Head"), RUN, PLIM_SWITCH_OFF, ADAPTERS, COMPONENT),
  C (LORA_EMBEDDING, lora_embedding, "lora_embedding", N_ ("Adapter on the Embedding"), RUN, PLIM_SWITCH_OFF, ADAPTERS, COMPONENT),
  C (SEQUENCE_PARALLEL, sequence_parallel, "sequence_parallel", N_ ("Sequence Parallel"), RUN, PLIM_SWITCH_OFF, TRAINS, COMPONENT),
  I (CONTEXT_PARALLEL, context_parallel_count, "context_parallel", N_ ("Context Parallel"), N_ ("GPUs"), RUN, 1, 1 << 16, 1, TRAINS, COMPONENT),
  C (PIPELINE_SCHEDULE, pipeline_schedule, "pipeline_schedule", N_ ("Pipeline Schedule"), RUN, PLIM_SCHEDULE_1F1B, TRAINS, COMPONENT),
  I (VIRTUAL_STAGES, virtual_stages_count, "virtual_stages", N_ ("Virtual Stages"), N_ ("on each GPU"), RUN, 1, 512, 1, TRAINS, COMPONENT),
  I (ACCUMULATION, accumulation_count, "accumulation", N_ ("Gradient Accumulation"), N_ ("micro-batches"), RUN, 1, 1 << 24, 1, TRAINS, COMPONENT),
  I (TOKENS, tokens_count, "tokens", N_ ("Training Tokens"), N_ ("tokens, all epochs"), RUN, 0, 1e18, 0, TRAINS, ALL_METHODS & ~(OVERHEAD | MODULES)),
  I (DATASET_TOKENS, dataset_tokens_count, "dataset_tokens", N_ ("Data Set"), N_ ("tokens"), RUN, 0, 1e18, 0, TRAINS, ALL_METHODS & ~(OVERHEAD | MODULES)),
  N (EPOCHS, epochs_count, "epochs", N_ ("Epochs"), NULL, RUN, 0.001, 1e6, 1, TRAINS, ALL_METHODS & ~(OVERHEAD | MODULES)),
  N (UTILIZATION, utilization, "utilization", N_ ("Utilization"), N_ ("of the peak rate, or predicted"), RUN, 0, 10, 0, ALL_TASKS, ALL_METHODS & ~(OVERHEAD | BYTES_24)),
  I (EVALUATION_INTERVAL, evaluation_interval_steps, "evaluation_interval", N_ ("Evaluate Every"), N_ ("steps"), RUN, 0, 1e15, 0, TRAINS, COMPONENT),
  I (EVALUATION_SET, evaluation_set_tokens, "evaluation_set", N_ ("Evaluation Set"), N_ ("tokens"), RUN, 0, 1e15, 0, TRAINS, COMPONENT),
  I (CHECKPOINT_INTERVAL, checkpoint_interval_steps, "checkpoint_interval", N_ ("Checkpoint Every"), N_ ("steps"), RUN, 0, 1e15, 0, TRAINS, COMPONENT),
  N (STORAGE_BANDWIDTH, storage_bandwidth_gb_per_s, "storage_bandwidth", N_ ("Storage Bandwidth"), N_ ("GB/s, all GPUs"), RUN, 0, 1e6, 0, TRAINS, COMPONENT),

  N (SAFETY_MARGIN, safety_margin, "safety_margin", N_ ("Safety Margin"), NULL, RULES, 0, 1, 0.2, TRAINS, OVERHEAD),
  B (SAMPLE_BYTES, sample_bytes, "sample_bytes", N_ ("Memory per Sample"), RULES, 0, ALL_TASKS, OVERHEAD),
  N (ADAPTER_SHARE, adapter_share, "adapter_share", N_ ("Adapter Share"), N_ ("of the parameters"), RULES, 0.000001, 1, 0.02, ADAPTERS, OVERHEAD | MODULES),
  N (SEQUENCE_FLOPS, sequence_flops, "sequence_flops", N_ ("FLOPs per Sequence"), NULL, RULES, 0, 1e24, 0, TRAINS, MODULES),
  I (STEPS, steps_count, "steps", N_ ("Steps"), N_ ("batches"), RULES, 0, 1e15, 0, TRAINS, COMPONENT | MODULES),
  N (DEADLINE, deadline_hours, "deadline_hours", N_ ("Deadline"), N_ ("hours"), RULES, 0, 1e6, 0, TRAINS, COMPONENT | MODULES),
};

/* Runtimes that an input of serving matters for, where not for all. */
#define RUNTIME(name) (1u << PLIM_RUNTIME_##name)
#define BUDGETED      (RUNTIME (VLLM) | RUNTIME (SGLANG) | RUNTIME (TENSORRT_LLM))

static const guint field_runtimes[PLIM_N_FIELDS] = {
  [PLIM_FIELD_UBATCH] = BUDGETED | RUNTIME (LLAMA_CPP) | RUNTIME (MLX),
  [PLIM_FIELD_PREFIX_SHARE] = BUDGETED,
  [PLIM_FIELD_RUNTIME_VERSION] = RUNTIME (VLLM) | RUNTIME (LLAMA_CPP),
  [PLIM_FIELD_MEMORY_UTILIZATION] = BUDGETED,
  [PLIM_FIELD_KV_BUDGET] = BUDGETED,
  [PLIM_FIELD_UNIFIED_CACHE] = RUNTIME (LLAMA_CPP),
  [PLIM_FIELD_SWA_FULL] = RUNTIME (LLAMA_CPP),
  [PLIM_FIELD_EXPERT_PARALLEL] = BUDGETED,
  [PLIM_FIELD_GPU_LAYERS] = RUNTIME (LLAMA_CPP),
  [PLIM_FIELD_HOST_EXPERT_LAYERS] = RUNTIME (LLAMA_CPP),
  [PLIM_FIELD_HOST_BANDWIDTH] = RUNTIME (LLAMA_CPP),
  [PLIM_FIELD_COMPILE] = RUNTIME (TRANSFORMERS),
};

/* Adapters that an input of training matters for, where not for all. */
#define ADAPTER(name) (1u << PLIM_ADAPTER_##name)
#define LOW_RANK      (ADAPTER (LORA) | ADAPTER (DORA))

static const guint field_adapters[PLIM_N_FIELDS] = {
  [PLIM_FIELD_LORA_RANK] = LOW_RANK,
  [PLIM_FIELD_LORA_TARGETS] = LOW_RANK,
  [PLIM_FIELD_LORA_DROPOUT] = LOW_RANK,
  [PLIM_FIELD_LORA_HEAD] = LOW_RANK,
  [PLIM_FIELD_LORA_EMBEDDING] = LOW_RANK,
  [PLIM_FIELD_VIRTUAL_TOKENS] = ADAPTER (PROMPT) | ADAPTER (PREFIX) | ADAPTER (LLAMA),
};

/* Kinds of evaluation that an input matters for, where not for all. */
#define EVALUATION(name) (1u << PLIM_EVALUATION_##name)

static const guint field_evaluations[PLIM_N_FIELDS] = {
  [PLIM_FIELD_EVALUATION_BATCH] = EVALUATION (IN_PLACE) | EVALUATION (GENERATE),
  [PLIM_FIELD_EVALUATION_ACCUMULATION] = EVALUATION (IN_PLACE),
  [PLIM_FIELD_EVALUATION_TOKENS] = EVALUATION (GENERATE),
};

/* Inputs that matter once another is given, where that is one of the task. */
static const struct
{
  PlimFieldId field;
  PlimFieldId given;
} needs[] = {
  { PLIM_FIELD_LORA_RANK, PLIM_FIELD_ADAPTERS },
  { PLIM_FIELD_LORA_TARGETS, PLIM_FIELD_ADAPTERS },
  { PLIM_FIELD_EVALUATION_SET, PLIM_FIELD_EVALUATION_INTERVAL },
  { PLIM_FIELD_STORAGE_BANDWIDTH, PLIM_FIELD_CHECKPOINT_INTERVAL },
};

static const PlimFieldAlias aliases[] = {
  { "sequences", PLIM_FIELD_BATCH, { { NULL, NULL } } },
  { "micro-batch", PLIM_FIELD_BATCH, { { NULL, NULL } } },
  { "k-precision", PLIM_FIELD_KV_PRECISION, { { NULL, NULL } } },
  { "zero", PLIM_FIELD_SHARDING, { { "0", "none" }, { "1", "optimizer" }, { "2", "gradients" }, { "3", "full" } } },
  { "fsdp", PLIM_FIELD_SHARDING, { { "full", "full" }, { "hybrid", "hybrid" }, { "grad-op", "gradients" }, { "off", "none" } } },
  { "flash-attention", PLIM_FIELD_ATTENTION, { { "on", "flash" }, { "off", "eager" } } },
};

#undef C
#undef I
#undef B
#undef N
#undef T

static gconstpointer
member (const PlimInputs *inputs,
        PlimFieldId       id)
{
  return (const guint8 *) inputs + fields[id].offset;
}

const PlimField *
plim_field (PlimFieldId id)
{
  g_return_val_if_fail (id < PLIM_N_FIELDS, &fields[0]);

  return &fields[id];
}

static gboolean
names_match (const char *a,
             const char *b)
{
  for (; *a != '\0' && *b != '\0'; a++, b++)
    if (*a != *b && !(strchr ("-_", *a) != NULL && strchr ("-_", *b) != NULL))
      return FALSE;

  return *a == *b;
}

const PlimField *
plim_field_by_name (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    if (names_match (fields[i].name, name))
      return &fields[i];

  return NULL;
}

const PlimFieldAlias *
plim_field_aliases (guint *n_aliases)
{
  *n_aliases = G_N_ELEMENTS (aliases);

  return aliases;
}

gint64
plim_inputs_prompt_tokens (const PlimInputs *inputs)
{
  if (inputs->prompt_tokens > 0)
    return inputs->prompt_tokens;

  return MAX (inputs->context_tokens - inputs->output_tokens, 1);
}

gint64
plim_inputs_training_tokens (const PlimInputs *inputs)
{
  double tokens = (double) inputs->dataset_tokens_count * inputs->epochs_count;

  if (inputs->tokens_count > 0)
    return inputs->tokens_count;

  return tokens < (double) PLIM_OVERFLOW ? (gint64) tokens : PLIM_OVERFLOW;
}

gint64
plim_inputs_recomputed_layers (const PlimInputs *inputs,
                               gint64            layers_count)
{
  return inputs->recompute == PLIM_RECOMPUTE_FULL ? layers_count / inputs->recompute_interval : 0;
}

double
plim_inputs_utilization (const PlimInputs *inputs)
{
  return inputs->utilization > 0 ? inputs->utilization : USUAL_UTILIZATION;
}

gint64
plim_inputs_sample_tokens (const PlimInputs *inputs)
{
  if (inputs->packing == PLIM_SWITCH_ON || inputs->sample_tokens_count == 0)
    return inputs->context_tokens;

  return MIN (inputs->sample_tokens_count, inputs->context_tokens);
}

PlimPrecision
plim_inputs_value_precision (const PlimInputs *inputs)
{
  return inputs->v_precision == 0 ? inputs->kv_precision : (PlimPrecision) (inputs->v_precision - 1);
}

void
plim_inputs_init (PlimInputs *inputs)
{
  memset (inputs, 0, sizeof *inputs);

  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    {
      if (fields[i].type == PLIM_FIELD_TYPE_NUMBER)
        plim_inputs_set_number (inputs, i, fields[i].initial);
      else if (fields[i].type != PLIM_FIELD_TYPE_TEXT)
        plim_inputs_set_integer (inputs, i, (gint64) fields[i].initial);
    }
}

gint64
plim_inputs_get_integer (const PlimInputs *inputs,
                         PlimFieldId       id)
{
  g_return_val_if_fail (id < PLIM_N_FIELDS && fields[id].type <= PLIM_FIELD_TYPE_BYTES, 0);

  if (fields[id].type == PLIM_FIELD_TYPE_CHOICE)
    return *(const guint32 *) member (inputs, id);

  return *(const gint64 *) member (inputs, id);
}

double
plim_inputs_get_number (const PlimInputs *inputs,
                        PlimFieldId       id)
{
  g_return_val_if_fail (id < PLIM_N_FIELDS && fields[id].type != PLIM_FIELD_TYPE_TEXT, 0);

  if (fields[id].type == PLIM_FIELD_TYPE_NUMBER)
    return *(const double *) member (inputs, id);

  return (double) plim_inputs_get_integer (inputs, id);
}

const char *
plim_inputs_get_text (const PlimInputs *inputs,
                      PlimFieldId       id)
{
  g_return_val_if_fail (id < PLIM_N_FIELDS && fields[id].type == PLIM_FIELD_TYPE_TEXT, "");

  return member (inputs, id);
}

gboolean
plim_inputs_set_integer (PlimInputs *inputs,
                         PlimFieldId id,
                         gint64      value)
{
  const PlimField *field = plim_field (id);

  g_return_val_if_fail (field->type <= PLIM_FIELD_TYPE_BYTES, FALSE);

  if (field->type == PLIM_FIELD_TYPE_CHOICE)
    {
      if (value < 0 || value >= plim_field_n_choices (id))
        return FALSE;

      *(guint32 *) member (inputs, id) = (guint32) value;
      return TRUE;
    }

  if ((double) value < field->minimum || (double) value > field->maximum)
    return FALSE;

  *(gint64 *) member (inputs, id) = value;
  return TRUE;
}

gboolean
plim_inputs_set_number (PlimInputs *inputs,
                        PlimFieldId id,
                        double      value)
{
  const PlimField *field = plim_field (id);

  g_return_val_if_fail (field->type == PLIM_FIELD_TYPE_NUMBER, FALSE);

  if (!isfinite (value) || value < field->minimum || value > field->maximum)
    return FALSE;

  *(double *) member (inputs, id) = value;
  return TRUE;
}

gboolean
plim_inputs_set_text (PlimInputs *inputs,
                      PlimFieldId id,
                      const char *value)
{
  g_return_val_if_fail (plim_field (id)->type == PLIM_FIELD_TYPE_TEXT, FALSE);

  if (value == NULL || strlen (value) >= TEXT_SIZE)
    return FALSE;

  g_strlcpy ((char *) member (inputs, id), value, TEXT_SIZE);
  return TRUE;
}

void
plim_inputs_set_task (PlimInputs *inputs,
                      PlimTask    task)
{
  PlimPrecisionFamily family = plim_precision_info (inputs->precision)->family;

  if (task == PLIM_TASK_QLORA && family == PLIM_PRECISION_FAMILY_FLOAT)
    inputs->precision = PLIM_PRECISION_NF4;
  else if (task != PLIM_TASK_QLORA && family == PLIM_PRECISION_FAMILY_NORMAL)
    inputs->precision = PLIM_PRECISION_BF16;

  inputs->task = task;
}

static gsize
member_size (PlimFieldType type)
{
  return type == PLIM_FIELD_TYPE_CHOICE ? sizeof (guint32) : sizeof (gint64);
}

gboolean
plim_inputs_equal_field (const PlimInputs *a,
                         const PlimInputs *b,
                         PlimFieldId       id)
{
  const PlimField *field = plim_field (id);

  if (field->type == PLIM_FIELD_TYPE_TEXT)
    return g_strcmp0 (member (a, id), member (b, id)) == 0;

  return memcmp (member (a, id), member (b, id), member_size (field->type)) == 0;
}

gboolean
plim_inputs_is_default (const PlimInputs *inputs,
                        PlimFieldId       id)
{
  const PlimField *field = plim_field (id);

  if (field->type == PLIM_FIELD_TYPE_TEXT)
    return *plim_inputs_get_text (inputs, id) == '\0';

  return plim_inputs_get_number (inputs, id) == field->initial;
}

gint
plim_inputs_published_precision (const PlimInputs *inputs)
{
  gboolean is_wide = inputs->precision == PLIM_PRECISION_BF16 || inputs->precision == PLIM_PRECISION_F16;

  return is_wide && inputs->task == PLIM_TASK_INFERENCE ? plim_precision_find (inputs->model.published_precision) : -1;
}

gboolean
plim_inputs_uses_field (const PlimInputs *inputs,
                        PlimFieldId       id)
{
  const PlimField *field = plim_field (id);

  if ((field->tasks & (1u << inputs->task)) == 0 || (field->methods & (1u << inputs->method)) == 0)
    return FALSE;
  if ((id == PLIM_FIELD_RECOMPUTE_INTERVAL && inputs->recompute != PLIM_RECOMPUTE_FULL) ||
      plim_recompute_hides_field (inputs, id) ||
      (id == PLIM_FIELD_EXPERT_TENSOR_PARALLEL && inputs->expert_parallel_count == 1))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    if (needs[i].field == id && (fields[needs[i].given].tasks & (1u << inputs->task)) != 0 &&
        plim_inputs_is_default (inputs, needs[i].given))
      return FALSE;
  if (inputs->task != PLIM_TASK_INFERENCE)
    return (field_adapters[id] == 0 || (field_adapters[id] & (1u << inputs->adapter)) != 0) &&
           (field_evaluations[id] == 0 || (field_evaluations[id] & (1u << inputs->evaluation)) != 0) &&
           plim_objective_uses_field (inputs, id);
  if (id == PLIM_FIELD_TOWERS && inputs->model.tower_parameters_count == 0)
    return FALSE;

  return field_runtimes[id] == 0 || (field_runtimes[id] & (1u << plim_runtime_of (inputs))) != 0;
}
