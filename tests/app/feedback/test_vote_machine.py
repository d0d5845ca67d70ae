"""Any sequence of votes, undoings and replays, against a list that anybody can check by eye."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.feedback.errors import VoteRefused
from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import begin, complete, vote

SESSIONS = ("s1", "s2")
CHOICES = ("A", "B", "tie", "both_bad")
PAIRS = st.integers(0, 3)  # 0 and 1 of the first session, 2 of the second, 3 still running
KEYS = st.sampled_from([f"key-{number}" for number in range(6)])


@dataclass(frozen=True)
class Event:
    session: str
    pair: int
    kind: str
    choice: str | None
    key: str


class Votes(RuleBasedStateMachine):
    """Catches an order of cast, retract and replay after which the wrong vote counts.

    `events` is the model: everything that was accepted, in order.
    """

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = FeedbackStore.open(Path(self.folder.name) / "ratings.db")
        self.owners = ("s1", "s1", "s2", "s1")
        self.pairs = [
            (complete if pair < 3 else begin)(self.store, str(pair), owner)
            for pair, owner in enumerate(self.owners)
        ]
        self.events: list[Event] = []

    def of(self, pair: int) -> list[Event]:
        return [event for event in self.events if event.pair == pair]

    def is_voted(self, pair: int) -> bool:
        return bool(self.of(pair)) and self.of(pair)[-1].kind == "cast"

    def accepts(self, asked: Event) -> bool:
        """Whether `asked` is allowed, recording it unless it was before."""
        for event in self.events:
            if (event.session, event.key) == (asked.session, asked.key):
                return event == asked
        if self.owners[asked.pair] != asked.session or asked.pair == 3:
            return False
        if self.is_voted(asked.pair) == (asked.kind == "cast"):
            return False
        self.events.append(asked)
        return True

    def check(self, asked: Event, call: Any) -> None:
        if self.accepts(asked):
            call()
        else:
            with pytest.raises(VoteRefused):
                call()

    @rule(session=st.sampled_from(SESSIONS), pair=PAIRS, choice=st.sampled_from(CHOICES), key=KEYS)
    def cast(self, session: str, pair: int, choice: str, key: str) -> None:
        self.check(
            Event(session, pair, "cast", choice, key),
            lambda: vote(self.store, self.pairs[pair], choice, key, session_id=session),
        )

    @rule(session=st.sampled_from(SESSIONS), pair=PAIRS, key=KEYS)
    def retract(self, session: str, pair: int, key: str) -> None:
        self.check(
            Event(session, pair, "retract", None, key),
            lambda: self.store.retract_vote(self.pairs[pair], session, key),
        )

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = FeedbackStore.open(self.store.path)

    @invariant()
    def the_active_votes_are_the_last_casts(self) -> None:
        active = [
            self.store.active_vote(*both) for both in zip(self.pairs, self.owners, strict=True)
        ]
        choices = [self.of(pair)[-1].choice if self.is_voted(pair) else None for pair in range(4)]
        assert [given and given.choice for given in active] == choices
        counts = self.store.counts("covid")
        assert counts.num_votes == sum(choice is not None for choice in choices)
        by_choice = (counts.a, counts.b, counts.tie, counts.both_bad)
        assert by_choice == tuple(choices.count(choice) for choice in CHOICES)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


Votes.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

TestVotes = pytest.mark.breeds(Votes.TestCase)
