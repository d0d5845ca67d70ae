"""Links by which others may read a comparison. Each function runs inside a transaction.

The token of a link is random and known only to who was given it: the file holds its hash, so that
who reads the file cannot open what others shared. A revoked link is deleted.
"""

import hashlib
import secrets

from sqlite_utils import Database

from app.feedback.comparisons import now_ms
from app.feedback.errors import RecordRefused

NUM_BYTES = 16


def share(db: Database, comparison_id: str, session_id: str) -> str:
    """Make a link to a whole, named comparison of the session's own; returns its token."""
    token = secrets.token_urlsafe(NUM_BYTES)
    made = db.execute(
        "INSERT INTO share_links SELECT :hash, comparison_id, :now FROM comparisons"
        " WHERE comparison_id = :id AND session_id = :session"
        " AND state = 'complete' AND mode = 'named'",
        {"hash": hashed(token), "now": now_ms(), "id": comparison_id, "session": session_id},
    )
    if made.rowcount != 1:
        raise RecordRefused("Only a finished comparison of your own can be shared.")
    return token


def revoke(db: Database, comparison_id: str, session_id: str) -> None:
    """Let no link to the session's own comparison lead anywhere."""
    db.execute(
        "DELETE FROM share_links WHERE comparison_id IN"
        " (SELECT comparison_id FROM comparisons WHERE comparison_id = ? AND session_id = ?)",
        [comparison_id, session_id],
    )


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
