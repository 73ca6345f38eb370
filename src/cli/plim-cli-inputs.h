/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The inputs as command line options: one per row of the field table. */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

#define PLIM_CLI_INPUTS_MAX_ALIASES 32

typedef struct
{
  char *values[PLIM_N_FIELDS];                 /* as typed; NULL = option not given; owned */
  char *alias_values[PLIM_CLI_INPUTS_MAX_ALIASES]; /* the same, by position in plim_field_aliases() */
  char *offload;                               /* pieces that leave the GPU, separated by commas */
} PlimCliInputs;

/* Adds the group of input options, writing into @options, to @context. */
void plim_cli_inputs_add_options (PlimCliInputs  *options,
                                  GOptionContext *context);

/* Applies the options that were given to @inputs; the model and GPU still have to be resolved.
 * FALSE and a G_OPTION_ERROR naming the option, its value and what is accepted when one is bad. */
gboolean plim_cli_inputs_apply (const PlimCliInputs *options,
                                PlimInputs          *inputs,
                                GError             **error);

/* Gives @inputs the usual task of their method when a method was named and no task: the textbook's is training. */
void plim_cli_inputs_choose_task (const PlimCliInputs *options,
                                  PlimInputs          *inputs);

/* Frees the strings of @options. */
void plim_cli_inputs_clear (PlimCliInputs *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PlimCliInputs, plim_cli_inputs_clear)

G_END_DECLS
