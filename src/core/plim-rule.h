/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the published rules share: terms that are products, the share of one GPU, time from a FLOP count.
 *
 * Most of the sources give the memory of the whole job and divide it by the memory of a GPU to count GPUs.  With
 * several
 * GPUs each then holds an even part, so a term is divided by the GPU count and rounded down to a byte; the
 * smallest count that
 * fits is ceil (memory / GPU memory), as the sources have it.  The textbook transformer alone counts one replica. */

#pragma once

#include "plim-method.h"

G_BEGIN_DECLS

/* A term of a rule: the product of its factors. */
typedef struct
{
  PlimTermId   id;
  const char  *formula; /* NULL: all factors multiplied (at most 5); else a template that comes to the same */
  const char  *shared_formula;     /* the same divided by one more factor, the GPU count */
  guint        divisors;           /* set of 1 << factor: divided by instead of multiplied */
  guint        n_factors;
  PlimFactor   factors[PLIM_MAX_FACTORS];
  const char  *source;
  const char  *note;               /* N_() or NULL */
  PlimFieldSet depends;
} PlimRuleTerm;

/* Fields a figure depends on when it depends on the parameter count. */
#define PLIM_RULE_DEPENDS_PARAMETERS (PLIM_FIELD_BIT (PLIM_FIELD_MODEL) | PLIM_FIELD_BIT (PLIM_FIELD_PARAMETERS))

/* Bits a number takes in the sources' tables: 32, 16, 8 or 4, scales of quantized formats not counted; 0 for the block
 * formats of llama.cpp and other sizes, of which no source speaks. */
gint64 plim_rule_bits (PlimPrecision precision);

/* TRUE when the parameter count is known; else says what is missing. */
gboolean plim_rule_has_parameters (PlimEstimate *estimate);

/* Factors that most terms have. */
PlimFactor plim_rule_parameters (const PlimEstimate *estimate);
PlimFactor plim_rule_bytes_per_parameter (gint64 bits);

/* The fraction @value of 1 as an exact millionth. */
PlimFactor plim_rule_fraction (const char *name,
                               double      value);

/* Parameters that train: @share of all, to the nearest one. */
gint64 plim_rule_share_count (const PlimEstimate *estimate,
                              PlimFactor          share);

/* Adds the term, divided by the GPU count where @inputs has several, held at the one moment the rule speaks of. */
void plim_rule_add_term (const PlimInputs   *inputs,
                         PlimEstimate       *estimate,
                         const PlimRuleTerm *spec);

/* Sets one figure for the only moment of a rule. */
void plim_rule_hold (const PlimInputs *inputs,
                     PlimTerm         *term,
                     gint64            bytes);

/* Peak rate of one GPU in FLOP/s: as given, else the GPU's, in FP32 or the faster of its dense 16-bit rates; 0 =
 * not known. */
double plim_rule_peak_flops_per_s (const PlimInputs *inputs,
                                   gboolean          is_f32);

/* Adds the factors of a rate in TFLOP/s, exact to 10^6 FLOP/s, and of the 10^12 FLOP/s in one. */
void plim_rule_add_peak (PlimExplanation *explanation,
                         double           peak_flops_per_s);

/* Fills the time of @estimate: a run of @seconds on the GPUs of @inputs that does @total_flops. */
void plim_rule_set_time (const PlimInputs *inputs,
                         PlimEstimate     *estimate,
                         double            seconds,
                         double            total_flops);

G_END_DECLS
