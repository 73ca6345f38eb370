/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folders that hold models, and how they are laid out. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a folder is laid out. */
typedef enum
{
  PLIM_MODEL_LAYOUT_PLAIN,        /* any folder */
  PLIM_MODEL_LAYOUT_HUGGING_FACE, /* models--ORG--NAME/snapshots/REVISION/… */
  PLIM_MODEL_LAYOUT_LLAMA_CPP,    /* files beside each other */
  PLIM_MODEL_LAYOUT_LM_STUDIO,    /* PUBLISHER/MODEL/… */
  PLIM_MODEL_LAYOUT_OLLAMA        /* manifests/HOST/NAMESPACE/NAME/TAG and blobs/sha256-… */
} PlimModelLayout;

/* A folder to scan. */
typedef struct
{
  PlimModelLayout layout;
  char           *path;
} PlimModelRoot;

/* The folders where programs keep models by default: Hugging Face, llama.cpp, LM Studio and Ollama, as the variables
 * of @environment say (see g_get_environ()) and under @home.  They need not exist. */
GPtrArray *plim_model_roots_new (const char        *home,
                                 const char *const *environment);

/* A root for a folder the user has named; how it is laid out is seen from what is in it. */
PlimModelRoot *plim_model_root_new (const char *path);

/* The name of the program that keeps models so, such as "Hugging Face"; "" for any folder.  Not translated. */
const char *plim_model_layout_name (PlimModelLayout layout);

void plim_model_root_free (PlimModelRoot *root);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlimModelRoot, plim_model_root_free)

G_END_DECLS
