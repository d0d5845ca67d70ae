"""What a run does when others are there, when it is stopped, and when the engine refuses.

Over a scripted engine, so that every moment can be held.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest

from adapters.catalog import Catalog
from app.rush.events import RowEnd, RunEnd, RunEvent, Tick
from app.rush.questions import own_examples
from app.rush.run import OTHERS_FIRST, Order, Run, covered_s
from app.services import Shelf
from engine.errors import QueueFull
from engine.request import FinishReason
from engine.status import EngineStatus
from engine.step_log import StepRecord
from tests.app.scripted_engine import ScriptedWorker, finish, token

MAX_ROWS = 4


class Busy(ScriptedWorker):
    """An engine of four rows whose load the test sets."""

    num_running = num_waiting = 0

    def status(self) -> EngineStatus:
        load = {"num_running": self.num_running, "num_waiting": self.num_waiting}
        return replace(super().status(), context_length=4096, max_rows=MAX_ROWS, **load)

    def steps_since(self, step: int) -> tuple[StepRecord, ...]:
        return ()


@pytest.fixture
def worker() -> Busy:
    return Busy(["covid", "wikisql"])


@pytest.fixture
def run(worker: Busy) -> Run:
    return run_of(worker, Order.BATCH)


def run_of(worker: Busy, order: Order) -> Run:
    """Three rows: two tasks and the base."""
    engine: Any = worker
    stock = Shelf(engine, Catalog.open(), None, {}).stock
    return Run(engine, own_examples(stock, engine, 1), order)


def nobody() -> None:
    """Says that no other run goes first."""


async def next_tick(events: AsyncGenerator[RunEvent, None]) -> Tick:
    async for event in events:
        if isinstance(event, Tick):
            return event
    raise AssertionError("the run is over")


async def the_rest(events: AsyncGenerator[RunEvent, None]) -> list[RunEvent]:
    return [event async for event in events]


@pytest.mark.parametrize(("running", "waiting"), [(2, 0), (0, 1), (4, 7)])
async def test_rows_wait_outside_while_others_need_the_engine(
    worker: Busy, run: Run, running: int, waiting: int
) -> None:
    """Catches a run of many rows that stands in the line before a single request."""
    worker.num_running, worker.num_waiting = running, waiting
    events = run.events(nobody)
    assert (await next_tick(events)).notice == OTHERS_FIRST
    assert worker.requests == []
    worker.num_running, worker.num_waiting = 1, 0
    assert (await next_tick(events)).notice is None
    assert len(worker.requests) == 3
    await events.aclose()


async def test_one_after_another_gives_way_between_two_rows(worker: Busy) -> None:
    """Catches a long run that, once begun, lets nobody pass."""
    events = run_of(worker, Order.ONE_BY_ONE).events(nobody)
    await next_tick(events)
    worker.num_waiting = 1
    finish(worker.streams[0], " 1")
    while (await next_tick(events)).notice is None:
        assert len(worker.requests) == 1
    worker.num_waiting = 0
    await next_tick(events)
    assert len(worker.requests) == 2
    await events.aclose()


async def test_a_run_waits_for_its_turn(worker: Busy, run: Run) -> None:
    """Catches two visitors' runs that disturb each other's times."""
    turns = ["One more before you.", None]
    events = run.events(lambda: turns[0])
    assert (await next_tick(events)).notice == turns[0]
    assert worker.requests == []
    del turns[0]
    await next_tick(events)
    assert len(worker.requests) == 3
    await events.aclose()


async def test_closing_cancels_all_rows(worker: Busy, run: Run) -> None:
    """Catches rows that go on for a page that was closed."""
    events = run.events(nobody)
    await next_tick(events)
    token(worker.streams[0], " half")
    await events.aclose()
    assert worker.cancelled == {request.request_id for request in worker.requests}


async def test_a_stopped_run_says_what_there_was(worker: Busy) -> None:
    """Catches a stop that loses the answer under way, or that hands over the next row."""
    run = run_of(worker, Order.ONE_BY_ONE)
    events = run.events(nobody)
    await next_tick(events)
    finish(worker.streams[0], " 1")
    while len(worker.requests) < 2:
        await next_tick(events)
    run.stop()
    rest = await the_rest(events)
    assert [e.finish for e in rest if isinstance(e, RowEnd)][-1] == FinishReason.CANCELLED
    assert isinstance(rest[-1], RunEnd)
    assert (rest[-1].is_whole, rest[-1].problem) == (False, None)
    assert len(worker.requests) == 2


async def test_a_refusal_of_the_engine_is_told(worker: Busy, run: Run) -> None:
    """Catches a run that ends without a word because the line was full after all."""
    worker.refusal = QueueFull("The line is full.", retry_after_s=2)
    rest = await the_rest(run.events(nobody))
    assert isinstance(rest[-1], RunEnd)
    assert (rest[-1].is_whole, rest[-1].problem) == (False, "The line is full.")


async def test_a_failed_row_leaves_the_others_alone(worker: Busy, run: Run) -> None:
    """Catches one failure that takes the whole page with it, or gets a mark."""
    events = run.events(nobody)
    await next_tick(events)
    finish(worker.streams[0], "", FinishReason.ERROR, error="The step failed.")
    for stream in worker.streams[1:]:
        finish(stream, " 1")
    rest = await the_rest(events)
    ends = {event.row: event for event in rest if isinstance(event, RowEnd)}
    assert (ends[0].error, ends[0].mark) == ("The step failed.", None)
    assert all(ends[row].mark is not None for row in (1, 2))
    assert isinstance(rest[-1], RunEnd)
    assert not rest[-1].is_whole


def test_pauses_between_rows_are_not_counted() -> None:
    """Catches a time one after another that holds the waiting for other people, and a batch that
    is as long as all its rows together."""
    assert covered_s([(5.0, 6.0), (1.0, 2.0)]) == 2.0
    assert covered_s([(1.0, 4.0), (2.0, 3.0), (2.0, 5.0)]) == 4.0
    assert covered_s([]) == 0.0
