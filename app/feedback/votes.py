"""Votes in SQL. The database's own triggers decide what is allowed; here they get their words."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sqlite_utils import Database

from app.feedback.comparisons import now_ms
from app.feedback.errors import VoteRefused
from app.feedback.records import Choice, Mode, Vote, VoteCounts

CHOICES = get_args(Choice)
MAX_COMMENT = 4000
MAX_CORRECTION = 10_000
MAX_TAGS = 16
MAX_TAG = 40
MAX_KEY = 100
MAX_THINK_MS = 366 * 24 * 3600 * 1000

_REFUSALS = {  # what the triggers say: what the visitor reads
    "not_yours": "This pair of answers is not one of yours, so you cannot rate it.",
    "not_complete": "Only a pair whose two answers were finished can be rated; run it again.",
    "already_voted": "You have rated this pair already; undo that rating to give another.",
    "nothing_to_undo": "There is no rating of this pair to undo.",
    "no_consent": "A rating is only kept of somebody who has agreed to that.",
}


def cast(
    db: Database,
    *,
    comparison_id: str,
    session_id: str,
    choice: str,
    comment: str | None,
    tags: Sequence[str],
    correction: str | None,
    idem_key: str,
    think_ms: int | None,
    identities_visible: bool,
) -> Vote:
    """Record a vote; the same key again returns what it recorded. Raises VoteRefused."""
    comment = (comment or "").strip() or None
    correction = (correction or "").strip() or None
    _check(choice, tags, think_ms)
    _check_length("comment", comment, MAX_COMMENT)
    _check_length("better answer", correction, MAX_CORRECTION)
    event = _append(
        db,
        {
            "comparison_id": comparison_id,
            "session_id": session_id,
            "kind": "cast",
            "choice": choice,
            "comment": comment,
            "tags_json": json.dumps(list(tags)),
            "correction": correction,
            "think_ms": think_ms,
            "identities_visible": identities_visible,
            "idem_key": idem_key,
        },
    )
    return _vote(event)


def retract(db: Database, *, comparison_id: str, session_id: str, idem_key: str) -> None:
    """Take the active vote back; the same key again does nothing more. Raises VoteRefused."""
    _append(
        db,
        {
            "comparison_id": comparison_id,
            "session_id": session_id,
            "kind": "retract",
            "choice": None,
            "idem_key": idem_key,
        },
    )


def active(db: Database, comparison_id: str, session_id: str) -> Vote | None:
    query = "SELECT * FROM votes WHERE comparison_id = ? AND session_id = ?"
    return next((_vote(row) for row in db.query(query, [comparison_id, session_id])), None)


def count(db: Database, task: str, mode: Mode) -> VoteCounts:
    """The active votes on pairs of the task's adapter and the base, held to a form or not.

    Named and blind votes are never added up.
    """
    query = """
    SELECT count(*) AS num_votes,
      total(choice = 'A') AS a, total(choice = 'B') AS b,
      total(choice = 'tie') AS tie, total(choice = 'both_bad') AS both_bad,
      total(winner_kind = 'adapter') AS adapter_better, total(winner_kind = 'base') AS base_better
    FROM votes JOIN comparisons c USING (comparison_id)
    WHERE c.task = ? AND c.mode = ? AND 2 = (
      SELECT count(*) FROM outputs o JOIN contestants k USING (contestant_id)
      WHERE o.comparison_id = c.comparison_id AND (k.kind = 'base' OR k.task = c.task))
    """
    row = next(iter(db.query(query, [task, mode])))
    return VoteCounts(**{name: int(number) for name, number in row.items()})


def _append(db: Database, event: Mapping[str, Any]) -> dict[str, Any]:
    """Add an event at the end of its pair's list, or find the one that its key already made."""
    if not 0 < len(event["idem_key"]) <= MAX_KEY:
        raise VoteRefused(f"A rating needs a key of 1 to {MAX_KEY} characters.")
    try:
        return _earlier(db, event) or _insert(db, event)
    except UnicodeEncodeError as error:
        raise VoteRefused("The rating holds half a character; write it again.") from error
    except sqlite3.IntegrityError as error:
        if (refusal := _REFUSALS.get(str(error))) is None:
            raise
        raise VoteRefused(refusal) from error


def _insert(db: Database, event: Mapping[str, Any]) -> dict[str, Any]:
    query = (
        "SELECT 1 + coalesce(max(seq), 0) FROM vote_events"
        " WHERE comparison_id = :comparison_id AND session_id = :session_id"
    )
    seq = db.execute(query, dict(event)).fetchone()[0]
    row = {**event, "seq": seq, "created_at_ms": now_ms()}
    return {**row, "event_id": db.table("vote_events").insert(row).last_pk}


def _earlier(db: Database, event: Mapping[str, Any]) -> dict[str, Any] | None:
    query = "SELECT * FROM vote_events WHERE session_id = :session_id AND idem_key = :idem_key"
    row = next(iter(db.query(query, dict(event))), None)
    if row and any(row[name] != event[name] for name in ("comparison_id", "kind", "choice")):
        raise VoteRefused("Another rating came first; undo that one to rate anew.")
    return row


def _check_length(what: str, text: str | None, limit: int) -> None:
    if text and len(text) > limit:
        raise VoteRefused(f"The {what} has {len(text)} characters; shorten it to {limit}.")


def _check(choice: str, tags: Sequence[str], think_ms: int | None) -> None:
    """Refuse what a client can get wrong, before the database has to."""
    if choice not in CHOICES:
        raise VoteRefused(f"{choice!r} is not a rating; choose one of {', '.join(CHOICES)}.")
    if len(tags) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in tags):
        raise VoteRefused(f"Give at most {MAX_TAGS} tags of at most {MAX_TAG} characters.")
    if think_ms is not None and not 0 <= think_ms <= MAX_THINK_MS:
        raise VoteRefused(f"think_ms is {think_ms}; it must be 0 to {MAX_THINK_MS}.")


def _vote(event: Mapping[str, Any]) -> Vote:
    return Vote(
        event_id=event["event_id"],
        comparison_id=event["comparison_id"],
        choice=event["choice"],
        comment=event["comment"],
        tags=tuple(json.loads(event["tags_json"])),
        correction=event["correction"],
        think_ms=event["think_ms"],
        identities_visible=bool(event["identities_visible"]),
        created_at_ms=event["created_at_ms"],
    )
