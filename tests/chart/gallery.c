/* SPDX-License-Identifier: GPL-3.0-or-later */

/* gallery FOLDER: writes every chart of some jobs as PNG, light, dark and for print, wide and narrow, mirrored, for
 * looking at. */

#include "plim-catalog.h"
#include "plim-charts.h"
#include "plim-export.h"
#include "plim-solver.h"

typedef struct
{
  const char   *name;
  const char   *model;
  const char   *gpu;
  PlimTask      task;
  gint64        gpus_count;
  gint64        batch_count;
  gint64        context_tokens;
  PlimPrecision precision;
} Job;

static const Job jobs[] = {
  { "qlora", "llama-3.1-8b", "rtx-4090", PLIM_TASK_QLORA, 1, 2, 4096, PLIM_PRECISION_NF4 },
  { "full", "llama-3.1-70b", "h100-sxm", PLIM_TASK_TRAINING, 8, 1, 8192, PLIM_PRECISION_BF16 },
  { "serve", "llama-3.1-8b", "rtx-4090", PLIM_TASK_INFERENCE, 1, 4, 8192, PLIM_PRECISION_BF16 },
  { "huge", "llama-3.1-70b", "rtx-4090", PLIM_TASK_TRAINING, 1, 1, 2048, PLIM_PRECISION_BF16 },
};

typedef struct
{
  const char   *name;
  PlimPaletteId palette;
  int           width;
  gboolean      is_rtl;
} Look;

static const Look looks[] = {
  { "light-1060", PLIM_PALETTE_LIGHT, 1060, FALSE },
  { "light-800", PLIM_PALETTE_LIGHT, 800, FALSE },
  { "light-330", PLIM_PALETTE_LIGHT, 330, FALSE },
  { "dark-800", PLIM_PALETTE_DARK, 800, FALSE },
  { "print-800", PLIM_PALETTE_PRINT, 800, FALSE },
  { "contrast-800", PLIM_PALETTE_HIGH_CONTRAST_DARK, 800, FALSE },
  { "rtl-800", PLIM_PALETTE_LIGHT, 800, TRUE },
};

static void
save (const char    *folder,
      const char    *job,
      const char    *kind,
      PlimChartSpec *spec)
{
  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      PlimExportOptions  options = { .format = PLIM_EXPORT_PNG,
                                     .scale = 1,
                                     .palette = looks[i].palette,
                                     .width = looks[i].width,
                                     .is_rtl = looks[i].is_rtl };
      g_autofree char   *name = g_strdup_printf ("%s-%s-%s.png", job, kind, looks[i].name);
      g_autofree char   *path = g_build_filename (folder, name, NULL);
      g_autoptr (GError) error = NULL;

      if (!plim_export_chart (spec, path, &options, NULL, &error))
        g_error ("%s: %s", path, error->message);
    }
  plim_chart_spec_free (spec);
}

static void
save_job (const char  *folder,
          PlimCatalog *catalog,
          const Job   *job)
{
  PlimInputs                  inputs;
  g_autofree PlimEstimate    *estimate = g_new0 (PlimEstimate, 1);
  g_autoptr (PlimGpuSweep)    gpus = NULL;
  g_autoptr (PlimMethodSweep) methods = NULL;
  g_autoptr (GError)          error = NULL;

  plim_inputs_init (&inputs);
  plim_inputs_set_task (&inputs, job->task);
  g_strlcpy (inputs.model_id, job->model, sizeof inputs.model_id);
  g_strlcpy (inputs.gpu_id, job->gpu, sizeof inputs.gpu_id);
  inputs.gpus_count = job->gpus_count;
  inputs.batch_count = job->batch_count;
  inputs.context_tokens = job->context_tokens;
  inputs.precision = job->precision;
  inputs.tokens_count = 20000000;
  if (!plim_catalog_resolve (catalog, &inputs, &error))
    g_error ("%s: %s", job->name, error->message);
  plim_estimate (&inputs, estimate);
  gpus = plim_gpu_sweep_new (&inputs, plim_catalog_get_gpus (catalog), plim_catalog_n_gpus (catalog),
                             PLIM_GPU_FILTER_ALL);
  methods = plim_method_sweep_new (&inputs);

  save (folder, job->name, "bar", plim_chart_memory_new (estimate, PLIM_UNIT_GIB));
  save (folder, job->name, "narrow", plim_bar_spec_new_from_estimate (estimate, PLIM_UNIT_GIB, PLIM_BAR_NARROW));
  save (folder, job->name, "mini", plim_bar_spec_new_from_estimate (estimate, PLIM_UNIT_GIB, PLIM_BAR_MINI));
  save (folder, job->name, "moments", plim_chart_moments_new (estimate, PLIM_UNIT_GIB));
  save (folder, job->name, "gpus", plim_chart_gpus_new (&inputs, gpus, PLIM_UNIT_GIB));
  save (folder, job->name, "time", plim_chart_time_new (&inputs));
  save (folder, job->name, "cost", plim_chart_cost_new (&inputs));
  save (folder, job->name, "context", plim_chart_limits_new (&inputs, PLIM_FIELD_CONTEXT, PLIM_UNIT_GIB));
  save (folder, job->name, "batch", plim_chart_limits_new (&inputs, PLIM_FIELD_BATCH, PLIM_UNIT_GIB));
  save (folder, job->name, "methods", plim_chart_methods_new (methods, PLIM_UNIT_GIB));
}

static void
save_comparison (const char  *folder,
                 PlimCatalog *catalog)
{
  PlimScenario *scenarios[G_N_ELEMENTS (jobs)];

  for (gsize i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      PlimEstimator *estimator;

      scenarios[i] = plim_scenario_new (catalog, jobs[i].name);
      estimator = plim_scenario_get_estimator (scenarios[i]);
      g_object_set (estimator, "task", jobs[i].task, "model", jobs[i].model, "gpu", "rtx-4090", NULL);
    }
  save (folder, "all", "compare", plim_chart_compare_new (scenarios, G_N_ELEMENTS (jobs), PLIM_UNIT_GIB));
  for (gsize i = 0; i < G_N_ELEMENTS (jobs); i++)
    g_object_unref (scenarios[i]);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (PlimCatalog) catalog = plim_catalog_new (&error);

  if (argc != 2 || !catalog)
    g_error ("usage: gallery FOLDER (%s)", error ? error->message : "one folder");
  for (gsize i = 0; i < G_N_ELEMENTS (jobs); i++)
    save_job (argv[1], catalog, &jobs[i]);
  save_comparison (argv[1], catalog);
  return 0;
}
