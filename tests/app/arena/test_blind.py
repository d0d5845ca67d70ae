"""What a browser is told before the vote, and who may see which pair."""

import itertools

from app.arena.arena import Arena
from app.feedback.store import FeedbackStore
from engine.request import FinishReason, GenerationRequest
from tests.app.arena.conftest import SQL, AnsweringWorker, Rigged, Visit, name_of
from tests.app.arena.visiting import ASKED, VOTABLE, agree, events, rows, run, vote
from tests.app.scripted_engine import FedStream, finish


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


def test_the_texts_are_those_that_are_kept(visit: Visit, store: FeedbackStore) -> None:
    """Catches a rating of another text than the one that was read."""
    client = visit()
    run_id = client.post("/arena/runs", json=ASKED).json()["run"]
    told = events(client, run_id)[:-1]
    shown = [("".join(tick["a"] for tick in told),), ("".join(tick["b"] for tick in told),)]
    assert shown == [("wikisql",), ("base",)]
    assert rows(store, "SELECT ltrim(text) FROM outputs ORDER BY position") == shown


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
