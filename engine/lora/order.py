"""Orders the decoding rows so that rows that share a product stand side by side.

The order and the stacked weights are kept until the rows change, which is rare beside the steps.
"""

from collections import Counter
from collections.abc import Collection, Mapping

from engine.lora.plan import SegmentPart, StackPart
from engine.lora.rows import RowStack
from engine.lora.weights import AdapterWeights
from engine.sequence import Sequence

# From this many rows per adapter on, one product per adapter beats one batched over the rows:
# the stack reads a copy of the weights for every row.
SHARING_ROWS = 8


Member = tuple[Sequence, AdapterWeights]


class DecodeOrder:
    """Remembers where each decoding row stood in the last step. Owns the stacked copies alone.

    `_shared` are (digest, first row, end) of rows that share a product without a copy.
    """

    def __init__(self) -> None:
        self._stacks: dict[int, RowStack] = {}
        self._rows: tuple[Sequence, ...] | None = None
        self._ordered: list[Sequence] = []
        self._stacked: list[StackPart] = []
        self._shared: list[tuple[str, int, int]] = []

    @property
    def num_bytes(self) -> int:
        """What the stacked copies take."""
        return sum(stack.num_bytes for stack in self._stacks.values())

    def arrange(
        self, rows: tuple[Sequence, ...], weights: Mapping[str, AdapterWeights]
    ) -> tuple[list[Sequence], list[StackPart | SegmentPart]]:
        """The rows in the step's order (the base's own last) and the parts that cover them.

        `weights` are the adapters on the device, by digest.
        """
        if rows != self._rows:
            self._rearrange(rows, weights)
            self._rows = rows
        shared = [SegmentPart(weights[digest], *span) for digest, *span in self._shared]
        return self._ordered, [*self._stacked, *shared]

    def keep(self, digests: Collection[str]) -> None:
        """Free the copies of all other adapters; none of them may be in use."""
        # The rows' places stay known, so that those who go on are not copied again.
        self._rows, self._stacked, self._shared = None, [], []
        self._stacks = {b: stack for b, stack in self._stacks.items() if stack.keep(digests)}

    def _rearrange(self, rows: tuple[Sequence, ...], weights: Mapping[str, AdapterWeights]) -> None:
        buckets: dict[int, list[Member]] = {}
        for row in rows:
            if row.adapter is not None:
                own = weights[row.adapter.digest]
                buckets.setdefault(own.bucket, []).append((row, own))
        in_use: set[int] = set()
        before, self._ordered, self._stacked, self._shared = self._ordered, [], [], []
        for bucket, members in sorted(buckets.items()):
            shared, copied = _apart(members)
            self._shared += _spans(shared, len(self._ordered))
            self._ordered += [row for row, _ in shared]
            if copied:
                start = len(self._ordered)
                copied = _keep_places(copied, before[start:])
                stack = self._stacks.setdefault(bucket, RowStack(bucket))
                factors = stack.hold([own for _, own in copied])
                self._stacked.append(StackPart(factors, start, start + len(copied)))
                self._ordered += [row for row, _ in copied]
                in_use.add(bucket)
        self._ordered += [row for row in rows if row.adapter is None]
        self._stacks = {b: stack for b, stack in self._stacks.items() if b in in_use}


def _apart(members: list[Member]) -> tuple[list[Member], list[Member]]:
    """Those whose weights need no copy, adapter by adapter, and those that get one of their own."""
    num_rows = Counter(own.digest for _, own in members)
    shared = [member for member in members if num_rows[member[1].digest] >= SHARING_ROWS]
    copied = [member for member in members if num_rows[member[1].digest] < SHARING_ROWS]
    if len(copied) == 1:
        shared, copied = shared + copied, []
    return sorted(shared, key=lambda member: member[1].digest), copied


def _spans(members: list[Member], start: int) -> list[tuple[str, int, int]]:
    """The (digest, first row, end) of neighbours with the same adapter."""
    spans: list[tuple[str, int, int]] = []
    for row, (_, own) in enumerate(members, start):
        if spans and spans[-1][0] == own.digest:
            spans[-1] = own.digest, spans[-1][1], row + 1
        else:
            spans.append((own.digest, row, row + 1))
    return spans


def _keep_places(members: list[Member], before: list[Sequence]) -> list[Member]:
    """`members`, each where it stood in `before` if that place still exists; others fill gaps."""
    place = {id(row): index for index, row in enumerate(before[: len(members)])}
    kept = {place[id(row)]: (row, a) for row, a in members if id(row) in place}
    moved = iter([(row, a) for row, a in members if id(row) not in place])
    return [kept[index] if index in kept else next(moved) for index in range(len(members))]
