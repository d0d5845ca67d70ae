"""The ratings database as the rest of the app sees it. Knows no page and no HTTP.

Every call blocks until the file has answered and may come from any thread; async code wraps it in
`asyncio.to_thread`. Writes go through one thread (writer.py); each read has its own connection.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from app.feedback import comparisons, kept, pairs, share_links, votes
from app.feedback.claim import claim
from app.feedback.connections import (
    connect,
    reading,
    sqlite_errors_as_sentences,
    unavailable,
    writing,
)
from app.feedback.migrations import MIGRATIONS, migrate, pending
from app.feedback.records import (
    ComparisonStart,
    FinalState,
    Kept,
    Mode,
    PairCounts,
    ShownPair,
    SideResult,
    Vote,
    VoteCounts,
)
from app.feedback.standings import Tally, tallies
from app.feedback.writer import Writer


class FeedbackStore:
    """What was shown and what people thought of it. A context manager: leaving it closes it."""

    def __init__(self, path: Path, lock: sqlite3.Connection, db: Database) -> None:
        self.path = path
        self._lock = lock
        self._writer = Writer(db, path)
        self._tallies: dict[Mode, tuple[int, tuple[Tally, ...]]] = {}  # with their newest event

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, or make it, and bring its schema up to date.

        Comparisons that an earlier server left running become failed. Raises FeedbackUnavailable
        when the file cannot be made or written, is not ours, or is newer than this version.
        """
        path = path.resolve()
        _make_file(path)
        lock = claim(path)
        try:
            return cls(path, lock, _open_for_writing(path))
        except BaseException:
            lock.close()
            raise

    def close(self) -> None:
        self._writer.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def ensure_session(self, session_id: str) -> None:
        """Record the session when it is new, and that it was seen."""
        self._writer.run(partial(comparisons.ensure_session, session_id=session_id))

    def agree(self, session_id: str, version: str) -> None:
        """Record the session's consent to a text of this version; again changes nothing."""
        self._writer.run(partial(comparisons.agree, session_id=session_id, version=version))

    def agreed(self, session_id: str) -> str | None:
        """The version that the session has agreed to, None if to none."""
        with reading(self.path) as db:
            return comparisons.agreed(db, session_id)

    def start_comparison(self, new: ComparisonStart) -> str:
        """Record what is about to be shown and return its id; the same nonce, the same id.

        Raises RecordRefused when a contestant's id already stands for other weights.
        """
        return self._writer.run(partial(comparisons.start, new=new))

    def finish_comparison(
        self, comparison_id: str, state: FinalState, outputs: Sequence[SideResult]
    ) -> None:
        """Record how the answers ended, once. Raises RecordRefused the second time."""
        self._writer.run(
            partial(comparisons.finish, comparison_id=comparison_id, state=state, outputs=outputs)
        )

    def cast_vote(
        self,
        comparison_id: str,
        session_id: str,
        choice: str,
        *,
        comment: str | None = None,
        tags: Sequence[str] = (),
        correction: str | None = None,
        idem_key: str,
        think_ms: int | None = None,
        identities_visible: bool,
    ) -> Vote:
        """Record the session's vote on its own, complete pair; the same key, the same vote.

        Raises VoteRefused with a sentence for the visitor.
        """
        return self._writer.run(
            partial(
                votes.cast,
                comparison_id=comparison_id,
                session_id=session_id,
                choice=choice,
                comment=comment,
                tags=tags,
                correction=correction,
                idem_key=idem_key,
                think_ms=think_ms,
                identities_visible=identities_visible,
            )
        )

    def retract_vote(self, comparison_id: str, session_id: str, idem_key: str) -> None:
        """Undo the session's active vote; the same key undoes once. Raises VoteRefused."""
        self._writer.run(
            partial(
                votes.retract,
                comparison_id=comparison_id,
                session_id=session_id,
                idem_key=idem_key,
            )
        )

    def active_vote(self, comparison_id: str, session_id: str) -> Vote | None:
        with reading(self.path) as db:
            return votes.active(db, comparison_id, session_id)

    def shown(self, session_id: str, client_nonce: str) -> ShownPair | None:
        """The session's own pair with this nonce, once it has ended; None if there is none."""
        with reading(self.path) as db:
            return pairs.shown(db, session_id, client_nonce)

    def others(self, pair: ShownPair, session_id: str) -> PairCounts:
        """What other sessions thought of the same two contestants in the same task, unnamed."""
        with reading(self.path) as db:
            return pairs.others(db, pair, session_id)

    def comparison(self, comparison_id: str, session_id: str) -> Kept | None:
        """A whole, named comparison of the session's own."""
        with reading(self.path) as db:
            return kept.find(db, comparison_id, session_id)

    def history(self, session_id: str, at_most: int) -> list[Kept]:
        """The session's own whole, named comparisons, newest first."""
        with reading(self.path) as db:
            return kept.of_session(db, session_id, at_most)

    def share(self, comparison_id: str, session_id: str) -> str:
        """Make a link to the session's own comparison; returns its token. Raises RecordRefused."""
        link = partial(share_links.share, comparison_id=comparison_id, session_id=session_id)
        return self._writer.run(link)

    def revoke(self, comparison_id: str, session_id: str) -> None:
        """Let no link to the session's own comparison lead anywhere."""
        link = partial(share_links.revoke, comparison_id=comparison_id, session_id=session_id)
        self._writer.run(link)

    def shared(self, token: str) -> Kept | None:
        """The comparison that a link leads to; None for a revoked link and for none of ours."""
        with reading(self.path) as db:
            return kept.find_shared(db, token)

    def counts(self, task: str, mode: Mode = "named") -> VoteCounts:
        """The active votes of a task; all zero for a task without any."""
        with reading(self.path) as db:
            return votes.count(db, task, mode)

    def tallies(self, mode: Mode) -> tuple[Tally, ...]:
        """The active votes of every task, by pair; counted again only when there is a new event."""
        with reading(self.path) as db:
            (newest,) = db.execute("SELECT max(event_id) FROM vote_events").fetchone()
            counted_at, counted = self._tallies.get(mode, (None, ()))
            if counted_at != newest:
                counted = tallies(db, mode)
                self._tallies[mode] = (newest, counted)
        return counted


def _make_file(path: Path) -> None:
    """Make the folder and the empty file, readable by this user only: comments are private."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except (FileExistsError, NotADirectoryError) as error:
        raise unavailable(path, "has a file where its folder should be") from error
    except OSError as error:
        raise unavailable(path, f"cannot be made or written ({error.strerror})") from error


def _open_for_writing(path: Path) -> Database:
    with sqlite_errors_as_sentences(path):
        db = connect(path, "rw")
        try:
            pending(db, path, MIGRATIONS)  # refuse a foreign file before anything in it changes
            db.enable_wal()
            migrate(db, path, MIGRATIONS)
            with writing(db):
                comparisons.fail_leftovers(db)
        except BaseException:
            db.close()
            raise
    return db
