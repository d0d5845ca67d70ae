"""The standings as rows for the command line. Counts nothing itself."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from app.feedback.connections import reading
from app.feedback.intervals import wilson
from app.feedback.migrations import refuse_old
from app.feedback.records import Mode
from app.feedback.standings import Tally, tallies
from app.page.figures import short_digest


def rating_stats(path: Path) -> list[dict[str, Any]]:
    """One row for each task, mode and pair with votes. A rate without enough votes is None."""
    with reading(path) as db:
        refuse_old(db, path)
        return [_row(tally, mode) for mode in get_args(Mode) for tally in tallies(db, mode)]


def for_people(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same, narrow enough for a terminal: contestants without their whole digests."""
    return [row | {side: _short(row[side]) for side in ("first", "second")} for row in rows]


def _row(tally: Tally, mode: Mode) -> dict[str, Any]:
    share = wilson(tally.first_better, tally.num_decisive) if tally.is_ranked else None
    return {
        "task": tally.task,
        "mode": mode,
        "first": tally.first.contestant_id,
        "second": tally.second.contestant_id,
        "votes": tally.num_votes,
        "first_better": tally.first_better,
        "second_better": tally.second_better,
        "tie": tally.tie,
        "both_bad": tally.both_bad,
        "win_rate": share and share.value,
        "low": share and share.low,
        "high": share and share.high,
        "chose_a": tally.a_better,
        "sessions": tally.num_sessions,
        "top_session": tally.top_session,
    }


def _short(contestant_id: str) -> str:
    name, _, digest = contestant_id.rpartition("@")
    return f"{name}@{short_digest(digest)}"
