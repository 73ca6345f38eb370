/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Architectures and keys of llama.cpp's GGUF files, as tables. */

#pragma once

#include "plim-family.h"

G_BEGIN_DECLS

/* The family of llama.cpp's @architecture, as far as its name tells; NULL when it is not known. */
const PlimFamily *plim_gguf_find_family (const char *architecture);

/* One key below the architecture's name, and the number it gives. */
typedef struct
{
  const char     *key;
  PlimConfigField field;
} PlimGgufKey;

/* All keys; @n_keys gets their number. */
const PlimGgufKey *plim_gguf_get_keys (gsize *n_keys);

/* A trait that is seen by a tensor's name: of a block after "blk.N.", or of the model. */
typedef struct
{
  const char *names; /* any of these, with a space between them */
  guint32     trait;
  gboolean    is_of_block;
} PlimGgufTensorTrait;

/* All such traits; @n_traits gets their number. */
const PlimGgufTensorTrait *plim_gguf_get_tensor_traits (gsize *n_traits);

G_END_DECLS
