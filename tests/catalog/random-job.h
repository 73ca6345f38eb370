/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs for tests of what must be true of every job. */

#pragma once

#include "plim-catalog.h"

/* Random inputs of the engine's own method, model and GPU of @catalog. */
void randomize_job (PlimCatalog *catalog,
                    GRand       *rand,
                    PlimInputs  *inputs);
