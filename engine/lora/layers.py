"""Wraps the base's linear layers so that each token gets its own adapter's delta.

    y = W x + B A x        (per token, with that token's A and B; the scaling is inside B)

Layers that read the same input (q, k and v; gate and up) share the product with A. A step
without adapters takes the base's path and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import nn

from engine.lora.plan import LoraPlan, SegmentPart, StackPart

_SHARED_INPUTS = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))


@dataclass
class ActivePlan:
    """The plan of the step under way, set by the engine and read by every wrapped layer."""

    plan: LoraPlan | None = None


class InputGroup:
    """The layers that read one input: the product with A is made once and kept for the others."""

    def __init__(self, path: str, active: ActivePlan) -> None:
        self.path = path
        self.members: list[LoraLinear] = []
        self._active = active
        self._input: torch.Tensor | None = None
        self._products: list[torch.Tensor | None] = []

    def add_delta(self, member: int, x: torch.Tensor, y: torch.Tensor) -> None:
        """Add the step's deltas to `y` in place. `x` [..., in] and `y` [..., out] are packed."""
        plan = self._active.plan
        if plan is None:
            return
        if x is not self._input:
            self._products = [self._product(part, x) for part in plan.parts]
            self._input = x
        rows = y.view(-1, y.shape[-1])
        for part, product in zip(plan.parts, self._products, strict=True):
            if product is not None:
                self._add(part, member, product, rows[part.start : part.stop])
        if member == len(self.members) - 1:
            self._input, self._products = None, []

    def _product(self, part: StackPart | SegmentPart, x: torch.Tensor) -> torch.Tensor | None:
        """A's side: [rows, 1, members * rank] of a stack, [tokens, members * rank] of a segment."""
        rows = x.reshape(-1, x.shape[-1])[part.start : part.stop]
        if isinstance(part, StackPart):
            stacked = part.stack.groups.get(self.path)
            return None if stacked is None else rows.unsqueeze(1).bmm(stacked.a[: len(rows)])
        weights = part.weights.groups.get(self.path)
        return None if weights is None else rows.mm(weights.a)

    def _add(
        self, part: StackPart | SegmentPart, member: int, product: torch.Tensor, y: torch.Tensor
    ) -> None:
        """B's side, in place into `y` [rows, out]."""
        if isinstance(part, StackPart):
            stacked = part.stack.groups[self.path]
            stacked_b = stacked.b[member]
            if stacked_b is not None:
                share = product[:, :, stacked.columns[member]]
                y.unsqueeze(1).baddbmm_(share, stacked_b[: len(y)])
            return
        weights = part.weights.groups[self.path]
        factor = weights.b[member]
        if factor is not None:
            y.addmm_(product[:, weights.columns[member]], factor)


class LoraLinear(nn.Module):
    """A linear layer of the base with room for a delta. Holds no adapter itself."""

    def __init__(self, base: nn.Linear, group: InputGroup) -> None:
        super().__init__()
        self.base = base
        self.in_features, self.out_features = base.in_features, base.out_features
        self._group = group
        self._member = len(group.members)
        group.members.append(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`x` [..., in] -> [..., out]."""
        y: torch.Tensor = self.base(x)
        self._group.add_delta(self._member, x, y)
        return y


@dataclass(frozen=True)
class Site:
    """Where an adapter may act: one wrapped layer, by its path in the base."""

    group: str
    member: int
    in_features: int
    out_features: int


@dataclass(frozen=True)
class LoraSites:
    """Every wrapped layer of a model, and the hand that sets the step's plan."""

    active: ActivePlan
    sites: dict[str, Site] = field(default_factory=dict)
    num_members: dict[str, int] = field(default_factory=dict)


def wrap_linears(model: nn.Module) -> LoraSites:
    """Replace every linear layer inside `model`'s blocks by a LoraLinear.

    The output head is left alone: it lies outside the blocks, and often it is the embedding too.
    """
    found = LoraSites(ActivePlan())
    groups: dict[str, InputGroup] = {}
    for path, parent, name in list(_linears(model)):
        group_path = _group_path(path)
        group = groups.setdefault(group_path, InputGroup(group_path, found.active))
        base = getattr(parent, name)
        found.sites[path] = Site(
            group_path, len(group.members), base.in_features, base.out_features
        )
        setattr(parent, name, LoraLinear(base, group))
    found.num_members.update({path: len(group.members) for path, group in groups.items()})
    return found


def _linears(model: nn.Module) -> Iterator[tuple[str, nn.Module, str]]:
    for parent_path, parent in model.named_modules():
        for name, child in parent.named_children():
            path = f"{parent_path}.{name}" if parent_path else name
            if isinstance(child, nn.Linear) and ".layers." in path:
                yield path, parent, name


def _group_path(path: str) -> str:
    """The path of the group: "...self_attn.q_proj+k_proj+v_proj", or the layer's own."""
    parent, _, name = path.rpartition(".")
    shared = next((names for names in _SHARED_INPUTS if name in names), (name,))
    return f"{parent}.{'+'.join(shared)}"
