/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of methods: each answers the same question in its own way. */

#pragma once

#include "plim-estimate.h"

G_BEGIN_DECLS

typedef struct
{
  PlimMethod  method;
  const char *id;          /* "textbook-transformer" */
  const char *name;        /* N_("Textbook transformer") */
  const char *description; /* N_(), one sentence: what it counts */
  const char *leaves_out;  /* N_(), one sentence: what it does not count */
  const char *source;      /* citation */
  PlimTask    usual_task;  /* when none is named */

  /* Fills terms and time of an estimate whose capacity, parameters and role are set; sets not_covered or
   * missing_fields when it cannot. */
  void (*estimate) (const PlimInputs *inputs,
                    PlimEstimate     *estimate);
} PlimMethodInfo;

/* The facts of @method; never NULL. */
const PlimMethodInfo *plim_method_info (PlimMethod method);

/* One per method, in a file of its own: plim-component.c (engine), plim-rule-*.c (published rules). */
void plim_component_estimate (const PlimInputs *inputs,
                              PlimEstimate     *estimate);
void plim_rule_bytes_times_multiplier_estimate (const PlimInputs *inputs,
                                                PlimEstimate     *estimate);
void plim_rule_serving_overhead_estimate (const PlimInputs *inputs,
                                          PlimEstimate     *estimate);
void plim_rule_textbook_transformer_estimate (const PlimInputs *inputs,
                                              PlimEstimate     *estimate);
void plim_rule_24_bytes_estimate (const PlimInputs *inputs,
                                  PlimEstimate     *estimate);
void plim_rule_module_table_estimate (const PlimInputs *inputs,
                                      PlimEstimate     *estimate);

G_END_DECLS
