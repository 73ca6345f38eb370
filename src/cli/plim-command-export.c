/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `plimsoll export FILE --chart KIND --output FILE`: a chart of the first scenario, or of the one that is named. */

#include "config.h"

#include "plim-charts.h"
#include "plim-command.h"
#include "plim-export.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  char *chart;
  char *output;
  char *scenario;
  char *theme;
  int   scale;
  int   width;
} Options;

static void
clear_options (Options *options)
{
  g_free (options->chart);
  g_free (options->output);
  g_free (options->scenario);
  g_free (options->theme);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, clear_options)

typedef PlimChartSpec *(*CreateChart) (PlimDocument *document,
                                       PlimScenario *scenario);

static const PlimInputs *
inputs_of (PlimScenario *scenario)
{
  return plim_estimator_get_inputs (plim_scenario_get_estimator (scenario));
}

static const PlimEstimate *
estimate_of (PlimScenario *scenario)
{
  return plim_estimator_get_estimate (plim_scenario_get_estimator (scenario));
}

static PlimChartSpec *
create_memory (PlimDocument *document G_GNUC_UNUSED,
               PlimScenario *scenario)
{
  return plim_chart_memory_new (estimate_of (scenario), PLIM_UNIT_GIB);
}

static PlimChartSpec *
create_moments (PlimDocument *document G_GNUC_UNUSED,
                PlimScenario *scenario)
{
  return plim_chart_moments_new (estimate_of (scenario), PLIM_UNIT_GIB);
}

static PlimChartSpec *
create_gpus (PlimDocument *document,
             PlimScenario *scenario)
{
  PlimCatalog             *catalog = plim_document_get_catalog (document);
  g_autoptr (PlimGpuSweep) sweep = plim_gpu_sweep_new (inputs_of (scenario), plim_catalog_get_gpus (catalog),
                                                       plim_catalog_n_gpus (catalog), PLIM_GPU_FILTER_ALL);

  return plim_chart_gpus_new (inputs_of (scenario), sweep, PLIM_UNIT_GIB);
}

static PlimChartSpec *
create_time (PlimDocument *document G_GNUC_UNUSED,
             PlimScenario *scenario)
{
  return plim_chart_time_new (inputs_of (scenario));
}

static PlimChartSpec *
create_cost (PlimDocument *document G_GNUC_UNUSED,
             PlimScenario *scenario)
{
  return plim_chart_cost_new (inputs_of (scenario));
}

static PlimChartSpec *
create_limits (PlimDocument *document G_GNUC_UNUSED,
               PlimScenario *scenario)
{
  return plim_chart_limits_new (inputs_of (scenario), PLIM_FIELD_CONTEXT, PLIM_UNIT_GIB);
}

static PlimChartSpec *
create_methods (PlimDocument *document G_GNUC_UNUSED,
                PlimScenario *scenario)
{
  g_autoptr (PlimMethodSweep) sweep = plim_method_sweep_new (inputs_of (scenario));

  return plim_chart_methods_new (sweep, PLIM_UNIT_GIB);
}

static PlimChartSpec *
create_compare (PlimDocument *document,
                PlimScenario *scenario G_GNUC_UNUSED)
{
  g_autoptr (GPtrArray) scenarios = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (document)); i++)
    g_ptr_array_add (scenarios, g_list_model_get_item (G_LIST_MODEL (document), i));

  return plim_chart_compare_new ((PlimScenario *const *) scenarios->pdata, scenarios->len, PLIM_UNIT_GIB);
}

static const struct
{
  const char *name;
  CreateChart create;
} charts[] = {
  { "memory", create_memory },
  { "moments", create_moments },
  { "gpus", create_gpus },
  { "time", create_time },
  { "cost", create_cost },
  { "limits", create_limits },
  { "methods", create_methods },
  { "compare", create_compare },
};

static const struct
{
  const char   *name;
  PlimPaletteId palette;
} themes[] = {
  { "light", PLIM_PALETTE_LIGHT },
  { "dark", PLIM_PALETTE_DARK },
  { "print", PLIM_PALETTE_PRINT },
};

static CreateChart
find_chart (const char *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (charts); i++)
    if (strcmp (charts[i].name, name) == 0)
      return charts[i].create;

  plim_command_complain (_ ("export: --chart must be one of memory, moments, gpus, time, cost, limits, methods, "
                            "compare"));
  return NULL;
}

static gboolean
read_options (const Options *options,
              PlimExportOptions *export)
{
  gboolean has_theme = FALSE;

  *export = (PlimExportOptions) { .scale = (guint) options->scale, .width = options->width };
  for (guint i = 0; i < G_N_ELEMENTS (themes); i++)
    if (options->theme == NULL || strcmp (themes[i].name, options->theme) == 0)
      {
        export->palette = themes[options->theme == NULL ? 0 : i].palette;
        has_theme = TRUE;
      }

  if (options->output == NULL || !plim_export_format_from_path (options->output, &export->format))
    plim_command_complain (_ ("export: --output must name a file that ends in .png, .svg or .pdf"));
  else if (!has_theme)
    plim_command_complain (_ ("export: --theme must be one of light, dark, print"));
  else if (options->scale < 1 || options->scale > 3)
    plim_command_complain (_ ("export: --scale must be 1, 2 or 3"));
  else if (options->width < 0 || options->width > 4000)
    plim_command_complain (_ ("export: --width must be at most 4000"));
  else
    return TRUE;

  return FALSE;
}

/* The scenario called @name, or the first; NULL after a complaint. */
static PlimScenario *
find_scenario (PlimDocument *document,
               const char   *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (document)); i++)
    {
      g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (document), i);

      if (name == NULL || strcmp (plim_scenario_get_name (scenario), name) == 0)
        return g_steal_pointer (&scenario);
    }

  plim_command_complain (_ ("export: the file has no such scenario"));
  return NULL;
}

static PlimExit
export_chart (PlimDocument  *document,
              CreateChart    create,
              const Options *options)
{
  g_autoptr (PlimScenario)  scenario = find_scenario (document, options->scenario);
  g_autoptr (PlimChartSpec) spec = NULL;
  g_autoptr (GError)        error = NULL;
  PlimExportOptions export;

  if (scenario == NULL || !read_options (options, &export))
    return PLIM_EXIT_BAD_USAGE;

  spec = create (document, scenario);
  if (plim_export_chart (spec, options->output, &export, NULL, &error))
    return PLIM_EXIT_DONE;

  plim_command_complain (error->message);
  return PLIM_EXIT_BAD_FILE;
}

PlimExit
plim_command_export (PlimCommandLine *line,
                     int              argc,
                     char           **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("FILE --chart KIND --output FILE — write a chart"));
  g_auto (Options)           options = { .scale = 2 };
  g_autoptr (PlimDocument)   document = NULL;
  const GOptionEntry         entries[] = {
    { "chart", 0, 0, G_OPTION_ARG_STRING, &options.chart, N_ ("What to show"), "memory|moments|gpus|time|cost|limits|methods|compare" },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &options.output, N_ ("File to write, by its ending PNG, SVG or PDF"), N_ ("FILE") },
    { "scenario", 0, 0, G_OPTION_ARG_STRING, &options.scenario, N_ ("Scenario of the file; the first when not given"), N_ ("NAME") },
    { "theme", 0, 0, G_OPTION_ARG_STRING, &options.theme, N_ ("Colours"), "light|dark|print" },
    { "scale", 0, 0, G_OPTION_ARG_INT, &options.scale, N_ ("Pixels a unit of a PNG"), "1|2|3" },
    { "width", 0, 0, G_OPTION_ARG_INT, &options.width, N_ ("Width of the chart"), "N" },
    G_OPTION_ENTRY_NULL
  };
  gboolean    is_done;
  CreateChart create;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!plim_command_parse (context, &argc, &argv, &is_done))
    return PLIM_EXIT_BAD_USAGE;
  if (is_done)
    return PLIM_EXIT_DONE;

  create = find_chart (options.chart);
  if (create == NULL)
    return PLIM_EXIT_BAD_USAGE;
  if (argc != 2)
    {
      plim_command_complain (_ ("export: name one file"));
      return PLIM_EXIT_BAD_USAGE;
    }

  document = plim_command_open (line, argv[1]);

  return document != NULL ? export_chart (document, create, &options) : PLIM_EXIT_BAD_FILE;
}
