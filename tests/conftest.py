"""What every part's tests share: a tiny random Mistral, tiny random adapters, a running engine.

Knows neither the real base nor PEFT: the folders are written as transformers and PEFT write them,
so that no test waits for training.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import MistralConfig, MistralForCausalLM, PreTrainedTokenizerFast

torch.set_num_threads(1)

ALL_LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
HIDDEN, FFN, HEADS, KV_HEADS, HEAD_DIM, LAYERS, CONTEXT = 64, 128, 2, 1, 32, 2, 512
_SHAPES = {  # target -> (parent module, in features, out features)
    "q_proj": ("self_attn", HIDDEN, HEADS * HEAD_DIM),
    "k_proj": ("self_attn", HIDDEN, KV_HEADS * HEAD_DIM),
    "v_proj": ("self_attn", HIDDEN, KV_HEADS * HEAD_DIM),
    "o_proj": ("self_attn", HEADS * HEAD_DIM, HIDDEN),
    "gate_proj": ("mlp", HIDDEN, FFN),
    "up_proj": ("mlp", HIDDEN, FFN),
    "down_proj": ("mlp", FFN, HIDDEN),
}
_TOKENIZER_TEXT = (
    "### Tweet: the small shop in the town sells tea and bread",
    "### Sentiment: Neutral",
)


class TinyAdapter(Protocol):
    """Writes a random adapter for the tiny base and returns its folder (PEFT's format)."""

    def __call__(
        self, rank: int = 8, targets: Sequence[str] = ALL_LINEAR, seed: int = 0
    ) -> Path: ...


def _write_tokenizer(folder: Path) -> int:
    """Write a byte-level BPE with <s> and </s>; returns the size of its vocabulary."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_TOKENIZER_TEXT, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")
    fast.save_pretrained(folder)
    return len(fast)


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random 2-layer Mistral (hidden 64, vocabulary 300, context 512), float32."""
    folder = tmp_path_factory.mktemp("tiny") / "base"
    num_tokens = _write_tokenizer(folder)
    config = MistralConfig(
        vocab_size=num_tokens,
        hidden_size=HIDDEN,
        intermediate_size=FFN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
        head_dim=HEAD_DIM,
        max_position_embeddings=CONTEXT,
        sliding_window=None,
        tie_word_embeddings=True,
        initializer_range=0.1,  # large enough that greedy answers differ from prompt to prompt
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=None,
    )
    torch.manual_seed(0)
    MistralForCausalLM(config).to(torch.float32).save_pretrained(folder)
    return folder


def _adapter_tensors(rank: int, targets: Sequence[str], seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for layer in range(LAYERS):
        for target in targets:
            parent, num_in, num_out = _SHAPES[target]
            stem = f"base_model.model.model.layers.{layer}.{parent}.{target}"
            a = torch.randn(rank, num_in, generator=generator) * num_in**-0.5
            b = torch.randn(num_out, rank, generator=generator) * (0.3 * rank**-0.5)
            tensors[f"{stem}.lora_A.weight"], tensors[f"{stem}.lora_B.weight"] = a, b
    return tensors


@pytest.fixture(scope="session")
def tiny_adapter(tmp_path_factory: pytest.TempPathFactory) -> TinyAdapter:
    """A factory of random adapters for the tiny base; strong enough to change its answers."""

    def build(rank: int = 8, targets: Sequence[str] = ALL_LINEAR, seed: int = 0) -> Path:
        folder = tmp_path_factory.mktemp(f"adapter-r{rank}-s{seed}")
        config = {
            "peft_type": "LORA",
            "task_type": "CAUSAL_LM",
            "base_model_name_or_path": "tiny",
            "r": rank,
            "lora_alpha": 2 * rank,
            "target_modules": sorted(targets),
            "bias": "none",
            "inference_mode": True,
        }
        (folder / "adapter_config.json").write_text(json.dumps(config))
        tensors = _adapter_tensors(rank, targets, seed)
        save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
        return folder

    return build
