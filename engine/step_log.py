"""What the last steps did. Written by the engine's thread, read by any other; knows no tensor."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from engine.scheduler import Batch
from engine.sequence import Sequence

CAPACITY = 2048
"""Steps that are remembered: some 20 seconds of a small base, a minute of a large one."""


class RowRecord(NamedTuple):
    """One request's share of a step. `num_tokens` of its prompt were read, or one was made."""

    request_id: str
    adapter_id: str | None
    num_tokens: int
    is_decoding: bool


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
    """The last `CAPACITY` steps, oldest first."""

    def __init__(self) -> None:
        self._records: deque[StepRecord] = deque(maxlen=CAPACITY)
        self._lock = threading.Lock()

    def add(self, record: StepRecord) -> None:
        with self._lock:
            self._records.append(record)

    def since(self, step: int) -> tuple[StepRecord, ...]:
        """The remembered steps after number `step`, oldest first."""
        with self._lock:
            if not self._records:
                return ()
            num_new = min(max(self._records[-1].step - step, 0), len(self._records))
            return tuple(self._records[n] for n in range(-num_new, 0))


def rows_of(batch: Batch) -> tuple[RowRecord, ...]:
    """Who runs in a step, and for how many tokens."""
    decoding = [_row(sequence, 1, is_decoding=True) for sequence in batch.decode]
    reading = [_row(c.sequence, c.num_tokens, is_decoding=False) for c in batch.prefill]
    return (*decoding, *reading)


def _row(sequence: Sequence, num_tokens: int, is_decoding: bool) -> RowRecord:
    adapter = sequence.adapter
    name = None if adapter is None else adapter.adapter_id
    return RowRecord(sequence.request.request_id, name, num_tokens, is_decoding)
