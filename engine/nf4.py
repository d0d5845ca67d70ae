"""The base's weights in NF4 through bitsandbytes, and which of its kernels really runs.

On CPUs with AVX512-BF16 bitsandbytes repacks a layer in place at its first forward. That is what
serving wants and what training, merging and float32 comparisons must never meet: a packed model
passes no gradient and cannot be dequantised. Only models loaded for serving come through here.
"""

import logging
from typing import Any

import torch
from torch import nn
from transformers import BitsAndBytesConfig

_CPU_LOGGER = "bitsandbytes.backends.cpu.ops"
_PROBE_SIZE = 64  # one block of weights; the smallest layer that every kernel takes


def quiet_import() -> Any:
    """bitsandbytes, without its warning that an optional kernel package is absent."""
    logger = logging.getLogger(_CPU_LOGGER)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        import bitsandbytes  # noqa: PLC0415 - slow, and a base in 16 or 32 bits needs none of it
    finally:
        logger.setLevel(level)
    return bitsandbytes


def nf4_config(device: torch.device) -> BitsAndBytesConfig:
    """Double quantisation and bf16 where memory counts, on the GPU."""
    on_gpu = device.type == "cuda"
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=on_gpu,
        bnb_4bit_compute_dtype=torch.bfloat16 if on_gpu else torch.float32,
    )


@torch.inference_mode()
def why_not(device: torch.device) -> str | None:
    """What keeps NF4 from running on `device`, found out on one tiny layer; None if it runs."""
    config = nf4_config(device)
    try:
        bitsandbytes = quiet_import()
        layer = bitsandbytes.nn.Linear4bit(
            _PROBE_SIZE,
            _PROBE_SIZE,
            bias=False,
            compute_dtype=config.bnb_4bit_compute_dtype,
            compress_statistics=config.bnb_4bit_use_double_quant,
            quant_type=config.bnb_4bit_quant_type,
        )
        layer.eval().to(device)(torch.ones(1, _PROBE_SIZE, device=device))
    except (ImportError, OSError, RuntimeError, ValueError, AssertionError) as error:
        return str(error).splitlines()[0] if str(error) else type(error).__name__
    return None


@torch.inference_mode()
def settle(model: nn.Module, device: torch.device) -> str:
    """Run every 4-bit layer once and say which kernel it took: "nf4 · avx512bf16".

    Layers whose shapes the packed kernel cannot take are kept off it. A kernel that fails raises
    here, before any request depends on it.
    """
    bitsandbytes = quiet_import()
    layers = [m for m in model.modules() if isinstance(m, bitsandbytes.nn.Linear4bit)]
    for layer in layers:
        if not fits_packed_kernel(layer.in_features, layer.out_features):
            layer.support_avx512bf16_for_cpu = False
        probe = torch.zeros(1, layer.in_features, device=device)
        layer(probe.to(torch.bfloat16) if device.type == "cuda" else probe)
    if device.type == "cuda":
        return "nf4 · cuda"
    num_packed = sum(_is_packed(layer) for layer in layers)
    if num_packed == len(layers):
        return "nf4 · avx512bf16"
    if num_packed == 0:
        return "nf4 · dequantised per step"
    return f"nf4 · avx512bf16 for {num_packed} of {len(layers)} layers"


@torch.inference_mode()
def unpack(model: nn.Module) -> None:
    """Replace every 4-bit layer by a plain float32 one that holds NF4's values."""
    bitsandbytes = quiet_import()
    for parent in list(model.modules()):
        for name, linear in list(parent.named_children()):
            if isinstance(linear, bitsandbytes.nn.Linear4bit):
                setattr(parent, name, _unpacked(bitsandbytes, linear))


def _unpacked(bitsandbytes: Any, linear: Any) -> nn.Linear:
    """Raises RuntimeError if the layer is not as large as it claims to be."""
    has_bias = linear.bias is not None
    plain = nn.Linear(linear.in_features, linear.out_features, bias=has_bias, device="meta")
    weight = linear.weight
    values = {"weight": bitsandbytes.functional.dequantize_4bit(weight.data, weight.quant_state)}
    if has_bias:
        values["bias"] = linear.bias.detach()
    plain.load_state_dict({name: value.float() for name, value in values.items()}, assign=True)
    return plain.requires_grad_(requires_grad=False).eval()


def is_nf4(linear: nn.Linear) -> bool:
    return hasattr(linear.weight, "quant_state")


def can_fuse(linear: nn.Linear) -> bool:
    """Whether the layer's quantisation blocks end where the layer ends."""
    if not is_nf4(linear):
        return True
    weight: Any = linear.weight
    return bool(linear.in_features * linear.out_features % weight.quant_state.blocksize == 0)


def fuse(linears: tuple[nn.Linear, ...], num_out: int) -> nn.Linear:
    """The 4-bit layers as one of `num_out` outputs, with the very same codes and scales."""
    bitsandbytes = quiet_import()
    first: Any = linears[0]
    weights: list[Any] = [linear.weight for linear in linears]
    states = [weight.quant_state for weight in weights]
    state = bitsandbytes.functional.QuantState(
        absmax=torch.cat([_scales(bitsandbytes, state) for state in states]),
        shape=torch.Size((num_out, first.in_features)),
        code=states[0].code,
        blocksize=states[0].blocksize,
        quant_type="nf4",
        dtype=states[0].dtype,
    )
    fused = bitsandbytes.nn.Linear4bit(
        first.in_features,
        num_out,
        bias=False,
        compute_dtype=first.compute_dtype,
        quant_type="nf4",
        device="meta",
    )
    fused.weight = bitsandbytes.nn.Params4bit(
        torch.cat([weight.data for weight in weights]),
        requires_grad=False,
        quant_state=state,
        blocksize=state.blocksize,
        quant_type="nf4",
        module=fused,
        bnb_quantized=True,
    )
    fused.quant_state = state
    linear: nn.Linear = fused
    return linear


def _scales(bitsandbytes: Any, state: Any) -> torch.Tensor:
    """One float32 per block; scales that were quantised themselves are restored."""
    if not state.nested:
        scales: torch.Tensor = state.absmax
        return scales
    restored: torch.Tensor = bitsandbytes.functional.dequantize_blockwise(
        state.absmax, state.state2
    )
    return torch.add(restored, state.offset).float()


def fits_packed_kernel(in_features: int, out_features: int) -> bool:
    """The packed kernel crashes on other shapes."""
    return out_features % 32 == 0 and in_features % 64 == 0


def _is_packed(layer: Any) -> bool:
    return bool(getattr(layer.weight.quant_state, "packing_format_for_cpu", False))
