/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model half read: the numbers of a file, the traits of its family and what stands at each depth, whatever the file's
 * format.  plim_shape_build makes the model of it. */

#pragma once

#include "plim-family.h"
#include "plim-import-error.h"

G_BEGIN_DECLS

#define PLIM_SHAPE_ABSENT (-1)

/* One layer.  Only gint64, so that two layers can be compared as bytes. */
typedef struct
{
  gint64 has_attention;
  gint64 has_mixer;
  gint64 has_mlp;
  gint64 has_experts;
  gint64 is_encoder;
  gint64 is_windowed;
  gint64 window_tokens;
  gint64 heads_count;
  gint64 kv_heads_count;
  gint64 head_dim;
  gint64 v_head_dim;
  gint64 ffn_width;
  gint64 shares_kv;
  gint64 follows_indexer; /* GLM-5.2: no indexer of its own */
  gint64 compress_tokens;
  gint64 has_indexer;     /* DeepSeek V4: of those that compress */
  gint64 is_hashed;       /* a table of tokens picks the experts */
  gint64 has_value_residual; /* RWKV-7: all layers but the first */
  gint64 reads_images;    /* Llama 3.2 Vision: in place of the text */
} PlimShapeLayer;

typedef struct
{
  const PlimFamily *family;
  guint32           traits;
  gint64            values[PLIM_N_CONFIG_FIELDS]; /* PLIM_SHAPE_ABSENT where the file and its family say nothing */
  gboolean          is_assumed[PLIM_N_CONFIG_FIELDS]; /* by plim_shape_complete, as no architecture fixes it */
  gint64            image_tokens_count; /* of layers that read images; 0 = not known */
  guint             n_layers;
  PlimShapeLayer    layers[PLIM_MODEL_MAX_LAYERS];
} PlimShape;

/* An empty shape of @family: all values absent, the family's traits.  Free with g_free. */
PlimShape *plim_shape_new (const PlimFamily *family);

/* The value of @field, @otherwise when it is absent. */
gint64 plim_shape_get (const PlimShape *shape,
                       PlimConfigField  field,
                       gint64           otherwise);

/* TRUE when @trait is set. */
gboolean plim_shape_has (const PlimShape *shape,
                         PlimTraits       trait);

/* Fills in what follows from other values: KV heads, head widths, the feed-forward width four times the hidden size
 * where none is given, widths of mixers.  Refuses heads that do not divide the hidden size, and more KV heads than
 * heads. */
gboolean plim_shape_complete (PlimShape  *shape,
                              const char *name,
                              GError    **error);

/* Says what each layer is made of by the family's rules: all has_ and is_ members.  Lists of the file may change single
 * layers afterwards.  @shape is complete. */
void plim_shape_lay_out (PlimShape *shape);

/* Gives each layer its heads and widths by what it is made of. */
void plim_shape_size_layers (PlimShape *shape);

/* Makes @model of the complete and laid out @shape.  Refuses more kinds of layer than a model holds. */
gboolean plim_shape_build (const PlimShape *shape,
                           const char      *name,
                           PlimModel       *model,
                           GError         **error);

G_END_DECLS
