"""The arena over HTTP: what a browser is told when, and which ratings are taken."""

import itertools
import json
import sqlite3
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from app import consent
from app.arena.arena import Arena
from app.compare import ComparisonService
from app.feedback.errors import FeedbackUnavailable
from app.feedback.store import FeedbackStore
from engine.request import FinishReason, GenerationRequest
from tests.app.arena.conftest import SQL, AnsweringWorker, Rigged, Visit, name_of
from tests.app.scripted_engine import FedStream, finish

ASKED = {"task": "wikisql", "fields": SQL}
VOTABLE = {"votable": True, "problem": None}


def run(client: TestClient, asked: dict[str, Any] | None = None) -> str:
    """A whole run that can be rated; returns its id."""
    run_id = str(client.post("/arena/runs", json=asked or ASKED).json()["run"])
    assert events(client, run_id)[-1] == VOTABLE
    return run_id


def events(client: TestClient, run_id: str) -> list[dict[str, Any]]:
    response = client.get(f"/arena/runs/{run_id}/events")
    assert response.status_code == 200, response.text
    lines = response.text.splitlines()
    return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


def agree(client: TestClient) -> None:
    response = client.post("/arena/consent", json={"version": consent.VERSION})
    assert response.status_code == 204


def vote(client: TestClient, run_id: str, choice: str = "A", **more: Any) -> httpx.Response:
    body = {"run": run_id, "choice": choice, "key": "k1"} | more
    return client.post("/arena/votes", json=body)


def rows(store: FeedbackStore, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(store.path) as db:
        found = db.execute(query).fetchall()
    db.close()
    return found


def test_before_the_vote_nothing_tells_who_is_who(
    visit: Visit, arena: Arena, worker: AnsweringWorker, store: FeedbackStore
) -> None:
    """Catches a name, an id, a length, a time or an order that gives a contender away: whoever
    stands in whichever place, the same texts must make the same bytes."""

    def answer(request: GenerationRequest, stream: FedStream) -> None:
        times = {"wikisql": 0.1, "base": 0.2, "base-format": 0.3, "generalist": 0.4}
        second = times[name_of(request)]
        finish(stream, " yes", num_tokens=int(9 * second) + 1, total_s=second, queue_s=second / 9)

    worker.answer = answer
    client, told = visit(), set()
    for pair in itertools.permutations(("wikisql", "base", "base-format", "generalist"), 2):
        arena.chance = Rigged(*pair)
        page = client.get("/arena")
        asked = client.post("/arena/runs", json={"task": "wikisql"})
        run_id = asked.json()["run"]
        streamed = client.get(f"/arena/runs/{run_id}/events")
        seen = [page.text, asked.text.replace(run_id, "-"), _unlike(streamed.text)]
        for response in (page, asked, streamed):
            headers = dict(response.headers)
            del headers["x-request-id"]
            seen.append(str(sorted(headers.items())))
        told.add("\n".join(seen))
        assert arena.comparisons.tasks["wikisql"].heldout[0].answer not in seen[1] + seen[2]
    assert len(told) == 1
    asked_in_order = [tuple(map(name_of, worker.requests[n : n + 2])) for n in range(0, 24, 2)]
    assert len(set(asked_in_order)) == 6, "the order in the engine tells the places"
    assert len(rows(store, "SELECT * FROM comparisons WHERE mode = 'blind'")) == 12


def _unlike(stream: str) -> str:
    """The events, without those that bring nothing: how many there are is chance."""
    empty = 'data: {"a": "", "b": "", "a_over": false, "b_over": false}\n\n'
    return stream.replace(empty, "")


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


def test_the_texts_are_those_that_are_kept(visit: Visit, store: FeedbackStore) -> None:
    """Catches a rating of another text than the one that was read."""
    client = visit()
    run_id = client.post("/arena/runs", json=ASKED).json()["run"]
    told = events(client, run_id)[:-1]
    shown = [("".join(tick["a"] for tick in told),), ("".join(tick["b"] for tick in told),)]
    assert shown == [("wikisql",), ("base",)]
    assert rows(store, "SELECT ltrim(text) FROM outputs ORDER BY position") == shown


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


def test_a_stranger_neither_reads_nor_votes(visit: Visit, store: FeedbackStore) -> None:
    """Catches a run's id that is worth something in another browser."""
    me, stranger = visit(), visit()
    agree(stranger)
    drawn = me.post("/arena/runs", json=ASKED).json()["run"]
    assert stranger.get(f"/arena/runs/{drawn}/events").status_code == 404
    assert events(me, drawn)[-1] == VOTABLE
    refused = vote(stranger, drawn)
    assert refused.status_code == 409
    assert "not a finished one of yours" in refused.json()["error"]["message"]
    undone = stranger.post("/arena/votes/undo", json={"run": drawn, "key": "u"})
    assert undone.status_code == 409
    assert rows(store, "SELECT * FROM vote_events") == []


def test_a_run_runs_once(visit: Visit, worker: AnsweringWorker) -> None:
    """Catches a browser that connects again and so has the engine answer again."""
    client = visit()
    run_id = run(client)
    assert client.get(f"/arena/runs/{run_id}/events").status_code == 404
    assert len(worker.requests) == 2


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


def test_a_failed_pair_is_neither_rated_nor_told(
    visit: Visit, worker: AnsweringWorker, store: FeedbackStore
) -> None:
    """Catches a vote on half a pair, and an error whose words say whose it was."""

    def answer(request: GenerationRequest, stream: FedStream) -> None:
        failed = request.adapter_id is not None
        reason = FinishReason.ERROR if failed else FinishReason.STOP
        finish(stream, "", reason, error="wikisql broke" if failed else None)

    worker.answer = answer
    client = visit()
    agree(client)
    run_id = client.post("/arena/runs", json=ASKED).json()["run"]
    last = events(client, run_id)[-1]
    assert last["votable"] is False
    assert "not finished" in last["problem"]
    assert "wikisql" not in last["problem"]
    refused = vote(client, run_id)
    assert (refused.status_code, "names" in refused.text) == (409, False)
    assert rows(store, "SELECT state FROM comparisons") == [("failed",)]
    assert rows(store, "SELECT * FROM vote_events") == []


def test_a_pair_that_is_drawn_or_named_is_not_rated(visit: Visit, arena: Arena) -> None:
    """Catches a vote before the answers, and a named pair that is rated as a blind one."""
    client = visit()
    agree(client)
    drawn = client.post("/arena/runs", json=ASKED).json()["run"]
    assert vote(client, drawn).status_code == 409
    taken = arena.take(client.cookies["lora_land_session"], drawn)
    assert taken is not None

    async def run_named() -> None:
        run = arena.comparisons.run(taken.session_id, "wikisql", SQL, run_id=drawn)
        assert [frame.is_last async for frame in run][-1]

    assert client.portal is None
    with client:
        assert client.portal is not None
        client.portal.call(run_named)
    assert vote(client, drawn).status_code == 409


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


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("runs", {"task": "wikisql", "fields": {"table": "A"}}, 400, "fill in"),
        ("runs", {"task": "wikisql", "fields": SQL | {"table": " " * 20_001}}, 400, "fields.table"),
        ("runs", {"task": "<b>"}, 400, "no task named “<b>”"),
        ("votes", {"run": "x", "choice": "C", "key": "k"}, 400, "choice"),
        ("votes", {"run": "x", "choice": "A", "key": "k", "tags": ["nice"]}, 400, "tags"),
        ("votes", {"run": "x", "choice": "A", "key": "k"}, 409, "not a finished one"),
        ("votes", {"choice": "A", "key": "k"}, 400, "run"),
    ],
)
def test_errors_are_one_sentence(
    visit: Visit, path: str, body: dict[str, Any], status: int, words: str
) -> None:
    """Catches a traceback, or a list of codes, where a visitor reads."""
    response = visit().post(f"/arena/{path}", json=body)
    message = response.json()["error"]["message"]
    assert (response.status_code, words in message) == (status, True), message
    assert message.endswith(".")


def test_a_page_of_another_site_cannot_vote(visit: Visit) -> None:
    """Catches a form elsewhere that votes with a visitor's cookie."""
    client = visit()
    agree(client)
    run_id = run(client)
    body = {"run": run_id, "choice": "A", "key": "k"}
    foreign = {"origin": "https://evil.example"}
    assert client.post("/arena/votes", json=body, headers=foreign).status_code == 403


def test_a_broken_database_is_not_named_to_visitors(
    visit: Visit, store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches the path of a file on the server in a visitor's browser."""
    client = visit()
    agree(client)
    run_id = run(client)

    def fail(*_: object, **__: object) -> None:
        raise FeedbackUnavailable(f"The ratings database {store.path} is damaged.")

    monkeypatch.setattr(store, "cast_vote", fail)
    response = vote(client, run_id)
    assert (response.status_code, str(store.path) in response.text) == (503, False)
