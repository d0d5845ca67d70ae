"""Orders the decoding rows so that rows that share a product stand side by side.

The order and the stacked weights are kept until the rows change, which is rare beside the steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.lora.plan import SegmentPart, StackPart, segments
from engine.lora.rows import RowStack
from engine.lora.weights import AdapterWeights

if TYPE_CHECKING:
    from engine.sequence import Sequence

# From this many rows per adapter on, one product per adapter beats one batched over the rows:
# the stack reads a copy of the weights for every row.
SHARING_ROWS = 8


class DecodeOrder:
    """Remembers where each decoding row stood in the last step."""

    def __init__(self, max_rows: int) -> None:
        self._max_rows = max_rows
        self._stacks: dict[int, RowStack] = {}
        self._rows: tuple[Sequence, ...] = ()
        self._ordered: list[Sequence] = []
        self._parts: list[StackPart | SegmentPart] = []

    def arrange(
        self, rows: tuple[Sequence, ...]
    ) -> tuple[list[Sequence], list[StackPart | SegmentPart]]:
        """The rows in the step's order (the base's own last) and the parts that cover them."""
        if rows != self._rows:
            self._rearrange(rows)
            self._rows = rows
        return self._ordered, self._parts

    def _rearrange(self, rows: tuple[Sequence, ...]) -> None:
        buckets: dict[int, list[tuple[Sequence, AdapterWeights]]] = {}
        for row in rows:
            if row.adapter is not None:
                buckets.setdefault(row.adapter.bucket, []).append((row, row.adapter))
        before, self._ordered, self._parts = self._ordered, [], []
        for bucket, members in sorted(buckets.items()):
            start = len(self._ordered)
            num_adapters = len({adapter.digest for _, adapter in members})
            if len(members) >= SHARING_ROWS * num_adapters:
                members.sort(key=lambda member: member[1].digest)
                self._parts += segments([(adapter, 1) for _, adapter in members], start)
            else:
                members[:] = _keep_places(members, before[start:])
                stack = self._stacks.setdefault(bucket, RowStack(bucket, self._max_rows))
                stack.hold([adapter for _, adapter in members])
                self._parts.append(StackPart(stack, start, start + len(members)))
            self._ordered += [row for row, _ in members]
        self._ordered += [row for row in rows if row.adapter is None]


def _keep_places(
    members: list[tuple[Sequence, AdapterWeights]], before: list[Sequence]
) -> list[tuple[Sequence, AdapterWeights]]:
    """`members`, each where it stood in `before` if that place still exists; others fill gaps."""
    place = {id(row): index for index, row in enumerate(before[: len(members)])}
    kept = {place[id(row)]: (row, a) for row, a in members if id(row) in place}
    moved = iter([(row, a) for row, a in members if id(row) not in place])
    return [kept[index] if index in kept else next(moved) for index in range(len(members))]
