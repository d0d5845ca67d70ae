"""The copy: whole while people vote, in one file, never over something else by surprise."""

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from app.feedback.backup import back_up
from app.feedback.errors import BackupRefused, FeedbackUnavailable
from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import begin, complete, rated, vote


def test_a_copy_of_a_file_that_is_being_written_is_whole(
    store: FeedbackStore, tmp_path: Path
) -> None:
    """Catches a copy with half a comparison, or one that leaves what still stood in the log."""
    rated(store, "before", "A")
    stop = threading.Event()
    nonces = iter(range(1_000_000))

    def people() -> None:
        while not stop.is_set():
            rated(store, f"during-{next(nonces)}", "tie")

    voting = threading.Thread(target=people)
    voting.start()
    try:
        for number in range(5):
            copy = tmp_path / f"copy-{number}.db"
            assert back_up(store.path, copy) >= 1
            with closing(sqlite3.connect(copy)) as db:
                assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert db.execute("PRAGMA foreign_key_check").fetchall() == []
                halves = "SELECT 1 FROM comparisons WHERE 2 <> (SELECT count(*) FROM outputs"
                query = f"{halves} o WHERE o.comparison_id = comparisons.comparison_id)"
                assert db.execute(query).fetchall() == []
    finally:
        stop.set()
        voting.join()
    names = {path.name for path in tmp_path.glob("copy-*")}
    assert names == {f"copy-{number}.db" for number in range(5)}  # no log, nothing unfinished


def test_a_copy_serves(store: FeedbackStore, tmp_path: Path) -> None:
    """Catches a copy that a server cannot be started on, or that others can read."""
    rated(store, "1", "A")
    begin(store, "running")
    copy = tmp_path / "copy.db"
    assert back_up(store.path, copy) == 2
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with FeedbackStore.open(copy) as opened:
        vote(opened, complete(opened, "2"), key="key-2")
        assert opened.counts("covid").num_votes == 2
    assert store.counts("covid").num_votes == 1


def test_nothing_is_overwritten_unasked(store: FeedbackStore, tmp_path: Path) -> None:
    """Catches last week's copy, the ratings themselves or a running database lost to a copy."""
    copy = tmp_path / "copy.db"
    copy.write_text("precious")
    with pytest.raises(BackupRefused, match="exists already"):
        back_up(store.path, copy)
    assert copy.read_text() == "precious"
    assert back_up(store.path, copy, overwrite=True) == 0
    for overwrite in (False, True):
        with pytest.raises(BackupRefused, match="itself"):
            back_up(store.path, store.path, overwrite)
    with (
        FeedbackStore.open(tmp_path / "other.db") as other,
        pytest.raises(BackupRefused, match="in use"),
    ):
        back_up(store.path, other.path, overwrite=True)


def test_what_cannot_be_copied(store: FeedbackStore, tmp_path: Path) -> None:
    """Catches a traceback, or an empty copy of a file that is not there."""
    with pytest.raises(BackupRefused, match="cannot be written"):
        back_up(store.path, tmp_path / "no folder" / "copy.db")
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as db:
        db.execute("CREATE TABLE holidays(day TEXT)")
    for path, words in ((tmp_path / "none.db", "does not exist"), (foreign, "another program")):
        with pytest.raises(FeedbackUnavailable, match=words):
            back_up(path, tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy.db*"))
