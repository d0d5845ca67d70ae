"""One server per ratings file. Knows nothing of what is in the file.

Two servers on one file would each take the other's running comparisons for leftovers of a crash.
The claim is SQLite's own lock on an empty file beside the database: it holds on every system, and
ends with the process, however that ends.
"""

import sqlite3
from pathlib import Path

from app.feedback.connections import sqlite_errors_as_sentences, unavailable


def claim(path: Path) -> sqlite3.Connection:
    """Take the file for this process until the connection that is returned is closed.

    Raises FeedbackUnavailable when another server has it.
    """
    with sqlite_errors_as_sentences(path):
        lock = sqlite3.connect(
            f"{path}.lock", timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            lock.execute("PRAGMA journal_mode = OFF")  # or an empty journal would lie beside it
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            lock.close()
            if error.sqlite_errorname != "SQLITE_BUSY":
                raise
            raise unavailable(path, "is in use by another server") from error
    return lock
