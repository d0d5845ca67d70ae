"""Opening the ratings file: new, old, newer, foreign, damaged, read-only, and after a crash."""

import io
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.feedback.connections import connect
from app.feedback.errors import FeedbackUnavailable
from app.feedback.export import export_ratings
from app.feedback.migrations import MIGRATIONS, Migration, migrate, migration
from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import SESSION, begin, complete, vote

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ratings.db"


@pytest.fixture
def only_first_step(path: Path) -> Path:
    """A file as it was before votes existed, with one comparison in it."""
    path.touch()
    db = connect(path, "rw")
    migrate(db, path, MIGRATIONS[:1])
    db.execute("INSERT INTO sessions VALUES ('s', 1, 1)")
    db.execute(
        "INSERT INTO comparisons VALUES"
        " ('c', 's', 'n', 'named', 'covid', 'x', '{}', NULL, '{}', 'failed', '0', 1, 2)"
    )
    db.close()
    return path


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that every user can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write anywhere; some tests are about people who may not."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def schema(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()


def refusal(path: Path) -> str:
    with pytest.raises(FeedbackUnavailable) as refused:
        FeedbackStore.open(path)
    sentence = str(refused.value)
    assert str(path) in sentence
    assert sentence.endswith("--database.")
    return sentence


def test_a_new_file_in_a_new_folder(tmp_path: Path) -> None:
    """Catches a first start that needs a folder made by hand, or shows comments to everyone."""
    path = tmp_path / "a new" / "folder?#%" / "ratings.db"
    with FeedbackStore.open(path) as store:
        vote(store, complete(store))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        log = connection.execute("SELECT name, sha256 FROM schema_migrations").fetchall()
    assert log == [(step.name, step.sha256) for step in MIGRATIONS]


def test_steps_are_never_edited() -> None:
    """Catches an edit of a step that files out there have applied: append another instead."""
    assert [(step.name, step.sha256[:12]) for step in MIGRATIONS] == [
        ("comparisons", "7516a0ea1b1d"),
        ("frozen", "be031d4674c1"),
        ("votes", "1ffe395d5d14"),
        ("consent", "6d47ba386a2f"),
        ("corrections", "7340c8d37cfb"),
        ("erasure", "6c5bf7329387"),
        ("share_links", "25c56482f1ef"),
    ]


def test_an_old_file_is_brought_up_to_date(only_first_step: Path, tmp_path: Path) -> None:
    """Catches an upgrade that loses rows or ends in another schema than a new file has."""
    with FeedbackStore.open(only_first_step) as store:
        vote(store, complete(store))
    with FeedbackStore.open(tmp_path / "new.db"):
        pass
    assert schema(only_first_step) == schema(tmp_path / "new.db")
    with closing(sqlite3.connect(only_first_step)) as connection:
        kept = connection.execute("SELECT state FROM comparisons WHERE comparison_id = 'c'")
        assert kept.fetchall() == [("failed",)]


def test_opening_twice_in_turn_keeps_everything(path: Path) -> None:
    """Catches steps that run again at every start."""
    with FeedbackStore.open(path) as store:
        comparison_id = complete(store)
        given = vote(store, comparison_id)
    before = schema(path)
    with FeedbackStore.open(path) as store:
        assert store.active_vote(comparison_id, SESSION) == given
    assert schema(path) == before


def test_a_failing_step_leaves_no_trace(only_first_step: Path) -> None:
    """Catches a half-applied step, which no later version could repair."""
    before = schema(only_first_step)
    broken = Migration("broken", "CREATE TABLE half(a) STRICT; CREATE TABLE sessions(a);")
    db = connect(only_first_step, "rw")
    with pytest.raises(sqlite3.OperationalError):
        migrate(db, only_first_step, [MIGRATIONS[0], broken])
    db.close()
    assert schema(only_first_step) == before


def test_a_newer_file_is_left_alone(path: Path) -> None:
    """Catches an old server that writes into a schema it does not know."""
    with FeedbackStore.open(path):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO schema_migrations VALUES (99, 'later', 'x', 1)")
    assert "newer version of LoRA Land" in refusal(path)


def test_a_changed_step_is_noticed(path: Path) -> None:
    """Catches a file made by a fork whose step of the same name does something else."""
    with FeedbackStore.open(path):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE schema_migrations SET sha256 = 'x' WHERE name = 'votes'")
    assert "another schema than ours from votes on" in refusal(path)


def test_somebody_elses_database_is_left_alone(path: Path) -> None:
    """Catches our tables in another program's file; its journal mode stays as it was too."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE holidays(day TEXT)")
    before = path.read_bytes()
    assert "belongs to another program" in refusal(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database(path: Path) -> None:
    """Catches a traceback, or a file of notes overwritten with tables."""
    path.write_text("Notes on the history of the spoon. " * 50)
    assert "is not a SQLite database" in refusal(path)
    assert path.read_text().startswith("Notes")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    """Catches a path that names a folder."""
    assert "cannot be opened" in refusal(tmp_path)


def test_a_parent_that_is_a_file(tmp_path: Path) -> None:
    """Catches a folder that cannot be made."""
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "ratings.db", tmp_path / "file" / "deeper" / "ratings.db"):
        assert "a file where its folder should be" in refusal(path)


def test_a_read_only_folder(shared_folder: Path) -> None:
    """Catches a server that starts and loses every rating because it may not write."""
    shared_folder.chmod(0o555)
    with as_nobody():
        assert "Permission denied" in refusal(shared_folder / "ratings.db")
        assert "Permission denied" in refusal(shared_folder / "new" / "ratings.db")


def test_a_read_only_file(shared_folder: Path) -> None:
    """Catches the same when the file is there and only cannot be changed."""
    (shared_folder / "ratings.db").touch(mode=0o444)
    shared_folder.chmod(0o777)
    with as_nobody():
        assert re.search("not write|written", refusal(shared_folder / "ratings.db"))


def test_one_server_per_file(path: Path) -> None:
    """Catches a second server that declares the first one's running comparisons dead."""
    with FeedbackStore.open(path) as store:
        begin(store)
        assert "in use by another server" in refusal(path)
        assert not list(path.parent.glob("*journal*"))
    with FeedbackStore.open(path):
        pass


def test_leftovers_of_a_crash_have_failed(path: Path) -> None:
    """Catches comparisons that run for ever because their server died."""
    with FeedbackStore.open(path) as store:
        begin(store, "running")
        complete(store, "complete")
    with FeedbackStore.open(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        states = connection.execute("SELECT client_nonce, state FROM comparisons").fetchall()
    assert sorted(states) == [("complete", "complete"), ("running", "failed")]


def test_no_acknowledged_vote_is_lost_to_kill_9(path: Path) -> None:
    """Catches a vote that was confirmed to the visitor before it was in the file."""
    command = [sys.executable, "-m", "tests.app.feedback.vote_burst", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as burst:
        assert burst.stdout is not None
        acknowledged = [burst.stdout.readline().strip() for _ in range(40)]
        burst.kill()
        acknowledged += burst.stdout.read().split("\n")[:-1]  # the last line may be cut
    assert all(acknowledged)
    assert len(acknowledged) >= 40
    assert export_ratings(path, "jsonl", io.StringIO(), {}).num_rows >= len(acknowledged)
    with FeedbackStore.open(path) as store:
        assert store.counts("covid").num_votes >= len(acknowledged)
        for comparison_id in acknowledged:
            assert store.active_vote(comparison_id, SESSION)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_step_is_registered_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a decorator that forgets a step, or registers it out of order."""
    from app.feedback import migrations

    steps: list[Migration] = []
    monkeypatch.setattr(migrations, "MIGRATIONS", steps)

    @migration
    def seasons() -> str:
        return "CREATE TABLE seasons(name TEXT) STRICT;"

    assert steps == [Migration("seasons", seasons())]
