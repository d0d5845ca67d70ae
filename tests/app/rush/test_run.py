"""A run without a browser, over a real engine: texts, marks, lanes, and who goes first."""

import pytest

from app.rush.events import LaneStep, RowEnd, RunEnd, RunEvent, Start, Tick
from app.rush.questions import Questions, own_examples
from app.rush.run import Order, Run
from app.services import Stock
from engine.worker import EngineWorker

ORDERS = pytest.mark.parametrize("order", list(Order))


@pytest.fixture
def questions(stock: Stock, worker: EngineWorker) -> Questions:
    return own_examples(stock, worker, seed=5)


async def told(worker: EngineWorker, questions: Questions, order: Order) -> list[RunEvent]:
    run = Run(worker, questions, order)
    return [event async for event in run.events(lambda: None)]


def lanes_of(events: list[RunEvent]) -> list[LaneStep]:
    return [lane for event in events if isinstance(event, Tick) for lane in event.lanes]


def ends_of(events: list[RunEvent]) -> dict[int, RowEnd]:
    ends = [event for event in events if isinstance(event, RowEnd)]
    assert len({end.row for end in ends}) == len(ends)
    return {end.row: end for end in ends}


async def test_both_orders_give_the_same_texts(worker: EngineWorker, questions: Questions) -> None:
    """Catches rows that disturb each other in a batch, and two orders that ask different things."""
    batch, single = [ends_of(await told(worker, questions, order)) for order in Order]
    assert batch.keys() == set(range(len(questions.asked)))
    assert {row: end.text for row, end in batch.items()} == {
        row: end.text for row, end in single.items()
    }
    assert len({end.text for end in batch.values()}) > 2, "answers that cannot be told apart"


@ORDERS
async def test_a_run_is_told_whole(
    worker: EngineWorker, questions: Questions, order: Order
) -> None:
    """Catches a lost tail, a row without a mark, an end before the last row, a wrong sum."""
    events = await told(worker, questions, order)
    assert isinstance(events[0], Start)
    assert [row.asked for row in events[0].rows] == [q.asked for q in questions.asked]
    ends = ends_of(events)
    assert all(end.mark is not None and end.error is None for end in ends.values())
    ticks = [event for event in events if isinstance(event, Tick)]
    for row, end in ends.items():
        assert "".join(tick.append.get(row, "") for tick in ticks) == end.text
    last = events[-1]
    assert isinstance(last, RunEnd)
    assert (last.is_whole, last.problem) == (True, None)
    assert last.num_tokens == sum(end.num_tokens for end in ends.values())
    assert last.ms >= max(end.ms for end in ends.values())
    assert [tick.num_tokens for tick in ticks] == sorted(tick.num_tokens for tick in ticks)


@ORDERS
async def test_lanes_are_the_step_log(
    worker: EngineWorker, questions: Questions, order: Order
) -> None:
    """Catches a picture drawn from arrival times, a step told twice, and one that is left out."""
    run = Run(worker, questions, order)
    first = worker.status().step
    events = [event async for event in run.events(lambda: None)]
    row_of = {row.request.request_id: place for place, row in enumerate(run.rows)}
    logged = [
        LaneStep(
            record.step,
            tuple(row_of[row.request_id] for row in record.rows if not row.is_decoding),
            tuple(row_of[row.request_id] for row in record.rows if row.is_decoding),
        )
        for record in worker.steps_since(first)
    ]
    assert lanes_of(events) == logged
    ticks = [event for event in events if isinstance(event, Tick)]
    assert ticks[-1].lora_share is not None
    assert 0 < ticks[-1].lora_share < 1
    # One after another is a fair rival only if no step is shared.
    most = (5, 4) if order is Order.BATCH else (1, 1)
    assert (ticks[-1].most_rows, ticks[-1].most_adapters) == most


async def test_a_batch_starts_in_one_step(worker: EngineWorker, questions: Questions) -> None:
    """Catches rows handed over one by one, of which the first is far ahead of the last."""
    lanes = lanes_of(await told(worker, questions, Order.BATCH))
    assert sorted(lanes[0].prefill) == list(range(len(questions.asked)))


@pytest.mark.parametrize("worker", [2], indirect=True)
async def test_more_rows_than_the_engine_has(worker: EngineWorker, questions: Questions) -> None:
    """Catches a run that waits for ever for more room than there is."""
    events = await told(worker, questions, Order.BATCH)
    assert len(ends_of(events)) == len(questions.asked)
    assert max(len(lane.prefill) + len(lane.decode) for lane in lanes_of(events)) == 2
