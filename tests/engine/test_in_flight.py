"""Those who are told how requests ended: of each once, and without harm to whoever asked."""

import pytest

from engine.errors import UnknownAdapter
from engine.request import FinishReason
from engine.worker import EngineWorker


def test_a_watcher_hears_of_every_end_once_and_before_the_reader(make_engine, tiny_adapter, greedy):
    """Catches requests that no counter sees: of the base, cancelled, or ended with the engine."""
    heard = []
    with EngineWorker(make_engine(max_rows=1)) as worker:
        worker.watch(lambda request, end: heard.append((request, end)))
        worker.load_adapter("one", tiny_adapter(seed=1))
        requests = [greedy("a", "one", 3), greedy("b", None, 2), greedy("c", None, 400)]
        for request in requests[:2]:
            end = worker.submit(request).result()
            assert heard[-1] == (request, end)
        stream = worker.submit(requests[2])
        next(iter(stream))
        with pytest.raises(UnknownAdapter):
            worker.submit(greedy("d", "nobody"))
    assert [request for request, _ in heard] == requests
    assert heard[-1][1] == stream.result()
    assert stream.result().reason is FinishReason.ERROR


def test_a_watcher_that_fails_costs_nobody_an_answer(make_engine, greedy, caplog):
    """Catches a fault in counting that is taken for one of the engine's, and ends its rows."""
    heard = []
    with EngineWorker(make_engine()) as worker:
        worker.watch(lambda request, end: 1 / 0)
        worker.watch(lambda request, end: heard.append(end))
        streams = worker.submit_many([greedy("a", max_tokens=2), greedy("b", max_tokens=5)])
        assert [stream.result().reason for stream in streams] == [FinishReason.LENGTH] * 2
    assert heard == [stream.result() for stream in streams]
    assert caplog.text.count("ZeroDivisionError") == 2
