"""What a measurement says, and the file that keeps it: one JSON document per line.

Every line holds the whole setup, so that a line alone, cut out by a program, still says where it
comes from. Lines are written as they come: what a later rung breaks is not lost.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, Self

from benchmarks.limits import Limit
from benchmarks.setup import Setup


@dataclass(frozen=True)
class Result:
    """One contestant in one case.

    `seconds` [repetitions] each made `num_tokens` tokens in `num_rows` rows; `ratios` are its
    tokens/s over those of `baseline` in the same round, empty where it has none. `limit` is the
    least time that the machine allows for the same tokens. `prompts` is the digest of what was
    read. `figures` are other numbers, the unit at the end of the name.
    """

    rung: str
    case: str
    contestant: str
    num_rows: int
    num_tokens: int
    seconds: tuple[float, ...]
    baseline: str | None = None
    ratios: tuple[float, ...] = ()
    limit: Limit | None = None
    num_threads: int = 1
    prompts: str | None = None
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def tokens_per_s(self) -> float:
        """The median over the repetitions."""
        return self.num_tokens / median(self.seconds)

    @property
    def spread(self) -> tuple[float, float]:
        """Tokens/s of the slowest and the fastest repetition."""
        return self.num_tokens / max(self.seconds), self.num_tokens / min(self.seconds)

    @property
    def ratio(self) -> float | None:
        return median(self.ratios) if self.ratios else None

    def over(self, baseline: str, seconds: tuple[float, ...]) -> Self:
        """The same, compared with `baseline`, whose repetitions took `seconds`."""
        return replace(self, baseline=baseline, ratios=ratios(self.seconds, seconds))

    @property
    def limit_tokens_per_s(self) -> float | None:
        return None if self.limit is None else self.num_tokens / self.limit.seconds


@dataclass(frozen=True)
class Failure:
    """A rung that ended before its time, and why."""

    rung: str
    error: str


@dataclass(frozen=True)
class Line:
    """One line of a results file."""

    setup: Setup
    outcome: Result | Failure


def ratios(seconds: tuple[float, ...], baseline: tuple[float, ...]) -> tuple[float, ...]:
    """Speed over the baseline's, round by round: what slows a round slows both."""
    return tuple(base / own for own, base in zip(seconds, baseline, strict=True))


def append_line(path: Path, line: Line) -> None:
    """Write one line and close the file again: whatever happens next, it is kept."""
    outcome = line.outcome
    kind = "result" if isinstance(outcome, Result) else "failure"
    record: dict[str, Any] = {kind: asdict(outcome), "setup": asdict(line.setup)}
    if isinstance(outcome, Result):  # for those who read with jq; read_lines derives them again
        record["derived"] = {
            "tokens_per_s": outcome.tokens_per_s,
            "ratio": outcome.ratio,
            "limit_tokens_per_s": outcome.limit_tokens_per_s,
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a results file. Raises OSError, ValueError."""
    for text in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(text)
        yield Line(_setup(record["setup"]), _outcome(record))


def _setup(record: dict[str, Any]) -> Setup:
    return Setup(**record)


def _outcome(record: dict[str, Any]) -> Result | Failure:
    if "failure" in record:
        return Failure(**record["failure"])
    values = dict(record["result"])
    limit = values.pop("limit")
    for name in ("seconds", "ratios"):
        values[name] = tuple(values[name])
    return Result(**values, limit=None if limit is None else Limit(**limit))
