/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The layout is made when the size is known and kept until spec or size change. */

#include "config.h"

#include "plim-chart-view.h"

#include <adwaita.h>

#define LEAST_WIDTH   120
#define LEAST_HEIGHT  8
#define DEFAULT_WIDTH 600

enum
{
  PART_ACTIVATED,
  N_SIGNALS
};

struct _PlimChartView
{
  GtkWidget parent_instance;

  PlimChartSpec   *spec;
  PlimChartLayout *layout;
  GPtrArray       *parts;        /* of GtkWidget, children, one for each part of the layout */
  int              selected_key;
  int              hovered;
};

G_DEFINE_FINAL_TYPE (PlimChartView, plim_chart_view, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

void
plim_chart_view_init_palette (PlimPalette *palette)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  gboolean         is_dark = adw_style_manager_get_dark (manager);
  gboolean         is_high_contrast = adw_style_manager_get_high_contrast (manager);

  if (is_high_contrast)
    plim_palette_init (palette, is_dark ? PLIM_PALETTE_HIGH_CONTRAST_DARK : PLIM_PALETTE_HIGH_CONTRAST);
  else
    plim_palette_init (palette, is_dark ? PLIM_PALETTE_DARK : PLIM_PALETTE_LIGHT);
}

static gboolean
is_interactive (PlimChartView *self)
{
  return self->spec != NULL && !(self->spec->kind == PLIM_CHART_BAR && self->spec->bar_size == PLIM_BAR_MINI);
}

static void
activate_part (PlimChartView *self,
               int            part)
{
  if (part >= 0)
    g_signal_emit (self, signals[PART_ACTIVATED], 0, (guint) part);
}

static gboolean
part_key_cb (PlimChartView         *self,
             guint                  keyval,
             guint                  keycode G_GNUC_UNUSED,
             GdkModifierType        state G_GNUC_UNUSED,
             GtkEventControllerKey *controller)
{
  GtkWidget *part = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  guint      index;

  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_space)
    return GDK_EVENT_PROPAGATE;
  if (g_ptr_array_find (self->parts, part, &index))
    activate_part (self, (int) index);

  return GDK_EVENT_STOP;
}

static GtkWidget *
create_part (PlimChartView *self)
{
  GtkWidget          *part = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_LIST_ITEM, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (part_key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (part, keys);
  gtk_widget_set_focusable (part, TRUE);
  gtk_widget_set_can_target (part, FALSE);
  gtk_widget_add_css_class (part, "chart-part");
  gtk_widget_set_parent (part, GTK_WIDGET (self));

  return part;
}

static void
update_parts (PlimChartView *self)
{
  guint n_parts = is_interactive (self) ? plim_chart_layout_get_n_parts (self->layout) : 0;

  while (self->parts->len > n_parts)
    g_ptr_array_remove_index (self->parts, self->parts->len - 1);
  while (self->parts->len < n_parts)
    g_ptr_array_add (self->parts, create_part (self));

  for (guint i = 0; i < n_parts; i++)
    {
      const char *label = plim_chart_layout_get_part_label (self->layout, i);
      const char *description = plim_chart_layout_get_part_description (self->layout, i);

      gtk_accessible_update_property (GTK_ACCESSIBLE (self->parts->pdata[i]),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, label != NULL ? label : "",
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description != NULL ? description : "",
                                      -1);
    }
}

static void
ensure_layout (PlimChartView *self,
               int            width,
               int            height)
{
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  if (self->spec == NULL || width <= 0)
    return;
  if (self->layout != NULL && plim_chart_layout_get_width (self->layout) == width &&
      plim_chart_layout_get_height (self->layout) == height)
    return;

  g_clear_pointer (&self->layout, plim_chart_layout_free);
  self->layout =
    plim_chart_layout_new (self->spec, width, height, gtk_widget_get_pango_context (GTK_WIDGET (self)), is_rtl);
  update_parts (self);
}

static void
allocate_parts (PlimChartView *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      PlimRect      rect = { 0 };
      GtkAllocation allocation;

      plim_chart_layout_get_part_rect (self->layout, i, &rect);
      allocation =
        (GtkAllocation) { (int) rect.x, (int) rect.y, MAX ((int) rect.width, 1), MAX ((int) rect.height, 1) };
      gtk_widget_measure (self->parts->pdata[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (self->parts->pdata[i], &allocation, -1);
    }
}

static GtkSizeRequestMode
plim_chart_view_get_request_mode (GtkWidget *widget G_GNUC_UNUSED)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
plim_chart_view_measure (GtkWidget     *widget,
                         GtkOrientation orientation,
                         int            for_size,
                         int           *minimum,
                         int           *natural,
                         int           *minimum_baseline,
                         int           *natural_baseline)
{
  PlimChartView *self = PLIM_CHART_VIEW (widget);

  *minimum_baseline = *natural_baseline = -1;
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? LEAST_WIDTH : 0;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? DEFAULT_WIDTH : 0;
  if (orientation == GTK_ORIENTATION_VERTICAL && self->spec != NULL)
    *natural = plim_chart_spec_natural_height (self->spec, for_size > 0 ? for_size : DEFAULT_WIDTH,
                                               gtk_widget_get_pango_context (widget));
  /* A chart grows lower as it grows wider, so that no height is the least at every width: scrolled windows give the
   * natural one. */
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = MIN (*natural, LEAST_HEIGHT);
}

static void
plim_chart_view_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline G_GNUC_UNUSED)
{
  PlimChartView *self = PLIM_CHART_VIEW (widget);

  ensure_layout (self, width, height);
  if (self->layout != NULL)
    allocate_parts (self);
}

static int
find_focused (PlimChartView *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (gtk_widget_is_focus (self->parts->pdata[i]))
      return (int) i;

  return -1;
}

static void
plim_chart_view_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  PlimChartView *self = PLIM_CHART_VIEW (widget);
  int            width = gtk_widget_get_width (widget);
  int            height = gtk_widget_get_height (widget);
  PlimChartState state;
  PlimPalette    palette;
  cairo_t       *cr;
  PlimCanvas    *canvas;

  ensure_layout (self, width, height);
  if (self->layout == NULL)
    return;

  state = (PlimChartState) { self->hovered, plim_chart_layout_find_key (self->layout, self->selected_key),
                             find_focused (self) };
  plim_chart_view_init_palette (&palette);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (-4, -4, (float) width + 8, (float) height + 8));
  canvas = plim_canvas_new_cairo (cr, gtk_widget_get_pango_context (widget));
  plim_chart_layout_paint (self->layout, canvas, &palette, &state);
  plim_canvas_free (canvas);
  cairo_destroy (cr);

  for (guint i = 0; i < self->parts->len; i++)
    gtk_widget_snapshot_child (widget, self->parts->pdata[i], snapshot);
}

static void
forget_layout (PlimChartView *self)
{
  g_clear_pointer (&self->layout, plim_chart_layout_free);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
plim_chart_view_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (plim_chart_view_parent_class)->css_changed (widget, change);
  forget_layout (PLIM_CHART_VIEW (widget));
}

static void
plim_chart_view_direction_changed (GtkWidget       *widget,
                                   GtkTextDirection previous)
{
  GTK_WIDGET_CLASS (plim_chart_view_parent_class)->direction_changed (widget, previous);
  forget_layout (PLIM_CHART_VIEW (widget));
}

static gboolean
plim_chart_view_query_tooltip (GtkWidget  *widget,
                               int         x,
                               int         y,
                               gboolean    is_keyboard G_GNUC_UNUSED,
                               GtkTooltip *tooltip)
{
  PlimChartView *self = PLIM_CHART_VIEW (widget);
  gboolean       can_pick = self->layout != NULL && is_interactive (self);
  int            part = can_pick ? plim_chart_layout_pick (self->layout, x, y) : -1;

  if (part < 0)
    return FALSE;

  gtk_tooltip_set_text (tooltip, plim_chart_layout_get_part_description (self->layout, (guint) part));
  return plim_chart_layout_get_part_description (self->layout, (guint) part) != NULL;
}

static void
motion_cb (PlimChartView *self,
           double         x,
           double         y)
{
  int hovered = self->layout != NULL && is_interactive (self) ? plim_chart_layout_pick (self->layout, x, y) : -1;

  if (hovered == self->hovered)
    return;

  self->hovered = hovered;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
leave_cb (PlimChartView *self)
{
  self->hovered = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
released_cb (PlimChartView *self,
             int            n_press G_GNUC_UNUSED,
             double         x,
             double         y)
{
  if (self->layout != NULL && is_interactive (self))
    activate_part (self, plim_chart_layout_pick (self->layout, x, y));
}

static void
plim_chart_view_dispose (GObject *object)
{
  PlimChartView *self = PLIM_CHART_VIEW (object);

  g_ptr_array_set_size (self->parts, 0);
  g_clear_pointer (&self->layout, plim_chart_layout_free);
  g_clear_pointer (&self->spec, plim_chart_spec_free);

  G_OBJECT_CLASS (plim_chart_view_parent_class)->dispose (object);
}

static void
plim_chart_view_finalize (GObject *object)
{
  g_ptr_array_unref (PLIM_CHART_VIEW (object)->parts);

  G_OBJECT_CLASS (plim_chart_view_parent_class)->finalize (object);
}

static void
plim_chart_view_class_init (PlimChartViewClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = plim_chart_view_dispose;
  object_class->finalize = plim_chart_view_finalize;
  widget_class->get_request_mode = plim_chart_view_get_request_mode;
  widget_class->measure = plim_chart_view_measure;
  widget_class->size_allocate = plim_chart_view_size_allocate;
  widget_class->snapshot = plim_chart_view_snapshot;
  widget_class->css_changed = plim_chart_view_css_changed;
  widget_class->direction_changed = plim_chart_view_direction_changed;
  widget_class->query_tooltip = plim_chart_view_query_tooltip;

  signals[PART_ACTIVATED] = g_signal_new ("part-activated", PLIM_TYPE_CHART_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_css_name (widget_class, "chartview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
plim_chart_view_init (PlimChartView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture         *click = gtk_gesture_click_new ();
  AdwStyleManager    *manager = adw_style_manager_get_default ();

  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) gtk_widget_unparent);
  self->selected_key = -1;
  self->hovered = -1;
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);

  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
}

PlimChartView *
plim_chart_view_new (void)
{
  return g_object_new (PLIM_TYPE_CHART_VIEW, NULL);
}

void
plim_chart_view_take_spec (PlimChartView *self,
                           PlimChartSpec *spec)
{
  g_return_if_fail (PLIM_IS_CHART_VIEW (self));

  g_clear_pointer (&self->spec, plim_chart_spec_free);
  self->spec = spec;
  self->hovered = -1;
  if (spec != NULL && gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (self)) == GTK_ACCESSIBLE_ROLE_GROUP)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    spec->title != NULL ? spec->title : "", GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    spec->description != NULL ? spec->description : "", -1);
  forget_layout (self);
}

const PlimChartSpec *
plim_chart_view_get_spec (PlimChartView *self)
{
  g_return_val_if_fail (PLIM_IS_CHART_VIEW (self), NULL);

  return self->spec;
}

int
plim_chart_view_get_part_key (PlimChartView *self,
                              guint          part)
{
  g_return_val_if_fail (PLIM_IS_CHART_VIEW (self), -1);

  if (self->layout == NULL || part >= plim_chart_layout_get_n_parts (self->layout))
    return -1;

  return plim_chart_layout_get_part_key (self->layout, part);
}

void
plim_chart_view_select_key (PlimChartView *self,
                            int            key)
{
  g_return_if_fail (PLIM_IS_CHART_VIEW (self));

  if (self->selected_key == key)
    return;

  self->selected_key = key;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
