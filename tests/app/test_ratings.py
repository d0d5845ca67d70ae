"""The commands on ratings: what they print, what they refuse, and that a server may go on."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.feedback.public_id import public_id
from app.feedback.store import FeedbackStore
from app.settings import Settings
from tests.app.feedback.recording import BASE, SESSION, rated


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FeedbackStore]:
    """The ratings of a running server, where the commands look for them."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LORA_LAND_{name.upper()}", raising=False)
    monkeypatch.setenv("LORA_LAND_HOME", str(tmp_path))
    with FeedbackStore.open(tmp_path / "ratings.db") as opened:
        yield opened


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, ["ratings", *words], prog_name="lora-land", input=typed)


def test_an_export_has_a_manifest_beside_it(store: FeedbackStore, tmp_path: Path) -> None:
    """Catches a file of which nobody can tell what it holds, or a sum that is not the file's."""
    rated(store, "1", "A")
    rated(store, "2", "A", mode="blind")
    out = tmp_path / "r.csv"
    done = run("export", "--format", "csv", "--mode", "blind", "--output", str(out))
    assert (done.exit_code, done.stdout) == (0, "")
    manifest = json.loads((tmp_path / "r.csv.manifest.json").read_text())
    assert manifest["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert manifest["filter"] == {"task": None, "mode": "blind"}
    assert (manifest["format"], manifest["num_rows"], manifest["max_event_id"]) == ("csv", 1, 2)
    assert len(list(csv.DictReader(io.StringIO(out.read_text())))) == 1


def test_what_is_left_out_is_said(store: FeedbackStore) -> None:
    """Catches an empty file of preferences without a word of why."""
    rated(store, "1", "A")
    done = run("export", "--format", "dpo")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.endswith(": 0; left out, template changed since: 1.\n")


def test_stats_for_people_and_programs(store: FeedbackStore) -> None:
    """Catches counts that differ from those of the votes, and a rate from a few of them."""
    assert run("stats").stdout == "(none)\n"
    for number in range(20):
        rated(store, str(number), "A" if number < 15 else "B")
    rated(store, "tie", "tie", mode="blind")
    named, blind = json.loads(run("stats", "--json").stdout)["pairs"]
    assert (named["mode"], named["votes"], named["first_better"]) == ("named", 20, 15)
    assert (named["win_rate"], named["second"]) == (0.75, BASE.contestant_id)
    assert (blind["votes"], blind["tie"], blind["win_rate"]) == (1, 1, None)
    lines = run("stats").stdout.splitlines()
    assert len({len(line.split()) for line in lines}) == 1
    assert "0.750" in lines[1]


def test_a_backup_is_told_and_not_repeated(store: FeedbackStore, tmp_path: Path) -> None:
    """Catches a copy that silently replaces the one of yesterday."""
    rated(store, "1", "A")
    copy = tmp_path / "copy.db"
    assert "1 comparisons" in run("backup", str(copy)).stderr
    again = run("backup", str(copy))
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr.startswith("lora-land: ")
    assert run("backup", str(copy), "--overwrite").exit_code == 0


def test_an_erasure_asks_first(store: FeedbackStore) -> None:
    """Catches texts gone for good by a slip of the hand, or a question to a script."""
    rated(store, "1", "A")
    declined = run("erase", public_id(SESSION), typed="n\n")
    assert declined.exit_code == 1
    assert "1 comparisons, 1 rated" in declined.stderr
    assert json.loads(run("export").stdout)["redacted_at"] is None
    done = run("erase", public_id(SESSION), typed="y\n")
    assert done.exit_code == 0
    assert json.loads(run("export").stdout)["A"]["text"] == ""
    again = run("erase", public_id(SESSION), "--yes")
    assert again.exit_code == 1
    assert "holds nothing of the visitor" in again.stderr
    assert store.counts("covid").num_votes == 1
