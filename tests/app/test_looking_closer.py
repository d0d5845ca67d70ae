"""X-ray and dial over a scripted engine: what is asked of it, and what is made of its answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.catalog import Catalog
from app.compare import ComparisonService, RunRefused
from app.contenders import Contender, standard_sampling
from app.dial import SCALES, Dial
from app.feedback.store import FeedbackStore
from app.page import dial_view, xray_view
from app.services import Shelf
from app.xray import NotReadable, Piece, xray
from engine.request import FinishReason, SamplingParams, TokenChance, TokenEvent
from engine.stream import Stream
from tests.app.scripted_engine import ScriptedWorker, finish, token

CARD = Catalog.open().entries["wikisql"].card
EXAMPLE = CARD.examples[0]


@pytest.fixture
def worker() -> ScriptedWorker:
    return ScriptedWorker(["wikisql"])


@pytest.fixture
def dial(worker: ScriptedWorker, tmp_path: Path) -> Iterator[Dial]:
    engine: Any = worker
    with FeedbackStore.open(tmp_path / "ratings.db") as store:
        shelf = Shelf(engine, Catalog.open(), None, {})
        yield Dial(ComparisonService(shelf, engine, store, "sha256:base"), engine)


async def test_the_dial_asks_for_six_strengths_and_marks_each(
    dial: Dial, worker: ScriptedWorker
) -> None:
    """Catches strengths that are mixed up between rows, and six prompts that differ."""
    frames = dial.run("wikisql", EXAMPLE.fields, "wikisql", standard_sampling(CARD))
    first = await anext(frames)
    assert [request.shares[0].scale for request in worker.requests] == list(SCALES)
    assert {request.prompt for request in worker.requests} == {CARD.prompt(EXAMPLE.fields)}
    assert len(first.states) == len(SCALES)
    for place, stream in enumerate(worker.streams):
        finish(stream, f" {EXAMPLE.answer}" if place > 2 else " <b>game</b>")
    last = [frame async for frame in frames][-1]
    assert last.is_last
    assert [state.mark.is_right for state in last.states if state.mark] == [False] * 3 + [True] * 3
    table = dial_view.table(Contender("x", "<i>x</i>", "x"), last)
    assert ("<b>game" in table, "<i>x" in table) == (False, False)
    assert table.count("&lt;b&gt;game&lt;/b&gt;") == 3


async def test_a_dial_that_nobody_watches_stops(dial: Dial, worker: ScriptedWorker) -> None:
    """Catches six rows that go on for a visitor who has left."""
    frames = dial.run("wikisql", EXAMPLE.fields, "wikisql", SamplingParams())
    await anext(frames)
    await frames.aclose()
    assert len(worker.cancelled) == len(SCALES)


async def test_the_dial_refuses_what_run_refuses(dial: Dial, worker: ScriptedWorker) -> None:
    """Catches an empty prompt that is sent six times."""
    with pytest.raises(RunRefused, match="Please fill in"):
        await anext(dial.run("wikisql", {"table": "A"}, "wikisql", SamplingParams()))
    assert worker.requests == []


def read(stream: Stream, *pieces: tuple[str, float]) -> None:
    """An answer that is read: its tokens' texts and log-probabilities."""
    for number, (text, logprob) in enumerate(pieces, 1):
        chance = TokenChance(logprob, ())
        stream.push(TokenEvent(text, 5, number, number, 2, 0.1, chance=chance))
    finish(stream, "".join(text for text, _ in pieces))


def answer_at_once(worker: ScriptedWorker, answer: Any) -> Any:
    """The worker, with `answer(streams)` called as soon as something is asked."""
    submit = worker.submit_many

    def submit_and_answer(requests: Any) -> Any:
        streams = submit(requests)
        answer(streams)
        return streams

    worker.submit_many = submit_and_answer  # type: ignore[method-assign]
    return worker


async def test_xray_sets_both_readings_of_each_token_side_by_side(worker: ScriptedWorker) -> None:
    """Catches chances of another row, and a character of two tokens that loses one of them."""

    def answer(streams: list[Stream]) -> None:
        read(streams[0], (" a", -0.5), ("", -1.0), ("é", -1.0))
        read(streams[1], (" a", -4.5), ("", -1.5), ("é", -1.0))

    pieces = await xray(answer_at_once(worker, answer), "prompt", " aé", "wikisql")
    assert pieces == (Piece(" a", -0.5, -4.5), Piece("é", -2.0, -2.5))
    assert [request.adapter_id for request in worker.requests] == ["wikisql", None]
    assert {request.answer for request in worker.requests} == {" aé"}
    assert [xray_view.tint(piece.gained) for piece in pieces] == [3, 2]


async def test_xray_of_an_answer_that_cannot_be_read_says_why(worker: ScriptedWorker) -> None:
    """Catches a picture of half an answer after a failed step."""

    def answer(streams: list[Stream]) -> None:
        token(streams[0], " a")
        finish(streams[0], " a", FinishReason.ERROR, error="The step failed.")
        read(streams[1], (" a", -1.0))

    with pytest.raises(NotReadable, match="The step failed"):
        await xray(answer_at_once(worker, answer), "prompt", " a", "wikisql")


def test_xray_escapes_tokens_and_names() -> None:
    """Catches a token that is markup."""
    html = xray_view.picture("<b>", [Piece("<script>", -0.1, -9.0)])
    assert ("<script>" in html, "<b>" in html) == (False, False)
    assert 'class="tint-4"' in html
