"""Decides how the products with the base's weights run on this device. Knows no adapters.

    y = W x

Few products are fast: layers that read one input become one (`engine.fusing`). On a CPU the rest
is the weights' form: bitsandbytes unpacks NF4 in every product, which spares memory and costs
three times a float32 product's time or more (docs/log.md); a small base has no need to spare.
"""

from typing import Any

import torch
from torch import nn

from engine import nf4
from engine.fusing import fuse_linears

SMALL_BASE = 50_000_000
"""Parameters; up to here a base in NF4 is unpacked on CPUs, to about 200 MB."""

_NAMES = {torch.bfloat16: "bf16", torch.float32: "float32"}


def settle_products(model: nn.Module, device: torch.device, num_parameters: int) -> str:
    """Bring `model`'s linear layers into the form that serves best, and say which that is.

    Returns a name for people ("nf4 · unpacked", "nf4 · cuda", "float32"). A kernel that fails
    raises here, before any request depends on it.
    """
    is_nf4 = any(nf4.is_nf4(module) for module in model.modules() if isinstance(module, nn.Linear))
    is_unpacked = is_nf4 and pays_to_unpack(device, num_parameters)
    if is_unpacked:
        nf4.unpack(model)
    fuse_linears(model)
    if is_nf4 and not is_unpacked:
        return nf4.settle(model, device)
    name = "nf4 · unpacked" if is_unpacked else _NAMES[next(model.parameters()).dtype]
    if device.type != "cpu":
        return f"{name} · {device.type}"
    _lay_out_by_inputs(model, with_tied_head=num_parameters <= SMALL_BASE)
    return name


def pays_to_unpack(device: torch.device, num_parameters: int) -> bool:
    """Whether a base of this size in NF4 answers sooner from float32 copies of its values."""
    return device.type == "cpu" and num_parameters <= SMALL_BASE


def _lay_out_by_inputs(model: Any, with_tied_head: bool) -> None:
    """Keep float32 weights [out, in] in memory as [in, out].

    A product with few rows then reads them in one go: 1.3 to 2 times as fast for 1 to 25 rows. A
    head that is the table of embeddings too becomes a second copy of it, if at all.
    """
    table = None if with_tied_head else model.get_input_embeddings().weight
    for module in model.modules():
        is_float32 = isinstance(module, nn.Linear) and module.weight.dtype == torch.float32
        if is_float32 and module.weight is not table:
            by_inputs = module.weight.detach().t().contiguous().t()
            module.weight = nn.Parameter(by_inputs, requires_grad=False)
