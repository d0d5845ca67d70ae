"""Loads a base model for serving and refuses what would be served wrongly.

Knows transformers and the precision of the weights; knows no adapters and no requests.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import nn
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from engine import nf4
from engine.attention import ATTENTION_NAME
from engine.errors import BadRequest, ModelRefused
from engine.products import SMALL_BASE, settle_products
from engine.vocabulary import Vocabulary

logger = logging.getLogger(__name__)

FAMILIES = (
    "mistral", "llama", "gemma", "gemma2", "gemma3_text", "phi", "phi3", "qwen2", "qwen3",
)  # fmt: skip
# Their frequencies follow the longest position of the whole batch: neighbours would interfere.
_BATCHWIDE_ROPES = ("dynamic", "longrope")
MOST_THREADS_OF_SMALL_BASE = 4
_DTYPES = {16: torch.bfloat16, 32: torch.float32}


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A base ready to serve. `dtype` is that of the activations; `bits` that of the weights.

    `num_threads` suit it on a CPU.
    """

    model: Any
    vocabulary: Vocabulary
    name: str
    bits: int
    kernel: str
    dtype: torch.dtype
    device: torch.device
    context_length: int
    num_parameters: int
    num_threads: int


def load_model(
    base: Path | str,
    bits: int = 4,
    device: str | None = None,
    num_threads: int | None = None,
    name: str | None = None,
) -> LoadedModel:
    """Load a folder or a Hub id. Raises ModelRefused; BadRequest for impossible `bits`.

    `bits` 4 is NF4 through bitsandbytes; where that cannot run, 16 is used and a sentence logged.
    On a CPU this thread, and those that begin later, then compute with `num_threads`, or with what
    suits the base.
    """
    if bits not in (4, *_DTYPES):
        raise BadRequest(f"bits must be 4, 16 or 32, not {bits}.")
    config = _checked_config(base)
    target = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if bits == 4 and (reason := nf4.why_not(target)) is not None:
        logger.warning("The base is kept in 16 bits, because NF4 cannot run here: %s", reason)
        bits = 16
    with _refusing_bad_weights(base, target):
        dtype = _nf4_dtype(target) if bits == 4 else _DTYPES[bits]
        quantisation = nf4.nf4_config(target) if bits == 4 else None
        model = _from_pretrained(base, target, dtype, quantisation)
        num_parameters = count_parameters(model)
        kernel = settle_products(model, target, num_parameters)
    if target.type == "cpu":
        torch.set_num_threads(num_threads or _threads_for(num_parameters))
    return LoadedModel(
        model=model,
        vocabulary=Vocabulary(_tokenizer(base), _eos_ids(model)),
        name=name or Path(str(base)).name,
        bits=bits,
        kernel=kernel,
        dtype=dtype,
        device=target,
        context_length=int(config.max_position_embeddings),
        num_parameters=num_parameters,
        num_threads=torch.get_num_threads(),
    )


def _nf4_dtype(device: torch.device) -> torch.dtype:
    """Beside NF4 weights; on CPUs float32 activations are the faster ones."""
    return torch.bfloat16 if device.type == "cuda" else torch.float32


def _checked_config(base: Path | str) -> Any:
    """The base's config, once its family and positions are known to be served exactly."""
    try:
        config = AutoConfig.from_pretrained(base)
    except (OSError, ValueError) as error:
        raise ModelRefused(
            f"There is no base model at {str(base)!r}: it is neither a folder with a config.json "
            "nor a model that can be fetched from the Hub."
        ) from error
    if config.model_type not in FAMILIES:
        served = ", ".join(FAMILIES)
        raise ModelRefused(f"Bases of type {config.model_type!r} are not served; served: {served}.")
    ropes = _rope_types(getattr(config, "rope_parameters", None) or {})
    for rope in ropes & set(_BATCHWIDE_ROPES):
        raise ModelRefused(
            f"Bases with {rope!r} positions are not served: one request would change another's."
        )
    if getattr(config, "quantization_config", None):
        raise ModelRefused("The base is quantised already; give the original weights instead.")
    return config


def _rope_types(parameters: dict[str, Any]) -> set[str]:
    """Also of bases that have one table per kind of layer."""
    nested = [value for value in parameters.values() if isinstance(value, dict)]
    tables = nested or [parameters]
    return {str(table.get("rope_type", table.get("type", "default"))) for table in tables}


@contextmanager
def _refusing_bad_weights(base: Path | str, device: torch.device) -> Iterator[None]:
    """What the base's files can cause, as ModelRefused. Runs where the precision is known to."""
    try:
        yield
    except OSError as error:
        raise ModelRefused(f"The base at {str(base)!r} has no readable weights.") from error
    except torch.OutOfMemoryError as error:
        raise ModelRefused(
            f"The base at {str(base)!r} does not fit into the memory of {str(device)!r}; free "
            "some, or give a smaller base or fewer bits."
        ) from error
    except (SafetensorError, RuntimeError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ModelRefused(
            f"The weights of the base at {str(base)!r} cannot be used ({reason}); they may be "
            "damaged, or of another model than the config.json beside them."
        ) from error


def _from_pretrained(
    base: Path | str, device: torch.device, dtype: torch.dtype, quantisation: Any
) -> nn.Module:
    model: nn.Module = AutoModelForCausalLM.from_pretrained(
        base,
        dtype=dtype,
        quantization_config=quantisation,
        attn_implementation=ATTENTION_NAME,
        device_map={"": device},
        use_safetensors=True,
    )
    return model.eval()


def _tokenizer(base: Path | str) -> Any:
    try:
        return AutoTokenizer.from_pretrained(base)
    except (OSError, ValueError) as error:
        raise ModelRefused(f"The base at {str(base)!r} has no readable tokenizer.") from error


def _eos_ids(model: Any) -> list[int]:
    eos = model.generation_config.eos_token_id
    return [] if eos is None else [eos] if isinstance(eos, int) else list(eos)


def _threads_for(num_parameters: int) -> int:
    """A small base gains little from threads, and loses much when the page takes one's core."""
    if num_parameters > SMALL_BASE or "OMP_NUM_THREADS" in os.environ:
        return torch.get_num_threads()
    return max(1, min(MOST_THREADS_OF_SMALL_BASE, (os.cpu_count() or 1) - 1))


def count_parameters(model: nn.Module) -> int:
    """Of the original model: a 4-bit layer's tensor holds two weights per byte."""
    linears = [module for module in model.modules() if isinstance(module, nn.Linear)]
    weights = {id(linear.weight) for linear in linears}
    others = sum(p.numel() for p in model.parameters() if id(p) not in weights)
    distinct = {id(linear.weight): linear.in_features * linear.out_features for linear in linears}
    return others + sum(distinct.values())
