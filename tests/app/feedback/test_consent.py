"""Consent and corrections in the ratings database, in new files and in old ones."""

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import consent
from app.feedback.connections import connect
from app.feedback.errors import VoteRefused
from app.feedback.migrations import MIGRATIONS, migrate
from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import SESSION, START, A, B, begin, complete, vote

WITHOUT = "a session that was not asked"


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_the_text_changes_with_its_version() -> None:
    """Catches an edit of what people agreed to: give the new text another version as well."""
    text = "\n".join(consent.TEXT)
    assert (consent.VERSION, hashlib.sha256(text.encode()).hexdigest()[:12]) == (
        "1",
        "cc8fe21a33b0",
    )


def test_no_vote_without_consent(store: FeedbackStore) -> None:
    """Catches a rating that the file takes although its giver never agreed, whoever asks."""
    store.ensure_session(WITHOUT)
    assert store.agreed(WITHOUT) is None
    pair = store.start_comparison(replace(START, session_id=WITHOUT))
    store.finish_comparison(pair, "complete", (A, B))
    with pytest.raises(VoteRefused, match="agreed"):
        vote(store, pair, session_id=WITHOUT)
    store.agree(WITHOUT, "1")
    vote(store, pair, session_id=WITHOUT)


def test_consent_is_kept_once_per_version(store: FeedbackStore) -> None:
    """Catches the time of a consent that moves with every click."""
    query = "SELECT consent_version, consent_at_ms FROM sessions"
    store.agree(SESSION, "1")
    first = rows(store.path, query)
    store.agree(SESSION, "1")
    assert rows(store.path, query) == first
    store.agree(SESSION, "2")
    assert store.agreed(SESSION) == "2"
    assert store.agreed("nobody") is None


def test_a_correction_is_read_with_its_vote(store: FeedbackStore) -> None:
    """Catches a better answer that outlives the rating it came with, or is lost with a retry.

    The query is the one that takes corrections out.
    """
    query = """
    SELECT c.task, c.inputs_json, v.correction FROM votes v JOIN comparisons c
    USING (comparison_id) WHERE v.correction IS NOT NULL
    """
    pair = complete(store)
    given = store.cast_vote(
        pair, SESSION, "both_bad", correction="  Neutral\n", idem_key="k", identities_visible=False
    )
    assert given.correction == "Neutral"
    assert store.active_vote(pair, SESSION) == given
    assert [(task, text) for task, _, text in rows(store.path, query)] == [("covid", "Neutral")]
    store.retract_vote(pair, SESSION, "u")
    assert rows(store.path, query) == []
    with pytest.raises(VoteRefused, match="10001 characters"):
        store.cast_vote(
            pair, SESSION, "A", correction="x" * 10_001, idem_key="l", identities_visible=True
        )


def test_ratings_from_before_stay(tmp_path: Path) -> None:
    """Catches an upgrade that drops the ratings of those whom nobody had asked yet."""
    path = tmp_path / "ratings.db"
    path.touch()
    db = connect(path, "rw")
    migrate(db, path, MIGRATIONS[:3])
    db.executescript(
        """
        INSERT INTO sessions VALUES ('old', 1, 1);
        INSERT INTO contestants VALUES
          ('a', 'adapter', 'A', 'covid', 'x', 'm'), ('b', 'base', 'B', NULL, 'y', 'm');
        INSERT INTO comparisons VALUES
          ('c', 'old', 'n', 'named', 'covid', 'x', '{}', NULL, '{}', 'running', '0', 1, NULL);
        INSERT INTO outputs(comparison_id, position, contestant_id, finish_reason)
          VALUES ('c', 'A', 'a', 'stop'), ('c', 'B', 'b', 'stop');
        UPDATE comparisons SET state = 'complete', finished_at_ms = 2;
        INSERT INTO vote_events(comparison_id, session_id, seq, kind, choice, identities_visible,
          created_at_ms, idem_key) VALUES ('c', 'old', 1, 'cast', 'A', 1, 3, 'k');
        """
    )
    db.close()
    with FeedbackStore.open(path) as store:
        kept = store.active_vote("c", "old")
        assert kept is not None
        assert (kept.choice, kept.correction, store.agreed("old")) == ("A", None, None)
        store.retract_vote("c", "old", "u")
        with pytest.raises(VoteRefused, match="agreed"):
            store.cast_vote("c", "old", "B", idem_key="k2", identities_visible=True)
        store.agree("old", "1")
        store.cast_vote("c", "old", "B", idem_key="k2", identities_visible=True)


def test_only_ones_own_finished_pair_is_shown(store: FeedbackStore) -> None:
    """Catches a pair shown to a stranger, or before its end."""
    begin(store, "nonce-2")
    complete(store)
    pair = store.shown(SESSION, "nonce-1")
    assert pair is not None
    assert (pair.a.result, pair.b.result, pair.num_events) == (A, B, 0)
    assert pair.inputs == START.inputs
    assert store.shown(SESSION, "nonce-2") is None
    assert store.shown("other", "nonce-1") is None
