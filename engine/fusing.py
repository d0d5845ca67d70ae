"""Multiplies layers that read the same input (q, k and v; gate and up) as one.

Fewer and larger products: most of a small product's time is its call. The members keep their
names and places in transformers' module tree and hand out their share of the fused result.
"""

from collections.abc import Callable, Iterator

import torch
from torch import nn

from engine import nf4

_SHARED_INPUTS = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))
Delta = Callable[[torch.Tensor, torch.Tensor], None]


class FusedLinears:
    """Layers that read one input, as one linear layer of all their outputs.

    `paths` are the members' in the model, `slices` their shares of the outputs. `delta`, if set,
    adds to every product in place.
    """

    def __init__(self, paths: tuple[str, ...], linears: tuple[nn.Linear, ...]) -> None:
        self.paths = paths
        self.linear = _fuse(linears)
        self.slices: list[slice] = []
        self.delta: Delta | None = None
        self._input: torch.Tensor | None = None
        self._product: torch.Tensor | None = None
        stop = 0
        for linear in linears:
            start, stop = stop, stop + linear.out_features
            self.slices.append(slice(start, stop))

    def share(self, member: int, x: torch.Tensor) -> torch.Tensor:
        """One member's output for `x` [..., in]; the product is made for the first who asks."""
        if len(self.slices) == 1:
            return self._multiply(x)
        if self._product is None or x is not self._input:
            self._input, self._product = x, self._multiply(x)
        share = self._product[..., self.slices[member]]
        if member == len(self.slices) - 1:
            self._input = self._product = None
        return share

    def _multiply(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.linear(x)
        if self.delta is not None:
            self.delta(x, y)
        return y


class FusedMember(nn.Module):
    """Stands where a linear layer stood. The first member of a group carries its weights."""

    def __init__(self, group: FusedLinears, member: int, like: nn.Linear) -> None:
        super().__init__()
        self.group = group
        self.member = member
        self.in_features, self.out_features = like.in_features, like.out_features
        if member == 0:
            self.base = group.linear

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`x` [..., in] -> [..., out]."""
        return self.group.share(self.member, x)


def fuse_linears(model: nn.Module) -> None:
    """Replace every linear layer inside `model`'s blocks by a FusedMember.

    The output head is left alone: it lies outside the blocks, and often it is the embedding too.
    """
    for parent_path, parent, names in list(_groups(model)):
        linears = tuple(getattr(parent, name) for name in names)
        group = FusedLinears(tuple(f"{parent_path}.{name}" for name in names), linears)
        for member, (name, linear) in enumerate(zip(names, linears, strict=True)):
            setattr(parent, name, FusedMember(group, member, linear))


def fused_members(model: nn.Module) -> Iterator[FusedMember]:
    for module in model.modules():
        if isinstance(module, FusedMember):
            yield module


def _groups(model: nn.Module) -> Iterator[tuple[str, nn.Module, tuple[str, ...]]]:
    """(path of the parent, parent, names of its layers that are to become one)."""
    for path, parent in model.named_modules():
        if ".layers." not in path:
            continue
        linears = {n: c for n, c in parent.named_children() if isinstance(c, nn.Linear)}
        for names in _SHARED_INPUTS:
            group = [linears[name] for name in names if name in linears]
            if len(group) == len(names) and _can_fuse(group):
                yield path, parent, names
                linears = {n: c for n, c in linears.items() if n not in names}
        for name in linears:
            yield path, parent, (name,)


def _can_fuse(linears: list[nn.Linear]) -> bool:
    inputs = {linear.in_features for linear in linears}
    biases = {linear.bias is None for linear in linears}
    return len(inputs) == len(biases) == 1 and all(nf4.can_fuse(linear) for linear in linears)


def _fuse(linears: tuple[nn.Linear, ...]) -> nn.Linear:
    first = linears[0]
    if len(linears) == 1:
        return first
    num_out = sum(linear.out_features for linear in linears)
    if nf4.is_nf4(first):
        fused = nf4.fuse(linears, num_out)
    else:
        fused = nn.Linear(first.in_features, num_out, bias=False, device="meta")
        fused.weight = _frozen([linear.weight for linear in linears])
    if first.bias is not None:
        fused.bias = _frozen([linear.bias for linear in linears])
    return fused.eval()


def _frozen(tensors: list[torch.Tensor]) -> nn.Parameter:
    return nn.Parameter(torch.cat([tensor.data for tensor in tensors]), requires_grad=False)
