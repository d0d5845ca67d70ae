"""How often who was preferred to whom: active votes by task and pair. Knows no statistics.

A pair is two sets of weights: other weights are another contestant and have votes of their own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from sqlite_utils import Database

from app.feedback.records import Contestant, Mode

MIN_VOTES = 20
"""So many votes must have chosen one of the two before anything is said of the pair."""

_QUERY = """
SELECT c.task, a.contestant_id AS a_id, b.contestant_id AS b_id, v.session_id, v.choice,
  count(*) AS num_votes
FROM votes v JOIN comparisons c ON c.comparison_id = v.comparison_id
JOIN outputs a ON a.comparison_id = v.comparison_id AND a.position = 'A'
JOIN outputs b ON b.comparison_id = v.comparison_id AND b.position = 'B'
WHERE c.mode = :mode AND v.identities_visible = (:mode = 'named')
GROUP BY c.task, a.contestant_id, b.contestant_id, v.session_id, v.choice
"""
_CONTESTANTS = f"SELECT {', '.join(field.name for field in fields(Contestant))} FROM contestants"  # noqa: S608 - all names are our own


@dataclass(frozen=True)
class Tally:
    """The votes on one task's pair. `first` is the task's own adapter, or else comes before.

    `a_better` counts who was shown as A, whoever that was; `first_in_a` how often it was `first`,
    both among the decisive votes.
    """

    task: str
    first: Contestant
    second: Contestant
    first_better: int
    second_better: int
    tie: int
    both_bad: int
    a_better: int
    first_in_a: int
    num_sessions: int
    top_session: int
    """The votes of the most active session."""

    @property
    def num_votes(self) -> int:
        return self.num_decisive + self.tie + self.both_bad

    @property
    def num_decisive(self) -> int:
        """The votes that chose one of the two."""
        return self.first_better + self.second_better

    @property
    def is_ranked(self) -> bool:
        return self.num_decisive >= MIN_VOTES


def tallies(db: Database, mode: Mode) -> tuple[Tally, ...]:
    """One for each pair with a vote, by task. Named and blind votes are never added up.

    A vote on a blind pair that was given after the names were told is neither.
    """
    known = {row["contestant_id"]: Contestant(**row) for row in db.query(_CONTESTANTS)}
    of_pair: defaultdict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in db.query(_QUERY, {"mode": mode}):
        sides = (known[row["a_id"]], known[row["b_id"]])
        first, second = sorted(sides, key=lambda one: order(row["task"], one))
        row["is_first_in_a"] = first is sides[0]
        of_pair[row["task"], first.contestant_id, second.contestant_id].append(row)
    return tuple(
        _tally(task, known[first], known[second], rows)
        for (task, first, second), rows in sorted(of_pair.items(), key=lambda item: item[0])
    )


def order(task: str, contestant: Contestant) -> tuple[int, str]:
    """Who comes first in a pair or a list: the task's adapter, then other adapters, then bases."""
    own = contestant.task == task
    return (0 if own else 1 if contestant.kind == "adapter" else 2), contestant.contestant_id


def _tally(
    task: str, first: Contestant, second: Contestant, rows: Iterable[dict[str, Any]]
) -> Tally:
    choices, sessions, won = Counter[str](), Counter[str](), Counter[bool]()
    first_in_a = 0
    for row in rows:
        choice, num_votes = row["choice"], row["num_votes"]
        choices[choice] += num_votes
        sessions[row["session_id"]] += num_votes
        if choice in ("A", "B"):
            won[(choice == "A") is row["is_first_in_a"]] += num_votes
            first_in_a += num_votes * row["is_first_in_a"]
    return Tally(
        task=task,
        first=first,
        second=second,
        first_better=won[True],
        second_better=won[False],
        tie=choices["tie"],
        both_bad=choices["both_bad"],
        a_better=choices["A"],
        first_in_a=first_in_a,
        num_sessions=len(sessions),
        top_session=max(sessions.values()),
    )
