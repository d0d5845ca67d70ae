"""What a page is told of a run, in order: one Start, then Ticks and Ends of rows, one RunEnd.

Rows are numbered as in `Start.rows`. Times are the engine's own, in milliseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.metrics import Mark


@dataclass(frozen=True)
class RowStart:
    """What one row is asked. `task` is the card that it answers to, `shown` its main field."""

    asked: str
    task: str
    shown: str
    prompt: str
    expected: str | None


@dataclass(frozen=True)
class Start:
    """The rows, and why the other tasks have none. One batch holds at most `num_slots` adapters."""

    rows: tuple[RowStart, ...]
    left_out: Mapping[str, str]
    num_slots: int


@dataclass(frozen=True)
class LaneStep:
    """One step of the engine: which of the run's rows read their prompts in it, and which made
    a token."""

    step: int
    prefill: tuple[int, ...]
    decode: tuple[int, ...]


@dataclass(frozen=True)
class Tick:
    """What has happened since the last one, and the figures as they are now.

    `append` is text by row. `num_rows` are in the engine's last step, other people's included;
    `most_rows` and `most_adapters` were the most in any step of the run. `lora_share` is None where
    the device cannot be timed so. `notice` says why nothing happens, where that is so.
    """

    lanes: tuple[LaneStep, ...]
    append: Mapping[int, str]
    num_rows: int
    most_rows: int
    most_adapters: int
    num_tokens: int
    ms: float
    lora_share: float | None
    notice: str | None


@dataclass(frozen=True)
class RowEnd:
    """The end of one row, marked where the right answer is known. `text` is the whole answer."""

    row: int
    text: str
    finish: str
    error: str | None
    num_prompt_tokens: int
    num_tokens: int
    first_ms: float | None
    ms: float
    mark: Mark | None


@dataclass(frozen=True)
class RunEnd:
    """The end. `ms` is how long the engine had at least one of the rows; `problem` is why it
    ended early, `is_whole` whether every row has its whole answer."""

    ms: float
    num_tokens: int
    is_whole: bool
    problem: str | None


RunEvent = Start | Tick | RowEnd | RunEnd
