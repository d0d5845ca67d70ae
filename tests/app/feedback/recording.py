"""Builds comparisons for the tests of ratings, with one obvious default for everything."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from sqlite_utils import Database

from app.feedback import comparisons, votes
from app.feedback.records import (
    ComparisonStart,
    Contestant,
    FinalState,
    Mode,
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


def rated(store: FeedbackStore, nonce: str, choice: str, **more: Any) -> str:
    """A finished comparison with a vote, as `rate` makes it; returns its id."""
    return store._writer.run(partial(rate, nonce=nonce, choice=choice, **more))


def rate(
    db: Database,
    nonce: str,
    choice: str,
    *,
    sides: tuple[Contestant, Contestant] = (ADAPTER, BASE),
    session_id: str = SESSION,
    mode: Mode = "named",
    task: str = "covid",
    results: tuple[SideResult, SideResult] = (A, B),
    inputs: Mapping[str, str] = START.inputs,
    template_sha256: str = START.template_sha256,
    identities_visible: bool | None = None,
    correction: str | None = None,
) -> str:
    """The same inside a transaction; `sides` are those shown at A and B."""
    comparisons.agree(db, session_id, "1")
    new = replace(
        START,
        session_id=session_id,
        client_nonce=nonce,
        mode=mode,
        task=task,
        inputs=inputs,
        template_sha256=template_sha256,
        sides=(SideStart("A", sides[0]), SideStart("B", sides[1])),
    )
    comparison_id = comparisons.start(db, new)
    comparisons.finish(db, comparison_id, "complete", results)
    votes.cast(
        db,
        comparison_id=comparison_id,
        session_id=session_id,
        choice=choice,
        comment=None,
        tags=(),
        correction=correction,
        idem_key=f"key-{nonce}",
        think_ms=1500,
        identities_visible=mode == "named" if identities_visible is None else identities_visible,
    )
    return comparison_id
