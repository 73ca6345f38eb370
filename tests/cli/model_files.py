# SPDX-License-Identifier: GPL-3.0-or-later
"""Small model files with right headers and no data: the formats as their specifications have them (docs/gguf.md of ggml, README of
safetensors).  Tensor data are holes, so that a file of hundreds of gigabytes takes no room."""

import json
import os
import struct

# ggml types: number, elements of a block, bytes of a block.
F32, F16, Q4_0 = (0, 1, 4), (1, 1, 2), (2, 32, 18)


def llama_tensors(hidden, layers, heads, kv_heads, ffn, vocab):
    """GGUF names and shapes of a Llama without a tied head."""
    kv = hidden // heads * kv_heads
    yield "token_embd.weight", (hidden, vocab)
    for layer in range(layers):
        for name, shape in (("attn_norm", (hidden,)), ("attn_q", (hidden, hidden)), ("attn_k", (hidden, kv)), ("attn_v", (hidden, kv)),
                            ("attn_output", (hidden, hidden)), ("ffn_norm", (hidden,)), ("ffn_gate", (hidden, ffn)),
                            ("ffn_up", (hidden, ffn)), ("ffn_down", (ffn, hidden))):
            yield f"blk.{layer}.{name}.weight", shape
    yield "output_norm.weight", (hidden,)
    yield "output.weight", (hidden, vocab)


def gguf_string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def write_gguf(path, hidden, layers, heads, kv_heads, ffn, vocab, matrix_type=F16):
    """A GGUF file of version 3; returns the bytes of its tensors."""
    metadata = [("general.architecture", "llama"), ("general.name", "test"), ("general.alignment", 32),
                ("llama.context_length", 4096), ("llama.embedding_length", hidden), ("llama.block_count", layers),
                ("llama.feed_forward_length", ffn), ("llama.attention.head_count", heads),
                ("llama.attention.head_count_kv", kv_heads), ("llama.vocab_size", vocab),
                ("general.file_type", {F16: 1, Q4_0: 2}[matrix_type])]
    tensors = list(llama_tensors(hidden, layers, heads, kv_heads, ffn, vocab))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    for key, value in metadata:
        head += gguf_string(key) + (struct.pack("<I", 8) + gguf_string(value) if isinstance(value, str) else struct.pack("<II", 4, value))
    offset = total = 0
    for name, shape in tensors:
        number, elements, size = F32 if len(shape) == 1 else matrix_type
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        head += gguf_string(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", d) for d in shape)
        head += struct.pack("<IQ", number, offset)
        total += count // elements * size
        offset += (count // elements * size + 31) // 32 * 32
    with open(path, "wb") as file:
        file.write(head + bytes(-len(head) % 32))
        file.truncate(file.tell() + offset)
    return total


def write_gguf_adapter(path, base, rank, layers, hidden):
    """An adapter of llama.cpp on the query projections; returns the bytes of its tensors, which are in 32 bits."""
    metadata = [("general.architecture", "llama"), ("general.type", "adapter"), ("adapter.type", "lora"), ("general.base_model.0.repo_url", base)]
    tensors = [(f"blk.{layer}.attn_q.weight.lora_{part}", shape) for layer in range(layers) for part, shape in (("a", (hidden, rank)), ("b", (rank, hidden)))]
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    for key, value in metadata:
        head += gguf_string(key) + struct.pack("<I", 8) + gguf_string(value)
    for number, (name, shape) in enumerate(tensors):
        head += gguf_string(name) + struct.pack("<IQQ", 2, *shape) + struct.pack("<IQ", 0, number * 4 * rank * hidden)
    with open(path, "wb") as file:
        file.write(head + bytes(-len(head) % 32))
        file.truncate(file.tell() + len(tensors) * 4 * rank * hidden)
    return len(tensors) * 4 * rank * hidden


def write_safetensors(path, dtype, size, shapes):
    """Tensors of zeros, sparse."""
    header, offset = {}, 0
    for name, shape in shapes.items():
        bytes_of_tensor = size
        for dimension in shape:
            bytes_of_tensor *= dimension
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + bytes_of_tensor]}
        offset += bytes_of_tensor
    data = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(data)) + data)
        file.truncate(8 + len(data) + offset)
    return offset


def write_pipeline(folder, index=None):
    """A diffusion pipeline: a transformer in two shards, an autoencoder in two variants, and parts without weights."""
    for part in ("transformer", "vae", "tokenizer", "scheduler", "text_encoder"):
        os.makedirs(os.path.join(folder, part))
    index = index or {"_class_name": "TestPipeline", "_diffusers_version": "0.30.0", "scheduler": ["diffusers", "Scheduler"],
                      "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"],
                      "transformer": ["diffusers", "TestTransformer2DModel"], "vae": ["diffusers", "AutoencoderKL"],
                      "safety_checker": [None, None]}
    with open(os.path.join(folder, "model_index.json"), "w", encoding="utf-8") as file:
        json.dump(index, file)
    shards = {"a": "diffusion_pytorch_model-00001-of-00002.safetensors", "b": "diffusion_pytorch_model-00002-of-00002.safetensors"}
    for name, shard in shards.items():
        write_safetensors(os.path.join(folder, "transformer", shard), "BF16", 2, {f"blocks.0.attn.{name}.weight": [1000, 500]})
    with open(os.path.join(folder, "transformer", "diffusion_pytorch_model.safetensors.index.json"), "w", encoding="utf-8") as file:
        json.dump({"metadata": {}, "weight_map": {f"blocks.0.attn.{name}.weight": shard for name, shard in shards.items()}}, file)
    write_safetensors(os.path.join(folder, "vae", "diffusion_pytorch_model.safetensors"), "F32", 4, {"decoder.conv.weight": [8, 8, 3, 3]})
    write_safetensors(os.path.join(folder, "vae", "diffusion_pytorch_model.fp16.safetensors"), "F16", 2, {"decoder.conv.weight": [8, 8, 3, 3]})
    with open(os.path.join(folder, "text_encoder", "pytorch_model.bin"), "wb") as file:
        file.write(b"PK")


def write_llama_folder(folder, others=None, hidden=64, layers=2, heads=4, kv_heads=2, ffn=128, vocab=100):
    """config.json and model.safetensors in BF16, with other tensors beside the model's; returns parameters."""
    os.makedirs(folder, exist_ok=True)
    config = {"model_type": "llama", "hidden_size": hidden, "intermediate_size": ffn, "num_hidden_layers": layers,
              "num_attention_heads": heads, "num_key_value_heads": kv_heads, "vocab_size": vocab, "torch_dtype": "bfloat16",
              "max_position_embeddings": 512, "tie_word_embeddings": False}
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)
    kv = hidden // heads * kv_heads
    shapes = {"model.embed_tokens.weight": [vocab, hidden], "lm_head.weight": [vocab, hidden], "model.norm.weight": [hidden]}
    for layer in range(layers):
        for name, shape in (("self_attn.q_proj", [hidden, hidden]), ("self_attn.k_proj", [kv, hidden]), ("self_attn.v_proj", [kv, hidden]),
                            ("self_attn.o_proj", [hidden, hidden]), ("mlp.gate_proj", [ffn, hidden]), ("mlp.up_proj", [ffn, hidden]),
                            ("mlp.down_proj", [hidden, ffn]), ("input_layernorm", [hidden]), ("post_attention_layernorm", [hidden])):
            shapes[f"model.layers.{layer}.{name}.weight"] = shape
    shapes.update(others or {})
    return write_safetensors(os.path.join(folder, "model.safetensors"), "BF16", 2, shapes) // 2


def write_adapter(folder, base, rank=8, layers=32, hidden=4096, **members):
    """An adapter of PEFT on the query and value projections of a model with as many heads for both."""
    os.makedirs(folder, exist_ok=True)
    config = {"base_model_name_or_path": base, "peft_type": "LORA", "r": rank, "target_modules": ["q_proj", "v_proj"], "modules_to_save": None}
    with open(os.path.join(folder, "adapter_config.json"), "w", encoding="utf-8") as file:
        json.dump(config | members, file)
    shapes = {}
    for layer in range(layers):
        for module in ("q_proj", "v_proj"):
            name = f"base_model.model.model.layers.{layer}.self_attn.{module}.lora_"
            shapes |= {name + "A.weight": [rank, hidden], name + "B.weight": [hidden, rank]}
    return write_safetensors(os.path.join(folder, "adapter_model.safetensors"), "F32", 4, shapes)


def write_hub_model(cache, name):
    """A model as huggingface_hub keeps it: a snapshot by revision, which is that of the main branch; returns its folder."""
    repository = os.path.join(cache, "models--" + name.replace("/", "--"))
    folder = os.path.join(repository, "snapshots", "0123456789abcdef")
    write_llama_folder(folder)
    os.makedirs(os.path.join(repository, "refs"))
    with open(os.path.join(repository, "refs", "main"), "w", encoding="utf-8") as file:
        file.write("0123456789abcdef")
    return folder
