/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The charts of the pages: numbers from estimates and sweeps, title and one-sentence description set.
 * Each is newly allocated and never NULL; free with plim_chart_spec_free(). */

#pragma once

#include "plim-chart-spec.h"
#include "plim-gpu-sweep.h"
#include "plim-method-sweep.h"
#include "plim-scenario.h"

G_BEGIN_DECLS

/* The bar of the fullest GPU. */
PlimChartSpec *plim_chart_memory_new (const PlimEstimate *estimate,
                                      PlimUnit            unit);

/* Memory over the moments of the fullest GPU; without rows when the method knows only one. */
PlimChartSpec *plim_chart_moments_new (const PlimEstimate *estimate,
                                       PlimUnit            unit);

/* GPUs needed by memory size, or fillings where one is enough; @sweep is that of @inputs. */
PlimChartSpec *plim_chart_gpus_new (const PlimInputs   *inputs,
                                    const PlimGpuSweep *sweep,
                                    PlimUnit            unit);

/* Training: time and cost against the number of GPUs.  Inference: decode speed and time to first token against the
 * batch.  Without points where time is not known. */
PlimChartSpec *plim_chart_time_new (const PlimInputs *inputs);
PlimChartSpec *plim_chart_cost_new (const PlimInputs *inputs);

/* Encoders only read: their cost chart is their time chart. */
gboolean plim_chart_time_is_alone (const PlimInputs *inputs);

/* Memory against @axis (PLIM_FIELD_CONTEXT or PLIM_FIELD_BATCH), with half and twice the other one. */
PlimChartSpec *plim_chart_limits_new (const PlimInputs *inputs,
                                      PlimFieldId       axis,
                                      PlimUnit          unit);

/* The six methods on one axis. */
PlimChartSpec *plim_chart_methods_new (const PlimMethodSweep *sweep,
                                       PlimUnit               unit);

/* @n scenarios on one axis. */
PlimChartSpec *plim_chart_compare_new (PlimScenario *const *scenarios,
                                       guint                n,
                                       PlimUnit             unit);

G_END_DECLS
