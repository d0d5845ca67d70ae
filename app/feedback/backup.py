"""Copies the ratings into a new file, of one moment and checked, beside a running server."""

import sqlite3
from contextlib import closing
from pathlib import Path

from app.feedback.connections import reading, sqlite_errors_as_sentences
from app.feedback.errors import BackupRefused
from app.feedback.migrations import MIGRATIONS, pending


def back_up(path: Path, destination: Path, overwrite: bool = False) -> int:
    """Write the copy, which only its owner can read, and return its number of comparisons.

    It appears under its name when it is whole. Raises BackupRefused when there is something at
    `destination` already and it is not to be overwritten, or nothing can be written there.
    """
    _refuse_taken(path, destination, overwrite)
    unfinished = destination.with_name(f"{destination.name}.part")
    try:
        unfinished.touch(mode=0o600)
        num_comparisons = _copy(path, unfinished)
        unfinished.replace(destination)
    except OSError as error:
        raise BackupRefused(f"{destination} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return num_comparisons


def _refuse_taken(path: Path, destination: Path, overwrite: bool) -> None:
    if destination.exists() and path.exists() and destination.samefile(path):
        raise BackupRefused(f"{destination} is the ratings database itself; name another file.")
    if destination.with_name(f"{destination.name}-wal").exists():
        # Its log would be taken for the copy's.
        raise BackupRefused(f"{destination} is a database in use; name another file.")
    if destination.exists() and not overwrite:
        raise BackupRefused(
            f"{destination} exists already; name another file, or give --overwrite."
        )


def _copy(path: Path, unfinished: Path) -> int:
    with reading(path) as db:
        pending(db, path, MIGRATIONS)  # refuses a foreign file
        with sqlite_errors_as_sentences(unfinished), closing(sqlite3.connect(unfinished)) as copy:
            db.conn.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with no log beside it
            (problem,) = copy.execute("PRAGMA integrity_check").fetchone()
            if problem != "ok":
                raise BackupRefused(f"The copy of {path} is damaged: {problem}.")
            (num_comparisons,) = copy.execute("SELECT count(*) FROM comparisons").fetchone()
    return int(num_comparisons)
