/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Options are generated from the field table, so that a new input is an option at once. */

#include "config.h"

#include "plim-cli-inputs.h"

#include "plim-format.h"
#include "plim-method.h"

#include <glib/gi18n.h>

/* Most choices that are spelled out in the help; longer lists have a `plimsoll list`. */
#define MOST_CHOICES_IN_HELP 7

/* Words of --offload. */
static const struct
{
  const char *word;
  PlimFieldId field;
} pieces[] = {
  { "optimizer", PLIM_FIELD_OFFLOAD_OPTIMIZER },
  { "parameters", PLIM_FIELD_OFFLOAD_PARAMETERS },
  { "activations", PLIM_FIELD_OFFLOAD_ACTIVATIONS },
};

#define PIECES "optimizer,parameters,activations"

static char *
option_name (const PlimField *field)
{
  return g_strdelimit (g_strdup (field->name), "_", '-');
}

static char *
join_choices (const PlimField *field,
              const char      *separator)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < plim_field_n_choices (field->id); i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? separator : "", plim_field_choice (field->id, i).id);

  return g_string_free_and_steal (g_steal_pointer (&joined));
}

static char *
value_name (const PlimField *field)
{
  switch (field->type)
    {
    case PLIM_FIELD_TYPE_CHOICE:
      if (plim_field_n_choices (field->id) <= MOST_CHOICES_IN_HELP)
        return join_choices (field, "|");
      return g_strdup (C_ ("placeholder of an option's value", "NAME"));
    case PLIM_FIELD_TYPE_TEXT:
      return g_strdup (C_ ("placeholder of an option's value", "ID"));
    case PLIM_FIELD_TYPE_BYTES:
      return g_strdup (C_ ("placeholder of an option's value", "SIZE"));
    case PLIM_FIELD_TYPE_INTEGER:
    case PLIM_FIELD_TYPE_NUMBER:
    default:
      return g_strdup (C_ ("placeholder of an option's value", "N"));
    }
}

static char *
description (const PlimField *field)
{
  if (field->unit == NULL)
    return g_strdup (_ (field->label));

  /* Translators: an input and its unit, as in "Context, tokens". */
  return g_strdup_printf (_ ("%s, %s"), _ (field->label), _ (field->unit));
}

/* The texts of a group live as long as the group. */
static char *
keep (GPtrArray *texts,
      char      *text)
{
  g_ptr_array_add (texts, text);

  return text;
}

/* "on|off", or NULL where the words are the field's own. */
static char *
join_words (const PlimFieldAlias *alias)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < PLIM_ALIAS_MAX_WORDS && alias->words[i].id != NULL; i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? "|" : "", alias->words[i].id);

  return joined->len > 0 ? g_string_free_and_steal (g_steal_pointer (&joined)) : NULL;
}

static void
add_aliases (PlimCliInputs *options,
             GOptionEntry  *entries,
             GPtrArray     *texts)
{
  guint                 n_aliases;
  const PlimFieldAlias *aliases = plim_field_aliases (&n_aliases);

  g_assert (n_aliases <= PLIM_CLI_INPUTS_MAX_ALIASES);

  for (guint i = 0; i < n_aliases; i++)
    {
      const PlimField *field = plim_field (aliases[i].field);
      char            *words = join_words (&aliases[i]);
      g_autofree char *name = option_name (field);

      entries[i].long_name = aliases[i].name;
      entries[i].arg = G_OPTION_ARG_STRING;
      entries[i].arg_data = &options->alias_values[i];
      /* Translators: an option that is another name of the option in the text. */
      entries[i].description = keep (texts, g_strdup_printf (_ ("The same as --%s"), name));
      entries[i].arg_description = keep (texts, words != NULL ? words : value_name (field));
    }
}

static void
free_texts (gpointer data)
{
  g_ptr_array_unref (data);
}

void
plim_cli_inputs_add_options (PlimCliInputs  *options,
                             GOptionContext *context)
{
  GOptionEntry entries[PLIM_N_FIELDS + PLIM_CLI_INPUTS_MAX_ALIASES + 1] = { 0 };
  GOptionEntry offload[] = {
    { "offload", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &options->offload, N_ ("What leaves the GPU for the host"), PIECES },
    { 0 }
  };
  GPtrArray    *texts = g_ptr_array_new_with_free_func (g_free);
  GOptionGroup *group;

  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    {
      const PlimField *field = plim_field (i);

      entries[i].long_name = keep (texts, option_name (field));
      entries[i].arg = G_OPTION_ARG_STRING;
      entries[i].arg_data = &options->values[i];
      entries[i].description = keep (texts, description (field));
      entries[i].arg_description = keep (texts, value_name (field));
    }

  add_aliases (options, &entries[PLIM_N_FIELDS], texts);
  group = g_option_group_new ("inputs", _ ("Inputs:"), _ ("Show the options of the inputs"), texts, free_texts);
  g_option_group_add_entries (group, entries);
  g_option_group_add_entries (group, offload);
  g_option_context_add_group (context, group);
}

static gboolean
fail (const PlimField *field,
      const char      *text,
      const char      *accepted,
      GError         **error)
{
  g_autofree char *name = option_name (field);

  /* Translators: option, what was typed, what would be accepted. */
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--%s: “%s” is not accepted; expected %s"), name,
               text, accepted);
  return FALSE;
}

/* The choice of @field that is called @text, letter case aside, or that llama-quantize calls so; -1 = none. */
static gint
find_choice (const PlimField *field,
             const char      *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  if (field->id == PLIM_FIELD_PRECISION && g_str_equal (lower, "mxfp4_moe"))
    return PLIM_PRECISION_MXFP4;

  return plim_field_find_choice (field->id, lower);
}

static gboolean
apply_choice (PlimInputs      *inputs,
              const PlimField *field,
              const char      *text,
              GError         **error)
{
  gint             choice = find_choice (field, text);
  g_autofree char *choices = NULL;
  g_autofree char *accepted = NULL;

  if (choice >= 0 && field->id == PLIM_FIELD_TASK)
    {
      plim_inputs_set_task (inputs, (PlimTask) choice);
      return TRUE;
    }
  if (choice >= 0)
    return plim_inputs_set_integer (inputs, field->id, choice);

  choices = join_choices (field, ", ");
  /* Translators: the list of accepted words follows. */
  accepted = g_strdup_printf (_ ("one of %s"), choices);

  return fail (field, text, accepted, error);
}

static gboolean
apply_quantity (PlimInputs      *inputs,
                const PlimField *field,
                const char      *text,
                GError         **error)
{
  g_autofree char *accepted = NULL;
  gint64           count;
  double           number;

  if (field->type == PLIM_FIELD_TYPE_NUMBER)
    {
      if (plim_parse_number (text, &number) && plim_inputs_set_number (inputs, field->id, number))
        return TRUE;
    }
  else if (field->type == PLIM_FIELD_TYPE_BYTES ? plim_parse_bytes (text, &count) : plim_parse_count (text, &count))
    {
      if (plim_inputs_set_integer (inputs, field->id, count))
        return TRUE;
    }

  if (field->type == PLIM_FIELD_TYPE_BYTES)
    accepted = g_strdup (_ ("a size such as 24GB or 80GiB, at most 1 PiB"));
  else
    accepted = g_strdup_printf (_ ("a number from %g to %g"), field->minimum, field->maximum);

  return fail (field, text, accepted, error);
}

static gboolean
apply_one (PlimInputs      *inputs,
           const PlimField *field,
           const char      *text,
           GError         **error)
{
  if (field->type == PLIM_FIELD_TYPE_CHOICE)
    return apply_choice (inputs, field, text, error);

  if (field->type == PLIM_FIELD_TYPE_TEXT)
    {
      if (plim_inputs_set_text (inputs, field->id, text))
        return TRUE;
      return fail (field, text, _ ("an id of at most 63 letters"), error);
    }

  return apply_quantity (inputs, field, text, error);
}

static gboolean
apply_alias (PlimInputs           *inputs,
             const PlimFieldAlias *alias,
             const char           *text,
             GError              **error)
{
  g_autofree char *words = join_words (alias);

  if (words == NULL)
    return apply_one (inputs, plim_field (alias->field), text, error);

  for (guint i = 0; i < PLIM_ALIAS_MAX_WORDS && alias->words[i].id != NULL; i++)
    if (g_str_equal (alias->words[i].id, text))
      return apply_one (inputs, plim_field (alias->field), alias->words[i].label, error);

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--%s: “%s” is not accepted; expected %s"),
               alias->name, text, words);
  return FALSE;
}

static gboolean
apply_piece (PlimInputs *inputs,
             const char *word,
             GError    **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    if (g_str_equal (pieces[i].word, word))
      return apply_one (inputs, plim_field (pieces[i].field), "on", error);

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--%s: “%s” is not accepted; expected %s"),
               "offload", word, PIECES);
  return FALSE;
}

static gboolean
apply_offload (PlimInputs *inputs,
               const char *text,
               GError    **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (!apply_piece (inputs, words[i], error))
      return FALSE;

  return TRUE;
}

gboolean
plim_cli_inputs_apply (const PlimCliInputs *options,
                       PlimInputs          *inputs,
                       GError             **error)
{
  guint                 n_aliases;
  const PlimFieldAlias *aliases = plim_field_aliases (&n_aliases);

  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    if (options->values[i] != NULL && !apply_one (inputs, plim_field (i), options->values[i], error))
      return FALSE;
  for (guint i = 0; i < n_aliases; i++)
    if (options->alias_values[i] != NULL && !apply_alias (inputs, &aliases[i], options->alias_values[i], error))
      return FALSE;

  return options->offload == NULL || apply_offload (inputs, options->offload, error);
}

void
plim_cli_inputs_choose_task (const PlimCliInputs *options,
                             PlimInputs          *inputs)
{
  if (options->values[PLIM_FIELD_TASK] == NULL && options->values[PLIM_FIELD_METHOD] != NULL)
    plim_inputs_set_task (inputs, plim_method_info (inputs->method)->usual_task);
}

void
plim_cli_inputs_clear (PlimCliInputs *options)
{
  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    g_clear_pointer (&options->values[i], g_free);
  for (guint i = 0; i < PLIM_CLI_INPUTS_MAX_ALIASES; i++)
    g_clear_pointer (&options->alias_values[i], g_free);
  g_clear_pointer (&options->offload, g_free);
}
