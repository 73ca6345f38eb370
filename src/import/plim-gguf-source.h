/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A GGUF file as what plim_gguf_model_read reads from. */

#pragma once

#include "plim-gguf-model.h"
#include "plim-gguf.h"

G_BEGIN_DECLS

/* @gguf, with all parts of a split file; must outlive what is returned. */
PlimGgufSource plim_gguf_source (const PlimGguf *gguf);

G_END_DECLS
