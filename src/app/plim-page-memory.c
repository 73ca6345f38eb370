/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One selection for table and moments chart; the largest part is selected until another is chosen. */

#include "config.h"

#include "plim-page-memory.h"

#include "plim-chart-view.h"
#include "plim-charts.h"
#include "plim-explanation-card.h"
#include "plim-finding.h"
#include "plim-label.h"
#include "plim-measured-table.h"
#include "plim-table-view.h"
#include "plim-wording-measured.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

struct _PlimPageMemory
{
  PlimPage parent_instance;

  /* Template children */
  GtkBox              *columns;
  GtkLabel            *finding;
  GtkLabel            *not_counted;
  GtkListBox          *list;
  PlimExplanationCard *explanation;
  GtkWidget           *log_button;
  GtkWidget           *measured_box;
  GtkLabel            *measured_finding;
  PlimTableView       *measured_table;
  GtkLabel            *measured_note;
  GtkWidget           *moments_box;
  GtkLabel            *moments_finding;
  PlimChartView       *moments;

  PlimEstimator *estimator;    /* borrowed, of the last update */
  int            selected;     /* PlimTermId; -1 = the largest */
  gboolean       is_updating;
};

G_DEFINE_FINAL_TYPE (PlimPageMemory, plim_page_memory, PLIM_TYPE_PAGE)

static const PlimTerm *
find_term (const PlimEstimate *estimate,
           int                 id)
{
  const PlimTerm *terms = &estimate->terms[estimate->roles[0].first_term];
  const PlimTerm *found = NULL;

  for (guint i = 0; i < estimate->roles[0].n_terms; i++)
    if (id < 0 ? found == NULL || terms[i].bytes > found->bytes : (int) terms[i].id == id)
      found = &terms[i];

  return found;
}

/* Takes the room that is left, and no more than there is. */
static GtkWidget *
create_name (const char *text,
             const char *style)
{
  GtkWidget *label = plim_label_new (text, 0, style);

  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);

  return label;
}

static void
draw_swatch_cb (GtkDrawingArea *area,
                cairo_t        *cr,
                int             width,
                int             height,
                gpointer        data G_GNUC_UNUSED)
{
  PlimPart       part = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (area), "plim-part"));
  PlimPalette    palette;
  PlimCanvas    *canvas = plim_canvas_new_cairo (cr, gtk_widget_get_pango_context (GTK_WIDGET (area)));
  const PlimRect rect = { 0.5, 0.5, width - 1, height - 1 };

  plim_chart_view_init_palette (&palette);
  plim_canvas_fill_rect (canvas, &rect, 3, 3, &palette.paints[part]);
  plim_canvas_stroke_rect (canvas, &rect, 3, 3, 1, &palette.paints[PLIM_INK_EDGE].color);
  plim_canvas_free (canvas);
}

static GtkWidget *
create_swatch (PlimPart part)
{
  GtkWidget *swatch = gtk_drawing_area_new ();

  gtk_widget_set_size_request (swatch, 14, 14);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (swatch), "plim-part", GUINT_TO_POINTER (part));
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (swatch), draw_swatch_cb, NULL, NULL);

  return swatch;
}

/* A row: swatch, name, how long it is held, share, memory. */
static void
add_row (PlimPageMemory   *self,
         const PlimInputs *inputs,
         const PlimRole   *role,
         const PlimTerm   *term)
{
  const PlimTermInfo *info = plim_term_info (term->id);
  g_autofree char    *share =
    plim_format_percent (role->peak_bytes > 0 ? (double) term->bytes / (double) role->peak_bytes : 0);
  g_autofree char *amount = plim_format_bytes (term->bytes, PLIM_UNIT_GIB);
  const char      *persistence = plim_wording_persistence (term->id, inputs->task);
  g_autofree char *label =
    g_strdup_printf ("%s, %s, %s, %s", plim_term_name_text (term->id), amount, share, persistence);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = create_name (plim_term_name_text (term->id), "body");
  GtkWidget *held = plim_label_new (persistence, 0, "dim-label");
  GtkWidget *share_label = plim_label_new (share, 1, "dim-label");
  GtkWidget *amount_label = plim_label_new (amount, 1, "numeric");

  gtk_label_set_ellipsize (GTK_LABEL (held), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (share_label, "numeric");
  gtk_label_set_width_chars (GTK_LABEL (share_label), 6);
  gtk_label_set_width_chars (GTK_LABEL (amount_label), 9);
  gtk_box_append (GTK_BOX (box), create_swatch (info->part));
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), held);
  gtk_widget_set_visible (held, !plim_page_is_narrow (PLIM_PAGE (self)));
  gtk_box_append (GTK_BOX (box), share_label);
  gtk_box_append (GTK_BOX (box), amount_label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data (G_OBJECT (row), "plim-term", GINT_TO_POINTER ((int) term->id));
  gtk_list_box_append (self->list, row);
}

/* A row that answers and cannot be selected. */
static GtkWidget *
add_answer (PlimPageMemory *self,
            const char     *title,
            const char     *answer,
            const char     *style)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = create_name (title, style);
  GtkWidget *label = plim_label_new (answer, 1, style);

  gtk_widget_add_css_class (label, "numeric");
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_RIGHT);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, answer, -1);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  g_object_set_data (G_OBJECT (row), "plim-term", GINT_TO_POINTER (-1));
  gtk_list_box_append (self->list, row);

  return row;
}

static void
add_total (PlimPageMemory *self,
           const PlimRole *role,
           const char     *title)
{
  g_autofree char *amount = plim_format_bytes (role->peak_bytes, PLIM_UNIT_GIB);

  add_answer (self, title, amount, "heading");
}

/* What PyTorch holds for the peak, and the driver shows. */
static void
add_reserved (PlimPageMemory     *self,
              const PlimInputs   *inputs,
              const PlimEstimate *estimate)
{
  g_autofree char *reserved = plim_wording_reserved (estimate, PLIM_UNIT_GIB);
  g_autofree char *device = plim_wording_device_use (estimate, PLIM_UNIT_GIB);
  g_autofree char *collectives = plim_wording_collectives (estimate, PLIM_UNIT_GIB);

  if (collectives != NULL)
    gtk_widget_set_tooltip_text (add_answer (self, _ ("Buffers of NCCL"), collectives, "dim-label"),
                                 plim_wording_collectives_reason (inputs));
  if (reserved == NULL)
    return;

  gtk_widget_set_tooltip_text (add_answer (self, _ ("Reserved"), reserved, "dim-label"),
                               plim_wording_reserved_reason ());
  gtk_widget_set_tooltip_text (add_answer (self, _ ("Shown by the driver"), device, "dim-label"),
                               plim_wording_reserved_reason ());
}

/* The parts of the fullest GPU, which the bar shows. */
static void
add_fullest_role (PlimPageMemory     *self,
                  const PlimInputs   *inputs,
                  const PlimEstimate *estimate)
{
  const PlimRole  *role = &estimate->roles[0];
  const PlimTerm  *terms = &estimate->terms[role->first_term];
  g_autofree char *title = NULL;

  for (guint i = 0; i < role->n_terms; i++)
    if (terms[i].bytes > 0)
      add_row (self, inputs, role, &terms[i]);
  /* Translators: the moment of the step follows, as in "Peak, Backward". */
  title = g_strdup_printf (_ ("Peak, %s"), plim_moment_text (role->peak_moment));
  if (role->peak_bytes > 0)
    add_total (self, role, title);
  add_reserved (self, inputs, estimate);
}

/* What a runtime with a budget has for caches, beside what the sequences of the scenario take of it. */
static void
add_pool (PlimPageMemory     *self,
          const PlimEstimate *estimate)
{
  g_autofree char *text = plim_wording_pool (estimate, PLIM_UNIT_GIB);

  if (*text != '\0')
    add_answer (self, _ ("Room for caches"), text, "body");
}

/* What each GPU comes to, where GPUs hold different parts. */
static void
add_roles (PlimPageMemory     *self,
           const PlimEstimate *estimate)
{
  for (guint r = 0; estimate->n_roles > 1 && r < estimate->n_roles; r++)
    {
      g_autofree char *title = plim_wording_role (&estimate->roles[r]);

      add_total (self, &estimate->roles[r], title);
    }
}

static void
show_selection (PlimPageMemory     *self,
                const PlimEstimate *estimate)
{
  const PlimTerm *term = find_term (estimate, self->selected);

  if (term == NULL || term->bytes == 0)
    term = find_term (estimate, -1);
  plim_explanation_card_show (self->explanation, plim_estimator_get_inputs (self->estimator), term);
  plim_chart_view_select_key (self->moments, term != NULL ? (int) term->id : -1);

  for (int i = 0; gtk_list_box_get_row_at_index (self->list, i) != NULL; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);

      if (term != NULL && GPOINTER_TO_INT (g_object_get_data (G_OBJECT (row), "plim-term")) == (int) term->id)
        gtk_list_box_select_row (self->list, row);
    }
}

/* The row of the table of measured figures where totals begin; G_MAXUINT where it has no parts above them. */
static guint
first_total (const PlimMeasured *measured)
{
  guint n_terms = 0;

  for (guint i = 0; i < PLIM_N_TERM_IDS; i++)
    n_terms += measured->term_bytes[i] >= 0 ? 1 : 0;

  return n_terms > 0 ? n_terms : G_MAXUINT;
}

/* What a real run showed, or how to set one beside the estimate. */
static void
show_measured (PlimPageMemory *self,
               PlimScenario   *scenario)
{
  g_autoptr (PlimTable) table = plim_measured_table_new (scenario, PLIM_UNIT_GIB);
  const PlimMeasured   *measured = plim_scenario_get_measured (scenario);
  const PlimEstimate   *estimate = plim_estimator_get_estimate (plim_scenario_get_estimator (scenario));
  const char           *note = plim_wording_measured_note (measured, estimate);
  g_autofree char      *finding = plim_wording_measured_finding (measured, estimate, PLIM_UNIT_GIB);
  g_autofree char      *source = plim_wording_measured_source (measured);
  g_autofree char      *text = note != NULL ? g_strdup_printf ("%s. %s", source, note) : g_strdup (source);

  gtk_widget_set_visible (self->log_button, table == NULL);
  gtk_widget_set_visible (self->measured_box, table != NULL);
  if (table == NULL)
    return;

  gtk_label_set_label (self->measured_finding, finding);
  gtk_label_set_label (self->measured_note, text);
  plim_table_view_set_table (self->measured_table, table, first_total (measured));
}

/* What to know of the estimate, and what it leaves out. */
static void
show_not_counted (PlimPageMemory     *self,
                  const PlimInputs   *inputs,
                  const PlimEstimate *estimate)
{
  g_autofree char *notice = plim_wording_notice (inputs);
  g_autofree char *names = plim_wording_not_counted (estimate);
  /* Translators: a list of words */
  g_autofree char *text = names != NULL ? g_strdup_printf (_ ("Not counted: %s."), names) : g_strdup ("");
  g_autofree char *both = notice != NULL ? g_strstrip (g_strconcat (notice, " ", text, NULL)) : g_strdup (text);

  gtk_widget_set_visible (GTK_WIDGET (self->not_counted), *both != '\0');
  gtk_label_set_label (self->not_counted, both);
}

static void
plim_page_memory_update (PlimPage      *page,
                         PlimDocument  *document,
                         PlimEstimator *estimator)
{
  PlimPageMemory     *self = PLIM_PAGE_MEMORY (page);
  const PlimInputs   *inputs = plim_estimator_get_inputs (estimator);
  const PlimEstimate *estimate = plim_estimator_get_estimate (estimator);
  g_autofree char    *finding = plim_finding_memory (estimate, PLIM_UNIT_GIB);
  PlimChartSpec      *moments = plim_chart_moments_new (estimate, PLIM_UNIT_GIB);

  self->estimator = estimator;
  self->is_updating = TRUE;
  gtk_list_box_remove_all (self->list);
  add_fullest_role (self, inputs, estimate);
  add_roles (self, estimate);
  add_pool (self, estimate);
  show_measured (self, plim_document_get_current (document));
  gtk_label_set_label (self->finding, finding);
  show_not_counted (self, inputs, estimate);
  gtk_label_set_label (self->moments_finding, moments->description != NULL ? moments->description : "");
  gtk_widget_set_visible (self->moments_box, moments->rows->len > 1);
  plim_chart_view_take_spec (self->moments, moments);
  show_selection (self, estimate);
  self->is_updating = FALSE;
}

static const PlimChartSpec *
plim_page_memory_get_chart (PlimPage *page)
{
  return plim_chart_view_get_spec (PLIM_PAGE_MEMORY (page)->moments);
}

static void
row_selected_cb (PlimPageMemory *self,
                 GtkListBoxRow  *row)
{
  if (self->is_updating || row == NULL || self->estimator == NULL)
    return;

  self->selected = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (row), "plim-term"));
  self->is_updating = TRUE;
  show_selection (self, plim_estimator_get_estimate (self->estimator));
  self->is_updating = FALSE;
}

static void
part_activated_cb (PlimPageMemory *self,
                   guint           part)
{
  int key = plim_chart_view_get_part_key (self->moments, part);

  if (key >= 0)
    plim_page_memory_select (self, (PlimTermId) key);
}

static void
plim_page_memory_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PLIM_TYPE_PAGE_MEMORY);

  G_OBJECT_CLASS (plim_page_memory_parent_class)->dispose (object);
}

static void
plim_page_memory_class_init (PlimPageMemoryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  PlimPageClass  *page_class = PLIM_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_page_memory_dispose;
  page_class->update = plim_page_memory_update;
  page_class->get_chart = plim_page_memory_get_chart;

  g_type_ensure (PLIM_TYPE_CHART_VIEW);
  g_type_ensure (PLIM_TYPE_EXPLANATION_CARD);
  g_type_ensure (PLIM_TYPE_TABLE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-page-memory.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, columns);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, finding);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, not_counted);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, list);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, explanation);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, log_button);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, measured_box);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, measured_finding);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, measured_table);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, measured_note);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, moments_box);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, moments_finding);
  gtk_widget_class_bind_template_child (widget_class, PlimPageMemory, moments);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, part_activated_cb);
}

static void
plim_page_memory_init (PlimPageMemory *self)
{
  self->selected = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  plim_page_set_columns (PLIM_PAGE (self), self->columns);
}

void
plim_page_memory_select (PlimPageMemory *self,
                         PlimTermId      id)
{
  g_return_if_fail (PLIM_IS_PAGE_MEMORY (self));

  self->selected = (int) id;
  plim_page_refresh (PLIM_PAGE (self));
}
