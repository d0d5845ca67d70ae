"""A pair's votes as a row of the page Leaderboard. Knows no template and no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from adapters.scores import Scores
from app.feedback.intervals import Share, wilson
from app.feedback.records import Contestant
from app.feedback.standings import MIN_VOTES, Tally
from app.services import Services
from app.task import Task


@dataclass(frozen=True)
class Served:
    """What is served at one moment: the tasks, and the digests of all weights."""

    tasks: Mapping[str, Task]
    digests: frozenset[str]
    base_name: str
    knows_base: bool
    """Whether the base's digest is among `digests`: that of a base from the Hub is not."""

    @classmethod
    def now(cls, services: Services) -> Self:
        catalog = services.shelf.stock.catalog
        digests = {info.digest for info in services.worker.adapters} | {catalog.base_digest or ""}
        name = services.worker.status().base_name
        return cls(
            services.shelf.stock.tasks, frozenset(digests), name, catalog.base_digest is not None
        )

    def has(self, contestant: Contestant) -> bool:
        """Whether these weights can be met today."""
        if contestant.kind == "base" and not self.knows_base:
            return contestant.base_model == self.base_name
        return contestant.weights_digest in self.digests

    def title(self, task: str) -> str:
        """The task as its card calls it today, or else its id."""
        return self.tasks[task].card.title if task in self.tasks else task

    def scores(self, contestant: Contestant) -> Scores | None:
        """What was measured of exactly these weights on their own task."""
        known = self.tasks.get(contestant.task or "")
        scores = known and known.entry.scores
        return scores if scores and scores.weights_digest == contestant.weights_digest else None


@dataclass(frozen=True)
class Standing:
    """One row. What too few votes were given for is None."""

    title: str
    tally: Tally
    win_rate: Share | None
    """How often the first was preferred, of the votes that preferred one."""
    position: Share | None
    scores: Scores | None


def standings(served: Served, tallies: Iterable[Tally]) -> list[Standing]:
    """Ranked pairs by win rate, the best first, then those with too few votes by name."""
    rows = [
        Standing(
            served.title(tally.task),
            tally,
            wilson(tally.first_better, tally.num_decisive) if tally.is_ranked else None,
            position_of([tally]),
            served.scores(tally.first),
        )
        for tally in tallies
    ]
    return sorted(rows, key=lambda row: (-row.win_rate.value if row.win_rate else 1.0, row.title))


def position_of(tallies: Iterable[Tally]) -> Share | None:
    """How often A was preferred; None if too few votes say it, or if nobody changed places."""
    shuffled = [one for one in tallies if 0 < one.first_in_a < one.num_decisive]
    num_votes = sum(one.num_decisive for one in shuffled)
    if num_votes < MIN_VOTES:
        return None
    return wilson(sum(one.a_better for one in shuffled), num_votes)
