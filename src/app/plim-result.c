/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One table of pages: name, title, widget and answer. */

#include "config.h"

#include "plim-result.h"

#include "plim-hero.h"
#include "plim-method-sweep.h"
#include "plim-page-chart.h"
#include "plim-page-compare.h"
#include "plim-page-limits.h"
#include "plim-page-memory.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

enum
{
  PROP_0,
  PROP_NARROW,
  PROP_COMPACT,
  N_PROPS
};

enum
{
  TOAST,
  BANNER_CLICKED,
  N_SIGNALS
};

static char *
memory_answer (PlimDocument  *document G_GNUC_UNUSED,
               PlimEstimator *estimator)
{
  return plim_wording_memory_answer (plim_estimator_get_estimate (estimator), PLIM_UNIT_GIB);
}

static char *
gpus_answer (PlimDocument  *document G_GNUC_UNUSED,
             PlimEstimator *estimator)
{
  if (plim_estimator_get_estimate (estimator)->verdict == PLIM_VERDICT_UNKNOWN)
    return g_strdup (PLIM_EN_DASH);

  return plim_wording_gpus_answer (plim_estimator_get_limits (estimator)->fewest_gpus_count);
}

static char *
time_answer (PlimDocument  *document G_GNUC_UNUSED,
             PlimEstimator *estimator)
{
  return plim_wording_time_answer (plim_estimator_get_inputs (estimator), plim_estimator_get_estimate (estimator));
}

static char *
limits_answer (PlimDocument  *document G_GNUC_UNUSED,
               PlimEstimator *estimator)
{
  if (plim_estimator_get_estimate (estimator)->verdict == PLIM_VERDICT_UNKNOWN)
    return g_strdup (PLIM_EN_DASH);

  return plim_wording_limits_answer (plim_estimator_get_inputs (estimator), plim_estimator_get_limits (estimator));
}

static char *
methods_answer (PlimDocument  *document G_GNUC_UNUSED,
                PlimEstimator *estimator)
{
  g_autoptr (PlimMethodSweep) sweep = plim_method_sweep_new (plim_estimator_get_inputs (estimator));

  return plim_wording_methods_answer (sweep->low_bytes, sweep->high_bytes, PLIM_UNIT_GIB);
}

static char *
compare_answer (PlimDocument  *document,
                PlimEstimator *estimator G_GNUC_UNUSED)
{
  return plim_wording_compare_answer (g_list_model_get_n_items (G_LIST_MODEL (document)));
}

/* Translators: names of pages, one word of at most ten letters each. */
static const struct
{
  const char *name;
  const char *title; /* N_() */
  char *(*answer) (PlimDocument  *document,
                   PlimEstimator *estimator);
} pages[] = {
  { "memory", N_ ("Memory"), memory_answer },
  { "gpus", N_ ("GPUs"), gpus_answer },
  { "time", N_ ("Time"), time_answer },
  { "limits", N_ ("Limits"), limits_answer },
  { "methods", N_ ("Methods"), methods_answer },
  { "compare", N_ ("Compare"), compare_answer },
};

#define N_PAGES G_N_ELEMENTS (pages)

#define MARGIN        18
#define NARROW_MARGIN 12

struct _PlimResult
{
  AdwBin parent_instance;

  /* Template children */
  AdwHeaderBar   *header;
  AdwBanner      *banner;
  GtkWidget      *scrolled;
  GtkViewport    *viewport;
  PlimHero       *hero;
  AdwToggleGroup *answers;
  GtkListBox     *answers_list;
  GtkBox         *content;
  GtkStack       *stack;

  /* Borrowed */
  GtkWidget    *widgets[N_PAGES];
  GtkWidget    *tab_answers[N_PAGES];
  AdwActionRow *rows[N_PAGES];

  /* Owned */
  PlimDocument *document;
  GSignalGroup *estimator_signals;

  gboolean is_narrow;
  gboolean is_compact;
};

G_DEFINE_FINAL_TYPE (PlimResult, plim_result, ADW_TYPE_BIN)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static PlimEstimator *
get_estimator (PlimResult *self)
{
  PlimScenario *scenario = self->document != NULL ? plim_document_get_current (self->document) : NULL;

  return scenario != NULL ? plim_scenario_get_estimator (scenario) : NULL;
}

static void
update_answers (PlimResult *self)
{
  PlimEstimator *estimator = get_estimator (self);

  gtk_widget_set_visible (self->scrolled, estimator != NULL);
  if (estimator == NULL)
    return;

  for (guint i = 0; i < N_PAGES; i++)
    {
      g_autofree char *answer = pages[i].answer (self->document, estimator);

      gtk_label_set_label (GTK_LABEL (self->tab_answers[i]), answer);
      adw_action_row_set_subtitle (self->rows[i], answer);
      adw_toggle_set_tooltip (adw_toggle_group_get_toggle (self->answers, i), answer);
    }
}

static void
current_changed_cb (PlimResult *self)
{
  g_signal_group_set_target (self->estimator_signals, get_estimator (self));
  update_answers (self);
}

static void
part_activated_cb (PlimResult *self,
                   guint       id)
{
  plim_result_show_page (self, "memory");
  plim_page_memory_select (PLIM_PAGE_MEMORY (self->widgets[0]), (PlimTermId) id);
}

static void
fix_applied_cb (PlimResult *self,
                const char *text)
{
  g_signal_emit (self, signals[TOAST], 0, text, TRUE);
}

static void
banner_clicked_cb (PlimResult *self)
{
  g_signal_emit (self, signals[BANNER_CLICKED], 0);
}

static void
answer_activated_cb (PlimResult    *self,
                     GtkListBoxRow *row)
{
  plim_result_show_page (self, pages[gtk_list_box_row_get_index (row)].name);
}

/* The rows mark the page that is shown, as the tabs do. */
static void
page_changed_cb (PlimResult *self)
{
  for (guint i = 0; i < N_PAGES; i++)
    if (gtk_stack_get_visible_child (self->stack) == self->widgets[i])
      gtk_list_box_select_row (self->answers_list, GTK_LIST_BOX_ROW (self->rows[i]));
}

static void
update_form (PlimResult *self)
{
  g_object_set (self->hero, "narrow", self->is_narrow, "compact", self->is_compact, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->answers), !self->is_narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->answers_list), self->is_narrow);
  adw_header_bar_set_show_end_title_buttons (self->header, !self->is_narrow);
  gtk_widget_set_margin_start (GTK_WIDGET (self->content), self->is_narrow ? NARROW_MARGIN : MARGIN);
  gtk_widget_set_margin_end (GTK_WIDGET (self->content), self->is_narrow ? NARROW_MARGIN : MARGIN);
  for (guint i = 0; i < N_PAGES; i++)
    {
      gtk_widget_set_visible (self->tab_answers[i], !self->is_compact);
      plim_page_set_compact (PLIM_PAGE (self->widgets[i]), self->is_compact);
      plim_page_set_narrow (PLIM_PAGE (self->widgets[i]), self->is_narrow);
    }
}

static void
plim_result_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  PlimResult *self = PLIM_RESULT (object);

  if (prop_id == PROP_NARROW)
    self->is_narrow = g_value_get_boolean (value);
  else if (prop_id == PROP_COMPACT)
    self->is_compact = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  update_form (self);
}

static void
plim_result_dispose (GObject *object)
{
  PlimResult *self = PLIM_RESULT (object);

  g_clear_object (&self->estimator_signals);
  g_clear_object (&self->document);
  gtk_widget_dispose_template (GTK_WIDGET (self), PLIM_TYPE_RESULT);

  G_OBJECT_CLASS (plim_result_parent_class)->dispose (object);
}

static void
plim_result_class_init (PlimResultClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = plim_result_set_property;
  object_class->dispose = plim_result_dispose;

  properties[PROP_NARROW] =
    g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPACT] =
    g_param_spec_boolean ("compact", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[TOAST] = g_signal_new ("toast", PLIM_TYPE_RESULT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                 G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[BANNER_CLICKED] =
    g_signal_new ("banner-clicked", PLIM_TYPE_RESULT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PLIM_TYPE_HERO);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-result.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimResult, header);
  gtk_widget_class_bind_template_child (widget_class, PlimResult, banner);
  gtk_widget_class_bind_template_child (widget_class, PlimResult, scrolled);
  gtk_widget_class_bind_template_child (widget_class, PlimResult, viewport);
  gtk_widget_class_bind_template_child (widget_class, PlimResult, hero);
  gtk_widget_class_bind_template_child (widget_class, PlimResult, answers);
  gtk_widget_class_bind_template_child (widget_class, PlimResult, answers_list);
  gtk_widget_class_bind_template_child (widget_class, PlimResult, content);
  gtk_widget_class_bind_template_child (widget_class, PlimResult, stack);
  gtk_widget_class_bind_template_callback (widget_class, part_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, fix_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, banner_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, answer_activated_cb);
}

static GtkWidget *
create_page (const char *name)
{
  if (g_strcmp0 (name, "memory") == 0)
    return g_object_new (PLIM_TYPE_PAGE_MEMORY, NULL);
  if (g_strcmp0 (name, "limits") == 0)
    return g_object_new (PLIM_TYPE_PAGE_LIMITS, NULL);
  if (g_strcmp0 (name, "compare") == 0)
    return g_object_new (PLIM_TYPE_PAGE_COMPARE, NULL);

  return g_object_new (PLIM_TYPE_PAGE_CHART, "subject", name, NULL);
}

static void
add_tab (PlimResult *self,
         guint       page)
{
  AdwToggle *toggle = adw_toggle_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (_ (pages[page].title));

  self->tab_answers[page] = gtk_label_new ("");
  gtk_widget_add_css_class (title, "caption");
  gtk_widget_add_css_class (self->tab_answers[page], "heading");
  gtk_widget_add_css_class (self->tab_answers[page], "numeric");
  gtk_label_set_ellipsize (GTK_LABEL (self->tab_answers[page]), PANGO_ELLIPSIZE_END);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (box, 3);
  gtk_widget_set_margin_bottom (box, 3);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), self->tab_answers[page]);
  adw_toggle_set_name (toggle, pages[page].name);
  adw_toggle_set_child (toggle, box);
  adw_toggle_group_add (self->answers, toggle);
}

static void
add_row (PlimResult *self,
         guint       page)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (pages[page].title));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_list_box_append (self->answers_list, row);
  self->rows[page] = ADW_ACTION_ROW (row);
}

static void
plim_result_init (PlimResult *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < N_PAGES; i++)
    {
      self->widgets[i] = create_page (pages[i].name);
      gtk_stack_add_named (self->stack, self->widgets[i], pages[i].name);
      add_tab (self, i);
      add_row (self, i);
    }
  g_object_bind_property (self->answers, "active-name", self->stack, "visible-child-name",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (self->stack, "notify::visible-child", G_CALLBACK (page_changed_cb), self, G_CONNECT_SWAPPED);
  page_changed_cb (self);
  plim_result_show_page (self, "memory");

  self->estimator_signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  g_signal_group_connect_swapped (self->estimator_signals, "notify::revision", G_CALLBACK (update_answers), self);
}

void
plim_result_set_document (PlimResult   *self,
                          PlimDocument *document)
{
  g_return_if_fail (PLIM_IS_RESULT (self) && self->document == NULL);

  self->document = g_object_ref (document);
  plim_hero_set_document (self->hero, document);
  for (guint i = 0; i < N_PAGES; i++)
    plim_page_set_document (PLIM_PAGE (self->widgets[i]), document);
  g_signal_connect_object (document, "notify::current", G_CALLBACK (current_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "items-changed", G_CALLBACK (update_answers), self, G_CONNECT_SWAPPED);
  current_changed_cb (self);
}

/* The focus on the answer of a page follows the page. */
static void
move_focus (PlimResult *self)
{
  GtkWidget *answers = GTK_WIDGET (self->answers);

  if (gtk_widget_get_focus_child (answers) == NULL)
    return;

  gtk_root_set_focus (gtk_widget_get_root (answers), NULL);
  gtk_widget_child_focus (answers, GTK_DIR_TAB_FORWARD);
}

void
plim_result_show_page (PlimResult *self,
                       const char *name)
{
  g_return_if_fail (PLIM_IS_RESULT (self));

  gtk_stack_set_visible_child_name (self->stack, name);
  move_focus (self);
  if (self->is_narrow) /* the page is below the fold */
    gtk_viewport_scroll_to (self->viewport, GTK_WIDGET (self->stack), NULL);
}

void
plim_result_focus (PlimResult *self)
{
  g_return_if_fail (PLIM_IS_RESULT (self));

  gtk_widget_child_focus (self->scrolled, GTK_DIR_TAB_FORWARD);
}

const char *
plim_result_get_page_name (PlimResult *self)
{
  g_return_val_if_fail (PLIM_IS_RESULT (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

const PlimChartSpec *
plim_result_get_chart (PlimResult *self)
{
  g_return_val_if_fail (PLIM_IS_RESULT (self), NULL);

  return plim_page_get_chart (PLIM_PAGE (gtk_stack_get_visible_child (self->stack)));
}

void
plim_result_apply_first_fix (PlimResult *self)
{
  g_return_if_fail (PLIM_IS_RESULT (self));

  plim_hero_apply_first_fix (self->hero);
}

void
plim_result_show_banner (PlimResult *self,
                         const char *title,
                         const char *button)
{
  g_return_if_fail (PLIM_IS_RESULT (self));

  if (title != NULL)
    adw_banner_set_title (self->banner, title);
  adw_banner_set_button_label (self->banner, button);
  adw_banner_set_revealed (self->banner, title != NULL);
}
