"""The one thread that writes ratings. Owns the only connection that can write; knows no table."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database

from app.feedback.connections import sqlite_errors_as_sentences, unavailable, writing

T = TypeVar("T")


class Writer:
    """Runs jobs one after another, each in its own transaction.

    Who calls `run` waits until the job is on the disk: what `run` returns survives a crash.
    """

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path
        self._jobs: queue.SimpleQueue[tuple[Callable[[Database], Any], Future[Any]] | None]
        self._jobs = queue.SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()  # no job may be queued behind the end
        self._thread = threading.Thread(target=self._work, name="ratings-writer", daemon=True)
        self._thread.start()

    def run(self, job: Callable[[Database], T]) -> T:
        """Run `job(db)` in a transaction and return its result once that is committed.

        What the job raises is raised here, and nothing of it is kept. Raises FeedbackUnavailable
        when the file cannot be written or the writer is closed.
        """
        done: Future[T] = Future()
        with self._closing:
            if self._closed:
                raise unavailable(self._path, "was closed")
            self._jobs.put((job, done))
        with sqlite_errors_as_sentences(self._path):
            return done.result()

    def close(self) -> None:
        """Finish what is queued, then end the thread and close the connection."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()
        self._db.close()

    def _work(self) -> None:
        while (item := self._jobs.get()) is not None:
            job, done = item
            try:
                with writing(self._db):
                    result = job(self._db)
            except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it
                done.set_exception(error)
            else:
                done.set_result(result)
