"""In which order examples are read: random batches of similar length. Knows only lengths."""

import random
from collections.abc import Iterator, Sequence

from torch.utils.data import Sampler

# Sorting inside pools of this many batches keeps padding small and the batches still random.
BATCHES_PER_POOL = 32


def plan_order(lengths: Sequence[int], batch_size: int, num_epochs: int, seed: int) -> list[int]:
    """Indices of all epochs one after the other; consecutive runs of `batch_size` are batches.

    A pure function of its arguments, so that a resumed run reads what the killed one would have.
    The remainder that fills no batch is left out, other examples in every epoch.
    """
    rng = random.Random(f"order/{seed}")
    order: list[int] = []
    for _ in range(num_epochs):
        shuffled = rng.sample(range(len(lengths)), len(lengths))
        batches = [
            pool[start : start + batch_size]
            for pool in _pools(shuffled, lengths, batch_size * BATCHES_PER_POOL)
            for start in range(0, len(pool), batch_size)
        ]
        whole = [batch for batch in batches if len(batch) == batch_size]
        rng.shuffle(whole)
        order += (index for batch in whole for index in batch)
    return order


def _pools(shuffled: list[int], lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(shuffled), size):
        yield sorted(shuffled[start : start + size], key=lambda index: lengths[index])


class PlannedOrder(Sampler[int]):
    """A sampler that reads out a plan."""

    def __init__(self, order: Sequence[int]) -> None:
        self._order = order

    def __iter__(self) -> Iterator[int]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)
