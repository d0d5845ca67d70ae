"""Decides who runs in the next step. Owns the waiting line and the seats; knows no tensor.

Requests are admitted first come, first served, while there is a free row and their whole reserve
of KV tokens fits. Every decoding row runs in every step; what remains of the step's token budget
reads prompts, in chunks.

Who waits for an adapter's slot is overtaken by those whose adapters have one, but not for ever:
engine/waiting.py says when slots change hands.
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from engine import waiting
from engine.errors import QueueFull
from engine.options import EngineOptions
from engine.sequence import Sequence
from engine.slots import Slots
from engine.status import KVUse
from engine.waiting import Group

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

    def __init__(self, options: EngineOptions, kv_tokens: int, slots: Slots) -> None:
        self.running: list[Sequence] = []
        self.slots = slots
        # Counted, not summed when asked: other threads ask while the engine's changes the line.
        self.num_waiting = 0
        self.num_refused = 0
        self._options = options
        self._kv_tokens = kv_tokens
        self._waiting: deque[Group] = deque()
        self._waiting_for: Counter[str] = Counter()  # how many wait, by adapter's digest
        self._step = 0

    @property
    def has_work(self) -> bool:
        return bool(self.running or self._waiting)

    @property
    def can_go_on(self) -> bool:
        """Whether a step would do anything: not so while all who wait, wait for a load."""
        return bool(self.running) or bool(self._waiting and not self.slots.is_loading)

    @property
    def patience_s(self) -> float | None:
        """Where no step would do anything: until the first of those who wait has had his time."""
        timeout_s = self._options.timeout_s
        if timeout_s is None or self.can_go_on or not self._waiting:
            return None
        longest_s = max(s.seconds() for group in self._waiting for s in group.sequences)
        return max(0.0, timeout_s - longest_s)

    @property
    def in_flight(self) -> list[Sequence]:
        """Who runs or waits; for the engine's thread."""
        return [*self.running, *(s for group in self._waiting for s in group.sequences)]

    @property
    def kv_use(self) -> KVUse:
        """For any thread."""
        rows = tuple(self.running)  # the engine's thread goes on changing the list
        num_held = sum(row.num_computed for row in rows)
        return KVUse(num_held, sum(row.num_reserved_tokens for row in rows), self._kv_tokens)

    def check_room(self, num_new: int, num_arriving: int = 0) -> None:
        """Raises QueueFull, and counts it, when `num_new` more, behind `num_arriving`, do not fit.

        For one thread at a time.
        """
        num_free = self._options.max_waiting - self.num_waiting - num_arriving
        if num_new > num_free:
            self.num_refused += num_new
            raise QueueFull(
                f"{self._options.max_waiting} requests may wait and only {max(num_free, 0)} more "
                f"fit; try again in {RETRY_AFTER_S:g} seconds.",
                retry_after_s=RETRY_AFTER_S,
            )

    def add(self, group: Iterable[Sequence]) -> None:
        """Queue sequences that start in the same step (one by one if they exceed the limits)."""
        sequences = tuple(group)
        self.num_waiting += len(sequences)
        self._waiting_for.update(s.adapter.digest for s in sequences if s.adapter)
        together = Group(sequences)
        if self._could_run_together(sequences) and len(together.adapters) <= self.slots.num_slots:
            self._waiting.append(together)
        else:
            self._waiting.extend(Group((sequence,)) for sequence in sequences)

    def schedule(self) -> Batch:
        """Admit whoever fits, then name the rows and chunks of the next step."""
        self._step += 1
        num_to_free = waiting.num_to_free(self._admit(), self.slots, self._step)
        candidates = waiting.least_missed(self.running, self._waiting_for) if num_to_free else []
        self.slots.turn_over(num_to_free, candidates)
        return Batch(
            decode=tuple(sequence for sequence in self.running if sequence.is_decoding),
            prefill=tuple(self._chunks()),
        )

    def finish(self, sequence: Sequence) -> SeatMove | None:
        """Free a row; says which cache row must move into the gap, if any."""
        if sequence.adapter is not None:
            self.slots.leave(sequence.adapter)
        last = self.running.pop()
        if last is sequence:
            return None
        move = SeatMove(source=last.seat, target=sequence.seat, num_tokens=last.num_computed)
        last.seat = sequence.seat
        self.running[last.seat] = last
        return move

    def leaving(self, is_leaving: Callable[[Sequence], bool]) -> list[Sequence]:
        """Who is to be finished now: rows, which keep their seats until then, and who waits."""
        rows = [row for row in self.running if is_leaving(row)]
        return rows + self.drop_waiting(is_leaving)

    def drop_waiting(self, is_dropped: Callable[[Sequence], bool]) -> list[Sequence]:
        """Take sequences out of the line and return them; those beside them in a group stay."""
        dropped = [s for group in self._waiting for s in group.sequences if is_dropped(s)]
        if dropped:
            kept = (group.without(is_dropped) for group in self._waiting)
            self._waiting = deque(group for group in kept if group.sequences)
            self._count_out(dropped)
        return dropped

    def faults(self) -> list[str]:
        """What is wrong in the books, one sentence each: nothing, unless this code has a bug."""
        in_line = [sequence for group in self._waiting for sequence in group.sequences]
        waiting_for = Counter(s.adapter.digest for s in in_line if s.adapter)
        users = Counter(row.adapter.digest for row in self.running if row.adapter)
        seats = [row.seat for row in self.running]
        num_counted = self.num_waiting
        reserves_fit = len(seats) < 2 or self._could_run_together(tuple(self.running))
        checks = [
            (f"The seats in use are {seats}.", seats == list(range(len(seats)))),
            (f"{len(seats)} rows run.", len(seats) <= self._options.max_rows),
            ("More KV tokens are promised than there are.", reserves_fit),
            ("A row holds more than it reserved.", all(row.num_left >= 0 for row in self.running)),
            ("A request runs and waits at once.", not set(self.running).intersection(in_line)),
            (f"{len(in_line)} wait, not {num_counted}.", len(in_line) == num_counted),
            ("Who waits for an adapter is miscounted.", waiting_for == self._waiting_for),
        ]
        wrong = [sentence for sentence, is_right in checks if not is_right]
        return wrong + self.slots.faults(users)

    def _admit(self) -> list[Group]:
        """Start whoever can, oldest first; returns those who are overtaken for want of a slot.

        Room goes strictly in line: who is ready but does not fit holds up all behind. Slots go
        strictly in line too, but who waits for one, or for a load, holds up nobody. Those who are
        next for room get their slots ahead of it.
        """
        left: list[Group] = []
        passed: list[Group] = []
        older: set[str] = set()
        has_room = has_slots = True
        while self._waiting and (has_room or (has_slots and len(left) < self._options.max_rows)):
            group = self._waiting.popleft()
            if has_slots:
                has_slots = self.slots.seat(group.adapters, older)
                older.update(adapter.digest for adapter in group.adapters)
            if self.slots.are_open(group.adapters, is_overtaking=bool(passed)):
                has_room = has_room and self._fits(group.sequences)
                if has_room:
                    self._start(group)
                    continue
            elif has_room and not has_slots:
                passed.append(group)
            left.append(group)
        self._waiting.extendleft(reversed(left))
        return passed

    def _start(self, group: Group) -> None:
        self._count_out(group.sequences)
        for sequence in group.sequences:
            sequence.seat = len(self.running)
            sequence.queue_s = sequence.seconds()
            self.running.append(sequence)
            if sequence.adapter is not None:
                self.slots.enter(sequence.adapter)

    def _count_out(self, sequences: Collection[Sequence]) -> None:
        self.num_waiting -= len(sequences)
        self._waiting_for.subtract(s.adapter.digest for s in sequences if s.adapter)
        self._waiting_for += Counter()  # forgets those that nobody waits for any more

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
