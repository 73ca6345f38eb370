/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a program that runs models printed about memory: measured figures to set beside the estimate.
 *
 * Understood are the load messages of llama.cpp, ik_llama.cpp and Ollama, of vLLM and SGLang, the out-of-memory
 * messages of PyTorch, and what nvidia-smi shows, in the wordings of 2023 and later, also mixed in one text and behind
 * the prefixes of loggers.  Lines of other programs are ignored.
 *
 * All of these programs count in powers of 1024, also where they print "MB" or "GB"; a printed decimal is converted
 * exactly and rounded to the nearest byte.  Thread-safe: no state is shared. */

#pragma once

#include "plim-measured.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PLIM_RUNTIME_LOG_MOST_BYTES   (16 * 1024 * 1024)
#define PLIM_RUNTIME_LOG_MOST_LINE    (1024 * 1024) /* longer lines are ignored */
#define PLIM_RUNTIME_LOG_MOST_ENTRIES 4096          /* of each list; further ones are ignored, see is_cut */

/* Which programs wrote in a text: bits of PlimRuntimeLog.kinds. */
typedef enum
{
  PLIM_LOG_LLAMA_CPP = 1 << 0,             /* also ik_llama.cpp and Ollama */
  PLIM_LOG_VLLM = 1 << 1,
  PLIM_LOG_SGLANG = 1 << 2,
  PLIM_LOG_PYTORCH_OUT_OF_MEMORY = 1 << 3,
  PLIM_LOG_NVIDIA_SMI = 1 << 4
} PlimLogKind;

/* What a printed size measures. */
typedef enum
{
  PLIM_LOG_WEIGHTS,
  PLIM_LOG_PROJECTOR,      /* vision or audio encoder */
  PLIM_LOG_ADAPTERS,
  PLIM_LOG_KV_CACHE,
  PLIM_LOG_RECURRENT_STATE,
  PLIM_LOG_COMPUTE_BUFFER,
  PLIM_LOG_OUTPUT_BUFFER,  /* logits and embeddings handed out */
  PLIM_LOG_ACTIVATIONS,    /* peak of a profiling run */
  PLIM_LOG_CUDA_GRAPHS,
  PLIM_LOG_OTHER,          /* outside the framework: driver context, communication */
  PLIM_N_LOG_FIGURES
} PlimLogFigure;

typedef struct
{
  const char *id;   /* "kv-cache" */
  const char *name; /* N_("KV cache"), sentence capitals */
  PlimTermId  term; /* its part of an estimate; PLIM_N_TERM_IDS = none.  PLIM_TERM_COMPUTE_BUFFER includes logits. */
} PlimLogFigureInfo;

typedef enum
{
  PLIM_LOG_ON_GPU,
  PLIM_LOG_ON_HOST,
  PLIM_LOG_SOMEWHERE  /* the text does not say */
} PlimLogPlace;

/* One printed size. */
typedef struct
{
  PlimLogFigure figure;
  PlimTermId    term;       /* PLIM_N_TERM_IDS = no part of an estimate */
  PlimLogPlace  place;
  char         *device;     /* "CUDA0", "Worker_TP1"; NULL = not named */
  gint64        bytes;      /* >= 0; a negative size, printed where a budget is overdrawn, is 0 */
  gint64        step_bytes; /* worth of the last digit printed: the true figure is within half of it */
  guint         model;      /* which model of the text, from 0: a draft model comes second */
  gboolean      is_counted; /* FALSE: repeated more exactly elsewhere, or no longer held */
  guint         line;       /* from 1 */
  char         *text;       /* the line, without escape sequences, valid UTF-8 */
  guint         context;    /* internal: which context of the text */
  gboolean      is_summary; /* internal: a sum over devices, counted only where none is listed */
  char         *source;     /* internal: the function that printed it; NULL = not named */
} PlimLogEntry;

/* A GPU; bytes are -1 where not printed. */
typedef struct
{
  gint   index;               /* -1 = not printed */
  char  *id;                  /* bus id or UUID, NULL = not printed */
  char  *name;                /* as printed, possibly cut with "..."; NULL = not printed */
  gint64 total_bytes;
  gint64 used_bytes;          /* by all programs; the most of a series of samples */
  gint64 free_bytes;
  gint64 process_bytes;       /* by the program that ran out of memory */
  gint64 allocated_bytes;     /* by PyTorch, in tensors */
  gint64 reserved_bytes;      /* by PyTorch, with its free blocks */
  gint64 requested_bytes;     /* what could not be allocated */
} PlimLogGpu;

/* A program that holds GPU memory. */
typedef struct
{
  gint   gpu_index;           /* -1 = not printed */
  gint64 pid;
  char  *name;                /* NULL = not printed */
  gint64 bytes;
} PlimLogProcess;

typedef enum
{
  PLIM_LOG_SWITCH_UNKNOWN,
  PLIM_LOG_SWITCH_OFF,
  PLIM_LOG_SWITCH_ON,
  PLIM_LOG_SWITCH_AUTOMATIC
} PlimLogSwitch;

/* What the text says of the first model and its context: texts NULL, counts -1 where not printed. */
typedef struct
{
  char         *architecture;         /* "llama" */
  char         *model_name;           /* name or path */
  char         *file_type;            /* "Q4_K - Medium" */
  char         *k_type;               /* "f16", "q8_0", "fp8_e4m3" */
  char         *v_type;
  PlimLogSwitch flash_attention;
  gint64        parameters_count;     /* as exact as printed: "8.03 B" */
  gint64        model_bytes;          /* of the file */
  gint64        context_count;        /* tokens: of all sequences in llama.cpp, of one in vLLM and SGLang */
  gint64        sequences_count;
  gint64        batch_count;
  gint64        ubatch_count;
  gint64        kv_tokens_count;      /* tokens, or cells, that the KV cache has room for */
  gint64        kv_blocks_count;
  gint64        tensor_parallel_count;
  gint64        utilization_percent;  /* share of the GPU that vLLM may use */
  gint64        concurrency_percent;  /* requests of full context at once, times 100 */
} PlimLogFacts;

typedef struct
{
  char        *name;      /* the text, as messages call it */
  guint        kinds;     /* set of PlimLogKind, never empty */
  PlimLogFacts facts;
  GPtrArray   *entries;   /* PlimLogEntry, in order of printing */
  GPtrArray   *gpus;      /* PlimLogGpu */
  GPtrArray   *processes; /* PlimLogProcess */
  gboolean     is_cut;    /* more was printed than the limits allow */
} PlimRuntimeLog;

/* Reads @size bytes of @text, which need not be valid UTF-8 nor end in NUL; UTF-16 with a byte order mark is
 * understood.  @name is what messages call it.  NULL with PLIM_IMPORT_ERROR_TOO_LARGE over
 * PLIM_RUNTIME_LOG_MOST_BYTES, and with PLIM_IMPORT_ERROR_FOREIGN if nothing in it is known. */
PlimRuntimeLog *plim_runtime_log_parse (const char *name,
                                        const char *text,
                                        gsize       size,
                                        GError    **error);

/* Reads @file, at most PLIM_RUNTIME_LOG_MOST_BYTES of it; for use off the main thread. */
PlimRuntimeLog *plim_runtime_log_read (GFile   *file,
                                       GError **error);

void plim_runtime_log_free (PlimRuntimeLog *log);

/* The sum of the counted entries of @term at @place, PLIM_OVERFLOW when it does not fit; -1 = none printed. */
gint64 plim_runtime_log_term_bytes (const PlimRuntimeLog *log,
                                    PlimTermId            term,
                                    PlimLogPlace          place);

/* The sum of the counted entries of @figure at @place, on @device or, when NULL, on all; -1 = none printed. */
gint64 plim_runtime_log_figure_bytes (const PlimRuntimeLog *log,
                                      PlimLogFigure         figure,
                                      PlimLogPlace          place,
                                      const char           *device);

/* Takes from @log what was measured on its fullest GPU.  FALSE with PLIM_IMPORT_ERROR_FOREIGN when there is no figure
 * in it, as in a log that only tells settings. */
gboolean plim_runtime_log_measure (const PlimRuntimeLog *log,
                                   PlimMeasured         *measured,
                                   GError              **error);

/* The facts of a figure; never NULL. */
const PlimLogFigureInfo *plim_log_figure_info (PlimLogFigure figure);

/* The name of the program that wrote most of the figures, such as "llama.cpp"; not translated. */
const char *plim_runtime_log_program (const PlimRuntimeLog *log);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimRuntimeLog, plim_runtime_log_free)

G_END_DECLS
