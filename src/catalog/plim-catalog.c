/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two tables, loaded once: rows are kept by pointer, so that they stay where they are. */

#include "config.h"

#include "plim-catalog.h"

#include "plim-catalog-resources.h"
#include "plim-gpu-json.h"
#include "plim-model-json.h"
#include "plim-next-token.h"
#include "plim-runtime.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define DATA_PATH RESOURCE_BASE "/data/"

/* Nearest ids offered for an unknown one. */
#define N_SUGGESTIONS 3

struct _PlimCatalog
{
  GObject parent_instance;

  GPtrArray *gpus;         /* of PlimGpu */
  GPtrArray *models;       /* of PlimModel */
  GPtrArray *gpu_facts;    /* of PlimCatalogFacts, beside gpus */
  GPtrArray *model_facts;  /* beside models */
  GPtrArray *problems;     /* of char *, NULL-terminated */
};

G_DEFINE_FINAL_TYPE (PlimCatalog, plim_catalog, G_TYPE_OBJECT)
G_DEFINE_QUARK (plim-catalog-error-quark, plim_catalog_error)

/* One of the two tables while it is read. */
typedef struct
{
  const char *member; /* of the file: "gpus" */
  GPtrArray  *rows;
  GPtrArray  *facts;
  gpointer (*read) (const PlimJsonText *text,
                    yyjson_val         *row,
                    GError            **error);
} Table;

static void
free_facts (gpointer data)
{
  PlimCatalogFacts *facts = data;

  g_strfreev (facts->aliases);
  g_free (facts->family);
  g_free (facts->developer);
  g_free (facts->source);
  g_free (facts->note);
  g_free (facts->stored);
  g_free (facts);
}

static char **
read_texts (yyjson_val *array)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  gsize                    index, most;
  yyjson_val              *text;

  yyjson_arr_foreach (array, index, most, text)
    if (yyjson_is_str (text))
      g_strv_builder_add (texts, yyjson_get_str (text));

  return g_strv_builder_end (texts);
}

static PlimCatalogFacts *
read_facts (yyjson_val *row,
            gboolean    is_own)
{
  PlimCatalogFacts *facts = g_new0 (PlimCatalogFacts, 1);
  yyjson_val       *published = yyjson_obj_get (row, "published");
  g_auto (GStrv)    sources = read_texts (yyjson_obj_get (row, "sources"));

  facts->aliases = read_texts (yyjson_obj_get (row, "aliases"));
  facts->family = g_strdup (yyjson_get_str (yyjson_obj_get (row, "family")));
  facts->developer = g_strdup (yyjson_get_str (yyjson_obj_get (row, "developer")));
  facts->note = g_strdup (yyjson_get_str (yyjson_obj_get (row, "note")));
  facts->source = g_strjoinv ("\n", sources);
  facts->published_count = (gint64) yyjson_get_uint (yyjson_obj_get (published, "total"));
  facts->published_checkpoint_count = (gint64) yyjson_get_uint (yyjson_obj_get (published, "checkpoint"));
  facts->published_active_count = (gint64) yyjson_get_uint (yyjson_obj_get (published, "active"));
  facts->is_exact = yyjson_get_bool (yyjson_obj_get (published, "exact"));
  facts->is_own = is_own;

  return facts;
}

static gpointer
read_gpu (const PlimJsonText *text,
          yyjson_val         *row,
          GError            **error)
{
  g_autofree PlimGpu *gpu = g_new (PlimGpu, 1);

  return plim_gpu_json_read (text, row, gpu, error) ? g_steal_pointer (&gpu) : NULL;
}

static gpointer
read_model (const PlimJsonText *text,
            yyjson_val         *row,
            GError            **error)
{
  g_autofree PlimModel *model = g_new (PlimModel, 1);

  return plim_model_json_read (text, row, model, error) ? g_steal_pointer (&model) : NULL;
}

static gboolean
read_table (const Table *table,
            const char  *name,
            GBytes      *bytes,
            gboolean     is_own,
            GError     **error)
{
  g_auto (PlimJsonText) text = { 0 };
  gsize                 size, index, most;
  const char           *data = g_bytes_get_data (bytes, &size);
  yyjson_val           *rows;
  yyjson_val           *row;

  if (!plim_json_parse (&text, name, data, size, error))
    return FALSE;

  rows = yyjson_obj_get (yyjson_doc_get_root (text.doc), table->member);
  if (!yyjson_is_arr (rows))
    return plim_json_fail (&text, NULL, PLIM_JSON_ERROR_STRUCTURE, error, _ ("the list “%s” is missing"),
                           table->member);

  yyjson_arr_foreach (rows, index, most, row)
    {
      gpointer item = table->read (&text, row, error);

      if (item == NULL)
        return FALSE;
      g_ptr_array_add (table->rows, item);
      g_ptr_array_add (table->facts, read_facts (row, is_own));
    }

  return TRUE;
}

static gboolean
load_shipped (const Table *table,
              GError     **error)
{
  g_autofree char   *name = g_strconcat (table->member, ".json", NULL);
  g_autofree char   *path = g_strconcat (DATA_PATH, name, NULL);
  g_autoptr (GBytes) bytes =
    g_resource_lookup_data (plim_catalog_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  return bytes != NULL && read_table (table, name, bytes, FALSE, error);
}

/* Reads the user's own file, if there is one; a mistake in it leaves out the whole file. */
static void
load_own (PlimCatalog *self,
          const Table *table)
{
  g_autofree char   *base = g_strconcat (table->member, ".json", NULL);
  g_autofree char   *path = g_build_filename (g_get_user_data_dir (), "plimsoll", base, NULL);
  g_autoptr (GFile)  file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  guint              n_rows = table->rows->len;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return;

  bytes = plim_json_read_file (file, PLIM_JSON_MOST_BYTES, &error);
  if (bytes != NULL && read_table (table, path, bytes, TRUE, &error))
    return;

  g_ptr_array_set_size (table->rows, (gint) n_rows);
  g_ptr_array_set_size (table->facts, (gint) n_rows);
  g_ptr_array_insert (self->problems, (gint) self->problems->len - 1, g_strdup (error->message));
}

static void
plim_catalog_finalize (GObject *object)
{
  PlimCatalog *self = PLIM_CATALOG (object);

  g_ptr_array_unref (self->gpus);
  g_ptr_array_unref (self->models);
  g_ptr_array_unref (self->gpu_facts);
  g_ptr_array_unref (self->model_facts);
  g_ptr_array_unref (self->problems);

  G_OBJECT_CLASS (plim_catalog_parent_class)->finalize (object);
}

static void
plim_catalog_class_init (PlimCatalogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = plim_catalog_finalize;
}

static void
plim_catalog_init (PlimCatalog *self)
{
  self->gpus = g_ptr_array_new_with_free_func (g_free);
  self->models = g_ptr_array_new_with_free_func (g_free);
  self->gpu_facts = g_ptr_array_new_with_free_func (free_facts);
  self->model_facts = g_ptr_array_new_with_free_func (free_facts);
  self->problems = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->problems, NULL);
}

PlimCatalog *
plim_catalog_new (GError **error)
{
  g_autoptr (PlimCatalog) self = g_object_new (PLIM_TYPE_CATALOG, NULL);
  const Table             tables[] = {
    { "gpus", self->gpus, self->gpu_facts, read_gpu },
    { "models", self->models, self->model_facts, read_model },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      if (!load_shipped (&tables[i], error))
        return NULL;
      load_own (self, &tables[i]);
    }

  return g_steal_pointer (&self);
}

const char *const *
plim_catalog_get_problems (PlimCatalog *self)
{
  return (const char *const *) self->problems->pdata;
}

void
plim_catalog_add_model (PlimCatalog             *self,
                        const PlimModel         *model,
                        const PlimStoredWeights *stored,
                        const char              *origin)
{
  PlimCatalogFacts *facts = g_new0 (PlimCatalogFacts, 1);

  g_return_if_fail (PLIM_IS_CATALOG (self) && *model->id != '\0');

  facts->aliases = g_new0 (char *, 1);
  facts->source = g_strdup (origin);
  facts->is_own = TRUE;
  facts->stored = stored != NULL ? g_memdup2 (stored, sizeof *stored) : NULL;
  g_ptr_array_add (self->models, g_memdup2 (model, sizeof *model));
  g_ptr_array_add (self->model_facts, facts);
}

guint
plim_catalog_n_gpus (PlimCatalog *self)
{
  return self->gpus->len;
}

guint
plim_catalog_n_models (PlimCatalog *self)
{
  return self->models->len;
}

static gconstpointer
get_row (GPtrArray *rows,
         guint      index)
{
  g_return_val_if_fail (index < rows->len, NULL);

  return rows->pdata[index];
}

const PlimGpu *
plim_catalog_get_gpu (PlimCatalog *self,
                      guint        index)
{
  return get_row (self->gpus, index);
}

const PlimModel *
plim_catalog_get_model (PlimCatalog *self,
                        guint        index)
{
  return get_row (self->models, index);
}

const PlimCatalogFacts *
plim_catalog_get_gpu_facts (PlimCatalog *self,
                            guint        index)
{
  return get_row (self->gpu_facts, index);
}

const PlimCatalogFacts *
plim_catalog_get_model_facts (PlimCatalog *self,
                              guint        index)
{
  return get_row (self->model_facts, index);
}

const PlimGpu *const *
plim_catalog_get_gpus (PlimCatalog *self)
{
  return (const PlimGpu *const *) self->gpus->pdata;
}

/* Rows of both tables begin with their id. */
G_STATIC_ASSERT (offsetof (PlimGpu, id) == 0);
G_STATIC_ASSERT (offsetof (PlimModel, id) == 0);

static gboolean
is_called (const char             *row_id,
           const PlimCatalogFacts *facts,
           const char             *id)
{
  if (g_ascii_strcasecmp (row_id, id) == 0)
    return TRUE;

  for (guint i = 0; facts->aliases[i] != NULL; i++)
    if (g_ascii_strcasecmp (facts->aliases[i], id) == 0)
      return TRUE;

  return FALSE;
}

/* The last row of that name: a user's own comes after the shipped one and replaces it. */
/* The last row that is called @id, -1 when there is none: the user's own come after the shipped ones. */
static gint
find_index (GPtrArray  *rows,
            GPtrArray  *facts,
            const char *id)
{
  for (guint i = rows->len; i > 0; i--)
    if (is_called (rows->pdata[i - 1], facts->pdata[i - 1], id))
      return (gint) i - 1;

  return -1;
}

static gpointer
find_row (GPtrArray  *rows,
          GPtrArray  *facts,
          const char *id)
{
  gint index = find_index (rows, facts, id);

  return index >= 0 ? rows->pdata[index] : NULL;
}

const PlimGpu *
plim_catalog_find_gpu (PlimCatalog *self,
                       const char  *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  return find_row (self->gpus, self->gpu_facts, id);
}

const PlimModel *
plim_catalog_find_model (PlimCatalog *self,
                         const char  *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  return find_row (self->models, self->model_facts, id);
}

const PlimCatalogFacts *
plim_catalog_find_model_facts (PlimCatalog *self,
                               const char  *id)
{
  gint index = find_index (self->models, self->model_facts, id);

  return index >= 0 ? self->model_facts->pdata[index] : NULL;
}

/* @id in small letters without words of tuning and quantization; a publisher's "Meta-" stands before Llama. */
static char *
drop_variant (const char *id)
{
  static const char *const variants[] = { "instruct", "chat", "it", "base", "pt", "hf", "bnb",
                                          "4bit", "8bit", "gptq", "awq", "fp8", "unsloth" };
  g_autofree char         *lower = g_ascii_strdown (id, -1);
  g_auto (GStrv)           words = g_strsplit (lower, "-", -1);
  g_autoptr (GString)      kept = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gboolean is_dropped = i == 0 && strcmp (words[i], "meta") == 0;

      for (guint v = 0; i > 0 && v < G_N_ELEMENTS (variants); v++)
        is_dropped |= strcmp (words[i], variants[v]) == 0;
      if (!is_dropped)
        g_string_append_printf (kept, "%s%s", kept->len > 0 ? "-" : "", words[i]);
    }

  return g_string_free_and_steal (g_steal_pointer (&kept));
}

const PlimModel *
plim_catalog_find_hub_model (PlimCatalog *self,
                             const char  *hub_id)
{
  g_autofree char *last = g_path_get_basename (hub_id);
  g_autofree char *id = g_strdelimit (g_steal_pointer (&last), "_", '-');
  const PlimModel *model = plim_catalog_find_model (self, id);
  g_autofree char *bare = drop_variant (id);

  return model != NULL ? model : plim_catalog_find_model (self, bare);
}

/* Levenshtein distance of two ids, both shorter than the text fields of PlimInputs. */
static guint
edit_distance (const char *a,
               const char *b)
{
  guint8 row[128];
  gsize  b_size = strlen (b);

  g_return_val_if_fail (b_size < sizeof row, G_MAXUINT);

  for (gsize j = 0; j <= b_size; j++)
    row[j] = (guint8) j;
  for (gsize i = 0; a[i] != '\0'; i++)
    {
      guint diagonal = row[0];

      row[0] = (guint8) (i + 1);
      for (gsize j = 0; j < b_size; j++)
        {
          guint above = row[j + 1];
          guint change = g_ascii_tolower (a[i]) == g_ascii_tolower (b[j]) ? diagonal : diagonal + 1;

          row[j + 1] = (guint8) MIN (change, MIN (above, row[j]) + 1u);
          diagonal = above;
        }
    }

  return row[b_size];
}

/* "a, b, c": the rows whose ids are nearest to @id. */
static char *
suggest (GPtrArray  *rows,
         const char *id)
{
  const char *nearest[N_SUGGESTIONS + 1] = { NULL };
  guint       distances[N_SUGGESTIONS];

  for (guint i = 0; i < N_SUGGESTIONS; i++)
    distances[i] = G_MAXUINT;

  for (guint r = 0; r < rows->len; r++)
    {
      guint distance = edit_distance (id, rows->pdata[r]);
      guint place = N_SUGGESTIONS;

      while (place > 0 && distance < distances[place - 1])
        place--;
      if (place == N_SUGGESTIONS)
        continue;
      memmove (&nearest[place + 1], &nearest[place], (N_SUGGESTIONS - 1 - place) * sizeof *nearest);
      memmove (&distances[place + 1], &distances[place], (N_SUGGESTIONS - 1 - place) * sizeof *distances);
      nearest[place] = rows->pdata[r];
      distances[place] = distance;
    }

  return g_strjoinv (", ", (char **) nearest);
}

static gboolean
has_own_shape (const PlimInputs *inputs)
{
  return inputs->hidden_size > 0 || inputs->layers_count > 0 || inputs->heads_count > 0 || inputs->kv_heads_count > 0 ||
         inputs->head_dim > 0 || inputs->ffn_size > 0 || inputs->vocab_size > 0;
}

/* Replaces the shapes of a catalogue model whose layers are all alike by those given. */
static gboolean
override_shape (const PlimInputs *inputs,
                PlimModel        *model,
                GError          **error)
{
  PlimLayerKind *kind = &model->kinds[0];
  PlimAttention *attention = &kind->attention;

  if (model->n_kinds != 1 || attention->kind != PLIM_ATTENTION_STANDARD || kind->mlp.width == 0)
    {
      g_set_error (error, PLIM_CATALOG_ERROR, PLIM_CATALOG_ERROR_SHAPE,
                   _ ("The layers of %s are not all alike, so that its shapes cannot be replaced one by one; give all "
                      "shapes and no model"),
                   model->name);
      return FALSE;
    }

  if (inputs->hidden_size > 0)
    model->hidden_size = inputs->hidden_size;
  if (inputs->vocab_size > 0)
    model->vocab_size = inputs->vocab_size;
  if (inputs->layers_count > 0)
    {
      model->n_layers = (guint) inputs->layers_count;
      kind->layers_count = inputs->layers_count;
    }
  if (inputs->heads_count > 0)
    attention->heads_count = inputs->heads_count;
  if (inputs->kv_heads_count > 0)
    attention->kv_heads_count = inputs->kv_heads_count;
  if (inputs->head_dim > 0)
    attention->head_dim = attention->v_head_dim = inputs->head_dim;
  if (inputs->ffn_size > 0)
    kind->mlp.width = inputs->ffn_size;

  return TRUE;
}

/* A plain decoder from the shapes given; unknown while hidden size, layers or heads are missing. */
static void
describe_shape (const PlimInputs *inputs,
                PlimModel        *model)
{
  memset (model, 0, sizeof *model);
  model->declared_parameters_count = inputs->parameters_count;
  if (inputs->hidden_size == 0 || inputs->layers_count == 0 || inputs->heads_count == 0)
    return;

  plim_model_init_decoder (model, inputs->hidden_size, inputs->layers_count, inputs->heads_count,
                           inputs->kv_heads_count, inputs->head_dim,
                           inputs->ffn_size > 0 ? inputs->ffn_size : 4 * inputs->hidden_size, inputs->vocab_size, TRUE);
}

static gboolean
check_heads (const PlimModel *model,
             GError         **error)
{
  for (guint i = 0; i < model->n_kinds; i++)
    if (model->kinds[i].attention.kv_heads_count > model->kinds[i].attention.heads_count)
      {
        g_set_error (error, PLIM_CATALOG_ERROR, PLIM_CATALOG_ERROR_SHAPE,
                     _ ("There are more KV heads (%" PRId64 ") than attention heads (%" PRId64 ")"),
                     model->kinds[i].attention.kv_heads_count, model->kinds[i].attention.heads_count);
        return FALSE;
      }

  return TRUE;
}

static gboolean
find_model (PlimCatalog *self,
            const char  *id,
            PlimModel   *model,
            GError     **error)
{
  const PlimModel *row = find_row (self->models, self->model_facts, id);
  g_autofree char *nearest = NULL;

  if (row != NULL)
    {
      *model = *row;
      return TRUE;
    }

  nearest = suggest (self->models, id);
  g_set_error (error, PLIM_CATALOG_ERROR, PLIM_CATALOG_ERROR_UNKNOWN_MODEL,
               _ ("There is no model “%s”; the nearest are %s"), id, nearest);
  return FALSE;
}

static gboolean
resolve_model (PlimCatalog      *self,
               const PlimInputs *inputs,
               PlimModel        *model,
               GError          **error)
{
  if (*inputs->model_id == '\0')
    {
      describe_shape (inputs, model);
      return check_heads (model, error);
    }

  if (!find_model (self, inputs->model_id, model, error))
    return FALSE;
  if (has_own_shape (inputs) && !override_shape (inputs, model, error))
    return FALSE;

  return check_heads (model, error);
}

static void
override_gpu (const PlimInputs *inputs,
              PlimGpu          *gpu)
{
  if (inputs->gpu_memory_bytes > 0)
    {
      gpu->reported_bytes = inputs->gpu_memory_bytes;
      gpu->is_reported = FALSE;
      if (gpu->marketed_gb == 0)
        gpu->marketed_gb = (inputs->gpu_memory_bytes + 500000000) / 1000000000;
    }
  for (guint i = 0; inputs->peak_tflops > 0 && i < PLIM_N_RATES; i++)
    gpu->peak_flops_per_s[i] = inputs->peak_tflops * 1e12;
  if (inputs->price_per_gpu_hour > 0)
    gpu->price_low_per_hour = gpu->price_high_per_hour = inputs->price_per_gpu_hour;
}

static gboolean
resolve_gpu (PlimCatalog      *self,
             const PlimInputs *inputs,
             PlimGpu          *gpu,
             GError          **error)
{
  memset (gpu, 0, sizeof *gpu);
  if (*inputs->gpu_id != '\0')
    {
      const PlimGpu *row = plim_catalog_find_gpu (self, inputs->gpu_id);

      if (row == NULL)
        {
          g_autofree char *nearest = suggest (self->gpus, inputs->gpu_id);

          g_set_error (error, PLIM_CATALOG_ERROR, PLIM_CATALOG_ERROR_UNKNOWN_GPU,
                       _ ("There is no GPU “%s”; the nearest are %s"), inputs->gpu_id, nearest);
          return FALSE;
        }
      *gpu = *row;
    }
  override_gpu (inputs, gpu);

  return TRUE;
}

/* The stored weights of a model from a file, or none. */
static void
find_stored (PlimCatalog *self,
             PlimInputs  *inputs)
{
  const PlimCatalogFacts *facts = plim_catalog_find_model_facts (self, inputs->model_id);

  inputs->stored.is_known = FALSE;
  if (facts != NULL && facts->stored != NULL && !has_own_shape (inputs))
    inputs->stored = *facts->stored;
}

/* The draft model, which may be the next-token layers of @model; empty for none. */
static gboolean
find_draft (PlimCatalog      *self,
            const PlimInputs *inputs,
            const PlimModel  *model,
            PlimModel        *draft_model,
            GError          **error)
{
  if (*inputs->draft_model_id == '\0')
    return TRUE;
  if (!g_str_equal (inputs->draft_model_id, PLIM_NEXT_TOKEN_ID))
    return find_model (self, inputs->draft_model_id, draft_model, error);
  if (plim_next_token_model (model, plim_runtime_profile (inputs)->loads_next_token_tables, draft_model))
    return TRUE;

  g_set_error (error, PLIM_CATALOG_ERROR, PLIM_CATALOG_ERROR_UNKNOWN_MODEL,
               _ ("“%s” has no next-token layers to draft with"), model->name);
  return FALSE;
}

gboolean
plim_catalog_resolve (PlimCatalog *self,
                      PlimInputs  *inputs,
                      GError     **error)
{
  g_autofree PlimModel *model = g_new (PlimModel, 1);
  g_autofree PlimModel *draft_model = g_new0 (PlimModel, 1);
  PlimGpu               gpu;

  g_return_val_if_fail (PLIM_IS_CATALOG (self), FALSE);

  if (!resolve_model (self, inputs, model, error) || !resolve_gpu (self, inputs, &gpu, error))
    return FALSE;

  if (!find_draft (self, inputs, model, draft_model, error))
    return FALSE;

  inputs->model = *model;
  inputs->draft_model = *draft_model;
  find_stored (self, inputs);
  inputs->gpu = gpu;

  return TRUE;
}
