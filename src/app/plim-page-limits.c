/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A tile is a button: clicking it makes its answer the input. */

#include "config.h"

#include "plim-page-limits.h"

#include "plim-chart-view.h"
#include "plim-charts.h"
#include "plim-finding.h"
#include "plim-label.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

/* Tiles in their order. */
enum
{
  TILE_BATCH,
  TILE_CONTEXT,
  TILE_GPUS,
  TILE_SMALLEST,
  N_TILES
};

static const char *const titles[N_TILES] = {
  N_ ("Largest Micro-Batch"),
  N_ ("Longest Context"),
  N_ ("Fewest GPUs"),
  N_ ("Smallest GPU"),
};

struct _PlimPageLimits
{
  PlimPage parent_instance;

  /* Template children */
  GtkBox         *tiles; /* two pairs: sizes and GPUs */
  GtkBox         *sizes;
  GtkBox         *gpus;
  GtkLabel       *finding;
  AdwToggleGroup *axis;
  AdwToggle      *batch_axis;
  PlimChartView  *chart;

  GtkWidget     *buttons[N_TILES];
  GtkLabel      *titles[N_TILES];
  GtkLabel      *answers[N_TILES];
  GtkLabel      *details[N_TILES];
  PlimEstimator *estimator;   /* borrowed, of the last update */
  char          *smallest_id; /* GPU of the last tile */
};

G_DEFINE_FINAL_TYPE (PlimPageLimits, plim_page_limits, PLIM_TYPE_PAGE)

static void
tile_clicked_cb (GtkButton      *button,
                 PlimPageLimits *self)
{
  const PlimLimits *limits = plim_estimator_get_limits (self->estimator);

  if (GTK_WIDGET (button) == self->buttons[TILE_BATCH] && limits->largest_batch_count > 0 &&
      !limits->is_batch_unlimited)
    g_object_set (self->estimator, "batch", limits->largest_batch_count, NULL);
  else if (GTK_WIDGET (button) == self->buttons[TILE_CONTEXT] && limits->longest_context_tokens > 0)
    g_object_set (self->estimator, "context", limits->longest_context_tokens, NULL);
  else if (GTK_WIDGET (button) == self->buttons[TILE_GPUS] && limits->fewest_gpus_count > 0)
    g_object_set (self->estimator, "gpus", limits->fewest_gpus_count, NULL);
  else if (GTK_WIDGET (button) == self->buttons[TILE_SMALLEST] && self->smallest_id != NULL)
    g_object_set (self->estimator, "gpu", self->smallest_id, NULL);
}

static GtkLabel *
add_label (GtkBox     *box,
           const char *text,
           const char *style)
{
  GtkWidget *label = plim_label_new (text, 0, style);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_box_append (box, label);

  return GTK_LABEL (label);
}

static void
add_tile (PlimPageLimits *self,
          guint           tile)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->titles[tile] = add_label (GTK_BOX (box), _ (titles[tile]), "caption");
  self->answers[tile] = add_label (GTK_BOX (box), "", "title-2");
  self->details[tile] = add_label (GTK_BOX (box), "", "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->details[tile]), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->answers[tile]), "numeric");
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "card");
  gtk_widget_add_css_class (button, "tile");
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_set_tooltip_text (button, _ ("Use this"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (tile_clicked_cb), self, G_CONNECT_DEFAULT);
  gtk_box_append (tile < TILE_GPUS ? self->sizes : self->gpus, button);
  self->buttons[tile] = button;
}

static void
set_tile (PlimPageLimits *self,
          guint           tile,
          const char     *answer,
          const char     *detail)
{
  g_autofree char *label =
    g_strdup_printf ("%s: %s, %s", gtk_label_get_label (self->titles[tile]), answer, detail);

  gtk_label_set_label (self->answers[tile], answer);
  gtk_label_set_label (self->details[tile], detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->buttons[tile]), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
update_counts (PlimPageLimits   *self,
               const PlimInputs *inputs,
               const PlimLimits *limits)
{
  g_autofree char *batch = plim_format_count (limits->largest_batch_count);
  g_autofree char *context = plim_format_count (limits->longest_context_tokens);
  g_autofree char *context_now = plim_format_count (inputs->context_tokens);
  g_autofree char *batch_now = plim_format_count (inputs->batch_count);
  g_autofree char *gpus =
    limits->fewest_gpus_count > 0 ? plim_format_count (limits->fewest_gpus_count) : g_strdup (PLIM_EN_DASH);
  /* Translators: tokens of context; the part that grows most, as in "at 4,096 tokens, limited by Logits". */
  g_autofree char *batch_detail =
    g_strdup_printf (_ ("at %s tokens, limited by %s"), context_now, plim_term_short_name_text (limits->batch_binding));
  /* Translators: micro-batch; the part that grows most. */
  g_autofree char *context_detail = g_strdup_printf (_ ("at micro-batch %s, limited by %s"), batch_now,
                                                     plim_term_short_name_text (limits->context_binding));

  gtk_label_set_label (self->titles[TILE_BATCH],
                       inputs->task == PLIM_TASK_INFERENCE ? _ ("Most Sequences at Once") : _ (titles[TILE_BATCH]));
  set_tile (self, TILE_BATCH,
            limits->is_batch_unlimited        ? _ ("No limit")
            : limits->largest_batch_count > 0 ? batch
                                              : _ ("None fits"),
            batch_detail);
  set_tile (self, TILE_CONTEXT, limits->longest_context_tokens > 0 ? context : _ ("None fits"),
            limits->is_context_unlimited ? _ ("the model’s own limit") : context_detail);
  set_tile (self, TILE_GPUS, gpus, *inputs->gpu.name != '\0' ? inputs->gpu.name : _ ("of this GPU"));
}

static void
update_smallest (PlimPageLimits   *self,
                 PlimCatalog      *catalog,
                 const PlimInputs *inputs)
{
  const PlimGpu *gpu =
    plim_gpu_sweep_find_smallest (inputs, plim_catalog_get_gpus (catalog), plim_catalog_n_gpus (catalog));
  PlimInputs       job = *inputs;
  g_autofree char *size = NULL;
  g_autofree char *detail = NULL;

  g_set_str (&self->smallest_id, gpu != NULL ? gpu->id : NULL);
  if (gpu == NULL)
    {
      set_tile (self, TILE_SMALLEST, PLIM_EN_DASH, _ ("no GPU is large enough"));
      return;
    }

  job.gpu = *gpu;
  size = g_strdup_printf ("%" G_GINT64_FORMAT PLIM_NBSP "GB", gpu->marketed_gb);
  detail = plim_wording_gpus (&job, inputs->gpus_count);
  set_tile (self, TILE_SMALLEST, size, detail);
}

static void
update_chart (PlimPageLimits *self)
{
  PlimFieldId field = adw_toggle_group_get_active (self->axis) == 0 ? PLIM_FIELD_CONTEXT : PLIM_FIELD_BATCH;

  if (self->estimator != NULL)
    plim_chart_view_take_spec (self->chart, plim_chart_limits_new (plim_estimator_get_inputs (self->estimator), field,
                                                                   PLIM_UNIT_GIB));
}

static void
plim_page_limits_update (PlimPage      *page,
                         PlimDocument  *document,
                         PlimEstimator *estimator)
{
  PlimPageLimits   *self = PLIM_PAGE_LIMITS (page);
  const PlimInputs *inputs = plim_estimator_get_inputs (estimator);
  const PlimLimits *limits = plim_estimator_get_limits (estimator);
  g_autofree char  *finding = plim_finding_limits (inputs, limits);

  self->estimator = estimator;
  gtk_label_set_label (self->finding, finding);
  adw_toggle_set_label (self->batch_axis, inputs->task == PLIM_TASK_INFERENCE ? _ ("Sequences") : _ ("Micro-Batch"));
  update_counts (self, inputs, limits);
  update_smallest (self, plim_document_get_catalog (document), inputs);
  update_chart (self);
}

static const PlimChartSpec *
plim_page_limits_get_chart (PlimPage *page)
{
  return plim_chart_view_get_spec (PLIM_PAGE_LIMITS (page)->chart);
}

static void
plim_page_limits_dispose (GObject *object)
{
  g_clear_pointer (&PLIM_PAGE_LIMITS (object)->smallest_id, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), PLIM_TYPE_PAGE_LIMITS);

  G_OBJECT_CLASS (plim_page_limits_parent_class)->dispose (object);
}

static void
plim_page_limits_class_init (PlimPageLimitsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  PlimPageClass  *page_class = PLIM_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_page_limits_dispose;
  page_class->update = plim_page_limits_update;
  page_class->get_chart = plim_page_limits_get_chart;

  g_type_ensure (PLIM_TYPE_CHART_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-page-limits.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimPageLimits, tiles);
  gtk_widget_class_bind_template_child (widget_class, PlimPageLimits, sizes);
  gtk_widget_class_bind_template_child (widget_class, PlimPageLimits, gpus);
  gtk_widget_class_bind_template_child (widget_class, PlimPageLimits, finding);
  gtk_widget_class_bind_template_child (widget_class, PlimPageLimits, axis);
  gtk_widget_class_bind_template_child (widget_class, PlimPageLimits, batch_axis);
  gtk_widget_class_bind_template_child (widget_class, PlimPageLimits, chart);
  gtk_widget_class_bind_template_callback (widget_class, update_chart);
}

static void
plim_page_limits_init (PlimPageLimits *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  plim_page_set_columns (PLIM_PAGE (self), self->tiles);
  for (guint i = 0; i < N_TILES; i++)
    add_tile (self, i);
}
