/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One GBindingGroup for all rows of a form; another estimator re-targets it. */

#include "config.h"

#include "plim-field-rows.h"

#include "plim-wording.h"

#include <glib/gi18n.h>
#include <math.h>

/* What fits in a row as it is, and counts that may not. */
#define USUAL_CHARS 11
#define LONG_COUNT  G_GINT64_CONSTANT (10000000000)

typedef struct
{
  PlimFieldId    field;
  GtkWidget     *row;     /* borrowed from the template */
  GArray        *choices; /* of guint: choice shown at each position; NULL for numbers */
  PlimFieldRows *rows;
} Row;

struct _PlimFieldRows
{
  GBindingGroup *bindings;
  GSignalGroup  *signals;
  PlimEstimator *estimator;
  GPtrArray     *rows; /* of Row */
};

static void
free_row (gpointer data)
{
  Row *row = data;

  g_clear_pointer (&row->choices, g_array_unref);
  g_free (row);
}

void
plim_field_rows_declare (GtkWidgetClass    *klass,
                         const PlimFieldId *fields,
                         guint              n_fields)
{
  for (guint i = 0; i < n_fields; i++)
    gtk_widget_class_bind_template_child_full (klass, plim_estimator_property_name (fields[i]), FALSE, 0);
}

static gboolean
choice_to_position (GBinding     *binding G_GNUC_UNUSED,
                    const GValue *from,
                    GValue       *to,
                    gpointer      data)
{
  const Row *row = data;

  for (guint i = 0; i < row->choices->len; i++)
    if (g_array_index (row->choices, guint, i) == g_value_get_uint (from))
      {
        g_value_set_uint (to, i);
        return TRUE;
      }

  g_value_set_uint (to, GTK_INVALID_LIST_POSITION);
  return TRUE;
}

static gboolean
position_to_choice (GBinding     *binding G_GNUC_UNUSED,
                    const GValue *from,
                    GValue       *to,
                    gpointer      data)
{
  const Row *row = data;
  guint      position = g_value_get_uint (from);

  if (position >= row->choices->len)
    return FALSE;

  g_value_set_uint (to, g_array_index (row->choices, guint, position));
  return TRUE;
}

/* A cache is kept in some of the formats only; its values also in that of the keys, the first choice. */
static gboolean
is_offered (PlimFieldId field,
            guint       choice)
{
  if (field == PLIM_FIELD_V_PRECISION)
    return choice == 0 || plim_precision_info ((PlimPrecision) (choice - 1))->is_cache_format;

  return field != PLIM_FIELD_KV_PRECISION || plim_precision_info ((PlimPrecision) choice)->is_cache_format;
}

static void
fill_choices (Row *row)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr (GtkExpression) expression = NULL;

  row->choices = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < plim_field_n_choices (row->field); i++)
    if (is_offered (row->field, i))
      {
        g_array_append_val (row->choices, i);
        gtk_string_list_append (names, plim_field_choice_text (row->field, i));
      }
  /* What the search entry of long lists looks into. */
  expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  adw_combo_row_set_expression (ADW_COMBO_ROW (row->row), expression);
  adw_combo_row_set_model (ADW_COMBO_ROW (row->row), G_LIST_MODEL (names));
}

/* Spin rows read "128k" and "24 GB", and write what the locale writes. */
static int
input_cb (AdwSpinRow *spin,
          double     *value,
          Row        *row)
{
  const char   *text = gtk_editable_get_text (GTK_EDITABLE (spin));
  PlimFieldType type = plim_field (row->field)->type;
  gint64        count;
  gboolean      is_read;

  if (type == PLIM_FIELD_TYPE_NUMBER)
    {
      is_read = plim_parse_number (text, value);
    }
  else
    {
      is_read = type == PLIM_FIELD_TYPE_BYTES ? plim_parse_bytes (text, &count) : plim_parse_count (text, &count);
      *value = is_read ? (double) count : 0;
    }

  if (is_read)
    gtk_widget_remove_css_class (GTK_WIDGET (spin), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (spin), "error");

  return is_read ? TRUE : GTK_INPUT_ERROR;
}

/* A large count in short, "15 T", where that says all of it. */
static char *
count_text (gint64 count)
{
  g_autofree char *brief = plim_format_short_count ((double) count);
  gint64           read;

  if (count >= LONG_COUNT && plim_parse_count (brief, &read) && read == count)
    return g_steal_pointer (&brief);

  return plim_format_count (count);
}

static gboolean
output_cb (AdwSpinRow *spin,
           Row        *row)
{
  double           value = adw_spin_row_get_value (spin);
  const PlimField *field = plim_field (row->field);
  g_autofree char *text = NULL;
  glong            length;

  if (field->minimum <= 0 && value <= 0 && field->initial <= 0)
    text = g_strdup (C_ ("a number that is not given", "–"));
  else if (field->type == PLIM_FIELD_TYPE_BYTES)
    text = plim_format_bytes (llround (value), PLIM_UNIT_GIB);
  else if (field->type == PLIM_FIELD_TYPE_NUMBER)
    text = plim_format_number (value, 6);
  else
    text = count_text (llround (value));

  length = g_utf8_strlen (text, -1);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin),
                                length > USUAL_CHARS ? (int) length - 2 : -1); /* digits and commas are narrow */
  gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

static void
set_title (Row        *row,
           const char *title)
{
  if (g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row->row)), title) == 0)
    return;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row->row), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
bind (PlimFieldRows *self,
      Row           *row)
{
  const char *property = plim_estimator_property_name (row->field);

  set_title (row, plim_field_label_text (row->field));
  if (ADW_IS_COMBO_ROW (row->row))
    {
      fill_choices (row);
      g_binding_group_bind_full (self->bindings, property, row->row, "selected",
                                 G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE, choice_to_position,
                                 position_to_choice, row, NULL);
      return;
    }

  /* What a picker chooses: the row only shows it. */
  if (plim_field (row->field)->type == PLIM_FIELD_TYPE_TEXT)
    return;

  if (plim_field_unit_text (row->field) != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row->row), plim_field_unit_text (row->field));
  adw_spin_row_set_numeric (ADW_SPIN_ROW (row->row), FALSE);
  g_signal_connect (row->row, "input", G_CALLBACK (input_cb), row);
  g_signal_connect (row->row, "output", G_CALLBACK (output_cb), row);
  g_binding_group_bind (self->bindings, property, row->row, "value", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}

static void
update_visibility (PlimFieldRows *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      const PlimInputs *inputs = self->estimator != NULL ? plim_estimator_get_inputs (self->estimator) : NULL;

      gtk_widget_set_visible (row->row, inputs != NULL && plim_inputs_uses_field (inputs, row->field));
      if (inputs != NULL)
        set_title (row, plim_field_label_for (inputs, row->field));
      if (inputs != NULL && plim_field (row->field)->type == PLIM_FIELD_TYPE_TEXT)
        {
          g_autofree char *value = plim_field_value_text (inputs, row->field, PLIM_UNIT_GIB);

          adw_action_row_set_subtitle (ADW_ACTION_ROW (row->row), value);
        }
    }
}

/* Ctrl+Backspace on a row puts its default back. */
static gboolean
reset_cb (GtkWidget *widget,
          GVariant  *arguments G_GNUC_UNUSED,
          gpointer   data)
{
  Row *row = data;

  if (row->rows->estimator == NULL)
    return GDK_EVENT_PROPAGATE;

  plim_estimator_reset_field (row->rows->estimator, row->field);
  gtk_widget_remove_css_class (widget, "error");

  return GDK_EVENT_STOP;
}

static void
add_reset_key (Row *row)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();
  GtkShortcut        *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_BackSpace, GDK_CONTROL_MASK),
                                                   gtk_callback_action_new (reset_cb, row, NULL));

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (row->row, controller);
}

PlimFieldRows *
plim_field_rows_new (GtkWidget         *widget,
                     const PlimFieldId *fields,
                     guint              n_fields)
{
  PlimFieldRows *self = g_new0 (PlimFieldRows, 1);

  self->bindings = g_binding_group_new ();
  self->signals = g_signal_group_new (PLIM_TYPE_ESTIMATOR);
  self->rows = g_ptr_array_new_with_free_func (free_row);
  g_signal_group_connect_swapped (self->signals, "notify::revision", G_CALLBACK (update_visibility), self);

  for (guint i = 0; i < n_fields; i++)
    {
      Row *row = g_new0 (Row, 1);

      row->field = fields[i];
      row->rows = self;
      row->row = GTK_WIDGET (gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget),
                                                            plim_estimator_property_name (fields[i])));
      g_ptr_array_add (self->rows, row);
      bind (self, row);
      add_reset_key (row);
    }

  return self;
}

void
plim_field_rows_free (PlimFieldRows *self)
{
  g_binding_group_set_source (self->bindings, NULL);
  g_signal_group_set_target (self->signals, NULL);
  g_clear_object (&self->bindings);
  g_clear_object (&self->signals);
  g_clear_object (&self->estimator);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

void
plim_field_rows_set_estimator (PlimFieldRows *self,
                               PlimEstimator *estimator)
{
  g_set_object (&self->estimator, estimator);
  g_binding_group_set_source (self->bindings, estimator);
  g_signal_group_set_target (self->signals, estimator);
  update_visibility (self);
}

gboolean
plim_field_rows_is_any_visible (PlimFieldRows *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (gtk_widget_get_visible (((Row *) self->rows->pdata[i])->row))
      return TRUE;

  return FALSE;
}
