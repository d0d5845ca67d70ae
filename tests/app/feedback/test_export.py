"""What comes out: complete, harmless in a spreadsheet, and of one moment."""

import csv
import hashlib
import io
import json
import sqlite3
from contextlib import closing
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any, Literal

import pytest

from app.feedback.connections import connect
from app.feedback.errors import FeedbackUnavailable
from app.feedback.export import Manifest, export_ratings
from app.feedback.migrations import MIGRATIONS, migrate
from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import ADAPTER, SESSION, START, A, B, begin, complete, vote


def export(path: Path, form: Literal["jsonl", "csv"]) -> tuple[str, Manifest]:
    out = io.StringIO(newline="")
    manifest = export_ratings(path, form, out, {})
    return out.getvalue(), manifest


def jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export(path, "jsonl")[0].splitlines()]


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export(path, "csv")[0], newline="")))


def test_a_line_holds_all_that_the_vote_was_about(store: FeedbackStore) -> None:
    """Catches an export from which the rated pair cannot be rebuilt."""
    comparison_id = complete(store)
    given = vote(store, comparison_id, comment="right")
    (line,) = jsonl(store.path)
    shown_at = line.pop("created_at")
    assert shown_at <= line["voted_at"]
    assert shown_at.endswith("+00:00")
    assert line == {
        "comparison_id": comparison_id,
        "session_sha256": hashlib.sha256(SESSION.encode()).hexdigest(),
        "task": "covid",
        "mode": "named",
        "template_sha256": START.template_sha256,
        "inputs": dict(START.inputs),
        "example_id": "covid-7",
        "params": dict(START.params),
        "app_version": "0.1.0",
        "redacted_at": None,
        "A": {
            "contestant_id": ADAPTER.contestant_id,
            "kind": "adapter",
            "name": ADAPTER.name,
            "weights_digest": ADAPTER.weights_digest,
            "base_model": "m",
            "text": A.text,
            "finish_reason": "stop",
            "num_prompt_tokens": 30,
            "num_tokens": 2,
            "queue_ms": 0.5,
            "first_token_ms": 12.5,
            "total_ms": 20.25,
        },
        "B": line["B"],
        "event_id": given.event_id,
        "choice": "A",
        "winner_id": ADAPTER.contestant_id,
        "comment": "right",
        "tags": ["format"],
        "correction": None,
        "think_ms": 1500,
        "identities_visible": True,
        "voted_at": line["voted_at"],
    }
    assert line["B"]["text"] == B.text
    assert line["B"]["kind"] == "base"


def test_both_formats_hold_the_active_votes(store: FeedbackStore) -> None:
    """Catches undone votes, unrated pairs or running ones in the export, or formats that differ."""
    for nonce in "123":
        vote(store, complete(store, nonce), "tie", f"key-{nonce}")
    store.retract_vote(begin(store, "1"), SESSION, "undo-1")
    vote(store, begin(store, "1"), "B", "key-4")
    store.retract_vote(begin(store, "2"), SESSION, "undo-2")
    complete(store, "unrated")
    begin(store, "running")
    lines, cells = jsonl(store.path), table(store.path)
    assert [line["choice"] for line in lines] == ["tie", "B"]
    assert [line["winner_id"] for line in lines] == [None, lines[1]["B"]["contestant_id"]]
    assert [row["comparison_id"] for row in cells] == [line["comparison_id"] for line in lines]
    assert json.loads(cells[0]["inputs"]) == lines[0]["inputs"]
    assert float(cells[0]["A.total_ms"]) == lines[0]["A"]["total_ms"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "  @"])
def test_no_cell_is_a_formula(store: FeedbackStore, start: str) -> None:
    """Catches an answer or a comment that a spreadsheet would run on the operator's machine."""
    evil = start + 'HYPERLINK("x";"y")\nsecond "line", and more'
    comparison_id = complete(store, sides=(replace(A, text=evil), B))
    vote(store, comparison_id, comment="because: " + evil)
    store.retract_vote(comparison_id, SESSION, "undo")
    vote(store, comparison_id, key="key-2", comment="!" + evil)
    (row,) = table(store.path)
    assert row["A.text"] == "'" + evil
    assert row["comment"] == "!" + evil
    assert row["choice"] == "A"
    assert row["A.queue_ms"] == "0.5"
    assert jsonl(store.path)[0]["A"]["text"] == evil


@pytest.mark.parametrize("text", ["", "тест", "🙂\u2028x\u0000y", "a\r\nb", '","', "x" * 20_000])
def test_text_survives(store: FeedbackStore, text: str) -> None:
    """Catches text that breaks a line, a cell or the encoding."""
    vote(store, complete(store, sides=(replace(A, text=text), B)))
    assert jsonl(store.path)[0]["A"]["text"] == text
    assert len(export(store.path, "jsonl")[0].splitlines()) == 1
    assert table(store.path)[0]["A.text"] == text


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_manifest_is_true(store: FeedbackStore, form: Literal["jsonl", "csv"]) -> None:
    """Catches a manifest whose sum, count or watermark is not that of what was written."""
    assert export(store.path, form)[1].max_event_id == 0
    vote(store, complete(store, "1"), key="key-1")
    last = vote(store, complete(store, "2"), "B", "key-2")
    text, manifest = export(store.path, form)
    assert manifest.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (manifest.format, manifest.num_rows) == (form, 2)
    assert manifest.max_event_id == last.event_id
    with pytest.raises(FrozenInstanceError):
        manifest.num_rows = 3  # type: ignore[misc]


def test_an_export_shows_one_moment(store: FeedbackStore) -> None:
    """Catches an export with a vote beyond its watermark, because people voted meanwhile."""
    for nonce in "12":
        vote(store, complete(store, nonce), key=f"key-{nonce}")

    class VotingOut(io.StringIO):
        def write(self, text: str) -> int:
            nonce = f"during-{self.tell()}"
            vote(store, complete(store, nonce), key=nonce)
            return super().write(text)

    out = VotingOut()
    manifest = export_ratings(store.path, "jsonl", out, {})
    assert manifest.num_rows == 2
    assert [json.loads(line)["event_id"] for line in out.getvalue().splitlines()] == [1, 2]
    assert manifest.max_event_id == 2
    assert store.counts("covid").num_votes == 4


def test_an_export_changes_nothing(tmp_path: Path) -> None:
    """Catches an export that writes, or that needs the server to run or to be stopped."""
    path = tmp_path / "ratings.db"
    with FeedbackStore.open(path) as store:
        vote(store, complete(store))
        while_running = export(path, "jsonl")[0]
    before = path.read_bytes()
    assert export(path, "jsonl")[0] == while_running
    assert path.read_bytes() == before


def test_what_cannot_be_exported(tmp_path: Path) -> None:
    """Catches a traceback, or a new empty database, where the path is simply wrong."""
    missing = tmp_path / "missing.db"
    with pytest.raises(FeedbackUnavailable, match="does not exist"):
        export(missing, "csv")
    assert not missing.exists()
    old = tmp_path / "old.db"
    old.touch()
    with closing(connect(old, "rw")) as db:
        migrate(db, old, MIGRATIONS[:1])
    with pytest.raises(FeedbackUnavailable, match="old schema"):
        export(old, "csv")
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE holidays(day TEXT)")
    with pytest.raises(FeedbackUnavailable, match="another program"):
        export(foreign, "csv")
