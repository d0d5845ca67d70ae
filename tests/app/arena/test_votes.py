"""Ratings over HTTP: which are taken, what is kept of them, what is told."""

from typing import Any

import pytest

from app.arena.arena import Arena
from app.compare import ComparisonService
from app.feedback.store import FeedbackStore
from engine.request import GenerationRequest
from tests.app.arena.conftest import AnsweringWorker, Rigged, Visit
from tests.app.arena.visiting import agree, rows, run, vote
from tests.app.scripted_engine import FedStream, finish


def test_a_vote_is_kept_and_all_is_told(
    visit: Visit, worker: AnsweringWorker, store: FeedbackStore, comparisons: ComparisonService
) -> None:
    """Catches names at the wrong letters, marks of the other answer, a lost word of the ballot."""
    example = comparisons.tasks["wikisql"].heldout[0]

    def answer(request: GenerationRequest, stream: FedStream) -> None:
        finish(stream, f" {example.answer}" if request.adapter_id else " the end")

    worker.answer = answer
    client = visit()
    agree(client)
    run_id = run(client, {"task": "wikisql"})
    told = vote(
        client, run_id, "A", tags=["correct", "short"], comment=" so <b> ", correction=" better "
    ).json()
    a, b = told["a"], told["b"]
    assert (a["who"], a["mark"], b["who"], b["mark"]) == ("Specialist", "right", "Base", "wrong")
    assert told["expected"] == ["Expected", example.answer]
    assert told["sentence"] == (
        "Thanks. You preferred the specialist: A was the specialist, B was the base."
    )
    assert "2 tokens" in a["figures"]
    assert told["others"] is None
    kept = rows(
        store, "SELECT choice, tags_json, comment, correction, identities_visible FROM vote_events"
    )
    assert kept == [("A", '["correct", "short"]', "so <b>", "better", 0)]


def test_the_same_ballot_twice_is_one_vote(visit: Visit, store: FeedbackStore) -> None:
    """Catches a double click, or a repeated request, that votes twice."""
    client = visit()
    agree(client)
    run_id = run(client)
    first, again = vote(client, run_id), vote(client, run_id)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = vote(client, run_id, "B", key="k2")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "vote_refused")
    assert rows(store, "SELECT choice FROM vote_events") == [("A",)]


def test_nobody_votes_without_consent(visit: Visit, store: FeedbackStore) -> None:
    """Catches a rating of somebody who was not asked, or who agreed to an older text."""
    client = visit()
    run_id = run(client)
    refused = vote(client, run_id)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "consent_needed")
    assert client.post("/arena/consent", json={"version": "0"}).status_code == 403
    assert vote(client, run_id).status_code == 403
    store.agree(rows(store, "SELECT session_id FROM sessions")[0][0], "0")
    assert vote(client, run_id).status_code == 403
    assert rows(store, "SELECT * FROM vote_events") == []
    assert 'data-agreed="no"' in client.get("/arena").text
    agree(client)
    assert 'data-agreed="yes"' in client.get("/arena").text
    assert vote(client, run_id).status_code == 200


def test_undo_and_another_vote(visit: Visit, store: FeedbackStore) -> None:
    """Catches an undoing that is lost, and a second vote that passes for blind: by then the names
    are known."""
    client = visit()
    agree(client)
    run_id = run(client)
    vote(client, run_id)
    for _ in range(2):
        undone = client.post("/arena/votes/undo", json={"run": run_id, "key": "u"})
        assert undone.status_code == 204
    assert vote(client, run_id, "both_bad", key="k2").json()["choice"] == "both_bad"
    assert rows(store, "SELECT kind, choice, identities_visible FROM vote_events") == [
        ("cast", "A", 0),
        ("retract", None, None),
        ("cast", "both_bad", 1),
    ]


def test_undo_ends_after_a_minute(
    visit: Visit, store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches ratings that are taken back long after they were counted."""
    client = visit()
    agree(client)
    run_id = run(client)
    vote(client, run_id)
    (at,) = rows(store, "SELECT created_at_ms FROM vote_events")[0]
    monkeypatch.setattr("app.arena.arena.now_ms", lambda: at + 60_001)
    late = client.post("/arena/votes/undo", json={"run": run_id, "key": "u"})
    assert late.status_code == 409
    assert "60 seconds" in late.json()["error"]["message"]
    monkeypatch.setattr("app.arena.arena.now_ms", lambda: at + 59_000)
    undone = client.post("/arena/votes/undo", json={"run": run_id, "key": "u"})
    assert undone.status_code == 204


def test_a_vote_outlives_the_server(
    visit: Visit, app: Any, arena: Arena, store: FeedbackStore
) -> None:
    """Catches a pair that only the memory of the server knows."""
    client = visit()
    agree(client)
    run_id = run(client)
    app.state.arena = Arena(arena.comparisons, store)
    assert vote(client, run_id).json()["a"]["who"] == "Specialist"


def test_own_text_has_no_right_answer(visit: Visit) -> None:
    """Catches a visitor's own question that is marked wrong because nobody knows its answer."""
    client = visit()
    agree(client)
    told = vote(client, run(client)).json()
    assert (told["expected"], told["a"]["mark"], told["b"]["mark"]) == (None, None, None)


def test_what_others_thought_is_told_when_they_are_many(visit: Visit, arena: Arena) -> None:
    """Catches one stranger's opinion shown as everybody's, and votes counted by letter."""
    for number in range(10):
        arena.chance = Rigged(*(("wikisql", "base") if number % 2 else ("base", "wikisql")))
        other = visit()
        agree(other)
        vote(other, run(other), "tie" if number < 3 else "A" if number % 2 else "B")
    me = visit()
    agree(me)
    told = vote(me, run(me)).json()
    assert told["others"] == (
        "Of 10 others who rated these two in this task, 7 preferred the specialist, 3 saw a tie."
    )
    assert vote(me, run(me), key="k2").json()["others"] == told["others"]
