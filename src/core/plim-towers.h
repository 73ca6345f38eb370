/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Encoders of images and sound beside a language model, with their projectors. */

#pragma once

#include "plim-component.h"

G_BEGIN_DECLS

/* Bytes of the encoders that the runtime loads on GPUs, 0 when there are none or it leaves them out: as the model's
 * file has them, else two bytes a parameter, as quantizers leave them alone. */
gint64 plim_towers_bytes (const PlimInputs *inputs);

/* Adds them at @moments, for one of @gpus_count GPUs that share them. */
void plim_towers_add (const PlimInputs *inputs,
                      guint             moments,
                      gint64            gpus_count,
                      PlimEstimate     *estimate);

G_END_DECLS
