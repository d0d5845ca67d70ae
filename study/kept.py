"""Answers kept beside an adapter's weights, for people to read. Chosen by rule, not by hand.

best.jsonl    the best answer to each kind of held-out example
wrong.jsonl   the ten worst, spread over the rings
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.card import Example, read_example
from adapters.errors import BadCard
from adapters.heldout import as_record
from study.contestants import Contestant
from study.evaluate import Marked, TaskResult

BEST_FILE = "best.jsonl"
WRONG_FILE = "wrong.jsonl"
NUM_WRONG = 10


@dataclass(frozen=True)
class Kept:
    """One held-out example, what the adapter said to it, and the strict mark for that."""

    example: Example
    said: str
    score: float


def keep_answers(result: TaskResult, folder: Path) -> None:
    """Write the two files. Raises OSError."""
    _write(best_answers(result), folder / BEST_FILE)
    _write(wrong_answers(result), folder / WRONG_FILE)


def load_kept(path: Path) -> tuple[Kept, ...]:
    """What one of the two files holds. Raises OSError, and BadCard for a damaged file."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n")[:-1], 1):
        where = f"Line {number} of {path}"
        try:
            raw = json.loads(line)
            said, score = raw.pop("said"), raw.pop("score")
        except (ValueError, LookupError) as error:
            raise BadCard(f"{where} holds no answer that was kept: {error}.") from error
        found.append(Kept(read_example(raw, where, BadCard), said, score))
    return tuple(found)


def best_answers(result: TaskResult) -> list[Marked]:
    """Of each kind of example the first of those with the best mark; none that is all wrong."""
    best = [max(marked, key=_score) for marked in result.kinds().values()]
    return [one for one in best if _score(one) > 0.0]


def wrong_answers(result: TaskResult) -> list[Marked]:
    """The ten with the worst marks, ring by ring in turn; never a right one."""
    by_ring = [
        sorted((one for one in result.marked if one.ring == ring and _score(one) < 1.0), key=_score)
        for ring in (1, 2, 3)
    ]
    chosen: list[Marked] = []
    while len(chosen) < NUM_WRONG and any(by_ring):
        chosen += [of_ring.pop(0) for of_ring in by_ring if of_ring]
    return chosen[:NUM_WRONG]


def _score(one: Marked) -> float:
    return one.marks[Contestant.ADAPTER].score


def _write(chosen: Sequence[Marked], path: Path) -> None:
    lines = [
        as_record(one.example)
        | {"said": one.texts.get(Contestant.ADAPTER, ""), "score": round(_score(one), 4)}
        for one in chosen
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
