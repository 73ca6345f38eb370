/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The answer to a PlimInputs: terms with their explanation, moments, verdict, time.
 *
 * A plain struct filled by pure functions: same input, same output, no allocation, thread-safe.  All text in it
 * is static: names are marked for translation and translated by the layer that shows them. */

#pragma once

#include "plim-inputs.h"
#include "plim-collectives.h"
#include "plim-reserved.h"

G_BEGIN_DECLS

#define PLIM_MAX_TERMS   176
#define PLIM_MAX_ROLES   16
#define PLIM_MAX_FACTORS 14

/* One number in a formula: numerator / denominator, exact.  0.5 bytes is 1/2, a factor 1.2 is 12/10. */
typedef struct
{
  const char *name;        /* N_("parameters"): in words, lower case */
  gint64      numerator;
  gint64      denominator; /* >= 1 */
} PlimFactor;

/* How a number came about.  @formula is a template over the factors: "{0} × {1} ÷ {2}", with the operators
 * + − × ÷ ², parentheses and the functions ceil(), floor(), max(a, b), min(a, b), written in usual precedence.
 * Evaluated with the factors (ceil of the whole, where bytes are fractional) it gives the number exactly; a test does
 * so. */
typedef struct
{
  const char  *formula;
  guint        n_factors;
  PlimFactor   factors[PLIM_MAX_FACTORS];
  const char  *source;      /* citation: paper and table, document, or file; names are not translated */
  const char  *note;        /* N_() or NULL: what the reader must know, such as a slip in the source */
  PlimFieldSet depends;     /* set of PLIM_FIELD_BIT() */
} PlimExplanation;

/* Parts of memory, in the order bars and tables show them. */
typedef enum
{
  PLIM_TERM_WEIGHTS,             /* trained or served weights */
  PLIM_TERM_FROZEN_WEIGHTS,      /* base of LoRA and QLoRA */
  PLIM_TERM_MASTER_WEIGHTS,
  PLIM_TERM_OPTIMIZER_STATES,
  PLIM_TERM_GRADIENTS,
  PLIM_TERM_ADAPTERS,            /* adapter weights */
  PLIM_TERM_ADAPTER_STATE,       /* their gradients, master weights and states */
  PLIM_TERM_TOWERS,              /* encoders of images and sound */
  PLIM_TERM_REFERENCE_WEIGHTS,   /* models beside the policy in preference and reinforcement learning */
  PLIM_TERM_REWARD_WEIGHTS,
  PLIM_TERM_VALUE_WEIGHTS,
  PLIM_TERM_VALUE_STATE,
  PLIM_TERM_ENGINE,              /* vLLM beside training */
  PLIM_TERM_KV_CACHE,
  PLIM_TERM_RECURRENT_STATE,
  PLIM_TERM_DRAFT_WEIGHTS,       /* of the model that guesses ahead */
  PLIM_TERM_NEXT_TOKEN,          /* layers of the model itself that guess ahead */
  PLIM_TERM_DRAFT_CACHE,
  PLIM_TERM_DRAFT_BUFFER,        /* of a draft model with a context of its own */
  PLIM_TERM_CACHE_COPY,          /* of one layer, in 16 bits */
  PLIM_TERM_ACTIVATIONS,
  PLIM_TERM_VALUE_ACTIVATIONS,   /* of the value model of PPO */
  PLIM_TERM_PREFIX,              /* keys and values of prefix tuning's tokens */
  PLIM_TERM_REPLAY,              /* one replayed layer during backward with recompute */
  PLIM_TERM_LOGITS,              /* logits and loss */
  PLIM_TERM_COMPUTE_BUFFER,
  PLIM_TERM_CAST_WEIGHTS,        /* copies of weights in the format of compute */
  PLIM_TERM_MASK,                /* of attention */
  PLIM_TERM_STEP_BUFFER,         /* beside states and gradients while the optimizer steps */
  PLIM_TERM_GATHERED_WEIGHTS,    /* unsharded layers of FSDP / ZeRO-3 */
  PLIM_TERM_COMMUNICATION,       /* reduce and bucket buffers */
  PLIM_TERM_DEQUANTIZED,         /* 16-bit copy of the 4-bit matrix in use */
  PLIM_TERM_LOADING,             /* a matrix that is quantized, or sharded, while the model is loaded */
  PLIM_TERM_SAVING,              /* shards put together, or a matrix dequantized, for a checkpoint */
  PLIM_TERM_EVALUATION_COPY,
  PLIM_TERM_EVALUATION_WORK,     /* evaluation batch: buffers and logits */
  PLIM_TERM_EVALUATION_LOGITS,   /* of earlier batches, for metrics */
  PLIM_TERM_BATCH,               /* serving-overhead: memory per sample */
  PLIM_TERM_OVERHEAD,            /* overhead or safety margin of a rule, allocator slack */
  PLIM_TERM_RULE_TOTAL,          /* a rule that states one figure only */
  PLIM_N_TERM_IDS
} PlimTermId;

/* Families of parts: one colour each. */
typedef enum
{
  PLIM_PART_WEIGHTS,
  PLIM_PART_ADAPTERS,
  PLIM_PART_OPTIMIZER,
  PLIM_PART_GRADIENTS,
  PLIM_PART_ACTIVATIONS,
  PLIM_PART_CACHE,
  PLIM_PART_OVERHEAD,
  PLIM_PART_EVALUATION,
  PLIM_N_PARTS
} PlimPart;

typedef enum
{
  PLIM_KEPT,               /* from start to end */
  PLIM_DURING_STEP         /* comes and goes within a step or request */
} PlimPersistence;

typedef struct
{
  const char     *id;          /* "kv-cache": JSON and CSV */
  const char     *name;        /* N_("KV cache") */
  const char     *short_name;  /* N_(), at most 14 letters, for the bar and narrow tables */
  const char     *description; /* N_(), one plain sentence */
  PlimPart        part;
  PlimPersistence persistence;
} PlimTermInfo;

/* Moments of a job.  Training: load to evaluation; inference: load, prefill, decode. */
typedef enum
{
  PLIM_MOMENT_LOAD,
  PLIM_MOMENT_ROLLOUT,     /* texts to train on are generated */
  PLIM_MOMENT_FORWARD,
  PLIM_MOMENT_LOSS,
  PLIM_MOMENT_BACKWARD,
  PLIM_MOMENT_STEP,
  PLIM_MOMENT_SAVE,
  PLIM_MOMENT_EVALUATION,
  PLIM_MOMENT_PREFILL,
  PLIM_MOMENT_DECODE,
  PLIM_N_MOMENTS
} PlimMoment;

typedef struct
{
  PlimTermId      id;
  gint64          bytes;                     /* at the peak moment of its role: these add up to the role's peak */
  gint64          bytes_at[PLIM_N_MOMENTS];  /* at each moment; 0 where it is not held or the moment does not occur */
  PlimExplanation explanation;               /* of the largest of bytes_at */
} PlimTerm;

/* One distinct GPU role (pipeline stage, expert rank); data-parallel ranks share one. */
typedef struct
{
  const char *name;                          /* N_("Every GPU") */
  gint64      stage_number;                  /* of a stage between first and last, from 1; 0 = the name says all */
  gint64      last_stage_number;             /* of the last one in a row that hold the same */
  gboolean    is_folded;                     /* its GPUs hold the stages as far from the other end, too (DualPipe) */
  gint64      gpus_count;
  guint       first_term;                    /* its terms in PlimEstimate.terms */
  guint       n_terms;
  gint64      moment_bytes[PLIM_N_MOMENTS];  /* 0 = the moment does not occur */
  PlimMoment  peak_moment;
  gint64      peak_bytes;
  gint64      headroom_bytes;                /* usable - peak; negative when short */
} PlimRole;

typedef enum
{
  PLIM_VERDICT_UNKNOWN,    /* not enough information: see missing_fields, not_covered */
  PLIM_VERDICT_FITS,
  PLIM_VERDICT_TIGHT,      /* under 10 % of the usable memory free */
  PLIM_VERDICT_DOES_NOT_FIT
} PlimVerdict;

/* A figure that is not known exactly: 0 everywhere = unknown. */
typedef struct
{
  double low;
  double likely;
  double high;
} PlimBand;

/* What the GPUs of a training run send each other data for. */
typedef enum
{
  PLIM_TRAFFIC_DATA,       /* weights and gradients of replicas */
  PLIM_TRAFFIC_TENSOR,
  PLIM_TRAFFIC_PIPELINE,
  PLIM_TRAFFIC_CONTEXT,
  PLIM_TRAFFIC_EXPERT,
  PLIM_N_TRAFFICS
} PlimTraffic;

/* Ends of a prediction's range, and what lies between. */
typedef enum
{
  PLIM_CASE_BEST,
  PLIM_CASE_USUAL,
  PLIM_CASE_WORST,
  PLIM_N_CASES
} PlimCase;

/* A predicted optimizer step of one GPU, in seconds. */
typedef struct
{
  double seconds;
  double matrices_seconds;
  double attention_seconds;
  double memory_seconds;                    /* norms, activations, loss, dequantized weights */
  double launch_seconds;                    /* waiting for the host */
  double traffic_seconds[PLIM_N_TRAFFICS];  /* hidden or not */
  double exposed_seconds;                   /* traffic that is not hidden behind computing */
  double bubble_seconds;                    /* waiting for other stages of the pipeline */
  double optimizer_seconds;
  double scoring_seconds;                   /* of reference, reward and value model before training */
  double generation_seconds;                /* of the texts that it trains on */
  double forward_seconds;                   /* of a forward pass over its tokens alone, as evaluation makes it */
} PlimStepTime;

/* Training time and cost, or serving speed. */
typedef struct
{
  gboolean        is_known;                  /* of a training whose length is not given, the speed may be known */
  PlimFieldSet    missing_fields;            /* what to give to know it */
  double          seconds;                   /* whole run on all GPUs, evaluations and checkpoints asked for included */
  double          evaluation_seconds;        /* of that */
  double          checkpoint_seconds;
  gint64          checkpoint_bytes;          /* of each; 0 = none is asked for */
  double          total_flops;
  double          petaflop_s_days;           /* total_flops / (1e15 x 86,400) */
  double          gpu_days;
  double          cost_usd;                  /* 0 = price unknown */
  double          energy_kwh;                /* GPUs at full power; 0 = power unknown */
  double          step_seconds;              /* 0 = not a matter of steps */
  gboolean        is_predicted;              /* from the step below; else from the utilization given */
  PlimStepTime    steps[PLIM_N_CASES];       /* predicted */
  PlimBand        run_seconds;               /* of the whole run, when predicted */
  PlimBand        mfu;                       /* model FLOPs of the peak; 0 = unknown, here and below */
  double          hfu;                       /* with recompute */
  double          hardware_flops;            /* of the whole run, recompute counted */
  double          unmasked_flops;            /* model FLOPs as if attention had no mask */
  double          tokens_per_s;              /* trained, all GPUs */
  gint64          steps_count;
  gint64          deadline_gpus_count;       /* GPUs to meet the deadline; 0 = none asked, PLIM_OVERFLOW = no count */
  PlimBand        prefill_tokens_per_s;      /* inference: prompts, one after another */
  PlimBand        decode_tokens_per_s;       /* all sequences together; 0 = an encoder, which writes none */
  PlimBand        sequence_tokens_per_s;     /* of each */
  PlimBand        first_token_seconds;       /* of a prompt that nothing waits before */
  double          request_seconds;           /* likely; 0 = the output is not given */
  PlimBand        loaded_tokens_per_s;       /* written while prompts of the next requests are computed beside */
  PlimBand        loaded_token_seconds;      /* between two tokens of a sequence, the same */
  PlimExplanation explanation;               /* evaluates to seconds for training, to likely tokens a second of decode
                                              * for inference (tolerance of double) */
  PlimExplanation first_token_explanation;   /* evaluates to likely first_token_seconds */
  PlimExplanation loaded_explanation;        /* evaluates to likely loaded_tokens_per_s */
} PlimTime;

/* The memory that a runtime with a budget keeps for caches on one GPU, and what it holds on all of them together. */
typedef struct
{
  gboolean is_known;        /* FALSE: the runtime has no budget, or the GPU is not chosen */
  gint64   bytes;           /* of the GPU that holds the fewest tokens */
  gint64   needed_bytes;    /* by the sequences of the scenario */
  gint64   tokens_count;    /* as sequences of the context's length */
  gint64   sequences_count; /* of the context's length, at once */
} PlimKvPool;

typedef struct
{
  PlimMethod         method;
  PlimVerdict        verdict;
  PlimFieldSet       missing_fields;             /* PLIM_FIELD_BIT()s without which nothing can be said */
  const char        *not_covered;                /* N_() or NULL: "Does not cover QLoRA" */
  const char *const *not_counted;          /* N_() names of what takes memory and is no term; ends with NULL, or NULL */
  gboolean           is_overflow;                /* the numbers are too large to count */

  gint64 capacity_bytes;             /* what the driver reports (or the user gave), 0 = no GPU chosen */
  gint64 context_bytes;              /* taken by the driver and runtime context */
  gint64 used_bytes;                 /* taken by other programs */
  gint64 usable_bytes;               /* capacity - context - used: the load line */

  PlimParameters  parameters;
  gint64          trained_count;              /* parameters that train; 0 for inference */
  gint64          kv_bytes_per_token;         /* all layers, one sequence, growth per token; 0 = no cache */
  PlimKvPool      kv_pool;
  gint64          stored_bytes; /* of all weights, wherever they are; inference with a known shape, else 0 */
  gint64          host_bytes;                 /* in the memory of one host: weights not on a GPU, what is offloaded */
  PlimExplanation host_explanation;          /* evaluates to host_bytes; no formula when they are 0 */
  gint64          nvme_bytes;                 /* that training keeps on the NVMe disks of one host */
  PlimExplanation nvme_explanation;

  guint    n_terms;
  PlimTerm terms[PLIM_MAX_TERMS];
  guint    n_roles;
  PlimRole roles[PLIM_MAX_ROLES];      /* fullest first */
  gint64   peak_bytes;                 /* of the fullest role */
  gint64   headroom_bytes;             /* of the fullest role; negative when short */
  gint64   low_bytes;                  /* range of the peak from published measurements; both 0 = not checked */
  gint64   high_bytes;

  PlimCollectives collectives; /* buffers of NCCL, no part of the peak */
  PlimReserved    reserved;                /* training: what the allocator and the driver show of the fullest role */

  gboolean is_memory_only; /* time was not asked for */
  PlimTime time;
} PlimEstimate;

/* Answers @inputs (model and GPU resolved) by its method.  Never fails: what cannot be said is in verdict,
 * missing_fields and not_covered. */
void plim_estimate (const PlimInputs *inputs,
                    PlimEstimate     *estimate);

/* The same without the time of the engine's method, which takes as long as the rest: for searches. */
void plim_estimate_memory (const PlimInputs *inputs,
                           PlimEstimate     *estimate);

/* TRUE when it fits, with room or without. */
gboolean plim_verdict_is_fit (PlimVerdict verdict);

/* Whether @inputs is known to fit. */
gboolean plim_estimate_fits (const PlimInputs *inputs);

/* The facts of a kind of term; never NULL. */
const PlimTermInfo *plim_term_info (PlimTermId id);

/* N_() name of a moment, such as "Backward", header capitals. */
const char *plim_moment_name (PlimMoment moment);

/* Stable id of a moment, such as "backward". */
const char *plim_moment_id (PlimMoment moment);

/* Stable id of a verdict: "fits", "tight", "does-not-fit", "unknown". */
const char *plim_verdict_id (PlimVerdict verdict);

/* --- for the methods ------------------------------------------------------------------------------ */

/* Appends a term to the last role and returns it, its explanation empty and bytes 0; roles and terms beyond the
 * maximum are a programming error.  Set bytes_at[] for each moment it is held. */
PlimTerm *plim_estimate_add_term (PlimEstimate *estimate,
                                  PlimTermId    id);

/* Opens a role for @gpus_count GPUs. */
PlimRole *plim_estimate_add_role (PlimEstimate *estimate,
                                  const char   *name,
                                  gint64        gpus_count);

/* Adds a factor to an explanation. */
void plim_explanation_add (PlimExplanation *explanation,
                           const char      *name,
                           gint64           numerator,
                           gint64           denominator);

/* Sums moments, finds peaks, orders roles and gives the verdict, after all terms are added. */
void plim_estimate_finish (PlimEstimate *estimate);

G_END_DECLS
