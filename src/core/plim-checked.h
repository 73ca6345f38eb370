/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saturating 64-bit arithmetic for byte and parameter counts.
 *
 * Every count in the estimator is a non-negative gint64.  A result that does not fit becomes
 * PLIM_OVERFLOW and stays PLIM_OVERFLOW through every later operation, so a formula can be written
 * plainly and checked once at its end; the estimate then says "the numbers are too large"
 * instead of showing a wrapped figure. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The value of a count that is too large to represent. */
#define PLIM_OVERFLOW G_MAXINT64

/* a + b of two counts (>= 0), or PLIM_OVERFLOW. */
static inline gint64
plim_add (gint64 a,
          gint64 b)
{
  gint64 sum;

  return __builtin_add_overflow (a, b, &sum) ? PLIM_OVERFLOW : sum;
}

/* a - b of two counts, never below zero; PLIM_OVERFLOW stays. */
static inline gint64
plim_subtract (gint64 a,
               gint64 b)
{
  if (a == PLIM_OVERFLOW)
    return PLIM_OVERFLOW;

  return a > b ? a - b : 0;
}

/* a * b of two counts (>= 0), or PLIM_OVERFLOW. */
static inline gint64
plim_multiply (gint64 a,
               gint64 b)
{
  gint64 product;

  return __builtin_mul_overflow (a, b, &product) ? PLIM_OVERFLOW : product;
}

/* a / b rounded up, for a count a >= 0 and b >= 1; PLIM_OVERFLOW stays. */
static inline gint64
plim_divide_up (gint64 a,
                gint64 b)
{
  if (a == PLIM_OVERFLOW)
    return PLIM_OVERFLOW;

  return a / b + (a % b != 0);
}

/* a rounded up to a multiple of b >= 1, or PLIM_OVERFLOW. */
static inline gint64
plim_round_up (gint64 a,
               gint64 b)
{
  return plim_multiply (plim_divide_up (a, b), b);
}

G_END_DECLS
