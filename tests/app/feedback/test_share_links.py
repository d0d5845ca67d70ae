"""Comparisons read back, and links that lead others to them: whose, which, for how long."""

from pathlib import Path

import pytest

from app.feedback.errors import RecordRefused
from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import START, begin, complete, vote

STRANGER = "session-2"


@pytest.fixture
def store(tmp_path: Path):
    with FeedbackStore.open(tmp_path / "ratings.db") as opened:
        yield opened


def test_what_is_read_back_is_what_was_shown(store: FeedbackStore) -> None:
    """Catches sides that change places, and a rating of somebody else's beside one's own pair."""
    comparison_id = complete(store)
    vote(store, comparison_id, "B")
    kept = store.comparison(comparison_id, START.session_id)
    assert kept is not None
    assert (kept.task, kept.inputs, kept.choice) == (START.task, START.inputs, "B")
    assert [side.contestant for side in kept.sides] == [s.contestant for s in START.sides]
    assert [side.result.text for side in kept.sides] == [" Neutral", " =1+1"]


def test_history_is_ones_own_whole_pairs_newest_first(store: FeedbackStore) -> None:
    """Catches a list with strangers' prompts, with broken pairs, or that begins in the past."""
    ids = [complete(store, f"nonce-{n}") for n in range(3)]
    complete(store, "theirs", STRANGER)
    begin(store, "running")
    history = store.history(START.session_id, 2)
    assert [kept.comparison_id for kept in history] == ids[:0:-1]


def test_a_link_leads_others_to_its_comparison_until_it_is_revoked(store: FeedbackStore) -> None:
    """Catches a link that leads elsewhere, that outlives its revoking, or that a stranger ends."""
    comparison_id, other = complete(store), complete(store, "nonce-2")
    token, second = (store.share(comparison_id, START.session_id) for _ in range(2))
    found = store.shared(token)
    assert found is not None
    assert (found.comparison_id, found.is_shared) == (comparison_id, True)
    assert token != second
    store.revoke(comparison_id, STRANGER)
    store.revoke(other, START.session_id)
    assert store.shared(second) is not None
    store.revoke(comparison_id, START.session_id)
    assert (store.shared(token), store.shared(second)) == (None, None)
    assert store.comparison(comparison_id, START.session_id) is not None


def test_only_whole_comparisons_of_ones_own_are_shared(store: FeedbackStore) -> None:
    """Catches a stranger's pair made public by a guessed id, and half a pair."""
    for comparison_id, session_id in (
        (complete(store), STRANGER),
        (begin(store, "running"), START.session_id),
        ("unknown", START.session_id),
    ):
        with pytest.raises(RecordRefused, match="of your own"):
            store.share(comparison_id, session_id)


def test_the_file_does_not_hold_the_token(store: FeedbackStore) -> None:
    """Catches a database whose reader can open every link."""
    token = store.share(complete(store), START.session_id)
    parts = store.path.parent.glob("ratings.db*")
    assert all(token.encode() not in part.read_bytes() for part in parts)
