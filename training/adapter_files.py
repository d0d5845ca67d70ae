"""Writes an adapter folder whole or not at all: bfloat16 safetensors, a config, training.json.

Owns the files' form. The bytes depend on weights and settings only, so that the digest of an
adapter says whether two runs came to the same.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig
from safetensors.torch import save

from adapters.errors import AdapterRefused
from adapters.files import CONFIG_NAME, WEIGHTS_NAME, digest, read_adapter, unserved
from adapters.scores import FILE_NAME as SCORES_NAME

TRAINING_NAME = "training.json"
# Files that speak of the old weights; others in the folder (heldout.jsonl) outlive a retraining.
_REPLACED = {CONFIG_NAME, WEIGHTS_NAME, TRAINING_NAME, SCORES_NAME}


def write_adapter(
    out: Path,
    config: LoraConfig,
    base_name: str,
    tensors: Mapping[str, torch.Tensor],
    record: Mapping[str, Any],
    files: Mapping[str, str],
) -> str:
    """Put the adapter into `out`, replacing one that is there; returns its content digest.

    `files` are texts that belong beside the weights, by name.
    `tensors` are PEFT's names and factors of any float type. A crash leaves the old folder or the
    new one, never a mixture. Raises AdapterRefused for weights that are not finite, and for what
    else the engine would refuse of a kind of adapter that it serves.
    """
    mend(out)
    new = out.with_name(f".{out.name}.new")
    if new.exists():
        shutil.rmtree(new)
    new.mkdir(parents=True)
    _write_config(new / CONFIG_NAME, config, base_name)
    small = {name: _as_saved(tensor) for name, tensor in tensors.items()}
    (new / WEIGHTS_NAME).write_bytes(save(small, metadata={"format": "pt"}))
    (new / TRAINING_NAME).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    for name, text in files.items():
        (new / name).write_text(text, encoding="utf-8")
    if unserved(config.to_dict()):
        _refuse_infinite(out, small)
    else:
        read_adapter(new)
    for path in out.glob("*"):
        if path.name not in (*_REPLACED, *files) and path.is_file():
            shutil.copy2(path, new / path.name)
    _swap(new, out)
    return digest(out)


def _as_saved(tensor: torch.Tensor) -> torch.Tensor:
    """Factors in bfloat16; DoRA's lengths as they are, for each scales a whole row of the base."""
    return (tensor if tensor.ndim == 1 else tensor.to(torch.bfloat16)).contiguous()


def _refuse_infinite(out: Path, tensors: Mapping[str, torch.Tensor]) -> None:
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise AdapterRefused(f"In the adapter {out.name!r}, {name!r} is not finite.")


def _write_config(path: Path, config: LoraConfig, base_name: str) -> None:
    content = {
        name: sorted(value) if isinstance(value, set) else value
        for name, value in config.to_dict().items()
    }
    # PEFT lists a set in the order of its hashes, which differs from process to process.
    content["target_modules"] = sorted(content["target_modules"])
    content |= {"base_model_name_or_path": base_name, "inference_mode": True, "revision": None}
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _swap(new: Path, out: Path) -> None:
    """Replace folder `out` by `new`; a crash between the two renames is mended by `mend`."""
    old = _old(out)
    if out.exists():
        out.rename(old)
    new.rename(out)
    if old.exists():
        shutil.rmtree(old)


def mend(out: Path) -> None:
    """Put back, or drop, the adapter that a crash in the middle of a replacement had set aside."""
    old = _old(out)
    if old.exists() and out.exists():
        shutil.rmtree(old)
    elif old.exists():
        old.rename(out)


def _old(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")
