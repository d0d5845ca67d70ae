"""Writes base and adapter as one plain 16-bit model, for whoever serves models without LoRA.

Owns the folder and what is refused; the arithmetic is PEFT's. An adapter made by QLoRA learnt
beside a base rounded to NF4, and is served beside one. Here it is added to the base's 16-bit
weights, of which NF4 is a rounding: some answers differ from the engine's (docs/tuning.md).
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from peft import PeftModel
from peft.helpers import rescale_adapter_scale
from peft.tuners.lora import LoraLayer
from safetensors import SafetensorError
from transformers import AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from adapters.catalog import digest_base
from adapters.errors import LoraLandError
from adapters.files import AdapterFile, read_adapter
from adapters.provenance import trained_base
from training.qlora import base_name, read_base
from training.quiet import quiet_libraries

RECORD_NAME = "merge.json"
_README = """# {adapter[name]}, merged into {base[name]}

A plain model in bfloat16 that transformers loads without PEFT. `lora-land merge` made it: each
adapted weight is `W + scale · s · B A`, with the adapter's own scaling s, rounded once.

| | |
|---|---|
| base | {base[name]}, `{base[digest]}` |
| adapter | {adapter[name]}, `{adapter[digest]}` |
| scale | {scale:g} |

The sum is with the base's 16-bit weights. Where the adapter was trained or is served over a 4-bit
base (NF4), some of its answers there differ from this model's.
"""


class MergeRefused(LoraLandError):
    """Shown to whoever asks for a merged model that cannot be made as asked."""


def merge(base: Path, adapter: Path, out: Path, scale: float = 1.0) -> None:
    """Write `base` plus `scale` times `adapter` into the new folder `out`.

    The folder appears whole or not at all, and the same three give the same bytes.
    Raises MergeRefused; AdapterRefused for a damaged adapter; TuneRefused for an unreadable base.
    """
    out = out.resolve()
    if not math.isfinite(scale):
        raise MergeRefused(f"The scale must be a finite number, not {scale}.")
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise MergeRefused(f"{out} is there already and is no empty folder; name another.")
    with quiet_libraries():
        file = read_adapter(adapter)
        model, tokenizer = read_base(base, torch.bfloat16), _read_tokenizer(base)
        base_digest = digest_base(base)
        _refuse_unfit(model, file, base, base_digest)
        record = {
            "base": {"name": base_name(base), "digest": base_digest},
            "adapter": {"name": adapter.resolve().name, "digest": file.digest},
            "scale": scale,
        }
        _write(out, _merged(model, file, scale), tokenizer, record)


def _read_tokenizer(base: Path) -> PreTrainedTokenizerBase:
    """The tokenizer as it is, while training gives it a padding token where it has none."""
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(base)
    except (OSError, ValueError) as error:
        raise MergeRefused(f"The base in {base} has no tokenizer that can be read.") from error
    return tokenizer


def _refuse_unfit(model: PreTrainedModel, file: AdapterFile, base: Path, digest: str) -> None:
    """Whatever would be merged without a complaint, and wrongly."""
    if trained_base(file.folder) not in (None, digest):
        raise MergeRefused(
            f"The adapter in {file.folder} was trained on another base than the one in {base}; "
            "name its own with --base."
        )
    if getattr(model.config, "quantization_config", None) is not None:
        raise MergeRefused(f"The base in {base} is quantised; an adapter needs its 16-bit weights.")
    if "lm_head" in file.tensors and model.config.tie_word_embeddings:
        raise MergeRefused(
            f"The adapter in {file.folder} changes the head, which this base shares with its "
            "embeddings; merging would change both."
        )


def _merged(model: PreTrainedModel, file: AdapterFile, scale: float) -> PreTrainedModel:
    """The model with the adapter in its weights; `model` itself is used up."""
    unfit = MergeRefused(f"The adapter in {file.folder} does not fit the layers of this base.")
    try:
        both = PeftModel.from_pretrained(model, file.folder)
    except (RuntimeError, ValueError) as error:
        raise unfit from error
    layers = both.get_base_model().named_modules()
    if {name for name, layer in layers if isinstance(layer, LoraLayer)} != file.tensors.keys():
        raise unfit  # PEFT passes over factors without a layer, and fills in those that it lacks
    # PEFT holds the factors in float32 and adds in place: each weight is rounded once.
    with rescale_adapter_scale(both, scale):
        merged: PreTrainedModel = both.merge_and_unload()
    if not all(bool(torch.isfinite(weight).all()) for weight in merged.parameters()):
        raise MergeRefused(f"With scale {scale:g} the merged weights are not all finite numbers.")
    return merged


def _write(
    out: Path,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    record: Mapping[str, Any],
) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as unfinished:
            new = Path(unfinished) / out.name
            model.save_pretrained(new)
            tokenizer.save_pretrained(new)
            (new / RECORD_NAME).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
            (new / "README.md").write_text(_README.format(**record), encoding="utf-8")
            new.rename(out)  # also over an empty folder
    except (OSError, ValueError, SafetensorError) as error:
        raise MergeRefused(f"The merged model cannot be written to {out}: {error}") from error
