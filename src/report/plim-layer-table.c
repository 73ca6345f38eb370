/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kinds of layer have letters, by the order of their first appearance. */

#include "config.h"

#include "plim-layer-table.h"

#include "plim-format.h"
#include "plim-mixer.h"

#include <glib/gi18n.h>

static const char *const attention_names[] = {
  [PLIM_ATTENTION_NONE] = NULL,
  [PLIM_ATTENTION_STANDARD] = N_ ("Attention"),
  [PLIM_ATTENTION_MLA] = N_ ("Latent attention"),
};

static const char *const mixer_names[PLIM_N_RECURRENT] = {
  [PLIM_RECURRENT_NONE] = NULL,
  [PLIM_RECURRENT_MAMBA1] = "Mamba",
  [PLIM_RECURRENT_MAMBA2] = "Mamba-2",
  [PLIM_RECURRENT_GATED_DELTA_NET] = "Gated DeltaNet",
  [PLIM_RECURRENT_LIGHTNING] = N_ ("Lightning attention"),
  [PLIM_RECURRENT_KIMI_DELTA] = N_ ("Kimi delta attention"),
  [PLIM_RECURRENT_SHORT_CONVOLUTION] = N_ ("Short convolution"),
  [PLIM_RECURRENT_RG_LRU] = "RG-LRU",
  [PLIM_RECURRENT_RWKV4] = "RWKV-4",
  [PLIM_RECURRENT_RWKV5] = "RWKV-5",
  [PLIM_RECURRENT_RWKV6] = "RWKV-6",
  [PLIM_RECURRENT_RWKV7] = "RWKV-7",
};

/* What mixes tokens: attention, a recurrent mixer or both, and what is special about the attention. */
static char *
dup_mixer (const PlimLayerKind *kind)
{
  const PlimAttention *a = &kind->attention;
  g_autoptr (GString)  text = g_string_new (NULL);

  if (a->kind != PLIM_ATTENTION_NONE)
    g_string_append (text, kind->is_encoder ? _ ("Encoder attention") : _ (attention_names[a->kind]));
  if (a->has_cross_attention)
    g_string_append (text, _ (" and cross-attention"));
  if (a->image_tokens_count > 0)
    g_string_append (text, _ (" over an image"));
  if (a->shares_kv)
    g_string_append (text, _ (", cache of an earlier layer"));
  if (a->index_heads_count > 0)
    g_string_append (text, _ (" with indexer"));
  if (kind->recurrent.kind != PLIM_RECURRENT_NONE)
    g_string_append_printf (text, text->len > 0 ? " + %s" : "%s", _ (mixer_names[kind->recurrent.kind]));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Widths of what a head keeps: keys and values where they differ; the latent and its rotary part. */
static char *
dup_width (const PlimAttention *a)
{
  g_autofree char *key = plim_format_count (a->kind == PLIM_ATTENTION_MLA ? a->kv_lora_rank : a->head_dim);
  g_autofree char *value = plim_format_count (a->kind == PLIM_ATTENTION_MLA ? a->rope_head_dim : a->v_head_dim);

  if (a->kind == PLIM_ATTENTION_NONE)
    return g_strdup ("");
  if (a->kind == PLIM_ATTENTION_MLA)
    return g_strdup_printf ("%s + %s", key, value);

  return a->head_dim == a->v_head_dim ? g_strdup (key) : g_strdup_printf ("%s / %s", key, value);
}

static void
append_part (GString *text,
             char    *part)
{
  g_string_append_printf (text, text->len > 0 ? " + %s" : "%s", part);
  g_free (part);
}

static char *
dup_feed_forward (const PlimLayerKind *kind)
{
  const PlimExperts  *e = &kind->experts;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char    *shared = plim_format_count (e->shared_width);

  if (kind->mlp.width > 0)
    append_part (text, plim_format_count (kind->mlp.width));
  if (e->experts_count > 0)
    {
      g_autofree char *count = plim_format_count (e->experts_count);
      g_autofree char *active = plim_format_count (e->active_count);
      g_autofree char *width = plim_format_count (e->width);

      /* Translators: 8 of 256 experts of width 2,048. */
      append_part (text, g_strdup_printf (_ ("%s of %s experts of %s"), active, count, width));
    }
  if (e->shared_width > 0)
    append_part (text, g_strdup_printf (_ ("%s shared"), shared));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* A number above 0, else nothing. */
static char *
dup_count (gint64 count)
{
  return count > 0 ? plim_format_count (count) : g_strdup ("");
}

enum
{
  COLUMN_KIND,
  COLUMN_LAYERS,
  COLUMN_MIXER,
  COLUMN_HEADS,
  COLUMN_KV_HEADS,
  COLUMN_WIDTH,
  COLUMN_WINDOW,
  COLUMN_STATE,
  COLUMN_FEED_FORWARD,
  N_COLUMNS
};

static const struct
{
  const char *key;
  const char *title;
  gboolean    is_number;
} columns[N_COLUMNS] = {
  [COLUMN_KIND] = { "kind", N_ ("Kind"), FALSE },
  [COLUMN_LAYERS] = { "layers", N_ ("Layers"), TRUE },
  [COLUMN_MIXER] = { "mixer", N_ ("Mixer"), FALSE },
  [COLUMN_HEADS] = { "heads", N_ ("Heads"), TRUE },
  [COLUMN_KV_HEADS] = { "kv-heads", N_ ("KV heads"), TRUE },
  [COLUMN_WIDTH] = { "width", N_ ("Head width"), TRUE },
  [COLUMN_WINDOW] = { "window", N_ ("Window"), TRUE },
  [COLUMN_STATE] = { "state", N_ ("State values"), TRUE },
  [COLUMN_FEED_FORWARD] = { "feed-forward", N_ ("Feed-forward"), FALSE },
};

/* The cells of one kind; free each with g_free. */
static void
fill_cells (const PlimModel *model,
            guint            number,
            char           **cells)
{
  const PlimLayerKind *kind = &model->kinds[number];
  const PlimAttention *a = &kind->attention;
  PlimMixerSize        size = plim_mixer_measure (&kind->recurrent, model->hidden_size);

  cells[COLUMN_KIND] = g_strdup_printf ("%c", 'A' + (int) number);
  cells[COLUMN_LAYERS] = plim_format_count (kind->layers_count);
  cells[COLUMN_MIXER] = dup_mixer (kind);
  cells[COLUMN_HEADS] = dup_count (a->heads_count);
  cells[COLUMN_KV_HEADS] = dup_count (a->kind == PLIM_ATTENTION_MLA ? 1 : a->kv_heads_count);
  cells[COLUMN_WIDTH] = dup_width (a);
  cells[COLUMN_WINDOW] = dup_count (a->window_tokens);
  cells[COLUMN_STATE] = dup_count (size.inputs_count + size.state_count);
  cells[COLUMN_FEED_FORWARD] = dup_feed_forward (kind);
}

PlimTable *
plim_layer_table_new (const PlimModel *model)
{
  PlimTable *table = plim_table_new ();
  char      *cells[PLIM_MODEL_MAX_KINDS][N_COLUMNS];
  gboolean   is_used[N_COLUMNS] = { FALSE };

  g_return_val_if_fail (plim_model_has_shape (model), table);

  for (guint i = 0; i < model->n_kinds; i++)
    {
      fill_cells (model, i, cells[i]);
      for (guint c = 0; c < N_COLUMNS; c++)
        is_used[c] = is_used[c] || *cells[i][c] != '\0';
    }
  for (guint c = 0; c < N_COLUMNS; c++)
    if (is_used[c])
      plim_table_add_column (table, columns[c].key, _ (columns[c].title), columns[c].is_number);

  for (guint i = 0; i < model->n_kinds; i++)
    {
      guint n_set = 0;

      plim_table_add_row (table);
      for (guint c = 0; c < N_COLUMNS; c++)
        {
          if (is_used[c])
            plim_table_set (table, n_set++, cells[i][c], NULL);
          g_free (cells[i][c]);
        }
    }

  return table;
}

/* Longer groups are not looked for. */
#define MOST_PERIOD 8

/* How many layers from @depth on are repetitions of the first @period, whole ones only. */
static guint
count_repeated (const PlimModel *model,
                guint            depth,
                guint            period)
{
  guint n_equal = 0;

  while (depth + period + n_equal < model->n_layers &&
         model->pattern[depth + n_equal] == model->pattern[depth + period + n_equal])
    n_equal++;

  return n_equal < period ? 0 : n_equal / period * period + period;
}

/* Appends "3 × A, B" for the layers from @first up to @end. */
static void
append_runs (GString         *text,
             const PlimModel *model,
             guint            first,
             guint            end)
{
  for (guint i = first, run_end; i < end; i = run_end)
    {
      int letter = 'A' + (int) model->pattern[i];

      for (run_end = i; run_end < end && model->pattern[run_end] == model->pattern[i]; run_end++)
        ;
      if (i > first)
        g_string_append (text, ", ");
      if (run_end - i > 1)
        g_string_append_printf (text, "%u × %c", run_end - i, letter);
      else
        g_string_append_c (text, (char) letter);
    }
}

char *
plim_layer_table_dup_pattern (const PlimModel *model)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint depth = 0; depth < model->n_layers;)
    {
      guint period = 1;
      guint n_layers = 1;

      /* The group whose repetitions reach furthest, the shortest of equals. */
      for (guint p = 1; p <= MOST_PERIOD; p++)
        if (count_repeated (model, depth, p) > n_layers)
          {
            n_layers = count_repeated (model, depth, p);
            period = p;
          }

      if (depth > 0)
        g_string_append (text, ", ");
      if (period > 1)
        g_string_append_printf (text, "%u × (", n_layers / period);
      append_runs (text, model, depth, depth + (period > 1 ? period : n_layers));
      if (period > 1)
        g_string_append_c (text, ')');
      depth += n_layers;
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
