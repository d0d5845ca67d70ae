"""What the last steps did. Written by the engine's thread, read by any other; knows no tensor."""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from engine.scheduler import Batch
from engine.sequence import Sequence
from engine.status import StepTotals

CAPACITY = 2048
"""Steps that are remembered: some 20 seconds of a small base, a minute of a large one."""


class RowRecord(NamedTuple):
    """One request's share of a step. `num_tokens` of its prompt were read, or one was made.

    The step that reads the end of a prompt makes the first token too.
    """

    request_id: str
    adapter_id: str | None
    num_tokens: int
    is_decoding: bool
    completes_prompt: bool = False

    @property
    def makes_token(self) -> bool:
        return self.is_decoding or self.completes_prompt


@dataclass(frozen=True)
class StepRecord:
    """One step.

    `started_s` is on the clock of time.perf_counter. `lora_s`, a part of `total_s`, went into the
    adapters' products; None where the device works behind our back and cannot be timed so.
    """

    step: int
    started_s: float
    total_s: float
    lora_s: float | None
    rows: tuple[RowRecord, ...]


class StepLog:
    """The last `CAPACITY` steps, oldest first, and the `totals` of all."""

    def __init__(self) -> None:
        self.totals = StepTotals()
        self._records: deque[StepRecord] = deque(maxlen=CAPACITY)
        self._lock = threading.Lock()

    def add(self, record: StepRecord) -> None:
        before = self.totals
        lora_s = before.lora_s if record.lora_s is None else (before.lora_s or 0.0) + record.lora_s
        with self._lock:
            self._records.append(record)
            self.totals = StepTotals(
                before.num_rows + len(record.rows), before.total_s + record.total_s, lora_s
            )

    def since(self, step: int) -> tuple[StepRecord, ...]:
        """The remembered steps after number `step`, oldest first."""
        with self._lock:
            if not self._records:
                return ()
            num_new = min(max(self._records[-1].step - step, 0), len(self._records))
            return tuple(self._records[n] for n in range(-num_new, 0))


def adapter_share(records: Iterable[StepRecord]) -> float | None:
    """The part of the steps' time that adapters' products took; None where it was not timed."""
    timed = [(r.lora_s, r.total_s) for r in records if r.lora_s is not None]
    whole_s = sum(total_s for _, total_s in timed)
    return sum(lora_s for lora_s, _ in timed) / whole_s if whole_s else None


def rows_of(batch: Batch) -> tuple[RowRecord, ...]:
    """Who runs in a step, and for how many tokens."""
    decoding = [RowRecord(*_names(sequence), 1, is_decoding=True) for sequence in batch.decode]
    reading = [
        RowRecord(*_names(chunk.sequence), chunk.num_tokens, False, chunk.completes_prompt)
        for chunk in batch.prefill
    ]
    return (*decoding, *reading)


def _names(sequence: Sequence) -> tuple[str, str | None]:
    """Of the request and of what it adds to the base."""
    adapter = sequence.adapter
    return sequence.request.request_id, None if adapter is None else adapter.adapter_id
