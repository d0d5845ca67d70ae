"""The thread and its doors: streams for threads and asyncio, and exactly one end for each."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from engine.errors import EngineDead, PromptTooLong, QueueFull, UnknownAdapter
from engine.request import (
    FinishEvent,
    FinishReason,
    GenerationRequest,
    SamplingParams,
    TokenEvent,
)
from engine.worker import CLOSED, MAX_FAILURES, EngineWorker


@pytest.fixture
def worker(make_engine):
    with EngineWorker(make_engine()) as running:
        yield running


class Gate:
    """Holds the engine before each step until the test lets it go on."""

    def __init__(self, worker: EngineWorker) -> None:
        self._allowed = threading.Semaphore(0)
        self._original = worker._engine.step
        worker._engine.step = self._step

    def _step(self):
        self._allowed.acquire()
        return self._original()

    def open(self, num_steps: int = 1) -> None:
        self._allowed.release(num_steps)


class Fails:
    """Stands for a method of the engine that raises once, at the given call."""

    def __init__(self, original: Callable[..., object], at_call: int = 1) -> None:
        self._original = original
        self._calls_left = at_call

    def __call__(self, *args: object) -> object:
        self._calls_left -= 1
        if self._calls_left == 0:
            raise RuntimeError("no more memory")
        return self._original(*args)


def test_a_thread_reads_tokens_and_one_finish(worker, greedy):
    """Catches a stream without an end, with two, or with events out of order."""
    events = list(worker.submit(greedy("### Tweet: tea", max_tokens=6)))
    assert [type(event) for event in events] == [TokenEvent] * 6 + [FinishEvent]
    assert [event.num_tokens for event in events[:-1]] == [1, 2, 3, 4, 5, 6]
    finish = events[-1]
    assert finish.reason is FinishReason.LENGTH
    assert 0 <= finish.queue_s <= finish.first_token_s <= finish.total_s


async def test_asyncio_reads_several_streams_at_once(worker, greedy):
    """Catches a reader that blocks the event loop, or is never woken."""
    streams = worker.submit_many([greedy(f"{n}", max_tokens=10) for n in range(4)])

    async def read(stream):
        return [event async for event in stream]

    answers = await asyncio.gather(*(read(stream) for stream in streams))
    for stream, events in zip(streams, answers, strict=True):
        assert events == list(stream)
        assert isinstance(events[-1], FinishEvent)


async def test_a_reader_that_gives_up_harms_nobody(worker, greedy):
    """Catches an engine thread that dies of waking a reader who is gone."""
    stream, other = worker.submit_many([greedy("a", max_tokens=50), greedy("b", max_tokens=50)])
    async for event in stream:
        assert isinstance(event, TokenEvent)
        break
    assert (await asyncio.to_thread(other.result)).reason is FinishReason.LENGTH
    assert worker.status().alive


def test_a_closed_event_loop_harms_nobody(make_engine, greedy):
    """Catches the same when the reader's whole event loop has gone."""
    with EngineWorker(make_engine()) as worker:
        gate = Gate(worker)
        stream = worker.submit(greedy("a", max_tokens=3))

        async def wait_in_vain():
            await asyncio.wait_for(anext(aiter(stream)), timeout=0.01)

        with pytest.raises(TimeoutError):
            asyncio.run(wait_in_vain())
        gate.open(3)
        assert stream.result().num_tokens == 3


def test_cancel_ends_the_answer_in_the_next_step(make_engine, greedy):
    """Catches a cancel that is forgotten between the threads, and a second that ends it twice."""
    with EngineWorker(make_engine()) as worker:
        gate = Gate(worker)
        stream = worker.submit(greedy("a", max_tokens=400))
        gate.open(2)
        tokens = iter(stream)
        assert [next(tokens).num_tokens, next(tokens).num_tokens] == [1, 2]
        stream.cancel()
        stream.cancel()
        gate.open(1)
        assert stream.result().reason is FinishReason.CANCELLED
        assert stream.result().num_tokens <= 3
        assert worker.status().num_running == 0
        stream.cancel()
        assert sum(isinstance(event, FinishEvent) for event in stream) == 1


def test_a_failing_step_ends_its_rows_and_the_engine_goes_on(worker, greedy, monkeypatch):
    """Catches a stream left open by an exception, and a server killed by one bad step."""
    monkeypatch.setattr(worker._engine, "_forward", Fails(worker._engine._forward))
    results = [stream.result() for stream in worker.submit_many([greedy("a"), greedy("b")])]
    assert {result.reason for result in results} == {FinishReason.ERROR}
    assert "no more memory" in results[0].error
    assert worker.submit(greedy("a")).result().reason is FinishReason.LENGTH


def test_a_cancelled_answer_ends_although_its_step_fails(make_engine, greedy, monkeypatch):
    """Catches the end of an answer that is lost with the rest of a failing step."""
    with EngineWorker(make_engine(max_rows=2)) as worker:
        gate = Gate(worker)
        long = greedy("a", max_tokens=400)
        running, other, waiting = worker.submit_many([long, long, long])
        gate.open(1)
        next(iter(other))
        monkeypatch.setattr(worker._engine, "_forward", Fails(worker._engine._forward))
        running.cancel()
        waiting.cancel()
        gate.open(1 + 12)
        assert worker.submit(greedy("b")).result().reason is FinishReason.LENGTH
        worker.close()  # ends what is still open, so that a lost end shows and does not hang
        assert running.result().reason is waiting.result().reason is FinishReason.CANCELLED
        assert "no more memory" in other.result().error


def test_an_answer_that_was_complete_ends_although_its_step_fails(make_engine, greedy, monkeypatch):
    """Catches the same for a row that got its last token before the next row failed."""
    with EngineWorker(make_engine()) as worker:
        hand_out = worker._engine._hand_out
        monkeypatch.setattr(worker._engine, "_hand_out", Fails(hand_out, at_call=2))
        done, other = worker.submit_many([greedy("a", max_tokens=1), greedy("b")])
        assert "no more memory" in other.result().error
        assert worker.submit(greedy("b")).result().reason is FinishReason.LENGTH
        worker.close()
        assert done.result().reason is FinishReason.LENGTH
        assert [type(event) for event in done] == [TokenEvent, FinishEvent]


def test_an_end_is_told_although_no_row_can_move_any_more(make_engine, greedy, monkeypatch):
    """Catches the same for a row that is freed on a device that has just failed."""
    with EngineWorker(make_engine()) as worker:
        cache = worker._engine._cache
        monkeypatch.setattr(cache, "move", Fails(cache.move))
        done, other = worker.submit_many([greedy("a", max_tokens=1), greedy("b")])
        assert "no more memory" in other.result().error
        worker.close()
        assert done.result().reason is FinishReason.LENGTH


def test_an_engine_that_keeps_failing_dies_and_says_so(worker, greedy, monkeypatch):
    """Catches an engine that fails for ever, or dies leaving requests without an end."""

    def fail(inputs):
        raise RuntimeError("the device is gone")

    monkeypatch.setattr(worker._engine, "_forward", fail)
    for _ in range(MAX_FAILURES):
        assert worker.submit(greedy("a")).result().reason is FinishReason.ERROR
    worker._thread.join()
    with pytest.raises(EngineDead, match="the device is gone"):
        worker.submit(greedy("a"))
    with pytest.raises(EngineDead):
        worker.unload_adapter("a")
    assert not worker.status().alive
    assert "the device is gone" in worker.status().error


def test_closing_ends_every_answer(make_engine, greedy):
    """Catches streams that hang when the server shuts down, running or waiting."""
    worker = EngineWorker(make_engine(max_rows=1))
    gate = Gate(worker)
    streams = [worker.submit(greedy("a", max_tokens=400)) for _ in range(3)]
    worker.start()
    gate.open(2)
    next(iter(streams[0]))
    gate.open(1000)
    worker.close()
    for stream in streams:
        assert stream.result().reason in {FinishReason.ERROR, FinishReason.LENGTH}
    assert streams[2].result().error == CLOSED
    with pytest.raises(EngineDead, match="shut down"):
        worker.submit(greedy("a"))


def test_a_worker_that_never_started_ends_its_requests_too(make_engine, greedy):
    """Catches a stream that waits for a thread that will never run."""
    worker = EngineWorker(make_engine())
    stream = worker.submit(greedy("a"))
    worker.close()
    assert stream.result().error == CLOSED


def test_what_cannot_be_served_is_refused_before_it_is_queued(make_engine, greedy):
    """Catches a refused request that still takes a place, or half of a refused group."""
    with EngineWorker(make_engine(max_rows=1, max_waiting=2, max_context=64)) as worker:
        gate = Gate(worker)
        with pytest.raises(UnknownAdapter, match="No adapter 'nobody' is loaded; loaded are: none"):
            worker.submit_many([greedy("a"), greedy("a", "nobody")])
        with pytest.raises(PromptTooLong, match="64 tokens; shorten the prompt"):
            worker.submit(greedy("word " * 40))
        with pytest.raises(PromptTooLong, match="characters"):
            worker.submit(greedy("x" * 1_000_000))
        with pytest.raises(QueueFull):
            worker.submit_many([greedy("a") for _ in range(3)])
        assert worker.status().num_waiting == 0
        stream = worker.submit(greedy("a", max_tokens=1))
        gate.open(10)
        assert stream.result().step == 1


def test_adapters_come_and_go_while_others_answer(worker, tiny_adapter, greedy):
    """Catches an adapter that is listed but not served, or served after it was taken away."""
    long = worker.submit(greedy("a", max_tokens=200))
    info = worker.load_adapter("one", tiny_adapter(rank=8, targets=("q_proj", "v_proj")))
    assert worker.adapters == (info,)
    assert (info.rank, info.target_modules) == (8, ("q_proj", "v_proj"))
    assert info.num_bytes == 4 * 2 * 8 * (64 + 64 + 64 + 32)
    result = worker.submit(greedy("a", "one")).result()
    assert result.adapter_digest == info.digest
    worker.unload_adapter("one")
    assert worker.adapters == ()
    with pytest.raises(UnknownAdapter):
        worker.submit(greedy("a", "one"))
    with pytest.raises(UnknownAdapter):
        worker.unload_adapter("one")
    assert long.result().reason is FinishReason.LENGTH


def test_many_threads_at_once(worker, greedy):
    """Catches a lost request, or a tokenizer shared without a lock."""
    expected = worker.submit(greedy("### Tweet: tea", max_tokens=5)).result().text
    texts: list[str] = []

    def ask() -> None:
        for _ in range(5):
            texts.append(worker.submit(greedy("### Tweet: tea", max_tokens=5)).result().text)
            worker.count_tokens("### Tweet: tea")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == [expected] * 40


def test_stop_strings_end_the_stream(worker):
    """Catches a stop string that reaches the reader although the engine knew it."""
    sampling = SamplingParams(max_tokens=30, ignore_eos=True)
    free = worker.submit(GenerationRequest("### Tweet: tea", None, sampling)).result().text
    stop = free[6:9]
    limited = SamplingParams(max_tokens=30, ignore_eos=True, stop=(stop,))
    stream = worker.submit(GenerationRequest("### Tweet: tea", None, limited))
    shown = "".join(event.text for event in stream if isinstance(event, TokenEvent))
    assert stream.result().reason is FinishReason.STOP
    assert shown == stream.result().text == free[: free.find(stop)]


def test_status_tells_what_runs(worker, greedy):
    """Catches figures that the page would show wrongly."""
    worker.submit(greedy("a", max_tokens=3)).result()
    status = worker.status()
    assert status.alive
    assert (status.bits, status.kernel, status.context_length) == (32, "float32", 512)
    assert (status.num_running, status.num_waiting, status.error) == (0, 0, None)
    assert status.step == 3
    assert status.base_name.endswith("base")
    assert status.num_parameters == 300 * 64 + 64 + 2 * (64 * (64 + 32 + 32 + 64 + 3 * 128) + 128)
