/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prints the field table as JSON: what test-data.py and build-aux/update-schema hold the schema of scenario files
 * against. */

#include "plim-inputs.h"

/* Other names, each with the words it takes: [] = those of the field. */
static void
print_aliases (const PlimField *field)
{
  guint                 n_aliases;
  const PlimFieldAlias *aliases = plim_field_aliases (&n_aliases);
  const char           *separator = "";

  g_print (", \"aliases\": {");
  for (guint i = 0; i < n_aliases; i++)
    {
      if (aliases[i].field != field->id)
        continue;
      g_print ("%s\"%s\": [", separator, aliases[i].name);
      for (guint w = 0; w < PLIM_ALIAS_MAX_WORDS && aliases[i].words[w].id != NULL; w++)
        g_print ("%s\"%s\"", w > 0 ? ", " : "", aliases[i].words[w].id);
      g_print ("]");
      separator = ", ";
    }
  g_print ("}");
}

static const char *const type_names[] = {
  [PLIM_FIELD_TYPE_CHOICE] = "choice",
  [PLIM_FIELD_TYPE_INTEGER] = "integer",
  [PLIM_FIELD_TYPE_BYTES] = "bytes",
  [PLIM_FIELD_TYPE_NUMBER] = "number",
  [PLIM_FIELD_TYPE_TEXT] = "text",
};

static void
print_choices (const PlimField *field)
{
  g_print (", \"choices\": [");
  for (guint i = 0; i < plim_field_n_choices (field->id); i++)
    g_print ("%s\"%s\"", i > 0 ? ", " : "", plim_field_choice (field->id, i).id);
  g_print ("]");
}

int
main (void)
{
  g_print ("[");
  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    {
      const PlimField *field = plim_field ((PlimFieldId) i);

      g_print ("%s\n  {\"name\": \"%s\", \"type\": \"%s\", \"minimum\": %.17g, \"maximum\": %.17g, \"initial\": %.17g",
               i > 0 ? "," : "", field->name, type_names[field->type], field->minimum, field->maximum, field->initial);
      if (field->type == PLIM_FIELD_TYPE_CHOICE)
        print_choices (field);
      print_aliases (field);
      g_print ("}");
    }
  g_print ("\n]\n");

  return 0;
}
