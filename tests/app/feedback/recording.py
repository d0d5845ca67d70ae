"""Builds comparisons for the tests of ratings, with one obvious default for everything."""

from dataclasses import replace

from app.feedback.records import (
    ComparisonStart,
    Contestant,
    FinalState,
    SideResult,
    SideStart,
    Vote,
)
from app.feedback.store import FeedbackStore

SESSION = "session-1"
ADAPTER = Contestant("adapter:covid@sha256:aa", "adapter", "Sentiment", "covid", "sha256:aa", "m")
BASE = Contestant("base:m@sha256:bb", "base", "Mini base", None, "sha256:bb", "m")
START = ComparisonStart(
    session_id=SESSION,
    client_nonce="nonce-1",
    task="covid",
    template_sha256="ab" * 32,
    inputs={"OriginalTweet": "Панике нет 🙂", "TweetAt": ""},
    example_id="covid-7",
    params={"temperature": 0.0, "seed": None, "stop": ["\n"]},
    app_version="0.1.0",
    sides=(SideStart("A", ADAPTER), SideStart("B", BASE)),
)
A = SideResult("A", " Neutral", "stop", None, 30, 2, 0.5, 12.5, 20.25)
B = SideResult("B", " =1+1", "length", None, 30, 64, 0.5, 13.5, 400.0)


def begin(store: FeedbackStore, nonce: str = "nonce-1", session_id: str = SESSION) -> str:
    """A running comparison of a session that has agreed to ratings; returns its id."""
    store.agree(session_id, "1")
    return store.start_comparison(replace(START, session_id=session_id, client_nonce=nonce))


def complete(
    store: FeedbackStore,
    nonce: str = "nonce-1",
    session_id: str = SESSION,
    state: FinalState = "complete",
    sides: tuple[SideResult, ...] = (A, B),
) -> str:
    """A finished comparison; returns its id."""
    comparison_id = begin(store, nonce, session_id)
    store.finish_comparison(comparison_id, state, sides)
    return comparison_id


def vote(
    store: FeedbackStore,
    comparison_id: str,
    choice: str = "A",
    key: str = "key-1",
    *,
    session_id: str = SESSION,
    comment: str | None = None,
) -> Vote:
    return store.cast_vote(
        comparison_id,
        session_id,
        choice,
        comment=comment,
        tags=("format",),
        idem_key=key,
        think_ms=1500,
        identities_visible=True,
    )
