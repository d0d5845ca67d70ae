"""Measured scores of an adapter, of its base and of dumb baselines: scores.json beside the weights.

Owns the file's form; does not know how scores are measured (study/ does).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from types import MappingProxyType

from adapters.errors import BadCard
from adapters.record import Record

FILE_NAME = "scores.json"
RING_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "seen-": "known sentences",
        "new-": "new sentences",
        "written-": "texts by other hands",
        "visitor-": "inputs as visitors type them",
    }
)
"""What a held-out example's id begins with. In the first ring new names stand in a sentence that
training knew, or in one that it did not; the others owe nothing to the generator. One mixed figure
would flatter."""
RING_OF_PREFIX: Mapping[str, int] = MappingProxyType(
    {"seen-": 1, "new-": 1, "written-": 2, "visitor-": 3}
)


@dataclass(frozen=True)
class Ring:
    """The mean marks of one kind of held-out examples, which `name` is the word for."""

    name: str
    base: float
    adapter: float
    num_examples: int


@dataclass(frozen=True)
class Scores:
    """What was measured, on what: the digests say exactly which weights the figures belong to.

    `adapter`, `base` and the figures beside them are mean strict marks in the first ring; `low`
    and `high` bound the adapter's lift over the base with 95 % confidence. `ring2` and `ring3` are
    the adapter's in the rings by other hands; `copied` is the share of names that it copies right.
    None is what was not measured.
    """

    task: str
    metric: str
    base: float
    adapter: float
    num_examples: int
    date: str
    seed: int
    weights_digest: str
    base_digest: str
    low: float | None = None
    high: float | None = None
    base_three_shot: float | None = None
    generalist: float | None = None
    ring2: float | None = None
    ring3: float | None = None
    copied: float | None = None
    base_lenient: float | None = None
    adapter_lenient: float | None = None
    majority: float | None = None
    copy_input: float | None = None
    bag_of_words: float | None = None
    rings: tuple[Ring, ...] = ()

    def __post_init__(self) -> None:
        parts: tuple[Scores | Ring, ...] = (self, *self.rings)
        for part in parts:
            for name, value in asdict(part).items():
                is_share = isinstance(value, float) and name not in ("low", "high")
                if is_share and not 0 <= value <= 1:
                    raise BadCard(f"The scores of {self.task!r} hold {value}, not a share of one.")
            if part.num_examples < 1:
                raise BadCard(f"The scores of {self.task!r} rest on no example.")
        for digest in (self.weights_digest, self.base_digest):
            if not digest.startswith("sha256:"):
                raise BadCard(f"The scores of {self.task!r} hold {digest!r}, not a sha256 digest.")
        try:
            date.fromisoformat(self.date)
        except ValueError as error:
            raise BadCard(f"The scores of {self.task!r} hold a bad date: {error}.") from error


_OPTIONAL = tuple(field.name for field in fields(Scores) if field.default is None)


def load_scores(folder: Path) -> Scores | None:
    """Scores in a folder, None if it has none yet. Raises BadCard for a damaged file."""
    path = folder / FILE_NAME
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadCard(f"The scores {path} cannot be read: {error}.") from error
    record = Record(raw, f"The file {path}", BadCard)
    scores = Scores(
        task=record.take("task", str),
        metric=record.take("metric", str),
        base=record.take("base", float),
        adapter=record.take("adapter", float),
        num_examples=record.take("num_examples", int),
        date=record.take("date", str),
        seed=record.take("seed", int),
        weights_digest=record.take("weights_digest", str),
        base_digest=record.take("base_digest", str),
        rings=tuple(_ring(raw_ring, path) for raw_ring in record.take_all("rings", dict, ())),
        **{name: record.take_or_none(name, float) for name in _OPTIONAL},
    )
    record.end()
    return scores


def _ring(raw: dict[str, object], path: Path) -> Ring:
    record = Record(raw, f"A ring in the file {path}", BadCard)
    ring = Ring(
        name=record.take("name", str),
        base=record.take("base", float),
        adapter=record.take("adapter", float),
        num_examples=record.take("num_examples", int),
    )
    record.end()
    return ring


def save_scores(folder: Path, scores: Scores) -> None:
    """Writes scores.json whole or not at all."""
    unfinished = folder / f"{FILE_NAME}.part"
    unfinished.write_text(json.dumps(asdict(scores), indent=2) + "\n", encoding="utf-8")
    unfinished.replace(folder / FILE_NAME)
