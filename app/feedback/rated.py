"""The rated pairs as flat rows: what was asked, both answers as they were shown, and the vote.

Owns the columns that leave the database. The session's id is a visitor's cookie and stays in it;
its hash takes its place, enough to see which ratings came from one visitor.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from app.feedback.public_id import public_id
from app.feedback.records import Filter

Row = dict[str, Any]

_SIDE = (
    "contestant_id",
    "kind",
    "name",
    "weights_digest",
    "base_model",
    "text",
    "finish_reason",
    "num_prompt_tokens",
    "num_tokens",
    "queue_ms",
    "first_token_ms",
    "total_ms",
)
_COLUMNS = {  # of the export, in this order: of the database
    "comparison_id": "c.comparison_id",
    "session_sha256": "v.session_id",
    "task": "c.task",
    "mode": "c.mode",
    "template_sha256": "c.template_sha256",
    "inputs": "c.inputs_json",
    "example_id": "c.example_id",
    "params": "c.params_json",
    "app_version": "c.app_version",
    "created_at": "c.created_at_ms",
    "redacted_at": "c.redacted_at_ms",
    **{f"A.{name}": f"a.{name}" for name in _SIDE},
    **{f"B.{name}": f"b.{name}" for name in _SIDE},
    "event_id": "v.event_id",
    "choice": "v.choice",
    "winner_id": "v.winner_id",
    "comment": "v.comment",
    "tags": "v.tags_json",
    "correction": "v.correction",
    "think_ms": "v.think_ms",
    "identities_visible": "v.identities_visible",
    "voted_at": "v.created_at_ms",
}
COLUMNS = tuple(_COLUMNS)
_QUERY = f"""
WITH sides AS (SELECT * FROM outputs JOIN contestants USING (contestant_id))
SELECT {", ".join(f'{source} AS "{name}"' for name, source in _COLUMNS.items())}
FROM votes v JOIN comparisons c ON c.comparison_id = v.comparison_id
JOIN sides a ON a.comparison_id = v.comparison_id AND a.position = 'A'
JOIN sides b ON b.comparison_id = v.comparison_id AND b.position = 'B'
WHERE (:task IS NULL OR c.task = :task) AND (:mode IS NULL OR c.mode = :mode)
ORDER BY v.event_id
"""  # noqa: S608 - all names are our own


def rated_pairs(db: Database, wanted: Filter) -> Iterator[Row]:
    """Every pair with an active vote, oldest vote first, by the names of `COLUMNS`.

    Inputs, params and tags are JSON text. A pair of an erased session has no texts.
    """
    for row in db.query(_QUERY, {"task": wanted.task, "mode": wanted.mode}):
        row["session_sha256"] = public_id(row["session_sha256"])
        row["identities_visible"] = bool(row["identities_visible"])
        for name in ("created_at", "redacted_at", "voted_at"):
            if row[name] is not None:
                at = datetime.fromtimestamp(row[name] / 1000, UTC)
                row[name] = at.isoformat(timespec="milliseconds")
        yield row
