/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Training of the last layers alone, against figures worked out by hand. */

#include "opened.h"
#include "plim-component.h"
#include "plim-flops.h"
#include "plim-optimizer.h"
#include "plim-trained.h"

/* A layer of Llama 3 8B: query and output 2 x 4,096 x 4,096, key and value 2 x 4,096 x 1,024, gate, up and down 3 x
 * 4,096 x 14,336, two norms; its head 128,256 x 4,096. */
#define MATRICES G_GINT64_CONSTANT (218103808)
#define LAYER    (MATRICES + 2 * 4096)
#define HEAD     G_GINT64_CONSTANT (525336576)
#define TOTAL    G_GINT64_CONSTANT (8030261248)

static void
set_up (PlimInputs *inputs,
        const char *model,
        gint64      layers_count)
{
  g_autoptr (PlimCatalog) catalog = open_catalog ();

  describe_job (catalog, inputs, model, NULL, PLIM_TASK_TRAINING);
  inputs->trained_layers_count = layers_count;
  g_assert_true (plim_catalog_resolve (catalog, inputs, NULL));
}

/* Two layers, the final norm and the head train: 2 bytes of weights, 4 of master weights, 8 of states, 2 of gradients;
 * the rest has weights alone. */
static void
test_state (void)
{
  const gint64 trained = 2 * LAYER + 4096 + HEAD;
  PlimInputs   inputs;
  PlimEstimate estimate;

  set_up (&inputs, "llama-3-8b", 2);
  plim_estimate (&inputs, &estimate);
  g_assert_null (estimate.not_covered);
  g_assert_cmpint (estimate.trained_count, ==, trained);
  g_assert_cmpint (held_bytes (&estimate, PLIM_TERM_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * trained);
  g_assert_cmpint (held_bytes (&estimate, PLIM_TERM_FROZEN_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * (TOTAL - trained));
  g_assert_cmpint (held_bytes (&estimate, PLIM_TERM_MASTER_WEIGHTS, PLIM_MOMENT_STEP), ==, 4 * trained);
  g_assert_cmpint (held_bytes (&estimate, PLIM_TERM_OPTIMIZER_STATES, PLIM_MOMENT_STEP), ==, 8 * trained);
  g_assert_cmpint (held_bytes (&estimate, PLIM_TERM_GRADIENTS, PLIM_MOMENT_STEP), ==, 2 * trained);

  /* A tied head is the table: GPT-2's last layer, of 7,087,872, and its final norm. */
  set_up (&inputs, "gpt2", 1);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (estimate.trained_count, ==, 7087872 + 2 * 768);
}

/* Activations of the trained layers alone, and those after the last one, 8h. */
static void
test_activations (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;
  gint64       layer_bytes;

  set_up (&inputs, "llama-3-8b", 3);
  layer_bytes = plim_activations_layer_bytes (&inputs, &inputs.model.kinds[0]);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (held_bytes (&estimate, PLIM_TERM_ACTIVATIONS, PLIM_MOMENT_LOSS), ==,
                   4096 * (3 * layer_bytes + 8 * 4096));
}

/* What the term of kind @id takes of stage number @role. */
static gint64
held_by (const PlimEstimate *estimate,
         guint               role,
         PlimTermId          id,
         PlimMoment          moment)
{
  const PlimRole *stage = &estimate->roles[role];
  gint64          bytes = 0;

  for (guint i = stage->first_term; i < stage->first_term + stage->n_terms; i++)
    if (estimate->terms[i].id == id)
      bytes += estimate->terms[i].bytes_at[moment];

  return bytes;
}

/* Four stages of 8 layers, of which the last 10 train: the last stage all of its own, the final norm and the head; the
 * third its last two; the others nothing, so that they keep nothing for backward and replay no layer.  Micro-batches in
 * flight by 1F1B: 2 of stage 3, 1 of stage 4. */
static void
test_pipeline (void)
{
  static const struct
  {
    gint64 trained;
    gint64 frozen;
    gint64 kept_layers;
    gint64 tail;
  } stages[] = {
    { 0, 8 * LAYER + HEAD, 0, 0 },
    { 2 * LAYER, 6 * LAYER, 2 * 2, 0 },
    { 8 * LAYER + 4096 + HEAD, 0, 8, 8 * 4096 },
  };
  /* Of the two stages between, the one that trains. */
  static const char *const names[] = { "First stage", "Stages between", "Last stage" };
  PlimInputs               inputs;
  PlimEstimate             estimate;
  gint64                   layer_bytes;
  guint                    n_seen = 0;

  set_up (&inputs, "llama-3-8b", 10);
  inputs.gpus_count = 4;
  inputs.pipeline_parallel_count = 4;
  inputs.accumulation_count = 8;
  layer_bytes = plim_activations_layer_bytes (&inputs, &inputs.model.kinds[0]);
  plim_estimate (&inputs, &estimate);
  g_assert_null (estimate.not_covered);
  g_assert_cmpint (estimate.trained_count, ==, 10 * LAYER + 4096 + HEAD);
  for (guint r = 0; r < estimate.n_roles; r++)
    for (guint s = 0; s < G_N_ELEMENTS (stages); s++)
      {
        if (g_strcmp0 (estimate.roles[r].name, names[s]) != 0 ||
            (s == 1 && held_by (&estimate, r, PLIM_TERM_WEIGHTS, PLIM_MOMENT_STEP) == 0))
          continue;

        n_seen++;
        g_assert_cmpint (estimate.roles[r].stage_number, ==, s == 1 ? 3 : 0);
        g_assert_cmpint (held_by (&estimate, r, PLIM_TERM_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * stages[s].trained);
        g_assert_cmpint (held_by (&estimate, r, PLIM_TERM_FROZEN_WEIGHTS, PLIM_MOMENT_STEP), ==, 2 * stages[s].frozen);
        g_assert_cmpint (held_by (&estimate, r, PLIM_TERM_OPTIMIZER_STATES, PLIM_MOMENT_STEP), ==,
                         8 * stages[s].trained);
        g_assert_cmpint (held_by (&estimate, r, PLIM_TERM_ACTIVATIONS, PLIM_MOMENT_LOSS), ==,
                         4096 * (stages[s].kept_layers * layer_bytes + stages[s].tail));
        g_assert_true ((held_by (&estimate, r, PLIM_TERM_REPLAY, PLIM_MOMENT_BACKWARD) > 0) == (stages[s].trained > 0));
      }
  g_assert_cmpuint (n_seen, ==, 3);
}

/* 2 FLOPs for every matrix, 4 more for those of trained layers and the head; attention 2 x 32 layers and 4 x 2, each
 * 2,048 tokens x 32 heads x 256. */
static void
test_flops (void)
{
  const gint64 attention = G_GINT64_CONSTANT (2048) * 32 * 256;
  PlimInputs   inputs;
  PlimEstimate estimate;
  PlimFlops    flops;

  set_up (&inputs, "llama-3-8b", 2);
  plim_estimate (&inputs, &estimate);
  flops = plim_flops_training (&inputs, &estimate);
  g_assert_cmpint (plim_flops_model (&flops), ==,
                   2 * (32 * MATRICES + HEAD) + 4 * (2 * MATRICES + HEAD) + attention * (2 * 32 + 4 * 2));

  /* GPT-2's tied head: activations' gradients go through it, weights have none. */
  set_up (&inputs, "gpt2", 1);
  plim_estimate (&inputs, &estimate);
  g_assert_cmpint (plim_trained_backward_matrix_count (&inputs, &estimate.parameters) -
                     plim_trained_weight_matrix_count (&inputs, &estimate.parameters),
                   ==, 50257 * 768);
}

/* Muon: one 32-bit number for each of the matrices of two layers, two for their norms, the final one and the head. */
static void
test_shaped (void)
{
  PlimInputs inputs;

  set_up (&inputs, "llama-3-8b", 2);
  inputs.optimizer = PLIM_OPTIMIZER_MUON;
  g_assert_cmpint (plim_optimizer_shaped_bytes (&inputs, 4), ==,
                   2 * MATRICES * 4 + (2 * 2 * 4096 + 4096 + HEAD) * 8);
}

/* Each layer more takes more at every moment. */
static void
test_order (void)
{
  PlimInputs   inputs;
  PlimEstimate estimate;
  gint64       before[PLIM_N_MOMENTS] = { 0 };

  for (gint64 n = 1; n <= 33; n++)
    {
      set_up (&inputs, "llama-3-8b", n % 33);
      plim_estimate (&inputs, &estimate);
      for (guint m = 0; m < PLIM_N_MOMENTS; m++)
        {
          g_assert_cmpint (estimate.roles[0].moment_bytes[m], >=, before[m]);
          before[m] = estimate.roles[0].moment_bytes[m];
        }
    }
}

static void
test_refusals (void)
{
  PlimInputs inputs;

  set_up (&inputs, "llama-3-8b", 32);
  g_assert_null (plim_trained_refusal (&inputs));
  inputs.trained_layers_count = 33;
  g_assert_nonnull (plim_trained_refusal (&inputs));
  inputs.trained_layers_count = 4;
  inputs.pipeline_parallel_count = 2;
  g_assert_null (plim_trained_refusal (&inputs));
  inputs.optimizer = PLIM_OPTIMIZER_MUON;
  g_assert_nonnull (plim_trained_refusal (&inputs));
  inputs.task = PLIM_TASK_LORA;
  g_assert_null (plim_trained_refusal (&inputs));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/trained/state", test_state);
  g_test_add_func ("/trained/activations", test_activations);
  g_test_add_func ("/trained/pipeline", test_pipeline);
  g_test_add_func ("/trained/flops", test_flops);
  g_test_add_func ("/trained/shaped", test_shaped);
  g_test_add_func ("/trained/order", test_order);
  g_test_add_func ("/trained/refusals", test_refusals);

  return g_test_run ();
}
