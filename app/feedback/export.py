"""Takes the ratings out as JSON lines or CSV. Reads only, so it may run beside the server.

One line is one comparison with an active vote: what was asked, both answers as they were shown,
and the vote. The session's id is a visitor's cookie and stays in the database; its hash takes its
place, enough to see which ratings came from one visitor.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, TextIO

from sqlite_utils import Database

from app.feedback.connections import reading, unavailable
from app.feedback.migrations import MIGRATIONS, pending

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
    **{f"A.{name}": f"a.{name}" for name in _SIDE},
    **{f"B.{name}": f"b.{name}" for name in _SIDE},
    "event_id": "v.event_id",
    "choice": "v.choice",
    "winner_id": "v.winner_id",
    "comment": "v.comment",
    "tags": "v.tags_json",
    "think_ms": "v.think_ms",
    "identities_visible": "v.identities_visible",
    "voted_at": "v.created_at_ms",
}
_QUERY = f"""
WITH sides AS (SELECT * FROM outputs JOIN contestants USING (contestant_id))
SELECT {", ".join(f'{source} AS "{name}"' for name, source in _COLUMNS.items())}
FROM votes v JOIN comparisons c ON c.comparison_id = v.comparison_id
JOIN sides a ON a.comparison_id = v.comparison_id AND a.position = 'A'
JOIN sides b ON b.comparison_id = v.comparison_id AND b.position = 'B'
ORDER BY v.event_id
"""  # noqa: S608 - all names are our own


@dataclass(frozen=True)
class Manifest:
    """What an export holds: all that was voted and undone up to `max_event_id`, nothing after.

    `sha256` is over the UTF-8 text that was written, `created_at` is ISO 8601 in UTC.
    """

    format: str
    num_rows: int
    max_event_id: int
    sha256: str
    app_version: str
    created_at: str


def export_ratings(store_path: Path, format: Literal["jsonl", "csv"], out: TextIO) -> Manifest:  # noqa: A002
    """Write every comparison with an active vote to `out`, oldest vote first.

    Open a file for this with `newline=""`, or its bytes are not those of the manifest on every
    system. Raises FeedbackUnavailable when the database is missing, foreign, newer or older.
    """
    write = {"jsonl": _write_jsonl, "csv": _write_csv}[format]
    hashing = _HashingText(out)
    with reading(store_path) as db:
        if pending(db, store_path, MIGRATIONS):
            raise unavailable(store_path, "has an old schema, which starting the server renews")
        newest = db.execute("SELECT coalesce(max(event_id), 0) FROM vote_events").fetchone()
        num_rows = write(_rows(db), hashing)
    return Manifest(
        format=format,
        num_rows=num_rows,
        max_event_id=newest[0],
        sha256=hashing.sha256.hexdigest(),
        app_version=version("lora-land"),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


class _HashingText:
    """Hands text on to `out` and keeps the hash of its UTF-8 bytes."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.sha256 = hashlib.sha256()

    def write(self, text: str) -> int:
        self.sha256.update(text.encode())
        return self._out.write(text)


def _rows(db: Database) -> Iterator[Row]:
    """The flat rows, by the names of `_COLUMNS`; inputs, params and tags are JSON text."""
    for row in db.query(_QUERY):
        row["session_sha256"] = hashlib.sha256(row["session_sha256"].encode()).hexdigest()
        row["identities_visible"] = bool(row["identities_visible"])
        for name in ("created_at", "voted_at"):
            at = datetime.fromtimestamp(row[name] / 1000, UTC)
            row[name] = at.isoformat(timespec="milliseconds")
        yield row


def _write_jsonl(rows: Iterable[Row], out: _HashingText) -> int:
    """One object a line, exact, in ASCII; each side's columns in an object "A" or "B"."""
    num_rows = 0
    for row in rows:
        record: Row = {}
        for name, value in row.items():
            side, dot, column = name.partition(".")
            if dot:
                record.setdefault(side, {})[column] = value
            elif name in ("inputs", "params", "tags"):
                record[name] = json.loads(value)
            else:
                record[name] = value
        out.write(json.dumps(record) + "\n")
        num_rows += 1
    return num_rows


def _write_csv(rows: Iterable[Row], out: _HashingText) -> int:
    """One row a line under a header; cells that a spreadsheet would compute are made text."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    num_rows = 0
    for row in rows:
        writer.writerow([_harmless(value) for value in row.values()])
        num_rows += 1
    return num_rows


def _harmless(value: object) -> object:
    """Put an apostrophe before text that begins like a formula, also after blanks."""
    if isinstance(value, str) and value.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value
