"""One adapter on the device, in the layout that the products want. Knows no rows and no steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import torch

SMALLEST_BUCKET = 8


def rank_bucket(rank: int) -> int:
    """The padded rank: 8, 16, 32, ... Rows of one bucket share a product; zeros add nothing."""
    return max(SMALLEST_BUCKET, 1 << (rank - 1).bit_length())


@dataclass(frozen=True, eq=False)
class GroupWeights:
    """One adapter at one group of layers that read the same input.

    `a` [in, members * rank] holds A transposed for each targeted member, side by side; `b` has
    one [rank, out] per member with the scaling folded in, None where the adapter has none.
    `widths` are the outputs of all members.
    """

    a: torch.Tensor
    b: tuple[torch.Tensor | None, ...]
    widths: tuple[int, ...]

    @cached_property
    def columns(self) -> tuple[slice, ...]:
        """Where each member's share of the product with `a` stands; empty for untargeted ones."""
        num_targeted = sum(factor is not None for factor in self.b)
        rank = self.a.shape[1] // num_targeted
        starts, start = [], 0
        for factor in self.b:
            stop = start + rank * (factor is not None)
            starts.append(slice(start, stop))
            start = stop
        return tuple(starts)


@dataclass(frozen=True, eq=False)
class AdapterWeights:
    """One adapter, checked against the base. `groups` is keyed by the group's path.

    `digest` identifies the content: two adapters with the same digest are the same adapter.
    """

    digest: str
    rank: int
    target_modules: tuple[str, ...]
    groups: Mapping[str, GroupWeights]

    @property
    def bucket(self) -> int:
        return rank_bucket(self.rank)

    def to(self, device: torch.device) -> Self:
        """The same on `device`; itself if it is there already."""
        if all(group.a.device == device for group in self.groups.values()):
            return self
        moved = {
            path: GroupWeights(
                a=group.a.to(device),
                b=tuple(None if factor is None else factor.to(device) for factor in group.b),
                widths=group.widths,
            )
            for path, group in self.groups.items()
        }
        return replace(self, groups=moved)

    @property
    def num_bytes(self) -> int:
        tensors = [t for g in self.groups.values() for t in (g.a, *g.b) if t is not None]
        return sum(tensor.nbytes for tensor in tensors)
