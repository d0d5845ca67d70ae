"""One run: its questions put to the engine, and what a page is told meanwhile. Knows no HTTP.

The engine has no order of rank, so the run itself gives way: rows that would have to wait are not
handed over before nobody else waits and there is room for them. Nobody then stands behind a run.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from enum import StrEnum

from adapters.errors import LoraLandError
from app.rush.events import RowEnd, RunEnd, RunEvent, Start, Tick
from app.rush.questions import Questions
from app.rush.row import Row
from app.rush.steps import Steps
from engine.worker import EngineWorker

LOOKS_PER_TICK = 8
PAUSE_S = 0.01
"""Between two looks at the engine, and so some 12 ticks a second. Waking up for every token of
every row, as streams offer it, would slow the engine down."""
OTHERS_FIRST = "Other people’s answers come first; this run begins when there is room for it."


class Order(StrEnum):
    """Who is answered when."""

    BATCH = "batch"
    ONE_BY_ONE = "one-by-one"


class Run:
    """`events` runs it, once; `stop` ends it early."""

    def __init__(self, worker: EngineWorker, questions: Questions, order: Order) -> None:
        self._worker = worker
        self._order = order
        self._left_out = questions.left_out
        self.rows = [Row(question) for question in questions.asked]
        self._row_of = {row.request.request_id: place for place, row in enumerate(self.rows)}
        self._steps = Steps(worker)
        self._notice: str | None = None
        self._problem: str | None = None
        self._is_stopped = False

    async def events(self, queue: Callable[[], str | None]) -> AsyncGenerator[RunEvent, None]:
        """What happens, until all rows have ended; `queue` says why it is not this run's turn yet.

        Closing the iterator early stops the run.
        """
        num_slots = self._worker.status().slots.num_total
        yield Start(tuple(row.started() for row in self.rows), self._left_out, num_slots)
        try:
            while not self._is_over:
                await self._work(queue)
                yield self._tick()
                for end in self._ends():
                    yield end
            yield RunEnd(
                ms=self._ms,
                num_tokens=self._num_tokens,
                is_whole=all(row.is_whole for row in self.rows),
                problem=self._problem,
            )
        finally:
            self.stop()

    def stop(self) -> None:
        """Cancel what runs, and hand over nothing more; from any thread, as often as you like."""
        self._is_stopped = True
        for row in self.rows:
            row.cancel()

    @property
    def _is_over(self) -> bool:
        return all(row.is_told or (self._is_stopped and not row.is_sent) for row in self.rows)

    def _next_rows(self, in_queue: str | None) -> list[Row]:
        """The rows whose turn it is: none, one, or as many as the engine has room for."""
        left = [row for row in self.rows if not row.is_sent]
        has_open = any(row.is_open for row in self.rows)
        if self._is_stopped or not left or (has_open and self._order is Order.ONE_BY_ONE):
            return []
        status = self._worker.status()
        num_free = status.max_rows - status.num_running
        if self._order is Order.ONE_BY_ONE:
            num_next = 1
        elif len(left) == len(self.rows):
            num_next = min(len(left), status.max_rows)  # all that can, in the same step
        else:
            num_next = min(len(left), max(1, num_free))
        gives_way = bool(status.num_waiting) or num_next > num_free
        self._notice = None if has_open else in_queue or (OTHERS_FIRST if gives_way else None)
        return [] if in_queue or gives_way else left[:num_next]

    async def _send(self, rows: list[Row]) -> None:
        if rows:
            try:
                await asyncio.to_thread(self._submit, rows)
            except LoraLandError as error:
                self._problem = str(error)
                self.stop()

    def _submit(self, rows: list[Row]) -> None:
        """Not for the event loop: it encodes."""
        start_s = time.perf_counter()
        streams = self._worker.submit_many([row.request for row in rows])
        sent_s = time.perf_counter()
        for row, stream in zip(rows, streams, strict=True):
            row.begin(stream, start_s, sent_s)
        if self._is_stopped:  # while the engine was asked: `stop` did not know these streams
            self.stop()

    async def _work(self, queue: Callable[[], str | None]) -> None:
        """Until the next tick: hand rows over as their turn comes, take in what has arrived."""
        for _ in range(LOOKS_PER_TICK):
            await self._send(self._next_rows(queue()))
            await asyncio.sleep(PAUSE_S)
            for row in self.rows:
                row.take_in()

    def _tick(self) -> Tick:
        texts = {place: row.take_text() for place, row in enumerate(self.rows)}
        lanes = self._steps.take(self._row_of)  # after the texts: no text without its step
        return Tick(
            lanes=lanes,
            append={place: text for place, text in texts.items() if text},
            num_rows=self._steps.num_rows,
            most_rows=self._steps.most_rows,
            most_adapters=self._steps.most_adapters,
            num_tokens=self._num_tokens,
            ms=self._ms,
            lora_share=self._steps.lora_share,
            notice=self._notice,
        )

    def _ends(self) -> Iterator[RowEnd]:
        for place, row in enumerate(self.rows):
            end = row.take_end(place)
            if end is not None:
                yield end

    @property
    def _num_tokens(self) -> int:
        return sum(row.num_tokens for row in self.rows)

    @property
    def _ms(self) -> float:
        """How long the engine had at least one of the rows: no pause between rows counts."""
        return 1000 * covered_s(row.span_s for row in self.rows if row.is_sent)


def covered_s(spans: Iterable[tuple[float, float]]) -> float:
    """The length of what the spans cover together."""
    covered_s, until_s = 0.0, float("-inf")
    for start_s, end_s in sorted(spans):
        covered_s += max(0.0, end_s - max(start_s, until_s))
        until_s = max(until_s, end_s)
    return covered_s
