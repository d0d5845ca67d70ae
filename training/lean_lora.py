"""LoRA layers with fewer passes over memory, for training on a processor. Knows no task.

For a small base a LoRA layer's time goes into reading and writing whole activations: PEFT copies
the base's result, multiplies the low-rank part by its scale and adds the two, and autograd repeats
most of it on the way back. Here the scale meets the rank-wide middle, and both sums happen inside a
product. The numbers are PEFT's (a test compares them); adapters are saved by PEFT as ever.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import bitsandbytes as bnb
import torch
from peft import PeftModel
from peft.tuners.lora import LoraLayer
from torch import Tensor

_ADAPTER = "default"


def use_lean_lora(model: PeftModel) -> None:
    """Let every LoRA layer that computes nothing else compute lean.

    Layers with dropout, a bias or a variant of LoRA (DoRA) keep PEFT's own way. Meant for float32
    arithmetic without autocast.
    """
    for module in model.modules():
        if isinstance(module, LoraLayer) and _is_plain(module):
            module.forward = partial(_forward, module)


def _is_plain(layer: LoraLayer) -> bool:
    base = layer.get_base_layer()
    return (
        isinstance(base, torch.nn.Linear)
        and base.bias is None
        and not layer.lora_variant
        and isinstance(layer.lora_dropout[_ADAPTER], torch.nn.Identity)
    )


def _forward(layer: LoraLayer, x: Tensor) -> Tensor:
    """x [..., in] -> W x + scale * B A x [..., out]."""
    a, b = layer.lora_A[_ADAPTER].weight, layer.lora_B[_ADAPTER].weight
    weight_of = partial(_weight, layer.get_base_layer(), x.dtype)
    result: Tensor = _LowRank.apply(  # type: ignore[no-untyped-call]  # torch has no types here
        x, a, b, layer.scaling[_ADAPTER], weight_of
    )
    return result


def _weight(base: torch.nn.Linear, dtype: torch.dtype) -> Tensor:
    """The frozen weight [out, in]; NF4 is unpacked anew each time, so that it is held in 4 bits."""
    if not isinstance(base, bnb.nn.Linear4bit):
        return base.weight
    unpacked: Tensor = bnb.functional.dequantize_4bit(base.weight, base.weight.quant_state)
    return unpacked.to(dtype)


class _LowRank(torch.autograd.Function):
    """y = W x + s B (A x), gradients for x, A and B."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, a: Tensor, b: Tensor, scale: float, weight_of: Callable[[], Tensor]
    ) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        middle = torch.mm(rows, a.t()).mul_(scale)
        result = torch.mm(rows, weight_of().t()).addmm_(middle, b.t())
        ctx.save_for_backward(rows, middle, a, b)
        ctx.scale, ctx.weight_of = scale, weight_of
        return result.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        rows, middle, a, b = ctx.saved_tensors
        above = gradient.reshape(-1, gradient.shape[-1])
        below = torch.mm(above, b).mul_(ctx.scale)
        for_x = None
        if ctx.needs_input_grad[0]:
            for_x = torch.mm(above, ctx.weight_of()).addmm_(below, a)
            for_x = for_x.view(*gradient.shape[:-1], -1)
        return for_x, torch.mm(below.t(), rows), torch.mm(above.t(), middle), None, None
