/* SPDX-License-Identifier: GPL-3.0-or-later */

/* benchmark PLIMSOLL: how fast the engine and the command line are, as ratios to yardsticks of the same run.  Not a
 * test: machines differ; the ratios are what to compare between two builds. */

#include "plim-benchmark.h"

#include "plim-catalog.h"
#include "plim-gpu-sweep.h"
#include "plim-solver.h"

#include <stdio.h>

#define N_ESTIMATES 200000
#define N_SWEEPS    50
#define N_RUNS      21

double
plim_benchmark_now_s (void)
{
  return (double) g_get_monotonic_time () / 1e6;
}

static int
compare (gconstpointer a,
         gconstpointer b,
         gpointer      data G_GNUC_UNUSED)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return (left > right) - (left < right);
}

double
plim_benchmark_median (double *seconds,
                       guint   n_seconds)
{
  g_sort_array (seconds, n_seconds, sizeof *seconds, compare, NULL);

  return seconds[n_seconds / 2];
}

/* Median seconds of a whole process. */
static double
time_process (const char *const *argv)
{
  double seconds[N_RUNS];

  for (guint i = 0; i < N_RUNS; i++)
    {
      g_autofree char   *output = NULL;
      g_autoptr (GError) error = NULL;
      double             start = plim_benchmark_now_s ();

      if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, &error))
        g_error ("%s", error->message);
      seconds[i] = plim_benchmark_now_s () - start;
    }

  return plim_benchmark_median (seconds, N_RUNS);
}

static void
report_processes (const char *program)
{
  const char *const estimate[] = { program, "estimate", "--model", "llama-3.1-8b", "--gpu", "rtx-4090",
                                   "--task", "qlora", NULL };
  const char *const python[] = { "python3", "-c", "print(8.03e9 * 2 / 2**30)", NULL };
  double            estimate_s = time_process (estimate);
  double            python_s = time_process (python);

  printf ("plimsoll estimate, whole process      %8.2f ms\n", estimate_s * 1e3);
  printf ("a Python one-liner, whole process     %8.2f ms, ratio %.2f\n", python_s * 1e3, estimate_s / python_s);
}

static void
report_engine (void)
{
  g_autoptr (PlimCatalog) catalog = NULL;
  PlimInputs              inputs;
  PlimEstimate            estimate;
  gint64                  sum_bytes = 0;
  double                  start = plim_benchmark_now_s ();
  double                  load_s, estimate_s, sweep_s;

  catalog = plim_catalog_new (NULL);
  load_s = plim_benchmark_now_s () - start;
  plim_inputs_init (&inputs);
  plim_inputs_set_text (&inputs, PLIM_FIELD_MODEL, "llama-3.1-8b");
  plim_inputs_set_text (&inputs, PLIM_FIELD_GPU, "rtx-4090");
  plim_inputs_set_task (&inputs, PLIM_TASK_QLORA);
  plim_catalog_resolve (catalog, &inputs, NULL);

  start = plim_benchmark_now_s ();
  for (guint i = 0; i < N_ESTIMATES; i++)
    {
      inputs.context_tokens = 1 + i % 8192;
      plim_estimate (&inputs, &estimate);
      sum_bytes += estimate.peak_bytes >> 20;
    }
  estimate_s = (plim_benchmark_now_s () - start) / N_ESTIMATES;

  start = plim_benchmark_now_s ();
  for (guint i = 0; i < N_SWEEPS; i++)
    plim_gpu_sweep_free (plim_gpu_sweep_new (&inputs, plim_catalog_get_gpus (catalog), plim_catalog_n_gpus (catalog),
                                             PLIM_GPU_FILTER_ALL));
  sweep_s = (plim_benchmark_now_s () - start) / N_SWEEPS;

  printf ("catalogue read                        %8.2f ms\n", load_s * 1e3);
  printf ("one estimate                          %8.2f µs (checksum %" G_GINT64_FORMAT ")\n", estimate_s * 1e6,
          sum_bytes);
  printf ("GPUs needed, every GPU                %8.2f ms, %.0f estimates\n", sweep_s * 1e3, sweep_s / estimate_s);
}

int
main (int   argc,
      char *argv[])
{
  if (argc != 2)
    {
      fprintf (stderr, "usage: %s PLIMSOLL\n", argv[0]);
      return 2;
    }

  report_engine ();
  report_processes (argv[1]);
  plim_benchmark_import ();

  return 0;
}
