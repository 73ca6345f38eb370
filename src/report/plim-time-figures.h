/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The figures of the time of an estimate, in the order in which page, text and tables show them. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

typedef struct
{
  const char *id;    /* the member of "time" in the JSON form, "step.…" for parts of a step */
  const char *title; /* translated */
  const char *text;  /* for people, range and unit included */
  PlimBand    value; /* seconds, tokens a second …; low and high 0 where there is no range */
} PlimTimeFigure;

typedef void (*PlimTimeFigureFunc) (const PlimTimeFigure *figure,
                                    gpointer              data);

/* Calls @func for each figure of the time of @estimate that is known. */
void plim_time_figures (const PlimInputs   *inputs,
                        const PlimEstimate *estimate,
                        PlimTimeFigureFunc  func,
                        gpointer            data);

G_END_DECLS
