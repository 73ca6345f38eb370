/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Follows the current scenario; fixes are worked out again after every change. */

#include "config.h"

#include "plim-hero.h"

#include "plim-chart-view.h"
#include "plim-fix.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

/* Fixes shown as buttons; the others stand in the popover. */
#define N_BUTTONS 3

enum
{
  PROP_0,
  PROP_NARROW,
  PROP_COMPACT,
  N_PROPS
};

enum
{
  PART_ACTIVATED,
  FIX_APPLIED,
  N_SIGNALS
};

struct _PlimHero
{
  GtkBox parent_instance;

  /* Template children */
  GtkImage      *icon;
  GtkLabel      *verdict;
  GtkLabel      *detail;
  GtkLabel      *assumptions;
  GtkLabel      *assumptions_below;
  PlimChartView *bar;
  GtkBox        *fixes_box;
  GtkBox        *buttons;
  GtkMenuButton *more;
  GtkBox        *more_box;

  /* Owned */
  PlimDocument *document;
  GSignalGroup *estimator_signals;
  PlimFix      *fixes; /* PLIM_MAX_FIXES of them */

  guint    n_fixes;
  gboolean is_narrow;
};

G_DEFINE_FINAL_TYPE (PlimHero, plim_hero, GTK_TYPE_BOX)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static const struct
{
  const char *icon;
  const char *style;
} verdicts[] = {
  [PLIM_VERDICT_UNKNOWN] = { "dialog-question-symbolic", "dim-label" },
  [PLIM_VERDICT_FITS] = { "object-select-symbolic", "success" },
  [PLIM_VERDICT_TIGHT] = { "dialog-warning-symbolic", "warning" },
  [PLIM_VERDICT_DOES_NOT_FIT] = { "dialog-error-symbolic", "error" },
};

static PlimEstimator *
get_estimator (PlimHero *self)
{
  PlimScenario *scenario = self->document != NULL ? plim_document_get_current (self->document) : NULL;

  return scenario != NULL ? plim_scenario_get_estimator (scenario) : NULL;
}

static void
apply_fix (PlimHero *self,
           guint     index)
{
  PlimEstimator   *estimator = get_estimator (self);
  g_autofree char *toast = NULL;

  if (estimator == NULL || index >= self->n_fixes)
    return;

  toast = plim_fix_toast (&self->fixes[index]);
  gtk_menu_button_popdown (self->more);
  plim_estimator_set_inputs (estimator, &self->fixes[index].inputs);
  g_signal_emit (self, signals[FIX_APPLIED], 0, toast);
}

static void
fix_clicked_cb (GtkButton *button,
                PlimHero  *self)
{
  apply_fix (self, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "plim-fix")));
}

static GtkWidget *
create_fix_button (PlimHero *self,
                   guint     index)
{
  g_autofree char *title = plim_fix_title (&self->fixes[index]);
  g_autofree char *caption = plim_fix_caption (&self->fixes[index], PLIM_UNIT_GIB);
  g_autofree char *label = g_strdup_printf ("%s, %s", title, caption);
  GtkWidget       *button = gtk_button_new ();
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget       *title_label = gtk_label_new (title);
  GtkWidget       *caption_label = gtk_label_new (caption);

  gtk_label_set_xalign (GTK_LABEL (title_label), 0);
  gtk_label_set_xalign (GTK_LABEL (caption_label), 0);
  gtk_label_set_wrap (GTK_LABEL (title_label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (caption_label), TRUE);
  gtk_widget_add_css_class (title_label, "heading");
  gtk_widget_add_css_class (caption_label, "caption");
  gtk_box_append (GTK_BOX (box), title_label);
  gtk_box_append (GTK_BOX (box), caption_label);
  gtk_widget_set_margin_top (box, 3);
  gtk_widget_set_margin_bottom (box, 3);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data (G_OBJECT (button), "plim-fix", GUINT_TO_POINTER (index));
  g_signal_connect_object (button, "clicked", G_CALLBACK (fix_clicked_cb), self, G_CONNECT_DEFAULT);

  return button;
}

static void
clear_box (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

static void
update_fixes (PlimHero           *self,
              const PlimInputs   *inputs,
              const PlimEstimate *estimate)
{
  PlimCatalog *catalog = plim_document_get_catalog (self->document);
  gboolean     is_needed = estimate->verdict == PLIM_VERDICT_DOES_NOT_FIT || estimate->verdict == PLIM_VERDICT_TIGHT ||
                       estimate->not_covered != NULL;

  self->n_fixes = is_needed ? plim_fixes_find (inputs, plim_catalog_get_gpus (catalog), plim_catalog_n_gpus (catalog),
                                               self->fixes, PLIM_MAX_FIXES)
                            : 0;
  clear_box (self->buttons);
  clear_box (self->more_box);
  for (guint i = 0; i < self->n_fixes; i++)
    gtk_box_append (i < N_BUTTONS ? self->buttons : self->more_box, create_fix_button (self, i));

  gtk_widget_set_visible (GTK_WIDGET (self->fixes_box), self->n_fixes > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->more), self->n_fixes > N_BUTTONS);
}

static void
update_verdict (PlimHero           *self,
                const PlimInputs   *inputs,
                const PlimEstimate *estimate)
{
  g_autofree char *title = plim_wording_verdict (estimate, PLIM_UNIT_GIB);
  g_autofree char *detail = plim_wording_verdict_detail (inputs, estimate, PLIM_UNIT_GIB);
  g_autofree char *first = plim_wording_assumptions (inputs, 0);
  g_autofree char *second = plim_wording_assumptions (inputs, 1);
  g_autofree char *lines = g_strdup_printf ("%s\n%s", first, second);
  g_autofree char *line = g_strdup_printf ("%s, %s", first, second);

  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), verdicts[i].style);
  gtk_widget_add_css_class (GTK_WIDGET (self->icon), verdicts[estimate->verdict].style);
  gtk_image_set_from_icon_name (self->icon, verdicts[estimate->verdict].icon);
  gtk_label_set_label (self->verdict, title);
  gtk_label_set_label (self->detail, detail);
  gtk_label_set_label (self->assumptions, *second != '\0' ? lines : first);
  gtk_label_set_label (self->assumptions_below, *second != '\0' ? line : first);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
update (PlimHero *self)
{
  PlimEstimator      *estimator = get_estimator (self);
  const PlimInputs   *inputs;
  const PlimEstimate *estimate;

  if (estimator == NULL)
    return;

  inputs = plim_estimator_get_inputs (estimator);
  estimate = plim_estimator_get_estimate (estimator);
  update_verdict (self, inputs, estimate);
  update_fixes (self, inputs, estimate);
  plim_chart_view_take_spec (self->bar,
                             plim_bar_spec_new_from_estimate (estimate, PLIM_UNIT_GIB,
                                                              self->is_narrow ? PLIM_BAR_NARROW : PLIM_BAR_FULL));
}

static void
current_changed_cb (PlimHero *self)
{
  g_signal_group_set_target (self->estimator_signals, get_estimator (self));
  update (self);
}

static void
part_activated_cb (PlimHero *self,
                   guint     part)
{
  int key = plim_chart_view_get_part_key (self->bar, part);

  if (key >= 0)
    g_signal_emit (self, signals[PART_ACTIVATED], 0, (guint) key);
}

static void
set_narrow (PlimHero *self,
            gboolean  is_narrow)
{
  self->is_narrow = is_narrow;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->buttons),
                                  is_narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_homogeneous (self->buttons, !is_narrow);
  gtk_widget_set_valign (GTK_WIDGET (self->more), is_narrow ? GTK_ALIGN_START : GTK_ALIGN_CENTER);
  update (self);
}

/* The assumptions move from beside the verdict to below the bar. */
static void
set_compact (PlimHero *self,
             gboolean  is_compact)
{
  gtk_widget_set_visible (GTK_WIDGET (self->assumptions), !is_compact);
  gtk_widget_set_visible (GTK_WIDGET (self->assumptions_below), is_compact);
}

static void
plim_hero_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  if (prop_id == PROP_NARROW)
    set_narrow (PLIM_HERO (object), g_value_get_boolean (value));
  else if (prop_id == PROP_COMPACT)
    set_compact (PLIM_HERO (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
plim_hero_dispose (GObject *object)
{
  PlimHero *self = PLIM_HERO (object);

  g_clear_object (&self->estimator_signals);
  g_clear_object (&self->document);
  g_clear_pointer (&self->fixes, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), PLIM_TYPE_HERO);

  G_OBJECT_CLASS (plim_hero_parent_class)->dispose (object);
}

static void
plim_hero_class_init (PlimHeroClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = plim_hero_set_property;
  object_class->dispose = plim_hero_dispose;

  properties[PROP_NARROW] =
    g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPACT] =
    g_param_spec_boolean ("compact", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PART_ACTIVATED] = g_signal_new ("part-activated", PLIM_TYPE_HERO, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[FIX_APPLIED] =
    g_signal_new ("fix-applied", PLIM_TYPE_HERO, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (PLIM_TYPE_CHART_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-hero.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimHero, icon);
  gtk_widget_class_bind_template_child (widget_class, PlimHero, verdict);
  gtk_widget_class_bind_template_child (widget_class, PlimHero, detail);
  gtk_widget_class_bind_template_child (widget_class, PlimHero, assumptions);
  gtk_widget_class_bind_template_child (widget_class, PlimHero, assumptions_below);
  gtk_widget_class_bind_template_child (widget_class, PlimHero, bar);
  gtk_widget_class_bind_template_child (widget_class, PlimHero, fixes_box);
  gtk_widget_class_bind_template_child (widget_class, PlimHero, buttons);
  gtk_widget_class_bind_template_child (widget_class, PlimHero, more);
  gtk_widget_class_bind_template_child (widget_class, PlimHero, more_box);
  gtk_widget_class_bind_template_callback (widget_class, part_activated_cb);
}

static void
plim_hero_init (PlimHero *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->fixes = g_new (PlimFix, PLIM_MAX_FIXES);
  self->estimator_signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  g_signal_group_connect_swapped (self->estimator_signals, "notify::revision", G_CALLBACK (update), self);
}

void
plim_hero_set_document (PlimHero     *self,
                        PlimDocument *document)
{
  g_return_if_fail (PLIM_IS_HERO (self) && self->document == NULL);

  self->document = g_object_ref (document);
  g_signal_connect_object (document, "notify::current", G_CALLBACK (current_changed_cb), self, G_CONNECT_SWAPPED);
  current_changed_cb (self);
}

void
plim_hero_apply_first_fix (PlimHero *self)
{
  g_return_if_fail (PLIM_IS_HERO (self));

  apply_fix (self, 0);
}
