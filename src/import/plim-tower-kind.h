/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Encoders of images and sound whose architecture is fixed by their type: one table, a formula for each. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For sound, the type of the whole has ".audio" behind. */
typedef struct
{
  const char *types;    /* model types of the part, a space between them; of the whole where it has none */
  const char *wholes;   /* model types of the whole; NULL = any */
  const char *defaults; /* numbers that the type's class has where the file is silent, "name=number"; NULL = none */
  const char *formula;  /* parameters of the encoder and of what joins it to the language model (plim-formula.h) */
  const char *tokens;   /* of an image, where each has as many and no file says how many; NULL = unknown */
} PlimTowerKind;

/* What is taken of a list; a number alone is its own first. */
typedef enum
{
  PLIM_TOWER_TAKE_FIRST,
  PLIM_TOWER_TAKE_SECOND,
  PLIM_TOWER_TAKE_LENGTH
} PlimTowerTake;

/* A name that stands in the formulas, and the members that say its number, a space between them: the first that is
 * there counts.  true and false are 1 and 0, and a ratio below 1 is turned over. */
typedef struct
{
  const char   *name;
  const char   *members;
  gint64        otherwise;   /* where no member is there and the kind has no default; PLIM_FORMULA_UNKNOWN = unknown */
  gboolean      is_of_whole; /* the members are those of the whole configuration, not of the part */
  PlimTowerTake take;
  const char   *word;        /* 1 where the member is this text, else 0; NULL = a number */
} PlimTowerName;

/* The kind of the encoder of @type in a model of type @whole, or NULL. */
const PlimTowerKind *plim_tower_kind_find (const char *type,
                                           const char *whole);

/* What @name is in @kind where the file is silent, or PLIM_FORMULA_UNKNOWN. */
gint64 plim_tower_kind_get_default (const PlimTowerKind *kind,
                                    const PlimTowerName *name);

/* What the first @length bytes of @name stand for, or NULL. */
const PlimTowerName *plim_tower_name_find (const char *name,
                                           gsize       length);

G_END_DECLS
