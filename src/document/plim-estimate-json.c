/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One object a scenario.  Names and formulas are not translated: programs read them. */

#include "config.h"

#include "plim-estimate-json.h"

#include "plim-accuracy.h"
#include "plim-checked.h"
#include "plim-explain.h"
#include "plim-json.h"
#include "plim-method.h"
#include "plim-next-token.h"
#include "plim-step-traffic.h"
#include "plim-training-time.h"
#include "plim-wording.h"

#include <stdlib.h>

typedef struct
{
  yyjson_mut_doc     *doc;
  const PlimInputs   *inputs;
  const PlimEstimate *estimate;
} Writer;

static const char *const part_ids[PLIM_N_PARTS] = {
  [PLIM_PART_WEIGHTS] = "weights",
  [PLIM_PART_ADAPTERS] = "adapters",
  [PLIM_PART_OPTIMIZER] = "optimizer",
  [PLIM_PART_GRADIENTS] = "gradients",
  [PLIM_PART_ACTIVATIONS] = "activations",
  [PLIM_PART_CACHE] = "cache",
  [PLIM_PART_OVERHEAD] = "overhead",
  [PLIM_PART_EVALUATION] = "evaluation",
};

static void
add_text (const Writer   *w,
          yyjson_mut_val *object,
          const char     *name,
          const char     *text)
{
  if (text != NULL)
    yyjson_mut_obj_add_strcpy (w->doc, object, name, text);
}

/* A figure that is 0 when it is not known. */
static void
add_number (const Writer   *w,
            yyjson_mut_val *object,
            const char     *name,
            double          number)
{
  if (number > 0)
    yyjson_mut_obj_add_real (w->doc, object, name, number);
}

/* The range of a figure under @name_range. */
static void
add_range (const Writer   *w,
           yyjson_mut_val *object,
           const char     *name,
           const PlimBand *band)
{
  g_autofree char *range_name = g_strconcat (name, "_range", NULL);
  yyjson_mut_val  *range;

  if (band->high <= 0)
    return;

  range = yyjson_mut_arr (w->doc);
  yyjson_mut_arr_add_real (w->doc, range, band->low);
  yyjson_mut_arr_add_real (w->doc, range, band->high);
  yyjson_mut_obj_add (object, yyjson_mut_strcpy (w->doc, range_name), range);
}

/* How a figure came about; nothing where it has no formula. */
static void
add_explanation (const Writer          *w,
                 yyjson_mut_val        *object,
                 const PlimExplanation *explanation)
{
  g_autofree char *formula = NULL;
  g_autofree char *substituted = NULL;

  if (explanation->formula == NULL)
    return;

  formula = plim_explain_formula_c (explanation);
  substituted = plim_explain_substituted (explanation);
  add_text (w, object, "formula", formula);
  add_text (w, object, "substituted", substituted);
  add_text (w, object, "source", explanation->source);
  add_text (w, object, "note", explanation->note);
}

/* The likely figure under its name, and its range. */
static void
add_band (const Writer   *w,
          yyjson_mut_val *object,
          const char     *name,
          const PlimBand *band)
{
  add_number (w, object, name, band->likely);
  add_range (w, object, name, band);
}

static void
add_input (const Writer    *w,
           yyjson_mut_val  *object,
           const PlimField *field)
{
  const PlimInputs *inputs = w->inputs;

  switch (field->type)
    {
    case PLIM_FIELD_TYPE_CHOICE:
      add_text (w, object, field->name,
                plim_field_choice (field->id, (guint) plim_inputs_get_integer (inputs, field->id)).id);
      break;
    case PLIM_FIELD_TYPE_INTEGER:
    case PLIM_FIELD_TYPE_BYTES:
      yyjson_mut_obj_add_sint (w->doc, object, field->name, plim_inputs_get_integer (inputs, field->id));
      break;
    case PLIM_FIELD_TYPE_NUMBER:
      yyjson_mut_obj_add_real (w->doc, object, field->name, plim_inputs_get_number (inputs, field->id));
      break;
    case PLIM_FIELD_TYPE_TEXT:
    default:
      add_text (w, object, field->name, plim_inputs_get_text (inputs, field->id));
    }
}

/* The inputs that matter for the task and method, defaults filled in. */
static void
add_inputs (const Writer   *w,
            yyjson_mut_val *scenario)
{
  yyjson_mut_val *object = yyjson_mut_obj_add_obj (w->doc, scenario, "inputs");

  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    if (plim_inputs_uses_field (w->inputs, i))
      add_input (w, object, plim_field (i));
}

static void
add_model (const Writer   *w,
           yyjson_mut_val *scenario)
{
  const PlimParameters *parameters = &w->estimate->parameters;
  yyjson_mut_val       *object = yyjson_mut_obj_add_obj (w->doc, scenario, "model");

  add_text (w, object, "id", w->inputs->model.id);
  add_text (w, object, "name", w->inputs->model.name);
  yyjson_mut_obj_add_sint (w->doc, object, "parameters", parameters->total_count);
  yyjson_mut_obj_add_sint (w->doc, object, "checkpoint_parameters",
                           plim_checkpoint_count (&w->inputs->model, parameters->total_count));
  yyjson_mut_obj_add_sint (w->doc, object, "active_parameters", parameters->active_count);
  yyjson_mut_obj_add_sint (w->doc, object, "trained_parameters", w->estimate->trained_count);
  yyjson_mut_obj_add_sint (w->doc, object, "kv_bytes_per_token", w->estimate->kv_bytes_per_token);
  if (w->estimate->stored_bytes > 0)
    yyjson_mut_obj_add_sint (w->doc, object, "stored_bytes", w->estimate->stored_bytes);
}

static void
add_not_counted (const Writer   *w,
                 yyjson_mut_val *scenario)
{
  const char *const *names = w->estimate->not_counted;
  yyjson_mut_val    *array;

  if (names == NULL || names[0] == NULL)
    return;

  array = yyjson_mut_obj_add_arr (w->doc, scenario, "not_counted");
  for (; *names != NULL; names++)
    yyjson_mut_arr_add_str (w->doc, array, *names);
}

/* What is in the host's memory or on its disks, where the engine speaks of it. */
static void
add_place (const Writer          *w,
           yyjson_mut_val        *scenario,
           const char            *name,
           gint64                 bytes,
           const PlimExplanation *explanation)
{
  yyjson_mut_val *object;

  if (explanation->formula == NULL)
    return;

  object = yyjson_mut_obj_add_obj (w->doc, scenario, name);
  yyjson_mut_obj_add_sint (w->doc, object, "bytes", bytes);
  add_explanation (w, object, explanation);
}

/* The range of the peak by what it was held against. */
static void
add_checked (const Writer   *w,
             yyjson_mut_val *scenario)
{
  const PlimAccuracy *accuracy = plim_accuracy_of_peak (w->inputs);
  yyjson_mut_val     *object;

  if (accuracy == NULL || w->estimate->high_bytes == 0)
    return;

  object = yyjson_mut_obj_add_obj (w->doc, scenario, "checked");
  yyjson_mut_obj_add_sint (w->doc, object, "measurements", accuracy->rows_count);
  add_number (w, object, "median_error", accuracy->median);
  add_number (w, object, "nine_of_ten_error", accuracy->nine_of_ten);
  yyjson_mut_obj_add_sint (w->doc, object, "low_bytes", w->estimate->low_bytes);
  yyjson_mut_obj_add_sint (w->doc, object, "high_bytes", w->estimate->high_bytes);
}

/* What a runtime with a budget keeps for caches. */
static void
add_pool (const Writer   *w,
          yyjson_mut_val *scenario)
{
  const PlimKvPool *pool = &w->estimate->kv_pool;
  yyjson_mut_val   *object;

  if (!pool->is_known)
    return;

  object = yyjson_mut_obj_add_obj (w->doc, scenario, "kv_pool");
  yyjson_mut_obj_add_sint (w->doc, object, "bytes", pool->bytes);
  yyjson_mut_obj_add_sint (w->doc, object, "needed_bytes", pool->needed_bytes);
  yyjson_mut_obj_add_sint (w->doc, object, "tokens", pool->tokens_count);
  yyjson_mut_obj_add_sint (w->doc, object, "sequences", pool->sequences_count);
}

/* What the allocator holds, and what the driver shows. */
static void
add_reserved (const Writer   *w,
              yyjson_mut_val *scenario)
{
  const PlimReserved *reserved = &w->estimate->reserved;
  yyjson_mut_val     *object;

  if (!reserved->is_known)
    return;

  object = yyjson_mut_obj_add_obj (w->doc, scenario, "reserved");
  yyjson_mut_obj_add_sint (w->doc, object, "bytes", reserved->bytes);
  yyjson_mut_obj_add_sint (w->doc, object, "high_bytes", reserved->high_bytes);
  yyjson_mut_obj_add_sint (w->doc, object, "device_bytes", reserved->device_bytes);
  yyjson_mut_obj_add_sint (w->doc, object, "device_high_bytes", reserved->device_high_bytes);
}

/* What NCCL holds besides. */
static void
add_collectives (const Writer   *w,
                 yyjson_mut_val *scenario)
{
  const PlimCollectives *range = &w->estimate->collectives;
  yyjson_mut_val        *object;

  if (range->high_bytes == 0)
    return;

  object = yyjson_mut_obj_add_obj (w->doc, scenario, "collectives");
  yyjson_mut_obj_add_sint (w->doc, object, "low_bytes", range->low_bytes);
  yyjson_mut_obj_add_sint (w->doc, object, "high_bytes", range->high_bytes);
}

static void
add_gpu (const Writer   *w,
         yyjson_mut_val *scenario)
{
  const PlimEstimate *estimate = w->estimate;
  yyjson_mut_val     *object = yyjson_mut_obj_add_obj (w->doc, scenario, "gpu");

  add_text (w, object, "id", w->inputs->gpu.id);
  add_text (w, object, "name", w->inputs->gpu.name);
  yyjson_mut_obj_add_sint (w->doc, object, "count", w->inputs->gpus_count);
  yyjson_mut_obj_add_sint (w->doc, object, "capacity_bytes", estimate->capacity_bytes);
  yyjson_mut_obj_add_sint (w->doc, object, "context_bytes", estimate->context_bytes);
  yyjson_mut_obj_add_sint (w->doc, object, "used_bytes", estimate->used_bytes);
  yyjson_mut_obj_add_sint (w->doc, object, "usable_bytes", estimate->usable_bytes);
}

/* The moments that occur, with their bytes. */
static void
add_moments (const Writer   *w,
             yyjson_mut_val *object,
             const gint64    bytes[PLIM_N_MOMENTS],
             const gint64    occurring[PLIM_N_MOMENTS])
{
  yyjson_mut_val *moments = yyjson_mut_obj_add_obj (w->doc, object, "moments");

  for (guint m = 0; m < PLIM_N_MOMENTS; m++)
    if (occurring[m] > 0)
      yyjson_mut_obj_add_sint (w->doc, moments, plim_moment_id (m), bytes[m]);
}

static void
add_term (const Writer   *w,
          yyjson_mut_val *terms,
          const PlimRole *role,
          const PlimTerm *term)
{
  const PlimTermInfo *info = plim_term_info (term->id);
  yyjson_mut_val     *object = yyjson_mut_arr_add_obj (w->doc, terms);

  add_text (w, object, "id", info->id);
  add_text (w, object, "name", info->name);
  add_text (w, object, "part", part_ids[info->part]);
  add_text (w, object, "persistence", info->persistence == PLIM_KEPT ? "kept" : "during-step");
  yyjson_mut_obj_add_sint (w->doc, object, "bytes", term->bytes);
  add_moments (w, object, term->bytes_at, role->moment_bytes);
  add_explanation (w, object, &term->explanation);
}

static void
add_roles (const Writer   *w,
           yyjson_mut_val *scenario)
{
  const PlimEstimate *estimate = w->estimate;
  yyjson_mut_val     *roles = yyjson_mut_obj_add_arr (w->doc, scenario, "roles");

  for (guint i = 0; i < estimate->n_roles; i++)
    {
      const PlimRole *role = &estimate->roles[i];
      yyjson_mut_val *object = yyjson_mut_arr_add_obj (w->doc, roles);
      yyjson_mut_val *terms;

      add_text (w, object, "name", role->name);
      if (role->stage_number > 0)
        yyjson_mut_obj_add_sint (w->doc, object, "stage", role->stage_number);
      if (role->last_stage_number > role->stage_number)
        yyjson_mut_obj_add_sint (w->doc, object, "last_stage", role->last_stage_number);
      yyjson_mut_obj_add_sint (w->doc, object, "gpus", role->gpus_count);
      yyjson_mut_obj_add_sint (w->doc, object, "capacity_bytes", estimate->capacity_bytes);
      yyjson_mut_obj_add_sint (w->doc, object, "usable_bytes", estimate->usable_bytes);
      yyjson_mut_obj_add_sint (w->doc, object, "peak_bytes", role->peak_bytes);
      yyjson_mut_obj_add_sint (w->doc, object, "headroom_bytes", role->headroom_bytes);
      add_text (w, object, "peak_moment", plim_moment_id (role->peak_moment));
      add_moments (w, object, role->moment_bytes, role->moment_bytes);
      terms = yyjson_mut_obj_add_arr (w->doc, object, "terms");
      for (guint t = 0; t < role->n_terms; t++)
        add_term (w, terms, role, &estimate->terms[role->first_term + t]);
    }
}

static void
add_step (const Writer       *w,
          yyjson_mut_val     *time,
          const PlimStepTime *step)
{
  yyjson_mut_val *object = yyjson_mut_obj_add_obj (w->doc, time, "step");
  yyjson_mut_val *traffic;

  add_number (w, object, "matrices_seconds", step->matrices_seconds);
  add_number (w, object, "attention_seconds", step->attention_seconds);
  add_number (w, object, "memory_seconds", step->memory_seconds);
  add_number (w, object, "launch_seconds", step->launch_seconds);
  add_number (w, object, "exposed_traffic_seconds", step->exposed_seconds);
  add_number (w, object, "bubble_seconds", step->bubble_seconds);
  add_number (w, object, "optimizer_seconds", step->optimizer_seconds);
  add_number (w, object, "scoring_seconds", step->scoring_seconds);
  add_number (w, object, "generation_seconds", step->generation_seconds);
  traffic = yyjson_mut_obj_add_obj (w->doc, object, "traffic_seconds");
  for (guint i = 0; i < PLIM_N_TRAFFICS; i++)
    add_number (w, traffic, plim_traffic_id (i), step->traffic_seconds[i]);
}

/* What only training has. */
static void
add_training_time (const Writer   *w,
                   yyjson_mut_val *object,
                   const PlimTime *time)
{
  double gpus = (double) w->inputs->gpus_count;

  yyjson_mut_obj_add_bool (w->doc, object, "is_predicted", time->is_predicted);
  add_range (w, object, "seconds", &time->run_seconds);
  add_number (w, object, "evaluation_seconds", time->evaluation_seconds);
  add_number (w, object, "checkpoint_seconds", time->checkpoint_seconds);
  if (time->checkpoint_bytes > 0)
    yyjson_mut_obj_add_sint (w->doc, object, "checkpoint_bytes", time->checkpoint_bytes);
  add_number (w, object, "gpu_hours", time->gpu_days * 24);
  add_number (w, object, "tokens_per_s", time->tokens_per_s);
  add_number (w, object, "tokens_per_gpu_s", time->tokens_per_s / gpus);
  add_band (w, object, "mfu", &time->mfu);
  add_number (w, object, "hfu", time->hfu);
  add_number (w, object, "hardware_flops", time->hardware_flops);
  add_number (w, object, "unmasked_flops", time->unmasked_flops);
  if (time->is_predicted)
    add_step (w, object, &time->steps[PLIM_CASE_USUAL]);
}

static void
add_time (const Writer   *w,
          yyjson_mut_val *scenario)
{
  const PlimTime *time = &w->estimate->time;
  yyjson_mut_val *object = yyjson_mut_obj_add_obj (w->doc, scenario, "time");

  yyjson_mut_obj_add_bool (w->doc, object, "is_known", time->is_known);
  add_number (w, object, "seconds", time->seconds);
  add_number (w, object, "total_flops", time->total_flops);
  add_number (w, object, "petaflop_s_days", time->petaflop_s_days);
  add_number (w, object, "gpu_days", time->gpu_days);
  add_number (w, object, "cost_usd", time->cost_usd);
  add_number (w, object, "energy_kwh", time->energy_kwh);
  add_number (w, object, "step_seconds", time->step_seconds);
  if (time->mfu.likely > 0)
    add_training_time (w, object, time);
  if (time->steps_count > 0)
    yyjson_mut_obj_add_sint (w->doc, object, "steps", time->steps_count);
  if (time->deadline_gpus_count > 0 && time->deadline_gpus_count != PLIM_OVERFLOW)
    yyjson_mut_obj_add_sint (w->doc, object, "deadline_gpus", time->deadline_gpus_count);
  if (w->inputs->task == PLIM_TASK_TRAINING && (time->is_known || plim_wording_is_speed_alone (time)))
    yyjson_mut_obj_add_sint (w->doc, object, "chinchilla_tokens",
                             plim_training_time_chinchilla_tokens (w->estimate->parameters.total_count));
  add_band (w, object, "prefill_tokens_per_s", &time->prefill_tokens_per_s);
  add_band (w, object, "decode_tokens_per_s", &time->decode_tokens_per_s);
  add_band (w, object, "sequence_tokens_per_s", &time->sequence_tokens_per_s);
  add_band (w, object, "first_token_seconds", &time->first_token_seconds);
  add_number (w, object, "request_seconds", time->request_seconds);
  add_band (w, object, "loaded_tokens_per_s", &time->loaded_tokens_per_s);
  add_band (w, object, "loaded_token_seconds", &time->loaded_token_seconds);
  if (!time->is_known)
    return;

  add_explanation (w, object, &time->explanation);
  if (time->first_token_explanation.formula != NULL)
    add_explanation (w, yyjson_mut_obj_add_obj (w->doc, object, "first_token"), &time->first_token_explanation);
  if (time->loaded_explanation.formula != NULL)
    add_explanation (w, yyjson_mut_obj_add_obj (w->doc, object, "loaded"), &time->loaded_explanation);
}

static void
add_limits (const Writer     *w,
            yyjson_mut_val   *scenario,
            const PlimLimits *limits)
{
  yyjson_mut_val *object = yyjson_mut_obj_add_obj (w->doc, scenario, "limits");

  yyjson_mut_obj_add_sint (w->doc, object, "largest_batch", limits->largest_batch_count);
  yyjson_mut_obj_add_bool (w->doc, object, "is_batch_unlimited", limits->is_batch_unlimited);
  add_text (w, object, "batch_bound_by", plim_term_info (limits->batch_binding)->id);
  yyjson_mut_obj_add_sint (w->doc, object, "longest_context", limits->longest_context_tokens);
  add_text (w, object, "context_bound_by", plim_term_info (limits->context_binding)->id);
  yyjson_mut_obj_add_bool (w->doc, object, "is_context_unlimited", limits->is_context_unlimited);
}

/* What was measured, and what is estimated of the same. */
static void
add_measured (const Writer       *w,
              yyjson_mut_val     *scenario,
              const PlimMeasured *measured)
{
  PlimMeasuredRow rows[PLIM_MEASURED_MAX_ROWS];
  guint           n_rows = plim_measured_compare (measured, w->estimate, rows);
  yyjson_mut_val *object;
  yyjson_mut_val *list;

  if (n_rows == 0)
    return;

  object = yyjson_mut_obj_add_obj (w->doc, scenario, "measured");
  add_text (w, object, "source", *measured->source != '\0' ? measured->source : NULL);
  add_text (w, object, "program", *measured->program != '\0' ? measured->program : NULL);
  add_text (w, object, "device", *measured->device != '\0' ? measured->device : NULL);
  yyjson_mut_obj_add_bool (w->doc, object, "out_of_memory", measured->is_out_of_memory != FALSE);
  list = yyjson_mut_obj_add_arr (w->doc, object, "figures");
  for (guint i = 0; i < n_rows; i++)
    {
      yyjson_mut_val *row = yyjson_mut_arr_add_obj (w->doc, list);

      add_text (w, row, "id", plim_measured_row_id (&rows[i]));
      yyjson_mut_obj_add_sint (w->doc, row, "measured_bytes", rows[i].measured_bytes);
      yyjson_mut_obj_add_sint (w->doc, row, "estimated_bytes", rows[i].estimated_bytes);
    }
}

static void
add_missing (const Writer   *w,
             yyjson_mut_val *scenario)
{
  yyjson_mut_val *missing = yyjson_mut_obj_add_arr (w->doc, scenario, "missing");

  for (guint i = 0; i < PLIM_N_FIELDS; i++)
    if (w->estimate->missing_fields & PLIM_FIELD_BIT (i))
      yyjson_mut_arr_add_str (w->doc, missing, plim_field (i)->name);
}

static void
add_scenario (yyjson_mut_doc *doc,
              yyjson_mut_val *scenarios,
              PlimScenario   *scenario)
{
  PlimEstimator  *estimator = plim_scenario_get_estimator (scenario);
  const Writer    w = { doc, plim_estimator_get_inputs (estimator), plim_estimator_get_estimate (estimator) };
  yyjson_mut_val *object = yyjson_mut_arr_add_obj (doc, scenarios);

  add_text (&w, object, "id", plim_scenario_get_id (scenario));
  add_text (&w, object, "name", plim_scenario_get_name (scenario));
  add_inputs (&w, object);
  add_model (&w, object);
  add_gpu (&w, object);
  add_pool (&w, object);
  add_place (&w, object, "host", w.estimate->host_bytes, &w.estimate->host_explanation);
  add_place (&w, object, "nvme", w.estimate->nvme_bytes, &w.estimate->nvme_explanation);
  add_reserved (&w, object);
  add_collectives (&w, object);
  add_text (&w, object, "method", plim_method_info (w.inputs->method)->id);
  add_text (&w, object, "verdict", plim_verdict_id (w.estimate->verdict));
  yyjson_mut_obj_add_sint (doc, object, "peak_bytes", w.estimate->peak_bytes);
  add_checked (&w, object);
  add_roles (&w, object);
  if (w.estimate->verdict != PLIM_VERDICT_UNKNOWN)
    {
      const PlimLimits *limits = plim_estimator_get_limits (estimator);

      yyjson_mut_obj_add_sint (doc, object, "gpus_needed", limits->fewest_gpus_count);
      add_limits (&w, object, limits);
    }
  add_time (&w, object);
  add_measured (&w, object, plim_scenario_get_measured (scenario));
  add_missing (&w, object);
  add_text (&w, object, "not_covered", w.estimate->not_covered);
  add_not_counted (&w, object);
}

char *
plim_estimate_json_write (PlimDocument *document)
{
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val            *root = yyjson_mut_obj (doc);
  yyjson_mut_val            *scenarios;
  char                      *json;
  char                      *text;

  g_return_val_if_fail (PLIM_IS_DOCUMENT (document), NULL);

  yyjson_mut_doc_set_root (doc, root);
  yyjson_mut_obj_add_str (doc, root, "format", "plimsoll-estimate");
  yyjson_mut_obj_add_uint (doc, root, "version", 1);
  yyjson_mut_obj_add_str (doc, root, "program", "plimsoll " PLIM_VERSION);
  scenarios = yyjson_mut_obj_add_arr (doc, root, "scenarios");
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (document)); i++)
    {
      g_autoptr (PlimScenario) scenario = g_list_model_get_item (G_LIST_MODEL (document), i);

      add_scenario (doc, scenarios, scenario);
    }

  json = yyjson_mut_write (doc, YYJSON_WRITE_PRETTY_TWO_SPACES, NULL);
  text = g_strconcat (json, "\n", NULL);
  free (json);

  return text;
}
