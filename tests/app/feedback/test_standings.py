"""Who was preferred how often: counted again, independently, from the raw events."""

import random
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from sqlite_utils import Database

from app.feedback.records import Mode
from app.feedback.standings import MIN_VOTES, Tally
from app.feedback.store import FeedbackStore
from app.feedback.votes import retract
from tests.app.feedback.recording import ADAPTER, BASE, SESSION, rate, rated, vote

RETRAINED = replace(ADAPTER, contestant_id="adapter:covid@sha256:cc", weights_digest="sha256:cc")
GENERALIST = replace(ADAPTER, contestant_id="adapter:generalist@sha256:dd", task=None)
HELD = replace(BASE, contestant_id="base-format:m@sha256:bb", name="Held base")


def crowd(store: FeedbackStore, num_votes: int) -> None:
    """Votes of all kinds on all pairs in both modes, by sessions of unequal zeal; some undone."""
    draw = random.Random(5)
    everybody = (ADAPTER, RETRAINED, GENERALIST, HELD, BASE)

    def write(db: Database) -> None:
        for number in range(num_votes):
            session = f"session-{min(draw.randrange(6), draw.randrange(6))}"
            first, second = draw.sample(everybody, 2)
            comparison_id = rate(
                db,
                str(number),
                draw.choice(("A", "A", "B", "B", "tie", "both_bad")),
                sides=(first, second),
                session_id=session,
                mode=draw.choice(get_args(Mode)),
            )
            if draw.random() < 0.2:
                undo = f"undo-{number}"
                retract(db, comparison_id=comparison_id, session_id=session, idem_key=undo)

    store._writer.run(write)


def recount(path: Path, mode: Mode) -> dict[frozenset[str], Counter[str]]:
    """The same figures from the raw events, without the view and without SQL's own counting."""
    with closing(sqlite3.connect(path)) as db:
        modes = dict(db.execute("SELECT comparison_id, mode FROM comparisons"))
        shown = defaultdict(dict)  # type: ignore[var-annotated]
        for comparison_id, position, contestant_id in db.execute(
            "SELECT comparison_id, position, contestant_id FROM outputs"
        ):
            shown[comparison_id][position] = contestant_id
        last = {
            comparison_id: (kind, choice, session_id)
            for comparison_id, kind, choice, session_id in db.execute(
                "SELECT comparison_id, kind, choice, session_id FROM vote_events ORDER BY event_id"
            )
        }
    found: dict[frozenset[str], Counter[str]] = defaultdict(Counter)
    for comparison_id, (kind, choice, session_id) in last.items():
        if kind == "cast" and modes[comparison_id] == mode:
            sides = shown[comparison_id]
            votes = found[frozenset(sides.values())]
            votes[f"session {session_id}"] += 1
            votes[f"chose {choice}"] += 1
            if choice in sides:
                votes[f"won {sides[choice]}"] += 1
                votes[f"at A {sides['A']}"] += 1
    return found


def as_recounted(tally: Tally, raw: Counter[str]) -> Tally:
    sessions = [number for name, number in raw.items() if name.startswith("session ")]
    return replace(
        tally,
        first_better=raw[f"won {tally.first.contestant_id}"],
        second_better=raw[f"won {tally.second.contestant_id}"],
        tie=raw["chose tie"],
        both_bad=raw["chose both_bad"],
        a_better=raw["chose A"],
        first_in_a=raw[f"at A {tally.first.contestant_id}"],
        num_sessions=len(sessions),
        top_session=max(sessions),
    )


@pytest.mark.parametrize("mode", get_args(Mode))
def test_the_figures_are_those_of_the_events(store: FeedbackStore, mode: Mode) -> None:
    """Catches undone votes that count, modes or weights added up, wins counted by place."""
    crowd(store, 300)
    raw, counted = recount(store.path, mode), store.tallies(mode)
    assert len(counted) == len(raw) == 10
    for tally in counted:
        pair = frozenset((tally.first.contestant_id, tally.second.contestant_id))
        assert tally == as_recounted(tally, raw[pair])


def test_the_tasks_adapter_comes_first_wherever_it_was_shown(store: FeedbackStore) -> None:
    """Catches a pair split in two by the places, or an adapter's wins told as the base's."""
    rated(store, "1", "A", sides=(ADAPTER, BASE), mode="blind")
    rated(store, "2", "B", sides=(BASE, ADAPTER), mode="blind")
    rated(store, "3", "A", sides=(HELD, GENERALIST), mode="blind")
    first, second = store.tallies("blind")
    assert (first.first, first.second) == (ADAPTER, BASE)
    assert (first.first_better, first.a_better, first.first_in_a) == (2, 1, 1)
    assert (second.first, second.second) == (GENERALIST, HELD)
    assert second.second_better == 1
    assert store.tallies("named") == ()


def test_ties_and_both_bad_prefer_nobody(store: FeedbackStore) -> None:
    """Catches a pair ranked for votes that chose neither."""
    for number in range(MIN_VOTES):
        rated(store, f"tie-{number}", "tie")
        rated(store, f"bad-{number}", "both_bad")
    for number in range(MIN_VOTES - 1):
        rated(store, f"win-{number}", "A")
    (tally,) = store.tallies("named")
    assert (tally.num_votes, tally.num_decisive) == (3 * MIN_VOTES - 1, MIN_VOTES - 1)
    assert not tally.is_ranked
    rated(store, "one more", "B")
    (tally,) = store.tallies("named")
    assert tally.is_ranked


def test_an_undone_vote_counts_no_more(store: FeedbackStore) -> None:
    """Catches figures that were kept from before a vote was undone, or given again."""
    comparison_id = rated(store, "1", "A")
    assert [tally.first_better for tally in store.tallies("named")] == [1]
    store.retract_vote(comparison_id, SESSION, "undo")
    assert store.tallies("named") == ()
    vote(store, comparison_id, "B", "again")
    assert [tally.second_better for tally in store.tallies("named")] == [1]


def test_a_blind_pair_seen_through_is_neither(store: FeedbackStore) -> None:
    """Catches a vote given again after the names were told, among those of people who guessed."""
    rated(store, "1", "A", mode="blind")
    rated(store, "2", "A", mode="blind", identities_visible=True)
    assert [tally.num_votes for tally in store.tallies("blind")] == [1]
    assert store.tallies("named") == ()
