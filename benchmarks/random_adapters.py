"""Adapters by chance, as folders in PEFT's format. Strong enough to change what a base answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from adapters.files import CONFIG_NAME, WEIGHTS_NAME

ALL_LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
Q_AND_V = ("q_proj", "v_proj")
TARGETS = {"all-linear": ALL_LINEAR, "q,v": Q_AND_V}


def write_adapters(
    folder: Path, config: Any, kind: str, rank: int, num_adapters: int, seed: int
) -> dict[str, Path]:
    """`num_adapters` folders for the base with transformers' `config`; name -> folder.

    `kind` is a key of TARGETS. The names begin with it; numbers 0, 1, ... follow.
    """
    folders = {}
    for number in range(num_adapters):
        name = f"{kind} {number}"
        generator = torch.Generator().manual_seed(1000 * seed + number)
        folders[name] = _write(folder / f"{kind}-{number}", config, kind, rank, generator)
    return folders


def _write(folder: Path, config: Any, kind: str, rank: int, generator: torch.Generator) -> Path:
    folder.mkdir(parents=True)
    about = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": rank,
        "lora_alpha": 2 * rank,
        "target_modules": list(TARGETS[kind]),
        "bias": "none",
        "inference_mode": True,
    }
    (folder / CONFIG_NAME).write_text(json.dumps(about), encoding="utf-8")
    tensors = {}
    for stem, num_in, num_out in _layers(config, TARGETS[kind]):
        a = torch.randn(rank, num_in, generator=generator) * num_in**-0.5
        b = torch.randn(num_out, rank, generator=generator) * (0.3 * rank**-0.5)
        tensors[f"{stem}.lora_A.weight"], tensors[f"{stem}.lora_B.weight"] = a, b
    half = {name: tensor.to(torch.bfloat16) for name, tensor in tensors.items()}
    save_file(half, folder / WEIGHTS_NAME, metadata={"format": "pt"})
    return folder


def _layers(config: Any, targets: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """(name in the file, inputs, outputs) of every layer that an adapter has factors for."""
    hidden, ffn = config.hidden_size, config.intermediate_size
    q = config.num_attention_heads * config.head_dim
    kv = config.num_key_value_heads * config.head_dim
    shapes = {
        "q_proj": ("self_attn", hidden, q),
        "k_proj": ("self_attn", hidden, kv),
        "v_proj": ("self_attn", hidden, kv),
        "o_proj": ("self_attn", q, hidden),
        "gate_proj": ("mlp", hidden, ffn),
        "up_proj": ("mlp", hidden, ffn),
        "down_proj": ("mlp", ffn, hidden),
    }
    for layer in range(config.num_hidden_layers):
        for target in targets:
            parent, num_in, num_out = shapes[target]
            stem = f"base_model.model.model.layers.{layer}.{parent}.{target}"
            yield stem, num_in, num_out
