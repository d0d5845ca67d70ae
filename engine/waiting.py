"""Who waits together, since when others overtake them, and who makes room for them in the end.

Everybody's turn comes because slots change hands: some are closed, take no rows that overtake, and
go to those who waited the longest once their last answer has ended. At most half of the slots do so
at a time, those with the fewest requests first: the others keep the rows full. Knows no tensor.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Self

from engine.sequence import Sequence
from engine.slots import Slots

PATIENCE_STEPS = 32


class Group:
    """Sequences that start together.

    `adapters` are those that need a slot, each once; `passed_since` is the step since when others
    have been overtaking for want of one.
    """

    def __init__(self, sequences: tuple[Sequence, ...]) -> None:
        own = (sequence.adapter for sequence in sequences)
        self.sequences = sequences
        self.adapters = tuple({adapter.digest: adapter for adapter in own if adapter}.values())
        self.passed_since: int | None = None

    def without(self, is_dropped: Callable[[Sequence], bool]) -> Self:
        """What is left of the group; it keeps its age."""
        left = type(self)(tuple(s for s in self.sequences if not is_dropped(s)))
        left.passed_since = self.passed_since
        return left


def num_to_free(passed: Iterable[Group], slots: Slots, step: int) -> int:
    """How many slots are to change hands for those that are passed by, oldest first.

    As many as the oldest needs who has waited for too long; for the others up to half of all.
    """
    wanted: set[str] = set()
    most = 0
    for group in passed:
        if group.passed_since is None:
            group.passed_since = step
        elif step - group.passed_since >= PATIENCE_STEPS and len(wanted) <= most:
            wanted.update(adapter.digest for adapter in slots.missing(group.adapters))
            most = most or max(len(wanted), slots.num_slots // 2)
    return min(len(wanted), most)


def least_missed(running: Iterable[Sequence], waiting_for: Mapping[str, int]) -> list[str]:
    """The digests in use; first those that the fewest requests run with or wait for.

    Among equals, first those whose answers end the soonest.
    """
    num_requests, tokens_left = Counter(waiting_for), Counter[str]()
    for row in running:
        if row.adapter is not None:
            digest = row.adapter.digest
            num_requests[digest] += 1
            tokens_left[digest] = max(tokens_left[digest], row.num_left)
    return sorted(tokens_left, key=lambda digest: (num_requests[digest], tokens_left[digest]))
