"""Erases a visitor on request: texts and the session's name go, votes stay and still count.

Knows every place where a visitor's words or name can stand; the schema (erasure_rules.py) lets
nothing else be changed. Works beside a running server.
"""

import secrets
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from app.feedback.comparisons import now_ms
from app.feedback.connections import (
    connect,
    reading,
    sqlite_errors_as_sentences,
    unavailable,
    writing,
)
from app.feedback.errors import ErasureUnfinished, NothingToErase
from app.feedback.migrations import refuse_old
from app.feedback.public_id import public_id

_STEPS = (
    # The name first: only what belongs to a name that is gone may be changed.
    "UPDATE sessions SET session_id = :erased, erased_at_ms = :now WHERE session_id = :session",
    # Who is still being answered must not have the answer written down afterwards.
    """UPDATE comparisons SET state = 'cancelled', finished_at_ms = :now
    WHERE session_id = :session AND state = 'running'""",
    """DELETE FROM share_links
    WHERE comparison_id IN (SELECT comparison_id FROM comparisons WHERE session_id = :session)""",
    """UPDATE comparisons SET session_id = :erased, redacted_at_ms = :now, inputs_json = '{}',
      client_nonce = 'erased-' || comparison_id
    WHERE session_id = :session""",
    """UPDATE outputs SET text = '', error = NULL
    WHERE comparison_id IN (SELECT comparison_id FROM comparisons WHERE session_id = :erased)""",
    """UPDATE vote_events SET session_id = :erased, comment = NULL, correction = NULL,
      tags_json = '[]', idem_key = 'erased-' || event_id
    WHERE session_id = :session""",
)


@dataclass(frozen=True)
class Belongings:
    """What the file holds of one session, which is not to be shown: it is a visitor's cookie."""

    session_id: str
    num_comparisons: int
    num_rated: int


def find_session(path: Path, visitor: str) -> Belongings:
    """Of the visitor whose cookie, or id of the page About, is `visitor`. Raises NothingToErase."""
    with reading(path) as db:
        refuse_old(db, path)
        return _find(db, path, visitor)


def erase(path: Path, visitor: str) -> Belongings:
    """Redact what `find_session` finds, then renew the file: it held more than its tables show.

    Raises NothingToErase, also the second time; the file is renewed then as well, so that an
    erasure that was cut off can be finished by asking for it again. Raises ErasureUnfinished.
    """
    if not path.exists():
        raise unavailable(path, "does not exist")
    with sqlite_errors_as_sentences(path), closing(connect(path, "rw")) as db:
        refuse_old(db, path)
        try:
            with writing(db):
                found = _find(db, path, visitor)
                _redact(db, found.session_id)
        finally:
            _renew(db, path)
    return found


def _find(db: Database, path: Path, visitor: str) -> Belongings:
    sessions = db.execute("SELECT session_id FROM sessions WHERE erased_at_ms IS NULL")
    names = (name for (name,) in sessions if visitor in (name, public_id(name)))
    if (session_id := next(names, None)) is None:
        raise NothingToErase(f"The ratings database {path} holds nothing of the visitor {visitor}.")
    counted = db.execute(
        "SELECT count(*), count(v.event_id) FROM comparisons c LEFT JOIN votes v"
        " USING (comparison_id) WHERE c.session_id = ?",
        [session_id],
    )
    return Belongings(session_id, *counted.fetchone())


def _redact(db: Database, session_id: str) -> None:
    db.execute("PRAGMA defer_foreign_keys = ON")  # until this transaction ends
    names = {"session": session_id, "erased": f"erased-{secrets.token_hex(8)}", "now": now_ms()}
    for step in _STEPS:
        db.execute(step, names)


def _renew(db: Database, path: Path) -> None:
    """Write the whole file anew and empty its log: freed space still holds what stood there."""
    db.execute("VACUUM")
    is_busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise ErasureUnfinished(
            f"The ratings database {path} is being read by another program, so what was erased may"
            " still stand in its log; when that program has ended, erase again."
        )
