/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Titles, captions and toasts of fixes.  Titles are header capitals; a caption says what is saved, then what it
 * costs. */

#include "config.h"

#include "plim-fix.h"

#include "plim-wording.h"

#include <glib/gi18n-lib.h>

/* A text with at most one value in it. */
typedef struct
{
  const char *title;   /* N_() */
  const char *cost;    /* N_() */
  const char *toast;   /* N_() */
} KindText;

static const KindText texts[PLIM_N_FIX_KINDS] = {
  [PLIM_FIX_CHUNKED_LOSS] = { N_ ("Chunk the Loss"), N_ ("same result"), N_ ("Loss is chunked") },
  [PLIM_FIX_FLASH_ATTENTION] = { N_ ("Use Flash Attention"), N_ ("same result, faster"), N_ ("Flash attention is used") },
  [PLIM_FIX_SHARDING] = { N_ ("Shard Fully"), N_ ("more traffic between GPUs"), N_ ("Training state is sharded fully") },
  [PLIM_FIX_MICRO_BATCH] = { N_ ("Micro-Batch of %s"), N_ ("more micro-batches a step"), N_ ("Micro-batch set to %s") },
  [PLIM_FIX_RECOMPUTE] = { N_ ("Recompute Activations"), N_ ("one more forward pass a step"), N_ ("Activations are recomputed") },
  [PLIM_FIX_FEWER_SEQUENCES] = { N_ ("Serve %s at Once"), N_ ("fewer sequences at once"), N_ ("Sequences at once set to %s") },
  [PLIM_FIX_MORE_GPUS] = { N_ ("Use %s GPUs"), N_ ("more hardware"), N_ ("GPU count set to %s") },
  [PLIM_FIX_LARGER_GPU] = { N_ ("Use %s"), N_ ("another GPU"), N_ ("GPU set to %s") },
  [PLIM_FIX_KV_PRECISION] = { N_ ("KV Cache in %s"), N_ ("cache less exact"), N_ ("KV cache set to %s") },
  [PLIM_FIX_EIGHT_BIT_STATES] = { N_ ("8-Bit Optimizer States"), N_ ("states less exact"), N_ ("Optimizer states set to 8 bits") },
  [PLIM_FIX_EVALUATION] = { N_ ("Evaluation: %s"), N_ ("evaluation differs"), N_ ("Evaluation set to “%s”") },
  [PLIM_FIX_CONTEXT] = { N_ ("Context of %s"), N_ ("shorter sequences"), N_ ("Context set to %s") },
  [PLIM_FIX_PUBLISHED_PRECISION] = { N_ ("Weights in %s"), N_ ("as it is published"), N_ ("Weights set to %s") },
  [PLIM_FIX_WEIGHT_PRECISION] = { N_ ("Weights in %s"), N_ ("weights less exact"), N_ ("Weights set to %s") },
  [PLIM_FIX_LORA] = { N_ ("Train LoRA Adapters"), N_ ("base weights frozen"), N_ ("Task set to LoRA") },
  [PLIM_FIX_QLORA] = { N_ ("Train QLoRA Adapters"), N_ ("base weights frozen in 4 bits"), N_ ("Task set to QLoRA") },
  [PLIM_FIX_LAYOUT] = { N_ ("Use %s"), N_ ("the nearest that can be"), N_ ("Now with %s") },
};

/* The value a kind sets; -1 = none. */
static const gint8 fields[PLIM_N_FIX_KINDS] = {
  [PLIM_FIX_CHUNKED_LOSS] = -1,
  [PLIM_FIX_FLASH_ATTENTION] = -1,
  [PLIM_FIX_SHARDING] = -1,
  [PLIM_FIX_MICRO_BATCH] = PLIM_FIELD_BATCH,
  [PLIM_FIX_RECOMPUTE] = -1,
  [PLIM_FIX_FEWER_SEQUENCES] = PLIM_FIELD_BATCH,
  [PLIM_FIX_MORE_GPUS] = PLIM_FIELD_GPUS,
  [PLIM_FIX_LARGER_GPU] = PLIM_FIELD_GPU,
  [PLIM_FIX_KV_PRECISION] = PLIM_FIELD_KV_PRECISION,
  [PLIM_FIX_EIGHT_BIT_STATES] = -1,
  [PLIM_FIX_EVALUATION] = PLIM_FIELD_EVALUATION,
  [PLIM_FIX_CONTEXT] = PLIM_FIELD_CONTEXT,
  [PLIM_FIX_PUBLISHED_PRECISION] = PLIM_FIELD_PRECISION,
  [PLIM_FIX_WEIGHT_PRECISION] = PLIM_FIELD_PRECISION,
  [PLIM_FIX_LORA] = -1,
  [PLIM_FIX_QLORA] = -1,
  [PLIM_FIX_LAYOUT] = -1,
};

/* "Tensor Parallel 4" */
static char *
layout_text (const PlimFix *fix)
{
  g_autofree char *number = plim_format_count (plim_inputs_get_integer (&fix->inputs, fix->field));

  /* Translators: an input and its value: "Tensor Parallel 4" */
  return g_strdup_printf (_ ("%s %s"), plim_field_label_text (fix->field), number);
}

static char *
value_text (const PlimFix *fix,
            PlimFixKind    kind)
{
  PlimFieldId   id;
  PlimFieldType type;

  if (kind == PLIM_FIX_LAYOUT)
    return layout_text (fix);
  if (fields[kind] < 0)
    return g_strdup ("");

  id = (PlimFieldId) fields[kind];
  type = plim_field (id)->type;

  return type == PLIM_FIELD_TYPE_INTEGER ? plim_format_count (plim_inputs_get_integer (&fix->inputs, id))
                                         : plim_field_value_text (&fix->inputs, id, PLIM_UNIT_GIB);
}

/* @template with its %s, if it has one, replaced by the kind's value. */
static char *
fill (const PlimFix *fix,
      PlimFixKind    kind,
      const char *template)
{
  g_autofree char *value = value_text (fix, kind);
  GString         *filled = g_string_new (_ (template));

  g_string_replace (filled, "%s", value, 1);

  return g_string_free_and_steal (filled);
}

/* The texts of all kinds, joined. */
static char *
join (const PlimFix *fix,
      gsize          member,
      const char    *separator)
{
  GString *joined = g_string_new (NULL);

  for (guint i = 0; i < fix->n_kinds; i++)
    {
      const char *template = G_STRUCT_MEMBER (const char *, &texts[fix->kinds[i]], member);
      g_autofree char *text = fill (fix, fix->kinds[i], template);

      g_string_append_printf (joined, "%s%s", i > 0 ? separator : "", text);
    }

  return g_string_free_and_steal (joined);
}

char *
plim_fix_title (const PlimFix *fix)
{
  /* Translators: between changes to be made together */
  return join (fix, offsetof (KindText, title), _ (" + "));
}

char *
plim_fix_toast (const PlimFix *fix)
{
  return join (fix, offsetof (KindText, toast), _ (", "));
}

/* What @kind costs: as a figure where one is known. */
static char *
cost_text (const PlimFix *fix,
           PlimFixKind    kind)
{
  g_autofree char *slower = plim_format_number (fix->time_ratio, 1);
  g_autofree char *dearer = plim_format_number (fix->cost_ratio, 1);

  if (kind == PLIM_FIX_RECOMPUTE && fix->n_kinds == 1 && fix->time_ratio >= 1.05)
    return g_strdup_printf (_ ("steps %s times longer"), slower);
  if ((kind == PLIM_FIX_MORE_GPUS || kind == PLIM_FIX_LARGER_GPU) && fix->cost_ratio > 0)
    return g_strdup_printf (_ ("%s times the hourly cost"), dearer);

  return g_strdup (_ (texts[kind].cost));
}

char *
plim_fix_caption (const PlimFix *fix,
                  PlimUnit       unit)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (fix->saved_bytes != 0)
    g_ptr_array_add (parts, plim_format_bytes_difference (-fix->saved_bytes, unit));
  for (guint i = 0; i < fix->n_kinds; i++)
    g_ptr_array_add (parts, cost_text (fix, fix->kinds[i]));
  g_ptr_array_add (parts, NULL);

  return g_strjoinv (_ (", "), (char **) parts->pdata);
}
