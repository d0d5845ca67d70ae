"""Reads one adapter folder in PEFT's format and refuses what could not be served exactly.

Owns the reading and the content digest. Knows no base model: whether the names and shapes fit a
base is for the engine to say. Nothing is ever unpickled, and no path in a file is followed.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load

from adapters.errors import AdapterRefused

CONFIG_NAME = "adapter_config.json"
WEIGHTS_NAME = "adapter_model.safetensors"
MAX_RANK = 256
MAX_CONFIG_BYTES = 1 << 20
_KEY = re.compile(r"base_model\.model\.(?P<module>.+)\.lora_(?P<side>[AB])(?:\.default)?\.weight")
# Ways to start training that change the base's own weights: without them the delta is wrong.
_INITS_THAT_CHANGE_THE_BASE = ("pissa", "olora", "loftq", "corda", "lora_ga")
_UNSERVED_OPTIONS = {  # option of PEFT's LoRA -> what it asks for
    "use_dora": "DoRA",
    "modules_to_save": "whole modules saved beside the low-rank weights (modules_to_save)",
    "lora_bias": "a bias in the low-rank layers (lora_bias)",
    "fan_in_fan_out": "transposed weights (fan_in_fan_out)",
    "layer_replication": "replicated layers (layer_replication)",
    "trainable_token_indices": "retrained tokens (trainable_token_indices)",
    "target_parameters": "bare parameters as targets (target_parameters)",
    "alora_invocation_tokens": "activation by tokens (aLoRA)",
    "use_qalora": "QALoRA",
}


@dataclass(frozen=True)
class AdapterBytes:
    """The two files of one adapter folder as they stand on the disk, unchecked."""

    folder: Path
    config: bytes
    weights: bytes


@dataclass(frozen=True)
class LoraPair:
    """The two factors of one linear layer: `a` [rank, in], `b` [out, rank], both float32.

    The layer's delta is `scaling * b @ a`.
    """

    a: torch.Tensor
    b: torch.Tensor
    scaling: float

    @property
    def rank(self) -> int:
        return self.a.shape[0]


@dataclass(frozen=True)
class AdapterFile:
    """One adapter as read: its factors by module path in the base, and the digest of its bytes.

    `rank` is the largest of its modules. `targets` are the names that the config promises
    weights for in every layer; empty where it names a pattern or only some layers.
    """

    folder: Path
    rank: int
    alpha: float
    tensors: Mapping[str, LoraPair]
    targets: tuple[str, ...]
    digest: str


def unserved(config: Mapping[str, Any]) -> list[str]:
    """What PEFT's LoRA `config` asks for that the engine does not serve, in words.

    A head (lm_head) is read here all the same: it is the engine that has no place for its factors.
    """
    head = ["a head with low-rank layers (lm_head)"]
    return _unread(config) + (head if "lm_head" in (config.get("target_modules") or ()) else [])


def _unread(config: Mapping[str, Any]) -> list[str]:
    return [meaning for option, meaning in _UNSERVED_OPTIONS.items() if config.get(option)]


def digest(folder: Path) -> str:
    """`sha256:` and the hash of config and weights; no tensor is parsed. Raises AdapterRefused."""
    return _digest(_config_bytes(folder), _weights_bytes(folder))


def read_adapter(folder: Path) -> AdapterFile:
    """Read and check one adapter folder. Raises AdapterRefused with the reason."""
    return parse_adapter(read_bytes(folder))


def read_bytes(folder: Path) -> AdapterBytes:
    """What stands on the disk, unchecked. Raises AdapterRefused if there is nothing to read."""
    return AdapterBytes(folder, _config_bytes(folder), _weights_bytes(folder))


def parse_adapter(raw: AdapterBytes) -> AdapterFile:
    """Check what was read. Raises AdapterRefused with the reason."""
    folder, config = raw.folder, _parse_config(raw.folder, raw.config)
    sides = _read_sides(folder, raw.weights)
    tensors = {module: _pair(folder, config, module, pair) for module, pair in sides.items()}
    return AdapterFile(
        folder=folder,
        rank=max(pair.rank for pair in tensors.values()),
        alpha=_positive_number(folder, config, "lora_alpha"),
        tensors=tensors,
        targets=_promised_targets(config),
        digest=_digest(raw.config, raw.weights),
    )


def _refuse(folder: Path, reason: str) -> AdapterRefused:
    return AdapterRefused(f"The adapter in {folder.name!r} cannot be served: {reason}.")


def _config_bytes(folder: Path) -> bytes:
    if not folder.is_dir():
        raise AdapterRefused(f"There is no adapter folder at {folder}.")
    path = folder / CONFIG_NAME
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise _refuse(folder, f"its {CONFIG_NAME} is larger than 1 MiB")
        return path.read_bytes()
    except OSError as error:
        raise _refuse(folder, f"its {CONFIG_NAME} is missing or cannot be read") from error


def _weights_bytes(folder: Path) -> bytes:
    try:
        return (folder / WEIGHTS_NAME).read_bytes()
    except OSError as error:
        pickles = sorted(path.name for path in folder.glob("*.bin"))
        if pickles:
            reason = f"{pickles[0]} is a pickle, which can run code; save it as {WEIGHTS_NAME}"
        else:
            reason = f"its {WEIGHTS_NAME} is missing or cannot be read"
        raise _refuse(folder, reason) from error


def _digest(config: bytes, weights: bytes) -> str:
    framed = hashlib.sha256(len(config).to_bytes(8, "big"))
    framed.update(config)
    framed.update(weights)
    return f"sha256:{framed.hexdigest()}"


def _parse_config(folder: Path, raw: bytes) -> dict[str, Any]:
    try:
        config = json.loads(raw)
    except ValueError as error:
        raise _refuse(folder, f"its {CONFIG_NAME} is not valid JSON") from error
    if not isinstance(config, dict):
        raise _refuse(folder, f"its {CONFIG_NAME} is not a JSON object")
    method = config.get("peft_type")
    if method != "LORA":
        raise _refuse(folder, f"its method is {method!r}, and only LORA is served")
    for meaning in _unread(config):
        raise _refuse(folder, f"it uses {meaning}, which is not served yet")
    if config.get("bias", "none") != "none":
        raise _refuse(folder, f"it trained biases (bias={config['bias']!r}), which are not served")
    start = str(config.get("init_lora_weights", "")).lower()
    if start.startswith(_INITS_THAT_CHANGE_THE_BASE):
        raise _refuse(folder, f"its start {start!r} changed the base's weights; convert it to LoRA")
    return config


def _rank(folder: Path, config: Mapping[str, Any]) -> int:
    value = config.get("r")
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_RANK:
        reason = f"its rank r must be a whole number from 1 to {MAX_RANK}, not {value!r}"
        raise _refuse(folder, reason)
    return value


def _positive_number(folder: Path, config: Mapping[str, Any], name: str) -> float:
    value = config.get(name)
    match value:
        case int() | float() if 0 < value < math.inf and not isinstance(value, bool):
            return float(value)
    raise _refuse(folder, f"{name} must be a number above 0, not {value!r}")


def _read_sides(folder: Path, weights: bytes) -> dict[str, dict[str, torch.Tensor]]:
    """The tensors by module path and side ("A" or "B"), in float32 and finite."""
    try:
        tensors = load(weights)
    except (SafetensorError, ValueError, KeyError, RuntimeError) as error:
        raise _refuse(folder, f"its {WEIGHTS_NAME} is damaged or cut short") from error
    sides: dict[str, dict[str, torch.Tensor]] = {}
    factors: dict[str, torch.Tensor] = {}
    for key, tensor in tensors.items():
        match = _KEY.fullmatch(key)
        if match is None:
            raise _refuse(folder, f"it holds {key!r}, which is not a low-rank factor of a layer")
        if tensor.ndim != 2 or not tensor.is_floating_point():
            raise _refuse(folder, f"{key!r} is not a matrix of floating-point numbers")
        factors[key] = tensor.to(torch.float32)
        sides.setdefault(match["module"], {})[match["side"]] = factors[key]
    if not sides:
        raise _refuse(folder, f"its {WEIGHTS_NAME} holds no weights")
    _check_finite(folder, factors)
    return sides


def _check_finite(folder: Path, factors: Mapping[str, torch.Tensor]) -> None:
    """A finite norm of all is proof; only without it are they looked at one by one."""
    if torch.isfinite(torch.nn.utils.get_total_norm(factors.values())):
        return
    for key, factor in factors.items():
        if not torch.isfinite(factor).all():
            raise _refuse(folder, f"{key!r} holds values that are not finite numbers")


def _pair(
    folder: Path,
    config: Mapping[str, Any],
    module: str,
    sides: Mapping[str, torch.Tensor],
) -> LoraPair:
    if sides.keys() != {"A", "B"}:
        missing = "B" if "A" in sides else "A"
        raise _refuse(folder, f"{module} has no lora_{missing}")
    rank = _by_pattern(folder, config, "rank_pattern", module, _rank(folder, config))
    default_alpha = _positive_number(folder, config, "lora_alpha")
    alpha = _by_pattern(folder, config, "alpha_pattern", module, default_alpha)
    shapes = tuple(sides["A"].shape), tuple(sides["B"].shape)
    if shapes[0][0] != rank or shapes[1][1] != rank:
        reason = f"{module} has factors of shapes {shapes[0]} and {shapes[1]}, but rank {rank:g}"
        raise _refuse(folder, reason)
    divisor = math.sqrt(rank) if config.get("use_rslora") else rank
    return LoraPair(a=sides["A"], b=sides["B"], scaling=alpha / divisor)


def _by_pattern(
    folder: Path, config: Mapping[str, Any], name: str, module: str, default: float
) -> float:
    """The entry of `rank_pattern` or `alpha_pattern` for this module, as PEFT matches it."""
    patterns = config.get(name) or {}
    if not isinstance(patterns, dict):
        raise _refuse(folder, f"{name} must be a table, not {patterns!r}")
    for pattern in patterns:
        try:
            found = re.match(rf"(.*\.)?({pattern})$", module)
        except re.error as error:
            raise _refuse(folder, f"{name} holds {pattern!r}, which is no pattern") from error
        if found:
            return _positive_number(folder, patterns, pattern)
    return default


def _promised_targets(config: Mapping[str, Any]) -> tuple[str, ...]:
    targets = config.get("target_modules")
    limited = any(
        config.get(name) is not None
        for name in ("layers_to_transform", "layers_pattern", "exclude_modules")
    )
    if limited or not isinstance(targets, list):
        return ()
    return tuple(str(target) for target in targets)
