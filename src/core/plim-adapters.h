/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Adapters: what trains beside a frozen base, as Hugging Face PEFT builds it.
 *
 *   LoRA     two matrices of a rank for each target (arXiv:2106.09685)
 *   DoRA     the same, and a length for each output of each target (arXiv:2402.09353, section 4)
 *   IA3      a factor for each key, each value and each input of the down projection (arXiv:2205.05638, section 3.3);
 *            routed experts have none
 *   prompt   a row of the hidden size for each virtual token, before the text; encoder-decoders have them for both
 *            stacks (arXiv:2104.08691; PEFT, tuners/prompt_tuning/model.py)
 *   prefix   a key and a value for each virtual token in every layer, of the widest layer's size, without the
 *            reparametrization; in encoder-decoders for the decoder (arXiv:2101.00190; PEFT, tuners/prefix_tuning)
 *   llama    in all layers but the first two a row of the hidden size for each virtual token, and a gate for each head
 *            (arXiv:2303.16199; litgpt 8641822, lit_gpt/adapter.py) */

#pragma once

#include "plim-inputs.h"

G_BEGIN_DECLS

/* Parameters that the adapter of @inputs trains. */
gint64 plim_adapter_count (const PlimInputs *inputs);

/* The same of a pipeline's stage with @layers_count layers of each kind. */
gint64 plim_adapter_stage_count (const PlimInputs *inputs,
                                 const gint64     *layers_count,
                                 gboolean          has_embedding,
                                 gboolean          has_head);

/* Of these those of routed experts, which expert parallelism deals out. */
gint64 plim_adapter_routed_count (const PlimInputs *inputs,
                                  const gint64     *layers_count);

/* Parameters of low-rank adapters that a token does not go through, as its router chose other experts. */
gint64 plim_adapter_idle_count (const PlimInputs *inputs);

/* Where its counts are from. */
const char *plim_adapter_source (const PlimInputs *inputs);

/* Tokens of a sequence that training computes: those of the context, and the virtual ones of prompt tuning. */
gint64 plim_adapter_sequence_tokens (const PlimInputs *inputs);

/* Tokens that a token may attend to: those, and the keys and values of prefix tuning. */
gint64 plim_adapter_attended_tokens (const PlimInputs *inputs);

/* Outputs of the targets of a layer of @kind that a token goes through, when the adapter is DoRA; 0 otherwise. */
gint64 plim_adapter_magnitudes_count (const PlimInputs    *inputs,
                                      const PlimLayerKind *kind);

/* Factors for keys and values, and for the feed-forward, of a layer of @kind, when the adapter is IA3; 0 otherwise. */
gint64 plim_adapter_kv_factors_count (const PlimInputs    *inputs,
                                      const PlimLayerKind *kind);
gint64 plim_adapter_mlp_factors_count (const PlimInputs    *inputs,
                                       const PlimLayerKind *kind);

/* First layers that have no adapter, and that no gradient goes through. */
gint64 plim_adapter_skipped_layers (const PlimInputs *inputs);

/* TRUE when the attention of layers of @kind has a second one to virtual tokens beside it. */
gboolean plim_adapter_has_gate (const PlimInputs    *inputs,
                                const PlimLayerKind *kind);

/* TRUE when layers of @kind take a prefix: those of decoders, of encoders where there is no decoder. */
gboolean plim_adapter_has_prefix (const PlimInputs    *inputs,
                                  const PlimLayerKind *kind);

/* Width of one virtual token's key and value in a layer, when the adapter is prefix tuning; 0 otherwise. */
gint64 plim_adapter_prefix_width (const PlimInputs *inputs);

/* N_() reason why @inputs cannot have this adapter, NULL when they can. */
const char *plim_adapter_refusal (const PlimInputs *inputs);

G_END_DECLS
