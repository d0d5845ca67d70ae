"""The comparison without a browser: what is refused, what is shown, what is kept."""

import sqlite3
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.card import Example
from adapters.catalog import Catalog
from adapters.metrics import Mark
from app.compare import ComparisonService, RunRefused
from app.feedback.errors import FeedbackUnavailable
from app.feedback.store import FeedbackStore
from app.frames import Frame, PaneStage
from app.services import Shelf
from engine.errors import EngineDead, QueueFull
from engine.request import FinishReason, GenerationRequest
from engine.step_log import StepRecord
from tests.app.scripted_engine import CONTEXT, FedStream, ScriptedWorker, finish, token

ME, STRANGER = "0" * 32, "1" * 32
SQL = {"table": "Player, Points", "question": "Who has 3 points?"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FeedbackStore]:
    with FeedbackStore.open(tmp_path / "ratings.db") as opened:
        yield opened


@pytest.fixture
def worker() -> ScriptedWorker:
    return ScriptedWorker(["wikisql", "covid"])


@pytest.fixture
def service(store: FeedbackStore, worker: ScriptedWorker) -> ComparisonService:
    engine: Any = worker
    shelf = Shelf(engine, Catalog.open(), None, {"dbpedia": "The file is cut off."})
    return ComparisonService(shelf, engine, store, "sha256:base")


def kept(store: FeedbackStore, columns: str, table: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(store.path) as db:
        found = db.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()
    db.close()
    return found


async def last(frames: AsyncGenerator[Frame, None]) -> Frame:
    seen = [frame async for frame in frames]
    assert [frame.is_last for frame in seen] == [False] * (len(seen) - 1) + [True]
    return seen[-1]


def known(service: ComparisonService, task: str = "wikisql") -> Example:
    return service.tasks[task].card.examples[0]


async def test_fast_side_does_not_wait_for_the_slow_one(
    service: ComparisonService, worker: ScriptedWorker
) -> None:
    """Catches two streams read in turn, where a speed can never be compared."""
    frames = service.run(ME, "wikisql", SQL)
    await anext(frames)
    token(worker.streams[0], " SELECT")
    finish(worker.streams[0], " SELECT")
    frame = await anext(frames)
    while frame.a.stage is not PaneStage.ENDED:
        frame = await anext(frames)
    assert frame.b.stage is PaneStage.WAITING
    await frames.aclose()


async def test_frames_grow_and_the_last_holds_everything(
    service: ComparisonService, worker: ScriptedWorker, store: FeedbackStore
) -> None:
    """Catches a last frame that lacks the tail, wrong marks, and another text in the database."""
    example = known(service)
    frames = service.run(ME, "wikisql", example.fields)
    assert (await anext(frames)).a.stage is PaneStage.WAITING
    a, b = worker.streams
    token(a, " SELECT", step=4)
    token(b, " the", step=4)
    frame = await anext(frames)
    while frame.a.stage is PaneStage.WAITING:
        frame = await anext(frames)
    assert frame.a.text == " SELECT"
    assert not frame.a.is_over
    token(a, "", 2, step=5)
    # Of the step that held both: 2 of 8 seconds.
    worker.records = [StepRecord(4, 0.0, 8.0, 2.0, ()), StepRecord(5, 0.0, 8.0, 4.0, ())]
    finish(a, " " + example.answer)
    finish(b, " the end", FinishReason.LENGTH)
    frame = await last(frames)
    assert (frame.a.text, frame.a.mark) == (" " + example.answer, Mark(1.0, 1.0, True))
    assert (frame.b.text, frame.b.mark) == (" the end", Mark(0.0, 0.0, False))
    assert frame.expected == example.answer
    assert frame.can_be_rated
    assert (frame.shared_steps, frame.num_rows, frame.adapter_share) == ((4,), 2, 0.25)
    assert frame.a.tokens_per_s == pytest.approx(10)
    rows = kept(store, "position, text, finish_reason, contestant_id", "outputs")
    assert rows == [
        ("A", " " + example.answer, "stop", "adapter:wikisql@sha256:wikisql"),
        ("B", " the end", "length", "base:tiny@sha256:base"),
    ]
    assert kept(store, "state, example_id", "comparisons") == [("complete", example.example_id)]


async def test_a_pair_is_kept_under_the_weights_that_answered(
    service: ComparisonService,
    worker: ScriptedWorker,
    store: FeedbackStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches a rating of the old weights that counts for those that just took their name."""
    submit = worker.submit_many

    def submit_and_replace(requests: list[GenerationRequest]) -> list[FedStream]:
        streams = submit(requests)
        worker.adapters = tuple(replace(info, digest="sha256:new") for info in worker.adapters)
        return streams

    monkeypatch.setattr(worker, "submit_many", submit_and_replace)
    frames = service.run(ME, "wikisql", SQL)
    await anext(frames)
    for stream in worker.streams:
        finish(stream, " whatever")
    await last(frames)
    contestants = kept(store, "contestant_id", "outputs")
    assert contestants == [("adapter:wikisql@sha256:wikisql",), ("base:tiny@sha256:base",)]


async def test_own_words_get_no_mark(service: ComparisonService, worker: ScriptedWorker) -> None:
    """Catches a visitor's own question marked wrong because nobody knows its answer."""
    frames = service.run(ME, "wikisql", SQL)
    await anext(frames)
    for stream in worker.streams:
        finish(stream, " whatever")
    frame = await last(frames)
    assert (frame.a.mark, frame.b.mark, frame.expected) == (None, None, None)


async def test_both_requests_differ_only_in_the_adapter(
    service: ComparisonService, worker: ScriptedWorker
) -> None:
    """Catches a base that is asked something else, or with other sampling, than the adapter."""
    frames = service.run(ME, "wikisql", SQL)
    await anext(frames)
    a, b = worker.requests
    assert (a.adapter_id, b.adapter_id) == ("wikisql", None)
    assert (a.prompt, a.sampling) == (b.prompt, b.sampling)
    assert a.prompt == service.tasks["wikisql"].card.prompt(SQL)
    await frames.aclose()


async def test_any_two_answer_the_same_prompt(
    service: ComparisonService, worker: ScriptedWorker, store: FeedbackStore
) -> None:
    """Catches a pair that is not the one asked for, and a base held to nothing, or kept as free."""
    frames = service.run(ME, "wikisql", SQL, pair=("base-format", "base"), mode="blind")
    await anext(frames)
    free, held = worker.requests
    assert (held.adapter_id, free.adapter_id, held.prompt) == (None, None, free.prompt)
    assert (held.sampling.constraint is None, free.sampling.constraint) == (False, None)
    for stream in worker.streams:
        finish(stream, " whatever")
    await last(frames)
    contestants = kept(store, "contestant_id", "outputs")
    assert contestants == [("base-format:tiny@sha256:base",), ("base:tiny@sha256:base",)]
    assert kept(store, "mode", "comparisons") == [("blind",)]


@pytest.mark.parametrize(
    ("pair", "words"),
    [(("wikisql", "nobody"), "nobody"), (("base", "base"), "two different")],
)
async def test_a_pair_that_cannot_meet_is_refused(
    service: ComparisonService, worker: ScriptedWorker, pair: tuple[str, str], words: str
) -> None:
    """Catches a made-up contender that is answered by somebody else, and one against itself."""
    with pytest.raises(RunRefused, match=words):
        await anext(service.run(ME, "wikisql", SQL, pair=pair))
    assert worker.requests == []


@pytest.mark.parametrize("num_frames", [1, 3])
async def test_leaving_early_cancels_both_and_closes_the_row(
    service: ComparisonService, worker: ScriptedWorker, store: FeedbackStore, num_frames: int
) -> None:
    """Catches answers made for nobody, and a row that says "running" for ever.

    After one frame the row is only being written.
    """
    frames = service.run(ME, "wikisql", SQL)
    for _ in range(num_frames):
        await anext(frames)
    await frames.aclose()
    assert len(worker.cancelled) == 2
    assert kept(store, "state", "comparisons") == [("cancelled",)]
    assert kept(store, "finish_reason", "outputs") == [("cancelled",), ("cancelled",)]


async def test_only_the_owner_stops_a_run(
    service: ComparisonService, worker: ScriptedWorker
) -> None:
    """Catches one visitor who can end another's answers by sending a run's id."""
    frames = service.run(ME, "wikisql", SQL)
    frame = await anext(frames)
    service.stop(STRANGER, frame.run_id)
    assert not worker.cancelled
    service.stop(ME, frame.run_id)
    frame = await last(frames)
    assert frame.a.reason is FinishReason.CANCELLED
    assert not frame.can_be_rated
    service.stop(ME, frame.run_id)


@pytest.mark.parametrize(
    ("task", "fields", "field", "words"),
    [
        ("wikisql", SQL | {"question": " "}, "question", "fill in"),
        ("wikisql", SQL | {"question": "who " * CONTEXT}, "question", "too long"),
        ("wikisql", SQL | {"question": "who " * 99 * CONTEXT}, "question", "too long"),
        ("dbpedia", {}, None, "cut off"),
        ("e2e_nlg", {}, None, "not loaded"),
        ("nothing", {}, None, "no task named “nothing”"),
    ],
)
async def test_what_cannot_start_is_refused_before_anything_is_sent(
    service: ComparisonService,
    worker: ScriptedWorker,
    store: FeedbackStore,
    task: str,
    fields: dict[str, str],
    field: str | None,
    words: str,
) -> None:
    """Catches a refusal without a reason, without its field, or that leaves a row behind."""
    with pytest.raises(RunRefused, match=words) as refusal:
        await anext(service.run(ME, task, fields))
    assert refusal.value.field == field
    assert worker.requests == []
    assert kept(store, "state", "comparisons") == []


@pytest.mark.parametrize(
    "error", [QueueFull("The queue is full; come back.", 2.0), EngineDead("The queue is closed.")]
)
async def test_what_the_engine_refuses_is_passed_on(
    service: ComparisonService, worker: ScriptedWorker, store: FeedbackStore, error: Exception
) -> None:
    """Catches an engine's sentence lost on the way to the visitor."""
    worker.refusal = error
    with pytest.raises(RunRefused, match="queue"):
        await anext(service.run(ME, "wikisql", SQL))
    assert kept(store, "state", "comparisons") == []


async def test_one_failure_leaves_the_other_answer(
    service: ComparisonService, worker: ScriptedWorker, store: FeedbackStore
) -> None:
    """Catches a failed base that takes a whole answer of the adapter with it."""
    frames = service.run(ME, "wikisql", SQL)
    await anext(frames)
    finish(worker.streams[1], "", FinishReason.ERROR, error="The step failed.")
    finish(worker.streams[0], " SELECT")
    frame = await last(frames)
    assert (frame.a.stage, frame.b.stage) == (PaneStage.ENDED, PaneStage.FAILED)
    assert frame.b.error == "The step failed."
    assert not frame.can_be_rated
    assert kept(store, "state", "comparisons") == [("failed",)]


@pytest.mark.parametrize("method", ["start_comparison", "finish_comparison"])
async def test_answers_come_although_nothing_can_be_kept(
    service: ComparisonService,
    worker: ScriptedWorker,
    store: FeedbackStore,
    method: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches a full disk that silences the demo, and a vote offered on what is not kept."""

    def fail(*_: object) -> None:
        raise FeedbackUnavailable("The disk is full.")

    monkeypatch.setattr(store, method, fail)
    frames = service.run(ME, "wikisql", SQL)
    await anext(frames)
    for stream in worker.streams:
        finish(stream, " yes")
    frame = await last(frames)
    assert frame.a.text == " yes"
    assert not frame.can_be_rated
    assert "The disk is full." in (frame.problem or "")
