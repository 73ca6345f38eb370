/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The choices of each input that is chosen from a list. */

#include "plim-framework.h"
#include "plim-inputs.h"
#include "plim-objective.h"
#include "plim-optimizer.h"

#include <glib/gi18n.h>

static const PlimChoice methods[] = {
  { "component", N_ ("By component") },
  { "bytes-times-multiplier", N_ ("Bytes times multiplier") },
  { "serving-overhead", N_ ("Serving overhead") },
  { "textbook-transformer", N_ ("Textbook transformer") },
  { "24-bytes-per-parameter", N_ ("24 bytes per parameter") },
  { "module-table", N_ ("Module table") },
};

static const PlimChoice tasks[] = {
  { "inference", N_ ("Inference") },
  { "training", N_ ("Full training") },
  { "lora", N_ ("LoRA") },
  { "qlora", N_ ("QLoRA") },
};

static const PlimChoice evaluations[] = {
  { "none", N_ ("None") },
  { "f16", N_ ("Copy in FP16") },
  { "int8", N_ ("Copy in INT8") },
  { "in-place", N_ ("Loss, in place") },
  { "generate", N_ ("Generation, in place") },
};

static const PlimChoice recipes[] = {
  { "mixed", N_ ("Mixed: 32-bit master weights") },
  { "deepspeed", N_ ("DeepSpeed’s BF16: adapters too") },
  { "pure", N_ ("Pure: one precision") },
  { "autocast", N_ ("Autocast: 32-bit weights") },
  { "fsdp2", N_ ("FSDP2: 32-bit shards") },
  { "megatron", N_ ("Megatron: 32-bit gradients") },
  { "fp8", N_ ("FP8: 8-bit products") },
  { "fp8-blocks", N_ ("FP8 in blocks of 128: DeepSeek") },
  { "mxfp8", N_ ("MXFP8: blocks of 32") },
  { "nvfp4", N_ ("NVFP4: 4-bit products") },
};

static const PlimChoice recomputes[] = {
  { "none", N_ ("None") },
  { "full", N_ ("Every layer") },
  { "selective", N_ ("Attention scores") },
  { "matmuls", N_ ("Every second product") },
  { "parts", N_ ("Parts of a layer") },
};

static const PlimChoice attentions[] = {
  { "flash", N_ ("Flash") },
  { "eager", N_ ("Eager") },
  { "flex", N_ ("Flex: block masks") },
};

static const PlimChoice losses[] = {
  { "plain", N_ ("Plain") },
  { "chunked", N_ ("Chunked") },
  { "fused", N_ ("Fused with the head") },
};

static const PlimChoice shardings[] = {
  { "full", N_ ("Full: FSDP, ZeRO-3") },
  { "gradients", N_ ("Gradients and states: ZeRO-2") },
  { "optimizer", N_ ("Optimizer states: ZeRO-1") },
  { "none", N_ ("None: DDP") },
  { "hybrid", N_ ("Full within a node: HSDP") },
};

static const PlimChoice runtimes[] = {
  { "transformers", "Transformers" },
  { "llama.cpp", "llama.cpp" },
  { "vllm", "vLLM" },
  { "sglang", "SGLang" },
  { "tensorrt-llm", "TensorRT-LLM" },
  { "mlx", "MLX" },
  { "litgpt", "LitGPT" },
};

static const PlimChoice mlas[] = {
  { "by-runtime", N_ ("As the runtime does") },
  { "absorbed", N_ ("Latent, for all heads") },
  { "twice", N_ ("Latent, as keys and as values") },
  { "expanded", N_ ("Expanded, for every head") },
};

static const PlimChoice towers[] = {
  { "by-runtime", N_ ("As the runtime does") },
  { "loaded", N_ ("Loaded") },
  { "not-loaded", N_ ("Left out") },
};

static const PlimChoice switches[] = {
  { "off", N_ ("Off") },
  { "on", N_ ("On") },
};

static const PlimChoice offloads[] = {
  { "off", N_ ("Off") },
  { "on", N_ ("To the host") },
  { "nvme", N_ ("To NVMe") },
};

static const PlimChoice state_formats[] = {
  { "by-recipe", N_ ("As the recipe") },
  { "f32", "FP32" },
  { "bf16", "BF16" },
};

static const PlimChoice masters[] = {
  { "by-recipe", N_ ("As the recipe") },
  { "none", N_ ("None") },
  { "f32", "FP32" },
};

static const PlimChoice schedules[] = {
  { "1f1b", "1F1B" },
  { "gpipe", "GPipe" },
  { "interleaved", N_ ("Interleaved 1F1B") },
  { "zero-bubble", N_ ("Zero bubble") },
  { "dualpipe", "DualPipe" },
};

static const PlimChoice lora_targets[] = {
  { "all-linear", N_ ("All linear layers") },
  { "attention", N_ ("Attention") },
  { "query-value", N_ ("Query and value") },
  { "all-linear-experts", N_ ("All linear layers, experts’ too") },
};

static const PlimChoice adapters[] = {
  { "lora", "LoRA" },
  { "dora", "DoRA" },
  { "ia3", "IA³" },
  { "prompt", N_ ("Prompt tuning") },
  { "prefix", N_ ("Prefix tuning") },
  { "llama-adapter", "LLaMA-Adapter" },
};

static const PlimChoice references[] = {
  { "by-objective", N_ ("As the objective does") },
  { "none", N_ ("None, or beforehand") },
  { "kept", N_ ("Kept beside the policy") },
};

static const PlimChoice engines[] = {
  { "policy", N_ ("By the trained model") },
  { "vllm", N_ ("By vLLM beside it") },
  { "vllm-sleeping", N_ ("By vLLM, asleep in between") },
  { "server", N_ ("On other GPUs") },
};

typedef struct
{
  const PlimChoice *choices;
  guint             n_choices;
} ChoiceSet;

/* Precisions, optimizers, objectives and frameworks have tables of their own. */
static const ChoiceSet choice_sets[PLIM_N_FIELDS] = {
  [PLIM_FIELD_METHOD] = { methods, G_N_ELEMENTS (methods) },
  [PLIM_FIELD_TASK] = { tasks, G_N_ELEMENTS (tasks) },
  [PLIM_FIELD_EVALUATION] = { evaluations, G_N_ELEMENTS (evaluations) },
  [PLIM_FIELD_RECIPE] = { recipes, G_N_ELEMENTS (recipes) },
  [PLIM_FIELD_RECOMPUTE] = { recomputes, G_N_ELEMENTS (recomputes) },
  [PLIM_FIELD_RECOMPUTE_CORE_ATTENTION] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_RECOMPUTE_NORMS] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_RECOMPUTE_LATENT_PROJECTIONS] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_RECOMPUTE_MLP] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_RECOMPUTE_EXPERT_ACTIVATION] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_RECOMPUTE_SHARED_EXPERTS] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_RECOMPUTE_EXPERTS] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_ATTENTION] = { attentions, G_N_ELEMENTS (attentions) },
  [PLIM_FIELD_LOSS] = { losses, G_N_ELEMENTS (losses) },
  [PLIM_FIELD_SHARDING] = { shardings, G_N_ELEMENTS (shardings) },
  [PLIM_FIELD_RUNTIME] = { runtimes, G_N_ELEMENTS (runtimes) },
  [PLIM_FIELD_UNIFIED_CACHE] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_SWA_FULL] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_MLA] = { mlas, G_N_ELEMENTS (mlas) },
  [PLIM_FIELD_TOWERS] = { towers, G_N_ELEMENTS (towers) },
  [PLIM_FIELD_PACKING] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_COMPILE] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_FUSED_KERNELS] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_GRADIENT_FORMAT] = { state_formats, G_N_ELEMENTS (state_formats) },
  [PLIM_FIELD_COMPUTE_FORMAT] = { state_formats, G_N_ELEMENTS (state_formats) },
  [PLIM_FIELD_REDUCE_FORMAT] = { state_formats, G_N_ELEMENTS (state_formats) },
  [PLIM_FIELD_MASTER_WEIGHTS] = { masters, G_N_ELEMENTS (masters) },
  [PLIM_FIELD_STATE_FORMAT] = { state_formats, G_N_ELEMENTS (state_formats) },
  [PLIM_FIELD_OPTIMIZER_IN_BACKWARD] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_OFFLOAD_OPTIMIZER] = { offloads, G_N_ELEMENTS (offloads) },
  [PLIM_FIELD_OFFLOAD_PARAMETERS] = { offloads, G_N_ELEMENTS (offloads) },
  [PLIM_FIELD_OFFLOAD_ACTIVATIONS] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_LORA_HEAD] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_LORA_EMBEDDING] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_SEQUENCE_PARALLEL] = { switches, G_N_ELEMENTS (switches) },
  [PLIM_FIELD_PIPELINE_SCHEDULE] = { schedules, G_N_ELEMENTS (schedules) },
  [PLIM_FIELD_REFERENCE] = { references, G_N_ELEMENTS (references) },
  [PLIM_FIELD_ENGINE] = { engines, G_N_ELEMENTS (engines) },
  [PLIM_FIELD_ADAPTER] = { adapters, G_N_ELEMENTS (adapters) },
  [PLIM_FIELD_LORA_TARGETS] = { lora_targets, G_N_ELEMENTS (lora_targets) },
};

static gboolean
is_precision (PlimFieldId id)
{
  return id == PLIM_FIELD_PRECISION || id == PLIM_FIELD_KV_PRECISION || id == PLIM_FIELD_V_PRECISION;
}

guint
plim_field_n_choices (PlimFieldId id)
{
  g_return_val_if_fail (id < PLIM_N_FIELDS, 0);

  if (id == PLIM_FIELD_V_PRECISION)
    return PLIM_N_PRECISIONS + 1;

  if (id == PLIM_FIELD_OPTIMIZER)
    return PLIM_N_OPTIMIZERS;
  if (id == PLIM_FIELD_FRAMEWORK)
    return PLIM_N_FRAMEWORKS;
  if (id == PLIM_FIELD_OBJECTIVE)
    return PLIM_N_OBJECTIVES;

  return is_precision (id) ? PLIM_N_PRECISIONS : choice_sets[id].n_choices;
}

PlimChoice
plim_field_choice (PlimFieldId id,
                   guint       index)
{
  g_return_val_if_fail (index < plim_field_n_choices (id), ((PlimChoice) { "", "" }));

  if (id == PLIM_FIELD_V_PRECISION && index == 0)
    return (PlimChoice) { "as-keys", N_ ("As the keys") };
  if (id == PLIM_FIELD_OPTIMIZER)
    return (PlimChoice) { plim_optimizer_info (index)->id, plim_optimizer_info (index)->name };
  if (id == PLIM_FIELD_FRAMEWORK)
    return (PlimChoice) { plim_framework_profile (index)->id, plim_framework_profile (index)->name };
  if (id == PLIM_FIELD_OBJECTIVE)
    return (PlimChoice) { plim_objective_info (index)->id, plim_objective_info (index)->name };
  if (is_precision (id))
    {
      guint                    precision = id == PLIM_FIELD_V_PRECISION ? index - 1 : index;
      const PlimPrecisionInfo *info = plim_precision_info ((PlimPrecision) precision);

      return (PlimChoice) { info->id, info->label };
    }

  return choice_sets[id].choices[index];
}

gint
plim_field_find_choice (PlimFieldId id,
                        const char *choice_id)
{
  guint n_choices = plim_field_n_choices (id);

  for (guint i = 0; i < n_choices; i++)
    if (g_strcmp0 (plim_field_choice (id, i).id, choice_id) == 0)
      return (gint) i;

  return -1;
}
