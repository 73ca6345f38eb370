/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a runtime adds and how it rounds: data, so that another runtime is another row. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

typedef struct
{
  gint64      context_bytes;        /* driver and library context on each GPU */
  const char *context_source;
  gint64      cache_block_tokens;   /* the cache grows in blocks of so many tokens */
  gint64      micro_batch_tokens;   /* prefill runs in pieces of so many tokens; 0 = all at once */
  gboolean    has_host_embedding;   /* the token table stays in host memory, unless the head shares it */
} PlimRuntimeProfile;

/* The profile of the runtime that @inputs run in: training is PyTorch's, and weights in llama.cpp's block formats are
 * llama.cpp's whatever runtime is chosen.  Never NULL. */
const PlimRuntimeProfile *plim_runtime_profile (const PlimInputs *inputs);

/* The runtime that plim_runtime_profile() describes. */
PlimRuntime plim_runtime_of (const PlimInputs *inputs);

G_END_DECLS
