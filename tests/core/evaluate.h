/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Works out the template of a PlimExplanation, so that tests can hold a number against its own explanation. */

#pragma once

#include "plim-estimate.h"

/* A fraction in lowest terms. */
__extension__ typedef __int128 Wide;

typedef struct
{
  Wide numerator;
  Wide denominator;
} Fraction;

/* The value of the template of @explanation; fails the test where the template is malformed. */
Fraction evaluate_explanation (const PlimExplanation *explanation);

/* The same rounded up, as byte counts are. */
gint64 evaluate_bytes (const PlimExplanation *explanation);

/* The same as a double. */
double evaluate_number (const PlimExplanation *explanation);

/* Bytes that the terms @id of all GPUs that hold different things have at @moment. */
gint64 held_bytes (const PlimEstimate *estimate,
                   PlimTermId          id,
                   PlimMoment          moment);
