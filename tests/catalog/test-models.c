/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parameter counts against published figures: every exact one to the last digit (their sources stand in
 * data/models.json), and tensor classes by hand for models of each kind. */

#include "opened.h"
#include "plim-next-token.h"
#include "plim-weight-layout.h"

/* Every exact figure is met; rounded ones within 1 %, unless the model's note gives the reason. */
static void
test_published (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  guint                   n_exact = 0;

  for (guint i = 0; i < plim_catalog_n_models (catalog); i++)
    {
      const PlimModel        *model = plim_catalog_get_model (catalog, i);
      const PlimCatalogFacts *facts = plim_catalog_get_model_facts (catalog, i);
      PlimParameters          parameters;
      gint64                  sum = 0;

      plim_parameters_count (model, &parameters);
      if (!plim_model_has_shape (model) || facts->published_count == 0)
        continue;
      for (guint c = 0; c < PLIM_N_TENSORS; c++)
        sum += parameters.by_class_count[c];
      g_assert_cmpint (sum, ==, parameters.total_count);
      g_assert_cmpint (parameters.active_count, <=, parameters.total_count);

      if (facts->is_exact && parameters.total_count != facts->published_count)
        {
          g_test_message ("%s: %" G_GINT64_FORMAT " computed, %" G_GINT64_FORMAT " published", model->id,
                          parameters.total_count, facts->published_count);
          g_test_fail ();
        }
      else if (!facts->is_exact && facts->note == NULL &&
               ABS (parameters.total_count - facts->published_count) > facts->published_count / 40)
        {
          g_test_message ("%s: %" G_GINT64_FORMAT " computed, about %" G_GINT64_FORMAT " published", model->id,
                          parameters.total_count, facts->published_count);
          g_test_fail ();
        }
      if (facts->published_checkpoint_count > 0)
        g_assert_cmpint (parameters.total_count + plim_next_token_count (model), ==,
                         facts->published_checkpoint_count);
      n_exact += facts->is_exact;
    }

  g_assert_cmpuint (n_exact, >=, 190);
}

/* Counted by hand from the configurations.
 * Llama 3 8B, h 4096, 32 layers, 32 heads of 128, 8 KV heads, ffn 14336, vocabulary 128256:
 *   embedding 128256 x 4096 = 525,336,576, head the same; attention 32 x (2 x 4096² + 2 x 4096 x 1024) = 1,342,177,280;
 *   MLP 32 x 3 x 4096 x 14336 = 5,637,144,576; norms 65 x 4096 = 266,240.
 * GPT-2, h 768, 12 layers: embedding (50257 + 1024) x 768 = 39,383,808; attention 12 x (4 x 768² + 4 x 768) =
 * 28,348,416; MLP 12 x (8 x 768² + 5 x 768) = 56,669,184; norms 25 x 2 x 768 = 38,400. Mixtral 8x7B: experts 32 x (8 x
 * 3 x 4096 x 14336 + 4096 x 8) = 45,098,205,184; active experts 2 of 8. DeepSeek V3: attention 61 x (7168 x 1536 + 1536
 * + 1536 x 24576 + 7168 x 576 + 512 + 512 x 32768 + 16384 x 7168) = 11,413,547,008; dense MLP 3 x 3 x 7168 x 18432 + 58
 * shared experts of 3 x 7168 x 2048 = 3,743,416,320.  Kimi K3: delta attention 69 x (7168 x (5 x 12288 + 96 + 128) +
 * 128 x 12288 + 12288 x 13 + 96 + 128) = 30,618,086,496; latent attention 24 x (7168 x 1536 + 1536 + 1536 x 18432 +
 * 7168 x 576 + 512 + 512 x 24576 + 2 x 7168 x 12288) = 5,572,706,304; experts 92 x (896 x 3 x 3584 x 3072 + 7168 x 896
 * + 896 + 2 x 7168 x 3584) = 2,728,058,765,824. */
static const struct
{
  const char *id;
  PlimParameterClass class;
  gint64 count;
} classes[] = {
  { "llama-3-8b", PLIM_TENSOR_EMBEDDING, 525336576 },
  { "llama-3-8b", PLIM_TENSOR_HEAD, 525336576 },
  { "llama-3-8b", PLIM_TENSOR_ATTENTION, 1342177280 },
  { "llama-3-8b", PLIM_TENSOR_MLP, G_GINT64_CONSTANT (5637144576) },
  { "llama-3-8b", PLIM_TENSOR_NORM, 266240 },
  { "gpt2", PLIM_TENSOR_EMBEDDING, 39383808 },
  { "gpt2", PLIM_TENSOR_HEAD, 0 },
  { "gpt2", PLIM_TENSOR_ATTENTION, 28348416 },
  { "gpt2", PLIM_TENSOR_MLP, 56669184 },
  { "gpt2", PLIM_TENSOR_NORM, 38400 },
  { "mixtral-8x7b", PLIM_TENSOR_EXPERTS, G_GINT64_CONSTANT (45098205184) },
  { "deepseek-v3", PLIM_TENSOR_ATTENTION, G_GINT64_CONSTANT (11413547008) },
  { "deepseek-v3", PLIM_TENSOR_MLP, G_GINT64_CONSTANT (3743416320) },
  { "kimi-k3", PLIM_TENSOR_RECURRENT, G_GINT64_CONSTANT (30618086496) },
  { "kimi-k3", PLIM_TENSOR_ATTENTION, G_GINT64_CONSTANT (5572706304) },
  { "kimi-k3", PLIM_TENSOR_EXPERTS, G_GINT64_CONSTANT (2728058765824) },
};

static void
test_classes (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      const PlimModel *model = plim_catalog_find_model (catalog, classes[i].id);
      PlimParameters   parameters;

      g_assert_nonnull (model);
      plim_parameters_count (model, &parameters);
      g_assert_cmpint (parameters.by_class_count[classes[i].class], ==, classes[i].count);
    }
}

#define BILLION G_GINT64_CONSTANT (1000000000)

/* The maker's count of active parameters is met within 5 %, or half a unit of its last digit (at most half a billion):
 * with all tables, or without the token table, which is looked up and not multiplied, or without the head too. Names
 * such as A3B are often of the last kind. */
static void
test_published_active (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  guint                   n_compared = 0;

  for (guint i = 0; i < plim_catalog_n_models (catalog); i++)
    {
      const PlimModel *model = plim_catalog_get_model (catalog, i);
      gint64           published = plim_catalog_get_model_facts (catalog, i)->published_active_count;
      gint64           table = model->vocab_size * model->hidden_size;
      gint64           unit = 1;
      gint64           nearest = G_MAXINT64;
      PlimParameters   parameters;

      if (!plim_model_has_shape (model) || published == 0)
        continue;

      plim_parameters_count (model, &parameters);
      while (unit < BILLION && published % (10 * unit) == 0)
        unit *= 10;
      for (gint64 left_out = 0; left_out <= (model->has_tied_head ? 1 : 2); left_out++)
        nearest = MIN (nearest, ABS (parameters.active_count - left_out * table - published));
      n_compared++;
      if (nearest > MAX (published / 20, unit / 2))
        {
          g_test_message ("%s: %" G_GINT64_FORMAT " computed, %" G_GINT64_FORMAT " published", model->id,
                          parameters.active_count, published);
          g_test_fail ();
        }
    }

  g_assert_cmpuint (n_compared, >=, 40);
}

/* Active parameters, counted by hand: total less the experts a token does not use.
 * Mixtral 8x7B: 46,702,792,704 - 32 x 6 x 3 x 4096 x 14336 = 12,879,925,248.
 * gpt-oss 120B: 116,829,156,672 - 36 x 124 x (3 x 2880² + 3 x 2880) = 5,711,982,912. */
static void
test_active (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  PlimParameters          parameters;

  plim_parameters_count (plim_catalog_find_model (catalog, "mixtral-8x7b"), &parameters);
  g_assert_cmpint (parameters.active_count, ==, G_GINT64_CONSTANT (12879925248));
  plim_parameters_count (plim_catalog_find_model (catalog, "gpt-oss-120b"), &parameters);
  g_assert_cmpint (parameters.active_count, ==, G_GINT64_CONSTANT (5711982912));
}

/* Sum of rank x (in + out): for Llama-2-7B, per layer 16 x (4 x 8192 + 3 x 15104) = 1,249,280, times 32; for Llama-3-8B
 * 16 x (2 x 8192 + 2 x 5120 + 3 x 18432) = 1,310,720, times 32.  Query and value of Llama-2-7B: 16 x 2 x 8192 x 32. */
static void
test_lora (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();
  const PlimModel        *llama2 = plim_catalog_find_model (catalog, "llama-2-7b");

  g_assert_cmpint (plim_parameters_lora_count (llama2, 16, PLIM_LORA_ALL_LINEAR), ==, 39976960);
  g_assert_cmpint (plim_parameters_lora_count (plim_catalog_find_model (catalog, "llama-3-8b"), 16,
                                               PLIM_LORA_ALL_LINEAR),
                   ==, 41943040);
  g_assert_cmpint (plim_parameters_lora_count (llama2, 16, PLIM_LORA_QUERY_VALUE), ==, 8388608);
  g_assert_cmpint (plim_parameters_lora_count (llama2, 16, PLIM_LORA_ATTENTION), ==, 16777216);
}

/* The matrices of each layer, one by one, are those that its counts are made of; and the parts of the stored weights
 * are the parameters, at two bytes each. */
static void
test_parts (void)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  for (guint m = 0; m < plim_catalog_n_models (catalog); m++)
    {
      PlimInputs       inputs;
      PlimWeightLayout layout;
      PlimParameters   parameters;

      plim_inputs_init (&inputs);
      inputs.model = *plim_catalog_get_model (catalog, m);
      if (!plim_model_has_shape (&inputs.model))
        continue;
      for (guint k = 0; k < inputs.model.n_kinds; k++)
        {
          PlimMatrix     matrices[PLIM_LAYER_MAX_MATRICES];
          guint          n_matrices = plim_parameters_list_matrices (&inputs.model, k, matrices);
          PlimLayerCount count = plim_parameters_count_layer (&inputs.model, k);
          gint64         sums[2] = { 0, 0 };

          for (guint i = 0; i < n_matrices; i++)
            sums[matrices[i].role >= PLIM_MATRIX_EXPERT_GATE] += plim_matrix_count (&matrices[i]);
          g_assert_cmpint (sums[0], ==, count.matrix_count);
          g_assert_cmpint (sums[1], ==, count.expert_matrix_count);
        }

      plim_parameters_count (&inputs.model, &parameters);
      plim_weight_layout_init (&layout, &inputs);
      g_assert_cmpint (plim_weight_layout_total (&layout, &inputs.model), ==, 2 * parameters.total_count);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/models/published", test_published);
  g_test_add_func ("/models/classes", test_classes);
  g_test_add_func ("/models/active", test_active);
  g_test_add_func ("/models/published-active", test_published_active);
  g_test_add_func ("/models/lora", test_lora);

  g_test_add_func ("/models/parts", test_parts);

  return g_test_run ();
}
