"""Takes the ratings out: whole records, a table, battles of an arena, or preferences.

Reads only, so it may run beside the server. Owns files and their manifest; what a line looks like
is said by the module of its format.
"""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from adapters.card import Card
from app.feedback.arena import battle
from app.feedback.connections import reading
from app.feedback.migrations import refuse_old
from app.feedback.preferences import preferences
from app.feedback.prompts import LeftOut
from app.feedback.rated import COLUMNS, Row, rated_pairs
from app.feedback.records import Filter, Format

EVERYTHING = Filter()


@dataclass(frozen=True)
class Manifest:
    """What an export holds: all that was voted and undone up to `max_event_id`, nothing after.

    `left_out` counts the rated pairs that the format cannot hold, by reason. `sha256` is over the
    UTF-8 text that was written, `created_at` is ISO 8601 in UTC.
    """

    format: str
    filter: Filter
    num_rows: int
    left_out: Mapping[str, int]
    max_event_id: int
    sha256: str
    app_version: str
    created_at: str


def export_ratings(
    store_path: Path,
    format: Format,  # noqa: A002
    out: TextIO,
    cards: Mapping[str, Card],
    wanted: Filter = EVERYTHING,
) -> Manifest:
    """Write the comparisons with an active vote to `out`, oldest vote first.

    `cards` are those of the tasks, for the formats with prompts. Open a file for this with
    `newline=""`, or its bytes are not those of the manifest on every system. Raises
    FeedbackUnavailable when the database is missing, foreign, newer or older.
    """
    hashing, left_out = _HashingText(out), Counter[str]()
    with reading(store_path) as db:
        refuse_old(db, store_path)
        newest = db.execute("SELECT coalesce(max(event_id), 0) FROM vote_events").fetchone()
        rows = rated_pairs(db, wanted)
        if format == "csv":
            num_rows = _write_csv(rows, hashing)
        else:
            lines = _lines(rows, format, cards, left_out)
            num_rows = _write_lines(lines, hashing)
    return Manifest(
        format=format,
        filter=wanted,
        num_rows=num_rows,
        left_out=dict(left_out),
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


def _lines(
    rows: Iterable[Row],
    format: Format,  # noqa: A002
    cards: Mapping[str, Card],
    left_out: Counter[str],
) -> Iterator[Row]:
    for row in rows:
        made: Iterable[Row] | LeftOut
        if format == "dpo":
            made = preferences(row, cards)
        elif format == "arena":
            made = battle(row, cards)
        else:
            made = [_record(row)]
        if isinstance(made, LeftOut):
            left_out[made.value] += 1
        else:
            yield from made


def _record(row: Row) -> Row:
    """All of it, each side's columns in an object "A" or "B"."""
    record: Row = {}
    for name, value in row.items():
        side, dot, column = name.partition(".")
        if dot:
            record.setdefault(side, {})[column] = value
        elif name in ("inputs", "params", "tags"):
            record[name] = json.loads(value)
        else:
            record[name] = value
    return record


def _write_lines(lines: Iterable[Row], out: _HashingText) -> int:
    """One object a line, exact, in ASCII."""
    num_rows = 0
    for line in lines:
        out.write(json.dumps(line) + "\n")
        num_rows += 1
    return num_rows


def _write_csv(rows: Iterable[Row], out: _HashingText) -> int:
    """One row a line under a header; cells that a spreadsheet would compute are made text."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
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
