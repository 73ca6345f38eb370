/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labels in pairs: heading and text; a pair without text is hidden. */

#include "config.h"

#include "plim-explanation-card.h"

#include "plim-explain.h"
#include "plim-label.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

/* Pairs of the card, in order. */
enum
{
  FORMULA,
  NUMBERS,
  HELD,
  SOURCE,
  NOTE,
  CHECKED,
  DEPENDS, /* the longest */
  N_PAIRS
};

static const char *const headings[N_PAIRS] = {
  N_ ("Formula"),
  N_ ("With numbers"),
  N_ ("Held"),
  N_ ("Source"),
  N_ ("Note"),
  N_ ("Checked"),
  N_ ("Depends on"),
};

struct _PlimExplanationCard
{
  GtkBox parent_instance;

  /* Template children */
  GtkLabel *name;
  GtkLabel *amount;
  GtkLabel *description;
  GtkBox   *pairs;

  GtkWidget *boxes[N_PAIRS];
  GtkLabel  *texts[N_PAIRS];
};

G_DEFINE_FINAL_TYPE (PlimExplanationCard, plim_explanation_card, GTK_TYPE_BOX)

static GtkLabel *
add_label (GtkBox     *box,
           const char *text,
           const char *style)
{
  GtkWidget *label = plim_label_new (text, 0, style);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 34);
  gtk_box_append (box, label);

  return GTK_LABEL (label);
}

static void
copy_cb (PlimExplanationCard *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%s: %s\n%s\n", gtk_label_get_label (self->name), gtk_label_get_label (self->amount),
                          gtk_label_get_label (self->description));
  for (guint i = 0; i < N_PAIRS; i++)
    if (gtk_widget_get_visible (self->boxes[i]))
      g_string_append_printf (text, "%s: %s\n", _ (headings[i]), gtk_label_get_label (self->texts[i]));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
}

static void
plim_explanation_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PLIM_TYPE_EXPLANATION_CARD);

  G_OBJECT_CLASS (plim_explanation_card_parent_class)->dispose (object);
}

static void
plim_explanation_card_class_init (PlimExplanationCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = plim_explanation_card_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_BASE "/ui/plim-explanation-card.ui");
  gtk_widget_class_bind_template_child (widget_class, PlimExplanationCard, name);
  gtk_widget_class_bind_template_child (widget_class, PlimExplanationCard, amount);
  gtk_widget_class_bind_template_child (widget_class, PlimExplanationCard, description);
  gtk_widget_class_bind_template_child (widget_class, PlimExplanationCard, pairs);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
plim_explanation_card_init (PlimExplanationCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < N_PAIRS; i++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

      add_label (GTK_BOX (box), _ (headings[i]), "caption");
      gtk_widget_add_css_class (gtk_widget_get_first_child (box), "dim-label");
      self->texts[i] = add_label (GTK_BOX (box), "", NULL);
      gtk_label_set_selectable (self->texts[i], TRUE);
      self->boxes[i] = box;
      gtk_box_append (self->pairs, box);
    }
}

static void
set_pair (PlimExplanationCard *self,
          guint                pair,
          const char          *text)
{
  gtk_widget_set_visible (self->boxes[pair], text != NULL && *text != '\0');
  gtk_label_set_label (self->texts[pair], text != NULL ? text : "");
}

void
plim_explanation_card_show_figure (PlimExplanationCard   *self,
                                   const PlimInputs      *inputs,
                                   const char            *name,
                                   const char            *amount,
                                   const char            *description,
                                   const PlimExplanation *explanation)
{
  g_autofree char *formula = NULL;
  g_autofree char *numbers = NULL;
  g_autofree char *depends = NULL;

  g_return_if_fail (PLIM_IS_EXPLANATION_CARD (self));

  gtk_widget_set_visible (GTK_WIDGET (self), explanation->formula != NULL);
  if (explanation->formula == NULL)
    return;

  formula = plim_explain_formula (explanation);
  numbers = plim_explain_numbers (explanation);
  depends = plim_explain_depends (inputs, explanation);

  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->amount, amount);
  gtk_label_set_label (self->description, description);
  set_pair (self, FORMULA, formula);
  set_pair (self, NUMBERS, numbers);
  set_pair (self, DEPENDS, depends);
  set_pair (self, HELD, NULL);
  set_pair (self, SOURCE, explanation->source);
  set_pair (self, NOTE, explanation->note != NULL ? _ (explanation->note) : NULL);
  set_pair (self, CHECKED, NULL);
}

void
plim_explanation_card_show (PlimExplanationCard *self,
                            const PlimInputs    *inputs,
                            const PlimTerm      *term)
{
  g_autofree char *amount = NULL;
  g_autofree char *exact = NULL;
  g_autofree char *numbers = NULL;
  g_autofree char *result = NULL;
  g_autofree char *held = NULL;
  g_autofree char *checked = NULL;

  g_return_if_fail (PLIM_IS_EXPLANATION_CARD (self));

  gtk_widget_set_visible (GTK_WIDGET (self), term != NULL);
  if (term == NULL)
    return;

  amount = plim_format_bytes (term->bytes, PLIM_UNIT_GIB);
  plim_explanation_card_show_figure (self, inputs, plim_term_name_text (term->id), amount,
                                     _ (plim_term_info (term->id)->description), &term->explanation);
  exact = plim_format_exact_bytes (term->bytes);
  numbers = plim_explain_numbers (&term->explanation);
  result = g_strdup_printf ("%s\n= %s", numbers, exact);
  held = plim_explain_held (term);
  set_pair (self, NUMBERS, result);
  set_pair (self, HELD, held);
  checked = plim_wording_checked (inputs, term->id);
  set_pair (self, CHECKED, checked);
}
