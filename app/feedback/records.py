"""The nouns of the ratings database, all frozen. Imports no sibling and knows no SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Mode = Literal["named", "blind"]
Position = Literal["A", "B"]
Choice = Literal["A", "B", "tie", "both_bad"]
FinalState = Literal["complete", "failed", "cancelled"]
Format = Literal["jsonl", "csv", "arena", "dpo"]
"""How ratings leave the database: whole records, a table, battles of an arena, preferences."""


@dataclass(frozen=True)
class Contestant:
    """Anything that can win: one set of weights. Other weights need another `contestant_id`."""

    contestant_id: str
    kind: Literal["base", "adapter"]
    name: str
    task: str | None
    weights_digest: str
    base_model: str


@dataclass(frozen=True)
class SideStart:
    """Who answers at a position, as shown."""

    position: Position
    contestant: Contestant


@dataclass(frozen=True, kw_only=True)
class ComparisonStart:
    """Everything known of a comparison before its first token.

    `client_nonce` names one press of Run: the same nonce in the same session is the same
    comparison. `inputs` holds the template's fields; `params` the sampling parameters.
    """

    session_id: str
    client_nonce: str
    mode: Mode = "named"
    task: str
    template_sha256: str
    inputs: Mapping[str, str]
    example_id: str | None
    params: Mapping[str, object]
    app_version: str
    sides: tuple[SideStart, ...]

    def __post_init__(self) -> None:
        assert sorted(side.position for side in self.sides) == ["A", "B"]


@dataclass(frozen=True)
class SideResult:
    """How one side ended. Times in milliseconds since its request was submitted."""

    position: Position
    text: str
    finish_reason: str
    error: str | None
    num_prompt_tokens: int
    num_tokens: int
    queue_ms: float
    first_token_ms: float | None
    total_ms: float


@dataclass(frozen=True)
class Vote:
    """A recorded rating. `created_at_ms` is milliseconds since 1970, UTC.

    `correction` is a better answer that came with it.
    """

    event_id: int
    comparison_id: str
    choice: Choice
    comment: str | None
    tags: tuple[str, ...]
    correction: str | None
    think_ms: int | None
    identities_visible: bool
    created_at_ms: int


@dataclass(frozen=True)
class Filter:
    """Which rated pairs are meant; None is no condition."""

    task: str | None = None
    mode: Mode | None = None


@dataclass(frozen=True)
class VoteCounts:
    """The active votes of a task: by position as shown (`a`, `b`), and by who was preferred."""

    num_votes: int
    a: int
    b: int
    tie: int
    both_bad: int
    adapter_better: int
    base_better: int


@dataclass(frozen=True)
class ShownSide:
    """A finished answer as it was shown, and whose it is."""

    contestant: Contestant
    result: SideResult


@dataclass(frozen=True)
class ShownPair:
    """A finished comparison. `num_events` counts its votes and their undoings."""

    comparison_id: str
    mode: Mode
    task: str
    inputs: Mapping[str, str]
    finished_at_ms: int
    num_events: int
    a: ShownSide
    b: ShownSide


@dataclass(frozen=True)
class PairCounts:
    """How people rated two contestants who were not named: the winner is `first`, `second`, ..."""

    num_votes: int
    first: int
    second: int
    tie: int
    both_bad: int


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A whole, named comparison read back.

    `choice` is what its own session thought of it; `is_shared` says that a link leads to it.
    """

    comparison_id: str
    task: str
    inputs: Mapping[str, str]
    params: Mapping[str, object]
    created_at_ms: int
    sides: tuple[ShownSide, ShownSide]
    choice: Choice | None
    is_shared: bool
