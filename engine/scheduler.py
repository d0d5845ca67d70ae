"""Decides who runs in the next step. Owns the waiting line and the seats; knows no tensor.

Requests are admitted first come, first served, while there is a free row and their whole reserve
of KV tokens fits. Every decoding row runs in every step; what remains of the step's token budget
reads prompts, in chunks.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import QueueFull
from engine.options import EngineOptions
from engine.sequence import Sequence

RETRY_AFTER_S = 2.0


@dataclass(frozen=True)
class Chunk:
    """The next `num_tokens` tokens of a prompt, to be read in this step."""

    sequence: Sequence
    num_tokens: int

    @property
    def completes_prompt(self) -> bool:
        return self.num_tokens == self.sequence.num_pending


@dataclass(frozen=True)
class Batch:
    """One step: rows that decode one token each, and chunks of prompts."""

    decode: tuple[Sequence, ...]
    prefill: tuple[Chunk, ...]

    @property
    def num_rows(self) -> int:
        return len(self.decode) + len(self.prefill)

    @property
    def sequences(self) -> tuple[Sequence, ...]:
        return (*self.decode, *(chunk.sequence for chunk in self.prefill))


@dataclass(frozen=True)
class SeatMove:
    """The cache row `source` moves to `target`, so that the seats in use stay 0..n-1."""

    source: int
    target: int
    num_tokens: int


class Scheduler:
    """The waiting line and the rows. `running[i]` sits on seat i."""

    def __init__(self, options: EngineOptions, kv_tokens: int) -> None:
        self.running: list[Sequence] = []
        # Counted, not summed when asked: other threads ask while the engine's changes the line.
        self.num_waiting = 0
        self._options = options
        self._kv_tokens = kv_tokens
        self._waiting: deque[tuple[Sequence, ...]] = deque()

    @property
    def has_work(self) -> bool:
        return bool(self.running or self._waiting)

    def check_room(self, num_new: int, num_arriving: int = 0) -> None:
        """Raises QueueFull when `num_new` more, behind `num_arriving`, would not fit the line."""
        num_free = self._options.max_waiting - self.num_waiting - num_arriving
        if num_new > num_free:
            raise QueueFull(
                f"{self._options.max_waiting} requests may wait and only {max(num_free, 0)} more "
                f"fit; try again in {RETRY_AFTER_S:g} seconds.",
                retry_after_s=RETRY_AFTER_S,
            )

    def add(self, group: Iterable[Sequence]) -> None:
        """Queue sequences that start in the same step (one by one if they exceed the rows)."""
        sequences = tuple(group)
        self.num_waiting += len(sequences)
        if self._could_run_together(sequences):
            self._waiting.append(sequences)
        else:
            self._waiting.extend((sequence,) for sequence in sequences)

    def schedule(self) -> Batch:
        """Admit whoever fits, then name the rows and chunks of the next step."""
        while self._waiting and self._fits(self._waiting[0]):
            group = self._waiting.popleft()
            self.num_waiting -= len(group)
            for sequence in group:
                sequence.seat = len(self.running)
                sequence.queue_s = sequence.seconds()
                self.running.append(sequence)
        return Batch(
            decode=tuple(sequence for sequence in self.running if sequence.is_decoding),
            prefill=tuple(self._chunks()),
        )

    def finish(self, sequence: Sequence) -> SeatMove | None:
        """Free a row; says which cache row must move into the gap, if any."""
        last = self.running.pop()
        if last is sequence:
            return None
        move = SeatMove(source=last.seat, target=sequence.seat, num_tokens=last.num_computed)
        last.seat = sequence.seat
        self.running[last.seat] = last
        return move

    def drop_waiting(self) -> list[Sequence]:
        """Take every cancelled sequence out of the line and return them."""
        dropped = [s for group in self._waiting for s in group if s.cancelled]
        if dropped:
            kept = (tuple(s for s in group if not s.cancelled) for group in self._waiting)
            self._waiting = deque(group for group in kept if group)
            self.num_waiting -= len(dropped)
        return dropped

    def drain(self) -> list[Sequence]:
        """Empty the line and return who stood in it."""
        drained = [sequence for group in self._waiting for sequence in group]
        self._waiting.clear()
        self.num_waiting = 0
        return drained

    def _could_run_together(self, group: tuple[Sequence, ...]) -> bool:
        reserve = sum(sequence.num_reserved_tokens for sequence in group)
        return len(group) <= self._options.max_rows and reserve <= self._kv_tokens

    def _fits(self, group: tuple[Sequence, ...]) -> bool:
        return self._could_run_together((*self.running, *group)) or not self.running

    def _chunks(self) -> Iterable[Chunk]:
        budget = self._options.prefill_tokens
        for sequence in self.running:
            if not sequence.is_decoding and budget > 0:
                chunk = Chunk(sequence, min(budget, sequence.num_pending))
                budget -= chunk.num_tokens
                yield chunk
