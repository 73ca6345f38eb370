/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See plim-gpu-sweep.h. */

#include "config.h"

#include "plim-gpu-sweep.h"

#include "plim-checked.h"
#include "plim-component.h"
#include "plim-runtime.h"
#include "plim-solver.h"
#include "plim-wording.h"

#include <glib/gi18n-lib.h>

#define GPUS_PER_NODE 8

static gboolean
is_wanted (const PlimGpu *gpu,
           PlimGpuFilter  filter)
{
  switch (filter)
    {
    case PLIM_GPU_FILTER_DATA_CENTRE:
      return gpu->segment == PLIM_GPU_DATA_CENTRE;
    case PLIM_GPU_FILTER_WORKSTATION:
      return gpu->segment == PLIM_GPU_WORKSTATION;
    case PLIM_GPU_FILTER_CONSUMER:
      return gpu->segment == PLIM_GPU_CONSUMER || gpu->segment == PLIM_GPU_INTEGRATED;
    case PLIM_GPU_FILTER_ALL:
    default:
      return TRUE;
    }
}

/* The inputs' own memory, rate and price do not follow to other GPUs. */
static void
forget_own_figures (PlimInputs *job)
{
  job->gpu_memory_bytes = 0;
  job->peak_tflops = 0;
  job->price_per_gpu_hour = 0;
}

static void
set_gpu (PlimInputs    *job,
         const PlimGpu *gpu)
{
  job->gpu = *gpu;
  g_strlcpy (job->gpu_id, gpu->id, sizeof job->gpu_id);
}

/* FALSE when runtime or recipe of @job do not work on its GPU, or not on several where one has too little memory. */
static gboolean
works (const PlimInputs *job,
       gint64            needed_count)
{
  return job->method != PLIM_METHOD_COMPONENT ||
         (plim_component_runs_on_gpu (job) && (needed_count > 0 || plim_runtime_joins_gpus (job)));
}

/* The same job on its GPU as that is sold. */
static void
fill_row (PlimGpuRow    *row,
          PlimInputs    *job,
          const PlimGpu *gpu)
{
  gint64       node = gpu->gpus_per_node > 0 ? gpu->gpus_per_node : GPUS_PER_NODE;
  PlimEstimate estimate;

  *row = (PlimGpuRow) { .gpu = gpu };
  row->needed_count = plim_solve_gpus (job, gpu);
  row->whole_nodes_count = row->needed_count > node ? plim_round_up (row->needed_count, node) : row->needed_count;
  row->nodes_count = plim_divide_up (row->needed_count, node);
  row->cost_per_hour = (double) row->whole_nodes_count * (gpu->price_low_per_hour + gpu->price_high_per_hour) / 2;

  job->gpus_count = MAX (row->needed_count, 1);
  plim_estimate (job, &estimate);
  row->peak_bytes = estimate.peak_bytes;
  row->usable_bytes = estimate.usable_bytes;
  row->filling = estimate.usable_bytes > 0 ? (double) estimate.peak_bytes / (double) estimate.usable_bytes : 0;
  if (row->needed_count > 0 && estimate.time.is_known)
    row->seconds = estimate.time.seconds;
  if (row->needed_count > 0)
    row->tokens_per_s = job->task == PLIM_TASK_INFERENCE ? estimate.time.decode_tokens_per_s.likely
                                                         : estimate.time.tokens_per_s;
}

/* Largest memory first; of one size the chosen GPU, then the newest, then by name. */
static gint
compare_rows (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  const PlimGpu *left = ((const PlimGpuRow *) a)->gpu;
  const PlimGpu *right = ((const PlimGpuRow *) b)->gpu;
  const char    *chosen = user_data;
  gboolean       is_left = g_str_equal (left->id, chosen);
  gboolean       is_right = g_str_equal (right->id, chosen);

  if (left->marketed_gb != right->marketed_gb)
    return left->marketed_gb > right->marketed_gb ? -1 : 1;
  if (is_left != is_right)
    return is_left ? -1 : 1;
  if (left->year != right->year)
    return left->year > right->year ? -1 : 1;

  return g_strcmp0 (left->name, right->name);
}

static void
group_rows (PlimGpuSweep *sweep,
            const char   *chosen)
{
  sweep->groups = g_new0 (PlimGpuGroup, MAX (sweep->n_rows, 1));

  for (guint i = 0; i < sweep->n_rows; i++)
    {
      const PlimGpuRow *row = &sweep->rows[i];
      PlimGpuGroup     *group = sweep->n_groups > 0 ? &sweep->groups[sweep->n_groups - 1] : NULL;

      if (group == NULL || group->marketed_gb != row->gpu->marketed_gb)
        {
          group = &sweep->groups[sweep->n_groups++];
          *group = (PlimGpuGroup) {
            .marketed_gb = row->gpu->marketed_gb,
            .first_row = i,
            .needed_count = row->needed_count,
            .whole_nodes_count = row->whole_nodes_count,
            .nodes_count = row->nodes_count,
            .peak_bytes = row->peak_bytes,
            .usable_bytes = row->usable_bytes,
          };
        }
      group->n_rows++;
      group->has_chosen |= *chosen != '\0' && g_str_equal (row->gpu->id, chosen);
    }
}

static gboolean
is_fewer (const PlimGpuRow *a,
          const PlimGpuRow *b)
{
  if (a->needed_count != b->needed_count)
    return a->needed_count < b->needed_count;

  return a->usable_bytes < b->usable_bytes;
}

static void
find_best (PlimGpuSweep *sweep)
{
  const PlimGpuRow *rows = sweep->rows;

  sweep->fewest_row = sweep->smallest_row = sweep->cheapest_row = -1;

  for (guint i = 0; i < sweep->n_rows; i++)
    {
      const PlimGpuRow *row = &rows[i];

      if (row->needed_count == 0)
        continue;
      if (sweep->fewest_row < 0 || is_fewer (row, &rows[sweep->fewest_row]))
        sweep->fewest_row = (gint) i;
      if (row->needed_count == 1 &&
          (sweep->smallest_row < 0 || row->usable_bytes < rows[sweep->smallest_row].usable_bytes))
        sweep->smallest_row = (gint) i;
      if (row->cost_per_hour > 0 &&
          (sweep->cheapest_row < 0 || row->cost_per_hour < rows[sweep->cheapest_row].cost_per_hour))
        sweep->cheapest_row = (gint) i;
    }

  sweep->is_one_enough = sweep->smallest_row >= 0;
  for (guint i = 0; i < sweep->n_rows; i++)
    sweep->is_one_enough &= rows[i].needed_count <= 1;
}

PlimGpuSweep *
plim_gpu_sweep_new (const PlimInputs     *inputs,
                    const PlimGpu *const *gpus,
                    guint                 n_gpus,
                    PlimGpuFilter         filter)
{
  PlimGpuSweep *sweep = g_new0 (PlimGpuSweep, 1);
  PlimInputs    job = *inputs;

  forget_own_figures (&job);
  sweep->rows = g_new0 (PlimGpuRow, MAX (n_gpus, 1));
  for (guint i = 0; i < n_gpus; i++)
    {
      set_gpu (&job, gpus[i]);
      if (!is_wanted (gpus[i], filter))
        continue;

      fill_row (&sweep->rows[sweep->n_rows], &job, gpus[i]);
      sweep->n_rows += works (&job, sweep->rows[sweep->n_rows].needed_count) ? 1 : 0;
    }

  g_sort_array (sweep->rows, sweep->n_rows, sizeof (PlimGpuRow), compare_rows, (gpointer) inputs->gpu.id);
  group_rows (sweep, inputs->gpu.id);
  find_best (sweep);

  return sweep;
}

static gboolean
is_smaller (const PlimGpu *a,
            const PlimGpu *b,
            const char    *chosen)
{
  if (a->marketed_gb != b->marketed_gb)
    return a->marketed_gb < b->marketed_gb;
  if (g_str_equal (a->id, chosen) != g_str_equal (b->id, chosen))
    return g_str_equal (a->id, chosen);

  return a->year > b->year;
}

const PlimGpu *
plim_gpu_sweep_find_smallest (const PlimInputs     *inputs,
                              const PlimGpu *const *gpus,
                              guint                 n_gpus)
{
  const PlimGpu *smallest = NULL;
  PlimInputs     job = *inputs;

  forget_own_figures (&job);
  for (guint i = 0; i < n_gpus; i++)
    {
      if (smallest != NULL && !is_smaller (gpus[i], smallest, inputs->gpu.id))
        continue;

      set_gpu (&job, gpus[i]);
      if (plim_estimate_fits (&job))
        smallest = gpus[i];
    }
  return smallest;
}

void
plim_gpu_sweep_free (PlimGpuSweep *sweep)
{
  if (sweep == NULL)
    return;

  g_free (sweep->rows);
  g_free (sweep->groups);
  g_free (sweep);
}

char *
plim_gpu_group_names (const PlimGpuSweep *sweep,
                      const PlimGpuGroup *group,
                      guint               n_named)
{
  GString *names = g_string_new (NULL);
  guint    n_shown = MIN (n_named, group->n_rows);
  guint    n_more = group->n_rows - n_shown;

  for (guint i = 0; i < n_shown; i++)
    {
      if (i > 0)
        g_string_append (names, _ (", "));
      g_string_append (names, sweep->rows[group->first_row + i].gpu->name);
    }

  if (n_more > 0)
    g_string_append_printf (names, g_dngettext (GETTEXT_PACKAGE, " and %u more", " and %u more", n_more), n_more);

  return g_string_free_and_steal (names);
}

static char *
row_gpus (const PlimGpuRow *row)
{
  PlimInputs inputs = { .gpu = *row->gpu };

  return plim_wording_gpus (&inputs, row->whole_nodes_count);
}

/* GPUs that the chosen layout takes at least. */
static gint64
count_split (const PlimInputs *inputs)
{
  return MAX (inputs->tensor_parallel_count, 1) * MAX (inputs->pipeline_parallel_count, 1) *
         inputs->context_parallel_count;
}

char *
plim_finding_gpus (const PlimInputs   *inputs,
                   const PlimGpuSweep *sweep,
                   PlimUnit            unit)
{
  PlimEstimate      estimate;
  const PlimGpuRow *fewest;
  g_autofree char  *gpus = NULL;
  g_autofree char  *size = NULL;

  if (sweep->fewest_row < 0)
    {
      plim_estimate_memory (inputs, &estimate);
      size = plim_format_bytes (estimate.peak_bytes, unit);
      return estimate.n_terms > 0 ? g_strdup_printf (_ ("No GPU here holds the %s, at any count."), size)
                                  : g_strdup (_ ("Not enough information."));
    }

  if (sweep->smallest_row >= 0)
    {
      const PlimGpuRow *row = &sweep->rows[sweep->smallest_row];

      gpus = row_gpus (row);
      size = plim_format_bytes (row->usable_bytes - row->peak_bytes, unit);
      /* Translators: "one RTX 4090", free memory */
      return g_strdup_printf (_ ("The smallest that holds it is %s, with %s free."), gpus, size);
    }

  fewest = &sweep->rows[sweep->fewest_row];
  gpus = row_gpus (fewest);
  if (fewest->needed_count == count_split (inputs))
    {
      g_autofree char *count = plim_format_count (fewest->needed_count);

      /* Translators: a number, "2 H100 SXM" */
      return g_strdup_printf (_ ("Split over %s GPUs as chosen, the smallest that hold it are %s."), count, gpus);
    }

  /* Translators: "2 H100 SXM" */
  return g_strdup_printf (_ ("One GPU is not enough; the fewest are %s."), gpus);
}
