/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each mix is a row: its usual type, and what some matrices have instead in some layers. */

#include "plim-gguf-mix.h"

/* Which layers a row's other type is for. */
typedef enum
{
  NEVER,
  ALL,
  FIRST_TWO,
  FIRST_FOUR,
  FIRST_SIXTEENTH,
  FIRST_EIGHTH,
  FIRST_OR_MORE, /* the first eighth; in models with eight experts those of MORE_BITS */
  MIDDLE,        /* all but the first and the last eighth */
  MORE_BITS,     /* the first and the last eighth, and every third between */
  MANY_QUERIES,  /* where four or more heads share a KV head */
  MANY_OR_EXPERTS /* or where there are four or more experts */
} Layers;

#define T(name) PLIM_PRECISION_##name

typedef struct
{
  PlimMatrixRole role;
  Layers         layers;
  PlimPrecision  precision;
} Exception;

#define MOST_EXCEPTIONS 7

typedef struct
{
  PlimPrecision base;         /* matrices of layers */
  PlimPrecision head;
  PlimPrecision table;
  PlimPrecision eight_output; /* attention's output in models with eight experts */
  guint         n_exceptions;
  Exception     exceptions[MOST_EXCEPTIONS]; /* the first that applies counts */
  PlimPrecision eight_keys;   /* keys and values in models with eight experts; F32 = Q8_0 */
} Mix;

#define ATTENTION_V PLIM_MATRIX_VALUE
#define OUTPUT      PLIM_MATRIX_OUTPUT
#define QKV         PLIM_MATRIX_QKV
#define DOWN        PLIM_MATRIX_DOWN

/* Rows without exceptions are block types that llama-quantize gives every matrix, the head apart. */
static const Mix mixes[PLIM_N_PRECISIONS] = {
  [T (Q8_0)] = { T (Q8_0), T (Q8_0), T (Q8_0), T (Q8_0), 0, { { 0 } } },
  [T (Q6_K)] = { T (Q6_K), T (Q6_K), T (Q6_K), T (Q6_K), 0, { { 0 } } },
  [T (Q4_0)] = { T (Q4_0), T (Q6_K), T (Q4_0), T (Q4_0), 0, { { 0 } } },
  [T (Q4_1)] = { T (Q4_1), T (Q6_K), T (Q4_1), T (Q4_1), 0, { { 0 } } },
  [T (Q5_0)] = { T (Q5_0), T (Q6_K), T (Q5_0), T (Q5_0), 0, { { 0 } } },
  [T (Q5_1)] = { T (Q5_1), T (Q6_K), T (Q5_1), T (Q5_1), 0, { { 0 } } },
  [T (Q2_K)] = { T (Q2_K),
                 T (Q6_K),
                 T (Q2_K),
                 T (Q5_K),
                 4,
                 { { ATTENTION_V, MANY_QUERIES, T (Q4_K) },
                   { ATTENTION_V, ALL, T (Q3_K) },
                   { DOWN, ALL, T (Q3_K) },
                   { OUTPUT, ALL, T (Q3_K) } } },
  [T (Q2_K_S)] = { T (Q2_K),
                   T (Q6_K),
                   T (Q2_K),
                   T (Q2_K),
                   2,
                   { { ATTENTION_V, MANY_QUERIES, T (Q4_K) }, { DOWN, FIRST_EIGHTH, T (Q4_K) } } },
  [T (Q3_K_S)] = { T (Q3_K), T (Q6_K), T (Q3_K), T (Q5_K), 0, { { 0 } } },
  [T (Q3_K_M)] = { T (Q3_K),
                   T (Q6_K),
                   T (Q3_K),
                   T (Q5_K),
                   6,
                   { { QKV, ALL, T (Q4_K) },
                     { ATTENTION_V, FIRST_TWO, T (Q5_K) },
                     { ATTENTION_V, ALL, T (Q4_K) },
                     { DOWN, FIRST_SIXTEENTH, T (Q5_K) },
                     { DOWN, ALL, T (Q4_K) },
                     { OUTPUT, ALL, T (Q4_K) } } },
  [T (Q3_K_L)] = { T (Q3_K),
                   T (Q6_K),
                   T (Q3_K),
                   T (Q3_K),
                   4,
                   { { QKV, ALL, T (Q4_K) }, { ATTENTION_V, ALL, T (Q5_K) }, { DOWN, ALL, T (Q5_K) }, { OUTPUT, ALL, T (Q5_K) } } },
  [T (Q4_K_S)] = { T (Q4_K),
                   T (Q6_K),
                   T (Q4_K),
                   T (Q5_K),
                   2,
                   { { ATTENTION_V, FIRST_FOUR, T (Q5_K) }, { DOWN, FIRST_EIGHTH, T (Q5_K) } } },
  [T (Q4_K_M)] = { T (Q4_K),
                   T (Q6_K),
                   T (Q4_K),
                   T (Q5_K),
                   3,
                   { { QKV, ALL, T (Q5_K) }, { ATTENTION_V, MORE_BITS, T (Q6_K) }, { DOWN, MORE_BITS, T (Q6_K) } } },
  [T (Q5_K_S)] = { T (Q5_K), T (Q6_K), T (Q5_K), T (Q5_K), 0, { { 0 } } },
  [T (Q5_K_M)] = { T (Q5_K),
                   T (Q6_K),
                   T (Q5_K),
                   T (Q5_K),
                   3,
                   { { QKV, ALL, T (Q6_K) }, { ATTENTION_V, MORE_BITS, T (Q6_K) }, { DOWN, MORE_BITS, T (Q6_K) } } },
  [T (IQ4_NL)] = { T (IQ4_NL),
                   T (Q6_K),
                   T (IQ4_NL),
                   T (Q5_K),
                   2,
                   { { ATTENTION_V, MANY_QUERIES, T (Q5_K) }, { DOWN, FIRST_EIGHTH, T (Q5_K) } } },
  [T (IQ4_XS)] = { T (IQ4_XS),
                   T (Q6_K),
                   T (IQ4_XS),
                   T (Q5_K),
                   2,
                   { { ATTENTION_V, MANY_QUERIES, T (Q5_K) }, { DOWN, FIRST_EIGHTH, T (Q5_K) } } },
  [T (IQ3_M)] = { T (IQ3_S),
                  T (Q6_K),
                  T (IQ3_S),
                  T (Q5_K),
                  4,
                  { { QKV, ALL, T (Q4_K) }, { ATTENTION_V, ALL, T (Q4_K) }, { DOWN, FIRST_OR_MORE, T (Q4_K) }, { OUTPUT, ALL, T (Q4_K) } } },
  [T (IQ3_S)] = { T (IQ3_S), T (Q6_K), T (IQ3_S), T (Q5_K), 1, { { ATTENTION_V, MANY_QUERIES, T (Q4_K) } } },
  [T (IQ3_XS)] = { T (IQ3_S),
                   T (Q6_K),
                   T (IQ3_S),
                   T (Q5_K),
                   5,
                   { { ATTENTION_V, MANY_QUERIES, T (Q4_K) },
                     { PLIM_MATRIX_KEY, ALL, T (IQ3_XXS) },
                     { PLIM_MATRIX_QUERY, ALL, T (IQ3_XXS) },
                     { PLIM_MATRIX_GATE, MIDDLE, T (IQ3_XXS) },
                     { PLIM_MATRIX_UP, MIDDLE, T (IQ3_XXS) } } },
  [T (IQ3_XXS)] = { T (IQ3_XXS),
                    T (Q5_K),
                    T (IQ3_S),
                    T (Q5_K),
                    7,
                    { { ATTENTION_V, MANY_QUERIES, T (Q4_K) },
                      { ATTENTION_V, ALL, T (IQ3_S) },
                      { PLIM_MATRIX_KEY, ALL, T (IQ2_S) },
                      { PLIM_MATRIX_QUERY, ALL, T (IQ2_S) },
                      { DOWN, FIRST_EIGHTH, T (Q4_K) },
                      { DOWN, ALL, T (Q3_K) },
                      { OUTPUT, ALL, T (IQ3_S) } } },
  [T (IQ2_M)] = { T (IQ2_S),
                  T (Q5_K),
                  T (IQ3_S),
                  T (Q5_K),
                  4,
                  { { ATTENTION_V, MANY_OR_EXPERTS, T (Q4_K) },
                    { ATTENTION_V, ALL, T (IQ3_S) },
                    { DOWN, FIRST_EIGHTH, T (IQ3_S) },
                    { OUTPUT, ALL, T (IQ3_S) } },
                  T (Q4_K) },
  [T (IQ2_S)] = { T (IQ2_XS),
                  T (Q5_K),
                  T (IQ3_S),
                  T (Q5_K),
                  4,
                  { { ATTENTION_V, MANY_OR_EXPERTS, T (Q4_K) },
                    { ATTENTION_V, ALL, T (IQ3_S) },
                    { DOWN, FIRST_EIGHTH, T (IQ3_S) },
                    { OUTPUT, ALL, T (IQ3_S) } },
                  T (Q4_K) },
  [T (IQ2_XS)] = { T (IQ2_XS),
                   T (Q5_K),
                   T (Q2_K),
                   T (Q5_K),
                   3,
                   { { ATTENTION_V, MANY_OR_EXPERTS, T (Q4_K) },
                     { ATTENTION_V, ALL, T (Q2_K) },
                     { DOWN, FIRST_EIGHTH, T (Q2_K) } },
                   T (Q4_K) },
  [T (IQ2_XXS)] = { T (IQ2_XXS),
                    T (Q5_K),
                    T (Q2_K),
                    T (Q5_K),
                    3,
                    { { ATTENTION_V, MANY_OR_EXPERTS, T (Q4_K) },
                      { ATTENTION_V, ALL, T (Q2_K) },
                      { DOWN, FIRST_EIGHTH, T (Q2_K) } },
                    T (Q4_K) },
  [T (IQ1_M)] = { T (IQ1_M),
                  T (Q5_K),
                  T (Q2_K),
                  T (Q5_K),
                  4,
                  { { ATTENTION_V, MANY_OR_EXPERTS, T (Q4_K) },
                    { ATTENTION_V, ALL, T (Q2_K) },
                    { DOWN, FIRST_EIGHTH, T (Q2_K) },
                    { OUTPUT, ALL, T (IQ2_XXS) } },
                  T (Q4_K) },
  [T (IQ1_S)] = { T (IQ1_S),
                  T (Q5_K),
                  T (Q2_K),
                  T (Q5_K),
                  4,
                  { { ATTENTION_V, MANY_OR_EXPERTS, T (Q4_K) },
                    { ATTENTION_V, ALL, T (Q2_K) },
                    { DOWN, FIRST_EIGHTH, T (Q2_K) },
                    { OUTPUT, ALL, T (IQ2_XXS) } },
                  T (Q4_K) },
  [T (TQ1_0)] = { T (TQ1_0), T (Q6_K), T (Q4_K), T (TQ1_0), 0, { { 0 } } },
  [T (TQ2_0)] = { T (TQ2_0), T (Q6_K), T (Q4_K), T (TQ2_0), 0, { { 0 } } },
  [T (MXFP4)] = { T (Q8_0), T (Q8_0), T (Q8_0), T (Q8_0), 1, { { PLIM_MATRIX_EXPERT, ALL, T (MXFP4) } } },
};

/* Models with as many experts have rules of their own (Mixtral). */
#define EIGHT 8

/* A model of 80 layers with eight heads to a KV head is one of 70 billion parameters, whose values are so few that they
 * get more bits. */
#define BIG_LAYERS_COUNT 80
#define BIG_GROUP        8

/* A type of K or I blocks, of 256 numbers, and what stands in where a row cannot be divided so. */
static const struct
{
  PlimPrecision precision;
  PlimPrecision instead;
} fallbacks[] = {
  { T (TQ1_0), T (Q4_0) },
  { T (TQ2_0), T (Q4_0) },
  { T (IQ2_XXS), T (IQ4_NL) },
  { T (IQ2_XS), T (IQ4_NL) },
  { T (IQ2_S), T (IQ4_NL) },
  { T (IQ3_XXS), T (IQ4_NL) },
  { T (IQ3_S), T (IQ4_NL) },
  { T (IQ1_S), T (IQ4_NL) },
  { T (IQ1_M), T (IQ4_NL) },
  { T (IQ4_XS), T (IQ4_NL) },
  { T (Q2_K), T (IQ4_NL) },
  { T (Q3_K), T (IQ4_NL) },
  { T (Q4_K), T (Q5_0) },
  { T (Q5_K), T (Q5_1) },
  { T (Q6_K), T (Q8_0) },
};

void
plim_gguf_mix_init (PlimGgufMix     *mix,
                    const PlimModel *model,
                    PlimPrecision    precision)
{
  *mix = (PlimGgufMix) { .precision = precision, .has_head = !model->has_tied_head, .layers_count = model->n_layers };
  for (guint i = 0; i < model->n_kinds; i++)
    {
      const PlimLayerKind *kind = &model->kinds[i];
      const PlimAttention *a = &kind->attention;

      mix->experts_count = MAX (mix->experts_count, kind->experts.experts_count);
      if ((a->kind == PLIM_ATTENTION_STANDARD && !a->values_are_keys) ||
          kind->recurrent.kind == PLIM_RECURRENT_GATED_DELTA_NET || kind->recurrent.kind == PLIM_RECURRENT_KIMI_DELTA)
        mix->value_layers_count += kind->layers_count;
      if (a->kv_heads_count > 0)
        mix->heads_per_kv_head = MAX (mix->heads_per_kv_head, a->heads_count / a->kv_heads_count);
    }
}

static PlimPrecision
fall_back (PlimPrecision precision,
           gint64        row_size)
{
  if (row_size % plim_precision_info (precision)->block_elements == 0)
    return precision;
  for (guint i = 0; i < G_N_ELEMENTS (fallbacks); i++)
    if (fallbacks[i].precision == precision &&
        row_size % plim_precision_info (fallbacks[i].instead)->block_elements == 0)
      return fallbacks[i].instead;

  return PLIM_PRECISION_F16;
}

static gboolean
has_mix (PlimPrecision precision)
{
  /* F32 is no mix's type: the row is empty. */
  return mixes[precision].base != PLIM_PRECISION_F32;
}

static gboolean
has_more_bits (gint64 i,
               gint64 n)
{
  return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
}

/* TRUE when number @i of @n is among @layers. */
static gboolean
is_among (const PlimGgufMix *mix,
          Layers             layers,
          gint64             i,
          gint64             n)
{
  switch (layers)
    {
    case ALL:
      return TRUE;
    case FIRST_TWO:
      return i < 2;
    case FIRST_FOUR:
      return i < 4;
    case FIRST_SIXTEENTH:
      return i < n / 16;
    case FIRST_EIGHTH:
      return i < n / 8;
    case MIDDLE:
      return i >= n / 8 && i < 7 * n / 8;
    case FIRST_OR_MORE:
      return mix->experts_count == EIGHT ? has_more_bits (i, n) : i < n / 8;
    case MORE_BITS:
      return has_more_bits (i, n);
    case MANY_QUERIES:
      return mix->heads_per_kv_head >= 4;
    case MANY_OR_EXPERTS:
      return mix->heads_per_kv_head >= 4 || mix->experts_count >= 4;
    case NEVER:
    default:
      return FALSE;
    }
}

/* What an expert's matrix is called in the rows of exceptions that are for any feed-forward. */
static PlimMatrixRole
plain_role (PlimMatrixRole role)
{
  static const PlimMatrixRole plain[PLIM_N_MATRIX_ROLES] = {
    [PLIM_MATRIX_EXPERT_GATE] = PLIM_MATRIX_GATE,
    [PLIM_MATRIX_EXPERT_UP] = PLIM_MATRIX_UP,
    [PLIM_MATRIX_EXPERT_DOWN] = PLIM_MATRIX_DOWN,
  };

  return role >= PLIM_MATRIX_EXPERT_GATE && role <= PLIM_MATRIX_EXPERT_DOWN ? plain[role] : role;
}

/* Models with eight experts keep their small attention matrices in more bits. */
static PlimPrecision
choose_for_eight_experts (const Mix     *row,
                          PlimMatrixRole role,
                          PlimPrecision  precision)
{
  if (role == PLIM_MATRIX_VALUE || role == PLIM_MATRIX_KEY)
    return row->eight_keys != PLIM_PRECISION_F32 ? row->eight_keys : PLIM_PRECISION_Q8_0;

  return role == PLIM_MATRIX_OUTPUT ? row->eight_output : precision;
}

PlimPrecision
plim_gguf_mix_matrix (const PlimGgufMix *mix,
                      PlimMatrixRole     role,
                      gint64             row_size,
                      gint64             layer,
                      gint64             value_layer)
{
  const Mix    *row = &mixes[mix->precision];
  PlimPrecision precision = row->base;
  gboolean      is_expert = role != plain_role (role);

  if (role == PLIM_MATRIX_ROUTER)
    return PLIM_PRECISION_F32;
  if (!has_mix (mix->precision))
    return fall_back (mix->precision, row_size);

  for (guint i = 0; i < row->n_exceptions; i++)
    {
      const Exception *exception = &row->exceptions[i];
      gboolean         is_value = exception->role == PLIM_MATRIX_VALUE;

      if (exception->role != plain_role (role) && !(exception->role == PLIM_MATRIX_EXPERT && is_expert))
        continue;
      if (!is_among (mix, exception->layers, is_value ? value_layer : layer,
                     is_value ? mix->value_layers_count : mix->layers_count))
        continue;
      precision = exception->precision;
      break;
    }
  if (role == PLIM_MATRIX_VALUE && mix->layers_count == BIG_LAYERS_COUNT && mix->heads_per_kv_head == BIG_GROUP &&
      (precision == PLIM_PRECISION_Q3_K || precision == PLIM_PRECISION_Q4_K))
    precision = PLIM_PRECISION_Q5_K;
  if (mix->experts_count == EIGHT)
    precision = choose_for_eight_experts (row, role, precision);

  return fall_back (precision, row_size);
}

PlimPrecision
plim_gguf_mix_table (const PlimGgufMix *mix,
                     gint64             row_size)
{
  if (!has_mix (mix->precision))
    return fall_back (mix->precision, row_size);

  return fall_back (mix->has_head ? mixes[mix->precision].table : mixes[mix->precision].head, row_size);
}

PlimPrecision
plim_gguf_mix_head (const PlimGgufMix *mix,
                    gint64             row_size)
{
  return fall_back (has_mix (mix->precision) ? mixes[mix->precision].head : mix->precision, row_size);
}

gboolean
plim_gguf_mix_differs_by_layer (PlimPrecision precision)
{
  for (guint i = 0; i < mixes[precision].n_exceptions; i++)
    if (mixes[precision].exceptions[i].layers >= FIRST_TWO && mixes[precision].exceptions[i].layers <= MORE_BITS)
      return TRUE;

  return FALSE;
}
