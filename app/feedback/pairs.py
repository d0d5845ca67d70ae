"""Pairs as they were shown, in SQL: one's own, and what others thought of the same two."""

import json
from typing import Any

from sqlite_utils import Database

from app.feedback.records import Contestant, PairCounts, Position, ShownPair, ShownSide, SideResult

_CONTESTANT = tuple(Contestant.__dataclass_fields__)
_RESULT = tuple(SideResult.__dataclass_fields__)


def shown(db: Database, session_id: str, client_nonce: str) -> ShownPair | None:
    """The session's own pair with this nonce, once it has ended; None if there is none."""
    query = """
    SELECT *, (SELECT count(*) FROM vote_events v WHERE v.comparison_id = c.comparison_id) AS events
    FROM comparisons c WHERE session_id = ? AND client_nonce = ? AND state <> 'running'
    """
    row = next(iter(db.query(query, [session_id, client_nonce])), None)
    if row is None:
        return None
    return ShownPair(
        comparison_id=row["comparison_id"],
        mode=row["mode"],
        task=row["task"],
        inputs=json.loads(row["inputs_json"]),
        finished_at_ms=row["finished_at_ms"],
        num_events=row["events"],
        a=side(db, row["comparison_id"], "A"),
        b=side(db, row["comparison_id"], "B"),
    )


def others(db: Database, pair: ShownPair, session_id: str) -> PairCounts:
    """The active votes of other sessions, cast before they knew who was who; A's is `first`.

    The same contestants are the same weights: votes on older ones do not count.
    """
    query = """
    SELECT count(*) AS num_votes,
      total(v.winner_id = :a) AS first, total(v.winner_id = :b) AS second,
      total(v.choice = 'tie') AS tie, total(v.choice = 'both_bad') AS both_bad
    FROM votes v JOIN comparisons c USING (comparison_id)
    WHERE c.task = :task AND c.mode = 'blind' AND NOT v.identities_visible
      AND v.session_id <> :session_id AND 2 = (
        SELECT count(*) FROM outputs o
        WHERE o.comparison_id = c.comparison_id AND o.contestant_id IN (:a, :b))
    """
    values = {
        "a": pair.a.contestant.contestant_id,
        "b": pair.b.contestant.contestant_id,
        "task": pair.task,
        "session_id": session_id,
    }
    row = next(iter(db.query(query, values)))
    return PairCounts(**{name: int(number) for name, number in row.items()})


def side(db: Database, comparison_id: str, position: Position) -> ShownSide:
    """The answer at a position of a comparison, and whose it is."""
    query = (
        "SELECT * FROM outputs JOIN contestants USING (contestant_id)"
        " WHERE comparison_id = ? AND position = ?"
    )
    row: dict[str, Any] = next(iter(db.query(query, [comparison_id, position])))
    return ShownSide(
        Contestant(**{name: row[name] for name in _CONTESTANT}),
        SideResult(**{name: row[name] for name in _RESULT}),
    )
