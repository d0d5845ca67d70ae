"""An adapter is checked against the base before anything changes."""

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from adapters.errors import AdapterRefused
from adapters.files import CONFIG_NAME, WEIGHTS_NAME, unserved
from engine.errors import BadRequest
from engine.lora.weights import rank_bucket

K = "base_model.model.model.layers.1.self_attn.k_proj"


def rewrite(folder: Path, changes: dict[str, torch.Tensor | None]) -> Path:
    tensors = load_file(folder / WEIGHTS_NAME) | {k: v for k, v in changes.items() if v is not None}
    for key in [key for key, tensor in changes.items() if tensor is None]:
        del tensors[key]
    save_file(tensors, folder / WEIGHTS_NAME)
    return folder


def rename_targets(folder: Path, *targets: str) -> Path:
    path = folder / CONFIG_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | {"target_modules": targets}))
    return folder


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({f"{K}.lora_A.weight": torch.ones(4, 99)}, "99 inputs and 32 outputs"),
        ({f"{K}.lora_B.weight": torch.ones(64, 4)}, "64 inputs and 64 outputs"),
        ({f"{K}.lora_A.weight": None, f"{K}.lora_B.weight": None}, "has no weights"),
        (
            {
                "base_model.model.lm_head.lora_A.weight": torch.ones(4, 64),
                "base_model.model.lm_head.lora_B.weight": torch.ones(300, 4),
            },
            "'lm_head', no served layer",
        ),
        (
            {
                "base_model.model.model.layers.7.mlp.up_proj.lora_A.weight": torch.ones(4, 64),
                "base_model.model.model.layers.7.mlp.up_proj.lora_B.weight": torch.ones(128, 4),
            },
            "no served layer of this base",
        ),
    ],
)
def test_an_adapter_of_another_base_is_refused(make_engine, tiny_adapter, changes, reason):
    """Catches a crash in the forward pass, or layers left out without a word."""
    engine = make_engine()
    folder = rewrite(tiny_adapter(rank=4, seed=9), changes)
    with pytest.raises(AdapterRefused, match=reason):
        engine.adapters.load("other", folder)
    assert engine.adapters.known == {}


def test_a_target_without_any_weights_is_refused(make_engine, tiny_adapter):
    """Catches a config that promises more than the file holds."""
    folder = rename_targets(tiny_adapter(rank=4, targets=("q_proj",), seed=9), "q_proj", "v_proj")
    with pytest.raises(AdapterRefused, match=r"'v_proj'.*has no weights"):
        make_engine().adapters.load("other", folder)


@pytest.mark.parametrize("changes", [{}, {"use_dora": True}, {"target_modules": ["lm_head"]}])
def test_the_engine_refuses_what_is_said_to_be_unserved(make_engine, tiny_adapter, changes):
    """Catches a maker warned of what the engine has learnt to serve, or not warned in time."""
    head = "base_model.model.lm_head.lora_"
    factors = {f"{head}A.weight": torch.ones(4, 64), f"{head}B.weight": torch.ones(300, 4)}
    has_head = "target_modules" in changes
    folder = rewrite(tiny_adapter(rank=4, seed=9), factors if has_head else {})
    config = json.loads((folder / CONFIG_NAME).read_text()) | changes
    (folder / CONFIG_NAME).write_text(json.dumps(config))
    with pytest.raises(AdapterRefused) if unserved(config) else nullcontext():
        make_engine().adapters.load("one", folder)


def test_an_engine_without_lora_takes_no_adapter(make_engine, tiny_adapter):
    """Catches an adapter accepted by an engine that cannot apply it."""
    with pytest.raises(BadRequest, match="without LoRA"):
        make_engine(lora=False).adapters.load("one", tiny_adapter())


@pytest.mark.parametrize(("rank", "bucket"), [(1, 8), (7, 8), (8, 8), (9, 16), (64, 64), (65, 128)])
def test_rank_buckets(rank, bucket):
    """Catches a stack too narrow for its rows."""
    assert rank_bucket(rank) == bucket
