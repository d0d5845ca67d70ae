"""The weights of the decoding rows, stacked row by row for one batched product per layer.

Copying weights is dear, so it happens only where a row's adapter changed since the last step.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch

from engine.lora.weights import AdapterWeights, GroupWeights


@dataclass(frozen=True, eq=False)
class StackedRows:
    """The factors of some rows at one group of layers, for one batched product.

    The group's outputs are cut into units as wide as the widths' greatest common divisor, so that
    members of different widths are served at once. `a` is [rows, in, targeted members * rank],
    `b` [rows * units, rank, unit] with zeros where a row has no delta. `shares` [units] says whose
    part of the product with A a unit takes; None where each member in turn is one unit.
    """

    a: torch.Tensor
    b: torch.Tensor
    shares: torch.Tensor | None


class StackedGroup:
    """Room for the factors of `num_rows` rows; `targeted` are the members that anybody targets."""

    def __init__(
        self,
        num_rows: int,
        rank: int,
        widths: tuple[int, ...],
        targeted: frozenset[int],
        like: torch.Tensor,
    ) -> None:
        unit = math.gcd(*widths)
        self.targeted = targeted
        self._rank = rank
        self._place = {member: place for place, member in enumerate(sorted(targeted))}
        self._units: list[slice] = []
        shares: list[int] = []
        for member, width in enumerate(widths):
            start = len(shares)
            shares += [self._place.get(member, 0)] * (width // unit)
            self._units.append(slice(start, len(shares)))
        in_turn = shares == list(range(len(targeted)))
        self._shares = None if in_turn else torch.tensor(shares, device=like.device)
        self.a = like.new_zeros(num_rows, like.shape[0], len(targeted) * rank)
        self.b = like.new_zeros(num_rows, len(shares), rank, unit)

    @property
    def num_bytes(self) -> int:
        return self.a.nbytes + self.b.nbytes

    def first(self, num_rows: int) -> StackedRows:
        return StackedRows(self.a[:num_rows], self.b[:num_rows].flatten(0, 1), self._shares)

    def write(self, row: int, weights: GroupWeights | None) -> None:
        """Make `row` hold `weights`, padded with zeros; None clears the row."""
        self.a[row].zero_()
        self.b[row].zero_()
        if weights is None:
            return
        for member, factor in enumerate(weights.b):
            if factor is not None:
                rank, start = factor.shape[0], self._place[member] * self._rank
                self.a[row, :, start : start + rank] = weights.a[:, weights.columns[member]]
                units = self.b[row, self._units[member], :rank]
                units.copy_(factor.unflatten(1, (len(units), -1)).transpose(0, 1))


class RowStack:
    """The stacked factors of all rows whose adapters have ranks of one bucket.

    There are as many rows as the last steps needed, rounded up to a power of two.
    """

    def __init__(self, bucket: int) -> None:
        self.groups: dict[str, StackedGroup] = {}
        self._bucket = bucket
        self._held: list[str | None] = []

    @property
    def num_bytes(self) -> int:
        return sum(group.num_bytes for group in self.groups.values())

    def hold(self, adapters: list[AdapterWeights]) -> Mapping[str, StackedRows]:
        """Make row i hold `adapters[i]`; rows that already do are left alone.

        Returns these rows' factors by the group's path, good until `hold` is called again.
        """
        self._resize(len(adapters))
        for adapter in adapters:
            for path, weights in adapter.groups.items():
                self._make_room(path, weights)
        for row, adapter in enumerate(adapters):
            if self._held[row] != adapter.digest:
                for path, group in self.groups.items():
                    group.write(row, adapter.groups.get(path))
                self._held[row] = adapter.digest
        return {path: group.first(len(adapters)) for path, group in self.groups.items()}

    def keep(self, digests: Collection[str]) -> bool:
        """Forget the rows of all other adapters; whether any is left."""
        self._held = [digest if digest in digests else None for digest in self._held]
        return any(self._held)

    def _resize(self, num_rows: int) -> None:
        """Begin anew, larger or much smaller, if the rows are too few or far too many.

        Not at once when one row leaves: the copies of all rows are dearer than some idle memory.
        """
        if num_rows > len(self._held) or num_rows <= len(self._held) // 4:
            self._held = [None] * (1 << (num_rows - 1).bit_length())
            self.groups.clear()

    def _make_room(self, path: str, weights: GroupWeights) -> None:
        """Add layers that no adapter targeted so far; every row is then written anew."""
        group = self.groups.get(path)
        known = frozenset[int]() if group is None else group.targeted
        wanted = known | {m for m, factor in enumerate(weights.b) if factor is not None}
        if group is None or wanted != known:
            self.groups[path] = StackedGroup(
                len(self._held), self._bucket, weights.widths, wanted, weights.a
            )
            self._held = [None] * len(self._held)
