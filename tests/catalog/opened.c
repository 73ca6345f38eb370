/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the tests over the shipped catalogue share. */

#include "opened.h"

PlimCatalog *
open_catalog (void)
{
  g_autoptr (GError) error = NULL;
  PlimCatalog       *catalog = plim_catalog_new (&error);

  g_assert_no_error (error);
  return catalog;
}

void
describe_job (PlimCatalog *catalog,
              PlimInputs  *inputs,
              const char  *model,
              const char  *gpu,
              PlimTask     task)
{
  plim_inputs_init (inputs);
  plim_inputs_set_text (inputs, PLIM_FIELD_MODEL, model);
  if (gpu != NULL)
    plim_inputs_set_text (inputs, PLIM_FIELD_GPU, gpu);
  plim_inputs_set_task (inputs, task);
  g_assert_true (plim_catalog_resolve (catalog, inputs, NULL));
}

const PlimTerm *
find_term (const PlimEstimate *estimate,
           PlimTermId          id)
{
  for (guint i = 0; i < estimate->n_terms; i++)
    if (estimate->terms[i].id == id)
      return &estimate->terms[i];

  return NULL;
}

gint64
largest_bytes (const PlimTerm *term)
{
  gint64 bytes = 0;

  for (guint m = 0; m < PLIM_N_MOMENTS; m++)
    bytes = MAX (bytes, term->bytes_at[m]);

  return bytes;
}
