"""The weights of the decoding rows, stacked row by row for one batched product per layer.

Copying weights is dear, so it happens only where a row's adapter changed since the last step.
"""

from collections.abc import Collection

import torch

from engine.lora.weights import AdapterWeights, GroupWeights


class StackedGroup:
    """The rows' factors at one group of layers.

    `a` is [rows, in, members * rank]; `b` has one [rows, rank, out] per member that any adapter
    seen so far targets, else None. `columns` says where each member stands in `a`'s product.
    """

    def __init__(
        self, num_rows: int, rank: int, out_features: list[int | None], like: torch.Tensor
    ) -> None:
        self.b = [
            None if num_out is None else like.new_zeros(num_rows, rank, num_out)
            for num_out in out_features
        ]
        self.columns: list[slice] = []
        width = 0
        for stacked in self.b:
            start, width = width, width + rank * (stacked is not None)
            self.columns.append(slice(start, width))
        self.a = like.new_zeros(num_rows, like.shape[0], width)

    @property
    def num_bytes(self) -> int:
        tensors = [self.a, *(stacked for stacked in self.b if stacked is not None)]
        return sum(tensor.nbytes for tensor in tensors)

    def write(self, row: int, weights: GroupWeights | None) -> None:
        """Make `row` hold `weights`, padded with zeros; None clears the row."""
        self.a[row].zero_()
        for member, stacked in enumerate(self.b):
            if stacked is None:
                continue
            stacked[row].zero_()
            factor = None if weights is None else weights.b[member]
            if weights is None or factor is None:
                continue
            rank, start = factor.shape[0], self.columns[member].start
            self.a[row, :, start : start + rank] = weights.a[:, weights.columns[member]]
            stacked[row, :rank] = factor


class RowStack:
    """The stacked factors of all rows whose adapters have ranks of one bucket.

    There are as many rows as the last steps needed, rounded up to a power of two.
    """

    def __init__(self, bucket: int) -> None:
        self.groups: dict[str, StackedGroup] = {}
        self._bucket = bucket
        self._out_features: dict[str, list[int | None]] = {}
        self._held: list[str | None] = []

    @property
    def num_bytes(self) -> int:
        return sum(group.num_bytes for group in self.groups.values())

    def hold(self, adapters: list[AdapterWeights]) -> None:
        """Make row i hold `adapters[i]`; rows that already do are left alone."""
        self._resize(len(adapters))
        for adapter in adapters:
            for path, weights in adapter.groups.items():
                self._make_room(path, weights)
        for row, adapter in enumerate(adapters):
            if self._held[row] != adapter.digest:
                for path, group in self.groups.items():
                    group.write(row, adapter.groups.get(path))
                self._held[row] = adapter.digest

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
            self._out_features.clear()

    def _make_room(self, path: str, weights: GroupWeights) -> None:
        """Add layers that no adapter targeted so far; every row is then written anew."""
        known = self._out_features.get(path, [None] * len(weights.b))
        wanted = [
            num_out if factor is None else factor.shape[1]
            for num_out, factor in zip(known, weights.b, strict=True)
        ]
        if path not in self.groups or wanted != known:
            self._out_features[path] = wanted
            self.groups[path] = StackedGroup(len(self._held), self._bucket, wanted, weights.a)
            self._held = [None] * len(self._held)
