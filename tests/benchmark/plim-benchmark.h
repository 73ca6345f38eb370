/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the parts of the benchmark share. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Seconds since some moment. */
double plim_benchmark_now_s (void);

/* Sorts the @n_seconds of @seconds and gives the one in the middle. */
double plim_benchmark_median (double *seconds,
                              guint   n_seconds);

/* Prints how long model files take to read, and as a ratio to reading their bytes. */
void plim_benchmark_import (void);

G_END_DECLS
