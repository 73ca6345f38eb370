/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything an estimate depends on, as one plain struct, and the table that describes each member.
 *
 * The field table is the single description of an input: scenario files, command line options, the estimator's
 * properties, the form's rows, the comparison table and the JSON Schema test all read it.  Member "kv_precision"
 * of a file is the property "kv-precision" and the option --kv-precision. */

#pragma once

#include "plim-gpu.h"
#include "plim-model.h"
#include "plim-parameters.h"
#include "plim-precision.h"
#include "plim-stored-weights.h"

G_BEGIN_DECLS

typedef enum
{
  PLIM_METHOD_COMPONENT,
  PLIM_METHOD_BYTES_TIMES_MULTIPLIER,
  PLIM_METHOD_SERVING_OVERHEAD,
  PLIM_METHOD_TEXTBOOK_TRANSFORMER,
  PLIM_METHOD_24_BYTES_PER_PARAMETER,
  PLIM_METHOD_MODULE_TABLE,
  PLIM_N_METHODS
} PlimMethod;

typedef enum
{
  PLIM_TASK_INFERENCE,
  PLIM_TASK_TRAINING,      /* every parameter trains */
  PLIM_TASK_LORA,
  PLIM_TASK_QLORA,
  PLIM_N_TASKS
} PlimTask;

typedef enum
{
  PLIM_EVALUATION_NONE,
  PLIM_EVALUATION_F16,     /* a copy of the model in 16 bits beside the training state */
  PLIM_EVALUATION_INT8,
  PLIM_EVALUATION_IN_PLACE, /* the model that trains computes the loss of a batch */
  PLIM_EVALUATION_GENERATE, /* and continues its sequences */
  PLIM_N_EVALUATIONS
} PlimEvaluation;

/* How weights, gradients and optimizer states of the trained parameters are kept. */
typedef enum
{
  PLIM_RECIPE_MIXED,       /* 16-bit weights and gradients, 32-bit master weights and states; adapters in 32 bits */
  PLIM_RECIPE_DEEPSPEED,   /* the same, adapters too */
  PLIM_RECIPE_PURE,        /* weights, gradients and states all in the weight precision */
  PLIM_RECIPE_AUTOCAST,    /* 32-bit weights, gradients and states; 16-bit compute */
  PLIM_RECIPE_FSDP2,       /* 32-bit shards, gradients and states; gathered in 16 bits */
  PLIM_RECIPE_MEGATRON,    /* 16-bit weights; 32-bit main gradients, master weights and states */
  PLIM_RECIPE_FP8,         /* the same, with matrices multiplied in 8 bits and a scale for each */
  PLIM_RECIPE_FP8_BLOCKS,  /* a scale for 128 x 128 weights or 128 numbers of an input, as DeepSeek trains */
  PLIM_RECIPE_MXFP8,       /* a scale for 32 numbers */
  PLIM_RECIPE_NVFP4,       /* matrices multiplied in 4 bits, a scale for 16 numbers */
  PLIM_N_RECIPES
} PlimRecipe;

typedef enum
{
  PLIM_OPTIMIZER_ADAMW,
  PLIM_OPTIMIZER_ADAMW_8BIT,
  PLIM_OPTIMIZER_SGD,
  PLIM_OPTIMIZER_SGD_MOMENTUM,
  PLIM_OPTIMIZER_ADAMW_FOREACH,
  PLIM_OPTIMIZER_ADAMW_4BIT,
  PLIM_OPTIMIZER_ADAMW_8BIT_PAGED,
  PLIM_OPTIMIZER_ADAFACTOR,
  PLIM_OPTIMIZER_LION,
  PLIM_OPTIMIZER_MUON,
  PLIM_OPTIMIZER_LAMB,
  PLIM_OPTIMIZER_ADAM_MINI,
  PLIM_OPTIMIZER_SCHEDULE_FREE,
  PLIM_OPTIMIZER_SHAMPOO,
  PLIM_OPTIMIZER_SOAP,
  PLIM_OPTIMIZER_GALORE,
  PLIM_OPTIMIZER_GALORE_8BIT,
  PLIM_OPTIMIZER_LOMO,
  PLIM_N_OPTIMIZERS
} PlimOptimizer;

typedef enum
{
  PLIM_RECOMPUTE_NONE,
  PLIM_RECOMPUTE_FULL,     /* keep the input of every layer, replay the layer in backward */
  PLIM_RECOMPUTE_ATTENTION, /* replay scores, softmax and the sum over values (arXiv:2205.05198, section 5) */
  PLIM_RECOMPUTE_MATMULS,  /* keep every second product and attention, replay the rest (torchtitan) */
  PLIM_RECOMPUTE_PARTS,    /* replay parts of a layer that are chosen one by one; plim-recompute.h */
  PLIM_N_RECOMPUTES
} PlimRecompute;

typedef enum
{
  PLIM_ATTENTION_KERNEL_FLASH,
  PLIM_ATTENTION_KERNEL_EAGER, /* stores the attention matrix */
  PLIM_ATTENTION_KERNEL_FLEX,  /* flash with a mask of blocks, one for each sample (PyTorch FlexAttention) */
  PLIM_N_ATTENTION_KERNELS
} PlimAttentionKernel;

typedef enum
{
  PLIM_LOSS_PLAIN,         /* all logits at once, with the copies that the framework makes of them */
  PLIM_LOSS_CHUNKED,       /* all logits in 16 bits, the loss in eight chunks */
  PLIM_LOSS_FUSED,         /* head and loss of a few tokens at a time (Liger) */
  PLIM_N_LOSSES
} PlimLoss;

/* How the training state is shared by data-parallel GPUs (ZeRO, arXiv:1910.02054, section 5). */
typedef enum
{
  PLIM_SHARDING_FULL,      /* ZeRO-3, FSDP: weights, gradients and states */
  PLIM_SHARDING_GRADIENTS, /* ZeRO-2 */
  PLIM_SHARDING_OPTIMIZER, /* ZeRO-1 */
  PLIM_SHARDING_NONE,      /* every GPU holds everything (DDP) */
  PLIM_SHARDING_HYBRID,    /* full within a node, whole copies between nodes (HSDP) */
  PLIM_N_SHARDINGS
} PlimSharding;

/* What is trained beside a frozen base; plim-adapters.h. */
typedef enum
{
  PLIM_ADAPTER_LORA,
  PLIM_ADAPTER_DORA,       /* LoRA, and the length of each row of the sum */
  PLIM_ADAPTER_IA3,        /* factors for keys, values and the feed-forward's middle */
  PLIM_ADAPTER_PROMPT,     /* tokens before the text */
  PLIM_ADAPTER_PREFIX,     /* keys and values before those of the text, in every layer */
  PLIM_ADAPTER_LLAMA,      /* a second attention to learned tokens, with a gate for each head (LLaMA-Adapter) */
  PLIM_N_ADAPTERS
} PlimAdapter;

/* What training optimizes; plim-objective.h. */
typedef enum
{
  PLIM_OBJECTIVE_LANGUAGE_MODELLING,
  PLIM_OBJECTIVE_DPO,
  PLIM_OBJECTIVE_ORPO,
  PLIM_OBJECTIVE_REWARD,
  PLIM_OBJECTIVE_PPO,
  PLIM_OBJECTIVE_GRPO,
  PLIM_N_OBJECTIVES
} PlimObjective;

/* The model that log-probabilities are compared with. */
typedef enum
{
  PLIM_REFERENCE_BY_OBJECTIVE,
  PLIM_REFERENCE_NONE,     /* DPO: computed beforehand; GRPO: KL coefficient of 0 */
  PLIM_REFERENCE_KEPT,
  PLIM_N_REFERENCES
} PlimReference;

/* What generates the texts that GRPO trains on. */
typedef enum
{
  PLIM_ENGINE_POLICY,      /* the trained model itself */
  PLIM_ENGINE_VLLM,        /* vLLM on the same GPUs */
  PLIM_ENGINE_VLLM_SLEEPING, /* the same, giving its memory back between generations */
  PLIM_ENGINE_SERVER,      /* on other GPUs */
  PLIM_N_ENGINES
} PlimEngine;

/* Code that runs the training step; plim-framework.c says what each does. */
typedef enum
{
  PLIM_FRAMEWORK_TRANSFORMERS,
  PLIM_FRAMEWORK_TRANSFORMERS_2024,
  PLIM_FRAMEWORK_DEEPSPEED,
  PLIM_FRAMEWORK_TORCHTUNE,
  PLIM_FRAMEWORK_TORCHTUNE_2024,
  PLIM_FRAMEWORK_TORCHTITAN,
  PLIM_FRAMEWORK_TORCHTITAN_2024,
  PLIM_FRAMEWORK_LITGPT,
  PLIM_FRAMEWORK_LITGPT_2024,
  PLIM_FRAMEWORK_LITGPT_2023,
  PLIM_FRAMEWORK_UNSLOTH,
  PLIM_FRAMEWORK_MEGATRON,
  PLIM_N_FRAMEWORKS
} PlimFramework;

/* Format of gradients and of the states an optimizer keeps in full. */
typedef enum
{
  PLIM_STATE_FORMAT_BY_RECIPE,
  PLIM_STATE_FORMAT_F32,
  PLIM_STATE_FORMAT_BF16,
  PLIM_N_STATE_FORMATS
} PlimStateFormat;

typedef enum
{
  PLIM_MASTER_BY_RECIPE,
  PLIM_MASTER_NONE,
  PLIM_MASTER_F32,
  PLIM_N_MASTERS
} PlimMaster;

/* Order in which micro-batches go through the stages of a pipeline. */
typedef enum
{
  PLIM_SCHEDULE_1F1B,
  PLIM_SCHEDULE_GPIPE,
  PLIM_SCHEDULE_INTERLEAVED,
  PLIM_SCHEDULE_ZERO_BUBBLE,
  PLIM_SCHEDULE_DUALPIPE,
  PLIM_N_SCHEDULES
} PlimSchedule;

typedef enum
{
  PLIM_RUNTIME_TRANSFORMERS, /* Hugging Face transformers on PyTorch */
  PLIM_RUNTIME_LLAMA_CPP,
  PLIM_RUNTIME_VLLM,
  PLIM_RUNTIME_SGLANG,
  PLIM_RUNTIME_TENSORRT_LLM,
  PLIM_RUNTIME_MLX,
  PLIM_RUNTIME_LITGPT,
  PLIM_N_RUNTIMES
} PlimRuntime;

/* What multi-head latent attention keeps of a token. */
typedef enum
{
  PLIM_MLA_BY_RUNTIME,
  PLIM_MLA_ABSORBED,       /* the latent and the rotary key, once for all heads */
  PLIM_MLA_TWICE, /* and the latent once more as values (llama.cpp when it first had MLA, pull request 12801) */
  PLIM_MLA_EXPANDED, /* keys and values of every head */
  PLIM_N_MLAS
} PlimMla;

typedef enum
{
  PLIM_TOWERS_BY_RUNTIME,
  PLIM_TOWERS_LOADED,
  PLIM_TOWERS_NOT_LOADED,
  PLIM_N_TOWERS
} PlimTowers;

typedef enum
{
  PLIM_SWITCH_OFF,
  PLIM_SWITCH_ON,
  PLIM_N_SWITCHES
} PlimSwitchState;

/* Where what leaves the GPU goes. */
typedef enum
{
  PLIM_OFFLOAD_NONE,
  PLIM_OFFLOAD_HOST,
  PLIM_OFFLOAD_NVME,       /* through buffers of the host (ZeRO-Infinity, arXiv:2104.07857) */
  PLIM_N_OFFLOADS
} PlimOffload;

typedef struct
{
  /* What */
  PlimMethod method;
  PlimTask   task;
  char       model_id[64];
  gint64     parameters_count;   /* 0 = from the model; alone, the only thing known of it */
  gint64     hidden_size;        /* 0 = from the model, here and for the other shapes */
  gint64     layers_count;
  gint64     heads_count;
  gint64     kv_heads_count;
  gint64     head_dim;
  gint64     ffn_size;
  gint64     vocab_size;

  /* Hardware */
  char   gpu_id[64];
  gint64 gpus_count;
  gint64 gpu_memory_bytes;   /* 0 = from the GPU */
  gint64 used_memory_bytes;  /* taken by other programs */
  double peak_tflops;        /* 0 = from the GPU, dense */
  double host_bandwidth_gb_per_s; /* of the host's memory, for weights that stay there */
  double price_per_gpu_hour; /* USD; 0 = the middle of the GPU's published range */
  double network_gbps;       /* of one GPU to other nodes, one way, in 10^9 bit/s; 0 = usual for the GPU's time */

  /* Batch and context */
  gint64              batch_count;        /* training: micro-batch of one GPU; inference: sequences at once */
  gint64              context_tokens;     /* tokens of one sequence */
  gint64              prompt_tokens;      /* of one sequence; 0 = the context without the output */
  gint64              output_tokens;      /* generated for one sequence; 0 = not given */
  double              prefix_share;       /* of the prompt: the same in all sequences, kept once */
  gint64              ubatch_tokens;      /* computed at once in prefill; 0 = what the runtime does */
  PlimRecompute       recompute;
  gint64              recompute_interval; /* full: one layer in so many is recomputed */
  PlimSwitchState     recompute_core_attention; /* parts; here and below */
  PlimSwitchState     recompute_norms;
  PlimSwitchState     recompute_latent_projections;
  PlimSwitchState     recompute_mlp;
  PlimSwitchState     recompute_expert_activation;
  PlimSwitchState     recompute_shared_experts;
  PlimSwitchState     recompute_experts;
  PlimAttentionKernel attention;
  PlimLoss            loss;

  /* Precision */
  PlimPrecision   precision;          /* weights; QLoRA: the frozen base */
  PlimPrecision   kv_precision;       /* of keys, and of values where v_precision does not differ */
  guint32         v_precision;        /* 0 = as the keys, else a PlimPrecision + 1 */
  PlimRecipe      recipe;
  PlimOptimizer   optimizer;
  PlimAdapter     adapter;
  gint64          lora_rank;
  PlimLoraTargets lora_targets;
  gint64          trained_layers_count; /* last layers that train; 0 = all of the model */
  gint64          virtual_tokens;     /* of prompt and prefix tuning, beside those of the context */

  /* Run */
  PlimEvaluation evaluation;
  gint64         evaluation_batch_count;        /* sequences evaluated at once; 0 = as the micro-batch */
  gint64         evaluation_accumulation_count; /* batches whose logits stay on the GPU for metrics; 0 = loss only */
  gint64         evaluation_tokens;             /* generated for each sequence */
  PlimSharding   sharding;
  PlimRuntime    runtime;
  gint64         accumulation_count; /* micro-batches a step */
  gint64         tokens_count;       /* trained in all, every epoch counted; 0 = of the data set */
  gint64         dataset_tokens_count; /* of one epoch; 0 = not given */
  double         epochs_count;
  double         utilization;        /* share of the 16-bit peak rate (MFU); 0 = predicted */
  gint64         evaluation_interval_steps; /* between evaluations that take time; 0 = none */
  gint64         evaluation_set_tokens;
  gint64         checkpoint_interval_steps; /* 0 = none is written */
  double         storage_bandwidth_gb_per_s; /* at which checkpoints are written, by all GPUs together; 0 = not given */

  /* Serving */
  gint64          runtime_version;               /* minor version (vLLM) or build (llama.cpp); 0 = the newest */
  double          memory_utilization;            /* share of the memory the runtime may fill; 0 = its default */
  gint64          kv_budget_bytes;               /* for the KV cache of one GPU; 0 = by memory_utilization */
  PlimSwitchState unified_cache;                 /* llama.cpp: one cache for all sequences */
  PlimTowers      towers;                        /* whether encoders of images and sound are loaded */
  PlimSwitchState full_windows;                  /* llama.cpp: layers with a window keep the whole context */
  PlimMla         mla;
  char            draft_model_id[64];            /* speculative decoding; "" = none, "mtp" = own layers */
  gint64          draft_tokens_count;            /* guessed at once */
  double          draft_acceptance;              /* how often a guess is right; 0 = as usual */
  gint64          adapters_count;                /* LoRA adapters served at once */

  /* How GPUs and host share the layers */
  gint64 tensor_parallel_count;                  /* 0 = what the runtime does; here and below */
  gint64 pipeline_parallel_count;
  gint64 expert_parallel_count;                  /* 1 = experts are split as the other weights are */
  gint64 expert_tensor_parallel_count;           /* GPUs that split each dealt expert; 0 = as the framework does */
  gint64 gpu_layers_count;                       /* on the GPUs, counted from the last; the output is one more */
  gint64 host_expert_layers_count;               /* first layers whose experts stay in host memory */

  /* What training optimizes */
  PlimObjective objective;
  PlimReference reference;
  PlimEngine    engine;
  double        engine_share;                    /* of the GPU that vLLM fills */
  gint64        completion_tokens;               /* generated for one sequence; 0 = what the objective's trainer does */

  /* How the training step runs */
  PlimFramework   framework;
  PlimSwitchState packing; /* several samples fill a sequence; else each is padded to the context */
  gint64          sample_tokens_count;           /* of a sample in the mean; 0 = as long as the context */
  PlimSwitchState compile;                       /* torch.compile; serving: with a static cache and CUDA graphs */
  PlimSwitchState fused_kernels;                 /* norms and gated activations as one kernel (Liger) */
  PlimStateFormat gradient_format;
  PlimStateFormat state_format;
  PlimStateFormat compute_format;                /* what is multiplied, kept for backward and gathered */
  PlimStateFormat reduce_format;                 /* gradients on their way between GPUs; by recipe = as they are kept */
  PlimMaster      master_weights;
  PlimSwitchState optimizer_in_backward;         /* each parameter steps when its gradient is there */
  PlimOffload     offload_optimizer;             /* master weights and states; the host steps */
  PlimOffload     offload_parameters;            /* shards */
  PlimSwitchState offload_activations;           /* what recompute keeps, on the host */
  gint64          projection_rank;               /* GaLore */
  double          dropout;                       /* of activations and attention */
  double          lora_dropout;
  PlimSwitchState lora_head;                     /* the output head carries an adapter too */
  PlimSwitchState lora_embedding;                /* and so does the token embedding */
  PlimSwitchState sequence_parallel;             /* norms and residuals are split over the tensor-parallel GPUs */
  gint64          context_parallel_count;
  PlimSchedule    pipeline_schedule;
  gint64          virtual_stages_count;          /* interleaved: parts of the model on each stage */

  /* Asked for by the published rules alone */
  double safety_margin;      /* serving-overhead, training: 0.1 to 0.2 */
  gint64 sample_bytes;       /* serving-overhead: batch memory per sample */
  double adapter_share;      /* trained share of the parameters */
  double sequence_flops;     /* module-table: FLOPs of one sequence; 0 = not given */
  gint64 steps_count;        /* module-table: batches in all; 0 = not given */
  double deadline_hours;     /* 0 = none */

  /* Resolved from the ids and shapes above by the catalogue; not fields */
  PlimModel         model;
  PlimModel         draft_model;
  PlimStoredWeights stored;     /* of a model from a file */
  PlimGpu           gpu;                /* memory, peak rate and price overrides applied */
} PlimInputs;

/* Members of PlimInputs, in the order of the form. */
typedef enum
{
  PLIM_FIELD_METHOD,
  PLIM_FIELD_TASK,
  PLIM_FIELD_MODEL,
  PLIM_FIELD_PARAMETERS,
  PLIM_FIELD_HIDDEN_SIZE,
  PLIM_FIELD_LAYERS,
  PLIM_FIELD_HEADS,
  PLIM_FIELD_KV_HEADS,
  PLIM_FIELD_HEAD_DIM,
  PLIM_FIELD_FFN,
  PLIM_FIELD_VOCAB,
  PLIM_FIELD_GPU,
  PLIM_FIELD_GPUS,
  PLIM_FIELD_GPU_MEMORY,
  PLIM_FIELD_USED_MEMORY,
  PLIM_FIELD_PEAK_TFLOPS,
  PLIM_FIELD_HOST_BANDWIDTH,
  PLIM_FIELD_PRICE,
  PLIM_FIELD_NETWORK,
  PLIM_FIELD_BATCH,
  PLIM_FIELD_CONTEXT,
  PLIM_FIELD_PROMPT,
  PLIM_FIELD_OUTPUT,
  PLIM_FIELD_PREFIX_SHARE,
  PLIM_FIELD_UBATCH,
  PLIM_FIELD_RECOMPUTE,
  PLIM_FIELD_RECOMPUTE_INTERVAL,
  PLIM_FIELD_RECOMPUTE_CORE_ATTENTION,
  PLIM_FIELD_RECOMPUTE_NORMS,
  PLIM_FIELD_RECOMPUTE_LATENT_PROJECTIONS,
  PLIM_FIELD_RECOMPUTE_MLP,
  PLIM_FIELD_RECOMPUTE_EXPERT_ACTIVATION,
  PLIM_FIELD_RECOMPUTE_SHARED_EXPERTS,
  PLIM_FIELD_RECOMPUTE_EXPERTS,
  PLIM_FIELD_ATTENTION,
  PLIM_FIELD_LOSS,
  PLIM_FIELD_PRECISION,
  PLIM_FIELD_KV_PRECISION,
  PLIM_FIELD_V_PRECISION,
  PLIM_FIELD_RECIPE,
  PLIM_FIELD_OPTIMIZER,
  PLIM_FIELD_TRAINED_LAYERS,
  PLIM_FIELD_ADAPTER,
  PLIM_FIELD_LORA_RANK,
  PLIM_FIELD_LORA_TARGETS,
  PLIM_FIELD_VIRTUAL_TOKENS,
  PLIM_FIELD_EVALUATION,
  PLIM_FIELD_EVALUATION_BATCH,
  PLIM_FIELD_EVALUATION_ACCUMULATION,
  PLIM_FIELD_EVALUATION_TOKENS,
  PLIM_FIELD_SHARDING,
  PLIM_FIELD_RUNTIME,
  PLIM_FIELD_RUNTIME_VERSION,
  PLIM_FIELD_MEMORY_UTILIZATION,
  PLIM_FIELD_KV_BUDGET,
  PLIM_FIELD_UNIFIED_CACHE,
  PLIM_FIELD_SWA_FULL,
  PLIM_FIELD_MLA,
  PLIM_FIELD_TOWERS,
  PLIM_FIELD_DRAFT_MODEL,
  PLIM_FIELD_DRAFT_TOKENS,
  PLIM_FIELD_DRAFT_ACCEPTANCE,
  PLIM_FIELD_ADAPTERS,
  PLIM_FIELD_TENSOR_PARALLEL,
  PLIM_FIELD_PIPELINE_PARALLEL,
  PLIM_FIELD_EXPERT_PARALLEL,
  PLIM_FIELD_EXPERT_TENSOR_PARALLEL,
  PLIM_FIELD_GPU_LAYERS,
  PLIM_FIELD_HOST_EXPERT_LAYERS,
  PLIM_FIELD_OBJECTIVE,
  PLIM_FIELD_REFERENCE,
  PLIM_FIELD_ENGINE,
  PLIM_FIELD_ENGINE_SHARE,
  PLIM_FIELD_COMPLETION,
  PLIM_FIELD_FRAMEWORK,
  PLIM_FIELD_PACKING,
  PLIM_FIELD_SAMPLE_TOKENS,
  PLIM_FIELD_COMPILE,
  PLIM_FIELD_FUSED_KERNELS,
  PLIM_FIELD_GRADIENT_FORMAT,
  PLIM_FIELD_MASTER_WEIGHTS,
  PLIM_FIELD_STATE_FORMAT,
  PLIM_FIELD_COMPUTE_FORMAT,
  PLIM_FIELD_REDUCE_FORMAT,
  PLIM_FIELD_OPTIMIZER_IN_BACKWARD,
  PLIM_FIELD_PROJECTION_RANK,
  PLIM_FIELD_OFFLOAD_OPTIMIZER,
  PLIM_FIELD_OFFLOAD_PARAMETERS,
  PLIM_FIELD_OFFLOAD_ACTIVATIONS,
  PLIM_FIELD_DROPOUT,
  PLIM_FIELD_LORA_DROPOUT,
  PLIM_FIELD_LORA_HEAD,
  PLIM_FIELD_LORA_EMBEDDING,
  PLIM_FIELD_SEQUENCE_PARALLEL,
  PLIM_FIELD_CONTEXT_PARALLEL,
  PLIM_FIELD_PIPELINE_SCHEDULE,
  PLIM_FIELD_VIRTUAL_STAGES,
  PLIM_FIELD_ACCUMULATION,
  PLIM_FIELD_TOKENS,
  PLIM_FIELD_DATASET_TOKENS,
  PLIM_FIELD_EPOCHS,
  PLIM_FIELD_UTILIZATION,
  PLIM_FIELD_EVALUATION_INTERVAL,
  PLIM_FIELD_EVALUATION_SET,
  PLIM_FIELD_CHECKPOINT_INTERVAL,
  PLIM_FIELD_STORAGE_BANDWIDTH,
  PLIM_FIELD_SAFETY_MARGIN,
  PLIM_FIELD_SAMPLE_BYTES,
  PLIM_FIELD_ADAPTER_SHARE,
  PLIM_FIELD_SEQUENCE_FLOPS,
  PLIM_FIELD_STEPS,
  PLIM_FIELD_DEADLINE,
  PLIM_N_FIELDS
} PlimFieldId;

/* A set of fields, and the bit of one in it. */
__extension__ typedef unsigned __int128 PlimFieldSet;
#define PLIM_FIELD_BIT(id) ((PlimFieldSet) 1 << (id))
G_STATIC_ASSERT (PLIM_N_FIELDS <= 8 * sizeof (PlimFieldSet));

typedef enum
{
  PLIM_FIELD_TYPE_CHOICE,  /* an enum; file and command line use the choice's id */
  PLIM_FIELD_TYPE_INTEGER, /* gint64 */
  PLIM_FIELD_TYPE_BYTES,   /* gint64 bytes; the command line accepts "24GB", "80GiB" */
  PLIM_FIELD_TYPE_NUMBER,  /* double */
  PLIM_FIELD_TYPE_TEXT     /* char[64] holding a catalogue id */
} PlimFieldType;

typedef enum
{
  PLIM_FIELD_GROUP_WHAT,
  PLIM_FIELD_GROUP_HARDWARE,
  PLIM_FIELD_GROUP_BATCH,
  PLIM_FIELD_GROUP_PRECISION,
  PLIM_FIELD_GROUP_RUN,
  PLIM_FIELD_GROUP_RULES
} PlimFieldGroup;

typedef struct
{
  const char *id;          /* "full", stable: files and the command line */
  const char *label;       /* N_(), sentence case */
} PlimChoice;

typedef struct
{
  PlimFieldId    id;
  const char    *name;      /* "kv_precision" */
  const char    *label;     /* N_(), header capitals: "KV Cache Precision" */
  const char    *unit;      /* N_() or NULL: "tokens" */
  PlimFieldType  type;
  PlimFieldGroup group;
  gsize          offset;    /* of the member in PlimInputs */
  double         minimum;   /* accepted range of integers, bytes and numbers */
  double         maximum;
  double         initial;   /* default: number, or index of the choice */
  guint          tasks;     /* bits 1 << PlimTask the field matters for */
  guint          methods;   /* bits 1 << PlimMethod the field matters for */
} PlimField;

#define PLIM_ALIAS_MAX_WORDS 4

/* Another name that people have for a field, on the command line. */
typedef struct
{
  const char *name;        /* "flash-attention" */
  PlimFieldId field;
  PlimChoice
    words[PLIM_ALIAS_MAX_WORDS]; /* { "on", "flash" }: its word and the id of the choice; none = the field's own */
} PlimFieldAlias;

/* All aliases; @n_aliases gets their number. */
const PlimFieldAlias *plim_field_aliases (guint *n_aliases);

/* The description of @id; never NULL. */
const PlimField *plim_field (PlimFieldId id);

/* The field whose name is @name, '-' and '_' alike; NULL when there is none. */
const PlimField *plim_field_by_name (const char *name);

/* Number of choices of a choice field, 0 for others. */
guint plim_field_n_choices (PlimFieldId id);

/* Choice @index (< plim_field_n_choices()) of a choice field. */
PlimChoice plim_field_choice (PlimFieldId id,
                              guint       index);

/* Index of the choice of @field called @choice_id; -1 when there is none. */
gint plim_field_find_choice (PlimFieldId id,
                             const char *choice_id);

/* Tokens trained in all: as given, else epochs of the data set; 0 = not given. */
gint64 plim_inputs_training_tokens (const PlimInputs *inputs);

/* Of @layers_count layers, those that backward computes anew from their input (torchtitan, activation_checkpoint.py,
 * selective_ac_option: every n-th). */
gint64 plim_inputs_recomputed_layers (const PlimInputs *inputs,
                                      gint64            layers_count);

/* The fraction of the peak rate that the published rules reckon with: as given, else 0.4, about what GPT-3's successors
 * reached (PaLM, arXiv:2204.02311, table 3: 21 to 46 %). */
double plim_inputs_utilization (const PlimInputs *inputs);

/* Prompt tokens of one sequence: as given, else the context without the output, at least 1. */
gint64 plim_inputs_prompt_tokens (const PlimInputs *inputs);

/* Tokens of a sequence that train; the rest of the context is padding: all of it when samples are packed or as long. */
gint64 plim_inputs_sample_tokens (const PlimInputs *inputs);

/* The format of cached values: kv_precision unless v_precision names another. */
PlimPrecision plim_inputs_value_precision (const PlimInputs *inputs);

/* Fills @inputs with the defaults of the field table; model and GPU are empty. */
void plim_inputs_init (PlimInputs *inputs);

/* Reads a member: choices as their index.  Not for text fields. */
gint64 plim_inputs_get_integer (const PlimInputs *inputs,
                                PlimFieldId       id);
double plim_inputs_get_number (const PlimInputs *inputs,
                               PlimFieldId       id);

/* Reads a text member; the string lives in @inputs. */
const char *plim_inputs_get_text (const PlimInputs *inputs,
                                  PlimFieldId       id);

/* Writes a member.  FALSE, and nothing changed, when the value is outside the field's range, not finite, no
 * choice, or too long. */
gboolean plim_inputs_set_integer (PlimInputs *inputs,
                                  PlimFieldId id,
                                  gint64      value);
gboolean plim_inputs_set_number (PlimInputs *inputs,
                                 PlimFieldId id,
                                 double      value);
gboolean plim_inputs_set_text (PlimInputs *inputs,
                               PlimFieldId id,
                               const char *value);

/* Sets the task and what goes with it: QLoRA needs a quantized base, so entering it from a float precision chooses
 * 4-bit NF4, and leaving it with NF4 chooses BF16.  Readers of files and options set the task first, through this, then
 * the rest. */
void plim_inputs_set_task (PlimInputs *inputs,
                           PlimTask    task);

/* TRUE when the member @id is the same in both. */
gboolean plim_inputs_equal_field (const PlimInputs *a,
                                  const PlimInputs *b,
                                  PlimFieldId       id);

/* TRUE when the member has its default value. */
gboolean plim_inputs_is_default (const PlimInputs *inputs,
                                 PlimFieldId       id);

/* The format that the model of @inputs is published in, where its weights are served in 16 bits instead; else -1. */
gint plim_inputs_published_precision (const PlimInputs *inputs);

/* TRUE when the field matters for the task, method, runtime, adapter and objective of @inputs: others are hidden, never
 * greyed out. */
gboolean plim_inputs_uses_field (const PlimInputs *inputs,
                                 PlimFieldId       id);

G_END_DECLS
