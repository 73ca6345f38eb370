/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What part of a model a tensor is, by its name: names of GGUF files (llama.cpp, src/llama-arch.cpp) and of Hugging
 * Face checkpoints (transformers, modeling_NAME.py). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PLIM_TENSOR_CLASS_EMBEDDING,
  PLIM_TENSOR_CLASS_ATTENTION,
  PLIM_TENSOR_CLASS_RECURRENT,
  PLIM_TENSOR_CLASS_MLP,
  PLIM_TENSOR_CLASS_EXPERTS,
  PLIM_TENSOR_CLASS_SHARED_EXPERTS,
  PLIM_TENSOR_CLASS_ROUTER,
  PLIM_TENSOR_CLASS_NORM,
  PLIM_TENSOR_CLASS_HEAD,
  PLIM_TENSOR_CLASS_VISION,
  PLIM_TENSOR_CLASS_AUDIO,
  PLIM_TENSOR_CLASS_PROJECTOR,
  PLIM_TENSOR_CLASS_NEXT_TOKEN, /* multi-token prediction */
  PLIM_TENSOR_CLASS_ADAPTER,    /* LoRA and the like */
  PLIM_TENSOR_CLASS_BUFFER,     /* rotary frequencies, masks, positions: not learned */
  PLIM_TENSOR_CLASS_OTHER,
  PLIM_N_TENSOR_CLASSES
} PlimTensorClass;

/* What the last part of a name says of the numbers. */
typedef enum
{
  PLIM_TENSOR_ROLE_WEIGHT,
  PLIM_TENSOR_ROLE_SIDE,      /* scales, zero points, orders: bytes of a quantizer, no parameters */
  PLIM_TENSOR_ROLE_GPTQ,      /* "qweight": several weights in each 32-bit number */
  PLIM_TENSOR_ROLE_PACKED,    /* "weight_packed" */
  PLIM_TENSOR_ROLE_FOUR_BIT   /* "…_blocks": two weights a byte */
} PlimTensorRole;

typedef struct
{
  PlimTensorClass class_id;
  PlimTensorRole  role;
  gint            layer; /* the number after "layers", "blk", "h" …; -1 = outside layers */
} PlimTensorPlace;

typedef struct _PlimTensorClassifier PlimTensorClassifier;

/* @layers_count: layers of the main model; tensors of later ones are of next-token layers.  0 = not known. */
PlimTensorClassifier *plim_tensor_classifier_new (guint layers_count);

void plim_tensor_classifier_free (PlimTensorClassifier *classifier);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimTensorClassifier, plim_tensor_classifier_free)

/* Places the tensor that is called @name.  Never fails: PLIM_TENSOR_CLASS_OTHER where nothing is known. */
PlimTensorPlace plim_tensor_classifier_place (PlimTensorClassifier *classifier,
                                              const char           *name);

/* "attention": for the command line and files; not translated. */
const char *plim_tensor_class_get_id (PlimTensorClass class_id);

/* "Attention", translated. */
const char *plim_tensor_class_get_label (PlimTensorClass class_id);

G_END_DECLS
