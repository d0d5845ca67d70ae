"""Comparisons read back as they were shown.

Only whole, named ones: the names of a blind comparison are not for everybody to read.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from app.feedback.pairs import side
from app.feedback.records import Kept
from app.feedback.share_links import hashed

_WHOLE = """
SELECT c.*, v.choice,
  EXISTS(SELECT 1 FROM share_links l WHERE l.comparison_id = c.comparison_id) AS is_shared
FROM comparisons c
LEFT JOIN votes v ON v.comparison_id = c.comparison_id AND v.session_id = c.session_id
WHERE c.state = 'complete' AND c.mode = 'named' AND c.redacted_at_ms IS NULL
"""


def find(db: Database, comparison_id: str, session_id: str) -> Kept | None:
    """The comparison, if it is the session's own."""
    query = f"{_WHOLE} AND c.comparison_id = ? AND c.session_id = ?"
    rows = list(db.query(query, [comparison_id, session_id]))
    return next((_kept(db, row) for row in rows), None)


def find_shared(db: Database, token: str) -> Kept | None:
    """The comparison that a link leads to."""
    link = "SELECT comparison_id FROM share_links WHERE token_sha256 = ?"
    rows = list(db.query(f"{_WHOLE} AND c.comparison_id IN ({link})", [hashed(token)]))
    return next((_kept(db, row) for row in rows), None)


def of_session(db: Database, session_id: str, at_most: int) -> list[Kept]:
    """The session's own comparisons, newest first."""
    query = f"{_WHOLE} AND c.session_id = ? ORDER BY c.created_at_ms DESC, c.rowid DESC LIMIT ?"
    return [_kept(db, row) for row in list(db.query(query, [session_id, at_most]))]


def _kept(db: Database, row: Mapping[str, Any]) -> Kept:
    a, b = (side(db, row["comparison_id"], position) for position in ("A", "B"))
    return Kept(
        comparison_id=row["comparison_id"],
        task=row["task"],
        inputs=json.loads(row["inputs_json"]),
        params=json.loads(row["params_json"]),
        created_at_ms=row["created_at_ms"],
        sides=(a, b),
        choice=row["choice"],
        is_shared=bool(row["is_shared"]),
    )
