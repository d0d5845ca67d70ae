"""Connections to the ratings file, and SQLite's errors as sentences. Knows no table."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from app.feedback.errors import FeedbackUnavailable

BUSY_TIMEOUT_S = 5.0

_REASONS = {  # by the beginning of SQLite's name for the error
    "SQLITE_NOTADB": "is not a SQLite database",
    "SQLITE_CORRUPT": "is damaged",
    "SQLITE_BUSY": "is kept locked by another program",
    "SQLITE_READONLY": "lies where this user may not write",
    "SQLITE_CANTOPEN": "cannot be opened",
    "SQLITE_FULL": "cannot grow, because the disk is full",
}


def unavailable(path: Path, reason: str) -> FeedbackUnavailable:
    """The one form of the sentence that tells an operator why the ratings file is of no use."""
    return FeedbackUnavailable(
        f"The ratings database {path} {reason}; change that, or name another file with --database."
    )


@contextmanager
def sqlite_errors_as_sentences(path: Path) -> Iterator[None]:
    """Raise FeedbackUnavailable for what the file does; leave broken constraints and our bugs."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorname", "")  # Python's own errors have none
        reasons = (reason for name, reason in _REASONS.items() if code.startswith(name))
        raise unavailable(path, next(reasons, f"cannot be used ({error})")) from error


def connect(path: Path, mode: Literal["rw", "ro"]) -> Database:
    """Open an existing file. The caller owns the connection and may pass it to another thread.

    SQLite forgets these settings with each connection: foreign keys, the patience with locks, and
    FULL, which waits for the disk at every commit (ratings are few, and each was asked for).
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,  # we say BEGIN ourselves
        check_same_thread=False,
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return Database(connection, execute_plugins=False)


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """A connection that cannot write and sees one state of the file until the block ends."""
    if not path.exists():
        raise unavailable(path, "does not exist")
    with sqlite_errors_as_sentences(path):
        db = connect(path, "ro")
        try:
            with db.atomic():
                yield db
        finally:
            db.close()


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """One transaction that takes the write lock at once, so that it never has to upgrade a read."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise
