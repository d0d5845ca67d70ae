"""Adapter folders: what is read, and what is refused with a reason."""

import json
import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from adapters.errors import AdapterRefused
from adapters.files import CONFIG_NAME, WEIGHTS_NAME, digest, read_adapter

Q = "base_model.model.model.layers.0.self_attn.q_proj"
MODULE = "model.layers.0.self_attn.q_proj"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A healthy adapter of rank 2 for one layer of 4 inputs and 6 outputs."""
    write_config(tmp_path)
    tensors = {
        f"{Q}.lora_A.weight": torch.arange(8.0).view(2, 4),
        f"{Q}.lora_B.weight": torch.ones(6, 2),
    }
    save_file(tensors, tmp_path / WEIGHTS_NAME)
    return tmp_path


def write_config(folder: Path, **changes) -> None:
    config = {"peft_type": "LORA", "r": 2, "lora_alpha": 8, "target_modules": ["q_proj"]}
    (folder / CONFIG_NAME).write_text(json.dumps({**config, **changes}))


def change_weights(folder: Path, **changes: torch.Tensor | None) -> None:
    tensors = load_file(folder / WEIGHTS_NAME)
    for side, tensor in changes.items():
        del tensors[f"{Q}.lora_{side}.weight"]
        if tensor is not None:
            tensors[f"{Q}.lora_{side}.weight"] = tensor
    save_file(tensors, folder / WEIGHTS_NAME)


def test_a_healthy_adapter_is_read(folder):
    """Catches factors swapped, or a scaling that is not alpha / r."""
    file = read_adapter(folder)
    pair = file.tensors[MODULE]
    assert pair.a.shape == (2, 4)
    assert pair.b.shape == (6, 2)
    assert (pair.scaling, pair.rank, file.rank, file.alpha) == (4.0, 2, 2, 8.0)
    assert file.targets == ("q_proj",)


def test_16_bit_weights_are_read_as_float32(folder):
    """Catches arithmetic in the precision of the file."""
    change_weights(folder, A=torch.ones(2, 4, dtype=torch.bfloat16))
    assert read_adapter(folder).tensors[MODULE].a.dtype is torch.float32


def test_rank_stabilised_scaling(folder):
    """Catches rsLoRA served with the plain scaling."""
    write_config(folder, use_rslora=True)
    assert read_adapter(folder).tensors[MODULE].scaling == pytest.approx(8 / math.sqrt(2))


@pytest.mark.parametrize("pattern", ["q_proj", r"layers\.0\.self_attn\.q_proj", MODULE])
def test_patterns_override_rank_and_alpha(folder, pattern):
    """Catches patterns matched otherwise than PEFT matches them."""
    write_config(folder, r=16, rank_pattern={pattern: 2}, alpha_pattern={pattern: 3})
    assert read_adapter(folder).tensors[MODULE].scaling == 1.5


def test_the_digest_covers_config_and_weights(folder):
    """Catches changed bytes under an unchanged identity."""
    first = digest(folder)
    assert first == read_adapter(folder).digest
    assert first.startswith("sha256:")
    write_config(folder, lora_alpha=9)
    second = digest(folder)
    change_weights(folder, B=torch.zeros(6, 2))
    assert len({first, second, digest(folder)}) == 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"peft_type": "IA3"}, "'IA3', and only LORA"),
        ({"use_dora": True}, "DoRA"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
        ({"bias": "all"}, "biases"),
        ({"lora_bias": True}, "lora_bias"),
        ({"layer_replication": [[0, 1]]}, "replicated"),
        ({"fan_in_fan_out": True}, "transposed"),
        ({"trainable_token_indices": [3]}, "retrained tokens"),
        ({"init_lora_weights": "pissa_niter_4"}, "changed the base"),
        ({"r": 0}, "from 1 to 256, not 0"),
        ({"r": 1000}, "from 1 to 256, not 1000"),
        ({"r": "8"}, "not '8'"),
        ({"r": 3}, "but rank 3"),
        ({"lora_alpha": None}, "lora_alpha must be a number above 0"),
        ({"lora_alpha": math.nan}, "lora_alpha must be a number above 0"),
        ({"rank_pattern": {"q_proj": 5}}, "but rank 5"),
        ({"rank_pattern": {"(": 5}}, "is no pattern"),
        ({"alpha_pattern": ["q_proj"]}, "must be a table"),
    ],
)
def test_a_config_that_cannot_be_served_exactly_is_refused(folder, changes, reason):
    """Catches an adapter that is half applied without a word."""
    write_config(folder, **changes)
    with pytest.raises(AdapterRefused, match="cannot be served: ") as caught:
        read_adapter(folder)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"A": torch.full((2, 4), math.nan)}, "not finite"),
        ({"B": torch.full((6, 2), math.inf)}, "not finite"),
        ({"B": None}, "has no lora_B"),
        ({"A": torch.ones(3, 4)}, "but rank 2"),
        ({"A": torch.ones(8)}, "not a matrix"),
        ({"B": torch.ones(6, 2, dtype=torch.int32)}, "not a matrix of floating-point"),
    ],
)
def test_weights_that_are_no_low_rank_factors_are_refused(folder, changes, reason):
    """Catches wrong numbers that would only show as strange answers."""
    change_weights(folder, **changes)
    with pytest.raises(AdapterRefused, match=reason):
        read_adapter(folder)


@pytest.mark.parametrize(
    "key",
    [
        "base_model.model.lm_head.weight",
        f"{Q}.lora_magnitude_vector.weight",
        "base_model.model.model.embed_tokens.lora_embedding_A",
        f"{Q}.lora_B.bias",
    ],
)
def test_any_other_tensor_is_refused(folder, key):
    """Catches a part of the adapter being dropped."""
    save_file({key: torch.ones(2, 2)}, folder / WEIGHTS_NAME)
    with pytest.raises(AdapterRefused, match="not a low-rank factor"):
        read_adapter(folder)


@pytest.mark.parametrize("num_bytes", [0, 5, 100, -8])
def test_a_file_cut_short_is_refused(folder, num_bytes):
    """Catches a download that broke off."""
    path = folder / WEIGHTS_NAME
    path.write_bytes(path.read_bytes()[:num_bytes])
    with pytest.raises(AdapterRefused, match="damaged or cut short"):
        read_adapter(folder)


def test_a_pickle_is_never_opened(folder):
    """Catches code run by loading weights."""
    (folder / WEIGHTS_NAME).rename(folder / "adapter_model.bin")
    with pytest.raises(AdapterRefused, match=r"adapter_model\.bin is a pickle"):
        read_adapter(folder)


@pytest.mark.parametrize("name", [CONFIG_NAME, WEIGHTS_NAME])
def test_a_missing_file_is_named(folder, name):
    """Catches a traceback where a sentence belongs."""
    (folder / name).unlink()
    with pytest.raises(AdapterRefused, match=f"{name} is missing"):
        read_adapter(folder)


@pytest.mark.parametrize("text", ["", "[]", "{", "\0"])
def test_a_config_that_is_no_object_is_refused(folder, text):
    """Catches the same for a damaged config."""
    (folder / CONFIG_NAME).write_text(text)
    with pytest.raises(AdapterRefused, match="JSON"):
        read_adapter(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    """Catches a path that was mistyped."""
    with pytest.raises(AdapterRefused, match="no adapter folder at"):
        read_adapter(tmp_path / "nowhere")


def test_an_empty_weights_file_is_refused(folder):
    """Catches an adapter that does nothing, served as if it did."""
    save_file({}, folder / WEIGHTS_NAME)
    with pytest.raises(AdapterRefused, match="holds no weights"):
        read_adapter(folder)


def test_only_promises_for_all_layers_are_kept(folder):
    """Catches an adapter of some layers refused for lacking the others."""
    write_config(folder, layers_to_transform=[0])
    assert read_adapter(folder).targets == ()
    write_config(folder, target_modules=".*q_proj")
    assert read_adapter(folder).targets == ()
