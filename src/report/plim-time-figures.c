/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One figure after the other, told to a function that shows it. */

#include "config.h"

#include "plim-time-figures.h"

#include "plim-checked.h"
#include "plim-step-traffic.h"
#include "plim-training-time.h"
#include "plim-wording.h"

#include <glib/gi18n.h>

typedef struct
{
  const PlimInputs   *inputs;
  const PlimEstimate *estimate;
  PlimTimeFigureFunc  func;
  gpointer            data;
} Teller;

static void
tell_band (const Teller   *teller,
           const char     *id,
           const char     *title,
           const PlimBand *value,
           char           *text)
{
  const PlimTimeFigure figure = { id, title, text, *value };

  if (value->likely > 0)
    teller->func (&figure, teller->data);
  g_free (text);
}

static void
tell (const Teller *teller,
      const char   *id,
      const char   *title,
      double        value,
      char         *text)
{
  const PlimBand band = { .likely = value };

  tell_band (teller, id, title, &band, text);
}

/* "0.412 s, 38 %" of a step. */
static void
tell_part (const Teller *teller,
           const char   *id,
           const char   *title,
           double        seconds)
{
  g_autofree char *duration = plim_format_duration (seconds);
  g_autofree char *share = plim_format_percent (seconds / teller->estimate->time.steps[PLIM_CASE_USUAL].seconds);

  /* Translators: a duration, and its share of a step */
  tell (teller, id, title, seconds, g_strdup_printf (_ ("%s, %s"), duration, share));
}

/* Where the time of a predicted step goes. */
static void
tell_step (const Teller *teller)
{
  const PlimStepTime *step = &teller->estimate->time.steps[PLIM_CASE_USUAL];

  tell_part (teller, "step.matrices_seconds", _ ("Matrix products"), step->matrices_seconds);
  tell_part (teller, "step.attention_seconds", _ ("Attention"), step->attention_seconds);
  tell_part (teller, "step.memory_seconds", _ ("Norms, activations, loss"), step->memory_seconds);
  tell_part (teller, "step.launch_seconds", _ ("Waiting for launches"), step->launch_seconds);
  tell_part (teller, "step.exposed_traffic_seconds", _ ("Traffic not hidden"), step->exposed_seconds);
  tell_part (teller, "step.bubble_seconds", _ ("Waiting for other stages"), step->bubble_seconds);
  tell_part (teller, "step.optimizer_seconds", _ ("Optimizer"), step->optimizer_seconds);
  tell_part (teller, "step.scoring_seconds", _ ("Reference, reward, value model"), step->scoring_seconds);
  tell_part (teller, "step.generation_seconds", _ ("Generation"), step->generation_seconds);
  for (guint i = 0; i < PLIM_N_TRAFFICS; i++)
    {
      g_autofree char *id = g_strdup_printf ("step.traffic_seconds.%s", plim_traffic_id (i));
      /* Translators: what GPUs send each other data for, such as “data parallel” */
      g_autofree char *title = g_strdup_printf (_ ("Traffic, %s, hidden or not"), _ (plim_traffic_name (i)));

      tell_part (teller, id, title, step->traffic_seconds[i]);
    }
}

/* What the engine says and the published rules do not. */
static void
tell_utilization (const Teller *teller)
{
  const PlimTime *time = &teller->estimate->time;
  double          gpus = (double) teller->inputs->gpus_count;

  if (time->mfu.likely <= 0)
    return;

  tell_band (teller, "mfu", _ ("Utilization (MFU)"), &time->mfu, plim_wording_utilization (time));
  tell (teller, "hfu", _ ("With recompute (HFU)"), time->hfu, plim_format_percent (time->hfu));
  tell (teller, "tokens_per_s", _ ("Tokens a second"), time->tokens_per_s,
        plim_format_significant (time->tokens_per_s));
  tell (teller, "tokens_per_gpu_s", _ ("Tokens a second and GPU"), time->tokens_per_s / gpus,
        plim_format_significant (time->tokens_per_s / gpus));
  if (time->is_predicted)
    tell_step (teller);
}

static void
tell_compute (const Teller *teller)
{
  const PlimTime *time = &teller->estimate->time;

  tell (teller, "total_flops", _ ("Compute"), time->total_flops, plim_format_rate (time->total_flops, "FLOP"));
  tell (teller, "hardware_flops", _ ("Compute with recompute"), time->hardware_flops,
        plim_format_rate (time->hardware_flops, "FLOP"));
  tell (teller, "unmasked_flops", _ ("Compute without the causal mask"), time->unmasked_flops,
        plim_format_rate (time->unmasked_flops, "FLOP"));
  /* Translators: a unit of compute, one petaFLOP/s for a day. */
  tell (teller, "petaflop_s_days", _ ("petaFLOP/s-days"), time->petaflop_s_days,
        plim_format_significant (time->petaflop_s_days));
}

static void
tell_deadline (const Teller *teller)
{
  gint64         count = teller->estimate->time.deadline_gpus_count;
  PlimTimeFigure none = { "deadline_gpus", _ ("GPUs to meet the deadline"), _ ("no count is fast enough"), { 0 } };

  if (count == PLIM_OVERFLOW)
    teller->func (&none, teller->data);
  else
    tell (teller, none.id, none.title, (double) count, plim_format_count (count));
}

static void
tell_training (const Teller *teller)
{
  const PlimTime *time = &teller->estimate->time;
  const PlimBand  seconds = { time->run_seconds.low, time->seconds, time->run_seconds.high };
  const PlimBand  step = plim_wording_step_seconds (time);
  gint64          optimal_count = plim_training_time_chinchilla_tokens (teller->estimate->parameters.total_count);

  tell_band (teller, "seconds", _ ("Training time"), &seconds, plim_wording_duration (time));
  tell (teller, "steps", _ ("Steps"), (double) time->steps_count, plim_format_count (time->steps_count));
  tell_band (teller, "step_seconds", _ ("Time of a step"), &step, plim_wording_band (&step, plim_format_duration));
  tell (teller, "evaluation_seconds", _ ("Evaluations, all together"), time->evaluation_seconds,
        plim_format_duration (time->evaluation_seconds));
  tell (teller, "checkpoint_seconds", _ ("Writing checkpoints, all together"), time->checkpoint_seconds,
        plim_format_duration (time->checkpoint_seconds));
  tell (teller, "checkpoint_bytes", _ ("A checkpoint"), (double) time->checkpoint_bytes,
        plim_format_bytes (time->checkpoint_bytes, PLIM_UNIT_GB));
  tell_utilization (teller);
  tell_compute (teller);
  tell (teller, "gpu_days", _ ("GPU-days"), time->gpu_days, plim_format_significant (time->gpu_days));
  tell (teller, "gpu_hours", _ ("GPU-hours"), time->gpu_days * 24, plim_format_significant (time->gpu_days * 24));
  tell (teller, "energy_kwh", _ ("Energy at full power, kWh"), time->energy_kwh,
        plim_format_significant (time->energy_kwh));
  tell (teller, "cost_usd", _ ("Cost"), time->cost_usd, plim_format_money (time->cost_usd));
  tell_deadline (teller);
  if (teller->inputs->task == PLIM_TASK_TRAINING)
    tell (teller, "chinchilla_tokens", _ ("Tokens by the Chinchilla rule, 20 a parameter"), (double) optimal_count,
          plim_format_count (optimal_count));
}

static void
tell_rate (const Teller   *teller,
           const char     *id,
           const char     *title,
           const PlimBand *rate)
{
  tell_band (teller, id, title, rate, plim_wording_band (rate, plim_format_significant));
}

static void
tell_duration (const Teller   *teller,
               const char     *id,
               const char     *title,
               const PlimBand *seconds)
{
  tell_band (teller, id, title, seconds, plim_wording_band (seconds, plim_format_duration));
}

static void
tell_serving (const Teller *teller)
{
  const PlimTime *time = &teller->estimate->time;
  gboolean        writes = time->decode_tokens_per_s.likely > 0;

  tell_rate (teller, "decode_tokens_per_s", _ ("Decode, tokens a second"), &time->decode_tokens_per_s);
  tell_rate (teller, "sequence_tokens_per_s", _ ("Decode of one sequence, tokens a second"),
             &time->sequence_tokens_per_s);
  tell_rate (teller, "prefill_tokens_per_s", _ ("Prefill, tokens a second"), &time->prefill_tokens_per_s);
  tell_duration (teller, "first_token_seconds", writes ? _ ("Time to the first token") : _ ("Time of a text"),
                 &time->first_token_seconds);
  tell (teller, "request_seconds", _ ("Time of a request"), time->request_seconds,
        plim_format_duration (time->request_seconds));
  tell_rate (teller, "loaded_tokens_per_s", _ ("Under steady load, tokens a second"), &time->loaded_tokens_per_s);
  tell_duration (teller, "loaded_token_seconds", _ ("Under steady load, from token to token"),
                 &time->loaded_token_seconds);
}

void
plim_time_figures (const PlimInputs   *inputs,
                   const PlimEstimate *estimate,
                   PlimTimeFigureFunc  func,
                   gpointer            data)
{
  const Teller teller = { inputs, estimate, func, data };

  if (estimate->is_overflow)
    return;
  if (!estimate->time.is_known && !plim_wording_is_speed_alone (&estimate->time))
    return;

  if (inputs->task == PLIM_TASK_INFERENCE)
    tell_serving (&teller);
  else
    tell_training (&teller);
}
