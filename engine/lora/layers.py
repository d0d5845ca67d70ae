"""Adds each token's own low-rank delta to the products of the base's linear layers.

    y = W x + B A x        (per token, with that token's A and B; the scaling is inside B)

Layers that read the same input share the product with A. A step without adapters takes the
base's path and nothing else.
"""

import time
from dataclasses import dataclass, field

import torch
from torch import nn

from engine.fusing import fused_members
from engine.lora.plan import LoraPlan, SegmentPart, StackPart


@dataclass
class ActivePlan:
    """The plan of the step under way, set by the engine and read by every layer.

    `seconds` is what the deltas have taken so far; None where the device works behind our back.
    """

    plan: LoraPlan | None = None
    seconds: float | None = None

    def take_seconds(self) -> float | None:
        """The seconds since the last call."""
        taken = self.seconds
        self.seconds = None if taken is None else 0.0
        return taken


class GroupDelta:
    """The delta of one group of layers. `slices` are the members' shares of the outputs."""

    def __init__(self, path: str, slices: list[slice], active: ActivePlan) -> None:
        self._path = path
        self._slices = slices
        self._active = active

    def __call__(self, x: torch.Tensor, y: torch.Tensor) -> None:
        """Add the step's deltas to `y` [1, tokens, out] in place; `x` is [1, tokens, in]."""
        active = self._active
        if active.plan is None:
            return
        started_s = time.perf_counter()
        self._add(active.plan, x, y)
        if active.seconds is not None:
            active.seconds += time.perf_counter() - started_s

    def _add(self, plan: LoraPlan, x: torch.Tensor, y: torch.Tensor) -> None:
        inputs, outputs = x.reshape(-1, x.shape[-1]), y.view(-1, y.shape[-1])
        for part in plan.parts:
            tokens = slice(part.start, part.stop)
            if isinstance(part, StackPart):
                self._add_stack(part, inputs[tokens], outputs[tokens])
            else:
                self._add_segment(part, inputs[tokens], outputs[tokens])

    def _add_stack(self, part: StackPart, x: torch.Tensor, y: torch.Tensor) -> None:
        """Each row has its own weights: two batched products over `x` [rows, in]."""
        stacked = part.groups.get(self._path)
        if stacked is None:
            return
        _, rank, unit = stacked.b.shape
        product = x.unsqueeze(1).bmm(stacked.a)
        if stacked.shares is not None:
            product = product.view(len(x), -1, rank).index_select(1, stacked.shares)
        y.view(-1, 1, unit).baddbmm_(product.view(-1, 1, rank), stacked.b)

    def _add_segment(self, part: SegmentPart, x: torch.Tensor, y: torch.Tensor) -> None:
        """All tokens of `x` [tokens, in] share their weights: plain products."""
        weights = part.weights.groups.get(self._path)
        if weights is None:
            return
        product = x.mm(weights.a)
        for outputs, columns, factor in zip(self._slices, weights.columns, weights.b, strict=True):
            if factor is not None:
                y[:, outputs].addmm_(product[:, columns], factor)


@dataclass(frozen=True)
class Site:
    """Where an adapter may act: one linear layer, by its group and place in it."""

    group: str
    member: int
    in_features: int
    out_features: int


@dataclass(frozen=True)
class LoraSites:
    """Every layer that takes a delta, by its path in the base; and the hand that sets the plan."""

    active: ActivePlan
    sites: dict[str, Site] = field(default_factory=dict)


def install_lora(model: nn.Module) -> LoraSites:
    """Make room for deltas in every fused layer of `model`."""
    is_timed = next(model.parameters()).device.type == "cpu"
    found = LoraSites(ActivePlan(seconds=0.0 if is_timed else None))
    for member in fused_members(model):
        group = member.group
        path = "+".join(group.paths)
        if member.member == 0:
            group.delta = GroupDelta(path, group.slices, found.active)
        site = Site(path, member.member, member.in_features, member.out_features)
        found.sites[group.paths[member.member]] = site
    return found
